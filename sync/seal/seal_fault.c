#include <openssl/err.h>

#include "sync/seal/internal.h"

bool
seal_fault_set(struct error *err, enum error_kind kind, const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
	int detail = code != 0 ? ERR_GET_REASON(code) : 0;
	ERR_clear_error();
	return error_set_from(
		err, kind, DOMAIN_OPENSSL, detail, "%s: %s", what, reason != NULL ? reason : "no reason given");
}
