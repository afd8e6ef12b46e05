#pragma once
/*
 * The receipt as a tree: the same boxes on the screen, in the PDF and on the receipt printer. Composed from the
 * committed row each time, never stored. Chinese and English on every line; the masked number and no name, because name
 * and number never stand together on paper that may be dropped. A copy says COPY, training says TRAINING.
 */
#include "kiosk/model/application.h"
#include "kiosk/ui/strip.h"

struct receipt {
	bool training;
	char branch_name[LANGUAGES][96];
	char counter[4];
	char number[24]; /* "WR04-000318" */
	char case_number[APPLICATION_CASE];
	char officer[24];
	char form[24];
	char masked[HKID_MASK];
	char product[LANGUAGES][128];
	int64_t at_ms;
	int offset_min;
	struct fee_quote fee;
	struct payment payment;
	char method_name[PAYMENT_TENDERS][LANGUAGES][48];
	char pin_envelope[32];
	int copy; /* 0: the receipt itself; else the number of this copy */
	int64_t copy_at_ms;
	char copy_officer[24];
	struct qr code;
};

/* What is known of a committed case; everything borrowed for the call. */
struct receipt_facts {
	const struct application *application;
	const char *masked, *number, *officer;
	int64_t at_ms;
	int offset_min;
};

/*
 * Fill from a committed application. `masked` and the catalogue's names are copied. The QR code holds kind, receipt and
 * case number, cents, time and a check sum over them; no personal data. ERROR_FULL only if the numbers are absurd.
 */
NODISCARD bool receipt_fill(
	struct receipt *out, const struct receipt_facts *facts, const struct catalogue *catalogue, struct error *err);

/* Open and close the boxes of the whole paper, STRIP_WIDTH_80 or STRIP_WIDTH_58 wide, in COLOR_INK on COLOR_PAPER. */
void receipt_draw(struct tree *tree, const struct receipt *receipt, int width);
