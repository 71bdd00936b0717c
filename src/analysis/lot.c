/* A key for each piece that depends on nothing but seed and id: the pool's order cannot matter. */
#include "analysis/lot.h"

#include <stdlib.h>
#include <string.h>

struct sm3 lot_seed(const struct sm3 *root, str agency, day from, day to)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, 1000);
    buf_add(&b, S("xiezhi-lot-1\n"));
    buf_add(&b, (str){(const char *)root->byte, sizeof root->byte});
    buf_printf(&b, "\n%.*s\n%.*s\n%.*s", STR_ARG(agency), STR_ARG(day_iso(a, from)), STR_ARG(day_iso(a, to)));
    CHECK(!b.overflow);
    return sm3_of(b.p, b.n);
}

size_t lot_size(size_t n, int64_t percent)
{
    CHECK(percent >= 0 && percent <= 100);
    return (n * (size_t)percent + 99) / 100;
}

static struct sm3 key_of(const struct sm3 *seed, uint8_t mark, str id)
{
    struct sm3_state s;
    sm3_init(&s);
    sm3_add(&s, seed->byte, sizeof seed->byte);
    sm3_add(&s, &mark, 1);
    sm3_add(&s, id.p ? id.p : "", id.n);
    return sm3_end(&s);
}

struct ticket { struct sm3 key; size_t at; };

static int by_key(const void *l, const void *r)
{
    const struct ticket *a = l, *b = r;
    int c = memcmp(a->key.byte, b->key.byte, sizeof a->key.byte);
    return c ? c : a->at < b->at ? -1 : 1;
}

void lot_draw(struct arena *a, const struct sm3 *seed, const str *ids, size_t n, size_t chosen, bool *ret_chosen)
{
    CHECK(chosen <= n);
    struct ticket *t = NEW_ARRAY(a, n + 1, struct ticket);
    for (size_t i = 0; i < n; i++)
        t[i] = (struct ticket){key_of(seed, 0, ids[i]), i};
    qsort(t, n, sizeof *t, by_key);
    for (size_t i = 0; i < n; i++)
        ret_chosen[t[i].at] = i < chosen;
}

size_t lot_pick(const struct sm3 *seed, str id, size_t n)
{
    CHECK(n > 0);
    struct sm3 key = key_of(seed, 1, id);
    uint64_t x = 0;
    for (int i = 0; i < 8; i++)
        x = x << 8 | key.byte[i];
    return (size_t)(x % n);
}
