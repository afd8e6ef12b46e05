/* Who is let in: the line certificates of this centre's counters, and nothing that resembles them. */
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "sync/intake/peer.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"
#include "tests/unit/sync/intake/support/stage.h"

#define ID_1 "261125-WR-04-000001-7f3a9c2b"
#define CMS  "application/cms"

struct world {
	struct stage stage;
	struct stage_counter counter; /* WR-04 */
	struct file_bytes packet;     /* ID_1 of it */
	struct https_answer answer;
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
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;
	file_free(&world->packet);
	stage_free(&world->stage);
	free(world);
	return 0;
}

/* A connection's answer to every route and then some; 403 each time. An opening key cannot even shake hands. */
static void
all_routes_are_closed_to(struct world *world, const char *certificate, const char *key, bool shakes_hands)
{
	static const struct {
		const char *method, *path, *media;
	} routes[] = {
		{ "PUT", "/v1/packets/" ID_1, CMS },
		{ "GET", "/v1/packets/" ID_1, NULL },
		{ "DELETE", "/v1/packets/" ID_1, NULL },
		{ "GET", "/", NULL },
		{ "GET", "/v1/kiosks", NULL },
		{ "GET", "/health", NULL },
		{ "POST", "/v2/anything", "text/plain" },
	};
	const char *ca = (const char *)world->stage.centre.ca_pem.at;
	struct https stranger;
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		const struct span body = { world->packet.at, routes[i].media != NULL ? world->packet.len : 0 };
		assert_int_equal(https_open(&stranger, world->stage.port, ca, certificate, key, NULL), shakes_hands);
		if (!shakes_hands)
			continue;
		for (int again = 0; again < 2; again++) { /* the verdict lasts as long as the connection */
			assert_true(https_ask(&stranger, routes[i].method, routes[i].path, routes[i].media, body, &world->answer));
			assert_int_equal(world->answer.status, 403);
		}
		https_close(&stranger);
	}
	assert_int_equal(stage_rows(&world->stage), 0);
}

static void
closes_every_route_to_strangers(void **state)
{
	struct world *world = *state;
	struct stage_pair pair;
	struct ca *foreign = NULL;
	struct error err;
	char folder[256];
	char path[300];
	all_routes_are_closed_to(world, NULL, NULL, true);
	/* the counter's other certificates */
	all_routes_are_closed_to(world, world->counter.signing.certificate, world->counter.signing.key, true);
	all_routes_are_closed_to(world, world->counter.opening.certificate, world->counter.opening.key, false);
	/* out of its time, both ways */
	stage_certify(world->stage.ca, ISSUER_LINE, "WR", "04", clock_now_ms() - 40 * 86400000LL, 30, &pair);
	all_routes_are_closed_to(world, pair.certificate, pair.key, true);
	stage_certify(world->stage.ca, ISSUER_LINE, "WR", "04", clock_now_ms() + 40 * 86400000LL, 30, &pair);
	all_routes_are_closed_to(world, pair.certificate, pair.key, true);
	/* another CA, with the same words in it */
	folder_new(folder);
	(void)snprintf(path, sizeof(path), "%s/ca", folder);
	assert_true(ca_make(path, clock_now_ms(), &err) && ca_open(path, &foreign, &err));
	stage_certify(foreign, ISSUER_LINE, "WR", "04", 0, 30, &pair);
	all_routes_are_closed_to(world, pair.certificate, pair.key, true);
	ca_close(foreign);
	folder_remove(folder);
}

/* What is changed in a line certificate before our CA signs it again. */
typedef bool (*change_fn)(X509 *certificate);

static bool
drop_usages(X509 *certificate)
{
	X509_EXTENSION_free(X509_delete_ext(certificate, X509_get_ext_by_NID(certificate, NID_ext_key_usage, -1)));
	return true;
}

static bool
set_usages(X509 *certificate, const char *usages)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, usages);
	const bool added = drop_usages(certificate) && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return added;
}

static bool
only_client(X509 *certificate)
{
	return set_usages(certificate, "clientAuth");
}

static bool
only_registrar(X509 *certificate)
{
	return set_usages(certificate, "1.3.6.1.5.5.7.3.28");
}

static bool
registrar_of_a_server(X509 *certificate)
{
	return set_usages(certificate, "serverAuth,1.3.6.1.5.5.7.3.28");
}

static bool
put_name(X509 *certificate, int nid, const char *value, bool beside)
{
	X509_NAME *name = X509_get_subject_name(certificate);
	if (!beside)
		X509_NAME_ENTRY_free(X509_NAME_delete_entry(name, X509_NAME_get_index_by_NID(name, nid, -1)));
	return value == NULL ||
		   X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0) == 1;
}

static bool
other_role(X509 *certificate)
{
	return put_name(certificate, NID_serialNumber, "signing", false);
}

static bool
no_role(X509 *certificate)
{
	return put_name(certificate, NID_serialNumber, NULL, false);
}

static bool
other_name(X509 *certificate)
{
	return put_name(certificate, NID_commonName, "WR-05", false);
}

static bool
two_counters(X509 *certificate)
{
	return put_name(certificate, NID_organizationalUnitName, "05", true);
}

static bool
strange_branch(X509 *certificate)
{
	return put_name(certificate, NID_organizationName, "wr", false) &&
		   put_name(certificate, NID_commonName, "wr-04", false);
}

static bool
nothing(X509 *certificate)
{
	return certificate != NULL;
}

/* The counter's line certificate, changed and signed by the centre's own CA. */
static void
forge(const struct world *world, change_fn change, struct stage_pair *out)
{
	char path[320];
	char *pem = NULL;
	BIO *in = BIO_new_mem_buf(world->counter.line.certificate, -1);
	X509 *certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);
	(void)snprintf(path, sizeof(path), "%s/ca/ca-key.pem", world->stage.folder);
	BIO *key_file = BIO_new_file(path, "r");
	EVP_PKEY *key = PEM_read_bio_PrivateKey(key_file, NULL, NULL, NULL);
	assert_true(certificate != NULL && key != NULL && change(certificate));
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	BIO *made = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_X509(made, certificate), 1);
	const long len = BIO_get_mem_data(made, &pem);
	(void)snprintf(out->certificate, sizeof(out->certificate), "%.*s", (int)len, pem);
	(void)snprintf(out->key, sizeof(out->key), "%s", world->counter.line.key);
	BIO_free(made);
	BIO_free(in);
	BIO_free(key_file);
	EVP_PKEY_free(key);
	X509_free(certificate);
}

static void
wants_every_mark_of_a_line_certificate(void **state)
{
	struct world *world = *state;
	static const change_fn changes[] = { drop_usages, only_client, only_registrar, registrar_of_a_server, other_role,
		no_role, other_name, two_counters, strange_branch };
	struct stage_pair pair;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		forge(world, changes[i], &pair);
		all_routes_are_closed_to(world, pair.certificate, pair.key, true);
	}
	struct https line;
	forge(world, nothing, &pair); /* so it is not the forging that they refuse */
	stage_connect(&world->stage, &pair, &line);
	assert_int_equal(stage_put(&line, ID_1, &world->packet, &world->answer), 201);
	https_close(&line);
}

static void
believes_a_certificate_until_it_expires(void **state)
{
	struct peer peer = { .verdict = PEER_LINE, .expires_ms = 1000 };
	(void)state;
	assert_int_equal(peer_now(&peer, 999), PEER_LINE);
	assert_int_equal(peer_now(&peer, 1000), PEER_FOREIGN); /* on the same connection */
	peer = (struct peer){ .verdict = PEER_NONE };
	assert_int_equal(peer_now(&peer, 999), PEER_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(closes_every_route_to_strangers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wants_every_mark_of_a_line_certificate, set_up, tear_down),
		cmocka_unit_test(believes_a_certificate_until_it_expires),
	};
	return cmocka_run_group_tests_name("peer", tests, NULL, NULL);
}
