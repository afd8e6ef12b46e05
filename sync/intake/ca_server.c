#include "sync/intake/ca_server.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "sync/intake/issuer_wire.h"

#define QUESTION_MS 2000u

struct asking {
	const struct ca *ca;
	const char *asked;
	struct file_bytes pem; /* owned */
};

static bool
handle_issue(void *self, struct channel_message *message, struct error *err)
{
	struct asking *asking = self;
	struct cursor in = cursor_over(message->body);
	struct issuer_request request;
	if (!issuer_wire_take_request(&in, &request, err))
		return false;
	asking->asked = issuer_profile_name(request.profile);
	return ca_issue(asking->ca, &request, clock_now_ms(), CA_LEAF_DAYS, &asking->pem, err);
}

static bool
handle_ca(void *self, struct channel_message *message, struct error *err)
{
	struct asking *asking = self;
	(void)message, (void)err;
	asking->asked = "ca";
	return true;
}

static const struct channel_rule rules[] = {
	{ .type = ISSUER_WIRE_ISSUE, .states = 1, .most = ISSUER_WIRE_MOST, .memfd = false, .handle = handle_issue },
	{ .type = ISSUER_WIRE_CA, .states = 1, .most = 0, .memfd = false, .handle = handle_ca },
};

static bool
refuse(struct channel *peer, const struct error *why)
{
	uint8_t body[sizeof(why->text) + 8];
	struct buffer out = buffer_into(body, sizeof(body));
	struct error unsent;
	issuer_wire_put_failure(&out, why);
	(void)!channel_send(peer, ISSUER_WIRE_FAILED, buffer_span(&out), -1, QUESTION_MS, &unsent);
	return false; /* what is reported is why it was refused */
}

bool
ca_server_answer(const struct ca *ca, struct channel *peer, const char **asked, struct error *err)
{
	struct asking asking = { .ca = ca };
	uint8_t in[ISSUER_WIRE_MOST];
	struct channel_message message;
	if (!channel_receive(peer, in, sizeof(in), QUESTION_MS, &message, err))
		return false;
	const bool done = channel_dispatch(rules, sizeof(rules) / sizeof(rules[0]), 0, &asking, &message, err);
	file_close(&message.memfd);
	if (!done)
		return refuse(peer, err);
	struct buffer out = buffer_into(in, sizeof(in)); /* the question is done with */
	issuer_wire_put_text(
		&out, asking.pem.at != NULL ? (struct span){ asking.pem.at, asking.pem.len } : ca_certificate(ca));
	file_free(&asking.pem);
	if (!out.ok)
		return error_set(err, ERROR_FULL, "the certificate does not fit into a message");
	*asked = asking.asked;
	return channel_send(peer, ISSUER_WIRE_CERTIFICATE, buffer_span(&out), -1, QUESTION_MS, err);
}
