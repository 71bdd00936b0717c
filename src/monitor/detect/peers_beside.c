/*
 * B18, and A7, A8 across outlets: two plants are two. Values that follow those of another outlet one by one, or as a line of
 * them over a day, at the same time or some days later, come from one source. What is always the same (a whole series copied; one stack under two
 * numbers) is stated once, as a hint: it is no finding of single hours. Coarse values that are often the same tell no source apart: nothing was checked.
 */
#include "monitor/detect/detect_private.h"

#include <stdlib.h>
#include <string.h>

enum { LAG_DAYS = 7, WHOLE_LEAST = 48 /* values */ };
static const double whole_chance = 1e-6;

/* A column of another outlet on this table's slots: NAN where it may not be looked at. */
static double *laid_over(struct detect_context *c, const struct table *t, const struct table *other, const struct column *k)
{
    double *y = NEW_ARRAY(c->scratch, t->n + 1, double), unit = pow(10, -k->decimals);
    for (size_t i = 0; i < t->n; i++) {
        size_t slot = slot_at(other, table_at(t, i));
        bool there = slot != SIZE_MAX && k->value[slot] != VALUE_NONE && (!k->flag || k->flag[slot] == 'N') && !(other->platform && other->platform[slot]);
        y[i] = there ? (double)k->value[slot] * unit : (double)NAN;
    }
    return y;
}

static double r_of(const double *x, const double *y, size_t n)
{
    double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0, used = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            continue;
        double a = x[i] - x[0], b = y[i] - y[0];
        if (isnan(a) || isnan(b))
            return NAN;
        sx += a, sy += b, xx += a * a, yy += b * b, xy += a * b, used++;
    }
    double vx = xx - sx * sx / used, vy = yy - sy * sy / used;
    return used * 10 >= (double)n * 9 && vx > 0 && vy > 0 ? (xy - sx * sy / used) / sqrt(vx * vy) : (double)NAN;
}

/* One step between two flat stretches is a line, too: the steps must go alike without the largest. */
static bool steps_alike(const double *x, const double *y, size_t n)
{
    double dx[64], dy[64];
    size_t k = 0, most = 0;
    for (size_t i = 1; i < n && k < sizeof dx / sizeof *dx; i++)
        if (!isnan(x[i]) && !isnan(x[i - 1]) && !isnan(y[i]) && !isnan(y[i - 1])) {
            dx[k] = x[i] - x[i - 1], dy[k] = y[i] - y[i - 1];
            most = fabs(dx[k]) > fabs(dx[most]) ? k : most;
            k++;
        }
    if (k < 12)
        return false;
    dx[most] = dx[--k], dy[most] = dy[k];
    return correlation_of(dx, dy, k) >= 0.99;
}

static size_t turns(const double *x, size_t n)
{
    size_t k = 0;
    for (size_t i = 2; i < n; i++)
        k += (x[i] - x[i - 1]) * (x[i - 1] - x[i - 2]) < 0;
    return k;
}

static void say_line(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t n, double r, size_t lag, double p, str other)
{
    struct hit *h = hit_add(c, first, n, v);
    if (!h)
        return;
    h->score = r;
    h->p = p;
    h->quoted = other;
    hit_number(h, 0, "相关系数", r, 5);
    hit_number(h, 1, "相隔（天）", (double)(lag / slots_of(t, 24)), 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的曲线与另一点位“%.*s”%s的曲线只差一个倍数和平移（相关系数%.5f），两处平时并不如此", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, n)), STR_ARG(other), lag ? "几天前" : "同时", r);
}

/* Windows of a day, four a day, at whole days' distance: two days forged from any hour on hold some. */
static void lines(struct detect_context *c, const struct table *t, const struct view *v, const double *y, str other)
{
    size_t m = slots_of(t, 24), hop = m / 4 ? m / 4 : 1, day_slots = m, windows = t->n / hop + 1;
    double *r = NEW_ARRAY(c->scratch, windows + 1, double), *sample = NEW_ARRAY(c->scratch, windows + 1, double);
    for (size_t lag = 0; lag <= LAG_DAYS * day_slots; lag += day_slots) {
        size_t n = 0, alike = 0, end = 0;
        for (size_t k = 0; k * hop + lag + m <= t->n; k++) {
            r[k] = r_of(v->x + k * hop + lag, y + k * hop, m);
            if (!isnan(r[k]))
                sample[n++] = r[k];
            alike += r[k] >= parameter(c, "r");
        }
        if (n < 20 || !alike || quantile_of(sample, n, 0.75) > parameter(c, "apart"))
            continue;
        for (size_t k = 0; k * hop + lag + m <= t->n; k++) {
            size_t at = k * hop + lag;
            if (!(r[k] >= parameter(c, "r")) || at < end || turns(v->x + at, m) < 6 || (m < 64 && !steps_alike(v->x + at, y + k * hop, m)))
                continue;
            for (end = at + m; k + 1 < windows && (k + 1) * hop + lag + m <= t->n && r[k + 1] >= parameter(c, "r"); k++)
                end = (k + 1) * hop + lag + m;
            /* Fisher's z of the outlets' own likeness; a day of hours carries about seven independent values */
            double usual = quantile_of(sample, n, 0.75), z = (atanh(fmin(parameter(c, "r"), 1 - 1e-9)) - atanh(fmax(-0.9, usual))) * 2;
            say_line(c, t, v, at, end - at, r[k], lag, fmin(1, (double)n * (LAG_DAYS + 1) * normal_tail(z)), other);
        }
    }
}

/* ---- one by one ---- */
struct place { uint64_t hash; size_t at; };

static int by_hash(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static bool moves(const double *x, size_t n)
{
    size_t changes = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            return false;
        changes += i && x[i] != x[i - 1];
    }
    return changes >= (n / 2 > 4 ? n / 2 : 4);
}

static uint64_t hash_of(const double *x, size_t n)
{
    uint64_t h = 0;
    for (size_t i = 0; i < n; i++) {
        double value = x[i] + 0.0; /* one zero */
        uint64_t u;
        memcpy(&u, &value, sizeof u);
        h = (h ^ u) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    return h;
}

static size_t places_of(struct detect_context *c, const double *x, size_t n, size_t length, struct place **ret)
{
    struct place *p = NEW_ARRAY(c->scratch, n + 1, struct place);
    size_t k = 0;
    for (size_t i = 0; i + length <= n; i++)
        if (moves(x + i, length))
            p[k++] = (struct place){hash_of(x + i, length), i};
    qsort(p, k, sizeof *p, by_hash);
    *ret = p;
    return k;
}

/* Where the window stands in the other outlet, the nearest one before; SIZE_MAX nowhere. */
static size_t found_in(const struct place *p, size_t n, const double *x, const double *y, size_t at, size_t length)
{
    uint64_t hash = hash_of(x + at, length);
    size_t low = 0, high = n, best = SIZE_MAX;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (p[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < n && p[low].hash == hash && p[low].at <= at; low++)
        if (memcmp(y + p[low].at, x + at, length * sizeof *x) == 0)
            best = p[low].at;
    return best;
}

/* Values both outlets have at the same time, and which of them are the same. */
struct shared { size_t both, equal, first, last; };

static struct shared shared_of(const double *x, const double *y, size_t n)
{
    struct shared s = {0};
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]) && !isnan(y[i])) {
            s.first = s.both ? s.first : i, s.last = i;
            s.both++, s.equal += x[i] == y[i];
        }
    return s;
}

/* A chance by which a hint stands, and no more: whether a number is registered twice is not in the readings. */
static void say_whole(struct detect_context *c, const struct table *t, const struct view *v, const struct shared *s, str other)
{
    struct hit *h = hit_add(c, s->first, s->last + 1 - s->first, v);
    if (!h)
        return;
    h->score = (double)s->equal;
    h->p = whole_chance;
    hit_number(h, 0, "同时有数值的时段数", (double)s->both, 0);
    hit_number(h, 1, "其中数值相同的", (double)s->equal, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s与另一点位“%.*s”同一时刻的数值整段逐个相同（%zu个中%zu个）", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, s->first)), STR_ARG(span_text(c->scratch, t, s->last + 1 - s->first)), STR_ARG(other), s->both, s->equal);
}

static void copies(struct detect_context *c, const struct table *t, const struct view *v, const double *y, const struct shared *s, str other)
{
    size_t length = (size_t)parameter(c, v->coarse ? "coarse" : "fine"), n, end = 0;
    struct place *p;
    if (s->equal * 5 > s->both && v->coarse) {
        c->lacked = arena_cstr(c->a, arena_printf(c->scratch, "能区分两处的数值（%.*s刻度粗，与“%.*s”同时的%zu个数值中%zu个相同）", STR_ARG(factor_label(c->scratch, v->c)),
                                                  STR_ARG(other), s->both, s->equal));
        return;
    }
    n = places_of(c, y, t->n, length, &p);
    double step = fmin(0.5, 2 * v->grain / (2.5 * fmax(v->step_mad, v->grain))), start = fmin(0.5, v->grain / (2.5 * fmax(v->mad, v->grain)));
    for (size_t at = 0; n && at + length <= t->n; at++) {
        size_t from = at < end || !moves(v->x + at, length) ? SIZE_MAX : found_in(p, n, v->x, y, at, length), same = length;
        if (from == SIZE_MAX)
            continue;
        while (at + same < t->n && from + same < t->n && v->x[at + same] == y[from + same])
            same++;
        double chance = 2 * log((double)v->used + 1) + log(start) + ((double)same - 1) * log(step);
        struct hit *h = chance <= log(parameter(c, "chance")) ? hit_add(c, at, same, v) : NULL;
        end = at + same;
        if (!h)
            continue;
        h->score = (double)same;
        h->quoted = other;
        h->p = exp(fmax(chance, -600));
        hit_number(h, 0, "逐值相同的个数", (double)same, 0);
        hit_number(h, 1, "相隔（小时）", (double)(at - from) * t->step_s / 3600, t->step_s % 3600 ? 1 : 0);
        hit_sentence(c, h, "%.*s自%.*s起%.*s的%zu个数值，与另一点位“%.*s”在%.*s起的数值逐个相同", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, at)), STR_ARG(span_text(c->scratch, t, same)), same, STR_ARG(other), STR_ARG(slot_text(c->scratch, t, from)));
    }
}

void detect_beside(struct detect_context *c, const struct table *t)
{
    if (!t->beside_n)
        c->lacked = "同一单位的其他点位";
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || !view_fit(v, 200) || v->mad <= 0)
            continue;
        for (size_t b = 0; b < t->beside_n; b++) {
            const struct table *other = t->beside[b];
            for (size_t i = 0; i < other->columns_n && other->step_s == t->step_s; i++) {
                const struct column *o = &other->columns[i];
                if (o->group != COLUMN_VALUE || !o->value || !str_eq(o->factor, v->c->factor))
                    continue;
                double *y = laid_over(c, t, other, o);
                struct shared s = shared_of(v->x, y, t->n);
                if (s.both >= WHOLE_LEAST && s.equal * 10 >= s.both * 9) {
                    say_whole(c, t, v, &s, other->outlet);
                    continue;
                }
                copies(c, t, v, y, &s, other->outlet);
                lines(c, t, v, y, other->outlet);
            }
        }
    }
}
