#pragma once
/* What every store must do, whichever database it is of. */
#include "sync/intake/intake_codes.h"
#include "sync/intake/intake_store.h"

/* Open the store or the codes that live in `folder`; the same folder again gives the same content. */
typedef bool (*store_suite_open_fn)(const char *folder, struct intake_store *out, struct error *err);
typedef bool (*store_suite_codes_fn)(const char *folder, struct intake_codes *out, struct error *err);

/* Run the suite under cmocka; the number of failed tests. */
int store_suite_run(const char *name, store_suite_open_fn open);
int store_suite_run_codes(const char *name, store_suite_codes_fn open);
