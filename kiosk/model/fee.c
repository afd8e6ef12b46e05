#include "kiosk/model/fee.h"

#include <string.h>

#include "kiosk/base/text.h"

static bool
holds_on(struct date from, struct date until, struct date day)
{
	return date_compare(from, day) <= 0 && (until.year == 0 || date_compare(day, until) <= 0);
}

static bool
fits(const struct catalogue_fee *fee, const char *item, const char *product, int term_months, struct date day)
{
	return strcmp(fee->item, item) == 0 && strcmp(fee->product, product) == 0 &&
		   (fee->term_months == 0 || fee->term_months == term_months) && holds_on(fee->from, fee->until, day);
}

static const struct catalogue_fee *
find(const struct catalogue *catalogue, const char *item, const struct catalogue_product *product, int term_months,
	struct date day)
{
	const struct catalogue_fee *any = NULL, *fee;
	for (size_t i = 0; (fee = catalogue_fee_at(catalogue, i)) != NULL; i++) {
		if (fits(fee, item, product->id, term_months, day))
			return fee;
		if (fits(fee, item, "*", term_months, day))
			any = fee;
	}
	return any;
}

static bool
add_line(struct fee_quote *quote, const struct catalogue_fee *fee, struct error *err)
{
	struct fee_line *line = &quote->lines[quote->count];
	*line = (struct fee_line){ .quantity = 1, .unit = fee->list, .sample = fee->sample };
	line->promotional =
		fee->promotional.minor >= 0 && holds_on(fee->promotional_from, fee->promotional_until, quote->day);
	if (line->promotional)
		line->unit = fee->promotional;
	bool fitted = text_copy(line->item, sizeof(line->item), fee->item) &&
				  text_copy(line->payee_id, sizeof(line->payee_id), fee->payee_id) &&
				  text_copy(line->source, sizeof(line->source), fee->source);
	for (int i = 0; i < LANGUAGES; i++) {
		fitted = fitted && text_copy(line->name[i], sizeof(line->name[i]), fee->name.in[i]) &&
				 text_copy(line->payee[i], sizeof(line->payee[i]), fee->payee.in[i]);
	}
	if (!fitted)
		return error_set(err, ERROR_FULL, "a text of fee \"%s\" is too long", fee->item);
	if (!money_times(line->unit, line->quantity, &line->amount, err) ||
		!money_add(quote->total, line->amount, &quote->total, err))
		return error_in(err, "fee \"%s\"", fee->item);
	quote->count++;
	return true;
}

static bool
on_sale(const struct catalogue_product *product, int term_months)
{
	for (size_t i = 0; i < product->term_count; i++) {
		if (product->terms[i] == term_months)
			return true;
	}
	return false;
}

bool
fee_quote(const struct catalogue *catalogue, const struct catalogue_product *product, int term_months, struct date day,
	struct fee_quote *out, struct error *err)
{
	struct fee_quote quote = { .day = day };
	if (!on_sale(product, term_months))
		return error_set(err, ERROR_REFUSED, "%s is not on sale for %d months", product->id, term_months);
	for (size_t i = 0; i < CATALOGUE_ITEMS; i++) {
		const struct catalogue_fee *fee = find(catalogue, catalogue_items[i], product, term_months, day);
		if (fee == NULL && i == 0)
			return error_set(err, ERROR_REFUSED, "no %s fee of %s for %d months is stated for this day",
				catalogue_items[i], product->id, term_months);
		if (fee != NULL && !add_line(&quote, fee, err))
			return false;
	}
	(void)text_copy(quote.version, sizeof(quote.version), catalogue_version(catalogue));
	*out = quote;
	return true;
}
