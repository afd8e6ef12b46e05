/* The PIV stand-in, command by command. */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

#include "peripherals/virtual/virtual_keys.h"
#include "peripherals/virtual/virtual_objects.h"
#include "peripherals/virtual/virtual_piv.h"
#include "peripherals/virtual/virtual_tlv.h"
#include "tests/support/check.h"

#define BYTES(...) ((struct span){ (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }) })

struct scene {
	struct virtual_piv *piv;
	uint8_t room[70000];
	size_t len; /* of the answer without status word */
};

static unsigned
tell(struct scene *scene, struct span command)
{
	struct buffer out = buffer_into(scene->room, sizeof(scene->room));
	virtual_piv_transmit(scene->piv, command, &out);
	assert_true(out.ok && out.len >= 2);
	scene->len = out.len - 2;
	return (unsigned)(scene->room[out.len - 2] << 8 | scene->room[out.len - 1]);
}

/* One extended command. */
static unsigned
ask(struct scene *scene, uint8_t cla, uint8_t ins, uint8_t p1, uint8_t p2, struct span data)
{
	static uint8_t room[8192];
	struct buffer out = buffer_into(room, sizeof(room));
	const uint8_t head[] = { cla, ins, p1, p2 };
	buffer_put(&out, (struct span){ head, 4 });
	buffer_u8(&out, 0);
	if (data.len) {
		buffer_u8(&out, (uint8_t)(data.len >> 8));
		buffer_u8(&out, (uint8_t)data.len);
		buffer_put(&out, data);
	}
	buffer_u16le(&out, 0);
	return tell(scene, buffer_span(&out));
}

static int
begin(void **state)
{
	static struct scene scene;
	scene.piv = virtual_piv_new(&(struct virtual_piv_options){ .serial = 70000042 });
	assert_int_equal(ask(&scene, 0, 0xA4, 4, 0, BYTES(0xA0, 0, 0, 3, 8)), 0x9000);
	*state = &scene;
	return 0;
}

static int
end(void **state)
{
	virtual_piv_free(((struct scene *)*state)->piv);
	return 0;
}

static unsigned
pin(struct scene *scene, const char *digits)
{
	uint8_t block[8];
	memset(block, 0xFF, 8);
	memcpy(block, digits, strlen(digits));
	return ask(scene, 0, 0x20, 0, 0x80, (struct span){ block, 8 });
}

static void
manage(struct scene *scene)
{
	const uint8_t key[] = { 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t response[12] = { 0x7C, 10, 0x82, 8 };
	assert_int_equal(ask(scene, 0, 0x87, 3, 0x9B, BYTES(0x7C, 2, 0x81, 0)), 0x9000);
	assert_int_equal(scene->len, 12);
	assert_true(virtual_keys_cipher(VIRTUAL_KEYS_3DES, key, true, scene->room + 4, response + 4));
	assert_int_equal(ask(scene, 0, 0x87, 3, 0x9B, (struct span){ response, 12 }), 0x9000);
}

static void
wants_to_be_selected_first(void **state)
{
	struct scene *scene = *state;
	virtual_piv_reset(scene->piv);
	assert_int_equal(pin(scene, "123456"), 0x6982);
	assert_int_equal(ask(scene, 0, 0xA4, 4, 0, BYTES(0xA0, 0, 0, 3, 9)), 0x6A82);
	assert_int_equal(ask(scene, 0, 0xA4, 4, 0, BYTES(0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0)), 0x9000);
	assert_int_equal(scene->room[0], 0x61);
	assert_int_equal(pin(scene, "123456"), 0x9000);
	assert_int_equal(ask(scene, 0x80, 0x20, 0, 0x80, (struct span){ 0 }), 0x6E00);
	assert_int_equal(ask(scene, 0, 0x55, 0, 0, (struct span){ 0 }), 0x6D00);
}

static void
counts_wrong_pins_down_and_keeps_the_count_over_a_reset(void **state)
{
	struct scene *scene = *state;
	const struct span empty = { 0 };
	assert_int_equal(ask(scene, 0, 0x20, 0, 0x80, empty), 0x63C3);
	assert_int_equal(pin(scene, "000000"), 0x63C2);
	virtual_piv_reset(scene->piv);
	assert_int_equal(ask(scene, 0, 0xA4, 4, 0, BYTES(0xA0, 0, 0, 3, 8)), 0x9000);
	assert_int_equal(ask(scene, 0, 0x20, 0, 0x80, empty), 0x63C2);
	assert_int_equal(pin(scene, "123"), 0x6A80); /* not a PIN: not counted */
	assert_int_equal(pin(scene, "123456"), 0x9000);
	assert_int_equal(ask(scene, 0, 0x20, 0, 0x80, empty), 0x9000);
	assert_int_equal(ask(scene, 0, 0x20, 0xFF, 0x80, empty), 0x9000);
	assert_int_equal(ask(scene, 0, 0x20, 0, 0x80, empty), 0x63C3);
	for (unsigned left = 3; left-- > 0;)
		assert_int_equal(pin(scene, "000000"), 0x63C0 | left);
	assert_int_equal(pin(scene, "123456"), 0x6983);
	assert_int_equal(ask(scene, 0, 0x20, 0, 0x81, empty), 0x6A88);
}

static unsigned
pair(struct scene *scene, uint8_t ins, uint8_t which, const char *first, const char *second)
{
	uint8_t block[16];
	memset(block, 0xFF, 16);
	memcpy(block, first, strlen(first));
	memcpy(block + 8, second, strlen(second));
	return ask(scene, 0, ins, 0, which, (struct span){ block, 16 });
}

static void
changes_and_unblocks_the_pin(void **state)
{
	struct scene *scene = *state;
	assert_int_equal(pair(scene, 0x24, 0x80, "123456", "7777777"), 0x9000);
	assert_int_equal(pin(scene, "123456"), 0x63C2);
	assert_int_equal(pin(scene, "7777777"), 0x9000);
	assert_int_equal(pair(scene, 0x24, 0x80, "7777777", "12345"), 0x6A80);
	while (pin(scene, "000000") != 0x6983)
		;
	assert_int_equal(pair(scene, 0x24, 0x80, "7777777", "123456"), 0x6983);
	assert_int_equal(pair(scene, 0x2C, 0x80, "00000000", "888888"), 0x63C2);
	assert_int_equal(pair(scene, 0x2C, 0x80, "12345678", "888888"), 0x9000);
	assert_int_equal(pin(scene, "888888"), 0x9000);
	assert_int_equal(pair(scene, 0x24, 0x81, "12345678", "87654321"), 0x9000);
	for (unsigned left = 3; left-- > 0;)
		assert_int_equal(pair(scene, 0x2C, 0x80, "12345678", "888888"), 0x63C0 | left);
	assert_int_equal(pair(scene, 0x2C, 0x80, "87654321", "888888"), 0x6983);
}

static void
manages_with_a_key_of_either_cipher(void **state)
{
	struct scene *scene = *state;
	uint8_t set[3 + 32] = { VIRTUAL_KEYS_AES256, 0x9B, 32 }, both[40] = { 0x7C, 38, 0x80, 16 };
	uint8_t expected[16];
	memset(set + 3, 0x5A, 32);
	assert_int_equal(ask(scene, 0, 0xFF, 0xFF, 0xFF, (struct span){ set, sizeof(set) }), 0x6982);
	assert_int_equal(ask(scene, 0, 0x87, 3, 0x9B, BYTES(0x7C, 4, 0x82, 2, 1, 1)), 0x6985); /* no challenge */
	assert_int_equal(ask(scene, 0, 0x87, 3, 0x9B, BYTES(0x7C, 2, 0x81, 0)), 0x9000);
	assert_int_equal(ask(scene, 0, 0x87, 3, 0x9B, BYTES(0x7C, 10, 0x82, 8, 1, 2, 3, 4, 5, 6, 7, 8)), 0x6982);
	manage(scene);
	assert_int_equal(ask(scene, 0, 0xFF, 0xFF, 0xFF, (struct span){ set, sizeof(set) - 1 }), 0x6A80);
	assert_int_equal(ask(scene, 0, 0xFF, 0xFF, 0xFF, (struct span){ set, sizeof(set) }), 0x9000);
	virtual_piv_reset(scene->piv);
	assert_int_equal(ask(scene, 0, 0xA4, 4, 0, BYTES(0xA0, 0, 0, 3, 8)), 0x9000);
	assert_int_equal(ask(scene, 0, 0x87, 3, 0x9B, BYTES(0x7C, 2, 0x81, 0)), 0x6A86);
	assert_int_equal(ask(scene, 0, 0x87, 0x0C, 0x9B, BYTES(0x7C, 2, 0x80, 0)), 0x9000);
	assert_int_equal(scene->len, 20);
	assert_true(virtual_keys_cipher(VIRTUAL_KEYS_AES256, set + 3, false, scene->room + 4, both + 4));
	both[20] = 0x81;
	both[21] = 16;
	memset(both + 22, 0x33, 16);
	both[38] = 0x82;
	assert_int_equal(ask(scene, 0, 0x87, 0x0C, 0x9B, (struct span){ both, 40 }), 0x9000);
	assert_true(virtual_keys_cipher(VIRTUAL_KEYS_AES256, set + 3, true, both + 22, expected));
	assert_memory_equal(scene->room + 4, expected, 16);
	assert_int_equal(ask(scene, 0, 0x87, 0x0C, 0x9B, (struct span){ both, 40 }), 0x6985); /* a witness works once */
}

static void
keeps_objects_within_bounds(void **state)
{
	struct scene *scene = *state;
	static uint8_t put[5 + 4 + VIRTUAL_OBJECTS_VALUE + 1];
	static uint8_t value[VIRTUAL_OBJECTS_VALUE + 1];
	struct buffer out = buffer_into(put, sizeof(put));
	memset(value, 0xA5, sizeof(value));
	buffer_put(&out, BYTES(0x5C, 3, 0x5F, 0xC1, 5));
	virtual_tlv_put(&out, 0x53, (struct span){ value, VIRTUAL_OBJECTS_VALUE });
	assert_int_equal(ask(scene, 0, 0xDB, 0x3F, 0xFF, buffer_span(&out)), 0x6982);
	manage(scene);
	assert_int_equal(ask(scene, 0, 0xCB, 0x3F, 0xFF, BYTES(0x5C, 3, 0x5F, 0xC1, 5)), 0x6A82);
	assert_int_equal(ask(scene, 0, 0xDB, 0x3F, 0xFF, buffer_span(&out)), 0x9000);
	assert_int_equal(ask(scene, 0, 0xCB, 0x3F, 0xFF, BYTES(0x5C, 3, 0x5F, 0xC1, 5)), 0x9000);
	assert_int_equal(scene->len, 4 + VIRTUAL_OBJECTS_VALUE);
	assert_memory_equal(scene->room + 4, value, VIRTUAL_OBJECTS_VALUE);
	out.len = 5;
	virtual_tlv_put(&out, 0x53, (struct span){ value, VIRTUAL_OBJECTS_VALUE + 1 });
	assert_int_equal(ask(scene, 0, 0xDB, 0x3F, 0xFF, buffer_span(&out)), 0x6A84);
	assert_int_equal(ask(scene, 0, 0xDB, 0x3F, 0xFF, BYTES(0x5C, 3, 0x5F, 0xC1, 5, 0x53, 0)), 0x9000);
	assert_int_equal(ask(scene, 0, 0xCB, 0x3F, 0xFF, BYTES(0x5C, 3, 0x5F, 0xC1, 5)), 0x6A82);
	assert_int_equal(ask(scene, 0, 0xDB, 0x3F, 0xFF, BYTES(0x5C, 3, 0x5F, 0xC1, 0x77, 0x53, 1, 1)), 0x6A80);
	assert_int_equal(ask(scene, 0, 0xDB, 0x3F, 0xFF, BYTES(0x5C, 3, 0x5F, 0xC1, 9, 0x53, 1, 1)), 0x9000);
	assert_int_equal(ask(scene, 0, 0xCB, 0x3F, 0xFF, BYTES(0x5C, 3, 0x5F, 0xC1, 9)), 0x6982); /* printed information */
	assert_int_equal(pin(scene, "123456"), 0x9000);
	assert_int_equal(ask(scene, 0, 0xCB, 0x3F, 0xFF, BYTES(0x5C, 3, 0x5F, 0xC1, 9)), 0x9000);
	for (uint8_t i = 0; i < VIRTUAL_OBJECTS_MOST - 2; i++) {
		const uint8_t last = i < 31 ? i : (uint8_t)(0x0D + i - 31);
		const uint8_t set[] = { 0x5C, 3, 0x5F, i < 31 ? 0xFF : 0xC1, last, 0x53, 1, 1 };
		assert_int_equal(ask(scene, 0, 0xDB, 0x3F, 0xFF, (struct span){ set, sizeof(set) }), 0x9000);
	}
	assert_int_equal(ask(scene, 0, 0xDB, 0x3F, 0xFF, BYTES(0x5C, 3, 0x5F, 0xC1, 0x20, 0x53, 1, 1)), 0x6A84);
}

static void
takes_chained_commands_and_gives_long_answers_in_parts(void **state)
{
	struct scene *scene = *state;
	uint8_t part[5 + 200] = { 0x10, 0xDB, 0x3F, 0xFF, 200 };
	uint8_t rest[5 + 109] = { 0x00, 0xDB, 0x3F, 0xFF, 109 };
	manage(scene);
	memcpy(part + 5, ((const uint8_t[]){ 0x5C, 3, 0x5F, 0xC1, 5, 0x53, 0x82, 0x01, 0x2C }), 9);
	memset(part + 14, 0x11, 191);
	memset(rest + 5, 0x22, 109);
	assert_int_equal(tell(scene, (struct span){ part, sizeof(part) }), 0x9000);
	assert_int_equal(tell(scene, (struct span){ rest, sizeof(rest) }), 0x9000);
	assert_int_equal(tell(scene, BYTES(0, 0xCB, 0x3F, 0xFF, 5, 0x5C, 3, 0x5F, 0xC1, 5, 0)), 0x6100 | 48);
	assert_int_equal(scene->len, 256);
	assert_int_equal(tell(scene, BYTES(0, 0xC0, 0, 0, 40)), 0x6108);
	assert_int_equal(tell(scene, BYTES(0, 0xC0, 0, 0, 0)), 0x9000);
	assert_int_equal(scene->len, 8);
	assert_int_equal(tell(scene, BYTES(0, 0xC0, 0, 0, 0)), 0x6D00);
	for (int i = 0; i < 15; i++)
		assert_int_equal(tell(scene, (struct span){ part, sizeof(part) }), 0x9000);
	assert_int_equal(tell(scene, (struct span){ part, sizeof(part) }), 0x6700); /* more than any object */
}

static EVP_PKEY *
public_point(struct scene *scene)
{
	struct span all, point;
	assert_true(virtual_tlv_find((struct span){ scene->room, scene->len }, 0x7F49, &all));
	assert_true(virtual_tlv_find(all, 0x86, &point));
	EVP_PKEY *key = EVP_EC_gen("P-256"); /* only its curve is kept */
	assert_true(key && EVP_PKEY_set1_encoded_public_key(key, point.at, point.len) == 1);
	return key;
}

static unsigned
sign_hash(struct scene *scene, uint8_t slot, const uint8_t *hash)
{
	uint8_t data[38] = { 0x7C, 36, 0x82, 0, 0x81, 32 };
	memcpy(data + 6, hash, 32);
	return ask(scene, 0, 0x87, 0x11, slot, (struct span){ data, sizeof(data) });
}

static void
signs_with_the_key_it_made_and_asks_for_the_pin_as_the_slot_says(void **state)
{
	struct scene *scene = *state;
	const uint8_t hash[32] = { 7, 7, 7 };
	struct span all, signature;
	assert_int_equal(ask(scene, 0, 0x47, 0, 0x9C, BYTES(0xAC, 3, 0x80, 1, 0x11)), 0x6982);
	manage(scene);
	assert_int_equal(sign_hash(scene, 0x9C, hash), 0x6A88); /* no key yet */
	assert_int_equal(ask(scene, 0, 0x47, 0, 0x9C, BYTES(0xAC, 3, 0x80, 1, 0x22)), 0x6A80);
	assert_int_equal(ask(scene, 0, 0x47, 0, 0x9C, BYTES(0xAC, 3, 0x80, 1, 0x11)), 0x9000);
	EVP_PKEY *key = public_point(scene);
	assert_int_equal(sign_hash(scene, 0x9C, hash), 0x6982);
	assert_int_equal(pin(scene, "123456"), 0x9000);
	assert_int_equal(sign_hash(scene, 0x9C, hash), 0x9000);
	assert_true(virtual_tlv_find((struct span){ scene->room, scene->len }, 0x7C, &all));
	assert_true(virtual_tlv_find(all, 0x82, &signature));
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	assert_true(EVP_PKEY_verify_init(context) == 1);
	assert_int_equal(EVP_PKEY_verify(context, signature.at, signature.len, hash, 32), 1);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(key);
	assert_int_equal(sign_hash(scene, 0x9C, hash), 0x6982); /* PIN always */
	assert_int_equal(ask(scene, 0, 0x47, 0, 0x9A, BYTES(0xAC, 3, 0x80, 1, 0x11)), 0x9000);
	assert_int_equal(sign_hash(scene, 0x9A, hash), 0x9000); /* PIN once */
	assert_int_equal(sign_hash(scene, 0x9A, hash), 0x9000);
	assert_int_equal(ask(scene, 0, 0x87, 0x07, 0x9A, BYTES(0x7C, 5, 0x82, 0, 0x81, 1, 1)), 0x6A86);
	assert_int_equal(virtual_piv_counts(scene->piv).signatures, 3);
}

static void
refuses_commands_whose_lengths_disagree(void **state)
{
	struct scene *scene = *state;
	assert_int_equal(tell(scene, BYTES(0, 0xCB, 0x3F)), 0x6700);
	assert_int_equal(tell(scene, BYTES(0, 0xCB, 0x3F, 0xFF, 9, 1)), 0x6700);
	assert_int_equal(tell(scene, BYTES(0, 0xCB, 0x3F, 0xFF, 0, 0)), 0x6700);
	assert_int_equal(tell(scene, BYTES(0, 0xCB, 0x3F, 0xFF, 1, 1, 1, 1)), 0x6700);
	assert_int_equal(tell(scene, BYTES(0, 0xCB, 0x3F, 0xFF, 0, 0, 1, 1, 1)), 0x6700);
	assert_int_equal(ask(scene, 0, 0xF8, 0, 0, (struct span){ 0 }), 0x9000);
	assert_memory_equal(scene->room, ((const uint8_t[]){ 0x04, 0x2C, 0x1D, 0xAA }), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(wants_to_be_selected_first, begin, end),
		cmocka_unit_test_setup_teardown(counts_wrong_pins_down_and_keeps_the_count_over_a_reset, begin, end),
		cmocka_unit_test_setup_teardown(changes_and_unblocks_the_pin, begin, end),
		cmocka_unit_test_setup_teardown(manages_with_a_key_of_either_cipher, begin, end),
		cmocka_unit_test_setup_teardown(keeps_objects_within_bounds, begin, end),
		cmocka_unit_test_setup_teardown(takes_chained_commands_and_gives_long_answers_in_parts, begin, end),
		cmocka_unit_test_setup_teardown(signs_with_the_key_it_made_and_asks_for_the_pin_as_the_slot_says, begin, end),
		cmocka_unit_test_setup_teardown(refuses_commands_whose_lengths_disagree, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
