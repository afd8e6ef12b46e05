/* The training CA, and the socket behind which it stands. */
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/channel.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/intake/ca.h"
#include "sync/intake/ca_server.h"
#include "sync/intake/issuer_socket.h"
#include "sync/intake/issuer_wire.h"
#include "sync/seal/seal.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

struct world {
	char folder[256];
	char ca_folder[300];
	char socket[300];
	struct ca *ca;
	struct secret key;
	struct file_bytes csr;
	int listener;
	pthread_t thread;
};

static int
set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct error err;
	assert_non_null(world);
	secret_start();
	world->listener = -1;
	folder_new(world->folder);
	(void)snprintf(world->ca_folder, sizeof(world->ca_folder), "%s/ca", world->folder);
	(void)snprintf(world->socket, sizeof(world->socket), "%s/ca.sock", world->folder);
	assert_true(ca_make(world->ca_folder, clock_now_ms(), &err) && ca_open(world->ca_folder, &world->ca, &err));
	assert_true(seal_key_make("CN of the request", &world->key, &world->csr, &err));
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;
	ca_close(world->ca);
	secret_free(&world->key);
	file_free(&world->csr);
	folder_remove(world->folder);
	free(world);
	return 0;
}

static struct issuer_request
request_for(const struct world *world, enum issuer_profile profile)
{
	struct issuer_request request = { .profile = profile };
	struct error err;
	if (issuer_is_counter(profile))
		assert_true(issuer_for_counter(&request, "WR", "04", &err));
	else
		(void)text_format(request.name, sizeof(request.name), "Somebody");
	if (profile == ISSUER_SERVER)
		(void)text_format(request.hosts, sizeof(request.hosts), "centre.example.hk,192.0.2.7,::1");
	request.csr_pem = (struct span){ world->csr.at, world->csr.len };
	return request;
}

static X509 *
issue(const struct world *world, enum issuer_profile profile)
{
	const struct issuer_request request = request_for(world, profile);
	struct file_bytes pem = { 0 };
	struct error err;
	assert_true(ca_issue(world->ca, &request, clock_now_ms(), 30, &pem, &err));
	BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	assert_non_null(certificate);
	BIO_free(bio);
	file_free(&pem);
	return certificate;
}

static void
keeps_its_key_to_itself_and_is_made_once(void **state)
{
	struct world *world = *state;
	struct stat info;
	struct error err;
	char path[400];
	(void)snprintf(path, sizeof(path), "%s/ca-key.pem", world->ca_folder);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	assert_int_equal(stat(world->ca_folder, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0700);
	assert_false(ca_make(world->ca_folder, clock_now_ms(), &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	struct ca *again = NULL;
	assert_true(ca_open(world->ca_folder, &again, &err)); /* and nothing was broken by it */
	ca_close(again);
	(void)snprintf(path, sizeof(path), "%s/nowhere", world->folder);
	assert_false(ca_open(path, &again, &err));
	assert_int_equal(err.kind, ERROR_GONE);
}

static void
gives_each_profile_its_own_powers(void **state)
{
	static const struct {
		enum issuer_profile profile;
		const char *subject;
		uint32_t usage, extended;
	} expected[] = {
		{ ISSUER_SERVER, "O=CENTRE,CN=Somebody,serialNumber=server", KU_DIGITAL_SIGNATURE, XKU_SSL_SERVER },
		{ ISSUER_PACKET, "O=CENTRE,CN=Somebody,serialNumber=packet", KU_KEY_AGREEMENT, UINT32_MAX },
		{ ISSUER_RECEIPT, "O=CENTRE,CN=Somebody,serialNumber=receipt", KU_DIGITAL_SIGNATURE, UINT32_MAX },
		{ ISSUER_LINE, "O=WR,OU=04,CN=WR-04,serialNumber=line", KU_DIGITAL_SIGNATURE, XKU_SSL_CLIENT },
		{ ISSUER_SIGNING, "O=WR,OU=04,CN=WR-04,serialNumber=signing", KU_DIGITAL_SIGNATURE, UINT32_MAX },
		{ ISSUER_OPENING, "O=WR,OU=04,CN=WR-04,serialNumber=opening", KU_KEY_AGREEMENT, UINT32_MAX },
	};
	struct world *world = *state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		X509 *certificate = issue(world, expected[i].profile);
		BIO *out = BIO_new(BIO_s_mem());
		char *subject = NULL;
		(void)X509_NAME_print_ex(out, X509_get_subject_name(certificate), 0, XN_FLAG_SEP_COMMA_PLUS);
		const long len = BIO_get_mem_data(out, &subject);
		assert_int_equal(len, strlen(expected[i].subject));
		assert_memory_equal(subject, expected[i].subject, (size_t)len);
		assert_int_equal(X509_get_key_usage(certificate), expected[i].usage);
		assert_int_equal(X509_get_extended_key_usage(certificate), expected[i].extended);
		assert_int_equal(X509_check_ca(certificate), 0);
		BIO_free(out);
		X509_free(certificate);
	}
}

static void
names_the_hosts_of_a_server(void **state)
{
	struct world *world = *state;
	X509 *certificate = issue(world, ISSUER_SERVER);
	assert_int_equal(X509_check_host(certificate, "centre.example.hk", 0, 0, NULL), 1);
	assert_int_equal(X509_check_ip_asc(certificate, "192.0.2.7", 0), 1);
	assert_int_equal(X509_check_ip_asc(certificate, "::1", 0), 1);
	assert_int_equal(X509_check_host(certificate, "Somebody", 0, 0, NULL), 0);
	X509_free(certificate);
}

static void
lets_line_certificates_speak_for_others(void **state)
{
	struct world *world = *state;
	X509 *certificate = issue(world, ISSUER_LINE);
	EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
	assert_int_equal(sk_ASN1_OBJECT_num(usages), 2);
	assert_int_equal(OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, 0)), NID_client_auth);
	assert_int_equal(OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, 1)), NID_cmcRA);
	EXTENDED_KEY_USAGE_free(usages);
	X509_free(certificate);
}

static bool
is_refused(const struct world *world, const struct issuer_request *request)
{
	struct file_bytes pem = { 0 };
	struct error err;
	const bool done = ca_issue(world->ca, request, clock_now_ms(), 30, &pem, &err);
	file_free(&pem);
	return !done && (err.kind == ERROR_INVALID || err.kind == ERROR_REFUSED);
}

static void
refuses_subjects_that_are_not_of_their_form(void **state)
{
	struct world *world = *state;
	struct issuer_request request = request_for(world, ISSUER_LINE);
	assert_false(is_refused(world, &request));
	(void)strcpy(request.branch, "wr"); /* NOLINT: fits */
	assert_true(is_refused(world, &request));
	request = request_for(world, ISSUER_LINE);
	(void)strcpy(request.counter, "4"); /* NOLINT: fits */
	assert_true(is_refused(world, &request));
	request = request_for(world, ISSUER_LINE);
	(void)strcpy(request.name, "WR-05"); /* NOLINT: fits */
	assert_true(is_refused(world, &request));
	request = request_for(world, ISSUER_LINE);
	(void)strcpy(request.hosts, "localhost"); /* NOLINT: fits */
	assert_true(is_refused(world, &request));
	request = request_for(world, ISSUER_SERVER);
	request.hosts[0] = '\0';
	assert_true(is_refused(world, &request));
	(void)strcpy(request.hosts, "a;DNS:b"); /* NOLINT: fits */
	assert_true(is_refused(world, &request));
	request = request_for(world, ISSUER_PACKET);
	(void)strcpy(request.branch, "WR"); /* NOLINT: fits */
	assert_true(is_refused(world, &request));
	request = request_for(world, ISSUER_RECEIPT);
	(void)strcpy(request.name, "WR-04"); /* NOLINT: fits */
	assert_true(is_refused(world, &request));
	request = request_for(world, ISSUER_PROFILES);
	assert_true(is_refused(world, &request));
}

static void
refuses_keys_that_are_not_p256_and_requests_not_signed_with_them(void **state)
{
	struct world *world = *state;
	struct issuer_request request = request_for(world, ISSUER_SIGNING);
	EVP_PKEY *key = EVP_EC_gen("P-384");
	EVP_PKEY *other = EVP_EC_gen("P-256");
	X509_REQ *csr = X509_REQ_new();
	BIO *out = BIO_new(BIO_s_mem());
	char *pem = NULL;
	assert_int_equal(X509_REQ_set_pubkey(csr, key), 1);
	assert_true(X509_REQ_sign(csr, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509_REQ(out, csr), 1);
	request.csr_pem.len = (size_t)BIO_get_mem_data(out, &pem);
	request.csr_pem.at = (const uint8_t *)pem;
	assert_true(is_refused(world, &request));
	assert_int_equal(BIO_reset(out), 1);
	assert_int_equal(X509_REQ_set_pubkey(csr, other), 1);
	assert_int_equal(PEM_write_bio_X509_REQ(out, csr), 1); /* still with the other's signature */
	request.csr_pem.len = (size_t)BIO_get_mem_data(out, &pem);
	request.csr_pem.at = (const uint8_t *)pem;
	assert_true(is_refused(world, &request));
	request.csr_pem = text_span("-----BEGIN CERTIFICATE REQUEST-----\n");
	assert_true(is_refused(world, &request));
	BIO_free(out);
	X509_REQ_free(csr);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

/* Answer questions until the listener is gone. */
static void *
answer(void *self)
{
	struct world *world = self;
	struct channel peer;
	struct error err;
	const char *asked = NULL;
	struct pollfd ready = { .fd = world->listener, .events = POLLIN };
	while (poll(&ready, 1, -1) == 1 && channel_accept(world->listener, &peer, &err)) {
		(void)!ca_server_answer(world->ca, &peer, &asked, &err);
		channel_close(&peer);
	}
	return NULL;
}

static void
listen_on(struct world *world)
{
	struct error err;
	assert_true(channel_listen(world->socket, false, &world->listener, &err));
	assert_int_equal(pthread_create(&world->thread, NULL, answer, world), 0);
}

static void
stop_listening(struct world *world)
{
	(void)shutdown(world->listener, SHUT_RDWR);
	assert_int_equal(pthread_join(world->thread, NULL), 0);
	file_close(&world->listener);
}

static void
answers_over_its_socket(void **state)
{
	struct world *world = *state;
	struct issuer issuer = issuer_socket(world->socket);
	struct file_bytes pem = { 0 };
	struct issuer_request request = request_for(world, ISSUER_LINE);
	struct error err;
	assert_false(issuer.ops->ca(issuer.self, &pem, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	listen_on(world);
	assert_true(issuer.ops->ca(issuer.self, &pem, &err));
	assert_int_equal(pem.len, ca_certificate(world->ca).len);
	assert_memory_equal(pem.at, ca_certificate(world->ca).at, pem.len);
	file_free(&pem);
	assert_true(issuer.ops->issue(issuer.self, &request, &pem, &err));
	struct seal_key *key = NULL;
	assert_true(seal_key_read(secret_span(&world->key), (struct span){ pem.at, pem.len }, &key, &err));
	seal_key_free(key);
	file_free(&pem);
	request.csr_pem = text_span("nothing");
	assert_false(issuer.ops->issue(issuer.self, &request, &pem, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_non_null(strstr(err.text, "the issuer:"));
	issuer.ops->close(issuer.self);
	stop_listening(world);
}

static void
survives_garbage_on_its_socket(void **state)
{
	struct world *world = *state;
	struct channel channel;
	struct error err;
	uint8_t garbage[200];
	uint8_t answer_to[1024];
	struct channel_message message;
	struct file_bytes pem = { 0 };
	listen_on(world);
	for (uint16_t type = 0; type < 40; type++) {
		memset(garbage, type, sizeof(garbage));
		assert_true(channel_connect(world->socket, &channel, &err));
		assert_true(channel_send(&channel, type, (struct span){ garbage, type * 5u }, -1, 1000, &err));
		assert_true(channel_receive(&channel, answer_to, sizeof(answer_to), 5000, &message, &err));
		assert_int_equal(message.type, ISSUER_WIRE_FAILED);
		channel_close(&channel);
	}
	assert_true(channel_connect(world->socket, &channel, &err)); /* says nothing, and goes */
	channel_close(&channel);
	struct issuer issuer = issuer_socket(world->socket);
	assert_true(issuer.ops->ca(issuer.self, &pem, &err));
	file_free(&pem);
	issuer.ops->close(issuer.self);
	stop_listening(world);
}

static void
reads_the_requests_that_it_writes_and_no_cut_ones(void **state)
{
	struct world *world = *state;
	uint8_t body[ISSUER_WIRE_MOST];
	struct buffer out = buffer_into(body, sizeof(body));
	const struct issuer_request request = request_for(world, ISSUER_SERVER);
	struct issuer_request read;
	struct error err;
	issuer_wire_put_request(&out, &request);
	assert_true(out.ok);
	struct cursor in = cursor_over(buffer_span(&out));
	assert_true(issuer_wire_take_request(&in, &read, &err));
	assert_string_equal(read.hosts, request.hosts);
	assert_string_equal(read.name, request.name);
	assert_int_equal(read.csr_pem.len, request.csr_pem.len);
	for (size_t cut = 0; cut < out.len; cut++) {
		in = cursor_over((struct span){ body, cut });
		assert_false(issuer_wire_take_request(&in, &read, &err));
	}
	in = cursor_over((struct span){ body, out.len + 1 });
	assert_false(issuer_wire_take_request(&in, &read, &err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_its_key_to_itself_and_is_made_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gives_each_profile_its_own_powers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_the_hosts_of_a_server, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lets_line_certificates_speak_for_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_subjects_that_are_not_of_their_form, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			refuses_keys_that_are_not_p256_and_requests_not_signed_with_them, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_over_its_socket, set_up, tear_down),
		cmocka_unit_test_setup_teardown(survives_garbage_on_its_socket, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_the_requests_that_it_writes_and_no_cut_ones, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("ca", tests, NULL, NULL);
}
