/*
 * bench/forgery/, the second list: what detectors need that ask of more than readings. An outlet-quarter with everything beside it: supplies and
 * other instruments (plant/beside.h), checks, comparisons, inspections, commands, frames, live values, a neighbour, the levels of the
 * trade, who keeps it; honest, with the oddities honest outlets have; and `more` attacks on these, at 5 strengths and 4 lengths. The
 * fourteen attacks and their table are not touched by it.
 */
#pragma once
#include "forgery.h"
#include "monitor/plant/beside.h"

enum { MORE_LIVE_DAYS = 7, MORE_LIVE_EACH = 3, MORE_FRAME_DAYS = 31, MORE_FIGURES = 24, MORE_EVENTS = 800, MORE_COMMANDS = 1200, MORE_FRAMES = 4000,
       MORE_CHECKS = 4000, MORE_MARKS = 400 };

/* What honest outlets are measured against, made once a seed: the levels of each kind's trade. */
struct more_trade {
    struct table_figure *figures[PLANT_KINDS];
    size_t n[PLANT_KINDS];
};
struct more_trade *more_trade_make(struct arena *a, uint64_t seed);

/* Made once an outlet; what is expensive. */
struct more_outlet {
    const struct outlet *o;
    uint64_t seed;
    struct plant_beside *beside;
    struct plant_series *neighbour; /* hours */
    struct plant *neighbour_plant;
    bool shared;                    /* one stack under two numbers */
    struct table_figure *figures;   /* of others of its trade */
    size_t figures_n;
};
struct more_outlet *more_outlet_make(struct arena *a, const struct outlet *o, const struct more_trade *trade, uint64_t seed);

/* One table with everything, each list writable: an attack changes what it likes. Lives in the arena it is made in. */
struct more_scene {
    struct arena *a;
    const struct more_outlet *m;
    struct table *t;
    struct column *columns;
    struct table_check *checks;
    struct table_event *events;
    struct table_mark *marks;
    struct table_command *commands;
    struct table_frame *frames;
    struct table_figure *figures;
    struct table_keeper *keeper;
    struct plant_random random;
};
/* r, f: as for forgery_table(); NULL: honest. */
struct more_scene *more_scene_make(struct arena *a, const struct more_outlet *m, const struct forger *r, const struct forgery *f);
int64_t *more_values(struct more_scene *s, const char *factor, enum column_group g, int *ret_decimals); /* NULL: no such column; may be written */
void more_event(struct more_scene *s, usec at, enum table_event_kind kind);

struct more_case {
    int attack, strength /* 1..5 */, length; /* index into the attack's lengths */
    size_t first, n;                         /* hours */
    uint64_t seed;
};
struct more_attack {
    const char *name, *detector;
    bool habit;                               /* long lengths: it shows in weeks */
    bool last_week;                           /* live values reach no further */
    bool all_kinds;                           /* else these */
    enum plant_kind kinds[3];
    int kinds_n;
    /* Forges the minutes of the stretch; false: no sense here. May be NULL. */
    bool (*readings)(struct forger *r, const struct more_outlet *m, const struct more_case *k);
    /* Forges what stands beside. May be NULL. */
    bool (*beside)(struct more_scene *s, const struct more_case *k);
};
extern const struct more_attack more_attacks[];
extern const size_t more_attacks_n;
extern const int more_long_lengths[FORGERY_LENGTHS]; /* hours: 7, 14, 30 and 58 days */
int more_length(const struct more_attack *x, int length);

/* `bench_forgery --more`: recall and precision per detector in the background. outlets: honest quarters; cases: forged ones, all attacks together. */
struct more_settings {
    int outlets, cases;
    uint64_t seed;
    const char *only; /* ids of detectors, comma-separated, or NULL */
    bool full;        /* of the forged only strength 5 and the two longer lengths */
    unsigned kinds;   /* a set of enum plant_kind */
    FILE *trace;
};
void more_run(const struct more_settings *s);
/* `bench_forgery --more --year`: honest and forged years of hours, for what a quarter cannot show. */
void more_years(const struct more_settings *s);
