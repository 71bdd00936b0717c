/*
 * Papers on pages: what may be issued of a thing and what was, drafts, the files, the register of numbers, and what a
 * company reads with its notice's code. Whoever asks for a file was given its row, or its thing, by the scopes of
 * things.
 */
#include "papers/papers.h"
#include "web/web_private.h"

#include <string.h>

static err *send_pdf(struct request *q, struct response *r, str bytes, str name)
{
    r->status = 200;
    r->type = "application/pdf";
    r->body = bytes;
    response_header(r, "Content-Disposition", arena_printf(q->a, "inline; filename=\"%.*s.pdf\"", STR_ARG(name)));
    return NULL;
}

static struct paper_place place_of(struct request *q)
{
    return (struct paper_place){q->web->options.outside_address.p ? q->web->options.outside_address : S(""), S("")};
}

/* ---- after an act: the PDF of a paper is fixed at once, an objection gets its receipt ---- */

static err *receipt_of_objection(struct request *q, str objection, str *ret_paper)
{
    struct act_answer answer;
    buf b = buf_make(q->a, 2000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("paper.issue"));
    json_put_str(&o, S("form"), S("S03"));
    json_put_str(&o, S("thing"), objection);
    json_put_str(&o, S("key"), arena_printf(q->a, "s03-%.*s", STR_ARG(utf8_clip(objection, 56))));
    json_close(&o, '}');
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = buf_str(&b), .by = S("system")}, &answer));
    if (answer.verdict == ACT_INVALID)
        return answer.invalid;
    *ret_paper =
        answer.verdict == ACT_ALLOWED ? answer.id : STR_NONE; /* no mark, no number, no receipt: its entry stands */
    return NULL;
}

static err *after(struct request *q, const struct act_answer *answer, str *ret_paper)
{
    struct paper_place place = place_of(q);
    struct db *d;
    str bytes;
    *ret_paper = STR_NONE;
    if (answer->verdict != ACT_ALLOWED)
        return NULL;
    if (str_eq(answer->act, S("objection.lodge")))
        TRY(receipt_of_objection(q, answer->id, ret_paper));
    else if (str_eq(answer->act, S("paper.issue")) || str_eq(answer->act, S("paper.own")))
        *ret_paper = answer->id;
    if (!ret_paper->p)
        return NULL;
    TRY(request_db(q, &d));
    return paper_file(q->web->acts, d, q->a, *ret_paper, &place, &bytes);
}

str paper_after(struct request *q, const struct act_answer *answer)
{
    str paper;
    err *e = after(q, answer, &paper);
    if (e) /* the act stands; the file is made when it is asked for */
        log_err("paper", e);
    err_clear();
    return e ? STR_NONE : paper;
}

/* ---- a thing's page ---- */

static void offer(struct request *q, struct out *o, const struct paper_form *f, str id, bool now)
{
    bool own = (q->reader.roles & ROLES_THIRD_PARTY) != 0;
    w(o, H("<tr><td data-label=\"文书\">"), f->title, H("</td><td data-label=\"办理\"><span>"));
    if (now)
        w(o, H("<a href=\"/do/"), own ? "paper.own" : "paper.issue", H("?form="), f->code, H("&amp;thing="), U(id),
          H("\">出具</a> · <a href=\"/papers/preview?form="), f->code, H("&amp;thing="), U(id), H("\">预览</a>"));
    else
        w(o, H("<span class=\"muted\">办理到相应步骤后可以出具</span>"));
    w(o, H("</span></td></tr>"));
}

static err *offers(struct request *q, struct out *o, const struct thing *t, str id)
{
    struct db *d;
    bool any = false;
    TRY(request_db(q, &d));
    for (size_t i = 0; i < paper_form_count(); i++) {
        const struct paper_form *f = paper_form_at(i);
        struct paper_thing of;
        bool found, third = (q->reader.roles & ROLES_THIRD_PARTY) != 0;
        if (!(f->roles & q->reader.roles) || strcmp(f->table, t->table) || (third && f->maker != MAKER_PROVIDER))
            continue;
        TRY(paper_thing(d, q->a, f, id, &of, &found));
        if (!found)
            continue;
        if (f->maker == MAKER_PROVIDER && !third && !(f->roles & ROLES_INSIDE & q->reader.roles))
            continue;
        if (!any)
            w(o, H("<h2>可以出具的文书</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th "
                   "scope=\"col\">文书</th>"
                   "<th scope=\"col\">办理</th></tr></thead><tbody>"));
        any = true;
        offer(q, o, f, id, paper_thing_ready(f, &of));
    }
    if (any)
        w(o, H("</tbody></table></div>"));
    return NULL;
}

static const struct db_value *column(const struct thing *t, struct db_value *row, const char *name)
{
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, name))
            return &row[i];
    CHECK(false); /* the descriptor lost a column */
}

static void paper_row(struct request *q, struct out *o, const struct thing *t, struct db_value *row)
{
    str id = column(t, row, "id")->s, state = column(t, row, "state")->s;
    bool gone = str_eq(state, S("void"));
    w(o, H("<tr><td data-label=\"文号\"><a href=\"/things/papers/"), U(id), H("\">"), column(t, row, "number_text")->s,
      H("</a></td><td data-label=\"文书\">"), enum_label(column(t, row, "form")->s),
      H("</td><td class=\"time\" data-label=\"日期\">"), day_chinese(q->a, (day)column(t, row, "date")->i),
      H("</td><td data-label=\"查询码\">"), column(t, row, "code")->s, H("</td><td data-label=\"状态\">"));
    if (gone)
        w(o, H("<span class=\"badge refused\">已作废</span> "), column(t, row, "void_reason")->s);
    else
        w(o, H("<a href=\"/papers/"), U(id), H("/file\">打开PDF</a>"));
    w(o, H("</td></tr>"));
}

static void paper_table(struct request *q, struct out *o, const struct thing *t, const struct thing_page *page)
{
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">文号</th><th "
           "scope=\"col\">文书</th><th scope=\"col\">"
           "日期</th><th scope=\"col\">查询码</th><th scope=\"col\">状态</th></tr></thead><tbody>"));
    for (size_t i = 0; i < page->n; i++)
        paper_row(q, o, t, page->row[i]);
    w(o, H("</tbody></table></div>"));
}

static err *issued(struct request *q, struct out *o, const struct thing *t, str id)
{
    const struct thing *papers = thing_of(S("paper"));
    struct thing_filter filters[] = {{S("thing_kind"), str_of(t->table)}, {S("thing_id"), id}};
    struct thing_query query = {.thing = papers,
                                .reader = &q->reader,
                                .limit = 100,
                                .text = S(""),
                                .after = S(""),
                                .newest_first = true,
                                .filters = filters,
                                .filters_n = 2};
    struct thing_page page;
    struct db *d;
    if (!thing_open(papers, &q->reader))
        return NULL;
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    if (!page.n)
        return NULL;
    w(o, H("<h2>已出具的文书</h2>"));
    paper_table(q, o, papers, &page);
    return NULL;
}

/* Its file, and what it was made of. */
static err *of_paper(struct request *q, struct out *o, str id)
{
    struct paper_row p;
    struct db *d;
    bool found;
    TRY(request_db(q, &d));
    TRY(paper_load(d, q->a, id, &p, &found));
    const struct thing *of = found ? thing_of(p.thing_kind) : NULL;
    w(o, H("<p class=\"actions\">"));
    if (found && p.void_at && !p.digest.p)
        w(o, H("<span class=\"muted\">未生成文件即已作废。</span>"));
    else
        w(o, H("<a class=\"button\" href=\"/papers/"), U(id), H("/file\">打开PDF</a>"));
    if (of && thing_open(of, &q->reader))
        w(o, H("<a class=\"button\" href=\"/things/"), of->name, H("/"), U(p.thing_id), H("\">所依据的"), of->label,
          H("</a>"));
    w(o, H("</p>"));
    return NULL;
}

err *paper_section(struct request *q, struct out *o, const struct thing *t, str id)
{
    if (!strcmp(t->table, "paper"))
        TRY(of_paper(q, o, id));
    TRY(issued(q, o, t, id));
    return offers(q, o, t, id);
}

/* ---- files ---- */

err *page_paper_file(struct request *q, struct response *r)
{
    const struct thing *t = thing_of(S("paper"));
    struct paper_place place = place_of(q);
    struct db_value *row;
    struct db *d;
    str bytes;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[0], &row));
    TRY(paper_file(q->web->acts, d, q->a, q->part[0], &place, &bytes));
    return send_pdf(q, r, bytes, q->part[0]);
}

err *page_paper_preview(struct request *q, struct response *r)
{
    const struct paper_form *f = paper_form_find(form_get(&q->params, S("form")));
    str id = form_get(&q->params, S("thing"));
    struct db_value *row;
    struct db *d;
    struct pdf pdf;
    if (!f || !(f->roles & q->reader.roles) || ((q->reader.roles & ROLES_THIRD_PARTY) && f->maker != MAKER_PROVIDER))
        return err_new(ERR_MISSING, "没有这种文书，或不由您的角色出具");
    const struct thing *t = thing_of(str_of(f->table));
    if (!t || !id.n)
        return err_new(ERR_MISSING, "没有这一事项");
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, id, &row));
    TRY(paper_draft(d, q->a, f, id, day_of(q->now), &pdf));
    return send_pdf(q, r, pdf.bytes, arena_printf(q->a, "%s-preview", f->code));
}

/* ---- with the code of a notice ---- */

/* The newest valid paper of this form made of this thing. */
static err *paper_of(struct request *q, const char *form, const char *kind, str thing, str *ret)
{
    struct db *d;
    TRY(request_db(q, &d));
    return db_one_str(
        d, q->a,
        "SELECT id FROM paper WHERE form = :form AND thing_kind = :kind AND thing_id = :thing AND void_at IS NULL"
        " ORDER BY seq DESC LIMIT 1",
        DB_ARGS(DB_T("form", str_of(form)), DB_T("kind", str_of(kind)), DB_T("thing", thing)), ret);
}

static err *send_paper(struct request *q, struct response *r, str id)
{
    struct paper_place place = place_of(q);
    struct db *d;
    str bytes;
    TRY(request_db(q, &d));
    TRY(paper_file(q->web->acts, d, q->a, id, &place, &bytes));
    return send_pdf(q, r, bytes, id);
}

err *notice_paper(struct request *q, str notice, str *ret)
{
    return paper_of(q, "A09", "notice", notice, ret);
}

err *page_notice_file(struct request *q, struct response *r)
{
    str notice, id;
    TRY(access_capability_notice(q, q->part[0], &notice));
    if (!notice.p)
        return err_new(ERR_MISSING, "没有这个查询码");
    TRY(notice_paper(q, notice, &id));
    if (!id.p)
        return err_new(ERR_MISSING, "告知书的正式文本尚未生成，请与告知书上的电话联系");
    return send_paper(q, r, id);
}

/* The objection has to be one of the notice's company on the notice's task. */
err *page_notice_receipt(struct request *q, struct response *r)
{
    str notice, objection, id;
    struct db *d;
    TRY(access_capability_notice(q, q->part[0], &notice));
    if (!notice.p)
        return err_new(ERR_MISSING, "没有这个查询码");
    TRY(request_db(q, &d));
    TRY(db_one_str(
        d, q->a,
        "SELECT o.id FROM objection o JOIN notice n ON n.entrustment = o.entrustment AND n.subject = o.subject"
        " WHERE n.id = :notice AND o.id = :objection",
        DB_ARGS(DB_T("notice", notice), DB_T("objection", q->part[1])), &objection));
    if (!objection.p)
        return err_new(ERR_MISSING, "没有这项异议");
    TRY(paper_of(q, "S03", "objection", objection, &id));
    if (!id.p)
        return err_new(ERR_MISSING, "回执尚未生成，受理号有效");
    return send_paper(q, r, id);
}

/* ---- the register ---- */

static err *register_rows(struct request *q, struct out *o)
{
    struct db *d;
    struct db_rows rows;
    bool more, any = false;
    TRY(request_db(q, &d));
    TRY(db_query(
        d, q->a,
        "SELECT form, year, COUNT(*), MAX(number), SUM(CASE WHEN void_at IS NULL THEN 0 ELSE 1 END), MIN(number)"
        " FROM paper WHERE agency = :agency GROUP BY form, year ORDER BY year DESC, form",
        DB_ARGS(DB_T("agency", q->reader.agency)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        str form = db_str(&rows, 0);
        int64_t year = db_int(&rows, 1), n = db_int(&rows, 2), last = db_int(&rows, 3);
        if (!any)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">文书</th><th "
                   "scope=\"col\">年度</th><th scope=\"col\">"
                   "最后一号</th><th scope=\"col\">其中作废</th><th scope=\"col\">连续</th><th "
                   "scope=\"col\">查看</th></tr></thead><tbody>"));
        any = true;
        w(o, H("<tr><td data-label=\"文书\">"), enum_label(form), H("</td><td class=\"number\" data-label=\"年度\">"),
          year, H("</td><td class=\"number\" data-label=\"最后一号\">"), last,
          H("</td><td class=\"number\" data-label=\"其中作废\">"), db_int(&rows, 4), H("</td><td data-label=\"连续\">"),
          n == last && db_int(&rows, 5) == 1 ? H("连续，无缺号") : H("<b>有缺号，请核查</b>"),
          H("</td><td data-label=\"查看\"><a href=\"/things/papers?form="), U(form), H("&amp;year="), year,
          H("&amp;agency="), U(q->reader.agency), H("\">全部</a> · <a href=\"/things/papers?form="), U(form),
          H("&amp;year="), year, H("&amp;agency="), U(q->reader.agency), H("&amp;state=void\">作废登记</a></td></tr>"));
    }
    w(o, any ? H("</tbody></table></div>") : H("<p class=\"card muted\">本机构还没有出具文书。</p>"));
    return NULL;
}

err *page_papers(struct request *q, struct response *r)
{
    struct db *d;
    str mark;
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, "SELECT mark FROM agency_mark WHERE agency = :agency",
                   DB_ARGS(DB_T("agency", q->reader.agency)), &mark));
    struct out *o = page_begin(q, S("文号登记"));
    w(o, H("<h1>文号登记</h1><p "
           "class=\"muted\">每个机构、每种文书、每个年度从1号起连续编排；作废的文号不再使用，留在登记中。</p>"
           "<p class=\"actions\"><a class=\"button primary\" href=\"/things/papers\">查找文书</a>"));
    if (q->reader.roles & (ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_HEAD)))
        w(o, H("<a class=\"button\" href=\"/papers/wordings\">文书措辞</a>"));
    if (q->reader.roles & ROLE_BIT(ROLE_HEAD))
        w(o, H("<a class=\"button\" href=\"/do/paper.mark?agency="), U(q->reader.agency), H("\">发文机关代字</a>"));
    w(o, H("</p><p>本机构代字：<b>"), mark.p ? mark : S("尚未设定"), H("</b></p>"));
    TRY(register_rows(q, o));
    page_end(q, o, r, 200);
    return NULL;
}
