/*
 * What the other channels say a channel should be. A ridge regression on the (at most LIMIT_DRIVERS) most correlated channels,
 * their squares and the hour of day, over the site's own history: small enough to be explained to an officer, and enough to
 * see that a pollutant stopped following its plant. Kin of a channel (NO and NOx, flow and velocity) never drive it: what the
 * same instrument sends would agree even when it is not measured.
 *
 * All channels are fitted over the same even sample of slots. Sums of products over the slots where none of them is missing serve
 * all of them; each adds the few where only it and its drivers are there.
 */
#include "base/lanes.h"
#include "monitor/detect/detect_private.h"

#include <string.h>

enum { LIMIT_DRIVERS = 8, LIMIT_TERMS = 2 * LIMIT_DRIVERS + 3, LIMIT_SHARED = 16 /* channels whose sums of products are shared */ };
enum { FIT_SAMPLE = 8192 /* slots of a fit at most, evenly spread */, BLOCK = 512 /* slots of an expectation at once */, BATCH = 128 /* of a fit */ };

static bool may_drive(const struct view *driver, const struct view *y)
{
    if (driver == y || driver->c->group != COLUMN_VALUE || driver->mad <= 0 || str_eq(driver->c->factor, y->c->factor))
        return false;
    return !(driver->factor->kin && driver->factor->kin == y->factor->kin);
}

/* ---- who drives whom ---- */
/* The even sample of a channel, cut at its outer hundredths; mean and squares about it where none is missing. */
struct cut { const double *x; size_t missing; double mean, squares; };

static struct cut cut_of(struct arena *a, const struct table *t, const struct view *v)
{
    size_t stride = stride_of(t->n, VIEW_SAMPLE), n = 0;
    double *x = NEW_ARRAY(a, VIEW_SAMPLE, double);
    struct cut ret = {x, 0};
    for (size_t i = 0; i < t->n; i += stride, n++) {
        x[n] = isnan(v->x[i]) ? (double)NAN : fmin(fmax(v->x[i], v->p01), v->p99);
        ret.missing += isnan(v->x[i]) != 0;
    }
    ret.mean = mean_of(x, n);
    for (size_t i = 0; i < n; i++)
        ret.squares += (x[i] - ret.mean) * (x[i] - ret.mean);
    return ret;
}

/* correlation_of() both, without what is known of each. */
static double cut_correlation(const struct cut *x, const struct cut *y, size_t n)
{
    double xy = 0, many = (double)n;
    for (size_t i = 0; i < n; i++)
        xy += (x->x[i] - x->mean) * (y->x[i] - y->mean);
    if (x->squares <= 1e-20 * x->mean * x->mean * many || y->squares <= 1e-20 * y->mean * y->mean * many || x->squares == 0 || y->squares == 0)
        return NAN;
    return xy / sqrt(x->squares * y->squares);
}

static double sample_correlation(const struct table *t, const struct cut *x, const struct cut *y)
{
    ROOM double a[VIEW_SAMPLE], b[VIEW_SAMPLE];
    size_t stride = stride_of(t->n, VIEW_SAMPLE), all = (t->n + stride - 1) / stride, n = 0;
    if (!x->missing && !y->missing) {
        n = all;
    } else {
        for (size_t i = 0; i < all; i++)
            if (!isnan(x->x[i]) && !isnan(y->x[i])) {
                a[n] = x->x[i];
                b[n++] = y->x[i];
            }
    }
    double r = n < 48 ? 0 : n == all ? cut_correlation(x, y, n) : correlation_of(a, b, n);
    return isnan(r) || (double)n < 0.5 * (double)(t->n / stride) ? 0 : fabs(r);
}

/* Correlations are asked for from both sides: kept, NAN where not yet known. */
struct pairs { const struct cut *cut; double *r; size_t n; };

static double pair_correlation(const struct table *t, const struct pairs *p, size_t i, size_t k)
{
    double *r = &p->r[i < k ? i * p->n + k : k * p->n + i];
    if (isnan(*r))
        *r = sample_correlation(t, &p->cut[i], &p->cut[k]);
    return *r;
}

static size_t choose(const struct table *t, const struct view *views, const struct pairs *p, size_t of, uint16_t *ret)
{
    double best[LIMIT_DRIVERS];
    size_t n = 0;
    for (size_t i = 0; i < t->columns_n; i++) {
        if (!may_drive(&views[i], &views[of]) || !view_fit(&views[i], 48))
            continue;
        double r = pair_correlation(t, p, i, of);
        size_t at = n < LIMIT_DRIVERS ? n : LIMIT_DRIVERS;
        if (r < 0.1)
            continue;
        for (; at > 0 && best[at - 1] < r; at--)
            if (at < LIMIT_DRIVERS)
                best[at] = best[at - 1], ret[at] = ret[at - 1];
        if (at < LIMIT_DRIVERS) {
            best[at] = r, ret[at] = (uint16_t)i;
            n += n < LIMIT_DRIVERS;
        }
    }
    return n;
}

/* ---- fit ---- */
/* Terms of a channel: 2 for each driver (standardised, its square), then the hour of day by sine and cosine, and 1. */
struct design { uint16_t driver[LIMIT_DRIVERS]; size_t drivers, terms; double weight[LIMIT_TERMS]; bool fitted; };
/* A day of them, and so much of the next that a block can begin anywhere. */
struct clock { const double *sine, *cosine; size_t day; };

static double standard(const struct view *v, double x)
{
    double z = (x - v->median) / v->mad;
    return z < -5 ? -5 : z > 5 ? 5 : z; /* NAN stays */
}

static double square(double z)
{
    return (z * z > 9 ? 9 : z * z) - 1;
}

static double target(const struct view *y, size_t slot)
{
    return fmin(fmax((y->x[slot] - y->median) / y->mad, -6), 6);
}

static bool terms_at(const struct view *views, const struct design *d, const struct clock *clock, size_t slot, double *ret)
{
    for (size_t k = 0; k < d->drivers; k++) {
        const struct view *v = &views[d->driver[k]];
        if (isnan(v->x[slot]))
            return false;
        ret[2 * k] = standard(v, v->x[slot]);
        ret[2 * k + 1] = square(ret[2 * k]);
    }
    ret[2 * d->drivers] = clock->sine[slot % clock->day];
    ret[2 * d->drivers + 1] = clock->cosine[slot % clock->day];
    ret[2 * d->drivers + 2] = 1;
    return true;
}

/* Cholesky on the normal equations; the ridge keeps them positive. */
static void solve(double *m, double *b, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < j; k++)
            m[j * n + j] -= m[j * n + k] * m[j * n + k];
        m[j * n + j] = sqrt(fmax(m[j * n + j], 1e-12));
        for (size_t i = j + 1; i < n; i++) {
            for (size_t k = 0; k < j; k++)
                m[i * n + j] -= m[i * n + k] * m[j * n + k];
            m[i * n + j] /= m[j * n + j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= m[i * n + k] * b[k];
        b[i] /= m[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= m[k * n + i] * b[k];
        b[i] /= m[i * n + i];
    }
}

enum { SHARED_TERMS = 2 * LIMIT_SHARED + 4 /* an even number of lanes */, LIMIT_GOALS = 2 * LIMIT_SHARED };
/* Over the complete slots of the sample: products of the driving channels' terms with each other (row, column up to it) and with all goals.
 * place: of a channel among those that drive. */
struct shared { double term[SHARED_TERMS][SHARED_TERMS], goal[LIMIT_GOALS][SHARED_TERMS]; size_t seen, driving, goals; uint16_t *place, *place_of_goal; bool *drives, *in; };

/* to[i] += x[i] * by: the sums of a row stay in order. */
__attribute__((always_inline)) static inline void add_row(double *to, const double *x, double by, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += x[i] * by;
}

LANES static void add_products(struct shared *s, const double *term, const double *goal)
{
    size_t terms = 2 * s->driving + 3;
    for (size_t i = 0; i < terms; i++)
        add_row(s->term[i], term, term[i], (i + 4) / 4 * 4);
    for (size_t i = 0; i < s->goals; i++)
        add_row(s->goal[i], term, goal[i], (terms + 3) / 4 * 4);
}

static bool complete_at(const struct table *t, const struct view *views, const bool *in, size_t slot)
{
    for (size_t k = 0; k < t->columns_n; k++)
        if (in[k] && isnan(views[k].x[slot]))
            return false;
    return true;
}

/* Terms and goals of some slots of the sample, channel by channel: x as it is comes in. */
struct batch { double z[BATCH], square[BATCH], goal[BATCH]; };

LANES static void batch_terms(struct batch *b, double median, double mad, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double one = (b->z[i] - median) / mad, goal = one;
        one = one < -5 ? -5 : one;
        one = one > 5 ? 5 : one;
        goal = goal < -6 ? -6 : goal;
        double two = one * one;
        b->z[i] = one;
        b->square[i] = (two > 9 ? 9 : two) - 1;
        b->goal[i] = goal > 6 ? 6 : goal;
    }
}

/* The next complete slots of the sample from *slot on, which moves behind them. */
static size_t next_batch(const struct table *t, const struct view *views, const bool *in, size_t *slot, size_t *ret)
{
    size_t stride = stride_of(t->n, FIT_SAMPLE), n = 0;
    for (; *slot < t->n && n < BATCH; *slot += stride)
        if (complete_at(t, views, in, *slot))
            ret[n++] = *slot;
    return n;
}

static void share(struct arena *scratch, const struct table *t, const struct view *views, const struct clock *clock, struct shared *s)
{
    size_t slot = 0, at[BATCH], many;
    struct batch *batch = NEW_ARRAY(scratch, t->columns_n + 1, struct batch);
    double term[SHARED_TERMS] = {0}, goal[LIMIT_GOALS] = {0};
    while ((many = next_batch(t, views, s->in, &slot, at)) > 0) {
        for (size_t k = 0; k < t->columns_n; k++)
            if (s->in[k]) {
                for (size_t i = 0; i < many; i++)
                    batch[k].z[i] = views[k].x[at[i]];
                batch_terms(&batch[k], views[k].median, views[k].mad, many);
            }
        for (size_t i = 0; i < many; i++) {
            for (size_t k = 0; k < t->columns_n; k++) {
                size_t p = 2 * (size_t)s->place[k];
                if (s->drives[k])
                    term[p] = batch[k].z[i], term[p + 1] = batch[k].square[i];
                if (s->in[k])
                    goal[s->place_of_goal[k]] = batch[k].goal[i];
            }
            size_t hour = at[i] % clock->day;
            term[2 * s->driving] = clock->sine[hour], term[2 * s->driving + 1] = clock->cosine[hour], term[2 * s->driving + 2] = 1;
            add_products(s, term, goal);
        }
        s->seen += many;
    }
}

/* Where a channel's own term lies among the shared ones. */
static size_t place_of(const struct shared *s, const struct design *d, size_t i)
{
    return i < 2 * d->drivers ? 2 * (size_t)s->place[d->driver[i / 2]] + i % 2 : 2 * s->driving + (i - 2 * d->drivers);
}

static void take_shared(const struct shared *s, const struct design *d, size_t of, double *m, double *b)
{
    for (size_t i = 0; i < d->terms; i++) {
        size_t x = place_of(s, d, i);
        for (size_t j = 0; j <= i; j++) {
            size_t y = place_of(s, d, j);
            m[i * d->terms + j] = x > y ? s->term[x][y] : s->term[y][x];
        }
        b[i] = s->goal[s->place_of_goal[of]][x];
    }
}

LANES static void add_own(double *m, double *b, const double *term, double goal, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        add_row(m + i * n, term, term[i], i + 1);
        b[i] += term[i] * goal;
    }
}

/* Least squares; d->fitted: there was enough to fit. shared: NULL where there are too many channels. */
static void fit(const struct table *t, const struct view *views, const struct clock *clock, const struct shared *shared, size_t of, struct design *d)
{
    double m[LIMIT_TERMS * LIMIT_TERMS] = {0}, term[LIMIT_TERMS];
    size_t stride = stride_of(t->n, FIT_SAMPLE), n = d->terms, seen = 0, all = (t->n + stride - 1) / stride;
    const struct view *y = &views[of];
    memset(d->weight, 0, sizeof d->weight);
    if (shared) {
        take_shared(shared, d, of, m, d->weight);
        seen = shared->seen;
    }
    for (size_t s = 0; s < t->n && (!shared || shared->seen < all); s += stride) {
        if (isnan(y->x[s]) || (shared && complete_at(t, views, shared->in, s)) || !terms_at(views, d, clock, s, term))
            continue;
        add_own(m, d->weight, term, target(y, s), n);
        seen++;
    }
    for (size_t i = 0; i < n; i++)
        m[i * n + i] += 1e-3 * (double)seen + 1e-9;
    d->fitted = seen >= 10 * n;
    if (d->fitted)
        solve(m, d->weight, n);
}

/* ---- expectation ---- */
struct standards { double z[BLOCK], square[BLOCK]; };

LANES static void standards(const double *x, double median, double mad, double *z, double *z2, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double one = (x[i] - median) / mad;
        one = one < -5 ? -5 : one;
        one = one > 5 ? 5 : one;
        double two = one * one;
        z[i] = one;
        z2[i] = (two > 9 ? 9 : two) - 1;
    }
}

/* What is added up for each slot, but for the constant. */
struct terms { const double *x[2 * LIMIT_DRIVERS + 2]; double by[2 * LIMIT_DRIVERS + 2]; size_t n; };

typedef double four __attribute__((vector_size(32), aligned(8)));
enum { FOUR = 4, AT_ONCE = 4 * FOUR /* sums that stay in registers */ };

/* Sums and, by the level and spread of the channel they speak of, what they expect. */
LANES static void add_terms(const struct terms *t, double plus, double median, double mad, double *ret, double *expected, size_t n)
{
    size_t from = 0;
    for (; from + AT_ONCE <= n; from += AT_ONCE) {
        four a = {0}, b = {0}, c = {0}, d = {0};
        for (size_t k = 0; k < t->n; k++) {
            const double *x = t->x[k] + from;
            four by = {t->by[k], t->by[k], t->by[k], t->by[k]};
            a += by * *(const four *)x, b += by * *(const four *)(x + FOUR), c += by * *(const four *)(x + 2 * FOUR), d += by * *(const four *)(x + 3 * FOUR);
        }
        a += plus, b += plus, c += plus, d += plus;
        *(four *)(ret + from) = a, *(four *)(ret + from + FOUR) = b, *(four *)(ret + from + 2 * FOUR) = c, *(four *)(ret + from + 3 * FOUR) = d;
        a = median + a * mad, b = median + b * mad, c = median + c * mad, d = median + d * mad;
        *(four *)(expected + from) = a, *(four *)(expected + from + FOUR) = b, *(four *)(expected + from + 2 * FOUR) = c;
        *(four *)(expected + from + 3 * FOUR) = d;
    }
    for (; from < n; from++) {
        ret[from] = 0;
        for (size_t k = 0; k < t->n; k++)
            ret[from] += t->by[k] * t->x[k][from];
        ret[from] += plus;
        expected[from] = median + ret[from] * mad;
    }
}

struct left { double *rest, *goal; size_t n; }; /* the even sample */

static void expect_block(const struct table *t, const struct view *y, const struct design *d, const struct clock *clock, struct standards *const *z,
                         size_t from, size_t n, double *expected, struct left *left)
{
    ROOM double sum[BLOCK];
    size_t stride = stride_of(t->n, VIEW_SAMPLE), k = 2 * d->drivers;
    struct terms terms = {.n = k + 2};
    memcpy(terms.by, d->weight, (k + 2) * sizeof *terms.by);
    for (size_t i = 0; i < d->drivers; i++)
        terms.x[2 * i] = z[d->driver[i]]->z, terms.x[2 * i + 1] = z[d->driver[i]]->square;
    terms.x[k] = clock->sine + from % clock->day, terms.x[k + 1] = clock->cosine + from % clock->day;
    add_terms(&terms, d->weight[k + 2], y->median, y->mad, sum, expected + from, n);
    for (size_t i = (stride - from % stride) % stride; i < n; i += stride)
        if (!isnan(y->x[from + i]) && !isnan(sum[i])) {
            left->goal[left->n] = target(y, from + i);
            left->rest[left->n] = left->goal[left->n] - sum[i];
            left->n++;
        }
}

static void judge(const struct view *y, const struct design *d, const struct left *left, struct prediction *ret)
{
    double spread = left->n ? variance_of(left->goal, left->n) : 0;
    ret->skill = left->n >= 48 && spread > 0 ? 1 - variance_of(left->rest, left->n) / spread : 0;
    ret->rest_mad = left->n ? mad_of(left->rest, left->n, median_of(left->rest, left->n)) * y->mad : 0;
    ret->drivers = (uint16_t)d->drivers;
}

/* Where all channels tell one number none of them says what another should be; nor where the outlet stands. */
static void without_stops(const struct view *y, size_t n, double *expected)
{
    for (size_t i = 0; y->state && i < n; i++)
        expected[i] = y->state[i] != SLOT_RUNS ? (double)NAN : expected[i];
}

static void expect(struct arena *a, struct arena *scratch, const struct table *t, const struct view *views, const struct design *d, const struct clock *clock,
                   struct prediction *ret)
{
    struct standards **z = NEW_ARRAY(scratch, t->columns_n + 1, struct standards *);
    double **expected = NEW_ARRAY(scratch, t->columns_n + 1, double *);
    struct left *left = NEW_ARRAY(scratch, t->columns_n + 1, struct left);
    for (size_t k = 0; k < t->columns_n; k++) {
        if (!d[k].fitted)
            continue;
        left[k] = (struct left){NEW_ARRAY(scratch, VIEW_SAMPLE, double), NEW_ARRAY(scratch, VIEW_SAMPLE, double), 0};
        ret[k].expected = expected[k] = NEW_ARRAY(a, t->n, double);
        for (size_t i = 0; i < d[k].drivers; i++)
            if (!z[d[k].driver[i]])
                z[d[k].driver[i]] = NEW(scratch, struct standards);
    }
    for (size_t from = 0; from < t->n; from += BLOCK) {
        size_t n = t->n - from < BLOCK ? t->n - from : BLOCK;
        for (size_t k = 0; k < t->columns_n; k++)
            if (z[k])
                standards(views[k].x + from, views[k].median, views[k].mad, z[k]->z, z[k]->square, n);
        for (size_t k = 0; k < t->columns_n; k++)
            if (d[k].fitted)
                expect_block(t, &views[k], &d[k], clock, z, from, n, expected[k], &left[k]);
    }
    for (size_t k = 0; k < t->columns_n; k++)
        if (d[k].fitted) {
            judge(&views[k], &d[k], &left[k], &ret[k]);
            without_stops(&views[k], t->n, expected[k]);
        }
}

static struct clock clock_of(struct arena *scratch, const struct table *t)
{
    usec step = t->step_s * USEC_SECOND;
    size_t a_day = USEC_DAY % step == 0 && (size_t)(USEC_DAY / step) < t->n ? (size_t)(USEC_DAY / step) : t->n, n = a_day < t->n ? a_day + BLOCK : a_day;
    double *sine = NEW_ARRAY(scratch, n, double), *cosine = NEW_ARRAY(scratch, n, double);
    for (size_t s = 0; s < a_day; s++) {
        double part = 2 * M_PI * (double)((table_at(t, s) % USEC_DAY + USEC_DAY) % USEC_DAY) / (double)USEC_DAY;
        sine[s] = sin(part);
        cosine[s] = cos(part);
    }
    for (size_t s = a_day; s < n; s++)
        sine[s] = sine[s - a_day], cosine[s] = cosine[s - a_day];
    return (struct clock){sine, cosine, a_day ? a_day : 1};
}

static bool predictable(const struct view *y)
{
    return view_fit(y, 200) && y->mad > 0 && y->c->group != COLUMN_TOTAL;
}

/* Which channels take part and which of them drive others; NULL: too many for sums that all of them share. */
static struct shared *shared_for(struct arena *scratch, const struct table *t, const struct design *d)
{
    struct shared *s = NEW(scratch, struct shared);
    s->place = NEW_ARRAY(scratch, t->columns_n + 1, uint16_t);
    s->place_of_goal = NEW_ARRAY(scratch, t->columns_n + 1, uint16_t);
    s->drives = NEW_ARRAY(scratch, t->columns_n + 1, bool);
    s->in = NEW_ARRAY(scratch, t->columns_n + 1, bool);
    for (size_t k = 0; k < t->columns_n; k++) {
        s->in[k] |= d[k].drivers > 0;
        for (size_t i = 0; i < d[k].drivers; i++)
            s->in[d[k].driver[i]] = s->drives[d[k].driver[i]] = true;
    }
    for (size_t k = 0; k < t->columns_n; k++) {
        s->place[k] = (uint16_t)s->driving;
        s->place_of_goal[k] = (uint16_t)s->goals;
        s->driving += s->drives[k];
        s->goals += s->in[k];
    }
    return s->driving <= LIMIT_SHARED && s->goals <= LIMIT_GOALS ? s : NULL;
}

void predict(struct arena *a, struct arena *scratch, const struct table *t, const struct view *views, struct prediction *ret)
{
    struct clock clock = clock_of(scratch, t);
    struct design *d = NEW_ARRAY(scratch, t->columns_n + 1, struct design);
    struct cut *cut = NEW_ARRAY(scratch, t->columns_n + 1, struct cut);
    struct pairs pairs = {cut, NEW_ARRAY(scratch, t->columns_n * t->columns_n + 1, double), t->columns_n};
    for (size_t i = 0; i < t->columns_n * t->columns_n; i++)
        pairs.r[i] = NAN;
    for (size_t k = 0; k < t->columns_n; k++)
        if (view_fit(&views[k], 48) && views[k].mad > 0)
            cut[k] = cut_of(scratch, t, &views[k]);
    for (size_t k = 0; k < t->columns_n; k++) {
        ret[k] = (struct prediction){0};
        if (!predictable(&views[k]))
            continue;
        d[k].drivers = choose(t, views, &pairs, k, d[k].driver);
        d[k].terms = 2 * d[k].drivers + 3;
    }
    struct shared *shared = shared_for(scratch, t, d);
    if (shared)
        share(scratch, t, views, &clock, shared);
    for (size_t k = 0; k < t->columns_n; k++)
        if (d[k].drivers)
            fit(t, views, &clock, shared, k, &d[k]);
    expect(a, scratch, t, views, d, &clock, ret);
}
