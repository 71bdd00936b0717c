/*
 * arena: memory with one lifetime (a request, a job, the process). Allocation cannot fail: sizes from
 * outside are checked against a named limit before they get here, and real exhaustion aborts.
 * Memory comes zeroed, aligned to 16. Owned by one thread at a time.
 */
#pragma once
#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* runs the deferred calls, newest first; NULL is fine */
void arena_reset(struct arena *a); /* the same, and keeps the last chunk for what comes next */
/* The same, and keeps all it used as one chunk, up to `most` bytes: for work that is done again and again on as much, so that the kernel need
 * not give and clear the pages each time. */
void arena_reset_keep(struct arena *a, size_t most);
void *arena_alloc(struct arena *a, size_t count, size_t size); /* aborts when count * size overflows */
void *arena_room(struct arena *a, size_t count, size_t size); /* the same, not cleared: for what is written whole before it is read */
void *arena_copy(struct arena *a, const void *bytes, size_t n);
str arena_str(struct arena *a, str s);      /* a copy that lives as long as the arena */
char *arena_cstr(struct arena *a, str s);   /* the same, NUL-terminated */
__attribute__((format(printf, 2, 3))) str arena_printf(struct arena *a, const char *format, ...);
/* Calls fn(p) when the arena is reset or freed: for handles that live as long as the request. */
void arena_defer(struct arena *a, void (*fn)(void *), void *p);
size_t arena_used(const struct arena *a);
/* The next n bytes come of one chunk: for who knows how much he will ask for. */
void arena_reserve(struct arena *a, size_t n);

#define NEW(a, type) ((type *)arena_alloc((a), 1, sizeof(type)))
#define NEW_ARRAY(a, n, type) ((type *)arena_alloc((a), (n), sizeof(type)))
#define ROOM_ARRAY(a, n, type) ((type *)arena_room((a), (n), sizeof(type)))

void arena_free_at(struct arena **a);
/* AUTO_ARENA(a); makes an arena that is freed on every way out of the block. */
#define AUTO_ARENA(name) __attribute__((cleanup(arena_free_at))) struct arena *name = arena_new()

/*
 * VEC(T): a typed array that grows in an arena.   VEC(int) v = {0};   vec_push(a, &v, 7);
 */
#define VEC(type) struct { type *p; size_t n, capacity; }
void *vec_grow_(struct arena *a, void *p, size_t n, size_t *capacity, size_t size);
#define vec_push(a, v, value)                                                                       \
    do {                                                                                            \
        if ((v)->n == (v)->capacity)                                                                \
            (v)->p = vec_grow_((a), (v)->p, (v)->n, &(v)->capacity, sizeof *(v)->p);                \
        (v)->p[(v)->n++] = (value);                                                                 \
    } while (0)

/* map: str to pointer, insertion order kept. Keys are not copied. */
struct map;
struct map *map_new(struct arena *a);
struct map *map_new_for(struct arena *a, size_t n); /* with room for n at once: none of them is moved */
void map_put(struct map *m, str key, void *value); /* replaces */
void *map_get(const struct map *m, str key);       /* NULL when absent */
size_t map_count(const struct map *m);
void map_at(const struct map *m, size_t index, str *ret_key, void **ret_value);
