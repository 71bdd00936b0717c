/*
 * Chunks of readings: how small, how fast, against the raw columns, against rows in SQLite, PostgreSQL and DuckDB. 32 series
 * of 360 days (16.6 million readings); row stores get 384 series of 6 days (3.3 million), minute by minute as they come.
 * Rates are of processor time, the best of some rounds, in which what is compared takes turns: the machine may be busy.
 */
#include "chunk_bench.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 9, FIRST_DAY = 20454 };

static struct bench_series *bench;
static struct chunk_room *room;

struct chunk_day series_day(const struct series_data *s, size_t at)
{
    struct chunk_day d = {.day = FIRST_DAY + (day)at, .cadence_s = 60, .slots = SERIES_MINUTES,
                          .decimals = (int8_t)s->kind->decimals, .shape = CHUNK_THREE, .flag = s->flag + at * SERIES_MINUTES};
    for (int c = 0; c < 3; c++)
        d.v[c] = s->v[c] + at * SERIES_MINUTES;
    return d;
}

/* ---- size ---- */

static double entropy_of(const struct series_data *s, int32_t *space)
{
    const size_t n = s->days * SERIES_MINUTES;
    double bits = 0;
    for (int c = 0; c < 3; c++) {
        for (size_t i = 0; i < n; i++)
            space[i] = c ? (c == 1 ? s->v[0][i] - s->v[1][i] : s->v[2][i] - s->v[0][i]) : i ? s->v[0][i] - s->v[0][i - 1] : 0;
        bits += series_entropy(space, n);
    }
    return bits / 8;
}

static void sizes(void)
{
    const double n = (double)DAYS * SERIES_MINUTES;
    int32_t *space = malloc((size_t)DAYS * SERIES_MINUTES * sizeof *space);
    double entropy = 0, present = 0, normal = 0;
    CHECK(space);
    for (int i = 0; i < SERIES; i++) {
        double bytes = 0, own = entropy_of(&bench->data[i], space);
        for (int d = 0; d < DAYS; d++)
            bytes += (double)bench->chunk[i][d].n;
        entropy += own / SERIES;
        for (size_t k = 0; k < (size_t)DAYS * SERIES_MINUTES; k++) {
            present += bench->data[i].flag[k] != CHUNK_MISSING;
            normal += bench->data[i].flag[k] == 'N';
        }
        if (i < SERIES_KINDS)
            printf("  %-24s %6.3f B/reading %8.2f x entropy %.3f\n", bench->data[i].kind->name, bytes / n, bytes / n / own, own);
    }
    free(space);
    printf("missing %.1f %%, flagged N %.1f %%\n", 100 - 100 * present / n / SERIES, 100 * normal / n / SERIES);
    double all = (double)bench->chunk_bytes / n / SERIES;
    printf("%-40s %14.3f %-12s %8.2f x %s\n", "chunk_size", all, "B/reading", all / entropy, "entropy of deltas and distances");
    printf("%-40s %14.3f %-12s %8.2f x %s\n", "raw_columns", 13.0, "B/reading", 13 / all, "chunks");
}

/* ---- the codec ---- */

static void encode_all(void)
{
    const double n = (double)SERIES * DAYS * SERIES_MINUTES;
    static char *packed;
    size_t at = 0;
    double best = 0;
    AUTO_ARENA(a);
    packed = malloc((size_t)(4 * n)); /* more than any of it takes */
    CHECK(packed);
    for (int i = 0; i < SERIES; i++) {
        double start = bench_cpu();
        for (size_t d = 0; d < DAYS; d++) {
            struct chunk_day today = series_day(&bench->data[i], d);
            bench->chunk[i][d] = chunk_encode(a, &today);
        }
        double rate = DAYS * SERIES_MINUTES / (bench_cpu() - start);
        best += rate / SERIES;
        for (size_t d = 0; d < DAYS; d++) {
            memcpy(packed + at, bench->chunk[i][d].p, bench->chunk[i][d].n);
            bench->chunk[i][d].p = packed + at;
            at += bench->chunk[i][d].n;
        }
        arena_reset(a);
    }
    bench->chunk_bytes = at;
    bench_line("chunk_encode", best, "readings/s", best / 52e6, "the dossier's 52 M/s");
}

enum work { COPY_ARRAYS, COPY_DAYS, DECODE, DECODE_AVERAGE, DECODE_SCALAR, CHECKSUM, WORKS };

static void work_on(enum work w, const struct series_data *s, const str *chunk, char *out, uint32_t *sum)
{
    const size_t n = s->days * SERIES_MINUTES;
    struct chunk_day *d;
    for (int c = 0; w == COPY_ARRAYS && c < 3; c++)
        memcpy(out + (size_t)c * 4 * n, s->v[c], 4 * n);
    if (w == COPY_ARRAYS)
        memcpy(out + 12 * n, s->flag, n);
    for (size_t i = 0; w != COPY_ARRAYS && i < s->days; i++) {
        if (w == DECODE || w == DECODE_SCALAR)
            CHECK(!chunk_decode(room, chunk[i], &d));
        else if (w == DECODE_AVERAGE)
            CHECK(!chunk_decode_average(room, chunk[i], &d));
        else if (w == CHECKSUM)
            *sum += crc32c(0, chunk[i].p, chunk[i].n);
        for (int c = 0; w == COPY_DAYS && c < 3; c++)
            memcpy(out + c * 4 * SERIES_MINUTES, s->v[c] + i * SERIES_MINUTES, 4 * SERIES_MINUTES);
        if (w == COPY_DAYS)
            memcpy(out + 12 * SERIES_MINUTES, s->flag + i * SERIES_MINUTES, SERIES_MINUTES);
        __asm__ volatile("" ::: "memory");
    }
}

static void codec(void)
{
    const size_t bytes = (size_t)SERIES * DAYS * SERIES_MINUTES * 13;
    const double n = (double)SERIES * DAYS * SERIES_MINUTES;
    double rate[WORKS] = {0};
    uint32_t sum = 0;
    char *out = malloc(bytes);
    CHECK(out);
    memset(out, 1, bytes);
    for (int round = 0; round < ROUNDS; round++) {
        double took[WORKS] = {0};
        for (int i = 0; i < SERIES; i++) {
            for (int w = 0; w < WORKS; w++) {
                if (w == DECODE_SCALAR && round)
                    continue;
                chunk_vector_disable(w == DECODE_SCALAR);
                double start = bench_cpu();
                work_on((enum work)w, &bench->data[i], bench->chunk[i], out + (w == COPY_ARRAYS ? bytes / SERIES * (size_t)i : 0), &sum);
                took[w] += bench_cpu() - start;
                chunk_vector_disable(false);
            }
        }
        for (int w = 0; w < WORKS; w++)
            rate[w] = took[w] > 0 && n / took[w] > rate[w] ? n / took[w] : rate[w];
    }
    bench_line("memcpy_of_raw_columns", rate[COPY_ARRAYS], "readings/s", 1, "itself");
    bench_line("memcpy_day_by_day_into_cache", rate[COPY_DAYS], "readings/s", rate[COPY_DAYS] / rate[COPY_ARRAYS], "memcpy of raw columns");
    bench_line("chunk_decode_verified", rate[DECODE], "readings/s", rate[DECODE] / rate[COPY_ARRAYS], "memcpy of raw columns");
    bench_line("chunk_decode_average_verified", rate[DECODE_AVERAGE], "readings/s", rate[DECODE_AVERAGE] / rate[DECODE], "chunk_decode_verified");
    bench_line("chunk_decode_scalar", rate[DECODE_SCALAR], "readings/s", rate[DECODE_SCALAR] / rate[DECODE], "chunk_decode_verified");
    double crc = rate[CHECKSUM] / n * (double)bench->chunk_bytes;
    bench_line("crc32c_from_memory", crc / 1e9, "GB/s", crc / (rate[COPY_ARRAYS] * 13), "memcpy of raw columns");
    free(out);
    double best = 0;
    for (int i = 0; i < 2000; i++) {
        double start = bench_cpu();
        for (int k = 0; k < 100; k++)
            sum += crc32c(sum, bench->chunk[0][0].p, bench->chunk[0][0].n);
        double speed = 100 * (double)bench->chunk[0][0].n / (bench_cpu() - start);
        best = speed > best ? speed : best;
    }
    bench_line("crc32c_in_cache", best / 1e9 + (sum == 7 ? 1e-9 : 0), "GB/s", best / 15e9, "the 15 GB/s aimed at");
}

/* ---- stores ---- */

bool bench_duckdb(const struct bench_series *b, const char *folder, struct store_figures *ret)
{
    char path[4096], command[9000], line[256] = "";
    snprintf(path, sizeof path, "%s/columns.bin", folder);
    FILE *f = fopen(path, "wb");
    CHECK(f);
    for (int i = 0; i < SERIES; i++) {
        for (int c = 0; c < 3; c++)
            CHECK(fwrite(b->data[i].v[c], 4, YEAR_MINUTES, f) == YEAR_MINUTES);
        CHECK(fwrite(b->data[i].flag, 1, YEAR_MINUTES, f) == YEAR_MINUTES);
    }
    CHECK(fclose(f) == 0);
    snprintf(command, sizeof command, "node '%s/duckdb.mjs' '%s' '%s' %d %d %d %d %d", PEERS, path, folder, SERIES, YEAR_MINUTES, MONTHS,
             ROW_MINUTES, YEAR_OF);
    FILE *node = popen(command, "r");
    bool read = node && fgets(line, sizeof line, node);
    int status = node ? pclose(node) : -1;
    *ret = (struct store_figures){.name = "DuckDB rows"};
    if (read && status == 0 && sscanf(line, "figures %lf %lf %lf %lf", &ret->bytes, &ret->ingest, &ret->scan, &ret->year_ms) == 4)
        return true;
    printf("DuckDB: left out (needs node and npm ci --ignore-scripts): %s\n", line);
    return false;
}

static void table(const struct store_figures *f, size_t n)
{
    printf("\n%-30s %10s %18s %18s %20s\n", "readings of 4 values", "B/reading", "ingest M/s", "scan M/s", "one series' year");
    for (size_t i = 0; i < n; i++)
        printf("%-30s %10.2f %18.3f %18.1f %17.3f ms\n", f[i].name, f[i].bytes, f[i].ingest / 1e6, f[i].scan / 1e6, f[i].year_ms);
    printf("\n");
    for (size_t i = 1; i < n; i++)
        printf("chunks against %-20s %7.1f x smaller %8.0f x ingest %8.0f x scan %8.0f x year\n", f[i].name, f[i].bytes / f[0].bytes,
               f[0].ingest / f[i].ingest, f[0].scan / f[i].scan, f[i].year_ms / f[0].year_ms);
    fflush(stdout);
}

static void stores(void)
{
    char folder[] = "/tmp/bench-chunk-XXXXXX", command[64];
    struct store_figures f[4];
    size_t n = 0;
    CHECK(mkdtemp(folder));
    f[n++] = bench_sqlite_months(bench, room, folder);
    f[n++] = bench_sqlite_rows(bench, folder);
    n += bench_postgres_rows(bench, getenv("XIEZHI_TEST_POSTGRES"), &f[n]);
    n += bench_duckdb(bench, folder, &f[n]);
    table(f, n);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK(system(command) == 0);
}

int main(void)
{
    struct arena *a = arena_new();
    bench = NEW(a, struct bench_series);
    room = chunk_room_new(a);
    for (int i = 0; i < SERIES; i++)
        bench->data[i] = series_make(a, &series_kinds[i % SERIES_KINDS], DAYS, (uint64_t)i + 1);
    encode_all();
    sizes();
    codec();
    stores();
    arena_free(a);
    return 0;
}
