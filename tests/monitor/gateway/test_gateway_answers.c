/* Who is answered, how, when, and what stands in the spool afterwards. Real sockets, the real store. */
#include "scene.h"

#include <sys/socket.h>

static const char mn[] = "420100A1B2C3D4E5F6010203";

static void an_upload_is_answered_and_kept_byte_for_byte(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[2];
    struct kept *k;
    gateway_scene_start(s, NULL);
    str f = frame_simple(s->arena, mn, 1);
    int fd = device_connect(s->port);
    device_send(fd, f);
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    assert_int_equal(h[0].cn, 9014);
    assert_true(str_eq(h[0].qn, qn_made(s->arena, 1)));
    assert_str(h[0].mn, mn);
    assert_int_equal(spool_kept(s, &k), 1); /* it was there before the answer */
    assert_true(str_eq(k[0].raw, f));
    assert_int_equal(k[0].state, SPOOL_ACCEPTED);
    assert_true(str_starts(k[0].peer, S("127.0.0.1:")));
    close(fd);
}

struct policy { struct sent frame; int answer; enum hj_crc kind; };

static void the_answer_follows_the_matrix(void **state)
{
    struct gateway_scene *s = *state;
    static const struct policy all[] = {
        {{mn, 2051, 11, 5, 0, HJ_2017, HJ_CRC_OK, NULL}, 9014, HJ_CRC_OK},
        {{mn, 2051, 12, 5, 0, HJ_2017, HJ_CRC_MODBUS, NULL}, 9014, HJ_CRC_MODBUS}, /* in kind */
        {{mn, 2051, 13, 5, 0, HJ_2017, HJ_CRC_SWAPPED, NULL}, 9014, HJ_CRC_SWAPPED},
        {{mn, 2051, 14, 5, 0, HJ_2017, HJ_CRC_LOWERCASE, NULL}, 9014, HJ_CRC_LOWERCASE},
        {{mn, 2051, 15, 4, 0, HJ_2017, HJ_CRC_OK, NULL}, 0, HJ_CRC_OK},             /* asks for none */
        {{mn, 1013, 16, 5, 0, HJ_2017, HJ_CRC_OK, ""}, 9013, HJ_CRC_OK},
        {{mn, 9014, 17, 5, 0, HJ_2017, HJ_CRC_OK, ""}, 0, HJ_CRC_OK},               /* an answer is not answered */
        {{mn, 9012, 18, 5, 0, HJ_2017, HJ_CRC_OK, "ExeRtn=1"}, 0, HJ_CRC_OK},
        {{mn, 9015, 19, 9, 0, HJ_2025, HJ_CRC_OK, ""}, 9013, HJ_CRC_OK},
        {{mn, 2061, 20, 7, 1, HJ_2017, HJ_CRC_OK, NULL}, 9014, HJ_CRC_OK},          /* one of a group */
        {{mn, 4711, 21, 5, 0, HJ_2017, HJ_CRC_OK, NULL}, 9014, HJ_CRC_OK},          /* unknown: kept all the same */
        {{"88888880000001", 2011, 22, 1, 0, HJ_2005, HJ_CRC_OK, NULL}, 9014, HJ_CRC_OK},
    };
    struct gateway_options o = {.edition_2025 = true};
    gateway_scene_start(s, &o);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int fd = device_connect(s->port);
        struct heard h[2];
        str f = frame_made(s->arena, &all[i].frame);
        device_send(fd, f);
        size_t n = device_hear(fd, s->arena, h, 2, all[i].answer ? 300 : 150);
        if (n != (all[i].answer != 0) || (n && (h[0].cn != all[i].answer || h[0].crc != all[i].kind)))
            fail_msg("row %zu: %zu answers, %d in kind %d", i, n, n ? h[0].cn : 0, n ? (int)h[0].crc : -1);
        assert_int_equal(spool_count(s, f), 1);
        close(fd);
    }
}

static void in_the_2005_form_qn_stands_in_the_data(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    device_send(fd, frame_made(s->arena, &(struct sent){"88888880000001", 2011, 5, 1, 0, HJ_2005, HJ_CRC_OK, NULL}));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    str want = arena_printf(s->arena, "CP=&&QN=%.*s;CN=2011&&", STR_ARG(qn_made(s->arena, 5)));
    assert_true(str_find(h[0].raw, want) > 0);
    close(fd);
}

static str spoiled(struct arena *a, str frame)
{
    char *p = arena_copy(a, frame.p, frame.n);
    ptrdiff_t at = str_find(frame, S("12.31"));
    p[at] = '9';
    return (str){p, frame.n};
}

static void a_bad_checksum_is_quarantined_once_and_never_answered(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    device_send(fd, frame_simple(s->arena, mn, 1)); /* so that the device is known */
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    str bad = spoiled(s->arena, frame_simple(s->arena, mn, 2));
    for (int i = 0; i < 1 + BAD_RETRIES; i++)
        device_send(fd, bad);
    assert_int_equal(device_hear(fd, s->arena, h, 1, 200), 0);
    device_send(fd, frame_simple(s->arena, mn, 3)); /* the device goes on and is heard */
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    close(fd);
    gateway_scene_stop(s);
    struct kept *k;
    assert_int_equal(spool_kept(s, &k), 3);
    assert_int_equal(k[1].state, SPOOL_QUARANTINED);
    assert_int_equal(k[1].crc, HJ_CRC_BAD);
    assert_true(str_eq(k[1].raw, bad));
    assert_true(event_there(s, mn, "bad-crc"));
}

static void answers_come_in_the_order_of_the_frames(void **state)
{
    struct gateway_scene *s = *state;
    enum { FRAMES = 300 };
    struct heard h[FRAMES + FRAMES / 10];
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    buf all = buf_make(s->arena, 1 << 20);
    for (int i = 1; i <= FRAMES; i++) {
        buf_add(&all, frame_simple(s->arena, mn, i));
        if (i % 10 == 0 && i < FRAMES) /* one seen before among them: it waits its turn, too */
            buf_add(&all, frame_simple(s->arena, mn, i - 5));
    }
    device_send(fd, buf_str(&all));
    size_t n = device_hear(fd, s->arena, h, sizeof h / sizeof *h, 3000), at = 0;
    assert_int_equal(n, FRAMES + FRAMES / 10 - 1);
    for (int i = 1; i <= FRAMES; i++) {
        assert_true(str_eq(h[at++].qn, qn_made(s->arena, i)));
        if (i % 10 == 0 && i < FRAMES)
            assert_true(str_eq(h[at++].qn, qn_made(s->arena, i - 5)));
    }
    close(fd);
}

static void a_stream_in_any_pieces_gives_the_same_frames(void **state)
{
    struct gateway_scene *s = *state;
    enum { FRAMES = 40 };
    struct heard h[FRAMES + 1];
    uint64_t random = 7;
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    buf all = buf_make(s->arena, 1 << 20);
    for (int i = 1; i <= FRAMES; i++) {
        str f = frame_simple(s->arena, mn, i);
        buf_add(&all, i % 4 == 0 ? str_sub(f, 0, f.n - 2) : f); /* some glued without a line end */
        if (i % 7 == 0)
            buf_add(&all, S("##0210QN=torn;ST=31;CN=2"));
    }
    for (str rest = buf_str(&all); rest.n;) {
        size_t n = 1 + test_random(&random) % 400;
        device_send(fd, str_sub(rest, 0, n));
        rest = str_sub(rest, n, rest.n);
        usleep(200);
    }
    assert_int_equal(device_hear(fd, s->arena, h, FRAMES + 1, 1000), FRAMES);
    for (int i = 0; i < FRAMES; i++)
        assert_true(str_eq(h[i].qn, qn_made(s->arena, i + 1)));
    struct kept *k;
    size_t n = spool_kept(s, &k), torn = 0;
    for (size_t i = 0; i < n; i++)
        torn += k[i].state == SPOOL_QUARANTINED;
    assert_int_equal(n - torn, FRAMES);
    assert_int_equal(torn, FRAMES / 7);
    close(fd);
}

static void a_frame_without_a_line_end_is_answered_after_a_short_silence(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    gateway_scene_start(s, NULL);
    str f = frame_simple(s->arena, mn, 1);
    int fd = device_connect(s->port);
    device_send(fd, str_sub(f, 0, f.n - 2));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    device_send(fd, str_sub(f, 0, f.n - 2)); /* and a second life for the connection */
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    close(fd);
}

static void the_same_frame_is_answered_again_but_kept_once(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[2];
    str f = frame_simple(s->arena, mn, 1);
    gateway_scene_start(s, NULL);
    for (int i = 0; i < 3; i++) {
        int fd = device_connect(s->port);
        device_send(fd, f);
        device_send(fd, f);
        assert_int_equal(device_hear(fd, s->arena, h, 2, 2000), 2);
        close(fd);
    }
    gateway_scene_stop(s);
    gateway_scene_start(s, NULL); /* the window comes back from the spool */
    int fd = device_connect(s->port);
    device_send(fd, f);
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    close(fd);
    assert_int_equal(spool_count(s, f), 1);
}

static void equal_frames_that_nothing_tells_apart_are_all_kept(void **state)
{
    struct gateway_scene *s = *state;
    gateway_scene_start(s, NULL);
    str f = frame_made(s->arena, &(struct sent){"88888880000001", 2011, 0, -1, 0, HJ_2005, HJ_CRC_OK, "B01-Rtd=1.0"});
    int fd = device_connect(s->port);
    for (int i = 0; i < 3; i++)
        device_send(fd, f);
    wait_for(spool_count(s, f) == 3, 2000);
    close(fd);
}

/* Told by its own behaviour: it asks for no answer, gets none, and sends the same again. */
static void a_device_that_repeats_what_got_no_answer_is_answered_from_then_on(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    gateway_scene_start(s, NULL);
    str f = frame_made(s->arena, &(struct sent){"88888880000001", 2011, 1, 0, 0, HJ_2005, HJ_CRC_OK, NULL});
    int fd = device_connect(s->port);
    for (int i = 0; i < 2; i++) {
        device_send(fd, f);
        assert_int_equal(device_hear(fd, s->arena, h, 1, 150), 0);
    }
    device_send(fd, f);
    assert_int_equal(device_hear(fd, s->arena, h, 1, 1000), 1);
    device_send(fd, frame_made(s->arena, &(struct sent){"88888880000001", 2011, 2, 0, 0, HJ_2005, HJ_CRC_OK, NULL}));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 1000), 1);
    close(fd);
}

static void a_half_closed_connection_still_gets_its_answers(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[2];
    gateway_scene_start(s, NULL);
    int fd = device_connect(s->port);
    device_send(fd, frame_simple(s->arena, mn, 1));
    device_send(fd, frame_simple(s->arena, mn, 2));
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    assert_int_equal(device_hear(fd, s->arena, h, 2, 2000), 2);
    assert_true(device_closed(fd, 1000));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        gateway_test(an_upload_is_answered_and_kept_byte_for_byte),
        gateway_test(the_answer_follows_the_matrix),
        gateway_test(in_the_2005_form_qn_stands_in_the_data),
        gateway_test(a_bad_checksum_is_quarantined_once_and_never_answered),
        gateway_test(answers_come_in_the_order_of_the_frames),
        gateway_test(a_stream_in_any_pieces_gives_the_same_frames),
        gateway_test(a_frame_without_a_line_end_is_answered_after_a_short_silence),
        gateway_test(the_same_frame_is_answered_again_but_kept_once),
        gateway_test(equal_frames_that_nothing_tells_apart_are_all_kept),
        gateway_test(a_device_that_repeats_what_got_no_answer_is_answered_from_then_on),
        gateway_test(a_half_closed_connection_still_gets_its_answers),
    };
    return cmocka_run_group_tests_name("gateway answers", tests, NULL, NULL);
}
