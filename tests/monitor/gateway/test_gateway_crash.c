/*
 * kill -9 in mid-stream. A fleet in a process of its own keeps sending and writes down each frame that was answered; gateways live and
 * are killed at random moments, while they start, take, commit, answer and drain. Afterwards every answered frame is in the spool, and
 * no accepted frame is there twice. XIEZHI_CRASHES sets the number of kills (15; `./check crash` runs 1,000).
 */
#include "scene.h"

#include "crypto/crypto.h"
#include "monitor/fleet/fleet.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { LOGGERS = 40, RATE = 1500, ROUND_MS = 700, ROUNDS = 15, START_KILLS = 6 /* every sixth dies while it starts */ };

static int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    close(fd);
    return ntohs(a.sin_port);
}

/* ---- the gateway's process ---- */
static pid_t gateway_born(struct gateway_scene *s, int port, int *ret_ready)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct gateway_options o = {.port = port};
        close(ends[0]);
        gateway_scene_open(s);
        if (gateway_start(s->store, s->readings, &o, &s->gateway) || write(ends[1], "r", 1) != 1)
            _exit(2);
        for (;;)
            pause();
    }
    close(ends[1]);
    *ret_ready = ends[0];
    return child;
}

static void killed(pid_t child)
{
    int status;
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status)); /* it lived until then */
}

static void ready(int fd)
{
    char byte;
    assert_int_equal(read(fd, &byte, 1), 1);
    close(fd);
}

/* ---- the fleet's process ---- */
static void answered(void *context, str raw)
{
    int fd = *(int *)context;
    struct sm3 digest = sm3_of(str_trim(raw).p, str_trim(raw).n);
    if (write(fd, &digest, sizeof digest) != sizeof digest)
        _exit(4);
}

static pid_t fleet_born(const char *file, int port, int seconds)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child)
        return child;
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    struct fleet_report report;
    struct fleet_options o = {.address = S("127.0.0.1"), .port = port, .loggers = LOGGERS, .seed = 11, .rate = RATE, .window = 4, .plants = 4,
                              .overtime_ms = 400, .recount = 90, .seconds = seconds, .from = day_start(day_of(time_now())) - 20 * USEC_DAY,
                              .minutes = seconds * RATE / LOGGERS + 60, .dialects = true};
    if (fd < 0 || fleet_run(&o, answered, &fd, NULL, &report))
        _exit(3);
    _exit(report.answered > 0 ? 0 : 5);
}

/* ---- what is there afterwards ---- */
static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct sm3));
}

struct collected { struct arena *a; VEC(struct sm3) list; };

static err *collect(void *context, const struct spool_frame *f, struct spool_place place)
{
    struct collected *c = context;
    (void)place;
    if (f->state == SPOOL_ACCEPTED)
        vec_push(c->a, &c->list, sm3_of(str_trim(f->raw).p, str_trim(f->raw).n));
    return NULL;
}

static void every_answered_frame_is_there_once(struct gateway_scene *s, const char *file)
{
    struct collected kept = {.a = s->arena};
    str told;
    assert_ok(spool_scan_after(s->readings, (struct spool_place){0, -1}, SIZE_MAX, collect, &kept));
    assert_ok(file_read(s->arena, str_of(file), (size_t)1 << 30, &told));
    qsort(kept.list.p, kept.list.n, sizeof *kept.list.p, by_bytes);
    size_t twice = 0, lost = 0, n = told.n / sizeof(struct sm3);
    for (size_t i = 1; i < kept.list.n; i++)
        twice += by_bytes(&kept.list.p[i - 1], &kept.list.p[i]) == 0;
    for (size_t i = 0; i < n; i++)
        lost += !bsearch(told.p + i * sizeof(struct sm3), kept.list.p, kept.list.n, sizeof(struct sm3), by_bytes);
    print_message("%zu frames answered, %zu kept, %zu lost, %zu twice\n", n, kept.list.n, lost, twice);
    assert_true(n > 100);
    assert_int_equal(lost, 0);
    assert_int_equal(twice, 0);
}

static void killed_at_any_moment_it_has_lost_no_answered_frame(void **state)
{
    struct gateway_scene *s = *state;
    const char *wanted = getenv("XIEZHI_CRASHES");
    int rounds = wanted ? atoi(wanted) : ROUNDS, port = free_port(), fd, status;
    char file[128];
    uint64_t random = (uint64_t)time_now();
    print_message("seed %llu\n", (unsigned long long)random);
    snprintf(file, sizeof file, "%s/answered", s->folder);
    gateway_scene_close(s); /* nothing of the store is open across a fork */
    pid_t gateway = gateway_born(s, port, &fd);
    ready(fd);
    pid_t fleet = fleet_born(file, port, rounds * ROUND_MS / 1000 + 3);
    for (int i = 0; i < rounds; i++) {
        usleep((useconds_t)(test_random(&random) % 400000));
        killed(gateway);
        for (bool early = i % START_KILLS == 0; early; early = false) {
            gateway = gateway_born(s, port, &fd);
            usleep((useconds_t)(test_random(&random) % 60000));
            killed(gateway);
            close(fd);
        }
        gateway = gateway_born(s, port, &fd);
        ready(fd);
    }
    assert_int_equal(waitpid(fleet, &status, 0), fleet);
    assert_int_equal(WEXITSTATUS(status), 0);
    killed(gateway);
    gateway_scene_open(s);
    every_answered_frame_is_there_once(s, file);
    struct drain_report report;
    assert_ok(readings_drain(s->readings, time_now(), &report)); /* and the drain goes on where it was stopped */
}

int main(void)
{
    const struct CMUnitTest tests[] = {gateway_test(killed_at_any_moment_it_has_lost_no_answered_frame)};
    return cmocka_run_group_tests_name("gateway crash", tests, NULL, NULL);
}
