#pragma once
/* File names of the spool: what an item is, readable without opening it. */
#include "sync/spool/spool.h"

#define SPOOL_NAME_MOST 160u /* bytes, NUL included */

/* `<lane>-<order, 16 hex>-<id>.<sha256, 64 hex>` */
void spool_name_write(const struct spool_item *item, char out[static SPOOL_NAME_MOST]);
/* Fill lane, order, id and sha256. False if it is not such a name, in exactly this spelling. */
bool spool_name_read(const char *name, struct spool_item *out);
