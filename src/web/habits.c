/*
 * 标记与缺失的习惯: how an outlet's time is taken out of judgement, beside whatever was found or not. Counts and shares of the run's span, told the same
 * way for everybody; whether marks and gaps know the level is for rules C9 and C10 to say.
 */
#include "web/finding.h"

#include <math.h>

static str hours_text(struct arena *a, usec length)
{
    return arena_printf(a, "%.10g小时", round((double)length / (double)USEC_HOUR * 10) / 10);
}

static str percent_text(struct arena *a, int64_t part, int64_t whole)
{
    return whole > 0 ? arena_printf(a, "%.*s%%", STR_ARG(decimal_text(a, habit_percent(part, whole), 2))) : S("—");
}

/* ---- marks ---- */
static str late_text(struct arena *a, const struct mark_habit *m)
{
    if (!m->entered)
        return S("登记时间不详");
    str of = m->entered < m->n ? arena_printf(a, "（另有%lld次登记时间不详）", (long long)(m->n - m->entered)) : S("");
    if (!m->late)
        return arena_printf(a, "0次%.*s", STR_ARG(of));
    return arena_printf(a, "%lld次，中位迟%.*s%.*s", (long long)m->late, STR_ARG(hours_text(a, m->delay)), STR_ARG(of));
}

static str high_text(struct arena *a, const struct mark_habit *m)
{
    if (!m->compared)
        return S("—");
    return arena_printf(a, "%lld次中%lld次，%.*s", (long long)m->compared, (long long)m->high, STR_ARG(percent_text(a, m->high, m->compared)));
}

static void mark_row(struct arena *a, struct out *o, const struct habits *h, const struct mark_habit *m, const char *label)
{
    w(o, H("<tr><td data-label=\"标记\">"), label, H("</td><td class=\"number\" data-label=\"次数\">"), (long long)m->n,
      H("</td><td class=\"number\" data-label=\"合计\">"), hours_text(a, m->covered), H("</td><td class=\"number\" data-label=\"占时段\">"),
      percent_text(a, m->covered / USEC_SECOND, h->span / USEC_SECOND),
      H("</td><td class=\"number\" data-label=\"最长连续\">"), hours_text(a, m->longest), H("</td><td data-label=\"结束后登记\"><span>"), late_text(a, m),
      H("</span></td><td data-label=\"高值之后开始\"><span>"), high_text(a, m), H("</span></td></tr>"));
}

static void marks(struct arena *a, struct out *o, const struct habits *h)
{
    int shown = 0;
    if (!h->marks_known || !h->all.n) {
        w(o, h->marks_known ? H("<p>这段时间没有标记。</p>") : H("<p>没有给出标记，不知道有没有。</p>"));
        return;
    }
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">标记</th><th scope=\"col\" class=\"number\">次数</th>"
           "<th scope=\"col\" class=\"number\">合计</th><th scope=\"col\" class=\"number\">占时段</th><th scope=\"col\" class=\"number\">最长连续</th>"
           "<th scope=\"col\">结束后登记</th><th scope=\"col\">高值之后开始</th></tr></thead><tbody>"));
    for (int k = 0; k < HABIT_KINDS; k++)
        if (h->kind[k].n) {
            mark_row(a, o, h, &h->kind[k], habit_kind_label((enum table_mark_kind)k));
            shown++;
        }
    if (shown > 1)
        mark_row(a, o, h, &h->all, "合计");
    w(o, H("</tbody></table></div><p class=\"muted\">重叠的时间只计一次。"));
    if (h->limited)
        w(o, H("“高值之后开始”：开始前一小时内最近的可评价数值达到当时小时限值的"), h->rules.high, H("%；作为对照，全部可评价的时段中达到的占"),
          percent_text(a, h->high, h->judged), H("（"), (long long)h->judged, H("个中"), (long long)h->high, H("个）。</p>"));
    else
        w(o, H("没有小时限值，不能看标记前的数值高不高。</p>"));
}

/* ---- columns ---- */
static bool same(const struct table *t, const struct column_habit *x, const struct column_habit *y)
{
    bool is = !t->columns[x->column].flag == !t->columns[y->column].flag && x->missing == y->missing &&
              x->unmarked == y->unmarked && x->gaps == y->gaps && x->longest == y->longest && x->flags_n == y->flags_n;
    for (size_t i = 0; is && i < x->flags_n; i++)
        is = x->flags[i].flag == y->flags[i].flag && x->flags[i].n == y->flags[i].n;
    return is;
}

static str flags_text(struct arena *a, const struct table *t, const struct habits *h, const struct column_habit *c)
{
    if (!t->columns[c->column].flag)
        return S("没有给出标志");
    buf b = buf_make(a, 2000);
    for (size_t i = 0; i < c->flags_n; i++) {
        char f = c->flags[i].flag;
        buf_printf(&b, "%s%c %s %.*s", i ? "；" : "", f, f == '?' ? "没有或看不懂" : chart_flag_text(f), STR_ARG(percent_text(a, c->flags[i].n, h->slots)));
    }
    return b.n ? buf_str(&b) : S("都是正常");
}

/* Values as they were measured: converted values and totals bear the same flags. Items that say the same stand in one row. */
static void columns(struct arena *a, struct out *o, const struct table *t, const struct habits *h)
{
    bool *said = NEW_ARRAY(a, h->columns_n + 1, bool);
    w(o, H("<details><summary>各项目的缺失与标志</summary><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">项目</th>"
           "<th scope=\"col\" class=\"number\">缺失</th><th scope=\"col\" class=\"number\">其中没有标记</th><th scope=\"col\" class=\"number\">一小时以上的中断</th>"
           "<th scope=\"col\" class=\"number\">最长中断</th><th scope=\"col\">非正常标志</th></tr></thead><tbody>"));
    for (size_t i = 0; i < h->columns_n; i++) {
        const struct column_habit *c = &h->columns[i];
        if (said[i] || t->columns[c->column].group != COLUMN_VALUE)
            continue;
        w(o, H("<tr><td data-label=\"项目\"><span>"));
        for (size_t k = i; k < h->columns_n; k++)
            if (!said[k] && t->columns[h->columns[k].column].group == COLUMN_VALUE && same(t, c, &h->columns[k])) {
                w(o, k > i ? H("、") : H(""), factor_name(t->columns[h->columns[k].column].factor));
                said[k] = true;
            }
        w(o, H("</span></td><td class=\"number\" data-label=\"缺失\">"), percent_text(a, c->missing, h->slots),
          H("</td><td class=\"number\" data-label=\"其中没有标记\">"), h->marks_known ? percent_text(a, c->unmarked, h->slots) : S("—"),
          H("</td><td class=\"number\" data-label=\"一小时以上的中断\">"), (long long)c->gaps,
          H("次</td><td class=\"number\" data-label=\"最长中断\">"), hours_text(a, c->longest), H("</td><td data-label=\"非正常标志\"><span>"), flags_text(a, t, h, c),
          H("</span></td></tr>"));
    }
    w(o, H("</tbody></table></div><p class=\"muted\">占这段时间全部时段的比例。有非正常标志而没有数值的，算在标志里；平台原因的不算缺失。</p></details>"));
}

/* ---- quarters ---- */
enum { QUARTERS_SHOWN = 8 };

static void quarter(struct arena *a, struct out *o, const struct table *t, const struct habits *h, const struct quarter_habit *q)
{
    struct civil c = civil_of(q->from);
    w(o, H("<li>"), c.year, H("年第"), (c.month - 1) / 3 + 1, H("季度"), q->whole ? H("") : H("（只有其中一部分）"), H("："));
    if (!q->pollutants) {
        w(o, H("没有应当上报的污染物数据。</li>"));
        return;
    }
    w(o, factor_name(t->columns[q->column].factor), q->pollutants > 1 ? H("最少，") : H(""), H("应有"), (long long)q->owed, H("个时段，有效"), (long long)q->valid,
      H("个，捕集率"), percent_text(a, q->valid, q->owed));
    if (q->idle)
        w(o, H("（应有的时段中"), (long long)q->idle, H("个标志为F停运而没有停运标记，不计这些为"), percent_text(a, q->valid, q->owed - q->idle), H("）"));
    if (q->ruled && q->whole)
        w(o, q->below ? H("，低于") : H("，不低于"), H("HJ 75-2017要求的每季度"), h->rules.capture_least, H("%"),
          q->below > 1 ? arena_printf(a, "（低于的共%lld项）", (long long)q->below) : S(""));
    else if (q->ruled)
        w(o, H("；HJ 75-2017要求整季度不低于"), h->rules.capture_least, H("%"));
    w(o, H("。</li>"));
}

static void quarters(struct arena *a, struct out *o, const struct table *t, const struct habits *h)
{
    size_t first = h->quarters_n > QUARTERS_SHOWN ? h->quarters_n - QUARTERS_SHOWN : 0;
    if (!h->quarters_n)
        return;
    w(o, H("<p>有效数据捕集率（停运以外的时段中，数值有效、没有标为故障、维护、校准、通讯中断的）：</p><ul>"));
    for (size_t i = first; i < h->quarters_n; i++)
        quarter(a, o, t, h, &h->quarters[i]);
    w(o, H("</ul>"));
}

void put_habits_of(struct request *q, struct out *o, const struct table *t, const struct habits *h)
{
    struct arena *a = q->a;
    w(o, H("<section class=\"card\" id=\"habits\"><h2>标记与缺失的习惯</h2><p class=\"muted\">"), time_chinese(a, t->from), H(" 至 "),
      time_chinese(a, table_at(t, t->n)), H("，共"), hours_text(a, h->span), H("。这里只数时间怎样退出评价，是统计事实，不是发现，也不评价任何人；标记、中断是否随高值而来，由规则C9、C10研判。</p>"));
    marks(a, o, h);
    quarters(a, o, t, h);
    if (h->platform)
        w(o, H("<p>平台原因（本平台自己的故障）："), (long long)h->platform, H("个时段，不算在排放单位的中断里。</p>"));
    columns(a, o, t, h);
    w(o, H("</section>"));
}

err *put_habits(struct request *q, struct out *o, str outlet, day first, day last, usec as_of, bool light)
{
    struct habits h;
    const struct table *t;
    err *e = watch_habits(q->web->options.watch, q->a, outlet, first, last, as_of, light, &h, &t);
    if (e && e->kind == ERR_MISSING) { /* nothing came, or the outlet is no more: there is no habit to tell of */
        err_clear();
        return NULL;
    }
    TRY(e);
    put_habits_of(q, o, t, &h);
    return NULL;
}
