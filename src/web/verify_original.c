/*
 * The left of 材料核实: the original, when and where it was taken, who accompanied whom at that moment, and what hangs on it. Whoever
 * signs must have had the thing itself before him, so it is shown, not described: a photo as a picture, a table as its first lines, and the
 * bytes are digested again each time the page is opened (blob_get() does).
 */
#include "acts/presence.h"
#include "web/roles.h"

#include <string.h>

enum { LIMIT_ORIGINAL = 64 << 20, LINES_SHOWN = 24, LINE_POINTS = 160, HANGING_SHOWN = 100 };

/* ---- the bytes ---- */
/* Only what every browser draws by itself, known by its first bytes and not by what somebody called it. */
static const char *picture_type(str bytes)
{
    if (bytes.n > 3 && !memcmp(bytes.p, "\xff\xd8\xff", 3))
        return "image/jpeg";
    if (bytes.n > 8 && !memcmp(bytes.p, "\x89PNG\r\n\x1a\n", 8))
        return "image/png";
    return NULL;
}

enum original { ORIGINAL_HERE, ORIGINAL_NONE /* only its digest was registered */, ORIGINAL_LARGE, ORIGINAL_DAMAGED };

/* ret is filled of ORIGINAL_HERE only. */
static err *original_bytes(struct request *q, str digest, enum original *ret_how, str *ret)
{
    struct sm3 d;
    *ret_how = ORIGINAL_NONE;
    *ret = STR_NONE;
    if (!sm3_from_text(digest, &d))
        return NULL;
    err *e = blob_get(q->web->store, q->a, &d, LIMIT_ORIGINAL, ret);
    *ret_how = !e ? ORIGINAL_HERE : e->kind == ERR_LIMIT ? ORIGINAL_LARGE : e->kind == ERR_DAMAGED ? ORIGINAL_DAMAGED : ORIGINAL_NONE;
    if (e && *ret_how == ORIGINAL_NONE && e->kind != ERR_MISSING)
        return e;
    if (e)
        err_clear();
    return NULL;
}

err *page_material_picture(struct request *q, struct response *r)
{
    const struct thing *t = thing_find(S("materials"));
    struct db_value *row;
    struct db *d;
    enum original how;
    str bytes;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[0], &row));
    TRY(original_bytes(q, named_value(t, row, "digest"), &how, &bytes));
    const char *type = how == ORIGINAL_HERE ? picture_type(bytes) : NULL;
    if (!type)
        return err_new(ERR_MISSING, "这份材料不是可以直接显示的图片");
    r->status = 200;
    r->type = type;
    r->body = bytes;
    return NULL;
}

static bool readable(str bytes)
{
    if (utf8_bad(bytes) >= 0)
        return false;
    for (size_t i = 0; i < bytes.n; i++)
        if ((unsigned char)bytes.p[i] < ' ' && !strchr("\t\r\n", bytes.p[i]))
            return false;
    return true;
}

static void first_lines(struct out *o, str bytes)
{
    str rest = bytes, line;
    int n = 0;
    w(o, H("<pre class=\"bytes original-text\">"));
    while (rest.p && rest.n && n < LINES_SHOWN && str_next(&rest, '\n', &line)) {
        str shown = utf8_clip(line, LINE_POINTS);
        w(o, shown, shown.n < line.n ? H("…\n") : H("\n"));
        n++;
    }
    w(o, H("</pre>"));
    if (rest.p && rest.n)
        w(o, H("<p class=\"muted\">只显示前"), n, H("行，全文请下载。</p>"));
}

static err *the_thing(struct request *q, struct out *o, str id, str digest)
{
    const html instead[] = {[ORIGINAL_NONE] = H("<p class=\"note\">原件没有上传，只登记了摘要。请当面核对原件，计算它的SM3，与下面的摘要比对。</p>"),
                            [ORIGINAL_LARGE] = H("<p class=\"note\">原件超过64 MB，不在这里显示，也没有重新计算摘要。请下载后计算它的SM3，与下面的摘要比对。</p>"),
                            [ORIGINAL_DAMAGED] = H("<p class=\"alert\">原件的摘要与提交时不一致，请勿核实，立即报告系统管理员。</p>")};
    enum original how;
    str bytes;
    TRY(original_bytes(q, digest, &how, &bytes));
    if (how != ORIGINAL_HERE) {
        w(o, instead[how]);
        if (how == ORIGINAL_LARGE)
            w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/materials/"), U(id), H("/file\">下载原件</a></p>"));
        return NULL;
    }
    if (picture_type(bytes))
        w(o, H("<figure class=\"original\"><a href=\"/materials/"), U(id), H("/picture\"><img src=\"/materials/"), U(id),
          H("/picture\" alt=\"原件照片\"></a></figure>"));
    else if (readable(bytes))
        first_lines(o, bytes);
    w(o, H("<p class=\"fine\">刚才重新计算了原件的摘要，与提交时一致。</p><p class=\"actions\"><a class=\"button\" href=\"/materials/"), U(id), H("/file\">下载原件（"), (bytes.n + 1023) / 1024, H(" KB）</a></p>"));
    return NULL;
}

/* ---- who was with whom at that moment ---- */
struct strip { usec from, to; };

static int at(const struct strip *s, usec t)
{
    if (t <= s->from)
        return 0;
    return t >= s->to ? 1000 : (int)((t - s->from) * 1000 / (s->to - s->from));
}

static str clock_of(struct arena *a, usec t)
{
    struct civil c = civil_of(t);
    return arena_printf(a, "%02d:%02d", c.hour, c.minute);
}

static err *person_name(struct request *q, struct db *d, str id, str *ret)
{
    TRY(db_one_str(d, q->a, "SELECT name FROM (SELECT name FROM member WHERE id = :id UNION ALL SELECT name FROM users WHERE id = :id) w LIMIT 1",
                   DB_ARGS(DB_T("id", id)), ret));
    if (!ret->p)
        *ret = id;
    return NULL;
}

/* A row for each stay inside, one line for the moment of capture; said in words below, for who does not see it. */
static err *draw_strip(struct request *q, struct db *d, struct out *o, const struct presence *p, usec captured, str author)
{
    enum { LEFT = 96, WIDE = 560, ROW = 24 };
    struct strip s = {captured, captured};
    for (size_t i = 0; i < p->intervals_n; i++) {
        if (p->intervals[i].from < s.from)
            s.from = p->intervals[i].from;
        if (p->intervals[i].to > s.to)
            s.to = p->intervals[i].to;
    }
    s.from -= 10 * USEC_MINUTE;
    s.to += 10 * USEC_MINUTE;
    size_t n = p->intervals_n < 40 ? p->intervals_n : 40;
    int high = (int)n * ROW + 34, mark = LEFT + at(&s, captured) * WIDE / 1000;
    w(o, H("<svg class=\"stays\" viewBox=\"0 0 "), LEFT + WIDE + 8, H(" "), high, H("\" role=\"img\" aria-label=\"进出与取得时刻\">"));
    for (size_t i = 0; i < n; i++) {
        const struct presence_interval *v = &p->intervals[i];
        str name;
        TRY(person_name(q, d, v->person, &name));
        int x = LEFT + at(&s, v->from) * WIDE / 1000, x2 = LEFT + at(&s, v->to) * WIDE / 1000, y = (int)i * ROW + 4;
        w(o, H("<text class=\"name\" x=\"0\" y=\""), y + 13, H("\">"), utf8_clip(name, 6), H("</text><rect class=\""),
          v->helper ? H("helper") : H("officer"), str_eq(v->person, author) ? H(" author") : H(""), H("\" x=\""), x, H("\" y=\""), y, H("\" width=\""),
          x2 - x > 2 ? x2 - x : 2, H("\" height=\"16\"><title>"), name, H(" "), clock_of(q->a, v->from), H("—"),
          v->open ? S("未离场") : clock_of(q->a, v->to), H("</title></rect>"));
    }
    w(o, H("<line class=\"moment\" x1=\""), mark, H("\" x2=\""), mark, H("\" y1=\"0\" y2=\""), high - 22, H("\"/><text class=\"moment\" x=\""),
      mark < LEFT + 60 ? LEFT + 60 : mark > LEFT + WIDE - 60 ? LEFT + WIDE - 60 : mark, H("\" y=\""), high - 6, H("\" text-anchor=\"middle\">取得 "), clock_of(q->a, captured),
      H("</text></svg>"));
    return NULL;
}

static err *accompanied(struct request *q, struct db *d, struct out *o, const struct thing *t, const struct db_value *row)
{
    str visit = named_value(t, row, "visit"), author = named_value(t, row, "author");
    usec captured = named_number(t, row, "captured_at", USEC_NONE);
    struct presence p;
    if (!visit.n || captured == USEC_NONE) {
        w(o, H("<p class=\"muted\">不是在现场取得的材料，没有陪同时段可对照。</p>"));
        return NULL;
    }
    TRY(visit_presence_now(d, q->a, visit, q->now, &p));
    const html words[] = {H("<p class=\"fine\">取得时作者在场，且有不少于规定人数的执法人员陪同。</p>"),
                                 H("<p class=\"note\">取得时刻在时钟误差之内，陪同情况存疑。请在核实过程中说明。</p>"),
                                 H("<p class=\"alert\">取得时作者不在陪同时段内，材料已隔离，不能采用（规定第十一条）。</p>")};
    w(o, words[presence_at(&p, author, captured)]);
    return draw_strip(q, d, o, &p, captured, author);
}

/* ---- what it comes from and what derives from it ---- */
static err *hanging(struct request *q, struct db *d, struct out *o, str id, const char *sql, html head, html none)
{
    struct db_rows rows;
    bool any = false;
    TRY(db_query(d, q->a, sql, DB_ARGS(DB_T("id", id), DB_I("limit", HANGING_SHOWN)), &rows));
    w(o, H("<dt>"), head, H("</dt><dd>"));
    for (;;) {
        bool more;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        w(o, any ? H("；") : H(""), H("<a href=\"/materials/"), U(db_str(&rows, 0)), H("/verify\">"), db_str(&rows, 1), H("</a>（"),
          label_of(db_str(&rows, 2), "submitted=待核实 adoptable=可采用 reference_only=仅供参考 rejected=不予采用"), H("）"));
        any = true;
    }
    w(o, any ? H("") : none, H("</dd>"));
    return NULL;
}

static err *cited(struct request *q, struct db *d, struct out *o, str id)
{
    struct db_rows rows;
    bool any = false;
    TRY(db_query(d, q->a, "SELECT k.id, COALESCE(k.cause, k.id) FROM citation c JOIN casefile k ON k.id = c.casefile WHERE c.material = :id ORDER BY c.seq LIMIT 20",
                 DB_ARGS(DB_T("id", id)), &rows));
    w(o, H("<dt>被引用</dt><dd>"));
    for (;;) {
        bool more;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        w(o, any ? H("；") : H(""), H("<a href=\"/cases/"), U(db_str(&rows, 0)), H("\">"), db_str(&rows, 1), H("</a>"));
        any = true;
    }
    w(o, any ? H("") : H("还没有案卷引用"), H("</dd>"));
    return NULL;
}

static void fact(struct request *q, struct out *o, const struct thing *t, const struct db_value *row, const char *column)
{
    for (size_t i = 0; t->columns[i].name; i++) {
        if (strcmp(t->columns[i].name, column) || row[i].kind == DB_NULL)
            continue;
        w(o, H("<dt>"), t->columns[i].label, H("</dt><dd>"));
        show_value(q, o, &t->columns[i], &row[i]);
        w(o, H("</dd>"));
    }
}

err *original_section(struct request *q, struct out *o, const struct thing *t, const struct db_value *row)
{
    static const char *const facts[] = {"kind", "entrustment", "provider", "author", "device", "captured_at", "visit"};
    str id = row[thing_columns(t)].s, digest = named_value(t, row, "digest");
    struct db *d;
    TRY(request_db(q, &d));
    w(o, H("<section class=\"card\"><h2>原件</h2>"));
    TRY(the_thing(q, o, id, digest));
    w(o, H("<dl class=\"facts\">"));
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        fact(q, o, t, row, facts[i]);
    w(o, H("<dt>摘要（SM3）</dt><dd><code>"), digest, H("</code></dd></dl><h2>取得时谁在场</h2>"));
    TRY(accompanied(q, d, o, t, row));
    w(o, H("<h2>前后关系</h2><dl class=\"facts\">"));
    TRY(hanging(q, d, o, id, "SELECT m.id, COALESCE(m.title, m.id), m.state FROM material_source s JOIN material m ON m.id = s.source WHERE s.material = :id"
                             " ORDER BY m.seq LIMIT :limit", H("来自"), H("原始材料，没有来源材料")));
    TRY(hanging(q, d, o, id, "SELECT m.id, COALESCE(m.title, m.id), m.state FROM material_source s JOIN material m ON m.id = s.material WHERE s.source = :id"
                             " ORDER BY m.seq LIMIT :limit", H("据此形成"), H("没有材料据此形成")));
    TRY(cited(q, d, o, id));
    w(o, H("</dl></section>"));
    return NULL;
}
