#include "tests/unit/peripherals/token/support/desk.h"

#include <openssl/ec.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"

#define PIN        "83520461"
#define PUK        "qK7-w2Zp"
#define MANAGEMENT "a management key of 32 bytes ..."
#define USER_PIN   "739154"

enum { ANSWER = 4096 };

static bool
pulled_now(struct desk *desk)
{
	if (desk->random != 0) {
		desk->random = desk->random * 6364136223846793005u + 1442695040888963407u;
		desk->loss = desk->random >> 40 & 1 ? DESK_AFTER : DESK_BEFORE;
		if (desk->only_ins != 0)
			return desk->last_ins == desk->only_ins && (desk->random >> 50) % 2 == 0;
		return (desk->random >> 50) % 8 == 0;
	}
	return desk->commands == desk->pull_at;
}

static bool
transmit(void *self, struct span command, struct buffer *response, struct error *err)
{
	struct desk *desk = self;
	assert_false(desk->out);
	desk->commands++;
	desk->last_ins = command.at[1];
	const bool pulled = pulled_now(desk);
	if (!pulled || desk->loss == DESK_AFTER) {
		uint8_t bytes[ANSWER];
		struct buffer answer = buffer_into(bytes, sizeof(bytes));
		virtual_piv_transmit(desk->piv, command, &answer);
		if (!pulled)
			buffer_put(response, buffer_span(&answer));
	}
	if (!pulled)
		return true;
	desk->out = true;
	desk->pulls++;
	return error_set(err, ERROR_GONE, "the card went away");
}

static void
close_nothing(void *self)
{
	(void)self;
}

struct link
desk_link(struct desk *desk)
{
	static const struct link_ops ops = { transmit, close_nothing };
	return (struct link){ &ops, desk };
}

struct desk *
desk_new(enum token_algorithm algorithm)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	assert_non_null(desk);
	desk->piv = virtual_piv_new(&(struct virtual_piv_options){ .serial = 70000042 });
	desk->centre = EVP_EC_gen("P-256");
	desk->job.algorithm = algorithm;
	desk->job.now_ms = clock_now_ms();
	strcpy(desk->job.brand, "training");
	strcpy(desk->job.serial, DESK_SERIAL);
	strcpy(desk->job.line, DESK_LINE);
	desk->job.secrets = (struct token_secrets){ text_span(PIN), text_span(PUK), text_span(MANAGEMENT) };
	desk->now = (struct plan_case){ .inserted = true, .brand_fits = true, .serial = DESK_SERIAL, .line = DESK_LINE };
	return desk;
}

void
desk_free(struct desk *desk)
{
	virtual_piv_free(desk->piv);
	EVP_PKEY_free(desk->centre);
	free(desk);
}

void
desk_insert(struct desk *desk)
{
	virtual_piv_reset(desk->piv);
	desk->out = false;
	desk->evidence.read = false;
}

size_t
desk_certify(struct desk *desk, EVP_PKEY *key, const char *name, int from_days, int days, uint8_t *out)
{
	X509 *certificate = X509_new();
	X509_NAME *subject = X509_get_subject_name(certificate);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 4711), 1);
	assert_int_equal(X509_set_version(certificate, 2), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), from_days * 86400L));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), (from_days + days) * 86400L));
	assert_int_equal(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const uint8_t *)name, -1, -1, 0), 1);
	assert_int_equal(X509_set_issuer_name(certificate, subject), 1);
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	assert_true(X509_sign(certificate, desk->centre, EVP_sha256()) > 0);
	const int len = i2d_X509(certificate, &out);
	X509_free(certificate);
	assert_true(len > 0 && (size_t)len < TOKEN_CERTIFICATE);
	return (size_t)len;
}

/* The centre reads the request, checks that it is signed by its key, and that it says the line and nothing else. */
static void
certify_request(struct desk *desk)
{
	const uint8_t *at = desk->request;
	X509_REQ *request = d2i_X509_REQ(NULL, &at, (long)desk->request_len);
	char line[128];
	assert_non_null(request);
	assert_int_equal(X509_REQ_verify(request, X509_REQ_get0_pubkey(request)), 1);
	const X509_NAME *subject = X509_REQ_get_subject_name(request);
	assert_int_equal(X509_NAME_entry_count(subject), 1);
	assert_true(X509_NAME_get_text_by_NID((X509_NAME *)(uintptr_t)subject, NID_commonName, line, sizeof(line)) > 0);
	assert_string_equal(line, DESK_LINE);
	const size_t len = desk_certify(desk, X509_REQ_get0_pubkey(request), DESK_NAME, -1, 365, desk->certificate);
	desk->now.certificate = (struct span){ desk->certificate, len };
	X509_REQ_free(request);
}

/* What the counter commits of a step that was done. */
static void
commit(struct desk *desk, enum token_step step)
{
	const struct token_result *got = &desk->result;
	if (step == TOKEN_STEP_SIGN_REQUEST) {
		memcpy(desk->request, got->request, got->request_len);
		desk->request_len = got->request_len;
		memcpy(desk->key, got->evidence.key, got->evidence.key_len);
		desk->now.key = (struct span){ desk->key, got->evidence.key_len };
		desk->now.request_kept = true;
	} else if (step == TOKEN_STEP_PROVE) {
		desk->now.proved = true;
		desk->proof = got->proof;
	} else if (step == TOKEN_STEP_HAND_OVER) {
		desk->now.delivered = true;
		desk->delivery = got->proof;
	}
}

bool
desk_step(struct desk *desk, enum token_step step)
{
	struct error err = { 0 };
	desk->job.step = step;
	desk->job.certificate = step == TOKEN_STEP_WRITE_CERTIFICATE ? desk->now.certificate : (struct span){ 0 };
	virtual_piv_reset(desk->piv);
	desk->steps++;
	const struct span pin = step == TOKEN_STEP_HAND_OVER ? text_span(USER_PIN) : (struct span){ 0 };
	if (!token_job_run(desk_link(desk), &desk->job, pin, NULL, &desk->result, &err)) {
		if (err.kind != ERROR_GONE)
			fail_msg("%s", err.text);
		desk_insert(desk);
		return false;
	}
	desk->evidence = desk->result.evidence;
	desk->now.last = desk->result.verdict;
	if (desk->result.verdict == TOKEN_VERDICT_NONE)
		commit(desk, step);
	return true;
}

struct plan_next
desk_go_on(struct desk *desk)
{
	for (unsigned turn = 0; turn < 600; turn++) {
		const struct plan_next next = plan_next(&desk->evidence, &desk->now);
		if (next.answer == PLAN_STEP)
			(void)desk_step(desk, next.step);
		else if (next.answer == PLAN_WAIT && next.wait == PLAN_WAIT_CERTIFICATE)
			certify_request(desk);
		else if (next.answer == PLAN_WAIT && next.wait == PLAN_WAIT_HAND_OVER)
			desk->now.hand_over = true;
		else
			return next;
	}
	fail_msg("the plan does not come to an end");
	return (struct plan_next){ .answer = PLAN_ANSWERS };
}

unsigned
desk_tell(struct desk *desk, uint8_t ins, uint8_t p1, uint8_t p2, const void *data, size_t len)
{
	uint8_t room[300], bytes[ANSWER];
	struct buffer command = buffer_into(room, sizeof(room)), answer = buffer_into(bytes, sizeof(bytes));
	buffer_put(&command, (struct span){ (const uint8_t[]){ 0, ins, p1, p2, (uint8_t)len }, len > 0 ? 5 : 4 });
	buffer_put(&command, (struct span){ data, len });
	virtual_piv_transmit(desk->piv, buffer_span(&command), &answer);
	return (unsigned)(bytes[answer.len - 2] << 8 | bytes[answer.len - 1]);
}
