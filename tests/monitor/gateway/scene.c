#include "scene.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

enum { HEAR_BYTES = 64 << 10 };

void gateway_scene_open(struct gateway_scene *s)
{
    int applied;
    assert_ok(store_open(str_of(s->url), S(""), STORE_CREATE, &s->store));
    assert_ok(store_migrate(s->store, true, &applied));
    assert_ok(readings_open(s->store, READINGS_WRITE, &s->readings));
}

void gateway_scene_close(struct gateway_scene *s)
{
    gateway_scene_stop(s);
    if (s->readings)
        readings_close(s->readings);
    if (s->store)
        store_close(s->store);
    s->readings = NULL;
    s->store = NULL;
}

int gateway_scene_setup(void **state)
{
    struct gateway_scene *s = calloc(1, sizeof *s);
    assert_non_null(s);
    strcpy(s->folder, "/tmp/xiezhi-gateway-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->url, sizeof s->url, "sqlite:%s/x.db", s->folder);
    s->arena = arena_new();
    gateway_scene_open(s);
    *state = s;
    return 0;
}

int gateway_scene_teardown(void **state)
{
    struct gateway_scene *s = *state;
    char command[128];
    gateway_scene_close(s);
    arena_free(s->arena);
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    assert_int_equal(system(command), 0);
    free(s);
    err_clear();
    return 0;
}

void gateway_scene_start(struct gateway_scene *s, const struct gateway_options *o)
{
    struct gateway_options none = {0};
    assert_ok(gateway_start(s->store, s->readings, o ? o : &none, &s->gateway));
    s->port = gateway_port(s->gateway);
}

void gateway_scene_stop(struct gateway_scene *s)
{
    gateway_stop(s->gateway);
    s->gateway = NULL;
}

/* ---- frames ---- */
str qn_made(struct arena *a, int number)
{
    return arena_printf(a, "20260102%02d%02d%02d%03d", number / 3600000 % 24, number / 60000 % 60, number / 1000 % 60, number % 1000);
}

str frame_made(struct arena *a, const struct sent *f)
{
    buf b = buf_make(a, 4096);
    struct hj_head h = {.edition = f->edition ? f->edition : HJ_2017,
                        .qn = f->number ? qn_made(a, f->number) : S(""),
                        .st = S("31"),
                        .cn = arena_printf(a, "%d", f->cn),
                        .pw = S("123456"),
                        .mn = str_of(f->mn),
                        .flag = f->flag,
                        .pnum = f->pno ? 2 : 0,
                        .pno = f->pno,
                        .crc = f->crc};
    assert_ok(hj_encode(&b, &h, str_of(f->data ? f->data : "DataTime=20260102030400;a21026-Rtd=12.31,a21026-Flag=N")));
    return buf_str(&b);
}

str frame_simple(struct arena *a, const char *mn, int number)
{
    return frame_made(a, &(struct sent){.mn = mn, .cn = 2011, .number = number, .flag = 5});
}

/* ---- sockets ---- */
int device_connect_from(int port, const char *source)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)}, from = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(inet_pton(AF_INET, source, &from.sin_addr), 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(inet_pton(AF_INET, "127.0.0.1", &to.sin_addr), 1);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

int device_connect(int port)
{
    return device_connect_from(port, "127.0.0.1");
}

void device_send(int fd, str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        assert_true(n > 0);
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
}

size_t device_hear(int fd, struct arena *a, struct heard *ret, size_t n, int milliseconds)
{
    char *in = NEW_ARRAY(a, HEAR_BYTES, char);
    size_t have = 0, at = 0, heard = 0;
    int64_t until = time_monotonic() + milliseconds * INT64_C(1000);
    struct hj_options options = {.crc = HJ_CRC_ANY};
    while (heard < n) {
        struct hj_cut cut = hj_cut((str){in + at, have - at}, false);
        if (have > at && cut.kind != HJ_CUT_NONE) {
            struct hj_frame f;
            at += cut.n;
            if (cut.kind != HJ_CUT_FRAME)
                continue;
            hj_decode_head(&cut, &options, &f);
            ret[heard++] = (struct heard){f.command, f.qn, f.mn, cut.raw, f.crc};
            continue;
        }
        int64_t left = until - time_monotonic();
        struct pollfd one = {fd, POLLIN, 0};
        if (left <= 0 || poll(&one, 1, (int)(left / 1000) + 1) <= 0)
            break;
        assert_true(have < HEAR_BYTES);
        ssize_t got = recv(fd, in + have, HEAR_BYTES - have, 0);
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    return heard;
}

bool device_closed(int fd, int milliseconds)
{
    char byte[4096];
    int64_t until = time_monotonic() + milliseconds * INT64_C(1000);
    for (int64_t left; (left = until - time_monotonic()) > 0;) {
        struct pollfd one = {fd, POLLIN, 0};
        if (poll(&one, 1, (int)(left / 1000) + 1) <= 0)
            continue;
        if (recv(fd, byte, sizeof byte, 0) <= 0)
            return true;
    }
    return false;
}

/* ---- the store ---- */
struct keeping { struct gateway_scene *s; VEC(struct kept) list; };

static err *keep_one(void *context, const struct spool_frame *f, struct spool_place place)
{
    struct keeping *k = context;
    (void)place;
    struct kept one = {arena_str(k->s->arena, f->raw), arena_str(k->s->arena, f->peer), f->state, f->crc, f->arrived_mono, f->arrived};
    vec_push(k->s->arena, &k->list, one);
    return NULL;
}

size_t spool_kept(struct gateway_scene *s, struct kept **ret)
{
    struct keeping k = {.s = s};
    assert_ok(spool_scan_after(s->readings, (struct spool_place){0, -1}, SIZE_MAX, keep_one, &k));
    *ret = k.list.p;
    return k.list.n;
}

size_t spool_count(struct gateway_scene *s, str raw)
{
    struct kept *k;
    size_t n = spool_kept(s, &k), count = 0;
    for (size_t i = 0; i < n; i++)
        count += str_eq(str_trim(k[i].raw), str_trim(raw));
    return count;
}

bool event_there(struct gateway_scene *s, const char *mn, const char *kind)
{
    struct device_event *e;
    size_t n;
    assert_ok(device_events(s->readings, s->arena, str_of(mn), 0, INT64_MAX, 1000, &e, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(e[i].kind, str_of(kind)))
            return true;
    return false;
}

int64_t cause_seconds(struct gateway_scene *s, const char *mn, enum platform_cause cause, int64_t *ret_count)
{
    struct platform_hour *h;
    size_t n;
    int64_t seconds = 0, count = 0;
    assert_ok(platform_causes(s->readings, s->arena, str_of(mn), 0, INT64_MAX, &h, &n));
    for (size_t i = 0; i < n; i++)
        if (h[i].cause == cause) {
            seconds += h[i].seconds;
            count += h[i].count;
        }
    if (ret_count)
        *ret_count = count;
    return seconds;
}

void gateway_scene_outlet(struct gateway_scene *s, const char *mn, const char *network)
{
    struct db *d;
    assert_ok(db_open(s->store, true, &d));
    assert_ok(db_exec(d,
                      "INSERT INTO outlet (id, seq, name, name_seq, subject, mn, kind) VALUES (:mn, 1, 'x', 1, 's', :mn, 'gas')",
                      DB_ARGS(DB_T("mn", str_of(mn))), NULL));
    if (network)
        assert_ok(db_exec(d, "INSERT INTO outlet_network (outlet, network, seq) VALUES (:mn, :network, 1)",
                          DB_ARGS(DB_T("mn", str_of(mn)), DB_T("network", str_of(network))), NULL));
    db_close(d);
}
