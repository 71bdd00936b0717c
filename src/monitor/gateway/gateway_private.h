/*
 * What the files of the gateway share.
 *
 *   reader    (reader.c, intake.c, logger.c)   sockets, frames, devices: owns connections and devices, nobody else touches them
 *   committer (commit.c)                       batches into the spool; gives them back to the reader, which answers
 *   keeper    (keeper.c, causes.c, clock.c)    everything that may wait: health, profiles, events, causes, access list, clock
 *   drainer   (keeper.c)                       spool into readings
 *   forwarder (forward.c)                      one for each other platform
 *
 * Between them: the batch queue, the inbox and the causes, each under its own lock, and counters.
 */
#pragma once
#include "monitor/gateway/access.h"
#include "monitor/gateway/address.h"
#include "monitor/gateway/duplicate.h"
#include "monitor/gateway/gateway.h"
#include "monitor/gateway/profile.h"
#include "monitor/gateway/proxy.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    READ_BYTES = HJ_LIMIT_FRAME + 16, /* at one go */
    GATEWAY_WAITING_BYTES = 64 << 20, /* for the commit, over all; beyond it reading stops */
    GATEWAY_PARTIAL_BYTES = 64 << 20, /* of half frames, over all; beyond it who leaves a long half is closed */
    GATEWAY_PARTIAL_SMALL = 2 << 10,
    GATEWAY_OUT_BYTES = 64 << 10,     /* answers a device has not taken */
    GATEWAY_LOGGERS = 100000,         /* known by name in memory; frames of further ones are stored all the same */
    GATEWAY_QUARANTINE_BYTES = 64 << 20, /* stored in an hour; further noise is only counted */
    GATEWAY_REFUSED_KEPT = 256,       /* bytes of the head of a refused frame */
    GATEWAY_INBOX = 20000,            /* events, notes and profiles waiting for the keeper, each */
    GATEWAY_CAUSES = 200000,          /* hours of causes waiting to be written */
    GATEWAY_FORWARDS = 8,
    GATEWAY_LINE_END_MS = 50,         /* of silence behind a frame without line end */
    BAD_RETRIES = 3,                  /* identical frames with a bad CRC before it is an event (ReCount by the letter) */
    BAD_KEPT = 4096,
    REFUSED_KEPT = 4096,              /* names turned away that are kept by name in an hour; further ones are only counted */
    ALIVE_S = 5, ALIVE_MISSED_S = 30, /* a longer silence of the gateway is a failure of ours */
    LATENCY_BUCKETS = 256
};

/* ---- a frame on its way to the spool ---- */
struct logger;
struct entry {
    uint32_t slot;         /* of its connection; the connection is gone when its number differs */
    int32_t stored;        /* place among the batch's frames, -1: a duplicate, only answered */
    uint64_t connection;
    int64_t arrived_mono;
    str answer;            /* "" none */
    struct logger *logger; /* NULL: none by name */
    uint64_t findings;
    bool resubmitted, quarantined;
};
struct batch {
    struct batch *next;
    struct arena *arena; /* holds this too */
    VEC(struct entry) entries;
    VEC(struct spool_frame) frames;
    size_t bytes;
    int64_t first_mono;
    int64_t number;        /* of the spool, once committed */
};

/* ---- connections ---- */
enum stage { STAGE_PROXY, STAGE_FIRST, STAGE_FRAMES };
struct connection {
    uint64_t number;       /* since the gateway began; 0: free */
    int fd;
    uint32_t next_free, next_touched;
    struct address peer;
    char peer_text[LIMIT_ADDRESS_TEXT];
    uint8_t peer_n;
    char *in, *out;        /* memory only while bytes wait */
    uint32_t in_n, out_n, out_sent, out_capacity;
    uint32_t noise;        /* bytes since the last frame */
    uint32_t waiting;      /* frames not yet committed */
    int32_t tokens;        /* frames it may send before it waits its turn */
    int64_t tokens_at, last_byte, partial_since /* 0 none */;
    struct logger *logger; /* of its latest accepted frame */
    uint8_t stage;
    bool whole;            /* what waits is a frame without its line end */
    bool listed;           /* in the list of those that are looked at again soon: resting or whole */
    bool resting, touched, ended /* no more will come: answers, then close */, want_out;
};

/* ---- loggers: devices as the reader knows them ---- */
enum logger_notice { NOTICE_TWO_CONNECTIONS, NOTICE_NEW_NETWORK, NOTICE_BAD_CRC, NOTICE_OUTSIDE_LIST, NOTICES };
struct logger {
    struct logger *next, *next_dirty;
    char mn[HJ_LIMIT_MN + 1];
    uint8_t mn_n;
    bool dirty;
    uint8_t unanswered_repeats;
    uint64_t connection, connection_before; /* that sent its latest frame, and the other one before */
    uint32_t slot, slot_before;
    struct address peer;
    usec seen; /* arrival of its latest durable frame */
    int64_t frames, quarantined, resubmitted; /* not yet noted */
    uint64_t findings;
    struct spool_place example;
    int64_t profile_put;                      /* monotonic time of the latest version */
    int64_t notice_hour[NOTICES];             /* at most one of a kind in an hour */
    struct profile profile;
};

/* ---- what waits for the keeper ---- */
struct profile_put { str mn, json, detail; usec at; };
struct inbox {
    struct arena *arena;
    VEC(struct device_event) events;
    VEC(struct device_note) notes;
    VEC(struct profile_put) profiles;
};

struct causes;
struct forwarder;

struct gateway {
    struct store *store;
    struct readings *readings;
    struct gateway_options options;
    struct arena *arena; /* of the options' texts */
    struct hj_options decode;
    int port, listener, epoll, wake; /* wake: eventfd of the reader */
    int reserve;                     /* a descriptor to give up when there are no more, so that a caller can be turned away */
    atomic_bool stopping;

    /* the reader's own */
    struct connection *connections;
    uint32_t connections_n, connections_free, touched;
    uint64_t connection_number;
    char *scratch;
    struct hj_value *values;
    int64_t partial_bytes;
    struct logger **logger_bucket, *logger_dirty;
    uint64_t logger_salt[2];
    uint32_t loggers_n;
    struct names *names;
    struct duplicates *duplicates;
    struct { uint64_t digest; uint32_t times; } bad[BAD_KEPT]; /* frames with a bad CRC, by digest */
    uint64_t refused[REFUSED_KEPT];  /* names turned away in refused_hour, by digest */
    int64_t refused_hour;
    struct arena *passing;           /* answers being made; reset after each frame */
    uint32_t *soon, soon_n;          /* slots of connections that are looked at again soon */
    struct access *access;
    int64_t quarantine_hour, quarantine_bytes;
    bool paused;
    usec paused_since;               /* wall clock; 0: not for want of room */
    int64_t ticked;                  /* latest round of limits */

    /* batches */
    pthread_mutex_t lock;
    pthread_cond_t filled;           /* on the monotonic clock */
    struct batch *open, *full, **full_end; /* being filled; waiting; both under lock */
    struct batch *done, **done_end;  /* committed, for the reader */
    struct batch *spare;
    int spares;
    bool no_more;                    /* the reader reads no longer */
    atomic_bool committer_ended;
    atomic_int failing;              /* enum platform_cause + 1 while appends fail, else 0 */
    atomic_llong waiting_frames, waiting_bytes;

    /* keeper */
    pthread_mutex_t inbox_lock;
    struct inbox *inbox;
    struct inbox *writing;           /* the keeper's: taken, not wholly written */
    size_t written_events, written_profiles;
    int64_t alive_said;
    struct access *access_new;       /* under inbox_lock: for the reader to take; the one it gives back stands in access_old */
    struct access *access_old;
    struct causes *causes;
    int64_t wall_minus_mono;
    pthread_mutex_t tick_lock;
    pthread_cond_t tick;             /* wakes keeper, drainer and forwarders when the gateway stops */
    atomic_llong newest, newest_batch; /* arrival and batch of the newest committed frame */

    struct forwarder *forwarders[GATEWAY_FORWARDS];
    size_t forwarders_n;
    pthread_t reader, committer, keeper, drainer;

    /* seams of the tests: the spool, and a wall clock that jumps */
    err *(*append)(struct readings *r, const struct spool_frame *frames, size_t n, const struct spool_clock *clock, int64_t *ret_batch);
    atomic_llong wall_shift;

    /* counters */
    struct {
        atomic_llong connections, connections_total, turned_away, frames, bytes, duplicates, stretches, refused, answers, commits,
            commit_failures, noise_bytes, probes, closed_idle, closed_slow, closed_noise, closed_unread, rests, events_lost, drained_to,
            clock_offset_us, clock_jumps, quarantine_dropped,
            stored /* accepted frames made durable */;
        atomic_llong crc[HJ_CRC_KINDS];
        atomic_llong latency[LATENCY_BUCKETS];
    } m;
};

usec gateway_now(struct gateway *g); /* the wall clock, with the tests' shift */
void gateway_wake(struct gateway *g);
/* Waits for the next turn of keeper, drainer or forwarder; true: the gateway stops. */
bool gateway_pause(struct gateway *g, int milliseconds);

/* reader.c */
void *reader_run(void *gateway);
MUST_USE err *reader_open(struct gateway *g);
void reader_close(struct gateway *g);
void connection_close(struct gateway *g, struct connection *c);
void connection_from(struct connection *c, const struct address *peer);
void connection_answer(struct gateway *g, struct connection *c, str bytes); /* queued; goes out at the end of the round */

/* intake.c */
enum more { MORE_MAY_COME, MORE_SILENT /* a whole frame is taken without its line end */, MORE_NEVER };
/* Takes what can be taken from the front of what a connection sent; the rest waits. Sets c->whole. */
size_t intake(struct gateway *g, struct connection *c, str bytes, enum more more);

/* commit.c */
void *committer_run(void *gateway);
struct batch *batch_new(void);
void batch_free(struct batch *b);
/* Adds to the open batch. `frame` NULL: nothing to store, `answer` goes after what came before. Texts are copied. */
void batch_add(struct gateway *g, const struct entry *e, const struct spool_frame *frame, str answer);
struct batch *batches_done(struct gateway *g);                 /* committed ones, oldest first */
void batch_give_back(struct gateway *g, struct batch *b);

/* logger.c */
struct logger *logger_of(struct gateway *g, str mn);   /* NULL: no name, or too many */
bool logger_name_usable(str mn);
struct logger *logger_find(struct gateway *g, str mn); /* NULL: not seen yet */
str logger_mn(const struct logger *d);
void logger_frame(struct gateway *g, struct logger *d, struct connection *c, uint32_t slot, const struct hj_frame *f, usec arrived);
/* After the commit. */
void logger_stored(struct gateway *g, struct logger *d, const struct entry *e, const struct spool_frame *f, int64_t batch);
void logger_repeat(struct gateway *g, struct logger *d, const struct hj_frame *f);
void logger_notice(struct gateway *g, struct logger *d, enum logger_notice kind, str detail, usec at);
void loggers_flush(struct gateway *g); /* notes into the inbox, unless it is still full of the last ones */
MUST_USE err *loggers_load(struct gateway *g);
void loggers_free(struct gateway *g);

/* keeper.c */
void *keeper_run(void *gateway);
void *drainer_run(void *gateway);
struct inbox *inbox_new(void);
void inbox_free(struct inbox *i);
void inbox_event(struct gateway *g, usec at, str mn, str kind, str detail);
void inbox_profile(struct gateway *g, const struct profile_put *p);
MUST_USE err *keeper_begin(struct gateway *g); /* what happened while nobody was here */
void keeper_end(struct gateway *g);            /* the last notes, and the last frames into the readings */

/* causes.c: our own failures, summed by device, hour and cause until they can be written */
struct causes *causes_new(void);
void causes_free(struct causes *c);
void causes_add(struct causes *c, str mn, usec hour, enum platform_cause cause, int32_t seconds, int64_t count);
/* Cuts [from, to) at the hours. */
void causes_span(struct causes *c, str mn, usec from, usec to, enum platform_cause cause);
MUST_USE err *causes_write(struct causes *c, struct readings *r);

/* clock.c */
struct spool_clock clock_read(void);
/* Compares wall clock and monotonic clock; a jump is an event and a cause. */
void clock_watch(struct gateway *g);

/* forward.c */
MUST_USE err *forward_start(struct gateway *g, const struct gateway_forward *to, struct forwarder **ret);
void forward_stop(struct forwarder *f);
struct forward_metrics { int64_t sent, answered, connects, waiting; };
struct forward_metrics forward_metrics_of(const struct forwarder *f);
str forward_name(const struct forwarder *f);

/* metrics.c */
void latency_note(struct gateway *g, int64_t microseconds);
