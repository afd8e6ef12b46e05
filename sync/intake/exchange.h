#pragma once
/*
 * One request and its answer, between libmicrohttpd's callbacks and the threads that store and enrol. The order is
 * fixed: who is it, is there such a route, may it speak for that counter, is the body of the right kind and size; then
 * the body; then the work, while the connection is suspended; then the answer.
 */
#include <microhttpd.h>

#include "sync/intake/centre.h"
#include "sync/intake/committer.h"
#include "sync/intake/peer.h"
#include "sync/intake/provisioner.h"
#include "sync/intake/upload.h"

/* What all exchanges of a server share. Set before the first and constant, but for the budget. */
struct exchange_context {
	const struct centre *centre; /* borrowed, as everything here */
	const char *centre_name;     /* of the receipts */
	const char *folder;          /* whose disk is looked at */
	uint64_t disk_reserve;       /* bytes that must stay free */
	unsigned request_s;          /* longest time for a body to come */
	struct committer *committer;
	struct provisioner *provisioner;
	struct upload_budget budget;
};

struct exchange;

/* The headers are here. `peer` is the connection's and is judged if it was not. NULL when there is no memory. */
struct exchange *exchange_begin(struct exchange_context *context, struct MHD_Connection *connection, struct peer *peer,
	const char *method, const char *url);
/* Whether the answer is known and should go out before the body is read. */
bool exchange_is_early(const struct exchange *exchange);
/* A piece of the body. False: the connection should be dropped. */
bool exchange_take(struct exchange *exchange, struct span piece);
/* The body is whole, or suspended work is done: suspend or answer. */
enum MHD_Result exchange_go_on(struct exchange *exchange);
/* Answered or cut off. Accepts NULL. */
void exchange_free(struct exchange *exchange);
