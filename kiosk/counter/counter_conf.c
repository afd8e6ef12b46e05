#include "kiosk/counter/counter_conf.h"

#include <stddef.h>
#include <string.h>

#include "kiosk/base/conf.h"

#define COUNT(table)    (sizeof(table) / sizeof((table)[0]))
#define TEXT(field)     offsetof(struct counter_conf, field), sizeof(((struct counter_conf *)NULL)->field), 0, 0
#define NUMBER(field)   offsetof(struct counter_conf, field), 0
#define SWITCH(field)   offsetof(struct counter_conf, field), 0, 0, 0
#define OFFSET_MOST_MIN 840 /* no place is further from UTC */

static const struct conf_setting settings[] = {
	{ "", "store", CONF_PATH, TEXT(store), "/var/lib/counter/store.db",
		"The database: cases, ledger, receipts, officers, audit log, packets that wait. Made if it is not there." },
	{ "", "key_file", CONF_PATH, TEXT(key_file), "/var/lib/counter/store.key",
		"File (mode 0600) with the 32 bytes that seal personal data in the store. Made with a new store." },
	{ "", "key_credential", CONF_TEXT, TEXT(key_credential), "",
		"Name of the systemd credential that holds that key; when it is set, key_file is not used." },
	{ "", "catalogue", CONF_PATH, TEXT(catalogue), "/usr/share/counter/catalogue",
		"Folder with facts/ and training/: certificate kinds, forms, fees, payment methods. SIGHUP reads it again." },
	{ "", "locale", CONF_PATH, TEXT(locale), "/usr/share/counter/locale",
		"Folder with the translations (C/LC_MESSAGES/counter-hk.mo and counter-cn.mo)." },
	{ "", "sync_socket", CONF_PATH, TEXT(sync_socket), "/run/counter/sync.sock", "Socket of syncd." },
	{ "", "device_socket", CONF_TEXT, TEXT(device_socket), "/run/counter/device.sock",
		"Socket of deviced, which drives reader, tokens and printer; empty for a counter without devices." },
	{ "", "print_folder", CONF_PATH, TEXT(print_folder), "/var/lib/counter/receipts",
		"Folder where receipts are written as PDF: RECEIPT.pdf, and RECEIPT-copy-N.pdf for copies." },
	{ "", "offset_minutes", CONF_NUMBER, NUMBER(offset_min), -OFFSET_MOST_MIN, OFFSET_MOST_MIN, "480",
		"Minutes east of UTC of the business day; used once, when the counter is provisioned. Hong Kong: 480." },
	{ "", "language", CONF_TEXT, TEXT(language_tag), "en",
		"Language of the window when it opens: en, zh-Hant-HK or zh-Hans. F6 on the sign-in screen changes it." },
	{ "", "text_size", CONF_NUMBER, NUMBER(text_percent), 100, 200, "100",
		"Size of text in percent: 100, 140 or 200." },
	{ "", "contrast", CONF_BOOL, SWITCH(contrast), "no", "High contrast when the window opens." },
	{ "", "scale", CONF_NUMBER, NUMBER(scale_percent), 50, 400, "100",
		"Device pixels per 100 design pixels, for monitors with very small pixels." },
	{ "", "lock_minutes", CONF_NUMBER, NUMBER(lock_minutes), 0, 120, "5",
		"Minutes without a key or pointer until the counter locks; 0 never locks." },
	{ "", "fullscreen", CONF_BOOL, SWITCH(fullscreen), "no", "Cover the whole monitor, as --fullscreen does." },
	{ "", "clipboard", CONF_BOOL, SWITCH(clipboard), "no",
		"Let Ctrl-V paste into fields. Nothing is ever copied out. Off where people queue." },
};

static bool
read_language(struct counter_conf *conf, struct error *err)
{
	for (int i = 0; i < LANGUAGES; i++) {
		if (strcmp(conf->language_tag, phrase_tag((enum language)i)) != 0)
			continue;
		conf->language = (enum language)i;
		return true;
	}
	return error_set(err, ERROR_INVALID, "language: en, zh-Hant-HK or zh-Hans");
}

bool
counter_conf_read(const char *path, struct counter_conf *out, struct error *err)
{
	struct counter_conf read = { 0 };
	if (!conf_read(path, settings, COUNT(settings), &read, err))
		return false;
	if (!read_language(&read, err))
		return error_in(err, "%s", path);
	if (read.text_percent != 100 && read.text_percent != 140 && read.text_percent != 200)
		return error_set(err, ERROR_INVALID, "%s: text_size: 100, 140 or 200", path);
	*out = read;
	return true;
}

void
counter_conf_print(void)
{
	conf_print(settings, COUNT(settings));
}

bool
counter_conf_key(const struct counter_conf *conf, struct store_key *out, struct error *err)
{
	if (conf->key_credential[0] != '\0')
		return store_key_credential(conf->key_credential, out, err);
	return store_key_file(conf->key_file, out, err);
}
