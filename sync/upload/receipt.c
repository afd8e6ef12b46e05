#include "sync/upload/receipt.h"

#include <jansson.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <string.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/text.h"

#define RECEIPT_JSON_MOST (16u * 1024) /* bytes of the signed JSON */

static void
cms_free(CMS_ContentInfo **cms)
{
	CMS_ContentInfo_free(*cms);
	*cms = NULL;
}

static void
free_json(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

/* The signed content, borrowed from `cms`. */
static struct span
content_of(CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **content = NULL;
	if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
		return (struct span){ 0 };
	content = CMS_get0_content(cms);
	if (content == NULL || *content == NULL || ASN1_STRING_length(*content) < 0)
		return (struct span){ 0 };
	return (struct span){ ASN1_STRING_get0_data(*content), (size_t)ASN1_STRING_length(*content) };
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
	const unsigned char *at = der.at;
	CLEANUP(cms_free) CMS_ContentInfo *cms = NULL;
	CLEANUP(free_json) json_t *json = NULL;
	char hash[65];
	if (der.len == 0 || der.len > INT32_MAX)
		return RECEIPT_GARBAGE;
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	ERR_clear_error();
	if (cms == NULL || at != der.at + der.len)
		return RECEIPT_GARBAGE;
	struct span content = content_of(cms);
	if (content.len == 0 || content.len > RECEIPT_JSON_MOST)
		return RECEIPT_GARBAGE;
	json = json_loadb((const char *)content.at, content.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(json) || !is_text(json, "type", "receipt"))
		return RECEIPT_GARBAGE;
	text_hex((struct span){ sha256, 32 }, hash, sizeof(hash));
	return is_text(json, "id", id) && is_text(json, "sha256", hash) ? RECEIPT_OURS : RECEIPT_OTHER;
}
