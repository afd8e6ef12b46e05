#pragma once
/*
 * Requests to the centre, several on their way together, each answered once. Implementations:
 * curl_http.c (libcurl, the one file that dials out), the scripted one of the tests.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"

#define HTTP_ANSWER_MOST (64u * 1024) /* bytes of an answer's body */
#define HTTP_PATH_MOST   256u         /* bytes of a path, NUL included */

enum http_method { HTTP_PUT, HTTP_POST };

struct http_request {
	enum http_method method;
	char path[HTTP_PATH_MOST]; /* begins with / */
	const char *content_type;  /* borrowed; a constant */
	struct span body;          /* borrowed until the answer is given or the request is dropped */
};

/* What came back, borrowed for the call. */
struct http_answer {
	int status;            /* 100..599; 0: no whole answer came, and fault says why */
	bool reached;          /* a TLS connection to the centre stood: the fault came after that */
	struct error fault;    /* ERROR_GONE, ERROR_TIMEOUT, ERROR_UNTRUSTED (TLS), ERROR_FULL (too long), ERROR_INVALID */
	char content_type[64]; /* without parameters, lower case; empty if none or too long */
	char retry_after[64];  /* as sent; empty if none or too long */
	struct span body;
};

/* `tag` is what start() was given. */
typedef void (*http_answer_fn)(void *self, void *tag, const struct http_answer *answer);

struct http_ops {
	/* Begin. The answer comes later through the function that the implementation was made with, never from inside
	 * start(). ERROR_FULL when too many are on their way, ERROR_SYSTEM. */
	bool (*start)(void *self, const struct http_request *request, void *tag, struct error *err);
	/* Forget the request with this tag; no answer comes any more. */
	void (*drop)(void *self, const void *tag);
};

struct http {
	const struct http_ops *ops;
	void *self; /* borrowed */
};
