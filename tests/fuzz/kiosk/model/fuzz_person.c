/* What somebody typed into a field about a person, into a date, an amount, a payment reference or a password. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/officer.h"
#include "kiosk/model/payment.h"
#include "kiosk/model/person.h"
#include "tests/fuzz/fuzz.h"

static void
try_money(const char *text)
{
	struct money amount, again;
	struct error err;
	char written[MONEY_TEXT];
	if (!money_parse(text, &amount, &err))
		return;
	money_plain(amount, written);
	if (amount.minor < 0 || amount.minor > MONEY_MOST || !money_parse(written, &again, &err) ||
		again.minor != amount.minor)
		abort();
}

static void
try_date(const char *text)
{
	const struct date today = { 2026, 11, 25 };
	struct date day;
	struct error err;
	int64_t at_ms;
	char written[DATE_TEXT];
	if (date_parse_dmy(text, &day, &err) && !date_valid(day))
		abort();
	if (date_parse_iso(text, &day, &err)) {
		date_iso(day, written);
		if (strcmp(written, text) != 0)
			abort();
	}
	if (date_parse_instant(text, &at_ms, &err)) {
		date_instant_iso(at_ms, written);
		if (strcmp(written, text) != 0)
			abort();
	}
	if (person_birth(text, today, &day) == PERSON_OK && (date_compare(day, today) > 0 || date_age(day, today) > 130))
		abort();
}

static void
try_person(const char *text)
{
	char tidy[24], again[24];
	(void)person_latin_name(text);
	(void)person_chinese_name(text);
	(void)person_email(text);
	(void)person_address_line(text, 40);
	(void)person_number(text);
	if (person_phone(text, tidy, sizeof(tidy)) == PERSON_OK &&
		(person_phone(tidy, again, sizeof(again)) != PERSON_OK || strcmp(tidy, again) != 0))
		abort();
}

static void
try_payment(const char *text)
{
	static const struct catalogue_method method = {
		.id = "eps", .reference = true, .reference_least = 1, .reference_most = 31
	};
	struct payment payment = { 0 };
	if (payment_take(&payment, (struct money){ 100 }, &method, (struct money){ 100 }, text) == PAYMENT_OK &&
		payment_left(&payment, (struct money){ 100 }).minor != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)officer_password((struct span){ data, size }, "20418", "LAU Wing Ki");
	if (size > 4096 || !text_is_utf8((struct span){ data, size }))
		return 0;
	char *text = malloc(size + 1);
	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	try_money(text);
	try_date(text);
	try_person(text);
	try_payment(text);
	(void)officer_number(text);
	(void)officer_name(text);
	free(text);
	return 0;
}
