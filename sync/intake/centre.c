#include "sync/intake/centre.h"

#include <openssl/pem.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/intake/pem.h"

#define TRAINING_UNIT "TRAINING" /* OU of a training CA */

/* What the centre holds a key for. */
struct holding {
	enum issuer_profile profile;
	const char *key_file;
	const char *certificate_file;
	const char *name; /* CN; NULL: the first host */
};

static const struct holding holdings[] = {
	{ ISSUER_PACKET, "packet-key.pem", "packet-cert.pem", "Packets" },
	{ ISSUER_RECEIPT, "receipt-key.pem", "signing-cert.pem", "Receipts" },
	{ ISSUER_SERVER, "server-key.pem", "server-cert.pem", NULL },
};

static struct span
span_of(const struct file_bytes *bytes)
{
	return (struct span){ bytes->at, bytes->len };
}

bool
centre_path(const char *folder, const char *name, char out[static CENTRE_PATH], struct error *err)
{
	return text_format(out, CENTRE_PATH, "%s/%s", folder, name) ||
		   error_set(err, ERROR_FULL, "the folder's path is too long");
}

static bool
read_in(const char *folder, const char *name, size_t most, struct file_bytes *out, struct error *err)
{
	char path[CENTRE_PATH];
	if (!centre_path(folder, name, path, err))
		return false;
	return file_read(path, most, out, err) || error_in(err, "%s", name);
}

static bool
write_in(const char *folder, const char *name, struct span bytes, unsigned mode, struct error *err)
{
	char path[CENTRE_PATH];
	if (!centre_path(folder, name, path, err))
		return false;
	return file_write(path, bytes, mode, err) || error_in(err, "%s", name);
}

/* The issuer's CA goes first; a folder is of one CA for ever. */
static bool
make_ca(const char *folder, struct issuer issuer, struct error *err)
{
	CLEANUP(file_free) struct file_bytes theirs = { 0 };
	CLEANUP(file_free) struct file_bytes ours = { 0 };
	if (!issuer.ops->ca(issuer.self, &theirs, err))
		return false;
	if (!read_in(folder, "ca.pem", ISSUER_CERTIFICATE_MOST, &ours, err))
		return err->kind == ERROR_GONE && write_in(folder, "ca.pem", span_of(&theirs), 0644, err);
	if (ours.len != theirs.len || memcmp(ours.at, theirs.at, ours.len) != 0)
		return error_set(err, ERROR_REFUSED, "the folder belongs to another CA");
	return true;
}

static bool
make_holding(
	const char *folder, struct issuer issuer, const struct holding *holding, const char *hosts, struct error *err)
{
	CLEANUP(file_free) struct file_bytes there = { 0 };
	CLEANUP(file_free) struct file_bytes csr = { 0 };
	CLEANUP(file_free) struct file_bytes certificate = { 0 };
	CLEANUP(secret_free) struct secret key = { 0 };
	struct issuer_request request = { .profile = holding->profile };
	const size_t first = strcspn(hosts, ",");
	if (read_in(folder, holding->certificate_file, ISSUER_CERTIFICATE_MOST, &there, err))
		return true;
	if (err->kind != ERROR_GONE)
		return false;
	/* No certificate: a key that lies there was never certified, or nobody kept the answer. */
	if (holding->name != NULL)
		(void)text_format(request.name, sizeof(request.name), "%s", holding->name);
	else if (!text_format(request.name, sizeof(request.name), "%.*s", (int)first, hosts) ||
			 !text_format(request.hosts, sizeof(request.hosts), "%s", hosts))
		return error_set(err, ERROR_INVALID, "hosts: too long");
	if (!seal_key_make(request.name, &key, &csr, err))
		return false;
	request.csr_pem = span_of(&csr);
	return issuer.ops->issue(issuer.self, &request, &certificate, err) &&
		   write_in(folder, holding->key_file, secret_span(&key), 0600, err) &&
		   write_in(folder, holding->certificate_file, span_of(&certificate), 0644, err);
}

bool
centre_make(const char *folder, struct issuer issuer, const char *hosts, struct error *err)
{
	if (!file_folder(folder, 0700, err) || !make_ca(folder, issuer, err))
		return error_in(err, "making the centre");
	for (size_t i = 0; i < sizeof(holdings) / sizeof(holdings[0]); i++) {
		if (!make_holding(folder, issuer, &holdings[i], hosts, err))
			return error_in(err, "making the centre's %s key", issuer_profile_name(holdings[i].profile));
	}
	return true;
}

static bool
read_key(const char *folder, const struct holding *holding, struct file_bytes *certificate, struct seal_key **out,
	struct error *err)
{
	CLEANUP(file_free) struct file_bytes key = { 0 };
	if (!read_in(folder, holding->certificate_file, ISSUER_CERTIFICATE_MOST, certificate, err) ||
		!read_in(folder, holding->key_file, SECRET_MOST, &key, err))
		return false;
	return seal_key_read(span_of(&key), span_of(certificate), out, err) || error_in(err, "%s", holding->key_file);
}

/* Training is not a setting that somebody could get wrong: the CA's name says it. */
static bool
says_training(struct span pem)
{
	char unit[sizeof(TRAINING_UNIT) + 1] = "";
	BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *certificate = bio != NULL ? PEM_read_bio_X509(bio, NULL, pem_no_password, NULL) : NULL;
	if (certificate != NULL)
		(void)X509_NAME_get_text_by_NID(
			X509_get_subject_name(certificate), NID_organizationalUnitName, unit, (int)sizeof(unit));
	X509_free(certificate);
	BIO_free(bio);
	return strcmp(unit, TRAINING_UNIT) == 0;
}

static bool
open_all(const char *folder, struct centre *made, struct error *err)
{
	if (!read_in(folder, "ca.pem", ISSUER_CERTIFICATE_MOST, &made->ca_pem, err) ||
		!seal_certificate_read(span_of(&made->ca_pem), &made->ca, err) ||
		!read_key(folder, &holdings[0], &made->packet_pem, &made->packet, err) ||
		!read_key(folder, &holdings[1], &made->receipt_pem, &made->receipt, err) ||
		!read_in(folder, "server-cert.pem", ISSUER_CERTIFICATE_MOST, &made->server_pem, err) ||
		!read_in(folder, "server-key.pem", SECRET_MOST, &made->server_key_pem, err))
		return false;
	made->training = says_training(span_of(&made->ca_pem));
	return true;
}

bool
centre_open(const char *folder, struct centre *out, struct error *err)
{
	struct centre made = { 0 };
	if (!open_all(folder, &made, err)) {
		centre_close(&made);
		return error_in(err, "opening the centre's folder");
	}
	*out = made;
	return true;
}

void
centre_close(struct centre *centre)
{
	seal_certificate_free(centre->ca);
	seal_key_free(centre->packet);
	seal_key_free(centre->receipt);
	file_free(&centre->ca_pem);
	file_free(&centre->packet_pem);
	file_free(&centre->receipt_pem);
	file_free(&centre->server_pem);
	file_free(&centre->server_key_pem);
	*centre = (struct centre){ 0 };
}
