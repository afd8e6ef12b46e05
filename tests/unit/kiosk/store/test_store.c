#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/kiosk/store/sample.h"

static bool
try_open(struct sample *sample, struct error *err)
{
	struct store_key key;
	return store_key_file(sample->key, &key, err) && store_open(sample->path, key, &sample->store, err);
}

static void
change(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
}

static void
is_for_its_owner_only(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-lock" };
	struct sample sample;
	struct stat status;
	char path[320];
	(void)state;
	(void)umask(0);
	sample_start(&sample);
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", sample.path, suffixes[i]);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_mode & 0777, 0600);
	}
	assert_int_equal(stat(sample.key, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	sample_end(&sample);
}

static void
another_writer_is_refused(void **state)
{
	struct error err = { 0 };
	struct sample sample, second;
	int status = 0;
	(void)state;
	sample_start(&sample);
	second = sample;
	REFUSED(try_open(&second, &err), ERROR_REFUSED);
	const pid_t child = fork();
	if (child == 0)
		_exit(try_open(&second, &err) ? 1 : err.kind == ERROR_REFUSED ? 0 : 2);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	store_close(sample.store);
	sample_open(&sample);
	sample_end(&sample);
}

/* One day's worth of "Look again": no descriptor, no row and no byte is left behind. */
static void
opening_it_again_and_again_leaves_nothing_behind(void **state)
{
	struct sample sample;
	struct stat before, after;
	(void)state;
	sample_start(&sample);
	store_close(sample.store);
	const int first = dup(STDIN_FILENO);
	assert_true(first >= 0 && close(first) == 0);
	assert_int_equal(stat(sample.path, &before), 0);
	for (int i = 0; i < 100; i++) {
		sample_open(&sample);
		store_close(sample.store);
	}
	assert_int_equal(stat(sample.path, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
	const int last = dup(STDIN_FILENO);
	assert_int_equal(last, first);
	(void)close(last);
	sample_open(&sample);
	sample_end(&sample);
}

/* A store of the first release: its receipts were printed then, and what came since is enforced from now on. */
static void
a_store_of_an_older_program_is_brought_up_to_date(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	char text[STORE_RECEIPT], owed[STORE_RECEIPT];
	int copy = 0;
	(void)state;
	sample_start(&sample);
	sample_application(&sample, sample.made);
	OK(sample_accept(&sample, sample.made, text, &err));
	store_close(sample.store);
	change(sample.path,
		"DROP VIEW stock; DROP TABLE stock_change; DROP TABLE stock_way;"
		"DROP TRIGGER receipt_copy_after; DROP TABLE receipt_print; DROP TRIGGER audit_insert;"
		"CREATE TRIGGER audit_insert BEFORE INSERT ON audit BEGIN SELECT 1; END; PRAGMA user_version = 1");
	sample_open(&sample);
	OK(store_receipt_owed(sample.store, owed, &err));
	assert_string_equal(owed, "");
	OK(store_receipt_copy(sample.store, text, SUPERVISOR, sample.now_ms, &copy, &err));
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(sample.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
						 "INSERT INTO audit SELECT number + 1, at_ms - 1, 'a', '', '', '', 0, hash FROM audit"
						 " ORDER BY number DESC LIMIT 1",
						 NULL, NULL, NULL),
		SQLITE_CONSTRAINT);
	(void)sqlite3_close(db);
	sample_end(&sample);
}

static void
a_store_of_a_newer_program_is_refused_and_left_alone(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct stat before, after;
	(void)state;
	sample_start(&sample);
	store_close(sample.store);
	change(sample.path, "PRAGMA user_version = 1000");
	change(sample.path, "PRAGMA journal_mode = DELETE");
	assert_int_equal(stat(sample.path, &before), 0);
	REFUSED(try_open(&sample, &err), ERROR_REFUSED);
	assert_int_equal(stat(sample.path, &after), 0);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(before.st_size, after.st_size);
	sample.store = NULL;
	sample_end(&sample);
}

static void
what_is_no_store_is_refused(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	(void)state;
	sample_folder(&sample);
	sample_open(&sample);
	store_close(sample.store);
	sample.store = NULL;
	change(sample.path, "PRAGMA application_id = 7");
	REFUSED(try_open(&sample, &err), ERROR_INVALID);
	FILE *file = fopen(sample.path, "w");
	assert_non_null(file);
	(void)fputs("This is a letter and not a database, although it is long enough to have a header of its own, "
				"and goes on for more than one hundred bytes.",
		file);
	assert_int_equal(fclose(file), 0);
	REFUSED(try_open(&sample, &err), ERROR_INVALID);
	sample_end(&sample);
}

/* quick_check at the start: a page of the file was overwritten. */
static void
a_damaged_store_is_refused(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct stat status;
	char text[STORE_RECEIPT];
	(void)state;
	sample_start(&sample);
	for (int i = 0; i < 20; i++) {
		sample_application(&sample, sample.made);
		OK(sample_accept(&sample, sample.made, text, &err));
	}
	store_close(sample.store);
	sample.store = NULL;
	assert_int_equal(stat(sample.path, &status), 0);
	FILE *file = fopen(sample.path, "r+");
	assert_non_null(file);
	for (long at = 4096L * 30; at < status.st_size; at += 4096L) {
		assert_int_equal(fseek(file, at, SEEK_SET), 0);
		for (int i = 0; i < 64; i++)
			(void)fputc(0xa5, file);
	}
	assert_int_equal(fclose(file), 0);
	REFUSED(try_open(&sample, &err), ERROR_INVALID);
	sample_end(&sample);
}

static void
another_key_does_not_open_it(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	(void)state;
	sample_start(&sample);
	store_close(sample.store);
	sample.store = NULL;
	assert_int_equal(unlink(sample.key), 0);
	REFUSED(try_open(&sample, &err), ERROR_GONE); /* a lost key is not made anew for an old store */
	FILE *file = fopen(sample.key, "w");
	assert_non_null(file);
	(void)fputs("0123456789abcdef0123456789abcdef", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(sample.key, 0600), 0);
	REFUSED(try_open(&sample, &err), ERROR_UNTRUSTED);
	sample_end(&sample);
}

static void
a_key_file_that_others_may_read_is_refused(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	(void)state;
	sample_start(&sample);
	store_close(sample.store);
	sample.store = NULL;
	assert_int_equal(chmod(sample.key, 0640), 0);
	REFUSED(try_open(&sample, &err), ERROR_INVALID);
	assert_int_equal(chmod(sample.key, 0600), 0);
	assert_int_equal(truncate(sample.key, 31), 0);
	REFUSED(try_open(&sample, &err), ERROR_INVALID);
	assert_int_equal(truncate(sample.key, 33), 0);
	REFUSED(try_open(&sample, &err), ERROR_INVALID);
	sample_end(&sample);
}

static void
a_credential_is_read_and_never_made(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_key key;
	char path[320];
	(void)state;
	sample_folder(&sample);
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	REFUSED(store_key_credential("store-key", &key, &err), ERROR_GONE);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", sample.folder, 1), 0);
	REFUSED(store_key_credential("../store-key", &key, &err), ERROR_GONE);
	OK(store_key_credential("store-key", &key, &err));
	REFUSED(store_open(sample.path, key, &sample.store, &err), ERROR_GONE);
	(void)snprintf(path, sizeof(path), "%s/store-key", sample.folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	(void)fputs("0123456789abcdef0123456789abcdef", file);
	assert_int_equal(fclose(file), 0);
	OK(store_key_credential("store-key", &key, &err));
	OK(store_open(sample.path, key, &sample.store, &err));
	sample_end(&sample);
}

static void
is_provisioned_once_and_says_training_for_ever(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_identity identity;
	struct store_certificates certificates;
	struct secret key = { 0 };
	struct store_next next;
	char number[APPLICATION_CASE];
	(void)state;
	sample_folder(&sample);
	sample_open(&sample);
	OK(store_identity(sample.store, &identity, &err));
	assert_false(identity.provisioned);
	REFUSED(store_next(sample.store, &next, &err), ERROR_REFUSED);
	REFUSED(store_case_next(sample.store, SAMPLE_DAY, number, &err), ERROR_REFUSED);
	REFUSED(store_certificates(sample.store, &certificates, &err), ERROR_GONE);
	OK(sample_provision(&sample, &err));
	REFUSED(sample_provision(&sample, &err), ERROR_REFUSED);
	store_close(sample.store);
	sample_open(&sample);
	OK(store_identity(sample.store, &identity, &err));
	assert_true(identity.provisioned);
	assert_true(identity.training);
	assert_string_equal(identity.branch, "WR");
	assert_string_equal(identity.branch_name[LANGUAGE_ZH_HK], "灣仔道");
	assert_int_equal(identity.offset_min, 480);
	OK(store_certificates(sample.store, &certificates, &err));
	assert_string_equal((const char *)certificates.receipt.at, "receipt pem");
	store_certificates_free(&certificates);
	OK(store_signing_key(sample.store, &key, &err));
	assert_memory_equal(key.at, "SIGNING PRIVATE KEY PEM", key.len);
	secret_free(&key);
	sample_end(&sample);
}

static void
pending_keys_survive_until_the_answer(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct secret signing = { 0 }, opening = { 0 }, got[2] = { 0 };
	struct file_bytes csr[2] = { 0 };
	bool found = true;
	(void)state;
	sample_folder(&sample);
	sample_open(&sample);
	OK(store_pending_keys_get(sample.store, &found, &got[0], &got[1], &csr[0], &csr[1], &err));
	assert_false(found);
	OK(secret_copy(text_span("first key"), &signing, &err));
	OK(secret_copy(text_span("second key"), &opening, &err));
	OK(store_pending_keys(sample.store, &signing, &opening, text_span("csr 1"), text_span("csr 2"), &err));
	store_close(sample.store);
	sample_open(&sample);
	OK(store_pending_keys_get(sample.store, &found, &got[0], &got[1], &csr[0], &csr[1], &err));
	assert_true(found);
	assert_true(secret_equal(secret_span(&got[1]), secret_span(&opening)));
	assert_string_equal((const char *)csr[0].at, "csr 1");
	OK(sample_provision(&sample, &err));
	for (int i = 0; i < 2; i++) {
		secret_free(&got[i]);
		file_free(&csr[i]);
	}
	OK(store_pending_keys_get(sample.store, &found, &got[0], &got[1], &csr[0], &csr[1], &err));
	assert_false(found);
	secret_free(&signing);
	secret_free(&opening);
	sample_end(&sample);
}

static void
drafts_survive_and_are_dropped_with_a_row(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_draft_head head = { .product = "personal", .officer = SUPERVISOR, .step = 4, .begun_ms = 5 };
	struct store_draft_head got, rows[4];
	struct file_bytes bytes = { 0 };
	size_t count = 0;
	(void)state;
	sample_start(&sample);
	OK(store_case_next(sample.store, SAMPLE_DAY, head.case_number, &err));
	OK(text_take(text_span("CHAN, Tai Man"), "name", head.name, sizeof(head.name), &err));
	OK(store_draft_put(sample.store, &head, text_span("first"), sample.now_ms, &err));
	head.held = true;
	OK(text_take(text_span("no-card"), "why", head.why, sizeof(head.why), &err));
	OK(store_draft_put(sample.store, &head, text_span("second, longer"), sample.now_ms + 7, &err));
	store_close(sample.store);
	sample_open(&sample);
	OK(store_draft_get(sample.store, head.case_number, &got, &bytes, &err));
	head.saved_ms = sample.now_ms + 7;
	assert_memory_equal(&got, &head, sizeof(got));
	assert_string_equal((const char *)bytes.at, "second, longer");
	file_free(&bytes);
	OK(store_drafts(sample.store, rows, 4, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].name, "CHAN, Tai Man");
	OK(store_draft_drop(sample.store, head.case_number, SUPERVISOR, "applicant left", sample.now_ms, &err));
	REFUSED(store_draft_drop(sample.store, head.case_number, SUPERVISOR, "", sample.now_ms, &err), ERROR_GONE);
	REFUSED(store_draft_get(sample.store, head.case_number, &got, &bytes, &err), ERROR_GONE);
	memcpy(head.case_number, "WR04-261125-1", 14);
	REFUSED(store_draft_put(sample.store, &head, text_span("x"), sample.now_ms, &err), ERROR_INVALID);
	sample_end(&sample);
}

static void
case_numbers_are_never_given_twice(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	char number[APPLICATION_CASE];
	(void)state;
	sample_start(&sample);
	OK(store_case_next(sample.store, SAMPLE_DAY, number, &err));
	assert_string_equal(number, "WR04-261125-001");
	store_close(sample.store);
	sample_open(&sample);
	OK(store_case_next(sample.store, SAMPLE_DAY, number, &err));
	assert_string_equal(number, "WR04-261125-002");
	OK(store_case_next(sample.store, (struct date){ 2009, 1, 2 }, number, &err));
	assert_string_equal(number, "WR04-090102-001");
	REFUSED(store_case_next(sample.store, (struct date){ 0 }, number, &err), ERROR_INVALID);
	assert_true(store_has_room(sample.store));
	sample_end(&sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_for_its_owner_only),
		cmocka_unit_test(another_writer_is_refused),
		cmocka_unit_test(opening_it_again_and_again_leaves_nothing_behind),
		cmocka_unit_test(a_store_of_an_older_program_is_brought_up_to_date),
		cmocka_unit_test(a_store_of_a_newer_program_is_refused_and_left_alone),
		cmocka_unit_test(what_is_no_store_is_refused),
		cmocka_unit_test(a_damaged_store_is_refused),
		cmocka_unit_test(another_key_does_not_open_it),
		cmocka_unit_test(a_key_file_that_others_may_read_is_refused),
		cmocka_unit_test(a_credential_is_read_and_never_made),
		cmocka_unit_test(is_provisioned_once_and_says_training_for_ever),
		cmocka_unit_test(pending_keys_survive_until_the_answer),
		cmocka_unit_test(drafts_survive_and_are_dropped_with_a_row),
		cmocka_unit_test(case_numbers_are_never_given_twice),
	};
	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
