/* See http_load.h. One thread; nothing is allocated while it runs. */
#include "http_load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 64 << 10 };
struct client { int fd; bool busy; usec due; size_t have, want; /* want 0: the head is not whole */ char room[ROOM]; };
static struct client clients[LIMIT_LOAD_CONNECTIONS];
static uint32_t samples[LIMIT_LOAD_SAMPLES];
static size_t samples_n;

static int dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    return fd;
}

static void ask(struct client *c, const struct http_load *l, usec due)
{
    size_t n = strlen(l->request);
    CHECK(send(c->fd, l->request, n, MSG_NOSIGNAL) == (ssize_t)n);
    c->busy = true;
    c->due = due;
    c->have = c->want = 0;
}

static size_t head_of(struct client *c, int64_t *ret_body)
{
    str got = {c->room, c->have};
    ptrdiff_t end = str_find(got, S("\r\n\r\n")), at;
    if (end < 0)
        return 0;
    CHECK(str_starts(got, S("HTTP/1.1 200")));
    at = str_find(got, S("Content-Length: "));
    CHECK(at > 0 && at < end);
    *ret_body = strtoll(got.p + at + 16, NULL, 10);
    return (size_t)end + 4 + (size_t)*ret_body;
}

/* True when the answer is whole. Only its head is kept: the rest is read over. */
static bool hear(struct client *c, int64_t *ret_body)
{
    for (;;) {
        size_t at = c->want ? ROOM / 2 : c->have;
        ssize_t n = recv(c->fd, c->room + at, ROOM - at, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        CHECK(n > 0);
        c->have += (size_t)n;
        if (!c->want)
            c->want = head_of(c, ret_body);
        if (c->want && c->have >= c->want) {
            CHECK(c->have == c->want);
            c->busy = false;
            return true;
        }
    }
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void note(usec took)
{
    if (samples_n < LIMIT_LOAD_SAMPLES)
        samples[samples_n++] = (uint32_t)(took < 0 ? 0 : took);
}

/* Gives what is due to whoever is free; what finds nobody waits, and its clock runs. */
static void ask_due(const struct http_load *l, usec start, usec end, int64_t *asked)
{
    for (int i = 0; i < l->connections; i++) {
        usec now = time_monotonic(), due = l->rate ? start + *asked * USEC_SECOND / l->rate : now;
        if (clients[i].busy)
            continue;
        if (due > now || due >= end)
            return;
        ask(&clients[i], l, due);
        ++*asked;
    }
}

struct http_report http_load_run(const struct http_load *l)
{
    struct epoll_event ready[64];
    struct http_report r = {0};
    int poll = epoll_create1(EPOLL_CLOEXEC);
    int64_t asked = 0;
    CHECK(poll >= 0 && l->connections <= LIMIT_LOAD_CONNECTIONS);
    samples_n = 0;
    for (int i = 0; i < l->connections; i++) {
        clients[i] = (struct client){.fd = dial(l->port)};
        CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, clients[i].fd, &(struct epoll_event){EPOLLIN, {.u32 = (uint32_t)i}}) == 0);
    }
    usec start = time_monotonic(), end = start + (usec)(l->seconds * 1e6), now;
    while ((now = time_monotonic()) < end || r.answered < asked) {
        if (now < end)
            ask_due(l, start, end, &asked);
        int n = epoll_wait(poll, ready, 64, 1);
        for (int i = 0; i < n; i++) {
            struct client *c = &clients[ready[i].data.u32];
            if (!hear(c, &r.bytes))
                continue;
            usec done = time_monotonic();
            note(done - c->due);
            r.answered++;
            if (!l->rate && done < end) {
                ask(c, l, done);
                asked++;
            }
        }
    }
    r.seconds = (double)(time_monotonic() - start) / 1e6;
    for (int i = 0; i < l->connections; i++)
        close(clients[i].fd);
    close(poll);
    CHECK(samples_n);
    qsort(samples, samples_n, sizeof *samples, by_size);
    r.us_p50 = samples[samples_n / 2];
    r.us_p99 = samples[samples_n * 99 / 100];
    return r;
}
