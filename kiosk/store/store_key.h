#pragma once
/*
 * Where the key comes from that seals personal data at rest (32 bytes). Implementations: a file of mode 0600 beside the
 * store (store_key_file), a systemd credential (store_key_credential); a TPM comes behind the same table.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/secret.h"

#define STORE_KEY_LEN 32u

struct store_key_ops {
	/* Give the key; `make` when the store is new and there may be none yet. ERROR_GONE if it is not there,
	 * ERROR_INVALID for a wrong length or a file that others may read. */
	bool (*get)(void *self, bool make, struct secret *key, struct error *err);
	void (*close)(void *self);
};
struct store_key {
	const struct store_key_ops *ops;
	void *self; /* owned; freed by ops->close */
};

NODISCARD bool store_key_file(const char *path, struct store_key *out, struct error *err);
/* The credential `name` in $CREDENTIALS_DIRECTORY; never made by us. */
NODISCARD bool store_key_credential(const char *name, struct store_key *out, struct error *err);
