/*
 * C17, D3: what the lesser-known fields of a message say. A mean comes with the minimum and maximum of its period: process and
 * instrument noise keep them apart, at each level by about the same. A forged mean is sent with no room between them, or with
 * too little. And a value sent under a maintenance flag should look like maintenance.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

enum { BANDS = 10, LENGTHS = 5 };
static const double hours[LENGTHS] = {3, 6, 12, 24, 72};

/* Log of the room between minimum and maximum against the usual at this level; NAN where it cannot be said. */
static bool room_of(struct detect_context *c, const struct table *t, const struct view *v, double *ret)
{
    double *band[BANDS], usual[BANDS], edge[BANDS - 1] = {0}, sample[VIEW_SAMPLE];
    size_t n[BANDS] = {0}, stride = stride_of(t->n, VIEW_SAMPLE), samples = 0;
    double q = room_step(t, v);
    for (size_t i = 0; i < t->n; i += stride)
        if (!isnan(v->x[i]))
            sample[samples++] = v->x[i];
    if (samples < 100)
        return false;
    sort_doubles(sample, samples);
    for (int b = 0; b < BANDS - 1; b++)
        edge[b] = sample[samples * (size_t)(b + 1) / BANDS];
    for (int b = 0; b < BANDS; b++)
        band[b] = NEW_ARRAY(c->scratch, t->n, double);
    int64_t top = range_top(v, t->n);
    for (size_t i = 0; i < t->n; i++) {
        ret[i] = NAN;
        if (isnan(v->x[i]) || v->c->low[i] == VALUE_NONE || v->c->high[i] == VALUE_NONE || v->c->high[i] >= top)
            continue;
        int b = 0;
        while (b < BANDS - 1 && v->x[i] > edge[b])
            b++;
        ret[i] = log((double)(v->c->high[i] - v->c->low[i]) * v->unit + 0.5 * q);
        band[b][n[b]++] = ret[i];
    }
    for (int b = 0; b < BANDS; b++)
        usual[b] = n[b] ? median_of(band[b], n[b]) : NAN;
    size_t wide = 0, all = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (isnan(ret[i]))
            continue;
        int b = 0;
        while (b < BANDS - 1 && v->x[i] > edge[b])
            b++;
        wide += exp(usual[b]) > 6 * q;
        all++;
        ret[i] -= usual[b];
    }
    return all >= 200 && wide * 10 >= all * 9; /* at least six steps between them, nearly everywhere */
}

static void range_window(struct detect_context *c, const struct table *t, const struct view *v, const double *room, size_t length)
{
    size_t hop = length / 3 ? length / 3 : 1, *at = NEW_ARRAY(c->scratch, t->n + 1, size_t), n = 0;
    double *score = NEW_ARRAY(c->scratch, t->n + 1, double);
    for (size_t first = window_first(t, hop); first + length <= t->n; first += hop) {
        double sum = 0;
        size_t used = 0;
        for (size_t i = first; i < first + length; i++)
            if (!isnan(room[i]))
                sum += room[i], used++;
        if (used * 4 < length * 3)
            continue;
        at[n] = first;
        score[n++] = -sum / (double)used;
    }
    if (n < 60)
        return;
    struct calibration cal = calibrate(c->scratch, score, n);
    cal.sigma = 0; /* a kiln with its mill on or off has two kinds of room: no normal tail */
    double windows = fmax(1, (double)n / 3), *chance = NEW_ARRAY(c->scratch, n + 1, double), limit = parameter(c, "chance"), least = log(1 / parameter(c, "ratio"));
    for (size_t i = 0; i < n; i++)
        chance[i] = windows * calibrated_p(&cal, score[i]);
    for (size_t i = 0; i < n; i++) {
        double p = chance[i], best = score[i];
        if (p > limit || best < least)
            continue;
        size_t first = at[i], end = first + length;
        for (; i + 1 < n && at[i + 1] <= end; i++) {
            double q = chance[i + 1];
            if (q > limit || score[i + 1] < least)
                continue;
            end = at[i + 1] + length;
            if (score[i + 1] > best)
                best = score[i + 1], p = q;
        }
        /* a window is found for what a part of it holds: give back what lies before and behind */
        while (first + 1 < end && !(room[first] < -best / 3))
            first++;
        while (end - 1 > first && !(room[end - 1] < -best / 3))
            end--;
        struct hit *h = hit_add(c, first, end - first, v);
        if (!h)
            return;
        h->score = best;
        h->p = fmin(1, p);
        h->hard = h->p <= parameter(c, "hard") && exp(-best) <= 0.2;
        hit_number(h, 0, "时段内极差为平时的（%）", 100 * exp(-best), 2);
        hit_amount(h, 1, "该处最小值", (double)v->c->low[first] * v->unit, v->c, 0);
        hit_amount(h, 2, "该处最大值", (double)v->c->high[first] * v->unit, v->c, 0);
        hit_sentence(c, h, "%.*s自%.*s起%.*s内，每个时段的最大值与最小值之差只有平时同一水平的%.1f%%", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), 100 * exp(-best));
    }
}

/* Single periods without any room, scattered: values held while it is high. */
static void range_sparse(struct detect_context *c, const struct table *t, const struct view *v, const double *room)
{
    static const double spans[] = {12, 48, 168};
    size_t all = 0, still = 0;
    for (size_t i = 0; i < t->n; i++)
        if (!isnan(room[i])) {
            all++;
            still += room[i] < log(0.1);
        }
    for (size_t k = 0; k < sizeof spans / sizeof *spans; k++) {
        size_t length = slots_of(t, spans[k]), hop = length / 3 ? length / 3 : 1, end = 0;
        for (size_t first = window_first(t, hop); first + length <= t->n; first += hop) {
            size_t n = 0, count = 0, from = 0, to = 0;
            if (first < end)
                continue;
            for (size_t i = first; i < first + length; i++) {
                bool is = room[i] < log(0.1);
                n += !isnan(room[i]);
                from = is && !count ? i : from;
                to = is ? i : to;
                count += is;
            }
            double share = ((double)(still - count) + 0.5) / ((double)(all - n) + 1);
            double p = (double)(t->n / hop + 1) * binomial_tail((int64_t)n, (int64_t)count, fmin(0.5, share));
            if (count < 2 || p > parameter(c, "chance"))
                continue;
            struct hit *h = hit_add(c, from, to + 1 - from, v);
            if (!h)
                return;
            end = first + length;
            h->score = (double)count;
            h->p = fmin(1, p);
            h->hard = count >= 4 && h->p <= parameter(c, "hard");
            hit_number(h, 0, "最大值与最小值几乎相等的时段数", (double)count, 0);
            hit_number(h, 1, "全段这样的时段数", (double)still, 0);
            hit_amount(h, 2, "首次的数值", v->x[from], v->c, 0);
            hit_sentence(c, h, "%.*s自%.*s起%.*s内有%zu个时段的最大值与最小值几乎相等，平时每%.0f个时段才有一个", STR_ARG(factor_label(c->scratch, v->c)),
                         STR_ARG(slot_text(c->scratch, t, from)), STR_ARG(span_text(c->scratch, t, to + 1 - from)), count, 1 / share);
        }
    }
}

void detect_range(struct detect_context *c, const struct table *t)
{
    if (minutes_table(t)) {
        detect_minute_room(c, t);
        return;
    }
    double *room = NEW_ARRAY(c->scratch, t->n, double);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!v->c->low || !v->c->high || !view_fit(v, 200) || v->mad <= 0 || v->c->group != COLUMN_VALUE ||
            !has_own_room(v) || !room_of(c, t, v, room))
            continue;
        range_sparse(c, t, v, room);
        for (int i = 0; i < LENGTHS; i++) {
            size_t length = t->step_s <= 600 ? slots_of(t, hours[i]) / 4 : slots_of(t, hours[i]);
            if (length >= 3)
                range_window(c, t, v, room, length);
        }
    }
}

/* ---- D3 ---- */
/* The values of a flagged stretch go on where the ones before left off: no zero gas, no span gas, no air. */
static bool goes_on(const struct view *v, size_t first, size_t end, size_t n)
{
    if (first == 0 || end >= n)
        return false;
    for (size_t i = first; i <= end; i++) {
        double x = raw_value(v, i), before = raw_value(v, i - 1);
        if (isnan(x) || isnan(before) || fabs(x - before) > 6 * v->step_mad)
            return false;
    }
    return true;
}

void detect_marked_values(struct detect_context *c, const struct table *t)
{
    if (minutes_table(t)) {
        detect_minute_moving(c, t);
        return;
    }
    size_t span = slots_of(t, 14 * 24);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        VEC(size_t) at = {0};
        if (!v->c->flag || !view_fit(v, 200) || v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->mad <= 0)
            continue;
        size_t episodes = 0;
        for (size_t i = 1; i < t->n; i++) {
            size_t first = i;
            if (v->c->flag[i] != 'M' || v->c->flag[i - 1] == 'M')
                continue;
            while (i + 1 < t->n && v->c->flag[i + 1] == 'M')
                i++;
            episodes++;
            if (goes_on(v, first, i + 1, t->n) && raw_value(v, first) > v->p90)
                vec_push(c->scratch, &at, first);
        }
        for (size_t i = 0; i < at.n;) {
            size_t end = i;
            while (end < at.n && at.p[end] < at.p[i] + span)
                end++;
            /* a tenth of all values is that high, half of real maintenance leaves the reading alone */
            double p = (double)(t->n / span + 1) * pow(0.05, (double)(end - i));
            if (end - i >= 3 && p <= parameter(c, "chance")) {
                struct hit *h = hit_add(c, at.p[i], at.p[end - 1] + 1 - at.p[i], v);
                if (!h)
                    return;
                h->score = (double)(end - i);
                h->p = p;
                hit_number(h, 0, "维护标志期间读数照常的次数", (double)(end - i), 0);
                hit_number(h, 1, "全段维护标志次数", (double)episodes, 0);
                hit_amount(h, 2, "首次的读数", raw_value(v, at.p[i]), v->c, 0);
                hit_sentence(c, h, "%.*s自%.*s起有%zu次标为维护而读数与前后连续，没有零气、标气或空气的读数，且都处于高值", STR_ARG(factor_label(c->scratch, v->c)),
                             STR_ARG(slot_text(c->scratch, t, at.p[i])), end - i);
                i = end;
            } else {
                i++;
            }
        }
    }
}
