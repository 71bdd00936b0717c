/* One row as values: cells read, references followed, what may stand once watched, and what is there already compared. */
#include "exchange/exchange_private.h"

#include <string.h>

static bool same_name(str field, str name)
{
    if (field.n != name.n)
        return false;
    for (size_t i = 0; i < field.n; i++)
        if (field.p[i] != name.p[i] && !(field.p[i] == '.' && name.p[i] == '_'))
            return false;
    return true;
}

/* By "days.date" or "days_date"; -1: none. */
static int column_of(const struct exchange_kind *k, str name)
{
    for (int i = 0; k->columns[i].field; i++)
        if (same_name(str_of(k->columns[i].field), name))
            return i;
    return -1;
}

bool record_has(const struct exchange_kind *k, const struct record *r, const char *field)
{
    int at = field ? column_of(k, str_of(field)) : -1;
    return !field || (at >= 0 && r->value[at].present);
}

static str value_text(struct arena *a, const struct db_value *v)
{
    return v->kind == DB_INT ? arena_printf(a, "%lld", (long long)v->i) : v->kind == DB_TEXT ? v->s : S("");
}

str record_text(struct arena *a, const struct exchange_kind *k, const struct record *r, const char *field)
{
    int at = column_of(k, str_of(field));
    return at < 0 || !r->value[at].present ? S("") : value_text(a, &r->value[at].v);
}

static uint32_t sheet_column(const struct exchange_map *m, int column)
{
    for (uint32_t i = 0; i < m->columns; i++)
        if (m->to[i] == column)
            return i + 1;
    return 0;
}

static str place(const struct importing *im, struct arena *a, int column, uint32_t row)
{
    uint32_t at = column < 0 ? 0 : sheet_column(im->map, column);
    return at ? arena_printf(a, "%.*s ", STR_ARG(sheet_place(a, at, row))) : S("");
}

str place_of_field(const struct importing *im, struct arena *a, str field, uint32_t row)
{
    int at = column_of(im->map->kind, field);
    if (at < 0) { /* "areas[1]", "rows[0].value" */
        ptrdiff_t open = str_find(field, S("[")), close = str_find(field, S("]"));
        if (open > 0 && close > open)
            field = arena_printf(a, "%.*s%.*s", (int)open, field.p, STR_ARG(str_sub(field, (size_t)close + 1, field.n)));
        at = column_of(im->map->kind, field);
    }
    return place(im, a, at, row);
}

/* ---- reading ---- */

static void complain(buf *b, str where, str text)
{
    if (b->n)
        buf_add(b, S("；"));
    buf_add(b, where);
    buf_add(b, text);
}

/* All that is wrong with a row is said at once: who mends a sheet does not want to come back for each cell. */
static void read_cells(struct importing *im, struct arena *a, const struct exchange_row *row, struct record *r, buf *faults, buf *notes)
{
    for (size_t i = 0; i < row->n; i++) {
        uint32_t at = row->cells[i].column - 1;
        int to = at < im->map->columns ? im->map->to[at] : COLUMN_IGNORED;
        if (to < 0)
            continue;
        err *bad = exchange_cell_read(a, &im->map->kind->columns[to], &row->cells[i], im->map->unit[at], &r->value[to]);
        if (bad)
            complain(faults, sheet_place(a, at + 1, row->number), arena_printf(a, " %.*s", STR_ARG(bad->text)));
        else if (r->value[to].note.n)
            complain(notes, S("提示："), r->value[to].note);
    }
}

static void read_missing(struct importing *im, struct arena *a, const struct record *r, buf *faults)
{
    const struct exchange_column *c = im->map->kind->columns;
    if (faults->n)
        return;
    for (int i = 0; c[i].field; i++)
        if ((c[i].flags & X_REQUIRED) && !r->value[i].present)
            complain(faults, place(im, a, i, r->number), arena_printf(a, "缺少“%s”", c[i].label));
}

struct ref { size_t hits; str id; };

static err *look_up(struct importing *im, const struct exchange_column *c, str kind, str text, str key, struct ref **ret)
{
    struct ref *found = NEW(im->a, struct ref);
    struct db_rows rows;
    AUTO_ARENA(a);
    TRY(db_query(im->job->db, a, c->ref,
                 DB_ARGS(DB_T("value", text), DB_T("kind", kind), DB_T("provider", im->reader.provider)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        found->hits++;
        found->id = arena_str(im->a, db_str(&rows, 0));
    }
    map_put(im->refs, arena_str(im->a, key), found);
    *ret = found;
    return NULL;
}

static err *follow_refs(struct importing *im, struct arena *a, struct record *r, buf *faults)
{
    const struct exchange_column *c = im->map->kind->columns;
    for (int i = 0; c[i].field; i++) {
        if (c[i].cell != CELL_REF || !r->value[i].present)
            continue;
        str field = str_of(c[i].field), text = r->value[i].v.s;
        str kind = str_ends(field, S(".id"))
                       ? record_text(
                             a, im->map->kind, r,
                             arena_cstr(a, arena_printf(a, "%.*s.kind", (int)field.n - 3, field.p)))
                       : S("");
        str key = arena_printf(a, "%d\n%.*s\n%.*s", i, STR_ARG(kind), STR_ARG(text));
        struct ref *found = map_get(im->refs, key);
        if (!found)
            TRY(look_up(im, &c[i], kind, text, key, &found));
        if (found->hits == 1)
            r->value[i].v = db_text_value(found->id);
        else
            complain(faults, place(im, a, i, r->number),
                     arena_printf(a, found->hits ? "“%s”“%.*s”对应不止一个，请改填编号" : "“%s”“%.*s”没有登记，请先登记，或改填编号", c[i].label,
                                  STR_ARG(utf8_clip(text, 30))));
    }
    return NULL;
}

/* Fields that may stand once: "uscc|a+b+c?|d+!e"; a field with ? may be empty, one with ! is, and a set with another one empty is not
 * looked at. */
static void watch_doubles(struct importing *im, struct arena *a, const struct record *r, buf *faults)
{
    str sets = str_of(im->map->kind->unique ? im->map->kind->unique : ""), set, one;
    while (sets.n && str_next(&sets, '|', &set)) {
        buf key = buf_make(a, 64 << 10), labels = buf_make(a, 2000);
        bool whole = true;
        buf_add(&key, set);
        while (set.p && str_next(&set, '+', &one)) {
            bool optional = str_ends(one, S("?")), empty = str_starts(one, S("!"));
            int at = column_of(im->map->kind, str_sub(one, empty, one.n - optional - empty));
            CHECK(at >= 0);
            whole = whole && (optional || r->value[at].present == !empty);
            if (empty)
                continue;
            buf_printf(&key, "\n%.*s", STR_ARG(record_text(a, im->map->kind, r, im->map->kind->columns[at].field)));
            buf_printf(&labels, "%s“%s”", labels.n ? "、" : "", im->map->kind->columns[at].label);
        }
        uint32_t *before = whole ? map_get(im->seen, buf_str(&key)) : NULL;
        if (before) {
            complain(faults, S(""), arena_printf(a, "与第%u行的%.*s相同", *before, STR_ARG(buf_str(&labels))));
        } else if (whole) {
            uint32_t *number = NEW(im->a, uint32_t);
            *number = r->number;
            map_put(im->seen, arena_str(im->a, buf_str(&key)), number);
        }
    }
}

/* Made of what the thing is called by everywhere, where it may be; else of file and row, so that a second try makes the same. */
static str make_id(struct importing *im, struct arena *a, const struct record *r)
{
    const struct exchange_kind *k = im->map->kind;
    str own = k->id_column ? record_text(a, k, r, k->id_column) : S(""), from = k->id_from ? record_text(a, k, r, k->id_from) : S("");
    if (own.n || !k->id_prefix)
        return own;
    if (!from.n)
        return arena_printf(a, "%s-%.*s-%u", k->id_prefix, 12, im->file.p, r->number);
    char *p = arena_alloc(a, from.n, 1);
    for (size_t i = 0; i < from.n; i++)
        p[i] = from.p[i] >= 'A' && from.p[i] <= 'Z' ? (char)(from.p[i] + 32) : from.p[i];
    return arena_printf(a, "%s-%.*s", k->id_prefix, (int)from.n, p);
}

/* Nothing in it, or a line that explains the sheet. */
static bool blank(const struct exchange_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (str_trim(row->cells[i].text).n)
            return str_starts(str_trim(row->cells[i].text), S("示例：")) || str_starts(str_trim(row->cells[i].text), S("说明："));
    return true;
}

err *record_read(struct importing *im, struct arena *a, size_t row, struct record *ret, bool *ret_good)
{
    const struct exchange_row *from = &im->job->table->rows[im->first + row];
    buf faults = buf_make(a, 64 << 10), notes = buf_make(a, 64 << 10);
    *ret = (struct record){.row = row, .number = from->number};
    *ret_good = false;
    if (blank(from))
        return NULL;
    if (from->hidden)
        complain(&notes, S("提示："), S("这一行在表里是隐藏的；不要导入的，请先从表里删去"));
    read_cells(im, a, from, ret, &faults, &notes);
    read_missing(im, a, ret, &faults);
    TRY(follow_refs(im, a, ret, &faults));
    if (!faults.n)
        watch_doubles(im, a, ret, &faults);
    ret->id = make_id(im, a, ret);
    *ret_good = !faults.n;
    struct exchange_result *result = &im->results[row];
    if (faults.n)
        *result = (struct exchange_result){ROW_INVALID, arena_str(im->a, buf_str(&faults))};
    else if (notes.n)
        result->text = arena_str(im->a, buf_str(&notes));
    return NULL;
}

/* ---- what is there already ---- */

struct asking { const struct exchange_kind *kind; const struct record *r; };

static bool ask(void *context, str name, struct db_value *ret)
{
    const struct asking *q = context;
    int at = column_of(q->kind, name);
    *ret = (struct db_value){0};
    if (str_eq(name, S("id")) && q->r->id.n)
        *ret = db_text_value(q->r->id);
    else if (at >= 0 && q->r->value[at].present)
        *ret = q->r->value[at].v;
    return at >= 0 || str_eq(name, S("id"));
}

/* As it stands in the store, for a person. */
static str shown(struct arena *a, const struct exchange_column *c, const struct db_value *v)
{
    if (v->kind == DB_NULL)
        return S("（空）");
    switch (c->cell) {
    case CELL_DATE:
        return day_iso(a, (day)v->i);
    case CELL_TIME:
        return time_chinese(a, v->i);
    case CELL_FEN:
        return arena_printf(a, "%lld.%02lld", (long long)(v->i / 100), (long long)(v->i % 100));
    case CELL_BOOL:
        return v->i ? S("是") : S("否");
    case CELL_ENUM:
        return label_of(v->s, NULL);
    default:
        return value_text(a, v);
    }
}

/* Blanks and line ends inside a name are nobody's business. */
static bool same_text(str a, str b)
{
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        while (i < a.n && (uint8_t)a.p[i] <= ' ')
            i++;
        while (k < b.n && (uint8_t)b.p[k] <= ' ')
            k++;
        if (i >= a.n || k >= b.n)
            return i >= a.n && k >= b.n;
        if (a.p[i] != b.p[k])
            return false;
    }
}

static void compare(const struct importing *im, struct arena *a, const struct record *r, const struct db_rows *rows, struct found *ret)
{
    buf b = buf_make(a, 16 << 10);
    for (int i = 1; i < rows->columns; i++) {
        int at = column_of(im->map->kind, db_column_name(rows, i));
        struct db_value there = db_column(rows, i);
        const struct exchange_value *ours = at >= 0 ? &r->value[at] : NULL;
        if (!ours || !ours->present || (im->map->kind->columns[at].flags & X_NOT_STORED))
            continue;
        bool same = there.kind == ours->v.kind && (there.kind == DB_INT ? there.i == ours->v.i : same_text(there.s, ours->v.s));
        if (!same)
            buf_printf(&b, "%s“%s”登记的是%.*s", b.n ? "，" : "", im->map->kind->columns[at].label,
                       STR_ARG(utf8_clip(shown(a, &im->map->kind->columns[at], &there), 60)));
    }
    ret->differs = buf_str(&b);
}

err *find_existing(struct importing *im, struct arena *a, const struct record *r, int step, struct found *ret)
{
    struct asking q = {im->map->kind, r};
    struct db_args args = {.lookup = ask, .context = &q};
    struct db_rows rows;
    bool more;
    *ret = (struct found){.differs = S("")};
    TRY(db_query(im->job->db, a, im->map->kind->steps[step].existing, &args, &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        struct db_value id = db_column(&rows, 0);
        ret->there = true;
        ret->id = value_text(a, &id);
        compare(im, a, r, &rows, ret);
    }
    db_rows_end(&rows);
    return NULL;
}
