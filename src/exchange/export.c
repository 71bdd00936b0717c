/*
 * Things as a sheet: the columns a reader may see, page by page along the key inside one snapshot. What names another thing becomes two
 * columns, its name for people and its id for the way back; names are asked for once.
 */
#include "exchange/exchange_private.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT_OUT_COLUMNS = 128, PAGE_ROWS = LIMIT_THING_PAGE };

struct exporting {
    const struct exchange_export *x;
    struct arena *a;
    struct map *titles;   /* "table\nid" -> str * */
    struct out_column columns[LIMIT_OUT_COLUMNS];
    struct { int from; bool title; } source[LIMIT_OUT_COLUMNS];
    size_t n;
    struct sheet_out *out;
};

static enum out_kind kind_of(const struct thing_column *c)
{
    switch (c->kind) {
    case COLUMN_INT: case COLUMN_NUMBER:
        return OUT_INT;
    case COLUMN_DAY:
        return OUT_DAY;
    case COLUMN_TIME:
        return OUT_TIME;
    case COLUMN_FEN:
        return OUT_FEN;
    case COLUMN_DEGREE:
        return OUT_DECIMAL;
    case COLUMN_ID: case COLUMN_REGION: case COLUMN_REF:
        return OUT_CODE;
    default:
        return strstr(c->name, "_no") || strstr(c->name, "uscc") || strstr(c->name, "number") ||
                       strstr(c->name, "phone")
                   ? OUT_CODE
                   : OUT_TEXT;
    }
}

static void add_column(struct exporting *e, int from, bool title, str label, enum out_kind kind)
{
    CHECK(e->n < LIMIT_OUT_COLUMNS);
    e->columns[e->n] = (struct out_column){label, kind, title || str_eq(label, S("名称")) ? 32 : 0};
    e->source[e->n].from = from;
    e->source[e->n].title = title;
    e->n++;
}

static const struct thing *named_thing(const struct thing_column *c)
{
    const struct thing *t = c->kind == COLUMN_REF && c->of ? thing_of(str_of(c->of)) : NULL;
    return t && t->title ? t : NULL;
}

static void choose_columns(struct exporting *e)
{
    const struct thing *t = e->x->thing;
    for (size_t i = 0; t->columns[i].name; i++) {
        const struct thing_column *c = &t->columns[i];
        if (!thing_shows(t, i, e->x->reader))
            continue;
        if (named_thing(c)) {
            add_column(e, (int)i, true, str_of(c->label), OUT_TEXT);
            add_column(e, (int)i, false, arena_printf(e->a, "%s编号", c->label), OUT_CODE);
        } else {
            add_column(e, (int)i, false, str_of(c->label), kind_of(c));
        }
    }
}

static err *title_of(struct exporting *e, const struct thing *t, str id, struct db_value *ret)
{
    AUTO_ARENA(scratch);
    str key = arena_printf(scratch, "%s\n%.*s", t->table, STR_ARG(id)), title;
    str *known = map_get(e->titles, key);
    if (!known) {
        TRY(thing_title(e->x->db, scratch, t, id, &title));
        known = NEW(e->a, str);
        *known = arena_str(e->a, title);
        map_put(e->titles, arena_str(e->a, key), known);
    }
    *ret = db_text_value(*known);
    return NULL;
}

static str enum_text(const struct thing_column *c, str value)
{
    if (c->of && !strcmp(c->of, "act")) {
        const struct act_type *t = act_type_find(value);
        return t ? str_of(t->label) : value;
    }
    if (c->of && !strcmp(c->of, "what")) {
        const char *label = export_label(value);
        return label ? str_of(label) : value;
    }
    if (c->of && !strcmp(c->of, "table")) {
        const struct thing *t = thing_of(value);
        return t ? str_of(t->label) : value;
    }
    for (const struct law_task *k = law_tasks; c->of && !strcmp(c->of, "task") && k->code; k++)
        if (str_eq(value, str_of(k->code)))
            return str_of(k->name);
    return label_of(value, c->of && strchr(c->of, '=') ? c->of : NULL);
}

static struct db_value shown_as(struct arena *a, const struct thing_column *c, const struct db_value *v)
{
    if (v->kind == DB_NULL)
        return *v;
    if (c->kind == COLUMN_ENUM && v->kind == DB_TEXT)
        return db_text_value(enum_text(c, v->s));
    if (c->kind == COLUMN_FLAG)
        return db_text_value(v->i ? S("是") : S("否"));
    if (c->kind == COLUMN_REGION && v->kind == DB_INT)
        return db_text_value(arena_printf(a, "%06lld", (long long)v->i));
    if (c->kind == COLUMN_DEGREE && v->kind == DB_INT)
        return db_text_value(arena_printf(a, "%s%lld.%07lld", v->i < 0 ? "-" : "",
                                          (long long)llabs(v->i / 10000000),
                                          (long long)llabs(v->i % 10000000)));
    return *v;
}

static err *put_row(struct exporting *e, struct arena *a, const struct db_value *row)
{
    struct db_value values[LIMIT_OUT_COLUMNS];
    for (size_t i = 0; i < e->n; i++) {
        int from = e->source[i].from;
        const struct thing_column *c = &e->x->thing->columns[from];
        if (e->source[i].title && row[from].kind == DB_TEXT)
            TRY(title_of(e, named_thing(c), row[from].s, &values[i]));
        else
            values[i] = shown_as(a, c, &row[from]);
    }
    return sheet_out_row(e->out, values);
}

static err *put_pages(struct exporting *e)
{
    AUTO_ARENA(a);
    AUTO_ARENA(key);
    struct thing_query q = {.thing = e->x->thing, .reader = e->x->reader, .filters = e->x->filters, .filters_n = e->x->filters_n,
                            .limit = PAGE_ROWS, .text = S(""), .after = S("")};
    for (size_t done = 0;;) {
        struct thing_page page;
        TRY(things_list(e->x->db, a, &q, &page));
        for (size_t i = 0; i < page.n; i++)
            TRY(put_row(e, a, page.row[i]));
        done += page.n;
        arena_reset(key);
        q.after = arena_str(key, page.next);
        arena_reset(a);
        if (e->x->progress && !e->x->progress(e->x->context, done))
            return err_new(ERR_CONFLICT, "导出已停止");
        if (!q.after.n)
            return NULL;
    }
}

err *exchange_export(const struct exchange_export *x, int64_t *ret_rows)
{
    AUTO_ARENA(a);
    struct exporting *e = NEW(a, struct exporting);
    e->x = x;
    e->a = a;
    e->titles = map_new(a);
    *ret_rows = 0;
    if (!thing_open(x->thing, x->reader))
        return err_new(ERR_DENIED, "您的角色不能查看“%s”", x->thing->label);
    choose_columns(e);
    TRY(db_begin_read(x->db));
    err *bad = sheet_out_open(a, x->path, x->format, str_of(x->thing->label), e->columns, e->n, x->mark, &e->out);
    if (!bad)
        bad = put_pages(e);
    err *late = sheet_out_close(e->out, ret_rows);
    db_rollback(x->db);
    return bad ? bad : late;
}
