/* Bulk bytes into the reader with a card in it, at short, extended and chained level by the first byte. Each transfer
 * is a byte of length and then its bytes. */
#include <stdlib.h>

#include "kiosk/base/cursor.h"
#include "peripherals/virtual/virtual_piv.h"
#include "peripherals/virtual/virtual_reader.h"
#include "tests/fuzz/fuzz.h"

static void
read_all(struct virtual_device *device)
{
	static uint8_t room[VIRTUAL_DEVICE_MESSAGE];
	enum virtual_device_answer answer = VIRTUAL_DEVICE_DONE;
	for (int i = 0; answer == VIRTUAL_DEVICE_DONE; i++) {
		struct virtual_device_transfer in = { .endpoint = VIRTUAL_READER_IN, .at = room, .cap = sizeof(room) };
		answer = virtual_device_in(device, &in);
		if (i > VIRTUAL_DEVICE_QUEUE || (answer == VIRTUAL_DEVICE_DONE && in.len < 10))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over((struct span){ data, size });
	const uint8_t kind = cursor_u8(&in);
	struct virtual_piv *piv = virtual_piv_new(&(struct virtual_piv_options){ .serial = 1 });
	struct virtual_reader *reader = virtual_reader_new(
		&(struct virtual_reader_options){ .short_apdu = kind & 1, .most_message = kind & 2 ? 271 : 0 });
	struct virtual_device *device = virtual_reader_device(reader);
	virtual_reader_insert(reader, virtual_piv_card(piv));
	virtual_device_plug(device, true);
	while (in.ok && in.rest.len > 0) {
		size_t taken;
		const size_t len = cursor_u8(&in);
		const struct span bytes = cursor_take(&in, len < in.rest.len ? len : in.rest.len);
		virtual_device_out(device, VIRTUAL_READER_OUT, bytes, &taken);
		virtual_device_clear_halt(device, VIRTUAL_READER_OUT);
		read_all(device);
	}
	virtual_reader_free(reader);
	virtual_piv_free(piv);
	return 0;
}
