/*
 * Who may be drawn together and must not go (Art. 8; Penalty Law 43): each officer and helper of a plan against the objects it may
 * draw. A pair the plan keeps apart already (bars) is no finding; what is left is held for the legal office, or mended by a bar.
 */
#include "acts/draw_private.h"
#include "acts/ties.h"

struct plan { struct arena *a; struct map *objects, *barred; const str *who; };
static char present;

static str pair_key(struct arena *a, str who, str object)
{
    return arena_printf(a, "%.*s %.*s", STR_ARG(who), STR_ARG(object));
}

static bool asked(void *context, size_t person, str subject)
{
    const struct plan *p = context;
    return map_get(p->objects, subject) && !map_get(p->barred, pair_key(p->a, p->who[person], subject));
}

static err *one_kind(struct act *a, const struct draw *d, enum draw_kind kind, struct plan *p, int64_t *pairs, str *path)
{
    VEC(str) who = {0};
    int64_t n;
    str first;
    for (size_t i = 0; i < d->pool.n; i++)
        if (d->strata.p[d->pool.p[i].stratum - 1].kind == kind && !d->pool.p[i].excluded.p)
            vec_push(a->arena, &who, draw_bare(d->pool.p[i].who));
    p->who = who.p;
    if (who.n == 0)
        return NULL;
    TRY(ties_of_crew(a, kind == DRAW_OFFICER, who.p, who.n, asked, p, &n, &first));
    *pairs += n;
    *path = path->p ? *path : first;
    return NULL;
}

err *draw_ties_facts(struct act *a, const struct draw *d)
{
    struct plan p = {.a = a->arena, .objects = map_new(a->arena), .barred = map_new(a->arena)};
    struct path_view v;
    str path = STR_NONE;
    int64_t pairs = 0;
    for (size_t i = 0; i < d->pool.n; i++)
        if (d->strata.p[d->pool.p[i].stratum - 1].kind == DRAW_OBJECT && !d->pool.p[i].excluded.p)
            map_put(p.objects, draw_bare(d->pool.p[i].who), &present);
    for (size_t i = 0; i < d->bars.n; i++)
        map_put(p.barred, pair_key(a->arena, draw_bare(d->bars.p[i].who), draw_bare(d->bars.p[i].object)), &present);
    if (map_count(p.objects) == 0 || map_count(p.objects) == d->pool.n)
        return NULL;
    TRY(one_kind(a, d, DRAW_OFFICER, &p, &pairs, &path));
    TRY(one_kind(a, d, DRAW_HELPER, &p, &pairs, &path));
    a->facts.draw_ties_unbarred = pairs;
    if (!path.p)
        return NULL;
    TRY(relation_path_read(a->db, a->arena, path, &v));
    act_say(a, "draw_tie", v.brief);
    return NULL;
}
