#pragma once
/* Samples of a packet against its golden file and its schema: mutate.py makes every change that must be refused. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

#define CHANGED_MUTATE  TEST_SOURCE_DIR "/tests/unit/sync/packet/mutate.py"
#define CHANGED_SKIPPED 77

extern char **environ;

/* Whether the reader takes it. */
typedef bool (*changed_read_fn)(const char *json, size_t len);

static inline int
changed_mutate(const char *schema, const char *folder)
{
	char *const args[] = { (char *)(uintptr_t) "python3", (char *)(uintptr_t)CHANGED_MUTATE, (char *)(uintptr_t)schema,
		(char *)(uintptr_t)folder, NULL };
	pid_t pid;
	int status;
	if (posix_spawnp(&pid, "python3", NULL, NULL, args, environ) != 0)
		return CHANGED_SKIPPED;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline size_t
changed_refuse_each(const char *path, changed_read_fn reads)
{
	char *line = NULL;
	size_t cap = 0, count = 0;
	ssize_t len;
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	while ((len = getline(&line, &cap, file)) > 0) {
		char *json = strchr(line, '\t');
		assert_non_null(json);
		*json++ = '\0';
		if (reads(json, (size_t)(line + len - json - 1)))
			fail_msg("the reader accepts %s", line);
		count++;
	}
	free(line);
	(void)fclose(file);
	return count;
}

/* The schema takes each sample, and schema and reader both refuse each change to it. How many changes there were; skips
 * the test without jsonschema. */
static inline size_t
changed_all(const char *schema, const struct file_bytes *samples, size_t count, changed_read_fn reads)
{
	char folder[256], path[300];
	struct error err;
	folder_new(folder);
	for (size_t i = 0; i < count; i++) {
		assert_true(text_format(path, sizeof(path), "%s/%zu.json", folder, i));
		assert_true(file_write(path, (struct span){ samples[i].at, samples[i].len }, 0600, &err));
	}
	const int result = changed_mutate(schema, folder);
	if (result == CHANGED_SKIPPED) {
		folder_remove(folder);
		skip();
	}
	assert_int_equal(result, 0);
	assert_true(text_format(path, sizeof(path), "%s/changed", folder));
	const size_t changes = changed_refuse_each(path, reads);
	folder_remove(folder);
	return changes;
}

/* A line of the golden file for each sample. */
static inline void
changed_golden(const char *path, const struct file_bytes *samples, size_t count)
{
	struct file_bytes golden, made = { 0 };
	struct error err;
	for (size_t i = 0; i < count; i++) {
		made.at = realloc(made.at, made.len + samples[i].len + 1);
		assert_non_null(made.at);
		memcpy(made.at + made.len, samples[i].at, samples[i].len);
		made.len += samples[i].len;
		made.at[made.len++] = '\n';
	}
	if (getenv("GOLDEN_WRITE") != NULL)
		assert_true(file_write(path, (struct span){ made.at, made.len }, 0644, &err));
	assert_true(file_read(path, 2 * made.len, &golden, &err));
	assert_int_equal(golden.len, made.len);
	assert_memory_equal(golden.at, made.at, made.len);
	file_free(&golden);
	file_free(&made);
}

/* No part of a sample is one. */
static inline void
changed_beginnings(const struct file_bytes *sample, changed_read_fn reads)
{
	for (size_t len = 0; len < sample->len; len++) {
		char *text = malloc(len + 1); /* its own block, so that reading past the end is seen */
		assert_non_null(text);
		memcpy(text, sample->at, len);
		assert_false(reads(text, len));
		free(text);
	}
}
