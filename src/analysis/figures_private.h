/* Between the table of figures and what computes them. Private to analysis/. */
#pragma once
#include "analysis/figures.h"

#define DAY_OF(t) "(" t " + 28800000000) / 86400000000"
extern const struct figure figure_list[];
extern const size_t figure_list_n;
