#include "sync/intake/intake_id.h"

#include "kiosk/base/text.h"

bool
intake_id_read(const char *text, struct intake_id *out, struct error *err)
{
	struct intake_id id;
	if (!text_format(id.text, sizeof(id.text), "%s", text))
		return error_set(err, ERROR_INVALID, "packet id: too long");
	if (!packet_id_parse(text, &id.says, err))
		return false;
	*out = id;
	return true;
}
