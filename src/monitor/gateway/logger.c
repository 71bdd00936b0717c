/*
 * Devices by MN, as the reader knows them: where they speak from, what they are like, what is to be noted. A session is not an
 * identity: a forwarder sends for many, and a logger that has lost its line has two connections for a while. So two connections that
 * take turns in speaking for one MN are an event, and so is a new network; neither is ever a reason to refuse.
 *
 * Devices stay in memory until the gateway ends; batches on their way point at them.
 */
#include "monitor/gateway/gateway_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1 << 17, PROFILE_PAUSE_S = 60 /* between two versions of one device */, LOAD_PAGE = 1000, REPEATS = 2 };

/* Keyed, because the names come from outside. */
static uint64_t hash(const struct gateway *g, str mn)
{
    uint64_t h = g->logger_salt[0] ^ mn.n, word;
    for (size_t i = 0; i < mn.n; i += 8) {
        word = 0;
        memcpy(&word, mn.p + i, mn.n - i < 8 ? mn.n - i : 8);
        h = (h ^ word) * (g->logger_salt[1] | 1);
        h ^= h >> 32;
    }
    return h;
}

struct logger *logger_find(struct gateway *g, str mn)
{
    struct logger *d = g->logger_bucket ? g->logger_bucket[hash(g, mn) % BUCKETS] : NULL;
    while (d && (d->mn_n != mn.n || memcmp(d->mn, mn.p, mn.n) != 0))
        d = d->next;
    return d;
}

/* Printable, because it goes into tables, events and pages as text. */
bool logger_name_usable(str mn)
{
    for (size_t i = 0; i < mn.n; i++)
        if (mn.p[i] <= ' ' || mn.p[i] > '~')
            return false;
    return mn.n > 0 && mn.n <= HJ_LIMIT_MN;
}

struct logger *logger_of(struct gateway *g, str mn)
{
    if (!logger_name_usable(mn))
        return NULL;
    if (!g->logger_bucket) {
        random_bytes(g->logger_salt, sizeof g->logger_salt);
        g->logger_bucket = calloc(BUCKETS, sizeof *g->logger_bucket);
        CHECK(g->logger_bucket);
    }
    struct logger *d = logger_find(g, mn), **bucket = &g->logger_bucket[hash(g, mn) % BUCKETS];
    if (d || g->loggers_n == GATEWAY_LOGGERS)
        return d;
    d = calloc(1, sizeof *d);
    CHECK(d);
    memcpy(d->mn, mn.p, mn.n);
    d->mn_n = (uint8_t)mn.n;
    d->next = *bucket;
    *bucket = d;
    g->loggers_n++;
    return d;
}

void loggers_free(struct gateway *g)
{
    for (size_t i = 0; g->logger_bucket && i < BUCKETS; i++)
        for (struct logger *d = g->logger_bucket[i], *next; d; d = next) {
            next = d->next;
            profile_free(&d->profile);
            free(d);
        }
    free(g->logger_bucket);
    g->logger_bucket = NULL;
}

str logger_mn(const struct logger *d)
{
    return (str){d->mn, d->mn_n};
}

static void dirty(struct gateway *g, struct logger *d)
{
    if (d->dirty)
        return;
    d->dirty = true;
    d->next_dirty = g->logger_dirty;
    g->logger_dirty = d;
}

/* ---- what is worth an event ---- */
void logger_notice(struct gateway *g, struct logger *d, enum logger_notice kind, str detail, usec at)
{
    static const char *const kinds[NOTICES] = {"two-connections", "new-network", "bad-crc", "outside-list"};
    int64_t hour = at / USEC_HOUR;
    if (d->notice_hour[kind] == hour)
        return;
    d->notice_hour[kind] = hour;
    inbox_event(g, at, logger_mn(d), str_of(kinds[kind]), detail);
}

/* A new connection is a reconnect until the old one speaks again. */
static void connection_observe(struct gateway *g, struct logger *d, struct connection *c, uint32_t slot, usec arrived)
{
    if (c->number == d->connection)
        return;
    const struct connection *other = &g->connections[d->slot];
    if (c->number == d->connection_before && other->number == d->connection) {
        char one[LIMIT_ADDRESS_TEXT], two[LIMIT_ADDRESS_TEXT], detail[200 + 2 * LIMIT_ADDRESS_TEXT];
        size_t one_n = address_text(&c->peer, one), two_n = address_text(&other->peer, two);
        int n = snprintf(detail, sizeof detail, "同一设备编号同时从两个连接上报：%.*s和%.*s", (int)one_n, one, (int)two_n, two);
        logger_notice(g, d, NOTICE_TWO_CONNECTIONS, (str){detail, (size_t)n}, arrived);
    }
    d->connection_before = d->connection;
    d->slot_before = d->slot;
    d->connection = c->number;
    d->slot = slot;
    d->peer = c->peer;
}

static bool profile_due(const struct logger *d)
{
    return d->profile.news && (d->profile.news & NEWS_LEARNED ||
                               time_monotonic() - d->profile_put > PROFILE_PAUSE_S * USEC_SECOND);
}

static void profile_put(struct gateway *g, struct logger *d, usec at)
{
    AUTO_ARENA(a);
    struct profile_put put = {logger_mn(d), profile_json(a, &d->profile, g->names),
                              profile_news_text(a, &d->profile, d->profile.news), at};
    inbox_profile(g, &put);
    d->profile.news = 0;
    d->profile_put = time_monotonic();
}

void logger_frame(struct gateway *g, struct logger *d, struct connection *c, uint32_t slot, const struct hj_frame *f, usec arrived)
{
    connection_observe(g, d, c, slot, arrived);
    d->unanswered_repeats = 0;
    unsigned news = profile_observe(&d->profile, g->names, f, &c->peer, arrived);
    if (news & NEWS_SOURCE && d->profile.learned) {
        AUTO_ARENA(a);
        str network = network_text(a, &d->profile.sources[d->profile.sources_n - 1]);
        logger_notice(g, d, NOTICE_NEW_NETWORK, arena_printf(a, "来自新的网络%.*s", STR_ARG(network)), arrived);
    }
    if (profile_due(d))
        profile_put(g, d, arrived);
    else if (d->profile.news)
        dirty(g, d);
}

/* Some loggers of the 2005 edition ask for no answer and wait for it all the same: told by their sending the same again. */
void logger_repeat(struct gateway *g, struct logger *d, const struct hj_frame *f)
{
    if (f->wants_answer || d->profile.wants & WANTS_ALL_THE_SAME || ++d->unanswered_repeats < REPEATS)
        return;
    d->profile.wants |= WANTS_ALL_THE_SAME;
    d->profile.news |= d->profile.learned ? NEWS_WANTS : 0;
    dirty(g, d);
}

/* ---- health ---- */
void logger_stored(struct gateway *g, struct logger *d, const struct entry *e, const struct spool_frame *f, int64_t batch)
{
    d->seen = f->arrived;
    d->frames += !e->quarantined;
    d->quarantined += e->quarantined;
    d->resubmitted += e->resubmitted;
    if (e->findings) {
        d->findings |= e->findings;
        d->example = (struct spool_place){batch, e->stored};
    }
    dirty(g, d);
}

static void note_add(struct inbox *i, const struct logger *d)
{
    char peer[LIMIT_ADDRESS_TEXT];
    size_t n = address_text(&d->peer, peer);
    struct device_note note = {logger_mn(d), arena_str(i->arena, (str){peer, n}), d->seen, d->frames, d->quarantined, d->resubmitted,
                               d->findings, d->example};
    vec_push(i->arena, &i->notes, note);
}

void loggers_flush(struct gateway *g)
{
    struct logger *d = g->logger_dirty, *kept = NULL;
    pthread_mutex_lock(&g->inbox_lock);
    struct inbox *inbox = g->inbox;
    for (struct logger *next; d && inbox->notes.n < GATEWAY_INBOX; d = next) {
        next = d->next_dirty;
        if (d->frames || d->quarantined || d->resubmitted)
            note_add(inbox, d);
        d->frames = d->quarantined = d->resubmitted = 0;
        d->findings = 0;
        d->dirty = d->profile.news != 0;
        if (d->dirty) {
            d->next_dirty = kept;
            kept = d;
        }
    }
    pthread_mutex_unlock(&g->inbox_lock);
    g->logger_dirty = d;
    for (struct logger *next; kept; kept = next) {
        next = kept->next_dirty;
        if (profile_due(kept)) {
            profile_put(g, kept, gateway_now(g));
            kept->dirty = false;
        } else {
            kept->next_dirty = g->logger_dirty;
            g->logger_dirty = kept;
        }
    }
}

/* ---- after a restart ---- */
static err *profile_load(struct gateway *g, struct arena *a, struct logger *d)
{
    str json;
    int32_t version;
    err *e = device_profile(g->readings, a, logger_mn(d), -1, &json, &version);
    if (!e && !json.p)
        return NULL;
    if (!e)
        e = profile_from_json(a, json, g->names, &d->profile);
    if (e && e->kind != ERR_MISSING && e->kind != ERR_INPUT)
        return err_seen_(e, HERE);
    if (e && e->kind == ERR_INPUT)
        log_err("gateway-profile-unreadable", e); /* it is learned again */
    err_clear();
    return NULL;
}

static err *page_load(struct gateway *g, str after, char ret_last[HJ_LIMIT_MN + 1], size_t *ret_n)
{
    AUTO_ARENA(a);
    struct device *rows;
    TRY(device_list(g->readings, a, after, LOAD_PAGE, &rows, ret_n));
    for (size_t i = 0; i < *ret_n; i++) {
        struct logger *d = logger_of(g, rows[i].mn);
        if (d && rows[i].profile > 0)
            TRY(profile_load(g, a, d));
        snprintf(ret_last, HJ_LIMIT_MN + 1, "%.*s", STR_ARG(rows[i].mn));
    }
    return NULL;
}

err *loggers_load(struct gateway *g)
{
    char last[HJ_LIMIT_MN + 1] = "";
    for (size_t n = LOAD_PAGE; n == LOAD_PAGE && g->loggers_n < GATEWAY_LOGGERS;) {
        char from[HJ_LIMIT_MN + 1];
        memcpy(from, last, sizeof from);
        TRY(page_load(g, str_of(from), last, &n));
    }
    return NULL;
}
