/*
 * Appending to a ledger, opening it, verifying it: 10^6 entries of about 300 bytes (or as many as
 * the argument says) in a SQLite file, first without bodies, then with one sealed item each.
 * Compared with what cannot be beaten: reading the same rows and doing nothing with them, in one
 * thread.
 */
#include "bench.h"
#include "ledger/ledger.h"

#include <stdlib.h>

enum { BATCH = 10000, PAGE = 4096 };

struct bench {
    struct store *store;
    struct db *db;
    struct ledger_keys keys;
    struct ledger *ledger;
    bool bodies;
};

/* As long without a body as with one. */
static str spine_make(struct arena *a, int64_t seq, const struct ledger_item *item)
{
    static const char padding[] = ",\"x\":\"................................................"
                                  ".............................\"";
    buf hex = buf_make(a, 2 * SM3_BYTES);
    if (item)
        buf_hex(&hex, item->digest.byte, SM3_BYTES);
    return arena_printf(a,
                        "{\"act\":\"patrol.record\",\"actor\":\"u-%020lld\",\"at\":"
                        "\"2026-03-02T09:31:00.123456+08:00\",\"body\":{%s%.*s%s},\"id\":"
                        "\"e-%020lld\",\"outlet\":\"o-%020lld\",\"result\":\"allowed\","
                        "\"task\":\"t-%020lld\"%s}",
                        (long long)seq % 1000, item ? "\"what.text\":\"" : "",
                        STR_ARG(buf_str(&hex)), item ? "\"" : "", (long long)seq,
                        (long long)seq % 5000, (long long)seq / 7, item ? "" : padding);
}

static err *append_one(struct bench *b, struct arena *a, int64_t seq)
{
    struct ledger_item item = {.name = S("what.text"),
                               .plain = S("现场检查未发现异常，设备运行正常")};
    if (b->bodies)
        TRY(ledger_seal(b->ledger, a, &item));
    str spine = spine_make(a, seq, b->bodies ? &item : NULL);
    return ledger_append(b->ledger, b->db, seq, spine, &item, b->bodies);
}

static err *append_batch(struct bench *b, struct arena *a, int64_t n)
{
    TRY(db_begin_write(b->db));
    TRY(ledger_refresh(b->ledger, b->db));
    for (int64_t i = 0; i < n; i++) {
        TRY(append_one(b, a, ledger_size(b->ledger) + 1));
        if (i % 256 == 0)
            arena_reset(a);
    }
    TRY(ledger_flush(b->ledger, b->db));
    return db_commit(b->db);
}

static err *append_all(struct bench *b, int64_t n)
{
    AUTO_ARENA(a);
    while (ledger_size(b->ledger) < n) {
        int64_t left = n - ledger_size(b->ledger);
        TRY(append_batch(b, a, left < BATCH ? left : BATCH));
        TRY(ledger_checkpoint(b->ledger, b->db, time_now()));
    }
    return NULL;
}

static err *read_table(struct db *d, const char *sql, int64_t n)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    bool more;
    for (int64_t first = 1; first <= n; first += PAGE) {
        arena_reset(a);
        TRY(db_query(d, a, sql, DB_ARGS(DB_I("first", first), DB_I("last", first + PAGE - 1)),
                     &rows));
        do
            TRY(db_next(&rows, &more));
        while (more);
    }
    return NULL;
}

static err *read_rows(struct bench *b, int64_t n)
{
    TRY(read_table(b->db,
                   "SELECT seq, leaf, spine FROM ledger_entry WHERE seq >= :first AND seq <= :last "
                   "ORDER BY seq",
                   n));
    if (b->bodies)
        TRY(read_table(b->db,
                       "SELECT seq, item, sealed, erased_by FROM ledger_body WHERE seq >= :first "
                       "AND seq <= :last ORDER BY seq, item",
                       n));
    return NULL;
}

#define TIMED(seconds, statement)          \
    do {                                   \
        double start_ = bench_wall();      \
        TRY(statement);                    \
        (seconds) = bench_wall() - start_; \
    } while (0)

/* Processor seconds of the whole process: what wall time would be on idle processors. */
static double process_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void line(const struct bench *b, const char *what, double value, const char *unit,
                 double ratio, const char *versus)
{
    char name[64];
    snprintf(name, sizeof name, "ledger_%s%s", what, b->bodies ? "_with_bodies" : "");
    bench_line(name, value, unit, ratio, versus);
}

static err *measure(struct bench *b, int64_t n)
{
    AUTO_ARENA(a);
    double append, read, verify, open;
    struct ledger_report report;
    TIMED(append, append_all(b, n));
    ledger_close(b->ledger);
    b->ledger = NULL;
    TIMED(open, ledger_open(b->store, b->db, &b->keys, &b->ledger));
    TIMED(read, read_rows(b, n));
    double cpu = process_cpu();
    TIMED(verify, ledger_verify(b->store, b->db, &b->keys, a, NULL, NULL, &report));
    cpu = process_cpu() - cpu;
    CHECK(!report.bad.p && report.entries == n);
    line(b, "append", (double)n / append, "entries/s", read / append, "reading the rows");
    line(b, "open", open * 1000, "ms", open / read, "time to read the rows");
    line(b, "read", (double)n / read, "entries/s", 1, "itself");
    line(b, "verify", (double)n / verify, "entries/s", read / verify, "reading the rows");
    line(b, "verify", (double)n / verify, "entries/s", (double)n / verify / 300000,
         "goal of 300,000/s");
    line(b, "verify_two_processors", 2 * (double)n / cpu, "entries/s", 2 * (double)n / cpu / 300000,
         "goal, by processor time");
    return NULL;
}

static err *work(const char *url, int64_t n, bool bodies)
{
    struct bench b = {.bodies = bodies};
    int applied;
    TRY(store_open(str_of(url), S(""), STORE_CREATE, &b.store));
    TRY(store_migrate(b.store, true, &applied));
    TRY(db_open(b.store, true, &b.db));
    TRY(ledger_keys_load(b.store, true, &b.keys));
    TRY(ledger_open(b.store, b.db, &b.keys, &b.ledger));
    TRY(measure(&b, n));
    ledger_close(b.ledger);
    ledger_keys_clear(&b.keys);
    db_close(b.db);
    store_close(b.store);
    return NULL;
}

int main(int argc, char **argv)
{
    int64_t n = 1000000;
    const char *base = getenv("TMPDIR");
    char folder[256], url[300];
    if (argc > 1 && !str_int64(str_of(argv[1]), &n))
        return 2;
    snprintf(folder, sizeof folder, "%s/xiezhi-bench-XXXXXX", base ? base : "/tmp");
    CHECK(mkdtemp(folder));
    err *e = NULL;
    for (int bodies = 0; bodies < 2 && !e; bodies++) {
        snprintf(url, sizeof url, "sqlite:%s/%d.db", folder, bodies);
        e = work(url, n, bodies);
    }
    if (e)
        log_err("bench", e);
    bench_remove(folder);
    return e != NULL;
}
