#include "peripherals/printer/printer_status.h"

#include <string.h>

enum { MARK_HEADER = 0x37, MARK_IDENTIFIER = 0x22, MARK_LEN = 7, AUTOMATIC_LEN = 4 };

static bool
is_set(uint8_t byte, unsigned bit)
{
	return (byte >> bit & 1u) != 0;
}

static bool
give(struct printer_status_ear *ear, enum printer_answer_kind kind, size_t from, size_t count,
	struct printer_answer *out)
{
	*out = (struct printer_answer){ .kind = kind };
	memcpy(out->bytes, ear->bytes + from, count);
	ear->len = 0;
	return true;
}

/* The first byte of an answer, in ear->bytes[0]. */
static bool
begin(struct printer_status_ear *ear, struct printer_answer *out)
{
	const uint8_t byte = ear->bytes[0];
	if ((byte & 0x93) == 0x12)
		return give(ear, PRINTER_ANSWER_REALTIME, 0, 1, out);
	if ((byte & 0x90) == 0x00)
		return give(ear, PRINTER_ANSWER_IN_LINE, 0, 1, out);
	if ((byte & 0x93) != 0x10 && byte != MARK_HEADER)
		ear->len = 0; /* XON, XOFF and what no printer sends */
	return false;
}

/* Whether the byte may stand at this place of the answer that is under way. */
static bool
fits(const struct printer_status_ear *ear, uint8_t byte)
{
	if (ear->bytes[0] != MARK_HEADER)
		return (byte & 0x90) == 0x00;
	if (ear->len == 1)
		return byte == MARK_IDENTIFIER;
	return ear->len == MARK_LEN - 1 ? byte == 0x00 : byte >= 0x20 && byte <= 0x7E;
}

bool
printer_status_hear(struct printer_status_ear *ear, uint8_t byte, struct printer_answer *out)
{
	if (ear->len > 0 && !fits(ear, byte))
		ear->len = 0; /* what came before is lost; this byte may begin an answer */
	ear->bytes[ear->len++] = byte;
	if (ear->len == 1)
		return begin(ear, out);
	if (ear->bytes[0] == MARK_HEADER)
		return ear->len == MARK_LEN && give(ear, PRINTER_ANSWER_MARK, 2, 4, out);
	return ear->len == AUTOMATIC_LEN && give(ear, PRINTER_ANSWER_AUTOMATIC, 0, AUTOMATIC_LEN, out);
}

void
printer_status_realtime(struct printer_status *status, unsigned n, uint8_t answer)
{
	switch (n) {
	case 1:
		status->drawer_high = is_set(answer, 2);
		status->offline = is_set(answer, 3);
		status->waits = is_set(answer, 5) || is_set(answer, 6);
		break;
	case 2:
		status->cover_open = is_set(answer, 2);
		status->waits = status->waits || is_set(answer, 3);
		status->paper_out = is_set(answer, 5);
		break;
	case 3:
		status->cutter_fault = is_set(answer, 3);
		status->broken = is_set(answer, 5);
		status->overheated = is_set(answer, 6);
		status->waits = status->waits || is_set(answer, 2);
		break;
	case 4: /* two sensors each, of which a printer may have one */
		status->paper_near_end = is_set(answer, 2) || is_set(answer, 3);
		status->paper_out = status->paper_out || is_set(answer, 5) || is_set(answer, 6);
		break;
	default:
		break;
	}
}

void
printer_status_automatic(struct printer_status *status, const uint8_t answer[4])
{
	*status = (struct printer_status){
		.drawer_high = is_set(answer[0], 2),
		.offline = is_set(answer[0], 3),
		.cover_open = is_set(answer[0], 5),
		.waits = is_set(answer[0], 6) || is_set(answer[1], 0) || is_set(answer[1], 1) || is_set(answer[1], 2),
		.cutter_fault = is_set(answer[1], 3),
		.broken = is_set(answer[1], 5),
		.overheated = is_set(answer[1], 6),
		.paper_near_end = is_set(answer[2], 0) || is_set(answer[2], 1),
		.paper_out = is_set(answer[2], 2) || is_set(answer[2], 3),
	};
}

bool
printer_status_prints(const struct printer_status *status)
{
	return !status->paper_out && !status->cover_open && !status->broken && !status->cutter_fault && !status->waits &&
		   (!status->offline || status->overheated);
}

const char *
printer_status_words(const struct printer_status *status)
{
	return status->broken         ? "broken, switch it off"
		   : status->cover_open   ? "cover open"
		   : status->paper_out    ? "paper out"
		   : status->cutter_fault ? "cutter blocked"
		   : status->waits        ? "waits for its feed button"
		   : status->overheated   ? "too hot, cools down"
		   : status->offline      ? "offline"
								  : "ready";
}
