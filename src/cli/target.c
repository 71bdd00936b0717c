/* xiezhi target: the targeting score as weights for a draw, each with its reason. */
#include "acts/targeting.h"
#include "cli/cli.h"

static void print_one(struct cli *c, struct arena *a, const struct target_settings *s, const struct target *t)
{
    str reason = target_reason(a, s, t);
    if (!cli_has(c, "json")) {
        printf("%.*s\t%lld\t%.*s\n", STR_ARG(t->input->id), (long long)t->chance, STR_ARG(reason));
        return;
    }
    buf b = buf_make(a, 8000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("who"), t->input->id);
    json_put_int(&o, S("weight"), t->chance);
    json_put_int(&o, S("score"), t->score);
    json_put_int(&o, S("impact"), t->impact);
    json_put_int(&o, S("performance"), t->performance);
    json_put_str(&o, S("closed"), str_of(target_closed_text(t->closed)));
    json_put_str(&o, S("reason"), reason);
    json_key(&o, S("terms"));
    json_open(&o, '{');
    for (int i = 0; i < TARGET_TERM_COUNT; i++)
        if (t->value[i] >= 0)
            json_put_int(&o, str_of(target_terms[i].id), t->value[i]);
    json_close(&o, '}');
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

static err *run(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_DB struct db *d = NULL;
    struct target_settings settings;
    struct target_input *in;
    int64_t region;
    size_t n;
    day today = day_of(time_now());
    (void)ret_exit;
    TRY(cli_int(c, "region", 420000, 110000, 659999, &region));
    if (cli_has(c, "on"))
        TRY(err_at(day_parse(cli_text(c, "on", ""), &today), S("--on")));
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(db_open(store, false, &d));
    TRY(targeting_settings(d, &settings));
    TRY(target_load(d, c->arena, (int)region, region_last((int)region), cli_text(c, "subject", ""), today, &in, &n));
    struct target *t = NEW_ARRAY(c->arena, n + 1, struct target);
    target_score(&settings, in, n, today, t);
    for (size_t i = 0; i < n; i++) {
        AUTO_ARENA(a);
        if (t[i].chance || cli_has(c, "all"))
            print_one(c, a, &settings, &t[i]);
    }
    return NULL;
}

const struct command command_target = {
    "target", "", "按公布的权重计算各对象的抽取权重：每行“对象、权重、理由”，可直接作为抽取的权重",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {"region", "CODE", "区划代码（默认全省）"}, {"subject", "ID", "只算一个对象"},
                                {"on", "DATE", "按哪一天计算（默认今天）"}, {"all", NULL, "连不参加抽取的一起列出"}, CLI_JSON, {0}},
    0, 0, run};
