/*
 * What the demo's loggers sent: made by plant/, written as HJ 212 frames, put into the spool and drained, so that pages, charts
 * and proofs show what really went through. The logger of a plant that marked in time says the same as the mark; one that marks
 * days later said nothing at the time. One plant's sulphur stands still for a day and a half: something to find.
 */
#include "cli/demo_readings.h"
#include "monitor/plant/plant.h"
#include "monitor/series/overlays.h"

#include <string.h>

enum {
    DAYS = 5,
    HISTORY = 16 /* days of the one that stands still: what it shows otherwise must be known */,
    MINUTE_DAYS = 1,
    MINUTE_OUTLETS = 6,
    BATCH = 4000,
    PACKETS = 32 /* of one record at most */,
    STILL_OUTLET = 3,
    STILL_MINUTES = 3600,
    LIMIT_RECORD = 16 << 10
};

struct outlet { str mn, industry; bool gas; };

struct sender {
    struct readings *readings;
    struct arena *arena;     /* of a batch */
    struct spool_frame frame[BATCH];
    size_t n;
    int64_t frames;
};

/* ---- the spool ---- */

static err *flush(struct sender *s)
{
    struct spool_clock clock = {.offset_us = 800, .error_us = 2500, .synchronised = true};
    int64_t batch;
    if (s->n) {
        TRY(spool_append(s->readings, s->frame, s->n, &clock, &batch));
        TRY(device_note_frames(s->readings, s->frame, s->n, batch));
    }
    s->frames += (int64_t)s->n;
    s->n = 0;
    arena_reset(s->arena);
    return NULL;
}

static str digits(struct arena *a, usec t)
{
    struct civil c = civil_of(t);
    return arena_printf(a, "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.dom, c.hour, c.minute, c.second);
}

static void number(buf *b, const char *factor, const char *kind, int64_t v, int decimals)
{
    int64_t unit = 1, size = v < 0 ? -v : v;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    if (v == PLANT_NONE)
        return;
    buf_printf(b, "%s-%s=%s%lld", factor, kind, v < 0 ? "-" : "", (long long)(size / unit));
    if (decimals)
        buf_printf(b, ".%0*lld", decimals, (long long)(size % unit));
    buf_char(b, ',');
}

static str values_of(struct arena *a, const struct plant *p, const struct plant_series *s, size_t slot)
{
    const struct plant_channel *c;
    size_t n = plant_channels(p, &c);
    buf b = buf_make(a, LIMIT_RECORD);
    for (size_t i = 0; i < n; i++) {
        if (s->average[i][slot] == PLANT_NONE)
            continue;
        number(&b, c[i].factor, "Min", s->minimum[i][slot], c[i].decimals);
        number(&b, c[i].factor, "Avg", s->average[i][slot], c[i].decimals);
        number(&b, c[i].factor, "Max", s->maximum[i][slot], c[i].decimals);
        if (s->converted[i])
            number(&b, c[i].factor, "ZsAvg", s->converted[i][slot], c[i].decimals);
        buf_printf(&b, "%s-Flag=%c;", c[i].factor, s->flag[i][slot]);
    }
    str text = buf_str(&b);
    return text.n ? str_sub(text, 0, text.n - 1) : text;
}

static void take_frames(struct sender *s, str bytes, usec arrived)
{
    while (bytes.n) {
        struct hj_cut cut = hj_cut(bytes, true);
        CHECK(cut.n > 0 && s->n < BATCH);
        s->frame[s->n++] = (struct spool_frame){.arrived = arrived, .arrived_mono = arrived, .connection = 1, .peer = S("127.0.0.1:212"),
                                                .crc = HJ_CRC_OK, .state = SPOOL_ACCEPTED, .raw = cut.raw};
        bytes = str_sub(bytes, cut.n, bytes.n);
    }
}

static err *send_series(struct sender *s, const struct outlet *o, const struct plant *p, const struct plant_series *x, const char *cn,
                        size_t first, usec until)
{
    for (size_t i = first; i < x->n; i++) {
        usec at = x->from + (usec)i * x->step_s * USEC_SECOND, arrived = at + x->step_s * USEC_SECOND + 3 * USEC_SECOND;
        if (arrived > until)
            break;
        str values = values_of(s->arena, p, x, i);
        if (!values.n)
            continue;
        buf b = buf_make(s->arena, LIMIT_RECORD);
        struct hj_head h = {.edition = HJ_2017, .qn = arena_printf(s->arena, "%.*s%03zu", STR_ARG(digits(s->arena, arrived)), i % 1000),
                            .st = o->gas ? S("31") : S("32"), .cn = str_of(cn), .pw = S("123456"), .mn = o->mn, .flag = 5};
        TRY(hj_encode_split(&b, &h, arena_printf(s->arena, "DataTime=%.*s;%.*s", STR_ARG(digits(s->arena, at)), STR_ARG(values))));
        take_frames(s, buf_str(&b), arrived);
        if (s->n + PACKETS > BATCH)
            TRY(flush(s));
    }
    return NULL;
}

/* ---- a plant and its marks ---- */

static enum plant_kind kind_of(const struct outlet *o)
{
    static const struct { const char *industry; enum plant_kind kind; } rows[] = {
        {"生活垃圾焚烧", PLANT_INCINERATOR}, {"水泥制造", PLANT_CEMENT_KILN}, {"污水处理", PLANT_SEWAGE_WORKS}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_eq(o->industry, str_of(rows[i].industry)))
            return rows[i].kind;
    return o->gas ? PLANT_COAL_BOILER : PLANT_INDUSTRIAL_WATER;
}

static char flag_of(const struct reading_mark *m)
{
    static const struct { const char *kind; char flag; } rows[] = {
        {"calibration", 'C'}, {"maintenance", 'M'}, {"stopped", 'F'}, {"fault", 'D'}, {"network", 'B'}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_eq(m->kind, str_of(rows[i].kind)))
            return rows[i].flag;
    return 0;
}

static void lay_mark(struct plant_series *s, const struct plant *p, const struct reading_mark *m)
{
    const struct plant_channel *c;
    size_t n = plant_channels(p, &c);
    char flag = flag_of(m);
    if (!flag || m->entered > m->to + 2 * USEC_DAY)
        return;
    for (size_t i = 0; i < s->n; i++) {
        usec at = s->from + (usec)i * s->step_s * USEC_SECOND;
        for (size_t k = 0; k < n && at >= m->from && at < m->to; k++) {
            if (!mark_covers(m, str_of(c[k].factor)) || s->average[k][i] == PLANT_NONE)
                continue;
            s->flag[k][i] = flag;
            bool still = flag == 'F' && (strncmp(c[k].factor, "a2", 2) == 0 || strncmp(c[k].factor, "a3", 2) == 0);
            if (!still)
                continue;
            s->average[k][i] = s->minimum[k][i] = s->maximum[k][i] = 0;
            if (s->converted[k])
                s->converted[k][i] = 0;
        }
    }
}

/* Two days and a half before the last midnight, and on until now: whole days are looked at, in the small hours without yesterday. */
static void stand_still(struct plant_series *s, const struct plant *p, usec midnight)
{
    const struct plant_channel *c;
    size_t n = plant_channels(p, &c), first = (size_t)((midnight - s->from) / USEC_MINUTE) - STILL_MINUTES;
    for (size_t k = 0; k < n; k++)
        if (strcmp(c[k].factor, "a21026") == 0)
            attack_apply(s, p, &(struct attack){.kind = ATTACK_CONSTANT, .strength = 5, .channel = (int)k, .first = first,
                                                .n = s->n - first, .seed = 71}, NULL);
}

static err *report(struct sender *s, const struct outlet *o, size_t number_of, usec until)
{
    AUTO_ARENA(a);
    struct reading_mark *marks;
    size_t n;
    int days = number_of == STILL_OUTLET ? HISTORY : DAYS;
    usec from = day_start(day_of(until) - days);
    size_t minutes = (size_t)((until - from) / USEC_MINUTE);
    struct plant *p = plant_new(a, kind_of(o), str_hash(o->mn));
    struct plant_series *fine = plant_report(a, p, from, 60, minutes);
    TRY(reading_marks(s->readings, a, o->mn, from, until, &marks, &n));
    for (size_t i = 0; i < n; i++)
        lay_mark(fine, p, &marks[i]);
    if (number_of == STILL_OUTLET)
        stand_still(fine, p, day_start(day_of(until)));
    struct plant_series *hours = plant_aggregate(a, p, fine, 3600);
    TRY(send_series(s, o, p, hours, "2061", 0, until));
    TRY(send_series(s, o, p, plant_aggregate(a, p, hours, 86400), "2031", 0, until));
    if (number_of < MINUTE_OUTLETS)
        TRY(send_series(s, o, p, fine, "2051", (size_t)(days - MINUTE_DAYS) * 1440, until)); /* from the beginning of yesterday */
    return flush(s);
}

/* ---- all of them ---- */

static err *list_outlets(struct acts *acts, struct arena *a, struct outlet **ret, size_t *ret_n)
{
    AUTO_DB struct db *d = NULL;
    struct db_rows rows;
    VEC(struct outlet) v = {0};
    TRY(db_open(acts_store(acts), false, &d));
    TRY(db_query(d, a, "SELECT mn, COALESCE(industry, ''), kind FROM outlet WHERE closed_at IS NULL ORDER BY seq LIMIT 2000", NULL, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct outlet o = {.mn = db_str(&rows, 0), .industry = db_str(&rows, 1), .gas = str_eq(db_str(&rows, 2), S("gas"))};
        vec_push(a, &v, o);
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

static err *anchor(struct acts *acts, struct readings *r, struct arena *a, usec at)
{
    struct reading_anchor *days;
    size_t n;
    TRY(readings_to_anchor(r, a, &days, &n));
    for (size_t i = 0; i < n; i++) {
        struct act_answer answer;
        str root = sm3_text(a, &days[i].root);
        str json = arena_printf(a, "{\"at\":\"%.*s\",\"by\":\"system\",\"act\":\"readings.anchor\",\"id\":\"anchor-%.*s-%d\",\"day\":\"%.*s\","
                                   "\"revision\":%d,\"chunks\":%lld,\"root\":\"%.*s\"}",
                                STR_ARG(time_rfc3339(a, at)), STR_ARG(day_iso(a, days[i].day)), days[i].revision,
                                STR_ARG(day_iso(a, days[i].day)), days[i].revision, (long long)days[i].chunks, STR_ARG(root));
        TRY(act_perform(acts, a, &(struct act_request){.json = json}, &answer));
        if (answer.verdict != ACT_ALLOWED)
            return err_new(ERR_DATABASE, "示范数据的锚定没有准予：%.*s", STR_ARG(answer.json));
        TRY(readings_anchored(r, &days[i], answer.seq));
    }
    return NULL;
}

err *demo_readings(struct acts *acts, struct readings *r, usec until, struct demo_readings *ret)
{
    AUTO_ARENA(a);
    struct outlet *outlets;
    struct drain_report drained;
    size_t n;
    TRY(list_outlets(acts, a, &outlets, &n));
    AUTO_ARENA(batch);
    struct sender *s = NEW(a, struct sender);
    s->readings = r;
    s->arena = batch;
    for (size_t i = 0; i < n; i++)
        TRY(report(s, &outlets[i], i, until));
    TRY(readings_drain(r, until, &drained));
    TRY(anchor(acts, r, a, until));
    *ret = (struct demo_readings){.outlets = (int64_t)n, .frames = s->frames, .days = DAYS, .history = HISTORY};
    return NULL;
}
