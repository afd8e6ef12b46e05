#pragma once
/* The counter's configuration file: what each setting is called, means, and is when the file does not say. */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/model/phrase.h"
#include "kiosk/store/store_key.h"

#define COUNTER_CONF_FILE "/etc/counter/counter.conf"

struct counter_conf {
	char store[192], key_file[192], key_credential[64];
	char catalogue[192], locale[192];
	char sync_socket[108], device_socket[108];
	char print_folder[192];
	int64_t offset_min;
	char language_tag[16];
	enum language language; /* of the clerk's window to begin with */
	int64_t text_percent;   /* 100, 140 or 200 */
	bool contrast;
	int64_t scale_percent;
	int64_t lock_minutes;
	bool fullscreen, clipboard;
};

/* ERROR_INVALID names file and setting. */
NODISCARD bool counter_conf_read(const char *path, struct counter_conf *out, struct error *err);
void counter_conf_print(void);
/* The key that seals the store, from the credential if one is named, else from the file. */
NODISCARD bool counter_conf_key(const struct counter_conf *conf, struct store_key *out, struct error *err);
