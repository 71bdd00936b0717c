/*
 * Sealed months (SQLite): files that are never written again, read without locks through a map. A series' month is one blob: a
 * directory, then the chunks as they were, all revisions. A file is built under a passing name, synced, renamed; the index
 * lists all files of a month in one transaction, and only then go the open chunks. Late chunks after that open a new file of
 * chunks, and sealing again makes new files that hold both.
 *
 * On PostgreSQL the partition is what it is; sealing checks that the month is whole and writes down its root.
 */
#include "monitor/series/drain.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEAL_DAYS = 10 /* after its end */ };
enum { SERIES_PER_COMMIT = 500 };

/* ---- reading ---- */

err *month_blob_get(struct readings *r, struct db *index, struct arena *a, int month, int64_t series, str *ret)
{
    struct db_rows rows;
    bool more;
    *ret = STR_NONE;
    AUTO_ARENA(own);
    TRY(db_query(index, own,
                 "SELECT id, file FROM reading_segment WHERE month = :month AND first_series <= :series AND last_series >= :series",
                 DB_ARGS(DB_I("month", month), DB_I("series", series)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    AUTO_LEASE lease = {0};
    TRY(lease_segment(r, db_int(&rows, 0), db_str(&rows, 1), &lease));
    TRY(db_one_str(lease.db, a, "SELECT data FROM reading_month_series WHERE series = :series", DB_ARGS(DB_I("series", series)), ret));
    return NULL;
}

/* ---- sealing ---- */

struct names { str *p; size_t n, capacity; };
struct segment { str file, passing; int64_t first, last, bytes; str digest; };
struct seal {
    struct readings *r;
    struct arena *arena;
    struct db *index;
    int month;
    int64_t sealing;            /* 1 the first time */
    int64_t generations;        /* of the month's days, when this began: chunks made since would be missed */
    struct store *store;        /* the file being built */
    struct db *db;
    int64_t in_transaction;
    VEC(struct segment) segments;
    VEC(struct sm3) leaves;
};

static err *check_whole(struct seal *s)
{
    day end = month_first(s->month + 1);
    int64_t slabs, chunks;
    if (day_of(time_now()) < end)
        return err_new(ERR_CONFLICT, "%d年%d月还没有过完，不能封存", s->month / 12, s->month % 12 + 1);
    TRY(db_one_int(s->index, "SELECT count(*) FROM reading_slab WHERE hour >= :first AND hour < :end",
                   DB_ARGS(DB_I("first", (int64_t)month_first(s->month) * 24 - 8), DB_I("end", (int64_t)end * 24 - 8)), 0, &slabs));
    TRY(db_one_int(s->index, "SELECT count(*) FROM reading_chunk_stat WHERE day >= :first AND day < :end",
                   DB_ARGS(DB_I("first", month_first(s->month)), DB_I("end", end)), 0, &chunks));
    if (slabs)
        return err_new(ERR_CONFLICT, "%d年%d月还有%lld个小时块没有并入日数据块（晚到的数据等5分钟才并入），请运行 xiezhi monitor drain 后再封存", s->month / 12,
                       s->month % 12 + 1, (long long)slabs);
    return chunks ? NULL : err_new(ERR_MISSING, "%d年%d月没有数据", s->month / 12, s->month % 12 + 1);
}

static str segment_name(struct seal *s, size_t shard)
{
    if (s->sealing == 1)
        return arena_printf(s->arena, "readings-%04d-%02d-s%zu.db", s->month / 12, s->month % 12 + 1, shard);
    return arena_printf(s->arena, "readings-%04d-%02d-s%zu.%lld.db", s->month / 12, s->month % 12 + 1, shard, (long long)s->sealing);
}

static err *segment_begin(struct seal *s)
{
    static const struct store_options options = {.bare = true, .single_file = true, .page_bytes = 16384};
    struct segment one = {.file = segment_name(s, s->segments.n)};
    one.passing = arena_printf(s->arena, "%.*s/new-%.*s", STR_ARG(s->r->folder), STR_ARG(one.file));
    unlink(one.passing.p); /* of a run that was broken off */
    vec_push(s->arena, &s->segments, one);
    TRY(store_open_with(arena_printf(s->arena, "sqlite:%.*s", STR_ARG(one.passing)), store_folder(s->r->house), STORE_CREATE,
                        &options, &s->store));
    int applied;
    TRY(store_migrate_set(s->store, reading_steps_of(PLACE_SEGMENT), true, &applied));
    TRY(db_open(s->store, true, &s->db));
    TRY(db_begin_write(s->db));
    return NULL;
}

static void segment_drop(struct seal *s)
{
    db_close(s->db);
    if (s->store)
        store_close(s->store);
    s->db = NULL;
    s->store = NULL;
}

err *segment_digest(struct arena *a, str path, str *ret, int64_t *ret_bytes)
{
    enum { BLOCK = 1 << 20 };
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(path);
    struct sm3_state state;
    sm3_init(&state);
    char *block = arena_alloc(a, BLOCK, 1);
    ssize_t n;
    *ret_bytes = 0;
    while ((n = read(fd, block, BLOCK)) > 0) {
        sm3_add(&state, block, (size_t)n);
        *ret_bytes += n;
    }
    err *bad = n < 0 ? err_errno(path) : NULL;
    close(fd);
    struct sm3 digest = sm3_end(&state);
    *ret = sm3_text(a, &digest);
    return bad;
}

static err *segment_end(struct seal *s)
{
    if (!s->db)
        return NULL;
    struct segment *one = &s->segments.p[s->segments.n - 1];
    TRY(db_commit(s->db));
    segment_drop(s);
    str path = arena_printf(s->arena, "%.*s/%.*s", STR_ARG(s->r->folder), STR_ARG(one->file));
    TRY(segment_digest(s->arena, one->passing, &one->digest, &one->bytes));
    if (chmod(one->passing.p, 0400) != 0 || os_rename(one->passing.p, path.p) != 0)
        return err_errno(path);
    return folder_sync_of(path);
}

static err *segment_add(struct seal *s, int64_t series, str blob)
{
    struct segment *one = s->segments.n ? &s->segments.p[s->segments.n - 1] : NULL;
    if (!s->db || (one->bytes && one->bytes + (int64_t)blob.n > s->r->segment_bytes)) {
        TRY(segment_end(s));
        TRY(segment_begin(s));
        one = &s->segments.p[s->segments.n - 1];
        one->first = series;
    }
    TRY(db_put(s->db, "INSERT INTO reading_month_series (series, data) VALUES (:series, :data)",
               DB_ARGS(DB_I("series", series), DB_B("data", blob))));
    one->last = series;
    one->bytes += (int64_t)blob.n;
    if (++s->in_transaction % SERIES_PER_COMMIT == 0) {
        TRY(db_commit(s->db));
        TRY(db_begin_write(s->db));
    }
    return NULL;
}

/* All listed chunks of a series' month, each compared with its leaf: what is damaged is not sealed. */
static err *seal_series(struct seal *s, int64_t series, str key)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    VEC(struct month_entry) entries = {0};
    TRY(db_query(s->index, a,
                 "SELECT day, revision, made, leaf FROM reading_chunk_stat WHERE series = :series AND day >= :first AND day < :end"
                 " ORDER BY day, revision",
                 DB_ARGS(DB_I("series", series), DB_I("first", month_first(s->month)), DB_I("end", month_first(s->month + 1))), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct month_entry e = {(day)db_int(&rows, 0), (int32_t)db_int(&rows, 1), db_int(&rows, 2), STR_NONE};
        str leaf = db_str(&rows, 3);
        TRY(chunk_get_revision(s->r, s->index, a, series, e.day, e.revision, &e.bytes));
        struct sm3 found = e.bytes.p ? chunk_leaf(key, e.bytes) : (struct sm3){0};
        if (!e.bytes.p || leaf.n != SM3_BYTES || memcmp(leaf.p, found.byte, SM3_BYTES) != 0)
            return err_new(ERR_DAMAGED, "%.*s在%.*s的第%d版数据块与登记的摘要不符，不能封存", STR_ARG(key),
                           STR_ARG(day_iso(s->arena, e.day)), e.revision);
        vec_push(a, &entries, e);
        vec_push(s->arena, &s->leaves, found);
    }
    if (s->r->files)
        TRY(segment_add(s, series, month_blob_encode(a, entries.p, entries.n)));
    return NULL;
}

static err *seal_all(struct seal *s)
{
    for (int64_t after = INT64_MIN;;) {
        AUTO_ARENA(a);
        struct db_rows rows;
        int n = 0;
        TRY(db_query(s->index, a,
                     "SELECT id, key FROM reading_series WHERE id > :after AND id IN (SELECT series FROM reading_chunk_stat"
                     " WHERE day >= :first AND day < :end) ORDER BY id LIMIT 1000",
                     DB_ARGS(DB_I("after", after), DB_I("first", month_first(s->month)), DB_I("end", month_first(s->month + 1))),
                     &rows));
        for (bool more;; n++) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            after = db_int(&rows, 0);
            TRY(seal_series(s, after, db_str(&rows, 1)));
        }
        if (!n)
            break;
    }
    TRY(segment_end(s));
    return NULL;
}

static err *generations_of(struct db *d, int month, int64_t *ret)
{
    TRY(db_one_int(d, "SELECT SUM(generation) FROM reading_day WHERE day >= :first AND day < :end",
                   DB_ARGS(DB_I("first", month_first(month)), DB_I("end", month_first(month + 1))), 0, ret));
    return NULL;
}

static err *list_month(struct seal *s, struct db *d, struct names *ret_old)
{
    struct db_rows rows;
    int64_t id, generations;
    TRY(generations_of(d, s->month, &generations));
    if (generations != s->generations)
        return err_new(ERR_BUSY, "封存期间这个月又有数据入库，请稍后再试");
    /* who put a chunk into the old file and has not listed it yet finds the counter moved */
    TRY(db_put(d, "UPDATE reading_state SET value = value + 1 WHERE name = 'drain'", NULL));
    TRY(db_query(d, s->arena, "SELECT file FROM reading_segment WHERE month = :month", DB_ARGS(DB_I("month", s->month)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(s->arena, ret_old, db_str(&rows, 0));
    }
    TRY(db_put(d, "DELETE FROM reading_segment WHERE month = :month", DB_ARGS(DB_I("month", s->month))));
    TRY(db_one_int(d, "SELECT value FROM reading_state WHERE name = 'segment'", NULL, 0, &id));
    for (size_t i = 0; i < s->segments.n; i++)
        TRY(db_put(d,
                   "INSERT INTO reading_segment (id, month, file, first_series, last_series, bytes, digest)"
                   " VALUES (:id, :month, :file, :first, :last, :bytes, :digest)",
                   DB_ARGS(DB_I("id", ++id), DB_I("month", s->month), DB_T("file", s->segments.p[i].file),
                           DB_I("first", s->segments.p[i].first), DB_I("last", s->segments.p[i].last),
                           DB_I("bytes", s->segments.p[i].bytes), DB_T("digest", s->segments.p[i].digest))));
    TRY(db_put(d, "INSERT INTO reading_state (name, value) VALUES ('segment', :id) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
               DB_ARGS(DB_I("id", id))));
    struct sm3 root = leaves_root(s->arena, s->leaves.p, s->leaves.n);
    TRY(db_put(d,
               "INSERT INTO reading_month (month, sealing, late, sealed_at, chunks, root)"
               " VALUES (:month, :sealing, 0, :at, :chunks, :root) ON CONFLICT (month) DO UPDATE SET sealing = excluded.sealing,"
               " late = 0, sealed_at = excluded.sealed_at, chunks = excluded.chunks, root = excluded.root",
               DB_ARGS(DB_I("month", s->month), DB_I("sealing", s->sealing), DB_I("at", time_now()),
                       DB_I("chunks", (int64_t)s->leaves.n), DB_B("root", ((str){(const char *)root.byte, SM3_BYTES})))));
    return NULL;
}

static void remove_files(struct seal *s, const str *old, size_t n)
{
    for (size_t i = 0; i < n; i++)
        unlink(arena_printf(s->arena, "%.*s/%.*s", STR_ARG(s->r->folder), STR_ARG(old[i])).p);
    int64_t key = month_key(s->month, s->sealing - 1);
    str chunks = place_path(s->r, s->arena, PLACE_CHUNKS, key);
    place_forget(s->r, PLACE_CHUNKS, key);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        unlink(arena_printf(s->arena, "%.*s%s", STR_ARG(chunks), ends[i]).p);
}

static err *seal(struct seal *s)
{
    AUTO_LEASE index = {0};
    TRY(lease_take(s->r, PLACE_INDEX, 0, false, &index));
    s->index = index.db;
    TRY(generations_of(s->index, s->month, &s->generations));
    TRY(check_whole(s));
    TRY(db_one_int(s->index, "SELECT sealing FROM reading_month WHERE month = :month", DB_ARGS(DB_I("month", s->month)), 0, &s->sealing));
    s->sealing++;
    TRY(seal_all(s));
    struct names old = {0};
    AUTO_LEASE lease = {0};
    TRY(lease_take(s->r, PLACE_INDEX, 0, true, &lease));
    TRY(db_begin_write(lease.db));
    TRY(list_month(s, lease.db, &old));
    TRY(db_commit(lease.db));
    if (s->r->files)
        remove_files(s, old.p, old.n);
    return NULL;
}

err *readings_seal_month(struct readings *r, int year, int month)
{
    AUTO_ARENA(a);
    if (month < 1 || month > 12 || year < 1970 || year > 2199)
        return err_new(ERR_INPUT, "没有%d年%d月", year, month);
    struct seal s = {.r = r, .arena = a, .month = year * 12 + month - 1};
    pthread_mutex_lock(&r->draining); /* no late chunk may come while the month is being copied */
    err *bad = seal(&s);
    pthread_mutex_unlock(&r->draining);
    segment_drop(&s);
    return bad;
}

static err *months_due(struct readings *r, struct arena *a, usec now, int **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    VEC(int) due = {0};
    int last = -1;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a, "SELECT day FROM reading_day WHERE day < :before ORDER BY day",
                 DB_ARGS(DB_I("before", day_of(now) - SEAL_DAYS)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        int month = month_of((day)db_int(&rows, 0));
        int64_t sealed;
        if (month == last || month_first(month + 1) > day_of(now) - SEAL_DAYS)
            continue;
        last = month;
        TRY(db_one_int(lease.db, "SELECT count(*) FROM reading_month WHERE month = :month", DB_ARGS(DB_I("month", month)), 0, &sealed));
        if (!sealed)
            vec_push(a, &due, month);
    }
    *ret = due.p;
    *ret_n = due.n;
    return NULL;
}

err *readings_seal_due(struct readings *r, usec now, int *ret_sealed)
{
    AUTO_ARENA(a);
    int *month;
    size_t n;
    *ret_sealed = 0;
    TRY(months_due(r, a, now, &month, &n));
    for (size_t i = 0; i < n; i++) {
        err *e = readings_seal_month(r, month[i] / 12, month[i] % 12 + 1);
        if (e && e->kind != ERR_CONFLICT && e->kind != ERR_BUSY) /* late values wait, or came: another time */
            return e;
        *ret_sealed += !e;
    }
    return NULL;
}
