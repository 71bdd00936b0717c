/* Frames out: the reference frames, byte for byte; limits; splitting; encrypted bodies; and back again. */
#include "scene.h"

#define MN "420100A1B2C3D4E5F6010203"
#define PW "123456"

struct reference {
    struct hj_head head;
    const char *data, *frame;
};
#define HEAD(q, s, c, f) {.edition = HJ_2017, .qn = S(q), .st = S(s), .cn = S(c), .pw = S(PW), .mn = S(MN), .flag = f}
#define SPLIT(q, f, n) {.edition = HJ_2017, .qn = S(q), .st = S("32"), .cn = S("2061"), .pw = S(PW), .mn = S(MN), \
                        .flag = f, .pnum = 2, .pno = n}
#define QN1 "20260102030405006"

static const struct reference references[] = {
    {{.edition = HJ_2017, .qn = S("20160801085857223"), .st = S("32"), .cn = S("1062"), .pw = S("100000"),
      .mn = S("010000A8900016F000169DC0"), .flag = 5},
     "RtdInterval=30",
     "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"},
    {HEAD(QN1, "91", "9011", 4), "QnRtn=1",
     "##0094QN=20260102030405006;ST=91;CN=9011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&QnRtn=1&&5F00\r\n"},
    {HEAD(QN1, "91", "9012", 4), "ExeRtn=1",
     "##0095QN=20260102030405006;ST=91;CN=9012;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&ExeRtn=1&&5140\r\n"},
    {HEAD(QN1, "91", "9013", 4), "",
     "##0087QN=20260102030405006;ST=91;CN=9013;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&1980\r\n"},
    {HEAD(QN1, "91", "9014", 4), "",
     "##0087QN=20260102030405006;ST=91;CN=9014;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&0140\r\n"},
    {HEAD(QN1, "31", "1012", 5), "PolId=a21026;SystemTime=20260102030405",
     "##0125QN=20260102030405006;ST=31;CN=1012;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=5;CP=&&PolId=a21026;"
     "SystemTime=20260102030405&&7A80\r\n"},
    {HEAD(QN1, "31", "2011", 5),
     "DataTime=20260102030400;a21026-Rtd=12.31,a21026-ZsRtd=15.02,a21026-Flag=N;a19001-Rtd=8.7,a19001-Flag=N;"
     "a01012-Rtd=52.4,a01012-Flag=N",
     "##0219QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=5;CP=&&DataTime=20260102030400;"
     "a21026-Rtd=12.31,a21026-ZsRtd=15.02,a21026-Flag=N;a19001-Rtd=8.7,a19001-Flag=N;a01012-Rtd=52.4,a01012-Flag=N"
     "&&BE01\r\n"},
    {HEAD("20260102031000017", "31", "2051", 5),
     "DataTime=20260102030000;a21026-Min=11.90,a21026-Avg=12.28,a21026-Max=12.77,a21026-ZsMin=14.51,a21026-ZsAvg=14.98,"
     "a21026-ZsMax=15.40,a21026-Cou=0.31,a21026-Flag=N",
     "##0248QN=20260102031000017;ST=31;CN=2051;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=5;CP=&&DataTime=20260102030000;"
     "a21026-Min=11.90,a21026-Avg=12.28,a21026-Max=12.77,a21026-ZsMin=14.51,a21026-ZsAvg=14.98,a21026-ZsMax=15.40,"
     "a21026-Cou=0.31,a21026-Flag=N&&DF81\r\n"},
    {SPLIT("20260102040003051", 7, 1),
     "DataTime=20260102030000;w00000-Cou=36.20,w00000-Flag=N;w01018-Min=21.4,w01018-Avg=23.0,w01018-Max=24.1,"
     "w01018-Cou=0.83,w01018-Flag=N",
     "##0232QN=20260102040003051;ST=32;CN=2061;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=7;PNUM=2;PNO=1;CP=&&"
     "DataTime=20260102030000;w00000-Cou=36.20,w00000-Flag=N;w01018-Min=21.4,w01018-Avg=23.0,w01018-Max=24.1,"
     "w01018-Cou=0.83,w01018-Flag=N&&3FC0\r\n"},
    {SPLIT("20260102040003052", 7, 2),
     "DataTime=20260102030000;w21003-Min=0.41,w21003-Avg=0.44,w21003-Max=0.49,w21003-Cou=0.02,w21003-Flag=N",
     "##0201QN=20260102040003052;ST=32;CN=2061;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=7;PNUM=2;PNO=2;CP=&&"
     "DataTime=20260102030000;w21003-Min=0.41,w21003-Avg=0.44,w21003-Max=0.49,w21003-Cou=0.02,w21003-Flag=N&&3240\r\n"},
    {HEAD(QN1, "31", "3020", 4), "DataTime=20260102030400;PolId=a21026;i11001-Info=//零点校准//",
     "##0152QN=20260102030405006;ST=31;CN=3020;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&DataTime=20260102030400;"
     "PolId=a21026;i11001-Info=//零点校准//&&3180\r\n"},
    {{.edition = HJ_2005, .st = S("91"), .cn = S("9014"), .pw = S(PW), .mn = S("88888880000001"), .flag = 0},
     "QN=20260102030405006;CN=2011",
     "##0084ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20260102030405006;CN=2011&&BF41\r\n"},
};

static void reference_frames(void **state)
{
    struct scene *s = *state;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        const struct reference *r = &references[i];
        buf b = buf_make(s->a, HJ_LIMIT_FRAME);
        assert_ok(hj_encode(&b, &r->head, str_of(r->data)));
        assert_str(buf_str(&b), r->frame);
        const struct hj_frame *f = decoded(s, buf_str(&b));
        assert_true(f->accepted);
        assert_str(f->data, r->data);
        assert_findings(f, "");
    }
}

static void kinds_of_checksum(void **state)
{
    struct scene *s = *state;
    struct hj_head h = HEAD(QN1, "91", "9011", 4);
    static const char *const want[] = {"", "crc-lowercase", "crc-modbus", "crc-swapped"};
    for (int kind = HJ_CRC_OK; kind <= HJ_CRC_SWAPPED; kind++) {
        buf b = buf_make(s->a, HJ_LIMIT_FRAME);
        h.crc = (enum hj_crc)kind;
        assert_ok(hj_encode(&b, &h, S("QnRtn=1"))); /* 5F00 has a letter, so small ones differ */
        const struct hj_frame *f = decoded(s, buf_str(&b));
        assert_int_equal(f->crc, kind);
        assert_true(f->accepted);
        assert_findings(f, want[kind]);
    }
}

static str long_data(struct arena *a, int items)
{
    buf b = buf_make(a, 1 << 20);
    buf_add(&b, S("DataTime=20260102030000"));
    for (int i = 0; i < items; i++)
        buf_printf(&b, ";a%05d-Avg=%d.25,a%05d-Flag=N", 20000 + i, i, 20000 + i);
    return buf_str(&b);
}

static void limits(void **state)
{
    struct scene *s = *state;
    struct hj_head h = HEAD(QN1, "31", "2051", 5);
    char data[HJ_LIMIT_DATA_2005 + 1];
    memset(data, 'x', sizeof data);
    buf b = buf_make(s->a, HJ_LIMIT_FRAME);
    assert_err(hj_encode(&b, &h, (str){data, HJ_LIMIT_DATA + 1}), ERR_LIMIT);
    assert_err(hj_encode(&b, &h, (str){data, HJ_LIMIT_DATA}), ERR_LIMIT); /* the head leaves 1024 less than that */
    assert_int_equal(b.n, 0);
    h.mn = S("1");
    h.qn = STR_NONE;
    assert_ok(hj_encode(&b, &h, (str){data, HJ_LIMIT_DATA}));
    h.edition = HJ_2005;
    h.flag = -1;
    assert_ok(hj_encode(&b, &h, (str){data, HJ_LIMIT_DATA_2005}));
    assert_err(hj_encode(&b, &h, (str){data, HJ_LIMIT_DATA_2005 + 1}), ERR_LIMIT);
    buf small = buf_make(s->a, 20);
    assert_err(hj_encode(&small, &h, S("A=1")), ERR_LIMIT);
    err_clear();
}

static void split_and_joined(void **state)
{
    struct scene *s = *state;
    struct hj_head h = HEAD(QN1, "31", "2051", 5);
    for (int items = 1; items < 200; items += 7) {
        str data = long_data(s->a, items);
        buf b = buf_make(s->a, 1 << 20), joined = buf_make(s->a, 1 << 20);
        assert_ok(hj_encode_split(&b, &h, data));
        buf_add(&joined, S("DataTime=20260102030000"));
        int packets = 0, pnum = 0;
        for (str rest = buf_str(&b); rest.n; packets++) {
            struct hj_cut cut = hj_cut(rest, true);
            const struct hj_frame *f = decoded(s, cut.raw);
            assert_true(f->accepted);
            assert_true(f->data.n <= HJ_LIMIT_DATA);
            assert_str(f->data_time_text, "20260102030000");
            buf_add(&joined, str_sub(f->data, strlen("DataTime=20260102030000"), f->data.n));
            pnum = f->pnum;
            assert_int_equal(f->pno, pnum ? packets + 1 : 0);
            assert_int_equal(f->flag, pnum ? 7 : 5);
            rest = str_sub(rest, cut.n, rest.n);
        }
        assert_int_equal(packets, pnum ? pnum : 1);
        assert_true(str_eq(buf_str(&joined), data));
    }
}

static void an_item_that_fits_nowhere(void **state)
{
    struct scene *s = *state;
    struct hj_head h = HEAD(QN1, "31", "3020", 5);
    buf b = buf_make(s->a, 1 << 20), data = buf_make(s->a, 1 << 20);
    buf_add(&data, S("DataTime=20260102030000;i11001-Info=//"));
    for (int i = 0; i < 200; i++)
        buf_add(&data, S("a;b=c,"));
    buf_add(&data, S("//")); /* semicolons in a log are no place to split */
    assert_err(hj_encode_split(&b, &h, buf_str(&data)), ERR_LIMIT);
    err_clear();
}

static void encrypted_bodies(void **state)
{
    struct scene *s = *state;
    static const uint8_t key[16] = {0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30,
                                    0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30};
    static const uint8_t other[16] = {1};
    struct hj_head h = HEAD(QN1, "31", "2011", 9);
    h.edition = HJ_2025;
    for (size_t n = 0; n < 60; n++) {
        str data = str_sub(S("DataTime=20260102030400;a21026-Rtd=12.31,a21026-Flag=N;a1"), 0, n);
        buf b = buf_make(s->a, HJ_LIMIT_FRAME);
        h.sm4_key = key;
        assert_ok(hj_encode(&b, &h, data));
        s->options = (struct hj_options){.edition_2025 = true, .sm4_key = key};
        const struct hj_frame *f = decoded(s, buf_str(&b));
        assert_true(f->accepted);
        assert_int_equal(f->encrypted, data.n >= 16);
        assert_true(str_eq(f->data, data));
        if (data.n < 16)
            continue;
        assert_int_equal(b.p[6 + strlen("QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=" MN ";Flag=9;CP=&&")], '{');
        s->options.sm4_key = NULL;
        f = decoded(s, buf_str(&b));
        assert_false(f->accepted);
        assert_found(f, CIPHER_CLOSED);
        assert_int_equal(f->n, 0);
        s->options.sm4_key = other;
        f = decoded(s, buf_str(&b));
        if (f->crc != HJ_CRC_OK) /* a wrong key gives a right checksum once in 256 */
            assert_found(f, CIPHER_BAD);
    }
    s->options = (struct hj_options){0};
}

static void there_and_back(void **state)
{
    struct scene *s = *state;
    uint64_t seed = 20260102;
    for (int i = 0; i < 3000; i++) {
        AUTO_ARENA(a);
        str segment = random_segment(a, &seed);
        const struct hj_frame *f = decoded(s, framed(a, segment.p));
        assert_true(f->accepted);
        struct hj_head h = {.edition = f->edition, .qn = f->qn, .st = f->st, .cn = f->cn, .pw = f->pw, .mn = f->mn,
                            .flag = f->flag, .pnum = f->pnum, .pno = f->pno, .crc = f->crc};
        buf b = buf_make(a, HJ_LIMIT_FRAME);
        assert_ok(hj_encode(&b, &h, f->data));
        assert_true(str_eq(buf_str(&b), f->raw));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_frames),  cmocka_unit_test(kinds_of_checksum),
        cmocka_unit_test(limits),            cmocka_unit_test(split_and_joined),
        cmocka_unit_test(an_item_that_fits_nowhere), cmocka_unit_test(encrypted_bodies),
        cmocka_unit_test(there_and_back)};
    return cmocka_run_group_tests_name("hj212 encode", tests, scene_begin, scene_end);
}
