/*
 * Where to look first, and why: the list, and each subject's terms with their values, weights and the rows behind them. The weights
 * are the published settings; the page says them, so anybody can compute the score again.
 */
#include "web/looking.h"

#include <stdlib.h>

enum { PAGE_ROWS = 50, SOURCES_SHOWN = 5 };

struct ranking { struct target_settings settings; struct target *t; size_t n; };

static err *load(struct request *q, int region, str only, struct ranking *ret)
{
    struct target_input *in;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(targeting_settings(d, &ret->settings));
    TRY(target_load(d, q->a, region, region_last(region), only, day_of(q->now), &in, &ret->n));
    ret->t = NEW_ARRAY(q->a, ret->n + 1, struct target);
    target_score(&ret->settings, in, ret->n, day_of(q->now), ret->t);
    return NULL;
}

static err *region_of(struct request *q, int *ret)
{
    struct figure_scope s;
    TRY(figure_scope_read(q, &s));
    *ret = s.within ? s.within : q->reader.region;
    return NULL;
}

static int by_score(const void *l, const void *r)
{
    const struct target *a = l, *b = r;
    if (a->closed != b->closed && (!a->closed || !b->closed))
        return a->closed ? 1 : -1;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return str_cmp(a->input->id, b->input->id);
}

void targeting_method(struct out *o, const struct target_settings *s)
{
    w(o, H("<p>分值＝影响程度×守法状况÷1000，两项各为下列各项按权重的平均数；抽取权重＝保底＋分值，保底使每个对象的机会不低于平均机会的"),
      s->minimum_percent, H("%。没有任何一项按查处数量计分。权重由负责人依法调整并公布。</p><div class=\"scroll\"><table class=\"numbers\"><thead><tr>"
                            "<th scope=\"col\">项目</th><th scope=\"col\">方面</th><th scope=\"col\" class=\"number\">权重</th><th scope=\"col\">取值（千分）</th></tr></thead><tbody>"));
    for (int t = 0; t < TARGET_TERM_COUNT; t++)
        w(o, H("<tr><td>"), target_terms[t].label, H("</td><td>"), target_terms[t].side == IMPACT ? "影响程度" : "守法状况", H("</td><td class=\"number\">"),
          s->weight[t], H("</td><td>"), target_terms[t].how, H("</td></tr>"));
    w(o, H("</tbody></table></div><p class=\"muted\">记录追溯"), s->lookback_months, H("个月；未定年度检查上限的按"), s->cap_default,
      H("次；正面清单"), s->positive_excluded ? "不参加抽取" : "照常参加抽取", H("。</p>"));
}

static void settings_box(struct out *o, const struct target_settings *s)
{
    w(o, H("<details><summary>分值怎样算出（全部公布）</summary>"));
    targeting_method(o, s);
    w(o, H("<p>对社会公布：<a href=\"/method#targeting\">计算方法</a></p></details>"));
}

static void list_row(struct request *q, struct out *o, const struct ranking *all, const struct target *t, size_t rank)
{
    w(o, H("<tr><td class=\"number\" data-label=\"次序\">"), rank, H("</td><td class=\"name\" data-label=\"对象\"><span><a href=\"/targets/"), U(t->input->id), H("\">"), t->input->name,
      H("</a></span></td><td data-label=\"区域\">"), region_words(q->a, t->input->region), H("</td><td class=\"number\" data-label=\"分值\">"), t->score,
      H("</td><td class=\"number\" data-label=\"抽取权重\">"));
    if (t->closed)
        w(o, H("不抽取"));
    else
        w(o, t->chance);
    w(o, H("</td><td data-label=\"理由\"><span>"), target_reason(q->a, &all->settings, t), H("</span></td></tr>"));
}

err *page_targets(struct request *q, struct response *r)
{
    struct ranking all;
    struct figure_scope s;
    int64_t from = 0;
    int region;
    str after = form_get(&q->params, S("after"));
    if (after.n && (!str_int64(after, &from) || from < 0))
        return err_at(err_new(ERR_INPUT, "翻页位置无法读取"), S("after"));
    TRY(figure_scope_read(q, &s));
    TRY(region_of(q, &region));
    TRY(load(q, region, STR_NONE, &all));
    qsort(all.t, all.n, sizeof *all.t, by_score);
    struct out *o = page_begin(q, S("靶向排序"));
    w(o, H("<h1>靶向排序</h1><p class=\"note\">用于确定随机抽取的权重，不是检查决定，也不是对任何单位的评价。检查仍须随机抽取、依法审批。</p>"));
    if (q->reader.roles & ROLE_BIT(ROLE_OFFICER))
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/draws/new?targeting=1\">按这些权重抽取</a></p>"));
    settings_box(o, &all.settings);
    w(o, H("<form class=\"find\" method=\"get\" role=\"search\"><div>"));
    figure_region_select(q, o, &s);
    w(o, H("</div><button>查看</button></form><div class=\"scroll\"><table class=\"cards\"><thead><tr>"
      "<th scope=\"col\" class=\"number\">次序</th><th scope=\"col\">对象</th><th scope=\"col\">区域</th><th scope=\"col\" class=\"number\">分值</th>"
      "<th scope=\"col\" class=\"number\">抽取权重</th><th scope=\"col\">理由</th></tr></thead><tbody>"));
    for (size_t i = (size_t)from; i < all.n && i < (size_t)from + PAGE_ROWS; i++)
        list_row(q, o, &all, &all.t[i], i + 1);
    w(o, H("</tbody></table></div>"));
    if ((size_t)from + PAGE_ROWS < all.n) {
        w(o, H("<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"/targets?after="), from + PAGE_ROWS);
        if (s.within)
            w(o, H("&amp;region="), s.within);
        w(o, H("\">下一页</a></p>"));
    }
    w(o, H("<p class=\"muted\">共"), all.n, H("个对象。机器可读：<a href=\"/api/targets\">/api/targets</a>，每项为对象、权重和理由，可作为抽取的权重。</p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- one subject ---- */

static err *sources(struct request *q, struct db *d, struct out *o, str subject, enum target_term term)
{
    struct target_source *list;
    size_t n;
    TRY(target_sources(d, q->a, subject, term, SOURCES_SHOWN, &list, &n));
    for (size_t i = 0; i < n; i++) {
        const struct thing *t = thing_find(list[i].thing);
        struct db_value *seen;
        bool open = t && thing_open(t, &q->reader) && !things_get(d, q->a, t, &q->reader, list[i].id, &seen);
        err_clear();
        if (open)
            w(o, H("<a href=\"/things/"), t->name, H("/"), U(list[i].id), H("\">"));
        w(o, t ? t->label : "", H(" "), day_chinese(q->a, list[i].on), open ? H("</a> ") : H(" "));
    }
    if (!n)
        w(o, H("—"));
    return NULL;
}

err *page_target(struct request *q, struct response *r)
{
    struct ranking all;
    struct db *d;
    TRY(load(q, q->reader.region, q->part[0], &all));
    if (!all.n)
        return err_new(ERR_MISSING, "没有这个对象，或不在您的管辖区域");
    const struct target *t = &all.t[0];
    TRY(request_db(q, &d));
    struct out *o = page_begin(q, t->input->name);
    w(o, H("<p class=\"muted\"><a href=\"/targets\">靶向排序</a></p><h1>"), t->input->name, H("</h1><section class=\"card\"><p class=\"lead\">分值 "), t->score,
      H("（影响程度 "), t->impact, H(" × 守法状况 "), t->performance, H(" ÷ 1000）</p><p>"), target_reason(q->a, &all.settings, t), H("</p>"));
    if (t->closed)
        w(o, H("<p class=\"note\">不参加抽取："), target_closed_text(t->closed), H("。</p>"));
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">项目</th><th scope=\"col\">方面</th><th scope=\"col\" class=\"number\">取值</th>"
           "<th scope=\"col\" class=\"number\">权重</th><th scope=\"col\">怎样取值</th><th scope=\"col\">依据的记录</th></tr></thead><tbody>"));
    for (int i = 0; i < TARGET_TERM_COUNT; i++) {
        w(o, H("<tr><td data-label=\"项目\">"), target_terms[i].label, H("</td><td data-label=\"方面\">"), target_terms[i].side == IMPACT ? "影响程度" : "守法状况",
          H("</td><td class=\"number\" data-label=\"取值\">"));
        if (t->value[i] < 0)
            w(o, H("没有数据"));
        else
            w(o, t->value[i]);
        w(o, H("</td><td class=\"number\" data-label=\"权重\">"), all.settings.weight[i], H("</td><td data-label=\"怎样取值\"><span>"), target_terms[i].how,
          H("</span></td><td data-label=\"依据的记录\"><span>"));
        TRY(sources(q, d, o, t->input->id, (enum target_term)i));
        w(o, H("</span></td></tr>"));
    }
    w(o, H("</tbody></table></div><p class=\"muted\">本年检查"), t->input->visits, H("次，年度上限"));
    if (t->input->cap >= 0)
        w(o, t->input->cap, H("次"));
    else
        w(o, H("未定，按"), all.settings.cap_default, H("次"));
    w(o, H("。<a href=\"/things/subjects/"), U(t->input->id), H("\">对象资料</a></p></section>"));
    settings_box(o, &all.settings);
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- API: who, weight, reason ---- */

err *api_targets(struct request *q, struct response *r)
{
    struct ranking all;
    int region;
    TRY(region_of(q, &region));
    TRY(load(q, region, STR_NONE, &all));
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES * 8);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("statement"), S("用于确定随机抽取的权重，不是检查决定"));
    json_key(&o, S("items"));
    json_open(&o, '[');
    for (size_t i = 0; i < all.n; i++) {
        json_open(&o, '{');
        json_put_str(&o, S("who"), all.t[i].input->id);
        json_put_int(&o, S("weight"), all.t[i].chance);
        json_put_int(&o, S("score"), all.t[i].score);
        json_put_str(&o, S("reason"), target_reason(q->a, &all.settings, &all.t[i]));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    if (b.overflow)
        return err_new(ERR_LIMIT, "对象太多，请用region只取一个市县");
    r->status = 200;
    r->type = "application/json";
    r->body = buf_str(&b);
    return NULL;
}
