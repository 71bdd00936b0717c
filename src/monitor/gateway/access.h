/* The access list as it stands in the main database: outlets by MN and the networks they may come from (acts outlet.register and
 * outlet.access). A snapshot: read by the keeper, never changed, given to the reader as a whole. */
#pragma once
#include "monitor/gateway/address.h"
#include "store/store.h"

struct access;
struct listed {
    str mn;
    bool restricted; /* it may come from `networks` alone */
    const struct network *networks;
    size_t networks_n;
};
/* A database without outlets (older than the readings half) gives an empty list. */
MUST_USE err *access_list_read(struct store *s, struct access **ret);
void access_list_free(struct access *l);
const struct listed *access_list_find(const struct access *l, str mn); /* NULL: no such outlet */
bool listed_from(const struct listed *o, const struct address *a);
