/* What the files of monitor/watch share. */
#pragma once
#include "monitor/watch/watch.h"

#include <pthread.h>

struct watch {
    struct arena *arena;
    struct store *house;
    struct readings *readings;
    struct store *own;       /* where findings are kept; on PostgreSQL the house's database */
    struct db *db;           /* of `own`; under lock */
    pthread_mutex_t lock;
    bool running;
    int64_t cells_most;      /* LIMIT_WATCH_CELLS; tests make it small */
    size_t columns_most;     /* LIMIT_TABLE_COLUMNS; so, too */
};

/* findings.c; the caller holds no lock */
MUST_USE err *finding_done(struct watch *w, str outlet, day first, day last, str rules, bool *ret);
/* Puts what outlets' spans gave, and that they were done, in one transaction. Known ids keep their state, but what nobody
 * was told is renewed where this look knows better (renew), and put into the past where it no longer shows it (outdate); a clue of the same lead that
 * overlaps a reported or waiting one continues it. */
struct finding_count { int64_t hints, clues, continued; };
/* What a run has to keep of one outlet. */
struct outlet_ran { str run, outlet; usec at; int64_t readings, tests; str outcomes; const struct watch_finding *list; size_t n;
                    const int64_t *rarity; const bool *hard; /* of each finding */
                    str silent; bool light, narrowed; /* what it did not look with, and at: minutes or columns left out */ };
MUST_USE err *findings_put(struct watch *w, const struct outlet_ran *ran, size_t n, day first, day last, str rules, struct finding_count *ret);
/* runs.c */
MUST_USE err *watch_run_begin(struct watch *w, struct arena *a, day first, day last, bool light, str silent, usec now, str *ret_id);
MUST_USE err *watch_run_end(struct watch *w, str run, usec now, int64_t *ret_unsure); /* controls false discoveries, counts, closes */
MUST_USE err *ran_put(struct db *own, const struct outlet_ran *ran); /* in the caller's transaction */
str outcomes_text(struct arena *a, const struct detect_run *runs, const struct findings *f);
int64_t finding_rarity(const struct finding *f);
bool named_in(str list, str id); /* detectors, blank-separated */
str watch_run_id(struct arena *a, day first, day last, bool light);
/* records.c: what files of records say of the span; the caller holds the lock */
MUST_USE err *records_in(struct watch *w, struct arena *a, str mn, usec as_of, struct table *t);
/* ---- what one thread looks with: connections that stay open from outlet to outlet (table.c) ---- */
struct watch_eye { struct watch *w; struct db *house; struct reading_scan *scan; struct arena *arena; bool narrowed /* the last table */;
                   int left /* columns there was no room for in it */; };
MUST_USE err *watch_eye_open(struct watch *w, struct watch_eye *ret);
void watch_eye_close(struct watch_eye *e); /* also what failed to open, and zeros */
#define AUTO_EYE __attribute__((cleanup(watch_eye_close))) struct watch_eye
MUST_USE err *watch_eye_table(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table **ret);
/* The hours alone, or the minutes where there are no hours, with marks, limits and our own failures. */
MUST_USE err *watch_eye_hours(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table **ret);
/* beside.c: what a table carries beside its columns, in full runs. */
struct keepers;
struct trades; /* levels of each trade in a run, shared by its threads; tables point into its arena */
struct trades *trades_new(struct arena *a, str run);
/* The levels of one outlet; the caller has a write transaction open on w->db and commits it when all are there: half of them are none. */
struct outlet_figures { str outlet, trade; struct table_figure *p; size_t n; }; /* group: enum reading_group */
MUST_USE err *figures_of(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, day first, day last, struct outlet_figures *ret);
MUST_USE err *figures_put(struct watch *w, str run, const struct outlet_figures *list, size_t n); /* in one transaction */
MUST_USE err *figures_made(struct watch *w, str run, bool *ret); /* made once: what a finding was compared with stays */
MUST_USE err *watch_beside(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, struct trades *trades, const struct keepers *k, day first, day last,
                           usec as_of, struct table *t);
/* keepers.c: counted once a run and kept with it. load: as the run has them, of nobody where they were never made. */
MUST_USE err *keepers_make(struct watch *w, struct arena *a, const struct watch_outlet *outlets, size_t n, str run, day last, usec as_of, struct keepers **ret);
MUST_USE err *keepers_load(struct watch *w, struct arena *a, str run, struct keepers **ret, bool *ret_made);
const struct table_keeper *keeper_of(const struct keepers *k, str subject); /* NULL: nobody on record */
/* table.c: one period of an outlet on one grid; *ret NULL when nothing was sent. step_s 0: the cadence of what was sent. */
MUST_USE err *watch_grid(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, enum reading_period period, int step_s, day first, day last,
                         usec as_of, struct table **ret);
MUST_USE err *watch_all_outlets(struct watch *w, struct arena *a, struct watch_outlet **ret, size_t *ret_n);
MUST_USE err *finding_reported(struct watch *w, str id, str clue, day today);
/* Clues waiting, by agency and severity, and how many an agency was given today. */
MUST_USE err *findings_waiting(struct watch *w, struct arena *a, struct watch_finding **ret, size_t *ret_n);
MUST_USE err *findings_given(struct watch *w, str agency, day today, int64_t *ret);
MUST_USE err *outlet_find(struct db *house, struct arena *a, str id, struct watch_outlet *ret);
/* Runs the detectors over a table as a run does; those named in `silent` say nothing. */
void watch_detect(struct arena *a, const struct table *t, str silent, bool light, struct hits *ret_hits, struct findings *ret, struct detect_run *runs);
str finding_text(struct arena *a, const struct table *t, const struct finding *f); /* its JSON */
/* clues.c */
MUST_USE err *report_clues(struct watch *w, struct acts *acts, usec now, struct watch_report *report);
