/* Findings that are the same place as findings of earlier looks. Private to remote/. */
#pragma once
#include "remote/lineage.h"
#include "remote/scenes.h"

struct inherited { str finding, earlier; bool has_clue; /* the earlier one, or one before it */ };
enum { LIMIT_INHERIT_RUNS = 30 };
/* groups: of a run's document, on the grid of scene s; changed: of two dates. Each group at most once, the likest. */
MUST_USE err *inherit(struct store *st, struct db *d, struct arena *a, const struct scene *s, const struct grid *g, str recipe, bool changed, const struct json *groups,
                      struct inherited **ret, size_t *ret_n);
