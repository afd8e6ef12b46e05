#include "peripherals/token/token_brand.h"

#include <string.h>

#include "peripherals/card/atr.h"

#define BYTES(...)                                                                                                     \
	{                                                                                                                  \
		(const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })                                     \
	}
#define TEXT(text)                                                                                                     \
	{                                                                                                                  \
		(const uint8_t *)(text), sizeof(text) - 1                                                                      \
	}

/* Every maker of PIV tokens ships these three; they keep nobody out and are replaced by the first step. */
#define FACTORY_PIN        TEXT("123456")
#define FACTORY_PUK        TEXT("12345678")
#define FACTORY_MANAGEMENT BYTES(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8)

static const struct token_brand brands[] = {
	{ "training", true, TEXT("TRAIN-PIV1"), FACTORY_PIN, FACTORY_PUK, FACTORY_MANAGEMENT, PIV_3DES, PIV_AES256 },
};

const struct token_brand *
token_brand_named(const char *name)
{
	for (size_t i = 0; i < sizeof(brands) / sizeof(brands[0]); i++)
		if (strcmp(brands[i].name, name) == 0)
			return &brands[i];
	return NULL;
}

const struct token_brand *
token_brand_of(struct span bytes)
{
	struct atr atr;
	struct error err;
	if (!atr_read(bytes, &atr, &err))
		return NULL;
	for (size_t i = 0; i < sizeof(brands) / sizeof(brands[0]); i++) {
		const struct span historical = brands[i].historical;
		if (atr.historical_len == historical.len && memcmp(atr.historical, historical.at, historical.len) == 0)
			return &brands[i];
	}
	return NULL;
}
