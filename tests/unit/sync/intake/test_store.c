/* The SQLite store passes the suite of all stores, and is what only SQLite can be asked. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/text.h"
#include "sync/intake/sqlite_codes.h"
#include "sync/intake/sqlite_db.h"
#include "sync/intake/sqlite_store.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"
#include "tests/unit/sync/intake/support/store_suite.h"

struct place {
	char folder[256];
	char path[300];
};

static bool
open_store(const char *folder, struct intake_store *out, struct error *err)
{
	char path[300];
	return text_format(path, sizeof(path), "%s/centre.db", folder) && sqlite_store_open(path, out, err);
}

static bool
open_codes(const char *folder, struct intake_codes *out, struct error *err)
{
	char path[300];
	return text_format(path, sizeof(path), "%s/centre.db", folder) && sqlite_codes_open(path, out, err);
}

static int
set_up(void **state)
{
	static struct place place;
	folder_new(place.folder);
	(void)text_format(place.path, sizeof(place.path), "%s/centre.db", place.folder);
	*state = &place;
	return 0;
}

static int
tear_down(void **state)
{
	const struct place *place = *state;
	folder_remove(place->folder);
	return 0;
}

/* Run SQL as somebody else would, with SQLite's defaults. */
static int
run_sql(const struct place *place, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	const int status = sqlite3_exec(db, sql, NULL, NULL, NULL);
	(void)sqlite3_close(db);
	return status;
}

static void
put_first(struct intake_store store)
{
	struct intake_store_packet packet = { .sealed = text_span("sealed"), .receipt = text_span("receipt") };
	struct intake_store_answer answer;
	struct error err;
	assert_true(intake_id_read("261125-WR-04-000001-0000000a", &packet.id, &err));
	assert_true(store.ops->put(store.self, &packet, 1, &answer, &err));
	assert_int_equal(answer.outcome, INTAKE_STORE_NEW);
}

static void
refuses_what_is_not_its_database(void **state)
{
	const struct place *place = *state;
	struct intake_store store;
	struct error err;
	FILE *file = fopen(place->path, "w");
	assert_non_null(file);
	for (int i = 0; i < 4096; i++)
		(void)fputc('x', file);
	(void)fclose(file);
	assert_false(sqlite_store_open(place->path, &store, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_int_equal(unlink(place->path), 0);
	assert_int_equal(run_sql(place, "PRAGMA application_id = 7; CREATE TABLE t (a)"), SQLITE_OK);
	assert_false(sqlite_store_open(place->path, &store, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_false(sqlite_store_open("/nonexistent/centre.db", &store, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
}

static void
refuses_a_newer_form(void **state)
{
	const struct place *place = *state;
	struct intake_store store;
	struct error err;
	assert_true(sqlite_store_open(place->path, &store, &err));
	store.ops->close(store.self);
	assert_int_equal(run_sql(place, "PRAGMA user_version = 2"), SQLITE_OK);
	assert_false(sqlite_store_open(place->path, &store, &err));
	assert_non_null(strstr(err.text, "of form 2"));
}

static void
lets_nobody_change_or_remove_a_packet(void **state)
{
	const struct place *place = *state;
	struct intake_store store;
	struct error err;
	assert_true(sqlite_store_open(place->path, &store, &err));
	put_first(store);
	assert_int_equal(run_sql(place, "DELETE FROM packet"), SQLITE_CONSTRAINT);
	assert_int_equal(run_sql(place, "UPDATE packet SET receipt = x'00'"), SQLITE_CONSTRAINT);
	assert_int_equal(
		run_sql(place, "INSERT INTO packet SELECT 'x', day, branch, counter, 2, sha256, bytes, received_ms,"
					   " receipt, sealed FROM packet"),
		SQLITE_CONSTRAINT);
	assert_int_equal(run_sql(place, "INSERT INTO packet SELECT '261125-WR-04-000002-0000000a', day, branch, counter, 2,"
									" sha256, bytes + 1, received_ms, receipt, sealed FROM packet"),
		SQLITE_CONSTRAINT);
	store.ops->close(store.self);
}

static void
stores_nothing_while_another_holds_the_file_and_says_so(void **state)
{
	const struct place *place = *state;
	struct intake_store store;
	struct intake_store_packet packet = { .sealed = text_span("sealed"), .receipt = text_span("receipt") };
	struct intake_store_answer answer;
	struct error err;
	sqlite3 *db = NULL;
	assert_true(sqlite_store_open(place->path, &store, &err));
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_true(intake_id_read("261125-WR-04-000001-0000000a", &packet.id, &err));
	assert_false(store.ops->put(store.self, &packet, 1, &answer, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_int_equal(err.domain, DOMAIN_SQLITE);
	assert_int_equal(answer.outcome, INTAKE_STORE_UNDECIDED);
	assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
	put_first(store);
	store.ops->close(store.self);
}

static void *
open_one(void *self)
{
	const struct place *place = self;
	struct intake_store store;
	struct error err;
	if (!sqlite_store_open(place->path, &store, &err))
		return self;
	store.ops->close(store.self);
	return NULL;
}

static void
is_made_once_by_many_at_the_same_time(void **state)
{
	struct place *place = *state;
	pthread_t threads[8];
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, open_one, place), 0);
	for (size_t i = 0; i < 8; i++) {
		void *failed = NULL;
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
}

static void
says_that_a_damaged_file_is_damaged(void **state)
{
	const struct place *place = *state;
	struct intake_store store;
	struct intake_store_status status;
	struct error err;
	assert_true(sqlite_store_open(place->path, &store, &err));
	put_first(store);
	store.ops->close(store.self);
	FILE *file = fopen(place->path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 2 * 8192, SEEK_SET), 0); /* somewhere behind the schema */
	for (int i = 0; i < 4 * 8192; i++)
		(void)fputc(0xFF, file);
	(void)fclose(file);
	assert_true(sqlite_store_open(place->path, &store, &err));
	assert_false(store.ops->status(store.self, &status, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	store.ops->close(store.self);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(refuses_what_is_not_its_database, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_a_newer_form, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lets_nobody_change_or_remove_a_packet, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stores_nothing_while_another_holds_the_file_and_says_so, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_made_once_by_many_at_the_same_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_that_a_damaged_file_is_damaged, set_up, tear_down),
	};
	return store_suite_run("sqlite_store", open_store) + store_suite_run_codes("sqlite_codes", open_codes) +
		   cmocka_run_group_tests_name("sqlite_db", tests, NULL, NULL);
}
