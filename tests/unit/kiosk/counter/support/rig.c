#include "tests/unit/kiosk/counter/support/rig.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/digest.h"
#include "kiosk/base/text.h"
#include "sync/seal/seal.h"
#include "tests/support/check.h"
#include "tests/support/fake_receipt.h"
#include "tests/support/folder.h"

#define WAIT_MS   20000
#define SETTLE_MS 250u

static atomic_llong later_ms;

static int64_t
now_ms(void)
{
	return clock_now_ms() + atomic_load(&later_ms);
}

void
rig_later(int64_t ms)
{
	atomic_fetch_add(&later_ms, ms);
}

static void
must(bool ok, const struct error *err)
{
	if (!ok)
		fail_msg("%s", err->text);
}

/* --- the store --- */

static struct file_bytes
pem(const char *text)
{
	return (struct file_bytes){ .at = (uint8_t *)strdup(text), .len = strlen(text) };
}

struct store *
rig_store(struct rig *rig)
{
	struct store_key key = { 0 };
	struct store *store = NULL;
	struct error err = { 0 };
	must(store_key_file(rig->key_path, &key, &err), &err);
	must(store_open(rig->store_path, key, &store, &err), &err);
	return store;
}

static void
add_people(struct store *store)
{
	struct officer clerk = { .number = RIG_CLERK, .name = "Wong Ka Yan", .role = OFFICER_CLERK, .must_change = true };
	struct error err = { 0 };
	must(store_officer_add(store, &clerk, text_span(RIG_FIRST), RIG_SUPERVISOR, now_ms(), &err), &err);
	must(store_officer_password(store, RIG_CLERK, text_span(RIG_PASSWORD), now_ms(), &err), &err);
	must(store_officer_password(store, RIG_SUPERVISOR, text_span(RIG_PASSWORD), now_ms(), &err), &err);
}

static void
provision(struct rig *rig)
{
	struct store_identity identity = { .provisioned = true,
		.training = !rig->production,
		.branch = "WR",
		.counter = "04",
		.branch_name = { "Wharf Road", "碼頭道", "码头道" },
		.centre = "training centre",
		.offset_min = 480,
		.catalogue_version = "TRAIN 2026.2" };
	struct officer supervisor = {
		.number = RIG_SUPERVISOR, .name = "Chan Suk Yee", .role = OFFICER_SUPERVISOR, .must_change = true
	};
	struct secret signing = { 0 }, opening = { 0 };
	struct file_bytes signing_csr = { 0 }, opening_csr = { 0 };
	char signing_pem[4096], opening_pem[4096];
	struct error err = { 0 };
	struct store *store = rig_store(rig);
	must(seal_key_make("signing", &signing, &signing_csr, &err), &err);
	must(seal_key_make("opening", &opening, &opening_csr, &err), &err);
	authority_sign(rig->authority, (const char *)signing_csr.at, "WR-04", AUTHORITY_SIGNING, signing_pem);
	authority_sign(rig->authority, (const char *)opening_csr.at, "WR-04", AUTHORITY_OPENING, opening_pem);
	struct store_certificates certificates = { .ca = pem(rig->ca),
		.signing = pem(signing_pem),
		.opening = pem(opening_pem),
		.packet = pem(rig->packet.certificate),
		.receipt = pem(rig->receipt.certificate) };
	must(store_provision(
			 store, &identity, &certificates, &signing, &opening, &supervisor, text_span(RIG_FIRST), now_ms(), &err),
		&err);
	add_people(store);
	store_certificates_free(&certificates);
	secret_free(&signing);
	secret_free(&opening);
	file_free(&signing_csr);
	file_free(&opening_csr);
	store_close(store);
}

static void
open_as(struct rig *rig, bool production)
{
	*rig = (struct rig){ .listener = -1, .line.fd = -1, .shell.fd = -1, .production = production };
	secret_start();
	folder_new(rig->folder);
	(void)text_format(rig->store_path, sizeof(rig->store_path), "%s/store.db", rig->folder);
	(void)text_format(rig->key_path, sizeof(rig->key_path), "%s/store.key", rig->folder);
	(void)text_format(rig->socket_path, sizeof(rig->socket_path), "%s/sync.sock", rig->folder);
	(void)text_format(rig->catalogue, sizeof(rig->catalogue), "%s", TEST_SOURCE_DIR "/assets/catalogue");
	rig->authority = authority_new("Training CA");
	authority_certificate(rig->authority, rig->ca);
	authority_issue(rig->authority, "packets", AUTHORITY_OPENING, 0, 0, &rig->packet);
	authority_issue(rig->authority, "receipts", AUTHORITY_SIGNING, 0, 0, &rig->receipt);
	rig->view = calloc(1, sizeof(*rig->view));
	assert_non_null(rig->view);
	provision(rig);
}

void
rig_open(struct rig *rig)
{
	open_as(rig, false);
}

void
rig_open_production(struct rig *rig)
{
	open_as(rig, true);
}

void
rig_close(struct rig *rig)
{
	if (rig->running)
		rig_stop(rig);
	rig_hang_up(rig);
	file_close(&rig->listener);
	rig->listener = -1;
	authority_free(rig->authority);
	free(rig->view);
	folder_remove(rig->folder);
}

void
rig_own_catalogue(struct rig *rig)
{
	char command[1024];
	(void)text_format(command, sizeof(command), "cp -r '%s' '%s/catalogue'", rig->catalogue, rig->folder);
	assert_int_equal(system(command), 0);
	(void)text_format(rig->catalogue, sizeof(rig->catalogue), "%s/catalogue", rig->folder);
}

/* --- the thread --- */

static void
wake(void *self)
{
	(void)self;
}

static bool
print(void *self, const struct counter_job *job, struct error *err)
{
	struct rig *rig = self;
	if (atomic_load(&rig->print_fails))
		return error_set(err, ERROR_SYSTEM, "out of paper");
	(void)text_format(rig->printed, sizeof(rig->printed), "%s", job->path);
	atomic_fetch_add(&rig->prints, 1);
	return true;
}

static void
close_printer(void *self)
{
	(void)self;
}

static const struct counter_printer_ops printer_ops = { print, close_printer };

static void *
run(void *self)
{
	struct rig *rig = self;
	rig->ok = counter_run(&rig->setup, &rig->error);
	return NULL;
}

void
rig_start(struct rig *rig)
{
	struct error err = { 0 };
	rig->setup = (struct counter_setup){ .store = rig->store_path,
		.catalogue = rig->catalogue,
		.sync_socket = rig->socket_path,
		.device_socket = rig->device_socket,
		.print_folder = rig->folder,
		.printer = { &printer_ops, rig },
		.wake = wake,
		.signals = rig->signals,
		.now_ms = now_ms };
	must(store_key_file(rig->key_path, &rig->setup.key, &err), &err);
	must(channel_pair(&rig->shell, &rig->setup.shell, &err), &err);
	assert_int_equal(pthread_create(&rig->thread, NULL, run, rig), 0);
	rig->running = true;
}

/* The next message; false at the deadline. */
static bool
receive(struct rig *rig, int64_t deadline_ms, uint16_t *type)
{
	static uint8_t in[CHANNEL_MOST];
	struct channel_message message;
	struct error err = { 0 };
	int64_t left = deadline_ms - clock_monotonic_ms();
	if (!channel_receive(&rig->shell, in, sizeof(in), left > 0 ? (unsigned)left : 0, &message, &err)) {
		if (err.kind != ERROR_TIMEOUT)
			fail_msg("the counter thread is gone: %s", err.text);
		return false;
	}
	*type = message.type;
	if (message.type == COUNTER_VIEW) {
		assert_int_equal(message.body.len, sizeof(*rig->view));
		memcpy(rig->view, message.body.at, sizeof(*rig->view));
	}
	return true;
}

void
rig_send(struct rig *rig, const struct command *command)
{
	struct error err = { 0 };
	struct command sent = *command;
	sent.drawn = rig->view->generation;
	must(channel_send(
			 &rig->shell, COUNTER_COMMAND, (struct span){ (const uint8_t *)&sent, sizeof(sent) }, -1, WAIT_MS, &err),
		&err);
}

void
rig_stop(struct rig *rig)
{
	struct command stop = { .kind = COMMAND_STOP };
	int64_t deadline_ms = clock_monotonic_ms() + WAIT_MS;
	uint16_t type = 0;
	rig_send(rig, &stop);
	while (type != COUNTER_END)
		assert_true(receive(rig, deadline_ms, &type));
	assert_int_equal(pthread_join(rig->thread, NULL), 0);
	must(rig->ok, &rig->error);
	channel_close(&rig->shell);
	rig->catalogues = 0;
	for (const struct counter_kept *at = rig->setup.catalogues; at != NULL; at = at->next)
		rig->catalogues++;
	counter_forget(&rig->setup);
	rig->running = false;
}

void
rig_signal(struct rig *rig)
{
	int64_t deadline_ms = clock_monotonic_ms() + WAIT_MS;
	uint16_t type = 0;
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	while (type != COUNTER_LEAVE)
		assert_true(receive(rig, deadline_ms, &type));
}

void
rig_until_true(struct rig *rig, bool (*found)(const struct view *view))
{
	int64_t deadline_ms = clock_monotonic_ms() + WAIT_MS;
	uint16_t type = 0;
	while (!found(rig->view))
		if (!receive(rig, deadline_ms, &type))
			fail_msg("never seen; the counter is in state %d, notice %d, fault %s", (int)rig->view->state,
				(int)rig->view->notice, rig->view->fault_text);
}

void
rig_until(struct rig *rig, enum flow_state state)
{
	int64_t deadline_ms = clock_monotonic_ms() + WAIT_MS;
	uint16_t type = 0;
	while (rig->view->state != state)
		if (!receive(rig, deadline_ms, &type))
			fail_msg("state %d was not reached from %d: %s; first problem at field %d", (int)state,
				(int)rig->view->state, rig->view->fault_text,
				rig->view->summary_count > 0 ? (int)rig->view->summary[0] : -1);
}

void
rig_settle(struct rig *rig)
{
	uint16_t type = 0;
	while (receive(rig, clock_monotonic_ms() + SETTLE_MS, &type))
		;
}

static void
drain(struct rig *rig)
{
	uint16_t type = 0;
	while (receive(rig, clock_monotonic_ms(), &type))
		;
}

/* Wait until the thread has read everything that was sent. */
static void
wait_read(const struct rig *rig)
{
	int64_t deadline_ms = clock_monotonic_ms() + WAIT_MS;
	for (int left = 1; left != 0;) {
		assert_true(clock_monotonic_ms() < deadline_ms);
		assert_int_equal(ioctl(rig->shell.fd, SIOCOUTQ, &left), 0);
		(void)usleep(500);
	}
}

/* A view may come at any moment for other reasons. Once a second command was read, the first one was carried out, and
 * every view sent from then on is made after it. */
void
rig_act(struct rig *rig, const struct command *command)
{
	static const struct command nothing = { .kind = COMMAND_TICK, .index = -1 };
	uint16_t type = 0;
	rig_send(rig, command);
	rig_send(rig, &nothing);
	wait_read(rig);
	drain(rig);
	rig_send(rig, &nothing);
	if (!receive(rig, clock_monotonic_ms() + WAIT_MS, &type))
		fail_msg("no view after command %d", (int)command->kind);
	drain(rig);
}

void
rig_do(struct rig *rig, enum command_kind kind)
{
	rig_act(rig, &(struct command){ .kind = kind });
}

void
rig_do_index(struct rig *rig, enum command_kind kind, int32_t index)
{
	rig_act(rig, &(struct command){ .kind = kind, .index = index });
}

void
rig_do_text(struct rig *rig, enum command_kind kind, const char *text)
{
	struct command command = { .kind = kind };
	(void)text_copy(command.text, sizeof(command.text), text);
	rig_act(rig, &command);
}

void
rig_type(struct rig *rig, enum field field, const char *text)
{
	struct command command = { .kind = COMMAND_FIELD, .field = field };
	(void)text_copy(command.text, sizeof(command.text), text);
	rig_act(rig, &command);
}

void
rig_choose(struct rig *rig, enum field field, int32_t choice)
{
	rig_act(rig, &(struct command){ .kind = COMMAND_CHOICE, .field = field, .index = choice });
}

void
rig_tick(struct rig *rig, int32_t index)
{
	rig_act(rig, &(struct command){ .kind = COMMAND_TICK, .index = index, .on = true });
}

void
rig_sign_in(struct rig *rig, const char *number, const char *password)
{
	struct command command = { .kind = COMMAND_SIGN_IN };
	rig_until(rig, FLOW_SIGN_IN);
	(void)text_copy(command.text, sizeof(command.text), number);
	(void)text_copy(command.secret, sizeof(command.secret), password);
	rig_act(rig, &command);
}

void
rig_count_float(struct rig *rig)
{
	struct command command = { .kind = COMMAND_COUNTS, .counts = { [2] = 5, [3] = 4, [5] = 20, [9] = 50 } };
	rig_act(rig, &command);
	rig_until(rig, FLOW_HOME);
}

void
rig_tender(struct rig *rig, const char *method, int64_t amount, const char *reference)
{
	struct command command = { .kind = COMMAND_TENDER, .amount = amount };
	(void)text_copy(command.text, sizeof(command.text), method);
	(void)text_copy(command.text2, sizeof(command.text2), reference);
	rig_act(rig, &command);
}

/* --- longer ways --- */

void
rig_at_home(struct rig *rig)
{
	rig_sign_in(rig, RIG_CLERK, RIG_PASSWORD);
	if (rig->view->state == FLOW_TILL)
		rig_count_float(rig);
	rig_until(rig, FLOW_HOME);
}

void
rig_begin(struct rig *rig)
{
	rig_do(rig, COMMAND_NEW);
	rig_until(rig, FLOW_PRODUCT);
	rig_do_text(rig, COMMAND_PRODUCT, "personal");
	rig_until(rig, FLOW_IDENTITY);
}

void
rig_fill_identity(struct rig *rig, const char *number, const char *check, const char *surname, const char *chinese)
{
	char form[64];
	(void)text_format(form, sizeof(form), "%s(%s)", number, check);
	rig_type(rig, FIELD_CARD_NUMBER, number);
	rig_type(rig, FIELD_CARD_CHECK, check);
	rig_type(rig, FIELD_FORM_NUMBER, form);
	rig_type(rig, FIELD_CARD_BIRTH, "23/05/1991");
	rig_type(rig, FIELD_FORM_BIRTH, "23051991");
	rig_type(rig, FIELD_SURNAME, surname);
	rig_type(rig, FIELD_GIVEN, "Hoi Ching");
	rig_type(rig, FIELD_CHINESE, chinese);
	rig_choose(rig, FIELD_SAME_SURNAME, APPLICATION_SAME);
	rig_choose(rig, FIELD_SAME_GIVEN, APPLICATION_SAME);
	rig_choose(rig, FIELD_SAME_CHINESE, APPLICATION_SAME);
	rig_choose(rig, FIELD_GENERATION, 2018);
	for (int32_t i = 0; i < (int32_t)rig->view->check_count; i++)
		rig_tick(rig, i);
}

void
rig_fill_details(struct rig *rig)
{
	rig_choose(rig, FIELD_TITLE, APPLICATION_TITLE_MS);
	rig_type(rig, FIELD_PHONE, "9123 4567");
	rig_type(rig, FIELD_CERT_EMAIL, "hoi.ching@example.org");
	rig_choose(rig, FIELD_CONTACT_SAME, 1);
	rig_type(rig, FIELD_ROOM, "1203");
	rig_type(rig, FIELD_FLOOR, "12/F");
	rig_type(rig, FIELD_BUILDING, "Lantern House");
	rig_type(rig, FIELD_ESTATE, "8 Kettle Street");
	rig_type(rig, FIELD_DISTRICT, "Sham Shui Po");
	rig_choose(rig, FIELD_AREA, APPLICATION_AREA_KLN);
	rig_type(rig, FIELD_BARCODE, "798A-0012345");
	rig_type(rig, FIELD_ENVELOPE, "PE-4471902");
}

void
rig_fill_declaration(struct rig *rig)
{
	rig_choose(rig, FIELD_DECLARATION_LANGUAGE, LANGUAGE_ZH_HK);
	for (int32_t i = 0; i < (int32_t)rig->view->declared_count; i++)
		rig_tick(rig, i);
}

void
rig_to_payment(struct rig *rig, const char *number, const char *check, const char *chinese)
{
	rig_fill_identity(rig, number, check, "Leung", chinese);
	rig_do(rig, COMMAND_CONTINUE);
	rig_until(rig, FLOW_DETAILS);
	rig_fill_details(rig);
	rig_do(rig, COMMAND_CONTINUE);
	rig_until(rig, FLOW_DECLARATION);
	rig_fill_declaration(rig);
	rig_do(rig, COMMAND_CONTINUE);
	rig_until(rig, FLOW_PAYMENT);
}

void
rig_commit(struct rig *rig, const char *number, const char *check, char id[static APPLICATION_ID])
{
	rig_begin(rig);
	rig_to_payment(rig, number, check, "梁凱晴");
	rig_tender(rig, "cash", 50000, "");
	rig_do(rig, COMMAND_CONTINUE);
	rig_until(rig, FLOW_CHECK);
	rig_do(rig, COMMAND_CONTINUE);
	rig_until(rig, FLOW_HAND_OVER);
	(void)text_copy(id, APPLICATION_ID, rig->view->receipt.packet_id);
}

/* --- syncd --- */

void
rig_listen(struct rig *rig)
{
	struct error err = { 0 };
	must(channel_listen(rig->socket_path, false, &rig->listener, &err), &err);
}

void
rig_accept_line(struct rig *rig)
{
	struct error err = { 0 };
	struct channel_message message;
	uint8_t body[16];
	int64_t deadline_ms = clock_monotonic_ms() + WAIT_MS;
	while (!channel_accept(rig->listener, &rig->line, &err)) {
		assert_true(clock_monotonic_ms() < deadline_ms);
		(void)usleep(5000);
	}
	rig_hear(rig, WIRE_HELLO, body, sizeof(body), &message);
}

void
rig_hang_up(struct rig *rig)
{
	channel_close(&rig->line);
	rig->line.fd = -1;
}

void
rig_hear(struct rig *rig, enum wire_type type, uint8_t *body, size_t cap, struct channel_message *out)
{
	struct error err = { 0 };
	for (;;) {
		if (!channel_receive(&rig->line, body, cap, WAIT_MS, out, &err))
			fail_msg("waiting for message %d: %s", (int)type, err.text);
		if (out->type == type)
			return;
		file_close(&out->memfd);
	}
}

void
rig_hear_offer(struct rig *rig, char id[static WIRE_ID], char hex[static 65])
{
	uint8_t body[512], sha256[32];
	struct channel_message message;
	struct wire_item item;
	struct span bytes = { 0 };
	struct error err = { 0 };
	rig_hear(rig, WIRE_OFFER, body, sizeof(body), &message);
	struct cursor in = cursor_over(message.body);
	must(wire_take_item(&in, &item, &err), &err);
	must(channel_map(message.memfd, WIRE_PACKET_MOST, &bytes, &err), &err);
	assert_int_equal(bytes.len, item.len);
	digest_sha256(bytes, sha256);
	assert_memory_equal(sha256, item.sha256, sizeof(sha256));
	text_hex((struct span){ sha256, sizeof(sha256) }, hex, 65);
	(void)text_copy(id, WIRE_ID, item.id);
	channel_unmap(&bytes);
	file_close(&message.memfd);
}

static void
say(struct rig *rig, enum wire_type type, const struct buffer *body, int memfd)
{
	struct error err = { 0 };
	must(channel_send(&rig->line, (uint16_t)type, buffer_span(body), memfd, WAIT_MS, &err), &err);
}

void
rig_say_id(struct rig *rig, enum wire_type type, const char *id)
{
	uint8_t bytes[128];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	buffer_text(&out, id);
	say(rig, type, &out, -1);
}

void
rig_say_line(struct rig *rig, enum wire_line_state state)
{
	uint8_t bytes[512];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct wire_line line = { .state = state, .since_ms = clock_now_ms(), .tries = 3, .why = "connection refused" };
	wire_put_line(&out, &line);
	say(rig, WIRE_LINE, &out, -1);
}

void
rig_say_accepted(
	struct rig *rig, const char *id, const struct authority_pair *signer, const char *said_id, const char *hex)
{
	uint8_t bytes[128], der[8192];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	int memfd = -1;
	size_t len = fake_receipt_make(signer, said_id, hex, der, sizeof(der));
	must(channel_memfd((struct span){ der, len }, &memfd, &err), &err);
	buffer_text(&out, id);
	say(rig, WIRE_ACCEPTED, &out, memfd);
	file_close(&memfd);
}

void
rig_say_parked(struct rig *rig, const char *id, int status, const char *why)
{
	uint8_t bytes[512];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct wire_parked parked = { .status = status, .tries = 2 };
	(void)text_copy(parked.id, sizeof(parked.id), id);
	(void)text_copy(parked.why, sizeof(parked.why), why);
	wire_put_parked(&out, &parked);
	say(rig, WIRE_PARKED, &out, -1);
}

int64_t
rig_count(const struct rig *rig, const char *what)
{
	char sql[256];
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	(void)text_format(sql, sizeof(sql), "SELECT count(*) FROM %s", what);
	assert_int_equal(sqlite3_open_v2(rig->store_path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return n;
}
