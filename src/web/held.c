/* One lock for all lists: nothing is done under it but looking and linking. Whoever lets go last frees. */
#include "web/held.h"

#include "crypto/crypto.h"

#include <string.h>

void *held_make(struct request *q, const struct held_kind *kind, size_t size, str filename)
{
    uint8_t random[10];
    struct arena *a = arena_new();
    struct held *h = arena_alloc(a, 1, size);
    random_bytes(random, sizeof random);
    *h = (struct held){.kind = kind, .web = q->web, .arena = a, .user = arena_str(a, q->session.user), .filename = arena_str(a, utf8_clip(filename, 80)),
                       .made = q->now, .refs = 1};
    memcpy(h->id, ulid_make(a, q->now, random).p, ULID_LENGTH);
    return h;
}

void held_free(struct held *h)
{
    if (h->kind->end)
        h->kind->end(h);
    arena_free(h->run);
    arena_free(h->arena);
}

static void let_go(struct held *h)
{
    struct web *web = h->web;
    pthread_mutex_lock(&web->held_lock);
    bool last = --h->refs == 0;
    pthread_mutex_unlock(&web->held_lock);
    if (last)
        held_free(h);
}

/* The thread that ends a request is not always the one that took it: a flag, where a mutex would have an owner. */
static void request_over(void *context)
{
    struct held *h = context;
    pthread_mutex_lock(&h->web->held_lock);
    h->taken = false;
    pthread_cond_broadcast(&h->web->held_wake);
    pthread_mutex_unlock(&h->web->held_lock);
    let_go(h);
}

/* Takes out what may go: the user's other ones, and old ones; counts what is left. held_lock is held. */
static struct held *sweep(struct held **list, const struct held *for_, int *ret_left, bool *ret_own)
{
    struct held *gone = NULL;
    *ret_left = 0, *ret_own = false;
    for (struct held **at = list; *at;) {
        struct held *h = *at;
        bool own = str_eq(h->user, for_->user), old = for_->made - h->made > h->kind->hours * USEC_HOUR;
        if ((own || old) && !(h->kind->stays && h->kind->stays(h))) {
            *at = h->next;
            h->next = gone;
            gone = h;
        } else {
            at = &h->next;
            ++*ret_left;
            *ret_own |= own;
        }
    }
    return gone;
}

err *held_put(struct request *q, struct held **list, struct held *h)
{
    int left;
    bool own;
    pthread_mutex_lock(&h->web->held_lock);
    struct held *gone = sweep(list, h, &left, &own);
    bool in = !own && left < h->kind->most;
    if (in) {
        h->refs++;
        h->taken = true;
        h->next = *list;
        *list = h;
    }
    pthread_mutex_unlock(&h->web->held_lock);
    for (struct held *next; gone; gone = next) {
        next = gone->next;
        let_go(gone);
    }
    if (in) {
        arena_defer(q->a, request_over, h);
        return NULL;
    }
    err *e = own ? err_new(ERR_CONFLICT, "%s", h->kind->own) : err_new(ERR_BUSY, h->kind->full, left);
    held_free(h);
    return e;
}

err *held_take(struct request *q, struct held **list, const struct held_kind *kind, str id, struct held **ret)
{
    pthread_mutex_lock(&q->web->held_lock);
    struct held *h = *list;
    while (h && !((!id.p || str_eq(str_of(h->id), id)) && str_eq(h->user, q->session.user)))
        h = h->next;
    if (h) {
        h->refs++;
        while (h->taken)
            pthread_cond_wait(&q->web->held_wake, &q->web->held_lock);
        h->taken = true;
    }
    pthread_mutex_unlock(&q->web->held_lock);
    if (!h)
        return err_new(ERR_MISSING, kind->gone, kind->hours);
    arena_defer(q->a, request_over, h);
    *ret = h;
    return NULL;
}

void held_stop(struct held **list)
{
    for (struct held *h = *list, *next; h; h = next) {
        next = h->next;
        let_go(h);
    }
    *list = NULL;
}
