#include "kiosk/base/digest.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"

static void
hashes_as_the_standard_says(void **state)
{
	uint8_t hash[32];
	char hex[65];
	(void)state;
	digest_sha256(text_span("abc"), hash); /* FIPS 180-4 example */
	text_hex((struct span){ hash, sizeof(hash) }, hex, sizeof(hex));
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256((struct span){ 0 }, hash);
	text_hex((struct span){ hash, sizeof(hash) }, hex, sizeof(hex));
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(hashes_as_the_standard_says) };
	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
