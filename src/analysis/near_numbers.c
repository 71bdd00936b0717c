/*
 * Numbers as written. "12.0" and "12" differ: who copies, copies the zeros. Dates, times, numbering and codes are no
 * measurements; a single figure says too little to be anybody's.
 */
#include "analysis/near.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_DIGITS = 8 };

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The figure and what sticks to it: "2026-03-02", "10:30", "GB16297" are none. */
static size_t token(str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && (digit(s.p[at + n]) || s.p[at + n] == '.' || s.p[at + n] == ':' || s.p[at + n] == '/' || s.p[at + n] == '-' ||
                            letter(s.p[at + n])))
        n++;
    return n;
}

static bool followed(str s, size_t at, const char *word)
{
    return str_starts(str_sub(s, at, s.n), str_of(word));
}

/* Of digits and at most one point inside; *ret_digits are the significant ones. */
static bool plain_number(str t, uint8_t *ret_digits)
{
    size_t points = 0, digits = 0, leading = 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] == '.') {
            if (++points > 1 || i == 0 || i + 1 == t.n)
                return false;
        } else if (digit(t.p[i])) {
            digits++;
            leading += t.p[i] == '0' && leading + 1 == digits;
        } else {
            return false;
        }
    }
    size_t significant = digits - leading;
    *ret_digits = (uint8_t)(significant < 200 ? significant : 200);
    return significant >= 2 && (points || digits < CODE_DIGITS);
}

static uint64_t hash_of(str t)
{
    while (t.n > 1 && t.p[0] == '0' && digit(t.p[1]))
        t = str_sub(t, 1, t.n);
    return str_hash(t);
}

static int by_value(const void *l, const void *r)
{
    uint32_t a = *(const uint32_t *)l, b = *(const uint32_t *)r;
    return a < b ? -1 : a > b;
}

static void grams(struct arena *a, const struct near_number *v, size_t n, struct near_numbers *ret)
{
    size_t count = n >= NEAR_GRAM ? n - NEAR_GRAM + 1 : 0, k = 0;
    uint32_t *gram = NEW_ARRAY(a, count + 1, uint32_t);
    for (size_t i = 0; i < count; i++) {
        uint64_t h = 1469598103934665603U;
        bool flat = true;
        for (size_t g = 0; g < NEAR_GRAM; g++) {
            h = (h ^ v[i + g].value) * 1099511628211U;
            h ^= h >> 29;
            flat = flat && v[i + g].value == v[i].value;
        }
        if (!flat)
            gram[k++] = (uint32_t)(h >> 32);
    }
    qsort(gram, k, sizeof *gram, by_value);
    ret->gram = gram;
    for (size_t i = 0; i < k; i++)
        if (!ret->grams_n || gram[ret->grams_n - 1] != gram[i])
            gram[ret->grams_n++] = gram[i];
}

void near_numbers_of(struct arena *a, str s, struct near_numbers *ret)
{
    VEC(struct near_number) v = {0};
    *ret = (struct near_numbers){0};
    for (size_t at = 0; at < s.n;) {
        if (!digit(s.p[at])) {
            size_t word = letter(s.p[at]) ? token(s, at) : 1; /* letters and what follows them are a code */
            at += word ? word : 1;
            continue;
        }
        size_t n = token(s, at);
        str t = str_sub(s, at, n);
        while (t.n && (t.p[t.n - 1] == '.' || t.p[t.n - 1] == '-' || t.p[t.n - 1] == ':' || t.p[t.n - 1] == '/'))
            t.n--;
        at += n;
        uint8_t digits;
        if (followed(s, at, "年") || followed(s, at, "月") || followed(s, at, "日") || followed(s, at, "号") || followed(s, at, "条") ||
            !plain_number(t, &digits))
            continue;
        if (v.n == LIMIT_NEAR_NUMBERS) {
            ret->cut = true;
            break;
        }
        vec_push(a, &v, ((struct near_number){hash_of(t), digits}));
    }
    ret->number = v.p, ret->n = v.n;
    grams(a, v.p, v.n, ret);
}

/* ---- two sequences ---- */

struct counted { uint64_t value; uint32_t n; };

static int by_counted(const void *l, const void *r)
{
    uint64_t a = ((const struct counted *)l)->value, b = ((const struct counted *)r)->value;
    return a < b ? -1 : a > b;
}

static uint64_t pair_of(const struct near_number *v)
{
    return v[0].value * UINT64_C(0x9e3779b97f4a7c15) ^ v[1].value;
}

/* Sorted values with their numbers; in place, *ret_n of them. */
static void count(struct counted *c, size_t n, size_t *ret_n)
{
    size_t k = 0;
    qsort(c, n, sizeof *c, by_counted);
    for (size_t i = 0; i < n; i++)
        if (k && c[k - 1].value == c[i].value)
            c[k - 1].n++;
        else
            c[k++] = c[i];
    *ret_n = k;
}

static double times(const struct counted *c, size_t n, uint64_t value)
{
    const struct counted key = {value, 0}, *hit = bsearch(&key, c, n, sizeof *c, by_counted);
    return hit ? (double)hit->n : 0;
}

/*
 * How surprising each value of x is: log2 of one over its share in both texts together, at most what its figures can say, and,
 * where the value before it is frequent, no more than after that value: columns of a table come round.
 */
static double *weights(struct arena *a, const struct near_numbers *x, const struct near_numbers *y)
{
    enum { FREQUENT = 4 };
    size_t n = x->n + y->n, all_n, own_n, pairs_n;
    struct counted *all = NEW_ARRAY(a, n + 1, struct counted), *own = NEW_ARRAY(a, x->n + 1, struct counted),
                   *pairs = NEW_ARRAY(a, x->n + 1, struct counted);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct counted){i < x->n ? x->number[i].value : y->number[i - x->n].value, 1};
    for (size_t i = 0; i + 1 < x->n; i++) {
        own[i] = (struct counted){x->number[i].value, 1};
        pairs[i] = (struct counted){pair_of(&x->number[i]), 1};
    }
    count(all, n, &all_n);
    count(own, x->n ? x->n - 1 : 0, &own_n);
    count(pairs, x->n ? x->n - 1 : 0, &pairs_n);
    double *w = NEW_ARRAY(a, x->n + 1, double);
    for (size_t i = 0; i < x->n; i++) {
        double most = (x->number[i].digits - 1) * log2(10), before = i ? times(own, own_n, x->number[i - 1].value) : 0;
        w[i] = log2((double)n / times(all, all_n, x->number[i].value));
        w[i] = w[i] < most ? w[i] : most;
        if (before >= FREQUENT) {
            double after = log2(before / times(pairs, pairs_n, pair_of(&x->number[i - 1])));
            w[i] = w[i] < after ? w[i] : after;
        }
    }
    return w;
}

void near_longest_run(struct arena *a, const struct near_numbers *x, const struct near_numbers *y, struct near_run *ret)
{
    *ret = (struct near_run){0};
    if (!x->n || !y->n)
        return;
    double *w = weights(a, x, y), *bits = NEW_ARRAY(a, y->n + 1, double), *before = NEW_ARRAY(a, y->n + 1, double);
    uint32_t *run = NEW_ARRAY(a, y->n + 1, uint32_t), *last = NEW_ARRAY(a, y->n + 1, uint32_t);
    for (size_t i = 0; i < x->n; i++) {
        for (size_t j = 0; j < y->n; j++) {
            bool same = x->number[i].value == y->number[j].value;
            run[j + 1] = same ? last[j] + 1 : 0;
            bits[j + 1] = same ? before[j] + w[i] : 0;
            if (bits[j + 1] > ret->bits)
                *ret = (struct near_run){.n = run[j + 1], .at_x = i + 1 - run[j + 1], .at_y = j + 1 - run[j + 1], .bits = bits[j + 1]};
        }
        uint32_t *r = run;
        double *b = bits;
        run = last, last = r;
        bits = before, before = b;
    }
    for (size_t i = 0; i < ret->n; i++) {
        bool fresh = true;
        for (size_t k = 0; k < i && fresh; k++)
            fresh = x->number[ret->at_x + k].value != x->number[ret->at_x + i].value;
        ret->distinct += fresh;
    }
}
