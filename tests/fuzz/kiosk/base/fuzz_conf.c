/* A configuration file of any content, handed over as a memfd by its path under /proc. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kiosk/base/conf.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/fuzz/fuzz.h"

struct sample {
	char name[16];
	char folder[64];
	int64_t port;
	bool loud;
	uint8_t guard;
};

static const struct conf_setting settings[] = {
	{ "kiosk", "name", CONF_TEXT, offsetof(struct sample, name), 16, 0, 0, "", "" },
	{ "kiosk", "folder", CONF_PATH, offsetof(struct sample, folder), 64, 0, 0, "/var", "" },
	{ "kiosk", "loud", CONF_BOOL, offsetof(struct sample, loud), 0, 0, 0, "no", "" },
	{ "centre", "port", CONF_NUMBER, offsetof(struct sample, port), 0, 1, 65535, "443", "" },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err;
	char path[64];
	struct sample out = { .guard = 0xA5 };
	CLEANUP(file_close) int fd = memfd_create("conf", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (conf_read(path, settings, sizeof(settings) / sizeof(settings[0]), &out, &err)) {
		require(out.port >= 1 && out.port <= 65535 && out.folder[0] == '/');
		require(memchr(out.name, 0, sizeof(out.name)) != NULL && text_is_utf8(text_span(out.name)));
		require(memchr(out.folder, 0, sizeof(out.folder)) != NULL && text_is_utf8(text_span(out.folder)));
	} else {
		require(out.port == 0 && out.name[0] == '\0' && err.kind == ERROR_INVALID);
	}
	require(out.guard == 0xA5);
	return 0;
}
