/*
 * Reading what browsers send: queries, forms, multipart, cookies. One rule everywhere: bytes that two readers
 * could understand differently are refused, never repaired.
 */
#include "web/request.h"

#include <string.h>

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool control(unsigned char c, bool lines)
{
    if (lines && (c == '\r' || c == '\n' || c == '\t'))
        return false;
    return c < 0x20 || c == 0x7f;
}

bool url_decode(struct arena *a, str s, bool plus, bool lines, str *ret)
{
    char *p = arena_alloc(a, s.n + 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = i + 1 < s.n ? nibble(s.p[i + 1]) : -1;
            int low = i + 2 < s.n ? nibble(s.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        } else if ((unsigned char)c <= 0x20 || c == 0x7f) {
            return false;
        }
        if (control((unsigned char)c, lines))
            return false;
        p[n++] = c;
    }
    *ret = (str){p, n};
    return utf8_bad(*ret) < 0;
}

/* Browsers send line ends of text areas as CRLF; we keep LF. */
static str line_ends(struct arena *a, str s)
{
    if (!s.n || !memchr(s.p, '\r', s.n))
        return s;
    char *p = arena_alloc(a, s.n, 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r')
            p[n++] = s.p[i];
    return (str){p, n};
}

static err *bad_form(const char *what)
{
    return err_got(err_new(ERR_INPUT, "表单无法读取：%s", what), STR_NONE,
                   S("application/x-www-form-urlencoded 或 multipart/form-data, UTF-8"), S("name=value"));
}

err *form_decode(struct arena *a, str body, struct form *ret)
{
    VEC(struct pair) v = {0};
    str rest = body, part;
    while (body.n && str_next(&rest, '&', &part)) {
        if (!part.n)
            continue;
        if (v.n == LIMIT_PAIRS)
            return err_new(ERR_LIMIT, "表单项目超过%d项", LIMIT_PAIRS);
        struct pair pair = {STR_NONE, S("")};
        str name, value = S("");
        ptrdiff_t equals = str_find(part, S("="));
        name = equals < 0 ? part : str_sub(part, 0, (size_t)equals);
        if (equals >= 0)
            value = str_sub(part, (size_t)equals + 1, part.n);
        if (!url_decode(a, name, true, false, &pair.name) || !url_decode(a, value, true, true, &pair.value))
            return bad_form("编码有误");
        pair.value = line_ends(a, pair.value);
        vec_push(a, &v, pair);
    }
    ret->p = v.p;
    ret->n = v.n;
    return NULL;
}

str form_get(const struct form *f, str name)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->p[i].name, name))
            return f->p[i].value;
    return STR_NONE;
}

const struct file *form_file(const struct form *f, str name)
{
    for (size_t i = 0; i < f->files_n; i++)
        if (str_eq(f->files[i].name, name))
            return &f->files[i];
    return NULL;
}

/* ---- multipart/form-data, RFC 7578 ---- */
static bool boundary_of(str content_type, str *ret)
{
    ptrdiff_t at = str_find(content_type, S("boundary="));
    if (at < 0)
        return false;
    str b = str_trim(str_sub(content_type, (size_t)at + 9, content_type.n));
    if (b.n >= 2 && b.p[0] == '"' && b.p[b.n - 1] == '"')
        b = str_sub(b, 1, b.n - 2);
    for (size_t i = 0; i < b.n; i++)
        if ((unsigned char)b.p[i] <= 0x20 || b.p[i] == '"' || b.p[i] == ';')
            return false;
    *ret = b;
    return b.n >= 1 && b.n <= 70;
}

/* Browsers write quotes and line ends inside name="" as %22 %0D %0A. */
static str parameter(struct arena *a, str line, str name)
{
    ptrdiff_t at = str_find(line, name);
    if (at < 0)
        return STR_NONE;
    str v = str_sub(line, (size_t)at + name.n, line.n);
    ptrdiff_t end = str_find(v, S("\""));
    return end < 0 ? STR_NONE : arena_str(a, str_sub(v, 0, (size_t)end));
}

static bool clean_text(str s, bool lines)
{
    for (size_t i = 0; i < s.n; i++)
        if (control((unsigned char)s.p[i], lines))
            return false;
    return utf8_bad(s) < 0;
}

static err *one_part(struct arena *a, str head, str content, struct pair *ret_pair, struct file *ret_file)
{
    str rest = head, line;
    while (str_next(&rest, '\n', &line)) {
        if (!str_starts(line, S("Content-Disposition: form-data;")) &&
            !str_starts(line, S("content-disposition: form-data;")))
            continue;
        str name = parameter(a, line, S(" name=\"")), filename = parameter(a, line, S(" filename=\""));
        if (!name.p || !clean_text(name, false) || (filename.p && !clean_text(filename, false)))
            return bad_form("项目名称有误");
        if (filename.p) {
            *ret_file = (struct file){name, filename, content};
        } else {
            if (!clean_text(content, true))
                return bad_form("项目内容含控制字符或不是UTF-8");
            *ret_pair = (struct pair){name, line_ends(a, content)};
        }
        return NULL;
    }
    return bad_form("缺少Content-Disposition");
}

err *multipart_decode(struct arena *a, str content_type, str body, struct form *ret)
{
    str boundary;
    if (!boundary_of(content_type, &boundary))
        return bad_form("缺少boundary");
    str mark = arena_printf(a, "\r\n--%.*s", STR_ARG(boundary));
    VEC(struct pair) pairs = {0};
    VEC(struct file) files = {0};
    if (!str_starts(body, str_sub(mark, 2, mark.n)))
        return bad_form("开头不是boundary");
    str rest = str_sub(body, mark.n - 2, body.n);
    while (!str_starts(rest, S("--"))) {
        if (!str_starts(rest, S("\r\n")))
            return bad_form("boundary之后有多余内容");
        rest = str_sub(rest, 2, rest.n);
        ptrdiff_t head = str_find(rest, S("\r\n\r\n")), end = str_find(rest, mark);
        if (head < 0 || end < 0 || end < head + 4)
            return bad_form("未正常结束");
        if (pairs.n + files.n == LIMIT_PAIRS)
            return err_new(ERR_LIMIT, "表单项目超过%d项", LIMIT_PAIRS);
        struct pair pair = {0};
        struct file file = {0};
        TRY(one_part(a, str_sub(rest, 0, (size_t)head), str_sub(rest, (size_t)head + 4, (size_t)(end - head - 4)),
                     &pair, &file));
        if (pair.name.p)
            vec_push(a, &pairs, pair);
        else
            vec_push(a, &files, file);
        rest = str_sub(rest, (size_t)end + mark.n, rest.n);
    }
    *ret = (struct form){pairs.p, pairs.n, files.p, files.n};
    return NULL;
}

str cookie_get(str header, str name)
{
    str rest = header, part, found = STR_NONE;
    while (header.n && str_next(&rest, ';', &part)) {
        part = str_trim(part);
        ptrdiff_t equals = str_find(part, S("="));
        if (equals < 0 || !str_eq(str_sub(part, 0, (size_t)equals), name))
            continue;
        if (found.p)
            return STR_NONE; /* planted beside ours by another host of the domain: trust neither */
        found = str_sub(part, (size_t)equals + 1, part.n);
    }
    return found;
}
