/* Opening: findings live beside the readings, in a file of their own or among the tables of the readings. */
#include "monitor/watch/watch_private.h"

#include <stdlib.h>

#include "base/embedded.h"

extern const struct embedded watch_steps[];
extern const size_t watch_steps_count;
static const struct migration_set steps = {"reading_watch_steps", watch_steps, &watch_steps_count};

static err *open_own(struct watch *w, bool write)
{
    bool files = store_engine_of(w->house) == STORE_SQLITE;
    str folder = arena_printf(w->arena, "%.*s/readings", STR_ARG(store_folder(w->house)));
    struct store_options o = {.bare = true, .order = "reading-watch"};
    str url = files ? arena_printf(w->arena, "sqlite:%.*s/watch.db", STR_ARG(folder)) : store_url(w->house);
    int applied;
    if (files && write)
        TRY(folder_make(folder));
    TRY(store_open_with(url, folder, write ? STORE_CREATE : STORE_READ, &o, &w->own));
    TRY(store_migrate_set(w->own, &steps, write, &applied));
    return db_open(w->own, write, &w->db);
}

static void close_own(struct watch *w)
{
    if (w->db)
        db_close(w->db);
    if (w->own)
        store_close(w->own);
    w->db = NULL;
    w->own = NULL;
}

/* Nobody ran the detectors yet, or an older program did: the next run makes the tables, and a server that only reads need
 * not be started again for it. */
static bool not_yet(const err *e)
{
    return e->kind == ERR_MISSING || e->kind == ERR_VERSION;
}

err *watch_ready(struct watch *w, bool *ret)
{
    err *e = NULL;
    pthread_mutex_lock(&w->lock);
    if (!w->db && (e = open_own(w, false))) {
        close_own(w);
        if (not_yet(e)) {
            err_clear();
            e = NULL;
        }
    }
    *ret = w->db != NULL;
    pthread_mutex_unlock(&w->lock);
    return e;
}

err *watch_open(struct store *house, struct readings *r, bool write, struct watch **ret)
{
    struct arena *a = arena_new();
    struct watch *w = NEW(a, struct watch);
    *w = (struct watch){.arena = a, .house = house, .readings = r, .cells_most = LIMIT_WATCH_CELLS, .columns_most = LIMIT_TABLE_COLUMNS};
    pthread_mutex_init(&w->lock, NULL);
    bool ready;
    err *e = write ? open_own(w, true) : watch_ready(w, &ready);
    if (e) {
        watch_close(w);
        return e;
    }
    *ret = w;
    return NULL;
}

void watch_close(struct watch *w)
{
    if (!w)
        return;
    close_own(w);
    pthread_mutex_destroy(&w->lock);
    arena_free(w->arena);
}
