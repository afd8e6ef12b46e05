#include "sync/syncd/syncd_settings.h"

#include <string.h>

#include "kiosk/base/text.h"

#define AT(field)  offsetof(struct syncd_settings, field)
#define CAP(field) sizeof(((struct syncd_settings *)NULL)->field)

static const struct conf_setting settings[] = {
	{ .section = "centre",
		.name = "url",
		.type = CONF_TEXT,
		.offset = AT(centre_url),
		.cap = CAP(centre_url),
		.help = "The centre's address, https://host or https://host:port, with nothing behind it." },
	{ .section = "centre",
		.name = "ca",
		.type = CONF_PATH,
		.offset = AT(centre_ca),
		.cap = CAP(centre_ca),
		.help =
			"The certificate (PEM) of the one authority that the centre's certificate may come from. Used until this "
			"counter is provisioned; from then on what the centre gave then holds." },
	{ .section = "centre",
		.name = "connect_s",
		.type = CONF_NUMBER,
		.offset = AT(connect_s),
		.least = 1,
		.most = 120,
		.initial = "10",
		.help = "Seconds until a connection must stand, TLS included." },
	{ .section = "centre",
		.name = "total_s",
		.type = CONF_NUMBER,
		.offset = AT(total_s),
		.least = 1,
		.most = 3600,
		.initial = "120",
		.help = "Seconds until a whole exchange must be over; 4 MB over 1 Mbit/s take 34." },
	{ .section = "syncd",
		.name = "state_folder",
		.type = CONF_PATH,
		.offset = AT(state_folder),
		.cap = CAP(state_folder),
		.initial = "/var/lib/syncd",
		.help = "Where the line key (mode 0600), its certificate and the spool lie." },
	{ .section = "syncd",
		.name = "socket",
		.type = CONF_PATH,
		.offset = AT(socket),
		.cap = CAP(socket),
		.initial = "/run/counter/sync.sock",
		.help = "Where the counter connects. Not used when systemd hands over a socket." },
	{ .section = "syncd",
		.name = "socket_group",
		.type = CONF_BOOL,
		.offset = AT(socket_group),
		.initial = "no",
		.help = "Whether the group of that socket may connect too (mode 0660 instead of 0600)." },
	{ .section = "spool",
		.name = "items",
		.type = CONF_NUMBER,
		.offset = AT(spool_items),
		.least = 1,
		.most = 1000000,
		.initial = "20000",
		.help = "Most items in the spool; more are refused until the centre has taken some." },
	{ .section = "spool",
		.name = "megabytes",
		.type = CONF_NUMBER,
		.offset = AT(spool_mb),
		.least = 8,
		.most = 1000000,
		.initial = "4096",
		.help = "Most megabytes in the spool." },
	{ .section = "spool",
		.name = "spare_megabytes",
		.type = CONF_NUMBER,
		.offset = AT(spare_mb),
		.least = 1,
		.most = 1000000,
		.initial = "64",
		.help = "Megabytes of the disk that must stay free; below that the spool takes nothing new." },
};

/* "https://" host [":" port]: nothing that would move a request to another place. */
static bool
is_url(const char *url)
{
	static const char scheme[] = "https://";
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
	size_t len = strlen(url), start = sizeof(scheme) - 1;
	return len > start && strncmp(url, scheme, start) == 0 && strspn(url + start, allowed) == len - start;
}

bool
syncd_settings_read(const char *path, struct syncd_settings *out, struct error *err)
{
	struct syncd_settings read;
	if (!conf_read(path, settings, sizeof(settings) / sizeof(settings[0]), &read, err))
		return false;
	if (!is_url(read.centre_url))
		return error_set(err, ERROR_INVALID, "%s: [centre] url: not https://host or https://host:port", path);
	*out = read;
	return true;
}

void
syncd_settings_print(void)
{
	conf_print(settings, sizeof(settings) / sizeof(settings[0]));
}
