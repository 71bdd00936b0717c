/* xiezhi act JSON|-: performs one act (or a list) on a store, beside a server that may be running. */
#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

static err *standard_input(struct arena *a, str *ret)
{
    buf b = buf_make(a, LIMIT_ACT_BYTES_LARGE + 1);
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, stdin)) > 0;)
        buf_add(&b, (str){part, n});
    if (b.overflow)
        return err_new(ERR_LIMIT, "一次最多读入%d字节", LIMIT_ACT_BYTES_LARGE);
    *ret = buf_str(&b);
    return NULL;
}

static str text_of(struct arena *a, const struct json *value)
{
    buf b = buf_make(a, 2 * LIMIT_ACT_BYTES_LARGE);
    json_tree(&(struct json_out){&b, false}, value);
    return buf_str(&b);
}

static err *perform(struct cli *c, struct acts *acts, str text, const struct json *json, int *ret_exit)
{
    bool list = json->kind == JSON_ARRAY;
    size_t n = list ? json->n : 1;
    if (n == 0 || n > LIMIT_ACT_LIST)
        return err_new(ERR_LIMIT, "一次办理1到%d项", LIMIT_ACT_LIST);
    struct act_request *requests = NEW_ARRAY(c->arena, n, struct act_request);
    struct act_answer *answers = NEW_ARRAY(c->arena, n, struct act_answer);
    for (size_t i = 0; i < n; i++) {
        const struct json *one = list ? &json->child[i] : json;
        requests[i].json = list ? text_of(c->arena, one) : text;
        requests[i].by = cli_has(c, "by") ? cli_text(c, "by", "") : json_string(one, S("by"));
    }
    TRY(act_perform_list(acts, c->arena, requests, n, cli_has(c, "atomic"), answers));
    for (size_t i = 0; i < n; i++) {
        if (cli_has(c, "json"))
            cli_print(answers[i].json);
        else
            cli_print_answer(&answers[i]);
        int code = answers[i].verdict == ACT_ALLOWED ? 0 : answers[i].verdict == ACT_INVALID ? 2 : 1;
        if (code > *ret_exit)
            *ret_exit = code;
    }
    return NULL;
}

static err *act(struct cli *c, int *ret_exit)
{
    str text = str_of(c->arguments[0]);
    const struct json *json;
    if (str_eq(text, S("-")))
        TRY(standard_input(c->arena, &text));
    TRY(act_json(c->arena, text, LIMIT_ACT_BYTES_LARGE, &json));
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, ACTS_NO_THREAD, &acts));
    return perform(c, acts, text, json, ret_exit);
}

const struct command command_act = {
    "act", "JSON|-", "办理一项（或一组）行为；未被允许时退出码为1",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {"by", "USER", "以谁的名义办理（默认取JSON中的by）"},
                                {"atomic", NULL, "一组行为要么全部生效，要么都不生效"}, {0}},
    1, 1, act};
