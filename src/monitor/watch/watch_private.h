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
};

/* findings.c; the caller holds no lock */
MUST_USE err *finding_done(struct watch *w, str outlet, day first, day last, str rules, bool *ret);
/* Puts what an outlet's span gave, and that it was done, in one transaction. Known ids keep their state; a clue of the same lead that
 * overlaps a reported or waiting one continues it. */
struct finding_count { int64_t hints, clues, continued; };
MUST_USE err *findings_put(struct watch *w, const struct watch_finding *list, size_t n, str outlet, day first, day last, str rules, usec now,
                           struct finding_count *ret);
MUST_USE err *finding_reported(struct watch *w, str id, str clue, day today);
/* Clues waiting, by agency and severity, and how many an agency was given today. */
MUST_USE err *findings_waiting(struct watch *w, struct arena *a, struct watch_finding **ret, size_t *ret_n);
MUST_USE err *findings_given(struct watch *w, str agency, day today, int64_t *ret);
MUST_USE err *outlet_find(struct db *house, struct arena *a, str id, struct watch_outlet *ret);
/* Runs the detectors over a table as a run does; those named in `silent` say nothing. */
void watch_detect(struct arena *a, const struct table *t, str silent, bool light, struct hits *ret_hits, struct findings *ret);
str finding_text(struct arena *a, const struct table *t, const struct finding *f); /* its JSON */
