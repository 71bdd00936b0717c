/*
 * The defect list of a case file (缺陷清单): what data can decide of the fatal items of 案卷评查 2024, of dates, signers, periods and
 * receipts. The same statements judge case.attach and case.seal and fill the page. Part of the door of acts/.
 *
 * A defect is mended by attaching what is missing, or explained by a reason that legal review confirms (case.explain); papers
 * that are there are never changed. An explanation covers what was there when it was given.
 */
#pragma once
#include "law/law.h"
#include "store/store.h"

enum { LIMIT_DEFECTS = 500 };

struct defect {
    enum law_rule rule;
    str name, label;             /* rule's name; "没有送达回证的文书" */
    str paper;                   /* what it is about */
    int64_t seq;                 /* entry of that paper */
    str because, remedy;
    str instrument, article;
    str who;                     /* who can still mend it */
    day until;                   /* last day: filing of the archive, 31 March of the next year */
    int64_t explained_seq;       /* 0: neither mended nor explained */
    str explanation;             /* the reason; "" when erased or none */
};
/* Explained ones come last. ERR_MISSING: no such case. */
MUST_USE err *case_defects(struct db *d, struct arena *a, str case_id, usec now, struct defect **ret, size_t *ret_n);
/* "采样单位前后不一的文书" of a rule's name; the name itself when it is none of ours. */
const char *defect_label(str rule);
/* Names of all of them, separated by blanks: the closed set of case.explain's field. */
extern const char defect_names[];
