#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/log.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/syncd/internal.h"
#include "sync/upload/verdict.h"

static void
free_json(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

static struct span
span_of(const struct file_bytes *bytes)
{
	return (struct span){ bytes->at, bytes->len };
}

bool
syncd_provision_use(struct syncd *syncd, struct error *err)
{
	const struct curl_http_settings settings = {
		.url = syncd->settings.centre_url,
		.ca_pem = span_of(&syncd->line.ca),
		.certificate_pem = span_of(&syncd->line.certificate),
		.key_pem = span_of(&syncd->line.key),
		.connect_ms = syncd->settings.connect_s * 1000,
		.total_ms = syncd->settings.total_s * 1000,
	};
	struct curl_http *curl = NULL;
	if (!curl_http_open(syncd->loop, &settings, upload_answer, syncd->upload, &curl, err))
		return false;
	const struct http http = curl_http_http(curl);
	upload_use(syncd->upload, &http);
	curl_http_close(syncd->curl);
	syncd->curl = curl;
	return true;
}

/* The centre's answer, stored: whoever has the certificate is provisioned. */
static bool
take_certificates(struct syncd *syncd, const struct http_answer *answer, struct error *err)
{
	CLEANUP(free_json)
	json_t *json = json_loadb((const char *)answer->body.at, answer->body.len, JSON_REJECT_DUPLICATES, NULL);
	const char *certificate = json_string_value(json_object_get(json, "line_certificate"));
	const char *ca = json_string_value(json_object_get(json, "ca"));
	if (certificate == NULL || ca == NULL)
		return error_set(err, ERROR_INVALID, "the centre's answer names no line certificate or no authority");
	return syncd_line_store(syncd->settings.state_folder, &syncd->line, certificate, ca, err) &&
		   syncd_provision_use(syncd, err);
}

static bool
judge(struct syncd *syncd, const struct http_answer *answer, struct error *err)
{
	char title[SPOOL_WHY];
	if (answer->status == 0) {
		*err = answer->fault;
		return error_in(err, "asking the centre");
	}
	if (answer->status != 200 && answer->status != 201) {
		verdict_title(answer, title);
		return error_set_from(err, ERROR_REFUSED, DOMAIN_HTTP, answer->status, "%s", title);
	}
	if (strcmp(answer->content_type, "application/json") != 0)
		return error_set(err, ERROR_INVALID, "the centre's answer is not of type application/json");
	return take_certificates(syncd, answer, err);
}

static void
on_answer(void *self, void *tag, const struct http_answer *answer)
{
	struct syncd *syncd = self;
	struct syncd_peer *peer = &syncd->peer;
	struct error err = { 0 };
	(void)tag;
	bool ok = judge(syncd, answer, &err);
	if (ok)
		LOG(LOG_LEVEL_NOTICE, "provisioned", log_count("bytes", (int64_t)answer->body.len));
	else
		LOG(LOG_LEVEL_WARNING, "not-provisioned", log_error(&err));
	file_free(&syncd->asked);
	if (peer->state != SYNCD_PEER_PROVISIONING)
		return; /* the counter went away; it asks again, and the centre says the same */
	peer->state = SYNCD_PEER_READY;
	if (!ok) {
		peer->refused = err;
		return;
	}
	peer->provisioned = (struct file_bytes){ malloc(answer->body.len + 1), answer->body.len };
	if (peer->provisioned.at == NULL)
		abort();
	memcpy(peer->provisioned.at, answer->body.at, answer->body.len);
}

/* Which authority the centre's certificate must come from: what it told us once, else what the file names. */
static bool
read_authority(const struct syncd *syncd, struct file_bytes *out, struct error *err)
{
	char path[PATH_MAX];
	if (syncd->line.ca.len == 0)
		return file_read(syncd->settings.centre_ca, 1u << 20, out, err);
	return text_format(path, sizeof(path), "%s/centre-ca.pem", syncd->settings.state_folder) &&
		   file_read(path, 1u << 20, out, err);
}

static bool
open_first(struct syncd *syncd, struct error *err)
{
	CLEANUP(file_free) struct file_bytes ca = { 0 };
	if (!read_authority(syncd, &ca, err))
		return error_in(err, "the centre's authority");
	const struct curl_http_settings settings = {
		.url = syncd->settings.centre_url,
		.ca_pem = span_of(&ca),
		.connect_ms = syncd->settings.connect_s * 1000,
		.total_ms = syncd->settings.total_s * 1000,
	};
	curl_http_close(syncd->first);
	syncd->first = NULL;
	return curl_http_open(syncd->loop, &settings, on_answer, syncd, &syncd->first, err);
}

static bool
write_request(
	struct syncd *syncd, const char *code, const char *signing_csr, const char *opening_csr, struct error *err)
{
	const char *line_csr = NULL;
	if (!syncd_line_make(syncd->settings.state_folder, &syncd->line, err) ||
		!syncd_line_request(&syncd->line, &line_csr, err))
		return false;
	CLEANUP(free_json)
	json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "code", code, "line_csr", line_csr, "signing_csr", signing_csr,
		"opening_csr", opening_csr);
	char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
	if (text == NULL)
		return error_set(err, ERROR_INVALID, "writing the request");
	file_free(&syncd->asked);
	syncd->asked = (struct file_bytes){ (uint8_t *)text, strlen(text) };
	return true;
}

bool
syncd_provision_start(
	struct syncd *syncd, const char *code, const char *signing_csr, const char *opening_csr, struct error *err)
{
	struct http_request request = { .method = HTTP_POST, .content_type = "application/json" };
	if (!open_first(syncd, err) || !write_request(syncd, code, signing_csr, opening_csr, err))
		return false;
	(void)text_copy(request.path, sizeof(request.path), "/v1/kiosks");
	request.body = span_of(&syncd->asked);
	const struct http http = curl_http_http(syncd->first);
	return http.ops->start(http.self, &request, syncd, err);
}
