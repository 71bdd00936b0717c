/* The receipt by number, judged again from its recorded facts, as this reader may see it. */
#include "web/web_private.h"

#include <string.h>

static void fact_value(struct request *q, struct out *o, const struct law_fact_info *f, int64_t v)
{
    switch (f->kind) {
    case FACT_FLAG:
        w(o, v ? "是" : "否");
        break;
    case FACT_DAY:
        w(o, day_chinese(q->a, (day)v));
        break;
    case FACT_TIME:
        w(o, time_chinese(q->a, v));
        break;
    case FACT_FEN:
        w(o, yuan(q->a, v), H(" 元"));
        break;
    case FACT_METRE:
        w(o, v, H(" 米"));
        break;
    default:
        w(o, v);
    }
}

static void facts_table(struct request *q, struct out *o, const struct json *facts)
{
    if (!facts || !facts->n)
        return;
    w(o, H("<details><summary>判定时的事实（"), facts->n, H("项）</summary><dl class=\"facts\">"));
    for (size_t i = 0; i < facts->n; i++) {
        int id = law_fact_find(facts->child[i].key.p, facts->child[i].key.n);
        if (id < 0)
            continue;
        w(o, H("<dt>"), law_fact_info[id].label, H("</dt><dd>"));
        fact_value(q, o, &law_fact_info[id], facts->child[i].i);
        w(o, H("</dd>"));
    }
    w(o, H("</dl></details>"));
}

static str person(struct request *q, str id)
{
    struct db *d;
    str name = id;
    const struct thing *t = thing_of(S("users"));
    if (str_starts(id, S("notice:")))
        return S("告知书扫码人");
    if (t && (request_db(q, &d) || thing_title(d, q->a, t, id, &name)))
        err_clear();
    return label_of(name, NULL);
}

static str time_words(struct request *q, str rfc3339)
{
    usec t;
    if (!rfc3339.p || time_parse(rfc3339, &t)) {
        err_clear();
        return S("—");
    }
    return time_chinese(q->a, t);
}

static void receipt_facts(struct request *q, struct out *o, const struct json *answer, const struct act_type *t)
{
    const struct json *receipt = json_get(answer, S("receipt")), *seq = json_get(answer, S("seq"));
    str id = json_string(answer, S("id")), mark = json_string(receipt, S("mark")), law = json_string(receipt, S("law_of"));
    day of;
    w(o, H("<dl class=\"facts\"><dt>回执号</dt><dd>第"), seq ? seq->i : 0, H("号</dd><dt>事项</dt><dd>"),
      t ? t->label : "—", H("</dd><dt>办理人</dt><dd>"), person(q, json_string(receipt, S("by"))),
      H("</dd><dt>发生时间</dt><dd>"), time_words(q, json_string(receipt, S("at"))), H("</dd><dt>收到时间</dt><dd>"),
      time_words(q, json_string(receipt, S("received_at"))), H("</dd>"));
    if (law.n && !day_parse(law, &of))
        w(o, H("<dt>适用法规</dt><dd>"), day_chinese(q->a, of), H("有效的版本</dd>"));
    if (mark.n)
        w(o, H("<dt>标记</dt><dd><span class=\"badge late\">"), mark, H("</span></dd>"));
    const struct thing *thing = t && t->table ? thing_of(str_of(t->table)) : NULL;
    struct db *d;
    str title;
    bool given = false;
    if (thing && id.n && (request_db(q, &d) || thing_title_for(d, q->a, thing, &q->reader, id, &title, &given)))
        err_clear();
    if (given)
        w(o, H("<dt>对象</dt><dd><a href=\"/things/"), thing->name, H("/"), U(id), H("\">"), thing->label,
          H("</a></dd>"));
    w(o, H("</dl>"));
}

static void stamp(struct out *o, str verdict)
{
    if (str_eq(verdict, S("allowed")))
        w(o, H("<p class=\"stamp allowed\">准予</p>"));
    else if (str_eq(verdict, S("held")))
        w(o, H("<p class=\"stamp held\">暂缓</p>"));
    else
        w(o, H("<p class=\"stamp refused\">不予</p>"));
}

static void hold_buttons(struct request *q, struct out *o, str verdict, int64_t seq)
{
    const struct act_type *approve = act_type_find(S("hold.approve"));
    if (!str_eq(verdict, S("held")) || !act_offered(approve, &q->reader))
        return;
    w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/hold.approve?held="), seq,
      H("\">批准</a><a class=\"button\" href=\"/do/hold.decline?held="), seq, H("\">不批准</a></p>"));
}

err *page_receipt(struct request *q, struct response *r)
{
    int64_t seq;
    str text;
    bool same;
    const struct json *json;
    struct db *d;
    if (!str_int64(q->part[0], &seq))
        return err_new(ERR_MISSING, "没有这份回执");
    TRY(request_db(q, &d));
    TRY(act_explain(d, q->a, acts_keys(q->web->acts), seq, &q->reader, &text, &same));
    TRY(json_parse(q->a, text, LIMIT_PAGE_BYTES, &json));
    const struct json *answer = json_get(json, S("answer"));
    const struct act_type *t = act_type_find(json_string(answer, S("act")));
    str verdict = json_string(answer, S("verdict"));
    static const char *const modules[] = {"drafts.js", NULL};
    bool done = form_get(&q->params, S("done")).n > 0; /* straight from its form */
    struct out *o = page_begin_with(q, S("回执"), &(struct page_look){.modules = done ? modules : NULL});
    if (done && t)
        w(o, H("<p hidden data-draft-done=\""), t->name, H("\"></p>"));
    w(o, H("<div class=\"sheet\"><h1>"), t ? t->label : "办理", H("：回执</h1>"));
    stamp(o, verdict);
    hold_buttons(q, o, verdict, seq);
    w(o, H("<section class=\"card\">"));
    receipt_facts(q, o, answer, t);
    if (same)
        w(o, H("<p class=\"muted\">已按记录的事实和当日的规则重新判定，结论一致。</p>"));
    else
        w(o, H("<p class=\"alert\">按记录的事实重新判定，结论与当时不一致，请报告系统管理员。</p>"));
    facts_table(q, o, json_get(json_get(answer, S("receipt")), S("facts")));
    w(o, H("</section>"));
    show_reasons(q, o, json_get(answer, S("reasons")));
    w(o, H("</div>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- the original file of a material the reader may see ---- */
enum { LIMIT_DOWNLOAD = 64 << 20 };

err *page_blob(struct request *q, struct response *r)
{
    const struct thing *t = thing_of(S("material"));
    struct db_value *row;
    struct db *d;
    struct sm3 digest;
    str bytes;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[0], &row));
    str text = STR_NONE;
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, "digest"))
            text = row[i].s;
    request_db_done(q);
    if (!sm3_from_text(text, &digest))
        return err_new(ERR_MISSING, "这份材料没有原始文件");
    err *e = blob_get(q->web->store, q->a, &digest, LIMIT_DOWNLOAD, &bytes);
    if (e && e->kind == ERR_MISSING)
        return err_new(ERR_MISSING, "只登记了摘要，原始文件没有上传");
    TRY(e);
    r->status = 200;
    r->type = "application/octet-stream"; /* never rendered by a browser, whatever it is */
    r->body = bytes;
    response_header(r, "Content-Disposition", arena_printf(q->a, "attachment; filename=\"%.*s\"", STR_ARG(q->part[0])));
    return NULL;
}
