/*
 * The fleet on the network. A logger is a socket, a window of frames on the way and its place in the telling; nothing
 * waits in memory but what is on the way. One thread: epoll for sockets, a sweep every few milliseconds for what has no
 * event (answers overdue, reconnects, the rate). A frame that got no answer in time is sent again, the same bytes; a
 * lost connection sends again everything that was on the way. Answers are matched by QN; those of 2005 carry it inside
 * CP, and devices that send none are answered in order.
 */
#include "monitor/fleet/fleet_private.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    OVERTIME_MS = 10000,
    RECOUNT = 3,
    SWEEP_MS = 5,
    EVENTS = 512,
    INBOX = 2048,
    HALF_MS = 150,
    GOODBYE_MS = 2000,
    CONNECTING_MOST = 400,
    CONNECT_MS = 10000,
    BACKOFF_FIRST_MS = 20,
    BACKOFF_MOST_MS = 2000,
    CONNECTS_FAILED_MOST = 60,
    BUCKETS = 64 * 16 /* of answer times: 16 to each doubling of microseconds */
};

enum slot_state { SLOT_FREE, SLOT_READY, SLOT_SENT };
struct slot {
    char *p;
    size_t n, capacity, noise /* bytes before the frame, of the first try */;
    uint64_t order;
    usec sent;
    char qn[HJ_LIMIT_QN + 4];
    int32_t command;
    uint8_t state, tries, fault;
    uint32_t tear;
    bool asks;
};

enum link_state { LINK_CLOSED, LINK_CONNECTING, LINK_OPEN };
struct logger {
    struct telling telling;
    int fd;
    uint8_t link; /* enum link_state */
    bool told, done, writable, ending /* said goodbye: waits for the gateway to close */;
    int failed;      /* connects in a row */
    usec wait_until; /* CLOSED: next try; OPEN: silence of a half connection */
    usec connect_by;
    bool closing; /* after the silence */
    struct frame frames[RECORD_FRAMES];
    size_t frames_n, frames_at;
    char *text; /* of frames[] */
    size_t text_capacity;
    struct slot *slots;
    uint64_t order;
    int sending; /* slot, -1 none */
    size_t sent; /* bytes of it */
    char *inbox;
    size_t inbox_n;
};

struct fleet {
    const struct fleet_options *o;
    struct arena *arena, *scratch; /* scratch: one record, while it is told */
    struct logger *loggers;
    const struct script **scripts;
    int epoll, window, overtime_ms, recount, connecting;
    struct sockaddr_storage address;
    socklen_t address_n;
    struct fleet_report report;
    int64_t bucket[BUCKETS], done;
    usec started;
    int64_t tokens_used; /* frames sent under the rate */
    int turn;            /* logger the next sweep begins with */
    void (*each_answered)(void *context, str raw);
    void *context;
    int open_now, ever_open, dead;
};

/* ---- answer times ---- */

static int bucket_of(int64_t us)
{
    if (us < 16)
        return us < 0 ? 0 : (int)us;
    int high = 63 - __builtin_clzll((unsigned long long)us);
    return high * 16 + (int)(us >> (high - 4) & 15);
}

static int64_t bucket_middle(int i)
{
    if (i < 16)
        return i; /* small numbers stand for themselves */
    int high = i / 16; /* 4 at least: bucket_of() leaves 16 to 63 empty */
    if (high < 5)
        return (INT64_C(1) << high) + i % 16;
    return (INT64_C(1) << high) + ((2 * (int64_t)(i % 16) + 1) << (high - 5));
}

static int64_t percentile(const struct fleet *f, double share)
{
    int64_t want = (int64_t)((double)f->report.answered * share), seen = 0;
    for (int i = 0; i < BUCKETS; i++)
        if ((seen += f->bucket[i]) > want)
            return bucket_middle(i);
    return f->report.answer_us_max;
}

/* ---- links ---- */

static void slot_free(struct slot *s)
{
    s->state = SLOT_FREE;
}

static void link_close(struct fleet *f, struct logger *l, usec wait_us)
{
    if (l->fd >= 0)
        close(l->fd);
    f->connecting -= l->link == LINK_CONNECTING;
    f->open_now -= l->link == LINK_OPEN;
    l->fd = -1;
    l->link = LINK_CLOSED;
    l->closing = l->writable = false;
    l->sending = -1;
    l->inbox_n = 0;
    l->wait_until = time_monotonic() + wait_us;
    for (int i = 0; i < f->window; i++) /* unanswered: once more on the next connection */
        if (l->slots[i].state == SLOT_SENT)
            l->slots[i].state = SLOT_READY;
}

static void link_failed(struct fleet *f, struct logger *l)
{
    usec wait = (usec)BACKOFF_FIRST_MS << (l->failed < 7 ? l->failed : 7);
    l->failed++;
    link_close(f, l, (wait > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : wait) * 1000);
    if (l->failed >= CONNECTS_FAILED_MOST && !l->done) {
        l->done = true;
        f->dead++;
        f->done++;
    }
}

static void link_open(struct fleet *f, struct logger *l)
{
    int fd = socket(f->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0)
        return link_failed(f, l);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    l->fd = fd;
    l->link = LINK_CONNECTING;
    l->connect_by = time_monotonic() + CONNECT_MS * INT64_C(1000);
    f->connecting++;
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, .data.ptr = l};
    if (epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &e) < 0 ||
        (connect(fd, (const struct sockaddr *)&f->address, f->address_n) < 0 && errno != EINPROGRESS))
        link_failed(f, l);
}

static bool link_ready(struct fleet *f, struct logger *l)
{
    int error = 0;
    socklen_t n = sizeof error;
    if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0 || error != 0) {
        link_failed(f, l);
        return false;
    }
    f->connecting--;
    f->open_now++;
    f->ever_open++;
    f->report.connects++;
    l->link = LINK_OPEN;
    l->failed = 0;
    l->wait_until = 0;
    return true;
}

/* ---- frames on their way ---- */

static struct slot *earliest(struct fleet *f, struct logger *l, enum slot_state state)
{
    struct slot *ret = NULL;
    for (int i = 0; i < f->window; i++)
        if (l->slots[i].state == state && (!ret || l->slots[i].order < ret->order))
            ret = &l->slots[i];
    return ret;
}

static str text_add(struct logger *l, size_t *n, str s)
{
    char *to = l->text + *n;
    if (s.n)
        memcpy(to, s.p, s.n);
    *n += s.n;
    return (str){to, s.n};
}

/* Frames are waiting to get a slot; tells the next record when there are none. */
static bool more(struct fleet *f, struct logger *l)
{
    if (l->frames_at < l->frames_n || l->told)
        return l->frames_at < l->frames_n;
    arena_reset(f->scratch);
    l->frames_at = l->frames_n = 0;
    if (!telling_next(&l->telling, f->scratch, l->frames, &l->frames_n)) {
        l->told = true;
        return false;
    }
    size_t need = 0, at = 0;
    for (size_t i = 0; i < l->frames_n; i++)
        need += l->frames[i].raw.n + l->frames[i].qn.n;
    if (need > l->text_capacity) {
        l->text_capacity = need + need / 4;
        l->text = arena_alloc(f->arena, l->text_capacity, 1);
    }
    for (size_t i = 0; i < l->frames_n; i++) {
        l->frames[i].raw = text_add(l, &at, l->frames[i].raw);
        l->frames[i].qn = text_add(l, &at, l->frames[i].qn);
    }
    return true;
}

static bool rate_allows(const struct fleet *f, usec now)
{
    return f->o->rate <= 0 || f->tokens_used < (int64_t)((double)(now - f->started) / 1e6 * (double)f->o->rate) + 1;
}

static void slot_fill(struct fleet *f, struct logger *l, struct slot *s)
{
    const struct frame *from = &l->frames[l->frames_at++];
    arena_reset(f->scratch);
    str noise = from->fault == FAULT_NOISE ? telling_noise(&l->telling, f->scratch, from) : STR_NONE;
    size_t n = noise.n + from->raw.n;
    if (n > s->capacity) {
        s->capacity = n + n / 4;
        s->p = arena_alloc(f->arena, s->capacity, 1);
    }
    if (noise.n)
        memcpy(s->p, noise.p, noise.n);
    memcpy(s->p + noise.n, from->raw.p, from->raw.n);
    size_t qn = from->qn.n < sizeof s->qn ? from->qn.n : sizeof s->qn - 1;
    if (qn)
        memcpy(s->qn, from->qn.p, qn);
    s->qn[qn] = '\0';
    s->n = n;
    s->noise = noise.n;
    s->command = from->command;
    s->asks = from->asks && !f->o->no_wait;
    s->fault = from->fault;
    s->tear = from->extra;
    s->tries = 0;
    s->state = SLOT_READY;
    s->order = ++l->order;
    f->tokens_used++;
    f->report.unasked += !from->asks;
}

/* What goes out next: a frame that waits, or a new one where the window has room. */
static struct slot *next_slot(struct fleet *f, struct logger *l)
{
    struct slot *s = earliest(f, l, SLOT_READY);
    if (s)
        return s;
    s = earliest(f, l, SLOT_FREE);
    if (!s || !more(f, l) || !rate_allows(f, time_monotonic()))
        return NULL;
    slot_fill(f, l, s);
    return s;
}

static void sent_whole(struct fleet *f, struct logger *l, struct slot *s)
{
    if (s->tries++ == 0)
        f->report.sent++;
    else
        f->report.repeated++;
    l->sending = -1;
    s->sent = time_monotonic();
    if (s->asks)
        s->state = SLOT_SENT;
    else
        slot_free(s);
}

/* A torn frame: the connection ends in the middle of it, at once or after a silence. */
static void tear(struct fleet *f, struct logger *l, struct slot *s)
{
    bool half = s->fault == FAULT_HALF;
    s->fault = FAULT_NONE;
    l->sending = -1;
    if (!half)
        return link_close(f, l, 0);
    l->closing = true;
    l->wait_until = time_monotonic() + HALF_MS * INT64_C(1000);
}

/* Writes what can be written. */
static void pump(struct fleet *f, struct logger *l)
{
    while (l->link == LINK_OPEN && l->writable && !l->closing) {
        if (l->sending < 0) {
            struct slot *s = next_slot(f, l);
            if (!s)
                return;
            if (s->fault == FAULT_RECONNECT) {
                s->fault = FAULT_NONE;
                return link_close(f, l, 0);
            }
            l->sending = (int)(s - l->slots);
            l->sent = s->tries == 0 && s->fault == FAULT_NOISE ? 0 : s->noise;
            if (s->fault == FAULT_NOISE)
                s->fault = FAULT_NONE;
        }
        struct slot *s = &l->slots[l->sending];
        size_t end = s->fault == FAULT_TORN || s->fault == FAULT_HALF ? s->noise + s->tear : s->n;
        ssize_t n = send(l->fd, s->p + l->sent, end - l->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            l->writable = false;
            return;
        }
        if (n < 0)
            return link_close(f, l, BACKOFF_FIRST_MS * 1000);
        f->report.bytes += n;
        l->sent += (size_t)n;
        if (l->sent < end)
            continue;
        if (end < s->n)
            tear(f, l, s);
        else
            sent_whole(f, l, s);
    }
}

/* ---- answers ---- */

static struct slot *slot_of(struct fleet *f, struct logger *l, str qn)
{
    struct slot *ret = NULL;
    for (int i = 0; i < f->window; i++) {
        struct slot *s = &l->slots[i];
        if (s->state != SLOT_SENT || (qn.n && s->qn[0] && !str_eq(str_of(s->qn), qn)))
            continue;
        if (!ret || s->order < ret->order)
            ret = s;
    }
    return ret;
}

static void answered(struct fleet *f, struct slot *s)
{
    int64_t us = time_monotonic() - s->sent;
    f->bucket[bucket_of(us)]++;
    f->report.answered++;
    f->report.answer_us_max = us > f->report.answer_us_max ? us : f->report.answer_us_max;
    if (f->each_answered)
        f->each_answered(f->context, (str){s->p + s->noise, s->n - s->noise});
    slot_free(s);
}

static void hear(struct fleet *f, struct logger *l, const struct hj_cut *cut)
{
    static const struct hj_options options = {.crc = HJ_CRC_ANY, .edition_2025 = true};
    struct hj_value values[16];
    struct hj_frame frame;
    hj_decode(cut, &options, NULL, values, 16, &frame);
    if (!frame.accepted || (frame.command != 9014 && frame.command != 9013))
        return;
    str qn = frame.qn;
    const struct hj_value *inside = qn.n ? NULL : hj_value_of(&frame, "QN", "");
    struct slot *s = slot_of(f, l, inside ? inside->text : qn);
    if (s)
        answered(f, s);
}

static void read_answers(struct fleet *f, struct logger *l)
{
    for (;;) {
        ssize_t n = recv(l->fd, l->inbox + l->inbox_n, INBOX - l->inbox_n, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (n <= 0)
            return link_close(f, l, BACKOFF_FIRST_MS * 1000);
        l->inbox_n += (size_t)n;
        size_t at = 0;
        for (;;) {
            struct hj_cut cut = hj_cut((str){l->inbox + at, l->inbox_n - at}, false);
            if (cut.kind == HJ_CUT_NONE)
                break;
            if (cut.kind == HJ_CUT_FRAME)
                hear(f, l, &cut);
            at += cut.n;
        }
        memmove(l->inbox, l->inbox + at, l->inbox_n - at);
        l->inbox_n -= at;
        if (l->inbox_n == INBOX)
            l->inbox_n = 0; /* nothing a gateway answers is that long */
    }
}

static void happened(struct fleet *f, struct logger *l, uint32_t events)
{
    if (l->link == LINK_CONNECTING && events & (EPOLLOUT | EPOLLERR | EPOLLHUP) && !link_ready(f, l))
        return;
    if (l->link != LINK_OPEN)
        return;
    if (events & EPOLLOUT)
        l->writable = true;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        read_answers(f, l);
    pump(f, l);
}

/* ---- what has no event ---- */

static void overdue(struct fleet *f, struct logger *l, usec now)
{
    for (int i = 0; i < f->window; i++) {
        struct slot *s = &l->slots[i];
        if (s->state != SLOT_SENT || now - s->sent < f->overtime_ms * INT64_C(1000))
            continue;
        if (s->tries <= f->recount) {
            s->state = SLOT_READY;
            continue;
        }
        f->report.given_up++;
        slot_free(s);
    }
}

static bool finished(struct fleet *f, struct logger *l)
{
    for (int i = 0; i < f->window; i++)
        if (l->slots[i].state != SLOT_FREE)
            return false;
    return !more(f, l);
}

/* Closing with answers unread would reset the connection and take frames with it that the gateway has not read yet. */
static void end_one(struct fleet *f, struct logger *l, usec now)
{
    if (l->link == LINK_OPEN && !l->ending) {
        l->ending = true;
        l->wait_until = now + GOODBYE_MS * INT64_C(1000);
        shutdown(l->fd, SHUT_WR);
        return;
    }
    if (l->link == LINK_OPEN && now < l->wait_until)
        return;
    link_close(f, l, 0);
    l->done = true;
    f->done++;
}

static void sweep_one(struct fleet *f, struct logger *l, usec now)
{
    if (l->done)
        return;
    if (l->link == LINK_CONNECTING && now > l->connect_by)
        link_failed(f, l);
    if (l->link == LINK_OPEN) {
        overdue(f, l, now);
        if (l->closing && now >= l->wait_until)
            link_close(f, l, 0);
        else
            pump(f, l);
    }
    if (!l->done && finished(f, l))
        return end_one(f, l, now);
    if (!l->done && l->link == LINK_CLOSED && now >= l->wait_until && f->connecting < CONNECTING_MOST)
        link_open(f, l);
}

static void loop(struct fleet *f, void (*progress)(void *context, int64_t done, int64_t of), void *context)
{
    struct epoll_event events[EVENTS];
    usec end = f->o->seconds ? f->started + f->o->seconds * USEC_SECOND : INT64_MAX, next = 0, told = f->started;
    int64_t estimate = telling_estimate(f->o);
    while (f->done < f->o->loggers) {
        int n = epoll_wait(f->epoll, events, EVENTS, SWEEP_MS);
        for (int i = 0; i < n; i++)
            happened(f, events[i].data.ptr, events[i].events);
        usec now = time_monotonic();
        if (now >= end) {
            f->report.stopped = true;
            return;
        }
        if (now >= next) {
            for (int i = 0; i < f->o->loggers; i++)
                sweep_one(f, &f->loggers[(f->turn + i) % f->o->loggers], now);
            f->turn = (f->turn + 1) % f->o->loggers;
            next = now + SWEEP_MS * 1000;
        }
        if (progress && now - told > USEC_SECOND / 5) {
            progress(context, f->report.sent < estimate ? f->report.sent : estimate, estimate);
            told = now;
        }
    }
}

/* ---- a run ---- */

static err *find_address(struct fleet *f)
{
    char *host = arena_cstr(f->arena, f->o->address.n ? f->o->address : S("127.0.0.1"));
    str port = arena_printf(f->arena, "%d", f->o->port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    int code = getaddrinfo(host, port.p, &hints, &list);
    if (code != 0)
        return err_detail(err_at(err_new(ERR_INPUT, "找不到地址“%s”", host), S("to")), gai_strerror(code));
    memcpy(&f->address, list->ai_addr, list->ai_addrlen);
    f->address_n = list->ai_addrlen;
    freeaddrinfo(list);
    return NULL;
}

static void raise_files(int loggers)
{
    struct rlimit most;
    if (getrlimit(RLIMIT_NOFILE, &most) == 0 && most.rlim_cur < (rlim_t)loggers + 64) {
        most.rlim_cur = most.rlim_max < (rlim_t)loggers + 64 ? most.rlim_max : (rlim_t)loggers + 64;
        setrlimit(RLIMIT_NOFILE, &most);
    }
}

static void make_loggers(struct fleet *f)
{
    const struct fleet_options *o = f->o;
    int plants = fleet_plants(o);
    f->scripts = NEW_ARRAY(f->arena, (size_t)plants, const struct script *);
    for (int i = 0; i < plants; i++)
        f->scripts[i] = script_new(f->arena, o, i);
    f->loggers = NEW_ARRAY(f->arena, (size_t)o->loggers, struct logger);
    for (int i = 0; i < o->loggers; i++) {
        struct logger *l = &f->loggers[i];
        telling_begin(&l->telling, o, f->scripts[i % plants], i);
        l->fd = l->sending = -1;
        l->slots = NEW_ARRAY(f->arena, (size_t)f->window, struct slot);
        l->inbox = arena_alloc(f->arena, INBOX, 1);
    }
}

static void fleet_close(struct fleet *f)
{
    for (int i = 0; f->loggers && i < f->o->loggers; i++)
        if (f->loggers[i].fd >= 0)
            close(f->loggers[i].fd);
    arena_free(f->scratch);
    if (f->epoll >= 0)
        close(f->epoll);
}

err *fleet_run(const struct fleet_options *o, void (*each_answered)(void *context, str raw), void *context,
               void (*progress)(void *context, int64_t done, int64_t of), struct fleet_report *ret)
{
    TRY(fleet_check(o));
    AUTO_ARENA(a);
    struct fleet f = {.o = o,
                      .arena = a,
                      .epoll = -1,
                      .window = o->window ? o->window : 1,
                      .each_answered = each_answered,
                      .context = context,
                      .overtime_ms = o->overtime_ms ? o->overtime_ms : OVERTIME_MS,
                      .recount = o->recount ? o->recount : RECOUNT};
    TRY(find_address(&f));
    raise_files(o->loggers);
    f.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (f.epoll < 0)
        return err_errno(S("建立事件队列"));
    f.scratch = arena_new();
    make_loggers(&f);
    f.started = time_monotonic();
    loop(&f, progress, context);
    f.report.seconds = (double)(time_monotonic() - f.started) / 1e6;
    f.report.answer_us_p50 = percentile(&f, 0.5);
    f.report.answer_us_p99 = percentile(&f, 0.99);
    fleet_close(&f);
    if (f.ever_open == 0)
        return err_new(ERR_IO, "连不上%.*s的%d端口：一台数采仪也没有接通",
                       STR_ARG(o->address.n ? o->address : S("127.0.0.1")), o->port);
    *ret = f.report;
    return NULL;
}
