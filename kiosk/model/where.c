#include "kiosk/model/where.h"

#include <string.h>

static const char *
skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* From the opening quote to behind the closing one. */
static const char *
skip_string(const char *at)
{
	for (at++; *at != '\0' && *at != '"'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
	}
	return *at == '"' ? at + 1 : at;
}

static const char *
skip_value(const char *at)
{
	size_t depth = 0;
	while (*at != '\0') {
		if (*at == '"') {
			at = skip_string(at);
		} else if (*at == '{' || *at == '[') {
			depth++;
			at++;
		} else if (*at == '}' || *at == ']') {
			if (depth == 0)
				return at;
			depth--;
			at++;
		} else if (depth == 0 && *at == ',') {
			return at;
		} else {
			at++;
		}
		if (depth == 0 && (*at == ',' || *at == '}' || *at == ']'))
			return at;
	}
	return at;
}

/* The name of a member of the object at `at`, and where its value starts; NULL if it has none of that name. */
static const char *
find_member(const char *at, const char *name, const char **value)
{
	size_t len = strlen(name);
	if (*at != '{')
		return NULL;
	at = skip_blanks(at + 1);
	while (*at == '"') {
		const char *key = at;
		const char *end = skip_string(at);
		*value = skip_blanks(end);
		*value = skip_blanks(**value == ':' ? *value + 1 : *value);
		if ((size_t)(end - key) == len + 2 && strncmp(key + 1, name, len) == 0)
			return key;
		at = skip_blanks(skip_value(*value));
		at = *at == ',' ? skip_blanks(at + 1) : at;
	}
	return NULL;
}

static const char *
find_element(const char *at, size_t index)
{
	if (*at != '[')
		return NULL;
	at = skip_blanks(at + 1);
	for (; index > 0; index--) {
		at = skip_blanks(skip_value(at));
		if (*at != ',')
			return NULL;
		at = skip_blanks(at + 1);
	}
	return *at == ']' || *at == '\0' ? NULL : at;
}

int
where_line(const char *json, const struct where_step *path, size_t count)
{
	const char *value = skip_blanks(json);
	const char *found = value;
	for (size_t i = 0; i < count && found != NULL; i++) {
		if (path[i].member != NULL)
			found = find_member(value, path[i].member, &value);
		else
			found = value = find_element(value, path[i].index);
	}
	if (found == NULL)
		return 0;
	int line = 1;
	for (const char *at = json; at < found; at++)
		line += *at == '\n' ? 1 : 0;
	return line;
}
