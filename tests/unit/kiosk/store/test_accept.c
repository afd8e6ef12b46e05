#include "tests/unit/kiosk/store/sample.h"

static void
gives_back_the_very_application(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_receipt receipt;
	char text[STORE_RECEIPT], packet[APPLICATION_ID];
	(void)state;
	sample_start(&sample);
	sample_application(&sample, sample.made);
	assert_string_equal(sample.made->case_number, "WR04-261125-001");
	OK(sample_accept(&sample, sample.made, text, &err));
	assert_string_equal(text, "WR04-000001");

	OK(store_application(
		sample.store, sample.made->case_number, SUPERVISOR, sample.now_ms, sample.read, &receipt, &err));
	sample_level(sample.made);
	sample_level(sample.read);
	assert_memory_equal(sample.made, sample.read, sizeof(*sample.made));
	assert_string_equal(receipt.text, text);
	assert_string_equal(receipt.officer, SUPERVISOR);
	assert_int_equal(receipt.copies, 0);
	assert_false(receipt.accepted);
	memcpy(packet, receipt.packet_id, sizeof(packet));
	OK(store_application(sample.store, text, SUPERVISOR, sample.now_ms, sample.read, &receipt, &err));
	OK(store_application(sample.store, packet, SUPERVISOR, sample.now_ms, sample.read, &receipt, &err));
	assert_string_equal(receipt.case_number, sample.made->case_number);
	REFUSED(store_application(sample.store, "WR04-000002", SUPERVISOR, sample.now_ms, sample.read, &receipt, &err),
		ERROR_GONE);
	REFUSED(
		store_application(sample.store, "WR04-1", SUPERVISOR, sample.now_ms, sample.read, &receipt, &err), ERROR_GONE);
	sample_end(&sample);
}

static void
survives_a_reopening(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_receipt receipt;
	char text[STORE_RECEIPT];
	(void)state;
	sample_start(&sample);
	sample_application(&sample, sample.made);
	OK(sample_accept(&sample, sample.made, text, &err));
	store_close(sample.store);
	sample_open(&sample);
	OK(store_application(sample.store, text, SUPERVISOR, sample.now_ms, sample.read, &receipt, &err));
	sample_level(sample.made);
	sample_level(sample.read);
	assert_memory_equal(sample.made, sample.read, sizeof(*sample.made));
	sample_end(&sample);
}

static void
takes_a_case_once_and_its_draft_goes(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_draft_head head = { .product = "personal", .officer = SUPERVISOR, .name = "CHEUNGTEST, Kwokwai" };
	struct file_bytes bytes = { 0 };
	char text[STORE_RECEIPT];
	(void)state;
	sample_start(&sample);
	sample_application(&sample, sample.made);
	memcpy(head.case_number, sample.made->case_number, sizeof(head.case_number));
	OK(store_draft_put(sample.store, &head, text_span("half a case"), sample.now_ms, &err));
	OK(sample_accept(&sample, sample.made, text, &err));
	REFUSED(store_draft_get(sample.store, sample.made->case_number, &head, &bytes, &err), ERROR_GONE);
	REFUSED(sample_accept(&sample, sample.made, text, &err), ERROR_REFUSED);
	REFUSED(store_draft_put(sample.store, &head, text_span("again"), sample.now_ms, &err), ERROR_REFUSED);
	sample_application(&sample, sample.made);
	OK(sample_accept(&sample, sample.made, text, &err));
	assert_string_equal(text, "WR04-000002"); /* the refused one left no hole */
	sample_end(&sample);
}

static void
refuses_when_the_numbers_moved(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	char text[STORE_RECEIPT];
	(void)state;
	sample_start(&sample);
	sample_application(&sample, sample.made);
	struct store_accept accept = { .application = sample.made,
		.packet_id = "261125-WR-04-000001-00000000",
		.packet = text_span("sealed"),
		.officer = SUPERVISOR,
		.till = sample.till.id,
		.now_ms = sample.now_ms };
	OK(store_next(sample.store, &accept.next, &err));
	OK(store_audit(sample.store, "something", SUPERVISOR, "", "", sample.now_ms, &err));
	REFUSED(store_accept(sample.store, &accept, &err), ERROR_REFUSED);
	OK(store_next(sample.store, &accept.next, &err));
	accept.next.receipt++;
	REFUSED(store_accept(sample.store, &accept, &err), ERROR_REFUSED);
	OK(store_next(sample.store, &accept.next, &err));
	accept.next.sequence++;
	REFUSED(store_accept(sample.store, &accept, &err), ERROR_REFUSED);
	OK(store_next(sample.store, &accept.next, &err));
	accept.next.receipt_text[5]++;
	REFUSED(store_accept(sample.store, &accept, &err), ERROR_REFUSED);
	OK(store_next(sample.store, &accept.next, &err));
	accept.next.audit_head[31] ^= 1;
	REFUSED(store_accept(sample.store, &accept, &err), ERROR_REFUSED);
	OK(sample_accept(&sample, sample.made, text, &err));
	sample_end(&sample);
}

static void
refuses_what_does_not_add_up(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	char text[STORE_RECEIPT];
	(void)state;
	sample_start(&sample);
	sample_application(&sample, sample.made);
	*sample.read = *sample.made;
	sample.read->payment.tenders[1].amount.minor -= 10;
	REFUSED(sample_accept(&sample, sample.read, text, &err), ERROR_REFUSED);
	assert_non_null(strstr(err.text, "what was paid is not the fee")); /* said before the database has to */
	*sample.read = *sample.made; /* paid as asked, but the lines are not what was asked */
	sample.read->fee.lines[0].amount.minor += 100;
	REFUSED(sample_accept(&sample, sample.read, text, &err), ERROR_REFUSED);
	*sample.read = *sample.made;
	sample.read->line_count = 0;
	REFUSED(sample_accept(&sample, sample.read, text, &err), ERROR_INVALID);
	*sample.read = *sample.made;
	sample.read->day.year = 0;
	REFUSED(sample_accept(&sample, sample.read, text, &err), ERROR_INVALID);
	sample.till.id++;
	REFUSED(sample_accept(&sample, sample.made, text, &err), ERROR_REFUSED);
	sample.till.id--;
	OK(sample_accept(&sample, sample.made, text, &err));
	sample_end(&sample);
}

/* Larger than what the file layer gathers, and than any page. */
static void
takes_packets_up_to_their_bound(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct file_bytes got = { 0 };
	const size_t most = 4u * 1024 * 1024;
	uint8_t *large = malloc(most + 1);
	char id[] = "261125-WR-04-000001-00000000";
	(void)state;
	assert_non_null(large);
	for (size_t i = 0; i <= most; i++)
		large[i] = (uint8_t)(i * 2654435761u >> 13);
	sample_start(&sample);
	sample_application(&sample, sample.made);
	struct store_accept accept = { .application = sample.made,
		.packet_id = id,
		.packet = { large, most + 1 },
		.officer = SUPERVISOR,
		.till = sample.till.id,
		.now_ms = sample.now_ms };
	OK(store_next(sample.store, &accept.next, &err));
	REFUSED(store_accept(sample.store, &accept, &err), ERROR_FULL);
	accept.packet.len = most;
	OK(store_accept(sample.store, &accept, &err));
	store_close(sample.store);
	sample_open(&sample);
	OK(store_outbox_bytes(sample.store, id, &got, &err));
	assert_int_equal(got.len, most);
	assert_memory_equal(got.at, large, most);
	file_free(&got);
	free(large);
	sample_end(&sample);
}

static void
takes_a_packet_id_once(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_accept accept = { .packet_id = "261125-WR-04-000001-00000000",
		.packet = text_span("sealed"),
		.officer = SUPERVISOR,
		.now_ms = SAMPLE_NOW };
	(void)state;
	sample_start(&sample);
	accept.till = sample.till.id;
	accept.application = sample.made;
	for (int i = 0; i < 3; i++) { /* while it waits, and again when it is delivered */
		sample_application(&sample, sample.made);
		OK(store_next(sample.store, &accept.next, &err));
		if (i == 0)
			OK(store_accept(sample.store, &accept, &err));
		else
			REFUSED(store_accept(sample.store, &accept, &err), ERROR_REFUSED);
		if (i == 1)
			OK(store_outbox_accept(sample.store, accept.packet_id, text_span("signed"), SAMPLE_NOW, &err));
	}
	sample_end(&sample);
}

static void
takes_a_case_for_which_nothing_is_to_pay(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_receipt receipt;
	char text[STORE_RECEIPT];
	(void)state;
	sample_start(&sample);
	sample_application(&sample, sample.made);
	memset(&sample.made->fee, 0, sizeof(sample.made->fee));
	memset(&sample.made->payment, 0, sizeof(sample.made->payment));
	OK(sample_accept(&sample, sample.made, text, &err));
	OK(store_application(sample.store, text, SUPERVISOR, sample.now_ms, sample.read, &receipt, &err));
	sample_level(sample.made);
	sample_level(sample.read);
	assert_memory_equal(sample.made, sample.read, sizeof(*sample.made));
	sample_end(&sample);
}

static void
lists_and_sums_the_day(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_case_row rows[8];
	struct store_day day;
	size_t count = 0;
	char text[STORE_RECEIPT];
	const struct date tomorrow = { 2026, 11, 26 };
	(void)state;
	sample_start(&sample);
	for (int i = 0; i < 3; i++) {
		sample_application(&sample, sample.made);
		OK(sample_accept(&sample, sample.made, text, &err));
	}
	OK(store_cases(sample.store, SAMPLE_DAY, rows, 8, &count, &err));
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].receipt, "WR04-000003");
	assert_string_equal(rows[0].name, "LAMTEST, Kwokwai");
	assert_string_equal(rows[1].name, "CHEUNGTEST, Kwokwai");
	OK(store_cases(sample.store, SAMPLE_DAY, rows, 2, &count, &err));
	assert_int_equal(count, 2);
	OK(store_cases(sample.store, tomorrow, rows, 8, &count, &err));
	assert_int_equal(count, 0);

	OK(store_cases_of(sample.store, &sample.made->person.hkid, SAMPLE_DAY, &count, &err));
	assert_int_equal(count, 1);
	OK(store_cases_of(sample.store, &sample.made->person.hkid, tomorrow, &count, &err));
	assert_int_equal(count, 0);

	OK(store_day(sample.store, SAMPLE_DAY, SUPERVISOR, &day, &err));
	assert_int_equal(day.cases, 3);
	assert_int_equal(day.taken.minor, 75000);
	assert_int_equal(day.method_count, 2);
	assert_string_equal(day.methods[0].method, "cash");
	assert_int_equal(day.methods[0].amount.minor, 15000);
	assert_string_equal(day.methods[1].method, "eps");
	assert_int_equal(day.methods[1].amount.minor, 60000);
	OK(store_day(sample.store, SAMPLE_DAY, CLERK, &day, &err));
	assert_int_equal(day.cases, 0);
	assert_int_equal(day.taken.minor, 0);
	sample_end(&sample);
}

static void
numbers_copies_of_a_receipt(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_receipt receipt;
	char text[STORE_RECEIPT];
	int copy = 0;
	(void)state;
	sample_start(&sample);
	sample_application(&sample, sample.made);
	OK(sample_accept(&sample, sample.made, text, &err));
	char owed[STORE_RECEIPT];
	OK(store_receipt_owed(sample.store, owed, &err));
	assert_string_equal(owed, text);
	REFUSED(store_receipt_copy(sample.store, text, SUPERVISOR, sample.now_ms, &copy, &err), ERROR_REFUSED);
	OK(store_receipt_printed(sample.store, text, SUPERVISOR, sample.now_ms, &err));
	REFUSED(store_receipt_printed(sample.store, text, SUPERVISOR, sample.now_ms, &err), ERROR_REFUSED);
	OK(store_receipt_owed(sample.store, owed, &err));
	assert_string_equal(owed, "");
	OK(store_receipt_copy(sample.store, text, SUPERVISOR, sample.now_ms, &copy, &err));
	assert_int_equal(copy, 1);
	OK(store_receipt_copy(sample.store, text, SUPERVISOR, sample.now_ms, &copy, &err));
	assert_int_equal(copy, 2);
	REFUSED(store_receipt_copy(sample.store, "WR04-000009", SUPERVISOR, sample.now_ms, &copy, &err), ERROR_GONE);
	REFUSED(store_receipt_copy(sample.store, "XX04-000001", SUPERVISOR, sample.now_ms, &copy, &err), ERROR_GONE);
	OK(store_application(sample.store, text, SUPERVISOR, sample.now_ms, sample.made, &receipt, &err));
	assert_int_equal(receipt.copies, 2);
	sample_end(&sample);
}

static void
the_outbox_waits_parks_and_is_emptied_by_receipts(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_outbox_row rows[8];
	struct store_outbox_sum sum;
	struct store_receipt receipt;
	struct file_bytes packet = { 0 };
	size_t count = 0;
	char text[STORE_RECEIPT], long_why[sizeof(err.text)] = "";
	(void)state;
	sample_start(&sample);
	for (int i = 0; i < 3; i++) {
		sample.now_ms += 1000;
		sample_application(&sample, sample.made);
		OK(sample_accept(&sample, sample.made, text, &err));
	}
	OK(store_outbox(sample.store, rows, 8, &count, &err));
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].case_number, "WR04-261125-001");
	assert_int_equal(rows[0].state, STORE_OUTBOX_WAITING);
	assert_int_equal(rows[0].lane, 2);
	OK(store_outbox_bytes(sample.store, rows[0].id, &packet, &err));
	assert_int_equal(packet.len, 4096);
	file_free(&packet);

	OK(store_outbox_spooled(sample.store, rows[0].id, &err));
	OK(store_outbox_park(sample.store, rows[1].id, 409, 2, "same id, other bytes", sample.now_ms, &err));
	OK(store_outbox_accept(sample.store, rows[2].id, text_span("signed"), sample.now_ms, &err));
	OK(store_outbox_accept(sample.store, rows[2].id, text_span("signed"), sample.now_ms, &err));
	REFUSED(store_outbox_accept(sample.store, "none", text_span("signed"), sample.now_ms, &err), ERROR_GONE);
	REFUSED(store_outbox_park(sample.store, rows[2].id, 0, 0, "", sample.now_ms, &err), ERROR_REFUSED);
	memset(long_why, 'w', sizeof(long_why) - 1); /* as long as an error's text can be */
	OK(store_outbox_park(sample.store, rows[1].id, 0, 3, long_why, sample.now_ms, &err));
	OK(store_outbox(sample.store, rows + 4, 4, &count, &err));
	assert_int_equal(strlen(rows[5].why), STORE_TEXT - 1);
	OK(store_application(sample.store, text, SUPERVISOR, sample.now_ms, sample.made, &receipt, &err));
	assert_true(receipt.accepted);
	assert_true(receipt.accepted_ms > 0);

	OK(store_outbox_sum(sample.store, SAMPLE_DAY, &sum, &err));
	assert_int_equal(sum.waiting, 1);
	assert_int_equal(sum.parked, 1);
	assert_int_equal(sum.accepted_today, 1);
	assert_int_equal(sum.oldest_ms, SAMPLE_NOW + 1000);
	assert_int_equal(sum.last_accepted_ms, sample.now_ms);
	assert_int_equal(sum.lanes[2].waiting, 1);
	assert_int_equal(sum.lanes[2].last_ms, sample.now_ms);

	REFUSED(store_outbox_retry(sample.store, rows[0].id, SUPERVISOR, sample.now_ms, &err), ERROR_REFUSED);
	OK(store_outbox_retry(sample.store, rows[1].id, SUPERVISOR, sample.now_ms, &err));
	OK(store_outbox(sample.store, rows, 8, &count, &err));
	assert_int_equal(count, 2);
	assert_int_equal(rows[0].state, STORE_OUTBOX_SPOOLED);
	assert_int_equal(rows[1].state, STORE_OUTBOX_WAITING);
	sample_end(&sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_the_very_application),
		cmocka_unit_test(survives_a_reopening),
		cmocka_unit_test(takes_a_case_once_and_its_draft_goes),
		cmocka_unit_test(refuses_when_the_numbers_moved),
		cmocka_unit_test(refuses_what_does_not_add_up),
		cmocka_unit_test(takes_packets_up_to_their_bound),
		cmocka_unit_test(takes_a_packet_id_once),
		cmocka_unit_test(takes_a_case_for_which_nothing_is_to_pay),
		cmocka_unit_test(lists_and_sums_the_day),
		cmocka_unit_test(numbers_copies_of_a_receipt),
		cmocka_unit_test(the_outbox_waits_parks_and_is_emptied_by_receipts),
	};
	return cmocka_run_group_tests_name("accept", tests, NULL, NULL);
}
