#pragma once
/*
 * A packet id says where it comes from: business day, branch, counter, sequence of that counter, random:
 * "261125-WR-04-000047-7f3a9c2b". Read here as a name of a resource; that the content agrees is opener.h's business.
 */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "sync/intake/issuer.h"

#define INTAKE_ID       35u     /* bytes of the longest id, NUL included */
#define INTAKE_ID_DAY   7u      /* bytes of YYMMDD, NUL included */
#define INTAKE_SEQ_MOST 999999u /* sequences run from 1 */

struct intake_id {
	char text[INTAKE_ID];
	char day[INTAKE_ID_DAY];
	char branch[ISSUER_BRANCH];
	char counter[ISSUER_COUNTER];
	uint32_t seq; /* 1..INTAKE_SEQ_MOST */
};

/* ERROR_INVALID names the part that is not of its form. */
NODISCARD bool intake_id_read(const char *text, struct intake_id *out, struct error *err);
