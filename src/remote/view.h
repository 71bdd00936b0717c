/*
 * remote/: pictures of a scene of ours, for pages: tiles of 256 pixels by level, and chips with what belongs under one — scale, date, digest, 未经核实. PNG; drawn
 * from the scene's overviews, in this process (the file is our own). Equal input, equal bytes on one machine.
 *
 * Stretch: the 2nd and 98th percentile of all channels shown together; a later date is shown with the stretch of the earlier one, so that like is compared with like.
 * Errors: ERR_INPUT no such tile or channels; of tif.h.
 */
#pragma once
#include "remote/detect.h"

enum view_mode { VIEW_TRUE /* red green blue, or one channel as grey */, VIEW_FALSE /* near infrared red green */, VIEW_INDEX /* of a recipe: blue high, brown low */, VIEW_MODES };
enum { VIEW_TILE = 256, CHIP_SIDE = 480, CHIP_FOOT = 64, LIMIT_VIEW_PNG = 4 << 20 };
struct view;
struct stretch { double low[3], high[3]; };
MUST_USE err *view_open(struct arena *a, str path, const struct sensor *s, struct view **ret);
void view_close(struct view *v);
const struct tif_head *view_head(const struct view *v);
bool view_has(const struct view *v, enum view_mode mode, const struct recipe *recipe);
MUST_USE err *view_stretch(struct view *v, enum view_mode mode, const struct recipe *recipe, struct stretch *ret);
MUST_USE err *view_tile(struct arena *a, struct view *v, enum view_mode mode, const struct recipe *recipe, const struct stretch *s, int level, int x, int y, str *ret);
struct chip {
    int x0, y0, side;             /* a square of the scene's pixels */
    enum view_mode mode;
    const struct recipe *recipe;  /* VIEW_INDEX */
    const struct json *rings;     /* outlines [[x,y,…],…]; NULL none */
    str first, second;            /* two lines under the picture */
};
MUST_USE err *view_chip(struct arena *a, struct view *v, const struct chip *c, const struct stretch *s, str *ret);
