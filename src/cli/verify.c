/*
 * xiezhi verify BUNDLE: a case bundle, from its bytes alone (verify_bundle.c).
 * xiezhi verify PATH | --db URL: everything against the ledger, and the ledger against itself.
 * xiezhi verify --db URL PAPER.pdf | CODE: one paper against the register (verify_paper.c).
 * Leaves, tree, tiles, signatures, witness, bodies (ledger_verify); blobs against their names; then the ledger is
 * replayed into memory and every state table compared. Each step names the first thing that is wrong; exit 1.
 */
#include "cli/cli.h"
#include "cli/verify_bundle.h"
#include "cli/verify_paper.h"
#include "cli/verify_figures.h"
#include "bundle/checker/checker.h"
#include "cli/verify_readings.h"
#include "cli/verify_store.h"
#include "bundle/check/check.h"

#include <sys/stat.h>

struct findings {
    struct cli *cli;
    bool json;
    int64_t bad, blobs, chunks, tables;
};

/* One finding: on the machine side an object, for people a line. */
static void found(struct findings *f, const char *what, str where, str why)
{
    f->bad++;
    if (!f->json) {
        printf("%s %.*s：%.*s\n", what, STR_ARG(where), STR_ARG(why));
        return;
    }
    buf b = buf_make(f->cli->arena, 4000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("finding"), str_of(what));
    json_put_str(&o, S("where"), where);
    json_put_str(&o, S("why"), why);
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

static void bad_blob(void *context, str name)
{
    found(context, "blob", name, S("附件内容与名称中的摘要不符"));
}

static void bad_reading(void *context, str what)
{
    found(context, "reading", STR_NONE, what);
}

static err *verify_ledger(struct findings *f, struct store *s, struct db *d, const struct ledger_keys *keys,
                          struct ledger_report *report)
{
    struct progress progress = progress_start("核验账本");
    err *bad = ledger_verify(s, d, keys, f->cli->arena, progress_step, &progress, report);
    progress_end(&progress);
    TRY(bad);
    if (report->bad.p)
        found(f, "entry", arena_printf(f->cli->arena, "%lld", (long long)report->bad_seq), report->bad);
    return blob_verify(s, bad_blob, f, &f->blobs);
}

/* Sessions and settings of the store itself are no legal state: they are not in the ledger. */
static bool is_folded(str table)
{
    return !str_starts(table, S("access_")) && !str_eq(table, S("store_setting"));
}

static err *compare_tables(struct findings *f, struct db *d, struct db *again)
{
    str *tables;
    size_t n;
    TRY(store_tables(d, f->cli->arena, &tables, &n));
    for (size_t i = 0; i < n; i++) {
        str key = STR_NONE, column = STR_NONE;
        if (!is_folded(tables[i]))
            continue;
        TRY(table_difference(d, again, f->cli->arena, tables[i], &key, &column));
        f->tables++;
        str row = arena_printf(f->cli->arena, "%.*s[%.*s]", STR_ARG(tables[i]), STR_ARG(key));
        if (key.n && column.n)
            found(f, "row", arena_printf(f->cli->arena, "%.*s.%.*s", STR_ARG(row), STR_ARG(column)),
                  S("与账本重放的结果不同"));
        else if (key.n)
            found(f, "row", row, S("账本重放的结果里没有这一行，或这里缺了它"));
    }
    return NULL;
}

static err *verify_state(struct findings *f, struct store *s, struct db *d, const struct ledger_keys *keys)
{
    AUTO_STORE *memory = NULL;
    struct db *again = NULL;
    int applied;
    int64_t acts;
    struct progress progress = progress_start("重放比对");
    TRY(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &memory));
    TRY(store_migrate(memory, true, &applied));
    err *bad = acts_replay(s, keys, memory, progress_step, &progress, &acts);
    progress_end(&progress);
    if (bad) { /* a ledger that cannot be replayed is a finding, not a failure of this machine */
        if (err_exit_code(bad->kind) == 3)
            return bad;
        found(f, "replay", bad->field, bad->text);
        return NULL;
    }
    TRY(db_open(memory, false, &again));
    bad = compare_tables(f, d, again);
    db_close(again);
    return bad;
}

static void print_summary(const struct findings *f, const struct ledger_report *r)
{
    buf b = buf_make(f->cli->arena, 1000);
    struct json_out o = {&b, false};
    buf_add(&b, S("{\"summary\":"));
    json_open(&o, '{');
    json_put_int(&o, S("entries"), r->entries);
    json_put_int(&o, S("items"), r->items);
    json_put_int(&o, S("erased"), r->erased);
    json_put_int(&o, S("tiles"), r->tiles);
    json_put_int(&o, S("checkpoints"), r->checkpoints);
    json_put_int(&o, S("blobs"), f->blobs);
    json_put_int(&o, S("tables"), f->tables);
    json_put_int(&o, S("chunks"), f->chunks);
    json_put_str(&o, S("root"), sm3_text(f->cli->arena, &r->root));
    json_put_int(&o, S("findings"), f->bad);
    json_close(&o, '}');
    buf_char(&b, '}');
    if (f->json)
        cli_print(buf_str(&b));
    else
        printf("%s：%lld条记录，%lld个密封项（已删除%lld），%lld个检查点，%lld个附件，%lld张表，%lld个数据块；根%.*s\n",
               f->bad ? "有发现" : "完好", (long long)r->entries, (long long)r->items, (long long)r->erased,
               (long long)r->checkpoints, (long long)f->blobs, (long long)f->tables,
               (long long)f->chunks, STR_ARG(sm3_text(f->cli->arena, &r->root)));
}

/* `tables`: also those of the state; they must be of this program's structure. */
static err *verify_all(struct findings *f, struct store *s, struct db *d, bool tables, struct ledger_report *report)
{
    struct ledger_keys keys = {0};
    TRY(ledger_keys_load(s, false, &keys));
    err *bad = verify_ledger(f, s, d, &keys, report);
    if (!bad && tables && !report->bad.p)
        bad = verify_state(f, s, d, &keys);
    if (!bad)
        bad = verify_readings(s, d, bad_reading, f, &f->chunks);
    ledger_keys_clear(&keys);
    return bad;
}

err *verify_store(struct cli *c, struct store *s, bool tables, struct ledger_report *report, int64_t *ret_bad)
{
    struct findings f = {.cli = c};
    struct db *d = NULL;
    TRY(db_open(s, false, &d));
    err *bad = verify_all(&f, s, d, tables, report);
    db_close(d);
    *ret_bad = f.bad;
    return bad;
}

static err *open_target(struct cli *c, struct store **ret)
{
    int applied;
    if (c->n == 0)
        return cli_store_current(c, STORE_READ, ret);
    str url = arena_printf(c->arena, "sqlite:%s", c->arguments[0]);
    TRY(store_open(url, cli_text(c, "data", ""), STORE_READ, ret));
    return store_migrate(*ret, false, &applied);
}

/* The checking page as a file: for a court that checks with a copy of its own. */
static err *write_page(struct cli *c)
{
    str path = cli_text(c, "page", ""), page = checker_html();
    struct sm3 digest = sm3_of(page.p, page.n);
    TRY(file_write_atomic(path, page, 0644));
    if (cli_has(c, "json"))
        cli_print(arena_printf(c->arena, "{\"page\":%zu,\"sm3\":\"%.*s\"}", page.n, STR_ARG(sm3_text(c->arena, &digest))));
    else
        printf("%.*s：核验页，%zu字节，%.*s\n", STR_ARG(path), page.n, STR_ARG(sm3_text(c->arena, &digest)));
    return NULL;
}

static err *verify(struct cli *c, int *ret_exit)
{
    struct findings f = {.cli = c, .json = cli_has(c, "json")};
    struct ledger_report report = {0};
    struct db *d = NULL;
    AUTO_STORE *store = NULL;
    if (cli_has(c, "page"))
        return c->n ? cli_usage("--page 只写出核验页，不另核验") : write_page(c);
    struct stat info;
    if (c->n && stat(c->arguments[0], &info) == 0 && !S_ISREG(info.st_mode))
        return err_got(cli_usage("“%s”不是文件", c->arguments[0]), STR_NONE, S("案卷包、文书、统计文件或SQLite数据库文件"), S("xiezhi verify k1.zip"));
    if (c->n && bundle_looks_like(str_of(c->arguments[0])))
        return verify_bundle(c, str_of(c->arguments[0]), ret_exit);
    bool paper = false;
    if (c->n)
        TRY(verify_is_paper(c, str_of(c->arguments[0]), &paper));
    if (paper)
        return verify_paper(c, str_of(c->arguments[0]), ret_exit);
    bool figures = false;
    if (c->n)
        TRY(verify_figures(c, str_of(c->arguments[0]), &figures, ret_exit));
    if (figures)
        return NULL;
    TRY(open_target(c, &store));
    TRY(db_open(store, false, &d));
    err *bad = verify_all(&f, store, d, true, &report);
    if (!bad)
        print_summary(&f, &report);
    db_close(d);
    *ret_exit = f.bad ? 1 : 0;
    return bad;
}

const struct command command_verify = {
    "verify", "[PATH|案卷包.zip|文书.pdf|验证码]",
    "核验案卷包、统计文件；给出文书或验证码的，与登记簿比对；否则核验账本、检查点、附件，并与重放结果逐表比对，指出第一处不符",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON,
                                {"page", "OUT.html", "写出可在任何浏览器里离线核验案卷包的页面"},
                                {"key", "KEY", "案卷包须由这把密钥签名（纸质封面上的64位指纹）；统计文件应由哪把公钥（PEM）验签"}, {0}},
    0, 1, verify};
