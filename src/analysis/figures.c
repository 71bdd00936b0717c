/* One wrapper round every figure's rows: scope, sum, groups and pages are the same SELECT seen four ways, so they cannot differ. */
#include "analysis/figures_private.h"
#include "calendar/calendar.h"

#include <string.h>

enum { LIMIT_FIGURE_SQL = 8 << 10 };

size_t figure_count(void)
{
    return figure_list_n;
}

const struct figure *figure_at(size_t index)
{
    return index < figure_list_n ? &figure_list[index] : NULL;
}

const struct figure *figure_find(str id)
{
    for (size_t i = 0; i < figure_list_n; i++)
        if (str_eq(id, str_of(figure_list[i].id)))
            return &figure_list[i];
    return NULL;
}

/* ---- the one SELECT ---- */
#define SCOPED                                                                                      \
    " WHERE (f.agency = CAST(:agency AS TEXT) OR f.agency IN (SELECT sg.id FROM agency sg WHERE sg.region BETWEEN :region_low AND :region_high)" \
    " OR (f.agency IS NULL AND f.region BETWEEN :region_low AND :region_high))"                       \
    " AND (CAST(:within AS BIGINT) = 0 OR f.region BETWEEN CAST(:within AS BIGINT) AND CAST(:within_high AS BIGINT))"

static int high_of(int region)
{
    return region % 10000 == 0 ? region + 9999 : region % 100 == 0 ? region + 99 : region;
}

/* What a statement may ask for; only what it names is bound. */
struct asking { const struct figure_scope *s; str after_thing, after_id; int64_t limit; };

static bool ask(void *context, str name, struct db_value *ret)
{
    const struct asking *q = context;
    const struct figure_scope *s = q->s;
    const struct { const char *name; int64_t value; } numbers[] = {
        {"from", s->from}, {"to", s->to}, {"from_at", day_start(s->from)}, {"to_at", day_start(s->to + 1)}, {"region_low", s->region_low},
        {"region_high", s->region_high}, {"within", s->within}, {"within_high", s->within ? high_of(s->within) : 0}, {"limit", q->limit},
        {"from_year", civil_of_day(s->from).year}, {"to_year", civil_of_day(s->to).year}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (str_eq(name, str_of(numbers[i].name))) {
            *ret = (struct db_value){DB_INT, numbers[i].value, STR_NONE};
            return true;
        }
    str text = str_eq(name, S("agency")) ? s->agency : str_eq(name, S("after_thing")) ? q->after_thing : str_eq(name, S("after_id")) ? q->after_id : STR_NONE;
    *ret = db_text_value(text.p ? text : S(""));
    return str_eq(name, S("agency")) || str_eq(name, S("after_thing")) || str_eq(name, S("after_id"));
}

static err *query(struct db *d, struct arena *a, const char *head, const char *rows, const char *tail, struct asking *q, struct db_rows *ret)
{
    buf b = buf_make(a, LIMIT_FIGURE_SQL);
    buf_printf(&b, "%s FROM (%s) f" SCOPED "%s", head, rows, tail);
    CHECK(!b.overflow);
    if (q->s->from > q->s->to || q->s->to - q->s->from >= LIMIT_FIGURE_DAYS)
        return err_at(err_new(ERR_INPUT, "期间应从早到晚，不超过%d年", LIMIT_FIGURE_DAYS / 366), S("from"));
    return db_query(d, a, arena_cstr(a, buf_str(&b)), &(struct db_args){.lookup = ask, .context = q}, ret);
}

static err *sum(struct db *d, struct arena *a, const char *rows, const struct figure_scope *s, int64_t *ret, int64_t *ret_n)
{
    struct db_rows r;
    bool more;
    struct asking q = {.s = s};
    TRY(query(d, a, "SELECT CAST(COALESCE(SUM(f.value), 0) AS BIGINT), COUNT(*)", rows, "", &q, &r));
    TRY(db_next(&r, &more));
    *ret = more ? db_int(&r, 0) : 0;
    *ret_n = more ? db_int(&r, 1) : 0;
    db_rows_end(&r);
    return NULL;
}

err *figure_sum(struct db *d, const struct figure *f, const struct figure_scope *s, struct figure_value *ret)
{
    AUTO_ARENA(a);
    int64_t n;
    *ret = (struct figure_value){0};
    TRY(sum(d, a, f->rows, s, &ret->numerator, &ret->rows));
    return f->of ? sum(d, a, f->of, s, &ret->denominator, &n) : NULL;
}

/* ---- groups ---- */

static const char *key_sql(enum figure_group by)
{
    switch (by) {
    case FIGURE_BY_CITY: /* counties run by the province itself (4290xx) are their own city */
        return "CASE WHEN f.region / 100 * 100 = 429000 THEN f.region ELSE f.region / 100 * 100 END";
    case FIGURE_BY_COUNTY:
        return "f.region";
    case FIGURE_BY_MONTH:
        break;
    }
    return "f.on_day"; /* months are made of days here: no engine's calendar is asked */
}

static int key_of(enum figure_group by, int64_t key)
{
    if (by != FIGURE_BY_MONTH)
        return (int)key;
    struct civil c = civil_of_day((day)key);
    return c.year * 100 + c.month;
}

typedef VEC(struct figure_part_of) parts;

static err *add_part(struct db *d, struct arena *a, const char *rows, const struct figure_scope *s, enum figure_group by, bool of, parts *all)
{
    struct db_rows r;
    struct asking q = {.s = s};
    const char *head = arena_cstr(a, arena_printf(a, "SELECT %s, CAST(SUM(f.value) AS BIGINT)", key_sql(by)));
    const char *tail = arena_cstr(a, arena_printf(a, " GROUP BY %s ORDER BY 1", key_sql(by)));
    TRY(query(d, a, head, rows, tail, &q, &r));
    for (size_t at = 0;;) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            return NULL;
        int key = key_of(by, db_int(&r, 0));
        while (at < all->n && all->p[at].key < key)
            at++;
        if (at == all->n || all->p[at].key != key) {
            vec_push(a, all, ((struct figure_part_of){0}));
            memmove(all->p + at + 1, all->p + at, (all->n - 1 - at) * sizeof *all->p);
            all->p[at] = (struct figure_part_of){.key = key};
        }
        *(of ? &all->p[at].denominator : &all->p[at].numerator) += db_int(&r, 1);
    }
}

err *figure_groups(struct db *d, struct arena *a, const struct figure *f, const struct figure_scope *s, enum figure_group by,
                   struct figure_part_of **ret, size_t *ret_n)
{
    parts all = {0};
    TRY(add_part(d, a, f->rows, s, by, false, &all));
    if (f->of)
        TRY(add_part(d, a, f->of, s, by, true, &all));
    *ret = all.p;
    *ret_n = all.n;
    return NULL;
}

/* ---- rows ---- */

static err *page(struct db *d, struct arena *a, const char *rows, struct asking *q, struct figure_row **ret, size_t *ret_n)
{
    struct db_rows r;
    VEC(struct figure_row) v = {0};
    TRY(query(d, a, "SELECT f.id, f.thing, f.agency, f.region, f.on_day, f.value", rows,
              " AND (f.thing > CAST(:after_thing AS TEXT) OR (f.thing = CAST(:after_thing AS TEXT) AND f.id > CAST(:after_id AS TEXT)))"
              " ORDER BY f.thing, f.id LIMIT :limit", q, &r));
    for (bool more;;) {
        TRY(db_next(&r, &more));
        if (!more)
            break;
        vec_push(a, &v, ((struct figure_row){db_str(&r, 0), db_str(&r, 1), db_str(&r, 2), (int)db_int(&r, 3), (day)db_int(&r, 4), db_int(&r, 5)}));
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

err *figure_rows(struct db *d, struct arena *a, const struct figure *f, enum figure_part part, const struct figure_scope *s, str after, int limit,
                 struct figure_row **ret, size_t *ret_n, str *ret_next)
{
    const char *rows = part == FIGURE_NUMERATOR ? f->rows : f->of;
    struct asking q = {.s = s, .limit = limit + 1, .after_id = after};
    if (!rows)
        return err_at(err_new(ERR_MISSING, "“%s”没有分母", f->label), S("part"));
    if (after.n)
        str_next(&q.after_id, '/', &q.after_thing);
    TRY(page(d, a, rows, &q, ret, ret_n));
    *ret_next = S("");
    if (*ret_n > (size_t)limit) {
        *ret_n = (size_t)limit;
        *ret_next = arena_printf(a, "%.*s/%.*s", STR_ARG((*ret)[limit - 1].thing), STR_ARG((*ret)[limit - 1].id));
    }
    return NULL;
}

/* ---- words ---- */

static str money(struct arena *a, int64_t fen)
{
    return arena_printf(a, "%lld.%02lld元", (long long)(fen / 100), (long long)(fen % 100));
}

str figure_text(struct arena *a, const struct figure *f, int64_t numerator, int64_t denominator)
{
    str share = f->of && denominator > 0 ? arena_printf(a, "%.1f%%", 100.0 * (double)numerator / (double)denominator) : S("—");
    if (f->unit == FIGURE_COUNT)
        return arena_printf(a, "%lld", (long long)numerator);
    if (f->unit == FIGURE_SHARE)
        return share;
    return arena_printf(a, "%.*s（%.*s）", STR_ARG(money(a, numerator)), STR_ARG(share));
}

static str number(struct arena *a, const struct figure *f, int64_t value)
{
    return f->unit == FIGURE_MONEY ? arena_printf(a, "%lld.%02lld", (long long)(value / 100), (long long)(value % 100))
                                   : arena_printf(a, "%lld", (long long)value);
}

err *figure_table(struct db *d, struct arena *a, const struct figure_scope *s, struct figure_table *ret)
{
    static const str head[] = {S("指标"), S("数值"), S("分子"), S("分母"), S("分子口径"), S("分母口径"), S("期间口径"), S("出处")};
    enum { COLUMNS = sizeof head / sizeof *head };
    str *cell = NEW_ARRAY(a, figure_list_n * COLUMNS, str);
    for (size_t i = 0; i < figure_list_n; i++) {
        const struct figure *f = &figure_list[i];
        struct figure_value v;
        TRY(figure_sum(d, f, s, &v));
        const str row[] = {str_of(f->label), figure_text(a, f, v.numerator, v.denominator), number(a, f, v.numerator),
                           f->of ? number(a, f, v.denominator) : S(""), str_of(f->numerator), f->denominator ? str_of(f->denominator) : S(""),
                           str_of(f->when), str_of(f->source)};
        memcpy(cell + i * COLUMNS, row, sizeof row);
    }
    *ret = (struct figure_table){COLUMNS, figure_list_n, head, cell, 1U << 2 | 1U << 3};
    return NULL;
}

err *figure_rows_table(struct db *d, struct arena *a, const struct figure *f, enum figure_part part, const struct figure_scope *s,
                       struct figure_table *ret)
{
    static const str head[] = {S("类别"), S("编号"), S("机构"), S("区划"), S("日期"), S("数值")};
    enum { COLUMNS = sizeof head / sizeof *head };
    const char *sql = part == FIGURE_NUMERATOR ? f->rows : f->of;
    struct asking q = {.s = s, .limit = LIMIT_FIGURE_TABLE + 1};
    struct figure_row *r;
    size_t n;
    if (!sql)
        return err_at(err_new(ERR_MISSING, "“%s”没有分母", f->label), S("part"));
    TRY(page(d, a, sql, &q, &r, &n));
    if (n > LIMIT_FIGURE_TABLE)
        return err_new(ERR_LIMIT, "超过%d行，请缩短期间或只选一个市县", LIMIT_FIGURE_TABLE);
    str *cell = NEW_ARRAY(a, n * COLUMNS + 1, str);
    for (size_t i = 0; i < n; i++) {
        const str row[] = {r[i].thing, r[i].id, r[i].agency, arena_printf(a, "%06d", r[i].region), day_iso(a, r[i].on), number(a, f, r[i].value)};
        memcpy(cell + i * COLUMNS, row, sizeof row);
    }
    *ret = (struct figure_table){COLUMNS, n, head, cell, 1U << 5};
    return NULL;
}

/* ---- CSV ---- */

static void put_cell(buf *b, str s)
{
    bool formula = s.n && strchr("=+-@\t\r", s.p[0]) != NULL; /* a spreadsheet would run it */
    bool quote = formula;
    for (size_t i = 0; i < s.n; i++)
        quote = quote || s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
    if (quote)
        buf_char(b, '"');
    if (formula)
        buf_char(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_char(b, '"');
        buf_char(b, s.p[i]);
    }
    if (quote)
        buf_char(b, '"');
}

str figure_csv(struct arena *a, const struct figure_table *t)
{
    size_t bytes = 1000;
    for (size_t i = 0; i < t->columns; i++)
        bytes += t->head[i].n * 2 + 4;
    for (size_t i = 0; i < t->rows * t->columns; i++)
        bytes += t->cell[i].n * 2 + 4;
    buf b = buf_make(a, bytes);
    buf_add(&b, S("\xef\xbb\xbf"));
    for (size_t i = 0; i < (t->rows + 1) * t->columns; i++) {
        put_cell(&b, i < t->columns ? t->head[i] : t->cell[i - t->columns]);
        buf_add(&b, (i + 1) % t->columns ? S(",") : S("\r\n"));
    }
    CHECK(!b.overflow);
    return buf_str(&b);
}
