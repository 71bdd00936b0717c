/* Readings in SQLite: as rows of (series, minute) clustered by their key, and as a month of chunks in one blob. */
#include "chunk_bench.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { BATCH_MINUTES = 60, WARM = 9 };

static sqlite3 *database(const char *folder, const char *name, int page_size)
{
    sqlite3 *db;
    char path[4096], pragmas[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA page_size=%d; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;"
             " PRAGMA mmap_size=4000000000", page_size);
    CHECK(sqlite3_exec(db, pragmas, NULL, NULL, NULL) == SQLITE_OK);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return;
    fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
    CHECK(false);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    CHECK(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK);
    return s;
}

static double file_bytes(const char *folder, const char *name)
{
    struct stat st;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    CHECK(stat(path, &st) == 0);
    return (double)st.st_size;
}

static double rows_read(sqlite3_stmt *s, int64_t *sum)
{
    double n = 0;
    while (sqlite3_step(s) == SQLITE_ROW) {
        for (int c = 0; c < 5; c++)
            *sum += sqlite3_column_int(s, c);
        n++;
    }
    sqlite3_reset(s);
    return n;
}

static bool row_put(sqlite3_stmt *put, const struct bench_series *b, size_t minute, size_t series)
{
    int32_t v[3];
    char flag;
    if (!row_at(b, minute, series, v, &flag))
        return false;
    sqlite3_bind_int(put, 1, (int)series);
    sqlite3_bind_int(put, 2, (int)(ROW_EPOCH + minute));
    for (int c = 0; c < 3; c++)
        sqlite3_bind_int(put, 3 + c, v[c]);
    sqlite3_bind_int(put, 6, flag);
    CHECK(sqlite3_step(put) == SQLITE_DONE);
    sqlite3_reset(put);
    return true;
}

struct store_figures bench_sqlite_rows(const struct bench_series *b, const char *folder)
{
    sqlite3 *db = database(folder, "rows.db", 4096);
    run(db, "CREATE TABLE reading (series INTEGER, minute INTEGER, average INTEGER, minimum INTEGER, maximum INTEGER,"
            " flag INTEGER, PRIMARY KEY (series, minute)) WITHOUT ROWID");
    sqlite3_stmt *put = prepare(db, "INSERT INTO reading VALUES (?,?,?,?,?,?)");
    double start = bench_cpu(), n = 0;
    run(db, "BEGIN");
    for (size_t minute = 0; minute < ROW_MINUTES; minute++) {
        for (size_t series = 0; series < ROW_SERIES; series++)
            n += row_put(put, b, minute, series);
        if (minute % BATCH_MINUTES == 0)
            run(db, "COMMIT; BEGIN");
    }
    run(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    struct store_figures f = {.name = "SQLite rows", .ingest = n / (bench_cpu() - start)};
    f.bytes = file_bytes(folder, "rows.db") / n;
    sqlite3_stmt *all = prepare(db, "SELECT minute, average, minimum, maximum, flag FROM reading");
    sqlite3_stmt *one = prepare(db, "SELECT minute, average, minimum, maximum, flag FROM reading WHERE series = 100000");
    int64_t sum = 0;
    start = bench_cpu();
    CHECK(rows_read(all, &sum) == n);
    f.scan = n / (bench_cpu() - start);
    run(db, "BEGIN");
    for (size_t minute = 0; minute < YEAR_MINUTES; minute++)
        row_put(put, b, minute, YEAR_SERIES);
    run(db, "COMMIT");
    for (int i = 0; i < 3; i++) {
        start = bench_cpu();
        rows_read(one, &sum);
        double ms = (bench_cpu() - start) * 1e3;
        f.year_ms = i && f.year_ms < ms ? f.year_ms : ms;
    }
    CHECK(sum);
    sqlite3_finalize(put);
    sqlite3_finalize(all);
    sqlite3_finalize(one);
    sqlite3_close(db);
    return f;
}

/* A month's blob: where each day's chunk ends, then the chunks. */
static str month_make(struct arena *a, const struct bench_series *b, size_t series, size_t month)
{
    uint32_t ends[DAYS_MONTH];
    str chunk[DAYS_MONTH];
    size_t n = sizeof ends;
    for (size_t d = 0; d < DAYS_MONTH; d++) {
        struct chunk_day today = series_day(&b->data[series], month * DAYS_MONTH + d);
        chunk[d] = chunk_encode(a, &today);
        n += chunk[d].n;
        ends[d] = (uint32_t)n;
    }
    char *p = NEW_ARRAY(a, n, char), *at = p + sizeof ends;
    memcpy(p, ends, sizeof ends);
    for (size_t d = 0; d < DAYS_MONTH; at += chunk[d++].n)
        memcpy(at, chunk[d].p, chunk[d].n);
    return (str){p, n};
}

static size_t months_read(sqlite3_stmt *s, struct chunk_room *room, int64_t *sum)
{
    size_t n = 0;
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *p = sqlite3_column_blob(s, 0);
        uint32_t ends[DAYS_MONTH], from = sizeof ends;
        memcpy(ends, p, sizeof ends);
        for (size_t d = 0; d < DAYS_MONTH; from = ends[d++]) {
            struct chunk_day *today;
            CHECK(!chunk_decode(room, (str){p + from, ends[d] - from}, &today));
            *sum += today->v[0][7];
            n += (size_t)today->slots;
        }
    }
    sqlite3_reset(s);
    return n;
}

struct store_figures bench_sqlite_months(const struct bench_series *b, struct chunk_room *room, const char *folder)
{
    sqlite3 *db = database(folder, "months.db", 16384);
    run(db, "CREATE TABLE month (id INTEGER PRIMARY KEY, data BLOB NOT NULL)");
    sqlite3_stmt *put = prepare(db, "INSERT INTO month VALUES (?,?)");
    const double n = (double)SERIES * DAYS * SERIES_MINUTES;
    AUTO_ARENA(a);
    double start = bench_cpu();
    run(db, "BEGIN");
    for (size_t series = 0; series < SERIES; series++) {
        for (size_t month = 0; month < MONTHS; month++) {
            str blob = month_make(a, b, series, month);
            sqlite3_bind_int64(put, 1, (int64_t)(series * MONTHS + month));
            sqlite3_bind_blob(put, 2, blob.p, (int)blob.n, SQLITE_STATIC);
            CHECK(sqlite3_step(put) == SQLITE_DONE);
            sqlite3_reset(put);
            arena_reset(a);
        }
    }
    run(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    struct store_figures f = {.name = "chunks in SQLite, month blobs", .ingest = n / (bench_cpu() - start)};
    f.bytes = file_bytes(folder, "months.db") / n;
    sqlite3_stmt *all = prepare(db, "SELECT data FROM month"), *one = prepare(db, "SELECT data FROM month WHERE id BETWEEN ? AND ?");
    int64_t sum = 0;
    for (int i = 0; i < WARM; i++) {
        start = bench_cpu();
        CHECK((double)months_read(all, room, &sum) == n);
        double rate = n / (bench_cpu() - start);
        f.scan = rate > f.scan ? rate : f.scan;
    }
    f.year_ms = 0; /* the mean over all kinds of series, each the best of some */
    for (int series = 0; series < SERIES_KINDS; series++) {
        double best = 1e9;
        sqlite3_bind_int(one, 1, series * MONTHS);
        sqlite3_bind_int(one, 2, series * MONTHS + MONTHS - 1);
        for (int i = 0; i < WARM; i++) {
            start = bench_cpu();
            CHECK(months_read(one, room, &sum) == (size_t)DAYS * SERIES_MINUTES);
            double ms = (bench_cpu() - start) * 1e3;
            best = ms < best ? ms : best;
        }
        f.year_ms += best / SERIES_KINDS;
    }
    CHECK(sum);
    sqlite3_finalize(put);
    sqlite3_finalize(all);
    sqlite3_finalize(one);
    sqlite3_close(db);
    return f;
}
