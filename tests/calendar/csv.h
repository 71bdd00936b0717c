/* A small reader for the vectors under tables/: one row after the other, quotes as in RFC 4180. */
#pragma once
#include "testing.h"

enum { LIMIT_CSV_CELLS = 16 };

/* The cell at *at, which is left on the comma or the end behind it. */
static inline str csv_cell(struct arena *a, str line, size_t *at)
{
    buf cell = buf_make(a, line.n);
    size_t i = *at;
    bool quoted = i < line.n && line.p[i] == '"';
    for (i += quoted; i < line.n; i++) {
        if (quoted && line.p[i] == '"' && (++i == line.n || line.p[i] != '"'))
            break;
        if (!quoted && line.p[i] == ',')
            break;
        buf_char(&cell, line.p[i]);
    }
    *at = i;
    return buf_str(&cell);
}

/* Takes a row off *rest; gives the number of cells, 0 at the end of the text. */
static inline size_t csv_row(struct arena *a, str *rest, str cells[LIMIT_CSV_CELLS])
{
    str line;
    if (!rest->n || !str_next(rest, '\n', &line))
        return 0;
    if (str_ends(line, S("\r")))
        line.n--;
    for (size_t n = 0, at = 0;; at++) {
        assert_true(n < LIMIT_CSV_CELLS);
        cells[n++] = csv_cell(a, line, &at);
        if (at == line.n)
            return n;
        assert_int_equal(line.p[at], ',');
    }
}
