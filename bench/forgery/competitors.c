/*
 * Who competes: ours, and what people would take from the shelf: three rules of a spreadsheet, the exact matrix profile
 * both ways (motif: too similar; discord: too strange), an isolation forest. All see the hours; only flags N count for
 * the generic ones, which is the courtesy their users would show, too.
 */
#include "forgery.h"
#include "monitor/detect/profile.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef VEC(struct interval) interval_list;

static void give(struct arena *a, interval_list *list, size_t first, size_t n, double score)
{
    vec_push(a, list, ((struct interval){first, n, score}));
}

static err *done(const interval_list *list, struct intervals *ret)
{
    *ret = (struct intervals){list->p, list->n};
    return NULL;
}

/* ---- ours ---- */

static err *find_ours(struct arena *a, const struct table *t, struct intervals *ret)
{
    struct hits hits;
    struct findings findings;
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    struct fuse_options o = FUSE_DEFAULTS;
    interval_list list = {0};
    detect_table(a, t, NULL, &hits, runs);
    fuse(a, t, &hits, &o, &findings);
    for (size_t i = 0; i < findings.n; i++)
        if (findings.p[i].level == LEVEL_CLUE)
            give(a, &list, findings.p[i].first, findings.p[i].n, findings.p[i].score);
    return done(&list, ret);
}

/* ---- rules of a spreadsheet ---- */

/* Values as numbers; NAN where missing, not N, or marked (stopped, starting, shutting, fault, maintenance). */
static double *numbers(struct arena *a, const struct table *t, const struct column *c)
{
    double *x = NEW_ARRAY(a, t->n, double);
    for (size_t i = 0; i < t->n; i++)
        x[i] = c->value && c->value[i] != VALUE_NONE && (!c->flag || c->flag[i] == 'N') ? (double)c->value[i] : NAN;
    usec step = t->step_s * USEC_SECOND;
    for (size_t k = 0; k < t->marks_n; k++) {
        usec from = t->marks[k].from - t->from, to = t->marks[k].to - t->from;
        for (int64_t i = from < 0 ? 0 : from / step; i < (int64_t)t->n && i * step < to; i++)
            x[i] = NAN;
    }
    return x;
}

static bool measured(const struct column *c)
{
    return c->group == COLUMN_VALUE && c->value;
}

/* What is watched by who looks for values that repeat: pollutants. Flow and oxygen stand still, and at zero, by
 * themselves. */
static bool watched(const struct table *t, const struct column *c)
{
    for (size_t i = 0; measured(c) && i < t->limits_n; i++)
        if (str_eq(t->limits[i].factor, c->factor))
            return true;
    return false;
}

static err *find_constant(struct arena *a, const struct table *t, struct intervals *ret)
{
    interval_list list = {0};
    for (size_t k = 0; k < t->columns_n; k++) {
        if (!watched(t, &t->columns[k]))
            continue;
        const double *x = numbers(a, t, &t->columns[k]);
        for (size_t i = 0, run; i < t->n; i += run) {
            for (run = 1; i + run < t->n && x[i + run] == x[i];)
                run++;
            if (run >= 3)
                give(a, &list, i, run, (double)run);
        }
    }
    return done(&list, ret);
}

struct normal {
    double mean, deviation;
};

static struct normal normal_of(const double *x, size_t n)
{
    double sum = 0, squares = 0, k = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i])) {
            sum += x[i];
            squares += x[i] * x[i];
            k++;
        }
    double mean = k > 0 ? sum / k : 0, variance = k > 1 ? squares / k - mean * mean : 0;
    return (struct normal){mean, variance > 0 ? sqrt(variance) : 0};
}

static err *find_sigma(struct arena *a, const struct table *t, struct intervals *ret)
{
    interval_list list = {0};
    for (size_t k = 0; k < t->columns_n; k++) {
        if (!measured(&t->columns[k]))
            continue;
        const double *x = numbers(a, t, &t->columns[k]);
        struct normal of = normal_of(x, t->n);
        for (size_t i = 0; i < t->n && of.deviation > 0; i++)
            if (!isnan(x[i]) && fabs(x[i] - of.mean) > 2 * of.deviation)
                give(a, &list, i, 1, fabs(x[i] - of.mean) / of.deviation);
    }
    return done(&list, ret);
}

static err *find_limit(struct arena *a, const struct table *t, struct intervals *ret)
{
    interval_list list = {0};
    for (size_t l = 0; l < t->limits_n; l++) {
        const struct table_limit *limit = &t->limits[l];
        const struct column *c = table_column(t, arena_cstr(a, limit->factor), (enum column_group)limit->group);
        if (!c || limit->lower)
            continue;
        const double *x = numbers(a, t, c);
        for (size_t i = 0; i < t->n; i++)
            if (x[i] > 0.9 * (double)limit->mantissa)
                give(a, &list, i, 1, x[i] / (double)limit->mantissa);
    }
    return done(&list, ret);
}

/* ---- matrix profile, windows of a day ---- */

enum { WINDOW = 24, BEST = 60 /* of a column, so that one column does not fill the list */ };

static int by_score(const void *x, const void *y)
{
    const struct interval *a = x, *b = y;
    return (a->score < b->score) - (a->score > b->score);
}

static err *find_profile(struct arena *a, const struct table *t, bool motif, struct intervals *ret)
{
    interval_list list = {0};
    for (size_t k = 0; k < t->columns_n; k++) {
        if (!(motif ? watched(t, &t->columns[k]) : measured(&t->columns[k])) || t->n < 4 * WINDOW)
            continue;
        const double *x = numbers(a, t, &t->columns[k]);
        size_t n = t->n - WINDOW + 1, *at = NEW_ARRAY(a, n, size_t), m = 0;
        double *r = NEW_ARRAY(a, n, double);
        struct interval *mine = NEW_ARRAY(a, n, struct interval);
        profile_self(a, x, t->n, WINDOW, WINDOW, PROFILE_BEST, r, at);
        for (size_t i = 0; i < n; i++)
            if (at[i] != SIZE_MAX)
                mine[m++] = (struct interval){i, WINDOW, motif ? r[i] : 1 - r[i]};
        if (m)
            qsort(mine, m, sizeof *mine, by_score);
        for (size_t i = 0; i < m && i < BEST; i++)
            give(a, &list, mine[i].first, mine[i].n, mine[i].score);
    }
    return done(&list, ret);
}

static err *find_motif(struct arena *a, const struct table *t, struct intervals *ret)
{
    return find_profile(a, t, true, ret);
}

static err *find_discord(struct arena *a, const struct table *t, struct intervals *ret)
{
    return find_profile(a, t, false, ret);
}

/* ---- isolation forest ---- */

static _Thread_local pid_t forest_child = -1;
static _Thread_local int forest_in = -1, forest_out = -1;

err *forest_start(const char *script)
{
    int to[2], from[2];
    if (pipe(to) < 0)
        return err_errno(S("pipe"));
    if (pipe(from) < 0)
        return err_errno(S("pipe"));
    forest_child = fork();
    if (forest_child == 0) {
        dup2(to[0], 0);
        dup2(from[1], 1);
        close(to[1]);
        close(from[0]);
        setenv("OMP_NUM_THREADS", "1", 1);
        execl("/usr/bin/python3", "python3", script, (char *)NULL); /* Debian's, which has the package */
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    forest_in = to[1];
    forest_out = from[0];
    return forest_child < 0 ? err_errno(S("fork")) : NULL;
}

bool forest_running(void)
{
    return forest_child > 0;
}

void forest_stop(void)
{
    if (forest_child <= 0)
        return;
    close(forest_in);
    close(forest_out);
    waitpid(forest_child, NULL, 0);
    forest_child = -1;
}

static err *move_all(bool out, void *bytes, size_t n)
{
    for (size_t done_n = 0; done_n < n;) {
        ssize_t k = out ? write(forest_in, (char *)bytes + done_n, n - done_n)
                        : read(forest_out, (char *)bytes + done_n, n - done_n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return err_new(ERR_IO, "孤立森林进程没有应答（需要python3-sklearn）");
        done_n += (size_t)k;
    }
    return NULL;
}

/* Of each measured column: the value, its step, and how much it moved in the last day. */
static err *find_forest(struct arena *a, const struct table *t, struct intervals *ret)
{
    size_t columns = 0, k = 0;
    for (size_t i = 0; i < t->columns_n; i++)
        columns += measured(&t->columns[i]);
    double *rows = NEW_ARRAY(a, t->n * columns * 3, double), *score = NEW_ARRAY(a, t->n, double);
    for (size_t c = 0; c < t->columns_n; c++) {
        if (!measured(&t->columns[c]))
            continue;
        const double *x = numbers(a, t, &t->columns[c]);
        for (size_t i = 0; i < t->n; i++) {
            double *to = rows + i * columns * 3 + k * 3;
            to[0] = x[i];
            to[1] = i ? fabs(x[i] - x[i - 1]) : NAN;
            to[2] = i >= 23 ? normal_of(x + i - 23, 24).deviation : NAN;
        }
        k++;
    }
    int32_t head[2] = {(int32_t)t->n, (int32_t)(columns * 3)};
    TRY(move_all(true, head, sizeof head));
    TRY(move_all(true, rows, t->n * columns * 3 * sizeof *rows));
    TRY(move_all(false, score, t->n * sizeof *score));
    interval_list list = {0};
    for (size_t i = 0; i < t->n; i++)
        give(a, &list, i, 1, score[i]);
    return done(&list, ret);
}

const struct competitor competitors[] = {
    {"xiezhi", "all detectors, fused", true, find_ours},
    {"constant-run", "equal hours in a row", false, find_constant},
    {"three-sigma", "far from the mean", false, find_sigma},
    {"limit", "close to or above the limit", false, find_limit},
    {"mp-motif", "exact matrix profile: too similar, 24 h", false, find_motif},
    {"mp-discord", "exact matrix profile: too strange, 24 h", false, find_discord},
    {"isolation-forest", "scikit-learn, 100 trees", false, find_forest},
};
const size_t competitors_n = sizeof competitors / sizeof *competitors;
