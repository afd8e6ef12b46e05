#pragma once
/*
 * What an ESC/POS printer says about itself: its stream of answers taken apart, and their bits. Pure; foreign bytes go
 * in one by one. Answers of several kinds come in any order through one pipe and are told apart by their fixed bits
 * (Epson's ESC/POS command reference, "transmission status identification"):
 *
 *	0xx1xx10	real-time status, one byte (DLE EOT n); which n it is only the asker knows
 *	0xx1xx00	automatic status back, four bytes (GS a); the other three are 0xx0xxxx
 *	0xx0xxxx	status in line with the printing, one byte (GS r)
 *	37 22 d d d d 00	process ID: what stood before it is printed (GS ( H, function 48)
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct printer_status {
	bool offline;
	bool cover_open;
	bool paper_near_end; /* it still prints */
	bool paper_out;
	bool cutter_fault; /* something is in the way of the knife */
	bool overheated;   /* the head cools down, then it goes on by itself */
	bool broken;       /* an error that it cannot recover from */
	bool waits;        /* for somebody: feed button pressed, or an error to be confirmed */
	bool drawer_high;  /* level of pin 3 of the drawer's connector; which one means open depends on the drawer */
};

enum printer_answer_kind {
	PRINTER_ANSWER_REALTIME,  /* bytes[0] */
	PRINTER_ANSWER_AUTOMATIC, /* bytes[0] to [3] */
	PRINTER_ANSWER_IN_LINE,   /* bytes[0] */
	PRINTER_ANSWER_MARK       /* bytes[0] to [3]: the process ID, each 20h to 7Eh */
};

struct printer_answer {
	enum printer_answer_kind kind;
	uint8_t bytes[4];
};

/* What came of an answer so far; zeroed is a valid start. */
struct printer_status_ear {
	uint8_t bytes[7];
	size_t len;
};

/* One more byte. True: an answer is whole, and in *out. Bytes that belong to no answer are dropped. */
bool printer_status_hear(struct printer_status_ear *ear, uint8_t byte, struct printer_answer *out);
/* Put into *status what the answer to DLE EOT n says; n is 1 (printer), 2 (offline), 3 (error) or 4 (paper). */
void printer_status_realtime(struct printer_status *status, unsigned n, uint8_t answer);
/* All of *status from an automatic status. */
void printer_status_automatic(struct printer_status *status, const uint8_t answer[4]);
/* Neither out of paper, open, broken, jammed nor waiting for somebody. An overheated head does not count. */
bool printer_status_prints(const struct printer_status *status);
/* English words for what keeps it from printing, "ready" if nothing does; never NULL. */
const char *printer_status_words(const struct printer_status *status);
