#include "sync/packet/write_back.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/packet/packet_format.h"
#include "sync/packet/packet_rules.h"

#define RSA_BITS  2048
#define NONCE_HEX 64u
#define HASH_TEXT 64
#define SERIAL    24
#define MESSAGE   "token proof 1 "

/* clang-format off */
static const char *const events[]  = { "written", "delivered", "failed" };
static const char *const reasons[] = { "", "damaged", "lost", "not-ours", "locked", "faulty", "rejected", "other" };
static const char *const formats[] = { PACKET_FORMAT_WRITE_BACK };
_Static_assert(sizeof(reasons) / sizeof(reasons[0]) == STOCK_REASONS, "the words are those of stock.h");

#define AT(field) .offset = offsetof(struct write_back, field), .size = sizeof(((struct write_back *)0)->field)
#define COUNT(field) .count = offsetof(struct write_back, field)
#define TABLE(name) \
	static const struct fields_table name##_table = { name##_members, sizeof(name##_members) / sizeof(name##_members[0]) }

/* Both with a proof: they differ in nothing but the word. */
static const struct fields_member proved_members[] = {
	{ "application",        FIELDS_TEXT,     AT(note.application), .least = 26, .most = 34 },
	{ "at",                 FIELDS_INSTANT,  AT(note.at_ms) },
	{ "branch",             FIELDS_TEXT,     AT(note.branch),   .least = 2, .most = 8, .rule = packet_rules_upper_digits },
	{ "brand",              FIELDS_TEXT,     AT(brand),         .least = 1, .most = STOCK_BRAND - 1, .rule = packet_rules_id },
	{ "certificate_sha256", FIELDS_TEXT,     AT(certificate),   .least = HASH_TEXT, .most = HASH_TEXT, .rule = packet_rules_sha256 },
	{ "counter",            FIELDS_TEXT,     AT(note.counter),  .least = 2, .most = 2, .rule = packet_rules_digits },
	{ "day",                FIELDS_DATE,     AT(note.day) },
	{ "event",              FIELDS_CHOICE,   AT(event),         .choices = events, .most = WRITE_BACK_DELIVERED },
	{ "format",             FIELDS_CONSTANT, .choices = formats },
	{ "id",                 FIELDS_TEXT,     AT(note.id),       .least = 26, .most = 34 },
	{ "key",                FIELDS_BYTES,    AT(key),           .least = 1, .most = WRITE_BACK_KEY, COUNT(key_len) },
	{ "line",               FIELDS_INT,      AT(note.line),     .least = 1, .most = APPLICATION_LINES },
	{ "message",            FIELDS_TEXT,     AT(message),       .least = 1, .most = WRITE_BACK_MESSAGE },
	{ "officer",            FIELDS_TEXT,     AT(officer),       .least = 3, .most = 16, .rule = packet_rules_officer },
	{ "seq",                FIELDS_INT,      AT(note.sequence), .least = 1, .most = PACKET_SEQ_MOST },
	{ "serial",             FIELDS_TEXT,     AT(serial),        .least = 1, .most = SERIAL, .rule = packet_rules_upper_digits },
	{ "signature",          FIELDS_BYTES,    AT(signature),     .least = 1, .most = WRITE_BACK_SIGNATURE, COUNT(signature_len) },
	{ "training",           FIELDS_BOOL,     AT(note.training) },
	{ "transcript_sha256",  FIELDS_HASH,     AT(transcript_sha256) },
};
TABLE(proved);
static const struct fields_member failed_members[] = {
	{ "application",        FIELDS_TEXT,     AT(note.application), .least = 26, .most = 34 },
	{ "at",                 FIELDS_INSTANT,  AT(note.at_ms) },
	{ "branch",             FIELDS_TEXT,     AT(note.branch),   .least = 2, .most = 8, .rule = packet_rules_upper_digits },
	{ "brand",              FIELDS_TEXT,     AT(brand),         .most = STOCK_BRAND - 1, .rule = packet_rules_id },
	{ "certificate_sha256", FIELDS_TEXT,     AT(certificate),   .most = HASH_TEXT, .rule = packet_rules_sha256_or_none },
	{ "counter",            FIELDS_TEXT,     AT(note.counter),  .least = 2, .most = 2, .rule = packet_rules_digits },
	{ "day",                FIELDS_DATE,     AT(note.day) },
	{ "event",              FIELDS_CHOICE,   AT(event),         .choices = events, .least = WRITE_BACK_FAILED, .most = WRITE_BACK_FAILED },
	{ "format",             FIELDS_CONSTANT, .choices = formats },
	{ "id",                 FIELDS_TEXT,     AT(note.id),       .least = 26, .most = 34 },
	{ "line",               FIELDS_INT,      AT(note.line),     .least = 1, .most = APPLICATION_LINES },
	{ "officer",            FIELDS_TEXT,     AT(officer),       .least = 3, .most = 16, .rule = packet_rules_officer },
	{ "reason",             FIELDS_CHOICE,   AT(reason),        .choices = reasons, .least = 1, .most = STOCK_REASONS - 1 },
	{ "revoke",             FIELDS_BOOL,     AT(revoke) },
	{ "seq",                FIELDS_INT,      AT(note.sequence), .least = 1, .most = PACKET_SEQ_MOST },
	{ "serial",             FIELDS_TEXT,     AT(serial),        .most = SERIAL, .rule = packet_rules_upper_digits },
	{ "training",           FIELDS_BOOL,     AT(note.training) },
};
TABLE(failed);
/* clang-format on */

static void
key_free(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void
context_free(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

/* RSA-2048 or P-256, all bytes of it. */
static EVP_PKEY *
read_key(const uint8_t *at, size_t len)
{
	const uint8_t *end = at;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &end, (long)len);
	const bool whole = key != NULL && end == at + len;
	char curve[32] = "";
	const bool p256 = whole && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
					  EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) == 1 && strcmp(curve, "prime256v1") == 0;
	if (p256 || (whole && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) == RSA_BITS))
		return key;
	EVP_PKEY_free(key);
	ERR_clear_error();
	return NULL;
}

static bool
proof_holds(const struct write_back *back, struct error *err)
{
	CLEANUP(key_free) EVP_PKEY *key = read_key(back->key, back->key_len);
	CLEANUP(context_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (key == NULL)
		return error_set(err, ERROR_INVALID, "key: neither RSA-2048 nor P-256");
	const bool holds = context != NULL && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
					   EVP_DigestVerify(context, back->signature, back->signature_len, (const uint8_t *)back->message,
						   strlen(back->message)) == 1;
	ERR_clear_error();
	return holds || error_set(err, ERROR_UNTRUSTED, "signature: does not verify");
}

/* It names this token, and nothing that was signed before. */
static bool
message_agrees(const struct write_back *back, struct error *err)
{
	char head[sizeof(MESSAGE) + STOCK_SERIAL + 1];
	const bool made = text_format(head, sizeof(head), MESSAGE "%s ", back->serial);
	const size_t len = strlen(head);
	return (made && strncmp(back->message, head, len) == 0 && strlen(back->message) == len + NONCE_HEX &&
			   packet_rules_sha256(back->message + len)) ||
		   error_set(err, ERROR_INVALID, "message: not the proof of this token");
}

static bool
agrees(const struct write_back *back, struct error *err)
{
	if (!packet_note_agrees(&back->note, err))
		return false;
	if (back->event != WRITE_BACK_FAILED)
		return message_agrees(back, err) && proof_holds(back, err);
	if ((back->serial[0] == '\0') != (back->brand[0] == '\0'))
		return error_set(err, ERROR_INVALID, "brand: does not go with serial");
	if (back->revoke && back->certificate[0] == '\0')
		return error_set(err, ERROR_INVALID, "revoke: there is no certificate");
	return true;
}

static bool
read_back(struct span json, struct write_back *out, struct error *err)
{
	if (json.len > PACKET_NOTE_MOST)
		return error_set(err, ERROR_FULL, "over %u bytes", PACKET_NOTE_MOST);
	const bool failed = packet_format_says(json, "event", events[WRITE_BACK_FAILED]);
	return fields_read(failed ? &failed_table : &proved_table, json, out, err) && agrees(out, err);
}

bool
write_back_read(struct span json, struct write_back *out, struct error *err)
{
	struct write_back found = { .key_len = 0 };
	if (!read_back(json, &found, err))
		return error_in(err, "write-back");
	*out = found;
	return true;
}

bool
write_back_write(const struct write_back *back, struct file_bytes *json, struct error *err)
{
	CLEANUP(file_free) struct file_bytes made = { 0 };
	struct write_back again;
	const bool failed = back->event == WRITE_BACK_FAILED;
	if (!packet_note_write(failed ? &failed_table : &proved_table, back, &made, err))
		return error_in(err, "write-back");
	if (!write_back_read((struct span){ made.at, made.len }, &again, err))
		return false;
	*json = made;
	made = (struct file_bytes){ 0 };
	return true;
}
