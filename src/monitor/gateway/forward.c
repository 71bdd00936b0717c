/*
 * Every accepted frame again, byte for byte, to another platform: read from the spool behind a durable place, one thread for each
 * target. The place moves only over frames the other side has taken, so a restart on either side loses nothing and may repeat some:
 * at least once, as every logger does it.
 *
 * Taken means answered, for a frame that asks for an answer; the answer to a later frame shows that those before it were read. What is
 * answered by nothing (frames that ask for none, platforms that never answer) counts as taken when the other side's TCP has it and
 * the connection has held for SETTLE_S since: what lies unread in a server that dies is sent again.
 */
#include "monitor/gateway/gateway_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    WINDOW = 4096,             /* frames on the way */
    DAY_SHIFT = 28,            /* batch = day << 28 | number of the day (series/spool.c) */
    CONNECT_MS = 10000, POLL_MS = 50,
    WAIT_S = 30,               /* for the oldest answer (OverTime times ReCount by the letter); then everything is sent again */
    SETTLE_S = 5,
    BACK_OFF_FIRST_MS = 1000, BACK_OFF_MOST_MS = 60000,
    PLACE_EVERY_MS = 1000,
    LIMIT_TARGET = 300
};

struct flying {
    struct spool_place place;
    int64_t sent;              /* monotonic; 0: not yet */
    size_t end;                /* bytes of this connection up to its end */
    char qn[HJ_LIMIT_QN + 1], mn[HJ_LIMIT_MN + 1];
    bool wants, taken;
};

struct forwarder {
    struct gateway *gateway;
    pthread_t thread;
    char name[LIMIT_TARGET], host[LIMIT_TARGET - 8];
    char port[8];
    int fd;
    struct flying flying[WINDOW]; /* a ring */
    uint32_t first, n;
    struct spool_place done, read; /* taken by the other side; read from the spool */
    bool done_moved;
    long long commits_seen;    /* when the spool had no more; -1: it may have */
    int64_t done_put;
    bool answers, silent;      /* it has answered something; it has not for WAIT_S */
    struct arena *arena;       /* of bytes not yet sent */
    buf out;
    size_t out_at, out_base;   /* sent of `out`; bytes sent before `out` began */
    char in[READ_BYTES + HJ_LIMIT_FRAME];
    size_t in_n;
    int64_t backlog;           /* frames behind the place when we began */
    atomic_llong sent, answered, connects, taken;
};

/* ---- the ring ---- */
static struct flying *at(struct forwarder *f, uint32_t i)
{
    return &f->flying[(f->first + i) % WINDOW];
}

static void text_keep(char *ret, size_t room, str s)
{
    snprintf(ret, room, "%.*s", STR_ARG(str_sub(s, 0, room - 1)));
}

/* In the 2005 form QN stands in the data: of an answer as of a frame that has none in its head. */
static str qn_of(const struct hj_frame *f)
{
    ptrdiff_t p = f->qn.n ? -1 : str_find(f->data, S("QN="));
    if (p < 0)
        return f->qn;
    str rest = str_sub(f->data, (size_t)p + 3, f->data.n), qn;
    str_next(&rest, ';', &qn);
    return qn;
}

static err *add(void *context, const struct spool_frame *s, struct spool_place place)
{
    struct forwarder *f = context;
    f->read = place;
    struct flying *fly = at(f, f->n++);
    *fly = (struct flying){.place = place, .taken = true};
    if (s->state != SPOOL_ACCEPTED)
        return NULL;
    struct hj_cut cut = hj_cut(s->raw, true);
    struct hj_frame frame;
    hj_decode_head(&cut, &f->gateway->decode, &frame);
    buf_add(&f->out, s->raw);
    fly->taken = false;
    fly->end = f->out_base + f->out.n;
    fly->wants = frame.wants_answer && frame.command / 100 != 90;
    fly->sent = time_monotonic();
    text_keep(fly->qn, sizeof fly->qn, frame.qn);
    text_keep(fly->mn, sizeof fly->mn, frame.mn);
    atomic_fetch_add(&f->sent, 1);
    return NULL;
}

/* A clock set back puts new batches into an earlier day: that day is read again from its beginning, and some frames go twice. */
static bool day_went_back(struct forwarder *f)
{
    int64_t newest = atomic_load(&f->gateway->newest_batch);
    if (!newest || newest >> DAY_SHIFT >= f->read.batch >> DAY_SHIFT)
        return false;
    f->read = (struct spool_place){newest >> DAY_SHIFT << DAY_SHIFT, -1};
    return true;
}

/* Fetches only when what was fetched before has gone out: the buffer is bounded by one window of frames. */
static err *fetch(struct forwarder *f)
{
    long long commits = atomic_load(&f->gateway->m.commits);
    if (f->n > WINDOW / 2 || f->out_at < f->out.n || commits == f->commits_seen)
        return NULL;
    f->out_base += f->out.n;
    f->out_at = 0;
    arena_reset(f->arena);
    f->out = buf_make(f->arena, (size_t)WINDOW * (HJ_LIMIT_FRAME + 64));
    uint32_t room = WINDOW - f->n, before = f->n;
    TRY(spool_scan_after(f->gateway->readings, f->read, room, add, f));
    CHECK(!f->out.overflow);
    f->commits_seen = f->n - before == room || day_went_back(f) ? -1 : commits;
    return NULL;
}

/* ---- answers ---- */
static void read_before(struct forwarder *f, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        at(f, i)->taken |= !at(f, i)->wants;
}

static void answered(struct forwarder *f, const struct hj_frame *answer)
{
    str qn = qn_of(answer);
    f->answers = true;
    f->silent = false;
    atomic_fetch_add(&f->answered, 1);
    for (uint32_t i = 0; i < f->n; i++) {
        struct flying *fly = at(f, i);
        bool same_mn = !answer->mn.n || str_eq(answer->mn, str_of(fly->mn));
        if (!fly->taken && fly->wants && same_mn && str_eq(qn, str_of(fly->qn))) {
            fly->taken = true;
            read_before(f, i);
            return;
        }
    }
}

static void read_answers(struct forwarder *f)
{
    size_t used = 0;
    while (used < f->in_n) {
        struct hj_cut cut = hj_cut((str){f->in + used, f->in_n - used}, false);
        struct hj_frame frame;
        if (cut.kind == HJ_CUT_NONE)
            break;
        used += cut.n;
        if (cut.kind != HJ_CUT_FRAME)
            continue;
        hj_decode_head(&cut, &f->gateway->decode, &frame);
        if (frame.accepted && (frame.command == 9014 || frame.command == 9013))
            answered(f, &frame);
    }
    memmove(f->in, f->in + used, f->in_n - used);
    f->in_n -= used;
}

/* Moves the place over everything taken. False: the oldest has waited too long. */
static bool advance(struct forwarder *f)
{
    int left = 0;
    int64_t now = time_monotonic();
    size_t acknowledged = f->out_base + f->out_at;
    if (ioctl(f->fd, SIOCOUTQ, &left) == 0)
        acknowledged -= (size_t)left < acknowledged ? (size_t)left : acknowledged;
    while (f->n) {
        struct flying *fly = at(f, 0);
        bool waits = fly->wants && !f->silent;
        bool settled = !waits && fly->end <= acknowledged && now - fly->sent >= SETTLE_S * USEC_SECOND;
        if (!fly->taken && !settled) {
            if (!waits || now - fly->sent < WAIT_S * USEC_SECOND)
                return true;
            if (f->answers)
                return false;
            f->silent = true; /* a platform that never answers */
            continue;
        }
        atomic_fetch_add(&f->taken, fly->end ? 1 : 0);
        f->done = fly->place;
        f->done_moved = true;
        f->first = (f->first + 1) % WINDOW;
        f->n--;
    }
    return true;
}

static err *place_keep(struct forwarder *f, bool now)
{
    if (!f->done_moved || (!now && time_monotonic() - f->done_put < PLACE_EVERY_MS * 1000))
        return NULL;
    TRY(forward_place_put(f->gateway->readings, str_of(f->name), f->done));
    f->done_moved = false;
    f->done_put = time_monotonic();
    return NULL;
}

/* ---- the connection ---- */
static int connect_one(struct forwarder *f, const struct addrinfo *a)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error = 0;
    socklen_t n = sizeof error;
    if (fd < 0)
        return -1;
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
        return fd;
    struct pollfd one = {fd, POLLOUT, 0};
    for (int waited = 0; errno == EINPROGRESS && waited < CONNECT_MS && !atomic_load(&f->gateway->stopping); waited += POLL_MS)
        if (poll(&one, 1, POLL_MS) > 0) {
            if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) == 0 && error == 0)
                return fd;
            break;
        } else {
            errno = EINPROGRESS;
        }
    close(fd);
    return -1;
}

static bool connect_to(struct forwarder *f)
{
    struct addrinfo hint = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    f->fd = -1;
    if (getaddrinfo(f->host, f->port, &hint, &list) != 0)
        return false;
    for (const struct addrinfo *a = list; a && f->fd < 0; a = a->ai_next)
        f->fd = connect_one(f, a);
    freeaddrinfo(list);
    return f->fd >= 0;
}

/* False: the connection is over. */
static bool exchange(struct forwarder *f)
{
    bool out = f->out_at < f->out.n;
    struct pollfd one = {f->fd, (short)(POLLIN | (out ? POLLOUT : 0)), 0};
    if (poll(&one, 1, POLL_MS) < 0 && errno != EINTR)
        return false;
    if (one.revents & POLLIN) {
        ssize_t n = recv(f->fd, f->in + f->in_n, sizeof f->in - f->in_n, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return false;
        f->in_n += n > 0 ? (size_t)n : 0;
        read_answers(f);
    }
    if (out && one.revents & POLLOUT) {
        ssize_t n = send(f->fd, f->out.p + f->out_at, f->out.n - f->out_at, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        f->out_at += n > 0 ? (size_t)n : 0;
    }
    return !(one.revents & (POLLERR | POLLNVAL)) && !(one.revents & POLLHUP && !(one.revents & POLLIN));
}

/* From the durable place on, until the connection, the spool or the gateway ends it. *ret_moved: something was taken. */
static err *session(struct forwarder *f, bool *ret_moved)
{
    f->first = f->n = 0;
    f->in_n = f->out_at = f->out_base = 0;
    f->out = (buf){0};
    f->read = f->done;
    f->commits_seen = -1;
    while (!atomic_load(&f->gateway->stopping)) {
        TRY(fetch(f));
        if (!exchange(f) || !advance(f))
            break;
        *ret_moved |= f->done_moved;
        TRY(place_keep(f, false));
    }
    return place_keep(f, true);
}

static void *forward_run(void *forwarder)
{
    struct forwarder *f = forwarder;
    int pause = BACK_OFF_FIRST_MS;
    while (!atomic_load(&f->gateway->stopping)) {
        bool moved = false;
        if (connect_to(f)) {
            atomic_fetch_add(&f->connects, 1);
            err *e = session(f, &moved);
            if (e)
                log_err("gateway-forward", e);
            err_clear();
            close(f->fd);
        }
        pause = moved ? BACK_OFF_FIRST_MS : pause * 2 > BACK_OFF_MOST_MS ? BACK_OFF_MOST_MS : pause * 2;
        if (gateway_pause(f->gateway, pause))
            break;
    }
    return NULL;
}

/* ---- from outside ---- */
static err *count(void *context, const struct spool_frame *s, struct spool_place place)
{
    struct forwarder *f = context;
    (void)place;
    f->backlog += s->state == SPOOL_ACCEPTED;
    return NULL;
}

/* A target that is new begins with what comes now. */
static err *place_find(struct forwarder *f)
{
    bool known;
    struct readings *r = f->gateway->readings;
    TRY(forward_place_get(r, str_of(f->name), &f->done, &known));
    int64_t today = day_of(gateway_now(f->gateway));
    if (known && f->done.batch >> DAY_SHIFT > today) /* the clock was set back while nobody was here */
        f->done = (struct spool_place){today << DAY_SHIFT, -1};
    if (known)
        return spool_scan_after(r, f->done, SIZE_MAX, count, f);
    TRY(spool_end(r, &f->done));
    return forward_place_put(r, str_of(f->name), f->done);
}

err *forward_start(struct gateway *g, const struct gateway_forward *to, struct forwarder **ret)
{
    if (to->address.n == 0 || to->address.n >= LIMIT_TARGET - 8 || memchr(to->address.p, '\0', to->address.n) || to->port < 1 || to->port > 65535)
        return err_got(err_at(err_new(ERR_INPUT, "转发目标不是“地址:端口”"), S("forward")), to->address, S("地址:端口"), S("10.0.0.2:7212"));
    struct forwarder *f = calloc(1, sizeof *f);
    CHECK(f);
    f->gateway = g;
    f->fd = -1;
    snprintf(f->host, sizeof f->host, "%.*s", STR_ARG(to->address));
    snprintf(f->port, sizeof f->port, "%d", to->port);
    snprintf(f->name, sizeof f->name, "%s:%s", f->host, f->port);
    f->arena = arena_new();
    err *e = place_find(f);
    if (e) {
        arena_free(f->arena);
        free(f);
        return err_seen_(e, HERE);
    }
    CHECK(pthread_create(&f->thread, NULL, forward_run, f) == 0);
    *ret = f;
    return NULL;
}

void forward_stop(struct forwarder *f)
{
    pthread_join(f->thread, NULL);
    arena_free(f->arena);
    free(f);
}

str forward_name(const struct forwarder *f)
{
    return str_of(f->name);
}

struct forward_metrics forward_metrics_of(const struct forwarder *f)
{
    int64_t waiting = f->backlog + f->gateway->m.stored - f->taken;
    return (struct forward_metrics){f->sent, f->answered, f->connects, waiting < 0 ? 0 : waiting};
}
