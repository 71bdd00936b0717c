/*
 * Reading state. SQL is put together from constant text of the descriptors only; whatever comes from outside is a
 * parameter. Every SELECT carries the scope of its reader, so a row he may not see does not exist for him.
 *
 * Keys of pages: without newest_first the key column itself; with it "seq:key", because one act may write several
 * rows.
 */
#include "acts/things_private.h"

#include <string.h>

static const struct thing *const parts[] = {
    things_people,
    things_work,
    things_conduct,
    things_monitor,
    things_paper,
    things_exchange,
    things_integrity,
    things_scene,
};
enum { PARTS = sizeof parts / sizeof *parts };
enum { LIMIT_SQL = 16 << 10, LIMIT_SCAN = 2000, LIMIT_ARGS = 32 };

size_t thing_count(void)
{
    size_t n = 0;
    for (size_t p = 0; p < PARTS; p++)
        for (const struct thing *t = parts[p]; t->name; t++)
            n++;
    return n;
}

const struct thing *thing_at(size_t index)
{
    for (size_t p = 0; p < PARTS; p++)
        for (const struct thing *t = parts[p]; t->name; t++)
            if (!index--)
                return t;
    return NULL;
}

/* Asked some twenty times for a page: most names part at their first byte. */
static bool is_named(str name, const char *of)
{
    return name.n && name.p[0] == of[0] && !strncmp(name.p, of, name.n) && !of[name.n];
}

const struct thing *thing_find(str name)
{
    for (size_t p = 0; p < PARTS; p++)
        for (const struct thing *t = parts[p]; t->name; t++)
            if (is_named(name, t->name))
                return t;
    return NULL;
}

const struct thing *thing_of(str table)
{
    for (size_t p = 0; p < PARTS; p++)
        for (const struct thing *t = parts[p]; t->name; t++)
            if (is_named(table, t->table))
                return t;
    return NULL;
}

size_t thing_columns(const struct thing *t)
{
    size_t n = 0;
    while (t->columns[n].name)
        n++;
    return n;
}

static bool outsider(const struct reader *r)
{
    return r->provider.p || r->subject.p || (r->roles & (ROLES_THIRD_PARTY | SUBJECT_ROLE));
}

bool thing_shows(const struct thing *t, size_t column, const struct reader *reader)
{
    return !reader || !(t->columns[column].flags & COLUMN_INSIDE) || !outsider(reader);
}

enum clue_reach clue_reach(const struct reader *r)
{
    if (!r)
        return CLUES_ALL;
    if (outsider(r))
        return CLUES_NONE; /* his own are his as their author */
    return (r->roles & ROLES_CLUE_READERS) || r->decides_clues ? CLUES_ALL : r->roles & ROLE_BIT(ROLE_ARCHIVIST) ? CLUES_SEALED_FILES : CLUES_NONE;
}

static const char *scope_of(const struct thing *t, const struct reader *r)
{
    if (!r)
        return EVERYBODY;
    if (!(t->roles & r->roles) || (r->residual && !t->residual) || (t->clues && !outsider(r) && clue_reach(r) != CLUES_ALL))
        return NULL;
    if (r->roles & LEAD)
        return t->scope_provider;
    if (r->roles & MEMBER_ROLE)
        return t->scope_member;
    if (r->roles & SUBJECT_ROLE)
        return t->scope_subject;
    if (outsider(r))
        return NULL; /* a third party's account with an inside role: nothing, whatever the table says */
    return r->roles & INSIDE_ROLES ? t->scope_agency : t->scope_public;
}

bool thing_open(const struct thing *t, const struct reader *reader)
{
    return scope_of(t, reader) != NULL;
}

/* ---- parameters ---- */
struct args { struct db_arg p[LIMIT_ARGS]; size_t n; };

static void add(struct args *a, struct db_arg arg)
{
    CHECK(a->n < LIMIT_ARGS);
    a->p[a->n++] = arg;
}

static void add_reader(struct args *a, const struct reader *r)
{
    static const struct reader nobody;
    if (!r)
        r = &nobody;
    bool watch = r->roles & (ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR));
    add(a, DB_T("user", r->user));
    add(a, DB_T("agency", r->agency));
    add(a, DB_T("provider", r->provider));
    add(a, DB_T("member", r->member));
    add(a, DB_T("subject", r->subject));
    add(a, DB_I("region_low", r->region));
    add(a, DB_I("region_high", region_last(r->region)));
    add(a, DB_I("discipline", watch));
    add(a, DB_I("clues", clue_reach(r)));
}

static const struct db_args *args_of(struct arena *a, struct args *list)
{
    struct db_args *args = NEW(a, struct db_args);
    *args = (struct db_args){.p = list->p, .n = list->n};
    return args;
}

/* ---- statements ---- */
static const char *key_of(const struct thing *t)
{
    return t->key ? t->key : "id";
}

static bool numeric_key(const struct thing *t)
{
    return strcmp(key_of(t), "seq") == 0 || strcmp(key_of(t), "date") == 0;
}

static void column_sql(buf *b, const struct thing_column *c)
{
    if (!c->sql)
        buf_add(b, S("x."));
    buf_add(b, str_of(c->sql ? c->sql : c->name));
}

static void select_sql(buf *b, const struct thing *t, const char *scope)
{
    buf_add(b, S("SELECT "));
    for (const struct thing_column *c = t->columns; c->name; c++) {
        column_sql(b, c);
        buf_add(b, S(", "));
    }
    buf_printf(b, "CAST(x.%s AS TEXT), ", key_of(t));
    if (t->title)
        buf_add(b, str_of(t->title));
    else
        buf_printf(b, "CAST(x.%s AS TEXT)", key_of(t));
    buf_printf(b, ", x.seq FROM %s x WHERE (", t->table);
    buf_add(b, str_of(scope));
    buf_add(b, S(")"));
}

static const char *sql_text(const buf *b)
{
    CHECK(!b->overflow);
    return arena_cstr(b->arena, buf_str(b));
}

static const struct thing_column *filter_column(const struct thing *t, str name)
{
    for (const struct thing_column *c = t->columns; c->name; c++)
        if ((c->flags & COLUMN_FILTER) && str_eq(name, str_of(c->name)))
            return c;
    return NULL;
}

static str filter_names(struct arena *a, const struct thing *t)
{
    buf b = buf_make(a, 2000);
    for (const struct thing_column *c = t->columns; c->name; c++)
        if (c->flags & COLUMN_FILTER)
            buf_printf(&b, "%s%s", b.n ? " " : "", c->name);
    return buf_str(&b);
}

static bool whole_number(const struct thing_column *c)
{
    return c->kind == COLUMN_INT || c->kind == COLUMN_FLAG || c->kind == COLUMN_REGION || c->kind == COLUMN_DAY ||
           c->kind == COLUMN_TIME || c->kind == COLUMN_FEN;
}

static err *filter_value(const struct thing_column *c, str text, struct db_value *ret)
{
    day date;
    usec time;
    *ret = (struct db_value){DB_TEXT, 0, text};
    if (!whole_number(c))
        return NULL;
    *ret = (struct db_value){DB_INT, 0, STR_NONE};
    err *e = NULL;
    if (c->kind == COLUMN_DAY) {
        e = day_parse(text, &date);
        ret->i = e ? 0 : date;
    } else if (c->kind == COLUMN_TIME) {
        e = time_parse(text, &time);
        ret->i = e ? 0 : time;
    } else if (!str_int64(text, &ret->i)) {
        e = err_got(err_new(ERR_INPUT, "筛选条件“%s”应为整数", c->label), text, S("整数"), S("1"));
    }
    return err_at(e, str_of(c->name));
}

static err *add_filters(buf *b, struct args *args, const struct thing_query *q)
{
    static const char *const names[] = {"f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7"};
    if (q->filters_n > 8)
        return err_new(ERR_LIMIT, "筛选条件超过8个");
    for (size_t i = 0; i < q->filters_n; i++) {
        const struct thing_column *c = filter_column(q->thing, q->filters[i].column);
        if (!c || !thing_shows(q->thing, (size_t)(c - q->thing->columns), q->reader))
            return err_got(err_at(err_new(ERR_INPUT, "“%s”没有这个筛选条件", q->thing->label), q->filters[i].column),
                           q->filters[i].column, filter_names(b->arena, q->thing), STR_NONE);
        struct db_value value;
        TRY(filter_value(c, q->filters[i].value, &value));
        buf_add(b, S(" AND "));
        column_sql(b, c);
        if (c->kind == COLUMN_REGION) {
            buf_printf(b, " BETWEEN :%s AND :%s + %d", names[i], names[i], region_last((int)value.i) - (int)value.i);
        } else {
            buf_printf(b, " = :%s", names[i]);
        }
        add(args, (struct db_arg){str_of(names[i]), value});
    }
    return NULL;
}

static err *bad_key(str after)
{
    return err_got(err_at(err_new(ERR_INPUT, "翻页位置无法读取"), S("after")), after, S("上一页给出的next"), STR_NONE);
}

static err *add_after(buf *b, struct args *args, const struct thing_query *q)
{
    const char *key = key_of(q->thing);
    str after = q->after, head;
    int64_t n;
    if (!after.n)
        return NULL;
    if (numeric_key(q->thing)) {
        if (!str_int64(after, &n))
            return bad_key(after);
        buf_printf(b, " AND x.%s %s :after", key, q->newest_first ? "<" : ">");
        add(args, DB_I("after", n));
        return NULL;
    }
    if (!q->newest_first) {
        buf_printf(b, " AND x.%s > :after", key);
        add(args, DB_T("after", after));
        return NULL;
    }
    if (!str_next(&after, ':', &head) || !after.p || !str_int64(head, &n))
        return bad_key(q->after);
    buf_printf(b, " AND (x.seq < :after_seq OR (x.seq = :after_seq AND x.%s > :after))", key);
    add(args, DB_I("after_seq", n));
    add(args, DB_T("after", after));
    return NULL;
}

static void add_order(buf *b, const struct thing_query *q)
{
    const char *key = key_of(q->thing);
    if (numeric_key(q->thing))
        buf_printf(b, " ORDER BY x.%s %s", key, q->newest_first ? "DESC" : "ASC");
    else if (q->newest_first)
        buf_printf(b, " ORDER BY x.seq DESC, x.%s ASC", key);
    else
        buf_printf(b, " ORDER BY x.%s ASC", key);
}

/* ---- rows ---- */
static str mask(struct arena *a, str s)
{
    if (!s.p)
        return s;
    size_t points = utf8_count(s);
    if (points <= 4)
        return S("＊＊＊");
    str head = utf8_clip(s, points >= 9 ? 3 : 1);
    str but_two = utf8_clip(s, points - 2);
    str tail = points >= 9 ? str_sub(s, but_two.n, s.n) : S("");
    return arena_printf(a, "%.*s****%.*s", STR_ARG(head), STR_ARG(tail));
}

static bool concerned(const struct reader *r)
{
    return !r || outsider(r) ||
           (r->roles & (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_SYSADMIN)));
}

/* Columns, then key and title as text, then seq. */
static struct db_value *take_row(struct arena *a, const struct thing *t, const struct reader *reader, struct db_rows *rows)
{
    size_t n = thing_columns(t);
    struct db_value *row = NEW_ARRAY(a, n + 3, struct db_value);
    for (size_t i = 0; i < n + 3; i++)
        row[i] = db_column(rows, (int)i);
    for (size_t i = 0; i < n; i++) {
        if (!thing_shows(t, i, reader))
            row[i] = (struct db_value){0};
        else if ((t->columns[i].flags & COLUMN_PRIVATE) && row[i].kind == DB_TEXT && !concerned(reader))
            row[i].s = mask(a, row[i].s);
    }
    if (row[n + 1].kind != DB_TEXT || !row[n + 1].s.n)
        row[n + 1] = row[n];
    return row;
}

static str next_key(struct arena *a, const struct thing_query *q, const struct db_value *row)
{
    size_t n = thing_columns(q->thing);
    if (numeric_key(q->thing) || !q->newest_first)
        return row[n].s;
    return arena_printf(a, "%lld:%.*s", (long long)row[n + 2].i, STR_ARG(row[n].s));
}

static err *closed(const struct thing *t)
{
    return err_new(ERR_DENIED, "您的角色不能查看“%s”", t->label);
}

/* One row by key inside the scope and the filters; NULL when it is not there. */
static err *one_row(struct db *d, struct arena *a, const struct thing_query *q, str id, struct db_value **ret)
{
    const char *scope = scope_of(q->thing, q->reader);
    struct args *args = NEW(a, struct args);
    struct db_rows rows;
    bool more;
    int64_t n = 0;
    *ret = NULL;
    if (numeric_key(q->thing) && !str_int64(id, &n))
        return NULL;
    buf b = buf_make(a, LIMIT_SQL);
    add_reader(args, q->reader);
    select_sql(&b, q->thing, scope);
    buf_printf(&b, " AND x.%s = :key", key_of(q->thing));
    add(args, numeric_key(q->thing) ? DB_I("key", n) : DB_T("key", id));
    TRY(add_filters(&b, args, q));
    TRY(db_query(d, a, sql_text(&b), args_of(a, args), &rows));
    TRY(db_next(&rows, &more));
    if (more)
        *ret = take_row(a, q->thing, q->reader, &rows);
    db_rows_end(&rows);
    return NULL;
}

/* The index knows no readers: every hit is asked for again inside the scope. */
static err *search_list(struct db *d, struct arena *a, const struct thing_query *q, struct thing_page *ret)
{
    str after = q->after.p ? q->after : S("");
    VEC(struct db_value *) found = {0};
    for (int scanned = 0; scanned < LIMIT_SCAN;) {
        str *ids;
        size_t n;
        TRY(search_find(d, a, str_of(q->thing->table), q->text, after, 200, &ids, &n));
        for (size_t i = 0; i < n; i++) {
            struct db_value *row;
            TRY(one_row(d, a, q, ids[i], &row));
            after = ids[i];
            if (row)
                vec_push(a, &found, row);
            if (found.n == (size_t)q->limit)
                break;
        }
        scanned += (int)n;
        ret->next = n == 200 || found.n == (size_t)q->limit ? after : S("");
        if (n < 200 || found.n == (size_t)q->limit)
            break;
    }
    ret->row = found.p;
    ret->n = found.n;
    return NULL;
}

err *things_list(struct db *d, struct arena *a, const struct thing_query *q, struct thing_page *ret)
{
    const char *scope = scope_of(q->thing, q->reader);
    struct args *args = NEW(a, struct args);
    struct db_rows rows;
    if (!scope)
        return closed(q->thing);
    CHECK(q->limit >= 1 && q->limit <= LIMIT_THING_PAGE);
    *ret = (struct thing_page){.next = S("")};
    if (q->text.n)
        return search_list(d, a, q, ret);
    buf b = buf_make(a, LIMIT_SQL);
    add_reader(args, q->reader);
    select_sql(&b, q->thing, scope);
    TRY(add_filters(&b, args, q));
    if (q->range) {
        buf_printf(&b, " AND x.%s >= :range_low AND x.%s < :range_high", q->range, q->range);
        add(args, DB_I("range_low", q->range_low));
        add(args, DB_I("range_high", q->range_high));
    }
    TRY(add_after(&b, args, q));
    add_order(&b, q);
    buf_add(&b, S(" LIMIT :limit"));
    add(args, DB_I("limit", q->limit + 1));
    TRY(db_query(d, a, sql_text(&b), args_of(a, args), &rows));
    ret->row = NEW_ARRAY(a, (size_t)q->limit, struct db_value *);
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        if (ret->n == (size_t)q->limit) {
            ret->next = next_key(a, q, ret->row[ret->n - 1]);
            db_rows_end(&rows);
            return NULL;
        }
        ret->row[ret->n++] = take_row(a, q->thing, q->reader, &rows);
    }
}

err *things_get(struct db *d, struct arena *a, const struct thing *thing, const struct reader *reader, str id,
                struct db_value **ret_row)
{
    if (!scope_of(thing, reader))
        return closed(thing);
    struct thing_query q = {.thing = thing, .reader = reader, .limit = 1};
    TRY(one_row(d, a, &q, id, ret_row));
    if (!*ret_row)
        return err_new(ERR_MISSING, "没有这一项“%s”，或不在您的查看范围内", thing->label);
    return NULL;
}

err *things_child(struct db *d, struct arena *a, const struct thing_child *c, const struct reader *reader, str id,
                  struct db_rows *ret)
{
    struct args *args = NEW(a, struct args);
    add_reader(args, reader);
    add(args, DB_T("id", id));
    return db_query(d, a, c->sql, args_of(a, args), ret);
}

err *thing_title(struct db *d, struct arena *a, const struct thing *t, str id, str *ret)
{
    int64_t n = 0;
    *ret = id;
    if (!t->title || (numeric_key(t) && !str_int64(id, &n)))
        return NULL;
    const char *sql = arena_cstr(a, arena_printf(a, "SELECT %s FROM %s x WHERE x.%s = :key", t->title, t->table, key_of(t)));
    str title;
    TRY(db_one_str(d, a, sql, numeric_key(t) ? DB_ARGS(DB_I("key", n)) : DB_ARGS(DB_T("key", id)), &title));
    if (title.n)
        *ret = title;
    return NULL;
}

err *thing_title_for(struct db *d, struct arena *a, const struct thing *t, const struct reader *reader, str id, str *ret, bool *ret_given)
{
    const char *scope = scope_of(t, reader);
    struct args *args = NEW(a, struct args);
    struct db_rows rows;
    bool more;
    int64_t n = 0;
    *ret = id;
    *ret_given = false;
    if (numeric_key(t) && !str_int64(id, &n))
        return NULL;
    buf b = buf_make(a, LIMIT_SQL);
    buf_add(&b, S("SELECT "));
    if (t->title)
        buf_add(&b, str_of(t->title));
    else
        buf_printf(&b, "CAST(x.%s AS TEXT)", key_of(t));
    buf_printf(&b, ", CASE WHEN %s THEN 1 ELSE 0 END FROM %s x WHERE x.%s = :key", scope ? scope : "1 = 0", t->table, key_of(t));
    add_reader(args, reader);
    add(args, numeric_key(t) ? DB_I("key", n) : DB_T("key", id));
    TRY(db_query(d, a, sql_text(&b), args_of(a, args), &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        *ret_given = db_int(&rows, 1) != 0;
        if (db_str(&rows, 0).n)
            *ret = db_str(&rows, 0);
    }
    db_rows_end(&rows);
    return NULL;
}
