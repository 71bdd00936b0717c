/*
 * Our own failures by device, hour and cause. They are kept in memory until the store takes them: a full disk is one of them, and
 * can hardly be written down while it lasts. What is lost in a crash shows as a gap of gateway_alive() instead.
 */
#include "monitor/gateway/gateway_private.h"

#include <stdio.h>
#include <stdlib.h>

struct causes {
    pthread_mutex_t lock;
    struct arena *arena;
    struct map *by_key; /* of what is not written */
    VEC(struct platform_hour *) p;
};

static void empty(struct causes *c)
{
    arena_reset(c->arena);
    c->by_key = map_new(c->arena);
    c->p.p = NULL;
    c->p.n = c->p.capacity = 0;
}

struct causes *causes_new(void)
{
    struct causes *c = calloc(1, sizeof *c);
    CHECK(c);
    CHECK(pthread_mutex_init(&c->lock, NULL) == 0);
    c->arena = arena_new();
    empty(c);
    return c;
}

void causes_free(struct causes *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    arena_free(c->arena);
    free(c);
}

static void add(struct causes *c, const struct platform_hour *h)
{
    char key[HJ_LIMIT_MN + 48];
    int n = snprintf(key, sizeof key, "%lld %d %.*s", (long long)(h->hour / USEC_HOUR), h->cause, STR_ARG(str_sub(h->mn, 0, HJ_LIMIT_MN)));
    struct platform_hour *there = map_get(c->by_key, (str){key, (size_t)n});
    if (!there) {
        if (c->p.n == GATEWAY_CAUSES)
            return;
        there = NEW(c->arena, struct platform_hour);
        *there = (struct platform_hour){arena_str(c->arena, h->mn), h->hour, h->cause, 0, 0};
        map_put(c->by_key, arena_str(c->arena, (str){key, (size_t)n}), there);
        vec_push(c->arena, &c->p, there);
    }
    there->seconds = there->seconds + h->seconds > 3600 ? 3600 : there->seconds + h->seconds;
    there->count += h->count;
}

void causes_add(struct causes *c, str mn, usec hour, enum platform_cause cause, int32_t seconds, int64_t count)
{
    struct platform_hour h = {mn, hour - hour % USEC_HOUR, (uint8_t)cause, seconds, count};
    pthread_mutex_lock(&c->lock);
    add(c, &h);
    pthread_mutex_unlock(&c->lock);
}

void causes_span(struct causes *c, str mn, usec from, usec to, enum platform_cause cause)
{
    for (usec at = from; at < to;) {
        usec end = at - at % USEC_HOUR + USEC_HOUR;
        if (end > to)
            end = to;
        causes_add(c, mn, at, cause, (int32_t)((end - at + USEC_SECOND - 1) / USEC_SECOND), 0);
        at = end;
    }
}

/* Taken out, written without the lock, put back when the store refuses. */
err *causes_write(struct causes *c, struct readings *r)
{
    AUTO_ARENA(a);
    pthread_mutex_lock(&c->lock);
    size_t n = c->p.n;
    struct platform_hour *out = NEW_ARRAY(a, n + 1, struct platform_hour);
    for (size_t i = 0; i < n; i++) {
        out[i] = *c->p.p[i];
        out[i].mn = arena_str(a, out[i].mn);
    }
    if (n)
        empty(c);
    pthread_mutex_unlock(&c->lock);
    if (!n)
        return NULL;
    err *e = platform_cause_add(r, out, n);
    if (!e)
        return NULL;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < n; i++)
        add(c, &out[i]);
    pthread_mutex_unlock(&c->lock);
    return err_seen_(e, HERE);
}
