/*
 * xiezhi monitor drain | seal | anchor: what the server does by itself, for those who run without one or want it now; and
 * the keeper, which does it there: every ten minutes it anchors the days that are whole, and seals the months that are due.
 */
#include "cli/cli.h"
#include "cli/anchor.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { KEEPER_S = 600 };

static err *drain_run(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    AUTO_STORE *store = NULL;
    struct readings *r;
    struct drain_report d = {0};
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(readings_open(store, READINGS_WRITE, &r));
    err *bad = readings_drain(r, time_now(), &d);
    readings_close(r);
    TRY(bad);
    printf("整理%lld帧：读数%lld个，重复%lld帧，不同值%lld个，看不懂%lld帧，数据块%lld个\n", (long long)d.frames, (long long)d.readings,
           (long long)d.duplicates, (long long)d.versions, (long long)d.unreadable, (long long)d.chunks);
    return NULL;
}

static err *seal_run(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    AUTO_STORE *store = NULL;
    struct readings *r;
    str rest = str_of(c->arguments[0]), year;
    int64_t y, m;
    str_next(&rest, '-', &year);
    if (!str_int64(year, &y) || !rest.p || !str_int64(rest, &m))
        return err_got(cli_usage("看不懂月份"), str_of(c->arguments[0]), S("年-月"), S("2026-01"));
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(readings_open(store, READINGS_WRITE, &r));
    err *bad = readings_seal_month(r, (int)y, (int)m);
    readings_close(r);
    TRY(bad);
    printf("已封存%lld年%lld月\n", (long long)y, (long long)m);
    return NULL;
}

/* ---- anchors ---- */

static err *recorded(struct db *d, struct arena *a, const struct reading_anchor *anchor, int64_t *ret_seq, int64_t *ret_next)
{
    struct db_rows rows;
    bool more;
    *ret_seq = 0;
    TRY(db_one_int(d, "SELECT COALESCE(MAX(revision), -1) + 1 FROM readings_anchor WHERE day = :day", DB_ARGS(DB_I("day", anchor->day)), 0,
                   ret_next));
    TRY(db_query(d, a, "SELECT seq, chunks, root FROM readings_anchor WHERE day = :day AND revision = :revision",
                 DB_ARGS(DB_I("day", anchor->day), DB_I("revision", *ret_next - 1)), &rows));
    TRY(db_next(&rows, &more));
    if (more && db_int(&rows, 1) == anchor->chunks && str_eq(db_str(&rows, 2), sm3_text(a, &anchor->root)))
        *ret_seq = db_int(&rows, 0);
    return NULL;
}

static err *perform_one(struct acts *acts, struct db *d, struct readings *r, struct reading_anchor *anchor, bool *ret_done)
{
    AUTO_ARENA(a);
    int64_t seq, next;
    /* performed, but the readings were not told: a run was broken off */
    TRY(recorded(d, a, anchor, &seq, &next));
    anchor->revision = (int32_t)(seq ? next - 1 : next);
    *ret_done = true;
    if (!seq) {
        struct act_request request = {.by = S("system")};
        struct act_answer answer;
        request.json = arena_printf(a, "{\"act\":\"readings.anchor\",\"day\":\"%.*s\",\"revision\":%d,\"chunks\":%lld,\"root\":\"%.*s\"}",
                                    STR_ARG(day_iso(a, anchor->day)), anchor->revision, (long long)anchor->chunks,
                                    STR_ARG(sm3_text(a, &anchor->root)));
        TRY(act_perform(acts, a, &request, &answer));
        if (answer.verdict != ACT_ALLOWED) {
            log_event(LOG_WARN, "readings-anchor-refused", "answer", arena_cstr(a, answer.json), NULL);
            *ret_done = false;
            return NULL;
        }
        seq = answer.seq;
    }
    TRY(readings_anchored(r, anchor, seq));
    return NULL;
}

err *anchor_days(struct acts *acts, struct readings *r, int64_t *ret_done, int64_t *ret_refused)
{
    AUTO_ARENA(a);
    struct reading_anchor *anchors;
    size_t n;
    struct db *d AUTO_DB = NULL;
    *ret_done = *ret_refused = 0;
    TRY(readings_to_anchor(r, a, &anchors, &n));
    TRY(db_open(acts_store(acts), false, &d));
    for (size_t i = 0; i < n; i++) {
        bool done = false;
        TRY(perform_one(acts, d, r, &anchors[i], &done));
        ++*(done ? ret_done : ret_refused);
    }
    return NULL;
}

/* ---- the keeper ---- */

struct anchor_keeper {
    struct acts *acts;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ending;
    bool end;
};

/* A handle of its own: the gateway may be another process, and readings may begin while the server runs. */
static err *keep_once(struct acts *acts)
{
    struct readings *r;
    int64_t done, refused;
    int sealed;
    err *e = readings_open(acts_store(acts), READINGS_READ, &r);
    if (e)
        return e->kind == ERR_MISSING ? NULL : e;
    readings_close(r);
    TRY(readings_open(acts_store(acts), READINGS_WRITE, &r));
    e = anchor_days(acts, r, &done, &refused);
    if (!e)
        e = readings_seal_due(r, time_now(), &sealed);
    readings_close(r);
    return e;
}

static void *keeper_run(void *context)
{
    struct anchor_keeper *k = context;
    pthread_mutex_lock(&k->lock);
    while (!k->end) {
        pthread_mutex_unlock(&k->lock);
        err *e = keep_once(k->acts);
        if (e)
            log_err("readings-upkeep", e);
        err_clear();
        pthread_mutex_lock(&k->lock);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += KEEPER_S;
        if (!k->end)
            pthread_cond_timedwait(&k->ending, &k->lock, &until);
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

struct anchor_keeper *anchor_keeper_start(struct acts *acts)
{
    struct anchor_keeper *k = calloc(1, sizeof *k);
    CHECK(k);
    *k = (struct anchor_keeper){.acts = acts, .lock = PTHREAD_MUTEX_INITIALIZER, .ending = PTHREAD_COND_INITIALIZER};
    CHECK(pthread_create(&k->thread, NULL, keeper_run, k) == 0);
    return k;
}

void anchor_keeper_stop(struct anchor_keeper *k)
{
    pthread_mutex_lock(&k->lock);
    k->end = true;
    pthread_cond_signal(&k->ending);
    pthread_mutex_unlock(&k->lock);
    pthread_join(k->thread, NULL);
    free(k);
}

static err *anchor_run(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    struct readings *r;
    int64_t done, refused;
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, ACTS_NO_THREAD, &acts));
    TRY(readings_open(store, READINGS_WRITE, &r));
    err *bad = anchor_days(acts, r, &done, &refused);
    readings_close(r);
    TRY(bad);
    printf("已存证%lld天的数据块\n", (long long)done);
    *ret_exit = refused ? 1 : 0;
    return NULL;
}

const struct command command_monitor_drain = {
    "monitor drain", "", "把收到的报文整理成数据", (const struct cli_option[]){CLI_DB, CLI_DATA, {0}}, 0, 0, drain_run};
const struct command command_monitor_seal = {
    "monitor seal", "YEAR-MONTH", "封存一个过完的月份：文件从此只读，摘要登记", (const struct cli_option[]){CLI_DB, CLI_DATA, {0}}, 1, 1,
    seal_run};
const struct command command_monitor_anchor = {
    "monitor anchor", "", "把各天数据块的根记入账本",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {0}}, 0, 0, anchor_run};
