/* The reading process as raster.c sees it. Private to remote/. */
#pragma once
#include "remote/read_answer.h"

#include <sys/types.h>

struct child { pid_t pid; int socket; uint8_t *shared; struct read_head head; struct read_request request; int given /* slots to give back, 0 or 1 */; bool asked; };
MUST_USE err *child_open(struct arena *a, str path, struct child *ret);
MUST_USE err *child_ask(struct child *c, const struct read_request *q);
/* The next strip; the one before is given back. */
MUST_USE err *child_strip(struct child *c, struct read_strip *ret);
void child_close(struct child *c);
