/*
 * When a mean counts. The figures are the standards' where these were read and published settings throughout
 * (acts/settings.c), so that a bureau which knows better says so in public; the defaults here are those of the settings.
 */
#include "monitor/series/overlays.h"

enum { PERCENT_OF_WATER = 75 };

static int part_of(int64_t whole, int64_t percent)
{
    return (int)((whole * percent + 99) / 100);
}

struct aggregate_rules aggregate_rules_of(str factor)
{
    bool water = str_starts(factor, S("w"));
    return (struct aggregate_rules){.minutes_valid = water ? part_of(60, PERCENT_OF_WATER) : 45,
                                    .hours_valid = water ? part_of(24, PERCENT_OF_WATER) : 20, .flow_weighted = water,
                                    .valid_flags = "N?", .marks_invalidate = true, .transmission_percent_least = 90};
}

err *overlay_setting(struct db *d, str name, int64_t missing, int64_t *ret)
{
    return db_one_int(d, "SELECT value FROM policy WHERE name = :name", DB_ARGS(DB_T("name", name)), missing, ret);
}

err *overlay_rules(struct db *d, str factor, struct aggregate_rules *ret)
{
    struct aggregate_rules rules = aggregate_rules_of(factor);
    int64_t minutes = rules.minutes_valid, hours = rules.hours_valid, percent = PERCENT_OF_WATER, weighted = 1, invalidate = rules.marks_invalidate,
            least = rules.transmission_percent_least;
    TRY(overlay_setting(d, S("transmission_percent_least"), least, &least));
    TRY(overlay_setting(d, S("marks_invalidate"), invalidate, &invalidate));
    rules.marks_invalidate = invalidate != 0;
    if (rules.flow_weighted) {
        TRY(overlay_setting(d, S("water_flow_weighted"), weighted, &weighted));
        TRY(overlay_setting(d, S("water_slots_valid_percent"), percent, &percent));
        rules.flow_weighted = weighted != 0;
        minutes = part_of(60, percent);
        hours = part_of(24, percent);
    } else {
        TRY(overlay_setting(d, S("minutes_valid_per_hour"), minutes, &minutes));
        TRY(overlay_setting(d, S("hours_valid_per_day"), hours, &hours));
    }
    rules.transmission_percent_least = (int)least;
    rules.minutes_valid = (int)minutes;
    rules.hours_valid = (int)hours;
    *ret = rules;
    return NULL;
}

err *overlay_substitutes(struct db *d, struct substitute_rules *ret)
{
    struct substitute_rules rules = substitute_defaults();
    struct { str name; int *value; } rows[] = {
        {S("substitute_gap_hours"), &rules.gap_hours},     {S("substitute_hours_short"), &rules.hours_short},
        {S("substitute_hours_long"), &rules.hours_long},   {S("substitute_hours_low"), &rules.hours_low},
        {S("capture_percent_good"), &rules.capture_good},  {S("capture_percent_least"), &rules.capture_least}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t value;
        TRY(overlay_setting(d, rows[i].name, *rows[i].value, &value));
        *rows[i].value = (int)value;
    }
    *ret = rules;
    return NULL;
}
