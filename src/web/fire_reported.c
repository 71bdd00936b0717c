/*
 * A heat point beside what the plant itself said (遥感 2.11: the cheapest cross-check there is). Both are put down as they are, pass by pass and outlet by
 * outlet: marks, the hour's means, the device's own flag. Where an outlet was reported as standing still one sentence says so, and what else may
 * explain it: a pixel is wider than a plant, and an outlet is not the whole of one. It is a question, and no answer.
 */
#include "web/fire_reported.h"
#include "web/fires.h"
#include "web/monitor.h"

#include <string.h>

enum { PASSES = 8, OUTLETS = 8, COMPANIES = 5, FACTORS = 3 };
static const char *const factors[FACTORS] = {"a01012", "a00000", "a19001"}; /* HJ 212: flue temperature, flow, oxygen */

struct value { bool there; str text, unit; char flag; };
struct said { struct value value[FACTORS]; struct reading_mark *marks; size_t marks_n; bool stopped, any; };

/* ---- one hour of one series ---- */
struct hour { struct request *q; usec at; struct value *to; };

static err *take(void *context, const struct chunk_day *d)
{
    struct hour *h = context;
    usec since = h->at - day_start(d->day);
    if (since < 0 || since >= USEC_DAY || d->cadence_s <= 0)
        return NULL;
    int slot = (int)(since / (d->cadence_s * USEC_SECOND));
    if (slot >= d->slots || d->flag[slot] == CHUNK_MISSING)
        return NULL;
    h->to->there = true, h->to->flag = (char)d->flag[slot];
    for (size_t i = 0; i < d->escapes_n; i++)
        if (d->escapes[i].slot == slot && d->escapes[i].column == 0 && d->escapes[i].kind != CHUNK_DECIMALS) {
            h->to->text = d->escapes[i].kind == CHUNK_TEXT ? arena_str(h->q->a, d->escapes[i].text) : S("未报");
            return NULL;
        }
    h->to->text = decimal_text(h->q->a, d->wide ? d->v64[0][slot] : d->v[0][slot], d->decimals);
    return NULL;
}

static err *hour_of(struct request *q, struct readings *r, struct reading_scan *scan, str mn, str factor, usec at, struct value *ret)
{
    struct series *list;
    size_t n;
    *ret = (struct value){0};
    TRY(series_list(r, q->a, &(struct series_filter){mn, factor, PERIOD_HOUR, GROUP_VALUE}, &list, &n));
    if (!n)
        return NULL;
    ret->unit = chart_unit(&list[0]);
    return reading_scan_days(scan, list[0].id, day_of(at), day_of(at), USEC_NONE, take, &(struct hour){q, at, ret});
}

static err *said_at(struct request *q, struct readings *r, struct reading_scan *scan, const struct outlet *outlet, usec pass, struct said *ret)
{
    usec hour = pass - (pass - day_start(day_of(pass))) % USEC_HOUR;
    int flagged = 0, told = 0;
    *ret = (struct said){0};
    TRY(reading_marks(r, q->a, outlet->mn, pass, pass + 1, &ret->marks, &ret->marks_n));
    for (size_t i = 0; i < ret->marks_n; i++)
        ret->stopped |= str_eq(ret->marks[i].kind, S("stopped"));
    for (int k = 0; k < FACTORS; k++) {
        TRY(hour_of(q, r, scan, outlet->mn, str_of(factors[k]), hour, &ret->value[k]));
        told += ret->value[k].there, flagged += ret->value[k].there && ret->value[k].flag == 'F';
    }
    ret->any = told > 0;
    ret->stopped |= told > 0 && flagged == told; /* the device's own word for standing still */
    return NULL;
}

/* ---- outlets this reader may read ---- */
static err *outlets_of(struct request *q, const struct json *near, struct outlet **ret, size_t *ret_n)
{
    struct db *d;
    VEC(str) ids = {0};
    VEC(struct outlet) out = {0};
    TRY(request_db(q, &d));
    for (size_t i = 0; near && i < near->n && i < COMPANIES; i++) {
        struct db_rows rows;
        bool more;
        TRY(db_query(d, q->a, "SELECT id FROM outlet WHERE subject = CAST(:s AS TEXT) AND kind = 'gas' ORDER BY id LIMIT :most",
                     DB_ARGS(DB_T("s", json_string(&near->child[i], S("id"))), DB_I("most", OUTLETS)), &rows));
        for (;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            vec_push(q->a, &ids, db_str(&rows, 0));
        }
    }
    for (size_t i = 0; i < ids.n && out.n < OUTLETS; i++) {
        struct outlet one;
        err *e = outlet_get(q, ids.p[i], &one);
        if (e && (e->kind == ERR_MISSING || e->kind == ERR_DENIED)) {
            err_clear();
            continue;
        }
        TRY(e);
        vec_push(q->a, &out, one);
    }
    *ret = out.p, *ret_n = out.n;
    return NULL;
}

/* ---- words ---- */
static void put_value(struct out *o, const char *label, const struct value *v)
{
    w(o, H("<td class=\"number\" data-label=\""), label, H("\">"));
    if (!v->there)
        w(o, H("没有收到</td>"));
    else
        w(o, v->text, H(" "), v->unit, H("</td>"));
}

static void put_flags(struct out *o, const struct said *s)
{
    char done[FACTORS + 1] = {0};
    size_t n = 0;
    for (int k = 0; k < FACTORS; k++) {
        char flag = s->value[k].flag;
        if (!s->value[k].there || strchr(done, flag))
            continue;
        w(o, n ? H("、") : H(""), chart_flag_text(flag));
        done[n++] = flag;
    }
    w(o, n ? H("") : H("没有收到"));
}

static void put_row(struct request *q, struct out *o, const struct outlet *outlet, usec pass, const struct said *s)
{
    w(o, H("<tr><td class=\"time\" data-label=\"过境时间\">"), time_chinese(q->a, pass), H("</td><td data-label=\"排口\"><a href=\"/monitor/"), U(outlet->id), H("\">"), outlet->title,
      H("</a></td><td data-label=\"当时的标记\"><span>"));
    for (size_t i = 0; i < s->marks_n; i++)
        w(o, i ? H("、") : H(""), chart_mark_text(s->marks[i].kind));
    w(o, s->marks_n ? H("") : H("没有标记"), H("</span></td>"));
    put_value(o, "烟气温度", &s->value[0]);
    put_value(o, "流量", &s->value[1]);
    put_value(o, "氧含量", &s->value[2]);
    w(o, H("<td data-label=\"数据标识\"><span>"));
    put_flags(o, s);
    w(o, H("</span></td></tr>"));
}

static err *rows(struct request *q, struct out *o, struct readings *r, struct reading_scan *scan, const struct outlet *outlets, size_t n, const struct json *points)
{
    size_t stopped = 0;
    str first = STR_NONE;
    usec when = USEC_NONE;
    for (size_t i = 0; i < points->n && i < PASSES; i++) {
        struct fire pass = fire_of(&points->child[i]);
        for (size_t k = 0; k < n; k++) {
            struct said s;
            TRY(said_at(q, r, scan, &outlets[k], pass.at, &s));
            put_row(q, o, &outlets[k], pass.at, &s);
            if (s.stopped && !stopped++)
                first = outlets[k].title, when = pass.at;
        }
    }
    w(o, H("</tbody></table></div>"));
    if (points->n > PASSES)
        w(o, H("<p class=\"muted\">只列前"), (int)PASSES, H("次过境。</p>"));
    if (stopped)
        w(o, H("<p class=\"note\">"), time_chinese(q->a, when), H("卫星探测到热异常时，“"), first, H("”报的是停运"), stopped > 1 ? arena_printf(q->a, "（这样的共%zu处）", stopped) : S(""),
          H("：两者须对照核实。热源可能在像元内别处，停运也可能只是这个排口的设施。</p>"));
    return NULL;
}

err *put_fire_reported(struct request *q, struct out *o, const struct json *near, const struct json *points)
{
    struct readings *r = q->web->options.readings;
    struct outlet *outlets;
    struct reading_scan *scan;
    size_t n;
    if (!(q->reader.roles & ROLES_MONITOR) || !points)
        return NULL;
    w(o, H("<section id=\"reported\"><h2>过境时各排口自己报的</h2>"));
    if (!r) {
        w(o, H("<p class=\"muted\">这台服务器没有启用监测数据，无法对照。</p></section>"));
        return NULL;
    }
    TRY(outlets_of(q, near, &outlets, &n));
    if (!n) {
        w(o, H("<p class=\"muted\">像元内的登记单位没有您可查看的废气在线监测排口。</p></section>"));
        return NULL;
    }
    w(o, H("<p class=\"muted\">过境所在整点小时的上报均值和当时有效的标记，原样列出，未经核实。</p><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">过境时间</th>"
           "<th scope=\"col\">排口</th><th scope=\"col\">当时的标记</th><th scope=\"col\" class=\"number\">烟气温度</th><th scope=\"col\" class=\"number\">流量</th>"
           "<th scope=\"col\" class=\"number\">氧含量</th><th scope=\"col\">数据标识</th></tr></thead><tbody>"));
    TRY(reading_scan_open(r, q->a, &scan));
    err *e = rows(q, o, r, scan, outlets, n, points);
    reading_scan_close(scan);
    TRY(e);
    w(o, H("</section>"));
    return NULL;
}
