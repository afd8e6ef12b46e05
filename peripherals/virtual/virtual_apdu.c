#include "peripherals/virtual/virtual_apdu.h"

static bool
take_lengths(struct span rest, struct virtual_apdu *command)
{
	command->data = (struct span){ rest.at, 0 };
	command->expected = 256;
	if (rest.len <= 1) {
		if (rest.len == 1 && rest.at[0])
			command->expected = rest.at[0];
		return true;
	}
	const bool extended = rest.at[0] == 0;
	if (extended && rest.len < 3)
		return false;
	const size_t begin = extended ? 3 : 1;
	const size_t number = extended ? (size_t)(rest.at[1] << 8 | rest.at[2]) : rest.at[0];
	if (extended && rest.len == 3) {
		command->expected = number ? number : 65536;
		return true;
	}
	if (number == 0 || rest.len < begin + number)
		return false;
	command->data = (struct span){ rest.at + begin, number };
	const uint8_t *le = rest.at + begin + number;
	const size_t le_len = rest.len - begin - number;
	if (le_len == 0) {
		command->expected = extended ? 65536 : 256;
		return true;
	}
	if (le_len != (extended ? 2u : 1u))
		return false;
	const size_t expected = extended ? (size_t)(le[0] << 8 | le[1]) : le[0];
	command->expected = expected ? expected : extended ? 65536 : 256;
	return true;
}

bool
virtual_apdu_take(struct span bytes, struct virtual_apdu *out)
{
	if (bytes.len < 4)
		return false;
	*out = (struct virtual_apdu){ .cla = bytes.at[0], .ins = bytes.at[1], .p1 = bytes.at[2], .p2 = bytes.at[3] };
	return take_lengths((struct span){ bytes.at + 4, bytes.len - 4 }, out);
}
