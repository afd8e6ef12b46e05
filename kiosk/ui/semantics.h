#pragma once
/*
 * The tree as somebody who cannot see it meets it: roles, names, values and states. Tests, the training driver and the
 * accessibility bridge read this; nothing here draws.
 */
#include "kiosk/base/buffer.h"
#include "kiosk/ui/tree.h"

/*
 * Write the tree as text, one line per box with a role, indented by two blanks per level:
 *     button "Continue" id=next key=F12 [focusable focused] 1200,980 240x48
 * Geometry only if `rects`. The buffer goes bad if it is too small (buffer.ok).
 */
void semantics_dump(const struct tree *tree, bool rects, struct buffer *out);

/* First box in tree order with this role and exactly this name; name NULL matches any. TREE_NONE if there is none. */
int semantics_find(const struct tree *tree, enum role role, const char *name);
/* What is spoken: .name, else the text inside. Never NULL. `out` is where joined text is put. */
const char *semantics_name(const struct tree *tree, int node, char *out, size_t cap);

enum semantics_fault {
	SEMANTICS_NAMELESS,    /* can have the focus but has no name */
	SEMANTICS_IDLESS,      /* can have the focus but has no id */
	SEMANTICS_REPEATED,    /* an id is there twice */
	SEMANTICS_SMALL,       /* pressed with a finger or pointer but under 44 design px in a direction */
	SEMANTICS_FAINT,       /* text below 4.5:1 (3:1 from 24 px, or 18.66 px bold) on what is behind it */
	SEMANTICS_PICTURE,     /* an image without a name */
	SEMANTICS_TWO_PRIMARY, /* two boxes want Enter */
	SEMANTICS_TWO_KEYS,    /* two boxes in reach want the same shortcut */
};

struct semantics_finding {
	enum semantics_fault fault;
	int node;
	double measure; /* SMALL: design px; FAINT: contrast */
};
/* List at most cap faults; returns how many there are. */
size_t semantics_lint(const struct tree *tree, struct semantics_finding *out, size_t cap);
const char *semantics_fault_name(enum semantics_fault fault);
