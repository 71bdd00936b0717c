/*
 * bundle/check/: the verifier of case bundles (docs/bundle-format.md, decision 46).
 *
 * It reads one file and nothing else: no store, no server, no clock, no settings. tools/layers and the build hold it to base/,
 * crypto/ and the proofs of ledger/. The checking page in the bundle is its twin in JavaScript.
 * Threads: every call stands for itself; hashing starts a few of its own and joins them.
 * Memory: bounded whatever the size of the bundle (LIMIT_BUNDLE_WINDOW a thread, and the small members).
 */
#pragma once
#include "base/base.h"
#include "crypto/crypto.h"

enum {
    LIMIT_BUNDLE_MEMBERS = 40000,
    LIMIT_BUNDLE_NAME = 120,
    LIMIT_BUNDLE_MANIFEST = 32 * 1024 * 1024,
    LIMIT_BUNDLE_WINDOW = 8 * 1024 * 1024, /* bytes of members a hashing thread holds at once */
    LIMIT_BUNDLE_TEXT = 4 * 1024 * 1024,    /* one entry, body, receipt */
    LIMIT_BUNDLE_CATALOGUE = 16 * 1024 * 1024,
};
#define LIMIT_BUNDLE_BYTES INT64_C(4294967295) /* no ZIP64 */
/* Of a number that a check decides on: what a double holds exactly, so that the page reckons with the same; and sums of times stay far from overflow. */
#define LIMIT_BUNDLE_WHOLE INT64_C(9007199254740991)

/* ---- the container's bytes: the writer writes them, the verifier compares ---- */

enum { BUNDLE_LOCAL_BYTES = 30, BUNDLE_CENTRAL_BYTES = 46, BUNDLE_END_BYTES = 22 };
struct bundle_header { str name; uint32_t crc; int64_t bytes, at; }; /* at: offset of the local header */
void bundle_local_header(const struct bundle_header *h, uint8_t ret[BUNDLE_LOCAL_BYTES]); /* the name follows */
void bundle_central_header(const struct bundle_header *h, uint8_t ret[BUNDLE_CENTRAL_BYTES]);
void bundle_end_record(size_t members, int64_t directory_at, int64_t directory_bytes, uint8_t ret[BUNDLE_END_BYTES]);
bool bundle_name_sound(str name);
/* manifest.sig of a DER signature: 129 characters. Absent when it is none. */
str bundle_signature_text(struct arena *a, const uint8_t *der, size_t n);
/* The fingerprint of a public key in the one PEM form bundles hold. False: another form or another kind of key. */
bool bundle_fingerprint(str pem, struct sm3 *ret);

/* ---- verifying ---- */

enum bundle_fault {
    BUNDLE_SOUND,
    BUNDLE_CONTAINER,
    BUNDLE_SIGNATURE,
    BUNDLE_KEY,
    BUNDLE_MANIFEST,
    BUNDLE_MEMBER,
    BUNDLE_CHECKPOINT,
    BUNDLE_CONSISTENCY,
    BUNDLE_ENTRY,
    BUNDLE_PROOF,
    BUNDLE_BODY,
    BUNDLE_RECEIPT,
    BUNDLE_ORIGINAL,
    BUNDLE_CATALOGUE,
    BUNDLE_FAULTS
};
extern const char *const bundle_fault_names[BUNDLE_FAULTS];  /* the words of the format, "container" .. */
extern const char *const bundle_fault_labels[BUNDLE_FAULTS]; /* for people, "容器" .. */

struct bundle_erased { int64_t seq, order; str item; };
struct bundle_stretch { str visit, member; usec from, to; bool alone; }; /* else doubtful */

struct bundle_report {
    enum bundle_fault fault;
    str member;      /* of the fault; absent when it is in no member */
    int64_t offset;  /* byte of the file, -1 when none can be named */
    str why;         /* Chinese, one sentence */

    /* What follows is filled as far as checking came; all of it when sound. */
    str case_id, agency, agency_name, store_id, key; /* key: 64 hexadecimal digits */
    usec made_at, as_of, checkpoint_at;              /* as_of USEC_NONE: none */
    int64_t size, then_size;                         /* of the tree; of the one of that day, 0: none */
    int64_t bytes, members, entries, originals, papers;
    int64_t open, withheld;                          /* body items */
    int64_t clock_back;                              /* entries received before the one in front of them */
    int64_t visits, helpers;                         /* with helper intervals; those intervals */
    struct bundle_erased *erased;
    size_t erased_n;
    struct bundle_stretch *stretches;
    size_t stretches_n;
    str *unanchored; /* papers whose digest is in no entry */
    size_t unanchored_n;
    int64_t pages;
};
/* `demanded_key`: 64 hexadecimal digits the key must have (blanks are ignored), or absent. A bundle that is not sound is no
 * error: it is the report. Errors: the file cannot be read (ERR_MISSING, ERR_IO), demanded_key is no fingerprint. */
MUST_USE err *bundle_verify(struct arena *a, str path, str demanded_key,
                            void (*progress)(void *, int64_t done, int64_t of), void *context,
                            struct bundle_report *ret);
/* The same of bytes in memory, for fuzzing and tests. */
MUST_USE err *bundle_verify_bytes(struct arena *a, str bytes, str demanded_key, struct bundle_report *ret);
/* Whether a file is meant as a bundle: verify takes both stores and bundles. By its beginning, its end or its name, so that one whose first
 * bytes are damaged is not told to be a damaged database. */
bool bundle_looks_like(str path);
/* "1a2b 3c4d …": how a fingerprint is shown and printed. */
str bundle_key_groups(struct arena *a, str key);
