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

/* A row in somebody's inbox. `n` makes the id unique within the act. */
#define TODO(n, kind, agency, role, thing_kind, thing_id, act, due)                                 \
    "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"             \
    " VALUES (CAST(:seq AS TEXT) || '-" n "', :seq, '" kind "', " agency ", '" role "', '"          \
    thing_kind "', " thing_id ", '" act "', " due ")"
#define TODO_DONE(kind, thing_kind, thing_id)                                                       \
    "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = '" kind "'"              \
    " AND thing_kind = '" thing_kind "' AND thing_id = " thing_id

#define INTERNAL_ROLES                                                                              \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_PROCUREMENT) | \
     ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_DISCIPLINE) |                \
     ROLE_BIT(ROLE_PROVINCE) | ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR))

/* Art. 8: what a released helper made goes back to verification. `which` follows the column entrustment. */
#define MATERIALS_BACK(which)                                                                       \
    "UPDATE material SET reverify = 1, state = CASE WHEN state = 'rejected' THEN state ELSE 'submitted' END," \
    " state_seq = :seq, state_reason = NULL WHERE entrustment " which
/* Art. 10: an ended task needs its record. */
#define RECORD_DUE(n, where)                                                                        \
    "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"             \
    " SELECT CAST(:seq AS TEXT) || '-" n "-' || e.id, :seq, 'record_due', e.agency, 'officer', 'entrustment', e.id," \
    " 'record.compile', :workday_5 FROM entrustment e WHERE e." where                               \
    " AND NOT EXISTS (SELECT 1 FROM record r WHERE r.entrustment = e.id)"
