#include "tests/support/sync_scene.h"

#include <jansson.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "tests/support/fake_receipt.h"
#include "tests/support/folder.h"

#define PATIENCE_MS 10000
#define ITEM_MOST   (4u * 1024 * 1024)

static void
need(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "sync scene: %s\n", what);
	abort();
}

static void
hash_of(const uint8_t *at, size_t len, uint8_t out[32], char hex[65])
{
	(void)crypto_hash_sha256(out, at, len);
	text_hex((struct span){ out, 32 }, hex, 65);
}

/* The bytes of an item: seeded by its id. */
static uint8_t *
bytes_of(const char *id, size_t len)
{
	uint8_t *bytes = malloc(len + 1);
	uint8_t seed[randombytes_SEEDBYTES] = { 0 };
	need(bytes != NULL, "memory");
	memcpy(seed, id, strnlen(id, sizeof(seed)));
	randombytes_buf_deterministic(bytes, len, seed);
	return bytes;
}

static void
good_answer(struct sync_scene *scene, const char *id, const char *hash, struct responder_reply *reply)
{
	size_t i = 0;
	while (i < scene->stored_count && strcmp(scene->stored[i].id, id) != 0)
		i++;
	bool known = i < scene->stored_count;
	if (known && strcmp(scene->stored[i].hash, hash) != 0) {
		scene->conflicts++;
		reply->status = 409;
		return;
	}
	if (!known) {
		need(scene->stored_count < SYNC_SCENE_STORED, "room");
		(void)text_copy(scene->stored[scene->stored_count].id, WIRE_ID, id);
		(void)text_copy(scene->stored[scene->stored_count].hash, 65, hash);
		scene->stored_count++;
	}
	reply->status = known ? 200 : 201;
	(void)text_copy(reply->type, sizeof(reply->type), "application/cms");
	reply->len = fake_receipt_make(&scene->receipt, id, hash, reply->body, sizeof(reply->body));
}

static void
set_body(struct responder_reply *reply, const char *type, const char *body)
{
	(void)text_copy(reply->type, sizeof(reply->type), type);
	reply->len = strlen(body);
	memcpy(reply->body, body, reply->len);
}

static void
bad_answer(struct sync_scene *scene, const char *id, const char *hash, struct responder_reply *reply)
{
	static const char problem[] = "{\"type\":\"about:blank\",\"title\":\"Other bytes under this id\",\"status\":409}";
	const enum sync_scene_fault fault = scene->fault;
	reply->status = 201;
	switch (fault) {
	case SYNC_SCENE_CONFLICT:
		reply->status = 409;
		set_body(reply, "application/problem+json", problem);
		break;
	case SYNC_SCENE_BROKEN:
		reply->status = 500;
		break;
	case SYNC_SCENE_THINKING:
		reply->status = 202;
		break;
	case SYNC_SCENE_GARBAGE:
		set_body(reply, "application/cms", "\x30\x80garbage");
		break;
	case SYNC_SCENE_NO_HTTP:
		set_body(reply, "", "hello, this is not HTTP\r\n\r\n");
		reply->raw = true;
		break;
	case SYNC_SCENE_OTHER:
		(void)text_copy(reply->type, sizeof(reply->type), "application/cms");
		reply->len =
			fake_receipt_make(&scene->receipt, "261125-WR-04-999999-00000000", hash, reply->body, sizeof(reply->body));
		break;
	case SYNC_SCENE_TYPE:
		good_answer(scene, id, hash, reply);
		(void)text_copy(reply->type, sizeof(reply->type), "text/plain");
		break;
	case SYNC_SCENE_CUT_HEAD:
		good_answer(scene, id, hash, reply);
		reply->break_after = 20;
		break;
	case SYNC_SCENE_CUT_BODY:
		good_answer(scene, id, hash, reply);
		reply->break_after = 400;
		break;
	case SYNC_SCENE_SILENT:
		reply->raw = true;
		break;
	case SYNC_SCENE_REDIRECT:
		reply->status = 307;
		(void)text_format(
			reply->header, sizeof(reply->header), "Location: https://127.0.0.1:%u/v1/other\r\n", (unsigned)scene->port);
		break;
	case SYNC_SCENE_SLOW:
		good_answer(scene, id, hash, reply);
		reply->delay_ms = 3000;
		break;
	case SYNC_SCENE_LONG:
		(void)text_copy(reply->type, sizeof(reply->type), "application/cms");
		reply->len = sizeof(reply->body);
		break;
	case SYNC_SCENE_STRANGER:
		reply->status = 403;
		break;
	case SYNC_SCENE_GOOD:
	case SYNC_SCENE_FAULTS:
		break;
	}
}

static void
answer_put(struct sync_scene *scene, const struct responder_request *request, struct responder_reply *reply)
{
	uint8_t hash[32];
	char hex[65];
	const char *id = request->path + strlen("/v1/packets/");
	scene->puts++;
	scene->anonymous_puts += strcmp(request->client, "WR-04") != 0;
	hash_of(request->body, request->len, hash, hex);
	if (scene->fault_count == 0 || scene->fault == SYNC_SCENE_GOOD) {
		good_answer(scene, id, hex, reply);
		return;
	}
	scene->fault_count--;
	bad_answer(scene, id, hex, reply);
}

static void
answer_post(struct sync_scene *scene, const struct responder_request *request, struct responder_reply *reply)
{
	char certificate[4096];
	json_t *asked = json_loadb((const char *)request->body, request->len, 0, NULL);
	const char *code = json_string_value(json_object_get(asked, "code"));
	const char *csr = json_string_value(json_object_get(asked, "line_csr"));
	need(code != NULL && csr != NULL, "provisioning request");
	scene->posts++;
	if (scene->first_line_csr[0] == '\0')
		(void)text_copy(scene->first_line_csr, sizeof(scene->first_line_csr), csr);
	scene->csr_changed += strcmp(scene->first_line_csr, csr) != 0;
	if (scene->code == NULL || strcmp(code, scene->code) != 0) {
		reply->status = 403;
		set_body(reply, "application/problem+json", "{\"title\":\"This code is not good\"}");
	} else {
		authority_sign(scene->authority, csr, "WR-04", AUTHORITY_LINE, certificate);
		json_t *given = json_pack("{s:s, s:s, s:s}", "counter", "04", "ca", scene->ca, "line_certificate", certificate);
		char *text = json_dumps(given, 0);
		reply->status = 201;
		set_body(reply, "application/json", text);
		free(text);
		json_decref(given);
	}
	json_decref(asked);
}

static void
on_request(void *self, const struct responder_request *request, struct responder_reply *reply)
{
	struct sync_scene *scene = self;
	reply->status = 404;
	if (strcmp(request->method, "PUT") == 0 && strncmp(request->path, "/v1/packets/", 12) == 0)
		answer_put(scene, request, reply);
	else if (strcmp(request->method, "POST") == 0 && strcmp(request->path, "/v1/kiosks") == 0)
		answer_post(scene, request, reply);
}

void
sync_scene_centre(struct sync_scene *scene, bool old_tls, const struct authority_pair *server)
{
	const struct responder_settings settings = { .server = server != NULL ? server : &scene->server,
		.client_ca = scene->ca,
		.old_tls = old_tls,
		.port = scene->port,
		.answer = on_request,
		.self = scene };
	scene->responder = responder_start(&settings);
	scene->port = responder_port(scene->responder);
}

void
sync_scene_centre_down(struct sync_scene *scene)
{
	responder_stop(scene->responder);
	scene->responder = NULL;
}

static void
put(const char *folder, const char *name, const char *text)
{
	char path[512];
	struct error err = { 0 };
	need(text_format(path, sizeof(path), "%s/%s", folder, name), "path");
	need(file_write(path, text_span(text), 0600, &err), err.text);
}

static void
write_config(struct sync_scene *scene, int total_s)
{
	char config[2048];
	need(text_format(config, sizeof(config),
			 "[centre]\nurl = https://127.0.0.1:%u\nca = %s/ca.pem\nconnect_s = 5\ntotal_s = %d\n"
			 "[syncd]\nstate_folder = %s\nsocket = %s\n[spool]\nspare_megabytes = 1\n",
			 (unsigned)scene->port, scene->folder, total_s, scene->state, scene->socket),
		"configuration");
	put(scene->folder, "ca.pem", scene->ca);
	put(scene->folder, "syncd.conf", config);
}

void
sync_scene_open(struct sync_scene *scene, const char *program, bool provisioned, int total_s)
{
	*scene = (struct sync_scene){ .program = program, .counter = { .fd = -1 } };
	secret_start();
	folder_new(scene->folder);
	need(text_format(scene->socket, sizeof(scene->socket), "%s/sync.sock", scene->folder) &&
			 text_format(scene->log, sizeof(scene->log), "%s/log", scene->folder) &&
			 text_format(scene->config, sizeof(scene->config), "%s/syncd.conf", scene->folder) &&
			 text_format(scene->state, sizeof(scene->state), "%s/state", scene->folder),
		"paths");
	scene->authority = authority_new("Test CA");
	authority_certificate(scene->authority, scene->ca);
	authority_issue(scene->authority, "centre", AUTHORITY_SERVER, 0, 0, &scene->server);
	authority_issue(scene->authority, "centre", AUTHORITY_SIGNING, 0, 0, &scene->receipt);
	authority_issue(scene->authority, "WR-04", AUTHORITY_LINE, 0, 0, &scene->line);
	sync_scene_centre(scene, false, NULL); /* takes a port */
	write_config(scene, total_s);
	need(mkdir(scene->state, 0700) == 0, "state folder");
	if (!provisioned)
		return;
	put(scene->state, "line-key.pem", scene->line.key);
	put(scene->state, "line-certificate.pem", scene->line.certificate);
	put(scene->state, "centre-ca.pem", scene->ca);
}

void
sync_scene_close(struct sync_scene *scene)
{
	channel_close(&scene->counter);
	if (scene->syncd.pid > 0 && process_runs(&scene->syncd))
		(void)process_end(&scene->syncd, 9);
	responder_stop(scene->responder);
	authority_free(scene->authority);
	folder_remove(scene->folder);
}

void
sync_scene_start(struct sync_scene *scene, int doomed)
{
	const char *const argv[] = { scene->program, "--config", scene->config, NULL };
	if (doomed > 0)
		process_start_doomed(argv, scene->log, doomed, &scene->syncd);
	else
		process_start(argv, scene->log, &scene->syncd);
}

bool
sync_scene_connect(struct sync_scene *scene)
{
	uint8_t bytes[4];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	int64_t deadline = clock_monotonic_ms() + PATIENCE_MS;
	channel_close(&scene->counter);
	while (!channel_connect(scene->socket, &scene->counter, &err)) {
		const struct timespec wait = { .tv_nsec = 5000000 };
		if (clock_monotonic_ms() > deadline || !process_runs(&scene->syncd))
			return false;
		(void)nanosleep(&wait, NULL);
	}
	buffer_u32le(&out, WIRE_VERSION);
	return channel_send(&scene->counter, WIRE_HELLO, buffer_span(&out), -1, PATIENCE_MS, &err);
}

bool
sync_scene_offer(struct sync_scene *scene, const char *id, size_t len)
{
	struct wire_item item = { .lane = WIRE_LANE_PACKET, .len = (uint32_t)len };
	uint8_t bytes[256];
	char hex[65];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	CLEANUP(file_close) int memfd = -1;
	uint8_t *content = bytes_of(id, len);
	need(len <= ITEM_MOST && text_copy(item.id, sizeof(item.id), id), "item");
	hash_of(content, len, item.sha256, hex);
	need(channel_memfd((struct span){ content, len }, &memfd, &err), err.text);
	free(content);
	wire_put_item(&out, &item);
	return channel_send(&scene->counter, WIRE_OFFER, buffer_span(&out), memfd, PATIENCE_MS, &err);
}

bool
sync_scene_tell(struct sync_scene *scene, enum wire_type type, const char *id)
{
	uint8_t bytes[128];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	if (id != NULL)
		buffer_text(&out, id);
	return channel_send(&scene->counter, (uint16_t)type, buffer_span(&out), -1, PATIENCE_MS, &err);
}

bool
sync_scene_refuse(struct sync_scene *scene, const char *id, const char *why)
{
	uint8_t bytes[512];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct wire_parked parked = { .status = 0 };
	struct error err = { 0 };
	need(text_copy(parked.id, sizeof(parked.id), id) && text_copy(parked.why, sizeof(parked.why), why), "refusal");
	wire_put_parked(&out, &parked);
	return channel_send(&scene->counter, WIRE_REFUSE, buffer_span(&out), -1, PATIENCE_MS, &err);
}

bool
sync_scene_await(struct sync_scene *scene, enum wire_type type, uint8_t *body, size_t cap, struct channel_message *out)
{
	int64_t deadline = clock_monotonic_ms() + PATIENCE_MS;
	struct error err = { 0 };
	for (;;) {
		int64_t left = deadline - clock_monotonic_ms();
		if (left <= 0 || !channel_receive(&scene->counter, body, cap, (unsigned)left, out, &err))
			return false;
		if (out->type == type)
			return true;
		file_close(&out->memfd);
	}
}

bool
sync_scene_await_line(struct sync_scene *scene, enum wire_line_state state, struct wire_line *out)
{
	uint8_t body[512];
	struct channel_message message;
	struct error err = { 0 };
	while (sync_scene_await(scene, WIRE_LINE, body, sizeof(body), &message)) {
		struct cursor in = cursor_over(message.body);
		need(wire_take_line(&in, out, &err) && cursor_done(&in), "line message");
		if (out->state == state)
			return true;
	}
	return false;
}

bool
sync_scene_await_receipt(struct sync_scene *scene, const char *id)
{
	uint8_t body[512];
	struct channel_message message;
	struct error err = { 0 };
	char got[WIRE_ID];
	while (sync_scene_await(scene, WIRE_ACCEPTED, body, sizeof(body), &message)) {
		struct span receipt = { 0 };
		struct cursor in = cursor_over(message.body);
		need(wire_take_id(&in, got, &err) && cursor_done(&in), "accepted message");
		need(channel_map(message.memfd, WIRE_RECEIPT_MOST, &receipt, &err), err.text);
		need(memmem(receipt.at, receipt.len, got, strlen(got)) != NULL, "receipt for another");
		channel_unmap(&receipt);
		file_close(&message.memfd);
		if (!sync_scene_tell(scene, WIRE_ACKNOWLEDGE, got))
			return false;
		if (strcmp(got, id) == 0)
			return true;
	}
	return false;
}

int
sync_scene_stored(const struct sync_scene *scene, const char *id)
{
	int count = 0;
	for (size_t i = 0; i < scene->stored_count; i++)
		count += strcmp(scene->stored[i].id, id) == 0;
	return count;
}
