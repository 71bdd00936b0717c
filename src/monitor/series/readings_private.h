/*
 * What the files of the readings store share. Private to series/ and its tests.
 *
 * A *place* is one database: the index, a day of the spool, a month of chunks, a sealed file. On PostgreSQL all are the house's
 * own database, and the SQL is the same. Places open when first used, stay open for the next, and the longest unused ones
 * close. A *lease* is a connection to a place for one thread; it goes back to the place when it ends.
 *
 * Nothing spans two places in one transaction. What keeps them together: the spool is the truth; the index says up to where it
 * has been drained, in the transaction that holds what came of it; a chunk counts when the index lists it.
 */
#pragma once
#include "monitor/series/readings.h"

#include <pthread.h>

enum {
    PLACES_OPEN = 48,
    SEALINGS = 1024,               /* of one month at most */
    SPOOL_DAY_SHIFT = 28,          /* batch = day << 28 | number of the day */
    SPOOL_DONE_DAYS = 3,           /* so many days behind today nobody appends to a day any more */
    LIMIT_SPOOL_BATCH = 64 << 20,  /* bytes of a batch before compression */
    LIMIT_SPOOL_FRAMES = 1 << 20,  /* frames of a batch */
    DRAIN_PASS_FRAMES = 100000,    /* frames of one transaction of the drain */
    DRAIN_PASS_BYTES = 256 << 20,  /* memory of one */
    LIMIT_SLAB_FRAMES = 65536,     /* of a station's hour: a device that floods; the rest stays in the spool */
    COMPACT_STEP = 128,            /* station-days of one transaction */
    GRACE_S = 2 * 3600,            /* after its end a day's chunks are made: its hour and day values have come */
    LATE_SETTLE_S = 300,           /* so long a chunked day waits for more late values before it is made again */
    PART_TIMER_S = 60,             /* OverTime 5 s x (ReCount 3 + 1), and some */
    DIGEST_BYTES = 16              /* of the SM3 of a frame's bytes: tells it from all others */
};

enum place_kind { PLACE_INDEX, PLACE_SPOOL /* key: day */, PLACE_CHUNKS /* month_key() */, PLACE_SEGMENT /* id */ };
struct place;
struct lease { struct place *place; struct db *db; bool write; struct readings *readings; };
#define AUTO_LEASE __attribute__((cleanup(lease_end))) struct lease
/* ERR_MISSING: there is no such file (only a writer makes one). */
MUST_USE err *lease_take(struct readings *r, enum place_kind kind, int64_t key, bool write, struct lease *ret);
MUST_USE err *lease_segment(struct readings *r, int64_t id, str file, struct lease *ret);
void lease_end(struct lease *l);
/* Closes a place so that its file can go; who holds a lease keeps the file he has. */
void place_forget(struct readings *r, enum place_kind kind, int64_t key);
/* Path of a place's file. */
str place_path(struct readings *r, struct arena *a, enum place_kind kind, int64_t key);
const struct migration_set *reading_steps_of(enum place_kind kind);
void places_close(struct readings *r);
/* Days that have a spool file, or a partition, ascending. */
MUST_USE err *spool_days(struct readings *r, struct arena *a, int64_t **ret, size_t *ret_n);

struct drain;
struct readings {
    struct arena *arena;
    struct store *house;
    enum readings_mode mode;
    bool files;              /* SQLite */
    str folder;              /* readings/, files only */
    pthread_mutex_t lock;    /* places, spool_day */
    struct place *places;
    int places_n;
    uint64_t tick;
    day spool_day;           /* the day this process has announced as having a spool */
    int chunk_month;         /* PostgreSQL: the month whose partition this process has made; under `draining` */
    int64_t segment_bytes;   /* of a sealed file at most; tests make it small */
    pthread_mutex_t draining;
    struct drain *drain;     /* what the drain remembers from call to call */
};

static inline int month_of(day d)
{
    struct civil c = civil_of_day(d);
    return c.year * 12 + c.month - 1;
}
static inline day month_first(int month)
{
    return day_from_civil(month / 12, month % 12 + 1, 1);
}
/* The place a month's open chunks stand in: a month that was sealed goes on in another file, so that a process that still has
 * the old one open cannot put a chunk where nobody looks any more. */
static inline int64_t month_key(int month, int64_t sealing)
{
    return (int64_t)month * SEALINGS + sealing;
}
static inline int64_t hour_of(usec t)
{
    return t >= 0 ? t / USEC_HOUR : -((-t + USEC_HOUR - 1) / USEC_HOUR);
}
static inline day day_of_hour(int64_t hour)
{
    return (day)((hour + 8) / 24);
}

/* ---- a batch of frames as bytes (spool_batch.c) ---- */
struct spool_batch {
    struct spool_clock clock;
    size_t n;
    struct spool_frame *frames;
};
MUST_USE err *batch_encode(struct arena *a, const struct spool_frame *frames, size_t n, const struct spool_clock *clock, str *ret);
/* ERR_DAMAGED names the byte. Frames point into `a`. */
MUST_USE err *batch_decode(struct arena *a, str bytes, struct spool_batch *ret);
MUST_USE err *batch_read(struct readings *r, struct arena *a, int64_t batch, struct spool_batch *ret);

/* ---- varints, for slabs and batches ---- */
struct bytes_in { const uint8_t *p, *end; bool bad; };
void put_varint(buf *b, uint64_t v);
void put_zigzag(buf *b, int64_t v);
uint64_t get_varint(struct bytes_in *in);
int64_t get_zigzag(struct bytes_in *in);
str get_bytes(struct bytes_in *in, size_t n);
