#include "kiosk/ui/receipt.h"

#include <stdio.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/strip.h"

/* FNV-1a over the text: a typing check for whoever keys the code's content, not a protection. */
static uint32_t
check_sum(const char *text)
{
	uint32_t sum = 2166136261u;
	for (; *text != '\0'; text++)
		sum = (sum ^ (uint8_t)*text) * 16777619u;
	return sum;
}

static bool
fill_code(struct receipt *out, struct error *err)
{
	char content[160], instant[DATE_TEXT];
	date_instant_iso(out->at_ms, instant);
	int n = snprintf(content, sizeof(content), "HKPEC1 R %s %s %lld %s", out->number, out->case_number,
		(long long)out->fee.total.minor, instant);
	if (n < 0 || (size_t)n + 10 > sizeof(content))
		return error_set(err, ERROR_FULL, "receipt code of %d bytes", n);
	(void)snprintf(content + n, sizeof(content) - (size_t)n, " %08x", check_sum(content));
	return qr_make(content, &out->code, err);
}

static void
fill_methods(struct receipt *out, const struct catalogue *catalogue)
{
	for (size_t i = 0; i < out->payment.count; i++) {
		const struct catalogue_method *method = catalogue_method(catalogue, out->payment.tenders[i].method);
		for (size_t l = 0; l < LANGUAGES; l++)
			(void)text_copy(out->method_name[i][l], sizeof(out->method_name[i][l]),
				method == NULL ? out->payment.tenders[i].method : method->name.in[l]);
	}
}

bool
receipt_fill(
	struct receipt *out, const struct receipt_facts *facts, const struct catalogue *catalogue, struct error *err)
{
	const struct application *application = facts->application;
	const struct application_line *line = &application->lines[0];
	const struct catalogue_product *product = catalogue_product(catalogue, line->product);

	*out = (struct receipt){ .training = catalogue_is_training(catalogue),
		.at_ms = facts->at_ms,
		.offset_min = facts->offset_min,
		.fee = application->fee,
		.payment = application->payment };
	(void)text_copy(out->number, sizeof(out->number), facts->number);
	(void)text_copy(out->case_number, sizeof(out->case_number), application->case_number);
	(void)text_copy(out->officer, sizeof(out->officer), facts->officer);
	(void)text_copy(out->form, sizeof(out->form), application->form);
	(void)text_copy(out->masked, sizeof(out->masked), facts->masked);
	(void)text_copy(out->pin_envelope, sizeof(out->pin_envelope), line->pin_envelope);
	for (size_t l = 0; l < LANGUAGES; l++)
		(void)text_copy(
			out->product[l], sizeof(out->product[l]), product == NULL ? line->product : product->name.in[l]);
	fill_methods(out, catalogue);
	return fill_code(out, err);
}

static const char *
amount(struct tree *tree, struct money money)
{
	char text[MONEY_TEXT];
	money_format(money, text);
	return tree_copy(tree, text);
}

static void
marks(struct tree *tree, const struct receipt *receipt)
{
	if (receipt->copy > 0) {
		strip_band(tree, "副本  COPY", TYPE_H2, 4);
		strip_middle(tree,
			tree_text(tree, "Copy %d, printed %s, staff %s", receipt->copy,
				strip_when(tree, receipt->copy_at_ms, receipt->offset_min), receipt->copy_officer),
			TYPE_CAPTION_BOLD);
	}
	if (receipt->training) {
		strip_band(tree, "訓練  TRAINING", TYPE_H3, 3);
		strip_middle(tree, "範例收費，並非有效收據", TYPE_CAPTION_BOLD);
		strip_middle(tree, "Sample fees. Not a valid receipt.", TYPE_CAPTION_BOLD);
	}
}

static void
facts(struct tree *tree, const struct receipt *receipt, int width)
{
	const bool narrow = width < STRIP_WIDTH_80;
	BOX(tree, .role = ROLE_ROW, .name = "Receipt", .value = receipt->number, .dir = narrow ? DIR_COL : DIR_ROW,
		.align = narrow ? ALIGN_END : ALIGN_CENTER, .w = GROW(1))
	{
		LEAF(tree, .text = "收據 Receipt", .type = TYPE_H3, .color = COLOR_INK, .w = GROW(1), .lang = LANG_HANT);
		LEAF(tree, .text = receipt->number, .type = TYPE_H3, .color = COLOR_INK, .tabular = true, .keep = true);
	}
	strip_line(tree, width, "日期 Date", strip_when(tree, receipt->at_ms, receipt->offset_min), TYPE_CAPTION_BOLD);
	strip_line(tree, width, "櫃位及職員 Counter, staff", tree_text(tree, "%s, %s", receipt->counter, receipt->officer),
		TYPE_CAPTION_BOLD);
	strip_line(tree, width, "申請編號 Application", receipt->case_number, TYPE_CAPTION_BOLD);
	strip_line(tree, width, "身份證 Identity card", receipt->masked, TYPE_CAPTION_BOLD);
	if (receipt->form[0] != '\0')
		strip_line(tree, width, "表格 Form", receipt->form, TYPE_CAPTION_BOLD);
	if (receipt->pin_envelope[0] != '\0')
		strip_line(tree, width, "密碼信封 PIN envelope", receipt->pin_envelope, TYPE_CAPTION_BOLD);
}

static void
fees(struct tree *tree, const struct receipt *receipt, int width)
{
	strip_middle(tree, receipt->product[LANGUAGE_ZH_HK], TYPE_CAPTION_BOLD);
	strip_middle(tree, receipt->product[LANGUAGE_EN], TYPE_CAPTION_BOLD);
	for (size_t i = 0; i < receipt->fee.count; i++) {
		const struct fee_line *fee = &receipt->fee.lines[i];
		BOX(tree, .dir = DIR_COL, .w = GROW(1))
		{
			strip_line(tree, width, fee->name[LANGUAGE_EN], amount(tree, fee->amount), TYPE_SMALL_BOLD);
			LEAF(tree, .role = ROLE_TEXT, .text = fee->name[LANGUAGE_ZH_HK], .type = TYPE_SMALL, .color = COLOR_INK,
				.wrap = true, .w = GROW(1), .lang = LANG_HANT);
		}
	}
}

static void
total(struct tree *tree, const struct receipt *receipt, int width)
{
	const bool narrow = width < STRIP_WIDTH_80;
	const char *text = tree_text(tree, "HK$%s", amount(tree, receipt->fee.total));
	strip_rule(tree);
	BOX(tree, .role = ROLE_ROW, .name = "Total", .value = text, .dir = narrow ? DIR_COL : DIR_ROW,
		.align = narrow ? ALIGN_END : ALIGN_CENTER, .w = GROW(1))
	{
		BOX(tree, .dir = narrow ? DIR_ROW : DIR_COL, .gap = narrow ? 8 : 0, .w = GROW(1))
		{
			LEAF(tree, .text = "總額", .type = TYPE_BODY_BOLD, .color = COLOR_INK, .lang = LANG_HANT);
			LEAF(tree, .text = "Total", .type = TYPE_BODY_BOLD, .color = COLOR_INK);
		}
		LEAF(tree, .text = text, .type = TYPE_H1, .color = COLOR_INK, .tabular = true, .keep = true);
	}
	strip_rule(tree);
}

static void
tenders(struct tree *tree, const struct receipt *receipt, int width)
{
	for (size_t i = 0; i < receipt->payment.count; i++) {
		const struct payment_tender *tender = &receipt->payment.tenders[i];
		const char *name = tree_text(tree, "%s %s%s%s", receipt->method_name[i][LANGUAGE_ZH_HK],
			receipt->method_name[i][LANGUAGE_EN], tender->reference[0] == '\0' ? "" : ", ", tender->reference);
		strip_line(tree, width, name, amount(tree, tender->given), TYPE_CAPTION_BOLD);
	}
	if (payment_change(&receipt->payment).minor > 0)
		strip_line(tree, width, "找續 Change", amount(tree, payment_change(&receipt->payment)), TYPE_CAPTION_BOLD);
	strip_line(tree, width, "收費表 Fee table", receipt->fee.version, TYPE_CAPTION_BOLD);
}

static void
foot(struct tree *tree, const struct receipt *receipt, int width)
{
	static const char *const words[] = { "請保留收據以備查詢", "Keep this receipt. Show it when you ask.",
		"查詢 Enquiries 2921\u00a06633" };
	strip_foot(tree, &receipt->code, width, words, sizeof(words) / sizeof(words[0]));
	if (receipt->copy > 0 || receipt->training)
		strip_band(tree,
			receipt->copy == 0  ? "訓練  TRAINING"
			: receipt->training ? "副本 COPY  訓練 TRAINING"
								: "副本  COPY",
			TYPE_SMALL_BOLD, 3);
}

void
receipt_draw(struct tree *tree, const struct receipt *receipt, int width)
{
	BOX(tree, .role = ROLE_GROUP, .name = "Receipt", .dir = DIR_COL, .gap = 7, .align = ALIGN_CENTER,
		.w = PX((float)width), .pad = PAD_XY(9, 14), .bg = COLOR_PAPER)
	{
		strip_head(tree, width, receipt->branch_name[LANGUAGE_ZH_HK], receipt->branch_name[LANGUAGE_EN]);
		marks(tree, receipt);
		strip_dashes(tree);
		facts(tree, receipt, width);
		strip_dashes(tree);
		fees(tree, receipt, width);
		total(tree, receipt, width);
		tenders(tree, receipt, width);
		strip_dashes(tree);
		foot(tree, receipt, width);
	}
}
