#include "sync/spool/spool_name.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"

#define ORDER_DIGITS 16u
#define HASH_DIGITS  64u

static const char hex_digits[] = "0123456789abcdef";

void
spool_name_write(const struct spool_item *item, char out[static SPOOL_NAME_MOST])
{
	char hash[HASH_DIGITS + 1];
	text_hex((struct span){ item->sha256, sizeof(item->sha256) }, hash, sizeof(hash));
	(void)text_format(out, SPOOL_NAME_MOST, "%u-%016llx-%s.%s", (unsigned)item->lane, (unsigned long long)item->order,
		item->id, hash);
}

bool
spool_name_read(const char *name, struct spool_item *out)
{
	struct spool_item item = { 0 };
	char order[ORDER_DIGITS + 1], again[SPOOL_NAME_MOST];
	size_t hash_len = 0;
	struct error err;
	const char *id = name + 2 + ORDER_DIGITS + 1;
	if (strnlen(name, SPOOL_NAME_MOST) == SPOOL_NAME_MOST || name[0] < '0' || name[0] >= '0' + SPOOL_LANES ||
		name[1] != '-' || strspn(name + 2, hex_digits) != ORDER_DIGITS || name[2 + ORDER_DIGITS] != '-')
		return false;
	const char *dot = strchr(id, '.');
	if (dot == NULL || dot == id || (size_t)(dot - id) >= SPOOL_ID || strlen(dot + 1) != HASH_DIGITS)
		return false;
	memcpy(item.id, id, (size_t)(dot - id));
	memcpy(order, name + 2, ORDER_DIGITS);
	order[ORDER_DIGITS] = '\0';
	item.lane = (enum spool_lane)(name[0] - '0');
	item.order = strtoull(order, NULL, 16);
	if (!text_is_id(item.id, SPOOL_ID) || !text_unhex(dot + 1, item.sha256, sizeof(item.sha256), &hash_len, &err))
		return false;
	spool_name_write(&item, again);
	if (strcmp(again, name) != 0)
		return false;
	*out = item;
	return true;
}
