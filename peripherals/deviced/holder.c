#include "peripherals/deviced/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NAME_MOST    16u    /* bytes of a program's name with NUL (TASK_COMM_LEN) */
#define PROCESS_MOST 65536u /* looked at */
#define PRINTER_KIND (1u << DEVICE_WIRE_PRINTER)
#define CHIP_KINDS   (1u << DEVICE_WIRE_READER | 1u << DEVICE_WIRE_TOKEN)

static const struct {
	const char *name; /* as the kernel has it: cut after 15 bytes */
	unsigned kinds;
} holders[] = {
	{ "deviced", CHIP_KINDS | PRINTER_KIND },
	{ "deviced-trainin", CHIP_KINDS | PRINTER_KIND },
	{ "pcscd", CHIP_KINDS },
	{ "scdaemon", CHIP_KINDS },
	{ "openct", CHIP_KINDS },
	{ "ifdhandler", CHIP_KINDS },
	{ "cupsd", PRINTER_KIND },
	{ "usb", PRINTER_KIND }, /* CUPS' backend */
	{ "ippusbxd", PRINTER_KIND },
	{ "ipp-usb", PRINTER_KIND },
};

/* The name of one process of /proc. */
static bool
name_of(int proc, const char *number, char out[static NAME_MOST])
{
	char path[64];
	if (!text_format(path, sizeof(path), "%s/comm", number))
		return false;
	CLEANUP(file_close) int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, out, NAME_MOST - 1);
	if (len <= 0)
		return false;
	out[len] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return true;
}

/* Note which of the holders this is. Our own process is none. */
static void
note(const char *name, enum device_wire_kind kind, bool seen[static COUNT(holders)])
{
	for (size_t i = 0; i < COUNT(holders); i++)
		if ((holders[i].kinds & 1u << kind) != 0 && strcmp(holders[i].name, name) == 0)
			seen[i] = true;
}

static void
look_around(DIR *folder, enum device_wire_kind kind, bool seen[static COUNT(holders)])
{
	char self[32], name[NAME_MOST];
	(void)text_format(self, sizeof(self), "%jd", (intmax_t)getpid());
	for (unsigned count = 0; count < PROCESS_MOST; count++) {
		const struct dirent *entry = readdir(folder); /* of this thread alone */
		if (entry == NULL)
			return;
		if (isdigit((unsigned char)entry->d_name[0]) && strcmp(entry->d_name, self) != 0 &&
			name_of(dirfd(folder), entry->d_name, name))
			note(name, kind, seen);
	}
}

bool
holder_find(const char *proc, enum device_wire_kind kind, char *out, size_t cap)
{
	bool seen[COUNT(holders)] = { false };
	size_t len = 0;
	DIR *folder = opendir(proc);
	out[0] = '\0';
	if (folder == NULL)
		return false;
	look_around(folder, kind, seen);
	(void)closedir(folder);
	for (size_t i = 0; i < COUNT(holders); i++)
		if (seen[i] && text_format(out + len, cap - len, "%s%s", len > 0 ? ", " : "", holders[i].name))
			len = strlen(out);
		else
			out[len] = '\0';
	return len > 0;
}
