#pragma once
/* Parts that the hand-over and a stored case share: the receipt on its tray, and where its packet is. */
#include "kiosk/ui/screens.h"

/* Card with the receipt as it was printed and the button for a COPY (F6). */
void stored_receipt(struct tree *tree, const struct view *view, struct screen_local *local);
/* Banner: recorded and confirmed by the centre, or recorded and waiting for it. */
void stored_state(struct tree *tree, const struct view *view);
