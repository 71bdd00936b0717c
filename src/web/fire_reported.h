/* What the outlets of companies in a fire point's pixel reported when the satellite passed. Private to web/. */
#pragma once
#include "web/web_private.h"

/* `near`, `points`: of a place of a fire list (remote/fire_load.h). Nothing for readers who see no readings; of outlets beyond a reader's scope not
 * a word, not even that they are there. One query of marks and three series of hours for each pass and outlet, in bounds of its own. */
MUST_USE err *put_fire_reported(struct request *q, struct out *o, const struct json *near, const struct json *points);
