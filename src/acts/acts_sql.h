/* SQL that several groups share. Private to acts/. */
#pragma once

/* Does region code `outer` cover `inner`? (tables/hubei-regions.csv: 420000 > 420100 > 420102) */
#define REGION_COVERS(outer, inner)                                                                 \
    "(" outer " = " inner " OR (" outer " % 10000 = 0 AND " outer " / 10000 = " inner " / 10000)"   \
    " OR (" outer " % 100 = 0 AND " outer " / 100 = " inner " / 100))"

/* Scope of an act: whose is the touched thing? */
#define SCOPE_AGENCY "SELECT id AS agency FROM agency WHERE id = :agency"
#define SCOPE_ENTRUSTMENT                                                                           \
    "SELECT agency AS agency, provider AS provider FROM entrustment WHERE id = :entrustment"
#define SCOPE_AGREEMENT                                                                             \
    "SELECT agency AS agency, provider AS provider FROM agreement WHERE id = :agreement"
#define SCOPE_PROVIDER "SELECT id AS provider FROM provider WHERE id = :provider"
#define SCOPE_VISIT                                                                                 \
    "SELECT e.agency AS agency, e.provider AS provider FROM visit v"                                \
    " JOIN entrustment e ON e.id = v.entrustment WHERE v.id = :visit"
#define SCOPE_NOTICE                                                                                \
    "SELECT e.agency AS agency, n.subject AS subject FROM notice n"                                 \
    " JOIN entrustment e ON e.id = n.entrustment WHERE n.id = :notice"
#define SCOPE_MATERIAL                                                                              \
    "SELECT e.agency AS agency, e.provider AS provider FROM material m"                             \
    " JOIN entrustment e ON e.id = m.entrustment WHERE m.id = :material"
#define SCOPE_CASE "SELECT agency AS agency FROM casefile WHERE id = :case"

/* State of the touched row: wrong_state unless `good`; {thing} and {state} for the sentence. */
#define STATE_OF(table, id, good)                                                                   \
    "SELECT CASE WHEN x.state IN (" good ") THEN 0 ELSE 1 END AS wrong_state, x.id AS t_thing,"     \
    " x.state AS t_state FROM " table " x WHERE x.id = " id

/* The entry's number as text: PostgreSQL would else take the parameter itself for text. */
#define SEQ_TEXT "CAST(CAST(:seq AS BIGINT) AS TEXT)"

/* A row in somebody's inbox. `n` makes the id unique within the act. */
#define TODO(n, kind, agency, role, thing_kind, thing_id, act, due)                                 \
    "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"             \
    " VALUES (" SEQ_TEXT " || '-" n "', :seq, '" kind "', " agency ", '" role "', '"          \
    thing_kind "', " thing_id ", '" act "', " due ")"
#define TODO_DONE(kind, thing_kind, thing_id)                                                       \
    "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = '" kind "'"              \
    " AND thing_kind = '" thing_kind "' AND thing_id = " thing_id

/* Art. 5 verified and the ban runs: for everybody, or for this agency (one bureau is one party). */
#define PROVIDER_BANNED(p, agency)                                                                  \
    "(COALESCE(" p ".ban_until, 0) >= :day OR EXISTS (SELECT 1 FROM closed_session cs WHERE cs.provider = " p ".id" \
    " AND cs.agency = " agency " AND cs.ban_until >= :day))"

/* Another agency found against the provider after entry `since`, and its ban still runs: no bar here, a hold. */
#define PROVIDER_FOUND_ELSEWHERE(p, agency, since)                                                  \
    "CASE WHEN EXISTS (SELECT 1 FROM closed_session ce WHERE ce.provider = " p ".id AND ce.agency <> " agency \
    " AND ce.seq > " since " AND ce.ban_until >= :day) THEN 1 ELSE 0 END AS provider_found_elsewhere"

/* Whose discipline hears a report: the actor's agency, that of his provider's newest agreement, the nearest one over
 * his company, else the first. */
#define DISCIPLINE_AGENCY                                                                           \
    "COALESCE(CAST(:agency AS TEXT), (SELECT g.agency FROM agreement g WHERE g.provider = CAST(:provider AS TEXT)" \
    " ORDER BY g.seq DESC LIMIT 1), (SELECT g.id FROM agency g JOIN subject s ON " REGION_COVERS("g.region", "s.region") \
    " WHERE s.id = CAST(:subject_of AS TEXT) ORDER BY g.region DESC LIMIT 1),"                      \
    " (SELECT g.id FROM agency g ORDER BY g.seq LIMIT 1))"

#define ROLES_ANYONE (ROLE_BIT(LAW_ROLE_COUNT) - 1)
#define INTERNAL_ROLES                                                                              \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_PROCUREMENT) | \
     ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_DISCIPLINE) |                \
     ROLE_BIT(ROLE_PROVINCE) | ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR))

/* What is done to a material ends the verification that waits for its second signature. */
#define PROPOSALS_OVERTAKEN                                                                         \
    "UPDATE verification_proposal SET state = 'overtaken', done_by = :by, done_at = :at, done_seq = :seq WHERE material = :material" \
    " AND state = 'open'"

/* Art. 8: what a released helper made goes back to verification. `which` follows the column entrustment. */
#define MATERIALS_BACK(which)                                                                       \
    "UPDATE material SET reverify = 1, state = CASE WHEN state = 'rejected' THEN state ELSE 'submitted' END," \
    " state_seq = :seq, state_reason = NULL WHERE entrustment " which
/* Art. 10: an ended task needs its record. */
#define RECORD_DUE(n, where)                                                                        \
    "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"             \
    " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-" n "-' || e.id, :seq, 'record_due', e.agency, 'officer', 'entrustment', e.id," \
    " 'record.compile', :workday_record_filing_workdays FROM entrustment e WHERE e." where                               \
    " AND NOT EXISTS (SELECT 1 FROM record r WHERE r.entrustment = e.id)"

/* ---- disclosure: what becomes due to be published or withdrawn ---- */

/* `kind` of `ref` is to be published by the bureau `agency` within the setting `workdays`, for the rows of `from` (FROM .. WHERE ..).
 * Not again while it is due, nor while it is published. */
#define DISCLOSURE_DUE(kind, ref, agency, workdays, from)                                           \
    "INSERT INTO disclosure_due (id, seq, what, kind, ref, agency, event_at, due_at, state)"        \
    " SELECT " SEQ_TEXT " || '-publish', CAST(:seq AS BIGINT), 'publish', '" kind "', " ref ", " agency "," \
    " CAST(:at AS BIGINT), CAST(:workday_" workdays " AS BIGINT), 'open' " from                     \
    " AND NOT EXISTS (SELECT 1 FROM disclosure_due u WHERE u.kind = '" kind "' AND u.ref = " ref " AND u.state = 'open')" \
    " AND NOT EXISTS (SELECT 1 FROM disclosure p WHERE p.kind = '" kind "' AND p.ref = " ref " AND p.withdrawn_at IS NULL)"
/* What was published of `ref` under one of `kinds` is to be withdrawn. */
#define WITHDRAWAL_DUE(kinds, ref, condition)                                                       \
    "INSERT INTO disclosure_due (id, seq, what, kind, ref, agency, event_at, due_at, state, disclosure)" \
    " SELECT " SEQ_TEXT " || '-withdraw-' || p.id, CAST(:seq AS BIGINT), 'withdraw', p.kind, p.ref, p.agency," \
    " CAST(:at AS BIGINT), CAST(:workday_disclose_withdraw_workdays AS BIGINT), 'open', p.id FROM disclosure p" \
    " WHERE p.kind IN (" kinds ") AND p.ref = " ref " AND p.withdrawn_at IS NULL AND " condition      \
    " AND NOT EXISTS (SELECT 1 FROM disclosure_due u WHERE u.what = 'withdraw' AND u.disclosure = p.id AND u.state = 'open')"
/* The head's inbox: what this entry made due. Behind the statements above. */
#define DISCLOSURE_TODO                                                                             \
    "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"             \
    " SELECT " SEQ_TEXT " || '-disclose-' || u.id, CAST(:seq AS BIGINT), 'disclosure_' || u.what, u.agency, 'head', 'disclosure_due'," \
    " u.id, 'disclosure.' || u.what, u.due_at FROM disclosure_due u WHERE u.seq = :seq"
