#pragma once
/* People who work the counter: roles and what a password must be. */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/secret.h"

#define OFFICER_NUMBER         24u /* staff number: 3..16 letters and digits */
#define OFFICER_NAME           164u
#define OFFICER_PASSWORD_LEAST 15u /* characters; NIST SP 800-63B-4: length, a block list, no composition rules */
#define OFFICER_PASSWORD_MOST  128u
#define OFFICER_TRIES          10u /* wrong ones in a row before the account is locked */

enum officer_role { OFFICER_CLERK, OFFICER_SUPERVISOR, OFFICER_ROLES };

struct officer {
	char number[OFFICER_NUMBER];
	char name[OFFICER_NAME];
	enum officer_role role;
	bool must_change; /* the password was set by somebody else */
};

enum officer_fault {
	OFFICER_OK,
	OFFICER_SHORT,
	OFFICER_LONG,
	OFFICER_COMMON,     /* a common word, a run or a repetition with little else */
	OFFICER_HOLDS_NAME, /* the staff number or a word of the name */
	OFFICER_NOT_EQUAL,  /* the two times it was typed differ; only the screen gives it */
	OFFICER_BAD_NUMBER,
	OFFICER_BAD_NAME
};
enum officer_fault officer_password(struct span password, const char *number, const char *name);
enum officer_fault officer_number(const char *number);
/* 1 to 40 printable characters. */
enum officer_fault officer_name(const char *name);
/* Seconds to wait before try n + 1 is looked at: 0 for the first three, then doubling to 60. */
unsigned officer_delay_s(unsigned wrong);
