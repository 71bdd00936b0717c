/* The year of every bureau: its tasks one after the other, and what a bureau does beside them. */
#include "cli/demo_private.h"

static enum mishap choose_mishap(struct province *p, bool site)
{
    static const struct { enum mishap mishap; int per_mille; bool site; } often[] = {
        {MISHAP_GATE, 60, true},      {MISHAP_NOTICE, 25, true}, {MISHAP_WORDS, 20, false},     {MISHAP_FENCE, 25, true},
        {MISHAP_OFFLINE, 50, true},   {MISHAP_LATE, 30, true},   {MISHAP_ALONE, 15, true},      {MISHAP_ORDER, 40, true},
        {MISHAP_REFUSAL, 15, true},   {MISHAP_OBJECTION, 30, true}, {MISHAP_UPHELD, 20, true},  {MISHAP_DECLINED, 20, false},
        {MISHAP_MOVED, 30, true},     {MISHAP_RELATION, 15, true}, {MISHAP_CAP, 40, true},      {MISHAP_CONTACT, 40, true},
        {MISHAP_RETURNED, 15, false}};
    int r = (int)demo_random(p, 1000);
    for (size_t i = 0; i < sizeof often / sizeof *often; i++) {
        r -= often[i].per_mille;
        if (r < 0)
            return often[i].site && !site ? MISHAP_NONE : often[i].mishap;
    }
    return MISHAP_NONE;
}

/* An agreement that was in force by then. */
static struct deal *choose_deal(struct province *p, struct bureau *b, day begin)
{
    struct deal *fit[DEALS_MAX];
    uint32_t n = 0;
    for (int i = 0; i < b->deals_n; i++)
        if (!b->deals[i].firm->special && b->deals[i].from + 2 <= begin)
            fit[n++] = &b->deals[i];
    return n ? fit[demo_random(p, n)] : NULL;
}

static void tasks(struct province *p, struct bureau *b, int n)
{
    day from = b->deals[0].from + 3, span = p->today + 2 - from;
    for (int i = 0; i < n; i++) {
        day begin = demo_workday(p, from + span * i / n, 0);
        struct deal *deal = choose_deal(p, b, begin);
        if (!deal || begin > p->today + 2)
            continue;
        bool site = demo_random(p, 100) < 77;
        enum mishap mishap = choose_mishap(p, site);
        day visit = demo_workday(p, begin, 3 + (int)demo_random(p, 5));
        demo_task(p, b, deal, begin, visit, site, mishap, demo_chance(p, site ? 300 : 60));
    }
}

/* Each quarter's score; a deduction names the record it rests on (Art. 12), and some firms object. */
static void scores(struct province *p, struct bureau *b)
{
    for (int i = 0; i < b->deals_n; i++) {
        struct deal *d = &b->deals[i];
        if (d->firm->special)
            continue;
        for (int quarter = 1; quarter <= 3; quarter++) {
            day when = demo_workday(p, d->from + 88 * quarter, 0);
            const char *id = demo_text(p, "%s-s%d", d->id, quarter);
            demo_do(p, demo_at(when, 15, 10), b->officer[6], "evaluation.score",
                    "'id':'%s','provider':'%s','agreement':'%s','period':'第%d季度','items':["
                    "{'item':'成果质量','points':%u,'max':40,'cause':{'type':'acceptance','ref':'%s'}},"
                    "{'item':'按时交付','points':30,'max':30},{'item':'遵守纪律','points':30,'max':30}]",
                    id, d->firm->id, d->id, quarter, 34 + demo_random(p, 7), d->id);
            if (!demo_chance(p, 150))
                continue;
            size_t step = demo_do(p, demo_at(demo_workday(p, when, 2), 10, 0), d->firm->lead, "evaluation.appeal",
                                  "'evaluation':'%s','text':'扣分所依据的成果已在期限内补正，请复核'", id);
            demo_settle(p, demo_at(demo_workday(p, when, 6), 10, 0), b->head, step, 1, "经复核，下一季度评分时更正");
        }
    }
}

static void conduct(struct province *p, struct bureau *b)
{
    const struct deal *d = &b->deals[0];
    day span = p->today - d->from;
    for (int i = 1; i <= 3; i++) {
        demo_public_clue(p, b, demo_workday(p, d->from + span * i / 4 + (day)demo_random(p, 15), 0));
        demo_public_clue(p, b, demo_workday(p, d->from + span * i / 4 + (day)demo_random(p, 25), 0));
    }
    if (demo_chance(p, 500)) {
        day when = demo_workday(p, d->from + span / 3, 0);
        size_t step = demo_do(p, demo_at(when, 17, 30), d->firm->user[0], "gift.report",
                              "'what':'企业司机递来两条香烟，当场退回','from':'企业司机','to':'辅助人员'");
        demo_settle(p, demo_at(demo_workday(p, when, 2), 9, 0), b->discipline, step, 1, "当场退回，已登记并提醒企业");
    }
}

/* Figures once a quarter that has ended; the first of them was wrong, withdrawn and published again. */
static void figures(struct province *p, struct bureau *b)
{
    static const char *const quarters[] = {"一", "二", "三", "四"};
    const struct deal *d = &b->deals[0];
    bool mistaken = b == &p->bureaus[0];
    for (int back = 2; back >= 1; back--) {
        struct civil c = civil_of_day(p->today);
        int quarter = (c.month - 1) / 3 - back, year = c.year;
        for (; quarter < 0; quarter += 4)
            year--;
        day ends = quarter == 3 ? day_from_civil(year + 1, 1, 1) : day_from_civil(year, 3 * quarter + 4, 1);
        const char *period = demo_text(p, "%d年%s季度", year, quarters[quarter]), *id = demo_text(p, "%s-q%d%d", b->slug, year, quarter + 1);
        day out = demo_workday(p, ends, 4);
        if (ends < d->from || out >= p->today - 6)
            continue;
        demo_do(p, demo_at(out, 11, 0), b->head, "disclosure.publish", "'id':'%s','kind':'statistics','ref':'%s'", id, period);
        if (mistaken) {
            demo_do(p, demo_at(out, 16, 0), b->head, "disclosure.withdraw", "'disclosure':'%s','class':'mistaken','reason':'统计口径有误'", id);
            demo_do(p, demo_at(demo_workday(p, out, 1), 10, 0), b->head, "disclosure.publish", "'id':'%s-2','kind':'statistics','ref':'%s'", id, period);
        }
        mistaken = false;
    }
}

void demo_year(struct province *p)
{
    for (int i = 0; i < p->bureaus_n; i++) {
        struct bureau *b = &p->bureaus[i];
        tasks(p, b, p->tasks * b->subjects_n / p->subjects);
        scores(p, b);
        conduct(p, b);
        figures(p, b);
    }
}
