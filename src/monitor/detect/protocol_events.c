/*
 * C6 to C10, C13: when things arrive, are missing, are marked, are changed. None of these is odd by itself: networks fail and
 * analysers are maintained. Odd is when they know the level: gaps, marks and revisions that come with high values.
 */
#include "monitor/detect/detect_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The limit in force for a column at an instant; NAN none. */
double limit_at(const struct table *t, const struct column *c, usec at)
{
    for (size_t i = 0; i < t->limits_n; i++) {
        const struct table_limit *l = &t->limits[i];
        if (!l->daily && !l->lower && l->group == c->group && str_eq(l->factor, c->factor) && at >= l->from && at < l->to)
            return (double)l->mantissa * pow(10, -l->decimals);
    }
    return NAN;
}

/* ---- C6 ---- */
static void say_versions(struct detect_context *c, const struct view *v, size_t first, size_t last, size_t n, size_t down, size_t crossing, size_t high)
{
    /* of all values a tenth is that high; of revisions half go down */
    double p = binomial_tail((int64_t)n, (int64_t)down, 0.5) * binomial_tail((int64_t)n, (int64_t)high, 0.15);
    if (!crossing && (n < 3 || p > parameter(c, "chance")))
        return;
    struct hit *h = hit_add(c, first, last + 1 - first, v);
    if (!h)
        return;
    h->score = (double)down;
    h->p = crossing ? fmin(p, 1e-6) : p;
    h->hard = crossing > 0 || p <= parameter(c, "hard");
    hit_number(h, 0, "重发后改值的次数", (double)n, 0);
    hit_number(h, 1, "其中改低的", (double)down, 0);
    hit_number(h, 2, "由超限改为不超限的", (double)crossing, 0);
    hit_sentence(c, h, "%.*s有%zu个时段先后收到不同的数值，其中%zu个改低，%zu个改前处于高值（限值九成以上），%zu个由超过限值改为不超过",
                 STR_ARG(factor_label(c->scratch, v->c)), n, down, high, crossing);
}

void detect_versions(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        size_t n = 0, down = 0, crossing = 0, high = 0, first = 0, last = 0;
        for (size_t i = 0; i < t->versions_n; i++) {
            const struct table_version *w = &t->versions[i];
            if (w->column != k || w->before == w->after || w->before == VALUE_NONE || w->after == VALUE_NONE ||
                (t->platform && t->platform[w->slot]))
                continue;
            double limit = limit_at(t, v->c, table_at(t, w->slot));
            first = n ? (w->slot < first ? w->slot : first) : w->slot;
            last = w->slot > last ? w->slot : last;
            n++;
            down += w->after < w->before;
            crossing += (double)w->before * v->unit > limit && (double)w->after * v->unit <= limit;
            high += (double)w->before * v->unit > (isnan(limit) ? v->p90 : fmin(v->p99, 0.9 * limit));
        }
        if (n)
            say_versions(c, v, first, last, n, down, crossing, high);
    }
}

/* ---- C7: what came late is smoother than what came live ---- */
void detect_backfill(struct detect_context *c, const struct table *t)
{
    uint8_t *late = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    size_t any = 0;
    for (size_t i = 0; i < t->frames_n; i++) {
        usec slot = t->frames[i].data_time == USEC_NONE ? -1 : (t->frames[i].data_time - t->from) / (t->step_s * USEC_SECOND);
        if (t->frames[i].resubmitted && slot >= 0 && slot < (usec)t->n)
            late[slot] = 1, any++;
    }
    for (size_t k = 0; any && k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!view_fit(v, 200) || v->step_mad < 4 * v->q || v->c->group != COLUMN_VALUE)
            continue;
        for (size_t i = 0; i < t->n; i++) {
            double step[512];
            size_t first = i, n = 0;
            for (; i < t->n && late[i]; i++)
                if (i > first && n < 512 && !isnan(v->x[i]) && !isnan(v->x[i - 1]))
                    step[n++] = v->x[i] - v->x[i - 1];
            if (n < 12)
                continue;
            double mad = mad_of(step, n, 0);
            /* each step is below a quarter of the usual with chance 0.134 (normal steps) */
            double p = mad < v->step_mad / 8 ? binomial_tail((int64_t)n, (int64_t)(n / 2), 0.068) : 1;
            if (p > parameter(c, "chance"))
                continue;
            struct hit *h = hit_add(c, first, i - first, v);
            if (!h)
                return;
            h->score = v->step_mad / fmax(mad, v->q / 4);
            h->p = p;
            hit_apart(h, 0, "补传数据相邻差", mad, v->c, 1);
            hit_apart(h, 1, "实时数据相邻差", v->step_mad, v->c, 1);
            hit_sentence(c, h, "%.*s自%.*s起%.*s的补传数据几乎没有起伏，相邻差只有实时数据的%.1f%%", STR_ARG(factor_label(c->scratch, v->c)),
                         STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, i - first)), 100 * mad / v->step_mad);
        }
    }
}

/* ---- C8 ---- */
static void clock_hit(struct detect_context *c, const struct table *t, usec from, usec to, double score, double p, const char *sentence)
{
    usec step = t->step_s * USEC_SECOND;
    if (!t->columns_n || !t->n)
        return;
    usec first = from > t->from ? (from - t->from) / step : 0, end = to > t->from ? (to - t->from) / step + 1 : 1;
    first = first < (usec)t->n ? first : (usec)t->n - 1;
    end = end > first ? (end < (usec)t->n ? end : (usec)t->n) : first + 1;
    struct hit *h = hit_add(c, (size_t)first, (size_t)(end - first), &c->views[0]);
    if (!h)
        return;
    h->score = score;
    h->p = p;
    h->sentence = arena_str(c->a, str_of(sentence));
}

/* Frames of one span that all have what `is` says; [first, end) in `skew`. */
struct frame_run { size_t first, end; };

static struct frame_run longest_run(const uint8_t *is, size_t n)
{
    struct frame_run best = {0}, now = {0};
    for (size_t i = 0; i < n; i++) {
        now = is[i] ? (struct frame_run){now.first, i + 1} : (struct frame_run){i + 1, i + 1};
        best = now.end - now.first > best.end - best.first ? now : best;
    }
    return best;
}

static void say_run(struct detect_context *c, const struct table *t, const usec *at, struct frame_run r, double p, const char *sentence)
{
    clock_hit(c, t, at[r.first], at[r.end - 1], (double)(r.end - r.first), p, sentence);
}

void detect_clock(struct detect_context *c, const struct table *t)
{
    double *skew = NEW_ARRAY(c->scratch, t->frames_n + 1, double);
    usec *at = NEW_ARRAY(c->scratch, t->frames_n + 1, usec), newest = USEC_NONE;
    uint8_t *off = NEW_ARRAY(c->scratch, t->frames_n + 1, uint8_t), *whole = NEW_ARRAY(c->scratch, t->frames_n + 1, uint8_t);
    size_t n = 0, wholes = 0, back = 0, least = (size_t)parameter(c, "frames");
    double limit = parameter(c, "seconds");
    char text[300];
    for (size_t i = 0; i < t->frames_n; i++) {
        const struct table_frame *f = &t->frames[i];
        if (f->data_time != USEC_NONE && !f->resubmitted) {
            back += newest != USEC_NONE && f->data_time < newest - USEC_HOUR;
            newest = f->data_time > newest ? f->data_time : newest;
        }
        if (f->qn == USEC_NONE || f->resubmitted || (i && t->frames[i - 1].qn == f->qn))
            continue; /* what was sent again bears the time of the first attempt */
        skew[n] = (double)(f->qn - f->arrived) / (double)USEC_SECOND;
        off[n] = fabs(skew[n]) > limit && fabs(fabs(skew[n]) - 8 * 3600) > limit; /* eight hours: a setting, not a clock */
        whole[n] = f->qn % USEC_SECOND == 0;
        wholes += whole[n];
        at[n++] = f->arrived;
    }
    if (n < 50)
        return;
    struct frame_run r = longest_run(off, n);
    if (r.end - r.first >= least) {
        snprintf(text, sizeof text, "数采仪时钟与平台收到时刻连续%zu次相差超过%.0f秒，差的中位数为%.0f秒", r.end - r.first, limit, median_of(skew + r.first, r.end - r.first));
        say_run(c, t, at, r, 1e-4, text);
    }
    /* many loggers have no milliseconds; one that has them does not lose them for so long by chance */
    r = longest_run(whole, n);
    size_t run = r.end - r.first;
    if (run >= least && (wholes - run) * 20 < n - run && n - run >= 50) {
        snprintf(text, sizeof text, "连续%zu个请求编码的毫秒部分为000，其余%zu个中只有%zu个如此", run, n - run, wholes - run);
        say_run(c, t, at, r, 1e-9, text);
    }
    if (back >= 3) {
        snprintf(text, sizeof text, "非补传报文的数据时间有%zu次倒退一小时以上", back);
        clock_hit(c, t, at[0], at[n - 1], (double)back, 1e-4, text);
    }
}

/* ---- C9, C10: does what happens know the level? ---- */
struct happening { size_t slot; bool high; };

/* High: the value sent whatever its flag, else the one before, or what the other channels expect, is above the limit's nine
 * tenths (or the site's upper decile). */
static bool high_at(const struct detect_context *c, const struct table *t, const struct view *v, size_t i)
{
    const double *expected = c->predictions && c->predictions[v->at].skill > 0.3 ? c->predictions[v->at].expected : NULL;
    double limit = limit_at(t, v->c, table_at(t, i)), bound = isnan(limit) || limit > v->p99 ? v->p90 : 0.9 * limit;
    double x = v->c->value[i] != VALUE_NONE ? (double)v->c->value[i] * v->unit : i ? v->x[i - 1] : (double)NAN;
    return x > bound || (expected && expected[i] > bound);
}

static void high_share(const struct detect_context *c, const struct table *t, const struct view *v, double ret[24])
{
    double high[24] = {0}, all[24] = {0}, high_sum = 1, all_sum = 2;
    for (size_t i = 0; i < t->n; i++) {
        if (isnan(v->x[i]))
            continue;
        int hour = (int)((table_at(t, i) / USEC_HOUR + 8) % 24);
        bool is = high_at(c, t, v, i);
        all[hour]++, all_sum++;
        high[hour] += is, high_sum += is;
    }
    for (int h = 0; h < 24; h++)
        ret[h] = (high[h] + 10 * high_sum / all_sum) / (all[h] + 10);
}

static void knows_level(struct detect_context *c, const struct table *t, const struct view *v, const struct happening *e, size_t n, const char *what)
{
    size_t span = slots_of(t, 14 * 24), hop = slots_of(t, 48), end = 0;
    double share_of[24];
    if ((double)n < parameter(c, "least"))
        return; /* no stretch can hold enough of them: the most usual case, and what follows looks at every slot */
    /* by hour of day: calibrations keep to an hour, and so do levels */
    high_share(c, t, v, share_of);
    size_t windows = t->n / hop + 2, k = 0;
    for (size_t first = window_first(t, hop); first < t->n; first += hop) {
        size_t all = 0, high = 0, from = 0, to = 0;
        double share = 0;
        if (first < end)
            continue;
        while (k < n && e[k].slot < first)
            k++;
        for (size_t i = k; i < n && e[i].slot < first + span; i++) {
            from = all ? from : e[i].slot;
            to = e[i].slot;
            all++;
            high += e[i].high;
            share += share_of[civil_of(table_at(t, e[i].slot)).hour];
        }
        share = fmin(0.9, all ? share / (double)all : 0.9);
        double p = (double)windows * binomial_tail((int64_t)all, (int64_t)high, share);
        if ((double)high < parameter(c, "least") || p > parameter(c, "chance"))
            continue;
        struct hit *h = hit_add(c, from, to + 1 - from, v);
        if (!h)
            return;
        end = to + 1;
        h->score = (double)high;
        h->p = fmin(1, p);
        hit_number(h, 0, "次数", (double)all, 0);
        hit_number(h, 1, "其中发生在高值时的", (double)high, 0);
        hit_number(h, 2, "高值时段占全部的比例（%）", 100 * share, 1);
        hit_sentence(c, h, "%.*s自%.*s起%s%zu次，其中%zu次在高值时开始，而高值只占全部时间的%.1f%%", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, from)), what, all, high, 100 * share);
    }
}

void detect_gaps(struct detect_context *c, const struct table *t)
{
    if (minutes_table(t)) {
        detect_minute_gaps(c, t);
        return;
    }
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        VEC(struct happening) e = {0};
        if (!view_fit(v, 200) || v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->mad <= 0)
            continue;
        for (size_t i = 1; i < t->n; i++) {
            bool ours = t->platform && (t->platform[i] || t->platform[i - 1]);
            if (v->c->value[i] == VALUE_NONE && !isnan(v->x[i - 1]) && !ours) {
                struct happening one = {i, high_at(c, t, v, i)};
                vec_push(c->scratch, &e, one);
            }
        }
        knows_level(c, t, v, e.p, e.n, "中断");
    }
}

static bool away(char flag)
{
    return flag && strchr("MCDBFS", flag);
}

/* Hours of day at which this analyser calibrates by its own clock: a quarter of all its calibrations begin there. */
static unsigned calibration_hours(const struct table *t, const struct column *c)
{
    size_t at[24] = {0}, all = 0;
    unsigned set = 0;
    for (size_t i = 1; i < t->n; i++)
        if (c->flag[i] == 'C' && c->flag[i - 1] != 'C') {
            at[civil_of(table_at(t, i)).hour]++;
            all++;
        }
    for (int h = 0; h < 24; h++)
        set |= at[h] >= 5 && at[h] * 4 >= all ? 1u << h : 0;
    return set;
}

void detect_flags(struct detect_context *c, const struct table *t)
{
    if (minutes_table(t)) {
        detect_minute_flags(c, t);
        return;
    }
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        VEC(struct happening) e = {0};
        if (!v->c->flag || !view_fit(v, 200) || v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->mad <= 0)
            continue;
        unsigned usual = calibration_hours(t, v->c);
        for (size_t i = 1; i < t->n; i++)
            if (away(v->c->flag[i]) && v->c->flag[i - 1] == 'N' && !(t->platform && t->platform[i]) &&
                !(v->c->flag[i] == 'C' && usual >> civil_of(table_at(t, i)).hour & 1)) {
                struct happening one = {i, high_at(c, t, v, i)};
                vec_push(c->scratch, &e, one);
            }
        knows_level(c, t, v, e.p, e.n, "转为非正常标志");
    }
}

/* ---- C13: another device speaks under the same name ---- */
/* Addresses of a line that is dialled anew change by themselves: where they did so elsewhere, one more says nothing. */
static bool peers_change(const struct table *t, size_t at, size_t side)
{
    size_t changes = 0;
    for (size_t i = 1; i < t->frames_n; i++)
        changes += t->frames[i].peer != t->frames[i - 1].peer && (i + side < at || i > at + side);
    return changes >= 3;
}

void detect_traffic(struct detect_context *c, const struct table *t)
{
    size_t side = (size_t)parameter(c, "frames");
    char text[300];
    for (size_t i = side; i + side <= t->frames_n; i++) {
        const struct table_frame *a = &t->frames[i - 1], *b = &t->frames[i];
        bool shape = true, peer = a->peer != b->peer, crc = a->crc != b->crc;
        if (a->shape == b->shape)
            continue;
        for (size_t k = 1; k <= side && shape; k++)
            shape = t->frames[i - k].shape == a->shape && t->frames[i + k - 1].shape == b->shape;
        if (!shape || (!peer && !crc) || change_explained(t, b->arrived) || (!crc && peers_change(t, i, side)))
            continue;
        snprintf(text, sizeof text, "报文的字段次序和小数格式自此改变，同时%s%s%s改变，没有更换设备的记录", peer ? "来源地址" : "", peer && crc ? "和" : "",
                 crc ? "校验方式" : "");
        clock_hit(c, t, b->arrived, t->frames[i + side - 1].arrived, (double)side, peer && crc ? 1e-6 : 1e-4, text);
    }
}
