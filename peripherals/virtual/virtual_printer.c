#include "peripherals/virtual/virtual_printer.h"

#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ESC = 0x1B, GS = 0x1D, DLE = 0x10, LINE = 30, WIDTH = 576, ARGUMENTS = 16 };

/* Where the parser is. */
enum state { STATE_TEXT, STATE_ARGUMENTS, STATE_RASTER };

struct virtual_printer {
	struct virtual_device device;
	unsigned width;
	char folder[4000];
	unsigned receipts; /* written */
	bool marks;        /* knows GS ( H */
	bool own_power;
	struct virtual_printer_state now;
	struct virtual_printer_trouble trouble;
	bool automatic; /* GS a: send status when it changes */
	enum state state;
	uint8_t command[ARGUMENTS]; /* as much of it as came */
	size_t command_len;
	uint32_t raster_row, raster_left; /* bytes of a row; bytes still to come */
	uint32_t raster_at;               /* in this row */
	uint8_t row[WIDTH / 8];
	uint8_t *rows; /* owned; width/8 bytes each */
	unsigned row_count, row_room;
	uint8_t *cut_rows; /* owned; of the receipt before */
	unsigned cut_count;
	uint8_t buffer[VIRTUAL_PRINTER_BUFFER]; /* came and not yet obeyed */
	size_t buffered;
	size_t scanned; /* of the buffer, for DLE EOT */
};

static bool
can_print(const struct virtual_printer *printer)
{
	return !printer->now.paper_out && !printer->now.cover_open && !printer->now.cutter_fault && !printer->trouble.hot &&
		   !printer->trouble.broken;
}

/* Of the answer to DLE EOT 3 and of the second automatic byte */
static uint8_t
error_bits(const struct virtual_printer *printer)
{
	return (uint8_t)((printer->now.cutter_fault ? 0x08 : 0) | (printer->trouble.broken ? 0x20 : 0) |
					 (printer->trouble.hot ? 0x40 : 0));
}

/* DLE EOT n */
static void
answer_status(struct virtual_printer *printer, uint8_t n)
{
	uint8_t status = 0x12;
	if (n == 1 && !can_print(printer))
		status |= 0x08;
	else if (n == 2)
		status |= (uint8_t)((printer->now.cover_open ? 0x04 : 0) | (printer->now.paper_out ? 0x20 : 0) |
							(error_bits(printer) ? 0x40 : 0));
	else if (n == 3)
		status |= error_bits(printer);
	else if (n == 4)
		status |= printer->now.paper_out ? 0x6C : printer->trouble.near_end ? 0x0C : 0;
	else if (n == 0 || n > 4)
		return;
	virtual_device_send(&printer->device, VIRTUAL_PRINTER_IN, (struct span){ &status, 1 });
}

/* GS a: four bytes */
static void
tell_status(struct virtual_printer *printer)
{
	const uint8_t status[] = {
		(uint8_t)(0x10 | (can_print(printer) ? 0 : 0x08) | (printer->now.cover_open ? 0x20 : 0)),
		error_bits(printer),
		printer->now.paper_out      ? 0x0F
		: printer->trouble.near_end ? 0x03
									: 0x00,
		0x00,
	};
	if (printer->automatic)
		virtual_device_send(&printer->device, VIRTUAL_PRINTER_IN, (struct span){ status, sizeof(status) });
}

static void
put_row(struct virtual_printer *printer, const uint8_t *row)
{
	const size_t len = printer->width / 8;
	printer->now.rows++;
	if (printer->row_count < VIRTUAL_PRINTER_ROWS) {
		if (printer->row_count == printer->row_room) {
			printer->row_room = printer->row_room ? 2 * printer->row_room : 256;
			printer->rows = realloc(printer->rows, printer->row_room * sizeof(printer->row));
			if (!printer->rows)
				abort();
		}
		memcpy(printer->rows + printer->row_count * len, row, len);
		printer->row_count++;
	}
	if (printer->now.paper_rows > 0 && --printer->now.paper_rows == 0) {
		printer->now.paper_out = true;
		tell_status(printer);
	}
}

static void
feed(struct virtual_printer *printer, unsigned rows)
{
	static const uint8_t blank[WIDTH / 8];
	while (rows-- > 0)
		put_row(printer, blank);
}

static void
cut(struct virtual_printer *printer)
{
	char path[4096];
	if (printer->trouble.jam) {
		printer->now.cutter_fault = true;
		tell_status(printer);
		return;
	}
	printer->now.cuts++;
	if (printer->folder[0] && printer->row_count > 0) {
		snprintf(path, sizeof(path), "%s/printed-%03u.png", printer->folder, ++printer->receipts);
		virtual_printer_png(printer, path);
	}
	free(printer->cut_rows);
	printer->cut_rows = printer->rows;
	printer->cut_count = printer->row_count;
	printer->rows = NULL;
	printer->row_count = printer->row_room = 0;
}

static void
begin_raster(struct virtual_printer *printer)
{
	const uint8_t *c = printer->command; /* GS v 0 m xL xH yL yH */
	printer->raster_row = (uint32_t)(c[4] | c[5] << 8);
	printer->raster_left = printer->raster_row * (uint32_t)(c[6] | c[7] << 8);
	printer->raster_at = 0;
	memset(printer->row, 0, sizeof(printer->row));
	printer->state = printer->raster_left ? STATE_RASTER : STATE_TEXT;
}

/* GS ( x pL pH: only marks are known. */
static size_t
extended_length(const struct virtual_printer *printer, const uint8_t *c, size_t len)
{
	if (!printer->marks || (len > 2 && c[2] != 'H') || (len > 3 && c[3] != 6) || (len > 4 && c[4] != 0))
		return 0;
	return 11;
}

/* How many bytes the command that begins so has; 0: it is not known, 1: a byte of text. */
static size_t
command_length(const struct virtual_printer *printer, const uint8_t *c, size_t len)
{
	if (c[0] != ESC && c[0] != GS && c[0] != DLE)
		return 1;
	if (len < 2)
		return 2;
	switch (c[0] << 8 | c[1]) {
	case ESC << 8 | '@':
	case ESC << 8 | '2':
		return 2;
	case ESC << 8 | 'd':
	case ESC << 8 | 'J':
	case ESC << 8 | '3':
	case ESC << 8 | 'a':
	case GS << 8 | 'a':
	case GS << 8 | 'r':
	case DLE << 8 | 4:
		return 3;
	case ESC << 8 | 'p':
		return 5;
	case GS << 8 | 'V':
		return len < 3 || (c[2] != 65 && c[2] != 66) ? 3 : 4; /* function B feeds first */
	case GS << 8 | 'v':
		return 8;
	case GS << 8 | '(':
		return extended_length(printer, c, len);
	default:
		return 0;
	}
}

static void
reset(struct virtual_printer *printer)
{
	printer->now.resets++;
	printer->automatic = false;
}

static void
obey(struct virtual_printer *printer)
{
	const uint8_t *c = printer->command;
	printer->state = STATE_TEXT;
	switch (c[0] << 8 | c[1]) {
	case ESC << 8 | '@':
		reset(printer);
		break;
	case ESC << 8 | 'd':
		feed(printer, c[2] * (unsigned)LINE);
		break;
	case ESC << 8 | 'J':
		feed(printer, c[2]);
		break;
	case ESC << 8 | 'p':
		printer->now.kicks++;
		break;
	case GS << 8 | 'a':
		printer->automatic = c[2] != 0;
		tell_status(printer);
		break;
	case GS << 8 | 'r': {
		const uint8_t paper = printer->now.paper_out ? 0x0C : 0x00;
		virtual_device_send(&printer->device, VIRTUAL_PRINTER_IN, (struct span){ &paper, 1 });
		break;
	}
	case DLE << 8 | 4: /* answered when it came */
		break;
	case GS << 8 | 'V':
		if (printer->command_len == 4)
			feed(printer, c[3]);
		cut(printer);
		break;
	case GS << 8 | 'v':
		begin_raster(printer);
		break;
	case GS << 8 | '(': { /* what stood before it is printed: say so */
		const uint8_t mark[] = { 0x37, 0x22, c[7], c[8], c[9], c[10], 0x00 };
		virtual_device_send(&printer->device, VIRTUAL_PRINTER_IN, (struct span){ mark, sizeof(mark) });
		break;
	}
	default: /* line spacing, justification: nothing to see in raster */
		break;
	}
	printer->command_len = 0;
}

static void
take_command_byte(struct virtual_printer *printer, uint8_t byte)
{
	printer->command[printer->command_len++] = byte;
	const size_t len = command_length(printer, printer->command, printer->command_len);
	if (len > printer->command_len) {
		printer->state = STATE_ARGUMENTS;
		return;
	}
	if (len > 1) {
		obey(printer);
		return;
	}
	if (len == 1 && byte == '\n')
		feed(printer, LINE);
	else if (byte != 0)
		printer->now.unknown++;
	printer->command_len = 0;
	printer->state = STATE_TEXT;
}

static void
take_raster_byte(struct virtual_printer *printer, uint8_t byte)
{
	if (printer->raster_at < printer->width / 8)
		printer->row[printer->raster_at] = byte;
	printer->raster_at++;
	printer->raster_left--;
	if (printer->raster_left == 0)
		printer->state = STATE_TEXT;
	if (printer->raster_at < printer->raster_row)
		return;
	printer->raster_at = 0;
	put_row(printer, printer->row);
	memset(printer->row, 0, sizeof(printer->row));
}

/* Obeys what is in the buffer for as long as it can print. */
static void
drain(struct virtual_printer *printer)
{
	size_t at = 0;
	while (at < printer->buffered && can_print(printer)) {
		const uint8_t byte = printer->buffer[at++];
		if (printer->state == STATE_RASTER)
			take_raster_byte(printer, byte);
		else
			take_command_byte(printer, byte);
	}
	memmove(printer->buffer, printer->buffer + at, printer->buffered - at);
	printer->buffered -= at;
	printer->scanned -= at < printer->scanned ? at : printer->scanned;
}

/* DLE EOT and DLE DC4 are obeyed as they come, whatever stands before them; a picture may hold one by chance, as with
 * real printers. */
static void
scan(struct virtual_printer *printer)
{
	while (printer->scanned + 2 < printer->buffered) {
		const uint8_t *at = printer->buffer + printer->scanned++;
		if (at[0] == DLE && at[1] == 0x14 && at[2] == 1)
			printer->now.kicks++;
		if (at[0] == DLE && at[1] == 4 && at[2] >= 1 && at[2] <= 4)
			answer_status(printer, at[2]);
	}
}

static enum virtual_device_answer
printer_out(void *self, uint8_t endpoint, struct span data, size_t *taken)
{
	struct virtual_printer *printer = self;
	(void)endpoint;
	while (*taken < data.len) {
		const size_t left = data.len - *taken;
		const size_t room = sizeof(printer->buffer) - printer->buffered;
		const size_t part = left < room ? left : room;
		if (part == 0)
			return VIRTUAL_DEVICE_WAIT;
		memcpy(printer->buffer + printer->buffered, data.at + *taken, part);
		printer->buffered += part;
		*taken += part;
		scan(printer);
		drain(printer);
	}
	return VIRTUAL_DEVICE_DONE;
}

static bool
printer_control(void *self, const struct virtual_device_setup *setup, struct span out, struct buffer *in)
{
	static const char id[] = "MFG:Training;MDL:Receipt printer;CMD:ESC/POS;CLS:PRINTER;";
	const struct virtual_printer *printer = self;
	const size_t len = sizeof(id) - 1 + 2;
	(void)out;
	if (setup->request_type == 0xA1 && setup->request == 0) { /* GET_DEVICE_ID (printer class 1.1, 4.2) */
		buffer_u8(in, (uint8_t)(len >> 8));
		buffer_u8(in, (uint8_t)len);
		buffer_put(in, (struct span){ (const uint8_t *)id, sizeof(id) - 1 });
		return true;
	}
	if (setup->request_type == 0xA1 && setup->request == 1) { /* GET_PORT_STATUS: selected, no error, paper empty */
		buffer_u8(in, (uint8_t)(0x18 | (printer->now.paper_out ? 0x20 : 0)));
		return true;
	}
	return setup->request_type == 0x21 && setup->request == 2; /* SOFT_RESET */
}

static int64_t
printer_tick(void *self, int64_t now_ms)
{
	(void)now_ms;
	drain(self);
	return INT64_MAX;
}

static void
printer_power(void *self, bool on)
{
	struct virtual_printer *printer = self;
	(void)on;
	if (printer->own_power)
		return;
	printer->state = STATE_TEXT;
	printer->command_len = printer->buffered = printer->scanned = 0;
	printer->automatic = false;
}

static const struct virtual_device_ops printer_ops = { printer_control, printer_out, printer_tick, printer_power };

struct virtual_printer *
virtual_printer_new(const struct virtual_printer_options *options)
{
	static const struct virtual_device_endpoint endpoints[] = {
		{ .address = VIRTUAL_PRINTER_OUT, .most = 512 },
		{ .address = VIRTUAL_PRINTER_IN, .most = 512 },
	};
	const struct virtual_device_identity identity = {
		.vendor = options->vendor ? options->vendor : 0x1209,
		.product = options->vendor ? options->product : 0x0004,
		.manufacturer = "Training",
		.name = "Training receipt printer",
		.serial = options->serial ? options->serial : "TP000001",
		.class = 7,
		.subclass = 1,
		.protocol = 2,
	};
	struct virtual_printer *printer = calloc(1, sizeof(*printer));
	if (!printer)
		abort();
	printer->marks = !options->no_marks;
	printer->own_power = options->own_power;
	printer->width = options->width == 384 ? 384 : WIDTH;
	snprintf(printer->folder, sizeof(printer->folder), "%s", options->folder ? options->folder : "");
	virtual_device_init(&printer->device, &printer_ops, printer, &identity, endpoints, 2);
	return printer;
}

void
virtual_printer_free(struct virtual_printer *printer)
{
	if (!printer)
		return;
	virtual_device_finish(&printer->device);
	free(printer->rows);
	free(printer->cut_rows);
	free(printer);
}

struct virtual_device *
virtual_printer_device(struct virtual_printer *printer)
{
	return &printer->device;
}

struct virtual_printer_state
virtual_printer_state(const struct virtual_printer *printer)
{
	return printer->now;
}

void
virtual_printer_paper(struct virtual_printer *printer, bool out, uint32_t rows)
{
	printer->now.paper_out = out;
	printer->now.paper_rows = out ? 0 : rows;
	tell_status(printer);
	drain(printer);
}

void
virtual_printer_cover(struct virtual_printer *printer, bool open)
{
	printer->now.cover_open = open;
	tell_status(printer);
	drain(printer);
}

void
virtual_printer_trouble(struct virtual_printer *printer, struct virtual_printer_trouble trouble)
{
	printer->trouble = trouble;
	printer->now.cutter_fault = printer->now.cutter_fault && trouble.jam;
	tell_status(printer);
	drain(printer);
}

unsigned
virtual_printer_rows(const struct virtual_printer *printer)
{
	return printer->row_count;
}

const uint8_t *
virtual_printer_row(const struct virtual_printer *printer, unsigned y)
{
	return y < printer->row_count ? printer->rows + y * (size_t)(printer->width / 8) : NULL;
}

unsigned
virtual_printer_cut_rows(const struct virtual_printer *printer)
{
	return printer->cut_count;
}

const uint8_t *
virtual_printer_cut_row(const struct virtual_printer *printer, unsigned y)
{
	return y < printer->cut_count ? printer->cut_rows + y * (size_t)(printer->width / 8) : NULL;
}

bool
virtual_printer_png(const struct virtual_printer *printer, const char *path)
{
	cairo_surface_t *paper =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)printer->width, (int)printer->row_count);
	if (cairo_surface_status(paper) != CAIRO_STATUS_SUCCESS || printer->row_count == 0) {
		cairo_surface_destroy(paper);
		return false;
	}
	uint8_t *pixels = cairo_image_surface_get_data(paper);
	const size_t stride = (size_t)cairo_image_surface_get_stride(paper);
	for (unsigned y = 0; y < printer->row_count; y++) {
		const uint8_t *row = virtual_printer_row(printer, y);
		for (unsigned x = 0; x < printer->width; x++)
			memset(pixels + y * stride + x * 4u, row[x / 8] & 0x80 >> x % 8 ? 0x00 : 0xFF, 4);
	}
	cairo_surface_mark_dirty(paper);
	const bool written = cairo_surface_write_to_png(paper, path) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(paper);
	return written;
}
