/*
 * Two invented protected areas around the lake of the scenes, and a fortnight of fire points as a satellite publishes them: beside a registered company on several days, and
 * in fields once. Both come in as files do. Boundaries of counties are not invented: the pages show what they say where a layer is missing.
 */
#include "cli/demo_layers.h"

#include "remote/context.h"
#include "remote/fire_load.h"

#include <math.h>

enum { CORNERS = 24, FIELDS = 9 };

/* An ellipse in pixels of the scene, as a ring of degrees. */
static void ring(buf *b, const struct grid *g, double x, double y, double wide, double high)
{
    static const double PI = 3.14159265358979323846;
    buf_add(b, S("["));
    for (int i = 0; i <= CORNERS; i++) {
        double lon, lat, t = 2 * PI * (i % CORNERS) / CORNERS;
        grid_degrees(g, x + wide * cos(t), y - high * sin(t), &lon, &lat);
        buf_printf(b, "%s[%.6f,%.6f]", i ? "," : "", lon, lat);
    }
    buf_add(b, S("]"));
}

static err *layer(struct acts *e, struct arena *a, str officer, const struct grid *g, usec until, enum layer_kind kind, const char *name, double wide, double high)
{
    struct layer_brought got;
    buf b = buf_make(a, 64 << 10);
    buf_printf(&b, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"name\":\"东湖子（演示）%s\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[",
               layer_kind_label(kind));
    ring(&b, g, 430, 212, wide, high);
    buf_add(&b, S("]}}]}"));
    TRY(layer_bring(e, a, &(struct layer_bring){officer, str_of(name), S("演示数据，非政府公布范围"), buf_str(&b), kind, until}, &got));
    return got.answer.verdict == ACT_ALLOWED ? NULL : err_new(ERR_CONFLICT, "演示图层没有装载：%.*s", STR_ARG(got.answer.json));
}

static void point(buf *b, usec at, double lon, double lat, int n)
{
    static const char *const grades[] = {"n", "h", "n", "l"};
    struct civil c = civil_of(at - 8 * USEC_HOUR);
    buf_printf(b, "%.5f,%.5f,%.1f,%.2f,%.2f,%04d-%02d-%02d,%02d%02d,N,VIIRS,%s,2,%.1f,%.1f,%c\n", lat, lon, 312.0 + n % 7 * 5, 0.39 + n % 3 * 0.05, 0.36 + n % 2 * 0.04, c.year, c.month,
               c.dom, c.hour, c.minute, grades[n % 4], 288.0 + n % 5, 1.2 + n % 6 * 1.7, n % 2 ? 'N' : 'D');
}

/* Two companies of the officer's region, the nearest to the scene. */
static err *companies(struct acts *e, struct arena *a, str officer, double lon, double lat, double ret[2][2], int *ret_n)
{
    AUTO_DB struct db *d = NULL;
    struct db_rows rows;
    bool more;
    double far[2] = {1e9, 1e9};
    *ret_n = 0;
    TRY(db_open(acts_store(e), false, &d));
    TRY(db_query(d, a, "SELECT s.lon, s.lat, g.region, s.region FROM subject s, users u JOIN agency g ON g.id = u.agency WHERE u.id = :by AND s.lon IS NOT NULL ORDER BY s.id",
                 DB_ARGS(DB_T("by", officer)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        double x = (double)db_int(&rows, 0) / 1e7, y = (double)db_int(&rows, 1) / 1e7, away = metres_between(lon, lat, x, y);
        if (!region_covers((int)db_int(&rows, 2), (int)db_int(&rows, 3)) || away >= far[1])
            continue;
        int k = away < far[0] ? 0 : 1;
        if (!k)
            far[1] = far[0], ret[1][0] = ret[0][0], ret[1][1] = ret[0][1];
        far[k] = away, ret[k][0] = x, ret[k][1] = y;
        *ret_n += *ret_n < 2;
    }
}

static err *fires(struct acts *e, struct arena *a, str officer, const struct grid *g, usec until)
{
    double lon, lat, at[2][2];
    int n, count = 0;
    struct fire_loaded got;
    buf b = buf_make(a, 64 << 10);
    usec day0 = day_start(day_of(until) - 16);
    grid_degrees(g, g->width / 2.0, g->height / 2.0, &lon, &lat);
    TRY(companies(e, a, officer, lon, lat, at, &n));
    buf_add(&b, S("latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight\n"));
    for (int k = 0; k < n; k++)
        for (int i = 0; i < 4 - 2 * k; i++, count++) /* a little aside each time, as pixels fall */
            point(&b, day0 + (1 + 3 * i + k) * USEC_DAY + (i % 2 ? 130 : 810) * USEC_MINUTE, at[k][0] + 0.0011 * (i % 3 - 1), at[k][1] + 0.0008 * (i % 2), count);
    for (int i = 0; i < FIELDS; i++, count++)
        point(&b, day0 + (2 + i) * USEC_DAY + 802 * USEC_MINUTE, lon + 0.02 * (i * 5 % 9 - 4), lat + 0.017 * (i * 7 % 9 - 4), count);
    TRY(fire_load(e, a, &(struct fire_list){officer, S("卫星火点 近两周（演示）"), buf_str(&b), true, until}, &got));
    return got.answer.verdict == ACT_ALLOWED ? NULL : err_new(ERR_CONFLICT, "演示火点没有登记：%.*s", STR_ARG(got.answer.json));
}

err *demo_layers(struct acts *e, struct arena *a, str officer, const struct grid *g, usec until)
{
    TRY(layer(e, a, officer, g, until, LAYER_SOURCE2, "东湖子水源二级保护区（演示）", 130, 96));
    TRY(layer(e, a, officer, g, until, LAYER_REDLINE, "东湖子湿地红线（演示）", 60, 70));
    return fires(e, a, officer, g, until);
}
