#include "peripherals/virtual/virtual_vpcd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kiosk/base/file.h"

enum { OFF = 0, ON = 1, RESET = 2, GIVE_ATR = 4 };

struct virtual_vpcd {
	int fd; /* owned */
	enum virtual_vpcd_state state;
	uint8_t atr[VIRTUAL_CARD_ATR];
	size_t atr_len;
	int64_t deadline_ms; /* of what is awaited; INT64_MAX: nothing is */
	uint8_t in[2 + VIRTUAL_VPCD_MESSAGE];
	size_t in_len;
	bool answered; /* a whole response is in `in` */
};

static void
lose(struct virtual_vpcd *vpcd)
{
	vpcd->state = VIRTUAL_VPCD_LOST;
	vpcd->in_len = 0;
	vpcd->answered = false;
}

/* A peer that does not read what fits into a socket's buffer is lost. */
static bool
tell(struct virtual_vpcd *vpcd, struct span message)
{
	const uint8_t head[] = { (uint8_t)(message.len >> 8), (uint8_t)message.len };
	const struct span parts[] = { { head, sizeof(head) }, message };
	for (size_t i = 0; i < 2 && vpcd->state != VIRTUAL_VPCD_LOST; i++) {
		const int more = i == 0 ? MSG_MORE : 0;
		if (send(vpcd->fd, parts[i].at, parts[i].len, MSG_NOSIGNAL | MSG_DONTWAIT | more) != (ssize_t)parts[i].len)
			lose(vpcd);
	}
	return vpcd->state != VIRTUAL_VPCD_LOST;
}

static bool
order(struct virtual_vpcd *vpcd, uint8_t what)
{
	return tell(vpcd, (struct span){ &what, 1 });
}

struct virtual_vpcd *
virtual_vpcd_new(int fd, int64_t now_ms)
{
	struct virtual_vpcd *vpcd = calloc(1, sizeof(*vpcd));
	if (!vpcd)
		abort();
	vpcd->fd = fd;
	vpcd->deadline_ms = now_ms + VIRTUAL_VPCD_ATR_MS;
	order(vpcd, ON);
	order(vpcd, GIVE_ATR);
	return vpcd;
}

void
virtual_vpcd_free(struct virtual_vpcd *vpcd)
{
	if (!vpcd)
		return;
	file_close(&vpcd->fd);
	free(vpcd);
}

int
virtual_vpcd_fd(const struct virtual_vpcd *vpcd)
{
	return vpcd->fd;
}

static size_t
message_length(const struct virtual_vpcd *vpcd)
{
	return vpcd->in_len < 2 ? VIRTUAL_VPCD_MESSAGE : (size_t)(vpcd->in[0] << 8 | vpcd->in[1]);
}

/* Bytes up to the end of this message and no further. */
static bool
take_bytes(struct virtual_vpcd *vpcd)
{
	while (vpcd->in_len < 2 || vpcd->in_len < 2 + message_length(vpcd)) {
		const size_t want = vpcd->in_len < 2 ? 2 - vpcd->in_len : 2 + message_length(vpcd) - vpcd->in_len;
		const ssize_t came = recv(vpcd->fd, vpcd->in + vpcd->in_len, want, MSG_DONTWAIT);
		if (came == 0 || (came < 0 && errno != EAGAIN && errno != EINTR))
			lose(vpcd);
		if (came <= 0)
			return false;
		vpcd->in_len += (size_t)came;
	}
	return true;
}

static void
take_message(struct virtual_vpcd *vpcd)
{
	const size_t len = message_length(vpcd);
	if (vpcd->deadline_ms == INT64_MAX) { /* nobody asked */
		lose(vpcd);
		return;
	}
	vpcd->deadline_ms = INT64_MAX;
	if (vpcd->state == VIRTUAL_VPCD_READY) {
		vpcd->answered = true;
		return;
	}
	vpcd->in_len = 0;
	if (len < 2 || len > sizeof(vpcd->atr)) {
		lose(vpcd);
		return;
	}
	memcpy(vpcd->atr, vpcd->in + 2, len);
	vpcd->atr_len = len;
	vpcd->state = VIRTUAL_VPCD_READY;
}

enum virtual_vpcd_state
virtual_vpcd_receive(struct virtual_vpcd *vpcd, int64_t now_ms)
{
	if (vpcd->state == VIRTUAL_VPCD_LOST || vpcd->answered)
		return vpcd->state;
	if (take_bytes(vpcd))
		take_message(vpcd);
	else if (now_ms >= vpcd->deadline_ms)
		lose(vpcd);
	return vpcd->state;
}

static bool
vpcd_reset(void *self, struct buffer *atr)
{
	struct virtual_vpcd *vpcd = self;
	if (vpcd->state != VIRTUAL_VPCD_READY || !order(vpcd, ON) || !order(vpcd, RESET))
		return false;
	buffer_put(atr, (struct span){ vpcd->atr, vpcd->atr_len });
	return true;
}

static void
vpcd_power_off(void *self)
{
	struct virtual_vpcd *vpcd = self;
	if (vpcd->state == VIRTUAL_VPCD_READY)
		order(vpcd, OFF);
}

static bool
vpcd_start(void *self, struct span command, int64_t now_ms)
{
	struct virtual_vpcd *vpcd = self;
	if (vpcd->state != VIRTUAL_VPCD_READY || command.len < 2 || command.len > VIRTUAL_VPCD_MESSAGE)
		return false;                     /* one byte would be an order */
	if (vpcd->deadline_ms != INT64_MAX) { /* the answer to a command that was given up would come first */
		lose(vpcd);
		return false;
	}
	vpcd->in_len = 0;
	vpcd->answered = false;
	vpcd->deadline_ms = now_ms + VIRTUAL_VPCD_APDU_MS;
	return tell(vpcd, command);
}

static enum virtual_card_answer
vpcd_poll(void *self, struct buffer *response, int64_t now_ms)
{
	struct virtual_vpcd *vpcd = self;
	if (virtual_vpcd_receive(vpcd, now_ms) == VIRTUAL_VPCD_LOST)
		return VIRTUAL_CARD_MUTE;
	if (!vpcd->answered)
		return VIRTUAL_CARD_BUSY;
	buffer_put(response, (struct span){ vpcd->in + 2, message_length(vpcd) });
	vpcd->answered = false;
	vpcd->in_len = 0;
	return VIRTUAL_CARD_READY;
}

static const struct virtual_card_ops vpcd_ops = { vpcd_reset, vpcd_power_off, vpcd_start, vpcd_poll };

struct virtual_card
virtual_vpcd_card(struct virtual_vpcd *vpcd)
{
	return (struct virtual_card){ &vpcd_ops, vpcd };
}
