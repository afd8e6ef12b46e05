#pragma once
/*
 * Messages of sync.sock, between the counter (the only client) and syncd. Bodies are written with buffer_* and read
 * with cursor_*: a text is buffer_text() and cursor_text(). syncd sees ids, sizes and sealed bytes, never a
 * name.
 *
 * An item is offered until its receipt is acknowledged: the counter offers everything that has no receipt each time it
 * connects, and syncd keeps one copy per id. The same id with another hash is refused and said so. Every receipt is
 * answered, by an acknowledgement or a refusal, so that one that is no good holds nothing up.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"
#include "kiosk/base/error.h"

#define WIRE_VERSION        2u
#define WIRE_ID             64u                /* bytes of a packet id, NUL included */
#define WIRE_PACKET_MOST    (4u * 1024 * 1024) /* bytes of a sealed packet */
#define WIRE_RECEIPT_MOST   (64u * 1024)       /* bytes of the centre's signed receipt */
#define WIRE_CSR_MOST       (8u * 1024)        /* bytes of a PEM certificate request */
#define WIRE_PROVISION_MOST (256u * 1024)      /* bytes of the centre's answer to a provisioning */
#define WIRE_LINE_ID        65u                /* bytes of a line id, NUL included: it is also a common name */
#define WIRE_LABEL          32u                /* bytes of an EST label, NUL included */
#define WIRE_ENROL_MOST     (4u * 1024)        /* bytes of a DER certificate request */
#define WIRE_CHAIN_MOST     (48u * 1024)       /* bytes of a certificate and its issuers in PEM */

enum wire_type {
	/* counter to syncd */
	WIRE_HELLO = 1,       /* u32 version */
	WIRE_PROVISION = 2,   /* text code, text signing CSR (PEM), text opening CSR (PEM) */
	WIRE_OFFER = 3,       /* struct wire_item, memfd: the sealed bytes */
	WIRE_ACKNOWLEDGE = 4, /* text id: the receipt is stored, forget the item */
	WIRE_RETRY = 5,       /* text id: try a parked item again */
	WIRE_NOW = 6,         /* empty: try everything that waits now */
	WIRE_REFUSE = 7,      /* struct wire_parked: the receipt was seen and is not kept; park the item for this reason */
	WIRE_ENROL = 8,       /* struct wire_enrol, memfd: the certificate request in DER, signed on the token */
	WIRE_ENROL_ACKNOWLEDGE = 9, /* text line id: certificate or failure is stored, forget the enrolment */
	/* syncd to counter */
	WIRE_LINE = 32,          /* struct wire_line; sent at once after HELLO and at every change */
	WIRE_SPOOLED = 33,       /* text id: the offered bytes are durable in the spool */
	WIRE_ACCEPTED = 34,      /* text id, memfd: the centre's signed receipt, unverified */
	WIRE_PARKED = 35,        /* struct wire_parked */
	WIRE_PROVISIONED = 36,   /* memfd: the centre's answer (JSON), unverified beyond TLS */
	WIRE_UNPROVISIONED = 37, /* error_wire: why the provisioning failed */
	WIRE_ENROLLED = 38,      /* text line id, memfd: PEM, the certificate first, then its issuers; the counter checks */
	WIRE_ENROL_WAIT = 39,    /* struct wire_enrol_wait; once the request is durable, and at every change */
	WIRE_ENROL_FAILED = 40,  /* struct wire_enrol_failed; nothing is tried any more for this line */
};

/* In which order things are sent: a small packet never waits behind scans. */
enum wire_lane {
	WIRE_LANE_URGENT,
	WIRE_LANE_ENROLMENT,
	WIRE_LANE_PACKET,
	WIRE_LANE_DOCUMENT,
	WIRE_LANE_AUDIT,
	WIRE_LANES
};

struct wire_item {
	char id[WIRE_ID];
	enum wire_lane lane;
	uint8_t sha256[32]; /* of the sealed bytes */
	uint32_t len;       /* bytes, at most WIRE_PACKET_MOST */
};

enum wire_line_state {
	WIRE_LINE_UNKNOWN,       /* nothing tried yet */
	WIRE_LINE_UP,            /* the last exchange with the centre was answered */
	WIRE_LINE_DOWN,          /* the centre could not be reached */
	WIRE_LINE_REFUSED,       /* it was reached, but refused us or was not who it should be: certificate, TLS, 403 */
	WIRE_LINE_UNABLE,        /* it answers, but takes nothing now: 5xx, 429, what is no receipt */
	WIRE_LINE_UNPROVISIONED, /* this counter has no line key or certificate yet */
};

struct wire_line {
	enum wire_line_state state;
	int64_t since_ms;  /* UTC; when this state began */
	int64_t next_ms;   /* UTC; when the next try is due, 0 if none is planned */
	int64_t answer_ms; /* UTC; when the centre last answered, 0 if never */
	uint32_t tries;    /* failed in a row */
	uint32_t waiting;  /* items in the spool without a receipt, parked ones not counted */
	char why[160];     /* of the last failure, for the engineer; no personal data */
};

struct wire_parked {
	char id[WIRE_ID];
	int32_t status; /* HTTP status, or 0 for a fault found by syncd or the counter */
	uint32_t tries;
	char why[160]; /* title of the centre's problem document (RFC 9457), bounded */
};

struct wire_enrol {
	char line[WIRE_LINE_ID]; /* "261125-WR-04-000047-7f3a9c2b/1" */
	char label[WIRE_LABEL];  /* of the product: where at the centre to ask */
	uint8_t sha256[32];      /* of the request */
	uint32_t len;            /* bytes of it, at most WIRE_ENROL_MOST */
};

/* No certificate yet, and nothing that speaks against one. */
struct wire_enrol_wait {
	char line[WIRE_LINE_ID];
	int64_t since_ms; /* UTC; when the request became durable here */
	int64_t next_ms;  /* UTC; when the next try is due, 0: it is on its way, or there is no line to send it on */
	uint32_t tries;   /* answered or failed so far */
	int32_t status;   /* HTTP status of the last answer (202: the centre has it), 0: none came */
	char why[160];    /* of the last answer, for the engineer; no personal data; empty before the first */
};

struct wire_enrol_failed {
	char line[WIRE_LINE_ID];
	int32_t status; /* HTTP status, or 0 for a fault found by syncd: what came is not this line's certificate */
	char why[160];  /* title of the centre's problem document (RFC 9457), or the fault; bounded */
};

/* The text of a line id: a packet id of [A-Za-z0-9-], '/', and the place of the line, 1 to 999 without leading zeros.
 */
bool wire_line_id_ok(const char *line);
/* ERROR_INVALID if it is not such a text. */
NODISCARD bool wire_take_line_id(struct cursor *in, char out[static WIRE_LINE_ID], struct error *err);
/* The text of a label: 1 to WIRE_LABEL - 1 of [a-z0-9-]. It becomes part of an address. */
bool wire_label_ok(const char *label);

/* ERROR_INVALID if it is not an id (text_is_id): it becomes a file name and part of an address. */
NODISCARD bool wire_take_id(struct cursor *in, char out[static WIRE_ID], struct error *err);

void wire_put_item(struct buffer *out, const struct wire_item *item);
NODISCARD bool wire_take_item(struct cursor *in, struct wire_item *out, struct error *err);
void wire_put_line(struct buffer *out, const struct wire_line *line);
NODISCARD bool wire_take_line(struct cursor *in, struct wire_line *out, struct error *err);
void wire_put_parked(struct buffer *out, const struct wire_parked *parked);
NODISCARD bool wire_take_parked(struct cursor *in, struct wire_parked *out, struct error *err);
void wire_put_enrol(struct buffer *out, const struct wire_enrol *enrol);
NODISCARD bool wire_take_enrol(struct cursor *in, struct wire_enrol *out, struct error *err);
void wire_put_enrol_wait(struct buffer *out, const struct wire_enrol_wait *wait);
NODISCARD bool wire_take_enrol_wait(struct cursor *in, struct wire_enrol_wait *out, struct error *err);
void wire_put_enrol_failed(struct buffer *out, const struct wire_enrol_failed *failed);
NODISCARD bool wire_take_enrol_failed(struct cursor *in, struct wire_enrol_failed *out, struct error *err);
