/* xiezhi explain SEQ: why entry SEQ was decided so, judged again from its recorded facts by the law of its day. */
#include "cli/cli.h"

static err *print_reasons(struct cli *c, str text)
{
    const struct json *json;
    TRY(act_json(c->arena, text, 2 * LIMIT_SPINE_BYTES, &json));
    const struct json *answer = json_get(json, S("answer")), *reasons = json_get(answer, S("reasons"));
    printf("%.*s %.*s：%.*s，重新判断：%.*s\n", STR_ARG(json_string(answer, S("act"))), STR_ARG(json_string(answer, S("id"))),
           STR_ARG(json_string(answer, S("verdict"))), STR_ARG(json_string(json, S("judged_again"))));
    for (size_t i = 0; reasons && i < reasons->n; i++) {
        const struct json *r = &reasons->child[i];
        str article = json_string(r, S("article")), instrument = json_string(r, S("instrument"));
        AUTO_ARENA(a);
        const char *summary = law_article_summary(arena_cstr(a, instrument), arena_cstr(a, article));
        printf("  %.*s：%.*s第%.*s条 %.*s\n", STR_ARG(json_string(r, S("rule"))), STR_ARG(instrument), STR_ARG(article),
               STR_ARG(json_string(r, S("because"))));
        if (summary)
            printf("      %s\n", summary);
    }
    return NULL;
}

static err *explain_entry(struct cli *c, struct db *d, const struct ledger_keys *keys, int *ret_exit)
{
    int64_t seq;
    str text;
    bool same;
    if (!str_int64(str_of(c->arguments[0]), &seq) || seq < 1)
        return cli_usage("条目号应为正整数，读到“%s”", c->arguments[0]);
    TRY(act_explain(d, c->arena, keys, seq, NULL, &text, &same));
    if (cli_has(c, "json"))
        cli_print(text);
    else
        TRY(print_reasons(c, text));
    if (!same) {
        fflush(stdout);
        fprintf(stderr, "第%lld条：按当日规则重新判断，结论与记录不一致\n", (long long)seq);
        *ret_exit = 1;
    }
    return NULL;
}

static err *explain(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    struct ledger_keys keys = {0};
    struct db *d = NULL;
    TRY(cli_store_current(c, STORE_READ, &store));
    TRY(db_open(store, false, &d));
    err *bad = ledger_keys_load(store, false, &keys);
    if (!bad)
        bad = explain_entry(c, d, &keys, ret_exit);
    ledger_keys_clear(&keys);
    db_close(d);
    return bad;
}

const struct command command_explain = {
    "explain", "SEQ", "说明某条记录为什么这样决定，并按当日规则重新判断",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {0}}, 1, 1, explain};
