/*
 * Order of the file (reference: 行政处罚案卷装订 practice, 生态环境行政处罚办法 on 正卷 and 副卷): filing, decision with its
 * receipt, other served papers each with theirs, evidence, reports, closing. What a helper's part rests on (备案表 of Art. 10,
 * 委托书, 核实表) stands right behind the document it supports. Internal opinions form the auxiliary volume.
 */
#include "bundle/bundle_private.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum group { FILING = 1, DECISION, SERVED, RECORD, EVIDENCE, MATERIAL, REPORT, CLOSING, OTHER, EXPLANATION };

/* A document before its place is known. */
struct paper {
    struct bundle_line line;
    enum group group;
    str ref;        /* what receipts and records call it */
    str behind;     /* ref of the document it stands behind, absent: none */
    bool placed;
};

struct file {
    struct store *store;
    struct db *db;
    struct arena *arena;
    str case_id;
    int64_t until;
    VEC(struct paper) papers;
    VEC(struct bundle_line) lines;
};

static bool is(str s, const char *words)
{
    str rest = str_of(words), word;
    while (s.n && str_next(&rest, ' ', &word))
        if (str_eq(s, word))
            return true;
    return false;
}

/* Internal: opinions, hearings' reports, discussions. */
static bool is_auxiliary(str kind, str form)
{
    return str_eq(kind, S("legal_review")) || is(form, "P09 P15 P16 P27");
}

static enum group group_of(str kind, str form)
{
    if (is(form, "P01"))
        return FILING;
    if (str_eq(kind, S("decision")) || is(form, "P17 P21 P22"))
        return DECISION;
    if (is(form, "P02 P20"))
        return CLOSING;
    if (str_eq(kind, S("notice")) || is(form, "P07 P08 P10 P12 P13 P19 P23 P25 P26 P28"))
        return SERVED;
    if (is(kind, "visit_record sampling_record sketch") || is(form, "P03 P04 P05 P14"))
        return RECORD;
    if (str_eq(kind, S("photo")) || is(form, "P06 P24"))
        return EVIDENCE;
    return str_eq(kind, S("report")) ? REPORT : OTHER;
}

static err *file_head(struct arena *a, str path, size_t most, str *ret)
{
    char *head = arena_alloc(a, most, 1);
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(path);
    ssize_t n = pread(fd, head, most, 0);
    close(fd);
    if (n < 0)
        return err_errno(path);
    *ret = (str){head, (size_t)n};
    return NULL;
}

/* originals/D with an ending by what the bytes are; absent when the store has no such blob. */
static err *original_member(struct file *f, str digest, str *ret)
{
    static const struct { uint8_t n; const char *head, *ending; } kinds[] = {
        {4, "%PDF", ".pdf"}, {3, "\xff\xd8\xff", ".jpg"}, {4, "\x89PNG", ".png"}, {4, "PK\x03\x04", ".zip"}};
    struct sm3 sum;
    str path, head = STR_NONE;
    *ret = STR_NONE;
    if (!digest.p || !sm3_from_text(digest, &sum))
        return NULL;
    err *bad = blob_path(f->store, f->arena, &sum, &path);
    if (bad && bad->kind != ERR_MISSING)
        return bad;
    err_clear();
    if (bad)
        return NULL;
    TRY(file_head(f->arena, path, 4, &head));
    const char *ending = ".bin";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (head.n >= kinds[i].n && !memcmp(head.p, kinds[i].head, kinds[i].n))
            ending = kinds[i].ending;
    *ret = arena_printf(f->arena, "originals/%.*s%s", STR_ARG(str_sub(digest, 4, 64)), ending);
    return NULL;
}

static err *add_attachments(struct file *f)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(f->db, f->arena,
                 "SELECT t.seq, t.kind, t.ref, t.date, t.form, t.of_ref, t.pages, t.original, CASE t.kind WHEN 'notice' THEN"
                 " '告知书 ' || t.ref WHEN 'record' THEN '备案表 ' || COALESCE((SELECT r.number FROM record r WHERE r.id = t.ref), t.ref)"
                 " ELSE t.ref END AS title,"
                 /* A record stands behind the site record of the visit it tells of. */
                 " (SELECT MIN(w.ref) FROM record r JOIN visit v ON v.entrustment = r.entrustment JOIN attachment w ON"
                 "   w.casefile = t.casefile AND w.kind = 'visit_record' AND w.date BETWEEN (v.starts + 28800000000) / 86400000000"
                 "   AND (v.ends + 28800000000) / 86400000000 WHERE t.kind = 'record' AND r.id = t.ref) AS supports"
                 " FROM attachment t WHERE t.casefile = :case AND t.seq <= :until ORDER BY t.seq LIMIT 5000",
                 DB_ARGS(DB_T("case", f->case_id), DB_I("until", f->until)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        str kind = db_str(&rows, 1), form = db_str(&rows, 4);
        struct paper p = {.group = group_of(kind, form), .ref = db_str(&rows, 2)};
        p.line = (struct bundle_line){.seq = db_int(&rows, 0), .kind = kind, .date = (day)db_int(&rows, 3), .form = form,
                                      .pages = db_int(&rows, 6) > 0 ? db_int(&rows, 6) : 1, .digest = db_str(&rows, 7),
                                      .title = db_str(&rows, 8), .auxiliary = is_auxiliary(kind, form)};
        p.behind = str_eq(kind, S("receipt")) ? db_str(&rows, 5) : db_str(&rows, 9);
        TRY(original_member(f, p.line.digest, &p.line.member));
        vec_push(f->arena, &f->papers, p);
    }
}

static err *add_citations(struct file *f)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(f->db, f->arena,
                 "SELECT c.seq, m.id, COALESCE(m.title, m.id), m.digest, COALESCE(m.captured_at, m.verified_at), c.cited_as"
                 " FROM citation c JOIN material m ON m.id = c.material WHERE c.casefile = :case AND c.seq <= :until ORDER BY c.seq"
                 " LIMIT 5000",
                 DB_ARGS(DB_T("case", f->case_id), DB_I("until", f->until)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct db_value at = db_column(&rows, 4);
        struct paper p = {.group = MATERIAL, .ref = db_str(&rows, 1)};
        p.line = (struct bundle_line){.seq = db_int(&rows, 0), .kind = S("material"), .title = db_str(&rows, 2), .pages = 1,
                                      .digest = db_str(&rows, 3), .date = at.kind == DB_NULL ? DAY_NONE : day_of(at.i)};
        TRY(original_member(f, p.line.digest, &p.line.member));
        vec_push(f->arena, &f->papers, p);
    }
}

/* The line a paper of ours is the text of: the notice, its receipt, the record. NULL: it gets a line of its own, as does what is only
 * about such a thing: the 核实表 of a material is not the material. */
static struct paper *attached_as(struct file *f, str kind, str id, str form)
{
    if (!is(form, "A09 A10 A21"))
        return NULL;
    for (size_t i = 0; i < f->papers.n; i++) {
        struct paper *p = &f->papers.p[i];
        bool same = str_eq(form, S("A10")) ? str_eq(p->line.kind, S("receipt")) && str_eq(p->behind, id)
                                           : str_eq(p->line.kind, kind) && str_eq(p->ref, id);
        if (same && !p->line.member.n)
            return p;
    }
    return NULL;
}

static err *take_paper(struct file *f, const struct db_rows *rows)
{
    struct sm3 sum;
    str id = db_str(rows, 0), form = db_str(rows, 1), digest = db_str(rows, 4), kind = db_str(rows, 5), thing = db_str(rows, 6), path;
    str member = arena_printf(f->arena, "papers/%.*s.pdf", STR_ARG(id));
    err *bad = digest.p && sm3_from_text(digest, &sum) ? blob_path(f->store, f->arena, &sum, &path) : NULL;
    if (bad && bad->kind != ERR_MISSING)
        return bad;
    if (bad || !digest.p)
        member = S(""); /* not printed yet, or kept elsewhere */
    err_clear();
    struct paper *there = attached_as(f, kind, thing, form);
    if (there) {
        there->line.member = member;
        there->line.digest = digest;
        there->line.pages = db_int(rows, 9);
        return NULL;
    }
    struct paper p = {.group = MATERIAL, .ref = id, .behind = db_str(rows, 7)};
    p.line = (struct bundle_line){.kind = S("paper"), .form = form, .date = (day)db_int(rows, 3), .pages = db_int(rows, 9), .digest = digest,
                                  .member = member, .seq = db_int(rows, 8),
                                  .title = arena_printf(f->arena, "%.*s %.*s", STR_ARG(form), STR_ARG(db_str(rows, 2)))};
    vec_push(f->arena, &f->papers, p);
    return NULL;
}

static err *paper_table(struct file *f, bool *ret)
{
    str *tables;
    size_t n;
    *ret = false;
    TRY(store_tables(f->db, f->arena, &tables, &n));
    for (size_t i = 0; i < n; i++)
        *ret = *ret || str_eq(tables[i], S("paper"));
    return NULL;
}

/* Papers of this system (A01 to A25) about the case's own things; each stands behind what it supports. */
static err *add_papers(struct file *f)
{
    struct db_rows rows;
    bool more;
    TRY(paper_table(f, &more));
    if (!more)
        return NULL;
    TRY(db_query(f->db, f->arena,
                 "SELECT p.id, p.form, p.number_text, p.date, p.digest, p.thing_kind, p.thing_id, CASE p.thing_kind"
                 " WHEN 'material' THEN p.thing_id WHEN 'notice' THEN p.thing_id"
                 " WHEN 'visit' THEN (SELECT MIN(w.ref) FROM visit v JOIN attachment w ON w.casefile = :case AND w.kind ="
                 "   'visit_record' AND w.date BETWEEN (v.starts + 28800000000) / 86400000000 AND (v.ends + 28800000000) / 86400000000"
                 "   WHERE v.id = p.thing_id)"
                 " ELSE (SELECT MIN(t.ref) FROM attachment t JOIN record r ON r.id = t.ref WHERE t.casefile = :case AND"
                 "   t.kind = 'record' AND (r.id = p.thing_id OR r.entrustment = p.thing_id)) END AS behind, p.seq, COALESCE(p.pages, 1)"
                 " FROM paper p WHERE p.seq <= :until AND p.void_at IS NULL AND p.thing_kind || ':' || p.thing_id IN"
                 " (SELECT 'material:' || material FROM citation WHERE casefile = :case"
                 "  UNION SELECT t.kind || ':' || t.ref FROM attachment t WHERE t.casefile = :case AND t.kind IN ('notice', 'record')"
                 "  UNION SELECT 'entrustment:' || r.entrustment FROM attachment t JOIN record r ON r.id = t.ref WHERE t.casefile = :case"
                 "  UNION SELECT 'visit:' || v.id FROM attachment t JOIN record r ON r.id = t.ref JOIN visit v ON v.entrustment ="
                 "   r.entrustment JOIN casefile k ON k.id = t.casefile AND k.subject = v.subject WHERE t.casefile = :case)"
                 " ORDER BY p.seq LIMIT 5000",
                 DB_ARGS(DB_T("case", f->case_id), DB_I("until", f->until)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        TRY(take_paper(f, &rows));
    }
}

static err *add_explanations(struct file *f)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(f->db, f->arena,
                 "SELECT x.seq, x.defect, x.at, t.ref FROM case_explanation x LEFT JOIN attachment t ON t.seq = x.attachment"
                 " WHERE x.casefile = :case AND x.seq <= :until ORDER BY x.seq LIMIT 5000",
                 DB_ARGS(DB_T("case", f->case_id), DB_I("until", f->until)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        str defect = db_str(&rows, 1), ref = db_str(&rows, 3);
        struct paper p = {.group = EXPLANATION};
        p.line = (struct bundle_line){.seq = db_int(&rows, 0), .kind = S("explanation"), .date = day_of(db_int(&rows, 2)),
                                      .title = arena_printf(f->arena, "缺陷说明%s%.*s：%s", ref.n ? " " : "", STR_ARG(ref),
                                                            defect_label(defect))};
        vec_push(f->arena, &f->papers, p);
    }
}

static int by_place(const void *l, const void *r)
{
    const struct paper *a = l, *b = r;
    if (a->line.auxiliary != b->line.auxiliary)
        return a->line.auxiliary ? 1 : -1;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->line.date != b->line.date)
        return a->line.date < b->line.date ? -1 : 1;
    return a->line.seq < b->line.seq ? -1 : a->line.seq > b->line.seq;
}

/* A document and all that stands behind it. A ring of references ends, because each is placed once. */
static void place(struct file *f, struct paper *p, bool auxiliary)
{
    if (p->placed)
        return;
    p->placed = true;
    p->line.auxiliary = auxiliary;
    vec_push(f->arena, &f->lines, p->line);
    for (size_t i = 0; i < f->papers.n; i++) {
        struct paper *q = &f->papers.p[i];
        if (q->placed || !q->behind.n || !str_eq(q->behind, p->ref))
            continue;
        q->line.of = p->line.title;
        place(f, q, auxiliary);
    }
}

static bool has_parent(const struct file *f, const struct paper *p)
{
    for (size_t i = 0; p->behind.n && i < f->papers.n; i++)
        if (&f->papers.p[i] != p && str_eq(f->papers.p[i].ref, p->behind))
            return true;
    return false;
}

static void number(struct file *f, int64_t *ret_pages)
{
    int64_t no[2] = {0}, pages[2] = {0};
    for (size_t i = 0; i < f->lines.n; i++) {
        struct bundle_line *l = &f->lines.p[i];
        l->no = ++no[l->auxiliary];
        l->from = pages[l->auxiliary] + 1;
        pages[l->auxiliary] += l->pages;
    }
    *ret_pages = pages[0] + pages[1];
}

err *bundle_catalogue(struct store *s, struct db *d, struct arena *a, str case_id, int64_t until, struct bundle_line **ret,
                      size_t *ret_n, int64_t *ret_pages)
{
    struct file f = {.store = s, .db = d, .arena = a, .case_id = case_id, .until = until};
    TRY(add_attachments(&f));
    TRY(add_citations(&f));
    TRY(add_papers(&f));
    TRY(add_explanations(&f));
    if (f.papers.n > LIMIT_BUNDLE_LINES)
        return err_new(ERR_LIMIT, "目录超过%d行", LIMIT_BUNDLE_LINES);
    if (f.papers.n)
        qsort(f.papers.p, f.papers.n, sizeof *f.papers.p, by_place);
    for (size_t i = 0; i < f.papers.n; i++)
        if (!has_parent(&f, &f.papers.p[i]))
            place(&f, &f.papers.p[i], f.papers.p[i].line.auxiliary);
    for (size_t i = 0; i < f.papers.n; i++) /* only rings are left */
        place(&f, &f.papers.p[i], f.papers.p[i].line.auxiliary);
    number(&f, ret_pages);
    *ret = f.lines.p;
    *ret_n = f.lines.n;
    return NULL;
}
