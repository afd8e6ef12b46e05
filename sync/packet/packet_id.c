#include <inttypes.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/packet/packet.h"

#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define DIGITS "0123456789"

/* Copy a part of least..most of these letters and step behind the hyphen or to the end. */
static bool
part(const char **at, char *out, size_t cap, size_t least, size_t most, const char *letters)
{
	size_t len = strspn(*at, letters);
	if (len < least || len > most || len >= cap || ((*at)[len] != '-' && (*at)[len] != '\0'))
		return false;
	memcpy(out, *at, len);
	out[len] = '\0';
	*at += len + ((*at)[len] == '-' ? 1 : 0);
	return true;
}

static bool
day_exists(const char *yymmdd)
{
	char iso[DATE_TEXT];
	struct date day;
	struct error ignored;
	(void)text_format(iso, sizeof(iso), "20%.2s-%.2s-%.2s", yymmdd, yymmdd + 2, yymmdd + 4);
	return date_parse_iso(iso, &day, &ignored);
}

static int64_t
number(const char *digits)
{
	int64_t value = 0;
	for (; *digits != '\0'; digits++)
		value = value * 10 + (*digits - '0');
	return value;
}

bool
packet_id_parse(const char *id, struct packet_id *out, struct error *err)
{
	struct packet_id found = { .day = "" };
	char sequence[7], random[9];
	const char *at = id;
	size_t len;
	if (!part(&at, found.day, sizeof(found.day), 6, 6, DIGITS) || !day_exists(found.day))
		return error_set(err, ERROR_INVALID, "packet id: day");
	if (!part(&at, found.branch, sizeof(found.branch), 2, 8, UPPER))
		return error_set(err, ERROR_INVALID, "packet id: branch");
	if (!part(&at, found.counter, sizeof(found.counter), 2, 2, DIGITS))
		return error_set(err, ERROR_INVALID, "packet id: counter");
	if (!part(&at, sequence, sizeof(sequence), 6, 6, DIGITS) || number(sequence) == 0)
		return error_set(err, ERROR_INVALID, "packet id: sequence");
	if (!part(&at, random, sizeof(random), 8, 8, DIGITS "abcdef") || *at != '\0' || at[-1] == '-')
		return error_set(err, ERROR_INVALID, "packet id: random part");
	found.sequence = number(sequence);
	if (!text_unhex(random, found.random, sizeof(found.random), &len, err))
		return false;
	*out = found;
	return true;
}

bool
packet_id_make(struct date day, const char *branch, const char *counter, int64_t sequence,
	const uint8_t random[static 4], char out[static APPLICATION_ID], struct error *err)
{
	char made[APPLICATION_ID], hex[9];
	struct packet_id ignored;
	if (!date_valid(day) || day.year < 2000 || day.year > 2099)
		return error_set(err, ERROR_INVALID, "packet id: day");
	if (sequence < 1 || sequence > PACKET_SEQ_MOST)
		return error_set(err, ERROR_INVALID, "packet id: sequence");
	text_hex((struct span){ random, 4 }, hex, sizeof(hex));
	if (!text_format(made, sizeof(made), "%02d%02d%02d-%s-%s-%06" PRId64 "-%s", day.year % 100, day.month, day.day,
			branch, counter, sequence, hex))
		return error_set(err, ERROR_INVALID, "packet id: branch or counter");
	if (!packet_id_parse(made, &ignored, err))
		return false;
	memcpy(out, made, sizeof(made));
	return true;
}

bool
packet_id_names(
	const char *id, struct date day, const char *branch, const char *counter, int64_t sequence, struct error *err)
{
	struct packet_id says;
	char made[APPLICATION_ID];
	if (!packet_id_parse(id, &says, err) || !packet_id_make(day, branch, counter, sequence, says.random, made, err))
		return false;
	return strcmp(made, id) == 0 || error_set(err, ERROR_INVALID, "id: does not name day, branch, counter and seq");
}
