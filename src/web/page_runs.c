/*
 * What was looked at: "nothing was found" and "nothing was looked at" are two things, and both are said. For a run with counts over its
 * outlets, for an outlet rule by rule. Rules in the background are counted and not named: they show nobody anything.
 */
#include "web/finding.h"
#include "web/study.h"

#include <string.h>

/* The watch, when it ever ran and this reader supervises; NULL else. */
static err *watch_for(struct request *q, struct watch **ret)
{
    bool ready = false;
    *ret = NULL;
    if (!q->web->options.watch || !(q->reader.roles & ROLES_SUPERVISE))
        return NULL;
    TRY(watch_ready(q->web->options.watch, &ready));
    *ret = ready ? q->web->options.watch : NULL;
    return NULL;
}

static void run_line(struct request *q, struct out *o, const struct watch_run *run)
{
    w(o, H("看 "), day_chinese(q->a, run->first), H(" 至 "), day_chinese(q->a, run->last), H(" 的数据，"), time_chinese(q->a, run->started), H("开始，"));
    if (run->ended == USEC_NONE)
        w(o, H("尚未完成（中断后会接着做）。"));
    else
        w(o, H("已看完"), run->outlets, H("个点位"), run->light ? H("（只用轻量规则）") : H(""), H("，规则第"), run->rules, H("版。"));
}

static err *newest(struct watch *watch, struct request *q, struct watch_run *ret, bool *ret_found)
{
    struct watch_run *list;
    size_t n;
    TRY(watch_runs(watch, q->a, 1, &list, &n));
    *ret_found = n > 0;
    if (n)
        *ret = list[0];
    return NULL;
}

err *put_run_line(struct request *q, struct out *o)
{
    struct watch *watch;
    struct watch_run run;
    bool found = false;
    TRY(watch_for(q, &watch));
    if (!watch)
        return NULL;
    TRY(newest(watch, q, &run, &found));
    if (!found)
        return NULL;
    w(o, H("<p class=\"muted\">最近一次研判："));
    run_line(q, o, &run);
    w(o, H(" <a href=\"/monitor/findings#run\">检了什么、缺什么数据</a></p>"));
    return NULL;
}

static void tally_row(struct out *o, const struct watch_tally *t)
{
    w(o, H("<tr><td>"), t->detector->id, H(" "), t->detector->label, H("</td>"));
    for (int i = 0; i <= WATCH_LACKED; i++)
        w(o, H("<td class=\"number\">"), t->count[i], H("</td>"));
    w(o, H("</tr>"));
}

err *put_run(struct request *q, struct out *o)
{
    struct watch *watch;
    struct watch_run run;
    struct watch_tally *list;
    size_t n;
    bool found = false;
    int64_t background = 0;
    TRY(watch_for(q, &watch));
    if (!watch)
        return NULL;
    TRY(newest(watch, q, &run, &found));
    if (!found)
        return NULL;
    TRY(watch_tallies(watch, q->a, &run, &list, &n));
    w(o, H("<section class=\"card\" id=\"run\"><h2>最近一次研判检了什么</h2><p>"));
    run_line(q, o, &run);
    w(o, H("</p>"));
    if (run.ended != USEC_NONE)
        w(o, H("<p class=\"muted\">得到"), run.findings, H("个研判结果，"), run.standing,
          H("个成立"), run.standing < run.findings ? H("；其余在这么多点位和规则中偶然也会出现，不列出") : H(""), H("。误报比例按整次研判控制在5%以内。</p>"));
    if (n) {
        w(o, H("<details><summary>各规则看过的点位数</summary><div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">规则</th>"
               "<th scope=\"col\" class=\"number\">有发现</th><th scope=\"col\" class=\"number\">有迹象</th>"
               "<th scope=\"col\" class=\"number\">未见异常</th><th scope=\"col\" class=\"number\">缺数据未检</th></tr></thead><tbody>"));
        for (size_t i = 0; i < n; i++) {
            background += list[i].silent;
            if (!list[i].silent)
                tally_row(o, &list[i]);
        }
        w(o, H("</tbody></table></div><p class=\"muted\">“有迹象”：单独看到，未达到提示的标准。</p></details><p class=\"muted\">另有"), background, H("个规则在后台试运行，准确度尚未测定或还不够，不作结论。</p>"));
    }
    w(o, H("</section>"));
    return NULL;
}

/* ---- one outlet ---- */
static void said_list(struct out *o, const struct watch_look *look, enum watch_outcome outcome)
{
    size_t n = 0;
    for (size_t i = 0; i < look->n; i++) {
        const struct watch_said *s = &look->said[i];
        if (s->silent || s->outcome != outcome)
            continue;
        w(o, n++ ? H("、") : H(""), s->detector->label);
        if (outcome == WATCH_LACKED && s->lacked.n)
            w(o, H("（"), s->lacked, H("）"));
    }
    if (!n)
        w(o, H("无"));
}

static err *look_of(struct request *q, str outlet, usec at, struct watch_look *ret, bool *ret_found)
{
    struct watch *watch = q->web->options.watch;
    bool ready = false;
    *ret_found = false;
    if (watch)
        TRY(watch_ready(watch, &ready));
    if (!ready)
        return NULL;
    err *e = watch_look(watch, q->a, outlet, at, ret);
    if (e && e->kind == ERR_MISSING) {
        err_clear();
        return NULL;
    }
    *ret_found = !e;
    return e;
}

err *put_look(struct request *q, struct out *o, str outlet, usec at)
{
    struct watch_look look;
    size_t background = 0;
    bool found = false;
    if (!(q->reader.roles & ROLES_SUPERVISE))
        return NULL;
    TRY(look_of(q, outlet, at, &look, &found));
    if (!found)
        return NULL;
    for (size_t i = 0; i < look.n; i++)
        background += look.said[i].silent;
    w(o, H("<section class=\"card\" id=\"looked\"><h2>检了什么</h2><p class=\"muted\">"), time_chinese(q->a, look.at), H("研判，看 "), day_chinese(q->a, look.run.first), H(" 至 "),
      day_chinese(q->a, look.run.last), H(" 的"), look.readings, H("个数值，规则第"), look.run.rules, H("版。</p>"));
    if (!look.n) {
        w(o, H("<p>这段时间没有小时或分钟数据，什么都没有检。</p></section>"));
        return NULL;
    }
    w(o, H("<dl class=\"facts\">"));
    for (int i = 0; i <= WATCH_LACKED; i++) {
        w(o, H("<dt>"), watch_outcome_text((enum watch_outcome)i), H("</dt><dd>"));
        said_list(o, &look, (enum watch_outcome)i);
        w(o, H("</dd>"));
    }
    w(o, H("</dl><p class=\"muted\">另有"), background, H("个规则在后台试运行，不作结论。</p></section>"));
    return at == USEC_NONE ? put_habits(q, o, outlet, look.run.first, look.run.last, look.at, look.run.light) : NULL; /* a finding's page has its own */
}

/* For 线索研判: what was looked at in the run that found it. A member under T09 may read it: it names rules and kinds of data alone. */
err *study_looked(struct request *q, str outlet, usec at, struct study *ret)
{
    struct watch_look look;
    bool found = false;
    TRY(look_of(q, outlet, at, &look, &found));
    if (!found)
        return NULL;
    ret->clean = NEW_ARRAY(q->a, LIMIT_STUDY_ROWS, str);
    ret->lacked = NEW_ARRAY(q->a, LIMIT_STUDY_ROWS, str);
    for (size_t i = 0; i < look.n; i++) {
        const struct watch_said *s = &look.said[i];
        if (s->silent)
            continue;
        if (s->outcome == WATCH_CLEAN && ret->clean_n < LIMIT_STUDY_ROWS)
            ret->clean[ret->clean_n++] = str_of(s->detector->label);
        else if (s->outcome == WATCH_LACKED && ret->lacked_n < LIMIT_STUDY_ROWS)
            ret->lacked[ret->lacked_n++] = s->lacked.n ? arena_printf(q->a, "%s（缺%.*s）", s->detector->label, STR_ARG(s->lacked)) : str_of(s->detector->label);
    }
    return NULL;
}
