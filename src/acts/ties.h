/*
 * The relations graph in acts: open it, screen an entrustment, say what a change would tie together. Private to acts/.
 *
 * A judge calls one ties_ function from its facts_more: it leaves what it found in a->found and the facts and texts named below.
 * The act's apply_more (or part of it) is ties_apply or ties_note: they write what stands in a->found and look at nothing else
 * but the tables, so replay gives the same without a graph.
 */
#pragma once
#include "acts/act.h"

/* Facts relations_direct, relations_indirect, relations_hint, officer_relations, officer_ties; {relation},
 * {relation_indirect}, {officer_relation}, {proposal}. */
MUST_USE err *ties_of_entrustment(struct act *a, str entrustment);
/* Of a draft: fields agreement, members, officers, subjects. Facts relations_foreseen, officer_ties. */
MUST_USE err *ties_of_draft(struct act *a);
/* Of officers and members named in place of those that stand there: facts officer_relations, officer_ties,
 * relations_foreseen. */
MUST_USE err *ties_of_amendment(struct act *a, str entrustment);

/* What running entrustments a change ties to their subjects: new paths of a->found. *ret_held: those that must be held. */
struct ties_change {
    bool tie;                        /* a relation, as the act states it */
    struct graph_tie relation;       /* a and b are set from the names below */
    enum graph_kind a_kind, b_kind;
    str a_id, b_id;
    str id;                          /* of the relation; "@member" of a post */
    bool bond;                       /* c and d turn out to be one */
    enum graph_kind c_kind, d_kind;
    str c_id, d_id;
};
MUST_USE err *ties_of_change(struct act *a, const struct ties_change *c, int64_t *ret_held);
/* Every running entrustment of an agency; paths that are on record are not new. */
MUST_USE err *ties_of_roster(struct act *a, str agency, int64_t *ret_held);
/* Providers that were removed or banned and how this one hangs together with them: facts provider_returns,
 * provider_returns_hint; {returned}, {returned_why}. */
MUST_USE err *ties_of_return(struct act *a, str provider);
/* Of a draw: who may be sent (a user's, member's or provider's bare id) and is tied, strongly enough to be held later, to an object
 * that may be drawn with him. asked: is this subject in the pool, and not kept from him already? *ret_n: pairs;
 * *ret_path: the first as a path, STR_NONE none. */
MUST_USE err *ties_of_crew(struct act *a, bool officers, const str *who, size_t who_n,
                           bool (*asked)(void *context, size_t person, str subject), void *context, int64_t *ret_n, str *ret_path);
/* Neighbours that two parties share, hubs left out: evidence that namesakes are one. "" none. */
MUST_USE err *ties_in_common(struct act *a, enum graph_kind a_kind, str a_id, enum graph_kind b_kind, str b_id, bool *ret);

/* tie rows, and for what holds: objection, freeze, todo; what asks for review: todo. */
MUST_USE err *ties_apply(struct act *a);
/* tie rows only: judged by a person in this very act. */
MUST_USE err *ties_note(struct act *a);
