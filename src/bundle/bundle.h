/*
 * bundle/: a case gathered out of a store into one ZIP that proves itself (docs/bundle-format.md, decision 46). The
 * verifier stands apart, in bundle/check/, and cannot reach a store.
 *
 * Which entries: those of the case, of what it cites (sources of sources too), and of the entrustments, notices, visits,
 * records and objections it rests on, as far as they concern its party; orders of erasure and approvals that reach into them.
 * What is kept back: see `withheld` in pieces.c. Memory is bounded: originals are streamed.
 * Threads: a db of one's own, outside a transaction; the engine is asked for one checkpoint.
 */
#pragma once
#include "acts/acts.h"

enum { LIMIT_BUNDLE_LINES = 5000 };

/* One line of the catalogue (正卷, 副卷), in the order of the file. */
struct bundle_line {
    bool auxiliary;
    int64_t no, from, pages; /* numbers and pages run within each volume */
    str title, kind, form;
    str member;              /* of the bundle; "" when it is kept elsewhere */
    day date;                /* DAY_NONE: none */
    int64_t seq;             /* entry that put it there, 0: none */
    str digest;              /* "sm3:…" of the original or paper, "" none */
    str of;                  /* the document it stands behind (Art. 10), "" none */
};
/* As the file stood after entry `until` (INT64_MAX: now). ERR_MISSING: no such case. `s` finds whether originals are there. */
MUST_USE err *bundle_catalogue(struct store *s, struct db *d, struct arena *a, str case_id, int64_t until,
                               struct bundle_line **ret, size_t *ret_n, int64_t *ret_pages);

struct bundle_request {
    str case_id, by, purpose; /* purpose: for bundle_export */
    usec as_of;        /* USEC_NONE: as it is */
    usec now;
    str path;          /* made beside it and renamed */
    str checker;       /* INDEX.html; absent: none */
    bool bare;         /* without the printed cover and catalogue */
    void (*progress)(void *, int64_t done, int64_t of);
    void *context;
};
struct bundle_made { struct sm3 manifest; int64_t bytes, members, entries, pages; str key; };
/* ERR_LIMIT: it would pass 4 GiB − 1, or a part passes its limit; the text says which. ERR_MISSING: no such case, or nothing
 * of it was there on that day. */
MUST_USE err *bundle_write(struct acts *e, struct db *d, struct arena *a, const struct bundle_request *request,
                           struct bundle_made *ret);
/* What export_needs_approval_and_watermark asks of one who wants the bundle of a case. Ids of his own export.request for it. */
struct bundle_leave {
    bool needed;
    str approved, waiting; /* absent: none */
    usec until;            /* of approved */
};
MUST_USE err *bundle_leave(struct db *d, struct arena *a, str case_id, str by, struct bundle_leave *ret);
/* The same, recorded as act case.export before the file gets its name, on the leave there is; not allowed: no file, and of what is
 * refused beforehand nothing is written. */
MUST_USE err *bundle_export(struct acts *e, struct db *d, struct arena *a, const struct bundle_request *request,
                            struct bundle_made *ret, struct act_answer *ret_answer);
