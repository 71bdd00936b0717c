/* xiezhi remote ingest: a scene as it was delivered becomes one of ours, with what is known and doubtful about it. */
#include <stdio.h>
#include "cli/remote.h"

static void put_corners(struct json_out *j, const struct ingested *s)
{
    json_key(j, S("footprint"));
    json_open(j, '[');
    for (int i = 0; i < 4; i++) {
        json_open(j, '[');
        json_double(j, s->corner[i][0]);
        json_double(j, s->corner[i][1]);
        json_close(j, ']');
    }
    json_close(j, ']');
}

static void print_scene(struct cli *c, const struct ingest_options *o, const struct ingested *s)
{
    buf text = buf_make(c->arena, 16 << 10);
    struct json_out j = {&text, false};
    json_open(&j, '{');
    json_put_str(&j, S("out"), o->out);
    json_put_str(&j, S("digest"), sm3_text(c->arena, &s->digest));
    json_put_int(&j, S("bytes"), s->bytes);
    json_put_str(&j, S("sensor"), str_of(o->sensor->name));
    json_put_str(&j, S("taken"), time_rfc3339(c->arena, s->taken));
    json_put_int(&j, S("width"), s->grid.width);
    json_put_int(&j, S("height"), s->grid.height);
    json_put_int(&j, S("levels"), s->levels);
    json_put_number(&j, S("pixel_m"), grid_pixel_m(&s->grid, s->grid.height / 2.0));
    json_put_str(&j, S("crs"), crs_text(c->arena, &s->grid.crs));
    json_put_int(&j, S("pixels"), s->pixels);
    json_put_int(&j, S("valid"), s->valid);
    json_key(&j, S("channels"));
    json_open(&j, '[');
    for (int i = 0; i < CHANNELS; i++)
        if (s->channels >> i & 1)
            json_str(&j, str_of(channel_name((enum channel)i)));
    json_close(&j, ']');
    put_corners(&j, s);
    json_key(&j, S("warnings"));
    json_open(&j, '[');
    for (size_t i = 0; i < s->warnings_n; i++)
        json_str(&j, s->warnings[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    cli_print(buf_str(&text));
}

/* Into the store, by the act scene.bind: who brings it, and under which entrustment. */
static err *bind(struct cli *c, const struct ingest_options *o, const struct ingested *s, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    struct act_answer answer;
    struct scene_bind b = {.by = cli_text(c, "by", ""), .entrustment = cli_text(c, "entrustment", ""), .name = cli_text(c, "name", ""), .at = time_now()};
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, 0, &acts));
    TRY(scene_bind(acts, c->arena, o->out, s, o->sensor, &b, &answer));
    cli_print(answer.json);
    *ret_exit = answer.verdict == ACT_ALLOWED ? 0 : 1;
    return NULL;
}

static err *run(struct cli *c, int *ret_exit)
{
    struct ingest_options o = {.files = (const char *const *)c->arguments, .n = c->n, .bands = cli_text(c, "bands", ""), .taken = USEC_NONE, .out = cli_text(c, "out", "")};
    struct ingested s;
    str taken = cli_text(c, "taken", "");
    TRY(cli_sensor(c, &o.sensor));
    TRY(cli_baseline(c, &o.baseline));
    if (taken.n)
        TRY(err_at(time_parse(taken, &o.taken), S("--taken")));
    if (!o.out.n)
        return cli_usage("请用--out写明规整后的影像放在哪里");
    if (cli_has(c, "db") && !(cli_text(c, "by", "").n && cli_text(c, "name", "").n))
        return cli_usage("登记影像要用--by写明登记人、--name写明影像名称");
    TRY(ingest(c->arena, &o, &s));
    print_scene(c, &o, &s);
    return cli_has(c, "db") ? bind(c, &o, &s, ret_exit) : NULL;
}

const struct command command_remote_ingest = {
    "remote ingest", "FILE…", "规整一景影像：摘要、波段、坐标系、无数据、概视图；写明可疑之处",
    (const struct cli_option[]){CLI_SENSOR, CLI_BANDS, CLI_BASELINE, {"taken", "TIME", "成像时间，例如2026-07-15T10:55:51+08:00"},
                                {"out", "FILE", "规整后的影像（GeoTIFF，带概视图）"},
                                CLI_DB, CLI_DATA, {"by", "USER", "登记人（与--db同用）"}, {"entrustment", "ID", "遥感解译委托（T06）"},
                                {"name", "TEXT", "影像名称"}, CLI_JSON, {0}},
    1, LIMIT_INGEST_FILES, run};
