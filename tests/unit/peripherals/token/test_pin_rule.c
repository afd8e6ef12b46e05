#include "kiosk/base/text.h"
#include "peripherals/token/pin_rule.h"
#include "tests/support/check.h"

static void
finds_the_rule_that_a_pin_breaks(void **state)
{
	static const struct {
		const char *pin;
		enum pin_rule rule;
	} pins[] = {
		{ "739154", PIN_RULE_WELL },
		{ "7391546", PIN_RULE_WELL },
		{ "83520461", PIN_RULE_WELL },
		{ "112233", PIN_RULE_WELL },
		{ "11111112", PIN_RULE_WELL },
		{ "1212123", PIN_RULE_WELL },
		{ "", PIN_RULE_SHORT },
		{ "73915", PIN_RULE_SHORT },
		{ "739154612", PIN_RULE_LONG },
		{ "73915a", PIN_RULE_DIGITS },
		{ "/39154", PIN_RULE_DIGITS },
		{ "739154:", PIN_RULE_DIGITS },
		{ "777777", PIN_RULE_SAME },
		{ "00000000", PIN_RULE_SAME },
		{ "123456", PIN_RULE_RUN },
		{ "67890123", PIN_RULE_RUN },
		{ "210987", PIN_RULE_RUN },
		{ "121212", PIN_RULE_GROUPS },
		{ "1212121", PIN_RULE_GROUPS },
		{ "123123", PIN_RULE_GROUPS },
		{ "73917391", PIN_RULE_GROUPS },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
		if (pin_rule_check(text_span(pins[i].pin)) != pins[i].rule)
			fail_msg("%s: %s", pins[i].pin, pin_rule_words(pin_rule_check(text_span(pins[i].pin))));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(finds_the_rule_that_a_pin_breaks) };
	return cmocka_run_group_tests_name("pin_rule", tests, NULL, NULL);
}
