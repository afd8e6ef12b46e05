#include <stdlib.h>
#include <string.h>

#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/internal.h"

#define HASH 32u

/* Each fault of a catalogue is named where the technician looks. */
static void
report_fault(void *self, const struct catalogue_fault *fault)
{
	struct error error = { 0 };
	(void)self;
	if (!error_set(&error, ERROR_INVALID, "%s:%d: %s", fault->file, fault->line, fault->rule))
		LOG(LOG_LEVEL_WARNING, "catalogue.fault", log_error(&error));
}

static bool
load(struct counter *counter, struct catalogue **out, struct error *err)
{
	struct catalogue *read = NULL;
	const bool training = counter->identity.training;
	if (!catalogue_load(counter->setup->catalogue, training, report_fault, NULL, &read, err))
		return false;
	if (catalogue_is_training(read) != training) {
		const bool is = catalogue_is_training(read);
		catalogue_free(read);
		return error_set(err, ERROR_REFUSED, "a %s counter refuses the %s catalogue",
			training ? "training" : "production", is ? "training" : "production");
	}
	*out = read;
	return true;
}

/* The one in force until now stays for as long as the shell may look at a view of it. */
static void
put_in_force(struct counter *counter, struct catalogue *read)
{
	struct counter_setup *setup = counter->setup;
	struct counter_kept *kept = calloc(1, sizeof(*kept));
	if (kept == NULL)
		abort();
	if (setup->catalogues != NULL)
		setup->catalogues->last = counter->view.generation;
	*kept = (struct counter_kept){ read, UINT32_MAX, setup->catalogues };
	setup->catalogues = kept;
	counter->catalogue = read;
}

bool
counter_catalogue_read(struct counter *counter, struct error *err)
{
	struct catalogue *read = NULL;
	if (!load(counter, &read, err))
		return false;
	if (counter->catalogue != NULL && memcmp(catalogue_sha256(read), catalogue_sha256(counter->catalogue), HASH) == 0)
		catalogue_free(read); /* nothing has changed */
	else
		put_in_force(counter, read);
	LOG(LOG_LEVEL_INFO, "catalogue.read", log_id("version", catalogue_version(counter->catalogue)));
	return true;
}

/* A case whose product is not handled any more cannot go on: it is held with all that was typed. Behind the lock, home
 * is where the unlock leads. */
static void
put_aside(struct counter *counter)
{
	const struct catalogue_product *product = counter_case_rules(counter).product;
	if (!counter_case_in_hand(counter) || (product != NULL && product->service == CATALOGUE_HANDLED))
		return;
	counter->hold = HOLD_OTHER;
	if (counter->state != FLOW_LOCKED) {
		(void)counter_step(counter, EVENT_HOLD);
		return;
	}
	const struct flow_step *held = flow_find(counter->before_lock, EVENT_HOLD);
	if (held != NULL && counter_case_effect(counter, held))
		counter->before_lock = held->to;
}

void
counter_catalogue_again(struct counter *counter)
{
	struct error err = { 0 };
	const struct catalogue *before = counter->catalogue;
	const bool was_bad = counter->catalogue_bad;
	counter->catalogue_bad = !counter_catalogue_read(counter, &err);
	if (counter->catalogue_bad || was_bad)
		(void)text_copy(counter->fault_text, sizeof(counter->fault_text), err.text);
	if (counter->catalogue_bad) {
		LOG(LOG_LEVEL_ERROR, "catalogue.refused", log_error(&err));
		counter_notice(counter, NOTICE_CATALOGUE_BAD, "");
	} else if (counter->catalogue != before) {
		counter_notice(counter, NOTICE_CATALOGUE_NEW, catalogue_version(counter->catalogue));
		counter->form_choice[FIELD_STOCK_KIND] = -1; /* it counts in the list of the one before */
		put_aside(counter);
	}
}

void
counter_catalogue_drawn(struct counter *counter, uint32_t generation)
{
	for (struct counter_kept **at = &counter->setup->catalogues; *at != NULL;) {
		struct counter_kept *kept = *at;
		if (generation <= kept->last) {
			at = &kept->next;
			continue;
		}
		*at = kept->next;
		catalogue_free(kept->catalogue);
		free(kept);
	}
}
