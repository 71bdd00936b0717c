/*
 * A form from a descriptor, and the act from the form. One name scheme both ways: the path of the value.
 *   content.who     member of an object          subjects        list of scalars: the name repeated
 *   items.0.name    member of a row of a list    rows:items      how many rows are shown
 *   find:subjects   words to look for            to:kind, to:id  the halves of a party
 *   digest:file     an upload, kept and replaced by its digest
 */
#include "web/web_private.h"

#include <string.h>

enum { FEW = 40, CHECKS = 24, ROWS_MAX = 50 };

struct drawing { struct request *q; struct out *o; const struct form *typed; const err *fault; bool sealed; /* the field being drawn */ };

/* What is sealed in the ledger is not kept by the browser of a third party, a company or the public (js/drafts.js). */
static bool kept_nowhere(const struct request *q, const struct act_field *f)
{
    return (f->flags & F_BODY) && (!q->session.open || (q->reader.roles & ROLES_OUTSIDE));
}

static str path_join(struct arena *a, str prefix, const char *name)
{
    return prefix.n ? arena_printf(a, "%.*s.%s", STR_ARG(prefix), name) : str_of(name);
}

static bool typed_has(const struct form *f, str name, str value)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->p[i].name, name) && str_eq(f->p[i].value, value))
            return true;
    return false;
}

static str mark(struct arena *a, const char *kind, str path)
{
    return arena_printf(a, "%s:%.*s", kind, STR_ARG(path));
}

/* The engine says items[0].name, forms say items.0.name. */
static bool at_fault(const struct drawing *d, str path)
{
    if (!d->fault || !d->fault->field.n)
        return false;
    buf b = buf_make(d->q->a, 400);
    for (size_t i = 0; i < d->fault->field.n; i++) {
        char c = d->fault->field.p[i];
        if (c == '[')
            buf_char(&b, '.');
        else if (c != ']')
            buf_char(&b, c);
    }
    str field = buf_str(&b);
    return str_eq(field, path) || (str_starts(field, path) && field.n > path.n && field.p[path.n] == '.');
}

static void label(const struct drawing *d, str path, const struct act_field *f, const char *hint)
{
    w(d->o, H("<label for=\""), path, H("\">"), f->label);
    if (hint)
        w(d->o, H(" <span class=\"muted\">"), hint, H("</span>"));
    w(d->o, H("</label>"));
}

static void fault_line(const struct drawing *d, str path, bool is_enum)
{
    if (!at_fault(d, path))
        return;
    w(d->o, H("<p class=\"fault\" id=\"fault-"), path, H("\">"), d->fault->text);
    if (d->fault->want.n && !is_enum)
        w(d->o, H("。需要："), d->fault->want);
    w(d->o, H("</p>"));
}

static void invalid(const struct drawing *d, str path)
{
    if (at_fault(d, path))
        w(d->o, H(" aria-invalid=\"true\" aria-describedby=\"fault-"), path, H("\""));
}

static void input(const struct drawing *d, str path, const char *type, str value)
{
    w(d->o, H("<input id=\""), path, H("\" name=\""), path, H("\" type=\""), type, H("\""));
    if (!strcmp(type, "datetime-local"))
        w(d->o, H(" step=\"60\""));
    invalid(d, path);
    if (d->sealed)
        w(d->o, H(" data-sealed"));
    w(d->o, H(" value=\""), value, H("\">"));
}

static void option(struct out *o, str value, str text, bool chosen)
{
    w(o, H("<option value=\""), value, H("\""));
    if (chosen)
        w(o, H(" selected"));
    w(o, H(">"), text, H("</option>"));
}

/* ---- closed sets ---- */
struct choice { str value, text; };
struct choices { struct choice *p; size_t n; };

static struct choices choices_of(struct request *q, const struct act_field *f)
{
    VEC(struct choice) v = {0};
    if (f->kind == FIELD_TASK) {
        for (const struct law_task *t = law_tasks; t->code; t++)
            vec_push(q->a, &v, ((struct choice){str_of(t->code), arena_printf(q->a, "%s %s%s", t->code, t->name,
                                                                              t->forbidden ? "（禁止）" : "")}));
    } else if (f->kind == FIELD_POWER) {
        for (int i = 0; i < LAW_POWER_COUNT; i++)
            vec_push(q->a, &v, ((struct choice){str_of(law_power_names[i].id),
                                                arena_printf(q->a, "%s%s", law_power_names[i].zh,
                                                             i >= POWER_FIRST_FORBIDDEN ? "（第三方不得行使）" : "")}));
    } else if (f->kind == FIELD_REGION) {
        for (size_t i = 0; i < region_count(); i++) {
            const struct region *r = region_at(i);
            const struct region *parent = r->level == 'D' ? region_find(r->parent) : NULL;
            vec_push(q->a, &v, ((struct choice){arena_printf(q->a, "%d", r->code),
                                                arena_printf(q->a, "%s%s", parent ? parent->name : "", r->name)}));
        }
    } else if (f->kind == FIELD_BOOL) {
        vec_push(q->a, &v, ((struct choice){S("true"), S("是")}));
        vec_push(q->a, &v, ((struct choice){S("false"), S("否")}));
    } else {
        str rest = str_of(f->of), item;
        while (rest.p && str_next(&rest, ' ', &item))
            vec_push(q->a, &v, ((struct choice){item, enum_label(item)}));
    }
    return (struct choices){v.p, v.n};
}

/* ---- references ---- */
static str ref_text(struct arena *a, str title, str id)
{
    if (str_eq(title, id))
        return id;
    str tail = id.n <= 14 ? id : str_sub(id, id.n - 8, 8);
    return arena_printf(a, "%.*s（%.*s）", STR_ARG(title), STR_ARG(tail));
}

/* People of the authority only: a helper's account on a list of officers would only earn a refusal. */
static bool of_authority(const struct act_field *f)
{
    static const char *const names[] = {"officers", "panel", "signers", "approved_by", "approver"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(f->name, names[i]))
            return true;
    return false;
}

static bool has_agency(const struct thing *t, const struct db_value *row)
{
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, "agency"))
            return row[i].kind == DB_TEXT;
    return true;
}

static err *refs_of_table(struct request *q, const struct act_field *f, str table, str text, struct choices *ret,
                          bool *ret_more)
{
    const struct thing *t = thing_of(table);
    struct thing_page page;
    struct db *d;
    VEC(struct choice) v = {0};
    if (!t || !thing_open(t, &q->reader))
        return NULL;
    struct thing_query query = {.thing = t, .reader = &q->reader, .limit = FEW, .text = text, .after = S(""),
                                .newest_first = !text.n};
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    size_t n = thing_columns(t);
    for (size_t i = 0; i < ret->n; i++)
        vec_push(q->a, &v, ret->p[i]);
    for (size_t i = 0; i < page.n; i++)
        if (!of_authority(f) || has_agency(t, page.row[i]))
            vec_push(q->a, &v,
                     ((struct choice){page.row[i][n].s, ref_text(q->a, page.row[i][n + 1].s, page.row[i][n].s)}));
    *ret = (struct choices){v.p, v.n};
    *ret_more = *ret_more || page.next.n;
    return NULL;
}

static bool among(const struct choices *c, str value)
{
    for (size_t i = 0; i < c->n; i++)
        if (str_eq(c->p[i].value, value))
            return true;
    return false;
}

/* What was chosen before stays on the list, wherever it came from. */
static void keep_chosen(const struct drawing *d, const struct act_field *f, str path, struct choices *c)
{
    const struct thing *t = thing_of_table(str_of(f->of));
    VEC(struct choice) v = {0};
    struct db *db;
    for (size_t i = 0; i < c->n; i++)
        vec_push(d->q->a, &v, c->p[i]);
    for (size_t i = 0; i < d->typed->n; i++) {
        struct pair p = d->typed->p[i];
        str title = p.value;
        if (!str_eq(p.name, path) || !p.value.n || among(c, p.value))
            continue;
        if (t && (request_db(d->q, &db) || thing_title(db, d->q->a, t, p.value, &title)))
            err_clear();
        vec_push(d->q->a, &v, ((struct choice){p.value, ref_text(d->q->a, title, p.value)}));
    }
    *c = (struct choices){v.p, v.n};
}

static bool refs_of(const struct drawing *d, const struct act_field *f, str path, struct choices *ret, bool *ret_more)
{
    str rest = str_of(f->of), table, text = form_get(d->typed, mark(d->q->a, "find", path));
    *ret = (struct choices){0};
    *ret_more = false;
    bool known = false;
    while (rest.p && str_next(&rest, '|', &table)) {
        const struct thing *t = thing_of(table);
        known = known || (t && thing_open(t, &d->q->reader));
        err *e = refs_of_table(d->q, f, table, text.p ? utf8_clip(str_trim(text), 64) : S(""), ret, ret_more);
        if (e)
            log_err("form", e);
    }
    keep_chosen(d, f, path, ret);
    *ret_more = *ret_more || text.n;
    return known;
}

static void find_box(const struct drawing *d, str path)
{
    str name = mark(d->q->a, "find", path);
    w(d->o, H("<div class=\"row\"><input aria-label=\"按名称查找\" placeholder=\"名称含…\" maxlength=\"64\" name=\""), name,
      H("\" value=\""), form_get(d->typed, name), H("\"><button name=\"do\" value=\"find\" formnovalidate>查找</button></div>"));
}

static void select_box(const struct drawing *d, str path, const struct choices *c, str chosen)
{
    w(d->o, H("<select id=\""), path, H("\" name=\""), path, H("\""));
    invalid(d, path);
    w(d->o, H("><option value=\"\"></option>"));
    for (size_t i = 0; i < c->n; i++)
        option(d->o, c->p[i].value, c->p[i].text, str_eq(c->p[i].value, chosen));
    w(d->o, H("</select>"));
}

static void check_boxes(const struct drawing *d, const struct act_field *f, str path, const struct choices *c)
{
    w(d->o, H("<div class=\"checks\" role=\"group\" aria-label=\""), f->label, H("\">"));
    for (size_t i = 0; i < c->n; i++) {
        w(d->o, H("<label><input type=\"checkbox\" name=\""), path, H("\" value=\""), c->p[i].value, H("\""));
        if (typed_has(d->typed, path, c->p[i].value))
            w(d->o, H(" checked"));
        w(d->o, H("><span>"), c->p[i].text, H("</span></label>"));
    }
    w(d->o, H("</div>"));
    if (!c->n)
        w(d->o, H("<p class=\"muted\">没有可选的。</p>"));
}

static bool closed_set(enum field_kind k)
{
    return k == FIELD_ENUM || k == FIELD_TASK || k == FIELD_POWER || k == FIELD_REGION || k == FIELD_BOOL;
}

/* ---- scalars ---- */
static const char *hint_of(const struct act_field *f)
{
    switch (f->kind) {
    case FIELD_FEN:
        return "元";
    case FIELD_METRE: /* some labels say it */
        return strstr(f->label, "米") ? NULL : "米";
    case FIELD_PERCENT:
        return "%";
    case FIELD_DEGREE:
        return strcmp(f->name, "lat") ? "度，如 114.31" : "度，如 30.59";
    case FIELD_USCC:
        return "18位";
    default:
        return NULL;
    }
}

static void party(const struct drawing *d, const struct act_field *f, str path)
{
    str kind_name = mark(d->q->a, "kind", path), id_name = mark(d->q->a, "id", path), rest = str_of(f->of), kind;
    str chosen = form_get(d->typed, kind_name);
    label(d, path, f, NULL);
    w(d->o, H("<div class=\"two\"><select aria-label=\"类别\" id=\""), path, H("\" name=\""), kind_name,
      H("\"><option value=\"\"></option>"));
    while (rest.p && str_next(&rest, ' ', &kind))
        option(d->o, kind, enum_label(kind), str_eq(kind, chosen));
    w(d->o, H("</select><input aria-label=\"编号\" placeholder=\"编号\" name=\""), id_name, H("\" value=\""),
      form_get(d->typed, id_name), H("\"></div>"));
}

static void reference(const struct drawing *d, const struct act_field *f, str path)
{
    struct choices c;
    bool more;
    label(d, path, f, NULL);
    if (!refs_of(d, f, path, &c, &more)) {
        input(d, path, "text", form_get(d->typed, path));
        return;
    }
    if (more)
        find_box(d, path);
    select_box(d, path, &c, form_get(d->typed, path));
}

static void digest(const struct drawing *d, const struct act_field *f, str path)
{
    str kept = form_get(d->typed, path);
    label(d, path, f, "上传文件由服务器计算SM3摘要，不超过8 MB；较大的文件用接口分段上传后填摘要");
    w(d->o, H("<input type=\"file\" id=\""), path, H("\" name=\""), mark(d->q->a, "file", path), H("\">"),
      H("<input aria-label=\"摘要\" placeholder=\"sm3:… 已有摘要时填写\" name=\""), path, H("\" value=\""), kept, H("\">"));
}

static void scalar(const struct drawing *d, const struct act_field *f, str path)
{
    str value = form_get(d->typed, path);
    if (closed_set(f->kind)) {
        struct choices c = choices_of(d->q, f);
        label(d, path, f, NULL);
        select_box(d, path, &c, value);
    } else if (f->kind == FIELD_REF) {
        reference(d, f, path);
    } else if (f->kind == FIELD_PARTY) {
        party(d, f, path);
    } else if (f->kind == FIELD_DIGEST) {
        digest(d, f, path);
    } else {
        label(d, path, f, hint_of(f));
        if ((f->kind == FIELD_TEXT && (!f->maximum || f->maximum > 200)) || f->kind == FIELD_JSON) {
            w(d->o, H("<textarea id=\""), path, H("\" name=\""), path, H("\""));
            invalid(d, path);
            if (d->sealed)
                w(d->o, H(" data-sealed"));
            w(d->o, H(">"), value, H("</textarea>"));
        } else {
            input(d, path, f->kind == FIELD_DATE ? "date" : f->kind == FIELD_TIME ? "datetime-local" : "text", value);
        }
    }
    fault_line(d, path, f->kind == FIELD_ENUM);
}

/* ---- lists ---- */
static size_t rows_shown(const struct form *typed, struct arena *a, str path)
{
    int64_t n = 0;
    str value = form_get(typed, mark(a, "rows", path));
    if (!value.p || !str_int64(value, &n) || n < 1)
        n = 1;
    if (typed_has(typed, S("do"), mark(a, "add", path)))
        n++;
    return n > ROWS_MAX ? ROWS_MAX : (size_t)n;
}

static void add_row(const struct drawing *d, str path, size_t rows)
{
    w(d->o, H("<input type=\"hidden\" name=\""), mark(d->q->a, "rows", path), H("\" value=\""), rows,
      H("\"><button name=\"do\" value=\""), mark(d->q->a, "add", path), H("\" formnovalidate>增加一行</button>"));
}

static void text_rows(const struct drawing *d, const struct act_field *f, str path)
{
    size_t rows = rows_shown(d->typed, d->q->a, path), shown = 0;
    const char *type = f->kind == FIELD_DATE ? "date" : "text";
    for (size_t i = 0; i < d->typed->n && shown < rows; i++)
        if (str_eq(d->typed->p[i].name, path) && d->typed->p[i].value.n) {
            w(d->o, H("<p>"));
            w(d->o, H("<input aria-label=\""), f->label, H("\" type=\""), type, H("\" name=\""), path, d->sealed ? H("\" data-sealed value=\"") : H("\" value=\""),
              d->typed->p[i].value, H("\"></p>"));
            shown++;
        }
    for (; shown < rows; shown++)
        w(d->o, H("<p><input aria-label=\""), f->label, H("\" type=\""), type, H("\" name=\""), path, d->sealed ? H("\" data-sealed></p>") : H("\"></p>"));
    add_row(d, path, rows);
}

static void list_of_scalars(const struct drawing *d, const struct act_field *f, str path)
{
    struct choices c = {0};
    bool more = false, known = closed_set(f->kind);
    w(d->o, H("<fieldset id=\""), path, H("\"><legend>"), f->label, H("</legend>"));
    if (known)
        c = choices_of(d->q, f);
    else if (f->kind == FIELD_REF)
        known = refs_of(d, f, path, &c, &more);
    if (more)
        find_box(d, path);
    if (known)
        check_boxes(d, f, path, &c);
    else
        text_rows(d, f, path);
    fault_line(d, path, f->kind == FIELD_ENUM);
    w(d->o, H("</fieldset>"));
}

static void field(const struct drawing *d, const struct act_field *f, str prefix);

static void members(const struct drawing *d, const struct act_field *f, str prefix)
{
    for (const struct act_field *m = f->object; m && m->name; m++)
        field(d, m, prefix);
}

static void field(const struct drawing *outer, const struct act_field *f, str prefix)
{
    struct drawing here = *outer;
    const struct drawing *d = &here;
    here.sealed = kept_nowhere(outer->q, f);
    str path = path_join(d->q->a, prefix, f->name);
    if (f->kind == FIELD_OBJECT && (f->flags & F_LIST)) {
        size_t rows = rows_shown(d->typed, d->q->a, path);
        w(d->o, H("<fieldset><legend>"), f->label, H("</legend>"));
        for (size_t i = 0; i < rows; i++) {
            w(d->o, H("<fieldset><legend>第"), i + 1, H("项</legend>"));
            members(d, f, arena_printf(d->q->a, "%.*s.%zu", STR_ARG(path), i));
            w(d->o, H("</fieldset>"));
        }
        add_row(d, path, rows);
        fault_line(d, path, false);
        w(d->o, H("</fieldset>"));
    } else if (f->kind == FIELD_OBJECT) {
        w(d->o, H("<fieldset><legend>"), f->label, H("</legend>"));
        members(d, f, path);
        w(d->o, H("</fieldset>"));
    } else if (f->flags & F_LIST) {
        list_of_scalars(d, f, path);
    } else {
        scalar(d, f, path);
    }
}

/* Of what kind is the field at `path`, or the nearest above it? */
static const struct act_field *field_at(const struct act_field *f, str path)
{
    str name, rest = path, number;
    str_next(&rest, '.', &name);
    number = name;
    str_next(&number, '[', &name);
    for (; f && f->name; f++)
        if (str_eq(name, str_of(f->name)))
            return f->object && rest.n ? field_at(f->object, rest) : f;
    return NULL;
}

const err *form_fault(const struct act_type *t, const err *e)
{
    const struct act_field *f = e && e->kind == ERR_INPUT && e->field.n ? field_at(t->fields, e->field) : NULL;
    bool at = e && str_eq(e->field, S("at"));
    if (!e || !e->want.n || (!at && (!f || (f->kind != FIELD_FEN && f->kind != FIELD_TIME))))
        return e;
    bool fen = !at && f->kind == FIELD_FEN;
    err *own = err_new(ERR_INPUT, "“%s”读不懂：应为%s，读到“%.*s”", at ? "发生时间" : f->label,
                       fen ? "以元为单位的金额，小数不超过两位，如12345.60" : "年、月、日、时、分，如2026-03-02 09:30", STR_ARG(e->got));
    return err_at(own, e->field);
}

void form_fields(struct request *q, struct out *o, const struct act_type *t, const struct form *typed, const err *fault,
                 const char *only)
{
    struct drawing d = {q, o, typed, fault};
    for (const struct act_field *f = t->fields; f && f->name; f++)
        if (!(f->flags & F_ENGINE) && (!only || strstr(only, f->name)))
            field(&d, f, S(""));
}

/* ---- the act out of the form ---- */
static bool decimal(str s)
{
    bool digit = false, dot = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= '0' && c <= '9')
            digit = true;
        else if (c == '.' && !dot && digit && i + 1 < s.n)
            dot = true;
        else if (!(c == '-' && i == 0))
            return false;
    }
    str first = str_sub(s, s.n && s.p[0] == '-', s.n);
    return digit && s.n <= 20 && !(first.n > 1 && first.p[0] == '0' && first.p[1] != '.');
}

/* "1,150,000.5" yuan is 115000050 fen; anything else goes on as it is, for the reader to say what is wrong. */
bool form_fen(str s, int64_t *ret)
{
    int64_t whole = 0, part = 0;
    int places = -1, digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ',' && places < 0)
            continue;
        if (c == '.' && places < 0) {
            places = 0;
            continue;
        }
        if (c < '0' || c > '9' || places == 2 || ++digits > 14)
            return false;
        if (places < 0)
            whole = whole * 10 + (c - '0');
        else
            part = part * 10 + (c - '0'), places++;
    }
    *ret = whole * 100 + (places == 1 ? part * 10 : part);
    return digits > 0;
}

/* A browser's field gives the time of China in whole minutes. Who types the minute that is running means now: taken
 * at its start it would lie before what happened seconds ago, and be refused for it. */
static str time_typed(struct request *q, str value)
{
    usec t;
    if (value.n == 19 && value.p[10] == 'T')
        return arena_printf(q->a, "%.*s+08:00", STR_ARG(value));
    if (value.n != 16 || value.p[10] != 'T')
        return value;
    value = arena_printf(q->a, "%.*s:00+08:00", STR_ARG(value));
    if (time_parse(value, &t)) {
        err_clear();
        return value;
    }
    return q->now >= t && q->now - t < USEC_MINUTE ? time_rfc3339(q->a, q->now) : value;
}

static void put_scalar(struct request *q, struct json_out *j, const struct act_field *f, str value)
{
    int64_t n;
    const struct json *tree;
    switch (f->kind) {
    case FIELD_BOOL:
        if (str_eq(value, S("true")) || str_eq(value, S("false")))
            json_raw(j, value);
        else
            json_str(j, value);
        return;
    case FIELD_FEN:
        if (form_fen(value, &n))
            json_int(j, n);
        else
            json_str(j, value);
        return;
    case FIELD_COUNT: case FIELD_DEGREE: case FIELD_METRE: case FIELD_PERCENT: case FIELD_NUMBER:
        if (decimal(value))
            json_raw(j, value);
        else
            json_str(j, value);
        return;
    case FIELD_TIME:
        json_str(j, time_typed(q, value));
        return;
    case FIELD_JSON:
        if (!json_parse(q->a, value, LIMIT_ACT_BYTES, &tree)) {
            json_tree(j, tree);
            return;
        }
        err_clear();
        json_str(j, value);
        return;
    default:
        json_str(j, value);
    }
}

static bool any_below(const struct form *f, str path)
{
    for (size_t i = 0; i < f->n; i++) {
        str name = f->p[i].name, rest = name, kind;
        if (str_starts(name, S("kind:")) || str_starts(name, S("id:"))) {
            str_next(&rest, ':', &kind);
            name = rest;
        }
        if (name.n > path.n && str_starts(name, path) && name.p[path.n] == '.' && str_trim(f->p[i].value).n)
            return true;
    }
    return false;
}

static void put_field(struct request *q, struct json_out *j, const struct form *typed, const struct act_field *f,
                      str prefix);

static void put_members(struct request *q, struct json_out *j, const struct form *typed, const struct act_field *f,
                        str path)
{
    json_open(j, '{');
    for (const struct act_field *m = f->object; m && m->name; m++)
        put_field(q, j, typed, m, path);
    json_close(j, '}');
}

static void put_rows(struct request *q, struct json_out *j, const struct form *typed, const struct act_field *f, str path)
{
    if (!any_below(typed, path))
        return;
    json_key(j, str_of(f->name));
    json_open(j, '[');
    for (size_t i = 0; i < ROWS_MAX; i++) {
        str row = arena_printf(q->a, "%.*s.%zu", STR_ARG(path), i);
        if (any_below(typed, row))
            put_members(q, j, typed, f, row);
    }
    json_close(j, ']');
}

static void put_list(struct request *q, struct json_out *j, const struct form *typed, const struct act_field *f, str path)
{
    bool any = false;
    for (size_t i = 0; i < typed->n; i++) {
        str value = str_trim(typed->p[i].value);
        if (!str_eq(typed->p[i].name, path) || !value.n)
            continue;
        if (!any) {
            json_key(j, str_of(f->name));
            json_open(j, '[');
            any = true;
        }
        put_scalar(q, j, f, value);
    }
    if (any)
        json_close(j, ']');
}

static void put_field(struct request *q, struct json_out *j, const struct form *typed, const struct act_field *f,
                      str prefix)
{
    if (f->flags & F_ENGINE)
        return;
    str path = path_join(q->a, prefix, f->name);
    if (f->kind == FIELD_OBJECT && (f->flags & F_LIST)) {
        put_rows(q, j, typed, f, path);
    } else if (f->kind == FIELD_OBJECT) {
        if (!any_below(typed, path))
            return;
        json_key(j, str_of(f->name));
        put_members(q, j, typed, f, path);
    } else if (f->flags & F_LIST) {
        put_list(q, j, typed, f, path);
    } else {
        str value = form_get(typed, path);
        if (f->kind == FIELD_PARTY && !value.n) {
            str kind = form_get(typed, mark(q->a, "kind", path)), id = form_get(typed, mark(q->a, "id", path));
            value = kind.n && id.n ? arena_printf(q->a, "%.*s:%.*s", STR_ARG(kind), STR_ARG(str_trim(id))) : STR_NONE;
        }
        value = f->kind == FIELD_TEXT && value.p ? value : str_trim(value);
        if (!str_trim(value).n)
            return;
        json_key(j, str_of(f->name));
        put_scalar(q, j, f, value);
    }
}

void put_act_key(struct json_out *j, str once)
{
    struct sm3_state s;
    if (!once.n || once.n > LIMIT_ACT_KEY)
        return;
    sm3_init(&s);
    sm3_add(&s, once.p, once.n);
    sm3_add(&s, j->b->p, j->b->n);
    struct sm3 digest = sm3_end(&s);
    buf b = buf_make(j->b->arena, 2 * SM3_BYTES + 1);
    buf_hex(&b, digest.byte, sizeof digest.byte);
    json_put_str(j, S("key"), buf_str(&b));
}

err *form_act(struct request *q, const struct act_type *t, const struct form *typed, str *ret_json)
{
    buf b = buf_make(q->a, LIMIT_FORM_BYTES * 2);
    struct json_out j = {&b, false};
    static const struct act_field at = {"at", "发生时间", FIELD_TIME, 0};
    str id = str_trim(form_get(typed, S("new-id"))), key = form_get(typed, S("key")), time = form_get(typed, S("at"));
    json_open(&j, '{');
    json_put_str(&j, S("act"), str_of(t->name));
    if (id.n && (t->flags & ACT_CREATES))
        json_put_str(&j, S("id"), id);
    if (str_trim(time).n) {
        json_key(&j, S("at"));
        put_scalar(q, &j, &at, str_trim(time));
    }
    for (const struct act_field *f = t->fields; f && f->name; f++)
        put_field(q, &j, typed, f, S(""));
    put_act_key(&j, key);
    json_close(&j, '}');
    if (b.overflow || b.n > LIMIT_ACT_BYTES)
        return err_new(ERR_LIMIT, "内容超过%d字节", LIMIT_ACT_BYTES);
    *ret_json = buf_str(&b);
    return NULL;
}
