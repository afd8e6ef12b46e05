#pragma once
/* What the centre says, read with bounds: the content of its signed receipt, and its answer to a provisioning. Nothing
 * is verified here beyond the form. */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"
#include "kiosk/model/application.h"

#define CENTRE_ANSWER_PEM 8192u /* bytes of one certificate, NUL included */

struct centre_receipt {
	char id[APPLICATION_ID]; /* of the packet */
	uint8_t sha256[32];      /* of the sealed bytes that the centre stored */
};
/* ERROR_INVALID unless it is one JSON object of type "receipt", version 1, with an id and a hash. */
NODISCARD bool centre_answer_receipt(struct span json, struct centre_receipt *out, struct error *err);

enum centre_certificate {
	CENTRE_CA,
	CENTRE_PACKET,
	CENTRE_RECEIPT,
	CENTRE_SIGNING,
	CENTRE_OPENING,
	CENTRE_CERTIFICATES
};
struct centre_provision {
	char branch[8];  /* 2 to 7 of A-Z and 0-9 */
	char counter[4]; /* two digits */
	char branch_name[LANGUAGES][96];
	char centre[64];
	bool training;
	char pem[CENTRE_CERTIFICATES][CENTRE_ANSWER_PEM];
};
/* ERROR_INVALID names the member. */
NODISCARD bool centre_answer_provision(struct span json, struct centre_provision *out, struct error *err);
