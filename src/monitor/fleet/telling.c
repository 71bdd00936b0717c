/*
 * What a logger has to say, in order: records of minutes, hours and days, live values, states, boots. Everything
 * follows from seed and options, also QN, which runs on the simulated clock: a dry run and a run over the network carry
 * the same bytes, and a test can compare.
 */
#include "monitor/fleet/fleet_private.h"

#include <stdio.h>
#include <string.h>

enum phase {
    PHASE_BOOT,
    PHASE_LIVE,
    PHASE_LIVE_AGAIN,
    PHASE_LATE,
    PHASE_MINUTE,
    PHASE_AGAIN,
    PHASE_HOUR,
    PHASE_DAY,
    PHASE_FACILITY,
    PHASE_INFO,
    PHASES
};
enum { STREAM_VOICE = 0x4c4f47, STREAM_FAULT = 0x46, STREAM_AGAIN = 0x52, STREAM_INFO = 0x49, STREAM_LIVE = 0x56 };

static uint64_t draw(const struct telling *t, uint64_t stream, uint64_t at)
{
    struct plant_random r = plant_random_of(t->o->seed ^ (stream << 40) ^ ((uint64_t)t->logger << 20), at);
    return plant_random_next(&r);
}

static bool chance(uint64_t *random, unsigned permille)
{
    bool ret = *random % 1000 < permille;
    *random /= 1000;
    return ret;
}

/* ---- who it is ---- */

static enum hj_edition edition_of(const struct fleet_options *o, uint64_t random)
{
    static const enum hj_edition field[20] = {HJ_2005, HJ_2005, HJ_2005, HJ_2025, HJ_2025};
    if (o->editions == 0)
        return field[random % 20] ? field[random % 20] : HJ_2017;
    enum hj_edition some[3];
    size_t n = 0;
    for (enum hj_edition e = HJ_2005; e <= HJ_2025; e++)
        if (o->editions & 1 << e)
            some[n++] = e;
    return n ? some[random % n] : HJ_2017;
}

static const struct {
    enum dialect dialect;
    unsigned permille;
    int editions;
} dialect_shares[] = {{DIALECT_LENGTH, 30, 0},    {DIALECT_GLUED, 20, 0},    {DIALECT_LF, 20, 0},
                      {DIALECT_CASE, 25, 0},      {DIALECT_TRAILING, 20, 0}, {DIALECT_STAMP17, 15, 0},
                      {DIALECT_ZSCOU, 30, 0},     {DIALECT_BLANK, 15, 0},    {DIALECT_END_STAMP, 60, 0},
                      {DIALECT_FILLER, 25, 0},    {DIALECT_NO_QN, 400, 1},   {DIALECT_NO_FLAG, 250, 1},
                      {DIALECT_OLD_CODES, 600, 1}};

static void speak(struct telling *t)
{
    struct voice *v = &t->voice;
    struct plant_random r = plant_random_of(t->o->seed ^ STREAM_VOICE, (uint64_t)t->logger);
    v->edition = edition_of(t->o, plant_random_next(&r));
    v->gas = plant_facts(t->script->plant).gas;
    v->crc = HJ_CRC_OK;
    v->skew_s = t->o->clock_skew_s
                    ? (int)(plant_random_next(&r) % (2 * (uint64_t)t->o->clock_skew_s + 1)) - t->o->clock_skew_s
                    : 0;
    uint64_t name = plant_random_next(&r);
    if (v->edition == HJ_2005)
        snprintf(v->mn, sizeof v->mn, "42%07u%05d", (unsigned)(name % 10000000), t->logger);
    else
        snprintf(v->mn, sizeof v->mn, "4201%016llX%04X", (unsigned long long)name, (unsigned)t->logger);
    memcpy(v->pw, "123456", 7);
    if (v->edition == HJ_2005)
        v->dialect |= DIALECT_OLD_CODES;
    if (!t->o->dialects)
        return;
    v->dialect = 0;
    uint64_t crc = plant_random_next(&r) % 1000;
    v->crc = crc < 85 ? HJ_CRC_MODBUS : crc < 95 ? HJ_CRC_SWAPPED : crc < 118 ? HJ_CRC_LOWERCASE : HJ_CRC_OK;
    for (size_t i = 0; i < sizeof dialect_shares / sizeof *dialect_shares; i++)
        if (plant_random_next(&r) % 1000 < dialect_shares[i].permille &&
            (!dialect_shares[i].editions || v->edition == HJ_2005))
            v->dialect |= dialect_shares[i].dialect;
    if (v->dialect & DIALECT_LENGTH) /* glued and of a wrong length: not even people find the end */
        v->dialect &= ~(unsigned)DIALECT_GLUED;
}

int fleet_plants(const struct fleet_options *o)
{
    int plants = o->plants ? o->plants : FLEET_PLANTS;
    return plants < o->loggers ? plants : o->loggers;
}

/* ---- what the plant did ---- */

static usec floor_to(usec t, usec step)
{
    return t - (t + 8 * USEC_HOUR) % step;
}

struct script *script_new(struct arena *a, const struct fleet_options *o, int plant)
{
    static const enum plant_kind field[8] = {PLANT_COAL_BOILER,      PLANT_SEWAGE_WORKS, PLANT_INDUSTRIAL_WATER,
                                             PLANT_CEMENT_KILN,      PLANT_INCINERATOR,  PLANT_SEWAGE_WORKS,
                                             PLANT_INDUSTRIAL_WATER, PLANT_COAL_BOILER};
    struct script *s = NEW(a, struct script);
    s->plant = plant_new(a, field[plant % 8], o->seed * 1000003 + (uint64_t)plant);
    s->channels = plant_channels(s->plant, &s->channel);
    usec to = o->from + o->minutes * USEC_MINUTE, hour = floor_to(o->from, USEC_HOUR),
         day_ = floor_to(o->from, USEC_DAY);
    s->minutes = plant_report(a, s->plant, o->from, 60, (size_t)o->minutes);
    if (hour + USEC_HOUR <= to)
        s->hours = plant_report(a, s->plant, hour, 3600, (size_t)((to - hour) / USEC_HOUR));
    if (day_ + USEC_DAY <= to) {
        size_t days = (size_t)((to - day_) / USEC_DAY);
        s->days = plant_aggregate(a, s->plant, plant_report(a, s->plant, day_, 3600, days * 24), 86400);
    }
    return s;
}

void telling_begin(struct telling *t, const struct fleet_options *o, const struct script *s, int logger)
{
    *t = (struct telling){.o = o, .script = s, .logger = logger, .late = -1};
    speak(t);
}

/* ---- text ---- */

static void put_number(buf *b, int64_t value, int decimals, int places)
{
    for (; decimals > places; decimals--)
        value /= 10;
    if (value < 0)
        buf_char(b, '-');
    uint64_t x = value < 0 ? (uint64_t)-value : (uint64_t)value, ten = 1;
    for (int i = 0; i < places; i++)
        ten *= 10;
    buf_printf(b, places ? "%llu.%0*llu" : "%llu", (unsigned long long)(x / ten), places,
               (unsigned long long)(x % ten));
}

static const char *code_of(const struct voice *v, const char *factor)
{
    int row = v->dialect & DIALECT_OLD_CODES ? hj_factor_find(str_of(factor)) : -1;
    const char *old = row >= 0 ? hj_factor_at((size_t)row)->old2005 : NULL;
    return old && *old && *old != '-' ? old : factor;
}

static void put_time(buf *b, usec t, bool milliseconds)
{
    struct civil c = civil_of(t);
    buf_printf(b, "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.dom, c.hour, c.minute, c.second);
    if (milliseconds)
        buf_printf(b, "%03d", c.usec / 1000);
}

static void put_data_time(const struct telling *t, buf *b, usec at)
{
    if (t->voice.dialect & DIALECT_BLANK)
        buf_char(b, ' ');
    buf_add(b, S("DataTime="));
    put_time(b, at, t->voice.dialect & DIALECT_STAMP17);
}

struct value_text {
    buf *b;
    const char *code;
    int decimals, places;
};

static void put_value(const struct value_text *v, const char *kind, int64_t x)
{
    buf_printf(v->b, "%s-%s=", v->code, kind);
    put_number(v->b, x, v->decimals, v->places);
    buf_char(v->b, ',');
}

static void put_flag(const struct telling *t, buf *b, const char *code, char flag)
{
    buf_printf(b, "%s-%s=%c", code, t->voice.dialect & DIALECT_CASE ? "flag" : "Flag", flag);
}

static int64_t scaled(int64_t x, int64_t by, int64_t of)
{
    return of ? (int64_t)((__int128)x * by / of) : x;
}

/* Minimum, average, maximum, converted ones, total, flag of every channel that has a value in the slot. */
static bool put_slot(const struct telling *t, buf *b, const struct plant_series *s, size_t i)
{
    bool any = false;
    usec at = s->from + (usec)i * s->step_s * USEC_SECOND;
    for (size_t c = 0; c < s->channels; c++) {
        const struct plant_channel *channel = &t->script->channel[c];
        const char *code = code_of(&t->voice, channel->factor);
        if (s->flag[c][i] == 0) {
            if (t->voice.dialect & DIALECT_FILLER)
                buf_printf(b, ";%s-Avg=-00999.000,%s-Flag=D", code, code);
            continue;
        }
        any = true;
        buf_char(b, ';');
        int places = plant_places(t->script->plant, c, at);
        struct value_text v = {b, code, channel->decimals, places};
        put_value(&v, "Min", s->minimum[c][i]);
        put_value(&v, "Avg", s->average[c][i]);
        put_value(&v, "Max", s->maximum[c][i]);
        if (s->converted[c]) {
            int64_t zs = s->converted[c][i], of = s->average[c][i];
            put_value(&v, "ZsMin", scaled(zs, s->minimum[c][i], of));
            put_value(&v, "ZsAvg", zs);
            put_value(&v, "ZsMax", scaled(zs, s->maximum[c][i], of));
        }
        if (s->total[c]) {
            v.decimals = v.places = channel->total_decimals;
            put_value(&v, "Cou", s->total[c][i]);
            if (t->voice.dialect & DIALECT_ZSCOU && s->converted[c])
                put_value(&v, "ZsCou", scaled(s->total[c][i], s->converted[c][i], s->average[c][i]));
        }
        put_flag(t, b, code, s->flag[c][i]);
    }
    return any;
}

/* A live value stands somewhere between the minute's minimum and maximum. */
static bool put_live(const struct telling *t, buf *b, size_t i, unsigned half)
{
    const struct plant_series *s = t->script->minutes;
    bool any = false;
    for (size_t c = 0; c < s->channels; c++) {
        if (s->flag[c][i] == 0)
            continue;
        any = true;
        const struct plant_channel *channel = &t->script->channel[c];
        int64_t low = s->minimum[c][i], width = s->maximum[c][i] - low;
        int64_t x = low + (width ? (int64_t)(draw(t, STREAM_LIVE + half + c * 2, i) % (uint64_t)(width + 1)) : 0);
        int places = plant_places(t->script->plant, c, s->from + (usec)i * USEC_MINUTE);
        struct value_text v = {b, code_of(&t->voice, channel->factor), channel->decimals, places};
        buf_char(b, ';');
        put_value(&v, "Rtd", x);
        if (s->converted[c])
            put_value(&v, "ZsRtd", scaled(s->converted[c][i], x, s->average[c][i]));
        put_flag(t, b, v.code, s->flag[c][i]);
    }
    return any;
}

/* ---- frames ---- */

/* Puts the dialect on: a frame by the letter in, one of this logger's out. */
static str dress(const struct telling *t, struct arena *a, str frame)
{
    unsigned d = t->voice.dialect;
    if (!(d & (DIALECT_LENGTH | DIALECT_GLUED | DIALECT_LF | DIALECT_CASE | DIALECT_TRAILING)))
        return arena_str(a, frame);
    str segment = str_sub(frame, 6, frame.n - 12); /* ## LLLL ... CCCC CR LF */
    buf inside = buf_make(a, segment.n + 16), ret = buf_make(a, segment.n + 32);
    ptrdiff_t flag = d & DIALECT_CASE ? str_find(segment, S(";Flag=")) : -1;
    if (flag >= 0) {
        buf_add(&inside, str_sub(segment, 0, (size_t)flag));
        buf_add(&inside, S(";FLAG="));
        segment = str_sub(segment, (size_t)flag + 6, segment.n);
    }
    bool trailing = d & DIALECT_TRAILING && !str_ends(segment, S("&&&&"));
    buf_add(&inside, trailing ? str_sub(segment, 0, segment.n - 2) : segment);
    if (trailing)
        buf_add(&inside, S(";&&"));
    str body = buf_str(&inside);
    unsigned crc =
        t->voice.crc == HJ_CRC_MODBUS || t->voice.crc == HJ_CRC_SWAPPED ? modbus_crc16(body) : hj_crc16(body);
    if (t->voice.crc == HJ_CRC_SWAPPED)
        crc = (crc >> 8 | crc << 8) & 0xffff;
    buf_printf(&ret, "##%04zu", d & DIALECT_LENGTH ? body.n + 4 : body.n);
    buf_add(&ret, body);
    buf_printf(&ret, t->voice.crc == HJ_CRC_LOWERCASE ? "%04x" : "%04X", crc);
    buf_add(&ret, d & DIALECT_GLUED ? S("") : d & DIALECT_LF ? S("\n") : S("\r\n"));
    return buf_str(&ret);
}

static void set_fault(struct telling *t, struct frame *f)
{
    uint64_t random = draw(t, STREAM_FAULT, (uint64_t)t->frames);
    if (!chance(&random, (unsigned)t->o->faults_permille))
        return;
    f->fault = (uint8_t)(FAULT_NOISE + random % 4);
    random /= 4;
    f->extra = f->fault == FAULT_NOISE ? 1 + (uint32_t)(random % NOISE_MOST) : 3 + (uint32_t)(random % (f->raw.n - 6));
}

str telling_noise(const struct telling *t, struct arena *a, const struct frame *f)
{
    struct plant_random r = plant_random_of(t->o->seed ^ (uint64_t)t->logger, (uint64_t)f->number);
    char *p = arena_alloc(a, f->extra, 1);
    for (uint32_t i = 0; i < f->extra; i++) {
        p[i] = (char)(plant_random_next(&r) & 0xff);
        p[i] = p[i] == '#' || p[i] == '\0' ? '.' : p[i];
    }
    return (str){p, f->extra};
}

struct record {
    int command;
    usec at;
    bool asks, resubmitted;
    str data;
};

/* QN: what the logger's clock says when it sends; never twice the same. */
static str next_qn(struct telling *t, struct arena *a, usec at)
{
    int64_t ms =
        (at + t->voice.skew_s * USEC_SECOND) / 1000 + (int64_t)(draw(t, STREAM_LIVE, (uint64_t)t->frames) % 900);
    ms = ms <= t->last_qn ? t->last_qn + 1 : ms;
    t->last_qn = ms;
    buf b = buf_make(a, 24);
    put_time(&b, ms * 1000, true);
    return buf_str(&b);
}

static size_t encode(struct telling *t, struct arena *a, const struct record *r, struct frame *frames)
{
    const struct voice *v = &t->voice;
    bool old = v->edition == HJ_2005, bare = old && v->dialect & DIALECT_NO_QN;
    char command[8];
    snprintf(command, sizeof command, "%d", r->command);
    int version = v->edition == HJ_2005 ? 0 : v->edition == HJ_2017 ? 4 : 8;
    struct hj_head h = {.edition = v->edition,
                        .qn = bare ? S("") : next_qn(t, a, r->at),
                        .st = v->gas ? S("31") : S("32"),
                        .cn = str_of(command),
                        .pw = str_of(v->pw),
                        .mn = str_of(v->mn),
                        .flag = old && v->dialect & DIALECT_NO_FLAG ? -1 : version | r->asks,
                        .resubmitted = r->resubmitted && v->edition == HJ_2025,
                        .crc = v->crc,
                        .sm4_key = v->edition == HJ_2025 ? t->o->sm4_key : NULL};
    buf b = buf_make(a, RECORD_BYTES);
    err *e = hj_encode_split(&b, &h, r->data);
    CHECK(!e && !b.overflow);
    size_t n = 0;
    for (str rest = buf_str(&b); rest.n;) {
        struct hj_cut cut = hj_cut(rest, true);
        CHECK(cut.kind == HJ_CUT_FRAME && n < RECORD_FRAMES);
        frames[n] = (struct frame){.raw = dress(t, a, cut.raw),
                                   .qn = h.qn,
                                   .command = r->command,
                                   .asks = h.flag >= 0 && h.flag & 1,
                                   .number = t->frames};
        set_fault(t, &frames[n]);
        t->frames++;
        n++;
        rest = str_sub(rest, cut.n, rest.n);
    }
    return n;
}

/* ---- records ---- */

static usec minute_end(const struct telling *t, int minute)
{
    return t->o->from + (minute + 1) * USEC_MINUTE;
}

static bool slot_record(const struct telling *t, buf *b, const struct plant_series *s, size_t i)
{
    usec at = s->from + (usec)i * s->step_s * USEC_SECOND;
    if (t->voice.dialect & DIALECT_END_STAMP && s->step_s > 60)
        at += s->step_s * USEC_SECOND;
    put_data_time(t, b, at);
    return put_slot(t, b, s, i);
}

static bool again_due(const struct telling *t, int minute)
{
    return minute >= 0 && !t->script->minutes->late[minute] &&
           draw(t, STREAM_AGAIN, (uint64_t)minute) % 1000 < (uint64_t)t->o->resubmit_permille;
}

/* The slot of an hour or a day series that ends with this minute; -1 none. */
static int64_t ends_here(const struct plant_series *s, usec end)
{
    if (!s || (end - s->from) % (s->step_s * USEC_SECOND) != 0)
        return -1;
    int64_t i = (end - s->from) / (s->step_s * USEC_SECOND) - 1;
    return i >= 0 && i < (int64_t)s->n ? i : -1;
}

static bool facility(const struct telling *t, buf *b, usec end)
{
    bool running = t->script->minutes->state[t->minute] != PLANT_STOPPED;
    put_data_time(t, b, end);
    buf_printf(b, ";SB1-%s=%d;SB2-%s=%d", "RS", running, "RS", running);
    return true;
}

static bool info(const struct telling *t, buf *b, usec end)
{
    const struct plant_channel *channel = &t->script->channel[0];
    put_data_time(t, b, end);
    buf_printf(b, ";PolId=%s", channel->factor);
    switch (draw(t, STREAM_INFO, (uint64_t)t->minute) / 200 % 3) {
    case 0:
        buf_printf(b, ";i12001-Info=%d", t->script->minutes->flag[0][t->minute] == 'C' ? 3 : 0);
        break;
    case 1:
        buf_add(b, S(";i13001-Info="));
        put_number(b, channel->span, channel->decimals, channel->decimals);
        break;
    default:
        buf_add(b, S(";i11001-Info=//每日零点校准完成//"));
    }
    return true;
}

/* Fills `r` when there is something to say in this phase. */
static bool phase_record(struct telling *t, buf *b, struct record *r)
{
    usec end = minute_end(t, t->minute);
    const struct plant_series *minutes = t->script->minutes;
    size_t m = (size_t)t->minute;
    bool old = t->voice.edition == HJ_2005, silent = minutes->late[m];
    int back = 5 + t->logger % 23;
    int64_t slot;
    *r = (struct record){.at = end + 2 * USEC_SECOND, .asks = true};
    switch ((enum phase)t->phase) {
    case PHASE_BOOT:
        r->command = 2081;
        r->at = t->o->from;
        if (old || t->minute != 0)
            return false;
        put_data_time(t, b, t->o->from);
        buf_add(b, S(";RestartTime="));
        put_time(b, t->o->from - 40 * USEC_SECOND, false);
        return true;
    case PHASE_LIVE:
    case PHASE_LIVE_AGAIN: {
        bool second = t->phase == PHASE_LIVE_AGAIN;
        r->command = 2011;
        r->at = end - (second ? 30 : 60) * USEC_SECOND;
        if (!t->o->live || silent)
            return false;
        put_data_time(t, b, r->at);
        return put_live(t, b, m, second);
    }
    case PHASE_LATE: /* the network is back */
        r->command = 2051;
        r->resubmitted = true;
        return slot_record(t, b, minutes, (size_t)t->late);
    case PHASE_MINUTE:
        r->command = 2051;
        return !silent && slot_record(t, b, minutes, m);
    case PHASE_AGAIN:
        r->command = 2051;
        r->resubmitted = true;
        return !silent && again_due(t, t->minute - back) && slot_record(t, b, minutes, m - (size_t)back);
    case PHASE_HOUR:
        r->command = 2061;
        return (slot = ends_here(t->script->hours, end)) >= 0 && slot_record(t, b, t->script->hours, (size_t)slot);
    case PHASE_DAY:
        r->command = 2031;
        return (slot = ends_here(t->script->days, end)) >= 0 && slot_record(t, b, t->script->days, (size_t)slot);
    case PHASE_FACILITY:
        r->command = 2021;
        return !silent && (end + 8 * USEC_HOUR) % USEC_HOUR == 0 && facility(t, b, end);
    case PHASE_INFO:
        r->command = 3020;
        r->asks = false; /* a change is told, not asked about */
        return !old && !silent && draw(t, STREAM_INFO, m) % 200 == 0 && info(t, b, end);
    case PHASES:
        break;
    }
    return false;
}

/* Catching up begins with the first minute after an outage and goes through it in order. */
static void step(struct telling *t)
{
    const bool *late = t->script->minutes->late;
    if (t->phase == PHASE_LATE && t->late >= 0) {
        t->late = t->late + 1 < t->minute ? t->late + 1 : -1;
        if (t->late >= 0)
            return;
    }
    t->phase++;
    if (t->phase == PHASE_LATE) {
        t->late = -1;
        if (t->minute > 0 && !late[t->minute] && late[t->minute - 1])
            for (t->late = t->minute - 1; t->late > 0 && late[t->late - 1];)
                t->late--;
        t->phase += t->late < 0;
    }
    if (t->phase == PHASES) {
        t->phase = 0;
        t->minute++;
    }
}

bool telling_next(struct telling *t, struct arena *a, struct frame *frames, size_t *ret_n)
{
    while (t->minute < t->o->minutes) {
        buf b = buf_make(a, RECORD_BYTES / 2);
        struct record r;
        bool there = phase_record(t, &b, &r);
        CHECK(!b.overflow);
        r.data = buf_str(&b);
        step(t);
        if (there) {
            *ret_n = encode(t, a, &r, frames);
            return true;
        }
    }
    return false;
}

int64_t telling_estimate(const struct fleet_options *o)
{
    return (int64_t)o->loggers * o->minutes * (1 + 2 * o->live) + (int64_t)o->loggers * o->minutes / 30;
}

/* ---- without a network ---- */

err *fleet_check(const struct fleet_options *o)
{
    if (o->loggers < 1 || o->loggers > FLEET_LOGGERS)
        return err_at(err_new(ERR_INPUT, "数采仪台数应为1至%d", FLEET_LOGGERS), S("loggers"));
    if (o->minutes < 1 || o->minutes > FLEET_MINUTES)
        return err_at(err_new(ERR_INPUT, "分钟数应为1至%d", FLEET_MINUTES), S("minutes"));
    if (o->window < 0 || o->window > FLEET_WINDOW)
        return err_at(err_new(ERR_INPUT, "未应答帧数上限应为1至%d", FLEET_WINDOW), S("window"));
    if (o->from < 0 || o->from % USEC_MINUTE != 0)
        return err_at(err_new(ERR_INPUT, "起始时间应为整分钟"), S("from"));
    /* average, minimum, maximum, converted, total of about ten channels */
    if ((int64_t)fleet_plants(o) * o->minutes * 10 * 5 * 8 > LIMIT_FLEET_SERIES_BYTES)
        return err_at(err_new(ERR_LIMIT, "台数与分钟数之积过大：内存放不下"), S("minutes"));
    return NULL;
}

err *fleet_frames(const struct fleet_options *o, int logger, buf *b)
{
    TRY(fleet_check(o));
    if (logger < 0 || logger >= o->loggers)
        return err_new(ERR_INPUT, "没有第%d台数采仪", logger);
    AUTO_ARENA(long_lived);
    AUTO_ARENA(a);
    struct telling t;
    telling_begin(&t, o, script_new(long_lived, o, logger % fleet_plants(o)), logger);
    struct frame frames[RECORD_FRAMES];
    for (size_t n; telling_next(&t, a, frames, &n); arena_reset(a))
        for (size_t i = 0; i < n; i++) {
            const struct frame *f = &frames[i];
            if (f->fault == FAULT_NOISE)
                buf_add(b, telling_noise(&t, a, f));
            if (f->fault == FAULT_TORN || f->fault == FAULT_HALF)
                buf_add(b, str_sub(f->raw, 0, f->extra));
            buf_add(b, f->raw);
        }
    return b->overflow ? err_new(ERR_LIMIT, "帧的总长超过%zu字节", b->maximum) : NULL;
}
