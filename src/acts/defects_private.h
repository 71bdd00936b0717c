/* The defect list as casefile.c asks for it. Private to acts/. */
#pragma once
#include "acts/act.h"

struct defect_type {
    enum law_rule rule;
    enum law_fact fact;
    bool at_attach;          /* asked for at case.attach, too: a contradiction, not something missing */
    int period;              /* 0 none; -1: a defect when the last day lies before the due day, 1: when behind it */
    const char *const *who;  /* who can still mend it */
    const char *sql;
};
struct found_defect { const struct defect_type *type; int64_t seq; str paper; int64_t explained_seq; str explanation; };
typedef VEC(struct found_defect) found_defects;

/* `at_hand`: the act is case.attach, whose paper counts as attached. */
MUST_USE err *defects_find(struct act *a, str case_id, bool at_hand, found_defects *ret);
/* Counts the open ones into the facts, and says which paper. */
MUST_USE err *defects_facts(struct act *a, bool at_hand);

#define DEFECT_RULES_AT_ATTACH                                                                      \
    RULE_defect_photo_outside_visit, RULE_defect_photo_time_missing, RULE_defect_sampling_body_differs,                        \
        RULE_defect_party_differs, RULE_defect_receipt_date_differs, RULE_defect_period_in_calendar_days
#define DEFECT_RULES                                                                                \
    DEFECT_RULES_AT_ATTACH, RULE_defect_photo_without_record, RULE_defect_signers_differ, RULE_defect_sampling_record_missing,   \
        RULE_defect_verified_after_decision, RULE_defect_decision_served_late, RULE_defect_certificate_expired,                  \
        RULE_defect_served_without_receipt, RULE_defect_result_not_told, RULE_defect_evidence_after_review,                      \
        RULE_defect_daily_penalty_order, RULE_defect_seizure_overdue, RULE_defect_registered_evidence_overdue
