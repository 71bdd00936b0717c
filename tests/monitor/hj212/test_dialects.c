/*
 * The deviations a gateway meets (monitoring dossier, section 5), row by row, as far as one frame or stream of bytes
 * shows them: each is read without loss, and named. Rows on connections, clocks and acknowledgement policy are the
 * gateway's. All frames are our own.
 */
#include "scene.h"

#define HEAD "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;"
#define TIME "DataTime=20260102030400;"

static str with_crc(struct scene *s, const char *segment, const char *format, unsigned crc)
{
    buf b = buf_make(s->a, HJ_LIMIT_FRAME);
    buf_printf(&b, "##%04zu%s", strlen(segment), segment);
    buf_printf(&b, format, crc >> 8, crc & 255);
    buf_add(&b, S("\r\n"));
    return buf_str(&b);
}

static void rows_1_to_4_checksums(void **state)
{
    struct scene *s = *state;
    const char *segment = HEAD "CP=&&" TIME "a21026-Rtd=12.31&&";
    unsigned hj = hj_crc16(str_of(segment)), modbus = modbus_crc16(str_of(segment));
    const struct hj_frame *f = decoded(s, with_crc(s, segment, "%02X%02X", modbus));
    assert_true(f->accepted);
    assert_findings(f, "crc-modbus");
    assert_findings(decoded(s, with_crc(s, segment, "%02X%02X", (modbus << 8 | modbus >> 8) & 0xffff)), "crc-swapped");
    f = decoded(s, with_crc(s, segment, "%02x%02x", hj));
    assert_true(f->accepted);
    assert_true(f->crc == HJ_CRC_LOWERCASE || f->crc == HJ_CRC_OK);
    unsigned over = hj_crc16(arena_printf(s->a, "##%04zu%s", strlen(segment), segment));
    assert_findings(decoded(s, with_crc(s, segment, "%02X%02X", over)), "crc-bad crc-over-length");
}

static void rows_5_to_7_frames(void **state)
{
    struct scene *s = *state;
    str frame = framed(s->a, HEAD "CP=&&" TIME "a21026-Rtd=12.31&&"), segment = str_sub(frame, 6, frame.n - 12);
    static const int lengths[] = {400, 235, -4, 4, 6, 2, -6};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        int length = lengths[i] > 100 ? lengths[i] : (int)segment.n + lengths[i];
        const struct hj_frame *f = decoded(s, arena_printf(s->a, "##%04d%.*s", length, STR_ARG(str_sub(frame, 6, frame.n))));
        assert_true(f->accepted);
        assert_findings(f, "length-wrong");
        assert_int_equal(f->length, length);
    }
    str bare = str_sub(frame, 0, frame.n - 2), glued = arena_printf(s->a, "%.*s%.*s", STR_ARG(bare), STR_ARG(frame));
    struct hj_cut cut = hj_cut(glued, false);
    assert_int_equal(cut.kind, HJ_CUT_FRAME);
    assert_int_equal(cut.n, bare.n);
    assert_findings(decoded(s, arena_printf(s->a, "%.*s\n", STR_ARG(bare))), "trailer-part");
    assert_findings(decoded(s, arena_printf(s->a, "%.*s**\r\n", STR_ARG(bare))), "trailer-pad");
}

/* Rows of one segment: all accepted. */
static const struct { int row; const char *segment, *findings; } rows[] = {
    {8, "ST=32;CN=2011;PW=123456;,MN=88888880000001;CP=&&DataTime=20260102030400;011-Rtd=1.5,011-Flag=N;&&", "separator"},
    {9, "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;FLAG=4;CP=&&" TIME "a21026-rtd=1.0,a21026-flag=N&&",
     "key-case"},
    {9, "QN=20260102030405006;ST=31;CN=3016;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&PolID=a21026;CstartTime=000000;Ctime=2&&",
     "key-case"},
    {10, HEAD "CP=&& " TIME "a21026-Rtd = 1.0 , a21026-Flag=N &&", "blanks"},
    {11, "ST=32;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20260102030400;011-Rtd=1.5&&", ""},
    {11, "ST=32;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=5;CP=&&" TIME "w01018-Rtd=1.5&&", "qn-missing"},
    {12, "QN=1617957600465;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "a21026-Rtd=1.0&&", "qn-form"},
    {12, "QN=20260102030405;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "a21026-Rtd=1.0&&", "qn-form"},
    {13, HEAD "CP=&&DataTime=20260102030400017;a21026-Rtd=1.0&&", "data-time-form"},
    {13, HEAD "CP=&&DataTime=2026-01-02 03:04:00;a21026-Rtd=1.0&&", "data-time-form"},
    {14, "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=NJ_KY-202101q0001w0001;Flag=4;CP=&&" TIME "a21026-Rtd=1.0&&", "mn-form"},
    {14, "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=4201;Flag=4;CP=&&" TIME "a21026-Rtd=1.0&&", "mn-form"},
    {15, "QN=20260102030405006;ST=31;CN=2011;PW=;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "a21026-Rtd=1.0&&", "pw-form"},
    {15, "QN=20260102030405006;ST=31;CN=2011;PW=123456789012345678901234;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME
     "a21026-Rtd=1.0&&", "pw-form"},
    {16, "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=6;PNO=0002;PNUM=0002;CP=&&" TIME
     "a21026-Rtd=1.0&&", "field-order packet-form"},
    {18, HEAD "CP=&&" TIME "LAMPBLACK-Rtd=1.0;O3-Rtd=2.0;ea3001-Rtd=3;ua19004-Rtd=4;A18-Rtd=5&&", "code-unknown"},
    {19, HEAD "CP=&&" TIME "a21026-Class=2,a21026-ValidNum=10,a21026-TotalNum=10&&", "kind-unknown"},
    {20, "QN=20260102030405006;ST=101;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "a21026-Rtd=1.0&&", "st-form"},
    {20, "QN=20260102030405006;ST=80;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "a21026-Rtd=1.0&&", "st-unknown"},
    {21, "QN=20260102030405006;ST=31;CN=9021;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&", "cn-unknown"},
    {21, "QN=20260102030405006;ST=31;CN=2062;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "a21026-Avg=1.0&&", "cn-edition"},
    {22, HEAD "CP=&&DataTime=20260102030400,a21026-Rtd=1.0;DataTime=20260102030500,a21026-Rtd=2.0&&", "data-time-item"},
    {23, HEAD "CP=&&" TIME "a01013-Rtd=-120.4&&", ""},
    {23, HEAD "CP=&&" TIME "a21026-Rtd=-00999.000,a21026-Flag=D;a21002-Rtd=9999;a19001-Rtd=NaN;a01012-Rtd=--&&", "value-filler"},
    {24, HEAD "CP=&&" TIME "a21026-Rtd=1.0,a21026-Flag=N;a01012-Rtd=52.4,a01012-Flag=T&&", ""},
    {25, "QN=20260102030405006;ST=31;CN=3020;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&", ""},
    {25, "QN=20260102030405006;ST=31;CN=3020;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "i11001-Info=//\xc1\xe3\xb5\xe3//&&",
     "text-form"},
    {27, "QN=20260102030405006;ST=31;CN=2051;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "a21026-Rtd=1.0&&", "kind-command"},
    {27, "QN=20260102030405006;ST=31;CN=2031;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "a21026-ZsRtd=1.0&&", "kind-command"},
    {30, "QN=20260102030405006;ST=91;CN=9014;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&QnRtn=1;ExeRtn=1&&", ""},
};

static void rows_of_a_segment(void **state)
{
    struct scene *s = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct hj_frame *f = decoded_segment(s, rows[i].segment);
        assert_findings(f, rows[i].findings);
        if (!f->accepted)
            fail_msg("row %d is not accepted", rows[i].row);
    }
}

static void values_of_the_odd_rows(void **state)
{
    struct scene *s = *state;
    const struct hj_frame *f = decoded_segment(s, HEAD "CP=&& " TIME "a21026-Rtd = 1.0 , a21026-flag=N &&");
    assert_int_equal(hj_value_of(f, "a21026", "Rtd")->mantissa, 10);
    assert_str(hj_value_of(f, "a21026", "Flag")->text, "N");
    f = decoded_segment(s, HEAD "CP=&&" TIME "LAMPBLACK-Rtd=1.0;A18-Rtd=5&&");
    assert_int_equal(hj_value_of(f, "lampblack", "rtd")->factor, -1);
    assert_int_equal(hj_value_of(f, "LAMPBLACK", "Rtd")->mantissa, 10);
    f = decoded_segment(s, "QN=1617957600465;ST=31;CN=2011;PW=1;MN=1;Flag=4;CP=&&&&");
    assert_true(f->qn_time == INT64_C(1617957600465000));
    f = decoded_segment(s, HEAD "CP=&&DataTime=2026-01-02 03:04:00;a21026-Rtd=1.0&&");
    assert_true(f->data_time == hj_time(S("20260102030400")));
    f = decoded_segment(s, "ST=91;CN=9012;PW=123456;MN=88888880000001;CP=&&QN=20260102030405006;ExeRtn=1&&");
    assert_str(f->qn, "20260102030405006"); /* 2005 puts it there */
    f = decoded_segment(s, "QN=20260102030405006;ST=32;CN=3014;PW=1;MN=88888880000001;Flag=1;CP=&&PolID=011,CTime=04,CTime=10&&");
    assert_int_equal(f->n, 3);
    assert_found(f, KEY_TWICE);
}

static void row_17_long_segments(void **state)
{
    struct scene *s = *state;
    buf b = buf_make(s->a, HJ_LIMIT_FRAME);
    buf_add(&b, S(HEAD "CP=&&DataTime=20260102030400"));
    while (b.n < 9900)
        buf_printf(&b, ";x%06zu-Rtd=1.5", b.n);
    buf_add(&b, S("&&"));
    const struct hj_frame *f = decoded_segment(s, arena_cstr(s->a, buf_str(&b)));
    assert_true(f->accepted && f->length_ok);
    assert_found(f, LENGTH_OVER);
}

static void row_26_other_tongues(void **state)
{
    (void)state;
    static const char *const noises[] = {"\xff\xff", "ping\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00\x01"};
    for (size_t i = 0; i < sizeof noises / sizeof *noises; i++) {
        AUTO_ARENA(a);
        str stream = arena_printf(a, "%s%.*s", noises[i], STR_ARG(framed(a, HEAD "CP=&&&&")));
        struct hj_cut cut = hj_cut(stream, false);
        assert_int_equal(cut.kind, HJ_CUT_STRETCH);
        assert_int_equal(cut.n, strlen(noises[i]));
        cut = hj_cut(str_sub(stream, cut.n, stream.n), false);
        assert_int_equal(cut.kind, HJ_CUT_FRAME);
    }
}

static void the_standards_own_slips(void **state)
{
    struct scene *s = *state;
    const struct hj_frame *f = decoded_segment(s, "QN=20260102030405006;ST=31;CN=2061;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=5CP=&&"
                                                  "BeginTime=20260102030000,EndTime=20260102030000&&");
    assert_true(f->accepted);
    assert_int_equal(f->flag, 5);
    assert_findings(f, "separator");
    assert_int_equal(f->n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_1_to_4_checksums), cmocka_unit_test(rows_5_to_7_frames),
        cmocka_unit_test(rows_of_a_segment),     cmocka_unit_test(values_of_the_odd_rows),
        cmocka_unit_test(row_17_long_segments),  cmocka_unit_test(row_26_other_tongues),
        cmocka_unit_test(the_standards_own_slips)};
    return cmocka_run_group_tests_name("hj212 dialects", tests, scene_begin, scene_end);
}
