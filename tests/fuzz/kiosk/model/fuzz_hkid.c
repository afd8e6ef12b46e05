/* An identity card number of any bytes, whole and in two parts at every split. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/hkid.h"
#include "tests/fuzz/fuzz.h"

/* What was read is written again and read as the same; the mask shows four characters of it. */
static void
hold(const struct hkid *hkid)
{
	char text[HKID_TEXT], mask[HKID_MASK];
	struct hkid again;
	enum hkid_fault fault;
	struct error err;
	hkid_format(hkid, text);
	hkid_mask(hkid, mask);
	if (hkid_check_of(hkid->number) != hkid->check || !hkid_parse(text, &again, &fault, &err) ||
		!hkid_equal(hkid, &again) || strncmp(mask, hkid->number, 4) != 0 || strchr(mask, hkid->number[6]) == mask + 6)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[256], check[256];
	struct hkid hkid;
	enum hkid_fault fault;
	struct error err;
	if (size >= sizeof(text) || !text_is_utf8((struct span){ data, size }))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (hkid_parse(text, &hkid, &fault, &err))
		hold(&hkid);
	for (size_t cut = 0; cut < size && cut < 32; cut++) {
		if (((uint8_t)text[cut] & 0xc0u) == 0x80u)
			continue;
		memcpy(check, text + cut, size - cut + 1);
		char kept = text[cut];
		text[cut] = '\0';
		if (hkid_parse_parts(text, check, &hkid, &fault, &err))
			hold(&hkid);
		text[cut] = kept;
	}
	return 0;
}
