/* What the files of look/ share. */
#pragma once
#include "analysis/near.h"
#include "analysis/print.h"
#include "look/look.h"

enum { LOOK_VERSION = 2 /* of the readers */, LIMIT_LOOK_FILE = 64 << 20, LIMIT_LOOK_TEXT = 4 << 20, LIMIT_LOOK_MATERIALS = 300000, LOOK_PAGE = 20000 };

/* A piece of material with what was read out of its file. */
struct look_material {
    str id, digest, kind, provider, agency, entrustment, subject; /* subject: of the task when it has one */
    int64_t seq, points, quoted, spread;
    usec submitted;
    day captured;
    uint32_t group;             /* number of the provider */
    struct near_doc text, numbers;
    const uint64_t *windows;    /* NULL: no picture */
};
struct look {
    struct store *house, *own;
    struct acts *acts;
    struct db *db, *kept;       /* the house, read; what was read */
    struct arena *a;
    const struct look_options *o;
    struct look_report *report;
    struct look_material *m;    /* by seq */
    size_t n, fresh;            /* from `fresh` on they are new */
    str *provider;              /* by group */
    size_t providers;
};

/* ---- files.c ---- */
MUST_USE err *look_files(struct look *l);     /* reads what is new, then loads all */
MUST_USE err *look_bytes(struct look *l, struct arena *a, str digest, str *ret); /* STR_NONE: not there */
/* ---- words.c: the text of a file; STR_NONE when nobody here reads it, *ret_why says why ---- */
MUST_USE err *look_words(struct arena *a, str bytes, str *ret, str *ret_why);

/* ---- report.c ---- */
enum { LOOK_CHECKS = 8 };
struct look_check { const char *name; bool holds; str detail; };
struct look_finding {
    const char *kind;
    str about, agency;          /* "provider:x" */
    str material, other;        /* "" none */
    int64_t score;
    str text, evidence, mark;   /* mark: makes the key, with the kind */
    struct look_check check[LOOK_CHECKS];
    size_t checks;
};
void look_checked(struct look_finding *f, const char *name, bool holds, str detail);
MUST_USE err *look_report(struct look *l, const struct look_finding *f);

/* ---- what looks ---- */
MUST_USE err *look_texts(struct look *l);
MUST_USE err *look_numbers(struct look *l);
MUST_USE err *look_pictures(struct look *l);
MUST_USE err *look_limits(struct look *l);
MUST_USE err *look_speed(struct look *l);
MUST_USE err *look_backchecks(struct look *l);
MUST_USE err *look_refusals(struct look *l);
MUST_USE err *look_draws(struct look *l);
/* One is said to come from the other, or both are one task's. */
MUST_USE err *look_derived(struct look *l, const struct look_material *x, const struct look_material *y, bool *ret);
int64_t look_policy(struct look *l, const char *name); /* the published setting */
/* ---- values.c ---- */
struct look_value { const char *factor; double value; };
size_t look_values(struct arena *a, str text, struct look_value **ret);
