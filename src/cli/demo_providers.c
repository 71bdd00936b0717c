/* Firms and their people, bought and bound: application, admission, tender, agreement, undertakings, cards, roster. */
#include "cli/demo_private.h"

#define KINDS3 "['confidentiality','integrity','recusal']"
#define CLAUSES                                                                                     \
    "['scope','prohibition','discipline','recusal','ownership','entry','secrecy','clue','acceptance','liability'," \
    "'data_return','no_subcontract']"
#define MATTERS "['T01','T02','T03','T04','T06','T07','T09','T10','T11','T12','T13','T14','T16']"

static void add_members(struct province *p, struct firm *f, int n, usec *t)
{
    static const char *const speciality[] = {"废水治理", "废气治理", "自动监控设施", "遥感解译", "无人机操作", "数据分析", "固体废物"};
    f->members_n = n < MEMBERS_MAX ? n : MEMBERS_MAX;
    for (int i = 0; i < f->members_n; i++) {
        f->person[i] = demo_person(p);
        f->member[i] = demo_text(p, "%s-m%d", f->id, i + 1);
        f->user[i] = demo_text(p, "%s-u%d", f->id, i + 1);
        demo_do(p, *t += USEC_MINUTE, "sys", "user.register", "'id':'%s','name':'%s','roles':['member'],'provider':'%s'",
                f->user[i], f->person[i], f->id);
        demo_do(p, *t += USEC_SECOND, f->lead, "member.add",
                "'id':'%s','provider':'%s','name':'%s','speciality':'%s','user':'%s'", f->member[i], f->id, f->person[i],
                speciality[demo_random(p, 7)], f->user[i]);
    }
}

static void add_firm(struct province *p, int index, int members)
{
    struct firm *f = &p->firms[index];
    f->special = index >= p->firms_n - SPECIAL_FIRMS;
    struct bureau *b = f->home = &p->bureaus[f->special ? 0 : index % p->bureaus_n];
    usec t = demo_at(demo_workday(p, p->first, 3 + index % 5), 9, index % 50);
    f->id = demo_text(p, "p%02d", index + 1);
    f->name = demo_institute(p);
    f->lead = demo_text(p, "%s-lead", f->id);
    demo_do(p, t, b->buyer, "provider.apply",
            "'id':'%s','name':'%s','kind':'organisation','uscc':'%s','domestic':true,'registered_on':'20%02u-0%u-15',"
            "'specialities':['设施评估','污染源排查','无人机','数据分析']",
            f->id, f->name, demo_uscc(p, b->region->code), 8 + demo_random(p, 12), 1 + demo_random(p, 9));
    demo_do(p, t += USEC_MINUTE, "sys", "user.register", "'id':'%s','name':'%s','roles':['provider_lead'],'provider':'%s'",
            f->lead, demo_person(p), f->id);
    demo_do(p, t += USEC_MINUTE, b->buyer, "qualification.record",
            "'id':'%s-cma','holder':'%s','type':'CMA','number':'23%04u%05u','scope':'水和废水、空气和废气、噪声',"
            "'from':'%s','to':'%s','issuer':'湖北省市场监督管理局'",
            f->id, f->id, demo_random(p, 10000), demo_random(p, 100000), demo_day(p, p->first - 300),
            demo_day(p, p->first + 1500));
    add_members(p, f, members, &t);
    demo_do(p, demo_at(day_of(t) + 1, 10, index % 50), b->head, "provider.admit",
            "'provider':'%s','reason':'境内依法成立，专业人员和专业能力经核对符合条件'", f->id);
    f->uav = demo_text(p, "uav-%s", f->id);
    uint32_t registration = demo_random(p, 100000000);
    f->serial = demo_text(p, "XZ%08u", demo_random(p, 100000000));
    demo_do(p, demo_at(day_of(t) + 1, 15, index % 50), f->lead, "device.register",
            "'id':'%s','kind':'uav','serial':'%s','registration_no':'UAS%08u'", f->uav, f->serial, registration);
}

/* One purchase and the agreement it ends in. `lag`: days after the others. */
static void add_deal(struct province *p, struct bureau *b, struct firm *f, int lag)
{
    struct deal *d = &b->deals[b->deals_n++];
    int n = b->deals_n, minute = (int)demo_random(p, 50);
    day open = demo_workday(p, p->first + 11 + lag, 0), award = demo_workday(p, open + 22, 0);
    day draft = demo_workday(p, award, 2), sign = demo_workday(p, draft, 2), publish = demo_workday(p, sign, 1);
    const char *purchase = demo_text(p, "%s-c%d", b->slug, n);
    d->id = demo_text(p, "%s-x%d", b->slug, n);
    d->budget = demo_text(p, "%s-b1", b->slug);
    d->firm = f;
    d->from = publish + 1;
    day year_end = day_from_civil(civil_of_day(d->from).year, 12, 31);
    d->to = year_end >= p->today + 35 ? year_end : d->from + 360; /* under a year: a longer one needs later budgets */
    demo_do(p, demo_at(open, 9, minute), b->buyer, "procurement.open",
            "'id':'%s','agency':'%s','title':'%s第三方辅助执法服务（第%d包）','category':'辅助执法','budget':'%s','amount':%d,"
            "'method':'open_tender'",
            purchase, b->id, b->region->name, n, d->budget, 150000000);
    demo_do(p, demo_at(award, 10, minute), b->buyer, "procurement.award",
            "'procurement':'%s','provider':'%s','amount':%d,'notified_on':'%s'", purchase, f->id, 140000000, demo_day(p, award));
    demo_do(p, demo_at(draft, 9, minute), b->buyer, "agreement.draft",
            "'id':'%s','procurement':'%s','agency':'%s','provider':'%s','matters':" MATTERS ",'regions':['%06d'],'from':'%s',"
            "'to':'%s','fee':140000000,'pricing':'per_deliverable','clauses':" CLAUSES,
            d->id, purchase, b->id, f->id, b->region->code, demo_day(p, d->from), demo_day(p, d->to));
    demo_do(p, demo_at(draft, 15, minute), f->lead, "undertaking.sign", "'id':'%s-u','agreement':'%s','kinds':" KINDS3, d->id, d->id);
    for (int i = 0; i < f->members_n; i++)
        demo_do(p, demo_at(draft, 16, i), f->user[i], "undertaking.sign",
                "'id':'%s-u%d','agreement':'%s','member':'%s','kinds':" KINDS3, d->id, i + 1, d->id, f->member[i]);
    demo_do(p, demo_at(sign, 10, minute), b->head, "agreement.sign", "'agreement':'%s','signed_on':'%s','provider_signed_by':'%s'",
            d->id, demo_day(p, sign), f->lead);
    demo_do(p, demo_at(publish, 9, minute), b->buyer, "agreement.publish", "'agreement':'%s','published_on':'%s','filed_on':'%s'",
            d->id, demo_day(p, publish), demo_day(p, publish));
    demo_do(p, demo_at(demo_workday(p, award, 1), 16, minute), b->head, "disclosure.publish", "'kind':'procurement','ref':'%s'", purchase);
    if (n != 2)
        demo_do(p, demo_at(demo_workday(p, sign, 1 + n % 3), 16, minute), b->head, "disclosure.publish", "'kind':'agreement','ref':'%s'", d->id);
    if (f->home != b)
        return; /* the cards come from where the firm is at home */
    for (int i = 0; i < f->members_n; i++)
        demo_do(p, demo_at(publish, 14, i), b->head, "member.admit",
                "'member':'%s','exam_passed_on':'%s','card_no':'辅%s-%02d','to':'%s'", f->member[i], demo_day(p, sign), f->id,
                i + 1, demo_day(p, p->today + 200));
}

static void add_roster(struct province *p, struct bureau *b)
{
    const struct deal *d = &b->deals[0];
    const char *roster = demo_text(p, "%s-r1", b->slug);
    day begin = demo_workday(p, d->from, 2);
    demo_do(p, demo_at(begin, 9, 0), b->head, "roster.establish", "'roster':'%s','agency':'%s','from':'%s','to':'%s'", roster,
            b->id, demo_day(p, begin), demo_day(p, d->to));
    demo_do(p, demo_at(begin, 9, 5), b->head, "roster.enter", "'roster':'%s','agency':'%s','provider':'%s','from':'%s','to':'%s'",
            roster, b->id, d->firm->id, demo_day(p, begin), demo_day(p, d->to));
    for (int i = 0; i < d->firm->members_n; i++)
        demo_do(p, demo_at(begin, 9, 10 + i), b->head, "roster.enter",
                "'roster':'%s','agency':'%s','member':'%s','from':'%s','to':'%s','double_random_no':'辅-%s-%02d'", roster, b->id,
                d->firm->member[i], demo_day(p, begin), demo_day(p, d->to), d->firm->id, i + 1);
}

static void add_money(struct province *p, struct bureau *b)
{
    day when = demo_workday(p, p->first, 2);
    int year = civil_of_day(p->first + 45).year;
    demo_do(p, demo_at(when, 9, (int)demo_random(p, 50)), b->finance, "budget.approve",
            "'id':'%s-b1','agency':'%s','year':%d,'source':'fiscal','level':'same','amount':%d,'approval_no':'%s财预〔%d〕%u号'",
            b->slug, b->id, year, 1600000000, b->region->name, year, 10 + demo_random(p, 80));
}

void demo_providers(struct province *p)
{
    for (int i = 0; i < p->bureaus_n; i++)
        add_money(p, &p->bureaus[i]);
    for (int i = 0; i < p->firms_n; i++)
        add_firm(p, i, p->members / p->firms_n + (i < p->members % p->firms_n));
    for (int i = 0; i < p->firms_n; i++)
        add_deal(p, p->firms[i].home, &p->firms[i], i / p->bureaus_n >= 2 && !p->firms[i].special ? 60 : 0);
    add_deal(p, &p->bureaus[1], &p->firms[p->firms_n - SPECIAL_FIRMS], 3); /* one firm works for two bureaus */
    for (int i = 0; i < p->bureaus_n; i += i % 3 == 1 ? 2 : 1) /* a city may keep a roster: most do */
        add_roster(p, &p->bureaus[i]);
}
