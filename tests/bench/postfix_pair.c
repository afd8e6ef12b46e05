#include "tests/bench/postfix_pair.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/text.h"
#include "tests/support/authority.h"
#include "tests/support/bench.h"

#define PATIENCE_NS 120000000000
#define POLL_NS     2000000

static const char common[] = "compatibility_level = 3.6\n"
							 "queue_directory = @F/@N/queue\n"
							 "data_directory = @F/@N/data\n"
							 "command_directory = /usr/sbin\n"
							 "daemon_directory = /usr/lib/postfix/sbin\n"
							 "mail_owner = postfix\n"
							 "setgid_group = postdrop\n"
							 "myhostname = @N.test\n"
							 "inet_interfaces = 127.0.0.1\n"
							 "inet_protocols = ipv4\n"
							 "mynetworks = 127.0.0.0/8\n"
							 "alias_maps =\nalias_database =\nlocal_recipient_maps =\n"
							 "smtpd_relay_restrictions = permit_mynetworks, reject\n"
							 "smtpd_client_connection_count_limit = 0\n"
							 "hash_queue_names = corrupt\n"
							 "maillog_file_prefixes = @F\n"
							 "maillog_file = @F/@N/log\n";

/* What our own side has, Postfix has too: connections are kept, and sixteen begin at once. */
static const char sender[] = "mydestination =\n"
							 "relayhost = [127.0.0.1]:@P\n"
							 "smtp_tls_security_level = encrypt\n"
							 "smtp_tls_mandatory_protocols = >=TLSv1.3\n"
							 "smtp_tls_cert_file = @F/line.pem\n"
							 "smtp_tls_key_file = @F/line.key\n"
							 "smtp_tls_connection_reuse = yes\n"
							 "initial_destination_concurrency = 16\n"
							 "default_destination_concurrency_limit = 20\n";

static const char receiver[] = "mydestination = receiver.test\n"
							   "smtpd_tls_security_level = encrypt\n"
							   "smtpd_tls_mandatory_protocols = >=TLSv1.3\n"
							   "smtpd_tls_cert_file = @F/server.pem\n"
							   "smtpd_tls_key_file = @F/server.key\n"
							   "smtpd_tls_ask_ccert = yes\n"
							   "local_transport = discard:\n";

static const char services[] = "127.0.0.1:@P inet n - n - - smtpd\n"
							   "pickup unix n - n 60 1 pickup\n"
							   "cleanup unix n - n - 0 cleanup\n"
							   "qmgr unix n - n 300 1 qmgr\n"
							   "tlsmgr unix - - n 1000? 1 tlsmgr\n"
							   "rewrite unix - - n - - trivial-rewrite\n"
							   "bounce unix - - n - 0 bounce\n"
							   "defer unix - - n - 0 bounce\n"
							   "trace unix - - n - 0 bounce\n"
							   "verify unix - - n - 1 verify\n"
							   "flush unix n - n 1000? 0 flush\n"
							   "proxymap unix - - n - - proxymap\n"
							   "smtp unix - - n - - smtp\n"
							   "relay unix - - n - - smtp\n"
							   "showq unix n - n - - showq\n"
							   "error unix - - n - - error\n"
							   "retry unix - - n - - error\n"
							   "discard unix - - n - - discard\n"
							   "anvil unix - - n - 1 anvil\n"
							   "scache unix - - n - 1 scache\n"
							   "tlsproxy unix - - n - 0 tlsproxy\n"
							   "postlog unix-dgram n - n - 1 postlogd\n";

static void
pause_ns(long ns)
{
	const struct timespec wait = { ns / 1000000000, ns % 1000000000 };
	(void)nanosleep(&wait, NULL);
}

static int run(const char *fmt, ...) PRINTF(1, 2);
static int
run(const char *fmt, ...)
{
	char command[1024];
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	return n > 0 && (size_t)n < sizeof(command) ? system(command) : -1;
}

static bool
put(const char *folder, const char *name, const char *text)
{
	char path[512];
	if (!text_format(path, sizeof(path), "%s/%s", folder, name))
		return false;
	FILE *out = fopen(path, "w");
	bool ok = out != NULL && fputs(text, out) >= 0;
	return out != NULL && fclose(out) == 0 && ok;
}

bool
postfix_pair_possible(void)
{
	return geteuid() == 0 && getpwnam("postfix") != NULL && access("/usr/sbin/postfix", X_OK) == 0 &&
		   access("/usr/sbin/smtp-source", X_OK) == 0 && access("/usr/lib/postfix/sbin/master", X_OK) == 0;
}

/* A port whose next one is free too. */
static unsigned
free_ports(void)
{
	for (unsigned port = 26010; port < 27000; port += 2) {
		bool ok = true;
		for (unsigned i = 0; i < 2; i++) {
			struct sockaddr_in at = { .sin_family = AF_INET,
				.sin_port = htons((uint16_t)(port + i)),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
			int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
			ok = ok && fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
			(void)close(fd);
		}
		if (ok)
			return port;
	}
	return 0;
}

static bool
write_keys(const char *folder)
{
	struct authority *authority = authority_new("Bench CA");
	struct authority_pair server, line;
	authority_issue(authority, "localhost", AUTHORITY_SERVER, 0, 0, &server);
	authority_issue(authority, "WR-04", AUTHORITY_LINE, 0, 0, &line);
	authority_free(authority);
	return put(folder, "server.pem", server.certificate) && put(folder, "server.key", server.key) &&
		   put(folder, "line.pem", line.certificate) && put(folder, "line.key", line.key);
}

/* A template with @F (folder), @N (name of the instance) and @P (a port) put in, written to the file. */
static bool
put_filled(const struct postfix_pair *pair, const char *name, const char *file, const char *template, unsigned port)
{
	char path[512];
	if (!text_format(path, sizeof(path), "%s/%s/conf/%s", pair->folder, name, file))
		return false;
	FILE *out = fopen(path, "a");
	if (out == NULL)
		return false;
	for (const char *at = template; *at != '\0'; at++) {
		if (*at != '@')
			(void)fputc(*at, out);
		else if (*++at == 'F')
			(void)fputs(pair->folder, out);
		else if (*at == 'N')
			(void)fputs(name, out);
		else
			(void)fprintf(out, "%u", port);
	}
	return fclose(out) == 0;
}

/* `rest` names the port that the instance sends to; it listens on `port`. */
static bool
start_instance(const struct postfix_pair *pair, const char *name, const char *rest, unsigned port, struct process *out)
{
	char conf[400], log[400];
	const char *const argv[] = { "/usr/lib/postfix/sbin/master", "-c", conf, "-d", NULL };
	if (!text_format(conf, sizeof(conf), "%s/%s/conf", pair->folder, name) ||
		!text_format(log, sizeof(log), "%s/%s/errors", pair->folder, name) ||
		run("cd %s && mkdir -p %s/conf %s/queue %s/data && chown postfix %s/data", pair->folder, name, name, name,
			name) != 0 ||
		!put_filled(pair, name, "main.cf", common, port) || !put_filled(pair, name, "main.cf", rest, pair->port + 1) ||
		!put_filled(pair, name, "master.cf", services, port) ||
		run("postfix -c %s check >/dev/null 2>&1 </dev/null", conf) != 0)
		return false;
	process_start(argv, log, out);
	return true;
}

static bool
listens(unsigned port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
	(void)close(fd);
	return ok;
}

bool
postfix_pair_start(struct postfix_pair *pair, const char *folder)
{
	*pair = (struct postfix_pair){ .port = free_ports() };
	if (!text_copy(pair->folder, sizeof(pair->folder), folder) || pair->port == 0 || !write_keys(folder) ||
		!start_instance(pair, "sender", sender, pair->port, &pair->sender) ||
		!start_instance(pair, "receiver", receiver, pair->port + 1, &pair->receiver)) {
		(void)fprintf(stderr, "Postfix did not start in %s\n", folder);
		return false;
	}
	for (int i = 0; i < 100; i++) {
		if (listens(pair->port) && listens(pair->port + 1))
			return true;
		pause_ns(100000000);
	}
	(void)fprintf(stderr, "Postfix does not listen\n");
	return false;
}

/* Messages in a queue of the sender. */
static int
queued(const struct postfix_pair *pair, const char *queue)
{
	char path[400];
	int count = 0;
	(void)text_format(path, sizeof(path), "%s/sender/queue/%s", pair->folder, queue);
	DIR *folder = opendir(path);
	for (const struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
		count += entry->d_name[0] != '.' && strlen(entry->d_name) > 5;
	if (folder != NULL)
		(void)closedir(folder);
	return count;
}

static bool
await(const struct postfix_pair *pair, int deferred, int moving)
{
	int64_t deadline = bench_now_ns() + PATIENCE_NS;
	while (queued(pair, "deferred") != deferred || queued(pair, "active") + queued(pair, "incoming") != moving) {
		if (bench_now_ns() > deadline)
			return false;
		pause_ns(POLL_NS);
	}
	return true;
}

static bool
hold(const struct postfix_pair *pair, const char *transports)
{
	if (run("postconf -c %s/sender/conf -e 'defer_transports = %s' && postfix -c %s/sender/conf reload >/dev/null 2>&1 "
			"</dev/null",
			pair->folder, transports, pair->folder) != 0)
		return false;
	pause_ns(1500000000); /* the queue manager takes its time to start again */
	return true;
}

int64_t
postfix_pair_drain(struct postfix_pair *pair, int count, int bytes)
{
	if (!hold(pair, "smtp relay") ||
		run("smtp-source -s 8 -m %d -l %d -f s@sender.test -t r@receiver.test 127.0.0.1:%u", count, bytes,
			pair->port) != 0 ||
		!await(pair, count, 0) || !hold(pair, ""))
		return -1;
	int64_t began = bench_now_ns();
	if (run("postqueue -c %s/sender/conf -f", pair->folder) != 0 || !await(pair, 0, 0))
		return -1;
	return bench_now_ns() - began;
}

void
postfix_pair_stop(struct postfix_pair *pair)
{
	(void)process_end(&pair->sender, SIGTERM);
	(void)process_end(&pair->receiver, SIGTERM);
}
