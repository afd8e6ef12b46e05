#include "tests/driver/driver.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kiosk/base/file.h"
#include "kiosk/flow/flow.h"
#include "kiosk/ui/layout.h"
#include "kiosk/ui/list.h"
#include "kiosk/ui/semantics.h"
#include "tests/driver/png.h"

#define DRIVER_DUMP_MOST (512u * 1024)
#define DRIVER_SEND_MS   5000u
#define DRIVER_PATH      512u

struct driver {
	struct channel person;
	pthread_t thread;
	pthread_mutex_t lock; /* over what follows */
	struct view view;
	struct screen_local local;
	int width, height;
	bool seen;
};

/* --- the shell's side --- */

static bool
dump(const struct shell_frame *frame, struct buffer *out)
{
	char head[64];
	int n = snprintf(head, sizeof(head), "state %s %u\n", flow_state_name(frame->view->state), frame->view->generation);
	buffer_put(out, (struct span){ (const uint8_t *)head, (size_t)n });
	semantics_dump(frame->tree, true, out);
	return out->ok;
}

static void
tell(struct driver *driver, const struct shell_frame *frame)
{
	uint8_t *room = malloc(DRIVER_DUMP_MOST);
	struct buffer out = buffer_into(room, DRIVER_DUMP_MOST);
	struct error err = { 0 };
	int fd = -1;

	if (room != NULL && dump(frame, &out) && channel_memfd(buffer_span(&out), &fd, &err)) {
		(void)!channel_send(&driver->person, DRIVER_TREE, (struct span){ 0 }, fd, DRIVER_SEND_MS, &err);
		file_close(&fd);
	}
	free(room);
}

static void
watch_frame(void *self, const struct shell_frame *frame)
{
	struct driver *driver = self;

	(void)pthread_mutex_lock(&driver->lock);
	driver->view = *frame->view;
	driver->local = *frame->local;
	driver->width = frame->pixels.width;
	driver->height = frame->pixels.height;
	driver->seen = true;
	(void)pthread_mutex_unlock(&driver->lock);
	tell(driver, frame);
}

/* --- the pictures --- */

struct shot {
	struct view view;
	struct screen_local local;
	struct tree tree;
	struct list list;
	int width, height;
};

static bool
paint_shot(struct shot *shot, struct paint *paint, const char *path, struct error *err)
{
	struct tree_measure measure = paint_measure(paint);
	struct paint_pixels pixels = { calloc((size_t)shot->width * (size_t)shot->height, 4), shot->width, shot->height,
		shot->width * 4 };

	for (int i = 0; i < 4; i++) { /* the focus may have to move, or scroll into view, before the picture is still */
		tree_begin(&shot->tree, &shot->local.look, &shot->local.focus, shot->width, shot->height);
		screen_draw(&shot->tree, &shot->view, &shot->local);
		layout_run(&shot->tree, &measure, &shot->local.focus);
		if (!focus_settle(&shot->local.focus, &shot->tree) && i > 0)
			break;
	}
	list_build(&shot->list, &shot->tree, &measure);
	paint_list(paint, &shot->list, &pixels, NULL, 0);
	bool ok = png_write(&pixels, path, err);
	free(pixels.at);
	return ok;
}

static bool
take_shot(struct driver *driver, struct paint *paint, struct cursor *in, struct error *err)
{
	char path[DRIVER_PATH];
	struct shot *shot = calloc(1, sizeof(*shot));
	uint8_t lang = cursor_u8(in), theme = cursor_u8(in);
	unsigned percent = cursor_u8(in);
	percent |= (unsigned)cursor_u8(in) << 8;
	struct span name = cursor_take(in, in->rest.len);

	if (shot == NULL || !in->ok || lang >= LANG_COUNT || theme >= THEME_COUNT || name.len >= sizeof(path)) {
		free(shot);
		return error_set(err, ERROR_INVALID, "malformed request for a picture");
	}
	memcpy(path, name.at, name.len);
	path[name.len] = '\0';
	(void)pthread_mutex_lock(&driver->lock);
	shot->view = driver->view;
	shot->local = driver->local;
	shot->width = driver->width;
	shot->height = driver->height;
	bool seen = driver->seen;
	(void)pthread_mutex_unlock(&driver->lock);
	shot->local.look.lang = lang;
	shot->local.look.theme = theme;
	shot->local.look.text_scale = (float)percent / 100.0f;
	bool ok = seen ? paint_shot(shot, paint, path, err) : error_set(err, ERROR_GONE, "nothing has been drawn yet");
	tree_finish(&shot->tree);
	list_finish(&shot->list);
	free(shot);
	return ok;
}

static void *
serve(void *self)
{
	struct driver *driver = self;
	struct paint *paint = paint_new();
	struct channel_message message;
	struct error err = { 0 };
	uint8_t room[1024];

	while (channel_receive(&driver->person, room, sizeof(room), UINT_MAX, &message, &err)) {
		struct cursor in = cursor_over(message.body);
		err = (struct error){ 0 };
		if (message.type == DRIVER_SHOT)
			(void)!take_shot(driver, paint, &in, &err);
		(void)!channel_send(&driver->person, DRIVER_DONE, (struct span){ (const uint8_t *)err.text, strlen(err.text) },
			-1, DRIVER_SEND_MS, &err);
	}
	paint_free(paint);
	return NULL;
}

bool
driver_start(int fd, struct driver **out, struct error *err)
{
	struct driver *driver = calloc(1, sizeof(*driver));
	if (driver == NULL)
		return error_set(err, ERROR_SYSTEM, "no memory for the driver");
	driver->person.fd = fd;
	(void)pthread_mutex_init(&driver->lock, NULL);
	int failed = pthread_create(&driver->thread, NULL, serve, driver);
	if (failed != 0) {
		free(driver);
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, failed, "driver thread");
	}
	*out = driver;
	return true;
}

struct shell_watch
driver_watch(struct driver *driver)
{
	return (struct shell_watch){ watch_frame, driver };
}

void
driver_stop(struct driver *driver)
{
	if (driver == NULL)
		return;
	(void)shutdown(driver->person.fd, SHUT_RDWR);
	(void)pthread_join(driver->thread, NULL);
	channel_close(&driver->person);
	(void)pthread_mutex_destroy(&driver->lock);
	free(driver);
}
