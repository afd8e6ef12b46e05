/*
 * A reader that sends anything: a byte of flags (bit 0: extended APDUs, bit 1: it does not choose the voltage, bit 2:
 * two slots), then one packet of its interrupt pipe and its messages, each a u16 length and that many bytes. Each round
 * asks for the card, powers it on and sends one APDU, until the input ends.
 */
#include <string.h>

#include "peripherals/ccid/ccid.h"
#include "peripherals/ccid/ccid_notice.h"
#include "tests/fuzz/fuzz.h"

#define MOST_ROUNDS 32

static bool
fuzz_write(void *self, struct span out, unsigned timeout_ms, struct error *err)
{
	(void)self, (void)err;
	require(out.len >= CCID_HEADER && out.len <= 300 && timeout_ms > 0);
	return true;
}

static bool
fuzz_read(void *self, uint8_t *in, size_t cap, size_t *len, unsigned timeout_ms, struct error *err)
{
	struct cursor *input = self;
	struct span message = cursor_take(input, cursor_u16le(input));

	(void)timeout_ms;
	if (!input->ok)
		return error_set(err, ERROR_GONE, "the input ended");
	if (message.len > cap)
		return error_set(err, ERROR_TIMEOUT, "nothing came");
	if (message.len > 0)
		memcpy(in, message.at, message.len);
	*len = message.len;
	return true;
}

/* One round; false when the reader is of no use any more. */
static bool
talk(struct ccid *reader)
{
	static const uint8_t command[261] = { 0 };
	uint8_t bytes[600];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct error err;
	struct atr atr;
	enum ccid_card card;

	if (ccid_card(reader, 0, &card, 10000, &err))
		require(card <= CCID_CARD_NONE);
	if (ccid_power_on(reader, 0, &atr, 10000, &err))
		require(atr.len >= 2 && atr.len <= ATR_MOST);
	if (ccid_transmit(reader, 0, (struct span){ command, sizeof(command) }, &response, 10000, &err))
		require(response.len <= sizeof(bytes));
	else
		require(err.kind != ERROR_NONE);
	return ((const struct cursor *)reader->port.self)->ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct port_ops ops = { .write = fuzz_write, .read = fuzz_read };
	struct cursor in = cursor_over((struct span){ data, size });
	const uint8_t flags = cursor_u8(&in);
	const struct usb_facts_ccid facts = {
		.slots = flags & 4 ? 2 : 1,
		.voltages = 7,
		.message = flags & 1 ? 120 : 271,
		.voltage_itself = (flags & 2) == 0,
		.level = flags & 1 ? USB_FACTS_EXTENDED_APDU : USB_FACTS_SHORT_APDU,
	};
	struct ccid_notice notice;
	struct ccid reader;
	struct error err;

	if (ccid_notice_read(cursor_take(&in, cursor_u16le(&in)), facts.slots, &notice, &err))
		require(notice.slot < facts.slots && !ccid_notice_present(&notice, facts.slots));
	require(ccid_init(&reader, (struct port){ &ops, &in }, &facts, &err));
	for (unsigned i = 0; i < MOST_ROUNDS && talk(&reader); i++)
		continue;
	ccid_finish(&reader);
	return 0;
}
