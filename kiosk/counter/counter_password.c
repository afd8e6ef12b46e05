#include "kiosk/counter/counter_password.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"

/* One line without echo. */
static bool
ask(const char *prompt, char out[static COUNTER_PASSWORD_BYTES], struct error *err)
{
	struct termios before, quiet;
	bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
	(void)fputs(prompt, stderr);
	if (terminal) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	char *line = fgets(out, (int)COUNTER_PASSWORD_BYTES, stdin);
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		(void)fputc('\n', stderr);
	}
	return line != NULL || error_set(err, ERROR_INVALID, "no password was typed");
}

static void
cut_line(char *text)
{
	text[strcspn(text, "\r\n")] = '\0';
}

bool
counter_password_read(const char *path, char out[static COUNTER_PASSWORD_BYTES], struct error *err)
{
	char again[COUNTER_PASSWORD_BYTES] = "";
	if (path != NULL) {
		CLEANUP(file_free) struct file_bytes bytes = { 0 };
		if (!file_read(path, COUNTER_PASSWORD_BYTES - 1, &bytes, err))
			return error_in(err, "reading the password");
		memcpy(out, bytes.at, bytes.len);
		out[bytes.len] = '\0';
		cut_line(out);
		return true;
	}
	bool ok = ask("First password of the supervisor: ", out, err) && ask("The same again: ", again, err);
	cut_line(out);
	cut_line(again);
	if (ok && strcmp(out, again) != 0)
		ok = error_set(err, ERROR_INVALID, "the two passwords are not equal");
	secret_wipe(again, sizeof(again));
	return ok;
}

bool
counter_password_judge(const struct officer *officer, const char *password, struct error *err)
{
	static const char *const words[] = { [OFFICER_OK] = "",
		[OFFICER_SHORT] = "the password is too short: 15 characters or more",
		[OFFICER_LONG] = "the password is too long: at most 128 characters",
		[OFFICER_COMMON] = "the password is one that people guess first",
		[OFFICER_HOLDS_NAME] = "the password holds the staff number or a name",
		[OFFICER_NOT_EQUAL] = "the two passwords are not equal",
		[OFFICER_BAD_NUMBER] = "a staff number has 3 to 16 letters and digits",
		[OFFICER_BAD_NAME] = "the name cannot stand as it is" };
	enum officer_fault fault = officer_number(officer->number);
	if (fault == OFFICER_OK)
		fault = officer_password(text_span(password), officer->number, officer->name);
	return fault == OFFICER_OK || error_set(err, ERROR_INVALID, "%s", words[fault]);
}
