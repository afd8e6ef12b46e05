#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/error_wire.h"
#include "kiosk/base/log.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/syncd/internal.h"

#define SAME_MS     500
#define AGAIN_MS    60000 /* until the centre is asked once more for a receipt that cannot be read */
#define EACH_ROUND  32    /* messages that are read before others have their turn */
#define PARKED_MOST (2u + WIRE_ID + 4u + 4u + 2u + SPOOL_WHY)
#define ONE(state)  (1u << (state))
#define ANY         (ONE(SYNCD_PEER_READY) | ONE(SYNCD_PEER_PROVISIONING))

static bool
on_hello(void *self, struct channel_message *message, struct error *err)
{
	struct syncd *syncd = self;
	struct cursor in = cursor_over(message->body);
	uint32_t version = cursor_u32le(&in);
	if (!cursor_done(&in) || version != WIRE_VERSION)
		return error_set(err, ERROR_REFUSED, "hello of version %u", (unsigned)version);
	syncd->peer.state = SYNCD_PEER_READY;
	for (enum spool_state state = SPOOL_ACCEPTED; state <= SPOOL_PARKED; state++)
		for (struct spool_item *item = spool_first(syncd->spool, state); item != NULL; item = spool_next(item))
			item->tell = SYNCD_TELL_STATE;
	return true;
}

/* The three texts of a provisioning; the code is worth a counter until it was used. */
struct texts {
	char code[SYNCD_CODE_MOST], signing[WIRE_CSR_MOST + 1], opening[WIRE_CSR_MOST + 1];
};

static void
free_texts(struct texts **texts)
{
	secret_wipe(*texts, sizeof(**texts));
	free(*texts);
	*texts = NULL;
}

static bool
on_provision(void *self, struct channel_message *message, struct error *err)
{
	struct syncd *syncd = self;
	CLEANUP(free_texts) struct texts *texts = calloc(1, sizeof(*texts));
	struct error fault = { 0 };
	struct cursor in = cursor_over(message->body);
	if (texts == NULL)
		abort();
	cursor_text(&in, texts->code, sizeof(texts->code));
	cursor_text(&in, texts->signing, sizeof(texts->signing));
	cursor_text(&in, texts->opening, sizeof(texts->opening));
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "provision: cut short, or texts that cannot be taken");
	if (syncd_provision_start(syncd, texts->code, texts->signing, texts->opening, &fault))
		syncd->peer.state = SYNCD_PEER_PROVISIONING;
	else
		syncd->peer.refused = fault;
	return true;
}

/* The offered bytes, as they were sealed by the counter. */
static bool
take_offer(struct syncd *syncd, const struct wire_item *item, int memfd, struct spool_item **out, struct error *err)
{
	struct span bytes = { 0 };
	if (!channel_map(memfd, WIRE_PACKET_MOST, &bytes, err))
		return false;
	bool ok = bytes.len == item->len
				  ? spool_add(syncd->spool, item->id, (enum spool_lane)item->lane, item->sha256, bytes, out, err)
				  : error_set(err, ERROR_INVALID, "%zu bytes came, %u were announced", bytes.len, (unsigned)item->len);
	channel_unmap(&bytes);
	return ok;
}

static bool
on_offer(void *self, struct channel_message *message, struct error *err)
{
	struct syncd *syncd = self;
	struct wire_item item;
	struct spool_item *spooled = NULL;
	struct error fault = { 0 };
	struct cursor in = cursor_over(message->body);
	if (!wire_take_item(&in, &item, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "offer: bytes left over");
	if (!take_offer(syncd, &item, message->memfd, &spooled, &fault) || spooled == NULL) {
		LOG(LOG_LEVEL_WARNING, "not-spooled", log_id("id", item.id), log_error(&fault));
		syncd_peer_tell_loose(syncd, item.id, fault.text);
		return true;
	}
	spooled->tell |= SYNCD_TELL_SPOOLED;
	syncd->peer.spooled_untold = true;
	if (spooled->state != SPOOL_WAITING && (spooled->tell & SYNCD_TOLD) == 0)
		spooled->tell |= SYNCD_TELL_STATE;
	return true;
}

static bool
take_id(const struct channel_message *message, char id[static WIRE_ID], struct error *err)
{
	struct cursor in = cursor_over(message->body);
	if (!wire_take_id(&in, id, err))
		return false;
	return cursor_done(&in) || error_set(err, ERROR_INVALID, "bytes left over behind an id");
}

/* The counter has answered for a receipt, or will not any more. */
static bool
was_told(struct syncd *syncd, struct spool_item *item)
{
	if ((item->tell & SYNCD_TOLD) == 0)
		return false;
	item->tell &= ~(unsigned)SYNCD_TOLD;
	syncd->peer.window--;
	return true;
}

static bool
on_acknowledge(void *self, struct channel_message *message, struct error *err)
{
	struct syncd *syncd = self;
	char id[WIRE_ID];
	if (!take_id(message, id, err))
		return false;
	struct spool_item *item = spool_find(syncd->spool, id);
	if (item == NULL)
		return true;
	(void)was_told(syncd, item);
	upload_drop(syncd->upload, item);
	spool_forget(syncd->spool, item);
	return true;
}

/* The counter saw the receipt and does not keep it. */
static bool
on_refuse(void *self, struct channel_message *message, struct error *err)
{
	struct syncd *syncd = self;
	struct wire_parked refused;
	struct error why, fault = { 0 };
	struct cursor in = cursor_over(message->body);
	if (!wire_take_parked(&in, &refused, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "refuse: bytes left over");
	struct spool_item *item = spool_find(syncd->spool, refused.id);
	if (item == NULL || item->state != SPOOL_ACCEPTED || !was_told(syncd, item))
		return true;
	(void)error_set(&why, ERROR_REFUSED, "%s", refused.why);
	LOG(LOG_LEVEL_WARNING, "receipt-refused", log_id("id", item->id), log_error(&why));
	if (spool_park(syncd->spool, item, 0, refused.why, &fault))
		return true;
	LOG(LOG_LEVEL_WARNING, "not-parked", log_id("id", item->id), log_error(&fault));
	if (fault.kind == ERROR_GONE) /* nothing but the receipt is left here: the counter has the bytes */
		spool_forget(syncd->spool, item);
	return true;
}

static bool
on_retry(void *self, struct channel_message *message, struct error *err)
{
	struct syncd *syncd = self;
	struct error fault = { 0 };
	char id[WIRE_ID];
	if (!take_id(message, id, err))
		return false;
	struct spool_item *item = spool_find(syncd->spool, id);
	if (item == NULL) {
		syncd_peer_tell_loose(syncd, id, "not in the spool; offer it again");
		return true;
	}
	if (item->state == SPOOL_ACCEPTED)
		return true; /* its receipt is on its way to the counter */
	item->tell &= ~(unsigned)SYNCD_TELL_STATE;
	if (!spool_retry(syncd->spool, item, &fault)) {
		LOG(LOG_LEVEL_WARNING, "not-retried", log_id("id", id), log_error(&fault));
		syncd_peer_tell_loose(syncd, id, fault.text);
		return true;
	}
	LOG(LOG_LEVEL_INFO, "retried", log_id("id", id));
	return true;
}

static bool
on_now(void *self, struct channel_message *message, struct error *err)
{
	struct syncd *syncd = self;
	(void)message, (void)err;
	upload_now(syncd->upload);
	return true;
}

/* clang-format off */
static const struct channel_rule rules[] = {
	{ WIRE_HELLO,       ONE(SYNCD_PEER_NEW),   4,                              false, on_hello },
	{ WIRE_PROVISION,   ONE(SYNCD_PEER_READY), SYNCD_MESSAGE_MOST,             false, on_provision },
	{ WIRE_OFFER,       ANY,                   2u + WIRE_ID + 1u + 32u + 4u,   true,  on_offer },
	{ WIRE_ACKNOWLEDGE, ANY,                   2u + WIRE_ID,                   false, on_acknowledge },
	{ WIRE_RETRY,       ANY,                   2u + WIRE_ID,                   false, on_retry },
	{ WIRE_NOW,         ANY,                   0,                              false, on_now },
	{ WIRE_REFUSE,      ANY,                   PARKED_MOST,                    false, on_refuse },
};
/* clang-format on */

void
syncd_peer_close(struct syncd *syncd)
{
	struct syncd_peer *peer = &syncd->peer;
	if (peer->state == SYNCD_PEER_NONE)
		return;
	(void)sd_event_source_disable_unref(peer->source);
	channel_close(&peer->channel);
	file_free(&peer->provisioned);
	*peer = (struct syncd_peer){ .channel.fd = -1 };
}

static void
lose(struct syncd *syncd, const struct error *why)
{
	if (why->kind == ERROR_GONE)
		LOG(LOG_LEVEL_INFO, "counter-gone", log_kind("socket", "sync.sock"));
	else
		LOG(LOG_LEVEL_WARNING, "counter-dropped", log_error(why));
	syncd_peer_close(syncd);
}

/* Read only while there is room for what must be answered. */
static void
watch(struct syncd *syncd, bool full)
{
	struct syncd_peer *peer = &syncd->peer;
	uint32_t events = peer->loose_count < SYNCD_LOOSE ? EPOLLIN : 0;
	if (full)
		events |= EPOLLOUT;
	(void)sd_event_source_set_io_events(peer->source, events);
	(void)sd_event_source_set_enabled(peer->source, SD_EVENT_ON);
}

static int
on_ready(sd_event_source *source, int fd, uint32_t revents, void *self)
{
	struct syncd *syncd = self;
	struct syncd_peer *peer = &syncd->peer;
	(void)fd, (void)revents;
	for (int i = 0; i < EACH_ROUND && peer->loose_count < SYNCD_LOOSE; i++) {
		struct channel_message message;
		struct error err = { 0 };
		if (!channel_receive(&peer->channel, peer->body, sizeof(peer->body), 0, &message, &err)) {
			if (err.kind != ERROR_TIMEOUT)
				lose(syncd, &err);
			return 0;
		}
		if (!channel_dispatch(rules, sizeof(rules) / sizeof(rules[0]), peer->state, syncd, &message, &err)) {
			lose(syncd, &err);
			return 0;
		}
	}
	/* Deaf until the answers are out: what is not read, or a hang-up, would be told again and again before those. */
	if (peer->loose_count == SYNCD_LOOSE)
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	return 0;
}

static int
on_connect(sd_event_source *source, int fd, uint32_t revents, void *self)
{
	struct syncd *syncd = self;
	struct syncd_peer *peer = &syncd->peer;
	struct channel channel = { .fd = -1 };
	struct error err = { 0 };
	(void)source, (void)revents;
	if (!channel_accept(fd, &channel, &err))
		return 0;
	if (peer->state != SYNCD_PEER_NONE) {
		LOG(LOG_LEVEL_WARNING, "second-counter-refused", log_kind("socket", "sync.sock"));
		channel_close(&channel);
		return 0;
	}
	if (sd_event_add_io(syncd->loop, &peer->source, channel.fd, EPOLLIN, on_ready, syncd) < 0) {
		channel_close(&channel);
		return 0;
	}
	peer->channel = channel;
	peer->state = SYNCD_PEER_NEW;
	LOG(LOG_LEVEL_INFO, "counter-connected", log_kind("socket", "sync.sock"));
	return 0;
}

bool
syncd_peer_listen(struct syncd *syncd, struct error *err)
{
	int r = sd_event_add_io(syncd->loop, &syncd->listen, syncd->listener, EPOLLIN, on_connect, syncd);
	return r >= 0 || error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, -r, "listening: %s", strerror(-r));
}

void
syncd_peer_tell_loose(struct syncd *syncd, const char *id, const char *why)
{
	struct syncd_peer *peer = &syncd->peer;
	if (peer->state == SYNCD_PEER_NONE || peer->loose_count == SYNCD_LOOSE)
		return; /* it offers again when it comes back */
	struct wire_parked *parked = &peer->loose[peer->loose_count++];
	*parked = (struct wire_parked){ .status = 0 };
	(void)text_copy(parked->id, sizeof(parked->id), id);
	(void)text_copy(parked->why, sizeof(parked->why), why);
}

/* What the line is now. */
static struct wire_line
line_now(const struct syncd *syncd)
{
	static const enum wire_line_state states[] = { [UPLOAD_UNKNOWN] = WIRE_LINE_UNKNOWN,
		[UPLOAD_UP] = WIRE_LINE_UP,
		[UPLOAD_DOWN] = WIRE_LINE_DOWN,
		[UPLOAD_REFUSED] = WIRE_LINE_REFUSED,
		[UPLOAD_UNABLE] = WIRE_LINE_UNABLE };
	const struct upload_line line = upload_line(syncd->upload);
	struct wire_line out = { .state = states[line.state],
		.since_ms = line.since_ms != 0 ? line.since_ms : syncd->started_ms,
		.next_ms = line.next_ms,
		.answer_ms = line.answer_ms,
		.tries = line.tries,
		.waiting = spool_count(syncd->spool, SPOOL_WAITING) };
	if (syncd->curl == NULL)
		out.state = WIRE_LINE_UNPROVISIONED;
	(void)text_copy(out.why, sizeof(out.why), line.why);
	return out;
}

/* Two computations of one moment differ by what the clocks were read apart. */
static bool
same_moment(int64_t a, int64_t b)
{
	return a == b || (a != 0 && b != 0 && a - b < SAME_MS && b - a < SAME_MS);
}

/* Everything but when the centre answered last, which changes with every item. */
static bool
same_line(const struct wire_line *a, const struct wire_line *b)
{
	return a->state == b->state && a->since_ms == b->since_ms && a->tries == b->tries && a->waiting == b->waiting &&
		   same_moment(a->next_ms, b->next_ms) && strcmp(a->why, b->why) == 0 &&
		   (a->answer_ms == 0) == (b->answer_ms == 0);
}

static bool
send(struct syncd *syncd, enum wire_type type, const struct buffer *body, int memfd, struct error *err)
{
	return channel_send(&syncd->peer.channel, (uint16_t)type, buffer_span(body), memfd, 0, err);
}

static bool
tell_line(struct syncd *syncd, struct error *err)
{
	struct syncd_peer *peer = &syncd->peer;
	const struct wire_line line = line_now(syncd);
	uint8_t bytes[256];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	if (peer->line_told && same_line(&line, &peer->told))
		return true;
	wire_put_line(&out, &line);
	if (!send(syncd, WIRE_LINE, &out, -1, err))
		return false;
	peer->told = line;
	peer->line_told = true;
	return true;
}

static bool
tell_parked(struct syncd *syncd, const struct wire_parked *parked, struct error *err)
{
	uint8_t bytes[512];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	wire_put_parked(&out, parked);
	return send(syncd, WIRE_PARKED, &out, -1, err);
}

static bool
tell_provision(struct syncd *syncd, struct error *err)
{
	struct syncd_peer *peer = &syncd->peer;
	uint8_t bytes[512];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	CLEANUP(file_close) int memfd = -1;
	if (peer->provisioned.len > 0) {
		if (!channel_memfd((struct span){ peer->provisioned.at, peer->provisioned.len }, &memfd, err) ||
			!send(syncd, WIRE_PROVISIONED, &out, memfd, err))
			return false;
		file_free(&peer->provisioned);
	}
	if (peer->refused.kind != ERROR_NONE) {
		error_wire_put(&out, &peer->refused);
		if (!send(syncd, WIRE_UNPROVISIONED, &out, -1, err))
			return false;
		peer->refused = (struct error){ 0 };
	}
	return true;
}

static bool
tell_loose(struct syncd *syncd, struct error *err)
{
	struct syncd_peer *peer = &syncd->peer;
	while (peer->loose_count > 0) {
		if (!tell_parked(syncd, &peer->loose[0], err))
			return false;
		peer->loose_count--;
		memmove(peer->loose, peer->loose + 1, peer->loose_count * sizeof(peer->loose[0]));
	}
	return true;
}

static bool
tell_spooled(struct syncd *syncd, struct spool_item *item, struct error *err)
{
	uint8_t bytes[128];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	if ((item->tell & SYNCD_TELL_SPOOLED) == 0)
		return true;
	buffer_text(&out, item->id);
	if (!send(syncd, WIRE_SPOOLED, &out, -1, err))
		return false;
	item->tell &= ~(unsigned)SYNCD_TELL_SPOOLED;
	return true;
}

/* A receipt that cannot be read is no reason to stop: the centre says it again when it is asked. */
static bool
ask_again(struct syncd *syncd, struct spool_item *item, const struct error *why)
{
	struct error err = { 0 };
	LOG(LOG_LEVEL_ERROR, "receipt-unreadable", log_id("id", item->id), log_error(why));
	item->tell = 0;
	if (spool_retry(syncd->spool, item, &err))
		item->not_before_ms = clock_monotonic_ms() + AGAIN_MS;
	else
		spool_forget(syncd->spool, item);
	(void)sd_event_source_set_enabled(syncd->settle, SD_EVENT_ONESHOT); /* to set when that is due */
	return true;
}

static bool
tell_accepted(struct syncd *syncd, struct spool_item *item, struct error *err)
{
	uint8_t bytes[128];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	CLEANUP(file_free) struct file_bytes receipt = { 0 };
	CLEANUP(file_close) int memfd = -1;
	if ((item->tell & SYNCD_TELL_STATE) == 0)
		return true;
	if (syncd->peer.window >= SYNCD_WINDOW) {
		syncd->peer.receipts_untold = true;
		return true;
	}
	buffer_text(&out, item->id);
	if (!spool_receipt(syncd->spool, item, &receipt, err))
		return ask_again(syncd, item, err);
	if (!channel_memfd((struct span){ receipt.at, receipt.len }, &memfd, err) ||
		!send(syncd, WIRE_ACCEPTED, &out, memfd, err))
		return false;
	item->tell = (item->tell & ~(unsigned)SYNCD_TELL_STATE) | SYNCD_TOLD;
	syncd->peer.window++;
	return true;
}

static bool
tell_item(struct syncd *syncd, struct spool_item *item, struct error *err)
{
	if (!tell_spooled(syncd, item, err))
		return false;
	if (item->state == SPOOL_ACCEPTED)
		return tell_accepted(syncd, item, err);
	if (item->state != SPOOL_PARKED || (item->tell & SYNCD_TELL_STATE) == 0)
		return true;
	struct wire_parked parked = { .status = item->status, .tries = item->tries };
	(void)text_copy(parked.id, sizeof(parked.id), item->id);
	(void)text_copy(parked.why, sizeof(parked.why), item->why);
	if (!tell_parked(syncd, &parked, err))
		return false;
	item->tell &= ~(unsigned)SYNCD_TELL_STATE;
	return true;
}

static bool
tell_list(struct syncd *syncd, struct spool_item *item, struct error *err)
{
	for (struct spool_item *next = NULL; item != NULL; item = next) {
		next = spool_next(item); /* telling may move the item to another list */
		if (item->tell != 0 && !tell_item(syncd, item, err))
			return false;
	}
	return true;
}

static bool
tell_all(struct syncd *syncd, struct error *err)
{
	if (!tell_line(syncd, err) || !tell_provision(syncd, err) || !tell_loose(syncd, err))
		return false;
	for (int lane = 0; syncd->peer.spooled_untold && lane < SPOOL_LANES; lane++)
		if (!tell_list(syncd, spool_first_waiting(syncd->spool, (enum spool_lane)lane), err))
			return false;
	syncd->peer.spooled_untold = false;
	syncd->peer.receipts_untold = false;
	return tell_list(syncd, spool_first(syncd->spool, SPOOL_ACCEPTED), err) &&
		   tell_list(syncd, spool_first(syncd->spool, SPOOL_PARKED), err);
}

void
syncd_peer_tell(struct syncd *syncd)
{
	struct error err = { 0 };
	if (syncd->peer.state < SYNCD_PEER_READY)
		return;
	bool all = tell_all(syncd, &err);
	if (!all && err.kind != ERROR_TIMEOUT) {
		lose(syncd, &err);
		return;
	}
	watch(syncd, !all);
}
