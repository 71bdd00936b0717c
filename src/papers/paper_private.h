/*
 * Inside papers/: from text to lines (wording.c), from lines and data to blocks (fill.c), from blocks to marks on pages
 * (set.c and its kin), from marks to a file (pdf.c). Each step knows nothing of the one before it.
 */
#pragma once
#include "papers/papers.h"

/* ---- a wording as it was read ---- */
enum paper_format {
    FORMAT_LITERAL, FORMAT_TEXT, FORMAT_DATE, FORMAT_TIME, FORMAT_MONEY, FORMAT_CAPITAL, FORMAT_WORKDAYS, FORMAT_DAYS,
    FORMAT_DIGITS, FORMAT_HAN, FORMAT_PERCENT, FORMAT_YESNO, FORMAT_LAW, FORMAT_ORDINAL
};
struct piece {
    enum paper_format format;
    str text;          /* the words themselves, or the path, INSTRUMENT:ARTICLE, or name of the @each */
    str otherwise;     /* printed in place of null and ""; STR_NONE: such a value is an error */
};
struct words { const struct piece *p; size_t n; };

enum block_kind {
    BLOCK_PARAGRAPH, BLOCK_PLAIN, BLOCK_CENTER, BLOCK_RIGHT, BLOCK_NOTE, BLOCK_BIG, BLOCK_H1, BLOCK_H2, BLOCK_MARK, BLOCK_ORGAN,
    BLOCK_NUMBER, BLOCK_TO, BLOCK_SIGN, BLOCK_SEAL, BLOCK_FILL, BLOCK_SPACE, BLOCK_PAGE, BLOCK_COPIES, BLOCK_PRINTED,
    BLOCK_FOOTER, BLOCK_TITLE /* set by fill.c */, BLOCK_ATTACHMENT, BLOCK_TABLE, BLOCK_ROW, BLOCK_TABLE_END, BLOCK_KINDS
};
/* Columns of a table. For @facts `facts` is true and n may be 0: widths are chosen when it is set. */
struct grid {
    bool facts;
    size_t n;
    double width[LIMIT_WORDING_COLUMNS]; /* in proportion */
    char align[LIMIT_WORDING_COLUMNS];   /* '<' '=' '>' */
};
enum node_kind { NODE_BLOCK, NODE_EACH, NODE_IF, NODE_TABLE /* child: rows */, NODE_ATTACHMENTS };
struct node;
struct nodes { const struct node *p; size_t n; };
struct node {
    enum node_kind kind;
    enum block_kind block;
    int line;
    struct words *cells; size_t n; /* of a block; of a table: the names of its columns */
    const struct grid *grid;
    str path, name;                /* @each NAME in PATH; @if PATH */
    str value;                     /* @if PATH is VALUE; STR_NONE: is it anything */
    bool negated;
    struct nodes child, otherwise;
};
struct wording {
    struct wording_info info;
    str file;
    int title_line;
    struct words title;
    struct nodes nodes;
    struct wording_law *laws; size_t laws_n;
    str *names; size_t names_n;
};
/* At FILE:LINE. */
__attribute__((format(printf, 4, 5))) err *wording_err(enum err_kind kind, str file, int line, const char *format, ...);

/* pieces.c. Errors are without place: the reader knows the line. */
MUST_USE err *pieces_read(struct arena *a, str text, struct words *ret);
bool path_is_sound(str path);

/* ---- a wording filled with data ---- */
struct block {
    enum block_kind kind;
    int line;
    size_t n;
    str *cells;                /* BLOCK_TABLE: names of columns */
    const struct grid *grid;   /* BLOCK_TABLE */
};
struct blocks { struct block *p; size_t n, capacity; };
MUST_USE err *wording_fill(struct arena *a, const struct wording *w, const struct json *data, struct blocks *ret);
/* What may not stand on paper: control characters, and those that are not seen or show text in another order than it is in (a
 * name could read as another one). */
bool text_hides(uint32_t code_point);
/* format.c. `value` is what stands at the path; an error is without place. */
MUST_USE err *format_value(struct arena *a, enum paper_format f, const struct json *value, str *ret);

/* ---- marks on pages; points (1/72 inch) from the upper left corner ---- */
enum face { FACE_SERIF, FACE_SERIF_BOLD, FACE_SANS, FACE_SANS_BOLD, FACES };
enum { INK_BLACK = 0x000000, INK_RED = 0xe60012, INK_GREY = 0x555555, INK_PALE = 0xe4e4e4 };

/* Glyphs of one font in one line. Clusters say which bytes of `text` which glyphs stand for. */
struct run {
    int font;                  /* index into press fonts of this document */
    double size;
    str text;
    size_t n, clusters;
    struct run_glyph { uint32_t id; double x, y; } *glyph; /* from the run's origin, on the base line */
    struct run_cluster { uint32_t bytes, glyphs; } *cluster;
    bool backward;             /* glyphs from right to left */
};
enum mark_kind { MARK_RUN, MARK_RULE, MARK_QR, MARK_OPEN, MARK_CLOSE, MARK_BREAK };
struct mark {
    enum mark_kind kind;
    uint32_t rgb;
    double x, y, w, h;         /* of a rule: its rectangle */
    const struct run *run;
    const char *tag;           /* OPEN, CLOSE: of the PDF structure */
    str text;                  /* OPEN of a Link: its address; QR: what it says */
    char after;                /* BREAK: '\t' or '\n' in the text read out */
};
struct page { struct mark *p; size_t n, capacity; };
struct outline { str text; int page; double y; int level; };
struct sheets {
    double width, height;
    str title;
    struct page *p; size_t n, capacity;
    struct { struct outline *p; size_t n, capacity; } outline;
};

/* ---- press.c: fonts and words set in them ---- */
struct press;
MUST_USE err *press_take(const struct paper_options *o, struct press **ret); /* waits until nobody draws (base/drawing.h) */
void press_give(struct press *p);                                            /* forgets the document's fonts */

struct style { enum face face; double size; uint32_t rgb; };
struct line {
    double width, ascent, descent; /* as set, without what justification adds */
    size_t n;
    struct run **run;
    double *x;                 /* of each run, from the start of the line */
    bool last;                 /* of its paragraph: never stretched */
};
/* Breaks `text` into lines no wider than `width` (0: no breaking but at line breaks), the first one indented. */
MUST_USE err *press_lines(struct press *p, struct arena *a, struct style style, str text, double width, double indent,
                          struct line **ret, size_t *ret_n);
/* Moves the glyphs of a line apart until it is `width` wide. */
void line_stretch(struct line *l, double width);

/* ---- the setter ---- */
MUST_USE err *paper_set(struct arena *a, const struct wording *w, const struct blocks *b, const struct paper_options *o,
                        struct press *p, struct sheets *ret);

/* ---- pdf.c ---- */
MUST_USE err *pdf_write(struct arena *a, const struct sheets *s, const struct paper_options *o, struct press *p, str *ret);
str sheets_text(struct arena *a, const struct sheets *s);
