/*
 * C11, C12: parameters and instruments that change without a visit. A change nobody wrote down is an omission, and plants forget; what
 * makes it odd is that from then on the channel reads lower at the same load. So C11 compares the level of the day before and
 * the day after, less what the other channels explain, with such differences at all other hours: the direction comes
 * from the data, never from the record alone. Where the record has the parameter's value before and after, it is told.
 */
#include "monitor/detect/detect_private.h"

#include <stdlib.h>

/* An analyser that calibrates itself each day explains nothing by having done so. */
static bool calibrates_daily(const struct table *t)
{
    double days = (double)t->n * t->step_s / 86400;
    size_t n = 0;
    for (size_t i = 0; i < t->events_n; i++)
        n += t->events[i].kind == EVENT_CALIBRATION;
    return (double)n * 3 > days;
}

bool change_explained(const struct table *t, usec at)
{
    bool daily = calibrates_daily(t);
    for (size_t i = 0; i < t->events_n; i++)
        if ((t->events[i].kind == EVENT_VISIT || (t->events[i].kind == EVENT_CALIBRATION && !daily)) && llabs(t->events[i].at - at) <= USEC_DAY)
            return true;
    for (size_t i = 0; i < t->marks_n; i++)
        if (t->marks[i].from <= at + USEC_DAY && t->marks[i].to >= at - USEC_DAY &&
            (t->marks[i].kind == MARKED_MAINTENANCE || t->marks[i].kind == MARKED_CALIBRATION))
            return true;
    return false;
}

/* ---- C11 ---- */
enum { SIDE_HOURS = 24, HOP_HOURS = 6 };

/* Middle of what the other channels leave unexplained, with no drivers of the values themselves; NAN with less than a third of them. */
static double level(const struct view *v, const double *expected, size_t from, size_t to)
{
    double x[SIDE_HOURS];
    size_t n = 0, each = (to - from + SIDE_HOURS - 1) / SIDE_HOURS;
    for (size_t i = from; i < to && n < SIDE_HOURS; i += each)
        if (!isnan(v->x[i]) && (!expected || !isnan(expected[i])))
            x[n++] = v->x[i] - (expected ? expected[i] : 0);
    return n * 3 >= SIDE_HOURS ? median_of(x, n) : (double)NAN;
}

static double fall_at(const struct table *t, const struct view *v, const double *expected, size_t at, size_t gap)
{
    size_t side = slots_of(t, SIDE_HOURS);
    if (at < side || at + gap + side > t->n)
        return NAN;
    return level(v, expected, at - side, at) - level(v, expected, at + gap, at + gap + side);
}

static bool concerns(const struct table_event *e, const struct view *v)
{
    return v->c->group == COLUMN_VALUE && v->factor->role == ROLE_POLLUTANT && v->mad > 0 && view_fit(v, 500) && (!e->factor.n || str_eq(e->factor, v->c->factor));
}

static void say_fall(struct detect_context *c, const struct table *t, const struct table_event *e, const struct view *v, size_t at, double fall, double usual, double p)
{
    size_t side = slots_of(t, SIDE_HOURS);
    struct hit *h = hit_add(c, at, side, v);
    if (!h)
        return;
    str told = e->factor.n && e->before != e->after
                   ? arena_printf(c->scratch, "由%.*f改为%.*f", e->decimals, (double)e->before * pow(10, -e->decimals), e->decimals, (double)e->after * pow(10, -e->decimals))
                   : e->text.n ? arena_printf(c->scratch, "（%.*s）", STR_ARG(utf8_clip(e->text, 60))) : S("");
    h->score = fall / usual;
    h->p = p;
    hit_apart(h, 0, "扣除工况影响后降低", fall, v->c, 1);
    hit_apart(h, 1, "平时前后两日相差（中位数）", usual, v->c, 1);
    hit_amount(h, 2, "平时水平", v->median, v->c, 0);
    hit_sentence(c, h, "%.*s仪器参数被修改%.*s，前后24小时没有运维、校准记录；其后同样工况下%.*s降低%.*f%s", STR_ARG(slot_text(c->scratch, t, at)), STR_ARG(told),
                 STR_ARG(factor_label(c->scratch, v->c)), v->c->decimals + 1, fall, factor_unit_apart(v->c));
}

static void compare_around(struct detect_context *c, const struct table *t, const struct table_event *e, const struct view *v, double chances)
{
    const struct prediction *y = c->predictions ? &c->predictions[v->at] : NULL;
    const double *expected = y && y->expected && y->skill > parameter(c, "skill") ? y->expected : NULL;
    size_t hop = slots_of(t, HOP_HOURS), gap = slots_of(t, 1), at = slot_at(t, e->at), n = 0;
    double *other = NEW_ARRAY(c->scratch, t->n / hop + 1, double), fall = at == SIZE_MAX ? (double)NAN : fall_at(t, v, expected, at, gap);
    if (isnan(fall) || fall < parameter(c, "least") * v->median)
        return;
    for (size_t i = window_first(t, hop); i < t->n; i += hop) {
        double x = fall_at(t, v, expected, i, gap);
        if (!isnan(x) && (i + 2 * slots_of(t, SIDE_HOURS) < at || i > at + 2 * slots_of(t, SIDE_HOURS)))
            other[n++] = x;
    }
    if (n < 100)
        return;
    struct calibration k = calibrate(c->scratch, other, n);
    double p = fmin(1, chances * calibrated_p(&k, fall)), usual = mad_of(other, n, 0);
    if (p <= parameter(c, "chance"))
        say_fall(c, t, e, v, at, fall, fmax(usual, v->q), p);
}

void detect_parameters(struct detect_context *c, const struct table *t)
{
    double chances = 0;
    for (int asks = 0; asks < 2; asks++)
        for (size_t i = 0; i < t->events_n; i++) {
            if (t->events[i].kind != EVENT_PARAMETER || change_explained(t, t->events[i].at))
                continue;
            for (size_t k = 0; k < t->columns_n; k++)
                if (concerns(&t->events[i], &c->views[k])) {
                    if (asks)
                        compare_around(c, t, &t->events[i], &c->views[k], chances);
                    else
                        chances++;
                }
        }
}

/* ---- C12 ---- */
void detect_identity(struct detect_context *c, const struct table *t)
{
    for (size_t i = 0; i < t->events_n; i++) {
        const struct table_event *e = &t->events[i];
        size_t at = e->kind == EVENT_SERIAL ? slot_at(t, e->at) : SIZE_MAX;
        struct hit *h = at != SIZE_MAX && t->columns_n && !change_explained(t, e->at) ? hit_add(c, at, 1, &c->views[0]) : NULL;
        if (!h)
            continue;
        h->score = 1;
        h->p = parameter(c, "chance");
        hit_sentence(c, h, "仪器序列号改变%.*s%.*s%s，前后24小时没有运维、校准记录或标记", STR_ARG(e->text.n ? S("（") : S("")), STR_ARG(utf8_clip(e->text, 60)), e->text.n ? "）" : "");
    }
}
