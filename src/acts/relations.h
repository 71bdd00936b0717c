/*
 * What the relations graph finds, for acts and pages. Part of the door of acts/ (acts.h).
 *
 * A path is kept as text, in the words of the tables, so that it can be drawn and explained without the graph, as long as
 * its relations are on record:
 *     provider:jia -r1- person:li = person:li-2 -r2- subject:bing
 * parties as kind:id, a tie as -relation-, a member's post with his provider as -@member-, and " = " between two that are
 * one by decision, account or digest.
 */
#pragma once
#include "store/store.h"

struct acts;

enum { LIMIT_FOUND = 400 /* in one act, in the order of entrustments; relation.screen finds what was beyond */, LIMIT_FOUND_EACH = 8 /* paths of one entrustment and side */,
       LIMIT_PATH_PARTIES = 12 };

/* Found by a judge, applied by the act, kept in the spine (key "found"): replay needs neither the graph nor the scoring of
 * that day. A tie: party and subject (kind:id) of the entrustment `thing`. A pair that may be one: party and subject (both
 * kind:id), path = the evidence, thing = the agency whose legal office decides. */
struct relation_found {
    bool pair;
    str thing, party, subject, path, proposal;
    int64_t level, score, hops, officer; /* enum graph_level; 0.01 % */
};

struct path_party { str kind, id, name; };
struct path_link {
    bool same;                 /* the two are one; nothing of what follows */
    str relation, type;        /* relation: id, STR_NONE of a member's post */
    bool backward;             /* the relation's `a` is the right one */
    int64_t percent;           /* 0.01 %, -1 unknown */
    bool has_from, has_to, has_ended;
    day from, to, ended;
    int64_t known;             /* entry, 0: not on record */
    usec known_at;
    str source;
    str sentence;              /* 甲公司持有乙公司35%股权 */
};
struct path_view {
    size_t n;                  /* parties; n - 1 links */
    struct path_party party[LIMIT_PATH_PARTIES];
    struct path_link link[LIMIT_PATH_PARTIES];
    str sentence;              /* all of it, with dates, source and when it became known */
    str brief;                 /* the same without these */
};
/* Unreadable text: ERR_DAMAGED. Parties nobody has a name for are called by what they are. */
MUST_USE err *relation_path_read(struct db *d, struct arena *a, str path, struct path_view *ret);

/* Everything between the entrustment's people and its subjects, as known to `reader` now: screened, not read from a list.
 * The best first: third parties, then officers. Any thread; the graph is shared and refreshed under a lock. */
MUST_USE err *relations_screen(struct acts *e, struct db *reader, struct arena *a, str entrustment, usec now,
                               struct relation_found **ret, size_t *ret_n);
