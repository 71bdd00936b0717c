/*
 * The entry code: what an officer's phone shows at the gate and a helper's phone reads, so that both were there at one time,
 * with or without a signal (docs/field.md). Pure but for the hash; a helper's phone has no key, the server checks.
 *
 * Six digits: HMAC-SHA256(key, "code" || visit || step in decimal), truncated as in RFC 4226; step = floor(seconds / step_s).
 * QR: XZ1.<visit>.<person>.<phone time usec>.<digits>.<first 12 hex of HMAC-SHA256(key, everything before the last dot)>.
 */
#pragma once
#include "ledger/ledger.h"

enum { LIMIT_ENTRY_CODE = 200 /* characters */ };

struct entry_code {
    bool sealed;            /* a QR text; else six digits alone */
    str visit, person;      /* of a QR text */
    usec time;              /* the shower's clock */
    str digits, head, seal; /* head: what the seal covers */
};
/* Slices of `text`. False: neither form. */
bool entry_code_read(str text, struct entry_code *ret);

enum entry_fault { ENTRY_FINE, ENTRY_UNREADABLE, ENTRY_OTHER_VISIT, ENTRY_FORGED, ENTRY_STALE, ENTRY_NOT_OFFICER };
extern const char *const entry_fault_text[];

/* `time`: of the entry by the reader's clock. *ret_offset_s: the shower's clock minus the reader's, of a QR text that is not
 * forged; unchanged else. Digits alone are tried for every step within tolerance. */
enum entry_fault entry_code_check(const uint8_t key[SHA256_BYTES], str visit, const struct entry_code *code, usec time, int64_t step_s,
                                  int64_t tolerance_s, int64_t *ret_offset_s);

str entry_code_digits(struct arena *a, const uint8_t key[SHA256_BYTES], str visit, usec time, int64_t step_s);
str entry_code_text(struct arena *a, const uint8_t key[SHA256_BYTES], str visit, str person, usec time, int64_t step_s);
/* Derived from the store's master key: nothing is kept, every visit has one. */
void entry_key(const struct ledger_keys *keys, str visit, uint8_t ret[SHA256_BYTES]);
