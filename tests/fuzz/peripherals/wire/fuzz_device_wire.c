/* Every reader of device.sock's and pin.sock's messages. The first byte says which; what is taken must come out again
 * the same. */
#include <stdlib.h>
#include <string.h>

#include "peripherals/wire/device_wire.h"
#include "tests/fuzz/fuzz.h"

union any {
	struct device_wire_devices devices;
	struct device_wire_card card;
	struct device_wire_step step;
	struct device_wire_pin_job pin_job;
	struct device_wire_print print;
	struct device_wire_progress progress;
	struct device_wire_result result;
	struct device_wire_failed failed;
	struct device_wire_pin pin;
	struct device_wire_pinned pinned;
};

/* One message by number: what reads it and writes it. */
#define MESSAGE(name)                                                                                                  \
	static bool take_##name(struct cursor *in, union any *any, struct error *err)                                      \
	{                                                                                                                  \
		return device_wire_take_##name(in, &any->name, err);                                                           \
	}                                                                                                                  \
	static void put_##name(struct buffer *out, const union any *any)                                                   \
	{                                                                                                                  \
		device_wire_put_##name(out, &any->name);                                                                       \
	}

MESSAGE(devices)
MESSAGE(card)
MESSAGE(step)
MESSAGE(pin_job)
MESSAGE(print)
MESSAGE(progress)
MESSAGE(result)
MESSAGE(failed)
MESSAGE(pin)
MESSAGE(pinned)

static const struct {
	bool (*take)(struct cursor *in, union any *any, struct error *err);
	void (*put)(struct buffer *out, const union any *any);
} messages[] = {
	{ take_devices, put_devices },
	{ take_card, put_card },
	{ take_step, put_step },
	{ take_pin_job, put_pin_job },
	{ take_print, put_print },
	{ take_progress, put_progress },
	{ take_result, put_result },
	{ take_failed, put_failed },
	{ take_pin, put_pin },
	{ take_pinned, put_pinned },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[DEVICE_WIRE_OUTCOME_MOST + 64];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	union any any;
	if (size == 0)
		return 0;
	const size_t kind = data[0] % (sizeof(messages) / sizeof(messages[0]));
	struct cursor in = cursor_over((struct span){ data + 1, size - 1 });
	if (!messages[kind].take(&in, &any, &err))
		return err.kind == ERROR_INVALID ? 0 : (abort(), 0);
	messages[kind].put(&out, &any);
	const size_t taken = size - 1 - in.rest.len;
	if (!out.ok || out.len != taken || memcmp(bytes, data + 1, taken) != 0)
		abort();
	return 0;
}
