#include "scene.h"

int scene_begin(void **state)
{
    struct arena *a = arena_new();
    struct scene *s = NEW(a, struct scene);
    s->a = a;
    *state = s;
    return 0;
}

int scene_end(void **state)
{
    struct scene *s = *state;
    arena_free(s->a);
    return 0;
}

str framed(struct arena *a, const char *segment)
{
    str s = str_of(segment);
    return arena_printf(a, "##%04zu%s%04X\r\n", s.n, segment, hj_crc16_serial(s));
}

const struct hj_frame *decoded(struct scene *s, str bytes)
{
    s->cut = hj_cut(bytes, true);
    assert_int_equal(s->cut.kind, HJ_CUT_FRAME);
    hj_decode(&s->cut, &s->options, s->a, s->values, HJ_LIMIT_VALUES, &s->frame);
    struct hj_frame head;
    hj_decode_head(&s->cut, &s->options, &head);
    if (!s->options.sm4_key)
        assert_int_equal(head.accepted, s->frame.accepted);
    assert_int_equal(head.edition, s->frame.edition);
    return &s->frame;
}

const struct hj_frame *decoded_segment(struct scene *s, const char *segment)
{
    return decoded(s, framed(s->a, segment));
}

void assert_found_(const struct hj_frame *f, enum hj_finding finding, bool want, const char *what, const char *file, int line)
{
    if ((f->findings >> finding & 1) == want)
        return;
    print_error("%s was %sfound in %.*s\n", what, want ? "not " : "", STR_ARG(f->raw));
    _fail(file, line);
}

void assert_findings_(const struct hj_frame *f, const char *names, const char *file, int line)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, 4096);
    for (int i = 0; i < HJ_FINDINGS; i++)
        if (f->findings >> i & 1)
            buf_printf(&b, "%s%s", b.n ? " " : "", hj_finding_name((enum hj_finding)i));
    if (str_eq(buf_str(&b), str_of(names)))
        return;
    print_error("findings \"%.*s\", wanted \"%s\" in %.*s\n", STR_ARG(buf_str(&b)), names, STR_ARG(f->raw));
    _fail(file, line);
}

static unsigned below(uint64_t *seed, unsigned n)
{
    return (unsigned)(test_random(seed) >> 33) % n;
}

static void random_items(buf *b, uint64_t *seed, bool old)
{
    static const char *const codes[2][6] = {{"a21026", "a21002", "a34013", "a19001", "w01018", "w21003"},
                                            {"011", "060", "02", "S01", "B01", "001"}};
    static const char *const kinds[] = {"Min", "Avg", "Max", "Cou"};
    unsigned n = 1 + below(seed, 6);
    for (unsigned i = 0; i < n; i++) {
        const char *code = codes[old][i];
        for (int k = 0; k < 4; k++)
            buf_printf(b, "%s%s-%s=%u.%u", k ? "," : ";", code, kinds[k], below(seed, 90), below(seed, 10));
        buf_printf(b, ",%s-Flag=N", code);
    }
}

str random_segment(struct arena *a, uint64_t *seed)
{
    buf b = buf_make(a, HJ_LIMIT_FRAME);
    unsigned edition = below(seed, 3), minute = below(seed, 60), hour = below(seed, 24);
    if (edition == 0) {
        buf_printf(&b, "ST=32;CN=2061;PW=123456;MN=8888888000%04u;CP=&&DataTime=20260102%02u0000", below(seed, 10000), hour);
        random_items(&b, seed, true);
    } else {
        buf_printf(&b, "QN=20260102%02u%02u00%03u;ST=31;CN=2051;PW=123456;MN=420100A1B2C3D4E5F6010%03u;Flag=%d;CP=&&", hour,
                   minute, below(seed, 1000), below(seed, 1000), edition == 1 ? 5 : 9);
        buf_printf(&b, "DataTime=20260102%02u%02u00", hour, minute);
        random_items(&b, seed, false);
    }
    buf_add(&b, S("&&"));
    return str_of(arena_cstr(a, buf_str(&b)));
}
