/* The stream of answers of a printer, byte by byte. */
#include <string.h>

#include "peripherals/printer/printer_status.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct printer_status_ear ear = { 0 };
	struct printer_status status = { 0 };
	unsigned n = 0;

	for (size_t i = 0; i < size; i++) {
		struct printer_answer answer;
		const bool whole = printer_status_hear(&ear, data[i], &answer);
		require(ear.len < sizeof(ear.bytes) && (!whole || ear.len == 0));
		if (!whole)
			continue;
		if (answer.kind == PRINTER_ANSWER_REALTIME)
			printer_status_realtime(&status, n++ % 6, answer.bytes[0]);
		else if (answer.kind == PRINTER_ANSWER_AUTOMATIC)
			printer_status_automatic(&status, answer.bytes);
		else if (answer.kind == PRINTER_ANSWER_MARK)
			for (size_t k = 0; k < 4; k++)
				require(answer.bytes[k] >= 0x20 && answer.bytes[k] <= 0x7E);
		const bool ready = strcmp(printer_status_words(&status), "ready") == 0;
		require(!ready || printer_status_prints(&status));
	}
	return 0;
}
