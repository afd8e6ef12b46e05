#pragma once
/* Making a counter out of a one-time code: keys, certificates, branch and number from the centre through syncd, and the
 * first supervisor. Nothing is kept before everything was checked, but the keys, so that asking again asks the same. */
#include "kiosk/counter/counter_conf.h"

struct counter_provision {     /* texts are borrowed */
	const char *code;          /* as typed; "-": a line of standard input */
	const char *supervisor;    /* staff number */
	const char *name;          /* of the supervisor */
	const char *password_file; /* NULL: asked twice on the terminal, without echo */
};

/*
 * Provision the store that `conf` names; what is waited for is told on standard error, at most `wait_s` seconds.
 * ERROR_INVALID for a mistyped code (before anything is sent), staff number, name or password; ERROR_REFUSED if the
 * counter is provisioned already or the centre declined; ERROR_UNTRUSTED if a certificate is not the centre's or not
 * for our keys; ERROR_TIMEOUT, ERROR_GONE if syncd does not answer. Repeating it is safe.
 */
NODISCARD bool counter_provision_run(
	const struct counter_conf *conf, const struct counter_provision *request, unsigned wait_s, struct error *err);
