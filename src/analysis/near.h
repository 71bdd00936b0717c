/*
 * Reports that are alike: near-duplicate text and re-used numbers.
 *
 * A text is read as people read it: blanks, punctuation and case do not count, every number is one "0" (numbers are compared
 * by themselves), sentences that quote law (《…》第…条) stand apart. What is left is cut into overlapping pieces of NEAR_SHINGLE
 * characters; their hashes are the text. Of these every NEAR_SAMPLE-th (by value, so the same in every text) is kept for the
 * search. A piece that a tenth of all
 * providers use (three at least), or that stands in most reports of one, is a template: it finds nobody.
 * Search: MinHash in bands (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3), then the kept pieces
 * themselves. What it finds is compared in full by near_compare; no finding rests on a sketch.
 *
 * Numbers: sequences of values as written, without dates, numbering and codes. Evidence is the longest run both have in the
 * same order, weighed by how rare its values are in the two: a column of equal values weighs nothing.
 *
 * Pure but for the arena; an index may be read by any number of threads once built. Limits are named; what lies beyond is cut,
 * and said (cut).
 */
#pragma once
#include "base/base.h"

enum {
    NEAR_SHINGLE = 12,           /* characters */
    NEAR_SAMPLE = 16,
    NEAR_ROWS = 3, NEAR_BANDS = 42, NEAR_HASHES = NEAR_ROWS * NEAR_BANDS,
    NEAR_CANDIDATES = 32,
    NEAR_GRAM = 4,               /* numbers in a row */
    NEAR_LEAST = 200,            /* pieces below which a text is too short to say anything */
    LIMIT_NEAR_POINTS = 400000, LIMIT_NEAR_NUMBERS = 4000, LIMIT_NEAR_DOCS = 1000000
};

/* ---- one text ---- */
struct near_text {
    size_t points;               /* characters read, blanks not counted */
    size_t n, quoted;            /* distinct pieces of its own words; characters inside quotations of law */
    const uint64_t *piece;       /* sorted */
    size_t kept_n;
    const uint32_t *kept;        /* the sample, sorted, distinct */
    bool cut;
};
void near_text_of(struct arena *a, str utf8, struct near_text *ret); /* bytes that are no UTF-8 are skipped */

struct near_number { uint64_t value; /* hash of the digits as written */ uint8_t digits; /* significant ones */ };
struct near_numbers { size_t n; const struct near_number *number; size_t grams_n; const uint32_t *gram; /* sorted, distinct */ bool cut; };
void near_numbers_of(struct arena *a, str utf8, struct near_numbers *ret);

/* ---- many ---- */
struct near_doc { uint32_t group; /* who wrote it */ size_t n; const uint32_t *kept; /* sorted, distinct */ };
struct near_index;
/* The docs' pieces are borrowed for as long as the index. */
struct near_index *near_index_build(struct arena *a, const struct near_doc *docs, size_t n);
bool near_common(const struct near_index *ix, uint32_t kept); /* a template's piece */
struct near_found { size_t doc; uint32_t permille; /* kept pieces both have, templates left out, of the smaller */ };
/* Docs like this one, most alike first; `itself` (SIZE_MAX none) is left out. ret holds NEAR_CANDIDATES. */
size_t near_find(const struct near_index *ix, const struct near_doc *doc, size_t itself, uint32_t least_permille, struct near_found *ret);

/* ---- two ---- */
struct near_pair {
    uint32_t same;               /* permille of the smaller text's own pieces that both have: exact, over all pieces */
    uint32_t template_;          /* permille of what both have that is a template's (of the sample) */
    uint32_t rest;               /* of the smaller one's pieces that are no template's, permille that both have (of the sample) */
    size_t shared;               /* pieces */
};
void near_compare(const struct near_index *ix /* NULL: no templates known */, const struct near_text *x, const struct near_text *y,
                  struct near_pair *ret);
struct near_run { size_t n, at_x, at_y; double bits; size_t distinct; };
/* The heaviest run of numbers both have in the same order. */
void near_longest_run(struct arena *a, const struct near_numbers *x, const struct near_numbers *y, struct near_run *ret);
/* Bits a run needs so that among `docs` reports one such run by chance is expected less than once in a thousand corpora. */
double near_bits_needed(size_t docs);
