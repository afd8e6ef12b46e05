/* Releases and write-backs over the wire: stored as packets, and only when two officers and the token stand behind
 * them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/intake/opener.h"
#include "tests/unit/sync/intake/support/stage.h"
#include "tests/unit/sync/packet/note_sample.h"

#define FIRST "261126-WR-05-000012-0badcafe" /* of note_sample() */

struct world {
	struct stage stage;
	struct stage_counter counter; /* WR-05 */
	struct https line;            /* connected with its line certificate */
	struct https_answer answer;   /* large */
};

static int
set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	assert_non_null(world);
	stage_new(&world->stage);
	stage_counter(world->stage.ca, "WR", "05", &world->counter);
	stage_start(&world->stage);
	stage_connect(&world->stage, &world->counter.line, &world->line);
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;
	https_close(&world->line);
	stage_free(&world->stage);
	free(world);
	return 0;
}

/* Sign and seal it as WR-05; the status of the answer. */
static int
deliver(struct world *world, const char *id, const char *json)
{
	struct file_bytes packet = stage_seal(&world->stage, &world->counter.signing, json);
	const int status = stage_put(&world->line, id, &packet, &world->answer);
	file_free(&packet);
	return status;
}

/* Refused, with these words of the reader and none of the content. */
static void
assert_refused(struct world *world, const char *json, const char *words)
{
	assert_int_equal(deliver(world, FIRST, json), 422);
	assert_non_null(memmem(world->answer.body, world->answer.len, "invalid-packet", 14));
	if (memmem(world->answer.body, world->answer.len, words, strlen(words)) == NULL)
		fail_msg("not \"%s\" but %.*s", words, (int)world->answer.len, (const char *)world->answer.body);
}

/* `json` with `from` put out of its place by `to`, of the same length. */
static void
exchange(struct file_bytes *json, const char *from, const char *to)
{
	char *at = strstr((char *)json->at, from);
	assert_non_null(at);
	assert_int_equal(strlen(from), strlen(to));
	memcpy(at, to, strlen(to));
}

static struct file_bytes
release_json(enum release_verdict verdict)
{
	const struct release release = note_release(verdict);
	struct file_bytes json;
	struct error err;
	assert_true(release_write(&release, &json, &err));
	return json;
}

static struct file_bytes
write_back_json(enum write_back_event event)
{
	const struct write_back back = event == WRITE_BACK_FAILED ? note_failed() : note_proved(event);
	struct file_bytes json;
	struct error err;
	assert_true(write_back_write(&back, &json, &err));
	return json;
}

static void
stores_a_release_and_answers_the_same_again(void **state)
{
	struct world *world = *state;
	struct file_bytes json = release_json(RELEASE_REJECT);
	struct file_bytes packet = stage_seal(&world->stage, &world->counter.signing, (const char *)json.at);
	assert_int_equal(stage_put(&world->line, FIRST, &packet, &world->answer), 201);
	assert_int_equal(stage_put(&world->line, FIRST, &packet, &world->answer), 200);
	assert_int_equal(stage_rows(&world->stage), 1);
	file_free(&packet);
	file_free(&json);
}

static void
stores_each_kind_of_write_back(void **state)
{
	struct world *world = *state;
	for (unsigned i = 0; i <= WRITE_BACK_FAILED; i++) {
		struct file_bytes json = write_back_json((enum write_back_event)i);
		char id[] = FIRST, seq[16];
		id[18] = (char)('3' + i); /* 000013 and so on */
		(void)snprintf(seq, sizeof(seq), "\"seq\":1%u", 3 + i);
		exchange(&json, FIRST, id);
		exchange(&json, "\"seq\":12", seq);
		assert_int_equal(deliver(world, id, (const char *)json.at), 201);
		file_free(&json);
	}
	assert_int_equal(stage_rows(&world->stage), 3);
}

static void
refuses_a_release_by_one_officer_or_for_another_branch(void **state)
{
	struct world *world = *state;
	struct file_bytes json = release_json(RELEASE_APPROVE);
	exchange(&json, "10007", "20418");
	assert_refused(world, (const char *)json.at, "approver: is the maker");
	exchange(&json, "\"approver\":\"20418", "\"approver\":\"10007");
	exchange(&json, "261125-WR-04", "261125-WX-04");
	assert_refused(world, (const char *)json.at, "application: another branch's");
	file_free(&json);
	assert_int_equal(stage_rows(&world->stage), 0);
}

static void
refuses_a_write_back_that_the_token_did_not_prove(void **state)
{
	struct world *world = *state;
	struct file_bytes json = write_back_json(WRITE_BACK_WRITTEN);
	exchange(&json, "17 0123", "17 1123");
	assert_refused(world, (const char *)json.at, "signature: does not verify");
	exchange(&json, "17 1123", "18 0123");
	assert_refused(world, (const char *)json.at, "message: not the proof of this token");
	file_free(&json);
	assert_int_equal(stage_rows(&world->stage), 0);
}

static void
refuses_what_is_not_the_packet_that_the_id_names(void **state)
{
	struct world *world = *state;
	struct file_bytes release = release_json(RELEASE_HOLD), back = write_back_json(WRITE_BACK_FAILED);
	static const char other[] = "261126-WR-05-000012-0badcaff";
	struct file_bytes *const both[] = { &release, &back };
	for (size_t i = 0; i < 2; i++) {
		const struct span bytes = { both[i]->at, both[i]->len };
		struct intake_id id;
		struct error err;
		assert_int_equal(deliver(world, other, (const char *)both[i]->at), 422);
		assert_true(intake_id_read(FIRST, &id, &err));
		assert_true(opener_check(bytes, &id, true, &err));
		assert_false(opener_check(bytes, &id, false, &err));
		assert_non_null(strstr(err.text, "training"));
		exchange(both[i], "ecert-counter-", "ecert_counter-");
		assert_refused(world, (const char *)both[i]->at, "format");
	}
	file_free(&release);
	file_free(&back);
	assert_int_equal(stage_rows(&world->stage), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = { TEST(stores_a_release_and_answers_the_same_again),
		TEST(stores_each_kind_of_write_back), TEST(refuses_a_release_by_one_officer_or_for_another_branch),
		TEST(refuses_a_write_back_that_the_token_did_not_prove),
		TEST(refuses_what_is_not_the_packet_that_the_id_names) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
