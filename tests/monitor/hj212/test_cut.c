/*
 * Framing. One answer for any chopping, each byte in exactly one cut, and no bad frame that swallows the next:
 * shown by a seeded stream of good, lying, torn, glued and noisy pieces whose right cuts the maker knows.
 */
#include "scene.h"

enum { STREAM_PIECES = 4000 };

static struct hj_cut cut_of(const char *text)
{
    return hj_cut(str_of(text), true);
}

#define GOOD "##0087QN=20260102030405006;ST=91;CN=9014;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&0140"
#define BODY "QN=20260102030405006;ST=91;CN=9014;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&0140"

struct expected { const char *bytes; int n; enum hj_cut_kind kind; };

static void single_cuts(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        {GOOD "\r\n", sizeof GOOD + 1, HJ_CUT_FRAME},
        {GOOD, sizeof GOOD - 1, HJ_CUT_FRAME},
        {GOOD "\n" GOOD, sizeof GOOD, HJ_CUT_FRAME},
        {GOOD "\r" GOOD, sizeof GOOD, HJ_CUT_FRAME},
        {GOOD "**\r\n", sizeof GOOD + 3, HJ_CUT_FRAME},
        {GOOD "*\r\n", sizeof GOOD - 1, HJ_CUT_FRAME},
        {GOOD GOOD, sizeof GOOD - 1, HJ_CUT_FRAME},
        {GOOD "junk", sizeof GOOD - 1, HJ_CUT_FRAME},
        {"##0400" BODY "\r\n" GOOD, sizeof GOOD + 1, HJ_CUT_FRAME}, /* too long */
        {"##0400" BODY GOOD, sizeof GOOD - 1, HJ_CUT_FRAME},
        {"##0010" BODY "\r\n", sizeof GOOD + 1, HJ_CUT_FRAME}, /* too short */
        {"##0091" BODY "\r\n", sizeof GOOD + 1, HJ_CUT_FRAME}, /* checksum counted in */
        {"##9999" BODY, sizeof GOOD - 1, HJ_CUT_FRAME},
        {"##0087QN=2026010203" GOOD "\r\n", 19, HJ_CUT_STRETCH}, /* torn */
        {"##0087QN=2026010203", 19, HJ_CUT_STRETCH},
        {"\r\n" GOOD, 2, HJ_CUT_STRETCH},
        {"###0087" BODY, 1, HJ_CUT_STRETCH},
        {"GET / HTTP/1.1\r\n\r\n" GOOD, 18, HJ_CUT_STRETCH},
        {"#", 1, HJ_CUT_STRETCH},
        {"##00x7" GOOD, 6, HJ_CUT_STRETCH},
        {"##0000" GOOD, 6, HJ_CUT_STRETCH},
        {"##0000" GOOD "\r\n", 6, HJ_CUT_STRETCH},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hj_cut cut = cut_of(cases[i].bytes);
        if (cut.kind != cases[i].kind || (int)cut.n != cases[i].n)
            print_error("case %zu: kind %d, n %zu\n", i, cut.kind, cut.n);
        assert_int_equal(cut.kind, cases[i].kind);
        assert_int_equal(cut.n, cases[i].n);
    }
}

static void parts_of_a_cut(void **state)
{
    (void)state;
    struct hj_cut cut = cut_of("##0400" BODY "\r\n");
    assert_int_equal(cut.length, 400);
    assert_false(cut.length_ok);
    assert_int_equal(cut.segment.n, 87);
    assert_str(cut.crc, "0140");
    assert_int_equal(cut.raw.n, cut.n);
    cut = cut_of(GOOD);
    assert_true(cut.length_ok);
    cut = cut_of("noise");
    assert_int_equal(cut.length, -1);
    cut = cut_of("##0087QN=2026");
    assert_int_equal(cut.length, 87);
    cut = hj_cut(S(""), true);
    assert_int_equal(cut.kind, HJ_CUT_NONE);
}

static void no_checksum(void **state)
{
    (void)state;
    struct hj_cut cut = cut_of("##0400QN=20121231010101001;ST=91;CN=9021;PW=123456;MN=1;CP=&&&&\r\n" GOOD);
    assert_int_equal(cut.kind, HJ_CUT_FRAME);
    assert_int_equal(cut.crc.n, 0);
    cut = cut_of("##0400QN=20121231010101001;ST=91;CN=9021;PW=123456;MN=1;CP=&&A=1&&" GOOD);
    assert_int_equal(cut.kind, HJ_CUT_FRAME);
    assert_int_equal(cut.segment.n, strlen("QN=20121231010101001;ST=91;CN=9021;PW=123456;MN=1;CP=&&A=1&&"));
    cut = cut_of("##0400QN=20121231010101001;ST=91;CN=9021;PW=123456;MN=1;CP=&&\r\n" GOOD);
    assert_int_equal(cut.kind, HJ_CUT_STRETCH); /* opened, not closed */
}

/* A log may quote a frame, an end, a start. The length and a known checksum say that it is one frame. */
static void logs_quote(void **state)
{
    struct scene *s = *state;
    static const char *const logs[] = {
        "//got " GOOD " twice//", "//a &&1C80\r\nb//", "//##0012QN=1 ##9999ST=//", "//&&\r\n//", "//a ##//", "//**&&FFFF**//",
        "//" GOOD "\r\n" GOOD "\r\n//", "/", "//open &&0000\r\n"};
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        str frame = framed(s->a, arena_printf(s->a, "QN=20260102030405006;ST=31;CN=3020;PW=123456;MN=1;Flag=4;CP=&&"
                                                    "DataTime=20260102030400;i11001-Info=%s&&", logs[i]).p);
        str stream = arena_printf(s->a, "%.*s" GOOD, STR_ARG(frame));
        struct hj_cut cut = hj_cut(stream, true);
        if (cut.n != frame.n)
            print_error("log %s: n %zu\n", logs[i], cut.n);
        assert_int_equal(cut.kind, HJ_CUT_FRAME);
        assert_int_equal(cut.n, frame.n);
        assert_true(cut.length_ok);
    }
}

/* A torn frame whose length happens to end where the next one does must not take that one along. */
static void a_length_that_fits_by_chance(void **state)
{
    struct scene *s = *state;
    const char *torn = "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=1;Flag=5;CP=&&DataTime=2026";
    const char *torn_log = "QN=20260102030405006;ST=31;CN=3020;PW=123456;MN=1;Flag=4;CP=&&i11001-Info=//a";
    for (int i = 0; i < 2; i++) {
        const char *part = i ? torn_log : torn;
        str stream = arena_printf(s->a, "##%04zu%s" GOOD "\r\n", strlen(part) + sizeof GOOD - 5, part);
        struct hj_cut cut = hj_cut(stream, true);
        assert_int_equal(cut.kind, HJ_CUT_STRETCH);
        assert_int_equal(cut.n, 6 + strlen(part));
    }
}

/* The same when an end with a wrong checksum stands in the log in front of that start. */
static void an_end_and_a_start_in_a_log(void **state)
{
    struct scene *s = *state;
    const char *log = "QN=20260102030405006;ST=31;CN=3020;PW=1;MN=1;Flag=4;CP=&&i11001-Info=//&&8081\r\n";
    const char *next = "##1000QN=2026010203##0012QN=1&&";
    str stream = arena_printf(s->a, "##%04zu%s%s0000//x", strlen(log) + strlen(next), log, next);
    struct hj_cut cut = hj_cut(stream, true);
    assert_int_equal(cut.kind, HJ_CUT_FRAME);
    assert_int_equal(cut.n, 6 + strlen(log));
}

/* A good frame behind a torn one is not kept waiting for the bytes the torn one still wants. */
static void nobody_waits_for_the_torn(void **state)
{
    (void)state;
    str stream = S("##1000QN=20260102030405006;ST=31;CN=2011;PW=1" GOOD "\r\n");
    struct hj_cut cut = hj_cut(stream, false);
    assert_int_equal(cut.kind, HJ_CUT_STRETCH);
    cut = hj_cut(str_sub(stream, cut.n, stream.n), false);
    assert_int_equal(cut.kind, HJ_CUT_FRAME);
    cut = hj_cut(S("##0400" BODY "\r\n"), false); /* nor for a length that is too long */
    assert_int_equal(cut.kind, HJ_CUT_FRAME);
}

static void only_the_line_end_is_missing(void **state)
{
    (void)state;
    struct hj_cut cut = hj_cut(S(GOOD), false);
    assert_int_equal(cut.kind, HJ_CUT_NONE);
    assert_true(cut.whole);
    assert_int_equal(cut.n, sizeof GOOD - 1);
    assert_str(cut.crc, "0140");
    cut = hj_cut(S(GOOD "\r"), false);
    assert_true(cut.whole);
    cut = hj_cut(S("##0400" BODY), false);
    assert_true(cut.whole);
    assert_int_equal(cut.n, sizeof GOOD - 1);
    cut = hj_cut(str_sub(S(GOOD), 0, sizeof GOOD - 2), false);
    assert_int_equal(cut.kind, HJ_CUT_NONE);
    assert_false(cut.whole);
}

/* ---- streams ---- */

struct span { size_t at, n; enum hj_cut_kind kind; };
struct stream {
    buf b;
    VEC(struct span) good; /* frames that must come out, and where */
    VEC(struct span) cuts;
};

static unsigned below(uint64_t *seed, unsigned n)
{
    return (unsigned)(test_random(seed) >> 33) % n;
}

static void add_good(struct arena *a, struct stream *t, str bytes)
{
    struct span span = {t->b.n, bytes.n, HJ_CUT_FRAME};
    vec_push(a, &t->good, span);
    buf_add(&t->b, bytes);
}

static str cut_end(str s)
{
    return str_sub(s, 0, s.n - 2);
}

/* What stands behind a torn frame, or noise, begins with a sure start: so it must come out. */
static void piece(struct arena *a, struct stream *t, uint64_t *seed)
{
    str segment = random_segment(a, seed), frame = framed(a, segment.p);
    switch (below(seed, 10)) {
    case 0: /* glued: no line end, and a start behind it */
        add_good(a, t, cut_end(frame));
        add_good(a, t, framed(a, random_segment(a, seed).p));
        break;
    case 1: /* LF alone */
        add_good(a, t, arena_printf(a, "%.*s\n", STR_ARG(cut_end(frame))));
        break;
    case 2: /* a length of its own */
        add_good(a, t, arena_printf(a, "##%04u%.*s", below(seed, 10000), STR_ARG(str_sub(frame, 6, frame.n))));
        break;
    case 3: /* off by checksum and line end */
        add_good(a, t, arena_printf(a, "##%04zu%.*s", segment.n + 6, STR_ARG(str_sub(frame, 6, frame.n))));
        break;
    case 4: /* torn anywhere */
        buf_add(&t->b, str_sub(frame, 0, below(seed, (unsigned)segment.n)));
        break;
    case 5: /* its front torn off */
        buf_add(&t->b, str_sub(frame, 7 + below(seed, (unsigned)segment.n), frame.n));
        break;
    case 6:
        for (unsigned n = below(seed, 60); n; n--)
            buf_char(&t->b, (char)(below(seed, 4) ? "#&0Q=\r\n/*"[below(seed, 9)] : (char)test_random(seed)));
        break;
    default:
        add_good(a, t, frame);
    }
}

static void make(struct arena *a, struct stream *t, uint64_t seed)
{
    t->b = buf_make(a, 64 << 20);
    for (int i = 0; i < STREAM_PIECES; i++)
        piece(a, t, &seed);
    CHECK(!t->b.overflow);
}

/* As a receiver does it: a buffer that pieces come into and cuts leave. */
static void cut_all(struct arena *a, struct stream *t, unsigned piece_most, uint64_t seed, bool keep, uint64_t *ret_digest)
{
    size_t at = 0, given = 0, most = 0, n = 0;
    uint64_t digest = 14695981039346656037u;
    bool last = false;
    while (at < t->b.n || !last) {
        struct hj_cut cut = hj_cut((str){t->b.p + at, given - at}, last);
        if (cut.kind == HJ_CUT_NONE) {
            assert_false(last);
            most = given - at > most ? given - at : most;
            last = given == t->b.n;
            given += piece_most ? 1 + below(&seed, piece_most) : t->b.n;
            given = given > t->b.n ? t->b.n : given;
            continue;
        }
        assert_true(cut.n > 0 && cut.n <= given - at);
        assert_ptr_equal(cut.raw.p, t->b.p + at);
        digest = (digest ^ cut.n ^ (uint64_t)cut.kind << 32 ^ (uint64_t)cut.segment.n << 40) * 1099511628211u;
        struct span span = {at, cut.n, cut.kind};
        if (keep)
            vec_push(a, &t->cuts, span);
        at += cut.n;
        n++;
    }
    assert_int_equal(at, t->b.n);
    assert_true(piece_most == 0 || most < HJ_LIMIT_FRAME + 16);
    *ret_digest = digest;
}

static bool covered_by_known(const struct stream *t, const struct span *good)
{
    for (size_t i = 0; i < t->cuts.n; i++) {
        const struct span *c = &t->cuts.p[i];
        if (c->kind != HJ_CUT_FRAME || c->at >= good->at + good->n || c->at + c->n <= good->at)
            continue;
        struct hj_cut cut = hj_cut((str){t->b.p + c->at, c->n}, true);
        if (hj_crc_kind(cut.segment, cut.crc) != HJ_CRC_BAD)
            return true;
    }
    return false;
}

static void every_chopping_gives_the_same(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        AUTO_ARENA(a);
        struct stream t = {0};
        uint64_t whole, chopped;
        make(a, &t, seed * 7919);
        cut_all(a, &t, 0, 0, true, &whole);
        cut_all(a, &t, 1, 0, false, &chopped);
        assert_true(chopped == whole);
        for (unsigned most = 2; most < 3000; most = most * 5 / 2) {
            cut_all(a, &t, most, seed, false, &chopped);
            assert_true(chopped == whole);
        }
        size_t c = 0, missing = 0;
        for (size_t i = 0; i < t.good.n; i++) {
            while (c < t.cuts.n && t.cuts.p[c].at < t.good.p[i].at)
                c++;
            bool there = c < t.cuts.n && t.cuts.p[c].at == t.good.p[i].at && t.cuts.p[c].n == t.good.p[i].n &&
                         t.cuts.p[c].kind == HJ_CUT_FRAME;
            if (!there && !covered_by_known(&t, &t.good.p[i])) {
                print_error("seed %u: the frame at %zu did not come out\n", (unsigned)seed, t.good.p[i].at);
                missing++;
            }
        }
        assert_int_equal(missing, 0);
    }
}

static void endless_noise_is_bounded(void **state)
{
    struct scene *s = *state;
    enum { LONG = 100000 };
    static const char *const noises[] = {"x", "#", "&", "/", "##0000", "##9999QN", "##9999QN=CP=&&", "//##0001ST=", "&&0000\r\n",
                                         "CP=&&//&&0000\r\n"};
    for (size_t i = 0; i < sizeof noises / sizeof *noises; i++) {
        buf b = buf_make(s->a, LONG + 1000);
        buf_add(&b, S("##5000QN=1;CP=&&//"));
        while (b.n < LONG)
            buf_add(&b, str_of(noises[i]));
        size_t good = b.n, at = 0, last_at = 0;
        buf_add(&b, S(GOOD "\r\n"));
        while (at < b.n) {
            size_t n = b.n - at < HJ_LIMIT_FRAME + 16 ? b.n - at : HJ_LIMIT_FRAME + 16;
            struct hj_cut cut = hj_cut((str){b.p + at, n}, at + n == b.n);
            assert_true(cut.kind != HJ_CUT_NONE && cut.n > 0);
            last_at = at;
            at += cut.n;
        }
        if (last_at != good)
            print_error("noise %s\n", noises[i]);
        assert_int_equal(last_at, good); /* and what comes behind is found */
    }
}

static void blank_stretches(void **state)
{
    (void)state;
    assert_true(hj_blank(S("\r\n \t\0")));
    assert_false(hj_blank(S("\r\nx")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_cuts),  cmocka_unit_test(parts_of_a_cut),
        cmocka_unit_test(no_checksum),  cmocka_unit_test(logs_quote),
        cmocka_unit_test(a_length_that_fits_by_chance), cmocka_unit_test(an_end_and_a_start_in_a_log), cmocka_unit_test(nobody_waits_for_the_torn),
        cmocka_unit_test(only_the_line_end_is_missing), cmocka_unit_test(every_chopping_gives_the_same),
        cmocka_unit_test(endless_noise_is_bounded), cmocka_unit_test(blank_stretches)};
    return cmocka_run_group_tests_name("hj212 cut", tests, scene_begin, scene_end);
}
