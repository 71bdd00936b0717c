/*
 * Before publishing: what the public will see, what stays out, and whether the law lets it. The item is drawn by the function that
 * draws the public page, from content composed the same way, so the preview cannot be kinder than the page.
 */
#include "web/public.h"

static void choose_form(struct out *o, str kind, str ref, bool chosen)
{
    w(o, H("<form class=\"find\" method=\"get\" action=\"/disclosures/preview\"><div><label for=\"kind\">公开什么</label><select id=\"kind\" name=\"kind\">"));
    for (size_t i = 0; i < disclosed_kind_count(); i++) {
        const struct disclosed_kind *k = disclosed_kind_at(i);
        w(o, H("<option value=\""), k->name, H("\""), str_eq(kind, str_of(k->name)) ? H(" selected") : H(""), H(">"), k->label, H("</option>"));
    }
    w(o, H("</select></div><div><label for=\"ref\">编号（统计写期间，如2026年一季度）</label><input id=\"ref\" name=\"ref\" maxlength=\"100\" value=\""), ref,
      H("\"></div><button"), chosen ? H("") : H(" class=\"primary\""), H(">预览</button></form>"));
}

static bool lists(const struct disclosed_kind *k, const char *column)
{
    str rest = str_of(k->columns), name;
    while (rest.p && str_next(&rest, ' ', &name))
        if (str_eq(name, str_of(column)))
            return true;
    return false;
}

/* Columns of the thing that the public does not get: by their labels, so that the head sees what is missing. */
static void kept_back(struct out *o, const struct disclosed_kind *k)
{
    const struct thing *t = k->table ? thing_of(str_of(k->table)) : NULL;
    bool any = false;
    for (const struct thing_column *c = t ? t->columns : NULL; c && c->name; c++) {
        if (lists(k, c->name) && disclosed_column(t->table, c))
            continue;
        w(o, any ? H("、") : H("<h2>不公开的内容</h2><p>按类型去除，不能选择公开："), c->label);
        any = true;
    }
    if (any)
        w(o, H("。</p>"));
}

static err *preview(struct request *q, struct out *o, const struct disclosed_kind *k, str ref)
{
    struct act_answer answer;
    const struct json *json;
    struct db *d;
    buf b = buf_make(q->a, 4096);
    struct json_out act = {&b, false};
    int64_t names = 0;
    json_open(&act, '{');
    json_put_str(&act, S("act"), S("disclosure.publish"));
    json_put_str(&act, S("kind"), str_of(k->name));
    json_put_str(&act, S("ref"), ref);
    json_close(&act, '}');
    TRY(request_db(q, &d));
    TRY(act_try(q->web->acts, d, q->a, &(struct act_request){.json = buf_str(&b), .by = q->session.user, .received_at = q->now}, &answer));
    if (answer.verdict == ACT_INVALID) {
        w(o, H("<p class=\"alert\" role=\"alert\">"), answer.invalid->text, H("</p>"));
        return NULL;
    }
    TRY(json_parse(q->a, answer.json, LIMIT_ACT_BYTES * 4, &json));
    show_reasons(q, o, json_get(json, S("reasons")));
    if (answer.verdict == ACT_REFUSED)
        return NULL;
    struct disclosed_item item = {.id = S(""), .kind = str_of(k->name), .ref = ref, .published_at = USEC_NONE, .withdrawn_at = USEC_NONE,
                                  .due_at = USEC_NONE, .event_at = USEC_NONE, .agency = q->reader.agency};
    TRY(db_one_str(d, q->a, "SELECT name FROM agency WHERE id = :id", DB_ARGS(DB_T("id", item.agency)), &item.agency_name));
    TRY(db_one_int(d, "SELECT value FROM policy WHERE name = 'show_third_party_name_publicly'", NULL, 0, &names));
    TRY(db_one_int(d, "SELECT MIN(due_at) FROM disclosure_due WHERE what = 'publish' AND kind = :kind AND ref = :ref AND state = 'open'",
                   DB_ARGS(DB_T("kind", item.kind), DB_T("ref", ref)), USEC_NONE, &item.due_at));
    TRY(disclosed_compose(d, q->a, k, ref, item.agency, names, &item.content));
    struct sm3 digest = sm3_of(item.content.p, item.content.n);
    item.digest = sm3_text(q->a, &digest);
    w(o, H("<p class=\"note\">下面是公众将看到的全部内容。</p>"));
    public_card(q, o, &item, false);
    kept_back(o, k);
    w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/disclosure.publish?kind="), U(item.kind), H("&amp;ref="), U(ref),
      H("\">公开</a></p>"));
    return NULL;
}

err *page_preview(struct request *q, struct response *r)
{
    str kind = form_get(&q->params, S("kind")), ref = str_trim(form_get(&q->params, S("ref")));
    const struct disclosed_kind *k = disclosed_kind_find(kind);
    struct out *o = page_begin(q, S("公开预览"));
    w(o, H("<h1>公开预览</h1><p class=\"muted\"><a href=\"/things/disclosure-dues?state=open\">应公开事项</a> · <a href=\"/public\">公开信息</a> · "
           "<a href=\"/public/timeliness?agency="), U(q->reader.agency), H("\">本机构公开及时率</a></p>"));
    choose_form(o, kind, ref, k && ref.n);
    if (kind.n && !k)
        return err_new(ERR_MISSING, "没有这一类公开信息");
    if (k && ref.n)
        TRY(preview(q, o, k, ref));
    page_end(q, o, r, 200);
    return NULL;
}
