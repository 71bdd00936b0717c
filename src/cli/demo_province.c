/*
 * The demo province. Everything is an act, so what the pages show was judged like anything else; an act the province
 * means to be refused or held says so, any other verdict is an error.
 */
#include "cli/demo_private.h"
#include "papers/papers.h"

#include <string.h>

enum { YEAR = 365 };

static void list_counties(struct bureau *b)
{
    for (size_t i = 0; i < region_count(); i++) {
        const struct region *r = region_at(i);
        if (r->level == 'D' && r->parent == b->region->code && b->counties_n < COUNTIES_MAX)
            b->counties[b->counties_n++] = r->code;
    }
}

static void list_bureaus(struct province *p, int most)
{
    p->bureaus = NEW_ARRAY(p->arena, region_count(), struct bureau);
    for (size_t i = 0; i < region_count() && p->bureaus_n < most; i++) {
        struct bureau *b = &p->bureaus[p->bureaus_n];
        const struct region *r = region_at(i);
        *b = (struct bureau){.region = r};
        b->slug = demo_city(r->code, &b->lon, &b->lat);
        if (!b->slug)
            continue;
        b->id = b->slug;
        list_counties(b);
        p->bureaus_n++;
    }
}

static void size_up(struct province *p)
{
    bool small = p->options->small;
    p->subjects = small ? 40 : 3000;
    p->firms_n = (small ? 4 : 36) + SPECIAL_FIRMS;
    p->members = small ? 32 : 300;
    p->tasks = small ? 30 : 1200;
    p->firms = NEW_ARRAY(p->arena, (size_t)p->firms_n, struct firm);
    list_bureaus(p, small ? 2 : 17);
}

static void list_accounts(struct province *p, struct demo_account **ret, size_t *ret_n)
{
    const struct bureau *b = &p->bureaus[0];
    const struct firm *f = b->deals[0].firm;
    const struct { const char *user, *role, *look; } rows[] = {
        {b->head, "执法机构负责人", "待批准的委托、现场、飞行，待处理的异议、线索和待批事项"},
        {b->officer[0], "执法人员", "今天的现场，待核实的材料、待送达的告知书、待签收的线索；导入企业名单的模板，一份批准待取的导出，一份批准待取的案卷包（有原件）"},
        {demo_text(p, "d%d-o1", b->subjects[OUTLETS_OF_CITY - 2].region), "执法人员", "区大队：自动监测数据研判出的线索，待签收、核实、填写结论"},
        {b->legal, "法制审核", "待备案的备案表、待审的用语和关系"},
        {b->buyer, "采购经办", "待签订、待公告的协议，待申请的付款"},
        {b->finance, "财务", "待支付的款项、待核的采购"},
        {b->discipline, "纪检督察", "财物报告、匿名投诉、越权要求、违纪核查；凭水印查人；廉洁提示（重复的报告和图片）"},
        {b->archivist, "档案员", "可以封卷的案卷、待同意的删除"},
        {"sheng", "省厅", "各市州的委托、现场和统计"},
        {"sheng-jijian", "省厅纪检督察", "公众的匿名投诉"},
        {f->lead, "第三方负责人", "待接受的委托、待签的承诺、考核结果"},
        {f->user[0], "辅助人员", "自己的委托和现场、待补充的线索、被拒的入场"},
        {demo_text(p, "%s-qiye", b->slug), "执法相对人", "收到的告知书、提出的异议"},
        {"sys", "系统管理员", "用户和技术设置"},
        {"secadmin", "安全管理员", "账号与权限的安全"},
        {"auditor", "审计员", "办理记录和校验"}};
    size_t n = sizeof rows / sizeof *rows;
    struct demo_account *list = NEW_ARRAY(p->arena, n, struct demo_account);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct demo_account){str_of(rows[i].user), STR_NONE, str_of(rows[i].role), str_of(rows[i].look)};
    *ret = list;
    *ret_n = n;
}

/* People's names as the registry has them. */
static err *name_accounts(struct province *p, struct demo_account *list, size_t n)
{
    struct db *d;
    TRY(db_open(acts_store(p->acts), false, &d));
    err *bad = NULL;
    for (size_t i = 0; i < n && !bad; i++) {
        struct db_rows rows;
        bool more = false;
        bad = db_query(d, p->arena, "SELECT name FROM users WHERE id = :id", DB_ARGS(DB_T("id", list[i].user)), &rows);
        if (!bad)
            bad = db_next(&rows, &more);
        if (!bad && more) {
            list[i].name = arena_str(p->arena, db_str(&rows, 0));
            db_rows_end(&rows);
        }
    }
    db_close(d);
    return bad;
}

err *demo_province(struct acts *e, struct arena *a, const struct demo_options *options, struct demo_account **ret, size_t *ret_n,
                   int64_t *ret_acts)
{
    struct province p = {.acts = e, .options = options, .arena = a,
                         .random = (options->seed + 1) * UINT64_C(0x9E3779B97F4A7C15)};
    papers_attach();
    p.today = day_of(options->until);
    p.first = demo_workday(&p, p.today - YEAR, 0);
    p.names = map_new(a);
    size_up(&p);
    demo_people(&p);
    demo_marks(&p);
    demo_providers(&p);
    demo_year(&p);
    demo_scenes(&p);
    demo_outlets(&p);
    TRY(p.trouble);
    TRY(demo_perform(&p, ret_acts));
    list_accounts(&p, ret, ret_n);
    return name_accounts(&p, *ret, *ret_n);
}
