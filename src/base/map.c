/*
 * Open addressing with linear probing over numbers of entries; the entries themselves stay in order
 * of insertion, so walking a map is deterministic. Nothing is ever removed.
 */
#include "base/arena.h"
#include "base/err.h"

#include <string.h>

struct entry {
    str key;
    void *value;
    uint64_t hash;
};

struct map {
    struct arena *arena;
    VEC(struct entry) entries;
    uint32_t *slots; /* number of an entry plus one; 0 is free */
    size_t slots_n;  /* power of two, at most half used */
};

struct map *map_new(struct arena *a)
{
    struct map *m = NEW(a, struct map);
    m->arena = a;
    return m;
}

struct map *map_new_for(struct arena *a, size_t n)
{
    struct map *m = map_new(a);
    CHECK(n < UINT32_MAX / 4);
    for (m->slots_n = 16; m->slots_n < 2 * n;)
        m->slots_n *= 2;
    m->slots = NEW_ARRAY(a, m->slots_n, uint32_t);
    m->entries.p = NEW_ARRAY(a, n + 1, struct entry);
    m->entries.capacity = n + 1;
    return m;
}

/* The slot that holds key, or the free one where it belongs. */
static uint32_t *map_slot(const struct map *m, str key, uint64_t hash)
{
    size_t i = hash & (m->slots_n - 1);
    for (;; i = (i + 1) & (m->slots_n - 1)) {
        if (m->slots[i] == 0)
            return &m->slots[i];
        const struct entry *e = &m->entries.p[m->slots[i] - 1];
        if (e->hash == hash && str_eq(e->key, key))
            return &m->slots[i];
    }
}

static void map_widen(struct map *m)
{
    m->slots_n = m->slots_n ? m->slots_n * 2 : 16;
    m->slots = NEW_ARRAY(m->arena, m->slots_n, uint32_t);
    for (size_t i = 0; i < m->entries.n; i++) {
        const struct entry *e = &m->entries.p[i];
        *map_slot(m, e->key, e->hash) = (uint32_t)i + 1;
    }
}

void map_put(struct map *m, str key, void *value)
{
    if ((m->entries.n + 1) * 2 > m->slots_n)
        map_widen(m);
    uint64_t hash = str_hash(key);
    uint32_t *slot = map_slot(m, key, hash);
    if (*slot) {
        m->entries.p[*slot - 1].value = value;
        return;
    }
    CHECK(m->entries.n < UINT32_MAX - 1);
    struct entry e = {key, value, hash};
    vec_push(m->arena, &m->entries, e);
    *slot = (uint32_t)m->entries.n;
}

void *map_get(const struct map *m, str key)
{
    if (!m->slots_n)
        return NULL;
    uint32_t slot = *map_slot(m, key, str_hash(key));
    return slot ? m->entries.p[slot - 1].value : NULL;
}

size_t map_count(const struct map *m)
{
    return m->entries.n;
}

void map_at(const struct map *m, size_t index, str *ret_key, void **ret_value)
{
    CHECK(index < m->entries.n);
    *ret_key = m->entries.p[index].key;
    *ret_value = m->entries.p[index].value;
}
