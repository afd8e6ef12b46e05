/* A packet of any content; what is read is written again byte for byte. The same bytes as a packet id. */
#include <stdlib.h>
#include <string.h>

#include "sync/packet/packet.h"
#include "tests/fuzz/fuzz.h"

static void
try_packet(struct span bytes)
{
	struct packet *packet = malloc(sizeof(*packet));
	struct file_bytes json = { 0 };
	struct error err;
	if (packet != NULL && packet_read(bytes, packet, &err)) {
		if (!packet_write(&packet->application, &packet->head, &json, &err) || json.len != bytes.len ||
			memcmp(json.at, bytes.at, json.len) != 0)
			abort();
		packet_forget(packet);
		file_free(&json);
	}
	free(packet);
}

static void
try_id(const uint8_t *data, size_t size)
{
	char text[APPLICATION_ID], again[APPLICATION_ID], iso[DATE_TEXT];
	struct packet_id id;
	struct date day = { 0 };
	struct error err;
	if (size >= sizeof(text))
		return;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (!packet_id_parse(text, &id, &err))
		return;
	day = (struct date){ (int16_t)(2000 + (id.day[0] - '0') * 10 + id.day[1] - '0'),
		(uint8_t)((id.day[2] - '0') * 10 + id.day[3] - '0'), (uint8_t)((id.day[4] - '0') * 10 + id.day[5] - '0') };
	date_iso(day, iso);
	if (!packet_id_make(day, id.branch, id.counter, id.sequence, id.random, again, &err) || strcmp(text, again) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_packet((struct span){ data, size });
	try_id(data, size);
	return 0;
}
