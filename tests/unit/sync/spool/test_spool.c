#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "sync/spool/spool.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

static const struct spool_limits limits = { .items = 1000, .bytes = 16u << 20, .spare = 1 };

struct place {
	char folder[256];
	struct spool *spool;
	int asides;
	char aside[256];
};

static void
on_aside(void *self, const char *name, const char *why)
{
	struct place *at = self;
	assert_true(why[0] != '\0');
	(void)text_copy(at->aside, sizeof(at->aside), name);
	at->asides++;
}

static void
reopen(struct place *at)
{
	struct error err = { 0 };
	spool_close(at->spool);
	at->spool = NULL;
	if (!spool_open(at->folder, &limits, on_aside, at, &at->spool, &err))
		fail_msg("%s", err.text);
}

static int
set_up(void **state)
{
	struct place *at = calloc(1, sizeof(*at));
	assert_non_null(at);
	secret_start();
	folder_new(at->folder);
	reopen(at);
	*state = at;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *at = *state;
	spool_close(at->spool);
	folder_remove(at->folder);
	free(at);
	return 0;
}

static bool
add(struct place *at, const char *id, enum spool_lane lane, const char *content, struct spool_item **out,
	struct error *err)
{
	uint8_t hash[32];
	struct span bytes = text_span(content);
	(void)crypto_hash_sha256(hash, bytes.at, bytes.len);
	return spool_add(at->spool, id, lane, hash, bytes, out, err);
}

static struct spool_item *
added(struct place *at, const char *id, enum spool_lane lane, const char *content)
{
	struct spool_item *item = NULL;
	struct error err = { 0 };
	if (!add(at, id, lane, content, &item, &err))
		fail_msg("%s", err.text);
	return item;
}

static struct spool_item *
found(struct place *at, const char *id)
{
	struct spool_item *item = spool_find(at->spool, id);
	assert_non_null(item);
	return item;
}

static void
accept(struct place *at, struct spool_item *item, const char *receipt)
{
	struct error err = { 0 };
	const struct spool_receipt one = { item, text_span(receipt) };
	if (!spool_accept(at->spool, &one, 1, &err))
		fail_msg("%s", err.text);
}

static void
assert_receipt(struct place *at, const char *id, const char *receipt)
{
	struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	struct spool_item *item = found(at, id);
	assert_int_equal(item->state, SPOOL_ACCEPTED);
	if (!spool_receipt(at->spool, item, &bytes, &err))
		fail_msg("%s", err.text);
	assert_string_equal((const char *)bytes.at, receipt);
	file_free(&bytes);
}

static void
assert_bytes(struct place *at, const char *id, const char *content)
{
	struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	if (!spool_read(at->spool, found(at, id), &bytes, &err))
		fail_msg("%s", err.text);
	assert_string_equal((const char *)bytes.at, content);
	file_free(&bytes);
}

/* The path of the only file in a folder of the spool. */
static void
only_file(struct place *at, const char *sub, char path[512])
{
	char command[600];
	assert_true(text_format(command, sizeof(command), "ls -d %s/%s/*", at->folder, sub));
	FILE *list = popen(command, "r");
	assert_non_null(list);
	assert_non_null(fgets(path, 512, list));
	path[strcspn(path, "\n")] = '\0';
	assert_null(fgets(command, sizeof(command), list));
	assert_int_equal(pclose(list), 0);
}

static void
put(struct place *at, const char *name, const char *content)
{
	char path[512];
	struct error err = { 0 };
	assert_true(text_format(path, sizeof(path), "%s/%s", at->folder, name));
	assert_true(file_write(path, text_span(content), 0600, &err));
}

static bool
exists(struct place *at, const char *name)
{
	char path[512];
	assert_true(text_format(path, sizeof(path), "%s/%s", at->folder, name));
	return access(path, F_OK) == 0;
}

static void
keeps_an_item_over_a_restart(void **state)
{
	struct place *at = *state;
	(void)added(at, "261125-WR-04-000047-7f3a9c2b", SPOOL_PACKET, "sealed");
	reopen(at);
	struct spool_item *item = found(at, "261125-WR-04-000047-7f3a9c2b");
	assert_int_equal(item->state, SPOOL_WAITING);
	assert_int_equal(item->lane, SPOOL_PACKET);
	assert_int_equal(item->len, 6);
	assert_int_equal(spool_count(at->spool, SPOOL_WAITING), 1);
	assert_bytes(at, item->id, "sealed");
	assert_int_equal(at->asides, 0);
}

static void
keeps_lanes_apart_and_their_order(void **state)
{
	struct place *at = *state;
	for (int restart = 0; restart < 2; restart++) {
		if (restart == 0) {
			(void)added(at, "p9", SPOOL_PACKET, "1");
			(void)added(at, "a", SPOOL_AUDIT, "2");
			(void)added(at, "p1", SPOOL_PACKET, "3");
			(void)added(at, "u", SPOOL_URGENT, "4");
			(void)added(at, "p5", SPOOL_PACKET, "5");
		} else {
			reopen(at);
		}
		struct spool_item *item = spool_first_waiting(at->spool, SPOOL_PACKET);
		assert_string_equal(item->id, "p9");
		item = spool_next(item);
		assert_string_equal(item->id, "p1");
		item = spool_next(item);
		assert_string_equal(item->id, "p5");
		assert_null(spool_next(item));
		assert_string_equal(spool_first_waiting(at->spool, SPOOL_URGENT)->id, "u");
		assert_null(spool_first_waiting(at->spool, SPOOL_DOCUMENT));
	}
	(void)added(at, "later", SPOOL_PACKET, "6");
	reopen(at);
	assert_true(found(at, "later")->order > found(at, "p5")->order);
}

static void
takes_the_same_item_once(void **state)
{
	struct place *at = *state;
	struct spool_item *first = added(at, "one", SPOOL_PACKET, "sealed"), *second = NULL;
	struct error err = { 0 };
	assert_true(add(at, "one", SPOOL_PACKET, "sealed", &second, &err));
	assert_ptr_equal(first, second);
	assert_int_equal(spool_count(at->spool, SPOOL_WAITING), 1);
	assert_false(add(at, "one", SPOOL_PACKET, "other", &second, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_bytes(at, "one", "sealed");
}

static void
refuses_ids_that_are_no_file_names(void **state)
{
	static const char *const ids[] = { "", ".", "..", "a/b", "../new", "a b", "a.b", "\xc3\xa9",
		"0123456789012345678901234567890123456789012345678901234567890123" };
	struct place *at = *state;
	struct spool_item *item = NULL;
	struct error err = { 0 };
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_false(add(at, ids[i], SPOOL_PACKET, "x", &item, &err));
	assert_false(add(at, "empty", SPOOL_PACKET, "", &item, &err));
	assert_false(add(at, "lane", SPOOL_LANES, "x", &item, &err));
	uint8_t wrong[32] = { 0 };
	assert_false(spool_add(at->spool, "hash", SPOOL_PACKET, wrong, text_span("x"), &item, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_int_equal(spool_count(at->spool, SPOOL_WAITING), 0);
}

static void
stops_at_its_limits(void **state)
{
	static const struct spool_limits few = { .items = 2, .bytes = 1000, .spare = 1 };
	static const struct spool_limits small = { .items = 10, .bytes = 5, .spare = 1 };
	static const struct spool_limits full = { .items = 10, .bytes = 1000, .spare = UINT64_MAX / 2 };
	static const struct spool_limits *const all[] = { &few, &small, &full };
	struct place *at = *state;
	for (size_t i = 0; i < 3; i++) {
		char folder[300];
		struct error err = { 0 };
		struct spool_item *item = NULL;
		assert_true(text_format(folder, sizeof(folder), "%s/limit%zu", at->folder, i));
		spool_close(at->spool);
		assert_true(spool_open(folder, all[i], NULL, NULL, &at->spool, &err));
		bool one = add(at, "one", SPOOL_PACKET, "123", &item, &err);
		bool two = one && add(at, "two", SPOOL_PACKET, "45", &item, &err);
		assert_int_equal(one, i != 2);
		assert_int_equal(two, i != 2);
		assert_false(add(at, "three", SPOOL_PACKET, "6", &item, &err));
		assert_int_equal(err.kind, ERROR_FULL);
	}
}

static void
keeps_receipts_until_they_are_acknowledged(void **state)
{
	struct place *at = *state;
	struct spool_item *a = added(at, "a", SPOOL_PACKET, "aa"), *b = added(at, "b", SPOOL_AUDIT, "bb");
	const struct spool_receipt both[] = { { a, text_span("receipt of a") }, { b, text_span("b's") } };
	struct error err = { 0 };
	assert_true(spool_accept(at->spool, both, 2, &err));
	for (int restart = 0; restart < 2; restart++) {
		assert_receipt(at, "a", "receipt of a");
		assert_receipt(at, "b", "b's");
		assert_int_equal(spool_count(at->spool, SPOOL_ACCEPTED), 2);
		assert_int_equal(spool_count(at->spool, SPOOL_WAITING), 0);
		reopen(at);
	}
	assert_bytes(at, "a", "aa"); /* kept until the counter has verified the receipt */
	spool_forget(at->spool, found(at, "a"));
	assert_null(spool_find(at->spool, "a"));
	assert_receipt(at, "b", "b's");
	spool_forget(at->spool, found(at, "b"));
	reopen(at);
	assert_int_equal(spool_count(at->spool, SPOOL_ACCEPTED), 0);
	assert_int_equal(spool_count(at->spool, SPOOL_WAITING), 0);
	assert_false(exists(at, "sent/0000000000000001"));
}

static void
sends_again_when_a_receipt_is_no_good(void **state)
{
	struct place *at = *state;
	struct error err = { 0 };
	accept(at, added(at, "a", SPOOL_PACKET, "aa"), "forged");
	assert_true(spool_retry(at->spool, found(at, "a"), &err)); /* as when it cannot be read */
	assert_int_equal(found(at, "a")->state, SPOOL_WAITING);
	accept(at, found(at, "a"), "good");
	reopen(at);
	assert_receipt(at, "a", "good");
}

/* Another item keeps the sheet there, and with it the receipt that is no good. */
static void
parks_for_a_receipt_that_is_no_good_and_never_takes_it_again(void **state)
{
	struct place *at = *state;
	struct error err = { 0 };
	struct spool_item *a = added(at, "a", SPOOL_PACKET, "aa"), *b = added(at, "b", SPOOL_PACKET, "bb");
	const struct spool_receipt both[] = { { a, text_span("forged") }, { b, text_span("b's") } };
	assert_true(spool_accept(at->spool, both, 2, &err));
	assert_true(spool_park(at->spool, a, 0, "receipt of another packet", &err));
	for (int restart = 0; restart < 2; restart++) {
		assert_int_equal(found(at, "a")->state, SPOOL_PARKED);
		assert_string_equal(found(at, "a")->why, "receipt of another packet");
		assert_receipt(at, "b", "b's");
		reopen(at);
	}
	assert_true(spool_retry(at->spool, found(at, "a"), &err));
	for (int restart = 0; restart < 2; restart++) {
		assert_int_equal(found(at, "a")->state, SPOOL_WAITING);
		assert_bytes(at, "a", "aa");
		reopen(at);
	}
	accept(at, found(at, "a"), "good");
	reopen(at);
	assert_receipt(at, "a", "good");
	assert_receipt(at, "b", "b's");
	assert_int_equal(at->asides, 0);
}

static void
a_later_receipt_wins_over_an_earlier_one(void **state)
{
	struct place *at = *state;
	struct error err = { 0 };
	struct spool_item *a = added(at, "a", SPOOL_PACKET, "aa"), *b = added(at, "b", SPOOL_PACKET, "bb");
	const struct spool_receipt both[] = { { a, text_span("forged") }, { b, text_span("b's") } };
	assert_true(spool_accept(at->spool, both, 2, &err));
	assert_true(spool_retry(at->spool, found(at, "a"), &err));
	accept(at, found(at, "a"), "good");
	reopen(at);
	assert_receipt(at, "a", "good");
	assert_receipt(at, "b", "b's");
	spool_forget(at->spool, found(at, "b"));
	assert_true(exists(at, "sent/0000000000000001"));
	assert_receipt(at, "a", "good");
	spool_forget(at->spool, found(at, "a"));
	assert_false(exists(at, "sent/0000000000000001"));
}

static void
parks_with_a_reason_and_takes_back(void **state)
{
	struct place *at = *state;
	struct error err = { 0 };
	struct spool_item *item = added(at, "bad", SPOOL_PACKET, "xx");
	(void)added(at, "good", SPOOL_PACKET, "yy");
	assert_true(spool_park(at->spool, item, 409, "other bytes under this id", &err));
	for (int restart = 0; restart < 2; restart++) {
		item = found(at, "bad");
		assert_int_equal(item->state, SPOOL_PARKED);
		assert_int_equal(item->status, 409);
		assert_string_equal(item->why, "other bytes under this id");
		assert_string_equal(spool_first_waiting(at->spool, SPOOL_PACKET)->id, "good");
		assert_ptr_equal(spool_first(at->spool, SPOOL_PARKED), item);
		reopen(at);
	}
	assert_true(spool_retry(at->spool, found(at, "bad"), &err));
	reopen(at);
	assert_int_equal(found(at, "bad")->state, SPOOL_WAITING);
	assert_bytes(at, "bad", "xx");
	assert_int_equal(spool_count(at->spool, SPOOL_PARKED), 0);
	assert_int_equal(at->asides, 0);
}

static void
sets_foreign_files_aside_and_goes_on(void **state)
{
	struct place *at = *state;
	static const char *const foreign[] = { "new/README", "new/2-0000000000000001-x.zz", "parked/core", "sent/x",
		"sent/00000000000000ff",
		"new/2-0000000000000001-x.E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
		"new/9-0000000000000001-x.e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" };
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		put(at, foreign[i], "what is this");
	put(at, "tmp/half", "half");
	put(at, "parked/2-0000000000000001-x.e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.why", "1 x");
	(void)added(at, "good", SPOOL_PACKET, "yy");
	reopen(at);
	assert_int_equal(at->asides, sizeof(foreign) / sizeof(foreign[0]));
	assert_true(exists(at, "aside/README"));
	assert_true(exists(at, "aside/core"));
	assert_false(exists(at, "tmp/half"));
	assert_int_equal(spool_count(at->spool, SPOOL_WAITING), 1);
	at->asides = 0;
	reopen(at);
	assert_int_equal(at->asides, 0);
	assert_bytes(at, "good", "yy");
}

static void
sets_damaged_bytes_aside_when_they_are_read(void **state)
{
	struct place *at = *state;
	char path[512];
	struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	(void)added(at, "a", SPOOL_PACKET, "sealed");
	only_file(at, "new", path);
	assert_true(file_write(path, text_span("sEaled"), 0600, &err));
	reopen(at);
	assert_false(spool_read(at->spool, found(at, "a"), &bytes, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_null(spool_find(at->spool, "a"));
	assert_int_equal(at->asides, 1);
	only_file(at, "aside", path);
	(void)added(at, "a", SPOOL_PACKET, "sealed"); /* the counter offers it again */
	assert_bytes(at, "a", "sealed");
}

/* What a power cut leaves of a batch that nobody was told of. */
static void
takes_the_whole_batches_of_a_sheet_that_was_cut(void **state)
{
	struct place *at = *state;
	char path[512];
	struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	accept(at, added(at, "a", SPOOL_PACKET, "aa"), "receipt of a");
	accept(at, added(at, "b", SPOOL_PACKET, "bb"), "receipt of b");
	only_file(at, "sent", path);
	assert_true(file_read(path, 1 << 20, &bytes, &err));
	for (size_t cut = 1; cut < bytes.len / 2; cut += 7) {
		assert_true(file_write(path, (struct span){ bytes.at, bytes.len - cut }, 0600, &err));
		at->asides = 0;
		reopen(at);
		assert_receipt(at, "a", "receipt of a");
		assert_int_equal(found(at, "b")->state, SPOOL_WAITING);
		assert_int_equal(at->asides, 1);
		assert_false(exists(at, "aside/0000000000000001"));
	}
	accept(at, found(at, "b"), "again");
	reopen(at);
	assert_receipt(at, "a", "receipt of a");
	assert_receipt(at, "b", "again");
	file_free(&bytes);
}

static void
begins_a_new_sheet_when_one_is_full(void **state)
{
	struct place *at = *state;
	struct error err = { 0 };
	static uint8_t large[SPOOL_RECEIPT_MOST];
	char id[SPOOL_ID];
	memset(large, 'r', sizeof(large));
	for (int i = 0; i < 20; i++) {
		assert_true(text_format(id, sizeof(id), "i%d", i));
		const struct spool_receipt one = { added(at, id, SPOOL_PACKET, id), { large, sizeof(large) } };
		assert_true(spool_accept(at->spool, &one, 1, &err));
	}
	assert_true(exists(at, "sent/0000000000000001"));
	assert_true(exists(at, "sent/0000000000000002"));
	for (int i = 0; i < 20; i++) {
		struct file_bytes bytes = { 0 };
		assert_true(text_format(id, sizeof(id), "i%d", i));
		assert_true(spool_receipt(at->spool, found(at, id), &bytes, &err));
		assert_memory_equal(bytes.at, large, sizeof(large));
		file_free(&bytes);
		spool_forget(at->spool, found(at, id));
	}
	assert_false(exists(at, "sent/0000000000000001"));
	reopen(at);
	assert_int_equal(spool_count(at->spool, SPOOL_ACCEPTED), 0);
	assert_false(exists(at, "sent/0000000000000002"));
}

static void
loses_only_the_damaged_batch_of_receipts(void **state)
{
	struct place *at = *state;
	char path[512];
	struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	accept(at, added(at, "a", SPOOL_PACKET, "aa"), "receipt");
	only_file(at, "sent", path);
	assert_true(file_read(path, 1 << 20, &bytes, &err));
	bytes.at[bytes.len / 2] ^= 1;
	assert_true(file_write(path, (struct span){ bytes.at, bytes.len }, 0600, &err));
	file_free(&bytes);
	reopen(at);
	assert_int_equal(at->asides, 1);
	assert_int_equal(found(at, "a")->state, SPOOL_WAITING);
	assert_bytes(at, "a", "aa");
}

static void
refuses_receipts_out_of_bounds(void **state)
{
	struct place *at = *state;
	struct error err = { 0 };
	struct spool_item *item = added(at, "a", SPOOL_PACKET, "aa");
	static uint8_t large[SPOOL_RECEIPT_MOST + 1];
	struct spool_receipt one = { item, { large, 0 } };
	assert_false(spool_accept(at->spool, &one, 1, &err));
	one.bytes.len = sizeof(large);
	assert_false(spool_accept(at->spool, &one, 1, &err));
	one.bytes.len--;
	assert_false(spool_accept(at->spool, &one, 0, &err));
	assert_false(spool_accept(at->spool, &one, SPOOL_BATCH + 1, &err));
	assert_int_equal(item->state, SPOOL_WAITING);
	assert_true(spool_accept(at->spool, &one, 1, &err));
	reopen(at);
	struct file_bytes bytes = { 0 };
	assert_true(spool_receipt(at->spool, found(at, "a"), &bytes, &err));
	assert_int_equal(bytes.len, SPOOL_RECEIPT_MOST);
	file_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_an_item_over_a_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_lanes_apart_and_their_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(takes_the_same_item_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_ids_that_are_no_file_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stops_at_its_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_receipts_until_they_are_acknowledged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sends_again_when_a_receipt_is_no_good, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			parks_for_a_receipt_that_is_no_good_and_never_takes_it_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_later_receipt_wins_over_an_earlier_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parks_with_a_reason_and_takes_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sets_foreign_files_aside_and_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sets_damaged_bytes_aside_when_they_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(takes_the_whole_batches_of_a_sheet_that_was_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(begins_a_new_sheet_when_one_is_full, set_up, tear_down),
		cmocka_unit_test_setup_teardown(loses_only_the_damaged_batch_of_receipts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_receipts_out_of_bounds, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
