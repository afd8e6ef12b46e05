#include "kiosk/model/officer.h"

#include <string.h>

#include "kiosk/base/text.h"

#define NUMBER_LEAST   3u
#define NUMBER_MOST    16u
#define NAME_MOST      40u
#define WORD_LEAST     3u /* letters of a name's word that a password may not hold */
#define DISTINCT_LEAST 5u /* different characters */
#define UNCOMMON_LEAST 8u /* characters outside common words */
#define FREE_TRIES     3u
#define DELAY_MOST_S   60u
#define FOLDED         (OFFICER_PASSWORD_MOST * 4u + 1u)

/* Words that people at a counter in Hong Kong, and everywhere, reach for first. What is left of a password without them
 * must still be long enough to be one. */
static const char *const common[] = { "password", "passw0rd", "p@ssword", "p@ssw0rd", "passphrase", "hongkong",
	"hongkongpost", "postoffice", "postmaster", "ecert", "counter", "welcome", "letmein", "iloveyou", "changeme",
	"administrator", "admin", "supervisor", "default", "training", "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh",
	"zxcvbnm", "1qaz2wsx", "1q2w3e4r", "abcdefghijklmnopqrstuvwxyz", "abcdefgh", "abcdef", "abc123",
	"12345678901234567890", "1234567890", "123456789", "123456", "0987654321", "987654321", "654321", "monkey",
	"dragon", "football", "baseball", "sunshine", "princess", "superman", "trustno1", "master", "login", "secret",
	"january", "february", "summer", "winter", "spring", "autumn", "kowloon", "victoria", "correcthorsebatterystaple" };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Lower case without blanks; cut at the longest password. */
static void
fold(struct span password, char out[static FOLDED])
{
	size_t n = 0;
	for (size_t i = 0; i < password.len && n < FOLDED - 1; i++) {
		if (password.at[i] != ' ' && password.at[i] != '\0')
			out[n++] = lower((char)password.at[i]);
	}
	out[n] = '\0';
}

static size_t
distinct(const char *folded)
{
	bool seen[256] = { false };
	size_t count = 0;
	for (; *folded != '\0'; folded++) {
		count += seen[(uint8_t)*folded] ? 0 : 1;
		seen[(uint8_t)*folded] = true;
	}
	return count;
}

/* Length of the shortest piece of which the text is a repetition (the last one may be cut). */
static size_t
repeated_unit(const char *folded)
{
	size_t len = strlen(folded);
	for (size_t unit = 1; unit < len; unit++) {
		if (strncmp(folded, folded + unit, len - unit) == 0)
			return unit;
	}
	return len;
}

/* Longest run of characters that go up or down by one: "abcdef", "87654". */
static size_t
run_length(const char *folded)
{
	size_t most = 1, run = 1;
	int step = 0;
	for (size_t i = 1; folded[i - 1] != '\0' && folded[i] != '\0'; i++) {
		int now = folded[i] - folded[i - 1];
		run = now == step && (now == 1 || now == -1) ? run + 1 : now == 1 || now == -1 ? 2 : 1;
		step = now;
		most = run > most ? run : most;
	}
	return most;
}

/* Length of the longest common word that `at` starts with. */
static size_t
common_at(const char *at)
{
	size_t best = 0;
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		size_t len = strlen(common[i]);
		if (len > best && strncmp(at, common[i], len) == 0)
			best = len;
	}
	return best;
}

/* Characters that are part of no common word. */
static size_t
uncommon(const char *folded)
{
	size_t count = 0;
	while (*folded != '\0') {
		size_t word = common_at(folded);
		count += word == 0 ? 1 : 0;
		folded += word > 0 ? word : 1;
	}
	return count;
}

static bool
holds(const char *folded, const char *word, size_t len)
{
	for (; *folded != '\0'; folded++) {
		size_t i = 0;
		while (i < len && folded[i] == lower(word[i]))
			i++;
		if (i == len)
			return true;
	}
	return false;
}

static bool
holds_word_of(const char *folded, const char *name)
{
	while (*name != '\0') {
		size_t len = strcspn(name, " ,.-");
		if (len >= WORD_LEAST && holds(folded, name, len))
			return true;
		name += len + (name[len] != '\0' ? 1 : 0);
	}
	return false;
}

enum officer_fault
officer_password(struct span password, const char *number, const char *name)
{
	char folded[FOLDED];
	size_t characters = 0;
	for (size_t i = 0; i < password.len; i++)
		characters += (password.at[i] & 0xc0u) != 0x80u ? 1 : 0;
	if (characters < OFFICER_PASSWORD_LEAST)
		return OFFICER_SHORT;
	if (characters > OFFICER_PASSWORD_MOST || password.len >= FOLDED)
		return OFFICER_LONG;
	fold(password, folded);
	enum officer_fault fault = OFFICER_OK;
	size_t len = strlen(folded);
	if (distinct(folded) < DISTINCT_LEAST || repeated_unit(folded) * 2 <= len || run_length(folded) * 2 > len ||
		uncommon(folded) < UNCOMMON_LEAST)
		fault = OFFICER_COMMON;
	else if ((number[0] != '\0' && holds(folded, number, strlen(number))) || holds_word_of(folded, name))
		fault = OFFICER_HOLDS_NAME;
	secret_wipe(folded, sizeof(folded));
	return fault;
}

enum officer_fault
officer_number(const char *number)
{
	size_t len = strlen(number);
	if (len < NUMBER_LEAST || len > NUMBER_MOST)
		return OFFICER_BAD_NUMBER;
	for (; *number != '\0'; number++) {
		if (!((lower(*number) >= 'a' && lower(*number) <= 'z') || (*number >= '0' && *number <= '9')))
			return OFFICER_BAD_NUMBER;
	}
	return OFFICER_OK;
}

enum officer_fault
officer_name(const char *name)
{
	if (name[strspn(name, " ")] == '\0' || text_length(name) > NAME_MOST)
		return OFFICER_BAD_NAME;
	for (uint32_t code; (code = text_next(&name)) != 0;) {
		if (text_is_control(code) || text_is_unseen(code))
			return OFFICER_BAD_NAME;
	}
	return OFFICER_OK;
}

unsigned
officer_delay_s(unsigned wrong)
{
	unsigned delay = 1;
	if (wrong < FREE_TRIES)
		return 0;
	for (unsigned i = FREE_TRIES; i < wrong && delay < DELAY_MOST_S; i++)
		delay *= 2;
	return delay < DELAY_MOST_S ? delay : DELAY_MOST_S;
}
