#include "peripherals/deviced/explain.h"

#include <libusb.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "peripherals/deviced/verdict.h"
#include "peripherals/port/usb_port.h"

static void
explain_endpoint(FILE *out, const struct usb_facts_endpoint *endpoint)
{
	static const char *const kinds[] = { "control", "isochronous", "bulk", "interrupt" };
	(void)fprintf(out, "    endpoint %02X: %s %s, packets of %u bytes\n", endpoint->address, kinds[endpoint->kind],
		(endpoint->address & 0x80u) != 0 ? "in" : "out", endpoint->packet);
}

static void
explain_ccid(FILE *out, const struct usb_facts_ccid *ccid)
{
	(void)fprintf(out, "    card reader: %s level, %u slot(s), messages of %u bytes, protocols%s%s\n",
		verdict_level(ccid->level), ccid->slots, (unsigned)ccid->message, (ccid->protocols & 1u) != 0 ? " T=0" : "",
		(ccid->protocols & 2u) != 0 ? " T=1" : "");
	(void)fprintf(out, "    voltages%s%s%s%s, PIN pad: %s\n", (ccid->voltages & 1u) != 0 ? " 5 V" : "",
		(ccid->voltages & 2u) != 0 ? " 3 V" : "", (ccid->voltages & 4u) != 0 ? " 1.8 V" : "",
		ccid->voltage_itself ? ", chosen by the reader" : "", ccid->pin_support != 0 ? "yes" : "no");
}

static void
explain_interface(FILE *out, const struct usb_facts_interface *at)
{
	(void)fprintf(out, "  interface %u: class %02X/%02X/%02X%s\n", at->number, at->class, at->subclass, at->protocol,
		at->class == USB_FACTS_READER    ? " (card reader)"
		: at->class == USB_FACTS_PRINTER ? " (printer)"
										 : "");
	for (unsigned i = 0; i < at->endpoints; i++)
		explain_endpoint(out, &at->endpoint[i]);
	if (!at->has_ccid)
		return;
	explain_ccid(out, &at->ccid);
	if (usb_facts_endpoint(at, USB_FACTS_INTERRUPT, true) == NULL)
		(void)fputs("    it does not tell of cards by itself: each slot is asked four times a second\n", out);
}

void
explain_facts(FILE *out, const struct usb_facts *facts)
{
	const struct verdict verdict = verdict_of(facts);
	const char *known = verdict_known(facts->vendor, facts->product);
	(void)fprintf(out, "%04X:%04X release %X.%02X%s%s\n", facts->vendor, facts->product, facts->release >> 8,
		facts->release & 0xFFu, known != NULL ? ", known as " : "", known != NULL ? known : "");
	for (unsigned i = 0; i < facts->interfaces; i++)
		explain_interface(out, &facts->interface[i]);
	if (verdict.state == DEVICE_WIRE_STARTING && verdict.ours)
		(void)fprintf(
			out, "  used as a %s, by interface %u\n", device_wire_kind_words(verdict.kind), verdict.at->number);
	else
		(void)fprintf(out, "  not used: %s\n", verdict.why);
}

static bool
is_meant(const struct libusb_device_descriptor *device, const char *which, const char *name)
{
	char ids[16];
	return (text_format(ids, sizeof(ids), "%04x:%04x", device->idVendor, device->idProduct) &&
			   strcasecmp(ids, which) == 0) ||
		   strcasestr(name, which) != NULL;
}

/* One device, if it is meant. True when it was explained. */
static bool
explain_device(FILE *out, const char *which, libusb_device *device)
{
	struct libusb_device_descriptor ids;
	struct usb_facts facts;
	struct usb_port_texts texts = { 0 };
	struct error err;
	if (libusb_get_device_descriptor(device, &ids) != LIBUSB_SUCCESS)
		return false;
	bool read = usb_port_facts(device, &facts, &err);
	if (read && !usb_port_texts(device, &facts, &texts, &err))
		texts = (struct usb_port_texts){ 0 };
	if (!is_meant(&ids, which, texts.product))
		return false;
	(void)fprintf(out, "bus %u address %u: %s%s%s\n", libusb_get_bus_number(device), libusb_get_device_address(device),
		texts.product[0] != '\0' ? texts.product : "no name", texts.serial[0] != '\0' ? ", serial " : "", texts.serial);
	if (read)
		explain_facts(out, &facts);
	else
		(void)fprintf(out, "  not used: %s\n", err.text);
	return true;
}

bool
explain(FILE *out, const char *which, struct error *err)
{
	libusb_context *context = NULL;
	libusb_device **devices = NULL;
	unsigned explained = 0;
	int code = libusb_init(&context);
	if (code != LIBUSB_SUCCESS)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_USB, code, "starting libusb: %s", libusb_strerror(code));
	ssize_t count = libusb_get_device_list(context, &devices);
	for (ssize_t i = 0; i < count; i++)
		explained += explain_device(out, which, devices[i]) ? 1 : 0;
	if (count >= 0)
		libusb_free_device_list(devices, 1);
	libusb_exit(context);
	return explained > 0 || error_set(err, ERROR_GONE, "no device on the bus is \"%s\"", which);
}
