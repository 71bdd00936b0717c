/* The id of a place is the digest of the list and of where the place stands in it: the same list gives the same findings, so nothing is reported twice. */
#include "remote/fire_load.h"

#include <math.h>
#include <string.h>

void fire_box(struct spot *ret_low, struct spot *ret_high)
{
    *ret_low = spot_of(108.2, 28.9), *ret_high = spot_of(116.3, 33.4);
}

/* What is registered in the region of the one who brings the list. */
static err *sources(struct acts *e, struct arena *a, str by, struct fire_source **ret, size_t *ret_n)
{
    AUTO_DB struct db *d = NULL;
    struct db_rows rows;
    bool more;
    VEC(struct fire_source) list = {0};
    int64_t region;
    TRY(db_open(acts_store(e), false, &d));
    TRY(db_one_int(d, "SELECT g.region FROM users u JOIN agency g ON g.id = u.agency WHERE u.id = :by", DB_ARGS(DB_T("by", by)), 0, &region));
    TRY(db_query(d, a, "SELECT id, lon, lat FROM subject WHERE lon IS NOT NULL AND lat IS NOT NULL AND region BETWEEN :low AND :high ORDER BY id",
                 DB_ARGS(DB_I("low", region), DB_I("high", region_last((int)region))), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, ((struct fire_source){db_str(&rows, 0), {db_int(&rows, 1), db_int(&rows, 2)}}));
    }
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

static str finding_id(struct arena *a, const struct sm3 *file, str by, const struct fire_place *p)
{
    str text = arena_printf(a, "%.*s %.*s %lld %lld", STR_ARG(sm3_text(a, file)), STR_ARG(by), (long long)p->middle.lon, (long long)p->middle.lat);
    struct sm3 d = sm3_of(text.p, text.n);
    buf b = buf_make(a, 64);
    buf_hex(&b, d.byte, 16);
    return buf_str(&b);
}

static void put_point(struct json_out *o, const struct fire *f)
{
    const int64_t v[] = {f->at, f->spot.lon, f->spot.lat, f->scan_m, f->track_m, f->percent, f->grade, f->frp_kw, f->night, f->type};
    json_open(o, '[');
    for (size_t i = 0; i < sizeof v / sizeof *v; i++)
        json_int(o, v[i]);
    json_str(o, str_of(f->satellite));
    json_close(o, ']');
}

static void put_place(struct json_out *o, const struct fire_place *p, const struct fires *f, const struct fire_source *s, str finding)
{
    json_open(o, '{');
    json_put_str(o, S("finding"), finding);
    json_put_int(o, S("lon"), p->middle.lon);
    json_put_int(o, S("lat"), p->middle.lat);
    json_put_int(o, S("reach_m"), llround(p->reach_m));
    json_put_int(o, S("days"), p->days);
    json_put_int(o, S("score"), p->score);
    json_put_int(o, S("best"), p->best);
    json_put_bool(o, S("fixed"), p->fixed);
    json_put_int(o, S("near_all"), (int64_t)p->near_all);
    json_key(o, S("near"));
    json_open(o, '[');
    for (size_t i = 0; i < p->near_n; i++) {
        json_open(o, '{');
        json_put_str(o, S("id"), s[p->near[i].source].id);
        json_put_int(o, S("m"), llround(p->near[i].metres));
        json_close(o, '}');
    }
    json_close(o, ']');
    json_key(o, S("points"));
    json_open(o, '[');
    for (size_t i = 0; i < p->n; i++)
        put_point(o, &f->p[p->points[i]]);
    json_close(o, ']');
    json_close(o, '}');
}

static err *document(struct arena *a, const struct fires *f, const struct fire_place *p, size_t n, const struct fire_source *s, const str *findings, str *ret)
{
    buf b = buf_make(a, LIMIT_FIRE_DOCUMENT);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_bool(&o, S("viirs"), f->viirs);
    json_put_bool(&o, S("typed"), f->typed);
    json_key(&o, S("places"));
    json_open(&o, '[');
    for (size_t i = 0; i < n; i++)
        put_place(&o, &p[i], f, s, findings[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    *ret = buf_str(&b);
    return b.overflow ? err_new(ERR_LIMIT, "火点太多，请分月导入") : NULL;
}

static bool worth_a_clue(const struct fire_place *p)
{
    return p->near_all && p->best >= FIRE_NOMINAL && (p->days > 1 || p->fixed);
}

static str clue_words(struct arena *a, const struct fires *f, const struct fire_place *p)
{
    const struct fire *first = &f->p[p->points[0]], *last = &f->p[p->points[p->n - 1]];
    str days = p->days > 1 ? arena_printf(a, "%.*s至%.*s的%d天里", STR_ARG(day_chinese(a, day_of(first->at))), STR_ARG(day_chinese(a, day_of(last->at))), p->days)
                           : day_chinese(a, day_of(first->at));
    return arena_printf(a, "%.*s，卫星过境时在东经%.3f°、北纬%.3f°一带%zu次探测到热异常（%s，最高置信度%s），像元约%.1f×%.1f千米，像元范围内有登记单位%zu家。像元内何处发热不能确定，探测时刻不是起始时刻。"
                           "卫星火点提示，未经核实。",
                        STR_ARG(days), (double)p->middle.lon / 1e7, (double)p->middle.lat / 1e7, p->n, f->viirs ? "VIIRS" : "MODIS", fire_grade_text(p->best), first->scan_m / 1000.0,
                        first->track_m / 1000.0, p->near_all);
}

static err *report(struct acts *e, struct arena *a, const struct fire_list *l, const struct fires *f, const struct fire_place *p, size_t n, const str *findings, struct fire_loaded *ret)
{
    struct db *d;
    int64_t budget;
    TRY(db_open(acts_store(e), false, &d));
    err *bad = clue_budget(d, &budget);
    db_close(d);
    TRY(bad);
    for (size_t i = 0; i < n; i++) {
        struct act_answer answer;
        if (!worth_a_clue(&p[i]))
            continue;
        if (ret->reported >= budget) {
            ret->held_back++;
            continue;
        }
        struct clue_finding c = {.finding = findings[i], .observed_at = l->at, .at = l->at, .text = clue_words(a, f, &p[i])};
        TRY(clue_report(e, a, &c, &answer));
        ret->reported += answer.verdict == ACT_ALLOWED;
    }
    return NULL;
}

static err *record(struct acts *e, struct arena *a, const struct fire_list *l, const struct fires *f, size_t n, const str *findings, const struct sm3 *file, const struct sm3 *document,
                   struct fire_loaded *ret)
{
    buf b = buf_make(a, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("fire.load"));
    json_put_str(&o, S("by"), l->by);
    json_put_str(&o, S("at"), time_rfc3339(a, l->at));
    json_put_str(&o, S("name"), l->name);
    json_put_str(&o, S("product"), f->viirs ? S("viirs") : S("modis"));
    json_put_str(&o, S("file"), sm3_text(a, file));
    json_put_str(&o, S("document"), sm3_text(a, document));
    json_put_int(&o, S("listed"), ret->listed);
    json_put_int(&o, S("kept"), ret->kept);
    json_put_int(&o, S("places"), ret->places);
    json_put_int(&o, S("beside"), ret->beside);
    if (f->n) {
        json_put_str(&o, S("first_at"), time_rfc3339(a, f->p[0].at));
        json_put_str(&o, S("last_at"), time_rfc3339(a, f->p[f->n - 1].at));
    }
    json_key(&o, S("findings"));
    json_open(&o, '[');
    for (size_t i = 0; i < n && i < 200; i++)
        json_str(&o, findings[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    return act_perform(e, a, &(struct act_request){.json = buf_str(&b), .by = l->by}, &ret->answer);
}

err *fire_load(struct acts *e, struct arena *a, const struct fire_list *l, struct fire_loaded *ret)
{
    struct fires f;
    struct fire_source *s;
    struct fire_place *p;
    size_t sources_n, n, all;
    struct spot low, high;
    struct sm3 file, kept;
    str text;
    *ret = (struct fire_loaded){0};
    fire_box(&low, &high);
    TRY(fires_read(a, l->csv, low, high, &f));
    TRY(sources(e, a, l->by, &s, &sources_n));
    TRY(fires_places(a, &f, s, sources_n, &p, &n, &all));
    TRY(blob_put(acts_store(e), l->csv, &file));
    str *findings = NEW_ARRAY(a, n + 1, str);
    for (size_t i = 0; i < n; i++) {
        findings[i] = finding_id(a, &file, l->by, &p[i]);
        ret->beside += p[i].near_all > 0;
    }
    TRY(document(a, &f, p, n, s, findings, &text));
    TRY(blob_put(acts_store(e), text, &kept));
    ret->listed = (int64_t)f.listed, ret->kept = (int64_t)f.n, ret->places = (int64_t)all;
    TRY(record(e, a, l, &f, n, findings, &file, &kept, ret));
    return l->report && ret->answer.verdict == ACT_ALLOWED ? report(e, a, l, &f, p, n, findings, ret) : NULL;
}
