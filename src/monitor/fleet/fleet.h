/*
 * monitor/fleet/: a fleet of loggers that do not exist, speaking HJ 212 to a gateway that does. `hj212 send`, the gateway's tests
 * and the acknowledgement benchmark stand on it. Values come from plant/; every logger has an edition, a dialect and faults
 * by its seed, waits for its answers, repeats what was not answered (OverTime, ReCount) and keeps a list of what was.
 * One epoll thread whatever the number of loggers.
 */
#pragma once
#include "monitor/hj212/hj212.h"
#include "monitor/plant/plant.h"

struct fleet_options {
    str address; int port;
    int loggers;             /* 1..10000 */
    uint64_t seed;
    int editions;            /* 1 << hj_edition; 0: a mix like the field's */
    bool dialects;           /* Modbus CRC, lower case, wrong lengths, glued frames, odd cases ... in the field's shares */
    int faults_permille;     /* torn frames, noise, half connections, reconnects */
    int clock_skew_s;        /* largest; each logger has its own */
    int resubmit_permille;   /* frames sent again later, marked where the edition can */
    int64_t rate;            /* frames per second over all; 0: as fast as answers allow */
    int window;              /* unanswered frames a logger may have on the way; 1 by the letter */
    usec from; int minutes;  /* what is reported: minute, hour and day records of this span */
    bool live;               /* send 2011 as well, every 30 s of the span */
    bool no_wait;            /* do not wait for answers */
    int seconds;             /* stop after; 0: when everything is sent and answered */
};
struct fleet_report {
    int64_t sent, answered, repeated, given_up, connects, bytes;
    int64_t answer_us_p50, answer_us_p99, answer_us_max;
    double seconds;
};
/* each_answered (may be NULL) is called for every frame once its answer is there: tests compare that list with the spool. */
MUST_USE err *fleet_run(const struct fleet_options *o, void (*each_answered)(void *context, str raw), void *context,
                        void (*progress)(void *context, int64_t done, int64_t of), struct fleet_report *ret);
/* The frames one logger would send, without a network: `hj212 send --dry-run`, corpora, import tests. */
MUST_USE err *fleet_frames(const struct fleet_options *o, int logger, buf *b);
