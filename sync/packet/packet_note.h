#pragma once
/*
 * What the packets have in common that tell the centre something about one request line of an earlier packet
 * (release.h, write_back.h): their own id, and which line of which application they are about. They travel like that
 * application: canonical JSON, sealed, through the outbox.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "sync/packet/fields.h"
#include "sync/packet/packet.h"

#define PACKET_NOTE_MOST (8u * 1024u) /* bytes of JSON */

struct packet_note {
	char id[APPLICATION_ID]; /* of this packet, with its own sequence */
	int64_t sequence;
	char branch[PACKET_BRANCH], counter[PACKET_COUNTER];
	struct date day; /* business day */
	int64_t at_ms;   /* when it was decided or seen, UTC */
	bool training;
	char application[APPLICATION_ID]; /* the packet with the line: of the same branch, not of a later day */
	int line;                         /* from 1 */
};

/* ERROR_INVALID names the member that contradicts another. */
NODISCARD bool packet_note_agrees(const struct packet_note *note, struct error *err);
/* The bytes of the object that the table makes of `from`, in json->at (the caller's; not yet read back). ERROR_INVALID
 * if a value cannot be written. */
NODISCARD bool packet_note_write(
	const struct fields_table *table, const void *from, struct file_bytes *json, struct error *err);
