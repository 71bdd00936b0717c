/*
 * An outlet's readings as a table of hours, with the minutes behind them and the days the logger sent. Chunks carry a day each,
 * with decimals of their own; a table has one scale per column, so values are lifted to the most decimals seen. What is no
 * number (text, absent, filler) is missing here; a detector that counts fillers sees them as the numbers they are.
 */
#include "base/lanes.h"
#include "monitor/series/flue.h"
#include "monitor/series/overlays.h"
#include "monitor/watch/watch_private.h"

#include <string.h>

struct lifted { int64_t *value, *low, *high; int8_t *places; char *flag; int decimals; size_t given; };
struct filling {
    struct arena *a;
    struct table *t;
    day first;
    struct lifted *to;
};

static int64_t power_of_ten(int n)
{
    int64_t p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

static int64_t lift(int64_t v, int64_t by)
{
    int64_t out;
    return v == VALUE_NONE || __builtin_mul_overflow(v, by, &out) ? VALUE_NONE : out;
}

static void lift_all(struct lifted *l, size_t n, int decimals)
{
    int64_t by = power_of_ten(decimals - l->decimals);
    for (size_t i = 0; i < n && by > 1; i++) {
        l->value[i] = lift(l->value[i], by);
        if (l->low) {
            l->low[i] = lift(l->low[i], by);
            l->high[i] = lift(l->high[i], by);
        }
    }
    l->decimals = decimals;
}

static int64_t *nothing(struct arena *a, size_t n)
{
    int64_t *v = ROOM_ARRAY(a, n, int64_t);
    for (size_t i = 0; i < n; i++)
        v[i] = VALUE_NONE;
    return v;
}

static int64_t at(const struct chunk_day *d, int column, size_t slot)
{
    return d->wide ? d->v64[column][slot] : d->v[column][slot];
}

/* What the escapes say of single values: no number, not sent, printed with other decimals. */
static void escapes(const struct filling *f, const struct chunk_day *d, size_t base)
{
    struct lifted *l = f->to;
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        size_t slot = base + e->slot;
        if (slot >= f->t->n)
            continue;
        int64_t *column = e->column == 0 ? l->value : e->column == 1 ? l->low : l->high;
        if (!column)
            continue;
        if (e->kind == CHUNK_DECIMALS && e->column == 0)
            l->places[slot] = e->decimals;
        else if (e->kind != CHUNK_DECIMALS)
            column[slot] = VALUE_NONE;
    }
}

/* How many there are. */
LANES static size_t fill_flags(const uint8_t *from, size_t n, int8_t decimals, char *ret_flag, int8_t *ret_places)
{
    uint32_t given = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t f = from[i];
        ret_flag[i] = (char)(f == CHUNK_NO_FLAG ? 'N' : f);
        ret_places[i] = f != CHUNK_MISSING ? decimals : 0;
    }
    for (size_t i = 0; i < n; i++)
        given += from[i] != CHUNK_MISSING;
    return given;
}

LANES static void fill_values(const int32_t *from, const uint8_t *flag, size_t n, bool gaps, int64_t *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = from[i];
    for (size_t i = 0; gaps && i < n; i++)
        ret[i] = flag[i] != CHUNK_MISSING ? ret[i] : VALUE_NONE;
}

/* The common day: narrow, of the scale the column has. Selections only, so that it runs in wide lanes; what is missing was so before. */
static void fill_plain(struct lifted *l, const struct chunk_day *d, size_t base, size_t n)
{
    int64_t *value = l->value + base, *low = l->low ? l->low + base : NULL, *high = l->low ? l->high + base : NULL;
    int8_t *places = l->places + base;
    char *flag = l->flag + base;
    size_t given = fill_flags(d->flag, n, d->decimals, flag, places);
    bool gaps = given < n;
    fill_values(d->v[0], d->flag, n, gaps, value);
    if (d->shape == CHUNK_THREE) {
        fill_values(d->v[1], d->flag, n, gaps, low);
        fill_values(d->v[2], d->flag, n, gaps, high);
    }
    l->given += given;
}

static void fill_lifted(struct lifted *l, const struct chunk_day *d, size_t base, size_t n)
{
    int64_t by = power_of_ten(l->decimals - d->decimals);
    for (size_t i = 0; i < n; i++) {
        if (d->flag[i] == CHUNK_MISSING)
            continue;
        size_t slot = base + i;
        l->value[slot] = lift(at(d, 0, i), by);
        l->places[slot] = d->decimals;
        l->flag[slot] = d->flag[i] == CHUNK_NO_FLAG ? 'N' : (char)d->flag[i];
        l->given++;
        if (d->shape == CHUNK_THREE) {
            l->low[slot] = lift(at(d, 1, i), by);
            l->high[slot] = lift(at(d, 2, i), by);
        }
    }
}

static err *fill_day(void *context, const struct chunk_day *d)
{
    struct filling *f = context;
    struct lifted *l = f->to;
    if (d->cadence_s != f->t->step_s || d->day < f->first || d->decimals > LIMIT_TABLE_DECIMALS)
        return NULL; /* another cadence is another table; more decimals than a table holds are no measured value */
    size_t base = (size_t)(d->day - f->first) * (size_t)(86400 / f->t->step_s);
    if (d->decimals > l->decimals)
        lift_all(l, f->t->n, d->decimals);
    if (d->shape == CHUNK_THREE && !l->low)
        l->low = nothing(f->a, f->t->n), l->high = nothing(f->a, f->t->n);
    if (base < f->t->n) {
        size_t room = f->t->n - base, n = (size_t)d->slots < room ? (size_t)d->slots : room;
        (d->wide || d->decimals != l->decimals ? fill_lifted : fill_plain)(l, d, base, n);
    }
    escapes(f, d, base);
    return NULL;
}

static struct lifted room_for(struct arena *a, size_t n)
{
    return (struct lifted){.value = nothing(a, n), .places = NEW_ARRAY(a, n, int8_t), .flag = NEW_ARRAY(a, n, char)};
}

static bool any(const int64_t *v, size_t n)
{
    for (size_t i = 0; v && i < n; i++)
        if (v[i] != VALUE_NONE)
            return true;
    return false;
}

static void add_column(struct table *t, struct column *columns, const struct series *s, const struct lifted *l)
{
    columns[t->columns_n++] = (struct column){
        .factor = s->factor, .group = s->group == GROUP_CONVERTED ? COLUMN_CONVERTED : s->group == GROUP_TOTAL ? COLUMN_TOTAL : COLUMN_VALUE,
        .decimals = (int8_t)l->decimals, .q = table_step(l->value, t->n), .value = l->value, .places = l->places, .flag = l->flag,
        .low = any(l->low, t->n) ? l->low : NULL, .high = any(l->high, t->n) ? l->high : NULL};
}

static bool in_grid(const struct series *s, int step_s, day first, day last)
{
    return s->group != GROUP_OTHER && s->cadence_s == step_s && s->last >= first && s->first <= last;
}

/* What a table has no room for is said, by name: "nothing was found" is not said of what was not looked at. */
static void tell_left(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, const struct series *list, size_t n, int step_s, day first, day last)
{
    enum { NAMED = 8 };
    buf b = buf_make(a, 2000);
    int left = 0;
    for (size_t i = 0; i < n; i++)
        if (in_grid(&list[i], step_s, first, last) && left++ < NAMED)
            buf_printf(&b, "%s%.*s", b.n ? " " : "", STR_ARG(list[i].factor));
    if (!left)
        return;
    e->left += left;
    log_event(LOG_WARN, "watch-wide", "outlet", arena_cstr(a, o->id), "columns-most", arena_cstr(a, arena_printf(a, "%zu", e->w->columns_most)), "left-out",
              arena_cstr(a, arena_printf(a, "%d", left)), "factors", arena_cstr(a, buf_str(&b)), NULL);
}

/* One period of an outlet on one grid; *ret NULL when nothing was sent. */
static err *grid(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, enum reading_period period, int step_s, day first, day last, usec as_of,
                 struct table **ret)
{
    struct series *list;
    size_t n;
    *ret = NULL;
    TRY(series_list(e->w->readings, a, &(struct series_filter){.mn = o->mn, .period = period, .group = -1}, &list, &n));
    struct table *t = NEW(a, struct table);
    *t = (struct table){.outlet = o->name, .identity = o->id, .from = day_start(first), .step_s = step_s,
                        .n = (size_t)(last - first + 1) * (size_t)(86400 / step_s)};
    struct column *columns = NEW_ARRAY(a, n + 1, struct column);
    size_t i = 0;
    for (; i < n && t->columns_n < e->w->columns_most; i++) {
        if (!in_grid(&list[i], step_s, first, last))
            continue;
        struct lifted l = room_for(a, t->n);
        struct filling f = {a, t, first, &l};
        TRY(reading_scan_days(e->scan, list[i].id, first, last, as_of, fill_day, &f));
        if (l.given)
            add_column(t, columns, &list[i], &l);
    }
    tell_left(e, a, o, list + i, n - i, step_s, first, last);
    t->columns = columns;
    *ret = t->columns_n ? t : NULL;
    return NULL;
}

/* ---- what lies over the readings ---- */

static uint8_t mark_kind(str kind)
{
    static const struct { const char *name; uint8_t kind; } kinds[] = {
        {"stopped", MARKED_STOPPED}, {"start", MARKED_START}, {"bake", MARKED_START}, {"shut", MARKED_SHUT}, {"fault", MARKED_FAULT},
        {"accident", MARKED_FAULT}, {"maintenance", MARKED_MAINTENANCE}, {"calibration", MARKED_CALIBRATION}, {"network", MARKED_NETWORK}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(kind, str_of(kinds[i].name)))
            return kinds[i].kind;
    return MARKED_OTHER;
}

static err *marks(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, struct table *t, usec to, usec as_of)
{
    struct reading_mark *list;
    size_t n, kept = 0;
    TRY(overlay_marks(e->house, a, o->mn, t->from, to, &list, &n));
    struct table_mark *out = NEW_ARRAY(a, n + 1, struct table_mark);
    for (size_t i = 0; i < n; i++)
        if (as_of == USEC_NONE || list[i].entered <= as_of)
            out[kept++] = (struct table_mark){list[i].from, list[i].to, list[i].entered, mark_kind(list[i].kind), list[i].reason};
    t->marks = out, t->marks_n = kept;
    return NULL;
}

static err *limits(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, struct table *t, day first, day last)
{
    struct reading_limit *list;
    size_t n, kept = 0;
    TRY(overlay_limits(e->house, a, o->mn, first, last, &list, &n));
    struct table_limit *out = NEW_ARRAY(a, n + 1, struct table_limit);
    for (size_t i = 0; i < n; i++) {
        if (list[i].scale > LIMIT_TABLE_DECIMALS || (list[i].period != PERIOD_HOUR && list[i].period != PERIOD_DAY))
            continue;
        out[kept++] = (struct table_limit){
            .factor = list[i].factor, .group = list[i].converted ? COLUMN_CONVERTED : COLUMN_VALUE, .daily = list[i].period == PERIOD_DAY,
            .lower = list[i].lower, .mantissa = list[i].mantissa, .decimals = list[i].scale, .from = day_start(list[i].from),
            .to = list[i].to == DAY_NONE ? INT64_MAX : day_start(list[i].to + 1)};
    }
    t->limits = out, t->limits_n = kept;
    return NULL;
}

/* Hours in which we failed: no finding rests on them. */
static err *platform(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, struct table *t, usec to)
{
    struct platform_hour *list;
    size_t n, per_hour = (size_t)(3600 / t->step_s);
    TRY(platform_causes(e->w->readings, a, o->mn, t->from, to, &list, &n));
    uint8_t *out = NEW_ARRAY(a, t->n, uint8_t);
    for (size_t i = 0; i < n; i++) {
        if (list[i].hour < t->from || list[i].hour >= to)
            continue;
        size_t slot = (size_t)((list[i].hour - t->from) / (t->step_s * USEC_SECOND));
        for (size_t k = 0; k < (per_hour ? per_hour : 1) && slot + k < t->n; k++)
            out[slot + k] = 1;
    }
    t->platform = out;
    return NULL;
}

static bool value_of(str text, int decimals, int64_t *ret)
{
    struct decimal d;
    if (!decimal_parse(text, &d) || d.scale > decimals)
        return false;
    *ret = lift(d.mantissa, power_of_ten(decimals - d.scale));
    return *ret != VALUE_NONE;
}

static err *versions(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, struct table *t, usec to, usec as_of)
{
    enum { LIMIT_VERSIONS = 20000 };
    VEC(struct table_version) out = {0};
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct column *c = &t->columns[k];
        struct series s;
        struct reading_version *list;
        size_t n;
        int group = c->group == COLUMN_CONVERTED ? GROUP_CONVERTED : c->group == COLUMN_TOTAL ? GROUP_TOTAL : GROUP_VALUE;
        TRY(series_find(e->w->readings, a, o->mn, PERIOD_HOUR, c->factor, (enum reading_group)group, &s));
        TRY(reading_versions(e->w->readings, a, s.id, t->from, to, LIMIT_VERSIONS, &list, &n));
        for (size_t i = 1; i < n; i++) {
            if (list[i].at != list[i - 1].at || (as_of != USEC_NONE && list[i].arrived > as_of))
                continue;
            int64_t before, after;
            if (!value_of(list[i - 1].average, c->decimals, &before) || !value_of(list[i].average, c->decimals, &after) || before == after)
                continue;
            vec_push(a, &out, ((struct table_version){(size_t)((list[i].at - t->from) / (t->step_s * USEC_SECOND)), (uint16_t)k, before, after,
                                                      list[i].arrived, list[i].resubmitted}));
        }
    }
    t->versions = out.n ? out.p : NEW_ARRAY(a, 1, struct table_version); /* none came: that is known */
    t->versions_n = out.n;
    return NULL;
}

static uint8_t event_kind(str kind)
{
    static const struct { const char *part; uint8_t kind; } kinds[] = {
        {"boot", EVENT_BOOT}, {"restart", EVENT_BOOT}, {"serial", EVENT_SERIAL}, {"clock", EVENT_CLOCK}, {"parameter", EVENT_PARAMETER},
        {"calibration", EVENT_CALIBRATION}, {"silence", EVENT_SILENCE}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_find(kind, str_of(kinds[i].part)) >= 0)
            return kinds[i].kind;
    return UINT8_MAX;
}

static err *events(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, struct table *t, usec to)
{
    enum { LIMIT_EVENTS = 10000 };
    struct device_event *list;
    size_t n, kept = 0;
    TRY(device_events(e->w->readings, a, o->mn, t->from, to, LIMIT_EVENTS, &list, &n));
    struct table_event *out = NEW_ARRAY(a, n + 1, struct table_event);
    for (size_t i = 0; i < n; i++)
        if (event_kind(list[i].kind) != UINT8_MAX)
            out[kept++] = (struct table_event){.at = list[i].at, .kind = event_kind(list[i].kind), .text = list[i].detail};
    t->events = out, t->events_n = kept;
    return NULL;
}

static void facts(const struct watch_outlet *o, struct table *t)
{
    t->facts = (struct outlet_facts){.o2_reference_permille = (int)(o->o2_reference / 10), .area_mm2 = o->area_m2 * 1000,
                                     .kind = o->kind, .industry = o->industry, .pseudonym = o->id};
}

err *watch_grid(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, enum reading_period period, int step_s, day first, day last, usec as_of,
                struct table **ret)
{
    struct series *list;
    size_t n;
    *ret = NULL;
    if (!step_s) {
        TRY(series_list(e->w->readings, a, &(struct series_filter){.mn = o->mn, .period = (int)period, .group = GROUP_VALUE}, &list, &n));
        for (size_t i = 0; i < n && !step_s; i++)
            step_s = list[i].last >= first && list[i].first <= last ? list[i].cadence_s : 0;
    }
    return step_s <= 0 || 86400 % step_s ? NULL : grid(e, a, o, period, step_s, first, last, as_of, ret);
}

/* same: a table of this outlet over the same days, which has what does not lie on a grid; NULL. */
static err *overlays(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, struct table *t, day first, day last, usec as_of,
                     const struct table *same)
{
    usec to = day_start(last + 1);
    TRY(platform(e, a, o, t, to));
    facts(o, t);
    if (same) {
        t->marks = same->marks, t->marks_n = same->marks_n;
        t->limits = same->limits, t->limits_n = same->limits_n;
        t->events = same->events, t->events_n = same->events_n;
        return NULL;
    }
    TRY(marks(e, a, o, t, to, as_of));
    TRY(limits(e, a, o, t, first, last));
    return events(e, a, o, t, to);
}

/* The first day of minutes that a worker has room for. */
static err *minutes_from(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, day first, day last, day *ret)
{
    struct series *list;
    size_t n;
    int64_t columns = 0, days = last - first + 1;
    TRY(series_list(e->w->readings, a, &(struct series_filter){.mn = o->mn, .period = PERIOD_MINUTE, .group = -1}, &list, &n));
    for (size_t i = 0; i < n && columns < (int64_t)e->w->columns_most; i++)
        columns += in_grid(&list[i], 60, first, last);
    int64_t room = columns ? e->w->cells_most / (columns * 1440) : days;
    e->narrowed = room < days;
    *ret = e->narrowed ? (day)(last - (room > 0 ? room : 1) + 1) : first;
    return NULL;
}

err *watch_eye_table(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table **ret)
{
    struct table *hours = NULL, *minutes = NULL, *days = NULL;
    day minutes_first;
    e->left = 0;
    if (last < first || last - first >= WATCH_SPAN_MOST)
        return err_new(ERR_LIMIT, "一次最多研判%d天", WATCH_SPAN_MOST);
    TRY(grid(e, a, o, PERIOD_HOUR, 3600, first, last, as_of, &hours));
    TRY(minutes_from(e, a, o, first, last, &minutes_first));
    TRY(grid(e, a, o, PERIOD_MINUTE, 60, minutes_first, last, as_of, &minutes));
    TRY(grid(e, a, o, PERIOD_DAY, 86400, first, last, as_of, &days));
    struct table *t = hours ? hours : minutes;
    if (!t)
        return err_new(ERR_MISSING, "点位“%.*s”在这段时间没有小时或分钟数据", STR_ARG(o->name));
    if (hours && minutes) {
        TRY(overlays(e, a, o, minutes, minutes_first, last, as_of, NULL));
        hours->finer = minutes;
    }
    if (hours)
        hours->daily = days;
    TRY(overlays(e, a, o, t, hours ? first : minutes_first, last, as_of, hours && minutes_first == first ? minutes : NULL));
    if (hours)
        TRY(versions(e, a, o, t, day_start(last + 1), as_of));
    *ret = t;
    return NULL;
}

err *watch_eye_hours(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table **ret)
{
    day from = first;
    if (last < first || last - first >= WATCH_SPAN_MOST)
        return err_new(ERR_LIMIT, "一次最多研判%d天", WATCH_SPAN_MOST);
    TRY(grid(e, a, o, PERIOD_HOUR, 3600, first, last, as_of, ret));
    if (!*ret) {
        TRY(minutes_from(e, a, o, first, last, &from));
        TRY(grid(e, a, o, PERIOD_MINUTE, 60, from, last, as_of, ret));
    }
    if (!*ret)
        return err_new(ERR_MISSING, "点位“%.*s”在这段时间没有小时或分钟数据", STR_ARG(o->name));
    TRY(marks(e, a, o, *ret, day_start(last + 1), as_of));
    TRY(limits(e, a, o, *ret, from, last));
    return platform(e, a, o, *ret, day_start(last + 1));
}

err *watch_table(struct watch *w, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table **ret)
{
    AUTO_EYE e = {0};
    TRY(watch_eye_open(w, &e));
    return watch_eye_table(&e, a, o, first, last, as_of, ret);
}

/* ---- what a thread looks with ---- */

err *watch_eye_open(struct watch *w, struct watch_eye *ret)
{
    *ret = (struct watch_eye){.w = w, .arena = arena_new()};
    TRY(db_open(w->house, false, &ret->house));
    return reading_scan_open(w->readings, ret->arena, &ret->scan);
}

void watch_eye_close(struct watch_eye *e)
{
    reading_scan_close(e->scan);
    if (e->house)
        db_close(e->house);
    arena_free(e->arena);
    *e = (struct watch_eye){0};
}
