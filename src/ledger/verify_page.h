/* A page of the ledger on its way through verification: read by one thread, checked by any. Private. */
#pragma once
#include "ledger/tree.h"

enum { PAGE_TILES = 8, PAGE_ENTRIES = PAGE_TILES * TILE_NODES };

struct page_entry {
    str leaf, spine;
};

struct page_body {
    int64_t seq;
    str item, sealed;
    bool marked; /* has erased_by */
    int64_t erased_by;
};

/* A body whose row is in order and whose content is still to be opened. */
struct page_sealed {
    int64_t seq;
    str name, sealed;
    struct sm3 digest; /* what the spine says */
};

struct page_checkpoint {
    int64_t size, at;
    str note;
    struct sm3 root; /* filled by the check */
};

struct page {
    struct arena *arena; /* the rows; reset for the next page */
    int64_t first;       /* seq; one more than a multiple of PAGE_ENTRIES */
    size_t n;
    struct page_entry entry[PAGE_ENTRIES];
    str tile[PAGE_TILES]; /* absent when there is no row */
    VEC(struct page_body) bodies;
    VEC(struct page_checkpoint) checkpoints;

    /* What the check found. */
    struct sm3 leaf[PAGE_ENTRIES], root[PAGE_TILES]; /* a root for each full tile */
    VEC(struct page_sealed) sealed;
    int64_t items, erased;
    int64_t bad_seq; /* first bad entry of the page, 0: none */
    str bad;
};

/* What checks need to know besides the page. */
struct page_rules {
    int64_t size;                  /* of the whole ledger */
    str store_id;
    const struct sm2_key *signer;  /* NULL: signatures are not checked */
    const struct seal_key *master; /* NULL: bodies stay closed */
};
void page_check(struct page *p, const struct page_rules *rules);
