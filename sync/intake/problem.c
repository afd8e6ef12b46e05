#include "sync/intake/problem.h"

#include <jansson.h>
#include <string.h>

#include "kiosk/base/text.h"

/* clang-format off */
static const struct problem problems[PROBLEM_KINDS] = {
	[PROBLEM_NO_CERTIFICATE] = { "no-client-certificate", "A client certificate is needed",
		"Connect with the counter's line certificate.", 403, 0 },
	[PROBLEM_FOREIGN_CERTIFICATE] = { "foreign-client-certificate", "The client certificate is not accepted",
		"It is not a line certificate of this centre, or it is out of its time.", 403, 0 },
	[PROBLEM_OTHER_COUNTER] = { "other-counter", "Not this counter's packet",
		"The packet names another counter than the connection or the signer.", 403, 0 },
	[PROBLEM_SIGNER] = { "signer-not-accepted", "The packet's signature is not accepted",
		"It was not made with a signing certificate of this centre.", 403, 0 },
	[PROBLEM_CODE] = { "code-not-accepted", "The code is none of this centre's",
		"It is mistyped, or another centre made it.", 403, 0 },
	[PROBLEM_CODE_USED] = { "code-used", "The code was used already, with other keys",
		"A code makes one counter. Ask the centre for a new one.", 403, 0 },
	[PROBLEM_CODE_EXPIRED] = { "code-expired", "The code has expired",
		"Ask the centre for a new one.", 403, 0 },
	[PROBLEM_NO_ROUTE] = { "no-such-resource", "There is nothing here",
		"The path is none of this centre's.", 404, 0 },
	[PROBLEM_NO_PACKET] = { "no-such-packet", "There is no such packet",
		"The centre has stored no packet with this id.", 404, 0 },
	[PROBLEM_METHOD] = { "method-not-allowed", "Not with this method",
		"The header Allow names those that work.", 405, 0 },
	[PROBLEM_TOO_LARGE] = { "too-large", "Too large",
		"The body is larger than this resource takes.", 413, 0 },
	[PROBLEM_MEDIA_TYPE] = { "media-type", "Not this media type",
		"The header Content-Type is not what this resource takes.", 415, 0 },
	[PROBLEM_MALFORMED] = { "malformed-request", "The request is malformed",
		"The body is not of the form that this resource takes.", 400, 0 },
	[PROBLEM_ID] = { "malformed-id", "The packet id is malformed",
		"An id is YYMMDD-BRANCH-COUNTER-SEQUENCE-RANDOM.", 400, 0 },
	[PROBLEM_NOT_OPENABLE] = { "not-openable", "The packet cannot be opened",
		"It is not sealed to this centre, or it was changed on the way.", 400, 0 },
	[PROBLEM_PACKET] = { "invalid-packet", "The packet's content is not valid",
		"It does not agree with the schema or with its id.", 422, 0 },
	[PROBLEM_REQUESTS] = { "requests-not-accepted", "The certificate requests are not accepted",
		"Each must be for a P-256 key of its own and signed with it.", 422, 0 },
	[PROBLEM_ID_TAKEN] = { "id-taken", "The id has other bytes",
		"A packet with this id and another SHA-256 is stored.", 409, 0 },
	[PROBLEM_SEQ_TAKEN] = { "sequence-taken", "The sequence number is used",
		"A packet of this counter with this sequence number is stored under another id.", 409, 0 },
	[PROBLEM_TOO_MANY_TRIES] = { "too-many-tries", "Too many wrong codes",
		"Wait a minute before the next try.", 429, 60 },
	[PROBLEM_BUSY] = { "busy", "Too much at once",
		"The centre holds as many unfinished requests as it can.", 503, 5 },
	[PROBLEM_UNAVAILABLE] = { "unavailable", "Not now",
		"The centre cannot do this at the moment; nothing was stored.", 503, 30 },
};
/* clang-format on */

const struct problem *
problem_of(enum problem_kind kind)
{
	return &problems[kind];
}

size_t
problem_write(const struct problem *problem, const char *detail, char out[static PROBLEM_MOST])
{
	char type[96];
	(void)text_format(type, sizeof(type), PROBLEM_TYPE "%s", problem->type);
	json_t *root = json_pack("{s:s, s:s, s:i, s:s}", "type", type, "title", problem->title, "status",
		(int)problem->status, "detail", detail != NULL ? detail : problem->detail);
	size_t len = root != NULL ? json_dumpb(root, out, PROBLEM_MOST - 1, JSON_COMPACT) : 0;
	json_decref(root);
	if (len == 0 || len >= PROBLEM_MOST)
		len = 0;
	out[len] = '\0';
	return len;
}
