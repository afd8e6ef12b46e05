#include "kiosk/model/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/model/catalogue_inside.h"

const char *const catalogue_items[CATALOGUE_ITEMS] = { "subscription", "administration", "medium" };

void
catalogue_free(struct catalogue *catalogue)
{
	if (catalogue == NULL)
		return;
	for (size_t i = 0; i < catalogue->root_count; i++)
		json_decref(catalogue->roots[i]);
	free(catalogue);
}

const char *
catalogue_version(const struct catalogue *catalogue)
{
	return catalogue->version;
}

const uint8_t *
catalogue_sha256(const struct catalogue *catalogue)
{
	return catalogue->sha256;
}

bool
catalogue_is_training(const struct catalogue *catalogue)
{
	return catalogue->training;
}

struct date
catalogue_from(const struct catalogue *catalogue)
{
	return catalogue->from;
}

const struct catalogue_product *
catalogue_product_at(const struct catalogue *catalogue, size_t index)
{
	return index < catalogue->product_count ? &catalogue->products[index] : NULL;
}

const struct catalogue_product *
catalogue_product(const struct catalogue *catalogue, const char *id)
{
	for (size_t i = 0; i < catalogue->product_count; i++) {
		if (strcmp(catalogue->products[i].id, id) == 0)
			return &catalogue->products[i];
	}
	return NULL;
}

const struct catalogue_fee *
catalogue_fee_at(const struct catalogue *catalogue, size_t index)
{
	return index < catalogue->fee_count ? &catalogue->fees[index] : NULL;
}

const struct catalogue_method *
catalogue_method_at(const struct catalogue *catalogue, size_t index)
{
	return index < catalogue->method_count ? &catalogue->methods[index] : NULL;
}

const struct catalogue_method *
catalogue_method(const struct catalogue *catalogue, const char *id)
{
	for (size_t i = 0; i < catalogue->method_count; i++) {
		if (strcmp(catalogue->methods[i].id, id) == 0)
			return &catalogue->methods[i];
	}
	return NULL;
}

const struct catalogue_check *
catalogue_check_at(const struct catalogue *catalogue, size_t index)
{
	return index < catalogue->check_count ? &catalogue->checks[index].check : NULL;
}

int
catalogue_checks_least(const struct catalogue *catalogue)
{
	return catalogue->checks_least;
}

const struct catalogue_document *
catalogue_document(const struct catalogue *catalogue, const char *id)
{
	for (size_t i = 0; i < catalogue->document_count; i++) {
		if (strcmp(catalogue->documents[i].id, id) == 0)
			return &catalogue->documents[i];
	}
	return NULL;
}

static void
print_product(const struct catalogue_product *product)
{
	static const char *const services[] = { "handled", "not here", "not yet" };
	const char *place = product->place_count > 0 ? product->places[0].name.in[LANGUAGE_EN] : "";
	printf("%-26s %-19s %-14s %-9s %s%s\n", product->id, product->kind, product->form[0] != '\0' ? product->form : "-",
		services[product->service], place, product->sample ? " (with sample values)" : "");
}

static void
print_fee(const struct catalogue_fee *fee)
{
	char list[MONEY_TEXT], promotional[MONEY_TEXT] = "-", from[DATE_TEXT], until[DATE_TEXT] = "further notice";
	money_format(fee->list, list);
	if (fee->promotional.minor >= 0)
		money_format(fee->promotional, promotional);
	date_iso(fee->from, from);
	if (fee->until.year != 0)
		date_iso(fee->until, until);
	printf("%-26s %-19s %6d %10s %12s  %s to %s%s\n", fee->product, fee->item, fee->term_months, list, promotional,
		from, until, fee->sample ? " (sample)" : "");
}

void
catalogue_print(const struct catalogue *catalogue)
{
	char from[DATE_TEXT];
	date_iso(catalogue->from, from);
	printf("catalogue %s from %s%s\n\n", catalogue->version, from, catalogue->training ? ", TRAINING" : "");
	printf("%-26s %-19s %-14s %-9s %s\n", "product", "kind", "form", "service", "where");
	for (size_t i = 0; i < catalogue->product_count; i++)
		print_product(&catalogue->products[i]);
	printf("\n%-26s %-19s %6s %10s %12s  %s\n", "product", "fee", "months", "list HK$", "promotional", "days");
	for (size_t i = 0; i < catalogue->fee_count; i++)
		print_fee(&catalogue->fees[i]);
	printf("\npayment methods:");
	for (size_t i = 0; i < catalogue->method_count; i++)
		printf(" %s", catalogue->methods[i].id);
	printf("%s\n", catalogue->method_count == 0 ? " none stated" : "");
}
