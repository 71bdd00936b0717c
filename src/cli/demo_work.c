/*
 * One entrustment of the demo province, as officers would do it: drafted, declared on, approved, accepted, noticed,
 * visited together, material verified, recorded and finished; and what befalls some of them: an order that goes too
 * far and is refused, a helper's early arrival, an objection, a clue that becomes a case.
 */
#include "cli/demo_private.h"

struct task {
    struct bureau *bureau;
    str id, head, wei, luo, legal, lead, member, member_user, subject, uscc;
    int region;
    bool material; /* something was handed in */
};

static void name_task(struct province *p, struct bureau *b, struct arena *a, struct task *t)
{
    int code = b->region->code, member = (int)demo_random(p, (uint32_t)b->members);
    int subject = b->entrustments++ % b->subjects_n;
    *t = (struct task){.bureau = b, .id = arena_printf(a, "e%d-%d", code, b->entrustments),
                       .head = arena_printf(a, "head-%d", code), .wei = arena_printf(a, "wei-%d", code),
                       .luo = arena_printf(a, "luo-%d", code), .legal = arena_printf(a, "legal-%d", code),
                       .lead = arena_printf(a, "%.*s-lead", STR_ARG(b->provider)),
                       .member = arena_printf(a, "%.*s-m%d", STR_ARG(b->provider), member),
                       .member_user = arena_printf(a, "%.*s-m%d-u", STR_ARG(b->provider), member),
                       .subject = b->subjects[subject], .uscc = b->subject_uscc[subject], .region = b->subject_region[subject]};
}

static err *commission(struct province *p, struct arena *a, struct task *t)
{
    TRY(demo_act(p, DEMO_ALLOWED, t->wei.p, "entrustment.draft",
                 "\"id\":\"%.*s\",\"agreement\":\"%.*s\",\"kind\":\"T03\",\"matter\":\"污染防治设施运行评估\",\"subjects\":[\"%.*s\"],"
                 "\"region\":\"%d\",\"from\":\"%.*s\",\"to\":\"%.*s\",\"officers\":[\"%.*s\",\"%.*s\"],\"members\":[\"%.*s\"],"
                 "\"enters_site\":true,\"budget\":\"f%d\",\"amount\":1500000,\"basis\":{\"type\":\"plan\",\"ref\":\"年度检查计划\"},"
                 "\"outputs\":[\"设施评估报告\"]",
                 STR_ARG(t->id), STR_ARG(t->bureau->agreement), STR_ARG(t->subject), t->region, STR_ARG(demo_date(p, a, 0)),
                 STR_ARG(demo_date(p, a, 5)), STR_ARG(t->wei), STR_ARG(t->luo), STR_ARG(t->member), t->bureau->region->code));
    TRY(demo_act(p, DEMO_ALLOWED, t->member_user.p, "interest.declare",
                 "\"id\":\"d1-%.*s\",\"entrustment\":\"%.*s\",\"member\":\"%.*s\",\"has_interest\":false", STR_ARG(t->id),
                 STR_ARG(t->id), STR_ARG(t->member)));
    TRY(demo_act(p, DEMO_ALLOWED, t->lead.p, "interest.declare",
                 "\"id\":\"d2-%.*s\",\"entrustment\":\"%.*s\",\"has_interest\":false", STR_ARG(t->id), STR_ARG(t->id)));
    TRY(demo_act(p, DEMO_ALLOWED, t->head.p, "entrustment.approve", "\"entrustment\":\"%.*s\"", STR_ARG(t->id)));
    return demo_act(p, DEMO_ALLOWED, t->lead.p, "entrustment.accept", "\"entrustment\":\"%.*s\"", STR_ARG(t->id));
}

static err *notify(struct province *p, struct arena *a, struct task *t)
{
    TRY(demo_act(p, DEMO_ALLOWED, t->wei.p, "visit.plan",
                 "\"id\":\"w-%.*s\",\"entrustment\":\"%.*s\",\"subject\":\"%.*s\",\"starts\":\"%.*s\",\"ends\":\"%.*s\","
                 "\"approval_no\":\"环检审%.*s\",\"notice_no\":\"环检通%.*s\",\"helpers\":1",
                 STR_ARG(t->id), STR_ARG(t->id), STR_ARG(t->subject), STR_ARG(demo_at(p, a, 30)), STR_ARG(demo_at(p, a, 300)),
                 STR_ARG(t->id), STR_ARG(t->id)));
    TRY(demo_act(p, DEMO_ALLOWED, t->head.p, "visit.approve", "\"visit\":\"w-%.*s\"", STR_ARG(t->id)));
    TRY(demo_act(p, DEMO_ALLOWED, t->wei.p, "notice.issue",
                 "\"id\":\"n-%.*s\",\"entrustment\":\"%.*s\",\"subject\":\"%.*s\",\"content\":{\"who\":\"%.*s\","
                 "\"what\":\"污染防治设施运行评估\",\"not_allowed\":\"检查、询问、取证、强制\",\"period\":\"%.*s起5日\","
                 "\"objection_route\":\"向本机构提出，电话12369\"},\"unannounced\":false",
                 STR_ARG(t->id), STR_ARG(t->id), STR_ARG(t->subject), STR_ARG(t->member), STR_ARG(demo_date(p, a, 0))));
    return demo_act(p, DEMO_ALLOWED, t->wei.p, "notice.serve",
                    "\"notice\":\"n-%.*s\",\"method\":\"signed\",\"recipient\":\"厂长\",\"recipient_uscc\":\"%.*s\","
                    "\"served_at\":\"%.*s\",\"officers\":[\"%.*s\",\"%.*s\"]",
                    STR_ARG(t->id), STR_ARG(t->uscc), STR_ARG(demo_at(p, a, 0)), STR_ARG(t->wei), STR_ARG(t->luo));
}

static err *present(struct province *p, struct arena *a, struct task *t, enum demo_expect expect, const char *act, str user, str person)
{
    return demo_act(p, expect, user.p, act, "\"visit\":\"w-%.*s\",\"person\":\"%.*s\",\"time\":\"%.*s\"", STR_ARG(t->id),
                    STR_ARG(person), STR_ARG(demo_at(p, a, 0)));
}

static err *visit(struct province *p, struct arena *a, struct task *t)
{
    p->now += 25 * USEC_MINUTE;
    if (demo_random(p, 12) == 0) /* alone at the gate: Art. 11 */
        TRY(present(p, a, t, DEMO_REFUSED, "presence.enter", t->member_user, t->member));
    TRY(present(p, a, t, DEMO_ALLOWED, "presence.enter", t->wei, t->wei));
    TRY(present(p, a, t, DEMO_ALLOWED, "presence.enter", t->luo, t->luo));
    TRY(present(p, a, t, DEMO_ALLOWED, "presence.enter", t->member_user, t->member));
    p->now += 20 * USEC_MINUTE;
    if (demo_random(p, 15) == 0) /* what no officer may ask for: Art. 4 */
        TRY(demo_act(p, DEMO_REFUSED, t->wei.p, "order.give",
                     "\"entrustment\":\"%.*s\",\"to\":\"%.*s\",\"power\":\"question\",\"text\":\"请去询问车间主任\"", STR_ARG(t->id),
                     STR_ARG(t->member)));
    TRY(demo_act(p, DEMO_ALLOWED, t->wei.p, "order.give",
                 "\"id\":\"o-%.*s\",\"entrustment\":\"%.*s\",\"to\":\"%.*s\",\"power\":\"evaluate\",\"text\":\"请核算设施处理能力\"",
                 STR_ARG(t->id), STR_ARG(t->id), STR_ARG(t->member)));
    p->now += 30 * USEC_MINUTE;
    str captured = demo_at(p, a, -10);
    TRY(demo_act(p, DEMO_ALLOWED, t->member_user.p, "material.submit",
                 "\"id\":\"m-%.*s\",\"entrustment\":\"%.*s\",\"visit\":\"w-%.*s\",\"kind\":\"data\",\"title\":\"运行记录\","
                 "\"digest\":\"sm3:%08x%08x%08x%08x%08x%08x%08x%08x\",\"captured_at\":\"%.*s\",\"author\":\"%.*s\"",
                 STR_ARG(t->id), STR_ARG(t->id), STR_ARG(t->id), demo_random(p, UINT32_MAX), demo_random(p, UINT32_MAX),
                 demo_random(p, UINT32_MAX), demo_random(p, UINT32_MAX), demo_random(p, UINT32_MAX), demo_random(p, UINT32_MAX),
                 demo_random(p, UINT32_MAX), demo_random(p, UINT32_MAX), STR_ARG(captured), STR_ARG(t->member)));
    TRY(present(p, a, t, DEMO_ALLOWED, "presence.leave", t->member_user, t->member));
    TRY(present(p, a, t, DEMO_ALLOWED, "presence.leave", t->luo, t->luo));
    TRY(present(p, a, t, DEMO_ALLOWED, "presence.leave", t->wei, t->wei));
    return demo_act(p, DEMO_ALLOWED, t->wei.p, "visit.close", "\"visit\":\"w-%.*s\"", STR_ARG(t->id));
}

static err *report_clue(struct province *p, struct arena *a, struct task *t)
{
    TRY(demo_act(p, DEMO_ALLOWED, t->member_user.p, "clue.report",
                 "\"id\":\"c-%.*s\",\"entrustment\":\"%.*s\",\"subject\":\"%.*s\",\"observed_at\":\"%.*s\","
                 "\"text\":\"雨水井内有异常水流，疑似未登记管线\",\"urgent\":true",
                 STR_ARG(t->id), STR_ARG(t->id), STR_ARG(t->subject), STR_ARG(demo_at(p, a, -20))));
    TRY(demo_act(p, DEMO_ALLOWED, t->luo.p, "clue.receive", "\"clue\":\"c-%.*s\"", STR_ARG(t->id)));
    p->now += USEC_DAY;
    return demo_act(p, DEMO_ALLOWED, t->head.p, "clue.decide",
                    "\"clue\":\"c-%.*s\",\"outcome\":\"%s\",\"reasons\":\"执法人员已现场查看并制作笔录\"", STR_ARG(t->id),
                    demo_random(p, 2) ? "transferred" : "dismissed");
}

static err *object(struct province *p, struct task *t)
{
    TRY(demo_act(p, DEMO_ALLOWED, t->wei.p, "objection.lodge",
                 "\"id\":\"j-%.*s\",\"entrustment\":\"%.*s\",\"subject\":\"%.*s\",\"ground\":\"competence\",\"text\":\"认为人员不熟悉本行业工艺\"",
                 STR_ARG(t->id), STR_ARG(t->id), STR_ARG(t->subject)));
    p->now += USEC_DAY;
    TRY(demo_act(p, DEMO_ALLOWED, t->head.p, "objection.decide",
                 "\"objection\":\"j-%.*s\",\"outcome\":\"rejected\",\"reasons\":\"人员专业与本次事项相符\"", STR_ARG(t->id)));
    return demo_act(p, DEMO_ALLOWED, t->wei.p, "visit.cancel", "\"visit\":\"w-%.*s\",\"reason\":\"改由执法人员自行检查\"",
                    STR_ARG(t->id));
}

static err *conclude(struct province *p, struct task *t)
{
    p->now += 2 * USEC_HOUR;
    if (t->material)
        TRY(demo_act(p, DEMO_ALLOWED, t->wei.p, "material.verify",
                 "\"material\":\"m-%.*s\",\"officers\":[\"%.*s\",\"%.*s\"],\"method\":\"instrument_log\",\"trace\":\"与历史曲线逐点比对\","
                 "\"result\":\"adoptable\"", STR_ARG(t->id), STR_ARG(t->wei), STR_ARG(t->luo)));
    TRY(demo_act(p, DEMO_ALLOWED, t->wei.p, "record.compile", "\"id\":\"r-%.*s\",\"entrustment\":\"%.*s\"", STR_ARG(t->id), STR_ARG(t->id)));
    TRY(demo_act(p, DEMO_ALLOWED, t->legal.p, "record.file", "\"record\":\"r-%.*s\",\"number\":\"环辅备%.*s\"", STR_ARG(t->id), STR_ARG(t->id)));
    return demo_act(p, DEMO_ALLOWED, t->wei.p, "entrustment.finish", "\"entrustment\":\"%.*s\"", STR_ARG(t->id));
}

err *demo_entrust(struct province *p, struct bureau *b)
{
    AUTO_ARENA(a);
    struct task t;
    usec started = p->now;
    name_task(p, b, a, &t);
    TRY(commission(p, a, &t));
    if (p->now > p->options->until - 3 * USEC_DAY) { /* the newest are still under way */
        p->now = started + 20 * USEC_SECOND;
        return NULL;
    }
    TRY(notify(p, a, &t));
    t.material = demo_random(p, 20) != 0;
    TRY(t.material ? visit(p, a, &t) : object(p, &t));
    if (demo_random(p, 4) == 0 && p->now < p->options->until - 2 * USEC_DAY)
        TRY(report_clue(p, a, &t));
    TRY(conclude(p, &t));
    p->now = started + 20 * USEC_SECOND; /* bureaus work side by side */
    return NULL;
}
