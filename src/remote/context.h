/*
 * remote/: what a place is laid against, out of the store: the layers of a bureau and of those above it, and bringing new ones in. A layer that was taken down
 * does not count. Errors: of layer.h, store.h; the act's own in *ret.
 */
#pragma once
#include "acts/clue.h"
#include "remote/grid.h"
#include "remote/layer.h"

struct layer_bring { str by, name, source, file /* its bytes */; enum layer_kind kind; usec at; };
struct layer_brought { struct act_answer answer; size_t areas, corners, skipped; struct spot low, high; };
MUST_USE err *layer_bring(struct acts *e, struct arena *a, const struct layer_bring *b, struct layer_brought *ret);

struct context_layer { str id, name, source, file; enum layer_kind kind; usec at; struct layer layer; };
struct context { struct context_layer *layers; size_t n; bool has[LAYER_KINDS]; };
/* The layers in force for a region. */
MUST_USE err *context_open(struct store *s, struct db *d, struct arena *a, int region, struct context *ret);

struct context_hit { const struct context_layer *layer; const struct layer_area *area; enum layer_meets how; };
/* Areas that protect something and meet the outline, by kind, layer and area. */
size_t context_hits(struct arena *a, const struct context *c, const struct spots *rings, size_t n, struct context_hit **ret);
/* The county whose layer holds the place; STR_NONE without such a layer, or outside of it. */
str context_county(const struct context *c, struct spot p);
/* Order of looking: what a hit adds, thousandths. */
enum { CONTEXT_SCORE = 100 };

/* Outlines in pixels of a grid ([[x,y,…],…], as scene documents have them) on the ground; a circle for what has only a reach. */
struct spots *spots_of_rings(struct arena *a, const struct grid *g, const struct json *rings, size_t *ret_n);
struct spots *spots_around(struct arena *a, struct spot middle, double metres);
