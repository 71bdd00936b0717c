/*
 * Wordings, for the legal office: what each form says now, a text to change, the line where it cannot be read, a draft
 * of a real thing with it, and adopting it. Reading and adopting are the engine's; this page only shows.
 */
#include "papers/papers.h"
#include "web/web_private.h"

#include <string.h>

enum { CONTEXT_LINES = 2 };

static err *current(struct request *q, const struct paper_form *f, str *ret_text, const struct wording **ret)
{
    struct db *d;
    TRY(request_db(q, &d));
    return paper_wording(d, q->a, str_of(f->code), INT32_MAX, -1, ret_text, ret);
}

err *page_wordings(struct request *q, struct response *r)
{
    struct out *o = page_begin(q, S("文书措辞"));
    w(o, H("<h1>文书措辞</h1><p "
           "class=\"muted\">措辞是文本文件，有版本和起用日期。已出具的文书保持出具时的措辞。</p><div class=\"scroll\">"
           "<table class=\"cards\"><thead><tr><th scope=\"col\">式样</th><th scope=\"col\">文书</th><th "
           "scope=\"col\">最新版本</th>"
           "<th scope=\"col\">起用日期</th><th scope=\"col\">办理</th></tr></thead><tbody>"));
    for (size_t i = 0; i < paper_form_count(); i++) {
        const struct paper_form *f = paper_form_at(i);
        const struct wording *wording;
        str text;
        TRY(current(q, f, &text, &wording));
        const struct wording_info *info = wording_info(wording);
        w(o, H("<tr><td data-label=\"式样\">"), f->code, H("</td><td data-label=\"文书\">"), f->title,
          H("</td><td class=\"number\" data-label=\"最新版本\">"), info->version,
          H("</td><td class=\"time\" data-label=\"起用日期\">"), day_chinese(q->a, info->from),
          H("</td><td data-label=\"办理\"><a href=\"/papers/wordings/"), f->code, H("\">查看和修改</a></td></tr>"));
    }
    w(o, H("</tbody></table></div><p><a href=\"/things/wordings\">启用记录</a></p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- the editor ---- */

/* The line an error of wording_parse or paper_render names: FILE:LINE at the end of its field. 0: none. */
static int64_t line_of(const err *e)
{
    int64_t n = 0;
    str rest = e->field, part = STR_NONE;
    while (rest.p && str_next(&rest, ':', &part))
        ;
    return part.p && str_int64(part, &n) ? n : 0;
}

static void show_fault(struct request *q, struct out *o, str text, const err *fault)
{
    int64_t line = line_of(fault), n = 0;
    str one;
    w(o, H("<div class=\"alert\" role=\"alert\"><p><b>"));
    if (line)
        w(o, H("第"), line, H("行："));
    w(o, fault->text, H("</b></p>"));
    if (fault->want.n)
        w(o, H("<p>应为："), fault->want, H("</p>"));
    if (line) {
        w(o, H("<pre>"));
        while (text.p && str_next(&text, '\n', &one)) {
            n++;
            if (n < line - CONTEXT_LINES || n > line + CONTEXT_LINES)
                continue;
            str number = arena_printf(q->a, "%4lld  ", (long long)n);
            w(o, n == line ? H("<mark>") : H(""), number, one, n == line ? H("</mark>") : H(""), H("\n"));
        }
        w(o, H("</pre>"));
    }
    w(o, H("</div>"));
}

static err *editor(struct request *q, struct response *r, const struct paper_form *f, str text, const err *fault,
                   str note, int status)
{
    struct out *o = page_begin(q, str_of(f->title));
    w(o, H("<p class=\"muted\"><a href=\"/papers/wordings\">文书措辞</a> / "), f->code, H("</p><h1>"), f->title,
      H("</h1>"));
    if (fault)
        show_fault(q, o, text, fault);
    if (note.n)
        w(o, H("<p class=\"fine\">"), note, H("</p>"));
    w(o, H("<form method=\"post\" action=\"/papers/wordings/"), f->code, H("\">"));
    page_csrf(q, o);
    w(o,
      H("<label for=\"text\">措辞全文 <span "
        "class=\"muted\">一行一项；修改后把@version加一，@from改为起用日期</span></label>"
        "<textarea id=\"text\" name=\"text\" class=\"wording\" rows=\"32\" spellcheck=\"false\">"),
      text,
      H("</textarea><label for=\"reason\">修改理由</label><input id=\"reason\" name=\"reason\" maxlength=\"500\" "
        "value=\""),
      form_get(&q->form, S("reason")),
      H("\"><p class=\"actions\"><button name=\"do\" value=\"check\">检查</button><button name=\"do\" "
        "value=\"preview\">用样例预览</button>"
        "<button class=\"primary\" name=\"do\" value=\"adopt\">启用</button></p></form>"));
    page_end(q, o, r, status);
    return NULL;
}

static err *form_named(struct request *q, const struct paper_form **ret)
{
    *ret = paper_form_find(q->part[0]);
    return *ret ? NULL : err_new(ERR_MISSING, "没有这种文书");
}

err *page_wording(struct request *q, struct response *r)
{
    const struct paper_form *f;
    const struct wording *w_;
    str text;
    TRY(form_named(q, &f));
    TRY(current(q, f, &text, &w_));
    return editor(q, r, f, text, NULL, STR_NONE, 200);
}

/* Browsers send line ends of two bytes. */
static str with_plain_lines(struct arena *a, str s)
{
    buf b = buf_make(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r')
            buf_char(&b, s.p[i]);
    return buf_str(&b);
}

static err *sample(struct request *q, const struct paper_form *f, const struct wording *wording, struct pdf *ret)
{
    struct db *d;
    str thing;
    TRY(request_db(q, &d));
    TRY(paper_sample(d, q->a, f, &q->reader, &thing));
    if (!thing.p)
        return err_new(ERR_MISSING, "本机构还没有您可以查看、并可出具“%s”的事项，不能用样例预览", f->title);
    return paper_draft_with(d, q->a, f, thing, day_of(q->now), wording, ret);
}

static err *adopt(struct request *q, const struct paper_form *f, str text, struct act_answer *ret)
{
    buf b = buf_make(q->a, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    str reason = str_trim(form_get(&q->form, S("reason")));
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("wording.adopt"));
    json_put_str(&o, S("form"), str_of(f->code));
    json_put_str(&o, S("text"), text);
    if (reason.n)
        json_put_str(&o, S("reason"), utf8_clip(reason, 500));
    json_close(&o, '}');
    if (b.overflow)
        return err_new(ERR_LIMIT, "措辞超过%d字节", LIMIT_ACT_BYTES);
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = buf_str(&b), .by = q->session.user}, ret));
    metrics_answer(q->web, ret->verdict);
    return ret->verdict == ACT_INVALID ? ret->invalid : NULL;
}

static bool of_person(const err *e)
{
    return e->kind == ERR_INPUT || e->kind == ERR_LIMIT || e->kind == ERR_MISSING;
}

err *page_wording_submit(struct request *q, struct response *r)
{
    const struct paper_form *f;
    const struct wording *wording;
    struct pdf pdf;
    struct act_answer answer;
    TRY(form_named(q, &f));
    str text = with_plain_lines(q->a, form_get(&q->form, S("text"))), what = form_get(&q->form, S("do"));
    err *e = wording_parse(q->a, text, arena_printf(q->a, "%s.txt", f->code), &wording);
    if (!e && str_eq(what, S("preview"))) {
        e = sample(q, f, wording, &pdf);
        if (!e) {
            r->status = 200;
            r->type = "application/pdf";
            r->body = pdf.bytes;
            return NULL;
        }
    }
    if (!e && str_eq(what, S("adopt"))) {
        e = adopt(q, f, text, &answer);
        if (!e && answer.verdict == ACT_ALLOWED)
            return redirect(r, arena_printf(q->a, "/receipts/%lld", (long long)answer.seq));
        if (!e && answer.n)
            e = err_new(ERR_INPUT, "%.*s。%.*s", STR_ARG(answer.reasons[0].because), STR_ARG(answer.reasons[0].remedy));
    }
    if (e && !of_person(e))
        return e;
    return editor(q, r, f, text, e, e ? STR_NONE : S("可以读懂，没有写错的行。"), e ? 400 : 200);
}
