#include "peripherals/virtual/virtual_objects.h"

#include <stdio.h>
#include <string.h>

#include "peripherals/virtual/virtual_tlv.h"

static size_t
index_of(const struct virtual_objects *objects, uint32_t tag)
{
	size_t i = 0;
	while (i < VIRTUAL_OBJECTS_MOST && objects->at[i].tag != tag)
		i++;
	return i;
}

bool
virtual_objects_find(const struct virtual_objects *objects, uint32_t tag, struct span *value)
{
	const size_t i = index_of(objects, tag);
	if (tag == 0 || i == VIRTUAL_OBJECTS_MOST)
		return false;
	*value = (struct span){ objects->at[i].bytes, objects->at[i].len };
	return true;
}

bool
virtual_objects_put(struct virtual_objects *objects, uint32_t tag, struct span value)
{
	size_t i = index_of(objects, tag);
	if (i == VIRTUAL_OBJECTS_MOST)
		i = index_of(objects, 0);
	if (value.len > VIRTUAL_OBJECTS_VALUE || i == VIRTUAL_OBJECTS_MOST)
		return false;
	objects->at[i].tag = value.len ? tag : 0;
	objects->at[i].len = value.len;
	if (value.len)
		memcpy(objects->at[i].bytes, value.at, value.len);
	return true;
}

void
virtual_objects_chuid(struct virtual_objects *objects, uint32_t serial)
{
	static const uint8_t fasc_n[] = { 0xD4, 0xE7, 0x39, 0xDA, 0x73, 0x9C, 0xED, 0x39, 0xCE, 0x73, 0x9D, 0x83, 0x68,
		0x58, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21, 0xC8, 0x42, 0x10, 0xC3, 0xEB };
	uint8_t room[64];
	struct buffer out = buffer_into(room, sizeof(room));
	char guid[17];
	snprintf(guid, sizeof(guid), "TRAINING%08u", serial % 100000000u);
	virtual_tlv_put(&out, 0x30, (struct span){ fasc_n, sizeof(fasc_n) });
	virtual_tlv_put(&out, 0x34, (struct span){ (const uint8_t *)guid, 16 });
	virtual_tlv_put(&out, 0x35, (struct span){ (const uint8_t *)"20361231", 8 });
	virtual_tlv_put(&out, 0x3E, (struct span){ NULL, 0 });
	virtual_tlv_put(&out, 0xFE, (struct span){ NULL, 0 });
	virtual_objects_put(objects, 0x5FC102, buffer_span(&out));
}
