#include "peripherals/token/piv_data.h"

#include <string.h>

#include "peripherals/card/tlv.h"

enum { RSA_BYTES = 256, EXPONENT_BYTES = 8, POINT_BYTES = 65 };

/* The members of a public key; SP 800-73-4 part 2, table 12. */
static bool
take_public(struct span members, enum token_algorithm algorithm, struct piv_public *out)
{
	struct piv_public got = { .algorithm = algorithm };
	struct tlv_reader in = tlv_over(members);
	struct tlv at;
	while (tlv_next(&in, &at)) {
		if (at.tag == 0x81)
			got.modulus = at.value;
		else if (at.tag == 0x82)
			got.exponent = at.value;
		else if (at.tag == 0x86)
			got.point = at.value;
	}
	const bool whole = algorithm == TOKEN_RSA2048
						   ? got.modulus.len == RSA_BYTES && got.exponent.len > 0 && got.exponent.len <= EXPONENT_BYTES
						   : got.point.len == POINT_BYTES && got.point.at[0] == 0x04;
	if (!tlv_done(&in) || !whole)
		return false;
	*out = got;
	return true;
}

bool
piv_data_public(struct span answer, enum token_algorithm algorithm, struct piv_public *out, struct error *err)
{
	struct tlv_reader in = tlv_over(answer);
	struct tlv key;
	if (!tlv_next(&in, &key) || key.tag != 0x7F49 || !tlv_done(&in) || !take_public(key.value, algorithm, out))
		return error_set(err, ERROR_INVALID, "the card's public key breaks its format");
	return true;
}

bool
piv_data_certificate(struct span value, struct span *certificate, struct error *err)
{
	struct span der, info;
	if (!tlv_find(value, 0x70, &der) || der.len == 0)
		return error_set(err, ERROR_INVALID, "certificate object has no certificate");
	if (der.len > TOKEN_CERTIFICATE)
		return error_set(err, ERROR_INVALID, "certificate object: %zu bytes", der.len);
	if (tlv_find(value, 0x71, &info) && (info.len != 1 || info.at[0] != 0))
		return error_set(err, ERROR_INVALID, "certificate object: compressed");
	*certificate = der;
	return true;
}

void
piv_data_put_certificate(struct buffer *out, struct span certificate)
{
	tlv_put(out, 0x70, certificate);
	tlv_put(out, 0x71, (struct span){ (const uint8_t[]){ 0 }, 1 }); /* not compressed */
	tlv_put(out, 0xFE, (struct span){ 0 });                         /* error detection code: empty */
}

static bool
take_metadata(const struct tlv *at, struct piv_metadata *out)
{
	switch (at->tag) {
	case 0x01:
		out->algorithm = at->value.len == 1 ? at->value.at[0] : 0;
		return at->value.len == 1;
	case 0x05:
		out->says_default = at->value.len == 1;
		out->is_default = out->says_default && at->value.at[0] != 0;
		return out->says_default;
	case 0x06:
		out->says_tries = at->value.len == 2;
		out->tries = out->says_tries ? at->value.at[0] : 0;
		out->left = out->says_tries ? at->value.at[1] : 0;
		return out->says_tries;
	default:
		return true; /* policies, origin, public key: not asked */
	}
}

bool
piv_data_metadata(struct span answer, struct piv_metadata *out, struct error *err)
{
	struct piv_metadata got = { 0 };
	struct tlv_reader in = tlv_over(answer);
	struct tlv at;
	bool well = true;
	while (tlv_next(&in, &at))
		well = take_metadata(&at, &got) && well;
	if (!tlv_done(&in) || !well)
		return error_set(err, ERROR_INVALID, "the card's metadata break their format");
	*out = got;
	return true;
}

bool
piv_data_member(struct span answer, uint32_t tag, struct span *value, struct error *err)
{
	struct tlv_reader in = tlv_over(answer);
	struct tlv template;
	if (!tlv_next(&in, &template) || template.tag != 0x7C || !tlv_done(&in) || !tlv_find(template.value, tag, value))
		return error_set(err, ERROR_INVALID, "the card's authentication template has no %02X", tag);
	return true;
}

size_t
piv_data_key_len(enum piv_cipher cipher)
{
	switch (cipher) {
	case PIV_AES128:
		return 16;
	case PIV_3DES:
	case PIV_AES192:
		return 24;
	case PIV_AES256:
		return 32;
	}
	return 0;
}

size_t
piv_data_block_len(enum piv_cipher cipher)
{
	return cipher == PIV_3DES ? 8 : 16;
}
