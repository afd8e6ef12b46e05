#include "kiosk/counter/centre_answer.h"

#include <jansson.h>
#include <string.h>

#include "kiosk/base/text.h"

#define ANSWER_MOST (256u * 1024) /* bytes of JSON */

static void
json_free(json_t **json)
{
	json_decref(*json);
}

static json_t *
read_object(struct span json)
{
	if (json.len == 0 || json.len > ANSWER_MOST)
		return NULL;
	json_t *root = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(root))
		return root;
	json_decref(root);
	return NULL;
}

/* A text of one line that fits. */
static bool
take_line(const json_t *root, const char *name, char *out, size_t cap, struct error *err)
{
	const json_t *member = json_object_get(root, name);
	struct span bytes = { (const uint8_t *)json_string_value(member), json_string_length(member) };
	if (!json_is_string(member) || bytes.len == 0 || !text_take(bytes, name, out, cap, err))
		return error_set(err, ERROR_INVALID, "member \"%s\": a text of 1 to %zu bytes", name, cap - 1);
	return true;
}

static bool
take_pem(const json_t *root, const char *name, char out[static CENTRE_ANSWER_PEM], struct error *err)
{
	const json_t *member = json_object_get(root, name);
	size_t len = json_string_length(member);
	if (!json_is_string(member) || len == 0 || len >= CENTRE_ANSWER_PEM)
		return error_set(err, ERROR_INVALID, "member \"%s\": a certificate in PEM", name);
	memcpy(out, json_string_value(member), len);
	out[len] = '\0';
	return true;
}

bool
centre_answer_receipt(struct span json, struct centre_receipt *out, struct error *err)
{
	CLEANUP(json_free) json_t *root = read_object(json);
	char type[16], hex[65];
	size_t len = 0;
	if (root == NULL)
		return error_set(err, ERROR_INVALID, "receipt: not a JSON object");
	if (!take_line(root, "type", type, sizeof(type), err) || !take_line(root, "id", out->id, sizeof(out->id), err) ||
		!take_line(root, "sha256", hex, sizeof(hex), err))
		return error_in(err, "receipt");
	if (strcmp(type, "receipt") != 0 || json_integer_value(json_object_get(root, "version")) != 1)
		return error_set(err, ERROR_INVALID, "receipt: another type or version");
	if (!text_unhex(hex, out->sha256, sizeof(out->sha256), &len, err) || len != sizeof(out->sha256))
		return error_set(err, ERROR_INVALID, "receipt: member \"sha256\": 64 hexadecimal digits");
	return true;
}

static bool
is_code(const char *text, size_t least, const char *allowed)
{
	return strlen(text) >= least && text[strspn(text, allowed)] == '\0';
}

static bool
take_branch(const json_t *root, struct centre_provision *out, struct error *err)
{
	static const char *const names[LANGUAGES] = { "en", "zh_hk", "zh_cn" };
	const json_t *branch = json_object_get(root, "branch");
	const json_t *name = json_object_get(branch, "name");
	if (!json_is_object(branch) || !json_is_object(name))
		return error_set(err, ERROR_INVALID, "member \"branch\": an object with a name");
	if (!take_line(branch, "code", out->branch, sizeof(out->branch), err))
		return false;
	if (!is_code(out->branch, 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
		return error_set(err, ERROR_INVALID, "member \"code\": capital letters and digits");
	for (size_t i = 0; i < LANGUAGES; i++)
		if (!take_line(name, names[i], out->branch_name[i], sizeof(out->branch_name[i]), err))
			return false;
	return true;
}

bool
centre_answer_provision(struct span json, struct centre_provision *out, struct error *err)
{
	static const char *const certificates[CENTRE_CERTIFICATES] = { [CENTRE_CA] = "ca",
		[CENTRE_PACKET] = "packet_certificate",
		[CENTRE_RECEIPT] = "receipt_certificate",
		[CENTRE_SIGNING] = "signing_certificate",
		[CENTRE_OPENING] = "opening_certificate" };
	CLEANUP(json_free) json_t *root = read_object(json);
	const json_t *training = json_object_get(root, "training");
	if (root == NULL)
		return error_set(err, ERROR_INVALID, "not a JSON object");
	if (!take_branch(root, out, err) || !take_line(root, "counter", out->counter, sizeof(out->counter), err) ||
		!take_line(root, "centre", out->centre, sizeof(out->centre), err))
		return false;
	if (strlen(out->counter) != 2 || !is_code(out->counter, 2, "0123456789"))
		return error_set(err, ERROR_INVALID, "member \"counter\": two digits");
	if (!json_is_boolean(training))
		return error_set(err, ERROR_INVALID, "member \"training\": true or false");
	out->training = json_is_true(training);
	for (size_t i = 0; i < CENTRE_CERTIFICATES; i++)
		if (!take_pem(root, certificates[i], out->pem[i], err))
			return false;
	return true;
}
