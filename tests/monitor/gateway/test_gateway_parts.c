/* The parts that need no socket: addresses, the proxy's header, the window of duplicates, profiles, causes. */
#include "scene.h"

#include <netinet/in.h>
#include <sys/socket.h>

static struct address address(const char *text)
{
    struct address a;
    assert_true(address_parse(str_of(text), 7, &a));
    return a;
}

static void networks_hold_what_they_say(void **state)
{
    (void)state;
    static const struct { const char *network, *inside, *outside; } all[] = {
        {"10.1.0.0/16", "10.1.255.255", "10.2.0.0"},      {"10.1.2.3", "10.1.2.3", "10.1.2.4"},
        {"0.0.0.0/0", "255.1.2.3", "2001:db8::1"},         {"10.1.2.129/25", "10.1.2.200", "10.1.2.1"},
        {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"}, {"::/0", "2001::1", NULL},
    };
    struct network n;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct address in = address(all[i].inside);
        assert_true(network_parse(str_of(all[i].network), &n));
        assert_true(network_has(&n, &in));
        if (all[i].outside) {
            struct address out = address(all[i].outside);
            assert_false(network_has(&n, &out));
        }
    }
    static const char *const bad[] = {"", "/", "10.0.0.0/33", "10.0.0/8", "::/129", "a.example/8", "10.0.0.0/-1", "10.0.0.0/8/8"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(network_parse(str_of(bad[i]), &n));
}

static void addresses_go_there_and_back(void **state)
{
    (void)state;
    static const char *const all[] = {"10.0.0.7:7", "[2001:db8::7]:7"};
    static const char *const bare[] = {"10.0.0.7", "2001:db8::7"};
    for (int i = 0; i < 2; i++) {
        struct address a = address(bare[i]);
        struct sockaddr_storage s;
        char text[LIMIT_ADDRESS_TEXT];
        address_sockaddr(&a, &s);
        struct address back = address_of(&s);
        size_t n = address_text(&back, text);
        assert_str(((str){text, n}), all[i]);
    }
}

/* Every way of cutting a header in two says MORE first and the same afterwards. */
static void read_in_pieces(str header, enum proxy_verdict want, const char *text)
{
    struct address a;
    size_t used;
    char space[LIMIT_ADDRESS_TEXT];
    AUTO_ARENA(arena);
    str whole = arena_printf(arena, "%.*s##0012", STR_ARG(S("")));
    buf b = buf_make(arena, 2000);
    buf_add(&b, header);
    buf_add(&b, whole);
    for (size_t n = 0; n < header.n; n++)
        if (proxy_read(str_sub(header, 0, n), &used, &a) != PROXY_MORE)
            fail_msg("%zu bytes of %zu decide already", n, header.n);
    assert_int_equal(proxy_read(buf_str(&b), &used, &a), want);
    assert_int_equal(used, header.n);
    if (text) {
        size_t n = address_text(&a, space);
        assert_str(((str){space, n}), text);
    }
}

static void the_proxys_header_names_the_device(void **state)
{
    (void)state;
    read_in_pieces(S("PROXY TCP4 10.0.0.7 10.0.0.1 51234 7212\r\n"), PROXY_KNOWN, "10.0.0.7:51234");
    read_in_pieces(S("PROXY TCP6 2001:db8::7 ::1 51234 7212\r\n"), PROXY_KNOWN, "[2001:db8::7]:51234");
    read_in_pieces(S("PROXY UNKNOWN\r\n"), PROXY_LOCAL, NULL);
    read_in_pieces(S("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x0a\0\0\x07\x0a\0\0\x01\xc8\x22\x1c\x2c"), PROXY_KNOWN, "10.0.0.7:51234");
    read_in_pieces(S("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"), PROXY_LOCAL, NULL);
    static const char *const none[] = {"##0101QN=2026", "PROXY TCP4 10.0.0.7 10.0.0.1 51234\r\n", "PROXY TCP4 10.0.0.7 10.0.0.1 99999 1\r\n",
                                       "PROXY TCP4 ::1 ::1 1 1\r\n", "PROXY TCP9 1.1.1.1 1.1.1.1 1 1\r\n",
                                       "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n", "GET / HTTP/1.1\r\n"};
    struct address a;
    size_t used;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(proxy_read(str_of(none[i]), &used, &a), PROXY_NONE);
    assert_int_equal(proxy_read(S("\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff"), &used, &a), PROXY_NONE); /* longer than any header */
    assert_int_equal(proxy_read(S("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x04\x0a\0\0\x07"), &used, &a), PROXY_NONE);
}

static void the_window_knows_its_frames_and_forgets_the_oldest(void **state)
{
    (void)state;
    struct duplicates *d = duplicates_new();
    char text[32];
    for (int i = 0; i < GATEWAY_DUPLICATES + 10; i++) {
        int n = snprintf(text, sizeof text, "frame %d", i);
        assert_false(duplicates_seen(d, (str){text, (size_t)n}));
    }
    for (int i = 10; i < GATEWAY_DUPLICATES + 10; i += 997) {
        int n = snprintf(text, sizeof text, "frame %d", i);
        assert_true(duplicates_seen(d, (str){text, (size_t)n}));
    }
    assert_false(duplicates_seen(d, S("frame 3"))); /* gone, and put in again */
    assert_true(duplicates_seen(d, S("frame 3")));
    duplicates_free(d);
}

/* ---- profiles ---- */
struct learning { struct arena *a; struct names *names; struct profile p; struct hj_value values[64]; usec now; int number; };

static unsigned learn_from(struct learning *l, const struct sent *sent, const char *from)
{
    struct hj_frame f;
    struct hj_options o = {.crc = HJ_CRC_ANY};
    struct address a = address(from);
    str raw = frame_made(l->a, sent);
    struct hj_cut cut = hj_cut(raw, true);
    hj_decode(&cut, &o, NULL, l->values, 64, &f);
    assert_true(f.accepted);
    return profile_observe(&l->p, l->names, &f, &a, l->now);
}

static unsigned learn(struct learning *l, int cn, enum hj_crc crc, const char *data, const char *from)
{
    return learn_from(l, &(struct sent){"420100A1B2C3D4E5F6010203", cn, ++l->number, 5, 0, HJ_2017, crc, data}, from);
}

static void learned(struct learning *l)
{
    *l = (struct learning){.a = arena_new(), .names = names_new(), .now = hj_time(S("20260102000000"))};
    for (int i = 1; i <= PROFILE_LEARN; i++) {
        unsigned news = learn(l, i % 2 ? 2011 : 2051, HJ_CRC_OK, i % 2 ? "DataTime=20260102000000;a21026-Rtd=12.31,a21026-Flag=N"
                                                                        : "DataTime=20260102000000;a21026-Avg=12.3,a21026-Flag=N", "10.0.0.7");
        assert_int_equal(news, i == PROFILE_LEARN ? NEWS_LEARNED : 0);
    }
    l->p.news = 0;
}

static void forget(struct learning *l)
{
    profile_free(&l->p);
    names_free(l->names);
    arena_free(l->a);
}

static void each_new_habit_is_news_once(void **state)
{
    (void)state;
    struct learning l;
    learned(&l);
    static const struct { int cn; enum hj_crc crc; const char *data, *from; unsigned news; } all[] = {
        {2011, HJ_CRC_OK, "DataTime=20260102000000;a21026-Rtd=99.99,a21026-Flag=N", "10.0.0.7", 0}, /* values are no habit */
        {2011, HJ_CRC_OK, "DataTime=20260102000000;a21026-Rtd=99.999,a21026-Flag=N", "10.0.0.7", NEWS_DECIMALS},
        {2011, HJ_CRC_OK, "DataTime=20260102000000;a21026-Rtd=9.9,a21026-Flag=N", "10.0.0.7", NEWS_DECIMALS},
        {2011, HJ_CRC_MODBUS, "DataTime=20260102000000;a21026-Rtd=99.99,a21026-Flag=N", "10.0.0.7", NEWS_CRC},
        {2011, HJ_CRC_OK, "DataTime=20260102000000;a21026-Flag=N,a21026-Rtd=99.99", "10.0.0.7", NEWS_ORDER},
        {2011, HJ_CRC_OK, "DataTime=20260102000000;a21002-Rtd=1,a21002-Flag=N", "10.0.0.7", NEWS_ORDER | NEWS_CODE},
        {2011, HJ_CRC_OK, "DataTime=20260102000000;a21026-Rtd=1.00,a21026-Flag=N", "10.0.1.7", NEWS_SOURCE},
        {3020, HJ_CRC_OK, "DataTime=20260102000000", "10.0.0.7", NEWS_COMMAND | NEWS_ORDER},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        unsigned news = learn(&l, all[i].cn, all[i].crc, all[i].data, all[i].from);
        if (news != all[i].news)
            fail_msg("row %zu: news %x, wanted %x", i, news, all[i].news);
        assert_int_equal(learn(&l, all[i].cn, all[i].crc, all[i].data, all[i].from), 0); /* and no more */
    }
    forget(&l);
}

static void a_profile_reads_back_as_it_was(void **state)
{
    (void)state;
    struct learning l;
    struct profile back;
    learned(&l);
    for (int i = 0; i < 3; i++) { /* sent at midnight with the hour before: three of them are a habit */
        assert_int_equal(l.p.stamp_hour, STAMP_UNKNOWN);
        learn(&l, 2061, HJ_CRC_MODBUS, "DataTime=20260101230000;a21026-Avg=1.234,a21026-Flag=N", "2001:db8::1");
    }
    assert_int_equal(l.p.stamp_hour, STAMP_BEGIN);
    str json = profile_json(l.a, &l.p, l.names);
    assert_ok(profile_from_json(l.a, json, l.names, &back));
    str again = profile_json(l.a, &back, l.names);
    assert_true(str_eq(json, again));
    assert_true(str_find(json, S("\"modbus\"")) > 0 && str_find(json, S("a21026-Avg")) > 0 && str_find(json, S("2001:db8::/48")) > 0);
    profile_free(&l.p);
    l.p = back; /* a restart goes on where it stopped: nothing it knew is news */
    assert_int_equal(learn(&l, 2011, HJ_CRC_MODBUS, "DataTime=20260102000000;a21026-Rtd=12.31,a21026-Flag=N", "10.0.0.7"), 0);
    assert_err(profile_from_json(l.a, S("{\"form\":2}"), l.names, &back), ERR_INPUT);
    forget(&l);
}

static void a_clock_that_moves_is_news_after_three_frames(void **state)
{
    (void)state;
    struct learning l;
    learned(&l);
    l.now += 8 * USEC_HOUR; /* its QN says UTC now */
    unsigned news = 0;
    const char *data = "DataTime=20260102000000;a21026-Rtd=12.31,a21026-Flag=N";
    for (int i = 0; i < 2; i++)
        assert_int_equal(learn(&l, 2011, HJ_CRC_OK, data, "10.0.0.7"), 0);
    news = learn(&l, 2011, HJ_CRC_OK, data, "10.0.0.7");
    assert_int_equal(news, NEWS_CLOCK);
    assert_int_equal(l.p.clock_class, -32);
    forget(&l);
}

static void causes_are_cut_at_the_hours(void **state)
{
    struct gateway_scene *s = *state;
    struct causes *c = causes_new();
    usec from = day_start(day_of(time_now())) - 90 * USEC_MINUTE;
    causes_span(c, S(""), from, from + 100 * USEC_MINUTE, CAUSE_SERVER_DOWN);
    causes_add(c, S("A"), from, CAUSE_REFUSED, 0, 2);
    causes_add(c, S("A"), from + USEC_MINUTE, CAUSE_REFUSED, 0, 3);
    assert_ok(causes_write(c, s->readings));
    assert_ok(causes_write(c, s->readings)); /* nothing is written twice */
    struct platform_hour *h;
    size_t n, down = 0;
    int32_t seconds = 0;
    assert_ok(platform_causes(s->readings, s->arena, S("A"), from - USEC_DAY, from + USEC_DAY, &h, &n));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(h[i].hour % USEC_HOUR, 0);
        if (h[i].cause == CAUSE_REFUSED)
            assert_int_equal(h[i].count, 5);
        down += h[i].cause == CAUSE_SERVER_DOWN;
        seconds += h[i].cause == CAUSE_SERVER_DOWN ? h[i].seconds : 0;
    }
    assert_int_equal(down, 3); /* half an hour, an hour, ten minutes: every device has them */
    assert_int_equal(seconds, 6000);
    causes_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_hold_what_they_say),
        cmocka_unit_test(addresses_go_there_and_back),
        cmocka_unit_test(the_proxys_header_names_the_device),
        cmocka_unit_test(the_window_knows_its_frames_and_forgets_the_oldest),
        cmocka_unit_test(each_new_habit_is_news_once),
        cmocka_unit_test(a_profile_reads_back_as_it_was),
        cmocka_unit_test(a_clock_that_moves_is_news_after_three_frames),
        gateway_test(causes_are_cut_at_the_hours),
    };
    return cmocka_run_group_tests_name("gateway parts", tests, NULL, NULL);
}
