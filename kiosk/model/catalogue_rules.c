#include <openssl/evp.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/catalogue_inside.h"
#include "kiosk/model/stock.h"

static void
blame(struct catalogue_reading *in, enum catalogue_list list, size_t index, const char *rule)
{
	const struct catalogue_origin *origin = &in->origins[list][index];
	catalogue_load_fault_at(in, origin->file, origin->line, "%s", rule);
}

static const struct phrase *
kind_name(const struct catalogue *catalogue, const char *kind)
{
	for (size_t i = 0; i < catalogue->kind_count; i++) {
		if (strcmp(catalogue->kinds[i].id, kind) == 0)
			return &catalogue->kinds[i].name;
	}
	return NULL;
}

static const char *
revision_of(const struct catalogue *catalogue, const char *form)
{
	for (size_t i = 0; i < catalogue->form_count; i++) {
		if (strcmp(catalogue->forms[i].id, form) == 0)
			return catalogue->forms[i].revision;
	}
	return NULL;
}

static bool
has_kind(const struct catalogue *catalogue, const char *kind)
{
	return kind_name(catalogue, kind) != NULL;
}

static bool
has_form(const struct catalogue *catalogue, const char *form)
{
	return form[0] == '\0' || revision_of(catalogue, form) != NULL;
}

static bool
product_uses(const struct catalogue_product *product, const char *form)
{
	bool uses = strcmp(product->form, form) == 0 || strcmp(product->supplement, form) == 0;
	for (size_t i = 0; i < product->place_count; i++)
		uses = uses || strcmp(product->places[i].form, form) == 0;
	return uses;
}

static bool
uses_form(const struct catalogue *catalogue, const char *form)
{
	for (size_t i = 0; i < catalogue->product_count; i++) {
		if (product_uses(&catalogue->products[i], form))
			return true;
	}
	return false;
}

static bool
knows_forms(const struct catalogue *catalogue, const struct catalogue_product *product)
{
	bool known = has_form(catalogue, product->form) && has_form(catalogue, product->supplement);
	for (size_t i = 0; i < product->place_count; i++)
		known = known && has_form(catalogue, product->places[i].form);
	return known;
}

/* Stock and tokens name brands as the catalogue does. */
static void
judge_medium(struct catalogue_reading *in, size_t index)
{
	const struct catalogue_product *product = &in->catalogue->products[index];
	const bool brand = product->token_brand[0] != '\0';
	if (brand && product->medium != CATALOGUE_MEDIUM_TOKEN)
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a token brand for a product that comes on no token");
	if (strlen(product->token_brand) >= STOCK_BRAND)
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a token brand of 16 characters or more");
	if (!brand && product->medium == CATALOGUE_MEDIUM_TOKEN && product->service == CATALOGUE_HANDLED)
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a product on a token that is handled without its brand");
}

static void
judge_service(struct catalogue_reading *in, size_t index)
{
	const struct catalogue_product *product = &in->catalogue->products[index];
	if (product->service == CATALOGUE_REDIRECTED && product->place_count == 0)
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a product that is redirected to no place");
	if (product->service != CATALOGUE_HANDLED && product->declaration[0] != '\0')
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a declaration for a product that is not handled");
	if (product->service != CATALOGUE_HANDLED)
		return;
	if (product->form[0] == '\0')
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a product that is handled without a form");
	if (product->term_count == 0)
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a product that is handled without a term");
	if (product->bring_count == 0 || product->next_count == 0)
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a product that is handled must say what to bring and what follows");
}

static void
judge_declaration(struct catalogue_reading *in, size_t index)
{
	const struct catalogue_product *product = &in->catalogue->products[index];
	if (product->declaration[0] == '\0')
		return;
	const struct catalogue_document *document = catalogue_document(in->catalogue, product->declaration);
	if (document == NULL)
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a declaration that is not among the documents");
	else if (document->key_route != product->key_route)
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a declaration whose key route is not that of the product");
}

static void
judge_product(struct catalogue_reading *in, size_t index)
{
	struct catalogue_product *product = &in->catalogue->products[index];
	if (!has_kind(in->catalogue, product->kind))
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a kind that is not among the kinds");
	else
		product->kind_name = *kind_name(in->catalogue, product->kind);
	if (!knows_forms(in->catalogue, product))
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "a form that is not among the forms");
	else if (product->form[0] != '\0')
		product->revision = revision_of(in->catalogue, product->form);
	if (product->age_below != 0 && product->age_least >= product->age_below)
		blame(in, CATALOGUE_LIST_PRODUCTS, index, "ages that nobody can have");
	judge_medium(in, index);
	judge_service(in, index);
	judge_declaration(in, index);
}

static void
judge_forms(struct catalogue_reading *in)
{
	for (size_t i = 0; i < in->catalogue->form_count; i++) {
		if (!uses_form(in->catalogue, in->catalogue->forms[i].id))
			blame(in, CATALOGUE_LIST_FORMS, i, "a form that no product uses");
	}
}

/* A product always says its service, so a kind with a product is served or redirected. */
static void
judge_kinds(struct catalogue_reading *in)
{
	for (size_t i = 0; i < in->catalogue->kind_count; i++) {
		bool found = false;
		for (size_t k = 0; k < in->catalogue->product_count; k++)
			found = found || strcmp(in->catalogue->products[k].kind, in->catalogue->kinds[i].id) == 0;
		if (!found)
			blame(in, CATALOGUE_LIST_KINDS, i, "a kind that is neither served nor redirected");
	}
}

static bool
is_item(const char *item)
{
	for (size_t i = 0; i < CATALOGUE_ITEMS; i++) {
		if (strcmp(catalogue_items[i], item) == 0)
			return true;
	}
	return false;
}

static bool
has_term(const struct catalogue_product *product, int months)
{
	for (size_t i = 0; i < product->term_count; i++) {
		if (product->terms[i] == months)
			return true;
	}
	return false;
}

/* `until` may be open. */
static bool
ordered(struct date from, struct date until)
{
	return until.year == 0 || date_compare(from, until) <= 0;
}

/* A promotion that does not say its days has those of the row. */
static void
judge_promotion(struct catalogue_reading *in, size_t index)
{
	struct catalogue_fee *fee = &in->catalogue->fees[index];
	bool dated = fee->promotional_from.year != 0 || fee->promotional_until.year != 0;
	if (fee->promotional.minor < 0) {
		if (dated)
			blame(in, CATALOGUE_LIST_FEES, index, "days of a promotion that has no amount");
		return;
	}
	if (fee->promotional_from.year == 0)
		fee->promotional_from = fee->from;
	if (fee->promotional_until.year == 0)
		fee->promotional_until = fee->until;
	if (money_compare(fee->promotional, fee->list) > 0)
		blame(in, CATALOGUE_LIST_FEES, index, "a promotion that costs more than the list price");
	if (!ordered(fee->promotional_from, fee->promotional_until))
		blame(in, CATALOGUE_LIST_FEES, index, "a promotion that ends before it begins");
	if (date_compare(fee->promotional_from, fee->from) < 0 ||
		(fee->until.year != 0 && !ordered(fee->promotional_until, fee->until)))
		blame(in, CATALOGUE_LIST_FEES, index, "a promotion outside the days of its fee");
}

static void
judge_fee(struct catalogue_reading *in, size_t index)
{
	struct catalogue_fee *fee = &in->catalogue->fees[index];
	const struct catalogue_product *product = catalogue_product(in->catalogue, fee->product);
	const struct catalogue_payee *payee = NULL;
	for (size_t i = 0; i < in->catalogue->payee_count; i++) {
		if (strcmp(in->catalogue->payees[i].id, fee->payee_id) == 0)
			payee = &in->catalogue->payees[i];
	}
	if (!is_item(fee->item))
		blame(in, CATALOGUE_LIST_FEES, index, "a fee for an item that the counter does not know");
	if (product == NULL && strcmp(fee->product, "*") != 0)
		blame(in, CATALOGUE_LIST_FEES, index, "a fee for a product that is not among the products");
	if (product != NULL && fee->term_months != 0 && !has_term(product, fee->term_months))
		blame(in, CATALOGUE_LIST_FEES, index, "a fee for a term that is not on sale");
	if (payee == NULL)
		blame(in, CATALOGUE_LIST_FEES, index, "a payee that is not among the payees");
	else
		fee->payee = payee->name;
	if (!ordered(fee->from, fee->until))
		blame(in, CATALOGUE_LIST_FEES, index, "a fee that can never hold: it ends before it begins");
	judge_promotion(in, index);
}

static bool
overlap(const struct catalogue_fee *a, const struct catalogue_fee *b)
{
	return strcmp(a->item, b->item) == 0 && strcmp(a->product, b->product) == 0 &&
		   (a->term_months == b->term_months || a->term_months == 0 || b->term_months == 0) &&
		   ordered(a->from, b->until) && ordered(b->from, a->until);
}

static void
judge_overlaps(struct catalogue_reading *in)
{
	const struct catalogue *catalogue = in->catalogue;
	for (size_t i = 0; i < catalogue->fee_count; i++) {
		for (size_t k = 0; k < i; k++) {
			if (overlap(&catalogue->fees[i], &catalogue->fees[k]))
				blame(in, CATALOGUE_LIST_FEES, i, "two fees for the same thing on the same day");
		}
	}
}

static void
judge_methods(struct catalogue_reading *in)
{
	for (size_t i = 0; i < in->catalogue->method_count; i++) {
		const struct catalogue_method *method = &in->catalogue->methods[i];
		bool bounds = method->reference_least > 0 && method->reference_most >= method->reference_least;
		bool label = method->reference_label.in[LANGUAGE_EN][0] != '\0';
		if (method->reference && (!bounds || !label))
			blame(in, CATALOGUE_LIST_METHODS, i, "a reference needs a label and how long it is");
		if (!method->reference && (label || method->reference_least != 0 || method->reference_most != 0))
			blame(in, CATALOGUE_LIST_METHODS, i, "rules of a reference that the method does not have");
	}
}

static void
judge_checks(struct catalogue_reading *in)
{
	int others = 0;
	for (size_t i = 0; i < in->catalogue->check_count; i++) {
		const struct catalogue_check *check = &in->catalogue->checks[i].check;
		others += check->required ? 0 : 1;
		if (check->generation != 0 && check->generation != 2003 && check->generation != 2018)
			blame(in, CATALOGUE_LIST_CHECKS, i, "a card generation that does not exist");
	}
	if (in->catalogue->checks_least > others)
		catalogue_load_fault_at(in, in->file_count, 0, "more checks asked for than there are");
}

/* Title and items in one language, joined by line feeds. */
static bool
hash_document(const struct catalogue_document *document, int language, uint8_t out[static 32])
{
	const char *title = document->title.in[language];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
			  EVP_DigestUpdate(ctx, title, strlen(title)) == 1;
	for (size_t i = 0; ok && i < document->item_count; i++) {
		const char *item = document->items[i].in[language];
		ok = EVP_DigestUpdate(ctx, "\n", 1) == 1 && EVP_DigestUpdate(ctx, item, strlen(item)) == 1;
	}
	ok = ok && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

static void
judge_documents(struct catalogue_reading *in)
{
	for (size_t i = 0; i < in->catalogue->document_count; i++) {
		struct catalogue_document *document = &in->catalogue->documents[i];
		bool used = false;
		for (size_t k = 0; k < in->catalogue->product_count; k++)
			used = used || strcmp(in->catalogue->products[k].declaration, document->id) == 0;
		if (!used)
			blame(in, CATALOGUE_LIST_DOCUMENTS, i, "a document that no product uses");
		for (int k = 0; k < LANGUAGES; k++) {
			if (!hash_document(document, k, document->sha256[k]))
				blame(in, CATALOGUE_LIST_DOCUMENTS, i, "a document that could not be hashed");
		}
	}
}

void
catalogue_rules_apply(struct catalogue_reading *in)
{
	for (size_t i = 0; i < in->catalogue->product_count; i++)
		judge_product(in, i);
	judge_kinds(in);
	judge_forms(in);
	for (size_t i = 0; i < in->catalogue->fee_count; i++)
		judge_fee(in, i);
	judge_overlaps(in);
	judge_methods(in);
	judge_checks(in);
	judge_documents(in);
}
