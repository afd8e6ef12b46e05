#include "kiosk/store/password.h"

#include <sodium.h>
#include <string.h>

#define PASSES 3u
#define MEMORY (64u * 1024u * 1024u)

_Static_assert(PASSWORD_HASH == crypto_pwhash_argon2id_STRBYTES, "libsodium's string form");

bool
password_hash(struct span password, char out[static PASSWORD_HASH], struct error *err)
{
	char hash[PASSWORD_HASH];
	if (crypto_pwhash_argon2id_str(hash, (const char *)password.at, password.len, PASSES, MEMORY) != 0)
		return error_set(err, ERROR_SYSTEM, "hashing a password: no memory for it");
	memcpy(out, hash, sizeof(hash));
	return true;
}

bool
password_matches(struct span password, const char *hash)
{
	return crypto_pwhash_argon2id_str_verify(hash, (const char *)password.at, password.len) == 0;
}

void
password_waste(struct span password)
{
	char hash[PASSWORD_HASH];
	struct error ignored = { 0 };
	(void)!password_hash(password, hash, &ignored);
}
