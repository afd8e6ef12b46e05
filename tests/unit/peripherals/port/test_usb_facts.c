#include <string.h>

#include "kiosk/base/text.h"
#include "peripherals/port/usb_facts.h"
#include "tests/support/check.h"

/* A reader of one slot, extended APDUs, three endpoints; in front of the configuration's length everything is real. */
#define DEVICE "12010002000000086e098007000101020301"
#define HEAD   "09025d000101008032"
#define READER                                                                                                         \
	"0904000003"                                                                                                       \
	"0b0000"                                                                                                           \
	"00"
#define CLASS                                                                                                          \
	"3621100100070300000000100000001000000000260000002600000000080000"                                                 \
	"0000000000000000400804003408000000000000"                                                                         \
	"0001"
#define BULK_OUT "07050102400000"
#define BULK_IN  "07058202400000"
#define NOTICES  "0705830308000a"

struct bytes {
	uint8_t at[512];
	size_t len;
};

static struct bytes
unhex(const char *hex)
{
	struct bytes out;
	struct error err;
	assert_true(text_unhex(hex, out.at, sizeof(out.at), &out.len, &err));
	return out;
}

static bool
read_both(const char *device, const char *configuration, struct usb_facts *facts, struct error *err)
{
	const struct bytes d = unhex(device), c = unhex(configuration);
	return usb_facts_read((struct span){ d.at, d.len }, (struct span){ c.at, c.len }, facts, err);
}

static void
reads_what_a_reader_says(void **state)
{
	struct usb_facts facts;
	struct error err;
	(void)state;
	assert_true(read_both(DEVICE, HEAD READER CLASS BULK_OUT BULK_IN NOTICES, &facts, &err));
	assert_int_equal(facts.vendor, 0x096E);
	assert_int_equal(facts.product, 0x0780);
	assert_int_equal(facts.serial_text, 3);
	assert_int_equal(facts.configuration, 1);
	assert_int_equal(facts.interfaces, 1);
	const struct usb_facts_interface *at = usb_facts_of_class(&facts, USB_FACTS_READER);
	assert_non_null(at);
	assert_null(usb_facts_of_class(&facts, USB_FACTS_PRINTER));
	assert_true(at->has_ccid);
	assert_int_equal(at->ccid.slots, 1);
	assert_int_equal(at->ccid.voltages, 7);
	assert_int_equal(at->ccid.protocols, 3);
	assert_int_equal(at->ccid.most_ifsd, 2048);
	assert_int_equal(at->ccid.features, 0x00040840);
	assert_int_equal(at->ccid.message, 2100);
	assert_int_equal(at->ccid.level, USB_FACTS_EXTENDED_APDU);
	assert_false(at->ccid.voltage_itself);
	assert_int_equal(at->endpoints, 3);
	assert_int_equal(usb_facts_endpoint(at, USB_FACTS_BULK, false)->address, 0x01);
	assert_int_equal(usb_facts_endpoint(at, USB_FACTS_BULK, true)->address, 0x82);
	assert_int_equal(usb_facts_endpoint(at, USB_FACTS_INTERRUPT, true)->packet, 8);
	assert_null(usb_facts_endpoint(at, USB_FACTS_INTERRUPT, false));
}

static void
tells_the_levels_apart(void **state)
{
	static const struct {
		const char *features;
		enum usb_facts_level level;
	} known[] = {
		{ "08000400", USB_FACTS_EXTENDED_APDU },
		{ "08000200", USB_FACTS_SHORT_APDU },
		{ "08000100", USB_FACTS_TPDU },
		{ "08000000", USB_FACTS_CHARACTER },
	};
	struct error err;
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct usb_facts facts;
		char hex[512];
		assert_true(text_format(hex, sizeof(hex), "%s", HEAD READER CLASS BULK_OUT BULK_IN NOTICES));
		memcpy(strstr(hex, "40080400"), known[i].features, 8);
		assert_true(read_both(DEVICE, hex, &facts, &err));
		assert_int_equal(facts.interface[0].ccid.level, known[i].level);
		assert_true(facts.interface[0].ccid.voltage_itself);
	}
}

static void
skips_alternate_settings_and_what_it_does_not_know(void **state)
{
	static const char printer[] = "09023c0001010080fa"
								  "0904000002070102"
								  "00"
								  "0507ffffff" BULK_OUT BULK_IN "0904000102070103"
								  "00" BULK_OUT BULK_IN;
	struct usb_facts facts;
	struct error err;
	(void)state;
	const bool ok = read_both(DEVICE, printer, &facts, &err);
	assert_true(ok);
	assert_int_equal(facts.interfaces, 1);
	assert_int_equal(facts.interface[0].protocol, 2);
	assert_int_equal(facts.interface[0].endpoints, 2);
	assert_false(facts.interface[0].has_ccid);
}

static void
refuses_what_does_not_add_up(void **state)
{
	static const struct {
		const char *device, *configuration, *words;
	} bad[] = {
		{ "1201", HEAD, "device descriptor" },
		{ "11010002000000086e098007000101020301", HEAD, "device descriptor" },
		{ DEVICE, "", "configuration descriptor" },
		{ DEVICE, "09020a000101008032", "configuration descriptor" }, /* says more than there is */
		{ DEVICE,
			"09020b00010100803200"
			"00",
			"does not fit" },                                 /* a descriptor of no bytes: would never end */
		{ DEVICE, "09020b0001010080320a04", "does not fit" }, /* reaches behind the end */
		{ DEVICE,
			"0902100001010080320705010240"
			"0000",
			"outside" },                                     /* endpoint without an interface */
		{ DEVICE, "09020c000101008032030400", "too short" }, /* interface cut */
		{ DEVICE, "090219000101008032" READER "07050102000000", "packets of 0" },
		{ DEVICE, "090219000101008032" READER "07058002400000", "endpoint 80" },
		{ DEVICE, "090216000101008032" READER "04211001", "reader descriptor" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct usb_facts facts = { .vendor = 7 };
		struct error err;
		assert_false(read_both(bad[i].device, bad[i].configuration, &facts, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
		if (strstr(err.text, bad[i].words) == NULL)
			fail_msg("case %zu: %s", i, err.text);
		assert_int_equal(facts.vendor, 7);
	}
}

static void
refuses_more_than_it_holds(void **state)
{
	char hex[512];
	size_t at = 0;
	struct usb_facts facts;
	struct error err;
	(void)state;
	assert_true(text_format(hex, sizeof(hex), "09025a000101008032"));
	for (unsigned i = 0; i <= USB_FACTS_INTERFACES; i++) {
		at = strlen(hex);
		assert_true(text_format(hex + at, sizeof(hex) - at, READER));
	}
	assert_false(read_both(DEVICE, hex, &facts, &err));
	assert_int_equal(err.kind, ERROR_FULL);

	assert_true(text_format(hex, sizeof(hex), "090251000101008032" READER));
	for (unsigned i = 0; i <= USB_FACTS_ENDPOINTS; i++) {
		at = strlen(hex);
		assert_true(text_format(hex + at, sizeof(hex) - at, BULK_IN));
	}
	assert_false(read_both(DEVICE, hex, &facts, &err));
	assert_int_equal(err.kind, ERROR_FULL);
}

static void
refuses_a_reader_without_voltage_or_with_256_slots(void **state)
{
	char hex[512];
	struct usb_facts facts;
	struct error err;
	(void)state;
	assert_true(text_format(hex, sizeof(hex), "%s", HEAD READER CLASS BULK_OUT BULK_IN NOTICES));
	memcpy(strstr(hex, "00070300"), "ff07", 4);
	assert_false(read_both(DEVICE, hex, &facts, &err));
	assert_non_null(strstr(err.text, "256 slots"));
	memcpy(strstr(hex, "ff070300"), "0000", 4);
	assert_false(read_both(DEVICE, hex, &facts, &err));
	assert_non_null(strstr(err.text, "voltage"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_a_reader_says),
		cmocka_unit_test(tells_the_levels_apart),
		cmocka_unit_test(skips_alternate_settings_and_what_it_does_not_know),
		cmocka_unit_test(refuses_what_does_not_add_up),
		cmocka_unit_test(refuses_more_than_it_holds),
		cmocka_unit_test(refuses_a_reader_without_voltage_or_with_256_slots),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
