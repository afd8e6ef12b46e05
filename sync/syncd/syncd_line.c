#include "sync/syncd/syncd_line.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/seal/seal.h"

#define PEM_MOST (64u * 1024) /* bytes of a file here */

static bool
path_of(const char *folder, const char *name, char out[static PATH_MAX], struct error *err)
{
	return text_format(out, PATH_MAX, "%s/%s", folder, name) || error_set(err, ERROR_SYSTEM, "path too long");
}

/* A file that may be missing. */
static bool
read_maybe(const char *folder, const char *name, struct file_bytes *out, struct error *err)
{
	char path[PATH_MAX];
	if (!path_of(folder, name, path, err))
		return false;
	return file_read(path, PEM_MOST, out, err) || err->kind == ERROR_GONE;
}

static struct span
span_of(const struct file_bytes *bytes)
{
	return (struct span){ bytes->at, bytes->len };
}

/* The key alone, without the request behind it. */
static struct span
key_of(const struct syncd_line *line)
{
	static const char end[] = "-----END PRIVATE KEY-----\n";
	const uint8_t *at = line->key.len > 0 ? memmem(line->key.at, line->key.len, end, strlen(end)) : NULL;
	return (struct span){ line->key.at, at != NULL ? (size_t)(at - line->key.at) + strlen(end) : line->key.len };
}

/* Whether key, certificate and authority belong together. */
static bool
check(const struct syncd_line *line, struct span certificate, struct span ca, struct error *err)
{
	struct seal_key *pair = NULL;
	struct seal_certificate *authority = NULL;
	bool ok = seal_key_read(key_of(line), certificate, &pair, err) && seal_certificate_read(ca, &authority, err);
	seal_key_free(pair);
	seal_certificate_free(authority);
	return ok || error_in(err, "line certificate");
}

bool
syncd_line_read(const char *folder, struct syncd_line *out, struct error *err)
{
	CLEANUP(syncd_line_free) struct syncd_line line = { 0 };
	if (!read_maybe(folder, "line-key.pem", &line.key, err) ||
		!read_maybe(folder, "line-certificate.pem", &line.certificate, err) ||
		!read_maybe(folder, "centre-ca.pem", &line.ca, err))
		return error_in(err, "line key");
	if (line.certificate.len == 0)
		file_free(&line.ca);
	else if (!check(&line, span_of(&line.certificate), span_of(&line.ca), err))
		return false;
	*out = line;
	line = (struct syncd_line){ 0 };
	return true;
}

void
syncd_line_free(struct syncd_line *line)
{
	file_free(&line->key);
	file_free(&line->certificate);
	file_free(&line->ca);
}

/* Key and request in one file, so that there is never one without the other. */
static bool
join(struct span key, struct span request, struct file_bytes *out)
{
	uint8_t *at = malloc(key.len + request.len + 1);
	if (at == NULL)
		abort();
	memcpy(at, key.at, key.len);
	memcpy(at + key.len, request.at, request.len);
	at[key.len + request.len] = 0;
	*out = (struct file_bytes){ at, key.len + request.len };
	return true;
}

bool
syncd_line_make(const char *folder, struct syncd_line *line, struct error *err)
{
	CLEANUP(secret_free) struct secret key = { 0 };
	CLEANUP(file_free) struct file_bytes request = { 0 };
	CLEANUP(file_free) struct file_bytes both = { 0 };
	char path[PATH_MAX];
	if (line->key.len > 0)
		return true;
	if (!path_of(folder, "line-key.pem", path, err) || !seal_key_make("line", &key, &request, err) ||
		!join(secret_span(&key), span_of(&request), &both) || !file_create(path, span_of(&both), 0600, err))
		return error_in(err, "making the line key");
	line->key = both;
	both = (struct file_bytes){ 0 };
	return true;
}

bool
syncd_line_request(const struct syncd_line *line, const char **out, struct error *err)
{
	struct span key = key_of(line);
	if (line->key.len == 0 || key.len == line->key.len)
		return error_set(err, ERROR_INVALID, "line key: no request behind it");
	*out = (const char *)line->key.at + key.len;
	return true;
}

static bool
copy_text(const char *text, struct file_bytes *out)
{
	return join(text_span(text), text_span(""), out);
}

bool
syncd_line_store(
	const char *folder, struct syncd_line *line, const char *certificate, const char *ca, struct error *err)
{
	char ca_path[PATH_MAX], certificate_path[PATH_MAX];
	if (!check(line, text_span(certificate), text_span(ca), err) || !path_of(folder, "centre-ca.pem", ca_path, err) ||
		!path_of(folder, "line-certificate.pem", certificate_path, err) ||
		!file_write(ca_path, text_span(ca), 0600, err) ||
		!file_write(certificate_path, text_span(certificate), 0600, err))
		return error_in(err, "storing the line certificate");
	file_free(&line->ca);
	file_free(&line->certificate);
	return copy_text(ca, &line->ca) && copy_text(certificate, &line->certificate);
}
