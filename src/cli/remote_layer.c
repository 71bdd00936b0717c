/* xiezhi remote layer, remote fires: what findings from above are laid against comes in as files. Without a store both say what they read. */
#include <stdio.h>
#include <string.h>
#include "cli/remote.h"
#include "remote/context.h"
#include "remote/fire_load.h"

static void put_degrees(struct json_out *j, str key, struct spot low, struct spot high)
{
    const int64_t v[] = {low.lon, low.lat, high.lon, high.lat};
    json_key(j, key);
    json_open(j, '[');
    for (size_t i = 0; i < 4; i++)
        json_double(j, (double)v[i] / 1e7);
    json_close(j, ']');
}

static void print_layer(struct cli *c, size_t areas, size_t corners, size_t skipped, struct spot low, struct spot high)
{
    buf text = buf_make(c->arena, 4096);
    struct json_out j = {&text, false};
    json_open(&j, '{');
    json_put_int(&j, S("areas"), (int64_t)areas);
    json_put_int(&j, S("corners"), (int64_t)corners);
    json_put_int(&j, S("skipped"), (int64_t)skipped);
    put_degrees(&j, S("box"), low, high);
    json_close(&j, '}');
    cli_print(buf_str(&text));
}

static err *run_layer(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    struct layer l;
    struct layer_brought got;
    struct layer_bring b = {.by = cli_text(c, "by", ""), .name = cli_text(c, "name", ""), .source = cli_text(c, "source", ""), .at = time_now()};
    TRY(file_read(c->arena, str_of(c->arguments[0]), LIMIT_LAYER_FILE, &b.file));
    if (!cli_has(c, "db")) {
        TRY(layer_read(c->arena, b.file, &l));
        print_layer(c, l.n, l.corners, l.skipped, l.low, l.high);
        return NULL;
    }
    if (!b.by.n || !b.name.n || !b.source.n || !layer_kind_of(cli_text(c, "kind", ""), &b.kind))
        return cli_usage("装载图层要写明--by、--name、--source和--kind（redline、source1、source2、source3、reserve、shore、county）");
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, 0, &acts));
    TRY(layer_bring(acts, c->arena, &b, &got));
    print_layer(c, got.areas, got.corners, got.skipped, got.low, got.high);
    cli_print(got.answer.json);
    *ret_exit = got.answer.verdict == ACT_ALLOWED ? 0 : 1;
    return NULL;
}

/* How many points each satellite has, in the order in which they are first met. */
static void put_satellites(struct json_out *j, const struct fires *f)
{
    enum { SATELLITES = 16 };
    struct { const char *name; int64_t n; } seen[SATELLITES];
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) {
        size_t k = 0;
        while (k < n && strcmp(seen[k].name, f->p[i].satellite) != 0)
            k++;
        if (k == n && n < SATELLITES)
            seen[n].name = f->p[i].satellite, seen[n++].n = 0;
        if (k < n)
            seen[k].n++;
    }
    json_key(j, S("satellites"));
    json_open(j, '{');
    for (size_t k = 0; k < n; k++)
        json_put_int(j, str_of(seen[k].name), seen[k].n);
    json_close(j, '}');
}

static err *only_read(struct cli *c, str csv)
{
    struct fires f;
    struct fire_place *p;
    struct spot low = {INT64_MIN, INT64_MIN}, high = {INT64_MAX, INT64_MAX};
    size_t n, all;
    int64_t grade[FIRE_GRADES] = {0}, type[FIRE_OFFSHORE + 1] = {0}, night = 0, kilowatt = 0, most = 0;
    buf text = buf_make(c->arena, 4096);
    struct json_out j = {&text, false};
    if (!cli_has(c, "everywhere"))
        fire_box(&low, &high);
    TRY(fires_read(c->arena, csv, low, high, &f));
    TRY(fires_places(c->arena, &f, NULL, 0, &p, &n, &all));
    for (size_t i = 0; i < f.n; i++) {
        grade[f.p[i].grade]++;
        if (f.p[i].type != FIRE_UNSAID)
            type[f.p[i].type]++;
        night += f.p[i].night;
        kilowatt += f.p[i].frp_kw > 0 ? f.p[i].frp_kw : 0;
        most = f.p[i].frp_kw > most ? f.p[i].frp_kw : most;
    }
    json_open(&j, '{');
    json_put_int(&j, S("listed"), (int64_t)f.listed);
    json_put_int(&j, S("kept"), (int64_t)f.n);
    json_put_str(&j, S("product"), f.viirs ? S("viirs") : S("modis"));
    json_put_bool(&j, S("typed"), f.typed);
    json_put_int(&j, S("low"), grade[FIRE_LOW]);
    json_put_int(&j, S("nominal"), grade[FIRE_NOMINAL]);
    json_put_int(&j, S("high"), grade[FIRE_HIGH]);
    json_put_int(&j, S("vegetation"), type[FIRE_VEGETATION]);
    json_put_int(&j, S("volcano"), type[FIRE_VOLCANO]);
    json_put_int(&j, S("static"), type[FIRE_STATIC]);
    json_put_int(&j, S("offshore"), type[FIRE_OFFSHORE]);
    json_put_int(&j, S("night"), night);
    put_satellites(&j, &f);
    json_put_number(&j, S("power_mw"), (double)kilowatt / 1000);
    json_put_number(&j, S("most_mw"), (double)most / 1000);
    json_put_int(&j, S("places"), (int64_t)all);
    json_close(&j, '}');
    cli_print(buf_str(&text));
    return NULL;
}

static err *run_fires(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    struct fire_loaded got;
    struct fire_list l = {.by = cli_text(c, "by", ""), .name = cli_text(c, "name", ""), .report = cli_has(c, "report"), .at = time_now()};
    TRY(file_read(c->arena, str_of(c->arguments[0]), LIMIT_FIRE_FILE, &l.csv));
    if (!cli_has(c, "db"))
        return only_read(c, l.csv);
    if (!l.by.n || !l.name.n)
        return cli_usage("登记火点清单要用--by写明登记人、--name写明清单名称");
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, 0, &acts));
    TRY(fire_load(acts, c->arena, &l, &got));
    cli_print(got.answer.json);
    if (got.answer.verdict == ACT_ALLOWED)
        fprintf(stderr, "清单%lld行，湖北范围内%lld个火点，合为%lld处，%lld处的像元内有登记单位；报告线索%lld条，留待以后%lld条。\n", (long long)got.listed, (long long)got.kept, (long long)got.places,
                (long long)got.beside, (long long)got.reported, (long long)got.held_back);
    *ret_exit = got.answer.verdict == ACT_ALLOWED ? 0 : 1;
    return NULL;
}

const struct command command_remote_layer = {
    "remote layer", "FILE", "装载一个图层（GeoJSON或KML）：保护区、红线、岸线、区县界；不用--db时只读给你看",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {"by", "USER", "装载人"}, {"kind", "KIND", "redline、source1、source2、source3、reserve、shore、county"},
                                {"name", "TEXT", "图层名称"}, {"source", "TEXT", "来源：发布机关、文号、日期"}, CLI_JSON, {0}},
    1, 1, run_layer};
const struct command command_remote_fires = {
    "remote fires", "FILE", "登记卫星火点清单（FIRMS公布的CSV）；不用--db时只读给你看",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {"by", "USER", "登记人"}, {"name", "TEXT", "清单名称"}, {"report", NULL, "在机构每日上限内报告为线索"},
                                {"everywhere", NULL, "不限湖北范围（只读时）"}, CLI_JSON, {0}},
    1, 1, run_fires};
