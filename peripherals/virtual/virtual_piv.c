#include "peripherals/virtual/virtual_piv.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peripherals/virtual/virtual_apdu.h"
#include "peripherals/virtual/virtual_keys.h"
#include "peripherals/virtual/virtual_objects.h"
#include "peripherals/virtual/virtual_tlv.h"

enum { DATA = VIRTUAL_OBJECTS_VALUE + 64, REFERENCE = 8, KEYS = 4 };

enum { /* SP 800-73-4 part 2, table 2 and ISO 7816-4 */
	OK = 0x9000,
	MORE = 0x6100,
	TRIES = 0x63C0,
	WRONG_LENGTH = 0x6700,
	NOT_SATISFIED = 0x6982,
	BLOCKED = 0x6983,
	NO_CHALLENGE = 0x6985,
	WRONG_DATA = 0x6A80,
	NOT_FOUND = 0x6A82,
	NO_ROOM = 0x6A84,
	WRONG_P1P2 = 0x6A86,
	NO_REFERENCE = 0x6A88,
	NO_SUCH_INS = 0x6D00,
	NO_SUCH_CLASS = 0x6E00,
	BROKEN = 0x6F00
};

struct reference { /* PIN or PUK */
	uint8_t value[REFERENCE];
	unsigned left, most;
};

struct virtual_piv {
	uint32_t serial;
	char fast_keys[4000];
	unsigned fast_rsa, fast_p256; /* next number */
	uint8_t atr[VIRTUAL_CARD_ATR];
	size_t atr_len;
	struct reference pin, puk;
	uint8_t management_algorithm, management[32];
	EVP_PKEY *keys[KEYS]; /* 9A 9C 9D 9E; owned */
	struct virtual_objects objects;
	struct virtual_piv_counts counts;
	/* since power on */
	bool selected, pin_shown, pin_fresh, managed;
	uint8_t challenge[VIRTUAL_KEYS_BLOCK];
	bool challenged, witnessed;
	uint8_t chain[DATA]; /* data of chained commands */
	size_t chain_len;
	uint8_t chain_ins;
	bool chaining;
	uint8_t response[VIRTUAL_PIV_RESPONSE]; /* what GET RESPONSE fetches */
	size_t response_len, response_at;
	/* one answer for a reader to fetch */
	uint8_t card_answer[VIRTUAL_PIV_RESPONSE + 2];
	size_t card_answer_len;
};

typedef uint16_t (*obey_fn)(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out);

static const uint8_t aid[] = { 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00 };

static uint16_t
select_piv(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	static const uint8_t authority[] = { 0x4F, 5, 0xA0, 0x00, 0x00, 0x03, 0x08 };
	static const char label[] = "Training PIV token";
	const struct span name = { (const uint8_t *)label, sizeof(label) - 1 };
	if (command->p1 != 4)
		return WRONG_P1P2;
	if (command->data.len < 5 || command->data.len > sizeof(aid) ||
		memcmp(command->data.at, aid, command->data.len) != 0)
		return NOT_FOUND;
	piv->selected = true;
	virtual_tlv_head(out, 0x61, 8 + 2 + sizeof(authority) + 2 + name.len); /* part 2, table 3 */
	virtual_tlv_put(out, 0x4F, (struct span){ aid + 5, 6 });
	virtual_tlv_put(out, 0x79, (struct span){ authority, sizeof(authority) });
	virtual_tlv_put(out, 0x50, name);
	return OK;
}

/* Fingerprints, facial image, printed information, iris */
static bool
needs_pin(uint32_t tag)
{
	return tag == 0x5FC103 || tag == 0x5FC108 || tag == 0x5FC109 || tag == 0x5FC121;
}

static bool
take_object_tag(struct cursor *in, uint32_t *tag)
{
	uint32_t list;
	struct span value;
	if (!virtual_tlv_take(in, &list, &value) || list != 0x5C || value.len < 1 || value.len > 3)
		return false;
	*tag = 0;
	for (size_t i = 0; i < value.len; i++)
		*tag = *tag << 8 | value.at[i];
	return true;
}

static uint16_t
get_data(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	static const uint8_t policy[] = { 0x40, 0x00 }; /* the application PIN, no global one */
	struct cursor in = cursor_over(command->data);
	uint32_t tag;
	if (command->p1 != 0x3F || command->p2 != 0xFF)
		return WRONG_P1P2;
	if (!take_object_tag(&in, &tag) || !cursor_done(&in))
		return WRONG_DATA;
	if (tag == 0x7E) { /* discovery object, part 1, 3.3.2 */
		virtual_tlv_head(out, 0x7E, 2 + sizeof(aid) + 5);
		virtual_tlv_put(out, 0x4F, (struct span){ aid, sizeof(aid) });
		virtual_tlv_put(out, 0x5F2F, (struct span){ policy, sizeof(policy) });
		return OK;
	}
	struct span object;
	if (!virtual_objects_find(&piv->objects, tag, &object))
		return NOT_FOUND;
	if (needs_pin(tag) && !piv->pin_shown)
		return NOT_SATISFIED;
	virtual_tlv_put(out, 0x53, object);
	return OK;
}

static uint16_t
put_data(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	struct cursor in = cursor_over(command->data);
	uint32_t tag, wrapper;
	struct span value;
	(void)out;
	if (command->p1 != 0x3F || command->p2 != 0xFF)
		return WRONG_P1P2;
	if (!piv->managed)
		return NOT_SATISFIED;
	if (!take_object_tag(&in, &tag) || !virtual_tlv_take(&in, &wrapper, &value) || wrapper != 0x53 || in.rest.len > 0)
		return WRONG_DATA;
	if ((tag < 0x5FC101 || tag > 0x5FC123) && (tag < 0x5FFF00 || tag > 0x5FFF1F))
		return WRONG_DATA;
	if (!virtual_objects_put(&piv->objects, tag, value))
		return NO_ROOM;
	piv->counts.written++;
	return OK;
}

/* SP 800-73-4 part 2, 2.4.3: six to eight digits, then FF */
static bool
good_pin(const uint8_t *value)
{
	size_t digits = 0;
	while (digits < REFERENCE && value[digits] >= '0' && value[digits] <= '9')
		digits++;
	for (size_t i = digits; i < REFERENCE; i++)
		if (value[i] != 0xFF)
			return false;
	return digits >= 6;
}

/* Compare and count. */
static uint16_t
show(struct reference *reference, const uint8_t *value)
{
	if (reference->left == 0)
		return BLOCKED;
	if (CRYPTO_memcmp(reference->value, value, REFERENCE) == 0) {
		reference->left = reference->most;
		return OK;
	}
	reference->left--;
	return (uint16_t)(TRIES | reference->left);
}

static uint16_t
verify(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	(void)out;
	if (command->p2 != 0x80)
		return NO_REFERENCE;
	if (command->p1 == 0xFF && command->data.len == 0) {
		piv->pin_shown = false;
		return OK;
	}
	if (command->p1 != 0)
		return WRONG_P1P2;
	if (command->data.len == 0)
		return piv->pin_shown ? OK : (uint16_t)(TRIES | piv->pin.left);
	if (piv->pin.left == 0)
		return BLOCKED;
	if (command->data.len != REFERENCE || !good_pin(command->data.at))
		return WRONG_DATA;
	const uint16_t sw = show(&piv->pin, command->data.at);
	piv->pin_shown = sw == OK;
	piv->pin_fresh = sw == OK;
	return sw;
}

static uint16_t
change_reference(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	const bool is_pin = command->p2 == 0x80;
	struct reference *reference = is_pin ? &piv->pin : &piv->puk;
	(void)out;
	if (command->p1 != 0)
		return WRONG_P1P2;
	if (!is_pin && command->p2 != 0x81)
		return NO_REFERENCE;
	if (reference->left == 0)
		return BLOCKED;
	if (command->data.len != 2 * REFERENCE || (is_pin && !good_pin(command->data.at + REFERENCE)))
		return WRONG_DATA;
	const uint16_t sw = show(reference, command->data.at);
	if (sw == OK)
		memcpy(reference->value, command->data.at + REFERENCE, REFERENCE);
	else if (is_pin)
		piv->pin_shown = false;
	return sw;
}

static uint16_t
reset_retry(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	(void)out;
	if (command->p1 != 0)
		return WRONG_P1P2;
	if (command->p2 != 0x80)
		return NO_REFERENCE;
	if (piv->puk.left == 0)
		return BLOCKED;
	if (command->data.len != 2 * REFERENCE || !good_pin(command->data.at + REFERENCE))
		return WRONG_DATA;
	const uint16_t sw = show(&piv->puk, command->data.at);
	if (sw != OK)
		return sw;
	memcpy(piv->pin.value, command->data.at + REFERENCE, REFERENCE);
	piv->pin.left = piv->pin.most;
	piv->pin_shown = false;
	return OK;
}

/* 7C with one member */
static void
put_member(struct buffer *out, uint32_t tag, struct span value)
{
	virtual_tlv_head(out, 0x7C, value.len + (value.len < 0x80 ? 2 : value.len < 0x100 ? 3 : 4));
	virtual_tlv_put(out, tag, value);
}

static uint16_t
put_challenge(struct virtual_piv *piv, bool witness, struct buffer *out)
{
	const size_t len = virtual_keys_block(piv->management_algorithm);
	uint8_t hidden[VIRTUAL_KEYS_BLOCK];
	if (RAND_bytes(piv->challenge, (int)len) != 1 ||
		!virtual_keys_cipher(piv->management_algorithm, piv->management, true, piv->challenge, hidden))
		return BROKEN;
	piv->challenged = !witness;
	piv->witnessed = witness;
	put_member(out, witness ? 0x80 : 0x81, (struct span){ witness ? hidden : piv->challenge, len });
	return OK;
}

/* The host has encrypted our challenge (tag 82). */
static uint16_t
check_response(struct virtual_piv *piv, struct span response)
{
	const size_t len = virtual_keys_block(piv->management_algorithm);
	uint8_t expected[VIRTUAL_KEYS_BLOCK];
	if (!piv->challenged)
		return NO_CHALLENGE;
	piv->challenged = false;
	if (!virtual_keys_cipher(piv->management_algorithm, piv->management, true, piv->challenge, expected))
		return BROKEN;
	piv->managed = response.len == len && CRYPTO_memcmp(expected, response.at, len) == 0;
	return piv->managed ? OK : NOT_SATISFIED;
}

/* The host has decrypted our witness (tag 80) and wants its own challenge (tag 81) encrypted. */
static uint16_t
check_witness(struct virtual_piv *piv, struct span witness, struct span challenge, struct buffer *out)
{
	const size_t len = virtual_keys_block(piv->management_algorithm);
	uint8_t answer[VIRTUAL_KEYS_BLOCK];
	if (!piv->witnessed)
		return NO_CHALLENGE;
	piv->witnessed = false;
	piv->managed = witness.len == len && challenge.len == len && CRYPTO_memcmp(piv->challenge, witness.at, len) == 0;
	if (!piv->managed)
		return NOT_SATISFIED;
	if (!virtual_keys_cipher(piv->management_algorithm, piv->management, true, challenge.at, answer))
		return BROKEN;
	put_member(out, 0x82, (struct span){ answer, len });
	return OK;
}

static uint16_t
authenticate_management(struct virtual_piv *piv, uint8_t algorithm, struct span template, struct buffer *out)
{
	struct span witness, challenge, response;
	const bool has_witness = virtual_tlv_find(template, 0x80, &witness);
	const bool has_challenge = virtual_tlv_find(template, 0x81, &challenge);
	const bool has_response = virtual_tlv_find(template, 0x82, &response);
	if ((algorithm ? algorithm : VIRTUAL_KEYS_3DES) != piv->management_algorithm)
		return WRONG_P1P2;
	if (has_witness && witness.len == 0)
		return put_challenge(piv, true, out);
	if (has_witness && has_challenge)
		return check_witness(piv, witness, challenge, out);
	if (has_challenge && challenge.len == 0)
		return put_challenge(piv, false, out);
	if (has_response && response.len > 0)
		return check_response(piv, response);
	return WRONG_DATA;
}

static EVP_PKEY **
key_of(struct virtual_piv *piv, uint8_t reference)
{
	const uint8_t slots[KEYS] = { 0x9A, 0x9C, 0x9D, 0x9E };
	for (size_t i = 0; i < KEYS; i++)
		if (slots[i] == reference)
			return &piv->keys[i];
	return NULL;
}

static bool
may_use(const struct virtual_piv *piv, uint8_t reference)
{
	if (reference == 0x9E) /* card authentication: no PIN */
		return true;
	return reference == 0x9C ? piv->pin_fresh : piv->pin_shown;
}

static uint16_t
sign(struct virtual_piv *piv, const struct virtual_apdu *command, struct span template, struct buffer *out)
{
	EVP_PKEY **key = key_of(piv, command->p2);
	uint8_t room[256];
	struct buffer signature = buffer_into(room, sizeof(room));
	struct span input, response;
	if (!key || !*key)
		return NO_REFERENCE;
	if (command->p1 != (EVP_PKEY_is_a(*key, "RSA") ? VIRTUAL_KEYS_RSA2048 : VIRTUAL_KEYS_P256))
		return WRONG_P1P2;
	if (!may_use(piv, command->p2))
		return NOT_SATISFIED;
	if (!virtual_tlv_find(template, 0x82, &response) || response.len != 0 ||
		!virtual_tlv_find(template, 0x81, &input) || !virtual_keys_sign(*key, input, &signature))
		return WRONG_DATA;
	piv->counts.signatures++;
	put_member(out, 0x82, buffer_span(&signature));
	return OK;
}

static uint16_t
general_authenticate(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	struct span template;
	if (!virtual_tlv_find(command->data, 0x7C, &template))
		return WRONG_DATA;
	if (command->p2 == 0x9B)
		return authenticate_management(piv, command->p1, template, out);
	return sign(piv, command, template, out);
}

static uint16_t
generate(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	struct span template, algorithm;
	EVP_PKEY **key = key_of(piv, command->p2);
	if (!piv->managed)
		return NOT_SATISFIED;
	if (command->p1 != 0 || !key)
		return WRONG_P1P2;
	if (!virtual_tlv_find(command->data, 0xAC, &template) || !virtual_tlv_find(template, 0x80, &algorithm) ||
		algorithm.len != 1)
		return WRONG_DATA;
	if (algorithm.at[0] != VIRTUAL_KEYS_RSA2048 && algorithm.at[0] != VIRTUAL_KEYS_P256)
		return WRONG_DATA;
	unsigned *number = algorithm.at[0] == VIRTUAL_KEYS_RSA2048 ? &piv->fast_rsa : &piv->fast_p256;
	EVP_PKEY *pair = virtual_keys_pair(algorithm.at[0], piv->fast_keys[0] ? piv->fast_keys : NULL, *number);
	if (!pair || !virtual_keys_public(pair, out)) {
		EVP_PKEY_free(pair);
		return BROKEN;
	}
	++*number;
	EVP_PKEY_free(*key);
	*key = pair;
	piv->counts.generated++;
	return OK;
}

static uint16_t
set_management(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	(void)out;
	if (command->p1 != 0xFF || (command->p2 != 0xFF && command->p2 != 0xFE))
		return WRONG_P1P2;
	if (!piv->managed)
		return NOT_SATISFIED;
	const struct span data = command->data;
	if (data.len < 3 || data.at[1] != 0x9B || data.at[2] != data.len - 3 ||
		data.at[2] != virtual_keys_length(data.at[0]) || data.at[2] == 0)
		return WRONG_DATA;
	piv->management_algorithm = data.at[0];
	memcpy(piv->management, data.at + 3, data.len - 3);
	return OK;
}

static uint16_t
get_serial(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	(void)command;
	for (int shift = 24; shift >= 0; shift -= 8)
		buffer_u8(out, (uint8_t)(piv->serial >> shift));
	return OK;
}

static uint16_t
get_version(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	static const uint8_t version[] = { 5, 4, 3 }; /* open tools ask for AES management keys from 5.4.2 on */
	(void)piv;
	(void)command;
	buffer_put(out, (struct span){ version, sizeof(version) });
	return OK;
}

static const struct {
	uint8_t ins;
	obey_fn obey;
} instructions[] = {
	{ 0xCB, get_data },
	{ 0xDB, put_data },
	{ 0x20, verify },
	{ 0x24, change_reference },
	{ 0x2C, reset_retry },
	{ 0x87, general_authenticate },
	{ 0x47, generate },
	{ 0xFF, set_management },
	{ 0xF8, get_serial },
	{ 0xFD, get_version },
};

static uint16_t
obey(struct virtual_piv *piv, const struct virtual_apdu *command, struct buffer *out)
{
	const bool was_fresh = piv->pin_fresh;
	uint16_t sw = NO_SUCH_INS;
	if (command->ins == 0xA4)
		return select_piv(piv, command, out);
	for (size_t i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++)
		if (instructions[i].ins == command->ins)
			sw = piv->selected ? instructions[i].obey(piv, command, out) : NOT_SATISFIED;
	if (was_fresh && command->ins != 0x20) /* PIN always: shown right before (part 1, table 4b) */
		piv->pin_fresh = false;
	return sw;
}

static void
put_status(struct buffer *response, uint16_t sw)
{
	buffer_u8(response, (uint8_t)(sw >> 8));
	buffer_u8(response, (uint8_t)sw);
}

/* As much of the answer as is expected; 61xx says how much is left. */
static void
give(struct virtual_piv *piv, size_t expected, struct buffer *response)
{
	const size_t left = piv->response_len - piv->response_at;
	const size_t part = left < expected ? left : expected;
	buffer_put(response, (struct span){ piv->response + piv->response_at, part });
	piv->response_at += part;
	const size_t rest = left - part;
	if (rest == 0)
		piv->response_len = piv->response_at = 0;
	put_status(response, rest ? (uint16_t)(MORE | (rest < 256 ? rest : 0)) : OK);
}

/* ISO 7816-4, 5.3.3. False, with a status word, when there is nothing to obey yet. */
static bool
gather(struct virtual_piv *piv, struct virtual_apdu *command, uint16_t *sw)
{
	const bool more = command->cla & 0x10;
	if (!more && !piv->chaining)
		return true;
	if (!piv->chaining || piv->chain_ins != command->ins) {
		piv->chain_len = 0;
		piv->chaining = more;
		if (!more)
			return true;
	}
	piv->chain_ins = command->ins;
	if (command->data.len > sizeof(piv->chain) - piv->chain_len) {
		piv->chaining = false;
		*sw = WRONG_LENGTH;
		return false;
	}
	if (command->data.len)
		memcpy(piv->chain + piv->chain_len, command->data.at, command->data.len);
	piv->chain_len += command->data.len;
	*sw = OK;
	if (more)
		return false;
	piv->chaining = false;
	command->data = (struct span){ piv->chain, piv->chain_len };
	return true;
}

void
virtual_piv_transmit(struct virtual_piv *piv, struct span apdu, struct buffer *response)
{
	uint16_t sw = OK;
	piv->counts.commands++;
	struct virtual_apdu command;
	if (!virtual_apdu_take(apdu, &command) || command.data.len > DATA)
		sw = WRONG_LENGTH;
	else if (command.cla & 0xEF)
		sw = NO_SUCH_CLASS;
	if (sw != OK) {
		put_status(response, sw);
		return;
	}
	if (command.ins == 0xC0 && piv->response_len > 0) {
		give(piv, command.expected, response);
		return;
	}
	piv->response_len = piv->response_at = 0;
	if (!gather(piv, &command, &sw)) {
		put_status(response, sw);
		return;
	}
	struct buffer out = buffer_into(piv->response, sizeof(piv->response));
	sw = obey(piv, &command, &out);
	if (sw != OK || !out.ok) {
		put_status(response, sw != OK ? sw : BROKEN);
		return;
	}
	piv->response_len = out.len;
	give(piv, command.expected, response);
}

void
virtual_piv_reset(struct virtual_piv *piv)
{
	piv->selected = piv->pin_shown = piv->pin_fresh = piv->managed = false;
	piv->challenged = piv->witnessed = piv->chaining = false;
	piv->chain_len = piv->response_len = piv->response_at = piv->card_answer_len = 0;
}

/* T=0 and T=1, ten historical bytes, check byte (ISO 7816-3, 8.2) */
static void
make_atr(struct virtual_piv *piv)
{
	struct buffer out = buffer_into(piv->atr, sizeof(piv->atr));
	static const uint8_t begin[] = { 0x3B, 0x8A, 0x80, 0x01 };
	buffer_put(&out, (struct span){ begin, sizeof(begin) });
	buffer_put(&out, (struct span){ (const uint8_t *)"TRAIN-PIV1", 10 });
	uint8_t check = 0;
	for (size_t i = 1; i < out.len; i++)
		check ^= piv->atr[i];
	buffer_u8(&out, check);
	piv->atr_len = out.len;
}

struct virtual_piv *
virtual_piv_new(const struct virtual_piv_options *options)
{
	struct virtual_piv *piv = calloc(1, sizeof(*piv));
	if (!piv)
		abort();
	piv->serial = options->serial;
	snprintf(piv->fast_keys, sizeof(piv->fast_keys), "%s", options->fast_keys ? options->fast_keys : "");
	piv->pin.most = piv->pin.left = options->pin_tries ? options->pin_tries : 3;
	piv->puk.most = piv->puk.left = options->puk_tries ? options->puk_tries : 3;
	memcpy(piv->pin.value, "123456\xFF\xFF", REFERENCE);
	memcpy(piv->puk.value, "12345678", REFERENCE);
	piv->management_algorithm = VIRTUAL_KEYS_3DES;
	for (uint8_t i = 0; i < 24; i++)
		piv->management[i] = (uint8_t)(1 + i % 8);
	make_atr(piv);
	virtual_objects_chuid(&piv->objects, options->serial);
	return piv;
}

void
virtual_piv_free(struct virtual_piv *piv)
{
	if (!piv)
		return;
	for (size_t i = 0; i < KEYS; i++)
		EVP_PKEY_free(piv->keys[i]);
	OPENSSL_cleanse(piv, sizeof(*piv));
	free(piv);
}

struct span
virtual_piv_atr(const struct virtual_piv *piv)
{
	return (struct span){ piv->atr, piv->atr_len };
}

struct virtual_piv_counts
virtual_piv_counts(const struct virtual_piv *piv)
{
	return piv->counts;
}

static bool
piv_reset(void *self, struct buffer *atr)
{
	virtual_piv_reset(self);
	buffer_put(atr, virtual_piv_atr(self));
	return true;
}

static void
piv_power_off(void *self)
{
	virtual_piv_reset(self);
}

static bool
piv_start(void *self, struct span command, int64_t now_ms)
{
	struct virtual_piv *piv = self;
	struct buffer answer = buffer_into(piv->card_answer, sizeof(piv->card_answer));
	(void)now_ms;
	virtual_piv_transmit(piv, command, &answer);
	piv->card_answer_len = answer.len;
	return true;
}

static enum virtual_card_answer
piv_poll(void *self, struct buffer *response, int64_t now_ms)
{
	struct virtual_piv *piv = self;
	(void)now_ms;
	buffer_put(response, (struct span){ piv->card_answer, piv->card_answer_len });
	return VIRTUAL_CARD_READY;
}

static const struct virtual_card_ops piv_ops = { piv_reset, piv_power_off, piv_start, piv_poll };

struct virtual_card
virtual_piv_card(struct virtual_piv *piv)
{
	return (struct virtual_card){ &piv_ops, piv };
}
