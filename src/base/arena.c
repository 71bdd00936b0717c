/*
 * A list of chunks, each twice the one before until CHUNK_LARGEST, so that a small request costs
 * one malloc and a large one few. Bytes are zeroed when handed out, not when the chunk is made: a
 * reset arena reuses its last chunk, and most copies need no zeroing at all. Under
 * AddressSanitizer what is not handed out is poisoned, with a gap behind each block: it sees into
 * arenas as into malloc.
 */
#include "base/arena_private.h"
#include "base/sanitized.h"
#include "base/err.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if ADDRESS_SANITIZED
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { GAP = 0 };
#endif

enum { ALIGNMENT = 16, CHUNK_FIRST = 8 * 1024, CHUNK_LARGEST = 1024 * 1024 };

struct chunk {
    struct chunk *older;
    size_t size; /* bytes in data */
    _Alignas(ALIGNMENT) char data[];
};

struct deferred {
    struct deferred *older;
    void (*fn)(void *);
    void *p;
};

struct arena {
    struct chunk *newest;
    char *at, *end; /* free part of the newest chunk */
    struct deferred *deferred;
    size_t older_used; /* bytes used in all chunks but the newest */
};

static _Noreturn void out_of_memory(size_t n)
{
    fprintf(stderr, "out of memory: %zu bytes\n", n);
    abort();
}

static void chunk_add(struct arena *a, size_t least)
{
    size_t size = a->newest ? a->newest->size * 2 : CHUNK_FIRST;
    if (size > CHUNK_LARGEST)
        size = CHUNK_LARGEST;
    if (size < least)
        size = least;
    struct chunk *chunk = malloc(sizeof *chunk + size);
    if (!chunk)
        out_of_memory(size);
    if (a->newest)
        a->older_used += (size_t)(a->at - a->newest->data);
    chunk->older = a->newest;
    chunk->size = size;
    a->newest = chunk;
    a->at = chunk->data;
    a->end = chunk->data + size;
    ASAN_POISON_MEMORY_REGION(chunk->data, size);
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        out_of_memory(sizeof *a);
    return a;
}

/* A deferred call may itself allocate or defer, so each is taken off the list before it runs. */
static void run_deferred(struct arena *a)
{
    while (a->deferred) {
        struct deferred *d = a->deferred;
        a->deferred = d->older;
        d->fn(d->p);
    }
}

static void free_chunks(struct chunk *chunk, const struct chunk *keep)
{
    while (chunk && chunk != keep) {
        struct chunk *older = chunk->older;
        ASAN_UNPOISON_MEMORY_REGION(chunk->data, chunk->size);
        free(chunk);
        chunk = older;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    run_deferred(a);
    free_chunks(a->newest, NULL);
    free(a);
}

void arena_reset(struct arena *a)
{
    run_deferred(a);
    struct chunk *kept = a->newest; /* the largest: whoever needed it once needs it again */
    if (kept) {
        free_chunks(kept->older, NULL);
        kept->older = NULL;
        if (kept->size > CHUNK_LARGEST) {
            free_chunks(kept, NULL);
            kept = NULL;
        }
    }
    a->newest = kept;
    a->at = kept ? kept->data : NULL;
    a->end = kept ? kept->data + kept->size : NULL;
    a->older_used = 0;
    if (kept)
        ASAN_POISON_MEMORY_REGION(kept->data, kept->size);
}

void arena_reset_keep(struct arena *a, size_t most)
{
    run_deferred(a);
    size_t used = arena_used(a);
    struct chunk *kept = a->newest;
    if (kept && kept->size >= used && kept->size <= most) {
        free_chunks(kept->older, NULL);
        kept->older = NULL;
        a->at = kept->data;
        a->end = kept->data + kept->size;
        a->older_used = 0;
        ASAN_POISON_MEMORY_REGION(kept->data, kept->size);
        return;
    }
    arena_reset(a);
    if (used > CHUNK_LARGEST && used + used / 8 <= most)
        chunk_add(a, used + used / 8);
}

void arena_free_at(struct arena **a)
{
    arena_free(*a);
}

/* What a block of n bytes takes; no block is empty, so that each has its own address. */
static size_t block_size(size_t n)
{
    CHECK(n <= SIZE_MAX / 2);
    return ((n ? n : 1) + GAP + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

void *arena_raw(struct arena *a, size_t n)
{
    size_t size = block_size(n);
    if ((size_t)(a->end - a->at) < size)
        chunk_add(a, size);
    void *p = a->at;
    a->at += size;
    ASAN_UNPOISON_MEMORY_REGION(p, n);
    return p;
}

void arena_reserve(struct arena *a, size_t n)
{
    size_t size = block_size(n);
    if ((size_t)(a->end - a->at) < size)
        chunk_add(a, size);
}

bool arena_stretch(struct arena *a, const void *p, size_t n, size_t new_n)
{
    size_t size = block_size(n), new_size = block_size(new_n);
    if (!p || (const char *)p + size != a->at || new_size < size ||
        (size_t)(a->end - a->at) < new_size - size)
        return false;
    a->at += new_size - size;
    ASAN_UNPOISON_MEMORY_REGION(p, new_n);
    return true;
}

void *arena_room(struct arena *a, size_t count, size_t size)
{
    size_t n;
    CHECK(!__builtin_mul_overflow(count, size, &n));
    return arena_raw(a, n);
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    void *p = arena_room(a, count, size);
    return memset(p, 0, count * size);
}

void *arena_copy(struct arena *a, const void *bytes, size_t n)
{
    void *p = arena_raw(a, n);
    if (n)
        memcpy(p, bytes, n);
    return p;
}

str arena_str(struct arena *a, str s)
{
    if (!s.p)
        return STR_NONE;
    return (str){arena_copy(a, s.p, s.n), s.n};
}

char *arena_cstr(struct arena *a, str s)
{
    char *p = arena_raw(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

str arena_printf(struct arena *a, const char *format, ...)
{
    char first[256];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(first, sizeof first, format, list);
    va_end(list);
    CHECK(n >= 0);
    if ((size_t)n < sizeof first)
        return (str){arena_copy(a, first, (size_t)n + 1), (size_t)n};
    char *p = arena_raw(a, (size_t)n + 1);
    va_start(list, format);
    vsnprintf(p, (size_t)n + 1, format, list);
    va_end(list);
    return (str){p, (size_t)n};
}

void arena_defer(struct arena *a, void (*fn)(void *), void *p)
{
    struct deferred *d = NEW(a, struct deferred);
    *d = (struct deferred){a->deferred, fn, p};
    a->deferred = d;
}

size_t arena_used(const struct arena *a)
{
    return a->older_used + (a->newest ? (size_t)(a->at - a->newest->data) : 0);
}

void *vec_grow_(struct arena *a, void *p, size_t n, size_t *capacity, size_t size)
{
    size_t more = *capacity ? *capacity * 2 : 8, bytes;
    CHECK(more > *capacity && !__builtin_mul_overflow(more, size, &bytes));
    if (arena_stretch(a, p, *capacity * size, bytes)) {
        *capacity = more;
        return p;
    }
    char *grown = arena_raw(a, bytes);
    if (n)
        memcpy(grown, p, n * size);
    *capacity = more;
    return grown;
}

static pthread_key_t thread_key;
static pthread_once_t thread_once = PTHREAD_ONCE_INIT;
static _Thread_local struct arena *thread_arenas[ARENA_SLOTS];

static void thread_end(void *arenas)
{
    struct arena **all = arenas;
    for (int i = 0; i < ARENA_SLOTS; i++) {
        arena_free(all[i]);
        all[i] = NULL;
    }
}

static void thread_key_make(void)
{
    CHECK(pthread_key_create(&thread_key, thread_end) == 0);
}

struct arena *arena_of_thread(enum arena_slot slot)
{
    if (!thread_arenas[slot]) {
        pthread_once(&thread_once, thread_key_make);
        CHECK(pthread_setspecific(thread_key, thread_arenas) == 0);
        thread_arenas[slot] = arena_new();
    }
    return thread_arenas[slot];
}
