/*
 * The habits of an outlet (detect/habits.h) from the store. They are not kept: whoever asks names the span and the time of knowledge, and the same answer
 * comes out as often as it is asked, so a run of a province pays nothing for what few of its outlets are opened for.
 */
#include "monitor/series/overlays.h"
#include "monitor/watch/watch_private.h"

static err *rules_of(struct db *house, struct habit_rules *ret)
{
    int64_t least;
    *ret = HABIT_DEFAULTS;
    TRY(overlay_setting(house, S("capture_percent_least"), ret->capture_least, &least));
    ret->capture_least = (int)least;
    return NULL;
}

err *watch_habits(struct watch *w, struct arena *a, str outlet, day first, day last, usec as_of, bool light, struct habits *ret, const struct table **ret_table)
{
    AUTO_EYE e = {0};
    struct watch_outlet o;
    struct habit_rules rules;
    struct table *t;
    TRY(watch_eye_open(w, &e));
    TRY(outlet_find(e.house, a, outlet, &o));
    TRY(rules_of(e.house, &rules));
    TRY(watch_eye_hours(&e, a, &o, first, last, as_of, &t));
    if (!light) {
        pthread_mutex_lock(&w->lock);
        err *bad = records_in(w, a, o.mn, as_of, t);
        pthread_mutex_unlock(&w->lock);
        TRY(bad);
    }
    habits_of(a, t, &rules, ret);
    *ret_table = t;
    return NULL;
}
