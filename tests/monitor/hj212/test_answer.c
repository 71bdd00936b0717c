/* Answers: which frame gets one, and in whose words. */
#include "scene.h"

static str answer(struct scene *s, str bytes, bool always)
{
    const struct hj_frame *f = decoded(s, bytes);
    buf b = buf_make(s->a, HJ_LIMIT_FRAME);
    return hj_answer(&b, f, always) ? buf_str(&b) : STR_NONE;
}

static str answer_to(struct scene *s, const char *segment, bool always)
{
    return answer(s, framed(s->a, segment), always);
}

#define HEAD17 "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;"

static void upload_of_2017(void **state)
{
    struct scene *s = *state;
    assert_str(answer_to(s, HEAD17 "Flag=5;CP=&&DataTime=20260102030400;a21026-Rtd=1.0&&", false),
               "##0087QN=20260102030405006;ST=91;CN=9014;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&0140\r\n");
    assert_false(answer_to(s, HEAD17 "Flag=4;CP=&&&&", false).p);
    assert_false(answer_to(s, HEAD17 "CP=&&&&", false).p);
    assert_true(answer_to(s, HEAD17 "Flag=4;CP=&&&&", true).p);
    assert_true(answer_to(s, HEAD17 "CP=&&&&", true).p);
}

static void upload_of_2005(void **state)
{
    struct scene *s = *state;
    assert_str(answer_to(s, "QN=20260102030405006;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=1;CP=&&DataTime=20260102030400&&",
                         false),
               "##0084ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20260102030405006;CN=2011&&BF41\r\n");
    str bare = answer_to(s, "ST=32;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20260102030400;011-Rtd=1.0&&", true);
    const struct hj_frame *f = decoded(s, bare);
    assert_str(f->data, "CN=2011");
    assert_int_equal(f->flag, -1); /* a device without Flag gets none */
    str split = answer_to(s, "ST=32;CN=2011;PW=1;MN=88888880000001;Flag=3;PNUM=2;PNO=1;CP=&&DataTime=20260102030400&&", false);
    assert_str(decoded(s, split)->data, "CN=2011;PNO=1;PNUM=2");
}

static void notices_get_9013(void **state)
{
    struct scene *s = *state;
    static const char *const notices[] = {
        "QN=20260102030405006;ST=31;CN=1013;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=5;CP=&&PolId=a21026&&",
        "QN=20260102030405006;ST=31;CN=9015;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=9;CP=&&&&",
        "QN=20260102030405006;ST=31;CN=1001;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=9;CP=&&i23005-Info=1&&"};
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++) {
        const struct hj_frame *f = decoded(s, answer_to(s, notices[i], false));
        assert_int_equal(f->command, 9013);
        assert_int_equal(f->flag, i ? 8 : 4);
        assert_str(f->qn, "20260102030405006");
        assert_findings(f, "");
    }
}

static void answers_get_none(void **state)
{
    struct scene *s = *state;
    for (int cn = 9011; cn <= 9022; cn++) {
        str segment = arena_printf(s->a, "QN=20260102030405006;ST=91;CN=%d;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=5;CP=&&&&", cn);
        assert_int_equal(answer_to(s, segment.p, true).p != NULL, cn == 9015);
    }
}

static void in_the_frames_own_checksum(void **state)
{
    struct scene *s = *state;
    str segment = S(HEAD17 "Flag=5;CP=&&&&");
    unsigned modbus = modbus_crc16(segment);
    str frames[] = {arena_printf(s->a, "##%04zu%s%04X\r\n", segment.n, segment.p, modbus),
                    arena_printf(s->a, "##%04zu%s%02X%02X\r\n", segment.n, segment.p, modbus & 255, modbus >> 8),
                    arena_printf(s->a, "##%04zu%s%04x\r\n", segment.n, segment.p, hj_crc16(segment))};
    static const enum hj_crc kinds[] = {HJ_CRC_MODBUS, HJ_CRC_SWAPPED};
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(decoded(s, answer(s, frames[i], false))->crc, kinds[i]);
    s->options.crc = HJ_CRC_ONLY_HJ;
    assert_false(answer(s, frames[0], false).p);
    assert_true(answer(s, frames[2], false).p);
    s->options = (struct hj_options){0};
    assert_false(answer(s, arena_printf(s->a, "##%04zu%s0000\r\n", segment.n, segment.p), true).p);
}

static void surface_water_keeps_its_version(void **state)
{
    struct scene *s = *state;
    str a = answer_to(s, "QN=20260706103512345;ST=21;CN=2061;PW=123456;MN=A110000_0001;Flag=9;CP=&&DataTime=20260706100000&&", false);
    const struct hj_frame *f = decoded(s, a);
    assert_int_equal(f->flag, 8);
    assert_int_equal(f->edition, HJ_2017);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(upload_of_2017),   cmocka_unit_test(upload_of_2005), cmocka_unit_test(notices_get_9013),
        cmocka_unit_test(answers_get_none), cmocka_unit_test(in_the_frames_own_checksum),
        cmocka_unit_test(surface_water_keeps_its_version)};
    return cmocka_run_group_tests_name("hj212 answer", tests, scene_begin, scene_end);
}
