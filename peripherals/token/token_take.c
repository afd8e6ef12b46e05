/*
 * Three changes, each of which may have been made although its answer was lost.
 *
 * Management key: it has no counter, so both values are tried by looking. PIN: whoever shows the PUK sets it, whatever
 * it was, so it is set again. That leaves the PUK, whose tries no standard command tells. Its value is the factory's or
 * ours, and each presentation is counted in our record before it is made: odd ones present the factory's, even ones
 * ours. There are at most four; as a right one sets the card's counter back, no more than two wrong ones ever come in a
 * row, whatever was carried out and whatever was lost, and three are what every such card has. When the card itself
 * says that one is left, we stop.
 */
#include "peripherals/token/token_take.h"

enum { PRESENTATIONS = 4 };

static bool
take_management(struct token_work *work, struct error *err)
{
	struct token_evidence *on = &work->out->evidence;
	const struct span ours = work->job->secrets.management;
	bool well;
	if (on->stage == TOKEN_STAGE_NONE) {
		/* Our key without our record: the record went lost, and the PUK may be ours. */
		const uint8_t attempts = on->management == TOKEN_HOLDER_TRANSPORT ? 1 : 0;
		if (!token_work_mark(work, TOKEN_STAGE_TAKING, attempts, err))
			return false;
	}
	if (on->management == TOKEN_HOLDER_TRANSPORT)
		return true;
	if (!piv_set_management(work->link, work->brand->cipher, ours, err) ||
		!piv_authenticate(work->link, work->brand->cipher, ours, &well, err))
		return false;
	if (!well)
		return token_work_stop(work, TOKEN_VERDICT_READ_BACK, err);
	on->management = TOKEN_HOLDER_TRANSPORT;
	return true;
}

/* One presentation, counted first. */
static bool
present_puk(struct token_work *work, uint8_t number, struct piv_shown *shown, struct error *err)
{
	const struct span ours = work->job->secrets.puk;
	if (!token_work_mark(work, TOKEN_STAGE_TAKING, number, err))
		return false;
	return piv_change(work->link, PIV_PUK, number % 2 == 1 ? work->brand->puk : ours, ours, shown, err);
}

static bool
take_puk(struct token_work *work, struct error *err)
{
	struct token_evidence *on = &work->out->evidence;
	if (on->puk_left < 2)
		return token_work_stop(work, on->puk_left == 0 ? TOKEN_VERDICT_PUK_LOCKED : TOKEN_VERDICT_UNSURE, err);
	while (on->attempts < PRESENTATIONS) {
		struct piv_shown shown;
		if (!present_puk(work, (uint8_t)(on->attempts + 1), &shown, err))
			return false;
		if (shown.well)
			return token_work_mark(work, TOKEN_STAGE_PUK, on->attempts, err);
		on->puk_left = shown.left;
		if (shown.blocked)
			return token_work_stop(work, TOKEN_VERDICT_PUK_LOCKED, err);
		if (on->attempts == 1) /* not the factory's, and ours was never set */
			return token_work_stop(work, TOKEN_VERDICT_USED, err);
		if (shown.left < 2)
			break;
	}
	return token_work_stop(work, TOKEN_VERDICT_UNSURE, err);
}

static bool
take_pin(struct token_work *work, struct error *err)
{
	struct piv_shown shown;
	if (!piv_reset_retry(work->link, work->job->secrets.puk, work->job->secrets.pin, &shown, err))
		return false;
	if (!shown.well)
		return token_work_stop(work, shown.blocked ? TOKEN_VERDICT_PUK_LOCKED : TOKEN_VERDICT_USED, err);
	return token_work_mark(work, TOKEN_STAGE_TAKEN, 0, err);
}

bool
token_take(struct token_work *work, struct error *err)
{
	const struct token_evidence *on = &work->out->evidence;
	const bool factory = on->management == TOKEN_HOLDER_FACTORY && on->stage <= TOKEN_STAGE_TAKING;
	if (on->stage >= TOKEN_STAGE_TAKEN)
		return token_work_stop(work, TOKEN_VERDICT_NOT_NOW, err);
	if (!factory && on->management != TOKEN_HOLDER_TRANSPORT)
		return token_work_stop(work, TOKEN_VERDICT_USED, err);
	if (on->stage == TOKEN_STAGE_NONE && on->certificate_len > 0)
		return token_work_stop(work, TOKEN_VERDICT_FOREIGN_CERTIFICATE, err);
	if (on->stage == TOKEN_STAGE_NONE && on->key_there)
		return token_work_stop(work, TOKEN_VERDICT_FOREIGN_KEY, err);
	if (on->pin_left == 0)
		return token_work_stop(work, TOKEN_VERDICT_PIN_LOCKED, err);
	if (!take_management(work, err))
		return false;
	if (on->stage < TOKEN_STAGE_PUK && !take_puk(work, err))
		return false;
	return take_pin(work, err);
}
