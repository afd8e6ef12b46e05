#pragma once
/* Named bytes of the counter: certificates and requests as they came (PEM), private keys sealed. */
#include "kiosk/store/internal.h"

NODISCARD bool material_put(struct store *store, const char *name, struct span bytes, struct error *err);
/* ERROR_GONE if there is none of this name. */
NODISCARD bool material_get(struct store *store, const char *name, struct file_bytes *out, struct error *err);
NODISCARD bool material_put_key(struct store *store, const char *name, const struct secret *key, struct error *err);
NODISCARD bool material_get_key(struct store *store, const char *name, struct secret *out, struct error *err);
NODISCARD bool material_drop(struct store *store, const char *name, struct error *err);
