/*
 * The last working days in the first bureau, told so that whoever signs in finds something waiting: visits approved for
 * today, papers at every stage, open questions. Everything here lies before the last midnight, whatever the hour of
 * the day on which the province is made.
 */
#include "cli/demo_private.h"

static day ago(struct province *p, int n)
{
    return demo_workday_before(p, p->today, n);
}

/* A task of the people one can sign in as. */
static struct work mine(struct province *p, struct bureau *b, day begin, day visit_day, bool site, enum mishap mishap)
{
    b->next_officer = 0;
    b->deals[0].firm->next_member = 0;
    return demo_begin(p, b, &b->deals[0], begin, visit_day, site, mishap);
}

enum stage { DRAFTED, DECLARED, APPROVED, ACCEPTED, NOTICED, SERVED, PLANNED, READY, VISITED };

/* Tells a task up to and with that stage. */
static void through(struct work *w, enum stage stage)
{
    static void (*const parts[])(struct work *) = {demo_draft,  demo_declare, demo_approve,      demo_accept, demo_notice,
                                                   demo_serve,  demo_plan,    demo_plan_approve, demo_visit};
    for (int i = 0; i <= (int)stage; i++)
        parts[i](w);
}

static struct work until_stage(struct province *p, struct bureau *b, day begin, day visit_day, enum stage stage)
{
    struct work w = mine(p, b, begin, visit_day, true, MISHAP_NONE);
    through(&w, stage);
    return w;
}

/* ---- visits: today's, and those just behind ---- */

static void today(struct province *p)
{
    for (int i = 0; i < p->bureaus_n && i < 6; i++) {
        struct bureau *b = &p->bureaus[i];
        int next = b->next_subject;
        b->next_subject = 0; /* the company one can sign in as */
        struct work own = until_stage(p, b, ago(p, 4), p->today, READY);
        demo_papers_before(&own);
        b->next_subject = next;
        struct work second = until_stage(p, b, ago(p, 3), p->today, READY);
        demo_paper_void(&second);
        until_stage(p, b, ago(p, 2), demo_workday(p, p->today, 1), READY);
    }
}

static void papers(struct province *p, struct bureau *b)
{
    day soon = demo_workday(p, p->today, 2);
    for (int i = 0; i < 2; i++) {
        struct work composed = until_stage(p, b, ago(p, 1), soon, DECLARED); /* from one page: the head decides both at once */
        demo_notice(&composed);
        demo_plan(&composed);
        until_stage(p, b, ago(p, 1), soon, APPROVED);
        until_stage(p, b, ago(p, 1), soon, NOTICED);
    }
    until_stage(p, b, ago(p, 1), soon, ACCEPTED);
    until_stage(p, b, ago(p, 2), soon, PLANNED);
    struct work w = mine(p, b, ago(p, 3), p->today, true, MISHAP_NONE);
    w.asked = true;
    through(&w, SERVED);
    demo_do(p, demo_at(ago(p, 1), 17, 20), w.o1, "visit.plan",
            "'id':'%s','entrustment':'%s','subject':'%s','starts':'%s','ends':'%s','emergency':true,'helpers':1", w.visit, w.id, w.s->id,
            demo_time(p, demo_at(ago(p, 1), 18, 0)), demo_time(p, demo_at(ago(p, 1), 21, 0)));
}

static struct work visited(struct province *p, struct bureau *b, enum mishap mishap)
{
    struct work w = mine(p, b, ago(p, 5), ago(p, 1), true, mishap);
    through(&w, VISITED);
    return w;
}

static void clue(struct work *w, int minute)
{
    demo_do(w->p, demo_at(w->visit_day, 11, minute), w->user, "clue.report",
            "'id':'%s','entrustment':'%s','subject':'%s','observed_at':'%s','text':'污泥脱水间后门有暗管接头，管口有新鲜水迹','urgent':true",
            w->clue, w->id, w->s->id, demo_time(w->p, demo_at(w->visit_day, 11, minute - 8)));
}

static void clues(struct province *p, struct bureau *b)
{
    struct work w = visited(p, b, MISHAP_NONE);
    clue(&w, 30); /* nobody took it yet */
    demo_rate(&w, demo_at(w.visit_day, 18, 0), true, "下午有一阵只有第三方的人在污泥间，没有看到执法人员");
    demo_mark_secret(&w, demo_at(w.visit_day, 18, 5), "药剂配方和供应商名单");
    for (int i = 0; i < 3; i++) {
        w = visited(p, b, MISHAP_NONE);
        clue(&w, 32);
        demo_do(p, demo_at(w.visit_day, 11, 40), w.o2, "clue.receive", "'clue':'%s'", w.clue);
        if (i == 1) /* a question is out */
            demo_do(p, demo_at(w.visit_day, 16, 50), w.o2, "clue.ask", "'clue':'%s','question':'接头处有无阀门'", w.clue);
        if (i == 2)
            demo_do(p, demo_at(w.visit_day, 17, 20), b->head, "clue.decide", "'clue':'%s','outcome':'opened','reasons':'%s'", w.clue,
                    "执法人员当日复看属实，有初步依据，准予立案");
    }
    demo_do(p, demo_at(ago(p, 1), 20, 10), "public", "clue.report",
            "'subject':'%s','observed_at':'%s','text':'河边排口夜里冒白沫'", b->subjects[3].id, demo_time(p, demo_at(ago(p, 1), 19, 50)));
}

/* Their phones, and one that was lost. */
static void phones(struct work *w)
{
    const struct { const char *user, *name; } owners[] = {{w->o1, "工作手机"}, {w->o2, "工作手机"}, {w->user, "本人手机"}};
    usec t = demo_at(ago(w->p, 2), 16, 10);
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
        demo_do(w->p, t + (usec)i * USEC_MINUTE, owners[i].user, "phone.register", "'id':'phone-%s','name':'%s'", owners[i].user, owners[i].name);
    demo_do(w->p, t - 3 * USEC_DAY, w->o1, "phone.register", "'id':'phone-%s-old','name':'旧手机'", w->o1);
    demo_do(w->p, t - USEC_DAY, w->b->head, "phone.revoke", "'phone':'phone-%s-old','reason':'遗失'", w->o1);
}

static void captures(struct work *w)
{
    const struct { const char *by, *kind, *origin, *digest, *text; int hour, minute; } taken[] = {
        {w->o1, "photo", "camera", demo_digest(w->p), NULL, 9, 58},
        {w->o2, "photo", "album", demo_digest(w->p), NULL, 10, 20},
        {w->o1, "note", "camera", NULL, "二沉池出水浑浊，曝气机停运一台，厂方称上午检修", 10, 24},
        {w->o1, "signature", "camera", demo_digest(w->p), NULL, 14, 40}};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        demo_do(w->p, demo_at(ago(w->p, 1), 17, 14 + (int)i), taken[i].by, "visit.capture",
                "'id':'%s-k%zu','visit':'%s','kind':'%s','origin':'%s','captured_at':'%s','clock_error_s':30%s", w->visit, i, w->visit,
                taken[i].kind, taken[i].origin, demo_time(w->p, demo_at(ago(w->p, 1), taken[i].hour, taken[i].minute)),
                taken[i].digest ? demo_text(w->p, ",'digest':'%s'", taken[i].digest) : demo_text(w->p, ",'text':'%s'", taken[i].text));
}

/* The evening's report waits for its comparison: one officer was away from 13:05 to 13:50, and joined on the other's phone. */
static void unreconciled(struct province *p, struct bureau *b)
{
    struct work w = until_stage(p, b, ago(p, 5), ago(p, 1), READY);
    phones(&w);
    const struct { const char *user, *person, *act; int hour, minute; const char *more; } seen[] = {
        {w.o1, w.o1, "enter", 9, 30, ""}, {w.o1, w.o2, "enter", 9, 31, ",'borrowed':true"}, {w.user, w.member, "enter", 9, 45, ""},
        {w.o2, w.o2, "leave", 13, 5, ""}, {w.o2, w.o2, "enter", 13, 50, ""},
        {w.user, w.member, "leave", 14, 45, ",'late_reason':'手机没电，回驻地后补录'"}, {w.o2, w.o2, "leave", 15, 31, ""}, {w.o1, w.o1, "leave", 15, 30, ""}};
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        demo_do(p, demo_at(ago(p, 1), 17, 5 + (int)i), seen[i].user, demo_text(p, "presence.%s", seen[i].act),
                "'visit':'%s','person':'%s','time':'%s','offline':true,'clock_error_s':30%s", w.visit, seen[i].person,
                demo_time(p, demo_at(ago(p, 1), seen[i].hour, seen[i].minute)), seen[i].more);
    captures(&w);
}

/* ---- after the visit ---- */

static void records_and_money(struct province *p, struct bureau *b)
{
    for (int i = 0; i < 4; i++) { /* compiled; accepted; asked to be paid; ready to be paid */
        struct work w = until_stage(p, b, ago(p, 16), ago(p, 12), VISITED);
        w.verified = ago(p, 8);
        w.done = ago(p, i == 0 ? 1 : i == 1 ? 3 : 5);
        demo_verify(&w);
        if (i == 0) {
            demo_do(p, demo_at(ago(p, 1), 16, 15), w.o1, "record.compile", "'id':'%s','entrustment':'%s'", w.record, w.id);
            continue;
        }
        demo_record(&w);
        demo_accept_result(&w);
        if (i == 1)
            demo_papers_whole(&w);
        if (i > 1)
            demo_pay(&w);
    }
}

/* An accepted task on one of the companies nobody else visits. */
static struct work kept(struct province *p, struct bureau *b, int i)
{
    struct work w = mine(p, b, ago(p, 4), demo_workday(p, p->today, 2), true, MISHAP_NONE);
    w.s = &b->subjects[b->subjects_n - i];
    w.s->used++;
    through(&w, ACCEPTED);
    return w;
}

/* The company's director owns the firm's owner: nobody declared it, three ties show it, and the helpers pause. A namesake of
 * his works for the same company: offered for review. A firm of the whole bureau is screened again afterwards. */
static void related_by_three(struct province *p, struct bureau *b)
{
    const char *name = demo_person(p), *owner = demo_text(p, "%s-owner", b->slug), *director = demo_text(p, "%s-director", b->slug);
    struct work held = kept(p, b, 4);
    usec t = demo_at(ago(p, 1), 10, 5);
    demo_do(p, t, b->officer[5], "relation.record",
            "'a':'person:%s','b':'provider:%s','type':'ownership','percent':60,'from':'%s','name':'%s','source':'企业登记信息'", owner,
            held.deal->firm->id, demo_day(p, p->today - 900), demo_text(p, "%s投资有限公司", demo_person(p)));
    demo_do(p, t + USEC_MINUTE, b->officer[5], "relation.record",
            "'a':'person:%s','b':'person:%s','type':'ownership','percent':80,'name':'%s','source':'企业登记信息'", director, owner, name);
    demo_do(p, t + 2 * USEC_MINUTE, b->officer[5], "relation.record",
            "'a':'person:%s','b':'subject:%s','type':'directorship','name':'%s','source':'企业登记信息'", director, held.s->id, name);
    demo_do(p, t + 3 * USEC_MINUTE, b->officer[5], "relation.record",
            "'a':'person:%s-2','b':'subject:%s','type':'employment','name':'%s','source':'社会保险缴纳记录比对'", director, held.s->id, name);
    demo_do(p, t + 5 * USEC_MINUTE, b->legal, "relation.screen", "'agency':'%s'", b->id);
}

static void objections(struct province *p, struct bureau *b)
{
    for (int i = 0; i < 2; i++) { /* one to decide, one to answer */
        struct work w = until_stage(p, b, ago(p, 4), demo_workday(p, p->today, 2), SERVED);
        demo_object(&w, demo_at(ago(p, 2), 10, 30 + i), "conduct", "派来的人员曾在我司门前散发治理设备广告");
        const char *objection = demo_text(p, "%s-y", w.id);
        demo_paper(&w, demo_at(ago(p, 2), 10, 40 + i), w.o1, "S03", objection);
        if (i == 1) {
            demo_do(p, demo_at(ago(p, 1), 15, 0), b->head, "objection.decide",
                    "'objection':'%s','outcome':'partly','reasons':'人员不更换，责令该公司不得推销'", objection);
            demo_paper(&w, demo_at(ago(p, 1), 15, 20), b->head, "A11", objection);
        }
    }
    struct work released = until_stage(p, b, ago(p, 4), demo_workday(p, p->today, 2), SERVED);
    demo_do(p, demo_at(ago(p, 1), 15, 30), b->head, "entrustment.release", "'entrustment':'%s','reason':'企业已停产，本次委托解除'", released.id);
    demo_paper(&released, demo_at(ago(p, 1), 15, 50), b->head, "A12", released.id);
    int next = b->next_subject;
    struct work owned = kept(p, b, 1);
    demo_do(p, demo_at(ago(p, 1), 9, 40), owned.user, "interest.declare",
            "'entrustment':'%s','member':'%s','has_interest':true,'detail':'配偶上月入职该企业'", owned.id, owned.member);
    struct work near = kept(p, b, 2);
    demo_do(p, demo_at(ago(p, 1), 9, 50), b->officer[5], "relation.record",
            "'a':'provider:%s','b':'subject:%s','type':'shared_phone','source':'登记电话比对'", near.deal->firm->id, near.s->id);
    near = kept(p, b, 3);
    demo_do(p, demo_at(ago(p, 1), 9, 55), near.o1, "relation.record", "'a':'user:%s','b':'subject:%s','type':'kinship','source':'本人报告'",
            near.o1, near.s->id);
    related_by_three(p, b);
    b->next_subject = next;
}

static void holds(struct province *p, struct bureau *b)
{
    struct work w = mine(p, b, ago(p, 1), demo_workday(p, p->today, 3), true, MISHAP_NONE);
    w.matter = "取证设备的架设";
    demo_held(p, demo_at(ago(p, 1), 15, 20), w.o1, "entrustment.draft",
              "'id':'%s','agreement':'%s','kind':'%s','matter':'%s','subjects':['%s'],'region':'%06d','from':'%s','to':'%s',"
              "'officers':['%s','%s'],'members':['%s'],'enters_site':true,'budget':'%s','amount':900000,"
              "'basis':{'type':'request','ref':'企业申请'},'outputs':['设备架设记录']",
              w.id, w.deal->id, w.kind, w.matter, w.s->id, w.s->region, demo_day(p, p->today), demo_day(p, p->today + 12), w.o1, w.o2,
              w.member, w.deal->budget);
    demo_held(p, demo_at(ago(p, 1), 10, 20), b->buyer, "procurement.open",
              "'id':'%s-c90','agency':'%s','title':'专家咨询服务','category':'辅助执法','budget':'%s-b1','amount':140000000,"
              "'method':'single_source','single_source_reason':'仅此一家掌握该源谱数据库'",
              b->slug, b->id, b->slug);
    demo_do(p, demo_at(ago(p, 3), 10, 0), b->buyer, "procurement.open",
            "'id':'%s-c91','agency':'%s','title':'走航监测服务','category':'走航监测','budget':'%s-b1','amount':60000000,"
            "'method':'internal','quotes':3",
            b->slug, b->id, b->slug);
    demo_held(p, demo_at(ago(p, 1), 10, 40), b->buyer, "procurement.open",
              "'id':'%s-c92','agency':'%s','title':'走航监测服务（补充）','category':'走航监测','budget':'%s-b1','amount':60000000,"
              "'method':'internal','quotes':3",
              b->slug, b->id, b->slug);
    size_t old = demo_do(p, demo_at(ago(p, 30), 9, 0), "sys", "user.amend", "'user':'%s-qiye','phone':'027-80000001'", b->slug);
    size_t order = demo_held(p, demo_at(ago(p, 1), 11, 0), b->head, "secret.erase",
                             "'items':['#.phone'],'ground':'order','order_no':'网信删〔%d〕3号'", civil_of_day(p->today).year);
    demo_refer(p, order, old);
}

/* ---- buying and binding ---- */

static void purchases(struct province *p, struct bureau *b)
{
    const struct firm *f = b->deals[0].firm;
    demo_do(p, demo_at(ago(p, 1), 9, 10), b->buyer, "provider.apply",
            "'id':'p90','name':'%s','kind':'organisation','uscc':'%s','domestic':true,'registered_on':'2016-03-15','specialities':['走航监测']",
            demo_institute(p), demo_uscc(p, b->region->code));
    demo_do(p, demo_at(ago(p, 1), 9, 20), f->lead, "member.add",
            "'id':'%s-m20','provider':'%s','name':'%s','speciality':'走航监测'", f->id, f->id, demo_person(p));
    for (int i = 0; i < 3; i++) { /* awarded; drafted; signed */
        const char *purchase = demo_text(p, "%s-c8%d", b->slug, i), *id = demo_text(p, "%s-x8%d", b->slug, i);
        day d = ago(p, 3);
        demo_do(p, demo_at(ago(p, 25), 9, i), b->buyer, "procurement.open",
                "'id':'%s','agency':'%s','title':'%s专项服务（%d）','category':'辅助执法','budget':'%s-b1','amount':10000000,"
                "'method':'open_tender'",
                purchase, b->id, b->region->name, i + 1, b->slug);
        demo_do(p, demo_at(d, 9, i), b->buyer, "procurement.award", "'procurement':'%s','provider':'%s','amount':9500000,'notified_on':'%s'",
                purchase, f->id, demo_day(p, d));
        if (i == 0)
            continue;
        demo_do(p, demo_at(ago(p, 2), 9, i), b->buyer, "agreement.draft",
                "'id':'%s','procurement':'%s','agency':'%s','provider':'%s','matters':['T02','T03'],'regions':['%06d'],'from':'%s',"
                "'to':'%s','fee':9500000,'pricing':'per_deliverable','clauses':['scope','prohibition','discipline','recusal',"
                "'ownership','entry','secrecy','clue','acceptance','liability','data_return','no_subcontract']",
                id, purchase, b->id, f->id, b->region->code, demo_day(p, p->today + 1), demo_day(p, p->today + 30));
        if (i == 1)
            continue;
        demo_do(p, demo_at(ago(p, 2), 14, i), f->lead, "undertaking.sign",
                "'id':'%s-u','agreement':'%s','kinds':['confidentiality','integrity','recusal']", id, id);
        demo_do(p, demo_at(ago(p, 1), 10, i), b->head, "agreement.sign", "'agreement':'%s','signed_on':'%s','provider_signed_by':'%s'", id,
                demo_day(p, ago(p, 1)), f->lead);
    }
}

/* Interpreted from afar: nobody goes there (the scenes themselves: demo_sky.c). */
static void from_the_sky(struct province *p, struct bureau *b)
{
    struct work w = mine(p, b, ago(p, 9), demo_workday(p, p->today, 4), false, MISHAP_NONE);
    w.kind = "T06";
    w.matter = "沿江岸线遥感解译";
    w.output = "图斑清单";
    through(&w, SERVED);
}

static void draws_and_flights(struct province *p, struct bureau *b)
{
    demo_draws(p, b);
    from_the_sky(p, b);
    struct work w = mine(p, b, ago(p, 3), demo_workday(p, p->today, 1), false, MISHAP_NONE);
    w.kind = "T07";
    w.matter = "厂界外无人机巡飞";
    w.output = "飞行影像";
    through(&w, SERVED);
    demo_do(p, demo_at(ago(p, 1), 16, 0), w.deal->firm->lead, "flight.plan",
            "'id':'%s-l1','entrustment':'%s','area':{'type':'Polygon','coordinates':[[[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f]]]},"
            "'height_m':100,'from':'%s','to':'%s','pilot':'%s','device':'%s'",
            b->slug, w.id, w.s->lon + 0.01, w.s->lat, w.s->lon + 0.02, w.s->lat, w.s->lon + 0.02, w.s->lat + 0.01, w.s->lon + 0.01, w.s->lat,
            demo_time(p, demo_at(w.visit_day, 9, 0)), demo_time(p, demo_at(w.visit_day, 11, 0)), w.member, w.deal->firm->uav);
    struct work flown = mine(p, b, ago(p, 5), ago(p, 1), false, MISHAP_NONE);
    flown.kind = "T07";
    flown.matter = "河道沿岸无人机巡飞";
    flown.output = "飞行影像";
    through(&flown, SERVED);
    demo_flown(&flown);
}

/* ---- people and conduct ---- */

static void replaced_officer(struct province *p, struct bureau *b)
{
    const char *id = demo_text(p, "%s-o9", b->slug);
    demo_do(p, demo_at(ago(p, 20), 9, 0), "sys", "user.register", "'id':'%s','name':'%s','roles':['officer'],'agency':'%s'", id,
            demo_person(p), b->id);
    demo_do(p, demo_at(ago(p, 20), 9, 30), b->head, "officer.certify", "'user':'%s','cert_no':'鄂%06d99999','areas':['%06d'],'from':'%s','to':'%s'",
            id, b->region->code, b->region->code, demo_day(p, p->first), demo_day(p, p->today + 400));
    struct work w = mine(p, b, ago(p, 4), demo_workday(p, p->today, 3), true, MISHAP_NONE);
    w.o2 = id;
    through(&w, SERVED);
    demo_do(p, demo_at(ago(p, 1), 17, 40), "sys", "user.disable", "'user':'%s','reason':'调离执法岗位'", id);
    demo_do(p, demo_at(ago(p, 1), 17, 50), b->head, "authority.delegate",
            "'to':'%s','acts':['visit.approve','entrustment.approve'],'from_date':'%s','to_date':'%s'", b->officer[2], demo_day(p, p->today),
            demo_day(p, p->today + 5));
}

static void discipline(struct province *p, struct bureau *b)
{
    const struct firm *f = b->deals[0].firm;
    visited(p, b, MISHAP_REFUSAL);
    visited(p, b, MISHAP_ALONE);
    struct work w = until_stage(p, b, ago(p, 1), demo_workday(p, p->today, 3), APPROVED);
    demo_do(p, demo_at(ago(p, 1), 16, 30), f->lead, "entrustment.decline", "'entrustment':'%s','reason':'人员均已派出'", w.id);
    demo_do(p, demo_at(ago(p, 1), 18, 10), f->user[0], "gift.report", "'what':'企业留下购物卡一张，已上交','from':'企业办公室','to':'辅助人员'");
    demo_do(p, demo_at(ago(p, 1), 21, 40), "public", "complaint.lodge",
            "'against':'某第三方公司','text':'来的人说装他家的设备就不会有问题','anonymous':true");
    demo_do(p, demo_at(ago(p, 1), 18, 30), f->user[1], "contact.log",
            "'member':'%s','subject':'%s','time':'%s','means':'微信','initiated_by':'企业','summary':'企业加好友询问进度，未予答复'", f->member[1],
            b->subjects[1].id, demo_time(p, demo_at(ago(p, 1), 18, 0)));
    demo_do(p, demo_at(ago(p, 1), 17, 30), b->officer[0], "secrecy.breach", "'what':'检查计划截图出现在企业群','found_at':'%s'",
            demo_time(p, demo_at(ago(p, 1), 16, 50)));
    const char *score = demo_text(p, "%s-s90", b->slug);
    demo_do(p, demo_at(ago(p, 2), 15, 0), b->officer[6], "evaluation.score",
            "'id':'%s','provider':'%s','agreement':'%s','period':'专项考核','items':[{'item':'成果质量','points':36,'max':40,"
            "'cause':{'type':'acceptance','ref':'%s'}},{'item':'按时交付','points':60,'max':60}]",
            score, f->id, b->deals[0].id, b->deals[0].id);
    demo_do(p, demo_at(ago(p, 1), 9, 15), f->lead, "evaluation.appeal", "'evaluation':'%s','text':'该成果已按要求补正'", score);
}

static void second_looks(struct province *p, struct bureau *b)
{
    struct work half = until_stage(p, b, ago(p, 6), ago(p, 4), VISITED); /* the second officer has not signed yet */
    demo_do(p, demo_at(ago(p, 1), 10, 40), half.o1, "material.propose",
            "'id':'%s-v','material':'%s','second':'%s','method':'instrument_log','trace':'调取中控历史曲线，与提交的记录逐点比对一致','result':'adoptable'",
            half.material, half.material, half.o2);
    for (int i = 0; i < 2; i++) {
        struct work w = until_stage(p, b, ago(p, 16), ago(p, 12), VISITED);
        w.verified = ago(p, 8);
        demo_verify(&w);
        demo_do(p, demo_at(ago(p, 3), 9, i), b->head, "backcheck.assign", "'id':'%s-k','material':'%s'", w.id, w.report);
        if (i == 1)
            demo_do(p, demo_at(ago(p, 1), 11, 30), w.o3, "backcheck.report", "'backcheck':'%s-k','agrees':false,'note':'复算结果相差一成'", w.id);
    }
}

/* ---- the special firms: a violation with its end, one overturned, one asked about, one suspended and one removed ---- */

static struct work task_of(struct province *p, struct bureau *b, struct deal *deal, day begin)
{
    struct work w = demo_begin(p, b, deal, begin, demo_workday(p, p->today, 2), true, MISHAP_NONE);
    through(&w, ACCEPTED);
    return w;
}

static void violations(struct province *p, struct bureau *b, struct deal *deals)
{
    const char *id = demo_text(p, "%s-v1", b->slug), *overturned = demo_text(p, "%s-v2", b->slug);
    struct firm *f = deals[0].firm;
    struct work stopped = task_of(p, b, &deals[0], ago(p, 6));
    demo_do(p, demo_at(ago(p, 5), 9, 0), b->discipline, "violation.open",
            "'id':'%s','against':'provider:%s','kind':'bribe','basis':'企业书面反映该公司人员索要购物卡，附转账记录','agreement':'%s'", id,
            f->id, deals[0].id);
    demo_do(p, demo_at(ago(p, 4), 15, 0), f->lead, "violation.answer", "'violation':'%s','text':'承认一名人员收受购物卡，公司已将其辞退'", id);
    demo_do(p, demo_at(ago(p, 2), 10, 0), b->discipline, "violation.find",
            "'violation':'%s','outcome':'verified','reasons':'书面反映、转账记录和本人陈述相互印证'", id);
    demo_do(p, demo_at(ago(p, 2), 11, 0), b->discipline, "violation.refer", "'violation':'%s','to':'supervisory'", id);
    demo_paper(&stopped, demo_at(ago(p, 2), 14, 0), b->head, "A24", id);
    demo_do(p, demo_at(ago(p, 60), 9, 0), b->discipline, "violation.open",
            "'id':'%s','against':'provider:%s','kind':'leak','basis':'检查时间疑似提前外泄','agreement':'%s'", overturned, deals[1].firm->id,
            deals[1].id);
    demo_do(p, demo_at(ago(p, 59), 9, 0), deals[1].firm->lead, "violation.answer", "'violation':'%s','text':'不是我公司外泄的'", overturned);
    demo_do(p, demo_at(ago(p, 50), 9, 0), b->discipline, "violation.find",
            "'violation':'%s','outcome':'verified','reasons':'聊天记录指向该公司人员'", overturned);
    size_t held = demo_held(p, demo_at(ago(p, 3), 9, 0), b->head, "violation.overturn", "'violation':'%s','decision_no':'鄂环复决〔%d〕2号'",
                            overturned, civil_of_day(p->today).year);
    demo_lift(p, demo_at(ago(p, 2), 9, 0), b->discipline, held, "复议查明系他人冒用账号");
}

static void firms_in_question(struct province *p, struct bureau *b, struct deal *deals)
{
    struct work w = task_of(p, b, &deals[2], ago(p, 6));
    demo_do(p, demo_at(ago(p, 2), 9, 0), b->discipline, "violation.open",
            "'id':'%s-v3','against':'member:%s','kind':'private_contact','basis':'监控显示其晚间进入企业'", b->slug, w.member);
    demo_held(p, demo_at(ago(p, 1), 9, 0), b->head, "contact.authorise",
              "'member':'%s','subject':'%s','purpose':'取回仪器','from':'%s','to':'%s','with_officer':true", w.member, w.s->id,
              demo_time(p, demo_at(p->today, 9, 0)), demo_time(p, demo_at(p->today, 12, 0)));
    demo_do(p, demo_at(ago(p, 1), 9, 30), b->head, "provider.suspend", "'provider':'%s','reason':'核查期间暂停'", deals[2].firm->id);
    struct work x = task_of(p, b, &deals[3], ago(p, 6));
    demo_do(p, demo_at(ago(p, 2), 9, 0), x.deal->firm->lead, "member.retire", "'member':'%s','reason':'离职'", x.member);
    demo_do(p, demo_at(ago(p, 1), 9, 0), b->head, "provider.remove", "'provider':'%s','reason':'主要技术人员离开，不再具备专业能力'",
            x.deal->firm->id);
    demo_do(p, demo_at(ago(p, 1), 10, 0), b->head, "agreement.terminate", "'agreement':'%s','reason':'第三方不再具备专业能力'", x.deal->id);
}

void demo_scenes(struct province *p)
{
    struct bureau *b = &p->bureaus[0];
    struct deal *special = b->deals;
    while (!special->firm->special)
        special++;
    today(p);
    demo_exports(p, b);
    papers(p, b);
    clues(p, b);
    unreconciled(p, b);
    records_and_money(p, b);
    objections(p, b);
    holds(p, b);
    purchases(p, b);
    draws_and_flights(p, b);
    replaced_officer(p, b);
    discipline(p, b);
    second_looks(p, b);
    violations(p, b, special);
    firms_in_question(p, b, special);
}
