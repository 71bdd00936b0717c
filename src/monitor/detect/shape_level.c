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
enum { SIDE = 24 };

static bool level_at(const struct table *t, const struct view *v, size_t from, size_t to, double *ret)
{
    double x[SIDE];
    size_t n = 0;
    for (size_t i = from; i < to && i < t->n && n < SIDE; i++)
        if (!isnan(v->x[i]))
            x[n++] = v->x[i];
    if (n < 8)
        return false;
    *ret = median_of(x, n);
    return true;
}

/* Instants somebody worked on the instrument: ends of C and M flags, and events. Slots, ascending, at least SIDE apart. */
static size_t works_of(struct detect_context *c, const struct table *t, const struct view *v, size_t **ret)
{
    size_t *at = NEW_ARRAY(c->scratch, t->n + t->events_n + 1, size_t), n = 0, e = 0;
    for (size_t i = 1; i < t->n; i++) {
        bool work = v->c->flag && (v->c->flag[i - 1] == 'C' || v->c->flag[i - 1] == 'M') && v->c->flag[i] == 'N';
        while (e < t->events_n && t->events[e].at < table_at(t, i + 1)) {
            work |= t->events[e].at >= table_at(t, i) && (t->events[e].kind == EVENT_CALIBRATION || t->events[e].kind == EVENT_PARAMETER ||
                                                         t->events[e].kind == EVENT_VISIT || t->events[e].kind == EVENT_BOOT);
            e++;
        }
        if (work && (n == 0 || i >= at[n - 1] + SIDE))
            at[n++] = i;
    }
    *ret = at;
    return n;
}

void detect_level_shift(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        size_t *at, falls = 0, moved = 0, first = 0, last = 0;
        double jump[VIEW_SAMPLE], before, after, sum = 0;
        size_t jumps = 0;
        if (!view_fit(v, 200) || v->mad <= 0 || v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE)
            continue;
        for (size_t i = SIDE; i + SIDE < t->n && jumps < VIEW_SAMPLE; i += t->n / VIEW_SAMPLE + SIDE)
            if (level_at(t, v, i - SIDE, i, &before) && level_at(t, v, i, i + SIDE, &after))
                jump[jumps++] = after - before;
        if (jumps < 50)
            continue;
        double usual = fmax(mad_of(jump, jumps, 0), v->q);
        size_t n = works_of(c, t, v, &at);
        for (size_t i = 0; i < n; i++) {
            if (at[i] < SIDE || !level_at(t, v, at[i] - SIDE, at[i], &before) || !level_at(t, v, at[i], at[i] + SIDE, &after) ||
                fabs(after - before) < parameter(c, "jump") * usual)
                continue;
            first = moved ? first : at[i];
            last = at[i];
            moved++;
            falls += after < before;
            sum += after - before;
        }
        double p = moved ? binomial_tail((int64_t)n, (int64_t)moved, 0.02) * binomial_tail((int64_t)moved, (int64_t)falls, 0.5) : 1;
        if (moved < 5 || p > parameter(c, "chance"))
            continue;
        struct hit *h = hit_add(c, first, last + SIDE - first < t->n - first ? last + SIDE - first : t->n - first, v);
        if (!h)
            return;
        h->score = (double)falls / (double)moved;
        h->p = p;
        hit_number(h, 0, "检修校准次数", (double)n, 0);
        hit_number(h, 1, "其后水平突变的次数", (double)moved, 0);
        hit_number(h, 2, "其中下降的次数", (double)falls, 0);
        hit_sentence(c, h, "%.*s在%zu次校准或维护之后有%zu次水平突变，其中%zu次是下降，平均变化%.*f", STR_ARG(factor_label(c->scratch, v->c)), n, moved,
                     falls, v->c->decimals, sum / (double)moved);
    }
}

/* ---- A14: values sent under flag C ---- */
void detect_perfect_zero(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct column *col = &t->columns[k];
        size_t checks = 0, zero = 0, first = 0, last = 0;
        if (!col->flag || !col->value || c->views[k].factor->role != ROLE_POLLUTANT || col->group != COLUMN_VALUE)
            continue;
        for (size_t i = 0; i < t->n; i++) {
            int64_t lowest = INT64_MAX;
            size_t from = i;
            for (; i < t->n && col->flag[i] == 'C'; i++)
                if (col->value[i] != VALUE_NONE)
                    lowest = col->value[i] < lowest ? col->value[i] : lowest;
            if (lowest == INT64_MAX)
                continue;
            first = checks ? first : from;
            last = i;
            checks++;
            zero += lowest == 0;
        }
        if ((double)checks < parameter(c, "least") || zero < checks)
            continue;
        struct hit *h = hit_add(c, first, last - first, &c->views[k]);
        if (!h)
            return;
        h->score = (double)checks;
        h->p = pow(0.5, (double)checks);
        hit_number(h, 0, "校准次数", (double)checks, 0);
        hit_number(h, 1, "零点正好为0的次数", (double)zero, 0);
        hit_sentence(c, h, "%.*s的%zu次校准零点读数全部正好为0，没有任何漂移", STR_ARG(factor_label(c->scratch, col)), checks);
    }
}
