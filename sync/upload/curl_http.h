#pragma once
/*
 * Requests over libcurl, driven by an sd-event loop: TLS 1.3 to one centre whose authority is pinned, kept connections,
 * no redirects, no proxies, answers bounded. The one file that dials out.
 */
#include <systemd/sd-event.h>

#include "sync/upload/http.h"

#define CURL_HTTP_MOST 16u /* requests on their way at most */

struct curl_http_settings {
	const char *url; /* https://host[:port], nothing behind it */
	struct span ca_pem;
	struct span certificate_pem, key_pem; /* of the line; both empty: we show none */
	int64_t connect_ms;                   /* until TLS stands */
	int64_t total_ms;                     /* for a whole exchange */
};

struct curl_http;

/* The settings are copied. `answer` is called from the loop. ERROR_SYSTEM. */
NODISCARD bool curl_http_open(sd_event *loop, const struct curl_http_settings *settings, http_answer_fn answer,
	void *self, struct curl_http **out, struct error *err);
/* Drops what is on its way. Accepts NULL. */
void curl_http_close(struct curl_http *curl);
struct http curl_http_http(struct curl_http *curl);
