#pragma once
/*
 * Opens a sealed packet and answers three questions: is it for us and whole, was it signed by a counter of our CA, and
 * is that the counter that the id, the content and the connection name.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/span.h"
#include "sync/intake/centre.h"
#include "sync/intake/intake_id.h"

enum opener_verdict {
	OPENER_ACCEPTED,
	OPENER_NOT_OPENABLE,  /* not sealed to us, or changed on the way */
	OPENER_NOT_SIGNED,    /* the signature, or the signer's certificate, does not verify or has the wrong role */
	OPENER_OTHER_COUNTER, /* signed by, or speaking for, another counter than the id names */
	OPENER_INVALID,       /* the content is not a packet, or not the one that the id names */
	OPENER_BROKEN,        /* our own fault; the same packet may be accepted later */
};

/*
 * Open `sealed` and hold it against `id`, whose counter the caller has compared with the line's. now_ms 0: do not look
 * at the time of the signer's certificate (a packet from the store). OPENER_ACCEPTED: `json` is the caller's and holds
 * personal data. Anything else: *err says why, without a word of the content.
 */
NODISCARD enum opener_verdict opener_open(const struct centre *centre, const struct intake_id *id, struct span sealed,
	int64_t now_ms, struct file_bytes *json, struct error *err);

/* Whether `json` is the packet of that id, for or not for training, of any format (packet_format.h). ERROR_INVALID or
 * ERROR_FULL names the member; ERROR_UNTRUSTED for the proof of a write-back. */
NODISCARD bool opener_check(struct span json, const struct intake_id *id, bool training, struct error *err);
