#pragma once
/* Releases and write-backs as a counter would send them. The proofs were signed once by OpenSSL's command line, with
 * keys that nobody has any more. */
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/packet/release.h"
#include "sync/packet/write_back.h"
#include "tests/support/check.h"

/* clang-format off */
#define NOTE_P256_KEY \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEz3kAsRCmJTK6yEOvAGe7RxtbSINTL9a3SNECmT0M0YOc0prCJaJcn5b8URwTuRmj" \
	"z7vsrbIm/qg3fkQLLtY1mw=="
#define NOTE_P256_SIGNATURE \
	"MEUCIDedjbPVlykIjJP3ZSye8+hZzeiRUAhmnUyCsnDp/QO7AiEA7V6BfO4dZPgu/tfVzRU0DsTigRhsb7TUDw2f2tjrTEw="
#define NOTE_RSA_KEY \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvGSu3tgIQW9ITDTWcmGTG5sDFTyoj1wGYhQstajWcmWOb7GaQbrPuvg5" \
	"1coXwGUQuiYn6GL0kgnZ9euG8SCQ0dGajLp/kN85KNB7lzv5hAhtjNgzWvHyqqV28KvI+iXkJDJVAWt5M8t0JmwYhvs4/q6FSX6l" \
	"Z3neOwiYMpX0ChsO59b5ON91EbgrmDa3kj7QiImK/WWgJ9eoinTIoElBmR6oyo7zWshdhck/6IwTLDgSRla8mc55zsqB9OpMIUBK" \
	"qyH8aQeeQKnRwXx30vB0Mn5/qpHlfER5mfoI8CufL+gP9UBNk3rCiVR6gQNSu7s3x0458NlOo6i0lQxckkCPMwIDAQAB"
#define NOTE_RSA_SIGNATURE \
	"b7iJ3duceU+KbsOaNAwcnbl3x5rQSA7ceTMQW85MyTu6glO9HvgLYTquYlsi5Pv9eDQgjeE6p/gohvH9xdsQ2pokWIfcnkfFVd1V" \
	"eAF9c65iIe9DWav4mAn7LnwOnrF1gFZdgcMhhhC+pz5DOTRYR4Anj3IVx6xzowj8QS+R/nrticfGcXIsxQg1Eu667GyWUOUXneTp" \
	"+d2HsrZECXfvoXeSUekLctM3SDkI7qFn5xeZyHpb3U1uYmcQ+sj5Bd+C52NMJTBKvyyZxyDJxyR45PFQikIQV5sJrHJ64g/l7VZn" \
	"cdjCTyW5Bve+D5w9W764+lil7uSfYUZDXg2nYdPSHg=="
/* clang-format on */
#define NOTE_MESSAGE     "token proof 1 4100000017 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NOTE_CERTIFICATE "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static inline struct packet_note
note_sample(void)
{
	return (struct packet_note){ .id = "261126-WR-05-000012-0badcafe",
		.sequence = 12,
		.branch = "WR",
		.counter = "05",
		.day = { 2026, 11, 26 },
		.at_ms = 1795675200001,
		.training = true,
		.application = "261125-WR-04-000047-7f3a9c2b",
		.line = 1 };
}

static inline struct release
note_release(enum release_verdict verdict)
{
	struct release out = { .note = note_sample(),
		.maker = "20418",
		.approver = "10007",
		.verdict = verdict,
		.seen_sha256 = { 0x5e, [31] = 0xe5 } };
	if (verdict != RELEASE_APPROVE)
		(void)strcpy(out.reason, "Photo of \"card\" and 相 differ");
	return out;
}

static inline struct write_back
note_failed(void)
{
	return (struct write_back){ .note = note_sample(),
		.event = WRITE_BACK_FAILED,
		.officer = "20418",
		.serial = "4100000017",
		.brand = "safenet",
		.certificate = NOTE_CERTIFICATE,
		.reason = STOCK_REASON_LOCKED,
		.revoke = true };
}

/* Written with P-256, delivered with RSA. */
static inline struct write_back
note_proved(enum write_back_event event)
{
	struct write_back out = note_failed();
	struct error err;
	const bool rsa = event == WRITE_BACK_DELIVERED;
	out.event = event;
	(void)strcpy(out.message, NOTE_MESSAGE);
	out.transcript_sha256[0] = 0x7a;
	assert_true(
		text_unbase64(text_span(rsa ? NOTE_RSA_KEY : NOTE_P256_KEY), out.key, sizeof(out.key), &out.key_len, &err));
	assert_true(text_unbase64(text_span(rsa ? NOTE_RSA_SIGNATURE : NOTE_P256_SIGNATURE), out.signature,
		sizeof(out.signature), &out.signature_len, &err));
	out.reason = STOCK_REASON_NONE;
	out.revoke = false;
	return out;
}
