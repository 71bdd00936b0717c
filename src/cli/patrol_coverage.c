/* xiezhi patrol coverage: what a flight's photographs cover of an area, what they missed, and what in them is doubtful. */
#include "cli/patrol_folder.h"

#include <math.h>

enum { LIMIT_OUT = 256 << 20, LIMIT_SPANS = 1000 };

static err *metres(const struct cli *c, const char *option, double missing, double *ret)
{
    int64_t v;
    TRY(cli_int(c, option, (int64_t)missing, 0, 100000, &v));
    *ret = (double)v;
    return NULL;
}

/* "2026-03-02T09:00:00+08:00/2026-03-02T11:00:00+08:00", several with commas. */
static err *spans(const struct cli *c, struct flight_options *o)
{
    str rest = cli_text(c, "accompanied", ""), one, from;
    o->accompanied = NEW_ARRAY(c->arena, LIMIT_SPANS, struct flown);
    while (rest.n && str_next(&rest, ',', &one)) {
        if (o->accompanied_n == LIMIT_SPANS)
            return cli_usage("选项--accompanied超过%d段", LIMIT_SPANS);
        struct flown *s = &o->accompanied[o->accompanied_n++];
        str_next(&one, '/', &from);
        if (!one.p)
            return err_got(cli_usage("选项--accompanied看不懂"), from, S("开始/结束"), S("2026-03-02T09:00:00+08:00/2026-03-02T11:00:00+08:00"));
        TRY(err_at(time_parse(from, &s->from), S("--accompanied")));
        TRY(err_at(time_parse(one, &s->to), S("--accompanied")));
    }
    return NULL;
}

static err *options(const struct cli *c, struct flight_options *o)
{
    struct arena *a = c->arena;
    str text;
    double corridor;
    struct task *task = NEW(a, struct task);
    *o = (struct flight_options){.window = {USEC_NONE, USEC_NONE}, .now = time_now()};
    TRY(metres(c, "corridor", 0, &corridor));
    TRY(metres(c, "height-limit", 120, &o->height_limit));
    TRY(metres(c, "entry-below", 120, &o->entry_below));
    TRY(spans(c, o));
    if (cli_has(c, "area")) {
        TRY(file_read(a, cli_text(c, "area", ""), LIMIT_PATROL_AREA, &text));
        TRY(err_at(task_read(a, text, corridor, task), S("--area")));
        o->task = task;
    }
    if (cli_has(c, "dem")) {
        struct grid *grid;
        TRY(file_read(a, cli_text(c, "dem", ""), LIMIT_PATROL_GRID, &text));
        TRY(err_at(grid_read(a, text, &grid), S("--dem")));
        o->grid = grid;
    }
    if (cli_has(c, "boundaries")) {
        if (!o->task)
            return cli_usage("选项--boundaries要和--area一起用");
        TRY(file_read(a, cli_text(c, "boundaries", ""), LIMIT_PATROL_AREA, &text));
        TRY(err_at(fences_read(a, text, &task->frame, &o->fences, &o->fences_n), S("--boundaries")));
    }
    return NULL;
}

static void print_shots(const struct flight *f)
{
    for (size_t i = 0; i < f->n; i++) {
        AUTO_ARENA(a);
        buf b = buf_make(a, 64 << 10);
        struct json_out o = {&b, false};
        shot_json(&o, a, f, &f->shots[i]);
        CHECK(!b.overflow);
        cli_print(buf_str(&b));
    }
}

static err *run(struct cli *c, int *ret_exit)
{
    struct flight_options o;
    struct patrol_folder folder;
    struct flight f;
    TRY(options(c, &o));
    struct place near = o.task ? o.task->middle : (struct place){NAN, NAN};
    TRY(patrol_folder_read(c->arena, str_of(c->arguments[0]), near, &folder));
    o.tracks = folder.tracks, o.tracks_n = folder.tracks_n;
    TRY(flight_judge(c->arena, folder.photos, folder.names, folder.n, &o, cli_has(c, "no-yaw") ? NULL : patrol_folder_grey, &folder, &f));
    if (cli_has(c, "photos"))
        print_shots(&f);
    buf b = buf_make(c->arena, LIMIT_OUT);
    struct json_out out = {&b, false};
    flight_json(&out, c->arena, &f, &o, folder.photos, folder.names, folder.n);
    CHECK(!b.overflow);
    cli_print(buf_str(&b));
    for (size_t i = 0; i < folder.refused_n; i++)
        fprintf(stderr, "%.*s：%.*s\n", STR_ARG(folder.refused[i].name), STR_ARG(folder.refused[i].why));
    for (size_t i = 0; i < f.n; i++)
        *ret_exit |= (f.shots[i].flags & (PHOTO_ENTRY | PHOTO_ENTRY_SEEN)) != 0;
    *ret_exit |= f.entries_n > 0;
    return NULL;
}

const struct command command_patrol_coverage = {
    "patrol coverage", "FOLDER", "照片和飞行记录对任务区域的覆盖：覆盖率、重叠、漏拍、地面分辨率、离地高度和存疑之处；有无陪同进入厂界时退出码为1",
    (const struct cli_option[]){{"area", "FILE", "任务区域（GeoJSON：多边形，或岸线）"}, {"corridor", "M", "区域是岸线时，两侧各多少米"},
                                {"dem", "FILE", "高程（ESRI ASCII格网，经纬度）"}, {"boundaries", "FILE", "企业厂界（GeoJSON多边形）"},
                                {"accompanied", "FROM/TO", "执法人员陪同的时段，可用逗号分开几段"},
                                {"height-limit", "M", "离地限高，默认120"}, {"entry-below", "M", "低于此高度飞越厂界视同进入，默认120"},
                                {"photos", NULL, "先逐张输出照片"}, {"no-yaw", NULL, "不看画面，不核对机头方向"}, CLI_JSON, {0}},
    1, 1, run};
