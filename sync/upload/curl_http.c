#include "sync/upload/curl_http.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"

#define URL_MOST 512u /* bytes of a whole address */

struct exchange {
	struct curl_http *owner; /* borrowed */
	CURL *easy;              /* owned; kept for the next request */
	struct curl_slist *headers;
	void *tag;
	bool busy;
	bool too_long; /* the answer was cut by us */
	size_t len;
	char why[CURL_ERROR_SIZE];
	uint8_t body[HTTP_ANSWER_MOST];
};

struct curl_http {
	sd_event *loop;
	sd_event_source *timer;
	CURLM *multi;
	http_answer_fn answer;
	void *self; /* of answer; borrowed */
	char *url;
	uint8_t *pems[3]; /* authority, certificate, key; owned */
	size_t pem_lens[3];
	int64_t connect_ms, total_ms;
	struct exchange *exchanges[CURL_HTTP_MOST]; /* owned; made when needed */
};

static size_t
on_body(char *at, size_t size, size_t count, void *self)
{
	struct exchange *exchange = self;
	size_t len = size * count;
	if (len > sizeof(exchange->body) - exchange->len) {
		exchange->too_long = true;
		return 0;
	}
	memcpy(exchange->body + exchange->len, at, len);
	exchange->len += len;
	return len;
}

static enum error_kind
kind_of(CURLcode code)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return ERROR_TIMEOUT;
	case CURLE_WRITE_ERROR:
		return ERROR_FULL;
	case CURLE_UNSUPPORTED_PROTOCOL: /* an answer without a status line */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		return ERROR_INVALID;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_CLIENTCERT:
		return ERROR_UNTRUSTED;
	default:
		return ERROR_GONE;
	}
}

static void
set_fault(const struct exchange *exchange, CURLcode code, struct error *out)
{
	const char *why =
		exchange->why[0] != '\0' && text_is_utf8(text_span(exchange->why)) ? exchange->why : curl_easy_strerror(code);
	if (exchange->too_long)
		(void)error_set(out, ERROR_FULL, "answer over %u bytes", HTTP_ANSWER_MOST); /* lint: the result */
	else
		(void)error_set_from(out, kind_of(code), DOMAIN_HTTP, (int)code, "%s", why); /* lint: the result */
}

static void
lower_type(const char *type, char *out, size_t cap)
{
	size_t len = type != NULL ? strcspn(type, "; \t") : 0;
	if (len >= cap)
		len = 0;
	for (size_t i = 0; i < len; i++)
		out[i] = (char)tolower((unsigned char)type[i]);
	out[len] = '\0';
}

static void
fill_answer(struct exchange *exchange, CURLcode code, struct http_answer *out)
{
	long status = 0;
	curl_off_t ready_us = 0;
	char *type = NULL;
	struct curl_header *after = NULL;
	(void)curl_easy_getinfo(exchange->easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
	out->reached = ready_us > 0;
	if (code != CURLE_OK) {
		set_fault(exchange, code, &out->fault);
		return;
	}
	(void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(exchange->easy, CURLINFO_CONTENT_TYPE, &type);
	if (status < 100 || status > 599) {
		(void)error_set(&out->fault, ERROR_INVALID, "status %ld", status);
		return;
	}
	out->status = (int)status;
	out->body = (struct span){ exchange->body, exchange->len };
	lower_type(type, out->content_type, sizeof(out->content_type));
	if (curl_easy_header(exchange->easy, "Retry-After", 0, CURLH_HEADER, -1, &after) == CURLHE_OK &&
		!text_copy(out->retry_after, sizeof(out->retry_after), after->value))
		out->retry_after[0] = '\0';
}

static void
finish(struct curl_http *curl, struct exchange *exchange)
{
	(void)curl_multi_remove_handle(curl->multi, exchange->easy);
	curl_slist_free_all(exchange->headers);
	exchange->headers = NULL;
	exchange->busy = false;
}

static void
collect(struct curl_http *curl)
{
	int left = 0;
	for (const CURLMsg *message; (message = curl_multi_info_read(curl->multi, &left)) != NULL;) {
		struct exchange *exchange = NULL;
		struct http_answer answer = { 0 };
		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
		fill_answer(exchange, message->data.result, &answer);
		finish(curl, exchange);
		curl->answer(curl->self, exchange->tag, &answer);
	}
}

static int
on_socket_ready(sd_event_source *source, int fd, uint32_t revents, void *self)
{
	struct curl_http *curl = self;
	int running = 0, mask = 0;
	(void)source;
	if ((revents & EPOLLIN) != 0)
		mask |= CURL_CSELECT_IN;
	if ((revents & EPOLLOUT) != 0)
		mask |= CURL_CSELECT_OUT;
	if ((revents & (EPOLLERR | EPOLLHUP)) != 0)
		mask |= CURL_CSELECT_ERR;
	(void)curl_multi_socket_action(curl->multi, fd, mask, &running);
	collect(curl);
	return 0;
}

static int
on_time(sd_event_source *source, uint64_t usec, void *self)
{
	struct curl_http *curl = self;
	int running = 0;
	(void)source, (void)usec;
	(void)curl_multi_socket_action(curl->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(curl);
	return 0;
}

/* libcurl's wish about one socket. */
static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *self, void *assigned)
{
	struct curl_http *curl = self;
	sd_event_source *source = assigned;
	uint32_t events = 0;
	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		(void)sd_event_source_disable_unref(source);
		(void)curl_multi_assign(curl->multi, fd, NULL);
		return 0;
	}
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= EPOLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= EPOLLOUT;
	if (source != NULL)
		return sd_event_source_set_io_events(source, events) < 0 ? -1 : 0;
	if (sd_event_add_io(curl->loop, &source, fd, events, on_socket_ready, curl) < 0)
		return -1;
	(void)curl_multi_assign(curl->multi, fd, source);
	return 0;
}

/* libcurl's wish to be called in a while. */
static int
watch_time(CURLM *multi, long timeout_ms, void *self)
{
	struct curl_http *curl = self;
	(void)multi;
	if (timeout_ms < 0)
		return sd_event_source_set_enabled(curl->timer, SD_EVENT_OFF) < 0 ? -1 : 0;
	if (sd_event_source_set_time_relative(curl->timer, (uint64_t)timeout_ms * 1000) < 0 ||
		sd_event_source_set_enabled(curl->timer, SD_EVENT_ONESHOT) < 0)
		return -1;
	return 0;
}

static struct curl_blob
blob_of(const struct curl_http *curl, size_t which)
{
	return (struct curl_blob){ .data = curl->pems[which], .len = curl->pem_lens[which], .flags = CURL_BLOB_NOCOPY };
}

/* What holds for every request of this handle. */
static bool
set_up(struct exchange *exchange)
{
	const struct curl_http *curl = exchange->owner;
	CURL *easy = exchange->easy;
	struct curl_blob ca = blob_of(curl, 0), certificate = blob_of(curl, 1), key = blob_of(curl, 2);
	bool ok = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_3) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &ca) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)curl->connect_ms) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)curl->total_ms) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->why) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_USERAGENT, "syncd/" COUNTER_VERSION) == CURLE_OK &&
			  curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange) == CURLE_OK;
	if (ok && certificate.len > 0)
		ok = curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, &certificate) == CURLE_OK &&
			 curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM") == CURLE_OK &&
			 curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &key) == CURLE_OK &&
			 curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM") == CURLE_OK;
	return ok;
}

static struct exchange *
free_exchange(struct curl_http *curl)
{
	for (size_t i = 0; i < CURL_HTTP_MOST; i++) {
		if (curl->exchanges[i] == NULL) {
			struct exchange *made = calloc(1, sizeof(*made));
			if (made == NULL)
				abort();
			made->owner = curl;
			made->easy = curl_easy_init();
			curl->exchanges[i] = made;
			return made->easy != NULL && set_up(made) ? made : NULL;
		}
		if (!curl->exchanges[i]->busy)
			return curl->exchanges[i];
	}
	return NULL;
}

/* Content-Type as asked; no "Expect: 100-continue", which would cost a round trip each. */
static bool
set_headers(struct exchange *exchange, const char *content_type)
{
	char line[128];
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	if (list == NULL || !text_format(line, sizeof(line), "Content-Type: %s", content_type))
		return false;
	exchange->headers = list;
	return curl_slist_append(list, line) != NULL &&
		   curl_easy_setopt(exchange->easy, CURLOPT_HTTPHEADER, exchange->headers) == CURLE_OK;
}

static bool
set_request(struct exchange *exchange, const struct http_request *request)
{
	char url[URL_MOST];
	const char *method = request->method == HTTP_PUT ? "PUT" : "POST";
	CURL *easy = exchange->easy;
	return text_format(url, sizeof(url), "%s%s", exchange->owner->url, request->path) &&
		   curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.at) == CURLE_OK &&
		   set_headers(exchange, request->content_type);
}

static bool
start(void *self, const struct http_request *request, void *tag, struct error *err)
{
	struct curl_http *curl = self;
	struct exchange *exchange = free_exchange(curl);
	if (exchange == NULL)
		return error_set(err, ERROR_FULL, "%u requests are on their way", CURL_HTTP_MOST);
	exchange->tag = tag;
	exchange->len = 0;
	exchange->too_long = false;
	exchange->why[0] = '\0';
	exchange->busy = set_request(exchange, request) && curl_multi_add_handle(curl->multi, exchange->easy) == CURLM_OK;
	if (exchange->busy)
		return true;
	curl_slist_free_all(exchange->headers);
	exchange->headers = NULL;
	return error_set(err, ERROR_SYSTEM, "making a request");
}

static void
drop(void *self, const void *tag)
{
	struct curl_http *curl = self;
	for (size_t i = 0; i < CURL_HTTP_MOST; i++)
		if (curl->exchanges[i] != NULL && curl->exchanges[i]->busy && curl->exchanges[i]->tag == tag)
			finish(curl, curl->exchanges[i]);
}

static void
copy_pem(struct curl_http *curl, size_t which, struct span pem)
{
	curl->pems[which] = malloc(pem.len + 1);
	if (curl->pems[which] == NULL)
		abort();
	if (pem.len > 0)
		memcpy(curl->pems[which], pem.at, pem.len);
	curl->pems[which][pem.len] = 0;
	curl->pem_lens[which] = pem.len;
}

static bool
open_multi(struct curl_http *curl)
{
	curl->multi = curl_multi_init();
	return curl->multi != NULL &&
		   sd_event_add_time_relative(curl->loop, &curl->timer, CLOCK_MONOTONIC, 0, 1000, on_time, curl) >= 0 &&
		   /* a new request goes out before the next answer is read, so that the centre is never without work */
		   sd_event_source_set_priority(curl->timer, SD_EVENT_PRIORITY_IMPORTANT) >= 0 &&
		   sd_event_source_set_enabled(curl->timer, SD_EVENT_OFF) >= 0 &&
		   curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, watch_socket) == CURLM_OK &&
		   curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl) == CURLM_OK &&
		   curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, watch_time) == CURLM_OK &&
		   curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl) == CURLM_OK &&
		   curl_multi_setopt(curl->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING) == CURLM_OK &&
		   curl_multi_setopt(curl->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)CURL_HTTP_MOST) == CURLM_OK &&
		   /* else it closes those that are idle when fewer requests are on their way */
		   curl_multi_setopt(curl->multi, CURLMOPT_MAXCONNECTS, (long)CURL_HTTP_MOST) == CURLM_OK;
}

bool
curl_http_open(sd_event *loop, const struct curl_http_settings *settings, http_answer_fn answer, void *self,
	struct curl_http **out, struct error *err)
{
	struct curl_http *curl = calloc(1, sizeof(*curl));
	if (curl == NULL)
		abort();
	curl->loop = sd_event_ref(loop);
	curl->answer = answer;
	curl->self = self;
	curl->connect_ms = settings->connect_ms;
	curl->total_ms = settings->total_ms;
	curl->url = strdup(settings->url);
	copy_pem(curl, 0, settings->ca_pem);
	copy_pem(curl, 1, settings->certificate_pem);
	copy_pem(curl, 2, settings->key_pem);
	if (curl->url == NULL || !open_multi(curl)) {
		curl_http_close(curl);
		return error_set(err, ERROR_SYSTEM, "starting libcurl");
	}
	*out = curl;
	return true;
}

void
curl_http_close(struct curl_http *curl)
{
	if (curl == NULL)
		return;
	for (size_t i = 0; i < CURL_HTTP_MOST; i++) {
		struct exchange *exchange = curl->exchanges[i];
		if (exchange == NULL)
			continue;
		if (exchange->busy)
			finish(curl, exchange);
		curl_easy_cleanup(exchange->easy);
		free(exchange);
	}
	(void)curl_multi_cleanup(curl->multi);
	(void)sd_event_source_disable_unref(curl->timer);
	(void)sd_event_unref(curl->loop);
	if (curl->pems[2] != NULL)
		secret_wipe(curl->pems[2], curl->pem_lens[2]);
	for (size_t i = 0; i < 3; i++)
		free(curl->pems[i]);
	free(curl->url);
	free(curl);
}

struct http
curl_http_http(struct curl_http *curl)
{
	static const struct http_ops ops = { .start = start, .drop = drop };
	return (struct http){ &ops, curl };
}
