#pragma once
/* What the files of this folder share; not for others. */
#include <systemd/sd-event.h>

#include "kiosk/base/channel.h"
#include "sync/spool/spool.h"
#include "sync/syncd/syncd.h"
#include "sync/syncd/syncd_line.h"
#include "sync/upload/curl_http.h"
#include "sync/upload/upload.h"
#include "sync/wire/wire.h"

#define SYNCD_LOOSE  16u /* answers about items that are not in the spool, at most waiting to be sent */
#define SYNCD_WINDOW 64u /* receipts that the counter was given and has not acknowledged, at most */

#define SYNCD_CODE_MOST 64u /* bytes of a one-time code, NUL included */
/* Bytes of the longest message that we take: WIRE_PROVISION. */
#define SYNCD_MESSAGE_MOST (2u + SYNCD_CODE_MOST + 2u * (2u + WIRE_CSR_MOST))

/* What the counter has not been told about an item; TOLD: its receipt is on its way to the counter, which will
 * acknowledge or refuse it, and counts in the window until then. */
enum syncd_tell { SYNCD_TELL_SPOOLED = 1, SYNCD_TELL_STATE = 2, SYNCD_TOLD = 4 };

enum syncd_peer_state { SYNCD_PEER_NONE, SYNCD_PEER_NEW, SYNCD_PEER_READY, SYNCD_PEER_PROVISIONING };

/* The counter at the other end of sync.sock. */
struct syncd_peer {
	enum syncd_peer_state state;
	struct channel channel;
	sd_event_source *source;              /* owned */
	uint8_t body[SYNCD_MESSAGE_MOST + 1]; /* of the message that is being handled */
	struct wire_line told;                /* what it was told last about the line */
	bool line_told;
	bool spooled_untold;  /* some waiting item was spooled and it was not told so */
	uint32_t window;      /* receipts on their way to it */
	bool receipts_untold; /* some receipt is durable and not yet on its way to it */
	struct wire_parked loose[SYNCD_LOOSE];
	size_t loose_count;
	struct file_bytes provisioned; /* the centre's answer, to be handed on; owned */
	struct error refused;          /* kind not ERROR_NONE: the provisioning failed, to be handed on */
};

struct syncd {
	struct syncd_settings settings;
	sd_event *loop;
	sd_event_source *wake, *listen, *post, *settle, *stops[2];
	bool settled; /* the event that was handled last was the settling */
	int listener;
	struct spool *spool;
	struct upload *upload;
	struct syncd_line line;
	struct curl_http *curl;   /* with the line certificate; NULL until provisioned */
	struct curl_http *first;  /* without one, while provisioning */
	struct file_bytes asked;  /* body of the provisioning request; owned */
	enum upload_state logged; /* state of the line that the log has */
	int64_t started_ms;       /* UTC */
	struct syncd_peer peer;
};

/* Watch the listener; one counter at a time. */
NODISCARD bool syncd_peer_listen(struct syncd *syncd, struct error *err);
/* Send what the counter has not been told yet, as far as it takes it. */
void syncd_peer_tell(struct syncd *syncd);
/* Something about an item that is not in the spool. */
void syncd_peer_tell_loose(struct syncd *syncd, const char *id, const char *why);
void syncd_peer_close(struct syncd *syncd);

/* Ask the centre for certificates; the result goes to the peer. */
NODISCARD bool syncd_provision_start(
	struct syncd *syncd, const char *code, const char *signing_csr, const char *opening_csr, struct error *err);
/* Dial with the line certificate from now on. */
NODISCARD bool syncd_provision_use(struct syncd *syncd, struct error *err);
