/*
 * The tree a form is filled with. form_parts.c says which statement gives which part; here rows become values. The same
 * statements on the same tables give the same bytes on both engines: the tree of an issued paper is sealed in the
 * ledger.
 */
#include "acts/acts.h"
#include "acts/form_parts.h"
#include "acts/settings.h"

#include <string.h>

enum { LIMIT_FORM_TREE = 200 << 10 }; /* it has to fit into an act */

struct fill {
    struct db *db;
    struct arena *a;
    const struct paper_thing *of;
    str thing;
    day date;
    struct json_out o;
};

/* ---- values ---- */

static const struct law_task *task_of(str code)
{
    for (const struct law_task *t = law_tasks; t->code; t++)
        if (str_eq(code, str_of(t->code)))
            return t;
    return NULL;
}

/* "3(2)+11" -> 第三条第（二）项、第十一条 */
static str task_articles(struct arena *a, str code)
{
    static const char *const items[] = {"", "一", "二", "三", "四", "五"};
    static const char *const articles[] = {"",   "",   "",   "三",   "四",   "五",   "六",  "七",
                                           "八", "九", "十", "十一", "十二", "十三", "十四"};
    const struct law_task *t = task_of(code);
    buf b = buf_make(a, 200);
    str rest = str_of(t ? t->article : ""), one, number;
    while (rest.p && str_next(&rest, '+', &one)) {
        int64_t article = 0, item = 0;
        str_next(&one, '(', &number);
        if (!str_int64(number, &article) || article < 3 || article > 14)
            continue;
        buf_printf(&b, "%s第%s条", b.n ? "、" : "", articles[article]);
        if (one.n && str_int64(str_sub(one, 0, one.n - 1), &item) && item >= 1 && item <= 5)
            buf_printf(&b, "第（%s）项", items[item]);
    }
    return buf_str(&b);
}

static str region_words(struct arena *a, int64_t code)
{
    const struct region *r = region_find((int)code);
    const struct region *parent = r && r->level == 'D' ? region_find(r->parent) : NULL;
    return arena_printf(a, "%s%s", parent ? parent->name : "", r ? r->name : "");
}

static str milli_words(struct arena *a, int64_t v)
{
    buf b = buf_make(a, 40);
    buf_printf(&b, "%lld", (long long)(v / 1000));
    int64_t part = v < 0 ? -v % 1000 : v % 1000;
    if (part)
        buf_printf(&b, ".%03lld", (long long)part);
    while (part && b.p[b.n - 1] == '0')
        b.n--;
    return buf_str(&b);
}

/* What a deduction rests on may be named by an act, or by a word of ours; a code of somebody's own is not printed. */
static str cause_words(str cause)
{
    const struct act_type *t = act_type_find(cause);
    if (t || enum_known(cause))
        return t ? str_of(t->label) : enum_label(cause);
    for (size_t i = 0; i < cause.n; i++)
        if ((unsigned char)cause.p[i] >= 0x80)
            return cause;
    return S("见证据编号");
}

/* An erased list is a tombstone, and no JSON any more. */
static void put_words(struct fill *f, str text)
{
    const struct json *list;
    err *e = json_parse(f->a, text, LIMIT_ACT_BYTES, &list);
    json_open(&f->o, '[');
    if (!e && list->kind == JSON_ARRAY)
        for (size_t i = 0; i < list->n; i++)
            json_str(&f->o, list->child[i].string);
    else
        json_str(&f->o, text);
    json_close(&f->o, ']');
    if (e)
        err_clear();
}

static void put_value(struct fill *f, str kind, const struct db_value *v)
{
    struct json_out *o = &f->o;
    if (v->kind == DB_NULL || (v->kind == DB_TEXT && !v->s.n)) {
        if (str_eq(kind, S("words"))) {
            json_open(o, '[');
            json_close(o, ']');
        } else
            json_null(o);
    } else if (str_eq(kind, S("flag")))
        json_bool(o, v->i != 0);
    else if (str_eq(kind, S("enum")))
        json_str(o, enum_label(v->s));
    else if (str_eq(kind, S("cause")))
        json_str(o, cause_words(v->s));
    else if (str_eq(kind, S("region")))
        json_str(o, region_words(f->a, v->i));
    else if (str_eq(kind, S("task"))) {
        const struct law_task *t = task_of(v->s);
        json_str(o, t ? str_of(t->name) : v->s);
    } else if (str_eq(kind, S("article")))
        json_str(o, task_articles(f->a, v->s));
    else if (str_eq(kind, S("words")))
        put_words(f, v->s);
    else if (str_eq(kind, S("milli")))
        json_str(o, milli_words(f->a, v->i));
    else if (v->kind == DB_INT)
        json_int(o, v->i);
    else
        json_str(o, v->s);
}

enum { LIMIT_PART_COLUMNS = 32 };

struct part_columns {
    int n;
    str name[LIMIT_PART_COLUMNS];
}; /* names end with the rows */

static void put_row(struct fill *f, const struct part_columns *c, struct db_rows *rows /* NULL: nulls */)
{
    json_open(&f->o, '{');
    for (int i = 0; i < c->n; i++) {
        str kind = c->name[i], name;
        str_next(&kind, '@', &name);
        json_key(&f->o, name);
        struct db_value v = rows ? db_column(rows, i) : (struct db_value){0};
        put_value(f, kind, &v);
    }
    json_close(&f->o, '}');
}

static err *put_rows(struct fill *f, const struct form_part *p, struct db_rows *rows)
{
    struct part_columns c = {.n = rows->columns};
    bool more;
    CHECK(c.n <= LIMIT_PART_COLUMNS);
    for (int i = 0; i < c.n; i++)
        c.name[i] = arena_str(f->a, db_column_name(rows, i));
    TRY(db_next(rows, &more));
    if (!p->list) {
        put_row(f, &c, more ? rows : NULL);
        db_rows_end(rows);
        return NULL;
    }
    json_open(&f->o, '[');
    while (more && !f->o.b->overflow) {
        put_row(f, &c, rows);
        TRY(db_next(rows, &more));
    }
    db_rows_end(rows);
    json_close(&f->o, ']');
    return NULL;
}

static err *put_part(struct fill *f, const struct form_part *p)
{
    struct db_rows rows;
    const struct paper_thing *t = f->of;
    TRY(db_query(f->db, f->a, p->sql,
                 DB_ARGS(DB_T("thing", f->thing), DB_T("agency", t->agency), DB_T("provider", t->provider),
                         DB_T("subject", t->subject), DB_T("member", t->member), DB_T("entrustment", t->entrustment),
                         DB_T("agreement", t->agreement)),
                 &rows));
    json_key(&f->o, str_of(p->name));
    return put_rows(f, p, &rows);
}

/* ---- what is no row ---- */

/* "law": the articles this form rests on, in the words of the day; what was not in force then is left out. */
static err *put_law(struct fill *f, const struct paper_form *form)
{
    str rest = str_of(form->law), one, citation;
    VEC(str) list = {0};
    json_key(&f->o, S("law"));
    json_open(&f->o, '{');
    while (rest.p && str_next(&rest, ' ', &one)) {
        str article = one, instrument;
        str_next(&article, ':', &instrument);
        TRY(paper_citation(f->db, f->a, instrument, article, f->date, &citation));
        if (!citation.p)
            continue;
        json_put_str(&f->o, one, citation);
        vec_push(f->a, &list, citation);
    }
    json_close(&f->o, '}');
    json_key(&f->o, S("basis"));
    json_open(&f->o, '[');
    for (size_t i = 0; i < list.n; i++)
        json_str(&f->o, list.p[i]);
    json_close(&f->o, ']');
    return NULL;
}

/* What may never be entrusted (Art. 4): the closed set, for the self-check of a demand and the warning of a task. */
static void put_forbidden(struct fill *f)
{
    json_key(&f->o, S("forbidden"));
    json_open(&f->o, '[');
    for (const struct law_task *t = law_tasks; t->code; t++)
        if (t->forbidden) {
            json_open(&f->o, '{');
            json_put_str(&f->o, S("code"), str_of(t->code));
            json_put_str(&f->o, S("name"), str_of(t->name));
            json_close(&f->o, '}');
        }
    json_close(&f->o, ']');
}

/* Limits of the provincial catalogue for the level of the buyer. */
static err *put_limits(struct fill *f)
{
    struct db_rows rows;
    bool more;
    const struct law_limit *found = NULL;
    TRY(db_query(f->db, f->a, "SELECT level, region FROM agency WHERE id = :id", DB_ARGS(DB_T("id", f->of->agency)),
                 &rows));
    TRY(db_next(&rows, &more));
    str tier = more ? db_str(&rows, 0) : S("");
    if (more && str_eq(tier, S("city")) && db_int(&rows, 1) == 420100)
        tier = S("wuhan");
    db_rows_end(&rows);
    for (const struct law_limit *l = law_limits; l->tier; l++)
        if (str_eq(tier, str_of(l->tier)) && l->from <= f->date)
            found = l;
    json_key(&f->o, S("limit"));
    json_open(&f->o, '{');
    json_key(&f->o, S("dispersed"));
    found ? json_int(&f->o, found->dispersed) : json_null(&f->o);
    json_key(&f->o, S("open_tender"));
    found ? json_int(&f->o, found->open_tender) : json_null(&f->o);
    json_close(&f->o, '}');
    return NULL;
}

/* Published settings that papers speak of, as they are when it is filled. */
static err *put_policy(struct fill *f)
{
    static const struct {
        const char *name, *setting;
    } rows[] = {{"objection_workdays", "objection_decide_workdays"},
                {"record_workdays", "record_filing_workdays"},
                {"return_workdays", "data_return_workdays"}};
    json_key(&f->o, S("policy"));
    json_open(&f->o, '{');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t value;
        const struct setting *s = setting_find(str_of(rows[i].setting));
        CHECK(s != NULL);
        TRY(db_one_int(f->db, "SELECT value FROM policy WHERE name = :name", DB_ARGS(DB_T("name", str_of(s->name))),
                       s->default_value, &value));
        json_put_int(&f->o, str_of(rows[i].name), value);
    }
    json_close(&f->o, '}');
    return NULL;
}

static bool concerns(const struct form_part *p, const struct paper_form *form)
{
    return !p->forms || strstr(p->forms, form->code) != NULL;
}

err *paper_fill(struct db *d, struct arena *a, const struct paper_form *form, str thing, const struct paper_thing *of,
                day date, str *ret)
{
    buf b = buf_make(a, LIMIT_FORM_TREE);
    struct fill f = {d, a, of, thing, date, {&b, false}};
    json_open(&f.o, '{');
    json_key(&f.o, S("form"));
    json_open(&f.o, '{');
    json_put_str(&f.o, S("code"), str_of(form->code));
    json_put_str(&f.o, S("title"), str_of(form->title));
    json_close(&f.o, '}');
    TRY(put_law(&f, form));
    TRY(put_policy(&f));
    for (const struct form_part *p = form_parts; p->sql; p++)
        if (concerns(p, form))
            TRY(put_part(&f, p));
    if (!strcmp(form->code, "A01") || !strcmp(form->code, "A08") || !strcmp(form->code, "A03"))
        put_forbidden(&f);
    if (!strcmp(form->code, "A02"))
        TRY(put_limits(&f));
    json_close(&f.o, '}');
    if (b.overflow)
        return err_new(ERR_LIMIT, "“%s”要列的内容超过%d千字节，一份文书写不下；请将事项分开办理、分别出具", form->title,
                       LIMIT_FORM_TREE >> 10);
    *ret = buf_str(&b);
    return NULL;
}
