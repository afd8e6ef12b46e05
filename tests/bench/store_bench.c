/*
 * What a decision costs, as a ratio to one bare 4 KB row committed with the same pragmas on the same disk in the same
 * round: (a) BEGIN IMMEDIATE to COMMIT of store_accept(), at least 0.6x; (b) the whole: numbers, packet sealed
 * (SignedData in AuthEnvelopedData, P-256), fields sealed, committed, at least 0.25x. Prints p50 and p99. Exits 1 when
 * a ratio is missed.
 */
#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kiosk/store/internal.h"
#include "sync/seal/seal.h"
#include "tests/unit/kiosk/store/sample.h"

#define ROUNDS      11
#define PER_ROUND   50 /* of each kind; 11 x 50 = 550 accepts */
#define ROW         4096
#define GOAL_COMMIT 0.60
#define GOAL_WHOLE  0.25
#define JSON        3100 /* bytes that seal to about 4 KB */

enum kind { BARE, COMMIT, WHOLE, KINDS };

struct bench {
	struct sample sample;
	sqlite3 *bare;
	sqlite3_stmt *begin, *insert, *commit;
	int64_t row;
	struct seal_key *signer;
	struct seal_certificate *centre;
	double begun_us; /* when the last transaction of the store began */
	char json[JSON];
	double us[KINDS][ROUNDS * PER_ROUND];
	size_t count[KINDS];
};

static double
now_us(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "store_bench: %s\n", what);
	exit(2);
}

static void
bare_open(struct bench *bench)
{
	char path[320];
	(void)snprintf(path, sizeof(path), "%s/bare.db", bench->sample.folder);
	must(sqlite3_open(path, &bench->bare) == SQLITE_OK, "bare.db");
	must(sqlite3_exec(bench->bare,
			 "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL;"
			 "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA foreign_keys = ON;"
			 "CREATE TABLE bare (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;",
			 NULL, NULL, NULL) == SQLITE_OK,
		"bare table");
	must(sqlite3_prepare_v2(bench->bare, "BEGIN IMMEDIATE", -1, &bench->begin, NULL) == SQLITE_OK &&
			 sqlite3_prepare_v2(bench->bare, "INSERT INTO bare VALUES (?, ?, ?)", -1, &bench->insert, NULL) ==
				 SQLITE_OK &&
			 sqlite3_prepare_v2(bench->bare, "COMMIT", -1, &bench->commit, NULL) == SQLITE_OK,
		"bare statements");
}

static bool
step(sqlite3_stmt *statement)
{
	return sqlite3_step(statement) == SQLITE_DONE && sqlite3_reset(statement) == SQLITE_OK;
}

static double
bare_commit(struct bench *bench)
{
	static const uint8_t bytes[ROW] = { 0x30 };
	char name[64];
	(void)snprintf(name, sizeof(name), "261125-WR-04-%06" PRId64 "-7f3a9c2b", ++bench->row);
	const double start = now_us();
	must(sqlite3_bind_int64(bench->insert, 1, bench->row) == SQLITE_OK &&
			 sqlite3_bind_text(bench->insert, 2, name, -1, SQLITE_STATIC) == SQLITE_OK &&
			 sqlite3_bind_blob(bench->insert, 3, bytes, sizeof(bytes), SQLITE_STATIC) == SQLITE_OK &&
			 step(bench->begin) && step(bench->insert) && step(bench->commit),
		"bare commit");
	return now_us() - start;
}

/* A key and a certificate that it signed itself, as PEM. */
static void
make_identity(const char *name, struct file_bytes *key_pem, struct file_bytes *certificate_pem)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	BIO *key_out = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	must(key != NULL && certificate != NULL && key_out != NULL && out != NULL, "identity");
	X509_NAME *subject = X509_get_subject_name(certificate);
	must(X509_set_version(certificate, X509_VERSION_3) == 1 &&
			 ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
			 X509_gmtime_adj(X509_getm_notBefore(certificate), -60) != NULL &&
			 X509_gmtime_adj(X509_getm_notAfter(certificate), 86400) != NULL &&
			 X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0) == 1 &&
			 X509_set_issuer_name(certificate, subject) == 1 && X509_set_pubkey(certificate, key) == 1 &&
			 X509_sign(certificate, key, EVP_sha256()) != 0,
		"certificate");
	must(PEM_write_bio_PKCS8PrivateKey(key_out, key, NULL, NULL, 0, NULL, NULL) == 1 &&
			 PEM_write_bio_X509(out, certificate) == 1,
		"PEM");
	char *at = NULL;
	key_pem->len = (size_t)BIO_get_mem_data(key_out, &at);
	key_pem->at = (uint8_t *)strndup(at, key_pem->len);
	certificate_pem->len = (size_t)BIO_get_mem_data(out, &at);
	certificate_pem->at = (uint8_t *)strndup(at, certificate_pem->len);
	BIO_free(key_out);
	BIO_free(out);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static struct span
span_of(const struct file_bytes *bytes)
{
	return (struct span){ bytes->at, bytes->len };
}

static void
keys_open(struct bench *bench)
{
	struct error err = { 0 };
	struct file_bytes key = { 0 }, certificate = { 0 }, centre_key = { 0 }, centre = { 0 };
	make_identity("WR04", &key, &certificate);
	make_identity("centre", &centre_key, &centre);
	must(seal_key_read(span_of(&key), span_of(&certificate), &bench->signer, &err) &&
			 seal_certificate_read(span_of(&centre), &bench->centre, &err),
		err.text);
	memset(bench->json, 'x', sizeof(bench->json));
	file_free(&key);
	file_free(&certificate);
	file_free(&centre_key);
	file_free(&centre);
}

/* A case that is ready, with its draft, as the counter has it before the clerk says yes. */
static void
make_ready(struct bench *bench)
{
	struct error err = { 0 };
	struct sample *sample = &bench->sample;
	struct store_draft_head head = { .product = "personal", .officer = SUPERVISOR, .name = "CHEUNGTEST, Kwokwai" };
	sample_application(sample, sample->made);
	memcpy(head.case_number, sample->made->case_number, sizeof(head.case_number));
	const struct span draft = { (const uint8_t *)sample->made, sizeof(*sample->made) };
	must(store_draft_put(sample->store, &head, draft, sample->now_ms, &err), err.text);
}

/* SQLite tells when each statement begins. */
static int
watch(unsigned what, void *self, void *statement, void *text)
{
	struct bench *bench = self;
	(void)what;
	(void)statement;
	if (strcmp(text, "BEGIN IMMEDIATE") == 0)
		bench->begun_us = now_us();
	return 0;
}

/* *whole and *commit get what the two parts took. */
static void
accept_one(struct bench *bench, double *commit, double *whole)
{
	struct error err = { 0 };
	struct sample *sample = &bench->sample;
	struct file_bytes sealed = { 0 };
	char id[APPLICATION_ID];
	struct store_accept accept = { .application = sample->made,
		.packet_id = id,
		.officer = sample->till.officer,
		.till = sample->till.id,
		.now_ms = sample->now_ms };
	const struct span json = { (const uint8_t *)bench->json, sizeof(bench->json) };
	make_ready(bench);
	const double start = now_us();
	must(store_next(sample->store, &accept.next, &err), err.text);
	(void)snprintf(id, sizeof(id), "261125-WR-04-%06" PRId64 "-7f3a9c2b", accept.next.sequence);
	must(seal_packet(json, bench->signer, bench->centre, &sealed, &err), err.text);
	accept.packet = span_of(&sealed);
	must(store_accept(sample->store, &accept, &err), err.text);
	const double end = now_us();
	*commit = end - bench->begun_us;
	*whole = end - start;
	file_free(&sealed);
}

static int
by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double
at_part(double *values, size_t count, double part)
{
	qsort(values, count, sizeof(*values), by_size);
	return values[(size_t)((double)(count - 1) * part)];
}

/* One round, one of each in turn; *ratio gets bare / kind. */
static void
run_round(struct bench *bench, int round, double ratio[KINDS])
{
	double total[KINDS] = { 0 };
	for (int i = 0; i < PER_ROUND; i++) {
		double took[KINDS] = { bare_commit(bench) };
		accept_one(bench, &took[COMMIT], &took[WHOLE]);
		for (int kind = 0; kind < KINDS; kind++) {
			total[kind] += took[kind];
			bench->us[kind][bench->count[kind]++] = took[kind];
		}
	}
	/* The counter checkpoints when nobody waits; so does the bare table here. */
	store_idle(bench->sample.store);
	(void)sqlite3_wal_checkpoint_v2(bench->bare, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	for (int kind = 0; kind < KINDS; kind++)
		ratio[kind] = total[BARE] / total[kind];
	(void)printf("round %2d: bare %6.0f us, commit %6.0f us (%.2fx), whole accept %6.0f us (%.2fx)\n", round + 1,
		total[BARE] / PER_ROUND, total[COMMIT] / PER_ROUND, ratio[COMMIT], total[WHOLE] / PER_ROUND, ratio[WHOLE]);
}

static int
report(struct bench *bench, double ratios[KINDS][ROUNDS])
{
	static const char *const names[KINDS] = { "bare 4 KB row", "commit", "whole accept" };
	static const double goals[KINDS] = { 0, GOAL_COMMIT, GOAL_WHOLE };
	int missed = 0;
	for (int kind = 0; kind < KINDS; kind++) {
		const double p50 = at_part(bench->us[kind], bench->count[kind], 0.5);
		const double p99 = at_part(bench->us[kind], bench->count[kind], 0.99);
		const double ratio = at_part(ratios[kind], ROUNDS, 0.5);
		(void)printf("%-14s p50 %6.0f us  p99 %6.0f us  of %zu", names[kind], p50, p99, bench->count[kind]);
		if (kind != BARE)
			(void)printf("  median %.2fx (%.2f-%.2f), goal >= %.2fx: %s", ratio, ratios[kind][0],
				ratios[kind][ROUNDS - 1], goals[kind], ratio >= goals[kind] ? "met" : "MISSED");
		(void)printf("\n");
		missed += ratio < goals[kind] ? 1 : 0;
	}
	return missed;
}

int
main(void)
{
	static struct bench bench;
	double ratios[KINDS][ROUNDS], once[KINDS];
	sample_start(&bench.sample);
	bare_open(&bench);
	keys_open(&bench);
	(void)sqlite3_trace_v2(bench.sample.store->db.file, SQLITE_TRACE_STMT, watch, &bench);
	for (int i = 0; i < 20; i++) { /* warm up: statements prepared, files grown */
		(void)bare_commit(&bench);
		accept_one(&bench, &once[COMMIT], &once[WHOLE]);
	}
	for (int round = 0; round < ROUNDS; round++) {
		run_round(&bench, round, once);
		for (int kind = 0; kind < KINDS; kind++)
			ratios[kind][round] = once[kind];
	}
	const int missed = report(&bench, ratios);
	(void)sqlite3_finalize(bench.begin);
	(void)sqlite3_finalize(bench.insert);
	(void)sqlite3_finalize(bench.commit);
	(void)sqlite3_close(bench.bare);
	seal_key_free(bench.signer);
	seal_certificate_free(bench.centre);
	sample_end(&bench.sample);
	return missed == 0 ? 0 : 1;
}
