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

static err *draw_export_command(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    struct db *d;
    str file;
    (void)ret_exit;
    TRY(cli_store_current(c, STORE_READ, &store));
    TRY(db_open(store, false, &d));
    err *bad = draw_export(d, c->arena, str_of(c->arguments[0]), &file);
    db_close(d);
    if (!bad && fwrite(file.p, 1, file.n, stdout) != file.n)
        bad = err_errno(S("标准输出"));
    return bad;
}

const struct command command_draw_verify = {
    "draw verify", "FILE", "只凭公布文件复算一次抽取；指出第一处不符",
    (const struct cli_option[]){CLI_JSON, {"plan", "sm3:…", "承诺时所见方案的摘要，一并核对"}, {0}}, 1, 1, draw_verify_command};

const struct command command_draw_export = {
    "draw export", "ID", "写出一次抽取的公布文件（未产生结果的，到承诺为止）",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {0}}, 1, 1, draw_export_command};
