#pragma once
/*
 * A certification authority for training and tests: one P-256 key in a folder, six kinds of certificate. It is the
 * opposite of a real one in everything but form, so its name says TRAINING; programs that find that word in the CA's
 * subject say TRAINING everywhere.
 * The folder holds ca-key.pem (0600), ca.pem and issued/SERIAL.pem, one for each certificate given out.
 */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "sync/intake/issuer.h"

#define CA_UNIT       "TRAINING" /* the OU of its subject */
#define CA_YEARS      5          /* how long the CA lasts */
#define CA_LEAF_DAYS  397        /* how long training_ca's certificates last */
#define CA_BACKDATE_S 300        /* certificates begin this much earlier: clocks differ */

struct ca;

/* Make the folder (0700), a random key and a certificate. ERROR_REFUSED if there is a key already. */
NODISCARD bool ca_make(const char *folder, int64_t now_ms, struct error *err);
/* ERROR_GONE if nothing was made there. `folder` is copied. */
NODISCARD bool ca_open(const char *folder, struct ca **out, struct error *err);
void ca_close(struct ca *ca); /* accepts NULL */
/* The CA's certificate in PEM; borrowed from the CA. */
struct span ca_certificate(const struct ca *ca);
/*
 * Issue, and keep a copy under issued/. The certificate begins CA_BACKDATE_S before now_ms and lasts `days`.
 * ERROR_INVALID or ERROR_REFUSED for a request that is not of its form, not P-256, or not signed with its own key.
 */
NODISCARD bool ca_issue(const struct ca *ca, const struct issuer_request *request, int64_t now_ms, unsigned days,
	struct file_bytes *certificate_pem, struct error *err);
