/*
 * monitor/fleet/: a fleet of loggers that do not exist, speaking HJ 212 to a gateway that does. `hj212 send`, the
 * gateway's tests and the acknowledgement benchmark stand on it. Values come from plant/; every logger has an edition,
 * a dialect and faults by its seed, waits for its answers, repeats what was not answered (OverTime, ReCount) and keeps
 * a list of what was. One epoll thread whatever the number of loggers; a logger holds its frames on the way and nothing
 * else.
 */
#pragma once
#include "monitor/hj212/hj212.h"
#include "monitor/plant/plant.h"

enum {
    FLEET_LOGGERS = 10000,
    FLEET_WINDOW = 64,
    FLEET_MINUTES = 366 * 1440,
    FLEET_PLANTS = 256,
    LIMIT_FLEET_SERIES_BYTES = 2047 << 20
};
struct fleet_options {
    str address;
    int port;
    int loggers; /* 1..FLEET_LOGGERS */
    uint64_t seed;
    int editions;        /* bits 1 << hj_edition; 0: a mix like the field's */
    bool dialects;       /* Modbus CRC, lower case, wrong lengths, glued frames, odd cases ... in the field's shares */
    int faults_permille; /* torn frames, noise, half connections, reconnects */
    int clock_skew_s;    /* largest; each logger has its own */
    int resubmit_permille; /* frames sent again later, marked where the edition can */
    int64_t rate;          /* frames per second over all; 0: as fast as answers allow */
    int window;            /* unanswered frames a logger may have on the way; 0 is 1, which is the letter */
    usec from;
    int minutes;  /* what is reported: minute, hour and day records that end in this span; `from` a whole minute */
    bool live;    /* send 2011 as well, every 30 s of the span */
    bool no_wait; /* do not wait for answers */
    int seconds;  /* stop after; 0: when everything is sent and answered */
    int overtime_ms, recount; /* 0: 10 s and 3, as the standard has them for radio links */
    int plants;               /* different plants; beyond it loggers repeat each other. 0: FLEET_PLANTS */
    const uint8_t *sm4_key;   /* 16 bytes: 2025 loggers encrypt their bodies; NULL: they do not */
};
struct fleet_report {
    int64_t sent, answered, repeated, given_up, connects,
        bytes;       /* sent: frames, each once; those that ask for no answer, too */
    int64_t unasked; /* of these: asked for no answer */
    int64_t answer_us_p50, answer_us_p99, answer_us_max; /* from the last try's last byte; within 5 % */
    double seconds;
    bool stopped; /* the time was over before the work was */
};
/* each_answered (may be NULL) is called for every frame once its answer is there: tests compare that list with the
 * spool. ERR_INPUT: an option out of range; ERR_IO: no logger could connect at all. */
MUST_USE err *fleet_run(const struct fleet_options *o, void (*each_answered)(void *context, str raw), void *context,
                        void (*progress)(void *context, int64_t done, int64_t of), struct fleet_report *ret);
/* The bytes one logger would send, without a network and so without repetitions: `hj212 send --dry-run`, corpora,
 * import tests. With faults: noise and torn beginnings stand where they would. Appends; ERR_LIMIT when `b` has no room.
 */
MUST_USE err *fleet_frames(const struct fleet_options *o, int logger, buf *b);
