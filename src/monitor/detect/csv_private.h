/* A table file on its way in: text, cells, rows. Private to the readers of files. */
#pragma once
#include "monitor/detect/detect.h"

/* UTF-8 without its mark, from UTF-8 or GB 18030; lines end with LF (CR LF too; CR alone where there is no other). ERR_INPUT: neither, with line and
 * column. */
MUST_USE err *csv_text(struct arena *a, str bytes, str *ret);

enum cell_state { CELL_NUMBER, CELL_MISSING, CELL_BAD, CELL_LONG /* more than 18 digits */ };
/* A decimal number as it stands: mantissa * 10^-places. comma: the decimal separator is a comma. */
enum cell_state cell_number(str cell, bool comma, int64_t *ret_mantissa, int *ret_places);
/* "2026-01-02 03:04[:05[.6]]" with - / . or Chinese separators, T, an offset; or 8, 10, 12, 14 digits; or a serial. No zone: China. */
bool cell_time(str cell, usec *ret);
/* Why a cell is no time: a form that is none, or a day, hour or year there is not. */
str cell_time_wrong(str cell);
/* A spreadsheet's day number, days since 1899-12-30 with at least one place, 1990 to 2099: "45658.0416667". */
bool cell_serial(str cell, usec *ret);
/* Why a cell is no number, for people, where more can be said than that: letters that look like digits, signs of a detection limit. */
str cell_wrong(struct arena *a, str cell);

/* Cells of one line. Quotes by RFC 4180 without line ends inside; a doubled quote stays doubled. open: a quote was not closed in the last one. */
struct csv_line { str rest; char separator; bool done, open; };
bool csv_cell(struct csv_line *l, str *ret);

struct csv_faults { struct arena *a; struct table_fault *p; size_t n, capacity; };
/* One entry per kind of text; later ones are counted. */
void csv_fault(struct csv_faults *f, int64_t line, int column, str text);
