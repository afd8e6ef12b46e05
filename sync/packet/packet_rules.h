#pragma once
/*
 * How the texts are written that stand in more than one kind of packet. Each says whether a text is of its form;
 * lengths are the table's. Pure.
 */
#include <stdbool.h>

/* Only characters of `letters`. */
bool packet_rules_only(const char *text, const char *letters);
bool packet_rules_digits(const char *text);
bool packet_rules_upper_digits(const char *text); /* A-Z and 0-9: branches, serials of stock.h */
bool packet_rules_id(const char *text);           /* a-z, 0-9 and hyphens: ids of the catalogue, brands */
bool packet_rules_officer(const char *text);      /* a staff number */
bool packet_rules_sha256(const char *text);       /* 64 lower-case hexadecimal digits */
bool packet_rules_sha256_or_none(const char *text);
