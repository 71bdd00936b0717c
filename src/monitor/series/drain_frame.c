/*
 * One frame into cells. Values of a factor are gathered first, over its kinds, because its flag stands behind them and holds
 * for all; then each series' cell is merged into its slab.
 *
 * A device's frames look alike. Where the value i of the last frame of a period went is remembered per device, and a value
 * with the same code and kind at the same place goes there without a look-up.
 */
#include "monitor/series/drain.h"

#include <ctype.h>
#include <string.h>

enum { LIMIT_PENDING = 2 * HJ_LIMIT_VALUES }; /* a flag may open two: its slot, and itself as a text */
struct pending {
    int32_t series;
    usec at;
    str code;
    struct cell cell;
};
struct gather {
    struct drain *drain;
    struct dev *dev;
    struct frame_in *frame;
    enum reading_period period;
    struct pending *p;
    size_t n, run;              /* where the factor at hand begins */
    str run_code;
    uint8_t run_flag;
    VEC(struct flag_of { str code; uint8_t flag; }) flags;
    usec item_time[256];        /* of a DataTime inside an item; USEC_NONE none */
};

bool period_of_command(int cn, enum reading_period *ret)
{
    static const struct { int cn; enum reading_period period; } table[] = {
        {2011, PERIOD_LIVE}, {2051, PERIOD_MINUTE}, {2061, PERIOD_HOUR}, {2031, PERIOD_DAY},
        {2021, PERIOD_STATE}, {2041, PERIOD_STATE}, {2052, PERIOD_MINUTE}, {2111, PERIOD_MINUTE}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].cn == cn) {
            *ret = table[i].period;
            return true;
        }
    *ret = PERIOD_STATE; /* what else has a time and values: logs, checks, parameters */
    const struct hj_command *c = hj_command_find(cn);
    return c && cn < 9000;
}

static bool is_main(int cn)
{
    return cn == 2011 || cn == 2021 || cn == 2031 || cn == 2041 || cn == 2051 || cn == 2061;
}

static bool same(str a, const char *b)
{
    size_t n = strlen(b);
    return a.n == n && strncasecmp(a.p, b, n) == 0;
}

struct target target_of(struct arena *a, int cn, enum reading_period period, str kind)
{
    static const struct { const char *kind; uint8_t group; int8_t column; } table[] = {
        {"Avg", GROUP_VALUE, 0}, {"Min", GROUP_VALUE, 1}, {"Max", GROUP_VALUE, 2}, {"Rtd", GROUP_VALUE, 0},
        {"ZsAvg", GROUP_CONVERTED, 0}, {"ZsMin", GROUP_CONVERTED, 1}, {"ZsMax", GROUP_CONVERTED, 2},
        {"ZsRtd", GROUP_CONVERTED, 0}, {"Cou", GROUP_TOTAL, 0}};
    if (same(kind, "Flag"))
        return (struct target){GROUP_VALUE, COLUMN_FLAG, S("")};
    /* Means of five minutes and results of checks are no values of the minute, whatever their kinds are called. */
    if (!is_main(cn))
        return (struct target){GROUP_OTHER, 0, arena_printf(a, "%d.%.*s", cn, STR_ARG(kind))};
    for (size_t i = 0; period != PERIOD_STATE && i < sizeof table / sizeof *table; i++)
        if (same(kind, table[i].kind) && (period != PERIOD_LIVE || table[i].column == 0))
            return (struct target){table[i].group, table[i].column, S("")};
    return (struct target){GROUP_OTHER, 0, kind};
}

void hj_decode_spooled(const struct spool_frame *f, struct hj_value *values, size_t capacity, struct hj_frame *ret)
{
    /* the gateway has accepted it, under the profile of its device */
    static const struct hj_options options = {.crc = HJ_CRC_ANY, .no_crc_accepted = true, .edition_2025 = true};
    struct hj_cut cut = hj_cut(f->raw, true);
    if (cut.kind != HJ_CUT_FRAME) {
        *ret = (struct hj_frame){.command = -1, .data_time = USEC_NONE};
        return;
    }
    if (capacity)
        hj_decode(&cut, &options, NULL, values, capacity, ret);
    else
        hj_decode_head(&cut, &options, ret);
}

/* Text of a device that is shown and stored as text: what is no UTF-8 appears as \xNN. */
static str clean(struct arena *a, str s)
{
    enum { MOST = 120 };
    s = str_sub(s, 0, MOST);
    if (utf8_bad(s) < 0 && !memchr(s.p ? s.p : "", 0, s.n))
        return s;
    buf b = buf_make(a, 4 * MOST + 8);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= ' ' && s.p[i] < 0x7f)
            buf_char(&b, s.p[i]);
        else
            buf_printf(&b, "\\x%02X", (unsigned char)s.p[i]);
    return buf_str(&b);
}

void drain_event(struct drain *d, str mn, const char *kind, str detail, usec at)
{
    struct event_row row = {arena_str(d->pass, clean(d->pass, mn)), str_of(kind), arena_str(d->pass, clean(d->pass, detail)), at};
    vec_push(d->pass, &d->events, row);
}

/* ---- slabs of this pass ---- */

static err *frames_of_day(struct drain *d, int64_t device, int64_t hour, struct slab *s)
{
    str bytes;
    day on = day_of_hour(hour);
    struct frame_list all = {0};
    TRY(db_one_str(d->index.db, d->pass, "SELECT data FROM reading_frames WHERE device = :device AND day = :day",
                   DB_ARGS(DB_I("device", device), DB_I("day", on)), &bytes));
    if (!bytes.p)
        return NULL;
    s->chunked = true;
    TRY(frames_decode(d->pass, bytes, &all));
    int32_t first = (int32_t)((hour * USEC_HOUR - day_start(on)) / USEC_SECOND);
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i].second >= first && all.p[i].second < first + 3600) {
            all.p[i].second -= first;
            frames_add(d->pass, &s->frames, &all.p[i]);
        }
    s->old_frames = s->frames.n;
    return NULL;
}

err *slab_of(struct drain *d, struct dev *v, int64_t hour, struct slab **ret)
{
    for (size_t i = v->open.n; i-- > 0;)
        if (v->open.p[i]->hour == hour) {
            *ret = v->open.p[i];
            return NULL;
        }
    struct slab *s = NEW(d->pass, struct slab);
    s->device = v->id;
    s->hour = hour;
    s->newest = USEC_NONE;
    if (day_of_hour(hour) <= v->chunked_to)
        TRY(frames_of_day(d, v->id, hour, s));
    struct db_rows rows;
    bool more;
    TRY(db_query(d->index.db, d->pass, "SELECT newest, data FROM reading_slab WHERE device = :device AND hour = :hour",
                 DB_ARGS(DB_I("device", v->id), DB_I("hour", hour)), &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        s->newest = db_int(&rows, 0);
        TRY(slab_decode(d->pass, db_str(&rows, 1), s));
    }
    if (!v->in_pass) {
        v->in_pass = true;
        vec_push(d->pass, &d->touched, v);
    }
    vec_push(d->pass, &v->open, s);
    *ret = s;
    return NULL;
}

/* ---- values ---- */

static const struct layout_value *place_value(struct gather *g, size_t i, const struct hj_value *value)
{
    struct layout *l = &g->dev->layout[g->period];
    if (i < l->values.n && str_eq(l->values.p[i].code, value->code) && str_eq(l->values.p[i].kind, value->kind))
        return &l->values.p[i];
    struct drain *d = g->drain;
    struct layout_value at = {arena_str(d->arena, value->code), arena_str(d->arena, value->kind), -1, COLUMN_SKIP};
    struct target t = target_of(d->pass, g->frame->hj.command, g->period, value->kind);
    at.column = t.column;
    if (t.column != COLUMN_FLAG)
        at.series = series_of(d, g->dev, g->period, (enum reading_group)t.group, hj_factor_2017(value->code), t.kind);
    while (l->values.n <= i)
        vec_push(d->arena, &l->values, (struct layout_value){.column = COLUMN_SKIP});
    l->values.p[i] = at;
    return &l->values.p[i];
}

static bool column_free(const struct pending *p, int column)
{
    return p->cell.kind[column] == CELL_ABSENT;
}

static struct pending *pending_of(struct gather *g, int32_t series, int column, usec at, str code)
{
    struct dev_series *s = &g->dev->series.p[series];
    if (s->frame == g->drain->frame_number && g->p[s->pending].at == at && column_free(&g->p[s->pending], column))
        return &g->p[s->pending];
    CHECK(g->n < LIMIT_PENDING);
    s->frame = g->drain->frame_number;
    s->pending = (uint32_t)g->n;
    g->p[g->n] = (struct pending){.series = series, .at = at, .code = code};
    return &g->p[g->n++];
}

static void set_value(struct gather *g, struct cell *c, int column, const struct hj_value *v)
{
    if (v->number != HJ_NUMBER_OK) {
        cell_set_text(g->drain->pass, c, column, v->text);
        return;
    }
    c->kind[column] = CELL_NUMBER;
    c->scale[column] = v->scale;
    c->v[column].m = v->mantissa;
}

/* The flag of a factor holds for all that came of it in this frame. */
static void end_run(struct gather *g)
{
    for (size_t i = g->run; g->run_flag && i < g->n; i++)
        g->p[i].cell.flag = g->run_flag;
    g->run = g->n;
    g->run_flag = 0;
}

static void flag_value(struct gather *g, const struct hj_value *v, usec at)
{
    bool letter = v->text.n == 1 && isgraph((unsigned char)v->text.p[0]);
    g->run_flag = letter ? (uint8_t)v->text.p[0] : CHUNK_NO_FLAG;
    vec_push(g->drain->pass, &g->flags, ((struct flag_of){v->code, g->run_flag}));
    if (!letter && v->text.n) { /* kept as a text of its own */
        int32_t series = series_of(g->drain, g->dev, g->period, GROUP_OTHER, hj_factor_2017(v->code), S("Flag"));
        if (series >= 0)
            cell_set_text(g->drain->pass, &pending_of(g, series, 0, at, v->code)->cell, 0, v->text);
    }
    if (g->n > g->run)
        return;
    /* a flag alone: the slot was sent, with no value */
    int32_t series = series_of(g->drain, g->dev, g->period, GROUP_VALUE, hj_factor_2017(v->code), S(""));
    if (series >= 0 && g->period != PERIOD_STATE)
        pending_of(g, series, 0, at, v->code);
}

static void gather_value(struct gather *g, size_t i)
{
    const struct hj_value *v = &g->frame->hj.values[i];
    if (!v->kind.n)
        return;
    if (!str_eq(v->code, g->run_code)) {
        end_run(g);
        g->run_code = v->code;
    }
    usec at = g->item_time[v->item] != USEC_NONE ? g->item_time[v->item] : g->frame->hj.data_time;
    const struct layout_value *place = place_value(g, i, v);
    if (place->column == COLUMN_FLAG) {
        flag_value(g, v, at);
    } else if (place->series >= 0) {
        set_value(g, &pending_of(g, place->series, place->column, at, v->code)->cell, place->column, v);
    } else {
        drain_event(g->drain, g->dev->mn, "name-unfit", v->code, g->frame->spool->arrived);
    }
}

static void gather_all(struct gather *g)
{
    struct hj_frame *hj = &g->frame->hj;
    for (int i = 0; i < 256; i++)
        g->item_time[i] = USEC_NONE;
    for (size_t i = 0; i < hj->n; i++)
        if (!hj->values[i].kind.n && same(hj->values[i].code, "DataTime"))
            g->item_time[hj->values[i].item] = hj_time(hj->values[i].text);
    for (size_t i = 0; i < hj->n; i++)
        gather_value(g, i);
    end_run(g);
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = 0; !g->p[i].cell.flag && k < g->flags.n; k++)
            if (str_eq(g->flags.p[k].code, g->p[i].code))
                g->p[i].cell.flag = g->flags.p[k].flag;
        if (!g->p[i].cell.flag)
            g->p[i].cell.flag = CHUNK_NO_FLAG;
    }
}

/* ---- times ---- */

/* Beginning of the slot; *ret_off when the stamp stood elsewhere. */
static usec slot_of(const struct dev *v, enum reading_period period, usec at, bool *ret_off)
{
    usec length = period == PERIOD_DAY ? USEC_DAY : period == PERIOD_HOUR ? USEC_HOUR : USEC_MINUTE;
    if (v->stamp_end && period == PERIOD_MINUTE)
        at -= (v->minute_s ? v->minute_s : 60) * USEC_SECOND;
    else if (v->stamp_end && (period == PERIOD_HOUR || period == PERIOD_DAY))
        at -= length;
    usec slot = period == PERIOD_DAY ? day_start(day_of(at)) : at - at % length;
    *ret_off = slot != at && period != PERIOD_LIVE && period != PERIOD_STATE;
    return slot;
}

static bool plausible(usec at)
{
    return at >= INT64_C(946684800) * USEC_SECOND && at < INT64_C(4102444800) * USEC_SECOND; /* 2000 to 2099 */
}

static void remember(struct drain *d, struct slab *s, const struct frame_in *f, enum reading_period period, usec at)
{
    struct slab_frame entry = {f->place.batch, f->place.at, (int32_t)((at - s->hour * USEC_HOUR) / USEC_SECOND),
                               (uint8_t)period, {0}};
    memcpy(entry.digest, f->digest, DIGEST_BYTES);
    frames_add(d->pass, &s->frames, &entry);
    if (period == PERIOD_HOUR)
        vec_push(d->pass, &s->traces, trace_of(f->spool, &f->hj, at));
    s->newest = f->spool->arrived > s->newest ? f->spool->arrived : s->newest;
    s->changed = true;
}

static err *merge_one(struct gather *g, struct pending *p, size_t *hint, struct slab **last)
{
    struct drain *d = g->drain;
    bool off;
    usec slot = slot_of(g->dev, g->period, p->at, &off);
    int64_t hour = hour_of(slot);
    if (!*last || (*last)->hour != hour) {
        TRY(slab_of(d, g->dev, hour, last));
        if ((*last)->frames.n >= LIMIT_SLAB_FRAMES)
            return NULL;
        bool there = (*last)->frames.n && memcmp((*last)->frames.p[(*last)->frames.n - 1].digest, g->frame->digest, DIGEST_BYTES) == 0;
        if (!there)
            remember(d, *last, g->frame, g->period, g->period == PERIOD_LIVE || g->period == PERIOD_STATE ? p->at : slot);
        *hint = 0;
        if (off)
            drain_event(d, g->dev->mn, "off-grid", arena_printf(d->pass, "CN=%d", g->frame->hj.command), g->frame->spool->arrived);
    }
    if (!plausible(p->at))
        return NULL;
    struct slab_series *in = slab_series_of(d->pass, *last, g->dev->series.p[p->series].id, hint);
    p->cell.second = (uint8_t)(p->at / USEC_SECOND % 60);
    p->cell.frame = (uint32_t)(*last)->frames.n - 1;
    TRY(cell_merge(d, g->dev, *last, in, p->series, (int)((slot - hour * USEC_HOUR) / USEC_MINUTE), &p->cell, g->frame));
    return NULL;
}

/* The hour a frame belongs to, where it is told from a duplicate. */
static bool home_of(struct gather *g, usec *ret)
{
    usec at = g->n ? g->p[0].at : g->frame->hj.data_time;
    bool off;
    if (at == USEC_NONE || !plausible(at))
        return false;
    *ret = slot_of(g->dev, g->period, at, &off);
    return true;
}

static err *merge_all(struct gather *g)
{
    struct drain *d = g->drain;
    struct slab *slab = NULL;
    size_t hint = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (g->p[i].at == USEC_NONE || !plausible(g->p[i].at)) {
            drain_event(d, g->dev->mn, "time-implausible", g->frame->hj.data_time_text, g->frame->spool->arrived);
            continue;
        }
        TRY(merge_one(g, &g->p[i], &hint, &slab));
    }
    d->report->readings += (int64_t)g->n;
    return NULL;
}

err *frame_merge(struct drain *d, struct dev *v, struct frame_in *f)
{
    struct gather g = {.drain = d, .dev = v, .frame = f};
    if (!period_of_command(f->hj.command, &g.period)) {
        drain_event(d, v->mn, "unknown-command", arena_printf(d->pass, "CN=%.*s", STR_ARG(f->hj.cn)), f->spool->arrived);
        return NULL;
    }
    if (f->hj.pnum > 1)
        TRY(part_note(d, v, f, f->hj.data_time));
    d->frame_number++;
    g.p = d->pending;
    gather_all(&g);
    if (!g.n)
        return NULL;
    usec home;
    if (!home_of(&g, &home)) {
        drain_event(d, v->mn, "time-implausible", f->hj.data_time_text, f->spool->arrived);
        return NULL;
    }
    struct slab *slab;
    TRY(slab_of(d, v, hour_of(home), &slab));
    if (slab_has(d->pass, slab, f->digest)) {
        d->report->duplicates++;
        return NULL;
    }
    if (slab->frames.n >= LIMIT_SLAB_FRAMES) {
        if (!slab->full_told)
            drain_event(d, v->mn, "too-many-frames", S("一小时内报文过多，其余只存原文"), f->spool->arrived);
        slab->full_told = true;
        return NULL;
    }
    TRY(merge_all(&g));
    return NULL;
}

size_t pending_bytes(void)
{
    return LIMIT_PENDING * sizeof(struct pending);
}
