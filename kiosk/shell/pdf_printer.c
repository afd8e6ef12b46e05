#include "kiosk/shell/pdf_printer.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/print/receipt_pdf.h"

struct pdf_printer {
	struct paint *paint; /* owned; NULL until the first receipt */
	struct receipt receipt;
};

static bool
fill(struct receipt *out, const struct counter_job *job, struct error *err)
{
	char masked[HKID_MASK];
	hkid_mask(&job->application->person.hkid, masked);
	const struct receipt_facts facts = { .application = job->application,
		.masked = masked,
		.number = job->receipt,
		.officer = job->officer,
		.at_ms = job->at_ms,
		.offset_min = job->offset_min };
	if (!receipt_fill(out, &facts, job->catalogue, err))
		return false;
	out->training = job->training;
	memcpy(out->branch_name, job->branch_name, sizeof(out->branch_name));
	memcpy(out->counter, job->counter, sizeof(out->counter));
	out->copy = job->copy;
	out->copy_at_ms = job->copy_at_ms;
	(void)text_copy(out->copy_officer, sizeof(out->copy_officer), job->copy_officer);
	return true;
}

static bool
print(void *self, const struct counter_job *job, struct error *err)
{
	struct pdf_printer *printer = self;
	if (printer->paint == NULL)
		printer->paint = paint_new();
	return fill(&printer->receipt, job, err) && receipt_pdf_write(printer->paint, &printer->receipt, job->path, err);
}

static void
close_printer(void *self)
{
	struct pdf_printer *printer = self;
	paint_free(printer->paint);
	free(printer);
}

static const struct counter_printer_ops ops = { print, close_printer };

struct counter_printer
pdf_printer_new(void)
{
	struct pdf_printer *printer = calloc(1, sizeof(*printer));
	if (printer == NULL)
		abort();
	return (struct counter_printer){ &ops, printer };
}
