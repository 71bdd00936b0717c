/*
 * What a stranger needs to check a proof, and nothing that could reach a store: leaf, inclusion, consistency, checkpoint.
 * Part of the door of ledger/; the verifier of case bundles uses this alone. The tree and the note are described in ledger.h.
 */
#pragma once
#include "crypto/crypto.h"

struct checkpoint { int64_t size; struct sm3 root; usec at; str key_id; str note; };
MUST_USE err *checkpoint_parse(struct arena *a, str note, struct checkpoint *ret);
bool checkpoint_verifies(const struct checkpoint *c, const struct sm2_key *key);
str checkpoint_store(const struct checkpoint *c); /* the store id in the note */

enum { LIMIT_PROOF = 64 };
struct proof { size_t n; struct sm3 node[LIMIT_PROOF]; };
bool proof_inclusion_holds(const struct sm3 *leaf, int64_t seq, int64_t size, const struct proof *p,
                           const struct sm3 *root);
bool proof_consistency_holds(int64_t old_size, const struct sm3 *old_root, int64_t size,
                             const struct sm3 *root, const struct proof *p);
struct sm3 ledger_leaf(str spine);
/* Text form of a proof: one JSON object {"kind","seq","size","old_size","nodes":["hex"..]}; strict reader. */
str proof_write(struct arena *a, const char *kind, int64_t seq, int64_t old_size, int64_t size,
                const struct proof *p);
MUST_USE err *proof_read(struct arena *a, str text, str *ret_kind, int64_t *ret_seq, int64_t *ret_old_size,
                         int64_t *ret_size, struct proof *ret);
