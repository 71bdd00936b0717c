/* When things go wrong on our side: nobody is answered too early, nothing is lost, and the hours are written down as ours. */
#include "scene.h"

static const char mn[] = "420100A1B2C3D4E5F6010203";

/* The spool as it is, with a fault before it: SQLite's own calls do not go through base/os. */
static atomic_int fault_kind;
static err *faulty(struct readings *r, const struct spool_frame *frames, size_t n, const struct spool_clock *clock, int64_t *ret_batch)
{
    int kind = atomic_load(&fault_kind);
    if (kind >= 0)
        return err_new((enum err_kind)kind, "试验中的故障");
    return spool_append(r, frames, n, clock, ret_batch);
}

static void nobody_is_answered_before_the_frame_is_durable(void **state)
{
    struct gateway_scene *s = *state;
    static const struct { enum err_kind kind; enum platform_cause cause; } all[] = {{ERR_FULL, CAUSE_DISK_FULL}, {ERR_DATABASE, CAUSE_DATABASE}};
    for (int i = 0; i < 2; i++) {
        struct heard h[2];
        struct kept *k;
        int64_t count;
        atomic_store(&fault_kind, (int)all[i].kind);
        gateway_scene_start(s, NULL);
        s->gateway->append = faulty;
        size_t before = spool_kept(s, &k);
        int fd = device_connect(s->port), late = device_connect(s->port);
        device_send(fd, frame_simple(s->arena, mn, 10 * i + 1));
        assert_int_equal(device_hear(fd, s->arena, h, 1, 1200), 0);
        assert_int_equal(spool_kept(s, &k), before);
        device_send(late, frame_simple(s->arena, mn, 10 * i + 2)); /* is not even read */
        assert_int_equal(device_hear(late, s->arena, h, 1, 200), 0);
        int64_t frames = s->gateway->m.frames;
        atomic_store(&fault_kind, -1); /* space returns: without anybody's doing both are kept and answered */
        assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
        assert_int_equal(device_hear(late, s->arena, h, 1, 2000), 1);
        assert_int_equal(frames, 1);
        close(fd);
        close(late);
        gateway_scene_stop(s);
        assert_int_equal(spool_kept(s, &k), before + 2);
        assert_true(cause_seconds(s, mn, all[i].cause, &count) >= 1);
        assert_int_equal(count, 1);
    }
}

static void a_gateway_that_stops_on_a_full_disk_has_answered_nobody(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    struct kept *k;
    atomic_store(&fault_kind, ERR_FULL);
    gateway_scene_start(s, NULL);
    s->gateway->append = faulty;
    int fd = device_connect(s->port);
    device_send(fd, frame_simple(s->arena, mn, 1));
    usleep(100000);
    gateway_scene_stop(s);
    assert_int_equal(device_hear(fd, s->arena, h, 1, 200), 0);
    assert_int_equal(spool_kept(s, &k), 0);
    close(fd);
    gateway_scene_start(s, NULL); /* the device sends again, and it is no duplicate */
    fd = device_connect(s->port);
    device_send(fd, frame_simple(s->arena, mn, 1));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    assert_int_equal(spool_kept(s, &k), 1);
    close(fd);
}

static void files_at_most(rlim_t bytes)
{
    struct rlimit l;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

/* No seam: files that may not grow, as on a full disk. */
static void a_really_full_disk_stops_the_answers_and_room_brings_them_back(void **state)
{
    struct gateway_scene *s = *state;
    enum { FRAMES = 4000, AT_ONCE = 100 };
    struct heard h[AT_ONCE];
    int answered = 0, sent = 0;
    signal(SIGXFSZ, SIG_IGN);
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    uint64_t random = 5;
    files_at_most(400 << 10);
    for (bool full = false; !full && sent < FRAMES;) {
        for (int i = 0; i < AT_ONCE; i++) { /* what does not pack: the file must grow */
            str data = arena_printf(s->arena, "DataTime=20260102030400;a21026-Info=//%016llx%016llx%016llx%016llx%016llx%016llx//",
                                    (unsigned long long)test_random(&random), (unsigned long long)test_random(&random),
                                    (unsigned long long)test_random(&random), (unsigned long long)test_random(&random),
                                    (unsigned long long)test_random(&random), (unsigned long long)test_random(&random));
            device_send(fd, frame_made(s->arena, &(struct sent){mn, 3020, ++sent, 5, 0, HJ_2017, HJ_CRC_OK, arena_cstr(s->arena, data)}));
        }
        size_t n = device_hear(fd, s->arena, h, AT_ONCE, 1500);
        answered += (int)n;
        full = n < AT_ONCE;
    }
    assert_true(s->gateway->m.commit_failures > 0);
    files_at_most(RLIM_INFINITY);
    answered += (int)device_hear(fd, s->arena, h, AT_ONCE, 3000);
    assert_int_equal(answered, sent);
    close(fd);
    gateway_scene_stop(s);
    struct kept *k;
    assert_int_equal(spool_kept(s, &k), sent);
    assert_true(cause_seconds(s, mn, CAUSE_DISK_FULL, NULL) >= 1);
}

static void an_hour_without_a_gateway_is_ours_for_every_device(void **state)
{
    struct gateway_scene *s = *state;
    usec before;
    gateway_scene_outlet(s, mn, NULL);
    assert_ok(gateway_alive(s->readings, time_now() - USEC_HOUR, &before));
    gateway_scene_start(s, NULL);
    int64_t listed = cause_seconds(s, mn, CAUSE_SERVER_DOWN, NULL), other = cause_seconds(s, "ANOTHER", CAUSE_SERVER_DOWN, NULL);
    assert_true(listed >= 3599 && listed <= 3603);
    assert_int_equal(other, listed);
    gateway_scene_stop(s);
    assert_true(event_there(s, "", "server-down"));
    gateway_scene_start(s, NULL); /* a short stop is none */
    assert_int_equal(cause_seconds(s, mn, CAUSE_SERVER_DOWN, NULL), listed);
}

static void a_jump_of_the_clock_is_told_and_the_order_stays(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    struct kept *k;
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    device_send(fd, frame_simple(s->arena, mn, 1));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    atomic_store(&s->gateway->wall_shift, -3 * USEC_HOUR);
    wait_for(s->gateway->m.clock_jumps == 1, 3000);
    device_send(fd, frame_simple(s->arena, mn, 2));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    close(fd);
    gateway_scene_stop(s);
    assert_int_equal(spool_kept(s, &k), 2);
    assert_true(k[1].arrived < k[0].arrived); /* the wall clock as it was */
    assert_true(k[1].arrived_mono > k[0].arrived_mono); /* and the order, all the same */
    assert_true(event_there(s, "", "clock-jump"));
    assert_true(cause_seconds(s, mn, CAUSE_CLOCK, NULL) >= 3600);
}

static void the_clocks_worth_is_stored_with_each_batch(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    struct spool_frame f;
    struct spool_clock clock = {.error_us = -1};
    struct spool_place end;
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    device_send(fd, frame_simple(s->arena, mn, 1));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    assert_ok(spool_end(s->readings, &end));
    assert_ok(spool_get(s->readings, s->arena, end, &f, &clock));
    struct spool_clock now = clock_read();
    assert_true(clock.error_us > 0); /* the kernel never says nought */
    assert_int_equal(clock.synchronised, now.synchronised);
    close(fd);
}

static void who_is_not_on_the_list_is_refused_and_told_as_ours(void **state)
{
    struct gateway_scene *s = *state;
    struct gateway_options o = {.listed_only = true};
    struct heard h[1];
    struct kept *k;
    int64_t count;
    gateway_scene_outlet(s, "LISTED", NULL);
    gateway_scene_outlet(s, "ELSEWHERE", "10.1.0.0/16");
    gateway_scene_outlet(s, "HERE", "127.0.0.0/24");
    gateway_scene_start(s, &o);
    static const struct { const char *mn; bool taken; } all[] = {{"LISTED", true}, {"ELSEWHERE", false}, {"HERE", true}, {"STRANGER", false}};
    int fd = device_connect(s->port);
    for (int i = 0; i < 8; i++) {
        device_send(fd, frame_simple(s->arena, all[i % 4].mn, i + 1));
        assert_int_equal(device_hear(fd, s->arena, h, 1, all[i % 4].taken ? 2000 : 150), all[i % 4].taken);
    }
    gateway_scene_stop(s);
    close(fd);
    size_t n = spool_kept(s, &k), heads = 0;
    for (size_t i = 0; i < n; i++) {
        heads += k[i].state == SPOOL_REFUSED;
        assert_true(k[i].state != SPOOL_REFUSED || k[i].raw.n <= GATEWAY_REFUSED_KEPT);
    }
    assert_int_equal(n, 4 + 2);
    assert_int_equal(heads, 2); /* one of each name in an hour */
    cause_seconds(s, "STRANGER", CAUSE_REFUSED, &count);
    assert_int_equal(count, 2);
    cause_seconds(s, "LISTED", CAUSE_REFUSED, &count);
    assert_int_equal(count, 0);
}

static void the_list_is_read_again_while_the_gateway_runs(void **state)
{
    struct gateway_scene *s = *state;
    struct gateway_options o = {.listed_only = true};
    struct heard h[1];
    gateway_scene_start(s, &o);
    int fd = device_connect(s->port), number = 0;
    device_send(fd, frame_simple(s->arena, mn, ++number));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 150), 0);
    gateway_scene_outlet(s, mn, NULL);
    size_t heard = 0;
    for (int i = 0; i < 100 && !heard; i++) {
        device_send(fd, frame_simple(s->arena, mn, ++number));
        heard = device_hear(fd, s->arena, h, 1, 150);
    }
    assert_int_equal(heard, 1);
    close(fd);
}

int main(void)
{
    atomic_store(&fault_kind, -1);
    const struct CMUnitTest tests[] = {
        gateway_test(nobody_is_answered_before_the_frame_is_durable),
        gateway_test(a_gateway_that_stops_on_a_full_disk_has_answered_nobody),
        gateway_test(a_really_full_disk_stops_the_answers_and_room_brings_them_back),
        gateway_test(an_hour_without_a_gateway_is_ours_for_every_device),
        gateway_test(a_jump_of_the_clock_is_told_and_the_order_stays),
        gateway_test(the_clocks_worth_is_stored_with_each_batch),
        gateway_test(who_is_not_on_the_list_is_refused_and_told_as_ours),
        gateway_test(the_list_is_read_again_while_the_gateway_runs),
    };
    return cmocka_run_group_tests_name("gateway failures", tests, NULL, NULL);
}
