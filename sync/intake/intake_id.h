#pragma once
/*
 * A packet id as the name of a resource: the text and what it says (sync/packet). That the content agrees is opener.h's
 * business.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "sync/packet/packet.h"

#define INTAKE_ID 35u /* bytes of the longest id, NUL included */

struct intake_id {
	char text[INTAKE_ID];
	struct packet_id says;
};

/* ERROR_INVALID names the part that is not of its form. */
NODISCARD bool intake_id_read(const char *text, struct intake_id *out, struct error *err);
