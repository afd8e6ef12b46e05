#include "sync/packet/packet_rules.h"

#include <string.h>

#include "kiosk/model/officer.h"

#define UPPER    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER    "abcdefghijklmnopqrstuvwxyz"
#define DIGITS   "0123456789"
#define HASH_HEX 64u

bool
packet_rules_only(const char *text, const char *letters)
{
	return text[strspn(text, letters)] == '\0';
}

bool
packet_rules_digits(const char *text)
{
	return packet_rules_only(text, DIGITS);
}

bool
packet_rules_upper_digits(const char *text)
{
	return packet_rules_only(text, UPPER DIGITS);
}

bool
packet_rules_id(const char *text)
{
	return packet_rules_only(text, LOWER DIGITS "-");
}

bool
packet_rules_officer(const char *text)
{
	return officer_number(text) == OFFICER_OK;
}

bool
packet_rules_sha256(const char *text)
{
	return strlen(text) == HASH_HEX && packet_rules_only(text, DIGITS "abcdef");
}

bool
packet_rules_sha256_or_none(const char *text)
{
	return text[0] == '\0' || packet_rules_sha256(text);
}
