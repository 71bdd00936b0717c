/*
 * One reading before it is in a chunk: what a slot holds, as it came. A number is its mantissa and decimals; what is none is
 * its text (clipped as chunks clip it; the raw frame has all). Private to series/.
 */
#pragma once
#include "monitor/series/readings_private.h"

enum { CELL_TEXT_BYTES = 40, DAY_MINUTES = 1440, HOUR_MINUTES = 60 };
enum cell_kind { CELL_ABSENT, CELL_NUMBER, CELL_TEXT };
struct cell_text { size_t n; char p[CELL_TEXT_BYTES]; };
struct cell {
    uint8_t flag;       /* CHUNK_MISSING: nothing here */
    uint8_t kind[3];    /* enum cell_kind of average, minimum, maximum */
    int8_t scale[3];
    uint8_t second;     /* of its minute: live values, where the newest of a minute stands */
    bool versioned;     /* its value is in reading_version already */
    uint32_t frame;     /* place in the slab's frames */
    union { int64_t m; const struct cell_text *text; } v[3];
};
enum { FRAME_UNKNOWN = UINT32_MAX };

bool cell_equal(const struct cell *a, const struct cell *b);      /* flag and values, as they came */
/* Whether both can be one reading: no column says two things. *into takes what it lacks. */
bool cell_unite(struct cell *into, const struct cell *more);
str cell_value_text(struct arena *a, const struct cell *c, int column); /* "12.30"; STR_NONE when absent */
void cell_set_text(struct arena *a, struct cell *c, int column, str text);
str number_text(struct arena *a, int64_t mantissa, int scale);

/* A series' day by minutes. */
struct series_day {
    day day;
    uint8_t period;
    struct cell cell[DAY_MINUTES];
};
void series_day_clear(struct series_day *s, day d, uint8_t period);
/* From a decoded chunk; texts are copied into `a`. */
void series_day_of_chunk(struct arena *a, struct series_day *s, const struct chunk_day *d);
/* `cadence_s` as known so far, 0 unknown. NULL: the day is empty. Belongs to the room. */
struct chunk_day *series_day_to_chunk(struct chunk_room *room, struct arena *a, const struct series_day *s, int32_t cadence_s,
                                      int32_t revision);
