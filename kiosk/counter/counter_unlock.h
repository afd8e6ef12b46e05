#pragma once
/* The way back for a supervisor whom nobody at the counter can unlock: by the technician, who has the key of the store.
 */
#include "kiosk/counter/counter_conf.h"

/*
 * Unlock supervisor `number` in the store that `conf` names and give a first password (see counter_password.h), which
 * must be changed at the first sign-in. The store must be there and no counter running. ERROR_INVALID for the password
 * or if there is no store; ERROR_REFUSED if the store is open elsewhere, is not provisioned, or this is no supervisor.
 * The audit log says that it was done from the command line.
 */
NODISCARD bool counter_unlock_run(
	const struct counter_conf *conf, const char *number, const char *password_file, struct error *err);
