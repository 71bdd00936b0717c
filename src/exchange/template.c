/* Empty sheets to fill in, and the tables of the manual: both are the descriptors, written down. */
#include "exchange/exchange_private.h"

#include <errno.h>
#include <string.h>
#include <xlsxwriter.h>

static const char *required(const struct exchange_column *c)
{
    return c->flags & X_REQUIRED ? "必填" : "";
}

static bool code_like(enum exchange_cell cell)
{
    return cell == CELL_CODE || cell == CELL_UPPER || cell == CELL_LOWER || cell == CELL_REF || cell == CELL_REGION;
}

static void fill_notes(struct arena *a, lxw_worksheet *notes, lxw_format *head, const struct exchange_kind *k)
{
    static const char *const labels[] = {"列", "必填", "示例", "说明", "也认得的表头"};
    worksheet_set_column(notes, 0, 0, 24, NULL);
    worksheet_set_column(notes, 2, 2, 28, NULL);
    worksheet_set_column(notes, 3, 4, 60, NULL);
    worksheet_write_string(notes, 0, 0, k->help, NULL);
    for (lxw_col_t i = 0; i < 5; i++)
        worksheet_write_string(notes, 2, i, labels[i], head);
    for (lxw_row_t i = 0; k->columns[i].field; i++) {
        const struct exchange_column *c = &k->columns[i];
        buf names = buf_make(a, 4000);
        for (const char *p = c->aliases; *p; p++)
            *p == '|' ? buf_add(&names, S("、")) : buf_char(&names, *p);
        const char *cells[] = {c->label, required(c), c->example, c->note, arena_cstr(a, buf_str(&names))};
        for (lxw_col_t column = 0; column < 5; column++)
            if (*cells[column])
                worksheet_write_string(notes, i + 3, column, cells[column], NULL);
    }
}

static err *template_xlsx(const struct exchange_kind *k, str path)
{
    AUTO_ARENA(a);
    lxw_workbook *book = workbook_new(arena_cstr(a, path));
    if (!book)
        return err_errno(path);
    lxw_worksheet *sheet = workbook_add_worksheet(book, k->label), *notes = workbook_add_worksheet(book, "填写说明");
    lxw_format *head = workbook_add_format(book), *must = workbook_add_format(book), *text = workbook_add_format(book);
    format_set_bold(head);
    format_set_bg_color(head, 0xE8EEF2);
    format_set_bold(must);
    format_set_bg_color(must, 0xF6DFC0);
    format_set_num_format(text, "@"); /* or Excel spoils the codes typed in */
    for (lxw_col_t i = 0; k->columns[i].field; i++) {
        const struct exchange_column *c = &k->columns[i];
        worksheet_set_column(sheet, i, i, c->cell == CELL_TEXT ? 28 : 22, code_like(c->cell) ? text : NULL);
        worksheet_write_string(sheet, 0, i, c->label, c->flags & X_REQUIRED ? must : head);
    }
    worksheet_freeze_panes(sheet, 1, 0);
    fill_notes(a, notes, head, k);
    lxw_error failed = workbook_close(book);
    return sheet_book_error(failed, errno);
}

static err *template_csv(const struct exchange_kind *k, str path)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, 16 << 10);
    buf_add(&b, S("\xEF\xBB\xBF"));
    for (int i = 0; k->columns[i].field; i++)
        buf_printf(&b, "%s%s", i ? "," : "", k->columns[i].label);
    buf_add(&b, S("\r\n示例："));
    for (int i = 0; k->columns[i].field; i++)
        buf_printf(&b, "%s%s", i ? "," : "", k->columns[i].example);
    buf_add(&b, S("\r\n"));
    return file_write_atomic(path, buf_str(&b), 0644);
}

err *exchange_template(const struct exchange_kind *k, enum sheet_format format, str path)
{
    AUTO_ARENA(a);
    if (format == SHEET_CSV)
        return template_csv(k, path);
    str passing = sheet_passing(a, path);
    return sheet_in_place(a, passing, path, template_xlsx(k, passing));
}

str exchange_describe(struct arena *a)
{
    buf b = buf_make(a, 256 << 10);
    for (const struct exchange_kind *k = exchange_kinds; k->name; k++) {
        buf_printf(&b, "### %s（`%s`）\n\n%s\n\n办理的事项：", k->label, k->name, k->help);
        for (int i = 0; i < LIMIT_EXCHANGE_STEPS && k->steps[i].act; i++)
            buf_printf(&b, "%s%s（`%s`）", i ? "、" : "", act_type_find(str_of(k->steps[i].act))->label, k->steps[i].act);
        buf_printf(&b, "。再导出：`xiezhi export %s`。\n\n| 列 | 必填 | 示例 | 说明 | 也认得的表头 |\n|---|---|---|---|---|\n", k->thing);
        for (int i = 0; k->columns[i].field; i++) {
            const struct exchange_column *c = &k->columns[i];
            buf_printf(&b, "| %s | %s | %s | %s | ", c->label, required(c), c->example, c->note);
            for (const char *p = c->aliases; *p; p++)
                *p == '|' ? buf_add(&b, S("、")) : buf_char(&b, *p);
            buf_add(&b, S(" |\n"));
        }
        buf_char(&b, '\n');
    }
    CHECK(!b.overflow);
    return buf_str(&b);
}
