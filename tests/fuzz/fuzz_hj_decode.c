/*
 * Decoding of any segment: the fast way through the data says what the slow one says, head alone agrees with the whole,
 * what comes out points into what went in, JSON of it can be read, an accepted frame encodes to one that decodes to the
 * same, and its answer is a good frame. The first byte picks the options.
 */
#include "monitor/hj212/hj212_private.h"

#include <stdlib.h>

enum { LIMIT_INPUT = 8 << 10 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct hj_value fast[HJ_LIMIT_VALUES], slow[HJ_LIMIT_VALUES];

static bool same(str a, str b)
{
    return a.p == b.p && a.n == b.n;
}

static void compare_ways(const struct hj_frame *f)
{
    struct hj_frame g = *f;
    g.values = slow;
    g.n = 0;
    g.data_time_text = S("");
    g.data_time = USEC_NONE;
    hj_data_decode_slowly(&g, HJ_LIMIT_VALUES);
    CHECK(g.n == f->n && g.findings == f->findings && g.data_time == f->data_time);
    CHECK(str_eq(g.data_time_text, f->data_time_text));
    for (size_t i = 0; i < g.n; i++) {
        const struct hj_value *a = &f->values[i], *b = &slow[i];
        CHECK(same(a->code, b->code) && str_eq(a->kind, b->kind) && same(a->text, b->text));
        CHECK(a->mantissa == b->mantissa && a->scale == b->scale && a->number == b->number && a->item == b->item);
        CHECK(a->factor == b->factor && a->factor_known == b->factor_known);
        CHECK(a->number == HJ_NUMBER_NONE || a->number == HJ_NUMBER_MISSING || (a->scale >= 0 && a->scale <= 18));
        hj_value_time(f, a);
    }
}

static void json_reads(struct arena *a, const struct hj_frame *f)
{
    buf b = buf_make(a, 4 << 20);
    struct json_out o = {&b, false};
    const struct json *tree;
    hj_frame_json(f, 1, &o);
    CHECK(!b.overflow && !json_parse(a, buf_str(&b), 4 << 20, &tree));
    CHECK(json_get(tree, S("values"))->n == f->n);
}

static void again(struct arena *a, const struct hj_frame *f)
{
    struct hj_head h = {.edition = f->edition, .qn = f->qn, .st = f->st, .cn = f->cn, .pw = f->pw, .mn = f->mn, .flag = f->flag,
                        .pnum = f->pno > 0 ? f->pnum : 0, .pno = f->pno, .crc = HJ_CRC_OK};
    buf b = buf_make(a, HJ_LIMIT_FRAME);
    struct hj_options o = {0};
    struct hj_frame g;
    if (hj_encode(&b, &h, f->data)) {
        err_clear();
        return;
    }
    struct hj_cut cut = {.kind = HJ_CUT_FRAME, .raw = buf_str(&b), .length_ok = true};
    cut.segment = str_sub(cut.raw, 6, cut.raw.n - 12);
    cut.crc = str_sub(cut.raw, cut.raw.n - 6, 4);
    hj_decode(&cut, &o, NULL, slow, HJ_LIMIT_VALUES, &g);
    CHECK(g.accepted && g.crc == HJ_CRC_OK && str_eq(g.data, f->data) && str_eq(g.mn, f->mn) && str_eq(g.cn, f->cn));
    CHECK(g.flag == f->flag && g.command == f->command && g.n == f->n);
}

static void answer_is_good(struct arena *a, const struct hj_frame *f)
{
    buf b = buf_make(a, HJ_LIMIT_FRAME);
    if (!hj_answer(&b, f, true))
        return;
    struct hj_cut cut = hj_cut(buf_str(&b), true);
    CHECK(cut.kind == HJ_CUT_FRAME && cut.n == b.n && cut.length_ok);
    enum hj_crc kind = hj_crc_kind(cut.segment, cut.crc), want = f->crc == HJ_CRC_NONE ? HJ_CRC_OK : f->crc;
    CHECK(kind == want || (want == HJ_CRC_LOWERCASE && kind == HJ_CRC_OK)); /* digits alone have no case */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[16] = {0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30,
                                    0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30};
    if (size < 2 || size > LIMIT_INPUT)
        return 0;
    AUTO_ARENA(a);
    struct hj_options o = {.edition_2025 = data[0] & 1, .sm4_key = data[0] & 2 ? key : NULL, .no_crc_accepted = data[0] & 4};
    str segment = {(const char *)data + 1, size - 1};
    /* The bytes stand alone in memory, so that reading past them shows. */
    buf b = buf_make(a, HJ_LIMIT_FRAME);
    buf_printf(&b, "##%04zu", segment.n);
    buf_add(&b, segment);
    if (!(data[0] & 4))
        buf_printf(&b, "%04X", hj_crc16(segment));
    char *bytes = malloc(b.n);
    memcpy(bytes, b.p, b.n);
    struct hj_cut cut = {.kind = HJ_CUT_FRAME, .n = b.n, .raw = {bytes, b.n}, .segment = {bytes + 6, segment.n},
                         .crc = {bytes + 6 + segment.n, b.n - 6 - segment.n}, .length = (int)segment.n, .length_ok = true};
    struct hj_frame f, head;
    hj_decode(&cut, &o, a, fast, HJ_LIMIT_VALUES, &f);
    hj_decode_head(&cut, &o, &head);
    CHECK(head.edition == f.edition && head.command == f.command && head.flag == f.flag && str_eq(head.mn, f.mn));
    CHECK(head.accepted == f.accepted || f.encrypted);
    if (!f.encrypted)
        compare_ways(&f);
    json_reads(a, &f);
    if (f.accepted) {
        again(a, &f);
        answer_is_good(a, &f);
    }
    free(bytes);
    return 0;
}
