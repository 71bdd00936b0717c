/*
 * The demo province: made by acts only, from a seed, under invented names. Equal seed and scale give equal acts.
 * Times lie in the year before `until`, so that what is shown looks alive on the day it is shown.
 */
#pragma once
#include "acts/acts.h"

struct demo_account { str user, name, role; /* role: Chinese label */ };

struct demo_options {
    uint64_t seed;
    int scale;       /* per cent of the whole province: 100 has 17 city bureaus, counties, 3,000 subjects */
    usec until;
    void (*progress)(void *context, int64_t done, int64_t of);
    void *context;
};

/* `e` must be open with ACTS_SIMULATE | ACTS_NO_THREAD on an empty store. *ret: one account per role. A refused act
 * the province did not mean to be refused is an error naming it. */
MUST_USE err *demo_province(struct acts *e, struct arena *a, const struct demo_options *options,
                            struct demo_account **ret, size_t *ret_n, int64_t *ret_acts);
