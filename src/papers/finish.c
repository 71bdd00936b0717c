/*
 * What cairo 1.16 leaves out of a tagged file, put in by copying the file object by object: its language (ISO 14289-1, 7.2), the
 * title in the window's frame, the scope of table heads, what the QR code is, the D: of the date, an identifier made from the
 * content, and our verification code, by which `xiezhi verify` finds the register's entry when the bytes were changed.
 *
 * The reader knows the form cairo writes for PDF 1.5 (one classic cross-reference table, one `obj` a line); anything else is
 * an error, never a damaged file.
 */
#include "papers/finish.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT_OBJECTS = 2000000 };
static const char code_key[] = "/XiezhiCode (";

struct object { size_t at, end; bool used; };
struct finisher {
    struct arena *a;
    str in;
    struct object *object;
    size_t n;
    buf out;
};

static err *unknown_form(const char *what)
{
    return err_detail(err_new(ERR_IO, "不能写成PDF"), what);
}

static bool number_at(str s, size_t at, int64_t *ret)
{
    size_t n = 0;
    while (at + n < s.n && n < 12 && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return str_int64(str_sub(s, at, n), ret);
}

/* Where the last `needle` of s stands, or -1. */
static ptrdiff_t find_last(str s, str needle)
{
    for (size_t i = s.n >= needle.n ? s.n - needle.n + 1 : 0; i-- > 0;)
        if (memcmp(s.p + i, needle.p, needle.n) == 0)
            return (ptrdiff_t)i;
    return -1;
}

static int by_offset(const void *a, const void *b)
{
    size_t x = (*(const struct object *const *)a)->at, y = (*(const struct object *const *)b)->at;
    return x < y ? -1 : x > y;
}

static err *objects_read(struct finisher *f, size_t *ret_xref)
{
    ptrdiff_t start = find_last(f->in, S("startxref\n"));
    int64_t xref, n;
    if (start < 0 || !number_at(f->in, (size_t)start + 10, &xref) || xref < 0 || (size_t)xref >= f->in.n ||
        !str_starts(str_sub(f->in, (size_t)xref, f->in.n), S("xref\n0 ")) || !number_at(f->in, (size_t)xref + 7, &n) || n < 2 ||
        n > LIMIT_OBJECTS)
        return unknown_form("no cross-reference table");
    str table = str_sub(f->in, (size_t)xref + 7, f->in.n), line;
    str_next(&table, '\n', &line);
    if (table.n < (size_t)n * 20)
        return unknown_form("cross-reference table cut short");
    f->n = (size_t)n;
    f->object = NEW_ARRAY(f->a, f->n, struct object);
    struct object **order = NEW_ARRAY(f->a, f->n, struct object *);
    size_t used = 0;
    for (size_t i = 1; i < f->n; i++) {
        int64_t at;
        if (table.p[i * 20 + 17] != 'n')
            continue;
        if (!number_at(table, i * 20, &at) || at <= 0 || at >= xref)
            return unknown_form("offset outside the file");
        f->object[i] = (struct object){(size_t)at, (size_t)xref, true};
        order[used++] = &f->object[i];
    }
    qsort(order, used, sizeof *order, by_offset);
    for (size_t i = 0; i + 1 < used; i++)
        order[i]->end = order[i + 1]->at;
    *ret_xref = (size_t)xref;
    return NULL;
}

static str object_text(const struct finisher *f, size_t i)
{
    return i < f->n && f->object[i].used ? str_sub(f->in, f->object[i].at, f->object[i].end - f->object[i].at) : STR_NONE;
}

static bool is_element(str text, str type)
{
    ptrdiff_t s = str_find(text, S("<< /Type /StructElem\n   /S /"));
    return s >= 0 && s < 24 && str_starts(str_sub(text, (size_t)s + 28, text.n), type);
}

/* Of a row of nothing but heads they stand above columns, else beside what they name. */
static str scope_of(const struct finisher *f, str th)
{
    int64_t row, cell;
    ptrdiff_t parent = str_find(th, S("/P "));
    if (parent < 0 || !number_at(th, (size_t)parent + 3, &row))
        return S("Row");
    str text = object_text(f, (size_t)row), part;
    ptrdiff_t kids = str_find(text, S("/K "));
    if (kids < 0)
        return S("Row");
    text = str_sub(text, (size_t)kids + 3, text.n);
    while (str_next(&text, ' ', &part))
        if (str_starts(text, S("0 R")) && number_at(part, 0, &cell) && !is_element(object_text(f, (size_t)cell), S("TH\n")))
            return S("Row");
    return S("Column");
}

/* What goes in before the end of the object's dictionary. */
static str addition(struct finisher *f, str text, str code)
{
    if (str_find(str_sub(text, 0, 60), S("<< /Type /Catalog\n")) >= 0)
        return S("   /Lang (zh-CN)\n   /ViewerPreferences << /DisplayDocTitle true >>\n");
    if (is_element(text, S("TH\n")))
        return arena_printf(f->a, "   /A << /O /Table /Scope /%.*s >>\n", STR_ARG(scope_of(f, text)));
    if (is_element(text, S("Figure\n"))) /* 核验二维码 */
        return S("   /Alt <FEFF68389A8C4E8C7EF47801>\n");
    if (code.n && str_find(str_sub(text, 0, 60), S("<< /Producer (")) >= 0)
        return arena_printf(f->a, "   %s%.*s)\n", code_key, STR_ARG(code));
    return STR_NONE;
}

static void copy(struct finisher *f, str text, str more)
{
    ptrdiff_t end = more.n ? find_last(text, S(">>\nendobj")) : -1;
    ptrdiff_t date = str_find(str_sub(text, 0, 400), S("/CreationDate (2"));
    if (date >= 0 && str_find(str_sub(text, 0, 60), S("<< /Producer (")) >= 0) {
        buf_add(&f->out, str_sub(text, 0, (size_t)date + 15));
        buf_add(&f->out, S("D:"));
        text = str_sub(text, (size_t)date + 15, text.n);
        end = end < 0 ? end : end - date - 15;
    }
    if (end < 0) {
        buf_add(&f->out, text);
        return;
    }
    buf_add(&f->out, str_sub(text, 0, (size_t)end));
    buf_add(&f->out, more);
    buf_add(&f->out, str_sub(text, (size_t)end, text.n));
}

static err *trailer(struct finisher *f, size_t xref, const size_t *offset)
{
    struct sm3 d = sm3_of(f->out.p, f->out.n);
    size_t at = f->out.n;
    str tail = str_sub(f->in, xref, f->in.n);
    ptrdiff_t from = str_find(tail, S("trailer\n<<")), to = str_find(tail, S(">>\nstartxref"));
    if (from < 0 || to < from)
        return unknown_form("no trailer");
    buf_printf(&f->out, "xref\n0 %zu\n0000000000 65535 f \n", f->n);
    for (size_t i = 1; i < f->n; i++)
        buf_printf(&f->out, "%010zu 00000 %c \n", offset[i], f->object[i].used ? 'n' : 'f');
    buf_add(&f->out, str_sub(tail, (size_t)from, (size_t)(to - from)));
    buf_add(&f->out, S("   /ID [ <"));
    buf_hex(&f->out, d.byte, 16);
    buf_add(&f->out, S("> <"));
    buf_hex(&f->out, d.byte, 16);
    buf_printf(&f->out, "> ]\n>>\nstartxref\n%zu\n%%%%EOF\n", at);
    return NULL;
}

err *pdf_finish(struct arena *a, str cairo, str code, str *ret)
{
    struct finisher f = {.a = a, .in = cairo, .out = buf_make(a, LIMIT_PAPER_BYTES)};
    size_t xref = 0, first;
    TRY(objects_read(&f, &xref));
    size_t *offset = NEW_ARRAY(a, f.n, size_t);
    first = xref;
    for (size_t i = 1; i < f.n; i++)
        if (f.object[i].used && f.object[i].at < first)
            first = f.object[i].at;
    buf_add(&f.out, str_sub(cairo, 0, first));
    for (size_t i = 1; i < f.n; i++) {
        if (!f.object[i].used)
            continue;
        str text = object_text(&f, i);
        offset[i] = f.out.n;
        copy(&f, text, addition(&f, text, code));
    }
    TRY(trailer(&f, xref, offset));
    if (f.out.overflow)
        return err_new(ERR_LIMIT, "文书超过%d兆字节", LIMIT_PAPER_BYTES >> 20);
    *ret = buf_str(&f.out);
    return NULL;
}

bool pdf_code(struct arena *a, str bytes, str *ret)
{
    ptrdiff_t at = find_last(bytes, S("/XiezhiCode ("));
    return at >= 0 && paper_code_read(a, str_sub(bytes, (size_t)at + sizeof code_key - 1, PAPER_CODE_CHARS), ret);
}
