/* Bureaus, their people and certificates, and the companies they watch. */
#include "cli/demo_private.h"

static const char *with(struct province *p, const struct bureau *b, const char *part)
{
    return demo_text(p, "%s-%s", b->slug, part);
}

static void user(struct province *p, usec *t, const char *id, const char *role, const char *agency)
{
    demo_do(p, *t += USEC_SECOND, "sys", "user.register", "'id':'%s','name':'%s','roles':['%s'],'agency':'%s','phone':'027-8%07u'",
            id, demo_person(p), role, agency, demo_random(p, 10000000));
}

static void certify(struct province *p, usec *t, const char *head, const char *officer, int region)
{
    demo_do(p, *t += USEC_SECOND, head, "officer.certify",
            "'user':'%s','cert_no':'鄂%06d%05zu','areas':['%06d'],'from':'%s','to':'%s'", officer, region, p->steps.n % 100000,
            region, demo_day(p, p->first - 200), demo_day(p, p->today + 500));
}

static void add_city(struct province *p, struct bureau *b, usec *t)
{
    static const struct { size_t at; const char *part, *role; } staff[] = {
        {offsetof(struct bureau, head), "head", "head"},
        {offsetof(struct bureau, legal), "legal", "legal"},
        {offsetof(struct bureau, finance), "finance", "finance"},
        {offsetof(struct bureau, buyer), "buyer", "procurement"},
        {offsetof(struct bureau, archivist), "archive", "archivist"},
        {offsetof(struct bureau, discipline), "discipline", "discipline"}};
    demo_do(p, *t += USEC_SECOND, "system", "agency.register",
            "'id':'%s','name':'%s生态环境保护综合执法支队','region':'%06d','level':'city','parent':'hubei'", b->id, b->region->name,
            b->region->code);
    for (size_t i = 0; i < sizeof staff / sizeof *staff; i++) {
        const char *id = with(p, b, staff[i].part);
        *(const char **)(void *)((char *)b + staff[i].at) = id;
        user(p, t, id, staff[i].role, b->id);
    }
    for (int i = 0; i < OFFICERS; i++) {
        b->officer[i] = demo_text(p, "%s-o%d", b->slug, i + 1);
        user(p, t, b->officer[i], "officer", b->id);
        certify(p, t, b->head, b->officer[i], b->region->code);
    }
}

/* A county branch: a head and two officers. */
static void add_county(struct province *p, const struct bureau *b, int code, usec *t)
{
    const struct region *r = region_find(code);
    const char *id = demo_text(p, "d%d", code), *head = demo_text(p, "d%d-head", code);
    demo_do(p, *t += USEC_SECOND, "system", "agency.register",
            "'id':'%s','name':'%s生态环境保护综合执法大队','region':'%06d','level':'county','parent':'%s'", id, r->name, code, b->id);
    user(p, t, head, "head", id);
    for (int i = 1; i <= 2; i++) {
        const char *officer = demo_text(p, "d%d-o%d", code, i);
        user(p, t, officer, "officer", id);
        certify(p, t, head, officer, code);
    }
}

/* Around the city, a little apart for each county; the whole stays well inside the province. */
static void place(struct province *p, const struct bureau *b, struct subject *s)
{
    int a = b->counties_n ? s->region * 37 % 41 - 20 : 0, c = b->counties_n ? s->region * 53 % 43 - 21 : 0;
    s->lon = b->lon + a / 100.0 + (demo_random(p, 800) - 400.0) / 1e4;
    s->lat = b->lat + c / 100.0 + (demo_random(p, 800) - 400.0) / 1e4;
}

static void add_subject(struct province *p, struct bureau *b, int i, usec *t)
{
    static const char *const classes[] = {"key", "general", "general", "special"};
    struct subject *s = &b->subjects[i];
    const char *industry;
    uint32_t class = demo_random(p, 4);
    s->region = b->counties_n ? b->counties[i % b->counties_n] : b->region->code;
    s->id = demo_text(p, "s%06d-%02d", s->region, b->counties_n ? i / b->counties_n + 1 : i + 1);
    s->name = demo_company(p, region_find(s->region)->name, &industry);
    s->uscc = demo_uscc(p, s->region);
    s->cap = class == 0 ? 4 : 1 + (int)demo_random(p, 2);
    place(p, b, s);
    const char *by = b->counties_n ? demo_text(p, "d%06d-o1", s->region) : b->officer[0];
    const char *permit = class == 0 ? demo_text(p, ",'permit_no':'%s001P'", s->uscc) : "";
    demo_do(p, *t += USEC_SECOND, by, "subject.register",
            "'id':'%s','name':'%s','uscc':'%s','region':'%06d','class':'%s','industry':'%s','lon':%.4f,'lat':%.4f,"
            "'visits_per_year':%d%s",
            s->id, s->name, s->uscc, s->region, classes[class], industry, s->lon, s->lat, s->cap, permit);
}

struct subject *demo_next_subject(struct bureau *b)
{
    struct subject *s;
    do
        s = &b->subjects[b->next_subject++ % (b->subjects_n - KEPT_SUBJECTS)];
    while (s->related);
    s->used++;
    return s;
}

static void add_subjects(struct province *p, usec *t)
{
    int shares = 0;
    for (int i = 0; i < p->bureaus_n; i++)
        shares += p->bureaus[i].counties_n + 2;
    for (int i = 0, left = p->subjects; i < p->bureaus_n; i++) {
        struct bureau *b = &p->bureaus[i];
        int n = i == p->bureaus_n - 1 ? left : p->subjects * (b->counties_n + 2) / shares;
        b->subjects = NEW_ARRAY(p->arena, (size_t)n, struct subject);
        b->subjects_n = n;
        left -= n;
        for (int k = 0; k < n; k++)
            add_subject(p, b, k, t);
        demo_do(p, *t += USEC_SECOND, "sys", "user.register", "'id':'%s-qiye','name':'%s','roles':['subject'],'subject':'%s'",
                b->slug, demo_person(p), b->subjects[0].id);
    }
}

void demo_people(struct province *p)
{
    usec t = demo_at(p->first, 8, 0);
    demo_do(p, t, "system", "agency.register", "'id':'hubei','name':'湖北省生态环境厅','region':'420000','level':'province'");
    demo_do(p, t += USEC_SECOND, "system", "policy.set", "'name':'verify_own_signature','value':true,'reason':'核实人各有账号，各自签认'");
    demo_do(p, t += USEC_SECOND, "system", "user.register", "'id':'sys','name':'%s','roles':['sysadmin'],'agency':'hubei'",
            demo_person(p));
    user(p, &t, "secadmin", "secadmin", "hubei");
    user(p, &t, "auditor", "auditor", "hubei");
    user(p, &t, "sheng", "province", "hubei");
    user(p, &t, "sheng-jijian", "discipline", "hubei");
    for (int i = 0; i < p->bureaus_n; i++)
        add_city(p, &p->bureaus[i], &t);
    for (int i = 0; i < p->bureaus_n; i++)
        for (int k = 0; k < p->bureaus[i].counties_n; k++)
            add_county(p, &p->bureaus[i], p->bureaus[i].counties[k], &t);
    t = demo_at(p->first, 14, 0);
    add_subjects(p, &t);
}
