#include "kiosk/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"
#include "kiosk/store/migration.h"

#define SALT 16u

static const char sql_birth[] = "INSERT INTO meta (id, salt, key_check, audit_count, audit_head) "
								"VALUES (1, ?, ?, 0, zeroblob(32))";
static const char sql_meta[] = "SELECT salt, key_check FROM meta WHERE id = 1";

/* What the first migration writes beside the tables. */
struct birth {
	struct store *store;
	const struct secret *key;
};

bool
store_transaction(struct store *store, store_work_fn work, void *self, struct error *err)
{
	if (!database_begin(&store->db, err))
		return false;
	return database_finish(&store->db, work(store, self, err), err);
}

/* One writer: a second one, also of this process, is refused by the lock on a file beside the store. The lock goes
 * with the process, however that ends. */
static bool
take_lock(const char *path, int *out, struct error *err)
{
	char name[STORE_PATH];
	if (!text_format(name, sizeof(name), "%s-lock", path))
		return error_set(err, ERROR_FULL, "store: its path is too long");
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "store: lock: %s", strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		const int code = errno;
		(void)close(fd);
		return error_set_from(err, code == EWOULDBLOCK ? ERROR_REFUSED : ERROR_SYSTEM, DOMAIN_ERRNO, code,
			code == EWOULDBLOCK ? "store: another process has it open" : "store: lock: %s", strerror(code));
	}
	*out = fd;
	return true;
}

static bool
check_of(struct vault *vault, uint8_t out[static VAULT_HASH], struct error *err)
{
	return vault_hash(vault, "key check", (struct span){ 0 }, out, err);
}

static bool
give_birth(void *self, struct error *err)
{
	const struct birth *birth = self;
	struct store *store = birth->store;
	CLEANUP(secret_free) struct secret salt = { 0 };
	uint8_t check[VAULT_HASH];
	if (!secret_random(SALT, &salt, err) || !vault_open(birth->key, secret_span(&salt), &store->vault, err) ||
		!check_of(store->vault, check, err))
		return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_birth);
	query_put_bytes(&query, secret_span(&salt));
	query_put_bytes(&query, (struct span){ check, sizeof(check) });
	return query_run(&query, err);
}

static bool
open_vault(struct store *store, const struct secret *key, struct error *err)
{
	uint8_t salt[SALT], wanted[VAULT_HASH], check[VAULT_HASH];
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_meta);
	if (!query_one(&query, "meta row", err))
		return false;
	query_take_exactly(&query, salt, sizeof(salt));
	query_take_exactly(&query, wanted, sizeof(wanted));
	if (!query_fits(&query, err) || !vault_open(key, (struct span){ salt, sizeof(salt) }, &store->vault, err) ||
		!check_of(store->vault, check, err))
		return false;
	return secret_equal((struct span){ wanted, sizeof(wanted) }, (struct span){ check, sizeof(check) }) ||
		   error_set(err, ERROR_UNTRUSTED, "store: this key is another store's");
}

static bool
prepare(struct store *store, const struct secret *key, struct error *err)
{
	struct birth birth = { store, key };
	return migration_check(&store->db, err) && database_arm(&store->db, err) &&
		   migration_run(&store->db, give_birth, &birth, err) &&
		   (store->vault != NULL || open_vault(store, key, err)) && store_identity_load(store, err) &&
		   store_draft_wipe(store, err);
}

static bool
open_parts(struct store *store, const char *path, struct store_key key, struct error *err)
{
	struct stat status;
	const char *slash = strrchr(path, '/');
	if (!text_format(store->folder, sizeof(store->folder), "%.*s", slash != NULL ? (int)(slash - path) + 1 : 1,
			slash != NULL ? path : "."))
		return error_set(err, ERROR_FULL, "store: its path is too long");
	if (!take_lock(path, &store->lock, err))
		return false;
	const bool fresh = stat(path, &status) != 0 || status.st_size == 0;
	CLEANUP(secret_free) struct secret bytes = { 0 };
	if (!key.ops->get(key.self, fresh, &bytes, err) || !database_open(path, &store->db, err))
		return false;
	return (!fresh || file_sync_folder(store->folder, err)) && prepare(store, &bytes, err);
}

bool
store_open(const char *path, struct store_key key, struct store **out, struct error *err)
{
	struct store *store = calloc(1, sizeof(*store));
	if (store == NULL)
		abort();
	store->lock = -1;
	bool ok = open_parts(store, path, key, err);
	key.ops->close(key.self); /* the keys that are derived from it live in the vault */
	if (!ok) {
		store_close(store);
		return false;
	}
	*out = store;
	return true;
}

void
store_close(struct store *store)
{
	struct error ignored = { 0 };
	if (store == NULL)
		return;
	if (store->identity.provisioned)
		(void)!store_draft_wipe(store, &ignored);
	database_close(&store->db); /* the last connection copies the log into the file */
	vault_close(store->vault);
	file_close(&store->lock);
	free(store);
}

void
store_idle(struct store *store)
{
	struct error ignored = { 0 }; /* what could not be done now is done next time */
	(void)!store_draft_wipe(store, &ignored);
	database_checkpoint(&store->db);
}

bool
store_has_room(struct store *store)
{
	struct statvfs status;
	if (statvfs(store->folder, &status) != 0)
		return false;
	return (uint64_t)status.f_bavail * status.f_frsize >= STORE_RESERVE;
}

bool
store_seal(struct store *store, enum vault_use use, struct vault_place place, struct span plain, struct file_bytes *out,
	struct error *err)
{
	struct file_bytes sealed = { malloc(plain.len + VAULT_OVERHEAD + 1), plain.len + VAULT_OVERHEAD };
	if (sealed.at == NULL)
		return error_set(err, ERROR_FULL, "sealing: no memory");
	if (!vault_seal(store->vault, use, place, plain, sealed.at, err)) {
		free(sealed.at);
		return false;
	}
	sealed.at[sealed.len] = 0;
	*out = sealed;
	return true;
}

bool
store_unseal(struct store *store, enum vault_use use, struct vault_place place, struct span sealed,
	struct file_bytes *out, struct error *err)
{
	struct file_bytes plain = { malloc(sealed.len + 1), 0 };
	if (plain.at == NULL)
		return error_set(err, ERROR_FULL, "unsealing: no memory");
	if (!vault_unseal(store->vault, use, place, sealed, plain.at, sealed.len, &plain.len, err)) {
		free(plain.at);
		return false;
	}
	plain.at[plain.len] = 0;
	*out = plain;
	return true;
}
