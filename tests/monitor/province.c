#include "monitor/province.h"

enum { BATCH = 2000, SPLIT = 16 /* frames of one record at most */ };

/* ---- rows ---- */
static const char *main_factor(const struct province_outlet *o)
{
    return strcmp(o->kind, "gas") == 0 ? "a21026" : "w01018";
}

void province_outlets(struct store *s, const struct province_outlet *o, size_t n, usec now)
{
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    day today = day_of(now);
    assert_ok(db_open(s, true, &d));
    assert_ok(db_begin_write(d));
    for (size_t i = 0; i < n; i++) {
        str id = str_of(o[i].id), factor = str_of(main_factor(&o[i])), gas = S("gas");
        assert_ok(db_exec(d,
                          "INSERT INTO outlet (id, seq, name, name_seq, subject, mn, kind, lon, lon_seq, lat, lat_seq, "
                          "cadence, from_date)"
                          " VALUES (:id, :seq, :name, :seq, :subject, :mn, :kind, :lon, :seq, :lat, :seq, 60, :from)",
                          DB_ARGS(DB_T("id", id), DB_I("seq", 100 + (int64_t)i), DB_T("name", str_of(o[i].name)),
                                  DB_T("subject", str_of(o[i].subject)), DB_T("mn", str_of(o[i].mn)),
                                  DB_T("kind", str_of(o[i].kind)), DB_I("lon", (int64_t)(o[i].lon * 1e7)),
                                  DB_I("lat", (int64_t)(o[i].lat * 1e7)), DB_I("from", today - 800)),
                          NULL));
        for (int k = 0; k < 2; k++) {
            bool converted = str_eq(str_of(o[i].kind), gas);
            assert_ok(db_exec(
                d,
                "INSERT INTO emission_limit (id, seq, n, outlet, factor, value, unit, converted, period, lower, "
                "from_date, to_date, source)"
                " VALUES (:id, :seq, 0, :outlet, :factor, :value, '', :converted, 'hour', 0, :from, :to, '排污许可证')",
                DB_ARGS(DB_T("id", arena_printf(a, "%s-l%d", o[i].id, k)), DB_I("seq", 200 + 2 * (int64_t)i + k),
                        DB_T("outlet", id), DB_T("factor", factor), DB_T("value", k ? S("50") : S("80")),
                        DB_I("converted", converted), DB_I("from", k ? today - 180 : today - 800),
                        (struct db_arg){S("to"),
                                        k ? (struct db_value){0} : (struct db_value){DB_INT, today - 181, STR_NONE}}),
                NULL));
        }
        assert_ok(db_exec(d,
                          "INSERT INTO outlet_mark (id, seq, outlet, kind, from_time, to_time, reason, author, entered)"
                          " VALUES (:id, :seq, :outlet, 'maintenance', :from, :to, '更换采样泵', 'wei', :to)",
                          DB_ARGS(DB_T("id", arena_printf(a, "%s-m", o[i].id)), DB_I("seq", 400 + (int64_t)i),
                                  DB_T("outlet", id), DB_I("from", day_start(today - 9) + 8 * USEC_HOUR),
                                  DB_I("to", day_start(today - 9) + 20 * USEC_HOUR)),
                          NULL));
    }
    assert_ok(db_commit(d));
}

/* ---- frames ---- */
struct spooler {
    struct readings *r;
    struct arena *a;
    struct spool_frame frame[BATCH];
    size_t n;
};

static void flush(struct spooler *s)
{
    struct spool_clock clock = {.offset_us = 1200, .error_us = 3000, .synchronised = true};
    int64_t batch;
    if (s->n)
        assert_ok(spool_append(s->r, s->frame, s->n, &clock, &batch));
    s->n = 0;
    arena_reset(s->a);
}

static void add(struct spooler *s, str bytes, usec arrived, enum hj_crc crc)
{
    while (bytes.n) {
        struct hj_cut cut = hj_cut(bytes, true);
        assert_true(cut.n > 0);
        s->frame[s->n++] = (struct spool_frame){.arrived = arrived,
                                                .arrived_mono = arrived,
                                                .connection = 7,
                                                .peer = S("10.20.0.7:51234"),
                                                .crc = (uint8_t)crc,
                                                .state = SPOOL_ACCEPTED,
                                                .raw = cut.raw};
        bytes = str_sub(bytes, cut.n, bytes.n);
    }
}

static void put_number(buf *b, const char *factor, const char *kind, int64_t v, int decimals)
{
    int64_t unit = 1;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    if (v == INT64_MIN)
        return;
    buf_printf(b, "%s%s-%s=%s%lld", b->n && b->p[b->n - 1] != ';' ? "," : "", factor, kind, v < 0 ? "-" : "",
               (long long)((v < 0 ? -v : v) / unit));
    if (decimals)
        buf_printf(b, ".%0*lld", decimals, (long long)((v < 0 ? -v : v) % unit));
}

static str data_of(struct arena *a, const struct plant *p, const struct plant_series *s, size_t slot, usec at,
                   int64_t more)
{
    const struct plant_channel *c;
    size_t n = plant_channels(p, &c);
    struct civil t = civil_of(at);
    buf b = buf_make(a, 16 << 10);
    buf_printf(&b, "DataTime=%04d%02d%02d%02d%02d00;", t.year, t.month, t.dom, t.hour, t.minute);
    for (size_t i = 0; i < n; i++) {
        if (s->average[i][slot] == INT64_MIN)
            continue;
        put_number(&b, c[i].factor, "Min", s->minimum[i][slot], c[i].decimals);
        put_number(&b, c[i].factor, "Avg", s->average[i][slot] + more, c[i].decimals);
        put_number(&b, c[i].factor, "Max", s->maximum[i][slot], c[i].decimals);
        if (c[i].converted && s->converted[i])
            put_number(&b, c[i].factor, "ZsAvg", s->converted[i][slot] + more, c[i].decimals);
        buf_printf(&b, ",%s-Flag=%c;", c[i].factor, s->flag[i][slot]);
    }
    str data = buf_str(&b);
    return data.n && data.p[data.n - 1] == ';' ? str_sub(data, 0, data.n - 1) : data;
}

static void send_one(struct spooler *s, const struct province_outlet *o, const char *cn, str data, usec at,
                     usec arrived)
{
    AUTO_ARENA(a);
    struct civil t = civil_of(arrived);
    buf b = buf_make(s->a, 64 << 10);
    str qn = arena_printf(a, "%04d%02d%02d%02d%02d%02d%03d", t.year, t.month, t.dom, t.hour, t.minute, t.second,
                          (int)(at / USEC_MINUTE % 1000));
    assert_ok(hj_encode_split(&b,
                              &(struct hj_head){.edition = HJ_2017,
                                                .qn = qn,
                                                .st = strcmp(o->kind, "gas") == 0 ? S("31") : S("32"),
                                                .cn = str_of(cn),
                                                .pw = S("123456"),
                                                .mn = str_of(o->mn),
                                                .flag = 5,
                                                .crc = o->crc},
                              data));
    add(s, buf_str(&b), arrived, o->crc);
}

/* Where the attack is to begin, or at the next hour it makes sense at: the plant's hours hang on the day the test runs, and a plant that
 * stands then has nothing to forge. */
static void forge(struct plant_series *series, const struct plant *p, const struct attack *wanted)
{
    struct attack attack = *wanted;
    for (int i = 0; i < 240; i++, attack.first++)
        if (attack_apply(series, p, &attack, NULL))
            return;
    fail_msg("the attack makes no sense in ten days of this plant");
}

/* What a plant reported, remembered from test to test: making it takes longer than all that is done with it. */
static struct plant_series *reported(struct arena *a, const struct province_outlet *o, const struct plant *p, usec from, int32_t step, size_t n)
{
    enum { REMEMBERED = 16 };
    static struct { enum plant_kind kind; uint64_t seed; struct plant_series *series; struct arena *arena; } known[REMEMBERED];
    static size_t next;
    for (size_t i = 0; i < REMEMBERED; i++) {
        const struct plant_series *s = known[i].series;
        if (s && known[i].kind == o->plant && known[i].seed == o->seed && s->from == from && s->step_s == step && s->n == n)
            return plant_series_copy(a, s);
    }
    size_t at = next++ % REMEMBERED;
    arena_free(known[at].arena);
    known[at].kind = o->plant, known[at].seed = o->seed, known[at].arena = arena_new();
    known[at].series = plant_report(known[at].arena, p, from, step, n);
    return plant_series_copy(a, known[at].series);
}

static void span(struct spooler *s, const struct province_outlet *o, const struct plant *p, const char *cn, usec from,
                 usec to, int32_t step)
{
    AUTO_ARENA(a);
    size_t n = (size_t)((to - from) / (step * USEC_SECOND));
    if (to <= from || !n)
        return;
    struct plant_series *series = reported(a, o, p, from, step, n);
    if (o->attack && step == 3600)
        forge(series, p, o->attack);
    for (size_t i = 0; i < n; i++) {
        usec at = from + (usec)i * step * USEC_SECOND;
        if (s->n + SPLIT > BATCH)
            flush(s);
        send_one(s, o, cn, data_of(s->a, p, series, i, at, 0), at, at + step * USEC_SECOND + 3 * USEC_SECOND);
    }
}

static void resend(struct spooler *s, const struct province_outlet *o, const struct plant *p, usec at)
{
    AUTO_ARENA(a);
    struct plant_series *series = plant_report(a, p, at, 3600, 1);
    flush(s);
    send_one(s, o, "2061", data_of(s->a, p, series, 0, at, -3), at, at + USEC_DAY);
}

void province_frames(struct readings *r, const struct province_outlet *o, size_t n, usec now, int days, int minute_days)
{
    AUTO_ARENA(a);
    struct spooler *s = NEW(a, struct spooler);
    struct drain_report report;
    s->r = r;
    s->a = arena_new();
    for (size_t i = 0; i < n; i++) {
        AUTO_ARENA(plants);
        if (o[i].silent_minutes < 0)
            continue;
        struct plant *p = plant_new(plants, o[i].plant, o[i].seed);
        usec end = now - o[i].silent_minutes * USEC_MINUTE, hour = end - (end - day_start(day_of(end))) % USEC_HOUR;
        usec begin = day_start(day_of(now) - days);
        span(s, &o[i], p, "2061", begin, hour, 3600);
        end -= (end - day_start(day_of(end))) % USEC_MINUTE;
        span(s, &o[i], p, "2051", day_start(day_of(now) - minute_days), end, 60);
        if (i == 0)
            resend(s, &o[i], p, day_start(day_of(now) - 2) + 9 * USEC_HOUR);
        flush(s);
    }
    arena_free(s->a);
    assert_ok(readings_drain(r, now, &report));
    assert_int_equal(report.unreadable, 0);
}
