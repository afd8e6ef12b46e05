#include "sync/packet/canonical.h"

#include <string.h>

#define DIGITS_MOST 18u /* always fit into an int64_t */

static void
skip(struct canonical *in, size_t len)
{
	in->rest.at += len;
	in->rest.len -= len;
}

static bool
take(struct canonical *in, const char *bytes, size_t len)
{
	if (in->rest.len < len || memcmp(in->rest.at, bytes, len) != 0)
		return false;
	skip(in, len);
	return true;
}

bool
canonical_char(struct canonical *in, char character)
{
	return take(in, &character, 1);
}

bool
canonical_word(struct canonical *in, const char *word)
{
	return take(in, word, strlen(word));
}

bool
canonical_name(struct canonical *in, const char *name, bool first)
{
	return (first || take(in, ",", 1)) && take(in, "\"", 1) && canonical_word(in, name) && take(in, "\":", 2);
}

/* Bytes up to the next quote or backslash; all of them if there is neither. */
static size_t
plain_length(struct span rest)
{
	size_t len = 0;
	while (len < rest.len && rest.at[len] != '"' && rest.at[len] != '\\')
		len++;
	return len;
}

/* A text with escapes, from behind its opening quote. */
static bool
unescape(struct canonical *in, struct canonical_text *out)
{
	size_t used = 0;
	while (!take(in, "\"", 1)) {
		const bool escaped = take(in, "\\", 1);
		const size_t len = escaped ? 1 : plain_length(in->rest);
		if (in->rest.len < len || len > sizeof(out->unescaped) - used || len == 0 ||
			(escaped && in->rest.at[0] != '"' && in->rest.at[0] != '\\'))
			return false;
		memcpy(out->unescaped + used, in->rest.at, len);
		used += len;
		skip(in, len);
	}
	out->bytes = (struct span){ out->unescaped, used };
	return true;
}

bool
canonical_text(struct canonical *in, struct canonical_text *out)
{
	if (!take(in, "\"", 1))
		return false;
	const size_t len = plain_length(in->rest);
	if (len == in->rest.len)
		return false;
	if (in->rest.at[len] == '\\')
		return unescape(in, out);
	out->bytes = (struct span){ in->rest.at, len };
	skip(in, len + 1);
	return true;
}

bool
canonical_number(struct canonical *in, int64_t *out)
{
	int64_t number = 0;
	size_t len = 0;
	while (len < in->rest.len && in->rest.at[len] >= '0' && in->rest.at[len] <= '9' && len < DIGITS_MOST)
		number = number * 10 + (in->rest.at[len++] - '0');
	if (len == 0 || (len > 1 && in->rest.at[0] == '0'))
		return false;
	*out = number;
	skip(in, len);
	return true;
}
