/* Findings as this reader may know them: the scope, the list, the words. Private to web/. */
#pragma once
#include "monitor/watch/watch.h"
#include "web/monitor.h"

#define ROLES_FINDINGS (ROLES_SUPERVISE | ROLE_BIT(ROLE_MEMBER)) /* of members those with a running T09 */
#define ROLES_MEASURES (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE))

struct finding_scope;
struct finding_outlet { str id, title; /* both the pseudonym where the reader may not know the name */ bool visible, named; };
struct finding_query { struct watch_filter filter; str after; int limit; };
struct found { struct watch_finding finding; struct finding_outlet outlet; };
struct found_page { struct found *p; size_t n; str next; };

MUST_USE err *finding_scope_open(struct request *q, struct finding_scope **ret); /* ERR_DENIED: nothing of it for this reader */
bool finding_inside(const struct finding_scope *s); /* one who supervises: names, clues, bytes */
struct watch *finding_watch(const struct finding_scope *s); /* NULL: the detectors never ran */
MUST_USE err *finding_outlet(struct finding_scope *s, str id, struct finding_outlet *ret);
MUST_USE err *finding_query_read(struct finding_scope *s, int limit, struct finding_query *ret);
MUST_USE err *findings_find(struct finding_scope *s, const struct finding_query *query, struct found_page *ret);
MUST_USE err *finding_get(struct finding_scope *s, str id, struct found *ret); /* ERR_MISSING also when not for this reader */

const char *finding_level_text(enum finding_level l);  /* "线索" */
const char *finding_level_name(enum finding_level l);  /* "clue" */
const char *watch_state_text(enum watch_state s);      /* "待报告" */
const char *watch_state_name(enum watch_state s);      /* "open" */

/* What was looked at (page_runs.c), for those who supervise; others are shown nothing. */
MUST_USE err *put_run_line(struct request *q, struct out *o);
MUST_USE err *put_run(struct request *q, struct out *o);
MUST_USE err *put_look(struct request *q, struct out *o, str outlet, usec at /* USEC_NONE: the newest */);
/* 标记与缺失的习惯 (habits.c): of a run's span as it was known then; of a file that was brought. */
MUST_USE err *put_habits(struct request *q, struct out *o, str outlet, day first, day last, usec as_of, bool light);
void put_habits_of(struct request *q, struct out *o, const struct table *t, const struct habits *h);
struct study;
MUST_USE err *study_looked(struct request *q, str outlet, usec at, struct study *ret);

void put_directions(struct out *o, const struct detector *d); /* its tags of notice 175 in words: where to look, no classification */
/* The interval over one that is clean (finding_compare.c). */
MUST_USE err *put_comparison(struct request *q, struct out *o, struct watch *watch, struct readings *store, const struct series *s,
                             const struct watch_finding *f);

err *page_findings(struct request *q, struct response *r);
err *page_finding(struct request *q, struct response *r);
err *api_findings(struct request *q, struct response *r);
