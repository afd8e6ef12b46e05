#include <stdlib.h>
#include <string.h>

#include "kiosk/base/der.h"
#include "sync/seal/internal.h"

/* The three headers around what is left, each with the length that it has now. */
static void
wrap(struct span before, struct span behind, struct span type, struct file_bytes *out)
{
	uint8_t inner[5], middle[5], outer[5], oid[5];
	const size_t body = before.len + behind.len;
	const size_t inner_len = der_header(DER_SEQUENCE, body, inner);
	const size_t middle_len = der_header(DER_INSIDE(0), inner_len + body, middle);
	const size_t oid_len = der_header(DER_OID, type.len, oid);
	const size_t all = oid_len + type.len + middle_len + inner_len + body;
	const size_t outer_len = der_header(DER_SEQUENCE, all, outer);
	const struct span parts[] = { { outer, outer_len }, { oid, oid_len }, type, { middle, middle_len },
		{ inner, inner_len }, before, behind };
	uint8_t *at = malloc(outer_len + all + 1);
	if (at == NULL)
		abort();
	*out = (struct file_bytes){ .at = at };
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		memcpy(at + out->len, parts[i].at, parts[i].len);
		out->len += parts[i].len;
	}
	at[out->len] = 0;
}

/* RFC 5652, 5.1: version, digest algorithms, content, certificates [0], signers. Lists of revoked ones are refused. */
bool
signed_split(struct span der, struct span *certificate, struct file_bytes *rest, struct error *err)
{
	static const uint8_t signed_data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
	struct der whole = der_over(der);
	struct der info = der_enter(&whole, DER_SEQUENCE);
	const struct span type = der_take(&info, DER_OID);
	struct der explicit = der_enter(&info, DER_INSIDE(0));
	struct der body = der_enter(&explicit, DER_SEQUENCE);
	struct span before = { body.rest.at, 0 };
	(void)der_take(&body, DER_INTEGER);
	(void)der_take(&body, DER_SET);
	(void)der_take(&body, DER_SEQUENCE);
	if (body.ok)
		before.len = (size_t)(body.rest.at - before.at);
	struct der certificates = der_enter(&body, DER_INSIDE(0));
	const struct span behind = body.rest;
	(void)der_take(&body, DER_SET);
	if (der.len > SEAL_MOST || !der_done(&whole) || !der_done(&info) || !der_done(&explicit) || !der_done(&body) ||
		type.len != sizeof(signed_data) || memcmp(type.at, signed_data, type.len) != 0)
		return error_set(err, ERROR_INVALID, "not SignedData in DER with a certificate inside");
	const struct span inside = certificates.rest;
	(void)der_take(&certificates, DER_SEQUENCE);
	if (!der_done(&certificates))
		return error_set(err, ERROR_INVALID, "not exactly one certificate inside");
	wrap(before, behind, type, rest);
	*certificate = inside;
	return true;
}
