/* A catalogue of one file of any content; what is taken can be walked and quoted. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/model/catalogue_inside.h"
#include "kiosk/model/fee.h"
#include "tests/fuzz/fuzz.h"

static void
count(void *self, const struct catalogue_fault *fault)
{
	size_t *faults = self;
	if (++*faults > CATALOGUE_FAULTS || fault->line < 0 || fault->rule[0] == '\0')
		abort();
}

static void
walk(const struct catalogue *catalogue)
{
	const struct date day = { 2026, 11, 25 };
	const struct catalogue_product *product;
	struct fee_quote quote;
	struct error err;
	for (size_t i = 0; (product = catalogue_product_at(catalogue, i)) != NULL; i++) {
		if (product->name.in[LANGUAGE_ZH_CN][0] == '\0' || product->kind_name.in[LANGUAGE_EN] == NULL)
			abort();
		for (size_t k = 0; k < product->term_count; k++)
			(void)!fee_quote(catalogue, product, product->terms[k], day, &quote, &err);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct catalogue_file file = { .name = "facts/a.json" };
	struct catalogue *catalogue;
	struct error err = { .kind = ERROR_NONE };
	size_t faults = 0;
	if (size > CATALOGUE_FILE_MOST)
		return 0;
	file.bytes.at = malloc(size + 1);
	if (file.bytes.at == NULL)
		return 0;
	if (size > 0)
		memcpy(file.bytes.at, data, size);
	file.bytes.at[size] = '\0';
	file.bytes.len = size;
	if (catalogue_load_files(&file, 1, false, count, &faults, &catalogue, &err)) {
		walk(catalogue);
		catalogue_free(catalogue);
	} else if (faults == 0 || err.kind == ERROR_NONE) {
		abort();
	}
	free(file.bytes.at);
	return 0;
}
