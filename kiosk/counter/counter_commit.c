#include <stdio.h>
#include <string.h>

#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/case_application.h"
#include "kiosk/counter/internal.h"
#include "sync/packet/packet.h"

#define PATH_MOST 4096u

/* --- paper --- */

static bool
print(struct counter *counter, int copy)
{
	char path[PATH_MOST], suffix[32] = "";
	struct error err = { 0 };
	struct counter_job job = { .application = &counter->application,
		.catalogue = counter->catalogue,
		.training = counter->identity.training,
		.at_ms = counter->stored.at_ms,
		.offset_min = counter->identity.offset_min,
		.copy = copy,
		.copy_at_ms = counter_now(counter),
		.path = path };
	if (copy > 0)
		(void)text_format(suffix, sizeof(suffix), "-copy-%d", copy);
	memcpy(job.branch_name, counter->identity.branch_name, sizeof(job.branch_name));
	memcpy(job.counter, counter->identity.counter, sizeof(job.counter));
	(void)text_copy(job.receipt, sizeof(job.receipt), counter->stored.text);
	(void)text_copy(job.officer, sizeof(job.officer), counter->stored.officer);
	(void)text_copy(job.copy_officer, sizeof(job.copy_officer), counter->officer.number);
	bool ok = text_format(path, sizeof(path), "%s/%s%s.pdf", counter->setup->print_folder, job.receipt, suffix)
				  ? counter->setup->printer.ops->print(counter->setup->printer.self, &job, &err)
				  : error_set(&err, ERROR_FULL, "the path of a receipt is too long");
	if (!ok)
		LOG(LOG_LEVEL_WARNING, "receipt.not-printed", log_id("receipt", job.receipt), log_error(&err));
	return ok;
}

/* The receipt itself, once; false only if the store did not take that it is on paper. */
static bool
print_original(struct counter *counter)
{
	struct error err = { 0 };
	struct store_receipt *stored = &counter->stored;
	if (!print(counter, 0)) {
		counter_notice(counter, NOTICE_PRINT_FAILED, stored->text);
		return true;
	}
	stored->printed = true;
	return store_receipt_printed(counter->store, stored->text, counter->officer.number, counter_now(counter), &err) ||
		   counter_fail(counter, FAULT_STORE, &err);
}

void
counter_commit_print(struct counter *counter, struct command *command)
{
	struct error err = { 0 };
	int copy = 0;
	(void)command;
	if (!counter->stored.printed) { /* still owed, also after a restart */
		if (print_original(counter) && counter->stored.printed)
			counter_notice(counter, NOTICE_PRINTED, counter->stored.text);
		return;
	}
	if (!store_receipt_copy(
			counter->store, counter->stored.text, counter->officer.number, counter_now(counter), &copy, &err)) {
		(void)counter_fail(counter, FAULT_STORE, &err);
		return;
	}
	counter->stored.copies = copy;
	counter_notice(counter, print(counter, copy) ? NOTICE_COPY : NOTICE_PRINT_FAILED, counter->stored.text);
}

/* --- the decision --- */

struct decision {
	struct store_next next;
	struct packet_head head;
	struct file_bytes sealed; /* owned */
};

static bool
make_head(struct counter *counter, int64_t now_ms, struct decision *out, struct error *err)
{
	struct packet_head *head = &out->head;
	CLEANUP(secret_free) struct secret random = { 0 };
	*head = (struct packet_head){ .sequence = out->next.sequence,
		.day = counter->day,
		.committed_ms = now_ms,
		.audit_count = out->next.audit_count,
		.training = counter->identity.training };
	(void)text_copy(head->receipt, sizeof(head->receipt), out->next.receipt_text);
	(void)text_copy(head->officer, sizeof(head->officer), counter->officer.number);
	if (!text_copy(head->branch, sizeof(head->branch), counter->identity.branch) ||
		!text_copy(head->counter, sizeof(head->counter), counter->identity.counter))
		return error_set(err, ERROR_INVALID, "branch or counter number is too long for a packet");
	memcpy(head->audit_head, out->next.audit_head, sizeof(head->audit_head));
	memcpy(head->catalogue_sha256, catalogue_sha256(counter->catalogue), sizeof(head->catalogue_sha256));
	return secret_random(4, &random, err) &&
		   packet_id_make(counter->day, head->branch, head->counter, head->sequence, random.at, head->id, err);
}

static bool
seal(struct counter *counter, const struct application *application, struct decision *out, struct error *err)
{
	CLEANUP(file_free) struct file_bytes json = { 0 };
	return packet_write(application, &out->head, &json, err) &&
		   seal_packet((struct span){ json.at, json.len }, counter->signing, counter->packet, &out->sealed, err);
}

/* Everything that can fail before anything has happened. */
static bool
prepare(struct counter *counter, int64_t now_ms, struct decision *out, struct error *err)
{
	struct case_rules rules = counter_case_rules(counter);
	return case_application(&counter->file, &rules, &counter->application, err) &&
		   store_next(counter->store, &out->next, err) && make_head(counter, now_ms, out, err) &&
		   seal(counter, &counter->application, out, err);
}

static bool
show_receipt(struct counter *counter, const struct decision *decision, int64_t now_ms)
{
	struct store_receipt *stored = &counter->stored;
	*stored = (struct store_receipt){ .at_ms = now_ms, .day = counter->day };
	(void)text_copy(stored->text, sizeof(stored->text), decision->next.receipt_text);
	(void)text_copy(stored->case_number, sizeof(stored->case_number), counter->application.case_number);
	(void)text_copy(stored->packet_id, sizeof(stored->packet_id), decision->head.id);
	(void)text_copy(stored->officer, sizeof(stored->officer), counter->officer.number);
	counter->has_receipt = true;
	memset(counter->given, 0, sizeof(counter->given));
	return print_original(counter);
}

static bool
keep(struct counter *counter, const struct decision *decision, int64_t now_ms)
{
	struct error err = { 0 };
	struct store_accept accept = { .application = &counter->application,
		.next = decision->next,
		.packet_id = decision->head.id,
		.packet = { decision->sealed.at, decision->sealed.len },
		.officer = counter->officer.number,
		.till = counter->till.id,
		.now_ms = now_ms };
	if (store_accept(counter->store, &accept, &err))
		return true;
	application_forget(&counter->application);
	return counter_fail(counter, FAULT_STORE, &err);
}

bool
counter_commit(struct counter *counter)
{
	struct decision decision = { 0 };
	struct error err = { 0 };
	int64_t now_ms = counter_now(counter);
	if (!prepare(counter, now_ms, &decision, &err)) {
		LOG(LOG_LEVEL_ERROR, "commit.failed", log_id("case", counter->file.case_number), log_error(&err));
		counter_notice(counter, NOTICE_NOT_COMMITTED, counter->file.case_number);
		application_forget(&counter->application);
		file_free(&decision.sealed);
		return false;
	}
	bool kept = keep(counter, &decision, now_ms);
	file_free(&decision.sealed);
	if (!kept)
		return false;
	LOG(LOG_LEVEL_NOTICE, "case.committed", log_id("case", counter->application.case_number),
		log_id("packet", decision.head.id));
	case_forget(&counter->file); /* the draft went with the same transaction */
	counter->unsaved = false;
	counter->quoted_again = false;
	counter_line_offer(counter, decision.head.id, decision.next.receipt_text);
	return show_receipt(counter, &decision, now_ms);
}

/* --- what was committed before --- */

void
counter_commit_open(struct counter *counter, struct command *command)
{
	struct error err = { 0 };
	char key[APPLICATION_ID];
	counter_commit_forget(counter);
	if (!text_tidy(command->text, key, sizeof(key), &err)) { /* this can be no number of ours */
		counter_notice(counter, NOTICE_NOT_FOUND, "");
		return;
	}
	if (!store_application(counter->store, key, counter->officer.number, counter_now(counter), &counter->application,
			&counter->stored, &err)) {
		if (counter_declined(&err))
			counter_notice(counter, NOTICE_NOT_FOUND, "");
		else
			(void)counter_fail(counter, FAULT_STORE, &err);
		return;
	}
	counter->has_receipt = true;
	(void)counter_step(counter, EVENT_OPEN);
}

void
counter_commit_forget(struct counter *counter)
{
	application_forget(&counter->application);
	secret_wipe(&counter->application, sizeof(counter->application));
	counter->stored = (struct store_receipt){ 0 };
	counter->has_receipt = false;
}
