#include "kiosk/ui/words.h"

#include <assert.h>
#include <string.h>

#include "kiosk/ui/say.h"

#define MINUTE_MS 60000
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

struct name {
	const char *id, *label;
};

static const struct name FIELD_NAMES[FIELDS] = {
	[FIELD_CARD_NUMBER] = { "field-card-number", SAY("Letters and 6 digits") },
	[FIELD_CARD_CHECK] = { "field-card-check", SAY("Check") },
	[FIELD_FORM_NUMBER] = { "field-form-number", SAY("HKID number on the form") },
	[FIELD_CARD_BIRTH] = { "field-card-birth", SAY("Date of birth on the card") },
	[FIELD_FORM_BIRTH] = { "field-form-birth", SAY("Date of birth on the form") },
	[FIELD_SURNAME] = { "field-surname", SAY("Surname") },
	[FIELD_GIVEN] = { "field-given", SAY("Given names") },
	[FIELD_CHINESE] = { "field-chinese", SAY("Chinese name") },
	[FIELD_SAME_SURNAME] = { "field-same-surname", SAY("Surname on form and card") },
	[FIELD_SAME_GIVEN] = { "field-same-given", SAY("Given names on form and card") },
	[FIELD_SAME_CHINESE] = { "field-same-chinese", SAY("Chinese name on form and card") },
	[FIELD_GENERATION] = { "field-generation", SAY("Kind of card") },
	[FIELD_TITLE] = { "field-title", SAY("Title") },
	[FIELD_PHONE] = { "field-phone", SAY("Contact phone") },
	[FIELD_CERT_EMAIL] = { "field-cert-email", SAY("Email in the certificate") },
	[FIELD_CONTACT_EMAIL] = { "field-contact-email", SAY("Contact email") },
	[FIELD_CONTACT_SAME] = { "field-contact-same", SAY("Same as in the certificate") },
	[FIELD_ROOM] = { "field-room", SAY("Room") },
	[FIELD_FLOOR] = { "field-floor", SAY("Floor") },
	[FIELD_BLOCK] = { "field-block", SAY("Block") },
	[FIELD_BUILDING] = { "field-building", SAY("Building") },
	[FIELD_ESTATE] = { "field-estate", SAY("Estate, or street and number") },
	[FIELD_DISTRICT] = { "field-district", SAY("District") },
	[FIELD_AREA] = { "field-area", SAY("Area") },
	[FIELD_BARCODE] = { "field-barcode", SAY("Barcode of the form") },
	[FIELD_ENVELOPE] = { "field-envelope", SAY("PIN envelope number") },
	[FIELD_DECLARATION_LANGUAGE] = { "field-declaration-language", SAY("Language of the declaration") },
	[FIELD_STAFF_NUMBER] = { "field-staff-number", SAY("Staff number") },
	[FIELD_STAFF_NAME] = { "field-staff-name", SAY("Name") },
	[FIELD_STAFF_ROLE] = { "field-staff-role", SAY("Role") },
	[FIELD_STAFF_PASSWORD] = { "field-staff-password", SAY("First password") },
	[FIELD_STAFF_AGAIN] = { "field-staff-again", SAY("The same password again") },
	[FIELD_SIGN_IN_NUMBER] = { "field-sign-in-number", SAY("Staff number") },
	[FIELD_SIGN_IN_PASSWORD] = { "field-sign-in-password", SAY("Password") },
	[FIELD_AMOUNT] = { "field-amount", SAY("Amount") },
	[FIELD_REFERENCE] = { "field-reference", SAY("Reference") },
	[FIELD_COUNT_PIECES] = { "field-count-pieces", SAY("Notes and coins") },
	[FIELD_CHECKLIST] = { "field-checklist", SAY("Lines to tick") },
	[FIELD_PRODUCT] = { "field-product", SAY("Certificate") },
	[FIELD_RELEASE_NUMBER] = { "field-release-number", SAY("Staff number") },
	[FIELD_RELEASE_PASSWORD] = { "field-release-password", SAY("Password") },
	[FIELD_RELEASE_REASON] = { "field-release-reason", SAY("Reason for rejecting") },
	[FIELD_AGAIN_NUMBER] = { "field-again-number", SAY("Letters and 6 digits") },
	[FIELD_AGAIN_CHECK] = { "field-again-check", SAY("Check") },
	[FIELD_AGAIN_PHOTO] = { "field-again-photo", SAY("Photo and holder") },
	[FIELD_STOCK_KIND] = { "field-stock-kind", SAY("Kind of item") },
	[FIELD_STOCK_FIRST] = { "field-stock-first", SAY("First serial number") },
	[FIELD_STOCK_LAST] = { "field-stock-last", SAY("Last serial number") },
	[FIELD_STOCK_SERIAL] = { "field-stock-serial", SAY("Serial number") },
	[FIELD_STOCK_REASON] = { "field-stock-reason", SAY("Reason for spoiling") },
};

const char *
words_id(enum field field)
{
	assert(field < FIELDS);
	return FIELD_NAMES[field].id;
}

/* The id itself, or an option of it: "<id>-<digits>". */
static bool
is_of(const char *id, const char *name)
{
	const size_t len = strlen(name);
	if (strncmp(id, name, len) != 0) {
		return false;
	}
	return id[len] == '\0' || (id[len] == '-' && id[len + 1] >= '0' && id[len + 1] <= '9');
}

enum field
words_field(const char *id)
{
	for (enum field field = FIELD_NONE + 1; field < FIELDS; field++) {
		if (is_of(id, FIELD_NAMES[field].id)) {
			return field;
		}
	}
	return FIELD_NONE;
}

const char *
words_label(enum lang lang, enum field field)
{
	assert(field < FIELDS && field != FIELD_NONE);
	return say(lang, FIELD_NAMES[field].label);
}

/* What no field says in its own words. */
static const char *const PROBLEM_WORDS[PROBLEMS] = {
	[PROBLEM_EMPTY] = SAY("Fill this in"),
	[PROBLEM_LONG] = SAY("This is too long. Look at it again"),
	[PROBLEM_SHORT] = SAY("This is too short. Look at it again"),
	[PROBLEM_SCRIPT] = SAY("These letters do not belong here. Look at the form again"),
	[PROBLEM_CHARACTER] = SAY("A character here is not allowed. Look at the form again"),
	[PROBLEM_SHAPE] = SAY("This does not have the form it should have. Look at it again"),
	[PROBLEM_CHECK_CHARACTER] = SAY("The character in brackets does not match. Look at the card again"),
	[PROBLEM_FUTURE] = SAY("This day has not come yet. Look at it again"),
	[PROBLEM_TOO_OLD] = SAY("This is over 130 years ago. Look at the year again"),
	[PROBLEM_TOO_YOUNG] = SAY("The applicant is too young for this certificate"),
	[PROBLEM_DIFFERENT] = SAY("Form and card do not agree. Give the form back to be corrected"),
	[PROBLEM_NOT_LOOKED] = SAY("Compare form and card, then choose Same or Different"),
	[PROBLEM_TOO_FEW] = SAY("Too few features of the card are ticked"),
	[PROBLEM_NO_PHOTO] = SAY("Tick that the photo is this person"),
	[PROBLEM_TAKEN] = SAY("This staff number is already in use"),
	[PROBLEM_WRONG] = SAY("Staff number or password is not right"),
	[PROBLEM_WAIT] = SAY("Wait before the next try"),
	[PROBLEM_LOCKED] = SAY("This account is locked. A supervisor unlocks it under Staff"),
	[PROBLEM_COMMON] = SAY("This password is easy to guess. Choose one without your name and not from a list"),
	[PROBLEM_NOT_EQUAL] = SAY("The two passwords are not the same. Type both again"),
	[PROBLEM_NOTHING] = SAY("Enter an amount above zero"),
	[PROBLEM_LEFT] = SAY("The fee is not fully paid yet"),
	[PROBLEM_OVER] = SAY("This is more than what is left to pay"),
	[PROBLEM_OVERPAID] =
		SAY("More was taken than the fee of today. Remove a payment, enter it anew, give back the rest"),
	[PROBLEM_NOT_CASH] = SAY("Cash goes in steps of 10 cents"),
	[PROBLEM_ABSURD] = SAY("This amount cannot be right. Count again"),
	[PROBLEM_REFERENCE] = SAY("Copy the reference from the slip"),
	[PROBLEM_CARD_NUMBER] = SAY("This is a card number. Enter the reference of the slip instead"),
	[PROBLEM_REPEATED] = SAY("This reference was entered already"),
	[PROBLEM_TOO_MANY] = SAY("No more than four payments for one case"),
	[PROBLEM_LAST] = SAY("The fourth payment is the last one. It must cover all that is left"),
	[PROBLEM_NOT_ACCEPTED] = SAY("This office does not take this way of paying"),
	[PROBLEM_NEGATIVE] = SAY("A number of pieces cannot be below zero"),
	[PROBLEM_NO_FEE] = SAY("No fee is stated for this certificate today. Ask the supervisor; do not take money"),
	[PROBLEM_NO_METHOD] = SAY("No way of paying is stated for this office. Ask the supervisor; do not take money"),
	[PROBLEM_NO_ROOM] = SAY("The disk is nearly full. Finish open cases and call the technician; start no new case"),
	[PROBLEM_TICKS] = SAY("Tick every line"),
	[PROBLEM_RANGE] = SAY("First and last are no range: same length, same beginning, digits at the end"),
	[PROBLEM_NOT_STOCK] = SAY("No item with this serial number is in the stock of this counter"),
	[PROBLEM_NOT_FREE] = SAY("It is with a case, handed over or spoiled"),
	[PROBLEM_NOT_SUPERVISOR] = SAY("Only a supervisor may do this"),
	[PROBLEM_NOT_OWN] = SAY("This supervisor signs in once and chooses an own password first"),
};

struct own_words { /* where a field has better words than the problem alone */
	enum field field;
	enum field_problem problem;
	const char *words;
};

static const struct own_words OWN_WORDS[] = {
	{ FIELD_CARD_NUMBER, PROBLEM_EMPTY, SAY("Copy the letters and digits from the card") },
	{ FIELD_CARD_NUMBER, PROBLEM_SHAPE, SAY("One or two letters and six digits. Look at the card again") },
	{ FIELD_CARD_CHECK, PROBLEM_EMPTY, SAY("Copy the character in brackets") },
	{ FIELD_CARD_CHECK, PROBLEM_SHAPE, SAY("One digit or the letter A") },
	{ FIELD_FORM_NUMBER, PROBLEM_EMPTY, SAY("Copy the number from the form") },
	{ FIELD_FORM_NUMBER, PROBLEM_SHAPE, SAY("One or two letters, six digits and the character in brackets") },
	{ FIELD_FORM_NUMBER, PROBLEM_CHECK_CHARACTER,
		SAY("The character in brackets does not match. Look at the form again") },
	{ FIELD_CARD_BIRTH, PROBLEM_EMPTY, SAY("Copy the date from the card: day, month, year") },
	{ FIELD_CARD_BIRTH, PROBLEM_SHAPE, SAY("Day, month and year, for example 23/05/1991") },
	{ FIELD_FORM_BIRTH, PROBLEM_EMPTY, SAY("Copy the date from the form: day, month, year") },
	{ FIELD_FORM_BIRTH, PROBLEM_SHAPE, SAY("Day, month and year, for example 23/05/1991") },
	{ FIELD_SURNAME, PROBLEM_EMPTY, SAY("Copy the surname from the form") },
	{ FIELD_SURNAME, PROBLEM_SCRIPT, SAY("English letters only. The Chinese name has its own field") },
	{ FIELD_GIVEN, PROBLEM_EMPTY, SAY("Copy the given names from the form") },
	{ FIELD_GIVEN, PROBLEM_SCRIPT, SAY("English letters only. The Chinese name has its own field") },
	{ FIELD_CHINESE, PROBLEM_SCRIPT, SAY("Chinese characters only") },
	{ FIELD_GENERATION, PROBLEM_EMPTY, SAY("Choose when the card was issued") },
	{ FIELD_GENERATION, PROBLEM_NOT_LOOKED, SAY("Choose when the card was issued") },
	{ FIELD_TITLE, PROBLEM_EMPTY, SAY("Choose the title ticked on the form") },
	{ FIELD_PHONE, PROBLEM_EMPTY, SAY("Copy the phone number from the form") },
	{ FIELD_PHONE, PROBLEM_SHAPE, SAY("8 digits, or + and the country code") },
	{ FIELD_PHONE, PROBLEM_SHORT, SAY("8 digits, or + and the country code") },
	{ FIELD_CERT_EMAIL, PROBLEM_SHAPE, SAY("Add the part after @, for example @example.hk") },
	{ FIELD_STOCK_KIND, PROBLEM_EMPTY, SAY("Choose what it is") },
	{ FIELD_STOCK_FIRST, PROBLEM_NOT_FREE, SAY("One of these serial numbers is in stock already. Count again") },
	{ FIELD_STOCK_LAST, PROBLEM_TOO_MANY, SAY("No more than 1,000 items at once") },
	{ FIELD_STOCK_REASON, PROBLEM_EMPTY, SAY("Choose why") },
	{ FIELD_CONTACT_EMAIL, PROBLEM_SHAPE, SAY("Add the part after @, for example @example.hk") },
	{ FIELD_AREA, PROBLEM_EMPTY, SAY("Choose Hong Kong, Kowloon or New Territories") },
	{ FIELD_BARCODE, PROBLEM_EMPTY, SAY("Scan the barcode of the form") },
	{ FIELD_BARCODE, PROBLEM_SHAPE, SAY("Scan the barcode again: 4 to 24 letters and digits") },
	{ FIELD_ENVELOPE, PROBLEM_EMPTY, SAY("Copy the number printed on the PIN envelope") },
	{ FIELD_ENVELOPE, PROBLEM_REPEATED,
		SAY("This is the barcode of the form. Copy the number printed on the envelope") },
	{ FIELD_ENVELOPE, PROBLEM_SHAPE, SAY("Look at the envelope again: 4 to 24 letters and digits") },
	{ FIELD_STAFF_NUMBER, PROBLEM_EMPTY, SAY("Enter the staff number") },
	{ FIELD_STAFF_NUMBER, PROBLEM_SHAPE, SAY("3 to 16 letters and digits") },
	{ FIELD_STAFF_NAME, PROBLEM_EMPTY, SAY("Enter the name") },
	{ FIELD_STAFF_ROLE, PROBLEM_EMPTY, SAY("Choose what this person does") },
	{ FIELD_STAFF_PASSWORD, PROBLEM_EMPTY, SAY("Enter a password") },
	{ FIELD_STAFF_PASSWORD, PROBLEM_SHORT, SAY("At least 15 characters. Several words are good") },
	{ FIELD_STAFF_PASSWORD, PROBLEM_LONG, SAY("At most 128 characters") },
	{ FIELD_STAFF_AGAIN, PROBLEM_EMPTY, SAY("Type the same password again") },
	{ FIELD_SIGN_IN_NUMBER, PROBLEM_EMPTY, SAY("Enter your staff number") },
	{ FIELD_SIGN_IN_PASSWORD, PROBLEM_EMPTY, SAY("Enter your password") },
	{ FIELD_REFERENCE, PROBLEM_EMPTY, SAY("Copy the reference from the slip") },
	{ FIELD_AMOUNT, PROBLEM_EMPTY, SAY("Enter the amount") },
	{ FIELD_AMOUNT, PROBLEM_SHAPE, SAY("Dollars and cents, for example 48.50") },
	{ FIELD_COUNT_PIECES, PROBLEM_EMPTY, SAY("Count the drawer first. A till cannot begin empty") },
	{ FIELD_COUNT_PIECES, PROBLEM_NOTHING, SAY("Count the drawer first. A till cannot begin empty") },
	{ FIELD_COUNT_PIECES, PROBLEM_ABSURD, SAY("This number of pieces cannot be right. Count again") },
	{ FIELD_PRODUCT, PROBLEM_EMPTY, SAY("Choose the certificate that the form names") },
	{ FIELD_PRODUCT, PROBLEM_NOT_LOOKED, SAY("Choose the certificate that the form names") },
};

static const char *
own_words(enum field field, enum field_problem problem)
{
	for (size_t i = 0; i < sizeof OWN_WORDS / sizeof *OWN_WORDS; i++) {
		if (OWN_WORDS[i].field == field && OWN_WORDS[i].problem == problem) {
			return OWN_WORDS[i].words;
		}
	}
	return PROBLEM_WORDS[problem];
}

const char *
words_problem(struct tree *tree, const struct view *view, enum field field)
{
	const struct view_field *state = &view->fields[field];
	const enum lang lang = tree->look.lang;
	if (!state->told || state->problem == PROBLEM_NONE) {
		return NULL;
	}
	switch (state->problem) {
	case PROBLEM_LEFT:
		return tree_text(tree, say(lang, "%s is still to be paid"), words_money(tree, view->left));
	case PROBLEM_LAST:
		return tree_text(tree, say(lang, "The fourth payment is the last one. It must cover all that is left: %s"),
			words_money(tree, view->left));
	case PROBLEM_WAIT:
		return tree_text(tree,
			say_n(lang, "Wait %u second before the next try", "Wait %u seconds before the next try", view->wait_s),
			view->wait_s);
	case PROBLEM_TOO_FEW:
		return tree_text(tree, say(lang, "%u of at least %u features ticked. Look at the card again"),
			view->checks_seen, view->checks_least);
	default:
		return say(lang, own_words(field, state->problem));
	}
}

static const char *const STEPS[FLOW_STATES] = {
	[FLOW_UNPROVISIONED] = SAY("Not set up"),
	[FLOW_SIGN_IN] = SAY("Sign in"),
	[FLOW_NEW_PASSWORD] = SAY("New password"),
	[FLOW_TILL] = SAY("Open the till"),
	[FLOW_HOME] = SAY("Home"),
	[FLOW_STAFF] = SAY("Staff"),
	[FLOW_QUEUE] = SAY("Queue and line"),
	[FLOW_FIND] = SAY("Find a case"),
	[FLOW_STORED] = SAY("Finished case"),
	[FLOW_PRODUCT] = SAY("Form"),
	[FLOW_NOT_HERE] = SAY("Not at a post office"),
	[FLOW_IDENTITY] = SAY("Identity check"),
	[FLOW_DETAILS] = SAY("Applicant details"),
	[FLOW_DECLARATION] = SAY("Declaration"),
	[FLOW_PAYMENT] = SAY("Payment"),
	[FLOW_CHECK] = SAY("Check answers"),
	[FLOW_HAND_OVER] = SAY("Hand-over"),
	[FLOW_RELEASE] = SAY("Release by a second officer"),
	[FLOW_TOKEN] = SAY("Write the token"),
	[FLOW_PIN] = SAY("PIN and delivery"),
	[FLOW_COLLECT] = SAY("Waiting for a token"),
	[FLOW_STOCK] = SAY("Tokens and envelopes"),
	[FLOW_LOCKED] = SAY("Locked"),
	[FLOW_FAULT] = SAY("Out of service"),
	[FLOW_CLOCK] = SAY("Clock"),
};

const char *
words_step(enum lang lang, enum flow_state state)
{
	assert(state < FLOW_STATES);
	return say(lang, STEPS[state]);
}

const char *
words_hold(enum lang lang, enum hold_reason reason)
{
	static const char *const REASONS[HOLD_REASONS] = {
		[HOLD_FETCH_MONEY] = SAY("Applicant went to fetch money"),
		[HOLD_FETCH_DOCUMENT] = SAY("Applicant went to fetch a document"),
		[HOLD_CORRECT_FORM] = SAY("Form goes back to be corrected"),
		[HOLD_DOUBT] = SAY("In doubt: the supervisor decides"),
		[HOLD_OTHER] = SAY("Another reason"),
	};
	assert(reason < HOLD_REASONS);
	return say(lang, REASONS[reason]);
}

const char *
words_role(enum lang lang, enum officer_role role)
{
	return role == OFFICER_SUPERVISOR ? say(lang, "Supervisor") : say(lang, "Counter clerk");
}

enum language
words_language(enum lang lang)
{
	return lang == LANG_HANT ? LANGUAGE_ZH_HK : lang == LANG_HANS ? LANGUAGE_ZH_CN : LANGUAGE_EN;
}

const char *
words_phrase(const struct tree *tree, const struct phrase *phrase)
{
	const char *text = phrase->in[words_language(tree->look.lang)];
	text = text && *text ? text : phrase->in[LANGUAGE_EN];
	return text ? text : "";
}

const char *
words_product(const struct tree *tree, const struct view *view, const char *id)
{
	const struct catalogue_product *product = view->catalogue ? catalogue_product(view->catalogue, id) : NULL;
	return product ? words_phrase(tree, &product->name) : id;
}

const char *
words_amount(struct tree *tree, struct money amount)
{
	char text[MONEY_TEXT];
	money_format(amount, text);
	return tree_copy(tree, text);
}

const char *
words_money(struct tree *tree, struct money amount)
{
	return tree_text(tree, "$%s", words_amount(tree, amount));
}

const char *
words_clock(struct tree *tree, const struct view *view, int64_t at_ms)
{
	char text[DATE_TEXT];
	date_clock(at_ms, view->offset_min, text);
	return tree_copy(tree, text);
}

static const char *const MONTHS[12] = { SAY("January"), SAY("February"), SAY("March"), SAY("April"), SAY("month|May"),
	SAY("June"), SAY("July"), SAY("August"), SAY("September"), SAY("October"), SAY("November"), SAY("December") };
static const char *const SHORT_MONTHS[12] = { SAY("Jan"), SAY("Feb"), SAY("Mar"), SAY("Apr"), SAY("short month|May"),
	SAY("Jun"), SAY("Jul"), SAY("Aug"), SAY("Sep"), SAY("Oct"), SAY("Nov"), SAY("Dec") };
static const char *const WEEKDAYS[7] = { SAY("Monday"), SAY("Tuesday"), SAY("Wednesday"), SAY("Thursday"),
	SAY("Friday"), SAY("Saturday"), SAY("Sunday") };

/* Chinese writes year, month, day with their words and no blanks. */
static bool
is_chinese(const struct tree *tree)
{
	return tree->look.lang == LANG_HANT || tree->look.lang == LANG_HANS;
}

const char *
words_date(struct tree *tree, struct date date)
{
	if (!date_valid(date)) {
		return "";
	}
	if (is_chinese(tree)) {
		return tree_text(tree, "%d年%d月%d日", date.year, date.month, date.day);
	}
	return tree_text(tree, "%d %s %d", date.day, say(tree->look.lang, SHORT_MONTHS[date.month - 1]), date.year);
}

const char *
words_day(struct tree *tree, struct date date, bool year)
{
	if (!date_valid(date)) {
		return "";
	}
	const enum lang lang = tree->look.lang;
	const char *weekday = say(lang, WEEKDAYS[date_weekday(date)]);
	if (is_chinese(tree)) {
		const char *before = year ? tree_text(tree, "%d年", date.year) : "";
		return tree_text(tree, "%s%d月%d日　%s", before, date.month, date.day, weekday);
	}
	const char *after = year ? tree_text(tree, " %d", date.year) : "";
	return tree_text(tree, "%s %d %s%s", weekday, date.day, say(lang, MONTHS[date.month - 1]), after);
}

const char *
words_when(struct tree *tree, const struct view *view, int64_t at_ms)
{
	const char *clock = words_clock(tree, view, at_ms);
	const struct date date = date_of_instant(at_ms, view->offset_min);
	if (date_compare(date, view->day) == 0) {
		return clock;
	}
	if (is_chinese(tree)) {
		return tree_text(tree, "%d月%d日 %s", date.month, date.day, clock);
	}
	return tree_text(tree, "%d %s %s", date.day, say(tree->look.lang, SHORT_MONTHS[date.month - 1]), clock);
}

const char *
words_age(struct tree *tree, int64_t ms)
{
	const enum lang lang = tree->look.lang;
	if (ms < MINUTE_MS) {
		return say(lang, "under 1 min");
	}
	if (ms < HOUR_MS) {
		return tree_text(tree, say(lang, "%d min"), (int)(ms / MINUTE_MS));
	}
	if (ms < DAY_MS) {
		const int hours = (int)(ms / HOUR_MS), minutes = (int)(ms % HOUR_MS / MINUTE_MS);
		return minutes ? tree_text(tree, say(lang, "%d h %d min"), hours, minutes)
					   : tree_text(tree, say(lang, "%d h"), hours);
	}
	const int64_t days = ms / DAY_MS < 100000 ? ms / DAY_MS : 99999;
	return tree_text(tree, say_n(lang, "%d day", "%d days", (unsigned long)days), (int)days);
}
