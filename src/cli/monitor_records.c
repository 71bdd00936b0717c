/* xiezhi monitor records FILE: checks, comparisons, commands and the like of a device, for the next run of the detectors. */
#include "cli/cli.h"
#include "monitor/watch/watch.h"

static err *known(struct readings *r, struct arena *a, str mn)
{
    struct series *list;
    size_t n;
    TRY(series_list(r, a, &(struct series_filter){.mn = mn, .period = -1, .group = -1}, &list, &n));
    return n ? NULL : err_got(err_new(ERR_MISSING, "没有这个设备的监测数据"), mn, S("设备编码，见xiezhi monitor export或监测点位页"), STR_NONE);
}

static err *put(struct cli *c, struct store *store, struct readings *r)
{
    struct watch *w;
    str mn = cli_text(c, "mn", ""), path = str_of(c->arguments[0]), bytes;
    size_t n;
    bool is_new;
    if (!mn.n)
        return cli_usage("请用--mn指明是哪台设备的记录");
    TRY(known(r, c->arena, mn));
    TRY(err_at(file_read(c->arena, path, LIMIT_RECORDS_BYTES, &bytes), path));
    TRY(watch_open(store, r, true, &w));
    err *e = watch_records_put(w, mn, path, bytes, time_now(), &n, &is_new);
    watch_close(w);
    if (!e && is_new)
        printf("已保存%zu条记录，下次研判时使用\n", n);
    else if (!e)
        printf("这个文件已经保存过（%zu条记录）\n", n);
    return err_at(e, path);
}

static err *run(struct cli *c, int *ret_exit)
{
    struct readings *r;
    AUTO_STORE *store = NULL;
    (void)ret_exit;
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(readings_open(store, READINGS_READ, &r));
    err *e = put(c, store, r);
    readings_close(r);
    return e;
}

const struct command command_monitor_records = {
    "monitor records", "FILE", "保存一台设备的核查、比对、检查、运维、参数、指令、标记等记录（CSV），供研判使用",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {"mn", "MN", "设备编码"}, {0}}, 1, 1, run};
