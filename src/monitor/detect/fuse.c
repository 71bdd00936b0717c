/*
 * From hits to findings. Many detectors over many columns find something by chance, so soft hits first pass Benjamini and
 * Hochberg's step-up over the run. What overlaps and concerns the same channel is one finding. A clue needs one hard
 * contradiction, or two families that see the same channel at the same time and would rarely do so together; and no innocent
 * explanation that would account for all of it.
 */
#include "crypto/crypto.h"
#include "monitor/detect/detect_private.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT_MEMBERS = 64 /* hits kept of one finding */, LIMIT_FUSED = 8192, LIMIT_LONGER = 20 /* times as long, of two that agree */ };
static const double joint_limit = 1e-6; /* chance of two families together, by which they may make a clue */
static const double one_source_limit = 1e-18; /* the same, of two that look at the same rest of the same model */
static const double member_limit = 1e-2; /* chance of a hit, by which it may join another */

/* ---- which hits count ---- */
static int by_p(const void *x, const void *y)
{
    const struct hit *a = *(const struct hit *const *)x, *b = *(const struct hit *const *)y;
    return (a->p > b->p) - (a->p < b->p);
}

static bool speaks(const struct hit *h, const struct fuse_options *o)
{
    return o->background || !h->detector->background;
}

static size_t tests_of(const struct table *t, const struct fuse_options *o)
{
    size_t n = 0;
    for (size_t i = 0; i < detector_count(); i++)
        n += o->background || !detector_at(i)->background;
    return n * (t->columns_n ? t->columns_n : 1);
}

/* Hits worth joining, in the order they came, and the chance below which one stands alone after control of false discoveries. */
static size_t standing(struct arena *a, const struct table *t, const struct hits *hits, const struct fuse_options *o, const struct hit ***ret,
                       double *ret_bound)
{
    const struct hit **sorted = NEW_ARRAY(a, hits->n + 1, const struct hit *), **kept = NEW_ARRAY(a, hits->n + 1, const struct hit *);
    size_t n = 0, k = 0, tests = tests_of(t, o);
    for (size_t i = 0; i < hits->n; i++)
        if (speaks(&hits->p[i], o))
            sorted[n++] = &hits->p[i];
    qsort(sorted, n, sizeof *sorted, by_p);
    double bound = 0;
    for (size_t i = 0; i < n; i++)
        if (sorted[i]->p <= o->false_discovery * (double)(i + 1) / (double)tests)
            bound = sorted[i]->p;
    for (size_t i = 0; i < hits->n && k < LIMIT_FUSED; i++)
        if (speaks(&hits->p[i], o) && (hits->p[i].hard || hits->p[i].p <= fmax(bound, member_limit)))
            kept[k++] = &hits->p[i];
    *ret = kept;
    *ret_bound = bound;
    return k;
}

/* ---- which belong together ---- */
static bool wide(const struct table *t, const struct hit *h)
{
    return h->n * 2 > t->n;
}

static bool same_channel(const struct table *t, const struct hit *a, const struct hit *b)
{
    for (int i = 0; i < a->columns_n; i++)
        if (str_eq(t->columns[a->columns[i]].factor, t->columns[b->columns[0]].factor))
            return true;
    for (int i = 0; i < b->columns_n; i++)
        if (str_eq(t->columns[b->columns[i]].factor, t->columns[a->columns[0]].factor))
            return true;
    return false;
}

static bool together(const struct table *t, const struct hit *a, const struct hit *b)
{
    size_t from = a->first > b->first ? a->first : b->first;
    size_t a_end = a->first + a->n, b_end = b->first + b->n, to = a_end < b_end ? a_end : b_end;
    size_t shorter = a->n < b->n ? a->n : b->n;
    return to > from && (to - from) * 2 >= shorter && wide(t, a) == wide(t, b) && same_channel(t, a, b);
}

static size_t root(size_t *parent, size_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

static size_t *groups(struct arena *a, const struct table *t, const struct hit **h, size_t n)
{
    size_t *parent = NEW_ARRAY(a, n + 1, size_t);
    for (size_t i = 0; i < n; i++)
        parent[i] = i;
    for (size_t i = 0; i < n; i++)
        /* hits come by slot: behind the end of h[i] nothing overlaps it */
        for (size_t k = i + 1; k < n && h[k]->first < h[i]->first + h[i]->n; k++)
            if (together(t, h[i], h[k])) {
                size_t x = root(parent, i), y = root(parent, k);
                parent[x > y ? x : y] = x > y ? y : x;
            }
    for (size_t i = 0; i < n; i++)
        parent[i] = root(parent, i);
    return parent;
}

/* ---- one finding ---- */
static int by_strength(const void *x, const void *y)
{
    const struct hit *a = *(const struct hit *const *)x, *b = *(const struct hit *const *)y;
    if (a->hard != b->hard)
        return a->hard ? -1 : 1;
    if (a->p < b->p || a->p > b->p)
        return a->p < b->p ? -1 : 1;
    int order = strcmp(a->detector->id, b->detector->id);
    return order ? order : hit_order(a, b);
}

/* Steps and levels of what the other channels leave unexplained: when the model is wrong for some hours (a mill that is off, a fuel), both
 * are seen, each as rare as the other: the limit is that of three who agree. */
static bool one_source(const struct hit *a, const struct hit *b)
{
    const char *x = a->detector->id, *y = b->detector->id;
    return strcmp(x, "A17") == 0 && (strcmp(y, "B11") == 0 || strcmp(y, "B2") == 0);
}

/* Marks of a fortnight and a level of an afternoon are no statement about the same hours, though one lies in the other. */
static bool same_hours(const struct hit *a, const struct hit *b)
{
    size_t longer = a->n > b->n ? a->n : b->n, shorter = a->n > b->n ? b->n : a->n;
    return longer <= LIMIT_LONGER * shorter;
}

/* Every family's best chance, over hits on the lead's channel. */
static bool families_agree(const struct table *t, const struct finding *f)
{
    double best[FAMILIES], joint = 1;
    const struct hit *of[FAMILIES] = {NULL};
    int n = 0;
    for (int k = 0; k < FAMILIES; k++)
        best[k] = 2;
    for (size_t i = 0; i < f->hits_n; i++) {
        enum family k = f->hits[i]->detector->family;
        if (same_channel(t, f->lead, f->hits[i]) && same_hours(f->lead, f->hits[i]) && f->hits[i]->p < best[k])
            best[k] = f->hits[i]->p, of[k] = f->hits[i];
    }
    for (int k = 0; k < FAMILIES; k++)
        if (best[k] <= 1) {
            joint *= best[k];
            n++;
        }
    bool same = n == 2 && of[FAMILY_SHAPE] && of[FAMILY_PHYSICS] && one_source(of[FAMILY_SHAPE], of[FAMILY_PHYSICS]);
    return n >= 2 && joint <= (same ? one_source_limit : joint_limit);
}

struct trap_vec { struct trap_result *p; size_t n, capacity; };

static void check_trap(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str id, bool named, struct trap_vec *list)
{
    for (size_t k = 0; k < list->n; k++)
        if (str_eq(str_of(list->p[k].id), id))
            return;
    struct trap_result r = trap_check(a, t, views, f, id, named);
    vec_push(a, list, r);
}

/* First what its detectors name, strongest first, then all the rest. */
static void check_traps(struct arena *a, const struct table *t, const struct view *views, struct finding *f)
{
    struct trap_vec list = {0};
    for (size_t i = 0; i < f->hits_n; i++) {
        str rest = str_of(f->hits[i]->detector->traps), id;
        while (rest.n && str_next(&rest, ' ', &id))
            if (id.n)
                check_trap(a, t, views, f, id, true, &list);
    }
    for (size_t i = 0; trap_at(i); i++)
        check_trap(a, t, views, f, str_of(trap_at(i)), false, &list);
    f->traps = list.p;
    f->traps_n = list.n;
}

/* Another unit changes levels and nothing else: no copy, no noise of another channel, no result at the wrong time comes of it, and no mark or gap
 * where it is high. An analyser that prints coarser for weeks looks like one, and hid all of these. */
static bool whatever_the_unit(const struct finding *f)
{
    static const char *const ids[] = {"A7", "A8", "B5", "C9", "C10", "C18"};
    for (size_t i = 0; i < f->hits_n; i++)
        for (size_t k = 0; k < sizeof ids / sizeof *ids; k++)
            if (f->hits[i]->hard && strcmp(f->hits[i]->detector->id, ids[k]) == 0)
                return true;
    return false;
}

/* Explanations that account for everything seen, and so leave a hint. */
static bool accounted_for(const struct finding *f)
{
    for (size_t i = 0; i < f->traps_n; i++) {
        if (f->traps[i].result != TRAP_POSSIBLE)
            continue;
        str id = str_of(f->traps[i].id);
        if (str_eq(id, S("held-logger")) || str_eq(id, S("stopped")) || str_eq(id, S("network")) || str_eq(id, S("filler")) ||
            (str_eq(id, S("unit")) && !whatever_the_unit(f)))
            return true;
        if (!f->lead->hard && !str_eq(id, S("maintenance")) && !str_eq(id, S("refilled")) && !str_eq(id, S("changed-limit")))
            return true;
    }
    return false;
}

/* Rule version, interval in absolute time, members, and the values they rest on: not the rest of the table, so that the same
 * finding keeps its name when tomorrow's hours come. */
static void name_finding(const struct table *t, struct finding *f)
{
    struct sm3_state s;
    sm3_init(&s);
    sm3_add(&s, detect_rules_version(), strlen(detect_rules_version()));
    if (t->identity.n)
        sm3_add(&s, t->identity.p, t->identity.n);
    digest_int(&s, table_at(t, f->first));
    digest_int(&s, (int64_t)f->n);
    digest_int(&s, t->step_s);
    sm3_add(&s, f->lead->detector->id, strlen(f->lead->detector->id) + 1);
    for (int k = 0; k < f->lead->columns_n; k++) {
        const struct column *c = &t->columns[f->lead->columns[k]];
        digest_int(&s, (int64_t)c->factor.n);
        sm3_add(&s, c->factor.p, c->factor.n);
        digest_int(&s, c->group);
        digest_int(&s, c->decimals);
        for (size_t i = f->first; c->value && i < f->first + f->n; i++)
            digest_int(&s, c->value[i]);
    }
    for (size_t i = 0; i < f->hits_n; i++)
        if (f->hits[i]->quoted.n)
            sm3_add(&s, f->hits[i]->quoted.p, f->hits[i]->quoted.n);
    struct sm3 d = sm3_end(&s);
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < FINDING_ID / 2; i++) {
        f->id[2 * i] = hex[d.byte[i] >> 4];
        f->id[2 * i + 1] = hex[d.byte[i] & 15];
    }
}

static void finish(struct arena *a, const struct table *t, const struct view *views, struct finding *f)
{
    qsort(f->hits, f->hits_n, sizeof *f->hits, by_strength);
    f->lead = f->hits[0];
    f->first = f->lead->first;
    size_t end = f->first + f->lead->n;
    for (size_t i = 1; i < f->hits_n && f->lead->hard; i++)
        if (f->hits[i]->hard) {
            end = f->hits[i]->first + f->hits[i]->n > end ? f->hits[i]->first + f->hits[i]->n : end;
            f->first = f->hits[i]->first < f->first ? f->hits[i]->first : f->first;
        }
    f->n = end - f->first;
    for (size_t i = 0; i < f->hits_n; i++)
        f->families |= 1u << f->hits[i]->detector->family;
    f->score = fmin(300, -log10(fmax(f->lead->p, 1e-300)));
    check_traps(a, t, views, f);
    bool enough = f->lead->hard || families_agree(t, f);
    f->level = enough && !accounted_for(f) ? LEVEL_CLUE : LEVEL_HINT;
    double hours = (double)f->n * t->step_s / 3600;
    f->severity = (views[f->lead->columns[0]].factor->role == ROLE_POLLUTANT ? 1.5 : 1) * (f->lead->hard ? 2 : 1) *
                  (double)__builtin_popcount(f->families) * log2(2 + hours);
    name_finding(t, f);
}

static int by_slot(const void *x, const void *y)
{
    const struct finding *a = x, *b = y;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return strcmp(a->id, b->id);
}

static int by_severity(const void *x, const void *y)
{
    const struct finding *a = *(const struct finding *const *)x, *b = *(const struct finding *const *)y;
    if (a->severity > b->severity || a->severity < b->severity)
        return a->severity > b->severity ? -1 : 1;
    return strcmp(a->id, b->id);
}

static void keep_budget(struct arena *a, struct findings *f, int budget)
{
    struct finding **clue = NEW_ARRAY(a, f->n + 1, struct finding *);
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->p[i].level == LEVEL_CLUE)
            clue[n++] = &f->p[i];
    qsort(clue, n, sizeof *clue, by_severity);
    for (size_t i = (size_t)budget; i < n; i++)
        clue[i]->level = LEVEL_HINT;
}

/* Of more hits than are kept, the strongest. */
static void add_member(struct finding *f, const struct hit *h)
{
    size_t weakest = 0;
    if (f->hits_n < LIMIT_MEMBERS) {
        f->hits[f->hits_n++] = h;
        return;
    }
    for (size_t i = 1; i < f->hits_n; i++)
        weakest = by_strength(&f->hits[i], &f->hits[weakest]) > 0 ? i : weakest;
    if (by_strength(&h, &f->hits[weakest]) < 0)
        f->hits[weakest] = h;
}

void fuse(struct arena *a, const struct table *t, const struct hits *hits, const struct fuse_options *o, struct findings *ret)
{
    AUTO_ARENA(scratch);
    const struct hit **h;
    struct view *views = NEW_ARRAY(scratch, t->columns_n + 1, struct view);
    *ret = (struct findings){0};
    if (!hits->n)
        return;
    views_make(scratch, t, views);
    double bound;
    size_t n = standing(scratch, t, hits, o, &h, &bound), *group = groups(scratch, t, h, n), made = 0, stand = 0;
    struct finding *list = NEW_ARRAY(a, n + 1, struct finding);
    size_t *number = NEW_ARRAY(scratch, n + 1, size_t);
    for (size_t i = 0; i < n; i++) {
        if (group[i] == i) {
            number[i] = made++;
            list[number[i]].hits = NEW_ARRAY(a, LIMIT_MEMBERS, const struct hit *);
        }
        struct finding *f = &list[number[group[i]]];
        add_member(f, h[i]);
    }
    for (size_t i = 0; i < made; i++) {
        finish(a, t, views, &list[i]);
        if (list[i].level == LEVEL_CLUE || list[i].lead->hard || list[i].lead->p <= bound)
            list[stand++] = list[i];
    }
    *ret = (struct findings){list, stand};
    qsort(list, stand, sizeof *list, by_slot);
    if (o->budget > 0)
        keep_budget(scratch, ret, o->budget);
}
