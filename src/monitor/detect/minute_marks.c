/*
 * C9, C10 and D3 among readings. In an hour a few marked or missing minutes leave no trace; among readings they say when they began.
 * An analyser is flushed, a line fails, somebody opens a cabinet: none of that knows the level. Each episode is compared with the
 * readings a quarter of an hour before and behind it, so neither the hour of day nor a bad week matters: what is marked lies
 * above them, or what surrounds a gap is the top of its own hours.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

struct episode { size_t first, n; bool odd; };
struct episodes { struct episode *p; size_t n, capacity; };

/* What a limit is applied to: the converted value where one is sent. */
static const struct view *judged_of(const struct detect_context *c, const struct table *t, const struct view *v)
{
    for (size_t k = 0; k < t->columns_n; k++)
        if (t->columns[k].group == COLUMN_CONVERTED && t->columns[k].value && str_eq(t->columns[k].factor, v->c->factor))
            return &c->views[k];
    return v;
}

/* Windows of episodes: how many of them are odd, against the outlet's own share elsewhere and at least `least_share`. */
static void too_many(struct detect_context *c, const struct table *t, const struct view *v, const struct episodes *e, double least_share, const char *what,
                     const char *how)
{
    static const double spans[] = {6, 24, 72, 336};
    size_t odd = 0;
    double windows = 0;
    for (size_t i = 0; i < e->n; i++)
        odd += e->p[i].odd;
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
        windows += 2160 / spans[s];
    struct hit *h = NULL;
    double best = 1;
    size_t best_from = 0, best_to = 0, best_n = 0, best_odd = 0;
    for (size_t s = 0; s < sizeof spans / sizeof *spans && odd >= 2; s++)
        for (size_t i = 0; i < e->n; i++) {
            size_t n = 0, k = 0, last = i;
            if (!e->p[i].odd)
                continue;
            for (size_t j = i; j < e->n && e->p[j].first < e->p[i].first + slots_of(t, spans[s]); j++) {
                n++;
                k += e->p[j].odd;
                last = e->p[j].odd ? j : last;
            }
            double share = fmax(least_share, ((double)(odd - k) + 1) / ((double)(e->n - n) + 1 / least_share));
            double p = windows * binomial_tail((int64_t)n, (int64_t)k, fmin(0.9, share));
            if (k >= 2 && p < best)
                best = p, best_from = e->p[i].first, best_to = e->p[last].first + e->p[last].n, best_n = n, best_odd = k;
        }
    if (best > parameter(c, "chance") || !(h = hit_add(c, best_from, best_to - best_from, v)))
        return;
    h->score = (double)best_odd;
    h->p = fmax(1e-300, best);
    h->hard = c->detector->family == FAMILY_PROTOCOL && h->p <= parameter(c, "hard") && best_odd >= 5;
    hit_number(h, 0, "次数", (double)best_n, 0);
    hit_number(h, 1, "其中反常的", (double)best_odd, 0);
    hit_number(h, 2, "全段次数", (double)e->n, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的分钟数据%s%zu次，其中%zu次%s", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, best_from)), STR_ARG(span_text(c->scratch, t, best_to - best_from)), what, best_n, best_odd,
                 how);
}

/* ---- C10 ---- */
static bool away(char flag)
{
    return flag && flag != 'N' && flag != 'n' && flag != 'C' && flag != 'T';
}

/* The marked values lie above the unmarked ones of the quarter of an hour before and behind: nearly all above nearly all, and the
 * highest above every one. What an analyser holds is equal to the value before, and so is never above it. */
static bool above_all(struct detect_context *c, const struct table *t, const struct view *v, const struct view *z, const struct episode *e)
{
    size_t around = slots_of(t, 0.25), from = e->first > around ? e->first - around : 0, n = 0, m = 0, above = 0;
    size_t to = e->first + e->n + around < t->n ? e->first + e->n + around : t->n;
    double *outside = NEW_ARRAY(c->scratch, 2 * around + 1, double), top_in = -INFINITY, top_out = -INFINITY;
    for (size_t i = from; i < to; i++) {
        double x = raw_value(z, i);
        if (i >= e->first && i < e->first + e->n)
            top_in = x > top_in ? x : top_in;
        else if (!isnan(x) && v->c->flag[i] == 'N')
            outside[n++] = x, top_out = fmax(top_out, x);
    }
    for (size_t i = e->first; i < e->first + e->n; i++)
        for (size_t k = 0; k < n && !isnan(raw_value(z, i)); k++)
            above += raw_value(z, i) > outside[k], m++;
    return n >= around / 2 && m > 0 && top_in > top_out && above * 10 >= m * 8;
}

/* No other gas of the outlet is marked meanwhile, nor a minute before or behind. */
static bool marked_alone(const struct detect_context *c, const struct table *t, const struct view *v, const struct episode *e)
{
    size_t from = e->first ? e->first - 1 : 0, to = e->first + e->n + 1 < t->n ? e->first + e->n + 1 : t->n;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *o = &c->views[k];
        if (o == v || !o->c->flag || o->c->group != COLUMN_VALUE || (o->factor->role != ROLE_POLLUTANT && o->factor->role != ROLE_OXYGEN))
            continue;
        for (size_t i = from; i < to; i++)
            if (away(o->c->flag[i]))
                return false;
    }
    return true;
}

/* Gases are drawn, flushed and calibrated together: a mark on one of them alone, and just over what is highest, is both. How often an
 * innocent mark stands alone is learned from those that are not over the highest. */
static void marked_apart(struct detect_context *c, const struct table *t, const struct view *v, const struct episodes *e)
{
    struct episodes both = {NEW_ARRAY(c->scratch, e->n + 1, struct episode), e->n, e->n};
    size_t odd = 0, alone = 0, gases = 0;
    for (size_t k = 0; k < t->columns_n; k++)
        gases += t->columns[k].flag && t->columns[k].group == COLUMN_VALUE && c->views[k].factor->role == ROLE_POLLUTANT && view_fit(&c->views[k], 2000);
    for (size_t i = 0; i < e->n; i++) {
        bool apart = marked_alone(c, t, v, &e->p[i]);
        both.p[i] = e->p[i];
        both.p[i].odd = apart && e->p[i].odd;
        odd += both.p[i].odd;
        alone += apart && !e->p[i].odd;
    }
    double share = ((double)alone + 1) / ((double)(e->n - odd) + 2);
    if (odd >= 2 && gases >= 2 && share < 0.2)
        too_many(c, t, v, &both, 0.05 * share, "标为非正常", "只标这一项污染物，且恰好盖住前后半小时里最高的数值");
}

/* The first at or behind i that is not N; n where there is none. */
static size_t next_marked(const char *flag, size_t i, size_t n)
{
    uint64_t normal, some;
    memset(&normal, 'N', sizeof normal);
    for (; i + sizeof some <= n; i += sizeof some) {
        memcpy(&some, flag + i, sizeof some);
        if (some != normal)
            break;
    }
    while (i < n && flag[i] == 'N')
        i++;
    return i;
}

void detect_minute_flags(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct episodes e = {0};
        if (!v->c->flag || !view_fit(v, 2000) || v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->mad <= 0)
            continue;
        const struct view *z = judged_of(c, t, v);
        detect_aligned_marks(c, t, v);
        for (size_t i = next_marked(v->c->flag, 1, t->n); i < t->n; i = next_marked(v->c->flag, i + 1, t->n)) {
            struct episode one = {.first = i};
            if (!away(v->c->flag[i]) || v->c->flag[i - 1] != 'N')
                continue;
            while (i < t->n && away(v->c->flag[i]))
                i++;
            one.n = i - one.first;
            one.odd = above_all(c, t, v, z, &one);
            vec_push(c->scratch, &e, one);
        }
        too_many(c, t, v, &e, 0.05, "标为非正常", "恰好盖住前后半小时里最高的数值");
        if (!view_steps(t, v))
            marked_apart(c, t, v, &e);
    }
}

/* ---- C9 ---- */
static bool all_gone(const struct table *t, size_t i)
{
    for (size_t k = 0; k < t->columns_n; k++)
        if (t->columns[k].value && t->columns[k].value[i] != VALUE_NONE)
            return false;
    return true;
}

/* The share of [from, to) that is at least `level`; NAN: less than a third is there. */
static double share_at_least(const struct view *z, size_t from, size_t to, double level)
{
    size_t n = 0, above = 0;
    for (size_t i = from; i < to; i++)
        if (!isnan(z->x[i]))
            n++, above += z->x[i] >= level;
    return n * 3 >= to - from && n ? ((double)above + 1) / ((double)n + 1) : (double)NAN;
}

/* How much [first, first + n) sits at a height: by how few readings of the three hours before and behind are as high as those beside it, and how
 * few of the half hour before as high as the last, of the half hour behind as high as the first. NAN: too few readings. */
static double height_beside(const struct table *t, const struct view *z, size_t first, size_t n)
{
    size_t around = slots_of(t, 3), near = slots_of(t, 0.5), from = first > around ? first - around : 0, end = first + n;
    size_t to = end + around < t->n ? end + around : t->n;
    double before = first ? z->x[first - 1] : NAN, behind = end < t->n ? z->x[end] : NAN, beside = isnan(before) ? behind : isnan(behind) ? before : (before + behind) / 2;
    if (isnan(beside))
        return NAN;
    double far = share_at_least(z, from, first, beside), away = share_at_least(z, end, to, beside);
    double rises = isnan(before) ? NAN : share_at_least(z, first > near ? first - near : 0, first, before), falls = isnan(behind) ? NAN : share_at_least(z, end, end + near < t->n ? end + near : t->n, behind);
    double level = isnan(far) ? away : isnan(away) ? far : (far + away) / 2;
    /* a side that is not there counts as an ordinary one */
    return -log(level) + (isnan(rises) ? 0.5 : -0.5 * log(rises)) + (isnan(falls) ? 0.5 : -0.5 * log(falls));
}

/* The same of stretches as long as the usual gap, all over the table: what a gap is to be compared with. Sorted; returns how many. */
enum { PLACES = 1000 };
static size_t heights_elsewhere(struct detect_context *c, const struct table *t, const struct view *z, const struct episodes *e, double *ret)
{
    double *length = NEW_ARRAY(c->scratch, e->n, double);
    size_t n = 0;
    for (size_t i = 0; i < e->n; i++)
        length[i] = (double)e->p[i].n;
    size_t usual = (size_t)median_of(length, e->n);
    for (size_t k = 0; k < PLACES && usual < t->n; k++) {
        double height = height_beside(t, z, (t->n - usual) / PLACES * k + (t->n - usual) % PLACES * k / PLACES, usual);
        if (!isnan(height))
            ret[n++] = height;
    }
    if (n)
        sort_doubles(ret, n);
    return n;
}

/* The share of heights elsewhere that reach it. NAN: cannot be said. */
static double share_above(const struct table *t, const struct view *z, const struct episode *e, const double *elsewhere, size_t n)
{
    double height = height_beside(t, z, e->first, e->n);
    size_t low = 0, high = n;
    if (isnan(height) || n < PLACES / 4)
        return NAN;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (elsewhere[middle] < height)
            low = middle + 1;
        else
            high = middle;
    }
    return ((double)(n - low) + 1) / ((double)n + 1);
}

/* By Fisher: shares that are all small. Each window that holds enough gaps to be looked at counts: which these are, the level has no part in. */
static void gaps_at_top(struct detect_context *c, const struct table *t, const struct view *v, const struct episodes *e, const double *share)
{
    static const double spans[] = {12, 48, 168};
    double best = 1, windows = 0;
    size_t best_from = 0, best_to = 0, best_n = 0, least = (size_t)fmax(1, parameter(c, "least"));
    double *logs = NEW_ARRAY(c->scratch, e->n + 1, double);
    for (size_t i = 0; i < e->n; i++)
        logs[i] = log(share[i]);
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
        for (size_t i = 0, slots = slots_of(t, spans[s]); i < e->n; i++) {
            double sum = 0;
            size_t n = 0, last = i, high = 0;
            for (size_t j = i; j < e->n && e->p[j].first < e->p[i].first + slots; j++)
                if (!isnan(share[j]))
                    sum -= logs[j], high += share[j] <= 0.2, n++, last = j;
            if (n < least)
                continue;
            /* a few that are extreme, or many that are high: the smaller chance, twice */
            double p = fmin(chi_square_tail(2 * sum, 2 * (int)n), binomial_tail((int64_t)n, (int64_t)high, 0.2));
            windows++;
            if (p < best)
                best = p, best_from = e->p[i].first, best_to = e->p[last].first + e->p[last].n, best_n = n;
        }
    if (windows <= 0) /* so few gaps that none were looked at together */
        return;
    best *= 2 * windows;
    struct hit *h = best <= parameter(c, "chance") ? hit_add(c, best_from, best_to - best_from, v) : NULL;
    if (!h)
        return;
    h->score = (double)best_n;
    h->p = fmax(1e-300, best);
    h->hard = h->p <= parameter(c, "hard") && best_n >= 5;
    hit_number(h, 0, "次数", (double)best_n, 0);
    hit_number(h, 1, "全段次数", (double)e->n, 0);
    hit_number(h, 2, "时长（分钟）", (double)(best_to - best_from) * t->step_s / 60, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的分钟数据中断%zu次，都在前后六小时的高值处开始和结束", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, best_from)), STR_ARG(span_text(c->scratch, t, best_to - best_from)), best_n);
}

void detect_minute_gaps(struct detect_context *c, const struct table *t)
{
    struct episodes e = {0};
    for (size_t i = 1; i < t->n; i++) {
        struct episode one = {.first = i};
        if (!all_gone(t, i) || all_gone(t, i - 1))
            continue;
        bool ours = false;
        for (; i < t->n && all_gone(t, i); i++)
            ours |= t->platform && t->platform[i];
        one.n = i - one.first;
        /* a line that flickers for ten minutes failed once */
        struct episode *last = e.n ? &e.p[e.n - 1] : NULL;
        if (last && one.first < last->first + last->n + slots_of(t, 1.0 / 6))
            last->n = i - last->first;
        else if (!ours && i < t->n && !slot_marked(c, t, one.first, one.n, ~(1u << MARKED_OTHER), 0))
            vec_push(c->scratch, &e, one);
    }
    struct spell *gaps = NEW_ARRAY(c->scratch, e.n + 1, struct spell);
    for (size_t i = 0; i < e.n; i++)
        gaps[i] = (struct spell){e.p[i].first, e.p[i].n, 1};
    if (e.n)
        detect_aligned_gaps(c, t, gaps, e.n);
    for (size_t k = 0; e.n >= 3 && k < t->columns_n; k++) {
        const struct view *v = &c->views[k], *z = judged_of(c, t, v);
        if (!view_fit(v, 2000) || v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->mad <= 0 || v->equal > 0.6)
            continue;
        double *share = NEW_ARRAY(c->scratch, e.n, double), elsewhere[PLACES];
        size_t n = heights_elsewhere(c, t, z, &e, elsewhere);
        for (size_t i = 0; i < e.n; i++)
            share[i] = share_above(t, z, &e.p[i], elsewhere, n);
        gaps_at_top(c, t, v, &e, share);
    }
}

/* ---- D3 ---- */
/* The analyser went on measuring: its readings move under the mark, and neither zero nor span gas is among them. */
static bool measures_on(const struct table *t, const struct view *v, const struct episode *e)
{
    size_t changes = 0, n = 0;
    for (size_t i = e->first + (v->c->flag[e->first - 1] != 'N'); i < e->first + e->n; i++) { /* where water came, the first is the analyser's start */
        double x = raw_value(v, i), before = raw_value(v, i - 1);
        if (isnan(x) || isnan(before))
            continue;
        if (x < v->p01 - v->mad || x > 2 * v->p99)
            return false;
        n++;
        changes += x != before;
    }
    return view_steps(t, v) ? changes > 0 : n > 0 && changes * 2 >= n;
}

/* An end of a marked stretch beside normal readings, or, where results come now and then, beside those of an outfall without water. */
static bool ends_well(const struct table *t, const struct view *v, size_t i)
{
    char flag = v->c->flag[i];
    return flag == 'N' || (view_steps(t, v) && (flag == 'F' || flag == 0));
}

void detect_minute_moving(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct episodes e = {0};
        if (!v->c->flag || !view_fit(v, 2000) || v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->mad <= 0 ||
            (v->equal > 0.4 && !view_steps(t, v)))
            continue;
        for (size_t i = 1; i < t->n; i++) {
            struct episode one = {.first = i};
            if (v->c->flag[i] != 'M' || !ends_well(t, v, i - 1))
                continue;
            while (i < t->n && v->c->flag[i] == 'M')
                i++;
            one.n = i - one.first;
            one.odd = i < t->n && ends_well(t, v, i) &&
                      !slot_marked(c, t, one.first, one.n, 1u << MARKED_MAINTENANCE | 1u << MARKED_CALIBRATION | 1u << MARKED_FAULT, USEC_HOUR) &&
                      measures_on(t, v, &one);
            vec_push(c->scratch, &e, one);
        }
        too_many(c, t, v, &e, 0.02, "标为维护", "没有运维标记而仪器照常测量");
    }
}
