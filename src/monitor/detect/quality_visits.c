/*
 * D4, D5: what knows when somebody looks. An analyser with a cycle gives a new result when its cycle ends and at no other time;
 * a level that falls when officers are there and rises when they have left is compared with as many days on which nobody came.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

/* ---- D4 ---- */
enum { CYCLE_PHASES = 2048 };
struct changes { usec *at; uint8_t *off; size_t n; };

/* When a value that may be looked at changed into another. */
static struct changes changes_of(struct detect_context *c, const struct table *fine, const struct column *k)
{
    struct changes x = {NEW_ARRAY(c->scratch, fine->n + 1, usec), NEW_ARRAY(c->scratch, fine->n + 1, uint8_t), 0};
    for (size_t i = 1; i < fine->n; i++) {
        bool normal = !k->flag || (k->flag[i] == 'N' && k->flag[i - 1] == 'N');
        if (normal && k->value[i] != VALUE_NONE && k->value[i - 1] != VALUE_NONE && k->value[i] != k->value[i - 1])
            x.at[x.n++] = table_at(fine, i);
    }
    return x;
}

/* Marks the changes away from the phase most of them have. A cycle restarts when the instrument does, so the phase is the commonest of the
 * changes around. False: no phase is common enough for the cycle to be seen. */
static bool phase_of(struct changes *x, usec cycle, usec step)
{
    enum { AROUND = 40 };
    size_t phases = (size_t)(cycle / step), on = 0;
    size_t count[CYCLE_PHASES];
    if (phases < 2 || phases > CYCLE_PHASES)
        return false;
    for (size_t i = 0; i < x->n; i++) {
        size_t from = i > AROUND ? i - AROUND : 0, to = i + AROUND < x->n ? i + AROUND : x->n, best = 0;
        memset(count, 0, sizeof count);
        for (size_t k = from; k < to; k++)
            count[(size_t)(x->at[k] % cycle / step)]++;
        for (size_t p = 1; p < phases; p++)
            best = count[p] > count[best] ? p : best;
        size_t own = (size_t)(x->at[i] % cycle / step), away = own > best ? own - best : best - own;
        x->off[i] = away > 1 && away < phases - 1; /* a result may slip over the edge of a slot */
        on += !x->off[i];
    }
    return on * 10 >= x->n * 8;
}

static void cadence(struct detect_context *c, const struct table *t, const struct view *v, const struct table *fine, const struct column *k)
{
    usec cycle = t->facts.analyser_cycle_s * USEC_SECOND;
    struct changes x = changes_of(c, fine, k);
    size_t all = 0, least = (size_t)parameter(c, "least");
    if (x.n < 60 || !phase_of(&x, cycle, fine->step_s * USEC_SECOND))
        return;
    for (size_t i = 0; i < x.n; i++)
        all += x.off[i];
    for (size_t i = 0; i < x.n; i++) {
        size_t first = i, last = i, off = 0;
        if (!x.off[i])
            continue;
        for (; i < x.n && i - last <= 3; i++)
            if (x.off[i])
                last = i, off++;
        i = last;
        double often = ((double)(all - off) + 1) / ((double)x.n + 2), p = stretch_chance((double)x.n, last + 1 - first, off, often);
        if (off < least || p > parameter(c, "chance"))
            continue;
        size_t from = slot_at(t, x.at[first]), to = slot_at(t, x.at[last]);
        struct hit *h = from == SIZE_MAX || to == SIZE_MAX ? NULL : hit_add(c, from, to + 1 - from, v);
        if (!h)
            return;
        h->score = (double)off;
        h->p = p;
        hit_number(h, 0, "周期之间的改变次数", (double)off, 0);
        hit_number(h, 1, "分析周期（秒）", t->facts.analyser_cycle_s, 0);
        hit_number(h, 2, "平时所占比例（%）", 100 * often, 1);
        hit_sentence(c, h, "%.*s自%.*s起有%zu次数值在分析周期中间改变，而分析仪每%d秒才出一个结果", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, from)), off, (int)t->facts.analyser_cycle_s);
    }
}

void detect_cadence(struct detect_context *c, const struct table *t)
{
    const struct table *fine = t->finer && t->facts.analyser_cycle_s < 4 * t->step_s ? t->finer : t;
    if (minutes_table(fine) || t->facts.analyser_cycle_s < 4 * fine->step_s) { /* minutes know the schedule to the minute */
        c->lacked = minutes_table(fine) ? "无需：已由C18按分钟数据检查" : "细于分析周期四分之一的数据";
        return;
    }
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->c->unfit || !v->c->value || !str_starts(v->c->factor, S("w")))
            continue;
        const struct column *of = fine == t ? v->c : NULL;
        for (size_t i = 0; !of && i < fine->columns_n; i++)
            if (fine->columns[i].group == COLUMN_VALUE && fine->columns[i].value && str_eq(fine->columns[i].factor, v->c->factor))
                of = &fine->columns[i];
        if (of)
            cadence(c, t, v, fine, of);
    }
}

/* ---- D5 ---- */
enum { PLACEMENTS = 4999, VISITS_MOST = 400, AROUND_DAYS = 3 };

static uint64_t next_random(uint64_t *s)
{
    uint64_t z = *s += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Sums and counts of days, each prefixed, so that the mean around any day costs nothing. */
struct days { double *sum, *used; size_t n; };

static struct days days_of(struct detect_context *c, const struct table *t, const struct view *v)
{
    size_t per = slots_of(t, 24), n = t->n / per;
    struct days d = {NEW_ARRAY(c->scratch, n + 1, double), NEW_ARRAY(c->scratch, n + 1, double), n};
    for (size_t k = 0; k < n; k++) {
        d.sum[k + 1] = d.sum[k];
        d.used[k + 1] = d.used[k];
        for (size_t i = k * per; i < (k + 1) * per; i++)
            if (!isnan(v->x[i]))
                d.sum[k + 1] += v->x[i], d.used[k + 1]++;
    }
    return d;
}

/* Mean level around the visits; NAN when most of them have none. */
static double level_around(const struct days *d, const size_t *day_of, size_t visits)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < visits; i++) {
        size_t from = day_of[i] > AROUND_DAYS ? day_of[i] - AROUND_DAYS : 0, to = day_of[i] + AROUND_DAYS + 1;
        to = to < d->n ? to : d->n;
        double used = to > from ? d->used[to] - d->used[from] : 0;
        if (used > 0)
            sum += (d->sum[to] - d->sum[from]) / used, n++;
    }
    return n * 2 > visits ? sum / (double)n : (double)NAN;
}

static void inspected(struct detect_context *c, const struct table *t, const struct view *v, const size_t *visit, size_t visits)
{
    struct days d = days_of(c, t, v);
    size_t placed[VISITS_MOST], as_low = 0, tried = 0;
    uint64_t seed = 0xD5;
    double level = level_around(&d, visit, visits), sum = 0;
    if (isnan(level) || d.n < 60)
        return;
    for (int k = 0; k < PLACEMENTS; k++) {
        for (size_t i = 0; i < visits; i++) { /* the same day of the week */
            size_t weeks = (d.n - visit[i] % 7 + 6) / 7;
            placed[i] = visit[i] % 7 + 7 * (size_t)(next_random(&seed) % (weeks ? weeks : 1));
        }
        double other = level_around(&d, placed, visits);
        if (isnan(other))
            continue;
        tried++;
        sum += other;
        as_low += other <= level;
    }
    double p = ((double)as_low + 1) / ((double)tried + 1), usual = tried ? sum / (double)tried : level;
    if (p > parameter(c, "chance") || level > (1 - parameter(c, "drop")) * usual)
        return;
    size_t per = slots_of(t, 24), first = visit[0] * per, end = (visit[visits - 1] + 1) * per;
    struct hit *h = hit_add(c, first, end - first, v);
    if (!h)
        return;
    h->score = -log10(p);
    h->p = p;
    hit_number(h, 0, "检查次数", (double)visits, 0);
    hit_number(h, 1, "检查前后三日的均值", level, v->c->decimals);
    hit_number(h, 2, "随机日期前后的均值", usual, v->c->decimals);
    hit_sentence(c, h, "%.*s在%zu次执法检查前后三日的均值为%.*f，低于同样多个随机日期前后的%.*f", STR_ARG(factor_label(c->scratch, v->c)), visits, v->c->decimals,
                 level, v->c->decimals, usual);
}

void detect_inspections(struct detect_context *c, const struct table *t)
{
    size_t visit[VISITS_MOST], visits = 0, per = slots_of(t, 24);
    for (size_t i = 0; i < t->events_n && visits < VISITS_MOST; i++) {
        size_t slot = t->events[i].kind == EVENT_INSPECTION ? slot_at(t, t->events[i].at) : SIZE_MAX;
        size_t d = slot == SIZE_MAX ? 0 : slot / per;
        if (slot != SIZE_MAX && d < t->n / per && (!visits || visit[visits - 1] < d))
            visit[visits++] = d;
    }
    for (size_t k = 0; k < t->columns_n && visits >= (size_t)parameter(c, "least"); k++) {
        const struct view *v = &c->views[k];
        if (v->factor->role == ROLE_POLLUTANT && v->c->group == COLUMN_VALUE && view_fit(v, 500) && v->mad > 0)
            inspected(c, t, v, visit, visits);
    }
}
