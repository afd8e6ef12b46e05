#pragma once
/* Whole files: read with a bound, replaced durably (temporary file, fsync, rename, fsync of the folder). */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"

struct file_bytes {
	uint8_t *at; /* owned, malloc; one NUL byte follows the content */
	size_t len;
};

/* Read a regular file of at most `most` bytes. ERROR_GONE if it is not there, ERROR_FULL if larger, ERROR_SYSTEM. */
NODISCARD bool file_read(const char *path, size_t most, struct file_bytes *out, struct error *err);
void file_free(struct file_bytes *bytes); /* wipes first; accepts a zeroed one */
/* Replace or make `path` with `mode`; after true the new content survives a power cut. */
NODISCARD bool file_write(const char *path, struct span bytes, unsigned mode, struct error *err);
/* The same, but ERROR_REFUSED if `path` exists. */
NODISCARD bool file_create(const char *path, struct span bytes, unsigned mode, struct error *err);
/* Write all of `bytes`, going on after signals and short writes. False leaves errno. */
NODISCARD bool file_write_all(int fd, struct span bytes);
/* Make a folder with `mode` unless it is there. */
NODISCARD bool file_folder(const char *path, unsigned mode, struct error *err);
/* fsync the folder at `path`. */
NODISCARD bool file_sync_folder(const char *path, struct error *err);
/* Remove; true also if it was not there. The folder is synced. */
NODISCARD bool file_remove(const char *path, struct error *err);
/* CLEANUP() for a descriptor: closes unless -1, and leaves -1. */
void file_close(int *fd);
/* Hand a descriptor over to somebody else: gives it and leaves -1, so that CLEANUP() has nothing to close. */
NODISCARD int file_take(int *fd);
