/*
 * Why a forgery was met or missed: which hits lie over its label, by what chance, and what fusion made of them. What to mend
 * first is read from this and from nothing else. One line a case, its hits and findings indented below.
 */
#include "forgery.h"

#include <math.h>

static bool over(size_t first, size_t n, const struct forgery *f)
{
    return first < f->first + f->n && f->first < first + n;
}

static void trace_hit(FILE *out, const struct table *t, const struct hit *h)
{
    const struct column *c = &t->columns[h->columns[0]];
    fprintf(out, "    hit %s %.*s/%d p=1e-%.1f%s [%zu +%zu] score %.2f", h->detector->id, STR_ARG(c->factor), c->group,
            -log10(fmax(h->p, 1e-300)), h->hard ? " hard" : "", h->first, h->n, h->score);
    for (int i = 1; i < h->columns_n; i++)
        fprintf(out, " with %.*s", STR_ARG(t->columns[h->columns[i]].factor));
    fputc('\n', out);
}

static void trace_finding(FILE *out, const struct table *t, const struct finding *f)
{
    fprintf(out, "    %s %s %.*s [%zu +%zu] families %x", f->level == LEVEL_CLUE ? "CLUE" : "hint", f->lead->detector->id,
            STR_ARG(t->columns[f->lead->columns[0]].factor), f->first, f->n, f->families);
    for (size_t i = 0; i < f->traps_n; i++)
        if (f->traps[i].result == TRAP_POSSIBLE)
            fprintf(out, " %s?", f->traps[i].id);
    fputc('\n', out);
}

void trace_case(FILE *out, const struct outlet *o, int number, const struct table *t, const struct forgery *f)
{
    AUTO_ARENA(a);
    struct hits hits;
    struct findings findings;
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    struct fuse_options options = FUSE_DEFAULTS;
    const struct plant_channel *channel;
    bool met = false;
    detect_table(a, t, NULL, &hits, runs);
    fuse(a, t, &hits, &options, &findings);
    for (size_t i = 0; f && i < findings.n; i++)
        met |= findings.p[i].level == LEVEL_CLUE && over(findings.p[i].first, findings.p[i].n, f) && findings.p[i].n <= 20 * f->n;
    plant_channels(o->plant, &channel);
    flockfile(out);
    if (f)
        fprintf(out, "%s %s s%d %dh outlet %d %s channel %s [%zu +%zu]\n", met ? "met" : "MISSED", attack_name(f->kind), f->strength,
                forgery_lengths[f->length], number, plant_kind_name(o->kind), channel[f->channel].factor, f->first, f->n);
    else
        fprintf(out, "honest outlet %d %s\n", number, plant_kind_name(o->kind));
    for (size_t i = 0; i < findings.n; i++)
        if (!f || over(findings.p[i].first, findings.p[i].n, f) || findings.p[i].level == LEVEL_CLUE)
            trace_finding(out, t, &findings.p[i]);
    for (size_t i = 0; i < hits.n; i++)
        if ((!f || over(hits.p[i].first, hits.p[i].n, f)) && !hits.p[i].detector->background && (f || hits.p[i].p < 0.01))
            trace_hit(out, t, &hits.p[i]);
    funlockfile(out);
}
