#include "kiosk/ui/damage.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

struct gather {
	struct tree_rect *out; /* in cells while gathering */
	int count;
	bool too_many;
};

void
damage_finish(struct damage *damage)
{
	free(damage->now);
	free(damage->before);
	*damage = (struct damage){ 0 };
}

void
damage_forget(struct damage *damage)
{
	damage_finish(damage);
}

static int
cells(int length)
{
	return (length + DAMAGE_CELL - 1) / DAMAGE_CELL;
}

/* Make room for another window size. True if there is nothing to compare with. */
static bool
resize(struct damage *damage, int width, int height)
{
	if (damage->now && damage->width == width && damage->height == height) {
		return false;
	}
	damage_finish(damage);
	const size_t count = (size_t)cells(width) * (size_t)cells(height);
	damage->now = calloc(count + 1, sizeof *damage->now);
	damage->before = calloc(count + 1, sizeof *damage->before);
	if (!damage->now || !damage->before) {
		abort();
	}
	damage->width = width;
	damage->height = height;
	return true;
}

static int
within(int v, int most)
{
	return v < 0 ? 0 : v > most ? most : v;
}

/* The order of commands counts: the same two in the other order look different. */
static void
stamp(struct damage *damage, const struct list_command *command)
{
	const struct tree_rect *r = &command->bounds;
	const int columns = cells(damage->width), rows = cells(damage->height);
	const int left = within(r->x / DAMAGE_CELL, columns), right = within(cells(r->x + r->w), columns);
	const int top = within(r->y / DAMAGE_CELL, rows), bottom = within(cells(r->y + r->h), rows);
	for (int y = top; y < bottom; y++) {
		uint64_t *row = damage->now + (size_t)y * (size_t)columns;
		for (int x = left; x < right; x++) {
			row[x] = (row[x] ^ command->hash) * 0x9E3779B97F4A7C15u + 0x7F4A7C15u;
		}
	}
}

static void
hash_cells(struct damage *damage, const struct list *list)
{
	uint64_t *swap = damage->before;
	damage->before = damage->now;
	damage->now = swap;
	const uint64_t seed = ((uint64_t)list->theme + 1) << 32 | (uint64_t)lroundf(list->scale * 1000);
	const size_t count = (size_t)cells(damage->width) * (size_t)cells(damage->height);
	for (size_t i = 0; i < count; i++) {
		damage->now[i] = seed;
	}
	for (int i = 0; i < list->count; i++) {
		stamp(damage, &list->commands[i]);
	}
}

/* Grow an earlier rectangle downwards by this piece of a row if less than a third of the union is wasted. */
static bool
merge(struct gather *gather, struct tree_rect piece)
{
	for (int i = gather->count - 1; i >= 0; i--) {
		struct tree_rect *r = &gather->out[i];
		if (r->y + r->h != piece.y || r->x > piece.x + piece.w || piece.x > r->x + r->w) {
			continue;
		}
		const int x = r->x < piece.x ? r->x : piece.x;
		const int end = r->x + r->w > piece.x + piece.w ? r->x + r->w : piece.x + piece.w;
		if ((end - x) * (r->h + 1) <= (r->w * r->h + piece.w) * 3 / 2) {
			*r = (struct tree_rect){ x, r->y, end - x, r->h + 1 };
			return true;
		}
	}
	return false;
}

static void
gather_row(const struct damage *damage, int y, struct gather *gather)
{
	const int columns = cells(damage->width);
	const uint64_t *now = damage->now + (size_t)y * (size_t)columns;
	const uint64_t *before = damage->before + (size_t)y * (size_t)columns;
	for (int x = 0; x < columns && !gather->too_many; x++) {
		const int start = x;
		while (x < columns && now[x] != before[x]) {
			x++;
		}
		const struct tree_rect piece = { start, y, x - start, 1 };
		if (piece.w == 0 || merge(gather, piece)) {
			continue;
		}
		if (gather->count == DAMAGE_MOST) {
			gather->too_many = true;
		} else {
			gather->out[gather->count++] = piece;
		}
	}
}

/* From cells to device px, cut at the window's edge. */
static void
to_pixels(const struct damage *damage, struct gather *gather)
{
	for (int i = 0; i < gather->count; i++) {
		struct tree_rect *r = &gather->out[i];
		const int x = r->x * DAMAGE_CELL, y = r->y * DAMAGE_CELL;
		const int right = within((r->x + r->w) * DAMAGE_CELL, damage->width);
		const int bottom = within((r->y + r->h) * DAMAGE_CELL, damage->height);
		*r = (struct tree_rect){ x, y, right - x, bottom - y };
	}
}

int
damage_find(struct damage *damage, const struct list *list, struct tree_rect out[DAMAGE_MOST])
{
	const bool fresh = resize(damage, list->width, list->height);
	hash_cells(damage, list);
	struct gather gather = { .out = out };
	for (int y = 0; y < cells(damage->height) && !fresh && !gather.too_many; y++) {
		gather_row(damage, y, &gather);
	}
	if (fresh || gather.too_many) {
		out[0] = (struct tree_rect){ 0, 0, damage->width, damage->height };
		return 1;
	}
	to_pixels(damage, &gather);
	return gather.count;
}
