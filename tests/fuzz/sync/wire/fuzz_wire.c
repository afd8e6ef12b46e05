/* Every reader of sync.sock's messages. The first byte says which; what is taken must come out again the same. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/error_wire.h"
#include "sync/wire/wire.h"
#include "tests/fuzz/fuzz.h"

static void
same_again(struct span taken, const struct buffer *again)
{
	if (!again->ok || again->len != taken.len || memcmp(again->at, taken.at, taken.len) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bytes[1024];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 }, error;
	struct wire_item item;
	struct wire_line line;
	struct wire_parked parked;
	struct wire_enrol enrol;
	struct wire_enrol_wait wait;
	struct wire_enrol_failed failed;
	if (size == 0)
		return 0;
	struct span body = { data + 1, size - 1 };
	struct cursor in = cursor_over(body);
	bool taken = false;
	switch (data[0] % 7) {
	case 0:
		taken = wire_take_item(&in, &item, &err);
		if (taken)
			wire_put_item(&out, &item);
		break;
	case 1:
		taken = wire_take_line(&in, &line, &err);
		if (taken)
			wire_put_line(&out, &line);
		break;
	case 2:
		taken = wire_take_parked(&in, &parked, &err);
		if (taken)
			wire_put_parked(&out, &parked);
		break;
	case 3:
		taken = wire_take_enrol(&in, &enrol, &err);
		if (taken)
			wire_put_enrol(&out, &enrol);
		break;
	case 4:
		taken = wire_take_enrol_wait(&in, &wait, &err);
		if (taken)
			wire_put_enrol_wait(&out, &wait);
		break;
	case 5:
		taken = wire_take_enrol_failed(&in, &failed, &err);
		if (taken)
			wire_put_enrol_failed(&out, &failed);
		break;
	default:
		taken = error_wire_take(&in, &error, &err);
		if (taken)
			error_wire_put(&out, &error);
		break;
	}
	if (taken)
		same_again((struct span){ body.at, body.len - in.rest.len }, &out);
	return 0;
}
