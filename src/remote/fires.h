/*
 * remote/: fire points as satellites publish them — the CSV of FIRMS, of MODIS (about 1 km) and VIIRS (375 m), archive and near real time. A fire point is the
 * middle of a pixel in which something hot was seen when the satellite passed: not where it burns, not when it began. So points are
 * laid together into places by the size of their pixels, and what is registered within a pixel is named as near, never as the source.
 *
 * Columns are found by their names, in any order and case. Times are UTC: "HHMM" that may have lost its zeros, or "HH:MM", "HH:MM:SS". Confidence is a percentage
 * (MODIS) or l n h, low nominal high (VIIRS); a percentage below 30 is low, from 80 high (MOD14 user's guide). `type` (0 vegetation, 1 volcano, 2 another
 * static source on land, 3 off shore) stands in archives only.
 * Errors: ERR_INPUT naming line, column, what stands there and what is wanted; ERR_LIMIT named. Threads: pure, but for the arena.
 */
#pragma once
#include "remote/layer.h"

enum { LIMIT_FIRE_FILE = 32 << 20, LIMIT_FIRE_ROWS = 300000, LIMIT_FIRE_KEPT = 50000, LIMIT_FIRE_PLACES = 500, LIMIT_FIRE_SOURCES = 5, LIMIT_FIRE_DOCUMENT = 16 << 20 };
enum fire_grade { FIRE_LOW, FIRE_NOMINAL, FIRE_HIGH, FIRE_GRADES };
enum fire_type { FIRE_UNSAID = -1, FIRE_VEGETATION, FIRE_VOLCANO, FIRE_STATIC, FIRE_OFFSHORE };
struct fire {
    usec at;
    struct spot spot;             /* middle of the pixel */
    int32_t scan_m, track_m;      /* its size */
    int32_t percent;              /* -1: only the grade is given */
    enum fire_grade grade;
    int32_t type, frp_kw;         /* radiative power, kilowatt; -1 not given */
    bool night;
    char satellite[12];
};
struct fires { struct fire *p; size_t n /* in the box, by time and place */, listed; bool viirs, typed; };
/* Rows outside of low..high are counted and not kept. */
MUST_USE err *fires_read(struct arena *a, str csv, struct spot low, struct spot high, struct fires *ret);
const char *fire_grade_text(enum fire_grade g);
const char *fire_type_text(int type); /* "" not said */
/* Half the diagonal of the pixel: within it the fire lies, whichever way the pixel is turned. */
double fire_reach_m(const struct fire *f);

/* ---- places ---- */
struct fire_near { size_t source; double metres; };
struct fire_source { str id; struct spot spot; };
struct fire_place {
    struct spot middle;                            /* of its first point */
    size_t *points, n;                             /* into fires, by time */
    int days;                                      /* calendar days of Beijing with a point */
    double reach_m;                                /* of its largest pixel */
    enum fire_grade best;
    bool fixed;                                    /* the archive calls it a static source */
    struct fire_near near[LIMIT_FIRE_SOURCES]; size_t near_n, near_all; /* registered, in a pixel; nearest first */
    int score;                                     /* order of looking, thousandths; terms below */
};
/* What a place is looked at first for; each is a line of the page. */
enum fire_term { FIRE_TERM_NEAR, FIRE_TERM_DAYS, FIRE_TERM_FIXED, FIRE_TERM_HIGH, FIRE_TERM_LOW, FIRE_TERMS };
bool fire_has_term(const struct fire_place *p, enum fire_term t);
int fire_term_value(enum fire_term t);
const char *fire_term_text(enum fire_term t);
/* A point belongs to the first place whose middle lies within half the diagonal of either pixel, else begins one: no chains across a burning plain.
 * The best LIMIT_FIRE_PLACES, by score, days, points, place. */
MUST_USE err *fires_places(struct arena *a, const struct fires *f, const struct fire_source *s, size_t n, struct fire_place **ret, size_t *ret_n, size_t *ret_all);
