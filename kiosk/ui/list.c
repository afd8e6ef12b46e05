#include "kiosk/ui/list.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/field.h"

#define COMMANDS_FIRST 512
#define AREAS_MOST     8
#define BAR_WIDTH      6 /* design px */
#define BAR_LEAST      32

static const struct list_shadow SHADOWS[4] = { { 0, 0, 0 }, { 1, 3, 0.09f }, { 4, 14, 0.10f }, { 12, 36, 0.20f } };

struct build {
	struct list *list;
	struct tree *tree;
	const struct tree_measure *measure;
	int ring;              /* box whose focus ring is still to be drawn, or TREE_NONE */
	int areas[AREAS_MOST]; /* scroll areas we are in, whose bars are still to be drawn */
	int area_count;
};

const struct list_shadow *
list_shadow(int elevation)
{
	assert(elevation >= 0 && elevation < 4);
	return &SHADOWS[elevation];
}

void
list_finish(struct list *list)
{
	free(list->commands);
	*list = (struct list){ 0 };
}

static struct tree_rect
intersect(struct tree_rect a, struct tree_rect b)
{
	const int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
	const int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	const int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
	return (struct tree_rect){ x, y, right > x ? right - x : 0, bottom > y ? bottom - y : 0 };
}

static struct tree_rect
outset(struct tree_rect r, int by)
{
	return (struct tree_rect){ r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by };
}

static struct list_command *
next_slot(struct list *list)
{
	if (list->count == list->cap) {
		const int cap = list->cap ? list->cap * 2 : COMMANDS_FIRST;
		if (cap > LIST_COMMANDS_MOST) {
			list->full = true;
			return NULL;
		}
		list->commands = realloc(list->commands, (size_t)cap * sizeof *list->commands);
		if (!list->commands) {
			abort();
		}
		list->cap = cap;
	}
	return &list->commands[list->count];
}

/* Append a command unless nothing of it can be seen. */
static void
emit(struct list *list, struct list_command command, struct tree_rect paints)
{
	command.bounds = intersect(paints, command.clip);
	command.clipped = command.bounds.w != paints.w || command.bounds.h != paints.h;
	struct list_command *slot = command.bounds.w > 0 && command.bounds.h > 0 ? next_slot(list) : NULL;
	if (slot) {
		*slot = command;
		list->count++;
	}
}

static int
line_width(const struct build *build, const struct tree_box *box, enum color line)
{
	const int width = tree_length(build->tree, box->line_w > 0 ? box->line_w : 1);
	const bool bold = build->tree->look.theme == THEME_CONTRAST && line != COLOR_LINE;
	const int least = bold ? tree_length(build->tree, 2) : 1;
	return width > least ? width : least;
}

static float
radius_of(const struct build *build, const struct tree_node *node)
{
	const float most = (float)(node->at.w < node->at.h ? node->at.w : node->at.h) / 2;
	const float radius = node->box.radius * build->tree->look.scale;
	return radius < most ? radius : most;
}

static void
emit_shadow(const struct build *build, const struct tree_node *node)
{
	if (node->box.elevation <= 0 || build->tree->look.theme == THEME_CONTRAST) {
		return;
	}
	const struct list_shadow *shadow = list_shadow(node->box.elevation);
	const int reach = (int)ceilf((shadow->blur * 1.5f + shadow->dy) * build->tree->look.scale) + 1;
	emit(build->list,
		(struct list_command){ .kind = LIST_SHADOW,
			.color = COLOR_SHADOW,
			.at = node->at,
			.clip = node->clip,
			.radius = radius_of(build, node),
			.elevation = node->box.elevation },
		outset(node->at, reach));
}

static enum color
fill_of(const struct tree_box *box)
{
	const bool over = box->state & (STATE_HOVER | STATE_PRESSED) && !(box->state & STATE_DISABLED);
	return over && box->hover_bg ? box->hover_bg : box->bg;
}

/* High contrast has no shadows: there a line marks where a raised surface ends. */
static enum color
edge_of(const struct build *build, const struct tree_box *box)
{
	const bool raised = box->elevation > 0 && build->tree->look.theme == THEME_CONTRAST;
	return box->line ? box->line : raised ? COLOR_LINE : COLOR_NONE;
}

static void
emit_rect(const struct build *build, const struct tree_node *node)
{
	const struct tree_box *box = &node->box;
	const enum color fill = fill_of(box), edge = edge_of(build, box);
	if (!fill && !edge && !box->hatch) {
		return;
	}
	emit(build->list,
		(struct list_command){ .kind = LIST_RECT,
			.color = fill,
			.edge = edge,
			.hatch = box->hatch,
			.at = node->at,
			.clip = node->clip,
			.radius = radius_of(build, node),
			.line_w = edge ? (float)line_width(build, box, edge) : 0,
			.opaque = fill != COLOR_NONE && !box->scrim,
			.scrim = box->scrim },
		node->at);
}

static void
emit_ring(const struct build *build, const struct tree_node *node)
{
	const int gap = tree_length(build->tree, 5), width = tree_length(build->tree, 3);
	const struct tree_rect at = outset(node->at, gap);
	emit(build->list,
		(struct list_command){ .kind = LIST_RECT,
			.edge = COLOR_FOCUS,
			.at = at,
			.clip = node->clip,
			.radius = radius_of(build, node) + (float)gap,
			.line_w = (float)width },
		at);
}

static struct tree_rect
inner_of(const struct build *build, const struct tree_node *node)
{
	const float *pad = node->box.pad;
	const int left = tree_length(build->tree, pad[EDGE_LEFT]), top = tree_length(build->tree, pad[EDGE_TOP]);
	return (struct tree_rect){ node->at.x + left, node->at.y + top,
		node->at.w - left - tree_length(build->tree, pad[EDGE_RIGHT]),
		node->at.h - top - tree_length(build->tree, pad[EDGE_BOTTOM]) };
}

static void
emit_run(const struct build *build, const struct tree_run *run, const struct tree_extent *extent, int x, int y,
	enum color color, struct tree_rect clip)
{
	const struct tree_rect ink = { x + extent->ink.x, y + extent->ink.y, extent->ink.w, extent->ink.h };
	emit(build->list,
		(struct list_command){ .kind = LIST_TEXT,
			.color = color ? color : COLOR_TEXT,
			.at = { x, y, extent->w, extent->h },
			.clip = clip,
			.run = *run },
		ink);
}

static void
emit_text(const struct build *build, const struct tree_node *node)
{
	const struct tree_box *box = &node->box;
	const struct tree_rect inner = inner_of(build, node);
	struct tree_run run = tree_run(build->tree, box, box->text);
	struct tree_extent extent;
	build->measure->ops->extent(build->measure->self, &run, &extent);
	int x = inner.x;
	if (extent.w > inner.w) {
		run.width = inner.w > 1 ? inner.w : 1;
		run.wrap = box->wrap;
		build->measure->ops->extent(build->measure->self, &run, &extent);
	} else {
		const int room = inner.w - extent.w;
		x += box->text_align == ALIGN_CENTER ? room / 2 : box->text_align == ALIGN_END ? room : 0;
	}
	const int y = inner.y + (inner.h > extent.h ? (inner.h - extent.h) / 2 : 0);
	emit_run(build, &run, &extent, x, y, box->color, node->clip);
}

static void
emit_bar(const struct build *build, enum color color, struct tree_rect at, struct tree_rect clip)
{
	emit(build->list,
		(struct list_command){ .kind = LIST_RECT, .color = color, .at = at, .clip = clip, .opaque = true }, at);
}

/* Selection, text, the line under what is being composed, and the caret. */
static void
emit_edit(const struct build *build, int index)
{
	const struct tree_node *node = &build->tree->nodes[index];
	struct tree *tree = build->tree;
	struct field field;
	field_measure(tree, index, build->measure, &field);
	const struct edit_shown *shown = &field.shown;
	const bool focused = node->box.state & STATE_FOCUSED;
	const struct tree_rect clip = intersect(node->clip, outset(field.inner, tree_length(tree, 2)));
	const int height = field.run.line, top = field.inner.y + (field.inner.h - height) / 2;
	if (focused && shown->select_from != shown->select_to) {
		const int from = field_x(&field, build->measure, shown->select_from);
		const int to = field_x(&field, build->measure, shown->select_to);
		emit_bar(build, COLOR_SELECTION, (struct tree_rect){ from, top, to - from, height }, clip);
	}
	struct tree_extent extent;
	build->measure->ops->extent(build->measure->self, &field.run, &extent);
	struct tree_run run = field.run;
	run.text = tree_copy(tree, field.text);
	emit_run(build, &run, &extent, field.origin, top, node->box.color, clip);
	const int thin = tree_length(tree, 2) > 1 ? tree_length(tree, 2) : 1;
	if (focused && shown->preedit_from != shown->preedit_to) {
		const int from = field_x(&field, build->measure, shown->preedit_from);
		const int to = field_x(&field, build->measure, shown->preedit_to);
		emit_bar(build, COLOR_PRIMARY, (struct tree_rect){ from, top + height - thin, to - from, thin }, clip);
	}
	if (focused && !(tree->focus && tree->focus->caret_hidden)) {
		const int x = field_x(&field, build->measure, shown->caret);
		emit_bar(build, COLOR_TEXT, (struct tree_rect){ x, top, thin, height }, clip);
	}
}

static void
emit_icon(const struct build *build, const struct tree_node *node)
{
	const struct tree_box *box = &node->box;
	const int size = tree_control(build->tree, box->icon_size > 0 ? box->icon_size : 20);
	const struct tree_rect at = { node->at.x + (node->at.w - size) / 2, node->at.y + (node->at.h - size) / 2, size,
		size };
	emit(build->list,
		(struct list_command){ .kind = LIST_ICON,
			.color = box->color ? box->color : COLOR_TEXT_2,
			.at = at,
			.clip = node->clip,
			.line_w = box->icon_stroke > 0 ? box->icon_stroke : 1.75f,
			.icon = box->icon },
		at);
}

static void
emit_path(const struct build *build, const struct tree_node *node)
{
	const struct tree_path *path = &node->box.path;
	const float stroke = path->stroke * build->tree->look.scale;
	const struct tree_rect at = inner_of(build, node);
	emit(build->list,
		(struct list_command){ .kind = LIST_PATH,
			.color = node->box.color ? node->box.color : COLOR_TEXT_2,
			.at = at,
			.clip = node->clip,
			.line_w = stroke,
			.path = *path },
		outset(at, (int)ceilf(stroke)));
}

static void
emit_bitmap(const struct build *build, const struct tree_node *node)
{
	const struct tree_rect at = inner_of(build, node);
	emit(build->list,
		(struct list_command){ .kind = LIST_BITMAP,
			.color = node->box.color ? node->box.color : COLOR_TEXT,
			.at = at,
			.clip = node->clip,
			.bitmap = node->box.bitmap },
		at);
}

static void
emit_content(const struct build *build, int index)
{
	const struct tree_node *node = &build->tree->nodes[index];
	if (node->box.edit) {
		emit_edit(build, index);
	} else if (node->box.text && *node->box.text) {
		emit_text(build, node);
	} else if (node->box.icon) {
		emit_icon(build, node);
	}
	if (node->box.path.d) {
		emit_path(build, node);
	}
	if (node->box.bitmap.at) {
		emit_bitmap(build, node);
	}
}

/* 64-bit multiply-and-fold over words: fast, and good enough to tell one frame from the next */
static uint64_t
mix(uint64_t hash, uint64_t v)
{
	hash = (hash ^ v) * 0x9E3779B97F4A7C15u;
	return hash ^ hash >> 29;
}

static uint64_t
mix_bytes(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	for (; len >= 8; at += 8, len -= 8) {
		uint64_t v;
		memcpy(&v, at, 8);
		hash = mix(hash, v);
	}
	uint64_t v = 0;
	memcpy(&v, at, len);
	return mix(hash, v ^ (uint64_t)len << 56);
}

static uint64_t
mix_ints(uint64_t hash, const int *v, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		hash = mix(hash, (uint64_t)(int64_t)v[i]);
	}
	return hash;
}

static uint64_t
mix_rect(uint64_t hash, const struct tree_rect *r)
{
	return mix_ints(hash, (const int[]){ r->x, r->y, r->w, r->h }, 4);
}

uint64_t
list_run_hash(const struct tree_run *run)
{
	const int of[] = { run->size_64, run->line, run->weight, run->width, (int)run->lang, (int)run->align, run->wrap,
		run->tabular, run->tight };
	return mix_bytes(mix_ints(11, of, sizeof of / sizeof of[0]), run->text, strlen(run->text));
}

static uint64_t
mix_bitmap(uint64_t hash, const struct tree_bitmap *bitmap)
{
	hash = mix_ints(hash, (const int[]){ bitmap->w, bitmap->h, (int)bitmap->format }, 3);
	if (bitmap->version) {
		return mix(hash, bitmap->version);
	}
	const size_t row = (size_t)bitmap->w * (bitmap->format == BITMAP_RGB ? 4 : 1);
	for (int y = 0; y < bitmap->h; y++) {
		hash = mix_bytes(hash, (const uint8_t *)bitmap->at + (size_t)y * (size_t)bitmap->stride, row);
	}
	return hash;
}

static uint64_t
command_hash(const struct list_command *command)
{
	const int of[] = { (int)command->kind, (int)command->color, (int)command->edge, (int)command->hatch,
		(int)lroundf(command->radius * 16), (int)lroundf(command->line_w * 16), command->elevation, command->scrim,
		(int)command->icon };
	uint64_t hash = mix_ints(3, of, sizeof of / sizeof of[0]);
	hash = mix_rect(mix_rect(hash, &command->at), &command->bounds);
	if (command->kind == LIST_TEXT) {
		hash = mix(hash, list_run_hash(&command->run));
	} else if (command->kind == LIST_PATH) {
		hash = mix_bytes(hash, command->path.d, strlen(command->path.d));
		hash = mix_ints(hash, (const int[]){ (int)(command->path.w * 16), (int)(command->path.h * 16) }, 2);
	} else if (command->kind == LIST_BITMAP) {
		hash = mix_bitmap(hash, &command->bitmap);
	}
	return hash;
}

/* The ring lies over everything around the focused box, but under overlays that came later. */
static void
flush_ring(struct build *build, int upto)
{
	const bool covered = upto == TREE_NONE || (build->tree->nodes[upto].box.over && upto > build->ring &&
												  !tree_within(build->tree, build->ring, upto));
	if (build->ring != TREE_NONE && covered) {
		emit_ring(build, &build->tree->nodes[build->ring]);
		build->ring = TREE_NONE;
	}
}

/* Where one is in a scroll area: a bar at its right edge, as long as the share that shows. */
static void
emit_scroll_bar(const struct build *build, const struct tree_node *node)
{
	const struct tree *tree = build->tree;
	const int width = tree_length(tree, BAR_WIDTH), inset = tree_length(tree, 2), track = node->at.h - 2 * inset;
	const int hidden = node->content_h - node->at.h;
	if (hidden <= 0 || track <= 0) {
		return;
	}
	const int share = (int)((int64_t)track * node->at.h / node->content_h), least = tree_length(tree, BAR_LEAST);
	const int length = share > least ? share : least < track ? least : track;
	const int offset = tree->focus ? focus_scroll(tree->focus, node->key) : 0;
	const int y = node->at.y + inset + (int)((int64_t)(track - length) * offset / hidden);
	const struct tree_rect at = { node->at.x + node->at.w - width - inset, y, width, length };
	emit(build->list,
		(struct list_command){ .kind = LIST_RECT,
			.color = COLOR_FIELD,
			.at = at,
			.clip = node->clip,
			.radius = (float)width / 2,
			.opaque = true },
		at);
}

/* Bars lie over what scrolls: draw them once the walk has left their area. */
static void
flush_bars(struct build *build, int upto)
{
	while (build->area_count > 0) {
		const int area = build->areas[build->area_count - 1];
		if (upto != TREE_NONE && tree_within(build->tree, upto, area)) {
			return;
		}
		emit_scroll_bar(build, &build->tree->nodes[area]);
		build->area_count--;
	}
}

static void
emit_box(struct build *build, int index)
{
	const struct tree_node *node = &build->tree->nodes[index];
	flush_bars(build, index);
	flush_ring(build, index);
	emit_shadow(build, node);
	emit_rect(build, node);
	emit_content(build, index);
	const bool focused = node->box.state & STATE_FOCUSED && !node->box.no_ring;
	if (focused || node->box.ring) {
		build->ring = index;
	}
	if (node->box.scroll && build->area_count < AREAS_MOST) {
		build->areas[build->area_count++] = index;
	}
}

void
list_build(struct list *list, struct tree *tree, const struct tree_measure *measure)
{
	list->count = 0;
	list->width = tree->width;
	list->height = tree->height;
	list->theme = tree->look.theme;
	list->scale = tree->look.scale;
	list->full = false;
	struct build build = { .list = list, .tree = tree, .measure = measure, .ring = TREE_NONE };
	for (int i = 0; i < tree->count; i++) {
		emit_box(&build, i);
	}
	flush_bars(&build, TREE_NONE);
	flush_ring(&build, TREE_NONE);
	for (int i = 0; i < list->count; i++) {
		list->commands[i].hash = command_hash(&list->commands[i]);
	}
}
