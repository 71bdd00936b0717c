/*
 * Sealed cases as an archive takes them in: one <案卷> each with the metadata of GB/T 18894-2016 (what it is, whose, when, how long,
 * how secret) and its documents in the order of the file, each with the digest by which it is known to be unchanged. Rules on archives
 * of 2024, Art. 39: source, procedure, traceability, metadata. Archive numbers are the archive's own and stay empty.
 */
#include "exchange/exchange_private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct writing { FILE *f; struct db *d; struct arena *a; int64_t years, cases; };

static void xml_text(FILE *f, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '&': fputs("&amp;", f); break;
        case '<': fputs("&lt;", f); break;
        case '>': fputs("&gt;", f); break;
        case '"': fputs("&quot;", f); break;
        case '\t': case '\n': case '\r': putc(' ', f); break;
        default:
            if ((uint8_t)s.p[i] >= ' ') /* XML has no place for the rest */
                putc(s.p[i], f);
        }
    }
}

static void element(FILE *f, int depth, const char *name, str value)
{
    fprintf(f, "%*s<%s>", depth * 2, "", name);
    xml_text(f, value);
    fprintf(f, "</%s>\n", name);
}

static str label_for(str value)
{
    return label_of(value, NULL);
}

static err *documents(struct writing *w, str id)
{
    struct db_rows rows;
    AUTO_ARENA(a);
    int n = 0;
    TRY(db_query(w->d, a, "SELECT t.kind, t.ref, t.form, t.date, t.served_on, (SELECT m.digest FROM material m WHERE m.id = t.ref)"
                          " FROM attachment t WHERE t.casefile = :id ORDER BY t.date, t.seq",
                 DB_ARGS(DB_T("id", id)), &rows));
    fputs("    <卷内文件>\n", w->f);
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        fprintf(w->f, "      <文件 顺序号=\"%d\">\n", ++n);
        element(w->f, 4, "文种", label_for(db_str(&rows, 0)));
        element(w->f, 4, "编号", db_str(&rows, 1));
        element(w->f, 4, "表式", db_str(&rows, 2));
        element(w->f, 4, "日期", day_iso(a, (day)db_int(&rows, 3)));
        if (db_column(&rows, 4).kind == DB_INT)
            element(w->f, 4, "送达日期", day_iso(a, (day)db_int(&rows, 4)));
        if (db_str(&rows, 5).n)
            element(w->f, 4, "数字摘要", db_str(&rows, 5));
        fputs("      </文件>\n", w->f);
    }
    TRY(db_query(w->d, a, "SELECT c.material, m.title, c.cited_as, m.digest, c.at FROM citation c JOIN material m ON m.id = c.material"
                          " WHERE c.casefile = :id ORDER BY c.seq",
                 DB_ARGS(DB_T("id", id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        fprintf(w->f, "      <文件 顺序号=\"%d\">\n", ++n);
        element(w->f, 4, "文种", label_for(db_str(&rows, 2)));
        element(w->f, 4, "编号", db_str(&rows, 0));
        element(w->f, 4, "题名", db_str(&rows, 1));
        element(w->f, 4, "日期", day_iso(a, day_of(db_int(&rows, 4))));
        element(w->f, 4, "数字摘要", db_str(&rows, 3));
        fputs("      </文件>\n", w->f);
    }
    fputs("    </卷内文件>\n", w->f);
    return NULL;
}

/* Who did what to the file, from the entries of the ledger: the traceable process of Art. 39. */
static err *process(struct writing *w, str id)
{
    struct db_rows rows;
    AUTO_ARENA(a);
    TRY(db_query(w->d, a,
                 "SELECT l.seq, l.act, l.at, u.name FROM touch t JOIN act_log l ON l.seq = t.seq "
                 "LEFT JOIN users u ON u.id = l.author"
                 " WHERE t.kind = 'casefile' AND t.id = :id ORDER BY l.seq",
                 DB_ARGS(DB_T("id", id)), &rows));
    fputs("    <管理过程>\n", w->f);
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        const struct act_type *t = act_type_find(db_str(&rows, 1));
        fprintf(w->f, "      <行为 账本序号=\"%lld\">\n", (long long)db_int(&rows, 0));
        element(w->f, 4, "行为名称", t ? str_of(t->label) : db_str(&rows, 1));
        element(w->f, 4, "责任者", db_str(&rows, 3));
        element(w->f, 4, "时间", time_rfc3339(a, db_int(&rows, 2)));
        fputs("      </行为>\n", w->f);
    }
    fputs("    </管理过程>\n", w->f);
    return NULL;
}

static err *one_case(struct writing *w, const struct db_rows *rows)
{
    AUTO_ARENA(a);
    str id = db_str(rows, 0), cause = db_str(rows, 1), subject = db_str(rows, 2);
    fputs("  <案卷>\n", w->f);
    element(w->f, 2, "标识", id);
    element(w->f, 2, "档号", S(""));
    element(w->f, 2, "题名", arena_printf(a, "%.*s%.*s案", STR_ARG(subject), STR_ARG(cause)));
    element(w->f, 2, "责任者", db_str(rows, 3));
    element(w->f, 2, "当事人", subject);
    element(w->f, 2, "立案日期", day_iso(a, day_of(db_int(rows, 4))));
    element(w->f, 2, "归档日期", day_iso(a, day_of(db_int(rows, 5))));
    element(w->f, 2, "归档人", db_str(rows, 6));
    element(w->f, 2, "年度", arena_printf(a, "%d", civil_of(db_int(rows, 4)).year));
    element(w->f, 2, "保管期限", arena_printf(a, "%lld年", (long long)w->years));
    element(w->f, 2, "门类", S("生态环境行政执法"));
    element(w->f, 2, "密级", S("内部"));
    TRY(documents(w, id));
    TRY(process(w, id));
    fputs("  </案卷>\n", w->f);
    w->cases++;
    return NULL;
}

static err *all_cases(struct writing *w, const struct reader *who, str one)
{
    struct db_rows rows;
    const struct thing *t = thing_find(S("cases"));
    if (!thing_open(t, who))
        return err_new(ERR_DENIED, "您的角色不能查看“%s”", t->label);
    TRY(db_query(
        w->d, w->a,
        "SELECT c.id, c.cause, s.name, g.name, c.opened_at, c.sealed_at, u.name FROM casefile c "
        "JOIN agency g ON g.id = c.agency"
        " LEFT JOIN subject s ON s.id = c.subject LEFT JOIN users u ON u.id = c.sealed_by WHERE "
        "c.state = 'sealed'"
        " AND (CAST(:one AS TEXT) = '' OR c.id = CAST(:one AS TEXT)) AND (c.agency = CAST(:agency "
        "AS TEXT) OR g.region"
        " BETWEEN CAST(:low AS BIGINT) AND CAST(:high AS BIGINT)) ORDER BY c.sealed_at, c.id",
        DB_ARGS(DB_T("one", one), DB_T("agency", who->agency), DB_I("low", who->region),
                DB_I("high", region_last(who->region))),
        &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        TRY(one_case(w, &rows));
    }
}

err *exchange_archive(struct db *d, const struct reader *who, str one, str path, const struct out_mark *mark, int64_t *ret_rows)
{
    AUTO_ARENA(a);
    struct writing w = {.d = d, .a = a};
    TRY(setting_now(d, S("case_retention_years"), &w.years));
    int fd = open(arena_cstr(a, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    w.f = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!w.f)
        return err_errno(path);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<归档元数据 格式=\"xiezhi-archive-1\"", w.f);
    if (mark && mark->code.n) {
        fputs(" 水印=\"", w.f);
        xml_text(w.f, mark->code);
        putc('"', w.f);
    }
    fputs(">\n", w.f);
    err *bad = db_begin_read(d);
    if (!bad)
        bad = all_cases(&w, who, one);
    db_rollback(d);
    fputs("</归档元数据>\n", w.f);
    bool failed = ferror(w.f) || fflush(w.f) != 0;
    failed |= fclose(w.f) != 0;
    *ret_rows = w.cases;
    return bad ? bad : failed ? err_errno(path) : NULL;
}
