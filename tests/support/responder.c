#include "tests/support/responder.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS  256
#define REQUEST_MOST (5u * 1024 * 1024)
#define POLL_MS      50

struct connection {
	struct responder *owner;
	pthread_t thread;
	int fd;
	bool used;
};

struct responder {
	SSL_CTX *tls;
	int listener;
	uint16_t port;
	responder_fn answer;
	void *self;
	atomic_bool stop;
	pthread_t thread;
	pthread_mutex_t lock; /* one answer at a time */
	struct connection connections[CONNECTIONS];
};

static void
need(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "responder: %s\n", what);
	abort();
}

static SSL_CTX *
make_tls(const struct responder_settings *settings)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	BIO *key_in = BIO_new_mem_buf(settings->server->key, -1);
	BIO *certificate_in = BIO_new_mem_buf(settings->server->certificate, -1);
	BIO *ca_in = BIO_new_mem_buf(settings->client_ca, -1);
	need(tls != NULL && key_in != NULL && certificate_in != NULL && ca_in != NULL, "memory");
	EVP_PKEY *key = PEM_read_bio_PrivateKey(key_in, NULL, NULL, NULL);
	X509 *certificate = PEM_read_bio_X509(certificate_in, NULL, NULL, NULL);
	X509 *ca = PEM_read_bio_X509(ca_in, NULL, NULL, NULL);
	need(SSL_CTX_use_certificate(tls, certificate) == 1 && SSL_CTX_use_PrivateKey(tls, key) == 1, "certificate");
	need(X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), ca) == 1, "client CA");
	need(SSL_CTX_add_client_CA(tls, ca) == 1, "client CA's name");
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL); /* asked for, not required: as the centre does */
	int version = settings->old_tls ? TLS1_2_VERSION : TLS1_3_VERSION;
	need(SSL_CTX_set_min_proto_version(tls, version) == 1, "version");
	need(SSL_CTX_set_max_proto_version(tls, version) == 1, "version");
	EVP_PKEY_free(key);
	X509_free(certificate);
	X509_free(ca);
	BIO_free(key_in);
	BIO_free(certificate_in);
	BIO_free(ca_in);
	return tls;
}

static int
make_listener(uint16_t port, uint16_t *given)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	socklen_t len = sizeof(at);
	int yes = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	need(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0, "socket");
	need(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 && listen(fd, 64) == 0, "listen");
	need(getsockname(fd, (struct sockaddr *)&at, &len) == 0, "name");
	*given = ntohs(at.sin_port);
	return fd;
}

/* Read some; 0 when the connection is over or the responder stops. */
static size_t
read_some(struct connection *connection, SSL *ssl, uint8_t *at, size_t room)
{
	while (!atomic_load(&connection->owner->stop)) {
		struct pollfd ready = { .fd = connection->fd, .events = POLLIN };
		if (SSL_pending(ssl) == 0 && poll(&ready, 1, POLL_MS) <= 0)
			continue;
		int n = SSL_read(ssl, at, (int)room);
		return n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static size_t
length_of(const char *head)
{
	const char *at = strcasestr(head, "\r\ncontent-length:");
	return at != NULL ? strtoul(at + 17, NULL, 10) : 0;
}

static void
client_name(SSL *ssl, char out[static 65])
{
	X509 *peer = SSL_get1_peer_certificate(ssl);
	out[0] = '\0';
	if (peer != NULL && SSL_get_verify_result(ssl) == X509_V_OK)
		(void)X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, out, 65);
	X509_free(peer);
}

static bool
write_bytes(SSL *ssl, const void *at, size_t len)
{
	return len == 0 || SSL_write(ssl, at, (int)len) == (int)len;
}

/* False: the connection is to be broken off. */
static bool
reply_to(SSL *ssl, const struct responder_reply *reply)
{
	static const size_t room = RESPONDER_BODY + 1024;
	char *out = malloc(room);
	need(out != NULL, "memory");
	size_t len = 0;
	if (!reply->raw) {
		int n = snprintf(out, room, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s%s%s%s\r\n", reply->status, reply->len,
			reply->type[0] != '\0' ? "Content-Type: " : "", reply->type, reply->type[0] != '\0' ? "\r\n" : "",
			reply->header);
		need(n > 0 && (size_t)n + reply->len <= room, "reply");
		len = (size_t)n;
	}
	memcpy(out + len, reply->body, reply->len);
	len += reply->len;
	bool whole = reply->break_after == 0 || reply->break_after >= len;
	bool ok = write_bytes(ssl, out, whole ? len : reply->break_after) && whole && !reply->raw;
	free(out);
	return ok;
}

static bool
answer(struct connection *connection, SSL *ssl, uint8_t *request, size_t head, size_t len)
{
	struct responder *owner = connection->owner;
	struct responder_reply *reply = calloc(1, sizeof(*reply));
	char method[8] = "", path[256] = "", client[65];
	need(reply != NULL, "memory");
	client_name(ssl, client);
	need(sscanf((const char *)request, "%7s %255s", method, path) == 2, "request line");
	uint8_t kept = request[head + len];
	request[head + len] = 0;
	const struct responder_request asked = { method, path, request + head, len, client };
	(void)pthread_mutex_lock(&owner->lock);
	owner->answer(owner->self, &asked, reply);
	(void)pthread_mutex_unlock(&owner->lock);
	request[head + len] = kept;
	for (unsigned waited = 0; waited < reply->delay_ms && !atomic_load(&owner->stop); waited += POLL_MS) {
		const struct timespec step = { .tv_nsec = POLL_MS * 1000000 };
		(void)nanosleep(&step, NULL);
	}
	bool ok = !atomic_load(&owner->stop) && reply_to(ssl, reply);
	free(reply);
	return ok;
}

static void
serve(struct connection *connection, SSL *ssl)
{
	uint8_t *buffer = malloc(REQUEST_MOST + 1);
	size_t have = 0;
	bool ok = buffer != NULL;
	while (ok) {
		size_t n = read_some(connection, ssl, buffer + have, REQUEST_MOST - have);
		if (n == 0)
			break;
		have += n;
		for (;;) {
			buffer[have] = 0;
			const uint8_t *end = memmem(buffer, have, "\r\n\r\n", 4);
			if (end == NULL)
				break;
			size_t head = (size_t)(end - buffer) + 4, len = length_of((const char *)buffer);
			if (have < head + len)
				break;
			ok = answer(connection, ssl, buffer, head, len);
			have -= head + len;
			memmove(buffer, buffer + head + len, have);
			if (!ok)
				break;
		}
	}
	free(buffer);
}

static void *
run_connection(void *self)
{
	struct connection *connection = self;
	SSL *ssl = SSL_new(connection->owner->tls);
	need(ssl != NULL && SSL_set_fd(ssl, connection->fd) == 1, "TLS");
	if (SSL_accept(ssl) == 1)
		serve(connection, ssl);
	(void)shutdown(connection->fd, SHUT_RDWR);
	SSL_free(ssl);
	return NULL;
}

static void *
run_listener(void *self)
{
	struct responder *responder = self;
	size_t next = 0;
	while (!atomic_load(&responder->stop)) {
		struct pollfd ready = { .fd = responder->listener, .events = POLLIN };
		int yes = 1;
		if (poll(&ready, 1, POLL_MS) <= 0)
			continue;
		int fd = accept4(responder->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
		need(next < CONNECTIONS, "too many connections");
		struct connection *connection = &responder->connections[next++];
		*connection = (struct connection){ .owner = responder, .fd = fd };
		connection->used = pthread_create(&connection->thread, NULL, run_connection, connection) == 0;
		need(connection->used, "thread");
	}
	return NULL;
}

struct responder *
responder_start(const struct responder_settings *settings)
{
	struct responder *responder = calloc(1, sizeof(*responder));
	need(responder != NULL, "memory");
	(void)signal(SIGPIPE, SIG_IGN);
	responder->tls = make_tls(settings);
	responder->listener = make_listener(settings->port, &responder->port);
	responder->answer = settings->answer;
	responder->self = settings->self;
	need(pthread_mutex_init(&responder->lock, NULL) == 0, "mutex");
	need(pthread_create(&responder->thread, NULL, run_listener, responder) == 0, "thread");
	return responder;
}

uint16_t
responder_port(const struct responder *responder)
{
	return responder->port;
}

void
responder_stop(struct responder *responder)
{
	if (responder == NULL)
		return;
	atomic_store(&responder->stop, true);
	(void)pthread_join(responder->thread, NULL);
	(void)close(responder->listener);
	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct connection *connection = &responder->connections[i];
		if (!connection->used)
			continue;
		(void)shutdown(connection->fd, SHUT_RDWR);
		(void)pthread_join(connection->thread, NULL);
		(void)close(connection->fd);
	}
	SSL_CTX_free(responder->tls);
	(void)pthread_mutex_destroy(&responder->lock);
	free(responder);
}
