/*
 * Group commit. A frame that finds the committer idle is written at once; frames that come while it works wait together, and a
 * commit begins at most every GATEWAY_COMMIT_MS, so the number of syncs is bounded and batches grow with the load.
 *
 * When the store refuses, the batch is kept and tried again: frames of devices that ask for no answer would be lost otherwise.
 * Meanwhile the reader stops reading, TCP holds the senders, and nobody is answered.
 */
#include "monitor/gateway/gateway_private.h"

#include <stdlib.h>
#include <time.h>

enum { SPARES = 4, RETRY_MS = 200, SAY_EVERY = 300 /* tries */, LAST_TRIES = 3 };

/* ---- batches ---- */
struct batch *batch_new(void)
{
    struct arena *a = arena_new();
    struct batch *b = NEW(a, struct batch);
    b->arena = a;
    return b;
}

void batch_free(struct batch *b)
{
    if (b)
        arena_free(b->arena);
}

static struct batch *fresh(struct gateway *g)
{
    struct batch *b = g->spare;
    if (!b)
        return batch_new();
    g->spare = b->next;
    g->spares--;
    b->next = NULL;
    return b;
}

void batch_give_back(struct gateway *g, struct batch *b)
{
    struct arena *a = b->arena;
    arena_reset(a);
    b = NEW(a, struct batch);
    b->arena = a;
    pthread_mutex_lock(&g->lock);
    if (g->spares < SPARES) {
        b->next = g->spare;
        g->spare = b;
        g->spares++;
        b = NULL;
    }
    pthread_mutex_unlock(&g->lock);
    batch_free(b);
}

static void open_close(struct gateway *g)
{
    *g->full_end = g->open;
    g->full_end = &g->open->next;
    g->open = NULL;
}

void batch_add(struct gateway *g, const struct entry *e, const struct spool_frame *frame, str answer)
{
    pthread_mutex_lock(&g->lock);
    if (!g->open)
        g->open = fresh(g);
    struct batch *b = g->open;
    struct entry copy = *e;
    copy.answer = answer.n ? arena_str(b->arena, answer) : S("");
    copy.stored = -1;
    if (frame) {
        struct spool_frame f = *frame;
        f.raw = arena_str(b->arena, f.raw);
        f.peer = arena_str(b->arena, f.peer);
        copy.stored = (int32_t)b->frames.n;
        vec_push(b->arena, &b->frames, f);
        b->bytes += f.raw.n;
        atomic_fetch_add(&g->waiting_bytes, (long long)f.raw.n);
    }
    if (b->entries.n == 0)
        b->first_mono = e->arrived_mono;
    vec_push(b->arena, &b->entries, copy);
    atomic_fetch_add(&g->waiting_frames, 1);
    if (b->entries.n == 1)
        pthread_cond_signal(&g->filled);
    if (b->bytes >= GATEWAY_COMMIT_BYTES) {
        open_close(g);
        pthread_cond_signal(&g->filled);
    }
    pthread_mutex_unlock(&g->lock);
}

struct batch *batches_done(struct gateway *g)
{
    pthread_mutex_lock(&g->lock);
    struct batch *b = g->done;
    g->done = NULL;
    g->done_end = &g->done;
    pthread_mutex_unlock(&g->lock);
    return b;
}

/* ---- the thread ---- */
static struct timespec at_mono(int64_t microseconds)
{
    return (struct timespec){microseconds / 1000000, microseconds % 1000000 * 1000};
}

/* The next batch, once the one before is GATEWAY_COMMIT_MS old; NULL: there will be no more. */
static struct batch *take(struct gateway *g, int64_t begun)
{
    struct batch *b = NULL;
    struct timespec until = at_mono(begun + GATEWAY_COMMIT_MS * 1000);
    pthread_mutex_lock(&g->lock);
    while (!g->full && !g->open && !g->no_more)
        pthread_cond_wait(&g->filled, &g->lock);
    while (!g->full && !g->no_more && time_monotonic() < begun + GATEWAY_COMMIT_MS * 1000)
        pthread_cond_timedwait(&g->filled, &g->lock, &until);
    if (!g->full && g->open)
        open_close(g);
    b = g->full;
    if (b) {
        g->full = b->next;
        if (!g->full)
            g->full_end = &g->full;
        b->next = NULL;
    }
    pthread_mutex_unlock(&g->lock);
    return b;
}

static enum platform_cause cause_of(const err *e)
{
    return e->kind == ERR_FULL ? CAUSE_DISK_FULL : CAUSE_DATABASE;
}

/* Whose frames wait for us is counted by device; the seconds concern every device. */
static void refused_first(struct gateway *g, const struct batch *b, const err *e, usec now)
{
    log_err("gateway-append", e);
    for (size_t i = 0; i < b->entries.n; i++)
        if (b->entries.p[i].stored >= 0 && b->entries.p[i].logger)
            causes_add(g->causes, str_of(b->entries.p[i].logger->mn), now, cause_of(e), 0, 1);
}

/* False: the gateway stops and the store still refuses; the batch is lost, and none of it was answered. */
static bool append(struct gateway *g, struct batch *b)
{
    usec since = gateway_now(g);
    int last_tries = 0;
    for (int tries = 0;; tries++) {
        struct spool_clock clock = clock_read();
        err *e = g->append(g->readings, b->frames.p, b->frames.n, &clock, &b->number);
        usec now = gateway_now(g);
        atomic_store(&g->m.clock_offset_us, clock.offset_us);
        if (tries)
            causes_span(g->causes, S(""), since, now, (enum platform_cause)(atomic_load(&g->failing) - 1));
        since = now;
        if (!e)
            break;
        atomic_fetch_add(&g->m.commit_failures, 1);
        atomic_store(&g->failing, (int)cause_of(e) + 1);
        if (tries == 0)
            refused_first(g, b, e, now);
        else if (tries % SAY_EVERY == 0)
            log_err("gateway-append", e);
        err_clear();
        gateway_wake(g);
        if (atomic_load(&g->stopping) && ++last_tries == LAST_TRIES)
            return false;
        gateway_pause(g, RETRY_MS);
    }
    if (atomic_exchange(&g->failing, 0))
        log_event(LOG_INFO, "gateway-append-again", NULL);
    return true;
}

static void hand_over(struct gateway *g, struct batch *b)
{
    long long accepted = 0;
    for (size_t i = 0; i < b->frames.n; i++)
        accepted += b->frames.p[i].state == SPOOL_ACCEPTED;
    atomic_fetch_add(&g->m.stored, accepted);
    if (b->frames.n) {
        atomic_store(&g->newest, b->frames.p[b->frames.n - 1].arrived);
        atomic_store(&g->newest_batch, b->number);
        atomic_fetch_add(&g->m.commits, 1);
    }
    atomic_fetch_sub(&g->waiting_frames, (long long)b->entries.n);
    atomic_fetch_sub(&g->waiting_bytes, (long long)b->bytes);
    pthread_mutex_lock(&g->lock);
    *g->done_end = b;
    g->done_end = &b->next;
    pthread_mutex_unlock(&g->lock);
    gateway_wake(g);
}

void *committer_run(void *gateway)
{
    struct gateway *g = gateway;
    struct batch *b;
    int64_t begun = 0;
    while ((b = take(g, begun))) {
        begun = time_monotonic();
        if (b->frames.n && !append(g, b)) {
            log_event(LOG_ERROR, "gateway-batch-lost-unanswered", NULL);
            batch_free(b);
            continue;
        }
        hand_over(g, b);
        err_clear();
    }
    atomic_store(&g->committer_ended, true);
    gateway_wake(g);
    return NULL;
}
