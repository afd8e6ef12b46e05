/* The programs intake and training_ca, as whoever installs them meets them. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/text.h"
#include "kiosk/model/enrolment_code.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/unit/sync/intake/support/stage.h"

#define INTAKE      TEST_BINARY_DIR "/bin/intake"
#define TRAINING_CA TEST_BINARY_DIR "/bin/training_ca"
#define OUTPUT      16384

struct world {
	char folder[256], centre[300], ca[300], socket[300], log[300];
	struct process issuer, intake;
	char out[OUTPUT]; /* of the last command */
};

/* Run a shell command; its exit status, standard output in world->out. */
static int PRINTF(2, 3) run(struct world *world, const char *fmt, ...)
{
	char command[2048];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	FILE *pipe = popen(command, "r"); /* NOLINT: the test's own text */
	assert_non_null(pipe);
	const size_t len = fread(world->out, 1, OUTPUT - 1, pipe);
	world->out[len] = '\0';
	const int status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
wait_for(const char *path)
{
	for (int i = 0; i < 1000 && access(path, F_OK) != 0; i++)
		(void)usleep(10000);
	assert_int_equal(access(path, F_OK), 0);
}

static uint16_t
start_intake(struct world *world, const char *health_port, const char *config)
{
	char port_file[320];
	const char *const argv[] = { INTAKE, "--folder", world->centre, "--issuer", world->socket, "--port", "0",
		"--health-port", health_port, config != NULL ? "--config" : NULL, config, NULL };
	(void)snprintf(port_file, sizeof(port_file), "%s/port", world->centre);
	process_start(argv, world->log, &world->intake);
	wait_for(port_file);
	assert_int_equal(run(world, "cat %s", port_file), 0);
	return (uint16_t)strtoul(world->out, NULL, 10);
}

static int
set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	assert_non_null(world);
	folder_new(world->folder);
	(void)snprintf(world->centre, sizeof(world->centre), "%s/centre", world->folder);
	(void)snprintf(world->ca, sizeof(world->ca), "%s/ca", world->folder);
	(void)snprintf(world->socket, sizeof(world->socket), "%s/ca.sock", world->folder);
	(void)snprintf(world->log, sizeof(world->log), "%s/log", world->folder);
	const char *const argv[] = { TRAINING_CA, "--folder", world->ca, "--listen", world->socket, NULL };
	process_start(argv, world->log, &world->issuer);
	wait_for(world->socket);
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;
	assert_int_equal(process_end(&world->issuer, SIGTERM), 0);
	assert_int_not_equal(access(world->socket, F_OK), 0);
	folder_remove(world->folder);
	free(world);
	return 0;
}

static void
make_centre(struct world *world)
{
	assert_int_equal(run(world, "umask 022; %s --init --folder %s --issuer %s 2>>%s", INTAKE, world->centre,
						 world->socket, world->log),
		0);
}

static void
makes_a_centre_once_and_keeps_it(void **state)
{
	struct world *world = *state;
	struct stat info;
	char path[400];
	static const char *const keys[] = { "packet-key.pem", "receipt-key.pem", "server-key.pem" };
	make_centre(world);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", world->centre, keys[i]);
		assert_int_equal(stat(path, &info), 0);
		assert_int_equal(info.st_mode & 07777, 0600);
	}
	assert_int_equal(run(world, "umask 000; %s --folder %s --list", INTAKE, world->centre), 0);
	assert_int_equal(run(world, "find %s -perm /077 -name 'centre.db*'", world->centre), 0);
	assert_string_equal(world->out, ""); /* the packets' database is nobody else's */
	assert_int_equal(run(world, "cd %s && cat *.pem | sha256sum", world->centre), 0);
	char *before = strdup(world->out);
	make_centre(world);
	assert_int_equal(run(world, "cd %s && cat *.pem | sha256sum", world->centre), 0);
	assert_string_equal(world->out, before);
	free(before);
	/* a crash after the key and before its certificate */
	assert_int_equal(run(world, "rm %s/packet-cert.pem", world->centre), 0);
	make_centre(world);
	assert_int_equal(run(world, "openssl verify -CAfile %s/ca.pem %s/*-cert.pem", world->centre, world->centre), 0);
	/* another CA must not take it over */
	assert_int_equal(run(world, "cp %s/packet-cert.pem %s/ca.pem", world->centre, world->centre), 0);
	assert_int_equal(
		run(world, "%s --init --folder %s --issuer %s 2>>%s", INTAKE, world->centre, world->socket, world->log), 1);
}

/* Enrol by the wire with what --new-kiosk printed, and deliver with what came back. */
static void
enrol_and_deliver(struct world *world, uint16_t port, const char *code)
{
	const int status = run(world,
		"cd %s && for r in line signing opening; do openssl ecparam -name prime256v1 -genkey -noout -out $r.key &&"
		" openssl req -new -key $r.key -subj /CN=x -out $r.csr || exit 1; done 2>>log; quote() { sed ':a;N;$!ba;"
		"s/\\n/\\\\n/g' $1; }; printf '{\"code\":\"%%s\",\"line_csr\":\"%%s\\\\n\",\"signing_csr\":\"%%s\\\\n\","
		"\"opening_csr\":\"%%s\\\\n\"}' %s \"$(quote line.csr)\" \"$(quote signing.csr)\" \"$(quote opening.csr)\""
		" >body && curl -sS --cacert centre/ca.pem -H 'Content-Type: application/json' --data-binary @body"
		" -o answer -w '%%{http_code}' https://localhost:%u/v1/kiosks 2>>log",
		world->folder, code, port);
	assert_int_equal(status, 0);
	assert_string_equal(world->out, "201");
}

static void
serves_from_a_code_to_a_clean_stop(void **state)
{
	struct world *world = *state;
	char code[ENROLMENT_CODE_TEXT];
	char port_file[320];
	struct error err;
	make_centre(world);
	assert_int_equal(run(world, "%s --new-kiosk --folder %s --branch WR --counter 04 --name-en 'Wharf Road' 2>>%s",
						 INTAKE, world->centre, world->log),
		0);
	world->out[strcspn(world->out, "\n")] = '\0';
	assert_true(enrolment_code_read(world->out, code, &err));
	assert_string_equal(world->out, code);
	const uint16_t port = start_intake(world, "0", NULL);
	enrol_and_deliver(world, port, code);
	assert_int_equal(run(world, "%s --list --folder %s", INTAKE, world->centre), 0); /* beside the running one */
	assert_string_equal(world->out, "");
	assert_int_equal(process_end(&world->intake, SIGTERM), 0);
	(void)snprintf(port_file, sizeof(port_file), "%s/port", world->centre);
	assert_int_not_equal(access(port_file, F_OK), 0);
	/* the log tells what happened and neither code nor names */
	assert_int_equal(run(world, "grep -c 'answered route=enrol id=WR-04 status=201' %s", world->log), 0);
	assert_int_equal(run(world, "grep -e %s -e Wharf %s", code, world->log), 1);
}

static void
lists_opens_and_misses_packets(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	struct stage_counter *counter = calloc(1, sizeof(*counter));
	struct https_answer *answer = calloc(1, sizeof(*answer));
	struct world *world = *state;
	struct https line;
	static const char *const ids[] = { "261125-WR-04-000003-0000000a", "261126-WR-04-000004-0000000a",
		"261126-WR-04-000008-0000000a", "261126-WR-05-000001-0000000a" };
	assert_true(stage != NULL && counter != NULL && answer != NULL);
	stage_new(stage);
	stage_start(stage);
	for (size_t i = 0; i < 4; i++) {
		stage_counter(stage->ca, "WR", i < 3 ? "04" : "05", counter);
		stage_connect(stage, &counter->line, &line);
		struct file_bytes packet = stage_packet(stage, counter, ids[i]);
		assert_int_equal(stage_put(&line, ids[i], &packet, answer), 201);
		file_free(&packet);
		https_close(&line);
	}
	stage_stop(stage);
	assert_int_equal(run(world, "%s --gaps --folder %s", INTAKE, stage->centre_path), 0);
	assert_string_equal(world->out, "WR-04 000001..000002 2\nWR-04 000005..000007 3\n");
	assert_int_equal(run(world, "%s --list --folder %s", INTAKE, stage->centre_path), 0);
	size_t lines = 0;
	for (const char *at = world->out; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	assert_int_equal(lines, 4);
	assert_memory_equal(world->out, ids[0], strlen(ids[0]));
	assert_int_equal(run(world, "%s --open %s --folder %s", INTAKE, ids[1], stage->centre_path), 0);
	struct file_bytes json = stage_json(ids[1]);
	assert_memory_equal(world->out, json.at, json.len);
	file_free(&json);
	assert_int_equal(
		run(world, "%s --open 261126-WR-04-000009-0000000a --folder %s 2>/dev/null", INTAKE, stage->centre_path), 1);
	assert_int_equal(run(world, "%s --open x --folder %s 2>/dev/null", INTAKE, stage->centre_path), 1);
	stage_free(stage);
	free(stage);
	free(counter);
	free(answer);
}

static void
shows_its_health(void **state)
{
	struct world *world = *state;
	char health[16];
	make_centre(world);
	(void)snprintf(health, sizeof(health), "%d", 20000 + (int)(getpid() % 20000));
	(void)start_intake(world, health, NULL);
	assert_int_equal(run(world, "curl -sS -w '%%{http_code} %%{content_type}' http://127.0.0.1:%s/health", health), 0);
	assert_non_null(strstr(world->out, "\"status\":\"ok\""));
	assert_non_null(strstr(world->out, "\"packets\":0"));
	assert_non_null(strstr(world->out, "\"last_packet_age_s\":null"));
	assert_non_null(strstr(world->out, "\"training\":true"));
	assert_non_null(strstr(world->out, "200 application/json"));
	assert_int_equal(
		run(world, "curl -sS -H 'Accept: text/html' -w '%%{content_type}' http://127.0.0.1:%s/health", health), 0);
	assert_non_null(strstr(world->out, "<h1>Centre: ok (TRAINING)</h1>"));
	assert_non_null(strstr(world->out, "text/html"));
	assert_int_equal(run(world, "curl -sS -o /dev/null -w '%%{http_code}' http://127.0.0.1:%s/", health), 0);
	assert_string_equal(world->out, "404");
	assert_int_equal(run(world, "curl -sS -d x -o /dev/null -w '%%{http_code}' http://127.0.0.1:%s/health", health), 0);
	assert_string_equal(world->out, "405");
	assert_int_equal(process_end(&world->intake, SIGINT), 0);
}

static void
fails_its_health_when_the_disk_is_in_its_reserve(void **state)
{
	struct world *world = *state;
	char health[16];
	char config[320];
	make_centre(world);
	(void)snprintf(health, sizeof(health), "%d", 20000 + (int)(getpid() % 20000));
	(void)snprintf(config, sizeof(config), "%s/intake.conf", world->folder);
	assert_int_equal(run(world, "printf '[server]\\nreserve_mb = 1048576\\n' >%s", config), 0);
	(void)start_intake(world, health, config);
	assert_int_equal(run(world, "curl -sS -w '%%{http_code}' http://127.0.0.1:%s/health", health), 0);
	assert_non_null(strstr(world->out, "\"status\":\"failing\""));
	assert_non_null(strstr(world->out, "503"));
	assert_int_equal(process_end(&world->intake, SIGTERM), 0);
}

static void
holds_no_code_of_a_ca(void **state)
{
	struct world *world = *state;
	assert_int_equal(run(world, "nm %s | grep -qw ca_issue", TRAINING_CA), 0); /* one would see it */
	assert_int_equal(run(world, "nm %s | grep -w -e ca_issue -e ca_open -e ca_make", INTAKE), 1);
}

static void
says_what_is_wrong_with_its_command_line(void **state)
{
	struct world *world = *state;
	static const char *const wrong[] = { "--nonsense", "--gaps --list", "--port x", "--port 65536", "extra",
		"--new-kiosk", "--new-kiosk --branch wr --counter 04", "--new-kiosk --branch WR --counter 4", "--branch WR",
		"--config /nonexistent", "--open" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(run(world, "%s %s --folder %s 2>&1", INTAKE, wrong[i], world->centre), 2);
		assert_true(strlen(world->out) > 0);
	}
	assert_int_equal(run(world, "%s --folder %s 2>&1", INTAKE, world->centre), 1); /* was never made */
	assert_int_equal(run(world, "%s --help", INTAKE), 0);
	assert_non_null(strstr(world->out, "--new-kiosk"));
	assert_int_equal(run(world, "%s --version", INTAKE), 0);
	assert_string_equal(world->out, "intake " COUNTER_VERSION "\n");
	assert_int_equal(run(world, "%s --help", TRAINING_CA), 0);
	assert_int_equal(run(world, "%s 2>&1", TRAINING_CA), 2);
	assert_int_equal(run(world, "%s --folder %s --group 2>&1", TRAINING_CA, world->ca), 2);
}

static void
takes_the_configuration_that_it_prints(void **state)
{
	struct world *world = *state;
	assert_int_equal(run(world, "%s --print-config >%s/intake.conf", INTAKE, world->folder), 0);
	make_centre(world);
	assert_int_equal(
		run(world, "%s --config %s/intake.conf --gaps --folder %s", INTAKE, world->folder, world->centre), 0);
	assert_int_equal(
		run(world, "echo 'surprise = 1' >>%s/intake.conf; %s --config %s/intake.conf --gaps --folder %s 2>&1",
			world->folder, INTAKE, world->folder, world->centre),
		2);
	assert_non_null(strstr(world->out, "intake.conf:"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(makes_a_centre_once_and_keeps_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(serves_from_a_code_to_a_clean_stop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lists_opens_and_misses_packets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(shows_its_health, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fails_its_health_when_the_disk_is_in_its_reserve, set_up, tear_down),
		cmocka_unit_test_setup_teardown(holds_no_code_of_a_ca, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_what_is_wrong_with_its_command_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(takes_the_configuration_that_it_prints, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
