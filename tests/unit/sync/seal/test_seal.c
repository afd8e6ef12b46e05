#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "sync/seal/seal.h"
#include "tests/support/authority.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

static const char json[] = "{\"name\":\"陳大文 𠮷\",\"line\":\"one\r\ntwo\nthree\"}\n";

/* A counter and a centre under one authority, and a stranger under another. */
struct parties {
	struct authority *authority, *foreign;
	char ca_pem[4096];
	struct authority_pair signing_pem, packet_pem, stranger_pem, line_pem, keyless_pem, expired_pem;
	struct seal_certificate *ca, *foreign_ca, *packet, *signing_certificate;
	struct seal_key *signing, *second, *packet_key, *stranger, *line, *keyless, *expired, *opening;
};

static struct seal_key *
key_of(const struct authority_pair *pair)
{
	struct seal_key *key = NULL;
	struct error err = { 0 };
	if (!seal_key_read(text_span(pair->key), text_span(pair->certificate), &key, &err))
		fail_msg("%s", err.text);
	return key;
}

static struct seal_certificate *
certificate_of(const char *pem)
{
	struct seal_certificate *certificate = NULL;
	struct error err = { 0 };
	if (!seal_certificate_read(text_span(pem), &certificate, &err))
		fail_msg("%s", err.text);
	return certificate;
}

static int
set_up(void **state)
{
	struct parties *p = calloc(1, sizeof(*p));
	char foreign_pem[4096];
	struct authority_pair opening;
	int64_t now_s = clock_now_ms() / 1000;
	assert_non_null(p);
	secret_start();
	p->authority = authority_new("Test CA");
	p->foreign = authority_new("Test CA"); /* the same name, another key */
	authority_certificate(p->authority, p->ca_pem);
	authority_certificate(p->foreign, foreign_pem);
	authority_issue(p->authority, "WR-04", AUTHORITY_SIGNING, 0, 0, &p->signing_pem);
	authority_issue(p->authority, "WR-04", AUTHORITY_OPENING, 0, 0, &opening);
	authority_issue(p->authority, "centre", AUTHORITY_OPENING, 0, 0, &p->packet_pem);
	authority_issue(p->authority, "WR-04", AUTHORITY_LINE, 0, 0, &p->line_pem);
	authority_issue(p->authority, "WR-04", AUTHORITY_KEYLESS, 0, 0, &p->keyless_pem);
	authority_issue(p->authority, "WR-04", AUTHORITY_SIGNING, now_s - 7200, now_s - 3600, &p->expired_pem);
	authority_issue(p->foreign, "WR-04", AUTHORITY_SIGNING, 0, 0, &p->stranger_pem);
	p->ca = certificate_of(p->ca_pem);
	p->foreign_ca = certificate_of(foreign_pem);
	p->packet = certificate_of(p->packet_pem.certificate);
	p->signing_certificate = certificate_of(p->signing_pem.certificate);
	p->signing = key_of(&p->signing_pem);
	p->packet_key = key_of(&p->packet_pem);
	p->stranger = key_of(&p->stranger_pem);
	p->line = key_of(&p->line_pem);
	p->keyless = key_of(&p->keyless_pem);
	p->expired = key_of(&p->expired_pem);
	p->opening = key_of(&opening);
	authority_issue(p->authority, "WR-05", AUTHORITY_SIGNING, 0, 0, &opening);
	p->second = key_of(&opening);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct parties *p = *state;
	struct seal_key *keys[] = { p->signing, p->second, p->packet_key, p->stranger, p->line, p->keyless, p->expired,
		p->opening };
	struct seal_certificate *certificates[] = { p->ca, p->foreign_ca, p->packet, p->signing_certificate };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		seal_key_free(keys[i]);
	for (size_t i = 0; i < sizeof(certificates) / sizeof(certificates[0]); i++)
		seal_certificate_free(certificates[i]);
	authority_free(p->authority);
	authority_free(p->foreign);
	free(p);
	return 0;
}

static struct span
span_of(const struct file_bytes *bytes)
{
	return (struct span){ bytes->at, bytes->len };
}

static void
assert_content(const struct file_bytes *bytes, const char *text)
{
	assert_int_equal(bytes->len, strlen(text));
	assert_memory_equal(bytes->at, text, bytes->len);
}

static struct file_bytes
signed_by(const struct seal_key *signer)
{
	struct file_bytes der = { 0 };
	struct error err = { 0 };
	if (!seal_sign(text_span(json), signer, &der, &err))
		fail_msg("%s", err.text);
	return der;
}

static void
gives_back_what_was_signed_and_sealed(void **state)
{
	const struct parties *p = *state;
	struct file_bytes packet = { 0 }, inner = { 0 }, content = { 0 };
	struct error err = { 0 };
	char name[65] = "";
	assert_true(seal_packet(text_span(json), p->signing, p->packet, &packet, &err));
	assert_true(seal_open(span_of(&packet), p->packet_key, &inner, &err));
	assert_true(seal_verify(span_of(&inner), p->ca, NULL, clock_now_ms(), &content, name, sizeof(name), &err));
	assert_content(&content, json);
	assert_string_equal(name, "WR-04");
	file_free(&packet);
	file_free(&inner);
	file_free(&content);
}

static void
seals_an_empty_content_and_a_large_one(void **state)
{
	const struct parties *p = *state;
	static const size_t sizes[] = { 0, 1, 127, 128, 65536, 3 * 1024 * 1024 };
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct file_bytes der = { 0 }, content = { 0 };
		struct error err = { 0 };
		uint8_t *bytes = malloc(sizes[i] + 1);
		assert_non_null(bytes);
		memset(bytes, 'x', sizes[i]);
		assert_true(seal_close((struct span){ bytes, sizes[i] }, p->packet, &der, &err));
		if (!seal_open(span_of(&der), p->packet_key, &content, &err))
			fail_msg("%zu bytes: %s", sizes[i], err.text);
		assert_int_equal(content.len, sizes[i]);
		assert_memory_equal(content.at, bytes, sizes[i]);
		file_free(&der);
		file_free(&content);
		free(bytes);
	}
}

static void
opens_for_nobody_else(void **state)
{
	const struct parties *p = *state;
	const struct seal_key *others[] = { p->signing, p->line, p->opening, p->stranger };
	struct file_bytes packet = { 0 };
	struct error err = { 0 };
	assert_true(seal_packet(text_span(json), p->signing, p->packet, &packet, &err));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct file_bytes content = { 0 };
		assert_false(seal_open(span_of(&packet), others[i], &content, &err));
		assert_int_equal(err.kind, ERROR_UNTRUSTED);
		assert_null(content.at);
	}
	file_free(&packet);
}

static void
flip(const struct parties *p, struct file_bytes *der, size_t bit)
{
	struct file_bytes content = { 0 };
	struct error err = { 0 };
	der->at[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	if (seal_open(span_of(der), p->packet_key, &content, &err))
		fail_msg("bit %zu of byte %zu may be changed", bit % 8, bit / 8);
	assert_int_equal(err.kind, ERROR_UNTRUSTED);
	assert_null(content.at);
	der->at[bit / 8] ^= (uint8_t)(1u << (bit % 8));
}

static void
gives_no_plaintext_when_any_bit_is_changed(void **state)
{
	const struct parties *p = *state;
	struct file_bytes small = { 0 }, packet = { 0 }, content = { 0 };
	struct error err = { 0 };
	assert_true(seal_close(text_span("small"), p->packet, &small, &err));
	for (size_t bit = 0; bit < small.len * 8; bit++)
		flip(p, &small, bit);
	assert_true(seal_open(span_of(&small), p->packet_key, &content, &err));
	assert_content(&content, "small");
	assert_true(seal_packet(text_span(json), p->signing, p->packet, &packet, &err));
	srandom(20261125);
	for (int i = 0; i < 1000; i++)
		flip(p, &packet, (size_t)random() % (packet.len * 8));
	file_free(&small);
	file_free(&packet);
	file_free(&content);
}

static void
gives_no_plaintext_when_cut_or_longer(void **state)
{
	const struct parties *p = *state;
	struct file_bytes packet = { 0 }, content = { 0 };
	struct error err = { 0 };
	assert_true(seal_packet(text_span(json), p->signing, p->packet, &packet, &err));
	for (size_t len = 0; len < packet.len; len++)
		assert_false(seal_open((struct span){ packet.at, len }, p->packet_key, &content, &err));
	/* file_bytes end with a NUL that is not part of them */
	assert_false(seal_open((struct span){ packet.at, packet.len + 1 }, p->packet_key, &content, &err));
	assert_null(content.at);
	file_free(&packet);
}

static void
refuses_what_was_signed_by_the_wrong_one(void **state)
{
	const struct parties *p = *state;
	static const char *const words[] = { "signer's certificate", "not for signing", "signer's certificate",
		"extended key usage", "not for signing" };
	const struct seal_key *signers[] = { p->stranger, p->keyless, p->expired, p->line, p->opening };
	for (size_t i = 0; i < sizeof(signers) / sizeof(signers[0]); i++) {
		struct file_bytes der = signed_by(signers[i]), content = { 0 };
		struct error err = { 0 };
		assert_false(seal_verify(span_of(&der), p->ca, NULL, clock_now_ms(), &content, NULL, 0, &err));
		assert_int_equal(err.kind, ERROR_UNTRUSTED);
		assert_non_null(strstr(err.text, words[i]));
		assert_null(content.at);
		file_free(&der);
	}
}

static void
accepts_an_old_signature_when_no_instant_is_given(void **state)
{
	const struct parties *p = *state;
	struct file_bytes der = signed_by(p->expired), content = { 0 };
	struct error err = { 0 };
	assert_true(seal_verify(span_of(&der), p->ca, NULL, 0, &content, NULL, 0, &err));
	file_free(&content);
	assert_true(seal_verify(span_of(&der), p->ca, NULL, clock_now_ms() - 5400 * 1000, &content, NULL, 0, &err));
	file_free(&content);
	assert_false(seal_verify(span_of(&der), p->ca, NULL, clock_now_ms() - 10800 * 1000, &content, NULL, 0, &err));
	file_free(&der);
}

static void
accepts_only_the_named_signer(void **state)
{
	const struct parties *p = *state;
	struct file_bytes mine = signed_by(p->signing), other = signed_by(p->second), content = { 0 };
	struct error err = { 0 };
	char tiny[3] = "";
	assert_true(seal_verify(span_of(&mine), p->ca, p->signing_certificate, clock_now_ms(), &content, NULL, 0, &err));
	file_free(&content);
	assert_false(seal_verify(span_of(&other), p->ca, p->signing_certificate, 0, &content, NULL, 0, &err));
	assert_non_null(strstr(err.text, "signed by another"));
	assert_false(seal_verify(span_of(&mine), p->foreign_ca, p->signing_certificate, 0, &content, NULL, 0, &err));
	assert_false(seal_verify(span_of(&mine), p->ca, NULL, 0, &content, tiny, sizeof(tiny), &err));
	assert_null(content.at);
	file_free(&mine);
	file_free(&other);
}

static void
refuses_signed_bytes_that_were_changed(void **state)
{
	const struct parties *p = *state;
	struct file_bytes der = signed_by(p->signing), content = { 0 };
	struct error err = { 0 };
	uint8_t *at = memmem(der.at, der.len, json, strlen(json));
	assert_non_null(at);
	for (size_t i = 0; i < strlen(json); i++) {
		at[i] ^= 1;
		assert_false(seal_verify(span_of(&der), p->ca, NULL, 0, &content, NULL, 0, &err));
		assert_int_equal(err.kind, ERROR_UNTRUSTED);
		at[i] ^= 1;
	}
	for (size_t len = 0; len < der.len; len++)
		assert_false(seal_verify((struct span){ der.at, len }, p->ca, NULL, 0, &content, NULL, 0, &err));
	assert_null(content.at);
	file_free(&der);
}

/* What is remembered is that a certificate comes from this authority: not that it is in its time, and not for another
 * authority. */
static void
remembers_a_signer_and_still_looks_at_the_time(void **state)
{
	const struct parties *p = *state;
	struct file_bytes der = signed_by(p->expired), content = { 0 };
	struct error err = { 0 };
	for (int i = 0; i < 3; i++) {
		assert_true(seal_verify(span_of(&der), p->ca, NULL, 0, &content, NULL, 0, &err));
		file_free(&content);
		assert_false(seal_verify(span_of(&der), p->ca, NULL, clock_now_ms(), &content, NULL, 0, &err));
		assert_non_null(strstr(err.text, "expired"));
		assert_false(seal_verify(span_of(&der), p->ca, NULL, clock_now_ms() - 10800 * 1000, &content, NULL, 0, &err));
		assert_non_null(strstr(err.text, "not yet valid"));
		assert_false(seal_verify(span_of(&der), p->foreign_ca, NULL, 0, &content, NULL, 0, &err));
		assert_int_equal(err.kind, ERROR_UNTRUSTED);
	}
	/* a signature that is wrong under a certificate that is remembered */
	uint8_t *at = memmem(der.at, der.len, json, strlen(json));
	assert_non_null(at);
	at[0] ^= 1;
	assert_false(seal_verify(span_of(&der), p->ca, NULL, 0, &content, NULL, 0, &err));
	assert_null(content.at);
	file_free(&der);
}

/* Behind the certificate everything is signed, compared or fixed. */
static void
refuses_every_changed_bit_behind_the_certificate(void **state)
{
	const struct parties *p = *state;
	struct file_bytes der = signed_by(p->signing), content = { 0 };
	struct error err = { 0 };
	static const uint8_t digests[] = { 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 };
	uint8_t *first = memmem(der.at, der.len, digests, sizeof(digests));
	assert_non_null(first);
	uint8_t *last = memmem(first + 1, der.len - (size_t)(first + 1 - der.at), digests, sizeof(digests));
	assert_non_null(last); /* in the signer's part: what follows are attributes and signature */
	for (size_t i = (size_t)(last - der.at); i < der.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			der.at[i] ^= (uint8_t)(1u << bit);
			if (seal_verify(span_of(&der), p->ca, NULL, 0, &content, NULL, 0, &err))
				fail_msg("bit %u of byte %zu may be changed", bit, i);
			assert_null(content.at);
			der.at[i] ^= (uint8_t)(1u << bit);
		}
	assert_true(seal_verify(span_of(&der), p->ca, NULL, 0, &content, NULL, 0, &err));
	file_free(&content);
	file_free(&der);
}

/* The envelope with `cut` bytes of the element at the end, or of the nonce, taken away and all lengths set right. */
static void
shorten(struct file_bytes *der, size_t header_at, size_t cut)
{
	static const size_t outer[] = { 0, 17, 21 }; /* SEQUENCE, [0], SEQUENCE: each 82 and two bytes of length */
	for (size_t i = 0; i < sizeof(outer) / sizeof(outer[0]); i++) {
		uint8_t *at = der->at + outer[i];
		assert_int_equal(at[1], 0x82);
		size_t len = ((size_t)at[2] << 8 | at[3]) - cut;
		at[2] = (uint8_t)(len >> 8);
		at[3] = (uint8_t)len;
	}
	size_t behind = header_at + 2 + der->at[header_at + 1];
	der->at[header_at + 1] = (uint8_t)(der->at[header_at + 1] - cut);
	memmove(der->at + behind - cut, der->at + behind, der->len - behind);
	der->len -= cut;
}

static void
refuses_a_short_tag_and_a_short_nonce(void **state)
{
	const struct parties *p = *state;
	static const uint8_t nonce_header[] = { 0x01, 0x2E, 0x30, 0x11, 0x04, 0x0C };
	struct file_bytes content = { 0 };
	struct error err = { 0 };
	for (size_t cut = 1; cut < 16; cut++) {
		struct file_bytes der = { 0 };
		char large[512] = "";
		memset(large, 'x', sizeof(large) - 1);
		assert_true(seal_close(text_span(large), p->packet, &der, &err));
		shorten(&der, der.len - 18, cut);
		assert_false(seal_open(span_of(&der), p->packet_key, &content, &err));
		assert_non_null(strstr(err.text, "tag of 16 bytes"));
		file_free(&der);
	}
	struct file_bytes der = { 0 };
	char large[512] = "";
	memset(large, 'x', sizeof(large) - 1);
	assert_true(seal_close(text_span(large), p->packet, &der, &err));
	uint8_t *at = memmem(der.at, der.len, nonce_header, sizeof(nonce_header));
	assert_non_null(at);
	at[3] -= 4; /* the parameters around it, then the algorithm, then the content's header (two bytes of length) */
	at[-10] -= 4;
	assert_int_equal(at[-25], 0x82);
	size_t len = ((size_t)at[-24] << 8 | at[-23]) - 4;
	at[-24] = (uint8_t)(len >> 8);
	at[-23] = (uint8_t)len;
	shorten(&der, (size_t)(at + 4 - der.at), 4);
	assert_false(seal_open(span_of(&der), p->packet_key, &content, &err));
	assert_non_null(strstr(err.text, "AES-256-GCM with"));
	assert_null(content.at);
	file_free(&der);
}

static void
does_not_take_one_type_for_the_other(void **state)
{
	const struct parties *p = *state;
	struct file_bytes der = signed_by(p->signing), closed = { 0 }, content = { 0 };
	struct error err = { 0 };
	assert_false(seal_open(span_of(&der), p->packet_key, &content, &err));
	assert_true(seal_close(text_span(json), p->packet, &closed, &err));
	assert_false(seal_verify(span_of(&closed), p->ca, NULL, 0, &content, NULL, 0, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	file_free(&der);
	file_free(&closed);
}

static void
refuses_keys_of_another_kind_or_pair(void **state)
{
	const struct parties *p = *state;
	struct seal_key *key = NULL;
	struct seal_certificate *certificate = NULL;
	struct error err = { 0 };
	assert_false(seal_key_read(text_span(p->signing_pem.key), text_span(p->packet_pem.certificate), &key, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_false(seal_key_read(text_span("no key"), text_span(p->packet_pem.certificate), &key, &err));
	assert_false(seal_key_read(text_span(p->signing_pem.certificate), text_span(p->ca_pem), &key, &err));
	assert_false(seal_certificate_read(text_span(p->signing_pem.key), &certificate, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_null(key);
	assert_null(certificate);
	seal_key_free(NULL);
	seal_certificate_free(NULL);
}

static void
makes_a_key_with_its_request(void **state)
{
	struct parties *p = *state;
	CLEANUP(secret_free) struct secret key_pem = { 0 };
	struct file_bytes csr = { 0 }, der = { 0 };
	struct error err = { 0 };
	struct seal_key *key = NULL;
	char certificate[4096];
	assert_true(seal_key_make("WR-04", &key_pem, &csr, &err));
	authority_sign(p->authority, (const char *)csr.at, "WR-04", AUTHORITY_SIGNING, certificate);
	assert_true(seal_key_read(secret_span(&key_pem), text_span(certificate), &key, &err));
	assert_true(seal_sign(text_span(json), key, &der, &err));
	assert_memory_equal(key_pem.at, "-----BEGIN PRIVATE KEY-----", 27);
	seal_key_free(key);
	file_free(&csr);
	file_free(&der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_was_signed_and_sealed),
		cmocka_unit_test(seals_an_empty_content_and_a_large_one),
		cmocka_unit_test(opens_for_nobody_else),
		cmocka_unit_test(gives_no_plaintext_when_any_bit_is_changed),
		cmocka_unit_test(gives_no_plaintext_when_cut_or_longer),
		cmocka_unit_test(refuses_what_was_signed_by_the_wrong_one),
		cmocka_unit_test(accepts_an_old_signature_when_no_instant_is_given),
		cmocka_unit_test(accepts_only_the_named_signer),
		cmocka_unit_test(refuses_signed_bytes_that_were_changed),
		cmocka_unit_test(remembers_a_signer_and_still_looks_at_the_time),
		cmocka_unit_test(refuses_every_changed_bit_behind_the_certificate),
		cmocka_unit_test(refuses_a_short_tag_and_a_short_nonce),
		cmocka_unit_test(does_not_take_one_type_for_the_other),
		cmocka_unit_test(refuses_keys_of_another_kind_or_pair),
		cmocka_unit_test(makes_a_key_with_its_request),
	};
	return cmocka_run_group_tests_name("seal", tests, set_up, tear_down);
}
