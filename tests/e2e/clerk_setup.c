#include "kiosk/base/text.h"
#include "tests/e2e/clerk.h"

static void
choose_password(struct clerk *clerk, const char *name)
{
	struct command command = { .kind = COMMAND_PASSWORD };
	(void)text_copy(command.secret, sizeof(command.secret), clerk_environment(name));
	(void)text_copy(command.again, sizeof(command.again), clerk_environment(name));
	clerk_step(clerk, &command);
}

static void
type(struct clerk *clerk, enum field field, const char *text)
{
	struct command command = { .kind = COMMAND_FIELD, .field = field };
	(void)text_copy(command.text, sizeof(command.text), text);
	clerk_do(clerk, &command);
}

static void
add_clerk(struct clerk *clerk)
{
	struct command role = { .kind = COMMAND_CHOICE, .field = FIELD_STAFF_ROLE, .index = OFFICER_CLERK };
	struct command add = { .kind = COMMAND_STAFF_ADD };
	clerk_step(clerk, &(struct command){ .kind = COMMAND_STAFF });
	type(clerk, FIELD_STAFF_NUMBER, clerk_environment("CLERK"));
	type(clerk, FIELD_STAFF_NAME, "Lau Wing Ki");
	clerk_do(clerk, &role);
	(void)text_copy(add.secret, sizeof(add.secret), clerk_environment("CLERK_FIRST"));
	(void)text_copy(add.again, sizeof(add.again), clerk_environment("CLERK_FIRST"));
	clerk_do(clerk, &add);
}

static void
must_be(const struct clerk *clerk, enum flow_state state)
{
	if (clerk->view->state != state)
		clerk_fail("in state %d instead of %d", (int)clerk->view->state, (int)state);
}

void
clerk_setup(struct clerk *clerk)
{
	struct command counts = { .kind = COMMAND_COUNTS, .counts = { [2] = 5, [3] = 4, [5] = 20, [9] = 50 } };
	while (clerk->view->state != FLOW_SIGN_IN)
		if (!clerk_look(clerk, 10000))
			clerk_fail("nobody can sign in");
	clerk_sign_in(clerk, "SUPERVISOR", "SUPERVISOR_FIRST");
	must_be(clerk, FLOW_NEW_PASSWORD);
	choose_password(clerk, "SUPERVISOR_PASSWORD");
	must_be(clerk, FLOW_HOME);
	add_clerk(clerk);
	clerk_step(clerk, &(struct command){ .kind = COMMAND_SIGN_OUT });
	clerk_sign_in(clerk, "CLERK", "CLERK_FIRST");
	must_be(clerk, FLOW_NEW_PASSWORD);
	choose_password(clerk, "CLERK_PASSWORD");
	must_be(clerk, FLOW_TILL);
	clerk_step(clerk, &counts);
	must_be(clerk, FLOW_HOME);
}
