/*
 * C17 among readings: room that belongs to other values. Minimum and maximum of a reading say, within a sixth, which value was measured:
 * their distance is the instrument's noise at its level. A quarter of an hour of them says it within a twentieth. Where a value was
 * sent that was measured another day, by another instrument, or not at all, and minimum and maximum of the true one were moved
 * along with it, what they say and what was sent differ, now up, now down:
 *
 * - the room jumps, beside what it should be, from one quarter of an hour to the next, more than anywhere else (loose_windows);
 * - where the value was made of another channel, in whole or in part, the difference follows that channel (follow_windows).
 *
 * Innocent: an instrument that is noisier for a day has more room in all of it, which moves no quarter against the next; one that
 * depends on what another channel measures (turbulence on flow) does so all the time, so that only what goes beyond its own usual
 * dependence counts; and what stirs the duct stirs the room of all its gases, then it is not hard. Values that fall when a fire goes
 * out, held values and coarse prints are left out by room_quarters(). Single quarters count four times their noise at most.
 */
#include "monitor/detect/rooms.h"

struct gas { const struct view *v; double *off /* of each quarter: logarithm of room over must, in its own noise; NAN unknown */; };
struct foreign {
    struct detect_context *c;
    const struct table *t;
    struct gas *gas;
    size_t gases, n, begin, length;
    float **beside; /* of each column of the table: its mean over each quarter; NULL: is not compared with */
};
enum { OFF_MOST = 4, STEP_MOST = 5, HOP_PARTS = 8 };

struct foreign *foreign_new(struct detect_context *c, const struct table *t)
{
    struct foreign *f = NEW(c->scratch, struct foreign);
    *f = (struct foreign){.c = c, .t = t, .gas = NEW_ARRAY(c->scratch, t->columns_n + 1, struct gas)};
    return f;
}

void foreign_add(struct foreign *f, const struct view *v, const struct quarters *b)
{
    double *off = NEW_ARRAY(f->c->scratch, b->n + 1, double), *step = NEW_ARRAY(f->c->scratch, b->n + 1, double);
    size_t steps = 0, n = 0;
    for (size_t k = 0; k < b->n; k++) {
        const struct quarter *q = &b->p[k];
        off[k] = q->fit_n * 4 >= (double)b->length && q->fit_room > 0 ? log(q->fit_room / q->fit_must) : NAN;
        if (k && !isnan(off[k]) && !isnan(off[k - 1]))
            step[steps++] = off[k] - off[k - 1];
    }
    if (steps < 200)
        return;
    double noise = fmax(0.01, mad_of(step, steps, 0) / M_SQRT2);
    for (size_t k = 0; k < b->n; k++)
        if (!isnan(off[k]))
            step[n++] = off[k];
    double middle = median_of(step, n);
    for (size_t k = 0; k < b->n; k++)
        off[k] = isnan(off[k]) ? NAN : fmax(-OFF_MOST, fmin(OFF_MOST, (off[k] - middle) / noise));
    f->n = b->n, f->begin = b->begin, f->length = b->length;
    f->gas[f->gases++] = (struct gas){v, off};
}

static size_t slot_of(const struct foreign *f, size_t quarter)
{
    return f->begin + quarter * f->length;
}

/* ---- scatter ---- */
/* Of steps from one quarter to the next, which a change that stays enters but twice. Half their squares have the mean 1 and the variance 3, as
 * neighbours share a quarter: a chi-square with two thirds of their number as freedom. */
struct scatter { double square, n; };

static struct scatter scatter_over(const double *off, size_t from, size_t to)
{
    struct scatter s = {0};
    for (size_t k = from + 1; k < to; k++)
        if (!isnan(off[k]) && !isnan(off[k - 1])) {
            double d = at_least(at_most(off[k] - off[k - 1], STEP_MOST), -STEP_MOST);
            s.square += d * d / 2, s.n++;
        }
    return s;
}

static void say_loose(const struct foreign *f, const struct view *v, size_t first, size_t end, struct scatter s, double p, bool hard)
{
    struct hit *h = hit_add(f->c, slot_of(f, first), slot_of(f, end) - slot_of(f, first), v);
    double times = sqrt(s.square / s.n);
    if (!h)
        return;
    h->score = times;
    h->p = fmin(1, p);
    h->hard = hard;
    hit_number(h, 0, "相邻一刻钟极差之变为平时的倍数", times, 2);
    hit_number(h, 1, "涉及的一刻钟个数", s.n + 1, 0);
    hit_number(h, 2, "每次变化最高计入的倍数", STEP_MOST, 0);
    hit_sentence(f->c, h, "%.*s自%.*s起%.*s的分钟数据，每分钟最大值与最小值之差相对数值忽大忽小，一刻钟与下一刻钟之变为平时的%.1f倍，极差可能属于另外的数值", STR_ARG(factor_label(f->c->scratch, v->c)),
                 STR_ARG(slot_text(f->c->scratch, f->t, slot_of(f, first))), STR_ARG(span_text(f->c->scratch, f->t, slot_of(f, end) - slot_of(f, first))), times);
}

/* Gives back quarters before and behind that lie where they should. */
static void trim(const double *off, size_t *first, size_t *end)
{
    while (*end > *first + 4 && !(fabs(off[*first]) > 1.5))
        ++*first;
    while (*end > *first + 4 && !(fabs(off[*end - 1]) > 1.5))
        --*end;
}

static void loose_windows(const struct foreign *f, const struct gas *g, size_t length)
{
    size_t hop = length / HOP_PARTS, overlap = length / hop, n = 0;
    double *score = NEW_ARRAY(f->c->scratch, f->n / hop + 1, double);
    struct scatter *all = NEW_ARRAY(f->c->scratch, f->n / hop + 1, struct scatter);
    struct standout s[STANDOUTS];
    for (size_t first = 0; first + length <= f->n; first += hop) {
        all[n] = scatter_over(g->off, first, first + length);
        score[n] = all[n].n * 2 >= (double)length ? (all[n].square - all[n].n) / sqrt(3 * all[n].n) : NAN;
        n++;
    }
    size_t found = standouts(f->c->scratch, score, n, overlap, 2.5, parameter(f->c, "chance"), s);
    for (size_t i = 0; i < found; i++) {
        struct scatter best = all[s[i].best];
        /* the noise of a quarter is known to a few per cent, and is not quite normal */
        double sum = fmax(1e-300, (double)n * chi_square_tail(best.square / 1.5 / 1.3, (int)(best.n / 1.5))), p = fmax(s[i].p, sum);
        size_t first = s[i].best * hop, end = first + length;
        for (size_t k = s[i].best; k > s[i].first && score[k - 1] > s[i].score / 2; k--)
            first = (k - 1) * hop;
        for (size_t k = s[i].best; k + 1 < s[i].end && score[k + 1] > s[i].score / 2; k++)
            end = (k + 1) * hop + length;
        trim(g->off, &first, &end);
        if (p <= parameter(f->c, "chance"))
            say_loose(f, g->v, first, end, best, p, sum <= parameter(f->c, "carried") && s[i].p <= parameter(f->c, "alone"));
    }
}

/* ---- what follows another channel ---- */
static bool could_be_source(const struct view *o)
{
    enum role r = o->factor->role;
    return view_fit(o, 2000) && o->mad > 0 && o->c->group == COLUMN_VALUE && o->equal < 0.95 &&
           (r == ROLE_FLOW || r == ROLE_VELOCITY || r == ROLE_TEMPERATURE || r == ROLE_PRESSURE || r == ROLE_HUMIDITY || r == ROLE_FURNACE || r == ROLE_LOAD);
}

/* In its own usual deviations, cut at four of them: no single rise decides. */
static float *quarter_means(const struct foreign *f, const struct view *o)
{
    float *ret = NEW_ARRAY(f->c->scratch, f->n + 1, float);
    for (size_t k = 0; k < f->n; k++) {
        double sum = 0, n = 0;
        for (size_t i = slot_of(f, k); i < slot_of(f, k + 1); i++)
            if (!isnan(o->x[i]))
                sum += o->x[i], n++;
        ret[k] = n * 2 >= (double)f->length ? (float)fmax(-4, fmin(4, (sum / n - o->median) / o->mad)) : NAN;
    }
    return ret;
}

/*
 * Products of both about their means within a part of a window: an instrument that gets noisier meanwhile enters but one part, whatever the other
 * channel's slow course.
 */
struct follow { double square /* of the other channel */, product, n; };

static struct follow follow_over(const double *off, const float *beside, size_t from, size_t to)
{
    double x = 0, y = 0, yy = 0, xy = 0, n = 0;
    for (size_t k = from; k < to; k++)
        if (!isnan(off[k]) && !isnan(beside[k])) {
            double b = (double)beside[k];
            x += off[k], y += b, yy += b * b, xy += off[k] * b, n++;
        }
    return n > 2 ? (struct follow){yy - y * y / n, xy - x * y / n, n} : (struct follow){0};
}

static void follow_add(struct follow *s, const struct follow *o)
{
    s->square += o->square, s->product += o->product, s->n += o->n;
}

/* How far the slope is from the usual one, in its own error. */
static double follows(struct follow s, double usual)
{
    return s.square > 1e-3 * s.n ? (s.product - usual * s.square) / sqrt(s.square) : 0;
}

/* Windows of so many quarters, made of parts of so many. */
static const struct { size_t length, part; } spans[] = {{48, 12}, {192, 24}, {672, 42}};

struct following { const struct view *other; size_t column, first, end, part; double z, p, chance /* of z alone */, alone, slope, usual; };

/* The same dependence came over another gas: something about the duct. */
static bool gases_share(const struct foreign *f, const struct gas *g, const struct following *x)
{
    for (size_t i = 0; i < f->gases; i++) {
        struct follow sum = {0};
        for (size_t k = x->first; k < x->end; k += x->part) {
            struct follow part = follow_over(f->gas[i].off, f->beside[x->column], k, k + x->part);
            follow_add(&sum, &part);
        }
        if (f->gas[i].v != g->v && fabs(follows(sum, 0)) >= 4)
            return true;
    }
    return false;
}

static void say_following(const struct foreign *f, const struct gas *g, const struct following *x)
{
    size_t first = slot_of(f, x->first), end = slot_of(f, x->end);
    struct hit *h = hit_add(f->c, first, end - first, g->v);
    if (!h)
        return;
    hit_also(h, x->other);
    h->score = x->z;
    h->p = fmin(1, x->p);
    h->hard = x->chance <= parameter(f->c, "carried") && x->alone <= parameter(f->c, "alone") && !gases_share(f, g, x);
    hit_number(h, 0, "偏离偶然的倍数", x->z, 1);
    hit_number(h, 1, "该处的斜率", x->slope, 2);
    hit_number(h, 2, "平时的斜率", x->usual, 2);
    hit_sentence(f->c, h, "%.*s自%.*s起%.*s的分钟数据，由每分钟最大值与最小值之差推算的数值与上报数值之差随%.*s变化（为偶然误差的%.1f倍），平时没有这样的关系，上报数值可能掺有另一通道的信号",
                 STR_ARG(factor_label(f->c->scratch, g->v->c)), STR_ARG(slot_text(f->c->scratch, f->t, first)), STR_ARG(span_text(f->c->scratch, f->t, end - first)),
                 STR_ARG(factor_label(f->c->scratch, x->other->c)), x->z);
}

/* Keeps in ret what stands out most among this channel's windows. `chances`: channels it is compared with. */
static void follow_windows(const struct foreign *f, const struct gas *g, size_t column, size_t length, size_t hop, double chances, struct following *ret)
{
    size_t parts = length / hop, hops = f->n / hop, n = hops >= parts ? hops - parts + 1 : 0;
    struct follow *part = NEW_ARRAY(f->c->scratch, hops + 1, struct follow), *all = NEW_ARRAY(f->c->scratch, n + 1, struct follow);
    double *score = NEW_ARRAY(f->c->scratch, n + 1, double);
    struct follow whole = {0};
    struct standout s[STANDOUTS];
    for (size_t k = 0; k < hops; k++) {
        part[k] = follow_over(g->off, f->beside[column], k * hop, (k + 1) * hop);
        follow_add(&whole, &part[k]);
    }
    double usual = whole.square > 0 ? whole.product / whole.square : 0;
    for (size_t k = 0; k < n; k++) {
        for (size_t j = k; j < k + parts; j++)
            follow_add(&all[k], &part[j]);
        score[k] = all[k].n * 2 >= (double)length ? bounded_tail(fabs(follows(all[k], usual))) : NAN;
    }
    if (!standouts_grown(f->c->scratch, score, n, parts, bounded_tail(2.5), parameter(f->c, "chance"), 0.5, parts, s))
        return;
    struct follow best = all[s[0].best];
    double z = fabs(follows(best, usual)), chance = fmax(1e-300, 2 * chances * (double)n * normal_tail(z / 1.15)), p = fmax(s[0].p, chance);
    if (p < ret->p)
        *ret = (struct following){&f->c->views[column], column, s[0].best * hop, s[0].best * hop + length, hop, z, p, chance, s[0].p,
                                  best.product / best.square, usual};
}

void foreign_ask(struct foreign *f)
{
    static const size_t scatters[] = {12, 48, 192, 672};
    double chances = 0;
    if (!f->gases)
        return;
    f->beside = NEW_ARRAY(f->c->scratch, f->t->columns_n + 1, float *);
    for (size_t k = 0; k < f->t->columns_n; k++)
        if (could_be_source(&f->c->views[k]))
            f->beside[k] = quarter_means(f, &f->c->views[k]), chances++;
    for (size_t i = 0; i < f->gases; i++) {
        const struct gas *g = &f->gas[i];
        if (g->v->factor->role != ROLE_POLLUTANT && g->v->factor->role != ROLE_OXYGEN)
            continue;
        for (size_t l = 0; l < sizeof scatters / sizeof *scatters; l++)
            loose_windows(f, g, scatters[l]);
        for (size_t l = 0; l < sizeof spans / sizeof *spans && g->v->factor->role == ROLE_POLLUTANT; l++) {
            struct following best = {.p = 1};
            for (size_t k = 0; k < f->t->columns_n; k++)
                if (f->beside[k])
                    follow_windows(f, g, k, spans[l].length, spans[l].part, chances, &best);
            if (best.p <= parameter(f->c, "chance"))
                say_following(f, g, &best);
        }
    }
}
