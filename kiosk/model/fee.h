#pragma once
/* What a product costs on a day, line by line, each with where the figure comes from. Never guessed. */
#include "kiosk/model/catalogue.h"

#define FEE_LINES 8u

struct fee_line {
	char item[CATALOGUE_ID];
	char name[LANGUAGES][96];
	char payee[LANGUAGES][64];
	char payee_id[CATALOGUE_ID];
	char source[128];
	int32_t quantity;
	struct money unit, amount; /* amount = unit * quantity */
	bool promotional, sample;  /* the promotion is used; the figure is a sample of the training overlay */
};

struct fee_quote {
	struct fee_line lines[FEE_LINES];
	size_t count;
	struct money total;
	char version[32]; /* of the catalogue */
	struct date day;
};

/*
 * Quote `product` for `term_months` on `day`: its subscription, then administration and medium where a row holds. A row
 * of the product goes before one of "*". ERROR_REFUSED if the term is not on sale or the subscription has no row on
 * that day: the error text says which; the screen says whom to ask. A promotion that is not in force on `day` is not
 * used.
 */
NODISCARD bool fee_quote(const struct catalogue *catalogue, const struct catalogue_product *product, int term_months,
	struct date day, struct fee_quote *out, struct error *err);
