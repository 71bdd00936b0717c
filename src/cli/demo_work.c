/*
 * One entrustment as a bureau lives it: drafted, declared on, approved, accepted, noticed, visited together, handed in,
 * verified, recorded, accepted and paid; and what befalls some of them. The parts are told in the order of their times,
 * a scene may stop after any of them.
 */
#include "cli/demo_private.h"

static const struct { const char *kind, *matter, *output; } on_site[] = {
    {"T02", "污染源排查（随同入企）", "问题清单"},
    {"T03", "污染防治设施运行评估", "设施评估报告"},
    {"T10", "自动监控设施运行情况核对（随同）", "核对技术意见"}};
static const struct { const char *kind, *matter, *output; } at_desk[] = {
    {"T01", "污染源清单资料比对", "排查台账"},       {"T04", "整改措施资料复核", "整改跟踪表"},
    {"T09", "自动监控数据异常分析", "异常数据报告"}, {"T11", "用电工况分析", "分析报告"},
    {"T06", "遥感影像解译", "图斑清单"},             {"T14", "治理工艺专家咨询", "专家意见书"}};

static usec on(const struct work *w, day d, int hour, int minute)
{
    return demo_at(d, hour, minute) + (w->b->tasks % 40) * 7 * USEC_SECOND;
}

static void choose_people(struct work *w)
{
    struct bureau *b = w->b;
    struct firm *f = w->deal->firm;
    int o = b->next_officer++;
    w->o1 = b->officer[o % OFFICERS];
    w->o2 = b->officer[(o + 1) % OFFICERS];
    w->o3 = b->officer[(o + 3) % OFFICERS];
    w->first_member = f->next_member++ % f->members_n;
    w->member = f->member[w->first_member];
    w->user = f->user[w->first_member];
    w->person = f->person[w->first_member];
}

struct work demo_begin(struct province *p, struct bureau *b, struct deal *deal, day begin, day visit_day, bool site,
                       enum mishap mishap)
{
    uint32_t k = site ? demo_random(p, 3) : demo_random(p, 6);
    struct work w = {.p = p, .b = b, .deal = deal, .s = demo_next_subject(b), .site = site, .mishap = mishap, .begin = begin,
                     .visit_day = visit_day == DAY_NONE ? demo_workday(p, begin, 3) : visit_day,
                     .kind = site ? on_site[k].kind : at_desk[k].kind, .matter = site ? on_site[k].matter : at_desk[k].matter,
                     .output = site ? on_site[k].output : at_desk[k].output};
    int n = ++b->tasks;
    w.id = demo_text(p, "%s-e%03d", b->slug, n);
    w.visit = demo_text(p, "%s-w%03d", b->slug, n);
    w.notice = demo_text(p, "%s-n%03d", b->slug, n);
    w.record = demo_text(p, "%s-r%03d", b->slug, n);
    w.clue = demo_text(p, "%s-q%03d", b->slug, n);
    w.material = demo_text(p, "%s-m%03d", b->slug, n);
    w.report = demo_text(p, "%s-m%03d-report", b->slug, n);
    choose_people(&w);
    w.verified = demo_workday(p, w.visit_day, 2 + (int)demo_random(p, 3));
    w.done = demo_workday(p, w.verified, 1);
    return w;
}

/* ---- before the visit ---- */

void demo_draft(struct work *w)
{
    struct province *p = w->p;
    bool words = w->mishap == MISHAP_WORDS, planned = !w->asked && w->s->used == 1; /* tasks are not told in the order of their days: a second one, which may be beyond the year's number, comes on request */
    const char *matter = words ? demo_text(p, "取证设备的架设，%s", w->matter) : w->matter;
    const char *fields = demo_text(
        p,
        "'id':'%s','agreement':'%s','kind':'%s','matter':'%s','subjects':['%s'],'region':'%06d','from':'%s','to':'%s',"
        "'officers':['%s','%s'],'members':['%s'],'enters_site':%s,'budget':'%s','amount':%u,"
        "'basis':{'type':'%s','ref':'%d年%02d月%s'},'outputs':['%s']",
        w->id, w->deal->id, w->kind, matter, w->s->id, w->s->region, demo_day(p, w->begin),
        demo_day(p, w->visit_day + 14 < w->deal->to ? w->visit_day + 14 : w->deal->to), w->o1, w->o2, w->member,
        w->site ? "true" : "false", w->deal->budget, 800000 + 100000 * demo_random(p, 12), planned ? "plan" : "request",
        civil_of_day(w->begin).year, civil_of_day(w->begin).month, planned ? "检查计划" : "企业申请", w->output);
    usec t = on(w, w->begin, 9, 2);
    if (!words) {
        demo_do(p, t, w->o1, "entrustment.draft", "%s", fields);
        return;
    }
    size_t held = demo_held(p, t, w->o1, "entrustment.draft", "%s", fields);
    demo_lift(p, on(w, w->begin, 9, 20), w->b->legal, held, "经核，取证由两名执法人员完成，第三方只提供设备操作支持，委托事项属技术支持");
}

static void declare(struct work *w, usec t, const char *user, const char *member)
{
    const char *of = member ? demo_text(w->p, ",'member':'%s'", member) : "";
    demo_do(w->p, t, user, "interest.declare", "'entrustment':'%s','has_interest':false%s", w->id, of);
}

void demo_declare(struct work *w)
{
    declare(w, on(w, w->begin, 9, 31), w->user, w->member);
    declare(w, on(w, w->begin, 9, 40), w->deal->firm->lead, NULL);
}

/* A relation nobody declared: approval is refused, another member takes the place. */
static void replace_member(struct work *w)
{
    struct province *p = w->p;
    struct firm *f = w->deal->firm;
    w->s->related = true;
    demo_do(p, on(w, w->begin, 8, 30), w->b->officer[5], "relation.record",
            "'a':'member:%s','b':'subject:%s','type':'employment','from':'%s','to':'%s','source':'社会保险缴纳记录比对'", w->member,
            w->s->id, demo_day(p, w->begin - 700), demo_day(p, w->begin - 200));
    demo_refused(p, on(w, w->begin, 9, 50), w->b->head, "entrustment.approve", "'entrustment':'%s'", w->id);
    int next = (w->first_member + 1) % f->members_n;
    w->member = f->member[next];
    w->user = f->user[next];
    w->person = f->person[next];
    demo_do(p, on(w, w->begin, 10, 5), w->o1, "entrustment.amend",
            "'entrustment':'%s','members':['%s'],'reason':'原派人员曾在该企业任职，另派人员'", w->id, w->member);
    declare(w, on(w, w->begin, 10, 15), w->user, w->member);
}

void demo_approve(struct work *w)
{
    if (w->mishap == MISHAP_RELATION)
        replace_member(w);
    demo_do(w->p, on(w, w->begin, 10, 30), w->b->head, "entrustment.approve", "'entrustment':'%s'", w->id);
}

void demo_accept(struct work *w)
{
    demo_do(w->p, on(w, w->begin, 14, 10), w->deal->firm->lead, "entrustment.accept", "'entrustment':'%s'", w->id);
}

void demo_notice(struct work *w)
{
    demo_do(w->p, on(w, w->begin, 15, 5), w->o1, "notice.issue",
            "'id':'%s','entrustment':'%s','subject':'%s','content':{'who':'%s %s','what':'%s',"
            "'not_allowed':'第三方不得检查、询问、取证、采取强制措施','period':'%s至%s',"
            "'objection_route':'向%s生态环境保护综合执法支队提出，电话12369'},'unannounced':false",
            w->notice, w->id, w->s->id, w->deal->firm->name, w->person, w->matter, demo_day(w->p, w->begin),
            demo_day(w->p, w->visit_day + 14), w->b->region->name);
}

static void serve_at(struct work *w, usec t)
{
    static const char *const methods[] = {"signed", "signed", "electronic", "left"};
    const char *method = demo_random(w->p, 12) ? methods[demo_random(w->p, 4)] : "refused_with_witness";
    const char *witness = *method == 'r' ? demo_text(w->p, ",'witness':'%s（社区工作人员）'", demo_person(w->p)) : "";
    demo_do(w->p, t, w->o1, "notice.serve",
            "'notice':'%s','method':'%s','recipient':'%s','recipient_uscc':'%s','served_at':'%s','officers':['%s','%s']%s", w->notice,
            method, demo_person(w->p), w->s->uscc, demo_time(w->p, t), w->o1, w->o2, witness);
}

void demo_serve(struct work *w)
{
    w->served = demo_workday(w->p, w->begin, 1);
    serve_at(w, on(w, w->served, 10, 10));
}

/* Where it stands: the place of a company in the act. */
static const char *spot(struct work *w, double away)
{
    return demo_text(w->p, "'lon':%.4f,'lat':%.4f", w->s->lon + away, w->s->lat);
}

static void plan(struct work *w, enum demo_expect expect, usec t, const char *id, usec starts, usec ends)
{
    const char *fields = demo_text(
        w->p, "'id':'%s','entrustment':'%s','subject':'%s','starts':'%s','ends':'%s',%s,'radius_m':300,"
              "'approval_no':'%s环检审〔%d〕%d号','notice_no':'%s环检通〔%d〕%d号','helpers':1",
        id, w->id, w->s->id, demo_time(w->p, starts), demo_time(w->p, ends), spot(w, 0), w->b->region->name,
        civil_of_day(w->begin).year, w->b->tasks, w->b->region->name, civil_of_day(w->begin).year, w->b->tasks);
    (expect == DEMO_REFUSED ? demo_refused : demo_do)(w->p, t, w->o1, "visit.plan", "%s", fields);
}

void demo_plan(struct work *w)
{
    usec t = on(w, w->begin, 15, 20);
    day first = w->mishap == MISHAP_MOVED ? demo_workday(w->p, w->begin, 2) : w->visit_day;
    plan(w, DEMO_ALLOWED, t, w->visit, demo_at(first, 9, 30), demo_at(first, 16, 30));
}

void demo_plan_approve(struct work *w)
{
    demo_do(w->p, on(w, w->begin, 16, 0), w->b->head, "visit.approve", "'visit':'%s'", w->visit);
    if (w->mishap == MISHAP_CAP && w->s->cap == 1 && w->s->used == 1) /* the year's visits of this company are used up */
        plan(w, DEMO_REFUSED, on(w, w->begin, 16, 20), demo_text(w->p, "%s-b", w->visit), demo_at(w->visit_day + 1, 9, 30),
             demo_at(w->visit_day + 1, 16, 30));
    if (w->mishap != MISHAP_MOVED)
        return;
    day told = demo_workday(w->p, w->begin, 1);
    demo_do(w->p, on(w, told, 15, 0), w->o1, "visit.move", "'visit':'%s','starts':'%s','ends':'%s','reason':'企业设施检修，改日进行'",
            w->visit, demo_time(w->p, demo_at(w->visit_day, 9, 30)), demo_time(w->p, demo_at(w->visit_day, 16, 30)));
    demo_do(w->p, on(w, told, 15, 40), w->b->head, "visit.approve", "'visit':'%s'", w->visit);
}

/* ---- the visit ---- */

static const char *presence(struct work *w, const char *person, usec t, const char *more)
{
    return demo_text(w->p, "'visit':'%s','person':'%s','time':'%s'%s", w->visit, person, demo_time(w->p, t), more);
}

static void enter(struct work *w, usec t, const char *user, const char *person, double away)
{
    const char *more = demo_text(w->p, ",%s,'accuracy_m':%u", spot(w, 0.0001 + away), 8 + demo_random(w->p, 30));
    demo_do(w->p, t, user, "presence.enter", "%s", presence(w, person, t, more));
}

static void leave(struct work *w, usec t, const char *user, const char *person)
{
    demo_do(w->p, t, user, "presence.leave", "%s", presence(w, person, t, ""));
}

/* At the gate before the officers, or before the company was told: Art. 11, Art. 8. */
static void turned_away(struct work *w, usec t)
{
    const char *more = demo_text(w->p, ",%s,'accuracy_m':15", spot(w, 0.0001));
    demo_refused(w->p, t, w->user, "presence.enter", "%s", presence(w, w->member, t, more));
}

static void enter_helper(struct work *w, usec t)
{
    if (w->mishap != MISHAP_FENCE) {
        enter(w, t, w->user, w->member, 0);
        return;
    }
    const char *more = demo_text(w->p, ",%s,'accuracy_m':20", spot(w, 0.0080));
    size_t held = demo_held(w->p, t, w->user, "presence.enter", "%s", presence(w, w->member, t, more));
    demo_lift(w->p, t + 6 * USEC_MINUTE, w->b->head, held, "经与现场执法人员核实，该厂区门岗在厂界另一侧，人员确已随同到场");
}

static void arrive(struct work *w, day d)
{
    if (w->mishap == MISHAP_GATE)
        turned_away(w, on(w, d, 9, 12));
    enter(w, on(w, d, 9, 24), w->o1, w->o1, 0);
    enter(w, on(w, d, 9, 27), w->o2, w->o2, 0);
    if (w->mishap == MISHAP_NOTICE) {
        turned_away(w, on(w, d, 9, 33));
        w->served = d;
        serve_at(w, on(w, d, 9, 40));
    }
    enter_helper(w, on(w, d, 9, w->mishap == MISHAP_NOTICE ? 46 : 34));
}

static void order(struct work *w, day d)
{
    static const char *const asks[] = {"请核算处理单元停留时间", "请核对设备铭牌与台账", "请比对加药量与电耗", "请查看在线仪表量程设置"};
    if (w->mishap == MISHAP_ORDER) /* what no officer may ask for: Art. 4 */
        demo_refused(w->p, on(w, d, 9, 58), w->o1, "order.give", "'entrustment':'%s','to':'%s','power':'question','text':'请去询问车间主任'",
                     w->id, w->member);
    const char *id = demo_text(w->p, "%s-o1", w->id);
    demo_do(w->p, on(w, d, 10, 5), w->o1, "order.give", "'id':'%s','entrustment':'%s','to':'%s','power':'evaluate','text':'%s'", id,
            w->id, w->member, asks[demo_random(w->p, 4)]);
    if (w->mishap == MISHAP_REFUSAL)
        w->refusal = 1 + demo_do(w->p, on(w, d, 10, 9), w->user, "order.refuse",
                                 "'order':'%s','entrustment':'%s','text':'口头要求代为翻拍企业账册',"
                                 "'reason':'属收集证据，应由执法人员进行'", id, w->id);
}

static void hand_in(struct work *w, usec t, const char *id, const char *kind, const char *title, usec captured, const char *more)
{
    const char *when = captured ? demo_text(w->p, ",'captured_at':'%s'", demo_time(w->p, captured)) : ""; /* 0: written, not captured */
    const char *digest = demo_digest(w->p), *of_file = demo_file(w, id, kind);
    demo_do(w->p, t, w->user, "material.submit",
            "'id':'%s','entrustment':'%s','kind':'%s','title':'%s','digest':'%s','author':'%s'%s%s", id, w->id, kind, title,
            of_file ? of_file : digest, w->member, when, more);
}

static void collect(struct work *w, day d)
{
    const char *of_visit = demo_text(w->p, ",'visit':'%s'", w->visit);
    hand_in(w, on(w, d, 11, 0), w->material, "data", "设施运行参数记录", on(w, d, 10, 40), of_visit);
    if (demo_random(w->p, 2) == 0) {
        w->photo = demo_text(w->p, "%s-photo", w->material);
        hand_in(w, on(w, d, 14, 29), w->photo, "photo", "设施铭牌照片", on(w, d, 14, 20), of_visit);
    }
    if (w->mishap == MISHAP_ALONE) {
        w->astray = demo_text(w->p, "%s-astray", w->material);
        hand_in(w, on(w, d, 15, 10), w->astray, "photo", "配电间照片", on(w, d, 15, 0), of_visit);
    }
}

/* Work at the desk: data asked for, looked through, handed in. */
void demo_desk(struct work *w)
{
    hand_in(w, on(w, w->visit_day, 14, 0), w->material, "data", "平台导出数据", on(w, w->visit_day, 13, 40), "");
}

/* The phones had no signal: everything is reported in the evening and reconciled. */
static void offline_visit(struct work *w, day d)
{
    const struct { const char *user, *person, *act; int hour, minute; } seen[] = {
        {w->o1, w->o1, "presence.enter", 9, 24},      {w->o2, w->o2, "presence.enter", 9, 27},
        {w->user, w->member, "presence.enter", 9, 36}, {w->user, w->member, "presence.leave", 15, 40},
        {w->o2, w->o2, "presence.leave", 15, 52},     {w->o1, w->o1, "presence.leave", 15, 55}};
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        demo_do(w->p, on(w, d, 17, 10 + (int)i), seen[i].user, seen[i].act, "%s",
                presence(w, seen[i].person, on(w, d, seen[i].hour, seen[i].minute), ",'offline':true,'clock_error_s':20"));
    demo_do(w->p, on(w, d, 17, 20), w->o1, "presence.reconcile", "'visit':'%s'", w->visit);
    hand_in(w, on(w, d, 17, 25), w->material, "data", "设施运行参数记录", on(w, d, 11, 0), demo_text(w->p, ",'visit':'%s'", w->visit));
    demo_do(w->p, on(w, d, 17, 40), w->o1, "visit.close", "'visit':'%s'", w->visit);
}

static void depart(struct work *w, day d)
{
    if (w->mishap == MISHAP_ALONE) { /* an officer was called away; the helper stayed: Art. 11 */
        leave(w, on(w, d, 14, 30), w->o2, w->o2);
        leave(w, on(w, d, 15, 50), w->user, w->member);
        leave(w, on(w, d, 16, 1), w->o1, w->o1);
        size_t held = demo_held(w->p, on(w, d, 16, 25), w->o1, "visit.close", "'visit':'%s'", w->visit);
        demo_lift(w->p, on(w, d, 17, 5), w->b->head, held, "一名执法人员因突发信访提前离开，其间材料已隔离，已批评并转纪检督察");
        w->alone = 1 + held;
        return;
    }
    if (w->mishap == MISHAP_LATE) {
        demo_do(w->p, on(w, d, 16, 20), w->user, "presence.leave", "%s",
                presence(w, w->member, on(w, d, 15, 45), ",'late_reason':'手机没电，离厂后补录'"));
        leave(w, on(w, d, 16, 22), w->o2, w->o2);
        leave(w, on(w, d, 16, 23), w->o1, w->o1);
        demo_do(w->p, on(w, d, 16, 30), w->o1, "presence.reconcile", "'visit':'%s'", w->visit);
    } else {
        leave(w, on(w, d, 15, 50), w->user, w->member);
        leave(w, on(w, d, 16, 0), w->o2, w->o2);
        leave(w, on(w, d, 16, 1), w->o1, w->o1);
    }
    demo_do(w->p, on(w, d, 16, 35), w->o1, "visit.close", "'visit':'%s'", w->visit);
}

static void contact(struct work *w, day d)
{
    day next = demo_workday(w->p, d, 1);
    demo_do(w->p, on(w, d, 17, 0), w->b->head, "contact.authorise",
            "'member':'%s','subject':'%s','purpose':'补充说明设备选型参数','from':'%s','to':'%s','with_officer':true", w->member, w->s->id,
            demo_time(w->p, on(w, next, 9, 0)), demo_time(w->p, on(w, next, 12, 0)));
    demo_do(w->p, on(w, next, 11, 30), w->user, "contact.log",
            "'member':'%s','subject':'%s','time':'%s','means':'电话','initiated_by':'第三方','summary':'核对风机型号，执法人员在场'", w->member,
            w->s->id, demo_time(w->p, on(w, next, 10, 15)));
}

void demo_visit(struct work *w)
{
    day d = w->visit_day;
    if (w->mishap == MISHAP_OFFLINE) {
        offline_visit(w, d);
        return;
    }
    arrive(w, d);
    order(w, d);
    collect(w, d);
    depart(w, d);
    if (w->mishap == MISHAP_CONTACT)
        contact(w, d);
}

/* ---- after the visit ---- */

/* One proposes, the other looks and signs: two accounts. */
static void verify(struct work *w, usec t, const char *material, const char *method, const char *trace)
{
    const char *result = demo_random(w->p, 6) ? "adoptable" : "reference_only", *id = demo_text(w->p, "%s-v", material);
    demo_do(w->p, t, w->o1, "material.propose", "'id':'%s','material':'%s','second':'%s','method':'%s','trace':'%s','result':'%s'", id, material,
            w->o2, method, trace, result);
    demo_do(w->p, t + 25 * USEC_MINUTE, w->o2, "material.sign", "'proposal':'%s','agrees':true", id);
}

/* What was taken while nobody rightly accompanied is not used. */
void demo_verify(struct work *w)
{
    struct province *p = w->p;
    day d = w->verified;
    hand_in(w, on(w, demo_workday(p, w->visit_day, 1), 16, 0), w->report, "report", w->output, 0,
            demo_text(p, ",'derived_from':['%s']", w->material));
    verify(w, on(w, d, 9, 20), w->material, "instrument_log", "调取运行历史曲线，与提交的记录逐点比对一致");
    verify(w, on(w, d, 10, 30), w->report, "recompute", "按设计参数复算，偏差在允许范围内");
    if (w->photo)
        verify(w, on(w, d, 11, 10), w->photo, "original", "核对原始文件、拍摄时间和位置");
    if (w->astray)
        demo_do(p, on(w, d, 11, 20), w->o1, "material.reject", "'material':'%s','reason':'拍摄时仅一名执法人员在场，不予采用'", w->astray);
}

void demo_record(struct work *w)
{
    demo_do(w->p, on(w, w->done, 9, 15), w->o1, "record.compile", "'id':'%s','entrustment':'%s'", w->record, w->id);
    demo_do(w->p, on(w, w->done, 15, 30), w->b->legal, "record.file", "'record':'%s','number':'%s环辅备〔%d〕%d号'", w->record,
            w->b->region->name, civil_of_day(w->done).year, w->b->tasks);
    demo_do(w->p, on(w, demo_workday(w->p, w->done, 1), 9, 30), w->o1, "entrustment.finish", "'entrustment':'%s'", w->id);
}
