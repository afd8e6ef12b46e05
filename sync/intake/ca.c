#include "sync/intake/ca.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/intake/pem.h"

#define DAY_S       86400
#define SERIAL_LEN  16
#define KEY_FILE    "ca-key.pem"
#define CERT_FILE   "ca.pem"
#define PATH_BYTES  512
#define CA_LIFETIME (CA_YEARS * 365L * DAY_S)

struct ca {
	char folder[PATH_BYTES];
	EVP_PKEY *key;         /* owned */
	X509 *certificate;     /* owned */
	struct file_bytes pem; /* owned */
};

struct extension {
	int nid;
	const char *value;
};

static void
bio_free(BIO **bio)
{
	BIO_free_all(*bio);
}

static void
x509_free(X509 **certificate)
{
	X509_free(*certificate);
}

static void
pkey_free(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void
csr_free(X509_REQ **csr)
{
	X509_REQ_free(*csr);
}

static void
ca_free(struct ca **ca)
{
	ca_close(*ca);
}

static bool
fault(struct error *err, enum error_kind kind, const char *what)
{
	const unsigned long code = ERR_get_error();
	const char *reason = ERR_reason_error_string(code);
	ERR_clear_error();
	return error_set_from(
		err, kind, DOMAIN_OPENSSL, ERR_GET_REASON(code), "%s: %s", what, reason != NULL ? reason : "failed");
}

static bool
path_in(const char *folder, const char *name, char out[static PATH_BYTES], struct error *err)
{
	return text_format(out, PATH_BYTES, "%s/%s", folder, name) ||
		   error_set(err, ERROR_FULL, "the folder's path is too long");
}

static bool
bio_take(BIO *from, struct file_bytes *out, struct error *err)
{
	char *at = NULL;
	const long len = BIO_get_mem_data(from, &at);
	if (len <= 0)
		return fault(err, ERROR_SYSTEM, "PEM");
	uint8_t *copy = malloc((size_t)len + 1);
	if (copy == NULL)
		abort();
	memcpy(copy, at, (size_t)len);
	copy[len] = '\0';
	*out = (struct file_bytes){ .at = copy, .len = (size_t)len };
	return true;
}

static bool
certificate_pem(X509 *certificate, struct file_bytes *out, struct error *err)
{
	CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_mem());
	if (bio == NULL || PEM_write_bio_X509(bio, certificate) != 1)
		return fault(err, ERROR_SYSTEM, "certificate");
	return bio_take(bio, out, err);
}

static bool
is_p256(const EVP_PKEY *key)
{
	char group[32] = "";
	size_t len = 0;
	return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group, sizeof(group), &len) == 1 &&
		   strcmp(group, "prime256v1") == 0;
}

static bool
name_add(X509_NAME *name, int nid, const char *value)
{
	return value[0] == '\0' ||
		   X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0) == 1;
}

static bool
set_serial(X509 *certificate)
{
	uint8_t bytes[SERIAL_LEN];
	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	bytes[0] = (uint8_t)((bytes[0] & 0x7F) | 0x40); /* RFC 5280, 4.1.2.2: positive; always of the same length */
	BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	const bool done = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
	BN_free(number);
	return done;
}

static bool
set_times(X509 *certificate, int64_t now_ms, long seconds)
{
	time_t from = (time_t)(now_ms / 1000 - CA_BACKDATE_S);
	return X509_time_adj_ex(X509_getm_notBefore(certificate), 0, 0, &from) != NULL &&
		   X509_time_adj_ex(X509_getm_notAfter(certificate), (int)(seconds / DAY_S), seconds % DAY_S, &from) != NULL;
}

static bool
add_extensions(X509 *certificate, X509 *issuer, const struct extension *extensions, size_t count)
{
	X509V3_CTX ctx;
	X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
	for (size_t i = 0; i < count; i++) {
		X509_EXTENSION *made = X509V3_EXT_conf_nid(NULL, &ctx, extensions[i].nid, extensions[i].value);
		const bool added = made != NULL && X509_add_ext(certificate, made, -1) == 1;
		X509_EXTENSION_free(made);
		if (!added)
			return false;
	}
	return true;
}

/* What every certificate has alike: version 3, a random serial number, its time, its key. */
static bool
begin(X509 *certificate, EVP_PKEY *key, int64_t now_ms, long seconds)
{
	return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
		   set_times(certificate, now_ms, seconds) && X509_set_pubkey(certificate, key) == 1;
}

static bool
self_sign(EVP_PKEY *key, int64_t now_ms, struct file_bytes *pem, struct error *err)
{
	static const struct extension extensions[] = {
		{ NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
		{ NID_key_usage, "critical,keyCertSign,cRLSign" },
		{ NID_subject_key_identifier, "hash" },
	};
	CLEANUP(x509_free) X509 *made = X509_new();
	uint8_t tag[4];
	char hex[2 * sizeof(tag) + 1];
	char common[ISSUER_NAME];
	if (made == NULL || RAND_bytes(tag, sizeof(tag)) != 1 || !begin(made, key, now_ms, CA_LIFETIME))
		return fault(err, ERROR_SYSTEM, "CA certificate");
	text_hex((struct span){ tag, sizeof(tag) }, hex, sizeof(hex));
	(void)text_format(common, sizeof(common), "Training CA %s", hex);
	X509_NAME *name = X509_get_subject_name(made);
	if (!name_add(name, NID_organizationName, "e-Cert counter") ||
		!name_add(name, NID_organizationalUnitName, CA_UNIT) || !name_add(name, NID_commonName, common) ||
		X509_set_issuer_name(made, name) != 1 ||
		!add_extensions(made, made, extensions, sizeof(extensions) / sizeof(extensions[0])) ||
		X509_sign(made, key, EVP_sha256()) == 0)
		return fault(err, ERROR_SYSTEM, "CA certificate");
	return certificate_pem(made, pem, err);
}

static bool
key_pem_of(EVP_PKEY *key, struct file_bytes *out, struct error *err)
{
	CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_secmem());
	if (bio == NULL || PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
		return fault(err, ERROR_SYSTEM, "CA key");
	return bio_take(bio, out, err);
}

bool
ca_make(const char *folder, int64_t now_ms, struct error *err)
{
	CLEANUP(pkey_free) EVP_PKEY *key = NULL;
	CLEANUP(file_free) struct file_bytes key_text = { 0 };
	CLEANUP(file_free) struct file_bytes certificate = { 0 };
	char key_path[PATH_BYTES];
	char certificate_path[PATH_BYTES];
	char issued[PATH_BYTES];
	if (!path_in(folder, KEY_FILE, key_path, err) || !path_in(folder, CERT_FILE, certificate_path, err) ||
		!path_in(folder, "issued", issued, err) || !file_folder(folder, 0700, err) || !file_folder(issued, 0700, err))
		return false;
	key = EVP_EC_gen("P-256");
	if (key == NULL)
		return fault(err, ERROR_SYSTEM, "CA key");
	if (!self_sign(key, now_ms, &certificate, err) || !key_pem_of(key, &key_text, err))
		return false;
	/* The key goes last: a folder with a key is whole, one without is begun again. */
	CLEANUP(file_free) struct file_bytes there = { 0 };
	struct error none;
	if (file_read(key_path, SECRET_MOST, &there, &none))
		return error_set(err, ERROR_REFUSED, "there is a CA in the folder already");
	return file_write(certificate_path, (struct span){ certificate.at, certificate.len }, 0644, err) &&
		   file_create(key_path, (struct span){ key_text.at, key_text.len }, 0600, err);
}

static bool
read_key(const char *folder, EVP_PKEY **out, struct error *err)
{
	CLEANUP(file_free) struct file_bytes text = { 0 };
	char path[PATH_BYTES];
	if (!path_in(folder, KEY_FILE, path, err) || !file_read(path, SECRET_MOST, &text, err))
		return false;
	CLEANUP(bio_free) BIO *bio = BIO_new_mem_buf(text.at, (int)text.len);
	EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, pem_no_password, NULL) : NULL;
	if (key == NULL)
		return fault(err, ERROR_INVALID, KEY_FILE);
	*out = key;
	return true;
}

static bool
read_certificate(const char *folder, struct ca *into, struct error *err)
{
	char path[PATH_BYTES];
	if (!path_in(folder, CERT_FILE, path, err) || !file_read(path, ISSUER_CERTIFICATE_MOST, &into->pem, err))
		return false;
	CLEANUP(bio_free) BIO *bio = BIO_new_mem_buf(into->pem.at, (int)into->pem.len);
	into->certificate = bio != NULL ? PEM_read_bio_X509(bio, NULL, pem_no_password, NULL) : NULL;
	if (into->certificate == NULL || X509_check_private_key(into->certificate, into->key) != 1)
		return fault(err, ERROR_INVALID, CERT_FILE);
	return true;
}

bool
ca_open(const char *folder, struct ca **out, struct error *err)
{
	CLEANUP(ca_free) struct ca *made = calloc(1, sizeof(*made));
	if (made == NULL)
		abort();
	if (!text_format(made->folder, sizeof(made->folder), "%s", folder))
		return error_set(err, ERROR_FULL, "the folder's path is too long");
	if (!read_key(folder, &made->key, err) || !read_certificate(folder, made, err))
		return error_in(err, "opening the CA");
	*out = made;
	made = NULL;
	return true;
}

void
ca_close(struct ca *ca)
{
	if (ca == NULL)
		return;
	EVP_PKEY_free(ca->key);
	X509_free(ca->certificate);
	file_free(&ca->pem);
	free(ca);
}

struct span
ca_certificate(const struct ca *ca)
{
	return (struct span){ ca->pem.at, ca->pem.len };
}

/* "DNS:a,IP:192.0.2.1" from "a,192.0.2.1"; the letters were checked by issuer_check(). */
static bool
alternative_names(const char *hosts, char *out, size_t cap)
{
	size_t used = 0;
	for (const char *at = hosts; *at != '\0';) {
		char host[ISSUER_HOSTS];
		uint8_t address[sizeof(struct in6_addr)];
		const size_t len = strcspn(at, ",");
		if (len == 0 || !text_format(host, sizeof(host), "%.*s", (int)len, at))
			return false;
		const bool is_address = inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
		if (!text_format(out + used, cap - used, "%s%s:%s", used > 0 ? "," : "", is_address ? "IP" : "DNS", host))
			return false;
		used += strlen(out + used);
		at += len + (at[len] == ',' ? 1 : 0);
	}
	return used > 0;
}

static bool
add_profile(X509 *made, X509 *issuer, const struct issuer_request *request)
{
	char hosts[4 * ISSUER_HOSTS] = "";
	const struct extension common[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid:always" },
	};
	const bool agrees = request->profile == ISSUER_PACKET || request->profile == ISSUER_OPENING;
	const struct extension usage = { NID_key_usage, agrees ? "critical,keyAgreement" : "critical,digitalSignature" };
	const struct extension server[] = { { NID_ext_key_usage, "serverAuth" }, { NID_subject_alt_name, hosts } };
	/* id-kp-cmcRA (RFC 6402, 2.10): this client speaks for others. */
	const struct extension line = { NID_ext_key_usage, "clientAuth,1.3.6.1.5.5.7.3.28" };
	if (!add_extensions(made, issuer, common, sizeof(common) / sizeof(common[0])) ||
		!add_extensions(made, issuer, &usage, 1))
		return false;
	if (request->profile == ISSUER_SERVER)
		return alternative_names(request->hosts, hosts, sizeof(hosts)) && add_extensions(made, issuer, server, 2);
	return request->profile != ISSUER_LINE || add_extensions(made, issuer, &line, 1);
}

static bool
set_subject(X509 *made, const struct issuer_request *request)
{
	X509_NAME *name = X509_get_subject_name(made);
	return name_add(name, NID_organizationName, issuer_is_counter(request->profile) ? request->branch : "CENTRE") &&
		   name_add(name, NID_organizationalUnitName, request->counter) &&
		   name_add(name, NID_commonName, request->name) &&
		   name_add(name, NID_serialNumber, issuer_profile_name(request->profile));
}

static bool
read_csr(struct span pem, X509_REQ **out, struct error *err)
{
	CLEANUP(csr_free) X509_REQ *csr = NULL;
	CLEANUP(bio_free) BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	csr = bio != NULL ? PEM_read_bio_X509_REQ(bio, NULL, pem_no_password, NULL) : NULL;
	if (csr == NULL)
		return fault(err, ERROR_INVALID, "request");
	EVP_PKEY *key = X509_REQ_get0_pubkey(csr);
	if (key == NULL || !is_p256(key))
		return error_set(err, ERROR_REFUSED, "request: not a P-256 key");
	if (X509_REQ_verify(csr, key) != 1)
		return fault(err, ERROR_REFUSED, "request: not signed with its own key");
	*out = csr;
	csr = NULL;
	return true;
}

/* A copy of what was given out, under its serial number. */
static bool
keep(const struct ca *ca, const X509 *made, struct span pem, struct error *err)
{
	uint8_t number[SERIAL_LEN + 1];
	char hex[2 * sizeof(number) + 1];
	char name[sizeof(hex) + 16];
	char path[PATH_BYTES];
	const ASN1_INTEGER *serial = X509_get0_serialNumber(made);
	const int len = ASN1_STRING_length(serial);
	if (len <= 0 || (size_t)len > sizeof(number))
		return error_set(err, ERROR_SYSTEM, "serial number");
	memcpy(number, ASN1_STRING_get0_data(serial), (size_t)len);
	text_hex((struct span){ number, (size_t)len }, hex, sizeof(hex));
	(void)text_format(name, sizeof(name), "issued/%s.pem", hex);
	return path_in(ca->folder, name, path, err) && file_create(path, pem, 0644, err);
}

bool
ca_issue(const struct ca *ca, const struct issuer_request *request, int64_t now_ms, unsigned days,
	struct file_bytes *certificate, struct error *err)
{
	CLEANUP(csr_free) X509_REQ *csr = NULL;
	CLEANUP(x509_free) X509 *made = X509_new();
	CLEANUP(file_free) struct file_bytes pem = { 0 };
	if (!issuer_check(request, err) || !read_csr(request->csr_pem, &csr, err))
		return error_in(err, "issuing");
	if (made == NULL || !begin(made, X509_REQ_get0_pubkey(csr), now_ms, (long)days * DAY_S + CA_BACKDATE_S) ||
		!set_subject(made, request) || X509_set_issuer_name(made, X509_get_subject_name(ca->certificate)) != 1 ||
		!add_profile(made, ca->certificate, request) || X509_sign(made, ca->key, EVP_sha256()) == 0)
		return fault(err, ERROR_SYSTEM, "issuing");
	if (!certificate_pem(made, &pem, err) || !keep(ca, made, (struct span){ pem.at, pem.len }, err))
		return error_in(err, "issuing");
	*certificate = pem;
	pem = (struct file_bytes){ 0 };
	return true;
}
