/*
 * How the numbers are made, for everybody and without signing in: who is drawn with which weight, how a provider's record is averaged,
 * what each figure counts. The values are those in force; nothing here tells of any company or person.
 */
#include "analysis/score.h"
#include "web/looking.h"

static void definitions(struct out *o)
{
    w(o, H("<section class=\"card\"><h2 id=\"figures\">统计指标的口径</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">指标</th>"
           "<th scope=\"col\">分子</th><th scope=\"col\">分母</th><th scope=\"col\">期间</th><th scope=\"col\">出处</th></tr></thead><tbody>"));
    for (size_t i = 0; i < figure_count(); i++) {
        const struct figure *f = figure_at(i);
        w(o, H("<tr><td class=\"label\" data-label=\"指标\">"), f->label, H("</td><td data-label=\"分子\"><span>"), f->numerator, H("</span></td><td data-label=\"分母\"><span>"),
          f->denominator ? f->denominator : "无（计数）", H("</span></td><td data-label=\"期间\"><span>"), f->when, H("</span></td><td data-label=\"出处\"><span>"), f->source,
          H("</span></td></tr>"));
    }
    w(o, H("</tbody></table></div></section>"));
}

err *page_method(struct request *q, struct response *r)
{
    struct target_settings s;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(targeting_settings(d, &s));
    struct out *o = page_begin(q, S("计算方法"));
    w(o, H("<h1>计算方法</h1><p class=\"muted\">抽取权重、第三方履约得分和统计指标怎样得出，现行的权重和口径全部列在这里。</p>"
           "<section class=\"card\"><h2 id=\"targeting\">抽取权重</h2>"));
    targeting_method(o, &s);
    w(o, H("</section><section class=\"card\"><h2 id=\"providers\">第三方履约得分</h2><p>按期、可采用、回查一致三项的加权平均，权重为"), (int)SCORE_WEIGHT_TIME,
      H("："), (int)SCORE_WEIGHT_QUALITY, H("："), (int)SCORE_WEIGHT_TRUTH,
      H("。依法拒绝、谢绝委托、线索和案件的数量都不在计算之内（规定第四条）。</p></section>"));
    definitions(o);
    page_end(q, o, r, 200);
    return NULL;
}
