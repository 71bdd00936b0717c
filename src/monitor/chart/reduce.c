/* Many points into few columns. One pass; points need not be sorted, what is not a number or outside is left out. */
#include "monitor/chart/canvas.h"
#include "monitor/chart/layout.h"

#include <math.h>

static double least(double a, double b)
{
    return isnan(a) || b < a ? b : a;
}

static double most(double a, double b)
{
    return isnan(a) || b > a ? b : a;
}

struct chart_series chart_reduce(struct arena *a, const struct chart_series *s, usec from, usec to, int columns)
{
    size_t n = (size_t)columns;
    CHECK(columns > 0 && to > from);
    usec width = (to - from + columns - 1) / columns, *at = NEW_ARRAY(a, n, usec);
    double *low = NEW_ARRAY(a, n, double), *mid = NEW_ARRAY(a, n, double), *high = NEW_ARRAY(a, n, double);
    int64_t *counted = NEW_ARRAY(a, n, int64_t), *odd = NEW_ARRAY(a, n, int64_t);
    uint8_t *flag = s->flag ? NEW_ARRAY(a, n, uint8_t) : NULL;
    for (size_t i = 0; i < n; i++) {
        at[i] = from + (usec)i * width + width / 2;
        low[i] = high[i] = NAN;
    }
    for (size_t i = 0; i < s->n; i++) {
        if (s->at[i] < from || s->at[i] >= to)
            continue;
        size_t c = (size_t)((s->at[i] - from) / width);
        if (flag && !letter_shown(flag[c]) && s->flag[i])
            flag[c] = s->flag[i];
        if (flag && letter_shown(s->flag[i]))
            odd[c] += s->odd ? s->odd[i] : 1;
        if (!isfinite(s->mid[i]))
            continue;
        low[c] = least(low[c], s->low && isfinite(s->low[i]) ? s->low[i] : s->mid[i]);
        high[c] = most(high[c], s->high && isfinite(s->high[i]) ? s->high[i] : s->mid[i]);
        int64_t weight = s->counted ? s->counted[i] : 1;
        mid[c] += s->mid[i] * (double)weight;
        counted[c] += weight;
    }
    for (size_t i = 0; i < n; i++)
        mid[i] = counted[i] ? mid[i] / (double)counted[i] : NAN;
    return (struct chart_series){s->label, s->unit, n, width, at, low, mid, high, flag, counted, flag ? odd : NULL, s->decimals};
}
