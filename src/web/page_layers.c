/*
 * Layers: what is in force, what kinds are missing, and the form that brings one in. A file that cannot be read is said by area or byte, and what was typed
 * stays.
 */
#include "web/scenes.h"

enum { LISTED = 200 };

static bool may_load(const struct request *q)
{
    return (act_type_find(S("layer.load"))->roles & q->reader.roles) && !q->reader.residual;
}

static void form(struct request *q, struct out *o)
{
    str chosen = form_get(&q->form, S("kind"));
    w(o, H("<section class=\"card\"><h2>装载图层</h2><form method=\"post\" action=\"/layers\" enctype=\"multipart/form-data\">"));
    page_csrf(q, o);
    w(o, H("<p><label for=\"kind\">图层种类</label><select id=\"kind\" name=\"kind\" required>"));
    for (int k = 0; k < LAYER_KINDS; k++) {
        w(o, H("<option value=\""), layer_kind_name((enum layer_kind)k), H("\""));
        if (str_eq(chosen, str_of(layer_kind_name((enum layer_kind)k))))
            w(o, H(" selected"));
        w(o, H(">"), layer_kind_label((enum layer_kind)k), H("</option>"));
    }
    w(o, H("</select></p><p><label for=\"name\">图层名称</label><input id=\"name\" name=\"name\" maxlength=\"120\" required value=\""), form_get(&q->form, S("name")),
      H("\"></p><p><label for=\"source\">来源（发布机关、文号、日期）</label><input id=\"source\" name=\"source\" maxlength=\"300\" required value=\""), form_get(&q->form, S("source")),
      H("\"></p><p><label for=\"file\">文件（GeoJSON或KML，经纬度，不超过16 MB）</label><input id=\"file\" type=\"file\" name=\"file\" accept=\".geojson,.json,.kml\" required></p>"
        "<p class=\"actions\"><button class=\"primary\">装载</button></p></form></section>"));
}

static err *list(struct request *q, struct out *o)
{
    struct db *d;
    struct db_rows rows;
    bool more, any = false, has[LAYER_KINDS] = {false};
    size_t missing = 0;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT l.id, l.kind, l.name, l.source, l.areas, l.at, g.region FROM map_layer l JOIN agency g ON g.id = l.agency WHERE l.withdrawn_seq IS NULL"
                          " ORDER BY l.kind, l.seq LIMIT :most", DB_ARGS(DB_I("most", LISTED)), &rows));
    for (;;) {
        enum layer_kind k;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        if (!layer_kind_of(db_str(&rows, 1), &k) || !(region_covers((int)db_int(&rows, 6), q->reader.region) || region_covers(q->reader.region, (int)db_int(&rows, 6))))
            continue;
        if (!any)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">图层</th><th scope=\"col\">种类</th><th scope=\"col\">来源</th>"
                   "<th scope=\"col\" class=\"number\">区域</th><th scope=\"col\">装载时间</th></tr></thead><tbody>"));
        any = has[k] = true;
        w(o, H("<tr><td data-label=\"图层\"><a href=\"/things/layers/"), U(db_str(&rows, 0)), H("\">"), db_str(&rows, 2), H("</a></td><td data-label=\"种类\">"), layer_kind_label(k),
          H("</td><td data-label=\"来源\"><span>"), db_str(&rows, 3), H("</span></td><td class=\"number\" data-label=\"区域\">"), (long long)db_int(&rows, 4),
          H("</td><td class=\"time\" data-label=\"装载时间\">"), time_chinese(q->a, db_int(&rows, 5)), H("</td></tr>"));
    }
    w(o, any ? H("</tbody></table></div>") : H("<p class=\"card muted\">还没有装载图层。</p>"));
    for (int k = 0; k < LAYER_KINDS; k++)
        if (!has[k])
            w(o, missing++ ? H("、") : H("<p class=\"note\">未装载："), layer_kind_label((enum layer_kind)k));
    w(o, missing ? H("。图斑和火点的页面会写明“未装载图层”，不写“不在保护区内”。</p>") : H(""));
    return NULL;
}

static err *page(struct request *q, struct response *r, const err *fault, const struct json *reasons, int status)
{
    struct out *o = page_begin(q, S("图层"));
    w(o, H("<h1>图层</h1><p class=\"muted\">图斑、火点在哪个保护区域、哪个区县，据本机构和上级机构装载的图层说明，并写明来源和摘要。</p>"));
    show_error(o, "没有装载", fault);
    show_reasons(q, o, reasons);
    w(o, H("<div class=\"grid\"><div>"));
    TRY(list(q, o));
    w(o, H("</div><div>"));
    if (may_load(q))
        form(q, o);
    else
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/scenes\">遥感影像</a></p>"));
    w(o, H("</div></div>"));
    page_end(q, o, r, status);
    return NULL;
}

err *page_layers(struct request *q, struct response *r)
{
    return page(q, r, NULL, NULL, 200);
}

err *page_layers_load(struct request *q, struct response *r)
{
    const struct file *file = form_file(&q->form, S("file"));
    struct layer_brought got;
    const struct json *answer;
    struct layer_bring b = {.by = q->session.user, .name = str_trim(form_get(&q->form, S("name"))), .source = str_trim(form_get(&q->form, S("source"))), .at = q->now};
    if (!may_load(q))
        return err_new(ERR_DENIED, "您的角色不能装载图层");
    err *bad = NULL;
    if (!layer_kind_of(form_get(&q->form, S("kind")), &b.kind))
        bad = err_at(err_new(ERR_INPUT, "没有这种图层"), S("kind"));
    else if (!b.name.n || !b.source.n)
        bad = err_at(err_new(ERR_INPUT, "请写明图层名称和来源"), b.name.n ? S("source") : S("name"));
    else if (!file || !file->bytes.n)
        bad = err_at(err_new(ERR_INPUT, "没有选择文件，或文件是空的"), S("file"));
    else {
        b.file = file->bytes;
        request_db_done(q);
        bad = layer_bring(q->web->acts, q->a, &b, &got);
        if (!bad && got.answer.verdict == ACT_INVALID)
            bad = got.answer.invalid;
    }
    if (bad && bad->kind < ERR_FULL && bad->kind != ERR_AUTH)
        return page(q, r, bad, NULL, err_http_status(bad->kind));
    TRY(bad);
    metrics_answer(q->web, got.answer.verdict);
    if (got.answer.verdict == ACT_ALLOWED)
        return redirect(r, S("/layers"));
    TRY(act_json(q->a, got.answer.json, LIMIT_ACT_BYTES, &answer));
    return page(q, r, NULL, json_get(answer, S("reasons")), 403);
}
