#include "sync/packet/packet_note.h"

#include <string.h>

static bool
disagree(struct error *err, const char *what)
{
	return error_set(err, ERROR_INVALID, "%s", what);
}

bool
packet_note_agrees(const struct packet_note *note, struct error *err)
{
	struct packet_id own, about;
	if (!packet_id_names(note->id, note->day, note->branch, note->counter, note->sequence, err) ||
		!packet_id_parse(note->id, &own, err))
		return false;
	if (!packet_id_parse(note->application, &about, err))
		return error_in(err, "application");
	if (strcmp(about.branch, own.branch) != 0)
		return disagree(err, "application: another branch's");
	if (strcmp(about.day, own.day) > 0)
		return disagree(err, "application: of a later day");
	if (strcmp(about.counter, own.counter) == 0 && about.sequence >= own.sequence)
		return disagree(err, "application: does not come before this packet");
	return true;
}

bool
packet_note_write(const struct fields_table *table, const void *from, struct file_bytes *json, struct error *err)
{
	json_t *root = fields_write(table, from, 0);
	char *text = root == NULL ? NULL : json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(root);
	if (text == NULL)
		return error_set(err, ERROR_INVALID, "a text, number or word that cannot be written");
	*json = (struct file_bytes){ (uint8_t *)text, strlen(text) };
	return true;
}
