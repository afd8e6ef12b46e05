#pragma once
/*
 * The sync daemon: takes sealed items from the counter over sync.sock, keeps them in its spool, takes them to the
 * centre and brings back the receipts. It holds the line key and dials out; it can open nothing of what it carries.
 */
#include "sync/syncd/syncd_settings.h"

struct syncd;

/* Open state folder, spool, socket and loop. ERROR_SYSTEM, ERROR_INVALID. */
NODISCARD bool syncd_open(const struct syncd_settings *settings, struct syncd **out, struct error *err);
/* Serve until SIGTERM or SIGINT; false if the loop failed. */
NODISCARD bool syncd_run(struct syncd *syncd, struct error *err);
void syncd_close(struct syncd *syncd); /* accepts NULL */
