#include "tests/unit/sync/intake/support/https.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define WAIT_S    20
#define HEAD_MOST 8192

static void
datum(const char *text, gnutls_datum_t *out)
{
	union {
		const char *from;
		unsigned char *to;
	} at = { .from = text };
	*out = (gnutls_datum_t){ at.to, (unsigned)strlen(text) };
}

static bool
connect_to(uint16_t port, int *out)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	const struct timeval wait = { .tv_sec = WAIT_S };
	const int on = 1;
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return false;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* head and body are two writes */
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		(void)close(fd);
		return false;
	}
	*out = fd;
	return true;
}

bool
https_open(struct https *out, uint16_t port, const char *ca_pem, const char *certificate_pem, const char *key_pem,
	const char *priorities)
{
	gnutls_datum_t ca, certificate, key;
	struct https made = { .fd = -1 };
	if (!connect_to(port, &made.fd))
		return false;
	if (gnutls_certificate_allocate_credentials(&made.credentials) < 0 ||
		gnutls_init(&made.session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL | GNUTLS_FORCE_CLIENT_CERT) < 0)
		abort();
	datum(ca_pem, &ca);
	bool done = gnutls_certificate_set_x509_trust_mem(made.credentials, &ca, GNUTLS_X509_FMT_PEM) == 1;
	if (certificate_pem != NULL) {
		datum(certificate_pem, &certificate);
		datum(key_pem, &key);
		done =
			done && gnutls_certificate_set_x509_key_mem(made.credentials, &certificate, &key, GNUTLS_X509_FMT_PEM) == 0;
	}
	if (!done ||
		gnutls_priority_set_direct(
			made.session, priorities != NULL ? priorities : "NORMAL:-VERS-ALL:+VERS-TLS1.3", NULL) < 0 ||
		gnutls_credentials_set(made.session, GNUTLS_CRD_CERTIFICATE, made.credentials) < 0)
		abort();
	gnutls_session_set_verify_cert(made.session, "localhost", 0);
	gnutls_transport_set_int(made.session, made.fd);
	int status = GNUTLS_E_AGAIN;
	while (status < 0 && gnutls_error_is_fatal(status) == 0)
		status = gnutls_handshake(made.session);
	if (status < 0) {
		https_close(&made);
		return false;
	}
	*out = made;
	return true;
}

bool
https_send(struct https *to, const void *at, size_t len)
{
	const uint8_t *next = at;
	while (len > 0) {
		const ssize_t n = gnutls_record_send(to->session, next, len);
		if (n <= 0)
			return false;
		next += n;
		len -= (size_t)n;
	}
	return true;
}

static void
field(const char *head, const char *name, char *out, size_t cap)
{
	out[0] = '\0';
	for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
		const size_t len = strlen(name);
		if (strncasecmp(line + 2, name, len) != 0 || line[2 + len] != ':')
			continue;
		const char *value = line + 2 + len + 1;
		value += strspn(value, " ");
		(void)snprintf(out, cap, "%.*s", (int)strcspn(value, "\r"), value);
		return;
	}
}

static bool
read_more(struct https *from, char *into, size_t cap, size_t *len)
{
	const ssize_t n = gnutls_record_recv(from->session, into + *len, cap - *len);
	if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED || n <= 0)
		return false;
	*len += (size_t)n;
	return true;
}

/* The head up to the empty line; what came behind it is the beginning of the body. */
static bool
read_head(struct https *from, char head[HEAD_MOST], struct https_answer *out)
{
	size_t len = 0;
	char *end = NULL;
	while (end == NULL) {
		if (len == HEAD_MOST - 1 || !read_more(from, head, HEAD_MOST - 1, &len))
			return false;
		head[len] = '\0';
		end = strstr(head, "\r\n\r\n");
	}
	out->len = len - (size_t)(end + 4 - head);
	memcpy(out->body, end + 4, out->len);
	end[2] = '\0';
	return sscanf(head, "HTTP/1.1 %d", &out->status) == 1;
}

bool
https_receive(struct https *from, struct https_answer *out)
{
	char head[HEAD_MOST];
	char value[64];
	do {
		if (!read_head(from, head, out))
			return false;
	} while (out->status == 100);
	field(head, "Content-Type", out->media, sizeof(out->media));
	field(head, "Allow", out->allow, sizeof(out->allow));
	field(head, "Retry-After", out->retry, sizeof(out->retry));
	field(head, "Connection", value, sizeof(value));
	out->closes = strcasecmp(value, "close") == 0;
	field(head, "Content-Length", value, sizeof(value));
	const size_t wanted = (size_t)strtoul(value, NULL, 10);
	while (out->len < wanted) {
		union {
			uint8_t *bytes;
			char *chars;
		} body = { .bytes = out->body };
		if (wanted > sizeof(out->body) || !read_more(from, body.chars, wanted, &out->len))
			return false;
	}
	return true;
}

bool
https_ask(struct https *with, const char *method, const char *path, const char *media, struct span body,
	struct https_answer *out)
{
	char head[1024];
	char type[128] = "";
	if (media != NULL)
		(void)snprintf(type, sizeof(type), "Content-Type: %s\r\n", media);
	const int len = snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %zu\r\n\r\n",
		method, path, type, body.len);
	/* An early answer may come while the body is still on its way: a failed send does not mean that there is none. */
	if (https_send(with, head, (size_t)len) && body.len > 0)
		(void)https_send(with, body.at, body.len);
	return https_receive(with, out);
}

void
https_close(struct https *connection)
{
	if (connection->session != NULL)
		gnutls_deinit(connection->session);
	if (connection->credentials != NULL)
		gnutls_certificate_free_credentials(connection->credentials);
	if (connection->fd >= 0)
		(void)close(connection->fd);
	*connection = (struct https){ .fd = -1 };
}
