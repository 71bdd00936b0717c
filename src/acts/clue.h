/*
 * acts/clue.h: the one thing the senses (monitor/, remote/, patrol/) may say to acts: a finding becomes a clue, which an
 * officer receives. The same finding reported again is the same clue.
 */
#pragma once
#include "acts/acts.h"

struct clue_finding {
    str finding;        /* id of the finding, [0-9a-f]{32}: the clue is "f-" and this */
    str subject;        /* "" when the company is not on record: the clue goes to the bureau that has no other claim */
    usec observed_at;   /* end of the interval seen */
    usec at;            /* when it was found */
    str text;           /* 2,000 characters at most: what contradicts what, no word of guilt */
    bool urgent;
};
/* By the detector. The error is the system's; what the act got is in *ret (a right: allowed, or invalid for a bug). */
MUST_USE err *clue_report(struct acts *e, struct arena *a, const struct clue_finding *c, struct act_answer *ret);
/* Clues of detectors a bureau takes in a day: the setting clue_budget_per_day. */
MUST_USE err *clue_budget(struct db *house, int64_t *ret);
