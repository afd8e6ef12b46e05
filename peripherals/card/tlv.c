#include "peripherals/card/tlv.h"

#define MOST_LEN 0xFFFFFFu

static bool
take_byte(struct tlv_reader *in, uint8_t *out)
{
	if (!in->ok || in->rest.len == 0) {
		in->ok = false;
		return false;
	}
	*out = in->rest.at[0];
	in->rest.at++;
	in->rest.len--;
	return true;
}

static bool
take_tag(struct tlv_reader *in, uint32_t *tag)
{
	uint8_t b;
	if (!take_byte(in, &b))
		return false;
	*tag = b;
	bool more = (b & 0x1Fu) == 0x1Fu;
	for (unsigned n = 1; more; n++) {
		if (n == 3 || !take_byte(in, &b))
			return in->ok = false;
		*tag = *tag << 8 | b;
		more = (b & 0x80u) != 0;
	}
	return true;
}

static bool
take_len(struct tlv_reader *in, size_t *len)
{
	uint8_t b;
	if (!take_byte(in, &b))
		return false;
	*len = b;
	if (b < 0x80)
		return true;
	unsigned bytes = b & 0x7Fu;
	if (bytes == 0 || bytes > 3) /* 80: indefinite, which cards do not use */
		return in->ok = false;
	*len = 0;
	for (unsigned i = 0; i < bytes; i++) {
		if (!take_byte(in, &b))
			return false;
		*len = *len << 8 | b;
	}
	return true;
}

struct tlv_reader
tlv_over(struct span input)
{
	return (struct tlv_reader){ .rest = input, .ok = true };
}

bool
tlv_next(struct tlv_reader *in, struct tlv *out)
{
	uint32_t tag;
	size_t len;

	if (!in->ok || in->rest.len == 0)
		return false;
	if (!take_tag(in, &tag) || !take_len(in, &len))
		return false;
	if (len > in->rest.len)
		return in->ok = false;
	*out = (struct tlv){ tag, { in->rest.at, len } };
	in->rest.at += len;
	in->rest.len -= len;
	return true;
}

bool
tlv_done(const struct tlv_reader *in)
{
	return in->ok && in->rest.len == 0;
}

bool
tlv_find(struct span input, uint32_t tag, struct span *value)
{
	struct tlv_reader in = tlv_over(input);
	struct tlv at;

	while (tlv_next(&in, &at)) {
		if (at.tag == tag) {
			*value = at.value;
			return true;
		}
	}
	return false;
}

/* Whether the number is what the bytes of one tag make. */
static bool
is_tag(uint32_t tag)
{
	if (tag <= 0xFF)
		return (tag & 0x1Fu) != 0x1Fu;
	if (tag <= 0xFFFF)
		return (tag >> 8 & 0x1Fu) == 0x1Fu && (tag & 0x80u) == 0;
	return tag <= 0xFFFFFF && (tag >> 16 & 0x1Fu) == 0x1Fu && (tag & 0x8000u) != 0 && (tag & 0x80u) == 0;
}

static unsigned
bytes_of(size_t number)
{
	return number <= 0xFF ? 1 : number <= 0xFFFF ? 2 : 3;
}

void
tlv_begin(struct buffer *out, uint32_t tag, size_t len)
{
	if (!is_tag(tag) || len > MOST_LEN) {
		out->ok = false;
		return;
	}
	for (unsigned i = bytes_of(tag); i > 0; i--)
		buffer_u8(out, (uint8_t)(tag >> (8 * (i - 1))));
	if (len >= 0x80)
		buffer_u8(out, (uint8_t)(0x80u | bytes_of(len)));
	for (unsigned i = bytes_of(len); i > 0; i--)
		buffer_u8(out, (uint8_t)(len >> (8 * (i - 1))));
}

void
tlv_put(struct buffer *out, uint32_t tag, struct span value)
{
	tlv_begin(out, tag, value.len);
	buffer_put(out, value);
}

size_t
tlv_size(uint32_t tag, size_t len)
{
	return bytes_of(tag) + (len >= 0x80 ? 1u : 0u) + bytes_of(len) + len;
}
