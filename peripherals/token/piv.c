#include "peripherals/token/piv.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "peripherals/card/apdu.h"
#include "peripherals/card/tlv.h"

enum { BLOCK = 16, ANSWER = 4096, TEMPLATE = 300 };

/* Status words that some answer is made of (part 2, table 2) */
enum { NOT_SATISFIED = 0x6982, BLOCKED = 0x6983, NO_OBJECT = 0x6A82, NO_REFERENCE = 0x6A88 };

static bool
declined(uint8_t ins, uint16_t sw, struct error *err)
{
	return error_set_from(
		err, ERROR_REFUSED, DOMAIN_SW, sw, "command %02X: card answered %04X, %s", ins, sw, apdu_words(sw));
}

bool
piv_select(struct link link, bool *there, struct error *err)
{
	static const uint8_t aid[] = { 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00 };
	const struct apdu command = { .ins = 0xA4, .p1 = 0x04, .data = { aid, sizeof(aid) }, .expect = APDU_SHORT_EXPECT };
	uint8_t bytes[512];
	struct buffer answer = buffer_into(bytes, sizeof(bytes));
	uint16_t sw = 0;
	if (!apdu_send(link, APDU_SHORT, &command, &answer, &sw, err))
		return error_in(err, "selecting PIV");
	*there = sw == APDU_OK;
	return true;
}

/* The tag list 5C that names an object. */
static void
put_name(struct buffer *out, uint32_t tag)
{
	tlv_put(
		out, 0x5C, (struct span){ (const uint8_t[]){ (uint8_t)(tag >> 16), (uint8_t)(tag >> 8), (uint8_t)tag }, 3 });
}

bool
piv_get(struct link link, uint32_t tag, struct buffer *value, bool *there, struct error *err)
{
	uint8_t name[8], bytes[ANSWER];
	struct buffer data = buffer_into(name, sizeof(name)), answer = buffer_into(bytes, sizeof(bytes));
	uint16_t sw = 0;
	put_name(&data, tag);
	const struct apdu command = {
		.ins = 0xCB, .p1 = 0x3F, .p2 = 0xFF, .data = buffer_span(&data), .expect = APDU_SHORT_EXPECT
	};
	if (!apdu_send(link, APDU_SHORT, &command, &answer, &sw, err))
		return error_in(err, "reading object %06X", tag);
	if (sw == NO_OBJECT) {
		*there = false;
		return true;
	}
	if (sw != APDU_OK)
		return declined(command.ins, sw, err);
	struct tlv_reader in = tlv_over(buffer_span(&answer));
	struct tlv object;
	if (!tlv_next(&in, &object) || object.tag != 0x53 || !tlv_done(&in) || object.value.len > PIV_OBJECT)
		return error_set(err, ERROR_INVALID, "object %06X breaks its format", tag);
	buffer_put(value, object.value);
	*there = object.value.len > 0;
	return value->ok || error_set(err, ERROR_FULL, "object %06X: %zu bytes", tag, object.value.len);
}

bool
piv_put(struct link link, uint32_t tag, struct span value, struct error *err)
{
	uint8_t bytes[PIV_OBJECT + 16];
	struct buffer data = buffer_into(bytes, sizeof(bytes));
	uint8_t room[APDU_SHORT_RESPONSE];
	struct buffer answer = buffer_into(room, sizeof(room));
	put_name(&data, tag);
	tlv_put(&data, 0x53, value);
	if (!data.ok || value.len > PIV_OBJECT)
		return error_set(err, ERROR_FULL, "object %06X: %zu bytes", tag, value.len);
	const struct apdu command = { .ins = 0xDB, .p1 = 0x3F, .p2 = 0xFF, .data = buffer_span(&data) };
	return apdu_order(link, APDU_SHORT, &command, &answer, err) || error_in(err, "writing object %06X", tag);
}

/* A command with a body about a PIN or PUK. */
static bool
send(struct link link, uint8_t ins, uint8_t p1, uint8_t p2, struct span data, uint16_t *sw, struct error *err)
{
	const struct apdu command = { .ins = ins, .p1 = p1, .p2 = p2, .data = data };
	uint8_t bytes[APDU_SHORT_RESPONSE];
	struct buffer answer = buffer_into(bytes, sizeof(bytes));
	return apdu_send(link, APDU_SHORT, &command, &answer, sw, err);
}

bool
piv_tries(struct link link, uint8_t *left, struct error *err)
{
	const struct span nothing = { 0 };
	uint16_t sw = 0;
	if (!send(link, 0x20, 0x00, PIV_PIN, nothing, &sw, err))
		return error_in(err, "reading tries");
	/* 9000: it was shown, and how many are left is only told when it is not (part 2, 3.2.1) */
	if (sw == APDU_OK &&
		(!send(link, 0x20, 0xFF, PIV_PIN, nothing, &sw, err) || !send(link, 0x20, 0x00, PIV_PIN, nothing, &sw, err)))
		return error_in(err, "reading tries");
	if ((sw & 0xFFF0u) != 0x63C0u && sw != BLOCKED)
		return declined(0x20, sw, err);
	*left = sw == BLOCKED ? 0 : (uint8_t)(sw & 0x0Fu);
	return true;
}

/* Append a value as a reference data of eight bytes. */
static bool
put_value(struct buffer *out, struct span value, struct error *err)
{
	if (value.len == 0 || value.len > TOKEN_PIN)
		return error_set(err, ERROR_INVALID, "a PIN or PUK of %zu bytes", value.len);
	buffer_put(out, value);
	for (size_t i = value.len; i < TOKEN_PIN; i++)
		buffer_u8(out, 0xFF);
	return true;
}

/* Send one or two values and tell how they were received. */
static bool
show(struct link link, uint8_t ins, uint8_t p2, const struct span values[static 2], struct piv_shown *out,
	struct error *err)
{
	uint8_t bytes[2 * TOKEN_PIN];
	struct buffer data = buffer_into(bytes, sizeof(bytes));
	uint16_t sw = 0;
	const bool sent = put_value(&data, values[0], err) && (ins == 0x20 || put_value(&data, values[1], err)) &&
					  send(link, ins, 0x00, p2, buffer_span(&data), &sw, err);
	secret_wipe(bytes, sizeof(bytes));
	if (!sent)
		return error_in(err, "command %02X for %02X", ins, p2);
	const bool counted = (sw & 0xFFF0u) == 0x63C0u;
	if (sw != APDU_OK && sw != BLOCKED && !counted)
		return declined(ins, sw, err);
	*out = (struct piv_shown){ .well = sw == APDU_OK, .blocked = sw == BLOCKED, .left = counted ? sw & 0x0Fu : 0 };
	return true;
}

bool
piv_verify(struct link link, struct span pin, struct piv_shown *out, struct error *err)
{
	return show(link, 0x20, PIV_PIN, (const struct span[]){ pin, { 0 } }, out, err);
}

bool
piv_change(struct link link, enum piv_reference which, struct span old_value, struct span new_value,
	struct piv_shown *out, struct error *err)
{
	return show(link, 0x24, (uint8_t)which, (const struct span[]){ old_value, new_value }, out, err);
}

bool
piv_reset_retry(struct link link, struct span puk, struct span pin, struct piv_shown *out, struct error *err)
{
	return show(link, 0x2C, PIV_PIN, (const struct span[]){ puk, pin }, out, err);
}

static const EVP_CIPHER *
cipher_of(enum piv_cipher cipher)
{
	switch (cipher) {
	case PIV_3DES:
		return EVP_des_ede3_ecb();
	case PIV_AES128:
		return EVP_aes_128_ecb();
	case PIV_AES192:
		return EVP_aes_192_ecb();
	case PIV_AES256:
		return EVP_aes_256_ecb();
	}
	return NULL;
}

/* One block. */
static bool
crypt(enum piv_cipher cipher, struct span key, bool encrypt, const uint8_t *in, uint8_t *out, struct error *err)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int len = 0;
	const bool done = context != NULL && key.len == piv_data_key_len(cipher) &&
					  EVP_CipherInit_ex2(context, cipher_of(cipher), key.at, NULL, encrypt ? 1 : 0, NULL) == 1 &&
					  EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
					  EVP_CipherUpdate(context, out, &len, in, (int)piv_data_block_len(cipher)) == 1;
	EVP_CIPHER_CTX_free(context);
	return done || error_set(err, ERROR_SYSTEM, "enciphering a challenge");
}

/* GENERAL AUTHENTICATE with a 7C of ready members; *sw says how it went. */
static bool
authenticate(struct link link, uint8_t p1, uint8_t p2, struct span members, struct buffer *answer, uint16_t *sw,
	struct error *err)
{
	uint8_t bytes[TEMPLATE];
	struct buffer data = buffer_into(bytes, sizeof(bytes));
	tlv_put(&data, 0x7C, members);
	if (!data.ok)
		return error_set(err, ERROR_FULL, "authentication template of %zu bytes", members.len);
	const struct apdu command = {
		.ins = 0x87, .p1 = p1, .p2 = p2, .data = buffer_span(&data), .expect = APDU_SHORT_EXPECT
	};
	return apdu_send(link, APDU_SHORT, &command, answer, sw, err);
}

/* Ask for a witness (80) or challenge (81) and take its block; *given is false when the card declines. */
static bool
ask(struct link link, enum piv_cipher cipher, uint8_t tag, uint8_t block[static BLOCK], bool *given, struct error *err)
{
	uint8_t bytes[64];
	struct buffer answer = buffer_into(bytes, sizeof(bytes));
	struct span value;
	uint16_t sw = 0;
	const struct span wish = { (const uint8_t[]){ tag, 0 }, 2 };
	if (!authenticate(link, (uint8_t)cipher, PIV_SLOT_MANAGEMENT, wish, &answer, &sw, err))
		return false;
	*given = sw == APDU_OK;
	if (!*given)
		return true;
	if (!piv_data_member(buffer_span(&answer), tag, &value, err))
		return false;
	if (value.len != piv_data_block_len(cipher))
		return error_set(err, ERROR_INVALID, "a challenge of %zu bytes", value.len);
	memcpy(block, value.at, value.len);
	return true;
}

/* Part 2, A.1: the card decides by our deciphered witness, we by its enciphered challenge. */
static bool
answer_witness(struct link link, enum piv_cipher cipher, struct span key, const uint8_t witness[static BLOCK],
	bool *well, struct error *err)
{
	const size_t len = piv_data_block_len(cipher);
	uint8_t plain[BLOCK], challenge[BLOCK], expected[BLOCK], bytes[64], members[2 * (BLOCK + 2)];
	struct buffer answer = buffer_into(bytes, sizeof(bytes)), out = buffer_into(members, sizeof(members));
	struct span value;
	uint16_t sw = 0;
	if (RAND_bytes(challenge, sizeof(challenge)) != 1)
		return error_set(err, ERROR_SYSTEM, "no random bytes");
	if (!crypt(cipher, key, false, witness, plain, err) || !crypt(cipher, key, true, challenge, expected, err))
		return false;
	tlv_put(&out, 0x80, (struct span){ plain, len });
	tlv_put(&out, 0x81, (struct span){ challenge, len });
	if (!authenticate(link, (uint8_t)cipher, PIV_SLOT_MANAGEMENT, buffer_span(&out), &answer, &sw, err))
		return false;
	*well = sw == APDU_OK;
	if (!*well)
		return true;
	if (!piv_data_member(buffer_span(&answer), 0x82, &value, err))
		return false;
	if (!secret_equal(value, (struct span){ expected, len }))
		return error_set(err, ERROR_UNTRUSTED, "the card does not know the management key that it took");
	return true;
}

static bool
answer_challenge(struct link link, enum piv_cipher cipher, struct span key, const uint8_t challenge[static BLOCK],
	bool *well, struct error *err)
{
	uint8_t hidden[BLOCK], bytes[64], members[BLOCK + 2];
	struct buffer answer = buffer_into(bytes, sizeof(bytes)), out = buffer_into(members, sizeof(members));
	uint16_t sw = 0;
	if (!crypt(cipher, key, true, challenge, hidden, err))
		return false;
	tlv_put(&out, 0x82, (struct span){ hidden, piv_data_block_len(cipher) });
	if (!authenticate(link, (uint8_t)cipher, PIV_SLOT_MANAGEMENT, buffer_span(&out), &answer, &sw, err))
		return false;
	*well = sw == APDU_OK;
	return true;
}

bool
piv_authenticate(struct link link, enum piv_cipher cipher, struct span key, bool *well, struct error *err)
{
	uint8_t block[BLOCK];
	bool given = false;
	if (!ask(link, cipher, 0x80, block, &given, err))
		return error_in(err, "management key");
	if (given)
		return answer_witness(link, cipher, key, block, well, err) || error_in(err, "management key");
	if (!ask(link, cipher, 0x81, block, &given, err))
		return error_in(err, "management key");
	*well = false; /* not given: it is a key for another cipher */
	return !given || answer_challenge(link, cipher, key, block, well, err) || error_in(err, "management key");
}

bool
piv_set_management(struct link link, enum piv_cipher cipher, struct span key, struct error *err)
{
	uint8_t bytes[3 + TOKEN_MANAGEMENT];
	struct buffer data = buffer_into(bytes, sizeof(bytes));
	uint16_t sw = 0;
	if (key.len != piv_data_key_len(cipher))
		return error_set(err, ERROR_INVALID, "a management key of %zu bytes", key.len);
	buffer_u8(&data, (uint8_t)cipher);
	buffer_u8(&data, PIV_SLOT_MANAGEMENT);
	buffer_u8(&data, (uint8_t)key.len);
	buffer_put(&data, key);
	const bool sent = send(link, 0xFF, 0xFF, 0xFF, buffer_span(&data), &sw, err);
	secret_wipe(bytes, sizeof(bytes));
	if (!sent)
		return error_in(err, "setting the management key");
	return sw == APDU_OK || declined(0xFF, sw, err);
}

static uint8_t
number_of(enum token_algorithm algorithm)
{
	return algorithm == TOKEN_RSA2048 ? 0x07 : 0x11; /* SP 800-78-4, table 6-2 */
}

bool
piv_generate(struct link link, uint8_t slot, enum token_algorithm algorithm, struct piv_public *out,
	struct buffer *answer, struct error *err)
{
	const uint8_t wish[] = { 0xAC, 3, 0x80, 1, number_of(algorithm) };
	const struct apdu command = {
		.ins = 0x47, .p2 = slot, .data = { wish, sizeof(wish) }, .expect = APDU_SHORT_EXPECT
	};
	return (apdu_order(link, APDU_SHORT, &command, answer, err) &&
			   piv_data_public(buffer_span(answer), algorithm, out, err)) ||
		   error_in(err, "generating a key");
}

bool
piv_has_key(struct link link, uint8_t slot, bool *there, struct error *err)
{
	static const uint8_t block[256] = { 0 };
	bool known = false;
	*there = false;
	for (unsigned i = 0; i < TOKEN_ALGORITHMS && !*there; i++) {
		const enum token_algorithm algorithm = (enum token_algorithm)i;
		uint8_t bytes[ANSWER], members[TEMPLATE];
		struct buffer answer = buffer_into(bytes, sizeof(bytes)), out = buffer_into(members, sizeof(members));
		uint16_t sw = 0;
		tlv_put(&out, 0x82, (struct span){ 0 });
		tlv_put(&out, 0x81, (struct span){ block, algorithm == TOKEN_RSA2048 ? 256 : 32 });
		if (!authenticate(link, number_of(algorithm), slot, buffer_span(&out), &answer, &sw, err))
			return error_in(err, "looking for a key");
		*there = sw == NOT_SATISFIED || sw == APDU_OK;
		known = known || sw == NO_REFERENCE;
	}
	*there = *there || !known; /* it never said that there is none: a kind that we do not know */
	return true;
}

/* EMSA-PKCS1-v1_5 of a SHA-256 (RFC 8017, 9.2) */
static void
pad(const uint8_t sha256[static 32], uint8_t block[static 256])
{
	static const uint8_t info[] = { 0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
		0x01, 0x05, 0x00, 0x04, 0x20 };
	const size_t tail = sizeof(info) + 32;
	memset(block, 0xFF, 256);
	block[0] = 0x00;
	block[1] = 0x01;
	block[256 - tail - 1] = 0x00;
	memcpy(block + 256 - tail, info, sizeof(info));
	memcpy(block + 256 - 32, sha256, 32);
}

bool
piv_sign(struct link link, uint8_t slot, enum token_algorithm algorithm, const uint8_t sha256[static 32],
	struct buffer *signature, struct error *err)
{
	uint8_t block[256], bytes[512], members[TEMPLATE];
	struct buffer answer = buffer_into(bytes, sizeof(bytes)), out = buffer_into(members, sizeof(members));
	const bool rsa = algorithm == TOKEN_RSA2048;
	struct span value;
	uint16_t sw = 0;
	pad(sha256, block);
	tlv_put(&out, 0x82, (struct span){ 0 });
	tlv_put(&out, 0x81, rsa ? (struct span){ block, sizeof(block) } : (struct span){ sha256, 32 });
	if (!authenticate(link, number_of(algorithm), slot, buffer_span(&out), &answer, &sw, err))
		return error_in(err, "signing");
	if (sw != APDU_OK)
		return declined(0x87, sw, err);
	if (!piv_data_member(buffer_span(&answer), 0x82, &value, err))
		return error_in(err, "signing");
	if (value.len > TOKEN_SIGNATURE)
		return error_set(err, ERROR_INVALID, "a signature of %zu bytes", value.len);
	buffer_put(signature, value);
	return signature->ok || error_set(err, ERROR_FULL, "a signature of %zu bytes", value.len);
}

/* A command without a body that not every card knows. */
static bool
ask_maker(struct link link, const struct apdu *command, struct buffer *answer, bool *there, struct error *err)
{
	uint16_t sw = 0;
	if (!apdu_send(link, APDU_SHORT, command, answer, &sw, err))
		return false;
	*there = sw == APDU_OK;
	return true;
}

bool
piv_serial(struct link link, uint32_t *serial, bool *there, struct error *err)
{
	uint8_t bytes[APDU_SHORT_RESPONSE];
	struct buffer answer = buffer_into(bytes, sizeof(bytes));
	if (!ask_maker(link, &(struct apdu){ .ins = 0xF8, .expect = APDU_SHORT_EXPECT }, &answer, there, err))
		return error_in(err, "reading the serial number");
	if (!*there)
		return true;
	if (answer.len != 4)
		return error_set(err, ERROR_INVALID, "serial number of %zu bytes", answer.len);
	*serial = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
	return true;
}

bool
piv_version(struct link link, uint8_t version[static 3], bool *there, struct error *err)
{
	uint8_t bytes[APDU_SHORT_RESPONSE];
	struct buffer answer = buffer_into(bytes, sizeof(bytes));
	if (!ask_maker(link, &(struct apdu){ .ins = 0xFD, .expect = APDU_SHORT_EXPECT }, &answer, there, err))
		return error_in(err, "reading the version");
	if (!*there)
		return true;
	if (answer.len != 3)
		return error_set(err, ERROR_INVALID, "version of %zu bytes", answer.len);
	memcpy(version, bytes, 3);
	return true;
}

bool
piv_metadata(struct link link, uint8_t which, struct piv_metadata *out, bool *there, struct error *err)
{
	uint8_t bytes[ANSWER];
	struct buffer answer = buffer_into(bytes, sizeof(bytes));
	const struct apdu command = { .ins = 0xF7, .p2 = which, .expect = APDU_SHORT_EXPECT };
	if (!ask_maker(link, &command, &answer, there, err))
		return error_in(err, "reading metadata of %02X", which);
	return !*there || piv_data_metadata(buffer_span(&answer), out, err);
}
