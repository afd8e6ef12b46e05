#include "sync/intake/intake_id.h"

#include <string.h>

#include "kiosk/base/text.h"

static const char digits[] = "0123456789";

/* Copy the part up to the next '-' (or the end, for the last) and step behind it. */
static bool
part(const char **at, bool last, char *out, size_t cap)
{
	const size_t len = strcspn(*at, "-");
	if (len == 0 || len >= cap || ((*at)[len] == '\0') != last)
		return false;
	memcpy(out, *at, len);
	out[len] = '\0';
	*at += len + (last ? 0 : 1);
	return true;
}

static bool
only(const char *text, const char *letters, size_t len)
{
	return strlen(text) == len && strspn(text, letters) == len;
}

static uint32_t
number(const char *text)
{
	uint32_t value = 0;
	for (; *text != '\0'; text++)
		value = value * 10 + (uint32_t)(*text - '0');
	return value;
}

static bool
day_ok(const char *day)
{
	const char month[] = { day[2], day[3], '\0' };
	const char of_month[] = { day[4], day[5], '\0' };
	return number(month) >= 1 && number(month) <= 12 && number(of_month) >= 1 && number(of_month) <= 31;
}

bool
intake_id_read(const char *text, struct intake_id *out, struct error *err)
{
	struct intake_id id = { 0 };
	char seq[7];
	char random[9];
	const char *at = text;
	if (strnlen(text, INTAKE_ID) >= INTAKE_ID)
		return error_set(err, ERROR_INVALID, "packet id: too long");
	if (!part(&at, false, id.day, sizeof(id.day)) || !only(id.day, digits, 6) || !day_ok(id.day))
		return error_set(err, ERROR_INVALID, "packet id: day");
	if (!part(&at, false, id.branch, sizeof(id.branch)) || !issuer_branch_ok(id.branch))
		return error_set(err, ERROR_INVALID, "packet id: branch");
	if (!part(&at, false, id.counter, sizeof(id.counter)) || !issuer_counter_ok(id.counter))
		return error_set(err, ERROR_INVALID, "packet id: counter");
	if (!part(&at, false, seq, sizeof(seq)) || !only(seq, digits, 6) || number(seq) == 0)
		return error_set(err, ERROR_INVALID, "packet id: sequence");
	if (!part(&at, true, random, sizeof(random)) || !only(random, "0123456789abcdef", 8))
		return error_set(err, ERROR_INVALID, "packet id: random part");
	id.seq = number(seq);
	(void)text_format(id.text, sizeof(id.text), "%s", text);
	*out = id;
	return true;
}
