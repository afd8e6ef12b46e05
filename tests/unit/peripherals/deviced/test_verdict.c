#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peripherals/deviced/explain.h"
#include "peripherals/deviced/verdict.h"
#include "tests/support/check.h"

/* A reader at extended APDU level with all its pipes. */
static const struct usb_facts reader = {
	.vendor = 0x04E6,
	.product = 0x5116,
	.release = 0x0501,
	.interfaces = 1,
	.interface = { { .class = USB_FACTS_READER,
		.endpoints = 3,
		.endpoint = { { 0x01, USB_FACTS_BULK, 64 }, { 0x82, USB_FACTS_BULK, 64 }, { 0x83, USB_FACTS_INTERRUPT, 8 } },
		.has_ccid = true,
		.ccid = { .slots = 1, .voltages = 7, .protocols = 3, .message = 271, .level = USB_FACTS_EXTENDED_APDU } } },
};

static void
uses_readers_that_speak_apdus(void **state)
{
	struct usb_facts facts = reader;
	(void)state;
	struct verdict verdict = verdict_of(&facts);
	assert_true(verdict.ours);
	assert_int_equal(verdict.kind, DEVICE_WIRE_READER);
	assert_int_equal(verdict.state, DEVICE_WIRE_STARTING);
	assert_ptr_equal(verdict.at, &facts.interface[0]);
	assert_string_equal(verdict.why, "");
	facts.interface[0].ccid.level = USB_FACTS_SHORT_APDU;
	assert_int_equal(verdict_of(&facts).state, DEVICE_WIRE_STARTING);
	facts.interface[0].ccid.slots = 200;
	assert_int_equal(verdict_of(&facts).slots, DEVICE_WIRE_SLOTS);
}

static void
tells_tokens_by_their_ids(void **state)
{
	struct usb_facts facts = reader;
	(void)state;
	facts.vendor = 0x0529;
	facts.product = 0x0620;
	assert_int_equal(verdict_of(&facts).kind, DEVICE_WIRE_TOKEN);
	assert_null(verdict_known(0x0529, 0x0621));
}

static void
says_why_it_does_not_use_a_device(void **state)
{
	struct usb_facts facts = reader;
	(void)state;
	facts.interface[0].ccid.level = USB_FACTS_TPDU;
	struct verdict verdict = verdict_of(&facts);
	assert_true(verdict.ours);
	assert_int_equal(verdict.state, DEVICE_WIRE_UNSUPPORTED);
	assert_null(verdict.at);
	assert_string_equal(verdict.why, "reader: speaks at TPDU level only");
	facts = reader;
	facts.interface[0].endpoint[1].address = 0x02;
	assert_string_equal(verdict_of(&facts).why, "reader: has no bulk pipes");
	facts = reader;
	facts.interface[0].has_ccid = false;
	assert_string_equal(verdict_of(&facts).why, "reader: has no class descriptor");
	facts = reader;
	facts.interface[0].class = 3;
	verdict = verdict_of(&facts);
	assert_false(verdict.ours);
	assert_string_equal(verdict.why, "neither a card reader nor a printer");
}

static void
uses_printers_that_answer(void **state)
{
	struct usb_facts facts = {
		.interfaces = 1,
		.interface = { { .class = USB_FACTS_PRINTER,
			.endpoints = 2,
			.endpoint = { { 0x01, USB_FACTS_BULK, 64 }, { 0x82, USB_FACTS_BULK, 64 } } } },
	};
	(void)state;
	const struct verdict verdict = verdict_of(&facts);
	assert_int_equal(verdict.kind, DEVICE_WIRE_PRINTER);
	assert_int_equal(verdict.state, DEVICE_WIRE_STARTING);
	assert_int_equal(verdict.slots, 0);
	facts.interface[0].endpoints = 1;
	assert_string_equal(verdict_of(&facts).why, "printer: has no way back, so it cannot say whether it printed");
}

static void
explains_a_device_in_words(void **state)
{
	static const char expected[] = "04E6:5116 release 5.01\n"
								   "  interface 0: class 0B/00/00 (card reader)\n"
								   "    endpoint 01: bulk out, packets of 64 bytes\n"
								   "    endpoint 82: bulk in, packets of 64 bytes\n"
								   "    endpoint 83: interrupt in, packets of 8 bytes\n"
								   "    card reader: extended APDU level, 1 slot(s), messages of 271 bytes, protocols "
								   "T=0 T=1\n"
								   "    voltages 5 V 3 V 1.8 V, PIN pad: no\n"
								   "  used as a reader, by interface 0\n";
	struct usb_facts facts = reader;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	(void)state;
	explain_facts(out, &facts);
	(void)fflush(out);
	assert_string_equal(text, expected);
	facts.interface[0].endpoints = 2;
	facts.interface[0].ccid.level = USB_FACTS_TPDU;
	explain_facts(out, &facts);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "it does not tell of cards by itself"));
	assert_non_null(strstr(text, "not used: reader: speaks at TPDU level only"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uses_readers_that_speak_apdus),
		cmocka_unit_test(tells_tokens_by_their_ids),
		cmocka_unit_test(says_why_it_does_not_use_a_device),
		cmocka_unit_test(uses_printers_that_answer),
		cmocka_unit_test(explains_a_device_in_words),
	};
	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
