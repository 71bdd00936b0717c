/*
 * Photographs that have been through a program, each beside its honest twin: the same photograph as the camera wrote it. What is found is said and nothing
 * follows from it: a touched photograph counts for coverage like the other.
 */
#include "testing.h"
#include "cli/made_flight.h"
#include "patrol/private.h"

enum { LINES = 3, EACH = 6, N = LINES * EACH };

struct scene { struct arena *a; struct made_photo made[N]; struct photo_file files[N]; str names[N]; struct flight f; };

static void plan(struct scene *s, struct arena *a)
{
    usec start;
    assert_ok(time_parse(S("2026-03-02T02:00:00Z"), &start));
    *s = (struct scene){.a = a};
    made_lines(&(struct made_plan){{30.6, 114.3}, 30, 25, 40, 70, LINES, EACH, start, 4}, s->made);
    for (int i = 0; i < N; i++) {
        s->made[i].dialect = MADE_ELEMENTS, s->made[i].zone_minutes = 480, s->made[i].width = 400, s->made[i].height = 300, s->made[i].no_picture = true;
        s->names[i] = arena_printf(a, "DJI_%04d.JPG", i);
    }
}

static void fly(struct scene *s)
{
    struct flight_options o = {.window = {USEC_NONE, USEC_NONE}, .now = USEC_NONE};
    for (int i = 0; i < N; i++)
        s->files[i] = (struct photo_file){.bytes = made_photo(s->a, &s->made[i]), .whole = true};
    assert_ok(photos_read(s->files, N));
    assert_ok(flight_judge(s->a, s->files, s->names, N, &o, NULL, NULL, &s->f));
}

/* The flag stands on photograph `at` and on no other; none of the others of PHOTO_TOUCHED stands anywhere. at -1: nowhere. */
static void only(const struct scene *s, int at, uint64_t flags)
{
    for (int i = 0; i < N; i++) {
        uint64_t want = i == at ? flags : 0;
        if ((s->f.shots[i].flags & PHOTO_TOUCHED) != want)
            fail_msg("%.*s: flags %llx, wanted %llx", STR_ARG(s->f.shots[i].name), (unsigned long long)(s->f.shots[i].flags & PHOTO_TOUCHED), (unsigned long long)want);
    }
    assert_int_equal(s->f.placed, N);
}

static void test_beside_siblings(void **state)
{
    AUTO_ARENA(a);
    struct scene *honest = NEW(a, struct scene), *s = NEW(a, struct scene);
    plan(honest, a);
    fly(honest);
    only(honest, -1, 0);
    plan(s, a);
    s->made[7].resaved = true;
    fly(s);
    only(s, 7, PHOTO_CODED_OTHERWISE);
    assert_true(s->f.cover.union_area == honest->f.cover.union_area && !(PHOTO_TOUCHED & PHOTO_ASIDE));
    plan(s, a);
    s->made[7].stripped = true; /* neither XMP nor the maker's own: no gimbal either, so it is compared from its place alone */
    fly(s);
    assert_int_equal(s->f.shots[7].flags & PHOTO_TOUCHED, PHOTO_PARTS_MISSING | PHOTO_CODED_OTHERWISE);
    assert_int_equal(s->f.shots[6].flags & PHOTO_TOUCHED, 0);
    (void)state;
}

/* Few, or no majority: whose hand is the camera's nobody can tell, and nothing is said. */
static void test_no_majority(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a);
    for (int i = 0; i < N; i += 2)
        s->made[i].resaved = true;
    fly(s);
    only(s, -1, 0);
    plan(s, a);
    for (int i = 4; i < N; i++)
        s->made[i].width = 408 + 8 * (i / 4); /* four of one size at most */
    s->made[1].resaved = true;
    fly(s);
    only(s, -1, 0);
    (void)state;
}

static void test_in_the_file_alone(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a);
    s->made[2].changed_seconds = 3600;
    fly(s);
    only(s, 2, PHOTO_CHANGED);
    plan(s, a);
    s->made[2].changed_seconds = 2; /* a slow card */
    fly(s);
    only(s, -1, 0);
    plan(s, a);
    s->made[2].software = "Microsoft Windows Photo Viewer 10.0";
    fly(s);
    only(s, 2, PHOTO_EDITED);
    (void)state;
}

static struct photo_file read_one(str bytes)
{
    struct photo_file f = {.bytes = bytes, .whole = true};
    assert_ok(photos_read(&f, 1));
    return f;
}

static str with_segment(struct arena *a, str photo, str segment)
{
    buf b = buf_make(a, photo.n + segment.n + 10);
    buf_add(&b, str_sub(photo, 0, 2));
    buf_add(&b, segment);
    buf_add(&b, str_sub(photo, 2, photo.n));
    return buf_str(&b);
}

static void test_size_and_segments(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a);
    str photo = arena_str(a, made_photo(a, &s->made[0]));
    assert_int_equal(read_one(photo).photo.flags & PHOTO_TOUCHED, 0);
    assert_int_equal(read_one(with_segment(a, photo, S("\xff\xee\0\x0e" "Adobe\0d\0\0\0\0\0"))).photo.flags & PHOTO_TOUCHED, PHOTO_EDITED);
    assert_int_equal(read_one(with_segment(a, photo, S("\xff\xed\0\x10" "Photoshop 3.0\0"))).photo.flags & PHOTO_TOUCHED, PHOTO_EDITED);
    ptrdiff_t frame = str_find(photo, S("\xff\xc0\0\x0b\x08\x01\x2c\x01\x90"));
    assert_true(frame > 0);
    *(char *)(uintptr_t)(photo.p + frame + 8) = (char)0x80; /* 384 columns: cropped */
    assert_int_equal(read_one(photo).photo.flags & PHOTO_TOUCHED, PHOTO_SIZE_DIFFERS);
    (void)state;
}

/* Thermal cameras write half a megabyte of counts before the picture: such a head is whole, and such a file without its end is not. */
static void test_a_long_head(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a);
    str photo = made_photo(a, &s->made[0]);
    buf b = buf_make(a, 1 << 20);
    char *counts = arena_alloc(a, 65533, 1);
    for (int i = 0; i < 4; i++) {
        buf_add(&b, S("\xff\xe3\xff\xff"));
        buf_add(&b, (str){counts, 65533});
    }
    str whole = with_segment(a, photo, buf_str(&b));
    struct photo_file head = {.bytes = str_sub(whole, 0, LIMIT_PATROL_HEAD), .whole = false};
    assert_ok(photos_read(&head, 1));
    assert_int_equal(head.photo.flags & PHOTO_TRUNCATED, 0);
    assert_true(read_one(str_sub(whole, 0, LIMIT_PATROL_HEAD)).photo.flags & PHOTO_TRUNCATED);
    (void)state;
}

/* ---- an original and its thumbnail ---- */

static struct twin look(struct arena *a, const struct made_photo *p)
{
    struct twin t, again;
    buf b = buf_make(a, 1000);
    struct json_out o = {&b, false};
    assert_ok(photo_twin(made_photo(a, p), &t));
    twin_json(&o, &t);
    twin_read(a, buf_str(&b), &again);
    assert_memory_equal(&t, &again, sizeof t);
    return t;
}

static struct made_photo drawn(struct scene *s, int i, int width, int height)
{
    struct made_photo p = s->made[i];
    p.no_picture = false, p.width = width, p.height = height;
    return p;
}

static void test_honest_twins(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    static const int shapes[][2] = {{800, 600}, {960, 540}, {900, 600}, {600, 800}};
    plan(s, a);
    for (int i = 0; i < N; i += 5)
        for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
            struct made_photo p = drawn(s, i, shapes[k][0], shapes[k][1]);
            p.resaved = k == 1; /* another compression alone does not change the picture */
            struct twin t = look(a, &p);
            assert_int_equal(t.flags, 0);
            assert_true(t.likeness > 950);
            assert_int_equal(twin_text(a, &t).n, 0);
        }
    struct twin flat = look(a, &s->made[0]);
    assert_int_equal(flat.flags, 0);
    assert_int_equal(flat.likeness, TWIN_UNSEEN); /* one grey: nothing to compare, and nothing is claimed */
    (void)state;
}

static void test_touched_twins(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a);
    struct made_photo p = drawn(s, 3, 800, 600);
    p.painted.left = 40, p.painted.right = 54, p.painted.top = 20, p.painted.bottom = 36;
    struct twin t = look(a, &p);
    assert_int_equal(t.flags, PHOTO_THUMBNAIL_DIFFERS);
    assert_true(t.likeness > 700);
    assert_true(t.part[0] >= 30 && t.part[0] <= 42 && t.part[1] >= 52 && t.part[1] <= 64 && t.part[2] >= 10 && t.part[2] <= 22 && t.part[3] >= 34 && t.part[3] <= 46);
    assert_true(str_find(twin_text(a, &t), S("附图与画面在一处不同：横向")) == 0);
    p.painted.right = 62, p.painted.bottom = 72; /* a tenth of the picture, white: the whole no longer correlates, the place is named all the same */
    t = look(a, &p);
    assert_int_equal(t.flags, PHOTO_THUMBNAIL_DIFFERS);
    assert_true(t.likeness < 750 && t.part[0] >= 30 && t.part[1] <= 72 && t.part[2] >= 10 && t.part[3] <= 82 && t.part[1] > 60 && t.part[3] > 70);
    p = drawn(s, 3, 800, 600);
    p.turned = true;
    t = look(a, &p);
    assert_int_equal(t.flags, PHOTO_THUMBNAIL_TURNED);
    assert_str(twin_text(a, &t), "附图与画面方向相反，内容一致");
    p = drawn(s, 3, 800, 600);
    p.painted.right = p.painted.bottom = 100, p.painted.left = 8, p.painted.top = 8;
    t = look(a, &p);
    assert_int_equal(t.flags, PHOTO_THUMBNAIL_DIFFERS);
    (void)state;
}

/* Another picture under the head of this one. */
static void test_another_picture(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    struct twin t;
    plan(s, a);
    struct made_photo one = drawn(s, 0, 800, 600), other = drawn(s, N - 1, 800, 600);
    str p = made_photo(a, &one), q = made_photo(a, &other);
    ptrdiff_t mine = str_find(p, S("\xff\xdb\0\x43\0")), its = str_find(q, S("\xff\xdb\0\x43\0"));
    for (ptrdiff_t at = mine; at >= 0; at = str_find(str_sub(p, (size_t)mine + 1, p.n), S("\xff\xdb\0\x43\0")), mine += at >= 0 ? at + 1 : 0)
        ;
    for (ptrdiff_t at = its; at >= 0; at = str_find(str_sub(q, (size_t)its + 1, q.n), S("\xff\xdb\0\x43\0")), its += at >= 0 ? at + 1 : 0)
        ;
    buf b = buf_make(a, p.n + q.n);
    buf_add(&b, str_sub(p, 0, (size_t)mine)); /* the thumbnail's tables come first, the picture's last */
    buf_add(&b, str_sub(q, (size_t)its, q.n));
    assert_ok(photo_twin(buf_str(&b), &t));
    assert_int_equal(t.flags, PHOTO_THUMBNAIL_DIFFERS);
    assert_true(t.likeness < 750);
    assert_str(twin_text(a, &t), "附图与画面整体不同");
    assert_ok(photo_twin(str_sub(p, 0, p.n / 2), &t));
    assert_true(t.flags & PHOTO_TRUNCATED);
    assert_err(photo_twin(S("no picture"), &t), ERR_INPUT);
    (void)state;
}

static void test_what_is_no_record(void **state)
{
    AUTO_ARENA(a);
    static const char *const texts[] = {"", "[]", "null", "{", "{\"flags\":[\"entry\",\"sun\"],\"likeness\":5000,\"part\":[1,2,3]}", "{\"flags\":7,\"part\":\"x\"}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct twin t;
        twin_read(a, str_of(texts[i]), &t);
        assert_true(t.flags == 0 && t.likeness == TWIN_UNSEEN && t.part[1] == 0);
    }
    struct coding c = {.order = 0xdeadbeef, .huffman = 1, .sampling = 2, .tables = TABLES_OWN, .parts = 31}, back = {0};
    coding_read(coding_text(a, &c), &back);
    assert_memory_equal(&c, &back, sizeof c);
    back = (struct coding){0};
    static const char *const bad[] = {"", "1-2-3", "1-2-3-4-5", "x-1-1-1-1", "123456789-1-1-1-1", "1--1-1-1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        coding_read(str_of(bad[i]), &back);
        assert_int_equal(back.order, 0);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beside_siblings), cmocka_unit_test(test_no_majority), cmocka_unit_test(test_in_the_file_alone), cmocka_unit_test(test_size_and_segments),
        cmocka_unit_test(test_a_long_head), cmocka_unit_test(test_honest_twins), cmocka_unit_test(test_touched_twins), cmocka_unit_test(test_another_picture),
        cmocka_unit_test(test_what_is_no_record)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
