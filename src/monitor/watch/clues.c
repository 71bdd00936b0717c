/*
 * From findings to clues: bureau by bureau the strongest waiting ones are reported until the day's budget is used; the rest wait for another day.
 */
#include "monitor/watch/watch_private.h"

static err *budget(struct watch *w, int64_t *ret)
{
    struct db *house;
    TRY(db_open(w->house, false, &house));
    err *e = clue_budget(house, ret);
    db_close(house);
    return e;
}

static str clue_sentence(struct arena *a, const struct watch_finding *f)
{
    return utf8_clip(arena_printf(a, "%.*s：%.*s（%.*s至%.*s，规则%.*s，研判结果%.*s）。本条为数据分析意见，需执法人员核实。", STR_ARG(f->name),
                                  STR_ARG(f->sentence), STR_ARG(time_chinese(a, f->from)), STR_ARG(time_chinese(a, f->to)), STR_ARG(f->detectors),
                                  STR_ARG(f->id)), 2000);
}

static err *report_one(struct watch *w, struct acts *acts, struct arena *a, const struct watch_finding *f, usec now)
{
    struct db *house;
    struct watch_outlet o;
    struct act_answer answer;
    TRY(db_open(w->house, false, &house));
    err *e = outlet_find(house, a, f->outlet, &o);
    db_close(house);
    if (e)
        return e;
    TRY(clue_report(acts, a, &(struct clue_finding){.finding = f->id, .subject = o.subject, .observed_at = f->to < now ? f->to : now, .at = now,
                                                    .text = clue_sentence(a, f)}, &answer));
    if (answer.verdict != ACT_ALLOWED)
        return err_new(ERR_CONFLICT, "线索未能报告：%.*s", STR_ARG(answer.json));
    return finding_reported(w, f->id, answer.id, day_of(now));
}

err *report_clues(struct watch *w, struct acts *acts, usec now, struct watch_report *report)
{
    AUTO_ARENA(a);
    struct watch_finding *list;
    size_t n;
    int64_t most, given = 0;
    str agency = STR_NONE;
    TRY(budget(w, &most));
    TRY(findings_waiting(w, a, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (!agency.p || !str_eq(agency, list[i].agency)) {
            agency = list[i].agency;
            TRY(findings_given(w, agency, day_of(now), &given));
        }
        if (given >= most) {
            report->held_back++;
            continue;
        }
        TRY(report_one(w, acts, a, &list[i], now));
        given++;
        report->reported++;
    }
    return NULL;
}
