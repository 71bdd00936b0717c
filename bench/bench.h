/* What every benchmark shares: a stopwatch and one line per figure, `name value unit ratio-vs-what`. */
#pragma once
#include "base/base.h"

#include <stdio.h>
#include <time.h>

/* Processor seconds of the calling thread: the machine may be busy with others. */
static inline double bench_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline double bench_wall(void)
{
    return (double)time_monotonic() / 1e6;
}

static inline void bench_line(const char *name, double value, const char *unit, double ratio,
                              const char *versus)
{
    printf("%-40s %14.1f %-12s %8.2f x %s\n", name, value, unit, ratio, versus);
    fflush(stdout);
}
