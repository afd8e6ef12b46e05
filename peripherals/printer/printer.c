#include "peripherals/printer/printer.h"

#include <assert.h>
#include <string.h>

#include "kiosk/base/clock.h"

enum {
	ESC = 0x1B,
	GS = 0x1D,
	DLE = 0x10,
	EOT = 0x04,
	LOOK_MS = 1500, /* four real-time questions, answered at once */
	OPEN_MS = 4000,
	LATE_MS = 20,
	QUIET_MS = 250,  /* without a mark: ask what is the matter */
	BAND_MS = 10000, /* a band takes 20 ms; longer without a mark, it does not answer */
	WRITE_MS = 5000,
	CUT_MS = 5000,
	WINDOW = 2, /* bands under way */
	MARKS = 10000,
	MARK_LEN = 11,
	RASTER_LEN = 8,
	BAND_BYTES = PRINTER_WIDTH_MOST / 8 * PRINTER_BAND_ROWS,
	TRANSFER = 512, /* a packet of high speed; more than a printer has to say at once */
};

static_assert(WINDOW * (RASTER_LEN + BAND_BYTES + MARK_LEN) <= 4096, "what is under way fits into the printer");

static unsigned
left_ms(const struct printer *printer, unsigned most)
{
	const int64_t left = printer->deadline_ms - clock_monotonic_ms();
	return left <= 0 ? 0 : left < most ? (unsigned)left : most;
}

static void
set_deadline(struct printer *printer, unsigned within_ms)
{
	printer->deadline_ms = clock_monotonic_ms() + within_ms;
}

/* A transfer that failed may have been taken in part. */
static bool
send(struct printer *printer, struct span bytes, struct error *err)
{
	const unsigned wait = left_ms(printer, WRITE_MS);
	printer->torn = true;
	if (wait == 0)
		return error_set(err, ERROR_TIMEOUT, "printer: no time left");
	if (!printer->port.ops->write(printer->port.self, bytes, wait, err))
		return error_in(err, "printer");
	printer->torn = false;
	return true;
}

/* The mark that it answers is the last one it came to; those before it are answered with it. */
static void
hear_mark(struct printer *printer, const uint8_t digits[4])
{
	uint32_t number = 0;
	for (size_t i = 0; i < 4; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return;
		number = number * 10 + (uint32_t)(digits[i] - '0');
	}
	for (uint32_t mark = printer->heard + 1; mark <= printer->asked; mark++) {
		if (mark % MARKS == number) {
			printer->heard = mark;
			printer->says_marks = true;
			return;
		}
	}
}

static void
take_answer(struct printer *printer, const struct printer_answer *answer)
{
	switch (answer->kind) {
	case PRINTER_ANSWER_REALTIME:
		printer->realtime = true;
		printer->realtime_byte = answer->bytes[0];
		break;
	case PRINTER_ANSWER_AUTOMATIC:
		printer_status_automatic(&printer->status, answer->bytes);
		printer->alert = true;
		break;
	case PRINTER_ANSWER_IN_LINE:
		if (!printer->says_marks && printer->heard < printer->asked)
			printer->heard++;
		break;
	case PRINTER_ANSWER_MARK:
		hear_mark(printer, answer->bytes);
		break;
	}
}

/* One transfer from the printer, if one comes in wait_ms. */
static bool
hear(struct printer *printer, unsigned wait_ms, struct error *err)
{
	uint8_t room[TRANSFER];
	size_t len = 0;
	if (!printer->port.ops->read(printer->port.self, room, sizeof(room), &len, wait_ms, err))
		return error_in(err, "printer");
	for (size_t i = 0; i < len; i++) {
		struct printer_answer answer;
		if (printer_status_hear(&printer->ear, room[i], &answer))
			take_answer(printer, &answer);
	}
	return true;
}

/* Answers that come late to what was asked before; a printer that never stops talking is heard 64 times. */
static bool
hear_out(struct printer *printer, unsigned quiet_ms, struct error *err)
{
	for (unsigned i = 0; i < 64; i++)
		if (!hear(printer, quiet_ms, err))
			return err->kind == ERROR_TIMEOUT;
	return error_set(err, ERROR_INVALID, "printer: talks without end");
}

/* DLE EOT n, not bound by the deadline of the call, since this is how a wait that came to its end finds out why. */
static bool
ask(struct printer *printer, uint8_t n, int64_t until_ms, uint8_t *answer, struct error *err)
{
	const uint8_t question[] = { DLE, EOT, n };
	int64_t left = until_ms - clock_monotonic_ms();
	printer->realtime = false;
	printer->deaf = true;
	if (left > 0 &&
		!printer->port.ops->write(printer->port.self, (struct span){ question, sizeof(question) }, (unsigned)left, err))
		return error_in(err, "printer");
	while (!printer->realtime) {
		left = until_ms - clock_monotonic_ms();
		if (left <= 0)
			return error_set(err, ERROR_TIMEOUT, "printer: no answer to status %u", n);
		if (!hear(printer, (unsigned)left, err))
			return error_in(err, "status %u", n);
	}
	printer->deaf = false;
	*answer = printer->realtime_byte;
	return true;
}

static bool
look(struct printer *printer, struct error *err)
{
	uint8_t answers[4];
	if (printer->deaf && !hear_out(printer, LATE_MS, err))
		return false;
	const int64_t until_ms = clock_monotonic_ms() + LOOK_MS;
	for (uint8_t n = 1; n <= 4; n++)
		if (!ask(printer, n, until_ms, &answers[n - 1], err))
			return false;
	struct printer_status status = { 0 };
	for (unsigned n = 1; n <= 4; n++)
		printer_status_realtime(&status, n, answers[n - 1]);
	printer->status = status;
	printer->alert = false;
	return true;
}

static bool
look_and_require(struct printer *printer, struct error *err)
{
	if (!look(printer, err))
		return false;
	if (!printer_status_prints(&printer->status))
		return error_set(err, ERROR_REFUSED, "printer: %s", printer_status_words(&printer->status));
	return true;
}

/* Ask for a mark behind what was sent so far. */
static size_t
put_mark(struct printer *printer, uint8_t *at)
{
	const uint32_t number = ++printer->asked % MARKS;
	if (!printer->says_marks) {
		memcpy(at, ((const uint8_t[]){ GS, 'r', 1 }), 3);
		return 3;
	}
	memcpy(at, ((const uint8_t[]){ GS, '(', 'H', 6, 0, 0x30, 0x30 }), 7);
	for (uint32_t i = 0, rest = number; i < 4; i++, rest /= 10)
		at[MARK_LEN - 1 - i] = (uint8_t)('0' + rest % 10);
	return MARK_LEN;
}

/* It is quiet or told of a change: whether there is a reason to wait on. */
static bool
wait_on(struct printer *printer, int64_t *since_ms, struct error *err)
{
	if (!look_and_require(printer, err))
		return false;
	if (printer->status.overheated)
		*since_ms = clock_monotonic_ms();
	if (left_ms(printer, 1) > 0 && clock_monotonic_ms() - *since_ms <= BAND_MS)
		return true;
	printer->lost = true;
	return error_set(err, ERROR_TIMEOUT, "printer: says it is well and does not print");
}

/* Until `mark` is answered; for as long as marks come or the printer gives a reason why not. */
static bool
settle(struct printer *printer, uint32_t mark, struct error *err)
{
	int64_t since_ms = clock_monotonic_ms();
	while (printer->heard < mark) {
		const uint32_t before = printer->heard;
		const unsigned wait = left_ms(printer, QUIET_MS);
		const bool came = wait > 0 && hear(printer, wait, err);
		if (!came && wait > 0 && err->kind != ERROR_TIMEOUT)
			return false;
		if (printer->heard > before)
			since_ms = clock_monotonic_ms();
		if (printer->heard < mark && (!came || printer->alert) && !wait_on(printer, &since_ms, err))
			return false;
	}
	return true;
}

static bool
send_and_settle(struct printer *printer, const uint8_t *bytes, size_t len, struct error *err)
{
	uint8_t room[32 + MARK_LEN];
	memcpy(room, bytes, len);
	const size_t all = len + put_mark(printer, room + len);
	return send(printer, (struct span){ room, all }, err) && settle(printer, printer->asked, err);
}

/* As after power on, but for telling changes of line, error and paper, which a reset ends. */
static bool
reset(struct printer *printer, struct error *err)
{
	static const uint8_t command[] = { ESC, '@', GS, 'a', 0x0E };
	return send_and_settle(printer, command, sizeof(command), err);
}

/* A band that lost its end takes what comes next for its rest, so that this comes first: nothing to a printer that
 * waits for a command. */
static bool
send_rest(struct printer *printer, struct error *err)
{
	static const uint8_t nothing[BAND_BYTES];
	return send(printer, (struct span){ nothing, sizeof(nothing) }, err);
}

/* Both kinds of answer are counted from here on as if nothing had been asked before. */
static bool
resynchronise(struct printer *printer, struct error *err)
{
	printer->heard = printer->asked;
	if (!send_rest(printer, err) || !reset(printer, err) || !hear_out(printer, QUIET_MS, err))
		return false;
	printer->heard = printer->asked;
	printer->lost = false;
	return true;
}

/* Both kinds of mark at once: a printer that answers the second alone does not know the first. What it then took for
 * text is thrown away by the reset that follows. */
static bool
learn_marks(struct printer *printer, struct error *err)
{
	uint8_t room[MARK_LEN + 3];
	printer->says_marks = true;
	size_t len = put_mark(printer, room);
	printer->says_marks = false;
	memcpy(room + len, ((const uint8_t[]){ GS, 'r', 1 }), 3);
	if (!send(printer, (struct span){ room, len + 3 }, err) || !settle(printer, printer->asked, err))
		return false;
	return printer->says_marks ||
		   hear_out(printer, QUIET_MS, err); /* the mark has less haste than GS r, or is unknown */
}

static bool
wake(struct printer *printer, struct error *err)
{
	if (printer->woken)
		return true;
	printer->heard = printer->asked;
	if (!send_rest(printer, err) || !learn_marks(printer, err) || !reset(printer, err))
		return false;
	printer->woken = true;
	return true;
}

static bool
cut(struct printer *printer, struct error *err)
{
	static const uint8_t command[] = { GS, 'V', 66, 0 }; /* feed to the knife and cut */
	if (!send_and_settle(printer, command, sizeof(command), err))
		return false;
	printer->soiled = false;
	return true;
}

static bool
kick(struct printer *printer, struct error *err)
{
	static const uint8_t command[] = { ESC, 'p', 0, 50, 250 }; /* pin 2: 100 ms on, 500 ms off */
	return send_and_settle(printer, command, sizeof(command), err);
}

/* FNV-1a, to know a picture again. */
static uint64_t
picture_hash(const struct printer_job *job)
{
	const size_t len = (size_t)job->height * (job->width / 8);
	uint64_t hash = 14695981039346656037u ^ job->width;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ job->rows[i]) * 1099511628211u;
	return hash | 1;
}

/* Whatever is still under way comes to its end, and what hangs in the slot is cut off. */
static bool
begin(struct printer *printer, const struct printer_job *job, struct error *err)
{
	const bool lost = printer->woken && (printer->torn || printer->lost);
	printer->picture = 0;
	if (lost && !resynchronise(printer, err))
		return false;
	if (!wake(printer, err) || !settle(printer, printer->asked, err))
		return false;
	if (printer->soiled && job->cut && !cut(printer, err))
		return false;
	if (!reset(printer, err) || (job->kick && !kick(printer, err)))
		return false;
	printer->picture = picture_hash(job);
	printer->first = printer->asked;
	printer->sent = 0;
	return true;
}

static bool
go_on(const struct printer *printer, const struct printer_job *job, uint32_t from_band, struct error *err)
{
	if (printer->torn || printer->lost || printer->picture != picture_hash(job) || from_band > printer->sent)
		return error_set(err, ERROR_REFUSED, "printer: band %u of another picture; print it whole", from_band);
	return true;
}

/*
 * Real-time commands are obeyed wherever they stand, also inside a picture: DLE EOT, DLE ENQ and DLE DC4 could ask for
 * a status, throw the buffer away or open the drawer. One more dot makes such a pair harmless.
 */
static void
tame(uint8_t *at, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (at[i - 1] == DLE && (at[i] == 0x04 || at[i] == 0x05 || at[i] == 0x14))
			at[i] |= 0x08;
}

static bool
send_band(struct printer *printer, const struct printer_job *job, struct error *err)
{
	uint8_t room[RASTER_LEN + BAND_BYTES + MARK_LEN];
	const size_t row = job->width / 8;
	const uint32_t at = printer->sent * PRINTER_BAND_ROWS;
	const uint32_t rows = job->height - at < PRINTER_BAND_ROWS ? job->height - at : PRINTER_BAND_ROWS;
	const uint8_t head[RASTER_LEN] = { GS, 'v', '0', 0, (uint8_t)row, 0, (uint8_t)rows, 0 };
	memcpy(room, head, sizeof(head));
	memcpy(room + RASTER_LEN, job->rows + at * row, rows * row);
	tame(room + RASTER_LEN, rows * row);
	const size_t len = RASTER_LEN + rows * row;
	printer->soiled = true;
	const size_t all = len + put_mark(printer, room + len);
	printer->sent++;
	return send(printer, (struct span){ room, all }, err);
}

static uint32_t
sure_bands(const struct printer *printer)
{
	const uint32_t heard = printer->heard > printer->first ? printer->heard - printer->first : 0;
	return heard < printer->sent ? heard : printer->sent;
}

struct watch {
	printer_progress_fn progress;
	void *self;
	bool ours; /* the printer is at this picture */
	bool stopped;
};

static bool
send_bands(struct printer *printer, const struct printer_job *job, struct watch *watch, struct error *err)
{
	const uint32_t of = printer_bands(job->height);
	uint32_t sure = sure_bands(printer);
	while (sure < of) {
		while (printer->sent < of && printer->sent < sure + WINDOW)
			if (!send_band(printer, job, err))
				return false;
		if (!settle(printer, printer->first + sure + 1, err))
			return false;
		sure = sure_bands(printer);
		watch->stopped = watch->progress && !watch->progress(watch->self, sure, of);
		if (watch->stopped)
			return error_set(err, ERROR_REFUSED, "printer: stopped behind band %u of %u", sure, of);
	}
	return true;
}

static bool
check_job(const struct printer_job *job, uint32_t from_band, struct error *err)
{
	if (job->width < 8 || job->width > PRINTER_WIDTH_MOST || job->width % 8 != 0 || job->height < 1 ||
		job->height > PRINTER_ROWS_MOST)
		return error_set(err, ERROR_INVALID, "printer: picture of %u x %u dots", job->width, job->height);
	if (from_band > printer_bands(job->height))
		return error_set(err, ERROR_INVALID, "printer: band %u of %u", from_band, printer_bands(job->height));
	return true;
}

static bool
print(
	struct printer *printer, const struct printer_job *job, uint32_t from_band, struct watch *watch, struct error *err)
{
	if (!check_job(job, from_band, err))
		return false;
	if (from_band > 0 && !go_on(printer, job, from_band, err))
		return false;
	watch->ours = from_band > 0;
	if (!look_and_require(printer, err) || (from_band == 0 && !begin(printer, job, err)))
		return false;
	watch->ours = true;
	if (!send_bands(printer, job, watch, err))
		return false;
	return (!job->cut || cut(printer, err)) && look_and_require(printer, err);
}

bool
printer_open(struct port port, struct printer *out, struct error *err)
{
	*out = (struct printer){ .port = port, .soiled = true, .deaf = true };
	set_deadline(out, OPEN_MS);
	if (look(out, err) && (!printer_status_prints(&out->status) || wake(out, err)))
		return true;
	printer_close(out);
	return false;
}

void
printer_close(struct printer *printer)
{
	if (printer->port.ops)
		printer->port.ops->close(printer->port.self);
	*printer = (struct printer){ 0 };
}

bool
printer_status(struct printer *printer, struct printer_status *out, struct error *err)
{
	set_deadline(printer, LOOK_MS);
	if (!look(printer, err) || (printer_status_prints(&printer->status) && !wake(printer, err)))
		return false;
	*out = printer->status;
	return true;
}

bool
printer_listen(struct printer *printer, unsigned wait_ms, bool *changed, struct printer_status *out, struct error *err)
{
	if (!printer->alert && !hear(printer, wait_ms, err) && err->kind != ERROR_TIMEOUT)
		return false;
	const bool alert = printer->alert;
	if (alert && !look(printer, err))
		return false;
	*changed = alert;
	*out = printer->status;
	return true;
}

bool
printer_kick(struct printer *printer, struct error *err)
{
	set_deadline(printer, CUT_MS);
	return look_and_require(printer, err) && wake(printer, err) && kick(printer, err);
}

uint32_t
printer_bands(uint32_t height)
{
	return height / PRINTER_BAND_ROWS + (height % PRINTER_BAND_ROWS != 0);
}

bool
printer_print(struct printer *printer, const struct printer_job *job, uint32_t from_band, unsigned within_ms,
	printer_progress_fn progress, void *self, struct printer_outcome *outcome, struct error *err)
{
	struct watch watch = { .progress = progress, .self = self };
	set_deadline(printer, within_ms);
	const bool done = print(printer, job, from_band, &watch, err);
	const bool whole = !printer->torn && !printer->lost;
	*outcome = (struct printer_outcome){
		.sure = watch.ours ? sure_bands(printer) : 0,
		.resumable = !done && err->kind != ERROR_GONE && (watch.ours ? whole : from_band == 0),
		.stopped = watch.stopped,
		.status = printer->status,
	};
	if (done)
		printer->picture = 0;
	return done;
}
