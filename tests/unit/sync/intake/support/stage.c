#include "tests/unit/sync/intake/support/stage.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/intake/intake_id.h"
#include "sync/intake/issuer_socket.h"
#include "sync/intake/sqlite_codes.h"
#include "sync/intake/sqlite_store.h"
#include "sync/seal/seal.h"
#include "tests/support/folder.h"
#include "tests/unit/sync/packet/sample.h"

static void
need(bool done, const struct error *err)
{
	if (done)
		return;
	(void)fprintf(stderr, "stage: %s\n", err->text);
	abort();
}

static bool
local_issue(void *self, const struct issuer_request *request, struct file_bytes *pem, struct error *err)
{
	return ca_issue(self, request, clock_now_ms(), 30, pem, err);
}

static bool
local_ca(void *self, struct file_bytes *pem, struct error *err)
{
	const struct span bytes = ca_certificate(self);
	uint8_t *copy = malloc(bytes.len + 1);
	(void)err;
	if (copy == NULL)
		abort();
	memcpy(copy, bytes.at, bytes.len);
	copy[bytes.len] = '\0';
	*pem = (struct file_bytes){ copy, bytes.len };
	return true;
}

static void
local_close(void *self)
{
	(void)self;
}

static const struct issuer_ops local_ops = { .issue = local_issue, .ca = local_ca, .close = local_close };

struct issuer
stage_issuer(struct ca *ca)
{
	return (struct issuer){ &local_ops, ca };
}

void
stage_new(struct stage *stage)
{
	struct error err;
	char ca_path[300];
	*stage = (struct stage){ 0 };
	secret_start();
	folder_new(stage->folder);
	(void)snprintf(ca_path, sizeof(ca_path), "%s/ca", stage->folder);
	(void)snprintf(stage->centre_path, sizeof(stage->centre_path), "%s/centre", stage->folder);
	(void)snprintf(stage->database, sizeof(stage->database), "%s/centre.db", stage->centre_path);
	need(ca_make(ca_path, clock_now_ms(), &err) && ca_open(ca_path, &stage->ca, &err), &err);
	need(centre_make(stage->centre_path, stage_issuer(stage->ca), "localhost,127.0.0.1", &err), &err);
	need(centre_open(stage->centre_path, &stage->centre, &err), &err);
	stage->config = (struct server_config){ .folder = stage->centre_path,
		.centre_name = "Test centre",
		.address = "127.0.0.1",
		.port = 0,
		.listener = -1,
		.threads = 2,
		.connections = 64,
		.idle_s = 30,
		.request_s = 30,
		.upload_memory = 64u << 20,
		.disk_reserve = 1u << 20 };
}

void
stage_start_on(struct stage *stage, struct intake_store store)
{
	struct error err;
	struct server_parts parts = { .centre = &stage->centre, .store = store };
	parts.issuer = stage->issuer_path != NULL ? issuer_socket(stage->issuer_path) : stage_issuer(stage->ca);
	need(sqlite_codes_open(stage->database, &parts.codes, &err), &err);
	need(server_start(&stage->config, parts, &stage->server, &err), &err);
	stage->port = server_port(stage->server);
}

void
stage_start(struct stage *stage)
{
	struct error err;
	struct intake_store store;
	need(sqlite_store_open(stage->database, &store, &err), &err);
	stage_start_on(stage, store);
}

void
stage_stop(struct stage *stage)
{
	server_stop(stage->server);
	stage->server = NULL;
}

void
stage_free(struct stage *stage)
{
	stage_stop(stage);
	centre_close(&stage->centre);
	ca_close(stage->ca);
	folder_remove(stage->folder);
}

void
stage_certify(struct ca *ca, enum issuer_profile profile, const char *branch, const char *counter, int64_t now_ms,
	unsigned days, struct stage_pair *out)
{
	struct issuer_request request = { .profile = profile };
	struct secret key = { 0 };
	struct file_bytes csr = { 0 };
	struct file_bytes pem = { 0 };
	struct error err;
	need(issuer_for_counter(&request, branch, counter, &err) && seal_key_make("test", &key, &csr, &err), &err);
	request.csr_pem = (struct span){ csr.at, csr.len };
	need(ca_issue(ca, &request, now_ms != 0 ? now_ms : clock_now_ms(), days, &pem, &err), &err);
	(void)snprintf(out->key, sizeof(out->key), "%.*s", (int)key.len, (const char *)key.at);
	(void)snprintf(out->certificate, sizeof(out->certificate), "%s", (const char *)pem.at);
	secret_free(&key);
	file_free(&csr);
	file_free(&pem);
}

static void
read_in(const struct stage *stage, const char *name, char *out, size_t cap)
{
	struct file_bytes bytes = { 0 };
	struct error err;
	char path[CENTRE_PATH];
	need(centre_path(stage->centre_path, name, path, &err) && file_read(path, cap - 1, &bytes, &err), &err);
	(void)snprintf(out, cap, "%s", (const char *)bytes.at);
	file_free(&bytes);
}

void
stage_own_pair(const struct stage *stage, const char *key_file, const char *certificate_file, struct stage_pair *out)
{
	read_in(stage, key_file, out->key, sizeof(out->key));
	read_in(stage, certificate_file, out->certificate, sizeof(out->certificate));
}

void
stage_counter(struct ca *ca, const char *branch, const char *counter, struct stage_counter *out)
{
	(void)snprintf(out->branch, sizeof(out->branch), "%s", branch);
	(void)snprintf(out->counter, sizeof(out->counter), "%s", counter);
	stage_certify(ca, ISSUER_LINE, branch, counter, 0, 30, &out->line);
	stage_certify(ca, ISSUER_SIGNING, branch, counter, 0, 30, &out->signing);
	stage_certify(ca, ISSUER_OPENING, branch, counter, 0, 30, &out->opening);
}

struct file_bytes
stage_json(const char *id)
{
	struct application *application = calloc(1, sizeof(*application));
	struct packet_head head = sample_head();
	struct file_bytes json;
	struct packet_id parts;
	struct error err;
	char iso[16];
	need(application != NULL, &(struct error){ .text = "memory" });
	need(packet_id_parse(id, &parts, &err), &err);
	sample_application(application);
	(void)snprintf(head.id, sizeof(head.id), "%s", id);
	(void)snprintf(head.branch, sizeof(head.branch), "%s", parts.branch);
	(void)snprintf(head.counter, sizeof(head.counter), "%s", parts.counter);
	(void)snprintf(iso, sizeof(iso), "20%.2s-%.2s-%.2s", parts.day, parts.day + 2, parts.day + 4);
	need(date_parse_iso(iso, &head.day, &err), &err);
	head.sequence = parts.sequence;
	need(packet_write(application, &head, &json, &err), &err);
	free(application);
	return json;
}

struct file_bytes
stage_seal(const struct stage *stage, const struct stage_pair *signer, const char *json)
{
	struct seal_key *key = NULL;
	struct seal_certificate *recipient = NULL;
	struct file_bytes sealed = { 0 };
	struct error err;
	const struct span packet_pem = { stage->centre.packet_pem.at, stage->centre.packet_pem.len };
	need(seal_key_read(text_span(signer->key), text_span(signer->certificate), &key, &err) &&
			 seal_certificate_read(packet_pem, &recipient, &err) &&
			 seal_packet(text_span(json), key, recipient, &sealed, &err),
		&err);
	seal_key_free(key);
	seal_certificate_free(recipient);
	return sealed;
}

struct file_bytes
stage_packet(const struct stage *stage, const struct stage_counter *counter, const char *id)
{
	struct file_bytes json = stage_json(id);
	struct file_bytes packet = stage_seal(stage, &counter->signing, (const char *)json.at);
	file_free(&json);
	return packet;
}

const char *
stage_path(const char *id, char out[static 64])
{
	(void)snprintf(out, 64, "/v1/packets/%s", id);
	return out;
}

void
stage_connect(const struct stage *stage, const struct stage_pair *line, struct https *out)
{
	const char *ca = (const char *)stage->centre.ca_pem.at;
	const char *certificate = line != NULL ? line->certificate : NULL;
	if (https_open(out, stage->port, ca, certificate, line != NULL ? line->key : NULL, NULL))
		return;
	(void)fprintf(stderr, "stage: no connection\n");
	abort();
}

int
stage_put(struct https *with, const char *id, const struct file_bytes *packet, struct https_answer *answer)
{
	char path[64];
	const struct span body = { packet->at, packet->len };
	return https_ask(with, "PUT", stage_path(id, path), "application/cms", body, answer) ? answer->status : -1;
}

int64_t
stage_rows(const struct stage *stage)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *count = NULL;
	if (sqlite3_open_v2(stage->database, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
		sqlite3_prepare_v2(db, "SELECT count(*) FROM packet", -1, &count, NULL) != SQLITE_OK ||
		sqlite3_step(count) != SQLITE_ROW)
		abort();
	const int64_t rows = sqlite3_column_int64(count, 0);
	(void)sqlite3_finalize(count);
	(void)sqlite3_close(db);
	return rows;
}
