#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/error_wire.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/counter_provision.h"
#include "kiosk/counter/counter_unlock.h"
#include "kiosk/model/enrolment_code.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"
#include "tests/unit/kiosk/counter/support/rig.h"

/* What the centre of the test does with a request. */
enum mood { GOOD, OTHER_CA, OTHER_KEY, DECLINES, GARBAGE, SILENT, PRODUCTION, HANGS_UP };

struct scene {
	struct rig rig; /* of it: folder, authority, syncd's end */
	struct authority *stranger;
	struct counter_conf conf;
	char password_path[300], code[ENROLMENT_CODE_TEXT];
	enum mood mood;
	char signing_csr[4096]; /* as it came */
};

static void
open_scene(struct scene *scene)
{
	static const uint8_t random[ENROLMENT_CODE_RANDOM] = { 7, 9, 23, 1 };
	struct error err = { 0 };
	*scene = (struct scene){ .rig = { .listener = -1, .line.fd = -1 } };
	struct rig *rig = &scene->rig;
	secret_start();
	folder_new(rig->folder);
	rig->authority = authority_new("Training CA");
	scene->stranger = authority_new("Another CA");
	authority_certificate(rig->authority, rig->ca);
	authority_issue(rig->authority, "packets", AUTHORITY_OPENING, 0, 0, &rig->packet);
	authority_issue(rig->authority, "receipts", AUTHORITY_SIGNING, 0, 0, &rig->receipt);
	(void)text_format(scene->conf.store, sizeof(scene->conf.store), "%s/store.db", rig->folder);
	(void)text_format(scene->conf.key_file, sizeof(scene->conf.key_file), "%s/store.key", rig->folder);
	(void)text_format(scene->conf.sync_socket, sizeof(scene->conf.sync_socket), "%s/s", rig->folder);
	(void)text_format(rig->socket_path, sizeof(rig->socket_path), "%s", scene->conf.sync_socket);
	(void)text_format(rig->store_path, sizeof(rig->store_path), "%s", scene->conf.store);
	(void)text_format(rig->key_path, sizeof(rig->key_path), "%s", scene->conf.key_file);
	(void)text_format(scene->conf.catalogue, sizeof(scene->conf.catalogue), "%s", TEST_SOURCE_DIR "/assets/catalogue");
	(void)text_format(scene->password_path, sizeof(scene->password_path), "%s/password", rig->folder);
	scene->conf.offset_min = 480;
	assert_true(file_write(scene->password_path, text_span(RIG_FIRST "\n"), 0600, &err));
	enrolment_code_make(random, scene->code);
	rig_listen(rig);
}

static void
close_scene(struct scene *scene)
{
	rig_hang_up(&scene->rig);
	file_close(&scene->rig.listener);
	authority_free(scene->rig.authority);
	authority_free(scene->stranger);
	folder_remove(scene->rig.folder);
}

/* --- the centre, through syncd --- */

static void
put_pem(FILE *out, const char *name, const char *pem)
{
	(void)fprintf(out, ",\"%s\":\"", name);
	for (; *pem != '\0'; pem++) {
		if (*pem == '\n')
			(void)fputs("\\n", out);
		else
			(void)fputc(*pem, out);
	}
	(void)fputc('"', out);
}

static size_t
make_answer(struct scene *scene, const char *signing_csr, const char *opening_csr, char *json, size_t cap)
{
	struct rig *rig = &scene->rig;
	struct authority *issuer = scene->mood == OTHER_CA ? scene->stranger : rig->authority;
	char signing[4096], opening[4096];
	FILE *out = fmemopen(json, cap, "w");
	assert_non_null(out);
	authority_sign(issuer, scene->mood == OTHER_KEY ? opening_csr : signing_csr, "WR-04", AUTHORITY_SIGNING, signing);
	authority_sign(rig->authority, opening_csr, "WR-04", AUTHORITY_OPENING, opening);
	(void)fprintf(out,
		"{\"branch\":{\"code\":\"WR\",\"name\":{\"en\":\"Wharf Road\",\"zh_hk\":\"碼頭道\",\"zh_cn\":\"码头道\"}},"
		"\"counter\":\"04\",\"training\":%s,\"centre\":\"training centre\"",
		scene->mood == PRODUCTION ? "false" : "true");
	put_pem(out, "ca", rig->ca);
	put_pem(out, "packet_certificate", rig->packet.certificate);
	put_pem(out, "receipt_certificate", rig->receipt.certificate);
	put_pem(out, "signing_certificate", signing);
	put_pem(out, "opening_certificate", opening);
	(void)fputs("}", out);
	assert_int_equal(fclose(out), 0);
	return strlen(json);
}

static void
answer(struct scene *scene, const char *signing_csr, const char *opening_csr)
{
	static char json[65536];
	struct error err = { .kind = ERROR_REFUSED, .domain = DOMAIN_HTTP, .detail = 403, .text = "The code has expired" };
	uint8_t bytes[512];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	int memfd = -1;
	if (scene->mood == SILENT)
		return;
	if (scene->mood == DECLINES) {
		error_wire_put(&out, &err);
		assert_true(channel_send(&scene->rig.line, WIRE_UNPROVISIONED, buffer_span(&out), -1, 1000, &err));
		return;
	}
	size_t len = make_answer(scene, signing_csr, opening_csr, json, sizeof(json));
	if (scene->mood == GARBAGE)
		len /= 2;
	assert_true(channel_memfd((struct span){ (uint8_t *)json, len }, &memfd, &err));
	assert_true(channel_send(&scene->rig.line, WIRE_PROVISIONED, (struct span){ 0 }, memfd, 1000, &err));
	file_close(&memfd);
}

static void *
centre(void *self)
{
	struct scene *scene = self;
	static uint8_t body[16384];
	static char code[64], signing[WIRE_CSR_MOST], opening[WIRE_CSR_MOST];
	struct channel_message message;
	rig_accept_line(&scene->rig);
	rig_say_line(&scene->rig, WIRE_LINE_UNPROVISIONED);
	if (scene->mood == HANGS_UP) {
		rig_hang_up(&scene->rig);
		return NULL;
	}
	rig_hear(&scene->rig, WIRE_PROVISION, body, sizeof(body), &message);
	struct cursor in = cursor_over(message.body);
	cursor_text(&in, code, sizeof(code));
	cursor_text(&in, signing, sizeof(signing));
	cursor_text(&in, opening, sizeof(opening));
	assert_true(cursor_done(&in));
	assert_string_equal(code, scene->code);
	(void)text_copy(scene->signing_csr, sizeof(scene->signing_csr), signing);
	answer(scene, signing, opening);
	return NULL;
}

static bool
ask(struct scene *scene, enum mood mood, const char *code, struct error *err)
{
	struct counter_provision request = {
		.code = code, .supervisor = "s100", .name = "Chan Suk Yee", .password_file = scene->password_path
	};
	pthread_t thread;
	scene->mood = mood;
	assert_int_equal(pthread_create(&thread, NULL, centre, scene), 0);
	bool ok = counter_provision_run(&scene->conf, &request, 2, err);
	assert_int_equal(pthread_join(thread, NULL), 0);
	rig_hang_up(&scene->rig);
	return ok;
}

static bool
is_provisioned(struct scene *scene)
{
	struct store_identity identity;
	struct error err = { 0 };
	struct store *store = rig_store(&scene->rig);
	assert_true(store_identity(store, &identity, &err));
	store_close(store);
	return identity.provisioned;
}

static void
a_counter_is_made_of_a_code(void **state)
{
	static struct scene scene;
	struct store_sign_in_result result;
	struct store_identity identity;
	struct error err = { 0 };
	(void)state;
	open_scene(&scene);
	char small[ENROLMENT_CODE_TEXT] = "";
	for (size_t i = 0; scene.code[i] != '\0'; i++) /* small letters and blanks are let through */
		small[i] = scene.code[i] == '-' ? ' ' : (char)(scene.code[i] | ('A' <= scene.code[i] ? 0x20 : 0));
	if (!ask(&scene, GOOD, small, &err))
		fail_msg("%s", err.text);
	struct store *store = rig_store(&scene.rig);
	assert_true(store_identity(store, &identity, &err));
	assert_string_equal(identity.branch, "WR");
	assert_true(identity.training);
	assert_int_equal(identity.offset_min, 480);
	assert_true(store_officer_sign_in(store, "S100", text_span(RIG_FIRST), 1795600000000ll, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_OK);
	assert_true(result.officer.must_change);
	assert_int_equal(result.officer.role, OFFICER_SUPERVISOR);
	store_close(store);
	struct counter_provision request = {
		.code = scene.code, .supervisor = "S100", .name = "Chan", .password_file = scene.password_path
	};
	assert_false(counter_provision_run(&scene.conf, &request, 1, &err)); /* once is enough */
	assert_int_equal(err.kind, ERROR_REFUSED);
	close_scene(&scene);
}

static void
a_code_may_come_from_standard_input(void **state)
{
	static struct scene scene;
	char path[300], line[ENROLMENT_CODE_TEXT + 2];
	struct error err = { 0 };
	(void)state;
	open_scene(&scene);
	(void)text_format(path, sizeof(path), "%s/code", scene.rig.folder);
	(void)text_format(line, sizeof(line), "%s\n", scene.code);
	assert_true(file_write(path, text_span(line), 0600, &err));
	assert_non_null(freopen(path, "r", stdin));
	if (!ask(&scene, GOOD, "-", &err))
		fail_msg("%s", err.text);
	assert_true(is_provisioned(&scene));
	struct counter_provision request = {
		.code = "-", .supervisor = "S100", .name = "Chan", .password_file = scene.password_path
	};
	assert_false(counter_provision_run(&scene.conf, &request, 1, &err)); /* there is no second line */
	assert_int_equal(err.kind, ERROR_INVALID);
	close_scene(&scene);
}

static void
a_locked_supervisor_is_unlocked_on_the_command_line(void **state)
{
	static struct scene scene;
	static const char other[] = "nine copper kettles sing";
	struct error err = { 0 };
	struct store_sign_in_result result = { 0 };
	(void)state;
	open_scene(&scene);
	assert_false(counter_unlock_run(&scene.conf, "S100", scene.password_path, &err));
	assert_int_equal(err.kind, ERROR_INVALID); /* and no store was made */
	assert_int_not_equal(access(scene.conf.store, F_OK), 0);
	assert_true(ask(&scene, GOOD, scene.code, &err));
	struct store *store = rig_store(&scene.rig);
	for (int64_t now_ms = 1795600000000ll; result.what != STORE_SIGN_IN_LOCKED; now_ms += 3600 * 1000)
		assert_true(store_officer_sign_in(store, "S100", text_span("wrong"), now_ms, &result, &err));
	assert_true(file_write(scene.password_path, text_span(other), 0600, &err));
	assert_false(counter_unlock_run(&scene.conf, "S100", scene.password_path, &err)); /* the counter runs */
	assert_int_equal(err.kind, ERROR_REFUSED);
	store_close(store);
	if (!counter_unlock_run(&scene.conf, "s100", scene.password_path, &err))
		fail_msg("%s", err.text);
	store = rig_store(&scene.rig);
	assert_true(store_officer_sign_in(store, "S100", text_span(other), 1795900000000ll, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_OK);
	assert_true(result.officer.must_change);
	store_close(store);
	close_scene(&scene);
}

/* Nothing of a bad answer is kept, and asking again asks with the same keys. */
static void
a_bad_answer_is_not_kept_and_asking_again_works(void **state)
{
	static const struct {
		enum mood mood;
		enum error_kind kind;
	} rows[] = { { OTHER_CA, ERROR_UNTRUSTED }, { OTHER_KEY, ERROR_UNTRUSTED }, { DECLINES, ERROR_REFUSED },
		{ GARBAGE, ERROR_INVALID }, { SILENT, ERROR_TIMEOUT }, { HANGS_UP, ERROR_GONE } };
	static struct scene scene;
	char first[4096] = "";
	struct error err = { 0 };
	(void)state;
	open_scene(&scene);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(ask(&scene, rows[i].mood, scene.code, &err));
		if (err.kind != rows[i].kind)
			fail_msg("mood %d: %s", (int)rows[i].mood, err.text);
		if (rows[i].mood == DECLINES) /* which it is, and what to do */
			assert_true(strstr(err.text, "The code has expired") != NULL && strstr(err.text, "--new-kiosk") != NULL);
		assert_false(is_provisioned(&scene));
		if (first[0] == '\0')
			(void)text_copy(first, sizeof(first), scene.signing_csr);
		assert_string_equal(scene.signing_csr, first);
	}
	if (!ask(&scene, GOOD, scene.code, &err))
		fail_msg("%s", err.text);
	assert_string_equal(scene.signing_csr, first);
	close_scene(&scene);
}

static void
what_is_wrong_on_the_command_line_is_said_before_anything_is_sent(void **state)
{
	static struct scene scene;
	struct error err = { 0 };
	char typo[ENROLMENT_CODE_TEXT];
	(void)state;
	open_scene(&scene);
	struct counter_provision good = {
		.code = scene.code, .supervisor = "S100", .name = "Chan Suk Yee", .password_file = scene.password_path
	};
	(void)text_copy(typo, sizeof(typo), scene.code);
	typo[0] = typo[0] == 'X' ? 'Y' : 'X';
	struct counter_provision request = good;
	request.code = typo;
	assert_false(counter_provision_run(&scene.conf, &request, 1, &err));
	assert_non_null(strstr(err.text, "mistyped"));
	request = good;
	request.supervisor = NULL;
	assert_false(counter_provision_run(&scene.conf, &request, 1, &err));
	request = good;
	request.supervisor = "no number!";
	assert_false(counter_provision_run(&scene.conf, &request, 1, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_true(file_write(scene.password_path, text_span("short"), 0600, &err));
	assert_false(counter_provision_run(&scene.conf, &good, 1, &err));
	assert_non_null(strstr(err.text, "too short"));
	assert_true(file_write(scene.password_path, text_span("password password"), 0600, &err));
	assert_false(counter_provision_run(&scene.conf, &good, 1, &err));
	struct channel nobody = { .fd = -1 };
	assert_false(channel_accept(scene.rig.listener, &nobody, &err)); /* nobody came */
	assert_int_equal(err.kind, ERROR_TIMEOUT);
	close_scene(&scene);
}

/* What the package leaves out is named, and the same command goes on when it is there. */
static void
a_training_centre_needs_the_training_overlay(void **state)
{
	static struct scene scene;
	struct error err = { 0 };
	char command[1200];
	(void)state;
	open_scene(&scene);
	(void)text_format(command, sizeof(command), "mkdir '%s/c' && cp -r '%s/facts' '%s/c'", scene.rig.folder,
		scene.conf.catalogue, scene.rig.folder);
	assert_int_equal(system(command), 0);
	(void)text_format(scene.conf.catalogue, sizeof(scene.conf.catalogue), "%s/c", scene.rig.folder);
	assert_false(ask(&scene, GOOD, scene.code, &err));
	assert_non_null(strstr(err.text, "counter-training-data"));
	assert_false(is_provisioned(&scene));
	(void)text_format(
		command, sizeof(command), "cp -r '" TEST_SOURCE_DIR "/assets/catalogue/training' '%s'", scene.conf.catalogue);
	assert_int_equal(system(command), 0);
	if (!ask(&scene, GOOD, scene.code, &err))
		fail_msg("%s", err.text);
	close_scene(&scene);
}

/* The facts alone must make a catalogue that a production counter may have: it has no method and no declaration. */
static void
a_production_counter_never_has_the_training_catalogue(void **state)
{
	static struct scene scene;
	struct catalogue *facts = NULL;
	struct error err = { 0 };
	(void)state;
	open_scene(&scene);
	bool ok = ask(&scene, PRODUCTION, scene.code, &err);
	bool loads = catalogue_load(scene.conf.catalogue, false, NULL, NULL, &facts, &err);
	assert_int_equal(ok, loads);
	if (ok) {
		struct store_identity identity;
		struct store *store = rig_store(&scene.rig);
		assert_true(store_identity(store, &identity, &err));
		assert_false(identity.training);
		assert_string_equal(identity.catalogue_version, catalogue_version(facts));
		assert_false(catalogue_is_training(facts));
		store_close(store);
	}
	catalogue_free(facts);
	close_scene(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_is_made_of_a_code),
		cmocka_unit_test(a_code_may_come_from_standard_input),
		cmocka_unit_test(a_locked_supervisor_is_unlocked_on_the_command_line),
		cmocka_unit_test(a_bad_answer_is_not_kept_and_asking_again_works),
		cmocka_unit_test(what_is_wrong_on_the_command_line_is_said_before_anything_is_sent),
		cmocka_unit_test(a_training_centre_needs_the_training_overlay),
		cmocka_unit_test(a_production_counter_never_has_the_training_catalogue),
	};
	return cmocka_run_group_tests_name("counter provision", tests, NULL, NULL);
}
