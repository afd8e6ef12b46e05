#include "sync/upload/upload.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/upload/backoff.h"
#include "sync/upload/verdict.h"

/* One item on its way. */
struct trip {
	struct spool_item *item;  /* borrowed; NULL: free */
	struct file_bytes packet; /* owned, while on its way */
	bool answered;
	struct http_answer answer; /* with its body in `body` */
	struct file_bytes body;    /* owned */
};

/* An answer that is a receipt, not durable yet. */
struct held {
	struct spool_item *item;   /* borrowed; still busy */
	struct file_bytes receipt; /* owned */
};

struct upload {
	struct spool *spool;                /* borrowed */
	const struct upload_events *events; /* borrowed */
	void *self;                         /* of events */
	struct http http;                   /* ops NULL: none yet */
	struct trip trips[UPLOAD_MOST];
	struct held held[UPLOAD_HELD];
	size_t held_count;
	struct upload_line line;
	int64_t not_before_ms; /* monotonic; the line waits until then */
	uint32_t bad_row;      /* bad answers in a row */
	size_t allowance;      /* items that may be on their way */
};

struct upload *
upload_new(struct spool *spool, const struct upload_events *events, void *self)
{
	struct upload *made = calloc(1, sizeof(*made));
	if (made == NULL)
		abort();
	made->spool = spool;
	made->events = events;
	made->self = self;
	made->allowance = 1;
	return made;
}

static void
end_trip(struct trip *trip)
{
	if (trip->item != NULL)
		trip->item->busy = false;
	file_free(&trip->packet);
	file_free(&trip->body);
	*trip = (struct trip){ 0 };
}

static void
drop_trip(struct upload *upload, struct trip *trip)
{
	if (trip->item != NULL && !trip->answered && upload->http.ops != NULL)
		upload->http.ops->drop(upload->http.self, trip);
	end_trip(trip);
}

void
upload_free(struct upload *upload)
{
	if (upload == NULL)
		return;
	for (size_t i = 0; i < UPLOAD_MOST; i++)
		drop_trip(upload, &upload->trips[i]);
	for (size_t i = 0; i < upload->held_count; i++)
		file_free(&upload->held[i].receipt);
	free(upload);
}

void
upload_use(struct upload *upload, const struct http *http)
{
	for (size_t i = 0; i < UPLOAD_MOST; i++)
		drop_trip(upload, &upload->trips[i]);
	upload->http = *http;
	upload_now(upload);
}

void
upload_drop(struct upload *upload, struct spool_item *item)
{
	for (size_t i = 0; i < UPLOAD_MOST; i++)
		if (upload->trips[i].item == item)
			drop_trip(upload, &upload->trips[i]);
	for (size_t i = 0; i < upload->held_count; i++) {
		if (upload->held[i].item != item)
			continue;
		file_free(&upload->held[i].receipt);
		upload->held[i] = upload->held[--upload->held_count];
	}
}

void
upload_now(struct upload *upload)
{
	upload->not_before_ms = 0;
	upload->bad_row = 0;
	upload->line.tries = 0;
	for (int lane = 0; lane < SPOOL_LANES; lane++) {
		struct spool_item *item = spool_first_waiting(upload->spool, (enum spool_lane)lane);
		for (; item != NULL; item = spool_next(item)) {
			item->not_before_ms = 0;
			item->tries = 0;
		}
	}
}

struct upload_line
upload_line(const struct upload *upload)
{
	return upload->line;
}

void
upload_answer(void *self, void *tag, const struct http_answer *answer)
{
	struct trip *trip = tag;
	(void)self;
	trip->answer = *answer;
	trip->answered = true;
	trip->body = (struct file_bytes){ malloc(answer->body.len + 1), answer->body.len };
	if (trip->body.at == NULL)
		abort();
	if (answer->body.len > 0)
		memcpy(trip->body.at, answer->body.at, answer->body.len);
	trip->answer.body = (struct span){ trip->body.at, trip->body.len };
}

static void
set_state(struct upload *upload, enum upload_state state, const char *why, int64_t utc_ms)
{
	if (upload->line.state != state)
		upload->line.since_ms = utc_ms;
	upload->line.state = state;
	(void)text_copy(upload->line.why, sizeof(upload->line.why), why);
}

/* The line waits, longer each time. */
static void
line_waits(struct upload *upload, int64_t asked_ms, int64_t mono_ms)
{
	int64_t wait_ms = asked_ms;
	upload->allowance = 1;
	upload->line.tries++;
	if (wait_ms == 0)
		wait_ms = backoff_wait_ms(upload->line.tries, randombytes_random());
	if (mono_ms + wait_ms > upload->not_before_ms)
		upload->not_before_ms = mono_ms + wait_ms;
}

static void
line_is_good(struct upload *upload, int64_t utc_ms)
{
	set_state(upload, UPLOAD_UP, "", utc_ms);
	upload->line.tries = 0;
	upload->bad_row = 0;
	upload->not_before_ms = 0;
}

/* The item waits by itself, and the line too if the centre asks for it or nothing else goes well either. */
static void
later(struct upload *upload, struct spool_item *item, const struct verdict *verdict, int64_t mono_ms, int64_t utc_ms)
{
	int64_t wait_ms = verdict->asked_ms;
	item->tries++;
	if (wait_ms == 0)
		wait_ms = backoff_wait_ms(item->tries, randombytes_random());
	item->not_before_ms = mono_ms + wait_ms;
	if (verdict->status == 202) { /* it has it, and is thinking */
		line_is_good(upload, utc_ms);
		return;
	}
	upload->bad_row++;
	if (verdict->status != 0)
		set_state(upload, UPLOAD_UNABLE, verdict->why, utc_ms);
	else if (upload->bad_row > 1 || upload->line.state == UPLOAD_UNKNOWN)
		set_state(upload, UPLOAD_DOWN, verdict->why, utc_ms);
	/* those that were on their way together fail together: that is one failure of the line */
	if ((verdict->whole_line || upload->bad_row >= UPLOAD_BAD_ROW) && mono_ms >= upload->not_before_ms)
		line_waits(upload, verdict->asked_ms, mono_ms);
	upload->events->failed(upload->self, item->id, verdict->why);
}

static void
park(struct upload *upload, struct spool_item *item, const struct verdict *verdict, int64_t mono_ms, int64_t utc_ms)
{
	struct error err;
	line_is_good(upload, utc_ms);
	item->tries++;
	if (spool_park(upload->spool, item, verdict->status, verdict->why, &err)) {
		upload->events->parked(upload->self, item);
		return;
	}
	item->not_before_ms = mono_ms + backoff_wait_ms(item->tries, randombytes_random());
	upload->events->failed(upload->self, item->id, err.text);
}

/* The line is down or refused. Who was refused by an answer waits by itself too: others are to be tried. */
static void
line_fails(
	struct upload *upload, struct spool_item *item, const struct verdict *verdict, int64_t mono_ms, int64_t utc_ms)
{
	if (verdict->status != 0) {
		item->tries++;
		item->not_before_ms = mono_ms + backoff_wait_ms(item->tries, randombytes_random());
	}
	if (mono_ms < upload->not_before_ms)
		return; /* one failure of the line, as in later() */
	set_state(upload, verdict->kind == VERDICT_LINE_DOWN ? UPLOAD_DOWN : UPLOAD_REFUSED, verdict->why, utc_ms);
	line_waits(upload, 0, mono_ms);
	upload->events->failed(upload->self, item->id, verdict->why);
}

/* What becomes of an item that was not accepted. */
static void
judge(struct upload *upload, struct spool_item *item, const struct verdict *verdict, int64_t mono_ms, int64_t utc_ms)
{
	switch (verdict->kind) {
	case VERDICT_ACCEPTED:
		break;
	case VERDICT_PARK:
		park(upload, item, verdict, mono_ms, utc_ms);
		break;
	case VERDICT_LATER:
		later(upload, item, verdict, mono_ms, utc_ms);
		break;
	case VERDICT_LINE_DOWN:
	case VERDICT_LINE_REFUSED:
		line_fails(upload, item, verdict, mono_ms, utc_ms);
		break;
	}
}

/* If that fails the items wait; the centre will say the same again. */
void
upload_keep(struct upload *upload, int64_t mono_ms)
{
	struct spool_receipt receipts[UPLOAD_HELD];
	struct error err;
	if (upload->held_count == 0)
		return;
	for (size_t i = 0; i < upload->held_count; i++) {
		const struct held *held = &upload->held[i];
		receipts[i] = (struct spool_receipt){ held->item, { held->receipt.at, held->receipt.len } };
	}
	bool durable = spool_accept(upload->spool, receipts, upload->held_count, &err);
	for (size_t i = 0; i < upload->held_count; i++) {
		struct spool_item *item = upload->held[i].item;
		item->busy = false;
		file_free(&upload->held[i].receipt);
		if (durable) {
			upload->events->accepted(upload->self, item);
			continue;
		}
		item->tries++;
		item->not_before_ms = mono_ms + backoff_wait_ms(item->tries, randombytes_random());
		upload->events->failed(upload->self, item->id, err.text);
	}
	upload->held_count = 0;
}

/* Its answer is a receipt: that is kept, and the place is free for the next. */
static void
hold(struct upload *upload, struct trip *trip)
{
	upload->held[upload->held_count++] = (struct held){ trip->item, trip->body };
	trip->body = (struct file_bytes){ 0 };
	trip->item = NULL;
	end_trip(trip);
	if (upload->allowance < UPLOAD_MOST)
		upload->allowance++;
}

static void
settle(struct upload *upload, int64_t mono_ms, int64_t utc_ms)
{
	for (size_t i = 0; i < UPLOAD_MOST; i++) {
		struct trip *trip = &upload->trips[i];
		struct verdict verdict;
		if (trip->item == NULL || !trip->answered)
			continue;
		verdict_give(&trip->answer, trip->item->id, trip->item->sha256, utc_ms, &verdict);
		if (verdict.status != 0)
			upload->line.answer_ms = utc_ms;
		if (verdict.kind == VERDICT_ACCEPTED) {
			hold(upload, trip);
			continue;
		}
		judge(upload, trip->item, &verdict, mono_ms, utc_ms);
		end_trip(trip);
	}
	/* after the others, so that one good answer outweighs bad ones of the same moment */
	if (upload->held_count > 0)
		line_is_good(upload, utc_ms);
}

/* The next item that may go; NULL if none. *soonest_ms is lowered to when one that waits may go. While the line is in
 * doubt it is the one that was tried least. */
static struct spool_item *
next_item(struct upload *upload, int64_t mono_ms, int64_t *soonest_ms)
{
	struct spool_item *best = NULL;
	for (int lane = 0; lane < SPOOL_LANES; lane++) {
		struct spool_item *item = spool_first_waiting(upload->spool, (enum spool_lane)lane);
		for (; item != NULL; item = spool_next(item)) {
			if (item->busy)
				continue;
			if (item->not_before_ms > mono_ms)
				*soonest_ms = item->not_before_ms < *soonest_ms ? item->not_before_ms : *soonest_ms;
			else if (upload->line.tries == 0)
				return item;
			else if (best == NULL || item->tries < best->tries)
				best = item;
		}
	}
	return best;
}

/* One item on its way. False if it could not begin; the item waits a moment then. */
static bool
begin(struct upload *upload, struct trip *trip, struct spool_item *item, int64_t mono_ms)
{
	struct http_request request = { .method = HTTP_PUT, .content_type = "application/cms" };
	struct error err;
	char id[SPOOL_ID];
	(void)text_copy(id, sizeof(id), item->id);
	if (!spool_read(upload->spool, item, &trip->packet, &err)) {
		if (err.kind == ERROR_INVALID) {
			upload->events->lost(upload->self, id, &err);
			return false;
		}
	} else {
		request.body = (struct span){ trip->packet.at, trip->packet.len };
		(void)text_format(request.path, sizeof(request.path), "/v1/packets/%s", id);
		trip->item = item;
		item->busy = upload->http.ops->start(upload->http.self, &request, trip, &err);
		if (item->busy)
			return true;
		end_trip(trip);
	}
	item->tries++;
	item->not_before_ms = mono_ms + backoff_wait_ms(item->tries, randombytes_random());
	upload->events->failed(upload->self, id, err.text);
	return false;
}

/* How many may be on their way. */
static size_t
allowed(const struct upload *upload, int64_t mono_ms)
{
	return upload->http.ops == NULL || mono_ms < upload->not_before_ms ? 0 : upload->allowance;
}

static size_t
on_their_way(const struct upload *upload)
{
	size_t count = 0;
	for (size_t i = 0; i < UPLOAD_MOST; i++)
		count += upload->trips[i].item != NULL;
	return count;
}

static struct trip *
free_trip(struct upload *upload)
{
	size_t i = 0;
	while (i < UPLOAD_MOST - 1 && upload->trips[i].item != NULL)
		i++;
	return &upload->trips[i];
}

int64_t
upload_run(struct upload *upload, int64_t mono_ms, int64_t utc_ms)
{
	int64_t soonest_ms = INT64_MAX;
	struct spool_item *item = NULL;
	if (upload->held_count > UPLOAD_HELD - UPLOAD_MOST) /* room for every answer that may have come */
		upload_keep(upload, mono_ms);
	settle(upload, mono_ms, utc_ms);
	size_t most = allowed(upload, mono_ms), busy = on_their_way(upload);
	while (busy < most && (item = next_item(upload, mono_ms, &soonest_ms)) != NULL)
		busy += begin(upload, free_trip(upload), item, mono_ms);
	if (upload->http.ops != NULL && busy == 0 && mono_ms < upload->not_before_ms &&
		(next_item(upload, INT64_MAX, &soonest_ms) != NULL))
		soonest_ms = upload->not_before_ms;
	upload->line.next_ms = busy == 0 && soonest_ms != INT64_MAX ? utc_ms + (soonest_ms - mono_ms) : 0;
	return soonest_ms;
}
