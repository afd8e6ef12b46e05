#pragma once
/*
 * The counter's store: one SQLite file, one writer (the counter thread), one transaction per decision.
 *
 * What always holds (each enforced by the database itself, so that another program with the same file cannot break it):
 * WAL and synchronous=FULL, read back at open; postings sum to zero per transaction; ledger, audit and receipts only
 * grow; receipt numbers run 1..n; an application has its ledger rows, receipt, audit row and outbox item or does not
 * exist. Personal data is AES-256-GCM per field (AAD = table, row, column) and found again by a keyed hash.
 *
 * Times are ms UTC, given by the caller. Every function that decides something writes its audit row in the same
 * transaction.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/secret.h"
#include "kiosk/model/application.h"
#include "kiosk/model/officer.h"
#include "kiosk/store/store_key.h"

#define STORE_RECEIPT 24u /* "WR04-000318" */
#define STORE_TEXT    160u
#define STORE_RESERVE (64u * 1024 * 1024) /* bytes that must be free before a fee is taken */

struct store;

/* Open or make `path`, migrate it, read the pragmas back, quick_check, replay nothing by hand. ERROR_REFUSED if WAL or
 * FULL did not hold, if it was made by a newer program, or (DOMAIN_ERRNO, EWOULDBLOCK) if another process has it open
 * for writing. Takes over `key`. */
NODISCARD bool store_open(const char *path, struct store_key key, struct store **out, struct error *err);
void store_close(struct store *store); /* checkpoints; accepts NULL */
/* Call when nobody waits: copies the write-ahead log into the file, so that a commit does not have to. */
void store_idle(struct store *store);
/* True if a new case may begin: STORE_RESERVE is free. */
bool store_has_room(struct store *store);

/* --- who this counter is --- */
struct store_identity {
	bool provisioned;
	bool training; /* for ever */
	char branch[8], counter[4];
	char branch_name[LANGUAGES][96];
	char centre[64];
	int offset_min; /* business day east of UTC */
	char catalogue_version[32];
};
struct store_certificates {                                  /* PEM */
	struct file_bytes ca, signing, opening, packet, receipt; /* owned */
};
/* Keep what the centre answered to a provisioning and the keys made for it (PEM, sealed), and the first supervisor,
 * whose password must be set before anything else (`must_change` is kept as given: set it if somebody else chose this
 * password). ERROR_REFUSED if already provisioned, or if the password may not be his. */
NODISCARD bool store_provision(struct store *store, const struct store_identity *identity,
	const struct store_certificates *certificates, const struct secret *signing_key, const struct secret *opening_key,
	const struct officer *supervisor, struct span password, int64_t now_ms, struct error *err);
/* Keys made for a provisioning that has not been answered yet, so that a crash in between asks with the same requests.
 */
NODISCARD bool store_pending_keys(struct store *store, const struct secret *signing_key,
	const struct secret *opening_key, struct span signing_csr, struct span opening_csr, struct error *err);
NODISCARD bool store_pending_keys_get(struct store *store, bool *found, struct secret *signing_key,
	struct secret *opening_key, struct file_bytes *signing_csr, struct file_bytes *opening_csr, struct error *err);
NODISCARD bool store_identity(struct store *store, struct store_identity *out, struct error *err);
NODISCARD bool store_certificates(struct store *store, struct store_certificates *out, struct error *err);
void store_certificates_free(struct store_certificates *certificates);
NODISCARD bool store_signing_key(struct store *store, struct secret *key_pem, struct error *err);

/* --- officers --- */
enum store_sign_in { STORE_SIGN_IN_OK, STORE_SIGN_IN_WRONG, STORE_SIGN_IN_WAIT, STORE_SIGN_IN_LOCKED };
struct store_sign_in_result {
	enum store_sign_in what; /* an unknown number looks like WRONG and takes as long */
	struct officer officer;  /* on OK */
	unsigned tries_left;     /* on WRONG */
	unsigned wait_s;         /* on WAIT */
	int64_t last_ms;         /* on OK: the sign-in before this one, 0 if none */
};
/* Argon2id (64 MiB, 3 passes, about 0.25 s). */
NODISCARD bool store_officer_sign_in(struct store *store, const char *number, struct span password, int64_t now_ms,
	struct store_sign_in_result *out, struct error *err);
NODISCARD bool store_officer_sign_out(
	struct store *store, const char *number, const char *why, int64_t now_ms, struct error *err);
/* `by` is a supervisor, another person. ERROR_REFUSED if the number is taken. */
NODISCARD bool store_officer_add(struct store *store, const struct officer *officer, struct span password,
	const char *by, int64_t now_ms, struct error *err);
/* Own change: clears must_change. */
NODISCARD bool store_officer_password(
	struct store *store, const char *number, struct span password, int64_t now_ms, struct error *err);
NODISCARD bool store_officer_unlock(
	struct store *store, const char *number, const char *by, int64_t now_ms, struct error *err);
/* By who holds the key of the store, for a supervisor whom nobody else can unlock: unlocked, with a password that must
 * be changed. The audit row names nobody at the counter. ERROR_GONE if there is no such officer; ERROR_REFUSED for a
 * clerk (a supervisor unlocks those) or if the password may not be his. */
NODISCARD bool store_officer_recover(
	struct store *store, const char *number, struct span password, int64_t now_ms, struct error *err);
struct store_officer_row {
	struct officer officer;
	bool locked;
	int64_t last_ms;
};
NODISCARD bool store_officers(
	struct store *store, struct store_officer_row *rows, size_t cap, size_t *count, struct error *err);

/* --- till --- */
struct store_till {
	bool open;
	int64_t id, opened_ms;
	char officer[OFFICER_NUMBER];
	struct money opening; /* the counted float */
	struct date day;
};
/* Counted by denomination; posts the float (safe to drawer). ERROR_REFUSED if this officer has one open. */
NODISCARD bool store_till_open(struct store *store, const char *officer, const int64_t counts[static PAYMENT_PIECES],
	struct date day, int64_t now_ms, struct store_till *out, struct error *err);
NODISCARD bool store_till(struct store *store, const char *officer, struct store_till *out, struct error *err);

/* --- drafts: a case before it is committed; bytes are the counter's own form of it, sealed --- */
struct store_draft_head {
	char case_number[APPLICATION_CASE];
	char product[CATALOGUE_ID];
	char officer[OFFICER_NUMBER]; /* who has it */
	char name[APPLICATION_NAME];  /* for the list of held cases; sealed at rest */
	int step;                     /* flow state to go on in */
	bool held;
	char why[STORE_TEXT]; /* kind of reason, a constant of the program */
	int64_t begun_ms, saved_ms;
};
/* The next case number of the day: "WR04-261104-047". Never given twice. */
NODISCARD bool store_case_next(
	struct store *store, struct date day, char out[static APPLICATION_CASE], struct error *err);
NODISCARD bool store_draft_put(
	struct store *store, const struct store_draft_head *head, struct span bytes, int64_t now_ms, struct error *err);
NODISCARD bool store_draft_get(struct store *store, const char *case_number, struct store_draft_head *head,
	struct file_bytes *bytes, struct error *err);
NODISCARD bool store_drafts(
	struct store *store, struct store_draft_head *rows, size_t cap, size_t *count, struct error *err);
/* Cancelled before commit: gone, with an audit row. */
NODISCARD bool store_draft_drop(struct store *store, const char *case_number, const char *officer, const char *why,
	int64_t now_ms, struct error *err);

/* --- the decision --- */
struct store_next {  /* what the single writer knows will be next; the packet is sealed with it */
	int64_t receipt; /* number */
	char receipt_text[STORE_RECEIPT];
	int64_t sequence; /* of packets of this counter */
	uint8_t audit_head[32];
	int64_t audit_count;
};
NODISCARD bool store_next(struct store *store, struct store_next *out, struct error *err);
struct store_accept {
	const struct application *application;
	struct store_next next; /* as store_next() gave it; ERROR_REFUSED if it moved */
	const char *packet_id;
	struct span packet; /* sealed */
	const char *officer;
	int64_t till;
	int64_t now_ms;
};
/* One transaction: application, lines, ledger, receipt, audit row, outbox item; the draft goes. */
NODISCARD bool store_accept(struct store *store, const struct store_accept *accept, struct error *err);

/* --- what was committed --- */
struct store_receipt {
	char text[STORE_RECEIPT]; /* receipt number */
	char case_number[APPLICATION_CASE];
	char packet_id[APPLICATION_ID];
	char officer[OFFICER_NUMBER];
	int64_t at_ms;
	struct date day;
	bool printed;        /* the receipt itself is on paper: what is printed now is a copy */
	int copies;          /* reprints so far */
	bool accepted;       /* the centre's receipt is stored */
	int64_t accepted_ms; /* since when; 0 if it is not */
};
/* Open a stored case: by case, receipt or packet number. Opening it is an audit row. ERROR_GONE if there is none. */
NODISCARD bool store_application(struct store *store, const char *key, const char *officer, int64_t now_ms,
	struct application *application, struct store_receipt *receipt, struct error *err);
/* The receipt itself came out of the printer. Told after that: a receipt is never taken to be on paper that is not, but
 * who pulls the plug between paper and row gets it printed twice. ERROR_REFUSED if it was told before. */
NODISCARD bool store_receipt_printed(
	struct store *store, const char *receipt, const char *officer, int64_t now_ms, struct error *err);
/* The newest of the last receipts that is not on paper; empty if all are. */
NODISCARD bool store_receipt_owed(struct store *store, char out[static STORE_RECEIPT], struct error *err);
/* Count a reprint; *copy is its number, 1.. ERROR_REFUSED while the receipt itself is owed. */
NODISCARD bool store_receipt_copy(
	struct store *store, const char *receipt, const char *officer, int64_t now_ms, int *copy, struct error *err);
/* The most recent cases first. Names are opened for the list. */
struct store_case_row {
	char case_number[APPLICATION_CASE], receipt[STORE_RECEIPT], product[CATALOGUE_ID], name[APPLICATION_NAME];
	int64_t at_ms;
	bool accepted, parked;
};
NODISCARD bool store_cases(
	struct store *store, struct date day, struct store_case_row *rows, size_t cap, size_t *count, struct error *err);
/* Cases of an HKID number on a day (keyed hash), for the warning about a second application. */
NODISCARD bool store_cases_of(
	struct store *store, const struct hkid *hkid, struct date day, size_t *count, struct error *err);
struct store_day {
	int64_t cases;
	struct money taken;
	struct {
		char method[CATALOGUE_ID];
		struct money amount;
	} methods[8];
	size_t method_count;
};
NODISCARD bool store_day(
	struct store *store, struct date day, const char *officer, struct store_day *out, struct error *err);

/* --- outbox --- */
enum store_outbox_state { STORE_OUTBOX_WAITING, STORE_OUTBOX_SPOOLED, STORE_OUTBOX_ACCEPTED, STORE_OUTBOX_PARKED };
struct store_outbox_row {
	char id[APPLICATION_ID], case_number[APPLICATION_CASE], receipt[STORE_RECEIPT];
	int lane; /* as in sync/wire */
	enum store_outbox_state state;
	uint8_t sha256[32];
	int64_t created_ms, accepted_ms;
	int tries, status;
	char why[STORE_TEXT];
};
/* Rows without the centre's receipt, oldest first. */
NODISCARD bool store_outbox(
	struct store *store, struct store_outbox_row *rows, size_t cap, size_t *count, struct error *err);
NODISCARD bool store_outbox_bytes(struct store *store, const char *id, struct file_bytes *packet, struct error *err);
NODISCARD bool store_outbox_spooled(struct store *store, const char *id, struct error *err);
/* The receipt has been verified by the caller. Repeating it is no error. */
NODISCARD bool store_outbox_accept(
	struct store *store, const char *id, struct span receipt, int64_t now_ms, struct error *err);
/* `why` is cut to fit a row. ERROR_REFUSED if the centre has the packet. */
NODISCARD bool store_outbox_park(
	struct store *store, const char *id, int status, int tries, const char *why, int64_t now_ms, struct error *err);
NODISCARD bool store_outbox_retry(
	struct store *store, const char *id, const char *officer, int64_t now_ms, struct error *err);
struct store_outbox_sum {
	int64_t waiting, parked, accepted_today, oldest_ms; /* oldest_ms 0: nothing waits */
	int64_t last_accepted_ms;
	struct {
		int64_t waiting, oldest_ms, last_ms;
	} lanes[5];
};
NODISCARD bool store_outbox_sum(struct store *store, struct date day, struct store_outbox_sum *out, struct error *err);

/* --- the clock, as the audit log knows it --- */
#define STORE_CLOCK_BACK_MS (2 * 60000) /* a clock that went back further is suspect */
struct store_clock {
	int64_t last_ms;  /* instant of the last row, 0 if there is none: no clock may run behind it */
	bool suspect;     /* it did, and no supervisor has looked at it since */
	int64_t sound_ms; /* instant of the last row that is not suspect: its business day is kept until then */
};
NODISCARD bool store_clock(struct store *store, struct store_clock *out, struct error *err);
/* The clock was found `behind_ms` behind what it had told before: a row that says so, and every row is marked from
 * here on. `officer` is who is signed in, or empty. */
NODISCARD bool store_clock_suspect(
	struct store *store, const char *officer, int64_t behind_ms, int64_t now_ms, struct error *err);
/* A supervisor compared the clock and says that it is right: the log goes on at `now_ms`, also if that is earlier than
 * its last row, and waits after wrong passwords are counted from there. ERROR_REFUSED if `by` is no supervisor, is
 * locked, or has a password that somebody else chose; or if the clock is not suspect. */
NODISCARD bool store_clock_release(struct store *store, const char *by, int64_t now_ms, struct error *err);

/* --- audit --- */
/* Add a row: `event` is a constant of the program, `subject` a case, receipt or staff number (never personal), `detail`
 * a constant or empty. A row is never earlier than the one before; if the clock is over two minutes behind that, this
 * row and those that follow say that it is suspect. */
NODISCARD bool store_audit(struct store *store, const char *event, const char *officer, const char *subject,
	const char *detail, int64_t now_ms, struct error *err);
struct store_audit_report {
	int64_t rows, first_bad; /* 0: none */
	int64_t suspect;         /* rows written while the clock was not to be trusted */
	char rule[120];          /* what does not hold at first_bad */
	uint8_t head[32];
};
/* Walk the whole chain read-only, without the sealing key, also on a copy: chain, numbers, and that head and count of
 * every stored centre receipt's packet (kept in the outbox row) lie on it, so that a cut tail is found. */
NODISCARD bool store_verify_log(const char *path, struct store_audit_report *out, struct error *err);
