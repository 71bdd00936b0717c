/* Between things.c and its tables. */
#pragma once
#include "acts/acts.h"

extern const struct thing things_people[], things_work[], things_conduct[], things_monitor[], things_paper[], things_exchange[], things_integrity[], things_scene[]; /* each ends with name NULL */

/* Columns x.agency or e.agency: the reader's own agency and those of its region. */
#define IN_AGENCY(column)                                                                           \
    "(" column " = :agency OR " column " IN (SELECT g.id FROM agency g WHERE g.region BETWEEN :region_low" \
    " AND :region_high))"
#define BY_ENTRUSTMENT                                                                              \
    "EXISTS (SELECT 1 FROM entrustment e WHERE e.id = x.entrustment AND " IN_AGENCY("e.agency") ")"
#define BY_AGREEMENT                                                                                \
    "EXISTS (SELECT 1 FROM agreement g2 WHERE g2.id = x.agreement AND " IN_AGENCY("g2.agency") ")"
#define OF_PROVIDER_ENTRUSTMENT                                                                     \
    "EXISTS (SELECT 1 FROM entrustment e WHERE e.id = x.entrustment AND e.provider = :provider)"
#define OF_PROVIDER_AGREEMENT                                                                       \
    "EXISTS (SELECT 1 FROM agreement g2 WHERE g2.id = x.agreement AND g2.provider = :provider)"
/* How much of clues a reader is let see, :clues: a parameter, so that lists, time lines, receipts and papers ask the same. */
enum clue_reach { CLUES_NONE, CLUES_SEALED_FILES /* papers of a clue in the file of a sealed case */, CLUES_ALL };
enum clue_reach clue_reach(const struct reader *r); /* NULL: everything */
/* Would act_explain() give this reader the receipt of an event of a time line? `agency` is that of its entry. */
MUST_USE err *act_receipt_given(struct db *d, struct arena *a, const struct reader *who, const struct event *e, str agency, bool *ret);
/* A member sees its own running work, and nothing after its end. */
#define MEMBER_ENTRUSTMENT(id)                                                                      \
    "EXISTS (SELECT 1 FROM entrustment_member em JOIN entrustment e ON e.id = em.entrustment"       \
    " JOIN agreement ag ON ag.id = e.agreement WHERE em.entrustment = " id " AND em.member = :member" \
    " AND e.state IN ('drafted', 'approved', 'accepted') AND ag.state = 'effective')"
/* Acts that only their author and discipline follow on time lines, in lists and by number: a finding nobody has opened, a lot
 * nobody may foresee, a complaint, a gift, a breach. */
#define SEALED_ACTS                                                                                 \
    "'integrity.find', 'integrity.open', 'integrity.answer', 'integrity.close', 'backcheck.draw', 'complaint.lodge', 'gift.report'," \
    " 'secrecy.breach', 'visit.rate'"
/* An act_log row `l` that is one of those, or tells of one: a clue, to who reads none; whoever reported without a name, a clue about staff and what
 * discipline did with it, and, until the draw is published, who opened its result (who was drawn may). */
#define SEALED_ENTRY(l)                                                                             \
    "(" l ".act IN (" SEALED_ACTS ") OR " l ".author = 'public'"                                    \
    " OR (" l ".act = 'draw.look' AND EXISTS (SELECT 1 FROM draw_look k JOIN draw w ON w.id = k.draw WHERE k.seq = " l ".seq" \
    " AND w.published_at IS NULL))"                                                                 \
    " OR (" l ".act LIKE 'clue.%' AND (:clues < 2 OR EXISTS (SELECT 1 FROM clue c WHERE c.id = " l ".id AND c.about_staff = 1)" \
    " OR EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = " l ".author AND r.role = 'discipline')))" \
    " OR (" l ".act = 'clue.supplement' AND EXISTS (SELECT 1 FROM clue c JOIN touch k ON k.kind = 'clue' AND k.id = c.id" \
    " AND k.seq = " l ".seq WHERE c.about_staff = 1)))"
#define AUTHORED "x.author = :user"
#define EVERYBODY "1 = 1"

/* Scaled integers as a person writes them; NULL stays NULL. */
#define HUNDREDTHS(c)                                                                               \
    "CAST(" c " / 100 AS TEXT) || CASE WHEN " c " % 100 = 0 THEN '' ELSE '.' ||"                     \
    " SUBSTR(CAST(100 + " c " % 100 AS TEXT), 2) END"

#define COLUMNS(...) ((const struct thing_column[]){__VA_ARGS__, {0}})
#define CHILDREN(...) ((const struct thing_child[]){__VA_ARGS__, {0}})
#define ACTS(...) ((const char *const[]){__VA_ARGS__, NULL})
enum { L = COLUMN_LIST, F = COLUMN_FILTER, P = COLUMN_PRIVATE, ST = COLUMN_STATE | COLUMN_LIST | COLUMN_FILTER,
       IN = COLUMN_INSIDE };
#define INSIDE_ROLES                                                                                \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_PROCUREMENT) | \
     ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_DISCIPLINE) |                \
     ROLE_BIT(ROLE_PROVINCE) | ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR))
/* The three administrators keep the system, not its cases. */
#define BUSINESS_ROLES                                                                              \
    (INSIDE_ROLES & ~(ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR)))
#define WATCH_ROLES                                                                                 \
    (ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_PROVINCE) | ROLE_BIT(ROLE_AUDITOR))
#define LEAD ROLE_BIT(ROLE_PROVIDER_LEAD)
#define MEMBER_ROLE ROLE_BIT(ROLE_MEMBER)
#define SUBJECT_ROLE ROLE_BIT(ROLE_SUBJECT)
