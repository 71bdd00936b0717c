/*
 * ledger/: the append-only log of acts that proves itself, and can forget.
 *
 * An entry has a spine (canonical JSON: what rules and keys need) and body items (names, numbers, free
 * text, positions), each sealed on its own; the spine carries each item's salted digest, so an item
 * can be erased and everything else still proves. Leaf = SM3(0x00 || spine), nodes SM3(0x01 || l || r):
 * the tree of RFC 6962 section 2.1 with SM3 for SHA-256. Sequence numbers start at 1; leaf index is seq - 1.
 * Hashes of 256 neighbours of one level are a tile, written once, when full (level 0 = leaves; level k
 * holds roots of 256^k leaves); what stands right of the last full tile is computed from the entries.
 *
 * Checkpoint, a note in the shape of C2SP checkpoints:
 *     xiezhi <store id>\n<size>\n<base64 root>\n<RFC 3339 time>\n\n- <key id> <base64 SM2 signature>\n
 * A witness file holds the newest checkpoints outside the database; at start-up the ledger must extend it,
 * else somebody rolled the database back.
 *
 * Threads: a ledger belongs to the one writer; readers use the functions that take only a db.
 */
#pragma once
#include "ledger/proof.h"
#include "store/store.h"

struct ledger;

struct ledger_keys {
    struct sm2_key *signer;  /* private for writers, public suffices to verify; NULL: signatures are not checked */
    struct seal_key master;  /* all zero: none, bodies stay closed */
};
/* keys/ of the data folder: checkpoint.pem, checkpoint.pub, master.key; made when `create`. Memory stores get
 * fresh keys that die with the process. */
MUST_USE err *ledger_keys_load(struct store *s, bool create, struct ledger_keys *ret);
void ledger_keys_clear(struct ledger_keys *k);

/* Opens for writing: reads size and frontier, compares with the witness file (ERR_DAMAGED: rolled back; the
 * text says what to do). */
MUST_USE err *ledger_open(struct store *s, struct db *writer, const struct ledger_keys *keys, struct ledger **ret);
void ledger_close(struct ledger *l); /* does not sign */
int64_t ledger_size(const struct ledger *l);
/* PostgreSQL: another process may have appended; called right after db_begin_write. */
MUST_USE err *ledger_refresh(struct ledger *l, struct db *d);

struct ledger_item { str name; str plain; str sealed; struct sm3 digest; };

/* Seals item->plain: fills sealed and digest (random drawn here). */
MUST_USE err *ledger_seal(const struct ledger *l, struct arena *a, struct ledger_item *item);
/* Appends inside the caller's write transaction; seq must be ledger_size() + 1. `spine` must carry the digests. */
MUST_USE err *ledger_append(struct ledger *l, struct db *d, int64_t seq, str spine,
                            const struct ledger_item *items, size_t n);
/* Forgets appends of this transaction from `seq` on (the caller undoes the database). */
void ledger_rewind(struct ledger *l, int64_t size);
/* Before db_commit: hashes what was appended (multi-lane), writes full tiles. */
MUST_USE err *ledger_flush(struct ledger *l, struct db *d);
/* After db_commit failed or was rolled back. */
MUST_USE err *ledger_reset(struct ledger *l, struct db *d);

/* Signs size and root now, stores the checkpoint (own transaction) and appends it to the witness file,
 * fsynced. Nothing new since the last: does nothing. */
MUST_USE err *ledger_checkpoint(struct ledger *l, struct db *d, usec now);

MUST_USE err *checkpoint_newest(struct db *d, struct arena *a, bool *ret_any, struct checkpoint *ret);

/* ---- reading ---- */
struct ledger_entry {
    int64_t seq;
    str spine;
    size_t n;
    struct { str name, plain, salt; bool erased; int64_t erased_by; } *items; /* plain, salt absent when erased or closed */
};
/* Opens bodies when keys are given. ERR_MISSING: no such entry; ERR_DAMAGED names seq and item. */
MUST_USE err *ledger_read(struct db *d, struct arena *a, const struct ledger_keys *keys, int64_t seq,
                          struct ledger_entry *ret);
/* Entries first..last in order, a page of them at a time behind the scenes. `each` may stop with an error. */
MUST_USE err *ledger_scan(struct db *d, const struct ledger_keys *keys, int64_t first, int64_t last,
                          err *(*each)(void *context, struct arena *a, const struct ledger_entry *entry),
                          void *context);
/* Erases items of an entry in the caller's transaction: sealed bytes and their keys go, a mark naming the
 * order's entry stays. Erasing twice keeps the first mark. */
MUST_USE err *ledger_erase(struct db *d, int64_t seq, str item, int64_t order_seq);

/* ---- proofs (RFC 6962 2.1.1, 2.1.2) ---- */
MUST_USE err *ledger_root(struct db *d, int64_t size, struct sm3 *ret);
MUST_USE err *proof_inclusion(struct db *d, int64_t seq, int64_t size, struct proof *ret);
MUST_USE err *proof_consistency(struct db *d, int64_t old_size, int64_t size, struct proof *ret);

/* ---- verify: everything, from the bytes ---- */
struct ledger_report {
    int64_t entries, items, erased, tiles, checkpoints; /* found sound */
    int64_t bad_seq;     /* first bad entry, 0 when sound */
    str bad;             /* what is bad there, Chinese; absent when sound */
    struct sm3 root;
};
/* Recomputes every leaf and the tree (many lanes, two threads), compares leaves, tiles, checkpoints with their
 * signatures, the witness file, and with `keys->master` every body against its digest. */
MUST_USE err *ledger_verify(struct store *s, struct db *d, const struct ledger_keys *keys, struct arena *a,
                            void (*progress)(void *, int64_t done, int64_t of), void *context,
                            struct ledger_report *ret);
