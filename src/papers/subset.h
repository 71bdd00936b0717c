/* The glyphs a document needs of one font, as a font of its own. */
#pragma once
#include "papers/press.h"

#include <cairo.h>

struct subset {
    cairo_font_face_t *face;
    hb_map_t *new_id;   /* from glyph ids of the whole font; NULL map entries are HB_MAP_VALUE_INVALID */
};
/* Needs no lock: what it makes belongs to the caller alone. */
MUST_USE err *subset_make(const struct press_font *f, struct subset *ret);
void subset_free(struct subset *s);
