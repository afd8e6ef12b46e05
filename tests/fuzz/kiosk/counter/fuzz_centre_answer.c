/* What the centre says: anything as a receipt's content and as the answer to a provisioning. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/counter/centre_answer.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct centre_provision provision;
	struct centre_receipt receipt;
	struct span json = { data, size };
	struct error err;
	if (centre_answer_receipt(json, &receipt, &err) && strnlen(receipt.id, sizeof(receipt.id)) == sizeof(receipt.id))
		abort();
	if (centre_answer_provision(json, &provision, &err) && strlen(provision.counter) != 2)
		abort();
	return 0;
}
