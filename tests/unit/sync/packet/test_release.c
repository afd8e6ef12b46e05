#include <stdio.h>
#include <stdlib.h>

#include "sync/packet/packet_format.h"
#include "tests/unit/sync/packet/changed.h"
#include "tests/unit/sync/packet/note_sample.h"

#define SCHEMA  TEST_SOURCE_DIR "/sync/packet/release.schema.json"
#define GOLDEN  TEST_SOURCE_DIR "/tests/golden/release.jsonl"
#define SAMPLES 3u

static struct release
sample(size_t which)
{
	return note_release((enum release_verdict)which);
}

static struct file_bytes
written(const struct release *from)
{
	struct file_bytes json = { 0 };
	struct error err = { .text = "" };
	if (!release_write(from, &json, &err))
		fail_msg("%s", err.text);
	return json;
}

static bool
reads(const char *json, size_t len)
{
	struct release out;
	struct error err;
	return release_read((struct span){ (const uint8_t *)json, len }, &out, &err);
}

static void
write_all(struct file_bytes made[static SAMPLES])
{
	for (size_t i = 0; i < SAMPLES; i++) {
		const struct release from = sample(i);
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
		const struct release from = sample(i);
		struct file_bytes json = written(&from), again;
		struct release out;
		struct error err;
		enum packet_format format;
		const struct span bytes = { json.at, json.len };
		assert_true(release_read(bytes, &out, &err));
		again = written(&out);
		assert_int_equal(again.len, json.len);
		assert_memory_equal(again.at, json.at, json.len);
		assert_true(packet_format_of(bytes, &format, &err));
		assert_int_equal(format, PACKET_FORMAT_IS_RELEASE);
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
refuse_after(size_t which, void (*change)(struct release *), const char *words)
{
	struct release from = sample(which);
	struct file_bytes json = { 0 };
	struct error err = { .text = "" };
	change(&from);
	assert_false(release_write(&from, &json, &err));
	assert_null(json.at);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

#define CHANGE(name, what)                                                                                             \
	static void name(struct release *p)                                                                                \
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
CHANGE(approved_by_its_maker,    memcpy(p->approver, p->maker, sizeof(p->maker)))
CHANGE(approved_in_other_case,   memcpy(p->maker, "ab1", 4); memcpy(p->approver, "AB1", 4))
CHANGE(approved_by_nobody,       p->approver[0] = '\0')
CHANGE(without_a_reason,         p->reason[0] = '\0')
CHANGE(wild_verdict,             p->verdict = (enum release_verdict)7)
/* clang-format on */

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
needs_two_officers(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		refuse_after(i, approved_by_its_maker, "approver: is the maker");
		refuse_after(i, approved_in_other_case, "approver: is the maker");
		refuse_after(i, approved_by_nobody, "approver: ");
	}
}

static void
needs_a_reason_unless_it_approves(void **state)
{
	(void)state;
	assert_string_equal(sample(RELEASE_APPROVE).reason, "");
	refuse_after(RELEASE_HOLD, without_a_reason, "reason: missing");
	refuse_after(RELEASE_REJECT, without_a_reason, "reason: missing");
	refuse_after(RELEASE_APPROVE, wild_verdict, "cannot be written");
}

static void
refuses_every_beginning_and_more_than_it_may_hold(void **state)
{
	(void)state;
	struct file_bytes made[SAMPLES];
	uint8_t *much = calloc(1, PACKET_NOTE_MOST + 1);
	struct release out;
	struct error err;
	write_all(made);
	for (size_t i = 0; i < SAMPLES; i++)
		changed_beginnings(&made[i], reads);
	assert_non_null(much);
	assert_false(release_read((struct span){ much, PACKET_NOTE_MOST + 1 }, &out, &err));
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
		cmocka_unit_test(needs_two_officers), cmocka_unit_test(needs_a_reason_unless_it_approves),
		cmocka_unit_test(refuses_every_beginning_and_more_than_it_may_hold),
		cmocka_unit_test(agrees_with_the_written_schema) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
