/*
 * analysis/draw: a draw at random that anybody can compute again from its published file alone. The method is written down
 * for strangers in docs/draw.md ("xiezhi-draw-2"; "xiezhi-draw-1" is the older one, read and verified for ever).
 * Acts settle with it, `xiezhi draw verify` checks with it; docs/draw_verify.py is a second, independent one.
 *
 * A draw has candidates (objects, officers, helpers), each in one stratum with a quota; excluded ones stay in the file with
 * class and digest of the reason. Seed: the plan's digest and every round with its secrets.
 * Chance is in millionths, a lower bound that can be proven (draw.md, "chance"), weights are whole numbers.
 *
 * Life: fill struct draw (or draw_read), draw_prepare, and when every secret is there draw_settle, then draw_replace for each
 * replacement in order. Strings are views of the caller's; everything made lives in the arena given. Pure; any thread.
 */
#pragma once
#include "crypto/crypto.h"

enum {
    LIMIT_DRAW_POOL = 100000,  /* candidates of the draw's own kind */
    LIMIT_DRAW_CREW = 5000,    /* officers, and helpers, assigned to objects */
    LIMIT_DRAW_WEIGHT = 1000000,
    LIMIT_DRAW_STRATA = 200, LIMIT_DRAW_CAPS = 200, LIMIT_DRAW_BARS = 20000,
    LIMIT_DRAW_PARTIES = 50,   /* of a round */
    LIMIT_DRAW_ROUNDS = 20, LIMIT_DRAW_EACH = 20, LIMIT_DRAW_REPLACED = 100000,
    LIMIT_DRAW_WORD = 2000,    /* bytes of one word of the file, escaped */
    LIMIT_DRAW_FILE = 48 << 20,
    DRAW_WHOLE = 1000000       /* certainty, in millionths */
};
#define DRAW_NOBODY ((size_t)-1)

enum draw_kind { DRAW_OBJECT, DRAW_OFFICER, DRAW_HELPER, DRAW_KINDS };
extern const char *const draw_kind_names[DRAW_KINDS]; /* "object" */

/* Who belongs to a stratum is said by each candidate; class and region are what it was made by. */
struct draw_stratum {
    enum draw_kind kind;
    str class;              /* absent: any */
    int64_t region;         /* 0: any */
    int64_t ratio;          /* of those who can be drawn, 0.01 %, rounded up; 0 none */
    int64_t per, base;      /* quota of per x base: objects for each officer in post (1:10 is per 10) */
    int64_t least, reserve; /* reserve: successors drawn beyond the quota */
    /* by draw_prepare */
    int64_t able, quota, weight, chance; /* not excluded; to draw; sum of weights; the least chance of anybody in it */
    bool even;              /* all weights are equal */
};
/* At most `most` of a stratum may share this class, region or group (an officer's office, a helper's provider). */
/* key "*": each value of it by itself. */
enum draw_cap_by { DRAW_BY_CLASS, DRAW_BY_REGION, DRAW_BY_GROUP, DRAW_CAP_KINDS };
extern const char *const draw_cap_names[DRAW_CAP_KINDS]; /* "class" */
struct draw_cap { enum draw_cap_by by; str key; int64_t most; };

struct draw_candidate {
    str who, class, group, excluded, digest; /* excluded: class of the reason; digest: of the reason, "sm3:…" or absent */
    int64_t stratum; /* from 1 */
    int64_t weight, region;
};
/* This officer or helper is not sent to this object. */
struct draw_bar { enum draw_kind kind; str who, object, class, digest; };
struct draw_party { int64_t round; str name, digest, secret; bool missing; };
enum draw_lot { DRAW_CHOSEN, DRAW_SKIPPED /* a cap was full */, DRAW_RESERVE };
struct draw_place { size_t candidate; enum draw_lot lot; };
struct draw_places { size_t n; struct draw_place *p; };
struct draw_team { size_t object, n; size_t *crew; };  /* officers first, then helpers, as candidates */
struct draw_change { str who, by; int64_t stratum, entry; };

struct draw {
    int method;                /* 1 or 2 */
    str id, agency, purpose, item, preset, day; /* day: of the commitment, 2026-03-20 */
    int64_t region, entry;     /* entry: of the commitment in the ledger */
    int64_t floor;             /* no chance may be below it, millionths; 0 none */
    int64_t norepeat;          /* days; 0: none */
    int64_t each[DRAW_KINDS], most[DRAW_KINDS]; /* officers and helpers for an object; objects at most for each of them, 0 any */
    VEC(struct draw_stratum) strata;
    VEC(struct draw_cap) caps;
    VEC(struct draw_candidate) pool;
    VEC(struct draw_bar) bars;
    VEC(struct draw_party) parties; /* by round, then by name's bytes */
    VEC(struct draw_change) changes;
    int64_t rounds;
    /* by draw_plan_digest, draw_settle */
    struct sm3 plan, seed;
    struct draw_places *places; /* one for each stratum */
    struct draw_team *teams, *teams_now; /* as drawn; after the replacements. In the order of the places of objects */
    size_t teams_n;
    uint8_t *now;              /* of each candidate after the replacements made so far: enum draw_now */
    struct map *who_is[DRAW_KINDS], *bar_of;
};
enum draw_now { DRAW_NOT, DRAW_IN, DRAW_GONE };

/* Orders parties, counts, computes quotas and chances. ERR_INPUT names what is against the method (draw.md). */
MUST_USE err *draw_prepare(struct arena *a, struct draw *d);
/* The same, and what a published draw must keep besides: floor, two parties, no digest twice, reveals that match. */
MUST_USE err *draw_check(struct arena *a, const struct draw *d);
/* Least chance of one candidate, millionths; 0 for an excluded one. After draw_prepare. */
int64_t draw_chance(const struct draw *d, size_t candidate);
/* A bound on the chance of weight w to be among k drawn of n with sum total: exact when all weights are equal. */
int64_t draw_bound(int64_t w, int64_t total, int64_t n, int64_t k, bool equal);

/* Digest of the plan's text: what parties see before they reveal. Sets d->plan. */
struct sm3 draw_plan_digest(struct arena *a, struct draw *d);
struct sm3 draw_reason_digest(struct arena *a, str salt, str who, str reason);
/* Last round's secrets (all must be there) and the plan: seed, places, teams. */
void draw_settle(struct arena *a, struct draw *d);
/* Places and teams by a seed that is known already (d->seed). */
void draw_settle_seed(struct arena *a, struct draw *d);
size_t draw_find(const struct draw *d, enum draw_kind kind, str who); /* DRAW_NOBODY */
bool draw_is_chosen(const struct draw *d, size_t candidate);          /* now, after the replacements made so far */
/* Who comes next for a chosen one, and puts him there. DRAW_NOBODY: none is left. */
size_t draw_replace(struct arena *a, struct draw *d, size_t candidate);

/* The published file; without secrets (before settling) it ends behind the last round. */
MUST_USE err *draw_write(struct arena *a, struct draw *d, bool settled, str *ret);
/* Reads the inputs of a file; its claims (quotas, seed, winners, digests) are not taken over but computed. */
MUST_USE err *draw_read(struct arena *a, str text, struct draw *ret);
/* NULL: every winner follows. Else ERR_DENIED; field names the first thing wrong ("drawn 1 3"), text says it in Chinese. Unreadable
 * is ERR_INPUT, naming the line. */
MUST_USE err *draw_verify(struct arena *a, str text, struct draw *ret);
void draw_word(buf *b, str word); /* escaped as in the file */

/* ---- method 1, and what both rest on ---- */
struct sm3 draw_seed_1(const str *secrets, size_t n);
/* Weight 0 leaves an element out; the sum must be below 2^47. ret_rank[i] is 1 for the first drawn, 0 for those left out. */
void draw_order_1(struct arena *a, const struct sm3 *seed, const int64_t *weights, size_t n, int64_t *ret_rank);
/* A bag one draws out of: numbers of one stratum, without putting back. */
struct draw_bag;
struct draw_bag *draw_bag_new(struct arena *a, const struct sm3 *seed, int64_t stratum /* 0: method 1 */, const int64_t *weights, size_t n);
size_t draw_bag_take(struct draw_bag *bag); /* DRAW_NOBODY: empty */
