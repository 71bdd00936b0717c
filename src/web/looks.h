/*
 * Who opened which page with persons or secrets, and when, to the minute. Kept outside the ledger, like sessions: reading is no act. Rows are
 * gathered and written together by a worker without a request, so that no reader waits for a commit; what a kill may lose is the last LOOKS_SECONDS.
 * Nobody who is not signed in is in it: the code on a notice and an anonymous report leave nothing here. Private to web/; any thread.
 */
#pragma once
#include "web/web_private.h"

enum { LOOKS_HELD = 1024, LOOKS_SECONDS = 5 };
/* What was not kept since the start, because the rows before could not be written: for 系统自检. at 0: never. */
struct looks_lost { int64_t n; usec at; };

struct looks *looks_new(struct arena *a);
void looks_add(struct request *q);                   /* this page, by its route; for page_mark */
bool looks_due(struct web *web);                     /* they have waited LOOKS_SECONDS, or half the room is taken */
void looks_write(struct web *web);                   /* a failure is logged; the rows stay and are tried again LOOKS_SECONDS later */
struct looks_lost looks_lost(struct web *web);
void looks_end(struct web *web);                     /* writes what is left; called when no request runs */

struct look { int64_t minute; str user, name, kind, thing; };
/* Newest first. Each of user, kind, thing may be "" (any); minute 0 any. Only readers this one may know of. */
struct look_query { str user, kind, thing; int64_t minute; int limit; };
MUST_USE err *looks_table(struct request *q, struct out *o, const struct look_query *query, bool *ret_any); /* as a table of a page */
MUST_USE err *looks_find(struct request *q, const struct look_query *query, struct look **ret, size_t *ret_n);
