#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/catalogue_inside.h"

#define TEXT_MOST          2000u /* bytes of any text */
#define FORM_MOST          23    /* bytes of a form number, as in struct application */
#define PLACE_NAME_MOST    200u
#define PLACE_ADDRESS_MOST 400u
#define AGE_MOST           130

/* What a member must look like and what it becomes. */
enum shape {
	SHAPE_ID,      /* lower-case letters, digits and hyphens */
	SHAPE_ID_ALL,  /* the same, or "*" */
	SHAPE_TEXT,    /* at most `most` bytes */
	SHAPE_NUMBER,  /* whole, least..most */
	SHAPE_BOOL,    /* true or false */
	SHAPE_CHOICE,  /* one of `choices`, kept as its index */
	SHAPE_DATE,    /* "2026-11-25" */
	SHAPE_MONEY,   /* "48.00" */
	SHAPE_PHRASE,  /* a text in each language, at most `most` bytes each */
	SHAPE_SAME,    /* a phrase, or one text for all languages */
	SHAPE_PHRASES, /* an array of phrases */
	SHAPE_TERMS,   /* an array of months, each larger than the one before */
	SHAPE_PLACES,  /* an array of places */
};

struct member {
	const char *name;
	enum shape shape;
	size_t offset, count;       /* of the field, and of its count if it is a list */
	int least, most;            /* of a choice, `least` is what holds if the member is not there */
	const char *const *choices; /* ends with NULL */
	bool required;
};

struct list {
	const char *name;
	const struct member *members;
	size_t member_count;
	size_t at, count, cap, stride; /* of the array in struct catalogue */
	size_t sample;                 /* offset of the mark in an entry */
	bool keyed;                    /* entries have an id, which comes first in them */
};

struct least { /* the top member "checks_least" */
	int value;
	const char *source;
};

#define OF(type, field)   offsetof(struct type, field)
#define AT(type, field)   .offset = OF(type, field)
#define MANY(type, field) .count = OF(type, field)
#define COUNT(array)      (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
static const char *const services[] = { "handled", "redirected", "not-yet", NULL };
static const char *const media[]    = { "file-usb", "token", "none", NULL };
static const char *const routes[]   = { "central", "token", "subscriber", NULL };
static const char *const releases[] = { "counter", "officer", "day", NULL };

static const struct member kind_members[] = {
	{ "id",     SHAPE_ID,     AT(catalogue_kind, id),     .required = true },
	{ "name",   SHAPE_PHRASE, AT(catalogue_kind, name),   .most = 200, .required = true },
	{ "source", SHAPE_TEXT,   AT(catalogue_kind, source), .most = 400, .required = true },
};
static const struct member form_members[] = {
	{ "id",       SHAPE_TEXT, AT(catalogue_form, id),       .most = 23, .required = true },
	{ "revision", SHAPE_TEXT, AT(catalogue_form, revision), .most = FORM_MOST },
	{ "source",   SHAPE_TEXT, AT(catalogue_form, source),   .most = 400, .required = true },
};
static const struct member product_members[] = {
	{ "id",              SHAPE_ID,      AT(catalogue_product, id),         .required = true },
	{ "kind",            SHAPE_ID,      AT(catalogue_product, kind),       .required = true },
	{ "name",            SHAPE_PHRASE,  AT(catalogue_product, name),       .most = 200, .required = true },
	{ "short_name",      SHAPE_PHRASE,  AT(catalogue_product, short_name), .most = 80, .required = true },
	{ "form",            SHAPE_TEXT,    AT(catalogue_product, form),       .most = FORM_MOST },
	{ "supplement",      SHAPE_TEXT,    AT(catalogue_product, supplement), .most = FORM_MOST },
	{ "service",         SHAPE_CHOICE,  AT(catalogue_product, service),    .choices = services, .required = true },
	{ "medium",          SHAPE_CHOICE,  AT(catalogue_product, medium),     .choices = media, .least = CATALOGUE_MEDIUM_NONE },
	{ "token_brand",     SHAPE_ID,      AT(catalogue_product, token_brand) },
	{ "key_route",       SHAPE_CHOICE,  AT(catalogue_product, key_route),  .choices = routes },
	{ "release",         SHAPE_CHOICE,  AT(catalogue_product, release),    .choices = releases, .least = CATALOGUE_RELEASE_DAY },
	{ "who",             SHAPE_PHRASE,  AT(catalogue_product, who),        .most = 400, .required = true },
	{ "age_least",       SHAPE_NUMBER,  AT(catalogue_product, age_least),  .least = 1, .most = AGE_MOST },
	{ "age_below",       SHAPE_NUMBER,  AT(catalogue_product, age_below),  .least = 1, .most = AGE_MOST },
	{ "bring",           SHAPE_PHRASES, AT(catalogue_product, bring),      MANY(catalogue_product, bring_count), .most = 400 },
	{ "note",            SHAPE_PHRASE,  AT(catalogue_product, note),       .most = 600 },
	{ "next",            SHAPE_PHRASES, AT(catalogue_product, next),       MANY(catalogue_product, next_count), .most = 400 },
	{ "terms",           SHAPE_TERMS,   AT(catalogue_product, terms),      MANY(catalogue_product, term_count) },
	{ "validity_months", SHAPE_NUMBER,  AT(catalogue_product, validity_months), .least = 1, .most = CATALOGUE_MONTHS },
	{ "declaration",     SHAPE_ID,      AT(catalogue_product, declaration) },
	{ "pin_envelope",    SHAPE_BOOL,    AT(catalogue_product, pin_envelope) },
	{ "places",          SHAPE_PLACES,  AT(catalogue_product, places),     MANY(catalogue_product, place_count) },
	{ "source",          SHAPE_TEXT,    AT(catalogue_product, source),     .most = 400, .required = true },
};
static const struct member payee_members[] = {
	{ "id",     SHAPE_ID,     AT(catalogue_payee, id),     .required = true },
	{ "name",   SHAPE_PHRASE, AT(catalogue_payee, name),   .most = 63, .required = true },
	{ "source", SHAPE_TEXT,   AT(catalogue_payee, source), .most = 400, .required = true },
};
static const struct member fee_members[] = { /* bounds of texts are those of struct fee_line */
	{ "item",              SHAPE_ID,     AT(catalogue_fee, item),              .required = true },
	{ "product",           SHAPE_ID_ALL, AT(catalogue_fee, product),           .required = true },
	{ "name",              SHAPE_PHRASE, AT(catalogue_fee, name),              .most = 95, .required = true },
	{ "term_months",       SHAPE_NUMBER, AT(catalogue_fee, term_months),       .least = 1, .most = CATALOGUE_MONTHS },
	{ "list",              SHAPE_MONEY,  AT(catalogue_fee, list),              .required = true },
	{ "promotional",       SHAPE_MONEY,  AT(catalogue_fee, promotional) },
	{ "from",              SHAPE_DATE,   AT(catalogue_fee, from),              .required = true },
	{ "until",             SHAPE_DATE,   AT(catalogue_fee, until) },
	{ "promotional_from",  SHAPE_DATE,   AT(catalogue_fee, promotional_from) },
	{ "promotional_until", SHAPE_DATE,   AT(catalogue_fee, promotional_until) },
	{ "payee",             SHAPE_ID,     AT(catalogue_fee, payee_id),          .required = true },
	{ "source",            SHAPE_TEXT,   AT(catalogue_fee, source),            .most = 127, .required = true },
};
static const struct member method_members[] = {
	{ "id",              SHAPE_ID,     AT(catalogue_method, id),              .required = true },
	{ "name",            SHAPE_PHRASE, AT(catalogue_method, name),            .most = 80, .required = true },
	{ "reference",       SHAPE_BOOL,   AT(catalogue_method, reference),       .required = true },
	{ "reference_least", SHAPE_NUMBER, AT(catalogue_method, reference_least), .least = 1, .most = 31 },
	{ "reference_most",  SHAPE_NUMBER, AT(catalogue_method, reference_most),  .least = 1, .most = 31 },
	{ "reference_label", SHAPE_PHRASE, AT(catalogue_method, reference_label), .most = 120 },
	{ "rule",            SHAPE_PHRASE, AT(catalogue_method, rule),            .most = 400 },
	{ "source",          SHAPE_TEXT,   AT(catalogue_method, source),          .most = 400, .required = true },
};
static const struct member check_members[] = {
	{ "id",         SHAPE_ID,     AT(catalogue_check_row, check.id),         .required = true },
	{ "name",       SHAPE_PHRASE, AT(catalogue_check_row, check.name),       .most = 120, .required = true },
	{ "hint",       SHAPE_PHRASE, AT(catalogue_check_row, check.hint),       .most = 200, .required = true },
	{ "required",   SHAPE_BOOL,   AT(catalogue_check_row, check.required) },
	{ "generation", SHAPE_NUMBER, AT(catalogue_check_row, check.generation), .least = 2003, .most = 2018 },
	{ "source",     SHAPE_TEXT,   AT(catalogue_check_row, source),           .most = 400, .required = true },
};
static const struct member document_members[] = {
	{ "id",        SHAPE_ID,      AT(catalogue_document, id),        .required = true },
	{ "version",   SHAPE_TEXT,    AT(catalogue_document, version),   .most = 23, .required = true },
	{ "title",     SHAPE_PHRASE,  AT(catalogue_document, title),     .most = 200, .required = true },
	{ "items",     SHAPE_PHRASES, AT(catalogue_document, items),     MANY(catalogue_document, item_count), .most = (int)TEXT_MOST,
	  .required = true },
	{ "key_route", SHAPE_CHOICE,  AT(catalogue_document, key_route), .choices = routes, .required = true },
	{ "source",    SHAPE_TEXT,    AT(catalogue_document, source),    .most = 400, .required = true },
};
static const struct member least_members[] = {
	{ "value",  SHAPE_NUMBER, AT(least, value),  .most = (int)CATALOGUE_CHECKS },
	{ "source", SHAPE_TEXT,   AT(least, source), .most = 400 },
};

#define LIST(name, type, array, counter, members, cap, keyed) \
	{ name, members, COUNT(members), OF(catalogue, array), OF(catalogue, counter), cap, sizeof(struct type), OF(type, sample), keyed }
static const struct list lists[CATALOGUE_LISTS] = { /* in the order of enum catalogue_list */
	LIST("kinds",     catalogue_kind,      kinds,     kind_count,     kind_members,     CATALOGUE_KINDS,     true),
	LIST("forms",     catalogue_form,      forms,     form_count,     form_members,     CATALOGUE_FORMS,     true),
	LIST("products",  catalogue_product,   products,  product_count,  product_members,  CATALOGUE_PRODUCTS,  true),
	LIST("payees",    catalogue_payee,     payees,    payee_count,    payee_members,    CATALOGUE_PAYEES,    true),
	LIST("fees",      catalogue_fee,       fees,      fee_count,      fee_members,      CATALOGUE_FEES,      false),
	LIST("methods",   catalogue_method,    methods,   method_count,   method_members,   CATALOGUE_METHODS,   true),
	LIST("checks",    catalogue_check_row, checks,    check_count,    check_members,    CATALOGUE_CHECKS,    true),
	LIST("documents", catalogue_document,  documents, document_count, document_members, CATALOGUE_DOCUMENTS, true),
};
/* clang-format on */

/* What holds for members that are not there: empty texts, no amount, a stated choice, zeros for the rest. */
static void
clear_entry(const struct member *members, size_t count, uint8_t *entry)
{
	for (size_t i = 0; i < count; i++) {
		void *field = entry + members[i].offset;
		enum shape shape = members[i].shape;
		if (shape == SHAPE_TEXT || shape == SHAPE_ID || shape == SHAPE_ID_ALL)
			*(const char **)field = "";
		else if (shape == SHAPE_PHRASE || shape == SHAPE_SAME)
			*(struct phrase *)field = (struct phrase){ .in = { "", "", "" } };
		else if (shape == SHAPE_MONEY)
			*(struct money *)field = (struct money){ -1 };
		else if (shape == SHAPE_CHOICE)
			memcpy(field, &members[i].least, sizeof(members[i].least));
	}
}

static void
take_place(struct catalogue_reading *in, json_t *object, struct catalogue_place *out)
{
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value)
	{
		catalogue_values_push(in, name, 0);
		if (strcmp(name, "name") == 0)
			catalogue_values_phrase(in, value, PLACE_NAME_MOST, &out->name);
		else if (strcmp(name, "address") == 0)
			catalogue_values_phrase(in, value, PLACE_ADDRESS_MOST, &out->address);
		else if (strcmp(name, "url") == 0)
			catalogue_values_same(in, value, PLACE_NAME_MOST, &out->url);
		else if (strcmp(name, "form") == 0)
			out->form = catalogue_values_text(in, value, FORM_MOST);
		else
			catalogue_load_fault(in, "is a member that nobody knows");
		catalogue_values_pop(in);
	}
	if (json_object_get(object, "name") == NULL)
		catalogue_load_fault(in, "a place must have a name");
}

static void
take_places(struct catalogue_reading *in, json_t *value, struct catalogue_place *out, size_t *count)
{
	const struct phrase empty = { .in = { "", "", "" } };
	*count = 0;
	if (!catalogue_values_array(in, value, CATALOGUE_LIST))
		return;
	for (; *count < json_array_size(value); (*count)++) {
		out[*count] = (struct catalogue_place){ empty, empty, empty, "" };
		catalogue_values_push(in, NULL, *count);
		take_place(in, json_array_get(value, *count), &out[*count]);
		catalogue_values_pop(in);
	}
}

static void
take_scalar(struct catalogue_reading *in, const struct member *member, json_t *value, void *field)
{
	if (member->shape == SHAPE_BOOL) {
		if (!json_is_boolean(value))
			catalogue_load_fault(in, "must be true or false");
		*(bool *)field = json_is_true(value);
	} else if (member->shape == SHAPE_NUMBER) {
		(void)catalogue_values_number(in, value, member->least, member->most, field);
	} else if (member->shape == SHAPE_CHOICE) {
		catalogue_values_choice(in, value, member->choices, field);
	} else if (member->shape == SHAPE_DATE) {
		catalogue_values_date(in, value, field);
	} else if (member->shape == SHAPE_MONEY) {
		catalogue_values_money(in, value, field);
	} else if (member->shape == SHAPE_TEXT) {
		*(const char **)field = catalogue_values_text(in, value, (size_t)member->most);
	} else {
		*(const char **)field = catalogue_values_id(in, value, member->shape == SHAPE_ID_ALL);
	}
}

static void
take_member(struct catalogue_reading *in, const struct member *member, json_t *value, uint8_t *entry)
{
	void *field = entry + member->offset;
	size_t *count = (void *)(entry + member->count);
	if (member->shape == SHAPE_PHRASE)
		catalogue_values_phrase(in, value, (size_t)member->most, field);
	else if (member->shape == SHAPE_SAME)
		catalogue_values_same(in, value, (size_t)member->most, field);
	else if (member->shape == SHAPE_PHRASES)
		catalogue_values_phrases(in, value, (size_t)member->most, field, count);
	else if (member->shape == SHAPE_TERMS)
		catalogue_values_terms(in, value, field, count);
	else if (member->shape == SHAPE_PLACES)
		take_places(in, value, field, count);
	else
		take_scalar(in, member, value, field);
}

static size_t
find_member(const struct member *members, size_t count, const char *name)
{
	size_t i = 0;
	while (i < count && strcmp(members[i].name, name) != 0)
		i++;
	return i;
}

/* Returns which members were there, a bit each. `marked`: "sample" may stand there too. */
static uint32_t
take_members(struct catalogue_reading *in, const struct member *members, size_t count, bool marked, json_t *object,
	uint8_t *entry)
{
	uint32_t seen = 0;
	const char *name;
	json_t *value;
	if (!json_is_object(object)) {
		catalogue_load_fault(in, "must be an object");
		return 0;
	}
	json_object_foreach(object, name, value)
	{
		size_t which = find_member(members, count, name);
		catalogue_values_push(in, name, 0);
		if (which < count) {
			take_member(in, &members[which], value, entry);
			seen |= 1u << which;
		} else if (!marked || strcmp(name, "sample") != 0) {
			catalogue_load_fault(in, "is a member that nobody knows");
		}
		catalogue_values_pop(in);
	}
	return seen;
}

static uint8_t *
entry_at(struct catalogue *catalogue, const struct list *list, size_t index)
{
	return (uint8_t *)catalogue + list->at + index * list->stride;
}

static size_t *
count_of(struct catalogue *catalogue, const struct list *list)
{
	return (void *)((uint8_t *)catalogue + list->count);
}

/* Index of the entry with this id; the count if there is none. */
static size_t
find_entry(struct catalogue *catalogue, const struct list *list, const char *id)
{
	size_t i = 0;
	while (i < *count_of(catalogue, list) && strcmp(*(const char **)(void *)entry_at(catalogue, list, i), id) != 0)
		i++;
	return i;
}

static int
line_here(const struct catalogue_reading *in)
{
	return where_line((const char *)in->files[in->file].bytes.at, in->path, in->depth);
}

static size_t
add_entry(struct catalogue_reading *in, enum catalogue_list which)
{
	const struct list *list = &lists[which];
	size_t *count = count_of(in->catalogue, list);
	if (*count == list->cap) {
		catalogue_load_fault(in, "more than %zu %s", list->cap, list->name);
		return SIZE_MAX;
	}
	clear_entry(list->members, list->member_count, entry_at(in->catalogue, list, *count));
	in->origins[which][*count] =
		(struct catalogue_origin){ .file = in->file, .line = line_here(in), .facts = !in->files[in->file].training };
	return (*count)++;
}

/* The entry that `object` is or changes: training may lay its values over a fact once. SIZE_MAX after a fault. */
static size_t
choose_entry(struct catalogue_reading *in, enum catalogue_list which, json_t *object)
{
	const struct list *list = &lists[which];
	const char *id = json_string_value(json_object_get(object, "id"));
	if (!list->keyed || id == NULL)
		return add_entry(in, which);
	size_t index = find_entry(in->catalogue, list, id);
	if (index == *count_of(in->catalogue, list))
		return add_entry(in, which);
	struct catalogue_origin *origin = &in->origins[which][index];
	if (!in->files[in->file].training || !origin->facts || origin->overlaid) {
		catalogue_load_fault(in, "an id that was there before");
		return SIZE_MAX;
	}
	origin->overlaid = true; /* the facts hold by themselves, so what is wrong from here on is wrong here */
	origin->file = in->file;
	origin->line = line_here(in);
	return index;
}

/* Sample values are marked, and facts hold none. */
static bool
judge_mark(struct catalogue_reading *in, json_t *object)
{
	json_t *mark = json_object_get(object, "sample");
	bool training = in->files[in->file].training;
	if (!training && mark != NULL)
		catalogue_load_fault(in, "a sample value among the facts");
	if (training && !json_is_true(mark))
		catalogue_load_fault(in, "a training value must say \"sample\": true");
	return training;
}

static void
read_entry(struct catalogue_reading *in, enum catalogue_list which, json_t *object)
{
	const struct list *list = &lists[which];
	if (!json_is_object(object)) {
		catalogue_load_fault(in, "must be an object");
		return;
	}
	bool sample = judge_mark(in, object);
	size_t index = choose_entry(in, which, object);
	if (index == SIZE_MAX)
		return;
	uint8_t *entry = entry_at(in->catalogue, list, index);
	in->origins[which][index].seen |= take_members(in, list->members, list->member_count, true, object, entry);
	if (sample)
		*(bool *)(entry + list->sample) = true;
}

static void
read_list(struct catalogue_reading *in, enum catalogue_list which, json_t *array)
{
	if (!json_is_array(array)) {
		catalogue_load_fault(in, "must be a list");
		return;
	}
	for (size_t i = 0; i < json_array_size(array) && in->faults < CATALOGUE_FAULTS; i++) {
		catalogue_values_push(in, NULL, i);
		read_entry(in, which, json_array_get(array, i));
		catalogue_values_pop(in);
	}
}

static void
read_version(struct catalogue_reading *in, json_t *value)
{
	bool training = in->files[in->file].training;
	const char *text = catalogue_values_text(in, value, sizeof(in->catalogue->version) - 1);
	if ((strncmp(text, "TRAIN ", 6) == 0) != training)
		catalogue_load_fault(in, "a version begins with TRAIN in training and nowhere else");
	if (in->version_seen[training])
		catalogue_load_fault(in, "a second version");
	in->version_seen[training] = true;
	(void)text_copy(in->catalogue->version, sizeof(in->catalogue->version), text);
}

/* How many features of the card beside the required ones. */
static void
read_least(struct catalogue_reading *in, json_t *value)
{
	struct least rule = { 0, "" };
	if (json_is_object(value))
		(void)judge_mark(in, value);
	if (in->least_seen)
		catalogue_load_fault(in, "a second rule of how many checks");
	in->least_seen = true;
	if (take_members(in, least_members, COUNT(least_members), true, value, (uint8_t *)&rule) == 3u)
		in->catalogue->checks_least = rule.value;
	else
		catalogue_load_fault(in, "must have a value and a source");
}

static void
read_top(struct catalogue_reading *in, const char *name, json_t *value)
{
	for (int i = 0; i < CATALOGUE_LISTS; i++) {
		if (strcmp(lists[i].name, name) == 0) {
			read_list(in, (enum catalogue_list)i, value);
			return;
		}
	}
	if (strcmp(name, "version") == 0)
		read_version(in, value);
	else if (strcmp(name, "from") == 0)
		catalogue_values_date(in, value, &in->catalogue->from);
	else if (strcmp(name, "checks_least") == 0)
		read_least(in, value);
	else
		catalogue_load_fault(in, "is a member that nobody knows");
}

void
catalogue_read_root(struct catalogue_reading *in, json_t *root)
{
	const char *name;
	json_t *value;
	if (!json_is_object(root)) {
		catalogue_load_fault(in, "must be an object");
		return;
	}
	json_object_foreach(root, name, value)
	{
		catalogue_values_push(in, name, 0);
		read_top(in, name, value);
		catalogue_values_pop(in);
	}
}

static void
ask_members(struct catalogue_reading *in, enum catalogue_list which, size_t index)
{
	const struct list *list = &lists[which];
	const struct catalogue_origin *origin = &in->origins[which][index];
	for (size_t i = 0; i < list->member_count; i++) {
		if (list->members[i].required && (origin->seen & 1u << i) == 0)
			catalogue_load_fault_at(
				in, origin->file, origin->line, "an entry of %s without \"%s\"", list->name, list->members[i].name);
	}
}

void
catalogue_read_required(struct catalogue_reading *in)
{
	for (int i = 0; i < CATALOGUE_LISTS; i++) {
		for (size_t k = 0; k < *count_of(in->catalogue, &lists[i]); k++)
			ask_members(in, (enum catalogue_list)i, k);
	}
	if (in->version_seen[0] && in->catalogue->from.year == 0)
		catalogue_load_fault_at(in, in->file_count, 0, "no first day (\"from\")");
}
