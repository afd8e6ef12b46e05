/* Descriptors of any device: 18 bytes of device descriptor, then the configuration. */
#include "peripherals/port/usb_facts.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t first = size < 18 ? size : 18;
	struct usb_facts facts;
	struct error err;

	if (!usb_facts_read((struct span){ data, first }, (struct span){ data + first, size - first }, &facts, &err)) {
		require(err.kind == ERROR_INVALID || err.kind == ERROR_FULL);
		return 0;
	}
	require(facts.interfaces <= USB_FACTS_INTERFACES);
	for (unsigned i = 0; i < facts.interfaces; i++) {
		const struct usb_facts_interface *at = &facts.interface[i];
		require(at->endpoints <= USB_FACTS_ENDPOINTS);
		require(!at->has_ccid || at->ccid.slots > 0);
		const struct usb_facts_endpoint *in = usb_facts_endpoint(at, USB_FACTS_BULK, true);
		require(in == NULL || (in->packet > 0 && in->packet <= 1024 && (in->address & 0x80) != 0));
	}
	return 0;
}
