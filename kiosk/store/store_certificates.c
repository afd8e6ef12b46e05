#include "kiosk/store/material.h"

bool
store_certificates(struct store *store, struct store_certificates *out, struct error *err)
{
	struct store_certificates got = { 0 };
	if (!material_get(store, "certificate-ca", &got.ca, err) ||
		!material_get(store, "certificate-signing", &got.signing, err) ||
		!material_get(store, "certificate-opening", &got.opening, err) ||
		!material_get(store, "certificate-packet", &got.packet, err) ||
		!material_get(store, "certificate-receipt", &got.receipt, err)) {
		store_certificates_free(&got);
		return false;
	}
	*out = got;
	return true;
}

void
store_certificates_free(struct store_certificates *certificates)
{
	file_free(&certificates->ca);
	file_free(&certificates->signing);
	file_free(&certificates->opening);
	file_free(&certificates->packet);
	file_free(&certificates->receipt);
}
