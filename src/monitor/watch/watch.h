/*
 * monitor/watch/: the detectors over the readings store: every outlet, as data come in. Its door.
 *
 *   outlet × days ── watch_table (readings, versions, marks, limits, our own failures) ── detect, fuse ── findings kept here
 *   ── the strongest within the bureau's daily budget ── clue.report ── officers ── clue.judge ── how good each detector is
 *
 * A finding is a computed thing: rules version, span and time of knowledge are kept with it, so watch_replay computes it again
 * from the readings as they were known then and must give the same bytes. The same contradiction seen again over a longer span
 * continues the earlier finding and is no second clue. Hints stay here and go to nobody. Looking day by day ends where looking once does: what
 * nobody was told yet and a later look over the same hours no longer shows, stands no more (WATCH_PAST).
 *
 * Kept in readings/watch.db of the data folder, on PostgreSQL in tables reading_watch_*: working state, no legal state; what became
 * of a clue stands in the ledger. Memory: one outlet's span per worker, whatever the province holds and however long; an outlet with more
 * minutes than LIMIT_WATCH_CELLS has its last days looked at by the minute, as many as fit, and all of the span by the hour.
 *
 * Threads: a watch may be shared; watch_run takes its own workers and connections. One run at a time per store (ERR_BUSY).
 */
#pragma once
#include "acts/clue.h"
#include "monitor/detect/habits.h"
#include "monitor/series/readings.h"

struct watch;
enum {
    WATCH_SPAN_DAYS = 92,        /* looked at behind the last day: the site's own history */
    WATCH_SPAN_MOST = 400,
    WATCH_WORKERS_MOST = 16,
    LIMIT_WATCH_CELLS = 1 << 24, /* slots times columns of an outlet's minutes: where there are more, minutes are looked at for fewer days (watch_report.narrowed) */
    LIMIT_WATCH_FINDINGS = 500   /* of one page */
};
/* For reading it opens also where nothing was ever run: watch_ready() looks again each time it is asked, and before it has said
 * yes no other function may be called. */
MUST_USE err *watch_open(struct store *house, struct readings *r, bool write, struct watch **ret);
MUST_USE err *watch_ready(struct watch *w, bool *ret);
void watch_close(struct watch *w);

/* ---- one outlet as detectors see it ---- */
struct watch_outlet {
    str id, mn, name, subject, agency; /* agency: the nearest bureau over the company; "" none */
    int64_t region;
    enum outlet_kind kind;
    str industry;
    int64_t o2_reference;              /* 0.01 % ; 0 unknown */
    int64_t area_m2;                   /* 0.001 m2; 0 unknown */
};
/* Outlets that are open on the last day, by id. after: id of the last seen, "" from the start. */
MUST_USE err *watch_outlets(struct watch *w, struct arena *a, str after, int limit, struct watch_outlet **ret, size_t *ret_n);
/* Hours of [first, last] as they were known at as_of (USEC_NONE: now), with the minutes behind them and the days as reported. */
MUST_USE err *watch_table(struct watch *w, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table **ret);

/*
 * How the outlet's time was taken out of judgement in [first, last], as it was known at as_of: what a run of that span saw, so that the page of a
 * finding says the same as long as its rules stand. light: without files of records. Hours, or minutes where none came; the table is what `ret`
 * speaks of. capture_least is the house's setting. Some milliseconds: hours alone are read. ERR_MISSING: no such outlet, or nothing came.
 */
MUST_USE err *watch_habits(struct watch *w, struct arena *a, str outlet, day first, day last, usec as_of, bool light, struct habits *ret,
                           const struct table **ret_table);

/* Records beside the readings of a device (table_records): the file is kept as it is; the same file again is no second one. */
enum { LIMIT_RECORDS_BYTES = 4 << 20, LIMIT_RECORD_FILES = 500 /* of one device */ };
MUST_USE err *watch_records_put(struct watch *w, str mn, str name, str bytes, usec now, size_t *ret_n, bool *ret_new);

/* ---- running ---- */
struct watch_options {
    day last;                /* the newest whole day looked at */
    int days;                /* span; 0 = WATCH_SPAN_DAYS */
    str outlet;              /* "" all */
    int workers;             /* 0 = one a core */
    bool light;              /* the light set of detectors only */
    bool again;              /* also outlets this span was done for */
};
struct watch_report { int64_t outlets, skipped, readings, hits, hints, clues, continued, unsure /* did not pass the run's control */, reported, held_back,
                      narrowed /* outlets whose minutes were too many for the whole span */,
                      wide /* outlets with more columns than a table has: the log names what was left out */;
                      double seconds;
                      /* Processor seconds of the workers by what they were used for; table: reading and decoding, too. */
                      struct watch_spent { double before /* of the first thread: what comes before all outlets */, table, beside, detect, keep; } spent; };
/* `acts` NULL: nothing is reported. Resumes: an outlet done for this span and rules is not done again. */
MUST_USE err *watch_run(struct watch *w, struct acts *acts, const struct watch_options *o, void (*progress)(void *, int64_t done, int64_t of),
                        void *context, struct watch_report *ret);

/* ---- runs: what was looked at, what was lacking, what was found clean ---- */
/*
 * A run is a span of days under one version of the rules; one that was cut off goes on under its name. False discoveries are controlled over
 * all of its outlets (Benjamini and Hochberg, 0.05): what rests on chance alone stands when it is rare among as many chances as the run
 * took. What does not stand is WATCH_UNSURE; it may stand after a later run.
 */
struct watch_run { str id; day first, last; str rules, silent; bool light; usec started, ended /* USEC_NONE: cut off, or still going on */;
                   int64_t outlets, tests, findings, standing; };
/* The newest first. */
MUST_USE err *watch_runs(struct watch *w, struct arena *a, int limit, struct watch_run **ret, size_t *ret_n);
enum watch_outcome { WATCH_FOUND, WATCH_WEAK /* a sign that became no finding */, WATCH_CLEAN /* 已检未见异常 */, WATCH_LACKED };
const char *watch_outcome_text(enum watch_outcome o);
/* Over the outlets of a run, by detector. */
struct watch_tally { const struct detector *detector; int64_t count[WATCH_LACKED + 1]; bool silent; };
MUST_USE err *watch_tallies(struct watch *w, struct arena *a, const struct watch_run *run, struct watch_tally **ret, size_t *ret_n);
/* What the rules said of one outlet in a run. */
struct watch_said { const struct detector *detector; enum watch_outcome outcome; str lacked; bool silent; };
struct watch_look { struct watch_run run; usec at; int64_t readings; struct watch_said *said; size_t n; };
/* The run that looked at the outlet last at `at` (USEC_NONE: now), or the first one afterwards: a run made again takes the time of its newer making.
 * ERR_MISSING: none ever did. */
MUST_USE err *watch_look(struct watch *w, struct arena *a, str outlet, usec at, struct watch_look *ret);

/* ---- findings ---- */
enum watch_state { WATCH_OPEN /* waits for its turn in the budget */, WATCH_REPORTED, WATCH_CONTINUES /* an earlier one */,
                   WATCH_UNSURE /* among so many outlets chance shows the like: stands for nobody */,
                   WATCH_PAST /* a later look, of as many days, no longer shows it, or shows it otherwise: stands for nobody */ };
struct watch_finding {
    str id, outlet, mn, name, agency, lead /* detector */, detectors /* of all hits, blank-separated */, factor;
    enum finding_level level;
    enum watch_state state;
    usec from, to, found;
    int64_t severity;        /* 10^-6 */
    str sentence, json;      /* as finding_json wrote it */
    str clue, continues;     /* "" none */
    day first, last;         /* the span it was computed over */
    str rules, silent;       /* version; detectors that said nothing in that run */
    bool light;
};
struct watch_filter { int level /* -1 any */; str agency, outlet; /* "" any */ bool continued; /* also what continues an earlier one, and what is past */
                      bool unsure; /* also what did not pass the run's control of false discoveries */ };
/* Clues before hints, by severity, then id. `after`: id of the last one of the page before, "" for the first. */
MUST_USE err *watch_findings(struct watch *w, struct arena *a, const struct watch_filter *f, str after, int limit, struct watch_finding **ret,
                             size_t *ret_n);
MUST_USE err *watch_finding(struct watch *w, struct arena *a, str id, struct watch_finding *ret); /* ERR_MISSING */
/* Computes it again; *ret_json are the bytes of now, *ret_same whether they are those of then. ERR_VERSION: other rules. */
MUST_USE err *watch_replay(struct watch *w, struct arena *a, str id, str *ret_json, bool *ret_same);

/* ---- how good the detectors are (clue.judge) ---- */
struct watch_measure { const struct detector *detector; int64_t clues, judged, confirmed; bool background; };
/* detector_count() elements. A detector below a tenth right in fifty judged clues is background from then on. */
MUST_USE err *watch_measures(struct watch *w, struct arena *a, struct watch_measure **ret);
enum { WATCH_JUDGED_LEAST = 50, WATCH_PRECISION_LEAST = 10 /* % */ };
