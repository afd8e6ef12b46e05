#include <stdio.h>
#include <stdlib.h>

#include "sync/packet/packet_format.h"
#include "tests/unit/sync/packet/changed.h"
#include "tests/unit/sync/packet/note_sample.h"

#define SCHEMA  TEST_SOURCE_DIR "/sync/packet/write_back.schema.json"
#define GOLDEN  TEST_SOURCE_DIR "/tests/golden/write_back.jsonl"
#define SAMPLES 3u
/* clang-format off */
#define P384_KEY \
	"MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEn6PZZoxk8nfgtRoyS/QNKxrnTvuiQZf8HxCeHUTeIqkvz7XB4K/eFkY7goJS90EEu59l" \
	"ooDQ2yaCCrPj5IxXcpQVkhfKTeEaB/yt21lYJV++KGEhLd0c3WVLI84HsEeO"
/* clang-format on */

static struct write_back
sample(size_t which)
{
	const enum write_back_event event = (enum write_back_event)which;
	return event == WRITE_BACK_FAILED ? note_failed() : note_proved(event);
}

static struct file_bytes
written(const struct write_back *from)
{
	struct file_bytes json = { 0 };
	struct error err = { .text = "" };
	if (!write_back_write(from, &json, &err))
		fail_msg("%s", err.text);
	return json;
}

static bool
reads(const char *json, size_t len)
{
	struct write_back out;
	struct error err;
	return write_back_read((struct span){ (const uint8_t *)json, len }, &out, &err);
}

static void
write_all(struct file_bytes made[static SAMPLES])
{
	for (size_t i = 0; i < SAMPLES; i++) {
		const struct write_back from = sample(i);
		made[i] = written(&from);
	}
}

static void
free_all(struct file_bytes made[static SAMPLES])
{
	for (size_t i = 0; i < SAMPLES; i++)
		file_free(&made[i]);
}

static void
reads_back_what_it_wrote(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		const struct write_back from = sample(i);
		struct file_bytes json = written(&from), again;
		struct write_back out;
		struct error err;
		enum packet_format format;
		const struct span bytes = { json.at, json.len };
		assert_true(write_back_read(bytes, &out, &err));
		again = written(&out);
		assert_int_equal(again.len, json.len);
		assert_memory_equal(again.at, json.at, json.len);
		assert_true(packet_format_of(bytes, &format, &err));
		assert_int_equal(format, PACKET_FORMAT_IS_WRITE_BACK);
		file_free(&json);
		file_free(&again);
	}
}

static void
writes_what_the_golden_file_says(void **state)
{
	(void)state;
	struct file_bytes made[SAMPLES];
	write_all(made);
	changed_golden(GOLDEN, made, SAMPLES);
	free_all(made);
}

/* One change to sample `which`, and a piece of the words with which it is not written. */
static void
refuse_after(size_t which, void (*change)(struct write_back *), const char *words)
{
	struct write_back from = sample(which);
	struct file_bytes json = { 0 };
	struct error err = { .text = "" };
	change(&from);
	assert_false(write_back_write(&from, &json, &err));
	assert_null(json.at);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

#define CHANGE(name, what)                                                                                             \
	static void name(struct write_back *p)                                                                             \
	{                                                                                                                  \
		what;                                                                                                          \
	}

/* clang-format off */
CHANGE(id_of_another_counter,    p->note.counter[1] = '6')
CHANGE(id_of_another_day,        p->note.day.day = 27)
CHANGE(about_another_branch,     p->note.application[7] = 'X')
CHANGE(about_a_later_day,        p->note.application[5] = '7')
CHANGE(about_itself,             memcpy(p->note.application, p->note.id, sizeof(p->note.id)))
CHANGE(about_nothing,            p->note.application[9] = ' ')
CHANGE(no_line,                  p->note.line = 0)
CHANGE(line_of_no_application,   p->note.line = APPLICATION_LINES + 1)
CHANGE(another_message,          p->message[41] ^= 1)
CHANGE(message_of_another_token, p->serial[0] = '5')
CHANGE(another_signature,        p->signature[p->signature_len - 1] ^= 1)
CHANGE(no_signature,             p->signature_len = 0)
CHANGE(long_signature,           p->signature_len = WRITE_BACK_SIGNATURE + 1)
CHANGE(key_with_more,            p->key_len++)
CHANGE(no_key_at_all,            p->key_len = 3)
CHANGE(nameless,                 p->certificate[0] = '\0')
CHANGE(brand_alone,              p->serial[0] = '\0')
CHANGE(no_reason,                p->reason = STOCK_REASON_NONE)
CHANGE(wild_event,               p->event = (enum write_back_event)9)
/* clang-format on */

static void
p384_key(struct write_back *p)
{
	struct error err;
	assert_true(text_unbase64(text_span(P384_KEY), p->key, sizeof(p->key), &p->key_len, &err));
}

static void
is_not_written_when_it_is_about_no_earlier_packet_of_the_branch(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		refuse_after(i, id_of_another_counter, "id:");
		refuse_after(i, id_of_another_day, "id:");
		refuse_after(i, about_another_branch, "application: another branch's");
		refuse_after(i, about_a_later_day, "application: of a later day");
		refuse_after(i, about_itself, "application: does not come before");
		refuse_after(i, about_nothing, "application");
		refuse_after(i, no_line, "line: out of range");
		refuse_after(i, line_of_no_application, "line: out of range");
	}
}

static void
holds_the_proof_against_its_key(void **state)
{
	(void)state;
	for (size_t i = WRITE_BACK_WRITTEN; i <= WRITE_BACK_DELIVERED; i++) {
		refuse_after(i, another_message, "signature: does not verify");
		refuse_after(i, another_signature, "signature: does not verify");
		refuse_after(i, message_of_another_token, "message: not the proof of this token");
		refuse_after(i, no_signature, "signature: too short");
		refuse_after(i, long_signature, "cannot be written");
		refuse_after(i, nameless, "certificate_sha256: too short");
		refuse_after(i, wild_event, "cannot be written");
	}
}

static void
takes_two_kinds_of_key_only(void **state)
{
	(void)state;
	refuse_after(WRITE_BACK_WRITTEN, key_with_more, "key: neither");
	refuse_after(WRITE_BACK_DELIVERED, key_with_more, "key: neither");
	refuse_after(WRITE_BACK_WRITTEN, no_key_at_all, "key: neither");
	refuse_after(WRITE_BACK_WRITTEN, p384_key, "key: neither");
}

static void
says_why_it_failed_and_what_to_revoke(void **state)
{
	(void)state;
	refuse_after(WRITE_BACK_FAILED, nameless, "revoke: there is no certificate");
	refuse_after(WRITE_BACK_FAILED, brand_alone, "brand: does not go with serial");
	refuse_after(WRITE_BACK_FAILED, no_reason, "reason: ");
	struct write_back none = note_failed(); /* no token was taken, no certificate made */
	none.certificate[0] = none.serial[0] = none.brand[0] = '\0';
	none.revoke = false;
	struct file_bytes json = written(&none);
	file_free(&json);
}

/* The key in JSON with something put in after `at` characters of it; what is read of it. */
static bool
reads_with(size_t at, const char *more)
{
	const struct write_back from = sample(WRITE_BACK_WRITTEN);
	struct file_bytes json = written(&from);
	char *text = malloc(json.len + strlen(more) + 1);
	assert_non_null(text);
	const char *key = strstr((const char *)json.at, "\"key\":\"");
	assert_non_null(key);
	const size_t head = (size_t)(key - (const char *)json.at) + strlen("\"key\":\"") + at;
	memcpy(text, json.at, head);
	memcpy(text + head, more, strlen(more));
	memcpy(text + head + strlen(more), json.at + head, json.len - head);
	const bool taken = reads(text, json.len + strlen(more));
	free(text);
	file_free(&json);
	return taken;
}

static void
reads_bytes_in_one_form_only(void **state)
{
	(void)state;
	assert_true(reads_with(0, ""));
	assert_false(reads_with(4, " ")); /* which other readers of base64 skip */
	assert_false(reads_with(0, " "));
	assert_false(reads_with(strlen(NOTE_P256_KEY), " "));
	assert_false(reads_with(strlen(NOTE_P256_KEY), "="));
	assert_false(reads_with(4, "\\\""));
}

static void
refuses_every_beginning_and_more_than_it_may_hold(void **state)
{
	(void)state;
	struct file_bytes made[SAMPLES];
	uint8_t *much = calloc(1, PACKET_NOTE_MOST + 1);
	struct write_back out;
	struct error err;
	write_all(made);
	for (size_t i = 0; i < SAMPLES; i++)
		changed_beginnings(&made[i], reads);
	assert_non_null(much);
	assert_false(write_back_read((struct span){ much, PACKET_NOTE_MOST + 1 }, &out, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	free(much);
	free_all(made);
}

/* The schema is the contract: it takes what is written, and schema and reader both refuse each changed packet. */
static void
agrees_with_the_written_schema(void **state)
{
	(void)state;
	struct file_bytes made[SAMPLES];
	write_all(made);
	assert_true(changed_all(SCHEMA, made, SAMPLES, reads) > 500);
	free_all(made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_back_what_it_wrote),
		cmocka_unit_test(writes_what_the_golden_file_says),
		cmocka_unit_test(is_not_written_when_it_is_about_no_earlier_packet_of_the_branch),
		cmocka_unit_test(holds_the_proof_against_its_key), cmocka_unit_test(takes_two_kinds_of_key_only),
		cmocka_unit_test(says_why_it_failed_and_what_to_revoke), cmocka_unit_test(reads_bytes_in_one_form_only),
		cmocka_unit_test(refuses_every_beginning_and_more_than_it_may_hold),
		cmocka_unit_test(agrees_with_the_written_schema) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
