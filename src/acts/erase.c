/*
 * Forgetting (secret.erase). The sealed bytes leave the ledger with their keys; their copies in tables become the
 * tombstone that replay would put there, so that replaying after an erasure gives equal tables.
 *
 * Where a body field's copy stands is read out of the type's own apply steps: `INSERT INTO t (c..) VALUES (:f..)` keeps
 * it under the row's seq, `UPDATE t SET c = :f, x_seq = :seq` under x_seq. So a new act needs no list kept beside it,
 * and a test walks the catalogue for fields this cannot place.
 */
#include <ctype.h>
#include <pthread.h>
#include "acts/act.h"

struct place { str table, column, seq_column, position_column; /* of a list: its elements share a seq */ };
enum { LIMIT_PLACES = 8 };

static str skip_space(str s)
{
    while (s.n && isspace((unsigned char)s.p[0]))
        s = str_sub(s, 1, s.n);
    return s;
}

static str take_word(str *s)
{
    *s = skip_space(*s);
    size_t n = 0;
    while (n < s->n && (isalnum((unsigned char)s->p[n]) || s->p[n] == '_'))
        n++;
    str word = str_sub(*s, 0, n);
    *s = str_sub(*s, n, s->n);
    return word;
}

/* Next piece up to a comma outside brackets; `end` stops it too (a closing bracket, or the word FROM or WHERE). */
static bool take_piece(str *s, str *ret)
{
    int depth = 0;
    size_t i = 0;
    *s = skip_space(*s);
    if (!s->n)
        return false;
    for (; i < s->n; i++) {
        char c = s->p[i];
        bool stop_word = depth == 0 && c == ' ' &&
                         (str_starts(str_sub(*s, i + 1, s->n), S("FROM ")) || str_starts(str_sub(*s, i + 1, s->n), S("WHERE ")));
        if (stop_word || (depth == 0 && (c == ',' || c == ')')))
            break;
        depth += (c == '(') - (c == ')');
    }
    *ret = str_trim(str_sub(*s, 0, i));
    bool more = i < s->n && s->p[i] == ',';
    *s = more ? str_sub(*s, i + 1, s->n) : str_sub(*s, s->n, 0);
    return true;
}

/* Is the expression just the parameter, or a cast of it? */
static bool is_parameter(str expression, str name)
{
    if (str_starts(expression, S("CAST(")))
        expression = str_sub(expression, 5, expression.n);
    if (!expression.n || expression.p[0] != ':')
        return false;
    str rest = str_sub(expression, 1, expression.n);
    return str_eq(take_word(&rest), name);
}

static bool insert_place(str sql, str name, struct place *ret)
{
    str rest = str_sub(sql, S("INSERT INTO ").n, sql.n), column, value;
    ret->table = take_word(&rest);
    ret->seq_column = S("seq");
    rest = skip_space(rest);
    ptrdiff_t close = str_find(rest, S(")"));
    if (!rest.n || rest.p[0] != '(' || close < 0)
        return false;
    str columns = str_sub(rest, 1, (size_t)close - 1), values = skip_space(str_sub(rest, (size_t)close + 1, rest.n));
    if (str_starts(values, S("VALUES (")))
        values = str_sub(values, S("VALUES (").n, values.n);
    else if (str_starts(values, S("SELECT ")))
        values = str_sub(values, S("SELECT ").n, values.n);
    else
        return false;
    str own = STR_NONE;
    while (take_piece(&columns, &column) && take_piece(&values, &value)) {
        if (!ret->column.p && is_parameter(value, name))
            ret->column = column;
        if (is_parameter(value, S("item_position")))
            ret->position_column = column;
        if (ret->column.p && str_starts(column, ret->column) && str_ends(column, S("_seq")) && is_parameter(value, S("seq")))
            own = column; /* name_seq: the name may have been changed by a later act */
    }
    if (own.p)
        ret->seq_column = own;
    return ret->column.p != NULL;
}

/* As `:seq` itself, or as the branch of a CASE. */
static bool mentions(str expression, str parameter)
{
    for (ptrdiff_t at; (at = str_find(expression, parameter)) >= 0;) {
        str rest = str_sub(expression, (size_t)at + 1, expression.n);
        if (str_eq(take_word(&rest), str_sub(parameter, 1, parameter.n)))
            return true;
        expression = rest;
    }
    return false;
}

static bool update_place(str sql, str name, struct place *ret)
{
    str rest = str_sub(sql, S("UPDATE ").n, sql.n), piece;
    bool found = false;
    ret->table = take_word(&rest);
    ret->seq_column = STR_NONE;
    ptrdiff_t set = str_find(rest, S("SET "));
    if (set < 0)
        return false;
    rest = str_sub(rest, (size_t)set + 4, rest.n);
    while (take_piece(&rest, &piece)) {
        str value = piece, column = take_word(&value);
        value = skip_space(value);
        if (!value.n || value.p[0] != '=')
            continue;
        value = skip_space(str_sub(value, 1, value.n));
        if (is_parameter(value, name) || (str_starts(value, S("COALESCE(")) && is_parameter(str_sub(value, 9, value.n), name))) {
            ret->column = column;
            found = true;
        }
        bool own = ret->column.p && str_starts(column, ret->column); /* name_seq stands nearer to name than state_seq */
        if (str_ends(column, S("_seq")) && mentions(value, S(":seq")) && (!ret->seq_column.p || own))
            ret->seq_column = column;
    }
    return found && ret->seq_column.p;
}

/* SQL parameter of a body item: content.who -> content_who, items[3].note -> item_note, panel -> panel or item. */
static str parameter_of(struct arena *a, str path, bool each)
{
    buf b = buf_make(a, 200);
    ptrdiff_t bracket = str_find(path, S("[")), dot = str_find(path, S("."));
    if (each) {
        buf_add(&b, S("item"));
        if (dot >= 0) {
            buf_char(&b, '_');
            buf_add(&b, str_sub(path, (size_t)dot + 1, path.n));
        }
        return buf_str(&b);
    }
    str head = bracket >= 0 ? str_sub(path, 0, (size_t)bracket) : dot >= 0 ? str_sub(path, 0, (size_t)dot) : path;
    buf_add(&b, head);
    if (dot >= 0) {
        buf_char(&b, '_');
        buf_add(&b, str_sub(path, (size_t)dot + 1, path.n));
    }
    return buf_str(&b);
}

static size_t places_of(struct arena *a, const struct act_type *type, str path, struct place ret[LIMIT_PLACES])
{
    size_t n = 0;
    ptrdiff_t cut = str_find(path, S("["));
    str head = cut >= 0 ? str_sub(path, 0, (size_t)cut) : path;
    for (const struct act_step *s = type->apply; s < type->apply + LIMIT_ACT_STEPS && s->sql && n < LIMIT_PLACES; s++) {
        bool each = s->each && str_eq(head, str_of(s->each));
        str sql = str_of(s->sql), name = parameter_of(a, path, each);
        struct place p = {0};
        bool found = str_starts(sql, S("INSERT INTO ")) ? insert_place(sql, name, &p)
                     : str_starts(sql, S("UPDATE "))    ? update_place(sql, name, &p)
                                                        : false;
        if (found)
            ret[n++] = p;
    }
    return n;
}

static bool holds_number(enum field_kind k)
{
    switch (k) {
    case FIELD_DATE: case FIELD_TIME: case FIELD_FEN: case FIELD_COUNT: case FIELD_DEGREE: case FIELD_METRE:
    case FIELD_PERCENT: case FIELD_NUMBER: case FIELD_BOOL:
        return true;
    default:
        return false;
    }
}

static const struct act_field *leaf_field(const struct act_type *type, str path)
{
    const struct act_field *fields = type->fields;
    for (;;) {
        ptrdiff_t dot = str_find(path, S("."));
        str step = dot < 0 ? path : str_sub(path, 0, (size_t)dot);
        ptrdiff_t bracket = str_find(step, S("["));
        if (bracket >= 0)
            step = str_sub(step, 0, (size_t)bracket);
        while (fields && fields->name && !str_eq(step, str_of(fields->name)))
            fields++;
        if (!fields || !fields->name || dot < 0)
            return fields && fields->name ? fields : NULL;
        fields = fields->object;
        path = str_sub(path, (size_t)dot + 1, path.n);
    }
}

/* items[3].name -> 3; -1: of no single element. */
static int64_t position_of(str path)
{
    ptrdiff_t open = str_find(path, S("[")), close = str_find(path, S("]"));
    int64_t n;
    if (open < 0 || close < open || !str_int64(str_sub(path, (size_t)open + 1, (size_t)(close - open) - 1), &n))
        return -1;
    return n;
}

static err *tombstone(struct act *a, const struct act_type *type, int64_t seq, str item)
{
    struct place places[LIMIT_PLACES];
    const struct act_field *f = leaf_field(type, item);
    if (!f)
        return NULL; /* "#reasons": stands in no table */
    str text = arena_printf(a->arena, "〔已依令删除 #%lld〕", (long long)a->seq);
    size_t n = places_of(a->arena, type, item, places);
    for (size_t i = 0; i < n; i++) {
        int64_t position = places[i].position_column.p ? position_of(item) : -1;
        str one = position < 0 ? S("") : arena_printf(a->arena, " AND %.*s = %lld", STR_ARG(places[i].position_column),
                                                      (long long)position);
        char *sql = arena_cstr(
            a->arena, arena_printf(a->arena, "UPDATE %.*s SET %.*s = %s WHERE %.*s = :seq AND %.*s IS NOT NULL%.*s",
                                   STR_ARG(places[i].table), STR_ARG(places[i].column),
                                   holds_number(f->kind) ? "NULL" : "CAST(:text AS TEXT)", STR_ARG(places[i].seq_column),
                                   STR_ARG(places[i].column), STR_ARG(one)));
        TRY(db_exec(a->db, sql, DB_ARGS(DB_I("seq", seq), DB_T("text", text)), NULL));
    }
    return NULL;
}

static err *items_left(struct act *a, int64_t seq, str item, str **ret, size_t *ret_n)
{
    struct db_rows rows;
    bool more;
    VEC(str) items = {0};
    TRY(db_query(a->db, a->arena, "SELECT item FROM ledger_body WHERE seq = :seq AND sealed IS NOT NULL"
                                  " AND (item = CAST(:item AS TEXT) OR CAST(:item AS TEXT) = '*') ORDER BY item",
                 DB_ARGS(DB_I("seq", seq), DB_T("item", item)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a->arena, &items, db_str(&rows, 0));
    }
    *ret = items.p;
    *ret_n = items.n;
    return NULL;
}

static err *erase_one(struct act *a, int64_t seq, str item, const struct ledger_keys *keys)
{
    struct ledger_entry entry;
    str *items;
    size_t n;
    struct act *target = NEW(a->arena, struct act);
    *target = (struct act){.arena = a->arena, .db = a->db, .world = a->world};
    TRY(items_left(a, seq, item, &items, &n));
    for (size_t i = 0; i < n; i++)
        TRY(ledger_erase(a->db, seq, items[i], a->seq));
    TRY(ledger_read(a->db, a->arena, keys, seq, &entry));
    TRY(act_reread(target, &entry));
    for (size_t i = 0; i < n; i++)
        TRY(tombstone(a, target->type, seq, items[i]));
    return act_index(target); /* what the search index held of it goes too */
}

err *act_erase(struct act *a, const struct ledger_keys *keys)
{
    struct db_rows rows;
    bool more;
    VEC(struct { int64_t seq; str item; }) targets = {0};
    TRY(db_query(a->db, a->arena, "SELECT target_seq, item FROM erasure WHERE seq = :seq ORDER BY target_seq, item",
                 DB_ARGS(DB_I("seq", a->seq)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        if (targets.n == targets.capacity)
            targets.p = vec_grow_(a->arena, targets.p, targets.n, &targets.capacity, sizeof *targets.p);
        targets.p[targets.n].seq = db_int(&rows, 0);
        targets.p[targets.n++].item = db_str(&rows, 1);
    }
    for (size_t i = 0; i < targets.n; i++)
        TRY(erase_one(a, targets.p[i].seq, targets.p[i].item, keys));
    return search_forget(a->db);
}

/* ---- for the test over the catalogue ---- */

/* Whether there is a value, which `CAST(:x AS TEXT) IS NULL` asks, an erased one still answers. */
static bool copies(str sql, str parameter)
{
    for (ptrdiff_t at; (at = str_find(sql, parameter)) >= 0;) {
        sql = str_sub(sql, (size_t)at + 1, sql.n);
        str word = take_word(&sql);
        if (!str_eq(word, str_sub(parameter, 1, parameter.n)))
            continue;
        str rest = str_starts(sql, S(" AS TEXT)")) ? str_sub(sql, S(" AS TEXT)").n, sql.n) : sql;
        if (!str_starts(rest, S(" IS NULL")) && !str_starts(rest, S(" IS NOT NULL")))
            return true;
    }
    return false;
}

static const char *unplaced_in(struct arena *a, const struct act_type *type, const struct act_field *fields, str prefix)
{
    struct place places[LIMIT_PLACES];
    for (const struct act_field *f = fields; f && f->name; f++) {
        str path = prefix.n ? arena_printf(a, "%.*s.%s", STR_ARG(prefix), f->name) : str_of(f->name);
        if (f->flags & F_BODY) {
            bool copied = false;
            for (const struct act_step *s = type->apply; s < type->apply + LIMIT_ACT_STEPS && s->sql; s++) {
                bool each = s->each && str_starts(path, str_of(s->each));
                str param = arena_printf(a, ":%.*s", STR_ARG(parameter_of(a, path, each)));
                copied = copied || copies(str_of(s->sql), param);
            }
            if (copied && places_of(a, type, path, places) == 0)
                return f->name;
        } else if (f->kind == FIELD_OBJECT) {
            str inner = f->flags & F_LIST ? arena_printf(a, "%.*s[0]", STR_ARG(path)) : path;
            const char *bad = unplaced_in(a, type, f->object, inner);
            if (bad)
                return bad;
        }
    }
    return NULL;
}

const char *erase_unplaced(const struct act_type **ret_type)
{
    static _Thread_local char name[80];
    AUTO_ARENA(a);
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *type = act_type_at(i);
        const char *bad = unplaced_in(a, type, type->fields, S(""));
        if (bad) {
            *ret_type = type;
            snprintf(name, sizeof name, "%s", bad);
            return name;
        }
    }
    return NULL;
}

/* ---- for what is published: which columns hold sealed words? ---- */

static void note_places(struct arena *a, const struct act_type *type, const struct act_field *fields, str prefix, struct map *kept)
{
    struct place places[LIMIT_PLACES];
    for (const struct act_field *f = fields; f && f->name; f++) {
        str path = prefix.n ? arena_printf(a, "%.*s.%s", STR_ARG(prefix), f->name) : str_of(f->name);
        size_t n = f->flags & F_BODY ? places_of(a, type, path, places) : 0;
        for (size_t i = 0; i < n; i++)
            map_put(kept, arena_printf(a, "%.*s.%.*s", STR_ARG(places[i].table), STR_ARG(places[i].column)), kept);
        if (f->kind == FIELD_OBJECT)
            note_places(a, type, f->object, f->flags & F_LIST ? arena_printf(a, "%.*s[0]", STR_ARG(path)) : path, kept);
    }
}

static struct map *sealed_columns; /* lives as long as the process */

static void find_sealed_columns(void)
{
    struct arena *a = arena_new();
    sealed_columns = map_new(a);
    for (size_t i = 0; i < act_type_count(); i++)
        note_places(a, act_type_at(i), act_type_at(i)->fields, S(""), sealed_columns);
}

bool erase_places_in(const char *table, const char *column)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char key[200];
    pthread_once(&once, find_sealed_columns);
    snprintf(key, sizeof key, "%s.%s", table, column);
    return map_get(sealed_columns, str_of(key)) != NULL;
}
