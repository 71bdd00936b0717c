/* Readings as rows in PostgreSQL: COPY in binary, in order of time; processor time of both sides (the server's from /proc, which
 * is why the server must be on this machine). */
#include "chunk_bench.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

static int server;

static double both_cpu(void)
{
    char path[64], text[1024] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", server);
    FILE *f = fopen(path, "r");
    CHECK(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    unsigned long user = 0, system = 0;
    const char *behind = strrchr(text, ')');
    CHECK(behind && sscanf(behind + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2);
    return bench_cpu() + (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static PGresult *run(PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) {
        fprintf(stderr, "%s: %s", sql, PQerrorMessage(c));
        CHECK(false);
    }
    return r;
}

static double number(PGconn *c, const char *sql)
{
    PGresult *r = run(c, sql);
    double v = strtod(PQgetvalue(r, 0, 0), NULL);
    PQclear(r);
    return v;
}

static char *field_put(char *p, int32_t v)
{
    uint32_t parts[2] = {htobe32(4), htobe32((uint32_t)v)};
    memcpy(p, parts, sizeof parts);
    return p + sizeof parts;
}

static double copy_in(PGconn *c, const struct bench_series *b, size_t minutes, size_t first, size_t end)
{
    static const char head[19] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
    static char block[1 << 16];
    char *p = block;
    double n = 0;
    PQclear(run(c, "COPY reading FROM STDIN (FORMAT binary)"));
    memcpy(p, head, sizeof head);
    p += sizeof head;
    for (size_t minute = 0; minute < minutes; minute++) {
        for (size_t series = first; series < end; series++) {
            int32_t v[3];
            char flag;
            if (!row_at(b, minute, series, v, &flag))
                continue;
            uint16_t fields = htobe16(6);
            memcpy(p, &fields, 2);
            p = field_put(field_put(p + 2, (int32_t)series), (int32_t)(ROW_EPOCH + minute));
            for (int i = 0; i < 3; i++)
                p = field_put(p, v[i]);
            p = field_put(p, flag);
            n++;
            if (p - block < (ptrdiff_t)sizeof block - 100)
                continue;
            CHECK(PQputCopyData(c, block, (int)(p - block)) == 1);
            p = block;
        }
    }
    memcpy(p, "\377\377", 2);
    CHECK(PQputCopyData(c, block, (int)(p + 2 - block)) == 1 && PQputCopyEnd(c, NULL) == 1);
    PGresult *r = PQgetResult(c);
    CHECK(PQresultStatus(r) == PGRES_COMMAND_OK);
    PQclear(r);
    CHECK(!PQgetResult(c));
    return n;
}

bool bench_postgres_rows(const struct bench_series *b, const char *url, struct store_figures *ret)
{
    PGconn *c = url ? PQconnectdb(url) : NULL;
    if (!c || PQstatus(c) != CONNECTION_OK) {
        printf("PostgreSQL: left out (tools/with-postgres gives XIEZHI_TEST_POSTGRES)\n");
        PQfinish(c);
        return false;
    }
    *ret = (struct store_figures){.name = "PostgreSQL rows"};
    PQclear(run(c, "SET client_min_messages TO error; SET max_parallel_workers_per_gather TO 0; DROP TABLE IF EXISTS reading;"
                   " CREATE TABLE reading (series int, minute int, average int, minimum int, maximum int, flag int,"
                   " PRIMARY KEY (series, minute))"));
    server = PQbackendPID(c);
    double start = both_cpu(), n = copy_in(c, b, ROW_MINUTES, 0, ROW_SERIES);
    ret->ingest = n / (both_cpu() - start);
    PQclear(run(c, "VACUUM ANALYZE reading"));
    ret->bytes = number(c, "SELECT pg_total_relation_size('reading')") / n;
    start = both_cpu();
    CHECK(number(c, "SELECT count(average + minimum + maximum + flag) FROM reading") == n);
    ret->scan = n / (both_cpu() - start);
    copy_in(c, b, YEAR_MINUTES, YEAR_SERIES, YEAR_SERIES + 1);
    for (int i = 0; i < 2; i++) {
        start = both_cpu();
        PGresult *r = PQexecParams(c, "SELECT minute, average, minimum, maximum, flag FROM reading WHERE series = 100000", 0, NULL, NULL,
                                   NULL, NULL, 1);
        CHECK(PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) > 0);
        PQclear(r);
        ret->year_ms = (both_cpu() - start) * 1e3;
    }
    PQclear(run(c, "DROP TABLE reading"));
    PQfinish(c);
    return true;
}
