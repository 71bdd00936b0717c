/*
 * A query is fetched whole before its first row is seen. So the rows are those of one moment on
 * both engines, the loop over them may write to the same tables, and no cursor left open holds back
 * a checkpoint.
 */
#include "store/engine.h"

#include <string.h>

enum { ROWS_FIRST = 4, ROWS_LARGEST = 4096 };

err *rows_add(struct rows *r, struct db_value **ret)
{
    if (r->n == LIMIT_DB_ROWS)
        return err_new(ERR_LIMIT, "一次查询超过%d行，请分页读取", LIMIT_DB_ROWS);
    struct row_block *b = r->last;
    if (!b || b->n == b->capacity) {
        size_t capacity = !b ? ROWS_FIRST : b->capacity * 4;
        if (capacity > ROWS_LARGEST)
            capacity = ROWS_LARGEST;
        size_t values = capacity * (size_t)r->columns;
        b = arena_alloc(r->arena, 1, sizeof *b + values * sizeof(struct db_value));
        b->capacity = capacity;
        if (r->last)
            r->last->next = b;
        else
            r->first = b;
        r->last = b;
    }
    *ret = b->value + b->n++ * (size_t)r->columns;
    r->n++;
    return NULL;
}

static err *count_bytes(struct rows *r, size_t n)
{
    r->bytes += n;
    return r->bytes <= LIMIT_DB_RESULT
               ? NULL
               : err_new(ERR_LIMIT, "一次查询的内容超过%d MB，请分页读取", LIMIT_DB_RESULT >> 20);
}

err *rows_room(struct rows *r, size_t n, str *ret_view, char **ret)
{
    TRY(count_bytes(r, n));
    *ret = arena_alloc(r->arena, n, 1);
    *ret_view = (str){*ret, n};
    return NULL;
}

err *rows_copy(struct rows *r, struct db_value *value, const void *p, size_t n)
{
    TRY(count_bytes(r, n));
    value->s = (str){arena_copy(r->arena, p, n), n};
    return NULL;
}

err *db_query(struct db *d, struct arena *a, const char *sql, const struct db_args *args,
              struct db_rows *ret)
{
    TRY(db_usable(d));
    struct arena *own = a ? NULL : arena_new();
    struct rows *r = NEW(a ? a : own, struct rows);
    r->arena = a ? a : own;
    r->own = own;
    err *e = db_note(d, d->engine->query(d, sql, args, r));
    if (e) {
        arena_free(own);
        return err_seen_(e, HERE);
    }
    r->block = r->first;
    *ret = (struct db_rows){.db = d, .handle = r, .columns = r->columns, .arena = a};
    return NULL;
}

err *db_next(struct db_rows *rows, bool *ret_more)
{
    struct rows *r = rows->handle;
    if (r && r->block && r->at == r->block->n) {
        r->block = r->block->next;
        r->at = 0;
    }
    *ret_more = r && r->block;
    if (*ret_more)
        r->row = r->block->value + r->at++ * (size_t)r->columns;
    else
        db_rows_end(rows);
    return NULL;
}

void db_rows_end(struct db_rows *rows)
{
    struct rows *r = rows->handle;
    rows->handle = NULL;
    if (r)
        arena_free(r->own);
}

str db_column_name(const struct db_rows *rows, int column)
{
    const struct rows *r = rows->handle;
    CHECK(r && column >= 0 && column < r->columns);
    return r->name[column];
}

struct db_value db_column(const struct db_rows *rows, int column)
{
    const struct rows *r = rows->handle;
    CHECK(r && r->row && column >= 0 && column < r->columns);
    return r->row[column];
}

int64_t db_int(const struct db_rows *rows, int column)
{
    struct db_value value = db_column(rows, column);
    CHECK(value.kind == DB_INT || value.kind == DB_NULL);
    return value.i;
}

str db_str(const struct db_rows *rows, int column)
{
    struct db_value value = db_column(rows, column);
    CHECK(value.kind != DB_INT);
    return value.s;
}

err *db_one_int(struct db *d, const char *sql, const struct db_args *args, int64_t missing,
                int64_t *ret)
{
    TRY(db_usable(d));
    struct db_value value = {0};
    TRY(db_note(d, d->engine->one(d, NULL, sql, args, &value)));
    CHECK(value.kind == DB_INT || value.kind == DB_NULL);
    *ret = value.kind == DB_INT ? value.i : missing;
    return NULL;
}

err *db_one_str(struct db *d, struct arena *a, const char *sql, const struct db_args *args,
                str *ret)
{
    TRY(db_usable(d));
    struct db_value value = {0};
    TRY(db_note(d, d->engine->one(d, a, sql, args, &value)));
    CHECK(value.kind != DB_INT);
    *ret = value.s;
    return NULL;
}
