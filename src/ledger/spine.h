/*
 * What the ledger itself has to know of a spine: the member "body" of the top object, which names each
 * body item and its digest. Reads canonical JSON only (no spaces, keys sorted by bytes) and allocates
 * nothing, because verification does it for every entry. Private to ledger/ and its tests.
 */
#pragma once
#include "ledger/ledger.h"

struct spine_item {
    str name;
    struct sm3 digest;
};
/* False: not the outside of a canonical JSON object. *ret_body: what to hand to spine_next. */
bool spine_body(str spine, str *ret_body);
/* Takes the next item off `body`. False: what stands there is no "name":"64 hexadecimal digits". Names
 * come in ascending order, else false as well. At the end ret->name is absent. */
bool spine_next(str *body, struct spine_item *ret);
