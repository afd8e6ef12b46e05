#pragma once
/*
 * Where the centre keeps packets and their receipts: each packet once, for ever the same bytes.
 * Implementations: sqlite_store.c; PostgreSQL will be another. tests/unit/sync/intake/test_store.c is the suite that
 * each of them must pass. A store belongs to one thread at a time.
 */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/span.h"
#include "sync/intake/intake_id.h"

/* A packet on its way in. */
struct intake_store_packet {
	struct intake_id id;
	uint8_t sha256[32];  /* of `sealed` */
	struct span sealed;  /* borrowed */
	struct span receipt; /* borrowed; what will be answered if this packet is the first with its id */
	int64_t received_ms; /* UTC */
};

enum intake_store_outcome {
	INTAKE_STORE_NEW,       /* stored now */
	INTAKE_STORE_SAME,      /* was there already with the same bytes; `receipt` is the one given then */
	INTAKE_STORE_ID_TAKEN,  /* the id is there with other bytes; nothing was stored */
	INTAKE_STORE_SEQ_TAKEN, /* branch, counter and sequence are there under another id; nothing was stored */
	INTAKE_STORE_UNDECIDED, /* nothing was done; what put() leaves when it fails */
};

struct intake_store_answer {
	enum intake_store_outcome outcome;
	struct file_bytes receipt; /* of INTAKE_STORE_SAME; the caller's */
};

/* What is known about a packet without opening it. */
struct intake_store_entry {
	struct intake_id id;
	char sha256[65]; /* hexadecimal, of the sealed bytes */
	int64_t bytes;   /* of the sealed bytes */
	int64_t received_ms;
};

enum intake_store_part { INTAKE_STORE_SEALED, INTAKE_STORE_RECEIPT };

struct intake_store_status {
	int64_t packets;
	int64_t last_ms; /* when the latest packet came, UTC; 0 if there is none */
};

/* Return false to stop; the walk then succeeds. */
typedef bool (*intake_store_visit_fn)(void *who, const struct intake_store_entry *entry);

struct intake_store_ops {
	/*
	 * Store `count` packets in one transaction and say for each what happened. True only when everything said is
	 * durable: a power cut after that loses nothing. False (ERROR_FULL for a full disk, ERROR_SYSTEM): no packet of
	 * these may be acknowledged; the same call may be made again, and then tells which got through after all.
	 */
	bool (*put)(void *self, const struct intake_store_packet *packets, size_t count,
		struct intake_store_answer *answers, struct error *err);
	/* The sealed bytes or the receipt of a packet. ERROR_GONE if there is no such packet, ERROR_SYSTEM. */
	bool (*get)(void *self, const char *id, enum intake_store_part part, struct file_bytes *out, struct error *err);
	/* Visit every packet in the order of branch, counter, sequence. */
	bool (*walk)(void *self, intake_store_visit_fn visit, void *who, struct error *err);
	/* Count, and look over the database for at most a second. ERROR_INVALID if it is damaged. */
	bool (*status)(void *self, struct intake_store_status *out, struct error *err);
	/* Do what put() put off, when nobody waits for the store. Nothing depends on it but the size of a log. */
	void (*tidy)(void *self);
	/* Called once; never fails. */
	void (*close)(void *self);
};

struct intake_store {
	const struct intake_store_ops *ops;
	void *self; /* owned by the store; freed by ops->close */
};
