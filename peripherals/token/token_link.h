#pragma once
/* A link over a link that counts and hashes what crosses it (evidence.h says how) and asks before each APDU whether to
 * go on. */
#include <openssl/evp.h>

#include "peripherals/card/link.h"
#include "peripherals/token/token_job.h"

struct token_link {
	struct link inner; /* borrowed; not closed */
	struct token_job_watch watch;
	unsigned commands, expected; /* so far; of the whole step, about */
	EVP_MD_CTX *hash;            /* owned */
};

/* expected: APDUs that the step takes, about. */
struct token_link token_link_begin(struct link inner, const struct token_job_watch *watch, unsigned expected);
/* state is borrowed. */
struct link token_link(struct token_link *state);
/* The hash of what crossed it; call once, the last. */
void token_link_finish(struct token_link *state, uint8_t transcript[static 32]);
