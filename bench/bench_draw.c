/*
 * A draw of 10^3 out of 10^5 with weights: from the seed to places, and the whole verification of the published file. Peers in the
 * same run, each drawing 10^3 of 10^5 by weight without putting back, as its own library or the usual recipe has it: Python 3
 * (heapq over exponential keys of random.random), Node.js (sort of the same keys). The target is 100 ms each.
 */
#include "bench.h"

#include "analysis/draw.h"

#include <stdlib.h>

enum { POOL = 100000, DRAWN = 1000, TIMES = 9 };

static void plan(struct arena *a, struct draw *d)
{
    uint64_t x = 20220812;
    *d = (struct draw){.method = 2, .id = S("bench"), .agency = S("wuhan"), .purpose = S("subjects"), .day = S("2026-03-20"), .entry = 1, .rounds = 1};
    vec_push(a, &d->strata, ((struct draw_stratum){.least = DRAWN, .reserve = DRAWN}));
    for (int i = 0; i < POOL; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        vec_push(a, &d->pool, ((struct draw_candidate){.who = arena_printf(a, "s%06d", i), .class = S("general"), .region = 420102 + i % 13,
                                                      .stratum = 1, .weight = 1 + (int64_t)(x >> 60)}));
    }
    static const char *const names[] = {"qin", "wei"};
    for (int i = 0; i < 2; i++) {
        struct sm3 digest = sm3_of(names[i], 3);
        vec_push(a, &d->parties, ((struct draw_party){1, str_of(names[i]), sm3_text(a, &digest), str_of(names[i]), false}));
    }
    must(draw_prepare(a, d));
}

static int by_number(const void *l, const void *r)
{
    double x = *(const double *)l, y = *(const double *)r;
    return (x > y) - (x < y);
}

static double median(double *seconds)
{
    qsort(seconds, TIMES, sizeof *seconds, by_number);
    return seconds[TIMES / 2];
}

static double places(void)
{
    double seconds[TIMES];
    AUTO_ARENA(keep);
    struct draw d;
    plan(keep, &d);
    for (int i = 0; i < TIMES; i++) {
        AUTO_ARENA(a);
        d.seed = sm3_of(&i, sizeof i);
        double begin = bench_cpu();
        draw_settle_seed(a, &d);
        seconds[i] = bench_cpu() - begin;
        CHECK(d.places[0].n == 2 * DRAWN);
    }
    return median(seconds);
}

static double settle(str *ret_file, struct arena *keep)
{
    double seconds[TIMES];
    struct draw d;
    plan(keep, &d);
    for (int i = 0; i < TIMES; i++) {
        AUTO_ARENA(a);
        double begin = bench_cpu();
        draw_settle(a, &d);
        seconds[i] = bench_cpu() - begin;
    }
    draw_settle(keep, &d);
    must(draw_write(keep, &d, true, ret_file));
    return median(seconds);
}

static double verify(str file)
{
    double seconds[TIMES];
    for (int i = 0; i < TIMES; i++) {
        AUTO_ARENA(a);
        struct draw d;
        double begin = bench_cpu();
        must(draw_verify(a, file, &d));
        seconds[i] = bench_cpu() - begin;
    }
    return median(seconds);
}

/* Milliseconds the peer prints, 0 when it is not installed. */
static double peer(const char *command)
{
    double ms = 0;
    FILE *f = popen(command, "r");
    if (!f)
        return 0;
    if (fscanf(f, "%lf", &ms) != 1)
        ms = 0;
    return pclose(f) ? 0 : ms;
}

static void compare(const char *what, double ours, double theirs, const char *versus)
{
    if (theirs > 0)
        bench_line(what, ours * 1000, "ms", theirs / (ours * 1000), versus);
}

int main(void)
{
    AUTO_ARENA(a);
    str file;
    double order = places(), whole = settle(&file, a), checked = verify(file);
    double python = peer("python3 " PEERS "/draw.py " "2>/dev/null"), node = peer("node " PEERS "/draw.mjs 2>/dev/null");
    bench_line("draw 10^3 of 10^5, weighted: places", order * 1000, "ms", 0.1 / order, "target 100 ms");
    bench_line("draw: plan's digest, seed and places", whole * 1000, "ms", 0.1 / whole, "target 100 ms");
    bench_line("draw verify: file of 10^5, all of it", checked * 1000, "ms", 0.1 / checked, "target 100 ms");
    compare("draw: places", order, python, "Python heapq");
    compare("draw: places", order, node, "Node.js sort");
    bench_line("draw verify: bytes of the file", (double)file.n / checked / 1e6, "MB/s", 1, "itself");
    return 0;
}
