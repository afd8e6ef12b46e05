/*
 * Writes the token in the first reader of the bus as the counter does: plan, steps, CCID over libusb. The centre is a
 * key made for the run; the holder's PIN is 739154. What other people's programs then find on it is their word.
 * Usage: token_writer P-256|RSA-2048 <serial> <file for the public key, PEM>
 */
#include <libusb.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "peripherals/ccid/ccid_link.h"
#include "peripherals/port/usb_port.h"
#include "peripherals/token/plan.h"
#include "peripherals/token/token_job.h"

struct writer {
	struct ccid reader;
	struct port port;
	struct ccid_link slot;
	struct token_job job;
	struct plan_case now;
	struct token_result got;
	unsigned commands;
	uint8_t certificate[TOKEN_CERTIFICATE], key[TOKEN_KEY];
	EVP_PKEY *public_key;
};

static void
die(const char *what, const struct error *err)
{
	fprintf(stderr, "%s: %s\n", what, err != NULL ? err->text : "failed");
	exit(1);
}

static void
open_reader(struct writer *writer, libusb_context *context)
{
	const struct usb_port_wish wish = { .end_with_empty = true, .most = CCID_MOST };
	static struct usb_facts facts;
	libusb_device **list;
	struct usb_port *port = NULL;
	struct error err = { .text = "no reader" };
	const ssize_t count = libusb_get_device_list(context, &list);
	for (ssize_t i = 0; i < count && port == NULL; i++) {
		if (!usb_port_facts(list[i], &facts, &err))
			continue;
		const struct usb_facts_interface *at = usb_facts_of_class(&facts, USB_FACTS_READER);
		if (at != NULL && at->has_ccid && !usb_port_open(context, list[i], at, &wish, &port, &err))
			die("reader", &err);
	}
	libusb_free_device_list(list, 1);
	if (port == NULL)
		die("reader", &err);
	writer->port = usb_port(port);
	if (!ccid_init(&writer->reader, writer->port, &usb_facts_of_class(&facts, USB_FACTS_READER)->ccid, &err))
		die("reader", &err);
}

/* A certificate for the key of the request, by a centre that lives for this run. */
static void
certify(struct writer *writer)
{
	const uint8_t *at = writer->got.evidence.key;
	uint8_t *out = writer->certificate;
	X509 *certificate = X509_new();
	EVP_PKEY *centre = EVP_EC_gen("P-256");
	writer->public_key = d2i_PUBKEY(NULL, &at, (long)writer->got.evidence.key_len);
	X509_NAME *subject = X509_get_subject_name(certificate);
	if (writer->public_key == NULL || centre == NULL || X509_set_version(certificate, 2) != 1 ||
		ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) != 1 ||
		X509_gmtime_adj(X509_getm_notBefore(certificate), -60) == NULL ||
		X509_gmtime_adj(X509_getm_notAfter(certificate), 86400) == NULL ||
		X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const uint8_t *)"Interop holder", -1, -1, 0) != 1 ||
		X509_set_issuer_name(certificate, subject) != 1 || X509_set_pubkey(certificate, writer->public_key) != 1 ||
		X509_sign(certificate, centre, EVP_sha256()) <= 0)
		die("certificate", NULL);
	writer->now.certificate = (struct span){ writer->certificate, (size_t)i2d_X509(certificate, &out) };
	EVP_PKEY_free(centre);
	X509_free(certificate);
}

static void
commit(struct writer *writer, enum token_step step)
{
	const struct token_evidence *on = &writer->got.evidence;
	if (step == TOKEN_STEP_SIGN_REQUEST) {
		memcpy(writer->key, on->key, on->key_len);
		writer->now.key = (struct span){ writer->key, on->key_len };
		writer->now.request_kept = true;
		certify(writer);
	}
	writer->now.proved = writer->now.proved || step == TOKEN_STEP_PROVE;
	writer->now.delivered = writer->now.delivered || step == TOKEN_STEP_HAND_OVER;
}

static void
carry_out(struct writer *writer, enum token_step step)
{
	struct error err;
	struct atr atr;
	if (!ccid_power_on(&writer->reader, 0, &atr, 3000, &err))
		die("card", &err);
	writer->slot = (struct ccid_link){ &writer->reader, 0, token_step_ms(step) };
	writer->job.step = step;
	writer->job.certificate = step == TOKEN_STEP_WRITE_CERTIFICATE ? writer->now.certificate : (struct span){ 0 };
	const struct span pin = step == TOKEN_STEP_HAND_OVER ? text_span("739154") : (struct span){ 0 };
	if (!token_job_run(ccid_link(&writer->slot), &writer->job, pin, NULL, &writer->got, &err))
		die("step", &err);
	printf("%s: %u APDUs, %s\n", token_step_name(step), writer->got.commands, token_verdict_words(writer->got.verdict));
	writer->commands += writer->got.commands;
	writer->now.last = writer->got.verdict;
	if (writer->got.verdict == TOKEN_VERDICT_NONE)
		commit(writer, step);
}

static bool
follow_plan(struct writer *writer)
{
	for (unsigned turn = 0; turn < 20; turn++) {
		const struct plan_next next = plan_next(&writer->got.evidence, &writer->now);
		if (next.answer == PLAN_STEP)
			carry_out(writer, next.step);
		else if (next.answer == PLAN_WAIT && next.wait == PLAN_WAIT_HAND_OVER)
			writer->now.hand_over = true;
		else
			return next.answer == PLAN_DONE;
	}
	return false;
}

int
main(int argc, char **argv)
{
	static struct writer writer;
	libusb_context *context;
	struct error err = { .text = "" };
	if (argc != 4)
		die("usage: token_writer P-256|RSA-2048 serial file", &err);
	secret_start();
	writer.job = (struct token_job){
		.brand = "training",
		.line = "INTEROP/1",
		.algorithm = strcmp(argv[1], "RSA-2048") == 0 ? TOKEN_RSA2048 : TOKEN_P256,
		.secrets = { text_span("83520461"), text_span("qK7-w2Zp"), text_span("a management key of 32 bytes ...") },
		.now_ms = clock_now_ms(),
	};
	if (!text_copy(writer.job.serial, sizeof(writer.job.serial), argv[2]) || libusb_init(&context) != 0)
		die("start", NULL);
	writer.now = (struct plan_case){ .inserted = true, .brand_fits = true, .serial = argv[2], .line = writer.job.line };
	open_reader(&writer, context);
	const bool done = follow_plan(&writer);
	ccid_finish(&writer.reader);
	writer.port.ops->close(writer.port.self);
	libusb_exit(context);
	FILE *file = done ? fopen(argv[3], "we") : NULL;
	if (file == NULL || PEM_write_PUBKEY(file, writer.public_key) != 1 || fclose(file) != 0)
		die("token", NULL);
	printf("%s: %u APDUs in all\n", argv[1], writer.commands);
	EVP_PKEY_free(writer.public_key);
	return 0;
}
