#include "sync/upload/receipt.h"

#include <jansson.h>
#include <string.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/der.h"
#include "kiosk/base/text.h"

#define RECEIPT_JSON_MOST (16u * 1024) /* bytes of the signed JSON */

static void
free_json(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

/* RFC 5652, 5.1 and 5.2: the signed content, borrowed from `der`; empty if this is not SignedData with data inside.
 * libcrypto would read the certificate too, which takes ten times as long as all else that is done with a receipt. */
static struct span
content_of(struct span der)
{
	static const uint8_t signed_data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
	static const uint8_t data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01 };
	struct der whole = der_over(der);
	struct der info = der_enter(&whole, DER_SEQUENCE);
	der_expect(&info, DER_OID, signed_data, sizeof(signed_data));
	struct der explicit = der_enter(&info, DER_INSIDE(0));
	struct der body = der_enter(&explicit, DER_SEQUENCE);
	(void)der_take(&body, DER_INTEGER);
	(void)der_take(&body, DER_SET);
	struct der content = der_enter(&body, DER_SEQUENCE);
	der_expect(&content, DER_OID, data, sizeof(data));
	struct der inside = der_enter(&content, DER_INSIDE(0));
	const struct span text = der_take(&inside, DER_OCTETS);
	(void)der_take(&body, DER_INSIDE(0)); /* certificates */
	(void)der_take(&body, DER_SET);       /* signers */
	bool ok = der_done(&whole) && der_done(&info) && der_done(&explicit) && der_done(&body) && der_done(&content) &&
			  der_done(&inside);
	return ok ? text : (struct span){ 0 };
}

static bool
is_text(const json_t *object, const char *key, const char *expected)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value != NULL && strcmp(value, expected) == 0;
}

enum receipt_says
receipt_look(struct span der, const char *id, const uint8_t sha256[static 32])
{
	CLEANUP(free_json) json_t *json = NULL;
	const struct span content = content_of(der);
	char hash[65];
	if (content.len == 0 || content.len > RECEIPT_JSON_MOST)
		return RECEIPT_GARBAGE;
	json = json_loadb((const char *)content.at, content.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(json) || !is_text(json, "type", "receipt"))
		return RECEIPT_GARBAGE;
	text_hex((struct span){ sha256, 32 }, hash, sizeof(hash));
	return is_text(json, "id", id) && is_text(json, "sha256", hash) ? RECEIPT_OURS : RECEIPT_OTHER;
}
