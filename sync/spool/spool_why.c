#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/spool/internal.h"

void
spool_why_write(const struct spool_item *item, char out[static 256])
{
	(void)text_format(out, 256, "%d %s\n", (int)item->status, item->why);
}

/* A reason that cannot be read is no reason to lose the item: it is left out then. */
void
spool_why_read(struct span bytes, struct spool_item *item)
{
	char line[256];
	struct error err;
	char *end = line;
	if (bytes.len > 0 && bytes.at[bytes.len - 1] == '\n')
		bytes.len--;
	if (!text_take(bytes, "reason", line, sizeof(line), &err))
		return;
	long status = strtol(line, &end, 10);
	if (end == line || *end != ' ' || status < 0 || status > 599)
		return;
	item->status = (int32_t)status;
	(void)text_copy(item->why, sizeof(item->why), end + 1);
}
