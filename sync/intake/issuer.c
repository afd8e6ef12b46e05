#include "sync/intake/issuer.h"

#include <string.h>

#include "kiosk/base/text.h"

static const char upper_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
static const char name_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .-:";
static const char host_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:,";

static bool
consists_of(const char *text, const char *letters, size_t least, size_t most)
{
	size_t len = strnlen(text, most + 1);
	return len >= least && len <= most && strspn(text, letters) == len;
}

bool
issuer_branch_ok(const char *branch)
{
	return consists_of(branch, upper_digits, 2, ISSUER_BRANCH - 1);
}

bool
issuer_counter_ok(const char *counter)
{
	return consists_of(counter, "0123456789", 2, 2);
}

const char *
issuer_profile_name(enum issuer_profile profile)
{
	static const char *const names[ISSUER_PROFILES] = {
		[ISSUER_SERVER] = "server",
		[ISSUER_PACKET] = "packet",
		[ISSUER_RECEIPT] = "receipt",
		[ISSUER_LINE] = "line",
		[ISSUER_SIGNING] = "signing",
		[ISSUER_OPENING] = "opening",
	};
	return names[profile];
}

bool
issuer_is_counter(enum issuer_profile profile)
{
	return profile == ISSUER_LINE || profile == ISSUER_SIGNING || profile == ISSUER_OPENING;
}

bool
issuer_for_counter(struct issuer_request *request, const char *branch, const char *counter, struct error *err)
{
	if (!issuer_branch_ok(branch))
		return error_set(err, ERROR_INVALID, "branch: 2 to 8 of A-Z and 0-9");
	if (!issuer_counter_ok(counter))
		return error_set(err, ERROR_INVALID, "counter: two digits");
	(void)text_format(request->branch, sizeof(request->branch), "%s", branch);
	(void)text_format(request->counter, sizeof(request->counter), "%s", counter);
	(void)text_format(request->name, sizeof(request->name), "%s-%s", branch, counter);
	return true;
}

static bool
check_counter(const struct issuer_request *request, struct error *err)
{
	struct issuer_request made = { 0 };
	if (!issuer_for_counter(&made, request->branch, request->counter, err))
		return false;
	if (strcmp(made.name, request->name) != 0)
		return error_set(err, ERROR_INVALID, "name: not BRANCH-COUNTER");
	return true;
}

/* A name like WR-04 is a counter's alone: whoever reads a signer's name relies on it. */
bool
issuer_is_counter_name(const char *name)
{
	char branch[ISSUER_NAME];
	const size_t len = strcspn(name, "-");
	(void)text_format(branch, sizeof(branch), "%.*s", (int)len, name);
	return issuer_branch_ok(branch) && name[len] == '-' && issuer_counter_ok(name + len + 1);
}

static bool
check_centre(const struct issuer_request *request, struct error *err)
{
	if (request->branch[0] != '\0' || request->counter[0] != '\0')
		return error_set(err, ERROR_INVALID, "branch and counter: not for the centre");
	if (issuer_is_counter_name(request->name))
		return error_set(err, ERROR_INVALID, "name: a counter's");
	if (!consists_of(request->name, name_letters, 1, ISSUER_NAME - 1))
		return error_set(err, ERROR_INVALID, "name: 1 to 64 letters, digits, blanks, dots, colons and hyphens");
	return true;
}

bool
issuer_check(const struct issuer_request *request, struct error *err)
{
	if ((unsigned)request->profile >= ISSUER_PROFILES)
		return error_set(err, ERROR_INVALID, "profile: unknown");
	if (request->csr_pem.len == 0 || request->csr_pem.len > ISSUER_CSR_MOST)
		return error_set(err, ERROR_INVALID, "request: empty or over %u bytes", ISSUER_CSR_MOST);
	if ((request->profile == ISSUER_SERVER) != (request->hosts[0] != '\0'))
		return error_set(err, ERROR_INVALID, "hosts: for a server, and only there");
	if (!consists_of(request->hosts, host_letters, 0, ISSUER_HOSTS - 1))
		return error_set(err, ERROR_INVALID, "hosts: names and addresses separated by commas");
	return issuer_is_counter(request->profile) ? check_counter(request, err) : check_centre(request, err);
}
