/*
 * Relations are looked at together before any becomes an act: what only shows between rows (a circle of ownership, more than the
 * whole owned) is said with its row in the dry run as in the import. The sheet is read once more for it; what is looked up in the
 * store is remembered between the two.
 */
#include "exchange/exchange_private.h"

#include "acts/relation_rows.h"

#include <string.h>

_Static_assert((int)LIMIT_RELATION_ROWS >= (int)LIMIT_IMPORT_ROWS, "a sheet that may be read may be checked");

static str kept(struct arena *keep, struct arena *a, const struct importing *im, const struct record *r, const char *field)
{
    return arena_str(keep, record_text(a, im->map->kind, r, field));
}

static str party(struct arena *keep, struct arena *a, const struct importing *im, const struct record *r, const char *kind, const char *id)
{
    return arena_printf(keep, "%.*s:%.*s", STR_ARG(record_text(a, im->map->kind, r, kind)), STR_ARG(record_text(a, im->map->kind, r, id)));
}

/* A record holds a day as its number. */
static str date(struct arena *keep, struct arena *a, const struct importing *im, const struct record *r, const char *field)
{
    int64_t number;
    str text = record_text(a, im->map->kind, r, field);
    return text.n && str_int64(text, &number) ? day_iso(keep, (day)number) : S("");
}

static struct relation_row row_of(struct arena *keep, struct arena *a, const struct importing *im, const struct record *r)
{
    return (struct relation_row){.a = party(keep, a, im, r, "a.kind", "a.id"), .b = party(keep, a, im, r, "b.kind", "b.id"),
                                 .type = kept(keep, a, im, r, "type"), .percent = kept(keep, a, im, r, "percent"),
                                 .from = date(keep, a, im, r, "from"), .to = date(keep, a, im, r, "to"),
                                 .name = kept(keep, a, im, r, "name"), .source = kept(keep, a, im, r, "source")};
}

/* Rows that can be read, and where they stand in the sheet. */
static err *gather_rows(struct importing *im, struct arena *keep, struct relation_row *rows, size_t *at, size_t *ret_n)
{
    AUTO_ARENA(a);
    struct importing look = *im; /* with its own memory of what stood before: the import will meet each row anew */
    look.seen = map_new(keep);
    look.results = NEW_ARRAY(keep, im->n + 1, struct exchange_result);
    for (size_t row = 0; row < im->n; row++) {
        struct record r;
        bool good;
        TRY(record_read(&look, a, row, &r, &good));
        if (good) {
            rows[*ret_n] = row_of(keep, a, im, &r);
            at[(*ret_n)++] = row;
        }
        if (row % LIMIT_IMPORT_BATCH == LIMIT_IMPORT_BATCH - 1) {
            arena_reset(a);
            err_clear();
        }
    }
    return NULL;
}

static void say(struct importing *im, struct arena *a, size_t row, const struct relation_complaint *c)
{
    str field = strcmp(c->column, "a") == 0 ? S("a.id") : strcmp(c->column, "b") == 0 ? S("b.id") : str_of(c->column);
    str where = place_of_field(im, a, field, im->job->table->rows[im->first + row].number);
    str *text = &im->ahead[row].text;
    *text = arena_printf(im->a, "%.*s%s%s%.*s%.*s", STR_ARG(*text), text->n ? "；" : "", c->warning ? "提示：" : "", STR_ARG(where),
                         STR_ARG(c->text));
}

err *import_relations_together(struct importing *im)
{
    AUTO_ARENA(keep);
    struct relation_row *rows = NEW_ARRAY(keep, im->n + 1, struct relation_row);
    struct relation_complaint *list;
    size_t *at = NEW_ARRAY(keep, im->n + 1, size_t), n = 0, told;
    bool *ok = NEW_ARRAY(keep, im->n + 1, bool), more;
    TRY(gather_rows(im, keep, rows, at, &n));
    TRY(relation_rows_check(keep, rows, n, ok, &list, &told, &more));
    im->ahead = NEW_ARRAY(im->a, im->n + 1, struct row_ahead);
    for (size_t i = 0; i < told; i++)
        say(im, keep, at[list[i].row], &list[i]);
    for (size_t i = 0; i < n; i++) {
        struct row_ahead *row = &im->ahead[at[i]];
        row->bad = !ok[i];
        if (row->bad && !row->text.n)
            row->text = S("这一行有误；有误的行太多，请先改正前面列出的");
    }
    return NULL;
}
