/*
 * What the interface costs over SQLite itself: the same rows written and read through a bare
 * sqlite3_stmt with its parameters at known places. With XIEZHI_TEST_POSTGRES set
 * (tools/with-postgres), also a round trip for each statement against the pipeline.
 */
#include "bench.h"

#include "store/engine.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 7, STATEMENTS = 100000, READS = 100000, REMOTE = 5000 };

static const char create_sql[] =
    "CREATE TABLE thing (seq BIGINT PRIMARY KEY, id TEXT NOT NULL, agency TEXT,"
    " at BIGINT, verdict BIGINT, note TEXT)";
static const char insert_sql[] = "INSERT INTO thing (seq, id, agency, at, verdict, note)"
                                 " VALUES (:seq, :id, :agency, :at, :verdict, :note)";
static const char read_sql[] = "SELECT at FROM thing WHERE seq = :seq";
static const str id = {"01kjtq9v3r8w5m2x7c4d6e0f1g", 26}, agency = {"hubei-wuhan", 11},
                 note = {"该第三方机构未按规定回避", 36};

static int64_t next_seq;

static const struct db_args *row(struct db_arg space[6], struct db_args *ret)
{
    next_seq++;
    const struct db_arg values[6] = {DB_I("seq", next_seq),  DB_T("id", id),
                                     DB_T("agency", agency), DB_I("at", next_seq),
                                     DB_I("verdict", 1),     DB_T("note", note)};
    memcpy(space, values, sizeof values);
    *ret = (struct db_args){.p = space, .n = 6};
    return ret;
}

static err *put_one(struct db *d)
{
    struct db_arg space[6];
    struct db_args args;
    return db_put(d, insert_sql, row(space, &args));
}

static err *exec_one(struct db *d)
{
    struct db_arg space[6];
    struct db_args args;
    return db_exec(d, insert_sql, row(space, &args), NULL);
}

static void put_bare(sqlite3_stmt *s)
{
    next_seq++;
    sqlite3_bind_int64(s, 1, next_seq);
    sqlite3_bind_text64(s, 2, id.p, id.n, SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_text64(s, 3, agency.p, agency.n, SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_int64(s, 4, next_seq);
    sqlite3_bind_int64(s, 5, 1);
    sqlite3_bind_text64(s, 6, note.p, note.n, SQLITE_STATIC, SQLITE_UTF8);
    int code = sqlite3_step(s);
    CHECK(code == SQLITE_DONE);
    sqlite3_reset(s);
}

static int64_t read_bare(sqlite3_stmt *s, int64_t seq)
{
    sqlite3_bind_int64(s, 1, seq);
    int code = sqlite3_step(s);
    CHECK(code == SQLITE_ROW);
    int64_t at = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return at;
}

static sqlite3_stmt *bare(struct db *d, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v3(d->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL);
    CHECK(code == SQLITE_OK);
    return s;
}

static void least(double *best, double took)
{
    if (took < *best)
        *best = took;
}

static void writes(struct db *d, sqlite3_stmt *s)
{
    double through = 1e9, directly = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        must(db_begin_write(d));
        double start = bench_cpu();
        for (int i = 0; i < STATEMENTS; i++)
            must(put_one(d));
        least(&through, bench_cpu() - start);
        must(db_commit(d));
        must(db_begin_write(d));
        start = bench_cpu();
        for (int i = 0; i < STATEMENTS; i++)
            put_bare(s);
        least(&directly, bench_cpu() - start);
        must(db_commit(d));
    }
    bench_line("sqlite db_put, 6 values", through / STATEMENTS * 1e9, "ns", through / directly,
               "bare sqlite3_step");
}

static void reads(struct db *d, sqlite3_stmt *s)
{
    double through = 1e9, directly = 1e9;
    must(db_begin_read(d));
    for (int round = 0; round < ROUNDS; round++) {
        int64_t at, sum = 0;
        double start = bench_cpu();
        for (int i = 1; i <= READS; i++) {
            must(db_one_int(d, read_sql, DB_ARGS(DB_I("seq", i)), 0, &at));
            sum += at;
        }
        least(&through, bench_cpu() - start);
        start = bench_cpu();
        for (int i = 1; i <= READS; i++)
            sum -= read_bare(s, i);
        least(&directly, bench_cpu() - start);
        CHECK(sum == 0);
    }
    must(db_commit(d));
    bench_line("sqlite db_one_int by key", through / READS * 1e9, "ns", through / directly,
               "bare sqlite3_step");
}

static size_t column_bytes(sqlite3_stmt *s, int i)
{
    return sqlite3_column_text(s, i) ? (size_t)sqlite3_column_bytes(s, i) : 0;
}

static void row_reads(struct db *d, sqlite3_stmt *s)
{
    double through = 1e9, directly = 1e9;
    struct arena *a = arena_new();
    for (int round = 0; round < ROUNDS; round++) {
        struct db_rows r;
        bool more;
        size_t bytes = 0;
        double start = bench_cpu();
        must(db_query(d, a, "SELECT seq, id, agency, at, note FROM thing WHERE seq <= 50000", NULL,
                      &r));
        for (must(db_next(&r, &more)); more; must(db_next(&r, &more)))
            bytes += db_str(&r, 1).n + db_str(&r, 2).n + db_str(&r, 4).n;
        least(&through, bench_cpu() - start);
        arena_reset(a);
        start = bench_cpu();
        while (sqlite3_step(s) == SQLITE_ROW)
            bytes -= column_bytes(s, 1) + column_bytes(s, 2) + column_bytes(s, 4);
        least(&directly, bench_cpu() - start);
        sqlite3_reset(s);
        CHECK(bytes == 0);
    }
    arena_free(a);
    bench_line("sqlite db_query, 5 columns, a row", through / 50000 * 1e9, "ns", through / directly,
               "bare step, no copies");
}

static void sqlite_part(void)
{
    char folder[] = "/tmp/xiezhi-bench-XXXXXX", url[64], command[64];
    CHECK(mkdtemp(folder));
    snprintf(url, sizeof url, "sqlite:%s/x.db", folder);
    struct store *store;
    struct db *d;
    must(store_open(str_of(url), S(""), STORE_CREATE, &store));
    must(db_open(store, true, &d));
    must(db_exec(d, create_sql, NULL, NULL));
    sqlite3_stmt *insert = bare(d, insert_sql), *read = bare(d, read_sql),
                 *scan = bare(d, "SELECT seq, id, agency, at, note FROM thing WHERE seq <= 50000");
    writes(d, insert);
    reads(d, read);
    row_reads(d, scan);
    sqlite3_finalize(insert);
    sqlite3_finalize(read);
    sqlite3_finalize(scan);
    db_close(d);
    store_close(store);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK(system(command) == 0);
}

static double remote_seconds(struct db *d, err *(*write_one)(struct db *))
{
    must(db_begin_write(d));
    double start = bench_wall();
    for (int i = 0; i < REMOTE; i++)
        must(write_one(d));
    must(db_commit(d));
    return bench_wall() - start;
}

static void postgres_part(const char *url)
{
    struct store *store;
    struct db *d;
    must(store_open(str_of(url), S("/tmp"), STORE_EXISTING, &store));
    must(db_open(store, true, &d));
    must(db_exec(d, create_sql, NULL, NULL));
    double trips = 1e9, pipeline = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        least(&trips, remote_seconds(d, exec_one));
        least(&pipeline, remote_seconds(d, put_one));
    }
    must(db_exec(d, "DROP TABLE thing", NULL, NULL));
    bench_line("postgres db_exec, a round trip each", trips / REMOTE * 1e6, "us", 1, "itself");
    bench_line("postgres db_put, down the pipeline", pipeline / REMOTE * 1e6, "us",
               pipeline / trips, "waited for");
    db_close(d);
    store_close(store);
}

int main(void)
{
    sqlite_part();
    const char *url = getenv("XIEZHI_TEST_POSTGRES");
    if (url)
        postgres_part(url);
    return 0;
}
