/*
 * The figures of 监督台: four of the office's own (analysis/figures.h), two that only discipline may open. Their number alone could tell on a
 * small place, so others read it in steps of five: neither a total less the other places nor a period longer by a day gives the small one
 * away. Private to web/.
 */
#pragma once
#include "web/roles.h"

enum { CARDS = 6, SEALED_LEAST = 5 };
struct card { const struct figure *figure; bool sealed; const char *note; };
struct card card_at(size_t index); /* 0 .. CARDS-1 */
const struct figure *card_figure(str id); /* of those that are not in the statistics; NULL: none */
/* As this reader may read it: "少于5", "5—9" for a sealed number; none is "少于5", too. */
str card_text(struct request *q, const struct card *c, int64_t numerator, int64_t denominator);

/* All cards by place: cities of the province, counties of a city. */
struct place_values { struct figure_value of[CARDS]; };
struct by_place { size_t n; int *key; struct place_values *value; };
MUST_USE err *supervise_places(struct request *q, struct db *d, const struct figure_scope *s, struct by_place *ret);
void supervise_places_table(struct request *q, struct out *o, const struct by_place *p);
