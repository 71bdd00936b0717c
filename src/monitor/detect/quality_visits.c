/*
 * D4, D5: what knows when somebody looks. An analyser with a cycle gives a new result when its cycle ends and at no other time, which hours
 * show as an identity; a level that falls when officers are there and rises when they have left is compared with as many days on which nobody came.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

/* ---- D4 ---- */
/*
 * Results come at one minute of a cycle of c hours. The hour in which one comes holds the result before for its first minutes and the new one for
 * the rest: it lies at one fraction between the hour before and the hour behind, the same fraction each time. The hours behind it are equal
 * until the next. So two hours a cycle are enough to see a number that came at another time. The fraction is that of the cycles around: an
 * analyser that is restarted moves it and is followed.
 */
enum { AROUND_CYCLES = 20, CYCLES_LEAST = 100, LONGEST_CYCLE = 24 /* slots */ };
enum kept { KEPT, BROKEN, UNKNOWN };
struct cycles { double *fraction /* NAN where too little changed */; uint8_t *kept; size_t first /* slot of the first hour with a result */, length, n, known, broken; };

static size_t result_slot(const struct cycles *s, size_t k)
{
    return s->first + k * s->length;
}

/* All hours from before a result to before the next are there, and the others among them equal. `equal` false: they are not. */
static bool whole_cycle(const struct view *v, size_t at, size_t length, bool *ret_equal)
{
    *ret_equal = true;
    for (size_t i = at - 1; i < at + length; i++) {
        if (isnan(v->x[i]))
            return false;
        *ret_equal &= i <= at + 1 || fabs(v->x[i] - v->x[i - 1]) < 0.5 * v->q;
    }
    return true;
}

/* Where the hour of a result lies between its neighbours: what must be said of cycle k for the fraction f. */
static enum kept kept_with(const struct view *v, size_t at, double f)
{
    double before = v->x[at - 1], behind = v->x[at + 1], must = f * before + (1 - f) * behind;
    /* half a step of each of the three, a minute's slip, and what results jitter within a minute */
    return fabs(v->x[at] - must) <= 1.5 * v->q + 0.04 * fabs(behind - before) ? KEPT : BROKEN;
}

/* The middle fraction of the cycles from `from` on, one way; NAN: fewer than five moved enough to tell. */
static double fraction_of(const struct cycles *s, size_t from, int way)
{
    double x[AROUND_CYCLES];
    size_t n = 0;
    for (size_t k = from, i = 0; k < s->n && i < 2 * AROUND_CYCLES && n < AROUND_CYCLES; k += (size_t)way, i++)
        if (!isnan(s->fraction[k]))
            x[n++] = s->fraction[k];
    return n >= 5 ? median_of(x, n) : (double)NAN;
}

static struct cycles cycles_from(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t length)
{
    struct cycles s = {.first = first, .length = length, .n = t->n > first + length ? (t->n - first - length) / length : 0};
    s.fraction = NEW_ARRAY(c->scratch, s.n + 1, double), s.kept = NEW_ARRAY(c->scratch, s.n + 1, uint8_t);
    bool *equal = NEW_ARRAY(c->scratch, s.n + 1, bool);
    for (size_t k = 0; k < s.n; k++) {
        size_t at = result_slot(&s, k);
        s.kept[k] = whole_cycle(v, at, length, &equal[k]) ? KEPT : UNKNOWN;
        double change = s.kept[k] == UNKNOWN ? 0 : v->x[at + 1] - v->x[at - 1];
        s.fraction[k] = fabs(change) >= 10 * v->q && equal[k] ? (v->x[at + 1] - v->x[at]) / change : (double)NAN;
    }
    for (size_t k = 0; k < s.n; k++) {
        if (s.kept[k] == UNKNOWN)
            continue;
        double before = k ? fraction_of(&s, k - 1, -1) : (double)NAN, behind = fraction_of(&s, k + 1, 1);
        size_t at = result_slot(&s, k);
        if (isnan(before) && isnan(behind)) {
            s.kept[k] = UNKNOWN;
            continue;
        }
        bool fits = (!isnan(before) && kept_with(v, at, before) == KEPT) || (!isnan(behind) && kept_with(v, at, behind) == KEPT);
        s.kept[k] = equal[k] && fits ? KEPT : BROKEN;
        s.known++;
        s.broken += s.kept[k] == BROKEN;
    }
    return s;
}

static void say_cadence(struct detect_context *c, const struct table *t, const struct view *v, const struct cycles *s)
{
    uint8_t *off = NEW_ARRAY(c->scratch, s->n + 1, uint8_t);
    size_t at = 0;
    for (size_t k = 0; k < s->n; k++)
        off[k] = s->kept[k] == BROKEN;
    for (struct spell x; next_spell(off, s->n, 1, &at, &x);) {
        double often = ((double)(s->broken - x.count) + 1) / ((double)s->known + 2), p = stretch_chance((double)s->known, x.n, x.count, often);
        size_t from = result_slot(s, x.first) - 1, to = result_slot(s, x.first + x.n - 1) + s->length;
        bool keeps = often <= parameter(c, "habit"); /* a schedule that is broken now and then anyway says nothing */
        struct hit *h = keeps && x.count >= (size_t)parameter(c, "least") && p <= parameter(c, "chance") ? hit_add(c, from, (to < t->n ? to : t->n) - from, v) : NULL;
        if (!h)
            continue;
        h->score = (double)x.count;
        h->p = p;
        hit_number(h, 0, "不合周期的次数", (double)x.count, 0);
        hit_number(h, 1, "分析周期（秒）", (double)s->length * t->step_s, 0);
        hit_number(h, 2, "平时所占比例（%）", 100 * often, 1);
        hit_sentence(c, h, "%.*s自%.*s起有%zu个分析周期的小时值合不成一次结果：有数值在两次分析之间改变，而分析仪每%d秒才出一个结果", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, from)), x.count, (int)((int64_t)s->length * t->step_s));
    }
}

/* Nine of ten of the known cycles in [from, to) are kept. */
static bool mostly_kept(const struct cycles *s, size_t from, size_t to)
{
    size_t known = 0, broken = 0;
    for (size_t i = from; i < to && i < s->n; i++)
        known += s->kept[i] != UNKNOWN, broken += s->kept[i] == BROKEN;
    return known >= 5 && broken * 10 <= known;
}

/* An analyser that is restarted comes in another hour of the cycle from then on: what is broken by the one hour and kept by the other, as are the
 * cycles before it or behind, is not broken. */
static void follow(struct cycles *s, const struct cycles *other)
{
    enum { SIDES = 10 };
    for (size_t k = 0; k < s->n && k < other->n; k++)
        if (s->kept[k] == BROKEN && other->kept[k] == KEPT && (mostly_kept(other, k > SIDES ? k - SIDES : 0, k + 1) || mostly_kept(other, k, k + SIDES)))
            s->kept[k] = KEPT, s->broken--;
}

/* The hour of the cycle that results come in is the one by which most cycles are kept; nothing is said where four of five are not. */
static bool cadence(struct detect_context *c, const struct table *t, const struct view *v, size_t length)
{
    struct cycles each[LONGEST_CYCLE], best = {.known = 0};
    for (size_t k = 0; k < length; k++) {
        each[k] = cycles_from(c, t, v, k + 1, length);
        if (each[k].known - each[k].broken > best.known - best.broken)
            best = each[k];
    }
    for (size_t k = 0; k < length; k++)
        if (each[k].first != best.first)
            follow(&best, &each[k]);
    if (best.known < CYCLES_LEAST || best.broken * 5 > best.known)
        return false;
    say_cadence(c, t, v, &best);
    return true;
}

void detect_cadence(struct detect_context *c, const struct table *t)
{
    int64_t cycle = t->facts.analyser_cycle_s;
    bool kept = false;
    if (minutes_table(t) || (t->finer && minutes_table(t->finer))) { /* minutes know the schedule to the minute */
        c->lacked = "无需：已由C18按分钟数据检查";
        return;
    }
    if (cycle % t->step_s || cycle < 2 * t->step_s || cycle > LONGEST_CYCLE * t->step_s) {
        c->lacked = "分析周期的一半以内的数据";
        return;
    }
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (v->factor->role == ROLE_POLLUTANT && v->c->group == COLUMN_VALUE && view_fit(v, 2 * CYCLES_LEAST) && str_starts(v->c->factor, S("w")))
            kept |= cadence(c, t, v, (size_t)(cycle / t->step_s));
    }
    if (!kept)
        c->lacked = "按固定周期出结果的分析仪";
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

/* Sums and counts of days, each prefixed, so that the mean around any day costs nothing. level: what stands here as a rule. */
struct days { double *sum, *used, level; size_t n; };

/* Season and slow drift are taken out: each day less the middle of the month around it. Where the other channels explain the level, what they leave. */
static struct days days_of(struct detect_context *c, const struct table *t, const struct view *v, const double *expected)
{
    enum { SIDES = 21 };
    size_t per = slots_of(t, 24), n = t->n / per;
    struct days d = {NEW_ARRAY(c->scratch, n + 1, double), NEW_ARRAY(c->scratch, n + 1, double), v->median, n};
    double *mean = NEW_ARRAY(c->scratch, n + 1, double);
    for (size_t k = 0; k < n; k++) {
        double sum = 0;
        size_t used = 0;
        for (size_t i = k * per; i < (k + 1) * per; i++)
            if (!isnan(v->x[i]) && (!expected || !isnan(expected[i])))
                sum += v->x[i] - (expected ? expected[i] : 0), used++;
        mean[k] = used * 4 >= per ? sum / (double)used : (double)NAN;
    }
    for (size_t k = 0; k < n; k++) {
        double around[2 * SIDES + 1];
        size_t m = 0;
        for (size_t i = k > SIDES ? k - SIDES : 0; i < n && i <= k + SIDES; i++)
            if (!isnan(mean[i]))
                around[m++] = mean[i];
        bool there = !isnan(mean[k]) && m >= SIDES;
        d.sum[k + 1] = d.sum[k] + (there ? mean[k] - median_of(around, m) : 0);
        d.used[k + 1] = d.used[k] + there;
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

static void inspected(struct detect_context *c, const struct table *t, const struct view *v, const double *expected, const size_t *visit, size_t visits)
{
    struct days d = days_of(c, t, v, expected);
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
    level += d.level, usual += d.level;
    if (p > parameter(c, "chance") || level > (1 - parameter(c, "drop")) * usual)
        return;
    size_t per = slots_of(t, 24), first = visit[0] * per, end = (visit[visits - 1] + 1) * per;
    struct hit *h = hit_add(c, first, end - first, v);
    if (!h)
        return;
    h->score = -log10(p);
    h->p = p;
    hit_number(h, 0, "检查次数", (double)visits, 0);
    hit_amount(h, 1, "检查前后三日的均值", level, v->c, 0);
    hit_amount(h, 2, "随机日期前后的均值", usual, v->c, 0);
    hit_sentence(c, h, "扣除季节和工况的影响后，%.*s在%zu次执法检查前后三日的均值为%.*f%s，低于同样多个随机日期前后的%.*f%s", STR_ARG(factor_label(c->scratch, v->c)), visits, v->c->decimals,
                 level, factor_unit(v->c), v->c->decimals, usual, factor_unit(v->c));
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
        const struct prediction *y = c->predictions ? &c->predictions[k] : NULL;
        if (v->factor->role == ROLE_POLLUTANT && v->c->group == COLUMN_VALUE && view_fit(v, 500) && v->mad > 0)
            inspected(c, t, v, y && y->expected && y->skill >= parameter(c, "skill") ? y->expected : NULL, visit, visits);
    }
}
