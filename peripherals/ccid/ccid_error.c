#include "peripherals/ccid/ccid_error.h"

#include <stddef.h>

const char *
ccid_error_words(uint8_t error)
{
	static const struct {
		uint8_t error;
		const char *words;
	} known[] = {
		{ 0xFF, "aborted" },
		{ 0xFE, "the card does not answer" },
		{ 0xFD, "parity error between reader and card" },
		{ 0xFC, "overrun between reader and card" },
		{ 0xFB, "hardware error" },
		{ 0xF8, "answer to reset begins wrongly" },
		{ 0xF7, "answer to reset has a wrong check byte" },
		{ 0xF6, "protocol of the card not supported" },
		{ 0xF5, "class of the card not supported" },
		{ 0xF4, "wrong procedure byte" },
		{ 0xF3, "protocol deactivated" },
		{ 0xF2, "busy with an automatic sequence" },
		{ 0xF0, "no PIN in time" },
		{ 0xEF, "PIN cancelled" },
		{ 0xE0, "slot busy" },
		{ 0x00, "command not supported" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].error == error)
			return known[i].words;
	}
	return error < 0x80 ? "a field of the message is wrong" : "an error of its own";
}
