/*
 * A station's hour that is not yet in chunks: its frames (place, time, digest) and the readings that came with them. In memory
 * while a pass of the drain works on it, else as bytes in reading_slab. Hours are those of the readings, not of their arrival.
 * Private to series/.
 */
#pragma once
#include "monitor/series/cell.h"

struct slab_frame {
    int64_t batch;
    int32_t at;
    int32_t second;     /* since the hour (slab) or day (index of frames) began */
    uint8_t period;
    uint8_t digest[DIGEST_BYTES];
};
struct frame_list {
    struct slab_frame *p;
    size_t n, capacity;
};
struct trace_list {
    struct frame_trace *p;
    size_t n, capacity;
};
struct slab_cell { uint8_t minute; struct cell cell; };
struct slab_series {
    int64_t series;
    struct slab_cell *p; /* by minute */
    size_t n, capacity;
};
struct slab {
    int64_t device, hour;
    usec newest;             /* arrival of its newest frame */
    bool changed;
    bool chunked;            /* its day is chunks: what stands there counts as the value before */
    size_t old_frames;       /* so many of `frames` came from the day's index and are not stored again */
    bool full_told;
    struct frame_list frames;
    struct trace_list traces; /* of its hour frames */
    VEC(struct slab_series) series;
    uint32_t *set;           /* of digests; NULL while there are few */
    size_t set_n;
};

void frames_add(struct arena *a, struct frame_list *l, const struct slab_frame *f);
/* Bytes of a list, in its order, and back. */
void frames_write(buf *b, const struct slab_frame *p, size_t n);
void frames_read(struct arena *a, struct bytes_in *in, struct frame_list *l);
str frames_encode(struct arena *a, const struct slab_frame *p, size_t n);
str traces_encode(struct arena *a, const struct frame_trace *p, size_t n);
MUST_USE err *traces_decode(struct arena *a, str bytes, struct trace_list *ret); /* adds */
/* traces.c */
void traces_write(buf *b, const struct frame_trace *p, size_t n);
void traces_read(struct arena *a, struct bytes_in *in, struct trace_list *l); /* adds */
struct frame_trace trace_of(const struct spool_frame *f, const struct hj_frame *hj, usec slot);
/* The slow way: each batch that holds an hour frame of the list is unpacked. */
MUST_USE err *traces_of_frames(struct readings *r, struct arena *a, const struct frame_list *frames, day d, struct trace_list *ret);
MUST_USE err *frames_decode(struct arena *a, str bytes, struct frame_list *ret);

bool slab_has(struct arena *a, struct slab *s, const uint8_t digest[DIGEST_BYTES]);
struct slab_series *slab_series_of(struct arena *a, struct slab *s, int64_t series, size_t *hint);
struct cell *slab_cell_find(const struct slab_series *s, int minute);             /* NULL: none */
struct cell *slab_cell_add(struct arena *a, struct slab_series *s, int minute);   /* there is none yet */
str slab_encode(struct arena *a, const struct slab *s);
MUST_USE err *slab_decode(struct arena *a, str bytes, struct slab *ret); /* fills frames, series and traces */
