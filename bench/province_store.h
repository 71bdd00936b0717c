/*
 * A province in the readings store, for benchmarks: outlets of companies in a house of their own, a month of minutes and hours of each.
 *
 * A few plants are generated whole, over two months; every outlet is one of them, beginning at another day of its history, with an MN, a company
 * and limits of its own. Hours go the whole way: frames, spool, drain, chunks. Minutes are put as chunks, the same bytes the drain
 * would make of them (their frames alone would fill 90 GB). Then the month is sealed.
 */
#pragma once
#include "monitor/series/readings.h"

enum { PROVINCE_DAYS = 30, PROVINCE_HISTORY = 61 /* days generated of each plant */, PROVINCE_BATCH = 500 /* frames a commit */ };
struct province {
    str folder;
    int64_t outlets, plants; /* distinct */
    day first, last;
    int64_t readings;        /* values of minutes and hours; a minimum or a maximum is none of its own */
};
/* The store's URL. */
str province_url(struct arena *a, const struct province *p);
/* Makes it; p->readings is set. Says on stderr how far it is. */
void province_make(struct province *p);
