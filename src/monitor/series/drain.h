/*
 * The drain: spool into slabs, slabs into chunks. Private to series/.
 *
 * A pass takes batches behind the mark of each spool day, works in memory, and writes all that came of them in one transaction
 * together with the new marks. What is remembered between passes (devices, series) is only a copy of the index; a counter in
 * the index, raised by every pass, tells when another process has drained meanwhile, and then it is forgotten.
 */
#pragma once
#include "monitor/series/slab.h"

enum {
    LIMIT_DEVICE_SERIES = 4096, /* of one device: one that invents codes must not fill the index */
    LIMIT_NAME = 48             /* bytes of a factor code or kind */
};

struct dev_series {
    int64_t id;
    uint8_t period, group;
    bool fresh, dirty;          /* not yet in the index; first, last or cadence changed */
    str factor, kind, key;
    int32_t cadence_s;
    day first, last;
    struct series_day *base;    /* of this pass: the chunk that stands where late values go */
    uint64_t frame;             /* number of the frame that used it last, and where it stands in its list */
    uint32_t pending;
};
struct layout_value { str code, kind; int32_t series; int8_t column; };
struct layout { VEC(struct layout_value) values; };
enum { COLUMN_FLAG = 3, COLUMN_SKIP = 4 };

struct dev {
    int64_t id;
    str mn;
    day chunked_to;
    bool stamp_end;
    int32_t minute_s;           /* of the profile, for stamps at the end; 0 unknown */
    VEC(struct dev_series) series;
    struct layout layout[PERIODS];
    VEC(struct slab *) open;    /* of this pass */
    VEC(struct part *) parts;    /* of all passes, the open ones */
    bool in_pass;
};
struct part {                   /* a group of packets that is not whole yet */
    int cn, pnum;
    usec at, arrived;
    uint8_t *seen;
    bool stored, dirty, done;
};

struct version_row { int64_t series; usec at, arrived; struct spool_place place; bool resubmitted; uint8_t flag; str value[3]; };
struct event_row { str mn, kind, detail; usec at; };
struct mark { day day; int64_t drained; bool done, moved; };

struct drain {
    struct arena *arena;        /* devices and series */
    struct readings *readings;
    int64_t counter, profiles;  /* of reading_state when this was read */
    struct map *devices;        /* MN to struct dev */
    int64_t next_series;
    uint64_t frame_number;
    /* a pass */
    struct arena *pass;
    struct lease index;
    VEC(struct dev *) touched;
    VEC(struct version_row) versions;
    VEC(struct event_row) events;
    struct map *event_seen;
    struct mark *marks;
    size_t marks_n;
    int64_t frames;
    struct chunk_room *room;
    struct arena *room_arena;
    struct hj_value *values;
    struct pending *pending;    /* of the frame at hand (drain_frame.c) */
    struct drain_report *report;
    usec now;
};

void drain_forget(struct readings *r);
size_t pending_bytes(void);
/* ---- series_index.c ---- */
MUST_USE err *index_load(struct drain *d);      /* counters, profiles */
MUST_USE err *device_of(struct drain *d, str mn, struct dev **ret); /* *ret NULL: not registered yet */
MUST_USE err *devices_register(struct drain *d, const str *mn, size_t n);
int32_t series_of(struct drain *d, struct dev *v, enum reading_period period, enum reading_group group, str factor, str kind);
const char *period_name(enum reading_period p);
const char *group_name(enum reading_group g);
/* ---- drain_frame.c ---- */
struct frame_in {
    const struct spool_frame *spool;
    struct spool_place place;
    const uint8_t *digest;
    struct hj_frame hj;
};
MUST_USE err *frame_merge(struct drain *d, struct dev *v, struct frame_in *f);
void drain_event(struct drain *d, str mn, const char *kind, str detail, usec at);
MUST_USE err *slab_of(struct drain *d, struct dev *v, int64_t hour, struct slab **ret);
void hj_decode_spooled(const struct spool_frame *f, struct hj_value *values, size_t capacity, struct hj_frame *ret);
/* Where a value of this command and kind goes. False: nowhere (a plain pair). */
struct target { uint8_t group; int8_t column; str kind; };
bool period_of_command(int cn, enum reading_period *ret);
struct target target_of(struct arena *a, int cn, enum reading_period period, str kind);
/* ---- versions.c ---- */
MUST_USE err *cell_merge(struct drain *d, struct dev *v, struct slab *s, struct slab_series *in, int32_t series, int minute,
                         const struct cell *c, const struct frame_in *f);
/* ---- drain_commit.c ---- */
MUST_USE err *pass_commit(struct drain *d);
MUST_USE err *parts_load(struct drain *d, struct dev *v);
MUST_USE err *part_note(struct drain *d, struct dev *v, struct frame_in *f, usec at);
MUST_USE err *parts_expire(struct drain *d, usec now);
/* ---- compact.c ---- */
MUST_USE err *compact_days(struct readings *r, usec now, struct drain_report *report);
/* ---- chunk_store.c ---- */
struct chunk_row { int64_t series; day day; int32_t revision; usec made; str bytes; str key; };
MUST_USE err *chunks_key(struct db *index, int month, int64_t *ret); /* month_key() as the index has it */
MUST_USE err *chunks_put(struct readings *r, int64_t key, const struct chunk_row *rows, size_t n);
MUST_USE err *chunk_stat_put(struct db *index, const struct chunk_row *row, int64_t generation);
/* The newest chunk, or the newest that was made by `as_of`; absent when there is none. */
MUST_USE err *chunk_get(struct readings *r, struct db *index, struct arena *a, int64_t series, day d, usec as_of, str *ret,
                        int32_t *ret_revision);
/* A given revision. */
MUST_USE err *chunk_get_revision(struct readings *r, struct db *index, struct arena *a, int64_t series, day d, int32_t revision,
                                 str *ret);
/* ---- month.c ---- */
struct month_entry { day day; int32_t revision; usec made; str bytes; };
str month_blob_encode(struct arena *a, const struct month_entry *e, size_t n);
MUST_USE err *month_blob_decode(struct arena *a, str blob, struct month_entry **ret, size_t *ret_n); /* views into blob */
/* The sealed blob of a series; absent when the month is not sealed or has nothing of it. */
MUST_USE err *month_blob_get(struct readings *r, struct db *index, struct arena *a, int month, int64_t series, str *ret);
MUST_USE err *segment_digest(struct arena *a, str path, str *ret, int64_t *ret_bytes);
/* ---- anchor.c ---- */
struct sm3 leaves_root(struct arena *a, const struct sm3 *leaf, size_t n);
MUST_USE err *anchor_root(struct db *index, day on, int64_t generation, int64_t *ret_chunks, struct sm3 *ret);
