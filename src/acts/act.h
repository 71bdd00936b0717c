/*
 * Private to acts/: an act while it is read, judged, recorded and applied.
 *
 * Life: act_read (JSON) or act_reread (ledger entry) -> act_load_facts -> act_judge -> act_record -> act_apply.
 * Replay skips loading and judging: it applies what was decided.
 */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include "acts/acts.h"
#include "analysis/graph.h"

/* What the store says beside the act: settings, calendar, and who acted lately. Dropped whenever an act was applied that
 * changes any of it (world_changed_by), and whenever something was undone. */
enum { LIMIT_WORLD_ACTORS = 1000 };
struct world {
    struct arena *arena;
    bool loaded;
    struct map *actors;   /* id -> struct actor * */
    struct map *settings; /* name -> int64_t * (only those that were set) */
    const struct calendar *calendar;
    /* The relations graph outlives what is dropped; what a transaction put into it is cut back then (relations.c). */
    struct graph *graph;
    struct graph_scratch *scratch;
    struct graph_mark settled;     /* as of the last commit */
    int64_t committed;             /* entries then */
    struct relations *shared;      /* of readers: theirs instead, under its lock */
    bool locked;
};
struct relations { pthread_mutex_t lock; struct graph *graph; struct graph_scratch *scratch; };
void world_settle(struct world *w, int64_t committed); /* a transaction begins, that many entries before it */
void world_end(struct world *w);    /* drops everything, the graph too */
void world_drop(struct world *w);
MUST_USE err *world_load(struct world *w, struct db *d);
bool world_changed_by(const struct act_type *type);

struct actor {
    str id, name, agency, provider, subject, member, provider_name;
    uint32_t roles;
    bool disabled, closed;
};

struct said { str name, text; };

struct act {
    const struct act_type *type;
    struct arena *arena;
    struct db *db;
    struct world *world;
    const struct ledger_keys *keys; /* NULL: replay, explain */
    str id, by, key;
    str reporter;   /* of an anonymous act: to find whose discipline hears it, never kept */
    usec at, received_at;
    int64_t seq;
    enum act_mark mark;
    bool simulate;
    bool anonymous; /* ACT_ANONYMOUS, and the author chose to be nobody */
    bool outside;   /* a third party, a subject or the public: reads a redacted receipt */
    struct act_value *values; /* one per field of the type */
    size_t n;
    struct actor actor;
    struct law_facts facts;
    VEC(struct said) said;
    VEC(struct relation_found) found;
    const struct act_value *item; /* element of the list a step runs for */
    str erased_text;

    enum law_rule rules[LIMIT_ACT_RULES];
    size_t rules_n;
    uint8_t broken[LIMIT_ACT_RULES];
    enum law_verdict verdict;
    const enum law_rule *lifted;
    size_t lifted_n;

    struct act *effect;      /* hold.approve: the held act, judged again */
};

/* read.c */
MUST_USE err *act_read_head(struct act *a, const struct json *json); /* by at key; forgets an anonymous author */
MUST_USE err *act_read(struct act *a, const struct json *json);      /* the rest; the actor is known */
/* From a ledger entry: the same values, erased items as their tombstone. */
MUST_USE err *act_reread(struct act *a, const struct ledger_entry *entry);
bool act_items(struct act *a, struct ledger_item **ret, size_t *ret_n); /* body items, in field order */
void act_write_fields(struct json_out *o, const struct act *a);         /* spine part of the fields */
void act_write_lists(struct json_out *o, const struct act *a);          /* key "lists", when there is one */

/* Is there a row with this id in one of "a|b"? */
MUST_USE err *act_row_exists(struct act *a, const char *tables, str id, bool *ret);

/* actor.c: is there this row, as far as the actor may know? */
MUST_USE err *act_known(struct act *a, str table, str id, bool *ret);

/* args.c */
bool act_lookup(void *context, str name, struct db_value *ret);

/* actor.c */
MUST_USE err *act_load_actor(struct act *a);
MUST_USE err *act_common_facts(struct act *a);

/* judge.c */
bool act_is_right(const struct act *a); /* may it never be refused or held? */
MUST_USE err *act_load_facts(struct act *a); /* the actor is loaded */
void act_take_facts(const struct json *facts, struct law_facts *ret); /* as a spine holds them */
void act_judge(struct act *a, bool again);
struct act_reason act_reason(struct act *a, size_t index);
str act_said(struct act *a, str name); /* what {name} reads as */

/* found.c */
void act_found_write(struct json_out *o, const struct act *a); /* key "found", when there is any */
void act_found_take(struct act *a, const struct json *spine);

/* record.c */
str act_spine(struct act *a, const struct ledger_item *items, size_t n);
MUST_USE err *act_record(struct act *a, struct ledger *l);
MUST_USE err *act_apply(struct act *a); /* log, touch and the steps of the verdict */
MUST_USE err *act_take_effect(struct act *a); /* the type's own steps */

/* answer.c */
void act_answer_of(struct act *a, struct act_answer *ret, bool redact);
MUST_USE err *act_answer_again(struct db *d, struct arena *a, const struct ledger_keys *keys, int64_t seq, bool redact,
                               struct act_answer *ret); /* from its entry */
void answer_write(struct arena *a, const struct act *act, struct act_answer *ret, bool redact);

/* erase.c */
MUST_USE err *act_erase(struct act *a, const struct ledger_keys *keys); /* secret.erase: ledger items and their copies in tables */
/* NULL when some body field of some act type is neither placed nor known to be stored nowhere. */
const char *erase_unplaced(const struct act_type **ret_type);
/* Does some act of the catalogue keep a body field in this column? Any thread. */
bool erase_places_in(const char *table, const char *column);

/* index.c */
MUST_USE err *act_index(struct act *a); /* search index of what it named */
extern const char *const verdict_names[];
void act_answer_invalid(struct arena *a, str act, str id, err *e, struct act_answer *ret);
err *err_copy_to(struct arena *a, const err *e);

/* holds.c */
MUST_USE err *hold_rejudge(struct act *approve, struct ledger_keys const *keys);
