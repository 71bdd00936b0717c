/*
 * The published lists differ in what their columns are called, in how a time is written and in what confidence means; the header and the row itself say which
 * it is, and what is none of them is refused with its line: a list read half wrong would be worse than none.
 */
#include "remote/fires.h"
#include "remote/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column { LAT, LON, SCAN, TRACK, DATE, TIME, SATELLITE, INSTRUMENT, CONFIDENCE, FRP, DAYNIGHT, TYPE, COLUMNS };
static const struct { const char *name; bool needed; } columns[COLUMNS] = {
    [LAT] = {"latitude", true},      [LON] = {"longitude", true},       [SCAN] = {"scan", true},             [TRACK] = {"track", true},
    [DATE] = {"acq_date", true},     [TIME] = {"acq_time", true},       [SATELLITE] = {"satellite", false},  [INSTRUMENT] = {"instrument", false},
    [CONFIDENCE] = {"confidence", true}, [FRP] = {"frp", false},        [DAYNIGHT] = {"daynight", false},    [TYPE] = {"type", false}};
enum { MOST_CELLS = 40, LONGEST_CELL = 64 };
struct reader { struct arena *a; int at[COLUMNS]; size_t line; str cell[MOST_CELLS]; int cells; VEC(struct fire) kept; struct fires *f; };

static err *wrong(const struct reader *r, enum column c, str got, const char *want)
{
    return err_got(err_at(err_new(ERR_INPUT, "火点清单第%zu行的%s不能用", r->line, columns[c].name), str_of(columns[c].name)), utf8_bad(got) < 0 ? utf8_clip(got, 40) : S("不是文字"), str_of(want), STR_NONE);
}

static bool same_word(str a, const char *b)
{
    size_t n = strlen(b);
    for (size_t i = 0; i < n && a.n == n; i++)
        if ((a.p[i] >= 'A' && a.p[i] <= 'Z' ? a.p[i] + 32 : a.p[i]) != b[i])
            return false;
    return a.n == n;
}

/* The lists quote nothing; a quoted cell is taken without its quotes, a comma inside one is not known. */
static bool cut(struct reader *r, str line)
{
    str part;
    r->cells = 0;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    while (str_next(&line, ',', &part)) {
        if (r->cells == MOST_CELLS || part.n > LONGEST_CELL)
            return false;
        part = str_trim(part);
        if (part.n > 1 && part.p[0] == '"' && part.p[part.n - 1] == '"')
            part = str_sub(part, 1, part.n - 2);
        r->cell[r->cells++] = part;
    }
    return true;
}

static err *header(struct reader *r, str line)
{
    if (!cut(r, line))
        return err_got(err_at(err_new(ERR_INPUT, "火点清单的表头不能用"), S("file")), S("列太多或太长"), S("FIRMS公布的CSV，首行为列名"), STR_NONE);
    for (int c = 0; c < COLUMNS; c++) {
        r->at[c] = -1;
        for (int i = 0; i < r->cells; i++)
            if (same_word(r->cell[i], columns[c].name)) {
                if (r->at[c] >= 0)
                    return err_at(err_new(ERR_INPUT, "火点清单有两列%s", columns[c].name), str_of(columns[c].name));
                r->at[c] = i;
            }
        if (r->at[c] < 0 && columns[c].needed)
            return err_got(err_at(err_new(ERR_INPUT, "火点清单缺少列%s", columns[c].name), str_of(columns[c].name)), S("没有这一列"),
                           S("FIRMS公布的CSV：latitude,longitude,…,scan,track,acq_date,acq_time,…,confidence"), STR_NONE);
    }
    r->f->typed = r->at[TYPE] >= 0;
    return NULL;
}

static str cell(const struct reader *r, enum column c)
{
    return r->at[c] >= 0 && r->at[c] < r->cells ? r->cell[r->at[c]] : STR_NONE;
}

static bool number(str s, double low, double high, double *ret)
{
    char text[LONGEST_CELL + 1], *end;
    if (!s.n || s.n > LONGEST_CELL)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    if (strspn(text, "+-.0123456789eE") != s.n)
        return false;
    *ret = strtod(text, &end);
    return !*end && *ret >= low && *ret <= high;
}

/* "0252", "252", "2" (00:02), "02:52", "15:20:00". */
static bool clock_of(str s, usec *ret)
{
    int64_t part[3] = {0, 0, 0};
    if (str_find(s, S(":")) < 0) {
        if (!s.n || s.n > 4 || !str_int64(s, &part[1]) || part[1] < 0)
            return false;
        part[0] = part[1] / 100, part[1] %= 100;
    } else {
        str one;
        int n = 0;
        while (str_next(&s, ':', &one))
            if (n == 3 || !one.n || one.n > 2 || !str_int64(one, &part[n++]) || part[n - 1] < 0)
                return false;
        if (n < 2)
            return false;
    }
    *ret = part[0] * USEC_HOUR + part[1] * USEC_MINUTE + part[2] * USEC_SECOND;
    return part[0] < 24 && part[1] < 60 && part[2] < 60;
}

static bool date_of(str s, usec *ret)
{
    int64_t y, m, d;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !str_int64(str_sub(s, 0, 4), &y) || !str_int64(str_sub(s, 5, 2), &m) || !str_int64(str_sub(s, 8, 2), &d) || y < 1999 || y > 2199)
        return false;
    day found = day_from_civil((int)y, (int)m, (int)d);
    *ret = found == DAY_NONE ? USEC_NONE : found * USEC_DAY; /* UTC, where days begin at 0 */
    return found != DAY_NONE;
}

static bool confidence(str s, struct fire *f)
{
    static const struct { const char *word; enum fire_grade grade; } words[] = {
        {"l", FIRE_LOW}, {"low", FIRE_LOW}, {"n", FIRE_NOMINAL}, {"nominal", FIRE_NOMINAL}, {"h", FIRE_HIGH}, {"high", FIRE_HIGH}};
    double v;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (same_word(s, words[i].word)) {
            f->grade = words[i].grade;
            f->percent = -1;
            return true;
        }
    if (!number(s, 0, 100, &v))
        return false;
    f->percent = (int32_t)lround(v);
    f->grade = v < 30 ? FIRE_LOW : v < 80 ? FIRE_NOMINAL : FIRE_HIGH;
    return true;
}

static err *row(struct reader *r, struct fire *f)
{
    double lat, lon, scan, track, frp = -1, type = FIRE_UNSAID;
    usec date, clock;
    *f = (struct fire){.frp_kw = -1};
    if (!number(cell(r, LAT), -90, 90, &lat))
        return wrong(r, LAT, cell(r, LAT), "纬度，-90至90的小数");
    if (!number(cell(r, LON), -180, 180, &lon))
        return wrong(r, LON, cell(r, LON), "经度，-180至180的小数");
    if (!number(cell(r, SCAN), 0.1, 10, &scan))
        return wrong(r, SCAN, cell(r, SCAN), "像元宽度，0.1至10千米");
    if (!number(cell(r, TRACK), 0.1, 10, &track))
        return wrong(r, TRACK, cell(r, TRACK), "像元长度，0.1至10千米");
    if (!date_of(cell(r, DATE), &date))
        return wrong(r, DATE, cell(r, DATE), "日期，例如2026-03-05（世界时）");
    if (!clock_of(cell(r, TIME), &clock))
        return wrong(r, TIME, cell(r, TIME), "时刻，0252、02:52或02:52:00（世界时）");
    if (!confidence(cell(r, CONFIDENCE), f))
        return wrong(r, CONFIDENCE, cell(r, CONFIDENCE), "置信度，0至100，或l、n、h（low、nominal、high）");
    if (cell(r, FRP).n && !number(cell(r, FRP), 0, 1e6, &frp))
        return wrong(r, FRP, cell(r, FRP), "辐射功率，兆瓦");
    if (cell(r, TYPE).n && (!number(cell(r, TYPE), 0, 3, &type) || type != floor(type)))
        return wrong(r, TYPE, cell(r, TYPE), "0至3");
    f->at = date + clock, f->spot = spot_of(lon, lat), f->scan_m = (int32_t)lround(scan * 1000), f->track_m = (int32_t)lround(track * 1000);
    f->type = (int32_t)type, f->night = same_word(cell(r, DAYNIGHT), "n");
    f->frp_kw = frp < 0 ? -1 : (int32_t)lround(frp * 1000);
    str satellite = cell(r, SATELLITE);
    for (size_t i = 0, n = 0; i < satellite.n && n + 1 < sizeof f->satellite; i++) /* a name of letters and digits, or none */
        if ((satellite.p[i] >= '0' && satellite.p[i] <= '9') || (satellite.p[i] >= 'A' && satellite.p[i] <= 'Z') || (satellite.p[i] >= 'a' && satellite.p[i] <= 'z') || satellite.p[i] == '-')
            f->satellite[n++] = satellite.p[i];
    r->f->viirs |= same_word(cell(r, INSTRUMENT), "viirs") || f->percent < 0;
    return NULL;
}

static int by_time(const void *a, const void *b)
{
    const struct fire *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->spot.lon != y->spot.lon)
        return x->spot.lon < y->spot.lon ? -1 : 1;
    return (x->spot.lat > y->spot.lat) - (x->spot.lat < y->spot.lat);
}

err *fires_read(struct arena *a, str csv, struct spot low, struct spot high, struct fires *ret)
{
    struct reader r = {.a = a, .f = ret};
    str line;
    *ret = (struct fires){0};
    if (csv.n > LIMIT_FIRE_FILE)
        return err_new(ERR_LIMIT, "火点清单超过%d兆字节，请分月导入", LIMIT_FIRE_FILE >> 20);
    if (str_starts(csv, S("\xEF\xBB\xBF")))
        csv = str_sub(csv, 3, csv.n);
    if (!str_next(&csv, '\n', &line))
        line = S("");
    r.line = 1;
    TRY(header(&r, line));
    while (str_next(&csv, '\n', &line)) {
        struct fire f;
        r.line++;
        if (!str_trim(line).n)
            continue;
        if (++ret->listed > LIMIT_FIRE_ROWS)
            return err_new(ERR_LIMIT, "火点清单超过%d行，请分月导入", LIMIT_FIRE_ROWS);
        if (!cut(&r, line))
            return err_at(err_new(ERR_INPUT, "火点清单第%zu行太长", r.line), S("file"));
        TRY(row(&r, &f));
        if (f.spot.lon < low.lon || f.spot.lon > high.lon || f.spot.lat < low.lat || f.spot.lat > high.lat)
            continue;
        if (r.kept.n == LIMIT_FIRE_KEPT)
            return err_new(ERR_LIMIT, "范围内的火点超过%d个，请分月导入", LIMIT_FIRE_KEPT);
        vec_push(a, &r.kept, f);
    }
    if (!ret->listed)
        return err_at(err_new(ERR_INPUT, "火点清单只有表头"), S("file"));
    if (r.kept.n)
        qsort(r.kept.p, r.kept.n, sizeof *r.kept.p, by_time);
    ret->p = r.kept.p, ret->n = r.kept.n;
    return NULL;
}

const char *fire_grade_text(enum fire_grade g)
{
    static const char *const texts[FIRE_GRADES] = {"低", "一般", "高"};
    return texts[g];
}

const char *fire_type_text(int type)
{
    static const char *const texts[] = {"植被火", "火山", "固定热源", "水上热源"};
    return type < 0 || type > FIRE_OFFSHORE ? "" : texts[type];
}

double fire_reach_m(const struct fire *f)
{
    return hypot(f->scan_m, f->track_m) / 2;
}

/* ---- places ---- */
static const struct { int value; const char *text; } terms[FIRE_TERMS] = {
    [FIRE_TERM_NEAR] = {200, "像元范围内有登记单位"},
    [FIRE_TERM_DAYS] = {150, "两天以上都有火点"},
    [FIRE_TERM_FIXED] = {100, "清单标为固定热源"},
    [FIRE_TERM_HIGH] = {50, "有置信度高的火点"},
    [FIRE_TERM_LOW] = {-200, "火点的置信度都低"}};

int fire_term_value(enum fire_term t)
{
    return terms[t].value;
}

const char *fire_term_text(enum fire_term t)
{
    return terms[t].text;
}

bool fire_has_term(const struct fire_place *p, enum fire_term t)
{
    switch (t) {
    case FIRE_TERM_NEAR:
        return p->near_all > 0;
    case FIRE_TERM_DAYS:
        return p->days > 1;
    case FIRE_TERM_FIXED:
        return p->fixed;
    case FIRE_TERM_HIGH:
        return p->best == FIRE_HIGH;
    default:
        return t == FIRE_TERM_LOW && p->best == FIRE_LOW;
    }
}

static double apart(struct spot a, struct spot b)
{
    return metres_between((double)a.lon / 1e7, (double)a.lat / 1e7, (double)b.lon / 1e7, (double)b.lat / 1e7);
}

/* Cells of a tenth of a degree, larger than any reach here: a place is looked for in the nine around a point. */
enum { CELL = 1000000, BUCKETS = 4096 };
struct open_place { struct spot middle; double reach; int next; VEC(size_t) points; };
struct opened { struct arena *a; VEC(struct open_place) v; int bucket[BUCKETS]; };

static uint32_t bucket_of(int64_t x, int64_t y)
{
    return (uint32_t)(((uint64_t)x * 0x9E3779B97F4A7C15u ^ (uint64_t)y * 0xC2B2AE3D27D4EB4Fu) >> 40) % BUCKETS;
}

static int64_t cell_of(int64_t v)
{
    return (v + 2000000000) / CELL; /* never below 0 */
}

static int find(const struct opened *o, const struct fire *f)
{
    int64_t x = cell_of(f->spot.lon), y = cell_of(f->spot.lat);
    int best = -1;
    for (int64_t dx = -1; dx <= 1; dx++)
        for (int64_t dy = -1; dy <= 1; dy++)
            for (int i = o->bucket[bucket_of(x + dx, y + dy)]; i >= 0; i = o->v.p[i].next)
                if (apart(o->v.p[i].middle, f->spot) <= fmax(o->v.p[i].reach, fire_reach_m(f)) && (best < 0 || i < best))
                    best = i;
    return best;
}

static void put(struct opened *o, const struct fire *f, size_t at)
{
    int i = find(o, f);
    if (i < 0) {
        uint32_t b = bucket_of(cell_of(f->spot.lon), cell_of(f->spot.lat));
        i = (int)o->v.n;
        vec_push(o->a, &o->v, ((struct open_place){.middle = f->spot, .reach = fire_reach_m(f), .next = o->bucket[b]}));
        o->bucket[b] = i;
    }
    vec_push(o->a, &o->v.p[i].points, at);
}

static void keep_near(struct fire_place *p, size_t source, double metres)
{
    size_t at = p->near_n < LIMIT_FIRE_SOURCES ? p->near_n : LIMIT_FIRE_SOURCES;
    p->near_all++;
    while (at > 0 && p->near[at - 1].metres > metres) {
        if (at < LIMIT_FIRE_SOURCES)
            p->near[at] = p->near[at - 1];
        at--;
    }
    if (at < LIMIT_FIRE_SOURCES)
        p->near[at] = (struct fire_near){source, metres};
    p->near_n += p->near_n < LIMIT_FIRE_SOURCES;
}

/* A company is near when it lies in the pixel of one of the points. */
static void join(struct fire_place *p, const struct fires *f, const struct fire_source *s, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        double least = INFINITY;
        if (apart(p->middle, s[k].spot) > 20000)
            continue;
        for (size_t i = 0; i < p->n; i++) {
            double d = apart(f->p[p->points[i]].spot, s[k].spot);
            if (d <= fire_reach_m(&f->p[p->points[i]]) && d < least)
                least = d;
        }
        if (isfinite(least))
            keep_near(p, k, least);
    }
}

static struct fire_place place_of(const struct open_place *o, const struct fires *f, const struct fire_source *s, size_t n)
{
    struct fire_place p = {.middle = o->middle, .points = o->points.p, .n = o->points.n, .score = 500};
    day last = DAY_NONE;
    for (size_t i = 0; i < p.n; i++) {
        const struct fire *one = &f->p[p.points[i]];
        p.best = one->grade > p.best ? one->grade : p.best;
        p.fixed |= one->type == FIRE_STATIC;
        p.reach_m = fmax(p.reach_m, fire_reach_m(one));
        p.days += !i || day_of(one->at) != last;
        last = day_of(one->at);
    }
    join(&p, f, s, n);
    for (int t = 0; t < FIRE_TERMS; t++)
        p.score += fire_has_term(&p, (enum fire_term)t) ? terms[t].value : 0;
    return p;
}

static int by_worth(const void *a, const void *b)
{
    const struct fire_place *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->days != y->days)
        return x->days > y->days ? -1 : 1;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    if (x->middle.lon != y->middle.lon)
        return x->middle.lon < y->middle.lon ? -1 : 1;
    return (x->middle.lat > y->middle.lat) - (x->middle.lat < y->middle.lat);
}

err *fires_places(struct arena *a, const struct fires *f, const struct fire_source *s, size_t n, struct fire_place **ret, size_t *ret_n, size_t *ret_all)
{
    struct opened o = {.a = a};
    memset(o.bucket, -1, sizeof o.bucket);
    for (size_t i = 0; i < f->n; i++)
        put(&o, &f->p[i], i);
    struct fire_place *p = NEW_ARRAY(a, o.v.n + 1, struct fire_place);
    for (size_t i = 0; i < o.v.n; i++)
        p[i] = place_of(&o.v.p[i], f, s, n);
    if (o.v.n)
        qsort(p, o.v.n, sizeof *p, by_worth);
    *ret = p, *ret_all = o.v.n;
    *ret_n = o.v.n < LIMIT_FIRE_PLACES ? o.v.n : LIMIT_FIRE_PLACES;
    return NULL;
}
