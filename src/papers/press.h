/* The fonts a document uses, and which glyphs of them: between press.c, which notes them, and subset.c. */
#pragma once
#include "papers/paper_private.h"

#include <hb.h>

enum { LIMIT_PAPER_FONTS = 32 };
struct press_font {
    hb_face_t *face;  /* borrowed from the press */
    hb_set_t *glyphs;
};
const struct press_font *press_fonts(const struct press *p, int *ret_n);
