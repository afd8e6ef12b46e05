#pragma once
/*
 * Log lines of programs: an event name and typed fields, to the journal's format on standard error (sd-daemon levels
 * "<6>" in front). Field types leave personal data out: there is no field for free text but that of an error.
 * Only programs log; everything below returns errors.
 */
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/error.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};
enum log_type { LOG_END, LOG_ID, LOG_KIND, LOG_COUNT, LOG_MS, LOG_ERROR };

struct log_field {
	enum log_type type;
	const char *name;
	union {
		const char
			*id; /* LOG_ID: packet id, case number, socket or file role: [A-Za-z0-9._:/-] only, others become '?' */
		const char *kind; /* LOG_KIND: a constant of the program */
		int64_t number;   /* LOG_COUNT, LOG_MS */
		const struct error *error;
	} is;
};

struct log_field log_id(const char *name, const char *id);
struct log_field log_kind(const char *name, const char *constant);
struct log_field log_count(const char *name, int64_t number);
struct log_field log_ms(const char *name, int64_t ms);
struct log_field log_error(const struct error *error);

/* Write one line: `<6>event name=value ...`. `count` fields. A single write(2), so that lines of threads do not mix. */
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);
#define LOG(level, event, ...)                                                                                         \
	log_write(level, event, (const struct log_field[]){ __VA_ARGS__ },                                                 \
		sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))
