/*
 * xiezhi monitor audit FILE: a table of readings through all detectors; one finding a line, a summary at the end. A workbook becomes
 * the CSV first, by the profile given or the one its headers suggest; what was passed over on the way stands in the summary.
 */
#include "cli/cli.h"
#include "monitor/audit/audit.h"

#include <string.h>

static err *read_profile(struct cli *c, struct workbook_profile *ret, bool *ret_given)
{
    str path = cli_text(c, "profile", NULL), json;
    *ret_given = path.n > 0;
    if (!path.n)
        return NULL;
    TRY(file_read(c->arena, path, LIMIT_PROFILE_BYTES, &json));
    return err_at(workbook_profile_parse(c->arena, json, ret), path);
}

static err *print_findings(struct cli *c, const struct audit *u, int *ret_exit)
{
    str only = cli_text(c, "replay", "");
    size_t printed = 0;
    for (size_t i = 0; i < u->findings.n; i++) {
        if (only.n && !str_eq(only, str_of(u->findings.p[i].id)))
            continue;
        printed++;
        cli_print(audit_finding_line(c->arena, u, i));
        if (u->findings.p[i].level == LEVEL_CLUE)
            *ret_exit = 1;
    }
    if (only.n && !printed)
        return err_got(err_new(ERR_INPUT, "这份数据按规则版本%s没有编号为%.*s的结果：数据、旁边的表或规则版本与当时不同", detect_rules_version(),
                               STR_ARG(utf8_clip(only, 40))), STR_NONE, S("当时的文件、选项和规则版本"), STR_NONE);
    return NULL;
}

/* ---- beside the table ---- */
/* Named without its folder: what is printed is the same wherever the file lies. */
static err *read_source(struct cli *c, const char *option, str path, struct table_source *ret)
{
    const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
    *ret = (struct table_source){.name = slash ? str_sub(path, (size_t)(slash - path.p) + 1, path.n) : path};
    return path.n ? err_at(file_read(c->arena, path, LIMIT_TABLE_BYTES, &ret->bytes), str_of(option)) : NULL;
}

/* Minutes behind hours, live values behind minutes, records, other outlets. */
static err *read_beside(struct cli *c, struct audit_file *f)
{
    VEC(struct table_source) others = {0};
    TRY(read_source(c, "minutes", cli_text(c, "minutes", ""), &f->minutes));
    TRY(read_source(c, "live", cli_text(c, "live", ""), &f->live));
    TRY(read_source(c, "records", cli_text(c, "records", ""), &f->records));
    for (str rest = cli_text(c, "beside", ""), path; rest.n && str_next(&rest, ',', &path);) {
        struct table_source other;
        TRY(read_source(c, "beside", str_trim(path), &other));
        vec_push(c->arena, &others, other);
    }
    f->beside = others.p, f->beside_n = others.n;
    return NULL;
}

/* What is wrong with an option is not in the file. */
static bool is_option(const struct cli *c, str field)
{
    for (const struct cli_option *o = c->command->options; o->name; o++)
        if (str_eq(field, str_of(o->name)))
            return true;
    return false;
}

static bool maps_something(const struct workbook_profile *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->columns[i].factor.n)
            return true;
    return false;
}

static err *audit(struct cli *c, int *ret_exit)
{
    struct audit_file file = {.name = str_of(c->arguments[0]), .sheet = cli_text(c, "sheet", ""), .limits = cli_text(c, "limit", ""),
                              .background = cli_has(c, "all")};
    struct workbook_profile profile;
    struct audit u;
    bool given;
    if (cli_has(c, "replay") && !cli_text(c, "replay", "").n)
        return cli_usage("--replay后面要写结果的编号");
    TRY(file_read(c->arena, file.name, LIMIT_TABLE_BYTES, &file.bytes));
    TRY(read_profile(c, &profile, &given));
    if (!audit_is_plain(file.bytes) && (given || cli_has(c, "show-profile") || !audit_is_workbook(file.bytes))) {
        /* a platform's CSV that no profile fits is left to the reader of plain ones: it says best what is wrong with it */
        err *e = given ? NULL : err_at(audit_profile(c->arena, &file, &profile), file.name);
        if (e && (cli_has(c, "show-profile") || audit_is_dressed(file.bytes)))
            return e;
        bool no_use = !e && !given && !audit_is_workbook(file.bytes) && !cli_has(c, "show-profile") && !maps_something(&profile);
        file.profile = e || no_use ? NULL : &profile;
        err_clear();
    }
    if (cli_has(c, "show-profile")) {
        if (!file.profile)
            return cli_usage("这是检测器直接读的CSV，没有列对应");
        cli_print(workbook_profile_json(c->arena, file.profile));
        return NULL;
    }
    TRY(read_beside(c, &file));
    err *e = audit_run(c->arena, &file, &u);
    if (e && str_eq(e->field, S("limits")))
        e->field = S("limit");
    if (e)
        return is_option(c, e->field) ? e : err_at(e, file.name);
    TRY(print_findings(c, &u, ret_exit));
    if (!cli_has(c, "replay"))
        cli_print(audit_summary_line(c->arena, &u));
    return NULL;
}

/* 1 says that there is a clue, and nothing else: a file that is missing or broken is no clue. */
static err *audit_or_unreadable(struct cli *c, int *ret_exit)
{
    err *e = audit(c, ret_exit);
    if (e && err_exit_code(e->kind) == 1)
        e->kind = ERR_INPUT;
    return e;
}

const struct command command_monitor_audit = {
    "monitor audit", "FILE", "检查监测数据表（CSV或Excel工作簿），每行输出一条发现（JSON），最后一行为汇总；有线索时退出码为1",
    (const struct cli_option[]){CLI_JSON,
                                {"limit", "因子=限值,…", "小时限值，用于贴限、改低等研判"},
                                {"minutes", "FILE", "同一点位的分钟数据表，用于重算均值等"},
                                {"live", "FILE", "同一点位的实时数据表，与分钟均值对照"},
                                {"records", "FILE", "核查、比对、检查、运维、参数、指令、标记等记录（CSV）"},
                                {"beside", "FILE,…", "其他点位的表，看有没有相同的数据"},
                                {"profile", "FILE", "平台表格的列对应（JSON）；不给则按表头识别"},
                                {"sheet", "NAME", "只看这张工作表"},
                                {"show-profile", NULL, "只输出识别出的列对应，供修改后用--profile"},
                                {"replay", "ID", "只输出这个编号的结果，同样的输入得到同样的字节"},
                                {"all", NULL, "连同尚无实测准确率的检测器一并输出"},
                                {0}},
    1, 1, audit_or_unreadable};
