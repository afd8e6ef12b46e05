/* Nobody is found in the bytes of the store: file, log, shared memory, key file apart. */
#include <sqlite3.h>

#include "kiosk/store/vault.h"
#include "tests/unit/kiosk/store/sample.h"

/* Is `text` in the bytes as 8-bit, or as 16-bit of either order? */
static bool
holds(const struct file_bytes *bytes, const char *text)
{
	uint8_t wide[2][256];
	const size_t len = strlen(text);
	for (size_t i = 0; i < len; i++) {
		wide[0][2 * i] = wide[1][2 * i + 1] = (uint8_t)text[i];
		wide[0][2 * i + 1] = wide[1][2 * i] = 0;
	}
	return memmem(bytes->at, bytes->len, text, len) != NULL ||
		   memmem(bytes->at, bytes->len, wide[0], 2 * len) != NULL ||
		   memmem(bytes->at, bytes->len, wide[1], 2 * len) != NULL;
}

static void
search(const struct sample *sample, const char *const *wanted, size_t count, bool there)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-lock" };
	struct error err = { 0 };
	char path[320];
	bool found[32] = { false };
	for (size_t i = 0; i < 4; i++) {
		struct file_bytes bytes = { 0 };
		(void)snprintf(path, sizeof(path), "%s%s", sample->path, suffixes[i]);
		if (access(path, F_OK) != 0)
			continue;
		OK(file_read(path, 64u * 1024 * 1024, &bytes, &err));
		for (size_t j = 0; j < count; j++)
			found[j] = found[j] || holds(&bytes, wanted[j]);
		file_free(&bytes);
	}
	for (size_t j = 0; j < count; j++)
		if (found[j] != there)
			fail_msg("%s is %s the store", wanted[j], there ? "not in" : "in");
}

static void
strings_finds_nobody(void **state)
{
	static const char *const nobody[] = { "CHEUNGTEST", "LAMTEST", "Kwokwai", "張𠮷偉", "A100001", "A100002", "100001",
		"51230001", "kwokwai1@mail.example", "mail.example", "post.example", "Unseen Mansion", "Nowhere Street",
		"1987-06-05", "DRAFTED BODY", "Ng Siu Ming", "SIGNING PRIVATE KEY", "OPENING PRIVATE KEY", PASSWORD_1 };
	static const char *const anybody[] = { "WR04-261125-001", "personal", "S1001", "signing pem" };
	struct error err = { 0 };
	struct sample sample;
	struct store_draft_head head = { .product = "personal", .officer = SUPERVISOR, .name = "CHEUNGTEST, Kwokwai" };
	struct store_case_row rows[4];
	struct store_receipt receipt;
	size_t count = 0;
	char text[STORE_RECEIPT];
	(void)state;
	sample_start(&sample);
	for (int i = 0; i < 3; i++) {
		sample_application(&sample, sample.made);
		memcpy(head.case_number, sample.made->case_number, sizeof(head.case_number));
		OK(store_draft_put(sample.store, &head, text_span("DRAFTED BODY of CHEUNGTEST A100001"), sample.now_ms, &err));
		if (i < 2)
			OK(sample_accept(&sample, sample.made, text, &err));
	}
	OK(store_cases(sample.store, SAMPLE_DAY, rows, 4, &count, &err));
	OK(store_application(sample.store, "WR04-000001", SUPERVISOR, sample.now_ms, sample.read, &receipt, &err));
	OK(store_cases_of(sample.store, &sample.read->person.hkid, SAMPLE_DAY, &count, &err));
	search(&sample, anybody, 4, true); /* the search itself works */
	search(&sample, nobody, sizeof(nobody) / sizeof(nobody[0]), false);
	store_idle(sample.store);
	search(&sample, nobody, sizeof(nobody) / sizeof(nobody[0]), false);
	store_close(sample.store);
	sample.store = NULL;
	search(&sample, anybody, 4, true);
	search(&sample, nobody, sizeof(nobody) / sizeof(nobody[0]), false);
	sample_end(&sample);
}

static void
change(const struct sample *sample, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open_v2(sample->path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
}

static void
a_field_moved_to_another_row_or_column_does_not_open(void **state)
{
	static const char *const moves[] = {
		"UPDATE application SET surname = (SELECT surname FROM application ORDER BY id DESC LIMIT 1)",
		"UPDATE application SET given = surname",
		"UPDATE application SET phone = CAST(substr(phone, 2) || substr(phone, 1, 1) AS BLOB)",
		"UPDATE application SET hkid = x'00'",
	};
	struct error err = { 0 };
	struct sample sample;
	struct store_receipt receipt;
	char text[STORE_RECEIPT];
	(void)state;
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		sample_start(&sample);
		for (int n = 0; n < 2; n++) {
			sample_application(&sample, sample.made);
			OK(sample_accept(&sample, sample.made, text, &err));
		}
		OK(store_application(sample.store, "WR04-000001", SUPERVISOR, sample.now_ms, sample.read, &receipt, &err));
		change(&sample, "DROP TRIGGER application_update");
		change(&sample, moves[i]);
		memset(sample.read, 0, sizeof(*sample.read));
		REFUSED(store_application(sample.store, "WR04-000001", SUPERVISOR, sample.now_ms, sample.read, &receipt, &err),
			ERROR_UNTRUSTED);
		assert_int_equal(sample.read->person.surname[0], 0); /* nothing half opened was given */
		sample_end(&sample);
	}
}

/* Every bit of nonce, text and tag counts, and so does the place. */
static void
the_vault_notices_every_bit(void **state)
{
	struct error err = { 0 };
	struct vault *vault = NULL, *other = NULL;
	struct secret key = { 0 };
	const struct vault_place place = { "table", "7", "column" };
	const struct vault_place places[] = { { "tabl", "7", "column" }, { "table", "8", "column" },
		{ "table", "7", "colum" }, { "table7", "", "column" }, { "table", "", "7column" } };
	uint8_t sealed[5 + VAULT_OVERHEAD], again[5 + VAULT_OVERHEAD], plain[5], hash[2][VAULT_HASH];
	const struct span whole = { sealed, sizeof(sealed) };
	size_t len = 0;
	(void)state;
	secret_start();
	OK(secret_copy(text_span("0123456789abcdef0123456789abcdef"), &key, &err));
	OK(vault_open(&key, text_span("salt of 16 bytes"), &vault, &err));
	OK(vault_open(&key, text_span("other 16 bytes.."), &other, &err));
	OK(vault_seal(vault, VAULT_FIELD, place, text_span("hello"), sealed, &err));
	OK(vault_seal(vault, VAULT_FIELD, place, text_span("hello"), again, &err));
	assert_memory_not_equal(sealed, again, sizeof(sealed)); /* a fresh nonce each time */
	OK(vault_unseal(vault, VAULT_FIELD, place, whole, plain, sizeof(plain), &len, &err));
	assert_int_equal(len, 5);
	assert_memory_equal(plain, "hello", 5);
	for (size_t bit = 0; bit < sizeof(sealed) * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		REFUSED(vault_unseal(vault, VAULT_FIELD, place, whole, plain, sizeof(plain), &len, &err), ERROR_UNTRUSTED);
		assert_memory_equal(plain, "\0\0\0\0\0", 5);
		sealed[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		REFUSED(vault_unseal(vault, VAULT_FIELD, places[i], whole, plain, sizeof(plain), &len, &err), ERROR_UNTRUSTED);
	REFUSED(vault_unseal(vault, VAULT_PRIVATE_KEY, place, whole, plain, sizeof(plain), &len, &err), ERROR_UNTRUSTED);
	REFUSED(vault_unseal(other, VAULT_FIELD, place, whole, plain, sizeof(plain), &len, &err), ERROR_UNTRUSTED);
	for (size_t cut = 0; cut < sizeof(sealed); cut++)
		REFUSED(vault_unseal(vault, VAULT_FIELD, place, (struct span){ sealed, cut }, plain, sizeof(plain), &len, &err),
			ERROR_UNTRUSTED);
	REFUSED(vault_unseal(vault, VAULT_FIELD, place, whole, plain, 4, &len, &err), ERROR_FULL);
	OK(vault_hash(vault, "a", text_span("bc"), hash[0], &err));
	OK(vault_hash(vault, "ab", text_span("c"), hash[1], &err));
	assert_memory_not_equal(hash[0], hash[1], VAULT_HASH);
	OK(vault_hash(other, "a", text_span("bc"), hash[1], &err));
	assert_memory_not_equal(hash[0], hash[1], VAULT_HASH);
	vault_close(vault);
	vault_close(other);
	secret_free(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_finds_nobody),
		cmocka_unit_test(a_field_moved_to_another_row_or_column_does_not_open),
		cmocka_unit_test(the_vault_notices_every_bit),
	};
	return cmocka_run_group_tests_name("sealed", tests, NULL, NULL);
}
