/*
 * A9, A10, A11: the digits and the grid of a series. A value is taken in steps of its column, never as text: platforms strip
 * trailing zeros, which makes the digit 0 vanish and honest data look made up.
 */
#include "base/lanes.h"
#include "monitor/detect/detect_private.h"

#include <string.h>

static bool digits_speak(const struct view *v)
{
    return view_fit(v, 500) && v->levels >= 30 && v->equal < 0.2 && v->factor->role != ROLE_OTHER && v->c->group != COLUMN_TOTAL;
}

/* Values are in 10^-decimals; loggers that keep significant digits instead leave the last places zero. */
static int last_digit_power(const struct view *v, const struct table *t)
{
    size_t stride = stride_of(t->n, VIEW_SAMPLE);
    for (int power = 0; power < LIMIT_TABLE_DECIMALS; power++) {
        size_t zero = 0, n = 0, all = (t->n + stride - 1) / stride;
        int64_t ten = 1;
        for (int k = 0; k < power; k++)
            ten *= 10;
        for (size_t i = 0; i < t->n; i += stride)
            if (!isnan(v->x[i])) {
                zero += (ten == 1 ? v->c->value[i] : v->c->value[i] / ten) % 10 == 0;
                n++;
                if ((n - zero) * 2 > all)
                    return power; /* whatever the others are */
            }
        if (n && zero * 2 < n)
            return power;
    }
    return 0;
}

struct digits { size_t first, blocks; double chi, most, was; int digit; };

/* The digit that gained most, where it gained enough; false: none did, or the rest is uneven itself. */
static bool gained_most(const uint32_t in[10], const uint32_t rest[10], double n, double others, double gained, double even, struct digits *ret)
{
    double most = -1, habit = 0;
    for (int d = 0; d < 10; d++) {
        double gain = in[d] * others - rest[d] * n;
        habit = fmax(habit, rest[d]);
        ret->digit = gain > most ? d : ret->digit;
        most = fmax(most, gain);
    }
    ret->most = in[ret->digit] / n, ret->was = rest[ret->digit] / others;
    return ret->most >= ret->was + gained && habit <= even * others;
}

/* Two samples, ten digits: chi-square of the window's endings against those of all other blocks. */
static double digits_chi(const uint32_t in[10], const uint32_t rest[10], double n, double others)
{
    double chi = 0;
    for (int d = 0; d < 10; d++) {
        double sum = (double)in[d] + rest[d], is = in[d] / n, was = rest[d] / others, expected = sum / (n + others);
        if (sum > 0)
            chi += (is - expected) * (is - expected) / expected * n + (was - expected) * (was - expected) / expected * others;
    }
    return chi;
}

/* The window whose endings differ most, and its chance among so many; 1: none gained enough. */
static double typed(const struct endings *e, double gained, double even, struct digits *ret)
{
    enum { LEAST = 96 };
    double windows = 0;
    *ret = (struct digits){.chi = -1};
    for (size_t span = LEAST / ENDING_BLOCK; span * 4 <= e->blocks * 3; span *= 2)
        for (size_t first = 0; first + span <= e->blocks; first += (span + 3) / 4) {
            uint32_t in[10], rest[10];
            size_t n, others;
            struct digits one = {.first = first, .blocks = span};
            endings_within(e, first, span, in, rest, &n, &others);
            windows++;
            if (n < LEAST || others < 2 * LEAST || !gained_most(in, rest, (double)n, (double)others, gained, even, &one))
                continue;
            one.chi = digits_chi(in, rest, (double)n, (double)others);
            if (one.chi > ret->chi)
                *ret = one;
        }
    return ret->chi < 0 ? 1 : windows * chi_square_tail(ret->chi, 9);
}

/* Without its sign; what is missing is 0. */
static inline uint64_t size_of(int64_t value)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    return value == VALUE_NONE ? 0 : size;
}

/* Last digits of values of at most 32 bits. Others take a division each. */
LANES static bool last_digits_small(const int64_t *value, size_t n, uint8_t *ret)
{
    uint64_t all = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t size = size_of(value[i]);
        all |= size;
        ret[i] = (uint8_t)((uint32_t)size % 10);
    }
    return all >> 32 == 0;
}

/* 10: none, for nothing flows at night, and for zeros (below). */
static void last_digits(const struct view *v, size_t n, int64_t ten, uint8_t *ret)
{
    if (ten != 1 || !last_digits_small(v->c->value, n, ret))
        for (size_t i = 0; i < n; i++)
            ret[i] = (uint8_t)(size_of(v->c->value[i]) / (uint64_t)ten % 10);
    for (size_t i = 0; i < n; i++)
        ret[i] = isnan(v->x[i]) || ret[i] == 0 || v->x[i] <= v->floor ? 10 : ret[i];
}

/* Zeros are left out: who prints five figures has one decimal less above a hundred, and a high week ends in zeros (a real turbine's NOx). Grids are
 * A11's. Every grid has its digits, too: those of a unit converted, of an average of integers are uneven for ever, and where they are, nothing is said (a real inflow's
 * threes). What is asked is whether they are others for some days than in all the rest. */
void detect_last_digit(struct detect_context *c, const struct table *t)
{
    uint8_t *digit = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!digits_speak(v) || v->c->q != 1)
            continue;
        int64_t ten = 1;
        for (int power = last_digit_power(v, t); power > 0; power--)
            ten *= 10;
        last_digits(v, t->n, ten, digit);
        struct endings e = endings_of(c->scratch, v, digit, t->n, (double)ten * v->unit);
        struct digits best;
        double p = typed(&e, parameter(c, "gained"), parameter(c, "even"), &best);
        if (p > parameter(c, "chance"))
            continue;
        size_t from = best.first * ENDING_BLOCK, length = best.blocks * ENDING_BLOCK;
        struct hit *h = hit_add(c, from, length, v);
        if (!h)
            return;
        h->score = -log10(fmax(p, 1e-300));
        h->p = fmax(p, 1e-300);
        hit_number(h, 0, "最多的末位数字", best.digit, 0);
        hit_number(h, 1, "此时所占比例（%）", 100 * best.most, 1);
        hit_number(h, 2, "其余时间所占比例（%）", 100 * best.was, 1);
        hit_sentence(c, h, "%.*s自%.*s起%.*s末位数字的分布与其余时间不同，末位为%d的占%.1f%%，其余时间占%.1f%%", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, from)), STR_ARG(span_text(c->scratch, t, length)), best.digit, 100 * best.most, 100 * best.was);
    }
}

/* Only of use over many outlets: an honest outlet spans less than a decade. Stays in the background for ever. */
void detect_first_digit(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        double count[10] = {0}, n = 0, off = 0;
        if (v->c->group != COLUMN_TOTAL || !view_fit(v, 500) || v->p01 <= 0 || v->p99 < 100 * v->p01)
            continue;
        for (size_t i = 0; i < t->n; i++)
            if (v->x[i] > 0) {
                count[(int)(v->x[i] / pow(10, floor(log10(v->x[i]))) + 1e-9) % 10]++;
                n++;
            }
        for (int d = 1; d < 10; d++)
            off += fabs(count[d] / n - log10(1 + 1.0 / d)) / 9;
        if (off < parameter(c, "off"))
            continue;
        struct hit *h = hit_add(c, 0, t->n, v);
        if (!h)
            return;
        h->score = off;
        hit_number(h, 0, "平均偏差（%）", 100 * off, 2);
        hit_sentence(c, h, "%.*s的首位数字分布与本福特分布平均相差%.1f个百分点", STR_ARG(factor_label(c->scratch, v->c)), 100 * off);
    }
}

/* Whether a value lies on a grid `by` times coarser; a missing one does: it ends no stretch. */
__attribute__((always_inline)) static inline bool coarser(const struct view *v, size_t i, int64_t by)
{
    return v->c->value[i] % by == 0 || v->c->value[i] == VALUE_NONE;
}

/* A stretch whose values share a divisor: its slots, its values, how many of them are another than the one before. */
struct coarse_part { size_t first, to, values, changes; int64_t by; };

static double part_chance(const struct view *v, const struct coarse_part *part)
{
    return (double)v->used * pow(part->by < 2 ? 2 : (double)part->by, -((double)part->changes - 1));
}

/* From `first` on, as far as values share one, at most to `limit`. */
static struct coarse_part part_from(const struct view *v, size_t first, size_t limit)
{
    struct coarse_part part = {.first = first, .to = first};
    int64_t last = VALUE_NONE;
    for (size_t gap = 0; part.to < limit && gap <= 3; part.to++) {
        if (isnan(v->x[part.to])) {
            gap++;
            continue;
        }
        int64_t value = v->c->value[part.to] / v->c->q, next = common_step(value, part.by);
        gap = 0;
        if (next < 2)
            break;
        part.by = next;
        part.values++;
        part.changes += value != last;
        last = value;
    }
    return part;
}

/* From the middle of `whole` forth (or back), the part up to where the divisor becomes smaller that comes least by chance. */
static struct coarse_part part_beside(const struct view *v, const struct coarse_part *whole, bool forth)
{
    size_t middle = whole->first + (whole->to - whole->first) / 2, many = forth ? whole->to - middle : middle - whole->first;
    struct coarse_part now = {.first = middle, .to = middle}, best = now;
    int64_t last = VALUE_NONE;
    double p = INFINITY;
    for (size_t k = 0; k <= many; k++) {
        size_t i = forth ? middle + k : middle - 1 - k;
        if (k < many && isnan(v->x[i]))
            continue;
        int64_t value = k < many ? v->c->value[i] / v->c->q : 0, next = k < many ? common_step(value, now.by) : 0;
        if (next != now.by && now.values && part_chance(v, &now) < p)
            best = now, p = part_chance(v, &now);
        now = (struct coarse_part){forth ? middle : i, forth ? i + 1 : middle, now.values + 1, now.changes + (value != last), next};
        last = value;
    }
    return best;
}

/* A few values before and behind whole numbers are even by chance, and then all of them share 2: the part with a divisor of its own, where that is rarer. */
static struct coarse_part coarsest(const struct view *v, const struct coarse_part *whole)
{
    struct coarse_part back = part_beside(v, whole, false), forth = part_beside(v, whole, true);
    struct coarse_part joined = {back.first, forth.to, back.values + forth.values, back.changes + forth.changes, common_step(back.by, forth.by)};
    return joined.by > whole->by && part_chance(v, &joined) < part_chance(v, whole) ? joined : *whole;
}

/* A stretch from `first` whose values share a divisor; gives back where it ends, or `end`. */
static size_t lattice_from(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t end)
{
    struct coarse_part whole = part_from(v, first, t->n), part = whole;
    double p = part_chance(v, &whole);
    if (whole.by < 2 || (double)whole.changes < parameter(c, "least") || p > parameter(c, "chance"))
        return end;
    part = coarsest(v, &whole);
    p = part_chance(v, &part);
    struct hit *h = hit_add(c, part.first, part.to - part.first, v);
    if (!h)
        return whole.to;
    h->score = -log10(fmax(p, 1e-300));
    h->p = p;
    hit_amount(h, 0, "段内刻度", (double)part.by * v->q, v->c, 0);
    hit_amount(h, 1, "平时刻度", v->q, v->c, 0);
    hit_number(h, 2, "段内数值个数", (double)part.values, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s内%zu个数值全部落在%.*s的整倍数上，平时刻度为%.*s", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, part.first)), STR_ARG(span_text(c->scratch, t, part.to - part.first)), part.values,
                 STR_ARG(amount_text(c->scratch, v, (double)part.by * v->q)), STR_ARG(amount_text(c->scratch, v, v->q)));
    return whole.to;
}

enum { GAP = 3 /* slots missing inside a run */ };
/* A run of multiples of a prime: where it begins, where it is long enough, the slot behind it. */
struct coarse_run { size_t first, enough, behind; };

/* A bit for each prime, of every slot: its value is a multiple, or missing. */
enum { PRIMES = 3, EVERY_PRIME = (1 << PRIMES) - 1 };
static const int64_t prime[PRIMES] = {2, 3, 5};

/* A multiple of an odd number times its inverse in 32 bits is the other factor, which is small. False: a value does not fit into 32 bits. */
LANES static bool multiples_small(const int64_t *value, const double *x, size_t n, uint8_t *ret)
{
    uint64_t over = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t whole = value[i] < 0 ? 0 - (uint64_t)value[i] : (uint64_t)value[i];
        uint32_t size = (uint32_t)whole;
        uint32_t by_3 = size * UINT32_C(0xAAAAAAAB), by_5 = size * UINT32_C(0xCCCCCCCD);
        unsigned bits = (unsigned)(size % 2 == 0) | (unsigned)(by_3 <= UINT32_MAX / 3) << 1 | (unsigned)(by_5 <= UINT32_MAX / 5) << 2;
        over |= x[i] == x[i] ? whole >> 32 : 0;
        ret[i] = x[i] == x[i] ? (uint8_t)bits : EVERY_PRIME;
    }
    return over == 0;
}

static void multiples_of(const struct table *t, const struct view *v, uint8_t *ret)
{
    if (multiples_small(v->c->value, v->x, t->n, ret))
        return;
    for (size_t i = 0; i < t->n; i++) {
        ret[i] = isnan(v->x[i]) ? EVERY_PRIME : 0;
        for (int k = 0; k < PRIMES; k++)
            ret[i] |= (uint8_t)((v->c->value[i] % prime[k] == 0) << k);
    }
}

/* Whether n slots all have the bit; eight at once. */
static bool whole_block(const uint8_t *multiple, uint8_t bit, size_t n)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    size_t i = 0;
    for (uint64_t eight; i + sizeof eight <= n; i += sizeof eight) {
        memcpy(&eight, multiple + i, sizeof eight);
        if ((eight & each * bit) != each * bit)
            return false;
    }
    for (; i < n; i++)
        if (!(multiple[i] & bit))
            return false;
    return true;
}

/* The run that the multiples from `i` on belong to, not before `from`. */
static struct coarse_run run_around(const struct table *t, const struct view *v, int64_t by, size_t from, size_t i, size_t least)
{
    struct coarse_run ret = {SIZE_MAX, SIZE_MAX, i};
    size_t gap = 0, n = 0;
    for (size_t k = i; k > from; k--) {
        bool there = !isnan(v->x[k - 1]);
        gap = there ? 0 : gap + 1;
        if (gap > GAP || (there && v->c->value[k - 1] % by != 0))
            break;
        ret.behind = there ? k - 1 : ret.behind;
    }
    gap = 0;
    for (; ret.behind < t->n; ret.behind++) {
        if (isnan(v->x[ret.behind])) {
            if (++gap > GAP)
                break;
            continue;
        }
        if (v->c->value[ret.behind] % by != 0)
            break;
        gap = 0;
        ret.first = n++ ? ret.first : ret.behind;
        ret.enough = n == least ? ret.behind : ret.enough;
    }
    return ret;
}

/* The next run of `least` multiples at or behind `from`. Such a run holds a whole block of half its length, wherever blocks begin: where
 * a block has another value, which it shows soon, no run goes through it. */
static struct coarse_run next_run(const struct table *t, const struct view *v, const uint8_t *multiple, int k, size_t least, size_t from)
{
    size_t block = (least + 1) / 2;
    int64_t by = prime[k];
    for (size_t i = from; i + block <= t->n;) {
        if (!whole_block(multiple + i, (uint8_t)(1 << k), block)) {
            i += block;
            continue;
        }
        struct coarse_run run = run_around(t, v, by, from, i, least);
        if (run.enough != SIZE_MAX)
            return run;
        from = i = run.behind > i ? run.behind : i + 1;
    }
    return (struct coarse_run){SIZE_MAX, SIZE_MAX, t->n};
}

/* Only where a run of multiples of a prime is long enough the divisor is looked for, in the order in which the runs become so. */
static void coarse_runs(struct detect_context *c, const struct table *t, const struct view *v, size_t least, uint8_t *multiple)
{
    struct coarse_run run[PRIMES];
    size_t end = 0;
    multiples_of(t, v, multiple);
    for (int k = 0; k < PRIMES; k++)
        run[k] = v->c->q % prime[k] ? next_run(t, v, multiple, k, least, 0) : (struct coarse_run){SIZE_MAX, SIZE_MAX, t->n};
    for (;;) {
        int k = run[0].enough <= run[1].enough && run[0].enough <= run[2].enough ? 0 : run[1].enough <= run[2].enough ? 1 : 2;
        if (run[k].enough == SIZE_MAX)
            return;
        if (run[k].first >= end)
            end = lattice_from(c, t, v, run[k].first, end);
        run[k] = next_run(t, v, multiple, k, least, run[k].behind);
    }
}

/* A11: a stretch on a coarser grid than the rest. n distinct neighbours on a grid g times coarser happen once in g^n. */
void detect_lattice(struct detect_context *c, const struct table *t)
{
    size_t least = (size_t)fmax(1, ceil(parameter(c, "least")));
    uint8_t *multiple = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        size_t wide = 0, all = 0;
        if (!digits_speak(v) || v->step_mad < 4 * v->q)
            continue;
        /* where coarser values are usual (significant digits, a unit converted), a coarse stretch says nothing */
        size_t stride = stride_of(t->n, VIEW_SAMPLE);
        for (size_t i = 1; i < t->n; i += stride)
            if (!isnan(v->x[i]) && !isnan(v->x[i - 1])) {
                wide += coarser(v, i, 5) && coarser(v, i - 1, 5);
                all++;
            }
        if (all && (double)wide <= 0.12 * (double)all)
            coarse_runs(c, t, v, least, multiple);
    }
}
