/* The law as this program applies it, and the settings where it leaves a choice. */
#include "acts/settings.h"
#include "web/web_private.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT_REMEDY = 2000 };

static const char *severity_word(enum law_severity s)
{
    return s == LAW_REFUSE ? "不予" : s == LAW_HOLD ? "暂缓" : "提示";
}

/* A remedy speaks of one act; read without one, what would be filled in is named. */
static str of_any_act(struct arena *a, const char *remedy)
{
    static const struct { const char *name, *zh; } words[] = {
        {"setting_why", "这项设置由规定确定，不能改变"}, {"lowest", "最小值"}, {"highest", "最大值"}, {"who_may", "有权办理的人员"},
        {"identity", "统一社会信用代码或者证件号码"}, {"proposal", ""}, {"form_who", "有权出具的人员"}, {"hold_role", "有权批准的角色"}};
    str rest = str_of(remedy), piece, name;
    buf b = buf_make(a, LIMIT_REMEDY);
    while (rest.n) {
        str_next(&rest, '{', &piece);
        buf_add(&b, piece);
        if (!rest.p || !str_next(&rest, '}', &name))
            break;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (str_eq(name, str_of(words[i].name)))
                buf_add(&b, str_of(words[i].zh));
    }
    return buf_str(&b);
}

static void rules_of(struct arena *a, struct out *o, const char *instrument, const char *article)
{
    bool open = false;
    for (int i = 0; i < LAW_RULE_COUNT; i++) {
        const struct law_rule_info *r = &law_rule_info[i];
        if (strcmp(r->instrument, instrument) || strcmp(r->article, article) || r->ground == GROUND_SEALED)
            continue;
        if (!open)
            w(o, H("<details><summary>系统据此判定的规则</summary><ul>"));
        open = true;
        w(o, H("<li><span class=\"badge plain\">"), severity_word(r->severity), H("</span> "), of_any_act(a, r->remedy), H("</li>"));
    }
    if (open)
        w(o, H("</ul></details>"));
}

static void articles(struct arena *a, struct out *o, const char *instrument)
{
    char article[8];
    for (int n = 1; n <= 200; n++) {
        snprintf(article, sizeof article, "%d", n);
        const char *summary = law_article_summary(instrument, article);
        if (!summary)
            continue;
        w(o, H("<h3 id=\""), instrument, H("-"), n, H("\">第"), n, H("条</h3><p>"), summary, H("</p>"));
        rules_of(a, o, instrument, article);
    }
}

static bool is_summarised(const struct law_instrument *in)
{
    char article[8];
    for (int n = 1; n <= 200; n++) {
        snprintf(article, sizeof article, "%d", n);
        if (law_article_summary(in->id, article))
            return true;
    }
    return false;
}

static void instrument_row(struct request *q, struct out *o, const struct law_instrument *i)
{
    w(o, H("<tr><td data-label=\"名称\">"), i->title, H("</td><td data-label=\"文号\">"),
      i->number && i->number[0] ? i->number : "—", H("</td><td class=\"time\" data-label=\"施行\">"),
      day_chinese(q->a, i->from), H("</td><td class=\"time\" data-label=\"失效\">"));
    if (i->to == INT32_MAX)
        w(o, H("现行"));
    else
        w(o, day_chinese(q->a, i->to));
    w(o, H("</td></tr>"));
}

err *page_law(struct request *q, struct response *r)
{
    struct out *o = page_begin(q, S("法规与条文说明"));
    w(o, H("<div class=\"card\"><h1>法规与条文说明</h1><p class=\"muted\">每条一句话说明由本系统编写，不代替原文；判定按行为当日有效的版本。</p>"
           "<p class=\"actions\"><a class=\"button primary\" href=\"#hubei-2022-71-1\">从第一条读起</a></p><nav class=\"contents\" aria-label=\"目录\"><ul>"));
    for (size_t i = 0; i < law_instrument_count; i++)
        if (is_summarised(&law_instruments[i]))
            w(o, H("<li><a href=\"#"), law_instruments[i].id, H("\">"), law_instruments[i].title, H("</a></li>"));
    w(o, H("<li><a href=\"#versions\">版本与效力</a></li></ul></nav>"));
    for (size_t i = 0; i < law_instrument_count; i++) {
        const struct law_instrument *in = &law_instruments[i];
        if (!is_summarised(in))
            continue;
        w(o, H("<h2 id=\""), in->id, H("\">"), in->title, H("</h2><p class=\"muted\">"), in->number ? in->number : "", H("</p>"));
        articles(q->a, o, in->id);
    }
    w(o, H("<h2 id=\"versions\">版本与效力</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th>名称</th><th>文号</th><th>施行</th>"
           "<th>失效</th></tr></thead><tbody>"));
    for (size_t i = 0; i < law_instrument_count; i++)
        instrument_row(q, o, &law_instruments[i]);
    w(o, H("</tbody></table></div></div>"));
    page_end(q, o, r, 200);
    return NULL;
}

static void setting_value(struct request *q, struct out *o, const struct setting *s, int64_t v)
{
    if (s->kind == SETTING_FLAG)
        w(o, v ? "是" : "否");
    else if (s->kind == SETTING_DAY)
        w(o, day_chinese(q->a, (day)v));
    else
        w(o, v, H(" "), s->unit);
}

static void setting_row(struct request *q, struct out *o, const struct setting *s, int64_t value)
{
    w(o, H("<tr><td data-label=\"参数\">"), s->label, H("</td><td data-label=\"现值\"><b>"));
    setting_value(q, o, s, value);
    w(o, H("</b></td><td data-label=\"默认\">"));
    setting_value(q, o, s, s->default_value);
    w(o, H("</td><td data-label=\"依据\">"), s->why, H("</td><td data-label=\"调整\">"));
    const struct act_type *set = act_type_find(S("policy.set"));
    if (s->locked)
        w(o, H("<span class=\"badge plain\">锁定</span>"));
    else if (act_offered(set, &q->reader))
        w(o, H("<a href=\"/do/policy.set?name="), U(str_of(s->name)), H("\">调整</a>"));
    else
        w(o, H("可调整"));
    w(o, H("</td></tr>"));
}

err *page_settings(struct request *q, struct response *r)
{
    struct db *d;
    TRY(request_db(q, &d));
    struct out *o = page_begin(q, S("参数"));
    w(o, H("<h1>参数</h1><p class=\"muted\">规定没有写明数值或留有选择的，由下列公开参数确定；标“锁定”的由法律规定，不能调整。</p>"
           "<div class=\"scroll\"><table class=\"cards\"><thead><tr><th>参数</th><th>现值</th><th>默认</th><th>依据</th><th>调整</th>"
           "</tr></thead><tbody>"));
    for (size_t i = 0; i < setting_count(); i++) {
        const struct setting *s = setting_at(i);
        int64_t value = s->default_value;
        if (!s->locked)
            TRY(db_one_int(d, "SELECT value FROM policy WHERE name = :name", DB_ARGS(DB_T("name", str_of(s->name))),
                           s->default_value, &value));
        setting_row(q, o, s, value);
    }
    w(o, H("</tbody></table></div>"));
    page_end(q, o, r, 200);
    return NULL;
}
