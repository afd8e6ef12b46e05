#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"

static bool
is_parked(const struct view *view)
{
	return view->sync.parked == 1;
}

static bool
is_accepted(const struct view *view)
{
	return view->receipt.accepted;
}

static bool
no_daemon(const struct view *view)
{
	return view->sync.line == VIEW_LINE_NO_DAEMON;
}

/* The clerk at the hand-over of one case that syncd has in its spool. */
static void
spooled_case(struct rig *rig, char id[static WIRE_ID], char hex[static 65])
{
	char committed[APPLICATION_ID];
	rig_open(rig);
	rig_listen(rig);
	rig_start(rig);
	rig_accept_line(rig);
	rig_say_line(rig, WIRE_LINE_UP);
	rig_at_home(rig);
	rig_commit(rig, "A123456", "3", committed);
	rig_hear_offer(rig, id, hex);
	assert_string_equal(id, committed);
	rig_say_id(rig, WIRE_SPOOLED, id);
}

/* The next message is that the receipt of this id is not kept. */
static void
hears_refusal(struct rig *rig, const char *id)
{
	struct channel_message message;
	struct wire_parked refused;
	uint8_t body[512];
	struct error err = { 0 };
	assert_true(channel_receive(&rig->line, body, sizeof(body), 10000, &message, &err));
	assert_int_equal(message.type, WIRE_REFUSE);
	struct cursor in = cursor_over(message.body);
	assert_true(wire_take_parked(&in, &refused, &err) && cursor_done(&in));
	assert_string_equal(refused.id, id);
	assert_int_equal(refused.status, 0);
	assert_true(refused.why[0] != '\0');
}

/* The next message is that the receipt of this id is stored. */
static void
hears_acknowledgement(struct rig *rig, const char *id)
{
	struct channel_message message;
	char got[WIRE_ID];
	uint8_t body[512];
	struct error err = { 0 };
	assert_true(channel_receive(&rig->line, body, sizeof(body), 10000, &message, &err));
	assert_int_equal(message.type, WIRE_ACKNOWLEDGE);
	struct cursor in = cursor_over(message.body);
	assert_true(wire_take_id(&in, got, &err) && cursor_done(&in));
	assert_string_equal(got, id);
}

static int64_t
audit_rows(struct rig *rig)
{
	struct store_audit_report report;
	struct error err = { 0 };
	assert_true(store_verify_log(rig->store_path, &report, &err));
	assert_int_equal(report.first_bad, 0);
	return report.rows;
}

static void
a_receipt_signed_by_someone_else_is_parked(void **state)
{
	static struct rig rig;
	struct authority_pair other;
	char id[WIRE_ID], hex[65];
	(void)state;
	spooled_case(&rig, id, hex);
	int64_t rows = audit_rows(&rig);
	authority_issue(rig.authority, "somebody else", AUTHORITY_SIGNING, 0, 0, &other); /* of the same CA */
	rig_say_accepted(&rig, id, &other, id, hex);
	rig_until_true(&rig, is_parked);
	assert_false(rig.view->receipt.accepted);
	hears_refusal(&rig, id);
	assert_true(audit_rows(&rig) >= rows + 2);
	rig_say_accepted(&rig, id, &rig.receipt, id, hex); /* the right one is taken all the same */
	hears_acknowledgement(&rig, id);
	rig_until_true(&rig, is_accepted);
	rig_say_accepted(&rig, id, &other, id, hex); /* what is stored stays, whatever comes later */
	hears_acknowledgement(&rig, id);
	rig_settle(&rig);
	assert_true(rig.view->receipt.accepted);
	assert_int_equal(rig.view->sync.parked, 0);
	rig_close(&rig);
}

/* More of them than syncd lets be on their way at once. */
static void
receipts_that_are_no_good_hold_nothing_up(void **state)
{
	static struct rig rig;
	char id[WIRE_ID], hex[65], strange[WIRE_ID];
	(void)state;
	spooled_case(&rig, id, hex);
	for (int i = 0; i < 70; i++) {
		assert_true(text_format(strange, sizeof(strange), "261125-WR-04-%06d-00000000", 500 + i));
		rig_say_accepted(&rig, strange, &rig.receipt, strange, hex);
		hears_refusal(&rig, strange);
	}
	rig_say_accepted(&rig, id, &rig.receipt, id, hex);
	hears_acknowledgement(&rig, id);
	rig_until_true(&rig, is_accepted);
	rig_close(&rig);
}

static void
a_receipt_of_another_packet_or_other_bytes_is_parked(void **state)
{
	static struct rig rig;
	char id[WIRE_ID], hex[65], other[65];
	(void)state;
	spooled_case(&rig, id, hex);
	rig_say_accepted(&rig, id, &rig.receipt, "261125-WR-04-000099-00000000", hex);
	rig_until_true(&rig, is_parked);
	hears_refusal(&rig, id);
	memcpy(other, hex, sizeof(other));
	other[0] = other[0] == '0' ? '1' : '0';
	rig_say_accepted(&rig, id, &rig.receipt, id, other);
	rig_settle(&rig);
	assert_int_equal(rig.view->sync.parked, 1);
	assert_false(rig.view->receipt.accepted);
	hears_refusal(&rig, id);
	rig_close(&rig);
}

static void
a_parked_item_shows_why_and_is_tried_again_by_hand(void **state)
{
	static struct rig rig;
	char id[WIRE_ID], hex[65];
	uint8_t body[256];
	struct channel_message message;
	(void)state;
	spooled_case(&rig, id, hex);
	rig_say_parked(&rig, id, 409, "The same id with other bytes");
	rig_until_true(&rig, is_parked);
	for (int32_t i = 0; i < (int32_t)rig.view->given_count; i++)
		rig_tick(&rig, i);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_HOME);
	rig_do(&rig, COMMAND_QUEUE);
	rig_until(&rig, FLOW_QUEUE);
	assert_int_equal(rig.view->item_count, 1);
	assert_int_equal(rig.view->items[0].state, VIEW_ITEM_PARKED);
	assert_int_equal(rig.view->items[0].status, 409);
	assert_string_equal(rig.view->items[0].why, "The same id with other bytes");
	rig_do_text(&rig, COMMAND_QUEUE_RETRY, id);
	assert_int_equal(rig.view->notice, NOTICE_SEND_TRIED);
	rig_hear_offer(&rig, id, hex);
	rig_hear(&rig, WIRE_RETRY, body, sizeof(body), &message);
	assert_int_equal(rig.view->sync.parked, 0);
	rig_do(&rig, COMMAND_QUEUE_NOW);
	rig_hear(&rig, WIRE_NOW, body, sizeof(body), &message);
	rig_close(&rig);
}

static void
everything_without_a_receipt_is_offered_again_on_a_new_connection(void **state)
{
	static struct rig rig;
	char id[WIRE_ID], hex[65], again[WIRE_ID], again_hex[65];
	(void)state;
	spooled_case(&rig, id, hex);
	rig_hang_up(&rig);
	rig_until_true(&rig, no_daemon);
	rig_accept_line(&rig);
	rig_hear_offer(&rig, again, again_hex);
	assert_string_equal(again, id);
	assert_string_equal(again_hex, hex);
	rig_close(&rig);
}

static void
work_goes_on_while_nobody_listens(void **state)
{
	static struct rig rig;
	char id[APPLICATION_ID], offered[WIRE_ID], hex[65];
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_commit(&rig, "A123456", "3", id);
	assert_int_equal(rig.view->sync.line, VIEW_LINE_NO_DAEMON);
	assert_int_equal(rig.view->sync.waiting, 1);
	rig_listen(&rig); /* comes up later */
	rig_accept_line(&rig);
	rig_hear_offer(&rig, offered, hex);
	assert_string_equal(offered, id);
	rig_close(&rig);
}

/* Each thing that is no message of syncd closes the line, and nothing else happens. */
static void
nonsense_closes_the_line(void **state)
{
	static struct rig rig;
	static const struct {
		uint16_t type;
		size_t len;
	} bad[] = { { 99, 4 }, { WIRE_LINE, 3 }, { WIRE_SPOOLED, 1 }, { WIRE_ACCEPTED, 10 }, { WIRE_PARKED, 5 },
		{ WIRE_HELLO, 4 }, { WIRE_PROVISIONED, 0 }, { WIRE_LINE, 2000 } };
	static const uint8_t bytes[2000] = { 0xff, 0xff };
	struct error err = { 0 };
	(void)state;
	rig_open(&rig);
	rig_listen(&rig);
	rig_start(&rig);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct channel_message message;
		uint8_t body[64];
		rig_accept_line(&rig);
		assert_true(channel_send(&rig.line, bad[i].type, (struct span){ bytes, bad[i].len }, -1, 1000, &err));
		assert_false(channel_receive(&rig.line, body, sizeof(body), 5000, &message, &err));
		assert_int_equal(err.kind, ERROR_GONE);
		rig_hang_up(&rig);
	}
	rig_accept_line(&rig);
	rig_say_parked(&rig, "261125-WR-04-000001-00000000", 500, "never heard of"); /* an id that is not ours */
	rig_say_line(&rig, WIRE_LINE_DOWN);
	rig_settle(&rig);
	assert_int_equal(rig.view->sync.line, VIEW_LINE_DOWN);
	assert_int_equal(rig.view->state, FLOW_SIGN_IN);
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_receipt_signed_by_someone_else_is_parked),
		cmocka_unit_test(a_receipt_of_another_packet_or_other_bytes_is_parked),
		cmocka_unit_test(receipts_that_are_no_good_hold_nothing_up),
		cmocka_unit_test(a_parked_item_shows_why_and_is_tried_again_by_hand),
		cmocka_unit_test(everything_without_a_receipt_is_offered_again_on_a_new_connection),
		cmocka_unit_test(work_goes_on_while_nobody_listens),
		cmocka_unit_test(nonsense_closes_the_line),
	};
	return cmocka_run_group_tests_name("counter line", tests, NULL, NULL);
}
