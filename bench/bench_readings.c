/*
 * The readings store, in one run: frames a second into the spool, durable, beside an appended and synced file of the same bytes;
 * spool into slabs; slabs into chunks, beside rows of SQLite; a series-year out of sealed months; bytes a reading.
 *
 * bench_readings [DEVICES [MINUTES [DAYS]]]: the backlog is DEVICES x MINUTES frames (5000 x 24: a sixtieth of a day of 5,000
 * devices; 5000 1440 is the whole day), the year is DAYS of two devices of eight factors (365).
 */
#include "bench.h"
#include "chunk_series.h"
#include "monitor/series/drain.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define START (INT64_C(1735660800) * USEC_SECOND) /* 2025-01-01 in China */

static str folder;
static int64_t devices = 5000, minutes = 24, days = 365;

static struct store *fresh(struct arena *a, const char *name)
{
    struct store *s;
    must(store_open(arena_printf(a, "sqlite:%.*s/%s.db", STR_ARG(folder), name), S(""), STORE_CREATE, &s));
    return s;
}

static int64_t bytes_of(struct arena *a, const struct store *s, const char *begin)
{
    str path = arena_printf(a, "find %.*s/readings -name '%s*.db' -printf '%%s\\n' | awk '{n+=$1} END {print n+0}'", STR_ARG(store_folder(s)),
                            begin);
    FILE *p = popen(path.p, "r");
    long long n = 0;
    if (!p || fscanf(p, "%lld", &n) != 1)
        n = 0;
    if (p)
        pclose(p);
    return n;
}

/* ---- frames ---- */

struct data { struct series_data s[8]; const char *factor[8]; };

static const char *const gas[8] = {"a21026", "a21002", "a34013", "a19001", "a01012", "a01014", "a01011", "a01013"};
static const char *const water[8] = {"w01018", "w21003", "w21011", "w21001", "w01001", "w00000", "w01010", "w01014"};

static void add_number(buf *b, int32_t v, int decimals)
{
    char digits[16];
    int n = snprintf(digits, sizeof digits, "%0*d", decimals + 1 + (v < 0), v);
    buf_add(b, (str){digits, (size_t)(n - decimals)});
    buf_char(b, '.');
    buf_add(b, (str){digits + n - decimals, (size_t)decimals});
}

/* A minute frame of eight factors with minimum, average, maximum and flag. */
static str frame(struct arena *a, const struct data *d, int64_t minute, size_t at, int64_t device, int factors)
{
    struct civil c = civil_of(START + minute * USEC_MINUTE);
    char qn[24], mn[32];
    snprintf(qn, sizeof qn, "%04d%02d%02d%02d%02d%02d%03d", c.year % 10000, c.month % 100, c.dom % 100, c.hour % 100, c.minute % 100, 1,
             (int)(device % 1000));
    snprintf(mn, sizeof mn, "420100A1B2C3D4E5%08llX", (unsigned long long)device & 0xffffffff);
    buf data = buf_make(a, 4096), out = buf_make(a, 8192);
    buf_printf(&data, "DataTime=%.12s00", qn);
    for (int f = 0; f < factors; f++) {
        const struct series_data *s = &d->s[f];
        if (!s->flag[at])
            continue;
        static const char *const kind[] = {"Avg", "Min", "Max"};
        for (int k = 0; k < 3; k++) {
            buf_printf(&data, "%c%s-%s=", k ? ',' : ';', d->factor[f], kind[k]);
            add_number(&data, s->v[k][at], s->kind->decimals);
        }
        buf_printf(&data, ",%s-Flag=%c", d->factor[f], s->flag[at]);
    }
    struct hj_head h = {.edition = HJ_2017, .qn = str_of(qn), .st = S("31"), .cn = S("2051"), .pw = S("123456"), .mn = str_of(mn), .flag = 5,
                        .crc = HJ_CRC_OK};
    must(hj_encode(&out, &h, buf_str(&data)));
    return buf_str(&out);
}

static struct data make_data(struct arena *a, size_t of_days, bool is_water)
{
    struct data d;
    for (int i = 0; i < 8; i++) {
        d.s[i] = series_make(a, &series_kinds[i + 8 * is_water], of_days, (uint64_t)(i + 100 * is_water + 1));
        d.factor[i] = is_water ? water[i] : gas[i];
    }
    return d;
}

static struct spool_frame spooled(str raw)
{
    return (struct spool_frame){.arrived = time_now(), .arrived_mono = time_monotonic(), .connection = 1, .peer = S("10.0.0.7:51234"),
                                .state = SPOOL_ACCEPTED, .raw = raw};
}

/* ---- durable append ---- */

static int by_number(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double plain_file(const struct spool_frame *f, size_t n, int rounds)
{
    AUTO_ARENA(a);
    int fd = open(arena_printf(a, "%.*s/plain", STR_ARG(folder)).p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    buf all = buf_make(a, 64 << 20);
    for (size_t i = 0; i < n; i++)
        buf_add(&all, f[i].raw);
    double began = bench_wall();
    for (int i = 0; i < rounds; i++)
        if (write(fd, all.p, all.n) != (ssize_t)all.n || fdatasync(fd) != 0)
            exit(3);
    close(fd);
    return (double)n * rounds / (bench_wall() - began);
}

static void bench_append(size_t n, int rounds)
{
    AUTO_ARENA(a);
    struct store *s = fresh(a, "append");
    struct readings *r;
    struct data d = make_data(a, 1, false);
    struct spool_clock clock = {0};
    struct spool_frame *f = NEW_ARRAY(a, n, struct spool_frame);
    double *took = NEW_ARRAY(a, (size_t)rounds, double);
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++) {
        f[i] = spooled(frame(a, &d, (int64_t)(i / 50), i % 1000, (int64_t)(i % 50), 3)); /* about 256 bytes */
        bytes += f[i].raw.n;
    }
    must(readings_open(s, READINGS_WRITE, &r));
    double began = bench_wall();
    for (int i = 0; i < rounds; i++) {
        int64_t batch;
        double t = bench_wall();
        must(spool_append(r, f, n, &clock, &batch));
        took[i] = bench_wall() - t;
    }
    double rate = (double)n * rounds / (bench_wall() - began), bound = plain_file(f, n, rounds);
    qsort(took, (size_t)rounds, sizeof *took, by_number);
    char name[80];
    snprintf(name, sizeof name, "append, %zu frames of %zu B a commit", n, bytes / n);
    bench_line(name, rate, "frames/s", rate / bound, "written and synced file");
    snprintf(name, sizeof name, "  p50 / p99 of a commit: %.2f / %.2f", took[rounds / 2] * 1e3, took[rounds * 99 / 100] * 1e3);
    bench_line(name, took[rounds * 99 / 100] * 1e3, "ms p99", 20 / (took[rounds * 99 / 100] * 1e3), "20 ms allowed");
    readings_close(r);
    store_close(s);
}

/* ---- backlog ---- */

static void bench_backlog(void)
{
    AUTO_ARENA(a);
    struct store *s = fresh(a, "backlog");
    struct readings *r;
    struct data d = make_data(a, 1, false);
    struct spool_clock clock = {0};
    must(readings_open(s, READINGS_WRITE, &r));
    for (int64_t m = 0; m < minutes; m++) {
        AUTO_ARENA(own);
        struct spool_frame *f = NEW_ARRAY(own, (size_t)devices, struct spool_frame);
        int64_t batch;
        for (int64_t i = 0; i < devices; i++)
            f[i] = spooled(frame(own, &d, m, (size_t)((m * 7 + i) % SERIES_MINUTES), i, 8));
        must(spool_append(r, f, (size_t)devices, &clock, &batch));
    }
    struct drain_report report;
    double cpu = bench_cpu(), wall = bench_wall();
    must(readings_drain(r, START + minutes * USEC_MINUTE, &report));
    cpu = bench_cpu() - cpu;
    wall = bench_wall() - wall;
    char name[100];
    snprintf(name, sizeof name, "drain %lld devices x %lld min, 8 factors", (long long)devices, (long long)minutes);
    bench_line(name, (double)report.frames / cpu, "frames/s cpu", (double)report.frames / cpu / 100000, "100,000 aimed at");
    bench_line("  the same, wall", (double)report.frames / wall, "frames/s", (double)devices * 1440 / ((double)report.frames / wall) / 86400,
               "of a day for a day's backlog");
    if (report.frames != devices * minutes || report.duplicates || report.unreadable)
        fprintf(stderr, "lost: %lld of %lld frames\n", (long long)(devices * minutes - report.frames), (long long)(devices * minutes));
    cpu = bench_cpu();
    must(readings_drain(r, START + 3 * USEC_DAY, &report));
    cpu = bench_cpu() - cpu;
    bench_line("slabs into chunks, short days", (double)report.chunks / cpu, "chunks/s cpu", 1, "itself");
    readings_close(r);
    store_close(s);
}

/* ---- a year ---- */

struct sum { int64_t readings, total; };

static err *add_day(void *context, const struct chunk_day *d)
{
    struct sum *sum = context;
    for (int i = 0; i < d->slots; i++)
        sum->total += d->v[0] ? d->v[0][i] : 0;
    sum->readings += d->slots;
    return NULL;
}

static int64_t fill_year(struct readings *r, const struct data *d)
{
    struct spool_clock clock = {0};
    int64_t readings = 0;
    for (int64_t day_no = 0; day_no < days; day_no++) {
        AUTO_ARENA(a);
        int64_t batch;
        VEC(struct spool_frame) f = {0};
        for (int64_t m = 0; m < SERIES_MINUTES; m++)
            for (int device = 0; device < 2; device++) {
                size_t at = (size_t)(day_no * SERIES_MINUTES + m);
                vec_push(a, &f, spooled(frame(a, &d[device], day_no * SERIES_MINUTES + m, at, device + 1, 8)));
                for (int k = 0; k < 8; k++)
                    readings += d[device].s[k].flag[at] != 0;
            }
        must(spool_append(r, f.p, f.n, &clock, &batch));
    }
    return readings;
}

/* Rows of SQLite as anybody would have them: (series, minute) to four columns. */
static void bench_rows(const struct data *d, int64_t chunk_bytes, double chunk_rate, double scan_rate, int64_t readings)
{
    AUTO_ARENA(a);
    enum { ROW_DAYS = 10 };
    struct store *s = fresh(a, "rows");
    struct db *db;
    must(db_open(s, true, &db));
    must(db_exec(db, "CREATE TABLE r (sid BIGINT NOT NULL, ts BIGINT NOT NULL, avg BIGINT, min BIGINT, max BIGINT, flag BIGINT,"
                     " PRIMARY KEY (sid, ts)) /*@sqlite WITHOUT ROWID */", NULL, NULL));
    int64_t n = 0;
    double cpu = bench_cpu();
    for (size_t m = 0; m < (size_t)ROW_DAYS * SERIES_MINUTES; m++) {
        if (m % 60 == 0)
            must(db_begin_write(db));
        for (int k = 0; k < 8; k++, n++) {
            const struct series_data *x = &d[0].s[k];
            must(db_put(db, "INSERT INTO r VALUES (:sid, :ts, :avg, :min, :max, :flag)",
                        DB_ARGS(DB_I("sid", k), DB_I("ts", (int64_t)m), DB_I("avg", x->v[0][m]), DB_I("min", x->v[1][m]),
                                DB_I("max", x->v[2][m]), DB_I("flag", x->flag[m]))));
        }
        if (m % 60 == 59)
            must(db_commit(db));
    }
    double rate = (double)n / (bench_cpu() - cpu);
    int64_t total, pages;
    cpu = bench_cpu();
    must(db_one_int(db, "SELECT sum(avg) + sum(min) + sum(max) + sum(flag) FROM r", NULL, 0, &total));
    double scanned = (double)n / (bench_cpu() - cpu);
    must(db_one_int(db, "SELECT page_count FROM pragma_page_count", NULL, 0, &pages));
    double row_bytes = (double)pages * 4096 / (double)n;
    bench_line("slabs into chunks", chunk_rate / 1e6, "M readings/s", chunk_rate / rate, "rows of SQLite put");
    bench_line("series-years scanned", scan_rate / 1e6, "M readings/s", scan_rate / scanned, "rows of SQLite summed");
    bench_line("bytes a reading, sealed file", (double)chunk_bytes / (double)readings, "B", row_bytes / ((double)chunk_bytes / (double)readings),
               "smaller than rows of SQLite");
    db_close(db);
    store_close(s);
}

static void bench_year(void)
{
    AUTO_ARENA(a);
    struct store *s = fresh(a, "year");
    struct readings *r;
    struct data d[2] = {make_data(a, (size_t)days, false), make_data(a, (size_t)days, true)};
    struct drain_report report;
    must(readings_open(s, READINGS_WRITE, &r));
    int64_t readings = fill_year(r, d);
    double cpu = bench_cpu();
    must(readings_drain(r, START, &report));
    cpu = bench_cpu() - cpu;
    bench_line("drain two devices' year", (double)report.frames / cpu, "frames/s cpu", (double)report.frames / cpu / 100000, "100,000 aimed at");
    cpu = bench_cpu();
    must(readings_drain(r, START + (days + 2) * USEC_DAY, &report));
    double chunk_rate = (double)readings / (bench_cpu() - cpu);
    readings_close(r); /* the write-ahead logs go into their files */
    must(readings_open(s, READINGS_WRITE, &r));
    int64_t spool = bytes_of(a, s, "spool"), open_bytes = bytes_of(a, s, "chunks");
    for (int month = month_of(day_of(START)); month <= month_of(day_of(START) + (day)days - 1); month++)
        must(readings_seal_month(r, month / 12, month % 12 + 1));
    struct series_filter filter = {.period = -1, .group = -1};
    struct series *series;
    struct reading_scan *scan;
    size_t n;
    must(series_list(r, a, &filter, &series, &n));
    must(reading_scan_open(r, a, &scan));
    struct sum sum = {0};
    enum { TIMES = 20 };
    double *took = NEW_ARRAY(a, TIMES * n, double);
    for (int warm = 0; warm < 2; warm++) {
        sum = (struct sum){0};
        cpu = bench_cpu();
        for (int t = 0; t < TIMES; t++)
            for (size_t i = 0; i < n; i++) {
                double began = bench_wall();
                must(reading_scan_days(scan, series[i].id, 0, 1 << 20, USEC_NONE, add_day, &sum));
                took[(size_t)t * n + i] = (bench_wall() - began) * 1e3;
            }
        cpu = bench_cpu() - cpu;
    }
    qsort(took, TIMES * n, sizeof *took, by_number);
    char name[100];
    snprintf(name, sizeof name, "a series of %lld days, sealed, warm, p50", (long long)days);
    bench_line(name, took[TIMES * n / 2] * 1e3, "us", 1 / took[TIMES * n / 2], "faster than 1 ms");
    int64_t sealed = bytes_of(a, s, "readings-");
    bench_rows(d, sealed, chunk_rate, (double)sum.readings / cpu, readings);
    bench_line("bytes a reading, open month's file", (double)open_bytes / (double)readings, "B", 1.9 / ((double)open_bytes / (double)readings),
               "of 1.9");
    bench_line("bytes a reading, spool (raw frames)", (double)spool / (double)readings, "B", 1, "itself");
    bench_line("bytes a reading, index", (double)bytes_of(a, s, "index") / (double)readings, "B", 1, "itself");
    reading_scan_close(scan);
    readings_close(r);
    store_close(s);
}

int main(int argc, char **argv)
{
    char name[] = "/tmp/xiezhi-bench-XXXXXX";
    if (argc > 1)
        devices = atoll(argv[1]);
    if (argc > 2)
        minutes = atoll(argv[2]);
    if (argc > 3)
        days = atoll(argv[3]);
    if (!mkdtemp(name))
        return 3;
    folder = str_of(name);
    bench_append(100, 300);
    bench_append(1000, 200);
    bench_backlog();
    bench_year();
    bench_remove(name);
    return 0;
}
