#include "sync/intake/health.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"

#define PAGE_MOST        2048u
#define CONNECTIONS_MOST 8u
#define IDLE_S           10u
#define CACHE_MS         1000 /* the database is not looked over more often than this */

struct health {
	struct health_config config;
	struct intake_store store; /* owned */
	struct MHD_Daemon *daemon;
	int64_t started_ms;                /* monotonic */
	int64_t looked_ms;                 /* monotonic; 0: never */
	struct intake_store_status status; /* what was seen then */
	bool database_ok;
};

/* What the page says. */
struct report {
	bool well;
	bool database_ok;
	int64_t uptime_s, packets, disk_free;
	int64_t last_age_s; /* -1: no packet yet */
};

static struct report
look(struct health *health)
{
	const int64_t now_ms = clock_monotonic_ms();
	struct statvfs disk;
	struct error err;
	if (health->looked_ms == 0 || now_ms - health->looked_ms >= CACHE_MS) {
		health->database_ok = health->store.ops->status(health->store.self, &health->status, &err);
		health->looked_ms = now_ms;
	}
	struct report report = { .database_ok = health->database_ok, .packets = health->status.packets, .last_age_s = -1 };
	report.uptime_s = (now_ms - health->started_ms) / 1000;
	if (health->status.last_ms != 0)
		report.last_age_s = (clock_now_ms() - health->status.last_ms) / 1000;
	if (statvfs(health->config.folder, &disk) == 0)
		report.disk_free = (int64_t)((uint64_t)disk.f_bavail * disk.f_frsize);
	report.well = report.database_ok && (uint64_t)report.disk_free >= health->config.disk_reserve;
	return report;
}

static bool
write_json(const struct health *health, const struct report *report, char out[static PAGE_MOST])
{
	json_t *root = json_pack("{s:s, s:s, s:s, s:b, s:I, s:I, s:s, s:I}", "status", report->well ? "ok" : "failing",
		"version", COUNTER_VERSION, "centre", health->config.centre_name, "training", health->config.training ? 1 : 0,
		"uptime_s", (json_int_t)report->uptime_s, "packets", (json_int_t)report->packets, "database",
		report->database_ok ? "ok" : "failing", "disk_free_bytes", (json_int_t)report->disk_free);
	json_t *age = report->last_age_s >= 0 ? json_integer(report->last_age_s) : json_null();
	const bool set = root != NULL && json_object_set_new(root, "last_packet_age_s", age) == 0;
	const size_t len = set ? json_dumpb(root, out, PAGE_MOST - 1, JSON_COMPACT) : 0;
	json_decref(root);
	if (len == 0 || len >= PAGE_MOST)
		return false;
	out[len] = '\0';
	return true;
}

static bool
write_page(const struct health *health, const struct report *report, char out[static PAGE_MOST])
{
	char age[32] = "none yet";
	if (report->last_age_s >= 0)
		(void)text_format(age, sizeof(age), "%" PRId64 " s ago", report->last_age_s);
	return text_format(out, PAGE_MOST,
		"<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Centre: %s</title>"
		"<h1>Centre: %s%s</h1><table>"
		"<tr><th>Version<td>%s<tr><th>Uptime<td>%" PRId64 " s<tr><th>Packets stored<td>%" PRId64
		"<tr><th>Last packet<td>%s<tr><th>Database<td>%s<tr><th>Disk free<td>%" PRId64 " MB</table></html>\n",
		report->well ? "ok" : "failing", report->well ? "ok" : "failing", health->config.training ? " (TRAINING)" : "",
		COUNTER_VERSION, report->uptime_s, report->packets, age, report->database_ok ? "ok" : "failing",
		report->disk_free / 1000000);
}

static enum MHD_Result
reply(struct MHD_Connection *connection, unsigned status, const char *media, char *text)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_COPY);
	if (response == NULL)
		return MHD_NO;
	const bool done = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, media) == MHD_YES &&
					  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES;
	const enum MHD_Result queued = done ? MHD_queue_response(connection, status, response) : MHD_NO;
	MHD_destroy_response(response);
	return queued;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	const char *data, size_t *data_len, void **request)
{
	struct health *health = cls;
	char text[PAGE_MOST] = "not here\n";
	(void)version, (void)data;
	if (*data_len > 0 || *request == NULL) { /* bodies are read and dropped */
		*data_len = 0;
		*request = health;
		return MHD_YES;
	}
	if (strcmp(url, "/health") != 0)
		return reply(connection, MHD_HTTP_NOT_FOUND, "text/plain", text);
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0)
		return reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain", text);
	const char *accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
	const bool page = accept != NULL && strstr(accept, "text/html") != NULL;
	const struct report report = look(health);
	if (!(page ? write_page(health, &report, text) : write_json(health, &report, text)))
		return MHD_NO;
	return reply(connection, report.well ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE,
		page ? "text/html; charset=utf-8" : "application/json", text);
}

bool
health_start(const struct health_config *config, struct intake_store store, struct health **out, struct error *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(config->port) };
	struct health *health = calloc(1, sizeof(*health));
	if (health == NULL)
		abort();
	*health = (struct health){ .config = *config, .store = store, .started_ms = clock_monotonic_ms() };
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	errno = 0;
	health->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, config->port, NULL, NULL, on_request, health,
		MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT,
		IDLE_S, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_END);
	if (health->daemon == NULL) {
		const int failed = errno;
		health_stop(health);
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, failed, "listening for the health page");
	}
	*out = health;
	return true;
}

uint16_t
health_port(const struct health *health)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(health->daemon, MHD_DAEMON_INFO_BIND_PORT);
	return info != NULL ? info->port : 0;
}

void
health_stop(struct health *health)
{
	if (health == NULL)
		return;
	if (health->daemon != NULL)
		MHD_stop_daemon(health->daemon);
	health->store.ops->close(health->store.self);
	free(health);
}
