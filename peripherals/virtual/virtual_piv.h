#pragma once
/*
 * A PIV token (SP 800-73-4, part 2) with real keys by OpenSSL, for training and tests. Its ids are training ids of our
 * own; no vendor's token is imitated, except that the management key is set, and serial number and version are read,
 * with the commands that open tools know (FF, F8, FD), because SP 800-73 has none.
 *
 * Commands: SELECT A4, GET DATA CB, PUT DATA DB, VERIFY 20, CHANGE REFERENCE DATA 24, RESET RETRY COUNTER 2C,
 * GENERAL AUTHENTICATE 87 (9B: 3DES, AES-128/192/256, single and mutual; 9A 9C 9D 9E: RSA-2048 raw, P-256 ECDSA),
 * GENERATE ASYMMETRIC KEY PAIR 47, GET RESPONSE C0, SET MANAGEMENT KEY FF (00 FF FF FF, data ALG 9B LEN KEY),
 * GET SERIAL F8 (4 bytes), GET VERSION FD (3 bytes). Short and extended length, command chaining, 61xx.
 *
 * From the factory: PIN 123456, PUK 12345678, management key 010203040506070801020304050607080102030405060708 (3DES),
 * 3 tries each, no keys, a CHUID (5FC102) and a discovery object (7E).
 */
#include <stdbool.h>

#include "kiosk/base/buffer.h"
#include "kiosk/base/span.h"
#include "peripherals/virtual/virtual_card.h"

enum { VIRTUAL_PIV_RESPONSE = 4096 }; /* bytes of a whole answer at most, status word included */

struct virtual_piv;

struct virtual_piv_options {
	uint32_t serial;       /* 8 decimal digits or fewer */
	const char *fast_keys; /* folder with rsa2048-N.pem and p256-N.pem, N from 0; each is used once. NULL: generate */
	unsigned pin_tries, puk_tries; /* 0: 3 */
};

/* What has happened, for tests. */
struct virtual_piv_counts {
	unsigned long commands, generated, signatures, written;
};

struct virtual_piv *virtual_piv_new(const struct virtual_piv_options *options);
void virtual_piv_free(struct virtual_piv *piv); /* wipes the keys; accepts NULL */
/* Power off and on: PIN and management key have to be shown again. Counters, objects and keys stay. */
void virtual_piv_reset(struct virtual_piv *piv);
struct span virtual_piv_atr(const struct virtual_piv *piv); /* borrowed */
/* One command APDU and its response with status word; the buffer needs room for 65538 bytes after an extended command,
 * for 258 after a short one. Never fails: what is wrong with a command is said in the status word. */
void virtual_piv_transmit(struct virtual_piv *piv, struct span apdu, struct buffer *response);
/* The same as a card for a reader; borrowed. */
struct virtual_card virtual_piv_card(struct virtual_piv *piv);
struct virtual_piv_counts virtual_piv_counts(const struct virtual_piv *piv);
