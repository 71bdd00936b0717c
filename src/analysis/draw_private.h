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
