#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static const float SIZES[] = { 1.0f, 1.4f, 2.0f };

static int
size_index(float text_scale)
{
	return text_scale >= 1.7f ? 2 : text_scale >= 1.2f ? 1 : 0;
}

void
screen_look(struct tree *tree, struct screen_local *local)
{
	static const char *const LANGUAGES_OF[] = { "English", "繁體中文", "简体中文" };
	static const enum lang LANGS[] = { LANG_EN, LANG_HANT, LANG_HANS };
	static const char *const PERCENT[] = { "100 %", "140 %", "200 %" };
	const enum lang lang = tree->look.lang;
	const char *const contrast[] = { say(lang, "Usual"), say(lang, "High contrast") };
	DIALOG(tree, .id = "dialog", .title = say(lang, "Text and contrast"), .icon = ICON_CONTRAST, .w = 620,
		.text = say(lang, "Only for this screen. The case stays as it is."))
	{
		CHOICE(tree, .id = "dialog-language", .label = say(lang, "Language"), .options = LANGUAGES_OF, .langs = LANGS,
			.count = 3, .chosen = (int)local->look.lang - LANG_EN);
		CHOICE(tree, .id = "dialog-size", .label = say(lang, "Size of text"), .options = PERCENT, .count = 3,
			.chosen = size_index(local->look.text_scale));
		CHOICE(tree, .id = "dialog-contrast", .label = say(lang, "Contrast"), .options = contrast, .count = 2,
			.chosen = local->look.theme == THEME_CONTRAST);
		DIALOG_ACTIONS(tree)
		{
			BUTTON(tree, .id = "dialog-close", .label = say(lang, "Done"), .kind = BUTTON_PRIMARY, .icon = ICON_CHECK,
				.key = KEY_ESCAPE, .enter = true);
		}
	}
}

/* "<prefix><n>": the digit, -1 if the id does not begin so or n is over the most. */
static int
number_of(const char *id, const char *prefix, int most)
{
	while (*prefix && *prefix == *id) {
		prefix++;
		id++;
	}
	const bool digit = !*prefix && *id >= '0' && *id <= '9' && id[1] == '\0';
	return digit && *id - '0' <= most ? *id - '0' : -1;
}

bool
screen_look_act(struct screen_local *local, const char *id)
{
	int n;
	if ((n = number_of(id, "language-", 2)) >= 0 || (n = number_of(id, "dialog-language-", 2)) >= 0) {
		local->look.lang = (enum lang)(LANG_EN + n);
	} else if ((n = number_of(id, "dialog-size-", 2)) >= 0) {
		local->look.text_scale = SIZES[n];
	} else if ((n = number_of(id, "dialog-contrast-", 1)) >= 0) {
		local->look.theme = n == 1 ? THEME_CONTRAST : THEME_LIGHT;
	} else {
		return false;
	}
	return true;
}
