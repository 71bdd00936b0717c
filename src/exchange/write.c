/*
 * Sheets out. A workbook goes through libxlsxwriter with constant memory: a row is on its way to the file when the next begins.
 * Texts are written as texts, never as formulas; CSV has no such difference, so there what a spreadsheet program would run gets an
 * apostrophe. A code is a text with the text format, or Excel makes a number of it the first time somebody edits the cell.
 */
#include "exchange/exchange_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { LIMIT_XLSX_ROWS = 1000000, LIMIT_XLSX_CHARS = 32000 };

struct sheet_out {
    enum sheet_format format;
    const struct out_column *columns;
    size_t n;
    struct out_mark mark;
    int64_t rows;
    struct arena *row; /* scratch */
    FILE *csv;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *head, *text, *money, *day, *time;
    lxw_error failed;
};

/* ---- CSV ---- */

void csv_put(FILE *f, str text, char separator, bool guard)
{
    bool formula = guard && text.n && strchr("=+-@\t\r", text.p[0]), quote = formula;
    for (size_t i = 0; i < text.n && !quote; i++)
        quote = text.p[i] == separator || strchr("\"\r\n", text.p[i]) != NULL;
    if (!quote) {
        fwrite(text.p, 1, text.n, f);
        return;
    }
    putc('"', f);
    if (formula)
        putc('\'', f);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            putc('"', f);
        putc(text.p[i], f);
    }
    putc('"', f);
}

static void csv_value(FILE *f, const struct out_column *c, const struct db_value *v)
{
    struct civil t;
    if (v->kind == DB_TEXT) {
        csv_put(f, v->s, ',', c->kind != OUT_DECIMAL);
        return;
    }
    if (v->kind != DB_INT)
        return;
    switch (c->kind) {
    case OUT_FEN:
        fprintf(f, "%s%lld.%02lld", v->i < 0 ? "-" : "", (long long)llabs(v->i / 100), (long long)llabs(v->i % 100));
        break;
    case OUT_DAY:
        t = civil_of_day((day)v->i);
        fprintf(f, "%04d-%02d-%02d", t.year, t.month, t.dom);
        break;
    case OUT_TIME:
        t = civil_of(v->i);
        fprintf(f, "%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.dom, t.hour, t.minute, t.second);
        break;
    default:
        fprintf(f, "%lld", (long long)v->i);
    }
}

static err *csv_open(struct sheet_out *o, int fd)
{
    o->csv = fdopen(fd, "wb");
    if (!o->csv)
        return err_errno(S("写表格"));
    setvbuf(o->csv, NULL, _IOFBF, 256 << 10);
    fputs("\xEF\xBB\xBF", o->csv);
    for (size_t i = 0; i < o->n; i++) {
        if (i)
            putc(',', o->csv);
        csv_put(o->csv, o->columns[i].label, ',', true);
    }
    fputs(o->mark.code.n ? ",水印\r\n" : "\r\n", o->csv);
    return NULL;
}

/* ---- XLSX ---- */

static int width_of(const struct out_column *c)
{
    if (c->width)
        return c->width;
    size_t by_label = utf8_count(c->label) * 2 + 3;
    int by_kind = c->kind == OUT_TIME ? 19 : c->kind == OUT_DAY ? 11 : c->kind == OUT_FEN ? 15 : c->kind == OUT_CODE ? 21 : 12;
    return by_label > (size_t)by_kind ? (int)by_label : by_kind;
}

static void print_marks(struct arena *a, struct sheet_out *o)
{
    worksheet_set_landscape(o->sheet);
    worksheet_set_paper(o->sheet, 9); /* A4 */
    worksheet_repeat_rows(o->sheet, 0, 0);
    worksheet_fit_to_pages(o->sheet, 1, 0);
    if (!o->mark.code.n)
        return;
    worksheet_set_header(o->sheet, arena_cstr(a, utf8_clip(arena_printf(a, "&R%.*s", STR_ARG(o->mark.code)), 200)));
    worksheet_set_footer(o->sheet, arena_cstr(a, utf8_clip(arena_printf(a, "&L%.*s&R&P / &N", STR_ARG(o->mark.line)), 200)));
}

static err *xlsx_open(struct arena *a, struct sheet_out *o, str path, str title)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    o->book = workbook_new_opt(arena_cstr(a, path), &options);
    if (!o->book)
        return err_errno(S("写工作簿"));
    o->sheet = workbook_add_worksheet(o->book, arena_cstr(a, utf8_clip(title, 30)));
    if (!o->sheet)
        return err_new(ERR_INPUT, "表名“%.*s”不能用作工作表的名称", STR_ARG(title));
    o->head = workbook_add_format(o->book);
    format_set_bold(o->head);
    format_set_bg_color(o->head, 0xE8EEF2);
    format_set_border(o->head, LXW_BORDER_THIN);
    format_set_text_wrap(o->head);
    o->text = workbook_add_format(o->book);
    format_set_num_format(o->text, "@");
    o->money = workbook_add_format(o->book);
    format_set_num_format(o->money, "#,##0.00");
    o->day = workbook_add_format(o->book);
    format_set_num_format(o->day, "yyyy-mm-dd");
    o->time = workbook_add_format(o->book);
    format_set_num_format(o->time, "yyyy-mm-dd hh:mm:ss");
    for (size_t i = 0; i < o->n; i++)
        worksheet_set_column(o->sheet, (lxw_col_t)i, (lxw_col_t)i, width_of(&o->columns[i]),
                             o->columns[i].kind == OUT_CODE ? o->text : NULL);
    for (size_t i = 0; i < o->n; i++)
        worksheet_write_string(o->sheet, 0, (lxw_col_t)i, arena_cstr(a, o->columns[i].label), o->head);
    if (o->mark.code.n)
        worksheet_write_string(o->sheet, 0, (lxw_col_t)o->n, "水印", o->head);
    worksheet_freeze_panes(o->sheet, 1, 0);
    print_marks(a, o);
    return NULL;
}

static lxw_error xlsx_text(struct sheet_out *o, lxw_row_t row, lxw_col_t column, str text, lxw_format *format)
{
    if (!text.n)
        return LXW_NO_ERROR;
    if (text.n > LIMIT_XLSX_CHARS)
        text = utf8_clip(text, LIMIT_XLSX_CHARS);
    return worksheet_write_string(o->sheet, row, column, arena_cstr(o->row, text), format);
}

static lxw_error xlsx_value(struct sheet_out *o, lxw_row_t row, lxw_col_t at, const struct out_column *c, const struct db_value *v)
{
    enum { DAYS_TO_1970 = 25569 };
    if (v->kind == DB_TEXT && c->kind == OUT_DECIMAL)
        return worksheet_write_number(o->sheet, row, at, strtod(arena_cstr(o->row, v->s), NULL), NULL);
    if (v->kind == DB_TEXT)
        return xlsx_text(o, row, at, v->s, c->kind == OUT_CODE ? o->text : NULL);
    if (v->kind != DB_INT)
        return LXW_NO_ERROR;
    switch (c->kind) {
    case OUT_FEN:
        return worksheet_write_number(o->sheet, row, at, (double)v->i / 100, o->money);
    case OUT_DAY:
        return worksheet_write_number(o->sheet, row, at, (double)(v->i + DAYS_TO_1970), o->day);
    case OUT_TIME:
        return worksheet_write_number(o->sheet, row, at, (double)(v->i / USEC_SECOND + 8 * 3600) / 86400 + DAYS_TO_1970, o->time);
    default:
        return worksheet_write_number(o->sheet, row, at, (double)v->i, NULL);
    }
}

/* ---- the door ---- */

err *sheet_out_open(struct arena *a, str path, enum sheet_format format, str title, const struct out_column *columns, size_t n,
                    const struct out_mark *mark, struct sheet_out **ret)
{
    struct sheet_out *o = NEW(a, struct sheet_out);
    *o = (struct sheet_out){.format = format, .columns = columns, .n = n, .row = arena_new()};
    o->mark = mark ? *mark : (struct out_mark){S(""), S("")};
    *ret = o;
    /* Made here, for its owner only: the library would make it for everybody. */
    int fd = open(arena_cstr(a, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(path);
    if (format == SHEET_CSV)
        return csv_open(o, fd);
    close(fd);
    return xlsx_open(a, o, path, title);
}

err *sheet_out_row(struct sheet_out *o, const struct db_value *values)
{
    o->rows++;
    if (o->format == SHEET_CSV) {
        for (size_t i = 0; i < o->n; i++) {
            if (i)
                putc(',', o->csv);
            csv_value(o->csv, &o->columns[i], &values[i]);
        }
        if (o->mark.code.n)
            fprintf(o->csv, ",%.*s", STR_ARG(o->mark.code));
        fputs("\r\n", o->csv);
        return ferror(o->csv) ? err_errno(S("写表格")) : NULL;
    }
    if (o->rows > LIMIT_XLSX_ROWS)
        return err_new(ERR_LIMIT, "超过%d行，工作簿放不下，请用CSV或加筛选条件", LIMIT_XLSX_ROWS);
    for (size_t i = 0; i < o->n && !o->failed; i++)
        o->failed = xlsx_value(o, (lxw_row_t)o->rows, (lxw_col_t)i, &o->columns[i], &values[i]);
    if (o->mark.code.n && !o->failed)
        o->failed = xlsx_text(o, (lxw_row_t)o->rows, (lxw_col_t)o->n, o->mark.code, NULL);
    arena_reset(o->row);
    return o->failed ? err_detail(err_new(ERR_IO, "写工作簿失败"), lxw_strerror(o->failed)) : NULL;
}

err *sheet_out_close(struct sheet_out *o, int64_t *ret_rows)
{
    err *bad = NULL;
    if (o->csv && (ferror(o->csv) | (fflush(o->csv) != 0)))
        bad = err_errno(S("写表格"));
    if (o->csv && fclose(o->csv) != 0 && !bad)
        bad = err_errno(S("写表格"));
    lxw_error e = o->book ? workbook_close(o->book) : LXW_NO_ERROR;
    if (e && !bad)
        bad = sheet_book_error(e, errno);
    arena_free(o->row);
    *ret_rows = o->rows;
    return bad;
}

err *sheet_book_error(int lxw, int system)
{
    if (!lxw)
        return NULL;
    bool full = lxw == LXW_ERROR_CREATING_TMPFILE || system == ENOSPC || system == EDQUOT;
    return err_detail(err_new(full ? ERR_FULL : ERR_IO, full ? "写工作簿失败：磁盘空间不足，请腾出空间后重试" : "写工作簿失败：请看目录能否写入"),
                      lxw_strerror((lxw_error)lxw));
}

str sheet_passing(struct arena *a, str path)
{
    return arena_printf(a, "%.*s.part", STR_ARG(path));
}

err *sheet_in_place(struct arena *a, str passing, str path, err *bad)
{
    if (!bad && os_rename(arena_cstr(a, passing), arena_cstr(a, path)) != 0)
        bad = err_errno(path);
    if (bad)
        unlink(arena_cstr(a, passing));
    return bad;
}
