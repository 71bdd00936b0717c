/*
 * Public pages. They read what was composed when it was published (acts/disclosed.h) and nothing else, so no page here can show
 * more than the head saw in the preview. A withdrawn item stays with its trace: that it was, when, and the class of the reason.
 */
#include "web/public.h"

enum { PAGE_ITEMS = 50 };

bool disclosed_publishable(const struct disclosed_kind *k)
{
    return !k->personal && !k->secret && !str_eq(str_of(k->name), S("clue"));
}

const char *withdraw_class_label(str class)
{
    static const struct { const char *class, *label; } labels[] = {
        {"revoked", "决定被撤销"}, {"changed", "决定有变更"}, {"mistaken", "内容有误"}, {"expired", "公开期满"}, {"unfit", "不宜公开"}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (str_eq(class, str_of(labels[i].class)))
            return labels[i].label;
    return "其他";
}

static str kind_label(str name)
{
    const struct disclosed_kind *k = disclosed_kind_find(name);
    return k ? str_of(k->label) : S("其他");
}

/* ---- one item ---- */

/* What people call it: the number of the decision, the name of the purchase; else its kind and id. */
static str title_of(struct request *q, const struct disclosed_item *i)
{
    const struct disclosed_kind *k = disclosed_kind_find(i->kind);
    struct disclosed_value *v;
    size_t n;
    if (!k || !k->table)
        return i->ref;
    if (i->content.n && !disclosed_values(q->a, k, i->content, &v, &n))
        for (size_t c = n; c-- > 0;) /* the last decision is the one in force */
            if (v[c].value.kind == DB_TEXT && v[c].value.s.n &&
                (str_eq(str_of(v[c].name), S("title")) || (v[c].list && str_eq(str_of(v[c].name), S("ref")))))
                return v[c].value.s;
    return arena_printf(q->a, "%s %.*s", k->label, STR_ARG(i->ref));
}

static void due_row(struct request *q, struct out *o, const struct disclosed_item *i)
{
    if (i->due_at == USEC_NONE)
        return;
    w(o, H("<dt>公开期限</dt><dd>"), day_chinese(q->a, day_of(i->due_at)));
    if (i->published_at != USEC_NONE)
        w(o, i->published_at <= i->due_at ? H("（按期公开）") : H(" <span class=\"overdue\">（逾期公开）</span>"));
    w(o, H("</dd>"));
}

static void head_rows(struct request *q, struct out *o, const struct disclosed_item *i)
{
    const struct disclosed_kind *k = disclosed_kind_find(i->kind);
    const struct deadline *d = k ? deadline_find(str_of(k->deadline)) : NULL;
    w(o, H("<dl class=\"facts\"><dt>类别</dt><dd>"), kind_label(i->kind), H("</dd><dt>编号</dt><dd>"), i->ref, H("</dd><dt>公开机构</dt><dd>"),
      i->agency_name.n ? i->agency_name : S("—"), H("</dd><dt>公开时间</dt><dd>"));
    if (i->published_at == USEC_NONE)
        w(o, H("（尚未公开）"));
    else
        w(o, time_chinese(q->a, i->published_at));
    w(o, H("</dd>"));
    due_row(q, o, i);
    if (d)
        w(o, H("<dt>公开依据</dt><dd>"), d->source, H("</dd>"));
    if (i->withdrawn_at != USEC_NONE)
        w(o, H("<dt>撤回时间</dt><dd>"), time_chinese(q->a, i->withdrawn_at), H("</dd><dt>撤回原因类别</dt><dd>"),
          withdraw_class_label(i->withdraw_class), H("</dd>"));
    if (i->digest.n)
        w(o, H("<dt>内容摘要（SM3）</dt><dd><code>"), i->digest, H("</code></dd>"));
    w(o, H("</dl>"));
}

static void show_plain(struct request *q, struct out *o, const struct disclosed_value *v)
{
    show_value(q, o, &v->column, &v->value);
}

static void list_table(struct request *q, struct out *o, const struct disclosed_value *v, size_t n)
{
    size_t columns = 0;
    while (columns < n && v[columns].row == v[0].row)
        columns++;
    w(o, H("<h2>"), v[0].list, H("</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr>"));
    for (size_t i = 0; i < columns; i++)
        w(o, H("<th scope=\"col\">"), v[i].label, H("</th>"));
    w(o, H("</tr></thead><tbody>"));
    for (size_t i = 0; i < n;) {
        size_t row = v[i].row;
        w(o, H("<tr>"));
        for (; i < n && v[i].row == row; i++) {
            w(o, H("<td data-label=\""), v[i].label, H("\">"));
            show_plain(q, o, &v[i]);
            w(o, H("</td>"));
        }
        w(o, H("</tr>"));
    }
    w(o, H("</tbody></table></div>"));
}

static void content(struct request *q, struct out *o, const struct disclosed_item *item)
{
    const struct disclosed_kind *k = disclosed_kind_find(item->kind);
    struct disclosed_value *v;
    size_t n, i = 0;
    if (!k || !item->content.n || disclosed_values(q->a, k, item->content, &v, &n))
        return;
    w(o, H("<h2>内容</h2>"));
    if (!n)
        w(o, H("<p>见文件“"), item->ref, H("”。</p>"));
    else if (!v[0].list)
        w(o, H("<dl class=\"facts\">"));
    for (; i < n && !v[i].list; i++) {
        w(o, H("<dt>"), v[i].label, H("</dt><dd>"));
        show_plain(q, o, &v[i]);
        w(o, H("</dd>"));
    }
    if (i)
        w(o, H("</dl>"));
    for (size_t to; i < n; i = to) {
        for (to = i; to < n && v[to].list == v[i].list;)
            to++;
        list_table(q, o, v + i, to - i);
    }
}

void public_card(struct request *q, struct out *o, const struct disclosed_item *item, bool first)
{
    w(o, H("<section class=\"card\">"), first ? H("<h1>") : H("<h2>"), title_of(q, item), first ? H("</h1>") : H("</h2>"));
    if (item->withdrawn_at != USEC_NONE)
        w(o, H("<p class=\"note\">本项已撤回，内容不再公开。下面是撤回的记录。</p>"));
    head_rows(q, o, item);
    content(q, o, item);
    w(o, H("</section>"));
}

err *page_public_item(struct request *q, struct response *r)
{
    struct disclosed_item item;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(disclosed_get(d, q->a, q->part[0], &item));
    struct out *o = page_begin(q, title_of(q, &item));
    w(o, H("<p class=\"muted\"><a href=\"/public\">公开信息</a> / <a href=\"/public?kind="), U(item.kind), H("\">"), kind_label(item.kind),
      H("</a></p>"));
    public_card(q, o, &item, true);
    w(o, H("<p class=\"muted\">个人信息、工作秘密和商业秘密不公开；单位以统一社会信用代码表示。</p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- the list ---- */

static void find_form(struct out *o, str kind, str text)
{
    w(o, H("<form class=\"find\" method=\"get\" action=\"/public\"><div><label for=\"kind\">类别</label><select id=\"kind\" name=\"kind\">"
           "<option value=\"\">全部</option>"));
    for (size_t i = 0; i < disclosed_kind_count(); i++) {
        const struct disclosed_kind *k = disclosed_kind_at(i);
        if (disclosed_publishable(k))
            w(o, H("<option value=\""), k->name, H("\""), str_eq(kind, str_of(k->name)) ? H(" selected") : H(""), H(">"), k->label,
              H("</option>"));
    }
    w(o, H("</select></div><div><label for=\"q\">查找文号、机构、统一社会信用代码</label><input id=\"q\" name=\"q\" maxlength=\"60\" value=\""),
      text, H("\"></div><button class=\"primary\">查找</button></form>"));
}

static void item_row(struct request *q, struct out *o, const struct disclosed_item *i)
{
    w(o, H("<tr><td data-label=\"内容\"><a href=\"/public/items/"), U(i->id), H("\">"), title_of(q, i), H("</a></td><td data-label=\"类别\">"),
      kind_label(i->kind), H("</td><td data-label=\"机构\">"), i->agency_name.n ? i->agency_name : S("—"),
      H("</td><td class=\"time\" data-label=\"公开时间\">"), time_chinese(q->a, i->published_at), H("</td><td data-label=\"状态\"><span>"));
    if (i->withdrawn_at != USEC_NONE)
        w(o, H("<span class=\"badge held\">已撤回</span>"));
    else if (i->due_at != USEC_NONE && i->published_at > i->due_at)
        w(o, H("<span class=\"badge late\">逾期公开</span>"));
    else
        w(o, H("<span class=\"badge allowed\">已公开</span>"));
    w(o, H("</span></td></tr>"));
}

err *page_public(struct request *q, struct response *r)
{
    struct disclosed_item *items;
    struct db *d;
    size_t n;
    str kind = form_get(&q->params, S("kind")), text = str_trim(form_get(&q->params, S("q"))), before = form_get(&q->params, S("before"));
    struct disclosed_query query = {.kind = kind, .text = text, .limit = PAGE_ITEMS + 1};
    if (kind.n && !disclosed_kind_find(kind))
        return err_new(ERR_MISSING, "没有这一类公开信息");
    if (before.n && !str_int64(before, &query.before))
        return err_new(ERR_INPUT, "翻页位置无法读取");
    TRY(request_db(q, &d));
    TRY(disclosed_find(d, q->a, &query, &items, &n));
    struct out *o = page_begin(q, S("公开信息"));
    w(o, H("<h1>公开信息</h1><p class=\"muted\">第三方辅助执法的采购、协议、抽取、处罚决定、考核和统计。撤回的保留记录。 <a href=\"/public/timeliness\">公开及时率</a> · "
           "<a href=\"/public/data\">数据文件</a></p>"));
    find_form(o, kind, text);
    if (!n)
        w(o, H("<p class=\"card muted\">没有符合条件的公开信息。</p>"));
    else
        w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">内容</th><th scope=\"col\">类别</th><th scope=\"col\">机构</th>"
               "<th scope=\"col\">公开时间</th><th scope=\"col\">状态</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n && i < PAGE_ITEMS; i++)
        item_row(q, o, &items[i]);
    if (n)
        w(o, H("</tbody></table></div>"));
    if (n > PAGE_ITEMS)
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/public?kind="), U(kind), H("&amp;q="), U(text), H("&amp;before="),
          items[PAGE_ITEMS - 1].seq, H("\">更早的</a></p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- timeliness ---- */

static void share(struct out *o, int64_t part, int64_t whole)
{
    if (!whole)
        w(o, H("—"));
    else
        w(o, part * 100 / whole, H("%"));
}

static void timely_row(struct request *q, struct out *o, const struct disclosed_timeliness *t)
{
    int64_t tenths = t->counted ? (t->workdays * 10 + t->counted / 2) / t->counted : 0;
    w(o, H("<tr><td data-label=\"类别\">"), t->kind->label, H("</td><td class=\"number\" data-label=\"应公开\">"), t->due,
      H("</td><td class=\"number\" data-label=\"按期\">"), t->on_time, H("</td><td class=\"number\" data-label=\"逾期\">"), t->late,
      H("</td><td class=\"number\" data-label=\"未到期\">"), t->open - t->overdue, H("</td><td class=\"number\" data-label=\"逾期未公开\">"),
      t->overdue ? H("<span class=\"overdue\">") : H("<span>"), t->overdue, H("</span></td><td class=\"number\" data-label=\"不予公开\">"), t->withheld,
      H("</td><td class=\"number\" data-label=\"及时率\">"));
    share(o, t->on_time, t->on_time + t->late + t->overdue);
    w(o, H("</td><td class=\"number\" data-label=\"平均用时\">"));
    if (t->counted)
        w(o, tenths / 10, H("."), tenths % 10, H("个工作日"));
    else
        w(o, H("—"));
    w(o, H("</td><td class=\"number\" data-label=\"撤回（逾期）\">"), t->withdrawals, H("（"), t->withdrawals_late, H("）</td></tr>"));
    (void)q;
}

err *page_public_timeliness(struct request *q, struct response *r)
{
    struct disclosed_timeliness *t;
    struct db *d;
    size_t n;
    str agency = form_get(&q->params, S("agency")), name = STR_NONE;
    TRY(request_db(q, &d));
    if (agency.n)
        TRY(db_one_str(d, q->a, "SELECT name FROM agency WHERE id = :id", DB_ARGS(DB_T("id", agency)), &name));
    if (agency.n && !name.n)
        return err_new(ERR_MISSING, "没有这个机构");
    TRY(disclosed_timely(d, q->a, agency, q->now, &t, &n));
    struct out *o = page_begin(q, S("公开及时率"));
    w(o, H("<p class=\"muted\"><a href=\"/public\">公开信息</a></p><h1>公开及时率</h1><p class=\"muted\">"), name.n ? name : S("全部机构"),
      H("。期限按工作日计算，数值是公布的参数；及时率＝按期÷（按期＋逾期＋逾期未公开）。</p>"
        "<p class=\"actions\"><a class=\"button primary\" href=\"/public\">查看公开信息</a></p>"));
    if (!n)
        w(o, H("<p class=\"card muted\">还没有应公开的事项。</p>"));
    else
        w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">类别</th><th class=\"number\" scope=\"col\">应公开</th>"
               "<th class=\"number\" scope=\"col\">按期</th><th class=\"number\" scope=\"col\">逾期</th><th class=\"number\" scope=\"col\">未到期</th>"
               "<th class=\"number\" scope=\"col\">逾期未公开</th><th class=\"number\" scope=\"col\">不予公开</th><th class=\"number\" scope=\"col\">及时率</th>"
               "<th class=\"number\" scope=\"col\">平均用时</th><th class=\"number\" scope=\"col\">撤回（逾期）</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++)
        timely_row(q, o, &t[i]);
    if (n)
        w(o, H("</tbody></table></div>"));
    page_end(q, o, r, 200);
    return NULL;
}
