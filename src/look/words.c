/*
 * The words of a file. Plain text and CSV as they are (UTF-8, else GB 18030), workbooks and Word documents by sheet/'s child, row by
 * row, PDF by pdf.c's. Old Word files and scans are read by nobody here: they are counted as unread, and said why.
 */
#include "look/look_private.h"

#include <iconv.h>

#include "look/pdf.h"
#include "sheet/sheet.h"

struct words { buf b; };

static err *row(void *context, const struct sheet_row *r)
{
    struct words *w = context;
    for (size_t i = 0; i < r->n; i++) {
        buf_add(&w->b, i ? S("\t") : S(""));
        buf_add(&w->b, r->cells[i].text);
    }
    buf_char(&w->b, '\n');
    return w->b.overflow ? err_new(ERR_LIMIT, "文字超过%d MB", LIMIT_LOOK_TEXT >> 20) : NULL;
}

/* A file that is broken, locked or beyond a limit is one file unread; trouble of the machine ends the run. */
static err *reason_of(struct arena *a, err *e, str *ret, str *ret_why)
{
    if (!e || (e->kind != ERR_INPUT && e->kind != ERR_DAMAGED && e->kind != ERR_LIMIT))
        return e;
    *ret = STR_NONE;
    *ret_why = arena_str(a, e->text);
    err_clear();
    return NULL;
}

static err *package(struct arena *a, str bytes, str *ret)
{
    struct words w = {buf_make(a, LIMIT_LOOK_TEXT)};
    /* The directory of the package names its parts in the clear. */
    bool document = str_find(bytes, S("word/document.xml")) >= 0;
    err *e = document ? sheet_document(bytes, row, &w) : sheet_read(bytes, STR_NONE, row, &w);
    *ret = buf_str(&w.b);
    return e;
}

static bool textual(str s)
{
    size_t odd = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        odd += c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
    }
    return odd == 0;
}

static bool from_gb18030(struct arena *a, str bytes, str *ret)
{
    iconv_t c = iconv_open("UTF-8", "GB18030");
    if (c == (iconv_t)-1)
        return false;
    size_t left = bytes.n, room = bytes.n * 2 + 16, size = room;
    char *in = (char *)(uintptr_t)bytes.p, *out = arena_alloc(a, room, 1), *at = out;
    bool good = iconv(c, &in, &left, &at, &room) != (size_t)-1;
    iconv_close(c);
    *ret = (str){out, size - room};
    return good;
}

err *look_words(struct arena *a, str bytes, str *ret, str *ret_why)
{
    *ret = STR_NONE, *ret_why = S("");
    if (str_starts(bytes, S("PK\x03\x04")))
        return reason_of(a, package(a, bytes, ret), ret, ret_why);
    if (pdf_like(bytes))
        return reason_of(a, pdf_words(a, bytes, ret), ret, ret_why);
    if (str_starts(bytes, S("\xd0\xcf\x11\xe0"))) {
        *ret_why = S("旧版Office文件（.doc、.xls），请另存为docx、xlsx或PDF");
        return NULL;
    }
    if (str_starts(bytes, S("\xef\xbb\xbf")))
        bytes = str_sub(bytes, 3, bytes.n);
    bytes = str_sub(bytes, 0, LIMIT_LOOK_TEXT);
    ptrdiff_t bad = utf8_bad(bytes);
    *ret_why = S("不认识的格式");
    if (!textual(bytes))
        return NULL;
    if (bad < 0 || (bytes.n == LIMIT_LOOK_TEXT && (size_t)bad + 4 > bytes.n))
        *ret = bytes;
    else if (!from_gb18030(a, bytes, ret))
        *ret = STR_NONE;
    return NULL;
}
