/*
 * Forms: the papers A01-A25 of the field (tables/doc-forms.csv), the receipt of service, the inset for the site record
 * and the receipt of an objection. One line of forms.def each: what it is made of, who may issue it, in which state of
 * the thing.
 *
 * paper_fill() makes the tree a wording is filled with (docs/papers.md), out of the tables alone. It is here and not in
 * papers/ because the engine itself fills what it issues (paper.issue): nobody who asks for a paper can say what stands
 * in it. Days are integers, times microseconds, money fen; closed sets come as words; what no act holds is null, and
 * stays a line to write on.
 *
 * Threads: as the connection given. Errors: of the store.
 */
#pragma once
#include "law/law.h"
#include "store/store.h"

enum form_maker { MAKER_AUTHORITY, MAKER_PROVIDER }; /* whose statement it is */
enum form_flag {
    FORM_MANY = 1,    /* may be issued again while another of it is valid */
    FORM_SUBJECT = 2, /* goes to the company */
    FORM_PROVIDER = 4 /* goes to the provider */
};

struct paper_form {
    const char *code, *title, *series; /* "A09", "第三方辅助执法告知书", "辅告": the kind in its number */
    const char *table;                 /* kind of thing it is made of */
    enum form_maker maker;
    uint32_t roles;     /* who may issue it; third parties only what they make themselves */
    const char *states; /* " issued served ": of the thing; "": any */
    const char *law;    /* what it rests on: "instrument:article …", the first must be in force */
    unsigned flags;
};
size_t paper_form_count(void);
const struct paper_form *paper_form_at(size_t index);
const struct paper_form *paper_form_find(str code); /* NULL: no such form */
/* All codes, separated by blanks: the closed set of a field. */
extern const char paper_form_codes[];
#define PAPER_FORM_CODES (paper_form_codes + 1)

/* What a form is made of, as the law looks at it. */
struct paper_thing {
    str agency, provider, subject, member, entrustment, agreement; /* ids, STR_NONE where there is none */
    str state;
    usec made;   /* `at` of the act that made it */
    bool sealed; /* a clue about staff: discipline's alone */
};
/* *ret_found false: no such thing of this form's kind. */
MUST_USE err *paper_thing(struct db *d, struct arena *a, const struct paper_form *f, str thing, struct paper_thing *ret,
                          bool *ret_found);
/* Is it in a state in which the form may be issued, of an agency, and where a provider says it, of one? */
bool paper_thing_ready(const struct paper_form *f, const struct paper_thing *t);
/* The tree as JSON text. Of a thing that is ready: else values a wording counts on may be null. */
MUST_USE err *paper_fill(struct db *d, struct arena *a, const struct paper_form *f, str thing,
                         const struct paper_thing *of, day date, str *ret);
/* The citation of an article as it is valid on that day: 《…》（…）第八条. STR_NONE: not in force then, or unknown.
 * Adopted law (law.adopt) goes before the table in the program. */
MUST_USE err *paper_citation(struct db *d, struct arena *a, str instrument, str article, day date, str *ret);
