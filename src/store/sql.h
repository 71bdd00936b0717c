/* SQL text on its way to an engine: see the dialect in store.h. Private to store/. */
#pragma once
#include "store/store.h"

enum { LIMIT_SQL = 256 * 1024, LIMIT_SQL_PARAMS = 256 };

struct sql {
    str text;      /* what the engine gets; NUL behind it */
    str *param;    /* names without the colon, in order of first appearance: number i + 1 */
    size_t n;
    bool blank;    /* nothing but comments is left for this engine */
    bool changes;  /* INSERT, UPDATE, DELETE or WITH: its count of changed rows means something */
};
/* Translates one statement. Too long or too many parameters is a bug. */
struct sql sql_translate(struct arena *a, enum store_engine engine, str text);
/* Cuts the first statement off *rest (at a semicolon outside quotes and comments). False at the end. */
bool sql_next(str *rest, str *ret);
