/*
 * A province's month of minutes through the real job: `monitor watch` over a readings store, from warm files, on one core and on two. Beside it, in the
 * same run, the bound: decoding the same chunks and doing nothing with them.
 *
 * bench_province [OUTLETS [PLANTS [FOLDER]]]: 2.4 G readings are 3,300 outlets. PLANTS of them are distinct, the others begin at another day of
 * the same plants' history (province_store.h). A FOLDER is kept, and taken as it is when it is there.
 */
#include "bench.h"
#include "monitor/watch/watch.h"
#include "province_store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PLANTS = 20, WANTED_READINGS = 2400, WANTED_SECONDS = 60 };

/* Greatest resident memory since reset() was called, MB. */
static void memory_reset(void)
{
    FILE *f = fopen("/proc/self/clear_refs", "w");
    if (f) {
        fputs("5", f);
        fclose(f);
    }
}

static double status(const char *what)
{
    char line[200];
    double kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, what, strlen(what)) == 0)
            kib = atof(line + strlen(what));
    if (f)
        fclose(f);
    return kib / 1024;
}

/* What of it is no page of a mapped file, at its most when an outlet has been kept. */
static double anonymous;
static void sample_memory(void *context, int64_t done, int64_t of)
{
    (void)context, (void)done, (void)of;
    double mb = status("RssAnon:");
    anonymous = mb > anonymous ? mb : anonymous;
}

static double process_cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec / 1e6 + (double)u.ru_stime.tv_sec + (double)u.ru_stime.tv_usec / 1e6;
}

/* ---- the bound ---- */

static err *count_day(void *context, const struct chunk_day *d)
{
    int64_t *n = context;
    for (int i = 0; i < d->slots; i++)
        *n += d->flag[i] != CHUNK_MISSING;
    return NULL;
}

static int64_t decode_all(struct store *house, const struct province *p)
{
    AUTO_ARENA(a);
    struct readings *r;
    struct series *list;
    struct reading_scan *scan;
    size_t n;
    int64_t values = 0;
    must(readings_open(house, READINGS_READ, &r));
    must(series_list(r, a, &(struct series_filter){.period = -1, .group = -1}, &list, &n));
    must(reading_scan_open(r, a, &scan));
    for (size_t i = 0; i < n; i++)
        must(reading_scan_days(scan, list[i].id, p->first, p->last, USEC_NONE, count_day, &values));
    reading_scan_close(scan);
    readings_close(r);
    return values;
}

static double bench_decode(struct store *house, struct province *p)
{
    double best = 1e9;
    for (int round = 0; round < 3; round++) {
        double start = bench_cpu();
        p->readings = decode_all(house, p); /* the first round warms the files */
        double took = bench_cpu() - start;
        best = took < best ? took : best;
    }
    double rate = (double)p->readings / best;
    bench_line("decoding alone, one core", rate / 1e6, "M readings/s", (double)WANTED_READINGS * 1e6 / rate, "s for 2.4 G readings");
    return rate;
}

/* ---- the job ---- */

static void share(const char *name, double part, double of)
{
    printf("  %-38s %14.1f %%\n", name, 100 * part / of);
}

static double bench_watch(struct store *house, const struct province *p, int workers, bool light, double decoding, double alone)
{
    struct readings *r;
    struct watch *w;
    struct watch_report report;
    char name[100];
    must(readings_open(house, READINGS_READ, &r));
    must(watch_open(house, r, true, &w));
    memory_reset();
    anonymous = 0;
    double cpu = process_cpu();
    must(watch_run(w, NULL, &(struct watch_options){.last = p->last, .days = PROVINCE_DAYS, .workers = workers, .light = light, .again = true}, sample_memory, NULL, &report));
    cpu = process_cpu() - cpu;
    double rate = (double)report.readings / report.seconds, peak = status("VmHWM:");
    watch_close(w);
    readings_close(r);
    snprintf(name, sizeof name, "monitor watch%s, %d worker%s", light ? " --light" : "", workers, workers > 1 ? "s" : "");
    bench_line(name, rate / 1e6, "M readings/s", rate * WANTED_SECONDS / (WANTED_READINGS * 1e6), "2.4 G readings in 60 s");
    /* another program may have had the cores: so, too, by processor seconds */
    double own = (double)report.readings / cpu;
    bench_line("  the same by processor time", own / 1e6, "M/s a core", WANTED_READINGS * 1e6 / own / 2, "s for 2.4 G on two cores of its own");
    bench_line("  cores busy", cpu / report.seconds, "cores", decoding / own, "the time of decoding alone");
    share("before all outlets", report.spent.before, cpu);
    share("reading and tables", report.spent.table, cpu);
    share("what lies beside (frames, trade, ...)", report.spent.beside, cpu);
    share("detectors and fusion", report.spent.detect, cpu);
    share("keeping what was found", report.spent.keep, cpu);
    printf("  %lld outlets, %lld readings, %lld hits, %lld new hints, %lld new clues; %.1f s, peak %.0f MB, %.0f MB of it no mapped file",
           (long long)report.outlets, (long long)report.readings,
           (long long)report.hits, (long long)report.hints, (long long)report.clues, report.seconds, peak, anonymous);
    if (alone > 0)
        printf("; %.2f x one worker", rate / alone);
    printf("\n");
    fflush(stdout);
    return rate;
}

/* Honest plants: whoever got a clue got it in vain. */
static void list_clues(struct store *house)
{
    AUTO_ARENA(a);
    struct readings *r;
    struct watch *w;
    struct watch_finding *list;
    size_t n;
    must(readings_open(house, READINGS_READ, &r));
    must(watch_open(house, r, true, &w));
    must(watch_findings(w, a, &(struct watch_filter){.level = LEVEL_CLUE}, S(""), LIMIT_WATCH_FINDINGS, &list, &n));
    for (size_t i = 0; i < n; i++)
        printf("  clue %.*s: %.*s; %.*s\n", STR_ARG(list[i].outlet), STR_ARG(list[i].detectors), STR_ARG(list[i].sentence));
    watch_close(w);
    readings_close(r);
}

int main(int argc, char **argv)
{
    AUTO_ARENA(a);
    char name[] = "/tmp/xiezhi-province-XXXXXX";
    struct province p = {.outlets = argc > 1 ? atoll(argv[1]) : 2 * PLANTS, .plants = argc > 2 ? atoll(argv[2]) : PLANTS};
    struct store *house;
    bool kept = argc > 3, there = false;
    p.first = day_from_civil(2025, 9, 1), p.last = p.first + PROVINCE_DAYS - 1;
    if (!kept && !mkdtemp(name))
        return 3;
    p.folder = kept ? str_of(argv[3]) : str_of(name);
    must(folder_make(p.folder));
    must(file_exists(arena_printf(a, "%.*s/house.db", STR_ARG(p.folder)), &there));
    if (!there)
        province_make(&p);
    must(store_open(province_url(a, &p), S(""), STORE_EXISTING, &house));
    double decoding = bench_decode(house, &p);
    double alone = bench_watch(house, &p, 1, false, decoding, 0);
    list_clues(house);
    bench_watch(house, &p, 2, false, decoding, alone);
    bench_watch(house, &p, 2, true, decoding, 0);
    store_close(house);
    if (!kept)
        bench_remove(name);
    return 0;
}
