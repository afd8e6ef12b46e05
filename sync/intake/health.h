#pragma once
/*
 * The health page: plain HTTP on 127.0.0.1 only, for the machine's own monitoring. GET /health gives JSON, or a small
 * page when the client asks for text/html; status 200 when all is well and 503 when not. No packet's content, no names.
 */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "sync/intake/intake_store.h"

struct health_config {
	uint16_t port;           /* 0: any */
	const char *folder;      /* whose disk is looked at; borrowed until health_stop() */
	const char *centre_name; /* borrowed likewise */
	uint64_t disk_reserve;   /* bytes; less free space is not well */
	bool training;
};

struct health;

/* `store` is the page's from here on, also when this fails: not the one that packets go into, but of the same file. */
NODISCARD bool health_start(
	const struct health_config *config, struct intake_store store, struct health **out, struct error *err);
uint16_t health_port(const struct health *health);
void health_stop(struct health *health); /* accepts NULL */
