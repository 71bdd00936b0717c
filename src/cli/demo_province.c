/*
 * The demo province. A bureau per city with its people, county branches, subjects, a provider with members, the
 * agreement between them, and a year of entrusted work (demo_work.c). Everything is an act, so what the pages show
 * was judged like anything else; an act the province means to be refused says so, any other refusal is an error.
 */
#include "cli/demo_private.h"

#include <stdio.h>

enum { BATCH = 500, CITIES = 17, SUBJECTS = 3000, PROVIDERS = 40, MEMBERS = 300 };

err *demo_act(struct province *p, enum demo_expect expect, const char *by, const char *act, const char *format, ...)
{
    AUTO_ARENA(a);
    char rest[4000];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(rest, sizeof rest, format, list);
    va_end(list);
    CHECK(n > 0 && (size_t)n < sizeof rest);
    str json = arena_printf(a, "{\"act\":\"%s\",\"at\":\"%.*s\",\"by\":\"%s\",%s}", act, STR_ARG(demo_at(p, a, 0)), by, rest);
    struct act_answer answer;
    if (p->in_batch == 0)
        TRY(acts_batch_begin(p->acts));
    p->in_batch++;
    TRY(act_perform(p->acts, a, &(struct act_request){.json = json}, &answer));
    p->now += 20 * USEC_SECOND;
    p->done++;
    if (p->in_batch == BATCH) {
        p->in_batch = 0;
        TRY(acts_batch_end(p->acts));
        if (p->options->progress)
            p->options->progress(p->options->context, p->done, p->of);
    }
    if (answer.verdict == (expect == DEMO_ALLOWED ? ACT_ALLOWED : ACT_REFUSED))
        return NULL;
    return err_detail(err_new(ERR_CONFLICT, "示范数据：%s 未按预期办理：%.*s", act, STR_ARG(answer.json)), arena_cstr(a, json));
}

bool demo_clock(struct province *p, int month, int dom, int hour, int minute)
{
    usec t = day_start(day_from_civil(p->year, month, dom)) + hour * USEC_HOUR + minute * USEC_MINUTE;
    if (t > p->now)
        p->now = t;
    return p->now < p->options->until;
}

str demo_at(struct province *p, struct arena *a, int minutes)
{
    return time_rfc3339(a, p->now + minutes * USEC_MINUTE);
}

str demo_date(struct province *p, struct arena *a, int days)
{
    return day_iso(a, day_of(p->now) + days);
}

/* ---- people ---- */

static const struct { const char *id, *role, *label; } staff[] = {
    {"head", "head", "执法机构负责人"}, {"wei", "officer", "执法人员"}, {"luo", "officer", "执法人员"},
    {"legal", "legal", "法制审核"}, {"buyer", "procurement", "采购经办"}, {"finance", "finance", "财务"},
    {"discipline", "discipline", "纪检督察"}, {"archive", "archivist", "档案员"}};
enum { STAFF = sizeof staff / sizeof *staff };

static err *add_agency(struct province *p, const struct region *r, const char *level)
{
    const char *parent = r->level == 'C' ? ",\"parent\":\"b420000\"" : "";
    char county[40];
    if (r->level == 'D') {
        snprintf(county, sizeof county, ",\"parent\":\"b%d\"", r->parent);
        parent = county;
    }
    return demo_act(p, DEMO_ALLOWED, "system", "agency.register",
                    "\"id\":\"b%d\",\"name\":\"%s%s\",\"region\":\"%d\",\"level\":\"%s\"%s", r->code, r->name,
                    r->level == 'D' ? "生态环境保护综合执法大队" : "生态环境保护综合执法支队", r->code, level, parent);
}

static err *add_staff(struct province *p, struct bureau *b)
{
    AUTO_ARENA(a);
    int code = b->region->code;
    for (int i = 0; i < STAFF; i++)
        TRY(demo_act(p, DEMO_ALLOWED, "sys", "user.register",
                     "\"id\":\"%s-%d\",\"name\":\"%.*s\",\"roles\":[\"%s\"],\"agency\":\"b%d\"", staff[i].id, code,
                     STR_ARG(demo_person(p, a)), staff[i].role, code));
    for (int i = 0; i < STAFF; i++) {
        if (!str_eq(str_of(staff[i].role), S("officer")))
            continue;
        TRY(demo_act(p, DEMO_ALLOWED, arena_printf(a, "head-%d", code).p, "officer.certify",
                     "\"user\":\"%s-%d\",\"cert_no\":\"17%06d%02d\",\"areas\":[\"%d\"],\"from\":\"%d-06-01\",\"to\":\"%d-05-31\"",
                     staff[i].id, code, code, i, code, p->year - 1, p->year + 1));
    }
    return NULL;
}

static err *add_subjects(struct province *p, struct bureau *b, int n)
{
    AUTO_ARENA(a);
    b->subjects = NEW_ARRAY(p->lasting, (size_t)n, str);
    b->subject_region = NEW_ARRAY(p->lasting, (size_t)n, int);
    b->subject_uscc = NEW_ARRAY(p->lasting, (size_t)n, str);
    for (; b->subjects_n < n; b->subjects_n++) {
        static const char *const classes[] = {"key", "general", "general", "special"};
        int region = b->counties_n ? b->counties[demo_random(p, (uint32_t)b->counties_n)] : b->region->code;
        const char *industry;
        str uscc = demo_uscc(p, p->lasting, region), name = demo_company(p, a, b->region->name, &industry);
        str id = arena_printf(p->lasting, "s%d-%d", b->region->code, b->subjects_n);
        TRY(demo_act(p, DEMO_ALLOWED, arena_printf(a, "wei-%d", b->region->code).p, "subject.register",
                     "\"id\":\"%.*s\",\"name\":\"%.*s\",\"uscc\":\"%.*s\",\"region\":\"%d\",\"class\":\"%s\",\"industry\":\"%s\","
                     "\"visits_per_year\":4,\"lon\":%d.%04u,\"lat\":%d.%04u",
                     STR_ARG(id), STR_ARG(name), STR_ARG(uscc), region, classes[demo_random(p, 4)], industry,
                     109 + (int)demo_random(p, 7), demo_random(p, 10000), 29 + (int)demo_random(p, 4), demo_random(p, 10000)));
        b->subjects[b->subjects_n] = id;
        b->subject_region[b->subjects_n] = region;
        b->subject_uscc[b->subjects_n] = uscc;
        p->subjects++;
    }
    return NULL;
}

/* ---- provider and agreement ---- */

static err *add_member(struct province *p, str provider, int i)
{
    AUTO_ARENA(a);
    static const char *const speciality[] = {"废水治理", "废气治理", "在线监测", "无人机", "固体废物", "环境法律"};
    str id = arena_printf(a, "%.*s-m%d", STR_ARG(provider), i), name = demo_person(p, a);
    str lead = arena_printf(a, "%.*s-lead", STR_ARG(provider));
    TRY(demo_act(p, DEMO_ALLOWED, "sys", "user.register",
                 "\"id\":\"%.*s-u\",\"name\":\"%.*s\",\"roles\":[\"member\"],\"provider\":\"%.*s\"", STR_ARG(id), STR_ARG(name),
                 STR_ARG(provider)));
    TRY(demo_act(p, DEMO_ALLOWED, lead.p, "member.add",
                 "\"id\":\"%.*s\",\"provider\":\"%.*s\",\"name\":\"%.*s\",\"speciality\":\"%s\",\"user\":\"%.*s-u\"", STR_ARG(id),
                 STR_ARG(provider), STR_ARG(name), speciality[demo_random(p, 6)], STR_ARG(id)));
    return NULL;
}

static err *add_provider(struct province *p, struct bureau *b, str id, int members)
{
    AUTO_ARENA(a);
    const char *industry;
    int code = b->region->code;
    str company = demo_company(p, a, "", &industry), buyer = arena_printf(a, "buyer-%d", code);
    TRY(demo_act(p, DEMO_ALLOWED, buyer.p, "provider.apply",
                 "\"id\":\"%.*s\",\"name\":\"%.*s环境技术\",\"kind\":\"organisation\",\"uscc\":\"%.*s\",\"domestic\":true,"
                 "\"registered_on\":\"2018-05-02\",\"specialities\":[\"facility_evaluation\",\"uav\"]",
                 STR_ARG(id), STR_ARG(company), STR_ARG(demo_uscc(p, a, code))));
    TRY(demo_act(p, DEMO_ALLOWED, buyer.p, "qualification.record",
                 "\"id\":\"q-%.*s\",\"holder\":\"%.*s\",\"type\":\"CMA\",\"number\":\"CMA-%d-%04u\",\"scope\":\"废水、废气\","
                 "\"from\":\"%d-01-01\",\"to\":\"%d-12-31\",\"issuer\":\"湖北省市场监督管理局\"",
                 STR_ARG(id), STR_ARG(id), p->year - 2, demo_random(p, 10000), p->year - 2, p->year + 3));
    TRY(demo_act(p, DEMO_ALLOWED, "sys", "user.register",
                 "\"id\":\"%.*s-lead\",\"name\":\"%.*s\",\"roles\":[\"provider_lead\"],\"provider\":\"%.*s\"", STR_ARG(id),
                 STR_ARG(demo_person(p, a)), STR_ARG(id)));
    for (int i = 0; i < members; i++)
        TRY(add_member(p, id, i));
    return demo_act(p, DEMO_ALLOWED, arena_printf(a, "head-%d", code).p, "provider.admit",
                    "\"provider\":\"%.*s\",\"reason\":\"资格审查通过\"", STR_ARG(id));
}

static err *buy_service(struct province *p, struct bureau *b)
{
    AUTO_ARENA(a);
    int code = b->region->code;
    str buyer = arena_printf(a, "buyer-%d", code), finance = arena_printf(a, "finance-%d", code);
    demo_clock(p, 1, 6, 9, 0);
    TRY(demo_act(p, DEMO_ALLOWED, finance.p, "budget.approve",
                 "\"id\":\"f%d\",\"agency\":\"b%d\",\"year\":%d,\"source\":\"fiscal\",\"level\":\"same\",\"amount\":120000000,"
                 "\"approval_no\":\"财预〔%d〕%d号\"", code, code, p->year, p->year, code % 100));
    TRY(demo_act(p, DEMO_ALLOWED, buyer.p, "procurement.open",
                 "\"id\":\"p%d\",\"agency\":\"b%d\",\"title\":\"%d年第三方辅助执法服务\",\"category\":\"辅助执法\",\"year\":%d,"
                 "\"budget\":\"f%d\",\"amount\":115000000,\"method\":\"competitive_consultation\"",
                 code, code, p->year, p->year, code));
    return NULL;
}

static err *sign_agreement(struct province *p, struct bureau *b)
{
    AUTO_ARENA(a);
    int code = b->region->code;
    str buyer = arena_printf(a, "buyer-%d", code), head = arena_printf(a, "head-%d", code);
    str lead = arena_printf(a, "%.*s-lead", STR_ARG(b->provider));
    b->agreement = arena_printf(p->lasting, "a%d", code);
    TRY(demo_act(p, DEMO_ALLOWED, buyer.p, "procurement.award",
                 "\"procurement\":\"p%d\",\"provider\":\"%.*s\",\"amount\":110000000,\"notified_on\":\"%.*s\"", code,
                 STR_ARG(b->provider), STR_ARG(demo_date(p, a, 0))));
    TRY(demo_act(p, DEMO_ALLOWED, buyer.p, "agreement.draft",
                 "\"id\":\"a%d\",\"procurement\":\"p%d\",\"agency\":\"b%d\",\"provider\":\"%.*s\","
                 "\"matters\":[\"T01\",\"T02\",\"T03\",\"T04\",\"T07\"],\"regions\":[\"%d\"],\"from\":\"%d-02-10\",\"to\":\"%d-12-31\","
                 "\"fee\":110000000,\"pricing\":\"per_deliverable\",\"clauses\":[\"scope\",\"prohibition\",\"discipline\",\"recusal\","
                 "\"ownership\",\"entry\",\"secrecy\",\"clue\",\"acceptance\",\"liability\",\"data_return\",\"no_subcontract\"]",
                 code, code, code, STR_ARG(b->provider), code, p->year, p->year));
    TRY(demo_act(p, DEMO_ALLOWED, lead.p, "undertaking.sign",
                 "\"id\":\"u%d\",\"agreement\":\"a%d\",\"kinds\":[\"confidentiality\",\"integrity\",\"recusal\"]", code, code));
    for (int i = 0; i < b->members; i++)
        TRY(demo_act(p, DEMO_ALLOWED, arena_printf(a, "%.*s-m%d-u", STR_ARG(b->provider), i).p, "undertaking.sign",
                     "\"id\":\"u%d-%d\",\"agreement\":\"a%d\",\"member\":\"%.*s-m%d\","
                     "\"kinds\":[\"confidentiality\",\"integrity\",\"recusal\"]", code, i, code, STR_ARG(b->provider), i));
    TRY(demo_act(p, DEMO_ALLOWED, head.p, "agreement.sign",
                 "\"agreement\":\"a%d\",\"signed_on\":\"%.*s\",\"provider_signed_by\":\"%.*s\"", code,
                 STR_ARG(demo_date(p, a, 0)), STR_ARG(lead)));
    TRY(demo_act(p, DEMO_ALLOWED, buyer.p, "agreement.publish", "\"agreement\":\"a%d\",\"published_on\":\"%.*s\"", code,
                 STR_ARG(demo_date(p, a, 0))));
    for (int i = 0; i < b->members; i++)
        TRY(demo_act(p, DEMO_ALLOWED, head.p, "member.admit",
                     "\"member\":\"%.*s-m%d\",\"exam_passed_on\":\"%d-01-20\",\"card_no\":\"FZ-%d-%04d\",\"to\":\"%d-12-31\"",
                     STR_ARG(b->provider), i, p->year, code, i, p->year));
    return NULL;
}

/* ---- the province ---- */

static int city_of(const struct region *r)
{
    return r->level == 'D' ? r->parent : r->code;
}

static size_t list_bureaus(struct bureau *b, size_t most)
{
    size_t n = 0;
    for (size_t i = 0; i < region_count(); i++)
        if (region_at(i)->level == 'C' && n < most)
            b[n++].region = region_at(i);
    for (size_t i = 0; i < region_count(); i++)
        for (size_t k = 0; k < n && region_at(i)->level == 'D'; k++)
            if (city_of(region_at(i)) == b[k].region->code && b[k].counties_n < 40)
                b[k].counties[b[k].counties_n++] = region_at(i)->code;
    return n;
}

static int scaled(const struct province *p, int full, int least)
{
    int n = (int)((int64_t)full * p->options->scale / 100);
    return n < least ? least : n;
}

static err *found_bureau(struct province *p, struct bureau *b, int index, int bureaus)
{
    int providers = scaled(p, PROVIDERS, bureaus) / bureaus + (index < scaled(p, PROVIDERS, bureaus) % bureaus);
    TRY(add_agency(p, b->region, "city"));
    for (int i = 0; i < b->counties_n; i++)
        TRY(add_agency(p, region_find(b->counties[i]), "county"));
    TRY(add_staff(p, b));
    TRY(add_subjects(p, b, scaled(p, SUBJECTS, 5 * bureaus) / bureaus));
    for (int i = 0; i < providers; i++) {
        str id = arena_printf(p->lasting, "v%d-%d", b->region->code, i);
        int members = scaled(p, MEMBERS, 2 * bureaus) / scaled(p, PROVIDERS, bureaus);
        TRY(add_provider(p, b, id, members));
        p->providers++;
        if (i == 0) {
            b->provider = id;
            b->members = members;
        }
    }
    return NULL;
}

static err *found_province(struct province *p, struct bureau *b, size_t n)
{
    demo_clock(p, 1, 4, 9, 0);
    TRY(demo_act(p, DEMO_ALLOWED, "system", "agency.register",
                 "\"id\":\"b420000\",\"name\":\"湖北省生态环境厅\",\"region\":\"420000\",\"level\":\"province\""));
    TRY(demo_act(p, DEMO_ALLOWED, "system", "user.register",
                 "\"id\":\"sys\",\"name\":\"系统管理员\",\"roles\":[\"sysadmin\"],\"agency\":\"b420000\""));
    TRY(demo_act(p, DEMO_ALLOWED, "sys", "user.register",
                 "\"id\":\"province\",\"name\":\"省厅\",\"roles\":[\"province\"],\"agency\":\"b420000\""));
    TRY(demo_act(p, DEMO_ALLOWED, "sys", "user.register",
                 "\"id\":\"secadmin\",\"name\":\"安全管理员\",\"roles\":[\"secadmin\"],\"agency\":\"b420000\""));
    TRY(demo_act(p, DEMO_ALLOWED, "sys", "user.register",
                 "\"id\":\"auditor\",\"name\":\"审计员\",\"roles\":[\"auditor\"],\"agency\":\"b420000\""));
    for (size_t i = 0; i < n; i++)
        TRY(found_bureau(p, &b[i], (int)i, (int)n));
    return demo_act(p, DEMO_ALLOWED, "sys", "user.register",
                    "\"id\":\"subject\",\"name\":\"企业联系人\",\"roles\":[\"subject\"],\"subject\":\"%.*s\"", STR_ARG(b->subjects[0]));
}

static err *work_a_year(struct province *p, struct bureau *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(buy_service(p, &b[i]));
    if (!demo_clock(p, 2, 9, 9, 0))
        return NULL;
    for (size_t i = 0; i < n; i++)
        TRY(sign_agreement(p, &b[i]));
    for (int month = 3; month <= 12; month++)
        for (int round = 0; round < scaled(p, 4, 1); round++)
            for (size_t i = 0; i < n; i++) {
                if (!demo_clock(p, month, 2 + 6 * (round % 4), 9, 0))
                    return NULL;
                TRY(demo_entrust(p, &b[i]));
            }
    return NULL;
}

static err *finish_batch(struct province *p, err *bad)
{
    if (p->in_batch == 0)
        return bad;
    p->in_batch = 0;
    err *end = acts_batch_end(p->acts);
    return bad ? bad : end;
}

static void list_accounts(struct province *p, const struct bureau *b, struct demo_account **ret, size_t *ret_n)
{
    struct demo_account *list = NEW_ARRAY(p->lasting, STAFF + 7, struct demo_account);
    size_t n = 0;
    for (int i = 0; i < STAFF; i++)
        list[n++] = (struct demo_account){arena_printf(p->lasting, "%s-%d", staff[i].id, b->region->code),
                                          arena_printf(p->lasting, "%s", b->region->name), str_of(staff[i].label)};
    list[n++] = (struct demo_account){arena_printf(p->lasting, "%.*s-lead", STR_ARG(b->provider)), b->provider, S("第三方负责人")};
    list[n++] = (struct demo_account){arena_printf(p->lasting, "%.*s-m0-u", STR_ARG(b->provider)), b->provider, S("辅助人员")};
    list[n++] = (struct demo_account){S("subject"), b->subjects[0], S("执法相对人")};
    list[n++] = (struct demo_account){S("province"), S("湖北省"), S("省厅")};
    list[n++] = (struct demo_account){S("sys"), S("湖北省"), S("系统管理员")};
    list[n++] = (struct demo_account){S("secadmin"), S("湖北省"), S("安全管理员")};
    list[n++] = (struct demo_account){S("auditor"), S("湖北省"), S("审计员")};
    *ret = list;
    *ret_n = n;
}

err *demo_province(struct acts *e, struct arena *a, const struct demo_options *options, struct demo_account **ret,
                   size_t *ret_n, int64_t *ret_acts)
{
    struct province p = {.acts = e, .options = options, .lasting = a,
                         .random = (options->seed + 1) * UINT64_C(0x9E3779B97F4A7C15),
                         .year = civil_of(options->until - 60 * USEC_DAY).year};
    struct bureau *bureaus = NEW_ARRAY(a, CITIES, struct bureau);
    size_t n = list_bureaus(bureaus, (size_t)scaled(&p, CITIES, 1) < CITIES ? (size_t)scaled(&p, CITIES, 1) : CITIES);
    CHECK(n > 0);
    p.of = (int64_t)scaled(&p, 17000, 400);
    err *bad = found_province(&p, bureaus, n);
    if (!bad)
        bad = work_a_year(&p, bureaus, n);
    TRY(finish_batch(&p, bad));
    list_accounts(&p, bureaus, ret, ret_n);
    *ret_acts = p.done;
    return NULL;
}
