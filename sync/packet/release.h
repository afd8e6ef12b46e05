#pragma once
/*
 * A release is what a second officer says about one request line after looking at what the first one saw: it may be
 * enrolled, it may not, or not yet. A packet of its own (format "ecert-counter-release-1", release.schema.json).
 */
#include "sync/packet/packet_note.h"

#define RELEASE_REASON 804u /* bytes: 200 characters of up to four, NUL included */

enum release_verdict { RELEASE_APPROVE, RELEASE_HOLD, RELEASE_REJECT };

struct release {
	struct packet_note note;
	char maker[24];    /* staff number of who committed the application */
	char approver[24]; /* of who decides; never the maker */
	enum release_verdict verdict;
	char reason[RELEASE_REASON]; /* in the approver's words; empty only for APPROVE */
	uint8_t seen_sha256[32];     /* of what was on the approver's screen, canonical */
};

/* Write one into json->at (the caller's). ERROR_INVALID names the member that release_read() would refuse. */
NODISCARD bool release_write(const struct release *release, struct file_bytes *json, struct error *err);
/* ERROR_INVALID for anything but a whole canonical release, ERROR_FULL over PACKET_NOTE_MOST. */
NODISCARD bool release_read(struct span json, struct release *out, struct error *err);
