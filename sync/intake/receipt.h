#pragma once
/*
 * What a counter gets for a packet: SignedData by the centre over
 * {"type":"receipt","version":1,"id":...,"sha256":...,"bytes":n,"received_at":"2026-11-25T03:04:05.678Z","centre":...}.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "sync/intake/intake_store.h"
#include "sync/seal/seal.h"

/* `packet` without its receipt; `centre` is the centre's name. DER. ERROR_SYSTEM. */
NODISCARD bool receipt_sign(const struct intake_store_packet *packet, const char *centre, const struct seal_key *signer,
	struct file_bytes *der, struct error *err);
