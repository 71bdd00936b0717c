/*
 * Values in place of missing hours, for emission mass only (HJ 75-2017, HJ 356-2019). The maximum is a penalty on purpose: it
 * must never be worth while to lose data. Each answer names its rule, so that a total can be taken apart again.
 */
#include "monitor/series/aggregate_core.h"

#include <stdlib.h>

struct substitute_rules substitute_defaults(void)
{
    return (struct substitute_rules){.gap_hours = 24, .hours_short = 180, .hours_long = 720, .hours_low = 2160,
                                     .capture_good = 90, .capture_least = 75};
}

const char *substitute_rule_name(enum substitute_rule rule)
{
    static const char *const names[] = {"HJ 75-2017 短时失效：失效前有效小时的最大值", "HJ 75-2017 长时失效：失效前有效小时的最大值",
                                        "HJ 75-2017 捕集率偏低：失效前有效小时的最大值", "HJ 356-2019：缺失前等长时段的平均值",
                                        "HJ 356-2019 pH：缺失前等长时段的中位值"};
    return names[rule];
}

bool substitute_gas(const int64_t *hour, const bool *valid, size_t n, int gap_hours, int64_t captured, int64_t owed,
                    const struct substitute_rules *rules, struct substitute *ret)
{
    int rate = rate_hundredths(captured, owed);
    bool good = rate >= rules->capture_good * 100, brief = gap_hours <= rules->gap_hours;
    if (rate < rules->capture_least * 100)
        return false;
    *ret = (struct substitute){.divisor = 1, .rule = !good ? SUBSTITUTE_LOW : brief ? SUBSTITUTE_SHORT : SUBSTITUTE_LONG};
    ret->wanted = (size_t)(!good ? rules->hours_low : brief ? rules->hours_short : rules->hours_long);
    for (size_t i = n; i-- > 0 && ret->used < ret->wanted;) {
        if (!valid[i])
            continue;
        if (!ret->used || hour[i] > ret->sum)
            ret->sum = hour[i];
        ret->used++;
    }
    return ret->used > 0;
}

static int by_value(const void *l, const void *r)
{
    int64_t a = *(const int64_t *)l, b = *(const int64_t *)r;
    return (a > b) - (a < b);
}

bool substitute_water(struct arena *a, const int64_t *hour, const bool *valid, size_t n, int gap_hours, bool median,
                      struct substitute *ret)
{
    size_t span = gap_hours > 0 && (size_t)gap_hours < n ? (size_t)gap_hours : n;
    int64_t *found = NEW_ARRAY(a, span + 1, int64_t);
    *ret = (struct substitute){.divisor = 1, .rule = median ? SUBSTITUTE_MEDIAN : SUBSTITUTE_MEAN};
    if (gap_hours <= 0)
        return false;
    ret->wanted = (size_t)gap_hours;
    for (size_t i = n - span; i < n; i++)
        if (valid[i] && hour[i] <= LIMIT_AGGREGATE_VALUE && hour[i] >= -LIMIT_AGGREGATE_VALUE)
            found[ret->used++] = hour[i];
    if (!ret->used)
        return false;
    qsort(found, ret->used, sizeof *found, by_value);
    if (!median) {
        for (size_t i = 0; i < ret->used; i++)
            ret->sum += found[i];
        ret->divisor = (int64_t)ret->used;
    } else if (ret->used % 2)
        ret->sum = found[ret->used / 2];
    else {
        ret->sum = found[ret->used / 2 - 1] + found[ret->used / 2];
        ret->divisor = 2;
    }
    return true;
}
