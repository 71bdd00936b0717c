/*
 * One object per frame. Half of what a decoder does is printing, so pieces are gathered in a small stage and the
 * usual text, which needs no escape, is copied while it is looked through. Text that is no UTF-8 (GBK in a log) is
 * shown with U+FFFD for each bad byte: JSON has no other way, and the frame's own bytes stay where they are. So is NUL,
 * which readers of JSON and databases refuse.
 */
#include "monitor/hj212/hj212_private.h"

struct stage {
    buf *b;
    size_t n;
    char bytes[2048];
};

static void flush(struct stage *s)
{
    buf_add(s->b, (str){s->bytes, s->n});
    s->n = 0;
}

static inline void add(struct stage *s, const char *p, size_t n)
{
    if (n > sizeof s->bytes - s->n)
        flush(s);
    if (n > sizeof s->bytes) {
        buf_add(s->b, (str){p, n});
        return;
    }
    memcpy(s->bytes + s->n, p, n);
    s->n += n;
}

#define ADD(s, literal) add((s), "" literal, sizeof(literal) - 1)

/* Bytes that cannot stand as they are: controls, the quote, the backslash, and what may be no UTF-8. */
static inline bool plain_byte(char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

/* Offset of the first byte that has no place in JSON, -1 when there is none. */
static ptrdiff_t unprintable(str text)
{
    ptrdiff_t bad = utf8_bad(text);
    const char *nul = memchr(text.p, '\0', bad < 0 ? text.n : (size_t)bad);
    return nul ? nul - text.p : bad;
}

static void escaped(struct stage *s, str text)
{
    struct json_out o = {s->b, false};
    flush(s);
    ptrdiff_t bad = unprintable(text);
    if (bad < 0) {
        json_str(&o, text);
        return;
    }
    AUTO_ARENA(a);
    buf mended = buf_make(a, 3 * text.n);
    for (; bad >= 0; bad = unprintable(text)) {
        buf_add(&mended, str_sub(text, 0, (size_t)bad));
        buf_utf8(&mended, 0xfffd);
        text = str_sub(text, (size_t)bad + 1, text.n);
    }
    buf_add(&mended, text);
    json_str(&o, buf_str(&mended));
}

static void quoted(struct stage *s, str text)
{
    if (text.n + 2 > sizeof s->bytes) {
        escaped(s, text);
        return;
    }
    if (text.n + 2 > sizeof s->bytes - s->n)
        flush(s);
    char *to = s->bytes + s->n;
    *to++ = '"';
    for (size_t i = 0; i < text.n; i++) {
        if (!plain_byte(text.p[i])) {
            escaped(s, text);
            return;
        }
        *to++ = text.p[i];
    }
    *to = '"';
    s->n += text.n + 2;
}

static void integer(struct stage *s, int64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (n < 0)
        digits[--at] = '-';
    add(s, digits + at, sizeof digits - at);
}

static void truth(struct stage *s, bool value)
{
    if (value)
        ADD(s, "true");
    else
        ADD(s, "false");
}

static void optional(struct stage *s, const char *name, str text)
{
    add(s, name, strlen(name));
    if (text.p)
        quoted(s, text);
    else
        ADD(s, "null");
}

static void head(struct stage *s, const struct hj_frame *f, int64_t offset)
{
    static const char *const editions[] = {"null", "2005", "2017", "2025"};
    const char *crc = hj_crc_name(f->crc), *edition = editions[f->edition];
    ADD(s, "{\"offset\":");
    integer(s, offset);
    ADD(s, ",\"bytes\":");
    integer(s, (int64_t)f->raw.n);
    ADD(s, ",\"accepted\":");
    truth(s, f->accepted);
    ADD(s, ",\"crc\":\"");
    add(s, crc, strlen(crc));
    ADD(s, "\",\"edition\":");
    add(s, edition, strlen(edition));
    ADD(s, ",\"length_ok\":");
    truth(s, f->length_ok);
    optional(s, ",\"st\":", f->st);
    optional(s, ",\"cn\":", f->cn);
    optional(s, ",\"mn\":", f->mn);
    optional(s, ",\"qn\":", f->qn);
    ADD(s, ",\"flag\":");
    if (f->flag < 0)
        ADD(s, "null");
    else
        integer(s, f->flag);
    ADD(s, ",\"pnum\":");
    integer(s, f->pnum);
    ADD(s, ",\"pno\":");
    integer(s, f->pno);
}

static void values(struct stage *s, const struct hj_frame *f)
{
    ADD(s, ",\"values\":[");
    for (size_t i = 0; i < f->n; i++) {
        const struct hj_value *v = &f->values[i];
        if (i)
            ADD(s, ",");
        ADD(s, "{\"code\":");
        quoted(s, v->code);
        ADD(s, ",\"kind\":");
        quoted(s, v->kind);
        ADD(s, ",\"text\":");
        quoted(s, v->text);
        ADD(s, "}");
    }
    ADD(s, "]");
}

static void findings(struct stage *s, uint64_t found)
{
    const char *comma = "";
    ADD(s, ",\"findings\":[");
    for (; found; found &= found - 1) {
        const char *name = hj_finding_name((enum hj_finding)__builtin_ctzll(found));
        add(s, comma, strlen(comma));
        ADD(s, "\"");
        add(s, name, strlen(name));
        ADD(s, "\"");
        comma = ",";
    }
    ADD(s, "]}");
}

static struct stage *begin(struct stage *s, struct json_out *o)
{
    s->b = o->b;
    s->n = 0;
    if (o->comma)
        ADD(s, ",");
    o->comma = true;
    return s;
}

void hj_frame_json(const struct hj_frame *f, int64_t offset, struct json_out *o)
{
    struct stage room, *s = begin(&room, o);
    head(s, f, offset);
    values(s, f);
    findings(s, f->findings);
    flush(s);
}

void hj_stretch_json(const struct hj_cut *cut, int64_t offset, struct json_out *o)
{
    struct stage room, *s = begin(&room, o);
    ADD(s, "{\"offset\":");
    integer(s, offset);
    ADD(s, ",\"bytes\":");
    integer(s, (int64_t)cut->raw.n);
    ADD(s, ",\"accepted\":false,\"crc\":\"none\",\"edition\":null,\"length_ok\":false,\"st\":null,\"cn\":null,\"mn\":null,"
           "\"qn\":null,\"flag\":null,\"pnum\":0,\"pno\":0,\"values\":[],\"findings\":[");
    if (cut->length < 0)
        ADD(s, "\"noise\"]}");
    else
        ADD(s, "\"torn\"]}");
    flush(s);
}
