/* What the parts of bench_chunk share. A reading is one slot: average, minimum, maximum, flag. */
#pragma once
#include "bench.h"
#include "chunk_series.h"
#include "monitor/series/chunk.h"

enum {
    SERIES = 32, DAYS = 360, MONTHS = 12, DAYS_MONTH = 30,
    /* What row stores get: every month as a series of its own, of which some days; and, not counted, one year of one series. */
    ROW_SERIES = SERIES * MONTHS, ROW_DAYS = 6, ROW_MINUTES = ROW_DAYS * SERIES_MINUTES,
    YEAR_SERIES = 100000, YEAR_OF = 6, YEAR_MINUTES = DAYS * SERIES_MINUTES,
    ROW_EPOCH = 29454000 /* minutes since 1970 */
};

struct bench_series {
    struct series_data data[SERIES];
    str chunk[SERIES][DAYS]; /* one behind the other in memory, series by series */
    size_t chunk_bytes;
};

/* One line of the table. Rates are readings a second of processor time, client and server together. */
struct store_figures {
    const char *name;
    double bytes, ingest, scan, year_ms; /* of a reading; a year of one series */
};

/* A row as row stores take it: in order of time, series after series within a minute. False for a slot that is missing. */
static inline bool row_at(const struct bench_series *b, size_t minute, size_t series, int32_t ret[3], char *ret_flag)
{
    const struct series_data *s = &b->data[series == YEAR_SERIES ? YEAR_OF : series % SERIES];
    size_t at = minute + (series == YEAR_SERIES ? 0 : series / SERIES * DAYS_MONTH * SERIES_MINUTES);
    for (int c = 0; c < 3; c++)
        ret[c] = s->v[c][at];
    *ret_flag = (char)s->flag[at];
    return s->flag[at] != CHUNK_MISSING;
}

struct chunk_day series_day(const struct series_data *s, size_t at);
struct store_figures bench_sqlite_rows(const struct bench_series *b, const char *folder);
struct store_figures bench_sqlite_months(const struct bench_series *b, struct chunk_room *room, const char *folder);
bool bench_postgres_rows(const struct bench_series *b, const char *url, struct store_figures *ret);
/* Starts Node; false, with a message, when it or the binding is absent. */
bool bench_duckdb(const struct bench_series *b, const char *folder, struct store_figures *ret);
