/*
 * remote/: the same thing on another date. An outline is laid onto a grid as runs of pixels (a pixel belongs to it when its centre does); two are the same thing when
 * they share three tenths of their union, or when the middle of one lies in the other. And one outline over many dates: how much of it was what, from a
 * window of the scene, not from all of it.
 *
 * Errors: ERR_LIMIT too many corners or rows; of raster.h. Threads: pure, but for the arena and the files.
 */
#pragma once
#include "remote/detect.h"

enum { LIMIT_COVER_RUNS = 2000000, LIMIT_WINDOW_PIXELS = 1 << 24 };
struct run { int from, to; }; /* columns, `to` not in it */
struct cover {
    int y0, rows;             /* row y0 + i has runs first[i] .. first[i + 1] */
    size_t *first;
    struct run *run;          /* ascending */
    int64_t pixels;
    double x, y;              /* middle, pixels */
    int x0, x1;               /* columns it reaches: x0 .. x1 - 1 */
};
/* Rings [[x,y,…],…] in pixels of `from`, laid onto `on`; what lies outside of `on` is cut off. */
MUST_USE err *cover_of(struct arena *a, const struct json *rings, const struct grid *from, const struct grid *on, struct cover *ret);
int64_t cover_common(const struct cover *a, const struct cover *b);
bool cover_holds(const struct cover *c, double x, double y);
struct likeness { int64_t common; double iou; bool middle; };
struct likeness cover_like(const struct cover *a, const struct cover *b);
bool same_thing(const struct likeness *l);

/* What became of a thing from one date to the next; a fifth more or less is growth or loss, the rest is how pixels fall. */
enum became { BECAME_FIRST, BECAME_GREW, BECAME_SHRANK, BECAME_STAYED, BECAME_GONE, BECAME_BACK, BECAME_WORDS };
enum became became_of(int64_t before /* pixels; < 0 nothing was seen before */, int64_t now, bool ever);
const char *became_text(enum became b);

/* look_back() for a scene of ours, reading only the tiles the cover touches; no recipe that smooths first. */
MUST_USE err *look_back_in(struct arena *a, struct raster *r, const struct bands *b, const struct recipe *recipe, const struct cover *c, struct looked *ret);
