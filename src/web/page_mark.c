/*
 * The faint code over pages with persons or secrets, and the page that reads codes.
 *
 * The code of a page is nothing that is stored: five signs of the minute, seven of a MAC over reader and minute with a key of the
 * store. Who holds a photo of a page gives the code to discipline; the reader is he whose MAC it is. The pattern is SVG in the page, not a
 * background of the style sheet: backgrounds are what browsers leave out when they print.
 */
#include "web/import.h"
#include "web/looks.h"
#include "web/roles.h"

#include <string.h>

enum { MINUTE_SIGNS = 5, MAC_SIGNS = 7, CODE_SIGNS = MINUTE_SIGNS + MAC_SIGNS };
enum { MARK_PAGES_SHOWN = 80 };
enum { FIRST_MINUTE = 18262 * 1440 }; /* 2020-01-01: five signs last until 2083 */
static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void code_of(const struct web *web, str user, int64_t minute, char ret[CODE_SIGNS + 1])
{
    AUTO_ARENA(a);
    const struct ledger_keys *keys = acts_keys(web->acts);
    str text = arena_printf(a, "page-mark\n%.*s\n%lld", STR_ARG(user), (long long)minute);
    struct sm3 mac = hmac_sm3(keys->master.byte, sizeof keys->master.byte, text.p, text.n);
    for (int i = 0; i < MINUTE_SIGNS; i++)
        ret[i] = signs[(minute >> (5 * (MINUTE_SIGNS - 1 - i))) & 31];
    for (int i = 0; i < MAC_SIGNS; i++)
        ret[MINUTE_SIGNS + i] = signs[mac.byte[i] & 31];
    ret[CODE_SIGNS] = '\0';
}

void page_mark(struct request *q, struct out *o)
{
    char code[CODE_SIGNS + 1];
    if (!q->session.open)
        return;
    looks_add(q);
    code_of(q->web, q->session.user, q->now / USEC_MINUTE - FIRST_MINUTE, code);
    str shown = arena_printf(q->a, "%.4s-%.4s-%.4s", code, code + 4, code + 8);
    w(o,
      H("<svg class=\"mark\" aria-hidden=\"true\" width=\"100%\" height=\"100%\"><defs><pattern "
        "id=\"mark\" width=\"300\" height=\"150\""
        " patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-22)\"><text x=\"20\" y=\"80\" "
        "font-size=\"17\" fill-opacity=\"0.09\">"),
      shown,
      H("</text></pattern></defs><rect width=\"100%\" height=\"100%\" "
        "fill=\"url(#mark)\"/></svg>"));
}

/* ---- reading codes ---- */
struct marked { bool found; str user, name; int64_t minute; };

/* Letters and digits as people read them off paper: any case, O for 0, I and L for 1. */
static bool plain_code(str typed, char ret[CODE_SIGNS + 1])
{
    int n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i] >= 'a' && typed.p[i] <= 'z' ? (char)(typed.p[i] - 32) : typed.p[i];
        if (c == '-' || c == ' ')
            continue;
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (n == CODE_SIGNS || !c || !strchr(signs, c))
            return false;
        ret[n++] = c;
    }
    ret[n] = '\0';
    return n == CODE_SIGNS;
}

static err *found_export(struct request *q, struct out *o, const char *code, bool *ret_found)
{
    const struct thing *t = thing_find(S("exports"));
    struct db_value *row;
    struct db *d;
    char id[CODE_SIGNS + 3];
    size_t n = 0;
    for (int i = 0; i < CODE_SIGNS; i++) {
        if (i == 4 || i == 8)
            id[n++] = '-';
        id[n++] = code[i] >= 'A' ? (char)(code[i] + 32) : code[i];
    }
    TRY(request_db(q, &d));
    err *e = things_get(d, q->a, t, &q->reader, (str){id, n}, &row);
    *ret_found = !e;
    if (e && e->kind == ERR_MISSING) {
        err_clear();
        return NULL;
    }
    TRY(e);
    w(o, H("<section class=\"card\"><h2>导出的文件</h2><dl class=\"facts\">"));
    for (size_t i = 0; t->columns[i].name; i++) {
        if (row[i].kind == DB_NULL)
            continue;
        w(o, H("<dt>"), t->columns[i].label, H("</dt><dd>"));
        show_value(q, o, &t->columns[i], &row[i]);
        w(o, H("</dd>"));
    }
    w(o, H("</dl><p><a href=\"/things/exports/"), U(((str){id, n})), H("\">查看导出记录</a></p></section>"));
    return NULL;
}

/* Whose MAC is it? Only readers whom the asking one may see. */
static err *reader_of(struct request *q, const char *code, struct marked *ret)
{
    const struct thing *t = thing_find(S("users"));
    struct thing_query query = {.thing = t, .reader = &q->reader, .limit = LIMIT_THING_PAGE, .text = S(""), .after = S("")};
    int64_t minute = 0;
    struct db *d;
    for (int i = 0; i < MINUTE_SIGNS; i++)
        minute = minute * 32 + (strchr(signs, code[i]) - signs);
    TRY(request_db(q, &d));
    for (;;) {
        struct thing_page page;
        size_t n = thing_columns(t);
        TRY(things_list(d, q->a, &query, &page));
        for (size_t i = 0; i < page.n; i++) {
            char own[CODE_SIGNS + 1];
            code_of(q->web, page.row[i][n].s, minute, own);
            if (!memcmp(own, code, CODE_SIGNS)) {
                *ret = (struct marked){true, page.row[i][n].s, page.row[i][n + 1].s, minute + FIRST_MINUTE};
                return NULL;
            }
        }
        if (!page.next.n)
            return NULL;
        query.after = page.next;
    }
}

/* A helper looks at what other bureaus gave him, too: what is not the asking one's to read has no name here. To an auditor, who reads no
 * case at all, the bare id says which page it was. */
static err *put_page(struct request *q, struct out *o, const struct look *v)
{
    const struct thing *t = thing_find(v->kind);
    struct db_value *row;
    struct db *d;
    w(o, t ? str_of(t->label) : S("页面"));
    if (!v->thing.n)
        w(o, H("（清单）"));
    if (!v->thing.n || !t)
        return NULL;
    TRY(request_db(q, &d));
    if (!thing_open(t, &q->reader)) {
        w(o, H("："), v->thing);
        return NULL;
    }
    err *e = things_get(d, q->a, t, &q->reader, v->thing, &row);
    if (e && e->kind != ERR_MISSING)
        return e;
    if (e) {
        err_clear();
        w(o, H("（不在您的查看范围内）"));
    } else {
        w(o, H("：<a href=\"/things/"), t->name, H("/"), U(v->thing), H("\">"), row[thing_columns(t) + 1].s, H("</a>"));
    }
    return NULL;
}

err *looks_table(struct request *q, struct out *o, const struct look_query *query, bool *ret_any)
{
    struct look *v;
    size_t n;
    TRY(looks_find(q, query, &v, &n));
    *ret_any = n > 0;
    if (!n)
        return NULL;
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">时间</th><th scope=\"col\">查看人</th><th scope=\"col\">打开的页面</th>"
           "</tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++) {
        w(o, H("<tr><td class=\"time\" data-label=\"时间\">"), time_chinese(q->a, v[i].minute * USEC_MINUTE), H("</td><td data-label=\"查看人\"><a href=\"/supervise/who?user="),
          U(v[i].user), H("\">"), v[i].name, H("</a></td><td data-label=\"打开的页面\"><span>"));
        TRY(put_page(q, o, &v[i]));
        w(o, H("</span></td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
    return NULL;
}

static err *found_page(struct request *q, struct out *o, const char *code, bool *ret_found)
{
    struct marked m = {0};
    bool any;
    TRY(reader_of(q, code, &m));
    *ret_found = m.found;
    if (!m.found)
        return NULL;
    w(o, H("<section class=\"card\"><h2>网页</h2><dl class=\"facts\"><dt>查看人</dt><dd><a href=\"/things/users/"), U(m.user), H("\">"), m.name,
      H("</a></dd><dt>打开时间</dt><dd>"), time_chinese(q->a, m.minute * USEC_MINUTE), H("</dd></dl><h2>这一分钟内打开的页面</h2>"));
    TRY(looks_table(q, o, &(struct look_query){.user = m.user, .kind = S(""), .thing = S(""), .minute = m.minute, .limit = MARK_PAGES_SHOWN}, &any));
    w(o, any ? H("") : H("<p class=\"muted\">查看记录已过保存期，或不在保存范围。看的是什么以网页内容为准。</p>"), H("</section>"));
    return NULL;
}

err *mark_trace(struct request *q, struct out *o, str typed, enum mark_found *ret)
{
    char code[CODE_SIGNS + 1];
    bool found = false;
    *ret = MARK_NO_CODE;
    if (!plain_code(typed, code))
        return NULL;
    *ret = MARK_UNKNOWN;
    TRY(found_export(q, o, code, &found));
    if (!found)
        TRY(found_page(q, o, code, &found));
    if (found)
        *ret = MARK_FOUND;
    return NULL;
}

err *page_trace(struct request *q, struct response *r)
{
    str typed = utf8_clip(form_get(&q->params, S("code")), 64);
    enum mark_found found = MARK_NO_CODE;
    struct out *o = page_begin(q, S("水印溯源"));
    w(o, H("<h1>水印溯源</h1><p class=\"muted\">输入纸张、照片或文件上的水印，查是谁、何时导出或打开的。</p>"
           "<form class=\"find\" method=\"get\" role=\"search\"><div><label for=\"code\">水印</label><input id=\"code\" name=\"code\" maxlength=\"64\" value=\""),
      typed, H("\"></div><button class=\"primary\">查找</button></form>"));
    if (typed.n) {
        TRY(mark_trace(q, o, typed, &found));
        if (found == MARK_NO_CODE)
            w(o, H("<p class=\"alert\" role=\"alert\">水印是12位数字和字母，如 K7QF-2M9A-X3TD。</p>"));
        if (found == MARK_UNKNOWN)
            w(o, H("<p class=\"card\">没有查到。请核对每一位；不属于您机构的查不到。</p>"));
    }
    w(o, H("<p class=\"muted\"><a href=\"/things/exports\">导出记录</a> · <a href=\"/things/export_requests\">导出申请</a></p>"));
    page_end(q, o, r, 200);
    return NULL;
}
