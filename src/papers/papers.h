/*
 * papers/: documents. A wording (a text file, versioned by the settings) is filled with data (a JSON tree) and laid out
 * as PDF: outgoing papers by GB/T 9704-2012, internal ones as plain tables. docs/papers.md is the reference of the
 * wording language.
 *
 *   wording_parse(a, text, file, &w)          errors name file and line and say what to do
 *   paper_render(a, w, data, &options, &pdf)  bytes, pages, and the text as it can be read out of the file
 *
 * Same input, same fonts: same bytes. The file is tagged (PDF 1.5, structure, language, title, outline), its fonts are
 * subsets, every character can be found and copied. A value the data lacks, a character no installed font has, a value
 * larger than a limit is an error that names it; nothing is left out in silence and no box is drawn for a character.
 *
 * Values are never read as wording: a brace, bar or @ in a name is printed as it stands.
 * Thread-safe. One document is set at a time (base/drawing.h), the others wait.
 */
#pragma once
#include "acts/acts.h"

enum {
    LIMIT_WORDING_BYTES = 256 << 10, LIMIT_WORDING_LINES = 4000,
    LIMIT_WORDING_DEPTH = 8,         /* @each, @if and tables in each other */
    LIMIT_WORDING_COLUMNS = 16,      /* of a table; cells of a row */
    LIMIT_PAPER_PAGES = 2000, LIMIT_PAPER_BYTES = 64 << 20,
    LIMIT_PAPER_ROWS = 50000,        /* of all tables together */
    LIMIT_PAPER_BLOCKS = 200000,     /* paragraphs, rows and all other lines once filled in */
    LIMIT_PAPER_TEXT = 32 << 20,     /* bytes of all text once filled in */
    LIMIT_PAPER_VALUE = 64 << 10     /* bytes of one value */
};

/* ---- wording ---- */
struct wording; /* immutable; may be shared by threads; lives in the arena it was read into */
enum paper_layout {
    LAYOUT_OFFICIAL, /* 公文: A4, 22 lines of 28 characters, red head, 版记 */
    LAYOUT_INTERNAL, /* 内部表单: A4 upright */
    LAYOUT_TABLE     /* 台账: A4 across, for wide lists */
};
struct wording_info {
    str code, title;     /* "A09", "第三方辅助执法告知书" (may hold {paths}) */
    enum paper_layout layout;
    int version;
    day from;            /* first day it is used */
    struct sm3 digest;   /* of the text */
};
/* A citation {law:INSTRUMENT:ARTICLE}; the data must carry its words under "law", key "INSTRUMENT:ARTICLE". */
struct wording_law { str instrument, article; int line; };

/* ERR_INPUT: field is FILE:LINE. `file` is only named in errors. */
MUST_USE err *wording_parse(struct arena *a, str text, str file, const struct wording **ret);
const struct wording_info *wording_info(const struct wording *w);
/* Every article it cites, each once, in order: what whoever builds the data has to look up for the document's date. */
const struct wording_law *wording_laws(const struct wording *w, size_t *ret_n);
/* Top names of the data it reads ("paper", "agency"), each once, in order. */
const str *wording_names(const struct wording *w, size_t *ret_n);
/* The texts in the program (src/papers/wording/CODE.txt): STR_NONE when there is none of this code. */
str wording_builtin(str code);
size_t wording_builtin_count(void);
str wording_builtin_at(size_t index, str *ret_code);

/* ---- documents ---- */
struct paper_options {
    day date;            /* the document's own: creation date in the file. DAY_NONE: 1970-01-01 */
    str code;            /* verification code, 16 characters (paper_code_make); "" = none is printed (drafts) */
    str outside_address; /* "https://…": the QR code leads to its /v/CODE. "": nothing that leads nowhere, the next line instead */
    str contact;         /* "电话027-…，武汉市…窗口": where a code can be checked without a network; may be "" */
    str stamp;           /* "草稿", "样张": large and pale across each page; "" none */
    str serif, sans;     /* font families tried first; "" = Noto Serif CJK SC, Noto Sans CJK SC */
};
struct pdf {
    str bytes;
    int pages;
    /* As pdftotext reads it: paragraphs and rows one a line, cells separated by a tab, a form feed behind each page. */
    str text;
    struct sm3 digest;   /* of bytes */
};
/* ERR_INPUT: field is FILE:LINE, got the path or character. ERR_LIMIT. ERR_MISSING: no Chinese font is installed. */
MUST_USE err *paper_render(struct arena *a, const struct wording *w, const struct json *data, const struct paper_options *o,
                           struct pdf *ret);
/* The title with its values filled in: for lists, file names and the register. */
MUST_USE err *paper_title(struct arena *a, const struct wording *w, const struct json *data, str *ret);

/* ---- words for values, as the wording's formats print them ---- */
str paper_money(struct arena *a, int64_t fen);     /* 12,345.60元 */
str paper_capital(struct arena *a, int64_t fen);   /* 人民币壹万贰仟叁佰肆拾伍元陆角整 */
str paper_han(struct arena *a, int64_t n);         /* 一百零二 */

/* ---- verification code: 75 random bits and a check character, printed XXXX-XXXX-XXXX-XXXX ---- */
enum { PAPER_CODE_CHARS = 16, PAPER_CODE_RANDOM = 10 };
str paper_code_make(struct arena *a, const uint8_t random[PAPER_CODE_RANDOM]); /* 16 characters, no hyphens */
/* What a person typed: any case, blanks, hyphens, O for 0, I and L for 1. False when it is no code (length, check character:
 * any one wrong character and any two swapped ones are noticed). */
bool paper_code_read(struct arena *a, str typed, str *ret);
str paper_code_groups(struct arena *a, str code);

#include "papers/issue.h" /* papers that were issued */
#include "papers/check.h" /* whether a paper is one of them */
