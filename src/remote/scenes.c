/*
 * A run's id is the digest of what it depends on, so looking twice is one run, and a replay knows what to do from the row alone. Clues are reported after the
 * run is recorded: who opens one finds where it came from.
 */
#include "remote/group.h"
#include "remote/inherit.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- scenes ---- */
err *scene_find(struct store *s, struct db *d, struct arena *a, str id, struct scene *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, "SELECT id, name, sensor, COALESCE(entrustment, ''), COALESCE(agency, ''), file, taken, epsg, width, height FROM scene WHERE id = :id",
                 DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_got(err_at(err_new(ERR_MISSING, "没有这景影像"), S("scene")), id, S("影像编号"), STR_NONE);
    *ret = (struct scene){.id = db_str(&rows, 0), .name = db_str(&rows, 1), .sensor = db_str(&rows, 2), .entrustment = db_str(&rows, 3), .agency = db_str(&rows, 4),
                          .taken = db_int(&rows, 6), .epsg = (int)db_int(&rows, 7), .width = (int)db_int(&rows, 8), .height = (int)db_int(&rows, 9)};
    bool good = sm3_from_text(db_str(&rows, 5), &ret->file);
    db_rows_end(&rows);
    if (!good)
        return err_new(ERR_DAMAGED, "影像“%.*s”的摘要不完整", STR_ARG(id));
    return blob_path(s, a, &ret->file, &ret->path);
}

static err *blob_of_file(struct store *s, struct arena *a, str path, struct sm3 *ret)
{
    struct blob_writer *w;
    int64_t bytes;
    char *piece = arena_alloc(a, LIMIT_BLOB_PART, 1);
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_at(err_errno(S("打开影像")), path);
    err *e = blob_begin(s, &w);
    for (ssize_t n = 1; !e && n > 0;) {
        n = read(fd, piece, LIMIT_BLOB_PART);
        e = n < 0 ? err_errno(S("读影像")) : n > 0 ? blob_add(w, (str){piece, (size_t)n}) : NULL;
        if (e)
            blob_discard(w);
    }
    close(fd);
    return e ? e : blob_finish(w, ret, &bytes);
}

static void put_degree(struct json_out *o, str key, double v)
{
    char text[32];
    snprintf(text, sizeof text, "%.7f", v);
    json_key(o, key);
    json_raw(o, str_of(text));
}

err *scene_bind(struct acts *e, struct arena *a, str path, const struct ingested *s, const struct sensor *sensor, const struct scene_bind *b, struct act_answer *ret)
{
    struct sm3 file;
    buf text = buf_make(a, 8192);
    struct json_out o = {&text, false};
    double west = 180, east = -180, south = 90, north = -90;
    char share[16];
    if (s->taken == USEC_NONE)
        return err_at(err_new(ERR_INPUT, "不知道成像时间，不能登记"), S("--taken"));
    TRY(blob_of_file(acts_store(e), a, path, &file));
    for (int i = 0; i < 4; i++) {
        west = fmin(west, s->corner[i][0]), east = fmax(east, s->corner[i][0]);
        south = fmin(south, s->corner[i][1]), north = fmax(north, s->corner[i][1]);
    }
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("scene.bind"));
    json_put_str(&o, S("by"), b->by);
    if (b->id.n)
        json_put_str(&o, S("id"), b->id);
    json_put_str(&o, S("at"), time_rfc3339(a, b->at));
    if (b->entrustment.n)
        json_put_str(&o, S("entrustment"), b->entrustment);
    json_put_str(&o, S("name"), b->name);
    json_put_str(&o, S("sensor"), str_of(sensor->name));
    json_put_str(&o, S("taken"), time_rfc3339(a, s->taken));
    json_put_str(&o, S("file"), sm3_text(a, &file));
    json_put_int(&o, S("epsg"), s->grid.crs.epsg);
    json_put_int(&o, S("width"), s->grid.width);
    json_put_int(&o, S("height"), s->grid.height);
    put_degree(&o, S("west"), west), put_degree(&o, S("south"), south), put_degree(&o, S("east"), east), put_degree(&o, S("north"), north);
    snprintf(share, sizeof share, "%.2f", floor(10000.0 * (double)s->valid / (double)s->pixels) / 100);
    json_key(&o, S("valid"));
    json_raw(&o, str_of(share));
    json_close(&o, '}');
    return act_perform(e, a, &(struct act_request){.json = buf_str(&text), .by = b->by}, ret);
}

/* ---- a look ---- */
struct look {
    struct store *store;
    struct arena *a;
    struct scene scene, before;
    struct date date[2];            /* oldest first */
    int dates;
    struct recipe_options o;
    bool align;
    str parameters, run;
    struct kept_list kept;
    const struct recipe *used;
    struct sm3 polygons;
    int64_t patches;
    double area_m2;
    struct inherited *again;        /* groups that were findings before */
    size_t again_n;
};

static err *open_scene(struct look *k, const struct scene *s, struct date *d)
{
    const struct sensor *sensor = sensor_find(s->sensor);
    if (!sensor)
        return err_new(ERR_DAMAGED, "影像“%.*s”的卫星不认识", STR_ARG(s->id));
    TRY(raster_open(k->a, s->path, &d->raster));
    return raster_bands(k->a, d->raster, sensor, S(""), 0, &d->bands);
}

static err *look_open(struct look *k, struct db *d, str scene, str before)
{
    TRY(scene_find(k->store, d, k->a, scene, &k->scene));
    if (before.n) {
        TRY(scene_find(k->store, d, k->a, before, &k->before));
        if (k->before.taken >= k->scene.taken)
            return err_new(ERR_INPUT, "前一期影像的成像时间不早于后一期");
        TRY(open_scene(k, &k->before, &k->date[k->dates++]));
    }
    return open_scene(k, &k->scene, &k->date[k->dates++]);
}

static void look_close(struct look *k)
{
    for (int i = 0; i < 2; i++)
        raster_close(k->date[i].raster);
}

static str hex_16(struct arena *a, str text)
{
    struct sm3 d = sm3_of(text.p, text.n);
    buf b = buf_make(a, 64);
    buf_hex(&b, d.byte, 16);
    return buf_str(&b);
}

static err *look_run(struct look *k)
{
    struct detected one;
    struct changed two;
    if (k->dates == 1) {
        TRY(recipe_detect(k->a, k->date[0].raster, &k->date[0].bands, &k->o, &one));
        k->used = one.recipe, k->polygons = one.polygons_digest, k->patches = one.polygons, k->area_m2 = one.area_m2;
        return NULL;
    }
    TRY(recipe_change(k->a, k->date, 2, &k->o, k->align, &two));
    k->used = two.recipe, k->polygons = two.polygons_digest, k->patches = two.polygons, k->area_m2 = two.gained_m2 + two.lost_m2;
    return NULL;
}

/* All that the polygons depend on beside the pixels. */
static str parameters_of(struct arena *a, const struct scene_look *l)
{
    buf b = buf_make(a, 1000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_bool(&o, S("align"), l->align);
    json_put_int(&o, S("connected"), 4);
    json_put_str(&o, S("least"), S("recipe"));
    json_put_bool(&o, S("otsu"), l->otsu);
    json_close(&o, '}');
    return buf_str(&b);
}

/* ---- the document ---- */
static void put_rings(struct json_out *o, const struct kept *k)
{
    for (size_t r = 0; r < k->rings_n; r++) {
        json_open(o, '[');
        for (uint32_t i = 0; i < k->rings[r].n; i++) {
            json_int(o, k->points[k->rings[r].first + i].x);
            json_int(o, k->points[k->rings[r].first + i].y);
        }
        json_close(o, ']');
    }
}

static double tenth(double v)
{
    return floor(v * 10 + 0.5) / 10;
}

static void put_group(struct json_out *o, const struct look *k, const struct group *g, str finding)
{
    const struct grid *grid = &raster_head(k->date[k->dates - 1].raster)->grid;
    const struct region_sums *s = &g->sums;
    double lon, lat;
    grid_degrees(grid, (double)s->x / (double)s->pixels + 0.5, (double)s->y / (double)s->pixels + 0.5, &lon, &lat);
    json_open(o, '{');
    json_put_str(o, S("finding"), finding);
    json_put_int(o, S("change"), g->kind);
    json_put_int(o, S("patches"), (int64_t)g->n);
    json_put_int(o, S("pixels"), s->pixels);
    json_key(o, S("area_m2"));
    json_double(o, tenth(region_area_m2(s, grid)));
    json_key(o, S("width_m"));
    json_double(o, tenth(region_width_m(s, grid)));
    json_key(o, S("box"));
    json_open(o, '[');
    json_int(o, s->x0), json_int(o, s->y0), json_int(o, s->x1), json_int(o, s->y1);
    json_close(o, ']');
    put_degree(o, S("lon"), lon);
    put_degree(o, S("lat"), lat);
    json_key(o, S("index_mean"));
    json_double(o, floor((double)s->index / (double)s->pixels / 100 + 0.5) / 1e4);
    json_put_int(o, S("score"), g->score);
    json_key(o, S("flags"));
    json_open(o, '[');
    for (int f = 0; f < FLAGS; f++)
        if (g->flags >> f & 1)
            json_str(o, str_of(flag_name((enum flag)f)));
    json_close(o, ']');
    json_key(o, S("rings"));
    json_open(o, '[');
    for (size_t i = 0; i < g->n; i++)
        put_rings(o, &k->kept.v.p[g->first + i]);
    json_close(o, ']');
    json_close(o, '}');
}

static str finding_id(struct look *k, size_t n)
{
    return hex_16(k->a, arena_printf(k->a, "%.*s/%zu", STR_ARG(k->run), n));
}

static err *document(struct look *k, const struct group *g, size_t n, str *ret)
{
    buf b = buf_make(k->a, LIMIT_SCENE_DOCUMENT);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("groups"));
    json_open(&o, '[');
    for (size_t i = 0; i < n && i < LIMIT_SCENE_GROUPS; i++)
        put_group(&o, k, &g[i], finding_id(k, i));
    json_close(&o, ']');
    json_close(&o, '}');
    *ret = buf_str(&b);
    return b.overflow ? err_new(ERR_LIMIT, "图斑组的轮廓超过%d MB", LIMIT_SCENE_DOCUMENT >> 20) : NULL;
}

/* ---- recording ---- */
static err *record(struct acts *e, struct look *k, const struct scene_look *l, size_t groups, const struct sm3 *file)
{
    buf b = buf_make(k->a, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    struct act_answer answer;
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("scene.detect"));
    json_put_str(&o, S("by"), S("detector"));
    json_put_str(&o, S("id"), k->run);
    json_put_str(&o, S("at"), time_rfc3339(k->a, l->now));
    json_put_str(&o, S("scene"), k->scene.id);
    if (k->dates == 2)
        json_put_str(&o, S("before"), k->before.id);
    json_put_str(&o, S("recipe"), str_of(l->recipe->name));
    json_put_int(&o, S("version"), l->recipe->version);
    json_put_str(&o, S("parameters"), k->parameters);
    json_put_str(&o, S("polygons"), sm3_text(k->a, &k->polygons));
    json_put_str(&o, S("document"), sm3_text(k->a, file));
    json_put_int(&o, S("patches"), k->patches);
    json_put_int(&o, S("groups"), (int64_t)groups);
    json_put_int(&o, S("area_m2"), k->area_m2 > 2e9 ? 2000000000 : llround(k->area_m2));
    json_key(&o, S("findings"));
    json_open(&o, '[');
    for (size_t i = 0; i < groups && i < LIMIT_SCENE_GROUPS; i++)
        json_str(&o, finding_id(k, i));
    json_close(&o, ']');
    json_key(&o, S("again"));
    json_open(&o, '[');
    for (size_t i = 0; i < k->again_n; i++)
        json_str(&o, arena_printf(k->a, "%.*s:%.*s", STR_ARG(k->again[i].finding), STR_ARG(k->again[i].earlier)));
    json_close(&o, ']');
    json_close(&o, '}');
    TRY(act_perform(e, k->a, &(struct act_request){.json = buf_str(&b), .by = S("detector")}, &answer));
    if (answer.verdict == ACT_INVALID)
        return answer.invalid;
    return answer.verdict == ACT_ALLOWED ? NULL : err_new(ERR_CONFLICT, "解译结果没有登记：%.*s", STR_ARG(answer.n ? answer.reasons[0].because : S("未获准许")));
}

static str clue_words(struct look *k, const struct group *g)
{
    const struct grid *grid = &raster_head(k->date[k->dates - 1].raster)->grid;
    double lon, lat, area = region_area_m2(&g->sums, grid);
    grid_degrees(grid, (double)g->sums.x / (double)g->sums.pixels + 0.5, (double)g->sums.y / (double)g->sums.pixels + 0.5, &lon, &lat);
    str when = k->dates == 2 ? arena_printf(k->a, "%.*s与%.*s两期%s影像相比", STR_ARG(day_chinese(k->a, day_of(k->before.taken))),
                                            STR_ARG(day_chinese(k->a, day_of(k->scene.taken))), k->date[1].bands.sensor->label)
                             : arena_printf(k->a, "%.*s的%s影像", STR_ARG(day_chinese(k->a, day_of(k->scene.taken))), k->date[0].bands.sensor->label);
    return arena_printf(k->a, "%.*s，东经%.5f°、北纬%.5f°一带%s%s%zu处，约%.0f平方米，平均宽约%.0f米。方法：%s。遥感解译意见，未经核实。", STR_ARG(when), lon, lat,
                        g->kind > 0 ? "新增" : g->kind < 0 ? "减少" : "", k->used->what, g->n, area, region_width_m(&g->sums, grid), k->used->label);
}

/* Is there a clue of this place already? */
static bool known(const struct look *k, str finding)
{
    for (size_t i = 0; i < k->again_n; i++)
        if (k->again[i].has_clue && str_eq(k->again[i].finding, finding))
            return true;
    return false;
}

static err *find_again(struct look *k, str document)
{
    struct db *d;
    const struct json *j;
    TRY(json_parse_nodes(k->a, document, LIMIT_SCENE_DOCUMENT, 4000000, &j));
    TRY(db_open(k->store, false, &d));
    err *bad = inherit(k->store, d, k->a, &k->scene, &raster_head(k->date[k->dates - 1].raster)->grid, str_of(k->o.recipe->name), k->dates == 2, json_get(j, S("groups")), &k->again,
                       &k->again_n);
    db_close(d);
    return bad;
}

static err *report(struct acts *e, struct look *k, const struct scene_look *l, const struct group *g, size_t n, struct scene_looked *ret)
{
    struct db *d;
    int64_t budget;
    TRY(db_open(k->store, false, &d));
    err *bad = clue_budget(d, &budget);
    db_close(d);
    TRY(bad);
    for (size_t i = 0; i < n && i < LIMIT_SCENE_GROUPS; i++) {
        struct act_answer answer;
        if (known(k, finding_id(k, i))) {
            ret->known++;
            continue;
        }
        if (ret->reported >= budget) {
            ret->held_back = (int64_t)(n - i);
            return NULL;
        }
        /* Found when it was looked at: the scene may be older, the finding is not. */
        struct clue_finding c = {.finding = finding_id(k, i), .observed_at = l->now, .at = l->now, .text = clue_words(k, &g[i])};
        TRY(clue_report(e, k->a, &c, &answer));
        ret->reported += answer.verdict == ACT_ALLOWED;
    }
    return NULL;
}

static err *seen_before(struct look *k, struct db *d, struct scene_looked *ret)
{
    struct db_rows rows;
    TRY(db_query(d, k->a, "SELECT patches, groups, area_m2, polygons FROM scene_run WHERE id = :id", DB_ARGS(DB_T("id", k->run)), &rows));
    TRY(db_next(&rows, &ret->repeated));
    if (!ret->repeated)
        return NULL;
    ret->patches = db_int(&rows, 0), ret->groups = db_int(&rows, 1), ret->area_m2 = (double)db_int(&rows, 2);
    bool good = sm3_from_text(db_str(&rows, 3), &ret->polygons);
    db_rows_end(&rows);
    return good ? NULL : err_new(ERR_DAMAGED, "解译记录的摘要不完整");
}

/* Polygons go through a file beside the blobs: they may be larger than memory should be. */
static err *compute(struct look *k, str path)
{
    k->kept.a = k->a;
    k->o.polygons = path;
    k->o.region = keep_patch;
    k->o.context = &k->kept;
    k->o.least_m2 = -1;
    return look_run(k);
}

static err *look_and_record(struct acts *e, struct look *k, const struct scene_look *l, struct scene_looked *ret)
{
    struct sm3 file, stored;
    str text, path = arena_printf(k->a, "%.*s/look-%d.geojson", STR_ARG(store_folder(k->store)), (int)getpid());
    size_t n = 0;
    err *bad = compute(k, path);
    if (!bad)
        bad = blob_of_file(k->store, k->a, path, &stored);
    unlink(arena_cstr(k->a, path));
    TRY(bad);
    struct group *g = groups_of(&k->kept, &n);
    TRY(document(k, g, n, &text));
    TRY(blob_put(k->store, text, &file));
    TRY(find_again(k, text));
    TRY(record(e, k, l, n, &file));
    ret->patches = k->patches, ret->groups = (int64_t)n, ret->area_m2 = k->area_m2, ret->polygons = k->polygons;
    return l->report ? report(e, k, l, g, n, ret) : NULL;
}

err *scene_look(struct acts *e, struct arena *a, const struct scene_look *l, struct scene_looked *ret)
{
    struct look k = {.store = acts_store(e), .a = a, .o = {.recipe = l->recipe, .otsu = l->otsu}, .align = l->align};
    struct db *d;
    *ret = (struct scene_looked){0};
    TRY(db_open(k.store, false, &d));
    err *bad = look_open(&k, d, l->scene, l->before);
    if (!bad) {
        k.parameters = parameters_of(a, l);
        k.run = hex_16(a, arena_printf(a, "%.*s %.*s %.*s %s/%d %.*s", STR_ARG(l->scene), STR_ARG(sm3_text(a, &k.scene.file)), STR_ARG(l->before), l->recipe->name,
                                       l->recipe->version, STR_ARG(k.parameters)));
        ret->run = k.run;
        bad = seen_before(&k, d, ret);
    }
    db_close(d);
    if (!bad && !ret->repeated)
        bad = look_and_record(e, &k, l, ret);
    look_close(&k);
    return bad;
}

/* ---- again ---- */
static err *replay_with(struct look *k, struct db *d, str run, str path, struct sm3 *ret_polygons, bool *ret_same)
{
    struct db_rows rows;
    bool more;
    struct sm3 then;
    const struct json *p;
    TRY(db_query(d, k->a, "SELECT scene, COALESCE(before_scene, ''), recipe, version, parameters, polygons FROM scene_run WHERE id = :id", DB_ARGS(DB_T("id", run)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_got(err_at(err_new(ERR_MISSING, "没有这次解译"), S("--replay")), run, S("解译编号"), STR_NONE);
    str scene = db_str(&rows, 0), before = db_str(&rows, 1), parameters = db_str(&rows, 4);
    k->o.recipe = recipe_find(db_str(&rows, 2));
    int64_t version = db_int(&rows, 3);
    bool good = sm3_from_text(db_str(&rows, 5), &then);
    db_rows_end(&rows);
    if (!good)
        return err_new(ERR_DAMAGED, "解译记录的摘要不完整");
    if (!k->o.recipe || k->o.recipe->version != version)
        return err_new(ERR_VERSION, "这次解译用的方法版本是%lld，本程序没有，不能重算", (long long)version);
    TRY(json_parse(k->a, parameters, 4096, &p));
    const struct json *otsu = json_get(p, S("otsu")), *align = json_get(p, S("align"));
    k->o.otsu = otsu && otsu->boolean;
    k->align = align && align->boolean;
    TRY(look_open(k, d, scene, before));
    TRY(compute(k, path));
    *ret_polygons = k->polygons;
    *ret_same = memcmp(&then, &k->polygons, sizeof then) == 0;
    return NULL;
}

err *scene_replay(struct store *s, struct arena *a, str run, str path, struct sm3 *ret_polygons, bool *ret_same)
{
    struct look k = {.store = s, .a = a};
    struct db *d;
    TRY(db_open(s, false, &d));
    err *bad = replay_with(&k, d, run, path, ret_polygons, ret_same);
    db_close(d);
    look_close(&k);
    return bad;
}
