/*
 * The sheet that came, with one column more: what became of each row. It is mended where it is and brought in again; the column of
 * ours is known by its name and passed over then. Cells keep what they were: a number stays one, so that codes which Excel had spoilt
 * are seen to be.
 */
#include "exchange/exchange_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

struct errors {
    const struct exchange_table *t;
    const struct exchange_map *m;
    const struct exchange_result *results;
    size_t n;
    bool only_bad, dry;
};

static str message(struct arena *a, const struct errors *e, size_t row)
{
    if (row == e->m->header)
        return S("导入结果");
    if (row < e->m->header || row - e->m->header - 1 >= e->n)
        return S("");
    const struct exchange_result *r = &e->results[row - e->m->header - 1];
    if (r->outcome == ROW_BLANK)
        return S("");
    return arena_printf(a, "%s%s%.*s", exchange_outcome_word(r->outcome, e->dry), r->text.n ? "：" : "", STR_ARG(r->text));
}

static bool wanted(const struct errors *e, size_t row)
{
    if (!e->only_bad || row <= e->m->header)
        return true;
    size_t at = row - e->m->header - 1;
    return at >= e->n ||
           (e->results[at].outcome != ROW_NEW && e->results[at].outcome != ROW_CHANGED &&
            e->results[at].outcome != ROW_EXISTS);
}

static err *write_csv(const struct errors *e, str path)
{
    AUTO_ARENA(a);
    int fd = open(arena_cstr(a, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!f)
        return err_errno(path);
    fputs("\xEF\xBB\xBF", f);
    for (size_t row = 0; row < e->t->n; row++) {
        uint32_t column = 1;
        for (size_t i = 0; i < e->t->rows[row].n && wanted(e, row); i++) {
            const struct sheet_cell *c = &e->t->rows[row].cells[i];
            for (; column < c->column; column++)
                putc(e->t->separator, f);
            csv_put(f, c->text, e->t->separator, true);
        }
        if (!wanted(e, row))
            continue;
        for (; column <= e->t->columns; column++)
            putc(e->t->separator, f);
        csv_put(f, message(a, e, row), e->t->separator, true);
        fputs("\r\n", f);
        arena_reset(a);
    }
    bool failed = ferror(f) || fflush(f) != 0;
    failed |= fclose(f) != 0;
    return failed ? err_errno(path) : NULL;
}

struct book { lxw_workbook *book; lxw_worksheet *sheet; lxw_format *day, *time, *bad; };

static void put_cell(struct arena *a, struct book *b, lxw_row_t row, const struct sheet_cell *c)
{
    lxw_col_t at = (lxw_col_t)(c->column - 1);
    int part[6] = {0};
    const char *text = arena_cstr(a, utf8_clip(c->text, 32000));
    if (c->kind == SHEET_NUMBER) {
        worksheet_write_number(b->sheet, row, at, strtod(text, NULL), NULL);
    } else if (c->kind == SHEET_BOOL) {
        worksheet_write_boolean(b->sheet, row, at, text[0] == '1', NULL);
    } else if (c->kind == SHEET_TIME && sscanf(text, "%d-%d-%dT%d:%d:%d", &part[0], &part[1],
                                               &part[2], &part[3], &part[4], &part[5]) == 6) {
        lxw_datetime t = {part[0], part[1], part[2], part[3], part[4], part[5]};
        worksheet_write_datetime(b->sheet, row, at, &t, part[3] || part[4] || part[5] ? b->time : b->day);
    } else {
        worksheet_write_string(b->sheet, row, at, text, NULL);
    }
}

static err *write_xlsx(const struct errors *e, str path)
{
    AUTO_ARENA(a);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    int fd = open(arena_cstr(a, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(path);
    close(fd);
    struct book b = {.book = workbook_new_opt(arena_cstr(a, path), &options)};
    if (!b.book)
        return err_errno(path);
    b.sheet = workbook_add_worksheet(b.book, e->t->sheet.n ? arena_cstr(a, utf8_clip(e->t->sheet, 31)) : NULL);
    if (!b.sheet) /* a name Excel would not take */
        b.sheet = workbook_add_worksheet(b.book, NULL);
    b.day = workbook_add_format(b.book);
    format_set_num_format(b.day, "yyyy-mm-dd");
    b.time = workbook_add_format(b.book);
    format_set_num_format(b.time, "yyyy-mm-dd hh:mm:ss");
    b.bad = workbook_add_format(b.book);
    format_set_font_color(b.bad, 0xB00020);
    worksheet_set_column(b.sheet, (lxw_col_t)e->t->columns, (lxw_col_t)e->t->columns, 60, NULL);
    lxw_row_t to = 0;
    for (size_t row = 0; row < e->t->n; row++) {
        if (!wanted(e, row))
            continue;
        if (!e->only_bad) /* the row numbers in the messages are those of the file that came */
            to = e->t->rows[row].number - 1;
        for (size_t i = 0; i < e->t->rows[row].n; i++)
            put_cell(a, &b, to, &e->t->rows[row].cells[i]);
        str text = message(a, e, row);
        if (text.n)
            worksheet_write_string(
                b.sheet, to, (lxw_col_t)e->t->columns, arena_cstr(a, utf8_clip(text, 32000)),
                row > e->m->header &&
                        wanted(&(struct errors){e->t, e->m, e->results, e->n, true, e->dry}, row)
                    ? b.bad
                    : NULL);
        to++;
        arena_reset(a);
    }
    lxw_error failed = workbook_close(b.book);
    return sheet_book_error(failed, errno);
}

err *exchange_errors(const struct exchange_table *t, const struct exchange_map *m, const struct exchange_result *results, size_t n,
                     bool only_bad, bool dry, str path)
{
    struct errors e = {t, m, results, n, only_bad, dry};
    AUTO_ARENA(a);
    str passing = sheet_passing(a, path);
    return sheet_in_place(a, passing, path, t->format == SHEET_CSV ? write_csv(&e, passing) : write_xlsx(&e, passing));
}
