#include "kiosk/counter/case.h"

#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"

#define GENERATION_NEW 2018
#define GENERATION_OLD 2003

static const struct {
	enum case_kind kind;
	int32_t least, most; /* of a choice */
} kinds[FIELDS] = {
	[FIELD_CARD_NUMBER] = { CASE_TYPED, 0, 0 },
	[FIELD_CARD_CHECK] = { CASE_TYPED, 0, 0 },
	[FIELD_FORM_NUMBER] = { CASE_TYPED, 0, 0 },
	[FIELD_CARD_BIRTH] = { CASE_TYPED, 0, 0 },
	[FIELD_FORM_BIRTH] = { CASE_TYPED, 0, 0 },
	[FIELD_SURNAME] = { CASE_TYPED, 0, 0 },
	[FIELD_GIVEN] = { CASE_TYPED, 0, 0 },
	[FIELD_CHINESE] = { CASE_TYPED, 0, 0 },
	[FIELD_SAME_SURNAME] = { CASE_CHOSEN, APPLICATION_SAME, APPLICATION_DIFFERENT },
	[FIELD_SAME_GIVEN] = { CASE_CHOSEN, APPLICATION_SAME, APPLICATION_DIFFERENT },
	[FIELD_SAME_CHINESE] = { CASE_CHOSEN, APPLICATION_SAME, APPLICATION_DIFFERENT },
	[FIELD_GENERATION] = { CASE_CHOSEN, GENERATION_OLD, GENERATION_NEW },
	[FIELD_TITLE] = { CASE_CHOSEN, APPLICATION_TITLE_MR, APPLICATION_TITLE_MS },
	[FIELD_PHONE] = { CASE_TYPED, 0, 0 },
	[FIELD_CERT_EMAIL] = { CASE_TYPED, 0, 0 },
	[FIELD_CONTACT_EMAIL] = { CASE_TYPED, 0, 0 },
	[FIELD_CONTACT_SAME] = { CASE_CHOSEN, 0, 1 },
	[FIELD_ROOM] = { CASE_TYPED, 0, 0 },
	[FIELD_FLOOR] = { CASE_TYPED, 0, 0 },
	[FIELD_BLOCK] = { CASE_TYPED, 0, 0 },
	[FIELD_BUILDING] = { CASE_TYPED, 0, 0 },
	[FIELD_ESTATE] = { CASE_TYPED, 0, 0 },
	[FIELD_DISTRICT] = { CASE_TYPED, 0, 0 },
	[FIELD_AREA] = { CASE_CHOSEN, APPLICATION_AREA_HK, APPLICATION_AREA_NT },
	[FIELD_BARCODE] = { CASE_TYPED, 0, 0 },
	[FIELD_ENVELOPE] = { CASE_TYPED, 0, 0 },
	[FIELD_DECLARATION_LANGUAGE] = { CASE_CHOSEN, LANGUAGE_EN, LANGUAGE_ZH_CN },
};

enum case_kind
case_kind(enum field field)
{
	return kinds[field].kind;
}

bool
case_is_identity(enum field field)
{
	return field >= FIELD_CARD_NUMBER && field <= FIELD_GENERATION;
}

void
case_begin(struct case_file *file, const char *case_number, const struct catalogue_product *product, int term_months,
	int64_t now_ms)
{
	*file = (struct case_file){ .term_months = term_months, .step = FLOW_IDENTITY, .begun_ms = now_ms };
	(void)text_copy(file->case_number, sizeof(file->case_number), case_number);
	(void)text_copy(file->product, sizeof(file->product), product->id);
	for (size_t i = 0; i < FIELDS; i++)
		file->choice[i] = -1;
}

/* A field of the identity is closed once the identity was checked. */
static bool
is_open(const struct case_file *file, enum field field, enum case_kind kind)
{
	return file->case_number[0] != '\0' && kinds[field].kind == kind && !(file->hidden && case_is_identity(field));
}

bool
case_type(struct case_file *file, enum field field, const char *text)
{
	char kept[CASE_TEXT] = "";
	if (!is_open(file, field, CASE_TYPED))
		return false;
	bool whole = text_copy(kept, sizeof(kept), text);
	bool same = strcmp(kept, file->text[field]) == 0;
	if (same && (whole || file->cut[field])) /* also when the screen sends back the beginning that it was given */
		return false;
	file->cut[field] = !whole;
	memcpy(file->text[field], kept, sizeof(kept));
	secret_wipe(kept, sizeof(kept));
	return true;
}

bool
case_choose(struct case_file *file, enum field field, int32_t choice, const char *officer, int64_t now_ms)
{
	if (!is_open(file, field, CASE_CHOSEN) || choice < kinds[field].least || choice > kinds[field].most ||
		(field == FIELD_GENERATION && choice != GENERATION_OLD && choice != GENERATION_NEW) ||
		file->choice[field] == choice)
		return false;
	file->choice[field] = choice;
	file->judged[field] = (struct case_seen){ .at_ms = now_ms };
	(void)text_copy(file->judged[field].officer, sizeof(file->judged[field].officer), officer);
	if (field == FIELD_DECLARATION_LANGUAGE) { /* what was ticked was ticked in other words */
		memset(file->declared, 0, sizeof(file->declared));
		file->declared_ms = 0;
	}
	return true;
}

const struct catalogue_check *
case_check_at(const struct case_file *file, const struct catalogue *catalogue, size_t index)
{
	int generation = file->choice[FIELD_GENERATION];
	const struct catalogue_check *check = NULL;
	if (generation < 0)
		return NULL;
	for (size_t i = 0; (check = catalogue_check_at(catalogue, i)) != NULL; i++) {
		if (check->generation != 0 && check->generation != generation)
			continue;
		if (index-- == 0)
			return check;
	}
	return NULL;
}

const struct case_seen *
case_seen(const struct case_file *file, const char *id)
{
	for (size_t i = 0; i < file->seen_count; i++)
		if (strcmp(file->seen[i].id, id) == 0)
			return &file->seen[i];
	return NULL;
}

bool
case_see(struct case_file *file, const struct catalogue *catalogue, size_t index, bool on, const char *officer,
	int64_t now_ms)
{
	const struct catalogue_check *check = file->hidden ? NULL : case_check_at(file, catalogue, index);
	const struct case_seen *there = check == NULL ? NULL : case_seen(file, check->id);
	if (check == NULL || (there != NULL) == on)
		return false;
	if (!on) {
		size_t at = (size_t)(there - file->seen);
		file->seen[at] = file->seen[--file->seen_count];
		return true;
	}
	if (file->seen_count == APPLICATION_CHECKS)
		return false;
	struct case_seen *seen = &file->seen[file->seen_count++];
	*seen = (struct case_seen){ .at_ms = now_ms };
	(void)text_copy(seen->id, sizeof(seen->id), check->id);
	(void)text_copy(seen->officer, sizeof(seen->officer), officer);
	return true;
}

bool
case_declare(struct case_file *file, size_t index, bool on, int64_t now_ms)
{
	if (index >= CATALOGUE_LIST || file->declared[index] == on)
		return false;
	file->declared[index] = on;
	file->declared_ms = now_ms;
	return true;
}

bool
case_is_blank(const struct case_file *file)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (file->text[i][0] != '\0' || (file->choice[i] >= 0 && kinds[i].kind == CASE_CHOSEN))
			return false;
	return file->seen_count == 0 && file->payment.count == 0;
}

void
case_tidy(const struct case_file *file, enum field field, char *out, size_t cap)
{
	struct error ignored;
	if (!text_tidy(file->text[field], out, cap, &ignored))
		out[0] = '\0';
}

void
case_name(const struct case_file *file, char *out, size_t cap)
{
	char surname[CASE_TEXT], given[CASE_TEXT], chinese[CASE_TEXT];
	case_tidy(file, FIELD_SURNAME, surname, sizeof(surname));
	case_tidy(file, FIELD_GIVEN, given, sizeof(given));
	case_tidy(file, FIELD_CHINESE, chinese, sizeof(chinese));
	text_upper(surname);
	(void)text_format(out, cap, "%s%s%s%s%s", surname, surname[0] != '\0' && given[0] != '\0' ? " " : "", given,
		chinese[0] != '\0' && (surname[0] != '\0' || given[0] != '\0') ? " " : "", chinese);
	secret_wipe(surname, sizeof(surname));
	secret_wipe(given, sizeof(given));
	secret_wipe(chinese, sizeof(chinese));
}

void
case_forget(struct case_file *file)
{
	secret_wipe(file, sizeof(*file));
}
