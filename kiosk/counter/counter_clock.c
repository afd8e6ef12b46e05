#include "kiosk/base/clock.h"
#include "kiosk/base/log.h"
#include "kiosk/counter/internal.h"

/* Where a clock would be that had not gone back. */
static int64_t
line_ms(const struct counter_clock *clock)
{
	return clock->base_ms + clock_monotonic_ms() - clock->base_monotonic_ms;
}

static void
go_back(struct counter_clock *clock, int64_t wall)
{
	clock->suspect = clock->behind = true;
	clock->noted = false;
	clock->base_ms = clock->latest_ms;
	clock->base_monotonic_ms = clock_monotonic_ms();
	clock->behind_ms = clock->latest_ms - wall;
}

int64_t
counter_clock_tell(struct counter_clock *clock, int64_t wall_ms)
{
	int64_t now_ms = clock->wall_ms = wall_ms;
	if (!clock->behind && now_ms < clock->latest_ms - STORE_CLOCK_BACK_MS)
		go_back(clock, now_ms);
	clock->behind = clock->behind && now_ms < line_ms(clock);
	if (clock->behind)
		now_ms = line_ms(clock);
	if (now_ms < clock->latest_ms)
		now_ms = clock->latest_ms;
	clock->latest_ms = now_ms;
	return now_ms;
}

bool
counter_clock_start(struct counter *counter, struct error *err)
{
	struct counter_clock *clock = &counter->clock;
	struct store_clock found;
	if (!store_clock(counter->store, &found, err))
		return false;
	if (found.last_ms > clock->latest_ms)
		clock->latest_ms = found.last_ms;
	clock->suspect = clock->suspect || found.suspect;
	clock->noted = found.suspect;
	if (counter->identity.provisioned && counter->day.year == 0 && found.sound_ms > 0)
		counter->day = date_of_instant(found.sound_ms, counter->identity.offset_min);
	(void)counter_now(counter);
	return true;
}

bool
counter_clock_note(struct counter *counter)
{
	struct counter_clock *clock = &counter->clock;
	struct error err = { 0 };
	if (!clock->suspect || clock->noted || counter->store == NULL || !counter->identity.provisioned)
		return true;
	const char *officer = counter->signed_in ? counter->officer.number : "";
	if (!store_clock_suspect(counter->store, officer, clock->behind_ms, clock->latest_ms, &err))
		return counter_fail(counter, FAULT_STORE, &err);
	clock->noted = true;
	LOG(LOG_LEVEL_WARNING, "clock.went-back", log_count("seconds", clock->behind_ms / 1000));
	return true;
}

bool
counter_clock_holds(struct counter *counter)
{
	(void)counter_now(counter);
	const struct date day = date_of_instant(counter->clock.wall_ms, counter->identity.offset_min);
	return counter->clock.suspect && date_compare(day, counter->day) != 0;
}

void
counter_clock_goes(struct counter *counter, int64_t wall)
{
	counter->clock = (struct counter_clock){ .latest_ms = wall, .wall_ms = wall };
	if (counter->signed_in_ms > wall)
		counter->signed_in_ms = wall;
	if (counter->saved_ms > wall)
		counter->saved_ms = wall;
	counter_arm_day(counter);
	counter->stale = true;
	LOG(LOG_LEVEL_NOTICE, "clock.released", log_kind("by", "supervisor"));
}
