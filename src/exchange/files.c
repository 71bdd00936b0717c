/*
 * Lists for the 双随机 system and for the publication of procurements. Both are sheets, because the systems beside us take sheets
 * and change their interfaces without asking (domain.md 9.4).
 */
#include "exchange/exchange_private.h"

#include <string.h>

struct listing { struct sheet_out *out; const struct out_column *columns; size_t n; };

/* Columns of the publication list. */
enum { PUB_METHOD = 3, PUB_SIGNED = 9, PUB_PUBLISHED = 10, PUB_PUBLISH_DUE = 11, PUB_FILED = 12, PUB_FILE_DUE = 13, PUB_NOTE = 14 };

/* "公告逾期", "逾期未公告", "未公告", or nothing. */
static str lateness(struct arena *a, const char *what, const struct db_value *done, day due, day today)
{
    if (done->kind == DB_INT)
        return done->i > due ? arena_printf(a, "%s逾期", what) : S("");
    return arena_printf(a, today > due ? "逾期未%s" : "未%s", what);
}

/* Gov. procurement regulation Art. 50: published within 2 working days; procurement law Art. 47: filed within 7. */
static void due_days(struct arena *a, const struct calendar *c, day today, struct db_value *row)
{
    day publish, file;
    row[PUB_METHOD] = db_text_value(label_of(row[PUB_METHOD].s, NULL));
    row[PUB_PUBLISH_DUE] = row[PUB_FILE_DUE] = row[PUB_NOTE] = (struct db_value){0};
    if (row[PUB_SIGNED].kind != DB_INT) {
        row[PUB_NOTE] = db_text_value(S("合同未签订"));
        return;
    }
    bool known = calendar_due(c, (day)row[PUB_SIGNED].i, UNIT_WORKDAY, 2, &publish, NULL) == CALENDAR_OK;
    known &= calendar_due(c, (day)row[PUB_SIGNED].i, UNIT_WORKDAY, 7, &file, NULL) == CALENDAR_OK;
    if (!known) {
        row[PUB_NOTE] = db_text_value(S("节假日安排未公布，期限未确认"));
        return;
    }
    row[PUB_PUBLISH_DUE] = (struct db_value){DB_INT, publish, STR_NONE};
    row[PUB_FILE_DUE] = (struct db_value){DB_INT, file, STR_NONE};
    str published = lateness(a, "公告", &row[PUB_PUBLISHED], publish, today), filed = lateness(a, "备案", &row[PUB_FILED], file, today);
    row[PUB_NOTE] = db_text_value(arena_printf(a, "%.*s%s%.*s", STR_ARG(published), published.n && filed.n ? "；" : "", STR_ARG(filed)));
}

/* Rows of a query as they stand; `c`: with their days due worked out. */
static err *put_rows(struct db *d, struct arena *a, const char *sql, const struct reader *who, day today, struct listing *l,
                     const struct calendar *c)
{
    struct db_rows rows;
    TRY(db_query(d, a, sql,
                 DB_ARGS(DB_T("agency", who->agency), DB_I("low", who->region),
                         DB_I("high", region_last(who->region)), DB_I("today", today)),
                 &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct db_value values[24];
        CHECK(l->n <= 24);
        for (size_t i = 0; i < l->n; i++)
            values[i] = (int)i < rows.columns ? db_column(&rows, (int)i) : (struct db_value){0};
        if (c)
            due_days(a, c, today, values);
        TRY(sheet_out_row(l->out, values));
    }
}

#define OWN_AGENCY(column)                                                                          \
    "(" column " = CAST(:agency AS TEXT) OR " column " IN (SELECT g.id FROM agency g WHERE g.region BETWEEN CAST(:low AS BIGINT)" \
    " AND CAST(:high AS BIGINT)))"

#define LABEL(text) {text, sizeof(text) - 1}
static const struct out_column random_columns[] = {
    {LABEL("人员类别"), OUT_TEXT, 12}, {LABEL("辅助标记"), OUT_TEXT, 10}, {LABEL("姓名"), OUT_TEXT, 12}, {LABEL("所属单位"), OUT_TEXT, 34},
    {LABEL("证件名称"), OUT_TEXT, 16}, {LABEL("证件号"), OUT_CODE, 20}, {LABEL("专业或执法区域"), OUT_TEXT, 24}, {LABEL("有效期起"), OUT_DAY, 0},
    {LABEL("有效期止"), OUT_DAY, 0}, {LABEL("名录库"), OUT_TEXT, 20}, {LABEL("双随机编号"), OUT_CODE, 18}};

/* The newest certificate of an officer; a helper as he stands in a roster. */
static const char officers_sql[] =
    "SELECT '执法人员', '', u.name, g.name, '行政执法证', c.cert_no, (SELECT /*@sqlite GROUP_CONCAT(CAST(r.region AS TEXT), '、') */"
    "/*@postgres STRING_AGG(CAST(r.region AS TEXT), '、') */ FROM (SELECT ca.region AS region FROM certificate_area ca"
    " WHERE ca.certificate = c.seq ORDER BY ca.region) r), c.from_date, c.to_date, '', ''"
    " FROM certificate c JOIN users u ON u.id = c.user_id JOIN agency g ON g.id = u.agency WHERE u.disabled_at IS NULL"
    " AND c.to_date >= CAST(:today AS BIGINT) AND c.seq = (SELECT MAX(n.seq) FROM certificate n WHERE n.user_id = c.user_id)"
    " AND " OWN_AGENCY("u.agency") " ORDER BY u.agency, u.id";
static const char helpers_sql[] =
    "SELECT '辅助人员', '辅助', m.name, p.name, '辅助工作证', m.card_no, m.speciality, e.from_date, COALESCE(m.to_date, e.to_date), e.roster,"
    " e.double_random_no FROM roster_entry e JOIN roster r ON r.id = e.roster JOIN member m ON e.who = 'member:' || m.id"
    " JOIN provider p ON p.id = m.provider WHERE e.dropped_at IS NULL AND m.state = 'admitted' AND p.state = 'admitted'"
    " AND (e.to_date IS NULL OR e.to_date >= CAST(:today AS BIGINT)) AND " OWN_AGENCY("r.agency") " ORDER BY e.roster, m.id";

err *exchange_dual_random(struct db *d, const struct reader *who, enum sheet_format format, str path, const struct out_mark *mark, usec now,
                          int64_t *ret_rows)
{
    AUTO_ARENA(a);
    struct listing l = {.columns = random_columns, .n = sizeof random_columns / sizeof *random_columns};
    err *bad = sheet_out_open(a, path, format, S("双随机名录"), l.columns, l.n, mark, &l.out);
    if (!bad)
        bad = put_rows(d, a, officers_sql, who, day_of(now), &l, NULL);
    if (!bad)
        bad = put_rows(d, a, helpers_sql, who, day_of(now), &l, NULL);
    err *late = sheet_out_close(l.out, ret_rows);
    return bad ? bad : late;
}

/* ---- publication ---- */

static const struct out_column publication_columns[] = {
    {LABEL("采购项目"), OUT_TEXT, 34}, {LABEL("采购单位"), OUT_TEXT, 34}, {LABEL("品目"), OUT_TEXT, 16}, {LABEL("采购方式"), OUT_TEXT, 14},
    {LABEL("预算金额（元）"), OUT_FEN, 0}, {LABEL("成交金额（元）"), OUT_FEN, 0}, {LABEL("供应商"), OUT_TEXT, 34},
    {LABEL("统一社会信用代码"), OUT_CODE, 21}, {LABEL("成交通知日期"), OUT_DAY, 0}, {LABEL("合同签订日期"), OUT_DAY, 0},
    {LABEL("合同公告日期"), OUT_DAY, 0}, {LABEL("应公告日期（2个工作日）"), OUT_DAY, 0}, {LABEL("备案日期"), OUT_DAY, 0},
    {LABEL("应备案日期（7个工作日）"), OUT_DAY, 0}, {LABEL("说明"), OUT_TEXT, 30}};

static const char publication_sql[] =
    "SELECT p.title, g.name, p.category, p.method, p.amount, p.award, v.name, v.uscc, "
    "p.notified_on, a.signed_on, a.published_on, NULL, a.filed_on"
    " FROM procurement p JOIN agency g ON g.id = p.agency LEFT JOIN provider v ON v.id = p.provider"
    " LEFT JOIN agreement a ON a.procurement = p.id WHERE p.state = 'awarded' AND " OWN_AGENCY(
        "p.agency") " ORDER BY p.agency, p.year, p.id";

err *exchange_publication(struct db *d, const struct reader *who, enum sheet_format format, str path, const struct out_mark *mark, usec now,
                          int64_t *ret_rows)
{
    AUTO_ARENA(a);
    struct listing l = {.columns = publication_columns, .n = sizeof publication_columns / sizeof *publication_columns};
    const struct calendar *c;
    TRY(calendar_now(d, a, &c));
    err *bad = sheet_out_open(a, path, format, S("采购公开清单"), l.columns, l.n, mark, &l.out);
    if (!bad)
        bad = put_rows(d, a, publication_sql, who, day_of(now), &l, c);
    err *late = sheet_out_close(l.out, ret_rows);
    return bad ? bad : late;
}
