/*
 * Whether a paper is what was issued: for whoever holds one, without an account. The code is printed on it; the file can be
 * handed in to be compared and is not kept. Shown is what stands on the paper's face and no more: kind, number, organ, date,
 * state; no name of a company or a person, so a code that was photographed tells nothing new.
 */
#include "papers/papers.h"
#include "web/web_private.h"

static void entry_forms(struct out *o, str typed)
{
    w(o, H("<form method=\"get\" action=\"/v\"><label for=\"code\">验证码 <span class=\"muted\">印在文书页脚，16位字母和数字</span></label>"
           "<input id=\"code\" name=\"code\" maxlength=\"40\" autocomplete=\"off\" autocapitalize=\"characters\" value=\""), typed,
      H("\"><p><button class=\"primary\">核验</button></p></form>"
        "<form method=\"post\" action=\"/v\" enctype=\"multipart/form-data\"><label for=\"file\">或者核对电子文书 <span class=\"muted\">PDF原文件，"
        "至多2兆字节；只作比对，不保存</span></label><input id=\"file\" name=\"file\" type=\"file\" accept=\"application/pdf\">"
        "<p><button>核对文件</button></p></form>"));
}

static void verdict(struct out *o, const struct paper_check *k, bool file)
{
    const char *means, *text = paper_state_text(k->state, &means);
    if (k->state == PAPER_VALID)
        w(o, H("<p class=\"fine\"><b>"), file ? "系统签发的原文，有效" : text, H("</b>："),
          means, file ? "，文件与签发的原文一个字节也不差" : "；请核对下列内容与您手中的文书是否一致", H("。</p>"));
    else
        w(o, H("<p class=\"alert\" role=\"alert\"><b>"), text, H("</b>："), means, H("。</p>"));
}

static err *facts(struct request *q, struct out *o, const struct paper_check *k, bool file)
{
    const struct paper_form *form = paper_form_find(k->row.form);
    struct db *d;
    str agency;
    TRY(request_db(q, &d));
    TRY(thing_title(d, q->a, thing_of(S("agency")), k->row.agency, &agency));
    w(o, H("<dl class=\"facts\"><dt>文书</dt><dd>"), form ? form->title : "", H("</dd><dt>文号</dt><dd>"), k->row.number,
      H("</dd><dt>"), str_eq(k->row.maker, S("provider")) ? "登记机关" : "出具机关", H("</dt><dd>"), agency, H("</dd><dt>日期</dt><dd>"), day_chinese(q->a, k->row.date), H("</dd>"));
    if (k->row.digest.p) /* "sm3:" and 16 digits */
        w(o, H("<dt>摘要</dt><dd><code>"), str_sub(k->row.digest, 4, 16), H("</code></dd>"));
    if (file)
        w(o, H("<dt>本文件摘要</dt><dd><code>"), str_sub(sm3_text(q->a, &k->digest), 4, 16), H("</code></dd>"));
    if (k->row.void_at)
        w(o, H("<dt>作废日期</dt><dd>"), day_chinese(q->a, day_of(k->row.void_at)), H("</dd>"));
    if (k->state == PAPER_REPLACED) {
        struct paper_row other;
        bool found;
        TRY(paper_load(d, q->a, k->row.replaced_by, &other, &found));
        if (found)
            w(o, H("<dt>代替文书</dt><dd>"), other.number, H("</dd>"));
    }
    w(o, H("</dl>"));
    return NULL;
}

static err *answer(struct request *q, struct response *r, const struct paper_check *k, str typed, bool file, const err *fault)
{
    struct out *o = page_begin(q, S("文书核验"));
    int status = k && k->state == PAPER_UNKNOWN ? 404 : fault ? 400 : 200;
    w(o, H("<div class=\"card narrow\"><h1>文书核验</h1>"));
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">"), fault->text, H("</p>"));
    if (k) {
        verdict(o, k, file);
        if (k->state != PAPER_UNKNOWN)
            TRY(facts(q, o, k, file));
        else
            w(o, H("<p class=\"muted\">验证码最后一位是校验位，抄错一位或者两位颠倒都会查不到，请再核对一次；仍查不到的，请向文书上的机关查证。</p>"));
        w(o, H("<h2>核验另一份</h2>"));
    }
    entry_forms(o, k && k->state != PAPER_UNKNOWN ? S("") : typed);
    w(o, H("</div>"));
    page_end(q, o, r, status);
    return NULL;
}

err *page_verify(struct request *q, struct response *r)
{
    struct paper_check k;
    struct db *d;
    str typed = q->part[0].p ? q->part[0] : form_get(&q->params, S("code"));
    if (!str_trim(typed).n)
        return answer(q, r, NULL, S(""), false, NULL);
    TRY(request_db(q, &d));
    TRY(paper_check_code(d, q->a, typed, &k));
    return answer(q, r, &k, utf8_clip(typed, 40), false, NULL);
}

err *page_verify_file(struct request *q, struct response *r)
{
    struct paper_check k;
    struct db *d;
    if (!q->form.files_n || !q->form.files[0].bytes.n)
        return answer(q, r, NULL, S(""), false, err_new(ERR_INPUT, "请选择要核对的PDF文件"));
    TRY(request_db(q, &d));
    TRY(paper_check_file(d, q->a, q->form.files[0].bytes, &k));
    return answer(q, r, &k, S(""), true, NULL);
}
