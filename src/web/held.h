/*
 * Files that somebody brought and that are worked on over several pages: in memory only, their owner's alone, for one request at a time
 * (a user has several windows), gone after some hours or when the owner brings another. import_job.c and audit_job.c stand on it.
 * Private to web/. Any thread.
 */
#pragma once
#include "web/web_private.h"

struct held {
    struct held *next;
    const struct held_kind *kind;
    struct web *web;
    struct arena *arena;      /* everything of it, itself too, but what a run makes */
    struct arena *run;        /* results of the last run; NULL: none yet */
    char id[ULID_LENGTH + 1];
    str user, filename;
    usec made;
    int refs;                 /* under held_lock: the list, and requests that look at it */
    bool taken;               /* under held_lock: by the one that does */
};
struct held_kind {
    int hours, most;
    bool (*stays)(const struct held *h); /* under held_lock: it may not make room now; NULL: each may */
    void (*end)(struct held *h);         /* before its memory goes; NULL: nothing */
    const char *own, *full, *gone;       /* why not: the owner's stays; there are `most` ("…%d…"); it is not here, or no longer ("…%d…" hours) */
};
/* `size` bytes that begin with struct held, the rest zero: this request's, and in no list yet. */
void *held_make(struct request *q, const struct held_kind *kind, size_t size, str filename);
void held_free(struct held *h); /* one that came into no list */
/* Into the list, taken until the request ends; the owner's other one and old ones go. On ERR_CONFLICT and ERR_BUSY it is freed. */
MUST_USE err *held_put(struct request *q, struct held **list, struct held *h);
/* Waits until it is this request's alone, until that ends. ERR_MISSING also when it is somebody else's. `id` absent: the user's own. */
MUST_USE err *held_take(struct request *q, struct held **list, const struct held_kind *kind, str id, struct held **ret);
void held_stop(struct held **list); /* the workers are gone */
