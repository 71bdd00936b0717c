/*
 * Rows of imported relations (a sheet, an export of another system) before they become relation.record acts: checked by
 * themselves and against each other, each complaint with its row and column. What is kept out here is what cannot be meant;
 * what the act would only warn of is let through with the warning, because knowing it is a right.
 *
 * Columns: a, b (kind:id), type, percent (of 100, at most two decimals), from, to (2026-03-02), name, id_digest, source.
 * Owned by the arena. Pure. Any thread.
 */
#pragma once
#include "acts/acts.h"

struct relation_row { str a, b, type, percent, from, to, name, id_digest, source; };
struct relation_complaint {
    size_t row;            /* from 0 */
    const char *column;
    bool warning;          /* the row is taken all the same */
    str text;              /* Chinese: what was read, what is wanted; not which row */
};
enum { LIMIT_RELATION_ROWS = 200000, LIMIT_RELATION_COMPLAINTS = 500 };
/* ok[i]: row i may become an act. At most LIMIT_RELATION_COMPLAINTS complaints are told, *ret_more says there were more. */
MUST_USE err *relation_rows_check(struct arena *a, const struct relation_row *rows, size_t n, bool *ok,
                                  struct relation_complaint **ret, size_t *ret_n, bool *ret_more);
/* ret[i]: parties of the circle of ownership that row i is part of, through rows that are ok; 0: none. */
void relation_circles(struct arena *a, const struct relation_row *rows, size_t n, const bool *ok, uint32_t *ret);
/* The act of a row that is ok, without `by` and `at`; `key` makes a repeated import of the same row idempotent. */
str relation_row_act(struct arena *a, const struct relation_row *row, str key);
