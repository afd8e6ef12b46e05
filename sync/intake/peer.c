#include "sync/intake/peer.h"

#include <gnutls/x509.h>
#include <string.h>

#include "kiosk/base/text.h"

#define USAGES_MOST 8u /* extended key usages looked at */
#define CMC_RA      "1.3.6.1.5.5.7.3.28"

/* One attribute of the subject, there exactly once. */
static bool
attribute(gnutls_x509_crt_t certificate, const char *oid, char *out, size_t cap)
{
	size_t len = cap;
	char more[2];
	size_t more_len = sizeof(more);
	return gnutls_x509_crt_get_dn_by_oid(certificate, oid, 0, 0, out, &len) == GNUTLS_E_SUCCESS && strlen(out) == len &&
		   gnutls_x509_crt_get_dn_by_oid(certificate, oid, 1, 0, more, &more_len) ==
			   GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
}

/* The library takes a certificate without extended key usage for one that may do anything; here it must say it. */
static bool
may_speak_for_others(gnutls_x509_crt_t certificate)
{
	bool client = false;
	bool registrar = false;
	for (unsigned i = 0; i < USAGES_MOST; i++) {
		char oid[64];
		size_t len = sizeof(oid);
		if (gnutls_x509_crt_get_key_purpose_oid(certificate, i, oid, &len, NULL) != GNUTLS_E_SUCCESS)
			break;
		client = client || strcmp(oid, GNUTLS_KP_TLS_WWW_CLIENT) == 0;
		registrar = registrar || strcmp(oid, CMC_RA) == 0;
	}
	return client && registrar;
}

/* O, OU, CN and serialNumber are those of a line certificate and agree with each other. */
static bool
read_subject(gnutls_x509_crt_t certificate, struct peer *out)
{
	struct issuer_request named = { 0 };
	struct error err;
	char branch[ISSUER_NAME];
	char counter[ISSUER_NAME];
	char name[ISSUER_NAME];
	char role[ISSUER_NAME];
	if (!attribute(certificate, GNUTLS_OID_X520_ORGANIZATION_NAME, branch, sizeof(branch)) ||
		!attribute(certificate, GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME, counter, sizeof(counter)) ||
		!attribute(certificate, GNUTLS_OID_X520_COMMON_NAME, name, sizeof(name)) ||
		!attribute(certificate, "2.5.4.5", role, sizeof(role)))
		return false;
	if (!issuer_for_counter(&named, branch, counter, &err) || strcmp(named.name, name) != 0 ||
		strcmp(role, issuer_profile_name(ISSUER_LINE)) != 0)
		return false;
	(void)text_format(out->branch, sizeof(out->branch), "%s", branch);
	(void)text_format(out->counter, sizeof(out->counter), "%s", counter);
	return true;
}

static bool
is_line(gnutls_session_t session, const gnutls_datum_t *raw, struct peer *out)
{
	unsigned char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
	gnutls_typed_vdata_st wanted = { .type = GNUTLS_DT_KEY_PURPOSE_OID, .data = purpose };
	gnutls_x509_crt_t certificate;
	unsigned status = 0;
	if (gnutls_certificate_verify_peers(session, &wanted, 1, &status) != GNUTLS_E_SUCCESS || status != 0)
		return false;
	if (gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
		return false;
	const bool line = gnutls_x509_crt_import(certificate, raw, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS &&
					  may_speak_for_others(certificate) && read_subject(certificate, out);
	if (line)
		out->expires_ms = (int64_t)gnutls_x509_crt_get_expiration_time(certificate) * 1000;
	gnutls_x509_crt_deinit(certificate);
	return line;
}

void
peer_judge(gnutls_session_t session, struct peer *out)
{
	unsigned count = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
	*out = (struct peer){ .verdict = PEER_NONE };
	if (chain == NULL || count == 0)
		return;
	out->verdict = is_line(session, &chain[0], out) ? PEER_LINE : PEER_FOREIGN;
}

enum peer_verdict
peer_now(const struct peer *peer, int64_t now_ms)
{
	return peer->verdict == PEER_LINE && now_ms >= peer->expires_ms ? PEER_FOREIGN : peer->verdict;
}
