#include "sync/intake/routes.h"

#include <string.h>
#include <strings.h>

#include "kiosk/base/text.h"
#include "sync/intake/provision.h"

/* clang-format off */
static const struct routes_entry table[] = {
	{ ROUTES_ENROL,      "enrol",      "POST", "/v1/kiosks",   true,  ROUTES_JSON_TYPE,    PROVISION_MOST },
	{ ROUTES_PUT_PACKET, "put_packet", "PUT",  "/v1/packets/", false, ROUTES_RECEIPT_TYPE, ROUTES_PACKET_MOST },
	{ ROUTES_GET_PACKET, "get_packet", "GET",  "/v1/packets/", false, NULL,                0 },
};
/* clang-format on */

static bool
path_is(const struct routes_entry *route, const char *url, const char **id)
{
	const size_t len = strlen(route->path);
	if (route->path[len - 1] != '/')
		return strcmp(url, route->path) == 0;
	*id = url + len;
	return strncmp(url, route->path, len) == 0 && (*id)[0] != '\0' && strchr(*id, '/') == NULL;
}

struct routes_found
routes_find(const char *method, const char *url)
{
	struct routes_found found = { .problem = PROBLEM_NO_ROUTE };
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *id = NULL;
		if (!path_is(&table[i], url, &id))
			continue;
		if (strcmp(method, table[i].method) == 0)
			return (struct routes_found){ .route = &table[i], .id = id };
		const size_t used = strlen(found.allow);
		(void)text_format(
			found.allow + used, sizeof(found.allow) - used, "%s%s", used > 0 ? ", " : "", table[i].method);
		found.problem = PROBLEM_METHOD;
	}
	return found;
}

bool
routes_media_is(const char *value, const char *media)
{
	const size_t len = strlen(media);
	if (value == NULL || strncasecmp(value, media, len) != 0)
		return false;
	const char *rest = value + len;
	rest += strspn(rest, " \t");
	return *rest == '\0' || *rest == ';';
}
