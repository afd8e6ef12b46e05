#include <dirent.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/catalogue_inside.h"

#define PATH_MOST 4096u

struct names {
	char at[CATALOGUE_FILES][64];
	size_t count;
};

static void tell_v(struct catalogue_reading *in, size_t file, int line, const char *fmt, va_list args) PRINTF(4, 0);

static void
tell(struct catalogue_reading *in, const char *file, int line, const char *rule)
{
	struct catalogue_fault fault = { .line = line };
	if (in->faults++ >= CATALOGUE_FAULTS)
		return;
	(void)text_copy(fault.file, sizeof(fault.file), file);
	(void)text_copy(fault.rule, sizeof(fault.rule), rule);
	if (in->faults == 1)
		in->first = fault;
	if (in->report != NULL)
		in->report(in->report_self, &fault);
}

static void
tell_v(struct catalogue_reading *in, size_t file, int line, const char *fmt, va_list args)
{
	char rule[512];
	(void)vsnprintf(rule, sizeof(rule), fmt, args);
	tell(in, file < in->file_count ? in->files[file].name : "catalogue", line, rule);
}

void
catalogue_load_fault(struct catalogue_reading *in, const char *fmt, ...)
{
	int line = 0;
	size_t depth = in->depth;
	if (in->faults >= CATALOGUE_FAULTS)
		return;
	do /* what is missing stands where its parent is */
		line = where_line((const char *)in->files[in->file].bytes.at, in->path, depth);
	while (line == 0 && depth-- > 0);
	va_list args;
	va_start(args, fmt);
	tell_v(in, in->file, line, fmt, args);
	va_end(args);
}

void
catalogue_load_fault_at(struct catalogue_reading *in, size_t file, int line, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	tell_v(in, file, line, fmt, args);
	va_end(args);
}

static bool
is_json_name(const char *name)
{
	size_t len = strlen(name);
	return len > 5 && name[0] != '.' && strcmp(name + len - 5, ".json") == 0;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool
list_names(const char *path, struct names *names, struct error *err)
{
	bool fits = true;
	DIR *dir = opendir(path);
	if (dir == NULL)
		return error_set(err, ERROR_GONE, "catalogue folder cannot be opened");
	for (struct dirent *entry; fits && (entry = readdir(dir)) != NULL;) {
		if (!is_json_name(entry->d_name))
			continue;
		fits = names->count < CATALOGUE_FILES &&
			   text_copy(names->at[names->count], sizeof(names->at[0]) - sizeof("training/"), entry->d_name);
		names->count += fits ? 1 : 0;
	}
	(void)closedir(dir);
	qsort(names->at, names->count, sizeof(names->at[0]), compare_names);
	return fits || error_set(err, ERROR_FULL, "too many files, or a file name too long, in a catalogue folder");
}

static bool
read_folder(const char *dir, const char *layer, struct catalogue_file *files, size_t *count, struct error *err)
{
	char path[PATH_MOST];
	struct names names = { .count = 0 };
	if (!text_format(path, sizeof(path), "%s/%s", dir, layer))
		return error_set(err, ERROR_FULL, "catalogue path too long");
	if (!list_names(path, &names, err))
		return error_in(err, "%s", layer);
	for (size_t i = 0; i < names.count; i++) {
		struct catalogue_file *file = &files[*count];
		if (*count == CATALOGUE_FILES)
			return error_set(err, ERROR_FULL, "more than %u catalogue files", CATALOGUE_FILES);
		file->training = strcmp(layer, "training") == 0;
		(void)text_format(file->name, sizeof(file->name), "%s/%s", layer, names.at[i]);
		if (!text_format(path, sizeof(path), "%s/%s", dir, file->name))
			return error_set(err, ERROR_FULL, "catalogue path too long");
		if (!file_read(path, CATALOGUE_FILE_MOST, &file->bytes, err))
			return error_in(err, "%s", file->name);
		(*count)++;
	}
	return true;
}

static void
free_files(struct catalogue_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		file_free(&files[i].bytes);
	free(files);
}

/* Name, line feed, length in decimal, line feed, bytes: for each file in order. */
static bool
hash_files(const struct catalogue_file *files, size_t count, uint8_t out[static 32], struct error *err)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;
	for (size_t i = 0; ok && i < count; i++) {
		char head[96];
		(void)text_format(head, sizeof(head), "%s\n%zu\n", files[i].name, files[i].bytes.len);
		ok = EVP_DigestUpdate(ctx, head, strlen(head)) == 1 &&
			 EVP_DigestUpdate(ctx, files[i].bytes.at, files[i].bytes.len) == 1;
	}
	ok = ok && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	return ok || error_set(err, ERROR_SYSTEM, "hashing the catalogue failed");
}

static void
read_one(struct catalogue_reading *in)
{
	const struct catalogue_file *file = &in->files[in->file];
	json_error_t fault;
	json_t *root = json_loadb((const char *)file->bytes.at, file->bytes.len, JSON_REJECT_DUPLICATES, &fault);
	if (root == NULL) {
		catalogue_load_fault_at(in, in->file, fault.line, "not JSON: %s", fault.text);
		return;
	}
	in->catalogue->roots[in->catalogue->root_count++] = root;
	in->depth = 0;
	catalogue_read_root(in, root);
}

/* Facts must hold by themselves before training is laid over them. */
static bool
read_layer(struct catalogue_reading *in, bool training)
{
	for (in->file = 0; in->file < in->file_count; in->file++) {
		if (in->files[in->file].training == training)
			read_one(in);
	}
	if (!in->version_seen[training] && in->faults == 0)
		catalogue_load_fault_at(in, in->file_count, 0, "%s no version", training ? "training has" : "facts have");
	catalogue_read_required(in);
	if (in->faults == 0) /* entries that were not read would give faults that are none */
		catalogue_rules_apply(in);
	return in->faults == 0;
}

static bool
read_layers(struct catalogue_reading *in, struct error *err)
{
	if (read_layer(in, false) && (!in->catalogue->training || read_layer(in, true)))
		return true;
	return error_set(err, ERROR_INVALID, "%s:%d: %s", in->first.file, in->first.line, in->first.rule);
}

bool
catalogue_load_files(const struct catalogue_file *files, size_t count, bool training, catalogue_fault_fn report,
	void *report_self, struct catalogue **out, struct error *err)
{
	struct catalogue *catalogue = calloc(1, sizeof(*catalogue));
	struct catalogue_reading *in = calloc(1, sizeof(*in));
	if (catalogue == NULL || in == NULL)
		abort();
	*in = (struct catalogue_reading){
		.catalogue = catalogue, .files = files, .file_count = count, .report = report, .report_self = report_self
	};
	catalogue->training = training;
	catalogue->checks_least = -1;
	bool ok = hash_files(files, count, catalogue->sha256, err) && read_layers(in, err);
	free(in);
	if (ok)
		*out = catalogue;
	else
		catalogue_free(catalogue);
	return ok;
}

bool
catalogue_load(const char *dir, bool training, catalogue_fault_fn report, void *report_self, struct catalogue **out,
	struct error *err)
{
	struct catalogue_file *files = calloc(CATALOGUE_FILES, sizeof(*files));
	size_t count = 0;
	if (files == NULL)
		abort();
	bool ok = read_folder(dir, "facts", files, &count, err) &&
			  (!training || read_folder(dir, "training", files, &count, err)) &&
			  catalogue_load_files(files, count, training, report, report_self, out, err);
	free_files(files, count);
	return ok;
}
