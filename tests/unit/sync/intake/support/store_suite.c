#include "tests/unit/sync/intake/support/store_suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

#define RECEIVED_MS INT64_C(1795575845678)

struct suite {
	char folder[256];
	store_suite_open_fn open;
	store_suite_codes_fn open_codes;
	struct intake_store store;
	struct intake_codes codes;
};

static int
set_up(void **state)
{
	struct suite *suite = *state;
	struct error err;
	folder_new(suite->folder);
	if (suite->open != NULL)
		assert_true(suite->open(suite->folder, &suite->store, &err));
	else
		assert_true(suite->open_codes(suite->folder, &suite->codes, &err));
	return 0;
}

static int
tear_down(void **state)
{
	struct suite *suite = *state;
	if (suite->open != NULL)
		suite->store.ops->close(suite->store.self);
	else
		suite->codes.ops->close(suite->codes.self);
	folder_remove(suite->folder);
	return 0;
}

/* A packet whose hash is made of `mark`: the store does not look into it. */
static struct intake_store_packet
packet_of(const char *id, uint8_t mark, const char *sealed, const char *receipt)
{
	struct intake_store_packet packet = { .received_ms = RECEIVED_MS };
	struct error err;
	assert_true(intake_id_read(id, &packet.id, &err));
	memset(packet.sha256, mark, sizeof(packet.sha256));
	packet.sealed = text_span(sealed);
	packet.receipt = text_span(receipt);
	return packet;
}

static enum intake_store_outcome
put_one(const struct suite *suite, const struct intake_store_packet *packet, struct file_bytes *receipt)
{
	struct intake_store_answer answer;
	struct error err;
	assert_true(suite->store.ops->put(suite->store.self, packet, 1, &answer, &err));
	if (receipt != NULL)
		*receipt = answer.receipt;
	else
		file_free(&answer.receipt);
	return answer.outcome;
}

static void
expect_part(const struct suite *suite, const char *id, enum intake_store_part part, const char *wanted)
{
	struct file_bytes bytes = { 0 };
	struct error err;
	assert_true(suite->store.ops->get(suite->store.self, id, part, &bytes, &err));
	assert_int_equal(bytes.len, strlen(wanted));
	assert_memory_equal(bytes.at, wanted, bytes.len);
	file_free(&bytes);
}

static void
reopen(struct suite *suite)
{
	struct error err;
	if (suite->open != NULL) {
		suite->store.ops->close(suite->store.self);
		assert_true(suite->open(suite->folder, &suite->store, &err));
	} else {
		suite->codes.ops->close(suite->codes.self);
		assert_true(suite->open_codes(suite->folder, &suite->codes, &err));
	}
}

static void
keeps_both_parts_over_a_reopening(void **state)
{
	struct suite *suite = *state;
	const struct intake_store_packet packet = packet_of("261125-WR-04-000001-0000000a", 1, "sealed", "receipt");
	assert_int_equal(put_one(suite, &packet, NULL), INTAKE_STORE_NEW);
	reopen(suite);
	expect_part(suite, packet.id.text, INTAKE_STORE_SEALED, "sealed");
	expect_part(suite, packet.id.text, INTAKE_STORE_RECEIPT, "receipt");
}

static void
gives_the_first_receipt_for_the_same_bytes(void **state)
{
	struct suite *suite = *state;
	struct file_bytes receipt = { 0 };
	const struct intake_store_packet first = packet_of("261125-WR-04-000001-0000000a", 1, "sealed", "first");
	const struct intake_store_packet second = packet_of("261125-WR-04-000001-0000000a", 1, "sealed", "second");
	assert_int_equal(put_one(suite, &first, NULL), INTAKE_STORE_NEW);
	assert_int_equal(put_one(suite, &second, &receipt), INTAKE_STORE_SAME);
	assert_string_equal((const char *)receipt.at, "first");
	file_free(&receipt);
	reopen(suite);
	assert_int_equal(put_one(suite, &second, &receipt), INTAKE_STORE_SAME);
	assert_string_equal((const char *)receipt.at, "first");
	file_free(&receipt);
	expect_part(suite, first.id.text, INTAKE_STORE_RECEIPT, "first");
}

static void
refuses_an_id_with_other_bytes_and_a_sequence_under_another_id(void **state)
{
	struct suite *suite = *state;
	struct error err;
	struct file_bytes bytes;
	const struct intake_store_packet first = packet_of("261125-WR-04-000001-0000000a", 1, "sealed", "first");
	const struct intake_store_packet other = packet_of("261125-WR-04-000001-0000000a", 2, "other", "second");
	const struct intake_store_packet twin = packet_of("261125-WR-04-000001-0000000b", 3, "twin", "third");
	const struct intake_store_packet tomorrow = packet_of("261126-WR-04-000001-0000000b", 3, "twin", "third");
	const struct intake_store_packet neighbour = packet_of("261125-WR-05-000001-0000000a", 4, "sealed", "fourth");
	assert_int_equal(put_one(suite, &first, NULL), INTAKE_STORE_NEW);
	assert_int_equal(put_one(suite, &other, NULL), INTAKE_STORE_ID_TAKEN);
	assert_int_equal(put_one(suite, &twin, NULL), INTAKE_STORE_SEQ_TAKEN);
	assert_int_equal(put_one(suite, &tomorrow, NULL), INTAKE_STORE_SEQ_TAKEN);
	assert_int_equal(put_one(suite, &neighbour, NULL), INTAKE_STORE_NEW);
	expect_part(suite, first.id.text, INTAKE_STORE_SEALED, "sealed");
	assert_false(suite->store.ops->get(suite->store.self, twin.id.text, INTAKE_STORE_SEALED, &bytes, &err));
	assert_int_equal(err.kind, ERROR_GONE);
}

static void
judges_each_packet_of_a_batch_by_those_before_it(void **state)
{
	struct suite *suite = *state;
	struct error err;
	const struct intake_store_packet packets[] = {
		packet_of("261125-WR-04-000001-0000000a", 1, "one", "r1"),
		packet_of("261125-WR-04-000001-0000000a", 1, "one", "r2"),
		packet_of("261125-WR-04-000001-0000000a", 2, "two", "r3"),
		packet_of("261125-WR-04-000001-0000000b", 3, "three", "r4"),
		packet_of("261125-WR-04-000002-0000000a", 4, "four", "r5"),
	};
	struct intake_store_answer answers[5];
	assert_true(suite->store.ops->put(suite->store.self, packets, 5, answers, &err));
	assert_int_equal(answers[0].outcome, INTAKE_STORE_NEW);
	assert_int_equal(answers[1].outcome, INTAKE_STORE_SAME);
	assert_string_equal((const char *)answers[1].receipt.at, "r1");
	assert_int_equal(answers[2].outcome, INTAKE_STORE_ID_TAKEN);
	assert_int_equal(answers[3].outcome, INTAKE_STORE_SEQ_TAKEN);
	assert_int_equal(answers[4].outcome, INTAKE_STORE_NEW);
	for (size_t i = 0; i < 5; i++)
		file_free(&answers[i].receipt);
	assert_true(suite->store.ops->put(suite->store.self, packets, 0, answers, &err));
}

static void
knows_no_packet_that_was_never_put(void **state)
{
	struct suite *suite = *state;
	struct file_bytes bytes;
	struct error err;
	assert_false(
		suite->store.ops->get(suite->store.self, "261125-WR-04-000001-0000000a", INTAKE_STORE_RECEIPT, &bytes, &err));
	assert_int_equal(err.kind, ERROR_GONE);
}

struct visits {
	size_t count, most;
	char seen[8][INTAKE_ID];
	int64_t bytes, received_ms;
	char sha256[65];
};

static bool
visit(void *who, const struct intake_store_entry *entry)
{
	struct visits *visits = who;
	(void)text_format(visits->seen[visits->count], INTAKE_ID, "%s", entry->id.text);
	(void)text_format(visits->sha256, sizeof(visits->sha256), "%s", entry->sha256);
	visits->bytes = entry->bytes;
	visits->received_ms = entry->received_ms;
	return ++visits->count < visits->most;
}

static void
walks_by_branch_counter_and_sequence(void **state)
{
	struct suite *suite = *state;
	struct error err;
	static const char *const ids[] = { "261126-WR-04-000010-00000001", "261125-WR-04-000009-00000009",
		"261125-AB-12-000500-00000002", "261124-WR-03-000700-00000003", "261127-AB-02-000001-00000004" };
	static const size_t order[] = { 4, 2, 3, 1, 0 };
	struct visits visits = { .most = 8 };
	for (size_t i = 0; i < 5; i++) {
		const struct intake_store_packet packet = packet_of(ids[i], 0xAB, "sealed", "receipt");
		assert_int_equal(put_one(suite, &packet, NULL), INTAKE_STORE_NEW);
	}
	assert_true(suite->store.ops->walk(suite->store.self, visit, &visits, &err));
	assert_int_equal(visits.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(visits.seen[i], ids[order[i]]);
	assert_int_equal(visits.bytes, 6);
	assert_int_equal(visits.received_ms, RECEIVED_MS);
	assert_int_equal(strspn(visits.sha256, "ab"), 64);
	visits = (struct visits){ .most = 2 };
	assert_true(suite->store.ops->walk(suite->store.self, visit, &visits, &err));
	assert_int_equal(visits.count, 2);
}

static void
counts_and_tells_when_the_last_came(void **state)
{
	struct suite *suite = *state;
	struct intake_store_status status;
	struct error err;
	assert_true(suite->store.ops->status(suite->store.self, &status, &err));
	assert_int_equal(status.packets, 0);
	assert_int_equal(status.last_ms, 0);
	struct intake_store_packet packet = packet_of("261125-WR-04-000001-0000000a", 1, "sealed", "receipt");
	assert_int_equal(put_one(suite, &packet, NULL), INTAKE_STORE_NEW);
	packet = packet_of("261125-WR-04-000002-0000000a", 2, "sealed", "receipt");
	packet.received_ms = RECEIVED_MS - 5000; /* the clock was put back */
	assert_int_equal(put_one(suite, &packet, NULL), INTAKE_STORE_NEW);
	assert_true(suite->store.ops->status(suite->store.self, &status, &err));
	assert_int_equal(status.packets, 2);
	assert_int_equal(status.last_ms, RECEIVED_MS);
}

static void
keeps_the_largest_packet(void **state)
{
	struct suite *suite = *state;
	const size_t len = 4u << 20;
	uint8_t *large = malloc(len);
	struct file_bytes bytes = { 0 };
	struct error err;
	assert_non_null(large);
	memset(large, 0x5A, len);
	struct intake_store_packet packet = packet_of("261125-WR-04-000001-0000000a", 1, "", "receipt");
	packet.sealed = (struct span){ large, len };
	assert_int_equal(put_one(suite, &packet, NULL), INTAKE_STORE_NEW);
	assert_true(suite->store.ops->get(suite->store.self, packet.id.text, INTAKE_STORE_SEALED, &bytes, &err));
	assert_int_equal(bytes.len, len);
	assert_memory_equal(bytes.at, large, len);
	file_free(&bytes);
	free(large);
}

static void
is_seen_by_a_second_opener(void **state)
{
	struct suite *suite = *state;
	struct intake_store other;
	struct intake_store_status status;
	struct error err;
	assert_true(suite->open(suite->folder, &other, &err));
	const struct intake_store_packet packet = packet_of("261125-WR-04-000001-0000000a", 1, "sealed", "receipt");
	assert_int_equal(put_one(suite, &packet, NULL), INTAKE_STORE_NEW);
	assert_true(other.ops->status(other.self, &status, &err));
	assert_int_equal(status.packets, 1);
	other.ops->close(other.self);
}

static const struct intake_codes_kiosk kiosk = { .branch = "WR",
	.counter = "04",
	.name_en = "Wharf Road Post Office",
	.name_hk = "碼頭道郵政局",
	.name_cn = "码头道邮政局",
	.made_ms = RECEIVED_MS,
	.expires_ms = RECEIVED_MS + 1000 };

static void
finds_a_code_as_it_was_added(void **state)
{
	struct suite *suite = *state;
	struct intake_codes_entry entry;
	struct error err;
	uint8_t hash[32] = { 1 };
	assert_false(suite->codes.ops->find(suite->codes.self, hash, &entry, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	assert_true(suite->codes.ops->add(suite->codes.self, hash, &kiosk, &err));
	assert_false(suite->codes.ops->add(suite->codes.self, hash, &kiosk, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	reopen(suite);
	assert_true(suite->codes.ops->find(suite->codes.self, hash, &entry, &err));
	assert_memory_equal(&entry.kiosk, &kiosk, sizeof(kiosk));
	assert_false(entry.used);
	assert_null(entry.answer.at);
}

static void
uses_a_code_once(void **state)
{
	struct suite *suite = *state;
	struct intake_codes_entry entry;
	struct error err;
	const uint8_t hash[32] = { 1 };
	const uint8_t unknown[32] = { 2 };
	const uint8_t csr[32] = { 3 };
	const uint8_t other_csr[32] = { 4 };
	const struct intake_codes codes = suite->codes;
	assert_true(codes.ops->add(codes.self, hash, &kiosk, &err));
	assert_false(codes.ops->use(codes.self, unknown, csr, text_span("answer"), RECEIVED_MS, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_true(codes.ops->use(codes.self, hash, csr, text_span("answer"), RECEIVED_MS, &err));
	assert_false(codes.ops->use(codes.self, hash, other_csr, text_span("second"), RECEIVED_MS, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	reopen(suite);
	assert_true(suite->codes.ops->find(suite->codes.self, hash, &entry, &err));
	assert_true(entry.used);
	assert_memory_equal(entry.csr_sha256, csr, sizeof(csr));
	assert_string_equal((const char *)entry.answer.at, "answer");
	file_free(&entry.answer);
}

int
store_suite_run(const char *name, store_suite_open_fn open)
{
	struct suite suite = { .open = open };
#define TEST(test)                                                                                                     \
	{                                                                                                                  \
#test, test, set_up, tear_down, &suite                                                                         \
	}
	const struct CMUnitTest tests[] = {
		TEST(keeps_both_parts_over_a_reopening),
		TEST(gives_the_first_receipt_for_the_same_bytes),
		TEST(refuses_an_id_with_other_bytes_and_a_sequence_under_another_id),
		TEST(judges_each_packet_of_a_batch_by_those_before_it),
		TEST(knows_no_packet_that_was_never_put),
		TEST(walks_by_branch_counter_and_sequence),
		TEST(counts_and_tells_when_the_last_came),
		TEST(keeps_the_largest_packet),
		TEST(is_seen_by_a_second_opener),
	};
	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int
store_suite_run_codes(const char *name, store_suite_codes_fn open)
{
	struct suite suite = { .open_codes = open };
	const struct CMUnitTest tests[] = {
		TEST(finds_a_code_as_it_was_added),
		TEST(uses_a_code_once),
	};
	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}
