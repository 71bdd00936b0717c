/*
 * One epoll thread for all sockets, level-triggered: a connection gets one read a round, so one that floods waits for the others, and
 * after its tokens are spent it is not even asked. Bytes are read into one buffer of the thread; only what is left of a half frame, and
 * answers a device does not take, are kept with the connection. An idle connection costs its struct.
 *
 * While the spool refuses, or too much waits for it, no socket is asked at all: TCP holds the senders, and no limit of time runs.
 */
#include "monitor/gateway/gateway_private.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ROUND = 128,         /* sockets served before answers go out */
    ACCEPTS = 64,        /* of one round */
    BACKLOG = 1024,
    TICK_MS = 1000, SOON_MS = 10, FLUSH_S = 5 /* between two handovers of notes */,
    LAST_ANSWERS_MS = 1000,
    NOBODY = UINT32_MAX, /* end of a list of slots */
    SPARE_FILES = 200
};
static const uint64_t key_listener = UINT64_MAX, key_wake = UINT64_MAX - 1;

/* ---- sockets ---- */
static void files_raise(int connections)
{
    struct rlimit l;
    rlim_t want = (rlim_t)connections + SPARE_FILES;
    if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur >= want)
        return;
    l.rlim_cur = want < l.rlim_max ? want : l.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur < want)
        log_event(LOG_WARN, "gateway-few-files", NULL); /* callers beyond it are turned away and counted */
}

static err *listen_on(struct gateway *g)
{
    struct address at;
    struct sockaddr_storage s;
    socklen_t n = sizeof s;
    str text = g->options.address.n ? g->options.address : S("127.0.0.1");
    const int yes = 1;
    if (!address_parse(text, (uint16_t)g->options.port, &at))
        return err_got(err_at(err_new(ERR_INPUT, "网关的监听地址不是IP地址"), S("gateway")), text, S("IPv4或IPv6地址"), S("0.0.0.0"));
    size_t length = address_sockaddr(&at, &s);
    g->listener = socket(s.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (g->listener < 0)
        return err_errno(S("建立网关的套接字"));
    if (setsockopt(g->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(g->listener, (struct sockaddr *)&s, (socklen_t)length) != 0 || listen(g->listener, BACKLOG) != 0 ||
        getsockname(g->listener, (struct sockaddr *)&s, &n) != 0)
        return err_errno(S("监听网关的端口"));
    g->port = address_of(&s).port;
    return NULL;
}

static void watch(struct gateway *g, int fd, uint64_t key, int operation, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.u64 = key};
    CHECK(epoll_ctl(g->epoll, operation, fd, &e) == 0);
}

static uint32_t slot_of(const struct gateway *g, const struct connection *c)
{
    return (uint32_t)(c - g->connections);
}

static void watch_connection(struct gateway *g, struct connection *c)
{
    watch(g, c->fd, slot_of(g, c), EPOLL_CTL_MOD,
          (c->resting || c->ended ? 0u : (uint32_t)EPOLLIN) | (c->want_out ? (uint32_t)EPOLLOUT : 0u));
}

err *reader_open(struct gateway *g)
{
    int n = g->options.connections;
    files_raise(n);
    g->connections = calloc((size_t)n, sizeof *g->connections);
    g->soon = calloc((size_t)n, sizeof *g->soon);
    g->scratch = malloc(2 * READ_BYTES);
    g->values = calloc(HJ_LIMIT_VALUES, sizeof *g->values);
    CHECK(g->connections && g->soon && g->scratch && g->values);
    g->passing = arena_new();
    g->touched = NOBODY;
    g->connections_free = NOBODY;
    TRY(listen_on(g));
    g->epoll = epoll_create1(EPOLL_CLOEXEC);
    g->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    g->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (g->epoll < 0 || g->wake < 0 || g->reserve < 0)
        return err_errno(S("准备网关的事件等待"));
    watch(g, g->listener, key_listener, EPOLL_CTL_ADD, EPOLLIN);
    watch(g, g->wake, key_wake, EPOLL_CTL_ADD, EPOLLIN);
    return NULL;
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void reader_close(struct gateway *g)
{
    for (uint32_t i = 0; i < g->connections_n; i++)
        if (g->connections[i].number)
            connection_close(g, &g->connections[i]);
    fd_close(&g->listener);
    fd_close(&g->epoll);
    fd_close(&g->wake);
    fd_close(&g->reserve);
    free(g->connections);
    free(g->soon);
    free(g->scratch);
    free(g->values);
    arena_free(g->passing);
    g->passing = NULL;
}

/* ---- connections come and go ---- */
void connection_close(struct gateway *g, struct connection *c)
{
    g->partial_bytes -= c->in_n;
    free(c->in);
    free(c->out);
    close(c->fd); /* which takes it out of epoll */
    uint32_t touched_next = c->next_touched;
    bool touched = c->touched, listed = c->listed; /* it stays in these lists until they are gone through */
    *c = (struct connection){.fd = -1, .next_free = g->connections_free, .next_touched = touched_next, .touched = touched,
                             .listed = listed};
    g->connections_free = slot_of(g, c);
    atomic_fetch_sub(&g->m.connections, 1);
}

void connection_from(struct connection *c, const struct address *peer)
{
    c->peer = *peer;
    c->peer_n = (uint8_t)address_text(peer, c->peer_text);
}

static void connection_open(struct gateway *g, int fd, const struct sockaddr_storage *from)
{
    const int yes = 1;
    uint32_t slot = g->connections_free;
    if (slot == NOBODY && g->connections_n == (uint32_t)g->options.connections) {
        close(fd);
        atomic_fetch_add(&g->m.turned_away, 1);
        return;
    }
    if (slot == NOBODY)
        slot = g->connections_n++;
    else
        g->connections_free = g->connections[slot].next_free;
    struct connection *c = &g->connections[slot];
    bool touched = c->touched, listed = c->listed;
    uint32_t next_touched = c->next_touched;
    *c = (struct connection){.number = ++g->connection_number, .fd = fd, .tokens = GATEWAY_FRAMES_PER_S,
                             .touched = touched, .listed = listed, .next_touched = next_touched,
                             .stage = g->options.proxy_protocol ? STAGE_PROXY : STAGE_FIRST};
    struct address peer = address_of(from);
    connection_from(c, &peer);
    c->tokens_at = c->last_byte = time_monotonic();
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    watch(g, fd, slot, EPOLL_CTL_ADD, EPOLLIN);
    atomic_fetch_add(&g->m.connections, 1);
    atomic_fetch_add(&g->m.connections_total, 1);
}

/* No descriptor left: the reserve is given up for a moment to take the caller and send it away, else it would be asked for ever. */
static void turn_away(struct gateway *g)
{
    fd_close(&g->reserve);
    int fd = accept4(g->listener, NULL, NULL, SOCK_CLOEXEC);
    fd_close(&fd);
    g->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
    atomic_fetch_add(&g->m.turned_away, 1);
}

static void accept_some(struct gateway *g)
{
    for (int i = 0; i < ACCEPTS; i++) {
        struct sockaddr_storage from = {0};
        socklen_t n = sizeof from;
        int fd = accept4(g->listener, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            connection_open(g, fd, &from);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE)
            turn_away(g);
        if (errno != ECONNABORTED && errno != EINTR)
            return;
    }
}

/* ---- answers ---- */
static void touch(struct gateway *g, struct connection *c)
{
    if (c->touched)
        return;
    c->touched = true;
    c->next_touched = g->touched;
    g->touched = slot_of(g, c);
}

void connection_answer(struct gateway *g, struct connection *c, str bytes)
{
    if (c->out_n + bytes.n > GATEWAY_OUT_BYTES) {
        atomic_fetch_add(&g->m.closed_unread, 1);
        connection_close(g, c);
        return;
    }
    if (c->out_n + bytes.n > c->out_capacity) {
        uint32_t capacity = c->out_capacity ? c->out_capacity * 2 : 256;
        while (capacity < c->out_n + bytes.n)
            capacity *= 2;
        char *grown = realloc(c->out, capacity);
        CHECK(grown);
        c->out = grown;
        c->out_capacity = capacity;
    }
    memcpy(c->out + c->out_n, bytes.p, bytes.n);
    c->out_n += (uint32_t)bytes.n;
    touch(g, c);
}

static bool finished(const struct connection *c)
{
    return c->ended && !c->waiting && !c->out_n && !c->in_n;
}

static void flush(struct gateway *g, struct connection *c)
{
    while (c->out_sent < c->out_n) {
        ssize_t n = send(c->fd, c->out + c->out_sent, c->out_n - c->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN) {
            connection_close(g, c);
            return;
        }
        if (n < 0)
            break;
        c->out_sent += (uint32_t)n;
    }
    bool blocked = c->out_sent < c->out_n;
    if (!blocked) {
        free(c->out);
        c->out = NULL;
        c->out_n = c->out_sent = c->out_capacity = 0;
    }
    if (blocked != c->want_out) {
        c->want_out = blocked;
        watch_connection(g, c);
    }
    if (finished(c))
        connection_close(g, c);
}

static void flush_touched(struct gateway *g)
{
    for (uint32_t slot = g->touched, next; slot != NOBODY; slot = next) {
        struct connection *c = &g->connections[slot];
        next = c->next_touched;
        c->touched = false;
        if (c->number)
            flush(g, c);
    }
    g->touched = NOBODY;
}

static void deliver_one(struct gateway *g, const struct batch *b, const struct entry *e, int64_t now)
{
    struct connection *c = &g->connections[e->slot];
    if (e->stored >= 0 && e->logger)
        logger_stored(g, e->logger, e, &b->frames.p[e->stored], b->number);
    if (c->number != e->connection)
        return;
    c->waiting--;
    touch(g, c); /* also to close one that has ended */
    if (!e->answer.n)
        return;
    connection_answer(g, c, e->answer);
    atomic_fetch_add(&g->m.answers, 1);
    latency_note(g, now - e->arrived_mono);
}

static void deliver(struct gateway *g)
{
    for (struct batch *b = batches_done(g), *next; b; b = next) {
        int64_t now = time_monotonic();
        next = b->next;
        for (size_t i = 0; i < b->entries.n; i++)
            deliver_one(g, b, &b->entries.p[i], now);
        batch_give_back(g, b);
    }
}

/* ---- bytes ---- */
/* Keeps what is left of `bytes`; false: the connection is gone, for want of room or otherwise. */
static bool keep_rest(struct gateway *g, struct connection *c, str rest)
{
    g->partial_bytes += (int64_t)rest.n - c->in_n;
    if (rest.n == 0) {
        free(c->in);
        c->in = NULL;
    } else {
        char *kept = malloc(rest.n);
        CHECK(kept);
        memcpy(kept, rest.p, rest.n);
        free(c->in);
        c->in = kept;
    }
    c->in_n = (uint32_t)rest.n;
    if (rest.n <= GATEWAY_PARTIAL_SMALL || g->partial_bytes <= GATEWAY_PARTIAL_BYTES)
        return true;
    atomic_fetch_add(&g->m.closed_slow, 1);
    connection_close(g, c);
    return false;
}

static void look_soon(struct gateway *g, struct connection *c)
{
    if (c->listed)
        return;
    c->listed = true;
    g->soon[g->soon_n++] = slot_of(g, c);
}

static void rest_begin(struct gateway *g, struct connection *c)
{
    c->resting = true;
    atomic_fetch_add(&g->m.rests, 1);
    watch_connection(g, c);
}

/* Takes what stands in the scratch buffer (`n` bytes) to be the connection's unread bytes. */
static void take_bytes(struct gateway *g, struct connection *c, size_t n, bool silent)
{
    uint64_t number = c->number;
    int32_t tokens = c->tokens;
    size_t used = intake(g, c, (str){g->scratch, n}, c->ended ? MORE_NEVER : silent ? MORE_SILENT : MORE_MAY_COME);
    if (c->number != number || !keep_rest(g, c, (str){g->scratch + used, n - used}))
        return;
    bool spent = c->tokens <= 0 && c->in_n;
    if (!c->in_n || spent)
        c->partial_since = 0;
    else if (!c->partial_since || c->tokens != tokens)
        c->partial_since = c->last_byte;
    if (spent && !c->resting)
        rest_begin(g, c);
    if (spent || c->whole)
        look_soon(g, c);
    if (finished(c))
        connection_close(g, c);
}

static void refill(struct connection *c, int64_t now)
{
    int64_t more = (now - c->tokens_at) * GATEWAY_FRAMES_PER_S / USEC_SECOND;
    if (more <= 0)
        return;
    c->tokens = more + c->tokens > GATEWAY_FRAMES_PER_S ? GATEWAY_FRAMES_PER_S : (int32_t)(more + c->tokens);
    c->tokens_at = now;
}

static void connection_read(struct gateway *g, struct connection *c)
{
    ssize_t n = recv(c->fd, g->scratch + c->in_n, READ_BYTES, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0) {
        connection_close(g, c);
        return;
    }
    c->last_byte = time_monotonic();
    if (n == 0) {
        c->ended = true;
        watch_connection(g, c);
    }
    if (c->in_n)
        memcpy(g->scratch, c->in, c->in_n);
    atomic_fetch_add(&g->m.bytes, (long long)n);
    refill(c, c->last_byte);
    take_bytes(g, c, c->in_n + (size_t)n, false);
}

/* Those whose turn has come again, and those whose line end has not come. */
static void look_again(struct gateway *g, uint32_t slot, int64_t now)
{
    struct connection *c = &g->connections[slot];
    bool silent = c->whole && now - c->last_byte >= GATEWAY_LINE_END_MS * 1000;
    c->listed = false;
    if (!c->number || (!c->resting && !c->whole))
        return;
    refill(c, now);
    if (c->tokens <= 0 || (!c->resting && !silent)) {
        look_soon(g, c);
        return;
    }
    if (c->resting) {
        c->resting = false;
        watch_connection(g, c);
    }
    memcpy(g->scratch, c->in, c->in_n);
    take_bytes(g, c, c->in_n, silent);
}

static void look_at_soon(struct gateway *g)
{
    uint32_t n = g->soon_n;
    int64_t now = time_monotonic();
    g->soon_n = 0;
    for (uint32_t i = 0; i < n; i++) /* what is put in again stands in front of what is still to be looked at */
        look_again(g, g->soon[i], now);
}

static void on_event(struct gateway *g, const struct epoll_event *e)
{
    uint64_t count;
    if (e->data.u64 == key_listener) {
        accept_some(g);
        return;
    }
    if (e->data.u64 == key_wake) {
        ssize_t n = read(g->wake, &count, sizeof count);
        (void)n; /* only to quiet it */
        return;
    }
    struct connection *c = &g->connections[e->data.u64];
    uint64_t number = c->number;
    if (!number)
        return;
    if (e->events & EPOLLOUT)
        flush(g, c);
    if (c->number == number && e->events & EPOLLIN && !c->resting && !c->ended)
        connection_read(g, c);
    if (c->number == number && e->events & (EPOLLERR | EPOLLHUP) && !(e->events & EPOLLIN))
        connection_close(g, c);
}

/* ---- limits of time ---- */
static void limits_of(struct gateway *g, struct connection *c, int64_t now)
{
    int64_t quiet = now - c->last_byte, slow = g->options.slow_s * USEC_SECOND;
    if (c->resting)
        return;
    if (c->out_n && quiet > slow) {
        atomic_fetch_add(&g->m.closed_unread, 1);
        connection_close(g, c);
    } else if ((c->partial_since && now - c->partial_since > slow) || (c->stage == STAGE_PROXY && quiet > slow)) {
        uint64_t number = c->number;
        atomic_fetch_add(&g->m.closed_slow, 1);
        if (c->in_n)
            memcpy(g->scratch, c->in, c->in_n);
        intake(g, c, (str){g->scratch, c->in_n}, MORE_NEVER); /* quarantines what there is */
        if (c->number == number)
            connection_close(g, c);
    } else if (quiet > g->options.idle_s * USEC_SECOND) {
        atomic_fetch_add(&g->m.closed_idle, 1);
        connection_close(g, c);
    }
}

static void access_take(struct gateway *g)
{
    pthread_mutex_lock(&g->inbox_lock);
    if (g->access_new && !g->access_old) {
        g->access_old = g->access;
        g->access = g->access_new;
        g->access_new = NULL;
    }
    pthread_mutex_unlock(&g->inbox_lock);
}

static void tick(struct gateway *g)
{
    int64_t now = time_monotonic();
    if (now - g->ticked < TICK_MS * 1000)
        return;
    bool flush_due = now / (FLUSH_S * USEC_SECOND) != g->ticked / (FLUSH_S * USEC_SECOND);
    g->ticked = now;
    access_take(g);
    if (flush_due)
        loggers_flush(g);
    for (uint32_t i = 0; i < g->connections_n && !g->paused; i++)
        if (g->connections[i].number)
            limits_of(g, &g->connections[i], now);
}

/* ---- rounds ---- */
static bool too_much_waits(struct gateway *g)
{
    return atomic_load(&g->waiting_frames) >= GATEWAY_WAITING_FRAMES || atomic_load(&g->waiting_bytes) >= GATEWAY_WAITING_BYTES;
}

/* Seconds in which we did not read for want of speed are ours, not the devices'. Those of a refusing spool the committer counts. */
static void pause_or_go_on(struct gateway *g)
{
    bool failing = atomic_load(&g->failing), full = too_much_waits(g), pause = failing || full || atomic_load(&g->stopping);
    usec now = gateway_now(g);
    if (pause && full && !failing && !g->paused_since)
        g->paused_since = now;
    if (!full && g->paused_since) {
        if (now - g->paused_since >= USEC_SECOND)
            causes_span(g->causes, S(""), g->paused_since, now, CAUSE_OVERLOAD);
        g->paused_since = 0;
    }
    if (g->paused && !pause)
        for (uint32_t i = 0; i < g->connections_n; i++) {
            struct connection *c = &g->connections[i];
            c->last_byte = time_monotonic();
            c->partial_since = c->partial_since ? c->last_byte : 0;
        }
    g->paused = pause;
}

static void round_of(struct gateway *g)
{
    struct epoll_event events[ROUND];
    int wait = g->soon_n ? SOON_MS : TICK_MS, n = 0;
    if (g->paused) {
        struct pollfd only = {g->wake, POLLIN, 0};
        if (poll(&only, 1, wait) > 0)
            on_event(g, &(struct epoll_event){.data.u64 = key_wake});
    } else {
        n = epoll_wait(g->epoll, events, ROUND, wait);
    }
    for (int i = 0; i < n; i++)
        on_event(g, &events[i]);
    if (!g->paused)
        look_at_soon(g);
    deliver(g);
    flush_touched(g);
    tick(g);
}

/* Nothing more is read; what was read is committed and answered. */
static void last_rounds(struct gateway *g)
{
    fd_close(&g->listener);
    pthread_mutex_lock(&g->lock);
    g->no_more = true;
    pthread_cond_signal(&g->filled);
    pthread_mutex_unlock(&g->lock);
    while (!atomic_load(&g->committer_ended))
        round_of(g);
    deliver(g);
    flush_touched(g);
    int64_t until = time_monotonic() + LAST_ANSWERS_MS * 1000;
    for (uint32_t i = 0; i < g->connections_n; i++) {
        struct connection *c = &g->connections[i];
        while (c->number && c->out_n && time_monotonic() < until) {
            struct pollfd one = {c->fd, POLLOUT, 0};
            if (poll(&one, 1, (int)((until - time_monotonic()) / 1000)) > 0)
                flush(g, c);
        }
    }
    loggers_flush(g);
}

void *reader_run(void *gateway)
{
    struct gateway *g = gateway;
    for (;;) {
        pause_or_go_on(g);
        if (atomic_load(&g->stopping))
            break;
        round_of(g);
        err_clear();
    }
    last_rounds(g);
    return NULL;
}
