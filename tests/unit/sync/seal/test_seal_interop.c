/* The same bytes read and written by others: openssl's and GnuTLS's command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "sync/seal/seal.h"
#include "tests/support/authority.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

static const char json[] = "{\"name\":\"陳大文 𠮷\",\"line\":\"one\r\ntwo\nthree\"}";

struct place {
	char folder[256];
	struct authority *authority;
	struct authority_pair signing, packet;
	char ca[4096];
};

static void
put(const struct place *at, const char *name, struct span bytes)
{
	char path[512];
	struct error err = { 0 };
	assert_true(text_format(path, sizeof(path), "%s/%s", at->folder, name));
	if (!file_write(path, bytes, 0600, &err))
		fail_msg("%s", err.text);
}

static struct file_bytes
get(const struct place *at, const char *name)
{
	char path[512];
	struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	assert_true(text_format(path, sizeof(path), "%s/%s", at->folder, name));
	if (!file_read(path, 1 << 20, &bytes, &err))
		fail_msg("%s", err.text);
	return bytes;
}

/* Run a command in the folder; its output is kept in the file "log". */
static int
run(const struct place *at, const char *command)
{
	char line[1024];
	assert_true(text_format(line, sizeof(line), "cd '%s' && { %s; } >log 2>&1", at->folder, command));
	return system(line);
}

static int
set_up(void **state)
{
	struct place *at = calloc(1, sizeof(*at));
	assert_non_null(at);
	secret_start();
	folder_new(at->folder);
	at->authority = authority_new("Test CA");
	authority_certificate(at->authority, at->ca);
	authority_issue(at->authority, "WR-04", AUTHORITY_SIGNING, 0, 0, &at->signing);
	authority_issue(at->authority, "centre", AUTHORITY_OPENING, 0, 0, &at->packet);
	put(at, "ca.pem", text_span(at->ca));
	put(at, "packet-key.pem", text_span(at->packet.key));
	put(at, "packet-cert.pem", text_span(at->packet.certificate));
	put(at, "signing-key.pem", text_span(at->signing.key));
	put(at, "signing-cert.pem", text_span(at->signing.certificate));
	*state = at;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *at = *state;
	folder_remove(at->folder);
	authority_free(at->authority);
	free(at);
	return 0;
}

static struct file_bytes
packet_of(const struct place *at)
{
	struct seal_key *signing = NULL;
	struct seal_certificate *packet = NULL;
	struct file_bytes der = { 0 };
	struct error err = { 0 };
	assert_true(seal_key_read(text_span(at->signing.key), text_span(at->signing.certificate), &signing, &err));
	assert_true(seal_certificate_read(text_span(at->packet.certificate), &packet, &err));
	assert_true(seal_packet(text_span(json), signing, packet, &der, &err));
	seal_key_free(signing);
	seal_certificate_free(packet);
	return der;
}

static void
openssl_opens_and_verifies_a_packet(void **state)
{
	struct place *at = *state;
	struct file_bytes der = packet_of(at);
	put(at, "id.cms", (struct span){ der.at, der.len });
	assert_int_equal(0, run(at, "openssl cms -decrypt -inform DER -in id.cms -inkey packet-key.pem -out x"));
	assert_int_equal(0, run(at, "openssl cms -verify -inform DER -in x -CAfile ca.pem -binary -out y"));
	struct file_bytes content = get(at, "y");
	assert_int_equal(content.len, strlen(json));
	assert_memory_equal(content.at, json, content.len);
	/* without -binary, as the instructions have it: the text is all there */
	assert_int_equal(0, run(at, "openssl cms -verify -inform DER -in x -CAfile ca.pem -out z"));
	assert_int_not_equal(0, run(at, "openssl cms -decrypt -inform DER -in id.cms -inkey signing-key.pem -out w"));
	file_free(&der);
	file_free(&content);
}

static void
openssl_names_what_we_use(void **state)
{
	struct place *at = *state;
	struct file_bytes der = packet_of(at);
	put(at, "id.cms", (struct span){ der.at, der.len });
	assert_int_equal(0, run(at, "openssl cms -cmsout -print -noout -inform DER -in id.cms >text"));
	struct file_bytes text = get(at, "text");
	assert_non_null(strstr((const char *)text.at, "id-smime-ct-authEnvelopedData"));
	assert_non_null(strstr((const char *)text.at, "aes-256-gcm"));
	assert_non_null(strstr((const char *)text.at, "dhSinglePass-stdDH-sha256kdf-scheme"));
	assert_null(strstr((const char *)text.at, "sha1"));
	file_free(&der);
	file_free(&text);
}

static void
certtool_verifies_what_is_inside(void **state)
{
	struct place *at = *state;
	if (system("command -v certtool >/dev/null") != 0)
		skip();
	struct file_bytes der = packet_of(at);
	put(at, "id.cms", (struct span){ der.at, der.len });
	assert_int_equal(0, run(at, "openssl cms -decrypt -inform DER -in id.cms -inkey packet-key.pem -out x"));
	assert_int_equal(0, run(at, "certtool --p7-verify --inder --infile x --load-ca-certificate ca.pem"));
	struct file_bytes log = get(at, "log");
	assert_non_null(strstr((const char *)log.at, "Signature status: ok"));
	file_free(&der);
	file_free(&log);
}

static void
opens_what_openssl_sealed(void **state)
{
	struct place *at = *state;
	struct seal_key *packet = NULL;
	struct seal_certificate *ca = NULL;
	struct file_bytes inner = { 0 }, content = { 0 };
	struct error err = { 0 };
	put(at, "plain", text_span(json));
	assert_int_equal(0, run(at, "openssl cms -sign -binary -nodetach -nosmimecap -md sha256 -signer signing-cert.pem "
								"-inkey signing-key.pem -in plain -outform DER -out s && "
								"openssl cms -encrypt -binary -aes-256-gcm -in s -outform DER -out e "
								"-recip packet-cert.pem -keyopt ecdh_kdf_md:sha256"));
	struct file_bytes der = get(at, "e");
	assert_true(seal_key_read(text_span(at->packet.key), text_span(at->packet.certificate), &packet, &err));
	assert_true(seal_certificate_read(text_span(at->ca), &ca, &err));
	if (!seal_open((struct span){ der.at, der.len }, packet, &inner, &err) ||
		!seal_verify((struct span){ inner.at, inner.len }, ca, NULL, clock_now_ms(), &content, NULL, 0, &err))
		fail_msg("%s", err.text);
	assert_int_equal(content.len, strlen(json));
	assert_memory_equal(content.at, json, content.len);
	seal_key_free(packet);
	seal_certificate_free(ca);
	file_free(&der);
	file_free(&inner);
	file_free(&content);
}

/* OpenSSL would open both of these without a word. */
static void
refuses_a_weaker_envelope(void **state)
{
	struct place *at = *state;
	static const char *const ciphers[] = { "aes-128-gcm", "aes-256-cbc", "aes-192-gcm" };
	struct seal_key *packet = NULL;
	struct error err = { 0 };
	put(at, "plain", text_span(json));
	assert_true(seal_key_read(text_span(at->packet.key), text_span(at->packet.certificate), &packet, &err));
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
		char command[256];
		struct file_bytes content = { 0 };
		assert_true(text_format(command, sizeof(command),
			"openssl cms -encrypt -binary -%s -in plain -outform DER -out e packet-cert.pem && "
			"openssl cms -decrypt -inform DER -in e -inkey packet-key.pem -out x",
			ciphers[i]));
		assert_int_equal(0, run(at, command));
		struct file_bytes der = get(at, "e");
		assert_false(seal_open((struct span){ der.at, der.len }, packet, &content, &err));
		assert_null(content.at);
		file_free(&der);
	}
	seal_key_free(packet);
}

/* What openssl makes and would verify, and we do not take: its signature must not be ours to argue about. */
static void
refuses_other_shapes_of_signature(void **state)
{
	struct place *at = *state;
	static const char *const options[] = { "-noattr", "-md sha512", "-certfile packet-cert.pem", "-nocerts",
		"-signer second-cert.pem -inkey second-key.pem" };
	struct seal_certificate *ca = NULL;
	struct error err = { 0 };
	struct authority_pair second;
	put(at, "plain", text_span(json));
	authority_issue(at->authority, "WR-05", AUTHORITY_SIGNING, 0, 0, &second);
	put(at, "second-cert.pem", text_span(second.certificate));
	put(at, "second-key.pem", text_span(second.key));
	assert_true(seal_certificate_read(text_span(at->ca), &ca, &err));
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		char command[512];
		struct file_bytes content = { 0 };
		assert_true(text_format(command, sizeof(command),
			"openssl cms -sign -binary -nodetach -nosmimecap -md sha256 -signer signing-cert.pem -inkey "
			"signing-key.pem -in plain -outform DER -out s %s",
			options[i]));
		assert_int_equal(0, run(at, command));
		struct file_bytes der = get(at, "s");
		if (seal_verify((struct span){ der.at, der.len }, ca, NULL, 0, &content, NULL, 0, &err))
			fail_msg("%s was taken", options[i]);
		assert_null(content.at);
		file_free(&der);
	}
	seal_certificate_free(ca);
}

/* Another signer's certificate of the same length in the place of the right one. */
static void
refuses_a_certificate_that_is_not_the_signers(void **state)
{
	struct place *at = *state;
	struct seal_certificate *ca = NULL;
	struct error err = { 0 };
	assert_true(seal_certificate_read(text_span(at->ca), &ca, &err));
	assert_int_equal(0, run(at, "openssl x509 -in signing-cert.pem -outform DER -out mine.der"));
	for (int tries = 0; tries < 50; tries++) {
		struct authority_pair other;
		struct seal_key *key = NULL;
		struct file_bytes der = { 0 }, content = { 0 };
		authority_issue(at->authority, "WR-04", AUTHORITY_SIGNING, 0, 0, &other);
		put(at, "other-cert.pem", text_span(other.certificate));
		assert_int_equal(0, run(at, "openssl x509 -in other-cert.pem -outform DER -out other.der"));
		struct file_bytes mine = get(at, "mine.der"), others = get(at, "other.der");
		assert_true(seal_key_read(text_span(at->signing.key), text_span(at->signing.certificate), &key, &err));
		assert_true(seal_sign(text_span(json), key, &der, &err));
		uint8_t *where = memmem(der.at, der.len, mine.at, mine.len);
		assert_non_null(where);
		bool fits = mine.len == others.len;
		if (fits) {
			memcpy(where, others.at, others.len);
			assert_false(seal_verify((struct span){ der.at, der.len }, ca, NULL, 0, &content, NULL, 0, &err));
			assert_int_equal(err.kind, ERROR_UNTRUSTED);
			assert_non_null(strstr(err.text, "not the signer's"));
		}
		seal_key_free(key);
		file_free(&der);
		file_free(&mine);
		file_free(&others);
		if (fits) {
			seal_certificate_free(ca);
			return;
		}
	}
	fail_msg("no certificate of the same length");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openssl_opens_and_verifies_a_packet),
		cmocka_unit_test(openssl_names_what_we_use),
		cmocka_unit_test(certtool_verifies_what_is_inside),
		cmocka_unit_test(opens_what_openssl_sealed),
		cmocka_unit_test(refuses_a_weaker_envelope),
		cmocka_unit_test(refuses_other_shapes_of_signature),
		cmocka_unit_test(refuses_a_certificate_that_is_not_the_signers),
	};
	return cmocka_run_group_tests_name("seal with others", tests, set_up, tear_down);
}
