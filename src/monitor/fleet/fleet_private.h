/* Private to fleet/. */
#pragma once
#include "monitor/fleet/fleet.h"

/* What one plant reports over the span, shared by the loggers that play it. */
struct script {
    struct plant *plant;
    struct plant_series *minutes, *hours, *days; /* hours and days that end in the span; NULL none */
    const struct plant_channel *channel;
    size_t channels;
};
/* Dialects: departures from the letter, in the shares they were met in (monitoring dossier 5). */
enum dialect {
    DIALECT_LENGTH = 1,      /* a wrong length */
    DIALECT_GLUED = 2,       /* no line end */
    DIALECT_LF = 4,          /* LF only */
    DIALECT_CASE = 8,        /* FLAG=, -flag */
    DIALECT_TRAILING = 16,   /* ;&& */
    DIALECT_STAMP17 = 32,    /* milliseconds in DataTime */
    DIALECT_ZSCOU = 64,      /* a kind of their own */
    DIALECT_BLANK = 128,     /* a blank before DataTime */
    DIALECT_END_STAMP = 256, /* hours stamped with their end */
    DIALECT_NO_QN = 512,
    DIALECT_NO_FLAG = 1024,   /* 2005 */
    DIALECT_OLD_CODES = 2048, /* 2005: its own codes; else those of 2017 */
    DIALECT_FILLER = 4096     /* a filler where nothing was measured */
};
struct voice { /* how a logger speaks */
    enum hj_edition edition;
    unsigned dialect;
    enum hj_crc crc;
    char mn[25], pw[7];
    bool gas;
    int skew_s;
};
enum fault { FAULT_NONE, FAULT_NOISE, FAULT_TORN, FAULT_HALF, FAULT_RECONNECT };
struct frame {
    str raw;
    str qn; /* of the head */
    int command;
    bool asks; /* wants an answer */
    uint8_t fault;
    int64_t number; /* of the logger's frames, from 0 */
    uint32_t extra; /* NOISE: bytes of noise; TORN, HALF: where it tears */
};
enum { RECORD_FRAMES = 16, RECORD_BYTES = 64 << 10, NOISE_MOST = 48 };

/* Goes through the span of one logger record by record. */
struct telling {
    const struct fleet_options *o;
    const struct script *script;
    struct voice voice;
    int logger;
    int minute, phase, late; /* late: next minute to catch up, -1 none */
    int64_t frames, last_qn;
};
struct script *script_new(struct arena *a, const struct fleet_options *o, int plant);
void telling_begin(struct telling *t, const struct fleet_options *o, const struct script *s, int logger);
/* The next record's frames; text lives in `a`. False: the span is told. */
bool telling_next(struct telling *t, struct arena *a, struct frame *frames, size_t *ret_n);
/* Noise that goes before a frame: no '#', always the same for the frame. */
str telling_noise(const struct telling *t, struct arena *a, const struct frame *f);
MUST_USE err *fleet_check(const struct fleet_options *o);
/* How many records there will be at most, for the bar of progress. */
int64_t telling_estimate(const struct fleet_options *o);
int fleet_plants(const struct fleet_options *o);
