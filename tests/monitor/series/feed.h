/* What the tests of the readings store share: frames made by the encoder, a store on each engine, days read back. */
#pragma once
#include "scene.h"
#include "monitor/series/drain.h"

struct feed {
    struct scene *scene;
    struct readings *r;
    struct arena *a;
    usec arrived;            /* of the next frame; a second later each time */
    VEC(struct spool_frame) waiting;
    int64_t serial;
};
struct feed feed_open(struct scene *s);
void feed_close(struct feed *f);
usec at(const char *text);   /* "2026-01-02 03:04:00", China time */
/* A frame of 2017 with its own QN; put into the next batch. */
void feed_frame(struct feed *f, const char *mn, int cn, const char *data);
void feed_part(struct feed *f, const char *mn, int cn, int pnum, int pno, const char *data);
void feed_raw(struct feed *f, str raw, enum spool_state state);
int64_t feed_commit(struct feed *f);
/* commit, drain by `now`. */
struct drain_report feed_drain(struct feed *f, usec now);
struct series feed_series(struct feed *f, const char *mn, enum reading_period p, const char *factor, enum reading_group g);
/* "12.3/11.9/12.8 N" of a slot as a scan gives it; "" nothing there. */
const char *feed_slot(struct feed *f, int64_t series, usec at, usec as_of);
int64_t feed_count(struct feed *f, const char *sql);
/* All chunks and anchor roots as one digest. */
struct sm3 feed_digest(struct feed *f);
int64_t feed_verify(struct feed *f, str *ret_first); /* number of faults */
