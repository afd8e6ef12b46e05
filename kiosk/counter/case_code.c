#include "kiosk/counter/case_code.h"

#include <string.h>

#include "kiosk/base/cursor.h"
#include "kiosk/base/text.h"

#define CASE_CODE_VERSION 1u
#define KEY_MOST          24u
#define TERM_MOST         1200 /* months */

/* Names that never change, whatever number a field or state has in a program. */
static const char *const field_keys[FIELDS] = {
	[FIELD_CARD_NUMBER] = "card-number",
	[FIELD_CARD_CHECK] = "card-check",
	[FIELD_FORM_NUMBER] = "form-number",
	[FIELD_CARD_BIRTH] = "card-birth",
	[FIELD_FORM_BIRTH] = "form-birth",
	[FIELD_SURNAME] = "surname",
	[FIELD_GIVEN] = "given",
	[FIELD_CHINESE] = "chinese",
	[FIELD_SAME_SURNAME] = "same-surname",
	[FIELD_SAME_GIVEN] = "same-given",
	[FIELD_SAME_CHINESE] = "same-chinese",
	[FIELD_GENERATION] = "generation",
	[FIELD_TITLE] = "title",
	[FIELD_PHONE] = "phone",
	[FIELD_CERT_EMAIL] = "cert-email",
	[FIELD_CONTACT_EMAIL] = "contact-email",
	[FIELD_CONTACT_SAME] = "contact-same",
	[FIELD_ROOM] = "room",
	[FIELD_FLOOR] = "floor",
	[FIELD_BLOCK] = "block",
	[FIELD_BUILDING] = "building",
	[FIELD_ESTATE] = "estate",
	[FIELD_DISTRICT] = "district",
	[FIELD_AREA] = "area",
	[FIELD_BARCODE] = "barcode",
	[FIELD_ENVELOPE] = "envelope",
	[FIELD_DECLARATION_LANGUAGE] = "declaration-language",
};
static const char *const step_keys[FLOW_STATES] = {
	[FLOW_IDENTITY] = "identity",
	[FLOW_DETAILS] = "details",
	[FLOW_DECLARATION] = "declaration",
	[FLOW_PAYMENT] = "payment",
	[FLOW_CHECK] = "check",
};

static void
put_date(struct buffer *out, struct date date)
{
	buffer_u16le(out, (uint16_t)date.year);
	buffer_u8(out, date.month);
	buffer_u8(out, date.day);
}

static void
put_fields(const struct case_file *file, struct buffer *out)
{
	for (enum field i = 0; i < FIELDS; i++) {
		if (case_kind(i) == CASE_TYPED && file->text[i][0] != '\0') {
			buffer_text(out, field_keys[i]);
			buffer_u8(out, file->cut[i]);
			buffer_text(out, file->text[i]);
		} else if (case_kind(i) == CASE_CHOSEN && file->choice[i] >= 0) {
			buffer_text(out, field_keys[i]);
			buffer_u32le(out, (uint32_t)file->choice[i]);
			buffer_text(out, file->judged[i].officer);
			buffer_u64le(out, (uint64_t)file->judged[i].at_ms);
		}
	}
	buffer_text(out, "");
}

static void
put_steps(const struct case_file *file, struct buffer *out)
{
	for (size_t i = 0; i < FLOW_STATES; i++) {
		if (step_keys[i] == NULL || file->step_ms[i] == 0)
			continue;
		buffer_text(out, step_keys[i]);
		buffer_u64le(out, (uint64_t)file->step_ms[i]);
	}
	buffer_text(out, "");
}

static void
put_seen(const struct case_file *file, struct buffer *out)
{
	buffer_u8(out, (uint8_t)file->seen_count);
	for (size_t i = 0; i < file->seen_count; i++) {
		buffer_text(out, file->seen[i].id);
		buffer_text(out, file->seen[i].officer);
		buffer_u64le(out, (uint64_t)file->seen[i].at_ms);
	}
	buffer_u8(out, file->hidden);
	buffer_text(out, file->checked_by);
	buffer_u64le(out, (uint64_t)file->checked_ms);
}

static void
put_declared(const struct case_file *file, struct buffer *out)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < CATALOGUE_LIST; i++)
		bits |= file->declared[i] ? 1u << i : 0;
	buffer_u32le(out, bits);
	buffer_u64le(out, (uint64_t)file->declared_ms);
}

static void
put_money(const struct case_file *file, struct buffer *out)
{
	put_date(out, file->quoted_first);
	put_date(out, file->fee.day);
	buffer_u64le(out, (uint64_t)file->fee.total.minor);
	buffer_text(out, file->fee.version);
	buffer_u8(out, (uint8_t)file->payment.count);
	for (size_t i = 0; i < file->payment.count; i++) {
		const struct payment_tender *tender = &file->payment.tenders[i];
		buffer_text(out, tender->method);
		buffer_u64le(out, (uint64_t)tender->amount.minor);
		buffer_u64le(out, (uint64_t)tender->given.minor);
		buffer_text(out, tender->reference);
	}
}

void
case_code_write(const struct case_file *file, struct buffer *out)
{
	buffer_u16le(out, CASE_CODE_VERSION);
	buffer_text(out, file->case_number);
	buffer_text(out, file->product);
	buffer_u32le(out, (uint32_t)file->term_months);
	buffer_text(out, step_keys[file->step] == NULL ? step_keys[FLOW_IDENTITY] : step_keys[file->step]);
	buffer_u8(out, file->from_check);
	buffer_u64le(out, (uint64_t)file->begun_ms);
	put_steps(file, out);
	put_fields(file, out);
	put_seen(file, out);
	put_declared(file, out);
	put_money(file, out);
}

/* Every reader below leaves in->ok false when something is not as it is written. */

static size_t
take_key(struct cursor *in, const char *const *keys, size_t count)
{
	char key[KEY_MOST];
	cursor_text(in, key, sizeof(key));
	if (key[0] == '\0')
		return count;
	for (size_t i = 0; i < count; i++)
		if (keys[i] != NULL && strcmp(keys[i], key) == 0)
			return i;
	in->ok = false;
	return count;
}

static bool
take_bool(struct cursor *in)
{
	uint8_t value = cursor_u8(in);
	in->ok = in->ok && value <= 1;
	return value == 1;
}

static int64_t
take_instant(struct cursor *in)
{
	uint64_t value = cursor_u64le(in);
	in->ok = in->ok && value <= INT64_MAX;
	return in->ok ? (int64_t)value : 0;
}

static struct money
take_amount(struct cursor *in)
{
	int64_t value = take_instant(in);
	in->ok = in->ok && value <= MONEY_MOST;
	return (struct money){ in->ok ? value : 0 };
}

static struct date
take_date(struct cursor *in)
{
	uint16_t year = cursor_u16le(in);
	uint8_t month = cursor_u8(in), day = cursor_u8(in);
	struct date date = { .year = (int16_t)(year <= INT16_MAX ? year : 0), .month = month, .day = day };
	bool none = year == 0 && month == 0 && day == 0;
	in->ok = in->ok && (none || date_valid(date));
	return in->ok ? date : (struct date){ 0 };
}

static void
take_choice(struct cursor *in, struct case_file *out, enum field field)
{
	char officer[OFFICER_NUMBER];
	uint32_t choice = cursor_u32le(in);
	cursor_text(in, officer, sizeof(officer));
	int64_t at_ms = take_instant(in);
	in->ok = in->ok && choice <= INT32_MAX && case_choose(out, field, (int32_t)choice, officer, at_ms);
}

static void
take_fields(struct cursor *in, struct case_file *out)
{
	for (size_t n = 0; in->ok && n <= FIELDS; n++) {
		enum field field = (enum field)take_key(in, field_keys, FIELDS);
		if (!in->ok || field == FIELDS)
			return;
		if (case_kind(field) == CASE_CHOSEN) {
			take_choice(in, out, field);
			continue;
		}
		bool cut = take_bool(in);
		in->ok = in->ok && out->text[field][0] == '\0';
		cursor_text(in, out->text[field], CASE_TEXT);
		in->ok = in->ok && out->text[field][0] != '\0';
		out->cut[field] = cut;
	}
	in->ok = false;
}

static void
take_steps(struct cursor *in, struct case_file *out)
{
	for (size_t n = 0; in->ok && n <= FLOW_STATES; n++) {
		size_t step = take_key(in, step_keys, FLOW_STATES);
		if (!in->ok || step == FLOW_STATES)
			return;
		out->step_ms[step] = take_instant(in);
	}
	in->ok = false;
}

static void
take_seen(struct cursor *in, struct case_file *out)
{
	uint8_t count = cursor_u8(in);
	in->ok = in->ok && count <= APPLICATION_CHECKS;
	for (size_t i = 0; in->ok && i < count; i++) {
		struct case_seen *seen = &out->seen[i];
		cursor_text(in, seen->id, sizeof(seen->id));
		cursor_text(in, seen->officer, sizeof(seen->officer));
		seen->at_ms = take_instant(in);
		out->seen_count = (uint32_t)i + 1;
	}
	out->hidden = take_bool(in);
	cursor_text(in, out->checked_by, sizeof(out->checked_by));
	out->checked_ms = take_instant(in);
}

static void
take_declared(struct cursor *in, struct case_file *out)
{
	uint32_t bits = cursor_u32le(in);
	in->ok = in->ok && bits >> CATALOGUE_LIST == 0;
	for (size_t i = 0; i < CATALOGUE_LIST; i++)
		out->declared[i] = (bits >> i & 1u) != 0;
	out->declared_ms = take_instant(in);
}

static void
take_money(struct cursor *in, struct case_file *out)
{
	out->quoted_first = take_date(in);
	out->fee.day = take_date(in);
	out->fee.total = take_amount(in);
	cursor_text(in, out->fee.version, sizeof(out->fee.version));
	uint8_t count = cursor_u8(in);
	in->ok = in->ok && count <= PAYMENT_TENDERS;
	for (size_t i = 0; in->ok && i < count; i++) {
		struct payment_tender *tender = &out->payment.tenders[i];
		cursor_text(in, tender->method, sizeof(tender->method));
		tender->amount = take_amount(in);
		tender->given = take_amount(in);
		cursor_text(in, tender->reference, sizeof(tender->reference));
		in->ok = in->ok && tender->given.minor >= tender->amount.minor;
		out->payment.count = i + 1;
	}
}

/* What case_begin() sets. */
static void
take_head(struct cursor *in, struct case_file *out)
{
	*out = (struct case_file){ 0 };
	for (size_t i = 0; i < FIELDS; i++)
		out->choice[i] = -1;
	in->ok = in->ok && cursor_u16le(in) == CASE_CODE_VERSION;
	cursor_text(in, out->case_number, sizeof(out->case_number));
	cursor_text(in, out->product, sizeof(out->product));
	uint32_t term = cursor_u32le(in);
	in->ok = in->ok && out->case_number[0] != '\0' && out->product[0] != '\0' && term <= TERM_MOST;
	out->term_months = in->ok ? (int32_t)term : 0;
	size_t step = take_key(in, step_keys, FLOW_STATES);
	in->ok = in->ok && step < FLOW_STATES;
	out->step = in->ok ? (enum flow_state)step : FLOW_IDENTITY;
	out->from_check = take_bool(in);
	out->begun_ms = take_instant(in);
}

bool
case_code_read(struct span bytes, struct case_file *out, struct error *err)
{
	struct cursor in = cursor_over(bytes);
	take_head(&in, out);
	take_steps(&in, out);
	take_fields(&in, out);
	take_seen(&in, out);
	take_declared(&in, out);
	take_money(&in, out);
	if (cursor_done(&in))
		return true;
	case_forget(out);
	return error_set(err, ERROR_INVALID, "a draft is not in the form that drafts are written in");
}
