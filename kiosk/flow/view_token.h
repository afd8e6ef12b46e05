#pragma once
/*
 * The parts of the view that speak of devices, tokens and stock. Values, like the rest of it. No PIN, PUK or key ever
 * stands here: of a PIN the view knows how many digits are typed, and nothing else.
 */
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/flow/state.h"
#include "kiosk/model/application.h"
#include "kiosk/model/officer.h"
#include "kiosk/model/stock.h"

#define VIEW_WORK   24u
#define VIEW_STOCK  32u
#define VIEW_BRANDS 4u
#define VIEW_BARRED 16u
#define VIEW_DIGITS 12u /* bytes of one barred run of digits, NUL included */

/* --- what stands in the header --- */

enum view_device_state {
	VIEW_DEVICE_NONE,    /* this counter is set up without one */
	VIEW_DEVICE_AWAY,    /* not plugged in, or deviced is not there */
	VIEW_DEVICE_EMPTY,   /* token port: ready, nothing in it */
	VIEW_DEVICE_READY,   /* printer: ready; token port: something is in it */
	VIEW_DEVICE_BUSY,    /* printing, writing */
	VIEW_DEVICE_TROUBLE, /* `words` says which */
	VIEW_DEVICE_STATES
};
/* What is wrong with a device, by kind; the screen has the words. */
enum view_device_words {
	VIEW_DEVICE_FINE,
	VIEW_DEVICE_NO_DAEMON, /* the device program does not answer */
	VIEW_DEVICE_PAPER_OUT,
	VIEW_DEVICE_PAPER_LOW,
	VIEW_DEVICE_COVER_OPEN,
	VIEW_DEVICE_HELD,     /* another program holds it */
	VIEW_DEVICE_DENIED,   /* the system does not let us open it */
	VIEW_DEVICE_SILENT,   /* it does not answer in time */
	VIEW_DEVICE_STRANGE,  /* it does not speak as it should */
	VIEW_DEVICE_TOO_MANY, /* two tokens or readers at once: take one away */
	VIEW_DEVICE_OTHER,
	VIEW_DEVICE_WORDS
};
struct view_device {
	enum view_device_state state;
	enum view_device_words words;
	char name[64]; /* as the device calls itself; ASCII; may be empty */
};

/* --- the seven parts of writing a token --- */

enum view_part {
	VIEW_PART_CHECK,   /* token is ours and unused */
	VIEW_PART_PREPARE, /* transport PIN, PUK and management key set */
	VIEW_PART_KEY,     /* key pair made on the token */
	VIEW_PART_ASK,     /* certificate asked from the centre */
	VIEW_PART_WRITE,   /* certificate written */
	VIEW_PART_PROVE,   /* read back, test signature */
	VIEW_PART_PIN,     /* the applicant chooses a PIN */
	VIEW_PARTS
};
enum view_part_state { VIEW_PART_WAITS, VIEW_PART_RUNS, VIEW_PART_DONE, VIEW_PART_STOPPED };
struct view_part_row {
	enum view_part_state state;
	int64_t since_ms; /* RUNS: begun at */
	int64_t took_ms;  /* DONE: how long it took, waiting of people included */
	int64_t usual_ms; /* median of the last 20 written here; 0: none yet */
	int64_t most_ms;  /* when it gives up; 0: never by itself */
};

/* Why the token in the port, or the writing, cannot go on. */
enum view_trouble {
	VIEW_TROUBLE_NONE,
	VIEW_TROUBLE_EMPTY,       /* no token in the port */
	VIEW_TROUBLE_PULLED,      /* it was taken out: put the same one back */
	VIEW_TROUBLE_BRAND,       /* not the brand of the form */
	VIEW_TROUBLE_UNKNOWN,     /* its serial is not in this counter's stock */
	VIEW_TROUBLE_USED,        /* stock says it belongs to another case, or is spoiled */
	VIEW_TROUBLE_OTHER,       /* this case has another token: `wanted` is its serial */
	VIEW_TROUBLE_FOREIGN,     /* a key or certificate that is not ours is on it */
	VIEW_TROUBLE_PIN_LOCKED,  /* the PIN is locked */
	VIEW_TROUBLE_PUK_LOCKED,  /* PIN and PUK are locked: void */
	VIEW_TROUBLE_TWO,         /* two tokens at once */
	VIEW_TROUBLE_NOT_TOKEN,   /* a card that is no token */
	VIEW_TROUBLE_CERTIFICATE, /* the certificate from the centre is not for this token, name or time */
	VIEW_TROUBLE_CENTRE,      /* the centre refused the request: `why` */
	VIEW_TROUBLE_FAULTY,      /* it does not do what it was told, again and again */
	VIEW_TROUBLE_VOID,        /* this token is void; take another one */
	VIEW_TROUBLES
};
struct view_token {
	bool wanted_here;          /* this case needs one */
	bool in;                   /* something is in the port */
	char serial[STOCK_SERIAL]; /* of the token bound to this case, or of the one in the port; empty: none */
	char wanted[STOCK_SERIAL]; /* the case is bound to it; empty: not yet */
	char brand[STOCK_BRAND];   /* "safenet", "feitian": as on the form */
	int32_t left;              /* of this brand in stock here, without this one */
	enum view_trouble trouble;
	char why[160]; /* for the engineer */
	struct view_part_row parts[VIEW_PARTS];
	enum view_part part; /* in hand, or the next one */
	int64_t begun_ms;    /* of the first part; 0: not begun */
	int64_t asked_ms;    /* the request went to the centre; 0: not yet */
	int64_t gives_up_ms; /* then the applicant gets a collection slip; 0: not waiting */
	bool late;           /* that time has passed: put the token away */
	bool pulled_is_safe; /* taking it out now loses nothing: writing goes on with the same token */
	bool written;        /* parts 1 to 6 are done and the write-back is in the outbox */
	bool delivered;
	struct date valid_until; /* of the certificate; year 0: not here yet */
};

/* --- release by a second person --- */

enum view_reject { VIEW_REJECT_IDENTITY, VIEW_REJECT_FORM, VIEW_REJECT_PAYMENT, VIEW_REJECT_OTHER, VIEW_REJECTS };
struct view_release {
	bool needed; /* this product is released by a second officer */
	bool signed_in;
	struct officer officer; /* the second person, while signed in */
	char maker[OFFICER_NUMBER];
	uint32_t tries_left, wait_s;
	bool decided, released;
	char decided_by[OFFICER_NUMBER];
	int64_t decided_ms;
	uint8_t seen_sha256[32]; /* of what stands on the screen: goes with the decision */
};

/* --- hand-over: identity again, then the PIN --- */

enum view_pin_phase {
	VIEW_PIN_IDENTITY, /* the clerk looks at card and face again; the applicant's window waits */
	VIEW_PIN_CHOOSE,   /* the keypad is open on the applicant's window: `job` may be answered once */
	VIEW_PIN_WRITING,  /* the token changes it and proves it */
	VIEW_PIN_DONE,
	VIEW_PIN_AGAIN, /* nothing was changed: the token or the device program was away; Continue opens a new job */
};
struct view_pin {
	enum view_pin_phase phase;
	uint64_t job;        /* one-time number for pin.sock; 0: none open */
	int32_t digits;      /* typed so far, as the applicant's window told */
	bool second;         /* the second round */
	int32_t least, most; /* digits a PIN may have */
	int32_t tries;       /* wrong tries that lock the token; 0: not known */
	/* What may not be the PIN or stand in it: birthday, phone and card number as runs of digits. Wiped with the case.
	 */
	char barred[VIEW_BARRED][VIEW_DIGITS];
	uint32_t barred_count;
	bool card_same; /* the number on the card is the one of the case (by keyed hash) */
};

/* --- what waits for a token --- */

enum view_work_kind {
	VIEW_WORK_RELEASE, /* a second officer has not looked yet */
	VIEW_WORK_WRITE,   /* insert token `serial`, or any of the brand if empty */
	VIEW_WORK_WAITS,   /* bagged; the certificate is not here yet */
	VIEW_WORK_READY,   /* written and proved; the applicant has not come */
	VIEW_WORK_VOID,    /* rejected or failed: refund `receipt` */
	VIEW_WORKS
};
struct view_work {
	enum view_work_kind kind;
	char case_number[APPLICATION_CASE];
	char receipt[24];
	char name[APPLICATION_NAME]; /* name without number */
	char product[CATALOGUE_ID];
	char serial[STOCK_SERIAL];
	int64_t at_ms;    /* since when */
	bool certificate; /* it is here */
};

/* --- stock --- */

struct view_stock_sum {
	enum stock_kind kind;
	char brand[STOCK_BRAND];
	int64_t states[STOCK_STATES];
};
struct view_stock_row {
	enum stock_kind kind;
	char brand[STOCK_BRAND], serial[STOCK_SERIAL];
	enum stock_state state;
	enum stock_reason reason;           /* of the last change, STOCK_REASON_NONE if none */
	char case_number[APPLICATION_CASE]; /* empty: none */
	char officer[OFFICER_NUMBER];
	int64_t at_ms; /* since when in this state */
};
struct view_stock {
	struct view_stock_sum sums[VIEW_BRANDS];
	uint32_t sum_count;
	struct view_stock_row rows[VIEW_STOCK]; /* last changed first; only the one that was looked for if `found` */
	uint32_t row_count;
	bool found;
	int64_t received; /* items of the last receipt, for the notice */
};
