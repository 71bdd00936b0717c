/*
 * CSV of strangers (RFC 4180, and what spreadsheet programs make of it): rows in the same shape as a workbook's. It needs no
 * child: there is nothing to unpack and no library between the bytes and these loops.
 *
 * The separator is the one of comma, tab and semicolon that stands most often outside quotes in the first lines. A quote opens a
 * quoted cell only at the start of a cell; elsewhere it is a character, because names of companies hold quotes.
 */
#include "sheet/child.h"

#include <string.h>

enum { SNIFF_LINES = 20 };

static char separator_of(str text)
{
    static const char candidates[] = {',', '\t', ';'};
    size_t times[3] = {0};
    bool quoted = false;
    int lines = 0;
    for (size_t i = 0; i < text.n && lines < SNIFF_LINES; i++) {
        char c = text.p[i];
        if (c == '"')
            quoted = !quoted;
        lines += c == '\n' && !quoted;
        for (int k = 0; k < 3 && !quoted; k++)
            times[k] += c == candidates[k];
    }
    int best = 0;
    for (int k = 1; k < 3; k++)
        if (times[k] > times[best])
            best = k;
    return candidates[best];
}

struct csv {
    const char *p, *end;
    char separator;
    uint32_t line; /* from 1, of the record */
    uint32_t lines; /* line ends seen */
    struct arena *a; /* of the row */
    VEC(struct sheet_cell) cells;
};

static err *too_wide(const struct csv *r)
{
    return err_new(ERR_LIMIT, "第%u行超过%d列", r->line, LIMIT_SHEET_COLUMNS);
}

static err *quoted_cell(struct csv *r, str *ret)
{
    const char *start = ++r->p;
    bool doubled = false;
    for (; r->p < r->end; r->p++) {
        r->lines += *r->p == '\n';
        if (*r->p != '"')
            continue;
        if (r->p + 1 == r->end || r->p[1] != '"')
            break;
        doubled = true;
        r->p++;
    }
    if (r->p == r->end)
        return err_new(ERR_INPUT, "第%u行的双引号没有结束", r->line);
    *ret = (str){start, (size_t)(r->p - start)};
    r->p++;
    if (!doubled)
        return NULL;
    char *out = arena_alloc(r->a, ret->n, 1);
    size_t n = 0;
    for (size_t i = 0; i < ret->n; i++) {
        out[n++] = ret->p[i];
        i += ret->p[i] == '"';
    }
    *ret = (str){out, n};
    return NULL;
}

/* What stands behind a closing quote up to the separator belongs to the cell, as spreadsheet programs read it. */
static err *cell(struct csv *r, str *ret)
{
    *ret = (str){"", 0};
    if (r->p < r->end && *r->p == '"')
        TRY(quoted_cell(r, ret));
    const char *start = r->p;
    while (r->p < r->end && *r->p != r->separator && *r->p != '\n' && *r->p != '\r')
        r->p++;
    str rest = {start, (size_t)(r->p - start)};
    if (rest.n)
        *ret = ret->n ? arena_printf(r->a, "%.*s%.*s", STR_ARG(*ret), STR_ARG(rest)) : rest;
    if (ret->n > LIMIT_SHEET_TEXT)
        return err_new(ERR_LIMIT, "第%u行有一格超过%d字节", r->line, LIMIT_SHEET_TEXT);
    return NULL;
}

static void end_of_line(struct csv *r)
{
    if (r->p < r->end && *r->p == '\r')
        r->p++;
    if (r->p < r->end && *r->p == '\n')
        r->p++;
    r->lines++;
}

static err *one_record(struct csv *r)
{
    for (uint32_t column = 1;; column++) {
        str text;
        TRY(cell(r, &text));
        if (text.n && column > LIMIT_SHEET_COLUMNS)
            return too_wide(r);
        if (text.n)
            vec_push(r->a, &r->cells, ((struct sheet_cell){column, SHEET_TEXT, text}));
        if (r->p == r->end || *r->p != r->separator)
            break;
        r->p++;
        if (column > 4 * LIMIT_SHEET_COLUMNS)
            return too_wide(r);
    }
    end_of_line(r);
    return NULL;
}

err *sheet_read_csv(str bytes, err *(*each)(void *context, const struct sheet_row *r), void *context, char *ret_separator)
{
    AUTO_ARENA(whole);
    AUTO_ARENA(a);
    str text;
    if (bytes.n > LIMIT_SHEET_FILE)
        return err_new(ERR_LIMIT, "文件超过%d MB，请分成几个文件", LIMIT_SHEET_FILE >> 20);
    TRY(text_decode(whole, bytes, &text));
    struct csv r = {.p = text.p, .end = text.p + text.n, .separator = separator_of(text), .a = a};
    *ret_separator = r.separator;
    for (uint32_t rows = 0; r.p < r.end;) {
        r.line = r.lines + 1;
        r.cells.p = NULL, r.cells.n = r.cells.capacity = 0;
        TRY(one_record(&r));
        if (r.cells.n && ++rows > LIMIT_SHEET_ROWS)
            return err_new(ERR_LIMIT, "表格超过%d行，请分成几个文件", LIMIT_SHEET_ROWS);
        struct sheet_row row = {.sheet = 1, .sheet_name = S(""), .row = r.line, .n = r.cells.n, .cells = r.cells.p};
        if (r.cells.n)
            TRY(each(context, &row));
        arena_reset(a);
    }
    return NULL;
}

/* What a file is not, by its first bytes: the reason and the way out. NULL: it may be a table. */
static const char *foreign(str bytes)
{
    static const struct { const char *start; const char *why; } kinds[] = {
        {"%PDF", "文件是PDF，不是表格，请用原来的表格，或另存为.xlsx"},
        {"Rar!", "文件是压缩包（RAR），请解压后选择其中的表格"},
        {"7z\xBC\xAF", "文件是压缩包（7z），请解压后选择其中的表格"},
        {"\x1F\x8B", "文件是压缩包（gzip），请解压后选择其中的表格"},
        {"{\\rtf", "文件是RTF文档，不是表格，请把表格另存为.xlsx"},
        {"\x89PNG", "文件是图片，不是表格"}, {"\xFF\xD8\xFF", "文件是图片，不是表格"}, {"GIF8", "文件是图片，不是表格"},
        {"\x09\x08\x10\x00", "文件是旧版.xls，请打开后另存为.xlsx"}, {"\x09\x04\x06\x00", "文件是旧版.xls，请打开后另存为.xlsx"},
        {"SQLite format 3", "文件是数据库，不是表格"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t n = strlen(kinds[i].start) + (kinds[i].start[0] == '\x09'); /* BIFF's last byte is a NUL */
        if (bytes.n >= n && memcmp(bytes.p, kinds[i].start, n) == 0)
            return kinds[i].why;
    }
    return NULL;
}

/* Web pages that platforms hand out as .xls: they open in Excel, which says nothing of it. */
static bool web_page(str bytes)
{
    str head = str_trim(str_sub(bytes, str_starts(bytes, S("\xEF\xBB\xBF")) ? 3 : 0, 2000));
    static const char *const tags[] = {"<!doctype", "<html", "<table", "<meta", "<head", "<?xml", "<style", "<script"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (head.n >= strlen(tags[i]) && strncasecmp(head.p, tags[i], strlen(tags[i])) == 0)
            return true;
    return false;
}

err *sheet_read_any(str bytes, str only, err *(*each)(void *context, const struct sheet_row *r), void *context,
                    enum sheet_format *ret_format, char *ret_separator)
{
    const char *why = foreign(bytes);
    *ret_separator = 0;
    if (!bytes.n)
        return err_new(ERR_INPUT, "文件是空的");
    if (why)
        return err_new(ERR_INPUT, "%s", why);
    if (web_page(bytes))
        return err_new(ERR_INPUT, "文件是网页或XML，只是名字像表格，请用表格软件打开后另存为.xlsx");
    *ret_format = str_starts(bytes, S("PK")) || str_starts(bytes, S("\xd0\xcf\x11\xe0")) ? SHEET_XLSX : SHEET_CSV;
    if (*ret_format == SHEET_XLSX)
        return sheet_read(bytes, only, each, context);
    return sheet_read_csv(bytes, each, context, ret_separator);
}
