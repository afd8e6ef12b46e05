#include "sync/intake/exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/digest.h"
#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "sync/intake/opener.h"
#include "sync/intake/receipt.h"
#include "sync/intake/routes.h"

#define DRAIN_STRANGER (64u << 10)               /* bytes of a refused body that are still read, so that */
#define DRAIN_COUNTER  (2u * ROUTES_PACKET_MOST) /* the answer arrives: after a close, TCP may throw it away */

enum stage { STAGE_BODY, STAGE_WORK, STAGE_ANSWERED };

struct exchange {
	struct exchange_context *context;
	struct MHD_Connection *connection;
	struct routes_found found;
	struct intake_id id; /* of the packet routes */
	enum stage stage;
	bool stranger; /* showed no line certificate */
	bool waits;    /* the client waits for "100 Continue" */
	uint64_t declared;
	int64_t begun_ms; /* monotonic */
	enum problem_kind problem;
	struct error err; /* what the log says about the problem */
	struct upload upload;
	struct file_bytes receipt; /* signed for this request */
	struct committer_job commit;
	struct provisioner_job enrol;
};

static const char *
header(const struct exchange *exchange, const char *name)
{
	return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

/* Announced length of the body, 0 if none is announced; the library has checked that it is a number. */
static uint64_t
declared_length(const struct exchange *exchange)
{
	const char *value = header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
	if (value == NULL)
		return 0;
	errno = 0;
	const unsigned long long length = strtoull(value, NULL, 10);
	return errno == 0 ? length : UINT64_MAX;
}

static enum problem_kind
judge_peer(const struct exchange *exchange, struct peer *peer)
{
	if (peer->verdict == PEER_UNKNOWN) {
		const union MHD_ConnectionInfo *info =
			MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
		if (info != NULL && info->tls_session != NULL)
			peer_judge(info->tls_session, peer);
	}
	switch (peer_now(peer, clock_now_ms())) {
	case PEER_LINE:
		return PROBLEM_NONE;
	case PEER_FOREIGN:
		return PROBLEM_FOREIGN_CERTIFICATE;
	case PEER_UNKNOWN:
	case PEER_NONE:
		break;
	}
	return PROBLEM_NO_CERTIFICATE;
}

static enum problem_kind
check_id(struct exchange *exchange, const struct peer *peer)
{
	if (exchange->found.id == NULL)
		return PROBLEM_NONE;
	if (!intake_id_read(exchange->found.id, &exchange->id, &exchange->err))
		return PROBLEM_ID;
	if (strcmp(exchange->id.says.branch, peer->branch) != 0 || strcmp(exchange->id.says.counter, peer->counter) != 0)
		return PROBLEM_OTHER_COUNTER;
	return PROBLEM_NONE;
}

/* Everything that the headers tell. Who it is comes before what is asked for: strangers learn no routes. */
static enum problem_kind
check_headers(struct exchange *exchange, struct peer *peer)
{
	const enum problem_kind stranger = judge_peer(exchange, peer);
	const struct routes_entry *route = exchange->found.route;
	exchange->stranger = stranger != PROBLEM_NONE;
	if (exchange->stranger && (route == NULL || !route->open))
		return stranger;
	if (route == NULL)
		return exchange->found.problem;
	const enum problem_kind id = check_id(exchange, peer);
	if (id != PROBLEM_NONE)
		return id;
	if (exchange->declared > route->most)
		return PROBLEM_TOO_LARGE;
	if (route->media != NULL && !routes_media_is(header(exchange, MHD_HTTP_HEADER_CONTENT_TYPE), route->media))
		return PROBLEM_MEDIA_TYPE;
	return PROBLEM_NONE;
}

struct exchange *
exchange_begin(struct exchange_context *context, struct MHD_Connection *connection, struct peer *peer,
	const char *method, const char *url)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));
	if (exchange == NULL)
		return NULL;
	exchange->context = context;
	exchange->connection = connection;
	exchange->begun_ms = clock_monotonic_ms();
	exchange->declared = declared_length(exchange);
	exchange->waits = header(exchange, MHD_HTTP_HEADER_EXPECT) != NULL;
	exchange->found = routes_find(method, url);
	exchange->problem = check_headers(exchange, peer);
	exchange->found.id = NULL; /* the url does not live as long as the exchange */
	if (exchange->problem == PROBLEM_NONE)
		exchange->upload = upload_begin(exchange->found.route->most, exchange->declared, &context->budget);
	if (exchange->upload.state == UPLOAD_NO_ROOM)
		exchange->problem = PROBLEM_BUSY;
	return exchange;
}

static uint64_t
drain_most(const struct exchange *exchange)
{
	return exchange->stranger ? DRAIN_STRANGER : DRAIN_COUNTER;
}

bool
exchange_is_early(const struct exchange *exchange)
{
	return exchange->problem != PROBLEM_NONE && (exchange->waits || exchange->declared > drain_most(exchange));
}

bool
exchange_take(struct exchange *exchange, struct span piece)
{
	if (clock_monotonic_ms() - exchange->begun_ms > (int64_t)exchange->context->request_s * 1000)
		return false;
	if (exchange->problem == PROBLEM_NONE)
		upload_add(&exchange->upload, piece);
	else
		exchange->upload.seen += piece.len;
	if (exchange->upload.state == UPLOAD_TOO_LARGE)
		exchange->problem = PROBLEM_TOO_LARGE;
	else if (exchange->upload.state == UPLOAD_NO_ROOM)
		exchange->problem = PROBLEM_BUSY;
	return exchange->upload.seen <= drain_most(exchange);
}

static void
resume(void *who)
{
	const struct exchange *exchange = who;
	MHD_resume_connection(exchange->connection);
}

static bool
disk_has_room(const struct exchange_context *context, struct error *err)
{
	struct statvfs disk;
	if (statvfs(context->folder, &disk) != 0)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "asking for free space");
	if ((uint64_t)disk.f_bavail * disk.f_frsize < context->disk_reserve)
		return error_set(err, ERROR_FULL, "the disk's reserve is reached");
	return true;
}

static enum problem_kind
problem_for(enum opener_verdict verdict)
{
	switch (verdict) {
	case OPENER_ACCEPTED:
		return PROBLEM_NONE;
	case OPENER_NOT_OPENABLE:
		return PROBLEM_NOT_OPENABLE;
	case OPENER_NOT_SIGNED:
		return PROBLEM_SIGNER;
	case OPENER_OTHER_COUNTER:
		return PROBLEM_OTHER_COUNTER;
	case OPENER_INVALID:
		return PROBLEM_PACKET;
	case OPENER_BROKEN:
		break;
	}
	return PROBLEM_UNAVAILABLE;
}

/* Suspend first: the callback may come before submit returns. */
static enum problem_kind
suspend_for_commit(struct exchange *exchange)
{
	exchange->commit.finished = resume;
	exchange->commit.who = exchange;
	exchange->stage = STAGE_WORK;
	MHD_suspend_connection(exchange->connection);
	if (committer_submit(exchange->context->committer, &exchange->commit))
		return PROBLEM_NONE;
	exchange->problem = PROBLEM_UNAVAILABLE;
	MHD_resume_connection(exchange->connection);
	return PROBLEM_NONE;
}

static enum problem_kind
put_packet(struct exchange *exchange)
{
	CLEANUP(file_free) struct file_bytes json = { 0 };
	struct exchange_context *context = exchange->context;
	const int64_t now_ms = clock_now_ms();
	struct intake_store_packet *packet = &exchange->commit.packet;
	*packet = (struct intake_store_packet){
		.id = exchange->id, .sealed = upload_bytes(&exchange->upload), .received_ms = now_ms
	};
	if (!disk_has_room(context, &exchange->err))
		return PROBLEM_UNAVAILABLE;
	const enum problem_kind problem =
		problem_for(opener_open(context->centre, &exchange->id, packet->sealed, now_ms, &json, &exchange->err));
	if (problem != PROBLEM_NONE)
		return problem;
	digest_sha256(packet->sealed, packet->sha256);
	if (!receipt_sign(packet, context->centre_name, context->centre->receipt, &exchange->receipt, &exchange->err))
		return PROBLEM_UNAVAILABLE;
	packet->receipt = (struct span){ exchange->receipt.at, exchange->receipt.len };
	exchange->commit.task = COMMITTER_PUT;
	return suspend_for_commit(exchange);
}

static enum problem_kind
get_packet(struct exchange *exchange)
{
	exchange->commit.task = COMMITTER_GET;
	exchange->commit.packet = (struct intake_store_packet){ .id = exchange->id };
	return suspend_for_commit(exchange);
}

static enum problem_kind
enrol(struct exchange *exchange)
{
	exchange->enrol.body = upload_bytes(&exchange->upload);
	exchange->enrol.finished = resume;
	exchange->enrol.who = exchange;
	exchange->stage = STAGE_WORK;
	MHD_suspend_connection(exchange->connection);
	if (!provisioner_submit(exchange->context->provisioner, &exchange->enrol)) {
		exchange->problem = PROBLEM_BUSY;
		MHD_resume_connection(exchange->connection);
	}
	return PROBLEM_NONE;
}

static enum problem_kind
start_work(struct exchange *exchange)
{
	switch (exchange->found.route->what) {
	case ROUTES_ENROL:
		return enrol(exchange);
	case ROUTES_PUT_PACKET:
		return put_packet(exchange);
	case ROUTES_GET_PACKET:
		return get_packet(exchange);
	}
	return PROBLEM_NO_ROUTE;
}

static void
log_answer(const struct exchange *exchange, unsigned status)
{
	const struct log_field route =
		log_kind("route", exchange->found.route != NULL ? exchange->found.route->name : "none");
	const struct log_field id =
		log_id("id", exchange->id.text[0] != '\0' ? exchange->id.text : exchange->enrol.counter);
	const struct log_field number = log_count("status", (int64_t)status);
	const struct log_field took = log_ms("took", clock_monotonic_ms() - exchange->begun_ms);
	if (exchange->problem == PROBLEM_NONE)
		LOG(LOG_LEVEL_INFO, "answered", route, id, number, took);
	else
		LOG(status >= 500 ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "refused", route, id, number,
			log_kind("problem", problem_of(exchange->problem)->type), took, log_error(&exchange->err));
}

static enum MHD_Result
reply(struct exchange *exchange, unsigned status, const char *media, struct span body)
{
	/* The library takes the bytes as writable and copies them. */
	union {
		const void *from;
		void *to;
	} bytes = { .from = body.at };
	struct MHD_Response *response = MHD_create_response_from_buffer(body.len, bytes.to, MHD_RESPMEM_MUST_COPY);
	char retry[16];
	if (response == NULL)
		return MHD_NO;
	bool done = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, media) == MHD_YES &&
				MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES;
	if (exchange->problem != PROBLEM_NONE && problem_of(exchange->problem)->retry_s > 0) {
		(void)text_format(retry, sizeof(retry), "%u", problem_of(exchange->problem)->retry_s);
		done = done && MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, retry) == MHD_YES;
	}
	if (exchange->problem == PROBLEM_METHOD)
		done = done && MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, exchange->found.allow) == MHD_YES;
	const enum MHD_Result queued = done ? MHD_queue_response(exchange->connection, status, response) : MHD_NO;
	MHD_destroy_response(response);
	exchange->stage = STAGE_ANSWERED;
	log_answer(exchange, status);
	return queued;
}

static enum MHD_Result
reply_problem(struct exchange *exchange)
{
	char text[PROBLEM_MOST];
	const struct problem *problem = problem_of(exchange->problem);
	/* Our own error texts never hold personal data; which member was wrong helps whoever must repair the packet. */
	const char *detail = exchange->problem == PROBLEM_PACKET ? exchange->err.text : NULL;
	const size_t len = problem_write(problem, detail, text);
	return reply(exchange, problem->status, ROUTES_PROBLEM_TYPE, (struct span){ (const uint8_t *)text, len });
}

static enum MHD_Result
reply_receipt(struct exchange *exchange, unsigned status, const struct file_bytes *receipt)
{
	return reply(exchange, status, ROUTES_RECEIPT_TYPE, (struct span){ receipt->at, receipt->len });
}

static enum MHD_Result
reply_problem_of(struct exchange *exchange, enum problem_kind problem)
{
	exchange->problem = problem;
	return reply_problem(exchange);
}

static enum MHD_Result
answer_put(struct exchange *exchange)
{
	const struct committer_job *job = &exchange->commit;
	if (!job->done) {
		exchange->err = job->err;
		return reply_problem_of(exchange, PROBLEM_UNAVAILABLE);
	}
	switch (job->answer.outcome) {
	case INTAKE_STORE_NEW:
		return reply_receipt(exchange, MHD_HTTP_CREATED, &exchange->receipt);
	case INTAKE_STORE_SAME:
		return reply_receipt(exchange, MHD_HTTP_OK, &job->answer.receipt);
	case INTAKE_STORE_ID_TAKEN:
		return reply_problem_of(exchange, PROBLEM_ID_TAKEN);
	case INTAKE_STORE_SEQ_TAKEN:
		return reply_problem_of(exchange, PROBLEM_SEQ_TAKEN);
	case INTAKE_STORE_UNDECIDED:
		break;
	}
	return reply_problem_of(exchange, PROBLEM_UNAVAILABLE);
}

static enum MHD_Result
answer_get(struct exchange *exchange)
{
	const struct committer_job *job = &exchange->commit;
	if (job->done)
		return reply_receipt(exchange, MHD_HTTP_OK, &job->receipt);
	exchange->err = job->err;
	return reply_problem_of(exchange, job->err.kind == ERROR_GONE ? PROBLEM_NO_PACKET : PROBLEM_UNAVAILABLE);
}

static enum MHD_Result
answer_enrol(struct exchange *exchange)
{
	const struct provisioner_job *job = &exchange->enrol;
	if (job->problem == PROBLEM_NONE)
		return reply(exchange, MHD_HTTP_CREATED, ROUTES_JSON_TYPE, (struct span){ job->answer.at, job->answer.len });
	exchange->err = job->err;
	return reply_problem_of(exchange, job->problem);
}

static enum MHD_Result
answer_work(struct exchange *exchange)
{
	switch (exchange->found.route->what) {
	case ROUTES_ENROL:
		return answer_enrol(exchange);
	case ROUTES_PUT_PACKET:
		return answer_put(exchange);
	case ROUTES_GET_PACKET:
		return answer_get(exchange);
	}
	return MHD_NO;
}

enum MHD_Result
exchange_go_on(struct exchange *exchange)
{
	if (exchange->problem == PROBLEM_NONE && exchange->stage == STAGE_WORK)
		return answer_work(exchange);
	if (exchange->problem == PROBLEM_NONE) {
		const enum problem_kind problem = start_work(exchange);
		if (exchange->stage == STAGE_WORK)
			return MHD_YES; /* another thread may be at it already: no more looks at the exchange */
		exchange->problem = problem;
	}
	return reply_problem(exchange);
}

void
exchange_free(struct exchange *exchange)
{
	if (exchange == NULL)
		return;
	upload_free(&exchange->upload);
	file_free(&exchange->receipt);
	file_free(&exchange->commit.answer.receipt);
	file_free(&exchange->commit.receipt);
	file_free(&exchange->enrol.answer);
	free(exchange);
}
