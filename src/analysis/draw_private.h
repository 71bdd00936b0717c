/* What the files of the draw share. Private to analysis/. */
#pragma once
#include "analysis/draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool draw_cap_binds(const struct draw_cap *cap, const struct draw_candidate *c);
str draw_cap_value(struct arena *a, const struct draw_cap *cap, const struct draw_candidate *c);
str draw_bar_key(struct arena *a, enum draw_kind kind, str who, str object);
void draw_write_rounds(buf *b, const struct draw *d);
void draw_settle_plan(struct arena *a, struct draw *d); /* draw_settle when d->plan is known */
/* SETTLING: settles on the way, since the plan's text is there to be hashed. */
enum draw_write_how { DRAW_WRITE_PLAN, DRAW_WRITE_SETTLED, DRAW_WRITE_SETTLING };
MUST_USE err *draw_write_as(struct arena *a, struct draw *d, enum draw_write_how how, size_t likely /* bytes; 0: unknown */, str *ret);
