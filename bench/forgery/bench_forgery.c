/*
 * bench_forgery [--outlets N] [--cases N] [--seed N] [--budget F] [--only NAME] [--kind NAME] [--full] [--honest]
 *               [--labels FILE] [--trace FILE] [--export FOLDER] [--more [--year]]
 *
 * The table nobody has: forged quarters met at a budget of false clues, ours beside what is on the shelf. Every outlet
 * is made once and shared by all competitors; two threads. --labels writes one JSON object a case (everything follows
 * from its seeds), --trace, instead of scores, what our detectors saw of each case and what became of it,
 * --full makes only forgeries of full strength and 48 hours or more, those of the first target; --kind only outlets of one kind
 * (or of all "gas", all "water"), with the numbers they have among all; --honest forges nothing: who is accused in vain, for
 * little time a quarter; --export also writes the hours of each case as CSV, for competitors that live elsewhere.
 * --more measures detectors on the second list of attacks instead (more.h); --only is then a list of them, comma-separated; --year: years of hours
 * instead of quarters, for what shows in weeks (more_year.c).
 */
#include "../bench.h"
#include "more.h"

#include <getopt.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
    CASES_OF_OUTLET = ATTACKS * FORGERY_STRENGTHS * FORGERY_LENGTHS,
    KEEP = 300 /* intervals of a table: the strongest */,
    THREADS = 2
};

struct settings {
    int outlets, cases;
    uint64_t seed;
    double budget;
    const char *only, *labels, *trace, *folder;
    unsigned kinds; /* a set of enum plant_kind */
    bool full, honest, more, year;
};

struct worker {
    const struct settings *s;
    pthread_mutex_t *lock;
    int *next, *made, refused; /* numbers, and how many of them were taken */
    FILE *labels, *trace;
    struct arena *arena; /* outcomes */
    VEC(struct outcome) outcomes[16];
    VEC(struct interval *) intervals[16];
};

static bool competes(const struct settings *s, size_t i)
{
    return !s->only || strcmp(s->only, competitors[i].name) == 0;
}

static int stronger(const void *x, const void *y)
{
    const struct interval *a = x, *b = y;
    return a->score != b->score ? (a->score < b->score) - (a->score > b->score)
                                : (a->first > b->first) - (a->first < b->first);
}

static void run_competitors(struct worker *w, const struct table *t, struct outcome outcome)
{
    for (size_t i = 0; i < competitors_n; i++) {
        if (!competes(w->s, i) || (strcmp(competitors[i].name, "isolation-forest") == 0 && !forest_running()))
            continue;
        AUTO_ARENA(a);
        struct intervals found = {0};
        double from = bench_cpu();
        err *e = competitors[i].find(a, t, &found);
        outcome.seconds = bench_cpu() - from;
        if (e) { /* goes on without it */
            fprintf(stderr, "%s: %.*s\n", competitors[i].name, STR_ARG(e->text));
            forest_stop();
            err_clear();
            continue;
        }
        if (found.n)
            qsort(found.p, found.n, sizeof *found.p, stronger);
        outcome.intervals = (uint32_t)(found.n < KEEP ? found.n : KEEP);
        vec_push(w->arena, &w->outcomes[i], outcome);
        vec_push(w->arena, &w->intervals[i], arena_copy(w->arena, found.p, outcome.intervals * sizeof *found.p));
    }
}

static void print_number(FILE *out, int64_t x, int decimals)
{
    double ten = 1;
    for (int i = 0; i < decimals; i++)
        ten *= 10;
    if (x != VALUE_NONE)
        fprintf(out, "%.*f", decimals, (double)x / ten);
}

static void export_table(const struct settings *s, const struct table *t, int outlet, int number)
{
    static const char *const kinds[] = {"Avg", "ZsAvg", "Cou"};
    AUTO_ARENA(a);
    FILE *out = fopen(arena_printf(a, "%s/outlet-%03d-case-%03d.csv", s->folder, outlet, number).p, "w");
    if (!out) {
        perror(s->folder);
        exit(3);
    }
    fputs("time", out);
    for (size_t c = 0; c < t->columns_n; c++) {
        fprintf(out, ",%.*s-%s", STR_ARG(t->columns[c].factor), kinds[t->columns[c].group]);
        if (t->columns[c].group == COLUMN_VALUE)
            fprintf(out, ",%.*s-Flag", STR_ARG(t->columns[c].factor));
    }
    for (size_t i = 0; i < t->n; i++) {
        fprintf(out, "\n%.*s", STR_ARG(time_rfc3339(a, t->from + (usec)i * USEC_HOUR)));
        for (size_t c = 0; c < t->columns_n; c++) {
            fputc(',', out);
            print_number(out, t->columns[c].value[i], t->columns[c].decimals);
            if (t->columns[c].group == COLUMN_VALUE)
                fprintf(out, ",%c", t->columns[c].flag[i] ? t->columns[c].flag[i] : ' ');
        }
    }
    fputc('\n', out);
    fclose(out);
}

static void write_label(struct worker *w, const struct outlet *o, int outlet, int number, const struct forgery *f)
{
    if (!w->labels)
        return;
    AUTO_ARENA(a);
    pthread_mutex_lock(w->lock);
    if (f) {
        const struct plant_channel *channel;
        plant_channels(o->plant, &channel);
        fprintf(w->labels,
                "{\"outlet\":%d,\"case\":%d,\"plant\":\"%s\",\"plant_seed\":%llu,\"attack\":\"%s\",\"strength\":%d,"
                "\"channel\":\"%s\",\"seed\":%llu,",
                outlet, number, plant_kind_name(o->kind), (unsigned long long)o->seed, attack_name(f->kind),
                f->strength, channel[f->channel].factor, (unsigned long long)f->seed);
        fprintf(w->labels, "\"from\":\"%.*s\",\"hours\":%zu}\n",
                STR_ARG(time_rfc3339(a, o->from + (usec)f->first * USEC_HOUR)), f->n);
    } else
        fprintf(w->labels,
                "{\"outlet\":%d,\"case\":-1,\"plant\":\"%s\",\"plant_seed\":%llu,\"from\":\"%.*s\",\"hours\":%d}\n",
                outlet, plant_kind_name(o->kind), (unsigned long long)o->seed, STR_ARG(time_rfc3339(a, o->from)),
                FORGERY_HOURS);
    pthread_mutex_unlock(w->lock);
}

static void run_outlet(struct worker *w, int number)
{
    AUTO_ARENA(a);
    const struct outlet *o = outlet_make(a, w->s->seed, number);
    struct outcome honest = {.outlet = number, .attack = -1};
    struct table *t = forgery_table(a, o, NULL, NULL);
    write_label(w, o, number, -1, NULL);
    if (w->s->folder)
        export_table(w->s, t, number, 999);
    if (w->trace)
        trace_case(w->trace, o, number, t, NULL);
    else
        run_competitors(w, t, honest);
    if (w->s->honest)
        return;
    struct forger *r = forger_new(a, o);
    int stride = w->s->outlets * CASES_OF_OUTLET / w->s->cases;
    stride = stride < 1 ? 1 : stride;
    for (int i = 0; i < CASES_OF_OUTLET; i++) {
        bool full = i / FORGERY_LENGTHS % FORGERY_STRENGTHS == FORGERY_STRENGTHS - 1 && forgery_lengths[i % FORGERY_LENGTHS] >= 48;
        if (w->s->full ? !full : (i * 11 + number) % stride != 0)
            continue;
        struct forgery f = {.kind = (enum attack_kind)(i / (FORGERY_STRENGTHS * FORGERY_LENGTHS)),
                            .strength = 1 + i / FORGERY_LENGTHS % FORGERY_STRENGTHS,
                            .length = i % FORGERY_LENGTHS,
                            .seed = w->s->seed * UINT64_C(1000003) + (uint64_t)(number * CASES_OF_OUTLET + i)};
        if (!forger_forge(r, &f)) {
            w->refused++;
            continue;
        }
        AUTO_ARENA(b);
        t = forgery_table(b, o, r, &f);
        write_label(w, o, number, i, &f);
        if (w->s->folder)
            export_table(w->s, t, number, i);
        if (w->trace)
            trace_case(w->trace, o, number, t, &f);
        else
            run_competitors(w, t,
                            (struct outcome){.outlet = number,
                                             .attack = f.kind,
                                             .strength = f.strength,
                                             .length = f.length,
                                             .first = (uint32_t)f.first,
                                             .n = (uint32_t)f.n});
        forger_restore(r, &f);
    }
}

/* The next outlet of a kind that is asked for. */
static int next_number(const struct settings *s, int number)
{
    while (!(s->kinds & 1u << number % PLANT_KINDS))
        number++;
    return number;
}

static void *work(void *context)
{
    struct worker *w = context;
    const char *script = getenv("XIEZHI_FOREST");
    err *e = !w->s->only || strcmp(w->s->only, "isolation-forest") == 0 ? forest_start(script ? script : FOREST) : NULL;
    if (e)
        fprintf(stderr, "isolation-forest: %.*s\n", STR_ARG(e->text));
    for (;;) {
        pthread_mutex_lock(w->lock);
        int number = next_number(w->s, *w->next), which = *w->made;
        *w->next = number + 1;
        (*w->made)++;
        pthread_mutex_unlock(w->lock);
        if (which >= w->s->outlets)
            break;
        run_outlet(w, number);
        fprintf(stderr, "outlet %d of %d\r", which + 1, w->s->outlets);
    }
    forest_stop();
    return NULL;
}

/* ---- the table ---- */

static void print_share(double x)
{
    if (isnan(x))
        printf("       -");
    else
        printf("  %5.1f%%", 100 * x);
}

static void print_scores(const struct settings *s, const struct score *scores)
{
    printf("\n%-18s %9s %9s %8s %8s %8s %7s %8s %9s\n", "competitor", "false/qtr", "accused", "recall", "full>48h",
           "met", "IoU", "hours", "s/table");
    for (size_t i = 0; i < competitors_n; i++) {
        const struct score *c = &scores[i];
        if (!c->cases && !c->innocents)
            continue;
        printf("%-18s %9.3f %5d/%-3d %7.1f%% %7.1f%% %4d/%-4d %6.2f %8.1f %9.4f\n", competitors[i].name,
               c->false_per_quarter, c->accused, c->innocents, c->cases ? 100.0 * c->met / c->cases : 0, 100 * c->recall_full, c->met,
               c->cases, c->iou, c->hours_to_detect, c->seconds);
    }
    printf("\n%-18s", "recall by attack");
    for (size_t i = 0; i < competitors_n; i++)
        if (scores[i].cases)
            printf(" %7.7s", competitors[i].name);
    for (int k = 0; k < ATTACKS + FORGERY_STRENGTHS + FORGERY_LENGTHS; k++) {
        if (k < ATTACKS)
            printf("\n%-18s", attack_name((enum attack_kind)k));
        else if (k < ATTACKS + FORGERY_STRENGTHS)
            printf("\nstrength %-9d", k - ATTACKS + 1);
        else
            printf("\n%3d hours%9s", forgery_lengths[k - ATTACKS - FORGERY_STRENGTHS], "");
        for (size_t i = 0; i < competitors_n; i++) {
            const struct score *c = &scores[i];
            if (c->cases)
                print_share(k < ATTACKS                       ? c->recall[k]
                            : k < ATTACKS + FORGERY_STRENGTHS ? c->by_strength[k - ATTACKS]
                                                              : c->by_length[k - ATTACKS - FORGERY_STRENGTHS]);
        }
    }
    double best = 0;
    for (size_t i = 1; i < competitors_n; i++)
        best = scores[i].cases && (double)scores[i].met / scores[i].cases > best
                   ? (double)scores[i].met / scores[i].cases
                   : best;
    const struct score *ours = &scores[0];
    printf("\n\n");
    if (ours->cases)
        bench_line("forgery_recall", 100.0 * ours->met / ours->cases, "%",
                   best > 0 ? (double)ours->met / ours->cases / best : INFINITY, "best generic peer");
    printf("%d outlets, seed %llu, budget %.2f false clues a quarter\n", s->outlets, (unsigned long long)s->seed,
           s->budget);
}

static void gather(struct arena *a, struct worker *workers, size_t i, struct outcomes *ret)
{
    size_t n = 0;
    for (int k = 0; k < THREADS; k++)
        n += workers[k].outcomes[i].n;
    *ret = (struct outcomes){NEW_ARRAY(a, n, struct outcome), NEW_ARRAY(a, n, struct interval *), 0};
    for (int k = 0; k < THREADS; k++)
        for (size_t j = 0; j < workers[k].outcomes[i].n; j++) {
            ret->p[ret->n] = workers[k].outcomes[i].p[j];
            ret->intervals[ret->n++] = workers[k].intervals[i].p[j];
        }
}

static unsigned kinds_named(const char *name)
{
    unsigned all = (1u << PLANT_KINDS) - 1, water = 1u << PLANT_SEWAGE_WORKS | 1u << PLANT_INDUSTRIAL_WATER;
    if (strcmp(name, "water") == 0 || strcmp(name, "gas") == 0)
        return *name == 'w' ? water : all & ~water;
    for (int k = 0; k < PLANT_KINDS; k++)
        if (strcmp(name, plant_kind_name((enum plant_kind)k)) == 0)
            return 1u << k;
    fprintf(stderr, "bench_forgery: no kind of plant is called %s\n", name);
    exit(2);
}

static void read_settings(int argc, char **argv, struct settings *s)
{
    static const struct option options[] = {
        {"outlets", 1, NULL, 'o'}, {"cases", 1, NULL, 'c'},  {"seed", 1, NULL, 's'},   {"budget", 1, NULL, 'b'},
        {"only", 1, NULL, 'y'},    {"export", 1, NULL, 'e'}, {"full", 0, NULL, 'f'},
        {"trace", 1, NULL, 't'}, {"labels", 1, NULL, 'l'},  {"kind", 1, NULL, 'k'},   {"honest", 0, NULL, 'h'},
        {"more", 0, NULL, 'm'},  {"year", 0, NULL, 'Y'},  {0}};
    for (int k; (k = getopt_long(argc, argv, "", options, NULL)) >= 0;)
        switch (k) {
        case 'o':
            s->outlets = atoi(optarg);
            break;
        case 'c':
            s->cases = atoi(optarg);
            break;
        case 's':
            s->seed = strtoull(optarg, NULL, 10);
            break;
        case 'b':
            s->budget = atof(optarg);
            break;
        case 'y':
            s->only = optarg;
            break;
        case 'l':
            s->labels = optarg;
            break;
        case 't':
            s->trace = optarg;
            break;
        case 'e':
            s->folder = optarg;
            break;
        case 'f':
            s->full = true;
            break;
        case 'm':
            s->more = true;
            break;
        case 'Y':
            s->year = true;
            break;
        case 'h':
            s->honest = true;
            break;
        case 'k':
            s->kinds = kinds_named(optarg);
            break;
        default:
            exit(2);
        }
    if (s->outlets < 2 || s->cases < !s->more) {
        fprintf(stderr, "bench_forgery: at least 2 outlets and 1 case\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    struct settings s = {.outlets = 40, .cases = 1400, .seed = 1, .budget = 0.1, .kinds = (1u << PLANT_KINDS) - 1};
    read_settings(argc, argv, &s);
    signal(SIGPIPE, SIG_IGN); /* a child that cannot start */
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    int next = 0, made = 0, refused = 0;
    FILE *labels = s.labels ? fopen(s.labels, "w") : NULL;
    FILE *trace = s.trace ? fopen(s.trace, "w") : NULL;
    if (s.more) {
        (s.year ? more_years : more_run)(&(struct more_settings){s.outlets, s.cases, s.seed, s.only, s.full, s.kinds, trace});
        if (trace)
            fclose(trace);
        return 0;
    }
    struct worker *workers = calloc(THREADS, sizeof *workers);
    pthread_t threads[THREADS];
    CHECK(competitors_n <= 16 && workers);
    for (int i = 0; i < THREADS; i++) {
        workers[i].s = &s;
        workers[i].lock = &lock;
        workers[i].next = &next;
        workers[i].made = &made;
        workers[i].labels = labels;
        workers[i].trace = trace;
        workers[i].arena = arena_new();
        CHECK(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        refused += workers[i].refused;
    }
    AUTO_ARENA(a);
    struct score *scores = NEW_ARRAY(a, competitors_n, struct score);
    for (size_t i = 0; i < competitors_n; i++) {
        struct outcomes all;
        gather(a, workers, i, &all);
        if (all.n)
            scores[i] = score_of(a, &all, competitors[i].decides, s.budget);
    }
    print_scores(&s, scores);
    printf("%d combinations made no sense on their outlet and were left out\n", refused);
    for (int i = 0; i < THREADS; i++)
        arena_free(workers[i].arena);
    free(workers);
    if (labels)
        fclose(labels);
    if (trace)
        fclose(trace);
    return 0;
}
