/* Packets over the wire: stored once, answered once and for all, by whoever they belong to. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/digest.h"
#include "sync/intake/opener.h"
#include "sync/seal/seal.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"
#include "tests/unit/sync/intake/support/stage.h"

#define ID_1      "261125-WR-04-000001-7f3a9c2b"
#define ID_2      "261125-WR-04-000002-00000002"
#define ID_OTHER  "261125-WR-05-000001-00000001"
#define CMS       "application/cms"
#define REPEATERS 16

struct world {
	struct stage stage;
	struct stage_counter counter; /* WR-04 */
	struct file_bytes packet;     /* ID_1 of it */
	struct https line;            /* connected with its line certificate */
	struct https_answer answer;   /* large */
};

static int
set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	assert_non_null(world);
	stage_new(&world->stage);
	stage_counter(world->stage.ca, "WR", "04", &world->counter);
	world->packet = stage_packet(&world->stage, &world->counter, ID_1);
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
	file_free(&world->packet);
	stage_free(&world->stage);
	free(world);
	return 0;
}

static int
put(struct world *world, const char *id, const struct file_bytes *packet)
{
	return stage_put(&world->line, id, packet, &world->answer);
}

/* Ask on the line connection without looking at what comes. */
static int
ask(struct world *world, const char *method, const char *path, const char *media, const char *body)
{
	const struct span bytes = { (const uint8_t *)body, strlen(body) };
	return https_ask(&world->line, method, path, media, bytes, &world->answer) ? world->answer.status : -1;
}

static bool
problem_is(const struct https_answer *answer, const char *type)
{
	char wanted[128];
	(void)snprintf(wanted, sizeof(wanted), "\"type\":\"urn:problem-type:ecert-centre:%s\"", type);
	return strcmp(answer->media, "application/problem+json") == 0 &&
		   memmem(answer->body, answer->len, wanted, strlen(wanted)) != NULL;
}

static void
answers_a_receipt_that_names_id_and_hash(void **state)
{
	struct world *world = *state;
	struct file_bytes json = { 0 };
	struct seal_certificate *ca = NULL;
	struct seal_certificate *signer = NULL;
	struct error err;
	uint8_t hash[32];
	char hex[65];
	char wanted[256];
	assert_int_equal(put(world, ID_1, &world->packet), 201);
	assert_string_equal(world->answer.media, CMS);
	const struct centre *centre = &world->stage.centre;
	assert_true(seal_certificate_read((struct span){ centre->ca_pem.at, centre->ca_pem.len }, &ca, &err));
	assert_true(seal_certificate_read((struct span){ centre->receipt_pem.at, centre->receipt_pem.len }, &signer, &err));
	assert_true(seal_verify(
		(struct span){ world->answer.body, world->answer.len }, ca, signer, clock_now_ms(), &json, NULL, 0, &err));
	digest_sha256((struct span){ world->packet.at, world->packet.len }, hash);
	for (size_t i = 0; i < sizeof(hash); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	(void)snprintf(wanted, sizeof(wanted),
		"{\"type\":\"receipt\",\"version\":1,\"id\":\"" ID_1 "\",\"sha256\":\"%s\",\"bytes\":%zu,\"received_at\":\"20",
		hex, world->packet.len);
	assert_memory_equal(json.at, wanted, strlen(wanted));
	assert_non_null(strstr((const char *)json.at, "Z\",\"centre\":\"Test centre\"}"));
	file_free(&json);
	seal_certificate_free(ca);
	seal_certificate_free(signer);
}

static void
gives_the_same_bytes_again_on_put_and_get(void **state)
{
	struct world *world = *state;
	char path[64];
	assert_int_equal(put(world, ID_1, &world->packet), 201);
	struct https_answer *first = malloc(sizeof(*first));
	assert_non_null(first);
	*first = world->answer;
	assert_int_equal(put(world, ID_1, &world->packet), 200);
	assert_int_equal(world->answer.len, first->len);
	assert_memory_equal(world->answer.body, first->body, first->len);
	assert_int_equal(ask(world, "GET", stage_path(ID_1, path), NULL, ""), 200);
	assert_int_equal(world->answer.len, first->len);
	assert_memory_equal(world->answer.body, first->body, first->len);
	/* and after a restart */
	stage_stop(&world->stage);
	stage_start(&world->stage);
	https_close(&world->line);
	stage_connect(&world->stage, &world->counter.line, &world->line);
	assert_int_equal(put(world, ID_1, &world->packet), 200);
	assert_memory_equal(world->answer.body, first->body, first->len);
	assert_int_equal(stage_rows(&world->stage), 1);
	free(first);
}

struct repeater {
	struct world *world;
	pthread_t thread;
	struct https_answer answers[4];
	int status[4];
};

static void *
repeat(void *self)
{
	struct repeater *repeater = self;
	struct https line;
	stage_connect(&repeater->world->stage, &repeater->world->counter.line, &line);
	for (size_t i = 0; i < 4; i++)
		repeater->status[i] = stage_put(&line, ID_1, &repeater->world->packet, &repeater->answers[i]);
	https_close(&line);
	return NULL;
}

static void
stores_once_under_repeats_from_16_connections(void **state)
{
	struct world *world = *state;
	struct repeater *repeaters = calloc(REPEATERS, sizeof(*repeaters));
	size_t created = 0;
	assert_non_null(repeaters);
	for (size_t i = 0; i < REPEATERS; i++) {
		repeaters[i].world = world;
		assert_int_equal(pthread_create(&repeaters[i].thread, NULL, repeat, &repeaters[i]), 0);
	}
	for (size_t i = 0; i < REPEATERS; i++)
		assert_int_equal(pthread_join(repeaters[i].thread, NULL), 0);
	for (size_t i = 0; i < REPEATERS; i++) {
		for (size_t j = 0; j < 4; j++) {
			created += repeaters[i].status[j] == 201 ? 1 : 0;
			assert_true(repeaters[i].status[j] == 201 || repeaters[i].status[j] == 200);
			assert_int_equal(repeaters[i].answers[j].len, repeaters[0].answers[0].len);
			assert_memory_equal(
				repeaters[i].answers[j].body, repeaters[0].answers[0].body, repeaters[0].answers[0].len);
		}
	}
	assert_int_equal(created, 1);
	assert_int_equal(stage_rows(&world->stage), 1);
	free(repeaters);
}

static void
refuses_the_same_id_with_other_bytes(void **state)
{
	struct world *world = *state;
	struct file_bytes other = stage_packet(&world->stage, &world->counter, ID_1);
	assert_int_equal(put(world, ID_1, &world->packet), 201);
	assert_int_equal(put(world, ID_1, &other), 409);
	assert_true(problem_is(&world->answer, "id-taken"));
	assert_int_equal(put(world, ID_1, &world->packet), 200);
	assert_int_equal(stage_rows(&world->stage), 1);
	file_free(&other);
}

static void
refuses_a_sequence_number_under_another_id(void **state)
{
	struct world *world = *state;
	static const char twin[] = "261125-WR-04-000001-00000000";
	struct file_bytes other = stage_packet(&world->stage, &world->counter, twin);
	assert_int_equal(put(world, ID_1, &world->packet), 201);
	assert_int_equal(put(world, twin, &other), 409);
	assert_true(problem_is(&world->answer, "sequence-taken"));
	assert_int_equal(stage_rows(&world->stage), 1);
	file_free(&other);
}

static void
refuses_what_it_cannot_open_or_believe(void **state)
{
	struct world *world = *state;
	struct stage_pair foreign;
	struct file_bytes content = stage_json(ID_2);
	const char *json = (const char *)content.at;
	/* not CMS, empty, cut, one bit changed */
	assert_int_equal(ask(world, "PUT", "/v1/packets/" ID_2, CMS, "{}"), 400);
	assert_true(problem_is(&world->answer, "not-openable"));
	assert_int_equal(ask(world, "PUT", "/v1/packets/" ID_2, CMS, ""), 400);
	struct file_bytes packet = stage_seal(&world->stage, &world->counter.signing, json);
	packet.len -= 1;
	assert_int_equal(put(world, ID_2, &packet), 400);
	packet.len += 1;
	packet.at[packet.len / 2] ^= 1;
	assert_int_equal(put(world, ID_2, &packet), 400);
	file_free(&packet);
	/* signed with the line key, with the centre's own receipt key, by another counter, too late */
	packet = stage_seal(&world->stage, &world->counter.line, json);
	assert_int_equal(put(world, ID_2, &packet), 403);
	assert_true(problem_is(&world->answer, "signer-not-accepted"));
	file_free(&packet);
	stage_own_pair(&world->stage, "receipt-key.pem", "signing-cert.pem", &foreign);
	packet = stage_seal(&world->stage, &foreign, json);
	assert_int_equal(put(world, ID_2, &packet), 403);
	assert_true(problem_is(&world->answer, "signer-not-accepted"));
	file_free(&packet);
	stage_certify(world->stage.ca, ISSUER_SIGNING, "WR", "05", 0, 30, &foreign);
	packet = stage_seal(&world->stage, &foreign, json);
	assert_int_equal(put(world, ID_2, &packet), 403);
	assert_true(problem_is(&world->answer, "other-counter"));
	file_free(&packet);
	stage_certify(world->stage.ca, ISSUER_SIGNING, "WR", "04", clock_now_ms() - 40 * 86400000LL, 30, &foreign);
	packet = stage_seal(&world->stage, &foreign, json);
	assert_int_equal(put(world, ID_2, &packet), 403);
	assert_true(problem_is(&world->answer, "signer-not-accepted"));
	file_free(&packet);
	file_free(&content);
	assert_int_equal(stage_rows(&world->stage), 0);
}

/* The content of ID_2 with one piece of text put in place of another of the same length. */
static char *
content_with(const char *from, const char *to)
{
	struct file_bytes json = stage_json(ID_2);
	char *text = strdup((const char *)json.at);
	assert_non_null(text);
	assert_int_equal(strlen(from), strlen(to));
	char *at = strstr(text, from);
	assert_non_null(at);
	memcpy(at, to, strlen(to));
	file_free(&json);
	return text;
}

static void
refuses_content_that_is_not_that_packet(void **state)
{
	struct world *world = *state;
	struct file_bytes other = stage_json(ID_1);
	char *const contents[] = { strdup(""), strdup("[]"), strdup("null"), strdup("{}"), strdup((const char *)other.at),
		content_with("\"branch\":\"WR\"", "\"branch\":\"WX\""),
		content_with("\"counter\":\"04\"", "\"counter\":\"05\""), content_with("\"seq\":2", "\"seq\":3"),
		content_with("\"total\":\"88", "\"total\":\"89"), content_with("E364912(5)", "E364912(6)"),
		content_with("{\"audit\"", " \"audit\"") };
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		struct file_bytes packet = stage_seal(&world->stage, &world->counter.signing, contents[i]);
		assert_int_equal(put(world, ID_2, &packet), 422);
		assert_true(problem_is(&world->answer, "invalid-packet"));
		assert_null(memmem(world->answer.body, world->answer.len, "E364912", 7));
		file_free(&packet);
		free(contents[i]);
	}
	file_free(&other);
	assert_int_equal(stage_rows(&world->stage), 0);
}

static void
keeps_one_counter_out_of_anothers_packets(void **state)
{
	struct world *world = *state;
	struct https line;
	struct stage_counter *neighbour = malloc(sizeof(*neighbour));
	assert_non_null(neighbour);
	stage_counter(world->stage.ca, "WR", "05", neighbour);
	stage_connect(&world->stage, &neighbour->line, &line);
	assert_int_equal(put(world, ID_1, &world->packet), 201);
	assert_int_equal(stage_put(&line, ID_1, &world->packet, &world->answer), 403);
	assert_true(problem_is(&world->answer, "other-counter"));
	assert_true(https_ask(&line, "GET", "/v1/packets/" ID_1, NULL, (struct span){ 0 }, &world->answer));
	assert_int_equal(world->answer.status, 403);
	struct file_bytes own = stage_packet(&world->stage, neighbour, ID_OTHER);
	assert_int_equal(stage_put(&line, ID_OTHER, &own, &world->answer), 201);
	file_free(&own);
	free(neighbour);
	https_close(&line);
}

static void
stores_nothing_of_a_body_that_is_cut(void **state)
{
	struct world *world = *state;
	char head[256];
	const int len = snprintf(head, sizeof(head),
		"PUT /v1/packets/" ID_1 " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " CMS "\r\nContent-Length: %zu\r\n\r\n",
		world->packet.len);
	const size_t cuts[] = { 0, 1, world->packet.len / 2, world->packet.len - 1 };
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct https line;
		stage_connect(&world->stage, &world->counter.line, &line);
		assert_true(
			https_send(&line, head, (size_t)len) && (cuts[i] == 0 || https_send(&line, world->packet.at, cuts[i])));
		https_close(&line);
	}
	(void)usleep(200000);
	assert_int_equal(stage_rows(&world->stage), 0);
	assert_int_equal(put(world, ID_1, &world->packet), 201);
}

static void
bounds_the_body(void **state)
{
	struct world *world = *state;
	const size_t most = 4u << 20;
	struct file_bytes large = { calloc(1, most + 1), most + 1 };
	assert_non_null(large.at);
	assert_int_equal(put(world, ID_1, &large), 413);
	assert_true(problem_is(&world->answer, "too-large"));
	/* the connection is still good, and the bound itself is let through to the opener */
	large.len = most;
	assert_int_equal(put(world, ID_1, &large), 400);
	assert_int_equal(put(world, ID_1, &world->packet), 201);
	file_free(&large);
}

/* A body in chunks says nothing beforehand. */
static int
put_in_chunks(struct world *world, struct https *line, size_t chunk, size_t chunks)
{
	static const char head[] = "PUT /v1/packets/" ID_1 " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " CMS
							   "\r\nTransfer-Encoding: chunked\r\n\r\n";
	char size[32];
	char *bytes = calloc(1, chunk);
	assert_non_null(bytes);
	bool sent = https_send(line, head, sizeof(head) - 1);
	(void)snprintf(size, sizeof(size), "%zx\r\n", chunk);
	for (size_t i = 0; sent && i < chunks; i++)
		sent = https_send(line, size, strlen(size)) && https_send(line, bytes, chunk) && https_send(line, "\r\n", 2);
	free(bytes);
	sent = sent && https_send(line, "0\r\n\r\n", 5);
	return https_receive(line, &world->answer) ? world->answer.status : -1;
}

static void
bounds_a_body_of_unknown_length(void **state)
{
	struct world *world = *state;
	struct https line;
	assert_int_equal(put_in_chunks(world, &world->line, 1000, 3), 400);
	assert_int_equal(put_in_chunks(world, &world->line, 1u << 20, 4), 400);
	assert_int_equal(put_in_chunks(world, &world->line, (1u << 20) + 1, 4), 413);
	/* without end: the connection goes */
	stage_connect(&world->stage, &world->counter.line, &line);
	assert_int_equal(put_in_chunks(world, &line, 1u << 20, 64), -1);
	https_close(&line);
	assert_int_equal(put(world, ID_1, &world->packet), 201);
}

static void
bounds_all_bodies_together(void **state)
{
	struct world *world = *state;
	struct https lines[3];
	char head[256];
	const int len = snprintf(head, sizeof(head),
		"PUT /v1/packets/" ID_1 " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " CMS "\r\nContent-Length: %u\r\n\r\n",
		4u << 20);
	stage_stop(&world->stage);
	https_close(&world->line);
	world->stage.config.upload_memory = 9u << 20;
	stage_start(&world->stage);
	for (size_t i = 0; i < 3; i++) {
		stage_connect(&world->stage, &world->counter.line, &lines[i]);
		assert_true(https_send(&lines[i], head, (size_t)len) && https_send(&lines[i], head, 10));
	}
	(void)usleep(200000);
	stage_connect(&world->stage, &world->counter.line, &world->line);
	char *large = calloc(1, 2u << 20);
	assert_non_null(large);
	const struct file_bytes packet = { (uint8_t *)large, 2u << 20 };
	assert_int_equal(put(world, ID_1, &packet), 503);
	assert_true(problem_is(&world->answer, "busy"));
	assert_string_equal(world->answer.retry, "5");
	free(large);
	for (size_t i = 0; i < 3; i++)
		https_close(&lines[i]);
	(void)usleep(200000);
	assert_int_equal(put(world, ID_1, &world->packet), 201);
}

static void
refuses_wrong_types_ids_paths_and_methods(void **state)
{
	struct world *world = *state;
	assert_int_equal(ask(world, "PUT", "/v1/packets/" ID_1, "application/json", "x"), 415);
	assert_int_equal(ask(world, "PUT", "/v1/packets/" ID_1, NULL, "x"), 415);
	assert_int_equal(ask(world, "PUT", "/v1/packets/" ID_1, "application/cmsx", "x"), 415);
	assert_int_equal(ask(world, "PUT", "/v1/packets/" ID_1, "APPLICATION/CMS; charset=x", "x"), 400);
	static const char *const bad_ids[] = { "x", "261125-WR-04-000001", "261125-WR-04-000001-7f3a9c2B",
		"261325-WR-04-000001-7f3a9c2b", "261125-WR-04-000000-7f3a9c2b", "261125-wr-04-000001-7f3a9c2b",
		"261125-WR-4-000001-7f3a9c2b", "261125-WR-04-000001-7f3a9c2b-", "261125-WR-04-000001-7f3a9c2b%00", "..%2f..",
		"261125-WWWWWWWWW-04-000001-7f3a9c2b" };
	for (size_t i = 0; i < sizeof(bad_ids) / sizeof(bad_ids[0]); i++) {
		char path[96];
		(void)snprintf(path, sizeof(path), "/v1/packets/%s", bad_ids[i]);
		assert_int_equal(ask(world, "GET", path, NULL, ""), 400);
		assert_true(problem_is(&world->answer, "malformed-id"));
	}
	static const char *const bad_paths[] = { "/", "/v1", "/v1/", "/v1/packets", "/v1/packets/", "/v1/packets/a/b",
		"/v1/kiosks/", "/v1/kiosks%00", "//v1/kiosks", "/v1/./kiosks", "/health" };
	for (size_t i = 0; i < sizeof(bad_paths) / sizeof(bad_paths[0]); i++) {
		assert_int_equal(ask(world, "GET", bad_paths[i], NULL, ""), 404);
		assert_true(problem_is(&world->answer, "no-such-resource"));
	}
	assert_int_equal(ask(world, "POST", "/v1/packets/" ID_1, CMS, "x"), 405);
	assert_string_equal(world->answer.allow, "PUT, GET");
	assert_int_equal(ask(world, "GET", "/v1/kiosks", NULL, ""), 405);
	assert_string_equal(world->answer.allow, "POST");
	assert_int_equal(ask(world, "PATCH", "/v1/kiosks", NULL, ""), 405);
	assert_int_equal(ask(world, "GET", "/v1/packets/" ID_2, NULL, ""), 404);
	assert_true(problem_is(&world->answer, "no-such-packet"));
}

static void
speaks_tls_1_3_only(void **state)
{
	struct world *world = *state;
	struct https line;
	const char *ca = (const char *)world->stage.centre.ca_pem.at;
	const struct stage_pair *pair = &world->counter.line;
	assert_false(https_open(
		&line, world->stage.port, ca, pair->certificate, pair->key, "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.1"));
	assert_true(https_open(&line, world->stage.port, ca, pair->certificate, pair->key, "NORMAL"));
	https_close(&line);
}

static void
stores_nothing_while_the_disk_is_in_its_reserve(void **state)
{
	struct world *world = *state;
	stage_stop(&world->stage);
	https_close(&world->line);
	world->stage.config.disk_reserve = UINT64_MAX;
	stage_start(&world->stage);
	stage_connect(&world->stage, &world->counter.line, &world->line);
	assert_int_equal(put(world, ID_1, &world->packet), 503);
	assert_true(problem_is(&world->answer, "unavailable"));
	assert_string_equal(world->answer.retry, "30");
	assert_int_equal(stage_rows(&world->stage), 0);
}

static void
lets_a_training_centre_take_training_packets_only(void **state)
{
	struct file_bytes json = stage_json(ID_1);
	const struct span content = { json.at, json.len };
	struct intake_id id;
	struct error err;
	(void)state;
	assert_true(intake_id_read(ID_1, &id, &err));
	assert_true(opener_check(content, &id, true, &err));
	assert_false(opener_check(content, &id, false, &err));
	assert_non_null(strstr(err.text, "training"));
	assert_true(intake_id_read(ID_2, &id, &err));
	assert_false(opener_check(content, &id, true, &err));
	file_free(&json);
}

static void
drops_a_body_that_takes_too_long(void **state)
{
	struct world *world = *state;
	static const char head[] =
		"PUT /v1/packets/" ID_1 " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " CMS "\r\nContent-Length: 1000\r\n\r\n";
	stage_stop(&world->stage);
	https_close(&world->line);
	world->stage.config.request_s = 1;
	stage_start(&world->stage);
	stage_connect(&world->stage, &world->counter.line, &world->line);
	assert_true(https_send(&world->line, head, sizeof(head) - 1));
	const int64_t begun_ms = clock_monotonic_ms();
	for (int i = 0; i < 20 && https_send(&world->line, "x", 1); i++) /* never idle, never done */
		(void)usleep(100000);
	assert_false(https_receive(&world->line, &world->answer));
	assert_true(clock_monotonic_ms() - begun_ms < 10000);
	https_close(&world->line);
	stage_connect(&world->stage, &world->counter.line, &world->line);
	assert_int_equal(put(world, ID_1, &world->packet), 201);
}

static void
closes_idle_connections(void **state)
{
	struct world *world = *state;
	stage_stop(&world->stage);
	https_close(&world->line);
	world->stage.config.idle_s = 1;
	stage_start(&world->stage);
	stage_connect(&world->stage, &world->counter.line, &world->line);
	assert_int_equal(put(world, ID_1, &world->packet), 201);
	(void)usleep(2500000);
	assert_int_equal(put(world, ID_1, &world->packet), -1);
}

static void
answers_while_it_stops(void **state)
{
	struct world *world = *state;
	assert_int_equal(put(world, ID_1, &world->packet), 201);
	const int64_t begun_ms = clock_monotonic_ms();
	stage_stop(&world->stage); /* with an idle connection open */
	assert_true(clock_monotonic_ms() - begun_ms < 2000);
	assert_int_equal(put(world, ID_1, &world->packet), -1);
	stage_start(&world->stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_a_receipt_that_names_id_and_hash, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gives_the_same_bytes_again_on_put_and_get, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stores_once_under_repeats_from_16_connections, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_the_same_id_with_other_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_a_sequence_number_under_another_id, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_what_it_cannot_open_or_believe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_content_that_is_not_that_packet, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_one_counter_out_of_anothers_packets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stores_nothing_of_a_body_that_is_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bounds_the_body, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bounds_a_body_of_unknown_length, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bounds_all_bodies_together, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_wrong_types_ids_paths_and_methods, set_up, tear_down),
		cmocka_unit_test_setup_teardown(speaks_tls_1_3_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stores_nothing_while_the_disk_is_in_its_reserve, set_up, tear_down),
		cmocka_unit_test(lets_a_training_centre_take_training_packets_only),
		cmocka_unit_test_setup_teardown(drops_a_body_that_takes_too_long, set_up, tear_down),
		cmocka_unit_test_setup_teardown(closes_idle_connections, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_while_it_stops, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
