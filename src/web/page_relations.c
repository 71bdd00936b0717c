/*
 * Ties as people see them (Art. 8): a path is a small picture, drawn downwards so that a phone shows it, and a sentence with dates,
 * source and the day it became known. The page of an entrustment screens it anew for whoever opens it; what is on record
 * (the list "ties") is what was known when an act found it. Third parties and subjects have no route here: the cause of a
 * pause is sealed for them.
 */
#include "analysis/graph.h"
#include "web/web_private.h"

#include <string.h>

enum { PICTURE_WIDTH = 360, BOX_HEIGHT = 40, LINK_HEIGHT = 56, BOX_LEFT = 8, NAME_POINTS = 20, LABEL_POINTS = 24 };
static const char *const levels[] = {"线索", "待审核", "可能影响公正", "直接利害关系"};

static str clipped(struct arena *a, str name, size_t points)
{
    if (utf8_count(name) <= points)
        return name;
    str head = utf8_clip(name, points - 1);
    return arena_printf(a, "%.*s…", STR_ARG(head));
}

static const char *kind_word(str kind)
{
    static const struct { const char *kind, *zh; } words[] = {
        {"provider", "第三方"}, {"member", "辅助人员"}, {"subject", "执法相对人"}, {"user", "工作人员"}, {"person", "关联方"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(kind, str_of(words[i].kind)))
            return words[i].zh;
    return "";
}

static void box(struct out *o, struct arena *a, const struct path_party *p, int y)
{
    w(o, H("<a href=\"/relations/parties/"), U(p->kind), H(":"), U(p->id), H("\"><rect class=\""), p->kind, H("\" x=\""), BOX_LEFT,
      H("\" y=\""), y, H("\" width=\""), PICTURE_WIDTH - 2 * BOX_LEFT, H("\" height=\""), BOX_HEIGHT,
      H("\" rx=\"4\"/><text x=\"20\" y=\""), y + 25, H("\">"), clipped(a, p->name, NAME_POINTS - 4), H("</text><text class=\"kind\" x=\""),
      PICTURE_WIDTH - 20, H("\" y=\""), y + 25, H("\" text-anchor=\"end\">"), kind_word(p->kind), H("</text></a>"));
}

/* The arrow runs as the relation was stated: from who holds, serves, works. */
static void link_line(struct out *o, struct arena *a, const struct path_link *l, int y)
{
    int top = y + 3, bottom = y + LINK_HEIGHT - 3;
    bool both = l->same || str_eq(l->type, S("kinship")) || str_eq(l->type, S("debt")) || str_eq(l->type, S("litigation")) ||
                str_eq(l->type, S("competitor")) || str_starts(l->type, S("shared_"));
    w(o, H("<line x1=\"40\" x2=\"40\" y1=\""), top, H("\" y2=\""), bottom, H("\""));
    if (l->same)
        w(o, H(" class=\"same\""));
    w(o, H("/>"));
    if (!both && l->backward)
        w(o, H("<path d=\"M34 "), top + 9, H(" L40 "), top, H(" L46 "), top + 9, H("\"/>"));
    else if (!both)
        w(o, H("<path d=\"M34 "), bottom - 9, H(" L40 "), bottom, H(" L46 "), bottom - 9, H("\"/>"));
    w(o, H("<text class=\"tie\" x=\"58\" y=\""), y + LINK_HEIGHT / 2 + 5, H("\">"));
    if (l->same)
        w(o, H("经核对为同一人或单位"));
    else {
        str label = enum_label(l->type);
        if (l->percent >= 0)
            label = l->percent % 100 ? arena_printf(a, "%.*s %lld.%02lld%%", STR_ARG(label), (long long)(l->percent / 100), (long long)(l->percent % 100))
                                     : arena_printf(a, "%.*s %lld%%", STR_ARG(label), (long long)(l->percent / 100));
        w(o, clipped(a, label, LABEL_POINTS));
        if (l->known_at)
            w(o, H(" · "), day_chinese(a, day_of(l->known_at)), H("知悉"));
    }
    w(o, H("</text>"));
}

static void picture(struct out *o, struct arena *a, const struct path_view *v)
{
    int height = (int)v->n * BOX_HEIGHT + ((int)v->n - 1) * LINK_HEIGHT + 2;
    w(o, H("<svg class=\"path\" viewBox=\"0 0 "), PICTURE_WIDTH, H(" "), height, H("\" role=\"group\" aria-label=\""), v->brief, H("\">"));
    for (size_t i = 0; i < v->n; i++) {
        int y = 1 + (int)i * (BOX_HEIGHT + LINK_HEIGHT);
        box(o, a, &v->party[i], y);
        if (i + 1 < v->n)
            link_line(o, a, &v->link[i], y + BOX_HEIGHT);
    }
    w(o, H("</svg>"));
}

static void strength(struct out *o, int64_t level, int64_t score, int64_t hops)
{
    static const html badges[] = {{{"<span class=\"badge plain\">", 26}}, {{"<span class=\"badge late\">", 25}},
                                  {{"<span class=\"badge held\">", 25}}, {{"<span class=\"badge refused\">", 28}}};
    if (level < 0 || level > 3)
        level = 0;
    put_html(o, badges[level]);
    w(o, levels[level], H("</span> <span class=\"muted\">强度 "), (score + 50) / 100, H("%，经"), hops, H("层关系</span>"));
}

static err *proposal(struct request *q, struct out *o, struct db *d, str text)
{
    struct path_view v;
    if (!text.n)
        return NULL;
    TRY(relation_path_read(d, q->a, text, &v));
    w(o, H("<p>可接替："), v.party[0].name, H("（"), kind_word(v.party[0].kind), H("，未发现与本次执法相对人的牵连）</p>"));
    return NULL;
}

static err *path_card(struct request *q, struct out *o, struct db *d, const struct relation_found *f)
{
    struct path_view v;
    TRY(relation_path_read(d, q->a, f->path, &v));
    w(o, H("<section class=\"card\"><h2>"));
    strength(o, f->level, f->score, f->hops);
    if (f->officer)
        w(o, H(" <span class=\"badge plain\">执法人员</span>"));
    w(o, H("</h2><p class=\"lead\">"), v.brief, H("。</p>"));
    picture(o, q->a, &v);
    w(o, H("<p class=\"muted\">"), v.sentence, H("。</p>"));
    TRY(proposal(q, o, d, f->proposal));
    w(o, H("</section>"));
    return NULL;
}

/* What acts found earlier, with where it was decided. */
static err *on_record(struct request *q, struct out *o, struct db *d, str entrustment)
{
    const struct thing *t = thing_find(S("ties"));
    struct thing_filter filter = {S("entrustment"), entrustment};
    struct thing_query query = {.thing = t, .reader = &q->reader, .filters = &filter, .filters_n = 1, .text = S(""), .after = S(""),
                                .limit = 100, .newest_first = true};
    struct thing_page page;
    size_t n = thing_columns(t);
    TRY(things_list(d, q->a, &query, &page));
    if (!page.n)
        return NULL;
    w(o, H("<section class=\"card\"><h2>办理时发现的</h2><p class=\"muted\">起草、批准、资料变化和全库核对时当时所知的情况。</p><ul>"));
    for (size_t i = 0; i < page.n; i++) {
        str objection = named_value(t, page.row[i], "objection");
        w(o, H("<li><a href=\"/relations/ties/"), U(page.row[i][n].s), H("\">"), named_value(t, page.row[i], "party"), H("：强度"),
          named_value(t, page.row[i], "score"), H("%</a>"));
        if (objection.n)
            w(o, H("，<a href=\"/things/objections/"), U(objection), H("\">处理</a>"));
        w(o, H("</li>"));
    }
    w(o, H("</ul></section>"));
    return NULL;
}

/* Published: the table the screen works with. */
static void scoring(struct out *o)
{
    w(o, H("<details class=\"card\"><summary>强度怎样算</summary><p>一条路径的强度是各层关系强度的乘积。出资按登记的比例计，逐层相乘。"
           "共用地址、电话、仪器的，按共用的数目 n 折算为 2/n；超过下列数目的是中介或园区，不能单独作为依据。两层关系强度不低于"),
      graph_hold[2] / 100, H("%、三层不低于"), graph_hold[3] / 100, H("%的，暂停第三方参与，由负责人决定；两层不低于"), graph_review[2] / 100,
      H("%、三层不低于"), graph_review[3] / 100, H("%的，由法制审核；其余只作线索。</p><table><thead><tr><th scope=\"col\">关系</th>"
                                                "<th scope=\"col\">强度</th><th scope=\"col\">不单独作数的数目</th></tr></thead><tbody>"));
    for (int i = 0; i < GRAPH_TYPES; i++) {
        w(o, H("<tr><td>"), enum_label(str_of(graph_types[i].name)), H("</td><td>"));
        if (i == GRAPH_OWNERSHIP)
            w(o, H("按比例；未登记比例的 "));
        w(o, graph_types[i].strength / 100, H("%</td><td>"));
        if (graph_types[i].hub)
            w(o, H("超过 "), (int)graph_types[i].hub);
        else
            w(o, H("—"));
        w(o, H("</td></tr>"));
    }
    w(o, H("</tbody></table></details>"));
}

err *page_relations(struct request *q, struct response *r)
{
    const struct thing *t = thing_of(S("entrustment"));
    struct db_value *row;
    struct relation_found *found;
    struct db *d;
    size_t n;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[0], &row)); /* his to see at all? */
    str id = row[thing_columns(t)].s;
    TRY(relations_screen(q->web->acts, d, q->a, id, q->now, &found, &n));
    struct out *o = page_begin(q, S("利害关系核对"));
    w(o, H("<p class=\"muted\"><a href=\"/things/entrustments/"), U(id), H("\">委托 "), id, H("</a> / 利害关系核对</p><h1>利害关系核对</h1>"
           "<p>按目前登记的关系，核对第三方、辅助人员、陪同执法人员与执法相对人之间三层以内的牵连（第八条）。强度怎样算，见页末；"
           "姓名相同不作为依据。</p><p class=\"actions\">"));
    if (act_offered(act_type_find(S("relation.record")), &q->reader))
        w(o, H("<a class=\"button\" href=\"/do/relation.record\">登记关系</a>"));
    if (act_offered(act_type_find(S("relation.screen")), &q->reader))
        w(o, H("<a class=\"button\" href=\"/do/relation.screen?agency="), U(q->reader.agency), H("\">全库核对</a>"));
    w(o, H("<a class=\"button\" href=\"/things/screenings\">历次核对结果</a><a class=\"button\" href=\"/things/identities\">同一人核对</a></p>"));
    if (!n)
        w(o, H("<p class=\"fine\">未发现牵连。</p>"));
    for (size_t i = 0; i < n; i++)
        TRY(path_card(q, o, d, &found[i]));
    TRY(on_record(q, o, d, id));
    scoring(o);
    page_end(q, o, r, 200);
    return NULL;
}

static err *tie_as_found(struct db *d, struct arena *a, str id, struct relation_found *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, "SELECT path, level, score, hops, officer, proposal, entrustment FROM tie WHERE id = :id", DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "没有这条核对结果，或您无权查看");
    *ret = (struct relation_found){.path = db_str(&rows, 0), .level = db_int(&rows, 1), .score = db_int(&rows, 2), .hops = db_int(&rows, 3),
                                   .officer = db_int(&rows, 4), .proposal = db_str(&rows, 5), .thing = db_str(&rows, 6)};
    db_rows_end(&rows);
    return NULL;
}

err *page_relation_tie(struct request *q, struct response *r)
{
    const struct thing *t = thing_find(S("ties"));
    struct relation_found f;
    struct db_value *row;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[0], &row));
    TRY(tie_as_found(d, q->a, row[thing_columns(t)].s, &f));
    struct out *o = page_begin(q, S("利害关系路径"));
    str objection = named_value(t, row, "objection");
    w(o, H("<p class=\"muted\"><a href=\"/relations/entrustments/"), U(f.thing), H("\">利害关系核对</a> / 路径</p><h1>利害关系路径</h1>"));
    if (objection.n)
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/things/objections/"), U(objection), H("\">处理</a></p>"));
    TRY(path_card(q, o, d, &f));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- the relations of one party ---- */

static err *relations_where(struct request *q, struct out *o, struct db *d, str kind, str id, bool left, size_t *ret_n)
{
    const struct thing *t = thing_find(S("relations"));
    struct thing_filter filters[] = {{left ? S("a_kind") : S("b_kind"), kind}, {left ? S("a_id") : S("b_id"), id}};
    struct thing_query query = {.thing = t, .reader = &q->reader, .filters = filters, .filters_n = 2, .text = S(""), .after = S(""),
                                .limit = 100, .newest_first = true};
    struct thing_page page;
    size_t n = thing_columns(t);
    TRY(things_list(d, q->a, &query, &page));
    for (size_t i = 0; i < page.n; i++, ++*ret_n) {
        struct path_view v;
        const struct db_value *row = page.row[i];
        str text = arena_printf(q->a, "%.*s:%.*s -%.*s- %.*s:%.*s", STR_ARG(named_value(t, row, "a_kind")), STR_ARG(named_value(t, row, "a_id")),
                                STR_ARG(row[n].s), STR_ARG(named_value(t, row, "b_kind")), STR_ARG(named_value(t, row, "b_id")));
        TRY(relation_path_read(d, q->a, text, &v));
        const struct path_party *other = &v.party[left];
        w(o, H("<tr><td data-label=\"关系\"><a href=\"/things/relations/"), U(row[n].s), H("\">"), v.sentence,
          H("</a></td><td data-label=\"另一方\"><a href=\"/relations/parties/"), U(other->kind), H(":"), U(other->id), H("\">"), other->name,
          H("</a></td></tr>"));
    }
    return NULL;
}

err *page_relation_party(struct request *q, struct response *r)
{
    str id = q->part[0], kind;
    struct path_view v;
    struct db *d;
    size_t n = 0;
    str_next(&id, ':', &kind);
    if (!id.n || !*kind_word(kind) || str_find(id, S(" ")) >= 0)
        return err_new(ERR_MISSING, "没有这个当事方");
    TRY(request_db(q, &d));
    TRY(relation_path_read(d, q->a, q->part[0], &v));
    struct out *o = page_begin(q, S("关系"));
    w(o, H("<p class=\"muted\"><a href=\"/things/relations\">利害关系</a> / "), kind_word(kind), H("</p><h1>"), v.party[0].name, H("的关系</h1>"));
    if (act_offered(act_type_find(S("relation.record")), &q->reader))
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/relation.record?a="), U(q->part[0]), H("\">登记关系</a></p>"));
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">关系</th><th scope=\"col\">另一方</th></tr></thead><tbody>"));
    TRY(relations_where(q, o, d, kind, id, true, &n));
    TRY(relations_where(q, o, d, kind, id, false, &n));
    w(o, H("</tbody></table></div>"));
    if (!n)
        w(o, H("<p class=\"card muted\">没有登记的关系。</p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* On the pages of things: where the ties of this one are. */
void relation_links(struct request *q, struct out *o, const struct thing *t, str id, const struct db_value *row)
{
    if (!(q->reader.roles & ROLES_RELATIONS))
        return;
    if (!strcmp(t->table, "entrustment"))
        w(o, H("<p><a href=\"/relations/entrustments/"), U(id), H("\">利害关系核对</a></p>"));
    if (!strcmp(t->table, "objection") && str_starts(id, S("relation-")))
        w(o, H("<p><a href=\"/relations/entrustments/"), U(named_value(t, row, "entrustment")), H("\">查看牵连的路径和可接替的第三方</a></p>"));
    if (!strcmp(t->table, "tie"))
        w(o, H("<p><a href=\"/relations/ties/"), U(id), H("\">查看路径图</a></p>"));
    if (!strcmp(t->table, "provider") || !strcmp(t->table, "member") || !strcmp(t->table, "subject"))
        w(o, H("<p><a href=\"/relations/parties/"), t->table, H(":"), U(id), H("\">登记的关系</a></p>"));
}
