/* What the files of exchange/ share. */
#pragma once
#include "exchange/exchange.h"
#include <stdio.h>

struct row_ahead { bool bad; str text; };
struct importing {
    const struct exchange_import *job;
    const struct exchange_map *map;
    struct arena *a;       /* of the whole import */
    size_t first, n;       /* rows of the table */
    struct exchange_result *results;
    struct reader reader;
    struct map *seen;      /* what may stand once: text -> uint32_t * of its row */
    struct map *refs;      /* "column\ntext" -> struct ref * */
    struct row_ahead *ahead; /* by row: what was found between rows before any act; NULL: not looked for */
    str file;              /* half the digest of the file: of keys and ids */
};

/* One row, read. */
struct record {
    size_t row;            /* from the first below the header */
    uint32_t number;
    str id;                /* of what it makes or names; "" none */
    struct exchange_value value[LIMIT_EXCHANGE_COLUMNS]; /* by column of the kind */
};
struct pending { size_t row, rows_n, *rows; str json, plain /* without key */; bool amend; };
struct found { bool there; str id, differs; };

/* record.c. *ret_good false: the row's result is set. */
MUST_USE err *record_read(struct importing *im, struct arena *a, size_t row, struct record *ret, bool *ret_good);
MUST_USE err *find_existing(struct importing *im, struct arena *a, const struct record *r, int step, struct found *ret);
bool record_has(const struct exchange_kind *k, const struct record *r, const char *field);
str record_text(struct arena *a, const struct exchange_kind *k, const struct record *r, const char *field);
/* "C7 " of the column an act's field came from, or "". */
str place_of_field(const struct importing *im, struct arena *a, str field, uint32_t row);

/* import_relations.c */
MUST_USE err *import_relations_together(struct importing *im);

/* record_json.c */
str step_json(struct importing *im, struct arena *a, const struct record *r, size_t n, int step, bool keyed);
str amend_json(struct importing *im, struct arena *a, const struct record *r, int step, str id, bool keyed);

/* write.c */
void csv_put(FILE *f, str text, char separator, bool guard);

/* A sheet somebody keeps is replaced whole or not at all; it may be the very one that came in. Written to the passing name, then put in place: with
 * `bad`, what was written goes and `bad` comes back. */
str sheet_passing(struct arena *a, str path);
MUST_USE err *sheet_in_place(struct arena *a, str passing, str path, err *bad);
/* What closing a workbook said, `system` the errno behind it; NULL for none. */
MUST_USE err *sheet_book_error(int lxw, int system);
