/* What both ends of the pipe know. Private to sheet/. */
#pragma once
#include "sheet/sheet.h"

/* Records on the pipe, host byte order: one process image at both ends. */
enum { RECORD_HIDDEN = 1u << 31 }; /* beside the number of a row */
enum record_kind { RECORD_SHEET /* '1' when hidden, name */, RECORD_ROW /* number, then cells */, RECORD_FAULT /* kind, text */, RECORD_END };
struct record_head { uint32_t kind, bytes; };
struct record_cell { uint32_t column, kind, bytes; };

/* Reads the workbook, or the Word document, and writes records to `out`; ends the process. */
_Noreturn void sheet_child(str bytes, bool document, str only, int out);

/* ---- the child's own ---- */
struct emitter;
void emit_sheet(struct emitter *e, str name, bool hidden);
void emit_cell(struct emitter *e, uint32_t column, enum sheet_kind kind, str text);
void emit_row_end(struct emitter *e, uint32_t row, bool hidden);
/* Says why and ends the process. */
_Noreturn void emit_fault(struct emitter *e, enum err_kind kind, const char *text);
struct emitter *emitter_new(int out);
void emitter_end(struct emitter *e);
/* Everything it holds goes with `a`. */
void xlsx_read(struct emitter *e, struct arena *a, str bytes, str only);
void docx_read(struct emitter *e, struct arena *a, str bytes);

/* value.c: a number of the file as text, pure. */
struct number_style { bool time, elapsed; };
struct number_style style_of_format(int id, str code /* "" for a built-in one */);
/* At most 48 bytes with the NUL. */
void sheet_number_text(double value, char ret[48]);
bool sheet_time_text(double serial, bool epoch_1904, char ret[48]); /* false: no such date */
