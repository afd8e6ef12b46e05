/* POST /v1/kiosks: a code and three requests become a counter, once. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "sync/intake/commands.h"
#include "sync/intake/provisioner.h"
#include "sync/intake/sqlite_codes.h"
#include "sync/seal/seal.h"
#include "tests/support/check.h"
#include "tests/unit/sync/intake/support/stage.h"

#define JSON     "application/json"
#define CSR_TEXT 2048u
/* a code of 64 characters */
#define OVERLONG                                                                                                       \
	"{\"code\":\"0123456789012345678901234567890123456789012345678901234567890123\",\"line_csr\":\"a\","               \
	"\"signing_csr\":\"a\",\"opening_csr\":\"a\"}"

struct world {
	struct stage stage;
	struct https line; /* without a client certificate */
	struct https_answer answer;
	char code[ENROLMENT_CODE_TEXT];
	char csr[3][CSR_TEXT]; /* line, signing, opening */
	char key[3][1024];
};

static void
make_code(struct world *world, int64_t lasts_ms, char code[static ENROLMENT_CODE_TEXT])
{
	struct intake_codes_kiosk kiosk = { .branch = "WR",
		.counter = "04",
		.name_en = "Wharf Road Post Office",
		.name_hk = "碼頭道郵政局",
		.name_cn = "码头道邮政局" };
	struct intake_codes codes;
	struct error err;
	kiosk.made_ms = clock_now_ms();
	kiosk.expires_ms = kiosk.made_ms + lasts_ms;
	assert_true(sqlite_codes_open(world->stage.database, &codes, &err));
	assert_true(commands_new_kiosk(codes, &kiosk, code, &err));
	codes.ops->close(codes.self);
}

static void
make_csr(char csr[static CSR_TEXT], char key[static 1024])
{
	struct secret made = { 0 };
	struct file_bytes pem = { 0 };
	struct error err;
	assert_true(seal_key_make("whoever", &made, &pem, &err));
	(void)snprintf(csr, CSR_TEXT, "%s", (const char *)pem.at);
	(void)snprintf(key, 1024, "%.*s", (int)made.len, (const char *)made.at);
	secret_free(&made);
	file_free(&pem);
}

static int
set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	assert_non_null(world);
	stage_new(&world->stage);
	make_code(world, 3600000, world->code);
	for (size_t i = 0; i < 3; i++)
		make_csr(world->csr[i], world->key[i]);
	stage_start(&world->stage);
	stage_connect(&world->stage, NULL, &world->line);
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

static int
post(struct world *world, const char *body)
{
	return https_ask(&world->line, "POST", "/v1/kiosks", JSON, text_span(body), &world->answer) ? world->answer.status
																								: -1;
}

static int
enrol(struct world *world, const char *code, const char *line, const char *signing, const char *opening)
{
	json_t *root = json_pack(
		"{s:s, s:s, s:s, s:s}", "code", code, "line_csr", line, "signing_csr", signing, "opening_csr", opening);
	char *body = json_dumps(root, JSON_COMPACT);
	assert_non_null(body);
	const int status = post(world, body);
	free(body);
	json_decref(root);
	return status;
}

static int
enrol_as_usual(struct world *world, const char *code)
{
	return enrol(world, code, world->csr[0], world->csr[1], world->csr[2]);
}

static bool
problem_is(const struct https_answer *answer, const char *type)
{
	char wanted[128];
	(void)snprintf(wanted, sizeof(wanted), "\"type\":\"urn:problem-type:ecert-centre:%s\"", type);
	return strcmp(answer->media, "application/problem+json") == 0 &&
		   memmem(answer->body, answer->len, wanted, strlen(wanted)) != NULL;
}

static const char *
text_at(const json_t *root, const char *name)
{
	const char *text = json_string_value(json_object_get(root, name));
	assert_non_null(text);
	return text;
}

static void
makes_a_counter_that_can_deliver(void **state)
{
	struct world *world = *state;
	struct stage_pair *line = calloc(1, sizeof(*line));
	struct stage_pair *signing = calloc(1, sizeof(*signing));
	struct https connection;
	assert_true(line != NULL && signing != NULL);
	assert_int_equal(enrol_as_usual(world, world->code), 201);
	assert_string_equal(world->answer.media, JSON);
	json_t *root = json_loadb((const char *)world->answer.body, world->answer.len, 0, NULL);
	assert_true(json_is_object(root));
	assert_int_equal(json_object_size(root), 10);
	const json_t *branch = json_object_get(root, "branch");
	assert_string_equal(text_at(branch, "code"), "WR");
	assert_string_equal(text_at(json_object_get(branch, "name"), "zh_hk"), "碼頭道郵政局");
	assert_string_equal(text_at(root, "counter"), "04");
	assert_true(json_is_true(json_object_get(root, "training")));
	assert_string_equal(text_at(root, "centre"), "Test centre");
	assert_string_equal(text_at(root, "ca"), (const char *)world->stage.centre.ca_pem.at);
	assert_string_equal(text_at(root, "packet_certificate"), (const char *)world->stage.centre.packet_pem.at);
	assert_string_equal(text_at(root, "receipt_certificate"), (const char *)world->stage.centre.receipt_pem.at);
	(void)snprintf(line->certificate, sizeof(line->certificate), "%s", text_at(root, "line_certificate"));
	(void)snprintf(line->key, sizeof(line->key), "%s", world->key[0]);
	(void)snprintf(signing->certificate, sizeof(signing->certificate), "%s", text_at(root, "signing_certificate"));
	(void)snprintf(signing->key, sizeof(signing->key), "%s", world->key[1]);
	struct seal_key *opening = NULL;
	struct error err;
	assert_true(
		seal_key_read(text_span(world->key[2]), text_span(text_at(root, "opening_certificate")), &opening, &err));
	seal_key_free(opening);
	json_decref(root);
	struct file_bytes json = stage_json("261125-WR-04-000001-0000000a");
	struct file_bytes packet = stage_seal(&world->stage, signing, (const char *)json.at);
	file_free(&json);
	stage_connect(&world->stage, line, &connection);
	assert_int_equal(stage_put(&connection, "261125-WR-04-000001-0000000a", &packet, &world->answer), 201);
	https_close(&connection);
	file_free(&packet);
	free(line);
	free(signing);
}

static void
answers_the_same_again_for_the_same_requests_only(void **state)
{
	struct world *world = *state;
	char csr[CSR_TEXT];
	char key[1024];
	struct https_answer *first = malloc(sizeof(*first));
	assert_non_null(first);
	assert_int_equal(enrol_as_usual(world, world->code), 201);
	*first = world->answer;
	stage_stop(&world->stage);
	https_close(&world->line);
	stage_start(&world->stage);
	stage_connect(&world->stage, NULL, &world->line);
	assert_int_equal(enrol_as_usual(world, world->code), 201);
	assert_int_equal(world->answer.len, first->len);
	assert_memory_equal(world->answer.body, first->body, first->len);
	/* another key for the opening, and the same keys in another order */
	make_csr(csr, key);
	assert_int_equal(enrol(world, world->code, world->csr[0], world->csr[1], csr), 403);
	assert_true(problem_is(&world->answer, "code-used"));
	assert_int_equal(enrol(world, world->code, world->csr[1], world->csr[0], world->csr[2]), 403);
	assert_int_equal(enrol_as_usual(world, world->code), 201);
	assert_memory_equal(world->answer.body, first->body, first->len);
	free(first);
}

static void
answers_again_after_the_code_expired(void **state)
{
	struct world *world = *state;
	char code[ENROLMENT_CODE_TEXT];
	make_code(world, 1500, code);
	assert_int_equal(enrol_as_usual(world, code), 201);
	(void)usleep(1600000);
	assert_int_equal(enrol_as_usual(world, code), 201); /* it may have crashed before it kept the first */
	assert_int_equal(enrol(world, code, world->csr[1], world->csr[0], world->csr[2]), 403);
	assert_true(problem_is(&world->answer, "code-used"));
}

/* An expired code was made here and says so; of what was never made here all is said alike. */
static void
lets_wrong_codes_wait_and_says_which_of_ours_it_was(void **state)
{
	struct world *world = *state;
	char expired[ENROLMENT_CODE_TEXT];
	char mistyped[ENROLMENT_CODE_TEXT];
	static const char never_made[] = "0000-0000-0000-0000-0000";
	make_code(world, 0, expired);
	memcpy(mistyped, world->code, sizeof(mistyped));
	mistyped[0] = mistyped[0] == '7' ? '8' : '7';
	const char *const wrong[] = { expired, mistyped, never_made, "", "what?" };
	char first[PROBLEM_MOST] = "";
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const int64_t begun_ms = clock_monotonic_ms();
		assert_int_equal(enrol_as_usual(world, wrong[i]), 403);
		const int64_t took_ms = clock_monotonic_ms() - begun_ms;
		assert_true(took_ms >= PROVISIONER_DELAY_MS - 20 && took_ms < PROVISIONER_DELAY_MS + 2000);
		assert_true(problem_is(&world->answer, i == 0 ? "code-expired" : "code-not-accepted"));
		if (i == 1)
			(void)snprintf(first, sizeof(first), "%.*s", (int)world->answer.len, (const char *)world->answer.body);
		if (i > 0)
			assert_memory_equal(world->answer.body, first, world->answer.len);
	}
	assert_int_equal(enrol_as_usual(world, world->code), 201);
}

static void
looks_at_ten_wrong_codes_a_minute(void **state)
{
	struct world *world = *state;
	struct https lines[PROVISIONER_WRONG];
	json_t *root = json_pack("{s:s, s:s, s:s, s:s}", "code", "0000-0000-0000-0000-0000", "line_csr", world->csr[0],
		"signing_csr", world->csr[1], "opening_csr", world->csr[2]);
	char *body = json_dumps(root, JSON_COMPACT);
	char head[256];
	assert_non_null(body);
	const int len = snprintf(head, sizeof(head),
		"POST /v1/kiosks HTTP/1.1\r\nHost: localhost\r\nContent-Type: " JSON "\r\nContent-Length: %zu\r\n\r\n",
		strlen(body));
	for (size_t i = 0; i < PROVISIONER_WRONG; i++) { /* side by side: they wait together */
		stage_connect(&world->stage, NULL, &lines[i]);
		assert_true(https_send(&lines[i], head, (size_t)len) && https_send(&lines[i], body, strlen(body)));
	}
	for (size_t i = 0; i < PROVISIONER_WRONG; i++) {
		assert_true(https_receive(&lines[i], &world->answer));
		assert_int_equal(world->answer.status, 403);
		https_close(&lines[i]);
	}
	/* even the right one now */
	assert_int_equal(enrol_as_usual(world, world->code), 429);
	assert_true(problem_is(&world->answer, "too-many-tries"));
	assert_string_equal(world->answer.retry, "60");
	free(body);
	json_decref(root);
}

static void
refuses_malformed_bodies(void **state)
{
	struct world *world = *state;
	static const char *const bodies[] = { "", "x", "[]", "{}", "{\"code\":\"a\"}",
		"{\"code\":1,\"line_csr\":\"a\",\"signing_csr\":\"a\",\"opening_csr\":\"a\"}",
		"{\"code\":\"a\",\"line_csr\":null,\"signing_csr\":\"a\",\"opening_csr\":\"a\"}",
		"{\"code\":\"a\",\"line_csr\":\"\",\"signing_csr\":\"a\",\"opening_csr\":\"a\"}",
		"{\"code\":\"a\",\"line_csr\":\"a\",\"signing_csr\":\"a\",\"opening_csr\":\"a\",\"more\":1}",
		"{\"code\":\"a\",\"code\":\"a\",\"line_csr\":\"a\",\"signing_csr\":\"a\",\"opening_csr\":\"a\"}",
		"{\"code\":\"a\\u0000\",\"line_csr\":\"a\",\"signing_csr\":\"a\",\"opening_csr\":\"a\"}", OVERLONG };
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(post(world, bodies[i]), 400);
		assert_true(problem_is(&world->answer, "malformed-request"));
	}
	char *large = malloc(40000);
	assert_non_null(large);
	memset(large, ' ', 39999);
	large[39999] = '\0';
	assert_int_equal(post(world, large), 413);
	free(large);
	assert_true(https_ask(&world->line, "POST", "/v1/kiosks", "text/plain", text_span("{}"), &world->answer));
	assert_int_equal(world->answer.status, 415);
}

static void
refuses_requests_that_nobody_would_certify_and_keeps_the_code(void **state)
{
	struct world *world = *state;
	/* PEM that is none; a request whose signature was changed */
	assert_int_equal(enrol(world, world->code, "hello", world->csr[1], world->csr[2]), 422);
	assert_true(problem_is(&world->answer, "requests-not-accepted"));
	char changed[CSR_TEXT];
	(void)snprintf(changed, sizeof(changed), "%s", world->csr[1]);
	char *end = strstr(changed, "\n-----END");
	assert_non_null(end);
	end[-6] = end[-6] == 'A' ? 'B' : 'A';
	assert_int_equal(enrol(world, world->code, world->csr[0], changed, world->csr[2]), 422);
	/* the same key twice: three keys are three keys */
	assert_int_equal(enrol(world, world->code, world->csr[0], world->csr[0], world->csr[2]), 422);
	assert_int_equal(enrol_as_usual(world, world->code), 201);
}

static void
keeps_codes_by_hash_only(void **state)
{
	struct world *world = *state;
	struct file_bytes file = { 0 };
	struct error err;
	char bare[ENROLMENT_CODE_TEXT];
	size_t at = 0;
	for (const char *c = world->code; *c != '\0'; c++) {
		if (*c != '-')
			bare[at++] = *c;
	}
	bare[at] = '\0';
	assert_int_equal(enrol_as_usual(world, world->code), 201);
	stage_stop(&world->stage);
	assert_true(file_read(world->stage.database, 8u << 20, &file, &err));
	assert_null(memmem(file.at, file.len, world->code, strlen(world->code)));
	assert_null(memmem(file.at, file.len, bare, strlen(bare)));
	assert_non_null(memmem(file.at, file.len, "Wharf Road", 10)); /* one would see it */
	file_free(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(makes_a_counter_that_can_deliver, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_the_same_again_for_the_same_requests_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_again_after_the_code_expired, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lets_wrong_codes_wait_and_says_which_of_ours_it_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(looks_at_ten_wrong_codes_a_minute, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_malformed_bodies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			refuses_requests_that_nobody_would_certify_and_keeps_the_code, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_codes_by_hash_only, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("enrol", tests, NULL, NULL);
}
