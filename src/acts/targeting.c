/* The weights are settings like all others: published, bounded, changed by policy.set with a reason. */
#include "acts/targeting.h"
#include "acts/settings.h"

static err *value_of(struct db *d, const char *name, int64_t *ret)
{
    const struct setting *s = setting_find(str_of(name));
    CHECK(s);
    return db_one_int(d, "SELECT value FROM policy WHERE name = :name", DB_ARGS(DB_T("name", str_of(name))), s->default_value, ret);
}

err *targeting_settings(struct db *d, struct target_settings *ret)
{
    int64_t positive;
    for (int t = 0; t < TARGET_TERM_COUNT; t++)
        TRY(value_of(d, target_terms[t].setting, &ret->weight[t]));
    TRY(value_of(d, "target_lookback_months", &ret->lookback_months));
    TRY(value_of(d, "target_minimum_percent", &ret->minimum_percent));
    TRY(value_of(d, "target_cap_default", &ret->cap_default));
    TRY(value_of(d, "target_positive_list", &positive));
    ret->positive_excluded = positive != 0;
    return NULL;
}
