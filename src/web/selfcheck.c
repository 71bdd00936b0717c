/*
 * Checks are few and each has been somebody's outage: a full disk, no backup, a clock that ran away, a certificate or a holiday table
 * that ended. What cannot be seen from here says so: "unknown" is no "fine".
 */
#include "web/selfcheck.h"
#include "web/looks.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

enum { GIB = 1 << 30, DISK_MIND_PERCENT = 20, DISK_BAD_PERCENT = 5, DISK_BAD_GIB = 1, BACKUP_MIND_HOURS = 26, BACKUP_BAD_DAYS = 7,
       CHECKPOINT_MIND_HOURS = 2, CLOCK_BAD_MINUTES = 5, ENDS_MIND_DAYS = 30, ENDS_BAD_DAYS = 7, HOLIDAYS_NEXT_FROM = 11 /* month */ };

/* ---- judgements ---- */
enum check_state check_disk(uint64_t free_bytes, uint64_t all_bytes)
{
    if (!all_bytes)
        return CHECK_UNKNOWN;
    uint64_t percent = free_bytes / (all_bytes / 100 + 1);
    if (percent < DISK_BAD_PERCENT || free_bytes < (uint64_t)DISK_BAD_GIB * GIB)
        return CHECK_BAD;
    return percent < DISK_MIND_PERCENT ? CHECK_MIND : CHECK_FINE;
}

enum check_state check_backup(usec age)
{
    if (age == USEC_NONE || age > BACKUP_BAD_DAYS * USEC_DAY)
        return CHECK_BAD;
    return age > BACKUP_MIND_HOURS * USEC_HOUR ? CHECK_MIND : CHECK_FINE;
}

/* Nothing new needs no new checkpoint, however old the last. */
enum check_state check_checkpoint(usec age, int64_t entries_since)
{
    return entries_since > 0 && age > CHECKPOINT_MIND_HOURS * USEC_HOUR ? CHECK_MIND : CHECK_FINE;
}

enum check_state check_clock(usec ahead, int synchronised)
{
    if (ahead > CLOCK_BAD_MINUTES * USEC_MINUTE)
        return CHECK_BAD;
    return synchronised == 0 ? CHECK_MIND : synchronised < 0 ? CHECK_UNKNOWN : CHECK_FINE;
}

enum check_state check_ends(usec now, usec ends)
{
    if (ends <= now + ENDS_BAD_DAYS * USEC_DAY)
        return CHECK_BAD;
    return ends <= now + ENDS_MIND_DAYS * USEC_DAY ? CHECK_MIND : CHECK_FINE;
}

/* ---- looking ---- */
static void add(struct checks *c, const char *name, enum check_state state, str seen, str todo)
{
    CHECK(c->n < LIMIT_CHECKS);
    c->of[c->n++] = (struct check){name, state, seen, state == CHECK_FINE ? S("") : todo};
}

static str size_text(struct arena *a, uint64_t bytes)
{
    return bytes >= GIB ? arena_printf(a, "%.1f GB", (double)bytes / GIB) : arena_printf(a, "%.0f MB", (double)bytes / (1 << 20));
}

static str long_text(struct arena *a, usec t)
{
    if (t < USEC_HOUR)
        return arena_printf(a, "%lld分钟", (long long)(t / USEC_MINUTE));
    return t < 2 * USEC_DAY ? arena_printf(a, "%lld小时", (long long)(t / USEC_HOUR)) : arena_printf(a, "%lld天", (long long)(t / USEC_DAY));
}

static void disk(struct request *q, struct checks *c)
{
    struct statvfs v;
    str folder = store_folder(q->web->store);
    if (!folder.n || statvfs(arena_cstr(q->a, folder), &v) != 0) {
        add(c, "磁盘", CHECK_UNKNOWN, S("数据在内存中，或数据目录读不到"), S("正式系统请把数据目录放在磁盘上"));
        return;
    }
    uint64_t left = (uint64_t)v.f_bavail * v.f_frsize, all = (uint64_t)v.f_blocks * v.f_frsize;
    add(c, "磁盘", check_disk(left, all), arena_printf(q->a, "剩%.*s，共%.*s（%.*s）", STR_ARG(size_text(q->a, left)), STR_ARG(size_text(q->a, all)), STR_ARG(folder)),
        S("清理无关文件或扩容；低于1 GB时新的办理会因写不下而失败，已办的不受影响"));
}

static void backup(struct request *q, struct checks *c)
{
    struct stat s;
    str path = arena_printf(q->a, "%.*s/" STORE_BACKUP_MARK, STR_ARG(store_folder(q->web->store)));
    bool postgres = store_engine_of(q->web->store) == STORE_POSTGRES, there = store_folder(q->web->store).n && !stat(arena_cstr(q->a, path), &s);
    usec age = there ? q->now - ((usec)s.st_mtim.tv_sec * USEC_SECOND + s.st_mtim.tv_nsec / 1000) : USEC_NONE;
    age = there && age < 0 ? 0 : age;
    add(c, "备份", check_backup(age), there ? arena_printf(q->a, "最近一次在%.*s前", STR_ARG(long_text(q->a, age))) : S("没有备份记录"),
        postgres ? arena_printf(q->a, "用PostgreSQL自带工具备份，成功后 touch %.*s", STR_ARG(path))
                 : S("每天运行 xiezhi backup 新目录，并把备份放到另一台机器；每季度用 xiezhi restore 试恢复一次"));
}

static err *checkpoint(struct request *q, struct db *d, struct checks *c)
{
    struct checkpoint newest;
    bool any;
    int64_t entries;
    TRY(checkpoint_newest(d, q->a, &any, &newest));
    TRY(db_one_int(d, "SELECT COALESCE(MAX(seq), 0) FROM act_log", NULL, 0, &entries));
    int64_t since = any ? entries - newest.size : entries;
    usec age = any ? q->now - newest.at : INT64_MAX;
    add(c, "检查点", check_checkpoint(age, since),
        any ? arena_printf(q->a, "第%lld条，签于%.*s前；此后新增%lld条", (long long)newest.size, STR_ARG(long_text(q->a, age < 0 ? 0 : age)), (long long)(since < 0 ? 0 : since))
            : entries ? S("还没有签过检查点") : S("账本还是空的"),
        S("运行 xiezhi verify 核对账本；重新启动服务会签一次"));
    return NULL;
}

/* The newest entry tells whether the clock was set back; the kernel, whether somebody keeps it. Reading asks for no right. */
static err *time_now_right(struct request *q, struct db *d, struct checks *c)
{
    struct timex t = {.modes = 0};
    int64_t newest;
    TRY(db_one_int(d, "SELECT COALESCE(MAX(received_at), 0) FROM act_log WHERE seq > (SELECT COALESCE(MAX(seq), 0) - 1000 FROM act_log)", NULL, 0, &newest));
    int state = adjtimex(&t), kept = state < 0 ? -1 : !(t.status & STA_UNSYNC);
    usec ahead = newest - q->now;
    add(c, "时钟", check_clock(ahead, kept),
        arena_printf(q->a, "现在%.*s；%s%s", STR_ARG(time_chinese(q->a, q->now)), kept < 0 ? "校时状态读不到" : kept ? "已与时间服务器同步" : "没有与时间服务器同步",
                     ahead > CLOCK_BAD_MINUTES * USEC_MINUTE ? "；账本最新一条在未来，时钟被拨慢过" : ""),
        S("启用 chrony 或 systemd-timesyncd，指向本单位或国家授时中心的时间服务器"));
    return NULL;
}

static err *certificate(struct request *q, struct checks *c)
{
    usec from, to;
    str pem, path = q->web->options.certificate;
    if (!path.n) {
        add(c, "网站证书", CHECK_UNKNOWN, S("没有告诉本服务前面代理用的是哪个证书"), S("启动时加 --certificate 证书文件"));
        return NULL;
    }
    err *e = file_read(q->a, path, LIMIT_CERTIFICATE, &pem);
    if (!e)
        e = certificate_period(pem, &from, &to);
    if (e) {
        add(c, "网站证书", CHECK_BAD, arena_printf(q->a, "%.*s：%.*s", STR_ARG(path), STR_ARG(e->text)), S("请核对证书文件和读取权限"));
        err_clear();
        return NULL;
    }
    add(c, "网站证书", check_ends(q->now, to), arena_printf(q->a, "有效期至%.*s", STR_ARG(day_chinese(q->a, day_of(to)))),
        S("到期后手机不能离线使用、浏览器会报警：用 packaging 里的 site-ca 重新签发并重载代理"));
    return NULL;
}

static err *people(struct request *q, struct db *d, struct checks *c)
{
    int64_t soon, over;
    day today = day_of(q->now);
    TRY(db_one_int(d, "SELECT COUNT(*) FROM (SELECT c.user_id, MAX(c.to_date) AS last FROM certificate c JOIN users u ON u.id = c.user_id WHERE u.disabled_at IS NULL"
                      " GROUP BY c.user_id) x WHERE x.last >= :today AND x.last <= :soon", DB_ARGS(DB_I("today", today), DB_I("soon", today + ENDS_MIND_DAYS)), 0, &soon));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM (SELECT c.user_id, MAX(c.to_date) AS last FROM certificate c JOIN users u ON u.id = c.user_id WHERE u.disabled_at IS NULL"
                      " GROUP BY c.user_id) x WHERE x.last < :today", DB_ARGS(DB_I("today", today)), 0, &over));
    add(c, "执法证件", over ? CHECK_MIND : soon ? CHECK_MIND : CHECK_FINE,
        arena_printf(q->a, "%lld人已过期，%lld人30个自然日内到期", (long long)over, (long long)soon), S("由所在机构负责人登记新证件；过期的执法人员不能进场和核实"));
    return NULL;
}

static err *holidays(struct request *q, struct db *d, struct checks *c)
{
    const struct calendar *calendar;
    struct civil now = civil_of(q->now);
    TRY(calendar_now(d, q->a, &calendar));
    bool this_year = calendar_knows(calendar, day_from_civil(now.year, 7, 1)), next = calendar_knows(calendar, day_from_civil(now.year + 1, 7, 1));
    bool wanted = now.month >= HOLIDAYS_NEXT_FROM;
    add(c, "节假日安排", !this_year ? CHECK_BAD : wanted && !next ? CHECK_MIND : CHECK_FINE,
        arena_printf(q->a, "%d年%s，%d年%s", now.year, this_year ? "已有" : "没有", now.year + 1, next ? "已有" : "没有"),
        arena_printf(q->a, "国务院公布%d年放假安排后即导入（办理“导入节假日安排”）；没有的年份，期限只估计、不确认", this_year ? now.year + 1 : now.year));
    return NULL;
}

static err *laws(struct request *q, struct db *d, struct checks *c)
{
    int64_t adopted;
    size_t in_force = 0, ended = 0;
    day today = day_of(q->now), soonest = INT32_MAX;
    const char *which = "";
    for (size_t i = 0; i < law_instrument_count; i++) {
        const struct law_instrument *l = &law_instruments[i];
        in_force += l->from <= today && l->to >= today;
        ended += l->to < today;
        if (l->to >= today && l->to < soonest && l->to <= today + 180) {
            soonest = l->to;
            which = l->title;
        }
    }
    TRY(db_one_int(d, "SELECT COUNT(*) FROM law_adoption", NULL, 0, &adopted));
    str seen = arena_printf(q->a, "现行%zu部，已废止而仍可追溯适用%zu部；本系统另登记%lld条", in_force, ended, (long long)adopted);
    if (soonest == INT32_MAX)
        add(c, "法规版本", CHECK_FINE, seen, S(""));
    else
        add(c, "法规版本", CHECK_MIND, arena_printf(q->a, "%.*s；《%s》%.*s后不再有效", STR_ARG(seen), which, STR_ARG(day_chinese(q->a, soonest))),
            S("请法制审核人员核对接替的文件，并升级程序或办理“登记法律依据”"));
    return NULL;
}

/* A row that was dropped is a look nobody can ask about any more: one is too many. */
static void looked(struct request *q, struct checks *c)
{
    struct looks_lost lost = looks_lost(q->web);
    add(c, "查看记录", lost.n ? CHECK_BAD : CHECK_FINE,
        lost.n ? arena_printf(q->a, "本次启动以来漏记%lld次，最近一次%.*s", (long long)lost.n, STR_ARG(time_chinese(q->a, lost.at))) : S("本次启动以来没有漏记"),
        S("数据库写不进，查看照常而记不下：先看磁盘一项，再看服务日志中 looks 开头的行；处理后重新启动，本项归零"));
}

err *selfcheck(struct request *q, struct checks *ret)
{
    struct db *d;
    *ret = (struct checks){0};
    TRY(request_db(q, &d));
    disk(q, ret);
    backup(q, ret);
    TRY(checkpoint(q, d, ret));
    TRY(time_now_right(q, d, ret));
    TRY(certificate(q, ret));
    looked(q, ret);
    TRY(people(q, d, ret));
    TRY(holidays(q, d, ret));
    return laws(q, d, ret);
}
