/*
 * What the files of the chunk codec share. Byte layout: docs/decisions/0032-chunk-layout.md.
 *
 * Words: values are handled as unsigned words that wrap (32 bits in narrow chunks, 64 in wide ones): every
 * difference of two int32 is right modulo 2^32, so no input can overflow.
 */
#pragma once
#include "monitor/series/chunk.h"

#include <endian.h>
#include <string.h>

enum {
    CHUNK_LANES = 8,
    GROUP_ROWS = 32,                           /* a row is one value for each lane */
    GROUP_VALUES = GROUP_ROWS * CHUNK_LANES,
    CHUNK_GROUPS = (CHUNK_SLOTS + GROUP_VALUES - 1) / GROUP_VALUES,
    CHUNK_ROOM = CHUNK_GROUPS * GROUP_VALUES,  /* values a column has room for: kernels fill whole groups */
    DAY_SECONDS = 86400
};

/* Header. Everything from HEAD_DAY on is under the CRC; magic and CRC are compared. */
enum {
    HEAD_MAGIC = 0,     /* "DC1" and a zero */
    HEAD_CRC = 4,       /* u32 */
    HEAD_DAY = 8,       /* i32 */
    HEAD_REVISION = 12, /* i32 */
    HEAD_SLOTS = 16,    /* u16; cadence = 86400 / slots */
    HEAD_VALID = 18,    /* u16 */
    HEAD_DECIMALS = 20, /* i8 */
    HEAD_FORM = 21,     /* enum form */
    HEAD_ESCAPES = 22,  /* u16: escape records */
    HEAD_SUM = 24,      /* i64 */
    HEAD_MINIMUM = 32,  /* i64 */
    HEAD_MAXIMUM = 40,  /* i64 */
    HEAD_BYTES = 48
};
#define CHUNK_MAGIC "DC1" /* with its zero: four bytes */
enum form { FORM_THREE = 1, FORM_WIDE = 2, FORM_STRIPPED = 4, FORM_KNOWN = 7 };

/* A column: tag, bases, groups. */
enum column_kind { COLUMN_CONST, COLUMN_FOR, COLUMN_DELTA };
/* tag = kind | log2(bytes of a base) << 2 | shift << 4 (DELTA) */
/* A run of flags: letter, then slot and length in a word; lengths from 32 on in a word of their own. */
enum { RUN_LENGTH_BITS = 5, RUN_BYTES_MAX = 5 };

enum { COLUMN_SHIFT_MAX = 3, GROUP_PATCHED = 0x80 };
enum {
    COLUMN_BYTES_MAX = 1 + 8 * CHUNK_LANES + CHUNK_GROUPS * (8 + 3 + GROUP_VALUES * 8),
    FLAGS_BYTES_MAX = 1 + 2 + CHUNK_SLOTS * RUN_BYTES_MAX
};

/* Large arrays that are written before they are read: the build's -ftrivial-auto-var-init would clear them each time. */
#define UNSET __attribute__((uninitialized))

/* Little-endian numbers of 1, 2, 4 or 8 bytes, anywhere. */
static inline uint64_t get_le(const uint8_t *p, unsigned bytes)
{
    uint16_t v2;
    uint32_t v4;
    uint64_t v8;
    switch (bytes) {
    case 1:
        return *p;
    case 2:
        memcpy(&v2, p, 2);
        return le16toh(v2);
    case 4:
        memcpy(&v4, p, 4);
        return le32toh(v4);
    default:
        memcpy(&v8, p, 8);
        return le64toh(v8);
    }
}

static inline int64_t get_le_signed(const uint8_t *p, unsigned bytes)
{
    uint64_t v = get_le(p, bytes);
    return bytes == 1 ? (int8_t)v : bytes == 2 ? (int16_t)v : bytes == 4 ? (int32_t)v : (int64_t)v;
}

static inline void put_le(uint8_t *p, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

/* Bytes that `rows` rows of `width` bits take: whole rows of 32-bit words. */
static inline size_t packed_bytes(size_t rows, unsigned width)
{
    return (rows * width + 31) / 32 * 4 * CHUNK_LANES;
}

/* What a reader is at. `from` is the chunk's beginning, so that errors can name a byte. */
struct chunk_reader {
    const uint8_t *from, *p, *end;
};
static inline size_t chunk_left(const struct chunk_reader *r)
{
    return (size_t)(r->end - r->p);
}
err *chunk_damaged(const struct chunk_reader *r, const char *what);
bool chunk_varint(struct chunk_reader *r, uint32_t *ret); /* at most four bytes, shortest form */
size_t chunk_varint_put(uint8_t *p, uint32_t v);

struct chunk_range {
    int32_t least, most;
    int64_t sum;
};

/*
 * The ways to move bits: one plain, one with vectors, the latter compiled for more than one processor. Kernels
 * take whole groups: they read packed_bytes(32, width) and write 256 words.
 */
struct chunk_engine {
    const char *name;
    /* out = base + bits */
    void (*unpack)(unsigned width, const uint8_t *in, uint32_t base, uint32_t *out);
    /* out = average - (base + bits); out = average + (base + bits) */
    void (*unpack_below)(unsigned width, const uint8_t *in, uint32_t base, const uint32_t *average, uint32_t *out);
    void (*unpack_above)(unsigned width, const uint8_t *in, uint32_t base, const uint32_t *average, uint32_t *out);
    /* Deltas in lane order to values in natural order. x = (s >> shift) + d, s = s + d, for each lane. */
    void (*undelta)(const uint32_t *deltas, size_t rows, const uint32_t base[CHUNK_LANES], unsigned shift, uint32_t *out);
    /* out = average - column or average + column */
    void (*place)(bool below, const uint32_t *column, const uint32_t *average, size_t rows, uint32_t *out);
    /* The low `width` bits of rows * 8 words less base. */
    void (*pack)(unsigned width, const uint32_t *in, uint32_t base, size_t rows, uint8_t *out);
    /* Natural order to lane order. */
    void (*lanes)(const uint32_t *in, size_t rows, uint32_t *out);
    /* Values in lane order to deltas. sums[g]: over the group, of the deltas zigzag, each at most `stray`. */
    void (*delta)(const uint32_t *lanes, size_t rows, unsigned shift, uint32_t stray, uint32_t *deltas, uint32_t sums[CHUNK_GROUPS]);
    /* At most GROUP_ROWS rows. Gives the bit length of the longest value, less `from`, or, with a sign, in zigzag; above[w]:
     * how many are longer than w, from there down to the w where they are too many to be patches; 256 below that. */
    unsigned (*lengths)(const uint32_t *v, size_t rows, uint32_t from, bool is_signed, uint16_t above[65]);
    /* Smallest and largest, and the sum of all, each taken as `low` or `high` when it is beyond. */
    struct chunk_range (*range)(const uint32_t *v, size_t rows, int32_t low, int32_t high);
};
extern const struct chunk_engine chunk_scalar;
const struct chunk_engine *chunk_engine(void); /* the one to use now */
enum { CHUNK_ENGINES = 3 };
size_t chunk_engines(const struct chunk_engine *ret[CHUNK_ENGINES]); /* all this processor has, the plain one first */

/* Room of one decoding thread. Arrays have CHUNK_ROOM values, aligned to 64. */
struct chunk_room {
    struct arena *arena;
    struct chunk_day day;
    int32_t *v[3];
    int64_t *v64[3];              /* NULL until a wide chunk came, and `wide` */
    uint32_t *deltas, *column;    /* scratch */
    uint64_t *wide;
    struct chunk_escape *escapes; /* LIMIT_CHUNK_ESCAPES, by slot; NULL until there is one */
    struct chunk_escape *records; /* the same by column, then slot; slot CHUNK_SLOTS where there is none */
    char *text;
    uint8_t tail[GROUP_VALUES * 4]; /* a last group, so that kernels may read a whole one */
};
void chunk_room_wide(struct chunk_room *room);
void chunk_room_escapes(struct chunk_room *room);

/* Columns. `average` NULL: the column stands alone; else what is packed is its distance below or above it. */
enum column_place { COLUMN_ALONE, COLUMN_BELOW, COLUMN_ABOVE };
/* Number of bytes written, at most COLUMN_BYTES_MAX. `slots` values; arrays have CHUNK_ROOM, the rest is overwritten. */
size_t column_put(uint8_t *p, uint32_t *values, size_t slots);
size_t column_put_wide(uint8_t *p, uint64_t *values, size_t slots);
MUST_USE err *column_get(struct chunk_room *room, struct chunk_reader *r, size_t slots, enum column_place place,
                         const uint32_t *average, uint32_t *out);
MUST_USE err *column_get_wide(struct chunk_room *room, struct chunk_reader *r, size_t slots, enum column_place place,
                              const uint64_t *average, uint64_t *out);

/* Flags. */
size_t flags_put(uint8_t *p, const uint8_t *flag, size_t slots);
MUST_USE err *flags_get(struct chunk_reader *r, uint8_t *flag, size_t slots);

/* Escapes. Writing: p NULL only counts. Returns bytes, *ret_records records. */
bool escapes_stripped(const struct chunk_day *d); /* whether "no closing zeros" says the decimals shorter */
size_t escapes_put(uint8_t *p, const struct chunk_day *d, bool stripped, size_t *ret_records);
/* Reading in two steps, because what `stripped` means needs the values: records into room->records, then, when the columns
 * are there, escapes of the first `columns` of them into room->day. */
MUST_USE err *escapes_get(struct chunk_room *room, struct chunk_reader *r, size_t records);
void escapes_expand(struct chunk_room *room, bool any, bool stripped, size_t columns);
