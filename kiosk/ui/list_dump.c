#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "kiosk/ui/list.h"

static const char *const KINDS[] = { "rect", "shadow", "text", "icon", "path", "bitmap" };

static void PRINTF(2, 3) write_line(struct buffer *out, const char *fmt, ...)
{
	char line[2048];
	va_list args;
	va_start(args, fmt);
	const int len = vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	const size_t most = sizeof line - 1;
	buffer_put(out, (struct span){ (const uint8_t *)line, len < 0 ? 0 : (size_t)len < most ? (size_t)len : most });
}

/* Half a pixel of hinting must not change a golden file. */
static int
coarse(int v)
{
	return (int)lroundf((float)v / 2) * 2;
}

void
list_dump(const struct list *list, struct buffer *out)
{
	for (int i = 0; i < list->count; i++) {
		const struct list_command *c = &list->commands[i];
		write_line(
			out, "%s %d,%d %dx%d", KINDS[c->kind], coarse(c->at.x), coarse(c->at.y), coarse(c->at.w), coarse(c->at.h));
		write_line(out, " color=%s", theme_color_name(c->color));
		if (c->edge) {
			write_line(out, " edge=%s/%g", theme_color_name(c->edge), (double)c->line_w);
		}
		if (c->kind == LIST_TEXT) {
			write_line(out, " %d/%d/%d \"%s\"", c->run.size_64 / 64, c->run.line, c->run.weight, c->run.text);
		}
		write_line(out, "\n");
	}
}
