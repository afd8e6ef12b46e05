#include "kiosk/base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/buffer.h"
#include "kiosk/base/text.h"

#define LOG_LINE 1024 /* bytes of a line at most; a longer one ends in "~" */
#define LOG_TAIL 2    /* kept for "~" and the line feed */

static const char *const kinds[] = { "none", "invalid", "gone", "timeout", "refused", "untrusted", "full", "system" };
static const char *const domains[] = { "none", "errno", "usb", "sw", "sqlite", "openssl", "http" };

static void
put_text(struct buffer *line, const char *text)
{
	buffer_put(line, text_span(text));
}

static void
put_number(struct buffer *line, int64_t number)
{
	char digits[24];
	(void)text_format(digits, sizeof(digits), "%jd", (intmax_t)number);
	put_text(line, digits);
}

static bool
is_id_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		   (c != '\0' && strchr("._:/-", c) != NULL);
}

static void
put_id(struct buffer *line, const char *id)
{
	if (id == NULL || *id == '\0')
		id = "-";
	for (; *id != '\0'; id++)
		buffer_u8(line, is_id_character(*id) ? (uint8_t)*id : '?');
}

/* In double quotes; what would end the quotes or the line becomes '?'. */
static void
put_quoted(struct buffer *line, const char *text)
{
	buffer_u8(line, '"');
	for (; *text != '\0'; text++) {
		uint8_t c = (uint8_t)*text;
		buffer_u8(line, c < 0x20 || c == 0x7F || c == '"' ? '?' : c);
	}
	buffer_u8(line, '"');
}

static void
put_error(struct buffer *line, const struct error *error)
{
	put_text(line, (size_t)error->kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[error->kind] : "?");
	if (error->domain != DOMAIN_NONE && (size_t)error->domain < sizeof(domains) / sizeof(domains[0])) {
		put_text(line, " ");
		put_text(line, domains[error->domain]);
		put_text(line, "=");
		put_number(line, error->detail);
	}
	put_text(line, " text=");
	put_quoted(line, error->text);
}

static void
put_field(struct buffer *line, const struct log_field *field)
{
	put_text(line, " ");
	put_text(line, field->name);
	put_text(line, "=");
	switch (field->type) {
	case LOG_END:
		break;
	case LOG_ID:
		put_id(line, field->is.id);
		break;
	case LOG_KIND:
		put_text(line, field->is.kind);
		break;
	case LOG_COUNT:
		put_number(line, field->is.number);
		break;
	case LOG_MS:
		put_number(line, field->is.number);
		put_text(line, "ms");
		break;
	case LOG_ERROR:
		put_error(line, field->is.error);
		break;
	}
}

struct log_field
log_id(const char *name, const char *id)
{
	return (struct log_field){ .type = LOG_ID, .name = name, .is.id = id };
}

struct log_field
log_kind(const char *name, const char *constant)
{
	return (struct log_field){ .type = LOG_KIND, .name = name, .is.kind = constant };
}

struct log_field
log_count(const char *name, int64_t number)
{
	return (struct log_field){ .type = LOG_COUNT, .name = name, .is.number = number };
}

struct log_field
log_ms(const char *name, int64_t ms)
{
	return (struct log_field){ .type = LOG_MS, .name = name, .is.number = ms };
}

struct log_field
log_error(const struct error *error)
{
	return (struct log_field){ .type = LOG_ERROR, .name = "error", .is.error = error };
}

void
log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
	uint8_t bytes[LOG_LINE];
	struct buffer line = buffer_into(bytes, sizeof(bytes) - LOG_TAIL);
	put_text(&line, "<");
	put_number(&line, level);
	put_text(&line, ">");
	put_text(&line, event);
	for (size_t i = 0; i < count && fields[i].type != LOG_END; i++)
		put_field(&line, &fields[i]);
	size_t len = line.len;
	if (!line.ok)
		bytes[len++] = '~';
	bytes[len++] = '\n';
	if (write(STDERR_FILENO, bytes, len) < 0)
		return; /* there is nowhere to say so */
}
