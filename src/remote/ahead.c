/*
 * The caller is one of the workers: when it comes for a strip that is not whole yet it unpacks columns of it, too, so no core waits while there are any.
 */
#include "remote/ahead.h"

#include <pthread.h>
#include <string.h>

struct ahead {
    struct tif *t;
    struct ahead_work use;
    int level, bands, band[LIMIT_RASTER_BANDS], across, down;
    size_t tile_bytes;
    bool two;
    int given;                      /* strips handed out */
    pthread_mutex_t lock;           /* of what follows */
    pthread_cond_t work, whole;     /* there are columns; all are there */
    int strip, next, left;          /* being filled: its number, the next column nobody has taken, columns not yet there */
    int fault_column;
    const char *fault;              /* of the first column that has one */
    bool stop;
    struct ahead **held;            /* NULL: over */
    int threads;
    pthread_t thread[LIMIT_RASTER_THREADS];
    struct worker { struct ahead *h; int number; } worker[LIMIT_RASTER_THREADS];
};

static void fill(struct ahead *h, int strip)
{
    h->strip = strip;
    h->next = 0;
    h->left = h->across;
    pthread_cond_broadcast(&h->work);
}

static const char *unpack(const struct ahead *h, int worker, int strip, int across)
{
    uint8_t *to = h->use.room(h->use.context, worker, strip, across);
    for (int b = 0; b < h->bands; b++) {
        const char *fault = tif_tile_fault(h->t, h->level, h->band[b], across, strip, to + (size_t)b * h->tile_bytes);
        if (fault)
            return fault;
    }
    if (h->use.done)
        h->use.done(h->use.context, worker, strip, across);
    return NULL;
}

/* With the lock, which is open while it is unpacked. */
static void one_column(struct ahead *h, int worker)
{
    int across = h->next++, strip = h->strip;
    pthread_mutex_unlock(&h->lock);
    const char *fault = unpack(h, worker, strip, across);
    pthread_mutex_lock(&h->lock);
    if (fault && (!h->fault || across < h->fault_column)) {
        h->fault = fault;
        h->fault_column = across;
    }
    if (--h->left == 0)
        pthread_cond_signal(&h->whole);
}

static void *work(void *p)
{
    const struct worker *w = p;
    struct ahead *h = w->h;
    pthread_mutex_lock(&h->lock);
    while (!h->stop) {
        if (h->next < h->across)
            one_column(h, w->number);
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

void ahead_new(struct arena *a, struct tif *t, int level, const int *band, int bands, int threads, bool two, const struct ahead_work *use,
               struct ahead **held)
{
    struct ahead *h = NEW(a, struct ahead);
    const struct tif_level *l = &tif_head(t)->level[level];
    ahead_stop(*held);
    *h = (struct ahead){.t = t, .use = *use, .level = level, .bands = bands, .across = l->across, .down = l->down, .two = two, .held = held,
                        .tile_bytes = (size_t)TIF_TILE * TIF_TILE * sample_size(tif_head(t)->sample)};
    CHECK(bands > 0 && bands <= LIMIT_RASTER_BANDS && threads >= 0 && threads <= LIMIT_RASTER_THREADS);
    memcpy(h->band, band, (size_t)bands * sizeof *band);
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->work, NULL);
    pthread_cond_init(&h->whole, NULL);
    fill(h, 0);
    *held = h;
    arena_defer(a, stop_with_arena, h);
    while (h->threads < threads) {
        struct worker *w = &h->worker[h->threads];
        *w = (struct worker){h, h->threads + 1};
        if (pthread_create(&h->thread[h->threads], NULL, work, w) != 0)
            break; /* where no thread can be had the caller does all */
        h->threads++;
    }
}

err *ahead_next(struct ahead *h)
{
    CHECK(h->held && h->given < h->down);
    pthread_mutex_lock(&h->lock);
    if (h->strip != h->given)
        fill(h, h->given);
    while (h->next < h->across)
        one_column(h, 0);
    while (h->left)
        pthread_cond_wait(&h->whole, &h->lock);
    const char *fault = h->fault;
    h->given++;
    if (!fault && h->two && h->given < h->down)
        fill(h, h->given);
    pthread_mutex_unlock(&h->lock);
    return fault ? tif_damaged(fault) : NULL;
}
