/* A token's whole life on the stand-in: as it should go, pulled anywhere, and with the wrong token in the slot. */
#include <openssl/ec.h>
#include <openssl/x509.h>
#include <string.h>

#include "peripherals/token/piv.h"
#include "peripherals/token/request.h"
#include "peripherals/token/token_mark.h"
#include "tests/support/check.h"
#include "tests/unit/peripherals/token/support/desk.h"

#define SELECT "\xA0\x00\x00\x03\x08"

static void
is_delivered(struct desk *desk, struct plan_next end)
{
	if (end.answer != PLAN_DONE)
		fail_msg("pull at %u (%d): answer %d, %s", desk->pull_at, (int)desk->loss, (int)end.answer,
			token_verdict_words(end.why));
	const struct span key = { desk->key, desk->now.key.len };
	const struct token_proof *proofs[] = { &desk->proof, &desk->delivery };
	for (size_t i = 0; i < 2; i++)
		assert_true(request_verify(key, (struct span){ proofs[i]->message, proofs[i]->message_len },
			(struct span){ proofs[i]->signature, proofs[i]->signature_len }));
	assert_string_not_equal((const char *)desk->proof.message, (const char *)desk->delivery.message);
	/* What stands on the token, told by the token. */
	virtual_piv_reset(desk->piv);
	assert_int_equal(desk_tell(desk, 0xA4, 4, 0, SELECT, 5), 0x9000);
	assert_int_equal(desk_tell(desk, 0x20, 0, 0x80, NULL, 0), 0x63C3);
	assert_int_equal(desk_tell(desk, 0x20, 0, 0x80, "739154\xFF\xFF", 8), 0x9000);
	assert_int_equal(desk_tell(desk, 0x24, 0, 0x81, "qK7-w2Zpqk7-w2Zp", 16), 0x9000);
	assert_int_equal(desk_tell(desk, 0x24, 0, 0x81, "qk7-w2ZpqK7-w2Zp", 16), 0x9000);
}

static void
personalises(enum token_algorithm algorithm, unsigned most)
{
	struct desk *desk = desk_new(algorithm);
	is_delivered(desk, desk_go_on(desk));
	assert_int_equal(desk->evidence.stage, TOKEN_STAGE_DELIVERED);
	assert_int_equal(desk->evidence.management, TOKEN_HOLDER_TRANSPORT);
	assert_int_equal(desk->evidence.algorithm, algorithm);
	assert_true(desk->evidence.certificate_fits && desk->evidence.key_proved);
	assert_int_equal(desk->steps, 7);
	assert_int_equal(virtual_piv_counts(desk->piv).generated, 1);
	if (desk->commands > most)
		fail_msg("%u APDUs", desk->commands);
	print_message("%s: %u APDUs\n", token_algorithm_name(algorithm), desk->commands);
	desk_free(desk);
}

static void
personalises_with_p256(void **state)
{
	(void)state;
	personalises(TOKEN_P256, 260);
}

static void
personalises_with_rsa2048(void **state)
{
	(void)state;
	personalises(TOKEN_RSA2048, 300);
}

static void
goes_on_wherever_the_card_is_pulled(void **state)
{
	(void)state;
	for (unsigned loss = 0; loss < 2; loss++) {
		bool through = false;
		for (unsigned at = 1; !through; at++) {
			struct desk *desk = desk_new(TOKEN_P256);
			desk->pull_at = at;
			desk->loss = (enum desk_loss)loss;
			is_delivered(desk, desk_go_on(desk));
			assert_true(virtual_piv_counts(desk->piv).generated <= 2);
			through = desk->pulls == 0;
			if (through)
				print_message("%u pulls, all complete\n", at - 1);
			desk_free(desk);
		}
	}
}

/* One APDU in eight is lost, or half of those that present the PUK: it ends delivered, or it stops before the PUK is
 * locked. */
static void
never_locks_what_it_takes_over(void **state)
{
	unsigned done = 0, unsure = 0;
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct desk *desk = desk_new(TOKEN_P256);
		desk->random = seed * 0x9E3779B97F4A7C15u;
		desk->only_ins = seed % 2 == 0 ? 0x24 : 0; /* the PUK's: where guessing would lock it */
		while (desk->evidence.stage < TOKEN_STAGE_TAKEN || !desk->evidence.read) {
			const struct plan_next next = plan_next(&desk->evidence, &desk->now);
			if (next.answer == PLAN_VOID)
				break;
			assert_int_equal(next.answer, PLAN_STEP);
			(void)desk_step(desk, next.step);
		}
		desk->random = 0;
		if (desk->now.last == TOKEN_VERDICT_UNSURE) {
			unsure++;
			assert_int_not_equal(desk_tell(desk, 0x2C, 0, 0x80, "qK7-w2Zp11111111", 16), 0x6983);
		} else {
			done++;
			is_delivered(desk, desk_go_on(desk));
		}
		desk_free(desk);
	}
	print_message("%u delivered, %u put aside\n", done, unsure);
	assert_int_equal(done + unsure, 300);
	assert_true(done > 200 && unsure > 0);
}

static void
expect(struct desk *desk, enum plan_answer answer, enum token_verdict why)
{
	const struct plan_next end = desk_go_on(desk);
	if (end.answer != answer || end.why != why)
		fail_msg("answer %d: %s", (int)end.answer, token_verdict_words(end.why));
	struct error err;
	assert_false(token_verdict_error(why, &err));
	assert_int_not_equal(err.kind, ERROR_NONE);
}

/* As far as the step that this stage ends. */
static void
go_to(struct desk *desk, enum token_stage stage)
{
	while (!desk->evidence.read || desk->evidence.stage < stage) {
		const struct plan_next next = plan_next(&desk->evidence, &desk->now);
		assert_int_equal(next.answer, PLAN_STEP);
		assert_true(desk_step(desk, next.step));
	}
}

static void
manage(struct desk *desk, const char *key, enum piv_cipher cipher)
{
	struct error err;
	bool well = false;
	virtual_piv_reset(desk->piv);
	assert_int_equal(desk_tell(desk, 0xA4, 4, 0, SELECT, 5), 0x9000);
	assert_true(piv_authenticate(
		desk_link(desk), cipher, (struct span){ (const uint8_t *)key, piv_data_key_len(cipher) }, &well, &err));
	assert_true(well);
}

static const char factory[] = "\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10";
static const char transport[] = "a management key of 32 bytes ...";

static void
refuses_the_wrong_token(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	(void)state;
	desk->now.brand_fits = false;
	expect(desk, PLAN_REFUSE, TOKEN_VERDICT_BRAND);
	assert_int_equal(desk->commands, 0);
	desk->now.brand_fits = true;
	desk->now.serial = "70000043";
	expect(desk, PLAN_REFUSE, TOKEN_VERDICT_SERIAL);
	assert_int_equal(virtual_piv_counts(desk->piv).written, 0);
	desk_free(desk);
}

static void
refuses_a_token_swapped_half_way(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	(void)state;
	go_to(desk, TOKEN_STAGE_KEYED);
	struct virtual_piv *ours = desk->piv;
	desk->piv = virtual_piv_new(&(struct virtual_piv_options){ .serial = 70000099 });
	assert_true(desk_step(desk, TOKEN_STEP_SIGN_REQUEST)); /* swapped without a look between */
	assert_int_equal(desk->result.verdict, TOKEN_VERDICT_SERIAL);
	assert_int_equal(virtual_piv_counts(desk->piv).written + virtual_piv_counts(desk->piv).signatures, 0);
	expect(desk, PLAN_REFUSE, TOKEN_VERDICT_SERIAL);
	virtual_piv_free(desk->piv);
	desk->piv = ours;
	desk_insert(desk);
	desk->now.last = TOKEN_VERDICT_NONE;
	is_delivered(desk, desk_go_on(desk));
	desk_free(desk);
}

static void
refuses_a_token_of_another_line(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	(void)state;
	go_to(desk, TOKEN_STAGE_TAKEN);
	desk->now.line = "20261125-TST-1-000008/1";
	strcpy(desk->job.line, desk->now.line);
	desk->evidence.read = false;
	expect(desk, PLAN_REFUSE, TOKEN_VERDICT_OTHER_LINE);
	assert_true(desk_step(desk, TOKEN_STEP_GENERATE));
	assert_int_equal(desk->result.verdict, TOKEN_VERDICT_OTHER_LINE);
	assert_int_equal(virtual_piv_counts(desk->piv).generated, 0);
	desk_free(desk);
}

static void
looks_again_when_it_looked_without_our_key(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	const struct token_secrets ours = desk->job.secrets;
	(void)state;
	go_to(desk, TOKEN_STAGE_KEYED);
	desk->job.secrets = (struct token_secrets){ { 0 }, { 0 }, { 0 } };
	assert_true(desk_step(desk, TOKEN_STEP_READ));
	assert_int_equal(desk->evidence.management, TOKEN_HOLDER_UNKNOWN);
	const struct plan_next next = plan_next(&desk->evidence, &desk->now);
	assert_true(next.answer == PLAN_STEP && next.step == TOKEN_STEP_READ);
	desk->job.secrets = ours;
	is_delivered(desk, desk_go_on(desk));
	desk_free(desk);
}

static void
refuses_used_tokens(void **state)
{
	struct error err;
	(void)state;
	struct desk *desk = desk_new(TOKEN_P256);
	manage(desk, factory, PIV_3DES);
	assert_int_equal(desk_tell(desk, 0x47, 0, 0x9A, "\xAC\x03\x80\x01\x11", 5), 0x9000);
	expect(desk, PLAN_VOID, TOKEN_VERDICT_FOREIGN_KEY);
	desk_free(desk);

	desk = desk_new(TOKEN_P256);
	manage(desk, factory, PIV_3DES);
	assert_true(piv_put(desk_link(desk), PIV_TAG_CERTIFICATE, (struct span){ (const uint8_t *)"p\1x", 3 }, &err));
	expect(desk, PLAN_VOID, TOKEN_VERDICT_FOREIGN_CERTIFICATE);
	desk_free(desk);

	desk = desk_new(TOKEN_P256);
	manage(desk, factory, PIV_3DES);
	assert_true(piv_set_management(desk_link(desk), PIV_AES128, (struct span){ (const uint8_t *)factory, 16 }, &err));
	expect(desk, PLAN_VOID, TOKEN_VERDICT_USED);
	desk_free(desk);

	desk = desk_new(TOKEN_P256);
	assert_int_equal(desk_tell(desk, 0xA4, 4, 0, SELECT, 5), 0x9000);
	assert_int_equal(desk_tell(desk, 0x24, 0, 0x81, "1234567887654321", 16), 0x9000);
	expect(desk, PLAN_VOID, TOKEN_VERDICT_USED);
	desk_free(desk);

	desk = desk_new(TOKEN_P256);
	manage(desk, factory, PIV_3DES);
	assert_true(piv_put(desk_link(desk), TOKEN_MARK_TAG, (struct span){ (const uint8_t *)"odd", 3 }, &err));
	expect(desk, PLAN_VOID, TOKEN_VERDICT_RECORD);
	desk_free(desk);
}

static void
refuses_locked_tokens(void **state)
{
	(void)state;
	struct desk *desk = desk_new(TOKEN_P256);
	assert_int_equal(desk_tell(desk, 0xA4, 4, 0, SELECT, 5), 0x9000);
	for (unsigned i = 0; i < 3; i++)
		(void)desk_tell(desk, 0x20, 0, 0x80, "000000\xFF\xFF", 8);
	expect(desk, PLAN_VOID, TOKEN_VERDICT_PIN_LOCKED);
	desk_free(desk);

	desk = desk_new(TOKEN_P256);
	assert_int_equal(desk_tell(desk, 0xA4, 4, 0, SELECT, 5), 0x9000);
	for (unsigned i = 0; i < 3; i++)
		(void)desk_tell(desk, 0x24, 0, 0x81, "0000000000000000", 16);
	expect(desk, PLAN_VOID, TOKEN_VERDICT_PUK_LOCKED);
	desk_free(desk);
}

/* Somebody had the bagged token in hands: one try of ours is the most that it costs. */
static void
stops_at_a_changed_pin(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	(void)state;
	go_to(desk, TOKEN_STAGE_KEYED);
	assert_int_equal(desk_tell(desk, 0x24, 0, 0x80, "83520461222222\xFF\xFF", 16), 0x9000);
	expect(desk, PLAN_VOID, TOKEN_VERDICT_PIN_CHANGED);
	assert_int_equal(desk->evidence.pin_left, 2);
	desk_free(desk);
}

/* With one try left nothing of ours is tried either. */
static void
does_not_spend_the_last_try(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	(void)state;
	go_to(desk, TOKEN_STAGE_KEYED);
	virtual_piv_reset(desk->piv);
	assert_int_equal(desk_tell(desk, 0xA4, 4, 0, SELECT, 5), 0x9000);
	for (unsigned i = 0; i < 2; i++)
		(void)desk_tell(desk, 0x20, 0, 0x80, "000000\xFF\xFF", 8);
	expect(desk, PLAN_VOID, TOKEN_VERDICT_UNSURE);
	assert_int_equal(desk_tell(desk, 0x20, 0xFF, 0x80, NULL, 0), 0x9000);
	assert_int_equal(desk_tell(desk, 0x20, 0, 0x80, NULL, 0), 0x63C1);
	desk_free(desk);
}

static void
refuses_a_key_that_changed(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	(void)state;
	go_to(desk, TOKEN_STAGE_KEYED);
	assert_true(desk_step(desk, TOKEN_STEP_SIGN_REQUEST));
	manage(desk, transport, PIV_AES256);
	assert_int_equal(desk_tell(desk, 0x47, 0, 0x9A, "\xAC\x03\x80\x01\x11", 5), 0x9000);
	const unsigned long written = virtual_piv_counts(desk->piv).written;
	expect(desk, PLAN_VOID, TOKEN_VERDICT_PROOF); /* the record has the old key: only a signature tells */
	assert_int_equal(virtual_piv_counts(desk->piv).written, written);
	desk_free(desk);
}

static void
refuses_wrong_certificates(void **state)
{
	static const struct {
		int from_days, days;
		bool other;
		enum token_verdict verdict;
	} wrong[] = {
		{ -1, 365, true, TOKEN_VERDICT_OTHER_KEY },
		{ -10, 5, false, TOKEN_VERDICT_EXPIRED },
		{ 5, 5, false, TOKEN_VERDICT_EARLY },
	};
	struct desk *desk = desk_new(TOKEN_P256);
	(void)state;
	go_to(desk, TOKEN_STAGE_KEYED);
	assert_true(desk_step(desk, TOKEN_STEP_SIGN_REQUEST));
	const unsigned long written = virtual_piv_counts(desk->piv).written;
	const uint8_t *at = desk->key;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)desk->now.key.len), *other = EVP_EC_gen("P-256");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const size_t len = desk_certify(
			desk, wrong[i].other ? other : key, DESK_NAME, wrong[i].from_days, wrong[i].days, desk->certificate);
		desk->now.certificate = (struct span){ desk->certificate, len };
		desk->now.last = TOKEN_VERDICT_NONE;
		expect(desk, PLAN_REFUSE, wrong[i].verdict);
	}
	desk->now.certificate = (struct span){ (const uint8_t *)"garbage", 7 };
	desk->now.last = TOKEN_VERDICT_NONE;
	expect(desk, PLAN_REFUSE, TOKEN_VERDICT_CERTIFICATE);
	assert_int_equal(virtual_piv_counts(desk->piv).written, written);
	desk->now.last = TOKEN_VERDICT_NONE;
	desk->now.certificate = (struct span){ 0 };
	is_delivered(desk, desk_go_on(desk));
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	desk_free(desk);
}

static void
blanks_a_token_of_a_case_that_ended(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	(void)state;
	while (!desk->now.proved) {
		const struct plan_next next = plan_next(&desk->evidence, &desk->now);
		if (next.answer == PLAN_STEP)
			assert_true(desk_step(desk, next.step));
		else { /* the certificate, once */
			const uint8_t *at = desk->key;
			EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)desk->now.key.len);
			desk->now.certificate =
				(struct span){ desk->certificate, desk_certify(desk, key, DESK_NAME, -1, 30, desk->certificate) };
			EVP_PKEY_free(key);
		}
	}
	desk->now.ended = true;
	desk->pull_at = desk->commands + 14;
	assert_int_equal(desk_go_on(desk).answer, PLAN_DONE);
	assert_int_equal(desk->pulls, 1);
	assert_int_equal(desk->evidence.stage, TOKEN_STAGE_VOID);
	assert_int_equal(desk->evidence.certificate_len, 0);
	assert_true(virtual_piv_counts(desk->piv).generated >= 2);
	desk->now.ended = false;
	expect(desk, PLAN_VOID, TOKEN_VERDICT_VOID);
	desk_free(desk);
}

static bool
stop_at_five(void *data, unsigned part, unsigned of)
{
	unsigned *calls = data;
	assert_true(part <= of);
	return ++*calls < 5;
}

static void
stops_when_it_is_told(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	unsigned calls = 0;
	struct error err = { 0 };
	const struct token_job_watch watch = { stop_at_five, &calls };
	(void)state;
	assert_false(token_job_run(desk_link(desk), &desk->job, (struct span){ 0 }, &watch, &desk->result, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_int_equal(desk->commands, 4);
	desk_free(desk);
}

static void
does_not_hand_over_a_trivial_pin(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	struct error err = { 0 };
	(void)state;
	desk->job.step = TOKEN_STEP_HAND_OVER;
	go_to(desk, TOKEN_STAGE_KEYED);
	desk->job.step = TOKEN_STEP_HAND_OVER;
	assert_false(token_job_run(
		desk_link(desk), &desk->job, (struct span){ (const uint8_t *)"111111", 6 }, NULL, &desk->result, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_null(strstr(err.text, "111111"));
	desk_free(desk);
}

static void
the_wire_carries_jobs_and_results(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	uint8_t bytes[TOKEN_JOB_RESULT];
	struct buffer out = buffer_into(bytes, TOKEN_JOB_PARAMETERS);
	struct token_job job;
	static struct token_result result;
	struct error err;
	(void)state;
	go_to(desk, TOKEN_STAGE_KEYED);
	assert_true(desk_step(desk, TOKEN_STEP_SIGN_REQUEST));
	token_job_put(&out, &desk->job);
	assert_true(out.ok);
	struct cursor in = cursor_over(buffer_span(&out));
	assert_true(token_job_take(&in, &job, &err) && cursor_done(&in));
	assert_string_equal(job.line, DESK_LINE);
	assert_int_equal(job.now_ms, desk->job.now_ms);
	assert_int_equal(job.secrets.management.len, 32);
	for (size_t cut = 0; cut < out.len; cut++) {
		in = cursor_over((struct span){ bytes, cut });
		assert_false(token_job_take(&in, &job, &err));
	}
	out = buffer_into(bytes, sizeof(bytes));
	token_job_put_result(&out, &desk->result);
	assert_true(out.ok);
	in = cursor_over(buffer_span(&out));
	assert_true(token_job_take_result(&in, &result, &err) && cursor_done(&in));
	assert_memory_equal(&result, &desk->result, sizeof(result));
	for (size_t cut = 0; cut < out.len; cut++) {
		in = cursor_over((struct span){ bytes, cut });
		assert_false(token_job_take_result(&in, &result, &err));
	}
	desk_free(desk);
}

int
main(void)
{
	secret_start();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(personalises_with_p256),
		cmocka_unit_test(personalises_with_rsa2048),
		cmocka_unit_test(goes_on_wherever_the_card_is_pulled),
		cmocka_unit_test(never_locks_what_it_takes_over),
		cmocka_unit_test(refuses_the_wrong_token),
		cmocka_unit_test(refuses_a_token_swapped_half_way),
		cmocka_unit_test(refuses_a_token_of_another_line),
		cmocka_unit_test(looks_again_when_it_looked_without_our_key),
		cmocka_unit_test(refuses_used_tokens),
		cmocka_unit_test(refuses_locked_tokens),
		cmocka_unit_test(stops_at_a_changed_pin),
		cmocka_unit_test(does_not_spend_the_last_try),
		cmocka_unit_test(refuses_a_key_that_changed),
		cmocka_unit_test(refuses_wrong_certificates),
		cmocka_unit_test(blanks_a_token_of_a_case_that_ended),
		cmocka_unit_test(stops_when_it_is_told),
		cmocka_unit_test(does_not_hand_over_a_trivial_pin),
		cmocka_unit_test(the_wire_carries_jobs_and_results),
	};
	return cmocka_run_group_tests_name("token_job", tests, NULL, NULL);
}
