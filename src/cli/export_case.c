/*
 * xiezhi export --case ID --out FILE: the case bundle, recorded as an act (bundle/export.c).
 */
#include "cli/cli.h"
#include "cli/export.h"
#include "bundle/bundle.h"
#include "bundle/check/check.h"
#include "bundle/checker/checker.h"


static err *as_of_read(const struct cli *c, usec *ret)
{
    str text = cli_text(c, "as-of", "");
    day d;
    *ret = USEC_NONE;
    if (!text.n)
        return NULL;
    if (text.n > 10)
        return err_at(time_parse(text, ret), S("as-of"));
    TRY(err_at(day_parse(text, &d), S("as-of")));
    *ret = day_start(d + 1) - 1; /* the whole of that day */
    return NULL;
}

static void report(struct cli *c, str out, const struct bundle_made *made, int64_t seq)
{
    if (!cli_has(c, "json")) {
        printf("%.*s：%lld个成员，%lld条记录，%lld页，%lld字节\n清单 %.*s（第%lld号记录）\n密钥指纹 %.*s\n", STR_ARG(out),
               (long long)made->members, (long long)made->entries, (long long)made->pages, (long long)made->bytes,
               STR_ARG(sm3_text(c->arena, &made->manifest)), (long long)seq, STR_ARG(bundle_key_groups(c->arena, made->key)));
        return;
    }
    buf b = buf_make(c->arena, 4000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_int(&o, S("bytes"), made->bytes);
    json_put_int(&o, S("entries"), made->entries);
    json_put_str(&o, S("key"), made->key);
    json_put_str(&o, S("manifest"), sm3_text(c->arena, &made->manifest));
    json_put_int(&o, S("members"), made->members);
    json_put_str(&o, S("out"), out);
    json_put_int(&o, S("pages"), made->pages);
    json_put_int(&o, S("seq"), seq);
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

static err *write_and_record(struct cli *c, struct acts *engine, struct db *d, int *ret_exit)
{
    struct bundle_request r = {.case_id = cli_text(c, "case", ""), .by = cli_text(c, "by", ""), .purpose = cli_text(c, "purpose", ""),
                               .now = time_now(), .path = cli_text(c, "out", ""), .checker = checker_html()};
    struct bundle_made made;
    struct act_answer answer;
    struct progress progress = progress_start("导出案卷包");
    TRY(as_of_read(c, &r.as_of));
    r.progress = progress_step;
    r.context = &progress;
    err *bad = bundle_export(engine, d, c->arena, &r, &made, &answer);
    progress_end(&progress);
    TRY(bad);
    if (answer.verdict == ACT_INVALID)
        return answer.invalid;
    if (answer.verdict == ACT_ALLOWED) {
        report(c, r.path, &made, answer.seq);
        return NULL;
    }
    cli_print_answer(&answer);
    *ret_exit = 1;
    return NULL;
}

err *export_case(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *engine = NULL;
    AUTO_DB struct db *d = NULL;
    if (!cli_has(c, "out") || !cli_has(c, "by"))
        return cli_usage("请写明 --out 文件、--by 导出人");
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, ACTS_NO_THREAD, &engine));
    TRY(db_open(store, false, &d));
    return write_and_record(c, engine, d, ret_exit);
}
