/*
 * A copy for a backup. Order matters: the index says what has been drained and which chunks count, so it is copied first, and
 * what it names is there or comes later. Files that a sealing takes away meanwhile would be missed: the drain and the sealing
 * of this process wait, and verification of the copy finds what another process changed.
 */
#include "monitor/series/drain.h"

#include <dirent.h>

static err *copy_database(struct readings *r, str from, str to)
{
    AUTO_ARENA(a);
    static const struct store_options options = {.bare = true};
    struct store *s;
    TRY(store_open_with(arena_printf(a, "sqlite:%.*s", STR_ARG(from)), store_folder(r->house), STORE_READ, &options, &s));
    err *bad = store_backup(s, to);
    store_close(s);
    return bad;
}

static err *copy_segments(struct readings *r, struct arena *a, str to, int64_t *ret_files)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a, "SELECT file, digest FROM reading_segment ORDER BY file", NULL, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        str digest, target = arena_printf(a, "%.*s/%.*s", STR_ARG(to), STR_ARG(db_str(&rows, 0)));
        int64_t bytes;
        TRY(file_copy(arena_printf(a, "%.*s/%.*s", STR_ARG(r->folder), STR_ARG(db_str(&rows, 0))), target));
        TRY(segment_digest(a, target, &digest, &bytes));
        if (!str_eq(digest, db_str(&rows, 1)))
            return err_new(ERR_DAMAGED, "封存文件%.*s与封存时的摘要不符，备份中止", STR_ARG(db_str(&rows, 0)));
        ++*ret_files;
    }
}

/* Open files whose names begin so. */
static err *copy_open(struct readings *r, struct arena *a, str begin, str to, int64_t *ret_files)
{
    DIR *list = opendir(arena_cstr(a, r->folder));
    if (!list)
        return err_errno(r->folder);
    err *bad = NULL;
    for (struct dirent *entry; !bad && (entry = readdir(list));) {
        str name = str_of(entry->d_name);
        if (!str_starts(name, begin) || !str_ends(name, S(".db")))
            continue;
        bad = copy_database(r, arena_printf(a, "%.*s/%.*s", STR_ARG(r->folder), STR_ARG(name)),
                            arena_printf(a, "%.*s/%.*s", STR_ARG(to), STR_ARG(name)));
        ++*ret_files;
    }
    closedir(list);
    return bad;
}

static err *copy_all(struct readings *r, str to, int64_t *ret_files)
{
    AUTO_ARENA(a);
    str folder = arena_printf(a, "%.*s/readings", STR_ARG(to));
    TRY(folder_make(folder));
    TRY(copy_open(r, a, S("index."), folder, ret_files));
    TRY(copy_segments(r, a, folder, ret_files));
    TRY(copy_open(r, a, S("chunks-"), folder, ret_files));
    TRY(copy_open(r, a, S("spool-"), folder, ret_files));
    return NULL;
}

err *readings_copy(struct readings *r, str to, int64_t *ret_files)
{
    *ret_files = 0;
    if (!r->files)
        return NULL;
    pthread_mutex_lock(&r->draining);
    err *bad = copy_all(r, to, ret_files);
    pthread_mutex_unlock(&r->draining);
    return bad;
}
