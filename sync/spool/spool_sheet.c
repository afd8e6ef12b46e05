#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/text.h"
#include "sync/spool/internal.h"

#define SHEET_FULL (1024u * 1024) /* bytes after which the next sheet begins */

void
spool_sheet_name(uint64_t number, char out[static 32])
{
	(void)text_format(out, 32, "%016llx", (unsigned long long)number);
}

static bool
failed(struct error *err, const char *doing)
{
	int number = errno;
	enum error_kind kind = number == ENOSPC || number == EDQUOT ? ERROR_FULL : ERROR_SYSTEM;
	return error_set_from(err, kind, DOMAIN_ERRNO, number, "spool: %s: %s", doing, strerror(number));
}

static bool
begin(struct spool *spool, struct error *err)
{
	char name[32], path[PATH_MAX], folder[PATH_MAX];
	spool_sheet_name(spool->next_sheet, name);
	if (!spool_disk_path(spool, "sent", name, path, err) || !spool_disk_path(spool, "sent", ".", folder, err))
		return false;
	CLEANUP(file_close) int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return failed(err, "making a sheet of receipts");
	spool->next_sheet++;
	if (!file_sync_folder(folder, err))
		return false;
	spool->sheet = malloc(sizeof(*spool->sheet));
	if (spool->sheet == NULL)
		abort();
	*spool->sheet = (struct spool_sheet){ .number = spool->next_sheet - 1, .left = 1 };
	spool->sheet_len = 0;
	spool->sheet_fd = fd;
	fd = -1;
	return true;
}

void
spool_sheet_end(struct spool *spool)
{
	struct spool_sheet *sheet = spool->sheet;
	if (sheet == NULL)
		return;
	spool->sheet = NULL;
	file_close(&spool->sheet_fd);
	spool_sheet_release(spool, sheet);
}

static bool
write_at(int fd, struct span bytes, uint64_t at)
{
	while (bytes.len > 0) {
		ssize_t n = pwrite(fd, bytes.at, bytes.len, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes.at += n;
		bytes.len -= (size_t)n;
		at += (uint64_t)n;
	}
	return true;
}

bool
spool_sheet_append(struct spool *spool, struct span batch, uint64_t *at, struct error *err)
{
	if (spool->sheet != NULL && spool->sheet_len >= SHEET_FULL)
		spool_sheet_end(spool);
	if (spool->sheet == NULL && !begin(spool, err))
		return false;
	if (!write_at(spool->sheet_fd, batch, spool->sheet_len) || fdatasync(spool->sheet_fd) != 0) {
		(void)failed(err, "writing receipts");
		/* what is there of it is not whole, or may not be: nothing may come behind it */
		spool_sheet_end(spool);
		return false;
	}
	*at = spool->sheet_len;
	spool->sheet_len += batch.len;
	return true;
}

void
spool_sheet_release(struct spool *spool, struct spool_sheet *sheet)
{
	char name[32];
	sheet->left--;
	if (sheet == spool->sheet && sheet->left == 1 && spool->sheet_len > 0) {
		/* begun again from its start; should that get lost, old receipts come again and are acknowledged again */
		if (ftruncate(spool->sheet_fd, 0) == 0)
			spool->sheet_len = 0;
		return;
	}
	if (sheet->left > 0)
		return;
	spool_sheet_name(sheet->number, name);
	spool_disk_drop(spool, "sent", name);
	free(sheet);
}
