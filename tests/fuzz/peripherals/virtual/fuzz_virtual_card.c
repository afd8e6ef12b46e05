/* Command APDUs into the PIV stand-in: each is a byte of length and then its bytes. */
#include <stdlib.h>

#include "kiosk/base/cursor.h"
#include "peripherals/virtual/virtual_piv.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[VIRTUAL_PIV_RESPONSE + 2];
	struct virtual_piv *piv = virtual_piv_new(&(struct virtual_piv_options){ .serial = 1 });
	struct cursor in = cursor_over((struct span){ data, size });
	while (in.ok && in.rest.len > 0) {
		struct buffer out = buffer_into(room, sizeof(room));
		const size_t len = cursor_u8(&in);
		const struct span command = cursor_take(&in, len < in.rest.len ? len : in.rest.len);
		virtual_piv_transmit(piv, command, &out);
		if (!out.ok || out.len < 2)
			abort();
	}
	virtual_piv_free(piv);
	return 0;
}
