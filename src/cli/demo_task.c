/* The whole of a task, with the endings it may take: declined, returned, released, finished and paid. */
#include "cli/demo_private.h"

void demo_object(struct work *w, usec at, const char *ground, const char *text)
{
    demo_do(w->p, at, demo_text(w->p, "notice:%s", w->notice), "objection.lodge",
            "'id':'%s-y','entrustment':'%s','subject':'%s','against':'member','ground':'%s','text':'%s','lodger':'%s','post':'安环部长',"
            "'phone':'027-8%07d'", w->id, w->id, w->s->id, ground, text, demo_person(w->p), 3100000 + w->b->tasks);
}

void demo_rate(struct work *w, usec at, bool concern, const char *text)
{
    demo_do(w->p, at, demo_text(w->p, "notice:%s", w->notice), "visit.rate",
            "'id':'%s-q','visit':'%s','accompanied':%s,'within_notice':true,'carded':true,'asked':false,'score':'%s','text':'%s'", w->id,
            w->visit, concern ? "false" : "true", concern ? "poor" : "good", text);
}

void demo_mark_secret(struct work *w, usec at, const char *what)
{
    demo_do(w->p, at, demo_text(w->p, "notice:%s", w->notice), "secret.mark", "'id':'%s-s','visit':'%s','what':'%s','place':'中控室'",
            w->id, w->visit, what);
}

/* Most companies say nothing; some rate, a few mark what they would not have known elsewhere. */
static void company_says(struct work *w)
{
    struct province *p = w->p;
    if (w->b->tasks % 3 == 0)
        demo_rate(w, demo_at(w->visit_day, 18, 10), false, "来人出示了证件，讲清了要看什么");
    if (w->b->tasks % 9)
        return;
    demo_mark_secret(w, demo_at(w->visit_day, 18, 20), "工艺配方和投料比例");
    demo_do(p, demo_at(demo_workday(p, w->visit_day, 1), 10, 45), w->o1, "secret.settle",
            "'secret_mark':'%s-s','outcome':'upheld','reasons':'投料比例未公开，有关照片和数据按商业秘密管理'", w->id);
}

static void reply(struct work *w, usec at)
{
    demo_do(w->p, at, w->o1, "objection.reply", "'objection':'%s-y','method':'signed','recipient':'%s','served_at':'%s'", w->id,
            demo_person(w->p), demo_time(w->p, at));
}

/* Heard and answered before the visit; while it is open the helper may not come in. */
static void rejected_objection(struct work *w)
{
    struct province *p = w->p;
    demo_object(w, demo_at(w->served, 14, 12), "competence", "认为派来的人员不熟悉本行业工艺");
    demo_do(p, demo_at(demo_workday(p, w->served, 1), 9, 25), w->b->head, "objection.decide",
            "'objection':'%s-y','outcome':'rejected','reasons':'该人员专业和从业年限与本次事项相符'", w->id);
    reply(w, demo_at(demo_workday(p, w->served, 1), 16, 20));
}

static void upheld_objection(struct work *w)
{
    struct province *p = w->p;
    day next = demo_workday(p, w->served, 1);
    demo_object(w, demo_at(w->served, 14, 20), "interest", "该公司去年为我厂的竞争企业做过治理工程");
    demo_refused(p, demo_at(w->served, 15, 0), w->o1, "order.give",
                 "'entrustment':'%s','to':'%s','power':'analyse_data','text':'请先看一遍平台数据'", w->id, w->member);
    demo_do(p, demo_at(next, 9, 40), w->b->head, "objection.decide",
            "'objection':'%s-y','outcome':'upheld','reasons':'经查确有业务往来，可能影响公正，解除本次委托'", w->id);
    demo_do(p, demo_at(next, 10, 20), w->o1, "visit.cancel", "'visit':'%s','reason':'第三方回避，改由执法人员自行进行'", w->visit);
    reply(w, demo_at(next, 16, 10));
    w->done = demo_workday(p, next, 2);
    demo_do(p, demo_at(w->done, 9, 15), w->o1, "record.compile", "'id':'%s','entrustment':'%s'", w->record, w->id);
    demo_do(p, demo_at(w->done, 15, 30), w->b->legal, "record.file", "'record':'%s','number':'%s环辅备〔%d〕%d号'", w->record,
            w->b->region->name, civil_of_day(w->done).year, w->b->tasks);
}

static void declined(struct work *w)
{
    struct province *p = w->p;
    size_t step = demo_do(p, demo_at(w->begin, 15, 10), w->deal->firm->lead, "entrustment.decline",
                          "'entrustment':'%s','reason':'近期人员均已派出，不能保证质量'", w->id);
    demo_settle(p, demo_at(demo_workday(p, w->begin, 2), 10, 5), w->b->discipline, step, 1, "系人手安排原因，不影响考核");
    demo_do(p, demo_at(demo_workday(p, w->begin, 1), 9, 30), w->b->head, "entrustment.withdraw",
            "'entrustment':'%s','reason':'第三方谢绝，改由执法人员自行完成'", w->id);
}

void demo_accept_result(struct work *w)
{
    demo_do(w->p, demo_at(demo_workday(w->p, w->done, 2), 10, w->b->tasks % 50), w->o3, "acceptance.record",
            "'id':'%s-a','entrustment':'%s','items':[{'name':'%s','accepted':true,'standard':'合同附件二'}],'panel':['%s','%s']", w->id,
            w->id, w->output, w->o3, w->o1);
}

void demo_pay(struct work *w)
{
    struct province *p = w->p;
    demo_do(p, demo_at(demo_workday(p, w->done, 4), 9, w->b->tasks % 50), w->b->buyer, "payment.request",
            "'id':'%s-f','agreement':'%s','acceptance':'%s-a','amount':800000,'basis':'deliverable'", w->id, w->deal->id, w->id);
    demo_do(p, demo_at(demo_workday(p, w->done, 6), 14, w->b->tasks % 50), w->b->finance, "payment.pay", "'payment':'%s-f'", w->id);
}

static void backcheck(struct work *w)
{
    struct province *p = w->p;
    demo_do(p, demo_at(demo_workday(p, w->done, 1), 16, 0), w->b->head, "backcheck.assign", "'id':'%s-k','material':'%s'", w->id, w->report);
    demo_do(p, demo_at(demo_workday(p, w->done, 5), 16, 0), w->o3, "backcheck.report",
            "'backcheck':'%s-k','agrees':true,'note':'重新复算，结论一致'", w->id);
}

/* Plan, visit, and what is made of them. False: the task ended on the way. */
static bool go_to_site(struct work *w)
{
    if (!w->site) {
        demo_desk(w);
        return true;
    }
    demo_plan(w);
    demo_plan_approve(w);
    if (w->mishap == MISHAP_OBJECTION)
        rejected_objection(w);
    if (w->mishap == MISHAP_UPHELD) {
        upheld_objection(w);
        return false;
    }
    demo_visit(w);
    company_says(w);
    day later = demo_workday(w->p, w->visit_day, 3);
    if (w->refusal)
        demo_settle(w->p, demo_at(later, 9, 50), w->b->discipline, w->refusal - 1, 1, "已核实并提醒该执法人员，第三方拒绝得当");
    if (w->alone)
        demo_settle(w->p, demo_at(later, 10, 30), w->b->discipline, w->alone - 1, 2, "系执法人员擅离，已处理，第三方无责任");
    return true;
}

struct work demo_task(struct province *p, struct bureau *b, struct deal *deal, day begin, day visit_day, bool site,
                      enum mishap mishap, bool clue)
{
    struct work w = demo_begin(p, b, deal, begin, visit_day, site, mishap);
    demo_draft(&w);
    if (mishap == MISHAP_RETURNED) {
        demo_do(p, demo_at(w.begin, 11, 0), b->head, "entrustment.return", "'entrustment':'%s','reason':'成果写得不够具体，请重新起草'", w.id);
        return w;
    }
    demo_declare(&w);
    demo_approve(&w);
    if (mishap == MISHAP_DECLINED) {
        declined(&w);
        return w;
    }
    demo_accept(&w);
    demo_notice(&w);
    if (mishap != MISHAP_NOTICE || !site)
        demo_serve(&w);
    if (!go_to_site(&w))
        return w;
    if (clue)
        demo_clue(&w, demo_random(p, 100) < 56 ? (demo_random(p, 100) < 38 ? CLUE_SEALED : CLUE_CASE)
                                             : demo_random(p, 2) ? CLUE_TRANSFERRED : CLUE_DISMISSED);
    demo_verify(&w);
    demo_record(&w);
    demo_accept_result(&w);
    demo_pay(&w);
    if (demo_chance(p, 30))
        backcheck(&w);
    return w;
}
