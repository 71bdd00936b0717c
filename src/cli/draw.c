/*
 * xiezhi draw verify FILE: is a published draw what the method gives? From the file alone, without a database, so that a
 * company or a court can run it. `draw export` writes that file out of a store.
 */
#include "cli/cli.h"

#include "acts/draw.h"

static void print_json(struct arena *a, const struct draw *d, const err *bad)
{
    buf b = buf_make(a, 1 << 16);
    struct json_out o = {&b, false};
    int64_t chosen = 0;
    for (size_t i = 0; i < d->pool.n && !bad; i++)
        chosen += draw_is_chosen(d, i);
    json_open(&o, '{');
    json_put_bool(&o, S("sound"), !bad);
    if (bad) {
        json_put_str(&o, S("wrong"), bad->field);
        json_put_str(&o, S("why"), bad->text);
    } else {
        json_put_str(&o, S("draw"), d->id);
        json_put_int(&o, S("method"), d->method);
        json_put_int(&o, S("candidates"), (int64_t)d->pool.n);
        json_put_int(&o, S("chosen"), chosen);
        json_put_int(&o, S("replaced"), (int64_t)d->changes.n);
        json_put_int(&o, S("rounds"), d->rounds);
        json_put_str(&o, S("plan"), sm3_text(a, &d->plan));
        json_put_str(&o, S("seed"), sm3_text(a, &d->seed));
    }
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

static void print_text(struct arena *a, const struct draw *d, const err *bad)
{
    int64_t chosen = 0;
    if (bad) {
        printf("不符（%.*s）：%.*s\n", STR_ARG(bad->field), STR_ARG(bad->text));
        return;
    }
    for (size_t i = 0; i < d->pool.n; i++)
        chosen += draw_is_chosen(d, i);
    printf("相符：抽取%.*s，%zu个元素，抽中%lld个，替换%zu次；方案摘要%.*s\n", STR_ARG(d->id), d->pool.n, (long long)chosen, d->changes.n,
           STR_ARG(sm3_text(a, &d->plan)));
}

/* The file proves that its winners follow from its plan; that the plan is the one committed says who saw its digest then. */
static err *plan_as_expected(const struct cli *c, const struct draw *d)
{
    str want = cli_text(c, "plan", ""), got = sm3_text(c->arena, &d->plan);
    if (!want.n || str_eq(want, got))
        return NULL;
    return err_at(err_new(ERR_DENIED, "方案摘要是%.*s，不是%.*s：结果推算无误，但不是您所见的那个方案", STR_ARG(got), STR_ARG(want)), S("plan"));
}

static err *draw_verify_command(struct cli *c, int *ret_exit)
{
    struct draw d;
    str text;
    TRY(file_read(c->arena, str_of(c->arguments[0]), LIMIT_DRAW_FILE, &text));
    err *bad = draw_verify(c->arena, text, &d);
    if (!bad)
        bad = plan_as_expected(c, &d);
    if (bad && bad->kind != ERR_DENIED)
        return bad;
    *ret_exit = bad ? 1 : 0;
    if (cli_has(c, "json"))
        print_json(c->arena, &d, bad);
    else
        print_text(c->arena, &d, bad);
    return NULL;
}

/* The seal holds here as on the pages: a sealed result is for who opened it today by draw.look, which is on record. */
static err *sealed(const struct cli *c, struct db *d, str id)
{
    int64_t settled;
    bool open;
    TRY(db_one_int(d, "SELECT COUNT(*) FROM draw WHERE id = :id AND state = 'settled'", DB_ARGS(DB_T("id", id)), 0, &settled));
    TRY(draw_open_to(d, id, cli_text(c, "by", ""), time_now(), &open));
    if (!settled || open)
        return NULL;
    return err_at(err_new(ERR_DENIED, "抽取“%.*s”的结果尚未公布，仍在密封；参加执行的人员先办理draw.look（当日有效，有记录），再以--by写明自己", STR_ARG(id)), S("by"));
}

static err *draw_export_command(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_DB struct db *d = NULL;
    str file, id = str_of(c->arguments[0]);
    (void)ret_exit;
    TRY(cli_store_current(c, STORE_READ, &store));
    TRY(db_open(store, false, &d));
    TRY(sealed(c, d, id));
    TRY(draw_export(d, c->arena, id, &file));
    return fwrite(file.p, 1, file.n, stdout) == file.n ? NULL : err_errno(S("标准输出"));
}

const struct command command_draw_verify = {
    "draw verify", "FILE", "只凭公布文件复算一次抽取；指出第一处不符",
    (const struct cli_option[]){CLI_JSON, {"plan", "sm3:…", "承诺时所见方案的摘要，一并核对"}, {0}}, 1, 1, draw_verify_command};

const struct command command_draw_export = {
    "draw export", "ID", "写出一次抽取的公布文件（未产生结果的，到承诺为止）",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {"by", "USER", "谁要看：结果公布以前，只给当日已查看（draw.look）的人"}, {0}}, 1, 1,
    draw_export_command};
