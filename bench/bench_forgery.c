/*
 * How many forged stretches become clues, and how many honest quarters do. Plants that do not exist (monitor/plant), hours; honest
 * ones first, then each of the fourteen attacks at five strengths and four lengths on copies of them, each placed by its seed.
 *   bench_forgery [FIRST [PLANTS [DAYS [EVERY]]]]: seeds FIRST.. of each kind; EVERY n: only each n-th cell of the grid on a plant (another
 *   one on the next), 0: honest plants alone. --verbose as a fifth word prints every false or missed one.
 * Defaults were tuned on seeds below 1000; figures to publish come from seeds from 1000 on.
 */
#include "bench.h"
#include "../tests/monitor/detect/plant_table.h"

#include <math.h>
#include <stdlib.h>

enum { LENGTHS = 4, STRENGTHS = 5 };
static const int hours[LENGTHS] = {3, 12, 48, 168};
struct score { int tried, found, hinted; };
static struct score cell[ATTACKS][STRENGTHS + 1][LENGTHS];
static bool verbose;
static int every = 1;
static double spent;
static int64_t looked;

static void run(struct arena *a, const struct table *t, struct findings *f)
{
    struct hits hits;
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    double start = bench_cpu();
    detect_table(a, t, NULL, &hits, runs);
    fuse(a, t, &hits, &FUSE_DEFAULTS, f);
    spent += bench_cpu() - start;
    looked += table_readings(t);
}

static void print(const struct table *t, const struct finding *f, const char *what)
{
    AUTO_ARENA(a);
    printf("  %s %s %s:", what, f->level == LEVEL_CLUE ? "clue" : "hint", f->lead->detector->id);
    for (size_t i = 0; i < f->hits_n && i < 6; i++)
        printf(" %s/%.1f%s", f->hits[i]->detector->id, -log10(f->hits[i]->p), f->hits[i]->hard ? "!" : "");
    printf(" %.*s %.*s\n", STR_ARG(t->columns[f->lead->columns[0]].factor), STR_ARG(f->lead->sentence));
}

struct honest { int clues, hints, quarters_tenths; };

static void honest_plant(struct arena *a, const struct plant *p, const struct plant_series *s, struct honest *ret)
{
    struct findings f;
    const struct table *t = plant_table(a, p, s, NULL);
    run(a, t, &f);
    for (size_t i = 0; i < f.n; i++) {
        ret->clues += f.p[i].level == LEVEL_CLUE;
        ret->hints += f.p[i].level == LEVEL_HINT;
        if (verbose)
            print(t, &f.p[i], "honest");
    }
    ret->quarters_tenths += (int)(s->n * 10 / (91 * 24));
}

/* A clue that overlaps the forged stretch and began no earlier than half its length, or a day, before. */
static bool covers(const struct finding *f, const struct attack *k)
{
    size_t slack = k->n / 2 > 24 ? k->n / 2 : 24;
    return f->first < k->first + k->n && k->first < f->first + f->n && f->first + slack >= k->first;
}

static void attacked(const struct plant *p, const struct plant_series *s, const struct attack *k, struct score *ret)
{
    AUTO_ARENA(a);
    struct plant_series *forged = plant_series_copy(a, s), *before = k->kind == ATTACK_REVISE_DOWN ? plant_series_copy(a, s) : NULL;
    if (!attack_apply(forged, p, k, before))
        return;
    struct findings f;
    const struct table *t = plant_table(a, p, forged, before);
    bool clue = false, hint = false;
    run(a, t, &f);
    for (size_t i = 0; i < f.n; i++)
        if (covers(&f.p[i], k)) {
            hint = true;
            clue |= f.p[i].level == LEVEL_CLUE;
        }
    ret->tried++;
    ret->found += clue;
    ret->hinted += hint;
    if (!verbose || clue)
        return;
    const struct plant_channel *of;
    plant_channels(p, &of);
    printf(" missed %s strength %d %zu h channel %s\n", attack_name(k->kind), k->strength, k->n, of[k->channel].factor);
    for (size_t i = 0; i < f.n; i++)
        if (f.p[i].first < k->first + k->n && k->first < f.p[i].first + f.p[i].n)
            print(t, &f.p[i], "has");
}

static void attack_plant(const struct plant *p, const struct plant_series *s, uint64_t seed, int number)
{
    const struct plant_channel *of;
    struct plant_random r = plant_random_of(seed, 77);
    size_t n = plant_channels(p, &of), victims[PLANT_CHANNELS], v = 0;
    for (size_t c = 0; c < n; c++)
        if (of[c].limit)
            victims[v++] = c;
    for (int kind = 0; kind < ATTACKS; kind++)
        for (int strength = 1; strength <= STRENGTHS; strength++)
            for (int length = 0; length < LENGTHS; length++) {
                struct attack k = {.kind = (enum attack_kind)kind, .strength = strength, .n = (size_t)hours[length]};
                struct score *to = &cell[kind][strength][length];
                uint64_t place = plant_random_next(&r), victim = plant_random_next(&r);
                int had = to->tried;
                if ((kind + strength + 2 * length + number) % every != 0)
                    continue;
                /* an attack that makes no sense where it fell is placed elsewhere */
                for (uint64_t again = 0; again < 5 && to->tried == had; again++) {
                    k.seed = plant_random_next(&r);
                    k.channel = (int)victims[(victim + again) % v];
                    k.first = 24 * 30 + (size_t)((place + again * UINT64_C(7919)) % (s->n - 24 * 30 - k.n));
                    attacked(p, s, &k, to);
                }
            }
}

static void report(void)
{
    struct score strong = {0}, all = {0};
    printf("%-18s", "attack");
    for (int l = 0; l < LENGTHS; l++)
        printf(" %14d h", hours[l]);
    printf("   all   hint or clue\n");
    for (int kind = 0; kind < ATTACKS; kind++) {
        struct score row = {0};
        printf("%-18s", attack_name((enum attack_kind)kind));
        for (int l = 0; l < LENGTHS; l++) {
            struct score sum = {0}, full = cell[kind][STRENGTHS][l];
            for (int k = 1; k <= STRENGTHS; k++) {
                sum.tried += cell[kind][k][l].tried;
                sum.found += cell[kind][k][l].found;
                sum.hinted += cell[kind][k][l].hinted;
            }
            printf("  %3d/%3d %3d/%3d", sum.found, sum.tried, full.found, full.tried);
            row.tried += sum.tried, row.found += sum.found, row.hinted += sum.hinted;
            if (hours[l] >= 48)
                strong.tried += full.tried, strong.found += full.found;
        }
        printf("  %3.0f %%  %3.0f %%\n", 100.0 * row.found / (row.tried ? row.tried : 1), 100.0 * row.hinted / (row.tried ? row.tried : 1));
        all.tried += row.tried, all.found += row.found, all.hinted += row.hinted;
    }
    printf("(found/tried over all strengths, then at full strength)\n");
    printf("recall, full strength, 48 h and more: %.1f %% of %d\n", 100.0 * strong.found / (strong.tried ? strong.tried : 1), strong.tried);
    printf("recall, all: %.1f %% of %d (hint or clue %.1f %%)\n", 100.0 * all.found / (all.tried ? all.tried : 1), all.tried,
           100.0 * all.hinted / (all.tried ? all.tried : 1));
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
    int plants = argc > 2 ? atoi(argv[2]) : 2, days = argc > 3 ? atoi(argv[3]) : 182;
    struct honest honest = {0};
    every = argc > 4 ? atoi(argv[4]) : 1;
    verbose = argc > 5 && strcmp(argv[5], "--verbose") == 0;
    for (int kind = 0; kind < PLANT_KINDS; kind++)
        for (int i = 0; i < plants; i++) {
            AUTO_ARENA(a);
            struct plant *p = plant_new(a, (enum plant_kind)kind, first + (uint64_t)i);
            struct plant_series *s = plant_report(a, p, day_start(day_from_civil(2026, 3, 1)), 3600, (size_t)days * 24);
            if (verbose)
                printf("%s %llu\n", plant_kind_name((enum plant_kind)kind), (unsigned long long)(first + (uint64_t)i));
            honest_plant(a, p, s, &honest);
            if (every > 0)
                attack_plant(p, s, first * 100 + (uint64_t)i, kind + i);
        }
    double quarters = honest.quarters_tenths / 10.0;
    printf("honest: %d clues and %d hints in %.1f outlet-quarters: %.3f clues an outlet-quarter\n", honest.clues, honest.hints, quarters,
           honest.clues / quarters);
    report();
    printf("%.0f readings/s/core, all detectors\n", (double)looked / spent);
    return 0;
}
