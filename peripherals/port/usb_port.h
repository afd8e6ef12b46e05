#pragma once
/*
 * A port over libusb-1.0: one interface of one device. Transfers are asynchronous; whoever waits for one helps to run
 * the context's events, and an event thread of the caller may run them at the same time, which notices need. It finds
 * no devices and starts no threads.
 */
#include "peripherals/port/port.h"
#include "peripherals/port/usb_facts.h"

struct libusb_context;
struct libusb_device;
struct usb_port;

/* What a class of devices asks of its pipes. */
struct usb_port_wish {
	bool detach;         /* send the kernel's driver away; it comes back at close */
	bool end_with_empty; /* a write of whole packets ends with an empty one (CCID: yes, printers: no) */
	bool answered;       /* every write is followed by a read, which waits for both: the answer's transfer is under way
						  * before the question's has ended. A failed write may then show at the read */
	size_t most;         /* most bytes of one read, 1 to USB_PORT_MOST */
};

#define USB_PORT_MOST 65600u /* bytes: the largest CCID message */

/* The descriptors of a device. Opens it for as long as it takes; claims nothing. ERROR_GONE, ERROR_INVALID,
 * ERROR_REFUSED (not permitted), ERROR_SYSTEM. */
NODISCARD bool usb_port_facts(struct libusb_device *device, struct usb_facts *facts, struct error *err);

#define USB_PORT_TEXT 64u /* bytes, NUL included */

/* What a device calls itself, in printable ASCII; other characters are '?', and what it does not say is "". */
struct usb_port_texts {
	char product[USB_PORT_TEXT], serial[USB_PORT_TEXT];
};

/* Read the string descriptors that the facts name. Opens the device for as long as it takes; claims nothing. The errors
 * of usb_port_facts(); a text that cannot be read is "". */
NODISCARD bool usb_port_texts(
	struct libusb_device *device, const struct usb_facts *facts, struct usb_port_texts *out, struct error *err);

/*
 * Open the device and claim the interface with its first bulk endpoint in each direction; a missing one makes the read
 * or the write of the port fail. ERROR_REFUSED with "held by another program" when it is not free, ERROR_GONE,
 * ERROR_SYSTEM. *out is the caller's until ops->close of usb_port(). context is borrowed until then.
 */
NODISCARD bool usb_port_open(struct libusb_context *context, struct libusb_device *device,
	const struct usb_facts_interface *at, const struct usb_port_wish *wish, struct usb_port **out, struct error *err);

/*
 * The port of an open device; one caller at a time. A write or read ends at most two seconds after its time. After
 * ERROR_SYSTEM for a stalled pipe the halt is cleared and the device may be asked again.
 */
struct port usb_port(struct usb_port *self);

/* Told of one packet of the interrupt pipe, or of its end with an empty one. Runs inside libusb's events: it may post
 * to a queue and nothing else; it must not close the port. packet is borrowed for the call. */
typedef void (*usb_port_notice_fn)(void *data, struct span packet);

/* Listen to the interrupt pipe until the port closes. Called at most once. *listens says whether there is such a pipe.
 * data is borrowed until close. ERROR_GONE, ERROR_SYSTEM. */
NODISCARD bool usb_port_listen(
	struct usb_port *self, usb_port_notice_fn told, void *data, bool *listens, struct error *err);
