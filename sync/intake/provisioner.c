#include "sync/intake/provisioner.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/model/enrolment_code.h"
#include "sync/intake/provision.h"

struct provisioner {
	struct provisioner_parts parts;
	int64_t wrong_ms[PROVISIONER_WRONG]; /* monotonic times of the last wrong codes, a ring; 0: none */
	size_t wrong_at;                     /* the oldest */
	struct provisioner_job *delayed;     /* by due_ms */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	struct provisioner_job *first;
	struct provisioner_job **end;
	size_t waiting; /* jobs in the queue and delayed */
	bool stopping;
};

static void
finish(struct provisioner *self, struct provisioner_job *job)
{
	(void)pthread_mutex_lock(&self->lock);
	self->waiting--;
	(void)pthread_mutex_unlock(&self->lock);
	job->finished(job->who);
}

/* Certificates for the three requests, with the subject that the code stands for. */
static bool
issue_all(struct provisioner *self, const struct provision_request *request, const struct intake_codes_kiosk *kiosk,
	struct file_bytes certificates[static PROVISION_KEYS], struct error *err)
{
	const struct issuer issuer = self->parts.issuer;
	for (unsigned key = 0; key < PROVISION_KEYS; key++) {
		struct issuer_request wanted = { .profile = provision_profile((enum provision_key)key) };
		wanted.csr_pem = (struct span){ request->csr[key].at, request->csr[key].len };
		if (!issuer_for_counter(&wanted, kiosk->branch, kiosk->counter, err) ||
			!issuer.ops->issue(issuer.self, &wanted, &certificates[key], err))
			return error_in(err, "%s", issuer_profile_name(wanted.profile));
	}
	return true;
}

static enum problem_kind
problem_for(const struct error *err)
{
	return err->kind == ERROR_INVALID || err->kind == ERROR_REFUSED ? PROBLEM_REQUESTS : PROBLEM_UNAVAILABLE;
}

/* A good, unused code. What was issued counts only once the code is marked: a crash before that issues again. */
static enum problem_kind
enrol(struct provisioner *self, struct provisioner_job *job, const struct provision_request *request,
	const struct intake_codes_kiosk *kiosk, const uint8_t code[static 32])
{
	struct file_bytes certificates[PROVISION_KEYS] = { 0 };
	const struct intake_codes codes = self->parts.codes;
	uint8_t csr[32];
	provision_hash(request, csr);
	enum problem_kind problem = PROBLEM_NONE;
	if (!provision_keys_differ(request, &job->err) || !issue_all(self, request, kiosk, certificates, &job->err))
		problem = problem_for(&job->err);
	else if (!provision_answer(
				 kiosk, self->parts.centre, self->parts.centre_name, certificates, &job->answer, &job->err) ||
			 !codes.ops->use(
				 codes.self, code, csr, (struct span){ job->answer.at, job->answer.len }, clock_now_ms(), &job->err))
		problem = PROBLEM_UNAVAILABLE;
	for (size_t key = 0; key < PROVISION_KEYS; key++)
		file_free(&certificates[key]);
	return problem;
}

/* Find the entry of a code that may be used with these requests, now or once more. Whoever sends a code that was made
 * here has it from here, so that there is nothing to guess in the answer that it was used or is expired. */
static enum problem_kind
find_code(struct provisioner *self, const struct provision_request *request, uint8_t hash[static 32],
	struct intake_codes_entry *out, struct error *err)
{
	const struct intake_codes codes = self->parts.codes;
	char code[ENROLMENT_CODE_TEXT];
	uint8_t csr[32];
	if (!enrolment_code_read(request->code, code, err))
		return PROBLEM_CODE;
	provision_code_hash(code, hash);
	secret_wipe(code, sizeof(code));
	if (!codes.ops->find(codes.self, hash, out, err))
		return err->kind == ERROR_GONE ? PROBLEM_CODE : PROBLEM_UNAVAILABLE;
	provision_hash(request, csr);
	if (out->used)
		return memcmp(csr, out->csr_sha256, sizeof(csr)) == 0 ? PROBLEM_NONE : PROBLEM_CODE_USED;
	return clock_now_ms() < out->kiosk.expires_ms ? PROBLEM_NONE : PROBLEM_CODE_EXPIRED;
}

static bool
is_wrong_code(enum problem_kind problem)
{
	return problem == PROBLEM_CODE || problem == PROBLEM_CODE_USED || problem == PROBLEM_CODE_EXPIRED;
}

static enum problem_kind
use_code(struct provisioner *self, struct provisioner_job *job, const struct provision_request *request)
{
	struct intake_codes_entry entry = { 0 };
	uint8_t hash[32];
	enum problem_kind problem = find_code(self, request, hash, &entry, &job->err);
	if (problem != PROBLEM_NONE) {
		file_free(&entry.answer);
		return problem;
	}
	(void)text_format(job->counter, sizeof(job->counter), "%s-%s", entry.kiosk.branch, entry.kiosk.counter);
	if (!entry.used)
		return enrol(self, job, request, &entry.kiosk, hash);
	job->again = true;
	job->answer = entry.answer;
	return PROBLEM_NONE;
}

/* Refuse unseen while too many were wrong. */
static bool
may_try(const struct provisioner *self, struct error *err)
{
	const int64_t oldest = self->wrong_ms[self->wrong_at];
	if (oldest != 0 && clock_monotonic_ms() - oldest < PROVISIONER_WINDOW_MS)
		return error_set(err, ERROR_FULL, "%d wrong codes in a minute", PROVISIONER_WRONG);
	return true;
}

static enum problem_kind
judge(struct provisioner *self, struct provisioner_job *job)
{
	struct provision_request request;
	if (!provision_read(job->body, &request, &job->err))
		return PROBLEM_MALFORMED;
	const enum problem_kind problem = may_try(self, &job->err) ? use_code(self, job, &request) : PROBLEM_TOO_MANY_TRIES;
	provision_free(&request);
	return problem;
}

/* Jobs come in the order of their arrival and all wait equally long: the list stays sorted at its end. */
static void
delay(struct provisioner *self, struct provisioner_job *job)
{
	struct provisioner_job **end = &self->delayed;
	self->wrong_ms[self->wrong_at] = clock_monotonic_ms();
	self->wrong_at = (self->wrong_at + 1) % PROVISIONER_WRONG;
	while (*end != NULL)
		end = &(*end)->next;
	job->next = NULL;
	*end = job;
}

static void
work(struct provisioner *self, struct provisioner_job *job)
{
	job->problem = judge(self, job);
	if (job->problem != PROBLEM_NONE)
		file_free(&job->answer);
	if (is_wrong_code(job->problem))
		delay(self, job);
	else
		finish(self, job);
}

static void
finish_due(struct provisioner *self, bool all)
{
	const int64_t now_ms = clock_monotonic_ms();
	while (self->delayed != NULL && (all || self->delayed->due_ms <= now_ms)) {
		struct provisioner_job *job = self->delayed;
		self->delayed = job->next;
		finish(self, job);
	}
}

static void
wait_until(struct provisioner *self, int64_t due_ms)
{
	const struct timespec at = { .tv_sec = (time_t)(due_ms / 1000), .tv_nsec = (long)(due_ms % 1000) * 1000000 };
	(void)pthread_cond_timedwait(&self->wake, &self->lock, &at);
}

/* One job of the queue, or NULL because something delayed is due or the end has come. */
static struct provisioner_job *
take_one(struct provisioner *self, bool *stopping)
{
	(void)pthread_mutex_lock(&self->lock);
	while (self->first == NULL && !self->stopping &&
		   (self->delayed == NULL || self->delayed->due_ms > clock_monotonic_ms())) {
		if (self->delayed != NULL)
			wait_until(self, self->delayed->due_ms);
		else
			(void)pthread_cond_wait(&self->wake, &self->lock);
	}
	struct provisioner_job *job = self->first;
	if (job != NULL) {
		self->first = job->next;
		if (self->first == NULL)
			self->end = &self->first;
	}
	*stopping = self->stopping;
	(void)pthread_mutex_unlock(&self->lock);
	return job;
}

static void *
run(void *opaque)
{
	struct provisioner *self = opaque;
	bool stopping = false;
	while (!stopping || self->delayed != NULL) {
		struct provisioner_job *job = take_one(self, &stopping);
		if (job != NULL) {
			work(self, job);
			stopping = false; /* there may be more in the queue */
		}
		finish_due(self, stopping);
	}
	return NULL;
}

static void
close_parts(struct provisioner_parts *parts)
{
	parts->codes.ops->close(parts->codes.self);
	parts->issuer.ops->close(parts->issuer.self);
}

bool
provisioner_start(struct provisioner_parts parts, struct provisioner **out, struct error *err)
{
	struct provisioner *self = calloc(1, sizeof(*self));
	pthread_condattr_t monotonic;
	if (self == NULL)
		abort();
	self->parts = parts;
	self->end = &self->first;
	(void)pthread_mutex_init(&self->lock, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&self->wake, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	const int failed = pthread_create(&self->thread, NULL, run, self);
	if (failed != 0) {
		close_parts(&self->parts);
		free(self);
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, failed, "starting the provisioner");
	}
	*out = self;
	return true;
}

bool
provisioner_submit(struct provisioner *self, struct provisioner_job *job)
{
	job->next = NULL;
	job->due_ms = clock_monotonic_ms() + PROVISIONER_DELAY_MS;
	(void)pthread_mutex_lock(&self->lock);
	const bool taken = !self->stopping && self->waiting < PROVISIONER_QUEUE;
	if (taken) {
		*self->end = job;
		self->end = &job->next;
		self->waiting++;
		(void)pthread_cond_signal(&self->wake);
	}
	(void)pthread_mutex_unlock(&self->lock);
	return taken;
}

void
provisioner_stop(struct provisioner *self)
{
	(void)pthread_mutex_lock(&self->lock);
	self->stopping = true;
	(void)pthread_cond_signal(&self->wake);
	(void)pthread_mutex_unlock(&self->lock);
	(void)pthread_join(self->thread, NULL);
	close_parts(&self->parts);
}

void
provisioner_free(struct provisioner *self)
{
	if (self == NULL)
		return;
	(void)pthread_cond_destroy(&self->wake);
	(void)pthread_mutex_destroy(&self->lock);
	free(self);
}
