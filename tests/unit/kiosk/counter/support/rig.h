#pragma once
/*
 * A counter thread without a window: a provisioned training store in its own folder, the training catalogue, keys of a
 * test authority, a shell that is the test, and a syncd that is the test. Everything aborts the test when it cannot.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "kiosk/counter/counter.h"
#include "kiosk/flow/command.h"
#include "kiosk/flow/view.h"
#include "kiosk/store/store.h"
#include "sync/wire/wire.h"
#include "tests/support/authority.h"

#define RIG_SUPERVISOR "S100"
#define RIG_CLERK      "K200"
#define RIG_FIRST      "lanterns drift over harbour"
#define RIG_PASSWORD   "seven amber teapots whistle"

struct rig {
	char folder[256], store_path[300], key_path[300], socket_path[300], catalogue[300];
	struct authority *authority;
	struct authority_pair packet, receipt;
	char ca[4096];
	bool production;
	/* a running thread */
	pthread_t thread;
	struct counter_setup setup;
	struct channel shell;
	struct error error;
	bool running, ok;
	size_t catalogues; /* that were not freed when the thread had ended */
	bool signals;      /* the thread takes SIGTERM, SIGINT and SIGHUP; blocked by the test before rig_start() */
	struct view *view; /* owned; the last one */
	atomic_int prints;
	atomic_bool print_fails;
	char printed[512];         /* path of the last job; read after a view that follows it */
	const char *device_socket; /* borrowed; of deviced, played by a test; NULL: no devices; set before rig_start() */
	/* syncd, played by the test */
	int listener;
	struct channel line;
};

/* Make the folder, the keys and the store; a clerk exists and both have passwords of their own. */
void rig_open(struct rig *rig);
void rig_open_production(struct rig *rig); /* the same with a production store */
void rig_close(struct rig *rig);
/* Use a copy of the training catalogue that the test may change. */
void rig_own_catalogue(struct rig *rig);
/* Add to the clock of every counter thread of this process. */
void rig_later(int64_t ms);

void rig_start(struct rig *rig);
/* Send COMMAND_STOP and join; the thread must end well and say COUNTER_END. */
void rig_stop(struct rig *rig);

/* SIGTERM; returns when the thread asks for what is typed. */
void rig_signal(struct rig *rig);

void rig_send(struct rig *rig, const struct command *command);
/* Read views until `state` shows. */
void rig_until(struct rig *rig, enum flow_state state);
/* Read views until `found` is true of one. */
void rig_until_true(struct rig *rig, bool (*found)(const struct view *view));
/* Read what comes within a short while. */
void rig_settle(struct rig *rig);

/* Send a command and wait for the view that follows, however long its work takes. */
void rig_act(struct rig *rig, const struct command *command);
/* Short forms of commands, each in this way. */
void rig_do(struct rig *rig, enum command_kind kind);
void rig_do_index(struct rig *rig, enum command_kind kind, int32_t index);
void rig_do_text(struct rig *rig, enum command_kind kind, const char *text);
void rig_type(struct rig *rig, enum field field, const char *text);
void rig_choose(struct rig *rig, enum field field, int32_t choice);
void rig_tick(struct rig *rig, int32_t index);
void rig_sign_in(struct rig *rig, const char *number, const char *password);
void rig_count_float(struct rig *rig);
void rig_tender(struct rig *rig, const char *method, int64_t amount, const char *reference);

/* The whole way: the clerk is at home with an open till. */
void rig_at_home(struct rig *rig);
/* From home to the identity step of e-Cert (Personal). */
void rig_begin(struct rig *rig);
void rig_fill_identity(
	struct rig *rig, const char *number, const char *check, const char *surname, const char *chinese);
void rig_fill_details(struct rig *rig);
void rig_fill_declaration(struct rig *rig);
/* From the identity page, empty, to the payment page; LEUNG, with a Chinese name or "". */
void rig_to_payment(struct rig *rig, const char *number, const char *check, const char *chinese);
/* From home to the hand-over, paid in cash; gives the packet id. */
void rig_commit(struct rig *rig, const char *number, const char *check, char id[static APPLICATION_ID]);

/* syncd: listen, take the counter's connection and its hello. */
void rig_listen(struct rig *rig);
void rig_accept_line(struct rig *rig);
void rig_hang_up(struct rig *rig);
/* The next message of this type; others are passed over. The memfd is the caller's. */
void rig_hear(struct rig *rig, enum wire_type type, uint8_t *body, size_t cap, struct channel_message *out);
/* Hear an offer; its id and the SHA-256 of its bytes in hexadecimal. */
void rig_hear_offer(struct rig *rig, char id[static WIRE_ID], char hex[static 65]);
void rig_say_id(struct rig *rig, enum wire_type type, const char *id);
void rig_say_line(struct rig *rig, enum wire_line_state state);
/* A receipt signed by `signer` over (said_id, hex), told for `id`. */
void rig_say_accepted(
	struct rig *rig, const char *id, const struct authority_pair *signer, const char *said_id, const char *hex);
void rig_say_parked(struct rig *rig, const char *id, int status, const char *why);

/* The store, when no thread runs. */
struct store *rig_store(struct rig *rig);
/* Rows of the store by another connection: "receipt", "audit WHERE event = 'sign-in'". */
int64_t rig_count(const struct rig *rig, const char *what);
