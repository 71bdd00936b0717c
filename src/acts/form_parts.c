/*
 * The statements. A fact that a form's key fields name and that no act holds has no statement: the wording leaves a line to be
 * written on. What is said of people is what acts recorded of them; a detector's finding, an officer's relation and the author of an
 * anonymous report never come into a paper.
 *
 * Lists are whole: one that does not fit is refused by paper_fill(), never cut, for a record that leaves out the 201st picture
 * says that there was none.
 */
#include "acts/form_parts.h"

#include <stddef.h>

#define CERTIFICATE(user) "(SELECT c.cert_no FROM certificate c WHERE c.user_id = " user " ORDER BY c.seq DESC LIMIT 1)"
#define NUMBER_OF(form, kind, id)                                                                   \
    "(SELECT p.number_text FROM paper p WHERE p.form = '" form "' AND p.thing_kind = '" kind "' AND p.thing_id = " id \
    " AND p.void_at IS NULL ORDER BY p.seq DESC LIMIT 1)"
#define NAME_OF(user) "(SELECT u.name FROM users u WHERE u.id = " user ")"
#define ACT_TIME(seq) "(SELECT l.at FROM act_log l WHERE l.seq = " seq ")"
#define DUE(kind, thing_kind) /* last day of what waits or waited for it */                         \
    "(SELECT MAX((t.due_at + 28800000000) / 86400000000) FROM todo t WHERE t.kind = '" kind "' AND t.thing_kind = '" thing_kind \
    "' AND t.thing_id = x.id)"

#define MATERIAL_COLUMNS                                                                            \
    "x.title, x.kind AS \"kind@enum\", x.captured_at, " ACT_TIME("x.seq") " AS submitted_at, m.name AS author,"       \
    " x.state AS \"state@enum\", SUBSTR(x.digest, 5, 16) AS digest, x.quarantined AS \"quarantined@flag\","       \
    " x.reverify AS \"reverify@flag\", (SELECT d.kind FROM device d WHERE d.id = x.device) AS \"device@enum\","   \
    " (SELECT d.serial FROM device d WHERE d.id = x.device) AS device_no"

const struct form_part form_parts[] = {
    /* ---- whose, with whom, on whom ---- */
    {NULL, "agency", false,
     "SELECT g.name, g.region AS \"region@region\", (SELECT p.name FROM agency p WHERE p.id = g.parent) AS parent"
     " FROM agency g WHERE g.id = :agency"},
    {NULL, "provider", false, "SELECT p.name, p.kind AS \"kind@enum\", p.uscc FROM provider p WHERE p.id = :provider"},
    {NULL, "subject", false,
     "SELECT s.name, s.uscc, s.region AS \"region@region\", s.industry, s.permit_no FROM subject s WHERE s.id = :subject"},
    {NULL, "task", false,
     "SELECT e.kind AS \"name@task\", e.kind AS \"article@article\", e.kind AS code, e.matter, e.from_date AS \"from\", e.to_date AS \"to\","
     " e.to_date - e.from_date + 1 AS days, e.region AS \"region@region\", e.enters_site AS \"enters@flag\", e.amount,"
     " e.basis_type AS \"basis@enum\", e.basis_ref, e.reason, e.state AS \"state@enum\", e.approved_at, " NAME_OF("e.approved_by")
     " AS approver, " NAME_OF("e.author") " AS author, e.accepted_at, e.ended_at, e.state_reason, b.approval_no AS budget_no,"
     " b.year AS budget_year, " NUMBER_OF("A08", "entrustment", "e.id") " AS number"
     " FROM entrustment e LEFT JOIN budget b ON b.id = e.budget WHERE e.id = :entrustment"},
    {NULL, "agreement", false,
     "SELECT a.from_date AS \"from\", a.to_date AS \"to\", a.fee, a.pricing AS \"pricing@enum\", a.signed_on, a.published_on,"
     " a.filed_on, a.contracting_party AS party, " NAME_OF("a.signed_by") " AS signer, " NAME_OF("a.provider_signed_by")
     " AS provider_signer, a.state AS \"state@enum\", a.ended_at, a.end_reason, (SELECT p.title FROM procurement p"
     " WHERE p.id = a.procurement) AS procurement, " NUMBER_OF("A03", "agreement", "a.id") " AS number"
     " FROM agreement a WHERE a.id = :agreement"},
    {" A01 A06 A08 A09 A12 A15 A16 A17 A19 A21 A23 S02 ", "members", true,
     "SELECT m.name, m.card_no AS card, m.speciality, p.name AS organisation FROM entrustment_member em JOIN member m"
     " ON m.id = em.member JOIN provider p ON p.id = m.provider WHERE em.entrustment = :entrustment ORDER BY m.id"},
    {" A01 A08 A09 A14 A15 A16 A17 A21 S02 ", "officers", true,
     "SELECT u.name, " CERTIFICATE("u.id") " AS card FROM entrustment_officer eo JOIN users u ON u.id = eo.user_id"
     " WHERE eo.entrustment = :entrustment ORDER BY u.id"},
    {" A01 A06 A08 A12 A16 A17 A21 A23 ", "subjects", true,
     "SELECT s.name, s.uscc, s.region AS \"region@region\" FROM entrustment_subject es JOIN subject s ON s.id = es.subject"
     " WHERE es.entrustment = :entrustment ORDER BY s.id"},
    {" A01 A08 A16 A21 A23 ", "outputs", true,
     "SELECT o.text FROM entrustment_output o WHERE o.entrustment = :entrustment ORDER BY o.n"},

    /* ---- A02: buying ---- */
    {" A02 ", "procurement", false,
     "SELECT x.title, x.category, x.year, x.amount, x.method AS \"method@enum\", x.quotes, x.single_source_reason, x.state AS"
     " \"state@enum\", x.award, x.notified_on, " NAME_OF("x.author") " AS author, x.reason, b.approval_no AS budget_no, b.amount AS"
     " budget, " ACT_TIME("x.seq") " AS opened_at FROM procurement x LEFT JOIN budget b ON b.id = x.budget WHERE x.id = :thing"},
    {" A02 ", "contracts", true,
     "SELECT " NUMBER_OF("A03", "agreement", "a.id") " AS number, a.signed_on, a.fee, a.from_date AS \"from\", a.to_date AS \"to\","
     " a.published_on, a.filed_on, a.state AS \"state@enum\" FROM agreement a WHERE a.procurement = :thing ORDER BY a.seq"},
    {" A02 ", "acceptances", true,
     "SELECT e.matter, x.accepted, x.items, (l.at + 28800000000) / 86400000000 AS date FROM acceptance x JOIN entrustment e"
     " ON e.id = x.entrustment JOIN agreement a ON a.id = e.agreement JOIN act_log l ON l.seq = x.seq WHERE a.procurement = :thing"
     " ORDER BY x.seq DESC"},

    /* ---- A03: the agreement ---- */
    {" A03 ", "matters", true,
     "SELECT m.kind AS code, m.kind AS \"name@task\", m.kind AS \"article@article\" FROM agreement_matter m"
     " WHERE m.agreement = :agreement ORDER BY m.kind"},
    {" A03 ", "regions", true,
     "SELECT r.region AS \"name@region\" FROM agreement_region r WHERE r.agreement = :agreement ORDER BY r.region"},
    {" A03 ", "others", true, "SELECT o.text FROM agreement_other o WHERE o.agreement = :agreement ORDER BY o.n"},

    /* ---- A04 A05 A06 A07: people's own words, and the roster ---- */
    {" A04 A05 ", "undertaking", false,
     "SELECT CASE WHEN x.member IS NULL THEN p.name ELSE m.name END AS name, CASE WHEN x.member IS NULL THEN NULL ELSE p.name END"
     " AS organisation, CASE WHEN x.member IS NULL THEN 0 ELSE 1 END AS \"personal@flag\", m.card_no AS card, x.signed_at"
     " FROM undertaking x JOIN provider p ON p.id = x.provider LEFT JOIN member m ON m.id = x.member WHERE x.id = :thing"},
    {" A06 ", "interest", false,
     "SELECT COALESCE(m.name, p.name) AS name, m.card_no AS card, CASE WHEN x.member IS NULL THEN 0 ELSE 1 END AS \"personal@flag\","
     " x.has_interest AS \"has@flag\", x.detail, " ACT_TIME("x.seq") " AS declared_at FROM interest x JOIN provider p"
     " ON p.id = x.provider LEFT JOIN member m ON m.id = x.member WHERE x.id = :thing"},
    {" A07 ", "person", false,
     "SELECT m.name, m.speciality, m.card_no AS card, m.exam_passed_on, m.to_date AS \"to\", m.state AS \"state@enum\","
     " w.double_random_no, w.from_date AS entered_on, w.to_date AS roster_to FROM member m LEFT JOIN roster_entry w"
     " ON w.who = 'member:' || m.id AND w.dropped_at IS NULL WHERE m.id = :thing ORDER BY w.seq DESC LIMIT 1"},
    {" A07 ", "certificates", true,
     "SELECT q.type, q.number, q.scope, q.from_date AS \"from\", q.to_date AS \"to\", q.issuer, CASE WHEN q.holder = :thing THEN '本人'"
     " ELSE '所属机构' END AS holder FROM qualification q WHERE q.holder IN (:thing, :provider) ORDER BY q.holder, q.id"},

    /* ---- A09 A10 A11 A12 S03: telling and hearing ---- */
    {" A09 A10 ", "notice", false,
     "SELECT x.who, x.what, x.not_allowed, x.period, x.objection_route, x.basis, x.unannounced AS \"unannounced@flag\", x.served_at,"
     " x.method AS \"method@enum\", x.recipient, x.witness, x.state AS \"state@enum\", " ACT_TIME("x.seq") " AS issued_at, "
     NUMBER_OF("A09", "notice", "x.id") " AS number FROM notice x WHERE x.id = :thing"},
    {" A10 ", "servers", true,
     "SELECT u.name, " CERTIFICATE("u.id") " AS card FROM notice_server w JOIN users u ON u.id = w.user_id WHERE w.notice = :thing"
     " ORDER BY u.id"},
    {" A11 S03 ", "objection", false,
     "SELECT x.lodged_at, x.ground AS \"ground@enum\", x.against AS \"against@enum\", x.text, COALESCE(x.contact, x.lodger || COALESCE(' ' || x.post, '') || COALESCE(' ' || x.phone, ''), x.phone) AS contact, x.freezes AS \"freezes@flag\","
     " x.state AS \"outcome@enum\", CASE WHEN x.state = 'upheld' AND x.ground = 'interest' THEN 1 ELSE 0 END AS \"releases@flag\","
     " CASE WHEN x.state = 'lodged' THEN 0 ELSE 1 END AS \"decided@flag\", x.reasons, x.decided_at, " NAME_OF("x.decided_by")
     " AS decided_by, x.seq AS receipt_no, " DUE("objection_decide", "objection") " AS due,"
     " CASE WHEN x.author LIKE 'notice:%' THEN '告知书扫码提出' WHEN x.author = 'system' THEN '依系统登记提出' WHEN EXISTS (SELECT 1"
     " FROM users u WHERE u.id = x.author AND u.subject IS NOT NULL) THEN '相对人账号提出' ELSE '口头提出，执法人员登记' END AS channel"
     " FROM objection x WHERE x.id = :thing"},
    {" A11 ", "service", false,
     "SELECT x.method AS \"method@enum\", x.recipient, x.witness, x.served_at, " NAME_OF("x.author") " AS server"
     " FROM objection_service x WHERE x.objection = :thing ORDER BY x.seq DESC LIMIT 1"},
    {" A12 ", "objections", true,
     "SELECT s.name AS subject, x.ground AS \"ground@enum\", x.reasons, x.decided_at FROM objection x JOIN subject s ON s.id = x.subject"
     " WHERE x.entrustment = :entrustment AND x.state = 'upheld' ORDER BY x.seq"},
    {" A12 A16 A21 ", "materials", true,
     "SELECT " MATERIAL_COLUMNS " FROM material x LEFT JOIN member m ON m.id = x.author WHERE x.entrustment = :entrustment"
     " ORDER BY x.seq"},

    /* ---- A13 A14: refusing, and talking to the company ---- */
    {" A13 ", "refusal", false,
     "SELECT x.text, x.reason, x.at, o.power AS \"power@enum\", o.text AS order_text, " NAME_OF("o.author") " AS demander,"
     " (SELECT l.at FROM act_log l WHERE l.seq = o.seq) AS demanded_at, " NAME_OF("x.author") " AS author"
     " FROM order_refusal x LEFT JOIN orders o ON o.id = x.order_id WHERE x.id = :thing"},
    {" A14 ", "contact", false,
     "SELECT m.name AS member, m.card_no AS card, x.purpose, x.from_time AS \"from\", x.to_time AS \"to\","
     " x.with_officer AS \"with_officer@flag\", l.at AS approved_at, " NAME_OF("l.author") " AS approver FROM contact_authorisation x"
     " JOIN member m ON m.id = x.member JOIN act_log l ON l.seq = x.seq WHERE x.id = :thing"},

    /* ---- A15 A16 A21 S02: on the spot ---- */
    {" A15 S02 ", "visit", false,
     "SELECT x.starts, x.ends, x.approval_no, x.notice_no, x.emergency AS \"emergency@flag\", x.helpers, x.state AS \"state@enum\","
     " x.closed_at FROM visit x WHERE x.id = :thing"},
    {" A15 ", "presences", true,
     "SELECT COALESCE(m.name, u.name, x.person) AS name, CASE x.helper WHEN 1 THEN '辅助人员' ELSE '执法人员' END AS part,"
     " CASE x.helper WHEN 1 THEN p.name ELSE g.name END AS organisation, CASE x.kind WHEN 1 THEN '签到' ELSE '签离' END AS what, x.time,"
     " x.error_s, CASE WHEN x.lon IS NULL THEN '未定位' ELSE CAST(ABS(x.lon) / 10000000 AS TEXT) || '.' || SUBSTR(CAST(10000000 +"
     " ABS(x.lon) % 10000000 AS TEXT), 2, 5) || '，' || CAST(ABS(x.lat) / 10000000 AS TEXT) || '.' || SUBSTR(CAST(10000000 + ABS(x.lat)"
     " % 10000000 AS TEXT), 2, 5) END AS place, x.accuracy_m, x.offline AS \"offline@flag\", x.late AS \"late@flag\","
     " CASE WHEN x.late = 1 OR x.offline = 1 THEN (l.received_at - x.time) / 60000000 END AS delay_minutes, x.late_reason,"
     " CASE x.mark WHEN 1 THEN '未予认可' WHEN 2 THEN '补录' WHEN 3 THEN '不知情期间' END AS mark"
     " FROM presence_event x JOIN act_log l ON l.seq = x.seq LEFT JOIN member m ON m.id = x.person LEFT JOIN users u ON u.id = x.person"
     " LEFT JOIN provider p ON p.id = m.provider LEFT JOIN agency g ON g.id = u.agency WHERE x.visit = :thing"
     " ORDER BY x.time, x.seq"},
    {" A15 ", "alone", true,
     "SELECT m.name, x.from_time AS \"from\", x.to_time AS \"to\", CASE x.certain WHEN 1 THEN '确定' ELSE '时钟误差范围内' END AS certain"
     " FROM incident x JOIN member m ON m.id = x.member WHERE x.visit = :thing ORDER BY x.from_time"},
    {" S02 ", "helpers", true,
     "SELECT m.name, m.card_no AS card, m.speciality, p.name AS organisation, (SELECT MIN(e.time) FROM presence_event e WHERE e.visit ="
     " :thing AND e.person = m.id AND e.kind = 1) AS came, (SELECT MAX(e.time) FROM presence_event e WHERE e.visit = :thing AND"
     " e.person = m.id AND e.kind = 2) AS went FROM member m JOIN provider p ON p.id = m.provider WHERE EXISTS (SELECT 1 FROM"
     " presence_event e WHERE e.visit = :thing AND e.person = m.id) OR (NOT EXISTS (SELECT 1 FROM presence_event e WHERE e.visit = :thing"
     " AND e.helper = 1) AND EXISTS (SELECT 1 FROM entrustment_member em WHERE em.entrustment = :entrustment AND em.member = m.id"
     " AND em.approved = 1)) ORDER BY m.id"},
    {" A16 A21 ", "orders", true,
     "SELECT m.name AS member, x.power AS \"power@enum\", x.text, " NAME_OF("x.author") " AS author, " ACT_TIME("x.seq") " AS at,"
     " x.state AS \"state@enum\" FROM orders x JOIN member m ON m.id = x.member WHERE x.entrustment = :entrustment ORDER BY x.seq"},
    {" A16 A21 ", "visits", true,
     "SELECT s.name AS subject, x.starts, x.ends, x.helpers, x.state AS \"state@enum\", (SELECT COUNT(*) FROM incident i WHERE"
     " i.visit = x.id) AS alone FROM visit x JOIN subject s ON s.id = x.subject WHERE x.entrustment = :entrustment AND x.state <> 'cancelled'"
     " ORDER BY x.starts"},
    {" A16 A21 ", "stays", true,
     "SELECT m.name, s.name AS subject, MIN(CASE WHEN x.kind = 1 THEN x.time END) AS came, MAX(CASE WHEN x.kind = 2 THEN x.time END) AS went,"
     " MAX(x.late) AS \"late@flag\" FROM presence_event x JOIN visit v ON v.id = x.visit JOIN subject s ON s.id = v.subject JOIN member m"
     " ON m.id = x.person WHERE v.entrustment = :entrustment AND x.helper = 1 GROUP BY v.id, v.starts, m.id, m.name, s.name"
     " ORDER BY v.starts, m.id"},

    /* ---- A17 A18: material ---- */
    {" A17 A18 ", "material", false,
     "SELECT " MATERIAL_COLUMNS ", x.digest AS whole_digest, m.card_no AS card, x.secrecy AS \"secrecy@enum\", x.state_reason,"
     " x.verified_at, x.doubtful AS \"doubtful@flag\" FROM material x LEFT JOIN member m ON m.id = x.author WHERE x.id = :thing"},
    {" A17 A18 ", "sources", true,
     "SELECT " MATERIAL_COLUMNS " FROM material_source w JOIN material x ON x.id = w.source LEFT JOIN member m ON m.id = x.author"
     " WHERE w.material = :thing ORDER BY x.seq"},
    {" A17 ", "coauthors", true,
     "SELECT COALESCE(m.name, u.name) AS name, w.part AS \"part@enum\" FROM material_person w LEFT JOIN member m ON m.id = w.person"
     " LEFT JOIN users u ON u.id = w.person WHERE w.material = :thing ORDER BY w.part, w.person"},
    {" A18 ", "verification", false,
     "SELECT x.method AS \"method@enum\", COALESCE(x.trace, (SELECT p.trace FROM verification_proposal p WHERE p.id = x.proposal)) AS trace,"
     " x.result AS \"result@enum\", x.at FROM verification x WHERE x.material = :thing"
     " ORDER BY x.seq DESC LIMIT 1"},
    {" A18 ", "verifiers", true,
     "SELECT u.name, " CERTIFICATE("u.id") " AS card FROM verification x JOIN users u ON u.id = x.officer WHERE x.material = :thing"
     " AND x.seq = (SELECT MAX(y.seq) FROM verification y WHERE y.material = :thing) ORDER BY u.id"},
    {" A18 ", "citations", true,
     "SELECT x.cited_as AS \"as@enum\", k.cause, (x.at + 28800000000) / 86400000000 AS date FROM citation x JOIN casefile k"
     " ON k.id = x.casefile WHERE x.material = :thing ORDER BY x.seq"},

    /* ---- A19 A20: clues ---- */
    {" A19 A20 ", "clue", false,
     "SELECT x.observed_at, x.reported_at, x.text, x.urgent AS \"urgent@flag\", CASE WHEN x.provider IS NULL THEN NULL ELSE "
     NAME_OF("x.author") " END AS reporter, " NAME_OF("x.received_by") " AS received_by, x.received_at, x.outcome AS \"outcome@enum\","
     " x.reasons, x.decided_at, k.cause, k.opened_at, x.state AS \"state@enum\", (x.received_at + 28800000000) / 86400000000 + 15 AS due,"
     " (SELECT " NAME_OF("l.author") " FROM act_log l WHERE l.seq = x.decided_seq) AS decided_by FROM clue x LEFT JOIN casefile k"
     " ON k.id = x.casefile OR (k.basis_type = 'clue' AND k.basis_ref = x.id) WHERE x.id = :thing ORDER BY k.seq LIMIT 1"},
    {" A19 A20 ", "clue_materials", true,
     "SELECT " MATERIAL_COLUMNS " FROM clue_material w JOIN material x ON x.id = w.material LEFT JOIN member m ON m.id = x.author"
     " WHERE w.clue = :thing ORDER BY x.seq"},
    {" A20 ", "talk", true,
     "SELECT CASE x.kind WHEN 'question' THEN '要求补充' ELSE '补充说明' END AS what, x.text, x.at FROM clue_talk x WHERE x.clue = :thing"
     " ORDER BY x.seq"},

    /* ---- A21: the record of Art. 10 ---- */
    {" A21 ", "record", false,
     "SELECT x.number, x.filed_at, x.state AS \"state@enum\", " NAME_OF("x.author") " AS author, " NAME_OF("x.filed_by") " AS filed_by, "
     ACT_TIME("x.seq") " AS compiled_at FROM record x WHERE x.id = :thing"},
    {" A21 ", "notices", true,
     "SELECT " NUMBER_OF("A09", "notice", "x.id") " AS number, s.name AS subject, x.served_at, x.method AS \"method@enum\", x.state AS"
     " \"state@enum\" FROM notice x JOIN subject s ON s.id = x.subject WHERE x.entrustment = :entrustment ORDER BY x.seq"},

    /* ---- A22 A23 A24 A25: how it was done, and its end ---- */
    {" A22 ", "evaluation", false,
     "SELECT x.period, x.points AS \"points@milli\", x.maximum AS \"maximum@milli\", x.maximum - x.points AS \"deducted@milli\", "
     NAME_OF("x.author") " AS author, " ACT_TIME("x.seq") " AS scored_at, x.appealed AS \"appealed@flag\" FROM evaluation x"
     " WHERE x.id = :thing"},
    {" A22 ", "items", true,
     "SELECT x.item, x.points AS \"points@milli\", x.maximum AS \"maximum@milli\", x.maximum - x.points AS \"deducted@milli\","
     " x.cause_type AS \"cause@cause\", x.cause_ref FROM evaluation_item x WHERE x.evaluation = :thing ORDER BY x.item"},
    {" A22 ", "appeals", true,
     "SELECT x.text, " ACT_TIME("x.seq") " AS at FROM evaluation_appeal x WHERE x.evaluation = :thing ORDER BY x.seq"},
    {" A23 ", "acceptance", false,
     "SELECT x.accepted, x.items, CASE WHEN x.accepted = x.items THEN 1 ELSE 0 END AS \"passed@flag\", " NAME_OF("x.author")
     " AS author, " ACT_TIME("x.seq") " AS at FROM acceptance x WHERE x.id = :thing"},
    {" A23 ", "items", true,
     "SELECT x.name, CASE x.accepted WHEN 1 THEN '合格' ELSE '不合格' END AS result, x.standard, x.note FROM acceptance_item x"
     " WHERE x.acceptance = :thing ORDER BY x.n"},
    {" A23 ", "panel", true,
     "SELECT u.name, g.name AS agency FROM acceptance_panel x JOIN users u ON u.id = x.user_id LEFT JOIN agency g ON g.id = u.agency"
     " WHERE x.acceptance = :thing ORDER BY u.id"},
    {" A24 ", "violation", false,
     "SELECT x.kind AS \"kind@enum\", CASE x.against_kind WHEN 'provider' THEN (SELECT p.name FROM provider p WHERE p.id = x.against_id)"
     " WHEN 'member' THEN (SELECT m.name FROM member m WHERE m.id = x.against_id) ELSE " NAME_OF("x.against_id") " END AS against,"
     " x.basis, x.reasons, x.opened_at, x.found_at, x.heard AS \"heard@flag\", (SELECT MAX(c.ban_until) FROM closed_session c WHERE"
     " c.violation = x.id) AS ban_until, (SELECT MAX((t.due_at + 28800000000) / 86400000000) FROM todo t WHERE t.kind = 'data_return'"
     " AND t.thing_kind = 'agreement' AND t.thing_id = :agreement) AS return_due FROM violation x WHERE x.id = :thing"},
    {" A24 ", "answers", true, "SELECT x.text, " ACT_TIME("x.seq") " AS at FROM violation_answer x WHERE x.violation = :thing ORDER BY x.seq"},
    {" A24 ", "referrals", true,
     "SELECT x.referred_to AS \"to@enum\", " ACT_TIME("x.seq") " AS at FROM violation_referral x WHERE x.violation = :thing ORDER BY x.seq"},
    {" A25 ", "returning", false,
     "SELECT x.items AS \"items@words\", x.destroyed AS \"destroyed@flag\", x.certificate, " ACT_TIME("x.seq") " AS at FROM data_return x"
     " WHERE x.id = :thing"},

    /* ---- S01: service of any other paper ---- */
    {" S01 ", "served", false,
     "SELECT x.number_text AS number, x.form AS \"form@enum\", x.date, CASE WHEN x.subject IS NOT NULL THEN (SELECT s.name FROM subject s WHERE s.id ="
     " x.subject) ELSE (SELECT p.name FROM provider p WHERE p.id = x.provider) END AS recipient FROM paper x WHERE x.id = :thing"},
    {0}};
