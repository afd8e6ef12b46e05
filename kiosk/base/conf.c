#include "kiosk/base/conf.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"

#define CONF_MOST 65536u         /* bytes of a file */
#define CONF_BOM  "\xEF\xBB\xBF" /* what some editors put first */

/* One reading of one file. inih cuts long lines, joins indented ones, drops what follows " ;" and "]" and lets repeated
 * keys pass; next_line() and take_pair() refuse all of that before or after it. */
struct reading {
	const char *path;
	const struct conf_setting *settings;
	size_t count;
	struct span rest; /* not read yet */
	unsigned line;    /* the one that inih has now */
	bool *seen;       /* owned; one per setting */
	uint8_t *values;  /* owned; the fields at the offsets of the caller's struct */
	struct error *err;
	bool failed;
};

static void
free_reading(struct reading *reading)
{
	free(reading->seen);
	free(reading->values);
}

static size_t
size_of(const struct conf_setting *setting)
{
	switch (setting->type) {
	case CONF_TEXT:
	case CONF_PATH:
		return setting->cap;
	case CONF_NUMBER:
		return sizeof(int64_t);
	case CONF_BOOL:
		return sizeof(bool);
	}
	return 0;
}

/* Keep the first error; inih goes on after one. */
static bool
refuse(struct reading *reading, const char *why)
{
	if (reading->failed)
		return false;
	reading->failed = true;
	return error_set(reading->err, ERROR_INVALID, "%s:%u: %s", reading->path, reading->line, why);
}

static bool
set_text(const struct conf_setting *setting, const char *value, void *field, struct error *err)
{
	if (setting->type == CONF_PATH && value[0] != '/' && value[0] != '\0')
		return error_set(err, ERROR_INVALID, "must be a path from the root");
	if (value[0] == '\0' && (setting->initial == NULL || (setting->type == CONF_PATH && setting->initial[0] != '\0')))
		return error_set(err, ERROR_INVALID, "must not be empty");
	return text_take(text_span(value), "value", field, setting->cap, err);
}

static bool
set_number(const struct conf_setting *setting, const char *value, void *field, struct error *err)
{
	char *end = NULL;
	errno = 0;
	const int64_t number = strtoll(value, &end, 10);
	bool digit = (value[0] >= '0' && value[0] <= '9') || (value[0] == '-' && value[1] != '\0');
	if (!digit || *end != '\0')
		return error_set(err, ERROR_INVALID, "must be a number");
	if (errno == ERANGE || number < setting->least || number > setting->most)
		return error_set(err, ERROR_INVALID, "must be %jd to %jd", (intmax_t)setting->least, (intmax_t)setting->most);
	memcpy(field, &number, sizeof(number));
	return true;
}

static bool
set_bool(const char *value, void *field, struct error *err)
{
	const bool yes = strcmp(value, "yes") == 0 || strcmp(value, "true") == 0;
	if (!yes && strcmp(value, "no") != 0 && strcmp(value, "false") != 0)
		return error_set(err, ERROR_INVALID, "must be yes or no");
	memcpy(field, &yes, sizeof(yes));
	return true;
}

static bool
set_value(const struct conf_setting *setting, const char *value, void *field, struct error *err)
{
	switch (setting->type) {
	case CONF_TEXT:
	case CONF_PATH:
		return set_text(setting, value, field, err);
	case CONF_NUMBER:
		return set_number(setting, value, field, err);
	case CONF_BOOL:
		return set_bool(value, field, err);
	}
	return error_set(err, ERROR_INVALID, "has no type");
}

/* inih's handler: 1 is success, 0 an error. */
static int
take_pair(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;
	for (size_t i = 0; i < reading->count; i++) {
		const struct conf_setting *setting = &reading->settings[i];
		struct error why;
		char text[sizeof(why.text) + 128];
		if (strcmp(section, setting->section) != 0 || strcmp(name, setting->name) != 0)
			continue;
		if (reading->seen[i])
			return refuse(reading, "a setting that the file has already");
		reading->seen[i] = true;
		if (set_value(setting, value, reading->values + setting->offset, &why))
			return 1;
		if (section[0] == '\0')
			(void)text_format(text, sizeof(text), "%s: %s", name, why.text);
		else
			(void)text_format(text, sizeof(text), "[%s] %s: %s", section, name, why.text);
		return refuse(reading, text);
	}
	return refuse(reading, "a setting that is not known");
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_section(const struct reading *reading, const char *name, size_t len)
{
	for (size_t i = 0; i < reading->count; i++)
		if (strlen(reading->settings[i].section) == len && memcmp(reading->settings[i].section, name, len) == 0)
			return true;
	return false;
}

/* What inih would pass over in silence. */
static bool
check_line(struct reading *reading, const char *line)
{
	if (reading->line == 1 && strncmp(line, CONF_BOM, strlen(CONF_BOM)) == 0)
		line += strlen(CONF_BOM); /* inih passes over it too */
	if (line[0] == ';' || line[0] == '#')
		return true;
	size_t blanks = strspn(line, " \t\r\n");
	if (line[blanks] == '\0')
		return true;
	if (blanks > 0)
		return refuse(reading, "a line that begins with a blank");
	for (const char *c = line + 1; *c != '\0'; c++)
		if (*c == ';' && is_blank(c[-1]))
			return refuse(reading, "a comment that does not stand on a line of its own");
	if (line[0] != '[')
		return strpbrk(line, "=:") != NULL || refuse(reading, "a line that is neither a section nor name = value");
	const char *end = strchr(line, ']');
	if (end == NULL || end[1 + strspn(end + 1, " \t\r\n")] != '\0')
		return refuse(reading, "a section that does not end in ]");
	return is_section(reading, line + 1, (size_t)(end - line - 1)) || refuse(reading, "a section that is not known");
}

/* inih's reader, in the manner of fgets. */
static char *
next_line(char *out, int cap, void *user)
{
	struct reading *reading = user;
	if (reading->failed || reading->rest.len == 0)
		return NULL;
	const uint8_t *end = memchr(reading->rest.at, '\n', reading->rest.len);
	struct span line = { reading->rest.at, reading->rest.len };
	if (end != NULL)
		line.len = (size_t)(end - line.at) + 1;
	reading->rest.at += line.len;
	reading->rest.len -= line.len;
	reading->line++;
	if (cap <= 0 || line.len >= (size_t)cap)
		(void)refuse(reading, "a line that is too long");
	else if (!text_is_utf8(line))
		(void)refuse(reading, "a line that is not UTF-8");
	if (reading->failed)
		return NULL;
	memcpy(out, line.at, line.len);
	out[line.len] = '\0';
	return check_line(reading, out) ? out : NULL;
}

static bool
start_reading(struct reading *reading, struct error *err)
{
	size_t size = 1;
	for (size_t i = 0; i < reading->count; i++) {
		size_t end = reading->settings[i].offset + size_of(&reading->settings[i]);
		size = end > size ? end : size;
	}
	reading->seen = calloc(reading->count + 1, sizeof(bool));
	reading->values = calloc(1, size);
	if (reading->seen == NULL || reading->values == NULL)
		return error_set(err, ERROR_FULL, "no memory for a configuration");
	return true;
}

static bool
read_file(struct reading *reading, struct error *err)
{
	CLEANUP(file_free) struct file_bytes bytes = { 0 };
	if (!file_read(reading->path, CONF_MOST, &bytes, err)) {
		err->kind = err->kind == ERROR_FULL ? ERROR_INVALID : ERROR_SYSTEM;
		return false;
	}
	reading->rest = (struct span){ bytes.at, bytes.len };
	if (ini_parse_stream(next_line, reading, take_pair, reading) != 0)
		return refuse(reading, "a line that cannot be read"); /* which check_line() has let through */
	return !reading->failed;
}

static bool
fill_rest(struct reading *reading, struct error *err)
{
	for (size_t i = 0; i < reading->count; i++) {
		const struct conf_setting *setting = &reading->settings[i];
		if (reading->seen[i])
			continue;
		if (setting->initial == NULL)
			return error_set(err, ERROR_INVALID, "%s: [%s] %s is missing",
				reading->path == NULL ? "configuration" : reading->path, setting->section, setting->name);
		if (!set_value(setting, setting->initial, reading->values + setting->offset, err))
			return error_in(err, "default of [%s] %s", setting->section, setting->name);
	}
	return true;
}

bool
conf_read(const char *path, const struct conf_setting *settings, size_t count, void *out, struct error *err)
{
	CLEANUP(free_reading)
	struct reading reading = { .path = path, .settings = settings, .count = count, .err = err };
	if (!start_reading(&reading, err) || (path != NULL && !read_file(&reading, err)) || !fill_rest(&reading, err))
		return false;
	for (size_t i = 0; i < count; i++)
		memcpy((uint8_t *)out + settings[i].offset, reading.values + settings[i].offset, size_of(&settings[i]));
	return true;
}

static void
print_setting(const struct conf_setting *setting)
{
	printf("# %s\n", setting->help);
	if (setting->type == CONF_NUMBER)
		printf("# A number, %jd to %jd.\n", (intmax_t)setting->least, (intmax_t)setting->most);
	if (setting->initial == NULL)
		printf("# There is no default.\n%s =\n", setting->name);
	else
		printf("#%s = %s\n", setting->name, setting->initial);
}

void
conf_print(const struct conf_setting *settings, size_t count)
{
	const char *section = "";
	for (size_t i = 0; i < count; i++) {
		if (strcmp(section, settings[i].section) != 0)
			printf("%s[%s]\n", i == 0 ? "" : "\n", settings[i].section);
		section = settings[i].section;
		print_setting(&settings[i]);
	}
}
