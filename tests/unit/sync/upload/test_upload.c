#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/upload/upload.h"
#include "sync/upload/verdict.h"
#include "tests/support/authority.h"
#include "tests/support/check.h"
#include "tests/support/fake_receipt.h"
#include "tests/support/folder.h"

#define SENT_MOST 4096
#define UTC_MS    1795575845000 /* 2026-11-25T03:04:05Z, when mono is 0 */

/* A request that was begun and not answered yet. */
struct pending {
	void *tag;
	char id[SPOOL_ID];
	char hash[65];
};

struct scene {
	char folder[256];
	struct spool *spool;
	struct upload *upload;
	struct authority_pair signer;
	int64_t mono_ms;
	bool refuse_start;

	struct pending pending[UPLOAD_MOST];
	size_t pending_count, most_at_once;
	char sent[SENT_MOST][SPOOL_ID]; /* in the order in which they were begun */
	size_t sent_count;
	int accepted, parked, lost, failed;
	char last_why[SPOOL_WHY];
};

static bool
fake_start(void *self, const struct http_request *request, void *tag, struct error *err)
{
	struct scene *scene = self;
	static const char prefix[] = "/v1/packets/";
	uint8_t hash[32];
	if (scene->refuse_start)
		return error_set(err, ERROR_SYSTEM, "no");
	assert_int_equal(request->method, HTTP_PUT);
	assert_string_equal(request->content_type, "application/cms");
	assert_memory_equal(request->path, prefix, strlen(prefix));
	assert_true(scene->pending_count < UPLOAD_MOST);
	struct pending *pending = &scene->pending[scene->pending_count++];
	pending->tag = tag;
	assert_true(text_copy(pending->id, sizeof(pending->id), request->path + strlen(prefix)));
	(void)crypto_hash_sha256(hash, request->body.at, request->body.len);
	text_hex((struct span){ hash, sizeof(hash) }, pending->hash, sizeof(pending->hash));
	if (scene->pending_count > scene->most_at_once)
		scene->most_at_once = scene->pending_count;
	(void)text_copy(scene->sent[scene->sent_count++ % SENT_MOST], SPOOL_ID, pending->id);
	return true;
}

static void
fake_drop(void *self, const void *tag)
{
	struct scene *scene = self;
	for (size_t i = 0; i < scene->pending_count; i++)
		if (scene->pending[i].tag == tag)
			scene->pending[i] = scene->pending[--scene->pending_count];
}

static const struct http_ops fake_ops = { .start = fake_start, .drop = fake_drop };

static void
on_accepted(void *self, struct spool_item *item)
{
	struct scene *scene = self;
	assert_int_equal(item->state, SPOOL_ACCEPTED);
	scene->accepted++;
}

static void
on_parked(void *self, struct spool_item *item)
{
	struct scene *scene = self;
	assert_int_equal(item->state, SPOOL_PARKED);
	(void)text_copy(scene->last_why, sizeof(scene->last_why), item->why);
	scene->parked++;
}

static void
on_lost(void *self, const char *id, const struct error *err)
{
	struct scene *scene = self;
	assert_true(id[0] != '\0' && err->kind == ERROR_INVALID);
	scene->lost++;
}

static void
on_failed(void *self, const char *id, const char *why)
{
	struct scene *scene = self;
	assert_true(id[0] != '\0');
	(void)text_copy(scene->last_why, sizeof(scene->last_why), why);
	scene->failed++;
}

static const struct upload_events events = {
	.accepted = on_accepted, .parked = on_parked, .lost = on_lost, .failed = on_failed
};

static int
set_up(void **state)
{
	static const struct spool_limits limits = { .items = 100000, .bytes = 1u << 30, .spare = 1 };
	struct scene *scene = calloc(1, sizeof(*scene));
	struct authority *authority = authority_new("Test CA");
	struct error err = { 0 };
	assert_non_null(scene);
	secret_start();
	authority_issue(authority, "centre", AUTHORITY_SIGNING, 0, 0, &scene->signer);
	authority_free(authority);
	folder_new(scene->folder);
	assert_true(spool_open(scene->folder, &limits, NULL, NULL, &scene->spool, &err));
	scene->upload = upload_new(scene->spool, &events, scene);
	const struct http http = { &fake_ops, scene };
	upload_use(scene->upload, &http);
	*state = scene;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *scene = *state;
	upload_free(scene->upload);
	spool_close(scene->spool);
	folder_remove(scene->folder);
	free(scene);
	return 0;
}

static struct spool_item *
add(struct scene *scene, const char *id, enum spool_lane lane)
{
	struct spool_item *item = NULL;
	struct error err = { 0 };
	uint8_t hash[32];
	struct span bytes = text_span(id);
	(void)crypto_hash_sha256(hash, bytes.at, bytes.len);
	if (!spool_add(scene->spool, id, lane, hash, bytes, &item, &err))
		fail_msg("%s", err.text);
	return item;
}

static void
add_many(struct scene *scene, int count)
{
	for (int i = 0; i < count; i++) {
		char id[SPOOL_ID];
		(void)text_format(id, sizeof(id), "many-%04d", i);
		(void)add(scene, id, SPOOL_PACKET);
	}
}

static int64_t
run(struct scene *scene)
{
	(void)upload_run(scene->upload, scene->mono_ms, UTC_MS + scene->mono_ms);
	upload_keep(scene->upload, scene->mono_ms);
	return upload_run(scene->upload, scene->mono_ms, UTC_MS + scene->mono_ms);
}

/* Give the answer to the oldest request. */
static void
answer(struct scene *scene, const struct http_answer *with)
{
	assert_true(scene->pending_count > 0);
	void *tag = scene->pending[0].tag;
	memmove(scene->pending, scene->pending + 1, --scene->pending_count * sizeof(scene->pending[0]));
	upload_answer(scene->upload, tag, with);
}

static void
answer_status(struct scene *scene, int status, const char *retry_after)
{
	struct http_answer with = { .status = status, .reached = true };
	(void)text_copy(with.retry_after, sizeof(with.retry_after), retry_after);
	answer(scene, &with);
}

static void
answer_receipt_for(struct scene *scene, int status, const char *id, const char *hash, const char *type)
{
	uint8_t der[4096];
	struct http_answer with = { .status = status, .reached = true };
	(void)text_copy(with.content_type, sizeof(with.content_type), type);
	with.body = (struct span){ der, fake_receipt_make(&scene->signer, id, hash, der, sizeof(der)) };
	answer(scene, &with);
}

static void
answer_well(struct scene *scene)
{
	char id[SPOOL_ID], hash[65];
	assert_true(scene->pending_count > 0);
	(void)text_copy(id, sizeof(id), scene->pending[0].id);
	(void)text_copy(hash, sizeof(hash), scene->pending[0].hash);
	answer_receipt_for(scene, 201, id, hash, "application/cms");
}

static void
answer_fault(struct scene *scene, enum error_kind kind, bool reached)
{
	struct http_answer with = { .reached = reached };
	(void)error_set(&with.fault, kind, "fault");
	answer(scene, &with);
}

/* The line is known to be good: as many items went through as may go at once. */
static void
warm_up(struct scene *scene)
{
	for (unsigned i = 0; i < UPLOAD_MOST; i++) {
		char id[SPOOL_ID];
		(void)text_format(id, sizeof(id), "warm-%u", i);
		(void)add(scene, id, SPOOL_URGENT);
		(void)run(scene);
		answer_well(scene);
		(void)run(scene);
	}
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_UP);
	scene->accepted = 0;
}

static enum spool_state
state_of(struct scene *scene, const char *id)
{
	const struct spool_item *item = spool_find(scene->spool, id);
	assert_non_null(item);
	return item->state;
}

static void
sends_one_then_one_more_for_each_receipt_up_to_sixteen(void **state)
{
	struct scene *scene = *state;
	add_many(scene, 60);
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_UNKNOWN);
	(void)run(scene);
	for (size_t i = 1; i < 40; i++) {
		assert_int_equal(scene->pending_count, i < 16 ? i : 16);
		answer_well(scene);
		(void)run(scene);
	}
	while (scene->pending_count > 0) {
		answer_well(scene);
		(void)run(scene);
	}
	assert_int_equal(scene->accepted, 60);
	assert_int_equal(scene->sent_count, 60);
	assert_int_equal(scene->most_at_once, 16);
	assert_true(run(scene) == INT64_MAX);
	assert_int_equal(upload_line(scene->upload).tries, 0);
	assert_true(upload_line(scene->upload).answer_ms == UTC_MS);
}

static void
sends_by_lane_and_then_by_arrival(void **state)
{
	static const char *const expected[] = { "u1", "u2", "e", "p1", "p2", "d", "a" };
	struct scene *scene = *state;
	(void)add(scene, "a", SPOOL_AUDIT);
	(void)add(scene, "d", SPOOL_DOCUMENT);
	(void)add(scene, "p1", SPOOL_PACKET);
	(void)add(scene, "u1", SPOOL_URGENT);
	(void)add(scene, "e", SPOOL_ENROLMENT);
	(void)add(scene, "p2", SPOOL_PACKET);
	(void)add(scene, "u2", SPOOL_URGENT);
	(void)run(scene);
	while (scene->pending_count > 0) {
		answer_well(scene);
		(void)run(scene);
	}
	assert_int_equal(scene->sent_count, 7);
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(scene->sent[i], expected[i]);
}

static void
parks_what_the_centre_will_not_take_and_goes_on(void **state)
{
	static const int statuses[] = { 400, 409, 413, 415, 422 };
	struct scene *scene = *state;
	warm_up(scene);
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		(void)add(scene, i == 0 ? "b0" : i == 1 ? "b1" : i == 2 ? "b2" : i == 3 ? "b3" : "b4", SPOOL_PACKET);
		(void)run(scene);
		answer_status(scene, statuses[i], "");
		(void)run(scene);
		assert_int_equal(scene->parked, (int)i + 1);
	}
	assert_int_equal(spool_find(scene->spool, "b1")->status, 409);
	assert_string_equal(scene->last_why, "the centre answered 422");
	(void)add(scene, "good", SPOOL_PACKET);
	(void)run(scene);
	answer_well(scene);
	(void)run(scene);
	assert_int_equal(state_of(scene, "good"), SPOOL_ACCEPTED);
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_UP);
	scene->mono_ms += 86400000;
	(void)run(scene);
	assert_int_equal(scene->pending_count, 0); /* parked ones are not tried by themselves */
}

static void
keeps_the_title_of_a_problem_document(void **state)
{
	struct scene *scene = *state;
	static const char problem[] = "{\"type\":\"about:blank\",\"title\":\"Other bytes under this id\",\"status\":409}";
	struct http_answer with = {
		.status = 409, .reached = true, .content_type = "application/problem+json", .body = text_span(problem)
	};
	(void)add(scene, "bad", SPOOL_PACKET);
	(void)run(scene);
	answer(scene, &with);
	(void)run(scene);
	assert_string_equal(spool_find(scene->spool, "bad")->why, "Other bytes under this id");
}

/* Let time pass until something is on its way. */
static void
until_one_goes(struct scene *scene)
{
	for (int i = 0; i < 20 && scene->pending_count == 0; i++) {
		const int64_t next_ms = run(scene);
		if (scene->pending_count == 0)
			scene->mono_ms = next_ms;
	}
	assert_int_equal(scene->pending_count, 1);
}

/* Nothing is parked, each is tried in turn, and when the centre takes one the rest follows by itself. */
static void
a_refusal_of_us_makes_the_line_wait(void **state)
{
	struct scene *scene = *state;
	int turns[3] = { 0 };
	warm_up(scene);
	add_many(scene, 3);
	(void)run(scene);
	assert_int_equal(scene->pending_count, 3);
	answer_status(scene, 401, "");
	answer_status(scene, 403, "");
	answer_status(scene, 403, "");
	(void)run(scene);
	assert_int_equal(scene->pending_count, 0);
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_REFUSED);
	assert_int_equal(upload_line(scene->upload).tries, 1);
	for (int i = 0; i < 6; i++) {
		until_one_goes(scene);
		turns[scene->pending[0].id[strlen("many-000")] - '0']++;
		answer_status(scene, 403, "");
		(void)run(scene);
	}
	assert_true(turns[0] == 2 && turns[1] == 2 && turns[2] == 2);
	assert_int_equal(scene->parked, 0);
	until_one_goes(scene);
	answer_well(scene);
	(void)run(scene);
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_UP);
	for (int i = 0; i < 20 && scene->accepted < 3; i++) {
		if (scene->pending_count > 0)
			answer_well(scene);
		else
			scene->mono_ms = run(scene);
		(void)run(scene);
	}
	assert_int_equal(scene->accepted, 3);
}

static void
a_refusal_of_one_packet_parks_it_alone(void **state)
{
	static const char *const problems[] = { "{\"type\":\"" VERDICT_PROBLEM_SIGNER "\",\"title\":\"Not accepted\"}",
		"{\"type\":\"" VERDICT_PROBLEM_OTHER_COUNTER "\",\"title\":\"Not this counter's\"}" };
	struct scene *scene = *state;
	warm_up(scene);
	for (int i = 0; i < 2; i++) {
		struct http_answer with = {
			.status = 403, .reached = true, .content_type = "application/problem+json", .body = text_span(problems[i])
		};
		(void)add(scene, i == 0 ? "signer" : "counter", SPOOL_PACKET);
		(void)run(scene);
		answer(scene, &with);
		(void)run(scene);
		assert_int_equal(scene->parked, i + 1);
		assert_int_equal(upload_line(scene->upload).state, UPLOAD_UP);
	}
	assert_string_equal(spool_find(scene->spool, "counter")->why, "Not this counter's");
}

/* Keep an earlier item out of the way. */
static void
hold(struct scene *scene, int kind)
{
	char id[SPOOL_ID];
	(void)text_format(id, sizeof(id), "item-%d", kind);
	spool_find(scene->spool, id)->not_before_ms = INT64_MAX;
}

static void
never_accepts_what_is_no_receipt_for_it(void **state)
{
	struct scene *scene = *state;
	static const char other_hash[] = "0000000000000000000000000000000000000000000000000000000000000000";
	uint8_t der[4096];
	char hash[65];
	struct http_answer with = { .status = 201, .reached = true };
	for (int kind = 0; kind < 9; kind++) {
		char id[SPOOL_ID];
		with.body = text_span("garbage");
		(void)text_format(id, sizeof(id), "item-%d", kind);
		(void)add(scene, id, SPOOL_PACKET);
		upload_now(scene->upload);
		for (int earlier = 0; earlier < kind; earlier++)
			hold(scene, earlier);
		(void)run(scene);
		assert_int_equal(scene->pending_count, 1);
		assert_string_equal(scene->pending[0].id, id);
		(void)text_copy(hash, sizeof(hash), scene->pending[0].hash);
		(void)text_copy(with.content_type, sizeof(with.content_type), "application/cms");
		switch (kind) {
		case 0: /* garbage */
			answer(scene, &with);
			break;
		case 1: /* empty */
			with.body = (struct span){ 0 };
			answer(scene, &with);
			break;
		case 2: /* another packet's */
			answer_receipt_for(scene, 201, "item-x", hash, "application/cms");
			break;
		case 3: /* for other bytes */
			answer_receipt_for(scene, 200, id, other_hash, "application/cms");
			break;
		case 4: /* of another type */
			answer_receipt_for(scene, 201, id, hash, "text/html");
			break;
		case 5: /* half */
			with.body.at = der;
			with.body.len = fake_receipt_make(&scene->signer, id, hash, der, sizeof(der)) / 2;
			answer(scene, &with);
			break;
		case 6: /* signed, but no receipt */
			with.body.at = der;
			with.body.len = fake_receipt_sign(&scene->signer, "{\"id\":\"item-6\"}", der, sizeof(der));
			answer(scene, &with);
			break;
		case 7: /* a redirect */
			answer_status(scene, 307, "");
			break;
		default: /* a receipt under a status that is none */
			answer_receipt_for(scene, 204, id, hash, "application/cms");
			break;
		}
		(void)run(scene);
		assert_int_equal(state_of(scene, id), SPOOL_WAITING);
		if (kind == 2 || kind == 3)
			assert_string_equal(scene->last_why, "the answer is for another packet");
	}
	assert_int_equal(scene->accepted, 0);
	assert_int_equal(scene->parked, 0);
}

static void
waits_longer_and_longer_while_nobody_is_there(void **state)
{
	struct scene *scene = *state;
	int64_t waited[12];
	add_many(scene, 5);
	for (int i = 0; i < 12; i++) {
		int64_t next = run(scene);
		assert_int_equal(scene->pending_count, 1);
		answer_fault(scene, ERROR_GONE, false);
		next = run(scene);
		assert_int_equal(scene->pending_count, 0);
		assert_true(next > scene->mono_ms && next < INT64_MAX);
		assert_true(upload_line(scene->upload).next_ms == UTC_MS + next);
		waited[i] = next - scene->mono_ms;
		scene->mono_ms = next - 1;
		(void)run(scene);
		assert_int_equal(scene->pending_count, 0);
		scene->mono_ms = next;
	}
	for (int i = 0; i < 12; i++) {
		int64_t whole = i < 7 ? 1000ll << i : 120000;
		assert_true(waited[i] <= whole && waited[i] >= whole - whole / 4);
	}
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_DOWN);
	assert_int_equal(upload_line(scene->upload).tries, 12);
	upload_now(scene->upload);
	(void)run(scene);
	assert_int_equal(scene->pending_count, 1);
	answer_well(scene);
	(void)run(scene);
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_UP);
	assert_int_equal(scene->pending_count, 2);
}

static void
a_broken_connection_is_one_failure_not_sixteen(void **state)
{
	struct scene *scene = *state;
	warm_up(scene);
	add_many(scene, 40);
	(void)run(scene);
	assert_int_equal(scene->pending_count, 16);
	while (scene->pending_count > 0)
		answer_fault(scene, ERROR_GONE, false);
	int64_t next = run(scene);
	assert_int_equal(upload_line(scene->upload).tries, 1);
	assert_true(next - scene->mono_ms <= 1000);
	scene->mono_ms = next;
	(void)run(scene);
	assert_int_equal(scene->pending_count, 1); /* one to try */
	for (int i = 0; i < 16; i++) {
		answer_well(scene);
		(void)run(scene);
	}
	assert_int_equal(scene->pending_count, 16);
	while (scene->pending_count > 0)
		answer_fault(scene, ERROR_GONE, true); /* cut in the middle of their answers */
	(void)run(scene);
	assert_int_equal(upload_line(scene->upload).tries, 1);
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_DOWN);
}

/* `status` is what the centre has for one item, whatever comes beside it. */
static void
one_bad_item(struct scene *scene, int status, int64_t most_ms)
{
	warm_up(scene);
	(void)add(scene, "poison", SPOOL_URGENT);
	add_many(scene, 200);
	scene->sent_count = 0;
	for (int i = 0; i < 3000 && scene->accepted < 200; i++) {
		int64_t next = run(scene);
		if (scene->pending_count == 0) {
			scene->mono_ms = next;
			continue;
		}
		if (strcmp(scene->pending[0].id, "poison") == 0)
			answer_status(scene, status, "");
		else
			answer_well(scene);
	}
	(void)run(scene);
	assert_int_equal(scene->accepted, 200);
	assert_true(scene->mono_ms < most_ms);
	assert_int_equal(state_of(scene, "poison"), SPOOL_WAITING);
}

static void
one_bad_item_does_not_hold_the_others(void **state)
{
	one_bad_item(*state, 500, 1000);
}

static void
one_refused_item_does_not_hold_the_others(void **state)
{
	one_bad_item(*state, 403, 5000);
}

static void
asks_less_when_every_answer_is_bad(void **state)
{
	struct scene *scene = *state;
	warm_up(scene);
	add_many(scene, 100);
	scene->sent_count = 0;
	while (scene->mono_ms < 600000) {
		int64_t next = run(scene);
		if (scene->pending_count == 0)
			scene->mono_ms = next;
		while (scene->pending_count > 0)
			answer_status(scene, 500, "");
	}
	/* 16 at once, then one at a time with waits of 1 s to 2 min */
	assert_true(scene->sent_count < 16 + 16);
	assert_int_equal(scene->accepted, 0);
	assert_int_equal(scene->parked, 0);
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_UNABLE);
}

static void
does_as_the_centre_asks(void **state)
{
	struct scene *scene = *state;
	warm_up(scene);
	add_many(scene, 20);
	(void)run(scene);
	answer_status(scene, 503, "300");
	while (scene->pending_count > 0)
		answer_well(scene);
	/* good answers of the same moment say that it is not as bad as that: the one item waits, the others go on */
	(void)run(scene);
	assert_int_equal(scene->accepted, 15);
	while (scene->pending_count > 0) {
		answer_well(scene);
		(void)run(scene);
	}
	assert_int_equal(scene->accepted, 19);
	assert_true(run(scene) == scene->mono_ms + 300000);
	scene->mono_ms += 300000;
	(void)run(scene);
	assert_int_equal(scene->pending_count, 1);
	answer_status(scene, 429, "Wed, 25 Nov 2026 04:04:05 GMT");
	(void)run(scene);
	(void)add(scene, "new", SPOOL_URGENT);
	int64_t next = run(scene);
	assert_int_equal(scene->pending_count, 0);
	assert_true(next == 3600000);
}

static void
asks_again_for_what_the_centre_is_thinking_about(void **state)
{
	struct scene *scene = *state;
	warm_up(scene);
	(void)add(scene, "thinking", SPOOL_ENROLMENT);
	(void)add(scene, "other", SPOOL_PACKET);
	(void)run(scene);
	answer_status(scene, 202, "60");
	answer_well(scene);
	assert_true(run(scene) == scene->mono_ms + 60000);
	assert_int_equal(state_of(scene, "thinking"), SPOOL_WAITING);
	assert_int_equal(state_of(scene, "other"), SPOOL_ACCEPTED);
	assert_int_equal(upload_line(scene->upload).tries, 0);
	scene->mono_ms += 60000;
	(void)run(scene);
	answer_well(scene);
	(void)run(scene);
	assert_int_equal(state_of(scene, "thinking"), SPOOL_ACCEPTED);
}

static void
tells_a_stranger_from_nobody(void **state)
{
	struct scene *scene = *state;
	(void)add(scene, "a", SPOOL_PACKET);
	(void)run(scene);
	answer_fault(scene, ERROR_UNTRUSTED, false);
	(void)run(scene);
	assert_int_equal(upload_line(scene->upload).state, UPLOAD_REFUSED);
	assert_string_equal(upload_line(scene->upload).why, "fault");
	assert_true(upload_line(scene->upload).answer_ms == 0);
}

static void
goes_on_when_an_item_is_damaged_or_cannot_begin(void **state)
{
	struct scene *scene = *state;
	char command[512];
	warm_up(scene);
	(void)add(scene, "damaged", SPOOL_URGENT);
	(void)add(scene, "good", SPOOL_PACKET);
	assert_true(
		text_format(command, sizeof(command), "for f in %s/new/*damaged*; do echo >>\"$f\"; done", scene->folder));
	assert_int_equal(system(command), 0);
	scene->refuse_start = true;
	(void)run(scene);
	assert_int_equal(scene->lost, 1);
	assert_int_equal(scene->failed, 1);
	assert_null(spool_find(scene->spool, "damaged"));
	scene->refuse_start = false;
	scene->mono_ms += 1000;
	(void)run(scene);
	answer_well(scene);
	(void)run(scene);
	assert_int_equal(state_of(scene, "good"), SPOOL_ACCEPTED);
}

static void
drops_what_is_on_its_way_when_told(void **state)
{
	struct scene *scene = *state;
	warm_up(scene);
	struct spool_item *item = add(scene, "a", SPOOL_PACKET);
	(void)run(scene);
	assert_int_equal(scene->pending_count, 1);
	upload_drop(scene->upload, item);
	assert_int_equal(scene->pending_count, 0);
	spool_forget(scene->spool, item);
	assert_true(run(scene) == INT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sends_one_then_one_more_for_each_receipt_up_to_sixteen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sends_by_lane_and_then_by_arrival, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parks_what_the_centre_will_not_take_and_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_the_title_of_a_problem_document, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_refusal_of_us_makes_the_line_wait, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_refusal_of_one_packet_parks_it_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(never_accepts_what_is_no_receipt_for_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waits_longer_and_longer_while_nobody_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_broken_connection_is_one_failure_not_sixteen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_bad_item_does_not_hold_the_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_refused_item_does_not_hold_the_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asks_less_when_every_answer_is_bad, set_up, tear_down),
		cmocka_unit_test_setup_teardown(does_as_the_centre_asks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asks_again_for_what_the_centre_is_thinking_about, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tells_a_stranger_from_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(goes_on_when_an_item_is_damaged_or_cannot_begin, set_up, tear_down),
		cmocka_unit_test_setup_teardown(drops_what_is_on_its_way_when_told, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("upload", tests, NULL, NULL);
}
