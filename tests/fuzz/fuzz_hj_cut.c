/*
 * Framing of any bytes: each byte is in exactly one cut; cuts are the same for any chopping; nothing waits for more than
 * HJ_LIMIT_FRAME + 16 bytes; a frame whose checksum nobody knows hides no sure start; and a good frame behind anything
 * comes out, unless a frame with a known checksum covers its front.
 */
#include "monitor/hj212/hj212.h"

#include <string.h>

enum { LIMIT_INPUT = 64 << 10, LIMIT_CUTS = LIMIT_INPUT + 200 };
#define GOOD "##0087QN=20260102030405006;ST=91;CN=9014;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&0140\r\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct span { size_t at, n, segment; enum hj_cut_kind kind; bool known; };
static struct span whole[LIMIT_CUTS];

static struct span span_of(const struct hj_cut *cut, size_t at)
{
    bool known = false;
    if (cut->kind == HJ_CUT_FRAME) {
        enum hj_crc kind = hj_crc_kind(cut->segment, cut->crc);
        known = kind != HJ_CRC_BAD && kind != HJ_CRC_NONE;
        CHECK(cut->segment.p == cut->raw.p + 6 && cut->segment.n + 6 + cut->crc.n <= cut->raw.n);
        CHECK(cut->length_ok == (cut->length == (int)cut->segment.n));
    }
    return (struct span){at, cut->n, cut->segment.n, cut->kind, known};
}

/* In pieces of 1 + (seed's digits) bytes, or all at once. */
static size_t cuts(str bytes, uint32_t seed, bool compare)
{
    size_t at = 0, given = compare ? 0 : bytes.n, n = 0;
    while (at < bytes.n) {
        struct hj_cut cut = hj_cut((str){bytes.p + at, given - at}, given == bytes.n);
        if (cut.kind == HJ_CUT_NONE) {
            CHECK(given < bytes.n && given - at < HJ_LIMIT_FRAME + 16);
            if (cut.whole)
                CHECK(cut.n <= given - at && cut.segment.n && cut.n >= 6 + cut.segment.n);
            seed = seed * 1664525 + 1013904223;
            given += 1 + (seed >> 8) % (1 + seed % 97);
            given = given < bytes.n ? given : bytes.n;
            continue;
        }
        CHECK(cut.n > 0 && cut.n <= given - at && cut.raw.n == cut.n && n < LIMIT_CUTS);
        struct span span = span_of(&cut, at);
        if (compare)
            CHECK(whole[n].at == at && whole[n].n == cut.n && whole[n].kind == cut.kind && whole[n].segment == cut.segment.n);
        else
            whole[n] = span;
        at += cut.n;
        n++;
    }
    return n;
}

/* Outside the log of a frame whose length is right: ##, four digits, QN= at once. */
static bool hides_a_start(str segment)
{
    for (size_t i = 0; i + 9 <= segment.n; i++) {
        const char *p = segment.p + i;
        if (memcmp(p, "##", 2) != 0 || memcmp(p + 6, "QN=", 3) != 0)
            continue;
        bool digits = true;
        for (int k = 2; k < 6; k++)
            digits = digits && p[k] >= '0' && p[k] <= '9';
        if (digits)
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char stream[LIMIT_INPUT + sizeof GOOD];
    if (size < 1 || size > LIMIT_INPUT)
        return 0;
    memcpy(stream, data, size);
    memcpy(stream + size, GOOD, sizeof GOOD - 1);
    str bytes = {stream, size + sizeof GOOD - 1};
    size_t n = cuts(bytes, 0, false);
    CHECK(cuts(bytes, data[0], true) == n);
    for (size_t i = 0; i < n; i++)
        if (whole[i].kind == HJ_CUT_FRAME && !whole[i].known)
            CHECK(!hides_a_start((str){stream + whole[i].at + 6, whole[i].segment}));
    const struct span *last = &whole[n - 1];
    CHECK(last->known && last->at <= size);
    CHECK(last->at == size || last->kind == HJ_CUT_FRAME);
    return 0;
}
