#include <stdio.h>
#include <stdlib.h>

#include "sync/packet/packet.h"
#include "tests/support/check.h"
#include "tests/unit/sync/packet/changed.h"
#include "tests/unit/sync/packet/sample.h"

#define SCHEMA   TEST_SOURCE_DIR "/sync/packet/packet.schema.json"
#define GOLDEN   TEST_SOURCE_DIR "/tests/golden/packets.jsonl"
#define SAMPLES  3u
#define NOT_SEEN "laser" /* the one check of the samples that was not seen */

static void (*const samples[SAMPLES])(struct application *) = { sample_application, sample_rare, sample_split };

static struct application *
new_application(size_t which)
{
	struct application *application = malloc(sizeof(*application));
	assert_non_null(application);
	samples[which](application);
	return application;
}

static struct file_bytes
written(const struct application *application)
{
	struct packet_head head = sample_head();
	struct file_bytes json = { 0 };
	struct error err = { .text = "" };
	if (!packet_write(application, &head, &json, &err))
		fail_msg("%s", err.text);
	return json;
}

static bool
reads(const char *json, size_t len, struct error *err)
{
	struct packet *packet = malloc(sizeof(*packet));
	assert_non_null(packet);
	bool ok = packet_read((struct span){ (const uint8_t *)json, len }, packet, err);
	free(packet);
	return ok;
}

/* None of what is about the person may stand in an error. */
static void
assert_discreet(const struct error *err)
{
	static const char *const personal[] = { "LEUNG", "Hoi", "Ching", "梁", "E364912", "91234567", "1991", "Wharf",
		"leung", "North Point", "0047712", "12345678" };
	assert_true(err->kind == ERROR_INVALID || err->kind == ERROR_FULL);
	for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++) {
		if (strstr(err->text, personal[i]) != NULL)
			fail_msg("\"%s\" holds %s", err->text, personal[i]);
	}
}

static void
reads_back_what_it_wrote(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct application *application = new_application(i);
		struct file_bytes json = written(application);
		struct packet *packet = calloc(1, sizeof(*packet));
		struct error err = { .text = "" };
		assert_non_null(packet);
		if (!packet_read((struct span){ json.at, json.len }, packet, &err))
			fail_msg("%s", err.text);
		struct file_bytes again = { 0 };
		assert_true(packet_write(&packet->application, &packet->head, &again, &err));
		assert_int_equal(again.len, json.len);
		assert_memory_equal(again.at, json.at, json.len);
		assert_int_equal(packet->application.check_count, application->check_count - 1); /* NOT_SEEN is left out */
		assert_int_equal(packet->application.lines[0].state, APPLICATION_LINE_COMMITTED);
		assert_true(packet->application.declaration_on_paper);
		packet_forget(packet);
		free(packet);
		file_free(&again);
		file_free(&json);
		free(application);
	}
}

/* Each value stands under its own name: a look at the golden file shows it, and any change is seen. */
static void
writes_what_the_golden_file_says(void **state)
{
	(void)state;
	struct file_bytes golden;
	struct error err;
	size_t at = 0;
	assert_true(file_read(GOLDEN, SAMPLES * PACKET_MOST, &golden, &err));
	for (size_t i = 0; i < SAMPLES; i++) {
		struct application *application = new_application(i);
		struct file_bytes json = written(application);
		assert_true(at + json.len + 1 <= golden.len);
		assert_memory_equal(golden.at + at, json.at, json.len);
		assert_int_equal(golden.at[at + json.len], '\n');
		assert_null(strstr((const char *)json.at, NOT_SEEN));
		at += json.len + 1;
		file_free(&json);
		free(application);
	}
	assert_int_equal(at, golden.len);
	file_free(&golden);
}

/* One change to an application or its head, and a piece of the words with which it is not written. */
static void
refuse_after(void (*change)(struct application *, struct packet_head *), const char *words)
{
	struct application *application = new_application(0);
	struct packet_head head = sample_head();
	struct file_bytes json = { 0 };
	struct error err = { .text = "" };
	change(application, &head);
	assert_false(packet_write(application, &head, &json, &err));
	assert_null(json.at);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	assert_discreet(&err);
	free(application);
}

#define CHANGE(name, what)                                                                                             \
	static void name(struct application *a, struct packet_head *h)                                                     \
	{                                                                                                                  \
		(void)a;                                                                                                       \
		(void)h;                                                                                                       \
		what;                                                                                                          \
	}

/* clang-format off */
CHANGE(id_of_another_day,      h->id[5] = '6')
CHANGE(id_of_another_branch,   h->branch[0] = 'X')
CHANGE(id_of_another_counter,  h->counter[1] = '5')
CHANGE(id_of_another_sequence, h->sequence = 48)
CHANGE(id_of_no_shape,         h->id[9] = ' ')
CHANGE(no_sequence,            h->sequence = 0)
CHANGE(not_training,           h->training = false)
CHANGE(fee_not_training,       a->fee.version[0] = 'X')
CHANGE(wrong_total,            a->fee.total.minor++)
CHANGE(wrong_amount,           a->fee.lines[0].amount.minor++)
CHANGE(wrong_quantity,         a->fee.lines[0].quantity = 2)
CHANGE(no_quantity,            a->fee.lines[0].quantity = 0)
CHANGE(no_fee,                 a->fee.count = 0)
CHANGE(too_many_fees,          a->fee.count = FEE_LINES + 1)
CHANGE(underpaid,              a->payment.tenders[0].amount.minor--)
CHANGE(given_too_little,       a->payment.tenders[0].given.minor = 8000)
CHANGE(change_by_eps,          memcpy(a->payment.tenders[0].method, "eps", 4))
CHANGE(no_tender,              a->payment.count = 0)
CHANGE(wrong_check_character,  a->person.hkid.check = '6')
CHANGE(no_hkid,                a->person.hkid = (struct hkid){ 0 })
CHANGE(no_surname,             a->person.surname[0] = '\0')
CHANGE(surname_not_utf8,       a->person.surname[0] = (char)0xff)
CHANGE(given_in_han,           memcpy(a->person.given, a->person.chinese, 10))
CHANGE(unborn,                 a->person.birth.year = 2027)
CHANGE(no_birth,               a->person.birth = (struct date){ 0 })
CHANGE(untidy_phone,           memcpy(a->person.phone, "9123 4567", 10))
CHANGE(strange_email,          a->person.cert_email[2] = '@')
CHANGE(no_building,            a->person.address.building[0] = a->person.address.estate[0] = '\0')
CHANGE(no_area,                a->person.address.area = APPLICATION_AREA_NONE)
CHANGE(wild_area,              a->person.address.area = (enum application_area)77)
CHANGE(no_title,               a->person.title = APPLICATION_TITLE_NONE)
CHANGE(different,              a->checks[0].finding = APPLICATION_DIFFERENT)
CHANGE(same_check_twice,       a->checks[1] = a->checks[0])
CHANGE(nobody_checked,         a->checks[0].officer[0] = '\0')
CHANGE(no_checks,              a->check_count = 0)
CHANGE(no_such_card,           a->card_generation = 2010)
CHANGE(not_accepted,           a->declaration_on_paper = false)
CHANGE(no_line,                a->line_count = 0)
CHANGE(too_many_lines,         a->line_count = APPLICATION_LINES + 1)
CHANGE(no_term,                a->lines[0].term_months = 0)
CHANGE(before_1970,            h->committed_ms = -1)
CHANGE(long_building,          memset(a->person.address.building, 'x', 41))
CHANGE(no_district,            a->person.address.district[0] = '\0')
CHANGE(empty_tender,           a->payment.tenders[a->payment.count++] = (struct payment_tender){ .method = "cash" })
CHANGE(catalogue_not_training, a->catalogue_version[0] = 'X')
CHANGE(sample_in_production,   h->training = false; a->catalogue_version[0] = a->fee.version[0] = 'X')
/* clang-format on */

static void
is_not_written_when_the_values_contradict_each_other(void **state)
{
	(void)state;
	refuse_after(id_of_another_day, "id:");
	refuse_after(id_of_another_branch, "id:");
	refuse_after(id_of_another_counter, "id:");
	refuse_after(id_of_another_sequence, "id:");
	refuse_after(id_of_no_shape, "packet id: branch");
	refuse_after(not_training, "training:");
	refuse_after(fee_not_training, "training:");
	refuse_after(catalogue_not_training, "training:");
	refuse_after(sample_in_production, "sample outside training");
	refuse_after(wrong_total, "total");
	refuse_after(wrong_amount, "unit times quantity");
	refuse_after(wrong_quantity, "unit times quantity");
	refuse_after(underpaid, "pay the total");
	refuse_after(given_too_little, "given and amount");
	refuse_after(change_by_eps, "given and amount");
	refuse_after(no_tender, "pay the total");
	refuse_after(unborn, "born after");
	refuse_after(no_building, "neither building");
	refuse_after(same_check_twice, "same check twice");
	refuse_after(no_such_card, "generation");
}

static void
is_not_written_when_a_value_is_not_of_its_form(void **state)
{
	(void)state;
	refuse_after(no_sequence, "seq: out of range");
	refuse_after(no_quantity, "fees: lines: 1: quantity");
	refuse_after(no_fee, "fees: lines");
	refuse_after(too_many_fees, "cannot be written");
	refuse_after(wrong_check_character, "person: hkid: check character");
	refuse_after(no_hkid, "person: hkid");
	refuse_after(no_surname, "person: surname");
	refuse_after(surname_not_utf8, "cannot be written");
	refuse_after(given_in_han, "person: given");
	refuse_after(no_birth, "person: birth");
	refuse_after(untidy_phone, "person: phone");
	refuse_after(strange_email, "person: cert_email");
	refuse_after(no_area, "person: address: area");
	refuse_after(wild_area, "cannot be written");
	refuse_after(no_title, "person: title");
	refuse_after(long_building, "building: too short or too long");
	refuse_after(no_district, "district: too short or too long");
	refuse_after(empty_tender, "tenders: 2: amount");
	refuse_after(different, "cannot be written");
	refuse_after(nobody_checked, "card: checks: 1: officer");
	refuse_after(no_checks, "card: checks");
	refuse_after(not_accepted, "declaration: accepted");
	refuse_after(no_line, "lines");
	refuse_after(too_many_lines, "cannot be written");
	refuse_after(no_term, "lines: 1: term_months");
	refuse_after(before_1970, "committed: ");
}

/* Text for text: what a parser may be lenient about is refused here. */
static void
reads_only_the_canonical_form(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to, *words;
	} cases[] = { { "{\"audit\"", "{ \"audit\"", "canonical" }, { "\"seq\":47", "\"seq\":47.0", "canonical" },
		{ "\"seq\":47", "\"seq\":4.7e1", "canonical" }, { "\"seq\":47", "\"seq\":47,\"seq\":47", "canonical" },
		{ "\"seq\":47", "\"seq\":047", "canonical" }, { "\"seq\":47", "\"seq\":99999999999999999999", "out of range" },
		{ "LEUNG", "LE\\u0055NG", "canonical" }, { "LEUNG", "LE\\ud800NG", "canonical" },
		{ "LEUNG", "LE\\udc00\\ud800", "canonical" }, { "LEUNG", "LE\\u0000NG", "canonical" },
		{ "LEUNG", "LE\xed\xa0\x80", "surname" }, { "LEUNG", "LE\xff", "surname" },
		{ "LEUNG", "LE\xc1\x95NG", "surname" }, { "LEUNG", "L\\/G", "surname: not a text in canonical form" },
		{ "Wharf House", "W\\/H", "canonical" }, { "\"format\":\"ecert", "\"format\":\"Ecert", "format" },
		{ "\"line\":1", "\"line\":2", "place in the list" },
		{ "\"training\":true}", "\"training\":true}{}", "canonical" },
		{ "\"training\":true}", "\"training\":true,\"x\":1}", "nobody knows" },
		{ "E364912(5)", "e364912(5)", "person: hkid" }, { "E364912(5)", "E364912 (5)", "person: hkid" },
		{ "1991-05-23", "1991-02-30", "person: birth" }, { "\"88.00\"", "\"88.0\"", "two decimals" },
		{ "\"88.00\"", "\"088.00\"", "two decimals" }, { "\"88.00\"", "\"-88.00\"", "amount of money" },
		{ ":512,", ":9007199254740992,", "count: out of range" }, { "ab0000", "AB0000", "hexadecimal" },
		{ "zh-Hant-HK\",\"sha256", "zh-Hant\",\"sha256", "language" } };
	struct application *application = new_application(0);
	struct file_bytes json = written(application);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *at = strstr((const char *)json.at, cases[i].from);
		assert_non_null(at);
		size_t head = (size_t)(at - (const char *)json.at), cap = json.len + strlen(cases[i].to) + 1;
		char *text = malloc(cap);
		struct error err = { .text = "" };
		assert_non_null(text);
		int len =
			snprintf(text, cap, "%.*s%s%s", (int)head, (const char *)json.at, cases[i].to, at + strlen(cases[i].from));
		assert_false(reads(text, (size_t)len, &err));
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("%zu: \"%s\" does not say \"%s\"", i + 1, err.text, cases[i].words);
		assert_discreet(&err);
		free(text);
	}
	file_free(&json);
	free(application);
}

static void
refuses_more_than_it_may_hold(void **state)
{
	(void)state;
	char *much = malloc(PACKET_MOST + 1);
	struct error err;
	assert_non_null(much);
	memset(much, '[', PACKET_MOST + 1);
	assert_false(reads(much, PACKET_MOST + 1, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	assert_false(reads(much, PACKET_MOST, &err)); /* as deep as it gets */
	assert_int_equal(err.kind, ERROR_INVALID);
	free(much);
}

static bool
reads_a_changed_one(const char *json, size_t len)
{
	struct error err = { .text = "" };
	if (reads(json, len, &err))
		return true;
	assert_discreet(&err);
	return false;
}

static void
refuses_every_beginning_of_a_packet(void **state)
{
	(void)state;
	struct application *application = new_application(1);
	struct file_bytes json = written(application);
	changed_beginnings(&json, reads_a_changed_one);
	file_free(&json);
	free(application);
}

/* The schema is the contract: it takes what is written, and schema and reader both refuse each changed packet. */
static void
agrees_with_the_written_schema(void **state)
{
	(void)state;
	struct file_bytes made[SAMPLES];
	for (size_t i = 0; i < SAMPLES; i++) {
		struct application *application = new_application(i);
		made[i] = written(application);
		free(application);
	}
	assert_true(changed_all(SCHEMA, made, SAMPLES, reads_a_changed_one) > 3000);
	for (size_t i = 0; i < SAMPLES; i++)
		file_free(&made[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_back_what_it_wrote),
		cmocka_unit_test(writes_what_the_golden_file_says),
		cmocka_unit_test(is_not_written_when_the_values_contradict_each_other),
		cmocka_unit_test(is_not_written_when_a_value_is_not_of_its_form),
		cmocka_unit_test(reads_only_the_canonical_form), cmocka_unit_test(refuses_every_beginning_of_a_packet),
		cmocka_unit_test(refuses_more_than_it_may_hold), cmocka_unit_test(agrees_with_the_written_schema) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
