/* Selection instead of sorting: medians are asked for per window, so they must be linear. */
#include "monitor/detect/stats.h"

#include <stdlib.h>

static void swap(double *a, double *b)
{
    double t = *a;
    *a = *b;
    *b = t;
}

/* Quickselect with the median of three; afterwards x[k] is in its sorted place. */
static double select_of(double *x, size_t n, size_t k)
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

double quantile_of(double *x, size_t n, double q)
{
    CHECK(n > 0 && q >= 0 && q <= 1);
    double place = q * (double)(n - 1);
    size_t k = (size_t)place;
    double low = select_of(x, n, k), part = place - (double)k;
    if (part <= 0 || k + 1 >= n)
        return low;
    double high = x[k + 1];
    for (size_t i = k + 2; i < n; i++)
        high = x[i] < high ? x[i] : high;
    return low + (high - low) * part;
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

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void sort_doubles(double *x, size_t n)
{
    if (n > 1)
        qsort(x, n, sizeof *x, compare);
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
