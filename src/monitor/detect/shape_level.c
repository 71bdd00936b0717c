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
enum { SIDE = 24, LEAST_MOVED = 3 };

/* Middle of what the other channels leave unexplained, of the values themselves where nothing explains them. */
static bool level_at(const struct view *v, const double *expected, size_t n_all, size_t from, size_t to, double *ret)
{
    double x[SIDE];
    size_t n = 0;
    for (size_t i = from; i < to && i < n_all && n < SIDE; i++)
        if (!isnan(v->x[i]) && (!expected || !isnan(expected[i])))
            x[n++] = v->x[i] - (expected ? expected[i] : 0);
    if (n < 8)
        return false;
    *ret = median_of(x, n);
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

static bool jump_at(const struct table *t, const struct view *v, const double *expected, size_t at, double *ret)
{
    double before, after;
    if (at < SIDE || !level_at(v, expected, t->n, at - SIDE, at, &before) || !level_at(v, expected, t->n, at + 1, at + 1 + SIDE, &after))
        return false;
    *ret = after - before;
    return true;
}

static void shifts(struct detect_context *c, const struct table *t, const struct view *v, const double *expected)
{
    double jump[VIEW_SAMPLE], size[VIEW_SAMPLE], x, sum = 0;
    size_t jumps = 0, large = 0, n = 0, moved = 0, falls = 0, first = 0, last = 0, *at, works = works_of(c, t, v, &at);
    if (works < LEAST_MOVED)
        return;
    for (size_t i = SIDE; i + SIDE < t->n && jumps < VIEW_SAMPLE; i += t->n / VIEW_SAMPLE + SIDE / 4)
        if (jump_at(t, v, expected, i, &x))
            jump[jumps++] = x;
    if (jumps < 50)
        return;
    memcpy(size, jump, jumps * sizeof *jump);
    double usual = fmax(mad_of(size, jumps, 0), v->q), least = parameter(c, "jump") * usual;
    for (size_t i = 0; i < jumps; i++)
        large += fabs(jump[i]) >= least;
    for (size_t i = 0; i < works; i++) {
        if (!jump_at(t, v, expected, at[i], &x))
            continue;
        n++;
        if (fabs(x) < least)
            continue;
        first = moved ? first : at[i];
        last = at[i];
        moved++;
        falls += x < 0;
        sum += x;
    }
    /* as often as at any other hour, those after visits included; and as often up as down */
    double often = ((double)large + 1) / ((double)jumps + 2);
    double p = moved >= LEAST_MOVED ? binomial_tail((int64_t)n, (int64_t)moved, fmin(0.5, often)) * binomial_tail((int64_t)moved, (int64_t)falls, 0.5) : 1;
    struct hit *h = p <= parameter(c, "chance") ? hit_add(c, first, last + SIDE < t->n ? last + SIDE - first : t->n - first, v) : NULL;
    if (!h)
        return;
    h->score = (double)falls / (double)moved;
    h->p = p;
    hit_number(h, 0, "检修校准次数", (double)n, 0);
    hit_number(h, 1, "其后水平突变的次数", (double)moved, 0);
    hit_number(h, 2, "其中下降的次数", (double)falls, 0);
    hit_sentence(c, h, "%.*s在%zu次校准或维护之后有%zu次水平突变，其中%zu次是下降，平均变化%.*f", STR_ARG(factor_label(c->scratch, v->c)), n, moved, falls, v->c->decimals,
                 sum / (double)moved);
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
            /* where none but these are known, an even chance */
            double often = fmin(0.5, ((double)(all - s.count) + 1) / ((double)(z.n - s.n) + 2)), p = stretch_chance((double)z.n, s.n, s.count, often);
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
