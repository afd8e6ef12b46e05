#include "peripherals/token/token.h"

#include <assert.h>

static const struct {
	const char *name;
	unsigned most_ms;
} steps[TOKEN_STEPS] = {
	[TOKEN_STEP_READ] = { "read", 10000 },
	[TOKEN_STEP_TAKE_OVER] = { "take over", 15000 },
	[TOKEN_STEP_GENERATE] = { "generate", 120000 }, /* RSA-2048 on a chip: 5 s in the mean, 17 s seen, luck decides */
	[TOKEN_STEP_SIGN_REQUEST] = { "sign request", 10000 },
	[TOKEN_STEP_WRITE_CERTIFICATE] = { "write certificate", 20000 },
	[TOKEN_STEP_PROVE] = { "prove", 10000 },
	[TOKEN_STEP_HAND_OVER] = { "hand over", 15000 },
	[TOKEN_STEP_BLANK] = { "blank", 30000 },
};

static const char *const holders[TOKEN_HOLDERS] = { "unknown", "factory", "transport", "user", "other" };
static const char *const stages[TOKEN_STAGES] = { "none", "taking", "puk", "taken", "keyed", "certified", "handing",
	"delivered", "void" };

static const struct {
	const char *name;
	enum error_kind kind;
	const char *words;
} verdicts[TOKEN_VERDICTS] = {
	[TOKEN_VERDICT_NONE] = { "well", ERROR_NONE, "the token is well" },
	[TOKEN_VERDICT_NOT_PIV] = { "not piv", ERROR_REFUSED, "the card has no application that we can write" },
	[TOKEN_VERDICT_BRAND] = { "brand", ERROR_REFUSED, "the token is not of the brand on the form" },
	[TOKEN_VERDICT_SERIAL] = { "serial", ERROR_REFUSED, "this is another token than the one of this case" },
	[TOKEN_VERDICT_USED] = { "used", ERROR_REFUSED, "the token is not new: somebody else set its keys" },
	[TOKEN_VERDICT_FOREIGN_KEY] = { "foreign key", ERROR_REFUSED, "the token holds a key that was not made here" },
	[TOKEN_VERDICT_FOREIGN_CERTIFICATE] = { "foreign certificate", ERROR_REFUSED,
		"the token holds a certificate that was not written here" },
	[TOKEN_VERDICT_OTHER_LINE] = { "other line", ERROR_REFUSED, "the token belongs to another case" },
	[TOKEN_VERDICT_PIN_LOCKED] = { "pin locked", ERROR_REFUSED, "the PIN of the token is locked" },
	[TOKEN_VERDICT_PUK_LOCKED] = { "puk locked", ERROR_REFUSED, "the PUK of the token is locked" },
	[TOKEN_VERDICT_PIN_CHANGED] = { "pin changed", ERROR_UNTRUSTED, "the transport PIN does not open the token" },
	[TOKEN_VERDICT_UNSURE] = { "unsure", ERROR_FULL, "too few tries are left to find out which PUK the token has" },
	[TOKEN_VERDICT_RECORD] = { "record", ERROR_INVALID, "our record on the token cannot be read" },
	[TOKEN_VERDICT_KEY_CHANGED] = { "key changed", ERROR_UNTRUSTED,
		"the key on the token is not the one that signed the request" },
	[TOKEN_VERDICT_PROOF] = { "proof", ERROR_UNTRUSTED, "a signature of the token is not its key's" },
	[TOKEN_VERDICT_READ_BACK] = { "read back", ERROR_UNTRUSTED, "the token gives back what was not written" },
	[TOKEN_VERDICT_VOID] = { "void", ERROR_REFUSED, "the token was made void" },
	[TOKEN_VERDICT_NOT_NOW] = { "not now", ERROR_REFUSED, "the step does not fit what is on the token" },
	[TOKEN_VERDICT_CERTIFICATE] = { "certificate", ERROR_INVALID, "the certificate cannot be read" },
	[TOKEN_VERDICT_OTHER_KEY] = { "other key", ERROR_UNTRUSTED, "the certificate is for another key" },
	[TOKEN_VERDICT_EXPIRED] = { "expired", ERROR_UNTRUSTED, "the certificate is not valid any more" },
	[TOKEN_VERDICT_EARLY] = { "early", ERROR_UNTRUSTED, "the certificate is not valid yet" },
	[TOKEN_VERDICT_NAME] = { "name", ERROR_UNTRUSTED, "the certificate has another name in it" },
};

const char *
token_step_name(enum token_step step)
{
	assert(step < TOKEN_STEPS);
	return steps[step].name;
}

const char *
token_algorithm_name(enum token_algorithm algorithm)
{
	return algorithm == TOKEN_RSA2048 ? "RSA-2048" : "P-256";
}

const char *
token_holder_name(enum token_holder holder)
{
	assert(holder < TOKEN_HOLDERS);
	return holders[holder];
}

const char *
token_stage_name(enum token_stage stage)
{
	assert(stage < TOKEN_STAGES);
	return stages[stage];
}

const char *
token_verdict_name(enum token_verdict verdict)
{
	assert(verdict < TOKEN_VERDICTS);
	return verdicts[verdict].name;
}

const char *
token_verdict_words(enum token_verdict verdict)
{
	assert(verdict < TOKEN_VERDICTS);
	return verdicts[verdict].words;
}

bool
token_verdict_spoils(enum token_verdict verdict)
{
	switch (verdict) {
	case TOKEN_VERDICT_USED:
	case TOKEN_VERDICT_FOREIGN_KEY:
	case TOKEN_VERDICT_FOREIGN_CERTIFICATE:
	case TOKEN_VERDICT_PIN_LOCKED:
	case TOKEN_VERDICT_PUK_LOCKED:
	case TOKEN_VERDICT_PIN_CHANGED:
	case TOKEN_VERDICT_UNSURE:
	case TOKEN_VERDICT_RECORD:
	case TOKEN_VERDICT_KEY_CHANGED:
	case TOKEN_VERDICT_PROOF:
	case TOKEN_VERDICT_READ_BACK:
	case TOKEN_VERDICT_VOID:
		return true;
	case TOKEN_VERDICT_NONE:
	case TOKEN_VERDICT_NOT_PIV:
	case TOKEN_VERDICT_BRAND:
	case TOKEN_VERDICT_SERIAL:
	case TOKEN_VERDICT_OTHER_LINE:
	case TOKEN_VERDICT_NOT_NOW:
	case TOKEN_VERDICT_CERTIFICATE:
	case TOKEN_VERDICT_OTHER_KEY:
	case TOKEN_VERDICT_EXPIRED:
	case TOKEN_VERDICT_EARLY:
	case TOKEN_VERDICT_NAME:
	case TOKEN_VERDICTS:
		break;
	}
	return false;
}

bool
token_verdict_error(enum token_verdict verdict, struct error *err)
{
	assert(verdict > TOKEN_VERDICT_NONE && verdict < TOKEN_VERDICTS);
	return error_set(err, verdicts[verdict].kind, "%s", verdicts[verdict].words);
}

unsigned
token_step_ms(enum token_step step)
{
	assert(step < TOKEN_STEPS);
	return steps[step].most_ms;
}
