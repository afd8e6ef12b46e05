#include "sync/packet/packet.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/model/person.h"
#include "sync/packet/fields.h"
#include "sync/packet/packet_format.h"
#include "sync/packet/packet_rules.h"

#define COUNT_MOST   INT64_C(9007199254740991) /* 2^53 - 1: whole in every JSON reader */
#define TRAINING     "TRAIN "
#define UPPER        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER        "abcdefghijklmnopqrstuvwxyz"
#define DIGITS       "0123456789"
#define TERM_MOST    120
#define SMALL_MOST   20 /* characters of room, floor and block */
#define ADDRESS_MOST 40 /* of the other address lines */

static bool
rule_upper(const char *text)
{
	return packet_rules_only(text, UPPER DIGITS "-");
}

static bool
rule_form(const char *text)
{
	return packet_rules_only(text, UPPER LOWER DIGITS " /.-");
}

static bool
rule_serial(const char *text)
{
	return packet_rules_only(text, UPPER LOWER DIGITS "-");
}

static bool
rule_reference(const char *text)
{
	return packet_rules_only(text, UPPER LOWER DIGITS "-/.# ");
}

static bool
rule_latin(const char *text)
{
	return person_latin_name(text) == PERSON_OK;
}

static bool
rule_latin_or_none(const char *text)
{
	return text[0] == '\0' || rule_latin(text);
}

static bool
rule_chinese(const char *text)
{
	return person_chinese_name(text) == PERSON_OK;
}

/* Only as person_phone() tidies it. */
static bool
rule_phone(const char *text)
{
	char tidy[24];
	return person_phone(text, tidy, sizeof(tidy)) == PERSON_OK && strcmp(tidy, text) == 0;
}

static bool
rule_email_or_none(const char *text)
{
	return text[0] == '\0' || person_email(text) == PERSON_OK;
}

static bool
rule_number(const char *text)
{
	return person_number(text) == PERSON_OK;
}

static bool
rule_number_or_none(const char *text)
{
	return text[0] == '\0' || rule_number(text);
}

/* clang-format off */
static const char *const findings[]    = { "not-seen", "same" };
static const char *const titles[]      = { "none", "mr", "ms" };
static const char *const areas[]       = { "none", "hk", "kln", "nt" };
static const char *const media[]       = { "file-usb", "token", "none" };
static const char *const routes[]      = { "envelope", "counter" };
static const char *const releases[]    = { "counter", "officer", "day" };
static const char *const languages[]   = { "en", "zh-Hant-HK", "zh-Hans" };
static const char *const acceptances[] = { "not", "paper" };
static const char *const formats[]     = { PACKET_FORMAT_APPLICATION };

#define IN(type, field) .offset = offsetof(struct type, field), .size = sizeof(((struct type *)0)->field)
#define AT(field)       IN(packet, field)
#define APP(field)      IN(packet, application.field)
#define LIST(field, of, table) \
	.offset = offsetof(struct packet, application.field), .size = sizeof(((struct packet *)0)->application.field[0]), \
	.count = offsetof(struct packet, application.of), .sub = &table##_table
#define TABLE(name) \
	static const struct fields_table name##_table = { name##_members, sizeof(name##_members) / sizeof(name##_members[0]) }

static const struct fields_member check_members[] = {
	{ "at",      FIELDS_INSTANT, IN(application_check, at_ms) },
	{ "finding", FIELDS_CHOICE,  IN(application_check, finding), .choices = findings, .least = 1, .most = 1 },
	{ "id",      FIELDS_TEXT,    IN(application_check, id),      .least = 1, .most = 31, .rule = packet_rules_id },
	{ "officer", FIELDS_TEXT,    IN(application_check, officer), .least = 3, .most = 16, .rule = packet_rules_officer },
};
TABLE(check);
static const struct fields_member line_members[] = {
	{ "form_section", FIELDS_TEXT,   IN(application_line, form_section), .most = 15, .rule = rule_form },
	{ "line",         FIELDS_INDEX,  .offset = 0 },
	{ "medium",       FIELDS_CHOICE, IN(application_line, medium),       .choices = media, .most = 2 },
	{ "pin_envelope", FIELDS_TEXT,   IN(application_line, pin_envelope), .most = 24, .rule = rule_number_or_none },
	{ "pin_route",    FIELDS_CHOICE, IN(application_line, pin_route),    .choices = routes, .most = 1 },
	{ "product",      FIELDS_TEXT,   IN(application_line, product),      .least = 1, .most = 31, .rule = packet_rules_id },
	{ "release",      FIELDS_CHOICE, IN(application_line, release),      .choices = releases, .most = 2 },
	{ "term_months",  FIELDS_INT,    IN(application_line, term_months),  .least = 1, .most = TERM_MOST },
	{ "token_serial", FIELDS_TEXT,   IN(application_line, token_serial), .most = 31, .rule = rule_serial },
};
TABLE(line);
static const struct fields_member fee_members[] = {
	{ "amount",      FIELDS_MONEY,  IN(fee_line, amount),      .most = MONEY_MOST },
	{ "item",        FIELDS_TEXT,   IN(fee_line, item),        .least = 1, .most = 31, .rule = packet_rules_id },
	{ "name",        FIELDS_PHRASE, .offset = offsetof(struct fee_line, name), .size = 96, .least = 1, .most = 95 },
	{ "payee",       FIELDS_PHRASE, .offset = offsetof(struct fee_line, payee), .size = 64, .least = 1, .most = 63 },
	{ "payee_id",    FIELDS_TEXT,   IN(fee_line, payee_id),    .least = 1, .most = 31, .rule = packet_rules_id },
	{ "promotional", FIELDS_BOOL,   IN(fee_line, promotional) },
	{ "quantity",    FIELDS_INT,    IN(fee_line, quantity),    .least = 1, .most = 1000 },
	{ "sample",      FIELDS_BOOL,   IN(fee_line, sample) },
	{ "source",      FIELDS_TEXT,   IN(fee_line, source),      .least = 1, .most = 127 },
	{ "unit",        FIELDS_MONEY,  IN(fee_line, unit),        .most = MONEY_MOST },
};
TABLE(fee);
static const struct fields_member tender_members[] = {
	{ "amount",    FIELDS_MONEY, IN(payment_tender, amount),    .least = 1, .most = MONEY_MOST },
	{ "given",     FIELDS_MONEY, IN(payment_tender, given),     .least = 1, .most = MONEY_MOST },
	{ "method",    FIELDS_TEXT,  IN(payment_tender, method),    .least = 1, .most = 31, .rule = packet_rules_id },
	{ "reference", FIELDS_TEXT,  IN(payment_tender, reference), .most = 31, .rule = rule_reference },
};
TABLE(tender);

static const struct fields_member audit_members[] = {
	{ "count", FIELDS_INT,  AT(head.audit_count), .most = COUNT_MOST },
	{ "head",  FIELDS_HASH, AT(head.audit_head) },
};
TABLE(audit);
static const struct fields_member card_members[] = {
	{ "checks",     FIELDS_LIST, LIST(checks, check_count, check), .least = 1, .most = APPLICATION_CHECKS },
	{ "generation", FIELDS_INT,  APP(card_generation), .least = 2003, .most = 2018 },
};
TABLE(card);
static const struct fields_member case_members[] = {
	{ "begun",  FIELDS_INSTANT, APP(begun_ms) },
	{ "day",    FIELDS_DATE,    APP(day) },
	{ "number", FIELDS_TEXT,    APP(case_number), .least = 5, .most = 31, .rule = rule_upper },
};
TABLE(case);
static const struct fields_member catalogue_members[] = {
	{ "sha256",  FIELDS_HASH, AT(head.catalogue_sha256) },
	{ "version", FIELDS_TEXT, APP(catalogue_version), .least = 1, .most = 31 },
};
TABLE(catalogue);
static const struct fields_member declaration_members[] = {
	{ "accepted", FIELDS_CHOICE,  APP(declaration_on_paper), .choices = acceptances, .least = 1, .most = 1 },
	{ "at",       FIELDS_INSTANT, APP(declaration_at_ms) },
	{ "id",       FIELDS_TEXT,    APP(declaration),          .least = 1, .most = 31, .rule = packet_rules_id },
	{ "language", FIELDS_CHOICE,  APP(declaration_language), .choices = languages, .most = LANGUAGES - 1 },
	{ "sha256",   FIELDS_HASH,    APP(declaration_sha256) },
	{ "version",  FIELDS_TEXT,    APP(declaration_version),  .least = 1, .most = 23 },
};
TABLE(declaration);
static const struct fields_member fees_members[] = {
	{ "day",     FIELDS_DATE,  APP(fee.day) },
	{ "lines",   FIELDS_LIST,  LIST(fee.lines, fee.count, fee), .least = 1, .most = FEE_LINES },
	{ "total",   FIELDS_MONEY, APP(fee.total), .most = MONEY_MOST },
	{ "version", FIELDS_TEXT,  APP(fee.version), .least = 1, .most = 31 },
};
TABLE(fees);
static const struct fields_member form_members[] = {
	{ "barcode",  FIELDS_TEXT, APP(form_barcode),  .least = 4, .most = 24, .rule = rule_number },
	{ "id",       FIELDS_TEXT, APP(form),          .least = 1, .most = 23, .rule = rule_form },
	{ "revision", FIELDS_TEXT, APP(form_revision), .most = 23, .rule = rule_form },
};
TABLE(form);
static const struct fields_member address_members[] = {
	{ "area",     FIELDS_CHOICE, APP(person.address.area),     .choices = areas, .least = 1, .most = 3 },
	{ "block",    FIELDS_TEXT,   APP(person.address.block),    .most = SMALL_MOST },
	{ "building", FIELDS_TEXT,   APP(person.address.building), .most = ADDRESS_MOST },
	{ "district", FIELDS_TEXT,   APP(person.address.district), .least = 1, .most = ADDRESS_MOST },
	{ "estate",   FIELDS_TEXT,   APP(person.address.estate),   .most = ADDRESS_MOST },
	{ "floor",    FIELDS_TEXT,   APP(person.address.floor),    .most = SMALL_MOST },
	{ "room",     FIELDS_TEXT,   APP(person.address.room),     .most = SMALL_MOST },
};
TABLE(address);
static const struct fields_member person_members[] = {
	{ "address",       FIELDS_OBJECT, .sub = &address_table },
	{ "birth",         FIELDS_DATE,   APP(person.birth) },
	{ "cert_email",    FIELDS_TEXT,   APP(person.cert_email),    .most = 254, .rule = rule_email_or_none },
	{ "chinese",       FIELDS_TEXT,   APP(person.chinese),       .most = 15, .rule = rule_chinese },
	{ "contact_email", FIELDS_TEXT,   APP(person.contact_email), .most = 254, .rule = rule_email_or_none },
	{ "given",         FIELDS_TEXT,   APP(person.given),         .most = 40, .rule = rule_latin_or_none },
	{ "hkid",          FIELDS_HKID,   APP(person.hkid) },
	{ "phone",         FIELDS_TEXT,   APP(person.phone),         .least = 8, .most = 16, .rule = rule_phone },
	{ "surname",       FIELDS_TEXT,   APP(person.surname),       .least = 1, .most = 40, .rule = rule_latin },
	{ "title",         FIELDS_CHOICE, APP(person.title),         .choices = titles, .least = 1, .most = 2 },
};
TABLE(person);
static const struct fields_member payment_members[] = {
	{ "tenders", FIELDS_LIST, LIST(payment.tenders, payment.count, tender), .most = PAYMENT_TENDERS },
};
TABLE(payment);
static const struct fields_member packet_members[] = {
	{ "audit",       FIELDS_OBJECT,   .sub = &audit_table },
	{ "branch",      FIELDS_TEXT,     AT(head.branch),  .least = 2, .most = 8, .rule = packet_rules_upper_digits },
	{ "card",        FIELDS_OBJECT,   .sub = &card_table },
	{ "case",        FIELDS_OBJECT,   .sub = &case_table },
	{ "catalogue",   FIELDS_OBJECT,   .sub = &catalogue_table },
	{ "committed",   FIELDS_INSTANT,  AT(head.committed_ms) },
	{ "counter",     FIELDS_TEXT,     AT(head.counter), .least = 2, .most = 2, .rule = packet_rules_digits },
	{ "day",         FIELDS_DATE,     AT(head.day) },
	{ "declaration", FIELDS_OBJECT,   .sub = &declaration_table },
	{ "fees",        FIELDS_OBJECT,   .sub = &fees_table },
	{ "form",        FIELDS_OBJECT,   .sub = &form_table },
	{ "format",      FIELDS_CONSTANT, .choices = formats },
	{ "id",          FIELDS_TEXT,     AT(head.id),      .least = 26, .most = 34 },
	{ "lines",       FIELDS_LIST,     LIST(lines, line_count, line), .least = 1, .most = APPLICATION_LINES },
	{ "officer",     FIELDS_TEXT,     AT(head.officer), .least = 3, .most = 16, .rule = packet_rules_officer },
	{ "payment",     FIELDS_OBJECT,   .sub = &payment_table },
	{ "person",      FIELDS_OBJECT,   .sub = &person_table },
	{ "receipt",     FIELDS_TEXT,     AT(head.receipt), .least = 5, .most = 23, .rule = rule_upper },
	{ "seq",         FIELDS_INT,      AT(head.sequence), .least = 1, .most = PACKET_SEQ_MOST },
	{ "training",    FIELDS_BOOL,     AT(head.training) },
};
TABLE(packet);
/* clang-format on */

static void
json_free(json_t **json)
{
	json_decref(*json);
}

static bool
disagree(struct error *err, const char *what)
{
	return error_set(err, ERROR_INVALID, "%s", what);
}

static bool
training_agrees(const struct packet *packet, struct error *err)
{
	const struct application *application = &packet->application;
	bool version = strncmp(application->catalogue_version, TRAINING, strlen(TRAINING)) == 0;
	bool fee = strncmp(application->fee.version, TRAINING, strlen(TRAINING)) == 0;
	return (version == packet->head.training && fee == packet->head.training) ||
		   disagree(err, "training: does not agree with the catalogue");
}

static bool
fees_agree(const struct fee_quote *fee, bool training, struct error *err)
{
	struct money sum = { 0 };
	for (size_t i = 0; i < fee->count; i++) {
		const struct fee_line *line = &fee->lines[i];
		struct money amount;
		if (!money_times(line->unit, line->quantity, &amount, err) || !money_add(sum, amount, &sum, err))
			return error_in(err, "fees");
		if (money_compare(amount, line->amount) != 0)
			return disagree(err, "fees: an amount is not unit times quantity");
		if (line->sample && !training)
			return disagree(err, "fees: a sample outside training");
	}
	return money_compare(sum, fee->total) == 0 || disagree(err, "fees: lines do not add up to the total");
}

static bool
tenders_agree(const struct payment *payment, struct money total, struct error *err)
{
	for (size_t i = 0; i < payment->count; i++) {
		const struct payment_tender *tender = &payment->tenders[i];
		int more = money_compare(tender->given, tender->amount);
		if (more < 0 || (more > 0 && strcmp(tender->method, "cash") != 0))
			return disagree(err, "payment: given and amount do not fit");
	}
	return money_compare(payment_paid(payment), total) == 0 || disagree(err, "payment: tenders do not pay the total");
}

static bool
checks_agree(const struct application *application, struct error *err)
{
	for (size_t i = 0; i < application->check_count; i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcmp(application->checks[i].id, application->checks[k].id) == 0)
				return disagree(err, "card: the same check twice");
		}
	}
	return application->card_generation == 2003 || application->card_generation == 2018 ||
		   disagree(err, "card: a generation that does not exist");
}

/* What one value says about another. */
static bool
agrees(const struct packet *packet, struct error *err)
{
	const struct application *application = &packet->application;
	const struct application_address *at = &application->person.address;
	const struct packet_head *head = &packet->head;
	if (date_compare(application->person.birth, packet->head.day) > 0)
		return disagree(err, "person: born after the day");
	if (at->building[0] == '\0' && at->estate[0] == '\0')
		return disagree(err, "person: neither building nor estate");
	return packet_id_names(head->id, head->day, head->branch, head->counter, head->sequence, err) &&
		   training_agrees(packet, err) && checks_agree(application, err) &&
		   fees_agree(&application->fee, packet->head.training, err) &&
		   tenders_agree(&application->payment, application->fee.total, err);
}

static bool
read_packet(struct span json, struct packet *out, struct error *err)
{
	if (json.len > PACKET_MOST)
		return error_set(err, ERROR_FULL, "over %u bytes", PACKET_MOST);
	if (!fields_read(&packet_table, json, out, err))
		return false;
	for (size_t i = 0; i < out->application.line_count; i++)
		out->application.lines[i].state = APPLICATION_LINE_COMMITTED;
	return agrees(out, err);
}

static struct packet *
packet_new(void)
{
	struct packet *made = calloc(1, sizeof(*made));
	if (made == NULL)
		abort();
	return made;
}

bool
packet_read(struct span json, struct packet *out, struct error *err)
{
	struct packet *found = packet_new();
	bool ok = read_packet(json, found, err);
	if (ok)
		*out = *found;
	packet_forget(found);
	free(found);
	return ok || error_in(err, "packet");
}

void
packet_forget(struct packet *packet)
{
	secret_wipe(packet, sizeof(*packet));
}

static void
keep_seen(struct application *application)
{
	size_t kept = 0;
	for (size_t i = 0; i < application->check_count && i < APPLICATION_CHECKS; i++) {
		if (application->checks[i].finding != APPLICATION_NOT_SEEN)
			application->checks[kept++] = application->checks[i];
	}
	application->check_count = kept;
}

bool
packet_write(
	const struct application *application, const struct packet_head *head, struct file_bytes *json, struct error *err)
{
	struct packet *from = packet_new();
	*from = (struct packet){ *head, *application };
	keep_seen(&from->application);
	CLEANUP(json_free) json_t *root = fields_write(&packet_table, from, 0);
	char *text = root == NULL ? NULL : json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
	struct file_bytes made = { (uint8_t *)text, text == NULL ? 0 : strlen(text) };
	bool ok = text != NULL ? read_packet((struct span){ made.at, made.len }, from, err)
						   : disagree(err, "a text, number or word that cannot be written");
	packet_forget(from);
	free(from);
	if (ok)
		*json = made;
	else
		file_free(&made);
	return ok || error_in(err, "packet");
}
