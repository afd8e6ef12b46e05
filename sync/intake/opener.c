#include "sync/intake/opener.h"

#include <openssl/cms.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"

struct signer {
	char branch[ISSUER_NAME];
	char counter[ISSUER_NAME];
	char role[ISSUER_NAME];
	bool for_tls; /* its certificate has extended key usages */
};

static void
cms_free(CMS_ContentInfo **cms)
{
	CMS_ContentInfo_free(*cms);
}

static bool
attribute(const X509 *certificate, int nid, char out[static ISSUER_NAME])
{
	const X509_NAME *name = X509_get_subject_name(certificate);
	const int at = X509_NAME_get_index_by_NID(name, nid, -1);
	if (at < 0 || X509_NAME_get_index_by_NID(name, nid, at) >= 0)
		return false;
	const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
	const struct span bytes = { ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value) };
	struct error err;
	return text_take(bytes, "attribute", out, ISSUER_NAME, &err);
}

/* Whose certificate is it that signed? seal_verify() has found the signature good and the chain whole. */
static bool
find_signer(struct span der, struct signer *out)
{
	const unsigned char *at = der.at;
	CLEANUP(cms_free) CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	STACK_OF(CMS_SignerInfo) *infos = cms != NULL ? CMS_get0_SignerInfos(cms) : NULL;
	STACK_OF(X509) *certificates = cms != NULL ? CMS_get1_certs(cms) : NULL;
	bool found = false;
	if (infos == NULL || sk_CMS_SignerInfo_num(infos) != 1) {
		sk_X509_pop_free(certificates, X509_free);
		return false;
	}
	for (int i = 0; !found && i < sk_X509_num(certificates); i++) {
		X509 *certificate = sk_X509_value(certificates, i);
		if (CMS_SignerInfo_cert_cmp(sk_CMS_SignerInfo_value(infos, 0), certificate) != 0)
			continue;
		found = attribute(certificate, NID_organizationName, out->branch) &&
				attribute(certificate, NID_organizationalUnitName, out->counter) &&
				attribute(certificate, NID_serialNumber, out->role);
		out->for_tls = (X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) != 0;
	}
	sk_X509_pop_free(certificates, X509_free);
	return found;
}

/* The line key lies in a process that faces the network: it must not be able to sign packets. ERROR_UNTRUSTED;
 * ERROR_REFUSED for another counter's signature. */
static bool
check_signer(struct span der, const struct intake_id *id, struct error *err)
{
	struct signer signer = { 0 };
	if (!find_signer(der, &signer) || signer.for_tls || strcmp(signer.role, issuer_profile_name(ISSUER_SIGNING)) != 0)
		return error_set(err, ERROR_UNTRUSTED, "the signer's certificate is not a signing certificate");
	if (strcmp(signer.branch, id->says.branch) != 0 || strcmp(signer.counter, id->says.counter) != 0)
		return error_set(err, ERROR_REFUSED, "the signer is another counter");
	return true;
}

/* What packet_read() cannot know: which packet this should be, and at what kind of centre it is. */
static bool
is_expected(const struct packet_head *head, const struct intake_id *id, bool training, struct error *err)
{
	if (strcmp(head->id, id->text) != 0)
		return error_set(err, ERROR_INVALID, "packet: id: another packet's");
	if (head->training != training)
		return error_set(err, ERROR_INVALID, "packet: training: does not go with this centre");
	return true;
}

bool
opener_check(struct span json, const struct intake_id *id, bool training, struct error *err)
{
	struct packet *packet = calloc(1, sizeof(*packet));
	if (packet == NULL)
		return error_set(err, ERROR_FULL, "no memory for a packet");
	const bool done = packet_read(json, packet, err) && is_expected(&packet->head, id, training, err);
	packet_forget(packet);
	free(packet);
	return done;
}

static enum opener_verdict
verdict_of(const struct error *err, enum opener_verdict foreign)
{
	return err->kind == ERROR_SYSTEM ? OPENER_BROKEN : foreign;
}

enum opener_verdict
opener_open(const struct centre *centre, const struct intake_id *id, struct span sealed, int64_t now_ms,
	struct file_bytes *json, struct error *err)
{
	CLEANUP(file_free) struct file_bytes signed_bytes = { 0 };
	CLEANUP(file_free) struct file_bytes content = { 0 };
	if (!seal_open(sealed, centre->packet, &signed_bytes, err))
		return verdict_of(err, OPENER_NOT_OPENABLE);
	const struct span der = { signed_bytes.at, signed_bytes.len };
	if (!seal_verify(der, centre->ca, NULL, now_ms, &content, NULL, 0, err))
		return verdict_of(err, OPENER_NOT_SIGNED);
	if (!check_signer(der, id, err))
		return err->kind == ERROR_REFUSED ? OPENER_OTHER_COUNTER : OPENER_NOT_SIGNED;
	if (!opener_check((struct span){ content.at, content.len }, id, centre->training, err))
		return OPENER_INVALID;
	*json = content;
	content = (struct file_bytes){ 0 };
	return OPENER_ACCEPTED;
}
