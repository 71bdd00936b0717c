/*
 * The frame of every page: one h1 below it, one filled button, navigation by role, no script it could not do without. Pages are made for
 * 1366 pixels and for phones of 360, and print like the paper they stand for.
 */
#include "web/field.h"
#include "web/finding.h"
#include "web/flight_view.h"
#include "web/looking.h"
#include "web/monitor.h"
#include "web/roles.h"
#include "web/scenes.h"

#include <string.h>

void page_csrf(struct request *q, struct out *o)
{
    if (q->session.open)
        w(o, H("<input type=\"hidden\" name=\"csrf\" value=\""), q->session.csrf, H("\">"));
}

/* Columns of the frame. A column with one entry for this reader is a link, not a menu; what names no column stands under 更多. */
enum nav { NAV_MORE, NAV_TOP, NAV_WORK, NAV_EVIDENCE, NAV_SENSES, NAV_WATCH, NAV_COLUMNS };
static const char *const column_labels[NAV_COLUMNS] = {"更多", NULL, "办理", "材料", "监测", "监督"};
static const enum nav column_order[] = {NAV_TOP, NAV_WORK, NAV_EVIDENCE, NAV_SENSES, NAV_WATCH, NAV_MORE};

static const struct entry {
    const char *href, *label;
    uint32_t roles;
    enum nav column;
} navigation[] = {
    {"/", "今日", ROLES_ALL, NAV_TOP},
    {"/todo", "待办", ROLES_ALL, NAV_TOP},
    {"/approve", "待我审批", ROLE_BIT(ROLE_HEAD), NAV_WORK},
    {"/field", "手机现场", ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_MEMBER), NAV_WORK},
    {"/compose", "起草委托", ROLE_BIT(ROLE_OFFICER), NAV_WORK},
    {"/money", "采购与经费", ROLES_MONEY, NAV_WORK},
    {"/things/entrustments", "委托", ROLES_INSIDE | ROLES_THIRD_PARTY, NAV_WORK},
    {"/things/visits", "现场", ROLES_INSIDE | ROLES_THIRD_PARTY, NAV_WORK},
    {"/things/notices", "告知", ROLES_INSIDE | ROLE_BIT(ROLE_SUBJECT), NAV_WORK},
    {"/things/objections", "异议", ROLES_INSIDE | ROLE_BIT(ROLE_SUBJECT), NAV_WORK},
    {"/draws", "抽取", ROLES_INSIDE, NAV_WORK},
    {"/things/agreements", "协议", ROLES_INSIDE | ROLE_BIT(ROLE_PROVIDER_LEAD), NAV_WORK},
    {"/acts", "全部事项", ROLES_ALL, NAV_WORK},
    {"/things/materials", "材料", ROLES_INSIDE | ROLES_THIRD_PARTY, NAV_EVIDENCE},
    {"/verify-queue", "材料核实", ROLE_BIT(ROLE_OFFICER), NAV_EVIDENCE},
    {"/things/clues", "线索", ROLES_INSIDE | ROLES_THIRD_PARTY, NAV_EVIDENCE},
    {"/things/cases", "案卷", ROLES_INSIDE, NAV_EVIDENCE},
    {"/papers", "文书", ROLES_BUSINESS, NAV_EVIDENCE},
    {"/things/papers", "文书", ROLES_OUTSIDE, NAV_EVIDENCE},
    {"/monitor", "监测点位", ROLES_MONITOR, NAV_SENSES},
    {"/monitor/findings", "线索研判", ROLES_SUPERVISE, NAV_SENSES},
    {"/audit", "核查数据", ROLES_SUPERVISE, NAV_SENSES},
    {"/monitor/health", "联网状况", ROLES_HEALTH, NAV_SENSES},
    {"/flights", "无人机巡飞", ROLES_FLIGHTS, NAV_SENSES},
    {"/scenes", "遥感影像", ROLES_SCENES, NAV_SENSES},
    {"/fires", "卫星火点", ROLES_SUPERVISE, NAV_SENSES},
    {"/layers", "图层", ROLES_SUPERVISE, NAV_SENSES},
    {"/targets", "靶向排序", ROLES_TARGET, NAV_SENSES},
    {"/provider", "本单位", ROLE_BIT(ROLE_PROVIDER_LEAD), NAV_TOP},
    {"/system", "系统", ROLES_KEEPERS, NAV_TOP},
    {"/supervise", "监督台", ROLES_SUPERVISION, NAV_WATCH},
    {"/supervise/who", "谁看过", ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR), NAV_WATCH},
    {"/statistics", "统计", ROLES_FIGURES, NAV_WATCH},
    {"/integrity", "廉洁风险", ROLES_INTEGRITY, NAV_WATCH},
    {"/things/ties", "利害关系", ROLES_RELATIONS, NAV_WATCH},
    {"/trace", "水印溯源", ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR), NAV_WATCH},
    {"/disclosures/preview", "公开预览", ROLE_BIT(ROLE_HEAD), NAV_MORE},
    {"/import", "导入", ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_PROCUREMENT) |
                            ROLE_BIT(ROLE_PROVIDER_LEAD), NAV_MORE},
    {"/export", "导出", ROLES_INSIDE, NAV_MORE},
    {"/settings", "参数", ROLES_INSIDE, NAV_MORE},
    {"/law", "规定条文", ROLES_ALL, NAV_MORE},
};
enum { ENTRIES = sizeof navigation / sizeof *navigation, PAGE_BYTES_USUAL = 24 << 10 };

/* Does this reader's frame have it? */
static bool entry_open(const struct request *q, const struct entry *e)
{
    if (!(e->roles & q->reader.roles))
        return false;
    str href = str_of(e->href);
    const struct thing *t = str_starts(href, S("/things/")) ? thing_find(str_sub(href, 8, href.n)) : NULL;
    return (!t || thing_open(t, &q->reader)) && (!str_starts(href, S("/monitor")) || q->web->options.readings);
}

/* An entry is current on its own page and on those below it. */
static bool entry_current(const struct request *q, const struct entry *e)
{
    str href = str_of(e->href);
    return str_eq(q->path, href) || (href.n > 1 && str_starts(q->path, href) && q->path.p[href.n] == '/');
}

/* The entry that says most exactly where the reader is; NULL: none does. */
static const struct entry *entry_here(const struct request *q, const bool open[ENTRIES])
{
    const struct entry *best = NULL;
    for (size_t i = 0; i < ENTRIES; i++)
        if (open[i] && entry_current(q, &navigation[i]) &&
            (!best || strlen(navigation[i].href) > strlen(best->href)))
            best = &navigation[i];
    return best;
}

static void entry_link(struct request *q, struct out *o, const struct entry *e, const struct entry *here)
{
    w(o, H("<li><a href=\""), e->href, H("\""));
    if (e == here)
        w(o, str_eq(q->path, str_of(e->href)) ? H(" aria-current=\"page\"") : H(" aria-current=\"true\""));
    w(o, H(">"), e->label, H("</a></li>"));
}

static void navigation_bar(struct request *q, struct out *o)
{
    bool open[ENTRIES];
    for (size_t i = 0; i < ENTRIES; i++)
        open[i] = entry_open(q, &navigation[i]);
    const struct entry *here = entry_here(q, open);
    w(o, H("<nav class=\"columns\" aria-label=\"主要栏目\"><ul>"));
    for (size_t c = 0; c < NAV_COLUMNS; c++) {
        size_t n = 0;
        for (size_t i = 0; i < ENTRIES; i++)
            n += open[i] && navigation[i].column == column_order[c];
        bool menu = n > 1 && column_order[c] != NAV_TOP;
        if (menu) { /* one name: opening a menu closes the one that was open */
            w(o, H("<li><details name=\"column\""), here && here->column == column_order[c] ? H(" class=\"here\"") : H(""));
            w(o, H("><summary>"), column_labels[column_order[c]], H("</summary><ul>"));
        }
        for (size_t i = 0; i < ENTRIES; i++)
            if (open[i] && navigation[i].column == column_order[c])
                entry_link(q, o, &navigation[i], here);
        if (menu)
            w(o, H("</ul></details></li>"));
    }
    w(o, H("</ul></nav>"));
}

/* ---- 大字 ---- */
#define COOKIE_LARGE "xiezhi_large"

static bool large(const struct request *q)
{
    return str_eq(cookie_get(q->cookie, S(COOKIE_LARGE)), S("1"));
}

/* This page's own address, as a browser would write it. */
static str address(struct request *q)
{
    struct out o = {buf_make(q->a, LIMIT_TARGET * 4), q->a};
    for (size_t i = 0; i < q->path.n; i++) {
        if (q->path.p[i] == '/')
            w(&o, H("/"));
        else
            w(&o, U(str_sub(q->path, i, 1)));
    }
    if (q->method == METHOD_GET && q->query.n)
        buf_add(&o.b, S("?")), buf_add(&o.b, q->query);
    return buf_str(&o.b);
}

void page_size_switch(struct request *q, struct out *o)
{
    w(o, H("<form method=\"post\" action=\"/look\"><input type=\"hidden\" name=\"back\" value=\""), address(q),
      H("\"><button class=\"link\" name=\"large\" value=\""), large(q) ? 0 : 1, H("\">"), large(q) ? "标准字号" : "大字", H("</button></form>"));
}

/* Where to go back to: a path of this server in plain ASCII, nothing a browser could take for another host or for a second header. */
static bool own_address(str s)
{
    if (s.n < 1 || s.n > LIMIT_TARGET || s.p[0] != '/' || (s.n > 1 && s.p[1] == '/'))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '\\')
            return false;
    return true;
}

err *page_size(struct request *q, struct response *r)
{
    bool on = str_eq(form_get(&q->form, S("large")), S("1"));
    str back = form_get(&q->form, S("back"));
    response_header(r, "Set-Cookie", arena_printf(q->a, COOKIE_LARGE "=%d; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s", on, on ? 365 * 86400 : 0,
                                                  q->web->options.cookie_secure ? "; Secure" : ""));
    return redirect(r, own_address(back) ? back : S("/"));
}

/* ---- frame ---- */
static void page_head(struct request *q, struct out *o, str title, const struct page_look *look)
{
    w(o, H("<!doctype html>\n<html lang=\"zh-CN\""), large(q) ? H(" class=\"large\"") : H(""), H("><head><meta charset=\"utf-8\"><title>"), title,
      H(" · 獬豸</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\""),
      page_asset(q->a, look->sheet ? look->sheet : "style.css"), H("\">"));
    if (look->installable)
        w(o, H("<link rel=\"manifest\" href=\"/field/manifest.webmanifest\"><meta name=\"theme-color\" content=\"#17507f\">"
               "<link rel=\"apple-touch-icon\" href=\"/static/icon-192.png\">"));
    if (look->htmx) /* no eval, no style of its own: the policy allows neither */
        w(o, H("<meta name=\"htmx-config\" content='{\"allowEval\":false,\"includeIndicatorStyles\":false,\"selfRequestsOnly\":true}'>"
               "<script defer src=\""), page_asset(q->a, "htmx.min.js"), H("\"></script>"));
    for (const char *const *module = look->modules; module && *module; module++)
        w(o, H("<script type=\"module\" src=\""), page_asset(q->a, *module), H("\"></script>"));
    w(o, H("</head><body"));
    if (look->body)
        w(o, H(" class=\""), look->body, H("\""));
    w(o, H("><a class=\"skip\" href=\"#main\">跳到正文</a>"));
}

static void who(struct request *q, struct out *o)
{
    w(o, H("<div class=\"who\">"));
    if (!q->session.open) {
        page_size_switch(q, o);
        bool nobody = q->route && (q->route->flags & ROUTE_NOBODY); /* who is signed in is not asked there */
        if (!nobody && !str_eq(q->path, S("/sign-in")))
            w(o, H("<a href=\"/sign-in\">登录</a>"));
        w(o, H("</div>"));
        return;
    }
    w(o, H("<details name=\"column\"><summary>"), q->session.name, H("</summary><ul><li><span>"),
      roles_words(q->a, q->reader.roles), H("</span></li><li>"));
    page_size_switch(q, o);
    w(o, H("</li>"));
    if (q->reader.roles & ROLES_PHONES)
        w(o, H("<li><a href=\"/phones\">我的手机</a></li>"));
    if (q->reader.roles & ROLES_FIELD)
        w(o, H("<li><a href=\"/pin\">现场口令</a></li>"));
    w(o, H("<li><a href=\"/password\">修改密码</a></li><li><form method=\"post\" action=\"/sign-out\">"));
    page_csrf(q, o);
    w(o, H("<button class=\"link\">退出</button></form></li></ul></details></div>"));
}

struct out *page_begin(struct request *q, str title)
{
    return page_begin_with(q, title, &(struct page_look){0});
}

struct out *page_begin_with(struct request *q, str title, const struct page_look *look)
{
    struct out *o = NEW(q->a, struct out);
    *o = (struct out){buf_make(q->a, LIMIT_PAGE_BYTES), q->a};
    buf_reserve(&o->b, PAGE_BYTES_USUAL);
    page_head(q, o, title, look);
    if (look->plain) {
        w(o, H("<main id=\"main\">"));
        return o;
    }
    w(o, H("<header class=\"frame\"><p class=\"brand\"><a href=\"/\"><b>獬豸</b><span>第三方辅助执法管理</span></a></p>"));
    if (q->session.open && !q->session.must_change)
        navigation_bar(q, o);
    who(q, o);
    w(o, H("</header><main id=\"main\">"));
    if (q->reader.residual)
        w(o, H("<p class=\"alert\">违纪已查实，辅助执法协议已解除（规定第五条）。现仅可申辩、申诉、报告线索、返还资料。</p>"));
    return o;
}

/* Escaped text has no quotation marks: this is an attribute that a page wrote. */
static bool has_primary(const struct out *o)
{
    str rest = buf_str(&o->b);
    for (ptrdiff_t at; (at = str_find(rest, S("primary"))) >= 0; rest = str_sub(rest, (size_t)at + 1, rest.n)) {
        str before = str_sub(rest, 0, (size_t)at);
        if (str_ends(before, S("class=\"")) || str_ends(before, S("class=\"button ")))
            return true;
    }
    return false;
}

html page_button(const struct out *o)
{
    return has_primary(o) ? H("button") : H("button primary");
}

/* A page that is only read has no main action of its own: from there people go on to their work. */
static void way_on(struct request *q, struct out *o)
{
    if (q->session.open)
        w(o, str_eq(q->path, S("/todo")) ? H("<p class=\"actions\"><a class=\"button primary\" href=\"/acts\">办理其他事项</a></p>")
                                         : H("<p class=\"actions\"><a class=\"button primary\" href=\"/todo\">去办待办</a></p>"));
    else
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/report\">反映线索或举报</a></p>"));
}

void page_end(struct request *q, struct out *o, struct response *r, int status)
{
    if (!has_primary(o))
        way_on(q, o);
    w(o, H("</main><footer><p>依据《湖北省生态环境保护第三方辅助执法工作规定（试行）》（鄂环执法〔2022〕71号）</p><ul>"
           "<li><a href=\"/law\">条文说明</a></li><li><a href=\"/public\">公开信息</a></li>"
           "<li><a href=\"/public/draws\">随机抽取公示</a></li><li><a href=\"/v\">文书核验</a></li>"
           "<li><a href=\"/method\">计算方法</a></li><li><a href=\"/prepare\">手机准备</a></li></ul></footer></body></html>\n"));
    CHECK(!o->b.overflow);
    r->status = status;
    r->type = "text/html; charset=utf-8";
    r->body = buf_str(&o->b);
}

/* What to do next, by kind of error. */
static const char *const advice[ERR_KINDS] = {
    [ERR_INPUT] = "请返回上一页，按提示修改后重新提交。",
    [ERR_AUTH] = "请重新登录。",
    [ERR_DENIED] = "如确需办理，请联系本单位负责人或系统管理员核对角色。",
    [ERR_MISSING] = "请核对地址；所查事项可能不属于您的单位，或委托已结束。",
    [ERR_CONFLICT] = "事项状态已变化，请刷新页面后再办理。",
    [ERR_LIMIT] = "请减少内容或分几次提交。",
    [ERR_BUSY] = "请稍候再试。",
    [ERR_FULL] = "存储空间不足，本次提交没有保存。请联系系统管理员清理空间后重新提交。",
    [ERR_IO] = "系统出错，本次提交没有保存。请稍后再试；仍不行的，请把时间告诉系统管理员。",
    [ERR_DATABASE] = "系统出错，本次提交没有保存。请稍后再试；仍不行的，请把时间告诉系统管理员。",
    [ERR_DAMAGED] = "保存的数据与原始记录不一致。请立即联系系统管理员，勿继续操作。",
    [ERR_VERSION] = "数据库版本与程序不一致。请联系系统管理员。"};

void page_error(struct request *q, const err *e, struct response *r)
{
    int status = err_http_status(e->kind);
    struct out *o = page_begin(q, S("不能办理"));
    w(o, H("<div class=\"card narrow\"><p class=\"muted\">"), status, H("</p><h1>"),
      status == 404 ? "没有找到" : status == 403 ? "没有权限" : status < 500 ? "内容需要修改" : "系统暂时不能办理",
      H("</h1><p>"), e->text, H("</p>"));
    if (e->want.n)
        w(o, H("<p class=\"muted\">需要："), e->want, H("</p>"));
    w(o, H("<p>"), advice[e->kind], H("</p><p>时间："), time_chinese(q->a, q->now),
      H("</p><p class=\"actions\"><a class=\"button primary\" href=\"/\">回到首页</a></p></div>"));
    page_end(q, o, r, status);
}

str roles_words(struct arena *a, uint32_t roles)
{
    buf b = buf_make(a, 1000);
    for (int i = 0; i < LAW_ROLE_COUNT; i++) {
        if (!(roles & ROLE_BIT(i)))
            continue;
        if (b.n)
            buf_add(&b, S("、"));
        buf_add(&b, str_of(law_role_names[i].zh));
    }
    return buf_str(&b);
}
