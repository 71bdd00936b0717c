/*
 * Columns of rows that may have been tampered with: SQLite keeps whatever type somebody writes into a
 * column, and a wrong one is damage to report, not a bug to stop at. Private to ledger/.
 */
#pragma once
#include "store/store.h"

/* INT64_MIN when it is no integer. */
static inline int64_t column_int(const struct db_rows *rows, int column)
{
    struct db_value v = db_column(rows, column);
    return v.kind == DB_INT ? v.i : INT64_MIN;
}

/* Absent when it is no text and no blob. */
static inline str column_bytes(const struct db_rows *rows, int column)
{
    return db_column(rows, column).s;
}
