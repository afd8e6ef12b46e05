#pragma once
/*
 * A receipt printer that speaks ESC/POS, over a port: bands of a 1-bit picture with an answer behind each, status,
 * knife and drawer. It renders nothing and keeps no job. One thread uses it.
 *
 * A picture goes out in bands of PRINTER_BAND_ROWS rows. Behind each band stands a mark that the printer answers when
 * the band is on paper (GS ( H, "process ID"; printers that do not know it are asked for their paper, GS r, which they
 * answer when they come to it). Two bands are under way at most, so that a whole band always fits into the receive
 * buffer of 4 KB and the printer never runs dry between them.
 *
 * When the paper ends, the printer holds what it was sent and prints it once there is paper again. So, on one open
 * printer:
 *
 *	printer_print(job, 0)		fails with ERROR_REFUSED, resumable, `sure` bands on paper
 *	(new roll; the clerk looks at the head of the receipt)
 *	good: printer_print(job, sure)	waits for what the printer still holds and goes on behind it: no band twice
 *	bad: printer_print(copy, 0)	cuts off what is in the slot, then prints the other picture (marked COPY)
 *
 * After an unplug, a restart or a band that was cut short nobody can tell what is on paper: not resumable, print a
 *COPY. The first picture of an opened printer is preceded by a cut for that reason.
 */
#include "kiosk/base/attr.h"
#include "peripherals/port/port.h"
#include "peripherals/printer/printer_status.h"

enum {
	PRINTER_BAND_ROWS = 24,    /* 3 mm at 203 dpi */
	PRINTER_WIDTH_MOST = 576,  /* dots of 80 mm paper; 58 mm has 384 */
	PRINTER_ROWS_MOST = 16384, /* of one picture; 2 m */
};

/* A picture: rows of width / 8 bytes, the leftmost dot in bit 7 of the first, 1 is black. */
struct printer_job {
	const uint8_t *rows; /* borrowed; height * width / 8 bytes */
	unsigned width;      /* dots; 8 to PRINTER_WIDTH_MOST, a multiple of 8 */
	uint32_t height;     /* rows; 1 to PRINTER_ROWS_MOST */
	bool cut;            /* behind the last row */
	bool kick;           /* open the drawer before band 0 */
};

struct printer_outcome {
	uint32_t sure;                /* bands from the top that are surely on paper */
	bool resumable;               /* printer_print(the same job, sure) on this open printer goes on without a seam */
	bool stopped;                 /* `progress` said so */
	struct printer_status status; /* the last that is known */
};

/* Fields are for printer.c. */
struct printer {
	struct port port; /* owned */
	struct printer_status status;
	struct printer_status_ear ear;
	int64_t deadline_ms; /* monotonic; of the call under way */
	bool alert;          /* an automatic status came that was not followed up yet */
	bool realtime;       /* a real-time answer is in realtime_byte */
	uint8_t realtime_byte;
	bool deaf;             /* the last question got no answer in time, so that it may come late */
	bool woken;            /* reset and asked what it can */
	bool says_marks;       /* knows GS ( H */
	bool torn;             /* a transfer was cut short: a band may be waiting for its rest */
	bool lost;             /* it did not answer a mark that it should have answered */
	bool soiled;           /* something may hang in the slot */
	uint32_t asked, heard; /* marks since it was opened */
	uint32_t first;        /* `asked` before band 0 of the picture under way */
	uint32_t sent;         /* bands of it */
	uint64_t picture;      /* its hash; 0: none */
};

/* `done` of `of` bands are on paper. False: stop behind this band. */
typedef bool (*printer_progress_fn)(void *self, uint32_t done, uint32_t of);

/*
 * Take the port and ask for the status. Succeeds also when it cannot print just now. The port is closed in case of
 * failure: ERROR_TIMEOUT when it does not answer within about 6 s, ERROR_GONE, ERROR_SYSTEM.
 */
NODISCARD bool printer_open(struct port port, struct printer *out, struct error *err);
void printer_close(struct printer *printer); /* accepts a zeroed one */

/* Ask all four real-time questions: at most 4 s, most often 10 ms. ERROR_TIMEOUT, ERROR_GONE, ERROR_SYSTEM,
 * ERROR_INVALID. */
NODISCARD bool printer_status(struct printer *printer, struct printer_status *out, struct error *err);
/*
 * Wait at most wait_ms for the printer to tell a change by itself; *changed is false if it did not. Printers that could
 * print once since they were opened were asked to tell (GS a); others have to be asked. Errors as above.
 */
NODISCARD bool printer_listen(
	struct printer *printer, unsigned wait_ms, bool *changed, struct printer_status *out, struct error *err);
/* One pulse for the drawer on pin 2, within 5 s. The printer must be able to print: ERROR_REFUSED otherwise. */
NODISCARD bool printer_kick(struct printer *printer, struct error *err);

uint32_t printer_bands(uint32_t height); /* rows in bands, rounded up */

/*
 * Print bands from_band up to the last, then cut, then look whether all is well; within_ms for all of it. from_band is
 * 0, or `sure` of the outcome that was resumable; when it equals the number of bands, only the end is done again. Not
 * repeated by itself; *outcome is set in every case. `progress` may be NULL.
 *
 * ERROR_REFUSED: it cannot print ("printer: paper out"), it was stopped, or this picture is not under way here, so that
 * it must be printed whole. Also a knife that failed behind the last band: `sure` equals the number of bands then, and
 * the receipt is whole. ERROR_TIMEOUT: no answer. ERROR_GONE: unplugged. ERROR_INVALID: the job or what the printer
 * sent. ERROR_SYSTEM.
 */
NODISCARD bool printer_print(struct printer *printer, const struct printer_job *job, uint32_t from_band,
	unsigned within_ms, printer_progress_fn progress, void *self, struct printer_outcome *outcome, struct error *err);
