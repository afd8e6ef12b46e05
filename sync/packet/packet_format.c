#include "sync/packet/packet_format.h"

#include <string.h>

#include "kiosk/base/text.h"

bool
packet_format_says(struct span json, const char *member, const char *word)
{
	char wanted[96];
	return text_format(wanted, sizeof(wanted), "\"%s\":\"%s\"", member, word) &&
		   memmem(json.at, json.len, wanted, strlen(wanted)) != NULL;
}

bool
packet_format_of(struct span json, enum packet_format *out, struct error *err)
{
	static const char *const words[] = { [PACKET_FORMAT_IS_APPLICATION] = PACKET_FORMAT_APPLICATION,
		[PACKET_FORMAT_IS_RELEASE] = PACKET_FORMAT_RELEASE,
		[PACKET_FORMAT_IS_WRITE_BACK] = PACKET_FORMAT_WRITE_BACK };
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (packet_format_says(json, "format", words[i])) {
			*out = (enum packet_format)i;
			return true;
		}
	}
	return error_set(err, ERROR_INVALID, "packet: format: none that is known here");
}
