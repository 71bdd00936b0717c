/* Clues and the cases some of them become, up to the sealed file (Art. 9, 10, 13; Administrative Penalty Law 2021). */
#include "cli/demo_private.h"

static const char *const sights[] = {"雨水井内有异常水流，疑似未登记管线", "在线仪表采样管有旁路痕迹", "危废间台账与实物数量不符",
                                     "夜间有异味，治理风机未见运行", "排口附近水色异常", "加药桶标签与用药记录不一致"};

struct file { /* a case being filled */
    struct work *w;
    const char *id, *number;
    day opened;
};

static void attach(struct file *k, day d, int minute, const char *kind, const char *ref, day date, const char *more)
{
    demo_do(k->w->p, demo_at(d, 10, minute), k->w->o1, "case.attach", "'case':'%s','kind':'%s','ref':'%s','date':'%s'%s", k->id, kind, ref,
            demo_day(k->w->p, date), more);
}

static void open_case(struct file *k)
{
    struct work *w = k->w;
    struct province *p = w->p;
    static const char *const causes[] = {"涉嫌通过未登记管线排放水污染物", "涉嫌自动监测数据弄虚作假", "涉嫌未按规定贮存危险废物",
                                         "涉嫌不正常运行大气污染防治设施"};
    demo_do(p, demo_at(k->opened, 9, 30), w->o1, "case.open",
            "'id':'%s','agency':'%s','subject':'%s','cause':'%s','basis':{'type':'clue','ref':'%s'},'approved_by':'%s'", k->id, w->b->id,
            w->s->id, causes[demo_random(p, 4)], w->clue, w->b->head);
    if (k->opened < w->verified && demo_chance(p, 300)) /* not yet verified: Art. 9 */
        demo_refused(p, demo_at(k->opened, 9, 45), w->o1, "evidence.cite", "'case':'%s','material':'%s','as':'documentary'", k->id,
                     w->material);
}

/* The first sealed case of the bureau one signs in to keeps its originals: its bundle shows them, and who stood there. */
static void originals(struct file *k, day d)
{
    struct work *w = k->w;
    struct province *p = w->p;
    static const struct { const char *name, *form; int hour, minute; bool scanned; } list[] = {
        {"现场照片（厂区全貌）", "P06", 9, 50, false}, {"现场照片（治理设施）", "P06", 11, 15, false}, {"照片证据页（扫描件）", "P06", 11, 15, true}};
    if (p->shown || w->b != &p->bureaus[0])
        return;
    p->shown = k->id;
    if (w->photo)
        demo_do(p, demo_at(d, 9, 20), w->o1, "evidence.cite", "'case':'%s','material':'%s','as':'reference'", k->id, w->photo);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        attach(k, d, 30 + (int)i, "photo", demo_text(p, "%s%s", list[i].name, k->number), w->visit_day,
               demo_text(p, ",'form':'%s','pages':1,'captured_at':'%s','original':'%s'", list[i].form,
                         demo_time(p, demo_at(w->visit_day, list[i].hour, list[i].minute)), demo_original(w, list[i].name, list[i].scanned)));
}

static void first_papers(struct file *k, bool sealed)
{
    struct work *w = k->w;
    struct province *p = w->p;
    const char *pair = demo_text(p, ",'signers':['%s','%s']", w->o1, w->o2);
    day d = demo_workday(p, w->done, 2);
    if (d < k->opened)
        d = demo_workday(p, k->opened, 2);
    demo_do(p, demo_at(d, 9, 10), w->o1, "evidence.cite", "'case':'%s','material':'%s','as':'reference'", k->id, w->report);
    attach(k, d, 0, "record", w->record, w->done, ",'form':'A21'");
    attach(k, d, 4, "notice", w->notice, w->served, ",'form':'A09'");
    attach(k, d, 8, "visit_record", demo_text(p, "现场记录%s", k->number), w->visit_day, demo_text(p, "%s,'form':'P03'", pair));
    attach(k, d, 12, "receipt", demo_text(p, "送达回证（告知书）%s", k->number), w->served, demo_text(p, "%s,'form':'A10','of':'%s'", pair, w->notice));
    attach(k, d, 16, "other", demo_text(p, "立案审批表%s", k->number), k->opened,
           demo_text(p, ",'signers':['%s','%s','%s'],'form':'P01'", w->o1, w->o2, w->b->head));
    if (sealed)
        originals(k, d);
    k->opened = d;
}

/* Investigation, review, prior notice, statement period, decision, closing. */
static void last_papers(struct file *k, bool sealed)
{
    struct work *w = k->w;
    struct province *p = w->p;
    const char *pair = demo_text(p, ",'signers':['%s','%s']", w->o1, w->o2);
    const char *told = demo_text(p, "行政处罚事先告知书%s", k->number), *decision = demo_text(p, "行政处罚决定书%s", k->number);
    day report = demo_workday(p, k->opened, 4), review = demo_workday(p, report, 3), notice = demo_workday(p, review, 3);
    day decided = demo_workday(p, notice, 9), served = demo_workday(p, decided, 1), closed = demo_workday(p, served, 15);
    attach(k, report, 0, "report", demo_text(p, "调查报告%s", k->number), report, demo_text(p, "%s,'form':'P11'", pair));
    if (demo_chance(p, 120)) /* a decision before the review: Penalty Law 58 */
        demo_refused(p, demo_at(report, 11, 0), w->o1, "case.attach", "'case':'%s','kind':'decision','ref':'%s','date':'%s','form':'P17'",
                     k->id, decision, demo_day(p, report));
    if (!sealed) /* a defect for the list: nobody wrote down when it was taken */
        attach(k, report, 30, "photo", demo_text(p, "现场照片%s", k->number), w->visit_day, ",'form':'P06'");
    attach(k, review, 0, "legal_review", demo_text(p, "法制审核意见%s", k->number), review, demo_text(p, ",'signers':['%s']", w->b->legal));
    attach(k, notice, 0, "other", told, notice, ",'form':'P12'");
    attach(k, notice, 30, "receipt", demo_text(p, "送达回证（事先告知书）%s", k->number), notice,
           demo_text(p, "%s,'form':'P18','of':'%s'", pair, told));
    attach(k, decided, 0, "decision", decision, decided, ",'form':'P17'");
    /* Most decisions are published within their seven working days, some later, some wait in the head's inbox. */
    int nth = w->b->cases % 6;
    if (nth != 5)
        demo_do(p, demo_at(demo_workday(p, decided, nth == 4 ? 9 : 3 + nth), 15, w->b->tasks % 50), w->b->head, "disclosure.publish",
                "'id':'%s-d','kind':'decision','ref':'%s'", k->id, k->id);
    attach(k, served, 0, "receipt", demo_text(p, "送达回证（决定书）%s", k->number), served,
           demo_text(p, "%s,'form':'P18','of':'%s'", pair, decision));
    attach(k, closed, 0, "other", demo_text(p, "结案审批表%s", k->number), closed,
           demo_text(p, ",'signers':['%s','%s','%s'],'form':'P20'", w->o1, w->o2, w->b->head));
    if (sealed)
        demo_do(p, demo_at(demo_workday(p, closed, 2), 9, w->b->tasks % 50), w->b->archivist, "case.seal", "'case':'%s'", k->id);
}

static void ask(struct work *w, day d)
{
    struct province *p = w->p;
    demo_do(p, demo_at(d, 16, 40), w->o2, "clue.ask", "'clue':'%s','question':'看到水流时是否正在下雨'", w->clue);
    demo_do(p, demo_at(d, 17, 10), w->user, "clue.supplement", "'clue':'%s','text':'当时无雨，前一天也未下雨'", w->clue);
}

void demo_clue(struct work *w, enum clue_end end)
{
    static const char *const outcomes[] = {"dismissed", "transferred", "opened", "opened"};
    static const char *const reasons[] = {"经执法人员复核，系生活用水，未发现违法", "不属本机构职责，移送主管部门", "执法人员已现场查看，有初步依据，准予立案",
                                          "执法人员已现场查看，有初步依据，准予立案"};
    struct province *p = w->p;
    day d = w->visit_day;
    int minute = w->mishap == MISHAP_OFFLINE ? 7 * 60 : 0; /* no signal before the evening */
    usec seen = demo_at(d, 11, 10);
    w->b->clues++;
    demo_do(p, demo_at(d, 11, 20) + minute * USEC_MINUTE, w->user, "clue.report",
            "'id':'%s','entrustment':'%s','subject':'%s','observed_at':'%s','text':'%s','urgent':%s", w->clue, w->id, w->s->id,
            demo_time(p, seen), sights[demo_random(p, 6)], demo_random(p, 3) ? "false" : "true");
    demo_do(p, demo_at(d, 11, 27) + minute * USEC_MINUTE, w->o2, "clue.receive", "'clue':'%s'", w->clue);
    if (demo_chance(p, 120) && !minute)
        ask(w, d);
    day decided = demo_workday(p, d, 1 + (int)demo_random(p, 3));
    demo_do(p, demo_at(decided, 9, 5), w->b->head, "clue.decide", "'clue':'%s','outcome':'%s','reasons':'%s'", w->clue, outcomes[end],
            reasons[end]);
    if (end < CLUE_CASE)
        return;
    int n = ++w->b->cases;
    struct file k = {.w = w, .id = demo_text(p, "%s-k%02d", w->b->slug, n), .opened = decided,
                     .number = demo_text(p, "%s环罚〔%d〕%d号", w->b->region->name, civil_of_day(decided).year, n)};
    open_case(&k);
    first_papers(&k, end == CLUE_SEALED);
    last_papers(&k, end == CLUE_SEALED);
}

/* A citizen's report: to the nearest bureau over the company, without a name. */
void demo_public_clue(struct province *p, struct bureau *b, day d)
{
    struct subject *s = &b->subjects[demo_random(p, (uint32_t)b->subjects_n)];
    const char *id = demo_text(p, "%s-g%03d", b->slug, ++b->clues);
    demo_do(p, demo_at(d, 20, (int)demo_random(p, 60)), "public", "clue.report",
            "'id':'%s','subject':'%s','observed_at':'%s','text':'%s'", id, s->id, demo_time(p, demo_at(d, 19, 30)),
            "夜里厂区方向有刺鼻气味，持续约半小时");
    const char *officer = b->counties_n ? demo_text(p, "d%06d-o1", s->region) : b->officer[0];
    const char *head = b->counties_n ? demo_text(p, "d%06d-head", s->region) : b->head;
    demo_do(p, demo_at(demo_workday(p, d, 1), 9, (int)demo_random(p, 60)), officer, "clue.receive", "'clue':'%s'", id);
    demo_do(p, demo_at(demo_workday(p, d, 4), 9, (int)demo_random(p, 60)), head, "clue.decide",
            "'clue':'%s','outcome':'%s','reasons':'已派员查看并答复'", id, demo_random(p, 3) ? "dismissed" : "transferred");
}
