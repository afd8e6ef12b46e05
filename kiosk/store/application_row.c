#include "kiosk/store/application_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"
#include "kiosk/base/text.h"
#include "kiosk/store/application_json.h"

/* The sealed columns, in the order of the INSERT and the SELECT below. */
enum field {
	FIELD_HKID,
	FIELD_SURNAME,
	FIELD_GIVEN,
	FIELD_CHINESE,
	FIELD_TITLE,
	FIELD_BIRTH,
	FIELD_PHONE,
	FIELD_CERT_EMAIL,
	FIELD_CONTACT_EMAIL,
	FIELD_ADDRESS,
	FIELDS
};
static const char *const columns[FIELDS] = { "hkid", "surname", "given", "chinese", "title", "birth", "phone",
	"cert_email", "contact_email", "address" };

#define ADDRESS_PARTS 7u
#define PLAIN_MOST    (sizeof(struct application_address) + ADDRESS_PARTS * 2u) /* the longest field is the address */
#define SEALED_MOST   4096u                                                     /* of all fields together */

_Static_assert(SEALED_MOST > sizeof(struct application_person) + FIELDS * VAULT_OVERHEAD + 64, "all fields fit");

struct application_row {
	const struct application *application; /* borrowed */
	uint8_t hkid_hash[VAULT_HASH];
	uint8_t sealed[SEALED_MOST];
	struct span fields[FIELDS];   /* into sealed */
	char *checks, *fee, *payment; /* owned; JSON */
};

static const char *const media[] = { "file-usb", "token", "none" };
static const char *const releases[] = { "counter", "officer", "day" };
static const char *const pin_routes[] = { "envelope", "at-counter" };
static const char *const line_states[] = { "open", "committed", "issued", "refunded" };

#define NAME_OF(list, value)      ((size_t)(value) < sizeof(list) / sizeof((list)[0]) ? (list)[value] : "?")
#define VALUE_OF(list, text, out) value_of(list, sizeof(list) / sizeof((list)[0]), text, out)

static const char sql_put[] =
	"INSERT INTO application (id, hkid_hash, day, case_number, receipt, posting, audit, packet, officer, till, at_ms,"
	" begun_ms, total, product, form, form_revision, form_barcode, catalogue_version, card_generation, checks,"
	" declaration, declaration_version, declaration_sha256, declaration_language, declaration_on_paper,"
	" declaration_at_ms, fee, payment, hkid, surname, given, chinese, title, birth, phone, cert_email, contact_email,"
	" address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	" ?, ?, ?, ?, ?, ?)";
static const char sql_put_line[] =
	"INSERT INTO line (application, n, product, form_section, term_months, medium, token_serial, pin_route,"
	" pin_envelope, release, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_get[] =
	"SELECT day, case_number, begun_ms, form, form_revision, form_barcode, catalogue_version, card_generation, checks,"
	" declaration, declaration_version, declaration_sha256, declaration_language, declaration_on_paper,"
	" declaration_at_ms, fee, payment, hkid, surname, given, chinese, title, birth, phone, cert_email, contact_email,"
	" address FROM application WHERE id = ?";
static const char sql_get_lines[] =
	"SELECT product, form_section, term_months, medium, token_serial, pin_route, pin_envelope, release, state"
	" FROM line WHERE application = ? ORDER BY n";

/* *out gets the place of `text` in the list. */
static bool
value_of(const char *const *list, size_t count, const char *text, int *out)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], text) == 0) {
			*out = (int)i;
			return true;
		}
	return false;
}

/* --- personal fields as bytes --- */

static void
put_part(struct buffer *out, const char *part)
{
	const struct span text = text_span(part);
	buffer_u8(out, (uint8_t)text.len); /* parts are shorter than 256 bytes */
	buffer_put(out, text);
}

static void
take_part(struct cursor *in, char *out, size_t cap)
{
	const struct span text = cursor_take(in, cursor_u8(in));
	if (!in->ok || text.len >= cap) {
		in->ok = false;
		return;
	}
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
}

static struct span
address_bytes(const struct application_address *address, uint8_t *out, size_t cap)
{
	struct buffer buffer = buffer_into(out, cap);
	buffer_u8(&buffer, (uint8_t)address->area);
	put_part(&buffer, address->room);
	put_part(&buffer, address->floor);
	put_part(&buffer, address->block);
	put_part(&buffer, address->building);
	put_part(&buffer, address->estate);
	put_part(&buffer, address->district);
	return buffer_span(&buffer);
}

static bool
address_read(struct span bytes, struct application_address *out)
{
	struct cursor in = cursor_over(bytes);
	out->area = (enum application_area)cursor_u8(&in);
	take_part(&in, out->room, sizeof(out->room));
	take_part(&in, out->floor, sizeof(out->floor));
	take_part(&in, out->block, sizeof(out->block));
	take_part(&in, out->building, sizeof(out->building));
	take_part(&in, out->estate, sizeof(out->estate));
	take_part(&in, out->district, sizeof(out->district));
	return cursor_done(&in) && out->area <= APPLICATION_AREA_NT;
}

/* The text fields and where they stand in the person. */
static char *
text_field(struct application_person *person, enum field field, size_t *cap)
{
	switch (field) {
	case FIELD_SURNAME:
		*cap = sizeof(person->surname);
		return person->surname;
	case FIELD_GIVEN:
		*cap = sizeof(person->given);
		return person->given;
	case FIELD_CHINESE:
		*cap = sizeof(person->chinese);
		return person->chinese;
	case FIELD_PHONE:
		*cap = sizeof(person->phone);
		return person->phone;
	case FIELD_CERT_EMAIL:
		*cap = sizeof(person->cert_email);
		return person->cert_email;
	case FIELD_CONTACT_EMAIL:
		*cap = sizeof(person->contact_email);
		return person->contact_email;
	default:
		return NULL;
	}
}

static struct span
field_bytes(struct application_person *person, enum field field, uint8_t out[static PLAIN_MOST])
{
	size_t cap = 0;
	char text[DATE_TEXT];
	switch (field) {
	case FIELD_HKID: /* number, then check character; nothing if there is none */
		(void)text_format(text, sizeof(text), "%.8s%.1s", person->hkid.number, &person->hkid.check);
		break;
	case FIELD_BIRTH:
		text[0] = '\0';
		if (person->birth.year != 0)
			date_iso(person->birth, text);
		break;
	case FIELD_TITLE:
		out[0] = (uint8_t)person->title;
		return (struct span){ out, 1 };
	case FIELD_ADDRESS:
		return address_bytes(&person->address, out, PLAIN_MOST);
	default:
		return text_span(text_field(person, field, &cap));
	}
	const struct span bytes = text_span(text);
	memcpy(out, bytes.at, bytes.len);
	secret_wipe(text, sizeof(text));
	return (struct span){ out, bytes.len };
}

static bool
hkid_read(struct span bytes, struct hkid *out)
{
	if (bytes.len == 0)
		return true;
	if (bytes.len > sizeof(out->number))
		return false;
	memcpy(out->number, bytes.at, bytes.len - 1);
	out->number[bytes.len - 1] = '\0';
	out->check = (char)bytes.at[bytes.len - 1];
	return true;
}

static bool
field_read(struct application_person *person, enum field field, struct span bytes)
{
	struct error ignored = { 0 };
	size_t cap = 0;
	char text[PLAIN_MOST + 1];
	memcpy(text, bytes.at, bytes.len);
	text[bytes.len] = '\0';
	bool ok = false;
	switch (field) {
	case FIELD_HKID:
		ok = hkid_read(bytes, &person->hkid);
		break;
	case FIELD_BIRTH:
		ok = bytes.len == 0 || date_parse_iso(text, &person->birth, &ignored);
		break;
	case FIELD_TITLE:
		ok = bytes.len == 1 && bytes.at[0] <= APPLICATION_TITLE_MS;
		person->title = ok ? (enum application_title)bytes.at[0] : APPLICATION_TITLE_NONE;
		break;
	case FIELD_ADDRESS:
		ok = address_read(bytes, &person->address);
		break;
	default: {
		char *out = text_field(person, field, &cap);
		ok = out != NULL && text_copy(out, cap, text);
	}
	}
	secret_wipe(text, sizeof(text));
	return ok;
}

/* --- writing --- */

bool
application_row_hkid(struct vault *vault, const struct hkid *hkid, uint8_t out[static VAULT_HASH], struct error *err)
{
	char text[HKID_TEXT];
	hkid_format(hkid, text);
	bool ok = vault_hash(vault, "hkid", text_span(text), out, err);
	secret_wipe(text, sizeof(text));
	return ok;
}

static bool
seal_fields(struct vault *vault, struct application_row *row, int64_t id, struct error *err)
{
	struct application_person person = row->application->person;
	uint8_t plain[PLAIN_MOST];
	char key[24];
	size_t at = 0;
	bool ok = true;
	(void)snprintf(key, sizeof(key), "%" PRId64, id);
	for (int field = 0; ok && field < FIELDS; field++) {
		const struct vault_place place = { "application", key, columns[field] };
		const struct span bytes = field_bytes(&person, (enum field)field, plain);
		ok = at + bytes.len + VAULT_OVERHEAD <= sizeof(row->sealed) ||
			 error_set(err, ERROR_FULL, "store: the fields of the application are too long");
		ok = ok && vault_seal(vault, VAULT_FIELD, place, bytes, row->sealed + at, err);
		row->fields[field] = (struct span){ row->sealed + at, bytes.len + VAULT_OVERHEAD };
		at += bytes.len + VAULT_OVERHEAD;
	}
	secret_wipe(plain, sizeof(plain));
	secret_wipe(&person, sizeof(person));
	return ok;
}

bool
application_row_make(struct vault *vault, const struct application *application, int64_t id,
	struct application_row **out, struct error *err)
{
	struct application_row *row = calloc(1, sizeof(*row));
	if (row == NULL)
		abort();
	row->application = application;
	bool ok = application_row_hkid(vault, &application->person.hkid, row->hkid_hash, err) &&
			  seal_fields(vault, row, id, err) && application_json_checks(application, &row->checks, err) &&
			  application_json_fee(application, &row->fee, err) &&
			  application_json_payment(application, &row->payment, err);
	if (!ok) {
		application_row_free(row);
		return false;
	}
	*out = row;
	return true;
}

void
application_row_free(struct application_row *row)
{
	if (row == NULL)
		return;
	free(row->checks);
	free(row->fee);
	free(row->payment);
	free(row);
}

static bool
put_line(struct database *db, const struct application_line *line, int64_t id, size_t n, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(db, sql_put_line);
	query_put_number(&query, id);
	query_put_number(&query, (int64_t)n);
	query_put_text(&query, line->product);
	query_put_text(&query, line->form_section);
	query_put_number(&query, line->term_months);
	query_put_text(&query, NAME_OF(media, line->medium));
	query_put_text(&query, line->token_serial);
	query_put_text(&query, NAME_OF(pin_routes, line->pin_route));
	query_put_text(&query, line->pin_envelope);
	query_put_text(&query, NAME_OF(releases, line->release));
	query_put_text(&query, line_states[APPLICATION_LINE_COMMITTED]);
	return query_run(&query, err);
}

static void
put_place(struct query *query, const struct application_row *row, const struct application_row_place *place)
{
	query_put_number(query, place->id);
	query_put_bytes(query, (struct span){ row->hkid_hash, sizeof(row->hkid_hash) });
	query_put_date(query, row->application->day);
	query_put_text(query, row->application->case_number);
	query_put_number(query, place->receipt);
	if (place->posting == 0)
		query_put_null(query);
	else
		query_put_number(query, place->posting);
	query_put_number(query, place->audit);
	query_put_number(query, place->packet);
	query_put_text(query, place->officer);
	query_put_number(query, place->till);
	query_put_number(query, place->at_ms);
}

static void
put_value(struct query *query, const struct application_row *row)
{
	const struct application *from = row->application;
	query_put_number(query, from->begun_ms);
	query_put_number(query, from->fee.total.minor);
	query_put_text(query, from->lines[0].product);
	query_put_text(query, from->form);
	query_put_text(query, from->form_revision);
	query_put_text(query, from->form_barcode);
	query_put_text(query, from->catalogue_version);
	query_put_number(query, from->card_generation);
	query_put_text(query, row->checks);
	query_put_text(query, from->declaration);
	query_put_text(query, from->declaration_version);
	query_put_bytes(query, (struct span){ from->declaration_sha256, sizeof(from->declaration_sha256) });
	query_put_text(query, phrase_tag(from->declaration_language));
	query_put_number(query, from->declaration_on_paper ? 1 : 0);
	query_put_number(query, from->declaration_at_ms);
	query_put_text(query, row->fee);
	query_put_text(query, row->payment);
	for (size_t field = 0; field < FIELDS; field++)
		query_put_bytes(query, row->fields[field]);
}

bool
application_row_put(struct database *db, const struct application_row *row, const struct application_row_place *place,
	struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(db, sql_put);
	put_place(&query, row, place);
	put_value(&query, row);
	if (!query_run(&query, err))
		return error_in(err, "application");
	for (size_t i = 0; i < row->application->line_count; i++)
		if (!put_line(db, &row->application->lines[i], place->id, i + 1, err))
			return error_in(err, "line %zu", i + 1);
	return true;
}

/* --- reading --- */

static bool
unseal_field(struct vault *vault, const char *id, enum field field, struct span sealed,
	struct application_person *person, struct error *err)
{
	uint8_t plain[PLAIN_MOST];
	size_t len = 0;
	const struct vault_place place = { "application", id, columns[field] };
	if (!vault_unseal(vault, VAULT_FIELD, place, sealed, plain, sizeof(plain), &len, err))
		return false;
	bool ok = field_read(person, field, (struct span){ plain, len }) ||
			  error_set(err, ERROR_INVALID, "store: application.%s cannot be read", columns[field]);
	secret_wipe(plain, sizeof(plain));
	return ok;
}

static bool
take_language(struct query *query, enum language *out)
{
	char tag[16];
	query_take_text(query, tag, sizeof(tag));
	for (int language = 0; language < LANGUAGES; language++)
		if (strcmp(phrase_tag((enum language)language), tag) == 0) {
			*out = (enum language)language;
			return true;
		}
	return false;
}

static bool
take_value(struct query *query, struct application *out, struct error *err)
{
	out->day = query_take_date(query);
	query_take_text(query, out->case_number, sizeof(out->case_number));
	out->begun_ms = query_take_number(query);
	query_take_text(query, out->form, sizeof(out->form));
	query_take_text(query, out->form_revision, sizeof(out->form_revision));
	query_take_text(query, out->form_barcode, sizeof(out->form_barcode));
	query_take_text(query, out->catalogue_version, sizeof(out->catalogue_version));
	out->card_generation = (int)query_take_number(query);
	const struct span checks = query_take_bytes(query);
	query_take_text(query, out->declaration, sizeof(out->declaration));
	query_take_text(query, out->declaration_version, sizeof(out->declaration_version));
	query_take_exactly(query, out->declaration_sha256, sizeof(out->declaration_sha256));
	if (!take_language(query, &out->declaration_language))
		query->unfit = true;
	out->declaration_on_paper = query_take_bool(query);
	out->declaration_at_ms = query_take_number(query);
	const struct span fee = query_take_bytes(query), payment = query_take_bytes(query);
	return query_fits(query, err) && application_json_read_checks(checks, out, err) &&
		   application_json_read_fee(fee, out, err) && application_json_read_payment(payment, out, err);
}

static bool
take_line(struct query *query, struct application_line *out, struct error *err)
{
	char medium[16], pin_route[16], release[16], state[16];
	int values[4] = { 0 };
	query_take_text(query, out->product, sizeof(out->product));
	query_take_text(query, out->form_section, sizeof(out->form_section));
	out->term_months = (int)query_take_number(query);
	query_take_text(query, medium, sizeof(medium));
	query_take_text(query, out->token_serial, sizeof(out->token_serial));
	query_take_text(query, pin_route, sizeof(pin_route));
	query_take_text(query, out->pin_envelope, sizeof(out->pin_envelope));
	query_take_text(query, release, sizeof(release));
	query_take_text(query, state, sizeof(state));
	if (!VALUE_OF(media, medium, &values[0]) || !VALUE_OF(pin_routes, pin_route, &values[1]) ||
		!VALUE_OF(releases, release, &values[2]) || !VALUE_OF(line_states, state, &values[3]))
		return error_set(err, ERROR_INVALID, "store: a line holds a word that this program does not know");
	out->medium = (enum catalogue_medium)values[0];
	out->pin_route = (enum application_pin_route)values[1];
	out->release = (enum catalogue_release)values[2];
	out->state = (enum application_line_state)values[3];
	return query_fits(query, err);
}

static bool
get_lines(struct database *db, int64_t id, struct application *out, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(db, sql_get_lines);
	query_put_number(&query, id);
	for (bool row = true; query_row(&query, &row, err);) {
		if (!row)
			return true;
		if (out->line_count == APPLICATION_LINES)
			return error_set(err, ERROR_FULL, "store: the application has over %u lines", APPLICATION_LINES);
		if (!take_line(&query, &out->lines[out->line_count++], err))
			return false;
	}
	return false;
}

static bool
get_row(struct database *db, struct vault *vault, int64_t id, struct application *out, struct error *err)
{
	char key[24];
	(void)snprintf(key, sizeof(key), "%" PRId64, id);
	CLEANUP(query_end) struct query query = query_of(db, sql_get);
	query_put_number(&query, id);
	if (!query_one(&query, "application", err) || !take_value(&query, out, err))
		return false;
	for (int field = 0; field < FIELDS; field++) {
		const struct span sealed = query_take_bytes(&query);
		if (!unseal_field(vault, key, (enum field)field, sealed, &out->person, err))
			return false;
	}
	return get_lines(db, id, out, err);
}

bool
application_row_get(struct database *db, struct vault *vault, int64_t id, struct application *out, struct error *err)
{
	memset(out, 0, sizeof(*out));
	if (get_row(db, vault, id, out, err))
		return true;
	application_forget(out);
	return false;
}

bool
application_row_name(
	struct vault *vault, int64_t id, struct span surname, struct span given, char *out, size_t cap, struct error *err)
{
	struct application_person person = { 0 };
	char key[24];
	(void)snprintf(key, sizeof(key), "%" PRId64, id);
	bool ok = unseal_field(vault, key, FIELD_SURNAME, surname, &person, err) &&
			  unseal_field(vault, key, FIELD_GIVEN, given, &person, err);
	if (ok)
		(void)text_format(out, cap, "%s%s%s", person.surname, person.given[0] != '\0' ? ", " : "", person.given);
	secret_wipe(&person, sizeof(person));
	return ok;
}
