/*
 * Many texts. First the templates: all kept pieces of all docs are sorted once and those that belong to nobody in particular
 * stay as a short list. Then a sketch of each doc without them, and its bands in sorted arrays: no hash table, so the order of
 * candidates depends on nothing but the docs. A template's bucket would else hold everybody.
 */
#include "analysis/near.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct slot { uint32_t key, doc; };

struct near_index {
    const struct near_doc *docs;
    size_t n;
    uint32_t *common;
    size_t common_n, groups;     /* groups that have a doc */
    struct slot *band[NEAR_BANDS];
};

enum { GROUPS_LEAST = 3, GROUPS_SHARE = 10, GROUPS_COUNTED = 64, OWN_TEMPLATE_LEAST = 4, LIMIT_BUCKET = 4000 };

/* By the upper 32 bits of each value, stable. */
static void radix(uint64_t *v, uint64_t *spare, size_t n)
{
    for (int pass = 0; pass < 4; pass++) {
        int shift = 32 + pass * 8;
        size_t count[257] = {0};
        for (size_t i = 0; i < n; i++)
            count[(v[i] >> shift & 255) + 1]++;
        for (int b = 0; b < 256; b++)
            count[b + 1] += count[b];
        for (size_t i = 0; i < n; i++)
            spare[count[v[i] >> shift & 255]++] = v[i];
        uint64_t *t = v;
        v = spare, spare = t;
    }
}

/* Docs of each group, by a small table: groups are providers, some thousands at most. */
static uint32_t *docs_of_groups(struct arena *a, const struct near_doc *docs, size_t n, uint32_t *ret_groups)
{
    uint32_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = docs[i].group > most ? docs[i].group : most;
    uint32_t *count = NEW_ARRAY(a, (size_t)most + 1, uint32_t);
    for (size_t i = 0; i < n; i++)
        count[docs[i].group]++;
    *ret_groups = most + 1;
    return count;
}

/* Used by a tenth of the providers, three at least; or by one in half of its reports. */
static bool is_template(const struct near_index *ix, const uint64_t *v, size_t n, const uint32_t *of_group)
{
    uint32_t group[GROUPS_COUNTED];
    size_t groups = 0, enough = ix->groups / GROUPS_SHARE;
    enough = enough < GROUPS_LEAST ? GROUPS_LEAST : enough > GROUPS_COUNTED ? GROUPS_COUNTED : enough;
    for (size_t i = 0; i < n && groups < enough; i++) {
        uint32_t g = ix->docs[(uint32_t)v[i]].group;
        bool seen = false;
        for (size_t k = 0; k < groups && !seen; k++)
            seen = group[k] == g;
        if (!seen)
            group[groups++] = g;
    }
    if (groups == enough)
        return true;
    for (size_t k = 0; k < groups; k++) {
        size_t own = 0;
        for (size_t i = 0; i < n; i++)
            own += ix->docs[(uint32_t)v[i]].group == group[k];
        if (own >= OWN_TEMPLATE_LEAST && 2 * own > of_group[group[k]])
            return true;
    }
    return false;
}

static void find_templates(struct near_index *ix, struct arena *a)
{
    AUTO_ARENA(own);
    size_t total = 0, at = 0;
    uint32_t groups;
    for (size_t i = 0; i < ix->n; i++)
        total += ix->docs[i].n;
    uint64_t *v = NEW_ARRAY(own, total + 1, uint64_t), *spare = NEW_ARRAY(own, total + 1, uint64_t);
    uint32_t *of_group = docs_of_groups(own, ix->docs, ix->n, &groups);
    for (uint32_t g = 0; g < groups; g++)
        ix->groups += of_group[g] > 0;
    for (size_t i = 0; i < ix->n; i++)
        for (size_t k = 0; k < ix->docs[i].n; k++)
            v[at++] = (uint64_t)ix->docs[i].kept[k] << 32 | i;
    radix(v, spare, total);
    VEC(uint32_t) common = {0};
    for (size_t from = 0, to; from < total; from = to) {
        for (to = from + 1; to < total && v[to] >> 32 == v[from] >> 32; to++)
            ;
        if (to - from >= GROUPS_LEAST && is_template(ix, v + from, to - from, of_group))
            vec_push(a, &common, (uint32_t)(v[from] >> 32));
    }
    ix->common = common.p, ix->common_n = common.n;
}

bool near_common(const struct near_index *ix, uint32_t kept)
{
    size_t low = 0, high = ix->common_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ix->common[middle] < kept)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ix->common_n && ix->common[low] == kept;
}

/* ---- sketches ---- */

static uint32_t mix32(uint32_t x)
{
    x ^= x >> 16, x *= 0x7feb352dU;
    x ^= x >> 15, x *= 0x846ca68bU;
    return x ^ x >> 16;
}

/* Pieces without templates' ones; 0: nothing of its own. */
static size_t sketch(const struct near_index *ix, const struct near_doc *doc, uint32_t ret[NEAR_HASHES])
{
    size_t own = 0;
    memset(ret, 0xff, NEAR_HASHES * sizeof *ret);
    for (size_t k = 0; k < doc->n; k++) {
        if (near_common(ix, doc->kept[k]))
            continue;
        uint32_t base = mix32(doc->kept[k]), step = mix32(base ^ 0x9e3779b9U) | 1;
        own++;
        for (int h = 0; h < NEAR_HASHES; h++) {
            uint32_t x = base + step * (uint32_t)h;
            x ^= x >> 15, x *= 0x2c1b3c6dU;
            x ^= x >> 13;
            ret[h] = x < ret[h] ? x : ret[h];
        }
    }
    return own;
}

static uint32_t band_key(const uint32_t *s, int band)
{
    uint32_t key = 0;
    for (int r = 0; r < NEAR_ROWS; r++)
        key = mix32(key ^ s[band * NEAR_ROWS + r]) + 0x165667b1U;
    return key;
}

struct near_index *near_index_build(struct arena *a, const struct near_doc *docs, size_t n)
{
    CHECK(n <= LIMIT_NEAR_DOCS);
    struct near_index *ix = NEW(a, struct near_index);
    *ix = (struct near_index){.docs = docs, .n = n};
    find_templates(ix, a);
    AUTO_ARENA(own);
    uint32_t *all = NEW_ARRAY(own, (n + 1) * NEAR_HASHES, uint32_t);
    uint64_t *v = NEW_ARRAY(own, n + 1, uint64_t), *spare = NEW_ARRAY(own, n + 1, uint64_t);
    bool *empty = NEW_ARRAY(own, n + 1, bool);
    for (size_t i = 0; i < n; i++)
        empty[i] = sketch(ix, &docs[i], all + i * NEAR_HASHES) == 0;
    for (int b = 0; b < NEAR_BANDS; b++) {
        for (size_t i = 0; i < n; i++)
            v[i] = (uint64_t)(empty[i] ? UINT32_MAX : band_key(all + i * NEAR_HASHES, b)) << 32 | i;
        radix(v, spare, n);
        ix->band[b] = NEW_ARRAY(a, n + 1, struct slot);
        for (size_t i = 0; i < n; i++)
            ix->band[b][i] = (struct slot){(uint32_t)(v[i] >> 32), (uint32_t)v[i]};
    }
    return ix;
}

/* ---- search ---- */

static size_t first_of(const struct near_index *ix, int band, uint32_t key)
{
    size_t low = 0, high = ix->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ix->band[band][middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t share(const struct near_index *ix, const struct near_doc *x, const struct near_doc *y)
{
    size_t both = 0, own_x = 0, own_y = 0, i = 0, j = 0;
    while (i < x->n || j < y->n) {
        uint32_t p = i < x->n ? x->kept[i] : UINT32_MAX, q = j < y->n ? y->kept[j] : UINT32_MAX, low = p < q ? p : q;
        bool in_x = i < x->n && p == low, in_y = j < y->n && q == low;
        if (!near_common(ix, low)) {
            own_x += in_x, own_y += in_y;
            both += in_x && in_y;
        }
        i += in_x, j += in_y;
    }
    size_t least = own_x < own_y ? own_x : own_y;
    return least ? (uint32_t)(1000 * both / least) : 0;
}

static int by_number(const void *l, const void *r)
{
    uint32_t a = *(const uint32_t *)l, b = *(const uint32_t *)r;
    return a < b ? -1 : a > b;
}

static int most_alike(const void *l, const void *r)
{
    const struct near_found *a = l, *b = r;
    if (a->permille != b->permille)
        return a->permille > b->permille ? -1 : 1;
    return a->doc < b->doc ? -1 : a->doc > b->doc;
}

size_t near_find(const struct near_index *ix, const struct near_doc *doc, size_t itself, uint32_t least, struct near_found *ret)
{
    AUTO_ARENA(a);
    uint32_t s[NEAR_HASHES];
    VEC(uint32_t) hit = {0};
    VEC(struct near_found) found = {0};
    if (!sketch(ix, doc, s))
        return 0;
    for (int b = 0; b < NEAR_BANDS; b++) {
        uint32_t key = band_key(s, b);
        size_t at = first_of(ix, b, key);
        for (size_t k = 0; at < ix->n && ix->band[b][at].key == key && k < LIMIT_BUCKET; at++, k++)
            if (ix->band[b][at].doc != itself)
                vec_push(a, &hit, ix->band[b][at].doc);
    }
    if (hit.n)
        qsort(hit.p, hit.n, sizeof *hit.p, by_number);
    for (size_t i = 0; i < hit.n; i++) {
        if (i && hit.p[i] == hit.p[i - 1])
            continue;
        uint32_t alike = share(ix, doc, &ix->docs[hit.p[i]]);
        if (alike >= least)
            vec_push(a, &found, ((struct near_found){hit.p[i], alike}));
    }
    if (found.n)
        qsort(found.p, found.n, sizeof *found.p, most_alike);
    size_t n = found.n < NEAR_CANDIDATES ? found.n : NEAR_CANDIDATES;
    if (n)
        memcpy(ret, found.p, n * sizeof *ret);
    return n;
}

double near_bits_needed(size_t docs)
{
    return 20 + 10 + 2 * log2((double)docs + 2);
}
