#include "sync/intake/issuer_socket.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/channel.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "sync/intake/issuer_wire.h"

#define ANSWER_MS 5000u /* for a place in the queue, for the question, and for the answer */
#define QUEUE_US  20000 /* between two looks at a full queue */

struct issuer_socket {
	char path[108]; /* sun_path */
};

static bool
copy_certificate(const struct channel_message *message, struct file_bytes *out, struct error *err)
{
	struct cursor in = cursor_over(message->body);
	struct span pem;
	if (message->type == ISSUER_WIRE_FAILED)
		return issuer_wire_take_failure(&in, err);
	if (message->type != ISSUER_WIRE_CERTIFICATE || message->memfd != -1)
		return error_set(err, ERROR_INVALID, "the issuer's answer is of type %u", message->type);
	if (!issuer_wire_take_text(&in, ISSUER_CERTIFICATE_MOST, &pem, err))
		return false;
	uint8_t *at = malloc(pem.len + 1);
	if (at == NULL)
		abort();
	memcpy(at, pem.at, pem.len);
	at[pem.len] = '\0';
	*out = (struct file_bytes){ .at = at, .len = pem.len };
	return true;
}

/* The issuer answers one after the other: when its queue is full, wait for a place in it. */
static bool
connect_to(const char *path, struct channel *out, struct error *err)
{
	const int64_t until_ms = clock_monotonic_ms() + ANSWER_MS;
	while (!channel_connect(path, out, err)) {
		if (err->kind != ERROR_TIMEOUT || clock_monotonic_ms() >= until_ms)
			return false;
		(void)usleep(QUEUE_US);
	}
	return true;
}

static bool
ask(const struct issuer_socket *self, uint16_t type, struct span body, struct file_bytes *out, struct error *err)
{
	CLEANUP(channel_close) struct channel channel = { .fd = -1 };
	uint8_t in[ISSUER_WIRE_MOST];
	struct channel_message message;
	if (!connect_to(self->path, &channel, err) || !channel_send(&channel, type, body, -1, ANSWER_MS, err) ||
		!channel_receive(&channel, in, sizeof(in), ANSWER_MS, &message, err))
		return error_in(err, "asking the issuer");
	const bool taken = copy_certificate(&message, out, err);
	file_close(&message.memfd);
	return taken ? true : error_in(err, "asking the issuer");
}

static bool
socket_issue(void *self, const struct issuer_request *request, struct file_bytes *certificate_pem, struct error *err)
{
	uint8_t body[ISSUER_WIRE_MOST];
	struct buffer out = buffer_into(body, sizeof(body));
	if (!issuer_check(request, err))
		return false;
	issuer_wire_put_request(&out, request);
	return ask(self, ISSUER_WIRE_ISSUE, buffer_span(&out), certificate_pem, err);
}

static bool
socket_ca(void *self, struct file_bytes *certificate_pem, struct error *err)
{
	return ask(self, ISSUER_WIRE_CA, (struct span){ NULL, 0 }, certificate_pem, err);
}

static void
socket_close(void *self)
{
	free(self);
}

static const struct issuer_ops socket_ops = { .issue = socket_issue, .ca = socket_ca, .close = socket_close };

struct issuer
issuer_socket(const char *path)
{
	struct issuer_socket *self = calloc(1, sizeof(*self));
	if (self == NULL)
		abort();
	(void)text_format(self->path, sizeof(self->path), "%s", path);
	return (struct issuer){ &socket_ops, self };
}
