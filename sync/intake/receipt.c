#include "sync/intake/receipt.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/date.h"

bool
receipt_sign(const struct intake_store_packet *packet, const char *centre, const struct seal_key *signer,
	struct file_bytes *der, struct error *err)
{
	char received[DATE_TEXT];
	char hex[65];
	date_instant_iso(packet->received_ms, received);
	text_hex((struct span){ packet->sha256, sizeof(packet->sha256) }, hex, sizeof(hex));
	json_t *root =
		json_pack("{s:s, s:i, s:s, s:s, s:I, s:s, s:s}", "type", "receipt", "version", 1, "id", packet->id.text,
			"sha256", hex, "bytes", (json_int_t)packet->sealed.len, "received_at", received, "centre", centre);
	char *text = root != NULL ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	if (text == NULL)
		return error_set(err, ERROR_SYSTEM, "writing a receipt");
	const bool done = seal_sign(text_span(text), signer, der, err);
	free(text);
	return done || error_in(err, "signing a receipt");
}
