/*
 * monitor/series/chunk.h: one series, one day, as bytes ("DC1"). Pure; thread-safe; little-endian whatever the machine.
 *
 * A slot number is the time: slot i begins at day_start + i * cadence. Values are integers scaled by 10^decimals of the day.
 * Columns: average, average - minimum, maximum - average; each constant, frame of reference, or delta by eight lanes, in
 * bit-packed groups with patches; flags as runs (a missing slot is a flag run of its own). What does not fit (wide integers,
 * values that are no number, single values reported with other decimals) stands in escape lists, so that decoding gives back
 * exactly what went in. Header: magic and version, CRC32C of everything behind it, day, cadence, revision, decimals,
 * count, minimum, maximum, sum: reports and limit checks need not open the columns.
 *
 * Places without a number hold a filler by rule, so that equal readings are equal bytes whatever the caller's arrays held
 * there: a missing slot repeats the slot before (the first ones of a day the first that was sent), an average that is no
 * number repeats the average before, a minimum or maximum that is none reads as the average of its slot.
 *
 * The series itself is not in the bytes: the leaf of the ledger's tree names it (chunk_leaf), and identical readings give
 * identical bytes on every engine and machine. Decoding never reads outside the bytes given, whatever they hold.
 * Layout, byte by byte, and figures: docs/decisions/0032-chunk-layout.md.
 */
#pragma once
#include "crypto/crypto.h"

enum { CHUNK_SLOTS = 1440 /* at most: one a minute */, CHUNK_PAD = 8 /* columns are aligned to 64 and padded to 8 */,
       LIMIT_CHUNK_BYTES = 256 << 10, LIMIT_CHUNK_ESCAPES = CHUNK_SLOTS * 3,
       LIMIT_CHUNK_TEXT = 40 /* bytes kept of a text; encoding clips, the raw frame has all of it */ };

enum chunk_shape {
    CHUNK_ONE,   /* one value a slot: live values, totals; minimum and maximum columns are absent */
    CHUNK_THREE  /* average, minimum, maximum */
};
/* Flags of a slot: 0 missing; else the letter as it came ('N', 'M', 'D', ...; '?' when the device sent none). */
enum { CHUNK_MISSING = 0, CHUNK_NO_FLAG = '?' };

/* What did not fit the columns. column 0 average, 1 minimum, 2 maximum. */
struct chunk_escape {
    uint16_t slot;
    uint8_t column;
    uint8_t kind;     /* enum chunk_escape_kind */
    int8_t decimals;  /* DECIMALS: as reported, where it differs from the day's */
    str text;         /* TEXT: what stood there ("NaN", "--", a number of more than 18 digits), its first LIMIT_CHUNK_TEXT bytes */
};
enum chunk_escape_kind { CHUNK_TEXT, CHUNK_ABSENT /* this value was not sent in a slot that was */, CHUNK_DECIMALS };

/* A day, decoded. Arrays hold `slots` values padded up to a multiple of CHUNK_PAD; arrays a day does not have are NULL. */
struct chunk_day {
    day day;
    int32_t cadence_s;    /* 60, 600, 3600, 86400 ...; divides 86400, at least 60 */
    int32_t revision;     /* 0 first */
    int16_t slots;
    int8_t decimals;      /* value = integer * 10^-decimals */
    uint8_t shape;        /* enum chunk_shape */
    bool wide;            /* values need 64 bits: the v64 arrays hold them, else the v arrays */
    int32_t *v[3];        /* average, minimum, maximum (absolute) */
    int64_t *v64[3];
    uint8_t *flag;        /* CHUNK_MISSING or a letter */
    struct chunk_escape *escapes; /* by slot, then column */
    size_t escapes_n;
};
/* The header alone; also the daily roll-up. */
struct chunk_head {
    day day;
    int32_t cadence_s, revision;
    int16_t slots, valid;     /* valid: slots that are there and have a number as average */
    int8_t decimals;
    uint8_t shape;
    bool wide;
    /* Sum of the averages of valid slots (of a wide day the end of the range where it does not fit); minimum and maximum over
     * the columns of that name, of a CHUNK_ONE day over its values. All 0 when nothing was sent. */
    int64_t minimum, maximum, sum;
};

/* Room for decoding: reused from chunk to chunk, one per thread. */
struct chunk_room;
struct chunk_room *chunk_room_new(struct arena *a);
/* An empty day in `room`, all slots missing, to be filled and encoded. */
struct chunk_day *chunk_day_make(struct chunk_room *room, day d, int cadence_s, int decimals, enum chunk_shape shape, bool wide);

/* Encodes; the same day always gives the same bytes, on every machine. Bytes live in `a`. CHECKs what only a bug can do: slots
 * that are not the whole day, escapes out of order (slot, then column) or in a missing slot. */
str chunk_encode(struct arena *a, const struct chunk_day *d);
/* Decodes after checking magic, version, CRC and every length: ERR_DAMAGED names what is wrong at which byte.
 * *ret points into `room` until its next use. */
MUST_USE err *chunk_decode(struct chunk_room *room, str bytes, struct chunk_day **ret);
/* Only flags and averages, with the averages' escapes, for scans: v[1], v[2] and v64[1], v64[2] are NULL. The CRC is checked. */
MUST_USE err *chunk_decode_average(struct chunk_room *room, str bytes, struct chunk_day **ret);
MUST_USE err *chunk_head_read(str bytes, bool check_crc, struct chunk_head *ret);
/* Scalar and vector ways give equal results; tests and benchmarks switch. */
void chunk_vector_disable(bool off);
bool chunk_vector_available(void);

/* Leaf of a chunk in the tree of its day: SM3(0x00 || "DC1" || 0x00 || series key || 0x00 || bytes). */
struct sm3 chunk_leaf(str series_key, str bytes);
uint32_t crc32c(uint32_t crc, const void *bytes, size_t n); /* Castagnoli; start with 0 */
