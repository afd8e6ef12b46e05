#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/catalogue_inside.h"

void
catalogue_values_push(struct catalogue_reading *in, const char *member, size_t index)
{
	in->path[in->depth++] = (struct where_step){ member, index };
}

void
catalogue_values_pop(struct catalogue_reading *in)
{
	in->depth--;
}

const char *
catalogue_values_text(struct catalogue_reading *in, json_t *value, size_t most)
{
	if (!json_is_string(value)) {
		catalogue_load_fault(in, "must be a text");
		return "";
	}
	const char *text = json_string_value(value);
	if (text[0] == '\0')
		catalogue_load_fault(in, "must not be empty");
	if (strlen(text) > most)
		catalogue_load_fault(in, "is longer than %zu bytes", most);
	for (const char *at = text; *at != '\0';) {
		uint32_t code = text_next(&at);
		if (text_is_control(code) || text_is_bidi_control(code)) {
			catalogue_load_fault(in, "holds a control character");
			break;
		}
	}
	return text;
}

const char *
catalogue_values_id(struct catalogue_reading *in, json_t *value, bool all)
{
	const char *id = catalogue_values_text(in, value, CATALOGUE_ID - 1);
	size_t plain = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");
	if (id[plain] != '\0' && !(all && strcmp(id, "*") == 0))
		catalogue_load_fault(in, "an id has lower-case letters, digits and hyphens only");
	return id;
}

bool
catalogue_values_number(struct catalogue_reading *in, json_t *value, int least, int most, int *out)
{
	json_int_t number = json_integer_value(value);
	bool ok = json_is_integer(value) && number >= least && number <= most;
	if (ok)
		*out = (int)number;
	else
		catalogue_load_fault(in, "must be a whole number from %d to %d", least, most);
	return ok;
}

void
catalogue_values_choice(struct catalogue_reading *in, json_t *value, const char *const *choices, void *field)
{
	const char *text = catalogue_values_text(in, value, CATALOGUE_ID - 1);
	for (unsigned i = 0; choices[i] != NULL; i++) {
		if (strcmp(choices[i], text) == 0) {
			memcpy(field, &i, sizeof(i));
			return;
		}
	}
	catalogue_load_fault(in, "is none of the words that may stand here");
}

void
catalogue_values_date(struct catalogue_reading *in, json_t *value, struct date *out)
{
	struct error why;
	if (!date_parse_iso(catalogue_values_text(in, value, DATE_TEXT), out, &why))
		catalogue_load_fault(in, "%s", why.text);
}

void
catalogue_values_money(struct catalogue_reading *in, json_t *value, struct money *out)
{
	const char *text = catalogue_values_text(in, value, MONEY_TEXT);
	struct money amount;
	char plain[MONEY_TEXT];
	struct error ignored;
	if (!money_parse(text, &amount, &ignored)) {
		catalogue_load_fault(in, "is not an amount of money");
		return;
	}
	money_plain(amount, plain);
	if (strcmp(plain, text) != 0)
		catalogue_load_fault(in, "an amount is written with two decimals and no commas");
	*out = amount;
}

void
catalogue_values_phrase(struct catalogue_reading *in, json_t *value, size_t most, struct phrase *out)
{
	const char *name;
	json_t *text;
	if (!json_is_object(value)) {
		catalogue_load_fault(in, "must be a text in each language");
		return;
	}
	for (int i = 0; i < LANGUAGES; i++) {
		const char *tag = phrase_tag((enum language)i);
		if (json_object_get(value, tag) == NULL)
			catalogue_load_fault(in, "has no translation \"%s\"", tag);
	}
	json_object_foreach(value, name, text)
	{
		enum language language;
		catalogue_values_push(in, name, 0);
		if (phrase_language(name, &language))
			out->in[language] = catalogue_values_text(in, text, most);
		else
			catalogue_load_fault(in, "is in a language that the counter does not have");
		catalogue_values_pop(in);
	}
}

void
catalogue_values_same(struct catalogue_reading *in, json_t *value, size_t most, struct phrase *out)
{
	if (!json_is_string(value)) {
		catalogue_values_phrase(in, value, most, out);
		return;
	}
	const char *text = catalogue_values_text(in, value, most);
	for (int i = 0; i < LANGUAGES; i++)
		out->in[i] = text;
}

bool
catalogue_values_array(struct catalogue_reading *in, json_t *value, size_t most)
{
	bool ok = json_is_array(value) && json_array_size(value) > 0 && json_array_size(value) <= most;
	if (!ok)
		catalogue_load_fault(in, "must be a list of 1 to %zu entries", most);
	return ok;
}

void
catalogue_values_phrases(struct catalogue_reading *in, json_t *value, size_t most, struct phrase *out, size_t *count)
{
	*count = 0;
	if (!catalogue_values_array(in, value, CATALOGUE_LIST))
		return;
	for (; *count < json_array_size(value); (*count)++) {
		out[*count] = (struct phrase){ .in = { "", "", "" } };
		catalogue_values_push(in, NULL, *count);
		catalogue_values_phrase(in, json_array_get(value, *count), most, &out[*count]);
		catalogue_values_pop(in);
	}
}

void
catalogue_values_terms(struct catalogue_reading *in, json_t *value, int *out, size_t *count)
{
	int before = 0;
	*count = 0;
	if (!catalogue_values_array(in, value, sizeof(((struct catalogue_product *)0)->terms) / sizeof(int)))
		return;
	for (size_t i = 0; i < json_array_size(value); i++) {
		catalogue_values_push(in, NULL, i);
		if (catalogue_values_number(in, json_array_get(value, i), before + 1, CATALOGUE_MONTHS, &out[*count]))
			before = out[(*count)++];
		catalogue_values_pop(in);
	}
}
