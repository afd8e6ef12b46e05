#pragma once
/*
 * The one thread that turns a one-time code and three requests into a counter. It owns the codes and the issuer, asks
 * the issuer one request at a time, and lets wrong codes wait: each is answered after the same delay, and there are
 * only so many a minute.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "sync/intake/centre.h"
#include "sync/intake/intake_codes.h"
#include "sync/intake/issuer.h"
#include "sync/intake/problem.h"

#define PROVISIONER_DELAY_MS  1000  /* from a wrong code's arrival to its answer */
#define PROVISIONER_WRONG     10    /* wrong codes in PROVISIONER_WINDOW_MS; the next try is refused unseen */
#define PROVISIONER_WINDOW_MS 60000 /* see PROVISIONER_WRONG */
#define PROVISIONER_QUEUE     32u   /* most jobs that wait */

struct provisioner_job {
	struct span body;            /* of the request; borrowed until the callback */
	enum problem_kind problem;   /* what to answer instead; PROBLEM_NONE: `answer` */
	struct file_bytes answer;    /* JSON; the submitter's */
	bool again;                  /* the same code with the same requests was answered before */
	struct error err;            /* why there is a problem; for the log */
	char counter[ISSUER_NAME];   /* BRANCH-COUNTER of an accepted code; for the log */
	void (*finished)(void *who); /* called once, on the provisioner's thread; may free the job */
	void *who;
	int64_t due_ms; /* the provisioner's, as what follows */
	struct provisioner_job *next;
};

struct provisioner_parts {
	const struct centre *centre; /* borrowed until provisioner_stop() */
	const char *centre_name;     /* borrowed likewise */
	struct intake_codes codes;   /* the provisioner's from provisioner_start() on, also when it fails */
	struct issuer issuer;        /* likewise */
};

struct provisioner;

NODISCARD bool provisioner_start(struct provisioner_parts parts, struct provisioner **out, struct error *err);
/* Hand in a job, from any thread. False when too many wait or the provisioner is stopping: no callback will come. */
bool provisioner_submit(struct provisioner *self, struct provisioner_job *job);
/* Take no more jobs, finish those that wait (without further delay), close codes and issuer. provisioner_submit() stays
 * callable and refuses. */
void provisioner_stop(struct provisioner *self);
/* Give back a stopped provisioner. Accepts NULL. */
void provisioner_free(struct provisioner *self);
