#pragma once
/* What the store's tests share: a folder with a provisioned store, officers, an open till, and people who do not
 * exist. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/store/store.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

#define SAMPLE_NOW 1795575600000ll /* 2026-11-25 11:00 in Hong Kong */
#define SAMPLE_DAY ((struct date){ 2026, 11, 25 })
#define SUPERVISOR "S1001"
#define CLERK      "C2002"
#define PASSWORD_1 "brass kettle over nine hills"
#define PASSWORD_2 "green ferry past the old pier"

#define OK(call)                                                                                                       \
	do {                                                                                                               \
		if (!(call)) {                                                                                                 \
			print_error("%s\n", err.text);                                                                             \
			fail_msg("%s", #call);                                                                                     \
		}                                                                                                              \
	} while (0)
#define REFUSED(call, wanted)                                                                                          \
	do {                                                                                                               \
		err.kind = ERROR_NONE;                                                                                         \
		assert_false(call);                                                                                            \
		if (err.kind != (wanted))                                                                                      \
			print_error("%s\n", err.text);                                                                             \
		assert_int_equal(err.kind, wanted);                                                                            \
	} while (0)

struct sample {
	char folder[256], path[300], key[300];
	struct store *store;
	struct store_till till;
	int64_t now_ms;
	unsigned number;                 /* of cases made so far */
	struct application *made, *read; /* owned; too large for the stack */
};

static inline void
sample_open(struct sample *sample)
{
	struct error err = { 0 };
	struct store_key key;
	OK(store_key_file(sample->key, &key, &err));
	OK(store_open(sample->path, key, &sample->store, &err));
}

static inline void
sample_folder(struct sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	secret_start();
	folder_new(sample->folder);
	(void)snprintf(sample->path, sizeof(sample->path), "%s/store.db", sample->folder);
	(void)snprintf(sample->key, sizeof(sample->key), "%s/store.key", sample->folder);
	sample->now_ms = SAMPLE_NOW;
	sample->made = calloc(1, sizeof(*sample->made));
	sample->read = calloc(1, sizeof(*sample->read));
	assert_true(sample->made != NULL && sample->read != NULL);
}

static inline struct file_bytes
sample_pem(const char *text)
{
	return (struct file_bytes){ (uint8_t *)strdup(text), strlen(text) };
}

static inline bool
sample_provision(struct sample *sample, struct error *err)
{
	const struct store_identity identity = { .training = true,
		.branch = "WR",
		.counter = "04",
		.branch_name = { "Wan Chai Road", "灣仔道", "湾仔道" },
		.centre = "https://centre.example:8443",
		.offset_min = 480,
		.catalogue_version = "TRAIN 2026.2" };
	const struct officer supervisor = { .number = SUPERVISOR, .name = "Ng Siu Ming", .role = OFFICER_SUPERVISOR };
	struct store_certificates certificates = { sample_pem("ca pem"), sample_pem("signing pem"),
		sample_pem("opening pem"), sample_pem("packet pem"), sample_pem("receipt pem") };
	struct secret signing = { 0 }, opening = { 0 };
	bool ok = secret_copy(text_span("SIGNING PRIVATE KEY PEM"), &signing, err) &&
			  secret_copy(text_span("OPENING PRIVATE KEY PEM"), &opening, err) &&
			  store_provision(sample->store, &identity, &certificates, &signing, &opening, &supervisor,
				  text_span(PASSWORD_1), sample->now_ms, err);
	secret_free(&signing);
	secret_free(&opening);
	store_certificates_free(&certificates);
	return ok;
}

static inline void
sample_till(struct sample *sample, const char *officer, struct store_till *out)
{
	struct error err = { 0 };
	const int64_t counts[PAYMENT_PIECES] = { 0, 0, 2, 4, 5, 10, 4, 8, 10, 20 };
	OK(store_till_open(sample->store, officer, counts, SAMPLE_DAY, sample->now_ms, out, &err));
}

/* A provisioned store with the supervisor's till open. */
static inline void
sample_start(struct sample *sample)
{
	struct error err = { 0 };
	sample_folder(sample);
	sample_open(sample);
	OK(sample_provision(sample, &err));
	sample_till(sample, SUPERVISOR, &sample->till);
}

static inline void
sample_end(struct sample *sample)
{
	store_close(sample->store);
	folder_remove(sample->folder);
	free(sample->made);
	free(sample->read);
}

static inline void
sample_person(struct application_person *person, unsigned n)
{
	(void)snprintf(person->hkid.number, sizeof(person->hkid.number), "A%06u", 100000 + n % 900000);
	person->hkid.check = hkid_check_of(person->hkid.number);
	(void)snprintf(person->surname, sizeof(person->surname), "%s", n % 2 == 0 ? "CHEUNGTEST" : "LAMTEST");
	(void)snprintf(person->given, sizeof(person->given), "Kwokwai");
	(void)snprintf(person->chinese, sizeof(person->chinese), "張𠮷偉");
	person->title = APPLICATION_TITLE_MS;
	person->birth = (struct date){ 1987, 6, 5 };
	(void)snprintf(person->phone, sizeof(person->phone), "%08u", 51230000 + n);
	(void)snprintf(person->cert_email, sizeof(person->cert_email), "kwokwai%u@mail.example", n);
	(void)snprintf(person->contact_email, sizeof(person->contact_email), "other%u@post.example", n);
	person->address = (struct application_address){ .room = "12B",
		.floor = "7",
		.block = "3",
		.building = "Unseen Mansion",
		.estate = "88 Nowhere Street",
		.district = "Wan Chai",
		.area = APPLICATION_AREA_HK };
}

/* Constants are copied whole, so that the bytes between fields are zero and whole values can be compared. */
static const struct fee_quote sample_fees = {
	.lines = { { .item = "subscription",
				   .name = { "Subscription, 3 years", "三年登記費", "三年登记费" },
				   .payee = { "Hongkong Post", "香港郵政", "香港邮政" },
				   .payee_id = "hkpost",
				   .source = "training overlay",
				   .quantity = 1,
				   .unit = { 15000 },
				   .amount = { 15000 },
				   .sample = true },
		{ .item = "medium",
			.name = { "Storage medium", "儲存媒體", "储存媒体" },
			.payee = { "Certizen", "翹晉", "翘晋" },
			.payee_id = "certizen",
			.source = "training overlay",
			.quantity = 2,
			.unit = { 5000 },
			.amount = { 10000 },
			.promotional = true } },
	.count = 2,
	.total = { 25000 },
	.version = "TRAIN 2026.2",
	.day = { 2026, 11, 25 }
};
static const struct payment sample_payment = {
	.tenders = { { .method = "eps", .amount = { 20000 }, .given = { 20000 }, .reference = "004821" },
		{ .method = "cash", .amount = { 5000 }, .given = { 10000 } } },
	.count = 2
};
static const struct application_line sample_line = { .product = "personal",
	.form_section = "A",
	.term_months = 36,
	.medium = CATALOGUE_MEDIUM_FILE_USB,
	.pin_route = APPLICATION_PIN_ENVELOPE,
	.pin_envelope = "PE-0012345",
	.release = CATALOGUE_RELEASE_OFFICER,
	.state = APPLICATION_LINE_COMMITTED };

static inline void
sample_application(struct sample *sample, struct application *out)
{
	struct error err = { 0 };
	const unsigned n = ++sample->number;
	memset(out, 0, sizeof(*out));
	OK(store_case_next(sample->store, SAMPLE_DAY, out->case_number, &err));
	(void)snprintf(out->form, sizeof(out->form), "CPos 798A");
	(void)snprintf(out->form_revision, sizeof(out->form_revision), "01/2024");
	(void)snprintf(out->form_barcode, sizeof(out->form_barcode), "F%08u", n);
	(void)snprintf(out->catalogue_version, sizeof(out->catalogue_version), "TRAIN 2026.2");
	sample_person(&out->person, n);
	out->card_generation = 2018;
	out->check_count = 4;
	for (size_t i = 0; i < 4; i++) {
		static const char *const ids[] = { "photo", "surname", "birth", "hologram" };
		(void)snprintf(out->checks[i].id, sizeof(out->checks[i].id), "%s", ids[i]);
		(void)snprintf(out->checks[i].officer, sizeof(out->checks[i].officer), SUPERVISOR);
		out->checks[i].finding = APPLICATION_SAME;
		out->checks[i].at_ms = sample->now_ms;
	}
	out->line_count = 1;
	memcpy(&out->lines[0], &sample_line, sizeof(sample_line));
	(void)snprintf(out->declaration, sizeof(out->declaration), "subscriber-terms");
	(void)snprintf(out->declaration_version, sizeof(out->declaration_version), "2024-01");
	memset(out->declaration_sha256, 0x5a, sizeof(out->declaration_sha256));
	out->declaration_language = LANGUAGE_ZH_HK;
	out->declaration_on_paper = true;
	out->declaration_at_ms = sample->now_ms;
	memcpy(&out->fee, &sample_fees, sizeof(sample_fees));
	memcpy(&out->payment, &sample_payment, sizeof(sample_payment));
	out->begun_ms = sample->now_ms - 60000;
	out->day = SAMPLE_DAY;
}

/* A compiler may fill the bytes between fields with anything: make them zero, so that whole values can be compared. */
static inline void
sample_level(struct application *application)
{
	for (size_t i = 0; i < FEE_LINES; i++) {
		const struct fee_line line = application->fee.lines[i];
		struct fee_line *out = &application->fee.lines[i];
		memset(out, 0, sizeof(*out));
		memcpy(out->item, line.item, sizeof(out->item));
		memcpy(out->name, line.name, sizeof(out->name));
		memcpy(out->payee, line.payee, sizeof(out->payee));
		memcpy(out->payee_id, line.payee_id, sizeof(out->payee_id));
		memcpy(out->source, line.source, sizeof(out->source));
		out->quantity = line.quantity;
		out->unit.minor = line.unit.minor;
		out->amount.minor = line.amount.minor;
		out->promotional = line.promotional;
		out->sample = line.sample;
	}
}

/* Accept as the counter does: numbers, packet (any bytes here), one transaction. */
static inline bool
sample_accept(
	struct sample *sample, const struct application *application, char receipt[static STORE_RECEIPT], struct error *err)
{
	static const uint8_t packet[4096] = "sealed bytes would stand here";
	char id[APPLICATION_ID];
	struct store_accept accept = { .application = application,
		.packet_id = id,
		.packet = { packet, sizeof(packet) },
		.officer = sample->till.officer,
		.till = sample->till.id,
		.now_ms = sample->now_ms };
	if (!store_next(sample->store, &accept.next, err))
		return false;
	(void)snprintf(id, sizeof(id), "261125-WR-04-%06d-7f3a9c2b", (int)accept.next.sequence);
	memcpy(receipt, accept.next.receipt_text, STORE_RECEIPT);
	return store_accept(sample->store, &accept, err);
}
