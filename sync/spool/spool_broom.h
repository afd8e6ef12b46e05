#pragma once
/*
 * Removes files behind the back of the thread that serves the spool: taking a file out of a folder may wait for the
 * disk as long as a sync that is under way, and nobody needs it to be gone at once. A file whose removal a crash came
 * before is found again like any item; its packet is sent once more, and the centre says the same again.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

struct spool_broom;

/* Start the thread. */
NODISCARD bool spool_broom_start(struct spool_broom **out, struct error *err);
/* Remove the file at `path` (copied) soon; that it cannot be removed does not matter. */
void spool_broom_sweep(struct spool_broom *broom, const char *path);
/* Finish what there is, and give the thread back. Accepts NULL. */
void spool_broom_stop(struct spool_broom *broom);
