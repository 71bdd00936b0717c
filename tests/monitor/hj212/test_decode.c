/* What a frame says: fields, edition, verdict, and each finding by a frame that has it beside one that has not. */
#include "scene.h"

#define HEAD "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;"
#define TIME "DataTime=20260102030400;"
#define VALUE "a21026-Rtd=12.31,a21026-Flag=N"
#define OLD "ST=32;CN=2011;PW=123456;MN=88888880000001;"

static void fields_of_a_frame(void **state)
{
    struct scene *s = *state;
    const struct hj_frame *f = decoded_segment(s, "QN=20260102040003051;ST=32;CN=2061;PW=123456;MN=420100A1B2C3D4E5F6010203;"
                                                  "Flag=7;PNUM=2;PNO=1;CP=&&DataTime=20260102030000;w01018-Avg=23.0,"
                                                  "w01018-Flag=N&&");
    assert_true(f->accepted);
    assert_int_equal(f->edition, HJ_2017);
    assert_int_equal(f->crc, HJ_CRC_OK);
    assert_int_equal(f->crc_given, f->crc_right);
    assert_str(f->qn, "20260102040003051");
    assert_str(f->st, "32");
    assert_str(f->cn, "2061");
    assert_str(f->pw, "123456");
    assert_str(f->mn, "420100A1B2C3D4E5F6010203");
    assert_str(f->flag_text, "7");
    assert_int_equal(f->command, 2061);
    assert_int_equal(f->flag, 7);
    assert_int_equal(f->pnum, 2);
    assert_int_equal(f->pno, 1);
    assert_true(f->wants_answer);
    assert_false(f->resubmitted || f->encrypted);
    assert_str(f->data_time_text, "20260102030000");
    assert_true(f->data_time == hj_time(S("20260102030000")));
    assert_true(f->qn_time == hj_time(S("20260102040003051")));
    assert_int_equal(f->n, 3);
    assert_str(f->values[0].code, "DataTime");
    assert_str(f->values[0].kind, "");
    assert_str(f->values[1].code, "w01018");
    assert_str(f->values[1].kind, "Avg");
    assert_str(f->values[1].text, "23.0");
    assert_int_equal(f->values[1].mantissa, 230);
    assert_int_equal(f->values[1].scale, 1);
    assert_int_equal(f->values[1].item, 1);
    assert_string_equal(hj_factor_at((size_t)f->values[1].factor)->name, "化学需氧量");
    assert_str(f->values[2].text, "N");
    assert_int_equal(f->values[2].number, HJ_NUMBER_NONE);
    assert_ptr_equal(hj_value_of(f, "W01018", "AVG"), &f->values[1]);
    assert_null(hj_value_of(f, "w01018", "Max"));
    assert_findings(f, "");
}

/* Segments and exactly the findings they have. All are accepted. */
static const struct { const char *segment, *findings; } departures[] = {
    {HEAD "CP=&&" TIME VALUE "&&", ""},
    {OLD "CP=&&DataTime=20260102030400;011-Rtd=1.5,011-Flag=N&&", ""},
    /* the head */
    {"ST=31;QN=20260102030405006;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "field-order"},
    {HEAD "Flag=4;CP=&&" TIME VALUE "&&", "field-twice"},
    {HEAD "XX=4;CP=&&" TIME VALUE "&&", "field-unknown"},
    {"qn=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;FLAG=4;CP=&&" TIME VALUE "&&", "key-case"},
    {HEAD "cp=&&" TIME VALUE "&&", "key-case"},
    {"QN=20260102030405006; ST = 31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "blanks"},
    {HEAD "CP= &&" TIME VALUE "&&", "blanks"},
    {"QN=20260102030405006,ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "separator"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;,MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "separator"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4CP=&&" TIME VALUE "&&", "separator"},
    {"ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "qn-missing"},
    {"QN=20260102030405;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "qn-form"},
    {"QN=20261302030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "qn-time"},
    {"QN=20260102030405006;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "st-missing"},
    {"QN=20260102030405006;ST=101;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "st-form"},
    {"QN=20260102030405006;ST=80;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "st-unknown"},
    {"QN=20260102030405006;ST=31;CN=9021;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&", "cn-unknown"},
    {"QN=20260102030405006;ST=31;CN=2071;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "a21026-Ala=1.0&&", "cn-edition"},
    {"QN=20260102030405006;ST=31;CN=2011;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "pw-missing"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "pw-form"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=1234567;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "pw-form"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=88888880000001;Flag=4;CP=&&" TIME VALUE "&&", "mn-form"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100a1b2c3d4e5f6010203;Flag=4;CP=&&" TIME VALUE "&&", "mn-form"},
    {"ST=32;CN=2011;PW=123456;MN=8888888000001;CP=&&DataTime=20260102030400;011-Rtd=1.5&&", "mn-form"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;CP=&&" TIME "a21026-Rtd=1.0&&",
     "flag-missing version-codes"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=6;CP=&&" TIME VALUE "&&", "packet-missing"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=6;PNUM=2;CP=&&" TIME VALUE "&&",
     "packet-missing packet-form"},
    {HEAD "PNUM=2;PNO=1;CP=&&" TIME VALUE "&&", "packet-unasked"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=6;PNUM=2;PNO=3;CP=&&" TIME VALUE "&&",
     "packet-form"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=6;PNUM=02;PNO=1;CP=&&" TIME VALUE "&&",
     "packet-form"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=20;CP=&&" TIME VALUE "&&", "version-unknown"},
    {HEAD "CP=&&" TIME "011-Rtd=1.5&&", "version-codes"},
    {OLD "CP=&&" TIME "w01018-Rtd=1.5&&", "version-codes"},
    {"QN=20260102030405006;ST=31;CN=9014;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&", "answer-st"},
    {"QN=20260102030405006;ST=91;CN=9014;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=5;CP=&&&&", "answer-flag"},
    /* the data */
    {HEAD "CP=&&" VALUE "&&", "data-time-missing"},
    {HEAD "CP=&&DataTime=2026-01-02 03:04:00;" VALUE "&&", "data-time-form"},
    {HEAD "CP=&&DataTime=20260102030400000;" VALUE "&&", "data-time-form"},
    {HEAD "CP=&&DataTime=20260230030400;" VALUE "&&", "data-time-bad"},
    {HEAD "CP=&&DataTime=20260102030400,a21026-Rtd=1.0;DataTime=20260102030500,a21026-Rtd=1.0&&", "data-time-item"},
    {HEAD "CP=&&" TIME VALUE ";abc&&", "pair-form"},
    {HEAD "CP=&&" TIME VALUE ";Strange=1&&", "name-unknown"},
    {HEAD "CP=&&" TIME "LAMPBLACK-Rtd=1.0&&", "code-unknown"},
    {HEAD "CP=&&" TIME "-Rtd=1.0&&", "code-unknown"},
    {HEAD "CP=&&" TIME "a21026-Odd=1.0&&", "kind-unknown"},
    {HEAD "CP=&&" TIME "a21026-ValidNum=10&&", "kind-unknown"},
    {HEAD "CP=&&" TIME "a21026-rtd=1.0&&", "key-case"},
    {HEAD "CP=&&" TIME "A21026-Rtd=1.0&&", "key-case"},
    {HEAD "CP=&&datatime=20260102030400;" VALUE "&&", "key-case"},
    {HEAD "CP=&&" TIME "a21026-Avg=1.0&&", "kind-command"},
    {"QN=20260102030405006;ST=31;CN=2051;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "kind-command"},
    {HEAD "CP=&&" TIME VALUE ";a21026-Rtd=12.31&&", "key-twice"},
    {HEAD "CP=&&" TIME "ea3001-Rtd=1,ea3001-Rtd=2&&", "code-unknown key-twice"},
    {HEAD "CP=&&" TIME "a21026-Rtd=,a21026-Flag=N&&", "value-empty"},
    {HEAD "CP=&&" TIME "a21026-Rtd=12a&&", "value-form"},
    {HEAD "CP=&&" TIME "a21026-Rtd=+1.0&&", "value-form"},
    {HEAD "CP=&&" TIME "a21026-Rtd=1e2&&", "value-form"},
    {HEAD "CP=&&" TIME "a21026-Rtd=1.2345678901234567890&&", "value-long"},
    {HEAD "CP=&&" TIME "a34013-Rtd=8.7&&", "value-cap"}, /* dust is N4 */
    {HEAD "CP=&&" TIME "a21026-Rtd=123456.0&&", "value-cap"},
    {HEAD "CP=&&" TIME "a21026-Rtd=NaN&&", "value-filler"},
    {HEAD "CP=&&" TIME "a21026-Rtd=-9999&&", "value-filler"},
    {HEAD "CP=&&" TIME "a21026-Rtd=1.0,a21026-Flag=P&&", "data-flag"},
    {HEAD "CP=&&" TIME "a21026-Rtd=1.0,a21026-Flag=n&&", "data-flag"},
    {HEAD "CP=&&" TIME " " VALUE "&&", "blanks"},
    {HEAD "CP=&& " TIME "a21026-Rtd= 1.0&&", "blanks"},
    {HEAD "CP=&&" TIME VALUE ";&&", "separator"},
    {HEAD "CP=&&" TIME VALUE ",,a21026-EFlag=A01&&", "separator"},
    {HEAD "CP=&&" TIME "a21026-Rtd=1.0,a21026-EFlag=高&&", "text-form"},
    {"QN=20260102030405006;ST=31;CN=3020;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "i11001-Info=//\xc1\xe3\xb5\xe3//&&",
     "text-form"}, /* GBK */
    {"QN=20260102030405006;ST=31;CN=3020;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME "i11001-Info=//abc&&", "log-open"},
};

static void each_departure(void **state)
{
    struct scene *s = *state;
    for (size_t i = 0; i < sizeof departures / sizeof *departures; i++) {
        const struct hj_frame *f = decoded_segment(s, departures[i].segment);
        assert_findings(f, departures[i].findings);
        assert_true(f->accepted);
    }
}

/* What cannot be read without doubt. */
static const struct { const char *segment, *findings; } doubts[] = {
    {"QN=20260102030405006;ST=31;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "cn-form"},
    {"QN=20260102030405006;ST=31;CN=20x1;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME VALUE "&&", "cn-form"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;Flag=4;CP=&&" TIME VALUE "&&", "mn-missing"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=;Flag=4;CP=&&" TIME VALUE "&&", "mn-missing"},
    {"QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=42010012345678901234567890123456789012345;Flag=4;CP=&&" TIME VALUE "&&",
     "mn-form"},
    {HEAD "MN=420100A1B2C3D4E5F6010204;CP=&&" TIME VALUE "&&", "field-twice"},
    {HEAD "DP=&&" TIME VALUE "&&", "field-unknown separator data-open"},
    {HEAD "CP=&&", "data-open"},
};

static void each_doubt(void **state)
{
    struct scene *s = *state;
    for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++) {
        struct hj_cut cut = {.kind = HJ_CUT_FRAME, .raw = framed(s->a, doubts[i].segment), .length_ok = true};
        cut.segment = str_sub(cut.raw, 6, cut.raw.n - 12);
        cut.crc = str_sub(cut.raw, cut.raw.n - 6, 4);
        hj_decode(&cut, &s->options, s->a, s->values, HJ_LIMIT_VALUES, &s->frame);
        assert_findings(&s->frame, doubts[i].findings);
        assert_false(s->frame.accepted);
    }
}

static void checksums(void **state)
{
    struct scene *s = *state;
    const char *segment = HEAD "CP=&&" TIME VALUE "&&";
    str all = arena_printf(s->a, "##%04zu%s", strlen(segment), segment);
    unsigned over = hj_crc16(all), modbus = modbus_crc16(str_of(segment));
    const struct hj_frame *f = decoded(s, arena_printf(s->a, "%.*s0000\r\n", STR_ARG(all)));
    assert_findings(f, "crc-bad");
    assert_false(f->accepted);
    assert_int_equal(f->crc_right, hj_crc16(str_of(segment)));
    f = decoded(s, arena_printf(s->a, "%.*s%04X\r\n", STR_ARG(all), over));
    assert_findings(f, "crc-bad crc-over-length");
    assert_false(f->accepted);
    s->options.crc_over_length = true;
    assert_true(decoded(s, arena_printf(s->a, "%.*s%04X\r\n", STR_ARG(all), over))->accepted);
    s->options = (struct hj_options){.crc = HJ_CRC_ONLY_HJ};
    f = decoded(s, arena_printf(s->a, "%.*s%04X\r\n", STR_ARG(all), modbus));
    assert_findings(f, "crc-modbus");
    assert_false(f->accepted);
    f = decoded(s, arena_printf(s->a, "%.*s\r\n", STR_ARG(all)));
    assert_findings(f, "crc-none");
    assert_false(f->accepted);
    s->options.no_crc_accepted = true;
    assert_true(decoded(s, arena_printf(s->a, "%.*s\r\n", STR_ARG(all)))->accepted);
    s->options = (struct hj_options){0};
}

static void trailers(void **state)
{
    struct scene *s = *state;
    str frame = framed(s->a, HEAD "CP=&&" TIME VALUE "&&"), bare = str_sub(frame, 0, frame.n - 2);
    assert_findings(decoded(s, bare), "trailer-none");
    assert_findings(decoded(s, arena_printf(s->a, "%.*s\n", STR_ARG(bare))), "trailer-part");
    assert_findings(decoded(s, arena_printf(s->a, "%.*s**\r\n", STR_ARG(bare))), "trailer-pad");
    assert_findings(decoded(s, arena_printf(s->a, "%.*s**", STR_ARG(bare))), "trailer-none trailer-pad");
    assert_findings(decoded(s, arena_printf(s->a, "##0400%.*s", STR_ARG(str_sub(frame, 6, frame.n)))), "length-wrong");
}

static void sizes(void **state)
{
    struct scene *s = *state;
    buf b = buf_make(s->a, 1 << 20);
    buf_add(&b, S(HEAD "CP=&&DataTime=20260102030400"));
    for (int i = 0; b.n < 1100; i++)
        buf_printf(&b, ";SB%d-RS=1", i);
    buf_add(&b, S("&&"));
    const struct hj_frame *f = decoded_segment(s, arena_cstr(s->a, buf_str(&b)));
    assert_findings(f, "length-over data-over");
    assert_true(f->accepted);
    size_t all = f->n;
    hj_decode(&s->cut, &s->options, s->a, s->values, 5, &s->frame);
    assert_int_equal(s->frame.n, 5);
    assert_found(&s->frame, VALUES_OVER);
    hj_decode(&s->cut, &s->options, s->a, s->values, all, &s->frame);
    assert_not_found(&s->frame, VALUES_OVER);
}

static void editions(void **state)
{
    struct scene *s = *state;
    static const struct { const char *head; enum hj_edition edition; bool water; } cases[] = {
        {"ST=32;CN=2011;PW=123456;MN=88888880000001;", HJ_2005, false},
        {"ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=1;", HJ_2005, false},
        {"QN=20260102030405006;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=5;", HJ_2017, false},
        {"QN=20260102030405006;ST=32;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;", HJ_2017, false},
        {"QN=20260102030405006;ST=32;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=9;", HJ_2025, false},
        {"QN=20260102030405006;ST=21;CN=2061;PW=123456;MN=A110000_0001;Flag=9;", HJ_2017, true},
        {"QN=20260102030405006;ST=21;CN=2061;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=9;", HJ_2025, false},
        {"QN=20260102030405006;ST=91;CN=9014;PW=123456;MN=A110000_0001;Flag=8;", HJ_2017, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct hj_frame *f = decoded_segment(s, arena_printf(s->a, "%sCP=&&&&", cases[i].head).p);
        assert_int_equal(f->edition, cases[i].edition);
        assert_found_(f, HJ_FOUND_VERSION_WATER, cases[i].water, "VERSION_WATER", __FILE__, __LINE__);
    }
}

static void resubmission_of_2025(void **state)
{
    struct scene *s = *state;
    const char *segment = "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=9;RF=1;CP=&&" TIME VALUE "&&";
    const struct hj_frame *f = decoded_segment(s, segment);
    assert_false(f->resubmitted);
    assert_findings(f, "rf-form");
    s->options.edition_2025 = true;
    f = decoded_segment(s, segment);
    assert_true(f->resubmitted && f->accepted);
    assert_findings(f, "");
    f = decoded_segment(s, "QN=20260102030405006;ST=31;CN=2011;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=9;RF=0;CP=&&" TIME VALUE "&&");
    assert_findings(f, "rf-form");
    s->options.edition_2025 = false;
}

/* Every command that only 2025 has, and the bodies known of them. */
static void commands_of_2025(void **state)
{
    struct scene *s = *state;
    static const char *const bodies[] = {
        "1001;i23005-Info=6970000000001ABCDEFG1234", "1002;i23005-Info=6970000000001ABCDEFG1234", "1014;SKCreateTime=20260102030405",
        "2013;DataTime=20260102030400;w01018-SampleTime=20260102030000,w01018-CompleteTime=20260102033000,w01018-Avg=23.0",
        "2052;DataTime=20260102030400;Leq-Data=55.1",
        "2062;DataTime=20260102030400;w01018-SampleRd=49.1,w01018-StandardValue=50.0,w01018-ResultType=1",
        "2111;DataTime=20260102030500;a01901-Avg=912.0", "3022;PolId=w01018", "3024;PolId=w01018", "9015;"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        const struct hj_frame *f = decoded_segment(
            s, arena_printf(s->a, "QN=20260102030405006;ST=31;CN=%.4s;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=9;CP=&&%s&&", bodies[i],
                            bodies[i] + 5).p);
        assert_true(f->accepted);
        assert_not_found(f, CN_UNKNOWN);
        assert_not_found(f, CN_EDITION);
        assert_not_found(f, KIND_UNKNOWN);
        assert_not_found(f, KIND_COMMAND);
        assert_not_found(f, NAME_UNKNOWN);
    }
}

static void times_inside_items(void **state)
{
    struct scene *s = *state;
    const struct hj_frame *f = decoded_segment(s, HEAD "CP=&&DataTime=20260102030400,a21026-Rtd=1.0;a21026-Rtd=3.0,DataTime=20260102030500&&");
    assert_int_equal(f->n, 4);
    assert_true(hj_value_time(f, &f->values[1]) == hj_time(S("20260102030400")));
    assert_true(hj_value_time(f, &f->values[2]) == hj_time(S("20260102030500")));
    f = decoded_segment(s, HEAD "CP=&&" TIME VALUE "&&");
    assert_true(hj_value_time(f, &f->values[1]) == hj_time(S("20260102030400")));
}

static void logs_hold_anything(void **state)
{
    struct scene *s = *state;
    const struct hj_frame *f = decoded_segment(
        s, "QN=20260102030405006;ST=31;CN=3020;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&" TIME
           "PolId=a21026;i11001-Info=//清洗;管路,a=1 && http://x //;i12001-Info=1&&");
    assert_true(f->accepted);
    assert_int_equal(f->n, 4);
    assert_str(f->values[2].text, "//清洗;管路,a=1 && http://x //");
    assert_str(f->values[3].text, "1");
    assert_int_equal(f->values[3].number, HJ_NUMBER_OK);
    assert_findings(f, "");
}

static str json_of(struct scene *s, str bytes)
{
    buf b = buf_make(s->a, 1 << 20);
    struct json_out o = {&b, false};
    hj_frame_json(decoded(s, bytes), 77, &o);
    return buf_str(&b);
}

static void json_is_json(void **state)
{
    struct scene *s = *state;
    assert_str(json_of(s, framed(s->a, HEAD "CP=&&" TIME VALUE "&&")),
               "{\"offset\":77,\"bytes\":153,\"accepted\":true,\"crc\":\"ok\",\"edition\":2017,\"length_ok\":true,\"st\":\"31\","
               "\"cn\":\"2011\",\"mn\":\"420100A1B2C3D4E5F6010203\",\"qn\":\"20260102030405006\",\"flag\":4,\"pnum\":0,\"pno\":0,"
               "\"values\":[{\"code\":\"DataTime\",\"kind\":\"\",\"text\":\"20260102030400\"},"
               "{\"code\":\"a21026\",\"kind\":\"Rtd\",\"text\":\"12.31\"},{\"code\":\"a21026\",\"kind\":\"Flag\",\"text\":\"N\"}],"
               "\"findings\":[]}");
    uint64_t seed = 8259;
    for (int i = 0; i < 2000; i++) {
        AUTO_ARENA(a);
        buf b = buf_make(a, 8192);
        buf_add(&b, S(HEAD "CP=&&"));
        for (unsigned n = (unsigned)(test_random(&seed) >> 40) % 3000; n; n--)
            buf_char(&b, (char)(test_random(&seed) >> 30));
        buf_add(&b, S("&&"));
        struct hj_cut cut = {.kind = HJ_CUT_FRAME, .raw = buf_str(&b), .segment = buf_str(&b), .crc = {b.p + b.n, 0}};
        hj_decode(&cut, &s->options, a, s->values, HJ_LIMIT_VALUES, &s->frame);
        buf out = buf_make(a, 1 << 20);
        struct json_out o = {&out, false};
        const struct json *tree;
        hj_frame_json(&s->frame, 0, &o);
        assert_ok(json_parse(a, buf_str(&out), 1 << 20, &tree));
        assert_int_equal(json_get(tree, S("values"))->n, s->frame.n);
    }
}

static void stretches_are_json(void **state)
{
    struct scene *s = *state;
    static const struct { const char *bytes, *finding; } cases[] = {{"junk", "noise"}, {"##0100QN=2026", "torn"}};
    for (size_t i = 0; i < 2; i++) {
        buf b = buf_make(s->a, 4096);
        struct json_out o = {&b, false};
        struct hj_cut cut = hj_cut(str_of(cases[i].bytes), true);
        const struct json *tree;
        hj_stretch_json(&cut, 5, &o);
        assert_ok(json_parse(s->a, buf_str(&b), 4096, &tree));
        assert_str(json_get(tree, S("findings"))->child[0].string, cases[i].finding);
        assert_false(json_get(tree, S("accepted"))->boolean);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_of_a_frame), cmocka_unit_test(each_departure),
        cmocka_unit_test(each_doubt),        cmocka_unit_test(checksums),
        cmocka_unit_test(trailers),          cmocka_unit_test(sizes),
        cmocka_unit_test(editions),          cmocka_unit_test(resubmission_of_2025),
        cmocka_unit_test(commands_of_2025),  cmocka_unit_test(times_inside_items),
        cmocka_unit_test(logs_hold_anything), cmocka_unit_test(json_is_json),
        cmocka_unit_test(stretches_are_json)};
    return cmocka_run_group_tests_name("hj212 decode", tests, scene_begin, scene_end);
}
