/* A5, A13, A14: levels that lie where somebody would like them: just below the limit, lower after each visit, zero at each check. */
#include "monitor/detect/detect_private.h"

#include <string.h>

/* ---- A5 ---- */
static void bunch(struct detect_context *c, const struct table *t, const struct view *v, const struct table_limit *l)
{
    double limit = (double)l->mantissa * pow(10, -l->decimals), below = 0, under = 0, above = 0;
    for (size_t i = 0; i < t->n; i++) {
        usec at = table_at(t, i);
        double part = v->x[i] / limit;
        if (isnan(part) || at < l->from || at >= l->to)
            continue;
        if (l->lower)
            part = 2 - part;
        below += part > 0.95 && part <= 1;
        under += part > 0.90 && part <= 0.95;
        above += part > 1 && part <= 1.05;
    }
    /* a falling density would put at most as many above as between 0.95 and 1, less the slope from the band below */
    double share = under > 0 ? fmin(0.5, fmax(0.05, below / (under + below) / (1 + below / (under + below)))) : 0.3;
    double p = below + above > 0 ? 1 - binomial_tail((int64_t)(below + above), (int64_t)above + 1, share) : 1;
    if (below < parameter(c, "least") || below < parameter(c, "ratio") * above || p > parameter(c, "chance"))
        return;
    struct hit *h = hit_add(c, 0, t->n, v);
    if (!h)
        return;
    h->score = below / (above + 1);
    h->p = p;
    hit_number(h, 0, "限值的95%～100%之间的个数", below, 0);
    hit_number(h, 1, "限值的100%～105%之间的个数", above, 0);
    hit_number(h, 2, "限值", limit, l->decimals);
    hit_sentence(c, h, "%.*s有%.0f个数值在限值的95%%到100%%之间，超出限值5%%以内的只有%.0f个", STR_ARG(factor_label(c->scratch, v->c)), below, above);
}

void detect_bunching(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++)
        for (size_t i = 0; i < t->limits_n; i++) {
            const struct table_limit *l = &t->limits[i];
            if (view_fit(&c->views[k], 200) && l->mantissa > 0 && !l->daily && l->group == t->columns[k].group &&
                str_eq(l->factor, t->columns[k].factor))
                bunch(c, t, &c->views[k], l);
        }
}

/* ---- A13 ---- */
enum { SIDE = 24, BESIDE = 8 /* values on either side */, WITHIN = 16 /* slots they may lie in */, LEAST_FALLS = 3 };

/* Middle of what the other channels leave unexplained (of the values themselves where nothing explains them) in the next values from `at` on, one way. */
static bool level_at(const struct view *v, const double *expected, size_t n, size_t at, int way, double *ret)
{
    double x[BESIDE];
    size_t used = 0;
    for (size_t i = at, k = 0; i < n && k < WITHIN && used < BESIDE; i += (size_t)way, k++) /* below 0 it wraps, and ends */
        if (!isnan(v->x[i]) && (!expected || !isnan(expected[i])))
            x[used++] = v->x[i] - (expected ? expected[i] : 0);
    if (used < BESIDE)
        return false;
    *ret = median_of(x, used);
    return true;
}

/* Instants somebody worked on the instrument: ends of M flags, visits, parameters, boots. Calibrations that run by themselves each day are
 * none, or every day would be one. Slots, ascending, at least SIDE apart. */
static size_t works_of(struct detect_context *c, const struct table *t, const struct view *v, size_t **ret)
{
    size_t *at = NEW_ARRAY(c->scratch, t->n + t->events_n + 1, size_t), n = 0, e = 0, calibrations = 0;
    for (size_t i = 0; i < t->events_n; i++)
        calibrations += t->events[i].kind == EVENT_CALIBRATION;
    bool daily = calibrations * 72 > t->n;
    for (size_t i = 1; i < t->n; i++) {
        bool work = v->c->flag && (v->c->flag[i - 1] == 'M' || (v->c->flag[i - 1] == 'C' && !daily)) && v->c->flag[i] == 'N';
        while (e < t->events_n && t->events[e].at < table_at(t, i + 1)) {
            const struct table_event *x = &t->events[e++];
            work |= x->at >= table_at(t, i) && ((x->kind == EVENT_CALIBRATION && !daily) || x->kind == EVENT_PARAMETER || x->kind == EVENT_VISIT || x->kind == EVENT_BOOT);
        }
        if (work && (n == 0 || i >= at[n - 1] + SIDE))
            at[n++] = i;
    }
    *ret = at;
    return n;
}

/* From before the hour of the work to behind it. */
static bool jump_at(const struct table *t, const struct view *v, const double *expected, size_t at, double *ret)
{
    double before, after;
    if (at < 1 || !level_at(v, expected, t->n, at - 1, -1, &before) || !level_at(v, expected, t->n, at + 1, 1, &after))
        return false;
    *ret = after - before;
    return true;
}

/* Jumps of days on which nobody came, at each hour of the day, in order: levels have their daily course, and people come by day. */
struct usual { double *jump[24]; size_t n[24]; };

static struct usual usual_jumps(struct detect_context *c, const struct table *t, const struct view *v, const double *expected, const size_t *work, size_t works)
{
    struct usual u = {0};
    size_t step = slots_of(t, 1), k = 0;
    for (int h = 0; h < 24; h++)
        u.jump[h] = NEW_ARRAY(c->scratch, t->n / slots_of(t, 24) + 2, double);
    for (size_t i = step; i < t->n; i += step) {
        double x;
        int hour = civil_of(table_at(t, i)).hour;
        while (k < works && work[k] + SIDE <= i)
            k++;
        if (k < works && work[k] < i + SIDE)
            continue;
        if (u.n[hour] < t->n / slots_of(t, 24) + 2 && jump_at(t, v, expected, i, &x))
            u.jump[hour][u.n[hour]++] = x;
    }
    for (int h = 0; h < 24; h++)
        if (u.n[h])
            sort_doubles(u.jump[h], u.n[h]);
    return u;
}

/* The share of such jumps, an hour more or less, that fall as far; ret_n: of how many. */
static double fell_so_far(const struct usual *u, int hour, double jump, size_t *ret_n)
{
    size_t as_far = 0, n = 0;
    for (int h = hour + 23; h <= hour + 25; h++) {
        size_t low = 0, high = u->n[h % 24];
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (u->jump[h % 24][middle] <= jump)
                low = middle + 1;
            else
                high = middle;
        }
        as_far += low, n += u->n[h % 24];
    }
    *ret_n = n;
    return ((double)as_far + 1) / ((double)n + 1);
}

struct shifts { size_t works, down, first, last; double sum, p; };

/* Chance that so many works are followed by a fall so far beyond those of other days; how far was chosen among a few. */
static struct shifts shifts_of(struct detect_context *c, const struct table *t, const struct view *v, const double *expected)
{
    static const double far[] = {0.05, 0.02, 0.01, 0.005};
    enum { FAR = sizeof far / sizeof *far };
    size_t *at, works = works_of(c, t, v, &at), found[FAR] = {0}, n;
    if (works < LEAST_FALLS)
        return (struct shifts){.p = 1};
    struct usual u = usual_jumps(c, t, v, expected, at, works);
    double *share = NEW_ARRAY(c->scratch, works + 1, double), *jump = NEW_ARRAY(c->scratch, works + 1, double), bound = 0;
    struct shifts s = {.p = 1};
    for (size_t i = 0; i < works; i++) {
        share[i] = 2;
        if (!jump_at(t, v, expected, at[i], &jump[i]))
            continue;
        share[i] = fell_so_far(&u, civil_of(table_at(t, at[i])).hour, jump[i], &n);
        if (n < 100)
            return (struct shifts){.p = 1};
        s.works++;
        for (int k = 0; k < FAR; k++)
            found[k] += share[i] <= far[k];
    }
    for (int k = 0; k < FAR; k++) {
        double p = found[k] >= LEAST_FALLS ? FAR * binomial_tail((int64_t)s.works, (int64_t)found[k], far[k]) : 1;
        if (p < s.p)
            s.p = p, bound = far[k];
    }
    for (size_t i = 0; i < works; i++)
        if (share[i] <= bound) {
            s.first = s.down++ ? s.first : at[i];
            s.last = at[i];
            s.sum += jump[i];
        }
    return s;
}

static void shifts(struct detect_context *c, const struct table *t, const struct view *v, const double *expected)
{
    struct shifts s = shifts_of(c, t, v, expected);
    bool enough = s.p <= parameter(c, "chance") && s.sum / (double)s.down <= -parameter(c, "fall") * fabs(v->median);
    struct hit *h = enough ? hit_add(c, s.first, s.last + SIDE < t->n ? s.last + SIDE - s.first : t->n - s.first, v) : NULL;
    if (!h)
        return;
    h->score = (double)s.down;
    h->p = s.p;
    hit_number(h, 0, "检修、校准、改参数次数", (double)s.works, 0);
    hit_number(h, 1, "其后骤降的次数", (double)s.down, 0);
    hit_apart(h, 2, "平均变化", s.sum / (double)s.down, v->c, 0);
    hit_sentence(c, h, "%.*s在%zu次校准、维护或改参数之后有%zu次骤降，平均变化%.*f%s，其他日子的同一时刻很少如此", STR_ARG(factor_label(c->scratch, v->c)), s.works, s.down,
                 v->c->decimals, s.sum / (double)s.down, factor_unit_apart(v->c));
}

void detect_level_shift(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        const struct prediction *y = c->predictions ? &c->predictions[k] : NULL;
        if (view_fit(v, 200) && v->mad > 0 && v->factor->role == ROLE_POLLUTANT && v->c->group == COLUMN_VALUE)
            shifts(c, t, v, y && y->expected && y->skill > parameter(c, "skill") ? y->expected : NULL);
    }
}

/* ---- A14: values sent under flag C ---- */
struct zeros { uint8_t *exact; size_t *from, *end; size_t n; };

/* Stretches of flag C with zero gas: five readings near zero at least. Loggers clip what is below it, so half of an honest zero's readings are exactly
 * zero; without drift and noise all of them are. Held values (far above zero) are no checks. */
static struct zeros zeros_of(struct detect_context *c, const struct table *t, const struct view *v)
{
    const struct column *k = v->c;
    struct zeros z = {NEW_ARRAY(c->scratch, t->n + 1, uint8_t), NEW_ARRAY(c->scratch, t->n + 1, size_t), NEW_ARRAY(c->scratch, t->n + 1, size_t), 0};
    for (size_t i = 0; i < t->n; i++) {
        size_t from = i, near = 0, exact = 0;
        for (; i < t->n && k->flag[i] == 'C'; i++)
            if (k->value[i] != VALUE_NONE && (double)k->value[i] * v->unit <= fmax(0.1 * v->median, 5 * v->q)) {
                near++;
                exact += k->value[i] == 0;
            }
        if (near < 5)
            continue;
        z.exact[z.n] = exact == near;
        z.from[z.n] = from;
        z.end[z.n++] = i;
    }
    return z;
}

/* A day's zero misses by several steps, or the display is too coarse to tell: how often it is hit elsewhere says which. */
void detect_perfect_zero(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!v->c->flag || !v->c->value || v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->coarse)
            continue;
        struct zeros z = zeros_of(c, t, v);
        size_t all = 0, at = 0;
        for (size_t i = 0; i < z.n; i++)
            all += z.exact[i];
        for (struct spell s; next_spell(z.exact, z.n, 1, &at, &s);) {
            /* a display too coarse for a day's drift hits zero often, or always: only where checks of the same instrument say that it does not */
            size_t others = z.n - s.n, missed = others - (all - s.count);
            double often = ((double)(all - s.count) + 1) / ((double)others + 2);
            double p = others < 10 || missed * 2 < others ? 1 : stretch_chance((double)z.n, s.n, s.count, often);
            size_t from = z.from[s.first], end = z.end[s.first + s.n - 1];
            struct hit *h = s.count >= (size_t)parameter(c, "least") && p <= parameter(c, "chance") ? hit_add(c, from, end - from, v) : NULL;
            if (!h)
                continue;
            h->score = (double)s.count;
            h->p = p;
            hit_number(h, 0, "校准次数", (double)s.n, 0);
            hit_number(h, 1, "零点正好为0的次数", (double)s.count, 0);
            hit_number(h, 2, "其他校准中正好为0的比例（%）", 100 * often, 1);
            hit_sentence(c, h, "%.*s自%.*s起%zu次校准中%zu次零点读数正好为0，没有任何漂移", STR_ARG(factor_label(c->scratch, v->c)), STR_ARG(slot_text(c->scratch, t, from)),
                         s.n, s.count);
        }
    }
}
