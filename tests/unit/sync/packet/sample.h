#pragma once
/* Three applications as a counter commits them. People, numbers, addresses and references are invented; the HKID
 * numbers are published worked examples. */
#include <string.h>

#include "sync/packet/packet.h"

static inline void
sample_check(struct application *application, const char *id, enum application_finding finding)
{
	struct application_check *check = application_check(application, id);
	check->finding = finding;
	check->at_ms = finding == APPLICATION_NOT_SEEN ? 0 : 1795588320123;
	(void)strncpy(check->officer, finding == APPLICATION_NOT_SEEN ? "" : "20418", sizeof(check->officer) - 1);
}

static inline void
sample_person(struct application_person *person)
{
	*person = (struct application_person){ .hkid = { "E364912", '5' },
		.surname = "LEUNG",
		.given = "Hoi Ching",
		.chinese = "梁凱晴",
		.title = APPLICATION_TITLE_MS,
		.birth = { 1991, 5, 23 },
		.phone = "91234567",
		.cert_email = "hc.leung@example.hk",
		.address = {
			"12A", "7", "2", "Wharf House", "Sample Estate, 5 Wharf Road", "North Point", APPLICATION_AREA_HK } };
}

static inline void
sample_fee(struct fee_quote *fee)
{
	*fee = (struct fee_quote){ .count = 2, .total = { 8800 }, .version = "TRAIN 2026.2", .day = { 2026, 11, 23 } };
	fee->lines[0] = (struct fee_line){ .item = "subscription",
		.name = { "Subscription fee, one year", "登記費，一年", "登记费，一年" },
		.payee = { "Postmaster General", "香港郵政署長", "香港邮政署长" },
		.payee_id = "postmaster-general",
		.source = "ecert.gov.hk, product/ecert/type/per/index.html",
		.quantity = 1,
		.unit = { 4800 },
		.amount = { 4800 },
		.promotional = true };
	fee->lines[1] = fee->lines[0];
	(void)strncpy(fee->lines[1].item, "medium", sizeof(fee->lines[1].item)); /* and zeros behind it */
	fee->lines[1].unit = fee->lines[1].amount = (struct money){ 4000 };
	fee->lines[1].promotional = false;
	fee->lines[1].sample = true;
}

static inline void
sample_application(struct application *out)
{
	*out = (struct application){ .case_number = "WR04-261125-047",
		.form = "CPos 798A",
		.form_barcode = "798A-0012345",
		.catalogue_version = "TRAIN 2026.2",
		.card_generation = 2018,
		.line_count = 1,
		.declaration = "personal-central",
		.declaration_version = "2026.1-sample",
		.declaration_sha256 = { 1, 2, [31] = 0xff },
		.declaration_language = LANGUAGE_ZH_HK,
		.declaration_on_paper = true,
		.declaration_at_ms = 1795588500000,
		.begun_ms = 1795588200001,
		.day = { 2026, 11, 24 } };
	out->lines[0] = (struct application_line){ .product = "personal",
		.term_months = 12,
		.medium = CATALOGUE_MEDIUM_FILE_USB,
		.pin_envelope = "PE-0047712",
		.release = CATALOGUE_RELEASE_DAY };
	sample_person(&out->person);
	sample_check(out, "hkid", APPLICATION_SAME);
	sample_check(out, "birth", APPLICATION_SAME);
	sample_check(out, "surname", APPLICATION_SAME);
	sample_check(out, "laser", APPLICATION_NOT_SEEN);
	sample_check(out, "photo", APPLICATION_SAME);
	sample_fee(&out->fee);
	out->payment = (struct payment){ .count = 1, .tenders = { { "cash", { 8800 }, { 10000 }, "" } } };
}

/* Two letters before the number, a Chinese name outside the basic plane, no e-mail. */
static inline void
sample_rare(struct application *out)
{
	sample_application(out);
	out->person.hkid = (struct hkid){ "WX123456", '9' };
	(void)memcpy(out->person.chinese,
		"陳\xf0\xa0\xae\xb7"
		"明",
		11);
	out->person.cert_email[0] = '\0';
	out->person.given[0] = '\0';
	memset(out->person.address.room, 0, sizeof(out->person.address.room));
	(void)strncpy(out->person.address.building, "Ünï\"code\\", sizeof(out->person.address.building));
}

/* Two tenders, another address area, a phone abroad. */
static inline void
sample_split(struct application *out)
{
	sample_application(out);
	out->payment = (struct payment){ .count = 2,
		.tenders = { { "eps", { 5000 }, { 5000 }, "123456789012" }, { "cash", { 3800 }, { 3800 }, "" } } };
	out->person.address.area = APPLICATION_AREA_NT;
	(void)memcpy(out->person.phone, "+8613812345678", 15);
	(void)memcpy(out->person.contact_email, "someone.else+post@mail.example.com.hk", 38);
	out->declaration_language = LANGUAGE_EN;
}

static inline struct packet_head
sample_head(void)
{
	return (struct packet_head){ .id = "261125-WR-04-000047-7f3a9c2b",
		.sequence = 47,
		.receipt = "WR04-000318",
		.branch = "WR",
		.counter = "04",
		.officer = "20418",
		.day = { 2026, 11, 25 },
		.committed_ms = 1795588800999,
		.audit_head = { 0xab, [31] = 1 },
		.audit_count = 512,
		.training = true,
		.catalogue_sha256 = { 9, [31] = 7 } };
}
