/*
 * xiezhi init: an empty real system. Schema, keys and witness file; the first agency; the three administrators, who
 * exclude each other and hold no business role, each with a password that must be changed at the first sign-in.
 * There is no default account and no default password. An existing store is refused.
 * Regions, holidays, deadlines, task kinds and instruments come with the program; later years by holiday.import,
 * limit.import and law.adopt.
 */
#include "cli/cli.h"
#include "web/web.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const struct { const char *id, *name, *role; } administrators[] = {
    {"sysadmin", "系统管理员", "sysadmin"}, {"secadmin", "安全管理员", "secadmin"}, {"auditor", "审计员", "auditor"}};
enum { ADMINISTRATORS = sizeof administrators / sizeof *administrators };

static err *is_empty(struct store *s)
{
    struct db *d;
    int64_t entries;
    TRY(db_open(s, false, &d));
    err *bad = db_one_int(d, "SELECT COUNT(*) FROM ledger_entry", NULL, 0, &entries);
    db_close(d);
    if (bad)
        return bad;
    return entries ? err_new(ERR_CONFLICT, "这里已经有一个系统（%lld条记录），不能再初始化", (long long)entries) : NULL;
}

/* The file is made here, and by one of two that begin at once: only who made it takes it away again. */
static err *claim(struct cli *c, bool *ret_mine)
{
    str url = cli_text(c, "db", "");
    *ret_mine = false;
    if (!str_starts(url, S("sqlite:")))
        return NULL;
    str path = str_sub(url, 7, url.n);
    int fd = open(arena_cstr(c->arena, path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return err_new(ERR_CONFLICT, "“%.*s”已经存在，不能再初始化；若是上次中断留下的、还没有人用过，请连同数据目录删去再试", STR_ARG(path));
    if (fd >= 0)
        close(fd);
    *ret_mine = fd >= 0;
    return NULL;
}

/* What a failed beginning made goes again: a mistyped name must not leave a system that cannot be begun a second time. PostgreSQL is
 * left as it is; is_empty() lets the next try in as long as nothing was recorded. */
static void undo(struct cli *c, str folder, bool folder_was_there)
{
    static const char *const beside[] = {"", "-wal", "-shm"};
    str url = cli_text(c, "db", "");
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        remove(arena_printf(c->arena, "%.*s%s", STR_ARG(str_sub(url, 7, url.n)), beside[i]).p);
    if (!folder_was_there)
        folder_remove(folder);
}

static err *perform(struct acts *acts, struct arena *a, str json)
{
    struct act_answer answer;
    TRY(act_perform(acts, a, &(struct act_request){.json = json, .by = S("system")}, &answer));
    if (answer.verdict == ACT_ALLOWED)
        return NULL;
    if (answer.invalid)
        return answer.invalid;
    return err_new(ERR_DENIED, "“%.*s”未获允许：%.*s", STR_ARG(answer.act), STR_ARG(answer.n ? answer.reasons[0].because : S("")));
}

static str agency_json(struct cli *c, int64_t region)
{
    buf b = buf_make(c->arena, 4000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("agency.register"));
    json_put_str(&o, S("id"), cli_text(c, "agency-id", "agency"));
    json_put_str(&o, S("name"), cli_text(c, "agency", ""));
    json_put_str(&o, S("region"), arena_printf(c->arena, "%lld", (long long)region));
    json_put_str(&o, S("level"), cli_text(c, "level", "city"));
    json_close(&o, '}');
    return buf_str(&b);
}

static err *add_administrator(struct cli *c, struct acts *acts, int i)
{
    str password = str_sub(token_new(c->arena), 0, 20), user = str_of(administrators[i].id);
    TRY(perform(acts, c->arena,
                arena_printf(c->arena,
                             "{\"act\":\"user.register\",\"id\":\"%s\",\"name\":\"%s\",\"roles\":[\"%s\"],\"agency\":\"%.*s\"}",
                             administrators[i].id, administrators[i].name, administrators[i].role,
                             STR_ARG(cli_text(c, "agency-id", "agency")))));
    TRY(web_set_password(acts_store(acts), user, password, true, PASSWORD_INTERACTIVE));
    if (cli_has(c, "json"))
        printf("{\"user\":\"%s\",\"role\":\"%s\",\"password\":\"%.*s\"}\n", administrators[i].id, administrators[i].role,
               STR_ARG(password));
    else
        printf("%s（%s） 一次性口令：%.*s\n", administrators[i].name, administrators[i].id, STR_ARG(password));
    return NULL;
}

static err *begin(struct cli *c, struct store *store, int64_t region)
{
    AUTO_ACTS *acts = NULL;
    int applied;
    TRY(store_migrate(store, true, &applied));
    TRY(is_empty(store));
    TRY(acts_open(store, ACTS_NO_THREAD, &acts));
    TRY(perform(acts, c->arena, agency_json(c, region)));
    /* A real system has an account for each officer: nobody verifies in another's name. */
    TRY(perform(acts, c->arena, S("{\"act\":\"policy.set\",\"name\":\"verify_own_signature\",\"value\":true,\"reason\":\"核实人各有账号，各自签认\"}")));
    for (int i = 0; i < ADMINISTRATORS; i++)
        TRY(add_administrator(c, acts, i));
    return NULL;
}

static err *init(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    int64_t region;
    if (!cli_text(c, "agency", "").n)
        return cli_usage("请用--agency写明第一个执法机构的名称");
    TRY(cli_int(c, "region", 0, 100000, 999999, &region));
    if (!region_find((int)region))
        return err_got(cli_usage("请用--region写明区划代码"), cli_text(c, "region", ""), S("湖北省六位区划代码"), S("420100"));
    bool mine;
    TRY(claim(c, &mine));
    AUTO_STORE *store = NULL;
    str url = cli_text(c, "db", ""), data = cli_text(c, "data", "");
    str folder = data.n ? data : arena_printf(c->arena, "%.*s.d", STR_ARG(str_sub(url, 7, url.n)));
    bool there = true;
    err *bad = file_exists(folder, &there);
    if (!bad)
        bad = cli_store(c, STORE_CREATE, &store);
    if (!bad)
        bad = begin(c, store, region);
    if (bad) {
        store_close_at(&store);
        if (mine)
            undo(c, folder, there);
        return bad;
    }
    if (!cli_has(c, "json"))
        printf("口令只显示这一次，首次登录须更改。密钥和见证文件在%.*s，请另行备份。\n", STR_ARG(store_folder(store)));
    return NULL;
}

const struct command command_init = {
    "init", "", "建立一个空的正式系统：密钥、数据库、第一个机构、三员账号",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {"agency", "NAME", "第一个执法机构的名称"},
                                {"agency-id", "ID", "它的标识（默认agency）"}, {"region", "CODE", "六位区划代码"},
                                {"level", "LEVEL", "province city county（默认city）"}, {0}},
    0, 0, init};
