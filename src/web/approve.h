/*
 * 待我审批: what waits for a decision of this reader, as one queue. An entrustment and the visits planned with it are one item.
 * Private to web/.
 */
#pragma once
#include "web/web_private.h"

enum { LIMIT_APPROVE_ITEMS = 60, LIMIT_APPROVE_ACTS = 6, LIMIT_APPROVE_TOGETHER = 10,
       LIMIT_APPROVE_READ = 400 /* rows of the inbox that are looked through */ };
enum approve_group { APPROVE_PLAIN /* 可直接审批 */, APPROVE_REASON /* 需说明理由 */, APPROVE_OBJECTED /* 有异议 */, APPROVE_GROUPS };

struct approve_item {
    struct todo todo;
    enum approve_group group;
    const struct act_type *yes, *no;          /* no: NULL where nothing can be sent back */
    bool here;                                /* decided by one button; else its form has more to say */
    bool opened, single_source;
    str plan;                                 /* reference of the plan it belongs to, "" none */
    str objector;                             /* a company of it that objected to this provider before this bureau, "" none */
    int64_t seq;                              /* the newest entry that touched it */
    str visits[LIMIT_APPROVE_ACTS];           /* planned with it, approved with it */
    str visit_todos[LIMIT_APPROVE_ACTS];      /* their own rows in the inbox; absent: none */
    size_t visits_n;
    struct act_answer answer;                 /* of a trial */
};
struct approve_queue { struct approve_item p[LIMIT_APPROVE_ITEMS]; size_t n; };

/* Sorted by group, then by due time. Each item tried on a reader's connection. */
MUST_USE err *approve_queue_read(struct request *q, struct approve_queue **ret);
bool approve_here(const struct todo *t); /* is it decided on this page, by one button? */
struct approve_item *approve_find(struct approve_queue *list, str todo); /* NULL: not in it */
const char *approve_group_words(enum approve_group g);
/* May it go with others of its plan: clean, opened, of a plan, not single-source? */
bool approve_together(const struct approve_item *i);
str approve_thing(struct arena *a, const struct approve_item *i); /* "kind:id" */

/* The acts of a decision. `key` makes each one's own. */
MUST_USE err *approve_acts(struct request *q, const struct approve_item *i, bool yes, str reason, str key,
                           struct act_request ret[LIMIT_APPROVE_ACTS + 1], size_t *ret_n);
