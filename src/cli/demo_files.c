/*
 * Files behind some of the first bureau's materials, so that the look has something to read: reports of invented plants with tables of
 * readings, photographs of invented works. One later report is an earlier one with other words here and there, one photograph is a
 * crop of an earlier one; what is honest about them is that nobody in the demo knows. And the originals of one sealed case: what the
 * officers took on the site, and the scan of a sheet.
 */
#include "cli/demo_private.h"

#include <stdlib.h>
#include <string.h>

enum { REPORTS = 40, PHOTOS = 24, COPIED_REPORT = 2, COPYING_REPORT = 6, COPIED_PHOTO = 0, COPYING_PHOTO = 2, WIDTH = 320, HEIGHT = 240 };

/* Its own numbers: the province's stay as they are without files. */
static uint32_t below(uint64_t *r, uint32_t n)
{
    *r ^= *r >> 12, *r ^= *r << 25, *r ^= *r >> 27;
    return (uint32_t)((*r * UINT64_C(2685821657736338717)) >> 33) % n;
}

static const char *const places[] = {"一号", "二号", "三号", "东侧", "西侧", "北区", "老厂", "技改"}, *const units[] = {"生化池", "沉淀池", "脱硫塔", "除尘器", "活性炭箱", "调节池", "危废间"},
    *const states[] = {"运行平稳", "间歇停运", "加药量低于设计值", "密封条老化", "液位偏高", "台账缺两日", "仪表已到检定期", "阀门开度不足"},
    *const advices[] = {"建议更换滤料", "建议校准流量计", "建议补记台账", "建议加密取样", "建议核算停留时间", "建议清淤", "建议核对药剂采购发票"};
#define PICK(r, list) list[below(r, sizeof list / sizeof *list)]

static void sentence(uint64_t *r, buf *b)
{
    buf_printf(b, "%s", PICK(r, places));
    for (int i = 0; i < 3; i++)
        buf_utf8(b, 0x4e00 + below(r, 6000));
    buf_printf(b, "%s%s，", PICK(r, units), PICK(r, states));
    for (int i = 0; i < 2; i++)
        buf_utf8(b, 0x4e00 + below(r, 6000));
    buf_printf(b, "工段处理量约%u立方米，%s。\n", 20 + below(r, 900), PICK(r, advices));
}

static str report(struct province *p, const char *id)
{
    uint64_t r = str_hash(str_of(id)) | 1;
    buf b = buf_make(p->arena, 64 << 10);
    buf_add(&b, S("技术报告\n本报告仅供执法机构参考，所附数据须经执法机构核实后方可采用。\n根据《中华人民共和国水污染防治法》第三十九条，禁止以逃避监管的方式排放水污染物。\n"));
    for (int i = 0; i < 34; i++)
        sentence(&r, &b);
    buf_add(&b, S("时刻\t化学需氧量\t氨氮\t总磷\n"));
    for (int i = 0; i < 24; i++)
        buf_printf(&b, "%02d:00\t%u.%02u\t%u.%02u\t0.%03u\n", i, 15 + below(&r, 20), below(&r, 100), 1 + below(&r, 3), below(&r, 100), 100 + below(&r, 300));
    return buf_str(&b);
}

/* Another plant's name at the top, a sentence of its own every ninth line, the table as it was. */
static str copy_of(struct province *p, str original)
{
    uint64_t r = 4711;
    str line;
    buf b = buf_make(p->arena, 64 << 10);
    for (int i = 0; str_next(&original, '\n', &line); i++) {
        if (i > 3 && i % 9 == 0 && str_find(line, S("\t")) < 0)
            sentence(&r, &b);
        else
            buf_printf(&b, "%.*s\n", STR_ARG(line));
    }
    return buf_str(&b);
}

/* ---- photographs: grey PNG, not compressed (stored blocks of deflate), so that no library is needed to make them ---- */

static uint32_t crc_of(str s)
{
    uint32_t crc = ~0U;
    for (size_t i = 0; i < s.n; i++) {
        crc ^= (uint8_t)s.p[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
    }
    return ~crc;
}

static void big(buf *b, uint32_t v)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_char(b, (char)(v >> shift));
}

static void chunk(buf *b, const char *type, str data)
{
    size_t at = b->n + 4;
    big(b, (uint32_t)data.n);
    buf_add(b, str_of(type));
    buf_add(b, data);
    big(b, crc_of((str){b->p + at, b->n - at}));
}

static str png_of(struct province *p, const uint8_t *grey)
{
    buf raw = buf_make(p->arena, 1 << 20), z = buf_make(p->arena, 1 << 20), b = buf_make(p->arena, 1 << 20);
    uint32_t s1 = 1, s2 = 0;
    for (int y = 0; y < HEIGHT; y++) {
        buf_char(&raw, 0);
        buf_add(&raw, (str){(const char *)grey + y * WIDTH, WIDTH});
    }
    buf_add(&z, S("\x78\x01"));
    for (size_t at = 0; at < raw.n; at += 65535) {
        size_t n = raw.n - at < 65535 ? raw.n - at : 65535;
        buf_char(&z, at + n == raw.n);
        buf_char(&z, (char)(n & 255)), buf_char(&z, (char)(n >> 8)), buf_char(&z, (char)(~n & 255)), buf_char(&z, (char)(~n >> 8 & 255));
        buf_add(&z, (str){raw.p + at, n});
    }
    for (size_t i = 0; i < raw.n; i++) {
        s1 = (s1 + (uint8_t)raw.p[i]) % 65521;
        s2 = (s2 + s1) % 65521;
    }
    big(&z, s2 << 16 | s1);
    buf head = buf_make(p->arena, 64);
    big(&head, WIDTH), big(&head, HEIGHT);
    buf_add(&head, (str){"\x08\x00\x00\x00\x00", 5});
    buf_add(&b, S("\x89PNG\r\n\x1a\n"));
    chunk(&b, "IHDR", buf_str(&head));
    chunk(&b, "IDAT", buf_str(&z));
    chunk(&b, "IEND", S(""));
    return buf_str(&b);
}

/* Boxes of rough surface in front of a sky. */
static uint8_t *works(struct province *p, uint64_t seed)
{
    uint64_t r = seed | 1;
    uint8_t *g = NEW_ARRAY(p->arena, WIDTH * HEIGHT, uint8_t);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        g[i] = (uint8_t)(190 - 60 * (i / WIDTH) / HEIGHT + below(&r, 8));
    for (int n = 0; n < 22; n++) {
        int x0 = (int)below(&r, WIDTH), y0 = (int)below(&r, HEIGHT), w = 20 + (int)below(&r, 90), h = 20 + (int)below(&r, 90), shade = 40 + (int)below(&r, 160);
        for (int y = y0; y < y0 + h && y < HEIGHT; y++)
            for (int x = x0; x < x0 + w && x < WIDTH; x++)
                g[y * WIDTH + x] = (uint8_t)(shade + (x - x0) / 4 + (int)below(&r, 24));
    }
    return g;
}

static uint8_t *crop(struct province *p, const uint8_t *from)
{
    uint8_t *to = NEW_ARRAY(p->arena, WIDTH * HEIGHT, uint8_t);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double u = 0.06 * WIDTH + 0.88 * x, v = 0.04 * HEIGHT + 0.9 * y;
            int i = (int)u, j = (int)v;
            double fx = u - i, fy = v - j;
            const uint8_t *a = from + j * WIDTH + i;
            to[y * WIDTH + x] = (uint8_t)((1 - fy) * ((1 - fx) * a[0] + fx * a[1]) + fy * ((1 - fx) * a[WIDTH] + fx * a[WIDTH + 1]) + 0.5);
        }
    return to;
}

const char *demo_kept(struct province *p, str bytes)
{
    struct sm3 digest;
    err *e = blob_put(acts_store(p->acts), bytes, &digest);
    if (e && !p->trouble)
        p->trouble = e;
    return e ? NULL : arena_cstr(p->arena, sm3_text(p->arena, &digest));
}

const char *demo_file(struct work *w, const char *id, const char *kind)
{
    struct province *p = w->p;
    if (w->b != &p->bureaus[0])
        return NULL;
    if (strcmp(kind, "report") == 0 && p->reports < REPORTS) {
        int n = p->reports++;
        str text = n == COPYING_REPORT ? copy_of(p, p->report) : report(p, id);
        p->report = n == COPIED_REPORT ? text : p->report;
        return demo_kept(p, text);
    }
    if (strcmp(kind, "photo") == 0 && p->photos < PHOTOS) {
        int n = p->photos++;
        uint8_t *grey = n == COPYING_PHOTO ? crop(p, p->photo) : works(p, str_hash(str_of(id)));
        p->photo = n == COPIED_PHOTO ? grey : p->photo;
        return demo_kept(p, png_of(p, grey));
    }
    return NULL;
}

/* ---- originals of a case ---- */

static void pdf_object(buf *b, size_t *at, int n, const char *text)
{
    at[n] = b->n;
    buf_printf(b, "%d 0 obj\n%s\nendobj\n", n, text);
}

/* A scanned sheet: one page of A4 that is a picture. */
static str scan_of(struct province *p, const uint8_t *grey)
{
    enum { OBJECTS = 5 };
    static const char drawing[] = "q 450 0 0 338 72 432 cm /I Do Q";
    size_t at[OBJECTS + 1];
    buf b = buf_make(p->arena, 1 << 18);
    buf_add(&b, S("%PDF-1.4\n"));
    pdf_object(&b, at, 1, "<</Type/Catalog/Pages 2 0 R>>");
    pdf_object(&b, at, 2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
    pdf_object(&b, at, 3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>");
    at[4] = b.n;
    buf_printf(&b, "4 0 obj\n<</Length %zu>>\nstream\n%s\nendstream\nendobj\n", sizeof drawing - 1, drawing);
    at[5] = b.n;
    buf_printf(&b, "5 0 obj\n<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>\nstream\n",
               WIDTH, HEIGHT, WIDTH * HEIGHT);
    buf_add(&b, (str){(const char *)grey, (size_t)WIDTH * HEIGHT});
    buf_add(&b, S("\nendstream\nendobj\n"));
    size_t table = b.n;
    buf_printf(&b, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
    for (int i = 1; i <= OBJECTS; i++)
        buf_printf(&b, "%010zu 00000 n \n", at[i]);
    buf_printf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS + 1, table);
    return buf_str(&b);
}

const char *demo_original(struct work *w, const char *name, bool scanned)
{
    const uint8_t *grey = works(w->p, str_hash(str_of(name)));
    return demo_kept(w->p, scanned ? scan_of(w->p, grey) : png_of(w->p, grey));
}
