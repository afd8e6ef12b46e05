#include "peripherals/deviced/device_printer.h"

#include <string.h>

#include "kiosk/base/file.h"
#include "peripherals/printer/printer.h"

#define LOOK_MS  5000u /* between two looks at a printer that is well */
#define AWAIT_MS 1000u /* and at one that waits for somebody */

struct press {
	struct device *device; /* borrowed */
	struct printer printer;
	uint32_t job; /* under way; 0: none */
	bool stop;    /* ordered while it printed */
	bool cancelled;
};

/* Tell what the printer's status makes of it. */
static void
tell_status(struct press *press, const struct printer_status *status)
{
	struct device_wire_device *self = &press->device->self;
	bool low = self->paper_low;
	enum device_wire_state state = status->paper_out                ? DEVICE_WIRE_PAPER_OUT
								   : status->cover_open             ? DEVICE_WIRE_COVER_OPEN
								   : !printer_status_prints(status) ? DEVICE_WIRE_OFFLINE
																	: DEVICE_WIRE_READY;
	self->paper_low = status->paper_near_end;
	if (low != self->paper_low)
		device_news(press->device);
	device_become(press->device, state, state == DEVICE_WIRE_READY ? NULL : printer_status_words(status));
}

/* Bands came onto paper; is there a reason to stop? */
static bool
on_progress(void *data, uint32_t done, uint32_t of)
{
	struct press *press = data;
	const struct device_wire_progress progress = { press->job, done, of };
	uint8_t bytes[16];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	struct channel_message message;
	device_wire_put_progress(&body, &progress);
	device_say(press->device, DEVICE_WIRE_PROGRESS, &body);
	switch (device_hear(press->device, 0, &message)) {
	case DEVICE_STOP:
		press->stop = true;
		break;
	case DEVICE_MESSAGE: /* while a job is under way, nothing else comes */
		press->cancelled = press->cancelled || message.type == DEVICE_WIRE_CANCEL;
		file_close(&message.memfd);
		break;
	case DEVICE_SILENCE:
		break;
	}
	return !press->stop && !press->cancelled;
}

static void
say_printed(struct press *press)
{
	uint8_t bytes[4];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	buffer_u32le(&body, press->job);
	device_say(press->device, DEVICE_WIRE_PRINTED, &body);
}

/* Print what was mapped. */
static bool
print_rows(struct press *press, const struct device_wire_print *print, struct span rows,
	struct printer_outcome *outcome, struct error *err)
{
	const struct printer_job job = {
		.rows = rows.at, .width = print->width, .height = print->height, .cut = print->cut, .kick = print->kick
	};
	if (rows.len != (size_t)print->width / 8 * print->height)
		return error_set(err, ERROR_INVALID, "a bitmap of %zu bytes for %u by %u dots", rows.len, print->width,
			(unsigned)print->height);
	return printer_print(&press->printer, &job, print->from_band, print->within_ms, on_progress, press, outcome, err);
}

/* Carry out one job and end it. False when the printer cannot be served any longer. */
static bool
do_print(struct press *press, const struct channel_message *message, struct error *err)
{
	struct device_wire_print print;
	struct printer_outcome outcome = { .sure = 0 };
	struct span rows = { 0 };
	struct cursor in = cursor_over(message->body);
	if (!device_wire_take_print(&in, &print, err))
		return true; /* the main thread has read it before */
	press->job = print.job;
	press->cancelled = false;
	outcome.status = press->printer.status;
	bool ok = channel_map(message->memfd, DEVICE_WIRE_BITMAP_MOST, &rows, err) &&
			  print_rows(press, &print, rows, &outcome, err);
	channel_unmap(&rows);
	bool gone = !ok && err->kind == ERROR_GONE, silent = !ok && err->kind == ERROR_TIMEOUT;
	if (!gone && !silent)
		tell_status(press, &outcome.status);
	if (ok)
		say_printed(press);
	else
		device_fail_print(press->device, print.job, err, outcome.sure, outcome.resumable, gone);
	press->job = 0;
	return !gone && !silent;
}

/* Ask how it is. */
static bool
look(struct press *press, struct error *err)
{
	struct printer_status status;
	if (!printer_status(&press->printer, &status, err))
		return false;
	tell_status(press, &status);
	return true;
}

static enum device_end
serve_jobs(struct press *press, struct error *err)
{
	struct device *device = press->device;
	bool ok = true;
	tell_status(press, &press->printer.status);
	while (ok && !press->stop) {
		struct channel_message message;
		switch (device_hear(device, device->self.state == DEVICE_WIRE_READY ? LOOK_MS : AWAIT_MS, &message)) {
		case DEVICE_STOP:
			return DEVICE_STOPPED;
		case DEVICE_SILENCE:
			ok = look(press, err);
			break;
		case DEVICE_MESSAGE:
			if (message.type == DEVICE_WIRE_PRINT)
				ok = do_print(press, &message, err);
			file_close(&message.memfd);
			break;
		}
	}
	return press->stop ? DEVICE_STOPPED : device_judge(device, err);
}

enum device_end
device_printer_serve(struct device *device, const struct verdict *verdict)
{
	const struct usb_port_wish wish = { .detach = true, .end_with_empty = false, .most = 512 };
	struct press press = { .device = device };
	struct usb_port *usb = NULL;
	struct error err = { 0 };
	if (!device_open(device, verdict, &wish, &usb, &err) || !printer_open(usb_port(usb), &press.printer, &err))
		return device_judge(device, &err);
	enum device_end end = serve_jobs(&press, &err);
	printer_close(&press.printer);
	return end;
}
