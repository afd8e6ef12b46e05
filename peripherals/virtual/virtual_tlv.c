#include "peripherals/virtual/virtual_tlv.h"

static uint32_t
take_tag(struct cursor *in)
{
	uint32_t tag = cursor_u8(in);
	if ((tag & 0x1F) != 0x1F)
		return tag;
	for (int i = 0; i < 2; i++) {
		const uint8_t next = cursor_u8(in);
		tag = tag << 8 | next;
		if (!(next & 0x80))
			return tag;
	}
	in->ok = false;
	return 0;
}

static size_t
take_length(struct cursor *in)
{
	const uint8_t first = cursor_u8(in);
	if (first < 0x80)
		return first;
	if (first == 0x81)
		return cursor_u8(in);
	if (first == 0x82) {
		const size_t high = cursor_u8(in);
		return high << 8 | cursor_u8(in);
	}
	in->ok = false;
	return 0;
}

bool
virtual_tlv_take(struct cursor *in, uint32_t *tag, struct span *value)
{
	*tag = take_tag(in);
	const size_t len = take_length(in);
	*value = cursor_take(in, len);
	return in->ok;
}

bool
virtual_tlv_find(struct span all, uint32_t tag, struct span *value)
{
	struct cursor in = cursor_over(all);
	uint32_t found;
	struct span here;
	while (in.rest.len > 0 && virtual_tlv_take(&in, &found, &here))
		if (found == tag) {
			*value = here;
			return true;
		}
	return false;
}

void
virtual_tlv_head(struct buffer *out, uint32_t tag, size_t len)
{
	for (int shift = 16; shift > 0; shift -= 8)
		if (tag >> shift)
			buffer_u8(out, (uint8_t)(tag >> shift));
	buffer_u8(out, (uint8_t)tag);
	if (len >= 0x100)
		buffer_u8(out, 0x82);
	else if (len >= 0x80)
		buffer_u8(out, 0x81);
	if (len >= 0x100)
		buffer_u8(out, (uint8_t)(len >> 8));
	buffer_u8(out, (uint8_t)len);
}

void
virtual_tlv_put(struct buffer *out, uint32_t tag, struct span value)
{
	virtual_tlv_head(out, tag, value.len);
	buffer_put(out, value);
}
