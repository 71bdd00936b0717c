/*
 * A reported value is the interval [x - q/2, x + q/2]; so is every mean made of them, and only a reported mean outside its
 * interval contradicts the minutes. Sums stand in 128 bits: 1440 slots of 10^12 units, six digits more, times a flow of 10^12.
 *
 * With weights that are rounded themselves the extreme mean is not the mean of the extremes: the weights of large values are
 * pushed one way, of small ones the other, and which are large depends on the mean. Dinkelbach's iteration finds it in a few
 * steps and never steps back.
 */
#include "monitor/series/aggregate_core.h"

#include <string.h>

typedef __int128 wide;

enum { DIGITS_SCALE = 1000000, LIMIT_DINKELBACH = 64 };

static wide floor_div(wide n, wide d)
{
    wide q = n / d;
    return q - (n % d != 0 && (n < 0) != (d < 0));
}

static int64_t clamp(wide v)
{
    return v > INT64_MAX ? INT64_MAX : v < INT64_MIN ? INT64_MIN : (int64_t)v;
}

static wide power_of_ten(int n)
{
    wide p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

static wide gcd(wide a, wide b)
{
    for (a = a < 0 ? -a : a; b; ) {
        wide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* ---- which slots count ---- */

static bool sound(const struct aggregate_input *in, size_t i)
{
    return in->flag[i] && strchr(in->valid_flags, in->flag[i]) && (!in->skip || in->skip[i] == SLOT_USE) &&
           in->value[i] >= -LIMIT_AGGREGATE_VALUE && in->value[i] <= LIMIT_AGGREGATE_VALUE;
}

static bool weighed(const struct aggregate_input *in, size_t i)
{
    return in->weight && in->weight[i] >= 0 && in->weight[i] <= LIMIT_AGGREGATE_VALUE;
}

static void count(const struct aggregate_input *in, struct aggregate_mean *m, bool *ret_weighted)
{
    int pairs = 0;
    int64_t flow = 0;
    for (size_t i = 0; i < in->n; i++) {
        m->received += in->flag[i] != 0;
        m->marked += in->flag[i] && in->skip && in->skip[i] == SLOT_MARKED;
        m->valid += sound(in, i);
        if (sound(in, i) && weighed(in, i)) {
            pairs++;
            flow |= in->weight[i];
        }
    }
    m->enough = m->valid > 0 && m->valid >= in->need;
    /* Without flow, or where flow is missing for so many that the rest would not make the period, the arithmetic mean. */
    *ret_weighted = flow > 0 && pairs > 0 && (pairs == m->valid || pairs >= in->need);
}

/* ---- sums ---- */

/* Half of the last printed place, in 10^-(decimals + AGGREGATE_DIGITS). */
static wide half_place(const struct aggregate_input *in, size_t i)
{
    int finer = in->decimals - (in->places ? in->places[i] : in->decimals) + AGGREGATE_DIGITS;
    return finer < 1 ? 0 : 5 * power_of_ten(finer > 18 ? 17 : finer - 1);
}

static wide edge(const struct aggregate_input *in, size_t i, int side)
{
    return (wide)in->value[i] * DIGITS_SCALE + side * half_place(in, i);
}

static void plain_interval(const struct aggregate_input *in, struct aggregate_mean *m)
{
    wide low = 0, high = 0;
    for (size_t i = 0; i < in->n; i++)
        if (sound(in, i)) {
            low += edge(in, i, -1);
            high += edge(in, i, 1);
        }
    m->low = clamp(floor_div(low, m->valid));
    m->high = clamp(-floor_div(-high, m->valid));
}

/* Extreme of sum(w e) / sum(w) over w within half a unit: weights doubled, so that half a unit is 1. */
static bool extreme(const struct aggregate_input *in, int side, wide *ret_sum, wide *ret_weight)
{
    wide sum = 0, weight = 0;
    for (int round = 0; round < LIMIT_DINKELBACH; round++) {
        wide s = 0, w = 0;
        for (size_t i = 0; i < in->n; i++) {
            if (!sound(in, i) || !weighed(in, i))
                continue;
            wide e = edge(in, i, side), own = 2 * (wide)in->weight[i];
            if (round > 0) {
                bool up = side > 0 ? e * weight > sum : e * weight < sum;
                own += up ? 1 : own ? -1 : 0;
            }
            s += own * e;
            w += own;
        }
        if (w == 0)
            return false;
        if (round > 1 && s == sum && w == weight)
            break;
        sum = s;
        weight = w;
    }
    *ret_sum = sum;
    *ret_weight = weight;
    return true;
}

static bool weighted_interval(const struct aggregate_input *in, struct aggregate_mean *m)
{
    wide low, high, low_weight, high_weight;
    if (!extreme(in, -1, &low, &low_weight) || !extreme(in, 1, &high, &high_weight))
        return false;
    m->low = clamp(floor_div(low, low_weight));
    m->high = clamp(-floor_div(-high, high_weight));
    return true;
}

/* As a fraction in lowest terms; one that does not fit 64 bits is cut to the digits of the interval. */
static void set_fraction(struct aggregate_mean *m, wide sum, wide divisor)
{
    wide common = gcd(sum, divisor);
    sum /= common;
    divisor /= common;
    if (sum > INT64_MAX || sum < -INT64_MAX || divisor > INT64_MAX) {
        wide whole = floor_div(sum, divisor);
        sum = whole * DIGITS_SCALE + floor_div((sum - whole * divisor) * DIGITS_SCALE, divisor);
        divisor = DIGITS_SCALE;
    }
    m->sum = clamp(sum);
    m->divisor = (int64_t)divisor;
}

void aggregate_mean(const struct aggregate_input *in, struct aggregate_mean *ret)
{
    wide sum = 0, divisor = 0;
    *ret = (struct aggregate_mean){0};
    count(in, ret, &ret->weighted);
    if (!ret->valid)
        return;
    if (ret->weighted)
        ret->weighted = weighted_interval(in, ret);
    if (!ret->weighted)
        plain_interval(in, ret);
    for (size_t i = 0; i < in->n; i++) {
        if (!sound(in, i) || (ret->weighted && !weighed(in, i)))
            continue;
        wide w = ret->weighted ? in->weight[i] : 1;
        sum += w * in->value[i];
        divisor += w;
    }
    set_fraction(ret, sum, divisor);
}

int aggregate_need(int slots, int of_full, int full)
{
    return (slots * of_full + full - 1) / full;
}

/* n / d with ties to even; d above 0. */
static wide round_even(wide n, wide d)
{
    wide q = floor_div(n, d), twice = 2 * (n - q * d);
    return q + (twice > d || (twice == d && q % 2 != 0));
}

bool aggregate_round(int64_t sum, int64_t divisor, int8_t decimals, int8_t places, int64_t *ret)
{
    int up = places - decimals;
    if (divisor <= 0 || up > 18 || up < -18)
        return false;
    wide n = up > 0 ? (wide)sum * power_of_ten(up) : sum, d = up < 0 ? (wide)divisor * power_of_ten(-up) : divisor;
    wide v = round_even(n, d);
    *ret = clamp(v);
    return v == *ret;
}

int rate_hundredths(int64_t part, int64_t whole)
{
    return whole <= 0 ? 10000 : (int)round_even((wide)part * 10000, whole);
}
