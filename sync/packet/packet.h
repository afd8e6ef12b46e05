#pragma once
/*
 * A packet is what a counter tells the centre about one committed application: canonical JSON (UTF-8, members in the
 * order of their names, no blanks, money as "48.00", dates and instants in ISO 8601) of exactly the shape that
 * packet.schema.json says. It holds everything about the person and travels only sealed.
 *
 * Reading refuses what the schema refuses and, beyond it, what one value says about another: the id names day, branch,
 * counter and sequence; fee lines add up to their total and tenders pay exactly that; check characters are right;
 * sample fees stand only in training. A packet that would not be read is not written.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/span.h"
#include "kiosk/model/application.h"

#define PACKET_MOST     (64u * 1024u) /* bytes of JSON */
#define PACKET_BRANCH   9u            /* bytes of a branch code, NUL included: 2 to 8 of A-Z and 0-9 */
#define PACKET_COUNTER  3u            /* bytes of a counter number, NUL included: two digits */
#define PACKET_RECEIPT  24u
#define PACKET_SEQ_MOST 999999 /* sequences of a counter run from 1 */

struct packet_head {
	char id[APPLICATION_ID]; /* "261125-WR-04-000047-7f3a9c2b" */
	int64_t sequence;        /* of packets of this counter */
	char receipt[PACKET_RECEIPT];
	char branch[PACKET_BRANCH], counter[PACKET_COUNTER];
	char officer[24]; /* staff number of who committed it */
	struct date day;  /* business day of the commit */
	int64_t committed_ms;
	uint8_t audit_head[32]; /* of the counter's log just before */
	int64_t audit_count;
	bool training;
	uint8_t catalogue_sha256[32];
};

struct packet {
	struct packet_head head;
	struct application application;
};

/*
 * Write one packet into json->at (owned by the caller, who wipes it with file_free()). Checks that were not seen are
 * left out. ERROR_INVALID names the member that packet_read() would refuse, never its value.
 */
NODISCARD bool packet_write(
	const struct application *application, const struct packet_head *head, struct file_bytes *json, struct error *err);
/* Read one. ERROR_INVALID for anything but a whole canonical packet, ERROR_FULL over PACKET_MOST. *out holds personal
 * data: the caller wipes it with packet_forget(). Request lines come out as committed. */
NODISCARD bool packet_read(struct span json, struct packet *out, struct error *err);
void packet_forget(struct packet *packet);

/* What an id says. */
struct packet_id {
	char day[7]; /* "261125" */
	char branch[PACKET_BRANCH], counter[PACKET_COUNTER];
	int64_t sequence;
	uint8_t random[4];
};
/* ERROR_INVALID if a part cannot stand in an id. */
NODISCARD bool packet_id_make(struct date day, const char *branch, const char *counter, int64_t sequence,
	const uint8_t random[static 4], char out[static APPLICATION_ID], struct error *err);
/* ERROR_INVALID names the part that is not of its form. */
NODISCARD bool packet_id_parse(const char *id, struct packet_id *out, struct error *err);
/* ERROR_INVALID unless that is what the id says. */
NODISCARD bool packet_id_names(
	const char *id, struct date day, const char *branch, const char *counter, int64_t sequence, struct error *err);
