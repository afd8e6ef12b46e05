#pragma once
/*
 * Views of one application on paper, step by step: the fictional case of the mock-ups (HKID E364912(5), a published
 * worked example) as a plain e-Cert (Personal) on form CPos 798A.
 */
#include "kiosk/flow/view.h"

/* "product", "product-chosen", "not-here", "identity", "identity-wrong", "identity-checked", "details",
 * "details-problem", "declaration", "payment", "payment-split", "payment-paid", "check", "hand-over",
 * "hand-over-accepted", "stored"; NULL past the end. */
const char *fixture_case_name(size_t index);
/* Fill *out; the catalogue must hold "personal". False if the name is unknown. */
bool fixture_case(const char *name, const struct catalogue *catalogue, struct view *out);
