/*
 * graph: who is tied to whom (Art. 8), in memory. A cache of the tables relation, member and identity and of nothing
 * else: what is decided on it goes into the entry that decided, so a ledger is replayed without it.
 *
 * Parties are interned as numbers; a tie between two of them has a type, a strength, dates, and the entry it became
 * known by, so that any screen can be run as of what was known then. The bulk stands in compact rows (CSR), later ties in
 * an overlay of linked lists that can be cut back (graph_back): a transaction that was rolled back leaves no trace.
 * Parties that are one person (decided, or the same digest of an identity number) stay two parties, joined by a bond that
 * costs no hop: what was joined can be parted again.
 *
 * Scoring (published in docs/relations.md; the table is graph_types, the limits are below): a path's score is the product
 * of its ties' strengths, in parts of ten thousand, rounded down tie by tie from the third party's side. Ownership counts with
 * its percentage, so chains multiply percentages. A shared address, telephone or instrument counts 2/n of its strength
 * where n is the larger number of such ties at its two ends. Above the named degree of its type a tie is a hub's: it never
 * holds or asks for a review by itself. For ties that are not shared the degree is that of the party in the middle of the path.
 *
 * Units: 0.01 % for percent, strength and score; days; entries of the ledger.
 * Limits: LIMIT_GRAPH_TIES, LIMIT_GRAPH_PARTIES; beyond them graph_add and graph_load answer ERR_LIMIT.
 * Ownership: a graph owns its memory (graph_free); names it hands out live as long as it.
 * Threads: whoever adds, cuts back or compacts is alone with the graph. Screens only read it: many threads may screen at the
 * same time, each with its own scratch. No function but graph_load touches the outside; none reads a clock.
 */
#pragma once
#include "base/base.h"
#include "store/store.h"

enum graph_kind { GRAPH_PROVIDER, GRAPH_MEMBER, GRAPH_SUBJECT, GRAPH_USER, GRAPH_PERSON, GRAPH_KINDS };
enum graph_type {
    GRAPH_OWNERSHIP, /* a owns percent of b */
    GRAPH_DIRECTORSHIP, GRAPH_EMPLOYMENT, GRAPH_KINSHIP, GRAPH_SERVICE, GRAPH_DEBT, GRAPH_LITIGATION, GRAPH_COMPETITOR,
    GRAPH_SHARED_ADDRESS, GRAPH_SHARED_PHONE, GRAPH_SHARED_INSTRUMENT, GRAPH_TYPES
};
struct graph_type_info {
    const char *name;  /* as in relation.record */
    int32_t strength;  /* of ten thousand; ownership: where the percentage is unknown */
    uint32_t hub;      /* degree above which it is a hub's; 0: never */
    bool shared;       /* weighed by degree */
    bool weak;         /* a hint alone: never a direct interest by itself */
};
extern const struct graph_type_info graph_types[GRAPH_TYPES];
extern const char *const graph_kinds[GRAPH_KINDS];
bool graph_type_of(str name, enum graph_type *ret);
bool graph_kind_of(str name, enum graph_kind *ret);

enum {
    LIMIT_GRAPH_HOPS = 3,
    LIMIT_GRAPH_TIES = 100000000,
    LIMIT_GRAPH_PARTIES = 100000000,
    LIMIT_GRAPH_PATHS = 32,   /* kept by a screen, best first */
    LIMIT_GRAPH_BOND = 32,    /* parties taken for one: more are a fault of the data, the rest is left out */
    LIMIT_GRAPH_TOUCHED = 10000
};
/* Lowest score by number of ties: at graph_hold a path holds, at graph_review it asks for a review. */
extern const int32_t graph_hold[LIMIT_GRAPH_HOPS + 1], graph_review[LIMIT_GRAPH_HOPS + 1];

enum graph_level {
    GRAPH_HINT,   /* worth a line in a list */
    GRAPH_REVIEW, /* somebody should look */
    GRAPH_HOLDS,  /* an interest that may touch on fairness */
    GRAPH_DIRECT  /* between the two themselves */
};

struct graph;
struct graph *graph_new(void);
void graph_free(struct graph *g);

/* ---- parties and ties by hand ---- */
typedef uint32_t graph_party;
#define GRAPH_NOBODY UINT32_MAX
MUST_USE err *graph_intern(struct graph *g, enum graph_kind kind, str id, graph_party *ret);
graph_party graph_find(const struct graph *g, enum graph_kind kind, str id); /* GRAPH_NOBODY: not in any tie */
enum graph_kind graph_party_kind(const struct graph *g, graph_party p);
str graph_party_id(const struct graph *g, graph_party p);
size_t graph_party_count(const struct graph *g);
size_t graph_tie_count(const struct graph *g);

#define GRAPH_PERCENT_UNKNOWN (-1)
enum { GRAPH_OPEN_START = INT32_MIN, GRAPH_OPEN_END = INT32_MAX };
enum graph_origin { GRAPH_OF_RELATION, GRAPH_OF_MEMBER /* a member works for his provider */ };
struct graph_tie {
    graph_party a, b;
    enum graph_type type;
    enum graph_origin origin;
    int32_t percent;        /* ownership; GRAPH_PERCENT_UNKNOWN. Above 10,000 counts as 10,000 */
    day from, to;           /* GRAPH_OPEN_START, GRAPH_OPEN_END: not said */
    day ended;              /* GRAPH_OPEN_END: goes on */
    int64_t known;          /* entry by which it became known */
    int64_t ended_known;    /* entry by which its end became known */
};
/* A tie of a party with itself is counted by nobody: not added, *ret_tie is GRAPH_NOBODY. */
MUST_USE err *graph_add(struct graph *g, const struct graph_tie *tie, uint32_t *ret_tie);
struct graph_tie graph_tie(const struct graph *g, uint32_t tie);
/* Is there an older tie of the same type between the same two that still counts, at least as strong? */
struct graph_when;
bool graph_tie_repeats(const struct graph *g, uint32_t tie, const struct graph_when *when);
void graph_end(struct graph *g, uint32_t tie, day ended, int64_t known);
/* a and b are one, as of that entry; part: no longer, as of that entry. */
MUST_USE err *graph_bond(struct graph *g, graph_party a, graph_party b, int64_t known);
void graph_part(struct graph *g, graph_party a, graph_party b, int64_t known);
/* Digest of an identity number: the first party that shows it and every later one are one. */
MUST_USE err *graph_digest(struct graph *g, graph_party p, str digest, int64_t known);

struct graph_mark { size_t ties, ends, bonds, parted, digests; int64_t since; };
struct graph_mark graph_mark(const struct graph *g);
void graph_back(struct graph *g, struct graph_mark m); /* CHECK: nothing was compacted since */
void graph_compact(struct graph *g);                   /* the overlay joins the rows: marks taken before are void */
bool graph_overlay_large(const struct graph *g);       /* worth compacting */
size_t graph_bytes(const struct graph *g);             /* memory held */

/* ---- from the store ---- */
/* Everything that became known after what the graph holds, up to that entry (INT64_MAX: all there is); the first time all of
 * it, compacted. Inside a transaction, or not. */
MUST_USE err *graph_load(struct graph *g, struct db *d, int64_t until);

/* ---- screening ---- */
struct graph_when {
    int64_t known;    /* entries up to this one; INT64_MAX: all */
    day on;           /* ties that begin later do not count yet */
    day look_back;    /* ties that ended before do not count any more */
    bool posts;       /* do members' posts count as ties of the provider? Who is not sent does not speak for the firm; for
                         whether two firms are one, he does */
};
struct graph_scratch; /* of one thread, for one graph */
struct graph_scratch *graph_scratch_new(void);
void graph_scratch_free(struct graph_scratch *s);

struct graph_step { uint32_t tie; graph_party from, to; };
struct graph_path {
    graph_party source, target;           /* as they were asked for; step[0].from is source or one with it, and so on */
    struct graph_step step[LIMIT_GRAPH_HOPS];
    uint8_t n;                            /* ties; 0: source and target are one */
    bool hub;                             /* rests on a hub's tie */
    enum graph_level level;
    int32_t score;
};
struct graph_paths {
    size_t n;
    uint64_t found;                       /* all there are, of which the n best are kept */
    struct graph_path path[LIMIT_GRAPH_PATHS];
};
/* All paths of at most LIMIT_GRAPH_HOPS ties from a source to a target without a party (or one with it) twice and without a
 * source or target in the middle. Order: level, score, fewer ties, then what became known earlier, then names: the same
 * whatever the order of loading. GRAPH_NOBODY in the sets is skipped. */
void graph_screen(const struct graph *g, struct graph_scratch *s, const struct graph_when *when, const graph_party *sources,
                  size_t sources_n, const graph_party *targets, size_t targets_n, struct graph_paths *ret);
bool graph_path_uses(const struct graph_path *p, uint32_t tie);

/* What a new tie may change: each subject that comes within LIMIT_GRAPH_HOPS of a provider, member or user through it by a
 * path that would at least ask for a review. Every such subject is named; one that is named need not be concerned (screen it).
 * Sorted; at most LIMIT_GRAPH_TOUCHED (*ret_more says there were more). */
void graph_touched(const struct graph *g, struct graph_scratch *s, const struct graph_when *when, uint32_t tie,
                   struct arena *a, graph_party **ret_subjects, size_t *ret_n, bool *ret_more);
/* The same for two parties that turn out to be one. */
void graph_touched_by_bond(const struct graph *g, struct graph_scratch *s, const struct graph_when *when, graph_party x,
                           graph_party y, struct arena *a, graph_party **ret_subjects, size_t *ret_n, bool *ret_more);
