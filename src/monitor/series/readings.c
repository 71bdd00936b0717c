/* Opening and closing. Whoever writes makes what is missing; whoever reads is told when there is nothing. */
#include "monitor/series/readings_private.h"
#include "monitor/series/drain.h"

#include <stdlib.h>

enum { SEGMENT_BYTES = 1900 << 20 }; /* below 2 GiB, with its pages */

static err *open_parts(struct readings *r)
{
    if (r->files) {
        r->folder = arena_printf(r->arena, "%.*s/readings", STR_ARG(store_folder(r->house)));
        bool there;
        TRY(file_exists(r->folder, &there));
        if (!there && r->mode == READINGS_READ)
            return err_new(ERR_MISSING, "这个库还没有监测数据");
        TRY(folder_make(r->folder));
        if (!there)
            TRY(folder_sync_of(r->folder));
    }
    AUTO_LEASE lease = {0};
    err *bad = lease_take(r, PLACE_INDEX, 0, r->mode == READINGS_WRITE, &lease);
    if (bad && bad->kind == ERR_VERSION && r->mode == READINGS_READ && !r->files)
        return err_new(ERR_MISSING, "这个库还没有监测数据");
    return bad;
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
