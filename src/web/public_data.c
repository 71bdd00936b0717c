/*
 * The same as files: one stable address a kind, JSON and CSV. A file depends on what is published and on nothing else, not on
 * the hour it is fetched, so its digest can be quoted. CSV begins with a byte order mark, or spreadsheets take it for another
 * encoding; a cell that a spreadsheet would take for a formula gets an apostrophe.
 */
#include "web/public.h"

#include <string.h>

static const char schema[] = "xiezhi-disclosure-1";

/* "decision" or "all". */
struct file_of { const struct disclosed_kind *kind; bool all, csv; };

static bool file_named(str name, struct file_of *ret)
{
    str stem = name;
    *ret = (struct file_of){.csv = str_ends(name, S(".csv"))};
    if (!ret->csv && !str_ends(name, S(".json")))
        return false;
    stem.n -= ret->csv ? 4 : 5;
    ret->all = str_eq(stem, S("all"));
    ret->kind = disclosed_kind_find(stem);
    return ret->all || (ret->kind && disclosed_publishable(ret->kind));
}

static err *items_of(struct request *q, const struct file_of *f, struct disclosed_item **ret, size_t *ret_n)
{
    struct db *d;
    TRY(request_db(q, &d));
    return disclosed_find(d, q->a, &(struct disclosed_query){.kind = f->all ? STR_NONE : str_of(f->kind->name), .limit = LIMIT_PUBLIC_ROWS},
                          ret, ret_n);
}

/* ---- JSON ---- */

static void put_moment(struct request *q, struct json_out *o, const char *key, usec t)
{
    json_key(o, str_of(key));
    if (t == USEC_NONE)
        json_null(o);
    else
        json_str(o, time_rfc3339(q->a, t));
}

static void put_word(struct json_out *o, const char *key, str value)
{
    json_key(o, str_of(key));
    if (value.n)
        json_str(o, value);
    else
        json_null(o);
}

static void json_item(struct request *q, struct json_out *o, const struct disclosed_item *i)
{
    const struct disclosed_kind *k = disclosed_kind_find(i->kind);
    const struct deadline *d = k ? deadline_find(str_of(k->deadline)) : NULL;
    bool withdrawn = i->withdrawn_at != USEC_NONE;
    json_open(o, '{');
    json_put_str(o, S("id"), i->id);
    json_put_str(o, S("kind"), i->kind);
    json_put_str(o, S("ref"), i->ref);
    put_word(o, "organ", i->agency_name);
    put_word(o, "basis", d ? str_of(d->source) : STR_NONE);
    put_moment(q, o, "published_at", i->published_at);
    put_moment(q, o, "due_at", i->due_at);
    json_put_str(o, S("state"), withdrawn ? S("withdrawn") : S("published"));
    put_moment(q, o, "withdrawn_at", i->withdrawn_at);
    put_word(o, "withdraw_class", withdrawn ? i->withdraw_class : STR_NONE);
    put_word(o, "sm3", i->digest);
    json_key(o, S("content"));
    if (i->content.n)
        json_raw(o, i->content);
    else
        json_null(o);
    json_close(o, '}');
}

static void json_file(struct request *q, buf *b, const struct file_of *f, const struct disclosed_item *items, size_t n)
{
    struct json_out o = {b, false};
    json_open(&o, '{');
    json_put_str(&o, S("schema"), str_of(schema));
    json_put_str(&o, S("kind"), f->all ? S("all") : str_of(f->kind->name));
    json_put_bool(&o, S("complete"), n < LIMIT_PUBLIC_ROWS);
    json_key(&o, S("items"));
    json_open(&o, '[');
    for (size_t i = 0; i < n; i++)
        json_item(q, &o, &items[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    buf_char(b, '\n');
}

/* ---- CSV ---- */

static void csv_cell(buf *b, str s, bool first)
{
    bool formula = s.n && strchr("=+-@\t\r", s.p[0]);
    if (!first)
        buf_char(b, ',');
    buf_char(b, '"');
    if (formula)
        buf_char(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_char(b, '"');
        buf_char(b, s.p[i]);
    }
    buf_char(b, '"');
}

/* The value as the page shows it, without markup. */
static str plain(struct request *q, const struct disclosed_value *v)
{
    struct out o = {buf_make(q->a, 4096), q->a};
    if (v->value.kind == DB_NULL)
        return S("");
    show_value(q, &o, &v->column, &v->value);
    str text = buf_str(&o.b);
    if (str_find(text, S("<")) < 0 && str_find(text, S("&")) < 0)
        return text;
    return v->value.kind == DB_TEXT ? v->value.s : arena_printf(q->a, "%lld", (long long)v->value.i);
}

/* "内容" holds everything in one cell, so that one set of columns serves all kinds: 标签：值；标签：值. */
static str content_cell(struct request *q, const struct disclosed_item *i)
{
    const struct disclosed_kind *k = disclosed_kind_find(i->kind);
    struct disclosed_value *v;
    buf b = buf_make(q->a, 64 << 10);
    size_t n;
    if (!k || !i->content.n || disclosed_values(q->a, k, i->content, &v, &n))
        return S("");
    for (size_t c = 0; c < n; c++) {
        if (b.n)
            buf_add(&b, S("；"));
        if (v[c].list)
            buf_printf(&b, "%s%zu·", v[c].list, v[c].row + 1);
        buf_printf(&b, "%s：%.*s", v[c].label, STR_ARG(plain(q, &v[c])));
    }
    return b.overflow ? S("（内容过长，见JSON文件）") : buf_str(&b);
}

static str moment(struct request *q, usec t)
{
    return t == USEC_NONE ? S("") : time_chinese(q->a, t);
}

static void csv_file(struct request *q, buf *b, const struct disclosed_item *items, size_t n)
{
    static const char *const heads[] = {"编号", "类别", "内容名称", "公开机构", "公开依据", "公开时间", "公开期限", "状态", "撤回时间", "撤回原因类别",
                                        "内容摘要（SM3）", "内容"};
    buf_add(b, S("\xef\xbb\xbf"));
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        csv_cell(b, str_of(heads[i]), i == 0);
    buf_add(b, S("\r\n"));
    for (size_t i = 0; i < n; i++) {
        const struct disclosed_item *x = &items[i];
        const struct disclosed_kind *k = disclosed_kind_find(x->kind);
        const struct deadline *d = k ? deadline_find(str_of(k->deadline)) : NULL;
        bool withdrawn = x->withdrawn_at != USEC_NONE;
        const str cells[] = {x->id, k ? str_of(k->label) : x->kind, x->ref, x->agency_name.p ? x->agency_name : S(""),
                             d ? str_of(d->source) : S(""), moment(q, x->published_at), moment(q, x->due_at), withdrawn ? S("已撤回") : S("已公开"),
                             moment(q, x->withdrawn_at), withdrawn ? str_of(withdraw_class_label(x->withdraw_class)) : S(""),
                             x->digest.p ? x->digest : S(""), content_cell(q, x)};
        for (size_t c = 0; c < sizeof cells / sizeof *cells; c++)
            csv_cell(b, cells[c], c == 0);
        buf_add(b, S("\r\n"));
    }
}

/* ---- answering ---- */

static err *make_file(struct request *q, const struct file_of *f, str *ret)
{
    struct disclosed_item *items;
    size_t n;
    buf b = buf_make(q->a, LIMIT_PUBLIC_BYTES);
    TRY(items_of(q, f, &items, &n));
    if (f->csv)
        csv_file(q, &b, items, n);
    else
        json_file(q, &b, f, items, n);
    if (b.overflow)
        return err_new(ERR_LIMIT, "数据文件超过%d MB，请按类别取", LIMIT_PUBLIC_BYTES >> 20);
    *ret = buf_str(&b);
    return NULL;
}

static str digest_of(struct arena *a, str bytes)
{
    struct sm3 d = sm3_of(bytes.p, bytes.n);
    return sm3_text(a, &d);
}

struct listed { str name, sm3; size_t bytes; };

/* Every file that holds anything, with its digest. */
static err *list_files(struct request *q, struct listed **ret, size_t *ret_n)
{
    VEC(struct listed) v = {0};
    struct db *d;
    TRY(request_db(q, &d));
    for (size_t i = 0; i <= disclosed_kind_count(); i++) {
        bool all = i == disclosed_kind_count();
        const struct disclosed_kind *k = all ? NULL : disclosed_kind_at(i);
        int64_t n;
        TRY(db_one_int(d, "SELECT COUNT(*) FROM disclosure WHERE CAST(:kind AS TEXT) IS NULL OR kind = :kind",
                       DB_ARGS(DB_T("kind", all ? STR_NONE : str_of(k->name))), 0, &n));
        for (int csv = 0; n && csv < 2; csv++) {
            struct file_of f = {k, all, csv};
            str bytes;
            TRY(make_file(q, &f, &bytes));
            vec_push(q->a, &v, ((struct listed){arena_printf(q->a, "%s.%s", all ? "all" : k->name, csv ? "csv" : "json"),
                                                digest_of(q->a, bytes), bytes.n}));
        }
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

static err *index_file(struct request *q, struct response *r)
{
    struct listed *files;
    size_t n;
    buf b = buf_make(q->a, 1 << 20);
    struct json_out o = {&b, false};
    TRY(list_files(q, &files, &n));
    json_open(&o, '{');
    json_put_str(&o, S("schema"), str_of(schema));
    json_key(&o, S("files"));
    json_open(&o, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&o, '{');
        json_put_str(&o, S("path"), arena_printf(q->a, "/public/data/%.*s", STR_ARG(files[i].name)));
        json_put_int(&o, S("bytes"), (int64_t)files[i].bytes);
        json_put_str(&o, S("sm3"), files[i].sm3);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    buf_char(&b, '\n');
    CHECK(!b.overflow);
    r->status = 200;
    r->type = "application/json; charset=utf-8";
    r->body = buf_str(&b);
    return NULL;
}

err *public_file(struct request *q, struct response *r)
{
    struct file_of f;
    str bytes;
    if (str_eq(q->part[0], S("index.json")))
        return index_file(q, r);
    if (!file_named(q->part[0], &f))
        return err_new(ERR_MISSING, "没有这个数据文件");
    TRY(make_file(q, &f, &bytes));
    str digest = digest_of(q->a, bytes), tag = arena_printf(q->a, "\"%.*s\"", STR_ARG(digest));
    r->type = f.csv ? "text/csv; charset=utf-8" : "application/json; charset=utf-8";
    r->cache = "public, max-age=300";
    response_header(r, "ETag", tag);
    response_header(r, "X-Content-SM3", digest);
    if (str_eq(q->if_none_match, tag)) {
        r->status = 304;
        r->body = S("");
        return NULL;
    }
    r->status = 200;
    r->body = bytes;
    return NULL;
}

/* ---- what the files are ---- */

static const struct { const char *name, *what; } members[] = {
    {"id", "公开事项的编号，也是网页地址/public/items/编号"}, {"kind", "类别，取值见文件名"}, {"ref", "内容名称或编号"}, {"organ", "公开机构"},
    {"basis", "公开依据"}, {"published_at", "公开时间（RFC 3339，北京时间）"}, {"due_at", "公开期限；没有期限的为空"},
    {"state", "published已公开，withdrawn已撤回"}, {"withdrawn_at", "撤回时间"},
    {"withdraw_class", "撤回原因类别：revoked决定被撤销、changed决定有变更、mistaken内容有误、expired公开期满、unfit不宜公开、other其他"},
    {"sm3", "公开时内容的SM3摘要，撤回后仍保留"},
    {"content", "公开的内容：columns各列、subject和provider单位、numbers数字、lists清单；金额单位为分，日期为自1970年1月1日起的天数，时间为微秒；撤回后为空"}};

err *page_public_data(struct request *q, struct response *r)
{
    struct listed *files;
    size_t n;
    TRY(list_files(q, &files, &n));
    struct out *o = page_begin(q, S("公开信息的数据文件"));
    w(o, H("<p class=\"muted\"><a href=\"/public\">公开信息</a></p><h1>数据文件</h1><p>与网页同样的内容，供程序读取。地址不变；内容没有变化时，文件逐字节相同。"
           "</p><p class=\"actions\"><a class=\"button primary\" href=\"/public/data/index.json\">打开清单（index.json）</a></p>"));
    if (!n)
        w(o, H("<p class=\"card muted\">还没有公开信息。</p>"));
    else
        w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">文件</th><th class=\"number\" scope=\"col\">字节</th>"
               "<th scope=\"col\">SM3</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++)
        w(o, H("<tr><td data-label=\"文件\"><a href=\"/public/data/"), U(files[i].name), H("\">"), files[i].name,
          H("</a></td><td class=\"number\" data-label=\"字节\">"), files[i].bytes, H("</td><td data-label=\"SM3\"><code>"), files[i].sm3,
          H("</code></td></tr>"));
    if (n)
        w(o, H("</tbody></table></div>"));
    w(o, H("<h2>JSON文件的格式（"), schema, H("）</h2><p>一个对象：schema、kind、complete（是否全部在内，最多"), LIMIT_PUBLIC_ROWS,
      H("项）、items。items的每一项：</p><dl class=\"facts\">"));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        w(o, H("<dt><code>"), members[i].name, H("</code></dt><dd>"), members[i].what, H("</dd>"));
    w(o, H("</dl><h2>CSV文件的格式</h2><p>UTF-8，带字节顺序标记，逗号分隔，第一行是列名，一行一项，“内容”一列为“标签：值”，以分号隔开。</p>"));
    page_end(q, o, r, 200);
    return NULL;
}
