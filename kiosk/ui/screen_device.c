#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

/* Design px of a window that has room for words beside clock, languages and names: all of them, or only alarms. */
#define ROOM_FOR_ALL    1500
#define ROOM_FOR_ALARMS 1320

static const char *const STATES[VIEW_DEVICE_STATES] = {
	[VIEW_DEVICE_AWAY] = SAY("not plugged in"),
	[VIEW_DEVICE_EMPTY] = SAY("ready, nothing in it"),
	[VIEW_DEVICE_READY] = SAY("ready"),
	[VIEW_DEVICE_BUSY] = SAY("at work"),
	[VIEW_DEVICE_TROUBLE] = SAY("has a fault"),
};

static const char *const TROUBLES[VIEW_DEVICE_WORDS] = {
	[VIEW_DEVICE_NO_DAEMON] = SAY("the device program does not answer"),
	[VIEW_DEVICE_PAPER_OUT] = SAY("paper out"),
	[VIEW_DEVICE_PAPER_LOW] = SAY("paper low"),
	[VIEW_DEVICE_COVER_OPEN] = SAY("cover open"),
	[VIEW_DEVICE_HELD] = SAY("held by another program"),
	[VIEW_DEVICE_DENIED] = SAY("may not be opened"),
	[VIEW_DEVICE_SILENT] = SAY("does not answer"),
	[VIEW_DEVICE_STRANGE] = SAY("does not answer as it should"),
	[VIEW_DEVICE_TOO_MANY] = SAY("more than one in it; take one out"),
	[VIEW_DEVICE_OTHER] = SAY("has a fault"),
};

struct part {
	const char *id, *name;
	enum icon icon;
};

static const char *
spoken(struct tree *tree, const struct part *part, const struct view_device *device)
{
	const char *const trouble = TROUBLES[device->words];
	const enum lang lang = tree->look.lang;
	return tree_text(
		tree, say(lang, "%s: %s"), part->name, say(lang, trouble != NULL ? trouble : STATES[device->state]));
}

static bool
has_room(const struct tree *tree, float least)
{
	return !widget_tight(tree) && tree->width >= tree_length(tree, least);
}

/* Something a person must do: in words, on a coloured field. */
static void
alarm(struct tree *tree, const struct part *part, const char *words)
{
	BOX(tree, .role = ROLE_STATUS, .id = part->id, .name = words, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = SPACE_2,
		.pad = { 6, 14, 6, 12 }, .radius = RADIUS_PILL, .bg = COLOR_FAULT)
	{
		LEAF(tree, .icon = ICON_ALERT, .icon_size = 18, .icon_stroke = 2, .color = COLOR_ON_FAULT);
		if (!has_room(tree, ROOM_FOR_ALARMS)) {
			LEAF(tree, .icon = part->icon, .icon_size = 18, .color = COLOR_ON_FAULT);
		} else {
			LEAF(tree, .text = words, .type = TYPE_SMALL_BOLD, .color = COLOR_ON_FAULT, .cut_ok = true, .max_w = 300);
		}
	}
}

static void
quiet(struct tree *tree, const struct part *part, const struct view_device *device, const char *words)
{
	const bool here = device->state == VIEW_DEVICE_READY || device->state == VIEW_DEVICE_EMPTY;
	const bool away = device->state == VIEW_DEVICE_AWAY;
	BOX(tree, .role = ROLE_STATUS, .id = part->id, .name = words, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = 7)
	{
		LEAF(tree, .icon = part->icon, .icon_size = 18, .color = COLOR_ON_HEADER_2);
		if (has_room(tree, ROOM_FOR_ALL)) {
			LEAF(tree, .text = part->name, .type = TYPE_SMALL, .color = COLOR_ON_HEADER_2, .keep = true);
		}
		LEAF(tree,
			.icon = here   ? ICON_CHECK
					: away ? ICON_MINUS
						   : ICON_CLOCK,
			.icon_size = 15, .icon_stroke = 2.6f, .color = here ? COLOR_OK_LINE : COLOR_ON_HEADER_2);
	}
}

static void
show(struct tree *tree, const struct part *part, const struct view_device *device)
{
	if (device->state == VIEW_DEVICE_NONE) {
		return;
	}
	const char *words = spoken(tree, part, device);
	if (device->state == VIEW_DEVICE_TROUBLE || device->words != VIEW_DEVICE_FINE) {
		alarm(tree, part, words);
	} else {
		quiet(tree, part, device, words);
	}
}

void
screen_device(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	show(tree, &(struct part){ "printer", say(lang, "Printer"), ICON_PRINTER }, &view->printer);
	show(tree, &(struct part){ "token-port", say(lang, "Token port"), ICON_USB }, &view->token_port);
}
