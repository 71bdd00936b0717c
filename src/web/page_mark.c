/*
 * The faint code over pages with persons or secrets, and the page that reads codes.
 *
 * The code of a page is nothing that is stored: five signs of the minute, seven of a MAC over reader and minute with a key of the
 * store. Who holds a photo of a page gives the code to discipline; the reader is he whose MAC it is. The pattern is SVG in the page, not a
 * background of the style sheet: backgrounds are what browsers leave out when they print.
 */
#include "web/import.h"

#include <string.h>

enum { MINUTE_SIGNS = 5, MAC_SIGNS = 7, CODE_SIGNS = MINUTE_SIGNS + MAC_SIGNS };
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
static err *found_page(struct request *q, struct out *o, const char *code, bool *ret_found)
{
    const struct thing *t = thing_find(S("users"));
    struct thing_query query = {.thing = t, .reader = &q->reader, .limit = LIMIT_THING_PAGE, .text = S(""), .after = S("")};
    int64_t minute = 0;
    struct db *d;
    for (int i = 0; i < MINUTE_SIGNS; i++)
        minute = minute * 32 + (strchr(signs, code[i]) - signs);
    TRY(request_db(q, &d));
    *ret_found = false;
    for (;;) {
        struct thing_page page;
        size_t n = thing_columns(t);
        TRY(things_list(d, q->a, &query, &page));
        for (size_t i = 0; i < page.n && !*ret_found; i++) {
            char own[CODE_SIGNS + 1];
            code_of(q->web, page.row[i][n].s, minute, own);
            *ret_found = memcmp(own, code, CODE_SIGNS) == 0;
            if (*ret_found)
                w(o,
                  H("<section class=\"card\"><h2>网页</h2><dl "
                    "class=\"facts\"><dt>查看人</dt><dd><a href=\"/things/users/"),
                  U(page.row[i][n].s), H("\">"), page.row[i][n + 1].s,
                  H("</a></dd><dt>打开时间</dt><dd>"),
                  time_chinese(q->a, (minute + FIRST_MINUTE) * USEC_MINUTE),
                  H("</dd></dl><p "
                    "class=\"muted\">"
                    "同一分钟内同一人打开的网页水印相同；看的是什么以网页内容为准。</p></"
                    "section>"));
        }
        if (!page.next.n || *ret_found)
            return NULL;
        query.after = page.next;
    }
}

err *page_trace(struct request *q, struct response *r)
{
    str typed = utf8_clip(form_get(&q->params, S("code")), 64);
    char code[CODE_SIGNS + 1];
    bool file = false, page = false;
    struct out *o = page_begin(q, S("水印溯源"));
    w(o,
      H("<h1>水印溯源</h1><p "
        "class=\"muted\">输入纸张、照片或文件上的水印，查是谁、何时导出或打开的。</p>"
        "<form class=\"find\" method=\"get\" role=\"search\"><div><label "
        "for=\"code\">水印</label><input id=\"code\" name=\"code\" maxlength=\"64\" value=\""),
      typed, H("\"></div><button>查找</button></form>"));
    if (typed.n && !plain_code(typed, code)) {
        w(o, H("<p class=\"alert\" role=\"alert\">水印是12位数字和字母，如 K7QF-2M9A-X3TD。</p>"));
    } else if (typed.n) {
        TRY(found_export(q, o, code, &file));
        if (!file)
            TRY(found_page(q, o, code, &page));
        if (!file && !page)
            w(o, H("<p class=\"card\">没有查到。请核对每一位；不属于您机构的查不到。</p>"));
    }
    w(o, H("<p class=\"muted\"><a href=\"/things/exports\">导出记录</a> · <a href=\"/things/export_requests\">导出申请</a></p>"));
    page_end(q, o, r, 200);
    return NULL;
}
