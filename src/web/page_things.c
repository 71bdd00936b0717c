/* Lists, details with time line, the inbox and the first page of the day. */
#include "web/looking.h"
#include "web/roles.h"
#include "web/monitor.h"

#include <stdio.h>
#include <string.h>

str named_value(const struct thing *t, const struct db_value *row, const char *column)
{
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, column))
            return row[i].kind == DB_TEXT ? row[i].s : S("");
    return S("");
}

int64_t named_number(const struct thing *t, const struct db_value *row, const char *column, int64_t missing)
{
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, column))
            return row[i].kind == DB_INT ? row[i].i : missing;
    return missing;
}

enum { PAGE_ROWS = 50 };

/* ---- lists ---- */
static bool searchable(const struct thing *t)
{
    static const char *const indexed[] = {"subject", "provider", "member", "users", "agency", "entrustment",
                                          "procurement", "material", "casefile"};
    for (size_t i = 0; i < sizeof indexed / sizeof *indexed; i++)
        if (!strcmp(t->table, indexed[i]))
            return true;
    return false;
}

static const char *cell_class(enum column_kind k)
{
    if (k == COLUMN_FEN || k == COLUMN_INT)
        return "number";
    return k == COLUMN_TIME || k == COLUMN_DAY ? "time" : "";
}

static void table_head(struct request *q, struct out *o, const struct thing *t)
{
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">"), t->label, H("</th>"));
    for (size_t i = 0; t->columns[i].name; i++)
        if ((t->columns[i].flags & COLUMN_LIST) && t->columns[i].kind != COLUMN_ID && thing_shows(t, i, &q->reader) &&
            !(t->title && strncmp(t->title, "x.", 2) == 0 && !strcmp(t->title + 2, t->columns[i].name)))
            w(o, H("<th scope=\"col\">"), t->columns[i].label, H("</th>"));
    w(o, H("</tr></thead><tbody>"));
}

static str short_title(struct arena *a, const struct thing *t, str title)
{
    if (title.n == ULID_LENGTH && !t->title)
        return arena_printf(a, "…%.*s", STR_ARG(str_sub(title, title.n - 8, 8)));
    return t->title ? title : enum_label(title); /* a setting is called by its name */
}

static void table_row(struct request *q, struct out *o, const struct thing *t, const struct db_value *row)
{
    size_t n = thing_columns(t);
    w(o, H("<tr><td data-label=\""), t->label, H("\"><a href=\"/things/"), t->name, H("/"), U(row[n].s), H("\">"),
      short_title(q->a, t, row[n + 1].s), H("</a></td>"));
    for (size_t i = 0; i < n; i++) {
        const struct thing_column *c = &t->columns[i];
        if (!(c->flags & COLUMN_LIST) || c->kind == COLUMN_ID || !thing_shows(t, i, &q->reader) ||
            (t->title && strncmp(t->title, "x.", 2) == 0 && !strcmp(t->title + 2, c->name)))
            continue;
        w(o, H("<td class=\""), cell_class(c->kind), H("\" data-label=\""), c->label, H("\"><span>"));
        if (c->kind == COLUMN_ENUM && !strcmp(c->name, "verdict"))
            w(o, verdict_badge(row[i].s));
        else
            show_field(q, o, t, row, i);
        w(o, H("</span></td>"));
    }
    w(o, H("</tr>"));
}

void thing_table(struct request *q, struct out *o, const struct thing *t, const struct thing_page *page)
{
    table_head(q, o, t);
    for (size_t i = 0; i < page->n; i++)
        table_row(q, o, t, page->row[i]);
    w(o, H("</tbody></table></div>"));
}

static void enum_filter(struct request *q, struct out *o, const struct thing_column *c)
{
    str chosen = form_get(&q->params, str_of(c->name)), rest = str_of(c->of), item;
    w(o, H("<div><label for=\"f-"), c->name, H("\">"), c->label, H("</label><select id=\"f-"), c->name, H("\" name=\""),
      c->name, H("\"><option value=\"\">全部</option>"));
    while (str_next(&rest, ' ', &item)) {
        ptrdiff_t equals = str_find(item, S("="));
        str value = str_sub(item, 0, (size_t)equals);
        w(o, H("<option value=\""), value, H("\""));
        if (str_eq(value, chosen))
            w(o, H(" selected"));
        w(o, H(">"), str_sub(item, (size_t)equals + 1, item.n), H("</option>"));
    }
    w(o, H("</select></div>"));
}

static void filter_bar(struct request *q, struct out *o, const struct thing *t)
{
    bool any = searchable(t);
    for (const struct thing_column *c = t->columns; c->name; c++)
        any = any || ((c->flags & COLUMN_FILTER) && c->of && strchr(c->of, '='));
    if (!any)
        return;
    w(o, H("<form class=\"find\" method=\"get\" role=\"search\">"));
    if (searchable(t))
        w(o, H("<div><label for=\"q\">名称含</label><input id=\"q\" name=\"q\" maxlength=\"64\" value=\""),
          form_get(&q->params, S("q")), H("\"></div>"));
    for (const struct thing_column *c = t->columns; c->name; c++)
        if ((c->flags & COLUMN_FILTER) && c->of && strchr(c->of, '='))
            enum_filter(q, o, c);
    w(o, H("<button>查找</button></form>"));
}

static err *read_query(struct request *q, const struct thing *t, struct thing_query *ret)
{
    VEC(struct thing_filter) filters = {0};
    *ret = (struct thing_query){.thing = t, .reader = &q->reader, .limit = PAGE_ROWS, .text = S(""), .after = S(""),
                                .newest_first = true};
    for (size_t i = 0; i < q->params.n; i++) {
        struct pair p = q->params.p[i];
        if (!p.value.n)
            continue;
        if (str_eq(p.name, S("q")))
            ret->text = utf8_clip(p.value, 64);
        else if (str_eq(p.name, S("after")))
            ret->after = p.value;
        else
            vec_push(q->a, &filters, ((struct thing_filter){p.name, p.value}));
    }
    ret->filters = filters.p;
    ret->filters_n = filters.n;
    return NULL;
}

static void next_link(struct request *q, struct out *o, str next)
{
    if (!next.n)
        return;
    w(o, H("<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"?after="), U(next));
    for (size_t i = 0; i < q->params.n; i++)
        if (!str_eq(q->params.p[i].name, S("after")) && q->params.p[i].value.n)
            w(o, H("&amp;"), U(q->params.p[i].name), H("="), U(q->params.p[i].value));
    w(o, H("\">下一页</a></p>"));
}

/* Acts that make a new one of this kind. */
static void creating_acts(struct request *q, struct out *o, const struct thing *t)
{
    bool first = true;
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *act = act_type_at(i);
        if (!(act->flags & ACT_CREATES) || !act->table || strcmp(act->table, t->table) || !act_offered(act, &q->reader))
            continue;
        w(o, first ? H("<p class=\"actions\"><a class=\"") : H("<a class=\""), page_button(o), H("\" href=\"/do/"), act->name, H("\">"), act->label,
          H("</a>"));
        first = false;
    }
    if (!first)
        w(o, H("</p>"));
}

err *page_list(struct request *q, struct response *r)
{
    const struct thing *t = thing_find(q->part[0]);
    struct thing_query query;
    struct thing_page page;
    struct db *d;
    if (!t)
        return err_new(ERR_MISSING, "没有这一类事项");
    TRY(read_query(q, t, &query));
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    struct out *o = page_begin(q, str_of(t->label));
    if (export_sensitive(str_of(t->name)))
        page_mark(q, o);
    w(o, H("<div class=\"heading\"><h1>"), t->label, H("</h1>"));
    creating_acts(q, o, t);
    w(o, H("</div>"));
    filter_bar(q, o, t);
    if (page.n)
        thing_table(q, o, t, &page);
    else
        w(o, H("<p class=\"card muted\">没有符合条件的"), t->label, H("。</p>"));
    next_link(q, o, page.next);
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- details ---- */
void thing_facts(struct request *q, struct out *o, const struct thing *t, const struct db_value *row)
{
    w(o, H("<dl class=\"facts\">"));
    for (size_t i = 0; t->columns[i].name; i++) {
        const struct thing_column *c = &t->columns[i];
        if (!thing_shows(t, i, &q->reader) || row[i].kind == DB_NULL || (row[i].kind == DB_TEXT && !row[i].s.n))
            continue;
        if (c->kind == COLUMN_FLAG && !row[i].i && !(c->flags & COLUMN_LIST))
            continue;
        w(o, H("<dt>"), c->label, H("</dt><dd>"));
        show_field(q, o, t, row, i);
        w(o, H("</dd>"));
    }
    w(o, H("</dl>"));
}

static void child_cell(struct request *q, struct out *o, str kind, const struct db_value *v)
{
    static const struct { const char *name; enum column_kind kind; const char *of; } kinds[] = {
        {"text", COLUMN_TEXT, NULL}, {"enum", COLUMN_ENUM, NULL}, {"time", COLUMN_TIME, NULL}, {"day", COLUMN_DAY, NULL},
        {"fen", COLUMN_FEN, NULL}, {"flag", COLUMN_FLAG, NULL}, {"region", COLUMN_REGION, NULL},
        {"task", COLUMN_ENUM, "task"}, {"act", COLUMN_ENUM, "act"}, {"cause", COLUMN_ENUM, "cause"}};
    static const char *const marks[] = {"—", "未予认可", "补录", "不知情期间"};
    struct thing_column c = {.kind = COLUMN_REF, .of = arena_cstr(q->a, kind)};
    if (str_eq(kind, S("mark"))) {
        w(o, marks[v->i >= 0 && v->i < 4 ? v->i : 0]);
        return;
    }
    if (str_eq(kind, S("party"))) {
        str id = v->s, table;
        str_next(&id, ':', &table);
        c.of = arena_cstr(q->a, table);
        show_value(q, o, &c, &(struct db_value){DB_TEXT, 0, id});
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!kind.n || str_eq(kind, str_of(kinds[i].name))) {
            c.kind = kinds[i].kind;
            c.of = kinds[i].of;
            break;
        }
    show_value(q, o, &c, v);
}

static err *child_table(struct request *q, struct out *o, const struct thing_child *c, str id)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    TRY(request_db(q, &d));
    TRY(things_child(d, q->a, c, &q->reader, id, &rows));
    str labels[16], kinds[16];
    int n = rows.columns < 16 ? rows.columns : 16;
    for (int i = 0; i < n; i++) {
        kinds[i] = arena_str(q->a, db_column_name(&rows, i));
        str_next(&kinds[i], '@', &labels[i]);
    }
    bool any = false;
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        if (!any) {
            w(o, H("<h2>"), c->label, H("</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr>"));
            for (int i = 0; i < n; i++)
                w(o, H("<th scope=\"col\">"), labels[i], H("</th>"));
            w(o, H("</tr></thead><tbody>"));
            any = true;
        }
        w(o, H("<tr>"));
        for (int i = 0; i < n; i++) {
            struct db_value v = db_column(&rows, i);
            w(o, H("<td data-label=\""), labels[i], H("\"><span>"));
            child_cell(q, o, kinds[i], &v);
            w(o, H("</span></td>"));
        }
        w(o, H("</tr>"));
    }
    if (any)
        w(o, H("</tbody></table></div>"));
    return NULL;
}

static err *children(struct request *q, struct out *o, const struct thing *t, str id)
{
    for (const struct thing_child *c = t->children; c && c->label; c++)
        if (!c->roles || (c->roles & q->reader.roles))
            TRY(child_table(q, o, c, id));
    return NULL;
}

static str late_by(struct arena *a, usec gap)
{
    if (gap < 2 * USEC_HOUR)
        return arena_printf(a, "%lld分钟", (long long)(gap / USEC_MINUTE));
    return gap < 2 * USEC_DAY ? arena_printf(a, "%lld小时", (long long)(gap / USEC_HOUR)) : arena_printf(a, "%lld个自然日", (long long)(gap / USEC_DAY));
}

static err *timeline(struct request *q, struct out *o, const struct thing *t, str id)
{
    static const char *const marks[] = {"", "未予认可", "补录", "不知情期间"};
    struct event *events;
    size_t n;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(thing_timeline(d, q->a, &q->reader, str_of(t->table), id, 0, 200, &events, &n));
    w(o, H("<section class=\"card\"><h2>办理经过</h2><ol class=\"timeline\">"));
    for (size_t i = 0; i < n; i++) {
        const struct event *e = &events[i];
        w(o, H("<li class=\""), e->verdict, H("\"><b>"), e->label, H("</b> "));
        if (!str_eq(e->verdict, S("allowed")))
            w(o, verdict_badge(e->verdict));
        if (e->mark > 0 && e->mark < 4)
            w(o, H(" <span class=\"badge late\">"), marks[e->mark], H("</span>"));
        if (e->mark == MARK_LATE && e->received_at > e->at)
            w(o, H(" <span class=\"muted\">迟"), late_by(q->a, e->received_at - e->at), H("</span>"));
        w(o, H("<br>"), label_of(e->by_name, NULL), H(" · "), time_chinese(q->a, e->at));
        if (e->receipt)
            w(o, H(" <a class=\"muted\" href=\"/receipts/"), e->seq, H("\">回执</a>"));
        w(o, H("</li>"));
    }
    w(o, H("</ol>"));
    if (!n)
        w(o, H("<p class=\"muted\">暂无可查看的记录。</p>"));
    w(o, H("</section>"));
    return NULL;
}

/* Which acts make sense in which state; an act that is not listed is offered always. The law decides, not this table:
 * it only keeps pages short. */
static const struct { const char *act, *states; } timely[] = {
    {"entrustment.approve", " drafted approved accepted "}, {"entrustment.return", " drafted "},
    {"entrustment.withdraw", " drafted approved "}, {"entrustment.accept", " approved "},
    {"entrustment.decline", " approved "}, {"interest.declare", " drafted approved accepted "},
    {"visit.plan", " accepted approved "}, {"notice.issue", " approved accepted "}, {"order.give", " accepted "},
    {"material.submit", " accepted approved "}, {"flight.plan", " accepted approved "},
    {"entrustment.amend", " drafted approved accepted "}, {"record.compile", " accepted finished released "},
    {"entrustment.finish", " accepted "}, {"acceptance.record", " accepted finished "},
    {"entrustment.release", " approved accepted suspended "}, {"agreement.sign", " draft "},
    {"agreement.publish", " effective "}, {"agreement.extend", " effective "}, {"agreement.suspend", " effective "},
    {"agreement.resume", " suspended "}, {"agreement.terminate", " effective suspended "},
    {"entrustment.draft", " effective "}, {"provider.admit", " applied "}, {"provider.suspend", " admitted "},
    {"provider.reinstate", " suspended "}, {"provider.remove", " admitted suspended applied "},
    {"member.admit", " added "}, {"member.retire", " added admitted "}, {"notice.serve", " issued "},
    {"notice.revoke", " issued served "}, {"objection.decide", " lodged "}, {"visit.approve", " planned "},
    {"visit.move", " planned approved "}, {"visit.cancel", " planned approved "}, {"presence.enter", " approved "},
    {"presence.leave", " approved "}, {"presence.reconcile", " approved "}, {"visit.close", " approved "},
    {"material.verify", " submitted reference_only adoptable "}, {"material.reject", " submitted "},
    {"material.sign", " open "},
    {"evidence.cite", " adoptable reference_only open "}, {"clue.receive", " reported "},
    {"clue.decide", " received "}, {"clue.ask", " received "}, {"clue.judge", " received decided "}, {"case.open", " decided "}, {"record.file", " compiled "},
    {"case.attach", " open filed "}, {"case.seal", " open "}, {"case.reopen", " sealed "},
    {"procurement.award", " open "}, {"procurement.fail", " open "}, {"agreement.draft", " awarded "},
    {"payment.pay", " requested "}, {"violation.find", " open "}, {"hold.approve", " pending "},
    {"hold.decline", " pending "}, {"paper.void", " issued unprinted "},
    {"export.approve", " requested "}, {"export.decline", " requested approved "},
    {"draw.reveal", " committed "}, {"draw.renew", " committed "}, {"draw.settle", " committed "},
    {"draw.look", " settled "}, {"draw.publish", " settled "}, {"draw.replace", " settled "}, {"draw.cancel", " committed settled "}};

static bool in_time(const char *act, str state)
{
    for (size_t i = 0; i < sizeof timely / sizeof *timely; i++)
        if (!strcmp(timely[i].act, act)) {
            char word[64];
            snprintf(word, sizeof word, " %.*s ", STR_ARG(state));
            return strstr(timely[i].states, word) != NULL;
        }
    return true;
}

static bool names_table(const char *of, const char *table)
{
    str rest = str_of(of), one;
    while (rest.p && str_next(&rest, '|', &one))
        if (str_eq(one, str_of(table)))
            return true;
    return false;
}

const char *thing_field_of(const struct act_type *act, const struct thing *t)
{
    if (!strcmp(t->table, "held"))
        return "held";
    for (const struct act_field *f = act->fields; f && f->name; f++)
        if (f->kind == FIELD_REF && f->of && names_table(f->of, t->table))
            return f->name;
    return NULL;
}

void thing_offers(struct request *q, struct out *o, const struct thing *t, str id, const struct db_value *row)
{
    str state = S("");
    bool first = true;
    for (size_t i = 0; t->columns[i].name; i++)
        if (t->columns[i].flags & COLUMN_STATE)
            state = row[i].s;
    for (const char *const *name = t->acts; name && *name; name++) {
        const struct act_type *act = act_type_find(str_of(*name));
        if (!act_offered(act, &q->reader) || (state.n && !in_time(*name, state)))
            continue;
        const char *field = thing_field_of(act, t);
        w(o, first ? H("<p class=\"actions\"><a class=\"") : H("<a class=\""), page_button(o), H("\" href=\"/do/"), act->name);
        if (field)
            w(o, H("?"), field, H("="), U(id));
        w(o, H("\">"), act->label, H("</a>"));
        first = false;
    }
    if (!first)
        w(o, H("</p>"));
}

/* The paper names the code's address only where there is an address that answers. */
static err *notice_code(struct request *q, struct out *o, str id)
{
    str token;
    struct db *d;
    int64_t drafted;
    TRY(request_db(q, &d));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM notice n JOIN entrustment e ON e.id = n.entrustment WHERE n.id = :id AND e.state = 'drafted'",
                   DB_ARGS(DB_T("id", id)), 0, &drafted));
    if (drafted) {
        w(o, H("<p class=\"muted\">委托批准后才有查询码。</p>"));
        return NULL;
    }
    TRY(access_capability(q, id, &token));
    w(o, H("<h2>扫码查询</h2><p>相对人凭此地址查看告知书、提出异议，无需登录：<br><a href=\"/n/"), token, H("\">"),
      q->web->options.outside_address, H("/n/"), token, H("</a></p>"));
    if (!q->web->options.outside_address.n)
        w(o, H("<p class=\"muted\">未设置对外地址：纸质告知书印电话和受理窗口，不印二维码。</p>"));
    return NULL;
}

static void finding_links(struct request *q, struct out *o, const struct thing *t, const struct db_value *row)
{
    if (!strcmp(t->table, "entrustment") && str_eq(named_value(t, row, "kind"), S("T09")) && str_eq(named_value(t, row, "state"), S("accepted")) &&
        (q->reader.roles & ROLE_BIT(ROLE_MEMBER)))
        w(o, H("<p><a href=\"/monitor/findings\">线索研判</a></p>"));
}

/* From what is due to what the public would see of it, and from there to publishing. */
static void disclosure_link(struct request *q, struct out *o, const struct thing *t, const struct db_value *row)
{
    if (strcmp(t->table, "disclosure_due") || !str_eq(named_value(t, row, "state"), S("open")) || !(q->reader.roles & ROLE_BIT(ROLE_HEAD)))
        return;
    if (str_eq(named_value(t, row, "what"), S("publish")))
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/disclosures/preview?kind="), U(named_value(t, row, "kind")), H("&amp;ref="),
          U(named_value(t, row, "ref")), H("\">预览并公开</a></p>"));
    else
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/disclosure.withdraw?disclosure="), U(named_value(t, row, "disclosure")),
          H("\">撤回公开</a></p>"));
}

/* What was only registered by its digest has no file here. */
static err *original_link(struct request *q, struct out *o, str id, str digest_text)
{
    struct sm3 digest;
    str path;
    bool known = sm3_from_text(digest_text, &digest);
    err *e = known ? blob_path(q->web->store, q->a, &digest, &path) : NULL;
    if (e && e->kind != ERR_MISSING)
        return e;
    if (e)
        err_clear();
    if (known && !e)
        w(o, H("<p><a href=\"/materials/"), U(id), H("/file\">下载原始文件</a></p>"));
    else
        w(o, H("<p class=\"muted\">只登记了校验码，原始文件没有上传。</p>"));
    return NULL;
}

static err *extras(struct request *q, struct out *o, const struct thing *t, str id, const struct db_value *row)
{
    if (!strcmp(t->table, "notice") && (q->reader.roles & ROLES_INSIDE))
        return notice_code(q, o, id);
    if (!strcmp(t->table, "draw"))
        w(o, H("<p><a href=\"/draws/"), U(id), H("\">方案、承诺方、结果和核验</a></p>"));
    if (!strcmp(t->table, "material")) {
        TRY(original_link(q, o, id, named_value(t, row, "digest")));
        if (q->reader.roles & ROLES_BUSINESS)
            w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/materials/"), U(id), H("/verify\">对照原件核实</a></p>"));
    }
    if (!strcmp(t->table, "clue"))
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/clues/"), U(id), H("/study\">线索研判</a></p>"));
    if (!strcmp(t->table, "verification_proposal"))
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/materials/"), U(named_value(t, row, "material")), H("/verify\">对照原件签认</a></p>"));
    if (!strcmp(t->table, "disclosure"))
        w(o, H("<p><a href=\"/public/items/"), U(id), H("\">公众看到的页面</a></p>"));
    if (!strcmp(t->table, "export_request") && str_eq(named_value(t, row, "state"), S("approved")) &&
        str_eq(named_value(t, row, "author"), q->session.user) && str_eq(named_value(t, row, "what"), S("case"))) {
        str rest = named_value(t, row, "filters"), word;
        if (str_next(&rest, '=', &word) && rest.n) /* a case leaves from its own page, which asks for the day */
            w(o, H("<p class=\"actions\"><a class=\""), page_button(o), H("\" href=\"/cases/"), U(rest), H("#bundle\">到案卷页导出案卷包</a></p>"));
    } else if (!strcmp(t->table, "export_request") && str_eq(named_value(t, row, "state"), S("approved")) &&
               str_eq(named_value(t, row, "author"), q->session.user)) {
        w(o, H("<form method=\"post\" action=\"/export/"), U(id), H("/take\">"));
        page_csrf(q, o);
        w(o, H("<p class=\"actions\"><button>取件（只能取一次）</button></p></form>"));
    }
    if (!strcmp(t->table, "casefile"))
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/cases/"), U(id), H("\">案卷：缺陷清单、目录、案卷包</a></p>"));
    if (!strcmp(t->table, "held") || !strcmp(t->table, "act_log"))
        w(o, H("<p><a href=\"/receipts/"), U(id), H("\">查看回执与依据</a></p>"));
    return NULL;
}

err *page_detail(struct request *q, struct response *r)
{
    const struct thing *t = thing_find(q->part[0]);
    struct db_value *row;
    struct db *d;
    if (!t)
        return err_new(ERR_MISSING, "没有这一类事项");
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[1], &row));
    size_t n = thing_columns(t);
    str id = row[n].s;
    static const char *const modules[] = {"drafts.js", NULL};
    bool composed = !strcmp(t->table, "entrustment") && str_eq(form_get(&q->params, S("from")), S("compose"));
    struct out *o = page_begin_with(q, short_title(q->a, t, row[n + 1].s), &(struct page_look){.modules = composed ? modules : NULL});
    if (export_sensitive(str_of(t->name)))
        page_mark(q, o);
    w(o, H("<p class=\"muted\"><a href=\"/things/"), t->name, H("\">"), t->label, H("</a> / "), short_title(q->a, t, id),
      H("</p><h1>"), short_title(q->a, t, row[n + 1].s), H("</h1>"));
    disclosure_link(q, o, t, row);
    if (composed)
        w(o, H("<p class=\"fine\" role=\"status\" data-draft-done=\"compose\">已提交审批：委托、现场和告知书已送负责人，办理结果见待办。</p>"));
    thing_offers(q, o, t, id, row);
    w(o, H("<div class=\"grid\"><section class=\"card\">"));
    thing_facts(q, o, t, row);
    TRY(children(q, o, t, id));
    TRY(extras(q, o, t, id, row));
    TRY(paper_section(q, o, t, id));
    finding_links(q, o, t, row);
    relation_links(q, o, t, id, row);
    flight_links(q, o, t, id, row);
    visit_links(q, o, t, id);
    w(o, H("</section>"));
    TRY(timeline(q, o, t, id));
    w(o, H("</div>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- the day ---- */
static err *own_notices(struct request *q, struct out *o)
{
    const struct thing *t = thing_find(S("notices"));
    struct thing_query query = {.thing = t, .reader = &q->reader, .limit = 20, .text = S(""), .after = S(""),
                                .newest_first = true};
    struct thing_page page;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    w(o, H("<h2>收到的告知书</h2>"));
    if (page.n)
        thing_table(q, o, t, &page);
    else
        w(o, H("<p class=\"card muted\">没有告知书。</p>"));
    return NULL;
}

/* The rights of Art. 4 and 13 are always one touch away for those who have them. */
static void rights(struct request *q, struct out *o)
{
    if (q->reader.roles & ROLES_THIRD_PARTY)
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/do/order.refuse\">拒绝越权要求</a>"
               "<a class=\"button\" href=\"/do/clue.report\">发现新线索</a>"
               "<a class=\"button\" href=\"/do/contact.log\">登记接触</a></p>"));
    if (q->reader.roles & SUBJECT_BIT)
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/do/objection.lodge\">提出异议</a>"
               "<a class=\"button\" href=\"/do/complaint.lodge\">投诉举报</a><a class=\"button\" href=\"/why\">为什么抽到我们</a></p>"));
}

/* Where each role works all day; the day's list stands below it. */
static void main_screens(struct request *q, struct out *o)
{
    static const struct { uint32_t roles; const char *href, *label, *what; } screens[] = {
        {ROLES_SUPERVISION, "/supervise", "监督台", "拒绝、异议、核实过快、补录、超期、举报；谁看过"},
        {ROLES_KEEPERS, "/system", "系统", "自检、用户、口令与会话、日志"},
        {ROLE_BIT(ROLE_PROVIDER_LEAD), "/provider", "本单位", "委托、人员、证件资质、成果、考核、资料返还"},
        {ROLE_BIT(ROLE_OFFICER), "/verify-queue", "材料核实", "一次一件，对照原件；待您签认的在前"},
        {ROLE_BIT(ROLE_LEGAL), "/things/records?state=compiled", "备案", "已编制、待备案的记录"},
        {ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_ARCHIVIST), "/things/cases?state=open", "案卷", "时间线、材料的来路、缺陷清单"}};
    bool any = false;
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        if (!(screens[i].roles & q->reader.roles))
            continue;
        w(o, any ? H("") : H("<ul class=\"screens\">"), H("<li><a href=\""), screens[i].href, H("\"><b>"), screens[i].label, H("</b><span>"), screens[i].what, H("</span></a></li>"));
        any = true;
    }
    if (any)
        w(o, H("</ul>"));
}

err *page_home(struct request *q, struct response *r)
{
    size_t n;
    struct out *o = page_begin(q, S("今日任务"));
    w(o, H("<h1>今日任务</h1><p class=\"muted\">"), day_chinese(q->a, day_of(q->now)), H("</p>"));
    rights(q, o);
    if (q->reader.roles & ROLE_BIT(ROLE_HEAD))
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/approve\">待我审批</a></p>"));
    else if (q->reader.roles & ROLE_BIT(ROLE_OFFICER))
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/compose\">起草委托</a></p>"));
    main_screens(q, o);
    if (q->reader.roles & SUBJECT_BIT)
        TRY(own_notices(q, o));
    TRY(desk_day(q, o));
    w(o, H("<h2>待办</h2>"));
    TRY(inbox_table(q, o, 12, &n));
    if (n == 12)
        w(o, H("<p><a href=\"/todo\">查看全部待办</a></p>"));
    w(o, H("<p class=\"muted\"><a href=\"/things/acts\">我的办理记录与回执</a></p>"));
    page_end(q, o, r, 200);
    return NULL;
}
