/*
 * Composing what the public sees, and reading what is published. The gate stands here, in one function: nothing is composed
 * that did not go through it. SQL is put together from constant text of the tables only.
 */
#include "acts/act.h"
#include "acts/disclosed.h"

#include <string.h>

enum { LIMIT_CONTENT = 256 << 10, LIMIT_LIST_ROWS = 500, LIMIT_STATEMENT = 8 << 10 };

/* ---- the gate ---- */

bool disclosed_column(const char *table, const struct thing_column *c)
{
    if (c->flags & (COLUMN_PRIVATE | COLUMN_INSIDE))
        return false;
    if (c->sql || c->kind == COLUMN_REF || c->kind == COLUMN_DEGREE)
        return false;
    return !erase_places_in(table, c->name);
}

static const struct thing_column *column_of(const struct thing *t, str name)
{
    for (const struct thing_column *c = t->columns; c->name; c++)
        if (str_eq(name, str_of(c->name)))
            return c;
    return NULL;
}

/* ---- composing ---- */

static void put_value(struct json_out *o, const char *name, const struct db_value *v)
{
    if (v->kind == DB_INT)
        json_put_int(o, str_of(name), v->i);
    else if (v->kind == DB_TEXT)
        json_put_str(o, str_of(name), v->s);
}

/* The columns that pass, in the order of the list; NULL at the end. */
static const struct thing_column **passing(struct arena *a, const struct thing *t, const char *names)
{
    const struct thing_column **ret = NEW_ARRAY(a, thing_columns(t) + 1, const struct thing_column *);
    str rest = str_of(names), name;
    size_t n = 0;
    while (rest.p && str_next(&rest, ' ', &name)) {
        const struct thing_column *c = name.n ? column_of(t, name) : NULL;
        CHECK(c || !name.n); /* a list names columns of its thing */
        if (c && disclosed_column(t->table, c))
            ret[n++] = c;
    }
    return ret;
}

static err *compose_columns(struct db *d, struct arena *a, struct json_out *o, const char *key, const char *table,
                            const char *names, const char *where, str ref)
{
    const struct thing *t = thing_of(str_of(table));
    struct db_rows rows;
    bool more;
    CHECK(t);
    const struct thing_column **c = passing(a, t, names);
    if (!c[0])
        return NULL;
    buf b = buf_make(a, LIMIT_STATEMENT);
    buf_add(&b, S("SELECT "));
    for (size_t i = 0; c[i]; i++)
        buf_printf(&b, "%sx.%s", i ? ", " : "", c[i]->name);
    buf_printf(&b, " FROM %s x WHERE %s", table, where);
    TRY(db_query(d, a, arena_cstr(a, buf_str(&b)), DB_ARGS(DB_T("ref", ref)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    json_key(o, str_of(key));
    json_open(o, '{');
    for (size_t i = 0; c[i]; i++) {
        struct db_value v = db_column(&rows, (int)i);
        put_value(o, c[i]->name, &v);
    }
    json_close(o, '}');
    db_rows_end(&rows);
    return NULL;
}

static err *compose_list(struct db *d, struct arena *a, struct json_out *o, const struct disclosed_list *l, str ref)
{
    struct db_rows rows;
    buf b = buf_make(a, LIMIT_STATEMENT), names = buf_make(a, LIMIT_STATEMENT);
    const struct thing_column *c[16];
    size_t n = 0;
    for (const struct thing_column *x = l->columns; x->name && n < 16; x++)
        if (disclosed_column(l->table, x)) {
            buf_printf(&names, "%sx.%s", n ? ", " : "", x->name);
            c[n++] = x;
        }
    if (!n)
        return NULL;
    buf_printf(&b, "SELECT %.*s FROM %s x WHERE x.%s = :ref%s%s ORDER BY %.*s LIMIT %d", STR_ARG(buf_str(&names)), l->table, l->key,
               l->where ? " AND " : "", l->where ? l->where : "", STR_ARG(buf_str(&names)), LIMIT_LIST_ROWS);
    TRY(db_query(d, a, arena_cstr(a, buf_str(&b)), DB_ARGS(DB_T("ref", ref)), &rows));
    json_key(o, str_of(l->table));
    json_open(o, '[');
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        json_open(o, '{');
        for (size_t i = 0; i < n; i++) {
            struct db_value v = db_column(&rows, (int)i);
            put_value(o, c[i]->name, &v);
        }
        json_close(o, '}');
    }
    json_close(o, ']');
    return NULL;
}

static err *compose_numbers(struct db *d, struct arena *a, struct json_out *o, const struct disclosed_kind *k, str ref, str agency)
{
    day from = 0, to = 0;
    if (!k->numbers || (!k->table && !disclosed_period(ref, &from, &to)))
        return NULL;
    json_key(o, S("numbers"));
    json_open(o, '{');
    for (const struct disclosed_number *n = k->numbers; n->name; n++) {
        int64_t value;
        TRY(db_one_int(d, n->sql, k->table ? DB_ARGS(DB_T("ref", ref))
                                           : DB_ARGS(DB_T("agency", agency), DB_I("from", day_start(from)), DB_I("to", day_start(to))),
                       0, &value));
        json_put_int(o, str_of(n->name), value);
    }
    json_close(o, '}');
    (void)a;
    return NULL;
}

/* A company by what it is publicly known by: its unified code, and where it is. Persons have neither shown. */
static err *compose_parties(struct db *d, struct arena *a, struct json_out *o, const struct disclosed_kind *k, str ref, bool names_provider)
{
    if (k->provider && names_provider)
        TRY(compose_columns(d, a, o, "provider", "provider", "uscc kind",
                            arena_cstr(a, arena_printf(a, "x.id = (SELECT o.%s FROM %s o WHERE o.id = :ref)", k->provider, k->table)), ref));
    if (k->subject)
        TRY(compose_columns(d, a, o, "subject", "subject", "uscc region class",
                            arena_cstr(a, arena_printf(a, "x.id = (SELECT o.%s FROM %s o WHERE o.id = :ref)", k->subject, k->table)), ref));
    return NULL;
}

err *disclosed_compose(struct db *d, struct arena *a, const struct disclosed_kind *k, str ref, str agency, bool names_provider, str *ret)
{
    buf b = buf_make(a, LIMIT_CONTENT), canonical = buf_make(a, LIMIT_CONTENT);
    struct json_out o = {&b, false};
    const struct json *json;
    json_open(&o, '{');
    json_put_int(&o, S("v"), 1);
    if (!k->personal && !k->secret) {
        if (k->table)
            TRY(compose_columns(d, a, &o, "columns", k->table, k->columns, "x.id = :ref", ref));
        TRY(compose_parties(d, a, &o, k, ref, names_provider));
        TRY(compose_numbers(d, a, &o, k, ref, agency));
        json_key(&o, S("lists"));
        json_open(&o, '{');
        for (const struct disclosed_list *l = k->lists; l && l->label; l++)
            TRY(compose_list(d, a, &o, l, ref));
        json_close(&o, '}');
    }
    json_close(&o, '}');
    if (b.overflow)
        return err_new(ERR_LIMIT, "公开内容超过%d KB", LIMIT_CONTENT >> 10);
    TRY(json_parse(a, buf_str(&b), LIMIT_CONTENT, &json));
    json_canonical(&(struct json_out){&canonical, false}, json);
    *ret = buf_str(&canonical);
    return NULL;
}

/* ---- content as rows ---- */

struct rows {
    struct arena *a;
    VEC(struct disclosed_value) v;
};

static struct db_value stored(const struct json *j)
{
    if (j->kind == JSON_NUMBER && j->integer)
        return (struct db_value){DB_INT, j->i, STR_NONE};
    return j->kind == JSON_STRING ? (struct db_value){DB_TEXT, 0, j->string} : (struct db_value){0};
}

static void add_columns(struct rows *r, const struct thing_column *columns, const struct json *object, const char *list, const char *before,
                        size_t row)
{
    for (const struct thing_column *c = columns; object && c->name; c++) {
        const struct json *v = json_get(object, str_of(c->name));
        if (!v)
            continue;
        const char *label = before ? arena_cstr(r->a, arena_printf(r->a, "%s%s", before, c->label)) : c->label;
        vec_push(r->a, &r->v, ((struct disclosed_value){label, c->name, list, row, *c, stored(v)}));
    }
}

err *disclosed_values(struct arena *a, const struct disclosed_kind *k, str content, struct disclosed_value **ret, size_t *ret_n)
{
    struct rows r = {.a = a};
    const struct json *json;
    TRY(json_parse(a, content, LIMIT_CONTENT, &json));
    if (k->table)
        add_columns(&r, thing_of(str_of(k->table))->columns, json_get(json, S("columns")), NULL, NULL, 0);
    add_columns(&r, thing_of(S("subject"))->columns, json_get(json, S("subject")), NULL, "当事人", 0);
    add_columns(&r, thing_of(S("provider"))->columns, json_get(json, S("provider")), NULL, "第三方", 0);
    const struct json *numbers = json_get(json, S("numbers")), *lists = json_get(json, S("lists"));
    for (const struct disclosed_number *n = k->numbers; n && n->name; n++) {
        const struct json *v = json_get(numbers, str_of(n->name));
        struct thing_column c = {n->name, n->label, COLUMN_INT, 0, NULL, NULL};
        if (v)
            vec_push(a, &r.v, ((struct disclosed_value){n->label, n->name, NULL, 0, c, stored(v)}));
    }
    for (const struct disclosed_list *l = k->lists; l && l->label; l++) {
        const struct json *list = json_get(lists, str_of(l->table));
        for (size_t i = 0; list && i < list->n; i++)
            add_columns(&r, l->columns, &list->child[i], l->label, NULL, i);
    }
    *ret = r.v.p;
    *ret_n = r.v.n;
    return NULL;
}

/* ---- periods ---- */

static bool months(int64_t year, int first, int n, day *ret_from, day *ret_to)
{
    int last = first + n;
    *ret_from = day_from_civil((int)year, first, 1);
    *ret_to = last > 12 ? day_from_civil((int)year + 1, 1, 1) : day_from_civil((int)year, last, 1);
    return true;
}

bool disclosed_period(str text, day *ret_from, day *ret_to)
{
    static const struct { const char *word; int first, n; } words[] = {
        {"", 1, 12}, {"全年", 1, 12}, {"上半年", 1, 6}, {"下半年", 7, 6}, {"一季度", 1, 3}, {"二季度", 4, 3}, {"三季度", 7, 3},
        {"四季度", 10, 3}, {"第一季度", 1, 3}, {"第二季度", 4, 3}, {"第三季度", 7, 3}, {"第四季度", 10, 3}};
    ptrdiff_t at = str_find(text, S("年"));
    int64_t year, month;
    if (at != 4 || !str_int64(str_sub(text, 0, 4), &year) || year < 2000 || year > 2200)
        return false;
    str rest = str_sub(text, 4 + S("年").n, text.n);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(rest, str_of(words[i].word)))
            return months(year, words[i].first, words[i].n, ret_from, ret_to);
    if (!str_ends(rest, S("月")) || !str_int64(str_sub(rest, 0, rest.n - S("月").n), &month) || month < 1 || month > 12)
        return false;
    return months(year, (int)month, 1, ret_from, ret_to);
}

/* ---- reading what is published ---- */

#define ITEM_SQL                                                                                    \
    "SELECT x.id, x.kind, x.ref, x.agency, g.name, x.content, x.digest, x.withdraw_class, x.seq, x.published_at, x.withdrawn_at," \
    " (SELECT MAX(u.due_at) FROM disclosure_due u WHERE u.what = 'publish' AND u.disclosure = x.id),"  \
    " (SELECT MAX(u.event_at) FROM disclosure_due u WHERE u.what = 'publish' AND u.disclosure = x.id)" \
    " FROM disclosure x LEFT JOIN agency g ON g.id = x.agency WHERE "

static usec time_at(struct db_rows *rows, int column)
{
    struct db_value v = db_column(rows, column);
    return v.kind == DB_INT ? v.i : USEC_NONE;
}

static struct disclosed_item take_item(struct db_rows *r)
{
    return (struct disclosed_item){.id = db_str(r, 0), .kind = db_str(r, 1), .ref = db_str(r, 2), .agency = db_str(r, 3),
                                   .agency_name = db_str(r, 4), .content = db_str(r, 5), .digest = db_str(r, 6),
                                   .withdraw_class = db_str(r, 7), .seq = db_int(r, 8), .published_at = time_at(r, 9),
                                   .withdrawn_at = time_at(r, 10), .due_at = time_at(r, 11), .event_at = time_at(r, 12)};
}

/* What a person typed, as a pattern of LIKE. */
static str pattern(struct arena *a, str text)
{
    buf b = buf_make(a, 2 * text.n + 2);
    buf_char(&b, '%');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '\\')
            buf_char(&b, '\\');
        buf_char(&b, text.p[i]);
    }
    buf_char(&b, '%');
    return buf_str(&b);
}

err *disclosed_find(struct db *d, struct arena *a, const struct disclosed_query *q, struct disclosed_item **ret, size_t *ret_n)
{
    VEC(struct disclosed_item) v = {0};
    struct db_rows rows;
    CHECK(q->limit >= 1);
    TRY(db_query(d, a,
                 ITEM_SQL "(CAST(:kind AS TEXT) IS NULL OR x.kind = :kind) AND (CAST(:agency AS TEXT) IS NULL OR x.agency = :agency)"
                          " AND (CAST(:before AS BIGINT) = 0 OR x.seq < :before) AND (CAST(:like AS TEXT) IS NULL"
                          " OR x.ref LIKE :like ESCAPE '\\' OR x.id LIKE :like ESCAPE '\\' OR x.content LIKE :like ESCAPE '\\'"
                          " OR g.name LIKE :like ESCAPE '\\') ORDER BY x.seq DESC LIMIT :limit",
                 DB_ARGS(DB_T("kind", q->kind.n ? q->kind : STR_NONE), DB_T("agency", q->agency.n ? q->agency : STR_NONE),
                         DB_I("before", q->before), DB_T("like", q->text.n ? pattern(a, q->text) : STR_NONE), DB_I("limit", q->limit)),
                 &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &v, take_item(&rows));
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

err *disclosed_get(struct db *d, struct arena *a, str id, struct disclosed_item *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, ITEM_SQL "x.id = :id", DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "没有这一项公开信息");
    *ret = take_item(&rows);
    db_rows_end(&rows);
    return NULL;
}

err *disclosed_timely(struct db *d, struct arena *a, str agency, usec now, struct disclosed_timeliness **ret, size_t *ret_n)
{
    struct disclosed_timeliness *t = NEW_ARRAY(a, disclosed_kind_count(), struct disclosed_timeliness);
    struct db_rows rows;
    size_t n = 0;
    TRY(db_query(d, a,
                 "SELECT u.kind, SUM(CASE WHEN u.what = 'publish' THEN 1 ELSE 0 END),"
                 " SUM(CASE WHEN u.what = 'publish' AND u.state = 'done' AND u.done_at <= u.due_at THEN 1 ELSE 0 END),"
                 " SUM(CASE WHEN u.what = 'publish' AND u.state = 'done' AND u.done_at > u.due_at THEN 1 ELSE 0 END),"
                 " SUM(CASE WHEN u.what = 'publish' AND u.state = 'open' THEN 1 ELSE 0 END),"
                 " SUM(CASE WHEN u.what = 'publish' AND u.state = 'open' AND u.due_at < :now THEN 1 ELSE 0 END),"
                 " SUM(CASE WHEN u.what = 'publish' AND u.state = 'withheld' THEN 1 ELSE 0 END),"
                 " CAST(COALESCE(SUM(CASE WHEN u.what = 'publish' THEN u.workdays END), 0) AS BIGINT),"
                 " COUNT(CASE WHEN u.what = 'publish' THEN u.workdays END),"
                 " SUM(CASE WHEN u.what = 'withdraw' AND u.state = 'done' THEN 1 ELSE 0 END),"
                 " SUM(CASE WHEN u.what = 'withdraw' AND ((u.state = 'done' AND u.done_at > u.due_at) OR (u.state = 'open' AND"
                 " u.due_at < :now)) THEN 1 ELSE 0 END)"
                 " FROM disclosure_due u WHERE (CAST(:agency AS TEXT) IS NULL OR u.agency = :agency) GROUP BY u.kind ORDER BY u.kind",
                 DB_ARGS(DB_I("now", now), DB_T("agency", agency.n ? agency : STR_NONE)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        const struct disclosed_kind *k = disclosed_kind_find(db_str(&rows, 0));
        if (k)
            t[n++] = (struct disclosed_timeliness){k, db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3), db_int(&rows, 4),
                                                   db_int(&rows, 5), db_int(&rows, 6), db_int(&rows, 7), db_int(&rows, 8),
                                                   db_int(&rows, 9), db_int(&rows, 10)};
    }
    *ret = t;
    *ret_n = n;
    return NULL;
}
