/*
 * The demo province: a year of invented lives, made by acts only, from a seed. Equal seed, scale and moment give equal
 * acts. The year ends at `until`: lives are told past that moment and cut there, so that the day it is shown is an
 * ordinary working day with its visits, its waiting papers and its open questions.
 */
#pragma once
#include "acts/acts.h"

struct demo_account {
    str user, name, role; /* role: Chinese label */
    str look;             /* what is worth seeing */
};

struct demo_options {
    uint64_t seed;
    bool small;  /* two cities and forty subjects instead of the whole province */
    usec until;
    void (*progress)(void *context, int64_t done, int64_t of);
    void *context;
};

/* `e` must be open with ACTS_SIMULATE | ACTS_NO_THREAD on an empty store. *ret: one account per role. An act that is
 * judged otherwise than the province meant is an error naming it. */
MUST_USE err *demo_province(struct acts *e, struct arena *a, const struct demo_options *options,
                            struct demo_account **ret, size_t *ret_n, int64_t *ret_acts);
