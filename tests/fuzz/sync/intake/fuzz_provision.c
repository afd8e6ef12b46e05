/* The body of POST /v1/kiosks, up to where an issuer would be asked. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/model/enrolment_code.h"
#include "sync/intake/provision.h"
#include "tests/fuzz/fuzz.h"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct provision_request request = { 0 };
	struct error err = { 0 };
	uint8_t hash[32];
	char code[ENROLMENT_CODE_TEXT];
	char again[ENROLMENT_CODE_TEXT];
	if (!provision_read((struct span){ data, size }, &request, &err)) {
		must(err.kind == ERROR_INVALID && request.csr[0].at == NULL);
		return 0;
	}
	must(strlen(request.code) < PROVISION_CODE_MOST);
	for (unsigned key = 0; key < PROVISION_KEYS; key++)
		must(request.csr[key].len > 0 && request.csr[key].len <= ISSUER_CSR_MOST);
	if (enrolment_code_read(request.code, code, &err))
		must(enrolment_code_read(code, again, &err) && strcmp(code, again) == 0);
	provision_hash(&request, hash);
	(void)!provision_keys_differ(&request, &err);
	provision_free(&request);
	return 0;
}
