/* deviced as a program on an emulated bus: what it tells, what it does, and that nothing makes it hang or leak. */
#include <poll.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "peripherals/token/token_job.h"
#include "tests/support/check.h"
#include "tests/support/device_scene.h"

#define PROGRAMS   TEST_BINARY_DIR "/bin"
#define LATE_MS    2000                /* that a job may take beyond its own time */
#define NUMBER     0x5EC0DE0000000000u /* and the job's number: where a PIN is to go */
#define ONLY(word) ((const char *const[]){ (word), NULL })

static const uint8_t piv_atr[] = { 0x3B, 0x8A, 0x80, 0x01, 'T', 'R', 'A', 'I', 'N', '-', 'P', 'I', 'V', '1', 0x18 };

static int
open_reader(void **state)
{
	static struct device_scene scene;
	device_scene_open(&scene, PROGRAMS, ONLY("reader,card=piv"));
	*state = &scene;
	return 0;
}

static int
open_many(void **state)
{
	static struct device_scene scene;
	device_scene_open(&scene, PROGRAMS, (const char *const[]){ "reader", "token,serial=1", "token,serial=2", NULL });
	*state = &scene;
	return 0;
}

static int
close_scene(void **state)
{
	device_scene_close(*state);
	return 0;
}

/* What the last step found. */
static struct token_result last_result;

/* The one reader of a scene, with its card told. */
static uint32_t
ready_reader(struct device_scene *scene)
{
	assert_true(device_scene_await_devices(scene, 1));
	const struct device_wire_device *reader = device_scene_device(scene, DEVICE_WIRE_READER, 0);
	assert_non_null(reader);
	assert_int_equal(reader->state, DEVICE_WIRE_READY);
	assert_true(device_scene_await_card(scene, reader->id, DEVICE_WIRE_CARD_IN));
	return reader->id;
}

/* A step of the token layer on slot 0, into bytes[]. */
static struct device_wire_step
step_of(struct buffer *bytes, enum token_step number, uint32_t device, uint32_t job, unsigned within_ms)
{
	struct token_job order = { .step = number };
	(void)text_copy(order.brand, sizeof(order.brand), "training");
	if (number != TOKEN_STEP_READ) {
		(void)text_copy(order.serial, sizeof(order.serial), "1");
		(void)text_copy(order.line, sizeof(order.line), "261125-WR-04-000047-7f3a9c2b/1");
		order.secrets = (struct token_secrets){ text_span("135790"), text_span("24680246"),
			text_span("0123456789abcdef0123456789abcdef") };
	}
	token_job_put(bytes, &order);
	assert_true(bytes->ok);
	return (struct device_wire_step){
		.job = job, .device = device, .step = (uint8_t)number, .within_ms = within_ms, .parameters = buffer_span(bytes)
	};
}

static void
order_step(struct device_scene *scene, uint32_t device, uint32_t job, unsigned within_ms)
{
	uint8_t parameters[512], bytes[600];
	struct buffer order = buffer_into(parameters, sizeof(parameters)), body = buffer_into(bytes, sizeof(bytes));
	const struct device_wire_step step = step_of(&order, TOKEN_STEP_READ, device, job, within_ms);
	device_wire_put_step(&body, &step);
	device_scene_send(scene, DEVICE_WIRE_STEP, &body, -1);
}

/* The end of a job: true for RESULT, false for FAILED with *failed set. It comes in the job's time and LATE_MS. */
static bool
ends(struct device_scene *scene, uint32_t job, unsigned within_ms, struct device_wire_failed *failed)
{
	struct channel_message message;
	struct device_wire_result result;
	struct error err = { 0 };
	if (!device_scene_next(scene, within_ms + LATE_MS, &message))
		fail_msg("job %u does not end", (unsigned)job);
	struct cursor in = cursor_over(message.body);
	if (message.type == DEVICE_WIRE_FAILED) {
		assert_true(device_wire_take_failed(&in, failed, &err));
		assert_int_equal(failed->job, job);
		return false;
	}
	assert_int_equal(message.type, DEVICE_WIRE_RESULT);
	assert_true(device_wire_take_result(&in, &result, &err));
	assert_int_equal(result.job, job);
	in = cursor_over(result.outcome);
	if (!token_job_take_result(&in, &last_result, &err))
		fail_msg("job %u: %s", (unsigned)job, err.text);
	assert_true(cursor_done(&in));
	return true;
}

/* One step from order to end. */
static bool
does_step(
	struct device_scene *scene, uint32_t device, uint32_t job, unsigned within_ms, struct device_wire_failed *failed)
{
	order_step(scene, device, job, within_ms);
	return ends(scene, job, within_ms, failed);
}

static void
tells_of_devices_and_cards(void **state)
{
	struct device_scene *scene = *state;
	assert_true(device_scene_await_devices(scene, 3));
	const struct device_wire_device *reader = device_scene_device(scene, DEVICE_WIRE_READER, 0);
	const struct device_wire_device *token = device_scene_device(scene, DEVICE_WIRE_TOKEN, 0);
	assert_true(reader != NULL && token != NULL && device_scene_device(scene, DEVICE_WIRE_TOKEN, 1) != NULL);
	assert_int_equal(reader->vendor, 0x04E6);
	assert_int_equal(reader->product, 0x5116);
	assert_int_equal(reader->slots, 1);
	assert_string_equal(reader->name, "Training CCID reader");
	assert_string_equal(token->why, "");
	assert_int_equal(device_scene_card(scene, reader->id).state, DEVICE_WIRE_CARD_OUT);
	assert_true(device_scene_await_card(scene, token->id, DEVICE_WIRE_CARD_IN));
	const struct device_wire_card card = device_scene_card(scene, token->id);
	assert_true(card.atr_len >= sizeof(piv_atr));
	assert_memory_equal(card.atr, piv_atr, sizeof(piv_atr));
}

static void
tells_a_new_counter_the_same(void **state)
{
	struct device_scene *scene = *state;
	uint32_t reader = ready_reader(scene);
	device_scene_connect(scene);
	assert_int_equal(scene->devices.count, 1);
	assert_int_equal(scene->devices.device[0].id, reader);
	assert_true(device_scene_await_card(scene, reader, DEVICE_WIRE_CARD_IN));
	assert_int_equal(scene->snapshots, 1);
}

static void
sees_cards_come_and_go(void **state)
{
	struct device_scene *scene = *state;
	uint32_t reader = ready_reader(scene);
	const unsigned snapshots = scene->snapshots;
	for (int turn = 0; turn < 3; turn++) {
		device_scene_order(scene, "remove 0");
		assert_true(device_scene_await_card(scene, reader, DEVICE_WIRE_CARD_OUT));
		device_scene_order(scene, "insert 0");
		assert_true(device_scene_await_card(scene, reader, DEVICE_WIRE_CARD_IN));
	}
	assert_int_equal(scene->snapshots, snapshots); /* cards are no news of devices */
}

static void
sees_devices_come_and_go(void **state)
{
	struct device_scene *scene = *state;
	uint32_t reader = ready_reader(scene);
	const int before = device_scene_descriptors(scene);
	for (int turn = 0; turn < 4; turn++) {
		device_scene_order(scene, "unplug 0");
		assert_true(device_scene_await_devices(scene, 0));
		device_scene_order(scene, "plug 0");
		uint32_t again = ready_reader(scene);
		assert_true(again > reader);
		reader = again;
	}
	assert_int_equal(device_scene_descriptors(scene), before);
}

static void
carries_out_steps(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	uint32_t reader = ready_reader(scene);
	for (uint32_t job = 1; job <= 3; job++)
		if (!does_step(scene, reader, job, 5000, &failed))
			fail_msg("job %u: %s", (unsigned)job, failed.why.text);
		else
			assert_true(last_result.verdict == TOKEN_VERDICT_NONE && last_result.evidence.read);
}

static void
refuses_what_cannot_begin(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	uint32_t reader = ready_reader(scene);
	assert_false(does_step(scene, reader + 7, 1, 1000, &failed));
	assert_int_equal(failed.why.kind, ERROR_GONE);
	assert_true(failed.left);
	device_scene_order(scene, "remove 0");
	assert_true(device_scene_await_card(scene, reader, DEVICE_WIRE_CARD_OUT));
	assert_false(does_step(scene, reader, 2, 1000, &failed));
	assert_int_equal(failed.why.kind, ERROR_GONE);
	assert_false(failed.left);
}

static void
does_one_job_of_a_device_at_a_time(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	uint32_t reader = ready_reader(scene);
	device_scene_order(scene, "mute 0 on");
	order_step(scene, reader, 1, 500);
	assert_false(does_step(scene, reader, 2, 1000, &failed));
	assert_int_equal(failed.why.kind, ERROR_FULL);
	assert_string_equal(failed.why.text, "reader: busy with another job");
	assert_false(ends(scene, 1, 500, &failed));
	assert_int_equal(failed.why.kind, ERROR_TIMEOUT);
}

static void
comes_back_from_silence(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	uint32_t reader = ready_reader(scene);
	device_scene_order(scene, "mute 0 on");
	int64_t began_ms = clock_monotonic_ms();
	assert_false(does_step(scene, reader, 1, 700, &failed));
	assert_int_equal(failed.why.kind, ERROR_TIMEOUT);
	assert_true(clock_monotonic_ms() - began_ms < 700 + LATE_MS);
	device_scene_order(scene, "mute 0 off");
	for (uint32_t job = 2;; job++) { /* it may have been given up for a few seconds */
		assert_true(clock_monotonic_ms() - began_ms < 15000);
		if (does_step(scene, reader, job, 2000, &failed))
			break;
		(void)poll(NULL, 0, 200);
	}
}

static void
ends_time_extensions_with_the_jobs_time(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	uint32_t reader = ready_reader(scene);
	device_scene_order(scene, "garble 0 endless");
	assert_false(does_step(scene, reader, 1, 1000, &failed));
	assert_int_equal(failed.why.kind, ERROR_TIMEOUT);
	assert_non_null(strstr(failed.why.text, "time extensions"));
}

static void
survives_a_reader_that_talks_nonsense(void **state)
{
	static const char *const kinds[] = { "sequence", "slot", "long", "short", "type", "cut" };
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	uint32_t reader = ready_reader(scene), job = 1;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		device_scene_order(scene, "garble 0 %s", kinds[i]);
		assert_false(does_step(scene, reader, job++, 2000, &failed));
		if (failed.why.kind != ERROR_INVALID)
			fail_msg("%s: %s", kinds[i], failed.why.text);
		if (!does_step(scene, reader, job++, 2000, &failed))
			fail_msg("after %s: %s", kinds[i], failed.why.text);
	}
	device_scene_order(scene, "babble 0 4000");
	assert_false(does_step(scene, reader, job++, 2000, &failed));
	device_scene_order(scene, "babble 0 0");
	device_scene_order(scene, "zlp 0 extra");
	assert_true(does_step(scene, reader, job++, 2000, &failed));
	assert_true(does_step(scene, reader, job++, 2000, &failed));
}

static void
works_with_two_tokens_at_once(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	assert_true(device_scene_await_devices(scene, 3));
	uint32_t one = device_scene_device(scene, DEVICE_WIRE_TOKEN, 0)->id;
	uint32_t two = device_scene_device(scene, DEVICE_WIRE_TOKEN, 1)->id;
	assert_true(device_scene_await_card(scene, one, DEVICE_WIRE_CARD_IN));
	assert_true(device_scene_await_card(scene, two, DEVICE_WIRE_CARD_IN));
	/* the second is served while the first keeps silent, whichever number it has on the bus */
	device_scene_order(scene, "mute 1 on");
	order_step(scene, one, 1, 1500);
	order_step(scene, two, 2, 1500);
	struct channel_message message;
	assert_true(device_scene_next(scene, 1000, &message));
	assert_int_equal(message.type, DEVICE_WIRE_RESULT);
	uint32_t muted = message.body.at[0] == 1 ? 2 : 1;
	assert_false(ends(scene, muted, 1500, &failed));
	assert_int_equal(failed.why.kind, ERROR_TIMEOUT);
}

/* A step with the reader pulled out at its n-th transfer, until one comes through. */
static void
ends_wherever_it_is_unplugged(void **state)
{
	struct device_scene *scene = *state;
	unsigned failures = 0, at = 1;
	uint32_t job = 1;
	int before = -1;
	for (bool through = false; !through; at++, job++) {
		struct device_wire_failed failed;
		uint32_t reader = ready_reader(scene);
		before = before < 0 ? device_scene_descriptors(scene) : before;
		assert_int_equal(device_scene_descriptors(scene), before);
		device_scene_order(scene, "unplug-at 0 %u", at);
		through = does_step(scene, reader, job, 3000, &failed);
		if (!through) {
			failures++;
			if (failed.why.kind != ERROR_GONE)
				fail_msg("at %u: %s", at, failed.why.text);
		}
		assert_true(at < 400);
		device_scene_order(scene, "unplug 0");
		assert_true(device_scene_await_devices(scene, 0));
		device_scene_order(scene, "unplug-at 0 0"); /* not any more */
		device_scene_order(scene, "plug 0");
	}
	assert_true(failures >= 4);
	(void)ready_reader(scene);
	assert_int_equal(device_scene_descriptors(scene), before);
}

static void
drops_a_counter_that_breaks_the_rules(void **state)
{
	struct device_scene *scene = *state;
	uint8_t bytes[64] = { 0 };
	struct channel_message message;
	const struct buffer four = { bytes, sizeof(bytes), 4, true }, many = { bytes, sizeof(bytes), 40, true };
	const struct {
		enum device_wire_type type;
		const struct buffer *body;
	} breaches[] = {
		{ DEVICE_WIRE_HELLO, &four },    /* a second one */
		{ DEVICE_WIRE_STEP, &four },     /* cut short */
		{ DEVICE_WIRE_CANCEL, &many },   /* too long */
		{ DEVICE_WIRE_PRINT, &many },    /* without its memfd */
		{ DEVICE_WIRE_PIN, &many },      /* never here */
		{ DEVICE_WIRE_SNAPSHOT, &four }, /* the other direction */
		{ (enum device_wire_type)999, &four },
	};
	(void)ready_reader(scene);
	for (size_t i = 0; i < sizeof(breaches) / sizeof(breaches[0]); i++) {
		device_scene_send(scene, breaches[i].type, breaches[i].body, -1);
		assert_false(device_scene_next(scene, 1000, &message));
		if (scene->channel.fd >= 0)
			fail_msg("breach %zu is tolerated", i);
		device_scene_connect(scene);
	}
}

static void
serves_one_counter_and_after_hello_only(void **state)
{
	struct device_scene *scene = *state;
	struct channel second = { .fd = -1 };
	struct channel_message message;
	struct error err = { 0 };
	uint8_t bytes[64];
	(void)ready_reader(scene);
	assert_true(channel_connect(scene->socket, &second, &err));
	assert_false(channel_receive(&second, bytes, sizeof(bytes), 1000, &message, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	channel_close(&second);
	channel_close(&scene->channel);
	(void)poll(NULL, 0, 100);
	assert_true(channel_connect(scene->socket, &second, &err));
	const uint8_t job[4] = { 1 };
	assert_true(channel_send(&second, DEVICE_WIRE_CANCEL, (struct span){ job, 4 }, -1, 1000, &err));
	assert_false(channel_receive(&second, bytes, sizeof(bytes), 1000, &message, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	channel_close(&second);
}

static void
order_pin_job(struct device_scene *scene, uint32_t device, uint32_t job, unsigned wait_ms)
{
	uint8_t parameters[512], bytes[600];
	struct buffer order = buffer_into(parameters, sizeof(parameters)), body = buffer_into(bytes, sizeof(bytes));
	const struct device_wire_pin_job pin_job = {
		.step = step_of(&order, TOKEN_STEP_HAND_OVER, device, job, 5000), .number = NUMBER + job, .wait_ms = wait_ms
	};
	device_wire_put_pin_job(&body, &pin_job);
	device_scene_send(scene, DEVICE_WIRE_PIN_JOB, &body, -1);
}

/* Send a PIN as the shell thread; what was answered. */
static struct device_wire_pinned
send_pin(const struct device_scene *scene, uint64_t number)
{
	const struct device_wire_pin pin = { .number = number, .digits = text_span("918273") };
	uint8_t bytes[64];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	struct channel channel = { .fd = -1 };
	struct channel_message message;
	struct device_wire_pinned pinned;
	struct error err = { 0 };
	device_wire_put_pin(&body, &pin);
	assert_true(channel_connect(scene->pin_socket, &channel, &err));
	assert_true(channel_send(&channel, DEVICE_WIRE_PIN, buffer_span(&body), -1, 1000, &err));
	assert_true(channel_receive(&channel, bytes, sizeof(bytes), 5000 + LATE_MS, &message, &err));
	assert_int_equal(message.type, DEVICE_WIRE_PINNED);
	struct cursor in = cursor_over(message.body);
	assert_true(device_wire_take_pinned(&in, &pinned, &err));
	assert_false(channel_receive(&channel, bytes, sizeof(bytes), 1000, &message, &err)); /* and it is closed */
	assert_int_equal(err.kind, ERROR_GONE);
	channel_close(&channel);
	return pinned;
}

/* The token is not ready for it: the step says so, and so does the answer to the PIN. */
static void
takes_a_pin_once_and_by_its_number(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	uint32_t reader = ready_reader(scene);
	assert_int_equal(send_pin(scene, NUMBER + 1).outcome, DEVICE_WIRE_PIN_UNKNOWN);
	order_pin_job(scene, reader, 1, 5000);
	(void)poll(NULL, 0, 100);
	assert_int_equal(send_pin(scene, NUMBER + 2).outcome, DEVICE_WIRE_PIN_UNKNOWN);
	assert_int_equal(send_pin(scene, NUMBER + 1).outcome, DEVICE_WIRE_PIN_DECLINED);
	assert_true(ends(scene, 1, 5000, &failed));
	assert_int_not_equal(last_result.verdict, TOKEN_VERDICT_NONE);
	assert_int_equal(send_pin(scene, NUMBER + 1).outcome, DEVICE_WIRE_PIN_UNKNOWN);
}

static void
waits_for_a_pin_as_long_as_told(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	uint8_t bytes[4];
	struct buffer job = buffer_into(bytes, sizeof(bytes));
	uint32_t reader = ready_reader(scene);
	order_pin_job(scene, reader, 1, 300);
	assert_false(ends(scene, 1, 300, &failed));
	assert_int_equal(failed.why.kind, ERROR_TIMEOUT);
	order_pin_job(scene, reader, 2, 60000);
	buffer_u32le(&job, 2);
	device_scene_send(scene, DEVICE_WIRE_CANCEL, &job, -1);
	assert_false(ends(scene, 2, 0, &failed));
	assert_string_equal(failed.why.text, "cancelled");
	order_pin_job(scene, reader, 3, 60000);
	(void)poll(NULL, 0, 100);
	device_scene_order(scene, "remove 0");
	assert_false(ends(scene, 3, 0, &failed));
	assert_int_equal(failed.why.kind, ERROR_GONE);
	assert_int_equal(send_pin(scene, NUMBER + 3).outcome, DEVICE_WIRE_PIN_UNKNOWN);
}

static void
forgets_the_jobs_of_a_counter_that_left(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	uint32_t reader = ready_reader(scene);
	order_pin_job(scene, reader, 1, 60000);
	(void)poll(NULL, 0, 100);
	device_scene_connect(scene);
	(void)poll(NULL, 0, 100);
	assert_int_equal(send_pin(scene, NUMBER + 1).outcome, DEVICE_WIRE_PIN_UNKNOWN);
	if (!does_step(scene, reader, 1, 5000, &failed)) /* its number is free again, and the device too */
		fail_msg("%s", failed.why.text);
}

#define ON(test, scene) cmocka_unit_test_setup_teardown(test, scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON(tells_of_devices_and_cards, open_many),
		ON(tells_a_new_counter_the_same, open_reader),
		ON(sees_cards_come_and_go, open_reader),
		ON(sees_devices_come_and_go, open_reader),
		ON(carries_out_steps, open_reader),
		ON(refuses_what_cannot_begin, open_reader),
		ON(does_one_job_of_a_device_at_a_time, open_reader),
		ON(comes_back_from_silence, open_reader),
		ON(ends_time_extensions_with_the_jobs_time, open_reader),
		ON(survives_a_reader_that_talks_nonsense, open_reader),
		ON(works_with_two_tokens_at_once, open_many),
		ON(ends_wherever_it_is_unplugged, open_reader),
		ON(takes_a_pin_once_and_by_its_number, open_reader),
		ON(waits_for_a_pin_as_long_as_told, open_reader),
		ON(forgets_the_jobs_of_a_counter_that_left, open_reader),
		ON(drops_a_counter_that_breaks_the_rules, open_reader),
		ON(serves_one_counter_and_after_hello_only, open_reader),
	};
	return cmocka_run_group_tests_name("deviced", tests, NULL, NULL);
}
