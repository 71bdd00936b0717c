/*
 * monitor/hj212/: frames of HJ/T 212-2005, HJ 212-2017 and HJ 212-2025, in and out. Its door. Pure: no I/O, no clock,
 * no allocation but what an arena is asked for by name; thread-safe.
 *
 * Two verdicts per frame. *Accepted*: can it be read without doubt? Tolerant of the dialects seen in the field.
 * *Findings*: where it departs from the letter of its edition; they never reject. A wrong length never lets a frame swallow
 * the next; for any way of chopping a stream into pieces the same frames and stretches come out at the same offsets.
 *
 * Numbers keep their decimal text and an exact mantissa and scale; no binary floating point.
 * Source: the three editions; what is only known from implementations of 2025 is behind struct hj_options.
 */
#pragma once
#include "base/base.h"

enum {
    HJ_LIMIT_FRAME = 16 << 10,  /* bytes of one frame, whatever its length field says */
    HJ_LIMIT_SEGMENT = 1024,    /* by the letter; longer is a finding */
    HJ_LIMIT_DATA = 950,        /* bytes between the two &&, 2017 and after */
    HJ_LIMIT_DATA_2005 = 960,
    HJ_LIMIT_VALUES = 2048,     /* pairs of one frame; more is a finding, the rest is left undecoded */
    HJ_LIMIT_MN = 40, HJ_LIMIT_QN = 20
};

enum hj_edition { HJ_EDITION_NONE, HJ_2005, HJ_2017, HJ_2025 };
/* Kind of CRC found. LOWERCASE is the right value in lower-case digits; SWAPPED is Modbus with its bytes swapped. */
enum hj_crc { HJ_CRC_OK, HJ_CRC_LOWERCASE, HJ_CRC_MODBUS, HJ_CRC_SWAPPED, HJ_CRC_BAD, HJ_CRC_NONE, HJ_CRC_KINDS };
const char *hj_crc_name(enum hj_crc kind); /* "ok" "lowercase" "modbus" "swapped" "bad" "none" */

/* ---- checksum ---- */
uint16_t hj_crc16(str bytes);        /* of the standard; fold form, eight lanes (monitoring dossier 2.3) */
uint16_t hj_crc16_serial(str bytes); /* the same, byte by byte: what the fold is tested against */
uint16_t modbus_crc16(str bytes);
bool hj_crc_possible(uint16_t crc);  /* only 256 values can be a checksum of the standard */
enum hj_crc hj_crc_kind(str segment, str four_digits); /* BAD when no known rule gives these digits */

/* ---- framing ---- */
enum hj_cut_kind {
    HJ_CUT_NONE,    /* nothing can be said before more bytes come (never when `last`) */
    HJ_CUT_FRAME,   /* ##LLLL segment CRC: `segment` and `crc` are set */
    HJ_CUT_STRETCH  /* bytes that are no frame: noise, a torn or hopeless frame; quarantine them as they are */
};
struct hj_cut {
    enum hj_cut_kind kind;
    size_t n;          /* bytes used up, from the start of what was given */
    str raw;           /* those bytes, trailing CRLF and pad included */
    str segment;       /* behind the length, up to and with the closing && */
    str crc;           /* its four digits; empty: none found */
    int length;        /* as declared; -1: no four digits */
    bool length_ok;
    bool whole;        /* kind NONE only: a whole frame stands here and nothing but its line end is outstanding. n, raw,
                        * segment and crc are set: after a short silence take it, or a device without line ends waits
                        * for an answer for ever. */
};
/* What stands first in `bytes`, the unread rest of a stream. `last`: no more will come. Constant memory: answers NONE only
 * while fewer than HJ_LIMIT_FRAME + 16 bytes wait. */
struct hj_cut hj_cut(str bytes, bool last);
bool hj_blank(str bytes); /* a stretch of nothing but blanks, line ends and NUL: nothing was lost */

/* ---- decoding ---- */
enum hj_number {
    HJ_NUMBER_NONE,   /* no number: text, a date, an empty value */
    HJ_NUMBER_OK,     /* value = mantissa * 10^-scale, exact */
    HJ_NUMBER_FILLER, /* a number by form, a filler by custom: 9999..., -9999, -00999.000; value is set */
    HJ_NUMBER_MISSING /* NaN, --, null and the like */
};
struct hj_value {
    str code, kind, text;   /* "a21026" "Rtd" "12.31"; a plain pair like RtdInterval=30 has kind "" */
    int64_t mantissa;
    int8_t scale;           /* decimals of the text, 0..18 */
    uint8_t number;         /* enum hj_number */
    uint8_t factor_known;   /* code stands in the factor table */
    uint8_t item;           /* which ;-item it stands in, from 0; wraps */
    int16_t factor;         /* row in the factor table, -1 unknown */
};
/* Findings: one bit each; hj_finding_name() and hj_finding_text() say them. */
enum hj_finding {
#define HJ_FINDING(id, name, text) HJ_FOUND_##id,
#include "monitor/hj212/findings.def"
#undef HJ_FINDING
    HJ_FINDINGS
};
_Static_assert(HJ_FINDINGS <= 64, "one word");
const char *hj_finding_name(enum hj_finding f); /* "length-wrong": stable */
const char *hj_finding_text(enum hj_finding f); /* one sentence, Chinese */

struct hj_frame {
    bool accepted;
    enum hj_crc crc;
    uint16_t crc_given, crc_right;
    enum hj_edition edition;   /* by the version bits, corrected by ST and MN form; codes of another alphabet: a finding */
    bool length_ok;
    int length;
    str raw, segment, data;    /* data: between the two && (plain text also when it came encrypted) */
    str qn, st, cn, pw, mn, flag_text, pnum_text, pno_text, rf;
    int command;               /* CN as a number, -1 unreadable */
    int flag;                  /* 0..255, -1 absent or unreadable */
    int pnum, pno;             /* 0: not split */
    bool wants_answer;         /* bit 0 of Flag */
    bool resubmitted;          /* RF=1 (2025) */
    bool encrypted;
    str data_time_text;        /* DataTime of the frame, "" none */
    usec data_time, qn_time;   /* China time read as such; USEC_NONE: unreadable */
    uint64_t findings;         /* 1 << enum hj_finding */
    struct hj_value *values;   /* the caller's */
    size_t n;
};
enum hj_crc_policy { HJ_CRC_ANY /* a known wrong kind is accepted and named */, HJ_CRC_ONLY_HJ };
struct hj_options {
    enum hj_crc_policy crc;
    bool no_crc_accepted;          /* a device that sends none: never by default */
    bool crc_over_length;          /* a device whose checksum covers ##LLLL, too */
    bool edition_2025;             /* read RF, braces and 2025 commands */
    const uint8_t *sm4_key;        /* 16 bytes, NULL: encrypted bodies stay closed, a finding says so */
};
/* Decodes a cut of kind FRAME. `values` has room for `capacity`. Text points into the cut's bytes, or into `a` when the body
 * was decrypted (`a` may be NULL when there is no key). Always fills *ret; never fails. */
void hj_decode(const struct hj_cut *cut, const struct hj_options *o, struct arena *a, struct hj_value *values,
               size_t capacity, struct hj_frame *ret);
/* Only what a gateway needs to store and answer: head fields, CRC, acceptance; no values. */
void hj_decode_head(const struct hj_cut *cut, const struct hj_options *o, struct hj_frame *ret);
/* Value by code and kind, without case; NULL: none. */
const struct hj_value *hj_value_of(const struct hj_frame *f, const char *code, const char *kind);
/* The time a value stands for: DataTime of its own item where a frame carries one in each, else the frame's. */
usec hj_value_time(const struct hj_frame *f, const struct hj_value *v);
usec hj_time(str digits); /* yyyyMMddHHmmss[zzz], separators tolerated; USEC_NONE when it is no time */

/* One JSON object as `hj212 decode` prints it (design.md, command line), without a line end. */
void hj_frame_json(const struct hj_frame *f, int64_t offset, struct json_out *o);
void hj_stretch_json(const struct hj_cut *cut, int64_t offset, struct json_out *o);

/* ---- encoding ---- */
struct hj_head {
    enum hj_edition edition;
    str qn, st, cn, pw, mn;
    int flag;        /* -1: left out */
    int pnum, pno;   /* 0: not split */
    bool resubmitted;
    enum hj_crc crc; /* OK, LOWERCASE, MODBUS, SWAPPED: what this dialect sends */
    const uint8_t *sm4_key; /* not NULL: the body is encrypted (2025) */
};
/* Writes ##LLLL segment CRC CRLF. `data` is the text between the two &&. ERR_LIMIT beyond the edition's maximum. */
MUST_USE err *hj_encode(buf *b, const struct hj_head *h, str data);
/* Splits `data` between items into frames of at most the edition's data size (PNUM, PNO), each with the same head. */
MUST_USE err *hj_encode_split(buf *b, const struct hj_head *h, str data);
/* The answer a received frame asks for: 9014 to an upload, 9013 to a notice, in the frame's own edition and CRC kind.
 * False: it gets none (no answer asked for, 90xx itself, a head that would tear the answer apart). `always`: the device's profile wants one all the same. */
bool hj_answer(buf *b, const struct hj_frame *f, bool always);

/* ---- tables ---- */
struct hj_factor { const char *code, *name, *old2005, *unit, *emission_unit, *cap; int8_t whole, decimals; /* of cap; -1 none */ };
size_t hj_factor_count(void);
const struct hj_factor *hj_factor_at(size_t i);
int hj_factor_find(str code);                    /* row by code of any edition, letters without case; -1 */
str hj_factor_2017(str code);                    /* the 2017 code of a 2005 code, or the code itself */
struct hj_command { int cn; unsigned editions /* 1 << hj_edition */; char direction /* 'C' centre to field, 'F', 'B' both */;
                    const char *label; };
const struct hj_command *hj_command_find(int cn); /* NULL: private or unknown */
