/* Opening and closing. Whoever writes makes what is missing; whoever reads is told when there is nothing. */
#include "monitor/series/readings_private.h"
#include "monitor/series/drain.h"

#include <stdlib.h>

enum { SEGMENT_BYTES = 1900 << 20 }; /* below 2 GiB, with its pages */

static err *is_there(struct readings *r, bool *ret)
{
    AUTO_ARENA(a);
    if (r->files)
        return file_exists(arena_printf(a, "%.*s/index.db", STR_ARG(r->folder)), ret);
    struct db *d AUTO_DB = NULL;
    int64_t n;
    TRY(db_open(r->house, false, &d));
    TRY(db_one_int(d, "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'reading_step'", NULL, 0, &n));
    *ret = n > 0;
    return NULL;
}

static err *open_parts(struct readings *r)
{
    bool there;
    r->folder = r->files ? arena_printf(r->arena, "%.*s/readings", STR_ARG(store_folder(r->house))) : STR_NONE;
    TRY(is_there(r, &there));
    if (!there && r->mode == READINGS_READ)
        return err_new(ERR_MISSING, "这个库还没有监测数据");
    if (!there && r->files) {
        TRY(folder_make(r->folder));
        TRY(folder_sync_of(r->folder));
    }
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, r->mode == READINGS_WRITE, &lease));
    return NULL;
}

err *readings_migrate(struct store *s)
{
    struct readings *r;
    err *bad = readings_open(s, READINGS_READ, &r);
    if (!bad)
        readings_close(r);
    if (!bad || bad->kind != ERR_VERSION)
        return bad && bad->kind != ERR_MISSING ? bad : NULL;
    TRY(readings_open(s, READINGS_WRITE, &r)); /* takes the steps; the files of days and months take theirs when they are opened */
    readings_close(r);
    return NULL;
}

err *readings_open(struct store *s, enum readings_mode mode, struct readings **ret)
{
    struct arena *a = arena_new();
    struct readings *r = NEW(a, struct readings);
    *r = (struct readings){.arena = a, .house = s, .mode = mode, .files = store_engine_of(s) == STORE_SQLITE,
                           .spool_day = DAY_NONE, .chunk_month = -1, .segment_bytes = SEGMENT_BYTES};
    pthread_mutex_init(&r->lock, NULL);
    pthread_mutex_init(&r->draining, NULL);
    err *bad = open_parts(r);
    if (bad) {
        readings_close(r);
        return bad;
    }
    *ret = r;
    return NULL;
}

void readings_close(struct readings *r)
{
    if (!r)
        return;
    drain_forget(r);
    places_close(r);
    pthread_mutex_destroy(&r->draining);
    pthread_mutex_destroy(&r->lock);
    arena_free(r->arena);
}
