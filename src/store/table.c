/*
 * Whole tables, read in pages by primary key. A row is written canonically: columns in order of
 * their names, each a letter for its kind, then 8 bytes big-endian (the number, or the length of
 * the bytes that follow). Nothing in it depends on the engine, on the order of columns or on where
 * rows stand.
 */
#include "store/engine.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_ROWS = 256, LIMIT_KEY_COLUMNS = 8, LIMIT_SQL_TEXT = 64 * 1024 };

struct column {
    str name;
    int64_t key; /* place in the primary key from 1; 0: not in it */
};

struct table {
    str name;
    size_t n, keys;
    struct column *column;         /* sorted by name */
    size_t key[LIMIT_KEY_COLUMNS]; /* columns of the key, in its order */
    const char *first_page, *next_page;
};

static int by_bytes(const void *left, const void *right)
{
    return str_cmp(*(const str *)left, *(const str *)right);
}

err *store_tables(struct db *d, struct arena *a, str **ret, size_t *ret_n)
{
    struct db_rows rows;
    TRY(db_query(d, a,
                 "/*@sqlite SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                 "'sqlite%' */"
                 "/*@postgres SELECT CAST(tablename AS TEXT) FROM pg_tables"
                 " WHERE schemaname = current_schema() */",
                 NULL, &rows));
    VEC(str) names = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        str name = db_str(&rows, 0);
        if (!str_starts(name, S("search_")) && !str_starts(name, S("reading_")) &&
            !str_eq(name, S("schema_step")))
            vec_push(a, &names, name);
    }
    if (names.n)
        qsort(names.p, names.n, sizeof *names.p, by_bytes);
    *ret = names.p;
    *ret_n = names.n;
    return NULL;
}

static int by_name(const void *left, const void *right)
{
    return str_cmp(((const struct column *)left)->name, ((const struct column *)right)->name);
}

static err *read_columns(struct db *d, struct arena *a, struct table *t)
{
    struct db_rows rows;
    TRY(db_query(d, a,
                 "/*@sqlite SELECT name, pk FROM pragma_table_info(:table) */"
                 "/*@postgres SELECT CAST(c.attname AS TEXT), CAST(COALESCE(array_position("
                 "CAST(i.indkey AS INT2[]), c.attnum) + 1, 0) AS BIGINT)"
                 " FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace"
                 " JOIN pg_attribute c ON c.attrelid = t.oid"
                 " LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary"
                 " WHERE n.nspname = current_schema() AND t.relname = :table"
                 " AND c.attnum > 0 AND NOT c.attisdropped */",
                 DB_ARGS(DB_T("table", t->name)), &rows));
    VEC(struct column) columns = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &columns, ((struct column){db_str(&rows, 0), db_int(&rows, 1)}));
    }
    if (!columns.n)
        return err_new(ERR_MISSING, "没有表%.*s", STR_ARG(t->name));
    qsort(columns.p, columns.n, sizeof *columns.p, by_name);
    t->column = columns.p;
    t->n = columns.n;
    for (size_t i = 0; i < t->n; i++) {
        int64_t key = t->column[i].key;
        CHECK(key <= LIMIT_KEY_COLUMNS);
        if (key)
            t->key[key - 1] = i, t->keys++;
    }
    return t->keys ? NULL : err_new(ERR_DATABASE, "表%.*s没有主键", STR_ARG(t->name));
}

static void add_keys(buf *b, const struct table *t, const char *mark)
{
    for (size_t i = 0; i < t->keys; i++) {
        buf_add(b, i ? S(", ") : S(""));
        if (mark)
            buf_printf(b, ":%s%zu", mark, i);
        else
            buf_printf(b, "\"%.*s\"", STR_ARG(t->column[t->key[i]].name));
    }
}

static const char *page_sql(struct arena *a, const struct table *t, bool next)
{
    buf b = buf_make(a, LIMIT_SQL_TEXT);
    for (size_t i = 0; i < t->n; i++)
        buf_printf(&b, "%s\"%.*s\"", i ? ", " : "SELECT ", STR_ARG(t->column[i].name));
    buf_printf(&b, " FROM \"%.*s\"", STR_ARG(t->name));
    if (next) {
        buf_add(&b, S(" WHERE ("));
        add_keys(&b, t, NULL);
        buf_add(&b, S(") > ("));
        add_keys(&b, t, "k");
        buf_char(&b, ')');
    }
    buf_add(&b, S(" ORDER BY "));
    add_keys(&b, t, NULL);
    buf_printf(&b, " LIMIT %d", PAGE_ROWS);
    buf_char(&b, '\0');
    CHECK(!b.overflow);
    return b.p;
}

static err *table_open(struct db *d, struct arena *a, str name, struct table *ret)
{
    /* it becomes part of a statement */
    for (size_t i = 0; i < name.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", name.p[i]) || !name.p[i])
            return err_new(ERR_INPUT, "表名只能用小写字母、数字和下划线");
    *ret = (struct table){.name = name};
    TRY(read_columns(d, a, ret));
    ret->first_page = page_sql(a, ret, false);
    ret->next_page = page_sql(a, ret, true);
    return NULL;
}

/* ---- reading in order ---- */

struct cursor {
    struct db *db;
    const struct table *table;
    struct arena *page, *spare; /* the key of the last row outlives its page by one */
    struct db_rows rows;
    size_t seen; /* rows of this page; 0 before the first */
    bool started;
    const struct db_value *row; /* NULL at the end */
};

static bool lookup_key(void *context, str name, struct db_value *ret)
{
    const struct cursor *c = context;
    int64_t i;
    if (!str_starts(name, S("k")) || !str_int64(str_sub(name, 1, name.n), &i))
        return false;
    *ret = c->row[c->table->key[i]];
    return true;
}

static err *cursor_page(struct cursor *c)
{
    struct arena *next = c->spare;
    arena_reset(next);
    c->spare = c->page;
    c->page = next;
    struct db_args args = {.lookup = lookup_key, .context = c};
    TRY(db_query(c->db, next, c->started ? c->table->next_page : c->table->first_page, &args,
                 &c->rows));
    c->started = true;
    c->seen = 0;
    return NULL;
}

static err *cursor_next(struct cursor *c)
{
    bool more;
    TRY(db_next(&c->rows, &more));
    if (!more && c->seen == PAGE_ROWS) {
        TRY(cursor_page(c));
        TRY(db_next(&c->rows, &more));
    }
    c->seen += more;
    c->row = more ? ((const struct rows *)c->rows.handle)->row : NULL;
    return NULL;
}

static err *cursor_open(struct db *d, const struct table *t, struct cursor *ret)
{
    *ret = (struct cursor){.db = d, .table = t, .page = arena_new(), .spare = arena_new()};
    TRY(cursor_page(ret));
    TRY(cursor_next(ret));
    return NULL;
}

static void cursor_close(struct cursor *c)
{
    arena_free(c->page);
    arena_free(c->spare);
}

/* Pages of one table belong to one moment. */
static err *snapshot(struct db *d, bool *ret_own)
{
    *ret_own = d->tx == TX_NONE;
    if (*ret_own)
        TRY(db_begin_read(d));
    return NULL;
}

static void snapshot_end(struct db *d, bool own)
{
    if (own)
        db_rollback(d);
}

/* ---- digest ---- */

static void add_value(struct sm3_state *state, const struct db_value *v)
{
    static const char letter[] = {
        [DB_NULL] = 'n', [DB_INT] = 'i', [DB_TEXT] = 't', [DB_BLOB] = 'b'};
    uint64_t number = v->kind == DB_INT ? (uint64_t)v->i : v->s.n;
    uint8_t head[9] = {(uint8_t)letter[v->kind]};
    for (int i = 0; i < 8; i++)
        head[1 + i] = (uint8_t)(number >> (56 - 8 * i));
    sm3_add(state, head, sizeof head);
    if (v->kind == DB_TEXT || v->kind == DB_BLOB)
        sm3_add(state, v->s.p, v->s.n);
}

static err *digest_rows(struct cursor *c, struct sm3_state *state, int64_t *ret_rows)
{
    int64_t n = 0;
    for (; c->row; n++) {
        for (size_t i = 0; i < c->table->n; i++)
            add_value(state, &c->row[i]);
        TRY(cursor_next(c));
    }
    *ret_rows = n;
    return NULL;
}

static err *digest_table(struct db *d, const struct table *t, struct sm3 *ret, int64_t *ret_rows)
{
    struct sm3_state state;
    sm3_init(&state);
    for (size_t i = 0; i < t->n; i++)
        add_value(&state, &(struct db_value){DB_TEXT, 0, t->column[i].name});
    struct cursor c;
    err *e = cursor_open(d, t, &c);
    if (!e)
        e = digest_rows(&c, &state, ret_rows);
    cursor_close(&c);
    *ret = sm3_end(&state);
    return e;
}

err *table_digest(struct db *d, str name, struct sm3 *ret, int64_t *ret_rows)
{
    AUTO_ARENA(a);
    struct table t;
    struct sm3 digest;
    int64_t rows = 0;
    bool own;
    TRY(snapshot(d, &own));
    err *e = table_open(d, a, name, &t);
    if (!e)
        e = digest_table(d, &t, &digest, &rows);
    snapshot_end(d, own);
    if (e)
        return err_seen_(e, HERE);
    *ret = digest;
    *ret_rows = rows;
    return NULL;
}

/* ---- difference ---- */

static int compare(const struct db_value *left, const struct db_value *right)
{
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    if (left->kind == DB_INT)
        return (left->i > right->i) - (left->i < right->i);
    return left->kind == DB_NULL ? 0 : str_cmp(left->s, right->s);
}

/* Order of the rows both stand at; an ended table is behind everything. */
static int compare_keys(const struct cursor *left, const struct cursor *right)
{
    if (!left->row || !right->row)
        return (left->row ? -1 : 0) + (right->row ? 1 : 0);
    for (size_t i = 0; i < left->table->keys; i++) {
        size_t column = left->table->key[i];
        int order = compare(&left->row[column], &right->row[column]);
        if (order)
            return order;
    }
    return 0;
}

static str key_text(struct arena *a, const struct cursor *c)
{
    buf b = buf_make(a, 4096);
    for (size_t i = 0; i < c->table->keys; i++) {
        const struct db_value *v = &c->row[c->table->key[i]];
        if (i)
            buf_char(&b, '/');
        if (v->kind == DB_INT)
            buf_int(&b, v->i);
        else if (v->kind == DB_BLOB)
            buf_hex(&b, (const uint8_t *)v->s.p, v->s.n < 64 ? v->s.n : 64);
        else
            buf_add(&b, str_sub(v->s, 0, 512));
    }
    return buf_str(&b);
}

/* Walks both until a row differs; *ret_column is the column that does, "" when a row is on one side
 * only. */
static err *walk_both(struct cursor *left, struct cursor *right, struct arena *a, str *ret_key,
                      str *ret_column)
{
    *ret_key = *ret_column = S("");
    while (left->row || right->row) {
        int order = compare_keys(left, right);
        if (order) {
            *ret_key = key_text(a, order < 0 ? left : right);
            return NULL;
        }
        for (size_t i = 0; i < left->table->n; i++)
            if (compare(&left->row[i], &right->row[i])) {
                *ret_key = key_text(a, left);
                *ret_column = arena_str(a, left->table->column[i].name);
                return NULL;
            }
        TRY(cursor_next(left));
        TRY(cursor_next(right));
    }
    return NULL;
}

static err *same_columns(const struct table *left, const struct table *right)
{
    bool same = left->n == right->n;
    for (size_t i = 0; same && i < left->n; i++)
        same = str_eq(left->column[i].name, right->column[i].name) &&
               left->column[i].key == right->column[i].key;
    return same ? NULL
                : err_new(ERR_VERSION, "两边的表%.*s结构不同，请先升级到同一步",
                          STR_ARG(left->name));
}

static err *difference(struct db *left, struct db *right, struct arena *a, str name, str *ret_key,
                       str *ret_column)
{
    AUTO_ARENA(own);
    struct table l, r;
    TRY(table_open(left, own, name, &l));
    TRY(table_open(right, own, name, &r));
    TRY(same_columns(&l, &r));
    struct cursor at_left = {0}, at_right = {0};
    str key, column;
    err *e = cursor_open(left, &l, &at_left);
    if (!e)
        e = cursor_open(right, &r, &at_right);
    if (!e)
        e = walk_both(&at_left, &at_right, a, &key, &column);
    cursor_close(&at_left);
    cursor_close(&at_right);
    if (e)
        return err_seen_(e, HERE);
    *ret_key = key;
    *ret_column = column;
    return NULL;
}

err *table_difference(struct db *left, struct db *right, struct arena *a, str table, str *ret_key,
                      str *ret_column)
{
    bool own_left, own_right;
    TRY(snapshot(left, &own_left));
    err *e = snapshot(right, &own_right);
    if (!e) {
        e = difference(left, right, a, table, ret_key, ret_column);
        snapshot_end(right, own_right);
    }
    snapshot_end(left, own_left);
    return err_seen_(e, HERE);
}
