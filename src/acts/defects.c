/*
 * Each defect is one SELECT over `paper_of`, the papers of the file; at case.attach the paper at hand is one of them, under a number
 * behind all others. A row is a defect: the paper's entry and name. Periods in working days cannot be said in SQL: there a row is
 * a candidate with first day, last day and the deadline's key, and the calendar decides; an unknown year is no defect.
 *
 * What is missing is asked at the seal only: while the file grows, everything is missing at some time.
 */
#include "acts/act.h"
#include "acts/acts_sql.h"
#include "acts/defects_private.h"

#define NEW_SEQ "9223372036854775807"
#define DAY_OF(t) "((" t " + 28800000000) / 86400000000)"

#define STORED                                                                                      \
    "SELECT seq, kind, ref, date, form, of_ref, served_on, captured_at, sampling_body, party, due FROM attachment"           \
    " WHERE casefile = CAST(:case AS TEXT)"
#define AT_HAND                                                                                     \
    " UNION ALL SELECT CAST(" NEW_SEQ " AS BIGINT), CAST(:kind AS TEXT), CAST(:ref AS TEXT), CAST(:date AS BIGINT),"          \
    " CAST(:form AS TEXT), CAST(:of AS TEXT), CAST(:served_on AS BIGINT), CAST(:captured_at AS BIGINT),"                       \
    " CAST(:sampling_body AS TEXT), CAST(:party AS TEXT), CAST(:due AS BIGINT)"
#define WITH_PAPERS(more)                                                                           \
    "WITH paper_of(seq, kind, ref, date, form, of_ref, served_on, captured_at, sampling_body, party, due) AS (" STORED more "), "

/* The case's visits, from the first officer's arrival to the last one's leaving. */
#define VISITS                                                                                      \
    "visit_of(first, last) AS (SELECT COALESCE((SELECT MIN(e.time) FROM presence_event e WHERE e.visit = v.id AND e.helper = 0"  \
    " AND e.kind = 1), v.starts), COALESCE((SELECT MAX(e.time) FROM presence_event e WHERE e.visit = v.id AND e.helper = 0"       \
    " AND e.kind = 2), v.ends) FROM visit v JOIN entrustment x ON x.id = v.entrustment JOIN casefile k ON k.subject = v.subject" \
    " AND k.agency = x.agency WHERE k.id = CAST(:case AS TEXT) AND v.state IN ('approved', 'closed')) "

/* Its own receipt. */
#define RECEIPT(p) "EXISTS (SELECT 1 FROM paper_of r WHERE r.kind = 'receipt' AND r.of_ref = " p ".ref)"
#define TWO_SIGN "(p.kind IN ('visit_record', 'sampling_record', 'sketch', 'receipt') OR p.form IN ('P01', 'P03', 'P04', 'P05', 'P11', 'P18', 'A10'))"

static const char *const officer = "承办执法人员", *const server = "送达的执法人员", *const sampler = "采样的执法人员和监测机构";

static const struct defect_type types[] = {
    {RULE_defect_photo_outside_visit, FACT_ID_defect_photo_outside_visit, true, 0, &officer,
     "SELECT p.seq, p.ref FROM paper_of p WHERE p.kind = 'photo' AND EXISTS (SELECT 1 FROM visit_of v WHERE " DAY_OF("v.first") " = "
     DAY_OF("p.captured_at") ") AND NOT EXISTS (SELECT 1 FROM visit_of v WHERE p.captured_at BETWEEN v.first AND v.last)"},
    {RULE_defect_photo_without_record, FACT_ID_defect_photo_without_record, false, 0, &officer,
     "SELECT p.seq, p.ref FROM paper_of p WHERE p.kind = 'photo' AND p.captured_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM paper_of r"
     " WHERE r.kind = 'visit_record' AND r.date = " DAY_OF("p.captured_at") ")"},
    {RULE_defect_photo_time_missing, FACT_ID_defect_photo_time_missing, true, 0, &officer,
     "SELECT p.seq, p.ref FROM paper_of p WHERE p.kind = 'photo' AND p.captured_at IS NULL"},
    {RULE_defect_signers_differ, FACT_ID_defect_signers_differ, false, 0, &officer,
     "SELECT p.seq, p.ref FROM paper_of p WHERE p.kind = 'sketch' AND EXISTS (SELECT 1 FROM paper_of r WHERE r.kind = 'visit_record' AND"
     " r.date = p.date) AND NOT EXISTS (SELECT 1 FROM paper_of r WHERE r.kind = 'visit_record' AND r.date = p.date"
     " AND NOT EXISTS (SELECT 1 FROM attachment_signer g WHERE g.attachment = p.seq AND g.signer NOT IN (SELECT h.signer FROM"
     " attachment_signer h WHERE h.attachment = r.seq)) AND NOT EXISTS (SELECT 1 FROM attachment_signer g WHERE g.attachment = r.seq AND"
     " g.signer NOT IN (SELECT h.signer FROM attachment_signer h WHERE h.attachment = p.seq)))"
     /* What legal review let pass at the attach needs no second explanation. */
     " AND NOT EXISTS (SELECT 1 FROM held h WHERE h.state = 'approved' AND h.rules LIKE '%sketch_signers_differ%' AND p.seq IN (h.seq,"
     " h.decided_seq))"},
    {RULE_defect_sampling_body_differs, FACT_ID_defect_sampling_body_differs, true, 0, &sampler,
     "SELECT p.seq, p.ref FROM paper_of p WHERE EXISTS (SELECT 1 FROM paper_of q WHERE q.seq < p.seq AND q.sampling_body <>"
     " p.sampling_body)"},
    {RULE_defect_sampling_record_missing, FACT_ID_defect_sampling_record_missing, false, 0, &sampler,
     "SELECT x.seq, x.ref FROM (SELECT p.seq AS seq, p.ref AS ref FROM paper_of p WHERE p.kind = 'report' AND p.sampling_body IS NOT NULL UNION ALL SELECT"
     " c.seq, COALESCE(m.title, m.id) FROM citation c JOIN material m ON m.id = c.material WHERE c.casefile = CAST(:case AS TEXT) AND"
     " m.kind = 'sample_result') x WHERE NOT EXISTS (SELECT 1 FROM paper_of q WHERE q.kind = 'sampling_record' OR q.form = 'P05')"},
    {RULE_defect_party_differs, FACT_ID_defect_party_differs, true, 0, &officer,
     "SELECT p.seq, p.ref FROM paper_of p, casefile k JOIN subject s ON s.id = k.subject WHERE k.id = CAST(:case AS TEXT) AND p.party <> s.name"},
    {RULE_defect_receipt_date_differs, FACT_ID_defect_receipt_date_differs, true, 0, &server,
     "SELECT p.seq, p.ref FROM paper_of p JOIN notice n ON n.id = p.of_ref WHERE p.kind = 'receipt' AND n.served_at IS NOT NULL AND "
     DAY_OF("n.served_at") " <> COALESCE(p.served_on, p.date)"},
    {RULE_defect_verified_after_decision, FACT_ID_defect_verified_after_decision, false, 0, &officer,
     "SELECT c.seq, COALESCE(m.title, m.id) FROM citation c JOIN material m ON m.id = c.material WHERE c.casefile = CAST(:case AS TEXT) AND"
     " EXISTS (SELECT 1 FROM paper_of p WHERE p.kind = 'decision' AND " DAY_OF("m.verified_at") " > p.date)"},
    {RULE_defect_period_in_calendar_days, FACT_ID_defect_period_in_calendar_days, true, -1, &officer,
     "SELECT p.seq, p.ref, COALESCE((SELECT MIN(r.date) FROM paper_of r WHERE r.kind = 'receipt' AND r.of_ref = p.ref), p.date), p.due,"
     " CASE p.form WHEN 'P12' THEN 'pen.statement' ELSE 'pen.hearing_notice' END FROM paper_of p WHERE p.form IN ('P12', 'P13')"
     " AND p.due IS NOT NULL"},
    {RULE_defect_decision_served_late, FACT_ID_defect_decision_served_late, false, 1, &server,
     "SELECT p.seq, p.ref, p.date, MIN(COALESCE(r.served_on, r.date)), 'pen.serve' FROM paper_of p JOIN paper_of r ON r.kind = 'receipt' AND"
     " r.of_ref = p.ref WHERE p.kind = 'decision' GROUP BY p.seq, p.ref, p.date"},
    {RULE_defect_certificate_expired, FACT_ID_defect_certificate_expired, false, 0, &officer,
     "SELECT DISTINCT p.seq, p.ref FROM paper_of p JOIN attachment_signer g ON g.attachment = p.seq JOIN user_role u ON u.user_id = g.signer"
     " AND u.role = 'officer' WHERE " TWO_SIGN " AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.user_id = g.signer AND c.from_date <="
     " p.date AND c.to_date >= p.date)"},
    {RULE_defect_served_without_receipt, FACT_ID_defect_served_without_receipt, false, 0, &server,
     "SELECT p.seq, p.ref FROM paper_of p WHERE p.form IN ('P07', 'P10', 'P12', 'P13', 'P23', 'P25', 'P26') AND NOT " RECEIPT("p")},
    {RULE_defect_result_not_told, FACT_ID_defect_result_not_told, false, 0, &server,
     "SELECT p.seq, p.ref FROM paper_of p WHERE p.kind = 'report' AND p.sampling_body IS NOT NULL AND NOT " RECEIPT("p")},
    {RULE_defect_evidence_after_review, FACT_ID_defect_evidence_after_review, false, 0, &officer,
     "SELECT p.seq, p.ref FROM paper_of p WHERE (p.kind IN ('visit_record', 'sampling_record', 'sketch', 'photo') OR (p.kind = 'report' AND"
     " p.sampling_body IS NOT NULL)) AND EXISTS (SELECT 1 FROM paper_of d WHERE d.kind = 'decision' AND p.date <= d.date AND p.date >"
     " (SELECT MAX(w.date) FROM paper_of w WHERE w.kind = 'legal_review' AND w.date <= d.date))"},
    {RULE_defect_daily_penalty_order, FACT_ID_defect_daily_penalty_order, false, 0, &officer,
     "SELECT p.seq, p.ref FROM paper_of p WHERE p.form = 'P22' AND NOT EXISTS (SELECT 1 FROM paper_of o JOIN paper_of v ON v.kind ="
     " 'visit_record' AND v.date > o.date AND v.date <= p.date WHERE o.form = 'P10' AND " RECEIPT("o") ")"},
    {RULE_defect_seizure_overdue, FACT_ID_defect_seizure_overdue, false, 0, &officer,
     "SELECT p.seq, p.ref FROM paper_of p WHERE p.form = 'P23' AND NOT EXISTS (SELECT 1 FROM paper_of o WHERE o.form = 'P26' AND o.date >="
     " p.date AND o.date <= p.date + CASE WHEN EXISTS (SELECT 1 FROM paper_of e WHERE e.form = 'P25' AND e.date BETWEEN p.date AND"
     " p.date + 30) THEN 60 ELSE 30 END)"},
    {RULE_defect_registered_evidence_overdue, FACT_ID_defect_registered_evidence_overdue, false, 1, &officer,
     "SELECT p.seq, p.ref, p.date, COALESCE((SELECT MIN(o.date) FROM paper_of o WHERE o.date >= p.date AND (o.form IN ('P08', 'P23') OR"
     " o.kind = 'decision')), 2000000), 'pen.registered_evidence' FROM paper_of p WHERE p.form = 'P07'"},
};
enum { TYPES = sizeof types / sizeof *types };

const char defect_names[] =
    "defect_photo_outside_visit defect_photo_without_record defect_photo_time_missing defect_signers_differ"
    " defect_sampling_body_differs defect_sampling_record_missing defect_party_differs defect_receipt_date_differs"
    " defect_verified_after_decision defect_period_in_calendar_days defect_decision_served_late defect_certificate_expired"
    " defect_served_without_receipt defect_result_not_told defect_evidence_after_review defect_daily_penalty_order"
    " defect_seizure_overdue defect_registered_evidence_overdue";

static const struct defect_type *type_of(str rule)
{
    for (size_t i = 0; i < TYPES; i++)
        if (str_eq(rule, str_of(law_rule_info[types[i].rule].name)))
            return &types[i];
    return NULL;
}

const char *defect_label(str rule)
{
    const struct defect_type *t = type_of(rule);
    return t ? law_fact_info[t->fact].label : "卷内缺陷";
}

/* Is the candidate one? Rows of a period: columns 2 first day, 3 last day, 4 key. */
static bool out_of_time(const struct calendar *c, const struct defect_type *t, const struct db_rows *rows)
{
    const struct deadline *d = deadline_find(db_str(rows, 4));
    day due;
    CHECK(d != NULL);
    if (calendar_due(c, (day)db_int(rows, 2), d->unit, d->n, &due, NULL) == CALENDAR_UNKNOWN)
        return false;
    return t->period < 0 ? db_int(rows, 3) < due : db_int(rows, 3) > due;
}

/* Findings of one kind. */
static err *find(struct db *d, struct arena *a, const struct calendar *c, const struct defect_type *t, bool at_hand,
                 const struct db_args *args, found_defects *ret)
{
    struct db_rows rows;
    bool more;
    const char *sql = arena_cstr(a, arena_printf(a, "%s%s%s ORDER BY 1 LIMIT 500",
                                                 at_hand ? WITH_PAPERS(AT_HAND) : WITH_PAPERS(""), VISITS, t->sql));
    TRY(db_query(d, a, sql, args, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct found_defect f = {.type = t, .seq = db_int(&rows, 0), .paper = db_str(&rows, 1)};
        if ((!t->period || out_of_time(c, t, &rows)) && ret->n < LIMIT_DEFECTS)
            vec_push(a, ret, f);
    }
}

/* The newest explanation given after the paper came; an explanation of the whole file names no paper. */
static err *explain(struct db *d, struct arena *a, str case_id, struct found_defect *f)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, "SELECT seq, reason FROM case_explanation WHERE casefile = :case AND defect = :defect AND seq > :paper AND"
                       " attachment IN (0, :paper) ORDER BY seq DESC LIMIT 1",
                 DB_ARGS(DB_T("case", case_id), DB_T("defect", str_of(law_rule_info[f->type->rule].name)), DB_I("paper", f->seq)),
                 &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    f->explained_seq = db_int(&rows, 0);
    f->explanation = db_str(&rows, 1);
    db_rows_end(&rows);
    return NULL;
}

err *defects_find(struct act *a, str case_id, bool at_hand, found_defects *ret)
{
    const struct db_args args = {.lookup = act_lookup, .context = a};
    *ret = (found_defects){0};
    for (size_t i = 0; i < TYPES; i++)
        if (!at_hand || types[i].at_attach)
            TRY(find(a->db, a->arena, act_calendar(a), &types[i], at_hand, &args, ret));
    for (size_t i = 0; i < ret->n; i++)
        TRY(explain(a->db, a->arena, case_id, &ret->p[i]));
    return NULL;
}

err *defects_facts(struct act *a, bool at_hand)
{
    found_defects found;
    int64_t open = 0;
    TRY(defects_find(a, act_text(a, "case"), at_hand, &found));
    for (size_t i = 0; i < found.n; i++) {
        const struct found_defect *f = &found.p[i];
        if (f->explained_seq)
            continue;
        law_fact_set(&a->facts, f->type->fact, law_fact_get(&a->facts, f->type->fact) + 1);
        open++;
        str say = arena_printf(a->arena, "%s_paper", law_rule_info[f->type->rule].name + strlen("defect_"));
        act_say(a, arena_cstr(a->arena, say), f->paper);
    }
    if (!at_hand)
        a->facts.defects_open = open;
    return NULL;
}

/* ---- for the page ---- */

/* The rule's sentence about this paper: {…_paper} is the one place it has. */
static str sentence(struct arena *a, const struct found_defect *f)
{
    str text = str_of(law_rule_info[f->type->rule].because);
    ptrdiff_t from = str_find(text, S("{")), to = str_find(text, S("}"));
    if (from < 0 || to < from)
        return text;
    return arena_printf(a, "%.*s%.*s%.*s", (int)from, text.p, STR_ARG(f->paper), STR_ARG(str_sub(text, (size_t)to + 1, text.n)));
}

static struct defect defect_of(struct arena *a, const struct found_defect *f, day until)
{
    const struct law_rule_info *r = &law_rule_info[f->type->rule];
    return (struct defect){.rule = f->type->rule, .name = str_of(r->name), .label = str_of(law_fact_info[f->type->fact].label),
                           .paper = f->paper, .seq = f->seq, .because = sentence(a, f), .remedy = str_of(r->remedy),
                           .instrument = str_of(r->instrument), .article = str_of(r->article), .who = str_of(*f->type->who),
                           .until = until, .explained_seq = f->explained_seq,
                           .explanation = f->explanation.p ? f->explanation : S("")};
}

/* Filing ends on 31 March after the year in which the case was closed or, while it is open, of now. */
static err *filing_end(struct db *d, str case_id, usec now, day *ret)
{
    int64_t there, closed;
    TRY(db_one_int(d, "SELECT COUNT(*) FROM casefile WHERE id = :case", DB_ARGS(DB_T("case", case_id)), 0, &there));
    if (!there)
        return err_at(err_new(ERR_MISSING, "没有案卷“%.*s”", STR_ARG(case_id)), S("case"));
    TRY(db_one_int(d, "SELECT MAX(date) FROM attachment WHERE casefile = :case AND form = 'P20'", DB_ARGS(DB_T("case", case_id)),
                   day_of(now), &closed));
    *ret = day_from_civil(civil_of_day((day)closed).year + 1, 3, 31);
    return NULL;
}

err *case_defects(struct db *d, struct arena *a, str case_id, usec now, struct defect **ret, size_t *ret_n)
{
    struct world world = {0};
    found_defects found = {0};
    day until;
    size_t n = 0;
    TRY(filing_end(d, case_id, now, &until));
    err *bad = world_load(&world, d);
    for (size_t i = 0; i < TYPES && !bad; i++)
        bad = find(d, a, world.calendar, &types[i], false, DB_ARGS(DB_T("case", case_id)), &found);
    world_drop(&world);
    TRY(bad);
    struct defect *list = NEW_ARRAY(a, found.n, struct defect);
    for (size_t i = 0; i < found.n; i++)
        TRY(explain(d, a, case_id, &found.p[i]));
    for (int explained = 0; explained < 2; explained++)
        for (size_t i = 0; i < found.n; i++)
            if (!found.p[i].explained_seq == !explained)
                list[n++] = defect_of(a, &found.p[i], until);
    *ret = list;
    *ret_n = n;
    return NULL;
}
