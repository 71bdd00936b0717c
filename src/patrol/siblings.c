/*
 * Files of one camera beside each other. Whoever opens a photograph in a program and saves it leaves it in that program's hand, and often without what
 * only the maker writes. Which hand is the camera's is not in any table of ours: it is the hand of the others. So nothing is said unless enough of them
 * write alike, and what is said is a hint: firmware of two editions on one aircraft would look the same.
 */
#include "patrol/flight.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_ALIKE = 5, SHARE_PERCENT = 60 };

static int by_camera(const void *x, const void *y)
{
    const struct shot *p = *(const struct shot *const *)x, *q = *(const struct shot *const *)y;
    int order = strcmp(p->photo->model, q->photo->model);
    if (!order)
        order = (p->photo->width > q->photo->width) - (p->photo->width < q->photo->width);
    if (!order)
        order = (p->photo->height > q->photo->height) - (p->photo->height < q->photo->height);
    return order ? order : p < q ? -1 : p > q;
}

static int by_value(const void *x, const void *y)
{
    const uint32_t *p = x, *q = y;
    return (*p > *q) - (*p < *q);
}

/* What most of them have; 0: nothing, or not enough of them have it. `v` is sorted by it. */
static uint32_t usual(uint32_t *v, size_t n)
{
    uint32_t best = 0;
    size_t most = 0, told = 0;
    qsort(v, n, sizeof *v, by_value);
    for (size_t i = 0; i < n;) {
        size_t from = i;
        while (i < n && v[i] == v[from])
            i++;
        told += v[from] ? i - from : 0;
        if (v[from] && i - from > most)
            most = i - from, best = v[from];
    }
    return most >= LEAST_ALIKE && most * 100 >= told * SHARE_PERCENT ? best : 0;
}

enum trait { TRAIT_ORDER, TRAIT_HUFFMAN, TRAIT_SAMPLING, TRAIT_TABLES, TRAITS };

static uint32_t trait_of(const struct photo *p, enum trait t)
{
    const uint32_t v[TRAITS] = {p->coding.order, p->coding.huffman, p->coding.sampling, p->coding.tables};
    return v[t];
}

static void compare(struct arena *a, struct shot **list, size_t n)
{
    uint32_t *v = NEW_ARRAY(a, n + 1, uint32_t);
    for (int t = 0; t < TRAITS; t++) {
        for (size_t i = 0; i < n; i++)
            v[i] = trait_of(list[i]->photo, (enum trait)t);
        uint32_t want = usual(v, n);
        for (size_t i = 0; want && i < n; i++) {
            uint32_t has = trait_of(list[i]->photo, (enum trait)t);
            list[i]->flags |= has && has != want ? PHOTO_CODED_OTHERWISE : 0;
        }
    }
    for (uint32_t part = PART_EXIF; part <= PART_MORE_PICTURES; part *= 2) {
        for (size_t i = 0; i < n; i++)
            v[i] = list[i]->photo->coding.order ? 1 + ((list[i]->photo->coding.parts & part) != 0) : 0;
        bool want = usual(v, n) == 2;
        for (size_t i = 0; want && i < n; i++)
            list[i]->flags |= list[i]->photo->coding.order && !(list[i]->photo->coding.parts & part) ? PHOTO_PARTS_MISSING : 0;
    }
}

void shots_siblings(struct arena *a, struct flight *f)
{
    struct shot **list = NEW_ARRAY(a, f->n + 1, struct shot *);
    for (size_t i = 0; i < f->n; i++) {
        list[i] = &f->shots[i];
        list[i]->flags &= ~PHOTO_BESIDE_SIBLINGS; /* of a part of the flight, when it came in */
    }
    qsort(list, f->n, sizeof *list, by_camera);
    for (size_t from = 0, i = 0; from < f->n; from = i) {
        const struct photo *first = list[from]->photo;
        while (i < f->n && !strcmp(list[i]->photo->model, first->model) && list[i]->photo->width == first->width && list[i]->photo->height == first->height)
            i++;
        if (i - from > LEAST_ALIKE)
            compare(a, list + from, i - from);
    }
}
