/*
 * The caller is one of the workers: when it comes for a strip that is not whole yet it unpacks tiles of it, too, so no core waits while there are tiles.
 * Two strips are kept, one being read and one being filled; where two are too much, or nobody helps, one.
 */
#include "remote/ahead.h"

#include <pthread.h>
#include <string.h>

struct ahead {
    struct tif *t;
    int level, bands, band[LIMIT_RASTER_BANDS], across, down, tiles; /* of a strip */
    size_t tile_bytes;
    uint8_t *slot[2];
    int slots, given;               /* strips handed out */
    pthread_mutex_t lock;           /* of what follows */
    pthread_cond_t work, whole;
    int strip, next, left;          /* being filled: its number, the next tile nobody has taken, tiles not yet there */
    int fault_tile;
    const char *fault;              /* of the first tile that has one */
    bool stop;
    struct ahead **held;            /* NULL: over */
    int threads;
    pthread_t thread[LIMIT_RASTER_THREADS];
};

static void fill(struct ahead *h, int strip)
{
    h->strip = strip;
    h->next = 0;
    h->left = h->tiles;
    pthread_cond_broadcast(&h->work);
}

/* With the lock, which is open while the tile is unpacked. */
static void one_tile(struct ahead *h)
{
    int tile = h->next++, strip = h->strip;
    uint8_t *to = h->slot[strip % h->slots] + (size_t)tile * h->tile_bytes;
    pthread_mutex_unlock(&h->lock);
    const char *fault = tif_tile_fault(h->t, h->level, h->band[tile % h->bands], tile / h->bands, strip, to);
    pthread_mutex_lock(&h->lock);
    if (fault && (!h->fault || tile < h->fault_tile)) {
        h->fault = fault;
        h->fault_tile = tile;
    }
    if (--h->left == 0)
        pthread_cond_signal(&h->whole);
}

static void *worker(void *p)
{
    struct ahead *h = p;
    pthread_mutex_lock(&h->lock);
    while (!h->stop) {
        if (h->next < h->tiles)
            one_tile(h);
        else
            pthread_cond_wait(&h->work, &h->lock);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

void ahead_stop(struct ahead *h)
{
    if (!h || !h->held)
        return;
    *h->held = NULL;
    h->held = NULL;
    pthread_mutex_lock(&h->lock);
    h->stop = true;
    pthread_cond_broadcast(&h->work);
    pthread_mutex_unlock(&h->lock);
    for (int i = 0; i < h->threads; i++)
        CHECK(!pthread_join(h->thread[i], NULL));
    pthread_cond_destroy(&h->work);
    pthread_cond_destroy(&h->whole);
    pthread_mutex_destroy(&h->lock);
}

static void stop_with_arena(void *p)
{
    ahead_stop(p);
}

void ahead_new(struct arena *a, struct tif *t, int level, const int *band, int bands, int threads, struct ahead **held)
{
    ahead_stop(*held);
    struct ahead *h = NEW(a, struct ahead);
    const struct tif_level *l = &tif_head(t)->level[level];
    *h = (struct ahead){.t = t, .level = level, .bands = bands, .across = l->across, .down = l->down, .tiles = l->across * bands, .slots = 1,
                        .held = held, .tile_bytes = (size_t)TIF_TILE * TIF_TILE * sample_size(tif_head(t)->sample)};
    CHECK(bands > 0 && bands <= LIMIT_RASTER_BANDS && threads >= 0 && threads <= LIMIT_RASTER_THREADS);
    memcpy(h->band, band, (size_t)bands * sizeof *band);
    h->next = h->tiles;
    size_t strip = (size_t)h->tiles * h->tile_bytes;
    if (threads && h->down > 1 && 2 * strip <= LIMIT_RASTER_SHARED)
        h->slots = 2;
    for (int i = 0; i < h->slots; i++)
        h->slot[i] = arena_alloc(a, strip, 1);
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->work, NULL);
    pthread_cond_init(&h->whole, NULL);
    fill(h, 0);
    arena_defer(a, stop_with_arena, h);
    while (h->threads < threads && pthread_create(&h->thread[h->threads], NULL, worker, h) == 0)
        h->threads++; /* where no thread can be had the caller does all */
    *held = h;
}

err *ahead_next(struct ahead *h, const uint8_t **ret)
{
    CHECK(h->held && h->given < h->down);
    pthread_mutex_lock(&h->lock);
    if (h->strip != h->given)
        fill(h, h->given);
    while (h->next < h->tiles)
        one_tile(h);
    while (h->left)
        pthread_cond_wait(&h->whole, &h->lock);
    const char *fault = h->fault;
    if (!fault && h->slots == 2 && h->given + 1 < h->down)
        fill(h, h->given + 1);
    pthread_mutex_unlock(&h->lock);
    if (fault)
        return tif_damaged(fault);
    *ret = h->slot[h->given++ % h->slots];
    return NULL;
}
