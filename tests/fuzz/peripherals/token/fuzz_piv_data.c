/* What a card says, to each reader of it: public keys, certificate objects, metadata, templates, our own record. */
#include <string.h>

#include "peripherals/token/piv_data.h"
#include "peripherals/token/request.h"
#include "peripherals/token/token_certificate.h"
#include "peripherals/token/token_mark.h"
#include "tests/fuzz/fuzz.h"

static void
inside(struct span part, struct span whole)
{
	require(part.len == 0 || (part.at >= whole.at && part.at + part.len <= whole.at + whole.len));
}

static void
read_public(struct span input, enum token_algorithm algorithm)
{
	uint8_t bytes[TOKEN_KEY];
	struct buffer key = buffer_into(bytes, sizeof(bytes));
	struct piv_public got;
	struct error err;
	if (!piv_data_public(input, algorithm, &got, &err))
		return;
	inside(got.modulus, input);
	inside(got.point, input);
	if (request_key(&got, &key, &err))
		require(key.len > 60);
}

static void
read_certificate(struct span input)
{
	uint8_t bytes[3100];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct span der, again;
	struct error err;
	if (!piv_data_certificate(input, &der, &err))
		return;
	inside(der, input);
	require(token_certificate_check(der, (struct span){ 0 }, "CHAN", 1700000000000) < TOKEN_VERDICTS);
	piv_data_put_certificate(&out, der);
	require(out.ok && piv_data_certificate(buffer_span(&out), &again, &err) && again.len == der.len);
}

static void
read_record(struct span input)
{
	uint8_t bytes[TOKEN_MARK_MOST];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct token_mark mark, again;
	struct error err;
	if (!token_mark_take(input, &mark, &err))
		return;
	require(mark.stage != TOKEN_STAGE_NONE && mark.stage < TOKEN_STAGES);
	token_mark_put(&out, &mark);
	require(out.ok && token_mark_take(buffer_span(&out), &again, &err));
	require(strcmp(mark.line, again.line) == 0 && mark.key_len == again.key_len && mark.stage == again.stage);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piv_metadata metadata;
	struct error err;
	struct span member;
	if (size == 0)
		return 0;
	const struct span input = { data + 1, size - 1 };
	switch (data[0] % 6) {
	case 0:
	case 1:
		read_public(input, data[0] % 6 == 0 ? TOKEN_P256 : TOKEN_RSA2048);
		break;
	case 2:
		read_certificate(input);
		break;
	case 3:
		read_record(input);
		break;
	case 4:
		if (piv_data_metadata(input, &metadata, &err))
			require(!metadata.is_default || metadata.says_default);
		break;
	default:
		if (piv_data_member(input, 0x82, &member, &err))
			inside(member, input);
	}
	return 0;
}
