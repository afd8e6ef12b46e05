#include "peripherals/ccid/ccid_notice.h"

#include "kiosk/base/cursor.h"

#define SLOT_CHANGE    0x50u
#define HARDWARE_ERROR 0x51u

static bool
bit(const uint8_t *bits, uint8_t slot)
{
	return (bits[slot / 8] >> (slot % 8) & 1u) != 0;
}

bool
ccid_notice_read(struct span packet, uint8_t slots, struct ccid_notice *out, struct error *err)
{
	struct ccid_notice read = { .slots = slots };
	struct cursor in = cursor_over(packet);
	uint8_t type = cursor_u8(&in);

	if (type == HARDWARE_ERROR) {
		read.hardware = true;
		read.slot = cursor_u8(&in);
		(void)cursor_take(&in, 2); /* bSeq of the command, code of the maker */
	} else if (type == SLOT_CHANGE) {
		for (unsigned at = 0; at < slots; at += 4) {
			uint8_t states = cursor_u8(&in); /* two bits a slot: present, changed */
			for (unsigned i = 0; i < 4 && at + i < slots; i++, states >>= 2) {
				uint8_t mask = (uint8_t)(1u << (at + i) % 8);
				read.present[(at + i) / 8] |= states & 1u ? mask : 0;
				read.changed[(at + i) / 8] |= states & 2u ? mask : 0;
			}
		}
	}
	if (!cursor_done(&in) || (type != SLOT_CHANGE && type != HARDWARE_ERROR) || read.slot >= slots)
		return error_set(err, ERROR_INVALID, "notice %02X of %zu bytes for %u slots", type, packet.len, slots);
	*out = read;
	return true;
}

bool
ccid_notice_present(const struct ccid_notice *notice, uint8_t slot)
{
	return bit(notice->present, slot);
}

bool
ccid_notice_changed(const struct ccid_notice *notice, uint8_t slot)
{
	return bit(notice->changed, slot);
}
