#pragma once
/* Which kind of packet some JSON says it is: which reader to give it to, which then looks at all of it. */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"

#define PACKET_FORMAT_APPLICATION "ecert-counter-application-1" /* packet.h */
#define PACKET_FORMAT_RELEASE     "ecert-counter-release-1"     /* release.h */
#define PACKET_FORMAT_WRITE_BACK  "ecert-counter-write-back-1"  /* write_back.h */

enum packet_format { PACKET_FORMAT_IS_APPLICATION, PACKET_FORMAT_IS_RELEASE, PACKET_FORMAT_IS_WRITE_BACK };

/* By its member "format". ERROR_INVALID if there is none, or none of these. */
NODISCARD bool packet_format_of(struct span json, enum packet_format *out, struct error *err);
/* Whether canonical JSON holds `"member":"word"`. A quote inside a text is escaped there, so that no text can look so.
 */
bool packet_format_says(struct span json, const char *member, const char *word);
