/* The newest value of each factor. Kept nowhere: it stands in the newest slab of the device, or else in its newest chunk. */
#include "monitor/series/drain.h"

struct newest {
    struct arena *arena;
    struct reading_latest value;
    bool any;
};

static void text_of_slot(struct arena *a, const struct chunk_day *d, int slot, str *ret)
{
    int8_t decimals = d->decimals;
    int64_t v = d->wide ? d->v64[0][slot] : d->v[0][slot];
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        if (e->slot != slot || e->column != 0)
            continue;
        if (e->kind == CHUNK_TEXT) {
            *ret = arena_str(a, e->text);
            return;
        }
        if (e->kind == CHUNK_ABSENT) {
            *ret = S("");
            return;
        }
        for (; decimals > e->decimals; decimals--)
            v /= 10;
    }
    *ret = number_text(a, v, decimals);
}

static err *take_day(void *context, const struct chunk_day *d)
{
    struct newest *n = context;
    for (int slot = d->slots; slot-- > 0;)
        if (d->flag[slot] != CHUNK_MISSING) {
            char flag = (char)d->flag[slot];
            n->any = true;
            n->value.at = day_start(d->day) + (usec)slot * d->cadence_s * USEC_SECOND;
            n->value.flag = arena_str(n->arena, flag == CHUNK_NO_FLAG ? S("") : (str){&flag, 1});
            text_of_slot(n->arena, d, slot, &n->value.text);
            return NULL;
        }
    return NULL;
}

/* When it arrived: with the newest frame of the hour, where that is still a slab. */
static err *arrival(struct db *d, str mn, usec at, usec *ret)
{
    TRY(db_one_int(d,
                   "SELECT b.newest FROM reading_slab b JOIN reading_device v ON v.id = b.device WHERE v.mn = :mn AND b.hour = :hour",
                   DB_ARGS(DB_T("mn", mn), DB_I("hour", hour_of(at))), at, ret));
    return NULL;
}

static bool better(const struct reading_latest *a, const struct reading_latest *b)
{
    return a->period != b->period ? a->period < b->period : a->group < b->group;
}

err *reading_latest(struct readings *r, struct arena *a, str mn, struct reading_latest **ret, size_t *ret_n)
{
    AUTO_ARENA(own);
    struct series *series;
    size_t n;
    struct series_filter filter = {.mn = mn, .factor = S(""), .period = -1, .group = -1};
    struct reading_scan *scan;
    AUTO_LEASE index = {0};
    VEC(struct reading_latest) list = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, false, &index));
    TRY(series_list(r, a, &filter, &series, &n));
    TRY(reading_scan_open(r, own, &scan));
    err *bad = NULL;
    for (size_t i = 0; !bad && i < n; i++) {
        const struct series *s = &series[i];
        if (s->period > PERIOD_DAY || s->group > GROUP_CONVERTED || s->last == DAY_NONE)
            continue;
        struct newest newest = {.arena = a, .value = {.factor = s->factor, .group = s->group, .period = s->period}};
        bad = reading_scan_days(scan, s->id, s->last, s->last, USEC_NONE, take_day, &newest);
        if (!bad && newest.any)
            bad = arrival(index.db, mn, newest.value.at, &newest.value.arrived);
        if (bad || !newest.any)
            continue;
        size_t k = 0;
        while (k < list.n && (!str_eq(list.p[k].factor, s->factor) || list.p[k].group != s->group))
            k++;
        if (k == list.n)
            vec_push(a, &list, newest.value);
        else if (better(&newest.value, &list.p[k]))
            list.p[k] = newest.value;
    }
    reading_scan_close(scan);
    *ret = list.p;
    *ret_n = list.n;
    return bad;
}
