/*
 * Pages behind the code on a notice: no account, no session, no script. Whoever holds the paper may read this notice, object,
 * follow its objections and, once the helpers left, rate the visit and mark trade secrets (Art. 8, 11, 12). The code opens
 * nothing else: company, task and visit come from the notice, never from the form. Private to web/.
 */
#pragma once
#include "web/web_private.h"

struct notice {
    str id, token;
    str entrustment, subject, subject_name, agency_name, provider_name, who, what, not_allowed, period, route, basis, kind;
    str state, entrustment_state;
    int64_t frozen, served, from, to; /* days */
    str visit;                 /* the last one the helpers have left; STR_NONE: none yet */
    usec planned, planned_end; /* the next or running one; 0: none, or not announced yet */
};
/* By the code in the path. ERR_MISSING when there is no such code. */
MUST_USE err *notice_load(struct request *q, struct notice *ret);
/* The small frame: own sheet, no navigation. */
struct out *notice_begin(struct request *q, str title);
void notice_end(struct request *q, struct out *o, struct response *r, int status);

err *page_notice_objection(struct request *q, struct response *r);
err *page_notice_object(struct request *q, struct response *r);
err *page_notice_progress(struct request *q, struct response *r);
err *page_notice_rating(struct request *q, struct response *r);
err *page_notice_rate(struct request *q, struct response *r);
err *page_notice_secret(struct request *q, struct response *r);
err *page_notice_mark(struct request *q, struct response *r);
