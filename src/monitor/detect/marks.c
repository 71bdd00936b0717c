/*
 * Marks by kind, by their beginnings, each with the latest end so far: whether one meets an interval is two comparisons behind a binary
 * search. A file of records may hold 200,000 marks, and detectors ask of every gap.
 */
#include "monitor/detect/detect_private.h"

#include <stdlib.h>

struct mark_index { struct ends { usec from, latest; } *of[MARKED_KINDS]; size_t n[MARKED_KINDS]; };

static int by_from(const void *x, const void *y)
{
    const struct ends *a = x, *b = y;
    return (a->from > b->from) - (a->from < b->from);
}

const struct mark_index *mark_index_make(struct arena *a, const struct table *t)
{
    struct mark_index *x = NEW(a, struct mark_index);
    for (size_t i = 0; i < t->marks_n; i++) {
        CHECK(t->marks[i].kind < MARKED_KINDS);
        x->n[t->marks[i].kind]++;
    }
    for (size_t k = 0; k < MARKED_KINDS; k++) {
        x->of[k] = NEW_ARRAY(a, x->n[k] + 1, struct ends);
        x->n[k] = 0;
    }
    for (size_t i = 0; i < t->marks_n; i++) {
        size_t k = t->marks[i].kind;
        x->of[k][x->n[k]++] = (struct ends){t->marks[i].from, t->marks[i].to};
    }
    for (size_t k = 0; k < MARKED_KINDS; k++) {
        if (x->n[k])
            qsort(x->of[k], x->n[k], sizeof *x->of[k], by_from);
        for (size_t i = 1; i < x->n[k]; i++)
            if (x->of[k][i].latest < x->of[k][i - 1].latest)
                x->of[k][i].latest = x->of[k][i - 1].latest;
    }
    return x;
}

/* Of those that begin before `to`, does the one that ends last end behind `from`? */
static bool meets(const struct ends *of, size_t n, usec from, usec to)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (of[middle].from < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low && of[low - 1].latest > from;
}

bool mark_met(const struct mark_index *x, usec from, usec to, unsigned kinds)
{
    for (size_t k = 0; k < MARKED_KINDS; k++)
        if ((kinds & 1u << k) && x->n[k] && meets(x->of[k], x->n[k], from, to))
            return true;
    return false;
}

bool slot_marked(const struct detect_context *c, const struct table *t, size_t first, size_t n, unsigned kinds, usec margin)
{
    return mark_met(c->marks, table_at(t, first) - margin, table_at(t, first + n) + margin, kinds);
}
