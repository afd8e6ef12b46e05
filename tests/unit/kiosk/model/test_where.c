#include "kiosk/model/where.h"
#include "tests/support/check.h"

static const char json[] = "\n"
						   "{ \"a\": 1,\n"
						   "  \"brackets ]}\\\"\": \"[{\\\\\",\n"
						   "  \"list\": [ {},\n"
						   "    { \"x\": [1,\n"
						   "2,\n"
						   "3], \"y\": \"}\" },\n"
						   "    \"last\" ],\n"
						   "  \"empty\": [ ],\n"
						   "  \"end\": null\n"
						   "}\n";

#define MEMBER(text)                                                                                                   \
	{                                                                                                                  \
		.member = (text)                                                                                               \
	}
#define ELEMENT(place)                                                                                                 \
	{                                                                                                                  \
		.index = (place)                                                                                               \
	}

static void
finds_the_line_of_members_and_elements(void **state)
{
	(void)state;
	static const struct {
		struct where_step path[4];
		size_t count;
		int line;
	} cases[] = { { { MEMBER("a") }, 0, 2 }, { { MEMBER("a") }, 1, 2 }, { { MEMBER("list") }, 1, 4 },
		{ { MEMBER("list"), ELEMENT(0) }, 2, 4 }, { { MEMBER("list"), ELEMENT(1) }, 2, 5 },
		{ { MEMBER("list"), ELEMENT(1), MEMBER("x"), ELEMENT(2) }, 4, 7 },
		{ { MEMBER("list"), ELEMENT(1), MEMBER("y") }, 3, 7 }, { { MEMBER("list"), ELEMENT(2) }, 2, 8 },
		{ { MEMBER("end") }, 1, 10 }, { { MEMBER("list"), ELEMENT(3) }, 2, 0 },
		{ { MEMBER("empty"), ELEMENT(0) }, 2, 0 }, { { MEMBER("none") }, 1, 0 }, { { ELEMENT(0) }, 1, 0 },
		{ { MEMBER("a"), MEMBER("b") }, 2, 0 }, { { MEMBER("x") }, 1, 0 } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(where_line(json, cases[i].path, cases[i].count), cases[i].line);
}

/* What no parser would accept must still end. */
static void
ends_on_broken_texts(void **state)
{
	(void)state;
	static const char *const broken[] = { "", "{", "[", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":[", "{\"a\":\"\\",
		"[[[", "]", "}", "{\"b\" 1 \"a\"", "{\"b\":1,", "[1,", "{\"b\":1]", "[1}" };
	const struct where_step member = MEMBER("a"), element = ELEMENT(7);
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		(void)where_line(broken[i], &member, 1);
		assert_int_equal(where_line(broken[i], &element, 1), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(finds_the_line_of_members_and_elements),
		cmocka_unit_test(ends_on_broken_texts) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
