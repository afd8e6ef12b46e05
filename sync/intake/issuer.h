#pragma once
/*
 * Who turns certificate requests into certificates. The intake asks; it never holds the key of a CA. The one who asks
 * sets the whole subject: nothing of it is taken from the request.
 * Implementations: issuer_socket.c (training_ca behind its socket), and one of the tests' own.
 */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/span.h"

#define ISSUER_CSR_MOST         (8u * 1024) /* bytes of a PEM request */
#define ISSUER_CERTIFICATE_MOST (8u * 1024) /* bytes of a PEM certificate */
#define ISSUER_BRANCH           9u          /* bytes of a branch code, NUL included: 2 to 8 of A-Z and 0-9 */
#define ISSUER_COUNTER          3u          /* bytes of a counter number, NUL included: two digits */
#define ISSUER_NAME             65u         /* bytes of a common name, NUL included: RFC 5280, upper bound 64 */
#define ISSUER_HOSTS            256u        /* bytes of a list of host names, NUL included */

/* What the certificate is for. The word for each is also the serialNumber attribute of its subject. */
enum issuer_profile {
	ISSUER_SERVER,  /* the centre's TLS server: serverAuth, hosts as subject alternative names */
	ISSUER_PACKET,  /* packets are sealed to it: keyAgreement */
	ISSUER_RECEIPT, /* signs receipts: digitalSignature, no extended key usage */
	ISSUER_LINE,    /* a counter's TLS client: clientAuth and id-kp-cmcRA */
	ISSUER_SIGNING, /* signs a counter's packets: digitalSignature, no extended key usage */
	ISSUER_OPENING, /* what the centre encloses for a counter: keyAgreement */
	ISSUER_PROFILES
};

struct issuer_request {
	enum issuer_profile profile;
	char branch[ISSUER_BRANCH];   /* of a counter's profiles: O; else empty and O is "CENTRE" */
	char counter[ISSUER_COUNTER]; /* of a counter's profiles: OU; else empty */
	char name[ISSUER_NAME];       /* CN; of a counter's profiles always BRANCH-COUNTER */
	char hosts[ISSUER_HOSTS];     /* ISSUER_SERVER only: host names and addresses, separated by commas */
	struct span csr_pem;          /* borrowed; P-256, and signed with the key it names */
};

struct issuer_ops {
	/* A certificate in PEM for the request. ERROR_REFUSED or ERROR_INVALID: this request will never get one; ERROR_GONE
	 * or ERROR_TIMEOUT: nobody answered; ERROR_SYSTEM. */
	bool (*issue)(
		void *self, const struct issuer_request *request, struct file_bytes *certificate_pem, struct error *err);
	/* The certificate of the CA in PEM. ERROR_GONE, ERROR_TIMEOUT, ERROR_SYSTEM. */
	bool (*ca)(void *self, struct file_bytes *certificate_pem, struct error *err);
	/* Called once; never fails. */
	void (*close)(void *self);
};

struct issuer {
	const struct issuer_ops *ops;
	void *self; /* owned by the issuer; freed by ops->close */
};

/* "server", "packet", "receipt", "line", "signing" or "opening". */
const char *issuer_profile_name(enum issuer_profile profile);
/* Whether the profile belongs to a counter (line, signing, opening). */
bool issuer_is_counter(enum issuer_profile profile);
/* Fill in branch, counter and name of a counter's profile. ERROR_INVALID if branch or counter is not of their form. */
NODISCARD bool issuer_for_counter(
	struct issuer_request *request, const char *branch, const char *counter, struct error *err);
/* Whether every field is of its form and goes with the profile. ERROR_INVALID names the field. Both ends ask. */
NODISCARD bool issuer_check(const struct issuer_request *request, struct error *err);
/* Branch codes and counter numbers as above. */
bool issuer_branch_ok(const char *branch);
bool issuer_counter_ok(const char *counter);
/* Whether a common name is of the form BRANCH-COUNTER. Only counters' certificates have such a one. */
bool issuer_is_counter_name(const char *name);
