/* What every benchmark shares: a stopwatch, one line per figure, `name value unit ratio-vs-what`, the end where something fails, and its folder gone. */
#pragma once
#include "base/base.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
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

/* A benchmark measures nothing where something fails. */
static inline void must(err *e)
{
    if (!e)
        return;
    fprintf(stderr, "%.*s %.*s (%.*s)\n", STR_ARG(e->text), STR_ARG(e->field), STR_ARG(e->detail));
    exit(3);
}

static inline int bench_remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info, (void)kind, (void)at;
    return remove(path);
}

/* A folder and all that is in it; links are not followed. */
static inline void bench_remove(const char *folder)
{
    nftw(folder, bench_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
