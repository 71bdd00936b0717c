/*
 * Exporting by hand. What holds persons or secrets is asked for with its purpose, decided on by another, and fetched once by who
 * asked; the rest is given at once. Either way the sheet carries a code (exchange/take.c).
 */
#include "web/import.h"

#include <stdio.h>
#include <string.h>

/* A file that is no list has no scope of its own to keep others out. */
static bool may_take(const struct request *q, str what)
{
    const struct export_file *f = export_file_find(what);
    if (f)
        return (f->roles & q->reader.roles) != 0;
    const struct thing *t = thing_find(what);
    return t && thing_open(t, &q->reader);
}

static void choices(struct request *q, struct out *o)
{
    str chosen = form_get(&q->form, S("what"));
    if (!chosen.p)
        chosen = form_get(&q->params, S("what"));
    w(o, H("<optgroup label=\"名单\">"));
    for (size_t i = 0; i < thing_count(); i++) {
        const struct thing *t = thing_at(i);
        if (!thing_open(t, &q->reader))
            continue;
        w(o, H("<option value=\""), t->name, H("\""), str_eq(chosen, str_of(t->name)) ? H(" selected>") : H(">"), t->label,
          export_sensitive(str_of(t->name)) ? H("（须审批）</option>")
          : !strcmp(t->name, "subjects")    ? H("（有自然人、个体工商户的须审批）</option>")
                                            : H("</option>"));
    }
    w(o, H("</optgroup><optgroup label=\"给其他系统的文件\">"));
    for (const struct export_file *f = export_files; f->id; f++)
        if (f->roles & q->reader.roles)
            w(o, H("<option value=\""), f->id, H("\""), str_eq(chosen, str_of(f->id)) ? H(" selected>") : H(">"), f->zh,
              export_sensitive(str_of(f->id)) ? H("（须审批）</option>") : H("</option>"));
    w(o, H("</optgroup>"));
}

static void text_field(struct request *q, struct out *o, const char *name, const char *label, const char *hint)
{
    w(o, H("<p><label for=\""), name, H("\">"), label, H("</label><input id=\""), name,
      H("\" name=\""), name, H("\" maxlength=\"500\" value=\""), form_get(&q->form, str_of(name)),
      H("\"><span class=\"muted\">"), hint, H("</span></p>"));
}

static err *own_requests(struct request *q, struct out *o)
{
    const struct thing *t = thing_find(S("export_requests"));
    struct thing_filter own = {S("author"), q->session.user};
    struct thing_query query = {.thing = t, .reader = &q->reader, .limit = 20, .text = S(""), .after = S(""), .newest_first = true,
                                .filters = &own, .filters_n = 1};
    struct thing_page page;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    size_t n = thing_columns(t);
    w(o, H("<h2>我的导出申请</h2>"));
    if (!page.n)
        w(o, H("<p class=\"card muted\">没有申请。</p>"));
    if (page.n)
        w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">内容</th><th scope=\"col\">状态</th>"
               "<th scope=\"col\">取件期限</th></tr></thead><tbody>"));
    for (size_t i = 0; i < page.n; i++) {
        w(o, H("<tr><td data-label=\"内容\"><a href=\"/things/export_requests/"), U(page.row[i][n].s), H("\">"));
        for (size_t k = 0; k < n; k++) {
            const char *name = t->columns[k].name;
            if (!strcmp(name, "what") || !strcmp(name, "state") || !strcmp(name, "valid_to")) {
                if (strcmp(name, "what"))
                    w(o, H("</td><td data-label=\""), t->columns[k].label, H("\">"));
                show_value(q, o, &t->columns[k], &page.row[i][k]);
                if (!strcmp(name, "what"))
                    w(o, H("</a>"));
            }
        }
        w(o, H("</td></tr>"));
    }
    if (page.n)
        w(o, H("</tbody></table></div>"));
    w(o, H("<p class=\"muted\"><a href=\"/things/exports\">导出记录</a> · <a href=\"/things/export_requests\">全部申请</a></p>"));
    return NULL;
}

static err *export_page(struct request *q, struct response *r, str fault, int status)
{
    struct out *o = page_begin(q, S("导出"));
    w(o, H("<h1>导出</h1><p class=\"muted\">范围以您能看到的为限。每份文件都有编号和水印，凭水印可查到取件人；含个人信息或工作秘密的，须另一人审批后取件。</p>"));
    if (fault.n)
        w(o, H("<p class=\"alert\" role=\"alert\">没有导出："), fault, H("</p>"));
    w(o, H("<section class=\"card\"><form method=\"post\" action=\"/export\">"));
    page_csrf(q, o);
    w(o, H("<p><label for=\"what\">导出什么</label><select id=\"what\" name=\"what\" required>"));
    choices(q, o);
    w(o, H("</select></p><p><label for=\"format\">格式</label><select id=\"format\" "
           "name=\"format\"><option value=\"xlsx\">XLSX工作簿</option>"
           "<option value=\"csv\">CSV文本</option><option "
           "value=\"xml\">XML文件（归档元数据）</option><option "
           "value=\"json\">JSON文件（统计与检查点）</option></select></p>"));
    text_field(q, o, "filters", "筛选条件（可不填）", "如 区域=420102，状态=已准入；几个的用逗号隔开");
    text_field(q, o, "purpose", "用途（须审批的必填）", "写明具体用途，审批人据此核对是否必要");
    w(o, H("<p class=\"actions\"><button class=\"primary\">导出或申请</button></p></form></section>"));
    TRY(own_requests(q, o));
    page_end(q, o, r, status);
    return NULL;
}

err *page_export(struct request *q, struct response *r)
{
    return export_page(q, r, S(""), 200);
}

/* ---- asking and taking ---- */

static err *ask(struct request *q, struct act_answer *ret)
{
    static const char *const fields[] = {"what", "format", "filters", "purpose"};
    buf b = buf_make(q->a, 16 << 10);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("export.request"));
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        str value = str_trim(form_get(&q->form, str_of(fields[i])));
        if (value.n)
            json_put_str(&o, str_of(fields[i]), value);
    }
    json_close(&o, '}');
    request_db_done(q);
    return act_perform(q->web->acts, q->a, &(struct act_request){.json = buf_str(&b), .by = q->session.user}, ret);
}

static str why_not(struct request *q, const struct act_answer *answer)
{
    buf b = buf_make(q->a, 8000);
    if (answer->verdict == ACT_INVALID)
        return answer->invalid->text;
    for (size_t i = 0; i < answer->n; i++)
        if (answer->reasons[i].severity != LAW_WARN)
            buf_printf(&b, "%s%.*s。%.*s", b.n ? "；" : "", STR_ARG(answer->reasons[i].because), STR_ARG(answer->reasons[i].remedy));
    return buf_str(&b);
}

static err *take(struct request *q, struct response *r, str what, str format, str filters, str request)
{
    struct exchange_taken taken;
    static const char *const formats[] = {"xlsx", "csv", "xml", "json"};
    const char *ending = NULL;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (str_eq(format, str_of(formats[i])))
            ending = formats[i];
    if (!ending)
        return err_new(ERR_INPUT, "没有这种格式");
    AUTO_DB struct db *db = NULL; /* its own: the export reads in one snapshot for as long as it takes */
    request_db_done(q);
    TRY(db_open(q->web->store, false, &db));
    struct exchange_take t = {.acts = q->web->acts, .db = db, .by = q->session.user, .request = request, .what = what, .filters = filters,
                              .format = format, .path = scratch_path(q, ending)};
    TRY(exchange_take(q->a, &t, &taken));
    if (taken.answer.verdict != ACT_ALLOWED)
        return export_page(q, r, why_not(q, &taken.answer), 403);
    return send_file(q, r, t.path, arena_printf(q->a, "%.*s-%.*s.%s", STR_ARG(what), STR_ARG(taken.code), ending));
}

err *page_export_submit(struct request *q, struct response *r)
{
    str what = form_get(&q->form, S("what")), format = form_get(&q->form, S("format")),
        filters = str_trim(form_get(&q->form, S("filters")));
    struct act_answer answer;
    struct thing_filter *list;
    size_t n;
    int64_t needed;
    bool sensitive;
    struct db *d;
    if (!what.p || !may_take(q, what))
        return export_page(q, r, S("没有这类内容，或您无权查看"), 403);
    err *bad = exchange_filters(q->a, what, filters, &list, &n);
    if (bad)
        return export_page(q, r, bad->text, 400);
    TRY(request_db(q, &d));
    TRY(setting_now(d, S("export_needs_approval_and_watermark"), &needed));
    TRY(export_sensitive_now(d, what, q->reader.agency, &sensitive));
    if (!sensitive || !needed)
        return take(q, r, what, format, filters.n ? filters : S(""), S(""));
    TRY(ask(q, &answer));
    if (answer.verdict != ACT_ALLOWED)
        return export_page(q, r, why_not(q, &answer), answer.verdict == ACT_INVALID ? 400 : 403);
    return redirect(r, arena_printf(q->a, "/things/export_requests/%.*s", STR_ARG(answer.id)));
}

static str column(const struct thing *t, const struct db_value *row, const char *name)
{
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, name) && row[i].kind == DB_TEXT)
            return row[i].s;
    return S("");
}

err *page_export_take(struct request *q, struct response *r)
{
    const struct thing *t = thing_find(S("export_requests"));
    struct db_value *row;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[0], &row));
    if (!may_take(q, column(t, row, "what"))) /* it was asked for through the API, or with a role since lost */
        return export_page(q, r, S("没有这类内容，或您无权查看"), 403);
    return take(q, r, column(t, row, "what"), column(t, row, "format"), column(t, row, "filters"), q->part[0]);
}
