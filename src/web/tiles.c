/*
 * A table of chains and one list from the latest to the oldest use, under one lock that is held for a copy of some ten kilobytes. Each entry is an arena of its own, so that it goes as a whole.
 * Two who draw the same picture at once both do; the second finds it there and adds nothing.
 */
#include "web/tiles.h"

#include <pthread.h>
#include <string.h>

enum { CHAINS = 4096 };
struct tile { struct tile *chain, *newer, *older; struct arena *arena; struct sm3 key; str bytes; };
struct tiles {
    pthread_mutex_t lock; /* of all that follows */
    struct tile *chain[CHAINS], *newest, *oldest;
    size_t most;
    struct tiles_figures figures;
};

static struct tile **chain_of(struct tiles *t, const struct sm3 *key)
{
    uint32_t v;
    memcpy(&v, key->byte, sizeof v);
    return &t->chain[v % CHAINS];
}

static struct tile *find(struct tiles *t, const struct sm3 *key)
{
    struct tile *e = *chain_of(t, key);
    while (e && memcmp(e->key.byte, key->byte, SM3_BYTES) != 0)
        e = e->chain;
    return e;
}

static void list_out(struct tiles *t, struct tile *e)
{
    *(e->newer ? &e->newer->older : &t->newest) = e->older;
    *(e->older ? &e->older->newer : &t->oldest) = e->newer;
}

static void list_in(struct tiles *t, struct tile *e)
{
    e->newer = NULL;
    e->older = t->newest;
    *(t->newest ? &t->newest->newer : &t->oldest) = e;
    t->newest = e;
}

static void drop(struct tiles *t, struct tile *e)
{
    struct tile **at = chain_of(t, &e->key);
    while (*at != e)
        at = &(*at)->chain;
    *at = e->chain;
    list_out(t, e);
    t->figures.kept--;
    t->figures.bytes -= e->bytes.n + TILE_OVERHEAD;
    arena_free(e->arena);
}

static void end(void *p)
{
    struct tiles *t = p;
    while (t->oldest)
        drop(t, t->oldest);
    pthread_mutex_destroy(&t->lock);
}

struct tiles *tiles_new(struct arena *a, size_t most)
{
    struct tiles *t = NEW(a, struct tiles);
    t->most = most;
    pthread_mutex_init(&t->lock, NULL);
    arena_defer(a, end, t);
    return t;
}

bool tiles_get(struct tiles *t, const struct sm3 *key, struct arena *a, str *ret)
{
    pthread_mutex_lock(&t->lock);
    struct tile *e = find(t, key);
    if (e) {
        *ret = arena_str(a, e->bytes);
        list_out(t, e);
        list_in(t, e);
        t->figures.hits++;
    } else {
        t->figures.misses++;
    }
    pthread_mutex_unlock(&t->lock);
    return e != NULL;
}

void tiles_put(struct tiles *t, const struct sm3 *key, str bytes)
{
    if (bytes.n > LIMIT_TILE_KEPT || bytes.n + TILE_OVERHEAD > t->most)
        return;
    struct arena *own = arena_new();
    struct tile *e = NEW(own, struct tile);
    *e = (struct tile){.arena = own, .key = *key, .bytes = arena_str(own, bytes)};
    pthread_mutex_lock(&t->lock);
    if (find(t, key)) {
        pthread_mutex_unlock(&t->lock);
        arena_free(own);
        return;
    }
    struct tile **chain = chain_of(t, key);
    e->chain = *chain;
    *chain = e;
    list_in(t, e);
    t->figures.kept++;
    t->figures.bytes += bytes.n + TILE_OVERHEAD;
    while (t->figures.bytes > t->most) {
        drop(t, t->oldest);
        t->figures.evicted++;
    }
    pthread_mutex_unlock(&t->lock);
}

struct tiles_figures tiles_figures(struct tiles *t)
{
    pthread_mutex_lock(&t->lock);
    struct tiles_figures f = t->figures;
    pthread_mutex_unlock(&t->lock);
    return f;
}
