/*
 * The body of PUT /v1/packets/{id}. First byte: how deep the rest goes. 0: it is the sealed packet. 1: it is sealed to
 * us as it is, so that it meets the reader of SignedData. 2: it is signed by a counter and sealed, so that it meets the
 * reader of packets. 3: it meets that reader directly.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/secret.h"
#include "sync/intake/ca.h"
#include "sync/intake/opener.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/folder.h"

#define ID "261125-WR-04-000047-7f3a9c2b"

/* A centre and a counter of its own CA, made anew for each run. */
struct place {
	struct centre centre;
	struct seal_certificate *recipient;
	struct seal_key *signer;
	struct intake_id id;
};

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
local_issue(void *self, const struct issuer_request *request, struct file_bytes *pem, struct error *err)
{
	return ca_issue(self, request, clock_now_ms(), 30, pem, err);
}

static bool
local_ca(void *self, struct file_bytes *pem, struct error *err)
{
	const struct span bytes = ca_certificate(self);
	(void)err;
	*pem = (struct file_bytes){ (uint8_t *)strndup((const char *)bytes.at, bytes.len), bytes.len };
	return true;
}

static void
local_close(void *self)
{
	(void)self;
}

static const struct issuer_ops local_ops = { .issue = local_issue, .ca = local_ca, .close = local_close };

static void
make(struct place *place)
{
	char folder[256];
	char ca_folder[300];
	struct ca *ca = NULL;
	struct secret key = { 0 };
	struct file_bytes csr = { 0 };
	struct file_bytes pem = { 0 };
	struct issuer_request request = { .profile = ISSUER_SIGNING };
	struct error err;
	secret_start();
	folder_new(folder);
	(void)snprintf(ca_folder, sizeof(ca_folder), "%s/ca", folder);
	must(ca_make(ca_folder, clock_now_ms(), &err) && ca_open(ca_folder, &ca, &err));
	must(centre_make(folder, (struct issuer){ &local_ops, ca }, "localhost", &err) &&
		 centre_open(folder, &place->centre, &err));
	must(issuer_for_counter(&request, "WR", "04", &err) && seal_key_make("x", &key, &csr, &err));
	request.csr_pem = (struct span){ csr.at, csr.len };
	must(ca_issue(ca, &request, clock_now_ms(), 30, &pem, &err));
	must(seal_key_read(secret_span(&key), (struct span){ pem.at, pem.len }, &place->signer, &err));
	const struct span packet_pem = { place->centre.packet_pem.at, place->centre.packet_pem.len };
	must(seal_certificate_read(packet_pem, &place->recipient, &err) && intake_id_read(ID, &place->id, &err));
	secret_free(&key);
	file_free(&csr);
	file_free(&pem);
	ca_close(ca);
	folder_remove(folder);
}

/* What the opener meets at this depth. */
static struct file_bytes
wrap(const struct place *place, uint8_t depth, struct span input)
{
	struct file_bytes sealed = { 0 };
	struct error err;
	if (depth == 1)
		must(seal_close(input, place->recipient, &sealed, &err));
	else if (depth == 2)
		must(seal_packet(input, place->signer, place->recipient, &sealed, &err));
	return sealed;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct place place;
	struct file_bytes json = { 0 };
	struct error err = { 0 };
	if (place.signer == NULL)
		make(&place);
	if (size < 1 || size > (1u << 20))
		return 0;
	const uint8_t depth = data[0] & 3u;
	const struct span input = { data + 1, size - 1 };
	if (depth == 3) {
		must(opener_check(input, &place.id, true, &err) || err.kind == ERROR_INVALID || err.kind == ERROR_FULL ||
			 err.kind == ERROR_UNTRUSTED);
		return 0;
	}
	struct file_bytes sealed = wrap(&place, depth, input);
	const struct span bytes = depth == 0 ? input : (struct span){ sealed.at, sealed.len };
	const enum opener_verdict verdict = opener_open(&place.centre, &place.id, bytes, 0, &json, &err);
	must((verdict == OPENER_ACCEPTED) == (json.at != NULL));
	/* nobody but our counter's key gets anything through, and nothing gets through but the packet */
	must(verdict != OPENER_ACCEPTED || (depth == 2 && opener_check(input, &place.id, true, &err)));
	must(verdict == OPENER_ACCEPTED || err.kind != ERROR_NONE);
	must(depth != 2 || verdict == OPENER_ACCEPTED || verdict == OPENER_INVALID);
	file_free(&json);
	file_free(&sealed);
	return 0;
}
