#include "kiosk/base/secret.h"
#include "kiosk/counter/internal.h"

void
counter_money_tender(struct counter *counter, struct command *command)
{
	struct case_file *file = &counter->file;
	const struct catalogue_method *method = catalogue_method(counter->catalogue, command->text);
	enum payment_fault fault =
		payment_take(&file->payment, file->fee.total, method, (struct money){ command->amount }, command->text2);
	enum field_problem problem = command->amount < 0 ? PROBLEM_NEGATIVE : case_judge_payment(fault);
	bool reference = fault == PAYMENT_NO_REFERENCE || fault == PAYMENT_CARD_NUMBER || fault == PAYMENT_REPEATED;
	(void)counter_say(counter, FIELD_AMOUNT, reference ? PROBLEM_NONE : problem);
	(void)counter_say(counter, FIELD_REFERENCE, reference ? problem : PROBLEM_NONE);
	if (fault != PAYMENT_OK)
		return;
	secret_wipe(counter->form[FIELD_AMOUNT], VIEW_TEXT);
	secret_wipe(counter->form[FIELD_REFERENCE], VIEW_TEXT);
	counter->told[FIELD_AMOUNT] = counter->told[FIELD_REFERENCE] = false;
	counter->asked = false;
	(void)counter_case_save(counter, file->step); /* money changed hands: not in 300 ms, now */
}

void
counter_money_untender(struct counter *counter, struct command *command)
{
	struct case_file *file = &counter->file;
	if (command->index < 0 || (size_t)command->index >= file->payment.count)
		return;
	payment_remove(&file->payment, (size_t)command->index);
	(void)counter_say(counter, FIELD_AMOUNT, PROBLEM_NONE);
	counter->told[FIELD_AMOUNT] = false;
	(void)counter_case_save(counter, file->step);
}
