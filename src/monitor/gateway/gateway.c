/*
 * Start and stop. The order matters at both ends: what happened while nobody was here is told, and the window of duplicates read back,
 * before the first frame is taken; at the end the reader stops first, the committer when the reader has, and the rest after that.
 */
#include "monitor/gateway/gateway_private.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

usec gateway_now(struct gateway *g)
{
    return time_now() + atomic_load(&g->wall_shift);
}

void gateway_wake(struct gateway *g)
{
    const uint64_t one = 1;
    ssize_t n = write(g->wake, &one, sizeof one);
    (void)n; /* full means it is awake */
}

bool gateway_pause(struct gateway *g, int milliseconds)
{
    int64_t end = time_monotonic() + milliseconds * INT64_C(1000);
    struct timespec until = {end / USEC_SECOND, end % USEC_SECOND * 1000};
    pthread_mutex_lock(&g->tick_lock);
    while (!atomic_load(&g->stopping) && time_monotonic() < end)
        pthread_cond_timedwait(&g->tick, &g->tick_lock, &until);
    pthread_mutex_unlock(&g->tick_lock);
    return atomic_load(&g->stopping);
}

static void condition_make(pthread_cond_t *c)
{
    pthread_condattr_t attribute;
    CHECK(pthread_condattr_init(&attribute) == 0);
    CHECK(pthread_condattr_setclock(&attribute, CLOCK_MONOTONIC) == 0);
    CHECK(pthread_cond_init(c, &attribute) == 0);
    pthread_condattr_destroy(&attribute);
}

static err *options_take(struct gateway *g, const struct gateway_options *o)
{
    g->arena = arena_new();
    g->options = *o;
    g->options.address = arena_str(g->arena, o->address);
    g->options.connections = o->connections ? o->connections : GATEWAY_CONNECTIONS;
    g->options.idle_s = o->idle_s ? o->idle_s : GATEWAY_IDLE_S;
    g->options.slow_s = o->slow_s ? o->slow_s : GATEWAY_SLOW_S;
    g->decode = (struct hj_options){.crc = HJ_CRC_ANY, .edition_2025 = o->edition_2025};
    if (o->port < 0 || o->port > 65535 || g->options.connections < 1 || g->options.connections > 100 * GATEWAY_CONNECTIONS)
        return err_new(ERR_INPUT, "网关的端口或连接数超出范围");
    if (o->forwards_n > GATEWAY_FORWARDS)
        return err_new(ERR_LIMIT, "最多向%d个上级平台转发", GATEWAY_FORWARDS);
    return NULL;
}

static struct gateway *gateway_make(struct store *s, struct readings *r)
{
    struct gateway *g = calloc(1, sizeof *g);
    CHECK(g);
    g->store = s;
    g->readings = r;
    g->append = spool_append;
    g->listener = g->epoll = g->wake = g->reserve = -1;
    g->full_end = &g->full;
    g->done_end = &g->done;
    CHECK(pthread_mutex_init(&g->lock, NULL) == 0 && pthread_mutex_init(&g->inbox_lock, NULL) == 0 &&
          pthread_mutex_init(&g->tick_lock, NULL) == 0);
    condition_make(&g->filled);
    condition_make(&g->tick);
    g->inbox = inbox_new();
    g->causes = causes_new();
    g->names = names_new();
    g->duplicates = duplicates_new();
    return g;
}

static void batches_free(struct batch *b)
{
    for (struct batch *next; b; b = next) {
        next = b->next;
        batch_free(b);
    }
}

static void gateway_free(struct gateway *g)
{
    reader_close(g);
    batches_free(g->full);
    batches_free(g->open);
    batches_free(g->done);
    batches_free(g->spare);
    loggers_free(g);
    names_free(g->names);
    duplicates_free(g->duplicates);
    access_list_free(g->access);
    access_list_free(g->access_new);
    access_list_free(g->access_old);
    inbox_free(g->inbox);
    inbox_free(g->writing);
    causes_free(g->causes);
    pthread_cond_destroy(&g->filled);
    pthread_cond_destroy(&g->tick);
    pthread_mutex_destroy(&g->lock);
    pthread_mutex_destroy(&g->inbox_lock);
    pthread_mutex_destroy(&g->tick_lock);
    arena_free(g->arena);
    free(g);
}

static err *forwards_start(struct gateway *g)
{
    for (size_t i = 0; i < g->options.forwards_n; i++) {
        TRY(forward_start(g, &g->options.forwards[i], &g->forwarders[i]));
        g->forwarders_n++;
    }
    g->options.forwards = NULL; /* the caller's */
    return NULL;
}

static void thread_start(pthread_t *t, void *(*run)(void *), struct gateway *g)
{
    CHECK(pthread_create(t, NULL, run, g) == 0);
}

err *gateway_start(struct store *s, struct readings *r, const struct gateway_options *o, struct gateway **ret)
{
    struct gateway *g = gateway_make(s, r);
    err *e = options_take(g, o);
    if (!e)
        e = reader_open(g);
    if (!e)
        e = keeper_begin(g);
    if (!e)
        e = forwards_start(g);
    if (e) {
        atomic_store(&g->stopping, true);
        for (size_t i = 0; i < g->forwarders_n; i++)
            forward_stop(g->forwarders[i]);
        gateway_free(g);
        return err_seen_(e, HERE);
    }
    thread_start(&g->reader, reader_run, g);
    thread_start(&g->committer, committer_run, g);
    thread_start(&g->keeper, keeper_run, g);
    if (!g->options.no_drain)
        thread_start(&g->drainer, drainer_run, g);
    *ret = g;
    return NULL;
}

int gateway_port(const struct gateway *g)
{
    return g->port;
}

void gateway_stop(struct gateway *g)
{
    if (!g)
        return;
    pthread_mutex_lock(&g->tick_lock);
    atomic_store(&g->stopping, true);
    pthread_cond_broadcast(&g->tick);
    pthread_mutex_unlock(&g->tick_lock);
    gateway_wake(g);
    pthread_join(g->reader, NULL);
    pthread_join(g->committer, NULL);
    pthread_join(g->keeper, NULL);
    if (!g->options.no_drain)
        pthread_join(g->drainer, NULL);
    for (size_t i = 0; i < g->forwarders_n; i++)
        forward_stop(g->forwarders[i]);
    keeper_end(g);
    gateway_free(g);
}
