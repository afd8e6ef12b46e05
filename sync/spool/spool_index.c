#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/spool/internal.h"

static int
by_id(const void *a, const void *b)
{
	const struct spool_item *left = a, *right = b;
	return strcmp(left->id, right->id);
}

static struct spool_list *
list_of(struct spool *spool, const struct spool_item *item)
{
	switch (item->state) {
	case SPOOL_WAITING:
		return &spool->waiting[item->lane];
	case SPOOL_ACCEPTED:
		return &spool->accepted;
	case SPOOL_PARKED:
	case SPOOL_STATES:
		break;
	}
	return &spool->parked;
}

void
spool_index_add(struct spool *spool, struct spool_item *item)
{
	if (tsearch(item, &spool->ids, by_id) == NULL)
		abort();
	TAILQ_INSERT_TAIL(list_of(spool, item), item, link);
	spool->counts[item->state]++;
	spool->bytes += item->len;
	if (item->order >= spool->next_order)
		spool->next_order = item->order + 1;
}

void
spool_index_drop(struct spool *spool, struct spool_item *item)
{
	spool_index_sheet(spool, item, NULL);
	(void)tdelete(item, &spool->ids, by_id);
	TAILQ_REMOVE(list_of(spool, item), item, link);
	spool->counts[item->state]--;
	spool->bytes -= item->len;
	free(item);
}

void
spool_index_move(struct spool *spool, struct spool_item *item, enum spool_state state)
{
	TAILQ_REMOVE(list_of(spool, item), item, link);
	spool->counts[item->state]--;
	item->state = state;
	TAILQ_INSERT_TAIL(list_of(spool, item), item, link);
	spool->counts[state]++;
}

void
spool_index_sheet(struct spool *spool, struct spool_item *item, struct spool_sheet *sheet)
{
	struct spool_sheet *before = item->sheet;
	item->sheet = sheet;
	if (sheet != NULL)
		sheet->left++;
	if (before != NULL)
		spool_sheet_release(spool, before);
}

struct spool_item *
spool_index_find(struct spool *spool, const char *id)
{
	struct spool_item key;
	if (!text_copy(key.id, sizeof(key.id), id))
		return NULL;
	void *found = tfind(&key, &spool->ids, by_id);
	return found != NULL ? *(struct spool_item **)found : NULL;
}
