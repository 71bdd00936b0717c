/* What the drain knows of devices and series: read from the index when first met, kept, forgotten when another drained. */
#include "monitor/series/drain.h"

#include <string.h>

static const char *const periods[PERIODS] = {"live", "minute", "hour", "day", "state"};
static const char *const groups[GROUPS] = {"value", "converted", "total", "other"};
static const int32_t cadences[PERIODS] = {60, 60, 3600, 86400, 60};

const char *period_name(enum reading_period p)
{
    return periods[p];
}

const char *group_name(enum reading_group g)
{
    return groups[g];
}

err *index_load(struct drain *d)
{
    int64_t counter, profiles;
    TRY(db_one_int(d->index.db, "SELECT value FROM reading_state WHERE name = 'drain'", NULL, 0, &counter));
    TRY(db_one_int(d->index.db, "SELECT value FROM reading_state WHERE name = 'profiles'", NULL, 0, &profiles));
    if (d->devices && counter == d->counter && profiles == d->profiles)
        return NULL;
    arena_reset(d->arena);
    d->devices = map_new(d->arena);
    d->counter = counter;
    d->profiles = profiles;
    TRY(db_one_int(d->index.db, "SELECT MAX(id) FROM reading_series", NULL, 0, &d->next_series));
    return NULL;
}

static err *load_series(struct drain *d, struct dev *v)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    TRY(db_query(d->index.db, a,
                 "SELECT id, period, grp, factor, kind, key, cadence_s, first_day, last_day FROM reading_series"
                 " WHERE device = :device ORDER BY id",
                 DB_ARGS(DB_I("device", v->id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct dev_series s = {.id = db_int(&rows, 0),
                               .period = (uint8_t)db_int(&rows, 1),
                               .group = (uint8_t)db_int(&rows, 2),
                               .factor = arena_str(d->arena, db_str(&rows, 3)),
                               .kind = arena_str(d->arena, db_str(&rows, 4)),
                               .key = arena_str(d->arena, db_str(&rows, 5)),
                               .cadence_s = (int32_t)db_int(&rows, 6),
                               .first = (day)db_int(&rows, 7),
                               .last = (day)db_int(&rows, 8)};
        vec_push(d->arena, &v->series, s);
    }
}

/* {"stamp":"end","minute_s":600}: the hour frame of 10:00 means 09:00 to 10:00. Without it stamps are beginnings. */
static err *load_profile(struct drain *d, struct dev *v)
{
    AUTO_ARENA(a);
    str text;
    int32_t version;
    const struct json *profile;
    TRY(device_profile(d->readings, a, v->mn, -1, &text, &version));
    if (!version || json_parse(a, text, 1 << 20, &profile))
        return NULL;
    v->stamp_end = str_eq(json_string(profile, S("stamp")), S("end"));
    const struct json *minute = json_get(profile, S("minute_s"));
    if (minute && minute->integer && minute->i >= 60 && minute->i <= 3600)
        v->minute_s = (int32_t)minute->i;
    return NULL;
}

err *device_of(struct drain *d, str mn, struct dev **ret)
{
    *ret = map_get(d->devices, mn);
    if (*ret)
        return NULL;
    AUTO_ARENA(a);
    struct db_rows rows;
    bool more;
    TRY(db_query(d->index.db, a, "SELECT id, chunked_to, profile FROM reading_device WHERE mn = :mn", DB_ARGS(DB_T("mn", mn)),
                 &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    struct dev *v = NEW(d->arena, struct dev);
    v->id = db_int(&rows, 0);
    v->chunked_to = (day)db_int(&rows, 1);
    v->mn = arena_str(d->arena, mn);
    if (db_int(&rows, 2))
        TRY(load_profile(d, v));
    TRY(load_series(d, v));
    TRY(parts_load(d, v));
    map_put(d->devices, v->mn, v);
    *ret = v;
    return NULL;
}

err *devices_register(struct drain *d, const str *mn, size_t n)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(d->readings, PLACE_INDEX, 0, true, &lease));
    TRY(db_begin_write(lease.db));
    int64_t id;
    TRY(db_one_int(lease.db, "SELECT MAX(id) FROM reading_device", NULL, 0, &id));
    for (size_t i = 0; i < n; i++)
        TRY(db_put(lease.db,
                   "INSERT INTO reading_device (id, mn, peer, first_seen, last_seen, frames, findings, quarantined, resubmitted,"
                   " profile, chunked_to) VALUES (:id, :mn, '', :none, :none, 0, 0, 0, 0, 0, :never) ON CONFLICT (mn) DO NOTHING",
                   DB_ARGS(DB_I("id", ++id), DB_T("mn", mn[i]), DB_I("none", USEC_NONE), DB_I("never", DAY_NONE))));
    TRY(db_commit(lease.db));
    return NULL;
}

/* Names that stand in a key must not hold what parts it, nor what a database refuses. */
static bool name_fits(str name)
{
    if (name.n > LIMIT_NAME || utf8_bad(name) >= 0)
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < ' ' || name.p[i] == '|' || name.p[i] == 0x7f)
            return false;
    return true;
}

int32_t series_of(struct drain *d, struct dev *v, enum reading_period period, enum reading_group group, str factor, str kind)
{
    for (size_t i = 0; i < v->series.n; i++) {
        const struct dev_series *s = &v->series.p[i];
        if (s->period == period && s->group == group && str_eq(s->factor, factor) && str_eq(s->kind, kind))
            return (int32_t)i;
    }
    if (v->series.n >= LIMIT_DEVICE_SERIES || !factor.n || !name_fits(factor) || !name_fits(kind))
        return -1;
    struct dev_series s = {.id = ++d->next_series, .period = (uint8_t)period, .group = (uint8_t)group, .fresh = true,
                           .factor = arena_str(d->arena, factor), .kind = arena_str(d->arena, kind),
                           .cadence_s = cadences[period], .first = DAY_NONE, .last = DAY_NONE};
    s.key = arena_printf(d->arena, "%.*s|%s|%.*s|%s%s%.*s", STR_ARG(v->mn), periods[period], STR_ARG(factor), groups[group],
                         kind.n ? "|" : "", STR_ARG(kind));
    vec_push(d->arena, &v->series, s);
    return (int32_t)v->series.n - 1;
}

/* ---- asked from outside ---- */

#define SERIES_COLUMNS "SELECT id, mn, factor, kind, period, grp, cadence_s, key, first_day, last_day FROM reading_series"

static struct series series_row(struct db_rows *rows)
{
    return (struct series){.id = db_int(rows, 0), .mn = db_str(rows, 1), .factor = db_str(rows, 2), .kind = db_str(rows, 3),
                           .period = (uint8_t)db_int(rows, 4), .group = (uint8_t)db_int(rows, 5),
                           .cadence_s = (int32_t)db_int(rows, 6), .key = db_str(rows, 7), .first = (day)db_int(rows, 8),
                           .last = (day)db_int(rows, 9)};
}

enum { SERIES_PAGE = 20000 };
#define SERIES_WANTED                                                                               \
    " AND (CAST(:factor AS TEXT) = '' OR factor = :factor) AND (CAST(:period AS BIGINT) < 0 OR period = :period)"                       \
    " AND (CAST(:grp AS BIGINT) < 0 OR grp = :grp) ORDER BY key LIMIT :page"

err *series_list(struct readings *r, struct arena *a, const struct series_filter *f, struct series **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    VEC(struct series) list = {0};
    struct db_rows rows;
    str after = S("");
    /* One device's are found by its name: with an OR over it the province's quarter of a million keys would be gone through for each outlet. */
    const char *sql = f->mn.n ? SERIES_COLUMNS " WHERE mn = :mn AND key > :after" SERIES_WANTED : SERIES_COLUMNS " WHERE key > :after" SERIES_WANTED;
    for (bool more = true; more;) {
        /* by pages: a province has more series than a query may return */
        TRY(db_query(lease.db, a, sql,
                     DB_ARGS(DB_T("after", after), DB_T("mn", f->mn.n ? f->mn : S("")), DB_T("factor", f->factor.n ? f->factor : S("")),
                             DB_I("period", f->period), DB_I("grp", f->group), DB_I("page", SERIES_PAGE)),
                     &rows));
        size_t before = list.n;
        for (;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            vec_push(a, &list, series_row(&rows));
        }
        more = list.n - before == SERIES_PAGE;
        if (more)
            after = list.p[list.n - 1].key;
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

err *series_find(struct readings *r, struct arena *a, str mn, enum reading_period period, str factor, enum reading_group group,
                 struct series *ret)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    struct db_rows rows;
    bool more;
    TRY(db_query(lease.db, a,
                 SERIES_COLUMNS " WHERE mn = :mn AND period = :period AND factor = :factor AND grp = :grp ORDER BY kind LIMIT 1",
                 DB_ARGS(DB_T("mn", mn), DB_I("period", period), DB_T("factor", factor), DB_I("grp", group)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "设备%.*s没有%.*s的这种数据", STR_ARG(mn), STR_ARG(factor));
    *ret = series_row(&rows);
    return NULL;
}
