/*
 * A client that costs little beside what it measures: keep-alive connections over one epoll, the same request again and again, an
 * answer told by its Content-Length. Closed: each connection asks as soon as it is answered. Open: requests fall due at a rate
 * whatever the server does, and latency counts from when they were due, so that a stall is not hidden by waiting for it.
 */
#pragma once
#include "base/base.h"

enum { LIMIT_LOAD_CONNECTIONS = 256, LIMIT_LOAD_SAMPLES = 1 << 20 };
struct http_load {
    int port, connections;
    const char *request; /* whole, with its blank line */
    double seconds;
    int rate;            /* requests a second; 0: closed */
};
struct http_report { int64_t answered, bytes /* of the last body */, us_p50, us_p99; double seconds; };

/* An answer other than 200 ends the program. */
struct http_report http_load_run(const struct http_load *l);
