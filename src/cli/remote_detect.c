/* xiezhi remote detect, remote change: a recipe over one scene, or over two and more dates of one grid. One JSON object a line is the answer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/remote.h"

err *cli_sensor(const struct cli *c, const struct sensor **ret)
{
    str name = cli_text(c, "sensor", "");
    *ret = sensor_find(name);
    if (*ret)
        return NULL;
    buf b = buf_make(c->arena, 1000);
    for (size_t i = 0; sensor_at(i); i++)
        buf_printf(&b, "%s%s（%s）", i ? "、" : "", sensor_at(i)->name, sensor_at(i)->label);
    return err_got(err_at(err_new(ERR_INPUT, name.n ? "没有这种卫星" : "请用--sensor写明是什么卫星"), S("--sensor")), name, buf_str(&b), S("s2"));
}

err *cli_baseline(const struct cli *c, int *ret)
{
    str text = cli_text(c, "baseline", ""), whole, rest = text;
    int64_t a = 0, b = 0;
    str_next(&rest, '.', &whole);
    *ret = 0;
    if (!text.n)
        return NULL;
    if (!str_int64(whole, &a) || (rest.p && !str_int64(rest, &b)) || a < 0 || a > 99 || b < 0 || b > 99)
        return err_got(err_at(err_new(ERR_INPUT, "看不懂处理基线"), S("--baseline")), text, S("两段数字"), S("05.11"));
    *ret = (int)(a * 100 + b);
    return NULL;
}

static err *number(const struct cli *c, const char *option, double missing, double *ret)
{
    str text = cli_text(c, option, "");
    char *end;
    *ret = missing;
    if (!text.n)
        return NULL;
    *ret = strtod(text.p, &end);
    return *end || *ret != *ret ? err_got(err_at(err_new(ERR_INPUT, "应为数"), arena_printf(c->arena, "--%s", option)), text, S("数"), S("0.1")) : NULL;
}

err *cli_detect(const struct cli *c, struct recipe_options *ret)
{
    str name = cli_text(c, "recipe", "");
    *ret = (struct recipe_options){.recipe = recipe_find(name), .otsu = cli_has(c, "otsu"), .eight = cli_has(c, "eight"),
                                   .has_threshold = cli_has(c, "threshold"), .polygons = cli_text(c, "polygons", "")};
    if (!ret->recipe) {
        buf b = buf_make(c->arena, 2000);
        for (size_t i = 0; recipe_at(i); i++)
            buf_printf(&b, "%s%s（%s）", i ? "、" : "", recipe_at(i)->name, recipe_at(i)->label);
        return err_got(err_at(err_new(ERR_INPUT, name.n ? "没有这种方法" : "请用--recipe写明方法"), S("--recipe")), name, buf_str(&b), S("water"));
    }
    TRY(number(c, "threshold", 0, &ret->threshold));
    if (str_eq(cli_text(c, "min-area", ""), S("recipe")))
        ret->least_m2 = -1;
    else
        TRY(number(c, "min-area", 0, &ret->least_m2));
    return ret->least_m2 < 0 && !str_eq(cli_text(c, "min-area", ""), S("recipe")) ? err_at(err_new(ERR_INPUT, "最小面积不能是负数"), S("--min-area")) : NULL;
}

void json_put_number(struct json_out *o, str key, double value)
{
    json_key(o, key);
    json_double(o, value);
}

/* To a tenth, as in the polygons. */
static double square_metres(double v)
{
    return floor(v * 10 + 0.5) / 10;
}

static void put_health(struct json_out *o, const struct rows_health *h)
{
    if (h->damaged)
        json_put_int(o, S("damaged_blocks"), h->damaged);
    if (h->sparse)
        json_put_int(o, S("missing_blocks"), h->sparse);
}

static void print_detected(struct cli *c, struct raster *r, const struct bands *b, const struct recipe_options *o, const struct detected *d, const struct sm3 *image)
{
    buf text = buf_make(c->arena, 8192);
    struct json_out j = {&text, false};
    json_open(&j, '{');
    json_put_int(&j, S("pixels"), d->pixels);
    json_put_int(&j, S("valid"), d->valid);
    json_put_int(&j, S("flagged"), d->flagged);
    json_put_int(&j, S("regions"), d->regions);
    json_put_int(&j, S("polygons"), d->polygons);
    json_put_number(&j, S("area_m2"), square_metres(d->area_m2));
    json_put_str(&j, S("recipe"), str_of(d->recipe->name));
    json_put_int(&j, S("version"), d->recipe->version);
    json_put_str(&j, S("grade"), str_of(grade_text(d->recipe->grade)));
    json_put_str(&j, S("sensor"), str_of(b->sensor->name));
    if (b->baseline)
        json_put_int(&j, S("baseline"), b->baseline);
    json_put_number(&j, S("threshold"), d->threshold);
    if (o->otsu && d->recipe->otsu) {
        json_put_bool(&j, S("otsu"), d->otsu);
        json_put_number(&j, S("two_modes_share"), d->share);
        json_put_number(&j, S("two_modes_valley"), d->valley);
    }
    put_health(&j, &d->health);
    json_put_str(&j, S("crs"), crs_text(c->arena, &raster_head(r)->grid.crs));
    json_put_str(&j, S("image"), sm3_text(c->arena, image));
    if (o->polygons.n)
        json_put_str(&j, S("polygons_digest"), sm3_text(c->arena, &d->polygons_digest));
    json_put_str(&j, S("statement"), S("遥感解译意见，未经核实"));
    json_close(&j, '}');
    cli_print(buf_str(&text));
}

/* A scene of the store: recorded by scene.detect, and with --report the strongest groups become clues. */
static err *look_at_store(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    struct recipe_options o;
    struct scene_looked d;
    buf text = buf_make(c->arena, 4096);
    struct json_out j = {&text, false};
    (void)ret_exit;
    TRY(cli_detect(c, &o));
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, 0, &acts));
    struct scene_look l = {.scene = cli_text(c, "scene", ""), .before = cli_text(c, "before", ""), .recipe = o.recipe, .otsu = o.otsu,
                           .align = cli_has(c, "align"), .report = cli_has(c, "report"), .now = time_now()};
    TRY(scene_look(acts, c->arena, &l, &d));
    json_open(&j, '{');
    json_put_str(&j, S("run"), d.run);
    json_put_bool(&j, S("repeated"), d.repeated);
    json_put_int(&j, S("polygons"), d.patches);
    json_put_int(&j, S("groups"), d.groups);
    json_put_number(&j, S("area_m2"), square_metres(d.area_m2));
    json_put_int(&j, S("reported"), d.reported);
    json_put_int(&j, S("held_back"), d.held_back);
    json_put_int(&j, S("known"), d.known);
    json_put_str(&j, S("polygons_digest"), sm3_text(c->arena, &d.polygons));
    json_put_str(&j, S("statement"), S("遥感解译意见，未经核实"));
    json_close(&j, '}');
    cli_print(buf_str(&text));
    return NULL;
}

/* The exit code. */
static int print_replayed(struct cli *c, str what, const struct sm3 *polygons, bool same)
{
    buf text = buf_make(c->arena, 1024);
    struct json_out j = {&text, false};
    json_open(&j, '{');
    json_put_str(&j, what, cli_text(c, "replay", ""));
    json_put_str(&j, S("polygons_digest"), sm3_text(c->arena, polygons));
    json_put_bool(&j, S("same"), same);
    json_close(&j, '}');
    cli_print(buf_str(&text));
    if (!same)
        fprintf(stderr, "复算的图斑与当时不同\n");
    return same ? 0 : 1;
}

static err *replay(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    struct sm3 polygons;
    bool same;
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(scene_replay(store, c->arena, cli_text(c, "replay", ""), cli_text(c, "polygons", ""), &polygons, &same));
    *ret_exit = print_replayed(c, S("run"), &polygons, same);
    return NULL;
}

/* A file on its own: by the record that lies beside its polygons. */
static err *replay_file(struct cli *c, int *ret_exit)
{
    struct detect_record r;
    struct sm3 polygons;
    bool same;
    str bytes;
    TRY(file_read(c->arena, cli_text(c, "replay", ""), LIMIT_DETECT_RECORD, &bytes));
    TRY(detect_record_read(c->arena, bytes, &r));
    TRY(detect_record_replay(c->arena, &r, str_of(c->arguments[0]), cli_text(c, "polygons", ""), &polygons, &same));
    *ret_exit = print_replayed(c, S("record"), &polygons, same);
    return NULL;
}

static err *record(const struct cli *c, const struct bands *b, const struct recipe_options *o, const struct detected *d, const struct sm3 *image, int64_t bytes)
{
    struct detect_record r = {.recipe = str_of(o->recipe->name), .sensor = str_of(b->sensor->name), .bands = cli_text(c, "bands", ""), .version = d->recipe->version,
                              .baseline = b->baseline, .has_threshold = o->has_threshold, .threshold = o->threshold, .otsu = o->otsu, .eight = o->eight,
                              .least_m2 = o->least_m2, .image = *image, .image_bytes = bytes, .polygons = d->polygons_digest, .flagged = d->flagged, .count = d->polygons};
    return o->polygons.n ? file_write_atomic(arena_printf(c->arena, "%.*s.run.json", STR_ARG(o->polygons)), detect_record_text(c->arena, &r), 0644) : NULL;
}

static err *run_detect(struct cli *c, int *ret_exit)
{
    const struct sensor *sensor;
    struct recipe_options o;
    struct detected d;
    struct bands b;
    struct sm3 image;
    int64_t bytes;
    int baseline;
    AUTO_RASTER *r = NULL;
    if (cli_has(c, "replay"))
        return c->n ? replay_file(c, ret_exit) : replay(c, ret_exit);
    if (cli_has(c, "scene"))
        return look_at_store(c, ret_exit);
    if (c->n != 1)
        return cli_usage("请写明影像文件，或用--db和--scene写明库中的影像");
    str path = str_of(c->arguments[0]);
    TRY(cli_sensor(c, &sensor));
    TRY(cli_baseline(c, &baseline));
    TRY(cli_detect(c, &o));
    o.mask = cli_text(c, "mask", "");
    TRY(raster_open(c->arena, path, &r));
    TRY(raster_bands(c->arena, r, sensor, cli_text(c, "bands", ""), baseline, &b));
    TRY(recipe_detect(c->arena, r, &b, &o, &d));
    TRY(file_digest(c->arena, path, &image, &bytes));
    TRY(record(c, &b, &o, &d, &image, bytes));
    print_detected(c, r, &b, &o, &d, &image);
    return NULL;
}

/* ---- dates ---- */
static void put_date(struct json_out *j, const struct changed_date *d, bool first)
{
    json_open(j, '{');
    json_put_number(j, S("threshold"), d->threshold);
    json_put_bool(j, S("otsu"), d->otsu);
    json_put_int(j, S("valid"), d->valid);
    json_put_int(j, S("flagged"), d->flagged);
    if (!first && d->shift.known) {
        json_put_number(j, S("shift_x"), d->shift.x);
        json_put_number(j, S("shift_y"), d->shift.y);
        json_put_number(j, S("shift_spread"), d->shift.spread);
    }
    if (!first)
        json_put_str(j, S("registration"), d->shift.known ? S("measured") : S("unknown"));
    json_close(j, '}');
}

static void print_changed(struct cli *c, const struct recipe_options *o, const struct changed *d)
{
    buf text = buf_make(c->arena, 16 << 10);
    struct json_out j = {&text, false};
    json_open(&j, '{');
    json_put_int(&j, S("pixels"), d->pixels);
    json_put_int(&j, S("valid"), d->valid);
    json_put_int(&j, S("stable"), d->stable);
    json_put_int(&j, S("gained"), d->gained);
    json_put_int(&j, S("lost"), d->lost);
    json_put_int(&j, S("transient"), d->transient);
    json_put_int(&j, S("polygons"), d->polygons);
    json_put_number(&j, S("gained_m2"), square_metres(d->gained_m2));
    json_put_number(&j, S("lost_m2"), square_metres(d->lost_m2));
    json_put_str(&j, S("recipe"), str_of(d->recipe->name));
    json_put_int(&j, S("version"), d->recipe->version);
    json_key(&j, S("dates"));
    json_open(&j, '[');
    for (int i = 0; i < d->dates; i++)
        put_date(&j, &d->date[i], i == 0);
    json_close(&j, ']');
    if (o->polygons.n)
        json_put_str(&j, S("polygons_digest"), sm3_text(c->arena, &d->polygons_digest));
    json_put_str(&j, S("statement"), S("遥感解译意见，未经核实"));
    json_close(&j, '}');
    cli_print(buf_str(&text));
}

/* One polygon over all dates: what was promised, and what is seen there. */
static err *print_look_back(struct cli *c, const struct date *dates, int n, const struct recipe_options *o, str path)
{
    str text;
    struct area *area;
    TRY(file_read(c->arena, path, LIMIT_AREA_BYTES, &text));
    TRY(area_read(c->arena, text, &area));
    for (int i = 0; i < n; i++) {
        struct looked l;
        buf out = buf_make(c->arena, 4096);
        struct json_out j = {&out, false};
        TRY(look_back(c->arena, dates[i].raster, &dates[i].bands, o, area, &l));
        json_open(&j, '{');
        json_put_str(&j, S("image"), str_of(c->arguments[i]));
        json_put_int(&j, S("pixels"), l.pixels);
        json_put_int(&j, S("valid"), l.valid);
        json_put_int(&j, S("flagged"), l.flagged);
        json_put_number(&j, S("share"), l.share);
        json_put_number(&j, S("index_mean"), l.index_mean);
        json_close(&j, '}');
        cli_print(buf_str(&out));
    }
    return NULL;
}

static err *with_dates(struct cli *c, struct date *dates, const struct recipe_options *o)
{
    const struct sensor *sensor;
    int baseline;
    struct changed d;
    TRY(cli_sensor(c, &sensor));
    TRY(cli_baseline(c, &baseline));
    for (int i = 0; i < c->n; i++) {
        TRY(raster_open(c->arena, str_of(c->arguments[i]), &dates[i].raster));
        TRY(raster_bands(c->arena, dates[i].raster, sensor, cli_text(c, "bands", ""), baseline, &dates[i].bands));
    }
    if (cli_has(c, "area"))
        return print_look_back(c, dates, c->n, o, cli_text(c, "area", ""));
    if (c->n < 2)
        return cli_usage("变化检测需要两期以上影像");
    TRY(recipe_change(c->arena, dates, c->n, o, cli_has(c, "align"), &d));
    print_changed(c, o, &d);
    return NULL;
}

static err *run_change(struct cli *c, int *ret_exit)
{
    struct date dates[LIMIT_DATES] = {0};
    struct recipe_options o;
    (void)ret_exit;
    TRY(cli_detect(c, &o));
    err *e = with_dates(c, dates, &o);
    for (int i = 0; i < c->n; i++)
        raster_close(dates[i].raster);
    return e;
}

const struct command command_remote_detect = {
    "remote detect", "[IMAGE]", "按一种方法解译一景影像：掩膜、图斑和统计；只是技术意见，未经核实",
    (const struct cli_option[]){
        {"recipe", "NAME", "方法：water、water-ndwi、water-mndwi、water-sar、vegetation、bare-soil、burn-scar"}, CLI_SENSOR, CLI_BANDS, CLI_BASELINE,
        {"mask", "FILE", "掩膜（GeoTIFF：0、1，255为不能判断）"}, {"polygons", "FILE", "图斑（GeoJSON，经纬度）；没有用库时旁边另写FILE.run.json，记下影像摘要和全部参数"}, {"threshold", "N", "代替方法的阈值"},
        {"otsu", NULL, "双峰明显时用大津阈值"}, {"eight", NULL, "对角相邻也算相连"}, {"min-area", "M2", "图斑最小面积（平方米；recipe为方法规定的；默认不限）"},
        CLI_DB, CLI_DATA, {"scene", "ID", "解译库中的影像，登记结果"}, {"before", "ID", "与库中前一期影像比较"}, {"align", NULL, "没有配准的按整像元平移，否则拒绝"},
        {"report", NULL, "在机构每日上限内报告为线索"}, {"replay", "ID", "复算一次解译，图斑不同时退出码为1；没有用库的，写记录文件（FILE.run.json）和影像"}, CLI_JSON, {0}},
    0, 1, run_detect};
const struct command command_remote_change = {
    "remote change", "BEFORE AFTER…", "比较两期以上影像：增加、减少的图斑；--area为一个范围的逐期回看",
    (const struct cli_option[]){
        {"recipe", "NAME", "方法，同remote detect"}, CLI_SENSOR, CLI_BANDS, CLI_BASELINE, {"polygons", "FILE", "增减图斑（GeoJSON，经纬度）"},
        {"threshold", "N", "代替方法的阈值"}, {"otsu", NULL, "双峰明显时用大津阈值"}, {"eight", NULL, "对角相邻也算相连"},
        {"min-area", "M2", "图斑最小面积（平方米）"}, {"align", NULL, "没有配准的按整像元平移，否则拒绝"}, {"area", "FILE", "只看这个范围（GeoJSON）在各期的情况"}, CLI_JSON, {0}},
    1, LIMIT_DATES, run_change};
