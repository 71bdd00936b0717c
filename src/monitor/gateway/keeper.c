/*
 * What may wait. The keeper says every few seconds that the gateway is alive, so that the next one knows how long nobody was here, and
 * writes what the reader has noted; the drainer turns spool into readings. Neither holds up a frame: when the store refuses, notes stay
 * in memory, and the inbox stops growing at its limit.
 */
#include "monitor/gateway/gateway_private.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    TICK_MS = 1000,
    DRAIN_IDLE_MS = 60 * 1000, /* without new frames: days that are over become chunks all the same */
    DRAIN_FAILED_MS = 5000,
    DOWN_HOURS_MOST = 366 * 24, /* told of a silence; what was before belongs to nobody's memory */
    WINDOW_H = 1                /* of the spool, read back into the window of duplicates */
};

/* ---- the inbox ---- */
struct inbox *inbox_new(void)
{
    struct arena *a = arena_new();
    struct inbox *i = NEW(a, struct inbox);
    i->arena = a;
    return i;
}

void inbox_free(struct inbox *i)
{
    if (i)
        arena_free(i->arena);
}

void inbox_event(struct gateway *g, usec at, str mn, str kind, str detail)
{
    pthread_mutex_lock(&g->inbox_lock);
    struct inbox *i = g->inbox;
    if (i->events.n < GATEWAY_INBOX) {
        struct device_event e = {at, arena_str(i->arena, mn), arena_str(i->arena, kind), arena_str(i->arena, detail)};
        vec_push(i->arena, &i->events, e);
    } else {
        atomic_fetch_add(&g->m.events_lost, 1);
    }
    pthread_mutex_unlock(&g->inbox_lock);
}

void inbox_profile(struct gateway *g, const struct profile_put *p)
{
    pthread_mutex_lock(&g->inbox_lock);
    struct inbox *i = g->inbox;
    if (i->profiles.n < GATEWAY_INBOX) {
        struct profile_put put = {arena_str(i->arena, p->mn), arena_str(i->arena, p->json), arena_str(i->arena, p->detail), p->at};
        vec_push(i->arena, &i->profiles, put);
    } else {
        atomic_fetch_add(&g->m.events_lost, 1);
    }
    pthread_mutex_unlock(&g->inbox_lock);
}

/* ---- alive ---- */
static err *alive(struct gateway *g)
{
    usec before;
    if (time_monotonic() - g->alive_said < ALIVE_S * USEC_SECOND)
        return NULL;
    TRY(gateway_alive(g->readings, gateway_now(g), &before));
    g->alive_said = time_monotonic();
    return NULL;
}

static void away(struct gateway *g, usec before, usec now)
{
    char detail[120];
    if (now - before > DOWN_HOURS_MOST * USEC_HOUR)
        before = now - DOWN_HOURS_MOST * USEC_HOUR;
    causes_span(g->causes, S(""), before, now, CAUSE_SERVER_DOWN);
    int n = snprintf(detail, sizeof detail, "网关停止%lld秒，期间缺数为平台原因", (long long)((now - before) / USEC_SECOND));
    inbox_event(g, now, S(""), S("server-down"), (str){detail, (size_t)n});
}

static err *window_add(void *context, const struct spool_frame *f, struct spool_place place)
{
    struct gateway *g = context;
    (void)place;
    struct hj_cut cut = hj_cut(f->raw, true);
    if (f->state == SPOOL_ACCEPTED && cut.kind == HJ_CUT_FRAME)
        duplicates_seen(g->duplicates, cut.segment);
    return NULL;
}

err *keeper_begin(struct gateway *g)
{
    usec before, now = gateway_now(g);
    TRY(gateway_alive(g->readings, now, &before));
    g->alive_said = time_monotonic();
    if (before != USEC_NONE && now - before > ALIVE_MISSED_S * USEC_SECOND)
        away(g, before, now);
    TRY(spool_scan(g->readings, now - WINDOW_H * USEC_HOUR, now + USEC_DAY, window_add, g));
    TRY(loggers_load(g));
    TRY(access_list_read(g->store, &g->access));
    g->wall_minus_mono = now - time_monotonic();
    return causes_write(g->causes, g->readings);
}

/* ---- writing ---- */
static void inbox_take(struct gateway *g)
{
    if (g->writing)
        return;
    pthread_mutex_lock(&g->inbox_lock);
    g->writing = g->inbox;
    g->inbox = inbox_new();
    pthread_mutex_unlock(&g->inbox_lock);
    g->written_events = g->written_profiles = 0;
}

/* Goes on where a failure stopped it. */
static err *inbox_write(struct gateway *g)
{
    struct inbox *i = g->writing;
    if (i->notes.n)
        TRY(device_note_many(g->readings, i->notes.p, i->notes.n));
    i->notes.n = 0;
    for (; g->written_events < i->events.n; g->written_events++) {
        const struct device_event *e = &i->events.p[g->written_events];
        TRY(device_event_put(g->readings, e->at, e->mn, e->kind, e->detail));
        TRY(alive(g));
    }
    for (; g->written_profiles < i->profiles.n; g->written_profiles++) {
        const struct profile_put *p = &i->profiles.p[g->written_profiles];
        TRY(device_profile_put(g->readings, p->mn, p->json, p->detail, p->at));
        TRY(alive(g));
    }
    inbox_free(i);
    g->writing = NULL;
    return NULL;
}

static err *access_again(struct gateway *g)
{
    struct access *fresh, *old;
    pthread_mutex_lock(&g->inbox_lock);
    bool waits = g->access_new != NULL;
    old = g->access_old;
    g->access_old = NULL;
    pthread_mutex_unlock(&g->inbox_lock);
    access_list_free(old);
    if (waits)
        return NULL;
    TRY(access_list_read(g->store, &fresh));
    pthread_mutex_lock(&g->inbox_lock);
    g->access_new = fresh;
    pthread_mutex_unlock(&g->inbox_lock);
    return NULL;
}

static err *keep(struct gateway *g)
{
    TRY(alive(g));
    inbox_take(g);
    TRY(inbox_write(g));
    TRY(causes_write(g->causes, g->readings));
    return access_again(g);
}

void *keeper_run(void *gateway)
{
    struct gateway *g = gateway;
    int64_t kept = 0, said = 0;
    while (!gateway_pause(g, TICK_MS)) {
        clock_watch(g);
        if (time_monotonic() - kept < ALIVE_S * USEC_SECOND)
            continue;
        kept = time_monotonic();
        err *e = keep(g);
        if (e && time_monotonic() - said > USEC_MINUTE) {
            said = time_monotonic();
            log_err("gateway-keeper", e);
        }
        err_clear();
    }
    return NULL;
}

/* ---- draining ---- */
static bool drain(struct gateway *g)
{
    struct drain_report report;
    long long to = atomic_load(&g->newest);
    err *e = readings_drain(g->readings, gateway_now(g), &report);
    if (e) {
        log_err("gateway-drain", e);
        err_clear();
        return false;
    }
    atomic_store(&g->m.drained_to, to);
    return true;
}

void *drainer_run(void *gateway)
{
    struct gateway *g = gateway;
    long long seen = -1;
    int64_t drained = 0;
    while (!gateway_pause(g, TICK_MS)) {
        long long commits = atomic_load(&g->m.commits);
        if (commits == seen && time_monotonic() - drained < DRAIN_IDLE_MS * 1000)
            continue;
        if (!drain(g)) {
            gateway_pause(g, DRAIN_FAILED_MS);
            continue;
        }
        seen = commits;
        drained = time_monotonic();
    }
    return NULL;
}

/* After all threads: what the reader and the committer did last. */
void keeper_end(struct gateway *g)
{
    g->alive_said = 0;
    for (int i = 0; i < 2; i++) { /* one that was begun, and the one behind it */
        err *e = keep(g);
        if (e)
            log_err("gateway-keeper", e);
        err_clear();
    }
    if (!g->options.no_drain)
        drain(g);
}
