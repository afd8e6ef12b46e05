/*
 * openapi.yaml against the running server: every documented answer can be had and is of the documented media type,
 * every type of problem is, and nothing that is not documented answers.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "sync/intake/commands.h"
#include "sync/intake/issuer_socket.h"
#include "sync/intake/problem.h"
#include "sync/intake/provisioner.h"
#include "sync/intake/sqlite_codes.h"
#include "sync/intake/sqlite_store.h"
#include "sync/seal/seal.h"
#include "sync/upload/verdict.h"
#include "tests/support/check.h"
#include "tests/unit/sync/intake/support/stage.h"

#define ROWS_MOST 64
#define ID_1      "261125-WR-04-000001-0000000a"
#define ID_2      "261125-WR-04-000002-0000000b"
#define TWIN      "261125-WR-04-000001-0000000c"
#define STRANGE   "261125-WR-05-000001-0000000d"
#define CMS       "application/cms"
#define JSON      "application/json"
#define PROBLEM   "application/problem+json"

/* One documented answer. */
struct row {
	char path[32], method[8], media[32];
	int status;
	bool seen;
};

struct world {
	struct stage stage;
	struct stage_counter counter;
	struct file_bytes packet, other, twin;
	struct https_answer answer;
	char *enrolment; /* a body that enrols */
	struct row rows[ROWS_MOST];
	size_t row_count;
	bool types[PROBLEM_KINDS];
};

/* The text behind `indent` blanks, if the line is indented just so and ends in a colon. */
static bool
key_at(const char *line, size_t indent, char *out, size_t cap)
{
	const size_t blanks = strspn(line, " ");
	const size_t len = strcspn(line + blanks, ":\n");
	const char *key = line + blanks;
	if (blanks != indent || key[0] == '-' || key[len] != ':' || key[len + 1] != '\n')
		return false;
	const bool quoted = key[0] == '\'';
	return text_format(out, cap, "%.*s", (int)(quoted ? len - 2 : len), quoted ? key + 1 : key);
}

/* The file is written in one way, which is all that is understood: paths at 2 blanks, methods at 4, statuses at 8. A
 * media type stands at 12; a status without one is a problem by reference. */
static void
read_document(struct world *world)
{
	FILE *file = fopen(TEST_SOURCE_DIR "/sync/intake/openapi.yaml", "r");
	char line[512];
	char path[32] = "";
	char method[16] = "";
	char key[64];
	bool in_paths = false;
	bool in_responses = false;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] != ' ')
			in_paths = strcmp(line, "paths:\n") == 0;
		if (!in_paths)
			continue;
		if (key_at(line, 2, path, sizeof(path)) || key_at(line, 4, method, sizeof(method)))
			in_responses = false;
		else if (key_at(line, 6, key, sizeof(key)))
			in_responses = strcmp(key, "responses") == 0;
		else if (in_responses && key_at(line, 8, key, sizeof(key))) {
			struct row *row = &world->rows[world->row_count++];
			assert_true(world->row_count < ROWS_MOST);
			assert_true(text_format(row->path, sizeof(row->path), "%s", path));
			assert_true(text_format(row->method, sizeof(row->method), "%s", method));
			text_upper(row->method);
			row->status = (int)strtol(key, NULL, 10);
			(void)text_format(row->media, sizeof(row->media), "%s", PROBLEM);
		} else if (in_responses && key_at(line, 12, key, sizeof(key))) {
			(void)text_format(world->rows[world->row_count - 1].media, sizeof(world->rows[0].media), "%s", key);
		}
	}
	(void)fclose(file);
	assert_int_equal(world->row_count, 8 + 9 + 6);
}

/* Note an answer: it must be documented. Media types of problems are read for their kind. */
static void
note(struct world *world, const char *path, const char *method)
{
	const struct https_answer *answer = &world->answer;
	bool documented = false;
	for (size_t i = 0; i < world->row_count; i++) {
		struct row *row = &world->rows[i];
		if (strcmp(row->path, path) != 0 || strcmp(row->method, method) != 0 || row->status != answer->status)
			continue;
		assert_string_equal(answer->media, row->media);
		documented = row->seen = true;
	}
	if (!documented)
		fail_msg("%s %s: %d is not documented", method, path, answer->status);
	if (strcmp(answer->media, PROBLEM) != 0)
		return;
	json_t *root = json_loadb((const char *)answer->body, answer->len, JSON_REJECT_DUPLICATES, NULL);
	const char *type = json_string_value(json_object_get(root, "type"));
	assert_int_equal(json_object_size(root), 4);
	assert_non_null(json_string_value(json_object_get(root, "title")));
	assert_non_null(json_string_value(json_object_get(root, "detail")));
	assert_int_equal(json_integer_value(json_object_get(root, "status")), answer->status);
	assert_true(type != NULL && strncmp(type, PROBLEM_TYPE, strlen(PROBLEM_TYPE)) == 0);
	for (int kind = PROBLEM_NONE + 1; kind < PROBLEM_KINDS; kind++) {
		if (strcmp(type + strlen(PROBLEM_TYPE), problem_of((enum problem_kind)kind)->type) == 0)
			world->types[kind] = true;
	}
	json_decref(root);
	if (answer->status == 429 || answer->status == 503)
		assert_true(strtol(answer->retry, NULL, 10) > 0);
}

static void
ask(struct world *world, struct https *with, const char *method, const char *id, const char *media, struct span body,
	int wanted)
{
	char path[64];
	const bool enrols = id == NULL;
	assert_true(https_ask(with, method, enrols ? "/v1/kiosks" : stage_path(id, path), media, body, &world->answer));
	assert_int_equal(world->answer.status, wanted);
	note(world, enrols ? "/v1/kiosks" : "/v1/packets/{id}", method);
}

static struct span
span_of(const struct file_bytes *bytes)
{
	return (struct span){ bytes->at, bytes->len };
}

static void
ask_for_packets(struct world *world)
{
	static const uint8_t large[(4u << 20) + 1];
	struct https line;
	stage_connect(&world->stage, &world->counter.line, &line);
	struct file_bytes strange = stage_seal(&world->stage, &world->counter.signing, "{}");
	ask(world, &line, "GET", ID_1, NULL, (struct span){ 0 }, 404);
	ask(world, &line, "PUT", ID_1, CMS, span_of(&world->packet), 201);
	ask(world, &line, "PUT", ID_1, CMS, span_of(&world->packet), 200);
	ask(world, &line, "GET", ID_1, NULL, (struct span){ 0 }, 200);
	ask(world, &line, "PUT", ID_1, CMS, span_of(&world->other), 409);
	ask(world, &line, "PUT", TWIN, CMS, span_of(&world->twin), 409);
	ask(world, &line, "PUT", "x", CMS, span_of(&world->packet), 400);
	ask(world, &line, "GET", "x", NULL, (struct span){ 0 }, 400);
	ask(world, &line, "PUT", ID_2, CMS, text_span("x"), 400);
	ask(world, &line, "PUT", ID_2, CMS, span_of(&strange), 422);
	file_free(&strange);
	strange = stage_seal(&world->stage, &world->counter.line, "{}");
	ask(world, &line, "PUT", ID_2, CMS, span_of(&strange), 403);
	file_free(&strange);
	ask(world, &line, "PUT", STRANGE, CMS, span_of(&world->packet), 403);
	ask(world, &line, "GET", STRANGE, NULL, (struct span){ 0 }, 403);
	ask(world, &line, "PUT", ID_2, JSON, span_of(&world->packet), 415);
	ask(world, &line, "PUT", ID_2, CMS, (struct span){ large, sizeof(large) }, 413);
	ask(world, &line, "GET", ID_2, NULL, text_span("x"), 413);
	https_close(&line);
	stage_connect(&world->stage, NULL, &line);
	ask(world, &line, "PUT", ID_2, CMS, text_span("x"), 403);
	https_close(&line);
	stage_connect(&world->stage, &world->counter.signing, &line);
	ask(world, &line, "PUT", ID_2, CMS, text_span("x"), 403);
	https_close(&line);
}

static void
make_enrolment(struct world *world, int64_t expires_ms)
{
	struct intake_codes_kiosk kiosk = { .branch = "WR", .counter = "04", .expires_ms = expires_ms };
	struct intake_codes codes;
	struct error err;
	char code[ENROLMENT_CODE_TEXT];
	assert_true(sqlite_codes_open(world->stage.database, &codes, &err));
	assert_true(commands_new_kiosk(codes, &kiosk, code, &err));
	codes.ops->close(codes.self);
	json_t *root = json_pack("{s:s}", "code", code);
	static const char *const names[] = { "line_csr", "signing_csr", "opening_csr" };
	for (size_t i = 0; i < 3; i++) {
		struct secret key = { 0 };
		struct file_bytes csr = { 0 };
		assert_true(seal_key_make("x", &key, &csr, &err));
		assert_int_equal(json_object_set_new(root, names[i], json_string((const char *)csr.at)), 0);
		secret_free(&key);
		file_free(&csr);
	}
	world->enrolment = json_dumps(root, 0);
	json_decref(root);
}

static void
ask_to_enrol(struct world *world)
{
	static const char wrong[] =
		"{\"code\":\"0000-0000-0000-0000-0000\",\"line_csr\":\"a\",\"signing_csr\":\"a\",\"opening_csr\":\"a\"}";
	static const uint8_t large[40000];
	struct https line;
	stage_connect(&world->stage, NULL, &line);
	ask(world, &line, "POST", NULL, JSON, text_span("{}"), 400);
	ask(world, &line, "POST", NULL, "text/plain", text_span("{}"), 415);
	ask(world, &line, "POST", NULL, JSON, (struct span){ large, sizeof(large) }, 413);
	char *unusable = strdup(world->enrolment);
	assert_non_null(unusable);
	char *at = strstr(unusable, "BEGIN");
	assert_non_null(at);
	at[0] = 'X';
	ask(world, &line, "POST", NULL, JSON, text_span(unusable), 422);
	ask(world, &line, "POST", NULL, JSON, text_span(world->enrolment), 201);
	ask(world, &line, "POST", NULL, JSON, text_span(unusable), 403); /* used, with other requests */
	free(unusable);
	char *good = world->enrolment;
	make_enrolment(world, 1);
	ask(world, &line, "POST", NULL, JSON, text_span(world->enrolment), 403); /* expired */
	free(world->enrolment);
	world->enrolment = good;
	struct https lines[PROVISIONER_WRONG - 2];
	char head[256];
	(void)text_format(head, sizeof(head),
		"POST /v1/kiosks HTTP/1.1\r\nHost: localhost\r\nContent-Type: " JSON "\r\nContent-Length: %zu\r\n\r\n%s",
		strlen(wrong), wrong);
	for (size_t i = 0; i < PROVISIONER_WRONG - 2; i++) {
		stage_connect(&world->stage, NULL, &lines[i]);
		assert_true(https_send(&lines[i], head, strlen(head)));
	}
	for (size_t i = 0; i < PROVISIONER_WRONG - 2; i++) {
		assert_true(https_receive(&lines[i], &world->answer));
		assert_int_equal(world->answer.status, 403);
		note(world, "/v1/kiosks", "POST");
		https_close(&lines[i]);
	}
	ask(world, &line, "POST", NULL, JSON, text_span(world->enrolment), 429);
	https_close(&line);
}

/* A store that can do nothing. */
static bool
broken_put(void *self, const struct intake_store_packet *packets, size_t count, struct intake_store_answer *answers,
	struct error *err)
{
	(void)self, (void)packets;
	for (size_t i = 0; i < count; i++)
		answers[i] = (struct intake_store_answer){ .outcome = INTAKE_STORE_UNDECIDED };
	return error_set(err, ERROR_FULL, "broken");
}

static bool
broken_get(void *self, const char *id, enum intake_store_part part, struct file_bytes *out, struct error *err)
{
	(void)self, (void)id, (void)part, (void)out;
	return error_set(err, ERROR_SYSTEM, "broken");
}

static void
broken_nothing(void *self)
{
	(void)self;
}

static const struct intake_store_ops broken_ops = {
	.put = broken_put, .get = broken_get, .tidy = broken_nothing, .close = broken_nothing
};

/* Nobody to store, nobody to issue, no memory for bodies. */
static void
ask_a_broken_centre(struct world *world)
{
	struct https line;
	stage_stop(&world->stage);
	world->stage.issuer_path = "/nonexistent/issuer.sock";
	stage_start_on(&world->stage, (struct intake_store){ &broken_ops, NULL });
	stage_connect(&world->stage, &world->counter.line, &line);
	ask(world, &line, "PUT", ID_1, CMS, span_of(&world->packet), 503);
	ask(world, &line, "GET", ID_1, NULL, (struct span){ 0 }, 503);
	free(world->enrolment);
	make_enrolment(world, INT64_MAX);
	ask(world, &line, "POST", NULL, JSON, text_span(world->enrolment), 503);
	https_close(&line);
	stage_stop(&world->stage);
	world->stage.config.upload_memory = 10;
	stage_start_on(&world->stage, (struct intake_store){ &broken_ops, NULL });
	stage_connect(&world->stage, &world->counter.line, &line);
	ask(world, &line, "PUT", ID_1, CMS, span_of(&world->packet), 503);
	https_close(&line);
	stage_stop(&world->stage);
}

/* Every method on every kind of path: documented, or 404 or 405 as the description says. */
static void
nothing_else_answers(struct world *world)
{
	static const char *const methods[] = { "GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND" };
	static const char *const unknown[] = { "/", "/v1", "/v1/packets", "/v1/kiosks/1", "/v2/kiosks", "/health",
		"/.well-known/est/cacerts", "/v1/packets/" ID_2 "/x", "/openapi.yaml" };
	struct https line;
	stage_connect(&world->stage, &world->counter.line, &line);
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		const struct span none = { 0 };
		for (size_t j = 0; j < sizeof(unknown) / sizeof(unknown[0]); j++) {
			assert_true(https_ask(&line, methods[i], unknown[j], NULL, none, &world->answer));
			assert_int_equal(world->answer.status, 404);
			assert_string_equal(world->answer.media, PROBLEM);
		}
		assert_true(https_ask(&line, methods[i], "/v1/kiosks", NULL, none, &world->answer));
		assert_int_equal(world->answer.status, strcmp(methods[i], "POST") == 0 ? 415 : 405);
		assert_true(https_ask(&line, methods[i], "/v1/packets/" ID_2, NULL, none, &world->answer));
		const bool put = strcmp(methods[i], "PUT") == 0;
		const bool get = strcmp(methods[i], "GET") == 0;
		assert_int_equal(world->answer.status, put ? 415 : get ? 404 : 405);
		if (!put && !get)
			assert_string_equal(world->answer.allow, "PUT, GET");
	}
	world->types[PROBLEM_NO_ROUTE] = world->types[PROBLEM_METHOD] = true; /* by their statuses above */
	https_close(&line);
}

/* The enumeration of problem types in the document is the table's. */
static void
documents_every_problem_type(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = fopen(TEST_SOURCE_DIR "/sync/intake/openapi.yaml", "r");
	size_t listed = 0;
	(void)state;
	assert_non_null(file);
	assert_true(getdelim(&text, &len, '\0', file) > 0);
	(void)fclose(file);
	for (const char *at = text; (at = strstr(at, "- " PROBLEM_TYPE)) != NULL; at++)
		listed++;
	assert_int_equal(listed, PROBLEM_KINDS - 1);
	for (int kind = PROBLEM_NONE + 1; kind < PROBLEM_KINDS; kind++) {
		char wanted[128];
		(void)text_format(wanted, sizeof(wanted), "- " PROBLEM_TYPE "%s\n", problem_of((enum problem_kind)kind)->type);
		assert_non_null(strstr(text, wanted));
	}
	free(text);
}

/* Those that syncd parks a packet for. */
static void
names_the_problems_of_a_packet_as_syncd_does(void **state)
{
	(void)state;
	assert_string_equal(&VERDICT_PROBLEM_SIGNER[strlen(PROBLEM_TYPE)], problem_of(PROBLEM_SIGNER)->type);
	assert_string_equal(&VERDICT_PROBLEM_OTHER_COUNTER[strlen(PROBLEM_TYPE)], problem_of(PROBLEM_OTHER_COUNTER)->type);
	assert_memory_equal(VERDICT_PROBLEM_SIGNER, PROBLEM_TYPE, strlen(PROBLEM_TYPE));
	assert_memory_equal(VERDICT_PROBLEM_OTHER_COUNTER, PROBLEM_TYPE, strlen(PROBLEM_TYPE));
	assert_int_equal(problem_of(PROBLEM_SIGNER)->status, 403);
	assert_int_equal(problem_of(PROBLEM_OTHER_COUNTER)->status, 403);
}

static void
answers_as_documented_and_not_otherwise(void **state)
{
	struct world *world = *state;
	read_document(world);
	make_enrolment(world, INT64_MAX);
	nothing_else_answers(world);
	ask_for_packets(world);
	ask_to_enrol(world);
	ask_a_broken_centre(world);
	for (size_t i = 0; i < world->row_count; i++) {
		const struct row *row = &world->rows[i];
		if (!row->seen)
			fail_msg("%s %s: %d is documented and was never answered", row->method, row->path, row->status);
	}
	for (int kind = PROBLEM_NONE + 1; kind < PROBLEM_KINDS; kind++) {
		if (!world->types[kind])
			fail_msg("%s was never answered", problem_of((enum problem_kind)kind)->type);
	}
}

static int
set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	assert_non_null(world);
	stage_new(&world->stage);
	stage_counter(world->stage.ca, "WR", "04", &world->counter);
	world->packet = stage_packet(&world->stage, &world->counter, ID_1);
	world->other = stage_packet(&world->stage, &world->counter, ID_1);
	world->twin = stage_packet(&world->stage, &world->counter, TWIN);
	stage_start(&world->stage);
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;
	file_free(&world->packet);
	file_free(&world->other);
	file_free(&world->twin);
	free(world->enrolment);
	stage_free(&world->stage);
	free(world);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_every_problem_type),
		cmocka_unit_test(names_the_problems_of_a_packet_as_syncd_does),
		cmocka_unit_test_setup_teardown(answers_as_documented_and_not_otherwise, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("openapi", tests, NULL, NULL);
}
