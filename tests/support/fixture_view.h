#pragma once
/*
 * Views to look at: every state of the counter with the fictional people of the mock-ups, at 14:32 on 4 November 2026
 * in Hong Kong. Nothing here reads a clock, a file or a store.
 */
#include "kiosk/flow/view.h"

#define FIXTURE_VIEW_NOW 1793773920000 /* ms UTC: 14:32:00 */

/* Names in the order of the day, NULL past the end: "sign-in", "sign-in-wrong", "home", "home-line-down", ... */
const char *fixture_view_name(size_t index);
/* Fill *out for one of these names; `catalogue` is borrowed and may be NULL. False if the name is unknown. */
bool fixture_view(const char *name, const struct catalogue *catalogue, struct view *out);

/* The morning before any state: branch, counter, clerk signed in, till open, line up, two cases on the way. */
void fixture_view_base(struct view *out, const struct catalogue *catalogue);
/* An instant of this day, 24-hour clock. */
int64_t fixture_view_at(int hour, int minute);
