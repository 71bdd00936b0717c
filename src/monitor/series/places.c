/* Connections to the store's databases: opened when first wanted, kept for the next, the longest unused closed. */
#include "monitor/series/readings_private.h"
#include "base/embedded.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern const struct embedded reading_steps_index[], reading_steps_spool[], reading_steps_chunks[], reading_steps_month[];
extern const size_t reading_steps_index_count, reading_steps_spool_count, reading_steps_chunks_count, reading_steps_month_count;

static const struct migration_set steps[] = {
    [PLACE_INDEX] = {"reading_step", reading_steps_index, &reading_steps_index_count},
    [PLACE_SPOOL] = {"reading_step", reading_steps_spool, &reading_steps_spool_count},
    [PLACE_CHUNKS] = {"reading_step", reading_steps_chunks, &reading_steps_chunks_count},
    [PLACE_SEGMENT] = {"reading_step", reading_steps_month, &reading_steps_month_count},
};

const struct migration_set *reading_steps_of(enum place_kind kind)
{
    return &steps[kind];
}

enum { IDLE = 4 };
struct place {
    struct place *next;
    enum place_kind kind;
    int64_t key;
    struct store *store;
    uint64_t used;
    int leases;
    bool gone;                /* its file goes: closes with its last lease */
    struct db *idle[2][IDLE]; /* readers, writers */
    int idle_n[2];
};

/* On PostgreSQL there are two: what is appended does not wait for what is drained. */
static enum place_kind kind_of(const struct readings *r, enum place_kind kind)
{
    return r->files || kind == PLACE_SPOOL ? kind : PLACE_INDEX;
}

str place_path(struct readings *r, struct arena *a, enum place_kind kind, int64_t key)
{
    struct civil c;
    int sealing = (int)(key % SEALINGS);
    switch (kind) {
    case PLACE_SPOOL:
        c = civil_of_day((day)key);
        return arena_printf(a, "%.*s/spool-%04d%02d%02d.db", STR_ARG(r->folder), c.year, c.month, c.dom);
    case PLACE_CHUNKS:
        key /= SEALINGS;
        if (sealing)
            return arena_printf(a, "%.*s/chunks-%04d-%02d.%d.db", STR_ARG(r->folder), (int)(key / 12), (int)(key % 12 + 1), sealing);
        return arena_printf(a, "%.*s/chunks-%04d-%02d.db", STR_ARG(r->folder), (int)(key / 12), (int)(key % 12 + 1));
    case PLACE_INDEX:
    case PLACE_SEGMENT:
        break;
    }
    return arena_printf(a, "%.*s/index.db", STR_ARG(r->folder));
}

static struct store_options options_of(const struct readings *r, enum place_kind kind)
{
    struct store_options o = {.bare = true, .order = kind == PLACE_SPOOL ? "xiezhi spool " : "xiezhi readings "};
    if (r->files && kind == PLACE_SPOOL)
        o.page_bytes = 32768; /* a batch is read and written whole */
    else if (r->files && kind == PLACE_CHUNKS)
        o.page_bytes = 16384;
    o.immutable = kind == PLACE_SEGMENT;
    return o;
}

static err *open_store(struct readings *r, enum place_kind kind, str path, bool write, struct store **ret)
{
    AUTO_ARENA(a);
    struct store_options o = options_of(r, kind);
    enum store_mode mode = r->mode == READINGS_WRITE ? STORE_CREATE : STORE_READ;
    if (o.immutable)
        mode = STORE_READ;
    str url = r->files ? arena_printf(a, "sqlite:%.*s", STR_ARG(path)) : store_url(r->house);
    if (r->files) {
        bool there;
        TRY(file_exists(path, &there));
        if (!there && (!write || mode == STORE_READ))
            return err_new(ERR_MISSING, "监测数据文件%.*s不存在", STR_ARG(path));
    }
    TRY(store_open_with(url, store_folder(r->house), mode, &o, ret));
    int applied;
    err *bad = o.immutable ? NULL
                           : store_migrate_set(*ret, &steps[r->files ? kind : PLACE_INDEX], mode == STORE_CREATE, &applied);
    if (!bad && mode == STORE_CREATE && r->files)
        bad = folder_sync_of(path);
    if (bad)
        store_close(*ret);
    return bad;
}

static void place_close(struct place *p)
{
    CHECK(p->leases == 0);
    for (int kind = 0; kind < 2; kind++)
        while (p->idle_n[kind])
            db_close(p->idle[kind][--p->idle_n[kind]]);
    store_close(p->store);
    free(p);
}

static void unlink_place(struct readings *r, struct place *p)
{
    for (struct place **at = &r->places; *at; at = &(*at)->next)
        if (*at == p) {
            *at = p->next;
            r->places_n--;
            return;
        }
}

/* Under the lock: room for one more. */
static void close_oldest(struct readings *r)
{
    struct place *oldest = NULL;
    for (struct place *p = r->places; p; p = p->next)
        if (!p->leases && p->kind != PLACE_INDEX && (!oldest || p->used < oldest->used))
            oldest = p;
    if (r->places_n < PLACES_OPEN || !oldest)
        return;
    unlink_place(r, oldest);
    place_close(oldest);
}

static struct place *find(struct readings *r, enum place_kind kind, int64_t key)
{
    for (struct place *p = r->places; p; p = p->next)
        if (p->kind == kind && p->key == key)
            return p;
    return NULL;
}

/* Under the lock. */
static err *place_of(struct readings *r, enum place_kind kind, int64_t key, str path, bool write, struct place **ret)
{
    *ret = find(r, kind, key);
    if (*ret)
        return NULL;
    struct store *s;
    TRY(open_store(r, kind, path, write, &s));
    close_oldest(r);
    struct place *p = calloc(1, sizeof *p);
    CHECK(p);
    *p = (struct place){.next = r->places, .kind = kind, .key = key, .store = s};
    r->places = p;
    r->places_n++;
    *ret = p;
    return NULL;
}

static err *take(struct readings *r, enum place_kind kind, int64_t key, str path, bool write, struct lease *ret)
{
    pthread_mutex_lock(&r->lock);
    struct place *p;
    err *bad = place_of(r, kind, key, path, write, &p);
    if (bad) {
        pthread_mutex_unlock(&r->lock);
        return bad;
    }
    p->leases++;
    p->used = ++r->tick;
    struct db *d = p->idle_n[write] ? p->idle[write][--p->idle_n[write]] : NULL;
    pthread_mutex_unlock(&r->lock);
    if (!d)
        bad = db_open(p->store, write, &d);
    if (bad) {
        pthread_mutex_lock(&r->lock);
        p->leases--;
        pthread_mutex_unlock(&r->lock);
        return bad;
    }
    *ret = (struct lease){p, d, write, r};
    return NULL;
}

err *lease_take(struct readings *r, enum place_kind kind, int64_t key, bool write, struct lease *ret)
{
    AUTO_ARENA(a);
    CHECK(kind != PLACE_SEGMENT && (!write || r->mode == READINGS_WRITE));
    kind = kind_of(r, kind);
    if (kind == PLACE_INDEX || !r->files)
        key = 0;
    TRY(take(r, kind, key, r->files ? place_path(r, a, kind, key) : STR_NONE, write, ret));
    return NULL;
}

err *lease_segment(struct readings *r, int64_t id, str file, struct lease *ret)
{
    AUTO_ARENA(a);
    TRY(take(r, PLACE_SEGMENT, id, arena_printf(a, "%.*s/%.*s", STR_ARG(r->folder), STR_ARG(file)), false, ret));
    return NULL;
}

void lease_end(struct lease *l)
{
    if (!l->place)
        return;
    struct readings *r = l->readings;
    struct place *p = l->place;
    db_rollback(l->db);
    pthread_mutex_lock(&r->lock);
    bool over = --p->leases == 0 && p->gone;
    if (p->idle_n[l->write] < IDLE)
        p->idle[l->write][p->idle_n[l->write]++] = l->db;
    else
        db_close(l->db);
    if (over)
        place_close(p);
    pthread_mutex_unlock(&r->lock);
    l->place = NULL;
}

void place_forget(struct readings *r, enum place_kind kind, int64_t key)
{
    pthread_mutex_lock(&r->lock);
    struct place *p = r->files ? find(r, kind, key) : NULL;
    if (p) {
        unlink_place(r, p);
        p->gone = true;
        if (!p->leases)
            place_close(p);
    }
    pthread_mutex_unlock(&r->lock);
}

void places_close(struct readings *r)
{
    while (r->places) {
        struct place *p = r->places;
        unlink_place(r, p);
        place_close(p);
    }
}

/* ---- what there is ---- */

static day day_of_number(int64_t yyyymmdd)
{
    return day_from_civil((int)(yyyymmdd / 10000), (int)(yyyymmdd / 100 % 100), (int)(yyyymmdd % 100));
}

static bool day_of_name(str name, int64_t *ret)
{
    int64_t number;
    if (name.n != 17 || !str_starts(name, S("spool-")) || !str_ends(name, S(".db")) || !str_int64(str_sub(name, 6, 8), &number))
        return false;
    *ret = day_of_number(number);
    return *ret != DAY_NONE;
}

static int by_number(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static err *list_partitions(struct readings *r, struct arena *a, int64_t **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_SPOOL, 0, false, &lease));
    struct db_rows rows;
    TRY(db_query(lease.db, a,
                 "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()"
                 " AND tablename LIKE 'reading\\_spool\\_2%'",
                 NULL, &rows));
    VEC(int64_t) keys = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        str name = db_str(&rows, 0);
        int64_t number;
        if (str_int64(str_sub(name, name.n - 8, 8), &number))
            vec_push(a, &keys, day_of_number(number));
    }
    *ret = keys.p;
    *ret_n = keys.n;
    return NULL;
}

static err *list_files(struct readings *r, struct arena *a, int64_t **ret, size_t *ret_n)
{
    DIR *list = opendir(arena_cstr(a, r->folder));
    if (!list)
        return err_errno(r->folder);
    VEC(int64_t) keys = {0};
    int64_t key;
    for (struct dirent *entry; (entry = readdir(list));)
        if (day_of_name(str_of(entry->d_name), &key))
            vec_push(a, &keys, key);
    closedir(list);
    *ret = keys.p;
    *ret_n = keys.n;
    return NULL;
}

err *spool_days(struct readings *r, struct arena *a, int64_t **ret, size_t *ret_n)
{
    if (r->files)
        TRY(list_files(r, a, ret, ret_n));
    else
        TRY(list_partitions(r, a, ret, ret_n));
    if (*ret_n)
        qsort(*ret, *ret_n, sizeof **ret, by_number);
    return NULL;
}
