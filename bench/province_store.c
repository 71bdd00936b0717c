/* What is slow here is not measured: a store is made once and may be measured again. */
#include "province_store.h"

#include "bench.h"
#include "monitor/plant/plant.h"
#include "monitor/series/drain.h"

#include <stdlib.h>
#include <string.h>

enum { PLANTS_MOST = 64, MINUTES = 1440, CITIES = 13, OF_A_COMPANY = 3, SPOOL_HOURS = 24 };

struct model {
    struct plant *plant;
    enum plant_kind kind;
    const struct plant_channel *channel;
    size_t channels;
    struct plant_series *minutes, *hours;
    bool gas;
};
struct making {
    struct province *p;
    struct arena *a;
    struct model model[PLANTS_MOST];
    struct store *house;
    struct readings *r;
    int64_t next_series;
};

static void told(const char *what, int64_t done, int64_t of)
{
    fprintf(stderr, "\r%-30s %lld of %lld%s", what, (long long)done, (long long)of, done == of ? "\n" : "");
}

str province_url(struct arena *a, const struct province *p)
{
    return arena_printf(a, "sqlite:%.*s/house.db", STR_ARG(p->folder));
}

static int64_t ten_to(int n)
{
    int64_t unit = 1;
    while (n-- > 0)
        unit *= 10;
    return unit;
}

/* ---- plants ---- */

static void make_plants(struct making *m)
{
    usec from = day_start(m->p->first);
    for (int64_t i = 0; i < m->p->plants; i++) {
        struct model *one = &m->model[i];
        one->kind = (enum plant_kind)(i % PLANT_KINDS);
        one->gas = one->kind != PLANT_SEWAGE_WORKS && one->kind != PLANT_INDUSTRIAL_WATER;
        one->plant = plant_new(m->a, one->kind, (uint64_t)(9000 + i));
        one->channels = plant_channels(one->plant, &one->channel);
        one->minutes = plant_report(m->a, one->plant, from, 60, (size_t)PROVINCE_HISTORY * MINUTES);
        one->hours = plant_aggregate(m->a, one->plant, one->minutes, 3600);
        told("plants", i + 1, m->p->plants);
    }
}

static const struct model *model_of(const struct making *m, int64_t outlet)
{
    return &m->model[outlet % m->p->plants];
}

/* The day of the plant's history this outlet's month begins at. */
static size_t shift_of(const struct making *m, int64_t outlet)
{
    return (size_t)(outlet / m->p->plants % (PROVINCE_HISTORY - PROVINCE_DAYS));
}

static str mn_of(struct arena *a, int64_t outlet)
{
    return arena_printf(a, "420000A1B2C3D4E5%08llX", (unsigned long long)outlet);
}

/* ---- the house ---- */

static void put_limits(struct making *m, struct arena *a, struct db *d, int64_t outlet, str id)
{
    const struct model *one = model_of(m, outlet);
    for (size_t k = 0, n = 0; k < one->channels; k++) {
        const struct plant_channel *c = &one->channel[k];
        if (!c->limit)
            continue;
        int64_t unit = ten_to(c->decimals);
        must(db_put(d, "INSERT INTO emission_limit (id, seq, n, outlet, factor, value, unit, converted, period, lower, from_date, to_date, source)"
                       " VALUES (:id, :seq, :n, :outlet, :factor, :value, '', :converted, 'hour', 0, :from, NULL, '排污许可证')",
                    DB_ARGS(DB_T("id", arena_printf(a, "%.*s-l%zu", STR_ARG(id), k)), DB_I("seq", 1 + outlet), DB_I("n", (int64_t)n++),
                            DB_T("outlet", id), DB_T("factor", str_of(c->factor)),
                            DB_T("value", arena_printf(a, "%.*f", c->decimals, (double)c->limit / (double)unit)), DB_I("converted", c->converted),
                            DB_I("from", m->p->first - 900))));
    }
}

/* What an honest operator marks. */
static void put_marks(struct making *m, struct arena *a, struct db *d, int64_t outlet, str id)
{
    static const char *const kind[PLANT_MARKS] = {"stopped", "start", "shut", "fault", "bake", "shut", "maintenance", "network"};
    const struct plant_mark *list;
    usec shift = (usec)shift_of(m, outlet) * USEC_DAY, from = day_start(m->p->first) + shift;
    size_t n = plant_marks(a, model_of(m, outlet)->plant, from, from + PROVINCE_DAYS * USEC_DAY, &list);
    for (size_t k = 0; k < n; k++)
        must(db_put(d, "INSERT INTO outlet_mark (id, seq, outlet, kind, from_time, to_time, reason, author, entered)"
                       " VALUES (:id, :seq, :outlet, :kind, :from, :to, :reason, 'wei', :entered)",
                    DB_ARGS(DB_T("id", arena_printf(a, "%.*s-m%zu", STR_ARG(id), k)), DB_I("seq", 1 + outlet), DB_T("outlet", id),
                            DB_T("kind", str_of(kind[list[k].kind])), DB_I("from", list[k].from - shift), DB_I("to", list[k].to - shift),
                            DB_T("reason", str_of(plant_mark_label(list[k].kind))), DB_I("entered", list[k].entered - shift))));
}

static void put_outlet(struct making *m, struct arena *a, struct db *d, int64_t i)
{
    static const char *const industry[PLANT_KINDS] = {"D4430", "N7820", "C3011", "D4620", "C2614"};
    const struct model *one = model_of(m, i);
    str id = arena_printf(a, "outlet-%06lld", (long long)i), company = arena_printf(a, "company-%06lld", (long long)(i / OF_A_COMPANY));
    struct plant_facts facts = plant_facts(one->plant);
    if (i % OF_A_COMPANY == 0)
        must(db_put(d, "INSERT INTO subject (id, seq, name, region) VALUES (:id, :seq, :id, :region)",
                    DB_ARGS(DB_T("id", company), DB_I("seq", 1 + i), DB_I("region", 420002 + i / OF_A_COMPANY % CITIES * 100 + 100))));
    must(db_put(d, "INSERT INTO outlet (id, seq, name, name_seq, subject, mn, kind, industry, o2_reference, area_m2, cadence, from_date)"
                   " VALUES (:id, :seq, :id, :seq, :subject, :mn, :kind, :industry, :o2, :area, 60, :from)",
                DB_ARGS(DB_T("id", id), DB_I("seq", 1 + i), DB_T("subject", company), DB_T("mn", mn_of(a, i)),
                        DB_T("kind", one->gas ? S("gas") : S("water")), DB_T("industry", str_of(industry[one->kind])),
                        DB_I("o2", facts.o2_reference_permille * 10), DB_I("area", facts.area_mm2 / 1000), DB_I("from", m->p->first - 900))));
    put_limits(m, a, d, i, id);
    put_marks(m, a, d, i, id);
}

static void make_house(struct making *m)
{
    int applied;
    struct db *d;
    must(store_open(province_url(m->a, m->p), S(""), STORE_CREATE, &m->house));
    must(store_migrate(m->house, true, &applied));
    must(db_open(m->house, true, &d));
    must(db_begin_write(d));
    for (int i = 0; i < CITIES; i++)
        must(db_put(d, "INSERT INTO agency (id, seq, name, region, level) VALUES (:id, :seq, :id, :region, 'city')",
                    DB_ARGS(DB_T("id", arena_printf(m->a, "bureau-%02d", i)), DB_I("seq", 1 + i), DB_I("region", 420100 + i * 100))));
    for (int64_t i = 0; i < m->p->outlets; i++) {
        AUTO_ARENA(a);
        put_outlet(m, a, d, i);
    }
    must(db_commit(d));
    db_close(d);
}

/* ---- hours: frames ---- */

/* v in 10^-decimals, printed with `places` of them. */
static void put_number(buf *b, const char *factor, const char *kind, int64_t v, int decimals, int places)
{
    if (v == PLANT_NONE)
        return;
    v /= ten_to(decimals - places);
    decimals = places;
    int64_t unit = ten_to(decimals);
    buf_printf(b, "%s%s-%s=%s%lld", b->p[b->n - 1] != ';' ? "," : "", factor, kind, v < 0 ? "-" : "", (long long)((v < 0 ? -v : v) / unit));
    if (decimals)
        buf_printf(b, ".%0*lld", decimals, (long long)((v < 0 ? -v : v) % unit));
}

static str hour_data(struct making *m, struct arena *a, int64_t outlet, size_t hour, usec at)
{
    const struct model *one = model_of(m, outlet);
    const struct plant_series *s = one->hours;
    size_t slot = shift_of(m, outlet) * 24 + hour;
    struct civil t = civil_of(at);
    buf b = buf_make(a, 16 << 10);
    buf_printf(&b, "DataTime=%04d%02d%02d%02d%02d00;", t.year, t.month, t.dom, t.hour, t.minute);
    for (size_t i = 0; i < one->channels; i++) {
        const struct plant_channel *c = &one->channel[i];
        if (!s->flag[i][slot])
            continue;
        int places = plant_places(one->plant, i, s->from + (usec)slot * USEC_HOUR);
        put_number(&b, c->factor, "Min", s->minimum[i][slot], c->decimals, places);
        put_number(&b, c->factor, "Avg", s->average[i][slot], c->decimals, places);
        put_number(&b, c->factor, "Max", s->maximum[i][slot], c->decimals, places);
        if (s->converted[i])
            put_number(&b, c->factor, "ZsAvg", s->converted[i][slot], c->decimals, places);
        if (s->total[i])
            put_number(&b, c->factor, "Cou", s->total[i][slot], c->total_decimals, c->total_decimals);
        buf_printf(&b, "%s%s-Flag=%c;", b.p[b.n - 1] != ';' ? "," : "", c->factor, s->flag[i][slot]);
        m->p->readings += (s->average[i][slot] != PLANT_NONE) + (s->converted[i] && s->converted[i][slot] != PLANT_NONE) +
                          (s->total[i] && s->total[i][slot] != PLANT_NONE);
    }
    return str_sub(buf_str(&b), 0, b.n - 1);
}

struct frames { VEC(struct spool_frame) list; };

/* An outlet's hour: one frame, or several packets of one. */
static void add_hour(struct making *m, struct arena *a, int64_t i, size_t hour, struct frames *into)
{
    const struct model *one = model_of(m, i);
    usec at = day_start(m->p->first) + (usec)hour * USEC_HOUR, arrived = at + USEC_HOUR + (2 + i % 50) * USEC_SECOND + i % 1000 * 1000;
    struct civil t = civil_of(arrived);
    str qn = arena_printf(a, "%04d%02d%02d%02d%02d%02d%03d", t.year, t.month, t.dom, t.hour, t.minute, t.second, (int)(i % 1000));
    str peer = arena_printf(a, "10.%lld.%lld.7:51234", (long long)(i / 250), (long long)(i % 250));
    buf b = buf_make(a, 64 << 10);
    must(hj_encode_split(&b, &(struct hj_head){.edition = HJ_2017, .qn = qn, .st = one->gas ? S("31") : S("32"), .cn = S("2061"), .pw = S("123456"),
                                               .mn = mn_of(a, i), .flag = 5, .crc = HJ_CRC_OK}, hour_data(m, a, i, hour, at)));
    for (str bytes = buf_str(&b); bytes.n;) {
        struct hj_cut cut = hj_cut(bytes, true);
        vec_push(a, &into->list, ((struct spool_frame){.arrived = arrived, .arrived_mono = arrived, .connection = (uint64_t)i + 1, .peer = peer,
                                                       .crc = HJ_CRC_OK, .state = SPOOL_ACCEPTED, .raw = cut.raw}));
        bytes = str_sub(bytes, cut.n, bytes.n);
    }
}

static void spool_hour(struct making *m, size_t hour)
{
    static const struct spool_clock clock = {.offset_us = 1200, .error_us = 3000, .synchronised = true};
    for (int64_t i = 0; i < m->p->outlets;) {
        AUTO_ARENA(a);
        struct frames frames = {0};
        int64_t batch;
        for (; i < m->p->outlets && frames.list.n < PROVINCE_BATCH; i++)
            add_hour(m, a, i, hour, &frames);
        must(spool_append(m->r, frames.list.p, frames.list.n, &clock, &batch));
    }
}

static void make_hours(struct making *m)
{
    struct drain_report report;
    for (size_t hour = 0; hour < PROVINCE_DAYS * 24; hour++) {
        spool_hour(m, hour);
        if ((hour + 1) % SPOOL_HOURS == 0) {
            must(readings_drain(m->r, day_start(m->p->first) + (usec)(hour + 3) * USEC_HOUR, &report));
            CHECK(!report.unreadable && !report.duplicates);
            told("hours", (int64_t)hour + 1, PROVINCE_DAYS * 24);
        }
    }
    must(readings_drain(m->r, day_start(m->p->last + 3), &report));
}

/* ---- minutes: chunks ---- */

struct minute_series { const char *factor; enum reading_group group; const int64_t *v[3]; const char *flag; int decimals; size_t channel; int64_t id; str key; };

static int64_t device_id(struct db *index, str mn)
{
    int64_t id;
    must(db_one_int(index, "SELECT id FROM reading_device WHERE mn = :mn", DB_ARGS(DB_T("mn", mn)), -1, &id));
    CHECK(id >= 0);
    return id;
}

static void list_series(struct making *m, struct arena *a, struct db *index, int64_t outlet, struct minute_series *s)
{
    str mn = mn_of(a, outlet);
    s->id = ++m->next_series;
    s->key = arena_printf(a, "%.*s|%s|%s|%s", STR_ARG(mn), period_name(PERIOD_MINUTE), s->factor, group_name(s->group));
    must(db_put(index, "INSERT INTO reading_series (id, key, device, mn, period, factor, grp, kind, cadence_s, first_day, last_day) VALUES (:id, :key, :device,"
                       " :mn, :period, :factor, :grp, '', 60, :first, :last)",
                DB_ARGS(DB_I("id", s->id), DB_T("key", s->key), DB_I("device", device_id(index, mn)), DB_T("mn", mn), DB_I("period", PERIOD_MINUTE),
                        DB_T("factor", str_of(s->factor)), DB_I("grp", s->group), DB_I("first", m->p->first), DB_I("last", m->p->last))));
}

static bool beyond_32(const int64_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i] != PLANT_NONE && (v[i] > INT32_MAX || v[i] < INT32_MIN))
            return true;
    return false;
}

/* As the drain makes it: a slot without a value is not there. The day has the places its logger printed at its beginning. */
static str minute_chunk(struct making *m, struct arena *a, struct chunk_room *room, const struct model *one, const struct minute_series *s, day d, size_t from)
{
    int places = s->group == GROUP_TOTAL ? s->decimals : plant_places(one->plant, s->channel, one->minutes->from + (usec)from * USEC_MINUTE);
    int64_t by = ten_to(s->decimals - places);
    bool three = s->v[1], wide = beyond_32(s->v[0] + from, MINUTES) || (three && beyond_32(s->v[2] + from, MINUTES));
    struct chunk_day *c = chunk_day_make(room, d, 60, places, three ? CHUNK_THREE : CHUNK_ONE, wide);
    for (size_t i = 0; i < MINUTES; i++) {
        if (!s->flag[from + i] || s->v[0][from + i] == PLANT_NONE)
            continue;
        c->flag[i] = (uint8_t)s->flag[from + i];
        for (int k = 0; k < (three ? 3 : 1); k++)
            if (wide)
                c->v64[k][i] = s->v[k][from + i] / by;
            else
                c->v[k][i] = (int32_t)(s->v[k][from + i] / by);
        m->p->readings++;
    }
    return chunk_encode(a, c);
}

static size_t series_of_model(const struct model *one, struct minute_series *s)
{
    size_t n = 0;
    for (size_t k = 0; k < one->channels; k++) {
        const struct plant_series *p = one->minutes;
        const struct plant_channel *c = &one->channel[k];
        s[n++] = (struct minute_series){c->factor, GROUP_VALUE, {p->average[k], p->minimum[k], p->maximum[k]}, p->flag[k], c->decimals, k, 0, STR_NONE};
        if (p->converted[k])
            s[n++] = (struct minute_series){c->factor, GROUP_CONVERTED, {p->converted[k]}, p->flag[k], c->decimals, k, 0, STR_NONE};
        if (p->total[k])
            s[n++] = (struct minute_series){c->factor, GROUP_TOTAL, {p->total[k]}, p->flag[k], c->total_decimals, k, 0, STR_NONE};
    }
    return n;
}

static void minutes_of_outlet(struct making *m, struct db *index, struct chunk_room *room, int64_t outlet)
{
    AUTO_ARENA(a);
    struct minute_series s[PLANT_CHANNELS * 3];
    size_t n = series_of_model(model_of(m, outlet), s);
    VEC(struct chunk_row) rows = {0};
    int64_t key;
    for (size_t i = 0; i < n; i++) {
        list_series(m, a, index, outlet, &s[i]);
        for (day d = m->p->first; d <= m->p->last; d++)
            vec_push(a, &rows, ((struct chunk_row){s[i].id, d, 0, day_start(d + 1) + 2 * USEC_HOUR,
                                                   minute_chunk(m, a, room, model_of(m, outlet), &s[i], d, (shift_of(m, outlet) + (size_t)(d - m->p->first)) * MINUTES), s[i].key}));
    }
    must(chunks_key(index, month_of(m->p->first), &key));
    must(chunks_put(m->r, key, rows.p, rows.n));
    for (size_t i = 0; i < rows.n; i++)
        must(chunk_stat_put(index, &rows.p[i], 1));
}

static void make_minutes(struct making *m)
{
    enum { COMMIT = 50 };
    AUTO_LEASE index = {0};
    struct chunk_room *room = chunk_room_new(m->a);
    must(lease_take(m->r, PLACE_INDEX, 0, true, &index));
    must(db_one_int(index.db, "SELECT MAX(id) FROM reading_series", NULL, 0, &m->next_series));
    for (int64_t i = 0; i < m->p->outlets; i++) {
        if (i % COMMIT == 0)
            must(db_begin_write(index.db));
        minutes_of_outlet(m, index.db, room, i);
        if ((i + 1) % COMMIT == 0 || i + 1 == m->p->outlets) {
            must(db_put(index.db, "UPDATE reading_state SET value = value + 1 WHERE name = 'drain'", NULL));
            must(db_commit(index.db));
            told("minutes", i + 1, m->p->outlets);
        }
    }
}

void province_make(struct province *p)
{
    AUTO_ARENA(a);
    struct making *m = NEW(a, struct making);
    *m = (struct making){.p = p, .a = a};
    CHECK(p->plants >= 1 && p->plants <= PLANTS_MOST);
    p->readings = 0;
    make_plants(m);
    make_house(m);
    must(readings_open(m->house, READINGS_WRITE, &m->r));
    make_hours(m);
    make_minutes(m);
    struct civil c = civil_of_day(p->first);
    must(readings_seal_month(m->r, c.year, c.month));
    readings_close(m->r);
    store_close(m->house);
}
