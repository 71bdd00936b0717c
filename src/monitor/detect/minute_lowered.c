/*
 * Oxygen from which something was taken away keeps the room of what was measured. A stretch of hours is compared with the hours before
 * it and behind it, so that neither the level nor a slow change of the instrument's noise answers. That alone says no more than
 * that the instrument was noisier for a while (C17, never hard). So a second question is asked, about the level and of nothing but the
 * stretch that was found: is oxygen lower there than before and behind, and by as much as its room says? What chance does is
 * learned from all other places of the table: the same contrast of the same lengths. What a fan or a load does to oxygen is among them.
 */
#include "monitor/detect/rooms.h"

#include <string.h>

enum { HOPS = 8, SIDE_LEAST = 24, SIDE_MOST = 96, HOP_MOST = 24 /* quarters */ };

static size_t side_of(size_t length)
{
    return length < SIDE_LEAST ? SIDE_LEAST : length > SIDE_MOST ? SIDE_MOST : length;
}

/* Sums over all quarters before each: of the room at known levels, and of the level. */
struct sums { double room, must, n, x, x_n; };

static struct sums *sums_of(struct detect_context *c, const struct quarters *b)
{
    struct sums *ret = NEW_ARRAY(c->scratch, b->n + 1, struct sums);
    for (size_t k = 0; k < b->n; k++) {
        const struct quarter *q = &b->p[k];
        ret[k + 1] = ret[k];
        ret[k + 1].room += q->in_room, ret[k + 1].must += q->in_must, ret[k + 1].n += q->in_n;
    }
    return ret;
}

/* Logarithm of room over must; NAN: too few readings. An analyser that serves two ducts measures in half of the minutes. */
static double room_over(const struct sums *s, const struct quarters *b, size_t from, size_t to)
{
    double n = s[to].n - s[from].n, room = s[to].room - s[from].room, must = s[to].must - s[from].must;
    return n * 4 >= (double)((to - from) * b->length) && room > 0 ? log(room / must) : NAN;
}

static double level_over(const struct sums *s, size_t from, size_t to)
{
    double n = s[to].x_n - s[from].x_n;
    return n * 2 >= (double)(to - from) ? (s[to].x - s[from].x) / n : NAN;
}

/* Where the rise really begins and ends: the part of [from, to) with the largest sum of what is beyond half of it. */
static void refine(const struct sums *s, const struct quarters *b, double base, size_t from, size_t to, struct rise *r)
{
    double best = 0, sum = 0;
    size_t begin = from, first = r->first, end = r->end;
    for (size_t k = from; k < to; k++) {
        double y = room_over(s, b, k, k + 1);
        sum += isnan(y) ? 0 : fmax(-0.2, fmin(0.2, y - base)) - r->by / 2;
        if (sum <= 0) {
            sum = 0;
            begin = k + 1;
        } else if (sum > best) {
            best = sum;
            first = begin;
            end = k + 1;
        }
    }
    if (end - first >= 8)
        r->first = first, r->end = end;
}

/* What the highest of many honest windows reaches anyhow: two and a half times the noise of such a contrast. */
static double rise_least(struct detect_context *c, const struct sums *s, const struct quarters *b, size_t length, size_t side)
{
    double *step = NEW_ARRAY(c->scratch, b->n + 1, double);
    size_t n = 0;
    for (size_t k = 1; k < b->n; k++) {
        double d = room_over(s, b, k, k + 1) - room_over(s, b, k - 1, k);
        if (!isnan(d))
            step[n++] = d;
    }
    return n < 200 ? INFINITY : fmax(0.005, 2.5 * mad_of(step, n, 0) / M_SQRT2 * sqrt(1 / (double)length + 1 / (double)side));
}

size_t room_rises(struct detect_context *c, const struct quarters *b, size_t length, double limit, struct rise *ret)
{
    const struct sums *s = sums_of(c, b);
    size_t hop = length / HOPS < HOP_MOST ? length / HOPS : HOP_MOST, overlap = length / hop, side = side_of(length), n = 0, kept = 0;
    double *score = NEW_ARRAY(c->scratch, b->n / hop + 1, double), *by = NEW_ARRAY(c->scratch, b->n / hop + 1, double);
    struct standout found[STANDOUTS];
    for (size_t first = 0; first + length <= b->n; first += hop) {
        double in = room_over(s, b, first, first + length), before = first >= side ? room_over(s, b, first - side, first) : NAN,
               behind = first + length + side <= b->n ? room_over(s, b, first + length, first + length + side) : NAN;
        by[n] = isnan(before) || isnan(behind) ? NAN : fmin(in - before, in - behind);
        score[n] = bounded_tail(by[n]);
        n++;
    }
    size_t stretches = standouts_grown(c->scratch, score, n, overlap, bounded_tail(rise_least(c, s, b, length, side)), limit, 0.5, overlap, found);
    for (size_t i = 0; i < stretches; i++) {
        size_t first = found[i].best * hop, from = first > length + side ? first - length - side : 0, to = first + 2 * length + side < b->n ? first + 2 * length + side : b->n;
        struct rise r = {first, first + length, by[found[i].best], found[i].p};
        double base = room_over(s, b, first, first + length) - r.by;
        refine(s, b, base, from, to, &r);
        ret[kept++] = r;
    }
    return kept;
}

/* ---- the level ---- */
/*
 * What of oxygen, in means over quarters of an hour, its load and the gases do not explain: air that comes in dilutes all gases, and a load
 * that rises takes oxygen down. Least squares over the whole table; drivers as deviations from their middle in their own spread.
 */
enum { DRIVERS = 8 };
struct level { double *x /* of each quarter; NAN unknown */, *driver[DRIVERS]; size_t drivers; };

static double *means_of(struct detect_context *c, const struct view *v, const struct quarters *b, bool scaled)
{
    double *ret = NEW_ARRAY(c->scratch, b->n + 1, double);
    for (size_t k = 0; k < b->n; k++) {
        double sum = 0, n = 0;
        for (size_t i = b->begin + k * b->length; i < b->begin + (k + 1) * b->length; i++)
            if (!isnan(v->x[i]))
                sum += v->x[i], n++;
        double x = n * 2 >= (double)b->length ? sum / n : NAN;
        ret[k] = scaled ? fmax(-4, fmin(4, (x - v->median) / v->mad)) : x;
        if (isnan(x))
            ret[k] = NAN;
    }
    return ret;
}

/* a x = y, symmetric, n by n, with a ridge so that two drivers alike do no harm. False: no answer. */
static bool solve(double a[DRIVERS][DRIVERS], double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i][i] *= 1.001;
    for (size_t i = 0; i < n; i++) {
        if (a[i][i] <= 1e-9)
            return false;
        for (size_t k = i + 1; k < n; k++) {
            double f = a[k][i] / a[i][i];
            for (size_t j = i; j < n; j++)
                a[k][j] -= f * a[i][j];
            y[k] -= f * y[i];
        }
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j < n; j++)
            y[i] -= a[i][j] * y[j];
        y[i] /= a[i][i];
    }
    return true;
}

static bool all_there(const struct level *l, size_t k)
{
    bool there = !isnan(l->x[k]);
    for (size_t i = 0; i < l->drivers && there; i++)
        there = !isnan(l->driver[i][k]);
    return there;
}

static void subtract_drivers(struct level *l, size_t quarters)
{
    double mean[DRIVERS] = {0}, x_mean = 0, a[DRIVERS][DRIVERS] = {{0}}, y[DRIVERS] = {0};
    size_t n = 0;
    for (size_t k = 0; k < quarters; k++) {
        if (!all_there(l, k))
            continue;
        for (size_t i = 0; i < l->drivers; i++)
            mean[i] += l->driver[i][k];
        x_mean += l->x[k];
        n++;
    }
    if (n < 400 || !l->drivers)
        return;
    for (size_t i = 0; i < l->drivers; i++)
        mean[i] /= (double)n;
    x_mean /= (double)n;
    for (size_t k = 0; k < quarters; k++)
        for (size_t i = 0; all_there(l, k) && i < l->drivers; i++) {
            double d = l->driver[i][k] - mean[i];
            y[i] += d * (l->x[k] - x_mean);
            for (size_t j = 0; j < l->drivers; j++)
                a[i][j] += d * (l->driver[j][k] - mean[j]);
        }
    if (!solve(a, y, l->drivers))
        return;
    for (size_t k = 0; k < quarters; k++) {
        double rest = l->x[k];
        for (size_t i = 0; i < l->drivers; i++)
            rest -= y[i] * (l->driver[i][k] - mean[i]);
        l->x[k] = rest;
    }
}

static struct level level_of(struct detect_context *c, const struct table *t, const struct view *v, const struct quarters *b)
{
    struct level l = {.x = means_of(c, v, b, false)};
    for (size_t k = 0; k < t->columns_n && l.drivers < DRIVERS; k++) {
        const struct view *o = &c->views[k];
        enum role r = o->factor->role;
        if (o != v && view_fit(o, 5000) && o->mad > 0 && o->c->group == COLUMN_VALUE && o->used * 10 >= v->used * 9 &&
            (r == ROLE_POLLUTANT || r == ROLE_FLOW || r == ROLE_LOAD || r == ROLE_FURNACE || r == ROLE_TEMPERATURE))
            l.driver[l.drivers++] = means_of(c, o, b, true);
    }
    subtract_drivers(&l, b->n);
    return l;
}

/* How much lower a stretch is than the mean of what lies before and behind it. */
static double fall_over(const struct sums *s, size_t quarters, size_t first, size_t end)
{
    size_t side = side_of(end - first);
    if (first < side || end + side > quarters)
        return NAN;
    return (level_over(s, first - side, first) + level_over(s, end, end + side)) / 2 - level_over(s, first, end);
}

static void say_lowered(struct detect_context *c, const struct table *t, const struct view *v, const struct quarters *b, const struct rise *r, double fall,
                        double means, double p)
{
    size_t first = b->begin + r->first * b->length, end = b->begin + r->end * b->length;
    struct hit *h = hit_add(c, first, end - first, v);
    if (!h)
        return;
    h->score = fall;
    h->p = p;
    hit_apart(h, 0, "比前后低", fall, v->c, 0);
    hit_apart(h, 1, "由极差推算低了", means, v->c, 0);
    hit_apart(h, 2, "平时离散度", view_outside(c->scratch, t, v, first, end - first).mad, v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s比前后低%.*f%s，而每分钟最大值与最小值之差与高出%.*f%s的数值相称", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), v->c->decimals, fall,
                 factor_unit_apart(v->c), v->c->decimals, means, factor_unit_apart(v->c));
}

/* The chance of a fall in one stretch that was not chosen for it. Tails a quarter wider than the middle of all others says. */
static double fall_chance(struct detect_context *c, const struct sums *s, const struct quarters *b, const struct rise *r, double fall)
{
    size_t length = r->end - r->first, hop = length / HOPS ? length / HOPS : 1, n = 0;
    double *x = NEW_ARRAY(c->scratch, b->n / hop + 1, double);
    for (size_t first = 0; first + length <= b->n; first += hop) {
        double y = first + length + length / 2 < r->first || first > r->end + length / 2 ? fall_over(s, b->n, first, first + length) : NAN;
        if (!isnan(y))
            x[n++] = y;
    }
    if (n < 30)
        return 1;
    double middle = median_of(x, n);
    return normal_tail((fall - middle) / (1.25 * fmax(1e-9, mad_of(x, n, middle))));
}

static double mean_over(const struct quarters *b, const struct view *v, size_t first, size_t end)
{
    double sum = 0, n = 0;
    for (size_t i = b->begin + first * b->length; i < b->begin + end * b->length; i++)
        if (!isnan(v->x[i]))
            sum += v->x[i], n++;
    return n > 0 ? sum / n : NAN;
}

void detect_lowered(struct detect_context *c, const struct table *t, const struct view *v)
{
    static const size_t lengths[] = {12, 48, 192, 672};
    struct rise best = {.p = 1};
    const struct rooms_kept *kept = rooms_once(c, t, v);
    if (!kept)
        return;
    struct quarters b = kept->quarters;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct rise s[STANDOUTS];
        if (room_rises(c, &b, lengths[i], parameter(c, "chance"), s) && s[0].p < best.p)
            best = s[0];
    }
    if (best.p > parameter(c, "chance"))
        return;
    struct sums *sums = sums_of(c, &b);
    struct level level = level_of(c, t, v, &b);
    for (size_t k = 0; k < b.n; k++) {
        bool there = !isnan(level.x[k]);
        sums[k + 1].x = sums[k].x + (there ? level.x[k] : 0), sums[k + 1].x_n = sums[k].x_n + there;
    }
    double fall = fall_over(sums, b.n, best.first, best.end), means = mean_over(&b, v, best.first, best.end) * (exp(best.by) - 1);
    if (isnan(fall) || !(fall >= 0.4 * means && fall <= 2.5 * means))
        return;
    double p = fall_chance(c, sums, &b, &best, fall);
    if (p <= parameter(c, "chance"))
        say_lowered(c, t, v, &b, &best, fall, means, fmax(p, 1e-300));
}
