/*
 * A case as a court reads it: its papers in the order of binding, under each cited material how it came in, and beside them all the while
 * what is wrong with the file, by which rule, who can still mend it and until when. Below, the bundle to take away: written to a file and
 * streamed, for it may be larger than memory.
 */
#include "web/import.h"
#include "web/roles.h"
#include "bundle/bundle.h"
#include "bundle/checker/checker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct thing *cases(void)
{
    return thing_find(S("cases"));
}

/* ---- 缺陷清单 ---- */

static void basis(struct out *o, const struct defect *d)
{
    const struct law_instrument *i = law_instrument_find(d->instrument.p, d->instrument.n);
    w(o, H("《"), i ? str_of(i->title) : d->instrument, H("》"));
    if (d->article.n)
        w(o, H("第"), d->article, H("条"));
}

static void defect_item(struct request *q, struct out *o, str id, const struct defect *d, bool may_explain)
{
    w(o, H("<li class=\"defect\"><p><b>"), d->because, H("</b></p><p class=\"muted\">"));
    basis(o, d);
    w(o, H("</p><p>"), d->remedy, H("</p><p>由<b>"), d->who, H("</b>补正，最迟"), day_chinese(q->a, d->until), H("</p><p>"));
    if (d->explained_seq)
        w(o, H("<span class=\"badge\">已说明</span> <a href=\"/receipts/"), d->explained_seq, H("\">"), d->explanation, H("</a>"));
    else if (may_explain)
        w(o, H("<a href=\"/do/case.explain?case="), U(id), H("&amp;defect="), U(d->name), H("&amp;entry="), d->seq, H("\">写明原因</a> · "
          "<a href=\"/do/case.attach?case="), U(id), H("&amp;corrects="), U(d->name), H("\">补附文书</a>"));
    else
        w(o, H("<span class=\"badge refused\">未补正</span>"));
    w(o, H("</p></li>"));
}

static void defects_section(struct request *q, struct out *o, str id, const struct defect *list, size_t n, size_t open)
{
    bool officer = (q->reader.roles & ROLE_BIT(ROLE_OFFICER)) != 0;
    w(o, H("<section class=\"card\" id=\"defects\"><h2>缺陷清单 "), open ? H("<span class=\"badge refused\">") : H("<span class=\"badge allowed\">"), open,
      H("处未补正</span></h2>"));
    if (!n) {
        w(o, H("<p class=\"fine\">没有发现缺陷。每附一份文书都重新核对。</p></section>"));
        return;
    }
    if (open)
        w(o, H("<p class=\"alert\">还有"), open, H("处未补正也未说明，不能封卷。原有文书不改动：补附文书，或写明原因由法制审核确认。</p>"));
    w(o, H("<ol class=\"defects\">"));
    for (size_t i = 0; i < n; i++)
        defect_item(q, o, id, &list[i], officer);
    w(o, H("</ol></section>"));
}

/* ---- 目录 ---- */

/* How a cited material came in: 采集 → 核实 → 引用, by the entry that cited it. */
struct came { int64_t seq; str material; struct db_value captured, handed, verified; int64_t handed_seq, verified_seq, sources; int64_t cited; };
struct chain { struct came *p; size_t n; };

static err *chain_load(struct request *q, struct db *d, str id, struct chain *ret)
{
    struct db_rows rows;
    VEC(struct came) v = {0};
    TRY(db_query(d, q->a,
                 "SELECT c.seq, m.id, m.captured_at, l.at, m.verified_at, m.seq, m.verified_seq, (SELECT COUNT(*) FROM material_source s WHERE s.material = m.id), c.at"
                 " FROM citation c JOIN material m ON m.id = c.material JOIN act_log l ON l.seq = m.seq WHERE c.casefile = :case ORDER BY c.seq LIMIT 500",
                 DB_ARGS(DB_T("case", id)), &rows));
    for (;;) {
        bool more;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(q->a, &v, ((struct came){db_int(&rows, 0), db_str(&rows, 1), db_column(&rows, 2), db_column(&rows, 3), db_column(&rows, 4), db_int(&rows, 5), db_int(&rows, 6),
                                          db_int(&rows, 7), db_int(&rows, 8)}));
    }
    *ret = (struct chain){v.p, v.n};
    return NULL;
}

static void stage(struct request *q, struct out *o, html label, struct db_value at, int64_t seq)
{
    w(o, H("<li>"));
    if (seq)
        w(o, H("<a href=\"/receipts/"), seq, H("\">"), label, H("</a> "));
    else
        w(o, label, H(" "));
    w(o, at.kind == DB_INT ? time_chinese(q->a, at.i) : S("没有记录"), H("</li>"));
}

static void chain_of(struct request *q, struct out *o, const struct chain *c, int64_t seq)
{
    for (size_t i = 0; seq && i < c->n; i++) {
        const struct came *m = &c->p[i];
        if (m->seq != seq)
            continue;
        w(o, H("<ol class=\"chain\">"));
        stage(q, o, H("采集"), m->captured.kind == DB_INT ? m->captured : m->handed, m->handed_seq);
        stage(q, o, H("核实"), m->verified, m->verified_seq);
        stage(q, o, H("引用"), (struct db_value){DB_INT, m->cited, STR_NONE}, m->seq);
        w(o, H("</ol><span class=\"muted\"><a href=\"/materials/"), U(m->material), H("/verify\">原件与核实</a>"));
        if (m->sources)
            w(o, H("，出自"), m->sources, H("份材料"));
        w(o, H("</span>"));
    }
}

static void catalogue_volume(struct request *q, struct out *o, const struct bundle_line *lines, size_t n, bool auxiliary, const struct chain *chain)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        const struct bundle_line *l = &lines[i];
        if (l->auxiliary != auxiliary)
            continue;
        if (!any)
            w(o, auxiliary ? H("<h3>副卷</h3>") : H("<h3>正卷</h3>"),
              H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\" class=\"number\">序号</th><th scope=\"col\">文书</th>"
                "<th scope=\"col\">日期</th><th scope=\"col\" class=\"number\">页次</th><th scope=\"col\">电子件</th></tr></thead><tbody>"));
        any = true;
        w(o, H("<tr><td data-label=\"序号\" class=\"number\">"), l->no, H("</td><td data-label=\"文书\"><span>"));
        if (l->of.n)
            w(o, H("<span class=\"muted\">附 </span>"));
        if (l->seq)
            w(o, H("<a href=\"/receipts/"), l->seq, H("\">"), l->title, H("</a>"));
        else
            w(o, l->title);
        chain_of(q, o, chain, l->seq);
        w(o, H("</span></td><td data-label=\"日期\">"), l->date == DAY_NONE ? S("—") : day_chinese(q->a, l->date),
          H("</td><td data-label=\"页次\" class=\"number\">"));
        if (l->pages)
            w(o, l->from);
        else
            w(o, H("—"));
        w(o, H("</td><td data-label=\"电子件\">"), l->member.n ? S("在卷") : S("另存"), H("</td></tr>"));
    }
    if (any)
        w(o, H("</tbody></table></div>"));
}

static err *catalogue_section(struct request *q, struct out *o, struct db *d, str id)
{
    struct bundle_line *lines;
    struct chain chain;
    size_t n;
    int64_t pages;
    TRY(chain_load(q, d, id, &chain));
    TRY(bundle_catalogue(q->web->store, d, q->a, id, INT64_MAX, &lines, &n, &pages));
    w(o, H("<section class=\"card\" id=\"catalogue\"><h2>卷内文书</h2><p class=\"muted\">共"), n, H("件"), pages,
      H("页，按卷内顺序；第三方辅助执法的备案表等附在所支持的文书之后。</p>"));
    catalogue_volume(q, o, lines, n, false, &chain);
    catalogue_volume(q, o, lines, n, true, &chain);
    if (!n)
        w(o, H("<p class=\"muted\">卷内还没有文书。</p>"));
    w(o, H("</section>"));
    return NULL;
}

/* ---- 案卷包 ---- */

/* Another's approval comes first: what he has, what he waits for, or how he asks. True: he may. */
static bool leave_part(struct request *q, struct out *o, str id, const struct bundle_leave *leave)
{
    if (leave->approved.p && leave->until >= q->now) {
        w(o, H("<p class=\"notice\"><a href=\"/things/export_requests/"), U(leave->approved), H("\">导出申请</a>已获批准，"), time_chinese(q->a, leave->until),
          H("前由您本人导出一次。</p>"));
        return true;
    }
    if (!leave->needed)
        return true;
    w(o, H("<p>案卷包含个人信息，须经另一人审批，批准后5个工作日内由申请人本人导出一次。</p>"));
    if (leave->approved.p)
        w(o, H("<p class=\"alert\">批准已过有效期（"), time_chinese(q->a, leave->until), H("），请重新申请。</p>"));
    if (leave->waiting.p)
        w(o, H("<p class=\"alert\"><a href=\"/things/export_requests/"), U(leave->waiting), H("\">导出申请</a>已提交，等待审批。</p>"));
    else
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/do/export.request?what=case&amp;format=zip&amp;filters=case%3D"), U(id),
          H("\">申请导出案卷包</a></p>"));
    return false;
}

static err *bundle_section(struct request *q, struct out *o, struct db *d, str id, str fault)
{
    struct bundle_leave leave;
    TRY(bundle_leave(d, q->a, id, q->session.user, &leave));
    w(o, H("<section class=\"card\" id=\"bundle\"><h2>案卷包</h2><p class=\"muted\">一个ZIP文件：文书、原件、账本条目、回执、证明、签名的检查点和公钥。"
           "不需要本系统即可核验：打开其中的INDEX.html，或用xiezhi verify。逐份登记导出人和用途。</p>"));
    if (fault.n)
        w(o, H("<p class=\"alert\" role=\"alert\">没有导出："), fault, H("</p>"));
    if (!leave_part(q, o, id, &leave)) {
        w(o, H("</section>"));
        return NULL;
    }
    w(o, H("<form method=\"post\" action=\"/cases/"), U(id), H("/bundle\">"));
    page_csrf(q, o);
    w(o, H("<p><label for=\"purpose\">导出给谁、作何用途</label><br><input id=\"purpose\" name=\"purpose\" required maxlength=\"500\"></p>"
           "<p><label for=\"as_of\">截至哪一天所知（可不填）</label><br><input id=\"as_of\" name=\"as_of\" type=\"date\"></p>"
           "<p class=\"actions\"><button>导出案卷包</button></p></form></section>"));
    return NULL;
}

/* One way on for each role; the rest of what may be done as outlines. */
static err *ways_on(struct request *q, struct out *o, struct db *d, str id, str state, const struct defect *list, size_t n)
{
    uint32_t roles = q->reader.roles;
    bool sealed = str_eq(state, S("sealed"));
    const struct defect *first = NULL;
    for (size_t i = 0; i < n && !first; i++)
        first = list[i].explained_seq ? NULL : &list[i];
    w(o, H("<p class=\"actions\">"));
    if (roles & ROLE_BIT(ROLE_LEGAL)) {
        str record;
        TRY(db_one_str(d, q->a, "SELECT MIN(r.id) FROM record r WHERE r.state = 'compiled' AND r.entrustment IN (SELECT m.entrustment FROM citation c JOIN material m ON m.id ="
                                " c.material WHERE c.casefile = :case)", DB_ARGS(DB_T("case", id)), &record));
        if (record.n)
            w(o, H("<a class=\"button primary\" href=\"/do/record.file?record="), U(record), H("\">备案</a>"));
        else
            w(o, H("<a class=\"button primary\" href=\"/things/records?state=compiled\">备案</a>"));
    } else if ((roles & ROLE_BIT(ROLE_ARCHIVIST)) && !sealed) {
        w(o, H("<a class=\"button primary\" href=\"/do/case.seal?case="), U(id), H("\">归档封卷</a>"));
    } else if ((roles & ROLE_BIT(ROLE_OFFICER)) && !sealed) {
        w(o, H("<a class=\"button primary\" href=\"/do/case.attach?case="), U(id));
        if (first)
            w(o, H("&amp;corrects="), U(first->name));
        w(o, first ? H("\">补正</a>") : H("\">附卷</a>"), H("<a class=\"button\" href=\"/do/evidence.cite?case="), U(id), H("\">引用材料</a>"));
    }
    if ((roles & (ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_HEAD))) && sealed && act_offered(act_type_find(S("case.reopen")), &q->reader))
        w(o, H("<a class=\"button\" href=\"/do/case.reopen?case="), U(id), H("\">启封</a>"));
    w(o, H("</p>"));
    return NULL;
}

static err *case_page(struct request *q, struct response *r, str fault, int status)
{
    const struct thing *t = cases();
    struct db_value *row;
    struct db *d;
    struct defect *list;
    size_t listed, open = 0;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[0], &row));
    size_t n = thing_columns(t);
    str id = row[n].s;
    struct out *o = page_begin(q, row[n + 1].s);
    page_mark(q, o);
    w(o, H("<p class=\"muted\"><a href=\"/things/cases\">案卷</a> / <a href=\"/things/cases/"), U(id), H("\">"), id, H("</a></p><h1>"),
      row[n + 1].s, H("</h1>"));
    TRY(case_defects(d, q->a, id, q->now, &list, &listed));
    for (size_t i = 0; i < listed; i++)
        open += list[i].explained_seq == 0;
    TRY(ways_on(q, o, d, id, named_value(t, row, "state"), list, listed));
    w(o, H("<div class=\"verify file\"><div>"));
    TRY(catalogue_section(q, o, d, id));
    TRY(bundle_section(q, o, d, id, fault));
    w(o, H("</div>"));
    defects_section(q, o, id, list, listed, open);
    w(o, H("</div>"));
    page_end(q, o, r, status);
    return NULL;
}

err *page_case(struct request *q, struct response *r)
{
    return case_page(q, r, S(""), 200);
}

/* What stood in the way, in one line. */
static str why_not(struct request *q, const struct act_answer *answer)
{
    buf b = buf_make(q->a, 8000);
    if (answer->verdict == ACT_INVALID)
        return answer->invalid->text;
    for (size_t i = 0; i < answer->n; i++)
        if (answer->reasons[i].severity != LAW_WARN)
            buf_printf(&b, "%s%.*s。%.*s", b.n ? "；" : "", STR_ARG(answer->reasons[i].because), STR_ARG(answer->reasons[i].remedy));
    return buf_str(&b);
}

static err *as_of_day(struct request *q, usec *ret)
{
    str text = str_trim(form_get(&q->form, S("as_of")));
    day d;
    *ret = USEC_NONE;
    if (!text.n)
        return NULL;
    TRY(day_parse(text, &d));
    *ret = day_start(d + 1) - 1;
    return NULL;
}

static err *stream(struct request *q, struct response *r, str path, str name)
{
    struct stat st;
    int fd = open(arena_cstr(q->a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0) {
        err *e = err_errno(path);
        if (fd >= 0)
            close(fd);
        return e;
    }
    r->status = 200;
    r->type = "application/zip";
    r->fd = fd;
    r->file_bytes = (uint64_t)st.st_size;
    response_header(r, "Content-Disposition", arena_printf(q->a, "attachment; filename=\"%.*s\"", STR_ARG(name)));
    return NULL;
}

err *page_case_bundle(struct request *q, struct response *r)
{
    struct db_value *row;
    struct bundle_made made;
    struct act_answer answer;
    AUTO_DB struct db *own = NULL;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, cases(), &q->reader, q->part[0], &row));
    str id = arena_str(q->a, row[thing_columns(cases())].s), purpose = str_trim(form_get(&q->form, S("purpose")));
    struct bundle_request b = {.case_id = id, .by = q->session.user, .purpose = purpose.p ? purpose : S(""), .now = q->now,
                               .path = scratch_path(q, "zip"), .checker = checker_html()};
    err *bad = as_of_day(q, &b.as_of);
    if (bad)
        return case_page(q, r, bad->text, 400);
    request_db_done(q);
    TRY(db_open(q->web->store, false, &own)); /* its own: it reads in one snapshot for as long as it takes */
    bad = bundle_export(q->web->acts, own, q->a, &b, &made, &answer);
    if (bad && err_exit_code(bad->kind) != 3)
        return case_page(q, r, bad->text, err_http_status(bad->kind));
    TRY(bad);
    if (answer.verdict != ACT_ALLOWED)
        return case_page(q, r, why_not(q, &answer), answer.verdict == ACT_INVALID ? 400 : 403);
    return stream(q, r, b.path, arena_printf(q->a, "%.*s.zip", STR_ARG(id)));
}
