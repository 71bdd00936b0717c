/*
 * The record of Art. 10 and the case file. Attaching checks what data can decide of a paper; sealing asks for the
 * records, notices and receipts of every entrustment the case rests on: those of its cited materials, of its attached
 * notices and records, and of the clue it began with.
 *
 * Todo kinds: record_due (closed here), record_file, case_open (closed here).
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"
#include "acts/defects_private.h"

static bool blank(const struct act *a, const char *field)
{
    return !str_trim(act_text(a, field)).n;
}

static bool one_of(str s, const char *words)
{
    str rest = str_of(words), part;
    while (str_next(&rest, ' ', &part))
        if (s.n && str_eq(s, part))
            return true;
    return false;
}

static err *file_facts(struct act *a)
{
    act_facts(a)->record_number_missing = blank(a, "number");
    return NULL;
}

static err *open_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->case_basis_missing = blank(a, "basis_type") || blank(a, "basis_ref");
    f->case_approval_missing = f->case_approval_missing || !act_text(a, "approved_by").p;
    f->case_approver_is_author = str_eq(act_text(a, "approved_by"), act_by(a));
    return NULL;
}

/* The statement period: five working days after the receipt of the prior notice (form P12). */
static err *statement_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct deadline *d = deadline_find(S("pen.statement"));
    int64_t served = 0;
    day due;
    CHECK(d != NULL);
    TRY(db_one_int(act_db(a),
                   "SELECT MAX(r.date) FROM attachment r JOIN attachment n ON n.casefile = r.casefile AND n.ref = r.of_ref"
                   " WHERE r.casefile = :case AND r.kind = 'receipt' AND n.form = 'P12'",
                   DB_ARGS(DB_T("case", act_text(a, "case"))), 0, &served));
    f->decision_without_statement = served == 0;
    if (!served || calendar_due(act_calendar(a), (day)served, d->unit, d->n, &due, NULL) == CALENDAR_UNKNOWN)
        return NULL; /* an unknown year never blocks an act */
    f->decision_too_early = act_int(a, "date", 0) <= due;
    act_say(a, "statement_due", day_chinese(act_arena(a), due));
    return NULL;
}

static err *attach_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str kind = act_text(a, "kind"), form = act_text(a, "form");
    f->attach_future = act_int(a, "date", 0) > day_of(act_at(a));
    f->signers_needed = one_of(kind, "visit_record sampling_record sketch receipt") ||
                                one_of(form, "P01 P03 P04 P05 P11 P18 P20 A10")
                            ? 2
                            : 0;
    f->legal_review = str_eq(kind, S("legal_review"));
    f->decision = str_eq(kind, S("decision"));
    f->receipt_of_missing = str_eq(kind, S("receipt")) && blank(a, "of");
    if (!str_eq(kind, S("receipt")) || f->receipt_of_missing)
        f->receipt_of_unknown = 0;
    if (!str_eq(kind, S("sketch")))
        f->sketch_signers_differ = 0;
    f->explaining = act_get(a, "corrects")->present;
    f->explained_reason_missing = f->explaining && blank(a, "reason");
    if (f->decision)
        TRY(statement_facts(a));
    return defects_facts(a, true);
}

static err *seal_facts(struct act *a)
{
    return defects_facts(a, false);
}

/* What is explained must be on the list, and still open. */
static err *explain_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    found_defects found;
    int64_t entry = act_int(a, "entry", 0);
    f->explaining = 1;
    f->explained_reason_missing = blank(a, "reason");
    f->explained_not_there = 1;
    TRY(defects_find(a, act_text(a, "case"), false, &found));
    for (size_t i = 0; i < found.n; i++)
        if (str_eq(act_text(a, "defect"), str_of(law_rule_info[found.p[i].type->rule].name)) && !found.p[i].explained_seq &&
            (!entry || entry == found.p[i].seq))
            f->explained_not_there = 0;
    return NULL;
}

static err *export_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->bundle_purpose_missing = blank(a, "purpose");
    f->export_policy = act_policy(a, "export_needs_approval_and_watermark") != 0;
    f->export_requested = act_get(a, "request")->present;
    return NULL;
}

static err *reopen_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->reopening = 1;
    f->reason_missing = blank(a, "reason");
    return NULL;
}

#define CASE_ENTRUSTMENTS                                                                           \
    "(SELECT m.entrustment AS id FROM citation c JOIN material m ON m.id = c.material WHERE c.casefile = :case"      \
    " UNION SELECT n.entrustment FROM attachment t JOIN notice n ON n.id = t.ref WHERE t.casefile = :case"           \
    "   AND t.kind = 'notice'"                                                                      \
    " UNION SELECT r.entrustment FROM attachment t JOIN record r ON r.id = t.ref WHERE t.casefile = :case"           \
    "   AND t.kind = 'record'"                                                                      \
    " UNION SELECT q.entrustment FROM casefile k JOIN clue q ON k.basis_type = 'clue' AND q.id = k.basis_ref"        \
    "   WHERE k.id = :case AND q.entrustment IS NOT NULL)"

#define HAS(condition) "EXISTS (SELECT 1 FROM attachment t WHERE t.casefile = k.id AND " condition ")"
#define LACKS(condition) "CASE WHEN " HAS(condition) " THEN 0 ELSE 1 END"

const struct act_type acts_record[] = {
    {.name = "record.compile", .label = "编制备案表", .group = "record", .table = "record", .article = "10",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES, .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"}),
     .scope = SCOPE_ENTRUSTMENT, .rules = RULES(RULE_record_visits_open),
     .facts = {{NULL, STATE_OF("entrustment", ":entrustment", "'accepted', 'finished', 'released', 'suspended'")},
               {NULL, "SELECT COUNT(*) AS record_visits_open FROM visit WHERE entrustment = :entrustment AND state IN"
                      " ('planned', 'approved')"}},
     .apply = {{NULL, "INSERT INTO record (id, seq, entrustment, author, state) VALUES (:id, :seq, :entrustment, :by, 'compiled')"},
               {NULL, TODO_DONE("record_due", "entrustment", ":entrustment")},
               {NULL, TODO("1", "record_file", "(SELECT agency FROM entrustment WHERE id = :entrustment)", "legal", "record", ":id",
                           "record.file", ":workday_record_filing_workdays")}},
     .help = "备案表由现场、人员、材料和成果自动汇总，执法人员签署。"},

    {.name = "record.file", .label = "备案", .group = "record", .table = "record", .article = "10", .roles = ROLE_BIT(ROLE_LEGAL),
     .fields = FIELDS({"record", "备案表", FIELD_REF, 0, "record"}, {"number", "备案号", FIELD_TEXT, F_OPTIONAL, .maximum = 100}),
     .scope = "SELECT e.agency AS agency FROM record r JOIN entrustment e ON e.id = r.entrustment WHERE r.id = :record",
     .rules = RULES(RULE_record_number_missing, RULE_record_by_compiler),
     .facts = {{NULL, STATE_OF("record", ":record", "'compiled'")},
               {NULL, "SELECT CASE WHEN author = :by THEN 1 ELSE 0 END AS record_by_compiler FROM record WHERE id = :record"}},
     .facts_more = file_facts,
     .apply = {{NULL, "UPDATE record SET state = 'filed', number = :number, filed_at = :at, filed_by = :by, filed_seq = :seq"
                      " WHERE id = :record"},
               {NULL, TODO_DONE("record_file", "record", ":record")}},
     .help = "备案后作为执法文书的辅助材料。"},

    {.name = "case.open", .label = "立案", .group = "record", .table = "casefile", .article = "10", .roles = ROLE_BIT(ROLE_OFFICER),
     .flags = ACT_CREATES,
     .fields = FIELDS({"agency", "执法机构", FIELD_REF, 0, "agency"}, {"subject", "当事人", FIELD_REF, 0, "subject"},
                      {"cause", "案由", FIELD_TEXT, F_BODY, .maximum = 200},
                      {"basis", "来源", FIELD_OBJECT, F_OPTIONAL,
                       .object = FIELDS({"type", "类型", FIELD_ENUM, 0,
                                         "clue plan special case request rectification inspection complaint transfer monitoring"},
                                        {"ref", "编号", FIELD_TEXT, F_OPTIONAL, .maximum = 100})},
                      {"approved_by", "批准人", FIELD_REF, F_OPTIONAL, "users"}),
     .scope = SCOPE_AGENCY,
     .rules = RULES(RULE_case_basis_missing, RULE_case_clue_not_opened, RULE_case_approval_missing, RULE_case_approver_is_author),
     .facts = {{NULL, "SELECT CASE WHEN CAST(:basis_type AS TEXT) = 'clue' AND NOT EXISTS (SELECT 1 FROM clue q WHERE q.id ="
                      " CAST(:basis_ref AS TEXT) AND q.outcome = 'opened') THEN 1 ELSE 0 END AS case_clue_not_opened,"
                      " CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = CAST(:approved_by AS TEXT) AND r.role = 'head')"
                      " THEN 0 ELSE 1 END AS case_approval_missing"}},
     .facts_more = open_facts,
     .apply = {{NULL, "INSERT INTO casefile (id, seq, agency, subject, cause, basis_type, basis_ref, approved_by, author, opened_at,"
                      " state, reopened) VALUES (:id, :seq, CAST(:agency AS TEXT), :subject, :cause, :basis_type, :basis_ref,"
                      " :approved_by, :by, :at, 'open', 0)"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = 'case_open' AND thing_kind = 'clue'"
                      " AND thing_id = CAST(:basis_ref AS TEXT)"}},
     .help = "线索须经审查决定立案后方可作为来源。"},

    {.name = "case.attach", .label = "附卷", .group = "record", .table = "attachment", .article = "10", .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"case", "案卷", FIELD_REF, 0, "casefile"},
                      {"kind", "种类", FIELD_ENUM, 0,
                       "record notice receipt visit_record sampling_record sketch photo report legal_review decision other"},
                      {"ref", "文书名称或编号", FIELD_TEXT, 0, .maximum = 200}, {"date", "日期", FIELD_DATE, 0},
                      {"form", "文书式样", FIELD_TEXT, F_OPTIONAL, .maximum = 10}, {"of", "所送文书", FIELD_TEXT, F_OPTIONAL, .maximum = 200},
                      {"served_on", "送达日期", FIELD_DATE, F_OPTIONAL},
                      {"signers", "签署人", FIELD_REF, F_OPTIONAL | F_LIST, "users|member", .maximum = 50},
                      {"body", "内容摘要", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 4000},
                      {"pages", "页数", FIELD_COUNT, F_OPTIONAL, .maximum = 10000}, {"original", "原件文件摘要", FIELD_DIGEST, F_OPTIONAL},
                      {"captured_at", "拍摄时间", FIELD_TIME, F_OPTIONAL},
                      {"sampling_body", "采样（监测）单位", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200},
                      {"party", "文书上的当事人名称", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200},
                      {"due", "文书给的期限末日", FIELD_DATE, F_OPTIONAL},
                      {"corrects", "补正的缺陷", FIELD_ENUM, F_OPTIONAL, defect_names},
                      {"reason", "补正理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_CASE,
     .rules = RULES(RULE_case_closed, RULE_attach_future, RULE_signers_third_party, RULE_signers_too_few, RULE_legal_review_unqualified,
                    RULE_legal_review_by_third_party, RULE_reviewer_investigated, RULE_record_ref_unfiled, RULE_notice_ref_unserved,
                    RULE_notice_date_differs, RULE_notice_after_visit, RULE_receipt_of_missing, RULE_receipt_of_unknown,
                    RULE_receipt_notice_unattached,
                    RULE_decision_without_review, RULE_decision_without_statement, RULE_decision_too_early,
                    RULE_decision_before_verification, RULE_record_visit_unknown, RULE_sketch_signers_differ,
                    RULE_explained_reason_missing, RULE_explained_by_legal, DEFECT_RULES_AT_ATTACH),
     .facts = {{NULL, "SELECT CASE WHEN k.state = 'open' THEN 0 ELSE 1 END AS case_closed,"
                      " CASE WHEN CAST(:kind AS TEXT) = 'record' AND NOT EXISTS (SELECT 1 FROM record r WHERE r.id = CAST(:ref AS TEXT)"
                      "   AND r.state = 'filed') THEN 1 ELSE 0 END AS record_ref_unfiled,"
                      " CASE WHEN CAST(:kind AS TEXT) = 'notice' AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.id = CAST(:ref AS TEXT)"
                      "   AND n.state = 'served' AND n.subject = k.subject) THEN 1 ELSE 0 END AS notice_ref_unserved,"
                      " CASE WHEN CAST(:kind AS TEXT) = 'notice' AND EXISTS (SELECT 1 FROM notice n WHERE n.id = CAST(:ref AS TEXT)"
                      "   AND n.served_at IS NOT NULL AND (n.served_at + 28800000000) / 86400000000 <> CAST(:date AS BIGINT))"
                      "   THEN 1 ELSE 0 END AS notice_date_differs,"
                      " (SELECT (n.served_at + 28800000000) / 86400000000 FROM notice n WHERE n.id = CAST(:ref AS TEXT)) AS d_served_day,"
                      " CASE WHEN CAST(:kind AS TEXT) = 'notice' AND EXISTS (SELECT 1 FROM notice n JOIN visit v ON v.entrustment ="
                      "   n.entrustment AND v.subject = n.subject JOIN presence_event p ON p.visit = v.id AND p.helper = 1 AND p.kind = 1"
                      "   WHERE n.id = CAST(:ref AS TEXT) AND p.time < n.served_at AND NOT EXISTS (SELECT 1 FROM notice o WHERE"
                      "   o.entrustment = n.entrustment AND o.subject = n.subject AND o.served_at <= p.time)) THEN 1 ELSE 0 END"
                      "   AS notice_after_visit,"
                      " CASE WHEN EXISTS (SELECT 1 FROM attachment t WHERE t.casefile = k.id AND t.ref = CAST(:of AS TEXT))"
                      "   THEN 0 ELSE 1 END AS receipt_of_unknown,"
                      " CASE WHEN CAST(:form AS TEXT) = 'A10' OR EXISTS (SELECT 1 FROM notice n WHERE n.id = CAST(:of AS TEXT))"
                      "   THEN 1 ELSE 0 END AS receipt_of_notice,"
                      " " LACKS("t.kind = 'legal_review' AND t.date <= :date") " AS decision_without_review,"
                      " (SELECT COUNT(*) FROM citation c JOIN material m ON m.id = c.material WHERE c.casefile = k.id"
                      "   AND (m.verified_at + 28800000000) / 86400000000 > CAST(:date AS BIGINT)) AS decision_before_verification,"
                      " CASE WHEN CAST(:kind AS TEXT) = 'visit_record' AND EXISTS (SELECT 1 FROM visit v WHERE v.subject = k.subject)"
                      "   AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.subject = k.subject AND CAST(:date AS BIGINT) BETWEEN"
                      "   (v.starts + 28800000000) / 86400000000 AND (v.ends + 28800000000) / 86400000000) THEN 1 ELSE 0 END"
                      "   AS record_visit_unknown FROM casefile k WHERE k.id = :case"},
               {"signers", "SELECT CASE WHEN w.third = 1 THEN 1 ELSE 0 END AS signers_third_party,"
                           " CASE WHEN w.third = 1 THEN w.name END AS t_signer_third_party,"
                           " CASE WHEN EXISTS (SELECT 1 FROM certificate c JOIN certificate_area ca ON ca.certificate = c.seq"
                           "   WHERE c.user_id = w.id AND c.from_date <= :date AND c.to_date >= :date AND "
                               REGION_COVERS("ca.region", "s.region") ") THEN 1 ELSE 0 END AS signers_certified,"
                           " CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = w.id AND r.role = 'legal') AND w.third = 0"
                           "   THEN 1 ELSE 0 END AS signers_legal,"
                           " CASE WHEN EXISTS (SELECT 1 FROM attachment t JOIN attachment_signer g ON g.attachment = t.seq WHERE"
                           "   t.casefile = k.id AND t.kind IN ('visit_record', 'sampling_record', 'sketch') AND g.signer = w.id)"
                           "   THEN 1 ELSE 0 END AS reviewer_investigated,"
                           " CASE WHEN EXISTS (SELECT 1 FROM attachment t WHERE t.casefile = k.id AND t.kind = 'visit_record') AND NOT"
                           "   EXISTS (SELECT 1 FROM attachment t JOIN attachment_signer g ON g.attachment = t.seq WHERE"
                           "   t.casefile = k.id AND t.kind = 'visit_record' AND g.signer = w.id) THEN 1 ELSE 0 END"
                           "   AS sketch_signers_differ"
                           " FROM (SELECT id, name, 1 AS third FROM member WHERE id = :item UNION ALL SELECT id, name,"
                           "   CASE WHEN provider IS NULL THEN 0 ELSE 1 END FROM users WHERE id = :item) w,"
                           " casefile k JOIN subject s ON s.id = k.subject WHERE k.id = :case"}},
     .facts_more = attach_facts,
     .apply = {{NULL, "INSERT INTO attachment (seq, casefile, kind, ref, date, form, of_ref, served_on, body, pages, original, captured_at,"
                      " sampling_body, party, due) VALUES (:seq, :case, :kind, :ref, :date, :form, :of, :served_on, :body, :pages,"
                      " :original, :captured_at, :sampling_body, :party, :due)"},
               {NULL, "INSERT INTO case_explanation (seq, casefile, defect, attachment, reason, author, at) SELECT :seq, k.id, :corrects,"
                      " 0, :reason, :by, :at FROM casefile k WHERE k.id = :case AND CAST(:corrects AS TEXT) IS NOT NULL"},
               {"signers", "INSERT INTO attachment_signer (attachment, signer) VALUES (:seq, :item) ON CONFLICT DO NOTHING"},
               /* A second decision changes the first: what was published of it goes (Penalty Law 48). */
               {NULL, WITHDRAWAL_DUE("'decision', 'case'", ":case", "CAST(:kind AS TEXT) = 'decision'")},
               {NULL, DISCLOSURE_DUE("decision", "o.id", "o.agency", "disclose_decision_workdays",
                                     "FROM casefile o WHERE o.id = :case AND CAST(:kind AS TEXT) = 'decision'")},
               {NULL, DISCLOSURE_TODO}},
     .help = "附卷时即检查签署人、日期、送达和告知期限；更正以另附文书并写明理由的方式进行。"},

    {.name = "case.explain", .label = "说明缺陷", .group = "record", .table = "case_explanation", .article = "10",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"case", "案卷", FIELD_REF, 0, "casefile"}, {"defect", "缺陷", FIELD_ENUM, 0, defect_names},
                      {"entry", "文书的记录号", FIELD_COUNT, F_OPTIONAL},
                      {"reason", "原因和依据", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_CASE, .rules = RULES(RULE_explained_reason_missing, RULE_explained_not_there, RULE_explained_by_legal),
     .facts = {{NULL, STATE_OF("casefile", ":case", "'open'")}}, .facts_more = explain_facts,
     .apply = {{NULL, "INSERT INTO case_explanation (seq, casefile, defect, attachment, reason, author, at) VALUES (:seq, :case, :defect,"
                      " COALESCE(CAST(:entry AS BIGINT), 0), :reason, :by, :at)"}},
     .help = "不能补附的缺陷写明原因，由法制审核确认；原有文书不改动。"},

    {.name = "case.export", .label = "导出案卷包", .group = "record", .table = "case_export", .article = "10",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_ARCHIVIST), .flags = ACT_INTERNAL,
     .fields = FIELDS({"case", "案卷", FIELD_REF, 0, "casefile"}, {"manifest", "清单摘要", FIELD_DIGEST, 0},
                      {"kib", "大小（KiB）", FIELD_COUNT, 0}, {"as_of", "截至", FIELD_TIME, F_OPTIONAL},
                      {"purpose", "用途", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"request", "导出申请", FIELD_REF, F_OPTIONAL, "export_request"}),
     .scope = SCOPE_CASE,
     .rules = RULES(RULE_state, RULE_bundle_purpose_missing, RULE_bundle_unapproved, RULE_export_not_applicant, RULE_export_differs,
                    RULE_export_lapsed),
     .facts = {{NULL, STATE_OF("export_request", ":request", "'approved'")},
               {NULL, "SELECT CASE WHEN author = :by THEN 0 ELSE 1 END AS export_not_applicant,"
                      " CASE WHEN what = 'case' AND format = 'zip' AND filters = 'case=' || CAST(:case AS TEXT) THEN 0 ELSE 1 END"
                      "   AS export_differs,"
                      " CASE WHEN valid_to IS NOT NULL AND valid_to < :at THEN 1 ELSE 0 END AS export_lapsed,"
                      " valid_to AS m_valid_to FROM export_request WHERE id = :request"}},
     .facts_more = export_facts,
     .apply = {{NULL, "INSERT INTO case_export (seq, casefile, manifest, kib, as_of, purpose, author, at) VALUES (:seq, :case, :manifest,"
                      " :kib, :as_of, :purpose, :by, :at)"},
               {NULL, "UPDATE export_request SET state = 'taken' WHERE id = :request"},
               {NULL, TODO_DONE("export_ready", "export_request", ":request")}},
     .help = "谁在何时把哪一份案卷包带出系统，逐份登记。"},

    {.name = "case.seal", .label = "归档封卷", .group = "record", .table = "casefile", .article = "10",
     .roles = ROLE_BIT(ROLE_ARCHIVIST), .fields = FIELDS({"case", "案卷", FIELD_REF, 0, "casefile"}), .scope = SCOPE_CASE,
     .rules = RULES(RULE_entrustments_unfiled, RULE_records_unattached, RULE_notices_unattached, RULE_notices_without_receipt,
                    RULE_citations_tainted, RULE_objections_open, RULE_visit_record_missing, RULE_filing_form_missing,
                    RULE_investigation_missing, RULE_decision_receipt_missing, RULE_closing_form_missing,
                    RULE_archivist_investigated, RULE_defects_open, DEFECT_RULES),
     .facts = {{NULL, STATE_OF("casefile", ":case", "'open'")},
               {NULL, "SELECT COUNT(*) AS entrustments_unfiled, MIN(x.id) AS t_unfiled_entrustment FROM " CASE_ENTRUSTMENTS " x WHERE NOT"
                      " EXISTS (SELECT 1 FROM record r WHERE r.entrustment = x.id AND r.state = 'filed')"},
               {NULL, "SELECT COUNT(*) AS records_unattached, MIN(x.id) AS t_unattached_entrustment FROM " CASE_ENTRUSTMENTS " x WHERE"
                      " EXISTS (SELECT 1 FROM record r WHERE r.entrustment = x.id AND r.state = 'filed') AND NOT EXISTS (SELECT 1 FROM"
                      " attachment t JOIN record r ON r.id = t.ref WHERE t.casefile = :case AND t.kind = 'record' AND r.entrustment = x.id)"},
               {NULL, "SELECT COUNT(*) AS notices_unattached, MIN(x.id) AS t_unnotified_entrustment FROM " CASE_ENTRUSTMENTS " x JOIN"
                      " entrustment e ON e.id = x.id WHERE EXISTS (SELECT 1 FROM entrustment_subject es JOIN casefile k ON k.subject ="
                      " es.subject WHERE k.id = :case AND es.entrustment = e.id) AND e.enters_site = 1 AND NOT EXISTS (SELECT 1 FROM"
                      " attachment t JOIN notice n ON n.id = t.ref WHERE t.casefile = :case AND t.kind = 'notice' AND n.entrustment = x.id)"},
               {NULL, "SELECT COUNT(*) AS notices_without_receipt FROM attachment t WHERE t.casefile = :case AND t.kind = 'notice' AND NOT"
                      " EXISTS (SELECT 1 FROM attachment r WHERE r.casefile = t.casefile AND r.kind = 'receipt' AND r.of_ref = t.ref)"},
               {NULL, "WITH RECURSIVE up(id) AS (SELECT material FROM citation WHERE casefile = CAST(:case AS TEXT) UNION SELECT ms.source"
                      " FROM material_source ms JOIN up ON ms.material = up.id) SELECT COUNT(*) AS citations_tainted FROM up JOIN material m"
                      " ON m.id = up.id WHERE m.state NOT IN ('adoptable', 'reference_only') OR m.reverify = 1 OR m.quarantined = 1"},
               {NULL, "SELECT COUNT(*) AS objections_open FROM objection o JOIN " CASE_ENTRUSTMENTS " x ON x.id = o.entrustment WHERE"
                      " o.state = 'lodged'"},
               {NULL, "SELECT CASE WHEN NOT " HAS("t.kind = 'visit_record'") " AND EXISTS (SELECT 1 FROM visit v JOIN " CASE_ENTRUSTMENTS " x"
                      " ON x.id = v.entrustment WHERE v.subject = k.subject AND v.state = 'closed') THEN 1 ELSE 0 END AS visit_record_missing,"
                      " CASE WHEN " HAS("t.kind = 'decision'") " THEN " LACKS("t.form = 'P01'") " ELSE 0 END AS filing_form_missing,"
                      " " LACKS("t.kind = 'decision'") " AS decision_missing,"
                      " " LACKS("t.kind = 'report' AND (t.form = 'P11' OR t.form IS NULL)") " AS investigation_missing,"
                      " CASE WHEN " HAS("t.kind = 'decision' AND NOT EXISTS (SELECT 1 FROM attachment r WHERE r.casefile = t.casefile AND"
                                        " r.kind = 'receipt' AND r.of_ref = t.ref)") " THEN 1 ELSE 0 END AS decision_receipt_missing,"
                      " CASE WHEN " HAS("t.kind = 'decision'") " THEN " LACKS("t.form = 'P20'") " ELSE 0 END AS closing_form_missing,"
                      " CASE WHEN k.author = :by OR EXISTS (SELECT 1 FROM attachment t JOIN attachment_signer g ON g.attachment = t.seq"
                      "   WHERE t.casefile = k.id AND g.signer = :by) THEN 1 ELSE 0 END AS archivist_investigated"
                      " FROM casefile k WHERE k.id = :case"}},
     .facts_more = seal_facts,
     .apply = {{NULL, "UPDATE casefile SET state = 'sealed', sealed_at = :at, sealed_by = :by WHERE id = :case"}},
     .help = "所依据的每一次委托都已备案、告知书和回证齐全、引用材料均已核实，方可封卷。"},

    {.name = "case.reopen", .label = "启封", .group = "record", .table = "casefile", .article = "10", .roles = ROLE_BIT(ROLE_ARCHIVIST),
     .fields = FIELDS({"case", "案卷", FIELD_REF, 0, "casefile"}, {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000},
                      {"approver", "批准人", FIELD_REF, F_OPTIONAL, "users"}),
     .scope = SCOPE_CASE, .rules = RULES(RULE_reason_missing, RULE_reopen_approver_missing, RULE_reopen_needs_head),
     .facts = {{NULL, STATE_OF("casefile", ":case", "'sealed'")},
               {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = CAST(:approver AS TEXT) AND r.role = 'head')"
                      " THEN 0 ELSE 1 END AS reopen_approver_missing"}},
     .facts_more = reopen_facts,
     .apply = {{NULL, "UPDATE casefile SET state = 'open', reopened = reopened + 1, sealed_at = NULL, sealed_by = NULL WHERE id = :case"}},
     .help = "补正以增加文书的方式进行，原有文书不覆盖。"},
    {0}};
