#pragma once
/*
 * The counter thread: the only writer of the store. Commands of the shell and messages of syncd come in; each is a step
 * of the flow with its effect; a new view goes out. It wakes up for nothing else, but to save what is being typed, to
 * find syncd again, and at the end of the business day.
 */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/channel.h"
#include "kiosk/base/error.h"
#include "kiosk/model/application.h"
#include "kiosk/store/store_key.h"

/* Messages between shell and counter thread; bodies are the structs themselves, within one process. */
enum counter_message {
	COUNTER_COMMAND = 1, /* struct command, to the counter thread */
	COUNTER_VIEW = 2,    /* struct view, from it */
	COUNTER_END = 3,     /* empty, from it: everything is saved, leave */
	COUNTER_LEAVE = 4,   /* empty, from it: a signal asks it to end; send what is typed, then COMMAND_STOP */
};

/* A receipt to be put on paper. */
struct counter_job {
	const struct application *application; /* as committed */
	const struct catalogue *catalogue;
	bool training;
	char branch_name[LANGUAGES][96];
	char counter[4];
	char receipt[24]; /* its number */
	char officer[24]; /* who committed */
	int64_t at_ms;    /* when */
	int offset_min;
	int copy; /* 0: the receipt itself */
	int64_t copy_at_ms;
	char copy_officer[24];
	const char *path; /* of the PDF: print_folder/RECEIPT.pdf or RECEIPT-copy-N.pdf */
};
struct counter_printer_ops {
	/* Write the job; everything in it is borrowed for the call. Any error: the case is committed all the same. */
	bool (*print)(void *self, const struct counter_job *job, struct error *err);
	/* Called once, when the thread ends. */
	void (*close)(void *self);
};
struct counter_printer {
	const struct counter_printer_ops *ops;
	void *self; /* owned; freed by ops->close */
};

struct counter_kept {            /* a catalogue that views point into */
	struct catalogue *catalogue; /* owned */
	uint32_t last;               /* generation of the last view that does; UINT32_MAX while it is in force */
	struct counter_kept *next;
};

struct counter_setup {         /* texts are borrowed until counter_run() returns */
	const char *store;         /* path of the database; made if it is not there */
	struct store_key key;      /* taken over */
	const char *catalogue;     /* folder that holds facts/ and training/ */
	const char *sync_socket;   /* of syncd */
	const char *device_socket; /* of deviced; NULL or empty: this counter has no devices */
	const char *print_folder;  /* where receipts are written */
	struct counter_printer printer;
	struct channel shell;      /* our end; taken over and closed at the end */
	void (*wake)(void *self);  /* from our thread: a message is waiting for the shell */
	void *wake_self;           /* borrowed */
	bool signals;              /* SIGTERM and SIGINT end, SIGHUP reads the catalogue again; blocked in all threads */
	int64_t (*now_ms)(void);   /* UTC; NULL: the wall clock */
	void (*ready)(void *self); /* after the start-up checks, once; may be NULL; called with wake_self */

	/* Filled by the thread: views point into these, also the last one. */
	struct counter_kept *catalogues; /* owned; newest first; see counter_forget() */
};

/*
 * Run until COMMAND_STOP, a signal, or the shell's end of the channel closes. Whatever was typed is saved; COUNTER_END
 * is the last message. After a signal the shell has half a second to answer COUNTER_LEAVE; a second signal is not kept
 * waiting. A store or catalogue that cannot be used shows as FLOW_FAULT; ERROR_SYSTEM only if the loop
 * itself cannot be made.
 */
NODISCARD bool counter_run(struct counter_setup *setup, struct error *err);
/* Free what views point to: when the thread has ended and no view is looked at any more. */
void counter_forget(struct counter_setup *setup);
