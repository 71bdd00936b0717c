/*
 * Papers that were issued (acts/paper.c): drafts of them, their PDF, finding one by its code. The engine records what a
 * paper is filled with; here it meets its wording. Part of the door papers/papers.h.
 *
 * Threads: as the connection given; paper_file also performs an act.
 */
#pragma once
#include "acts/acts.h"

struct pdf;
struct wording;
struct paper_form;

/* Gives the engine the reader of wordings and the maker of codes. Every program that performs acts calls it once,
 * first. */
void papers_attach(void);

/* Where a reader of the paper can check it; both may be "". */
struct paper_place {
    str outside_address, contact;
};

struct paper_row {
    str id, form, maker, number, code, thing_kind, thing_id, agency, provider, subject, author, content, digest,
        wording_digest;
    str void_reason, replaced_by;
    day date;
    int64_t wording;                     /* 0: the one in the program */
    usec issued_at, printed_at, void_at; /* 0: not yet */
};
MUST_USE err *paper_load(struct db *d, struct arena *a, str id, struct paper_row *ret, bool *ret_found);
/* Code as paper_code_read gives it. */
MUST_USE err *paper_by_code(struct db *d, struct arena *a, str code, struct paper_row *ret, bool *ret_found);

/* The wording of a form in force on a day; `version` -1: the newest by that day, else that one. */
MUST_USE err *paper_wording(struct db *d, struct arena *a, str form, day date, int64_t version, str *ret_text,
                            const struct wording **ret);

/* What would be issued, marked as a draft on each page; no number, no code. ERR_MISSING: no such thing. */
MUST_USE err *paper_draft(struct db *d, struct arena *a, const struct paper_form *form, str thing, day date,
                          struct pdf *ret);
/* The same with a wording that is being written. */
MUST_USE err *paper_draft_with(struct db *d, struct arena *a, const struct paper_form *form, str thing, day date,
                               const struct wording *w, struct pdf *ret);
/* A thing the form could be made of, the newest of the reader's agency that the reader may read; STR_NONE: there is none. For
 * previews of wordings. A NULL reader: of any. */
MUST_USE err *paper_sample(struct db *d, struct arena *a, const struct paper_form *form, const struct reader *reader,
                           str *ret);

/* The issued PDF, byte for byte. Made and fixed (paper.print) when nobody asked for it before. A void paper keeps its
 * file; one that was never made and is void, or whose filling was erased, has none (ERR_MISSING). */
MUST_USE err *paper_file(struct acts *e, struct db *d, struct arena *a, str id, const struct paper_place *place,
                         str *ret_bytes);
