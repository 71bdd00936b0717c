/*
 * monitor/gateway/: takes HJ 212 over TCP. Its door.
 *
 * One epoll thread reads and frames; one committer appends whole batches to the spool and only then lets the answers (9014,
 * 9013) go; one drainer turns spool into readings. A device's frame is answered after the commit that holds it, or not at
 * all: it sends again, and the same frame (MN, CN, QN, PNO, digest) is one frame.
 *
 * Everything a sender controls has a limit: connections, bytes waiting per connection, time without a whole frame, time
 * without any byte, frames waiting for the commit (beyond it reading stops: TCP holds the sender), noise before a close.
 * Our own failures (server down, disk full, refused by the list, clock, overload) are recorded per device and hour.
 * No command goes to the field. Forwarding is byte-exact from a place kept in a spool of its own.
 * Sources: monitoring dossier 4, 5, 12.
 */
#pragma once
#include "monitor/series/readings.h"

struct gateway;
enum {
    GATEWAY_CONNECTIONS = 10000, GATEWAY_IDLE_S = 1800, GATEWAY_SLOW_S = 60 /* bytes without a whole frame */,
    GATEWAY_COMMIT_MS = 5, GATEWAY_COMMIT_BYTES = 4 << 20, GATEWAY_WAITING_FRAMES = 200000, GATEWAY_NOISE_BYTES = 64 << 10,
    GATEWAY_FRAMES_PER_S = 2000 /* of one connection, then it waits its turn */
};
struct gateway_forward { str address; int port; /* where every accepted frame goes again, byte for byte */ };
struct gateway_options {
    str address;          /* "" = 127.0.0.1 */
    int port;             /* 0 = a free one */
    int connections;      /* 0 = GATEWAY_CONNECTIONS */
    int idle_s, slow_s;   /* 0 = the defaults */
    bool proxy_protocol;  /* the peer is nginx: PROXY v1 or v2 comes first and names the device's address */
    bool listed_only;     /* MNs that outlet.register does not name are refused; else stored and shown as unknown */
    bool edition_2025;
    bool answer_always;   /* answer uploads whose Flag asks for none (2005 devices wait for it); profiles may say otherwise */
    const struct gateway_forward *forwards; size_t forwards_n;
    bool no_drain;        /* benchmarks: only the spool */
};
/* Opens the port and returns. `s` is read for the access list (outlet rows), again every few seconds. */
MUST_USE err *gateway_start(struct store *s, struct readings *r, const struct gateway_options *o, struct gateway **ret);
int gateway_port(const struct gateway *g);
/* Commits and answers what has come, then closes. */
void gateway_stop(struct gateway *g);
struct gateway_metrics {
    int64_t connections, connections_total, frames, bytes, duplicates, stretches, refused, answers, commits, commit_failures;
    int64_t crc[HJ_CRC_KINDS];
    int64_t waiting, forward_waiting, drained_to /* usec of the newest frame in the readings */;
    int64_t answer_us_p50, answer_us_p99, clock_offset_us;
};
void gateway_metrics_read(struct gateway *g, struct gateway_metrics *ret);
/* Text of /metrics (Prometheus exposition) appended. */
void gateway_metrics_text(struct gateway *g, buf *b);
