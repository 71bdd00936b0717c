/*
 * The strangest stretches of a long row of window scores, measured against everything that lies elsewhere. A fitted tail believes
 * what it was fitted to: where forged stretches are in the sample it is too wide, and where nature has a second regime it is too
 * narrow. So here the comparison is with the strangest stretch that is left: with n independent windows and any tail no heavier
 * than exponential, the first is k times as far from the middle as the next with chance n^-(k-1), however wide the tail is.
 * Up to STANDOUTS stretches may stand out together; what fills a fifth of the table is the table's habit.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

static bool grow(const double *score, size_t n, double limit, size_t gap, size_t at, size_t *ret_first, size_t *ret_end)
{
    size_t first = at, end = at + 1;
    for (size_t i = at, missed = 0; i-- > 0 && missed <= gap;) {
        bool in = score[i] > limit;
        missed = in ? 0 : missed + 1;
        first = in ? i : first;
    }
    for (size_t i = at + 1, missed = 0; i < n && missed <= gap; i++) {
        bool in = score[i] > limit;
        missed = in ? 0 : missed + 1;
        end = in ? i + 1 : end;
    }
    *ret_first = first;
    *ret_end = end;
    return end - first <= n / 5;
}

size_t standouts_grown(struct arena *a, const double *given, size_t n, size_t overlap, double least_scale, double limit, double part, size_t gap,
                       struct standout *ret)
{
    double *score = arena_copy(a, given, n * sizeof *given), *sorted = NEW_ARRAY(a, n + 1, double), height[STANDOUTS + 2];
    struct standout found[STANDOUTS + 1];
    size_t used = 0, stretches = 0, standing = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(score[i]))
            sorted[used++] = score[i];
    if (used < 60)
        return 0;
    double middle = median_of(sorted, used), independent = fmax(2, (double)used / (double)overlap);
    bool habit = false;
    for (; stretches <= STANDOUTS && !habit; stretches++) {
        size_t best = n, first, end;
        for (size_t i = 0; i < n; i++)
            if (!isnan(score[i]) && (best == n || score[i] > score[best]))
                best = i;
        height[stretches] = best == n ? 0 : fmax(0, score[best] - middle);
        if (height[stretches] <= 0)
            break;
        habit = !grow(score, n, middle + height[stretches] * part, gap, best, &first, &end);
        found[stretches] = (struct standout){first, end, best, score[best], 1};
        for (size_t i = first > overlap ? first - overlap : 0; i < end + overlap && i < n; i++)
            score[i] = NAN;
    }
    /* height[] holds one more than may stand out: what the last of them is compared with */
    for (size_t k = 0; k + 1 <= stretches && k < STANDOUTS && !(habit && k + 1 == stretches); k++) {
        double next = fmax(k + 1 < stretches ? height[k + 1] : 0, least_scale);
        if (pow(independent, 1 - height[k] / next) > limit)
            continue;
        standing = k + 1;
        for (size_t j = 0; j <= k; j++)
            found[j].p = fmax(1e-300, fmin(found[j].p, pow(independent, 1 - height[j] / next)));
    }
    memcpy(ret, found, standing * sizeof *ret);
    return standing;
}

size_t standouts(struct arena *a, const double *score, size_t n, size_t overlap, double least_scale, double limit, struct standout *ret)
{
    return standouts_grown(a, score, n, overlap, least_scale, limit, 0.2, 6 * overlap, ret);
}

void standouts_join(struct arena *a, const double *score, size_t n, size_t overlap, double least_scale, double *p)
{
    struct standout s[STANDOUTS];
    size_t found = standouts(a, score, n, overlap, least_scale, 0.05, s);
    double *alone = NEW_ARRAY(a, n + 1, double);
    for (size_t i = 0; i < n; i++)
        alone[i] = 1;
    for (size_t k = 0; k < found; k++)
        for (size_t i = s[k].first; i < s[k].end; i++)
            if (score[i] >= s[k].score * 0.5)
                alone[i] = s[k].p;
    for (size_t i = 0; i < n; i++)
        p[i] = fmin(1, 2 * fmin(p[i], alone[i]));
}
