#pragma once
/* A small catalogue in two texts, and loading it from memory with pieces of the texts replaced. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/model/catalogue_inside.h"

#define SMALL_NAME(text) "{ \"en\": \"" text "\", \"zh-Hant-HK\": \"" text " 繁\", \"zh-Hans\": \"" text " 简\" }"

/* clang-format off */
static const char small_facts[] = /* line numbers matter to the tests */
	/*  1 */ "{\n"
	/*  2 */ "  \"version\": \"2026.1\",\n"
	/*  3 */ "  \"from\": \"2026-01-01\",\n"
	/*  4 */ "  \"kinds\": [\n"
	/*  5 */ "    { \"id\": \"personal\", \"name\": " SMALL_NAME("Personal") ", \"source\": \"s\" },\n"
	/*  6 */ "    { \"id\": \"bank\", \"name\": " SMALL_NAME("Bank") ", \"source\": \"s\" }\n"
	/*  7 */ "  ],\n"
	/*  8 */ "  \"forms\": [\n"
	/*  9 */ "    { \"id\": \"CPos 798A\", \"revision\": \"08/2020\", \"source\": \"s\" },\n"
	/* 10 */ "    { \"id\": \"CPos 798FA\", \"source\": \"s\" }\n"
	/* 11 */ "  ],\n"
	/* 12 */ "  \"products\": [\n"
	/* 13 */ "    {\n"
	/* 14 */ "      \"id\": \"personal\", \"kind\": \"personal\",\n"
	/* 15 */ "      \"name\": " SMALL_NAME("e-Cert") ",\n"
	/* 16 */ "      \"short_name\": " SMALL_NAME("e-Cert") ",\n"
	/* 17 */ "      \"form\": \"CPos 798A\", \"supplement\": \"CPos 798FA\",\n"
	/* 18 */ "      \"service\": \"handled\", \"medium\": \"file-usb\", \"key_route\": \"central\",\n"
	/* 19 */ "      \"who\": " SMALL_NAME("Anyone") ",\n"
	/* 20 */ "      \"bring\": [ " SMALL_NAME("Form") ", " SMALL_NAME("Card") " ],\n"
	/* 21 */ "      \"next\": [ " SMALL_NAME("Posted") " ],\n"
	/* 22 */ "      \"terms\": [12, 24], \"validity_months\": 36, \"pin_envelope\": true,\n"
	/* 23 */ "      \"source\": \"s\"\n"
	/* 24 */ "    },\n"
	/* 25 */ "    {\n"
	/* 26 */ "      \"id\": \"bank\", \"kind\": \"bank\",\n"
	/* 27 */ "      \"name\": " SMALL_NAME("Bank-Cert") ", \"short_name\": " SMALL_NAME("Bank") ",\n"
	/* 28 */ "      \"service\": \"redirected\",\n"
	/* 29 */ "      \"who\": " SMALL_NAME("Customers") ",\n"
	/* 30 */ "      \"places\": [ { \"name\": " SMALL_NAME("A bank") ", \"url\": \"www.example.com\" } ],\n"
	/* 31 */ "      \"source\": \"s\"\n"
	/* 32 */ "    }\n"
	/* 33 */ "  ],\n"
	/* 34 */ "  \"payees\": [ { \"id\": \"pmg\", \"name\": " SMALL_NAME("Postmaster General") ", \"source\": \"s\" } ],\n"
	/* 35 */ "  \"fees\": [\n"
	/* 36 */ "    { \"item\": \"subscription\", \"product\": \"personal\", \"name\": " SMALL_NAME("Fee") ", \"term_months\": 12,\n"
	/* 37 */ "      \"list\": \"50.00\", \"promotional\": \"48.00\", \"from\": \"2023-07-01\", \"payee\": \"pmg\", \"source\": \"page\" }\n"
	/* 38 */ "  ],\n"
	/* 39 */ "  \"checks\": [\n"
	/* 40 */ "    { \"id\": \"photo\", \"name\": " SMALL_NAME("Photo") ", \"hint\": " SMALL_NAME("Look") ", \"required\": true, \"source\": \"s\" },\n"
	/* 41 */ "    { \"id\": \"ink\", \"name\": " SMALL_NAME("Ink") ", \"hint\": " SMALL_NAME("Tilt") ", \"generation\": 2018, \"source\": \"s\" }\n"
	/* 42 */ "  ]\n"
	/* 43 */ "}\n";

static const char small_training[] =
	/*  1 */ "{\n"
	/*  2 */ "  \"version\": \"TRAIN 1\",\n"
	/*  3 */ "  \"checks_least\": { \"value\": 1, \"source\": \"s\", \"sample\": true },\n"
	/*  4 */ "  \"products\": [\n"
	/*  5 */ "    { \"id\": \"personal\", \"sample\": true, \"declaration\": \"words\" }\n"
	/*  6 */ "  ],\n"
	/*  7 */ "  \"fees\": [\n"
	/*  8 */ "    { \"item\": \"medium\", \"product\": \"*\", \"name\": " SMALL_NAME("USB") ", \"list\": \"40.00\",\n"
	/*  9 */ "      \"from\": \"2023-07-01\", \"until\": \"2026-12-31\", \"payee\": \"pmg\", \"source\": \"sample\", \"sample\": true }\n"
	/* 10 */ "  ],\n"
	/* 11 */ "  \"methods\": [\n"
	/* 12 */ "    { \"id\": \"cash\", \"name\": " SMALL_NAME("Cash") ", \"reference\": false, \"source\": \"s\", \"sample\": true },\n"
	/* 13 */ "    { \"id\": \"eps\", \"name\": " SMALL_NAME("EPS") ", \"reference\": true, \"reference_least\": 6, \"reference_most\": 12,\n"
	/* 14 */ "      \"reference_label\": " SMALL_NAME("Slip") ", \"source\": \"s\", \"sample\": true }\n"
	/* 15 */ "  ],\n"
	/* 16 */ "  \"documents\": [\n"
	/* 17 */ "    { \"id\": \"words\", \"version\": \"1\", \"title\": " SMALL_NAME("Declaration") ", \"key_route\": \"central\",\n"
	/* 18 */ "      \"items\": [ " SMALL_NAME("True") ", " SMALL_NAME("Accepted") " ], \"source\": \"s\", \"sample\": true }\n"
	/* 19 */ "  ]\n"
	/* 20 */ "}\n";
/* clang-format on */

struct small_faults {
	size_t count;
	struct catalogue_fault first;
};

static inline void
small_count(void *self, const struct catalogue_fault *fault)
{
	struct small_faults *faults = self;
	if (faults->count++ == 0)
		faults->first = *fault;
}

/* `text` with the first `from` replaced by `to`; the caller frees it. Aborts if `from` is not there. */
static inline char *
small_replace(const char *text, const char *from, const char *to)
{
	const char *at = from == NULL ? text : strstr(text, from);
	size_t cut = from == NULL ? 0 : strlen(from), add = from == NULL ? 0 : strlen(to);
	char *out = malloc(strlen(text) + add + 1);
	if (at == NULL || out == NULL)
		abort();
	size_t head = (size_t)(at - text);
	memcpy(out, text, head);
	if (add > 0)
		memcpy(out + head, to, add);
	memcpy(out + head + add, at + cut, strlen(at + cut) + 1);
	return out;
}

static inline bool
small_load(
	const char *facts, const char *training, struct small_faults *faults, struct catalogue **out, struct error *err)
{
	struct catalogue_file files[] = { { .name = "facts/a.json" }, { .name = "training/a.json", .training = true } };
	char *texts[] = { small_replace(facts, NULL, NULL), small_replace(training == NULL ? "" : training, NULL, NULL) };
	for (size_t i = 0; i < 2; i++)
		files[i].bytes = (struct file_bytes){ (uint8_t *)texts[i], strlen(texts[i]) };
	bool ok = catalogue_load_files(
		files, training == NULL ? 1 : 2, training != NULL, faults == NULL ? NULL : small_count, faults, out, err);
	free(texts[0]);
	free(texts[1]);
	return ok;
}
