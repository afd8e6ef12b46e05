#include "peripherals/token/token_link.h"

#include <stdlib.h>

static void
hash(struct token_link *state, struct span bytes)
{
	if (bytes.len > 0 && EVP_DigestUpdate(state->hash, bytes.at, bytes.len) != 1)
		abort();
}

static void
hash_head(struct token_link *state, char kind, struct span head, size_t len)
{
	const uint8_t size[] = { (uint8_t)len, (uint8_t)(len >> 8), (uint8_t)(len >> 16), (uint8_t)(len >> 24) };
	hash(state, (struct span){ (const uint8_t *)&kind, 1 });
	hash(state, head);
	hash(state, (struct span){ size, sizeof(size) });
}

/* Commands whose bodies are PINs, PUKs and keys. */
static bool
is_secret(uint8_t ins)
{
	return ins == 0x20 || ins == 0x24 || ins == 0x2C || ins == 0xFF;
}

static void
hash_command(struct token_link *state, struct span command)
{
	const size_t head = command.len < 4 ? command.len : 4;
	const struct span body = { command.at + head, command.len - head };
	hash_head(state, 'C', (struct span){ command.at, head }, body.len);
	if (head < 4 || !is_secret(command.at[1]))
		hash(state, body);
}

static bool
transmit(void *self, struct span command, struct buffer *response, struct error *err)
{
	struct token_link *state = self;
	const size_t before = response->len;
	const unsigned part = state->commands < state->expected ? state->commands : state->expected;
	if (state->watch.progress != NULL && !state->watch.progress(state->watch.data, part, state->expected))
		return error_set(err, ERROR_REFUSED, "cancelled");
	state->commands++;
	hash_command(state, command);
	if (!state->inner.ops->transmit(state->inner.self, command, response, err)) {
		hash(state, (struct span){ (const uint8_t *)"X", 1 });
		return false;
	}
	const struct span answer = { response->at + before, response->len > before ? response->len - before : 0 };
	hash_head(state, 'R', (struct span){ 0 }, answer.len);
	hash(state, answer);
	return true;
}

static void
close_nothing(void *self)
{
	(void)self;
}

static const struct link_ops ops = { transmit, close_nothing };

struct token_link
token_link_begin(struct link inner, const struct token_job_watch *watch, unsigned expected)
{
	struct token_link state = { .inner = inner, .expected = expected, .hash = EVP_MD_CTX_new() };
	if (watch != NULL)
		state.watch = *watch;
	if (state.hash == NULL || EVP_DigestInit_ex(state.hash, EVP_sha256(), NULL) != 1)
		abort();
	return state;
}

struct link
token_link(struct token_link *state)
{
	return (struct link){ &ops, state };
}

void
token_link_finish(struct token_link *state, uint8_t transcript[static 32])
{
	if (EVP_DigestFinal_ex(state->hash, transcript, NULL) != 1)
		abort();
	EVP_MD_CTX_free(state->hash);
	state->hash = NULL;
}
