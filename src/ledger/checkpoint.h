/* Making checkpoints, and the witness file. Private to ledger/. */
#pragma once
#include "ledger/ledger.h"

MUST_USE err *checkpoint_sign(struct arena *a, const struct sm2_key *signer, str store_id, int64_t size,
                              const struct sm3 *root, usec at, struct checkpoint *ret);

/* The witness file keeps the newest LIMIT_WITNESS checkpoints, a line each, oldest first. */
enum { LIMIT_WITNESS = 64 };
str witness_path(const struct store *s, struct arena *a);
/* ERR_DAMAGED when a line cannot be read. No file: none, *ret_there says so. */
MUST_USE err *witness_read(const struct store *s, struct arena *a, bool *ret_there,
                           struct checkpoint **ret, size_t *ret_n);
MUST_USE err *witness_add(const struct store *s, const struct checkpoint *c);

enum { LIMIT_STORE_ID = 64 };
/* Absent when the store never had a writer. */
MUST_USE err *store_id_read(struct db *d, struct arena *a, str *ret);
