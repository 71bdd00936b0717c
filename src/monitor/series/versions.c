/*
 * What happens when a slot gets a second value. The same again is nothing; what fills a gap (packets of a group, a minimum
 * sent later) unites with it; of live values of one minute the newest instant stands, which is no contradiction. Everything
 * else is a version: both are written down with their frames, and the later one stands.
 */
#include "monitor/series/drain.h"

#include <string.h>

/* The chunk that holds the slot's value, decoded once a pass. */
static err *base_of(struct drain *d, struct dev_series *s, day on, const struct series_day **ret)
{
    if (s->base && s->base->day == on) {
        *ret = s->base;
        return NULL;
    }
    AUTO_ARENA(a);
    str bytes;
    int32_t revision;
    *ret = NULL;
    if (s->fresh || on < s->first || on > s->last)
        return NULL;
    TRY(chunk_get(d->readings, d->index.db, a, s->id, on, USEC_NONE, &bytes, &revision));
    if (!bytes.p)
        return NULL;
    struct chunk_day *decoded;
    TRY(chunk_decode(d->room, bytes, &decoded));
    s->base = NEW(d->pass, struct series_day);
    series_day_clear(s->base, on, s->period);
    series_day_of_chunk(d->pass, s->base, decoded);
    *ret = s->base;
    return NULL;
}

/* ---- which frame a value came in ---- */

static bool holds(struct arena *a, const struct dev_series *s, const struct hj_frame *hj, const struct cell *c)
{
    for (size_t i = 0; i < hj->n; i++) {
        const struct hj_value *v = &hj->values[i];
        if (!v->kind.n || !str_eq(hj_factor_2017(v->code), s->factor))
            continue;
        struct target t = target_of(a, hj->command, (enum reading_period)s->period, v->kind);
        if (t.column == COLUMN_FLAG || t.group != s->group || !str_eq(t.kind, s->kind))
            continue;
        str text = cell_value_text(a, c, t.column);
        if (text.p && str_eq(text, str_sub(v->text, 0, CELL_TEXT_BYTES)))
            return true;
        struct cell number = {.kind = {CELL_NUMBER}, .scale = {v->scale}, .v = {{.m = v->mantissa}}};
        if (text.p && v->number == HJ_NUMBER_OK && str_eq(text, cell_value_text(a, &number, 0)))
            return true;
    }
    return false;
}

struct origin { struct spool_place place; usec arrived; bool resubmitted; };

static err *try_frame(struct drain *d, const struct dev_series *s, const struct slab_frame *f, const struct cell *c, bool sure,
                      struct origin *ret, bool *ret_found)
{
    AUTO_ARENA(a);
    struct spool_frame raw;
    struct hj_frame hj;
    struct spool_place place = {f->batch, f->at};
    err *bad = spool_get(d->readings, a, place, &raw, NULL);
    if (bad && bad->kind == ERR_MISSING) /* a spool that was put away */
        return NULL;
    TRY(bad);
    struct hj_value *values = NEW_ARRAY(a, HJ_LIMIT_VALUES, struct hj_value);
    hj_decode_spooled(&raw, values, HJ_LIMIT_VALUES, &hj);
    if (!sure && !holds(a, s, &hj, c))
        return NULL;
    *ret = (struct origin){place, raw.arrived, hj.resubmitted};
    *ret_found = true;
    return NULL;
}

/* The slab knows it; of a value from a chunk the frames of its slot are read, newest first. */
static err *origin_of(struct drain *d, const struct slab *slab, const struct dev_series *s, int minute, const struct cell *c,
                      struct origin *ret, bool *ret_found)
{
    *ret_found = false;
    if (c->frame != FRAME_UNKNOWN && c->frame < slab->frames.n)
        return try_frame(d, s, &slab->frames.p[c->frame], c, true, ret, ret_found);
    for (size_t i = slab->frames.n; i-- > 0 && !*ret_found;) {
        const struct slab_frame *f = &slab->frames.p[i];
        if (f->period == s->period && f->second / 60 == minute)
            TRY(try_frame(d, s, f, c, false, ret, ret_found));
    }
    return NULL;
}

static void add_version(struct drain *d, const struct dev_series *s, usec at, const struct cell *c, const struct origin *o)
{
    struct version_row row = {s->id, at, o->arrived, o->place, o->resubmitted, c->flag, {STR_NONE}};
    for (int k = 0; k < 3; k++)
        row.value[k] = cell_value_text(d->pass, c, k);
    vec_push(d->pass, &d->versions, row);
    d->report->versions++;
}

/* ---- merging ---- */

/* Seconds of the instant a chunk's live value was taken at: that of the newest frame of its minute. */
static int second_of(const struct slab *s, int period, int minute)
{
    int newest = 0;
    for (size_t i = 0; i < s->old_frames; i++)
        if (s->frames.p[i].period == period && s->frames.p[i].second / 60 == minute && s->frames.p[i].second % 60 > newest)
            newest = s->frames.p[i].second % 60;
    return newest;
}

static err *contradict(struct drain *d, struct slab *slab, const struct dev_series *s, int minute, const struct cell *old,
                       const struct cell *new, const struct frame_in *f)
{
    usec at = slab->hour * USEC_HOUR + minute * USEC_MINUTE;
    if (!old->versioned) {
        struct origin o;
        bool found;
        TRY(origin_of(d, slab, s, minute, old, &o, &found));
        if (found)
            add_version(d, s, at, old, &o);
    }
    struct origin now = {f->place, f->spool->arrived, true};
    add_version(d, s, at, new, &now);
    return NULL;
}

err *cell_merge(struct drain *d, struct dev *v, struct slab *s, struct slab_series *in, int32_t series, int minute,
                const struct cell *c, const struct frame_in *f)
{
    struct dev_series *one = &v->series.p[series];
    day on = day_of_hour(s->hour);
    if (one->first == DAY_NONE || on < one->first || on > one->last) {
        one->first = one->first == DAY_NONE || on < one->first ? on : one->first;
        one->last = one->last == DAY_NONE || on > one->last ? on : one->last;
        one->dirty = true;
    }
    struct cell *there = slab_cell_find(in, minute), old = {0};
    if (there) {
        old = *there;
    } else if (s->chunked) {
        const struct series_day *base;
        TRY(base_of(d, one, on, &base));
        if (base)
            old = base->cell[(s->hour * USEC_HOUR - day_start(on)) / USEC_MINUTE + minute];
        if (old.flag != CHUNK_MISSING && (one->period == PERIOD_LIVE || one->period == PERIOD_STATE))
            old.second = (uint8_t)second_of(s, one->period, minute);
    }
    if (old.flag != CHUNK_MISSING && cell_equal(&old, c)) {
        if (there && c->second > there->second)
            there->second = c->second;
        return NULL;
    }
    struct cell result = *c;
    bool instants = one->period == PERIOD_LIVE || one->period == PERIOD_STATE;
    if (old.flag != CHUNK_MISSING && !(instants && c->second > old.second)) {
        if (instants && c->second < old.second)
            return NULL;
        result = old;
        if (!cell_unite(&result, c)) {
            TRY(contradict(d, s, one, minute, &old, c, f));
            result = *c;
            result.versioned = true;
        }
    }
    if (!there)
        there = slab_cell_add(d->pass, in, minute);
    *there = result;
    s->changed = true;
    return NULL;
}

/* ---- asked from outside ---- */

static struct reading_version version_row(struct db_rows *rows, int64_t series)
{
    return (struct reading_version){.series = series, .at = db_int(rows, 0), .arrived = db_int(rows, 1),
                                    .resubmitted = db_int(rows, 2) != 0, .flag = (char)db_int(rows, 3),
                                    .average = db_str(rows, 4), .minimum = db_str(rows, 5), .maximum = db_str(rows, 6),
                                    .frame = {db_int(rows, 7), (int32_t)db_int(rows, 8)}};
}

err *reading_versions(struct readings *r, struct arena *a, int64_t series, usec from, usec to, size_t limit,
                      struct reading_version **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a,
                 "SELECT at, arrived, resubmitted, flag, average, minimum, maximum, batch, place FROM reading_version"
                 " WHERE series = :series AND at >= :from AND at < :to ORDER BY at, arrived, batch, place LIMIT :limit",
                 DB_ARGS(DB_I("series", series), DB_I("from", from), DB_I("to", to), DB_I("limit", (int64_t)limit)), &rows));
    VEC(struct reading_version) list = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, version_row(&rows, series));
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

struct slot { usec at; uint8_t period; };
typedef VEC(struct spool_place) place_list;

static void add_places(struct arena *a, place_list *list, const struct frame_list *frames, usec base, const struct slot *slot)
{
    usec length = slot->period == PERIOD_HOUR ? USEC_HOUR : slot->period == PERIOD_DAY ? USEC_DAY : USEC_MINUTE;
    for (size_t i = 0; i < frames->n; i++) {
        usec at = base + frames->p[i].second * USEC_SECOND;
        if (frames->p[i].period == slot->period && at >= slot->at && at < slot->at + length)
            vec_push(a, list, ((struct spool_place){frames->p[i].batch, frames->p[i].at}));
    }
}

/* Frames of the slot, those of its chunk first, then those still in a slab. */
static err *slot_places(struct db *d, struct arena *a, int64_t device, const struct slot *slot, place_list *list)
{
    str bytes;
    day on = day_of(slot->at);
    TRY(db_one_str(d, a, "SELECT data FROM reading_frames WHERE device = :device AND day = :day",
                   DB_ARGS(DB_I("device", device), DB_I("day", on)), &bytes));
    struct frame_list old = {0};
    if (bytes.p) {
        TRY(frames_decode(a, bytes, &old));
        add_places(a, list, &old, day_start(on), slot);
    }
    int64_t hour = hour_of(slot->at);
    struct slab s = {0};
    TRY(db_one_str(d, a, "SELECT data FROM reading_slab WHERE device = :device AND hour = :hour",
                   DB_ARGS(DB_I("device", device), DB_I("hour", hour)), &bytes));
    if (bytes.p) {
        TRY(slab_decode(a, bytes, &s));
        add_places(a, list, &s.frames, hour * USEC_HOUR, slot);
    }
    return NULL;
}

static bool of_series(struct arena *a, const struct hj_frame *hj, uint8_t period, uint8_t group, str factor, str kind)
{
    for (size_t i = 0; i < hj->n; i++) {
        const struct hj_value *v = &hj->values[i];
        if (!v->kind.n || !str_eq(hj_factor_2017(v->code), factor))
            continue;
        struct target t = target_of(a, hj->command, (enum reading_period)period, v->kind);
        if (t.column == COLUMN_FLAG ? group == GROUP_VALUE : t.group == group && str_eq(t.kind, kind))
            return true;
    }
    return false;
}

err *reading_frames(struct readings *r, struct arena *a, int64_t series, usec at, size_t limit, struct spool_place **ret,
                    size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    AUTO_ARENA(own);
    struct db_rows rows;
    bool more;
    *ret_n = 0;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, own, "SELECT device, period, grp, factor, kind FROM reading_series WHERE id = :id",
                 DB_ARGS(DB_I("id", series)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "没有这个数据序列");
    struct slot slot = {at, (uint8_t)db_int(&rows, 1)};
    uint8_t group = (uint8_t)db_int(&rows, 2);
    str factor = db_str(&rows, 3), kind = db_str(&rows, 4);
    place_list places = {0};
    TRY(slot_places(lease.db, own, db_int(&rows, 0), &slot, &places));
    *ret = NEW_ARRAY(a, limit ? limit : 1, struct spool_place);
    struct hj_value *values = NEW_ARRAY(own, HJ_LIMIT_VALUES, struct hj_value);
    for (size_t i = 0; i < places.n && *ret_n < limit; i++) {
        struct spool_frame raw;
        struct hj_frame hj;
        TRY(spool_get(r, own, places.p[i], &raw, NULL));
        hj_decode_spooled(&raw, values, HJ_LIMIT_VALUES, &hj);
        if (of_series(own, &hj, slot.period, group, factor, kind))
            (*ret)[(*ret_n)++] = places.p[i];
    }
    return NULL;
}
