#include "peripherals/card/atr.h"

#include <string.h>

#include "kiosk/base/cursor.h"

#define NONE_OFFERED 0xFFu

/* One round of interface bytes (TAi, TBi, TCi, TDi); *present says which follow and becomes what TDi announces. */
static void
read_round(struct cursor *in, unsigned i, uint8_t *present, struct atr *out)
{
	if (*present & 1u) {
		uint8_t ta = cursor_u8(in);
		if (i == 1)
			out->speed = ta;
		if (i == 2) {
			out->specific = true;
			out->mode = ta & 0x0Fu;
		}
	}
	if (*present & 2u)
		(void)cursor_u8(in);
	if (*present & 4u)
		(void)cursor_u8(in);
	if ((*present & 8u) == 0) {
		*present = 0;
		return;
	}
	uint8_t td = cursor_u8(in);
	*present = td >> 4;
	out->protocols = (uint16_t)(out->protocols | 1u << (td & 0x0Fu));
	if (out->first == NONE_OFFERED && (td & 0x0Fu) != 15)
		out->first = td & 0x0Fu;
}

/* TCK is there unless T=0 alone is offered (8.2.5), and makes the exclusive or of all but TS zero. */
static bool
check_sum(struct cursor *in, struct span bytes, const struct atr *read, struct error *err)
{
	if ((read->protocols & ~1u) != 0) {
		uint8_t sum = 0;
		(void)cursor_u8(in);
		for (size_t i = 1; i < bytes.len; i++)
			sum ^= bytes.at[i];
		if (in->ok && sum != 0)
			return error_set(err, ERROR_INVALID, "answer to reset: its check byte is wrong");
	}
	if (!cursor_done(in))
		return error_set(err, ERROR_INVALID, "answer to reset: %zu bytes do not add up", bytes.len);
	return true;
}

bool
atr_read(struct span bytes, struct atr *out, struct error *err)
{
	struct atr read = { .first = NONE_OFFERED, .speed = 0x11 };
	struct cursor in = cursor_over(bytes);
	uint8_t ts = cursor_u8(&in), t0 = cursor_u8(&in), present = t0 >> 4;

	if (bytes.len < 2 || bytes.len > ATR_MOST)
		return error_set(err, ERROR_INVALID, "answer to reset: %zu bytes", bytes.len);
	if (ts != 0x3B && ts != 0x3F)
		return error_set(err, ERROR_INVALID, "answer to reset begins with %02X", ts);
	for (unsigned i = 1; present != 0 && in.ok; i++)
		read_round(&in, i, &present, &read);
	struct span historical = cursor_take(&in, t0 & 0x0Fu);
	if (!check_sum(&in, bytes, &read, err))
		return false;

	if (read.first == NONE_OFFERED) {
		read.first = 0;
		read.protocols |= 1u;
	}
	memcpy(read.bytes, bytes.at, bytes.len);
	read.len = (uint8_t)bytes.len;
	read.inverse = ts == 0x3F;
	if (historical.len > 0)
		memcpy(read.historical, historical.at, historical.len);
	read.historical_len = (uint8_t)historical.len;
	*out = read;
	return true;
}
