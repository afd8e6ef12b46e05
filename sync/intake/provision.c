#include "sync/intake/provision.h"

#include <jansson.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/digest.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/intake/pem.h"

#define MEMBERS   (PROVISION_KEYS + 1u)
#define CODE_SALT "enrolment code:"

struct key_names {
	enum issuer_profile profile;
	const char *request;
	const char *certificate;
};

static const struct key_names keys[PROVISION_KEYS] = {
	[PROVISION_LINE] = { ISSUER_LINE, "line_csr", "line_certificate" },
	[PROVISION_SIGNING] = { ISSUER_SIGNING, "signing_csr", "signing_certificate" },
	[PROVISION_OPENING] = { ISSUER_OPENING, "opening_csr", "opening_certificate" },
};

static void
json_free(json_t **json)
{
	json_decref(*json);
}

static struct file_bytes
copy_bytes(const char *at, size_t len)
{
	uint8_t *copy = malloc(len + 1);
	if (copy == NULL)
		abort();
	memcpy(copy, at, len);
	copy[len] = '\0';
	return (struct file_bytes){ .at = copy, .len = len };
}

static bool
take_csr(const json_t *root, enum provision_key key, struct file_bytes *out, struct error *err)
{
	const json_t *member = json_object_get(root, keys[key].request);
	const size_t len = json_string_length(member);
	if (!json_is_string(member) || len == 0 || len > ISSUER_CSR_MOST)
		return error_set(err, ERROR_INVALID, "member \"%s\": a request in PEM", keys[key].request);
	*out = copy_bytes(json_string_value(member), len);
	return true;
}

bool
provision_read(struct span json, struct provision_request *out, struct error *err)
{
	CLEANUP(json_free) json_t *root = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, NULL);
	struct provision_request taken = { 0 };
	const json_t *code = json_object_get(root, "code");
	bool done = true;
	if (!json_is_object(root) || json_object_size(root) != MEMBERS)
		return error_set(err, ERROR_INVALID, "not a JSON object of %u members", MEMBERS);
	if (!json_is_string(code) || !text_format(taken.code, sizeof(taken.code), "%s", json_string_value(code)))
		done = error_set(err, ERROR_INVALID, "member \"code\": a text of at most %u bytes", PROVISION_CODE_MOST - 1);
	for (unsigned key = 0; done && key < PROVISION_KEYS; key++)
		done = take_csr(root, (enum provision_key)key, &taken.csr[key], err);
	if (!done) {
		provision_free(&taken);
		return false;
	}
	*out = taken;
	return true;
}

void
provision_free(struct provision_request *request)
{
	for (unsigned key = 0; key < PROVISION_KEYS; key++)
		file_free(&request->csr[key]);
	secret_wipe(request, sizeof(*request));
}

void
provision_hash(const struct provision_request *request, uint8_t out[static 32])
{
	uint8_t hashes[PROVISION_KEYS * 32];
	for (size_t key = 0; key < PROVISION_KEYS; key++)
		digest_sha256((struct span){ request->csr[key].at, request->csr[key].len }, hashes + key * 32);
	digest_sha256((struct span){ hashes, sizeof(hashes) }, out);
}

void
provision_code_hash(const char *code, uint8_t out[static 32])
{
	char salted[sizeof(CODE_SALT) + PROVISION_CODE_MOST];
	(void)text_format(salted, sizeof(salted), CODE_SALT "%s", code);
	digest_sha256(text_span(salted), out);
	secret_wipe(salted, sizeof(salted));
}

static void
request_free(X509_REQ **request)
{
	X509_REQ_free(*request);
}

/* Hash of the public key that a request is for. */
static bool
hash_key(const struct file_bytes *pem, uint8_t out[static 32], struct error *err)
{
	BIO *bio = BIO_new_mem_buf(pem->at, (int)pem->len);
	CLEANUP(request_free) X509_REQ *request = PEM_read_bio_X509_REQ(bio, NULL, pem_no_password, NULL);
	uint8_t *der = NULL;
	BIO_free(bio);
	const int len = request != NULL ? i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(request), &der) : -1;
	ERR_clear_error();
	if (len <= 0)
		return error_set(err, ERROR_INVALID, "not a certificate request");
	digest_sha256((struct span){ der, (size_t)len }, out);
	OPENSSL_free(der);
	return true;
}

bool
provision_keys_differ(const struct provision_request *request, struct error *err)
{
	uint8_t hashes[PROVISION_KEYS][32];
	for (size_t key = 0; key < PROVISION_KEYS; key++) {
		if (!hash_key(&request->csr[key], hashes[key], err))
			return error_in(err, "member \"%s\"", keys[key].request);
		for (size_t other = 0; other < key; other++) {
			if (memcmp(hashes[key], hashes[other], sizeof(hashes[key])) == 0)
				return error_set(err, ERROR_REFUSED, "members \"%s\" and \"%s\": the same key", keys[other].request,
					keys[key].request);
		}
	}
	return true;
}

enum issuer_profile
provision_profile(enum provision_key key)
{
	return keys[key].profile;
}

static bool
add_text(json_t *root, const char *name, const struct file_bytes *pem)
{
	return json_object_set_new(root, name, json_stringn((const char *)pem->at, pem->len)) == 0;
}

bool
provision_answer(const struct intake_codes_kiosk *kiosk, const struct centre *centre, const char *centre_name,
	const struct file_bytes certificates[static PROVISION_KEYS], struct file_bytes *json, struct error *err)
{
	CLEANUP(json_free)
	json_t *root = json_pack("{s:{s:s, s:{s:s, s:s, s:s}}, s:s, s:b, s:s}", "branch", "code", kiosk->branch, "name",
		"en", kiosk->name_en, "zh_hk", kiosk->name_hk, "zh_cn", kiosk->name_cn, "counter", kiosk->counter, "training",
		centre->training ? 1 : 0, "centre", centre_name);
	bool done = root != NULL && add_text(root, "ca", &centre->ca_pem) &&
				add_text(root, "packet_certificate", &centre->packet_pem) &&
				add_text(root, "receipt_certificate", &centre->receipt_pem);
	for (unsigned key = 0; done && key < PROVISION_KEYS; key++)
		done = add_text(root, keys[key].certificate, &certificates[key]);
	char *text = done ? json_dumps(root, JSON_COMPACT) : NULL;
	if (text == NULL)
		return error_set(err, ERROR_SYSTEM, "writing the answer");
	*json = (struct file_bytes){ .at = (uint8_t *)text, .len = strlen(text) };
	return true;
}
