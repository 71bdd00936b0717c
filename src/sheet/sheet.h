/*
 * sheet/: rows out of workbooks (.xlsx, ECMA-376) and of CSV that strangers hand in. Its door.
 *
 * A workbook is opened in a child process that can read its input, write its output and allocate memory, and nothing else
 * (seccomp, rlimits): a fault in the unpacker or the XML reader costs one file its answer. What cannot be told from the
 * file without running it (formulas) is taken as the value last computed; macros, encryption, DTDs and the old .xls form are
 * refused with the reason and the way out.
 *
 * Thread-safe; the child is forked from the calling thread and ends with the call.
 */
#pragma once
#include "base/base.h"

enum {
    LIMIT_SHEET_FILE = 128 << 20,        /* bytes of the workbook as handed in */
    LIMIT_SHEET_UNPACKED = 1 << 30,      /* bytes of all its parts, unpacked */
    LIMIT_SHEET_RATIO = 400,             /* unpacked to packed, of one part larger than 1 MiB */
    LIMIT_SHEET_PARTS = 4000,
    LIMIT_SHEET_SHEETS = 100,
    LIMIT_SHEET_ROWS = 1000000, LIMIT_SHEET_COLUMNS = 2000,
    LIMIT_SHEET_TEXT = 32767,            /* bytes of one cell that are kept */
    LIMIT_SHEET_STRINGS = 2000000,       /* shared strings */
    LIMIT_SHEET_SECONDS = 60,
    LIMIT_SHEET_MEMORY = 1536 << 20      /* of the child */
};

enum sheet_kind {
    SHEET_TEXT,
    SHEET_NUMBER,  /* text: the number as written, at most 15 significant digits, never in exponent form */
    SHEET_TIME,    /* text: 2026-03-02T08:00:00, of a number in a date or time format */
    SHEET_BOOL,    /* "0" or "1" */
    SHEET_ERROR    /* "#DIV/0!"; or that a formula was never computed */
};
struct sheet_cell { uint32_t column; /* from 1 */ enum sheet_kind kind; str text; };
struct sheet_row {
    uint32_t sheet;      /* from 1 */
    str sheet_name;
    bool sheet_hidden, hidden; /* the sheet; the row, by a filter or by hand */
    uint32_t row;        /* from 1, as numbered in the file; rises within a sheet */
    size_t n;
    const struct sheet_cell *cells; /* non-empty ones, by column */
};
/* "C7": the cell as people name it. */
str sheet_place(struct arena *a, uint32_t column, uint32_t row);
/* The cell of a column, or NULL. */
const struct sheet_cell *sheet_at(const struct sheet_row *r, uint32_t column);

/* Calls each() for every row that has a cell, sheet by sheet. Cells live until the next call. `only`: names one sheet; "" all.
 * ERR_INPUT: not a workbook, encrypted, with macros, an old .xls: the text says which and what to do. ERR_LIMIT: beyond a limit,
 * named. ERR_DAMAGED: broken inside. An error of each() ends the reading and is returned. */
MUST_USE err *sheet_read(str bytes, str only, err *(*each)(void *context, const struct sheet_row *r), void *context);

/* The same of comma, tab or semicolon separated text (UTF-8 or GB 18030); all cells are texts, rows are numbered by the line they
 * begin on. *ret_separator is the one found. */
MUST_USE err *sheet_read_csv(str bytes, err *(*each)(void *context, const struct sheet_row *r), void *context, char *ret_separator);

enum sheet_format { SHEET_XLSX, SHEET_CSV };
/* Either, by what the bytes are and not by the file's name. ERR_INPUT says what a file is that is neither (old .xls, web page, PDF,
 * archive, picture), and the way out. */
MUST_USE err *sheet_read_any(str bytes, str only, err *(*each)(void *context, const struct sheet_row *r), void *context,
                             enum sheet_format *ret_format, char *ret_separator);
/* The same of a Word document (.docx): a row for each paragraph, and for each row of a table with its cells in columns. Headers, notes and
 * text boxes are left out. */
MUST_USE err *sheet_document(str bytes, err *(*each)(void *context, const struct sheet_row *r), void *context);
