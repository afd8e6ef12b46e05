#include "kiosk/counter/counter_unlock.h"

#include <stdio.h>
#include <sys/stat.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/counter_password.h"
#include "kiosk/store/store.h"

static void
store_done(struct store **store)
{
	store_close(*store);
}

/* Never makes one. */
static bool
open_existing(const struct counter_conf *conf, struct store **out, struct error *err)
{
	struct store_key key = { 0 };
	struct store_identity identity;
	struct stat status;
	if (stat(conf->store, &status) != 0 || status.st_size == 0)
		return error_set(err, ERROR_INVALID, "there is no store at %s", conf->store);
	if (!counter_conf_key(conf, &key, err) || !store_open(conf->store, key, out, err))
		return error_in(err, "opening the store");
	if (!store_identity(*out, &identity, err))
		return false;
	return identity.provisioned || error_set(err, ERROR_REFUSED, "this counter is not provisioned");
}

bool
counter_unlock_run(const struct counter_conf *conf, const char *number, const char *password_file, struct error *err)
{
	CLEANUP(store_done) struct store *store = NULL;
	char password[COUNTER_PASSWORD_BYTES] = "", tidy[OFFICER_NUMBER];
	if (!text_tidy(number, tidy, sizeof(tidy), err))
		return error_set(err, ERROR_INVALID, "a staff number has 3 to 16 letters and digits");
	text_upper(tidy);
	bool ok = open_existing(conf, &store, err) && counter_password_read(password_file, password, err) &&
			  store_officer_recover(store, tidy, text_span(password), clock_now_ms(), err);
	secret_wipe(password, sizeof(password));
	if (ok)
		(void)fprintf(stderr, "counter: %s is unlocked and chooses an own password at the next sign-in\n", tidy);
	return ok;
}
