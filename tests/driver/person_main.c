/*
 * person: somebody who works the counter by a script. Starts counter-training with a descriptor for the semantic tree,
 * reads what is on the screen, presses keys and clicks on the display, takes pictures, counts keys and time.
 *
 *     person --story FILE --shots DIR --timeline FILE [--append] -- counter-training ARGS...
 *
 * A story is lines of one command each; ${NAME} is taken from the environment; # begins a comment.
 *     wait ID [MS]        until a box with that id is there (default 10,000 ms)
 *     state NAME [MS]     until the counter is in that state
 *     text WORDS          until some line of the tree holds these words
 *     gone ID             until it is not there any more
 *     key NAME...         press keys ("F12", "ctrl+a")
 *     focus ID            Tab until that box has the focus
 *     type TEXT           type the rest of the line
 *     enter ID TEXT       focus, type
 *     fill ID TEXT        focus, select all, type
 *     choose ID           Tab to the choice, Right to the option, space
 *     click ID            with the pointer
 *     shot NAME           NAME-en.png, NAME-zh-hant.png, NAME-zh-hans.png
 *     sizes NAME          NAME-140.png, NAME-200.png and NAME-contrast.png, in English
 *     case NAME           begin to count keys and time under this name; the next one ends it
 *     step NAME           time since the last step of the case
 *     run COMMAND         a shell command; it must succeed
 *     rest MS             wait
 *     end                 SIGTERM to the counter, which must end by itself with 0
 *     kill                SIGKILL to the counter
 *     start               start the counter again
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/base/channel.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "kiosk/ui/theme.h"
#include "tests/driver/driver.h"
#include "tests/driver/hands.h"

#define PERSON_WAIT_MS   10000
#define PERSON_TABS      120
#define PERSON_LINE      1024u
#define PERSON_TREE_MOST (512u * 1024)

struct person {
	struct hands *hands;
	struct channel counter;
	pid_t pid;
	char **argv;
	const char *shots;
	FILE *timeline;
	char *tree; /* owned; the last dump */
	char case_name[64];
	int64_t case_ms, step_ms;
	unsigned case_keys, case_clicks;
	bool first_case, first_step;
	int line;
	const char *story;
};

static bool fail(struct person *person, const char *fmt, ...) PRINTF(2, 3);

static bool
fail(struct person *person, const char *fmt, ...)
{
	va_list args;
	(void)fprintf(stderr, "%s:%d: ", person->story, person->line);
	va_start(args, fmt);
	(void)vfprintf(stderr, fmt, args);
	va_end(args);
	(void)fputc('\n', stderr);
	return false;
}

/* --- the counter --- */

static bool
start(struct person *person, struct error *err)
{
	struct channel ours, theirs;
	char number[16];
	if (!channel_pair(&ours, &theirs, err))
		return false;
	(void)snprintf(number, sizeof(number), "%d", theirs.fd);
	(void)setenv("COUNTER_DRIVER_FD", number, 1);
	person->pid = fork();
	if (person->pid == 0) {
		(void)fcntl(theirs.fd, F_SETFD, 0);
		(void)execvp(person->argv[0], person->argv);
		_exit(127);
	}
	channel_close(&theirs);
	person->counter = ours;
	return true;
}

static void
take_tree(struct person *person, struct channel_message *message)
{
	struct span text;
	struct error err = { 0 };
	if (message->memfd < 0 || !channel_map(message->memfd, PERSON_TREE_MOST, &text, &err))
		return;
	free(person->tree);
	person->tree = strndup((const char *)text.at, text.len);
	channel_unmap(&text);
}

/* Take what the counter says for at most `ms`; true at DRIVER_DONE with its text. */
static bool
listen_for(struct person *person, unsigned ms, char *done, size_t cap)
{
	uint8_t room[1024];
	struct channel_message message;
	struct error err = { 0 };
	while (channel_receive(&person->counter, room, sizeof(room), ms, &message, &err)) {
		if (message.type == DRIVER_TREE)
			take_tree(person, &message);
		file_close(&message.memfd);
		if (message.type != DRIVER_DONE)
			ms = ms > 20 ? 20 : ms;
		else {
			(void)snprintf(done, cap, "%.*s", (int)message.body.len, (const char *)message.body.at);
			return true;
		}
	}
	return false;
}

static bool
quiet(struct person *person, unsigned ms)
{
	char done[8];
	(void)listen_for(person, ms, done, sizeof(done));
	return true;
}

/* --- reading the tree --- */

/* The line of the box with this id; copied into line[cap]. */
static bool
find_line(const struct person *person, const char *id, char *line, size_t cap)
{
	char token[128];
	(void)snprintf(token, sizeof(token), " id=%s ", id);
	for (const char *at = person->tree; at != NULL && *at != '\0';) {
		const char *end = strchr(at, '\n');
		size_t len = end == NULL ? strlen(at) : (size_t)(end - at);
		if (len + 2 < cap) {
			memcpy(line, at, len);
			memcpy(line + len, " ", 2);
			if (strstr(line, token) != NULL)
				return true;
		}
		at = end == NULL ? NULL : end + 1;
	}
	return false;
}

static bool
has_focus(const struct person *person, const char *id)
{
	char line[2048];
	return find_line(person, id, line, sizeof(line)) && strstr(line, "focused") != NULL;
}

static bool
in_state(const struct person *person, const char *state)
{
	char head[64];
	(void)snprintf(head, sizeof(head), "state %s ", state);
	return person->tree != NULL && strncmp(person->tree, head, strlen(head)) == 0;
}

enum hope { HOPE_ID, HOPE_GONE, HOPE_STATE, HOPE_TEXT };

static bool
holds(const struct person *person, enum hope hope, const char *what)
{
	char line[2048];
	switch (hope) {
	case HOPE_ID:
		return find_line(person, what, line, sizeof(line));
	case HOPE_GONE:
		return person->tree != NULL && !find_line(person, what, line, sizeof(line));
	case HOPE_STATE:
		return in_state(person, what);
	case HOPE_TEXT:
		return person->tree != NULL && strstr(person->tree, what) != NULL;
	}
	return false;
}

static bool
hope_for(struct person *person, enum hope hope, const char *what, int64_t ms)
{
	int64_t until = clock_monotonic_ms() + ms;
	while (!holds(person, hope, what)) {
		if (clock_monotonic_ms() > until || waitpid(person->pid, NULL, WNOHANG) == person->pid) {
			(void)fprintf(stderr, "%s\n", person->tree == NULL ? "(no tree)" : person->tree);
			return fail(person, "waited %lld ms in vain for %s", (long long)ms, what);
		}
		(void)quiet(person, 50);
	}
	return true;
}

/* --- acting --- */

static bool
key(struct person *person, const char *name)
{
	struct error err = { 0 };
	if (!hands_key(person->hands, name, &err))
		return fail(person, "%s", err.text);
	return quiet(person, 60);
}

static bool
focus(struct person *person, const char *id)
{
	if (!hope_for(person, HOPE_ID, id, PERSON_WAIT_MS))
		return false;
	for (int i = 0; i < PERSON_TABS && !has_focus(person, id); i++)
		if (!key(person, "Tab"))
			return false;
	return has_focus(person, id) || fail(person, "%s never gets the focus", id);
}

/* An option of a choice: Tab to the choice, Right to the option, space. */
static bool
choose(struct person *person, const char *id)
{
	static const char *const options[] = { "-0", "-1", "-2", "-3", "-4", "-5", "-6", "-7" };
	char group[96], one[100];
	const char *dash = strrchr(id, '-');
	if (dash == NULL || (size_t)(dash - id) >= sizeof(group))
		return fail(person, "%s is no option of a choice", id);
	(void)snprintf(group, sizeof(group), "%.*s", (int)(dash - id), id);
	if (!hope_for(person, HOPE_ID, id, PERSON_WAIT_MS))
		return false;
	for (int tabs = 0; tabs < PERSON_TABS; tabs++) {
		for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
			(void)snprintf(one, sizeof(one), "%s%s", group, options[i]);
			if (!has_focus(person, one))
				continue;
			for (int moves = 0; moves < 8 && !has_focus(person, id); moves++)
				if (!key(person, "Right"))
					return false;
			return has_focus(person, id) ? key(person, "space") : fail(person, "%s never gets the focus", id);
		}
		if (!key(person, "Tab"))
			return false;
	}
	return fail(person, "%s never gets the focus", group);
}

static bool
type(struct person *person, const char *text)
{
	struct error err = { 0 };
	if (!hands_type(person->hands, text, &err))
		return fail(person, "%s", err.text);
	return quiet(person, 80);
}

static bool
fill(struct person *person, char *rest, bool over)
{
	char *text = strchr(rest, ' ');
	if (text == NULL)
		return fail(person, "fill what?");
	*text++ = '\0';
	return focus(person, rest) && (!over || key(person, "ctrl+a")) && type(person, text);
}

static bool
click(struct person *person, const char *id)
{
	char line[2048];
	int x, y, w, h;
	if (!hope_for(person, HOPE_ID, id, PERSON_WAIT_MS) || !find_line(person, id, line, sizeof(line)))
		return false;
	const char *at = strrchr(line, ']');
	if (sscanf(at == NULL ? strstr(line, " id=") : at + 1, "%*[^0-9-]%d,%d %dx%d", &x, &y, &w, &h) != 4)
		return fail(person, "no place in: %s", line);
	hands_click(person->hands, x + w / 2, y + h / 2);
	return quiet(person, 80);
}

static bool
shot(struct person *person, const char *path, enum lang lang, enum theme theme, unsigned percent)
{
	uint8_t room[1024];
	char done[256] = "no answer";
	struct error err = { 0 };
	struct buffer out = buffer_into(room, sizeof(room));
	buffer_u8(&out, (uint8_t)lang);
	buffer_u8(&out, (uint8_t)theme);
	buffer_u8(&out, (uint8_t)percent);
	buffer_u8(&out, (uint8_t)(percent >> 8));
	buffer_put(&out, text_span(path));
	if (!channel_send(&person->counter, DRIVER_SHOT, buffer_span(&out), -1, PERSON_WAIT_MS, &err))
		return fail(person, "%s", err.text);
	for (int64_t until = clock_monotonic_ms() + PERSON_WAIT_MS; clock_monotonic_ms() < until;)
		if (listen_for(person, 1000, done, sizeof(done)))
			return done[0] == '\0' || fail(person, "%s: %s", path, done);
	return fail(person, "%s: no answer", path);
}

static bool
shots(struct person *person, const char *name)
{
	static const char *const ends[LANG_COUNT] = { [LANG_EN] = "en", [LANG_HANT] = "zh-hant", [LANG_HANS] = "zh-hans" };
	char path[512];
	for (enum lang lang = LANG_EN; lang < LANG_COUNT; lang++) {
		(void)snprintf(path, sizeof(path), "%s/%s-%s.png", person->shots, name, ends[lang]);
		if (!shot(person, path, lang, THEME_LIGHT, 100))
			return false;
	}
	return true;
}

static bool
sizes(struct person *person, const char *name)
{
	char path[512];
	for (unsigned percent = 140; percent <= 200; percent += 60) {
		(void)snprintf(path, sizeof(path), "%s/%s-%u.png", person->shots, name, percent);
		if (!shot(person, path, LANG_EN, THEME_LIGHT, percent))
			return false;
	}
	(void)snprintf(path, sizeof(path), "%s/%s-contrast.png", person->shots, name);
	return shot(person, path, LANG_EN, THEME_CONTRAST, 100);
}

/* --- the timeline --- */

static void
end_case(struct person *person)
{
	if (person->case_name[0] == '\0')
		return;
	(void)fprintf(person->timeline, "}, \"ms\": %lld, \"keys\": %u, \"clicks\": %u }",
		(long long)(clock_monotonic_ms() - person->case_ms), hands_keys(person->hands) - person->case_keys,
		hands_clicks(person->hands) - person->case_clicks);
	person->case_name[0] = '\0';
}

static void
begin_case(struct person *person, const char *name)
{
	end_case(person);
	(void)text_copy(person->case_name, sizeof(person->case_name), name);
	person->case_ms = person->step_ms = clock_monotonic_ms();
	person->case_keys = hands_keys(person->hands);
	person->case_clicks = hands_clicks(person->hands);
	(void)fprintf(person->timeline, "%s\n  { \"case\": \"%s\", \"steps\": { ", person->first_case ? "" : ",", name);
	person->first_case = false;
	person->first_step = true;
}

static void
step(struct person *person, const char *name)
{
	int64_t now = clock_monotonic_ms();
	(void)fprintf(
		person->timeline, "%s\"%s\": %lld", person->first_step ? "" : ", ", name, (long long)(now - person->step_ms));
	person->first_step = false;
	person->step_ms = now;
}

/* --- the end --- */

static bool
stop(struct person *person, int signal_number)
{
	int status = 0;
	(void)kill(person->pid, signal_number);
	for (int64_t until = clock_monotonic_ms() + PERSON_WAIT_MS; clock_monotonic_ms() < until;) {
		(void)quiet(person, 20);
		if (waitpid(person->pid, &status, WNOHANG) != person->pid) {
			(void)usleep(5000);
			continue;
		}
		channel_close(&person->counter);
		free(person->tree);
		person->tree = NULL;
		if (signal_number == SIGKILL || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
			return true;
		return fail(person, "the counter ended with status %04x", (unsigned)status);
	}
	return fail(person, "the counter did not end within %d ms", PERSON_WAIT_MS);
}

static bool
run(struct person *person, const char *command)
{
	pid_t child = fork();
	int status = 0;
	if (child == 0) {
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || fail(person, "failed: %s", command);
}

static bool
keys(struct person *person, char *names)
{
	char *rest = NULL;
	for (char *name = strtok_r(names, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
		if (!key(person, name))
			return false;
	return true;
}

static bool
pause_for(struct person *person, const char *ms)
{
	for (int64_t until = clock_monotonic_ms() + strtol(ms, NULL, 10); clock_monotonic_ms() < until;)
		(void)quiet(person, 20);
	return true;
}

static bool
wait_words(struct person *person, enum hope hope, char *words)
{
	char *ms = strchr(words, ' ');
	if (ms != NULL)
		*ms++ = '\0';
	return hope_for(person, hope, words, ms == NULL ? PERSON_WAIT_MS : strtol(ms, NULL, 10));
}

static bool
obey(struct person *person, const char *verb, char *rest)
{
	struct error err = { 0 };
	if (strcmp(verb, "wait") == 0)
		return wait_words(person, HOPE_ID, rest);
	if (strcmp(verb, "gone") == 0)
		return wait_words(person, HOPE_GONE, rest);
	if (strcmp(verb, "state") == 0)
		return wait_words(person, HOPE_STATE, rest);
	if (strcmp(verb, "text") == 0)
		return hope_for(person, HOPE_TEXT, rest, 2 * PERSON_WAIT_MS);
	if (strcmp(verb, "key") == 0)
		return keys(person, rest);
	if (strcmp(verb, "focus") == 0)
		return focus(person, rest);
	if (strcmp(verb, "type") == 0)
		return type(person, rest);
	if (strcmp(verb, "fill") == 0 || strcmp(verb, "enter") == 0)
		return fill(person, rest, verb[0] == 'f');
	if (strcmp(verb, "choose") == 0)
		return choose(person, rest);
	if (strcmp(verb, "click") == 0)
		return click(person, rest);
	if (strcmp(verb, "shot") == 0)
		return shots(person, rest);
	if (strcmp(verb, "sizes") == 0)
		return sizes(person, rest);
	if (strcmp(verb, "case") == 0)
		return begin_case(person, rest), true;
	if (strcmp(verb, "step") == 0)
		return step(person, rest), true;
	if (strcmp(verb, "run") == 0)
		return run(person, rest);
	if (strcmp(verb, "rest") == 0)
		return pause_for(person, rest);
	if (strcmp(verb, "end") == 0)
		return stop(person, SIGTERM);
	if (strcmp(verb, "kill") == 0)
		return stop(person, SIGKILL);
	if (strcmp(verb, "start") == 0)
		return start(person, &err) || fail(person, "%s", err.text);
	return fail(person, "unknown command %s", verb);
}

/* ${NAME} from the environment; an unset one is an error. */
static bool
expand(struct person *person, const char *line, char *out, size_t cap)
{
	size_t len = 0;
	while (*line != '\0' && *line != '\n') {
		const char *end = line[0] == '$' && line[1] == '{' ? strchr(line, '}') : NULL;
		char name[64], one[2] = { *line, '\0' };
		const char *piece = one;
		if (end != NULL && (size_t)(end - line) < sizeof(name)) {
			(void)snprintf(name, sizeof(name), "%.*s", (int)(end - line - 2), line + 2);
			piece = getenv(name);
			if (piece == NULL)
				return fail(person, "%s is not set", name);
			line = end;
		}
		line++;
		if (len + strlen(piece) >= cap)
			return fail(person, "line too long");
		memcpy(out + len, piece, strlen(piece) + 1);
		len += strlen(piece);
	}
	out[len] = '\0';
	return true;
}

static bool
act(struct person *person, FILE *story)
{
	char raw[PERSON_LINE], line[PERSON_LINE];
	while (fgets(raw, sizeof(raw), story) != NULL) {
		person->line++;
		char *at = raw + strspn(raw, " \t");
		if (*at == '#' || *at == '\n' || *at == '\0')
			continue;
		if (!expand(person, at, line, sizeof(line)))
			return false;
		char *rest = strchr(line, ' ');
		if (rest != NULL)
			*rest++ = '\0';
		if (!obey(person, line, rest == NULL ? line + strlen(line) : rest))
			return false;
	}
	return true;
}

static int
usage(FILE *out)
{
	(void)fputs("Usage: person --story FILE --shots DIR --timeline FILE -- COUNTER ARGS...\n"
				"\n"
				"Start COUNTER with a descriptor for its semantic tree and do what the story\n"
				"says on the display $DISPLAY. Exit 0 only if every line of it came true.\n",
		out);
	return out == stdout ? EXIT_SUCCESS : 2;
}

static int
play(struct person *person, const char *timeline)
{
	struct error err = { 0 };
	FILE *story = fopen(person->story, "re");
	person->timeline = fopen(timeline, "we");
	if (story == NULL || person->timeline == NULL) {
		(void)fprintf(stderr, "person: %s or %s: %s\n", person->story, timeline, strerror(errno));
		return EXIT_FAILURE;
	}
	if (!hands_open(NULL, &person->hands, &err)) {
		(void)fprintf(stderr, "person: %s\n", err.text);
		return EXIT_FAILURE;
	}
	(void)fputs("[", person->timeline);
	bool ok = start(person, &err) && act(person, story);
	end_case(person);
	(void)fputs("\n]\n", person->timeline);
	(void)fclose(person->timeline);
	(void)fclose(story);
	if (person->counter.fd >= 0 && waitpid(person->pid, NULL, WNOHANG) == 0) {
		(void)kill(person->pid, SIGTERM);
		(void)usleep(300000);
		(void)kill(person->pid, SIGKILL);
	}
	hands_close(person->hands);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct person person = { .first_case = true, .counter = { -1 } };
	const char *timeline = NULL;
	int i = 1;
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return usage(stdout);
		if (i + 1 >= argc)
			return usage(stderr);
		if (strcmp(argv[i], "--story") == 0)
			person.story = argv[++i];
		else if (strcmp(argv[i], "--shots") == 0)
			person.shots = argv[++i];
		else if (strcmp(argv[i], "--timeline") == 0)
			timeline = argv[++i];
		else
			return usage(stderr);
	}
	if (i + 1 >= argc || person.story == NULL || person.shots == NULL || timeline == NULL)
		return usage(stderr);
	person.argv = &argv[i + 1];
	(void)signal(SIGPIPE, SIG_IGN);
	return play(&person, timeline);
}
