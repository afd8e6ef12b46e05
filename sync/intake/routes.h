#pragma once
/* Which requests the centre knows. A pure table: method and path in, route out. */
#include <stddef.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "sync/intake/problem.h"

#define ROUTES_PACKET_MOST  (4u << 20) /* bytes of a sealed packet */
#define ROUTES_RECEIPT_TYPE "application/cms"
#define ROUTES_JSON_TYPE    "application/json"
#define ROUTES_PROBLEM_TYPE "application/problem+json"

enum routes_what { ROUTES_ENROL, ROUTES_PUT_PACKET, ROUTES_GET_PACKET };

struct routes_entry {
	enum routes_what what;
	const char *name; /* for the log */
	const char *method;
	const char *path;  /* one that ends in '/' is followed by an id */
	bool open;         /* needs no client certificate */
	const char *media; /* of the body; NULL: none is looked at */
	size_t most;       /* bytes of the body */
};

/* What was found: a route, or the problem to answer. */
struct routes_found {
	const struct routes_entry *route; /* NULL: see problem */
	const char *id;                   /* what follows the path; borrowed from the url */
	enum problem_kind problem;        /* PROBLEM_NO_ROUTE or PROBLEM_METHOD */
	char allow[32];                   /* of PROBLEM_METHOD: value of the header Allow */
};

/* `url` is the path as it was sent, without query; it is not unescaped, because no path of ours needs it. */
struct routes_found routes_find(const char *method, const char *url);
/* Whether the value of a Content-Type header (NULL: none) is `media`, parameters aside. */
bool routes_media_is(const char *value, const char *media);
