/*
 * exchange/: sheets in and out. Its door.
 *
 * In: a workbook or CSV of a platform or of ours becomes acts, one row at a time, performed with the rights of who brought it.
 * A kind of sheet is one constant descriptor (kinds.c): columns with the names platforms give them, the act and the field
 * each goes to. What a value may be is the act's business; here stands only how people write it down.
 * Out: things (acts/things.h) with the scope of who reads, as workbook or CSV, and the files for systems beside us.
 *
 * Limits are named below; sheets are held in memory, rows are written as they come. Everything is for one thread at a time;
 * children that read workbooks are forked by the calling thread.
 * Source: domain.md 9.3 (sheets from other platforms), 9.4 (systems beside us), 13 (export_needs_approval_and_watermark).
 */
#pragma once
#include "acts/acts.h"
#include "sheet/sheet.h"

enum {
    LIMIT_IMPORT_ROWS = 200000,
    LIMIT_IMPORT_COLUMNS = 200,
    LIMIT_IMPORT_TEXT = 256 << 20, /* bytes of all cells */
    LIMIT_IMPORT_BATCH = 500,      /* rows that share a commit; two acts each at most. Others wait a tenth of a second for it */
    LIMIT_HEADER_ROWS = 20         /* titles and notes may stand above the header */
};

/* ---- kinds of sheets ---- */
enum exchange_cell {
    CELL_TEXT, CELL_CODE /* letters and digits: no blanks, half width */, CELL_UPPER /* the same, upper case */,
    CELL_LOWER, CELL_DATE, CELL_TIME, CELL_FEN /* yuan, or what the header says */, CELL_COUNT, CELL_BOOL, CELL_ENUM,
    CELL_REGION, CELL_DEGREE, CELL_DECIMAL, CELL_TEXT_NUMBER /* an exact decimal, kept as text */, CELL_REF
};
enum exchange_flag {
    X_REQUIRED = 1, /* the header must have it */
    X_LIST = 2,     /* several, separated by 、 ; , or a line end */
    X_NOT_STORED = 4, /* not compared with what is there */
    X_PERSONAL = 8
};
struct exchange_column {
    const char *field;   /* of the step's act: "uscc", "basis.type", "a.kind" and "a.id" of a party, "rows.value" */
    int step;
    const char *label;   /* our own header */
    const char *aliases; /* "甲|乙": other names of it */
    enum exchange_cell cell;
    unsigned flags;
    const char *of;      /* CELL_ENUM: "key=重点|重点监管 general=一般", first word is ours */
    const char *ref;     /* CELL_REF: SQL from :value to ids of what it may name */
    const char *example, *note;
};
struct exchange_step {
    const char *act;
    const char *id_field;  /* the field that takes the row's id: "id" of what is made, "user" */
    const char *existing;  /* SQL: the row that is there already; first column its id, the rest named after fields; NULL: never */
    const char *constants; /* JSON members that every row has: "\"roles\":[\"officer\"]" */
    const char *amend;     /* the act that changes what is there; NULL: differences are only reported */
    const char *amend_id;  /* its field for the id */
    const char *amend_fields; /* "amount reason": fields of the row it takes */
    const char *amend_needs;  /* a field without which it is not performed */
};
struct importing;
enum { LIMIT_EXCHANGE_STEPS = 2, LIMIT_EXCHANGE_COLUMNS = 24 };
struct exchange_kind {
    const char *name, *label; /* "subjects", "执法相对人" */
    const char *thing;        /* what exports it: a name of acts/things.h */
    const char *help;
    struct exchange_step steps[LIMIT_EXCHANGE_STEPS];
    const struct exchange_column *columns; /* ends with field NULL */
    const char *id_column;    /* field of the row's own id, NULL: none in the sheet */
    const char *id_from;      /* field an id is made of when there is none */
    const char *id_prefix;
    const char *unique;       /* sets of fields that may stand once in a sheet: "uscc|a+b" */
    const char *group;        /* rows with this field equal are one act, with a list of the others under... */
    const char *group_list;   /* ... this field */
    err *(*together)(struct importing *im); /* looks at all rows before any becomes an act; NULL: each stands alone */
};
extern const struct exchange_kind exchange_kinds[]; /* ends with name NULL */
const struct exchange_kind *exchange_kind_find(str name); /* NULL: unknown */
str exchange_kind_names(struct arena *a);
size_t exchange_columns(const struct exchange_kind *k);
/* May somebody with these roles perform any of its acts? */
bool exchange_kind_offered(const struct exchange_kind *k, uint32_t roles);

/* ---- reading a sheet ---- */
struct exchange_row { uint32_t number; bool hidden; size_t n; const struct sheet_cell *cells; };
struct exchange_table {
    enum sheet_format format;
    char separator;      /* CSV */
    str sheet;           /* the sheet read, "" of a CSV */
    struct sm3 digest;   /* of the file */
    uint32_t columns;    /* widest row */
    size_t n;
    struct exchange_row *rows;
};
/* `sheet`: its name; "": the first that has rows and is not hidden. Everything lives in `a`. */
MUST_USE err *exchange_read(struct arena *a, str bytes, str sheet, struct exchange_table *ret);

/* Which column of the sheet goes where. */
enum { COLUMN_UNKNOWN = -1, COLUMN_IGNORED = -2 };
struct exchange_map {
    const struct exchange_kind *kind;
    size_t header;       /* index of the header row */
    uint32_t columns;
    int *to;             /* by column from 0: place in kind->columns, or COLUMN_UNKNOWN, COLUMN_IGNORED (ours: results, watermark) */
    str *names;          /* headers as they stand */
    int64_t *unit;       /* CELL_FEN: fen of one unit */
};
/* `chosen`: "3=uscc 4=": what a person corrected, column from 1 = field or nothing. ERR_INPUT names every missing required column and
 * the headers nobody knows. */
MUST_USE err *exchange_map_header(struct arena *a, const struct exchange_kind *kind, const struct exchange_table *t, str chosen,
                                  struct exchange_map *ret);
/* The same without complaint: for pages that let a person correct it. */
void exchange_map_guess(struct arena *a, const struct exchange_kind *kind, const struct exchange_table *t, str chosen, struct exchange_map *ret);
str exchange_map_missing(struct arena *a, const struct exchange_map *m); /* labels, "" none */
str exchange_map_unknown(struct arena *a, const struct exchange_map *m);
str exchange_header_plain(struct arena *a, str header); /* half width, no blanks, units and stars: what is compared */

/* ---- cells ---- */
/* v: text, or an integer of days, microseconds, fen, 0 and 1, a region's code; decimals are text. items: of an X_LIST. */
struct exchange_value { bool present; struct db_value v; size_t n; struct db_value *items; str note; };
/* One cell as the field wants it: what is certain is understood, what is not is ERR_INPUT with what was read and wanted. A `note` of
 * the value is for the person: something was understood that he should look at. References are not followed. */
MUST_USE err *exchange_cell_read(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, int64_t unit,
                                 struct exchange_value *ret);
/* Every row's cells read and nothing else done: how fast, and is it readable. */
MUST_USE err *exchange_check(const struct exchange_table *t, const struct exchange_map *m, size_t *ret_good, size_t *ret_bad);

/* ---- importing ---- */
enum exchange_outcome {
    ROW_NEW, ROW_CHANGED, ROW_EXISTS, ROW_DIFFERS, ROW_WAITS /* another role's turn */, ROW_HELD, ROW_REFUSED, ROW_INVALID, ROW_BLANK, ROW_OUTCOMES
};
const char *exchange_outcome_word(enum exchange_outcome o, bool dry); /* "新增", "将新增" */
const char *exchange_outcome_id(enum exchange_outcome o);             /* "new": for --json */
struct exchange_result { enum exchange_outcome outcome; str text; /* reasons, with article; "" none */ };
struct exchange_import {
    struct acts *acts;
    struct db *db;         /* a reader */
    const struct exchange_table *table;
    const struct exchange_map *map;
    str by;
    bool dry;
    usec now;              /* 0: the clock; for simulate and tests */
    bool (*progress)(void *context, size_t done, size_t of); /* false stops after the batch; NULL: none */
    void *context;
};
/* One result for each row behind the header, in order. Stopped rows have no result: *ret_n is how many there are. */
MUST_USE err *exchange_import(struct arena *a, const struct exchange_import *job, struct exchange_result **ret, size_t *ret_n);
/* The sheet as it came with a column of messages; same format. Rows without a result stay as they are. */
MUST_USE err *exchange_errors(const struct exchange_table *t, const struct exchange_map *m, const struct exchange_result *results,
                              size_t n, bool only_bad, bool dry, str path);
/* An empty sheet of a kind: header, one example, notes. */
MUST_USE err *exchange_template(const struct exchange_kind *k, enum sheet_format format, str path);
/* The tables of docs/zh/import-export.md. */
str exchange_describe(struct arena *a);

/* ---- writing sheets ---- */
struct sheet_out;
enum out_kind { OUT_TEXT, OUT_CODE, OUT_INT, OUT_FEN, OUT_DAY, OUT_TIME, OUT_DECIMAL };
struct out_column { str label; enum out_kind kind; int width; /* characters, 0: by label */ };
struct out_mark { str code, line; }; /* "": none. Code in header, footer and last column; line: who, when, what */
/* CSV is UTF-8 with BOM; a text that begins like a formula gets an apostrophe, which reading takes away again. */
MUST_USE err *sheet_out_open(struct arena *a, str path, enum sheet_format format, str title, const struct out_column *columns,
                             size_t n, const struct out_mark *mark, struct sheet_out **ret);
MUST_USE err *sheet_out_row(struct sheet_out *o, const struct db_value *values);
MUST_USE err *sheet_out_close(struct sheet_out *o, int64_t *ret_rows); /* always called, also after an error */

/* ---- exporting things ---- */
struct exchange_export {
    struct db *db;
    const struct thing *thing;
    const struct reader *reader; /* NULL: everything */
    const struct thing_filter *filters; size_t filters_n;
    enum sheet_format format;
    str path;
    const struct out_mark *mark; /* NULL: none */
    bool (*progress)(void *context, size_t done);
    void *context;
};
MUST_USE err *exchange_export(const struct exchange_export *x, int64_t *ret_rows);

/* ---- files for systems beside us (docs/exchange.md) ---- */
/* Officers and helpers as the 双随机 system takes them, helpers with their mark; in the reader's region. */
MUST_USE err *exchange_dual_random(struct db *d, const struct reader *who, enum sheet_format format, str path, const struct out_mark *mark,
                                   usec now, int64_t *ret_rows);
/* Procurements and agreements with the days on which they had to be published and filed. */
MUST_USE err *exchange_publication(struct db *d, const struct reader *who, enum sheet_format format, str path, const struct out_mark *mark,
                                   usec now, int64_t *ret_rows);
/* One XML element for each sealed case (one: its id; "": all): what an archive asks of an electronic file. */
MUST_USE err *exchange_archive(struct db *d, const struct reader *who, str one, str path, const struct out_mark *mark, int64_t *ret_rows);
/* Figures for each bureau and the newest checkpoint, signed with the ledger's key: JSON. */
MUST_USE err *exchange_figures(struct db *d, const struct ledger_keys *keys, const struct reader *who, int year, str path, usec now,
                               int64_t *ret_rows);
struct figures_report { bool sound; str why; str key_id; str made_at; int64_t agencies, entries; };
/* Needs no store. `pem`: the bureau's public key as it was handed over; "": the one in the file, whose id is to be compared. */
MUST_USE err *exchange_figures_verify(struct arena *a, str text, str pem, struct figures_report *ret);
bool exchange_is_figures(str text);

/* ---- taking a sheet out: tried, written, taken ---- */
struct exchange_take {
    struct acts *acts;
    struct db *db;
    str by, request;           /* request: "" none */
    str what, filters, format; /* a thing or a file above; "区域=420100，状态=已准入"; xlsx csv xml json */
    str path;
    usec now;                  /* 0: the clock */
    bool (*progress)(void *context, size_t done);
    void *context;
};
struct exchange_taken { struct act_answer answer; str code; int64_t rows; };
/* The answer is that of export.take; where it is not allowed there is no file at `path`. ERR_DENIED: a file for other roles. */
MUST_USE err *exchange_take(struct arena *a, const struct exchange_take *t, struct exchange_taken *ret);
/* "区域=420102，状态=已准入", or by the names of the API; of a thing or a file. ERR_INPUT: it has no such filter. */
MUST_USE err *exchange_filters(struct arena *a, str what, str text, struct thing_filter **ret, size_t *ret_n);
