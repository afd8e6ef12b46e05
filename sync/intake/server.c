#include "sync/intake/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/log.h"
#include "sync/intake/exchange.h"

#define PRIORITIES  "SECURE128:-VERS-ALL:+VERS-TLS1.3"
#define STACK_BYTES (512u << 10) /* of each thread: a CMS structure nests, our frames do not */
#define HEADER_MOST (16u << 10)  /* bytes that a connection holds of headers and unread body */
#define STOP_MS     5000         /* how long answers may take to go out at the end */

struct server {
	struct exchange_context context;
	struct MHD_Daemon *daemon;
	atomic_int exchanges; /* begun and not yet finished */
};

static void
on_connection(
	void *cls, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode what)
{
	(void)cls;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		const int on = 1;
		*socket_context = calloc(1, sizeof(struct peer)); /* verdict: PEER_UNKNOWN */
		if (info != NULL)
			(void)setsockopt(info->connect_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		return;
	}
	free(*socket_context);
	*socket_context = NULL;
}

static struct peer *
peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info != NULL ? info->socket_context : NULL;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	const char *data, size_t *data_len, void **request)
{
	struct server *server = cls;
	(void)version;
	if (*request == NULL) {
		struct peer *peer = peer_of(connection);
		struct exchange *begun = peer != NULL ? exchange_begin(&server->context, connection, peer, method, url) : NULL;
		if (begun == NULL)
			return MHD_NO;
		(void)atomic_fetch_add(&server->exchanges, 1);
		*request = begun;
		return exchange_is_early(begun) ? exchange_go_on(begun) : MHD_YES;
	}
	if (*data_len > 0) {
		const bool more = exchange_take(*request, (struct span){ (const uint8_t *)data, *data_len });
		*data_len = 0;
		return more ? MHD_YES : MHD_NO;
	}
	return exchange_go_on(*request);
}

static void
on_completed(void *cls, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode why)
{
	struct server *server = cls;
	(void)connection, (void)why;
	if (*request == NULL)
		return;
	exchange_free(*request);
	*request = NULL;
	(void)atomic_fetch_sub(&server->exchanges, 1);
}

/* Paths are compared as they are sent: none of ours needs an escape, and "%00" then cannot hide a tail. */
static size_t
leave_escaped(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls, (void)connection;
	return strlen(text);
}

static bool
parse_address(const struct server_config *config, struct sockaddr_storage *out, struct error *err)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(config->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(config->port) };
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, config->address, &v4.sin_addr) == 1)
		memcpy(out, &v4, sizeof(v4));
	else if (inet_pton(AF_INET6, config->address, &v6.sin6_addr) == 1)
		memcpy(out, &v6, sizeof(v6));
	else
		return error_set(err, ERROR_INVALID, "address: not an IP address");
	return true;
}

static const char *
pem_text(const struct file_bytes *pem)
{
	return (const char *)pem->at; /* a NUL follows */
}

static bool
start_daemon(struct server *server, const struct server_config *config, const struct centre *centre, struct error *err)
{
	struct sockaddr_storage address;
	if (!parse_address(config, &address, err))
		return false;
	const unsigned v6 = address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0;
	struct MHD_OptionItem where[2] = { { MHD_OPTION_SOCK_ADDR, 0, &address }, { MHD_OPTION_END, 0, NULL } };
	if (config->listener != -1)
		where[0] = (struct MHD_OptionItem){ MHD_OPTION_LISTEN_SOCKET, config->listener, NULL };
	const unsigned pool = config->threads > 1 ? config->threads : 0;
	errno = 0;
	server->daemon = MHD_start_daemon(MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | v6,
		config->port, NULL, NULL, on_request, server, MHD_OPTION_ARRAY, where, MHD_OPTION_HTTPS_MEM_KEY,
		pem_text(&centre->server_key_pem), MHD_OPTION_HTTPS_MEM_CERT, pem_text(&centre->server_pem),
		MHD_OPTION_HTTPS_MEM_TRUST, pem_text(&centre->ca_pem), MHD_OPTION_HTTPS_PRIORITIES, PRIORITIES,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, server, MHD_OPTION_CONNECTION_LIMIT, config->connections,
		MHD_OPTION_CONNECTION_TIMEOUT, config->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_MOST,
		MHD_OPTION_THREAD_POOL_SIZE, pool, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_END);
	if (server->daemon == NULL)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "listening: %s",
			errno != 0 ? strerrorname_np(errno) : "the library refused");
	return true;
}

bool
server_start(const struct server_config *config, struct server_parts parts, struct server **out, struct error *err)
{
	struct server *server = calloc(1, sizeof(*server));
	if (server == NULL)
		abort();
	server->context = (struct exchange_context){ .centre = parts.centre,
		.centre_name = config->centre_name,
		.folder = config->folder,
		.disk_reserve = config->disk_reserve,
		.request_s = config->request_s };
	atomic_init(&server->context.budget.left, (size_t)config->upload_memory);
	const struct provisioner_parts provisioning = {
		.centre = parts.centre, .centre_name = config->centre_name, .codes = parts.codes, .issuer = parts.issuer
	};
	bool done = provisioner_start(provisioning, &server->context.provisioner, err);
	if (!done)
		parts.store.ops->close(parts.store.self);
	done = done && committer_start(parts.store, &server->context.committer, err) &&
		   start_daemon(server, config, parts.centre, err);
	if (!done) {
		server_stop(server);
		return error_in(err, "starting the server");
	}
	*out = server;
	return true;
}

uint16_t
server_port(const struct server *server)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
	return info != NULL ? info->port : 0;
}

/* Give answers that are ready the time to go out; what still uploads is cut. */
static void
let_finish(const struct server *server)
{
	const int64_t until_ms = clock_monotonic_ms() + STOP_MS;
	while (atomic_load(&server->exchanges) > 0 && clock_monotonic_ms() < until_ms)
		(void)usleep(10000);
}

void
server_stop(struct server *server)
{
	MHD_socket listener = MHD_INVALID_SOCKET;
	if (server == NULL)
		return;
	if (server->daemon != NULL)
		listener = MHD_quiesce_daemon(server->daemon);
	/* From here on nothing is taken; what was taken is stored and called back, so no connection stays suspended. */
	if (server->context.committer != NULL)
		committer_stop(server->context.committer);
	if (server->context.provisioner != NULL)
		provisioner_stop(server->context.provisioner);
	if (server->daemon != NULL) {
		let_finish(server);
		MHD_stop_daemon(server->daemon);
	}
	if (listener != MHD_INVALID_SOCKET)
		(void)close(listener);
	committer_free(server->context.committer);
	provisioner_free(server->context.provisioner);
	free(server);
}
