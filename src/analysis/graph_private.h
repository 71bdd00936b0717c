/* The graph's memory. Private to analysis/. */
#pragma once
#include "analysis/graph.h"

enum { TIE_ENDED = 1, TIE_OF_MEMBER = 2 };
enum { NO_TIE = UINT32_MAX, DEGREE_SMALL = 8 };
_Static_assert(GRAPH_TYPES <= 16, "type and percent share 16 + 8 bits");

struct tie { /* 32 bytes: a million fit into 32 MB */
    uint32_t a, b;
    int64_t known;
    int32_t from, to;
    uint16_t percent; /* PERCENT_NONE: unknown */
    uint8_t type, flags;
    int32_t ended;
};
enum { PERCENT_NONE = UINT16_MAX };

struct arc { uint32_t other, tie; };                                  /* a row of the CSR */
struct end_note { uint32_t tie; int32_t before; uint8_t flags_before; int64_t known; };
struct bond { uint32_t a, b; int64_t known, parted; uint32_t next[2]; };
struct part_note { uint32_t bond; };
struct digest_entry { uint64_t key[2]; uint32_t party; int64_t known; };
struct party { uint32_t name, length; };                              /* in `names`: kind, then id */
struct slot { uint32_t party, hash; };
struct name { enum graph_kind kind; str id; };
struct degrees { uint32_t n[GRAPH_TYPES]; };

#define GROWS(type) struct { type *p; size_t n, capacity; }
struct graph {
    GROWS(char) names;
    GROWS(struct party) party;
    GROWS(uint32_t) over_head;    /* by party: newest arc of the overlay, as 2 * (tie - base_ties) + side */
    GROWS(uint32_t) bond_head;    /* by party: newest bond, as 2 * bond + side */
    GROWS(uint32_t) big;          /* by party: 1 + row of `degree`; 0: few ties */
    GROWS(uint32_t) total;        /* by party: ties */
    GROWS(struct degrees) degree;
    struct slot *slot;            /* hash of parties; party NO_TIE: free */
    size_t slots;
    GROWS(struct tie) tie;
    GROWS(uint32_t) over_next;    /* two for each tie of the overlay */
    uint32_t *first;              /* base_parties + 1 */
    struct arc *arc;              /* 2 * base_ties, each row sorted by other, tie */
    size_t base_ties, base_parties;
    GROWS(struct end_note) ends;
    GROWS(struct bond) bond;
    GROWS(struct part_note) parted;
    GROWS(struct digest_entry) digest;
    uint32_t *digest_slot;
    size_t digest_slots;
    int64_t since;                /* everything up to this entry is here */
    bool bulk;                    /* ties are appended only, to be linked by compacting */
    bool loaded;                  /* the first load, which compacts, is behind it: also of an empty table */
};

/* The arcs of one party, rows first. */
struct arcs { const struct graph *g; const struct arc *at, *end; uint32_t over; };

static inline struct arcs arcs_of(const struct graph *g, uint32_t p)
{
    struct arcs i = {.g = g, .over = g->over_head.p[p]};
    if (p < g->base_parties) {
        i.at = g->arc + g->first[p];
        i.end = g->arc + g->first[p + 1];
    }
    return i;
}

static inline bool arcs_next(struct arcs *i, struct arc *ret)
{
    if (i->at != i->end) {
        *ret = *i->at++;
        return true;
    }
    if (i->over == NO_TIE)
        return false;
    uint32_t tie = (uint32_t)i->g->base_ties + i->over / 2;
    *ret = (struct arc){i->over % 2 ? i->g->tie.p[tie].a : i->g->tie.p[tie].b, tie};
    i->over = i->g->over_next.p[i->over];
    return true;
}

MUST_USE err *graph_intern_many(struct graph *g, const struct name *names, size_t n, uint32_t *hash /* room for n */,
                                graph_party *ret);
bool graph_counts(const struct graph *g, uint32_t tie, const struct graph_when *when);
uint32_t graph_degree(const struct graph *g, uint32_t p, enum graph_type type, const struct graph_when *when);
int32_t graph_strength(const struct graph *g, uint32_t tie, const struct graph_when *when);
/* Parties that are one with p, itself first. */
size_t graph_class(const struct graph *g, uint32_t p, const struct graph_when *when, uint32_t ret[LIMIT_GRAPH_BOND]);
