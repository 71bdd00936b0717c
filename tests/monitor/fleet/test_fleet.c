/*
 * The fleet against a small honest gateway: it cuts what comes, answers what asks, and now and then forgets an answer.
 * What it received must be what fleet_frames says, each frame answered once, whatever was torn, lost or repeated.
 */
#include "testing.h"
#include "monitor/fleet/fleet.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

enum { CONNECTIONS = 256, ROOM = 64 << 10 };

struct gateway {
    int fd, port, stop[2];
    int drop_every;  /* answers forgotten, 0 none */
    int close_every; /* connections closed instead of an answer, 0 none */
    bool mute;       /* never answers */
    pthread_t thread;
    struct arena *arena;
    VEC(str) frames; /* accepted, also repeated ones */
    int64_t answers, forgotten, stretches;
};

struct peer {
    int fd;
    size_t n;
    char *p;
};

static bool answer(struct gateway *g, int fd, const struct hj_cut *cut)
{
    static const struct hj_options options = {.edition_2025 = true};
    struct hj_frame frame;
    hj_decode_head(cut, &options, &frame);
    if (!frame.accepted)
        return true;
    vec_push(g->arena, &g->frames, arena_str(g->arena, cut->raw));
    buf b = buf_make(g->arena, 1024);
    if (g->mute || !hj_answer(&b, &frame, false))
        return true;
    g->answers++;
    if (g->close_every && g->answers % g->close_every == 0)
        return false;
    if (g->drop_every && g->answers % g->drop_every == 0) {
        g->forgotten++;
        return true;
    }
    return send(fd, b.p, b.n, MSG_NOSIGNAL) == (ssize_t)b.n;
}

/* False: the connection is over. */
static bool cut_all(struct gateway *g, struct peer *peer, bool last)
{
    size_t at = 0;
    bool open = true;
    while (open && at < peer->n) {
        struct hj_cut cut = hj_cut((str){peer->p + at, peer->n - at}, last);
        if (cut.kind == HJ_CUT_NONE)
            break;
        if (cut.kind == HJ_CUT_FRAME)
            open = answer(g, peer->fd, &cut);
        else
            g->stretches++;
        at += cut.n;
    }
    memmove(peer->p, peer->p + at, peer->n - at);
    peer->n -= at;
    return open;
}

static bool serve_peer(struct gateway *g, struct peer *peer)
{
    ssize_t n = recv(peer->fd, peer->p + peer->n, ROOM - peer->n, 0);
    if (n > 0)
        peer->n += (size_t)n;
    return cut_all(g, peer, n <= 0) && n > 0;
}

static void *serve(void *context)
{
    struct gateway *g = context;
    struct pollfd polls[CONNECTIONS + 2] = {{g->stop[0], POLLIN, 0}, {g->fd, POLLIN, 0}};
    struct peer peers[CONNECTIONS + 2] = {0};
    nfds_t n = 2;
    for (;;) {
        poll(polls, n, -1);
        if (polls[0].revents)
            break;
        if (polls[1].revents && n < CONNECTIONS + 2) {
            peers[n] = (struct peer){accept(g->fd, NULL, NULL), 0, arena_alloc(g->arena, ROOM, 1)};
            polls[n] = (struct pollfd){peers[n].fd, POLLIN, 0};
            n++;
        }
        for (nfds_t i = 2; i < n; i++)
            if (polls[i].revents && !serve_peer(g, &peers[i])) {
                close(peers[i].fd);
                peers[i] = peers[--n];
                polls[i] = polls[n];
                polls[i].revents = 0;
            }
    }
    for (nfds_t i = 2; i < n; i++)
        close(peers[i].fd);
    return NULL;
}

static void gateway_begin(struct gateway *g)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof address;
    g->arena = arena_new();
    g->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(g->fd, (struct sockaddr *)&address, n), 0);
    assert_int_equal(listen(g->fd, 512), 0);
    assert_int_equal(getsockname(g->fd, (struct sockaddr *)&address, &n), 0);
    g->port = ntohs(address.sin_port);
    assert_int_equal(pipe(g->stop), 0);
    assert_int_equal(pthread_create(&g->thread, NULL, serve, g), 0);
}

static void gateway_end(struct gateway *g)
{
    assert_int_equal(write(g->stop[1], "x", 1), 1);
    pthread_join(g->thread, NULL);
    close(g->fd);
    close(g->stop[0]);
    close(g->stop[1]);
}

typedef VEC(str) strs;
struct list {
    struct arena *arena;
    strs frames;
};

static void note(void *context, str raw)
{
    struct list *l = context;
    vec_push(l->arena, &l->frames, arena_str(l->arena, raw));
}

static int by_bytes(const void *x, const void *y)
{
    return str_cmp(*(const str *)x, *(const str *)y);
}

/* Sorts; takes repetitions away. */
static size_t unique(str *p, size_t n)
{
    if (n)
        qsort(p, n, sizeof *p, by_bytes);
    size_t to = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !str_eq(p[i], p[to - 1]))
            p[to++] = p[i];
    return to;
}

/* Every whole frame fleet_frames writes; asking: only those that ask for an answer. */
static void expected(struct arena *a, const struct fleet_options *o, bool asking, strs *ret)
{
    static const struct hj_options options = {.edition_2025 = true};
    for (int i = 0; i < o->loggers; i++) {
        buf b = buf_make(a, 64 << 20);
        assert_ok(fleet_frames(o, i, &b));
        for (str rest = buf_str(&b); rest.n;) {
            struct hj_cut cut = hj_cut(rest, true);
            struct hj_frame frame;
            if (cut.kind == HJ_CUT_FRAME) {
                hj_decode_head(&cut, &options, &frame);
                if (frame.accepted && (!asking || frame.wants_answer))
                    vec_push(a, ret, cut.raw);
            }
            rest = str_sub(rest, cut.n, rest.n);
        }
    }
}

static void same(const char *what, strs *got, strs *want)
{
    got->n = unique(got->p, got->n);
    want->n = unique(want->p, want->n);
    if (got->n != want->n)
        print_error("%s: %zu frames, wanted %zu\n", what, got->n, want->n);
    for (size_t i = 0; i < got->n && i < want->n; i++)
        if (!str_eq(got->p[i], want->p[i])) {
            print_error("%s: got  %.*s\n  wanted %.*s\n", what, STR_ARG(got->p[i]), STR_ARG(want->p[i]));
            break;
        }
    assert_int_equal(got->n, want->n);
    for (size_t i = 0; i < got->n; i++)
        assert_true(str_eq(got->p[i], want->p[i]));
}

static struct fleet_options options_of(int loggers, int minutes)
{
    struct fleet_options o = {.loggers = loggers,
                              .minutes = minutes,
                              .seed = 11,
                              .window = 1,
                              .overtime_ms = 150,
                              .recount = 5,
                              .seconds = 100};
    assert_ok(time_parse(S("2026-03-02T07:30:00+08:00"), &o.from));
    return o;
}

static struct fleet_report run_and_compare(struct gateway *g, struct fleet_options *o)
{
    gateway_begin(g);
    o->address = S("127.0.0.1");
    o->port = g->port;
    AUTO_ARENA(a);
    struct list answered = {.arena = a};
    struct fleet_report r;
    assert_ok(fleet_run(o, note, &answered, NULL, &r));
    gateway_end(g);
    strs received = {0}, all = {0}, asking = {0};
    for (size_t i = 0; i < g->frames.n; i++)
        vec_push(a, &received, g->frames.p[i]);
    expected(a, o, false, &all);
    expected(a, o, true, &asking);
    assert_false(r.stopped);
    assert_int_equal(r.given_up, 0);
    assert_int_equal(r.answered, answered.frames.n); /* each once */
    same("received", &received, &all);
    same("answered", &answered.frames, &asking);
    assert_int_equal(r.answered, asking.n);
    assert_int_equal(r.sent, all.n);
    assert_int_equal(r.sent - r.answered, r.unasked);
    return r;
}

static void test_everything_arrives_once(void **state)
{
    (void)state;
    struct gateway g = {0};
    struct fleet_options o = options_of(24, 90);
    o.live = true;
    struct fleet_report r = run_and_compare(&g, &o);
    assert_true(r.sent > 24 * 90 * 2);
    assert_int_equal(r.repeated, 0);
    assert_int_equal(r.connects, 24);
    assert_true(r.answer_us_p50 > 0 && r.answer_us_p50 <= r.answer_us_p99 &&
                r.answer_us_p99 <= r.answer_us_max + r.answer_us_max / 8 + 1);
    arena_free(g.arena);
}

static void test_forgotten_answers_are_asked_for_again(void **state)
{
    (void)state;
    struct gateway g = {.drop_every = 17};
    struct fleet_options o = options_of(12, 30);
    struct fleet_report r = run_and_compare(&g, &o);
    assert_true(g.forgotten > 10);
    assert_int_equal(r.repeated, g.forgotten);
    arena_free(g.arena);
}

static void test_faults_lose_nothing(void **state)
{
    (void)state;
    struct gateway g = {.drop_every = 31, .close_every = 43};
    struct fleet_options o = options_of(16, 60);
    o.faults_permille = 150;
    o.resubmit_permille = 100;
    o.clock_skew_s = 300;
    o.window = 4;
    struct fleet_report r = run_and_compare(&g, &o);
    assert_true(r.connects > 40 && r.repeated > 0 && g.stretches > 20);
    arena_free(g.arena);
}

static void test_dialects_are_understood(void **state)
{
    (void)state;
    struct gateway g = {0};
    struct fleet_options o = options_of(120, 8);
    o.dialects = true;
    o.overtime_ms = 400;
    run_and_compare(&g, &o);
    size_t kinds[HJ_CRC_KINDS] = {0}, editions[4] = {0}, wrong = 0;
    static const struct hj_options options = {.edition_2025 = true};
    for (size_t i = 0; i < g.frames.n; i++) {
        struct hj_cut cut = hj_cut(g.frames.p[i], true);
        struct hj_frame frame;
        hj_decode_head(&cut, &options, &frame);
        kinds[frame.crc]++;
        editions[frame.edition]++;
        wrong += !frame.length_ok;
    }
    assert_true(kinds[HJ_CRC_OK] && kinds[HJ_CRC_MODBUS] && kinds[HJ_CRC_LOWERCASE] && wrong);
    assert_true(editions[HJ_2005] && editions[HJ_2017] && editions[HJ_2025]);
    arena_free(g.arena);
}

static void test_nobody_answers(void **state)
{
    (void)state;
    struct gateway g = {.mute = true};
    struct fleet_options o = options_of(3, 2);
    o.editions = 1 << HJ_2017;
    o.overtime_ms = 30;
    o.recount = 2;
    gateway_begin(&g);
    o.port = g.port;
    struct fleet_report r;
    assert_ok(fleet_run(&o, NULL, NULL, NULL, &r));
    gateway_end(&g);
    assert_int_equal(r.answered, 0);
    assert_true(r.given_up > 0 && r.given_up == r.sent - r.unasked);
    assert_int_equal(r.repeated, 2 * r.given_up);
    arena_free(g.arena);
}

static void test_nobody_listens(void **state)
{
    (void)state;
    struct gateway g = {0};
    gateway_begin(&g);
    gateway_end(&g); /* the port is closed again */
    struct fleet_options o = options_of(2, 2);
    o.port = g.port;
    o.seconds = 1;
    struct fleet_report r;
    assert_err(fleet_run(&o, NULL, NULL, NULL, &r), ERR_IO);
    err_clear();
    arena_free(g.arena);
}

static void test_rate(void **state)
{
    (void)state;
    struct gateway g = {0};
    struct fleet_options o = options_of(8, 20);
    o.rate = 200;
    struct fleet_report r = run_and_compare(&g, &o);
    double rate = (double)r.sent / r.seconds;
    assert_true(rate < 220);
    arena_free(g.arena);
}

/* Values on the wire are the plant's, in the device's own edition; what the standard says about records holds. */
static void test_records(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct fleet_options o = options_of(1, 26 * 60);
    o.from -= 7 * USEC_HOUR + 30 * USEC_MINUTE;
    o.editions = 1 << HJ_2017;
    buf b = buf_make(a, 16 << 20);
    assert_ok(fleet_frames(&o, 0, &b));
    size_t minutes = 0, hours = 0, days = 0, facilities = 0, boots = 0, split = 0;
    str last_qn = S("");
    for (str rest = buf_str(&b); rest.n;) {
        struct hj_cut cut = hj_cut(rest, true);
        struct hj_value values[HJ_LIMIT_VALUES];
        struct hj_frame f;
        assert_int_equal(cut.kind, HJ_CUT_FRAME);
        hj_decode(&cut, &(struct hj_options){0}, a, values, HJ_LIMIT_VALUES, &f);
        assert_true(f.accepted && f.length_ok && f.crc == HJ_CRC_OK && f.edition == HJ_2017);
        assert_true(cut.segment.n <= HJ_LIMIT_SEGMENT);
        minutes += f.command == 2051;
        hours += f.command == 2061 && f.pno <= 1;
        days += f.command == 2031 && f.pno <= 1;
        facilities += f.command == 2021;
        boots += f.command == 2081;
        split += f.pnum > 1;
        if (f.pno <= 1) {
            assert_true(str_cmp(f.qn, last_qn) > 0);
            last_qn = arena_str(a, f.qn);
        }
        if (f.command == 2051) {
            const struct hj_value *low = hj_value_of(&f, "a21026", "Min"), *mid = hj_value_of(&f, "a21026", "Avg"),
                                  *high = hj_value_of(&f, "a21026", "Max");
            if (low && mid && high)
                assert_true(low->mantissa <= mid->mantissa && mid->mantissa <= high->mantissa);
        }
        rest = str_sub(rest, cut.n, rest.n);
    }
    assert_int_equal(hours, 26);
    assert_int_equal(days, 1);
    assert_int_equal(facilities, 26);
    assert_int_equal(boots, 1);
    assert_true(minutes >= 26 * 60 - 800);
    buf again = buf_make(a, 16 << 20);
    assert_ok(fleet_frames(&o, 0, &again));
    assert_true(str_eq(buf_str(&b), buf_str(&again)));
    (void)split;
}

static void test_options(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 1 << 20), small = buf_make(a, 100);
    struct fleet_options o = options_of(0, 5);
    assert_err(fleet_frames(&o, 0, &b), ERR_INPUT);
    o = options_of(1, 5);
    assert_err(fleet_frames(&o, 1, &b), ERR_INPUT);
    assert_err(fleet_frames(&o, 0, &small), ERR_LIMIT);
    o.window = FLEET_WINDOW + 1;
    assert_err(fleet_frames(&o, 0, &b), ERR_INPUT);
    o = options_of(FLEET_LOGGERS, FLEET_MINUTES);
    assert_err(fleet_frames(&o, 0, &b), ERR_LIMIT);
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_arrives_once),
        cmocka_unit_test(test_forgotten_answers_are_asked_for_again),
        cmocka_unit_test(test_faults_lose_nothing),
        cmocka_unit_test(test_dialects_are_understood),
        cmocka_unit_test(test_nobody_answers),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
