/*
 * What leaves the system as a sheet. Lists of things that hold no person and no secret go out at once; everything else, and whatever
 * nobody has put on that list, after another's approval; so does a list of enterprises among which there are natural persons. Each
 * sheet has a number, and a code that names its taker; the code is the id of the take, so that a printed page leads to the act by
 * which it left (PIPL Art. 51).
 *
 * The sheet is written before it is taken, because the act names its digest; a take that is refused leaves no sheet (exchange/take.c).
 *
 * Todo kinds: export_decide (head), export_ready (the applicant).
 */
#include "acts/act.h"
#include "acts/acts_sql.h"

/* Free of persons and secrets. A thing that is not here is not. */
static const char *const plain[] = {"agencies", "subjects", "devices", "budgets", "procurements", "agreements", "outlets", "limits", "holidays",
                                    "anchors", "policies", "disclosures", "publication", "figures"};
/* Files for systems beside us: no things, and asked for by these names. */
const struct export_file export_files[] = {
    {"dual_random", "“双随机”名录", "xlsx csv", "", ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_HEAD)},
    {"publication", "采购公开清单", "xlsx csv", "", ROLE_BIT(ROLE_PROCUREMENT) | ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_HEAD)},
    {"archive", "案卷归档元数据", "xml", "case", ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_HEAD)},
    {"figures", "统计与检查点", "json", "year", ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_PROVINCE)},
    {"case", "案卷", "zip", "case", 0},
    {0}};

const struct export_file *export_file_find(str what)
{
    for (const struct export_file *f = export_files; f->id; f++)
        if (str_eq(what, str_of(f->id)))
            return f;
    return NULL;
}

const char *export_label(str what)
{
    const struct export_file *f = export_file_find(what);
    const struct thing *t = f ? NULL : thing_find(what);
    return f ? f->zh : t ? t->label : NULL;
}

bool export_sensitive(str what)
{
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (str_eq(what, str_of(plain[i])))
            return false;
    return true;
}

err *export_sensitive_now(struct db *d, str what, str agency, bool *ret)
{
    int64_t persons = 0;
    *ret = export_sensitive(what);
    if (*ret || !str_eq(what, S("subjects")))
        return NULL;
    TRY(db_one_int(d, "SELECT CASE WHEN EXISTS (SELECT 1 FROM subject s WHERE (s.uscc IS NULL OR s.uscc LIKE '92%')"
                      " AND (CAST(:agency AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM agency g WHERE g.id = CAST(:agency AS TEXT)"
                      " AND " REGION_COVERS("g.region", "s.region") "))) THEN 1 ELSE 0 END",
                   DB_ARGS(DB_T("agency", agency)), 0, &persons));
    *ret = persons != 0;
    return NULL;
}

/* Said when it is asked for, not when it has been approved. */
static err *format_fits(str what, const char *label, str format)
{
    const struct export_file *f = export_file_find(what);
    str formats = str_of(f ? f->formats : "xlsx csv"), first = formats, rest = formats;
    str_next(&rest, ' ', &first);
    if (str_word_in(formats, format))
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "“%s”的格式应为%.*s，读到“%.*s”", label, STR_ARG(formats), STR_ARG(format)), S("format")),
                   format, formats, first);
}

static err *what_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool sensitive;
    struct db_value agency;
    str what = act_text(a, "what");
    const char *label = export_label(what);
    if (!label)
        return err_got(err_at(err_new(ERR_INPUT, "没有“%.*s”这类内容", STR_ARG(what)), S("what")), what, S("事项的名称"), S("members"));
    TRY(format_fits(what, label, act_text(a, "format")));
    if (!act_lookup(a, S("agency"), &agency))
        agency = (struct db_value){0};
    TRY(export_sensitive_now(act_db(a), what, agency.kind == DB_TEXT ? agency.s : STR_NONE, &sensitive));
    f->export_sensitive = sensitive;
    f->export_policy = act_policy(a, "export_needs_approval_and_watermark") != 0;
    act_say(a, "export_what", str_of(label));
    return NULL;
}

static err *request_facts(struct act *a)
{
    act_facts(a)->export_purpose_missing = !str_trim(act_text(a, "purpose")).n;
    return what_facts(a);
}

static err *decline_facts(struct act *a)
{
    act_facts(a)->export_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

static err *take_facts(struct act *a)
{
    act_facts(a)->export_requested = act_get(a, "request")->present;
    return what_facts(a);
}

/* The next number of the agency's year. */
static err *number_apply(struct act *a)
{
    return db_put(act_db(a), "UPDATE export_take SET year = :year, number = (SELECT COALESCE(MAX(t.number), 0) + 1 FROM export_take t"
                             " WHERE t.year = :year AND t.id <> :id AND COALESCE(t.agency, '') = (SELECT COALESCE(o.agency, '')"
                             " FROM export_take o WHERE o.id = :id)) WHERE id = :id",
                  DB_ARGS(DB_I("year", civil_of(act_at(a)).year), DB_T("id", act_id(a))));
}

#define WHAT_FIELDS                                                                                 \
    {"what", "导出什么", FIELD_TEXT, 0, .maximum = 40}, {"filters", "筛选条件", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}, \
        {"format", "格式", FIELD_ENUM, 0, "xlsx csv xml json zip"}
#define SCOPE_REQUEST "SELECT agency AS agency FROM export_request WHERE id = :request"

const struct act_type acts_export[] = {
    {.name = "export.request", .label = "申请导出", .group = "export", .table = "export_request", .article = "12",
     .roles = INTERNAL_ROLES, .flags = ACT_CREATES,
     .fields = FIELDS(WHAT_FIELDS, {"purpose", "用途", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .rules = RULES(RULE_export_purpose_missing, RULE_export_not_needed), .facts_more = request_facts,
     .apply = {{NULL, "INSERT INTO export_request (id, seq, agency, author, what, filters, format, purpose, state)"
                      " VALUES (:id, :seq, :agency, :by, :what, :filters, :format, :purpose, 'requested')"},
               {NULL, TODO("1", "export_decide", "CAST(:agency AS TEXT)", "head", "export_request", ":id", "export.approve", ":workday_2")}},
     .help = "含个人信息或工作秘密的名单，说明用途，经另一人审批后取件。"},

    {.name = "export.approve", .label = "同意导出", .group = "export", .table = "export_request", .article = "12",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"request", "导出申请", FIELD_REF, 0, "export_request"},
                      {"reason", "意见", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_REQUEST, .rules = RULES(RULE_state, RULE_export_self_decided),
     .facts = {{NULL, STATE_OF("export_request", ":request", "'requested'")},
               {NULL, "SELECT CASE WHEN author = :by THEN 1 ELSE 0 END AS export_self_decided FROM export_request WHERE id = :request"}},
     .apply = {{NULL, "UPDATE export_request SET state = 'approved', decided_by = :by, decided_at = :at, decision_reason = :reason,"
                      " decision_seq = :seq, valid_to = :workday_5 WHERE id = :request"},
               {NULL, TODO_DONE("export_decide", "export_request", ":request")},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, user_id, thing_kind, thing_id, act, due_at) SELECT " SEQ_TEXT " || '-2', :seq,"
                      " 'export_ready', agency, author, 'export_request', id, 'export.take', valid_to FROM export_request WHERE id = :request"}},
     .help = "核对用途和范围是否必要。批准后5个工作日内由申请人本人取件一次。"},

    {.name = "export.decline", .label = "不同意导出", .group = "export", .table = "export_request", .article = "12",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"request", "导出申请", FIELD_REF, 0, "export_request"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_REQUEST, .rules = RULES(RULE_state, RULE_export_reason_missing),
     .facts = {{NULL, STATE_OF("export_request", ":request", "'requested', 'approved'")}}, .facts_more = decline_facts,
     .apply = {{NULL, "UPDATE export_request SET state = 'declined', decided_by = :by, decided_at = :at, decision_reason = :reason,"
                      " decision_seq = :seq WHERE id = :request"},
               {NULL, TODO_DONE("export_decide", "export_request", ":request")},
               {NULL, TODO_DONE("export_ready", "export_request", ":request")}},
     .help = "已批准尚未取件的，也可撤回。"},

    {.name = "export.take", .label = "导出取件", .group = "export", .table = "export_take", .article = "12",
     .roles = INTERNAL_ROLES, .flags = ACT_CREATES | ACT_INTERNAL,
     .fields = FIELDS({"request", "导出申请", FIELD_REF, F_OPTIONAL, "export_request"}, WHAT_FIELDS,
                      {"rows", "行数", FIELD_COUNT, 0}, {"digest", "摘要", FIELD_DIGEST, 0}),
     .scope = SCOPE_REQUEST,
     .rules = RULES(RULE_state, RULE_export_unapproved, RULE_export_unapproved_open, RULE_export_not_applicant, RULE_export_differs,
                    RULE_export_lapsed),
     .facts = {{NULL, STATE_OF("export_request", ":request", "'approved'")},
               {NULL, "SELECT CASE WHEN author = :by THEN 0 ELSE 1 END AS export_not_applicant,"
                      " CASE WHEN what = CAST(:what AS TEXT) AND format = CAST(:format AS TEXT)"
                      " AND COALESCE(filters, '') = COALESCE(CAST(:filters AS TEXT), '') THEN 0 ELSE 1 END AS export_differs,"
                      " CASE WHEN valid_to IS NOT NULL AND valid_to < :at THEN 1 ELSE 0 END AS export_lapsed,"
                      " valid_to AS m_valid_to FROM export_request WHERE id = :request"}},
     .facts_more = take_facts,
     .apply = {{NULL, "INSERT INTO export_take (id, seq, request, agency, author, what, filters, format, rows_n, digest, taken_at, year, number)"
                      " VALUES (:id, :seq, :request, :agency, :by, :what, :filters, :format, :rows, :digest, :at, 0, 0)"},
               {NULL, "UPDATE export_request SET state = 'taken' WHERE id = :request"},
               {NULL, TODO_DONE("export_ready", "export_request", ":request")}},
     .apply_more = number_apply,
     .help = "每次导出都有编号和水印，凭水印可查到是谁、何时、导出了什么。"},
    {0}};
