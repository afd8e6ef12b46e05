#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define HELP_LINES 3
#define HELP_KEYS  5

struct help_key {
	unsigned key;
	const char *what;
};
struct help {
	const char *what[HELP_LINES]; /* what to do here, in order */
	struct help_key keys[HELP_KEYS];
};

static const struct help HELPS[FLOW_STATES] = {
	[FLOW_UNPROVISIONED] = { .what = { SAY("A technician sets this counter up with a one-time code from the centre"),
								 SAY("Until then nobody can sign in and nothing is kept") } },
	[FLOW_SIGN_IN] = { .what = { SAY("Type your staff number and your password, then press F12"),
						   SAY("After ten wrong passwords in a row the account is locked; a supervisor unlocks it"),
						   SAY("Nobody may ask for your password, not even the supervisor") },
		.keys = { { KEY_F12, SAY("Sign in") } } },
	[FLOW_NEW_PASSWORD] = { .what = { SAY("At least 15 characters. Several words that you remember are good"),
								SAY("Do not use your name, your staff number or a password from elsewhere"),
								SAY("Nobody else knows it, and nobody can read it from this counter") },
		.keys = { { KEY_F12, SAY("Keep the new password") } } },
	[FLOW_TILL] = { .what = { SAY("Count what is in the drawer, kind by kind, and type the number of pieces"),
						SAY("The total is what your till begins with"),
						SAY("A till cannot begin empty. Without a float, ask the supervisor") },
		.keys = { { KEY_ENTER, SAY("Next kind") }, { '+', SAY("One more") }, { '-', SAY("One less") },
			{ KEY_F12, SAY("Open the till") } } },
	[FLOW_HOME] = { .what = { SAY("Start a case with the paper form in hand, or go on with a held one"),
						SAY("What is finished is kept here and sent by itself, also after a power cut"),
						SAY("Nothing needs to be watched: the line at the top says what waits") },
		.keys = { { KEY_F3, SAY("New application") }, { KEY_F2, SAY("Find a case") }, { KEY_F8, SAY("Queue and line") },
			{ KEY_F10, SAY("Sign out") }, { KEY_F11, SAY("Lock the screen") } } },
	[FLOW_STAFF] = { .what = { SAY("A new person gets a staff number and a first password, which they change at once"),
						 SAY("Unlock an account only when its owner stands before you") },
		.keys = { { KEY_F12, SAY("Add this person") }, { KEY_ESCAPE, SAY("Home") } } },
	[FLOW_STOCK] = { .what = { SAY("Scan an item to see where it is, or the first and the last one of a bag to take "
								   "them in"),
						 SAY("An item that is damaged or cannot be found is marked at once: the count must be right") },
		.keys = { { KEY_F2, SAY("Serial number") }, { KEY_ESCAPE, SAY("Home") } } },
	[FLOW_QUEUE] = { .what = { SAY("The counter keeps trying by itself. Nothing here is lost if the power goes"),
						 SAY("A parked item does not hold up the others. Retry it after the cause is repaired"),
						 SAY("When the line is down for over an hour, call the technician and read the last error "
							 "out") },
		.keys = { { KEY_F12, SAY("Try to send now") }, { 'R', SAY("Retry the selected item") },
			{ KEY_ENTER, SAY("Open the case") }, { KEY_ESCAPE, SAY("Home") } } },
	[FLOW_FIND] = { .what = { SAY("Type a case number or a receipt number, or scan the code on a receipt"),
						SAY("Opening a finished case is written to the log"),
						SAY("Cases are never found by identity card number or by name from this screen") },
		.keys = { { KEY_ENTER, SAY("Open the case") }, { KEY_ESCAPE, SAY("Home") } } },
	[FLOW_STORED] = { .what = { SAY("This case is finished. Nothing in it can be changed here"),
						  SAY("A reprint is a copy and says so") } },
	[FLOW_PRODUCT] = { .what = { SAY("Look at the top of the form: it names the certificate and the form number"),
						   SAY("All eleven kinds are listed; the search only marks them"),
						   SAY("Is it not for a post office? The screen says where to go and what to bring") },
		.keys = { { KEY_UP, SAY("Choose") }, { KEY_F12, SAY("Start with the form") }, { KEY_ESCAPE, SAY("Home") } } },
	[FLOW_NOT_HERE] = { .what = { SAY("Tell the applicant where to go and what to bring"),
							SAY("No fee is taken and nothing is kept") } },
	[FLOW_IDENTITY] = { .what = { SAY("Hold the original card. Compare it with the form and with the person before "
									  "you"),
							SAY("Tick only what you saw yourself"),
							SAY("A right check character catches typing mistakes. It does not prove the card") },
		.keys = { { 'S', SAY("Same") }, { 'D', SAY("Different") }, { KEY_F9, SAY("Something is wrong") },
			{ KEY_F12, SAY("Identity checked, hide number") } } },
	[FLOW_DETAILS] = { .what = { SAY("Copy from the form. Name, date of birth and number come from the identity check"),
						   SAY("What is typed is kept after each field, also if the power goes"),
						   SAY("Is something unreadable? Ask the applicant; do not guess") },
		.keys = { { KEY_F8, SAY("Hold case") }, { KEY_F12, SAY("Continue") } } },
	[FLOW_DECLARATION] = { .what = { SAY("The applicant reads the text and signs on the form"),
							   SAY("Tick each line that is accepted"),
							   SAY("Do not explain the law; point to the text") },
		.keys = { { KEY_F12, SAY("Continue") } } },
	[FLOW_PAYMENT] = { .what = { SAY("Take the fee in one or several ways until nothing is left"),
						   SAY("Only the reference of a slip is kept, never a card number"),
						   SAY("No fee in the table? Ask the supervisor; do not take money") },
		.keys = { { KEY_F12, SAY("Take the money") } } },
	[FLOW_CHECK] = { .what = { SAY("Read it once more with the applicant. Change goes back to one part"),
						 SAY("After F12 the case is kept, gets its receipt number and is sent by itself") },
		.keys = { { KEY_F12, SAY("Finish the case") } } },
	[FLOW_HAND_OVER] = { .what = { SAY("Give everything back and tick it. The own identity card is forgotten most "
									   "often"),
							 SAY("Tell the applicant what happens next") },
		.keys = { { KEY_F12, SAY("Finish") } } },
	[FLOW_LOCKED] = { .what = { SAY("Type your own password. What was open stays open"),
						  SAY("Somebody else wants to work here? Sign out first: the open case is held") } },
	[FLOW_FAULT] = { .what = { SAY("Do what the screen says. Do not switch the counter off and on again and again"),
						 SAY("Everything that was finished is safe on the disk") } },
	[FLOW_CLOCK] = { .what = { SAY("Compare the time and the date on this screen with a phone"),
						 SAY("Only when they are right, a supervisor releases the clock with number and password"),
						 SAY("Are they wrong? Release nothing: the technician sets the clock, then compare again") },
		.keys = { { KEY_F12, SAY("The clock is right") }, { KEY_ESCAPE, SAY("Home") } } },
};

static void
key_row(struct tree *tree, const struct help_key *key)
{
	BOX(tree, .role = ROLE_ITEM, .dir = DIR_ROW, .gap = SPACE_3, .align = ALIGN_CENTER, .min_h = 28)
	{
		BOX(tree, .dir = DIR_ROW, .w = PX(52))
		{
			widget_key(tree, widget_key_name(tree, key->key), false);
		}
		widget_para(tree, say(tree->look.lang, key->what), TYPE_SMALL, COLOR_TEXT_2);
	}
}

static void
keys(struct tree *tree, const struct help *help)
{
	static const struct help_key COMMON[] = { { KEY_F1, SAY("Help") }, { KEY_F6, SAY("Text and contrast") } };
	const char *title = say(tree->look.lang, "Keys here");
	widget_heading(tree, title, TYPE_BODY_BOLD);
	BOX(tree, .role = ROLE_LIST, .name = title, .dir = DIR_GRID, .columns = widget_tight(tree) ? 1 : 2, .gap = SPACE_4,
		.row_gap = SPACE_2)
	{
		for (size_t i = 0; i < HELP_KEYS && help->keys[i].what; i++) {
			key_row(tree, &help->keys[i]);
		}
		key_row(tree, &COMMON[0]);
		key_row(tree, &COMMON[1]);
	}
}

/* For whom the technician asks for: what the face of the screen leaves out. */
static void
details(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const char *version = view->catalogue ? catalogue_version(view->catalogue) : "";
	widget_rule(tree);
	widget_heading(tree, say(lang, "For the technician"), TYPE_BODY_BOLD);
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_1)
	{
		PAIR(tree, .key = say(lang, "Program"), .value = COUNTER_VERSION, .type = TYPE_SMALL, .key_w = 140);
		PAIR(tree, .key = say(lang, "Catalogue"), .value = version[0] ? version : say(lang, "none"), .type = TYPE_SMALL,
			.key_w = 140);
		if (view->sync.why[0]) {
			PAIR(tree, .key = say(lang, "Last error of the line"), .value = view->sync.why, .type = TYPE_SMALL,
				.key_w = 140);
		}
		if (view->fault_text[0]) {
			PAIR(tree, .key = say(lang, "Fault"), .value = view->fault_text, .type = TYPE_SMALL, .key_w = 140);
		}
	}
}

void
screen_help(struct tree *tree, const struct view *view, struct screen_local *local)
{
	(void)local;
	const enum lang lang = tree->look.lang;
	const struct help *help = &HELPS[view->state];
	DIALOG(tree, .id = "dialog", .icon = ICON_HELP, .w = 680, .tall = true,
		.title = tree_text(tree, say(lang, "Help: %s"), words_step(lang, view->state)))
	{
		DIALOG_SCROLL(tree)
		{
			BOX(tree, .role = ROLE_LIST, .name = say(lang, "What to do"), .dir = DIR_COL, .align = ALIGN_STRETCH,
				.gap = SPACE_2)
			{
				for (size_t i = 0; i < HELP_LINES && help->what[i]; i++) {
					widget_point(tree, ICON_CHEVRON_RIGHT, say(lang, help->what[i]), TONE_NEUTRAL);
				}
			}
			keys(tree, help);
			details(tree, view);
		}
		DIALOG_ACTIONS(tree)
		{
			BUTTON(tree, .id = "dialog-close", .label = say(lang, "Close"), .kind = BUTTON_PRIMARY, .key = KEY_ESCAPE,
				.enter = true, .autofocus = true);
		}
	}
}
