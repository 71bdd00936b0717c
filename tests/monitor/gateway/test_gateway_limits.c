/* What a sender may not do, and that the others do not feel it. */
#include "scene.h"

#include <fcntl.h>
#include <sys/socket.h>

static const char mn[] = "420100A1B2C3D4E5F6010203";

static void a_silent_connection_is_closed_and_a_speaking_one_is_not(void **state)
{
    struct gateway_scene *s = *state;
    struct gateway_options o = {.idle_s = 1};
    struct heard h[1];
    gateway_scene_start(s, &o);
    int silent = device_connect(s->port), speaking = device_connect(s->port);
    for (int i = 1; i <= 8; i++) {
        device_send(speaking, frame_simple(s->arena, mn, i));
        assert_int_equal(device_hear(speaking, s->arena, h, 1, 1000), 1);
        usleep(400000);
    }
    assert_true(device_closed(silent, 100));
    assert_false(device_closed(speaking, 100));
    assert_int_equal(s->gateway->m.closed_idle, 1);
    close(silent);
    close(speaking);
}

/* One byte at a time never ends a frame: the clock runs from its first byte, not from its latest. */
static void a_frame_that_never_ends_is_cut_off_and_kept_as_evidence(void **state)
{
    struct gateway_scene *s = *state;
    struct gateway_options o = {.slow_s = 1};
    struct kept *k;
    gateway_scene_start(s, &o);
    str f = frame_simple(s->arena, mn, 1);
    int fd = device_connect(s->port);
    bool closed = false;
    size_t i = 0;
    for (; i < 60 && !closed; i++) {
        closed = send(fd, f.p + i, 1, MSG_NOSIGNAL) < 0;
        usleep(100000);
    }
    assert_true(closed && i < 45);
    assert_int_equal(s->gateway->m.closed_slow, 1);
    wait_for(spool_kept(s, &k) == 1, 1000);
    spool_kept(s, &k);
    assert_int_equal(k[0].state, SPOOL_QUARANTINED);
    assert_true(k[0].raw.n > 5 && str_starts(f, k[0].raw));
    close(fd);
}

static void noise_is_counted_then_closed(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    char *noise = NEW_ARRAY(s->arena, GATEWAY_NOISE_BYTES, char);
    memset(noise, '\0', GATEWAY_NOISE_BYTES);
    device_send(fd, (str){noise, GATEWAY_NOISE_BYTES / 2}); /* keep-alive bytes: no harm */
    device_send(fd, frame_simple(s->arena, mn, 1));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 1000), 1);
    device_send(fd, (str){noise, GATEWAY_NOISE_BYTES / 2}); /* a frame wipes the slate */
    device_send(fd, frame_simple(s->arena, mn, 2));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 1000), 1);
    memset(noise, 'x', GATEWAY_NOISE_BYTES);
    device_send(fd, (str){noise, GATEWAY_NOISE_BYTES});
    send(fd, noise, GATEWAY_NOISE_BYTES / 2, MSG_NOSIGNAL); /* stretches are cut at the most a frame may have */
    assert_true(device_closed(fd, 2000));
    assert_int_equal(s->gateway->m.closed_noise, 1);
    close(fd);
}

static void scanners_are_sent_away_at_once(void **state)
{
    struct gateway_scene *s = *state;
    gateway_scene_start(s, NULL);
    const str probes[] = {S("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), S("\x16\x03\x01\x02\x00\x01\x00"), S("SSH-2.0-x\r\n")};
    for (size_t i = 0; i < 3; i++) {
        int fd = device_connect(s->port);
        device_send(fd, str_sub(probes[i], 0, 2)); /* also when it comes in pieces */
        usleep(20000);
        device_send(fd, str_sub(probes[i], 2, probes[i].n));
        assert_true(device_closed(fd, 1000));
        close(fd);
    }
    struct kept *k;
    assert_int_equal(s->gateway->m.probes, 3);
    assert_int_equal(spool_kept(s, &k), 0);
}

static void callers_beyond_the_limit_are_turned_away(void **state)
{
    struct gateway_scene *s = *state;
    struct gateway_options o = {.connections = 3};
    int fd[4];
    gateway_scene_start(s, &o);
    for (int i = 0; i < 4; i++)
        fd[i] = device_connect(s->port);
    assert_true(device_closed(fd[3], 1000));
    assert_false(device_closed(fd[2], 50));
    close(fd[0]);
    wait_for(s->gateway->m.connections == 2, 1000);
    struct heard h[1];
    int again = device_connect(s->port);
    device_send(again, frame_simple(s->arena, mn, 1));
    assert_int_equal(device_hear(again, s->arena, h, 1, 1000), 1);
    for (int i = 1; i < 4; i++)
        close(fd[i]);
    close(again);
}

struct flood { int port; atomic_bool stop; int64_t sent; };

static void *flooding(void *context)
{
    struct flood *f = context;
    AUTO_ARENA(a);
    int fd = device_connect(f->port);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (!atomic_load(&f->stop)) {
        arena_reset(a);
        str frame = frame_made(a, &(struct sent){.mn = "FLOOD", .cn = 2011, .number = (int)++f->sent, .flag = 4});
        for (str rest = frame; rest.n && !atomic_load(&f->stop);) {
            ssize_t n = send(fd, rest.p, rest.n, MSG_NOSIGNAL);
            if (n < 0)
                usleep(1000);
            else
                rest = str_sub(rest, (size_t)n, rest.n);
        }
    }
    close(fd);
    return NULL;
}

static void a_flooding_device_waits_its_turn_and_the_others_do_not(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    pthread_t thread;
    gateway_scene_start(s, NULL);
    struct flood f = {.port = s->port};
    assert_int_equal(pthread_create(&thread, NULL, flooding, &f), 0);
    wait_for(s->gateway->m.rests > 0, 10000);
    int fd = device_connect(s->port);
    int64_t longest = 0, before = s->gateway->m.frames, since = time_monotonic();
    for (int i = 1; i <= 50; i++) {
        int64_t start = time_monotonic();
        device_send(fd, frame_simple(s->arena, mn, i));
        assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
        int64_t took = time_monotonic() - start;
        longest = took > longest ? took : longest;
        usleep(20000);
    }
    double seconds = (double)(time_monotonic() - since) / 1e6, rate = (double)(s->gateway->m.frames - before) / seconds;
    atomic_store(&f.stop, true);
    pthread_join(thread, NULL);
    close(fd);
    print_message("flood taken at %.0f frames/s, longest answer to another device %.1f ms\n", rate, (double)longest / 1e3);
    assert_true(longest < 1000000);
    assert_true(rate < 1.5 * GATEWAY_FRAMES_PER_S + 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        gateway_test(a_silent_connection_is_closed_and_a_speaking_one_is_not),
        gateway_test(a_frame_that_never_ends_is_cut_off_and_kept_as_evidence),
        gateway_test(noise_is_counted_then_closed),
        gateway_test(scanners_are_sent_away_at_once),
        gateway_test(callers_beyond_the_limit_are_turned_away),
        gateway_test(a_flooding_device_waits_its_turn_and_the_others_do_not),
    };
    return cmocka_run_group_tests_name("gateway limits", tests, NULL, NULL);
}
