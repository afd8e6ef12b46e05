#pragma once
/* What the configuration file of syncd says. */
#include <limits.h>

#include "kiosk/base/conf.h"

struct syncd_settings {
	char centre_url[256]; /* https://host[:port] */
	char centre_ca[PATH_MAX];
	int64_t connect_s, total_s;
	char state_folder[PATH_MAX];
	char socket[108];
	bool socket_group;
	int64_t spool_items, spool_mb, spare_mb;
};

/* ERROR_INVALID, ERROR_SYSTEM as conf_read(). */
NODISCARD bool syncd_settings_read(const char *path, struct syncd_settings *out, struct error *err);
/* The commented file that is installed, to standard output. */
void syncd_settings_print(void);
