/* A request line and a content type, up to a NUL each: method, path, type. */
#include <stdlib.h>
#include <string.h>

#include "sync/intake/intake_id.h"
#include "sync/intake/routes.h"
#include "tests/fuzz/fuzz.h"

#define PART_MOST 300u

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
take(const uint8_t **at, const uint8_t *end, char out[static PART_MOST])
{
	size_t len = 0;
	while (*at < end && **at != '\0' && len < PART_MOST - 1)
		out[len++] = (char)*(*at)++;
	out[len] = '\0';
	if (*at < end)
		(*at)++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char method[PART_MOST];
	char path[PART_MOST];
	char type[PART_MOST];
	struct intake_id id;
	struct error err;
	const uint8_t *at = data;
	take(&at, data + size, method);
	take(&at, data + size, path);
	take(&at, data + size, type);
	const struct routes_found found = routes_find(method, path);
	must((found.route == NULL) == (found.problem != PROBLEM_NONE));
	must((found.problem == PROBLEM_METHOD) == (found.allow[0] != '\0'));
	if (found.id != NULL && intake_id_read(found.id, &id, &err))
		must(strcmp(id.text, found.id) == 0 && id.says.sequence >= 1 && id.says.sequence <= PACKET_SEQ_MOST);
	(void)routes_media_is(type, ROUTES_JSON_TYPE);
	return 0;
}
