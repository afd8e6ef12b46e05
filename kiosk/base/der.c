#include "kiosk/base/der.h"

#include <string.h>

#define LENGTH_BYTES 3u /* of a long length, at most */

struct der
der_over(struct span input)
{
	return (struct der){ input, true };
}

static struct span
failed(struct der *in)
{
	*in = (struct der){ 0 };
	return (struct span){ 0 };
}

bool
der_next_is(const struct der *in, uint8_t tag)
{
	return in->ok && in->rest.len > 0 && in->rest.at[0] == tag;
}

/* X.690, 8.1.3 and 10.1. False for a length that is indefinite, too long, or not in its shortest form. */
static bool
length_of(struct span element, size_t *header, size_t *len)
{
	size_t first = element.at[1], count = first & 0x7F;
	*header = 2;
	*len = first;
	if (first < 0x80)
		return true;
	if (count == 0 || count > LENGTH_BYTES || element.len < 2 + count)
		return false;
	*len = 0;
	for (size_t i = 0; i < count; i++)
		*len = *len << 8 | element.at[2 + i];
	*header += count;
	return *len >= 0x80 && element.at[2] != 0;
}

struct span
der_take(struct der *in, uint8_t tag)
{
	size_t header = 0, len = 0;
	if (!in->ok || in->rest.len < 2 || in->rest.at[0] != tag || !length_of(in->rest, &header, &len) ||
		in->rest.len - header < len)
		return failed(in);
	const struct span content = { in->rest.at + header, len };
	in->rest = (struct span){ content.at + len, in->rest.len - header - len };
	return content;
}

struct der
der_enter(struct der *in, uint8_t tag)
{
	const struct span content = der_take(in, tag);
	return (struct der){ content, in->ok };
}

void
der_expect(struct der *in, uint8_t tag, const void *content, size_t len)
{
	const struct span got = der_take(in, tag);
	if (in->ok && (got.len != len || (len > 0 && memcmp(got.at, content, len) != 0)))
		(void)failed(in);
}

bool
der_done(const struct der *in)
{
	return in->ok && in->rest.len == 0;
}

size_t
der_header(uint8_t tag, size_t len, uint8_t out[static 5])
{
	size_t count = len < 0x80 ? 0 : len < 0x100 ? 1 : len < 0x10000 ? 2 : 3;
	out[0] = tag;
	out[1] = (uint8_t)(count == 0 ? len : 0x80 | count);
	for (size_t i = 0; i < count; i++)
		out[2 + i] = (uint8_t)(len >> (8 * (count - 1 - i)));
	return 2 + count;
}
