/*
 * A year of minutes from the readings store to at most 1000 columns, and to a picture. Bound: copying the raw columns
 * (average, minimum, maximum as 32-bit integers); peer: opening and decoding the days and doing nothing with them.
 */
#include "bench.h"
#include "monitor/chart/chart.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAYS = 365, MINUTES = 1440, ROUNDS = 15, COLUMNS = 1000, BATCH = 4096 };
static const char mn[] = "420100A8900016F000169DC0";

/* One logger's year: a daily swing with noise, in tenths. */
static void fill(struct readings *r, day first)
{
    AUTO_ARENA(a);
    struct spool_frame *frames = NEW_ARRAY(a, BATCH, struct spool_frame);
    struct spool_clock clock = {.synchronised = true};
    uint64_t seed = 71;
    int64_t batch;
    for (int64_t i = 0; i < DAYS * MINUTES;) {
        AUTO_ARENA(b);
        size_t n = 0;
        for (; n < BATCH && i < DAYS * MINUTES; n++, i++) {
            usec at = day_start(first) + i * USEC_MINUTE;
            struct civil c = civil_of(at);
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            int value = 600 + (int)(i % MINUTES) / 10 + (int)(seed >> 58);
            buf frame = buf_make(b, 2000);
            str stamp = arena_printf(b, "%04d%02d%02d%02d%02d00", c.year, c.month, c.dom, c.hour, c.minute);
            str data = arena_printf(b, "DataTime=%.*s;a21026-Min=%d.%d,a21026-Avg=%d.%d,a21026-Max=%d.%d,a21026-Flag=N",
                                    STR_ARG(stamp), (value - 9) / 10, (value - 9) % 10, value / 10, value % 10,
                                    (value + 17) / 10, (value + 17) % 10);
            must(hj_encode(&frame,
                           &(struct hj_head){.edition = HJ_2017,
                                             .qn = arena_printf(b, "%.*s000", STR_ARG(stamp)),
                                             .st = S("31"),
                                             .cn = S("2051"),
                                             .pw = S("123456"),
                                             .mn = str_of(mn),
                                             .flag = 5},
                           data));
            frames[n] = (struct spool_frame){.arrived = at + 65 * USEC_SECOND,
                                             .arrived_mono = at,
                                             .connection = 1,
                                             .peer = S("10.0.0.7:51234"),
                                             .crc = HJ_CRC_OK,
                                             .state = SPOOL_ACCEPTED,
                                             .raw = buf_str(&frame)};
        }
        must(spool_append(r, frames, n, &clock, &batch));
    }
}

static err *nothing(void *context, const struct chunk_day *d)
{
    *(int64_t *)context += d->slots;
    return NULL;
}

#define BEST(statement)                                \
    __extension__({                                    \
        double best = 1e9;                             \
        for (int round = 0; round < ROUNDS; round++) { \
            double before = bench_cpu();               \
            statement;                                 \
            double spent = bench_cpu() - before;       \
            best = spent < best ? spent : best;        \
        }                                              \
        best * 1e6;                                    \
    })

static double copying(void)
{
    size_t bytes = (size_t)DAYS * MINUTES * 3 * sizeof(int32_t);
    char *from = malloc(bytes), *to = malloc(bytes);
    CHECK(from && to);
    memset(from, 7, bytes);
    volatile char keep;
    double took = BEST(memcpy(to, from, bytes); keep = to[bytes / 2]);
    (void)keep;
    free(from);
    free(to);
    return took;
}

static void measure(struct readings *r, const struct series *s, usec from)
{
    AUTO_ARENA(a);
    struct chart_series columns;
    struct reading_scan *scan;
    struct chart chart;
    str svg, png;
    int64_t slots = 0;
    usec to = from + DAYS * USEC_DAY;
    double copy = copying();
    bench_line("chart_copy_of_raw_columns", copy, "us", 1, "itself");
    double open = BEST(arena_reset(a); must(reading_scan_open(r, a, &scan));
                       must(reading_scan_days(scan, s->id, day_of(from), day_of(to) - 1, USEC_NONE, nothing, &slots));
                       reading_scan_close(scan));
    bench_line("chart_year_decoded", open, "us", open / copy, "copy of raw columns");
    double read = BEST(arena_reset(a); must(chart_read(r, a, s, from, to, COLUMNS, &columns)));
    bench_line("chart_year_to_1000_columns", read, "us", read / open, "decoding alone");
    CHECK(columns.n <= COLUMNS && columns.counted[columns.n / 2] > 0);
    double whole = BEST(arena_reset(a); must(chart_of(r, a, s, from, to, to, 1040, 380, &chart)));
    bench_line("chart_with_limits_marks_versions", whole, "us", whole / read, "columns alone");
    double drawn = BEST(must(chart_svg(a, &chart, &svg)));
    bench_line("chart_svg", drawn, "us", drawn / read, "columns alone");
    double painted = BEST(must(chart_png(a, &chart, &png)));
    bench_line("chart_png", painted, "us", painted / drawn, "svg");
}

int main(void)
{
    AUTO_ARENA(a);
    char folder[] = "/tmp/xiezhi-chart-XXXXXX", command[64];
    struct store *store;
    struct readings *r;
    struct drain_report report;
    struct series s;
    int applied;
    day first = day_from_civil(2025, 1, 1);
    CHECK(mkdtemp(folder));
    must(store_open(arena_printf(a, "sqlite:%s/x.db", folder), S(""), STORE_CREATE, &store));
    must(store_migrate(store, true, &applied));
    must(readings_open(store, READINGS_WRITE, &r));
    fill(r, first);
    must(readings_drain(r, day_start(first + DAYS + 3), &report));
    must(series_find(r, a, str_of(mn), PERIOD_MINUTE, S("a21026"), GROUP_VALUE, &s));
    measure(r, &s, day_start(first));
    readings_close(r);
    store_close(store);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0;
}
