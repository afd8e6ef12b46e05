#pragma once
/*
 * A receipt printer (USB class 07, bidirectional) that understands the part of ESC/POS that a counter needs, and keeps
 * what it printed as a picture: GS v 0 raster, ESC @, LF, ESC d, ESC J, GS V cut, ESC p drawer, DLE EOT and GS a
 * status, GS ( H marks. NUL is nothing; text is not rendered: its bytes are counted as unknown. While it cannot print,
 * it fills a receive buffer of 4 KB (DLE EOT and the pulse of DLE DC4 in it are obeyed at once, also inside a picture),
 * then takes nothing more.
 */
#include "peripherals/virtual/virtual_device.h"

enum {
	VIRTUAL_PRINTER_OUT = 0x02,
	VIRTUAL_PRINTER_IN = 0x81,
	VIRTUAL_PRINTER_BUFFER = 4096,
	VIRTUAL_PRINTER_ROWS = 20000, /* of one receipt; more are counted, not kept */
};

struct virtual_printer_options {
	uint16_t vendor, product; /* 0: 1209:0004 */
	const char *serial;
	unsigned width;     /* dots: 576 (80 mm, also 0) or 384 (58 mm) */
	bool no_marks;      /* does not know GS ( H: takes it for text */
	bool own_power;     /* not from the bus: an unplug loses nothing that it holds */
	const char *folder; /* each receipt goes to printed-001.png and so on in here when it is cut; NULL: nowhere */
};

/* What ails it; zero is nothing. */
struct virtual_printer_trouble {
	bool near_end; /* the paper; it still prints */
	bool jam;      /* the next cut fails, and it stops until this is cleared */
	bool hot;      /* it stops until this is cleared */
	bool broken;   /* likewise */
};

struct virtual_printer_state {
	bool paper_out, cover_open, cutter_fault;
	uint32_t paper_rows; /* rows until the paper ends; 0: enough for ever */
	unsigned long cuts, kicks, resets, unknown, rows;
};

struct virtual_printer;

struct virtual_printer *virtual_printer_new(const struct virtual_printer_options *options);
void virtual_printer_free(struct virtual_printer *printer);                     /* accepts NULL */
struct virtual_device *virtual_printer_device(struct virtual_printer *printer); /* borrowed */
struct virtual_printer_state virtual_printer_state(const struct virtual_printer *printer);
/* Put paper in (out = false; for `rows` more rows, 0: for ever) or take it out. Status goes out if GS a asked for it.
 */
void virtual_printer_paper(struct virtual_printer *printer, bool out, uint32_t rows);
void virtual_printer_cover(struct virtual_printer *printer, bool open);
void virtual_printer_trouble(struct virtual_printer *printer, struct virtual_printer_trouble trouble);
/* Rows printed since the last cut; row `y` as width/8 bytes, bit 7 of the first the leftmost dot. NULL: no such row. */
unsigned virtual_printer_rows(const struct virtual_printer *printer);
const uint8_t *virtual_printer_row(const struct virtual_printer *printer, unsigned y);
/* The same of the receipt that was cut off last. */
unsigned virtual_printer_cut_rows(const struct virtual_printer *printer);
const uint8_t *virtual_printer_cut_row(const struct virtual_printer *printer, unsigned y);
/* The receipt now in the printer as a PNG at `path`. False: it could not be written. */
bool virtual_printer_png(const struct virtual_printer *printer, const char *path);
