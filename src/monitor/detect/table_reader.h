/* A file being read: fields, cells and rows as they stand there (table_csv.c), and the table made of them (table_grid.c). Private to the two. */
#pragma once
#include "monitor/detect/csv_private.h"

enum kind { KIND_SKIP, KIND_AVG, KIND_RTD, KIND_MIN, KIND_MAX, KIND_COU, KIND_ZSAVG, KIND_ZSRTD, KIND_ZSMIN, KIND_ZSMAX, KIND_FLAG, KINDS };

/* What stands behind the decimal sign of a column: "1,002" may be a thousand and two where nothing else in the column says what its commas are. */
struct grouping { size_t three, other; uint32_t three_line, whole_line; };
struct cells { int64_t *mantissa; int8_t *places; int most; int64_t given; size_t longer; struct grouping grouping; };
/* What a flag that stands for a whole row was written as. */
struct words { str last, strange; char letter; size_t known, normal, unknown, empty; };
struct field { str factor; /* "": a flag of all factors of the row */ enum kind kind; bool headless; struct cells cells; struct words words; };
struct row { usec at; uint32_t line, place; };
struct reader {
    struct arena *a, *scratch;       /* what stays; what only reading needs */
    struct csv_faults faults;
    struct field *field; int fields; /* behind the time */
    char separator;
    bool comma;
    str rest;                        /* of the text, behind the line being read */
    struct row *row; size_t rows, capacity;
    bool in_place;                   /* slot i holds row i: columns are the cells as they were read */
    char *row_flag;                  /* by slot; NULL: no column of flags for all */
    int serial_places;               /* most decimals of a day number among the times; 0: none */
    bool wanders;                    /* the step is the usual one next to distances that differ */
    usec back;                       /* how long before its slot a row may be: clocks that wander about the full step */
};

/* Sorts the rows, finds the grid, puts values and flags into their slots. What is read in is used up. Everything but the outlet's name. */
MUST_USE err *reader_table(struct reader *r, struct table *ret);
