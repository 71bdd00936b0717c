/*
 * libmicrohttpd on two epoll threads (LOOPS); requests run on workers while their connection is suspended.
 *
 * The epoll threads read heads and bodies, and answer themselves what is ROUTE_QUICK and waits for no writer. A worker may sleep
 * in act_perform() until the commit is durable: sixty-four of them sleep together and share it. Traps of 0.9.75 handled here: a connection must be resumed
 * before the daemon stops; an answer queued before the body is read closes the connection (wanted: we refuse
 * unread); the URI callback is the only place that shows the target before it is cut and unescaped; no timer
 * covers a head that arrives byte by byte, so a reaper closes what passes its deadline.
 */
#include "web/looks.h"
#include "web/tiles.h"
#include "web/audit.h"
#include "web/import.h"
#include "web/policy.h"
#include "web/web_private.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { HEAD_SECONDS = 10, BODY_SECONDS = 120, IDLE_SECONDS = 60, ANSWER_SECONDS = 120 };

struct connection {
    int fd;
    usec deadline; /* 0: none, the request runs */
    struct connection *next, **back;
};

enum step { STEP_HEAD, STEP_BODY, STEP_WORK, STEP_ANSWER, STEP_REFUSED };

struct exchange {
    struct web *web;
    struct arena *a;
    struct request q;
    struct response r;
    enum step step;
    const char *raw; /* the target in the library's buffer */
    str target;
    char *body;
    size_t body_n, body_limit;
    bool large;
    struct MHD_Connection *connection;
    struct connection *socket;
    struct exchange *next;
};

/* ---- connections and their deadlines ---- */
static void deadline_set(struct web *web, struct connection *c, int seconds)
{
    pthread_mutex_lock(&web->connections_lock);
    c->deadline = seconds ? time_monotonic() + seconds * USEC_SECOND : 0;
    pthread_mutex_unlock(&web->connections_lock);
}

static void on_connection(void *context, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct web *web = context;
    pthread_mutex_lock(&web->connections_lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        struct connection *c = calloc(1, sizeof *c);
        CHECK(c);
        c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        c->deadline = time_monotonic() + HEAD_SECONDS * USEC_SECOND;
        c->next = web->connections;
        c->back = &web->connections;
        if (c->next)
            c->next->back = &c->next;
        web->connections = c;
        *socket_context = c;
        atomic_fetch_add(&web->metrics.connections, 1);
    } else if (*socket_context) {
        struct connection *c = *socket_context;
        *c->back = c->next;
        if (c->next)
            c->next->back = c->back;
        free(c);
        *socket_context = NULL;
        atomic_fetch_sub(&web->metrics.connections, 1);
    }
    pthread_mutex_unlock(&web->connections_lock);
}

/* Only shuts the socket down: its owner, an epoll thread, notices and cleans up. */
static void *reap(void *context)
{
    struct web *web = context;
    pthread_mutex_lock(&web->lock);
    while (!web->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        pthread_mutex_unlock(&web->lock);
        usec now = time_monotonic();
        pthread_mutex_lock(&web->connections_lock);
        for (struct connection *c = web->connections; c; c = c->next)
            if (c->deadline && c->deadline < now)
                shutdown(c->fd, SHUT_RDWR);
        pthread_mutex_unlock(&web->connections_lock);
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        pthread_mutex_lock(&web->lock);
    }
    pthread_mutex_unlock(&web->lock);
    return NULL;
}

/* ---- reading a head ---- */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct exchange *x = calloc(1, sizeof *x);
    CHECK(x);
    x->web = context;
    x->a = arena_new();
    x->raw = target;
    x->target = arena_str(x->a, str_of(target));
    x->connection = connection;
    x->socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    return x;
}

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_n,
                                 const char *value, size_t value_n)
{
    (void)kind;
    struct { struct wire_header *p; size_t n; } *all = context;
    if (all->n > LIMIT_WIRE_HEADERS)
        return MHD_NO;
    all->p[all->n++] = (struct wire_header){{name, name_n}, {value ? value : "", value_n}};
    return MHD_YES;
}

static str *header_slot(struct request *q, str name)
{
    const struct { const char *name; str *slot; } table[] = {
        {"Content-Type", &q->content_type}, {"Cookie", &q->cookie}, {"X-CSRF-Token", &q->csrf},
        {"Accept", &q->accept}, {"Upload-Offset", &q->upload_offset}, {"If-None-Match", &q->if_none_match},
        {"Origin", &q->origin}, {"Sec-Fetch-Site", &q->fetch_site}, {"Host", &q->host}, {"X-Forwarded-Proto", &q->proto}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (name.n == strlen(table[i].name) && !strncasecmp(name.p, table[i].name, name.n))
            return table[i].slot;
    return NULL;
}

static enum http_method method_of(str m, bool *ret_head)
{
    *ret_head = str_eq(m, S("HEAD"));
    if (*ret_head || str_eq(m, S("GET")))
        return METHOD_GET;
    if (str_eq(m, S("POST")))
        return METHOD_POST;
    return str_eq(m, S("PATCH")) ? METHOD_PATCH : METHOD_OTHER;
}

/* 0, or the status of the refusal, written into x->r. */
static int read_target(struct exchange *x)
{
    struct request *q = &x->q;
    ptrdiff_t mark = str_find(x->target, S("?"));
    str path = mark < 0 ? x->target : str_sub(x->target, 0, (size_t)mark);
    q->raw = path;
    q->query = mark < 0 ? S("") : str_sub(x->target, (size_t)mark + 1, x->target.n);
    if (x->target.n > LIMIT_TARGET) {
        problem_plain(x->a, 414, S("地址过长"), S("地址超过4096字节"), &x->r);
        return 414;
    }
    if (!url_decode(x->a, path, false, false, &q->path)) {
        problem_plain(x->a, 400, S("地址无法读取"), S("地址里有不完整的转义、控制字符，或不是UTF-8：请从页面上的链接进入"), &x->r);
        return 400;
    }
    return 0;
}

static int read_head(struct exchange *x, const char *method, const char *version)
{
    struct wire_header headers[LIMIT_WIRE_HEADERS + 1];
    struct { struct wire_header *p; size_t n; } all = {headers, 0};
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, on_header, &all);
    struct wire wire = {.method = str_of(method), .target = x->target, .version = str_of(version),
                        .headers = headers, .n = all.n, .target_at = x->raw,
                        .head_n = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size};
    const char *why;
    int64_t length;
    int status = policy_refuses(&wire, &why, &length);
    if (status) {
        problem_plain(x->a, status, S("请求不合规范"), str_of(why), &x->r);
        return status;
    }
    struct request *q = &x->q;
    q->method = method_of(wire.method, &q->head);
    for (size_t i = 0; i < all.n; i++) {
        str *slot = header_slot(q, headers[i].name);
        if (slot)
            *slot = arena_str(x->a, headers[i].value);
    }
    if ((status = read_target(x)))
        return status;
    size_t limit = app_body_limit(q);
    if (length > (int64_t)limit) {
        status = limit ? 413 : 400;
        problem_plain(x->a, status, S("内容过大"),
                      arena_printf(x->a, "body of %ld bytes, limit %zu", (long)length, limit), &x->r);
        return status;
    }
    x->body_limit = length > 0 ? (size_t)length : 0;
    return 0;
}

/* ---- workers ---- */
static void run(struct exchange *x)
{
    struct request *q = &x->q;
    q->body = (str){x->body ? x->body : "", x->body_n};
    app_handle(q, &x->r);
    request_db_done(q);
    err_clear();
}

static struct exchange *queue_take(struct queue *q)
{
    struct exchange *x = q->first;
    if (x && !(q->first = x->next))
        q->last = NULL;
    return x;
}

static void queue_put(struct queue *q, struct exchange *x)
{
    if (q->last)
        q->last->next = x;
    else
        q->first = x;
    q->last = x;
}

static bool is_read(const struct exchange *x)
{
    return x->q.method == METHOD_GET;
}

/* Writes first: they wait for a commit, and the more wait together, the fewer commits there are. Reads run on as many workers as
 * there are connections to read with; waking more would only have them wait for each other. */
static struct exchange *next_job(struct web *web)
{
    struct exchange *x = queue_take(&web->writes);
    if (!x && web->reading < LIMIT_READERS && (x = queue_take(&web->reads)))
        web->reading++;
    return x;
}

/* Nothing to do: who looked is written, so that a quiet evening leaves nothing in memory only. The lock is held. */
static void wait_for_job(struct web *web)
{
    struct timespec until;
    if (!looks_due(web)) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += LOOKS_SECONDS;
        pthread_cond_timedwait(&web->wake, &web->lock, &until);
        return;
    }
    pthread_mutex_unlock(&web->lock);
    looks_write(web);
    pthread_mutex_lock(&web->lock);
}

static void *work(void *context)
{
    struct web *web = context;
    pthread_mutex_lock(&web->lock);
    for (;;) {
        struct exchange *x = next_job(web);
        if (!x && web->stopping && !web->reads.first)
            break;
        if (!x) {
            wait_for_job(web);
            continue;
        }
        pthread_mutex_unlock(&web->lock);
        bool read = is_read(x);
        run(x);
        x->step = STEP_ANSWER;
        MHD_resume_connection(x->connection); /* x is the library's again */
        pthread_mutex_lock(&web->lock);
        web->reading -= read;
        if (read && web->stopping)
            pthread_cond_broadcast(&web->wake);
    }
    pthread_mutex_unlock(&web->lock);
    return NULL;
}

static bool enqueue(struct exchange *x)
{
    struct web *web = x->web;
    pthread_mutex_lock(&web->lock);
    bool fine = !web->stopping;
    if (fine) {
        MHD_suspend_connection(x->connection); /* before a worker can resume it */
        x->step = STEP_WORK;
        x->next = NULL;
        queue_put(is_read(x) ? &web->reads : &web->writes, x);
        if (!is_read(x) || web->reading < LIMIT_READERS) /* else whoever ends a read takes it */
            pthread_cond_signal(&web->wake);
    }
    pthread_mutex_unlock(&web->lock);
    return fine;
}

/* ---- answering ---- */
#define POLICY(scripts, images)                                                                     \
    "default-src 'self'; script-src 'self'" scripts "; object-src 'none'; base-uri 'none'; form-action 'self'; " \
    "frame-ancestors 'none'; img-src 'self' data:" images
static const char security_policy[] = POLICY("", "");
/* The phone's page judges with the law compiled to WebAssembly, and shows pictures it has not sent yet. */
static const char security_policy_field[] = POLICY(" 'wasm-unsafe-eval'", " blob:");

static enum MHD_Result answer(struct exchange *x)
{
    struct response *r = &x->r;
    struct MHD_Response *m =
        r->file_bytes ? MHD_create_response_from_fd64(r->file_bytes, r->fd)
                      : MHD_create_response_from_buffer(r->body.n, (void *)(uintptr_t)(r->body.p ? r->body.p : ""), MHD_RESPMEM_PERSISTENT);
    if (!m)
        return MHD_NO;
    MHD_add_response_header(m, "Content-Type", r->type ? r->type : "text/plain; charset=utf-8");
    MHD_add_response_header(m, "Cache-Control", r->cache ? r->cache : "no-store");
    MHD_add_response_header(m, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(m, "X-Frame-Options", "DENY");
    MHD_add_response_header(m, "Referrer-Policy", "no-referrer");
    MHD_add_response_header(m, "Cross-Origin-Opener-Policy", "same-origin");
    MHD_add_response_header(m, "Content-Security-Policy", r->wasm ? security_policy_field : security_policy);
    for (size_t i = 0; i < r->headers_n; i++)
        MHD_add_response_header(m, r->headers[i].name, arena_cstr(x->a, r->headers[i].value));
    if (x->step == STEP_REFUSED)
        MHD_add_response_header(m, "Connection", "close");
    enum MHD_Result result = MHD_queue_response(x->connection, (unsigned)r->status, m);
    MHD_destroy_response(m);
    deadline_set(x->web, x->socket, ANSWER_SECONDS);
    metrics_request(x->web, r->status, x->q.started ? time_monotonic() - x->q.started : 0);
    return result;
}

/* Most requests are for a page out of a few rows: waking a worker would cost more than the page. False: it has to wait for
 * something, and stands as it came. */
static bool run_here(struct exchange *x)
{
    struct request as_it_came = x->q;
    deadline_set(x->web, x->socket, 0);
    x->q.on_loop = true;
    run(x);
    if (x->q.later) {
        CHECK(!x->r.file_bytes);
        x->q = as_it_came;
        x->r = (struct response){0};
        return false;
    }
    x->step = STEP_ANSWER;
    return true;
}

static enum MHD_Result refuse(struct exchange *x)
{
    x->step = STEP_REFUSED;
    atomic_fetch_add(&x->web->metrics.refused_unread, 1);
    return answer(x);
}

static bool body_room(struct exchange *x)
{
    if (!x->body_limit)
        return true;
    x->large = x->body_limit > LIMIT_FORM_BYTES;
    if (x->large && atomic_fetch_add(&x->web->large_bodies, 1) >= LIMIT_LARGE_BODIES)
        return false; /* given back when the exchange ends */
    x->body = arena_alloc(x->a, x->body_limit, 1);
    return true;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *data, size_t *data_n,
                                  void **request_context)
{
    (void)context, (void)path, (void)connection;
    struct exchange *x = *request_context;
    switch (x->step) {
    case STEP_HEAD:
        x->q.web = x->web;
        x->q.a = x->a;
        x->q.now = time_now();
        x->q.started = time_monotonic();
        if (read_head(x, method, version))
            return refuse(x);
        if (!body_room(x)) {
            problem_plain(x->a, 503, S("上传繁忙"), S("too many uploads at this moment, try again"), &x->r);
            return refuse(x);
        }
        deadline_set(x->web, x->socket, BODY_SECONDS);
        x->step = STEP_BODY;
        return MHD_YES;
    case STEP_BODY:
        if (!*data_n && app_is_quick(&x->q) && run_here(x))
            return answer(x);
        if (*data_n) {
            if (x->body_n + *data_n > x->body_limit)
                return MHD_NO;
            memcpy(x->body + x->body_n, data, *data_n);
            x->body_n += *data_n;
            *data_n = 0;
            return MHD_YES;
        }
        deadline_set(x->web, x->socket, 0);
        if (enqueue(x))
            return MHD_YES;
        problem_plain(x->a, 503, S("正在停机"), S("the server is stopping"), &x->r);
        return refuse(x);
    case STEP_ANSWER:
        return answer(x);
    case STEP_WORK:
    case STEP_REFUSED:
        return MHD_YES;
    }
    return MHD_NO;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_context,
                         enum MHD_RequestTerminationCode code)
{
    (void)context, (void)connection, (void)code;
    struct exchange *x = *request_context;
    if (!x)
        return;
    deadline_set(x->web, x->socket, IDLE_SECONDS);
    if (x->large)
        atomic_fetch_sub(&x->web->large_bodies, 1);
    arena_free(x->a);
    free(x);
    *request_context = NULL;
}

/* ---- connections to the database ---- */
static err *reader_opened(struct web *web, struct db **ret)
{
    pthread_mutex_lock(&web->readers_lock);
    *ret = web->readers_free ? web->readers[--web->readers_free] : NULL;
    pthread_mutex_unlock(&web->readers_lock);
    return *ret ? NULL : db_open(web->store, false, ret);
}

/* A worker waits for its turn; a loop has one of its own. */
static void reader_turn(struct request *q, int by)
{
    struct web *web = q->web;
    if (q->on_loop)
        return;
    pthread_mutex_lock(&web->readers_lock);
    while (by > 0 && web->readers_lent == LIMIT_READERS)
        pthread_cond_wait(&web->readers_wake, &web->readers_lock);
    web->readers_lent += (size_t)by;
    if (by < 0)
        pthread_cond_signal(&web->readers_wake);
    pthread_mutex_unlock(&web->readers_lock);
}

/* The few statements of a quick page are one read: SQLite takes its locks once. On PostgreSQL that would be two more round trips. */
static err *one_read(struct request *q)
{
    return q->on_loop && store_engine_of(q->web->store) == STORE_SQLITE ? db_begin_read(q->db) : NULL;
}

err *request_db(struct request *q, struct db **ret)
{
    if (!q->db) {
        reader_turn(q, 1);
        err *e = reader_opened(q->web, &q->db);
        if (e) {
            q->db = NULL;
            reader_turn(q, -1);
            return e;
        }
        if ((e = one_read(q))) {
            request_db_done(q);
            return e;
        }
    }
    *ret = q->db;
    return NULL;
}

void request_db_done(struct request *q)
{
    if (!q->db)
        return;
    struct web *web = q->web;
    db_rollback(q->db);
    pthread_mutex_lock(&web->readers_lock);
    web->readers[web->readers_free++] = q->db;
    pthread_mutex_unlock(&web->readers_lock);
    q->db = NULL;
    reader_turn(q, -1);
}

err *request_may_wait(struct request *q)
{
    if (!q->on_loop)
        return NULL;
    q->later = true;
    return err_new(ERR_CONFLICT, "稍候由工作线程办理");
}

/* ---- start and stop ---- */
static void ignore_library(void *context, const char *format, va_list list)
{
    (void)context;
    char text[300];
    vsnprintf(text, sizeof text, format, list);
    log_event(LOG_DEBUG, "http", "library", text, NULL);
}

static err *listen_at(struct web *web)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)web->options.port)};
    const char *text = arena_cstr(web->arena, web->options.address.n ? web->options.address : S("127.0.0.1"));
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1)
        return err_got(err_new(ERR_INPUT, "监听地址%s不是IPv4地址", text), str_of(text), S("IPv4地址"), S("127.0.0.1"));
    web->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, web,
        MHD_OPTION_EXTERNAL_LOGGER, ignore_library, NULL, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LIMIT_HEAD,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)(web->options.connections ? web->options.connections : 1000),
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)LOOPS, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, web, MHD_OPTION_NOTIFY_COMPLETED, on_completed, web,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, web, MHD_OPTION_END);
    if (!web->daemon)
        return err_new(ERR_IO, "不能在%s:%d上监听，端口可能已被占用", text, web->options.port);
    web->port = MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    return NULL;
}

static err *start_threads(struct web *web)
{
    size_t n = web->options.workers > 0 ? (size_t)web->options.workers : 64;
    web->threads = NEW_ARRAY(web->arena, n, pthread_t);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    for (; web->threads_n < n; web->threads_n++)
        if (pthread_create(&web->threads[web->threads_n], &attributes, work, web))
            break;
    pthread_attr_destroy(&attributes);
    web->reaper_runs = pthread_create(&web->reaper, NULL, reap, web) == 0;
    if (web->threads_n < n || !web->reaper_runs)
        return err_new(ERR_IO, "不能启动%zu个工作线程", n);
    return NULL;
}

static void copy_options(struct web *web, const struct web_options *options)
{
    web->options = *options;
    web->options.address = arena_str(web->arena, options->address);
    web->options.certificate = arena_str(web->arena, options->certificate);
    web->options.outside_address = arena_str(web->arena, options->outside_address);
    web->options.site_ca = arena_str(web->arena, options->site_ca);
}

err *web_start(struct acts *acts, const struct web_options *options, struct web **ret)
{
    struct web *web = calloc(1, sizeof *web);
    CHECK(web);
    pthread_condattr_t monotonic;
    web->arena = arena_new();
    web->acts = acts;
    web->store = acts_store(acts);
    web->started = time_now();
    copy_options(web, options);
    pthread_mutex_init(&web->lock, NULL);
    pthread_mutex_init(&web->connections_lock, NULL);
    web->looks = looks_new(web->arena);
    web->tiles = tiles_new(web->arena, LIMIT_TILES_BYTES);
    pthread_mutex_init(&web->readers_lock, NULL);
    pthread_mutex_init(&web->access_lock, NULL);
    pthread_mutex_init(&web->held_lock, NULL);
    pthread_cond_init(&web->held_wake, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&web->wake, &monotonic);
    pthread_cond_init(&web->readers_wake, NULL);
    err *e = options->site_ca.n ? certificate_print(web->arena, web->options.site_ca, &web->site_ca_print) : NULL;
    if (!e)
        e = db_open(web->store, true, &web->access_db);
    if (!e)
        e = password_hash(web->arena, token_new(web->arena), PASSWORD_INTERACTIVE, &web->decoy_hash);
    if (!e)
        e = start_threads(web);
    if (!e)
        e = listen_at(web);
    if (e) {
        web_stop(web);
        return e;
    }
    *ret = web;
    return NULL;
}

int web_port(const struct web *web)
{
    return web->port;
}

void web_stop(struct web *web)
{
    if (!web)
        return;
    pthread_mutex_lock(&web->lock);
    web->stopping = true;
    pthread_cond_broadcast(&web->wake);
    pthread_mutex_unlock(&web->lock);
    for (size_t i = 0; i < web->threads_n; i++)
        pthread_join(web->threads[i], NULL); /* the queue is empty then and every connection resumed */
    if (web->reaper_runs)
        pthread_join(web->reaper, NULL);
    if (web->daemon)
        MHD_stop_daemon(web->daemon);
    imports_stop(web);
    audits_stop(web);
    while (web->readers_free)
        db_close(web->readers[--web->readers_free]);
    looks_end(web);
    db_close(web->access_db);
    arena_free(web->arena);
    free(web);
}
