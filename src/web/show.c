/* Values as people read them: names for ids, Chinese for closed sets, yuan for fen, dates of China. */
#include "web/web_private.h"

#include <stdio.h>
#include <string.h>

str yuan(struct arena *a, int64_t fen)
{
    char digits[32], grouped[48];
    bool minus = fen < 0;
    int64_t whole = (minus ? -fen : fen) / 100;
    size_t n = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)whole), k = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            grouped[k++] = ',';
        grouped[k++] = digits[i];
    }
    return arena_printf(a, "%s%.*s.%02d", minus ? "-" : "", (int)k, grouped, (int)((minus ? -fen : fen) % 100));
}

str thing_label(str table)
{
    const struct thing *t = thing_of(table);
    return t ? str_of(t->label) : S("事项");
}

const struct thing *thing_of_table(str table)
{
    str first, rest = table;
    return str_next(&rest, '|', &first) ? thing_of(first) : NULL;
}

/* A name where the reader may know of the thing; a link only where its page would open. */
static void show_ref(struct request *q, struct out *o, str table, str id)
{
    const struct thing *t = thing_of_table(table);
    struct db *d;
    str title = id;
    bool given = false;
    if (str_eq(table, S("users")) && (enum_known(id) || str_starts(id, S("notice:")))) { /* public, system: no row */
        w(o, str_starts(id, S("notice:")) ? S("告知书扫码人") : enum_label(id));
        return;
    }
    if (t && (request_db(q, &d) || thing_title_for(d, q->a, t, &q->reader, id, &title, &given)))
        err_clear();
    if (given && q->session.open)
        w(o, H("<a href=\"/things/"), t->name, H("/"), U(id), H("\">"), title, H("</a>"));
    else
        w(o, title);
}

static void show_task(struct out *o, str code)
{
    for (const struct law_task *t = law_tasks; t->code; t++)
        if (str_eq(code, str_of(t->code))) {
            w(o, t->name);
            return;
        }
    w(o, code);
}

static void show_rule(struct out *o, str name)
{
    int rule = law_rule_find(name.p ? name.p : "", name.n);
    if (rule < 0) {
        w(o, H("—"));
        return;
    }
    const struct law_rule_info *r = &law_rule_info[rule];
    const struct law_instrument *i = law_instrument_find(r->instrument, strlen(r->instrument));
    w(o, H("《"), i ? i->title : r->instrument, H("》"));
    if (r->article[0])
        w(o, H("第"), r->article, H("条"));
}

static void show_enum(struct out *o, str value, const char *of)
{
    if (!of || strchr(of, '=')) {
        w(o, label_of(value, of));
    } else if (!strcmp(of, "task")) {
        show_task(o, value);
    } else if (!strcmp(of, "act")) {
        const struct act_type *t = act_type_find(value);
        w(o, t ? str_of(t->label) : value);
    } else if (!strcmp(of, "cause")) { /* an act, a record or a word of its own */
        const struct act_type *t = act_type_find(value);
        const struct thing *thing = t ? NULL : thing_of(value);
        w(o, t ? str_of(t->label) : thing ? str_of(thing->label) : enum_label(value));
    } else if (!strcmp(of, "table")) {
        w(o, thing_label(value));
    } else if (!strcmp(of, "what")) {
        const char *label = export_label(value);
        w(o, label ? str_of(label) : value);
    } else {
        show_rule(o, value);
    }
}

static void show_region(struct out *o, int64_t code)
{
    const struct region *r = region_find((int)code);
    if (!r) {
        w(o, code);
        return;
    }
    const struct region *parent = r->level == 'D' ? region_find(r->parent) : NULL;
    if (parent)
        w(o, parent->name);
    w(o, r->name);
}

static void show_degree(struct out *o, int64_t v)
{
    buf_printf(&o->b, "%.5f°", (double)v / 1e7);
}

void show_value(struct request *q, struct out *o, const struct thing_column *c, const struct db_value *v)
{
    if (v->kind == DB_NULL || (v->kind == DB_TEXT && !v->s.n)) {
        w(o, H("—"));
        return;
    }
    switch (c->kind) {
    case COLUMN_DAY:
        w(o, day_chinese(q->a, (day)v->i));
        break;
    case COLUMN_TIME:
        w(o, time_chinese(q->a, v->i));
        break;
    case COLUMN_FEN:
        w(o, yuan(q->a, v->i));
        break;
    case COLUMN_FLAG:
        w(o, v->i ? "是" : "否");
        break;
    case COLUMN_ENUM:
        show_enum(o, v->s, c->of);
        break;
    case COLUMN_REF:
        show_ref(q, o, str_of(c->of), v->s);
        break;
    case COLUMN_ID: /* a setting has its name for one */
        w(o, v->kind == DB_TEXT ? enum_label(v->s) : arena_printf(q->a, "%lld", (long long)v->i));
        break;
    case COLUMN_REGION:
        show_region(o, v->i);
        break;
    case COLUMN_DEGREE:
        show_degree(o, v->i);
        break;
    default:
        if (v->kind == DB_INT)
            w(o, v->i);
        else
            w(o, v->s);
    }
}

/* The table in which a row of this kind stands; none: the id is all there is. */
static str table_of_kind(str kind)
{
    const struct disclosed_kind *k = disclosed_kind_find(kind);
    if (str_eq(kind, S("user")))
        return S("users");
    return k && k->table ? str_of(k->table) : kind;
}

static bool has_row(struct request *q, const struct thing *t, str id)
{
    struct db *d;
    str title = id;
    if (t && thing_open(t, &q->reader) && (request_db(q, &d) || thing_title(d, q->a, t, id, &title)))
        err_clear();
    return !str_eq(title, id);
}

void show_field(struct request *q, struct out *o, const struct thing *t, const struct db_value *row, size_t at)
{
    const struct thing_column *c = &t->columns[at];
    str tables = c->kind == COLUMN_TEXT && c->of && row[at].kind == DB_TEXT ? str_of(c->of) : S(""), table;
    if (str_starts(tables, S("@"))) {
        size_t i = 0;
        while (t->columns[i].name && strcmp(t->columns[i].name, c->of + 1))
            i++;
        tables = t->columns[i].name && row[i].kind == DB_TEXT ? table_of_kind(row[i].s) : S("");
    }
    while (str_next(&tables, '|', &table))
        if (has_row(q, thing_of(table), row[at].s)) {
            show_ref(q, o, table, row[at].s);
            return;
        }
    show_value(q, o, c, &row[at]);
}

str verdict_word(enum act_verdict v)
{
    static const char *const zh[] = {"准予", "暂缓", "不予", "无法读取"};
    return str_of(zh[v]);
}

html verdict_badge(str verdict)
{
    if (str_eq(verdict, S("allowed")))
        return H("<span class=\"badge allowed\">准予</span>");
    if (str_eq(verdict, S("held")))
        return H("<span class=\"badge held\">暂缓</span>");
    return H("<span class=\"badge refused\">不予</span>");
}

bool act_offered(const struct act_type *t, const struct reader *who)
{
    if (!t || (t->flags & ACT_INTERNAL))
        return false;
    if (who->residual && !(t->flags & ACT_RIGHT))
        return false;
    return (t->roles & who->roles) != 0;
}

/* ---- reasons of a receipt ---- */
static void show_basis(struct out *o, const struct json *r)
{
    str id = json_string(r, S("instrument")), article = json_string(r, S("article"));
    const struct law_instrument *i = id.p ? law_instrument_find(id.p, id.n) : NULL;
    w(o, H("《"), i ? str_of(i->title) : S("本系统规则"), H("》"));
    if (i && i->number && i->number[0])
        w(o, H("（"), i->number, H("）"));
    if (article.n)
        w(o, H("第"), article, H("条"));
    str clause = json_string(r, S("clause"));
    if (clause.n)
        w(o, H(" "), clause);
}

static void show_reason(struct request *q, struct out *o, const struct json *r)
{
    str severity = json_string(r, S("severity")), id = json_string(r, S("instrument"));
    str article = json_string(r, S("article"));
    html badge = str_eq(severity, S("refuse")) ? H("<span class=\"badge refused\">不予</span>")
                 : str_eq(severity, S("hold")) ? H("<span class=\"badge held\">暂缓</span>")
                                               : H("<span class=\"badge late\">提示</span>");
    w(o, H("<li class=\"card reason\"><dl class=\"facts\"><dt>结果</dt><dd>"), badge, H("</dd><dt>依据</dt><dd>"));
    show_basis(o, r);
    const char *summary = id.n && article.n ? law_article_summary(arena_cstr(q->a, id), arena_cstr(q->a, article)) : NULL;
    if (summary)
        w(o, H("<br><span class=\"muted\">"), summary, H("</span>"));
    w(o, H("</dd><dt>事由</dt><dd>"), json_string(r, S("because")), H("</dd><dt>怎样才合规</dt><dd>"),
      json_string(r, S("remedy")), H("</dd></dl></li>"));
}

void show_reasons(struct request *q, struct out *o, const struct json *reasons)
{
    if (!reasons || !reasons->n)
        return;
    w(o, H("<ol class=\"reasons\">"));
    for (size_t i = 0; i < reasons->n; i++)
        show_reason(q, o, &reasons->child[i]);
    w(o, H("</ol>"));
}

void show_error(struct out *o, const char *what, const err *fault)
{
    if (!fault)
        return;
    w(o, H("<p class=\"alert\" role=\"alert\">"), what, H("："), fault->text);
    if (fault->got.n)
        w(o, H("。读到的是："), fault->got);
    if (fault->want.n)
        w(o, H("；应为："), fault->want);
    w(o, H("</p>"));
}
