/*
 * 核查数据, what came out: how much was looked at, each clue with its picture and what else could explain it, hints as a list, which
 * rules ran, which lacked data and what was found in order, and what was odd about the file. Nothing on it says who did anything.
 */
#include "web/audit.h"
#include "web/finding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AROUND = 72 /* hours on each side */, FIGURES_SHOWN = 6, CLUES_SHOWN = 40, HINTS_SHOWN = 60 };

struct results { struct request *q; struct out *o; const struct audit_job *job; const struct audit *u; const struct table *t; };

/* As headers and detectors call it; HJ 212 still says 烟尘 of 颗粒物. */
static str column_name(struct results *x, const struct column *c)
{
    static const char *const group[COLUMN_GROUPS] = {"", "（折算值）", "（排放量）"};
    const char *code, *word = NULL;
    for (size_t i = 0; header_factor_at(i, &code, &word) && !str_eq(c->factor, str_of(code)); i++)
        word = NULL;
    return arena_printf(x->q->a, "%.*s%s", STR_ARG(word ? str_of(word) : factor_name(c->factor)), group[c->group]);
}

static usec slot_at(const struct table *t, size_t slot)
{
    return table_at(t, slot < t->n ? slot : t->n);
}

static str step_text(struct results *x)
{
    int32_t s = x->t->step_s;
    if (s % 86400 == 0)
        return S("日数据");
    if (s == 3600)
        return S("小时数据");
    return s % 60 == 0 ? arena_printf(x->q->a, "%d分钟数据", s / 60) : arena_printf(x->q->a, "%d秒数据", s);
}

/* ---- the sum of it ---- */
static void figure_box(struct out *o, str label, int64_t value, str note)
{
    w(o, H("<div class=\"figure\"><p class=\"muted\">"), label, H("</p><p class=\"value\">"), (long long)value, H("</p><p class=\"muted\">"), note, H("</p></div>"));
}

static int64_t outcomes(const struct audit *u, enum detect_outcome outcome)
{
    int64_t n = 0;
    for (size_t i = 0; i < detector_count(); i++)
        n += u->runs[i].outcome == outcome && !u->runs[i].detector->background;
    return n;
}

static void sum(struct results *x)
{
    const struct audit *u = x->u;
    struct request *q = x->q;
    int64_t hints = (int64_t)u->findings.n - u->clues;
    w(x->o, H("<p class=\"lead\">"));
    if (u->clues)
        w(x->o, (long long)u->clues, H("条线索需要核实"), hints ? H("，另有") : H(""));
    else
        w(x->o, H("没有线索"), hints ? H("，有") : H(""));
    if (hints)
        w(x->o, (long long)hints, H("条提示仅供了解"));
    w(x->o, H("。</p><p>"), step_text(x), H("，"), time_chinese(q->a, x->t->from), H(" 至 "), time_chinese(q->a, slot_at(x->t, x->t->n)), H("，"),
      (long long)table_readings(x->t), H("个数值；用时"), arena_printf(q->a, "%.2f", (double)x->job->took / (double)USEC_SECOND), H("秒，规则版本"), detect_rules_version(), H("。"));
    if (x->job->by.n)
        w(x->o, H("各列按本单位保存的“"), x->job->by, H("”读取。"));
    w(x->o, H("</p><p class=\"note\">以下为数据分析意见，须经执法人员核实后方可采用（第九条）。</p><div class=\"figures\">"));
    figure_box(x->o, S("线索"), u->clues, S("需要核实"));
    figure_box(x->o, S("提示"), hints, S("仅供了解"));
    figure_box(x->o, S("已检未见异常"), outcomes(u, DETECT_CLEAN), S("条规则"));
    figure_box(x->o, S("缺数据未检"), outcomes(u, DETECT_LACKED), S("条规则"));
    w(x->o, H("</div>"));
}

/* ---- a picture ---- */
static double value_at(const struct column *c, const int64_t *v, size_t slot)
{
    return v && v[slot] != VALUE_NONE ? chart_decimal(v[slot], c->decimals) : (double)NAN;
}

static const struct chart_line *limit_lines(struct results *x, const struct column *c, size_t *ret_n)
{
    struct chart_line *lines = NEW_ARRAY(x->q->a, x->t->limits_n + 1, struct chart_line);
    *ret_n = 0;
    for (size_t i = 0; i < x->t->limits_n; i++) {
        const struct table_limit *l = &x->t->limits[i];
        if (l->group != c->group || !str_eq(l->factor, c->factor))
            continue;
        double value = chart_decimal(l->mantissa, l->decimals);
        lines[(*ret_n)++] = (struct chart_line){USEC_NONE, USEC_NONE, value, arena_printf(x->q->a, "小时限值 %.10g", value), STR_NONE, l->lower};
    }
    return lines;
}

static struct chart_series series_of(struct results *x, const struct column *c, size_t first, size_t n)
{
    struct arena *a = x->q->a;
    usec *at = NEW_ARRAY(a, n + 1, usec), width = x->t->step_s * USEC_SECOND;
    double *mid = NEW_ARRAY(a, n + 1, double), *low = c->low ? NEW_ARRAY(a, n + 1, double) : NULL, *high = c->high ? NEW_ARRAY(a, n + 1, double) : NULL;
    for (size_t i = 0; i < n; i++) {
        at[i] = table_at(x->t, first + i) + width / 2;
        mid[i] = value_at(c, c->value, first + i);
        if (low)
            low[i] = value_at(c, c->low, first + i);
        if (high)
            high[i] = value_at(c, c->high, first + i);
    }
    return (struct chart_series){.label = column_name(x, c), .n = n, .width = width, .at = at, .low = low, .mid = mid, .high = high,
                                 .flag = c->flag ? (const uint8_t *)c->flag + first : NULL, .decimals = c->decimals};
}

static err *picture(struct results *x, const struct finding *f)
{
    const struct column *c = &x->t->columns[f->lead->columns[0]];
    size_t around = (size_t)(AROUND * 3600 / x->t->step_s), first = f->first > around ? f->first - around : 0;
    size_t end = f->first + f->n + around < x->t->n ? f->first + f->n + around : x->t->n;
    struct chart_series s = series_of(x, c, first, end - first);
    usec from = table_at(x->t, first), to = slot_at(x->t, end);
    struct chart_band band = {slot_at(x->t, f->first), slot_at(x->t, f->first + f->n), BAND_FOCUS, S("关注时段")};
    struct chart chart = {.width = 1040, .height = 300, .from = from, .to = to, .title = S(""), .series = &s, .series_n = 1, .bands = &band, .bands_n = 1};
    str wide, slim;
    chart.limits = limit_lines(x, c, &chart.limits_n);
    if (s.n > 900)
        s = chart_reduce(x->q->a, &s, from, to, 900);
    struct chart small = chart;
    struct chart_series few = s.n > 280 ? chart_reduce(x->q->a, &s, from, to, 280) : s;
    small.series = &few;
    small.width = 330, small.height = 300;
    TRY(chart_svg(x->q->a, &chart, &wide));
    TRY(chart_svg(x->q->a, &small, &slim));
    w(x->o, H("<p class=\"muted\">"), column_name(x, c), H("，关注时段前后各"), (int)AROUND, H("小时</p><div class=\"wide\">"), (html){wide}, H("</div><div class=\"slim\">"),
      (html){slim}, H("</div>")); /* chart_svg escapes what it was given */
    return NULL;
}

/* ---- one clue ---- */
static void numbers(struct results *x, const struct hit *h)
{
    w(x->o, H("<div class=\"figures\">"));
    for (int i = 0; i < HIT_NUMBERS && h->number_label[i]; i++)
        w(x->o, H("<div class=\"figure\"><p class=\"muted\">"), h->number_label[i], H("</p><p class=\"value\">"),
          decimal_text(x->q->a, h->number[i], h->number_decimals[i]), h->number_unit[i] ? h->number_unit[i] : "", H("</p></div>"));
    w(x->o, H("</div>"));
}

static void causes(struct results *x, const struct finding *f)
{
    if (!f->traps_n)
        return;
    w(x->o, H("<details open><summary>核对过的正常原因（"), f->traps_n, H("项）</summary><div class=\"scroll\"><table class=\"cards causes\"><thead><tr><th scope=\"col\">正常原因</th>"
              "<th scope=\"col\">结果</th><th scope=\"col\">依据</th></tr></thead><tbody>"));
    for (size_t i = 0; i < f->traps_n; i++) {
        const struct trap_result *t = &f->traps[i];
        w(x->o, H("<tr><td data-label=\"正常原因\">"), t->label, H("</td><td data-label=\"结果\"><span><span class=\"badge "),
          t->result == TRAP_RULED_OUT ? "allowed" : t->result == TRAP_POSSIBLE ? "late" : "plain", H("\">"), trap_outcome_label(t->result),
          H("</span></span></td><td data-label=\"依据\"><span>"), t->text, H("</span></td></tr>"));
    }
    w(x->o, H("</tbody></table></div></details>"));
}

static void members(struct results *x, const struct finding *f)
{
    if (f->hits_n < 2)
        return;
    w(x->o, H("<details><summary>同一时段各规则看到的（"), f->hits_n, H("处）</summary><ul>"));
    for (size_t i = 0; i < f->hits_n && i < 12; i++)
        w(x->o, H("<li>"), f->hits[i]->detector->id, H(" "), f->hits[i]->detector->label, H("："), f->hits[i]->sentence, H("</li>"));
    w(x->o, H("</ul></details>"));
}

static err *clue(struct results *x, const struct finding *f, int number)
{
    struct request *q = x->q;
    const struct detector *d = f->lead->detector;
    w(x->o, H("<section class=\"card clue\" id=\""), f->id, H("\"><h2>"), number, H(". "), column_name(x, &x->t->columns[f->lead->columns[0]]), H("："), d->label,
      H(" <span class=\"badge held\">线索</span></h2><p class=\"lead\">"), f->lead->sentence, H("</p><p class=\"muted\">"), time_chinese(q->a, slot_at(x->t, f->first)), H(" 至 "),
      time_chinese(q->a, slot_at(x->t, f->first + f->n)), H("，规则"), d->id, f->lead->hard ? H("，超出舍入误差") : H(""), H("</p>"));
    numbers(x, f->lead);
    if (number <= FIGURES_SHOWN)
        TRY(picture(x, f));
    causes(x, f);
    members(x, f);
    w(x->o, H("<p><b>现场怎么看：</b>"), d->see_again, H("。</p><p class=\"muted\"><b>线索方向，待核实：</b>"));
    put_directions(x->o, d);
    w(x->o, H("。用环发〔2015〕175号的分类指出往哪里看，是假设，不是认定。</p>"));
    if (act_offered(act_type_find(S("clue.report")), &q->reader))
        w(x->o, H("<p class=\"actions\"><a class=\"button\" href=\"/do/clue.report?text="),
          U(arena_printf(q->a, "%.*s（文件“%.*s”，结果编号%s）", STR_ARG(f->lead->sentence), STR_ARG(x->job->held.filename), f->id)), H("\">转为线索</a></p>"));
    w(x->o, H("</section>"));
    return NULL;
}

static int by_severity(const void *a, const void *b)
{
    const struct finding *x = *(const struct finding *const *)a, *y = *(const struct finding *const *)b;
    if (x->severity > y->severity || x->severity < y->severity)
        return x->severity > y->severity ? -1 : 1;
    return strcmp(x->id, y->id);
}

static err *clues(struct results *x)
{
    const struct findings *f = &x->u->findings;
    const struct finding **list = NEW_ARRAY(x->q->a, f->n + 1, const struct finding *);
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->p[i].level == LEVEL_CLUE)
            list[n++] = &f->p[i];
    qsort(list, n, sizeof *list, by_severity);
    for (size_t i = 0; i < n && i < CLUES_SHOWN; i++)
        TRY(clue(x, list[i], (int)i + 1));
    if (n > CLUES_SHOWN)
        w(x->o, H("<p class=\"muted\">只列最重的"), (int)CLUES_SHOWN, H("条，其余"), n - CLUES_SHOWN, H("条在下载的结果里。</p>"));
    return NULL;
}

/* ---- hints, rules, the file ---- */
static void hints(struct results *x)
{
    size_t n = 0;
    for (size_t i = 0; i < x->u->findings.n; i++) {
        const struct finding *f = &x->u->findings.p[i];
        if (f->level == LEVEL_CLUE || n++ >= HINTS_SHOWN)
            continue;
        w(x->o, n == 1 ? H("<section class=\"card\"><h2>提示：仅供了解，不需要办理</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">规则</th>"
                           "<th scope=\"col\">看到什么</th><th scope=\"col\">时段</th></tr></thead><tbody>") : H(""),
          H("<tr><td data-label=\"规则\">"), f->lead->detector->id, H(" "), f->lead->detector->label, H("</td><td data-label=\"看到什么\"><span>"), f->lead->sentence,
          H("</span></td><td data-label=\"时段\"><span>"), time_chinese(x->q->a, slot_at(x->t, f->first)), H(" 至 "), time_chinese(x->q->a, slot_at(x->t, f->first + f->n)),
          H("</span></td></tr>"));
    }
    if (n)
        w(x->o, H("</tbody></table></div>"));
    if (n > HINTS_SHOWN)
        w(x->o, H("<p class=\"muted\">只列前"), (int)HINTS_SHOWN, H("条，全部在下载的结果里。</p>"));
    if (n)
        w(x->o, H("</section>"));
}

static void ran(struct results *x, enum detect_outcome outcome, html head, html empty)
{
    bool any = false;
    w(x->o, H("<h3>"), head, H("</h3>"));
    for (size_t i = 0; i < detector_count(); i++) {
        const struct detect_run *r = &x->u->runs[i];
        if (r->outcome != outcome || r->detector->background)
            continue;
        w(x->o, any ? H("<li>") : H("<ul class=\"links\"><li>"), r->detector->id, H(" "), r->detector->label);
        if (outcome == DETECT_LACKED)
            w(x->o, H(" <span class=\"muted\">缺"), r->lacked, H("</span>"));
        w(x->o, H("</li>"));
        any = true;
    }
    w(x->o, any ? H("</ul>") : empty);
}

static void rules(struct results *x)
{
    w(x->o, H("<section class=\"card\"><h2>看了什么</h2>"));
    ran(x, DETECT_HITS, H("有发现的规则"), H("<p class=\"muted\">没有。</p>"));
    ran(x, DETECT_CLEAN, H("已检未见异常"), H("<p class=\"muted\">没有。</p>"));
    ran(x, DETECT_LACKED, H("缺数据未检"), H("<p class=\"muted\">没有：这份数据够所有规则用。</p>"));
    w(x->o, H("<p class=\"muted\">有发现的规则，其发现不一定够得上提示：先经全部规则合在一起的误报控制。</p></section>"));
}

static void notes(struct results *x)
{
    w(x->o, H("<section class=\"card\"><h2>这份文件里看到的情况</h2>"));
    if (!x->u->faults_n)
        w(x->o, H("<p class=\"muted\">每一行每一格都读懂了，没有重复、乱序或单位混用。</p></section>"));
    if (!x->u->faults_n)
        return;
    w(x->o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">哪里</th><th scope=\"col\">情况</th><th scope=\"col\" class=\"number\">次数</th></tr></thead><tbody>"));
    for (size_t i = 0; i < x->u->faults_n; i++) {
        const struct table_fault *f = &x->u->faults[i];
        w(x->o, H("<tr><td data-label=\"哪里\">"));
        if (f->line && x->job->plain)
            w(x->o, H("第"), (long long)f->line, H("行"));
        if (f->column && x->job->plain)
            w(x->o, H("第"), f->column, H("列"));
        if (!x->job->plain || (!f->line && !f->column))
            w(x->o, H("—"));
        w(x->o, H("</td><td data-label=\"情况\"><span>"), f->text, H("</span></td><td class=\"number\" data-label=\"次数\">"), (long long)f->times, H("</td></tr>"));
    }
    w(x->o, H("</tbody></table></div><p class=\"muted\">读得懂而奇怪的地方列在这里，不会因此产生线索。</p></section>"));
}

err *audit_results(struct request *q, struct out *o, const struct audit_job *job)
{
    struct results x = {q, o, job, &job->result, job->result.table};
    struct habits habits;
    sum(&x);
    w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/audit\">核查另一份</a><a class=\"button\" href=\"/audit/"), str_of(job->held.id),
      H("/findings\">下载结果</a></p>"));
    TRY(clues(&x));
    hints(&x);
    habits_of(q->a, x.t, NULL, &habits);
    put_habits_of(q, o, x.t, &habits);
    rules(&x);
    notes(&x);
    if (!job->plain) {
        w(o, H("<section class=\"card\"><details><summary>各列是怎么读的，改一改再核查</summary>"));
        audit_columns(q, o, job, false);
        w(o, H("</details></section>"));
    }
    return NULL;
}

/* The lines of `xiezhi monitor audit`, byte for byte. */
err *page_audit_lines(struct request *q, struct response *r)
{
    struct audit_job *job;
    struct finding_scope *s;
    TRY(finding_scope_open(q, &s));
    TRY(audit_find(q, q->part[0], &job));
    if (!job->done)
        return err_new(ERR_CONFLICT, "这份文件还没有结果");
    buf b = buf_make(q->a, 256 << 20);
    for (size_t i = 0; i < job->result.findings.n; i++) {
        buf_add(&b, audit_finding_line(q->a, &job->result, i));
        buf_char(&b, '\n');
    }
    buf_add(&b, audit_summary_line(q->a, &job->result));
    buf_char(&b, '\n');
    if (b.overflow)
        return err_new(ERR_LIMIT, "结果超过256 MB，请用命令xiezhi monitor audit");
    r->status = 200;
    r->type = "application/octet-stream";
    r->body = buf_str(&b);
    response_header(r, "Content-Disposition", S("attachment; filename=\"findings.jsonl\""));
    return NULL;
}
