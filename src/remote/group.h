/* Regions that lie close together. Between group.c and scenes.c. Private to remote/. */
#pragma once
#include "remote/scenes.h"

struct kept { struct region_sums sums; int kind; uint32_t flags; const struct region_point *points; size_t points_n; const struct region_ring *rings; size_t rings_n; uint32_t group; };
struct group { size_t first, n; /* of the sorted list */ int kind; uint32_t flags; int score; struct region_sums sums; };
struct kept_list { struct arena *a; VEC(struct kept) v; };
/* A callback for recipe_options.region. */
err *keep_patch(void *context, const struct patch *r, const struct grid *g, uint32_t flags, int kind);
/* Sorts the list by group; groups by score, then area, then place. */
struct group *groups_of(struct kept_list *list, size_t *ret_n);
