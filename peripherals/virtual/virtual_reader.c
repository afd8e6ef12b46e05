#include "peripherals/virtual/virtual_reader.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/cursor.h"

enum {
	HEADER = 10,
	MESSAGE = HEADER + VIRTUAL_CARD_APDU,
	SHORT_MESSAGE = 271, /* CCID 1.1, 5.1: dwMaxCCIDMessageLength of short APDU level */
	EXTENDED_MESSAGE = 65556,
};

enum { /* CCID 1.1, 6.1 and 6.2 */
	ICC_POWER_ON = 0x62,
	ICC_POWER_OFF = 0x63,
	GET_SLOT_STATUS = 0x65,
	XFR_BLOCK = 0x6F,
	GET_PARAMETERS = 0x6C,
	RESET_PARAMETERS = 0x6D,
	SET_PARAMETERS = 0x61,
	ABORT = 0x72,
	DATA_BLOCK = 0x80,
	SLOT_STATUS = 0x81,
	PARAMETERS = 0x82,
	NOTIFY_SLOT_CHANGE = 0x50
};

enum { /* CCID 1.1, 6.2.6 */
	STATUS_FAILED = 0x40,
	STATUS_EXTENSION = 0x80,
	ERROR_ICC_MUTE = 0xFE,
	ERROR_NOT_SUPPORTED = 0x00,
	ERROR_LENGTH = 1, /* offset of the field that is wrong */
	ERROR_SLOT = 5,
	ERROR_LEVEL = 8
};

enum { CHAIN_WHOLE = 0x00, CHAIN_BEGINS = 0x01, CHAIN_ENDS = 0x02, CHAIN_MIDDLE = 0x03, CHAIN_NEXT = 0x10 };

struct virtual_reader {
	struct virtual_device device;
	bool short_apdu;
	uint32_t most;
	enum virtual_reader_fault fault;
	struct virtual_card card;
	bool powered;
	bool working; /* the card has a command whose answer was not fetched */
	int64_t extended_ms;
	uint8_t slot, sequence; /* of the command being answered */
	uint8_t in[MESSAGE];    /* what came of the message so far */
	size_t in_len;
	uint8_t command[VIRTUAL_CARD_APDU]; /* an APDU put together from chained blocks */
	size_t command_len;
	uint8_t response[VIRTUAL_CARD_APDU];
	size_t response_len, response_at;
	uint8_t out[MESSAGE + 1];
};

static uint8_t
icc_status(const struct virtual_reader *reader)
{
	return !reader->card.ops ? 2 : reader->powered ? 0 : 1;
}

static void
spoil(struct virtual_reader *reader, struct buffer *message)
{
	uint8_t *at = message->at;
	switch (reader->fault) {
	case VIRTUAL_READER_SOUND:
	case VIRTUAL_READER_ENDLESS:
		return;
	case VIRTUAL_READER_WRONG_SEQUENCE:
		at[6]++;
		break;
	case VIRTUAL_READER_WRONG_SLOT:
		at[5]++;
		break;
	case VIRTUAL_READER_LONG_LENGTH:
		at[1]++;
		break;
	case VIRTUAL_READER_SHORT_LENGTH:
		at[1]--;
		break;
	case VIRTUAL_READER_WRONG_TYPE:
		at[0] ^= 0x0F;
		break;
	case VIRTUAL_READER_CUT:
		message->len = 7;
		break;
	}
	reader->fault = VIRTUAL_READER_SOUND;
}

/* RDR_to_PC; the last three bytes of its header are status, error and a byte that depends on the type. */
static void
answer(struct virtual_reader *reader, uint8_t type, uint8_t status, uint8_t error, uint8_t last, struct span data)
{
	struct buffer message = buffer_into(reader->out, sizeof(reader->out));
	buffer_u8(&message, type);
	buffer_u32le(&message, (uint32_t)data.len);
	buffer_u8(&message, reader->slot);
	buffer_u8(&message, reader->sequence);
	buffer_u8(&message, (uint8_t)(status | icc_status(reader)));
	buffer_u8(&message, error);
	buffer_u8(&message, last);
	buffer_put(&message, data);
	if (!(status & STATUS_EXTENSION))
		spoil(reader, &message);
	virtual_device_send(&reader->device, VIRTUAL_READER_IN, buffer_span(&message));
}

static void
refuse(struct virtual_reader *reader, uint8_t type, uint8_t error)
{
	answer(reader, type, STATUS_FAILED, error, 0, (struct span){ 0 });
}

static void
power_on(struct virtual_reader *reader)
{
	uint8_t room[VIRTUAL_CARD_ATR];
	struct buffer atr = buffer_into(room, sizeof(room));
	reader->command_len = 0;
	reader->response_len = 0;
	if (!reader->card.ops || !reader->card.ops->reset(reader->card.self, &atr) || !atr.ok || atr.len == 0) {
		reader->powered = false;
		refuse(reader, DATA_BLOCK, ERROR_ICC_MUTE);
		return;
	}
	reader->powered = true;
	answer(reader, DATA_BLOCK, 0, 0, 0, buffer_span(&atr));
}

static void
power_off(struct virtual_reader *reader)
{
	if (reader->card.ops && reader->powered)
		reader->card.ops->power_off(reader->card.self);
	reader->powered = false;
	answer(reader, SLOT_STATUS, 0, 0, 0, (struct span){ 0 });
}

/* Of the answer that the card gave, as much as one message holds (CCID 1.1, table 4: bChainParameter). */
static void
answer_part(struct virtual_reader *reader)
{
	const size_t left = reader->response_len - reader->response_at;
	const size_t room = reader->most - HEADER;
	const size_t part = left < room ? left : room;
	const bool first = reader->response_at == 0;
	const bool last = part == left;
	const uint8_t chain = (uint8_t)(first ? (last ? CHAIN_WHOLE : CHAIN_BEGINS) : (last ? CHAIN_ENDS : CHAIN_MIDDLE));
	const struct span data = { reader->response + reader->response_at, part };
	reader->response_at += part;
	answer(reader, DATA_BLOCK, 0, 0, chain, data);
}

static void
ask_for_time(struct virtual_reader *reader, int64_t now_ms)
{
	reader->extended_ms = now_ms;
	answer(reader, DATA_BLOCK, STATUS_EXTENSION, 1, 0, (struct span){ 0 });
}

static int64_t
work(struct virtual_reader *reader, int64_t now_ms)
{
	struct buffer response = buffer_into(reader->response, sizeof(reader->response));
	const int64_t again_ms = reader->extended_ms + VIRTUAL_READER_EXTENSION_MS;
	if (!reader->working)
		return INT64_MAX;
	enum virtual_card_answer how = VIRTUAL_CARD_BUSY;
	if (reader->fault != VIRTUAL_READER_ENDLESS)
		how = reader->card.ops->poll(reader->card.self, &response, now_ms);
	if (how == VIRTUAL_CARD_BUSY) {
		if (now_ms >= again_ms)
			ask_for_time(reader, now_ms);
		return reader->extended_ms + VIRTUAL_READER_EXTENSION_MS;
	}
	reader->working = false;
	if (how == VIRTUAL_CARD_MUTE || !response.ok) {
		refuse(reader, DATA_BLOCK, ERROR_ICC_MUTE);
		return INT64_MAX;
	}
	reader->response_len = response.len;
	reader->response_at = 0;
	answer_part(reader);
	return INT64_MAX;
}

static void
to_card(struct virtual_reader *reader)
{
	const struct span command = { reader->command, reader->command_len };
	reader->response_len = reader->response_at = 0;
	reader->command_len = 0;
	if (!reader->card.ops->start(reader->card.self, command, reader->device.now_ms)) {
		refuse(reader, DATA_BLOCK, ERROR_ICC_MUTE);
		return;
	}
	reader->working = true;
	reader->extended_ms = reader->device.now_ms;
	if (reader->fault == VIRTUAL_READER_ENDLESS)
		ask_for_time(reader, reader->device.now_ms);
	work(reader, reader->device.now_ms);
}

static bool
gather(struct virtual_reader *reader, struct span data)
{
	if (reader->command_len + data.len > sizeof(reader->command))
		return false;
	memcpy(reader->command + reader->command_len, data.at, data.len);
	reader->command_len += data.len;
	return true;
}

static void
transfer(struct virtual_reader *reader, uint16_t level, struct span data)
{
	if (!reader->card.ops || !reader->powered) {
		refuse(reader, DATA_BLOCK, ERROR_ICC_MUTE);
		return;
	}
	if (reader->short_apdu ? level != 0 : level > CHAIN_MIDDLE && level != CHAIN_NEXT) {
		refuse(reader, DATA_BLOCK, ERROR_LEVEL);
		return;
	}
	if (level == CHAIN_NEXT) {
		if (data.len > 0 || reader->response_at >= reader->response_len)
			refuse(reader, DATA_BLOCK, ERROR_LEVEL);
		else
			answer_part(reader);
		return;
	}
	if (level == CHAIN_WHOLE || level == CHAIN_BEGINS)
		reader->command_len = 0;
	else if (reader->command_len == 0) { /* goes on with what never began */
		refuse(reader, DATA_BLOCK, ERROR_LEVEL);
		return;
	}
	if (!gather(reader, data))
		refuse(reader, DATA_BLOCK, ERROR_LENGTH);
	else if (level == CHAIN_BEGINS || level == CHAIN_MIDDLE)
		answer(reader, DATA_BLOCK, 0, 0, CHAIN_NEXT, (struct span){ 0 });
	else
		to_card(reader);
}

static void
give_parameters(struct virtual_reader *reader)
{
	static const uint8_t t1[] = { 0x11, 0x10, 0x00, 0x4D, 0x00, 0xFE, 0x00 }; /* CCID 1.1, 6.2.3: T=1 */
	answer(reader, PARAMETERS, 0, 0, 1, (struct span){ t1, sizeof(t1) });
}

static void
obey(struct virtual_reader *reader, const uint8_t *header, struct span data)
{
	reader->slot = header[5];
	reader->sequence = header[6];
	if (reader->slot != 0) {
		refuse(reader, header[0] == XFR_BLOCK || header[0] == ICC_POWER_ON ? DATA_BLOCK : SLOT_STATUS, ERROR_SLOT);
		return;
	}
	reader->working = false; /* a new command drops the old one */
	switch (header[0]) {
	case ICC_POWER_ON:
		power_on(reader);
		break;
	case ICC_POWER_OFF:
		power_off(reader);
		break;
	case XFR_BLOCK:
		transfer(reader, (uint16_t)(header[8] | header[9] << 8), data);
		break;
	case GET_PARAMETERS:
	case RESET_PARAMETERS:
	case SET_PARAMETERS:
		give_parameters(reader);
		break;
	case ABORT:
		reader->command_len = reader->response_len = reader->response_at = 0;
		answer(reader, SLOT_STATUS, 0, 0, 0, (struct span){ 0 });
		break;
	case GET_SLOT_STATUS:
		answer(reader, SLOT_STATUS, 0, 0, 0, (struct span){ 0 });
		break;
	default:
		refuse(reader, SLOT_STATUS, ERROR_NOT_SUPPORTED);
		break;
	}
}

static bool
reader_control(void *self, const struct virtual_device_setup *setup, struct span out, struct buffer *in)
{
	struct virtual_reader *reader = self;
	(void)out;
	if (setup->request_type == 0x21 && setup->request == 1) { /* ABORT; the bulk message follows */
		reader->working = false;
		reader->in_len = 0;
		return true;
	}
	if (setup->request_type != 0xA1 || setup->request < 2 || setup->request > 3)
		return false;
	buffer_u32le(in, setup->request == 2 ? 4000 : 10753); /* kHz; bits per second */
	return true;
}

/* A message may come in several transfers; what is longer than announced is dropped with it. */
static enum virtual_device_answer
reader_out(void *self, uint8_t endpoint, struct span data, size_t *taken)
{
	struct virtual_reader *reader = self;
	(void)endpoint;
	if (data.len > sizeof(reader->in) - reader->in_len) {
		reader->in_len = 0;
		return VIRTUAL_DEVICE_STALL;
	}
	if (data.len > 0)
		memcpy(reader->in + reader->in_len, data.at, data.len);
	reader->in_len += data.len;
	*taken = data.len;
	if (reader->in_len < HEADER)
		return VIRTUAL_DEVICE_DONE;
	struct cursor in = cursor_over((struct span){ reader->in + 1, 4 });
	const uint32_t len = cursor_u32le(&in);
	if (len > reader->most - HEADER) {
		reader->slot = reader->in[5];
		reader->sequence = reader->in[6];
		reader->in_len = 0;
		refuse(reader, reader->in[0] == XFR_BLOCK ? DATA_BLOCK : SLOT_STATUS, ERROR_LENGTH);
		return VIRTUAL_DEVICE_DONE;
	}
	if (reader->in_len < HEADER + len)
		return VIRTUAL_DEVICE_DONE;
	reader->in_len = 0;
	obey(reader, reader->in, (struct span){ reader->in + HEADER, len });
	return VIRTUAL_DEVICE_DONE;
}

static int64_t
reader_tick(void *self, int64_t now_ms)
{
	return work(self, now_ms);
}

static void
notify(struct virtual_reader *reader)
{
	const uint8_t message[] = { NOTIFY_SLOT_CHANGE, (uint8_t)(2 | (reader->card.ops ? 1 : 0)) };
	virtual_device_send(&reader->device, VIRTUAL_READER_INTERRUPT, (struct span){ message, sizeof(message) });
}

static void
reader_power(void *self, bool on)
{
	struct virtual_reader *reader = self;
	if (!on && reader->card.ops && reader->powered)
		reader->card.ops->power_off(reader->card.self);
	reader->powered = reader->working = false;
	reader->in_len = reader->command_len = reader->response_len = reader->response_at = 0;
	if (on && reader->card.ops)
		notify(reader);
}

/* CCID 1.1, 5.1 */
static void
put_class_descriptor(const struct virtual_reader *reader, struct buffer *out)
{
	static const uint8_t begin[] = { 54, 0x21, 0x10, 0x01, 0, 7, 3, 0, 0, 0 };
	buffer_put(out, (struct span){ begin, sizeof(begin) });
	buffer_u32le(out, 4000); /* default and highest clock, kHz */
	buffer_u32le(out, 4000);
	buffer_u8(out, 0);
	buffer_u32le(out, 10753); /* data rate */
	buffer_u32le(out, 344086);
	buffer_u8(out, 0);
	buffer_u32le(out, 254); /* dwMaxIFSD */
	buffer_u32le(out, 0);
	buffer_u32le(out, 0);
	buffer_u32le(out, reader->short_apdu ? 0x000204FE : 0x000404FE); /* dwFeatures: all automatic, APDU level */
	buffer_u32le(out, reader->most);
	buffer_u8(out, 0xFF);
	buffer_u8(out, 0xFF);
	buffer_u16le(out, 0);
	buffer_u8(out, 0); /* no PIN pad */
	buffer_u8(out, 1);
}

static const struct virtual_device_ops reader_ops = { reader_control, reader_out, reader_tick, reader_power };

struct virtual_reader *
virtual_reader_new(const struct virtual_reader_options *options)
{
	static const struct virtual_device_endpoint endpoints[] = {
		{ .address = VIRTUAL_READER_OUT, .most = 64 },
		{ .address = VIRTUAL_READER_IN, .most = 64 },
		{ .address = VIRTUAL_READER_INTERRUPT, .most = 8, .interrupt = true },
	};
	struct virtual_reader *reader = calloc(1, sizeof(*reader));
	uint8_t room[54];
	struct buffer class = buffer_into(room, sizeof(room));
	if (!reader)
		abort();
	reader->short_apdu = options->short_apdu;
	reader->most = options->short_apdu     ? SHORT_MESSAGE
				   : options->most_message ? options->most_message
										   : EXTENDED_MESSAGE;
	put_class_descriptor(reader, &class);
	const struct virtual_device_identity identity = {
		.vendor = options->vendor ? options->vendor : 0x04E6,
		.product = options->vendor ? options->product : 0x5116,
		.manufacturer = options->manufacturer ? options->manufacturer : "Training",
		.name = options->name ? options->name : "Training CCID reader",
		.serial = options->serial ? options->serial : "TR000001",
		.class = 0x0B,
		.class_descriptor = buffer_span(&class),
	};
	virtual_device_init(&reader->device, &reader_ops, reader, &identity, endpoints, 3);
	return reader;
}

void
virtual_reader_free(struct virtual_reader *reader)
{
	if (!reader)
		return;
	virtual_device_finish(&reader->device);
	free(reader);
}

struct virtual_device *
virtual_reader_device(struct virtual_reader *reader)
{
	return &reader->device;
}

void
virtual_reader_insert(struct virtual_reader *reader, struct virtual_card card)
{
	if (reader->card.ops && reader->powered)
		reader->card.ops->power_off(reader->card.self);
	const bool working = reader->working;
	reader->card = card;
	reader->powered = reader->working = false;
	reader->command_len = reader->response_len = reader->response_at = 0;
	notify(reader);
	if (working)
		refuse(reader, DATA_BLOCK, ERROR_ICC_MUTE);
}

bool
virtual_reader_has_card(const struct virtual_reader *reader)
{
	return reader->card.ops;
}

void
virtual_reader_break(struct virtual_reader *reader, enum virtual_reader_fault fault)
{
	reader->fault = fault;
}
