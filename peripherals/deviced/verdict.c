#include "peripherals/deviced/verdict.h"

#include "kiosk/base/text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* USB tokens whose chip stays in. The last one is from a block of ids for tests and belongs to the training token. */
static const struct {
	uint16_t vendor, product;
	const char *name;
} tokens[] = {
	{ 0x0529, 0x0600, "SafeNet eToken 5100 family" },
	{ 0x0529, 0x0620, "SafeNet eToken 5110 family" },
	{ 0x1050, 0x0404, "YubiKey (CCID)" },
	{ 0x1050, 0x0405, "YubiKey (OTP+CCID)" },
	{ 0x1050, 0x0406, "YubiKey (FIDO+CCID)" },
	{ 0x1050, 0x0407, "YubiKey (OTP+FIDO+CCID)" },
	{ 0x1209, 0x0003, "training token" },
};

const char *
verdict_known(uint16_t vendor, uint16_t product)
{
	for (size_t i = 0; i < COUNT(tokens); i++)
		if (tokens[i].vendor == vendor && tokens[i].product == product)
			return tokens[i].name;
	return NULL;
}

const char *
verdict_level(enum usb_facts_level level)
{
	switch (level) {
	case USB_FACTS_CHARACTER:
		return "single characters";
	case USB_FACTS_TPDU:
		return "TPDU";
	case USB_FACTS_SHORT_APDU:
		return "short APDU";
	case USB_FACTS_EXTENDED_APDU:
		return "extended APDU";
	}
	return "unknown";
}

static struct verdict
unsupported(enum device_wire_kind kind, const char *why)
{
	struct verdict verdict = { .ours = true, .kind = kind, .state = DEVICE_WIRE_UNSUPPORTED };
	verdict.slots = kind == DEVICE_WIRE_PRINTER ? 0 : 1;
	(void)text_format(verdict.why, sizeof(verdict.why), "%s: %s", device_wire_kind_words(kind), why);
	return verdict;
}

static struct verdict
usable(enum device_wire_kind kind, const struct usb_facts_interface *at, uint8_t slots)
{
	return (struct verdict){ .ours = true, .kind = kind, .state = DEVICE_WIRE_STARTING, .at = at, .slots = slots };
}

static struct verdict
reader_verdict(const struct usb_facts *facts, const struct usb_facts_interface *at)
{
	enum device_wire_kind kind =
		verdict_known(facts->vendor, facts->product) != NULL ? DEVICE_WIRE_TOKEN : DEVICE_WIRE_READER;
	char why[DEVICE_WIRE_WHY];
	if (!at->has_ccid)
		return unsupported(kind, "has no class descriptor");
	if (at->ccid.level < USB_FACTS_SHORT_APDU) {
		(void)text_format(why, sizeof(why), "speaks at %s level only", verdict_level(at->ccid.level));
		return unsupported(kind, why);
	}
	if (usb_facts_endpoint(at, USB_FACTS_BULK, false) == NULL || usb_facts_endpoint(at, USB_FACTS_BULK, true) == NULL)
		return unsupported(kind, "has no bulk pipes");
	return usable(kind, at, at->ccid.slots < DEVICE_WIRE_SLOTS ? at->ccid.slots : DEVICE_WIRE_SLOTS);
}

static struct verdict
printer_verdict(const struct usb_facts_interface *at)
{
	if (usb_facts_endpoint(at, USB_FACTS_BULK, false) == NULL)
		return unsupported(DEVICE_WIRE_PRINTER, "has no bulk pipe");
	if (usb_facts_endpoint(at, USB_FACTS_BULK, true) == NULL)
		return unsupported(DEVICE_WIRE_PRINTER, "has no way back, so it cannot say whether it printed");
	return usable(DEVICE_WIRE_PRINTER, at, 0);
}

struct verdict
verdict_of(const struct usb_facts *facts)
{
	struct verdict verdict = { .ours = false };
	const struct usb_facts_interface *reader = usb_facts_of_class(facts, USB_FACTS_READER);
	const struct usb_facts_interface *printer = usb_facts_of_class(facts, USB_FACTS_PRINTER);
	if (reader != NULL)
		return reader_verdict(facts, reader);
	if (printer != NULL)
		return printer_verdict(printer);
	(void)text_copy(verdict.why, sizeof(verdict.why), "neither a card reader nor a printer");
	return verdict;
}
