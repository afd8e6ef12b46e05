#pragma once
/*
 * Parts of an application that are lists, as JSON columns that an auditor can read with sqlite3's json functions:
 * checks  [[id, finding, officer, at ms], ...]
 * fee     {"lines": [[item, [name en, zh-HK, zh-CN], [payee en, zh-HK, zh-CN], payee id, source, quantity, unit cents,
 *         amount cents, promotional, sample], ...], "total": cents, "version": of the catalogue, "day": date}
 * payment [[method, amount cents, given cents, reference], ...]
 * Nothing personal stands in them. Short, so that two applications share a page.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"
#include "kiosk/model/application.h"

/* Each gives malloc'ed text that the caller frees. */
NODISCARD bool application_json_checks(const struct application *from, char **out, struct error *err);
NODISCARD bool application_json_fee(const struct application *from, char **out, struct error *err);
NODISCARD bool application_json_payment(const struct application *from, char **out, struct error *err);
/* The reverse, into the same fields. ERROR_INVALID for anything that the functions above would not have written. */
NODISCARD bool application_json_read_checks(struct span text, struct application *into, struct error *err);
NODISCARD bool application_json_read_fee(struct span text, struct application *into, struct error *err);
NODISCARD bool application_json_read_payment(struct span text, struct application *into, struct error *err);
