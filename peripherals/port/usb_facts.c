#include "peripherals/port/usb_facts.h"

#include "kiosk/base/cursor.h"

#define TYPE_DEVICE        0x01u
#define TYPE_CONFIGURATION 0x02u
#define TYPE_INTERFACE     0x04u
#define TYPE_ENDPOINT      0x05u
#define TYPE_READER        0x21u /* CCID 1.1, 5.1; HID uses the number too, in interfaces of its own */

#define FEATURE_VOLTAGE  0x00000008u
#define FEATURE_TPDU     0x00010000u
#define FEATURE_SHORT    0x00020000u
#define FEATURE_EXTENDED 0x00040000u

/* Where reading stands in a configuration. */
struct reading {
	struct usb_facts *facts;
	struct usb_facts_interface *at; /* NULL before the first interface and in alternate settings, which are skipped */
	bool any;                       /* an interface was seen, skipped or not */
};

static bool
read_device(struct span bytes, struct usb_facts *out, struct error *err)
{
	struct cursor in = cursor_over(bytes);
	uint8_t len = cursor_u8(&in), type = cursor_u8(&in);

	(void)cursor_u16le(&in); /* bcdUSB */
	out->class = cursor_u8(&in);
	(void)cursor_take(&in, 3); /* subclass, protocol, packet size of endpoint 0 */
	out->vendor = cursor_u16le(&in);
	out->product = cursor_u16le(&in);
	out->release = cursor_u16le(&in);
	out->maker_text = cursor_u8(&in);
	out->product_text = cursor_u8(&in);
	out->serial_text = cursor_u8(&in);
	(void)cursor_u8(&in); /* bNumConfigurations */
	if (!in.ok || len != 18 || type != TYPE_DEVICE)
		return error_set(err, ERROR_INVALID, "device descriptor of %zu bytes is none", bytes.len);
	return true;
}

static bool
read_interface(struct cursor *in, struct reading *now, struct error *err)
{
	struct usb_facts_interface read = { .number = cursor_u8(in) };
	uint8_t alternate = cursor_u8(in);

	(void)cursor_u8(in); /* bNumEndpoints: we count those that are there */
	read.class = cursor_u8(in);
	read.subclass = cursor_u8(in);
	read.protocol = cursor_u8(in);
	if (!in->ok)
		return error_set(err, ERROR_INVALID, "interface descriptor is too short");
	now->any = true;
	now->at = NULL;
	if (alternate != 0)
		return true;
	if (now->facts->interfaces == USB_FACTS_INTERFACES)
		return error_set(err, ERROR_FULL, "more than %u interfaces", USB_FACTS_INTERFACES);
	now->at = &now->facts->interface[now->facts->interfaces++];
	*now->at = read;
	return true;
}

static bool
read_endpoint(struct cursor *in, struct reading *now, struct error *err)
{
	struct usb_facts_endpoint read = { .address = cursor_u8(in) };
	uint8_t attributes = cursor_u8(in);

	read.kind = (enum usb_facts_transfer)(attributes & 3u);
	read.packet = cursor_u16le(in) & 0x7FFu; /* bits 11, 12: more transactions (9.6.6) */
	if (!in->ok || (read.address & 0x0Fu) == 0 || read.packet == 0 || read.packet > 1024)
		return error_set(err, ERROR_INVALID, "endpoint %02X with packets of %u bytes", read.address, read.packet);
	if (!now->any)
		return error_set(err, ERROR_INVALID, "endpoint %02X outside an interface", read.address);
	if (now->at == NULL)
		return true;
	if (now->at->endpoints == USB_FACTS_ENDPOINTS)
		return error_set(err, ERROR_FULL, "more than %u endpoints", USB_FACTS_ENDPOINTS);
	now->at->endpoint[now->at->endpoints++] = read;
	return true;
}

static enum usb_facts_level
level_of(uint32_t features)
{
	if (features & FEATURE_EXTENDED)
		return USB_FACTS_EXTENDED_APDU;
	if (features & FEATURE_SHORT)
		return USB_FACTS_SHORT_APDU;
	return features & FEATURE_TPDU ? USB_FACTS_TPDU : USB_FACTS_CHARACTER;
}

static bool
read_reader(struct cursor *in, struct usb_facts_interface *at, struct error *err)
{
	struct usb_facts_ccid read = { 0 };

	(void)cursor_u16le(in); /* bcdCCID: 1.0 and 1.1 differ in nothing we read */
	uint8_t last_slot = cursor_u8(in);
	read.voltages = cursor_u8(in) & 7u;
	read.protocols = cursor_u32le(in);
	(void)cursor_take(in, 4 + 4 + 1 + 4 + 4 + 1); /* clocks and data rates */
	read.most_ifsd = cursor_u32le(in);
	(void)cursor_take(in, 4 + 4); /* synchronous cards, mechanics */
	read.features = cursor_u32le(in);
	read.message = cursor_u32le(in);
	read.get_response = cursor_u8(in);
	(void)cursor_take(in, 1 + 2); /* class of ENVELOPE, display */
	read.pin_support = cursor_u8(in) & 3u;
	(void)cursor_u8(in); /* slots busy at once: we use one */
	if (!in->ok)
		return error_set(err, ERROR_INVALID, "reader descriptor is too short");
	if (last_slot == 0xFF)
		return error_set(err, ERROR_INVALID, "reader with 256 slots");
	read.slots = (uint8_t)(last_slot + 1);
	read.voltage_itself = (read.features & FEATURE_VOLTAGE) != 0;
	if (read.voltages == 0 && !read.voltage_itself)
		return error_set(err, ERROR_INVALID, "reader names no voltage");
	read.level = level_of(read.features);
	at->has_ccid = true;
	at->ccid = read;
	return true;
}

static bool
read_one(uint8_t type, struct span body, struct reading *now, struct error *err)
{
	struct cursor in = cursor_over(body);

	switch (type) {
	case TYPE_INTERFACE:
		return read_interface(&in, now, err);
	case TYPE_ENDPOINT:
		return read_endpoint(&in, now, err);
	case TYPE_READER:
		if (now->at != NULL && now->at->class == USB_FACTS_READER && !now->at->has_ccid)
			return read_reader(&in, now->at, err);
		return true;
	default:
		return true;
	}
}

static bool
read_configuration(struct span bytes, struct usb_facts *out, struct error *err)
{
	struct cursor in = cursor_over(bytes);
	struct reading now = { .facts = out };
	uint8_t len = cursor_u8(&in), type = cursor_u8(&in);
	uint16_t total = cursor_u16le(&in);

	(void)cursor_u8(&in); /* bNumInterfaces: we count */
	out->configuration = cursor_u8(&in);
	(void)cursor_take(&in, 3); /* name, attributes, power */
	if (!in.ok || len != 9 || type != TYPE_CONFIGURATION || total != bytes.len)
		return error_set(err, ERROR_INVALID, "configuration descriptor says %u of %zu bytes", total, bytes.len);
	while (in.rest.len > 0) {
		uint8_t size = cursor_u8(&in), kind = cursor_u8(&in);
		struct span body = cursor_take(&in, size < 2 ? SIZE_MAX : size - 2u);
		if (!in.ok)
			return error_set(err, ERROR_INVALID, "descriptor %02X of %u bytes does not fit", kind, size);
		if (!read_one(kind, body, &now, err))
			return false;
	}
	return true;
}

bool
usb_facts_read(struct span device, struct span configuration, struct usb_facts *out, struct error *err)
{
	struct usb_facts read = { 0 };

	if (!read_device(device, &read, err))
		return false;
	if (!read_configuration(configuration, &read, err))
		return error_in(err, "device %04x:%04x", read.vendor, read.product);
	*out = read;
	return true;
}

const struct usb_facts_interface *
usb_facts_of_class(const struct usb_facts *facts, uint8_t class)
{
	for (unsigned i = 0; i < facts->interfaces; i++) {
		if (facts->interface[i].class == class)
			return &facts->interface[i];
	}
	return NULL;
}

const struct usb_facts_endpoint *
usb_facts_endpoint(const struct usb_facts_interface *at, enum usb_facts_transfer kind, bool to_host)
{
	for (unsigned i = 0; i < at->endpoints; i++) {
		if (at->endpoint[i].kind == kind && ((at->endpoint[i].address & 0x80u) != 0) == to_host)
			return &at->endpoint[i];
	}
	return NULL;
}
