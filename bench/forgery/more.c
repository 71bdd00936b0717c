/*
 * Which detectors may speak. Each honest quarter is looked at by all of them, with those in the background allowed to speak: a hit is
 * one too many, a clue is an accusation. Each attack is looked at by the detector it is meant for. A detector whose honest
 * quarters stay silent, and which meets its attack, may leave the background; the rest stay there with these figures.
 */
#include "more.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 2, RULES = 96 };

struct rule_count {
    int looked, quarters /* with a hit */, findings, clues;
    int tried, met, stands /* as a finding of its own */, full, full_met, strength[FORGERY_STRENGTHS], strength_met[FORGERY_STRENGTHS];
};
struct attack_count {
    int tried, met, full, full_met, refused;
};
struct sharing {
    const struct more_settings *s;
    const struct more_trade *trade;
    pthread_mutex_t lock;
    int next, honest, accused, spoken;
    struct rule_count rule[RULES];
    struct attack_count attack[64];
};

static int rule_of(const struct detector *d)
{
    for (size_t i = 0; i < detector_count(); i++)
        if (detector_at(i) == d)
            return (int)i;
    return -1;
}

/* Whether a rule is asked for: `only` is a list of ids. */
static bool asked(const struct sharing *w, const char *id)
{
    str rest = str_of(w->s->only ? w->s->only : ""), each;
    if (!rest.n)
        return true;
    while (rest.n && str_next(&rest, ',', &each))
        if (str_eq(each, str_of(id)))
            return true;
    return false;
}

static void trace(struct sharing *w, const struct outlet *o, int number, const char *what, const struct hits *hits)
{
    if (!w->s->trace)
        return;
    flockfile(w->s->trace);
    fprintf(w->s->trace, "%s outlet %d %s\n", what, number, plant_kind_name(o->kind));
    for (size_t i = 0; i < hits->n; i++)
        if (w->s->only ? asked(w, hits->p[i].detector->id) : hits->p[i].detector->background)
            fprintf(w->s->trace, "    %s p=%.1e [%zu +%zu] %.*s\n", hits->p[i].detector->id, hits->p[i].p, hits->p[i].first, hits->p[i].n, STR_ARG(hits->p[i].sentence));
    funlockfile(w->s->trace);
}

/* ---- honest ---- */
/* The quarter as it is, or what is left of it where only hours were kept: there D4 looks, which leaves minutes to C18. */
static void honest_table(struct sharing *w, const struct more_outlet *m, int number, bool hours_alone)
{
    AUTO_ARENA(a);
    const struct more_scene *s = more_scene_make(a, m, NULL, NULL);
    s->t->finer = hours_alone ? NULL : s->t->finer;
    struct hits hits;
    struct findings all, spoken;
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    struct detect_options options = {.only = w->s->only ? detector_find(str_of(w->s->only)) : NULL};
    struct fuse_options loud = FUSE_DEFAULTS, usual = FUSE_DEFAULTS;
    bool seen[RULES] = {0}, found[RULES] = {0}, clue[RULES] = {0}, any = false, said = false;
    detect_table(a, s->t, &options, &hits, runs);
    loud.background = true;
    fuse(a, s->t, &hits, &loud, &all);
    fuse(a, s->t, &hits, &usual, &spoken);
    for (size_t i = 0; i < hits.n; i++)
        seen[rule_of(hits.p[i].detector)] = true;
    for (size_t i = 0; i < all.n; i++)
        for (size_t k = 0; k < all.p[i].hits_n; k++) {
            int d = rule_of(all.p[i].hits[k]->detector);
            found[d] |= all.p[i].lead == all.p[i].hits[k];
            clue[d] |= all.p[i].level == LEVEL_CLUE;
            any |= all.p[i].level == LEVEL_CLUE;
        }
    for (size_t i = 0; i < spoken.n; i++)
        said |= spoken.p[i].level == LEVEL_CLUE;
    trace(w, m->o, number, hours_alone ? "honest hours" : "honest", &hits);
    pthread_mutex_lock(&w->lock);
    w->honest += !hours_alone;
    w->accused += any && !hours_alone;
    w->spoken += said && !hours_alone;
    for (size_t i = 0; i < detector_count(); i++) {
        if (hours_alone != (strcmp(detector_at(i)->id, "D4") == 0))
            continue;
        w->rule[i].looked += runs[i].outcome != DETECT_LACKED;
        w->rule[i].quarters += seen[i];
        w->rule[i].findings += found[i];
        w->rule[i].clues += clue[i];
    }
    pthread_mutex_unlock(&w->lock);
}

static void honest(struct sharing *w, const struct more_outlet *m, int number)
{
    honest_table(w, m, number, false);
    if (!plant_facts(m->o->plant).gas && asked(w, "D4"))
        honest_table(w, m, number, true);
}

/* ---- forged ---- */
static bool over(size_t first, size_t n, const struct more_case *k)
{
    return first < k->first + k->n && k->first < first + n;
}

static bool makes_sense(const struct more_attack *x, enum plant_kind kind)
{
    for (int i = 0; i < x->kinds_n; i++)
        if (x->kinds[i] == kind)
            return true;
    return x->all_kinds;
}

/* Places the case and forges the readings; the stretch is put back by the caller. */
static struct more_scene *forge(struct arena *a, struct forger *r, const struct more_outlet *m, struct more_case *k, struct forgery *f)
{
    enum { PLACEMENTS = 12 };
    const struct more_attack *x = &more_attacks[k->attack];
    struct plant_random random = plant_random_of(k->seed, 1);
    k->n = (size_t)more_length(x, k->length);
    size_t least = x->last_week ? FORGERY_HOURS - MORE_LIVE_DAYS * 24 : FORGERY_BEFORE;
    for (int i = 0; i < PLACEMENTS; i++) {
        size_t room = FORGERY_HOURS - least - k->n;
        k->first = least + (room ? plant_random_next(&random) % room : 0);
        *f = (struct forgery){.first = k->first, .n = k->n, .seed = k->seed};
        if (!x->readings || x->readings(r, m, k)) {
            forger_follow(r, f);
            struct more_scene *s = more_scene_make(a, m, r, f);
            if (!x->beside || x->beside(s, k))
                return s;
        }
        forger_restore(r, f);
    }
    return NULL;
}

static void forged(struct sharing *w, struct forger *r, const struct more_outlet *m, int number, struct more_case k)
{
    AUTO_ARENA(a);
    const struct more_attack *x = &more_attacks[k.attack];
    struct forgery f;
    struct more_scene *s = forge(a, r, m, &k, &f);
    struct hits hits = {0};
    struct findings findings = {0};
    bool met = false, stands = false;
    int d = rule_of(detector_find(str_of(x->detector)));
    if (s) {
        struct detect_options only = {.only = detector_at((size_t)d)};
        struct fuse_options loud = FUSE_DEFAULTS;
        loud.background = true;
        detect_table(a, s->t, &only, &hits, NEW_ARRAY(a, detector_count(), struct detect_run));
        fuse(a, s->t, &hits, &loud, &findings);
        for (size_t i = 0; i < hits.n; i++)
            met |= over(hits.p[i].first, hits.p[i].n, &k);
        for (size_t i = 0; i < findings.n; i++)
            stands |= over(findings.p[i].first, findings.p[i].n, &k);
        if (w->s->only && w->s->trace)
            fprintf(w->s->trace, "%s %s s%d %zuh [%zu] ", met ? "met" : "MISSED", x->name, k.strength, k.n, k.first);
        if (w->s->only)
            trace(w, m->o, number, "forged", &hits);
        forger_restore(r, &f);
    }
    bool full = k.strength == FORGERY_STRENGTHS && k.length >= 2;
    pthread_mutex_lock(&w->lock);
    struct attack_count *c = &w->attack[k.attack];
    struct rule_count *q = &w->rule[d];
    if (s) {
        c->tried++, c->met += met, c->full += full, c->full_met += full && met;
        q->tried++, q->met += met, q->stands += stands, q->full += full, q->full_met += full && met;
        q->strength[k.strength - 1]++, q->strength_met[k.strength - 1] += met;
    } else
        c->refused++;
    pthread_mutex_unlock(&w->lock);
}

static void outlet(struct sharing *w, int number)
{
    AUTO_ARENA(a);
    const struct outlet *o = outlet_make(a, w->s->seed, number);
    const struct more_outlet *m = more_outlet_make(a, o, w->trade, w->s->seed);
    struct forger *r = NULL;
    const int cells = FORGERY_STRENGTHS * FORGERY_LENGTHS, all = (int)more_attacks_n * cells;
    /* each case with the same chance, whichever the attack: a stride would meet some of the cells only */
    struct plant_random die = plant_random_of(w->s->seed, 1000 + (uint64_t)number);
    double chance = (double)w->s->cases / ((double)w->s->outlets * (w->s->full ? (double)all / 10 : all));
    honest(w, m, number);
    for (int i = 0; w->s->cases && i < all; i++) {
        const struct more_attack *x = &more_attacks[i / cells];
        bool full = i / FORGERY_LENGTHS % FORGERY_STRENGTHS == FORGERY_STRENGTHS - 1 && i % FORGERY_LENGTHS >= 2;
        if (plant_random_unit(&die) >= chance || !makes_sense(x, o->kind) || !asked(w, x->detector) || (w->s->full && !full))
            continue;
        r = r ? r : forger_new(a, o);
        forged(w, r, m, number,
               (struct more_case){.attack = i / cells, .strength = 1 + i / FORGERY_LENGTHS % FORGERY_STRENGTHS, .length = i % FORGERY_LENGTHS,
                                  .seed = w->s->seed * UINT64_C(1000003) + (uint64_t)(number * all + i)});
    }
}

static void *work(void *context)
{
    struct sharing *w = context;
    for (;;) {
        pthread_mutex_lock(&w->lock);
        int number = w->next++;
        pthread_mutex_unlock(&w->lock);
        if (number >= w->s->outlets)
            return NULL;
        if (!(w->s->kinds >> number % PLANT_KINDS & 1))
            continue; /* the others keep their numbers */
        outlet(w, number);
        fprintf(stderr, "outlet %d of %d\r", number + 1, w->s->outlets);
    }
}

/* ---- the tables ---- */
static void percent(int met, int of)
{
    if (of)
        printf(" %5.0f%%", 100.0 * met / of);
    else
        printf("      -");
}

static void print(const struct sharing *w)
{
    printf("honest: %d quarters, %d with a clue; %d if those in the background spoke\n\n", w->honest, w->spoken, w->accused);
    printf("%-5s %-18s %6s | %6s %5s %5s %5s | %5s %6s %6s %6s %6s | recall by strength\n", "rule", "name", "speaks", "looked", "hits", "finds", "clues", "cases", "recall",
           "full", "alone", "prec.");
    for (size_t i = 0; i < detector_count(); i++) {
        const struct detector *d = detector_at(i);
        const struct rule_count *q = &w->rule[i];
        if (!d->background && !q->tried)
            continue;
        printf("%-5s %-18s %6s | %6d %5d %5d %5d | %5d", d->id, d->name, d->background ? "no" : "yes", q->looked, q->quarters, q->findings, q->clues, q->tried);
        percent(q->met, q->tried);
        percent(q->full_met, q->full);
        percent(q->stands, q->tried);
        /* as many forged as honest quarters */
        double recall = q->tried ? (double)q->met / q->tried : 0, false_rate = q->looked ? (double)q->quarters / q->looked : 0;
        percent((int)(1000 * recall), (int)(1000 * (recall + false_rate)));
        printf(" |");
        for (int k = 0; k < FORGERY_STRENGTHS; k++)
            percent(q->strength_met[k], q->strength[k]);
        printf("\n");
    }
    printf("\n%-20s %-5s %6s %7s %7s %8s\n", "attack", "rule", "cases", "recall", "full", "refused");
    for (size_t i = 0; i < more_attacks_n; i++) {
        const struct attack_count *c = &w->attack[i];
        if (!c->tried && !c->refused)
            continue;
        printf("%-20s %-5s %6d", more_attacks[i].name, more_attacks[i].detector, c->tried);
        percent(c->met, c->tried);
        percent(c->full_met, c->full);
        printf(" %8d\n", c->refused);
    }
    printf("full: strength 5, the two longer lengths. %d outlets, seed %llu\n", w->s->outlets, (unsigned long long)w->s->seed);
}

void more_run(const struct more_settings *s)
{
    AUTO_ARENA(a);
    struct sharing *w = NEW(a, struct sharing);
    pthread_t threads[THREADS];
    *w = (struct sharing){.s = s};
    CHECK(detector_count() <= RULES && more_attacks_n <= 64);
    w->trade = more_trade_make(a, s->seed);
    pthread_mutex_init(&w->lock, NULL);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, w) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&w->lock);
    print(w);
}
