/* Namesakes offered for review when a relation names somebody. Private to acts/. */
#pragma once
#include "acts/ties.h"

struct identity_of {
    enum graph_kind kind;  /* who is named: */
    str id, name, digest;  /* digest of the identity number; STR_NONE unknown */
    bool number_known;     /* the digest is of a number in the register of members */
    enum graph_kind other; /* and tied to */
    str other_id;
};
/* Facts: pairs into a->found, with the evidence that they may be one. A name that is absent names nobody. */
MUST_USE err *identity_of_name(struct act *a, const struct identity_of *who);
/* Applies them: rows to decide, and the legal office's todo. */
MUST_USE err *identity_offer(struct act *a);
