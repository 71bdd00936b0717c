/*
 * Digests of all members. SM3 of one message cannot use a wide processor, of sixteen it can: each thread keeps sixteen
 * members under way, a piece of each in memory, and hands out the next member when one ends. The largest come first, so that
 * the lanes end together. CRC-32 is zlib's.
 */
#include "bundle/check/check_private.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { STREAMS = SM3_STREAMS_MAX, PIECE = LIMIT_BUNDLE_WINDOW / STREAMS, THREADS_MOST = 4, PROGRESS_STEP = 4 * 1024 * 1024 };

struct queue {
    struct check *c;
    uint32_t *order; /* members, largest first */
    size_t piece;    /* bytes of a member in memory at once */
    atomic_size_t next;
    atomic_bool stop;
    atomic_llong done; /* bytes */
    long long shown;
};

/* A member on its way through a lane. */
struct stream {
    struct member *m; /* NULL: idle */
    struct sm3_state state;
    int64_t read; /* bytes of the member fetched so far */
    uint8_t *piece;
    size_t at, n; /* of the piece: hashed, there */
};

struct worker {
    pthread_t thread;
    bool first; /* runs in the caller's thread */
    struct queue *q;
    struct stream stream[STREAMS];
    enum err_kind kind; /* of what failed; errors themselves live in a thread's own arena */
    char text[200];
};

static err *stream_fetch(struct worker *w, struct stream *s)
{
    int64_t left = s->m->bytes - s->read;
    size_t keep = s->n - s->at, take = w->q->piece - keep;
    memmove(s->piece, s->piece + s->at, keep);
    if ((int64_t)take > left)
        take = (size_t)left;
    TRY(source_read(&w->q->c->source, s->m->data + s->read, take, s->piece + keep));
    s->m->crc_found = (uint32_t)crc32_z(s->m->crc_found, s->piece + keep, take);
    s->read += (int64_t)take;
    s->at = 0;
    s->n = keep + take;
    atomic_fetch_add_explicit(&w->q->done, (long long)take, memory_order_relaxed);
    return NULL;
}

/* Gives an idle lane the next member; one that fits one block and less is done at once. False: no more. */
static bool stream_start(struct worker *w, struct stream *s)
{
    struct queue *q = w->q;
    size_t i = atomic_fetch_add(&q->next, 1);
    if (i >= q->c->n)
        return false;
    s->m = &q->c->members[q->order[i]];
    s->m->crc_found = 0;
    s->read = 0;
    s->at = s->n = 0;
    sm3_init(&s->state);
    return true;
}

/* Fetches and finishes until there is a whole block to hash, or no more members. */
static err *stream_ready(struct worker *w, struct stream *s)
{
    while (s->m || stream_start(w, s)) {
        if (s->n - s->at < 64 && s->read < s->m->bytes)
            TRY(stream_fetch(w, s));
        if (s->n - s->at >= 64)
            return NULL;
        sm3_add(&s->state, s->piece + s->at, s->n - s->at);
        s->m->digest = sm3_end(&s->state);
        s->m = NULL;
    }
    return NULL;
}

/* One step: every lane that has work goes forward by as many blocks as the shortest piece holds. */
static err *worker_step(struct worker *w, bool *ret_any)
{
    struct sm3_state *state[STREAMS];
    const uint8_t *bytes[STREAMS];
    struct stream *busy[STREAMS];
    size_t n = 0, blocks = w->q->piece / 64;
    for (size_t k = 0; k < STREAMS; k++) {
        struct stream *s = &w->stream[k];
        TRY(stream_ready(w, s));
        if (!s->m)
            continue;
        busy[n] = s;
        state[n] = &s->state;
        bytes[n++] = s->piece + s->at;
        if ((s->n - s->at) / 64 < blocks)
            blocks = (s->n - s->at) / 64;
    }
    *ret_any = n > 0;
    if (!n)
        return NULL;
    sm3_add_many(n, state, bytes, blocks);
    for (size_t k = 0; k < n; k++)
        busy[k]->at += 64 * blocks;
    return NULL;
}

/* Only the calling thread tells how far it is. */
static void tell(struct queue *q)
{
    long long done = atomic_load_explicit(&q->done, memory_order_relaxed);
    if (!q->c->progress || done < q->shown + PROGRESS_STEP)
        return;
    q->shown = done;
    q->c->progress(q->c->context, done, q->c->source.size);
}

static void *worker_run(void *context)
{
    struct worker *w = context;
    bool any = true;
    while (any && !atomic_load_explicit(&w->q->stop, memory_order_relaxed)) {
        err *e = worker_step(w, &any);
        if (!e && w->first)
            tell(w->q);
        if (!e)
            continue;
        w->kind = e->kind;
        snprintf(w->text, sizeof w->text, "%.*s", STR_ARG(e->text));
        atomic_store(&w->q->stop, true);
        break;
    }
    err_clear();
    return NULL;
}

static int by_bytes(const void *l, const void *r, void *context)
{
    const struct member *m = context;
    int64_t a = m[*(const uint32_t *)l].bytes, b = m[*(const uint32_t *)r].bytes;
    return (a < b) - (a > b);
}

static size_t threads_for(const struct check *c)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = processors < 1 ? 1 : processors > THREADS_MOST ? THREADS_MOST : (size_t)processors;
    return c->source.size < 4 * LIMIT_BUNDLE_WINDOW ? 1 : n;
}

static err *worker_error(const struct worker *w)
{
    return w->text[0] ? err_new(w->kind, "%s", w->text) : NULL;
}

err *members_hash(struct check *c)
{
    AUTO_ARENA(a);
    size_t n = threads_for(c);
    struct queue q = {.c = c, .order = NEW_ARRAY(a, c->n, uint32_t)};
    struct worker *w = NEW_ARRAY(a, n, struct worker);
    for (size_t i = 0; i < c->n; i++)
        q.order[i] = (uint32_t)i;
    qsort_r(q.order, c->n, sizeof *q.order, by_bytes, c->members);
    int64_t largest = c->members[q.order[0]].bytes;
    q.piece = largest < PIECE ? ((size_t)largest / 64 + 1) * 64 : PIECE;
    for (size_t i = 0; i < n; i++) {
        w[i].q = &q;
        for (size_t k = 0; k < STREAMS; k++)
            w[i].stream[k].piece = arena_alloc(a, q.piece, 1);
    }
    w[0].first = true;
    size_t started = 1; /* the caller is one of them; where no thread can be had it does all */
    while (started < n && !pthread_create(&w[started].thread, NULL, worker_run, &w[started]))
        started++;
    worker_run(&w[0]);
    err *bad = NULL;
    for (size_t i = 1; i < started; i++)
        CHECK(!pthread_join(w[i].thread, NULL));
    for (size_t i = 0; i < started && !bad; i++)
        bad = worker_error(&w[i]);
    return bad;
}
