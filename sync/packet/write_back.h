#pragma once
/*
 * A write-back is what became of the token of one request line: its certificate was written and proved, it was handed
 * over, or it came to nothing. A packet of its own (format "ecert-counter-write-back-1", write_back.schema.json).
 *
 * Written and delivered carry a proof: a message that names the token, signed on it. Reading verifies the signature
 * under the key that stands beside it; whether that is the key of the certificate is for the centre, which issued it.
 */
#include "kiosk/model/stock.h"
#include "sync/packet/packet_note.h"

#define WRITE_BACK_KEY         320u /* bytes; a SubjectPublicKeyInfo of RSA-2048 has 294 */
#define WRITE_BACK_MESSAGE     128u /* characters of ASCII */
#define WRITE_BACK_SIGNATURE   256u /* bytes: RSA-2048, or ECDSA in DER */
#define WRITE_BACK_CERTIFICATE 65u  /* bytes of a SHA-256 in hexadecimal, NUL included */

enum write_back_event { WRITE_BACK_WRITTEN, WRITE_BACK_DELIVERED, WRITE_BACK_FAILED };

struct write_back {
	struct packet_note note;
	enum write_back_event event;
	char officer[24];                         /* staff number of who was at the counter */
	char serial[STOCK_SERIAL];                /* of the token; empty in a FAILED that took none */
	char brand[STOCK_BRAND];                  /* as in the catalogue; empty if serial is */
	char certificate[WRITE_BACK_CERTIFICATE]; /* SHA-256 of its DER; empty in a FAILED without one */
	/* WRITTEN and DELIVERED */
	uint8_t key[WRITE_BACK_KEY]; /* SubjectPublicKeyInfo, DER; RSA-2048 or P-256 */
	size_t key_len;
	char message[WRITE_BACK_MESSAGE + 1];    /* "token proof 1 SERIAL " and 64 hexadecimal digits */
	uint8_t signature[WRITE_BACK_SIGNATURE]; /* over SHA-256 of message: PKCS#1 v1.5, or ECDSA in DER */
	size_t signature_len;
	uint8_t transcript_sha256[32]; /* of the commands and answers of the step, as the counter keeps them */
	/* FAILED */
	enum stock_reason reason; /* not NONE */
	bool revoke;              /* the certificate must be revoked now; only where there is one */
};

/* Write one into json->at (the caller's); what does not go with `event` is left out. ERROR_INVALID names the member
 * that write_back_read() would refuse. */
NODISCARD bool write_back_write(const struct write_back *back, struct file_bytes *json, struct error *err);
/* ERROR_INVALID for anything but a whole canonical write-back, ERROR_UNTRUSTED for a proof that does not verify,
 * ERROR_FULL over PACKET_NOTE_MOST. */
NODISCARD bool write_back_read(struct span json, struct write_back *out, struct error *err);
