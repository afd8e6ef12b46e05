#include "kiosk/counter/counter_provision.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/channel.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/error_wire.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/centre_answer.h"
#include "kiosk/counter/counter_password.h"
#include "kiosk/model/enrolment_code.h"
#include "kiosk/store/store.h"
#include "sync/seal/seal.h"
#include "sync/wire/wire.h"

#define COUNT(table)  (sizeof(table) / sizeof((table)[0]))
#define SEND_MS       2000u
#define STEP_MS       5000u /* between two lines that say what is waited for */
#define MESSAGE_MOST  4096u
#define CONNECT_TRIES 10u
#define CONNECT_MS    500u
#define CODE_LINE     128u
#define PATH_MOST     256u
#define CODE_DECLINED 403 /* HTTP: used, expired, or none of the centre's */

struct keys {
	struct secret signing, opening;
	struct file_bytes signing_csr, opening_csr;
};

struct waiting {
	struct channel channel;
	struct centre_provision *answer; /* filled when `done` */
	bool done, refused;
	struct error why; /* of a refusal */
};

static void
keys_free(struct keys *keys)
{
	secret_free(&keys->signing);
	secret_free(&keys->opening);
	file_free(&keys->signing_csr);
	file_free(&keys->opening_csr);
}

static void
seal_key_done(struct seal_key **key)
{
	seal_key_free(*key);
}

static void
seal_certificate_done(struct seal_certificate **certificate)
{
	seal_certificate_free(*certificate);
}

static void
store_done(struct store **store)
{
	store_close(*store);
}

static void
catalogue_done(struct catalogue **catalogue)
{
	catalogue_free(*catalogue);
}

static struct span
bytes_span(const struct file_bytes *bytes)
{
	return (struct span){ bytes->at, bytes->len };
}

/* --- the first supervisor --- */

static bool
read_supervisor(const struct counter_provision *request, struct officer *out,
	char password[static COUNTER_PASSWORD_BYTES], struct error *err)
{
	*out = (struct officer){ .role = OFFICER_SUPERVISOR, .must_change = true };
	if (request->supervisor == NULL || request->name == NULL)
		return error_set(err, ERROR_INVALID, "--provision needs --supervisor NUMBER and --name NAME");
	if (!text_tidy(request->supervisor, out->number, sizeof(out->number), err))
		return error_set(err, ERROR_INVALID, "a staff number has 3 to 16 letters and digits");
	text_upper(out->number);
	if (!text_tidy(request->name, out->name, sizeof(out->name), err) || out->name[0] == '\0')
		return error_set(err, ERROR_INVALID, "the name of the supervisor cannot stand as it is");
	return counter_password_read(request->password_file, password, err) && counter_password_judge(out, password, err);
}

/* --- keys --- */

/* The keys of an earlier try, or new ones that are durable before anybody hears of them. */
static bool
find_keys(struct store *store, struct keys *out, struct error *err)
{
	bool found = false;
	if (!store_pending_keys_get(store, &found, &out->signing, &out->opening, &out->signing_csr, &out->opening_csr, err))
		return false;
	if (found)
		return true;
	return seal_key_make("counter signing", &out->signing, &out->signing_csr, err) &&
		   seal_key_make("counter opening", &out->opening, &out->opening_csr, err) &&
		   store_pending_keys(
			   store, &out->signing, &out->opening, bytes_span(&out->signing_csr), bytes_span(&out->opening_csr), err);
}

/* --- asking --- */

static bool
on_line(void *self, struct channel_message *message, struct error *err)
{
	struct wire_line line;
	struct cursor in = cursor_over(message->body);
	(void)self;
	return wire_take_line(&in, &line, err);
}

static bool
on_provisioned(void *self, struct channel_message *message, struct error *err)
{
	struct waiting *waiting = self;
	struct span json = { 0 };
	if (!channel_map(message->memfd, WIRE_PROVISION_MOST, &json, err))
		return false;
	bool ok = centre_answer_provision(json, waiting->answer, err);
	channel_unmap(&json);
	waiting->done = ok;
	return ok || error_in(err, "the centre's answer");
}

static bool
on_unprovisioned(void *self, struct channel_message *message, struct error *err)
{
	struct waiting *waiting = self;
	struct cursor in = cursor_over(message->body);
	if (!error_wire_take(&in, &waiting->why, err))
		return false;
	waiting->refused = true;
	return true;
}

/* Parked and accepted items of an earlier life of the spool are no business of ours here. */
static bool
on_other(void *self, struct channel_message *message, struct error *err)
{
	(void)self, (void)message, (void)err;
	return true;
}

static const struct channel_rule rules[] = {
	{ WIRE_LINE, 1, MESSAGE_MOST, false, on_line },
	{ WIRE_PROVISIONED, 1, 0, true, on_provisioned },
	{ WIRE_UNPROVISIONED, 1, MESSAGE_MOST, false, on_unprovisioned },
	{ WIRE_PARKED, 1, MESSAGE_MOST, false, on_other },
	{ WIRE_ACCEPTED, 1, MESSAGE_MOST, true, on_other },
};

static bool
connect_syncd(const char *path, struct channel *out, struct error *err)
{
	for (unsigned i = 0; i < CONNECT_TRIES; i++) {
		if (channel_connect(path, out, err))
			return true;
		if (err->kind != ERROR_GONE && err->kind != ERROR_TIMEOUT)
			return false;
		(void)usleep(CONNECT_MS * 1000u);
	}
	return error_in(err, "syncd does not answer");
}

static bool
send_request(struct channel *to, const char *code, const struct keys *keys, struct error *err)
{
	uint8_t bytes[WIRE_CSR_MOST];
	struct buffer hello = buffer_into(bytes, sizeof(bytes));
	buffer_u32le(&hello, WIRE_VERSION);
	if (!channel_send(to, WIRE_HELLO, buffer_span(&hello), -1, SEND_MS, err))
		return false;
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	buffer_text(&out, code);
	buffer_text(&out, (const char *)keys->signing_csr.at); /* a NUL follows each file_bytes */
	buffer_text(&out, (const char *)keys->opening_csr.at);
	bool ok = out.ok ? channel_send(to, WIRE_PROVISION, buffer_span(&out), -1, SEND_MS, err)
					 : error_set(err, ERROR_FULL, "a certificate request is too long");
	secret_wipe(bytes, sizeof(bytes));
	return ok;
}

static bool
wait_answer(struct waiting *waiting, unsigned wait_s, struct error *err)
{
	uint8_t in[MESSAGE_MOST + 2u];
	struct channel_message message;
	int64_t start_ms = clock_monotonic_ms(), end_ms = start_ms + (int64_t)wait_s * 1000;
	while (!waiting->done && !waiting->refused) {
		int64_t left_ms = end_ms - clock_monotonic_ms();
		if (left_ms <= 0)
			return error_set(
				err, ERROR_TIMEOUT, "the centre did not answer in %u seconds; asking again is safe", wait_s);
		unsigned step_ms = left_ms < STEP_MS ? (unsigned)left_ms : STEP_MS;
		if (channel_receive(&waiting->channel, in, sizeof(in), step_ms, &message, err)) {
			if (!channel_dispatch(rules, COUNT(rules), 0, waiting, &message, err))
				return false;
		} else if (err->kind == ERROR_TIMEOUT) {
			(void)fprintf(stderr, "counter: waiting for the centre, %lld s\n",
				(long long)((clock_monotonic_ms() - start_ms) / 1000));
		} else {
			return false;
		}
	}
	if (!waiting->refused)
		return true;
	*err = waiting->why;
	if (err->domain == DOMAIN_HTTP && err->detail == CODE_DECLINED)
		return error_in(err, "the centre declined; ask for a new code (intake --new-kiosk)");
	return error_in(err, "the centre declined");
}

static bool
ask_centre(const char *socket, const char *code, const struct keys *keys, unsigned wait_s,
	struct centre_provision *answer, struct error *err)
{
	struct waiting waiting = { .channel.fd = -1, .answer = answer };
	bool ok = connect_syncd(socket, &waiting.channel, err) && send_request(&waiting.channel, code, keys, err) &&
			  wait_answer(&waiting, wait_s, err);
	channel_close(&waiting.channel);
	return ok;
}

/* --- judging the answer --- */

static bool
check_certificates(const struct centre_provision *answer, const struct keys *keys, struct error *err)
{
	static const char *const names[] = { "CA", "packet", "receipt", "signing", "opening" };
	CLEANUP(seal_certificate_done) struct seal_certificate *ca = NULL;
	CLEANUP(seal_key_done) struct seal_key *signing = NULL;
	CLEANUP(seal_key_done) struct seal_key *opening = NULL;
	if (!seal_certificate_read(text_span(answer->pem[CENTRE_CA]), &ca, err))
		return error_in(err, "CA certificate");
	for (size_t i = 0; i < CENTRE_CERTIFICATES; i++) {
		CLEANUP(seal_certificate_done) struct seal_certificate *certificate = NULL;
		if (!seal_certificate_read(text_span(answer->pem[i]), &certificate, err) ||
			!seal_certificate_trust(certificate, ca, clock_now_ms(), err))
			return error_in(err, "%s certificate", names[i]);
	}
	if (!seal_key_read(secret_span(&keys->signing), text_span(answer->pem[CENTRE_SIGNING]), &signing, err) ||
		!seal_key_read(secret_span(&keys->opening), text_span(answer->pem[CENTRE_OPENING]), &opening, err)) {
		err->kind = ERROR_UNTRUSTED;
		return error_in(err, "a certificate is not for the key that was asked for");
	}
	return true;
}

/* A training counter has the training catalogue and no other; a production counter never has it. */
static bool
check_catalogue(const struct counter_conf *conf, struct store_identity *identity, struct error *err)
{
	CLEANUP(catalogue_done) struct catalogue *catalogue = NULL;
	char overlay[PATH_MOST];
	if (identity->training && text_format(overlay, sizeof(overlay), "%s/training", conf->catalogue) &&
		access(overlay, F_OK) != 0)
		return error_set(err, ERROR_INVALID,
			"this is a training centre, and %s is not there: install counter-training-data, then give the same command",
			overlay);
	if (!catalogue_load(conf->catalogue, identity->training, NULL, NULL, &catalogue, err))
		return error_in(err, "catalogue");
	if (catalogue_is_training(catalogue) != identity->training)
		return error_set(err, ERROR_REFUSED, "the catalogue is not one for a %s counter",
			identity->training ? "training" : "production");
	(void)text_copy(identity->catalogue_version, sizeof(identity->catalogue_version), catalogue_version(catalogue));
	return true;
}

static struct file_bytes
pem_copy(const char *pem)
{
	struct file_bytes copy = { .at = (uint8_t *)strdup(pem), .len = strlen(pem) };
	if (copy.at == NULL)
		abort();
	return copy;
}

static bool
keep(struct store *store, const struct counter_conf *conf, const struct centre_provision *answer,
	const struct keys *keys, const struct officer *supervisor, const char *password, struct error *err)
{
	struct store_identity identity = {
		.provisioned = true, .training = answer->training, .offset_min = (int)conf->offset_min
	};
	memcpy(identity.branch, answer->branch, sizeof(identity.branch));
	memcpy(identity.counter, answer->counter, sizeof(identity.counter));
	memcpy(identity.branch_name, answer->branch_name, sizeof(identity.branch_name));
	memcpy(identity.centre, answer->centre, sizeof(identity.centre));
	if (!check_catalogue(conf, &identity, err))
		return false;
	struct store_certificates certificates = { .ca = pem_copy(answer->pem[CENTRE_CA]),
		.signing = pem_copy(answer->pem[CENTRE_SIGNING]),
		.opening = pem_copy(answer->pem[CENTRE_OPENING]),
		.packet = pem_copy(answer->pem[CENTRE_PACKET]),
		.receipt = pem_copy(answer->pem[CENTRE_RECEIPT]) };
	bool ok = store_provision(store, &identity, &certificates, &keys->signing, &keys->opening, supervisor,
		text_span(password), clock_now_ms(), err);
	store_certificates_free(&certificates);
	if (ok)
		(void)fprintf(stderr, "counter: provisioned as %s %s%s; supervisor %s sets a password at the first sign-in\n",
			identity.branch, identity.counter, identity.training ? ", for training" : "", supervisor->number);
	return ok;
}

static bool
open_empty(const struct counter_conf *conf, struct store **out, struct error *err)
{
	struct store_key key = { 0 };
	struct store_identity identity;
	if (!counter_conf_key(conf, &key, err) || !store_open(conf->store, key, out, err))
		return error_in(err, "opening the store");
	if (!store_identity(*out, &identity, err))
		return false;
	return !identity.provisioned || error_set(err, ERROR_REFUSED, "this counter is provisioned already, as %s %s",
										identity.branch, identity.counter);
}

static bool
provision(const struct counter_conf *conf, const char *code, const struct officer *supervisor, const char *password,
	unsigned wait_s, struct error *err)
{
	CLEANUP(store_done) struct store *store = NULL;
	CLEANUP(keys_free) struct keys keys = { 0 };
	if (!open_empty(conf, &store, err) || !find_keys(store, &keys, err))
		return false;
	struct centre_provision *answer = calloc(1, sizeof(*answer));
	if (answer == NULL)
		abort();
	bool ok = ask_centre(conf->sync_socket, code, &keys, wait_s, answer, err) &&
			  check_certificates(answer, &keys, err) && keep(store, conf, answer, &keys, supervisor, password, err);
	free(answer);
	return ok;
}

/* "-": a line of standard input, where no other user of the computer can read it. */
static bool
read_code(const char *given, char out[static ENROLMENT_CODE_TEXT], struct error *err)
{
	char line[CODE_LINE] = "";
	bool from_input = strcmp(given, "-") == 0;
	if (from_input && isatty(STDIN_FILENO) != 0)
		(void)fputs("One-time code: ", stderr);
	if (from_input && fgets(line, sizeof(line), stdin) == NULL)
		return error_set(err, ERROR_INVALID, "no code was typed");
	line[strcspn(line, "\r\n")] = '\0';
	bool ok = enrolment_code_read(from_input ? line : given, out, err) || error_in(err, "the code was mistyped");
	secret_wipe(line, sizeof(line));
	return ok;
}

bool
counter_provision_run(
	const struct counter_conf *conf, const struct counter_provision *request, unsigned wait_s, struct error *err)
{
	char code[ENROLMENT_CODE_TEXT] = "", password[COUNTER_PASSWORD_BYTES] = "";
	struct officer supervisor;
	bool ok = read_code(request->code, code, err) && read_supervisor(request, &supervisor, password, err) &&
			  provision(conf, code, &supervisor, password, wait_s, err);
	secret_wipe(password, sizeof(password));
	secret_wipe(code, sizeof(code));
	return ok;
}
