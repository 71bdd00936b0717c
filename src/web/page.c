/*
 * The frame of every page: one h1 below it, one filled button, navigation by role, no script it could not do without. Pages are made for
 * 1366 pixels and for phones of 360, and print like the paper they stand for.
 */
#include "web/field.h"
#include "web/looking.h"
#include "web/monitor.h"

void page_csrf(struct request *q, struct out *o)
{
    if (q->session.open)
        w(o, H("<input type=\"hidden\" name=\"csrf\" value=\""), q->session.csrf, H("\">"));
}

static const struct { const char *href, *label; uint32_t roles; } navigation[] = {
    {"/", "今日任务", ROLES_ALL},
    {"/todo", "待办", ROLES_ALL},
    {"/field", "手机现场", ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_MEMBER)},
    {"/things/entrustments", "委托", ROLES_INSIDE | ROLES_THIRD_PARTY},
    {"/things/visits", "现场", ROLES_INSIDE | ROLES_THIRD_PARTY},
    {"/things/materials", "材料", ROLES_INSIDE | ROLES_THIRD_PARTY},
    {"/things/clues", "线索", ROLES_INSIDE | ROLES_THIRD_PARTY},
    {"/things/cases", "案卷", ROLES_INSIDE},
    {"/things/notices", "告知", ROLES_INSIDE | ROLE_BIT(ROLE_SUBJECT)},
    {"/things/objections", "异议", ROLES_INSIDE | ROLE_BIT(ROLE_SUBJECT)},
    {"/draws", "抽取", ROLES_INSIDE},
    {"/things/ties", "利害关系", ROLES_RELATIONS},
    {"/monitor", "监测", ROLES_MONITOR},
    {"/monitor/health", "联网", ROLE_BIT(ROLE_SYSADMIN)},
    {"/papers", "文书", ROLES_BUSINESS},
    {"/things/papers", "文书", ROLES_OUTSIDE},
    {"/statistics", "统计", ROLES_FIGURES},
    {"/targets", "靶向", ROLES_TARGET},
    {"/integrity", "廉洁", ROLES_INTEGRITY},
    {"/things/agreements", "协议", ROLES_INSIDE | ROLE_BIT(ROLE_PROVIDER_LEAD)},
    {"/disclosures/preview", "公开", ROLE_BIT(ROLE_HEAD)},
    {"/import", "导入", ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_PROCUREMENT) |
                                ROLE_BIT(ROLE_PROVIDER_LEAD)},
    {"/export", "导出", ROLES_INSIDE},
    {"/trace", "水印溯源", ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR)},
    {"/phones", "我的手机", ROLES_PHONES},
    {"/acts", "全部事项", ROLES_ALL},
};

static void navigation_bar(struct request *q, struct out *o)
{
    w(o, H("<nav aria-label=\"主要栏目\"><ul>"));
    for (size_t i = 0; i < sizeof navigation / sizeof *navigation; i++) {
        str href = str_of(navigation[i].href);
        const struct thing *t = str_starts(href, S("/things/")) ? thing_find(str_sub(href, 8, href.n)) : NULL;
        if (!(navigation[i].roles & q->reader.roles) || (t && !thing_open(t, &q->reader)) ||
            (str_starts(href, S("/monitor")) && !q->web->options.readings))
            continue;
        bool here = str_eq(q->path, href);
        w(o, H("<li><a href=\""), navigation[i].href, H("\""));
        if (here)
            w(o, H(" aria-current=\"page\""));
        w(o, H(">"), navigation[i].label, H("</a></li>"));
    }
    w(o, H("</ul></nav>"));
}

static void page_head(struct request *q, struct out *o, str title, const struct page_look *look)
{
    w(o, H("<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>"), title,
      H(" · 獬豸</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\""),
      page_asset(q->a, "style.css"), H("\">"));
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

struct out *page_begin(struct request *q, str title)
{
    return page_begin_with(q, title, &(struct page_look){0});
}

struct out *page_begin_with(struct request *q, str title, const struct page_look *look)
{
    struct out *o = NEW(q->a, struct out);
    *o = (struct out){buf_make(q->a, LIMIT_PAGE_BYTES), q->a};
    page_head(q, o, title, look);
    if (look->plain) {
        w(o, H("<main id=\"main\">"));
        return o;
    }
    w(o, H("<header><p class=\"brand\"><a href=\"/\"><b>獬豸</b> 第三方辅助执法管理</a></p>"));
    if (q->session.open && !q->session.must_change)
        navigation_bar(q, o);
    if (q->session.open) {
        w(o, H("<form class=\"who\" method=\"post\" action=\"/sign-out\"><span>"), q->session.name, H(" · "),
          roles_words(q->a, q->reader.roles), H("</span> <a href=\"/password\">修改密码</a>"));
        page_csrf(q, o);
        w(o, H("<button class=\"link\">退出</button></form>"));
    }
    w(o, H("</header><main id=\"main\">"));
    if (q->reader.residual)
        w(o, H("<p class=\"alert\">违纪已查实，辅助执法协议已解除（规定第五条）。现仅可申辩、申诉、报告线索、返还资料。</p>"));
    return o;
}

void page_end(struct request *q, struct out *o, struct response *r, int status)
{
    w(o, H("</main><footer><p>依据《湖北省生态环境保护第三方辅助执法工作规定（试行）》（鄂环执法〔2022〕71号） · "
           "<a href=\"/law\">条文说明</a> · <a href=\"/public\">公开信息</a> · <a href=\"/public/draws\">随机抽取公示</a> · "
           "<a href=\"/v\">文书核验</a> · <a href=\"/method\">计算方法</a>"));
    if (q->reader.roles & ROLES_INSIDE)
        w(o, H(" · <a href=\"/settings\">参数</a>"));
    w(o, H("</p></footer></body></html>\n"));
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
      H("</p><p><a class=\"button\" href=\"/\">回到首页</a></p></div>"));
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
