#include "kiosk/store/material.h"

bool
store_signing_key(struct store *store, struct secret *key_pem, struct error *err)
{
	return material_get_key(store, "signing-key", key_pem, err);
}
