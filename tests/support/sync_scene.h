#pragma once
/*
 * syncd as a program between a counter, which the test plays, and a centre, which the test scripts.
 */
#include "kiosk/base/channel.h"
#include "sync/wire/wire.h"
#include "tests/support/authority.h"
#include "tests/support/process.h"
#include "tests/support/responder.h"

#define SYNC_SCENE_STORED 2048

/* What the scripted centre does with the next packets, before it is as good as ever. */
enum sync_scene_fault {
	SYNC_SCENE_GOOD,
	SYNC_SCENE_CONFLICT, /* 409 with a problem document */
	SYNC_SCENE_BROKEN,   /* 500 */
	SYNC_SCENE_THINKING, /* 202 */
	SYNC_SCENE_GARBAGE,  /* 201 with bytes that are no receipt */
	SYNC_SCENE_NO_HTTP,  /* bytes that are no answer at all */
	SYNC_SCENE_OTHER,    /* 201 with another packet's receipt */
	SYNC_SCENE_TYPE,     /* the right receipt under the wrong content type */
	SYNC_SCENE_CUT_HEAD, /* broken off in the head */
	SYNC_SCENE_CUT_BODY, /* broken off in the receipt */
	SYNC_SCENE_SILENT,   /* closed without a byte */
	SYNC_SCENE_REDIRECT, /* 307 to another place */
	SYNC_SCENE_SLOW,     /* later than the deadline */
	SYNC_SCENE_LONG,     /* more than 64 KiB */
	SYNC_SCENE_STRANGER, /* 403 */
	SYNC_SCENE_FAULTS
};

struct sync_scene {
	const char *program; /* path of syncd; borrowed */
	char folder[256], socket[300], log[300], config[300], state[300];
	struct authority *authority;
	char ca[4096];
	struct authority_pair server, receipt, line;
	struct responder *responder;
	uint16_t port; /* kept over restarts of the centre */
	struct process syncd;
	struct channel counter;
	/* the centre, whose thread writes while the test looks */
	_Atomic enum sync_scene_fault fault;
	_Atomic int fault_count; /* packets that still meet the fault */
	_Atomic int puts, anonymous_puts, posts, conflicts;
	struct {
		char id[WIRE_ID];
		char hash[65];
	} stored[SYNC_SCENE_STORED];
	_Atomic size_t stored_count; /* counted when the item is whole */
	char first_line_csr[4096];
	_Atomic int csr_changed;
	const char *_Atomic code; /* the one-time code that it takes */
};

/* A folder with keys and configuration; a provisioned state folder if asked. total_s: the deadline of an exchange. */
void sync_scene_open(struct sync_scene *scene, const char *program, bool provisioned, int total_s);
void sync_scene_close(struct sync_scene *scene);

/* The centre, up on the same port each time. old_tls: TLS 1.2 only. `server` NULL: the right one. */
void sync_scene_centre(struct sync_scene *scene, bool old_tls, const struct authority_pair *server);
void sync_scene_centre_down(struct sync_scene *scene);

/* Start syncd; doomed > 0: it dies at that call (process.h). */
void sync_scene_start(struct sync_scene *scene, int doomed);
/* Connect and say hello; false if it died meanwhile. */
bool sync_scene_connect(struct sync_scene *scene);
/* Offer an item whose bytes are `len` bytes made from the id. False if syncd is gone. */
bool sync_scene_offer(struct sync_scene *scene, const char *id, size_t len);
bool sync_scene_tell(struct sync_scene *scene, enum wire_type type, const char *id);
bool sync_scene_refuse(struct sync_scene *scene, const char *id, const char *why);

/* The next message of this type within ten seconds; others are passed over. Its body is kept in body[cap]. memfd is the
 * caller's. False if syncd is gone or nothing comes. */
bool sync_scene_await(
	struct sync_scene *scene, enum wire_type type, uint8_t *body, size_t cap, struct channel_message *out);
/* Wait until the line is in this state. */
bool sync_scene_await_line(struct sync_scene *scene, enum wire_line_state state, struct wire_line *out);
/* Wait for the receipt of this id, check that it is a receipt for it, and acknowledge it. */
bool sync_scene_await_receipt(struct sync_scene *scene, const char *id);
/* How often the centre has this id; the hash must be the right one. */
int sync_scene_stored(const struct sync_scene *scene, const char *id);
