#include <stdio.h>

#include "kiosk/model/fee.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/model/small.h"

#define ROWS 12u
#define DAYS 400

/* A row as the test keeps it: days counted from 2025-01-01, dollars whole. */
struct row {
	int item, term; /* term 0: any */
	bool any_product;
	int from, until; /* until -1: open */
	int list, promotional, promotional_from, promotional_until;
};

static unsigned
next(unsigned *seed, unsigned below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static void
day_text(int day, char out[DATE_TEXT])
{
	date_iso(date_of_days(date_days((struct date){ 2025, 1, 1 }) + day), out);
}

static bool
clash(const struct row *a, const struct row *b)
{
	return a->item == b->item && a->any_product == b->any_product &&
		   (a->term == b->term || a->term == 0 || b->term == 0) && (b->until < 0 || a->from <= b->until) &&
		   (a->until < 0 || b->from <= a->until);
}

static size_t
make_rows(unsigned *seed, struct row rows[ROWS])
{
	size_t count = 0;
	for (unsigned i = 0; i < ROWS; i++) {
		struct row row = { .item = (int)next(seed, 3),
			.term = next(seed, 2) == 0 ? 0 : 12,
			.any_product = next(seed, 3) == 0,
			.from = (int)next(seed, DAYS),
			.list = 1 + (int)next(seed, 500),
			.promotional = -1 };
		row.until = next(seed, 3) == 0 ? -1 : row.from + (int)next(seed, 120);
		row.promotional_from = row.from;
		row.promotional_until = row.until;
		if (next(seed, 2) == 0) {
			int last = row.until < 0 ? row.from + 100 : row.until;
			row.promotional = (int)next(seed, (unsigned)row.list + 1);
			row.promotional_from = row.from + (int)next(seed, (unsigned)(last - row.from + 1));
			row.promotional_until = row.promotional_from + (int)next(seed, (unsigned)(last - row.promotional_from + 1));
		}
		bool fits = true;
		for (size_t k = 0; k < count; k++)
			fits = fits && !clash(&row, &rows[k]);
		if (fits)
			rows[count++] = row;
	}
	return count;
}

static void
put_day(FILE *out, const char *name, int day)
{
	char text[DATE_TEXT];
	if (day < 0)
		return;
	day_text(day, text);
	(void)fprintf(out, ", \"%s\": \"%s\"", name, text);
}

static char *
write_rows(const struct row *rows, size_t count)
{
	static const char *const items[] = { "subscription", "administration", "medium" };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	(void)fputs("{ \"version\": \"TRAIN 1\", \"fees\": [", out);
	for (size_t i = 0; i < count; i++) {
		(void)fprintf(out, "%s{ \"item\": \"%s\", \"product\": \"%s\", \"name\": %s, \"list\": \"%d.00\"",
			i == 0 ? "" : ",", items[rows[i].item], rows[i].any_product ? "*" : "personal", SMALL_NAME("x"),
			rows[i].list);
		if (rows[i].term != 0)
			(void)fprintf(out, ", \"term_months\": %d", rows[i].term);
		if (rows[i].promotional >= 0) {
			(void)fprintf(out, ", \"promotional\": \"%d.00\"", rows[i].promotional);
			put_day(out, "promotional_from", rows[i].promotional_from);
			put_day(out, "promotional_until", rows[i].promotional_until);
		}
		put_day(out, "from", rows[i].from);
		put_day(out, "until", rows[i].until);
		(void)fputs(", \"payee\": \"pmg\", \"source\": \"s\", \"sample\": true }", out);
	}
	(void)fputs("] }", out);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* What one item costs on a day, in dollars; -1 if nothing is stated. */
static int
cost(const struct row *rows, size_t count, int item, int day)
{
	int own = -1, any = -1;
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		if (row->item != item || day < row->from || (row->until >= 0 && day > row->until))
			continue;
		bool promoted = row->promotional >= 0 && day >= row->promotional_from &&
						(row->promotional_until < 0 || day <= row->promotional_until);
		*(row->any_product ? &any : &own) = promoted ? row->promotional : row->list;
	}
	return own >= 0 ? own : any;
}

static void
check_day(const struct catalogue *catalogue, const struct row *rows, size_t count, int day)
{
	struct fee_quote quote = { .count = 99 };
	struct error err;
	struct date date = date_of_days(date_days((struct date){ 2025, 1, 1 }) + day);
	bool quoted = fee_quote(catalogue, catalogue_product(catalogue, "personal"), 12, date, &quote, &err);
	int total = 0, lines = 0;
	for (int item = 0; item < 3; item++) {
		int dollars = cost(rows, count, item, day);
		if (item == 0 && dollars < 0) {
			assert_false(quoted);
			assert_int_equal(err.kind, ERROR_REFUSED);
			assert_int_equal(quote.count, 99);
			return;
		}
		total += dollars < 0 ? 0 : dollars;
		lines += dollars < 0 ? 0 : 1;
	}
	assert_true(quoted);
	assert_int_equal(quote.total.minor, total * 100);
	assert_int_equal(quote.count, lines);
}

/* Random rows, every day, against the computation above. The facts' own row is cut out first. */
static void
agrees_with_an_independent_computation(void **state)
{
	(void)state;
	const char *from = strstr(small_facts, "  \"fees\": ["), *to = strstr(small_facts, "  \"checks\": [");
	char *facts = strdup(small_facts);
	assert_true(facts != NULL && from != NULL && to != NULL);
	memmove(facts + (from - small_facts), to, strlen(to) + 1);
	unsigned seed = 20261125;
	for (int round = 0; round < 100; round++) {
		struct row rows[ROWS];
		size_t count = make_rows(&seed, rows);
		char *text = write_rows(rows, count);
		struct catalogue *catalogue;
		struct error err = { .text = "" };
		if (!small_load(facts, text, NULL, &catalogue, &err))
			fail_msg("%s", err.text);
		for (int day = -2; day < DAYS + 130; day++)
			check_day(catalogue, rows, count, day);
		catalogue_free(catalogue);
		free(text);
	}
	free(facts);
}

static void
says_where_each_figure_comes_from(void **state)
{
	(void)state;
	struct catalogue *catalogue;
	struct fee_quote quote;
	struct error err = { .text = "" };
	assert_true(catalogue_load(TEST_SOURCE_DIR "/assets/catalogue", true, NULL, NULL, &catalogue, &err));
	const struct catalogue_product *product = catalogue_product(catalogue, "personal");
	assert_true(fee_quote(catalogue, product, 12, (struct date){ 2026, 11, 25 }, &quote, &err));
	assert_int_equal(quote.lines[0].amount.minor, 4800);
	assert_true(quote.lines[0].promotional);
	assert_false(quote.lines[0].sample);
	assert_non_null(strstr(quote.lines[0].source, "ecert.gov.hk"));
	assert_string_equal(quote.lines[0].payee[LANGUAGE_ZH_HK], "香港郵政署長");
	assert_true(quote.lines[1].sample);
	assert_string_equal(quote.version, "TRAIN 2026.2");
	assert_int_equal(quote.total.minor, 8800);
	assert_false(fee_quote(catalogue, product, 12, (struct date){ 2023, 6, 30 }, &quote, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_non_null(strstr(err.text, "subscription"));
	assert_false(fee_quote(catalogue, product, 36, (struct date){ 2026, 11, 25 }, &quote, &err));
	assert_non_null(strstr(err.text, "36 months"));
	/* Nothing is guessed for a product whose fee no source states. */
	assert_false(fee_quote(catalogue, catalogue_product(catalogue, "organisational-mr-safenet"), 12,
		(struct date){ 2026, 11, 25 }, &quote, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	/* A token has sample fees in training and none in the facts. */
	assert_true(fee_quote(catalogue, catalogue_product(catalogue, "personal-mr-feitian"), 24,
		(struct date){ 2026, 11, 25 }, &quote, &err));
	assert_int_equal(quote.total.minor, 34000);
	assert_int_equal(quote.count, 3);
	for (size_t i = 0; i < quote.count; i++)
		assert_true(quote.lines[i].sample);
	catalogue_free(catalogue);
	assert_true(catalogue_load(TEST_SOURCE_DIR "/assets/catalogue", false, NULL, NULL, &catalogue, &err));
	assert_false(fee_quote(catalogue, catalogue_product(catalogue, "personal-mr-feitian"), 24,
		(struct date){ 2026, 11, 25 }, &quote, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	catalogue_free(catalogue);
}

static void
refuses_a_total_over_the_bound(void **state)
{
	(void)state;
	struct catalogue *catalogue;
	struct fee_quote quote;
	struct error err;
	char *facts = small_replace(small_facts, "\"list\": \"50.00\"", "\"list\": \"1000000000.00\"");
	char *plain = small_replace(facts, "\"promotional\": \"48.00\", ", "");
	assert_true(small_load(plain, small_training, NULL, &catalogue, &err));
	assert_false(fee_quote(
		catalogue, catalogue_product(catalogue, "personal"), 12, (struct date){ 2026, 11, 25 }, &quote, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	catalogue_free(catalogue);
	free(plain);
	free(facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(agrees_with_an_independent_computation),
		cmocka_unit_test(says_where_each_figure_comes_from), cmocka_unit_test(refuses_a_total_over_the_bound) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
