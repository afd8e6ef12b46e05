#include "kiosk/store/application_json.h"

#include <jansson.h>
#include <string.h>

#include "kiosk/base/text.h"

static const char *const findings[] = { "not-seen", "same", "different" };

static void
json_free(json_t **json)
{
	json_decref(*json);
}

static bool
write(json_t *json, char **out, struct error *err)
{
	char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
	if (text == NULL)
		return error_set(err, ERROR_INVALID, "store: a text of the application is not UTF-8");
	*out = text;
	return true;
}

/* Takes over `item`. */
static bool
append(json_t *list, json_t *item)
{
	return item != NULL && json_array_append_new(list, item) == 0;
}

static bool
read_list(struct span text, size_t most, json_t **out, struct error *err)
{
	json_t *list = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_array(list) || json_array_size(list) > most) {
		json_decref(list);
		return error_set(err, ERROR_INVALID, "store: a list of the application cannot be read");
	}
	*out = list;
	return true;
}

bool
application_json_checks(const struct application *from, char **out, struct error *err)
{
	CLEANUP(json_free) json_t *list = json_array();
	for (size_t i = 0; i < from->check_count; i++) {
		const struct application_check *check = &from->checks[i];
		if ((unsigned)check->finding >= sizeof(findings) / sizeof(findings[0]) ||
			!append(list,
				json_pack("[s,s,s,I]", check->id, findings[check->finding], check->officer, (json_int_t)check->at_ms)))
			return error_set(err, ERROR_INVALID, "store: a check of the card cannot be written");
	}
	return write(list, out, err);
}

static bool
read_check(json_t *json, struct application_check *out)
{
	const char *id = "", *finding = "", *officer = "";
	json_int_t at = 0;
	size_t found = 0;
	if (json_unpack(json, "[s,s,s,I!]", &id, &finding, &officer, &at) != 0)
		return false;
	while (found < sizeof(findings) / sizeof(findings[0]) && strcmp(findings[found], finding) != 0)
		found++;
	out->finding = (enum application_finding)found;
	out->at_ms = at;
	return found < sizeof(findings) / sizeof(findings[0]) && text_copy(out->id, sizeof(out->id), id) &&
		   text_copy(out->officer, sizeof(out->officer), officer);
}

bool
application_json_read_checks(struct span text, struct application *into, struct error *err)
{
	CLEANUP(json_free) json_t *list = NULL;
	if (!read_list(text, APPLICATION_CHECKS, &list, err))
		return false;
	into->check_count = json_array_size(list);
	for (size_t i = 0; i < into->check_count; i++)
		if (!read_check(json_array_get(list, i), &into->checks[i]))
			return error_set(err, ERROR_INVALID, "store: a check of the card cannot be read");
	return true;
}

static json_t *
fee_line(const struct fee_line *line)
{
	return json_pack("[s,[s,s,s],[s,s,s],s,s,i,I,I,b,b]", line->item, line->name[LANGUAGE_EN],
		line->name[LANGUAGE_ZH_HK], line->name[LANGUAGE_ZH_CN], line->payee[LANGUAGE_EN], line->payee[LANGUAGE_ZH_HK],
		line->payee[LANGUAGE_ZH_CN], line->payee_id, line->source, (int)line->quantity, (json_int_t)line->unit.minor,
		(json_int_t)line->amount.minor, line->promotional, line->sample);
}

bool
application_json_fee(const struct application *from, char **out, struct error *err)
{
	char day[DATE_TEXT];
	json_t *list = json_array();
	bool ok = list != NULL;
	for (size_t i = 0; ok && i < from->fee.count; i++)
		ok = append(list, fee_line(&from->fee.lines[i]));
	day[0] = '\0';
	if (from->fee.day.year != 0)
		date_iso(from->fee.day, day);
	CLEANUP(json_free)
	json_t *fee = json_pack("{s:o,s:I,s:s,s:s}", "lines", list, "total", (json_int_t)from->fee.total.minor, "version",
		from->fee.version, "day", day);
	if (!ok)
		return error_set(err, ERROR_INVALID, "store: a line of the fee cannot be written");
	return write(fee, out, err);
}

static bool
read_fee_line(json_t *json, struct fee_line *out)
{
	const char *item = "", *name[LANGUAGES] = { "", "", "" }, *payee[LANGUAGES] = { "", "", "" };
	const char *payee_id = "", *source = "";
	int quantity = 0, promotional = 0, sample = 0;
	json_int_t unit = 0, amount = 0;
	if (json_unpack(json, "[s,[s,s,s!],[s,s,s!],s,s,i,I,I,b,b!]", &item, &name[0], &name[1], &name[2], &payee[0],
			&payee[1], &payee[2], &payee_id, &source, &quantity, &unit, &amount, &promotional, &sample) != 0)
		return false;
	bool ok = text_copy(out->item, sizeof(out->item), item) &&
			  text_copy(out->payee_id, sizeof(out->payee_id), payee_id) &&
			  text_copy(out->source, sizeof(out->source), source);
	for (size_t i = 0; ok && i < LANGUAGES; i++)
		ok = text_copy(out->name[i], sizeof(out->name[i]), name[i]) &&
			 text_copy(out->payee[i], sizeof(out->payee[i]), payee[i]);
	out->quantity = quantity;
	out->unit.minor = unit;
	out->amount.minor = amount;
	out->promotional = promotional != 0;
	out->sample = sample != 0;
	return ok;
}

bool
application_json_read_fee(struct span text, struct application *into, struct error *err)
{
	CLEANUP(json_free) json_t *fee = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
	json_t *list = NULL; /* borrowed from fee */
	const char *version = "", *day = "";
	json_int_t total = 0;
	if (json_unpack(fee, "{s:o,s:I,s:s,s:s!}", "lines", &list, "total", &total, "version", &version, "day", &day) !=
			0 ||
		!json_is_array(list) || json_array_size(list) > FEE_LINES ||
		!text_copy(into->fee.version, sizeof(into->fee.version), version))
		return error_set(err, ERROR_INVALID, "store: the fee of the application cannot be read");
	into->fee.total.minor = total;
	into->fee.count = json_array_size(list);
	for (size_t i = 0; i < into->fee.count; i++)
		if (!read_fee_line(json_array_get(list, i), &into->fee.lines[i]))
			return error_set(err, ERROR_INVALID, "store: a line of the fee cannot be read");
	return day[0] == '\0' || date_parse_iso(day, &into->fee.day, err);
}

bool
application_json_payment(const struct application *from, char **out, struct error *err)
{
	CLEANUP(json_free) json_t *list = json_array();
	for (size_t i = 0; i < from->payment.count; i++) {
		const struct payment_tender *tender = &from->payment.tenders[i];
		if (!append(list, json_pack("[s,I,I,s]", tender->method, (json_int_t)tender->amount.minor,
							  (json_int_t)tender->given.minor, tender->reference)))
			return error_set(err, ERROR_INVALID, "store: a tender cannot be written");
	}
	return write(list, out, err);
}

static bool
read_tender(json_t *json, struct payment_tender *out)
{
	const char *method = "", *reference = "";
	json_int_t amount = 0, given = 0;
	if (json_unpack(json, "[s,I,I,s!]", &method, &amount, &given, &reference) != 0)
		return false;
	out->amount.minor = amount;
	out->given.minor = given;
	return text_copy(out->method, sizeof(out->method), method) &&
		   text_copy(out->reference, sizeof(out->reference), reference);
}

bool
application_json_read_payment(struct span text, struct application *into, struct error *err)
{
	CLEANUP(json_free) json_t *list = NULL;
	if (!read_list(text, PAYMENT_TENDERS, &list, err))
		return false;
	into->payment.count = json_array_size(list);
	for (size_t i = 0; i < into->payment.count; i++)
		if (!read_tender(json_array_get(list, i), &into->payment.tenders[i]))
			return error_set(err, ERROR_INVALID, "store: a tender cannot be read");
	return true;
}
