/*
 * 监督台: six numbers, each with what it counts and the rows behind it; whose score or work fell after a lawful refusal; and 谁看过, by person,
 * by thing, or by the watermark of a print that came out. Nothing on it is a verdict: from here an inquiry is opened, or nothing is.
 */
#include "web/looks.h"
#include "web/supervise.h"

enum { ROWS_SHOWN = 50, FOUND_SHOWN = 8, LOOKS_SHOWN = 200, INQUIRIES_SHOWN = 8 };

/* ---- cards ---- */
static void card_link(struct request *q, struct out *o, const struct card *c, const struct figure_scope *s)
{
    w(o, c->sealed ? H("<a href=\"/supervise/rows/") : H("<a href=\"/statistics/"), c->figure->id, H("?"));
    put_figure_query(o, q, s);
    w(o, H("\">"));
}

static err *card(struct request *q, struct db *d, struct out *o, const struct card *c, const struct figure_scope *s)
{
    struct figure_scope before = *s;
    struct figure_value now, past;
    bool open = !c->sealed || (q->reader.roles & ROLE_BIT(ROLE_DISCIPLINE));
    before.to = s->from - 1;
    before.from = before.to - (s->to - s->from);
    TRY(figure_sum(d, c->figure, s, &now));
    TRY(figure_sum(d, c->figure, &before, &past));
    w(o, H("<article class=\"figure\"><h2>"), c->figure->label, H("</h2><p class=\"value\">"));
    if (open)
        card_link(q, o, c, s);
    w(o, card_text(q, c, now.numerator, now.denominator), open ? H("</a>") : H(""), H("</p><p class=\"muted\">前一同样长的期间 "),
      card_text(q, c, past.numerator, past.denominator), H("</p><details><summary>口径</summary><p>"), c->figure->numerator);
    if (c->figure->denominator)
        w(o, H(" ÷ "), c->figure->denominator);
    w(o, H("。"), c->figure->when, H("。"), c->figure->source, H("。"), c->note, H("。</p></details>"), open ? H("</article>") : H("<p class=\"muted\">明细由纪检督察查看</p></article>"));
    return NULL;
}

/* ---- inquiries that run ---- */
static err *inquiries(struct request *q, struct db *d, struct out *o)
{
    const struct thing *t = thing_find(S("violations"));
    struct thing_filter filter = {S("state"), S("open")};
    struct thing_query query = {.thing = t, .reader = &q->reader, .filters = &filter, .filters_n = 1, .limit = INQUIRIES_SHOWN, .newest_first = true,
                                .text = S(""), .after = S("")};
    struct thing_page page;
    if (!thing_open(t, &q->reader))
        return NULL;
    TRY(things_list(d, q->a, &query, &page));
    if (!page.n)
        return NULL;
    w(o, H("<section class=\"card\"><h2>正在核查</h2>"));
    thing_table(q, o, t, &page);
    w(o, page.next.n ? H("<p><a href=\"/things/violations?state=open\">全部</a></p></section>") : H("</section>"));
    return NULL;
}

static void who_form(struct request *q, struct out *o, bool main)
{
    w(o, H("<form class=\"find who-find\" method=\"get\" action=\"/supervise/who\" role=\"search\"><div><label for=\"who\">人名、企业或事项名称、编号，或12位水印</label>"
           "<input id=\"who\" name=\"q\" maxlength=\"64\" value=\""), utf8_clip(form_get(&q->params, S("q")), 64), H("\"></div><button"), main ? H(" class=\"primary\"") : H(""), H(">查找</button></form>"));
}

err *page_supervise(struct request *q, struct response *r)
{
    struct figure_scope s;
    struct by_place places;
    struct db *d;
    bool discipline = (q->reader.roles & ROLE_BIT(ROLE_DISCIPLINE)) != 0;
    TRY(figure_scope_read(q, &s));
    TRY(request_db(q, &d));
    struct out *o = page_begin(q, S("监督台"));
    w(o, H("<div class=\"title\"><h1>监督台</h1><p class=\"actions\">"));
    if (discipline)
        w(o, H("<a class=\"button primary\" href=\"/do/violation.open\">立案核查</a><a class=\"button\" href=\"/supervise/month\">监督月报</a>"));
    else
        w(o, H("<a class=\"button primary\" href=\"/supervise/month\">导出月报</a>"));
    w(o, H("</p></div>"));
    figure_scope_form(q, o, &s);
    w(o, H("<div class=\"figures\">"));
    for (size_t i = 0; i < CARDS; i++) {
        struct card c = card_at(i);
        TRY(card(q, d, o, &c, &s));
    }
    w(o, H("</div>"));
    if (discipline) {
        w(o, H("<section class=\"card\"><h2>谁看过</h2>"));
        who_form(q, o, false);
        w(o, H("<p class=\"muted\">有个人信息或秘密的页面，打开一次记一次（到分钟），页面上有看不清的水印。泄露的照片、复印件，输入水印即知是谁、何时打开。</p></section>"));
        TRY(inquiries(q, d, o));
    }
    TRY(refusals_after(q, d, o, true));
    TRY(supervise_places(q, d, &s, &places));
    w(o, H("<section class=\"card\"><h2>各地</h2>"));
    supervise_places_table(q, o, &places);
    w(o, H("</section><p class=\"actions\"><a class=\"button\" href=\"/statistics\">全部统计</a><a class=\"button\" href=\"/targets\">靶向排序</a>"));
    if (q->reader.roles & ROLES_INTEGRITY)
        w(o, H("<a class=\"button\" href=\"/integrity\">廉洁提示</a>"));
    w(o, H("</p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- the rows of a sealed figure ---- */
err *page_supervise_rows(struct request *q, struct response *r)
{
    const struct figure *f = card_figure(q->part[0]);
    struct figure_scope s;
    struct figure_row *rows;
    struct db *d;
    size_t n;
    str next, after = form_get(&q->params, S("after"));
    if (!f)
        return err_new(ERR_MISSING, "没有这个指标");
    TRY(figure_scope_read(q, &s));
    TRY(request_db(q, &d));
    TRY(figure_rows(d, q->a, f, FIGURE_NUMERATOR, &s, after.p ? after : S(""), ROWS_SHOWN, &rows, &n, &next));
    struct out *o = page_begin(q, str_of(f->label));
    page_mark(q, o);
    w(o, H("<p class=\"path-to\"><a href=\"/supervise\">监督台</a></p><h1>"), f->label, H("</h1><p class=\"muted\">"), f->numerator, H("。"), f->when, H("。"), f->source,
      H("</p><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">日期</th><th scope=\"col\">事项</th><th scope=\"col\">机构</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++) {
        const struct thing *t = thing_find(rows[i].thing);
        w(o, H("<tr><td class=\"time\" data-label=\"日期\">"), day_chinese(q->a, rows[i].on), H("</td><td data-label=\"事项\"><span>"), t ? t->label : "", H(" "));
        show_value(q, o, &(struct thing_column){.kind = COLUMN_REF, .of = t ? t->table : "complaint"}, &(struct db_value){DB_TEXT, 0, rows[i].id});
        w(o, H("</span></td><td data-label=\"机构\">"));
        show_value(q, o, &(struct thing_column){.kind = COLUMN_REF, .of = "agency"}, &(struct db_value){DB_TEXT, 0, rows[i].agency});
        w(o, H("</td></tr>"));
    }
    w(o, H("</tbody></table></div>"), n ? H("") : H("<p class=\"card muted\">本期没有。</p>"));
    if (next.n) {
        w(o, H("<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"?"));
        put_figure_query(o, q, &s);
        w(o, H("&amp;after="), U(next), H("\">下一页</a></p>"));
    }
    w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/violation.open\">立案核查</a></p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- 谁看过 ---- */
/* Names that hold what was typed, of one kind of thing; each leads to who looked at it. */
static err *candidates(struct request *q, struct db *d, struct out *o, const char *name, str typed, size_t *found)
{
    const struct thing *t = thing_find(str_of(name));
    struct thing_query query = {.thing = t, .reader = &q->reader, .text = typed, .limit = FOUND_SHOWN, .after = S("")};
    struct thing_page page;
    size_t n = thing_columns(t);
    bool person = t == thing_find(S("users"));
    if (!thing_open(t, &q->reader))
        return NULL;
    TRY(things_list(d, q->a, &query, &page));
    for (size_t i = 0; i < page.n; i++) {
        w(o, (*found)++ ? H("") : H("<section class=\"card\"><h2>是哪一个</h2><ul class=\"links\">"), person ? H("<li><a href=\"/supervise/who?user=") : H("<li><a href=\"/supervise/who?thing="),
          U(page.row[i][n].s));
        if (!person)
            w(o, H("&amp;kind="), t->name);
        w(o, H("\">"), t->label, H("："), page.row[i][n + 1].s, H("</a></li>"));
    }
    return NULL;
}

static err *search(struct request *q, struct out *o, str typed)
{
    static const char *const kinds[] = {"users", "subjects", "providers", "members", "materials", "entrustments", "cases"};
    enum mark_found mark;
    struct db *d;
    size_t found = 0;
    bool any;
    TRY(mark_trace(q, o, typed, &mark));
    if (mark == MARK_FOUND)
        return NULL;
    TRY(request_db(q, &d));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        TRY(candidates(q, d, o, kinds[i], typed, &found));
    w(o, found ? H("</ul></section>") : H(""));
    if (found)
        return NULL;
    w(o, H("<section class=\"card\">"));
    TRY(looks_table(q, o, &(struct look_query){.user = S(""), .kind = S(""), .thing = typed, .limit = LOOKS_SHOWN}, &any));
    w(o, any ? H("</section>") : mark == MARK_UNKNOWN ? H("<p>没有查到这个水印。请核对每一位；不属于您机构的查不到。</p></section>")
                                                     : H("<p>没有查到。可输入人名、企业或事项名称、编号，或12位水印。</p></section>"));
    return NULL;
}

static err *looked(struct request *q, struct out *o, str user, str kind, str thing)
{
    const struct thing *t = user.n ? thing_find(S("users")) : thing_find(kind);
    struct db_value *row;
    struct db *d;
    bool any;
    if (!t)
        return err_new(ERR_MISSING, "没有这一类事项");
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, user.n ? user : thing, &row)); /* nobody asks about what he may not see himself */
    w(o, H("<section class=\"card\"><h2>"), row[thing_columns(t) + 1].s, user.n ? H("看过什么</h2>") : H("被谁看过</h2>"));
    TRY(looks_table(q, o, &(struct look_query){.user = user.n ? user : S(""), .kind = user.n ? S("") : kind, .thing = user.n ? S("") : thing, .limit = LOOKS_SHOWN}, &any));
    w(o, any ? H("<p class=\"muted\">最近的在前，最多200条。导出另有<a href=\"/things/exports\">导出记录</a>。</p></section>") : H("<p>保存期内没有打开记录。</p></section>"));
    return NULL;
}

err *page_supervise_who(struct request *q, struct response *r)
{
    str typed = str_trim(utf8_clip(form_get(&q->params, S("q")), 64)), user = form_get(&q->params, S("user")), thing = form_get(&q->params, S("thing"));
    struct out *o = page_begin(q, S("谁看过"));
    page_mark(q, o);
    if (q->reader.roles & ROLES_SUPERVISION)
        w(o, H("<p class=\"path-to\"><a href=\"/supervise\">监督台</a></p>"));
    w(o, H("<h1>谁看过</h1>"));
    who_form(q, o, true);
    if (typed.n)
        TRY(search(q, o, typed));
    else if (user.n || thing.n)
        TRY(looked(q, o, user, form_get(&q->params, S("kind")), thing));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- the month ---- */
/* The month named, else the last whole one. */
static err *month_read(struct request *q, struct figure_scope *ret)
{
    str text = form_get(&q->params, S("month"));
    struct civil now = civil_of(q->now);
    int64_t year = now.month > 1 ? now.year : now.year - 1, month = now.month > 1 ? now.month - 1 : 12;
    *ret = (struct figure_scope){.agency = q->reader.agency, .region_low = q->reader.region, .region_high = region_last(q->reader.region)};
    if (text.n && (text.n != 7 || text.p[4] != '-' || !str_int64(str_sub(text, 0, 4), &year) || !str_int64(str_sub(text, 5, 2), &month) || year < 1900 ||
                   year > 2199 || month < 1 || month > 12))
        return err_got(err_at(err_new(ERR_INPUT, "月份读不懂"), S("month")), text, S("年-月"), S("2026-10"));
    ret->from = day_from_civil((int)year, (int)month, 1);
    ret->to = (month == 12 ? day_from_civil((int)year + 1, 1, 1) : day_from_civil((int)year, (int)month + 1, 1)) - 1;
    return NULL;
}

static str month_iso(struct arena *a, day d)
{
    return str_sub(day_iso(a, d), 0, 7);
}

err *page_supervise_month(struct request *q, struct response *r)
{
    struct figure_scope s;
    struct by_place places;
    struct db *d;
    TRY(month_read(q, &s));
    TRY(request_db(q, &d));
    TRY(supervise_places(q, d, &s, &places));
    struct civil c = civil_of_day(s.from);
    str title = arena_printf(q->a, "%.*s辅助执法监督月报（%d年%d月）", STR_ARG(region_words(q->a, q->reader.region)), c.year, c.month);
    struct out *o = page_begin(q, title);
    w(o, H("<p class=\"path-to\"><a href=\"/supervise\">监督台</a></p><h1>"), title, H("</h1><form class=\"find\" method=\"get\"><div><label for=\"month\">月份</label>"
           "<input id=\"month\" name=\"month\" type=\"month\" value=\""), month_iso(q->a, s.from), H("\"></div><button>查看</button></form><section class=\"card\"><dl class=\"facts\">"));
    for (size_t i = 0; i < CARDS; i++) {
        struct card card = card_at(i);
        struct figure_value v;
        TRY(figure_sum(d, card.figure, &s, &v));
        w(o, H("<dt>"), card.figure->label, H("</dt><dd><b>"), card_text(q, &card, v.numerator, v.denominator), H("</b> <span class=\"muted\">"), card.figure->numerator);
        if (card.figure->denominator)
            w(o, H(" ÷ "), card.figure->denominator);
        w(o, H("</span></dd>"));
    }
    w(o, H("</dl><h2>各地</h2>"));
    supervise_places_table(q, o, &places);
    w(o, H("<p class=\"muted\">"), day_chinese(q->a, s.from), H("至"), day_chinese(q->a, s.to), H("；"), time_chinese(q->a, q->now),
      H("制表。数量只供了解情况，不作为对任何人的考核指标。</p></section><p class=\"actions\"><a class=\"button primary\" href=\"/supervise/month.xlsx?month="), month_iso(q->a, s.from),
      H("\">下载月报（XLSX）</a></p><p class=\"muted\">要纸质的，用浏览器的打印。</p>"));
    page_end(q, o, r, 200);
    return NULL;
}

err *supervise_book(struct request *q, struct response *r)
{
    struct figure_scope s;
    struct by_place p;
    struct db *d;
    TRY(month_read(q, &s));
    TRY(request_db(q, &d));
    TRY(supervise_places(q, d, &s, &p));
    str *head = NEW_ARRAY(q->a, CARDS + 1, str), *cell = NEW_ARRAY(q->a, (p.n + 1) * (CARDS + 1), str);
    head[0] = S("地区");
    for (size_t c = 0; c < CARDS; c++)
        head[c + 1] = str_of(card_at(c).figure->label);
    for (size_t i = 0; i < p.n; i++) {
        cell[i * (CARDS + 1)] = region_words(q->a, p.key[i]);
        for (size_t c = 0; c < CARDS; c++) {
            struct card card = card_at(c);
            cell[i * (CARDS + 1) + c + 1] = card_text(q, &card, p.value[i].of[c].numerator, p.value[i].of[c].denominator);
        }
    }
    struct figure_table t = {.columns = CARDS + 1, .rows = p.n, .head = head, .cell = cell};
    return figure_send_book(q, r, &t, arena_cstr(q->a, arena_printf(q->a, "supervise-%.*s", STR_ARG(month_iso(q->a, s.from)))), "监督月报");
}
