/*
 * Selection instead of sorting: medians are asked for per window, so they must be linear. Windows are short and their values in no
 * order, so a branch on a value is wrong half of the time: what is small enough is selected by counting and keeping, without branches.
 */
#include "base/lanes.h"
#include "monitor/detect/stats.h"

#include <string.h>

typedef double four __attribute__((vector_size(32), aligned(8)));
typedef int64_t four_int __attribute__((vector_size(32)));
enum { FOUR = 4, FEW_RANKED = 32 };
enum { PROBED = 32 /* of a row whose middle is looked for */, PROBE_LEAST = 200, PROBE_ASIDE = 6 };
enum { SHORT = 4096 /* values kept on the stack */, TINY = 16, FEW = 48 /* sorted by insertion, to select from and to sort */, ROUNDS = 24 };

static void swap(double *a, double *b)
{
    double t = *a;
    *a = *b;
    *b = t;
}

/* Quickselect with the median of three. */
double select_of(double *x, size_t n, size_t k)
{
    size_t low = 0, high = n - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (x[middle] < x[low])
            swap(&x[middle], &x[low]);
        if (x[high] < x[low])
            swap(&x[high], &x[low]);
        if (x[high] < x[middle])
            swap(&x[high], &x[middle]);
        double pivot = x[middle];
        size_t i = low, j = high;
        for (;;) {
            while (x[i] < pivot)
                i++;
            while (pivot < x[j])
                j--;
            if (i >= j)
                break;
            swap(&x[i++], &x[j--]);
        }
        if (k <= j)
            high = j;
        else
            low = j + 1;
    }
    return x[k];
}

static void insert_sorted(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        size_t k = i;
        for (; k > 0 && x[k - 1] > v; k--)
            x[k] = x[k - 1];
        x[k] = v;
    }
}

/* The k-th smallest of at most FEW_RANKED, by how many are smaller: no branch depends on a value until it is found. */
LANES static double ranked(const double *x, size_t n, size_t k)
{
    ROOM double padded[FEW_RANKED];
    size_t i = 0, all = (n + FOUR - 1) / FOUR * FOUR;
    memcpy(padded, x, n * sizeof *x);
    for (size_t j = n; j < all; j++)
        padded[j] = INFINITY;
    for (; i + 1 < n; i++) {
        four v = (four){0} + padded[i];
        four_int below = {0}, upto = {0};
        for (size_t j = 0; j < all; j += FOUR) {
            four w = *(const four *)(padded + j);
            below -= w < v;
            upto -= w <= v;
        }
        if ((size_t)(below[0] + below[1] + below[2] + below[3]) <= k && (size_t)(upto[0] + upto[1] + upto[2] + upto[3]) > k)
            break;
    }
    return padded[i];
}

static double middle_of(double a, double b, double c)
{
    double low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

/* Near the middle also of what is sorted, or falls and rises (distances of sorted values from their median). */
static double pivot_of(const double *x, size_t n)
{
    size_t step = n / 10;
    if (n < 100)
        return middle_of(x[n / 4], x[n / 2], x[n - 1 - n / 4]);
    return middle_of(middle_of(x[step], x[2 * step], x[3 * step]), middle_of(x[4 * step], x[5 * step], x[6 * step]),
                     middle_of(x[7 * step], x[8 * step], x[9 * step]));
}

/* How many are below and how many are not above the pivot. */
static void counted(const double *x, size_t n, double pivot, size_t *ret_below, size_t *ret_upto)
{
    int64_t below = 0, upto = 0;
    for (size_t i = 0; i < n; i++) {
        below += x[i] < pivot;
        upto += x[i] <= pivot;
    }
    *ret_below = (size_t)below, *ret_upto = (size_t)upto;
}

/* The k-th smallest of at most SHORT values; x stays as it is. */
static double select_short(const double *x, size_t n, size_t k)
{
    ROOM double kept[SHORT];
    const double *from = x;
    int rounds = 0;
    for (;;) {
        if (n <= FEW_RANKED)
            return ranked(from, n, k);
        if (rounds++ == ROUNDS) { /* an order made against the pivots */
            memmove(kept, from, n * sizeof *x);
            sort_doubles(kept, n);
            return kept[k];
        }
        double pivot = pivot_of(from, n);
        size_t below, upto, m = 0;
        counted(from, n, pivot, &below, &upto);
        if (k >= below && k < upto)
            return pivot;
        if (k < below)
            for (size_t i = 0; i < n; i++) { /* reads run ahead of writes: it may be the same array */
                double v = from[i];
                kept[m] = v;
                m += v < pivot;
            }
        else
            for (size_t i = 0; i < n; i++) {
                double v = from[i];
                kept[m] = v;
                m += v > pivot;
            }
        k = k < below ? k : k - upto;
        from = kept, n = m;
    }
}

/* The next larger one of x after the k-th smallest, which is `low`. */
LANES static double least_above(const double *x, size_t n, double low, size_t *ret_upto)
{
    const four bound = (four){0} + low, none = (four){0} + INFINITY;
    four least = none;
    four_int upto = {0};
    size_t i = 0;
    for (; i + FOUR <= n; i += FOUR) {
        four v = *(const four *)(x + i);
        four_int under = v <= bound, smaller = ~under & (v < least);
        least = (four)(((four_int)v & smaller) | ((four_int)least & ~smaller));
        upto -= under;
    }
    double high = INFINITY;
    *ret_upto = (size_t)(upto[0] + upto[1] + upto[2] + upto[3]);
    for (int l = 0; l < FOUR; l++)
        high = least[l] < high ? least[l] : high;
    for (; i < n; i++) {
        *ret_upto += x[i] <= low;
        high = x[i] > low && x[i] < high ? x[i] : high;
    }
    return high;
}

static double next_of(const double *x, size_t n, size_t k, double low)
{
    size_t upto;
    double high = least_above(x, n, low, &upto);
    return upto > k + 1 ? low : high;
}

/* Values between two bounds, and how many lie below: the lanes count, one by one only those inside are kept. */
LANES static void counted_between(const double *x, size_t n, double low, double high, size_t *ret_below, size_t *ret_upto)
{
    int64_t below = 0, upto = 0;
    for (size_t i = 0; i < n; i++) {
        below += x[i] < low;
        upto += x[i] <= high;
    }
    *ret_below = (size_t)below, *ret_upto = (size_t)upto;
}

/*
 * The k-th smallest and the one after it. A few values, sorted, say between which bounds these two lie, nearly always: one look counts,
 * another keeps the fifth that lies between, and the rest is a small matter. False: they did not, or the row is short.
 */
static bool select_between(const double *x, size_t n, size_t k, double *ret, double *ret_next)
{
    ROOM double probe[PROBED], some[SHORT];
    size_t at = k * PROBED / n, below, upto, m = 0;
    if (n < PROBE_LEAST || at < PROBE_ASIDE || at + PROBE_ASIDE >= PROBED)
        return false;
    for (size_t i = 0; i < PROBED; i++)
        probe[i] = x[(2 * i + 1) * n / (2 * PROBED)];
    insert_sorted(probe, PROBED);
    double low = probe[at - PROBE_ASIDE], high = probe[at + PROBE_ASIDE];
    counted_between(x, n, low, high, &below, &upto);
    if (k < below || k + 1 >= upto || upto - below > n / 2)
        return false;
    struct arena *room = upto - below < SHORT ? NULL : arena_new();
    double *kept = room ? NEW_ARRAY(room, upto - below + 1, double) : some; /* one behind the last is written, too */
    for (size_t i = 0; i < n; i++) {
        double v = x[i];
        kept[m] = v;
        m += (v >= low) & (v <= high);
    }
    if (m <= SHORT || !select_between(kept, m, k - below, ret, ret_next)) {
        *ret = m <= SHORT ? select_short(kept, m, k - below) : select_of(kept, m, k - below);
        *ret_next = next_of(kept, m, k - below, *ret);
    }
    arena_free(room);
    return true;
}

/* Both neighbours of a place among few values. */
static double quantile_of_few(const double *x, size_t n, size_t k, double part)
{
    ROOM double sorted[TINY];
    memcpy(sorted, x, n * sizeof *x);
    insert_sorted(sorted, n);
    return part <= 0 || k + 1 >= n ? sorted[k] : sorted[k] + (sorted[k + 1] - sorted[k]) * part;
}

double quantile_of(double *x, size_t n, double q)
{
    CHECK(n > 0 && q >= 0 && q <= 1);
    double place = q * (double)(n - 1);
    size_t k = (size_t)place;
    double part = place - (double)k;
    if (n <= TINY)
        return quantile_of_few(x, n, k, part);
    double low, next;
    if (select_between(x, n, k, &low, &next))
        return part <= 0 ? low : low + (next - low) * part;
    low = n <= SHORT ? select_short(x, n, k) : select_of(x, n, k);
    if (part <= 0 || k + 1 >= n)
        return low;
    return low + (next_of(x, n, k, low) - low) * part;
}

LANES static void counted_near(const double *x, size_t n, double low, double high, size_t *ret_there, size_t *ret_below, size_t *ret_upto)
{
    int64_t there = 0, below = 0, upto = 0;
    for (size_t i = 0; i < n; i++) {
        there += x[i] == x[i];
        below += x[i] < low;
        upto += x[i] <= high;
    }
    *ret_there = (size_t)there, *ret_below = (size_t)below, *ret_upto = (size_t)upto;
}

double median_there(const double *x, size_t n, double guess, size_t *ret)
{
    ROOM double kept[SHORT];
    double aside = fmin(0.25, 2 / sqrt((double)n + 1)), low = (1 - aside) * guess, high = (1 + aside) * guess;
    size_t below, upto, m = 0;
    CHECK(n <= SHORT);
    counted_near(x, n, low, high, ret, &below, &upto);
    if (*ret == 0)
        return NAN;
    size_t k = (*ret - 1) / 2, even = *ret % 2 == 0;
    if (k < below || k + even >= upto) {
        for (size_t i = 0; i < n; i++) {
            kept[m] = x[i];
            m += x[i] == x[i];
        }
        return median_of(kept, m);
    }
    for (size_t i = 0; i < n; i++) {
        kept[m] = x[i];
        m += (x[i] >= low) & (x[i] <= high);
    }
    double middle = select_short(kept, m, k - below);
    return even ? middle + (next_of(kept, m, k - below, middle) - middle) * 0.5 : middle;
}

/*
 * x = 2^e m with m from the root of a half to the root of two; with f = m - 1 and s = f / (2 + f), log(m) = f - (f^2/2 - s (f^2/2 + R)), where R is the
 * series 2 s^2/3 + 2 s^4/5 + ..., of which ten terms are beyond doubt: s^2 is below 0.0295. ln 2 in two parts, the first short enough to be
 * multiplied by e without rounding.
 */
LANES void logs_of(const double *x, size_t n, double *ret)
{
    const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    const uint64_t root_half = UINT64_C(0x3fe6a09e667f3bcd), bias = UINT64_C(1024) << 52;
    for (size_t i = 0; i < n; i++) {
        uint64_t bits, part;
        double m;
        memcpy(&bits, &x[i], sizeof bits);
        uint64_t above = bits - root_half + bias, exponent = above >> 52; /* 1024 more than e */
        part = bits - ((exponent - 1024) << 52);
        memcpy(&m, &part, sizeof m);
        double e = double_of(exponent - 1024), f = m - 1, s = f / (2 + f), z = s * s, half = 0.5 * f * f;
        double r = z * (2.0 / 3 + z * (2.0 / 5 + z * (2.0 / 7 + z * (2.0 / 9 + z * (2.0 / 11 + z * (2.0 / 13 + z * (2.0 / 15 + z * (2.0 / 17 +
                   z * (2.0 / 19 + z * (2.0 / 21))))))))));
        double y = e * ln2_high - ((half - (s * (half + r) + e * ln2_low)) - f);
        bool normal = (x[i] >= 0x1p-1022) & (x[i] < (double)INFINITY);
        ret[i] = normal ? y : (double)NAN;
    }
}

int64_t common_step(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b, b = rest;
    }
    return a < 0 ? -a : a;
}

double median_of(double *x, size_t n)
{
    return quantile_of(x, n, 0.5);
}

double mad_of(double *x, size_t n, double center)
{
    for (size_t i = 0; i < n; i++)
        x[i] = fabs(x[i] - center);
    return MAD_SCALE * median_of(x, n);
}

/* Distances grow to both sides of the center: so many of one side and so many of the other are the smallest, found by halving. */
double mad_of_sorted(const double *x, size_t n, double center)
{
    size_t k = (n - 1) / 2, middle = 0, low, high;
    CHECK(n > 0);
    for (size_t many = n; many > 0; many /= 2) /* how many lie below the center */
        while (middle + many <= n && x[middle + many - 1] < center)
            middle += many;
    low = k + 1 > n - middle ? k + 1 - (n - middle) : 0, high = k + 1 < middle ? k + 1 : middle;
    while (low < high) { /* of the k + 1 smallest distances, so many lie below */
        size_t i = (low + high) / 2;
        if (fabs(x[middle - 1 - i] - center) < fabs(x[middle + (k - i)] - center))
            low = i + 1;
        else
            high = i;
    }
    size_t i = low, j = k + 1 - low;
    double at = fmax(i ? fabs(x[middle - i] - center) : 0, j ? fabs(x[middle + j - 1] - center) : 0);
    double next = fmin(i < middle ? fabs(x[middle - 1 - i] - center) : INFINITY, middle + j < n ? fabs(x[middle + j] - center) : INFINITY);
    return MAD_SCALE * (n % 2 ? at : at + (next - at) * 0.5);
}

/* Bits that order as the numbers do; both zeros are one. */
static uint64_t ordered(double x)
{
    uint64_t u;
    x = x == 0 ? 0 : x;
    memcpy(&u, &x, sizeof u);
    return u ^ ((uint64_t)((int64_t)u >> 63) | UINT64_C(1) << 63);
}

enum { DIGIT_BITS = 8, DIGITS = 64 / DIGIT_BITS, DIGIT = 1 << DIGIT_BITS };

/* By the digits of their bits, the lowest first; a digit that all share is passed over. */
static void radix_sorted(double *x, size_t n, double *other)
{
    uint32_t count[DIGITS][DIGIT] = {0};
    double *from = x, *to = other;
    for (size_t i = 0; i < n; i++) {
        uint64_t u = ordered(x[i]);
        for (int d = 0; d < DIGITS; d++)
            count[d][u >> (d * DIGIT_BITS) & (DIGIT - 1)]++;
    }
    for (int d = 0; d < DIGITS; d++) {
        uint32_t at = 0;
        if (count[d][ordered(x[0]) >> (d * DIGIT_BITS) & (DIGIT - 1)] == n)
            continue;
        for (int k = 0; k < DIGIT; k++) {
            uint32_t many = count[d][k];
            count[d][k] = at;
            at += many;
        }
        for (size_t i = 0; i < n; i++)
            to[count[d][ordered(from[i]) >> (d * DIGIT_BITS) & (DIGIT - 1)]++] = from[i];
        double *t = from;
        from = to, to = t;
    }
    if (from != x)
        memcpy(x, from, n * sizeof *x);
}

void sort_doubles(double *x, size_t n)
{
    if (n <= FEW) {
        insert_sorted(x, n);
        return;
    }
    ROOM double room[SHORT];
    if (n <= SHORT) {
        radix_sorted(x, n, room);
        return;
    }
    AUTO_ARENA(a);
    CHECK(n <= UINT32_MAX);
    radix_sorted(x, n, NEW_ARRAY(a, n, double));
}

double mean_of(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return n ? sum / (double)n : 0;
}

double variance_of(const double *x, size_t n)
{
    double mean = mean_of(x, n), sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return n ? sum / (double)n : 0;
}

double correlation_of(const double *x, const double *y, size_t n)
{
    double mx = mean_of(x, n), my = mean_of(y, n), xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        double dx = x[i] - mx, dy = y[i] - my;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    /* what is left of a constant after rounding is no variance */
    if (xx <= 1e-20 * mx * mx * (double)n || yy <= 1e-20 * my * my * (double)n || xx == 0 || yy == 0)
        return NAN;
    return xy / sqrt(xx * yy);
}

double lag_correlation_of(const double *x, size_t n, size_t lag)
{
    return n > lag + 2 ? correlation_of(x, x + lag, n - lag) : NAN;
}

double normal_tail(double z)
{
    return 0.5 * erfc(z / sqrt(2));
}

static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

double binomial_tail(int64_t n, int64_t k, double p)
{
    if (k <= 0)
        return 1;
    if (k > n || p <= 0)
        return 0;
    if (p >= 1)
        return 1;
    double top = log_gamma((double)n + 1), sum = 0;
    for (int64_t i = k; i <= n; i++) {
        double term = exp(top - log_gamma((double)i + 1) - log_gamma((double)(n - i) + 1) + (double)i * log(p) +
                          (double)(n - i) * log1p(-p));
        sum += term;
        if (term < sum * 1e-12 && (double)i > (double)n * p)
            break;
    }
    return sum < 1 ? sum : 1;
}

/* Upper regularised incomplete gamma Q(f/2, x/2) by series or continued fraction (Lentz). */
double chi_square_tail(double x, int freedom)
{
    double a = freedom / 2.0;
    x /= 2;
    if (x <= 0)
        return 1;
    double front = exp(-x + a * log(x) - log_gamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (int i = 1; i < 1000 && term > sum * 1e-15; i++)
            sum += term *= x / (a + i);
        return 1 - front * sum;
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
    for (int i = 1; i < 1000; i++) {
        double an = -i * (i - a);
        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        double delta = d * c;
        h *= delta;
        if (fabs(delta - 1) < 1e-15)
            break;
    }
    return front * h;
}

double run_chance(double n, double run, double p)
{
    return -expm1(-n * (1 - p) * pow(p, run - 1));
}
