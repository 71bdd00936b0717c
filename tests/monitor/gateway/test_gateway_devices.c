/* What is learned and noted of devices, and frames that go on to another platform. */
#include "scene.h"

static const char mn[] = "420100A1B2C3D4E5F6010203";

static void say(struct gateway_scene *s, int fd, int number)
{
    struct heard h[1];
    device_send(fd, frame_simple(s->arena, mn, number));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
}

static void a_reconnect_is_no_second_device(void **state)
{
    struct gateway_scene *s = *state;
    gateway_scene_start(s, NULL);
    int one = device_connect(s->port);
    say(s, one, 1);
    int two = device_connect(s->port); /* the old line hangs for a while */
    say(s, two, 2);
    say(s, two, 3);
    gateway_scene_stop(s);
    assert_false(event_there(s, mn, "two-connections"));
    close(one);
    close(two);
}

static void two_devices_with_one_mn_are_an_event_and_both_are_heard(void **state)
{
    struct gateway_scene *s = *state;
    gateway_scene_start(s, NULL);
    int one = device_connect(s->port), two = device_connect(s->port);
    for (int i = 0; i < 4; i++) {
        say(s, one, 2 * i + 1);
        say(s, two, 2 * i + 2);
    }
    gateway_scene_stop(s);
    assert_true(event_there(s, mn, "two-connections"));
    close(one);
    close(two);
}

static void habits_are_learned_stored_and_a_change_is_a_new_version(void **state)
{
    struct gateway_scene *s = *state;
    struct device *d;
    size_t n;
    str json;
    int32_t version;
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    for (int i = 1; i <= PROFILE_LEARN; i++)
        say(s, fd, i);
    gateway_scene_stop(s);
    close(fd);
    assert_ok(device_profile(s->readings, s->arena, str_of(mn), -1, &json, &version));
    assert_int_equal(version, 1);
    assert_true(str_find(json, S("\"sources\":[\"127.0.0.0/24\"]")) > 0);
    assert_true(event_there(s, mn, "profile"));
    assert_false(event_there(s, mn, "new-network"));

    gateway_scene_start(s, NULL); /* knows it again */
    fd = device_connect_from(s->port, "127.0.9.9");
    say(s, fd, 100);
    close(fd);
    gateway_scene_stop(s);
    assert_true(event_there(s, mn, "new-network"));
    assert_ok(device_list(s->readings, s->arena, S(""), 10, &d, &n));
    assert_int_equal(n, 1);
    assert_int_equal(d[0].frames, PROFILE_LEARN + 1);
    assert_true(str_starts(d[0].peer, S("127.0.9.9:")));
    assert_ok(device_profile(s->readings, s->arena, str_of(mn), -1, &json, &version));
    assert_int_equal(version, 2);
    assert_true(str_find(json, S("127.0.9.0/24")) > 0);
}

static void frames_come_out_as_readings(void **state)
{
    struct gateway_scene *s = *state;
    struct reading_latest *l;
    size_t n = 0;
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    str now = time_rfc3339(s->arena, time_now());
    str stamp = arena_printf(s->arena, "DataTime=%.4s%.2s%.2s%.2s%.2s00;a21026-Rtd=12.31,a21026-Flag=N", now.p, now.p + 5, now.p + 8, now.p + 11,
                             now.p + 14);
    struct heard h[1];
    device_send(fd, frame_made(s->arena, &(struct sent){mn, 2011, 1, 5, 0, HJ_2017, HJ_CRC_OK, arena_cstr(s->arena, stamp)}));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    for (int i = 0; i < 500 && !n; i++) { /* the drainer's own pace */
        usleep(10000);
        assert_ok(reading_latest(s->readings, s->arena, str_of(mn), &l, &n));
    }
    assert_int_equal(n, 1);
    assert_str(l[0].text, "12.31");
    close(fd);
}

/* ---- another platform ---- */
static void same_bytes(struct gateway_scene *from, struct gateway_scene *to)
{
    struct kept *a, *b;
    size_t a_n = spool_kept(from, &a), b_n = spool_kept(to, &b), at = 0;
    for (size_t i = 0; i < a_n; i++) {
        if (a[i].state != SPOOL_ACCEPTED)
            continue;
        assert_true(at < b_n);
        assert_true(str_eq(a[i].raw, b[at++].raw));
    }
    assert_int_equal(at, b_n);
}

static void accepted_frames_go_on_byte_for_byte_and_restarts_lose_none(void **state)
{
    struct gateway_scene *s = *state, *upper;
    void *other = NULL;
    gateway_scene_setup(&other);
    upper = other;
    gateway_scene_start(upper, NULL);
    struct gateway_forward to = {S("127.0.0.1"), upper->port};
    struct gateway_options o = {.forwards = &to, .forwards_n = 1}, same_port = {.port = upper->port};
    struct gateway_metrics m;
    int number = 0;
    gateway_scene_start(s, &o);
    int fd = device_connect(s->port);
    for (int i = 0; i < 50; i++)
        say(s, fd, ++number);
    device_send(fd, S("##0012noise that is no frame\r\n")); /* stays here */
    device_send(fd, frame_made(s->arena, &(struct sent){mn, 2051, ++number, 4, 0, HJ_2017, HJ_CRC_MODBUS, NULL})); /* asks for nothing */
    wait_for(spool_count(upper, frame_simple(s->arena, mn, 50)) == 1, 5000);
    gateway_scene_stop(upper); /* the other side is away for a while */
    for (int i = 0; i < 50; i++)
        say(s, fd, ++number);
    gateway_metrics_read(s->gateway, &m);
    assert_true(m.forward_waiting >= 50);
    close(fd);
    gateway_scene_stop(s); /* and so are we */
    gateway_scene_start(upper, &same_port);
    gateway_scene_start(s, &o);
    fd = device_connect(s->port);
    for (int i = 0; i < 50; i++)
        say(s, fd, ++number);
    close(fd);
    struct kept *k;
    wait_for(spool_kept(upper, &k) >= (size_t)number, 15000);
    same_bytes(s, upper);
    for (int i = 0; i < 1500; i++) { /* its answers are read */
        gateway_metrics_read(s->gateway, &m);
        if (!m.forward_waiting)
            break;
        usleep(10000);
    }
    assert_int_equal(m.forward_waiting, 0);
    assert_true(forward_metrics_of(s->gateway->forwarders[0]).answered >= 50);
    gateway_scene_stop(s);
    gateway_scene_teardown(&other);
}

/* A new target begins with what comes now, not with the past. */
static void a_new_target_gets_no_old_frames(void **state)
{
    struct gateway_scene *s = *state, *upper;
    void *other = NULL;
    struct kept *k;
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    say(s, fd, 1);
    close(fd);
    gateway_scene_stop(s);
    gateway_scene_setup(&other);
    upper = other;
    gateway_scene_start(upper, NULL);
    struct gateway_forward to = {S("127.0.0.1"), upper->port};
    gateway_scene_start(s, &(struct gateway_options){.forwards = &to, .forwards_n = 1});
    fd = device_connect(s->port);
    say(s, fd, 2);
    wait_for(spool_kept(upper, &k) == 1, 5000);
    spool_kept(upper, &k);
    assert_true(str_eq(k[0].raw, frame_simple(s->arena, mn, 2)));
    close(fd);
    gateway_scene_stop(s);
    gateway_scene_teardown(&other);
}

static void metrics_say_what_happened(void **state)
{
    struct gateway_scene *s = *state;
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    for (int i = 1; i <= 5; i++)
        say(s, fd, i);
    buf b = buf_make(s->arena, 64 << 10);
    gateway_metrics_text(s->gateway, &b);
    str text = buf_str(&b);
    assert_true(str_find(text, S("xiezhi_gateway_answers_total 5\n")) > 0);
    assert_true(str_find(text, S("xiezhi_gateway_frames_crc_total{kind=\"ok\"} 5\n")) > 0);
    assert_true(str_find(text, str_of(mn)) < 0); /* no label carries a device */
    struct gateway_metrics m;
    gateway_metrics_read(s->gateway, &m);
    assert_true(m.answer_us_p50 > 0 && m.answer_us_p50 <= m.answer_us_p99);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        gateway_test(a_reconnect_is_no_second_device),
        gateway_test(two_devices_with_one_mn_are_an_event_and_both_are_heard),
        gateway_test(habits_are_learned_stored_and_a_change_is_a_new_version),
        gateway_test(frames_come_out_as_readings),
        gateway_test(accepted_frames_go_on_byte_for_byte_and_restarts_lose_none),
        gateway_test(a_new_target_gets_no_old_frames),
        gateway_test(metrics_say_what_happened),
    };
    return cmocka_run_group_tests_name("gateway devices", tests, NULL, NULL);
}
