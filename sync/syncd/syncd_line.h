#pragma once
/*
 * The line key and what belongs to it, in the state folder:
 *
 *   line-key.pem          the key and, behind it, the one request that was ever made for it (mode 0600)
 *   centre-ca.pem         the authority that the centre named when it provisioned us
 *   line-certificate.pem  the certificate of the key; there last, so that its presence means provisioned
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"

struct syncd_line {
	struct file_bytes key;         /* PEM: key and request; owned */
	struct file_bytes certificate; /* PEM; owned; empty: not provisioned */
	struct file_bytes ca;          /* PEM; owned; empty: not provisioned */
};

/* Read what is there; a counter that was never provisioned gives an empty line. ERROR_INVALID if the parts do not
 * belong together. */
NODISCARD bool syncd_line_read(const char *folder, struct syncd_line *out, struct error *err);
void syncd_line_free(struct syncd_line *line); /* wipes; accepts a zeroed one */
/* Make the key and its request, durably, unless they are there: a crash later on repeats with the same request. */
NODISCARD bool syncd_line_make(const char *folder, struct syncd_line *line, struct error *err);
/* The request as PEM text, borrowed from the line. ERROR_INVALID if there is none. */
NODISCARD bool syncd_line_request(const struct syncd_line *line, const char **out, struct error *err);
/* Keep certificate and authority, durably, after checking that they fit the key. ERROR_INVALID if they do not. */
NODISCARD bool syncd_line_store(
	const char *folder, struct syncd_line *line, const char *certificate, const char *ca, struct error *err);
