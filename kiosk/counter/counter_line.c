#include <string.h>

#include "kiosk/base/digest.h"
#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/centre_answer.h"
#include "kiosk/counter/internal.h"

#define COUNT(table)     (sizeof(table) / sizeof((table)[0]))
#define BACK_OFF_MS      250u
#define BACK_OFF_MOST_MS 10000u
#define IN_FLIGHT        16u /* offered and not yet durable in the spool */
#define SEND_MS          200u
#define AT_ONCE          64u /* messages read before the shell gets its turn */
#define MESSAGE_MOST     1024u
#define ID_BODY          (2u + WIRE_ID)
#define READY            1u /* the one state of this end: connected */

static int on_timer(sd_event_source *source, uint64_t at_us, void *self);
static int on_line(sd_event_source *source, int fd, uint32_t events, void *self);

/* --- the connection --- */

static void
disconnect(struct counter *counter, const struct error *why)
{
	struct counter_line *line = &counter->line;
	bool stood = line->io != NULL;
	if (stood || line->failures == 0)
		LOG(why->kind == ERROR_GONE ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "syncd.gone", log_error(why));
	line->io = sd_event_source_disable_unref(line->io);
	channel_close(&line->channel);
	line->heard = false;
	line->in_flight = 0;
	uint64_t wait_ms = (uint64_t)BACK_OFF_MS << (line->failures < 6 ? line->failures : 6);
	line->failures++;
	(void)counter_timer(counter, &line->timer, wait_ms < BACK_OFF_MOST_MS ? wait_ms : BACK_OFF_MOST_MS, on_timer);
	if (stood) /* failing once more to connect is no news */
		counter_publish_soon(counter);
}

static bool
send_id(struct counter *counter, enum wire_type type, const char *id, struct error *err)
{
	uint8_t bytes[ID_BODY];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	buffer_text(&out, id);
	return channel_send(&counter->line.channel, (uint16_t)type, buffer_span(&out), -1, SEND_MS, err);
}

/* --- offers --- */

static struct counter_offer *
find_offer(struct counter_line *line, const char *id)
{
	for (size_t i = 0; i < line->count; i++)
		if (strcmp(line->offers[i].id, id) == 0)
			return &line->offers[i];
	return NULL;
}

static struct counter_offer *
add_offer(struct counter_line *line, const char *id, const char *receipt)
{
	if (line->count == COUNTER_OFFERS) {
		line->more = true;
		return NULL;
	}
	struct counter_offer *offer = &line->offers[line->count++];
	*offer = (struct counter_offer){ 0 };
	(void)text_copy(offer->id, sizeof(offer->id), id);
	(void)text_copy(offer->receipt, sizeof(offer->receipt), receipt);
	return offer;
}

static void
remove_offer(struct counter_line *line, struct counter_offer *offer)
{
	size_t at = (size_t)(offer - line->offers);
	if (offer->sent && !offer->spooled && line->in_flight > 0)
		line->in_flight--;
	line->count--;
	memmove(offer, offer + 1, (line->count - at) * sizeof(*offer));
	if (line->next > at)
		line->next--;
}

/* Everything without a receipt that is not parked, as the store has it. What was offered on this connection stays so.
 */
static bool
read_offers(struct counter *counter)
{
	struct counter_line *line = &counter->line;
	struct error err = { 0 };
	size_t count = 0;
	if (!store_outbox(counter->store, counter->rows, COUNTER_OFFERS, &count, &err))
		return counter_fail(counter, FAULT_STORE, &err);
	line->more = count == COUNTER_OFFERS;
	for (size_t i = 0; i < count; i++)
		if (counter->rows[i].state != STORE_OUTBOX_PARKED && find_offer(line, counter->rows[i].id) == NULL)
			(void)add_offer(line, counter->rows[i].id, counter->rows[i].receipt);
	return true;
}

/* The sealed bytes. A packet that is gone is no longer offered and holds nobody up; a store that cannot be read is a
 * fault of the counter, not of the line. */
static bool
read_packet(struct counter *counter, struct counter_offer *offer, struct file_bytes *packet)
{
	struct error err = { 0 };
	if (store_outbox_bytes(counter->store, offer->id, packet, &err))
		return true;
	if (err.kind != ERROR_GONE)
		return counter_fail(counter, FAULT_STORE, &err);
	LOG(LOG_LEVEL_WARNING, "packet.gone", log_id("packet", offer->id), log_error(&err));
	remove_offer(&counter->line, offer);
	return false;
}

static bool
send_offer(struct counter *counter, struct counter_offer *offer, struct span sealed, struct error *err)
{
	CLEANUP(file_close) int memfd = -1;
	uint8_t bytes[MESSAGE_MOST];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct wire_item item = { .lane = WIRE_LANE_PACKET, .len = (uint32_t)sealed.len };
	(void)text_copy(item.id, sizeof(item.id), offer->id);
	digest_sha256(sealed, item.sha256);
	wire_put_item(&out, &item);
	if (!channel_memfd(sealed, &memfd, err) ||
		!channel_send(&counter->line.channel, WIRE_OFFER, buffer_span(&out), memfd, SEND_MS, err))
		return false;
	offer->sent = true;
	counter->line.in_flight++;
	return true;
}

/* What of the offer and of the wish to try it again has not gone out yet. */
static bool
send_rest(struct counter *counter, struct counter_offer *offer, struct span sealed, struct error *err)
{
	if (!offer->sent && !send_offer(counter, offer, sealed, err))
		return false;
	if (offer->retry && !send_id(counter, WIRE_RETRY, offer->id, err))
		return false;
	offer->retry = false;
	return true;
}

/* Offer as many as may be under way. A full socket is tried again later, a closed one is connected again. */
static void
pump(struct counter *counter)
{
	struct counter_line *line = &counter->line;
	struct error err = { 0 };
	while (line->channel.fd >= 0 && line->in_flight < IN_FLIGHT && line->next < line->count) {
		struct counter_offer *offer = &line->offers[line->next];
		CLEANUP(file_free) struct file_bytes packet = { 0 };
		if (!offer->sent && !read_packet(counter, offer, &packet)) {
			if (counter->state == FLOW_FAULT)
				return;
			continue;
		}
		if (!send_rest(counter, offer, (struct span){ packet.at, packet.len }, &err)) {
			if (err.kind == ERROR_TIMEOUT) {
				(void)counter_timer(counter, &line->timer, BACK_OFF_MS, on_timer);
				return;
			}
			disconnect(counter, &err);
			return;
		}
		line->next++;
	}
	if (line->more && line->next == line->count && line->count < COUNTER_OFFERS / 2 && read_offers(counter) &&
		line->next < line->count)
		(void)counter_timer(counter, &line->timer, 0, on_timer);
}

/* --- what syncd says --- */

static bool
take_id(const struct channel_message *message, char id[static WIRE_ID], struct error *err)
{
	struct cursor in = cursor_over(message->body);
	if (!wire_take_id(&in, id, err))
		return false;
	return cursor_done(&in) || error_set(err, ERROR_INVALID, "bytes left over behind an id");
}

static bool
on_wire_line(void *self, struct channel_message *message, struct error *err)
{
	struct counter *counter = self;
	struct counter_line *line = &counter->line;
	struct wire_line heard;
	struct cursor in = cursor_over(message->body);
	if (!wire_take_line(&in, &heard, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "line: bytes left over");
	if (line->heard && heard.state != line->last.state && heard.state == WIRE_LINE_UP)
		counter_notice(counter, NOTICE_LINE_UP, "");
	if (line->heard && heard.state != line->last.state && line->last.state == WIRE_LINE_UP)
		counter_notice(counter, NOTICE_LINE_DOWN, "");
	line->last = heard;
	line->heard = true;
	line->failures = 0;
	return true;
}

static bool
on_spooled(void *self, struct channel_message *message, struct error *err)
{
	struct counter *counter = self;
	struct counter_line *line = &counter->line;
	char id[WIRE_ID];
	if (!take_id(message, id, err))
		return false;
	struct counter_offer *offer = find_offer(line, id);
	if (offer != NULL && offer->sent && !offer->spooled) {
		offer->spooled = true;
		line->in_flight -= line->in_flight > 0 ? 1 : 0;
		if (!store_outbox_spooled(counter->store, id, err))
			return counter_fail(counter, FAULT_STORE, err);
	}
	pump(counter);
	return true;
}

/* The receipt is the centre's, for this id and these bytes. ERROR_UNTRUSTED or ERROR_INVALID if not. */
static bool
verify(struct counter *counter, const char *id, struct span der, const struct file_bytes *packet, struct error *err)
{
	CLEANUP(file_free) struct file_bytes content = { 0 };
	struct centre_receipt receipt;
	uint8_t ours[32];
	if (!seal_verify(der, counter->ca, counter->receipt, counter_now(counter), &content, NULL, 0, err) ||
		!centre_answer_receipt((struct span){ content.at, content.len }, &receipt, err))
		return false;
	if (strcmp(receipt.id, id) != 0)
		return error_set(err, ERROR_UNTRUSTED, "receipt of another packet");
	digest_sha256((struct span){ packet->at, packet->len }, ours);
	if (memcmp(ours, receipt.sha256, sizeof(ours)) != 0)
		return error_set(err, ERROR_UNTRUSTED, "receipt over other bytes");
	return true;
}

/* Seen and not kept: syncd parks the item too, with the same reason, and goes on with the others. */
static bool
send_refusal(struct counter *counter, const char *id, const char *why, struct error *err)
{
	uint8_t bytes[MESSAGE_MOST];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct wire_parked parked = { .status = 0 };
	(void)text_copy(parked.id, sizeof(parked.id), id);
	(void)text_copy(parked.why, sizeof(parked.why), why);
	wire_put_parked(&out, &parked);
	return channel_send(&counter->line.channel, WIRE_REFUSE, buffer_span(&out), -1, SEND_MS, err);
}

/* Not believed: kept as not accepted, with its reason, and refused; unless a good one was stored before. */
static bool
refuse_receipt(struct counter *counter, const char *id, const struct error *why, struct error *err)
{
	struct error fault = { 0 };
	int64_t now_ms = counter_now(counter);
	LOG(LOG_LEVEL_WARNING, "receipt.refused", log_id("packet", id), log_error(why));
	if (!store_outbox_park(counter->store, id, 0, 1, why->text, now_ms, &fault)) {
		if (fault.kind == ERROR_REFUSED)
			return send_id(counter, WIRE_ACKNOWLEDGE, id, err);
		return counter_fail(counter, FAULT_STORE, &fault);
	}
	if (!store_audit(counter->store, "receipt-refused", "", id, why->kind == ERROR_UNTRUSTED ? "untrusted" : "invalid",
			now_ms, &fault))
		return counter_fail(counter, FAULT_STORE, &fault);
	struct counter_offer *offer = find_offer(&counter->line, id);
	if (offer != NULL)
		remove_offer(&counter->line, offer);
	counter->stale = true;
	return send_refusal(counter, id, why->text, err);
}

static void
tell_accepted(struct counter *counter, const char *id, int64_t now_ms)
{
	struct counter_offer *offer = find_offer(&counter->line, id);
	if (offer != NULL) {
		counter_notice(counter, NOTICE_ACCEPTED, offer->receipt);
		remove_offer(&counter->line, offer);
	}
	if (counter->has_receipt && strcmp(counter->stored.packet_id, id) == 0) {
		counter->stored.accepted = true;
		counter->stored.accepted_ms = now_ms;
	}
	counter->stale = true;
}

static bool
accept(struct counter *counter, const char *id, struct span der, struct error *err)
{
	CLEANUP(file_free) struct file_bytes packet = { 0 };
	struct error fault = { 0 };
	int64_t now_ms = counter_now(counter);
	bool there = store_outbox_bytes(counter->store, id, &packet, &fault);
	if (!there && fault.kind != ERROR_GONE)
		return counter_fail(counter, FAULT_STORE, &fault);
	if (there && !verify(counter, id, der, &packet, &fault))
		return refuse_receipt(counter, id, &fault, err);
	/* A packet that was purged has its receipt: this one is not stored again. One that never was ours is not known. */
	if (!store_outbox_accept(counter->store, id, der, now_ms, &fault)) {
		if (fault.kind != ERROR_GONE)
			return counter_fail(counter, FAULT_STORE, &fault);
		LOG(LOG_LEVEL_WARNING, "receipt.unknown", log_id("packet", id));
		return send_refusal(counter, id, "a receipt for a packet that this counter's store does not know", err);
	}
	tell_accepted(counter, id, now_ms);
	return send_id(counter, WIRE_ACKNOWLEDGE, id, err);
}

static bool
on_accepted(void *self, struct channel_message *message, struct error *err)
{
	struct counter *counter = self;
	struct span der = { 0 };
	char id[WIRE_ID];
	if (!take_id(message, id, err) || !channel_map(message->memfd, WIRE_RECEIPT_MOST, &der, err))
		return false;
	bool ok = accept(counter, id, der, err);
	channel_unmap(&der);
	if (ok)
		pump(counter);
	return ok;
}

static bool
on_parked(void *self, struct channel_message *message, struct error *err)
{
	struct counter *counter = self;
	struct wire_parked parked;
	struct error fault = { 0 };
	struct cursor in = cursor_over(message->body);
	if (!wire_take_parked(&in, &parked, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "parked: bytes left over");
	int tries = parked.tries < INT32_MAX ? (int)parked.tries : INT32_MAX;
	if (!store_outbox_park(counter->store, parked.id, parked.status, tries, parked.why, counter_now(counter), &fault)) {
		if (fault.kind != ERROR_GONE && fault.kind != ERROR_REFUSED)
			return counter_fail(counter, FAULT_STORE, &fault);
		LOG(LOG_LEVEL_WARNING, "parked.unknown", log_id("packet", parked.id), log_error(&fault));
		return true;
	}
	struct counter_offer *offer = find_offer(&counter->line, parked.id);
	if (offer != NULL)
		remove_offer(&counter->line, offer);
	counter->stale = true;
	pump(counter);
	return true;
}

/* clang-format off */
static const struct channel_rule rules[] = {
	{ WIRE_LINE,     READY, MESSAGE_MOST, false, on_wire_line },
	{ WIRE_SPOOLED,  READY, ID_BODY,      false, on_spooled },
	{ WIRE_ACCEPTED, READY, ID_BODY,      true,  on_accepted },
	{ WIRE_PARKED,   READY, MESSAGE_MOST, false, on_parked },
};
/* clang-format on */

static int
on_line(sd_event_source *source, int fd, uint32_t events, void *self)
{
	struct counter *counter = self;
	(void)source, (void)fd, (void)events;
	for (unsigned i = 0; i < AT_ONCE && counter->line.channel.fd >= 0 && counter->store != NULL; i++) {
		uint8_t in[MESSAGE_MOST + 2];
		struct channel_message message;
		struct error err = { 0 };
		bool got = channel_receive(&counter->line.channel, in, sizeof(in), 0, &message, &err);
		if (!got && err.kind == ERROR_TIMEOUT)
			break;
		if (!got || !channel_dispatch(rules, COUNT(rules), 0, counter, &message, &err))
			disconnect(counter, &err);
	}
	counter->stale = true;
	counter_publish_soon(counter);
	return 0;
}

/* --- connecting --- */

static bool
say_hello(struct counter *counter, struct error *err)
{
	uint8_t bytes[4];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	buffer_u32le(&out, WIRE_VERSION);
	return channel_send(&counter->line.channel, WIRE_HELLO, buffer_span(&out), -1, SEND_MS, err);
}

static void
connect_line(struct counter *counter)
{
	struct counter_line *line = &counter->line;
	struct error err = { 0 };
	bool ok = channel_connect(counter->setup->sync_socket, &line->channel, &err) && say_hello(counter, &err);
	if (ok && sd_event_add_io(counter->loop, &line->io, line->channel.fd, EPOLLIN, on_line, counter) < 0)
		ok = error_set(&err, ERROR_SYSTEM, "watching syncd's socket");
	if (!ok) {
		disconnect(counter, &err);
		return;
	}
	line->next = line->in_flight = 0;
	for (size_t i = 0; i < line->count; i++)
		line->offers[i].sent = line->offers[i].spooled = false;
	if (read_offers(counter))
		pump(counter);
}

static int
on_timer(sd_event_source *source, uint64_t at_us, void *self)
{
	struct counter *counter = self;
	(void)source, (void)at_us;
	if (counter->store == NULL)
		return 0;
	if (counter->line.channel.fd >= 0)
		pump(counter);
	else
		connect_line(counter);
	return 0;
}

void
counter_line_start(struct counter *counter)
{
	if (counter->line.channel.fd < 0)
		connect_line(counter);
}

void
counter_line_stop(struct counter *counter)
{
	struct counter_line *line = &counter->line;
	line->io = sd_event_source_disable_unref(line->io);
	line->timer = sd_event_source_disable_unref(line->timer);
	channel_close(&line->channel);
	line->heard = false;
	line->failures = 0;
}

void
counter_line_offer(struct counter *counter, const char *id, const char *receipt)
{
	(void)add_offer(&counter->line, id, receipt);
	pump(counter);
}

void
counter_line_now(struct counter *counter, struct command *command)
{
	struct error err = { 0 };
	(void)command;
	if (counter->line.channel.fd < 0)
		connect_line(counter);
	else if (!channel_send(&counter->line.channel, WIRE_NOW, (struct span){ 0 }, -1, SEND_MS, &err))
		disconnect(counter, &err);
	counter_notice(counter, NOTICE_SEND_TRIED, "");
}

void
counter_line_retry(struct counter *counter, struct command *command)
{
	struct counter_line *line = &counter->line;
	struct error err = { 0 };
	if (!store_outbox_retry(counter->store, command->text, counter->officer.number, counter_now(counter), &err)) {
		if (!counter_declined(&err))
			(void)counter_fail(counter, FAULT_STORE, &err);
		return;
	}
	struct counter_offer *offer = find_offer(line, command->text);
	if (offer == NULL)
		offer = add_offer(line, command->text, "");
	if (offer != NULL)
		offer->retry = true;
	counter->stale = true;
	counter_notice(counter, NOTICE_SEND_TRIED, command->text);
	pump(counter);
}
