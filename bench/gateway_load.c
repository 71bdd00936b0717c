/*
 * One epoll thread in the caller's process. Frames of a logger lie one behind the other, so that what its window allows goes out in one
 * send; answers of one connection come in the order of its frames, which is checked by QN. Every time is kept and the percentiles are
 * exact: from the send to the recv that brought the answer. With a rate, from the moment a frame was due: what could not be sent in time
 * for want of answers counts as waiting.
 */
#include "gateway_load.h"

#include "bench.h"
#include "monitor/hj212/hj212.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QN_AT = 9 /* behind ##0240QN= */, QN = 17, INBOX = 16 << 10, EVENTS = 256, PATIENCE_MS = 30000 };
struct logger { int fd; int due, sent, answered; size_t inbox_n; char *frames, *inbox; int64_t *sent_at; };
struct run {
    const struct load *load;
    struct logger *loggers;
    int epoll;
    int32_t *us; /* of each answered frame */
    int64_t n, began, bursts /* due so far */;
};

static void encode(struct arena *a, int logger, int frame, char *to)
{
    buf b = buf_make(a, 1024);
    uint32_t salt = (uint32_t)(logger * 7919 + frame) * 2654435761u;
    str qn = arena_printf(a, "20260102%02d%02d%02d%03d", frame / 3600000 % 24, frame / 60000 % 60, frame / 1000 % 60, frame % 1000);
    struct hj_head h = {.edition = HJ_2017, .qn = qn, .st = S("31"), .cn = S("2011"), .pw = S("123456"), .flag = 5,
                        .mn = arena_printf(a, "4201%020d", logger), .crc = HJ_CRC_OK};
    str data = arena_printf(a, "DataTime=20260102030400;a21026-Rtd=%d.%03d,a21026-Flag=N;a21002-Rtd=%d.%03d,a21002-Flag=N;"
                               "a34013-Rtd=%d.%04d,a34013-Flag=N;a01011-Rtd=%d.%04d,a01011-Flag=N",
                            100 + (int)(salt >> 4) % 800, (int)(salt >> 5) % 1000, 100 + (int)(salt >> 6) % 800,
                            (int)(salt >> 7) % 1000, 100 + (int)(salt >> 3) % 800, (int)(salt >> 2) % 10000,
                            100 + (int)(salt >> 8) % 800, (int)(salt >> 1) % 10000);
    err *e = hj_encode(&b, &h, data);
    CHECK(!e && b.n == LOAD_FRAME && memcmp(b.p + QN_AT, qn.p, QN) == 0);
    memcpy(to, b.p, b.n);
}

static void logger_open(struct run *r, int i)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)r->load->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct logger *l = &r->loggers[i];
    const int yes = 1;
    l->fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(l->fd >= 0 && connect(l->fd, (struct sockaddr *)&to, sizeof to) == 0);
    setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = l};
    CHECK(epoll_ctl(r->epoll, EPOLL_CTL_ADD, l->fd, &e) == 0);
}

/* What is due, as much as the window allows. A window is far smaller than a socket's buffer. */
static void logger_send(struct run *r, struct logger *l)
{
    int until = l->answered + r->load->window;
    until = until < l->due ? until : l->due;
    if (until <= l->sent)
        return;
    ssize_t n = (ssize_t)(until - l->sent) * LOAD_FRAME;
    int64_t now = time_monotonic();
    for (int i = l->sent; i < until; i++)
        l->sent_at[i] = l->sent_at[i] ? l->sent_at[i] : now;
    CHECK(send(l->fd, l->frames + (size_t)l->sent * LOAD_FRAME, (size_t)n, MSG_NOSIGNAL) == n);
    l->sent = until;
}

static void answer(struct run *r, struct logger *l, str raw, int64_t now)
{
    CHECK(l->answered < l->sent);
    const char *qn = l->frames + (size_t)l->answered * LOAD_FRAME + QN_AT;
    CHECK(raw.n > QN_AT + QN && memmem(raw.p, raw.n, "CN=9014;", 8) && memmem(raw.p, raw.n, qn, QN));
    r->us[r->n++] = (int32_t)(now - l->sent_at[l->answered++]);
}

static void logger_hear(struct run *r, struct logger *l)
{
    ssize_t n = recv(l->fd, l->inbox + l->inbox_n, INBOX - l->inbox_n, MSG_DONTWAIT);
    CHECK(n > 0);
    int64_t now = time_monotonic();
    size_t at = 0;
    char *end;
    l->inbox_n += (size_t)n;
    while ((end = memchr(l->inbox + at, '\n', l->inbox_n - at))) {
        size_t next = (size_t)(end + 1 - l->inbox);
        answer(r, l, (str){l->inbox + at, next - at}, now);
        at = next;
    }
    memmove(l->inbox, l->inbox + at, l->inbox_n - at);
    l->inbox_n -= at;
    logger_send(r, l);
}

/* Bursts that are due by now, the loggers in turn. */
static void send_due(struct run *r)
{
    const struct load *l = r->load;
    int64_t each = l->rate ? INT64_C(1000000) * l->window / l->rate : 0, all = (int64_t)l->loggers * (l->frames / l->window);
    for (; r->bursts < all && time_monotonic() >= r->began + r->bursts * each; r->bursts++) {
        struct logger *one = &r->loggers[r->bursts % l->loggers];
        for (int i = 0; i < l->window && l->rate; i++)
            one->sent_at[one->due + i] = r->began + r->bursts * each;
        one->due += l->window;
        logger_send(r, one);
    }
}

static int ascending(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void loggers_make(struct run *r, struct arena *a)
{
    size_t frames = (size_t)r->load->frames;
    for (int i = 0; i < r->load->loggers; i++) {
        struct logger *l = &r->loggers[i];
        l->frames = arena_alloc(a, frames * LOAD_FRAME, 1);
        l->inbox = arena_alloc(a, INBOX, 1);
        l->sent_at = NEW_ARRAY(a, frames, int64_t);
        for (int k = 0; k < r->load->frames; k++) {
            AUTO_ARENA(own);
            encode(own, i, k, l->frames + (size_t)k * LOAD_FRAME);
        }
        logger_open(r, i);
    }
}

struct load_report load_run(const struct load *load)
{
    AUTO_ARENA(a);
    int64_t all = (int64_t)load->loggers * load->frames;
    struct run r = {.load = load, .loggers = NEW_ARRAY(a, (size_t)load->loggers, struct logger), .epoll = epoll_create1(EPOLL_CLOEXEC),
                    .us = NEW_ARRAY(a, (size_t)all, int32_t)};
    CHECK(r.epoll >= 0 && load->frames % load->window == 0);
    loggers_make(&r, a);
    double start = bench_wall(), cpu = bench_cpu();
    int64_t heard = r.began = time_monotonic();
    while (r.n < all) {
        struct epoll_event events[EVENTS];
        send_due(&r);
        int n = epoll_wait(r.epoll, events, EVENTS, 1);
        heard = n > 0 ? time_monotonic() : heard;
        CHECK(n >= 0 && time_monotonic() - heard < PATIENCE_MS * INT64_C(1000));
        for (int i = 0; i < n; i++)
            logger_hear(&r, events[i].data.ptr);
    }
    struct load_report ret = {.answered = r.n, .seconds = bench_wall() - start, .cpu = bench_cpu() - cpu};
    qsort(r.us, (size_t)all, sizeof *r.us, ascending);
    ret.us_p50 = r.us[all / 2];
    ret.us_p99 = r.us[all * 99 / 100];
    for (int i = 0; i < load->loggers; i++)
        close(r.loggers[i].fd);
    close(r.epoll);
    return ret;
}
