/* The parts of the writer. Private to bundle/. */
#pragma once
#include "bundle/bundle.h"
#include "bundle/check/check.h"

/* ---- pack.c: the canonical container ---- */
struct pack;
struct pack_row { str name; int64_t bytes; struct sm3 digest; };
MUST_USE err *pack_begin(struct arena *a, str path, struct pack **ret);
MUST_USE err *pack_add(struct pack *z, str name, str bytes);
/* Streams a file; *ret_digest is of what was read. */
MUST_USE err *pack_add_file(struct pack *z, str name, str path, struct sm3 *ret_digest);
MUST_USE err *pack_end(struct pack *z, int64_t *ret_bytes); /* directory, fsync, rename; frees z */
void pack_discard(struct pack *z);
size_t pack_count(const struct pack *z);
const struct pack_row *pack_row(const struct pack *z, size_t i);

/* ---- gather.c: what belongs to a case ---- */
struct gathered {
    str case_id, subject, agency, agency_name;
    int64_t until;    /* newest entry that may be shown: INT64_MAX without as_of */
    int64_t *seq;     /* ascending */
    size_t n;
};
MUST_USE err *gather(struct db *d, struct arena *a, str case_id, usec as_of, struct gathered *ret);

/* ---- pieces.c: texts of the members ---- */
/* bodies/N.json; absent when the entry has no items. */
str piece_body(struct arena *a, const struct ledger_entry *entry);
MUST_USE err *piece_receipt(struct db *d, struct arena *a, const struct ledger_keys *keys, const struct ledger_entry *entry,
                            str *ret);
str piece_catalogue(struct arena *a, str case_id, const struct bundle_line *lines, size_t n, int64_t pages);

/* ---- cover.c: C01 and C02 ---- */
struct cover {
    str case_id, agency_name, key, root; /* hexadecimal */
    int64_t until;
    usec now;
    const struct bundle_line *lines;
    size_t n;
};
/* volume: 0 main, 1 auxiliary. */
MUST_USE err *cover_render(struct db *d, struct arena *a, const struct cover *c, const char *form, int volume, str *ret);
