/*
 * What a picture is made of: boxes, lines, areas, hatching, words. Two ways to make it: svg.c writes text, png.c paints.
 * All lengths are tenths of a pixel.
 */
#pragma once
#include "monitor/chart/chart.h"

enum { PX = 10 };
struct spot { int x, y; };
struct box { int x, y, w, h; };

/* On white: words and lines 4.5:1 or better, fills behind them light (test_ink keeps it so). */
enum ink { INK_TEXT, INK_SOFT, INK_GRID, INK_PAPER, INK_LIMIT, INK_MARK, INK_PLATFORM, INK_FOCUS, INK_GAP, INK_SERIES,
           INKS = INK_SERIES + CHART_SERIES };
uint32_t ink_rgb(enum ink i);

enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };
struct pen { enum ink ink; int width, dash /* 0 solid */; };
struct words { str text; int size; enum ink ink; enum anchor anchor; bool bold; };

struct canvas;
struct canvas_way {
    void (*open)(struct canvas *k, const char *class, str title);   /* what follows belongs together */
    void (*close)(struct canvas *k);
    void (*fill)(struct canvas *k, struct box b, enum ink ink, int percent);
    void (*area)(struct canvas *k, const struct spot *p, size_t n, enum ink ink, int percent);
    void (*line)(struct canvas *k, const struct spot *p, size_t n, struct pen pen);
    void (*strokes)(struct canvas *k, const struct spot *p, size_t n, struct pen pen); /* n / 2 separate ones */
    void (*words)(struct canvas *k, struct spot at, const struct words *w); /* `at` is on the base line */
};
struct canvas { const struct canvas_way *way; struct arena *a; };

/* ---- measure.c ---- */
int text_width(str text, int size);
/* UTF-8 without control characters, for a picture of labels that came from outside. */
str text_clean(struct arena *a, str text);

/* ---- axis.c ---- */
struct scale { double low, high, step; int decimals; };
/* Round ends around [low, high] with about `ticks` steps. Finite input. */
struct scale scale_of(double low, double high, int ticks);
str scale_text(struct arena *a, const struct scale *s, double value);
struct time_tick { usec at; str label, context; }; /* "6时" and, where it changes, "3月5日" */
/* Ticks for a span drawn `width` wide with words of `size`; labels do not touch. */
struct time_tick *time_ticks(struct arena *a, usec from, usec to, int width, int size, size_t *ret_n);

/* ---- draw.c ---- */
MUST_USE err *chart_check(const struct chart *c);
void chart_draw(const struct chart *c, struct canvas *k);
