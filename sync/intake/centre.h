#pragma once
/*
 * What makes a centre the one it is: the keys and certificates in its folder.
 *   ca.pem  packet-key.pem packet-cert.pem  receipt-key.pem signing-cert.pem  server-key.pem server-cert.pem  centre.db
 * Keys have mode 0600. port holds the TCP port while the centre runs.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "sync/intake/issuer.h"
#include "sync/seal/seal.h"

#define CENTRE_PATH 512u /* bytes of a path in the folder, NUL included */

struct centre {
	struct seal_certificate *ca; /* owned, as everything here */
	struct seal_key *packet;     /* opens packets */
	struct seal_key *receipt;    /* signs receipts */
	struct file_bytes ca_pem, packet_pem, receipt_pem, server_pem, server_key_pem;
	bool training; /* the CA says so in its subject */
};

/* Path of a file in the folder. ERROR_FULL if it does not fit. */
NODISCARD bool centre_path(const char *folder, const char *name, char out[static CENTRE_PATH], struct error *err);
/*
 * Make what is missing in the folder: keys, and certificates for them from the issuer. May be called again after a
 * crash; what is whole stays. `hosts` are the names and addresses of the server certificate, separated by commas; the
 * first is also its CN. ERROR_REFUSED if the folder belongs to another CA.
 */
NODISCARD bool centre_make(const char *folder, struct issuer issuer, const char *hosts, struct error *err);
/* Read everything. ERROR_GONE if the folder was not made, ERROR_INVALID if things do not belong together. */
NODISCARD bool centre_open(const char *folder, struct centre *out, struct error *err);
void centre_close(struct centre *centre); /* accepts a zeroed one; leaves it zeroed */
