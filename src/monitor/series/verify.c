/*
 * Everything again, from the bytes. Spool: every batch opens, and their numbers have no gap. Chunks: every listed revision is
 * there and gives the leaf that is listed. Sealed files: size and SM3. Slabs and frame lists open. Trees: every anchor's root
 * comes out of the leaves listed. Each fault is named; the rest is looked at all the same.
 */
#include "monitor/series/drain.h"

#include <stdio.h>
#include <string.h>

struct verify {
    struct readings *r;
    struct db *index;
    struct arena *arena;
    void (*bad)(void *context, str what);
    void *context;
    int64_t chunks;
};

/* A fault is told and gone on from; what this machine cannot do is an error. */
static err *tell(struct verify *v, err *e, const char *format, ...) __attribute__((format(printf, 3, 4)));
static err *tell(struct verify *v, err *e, const char *format, ...)
{
    if (!e)
        return NULL;
    if (e->kind != ERR_DAMAGED && e->kind != ERR_MISSING && e->kind != ERR_DATABASE && e->kind != ERR_LIMIT)
        return e;
    AUTO_ARENA(a);
    char where[200];
    va_list list;
    va_start(list, format);
    vsnprintf(where, sizeof where, format, list);
    va_end(list);
    v->bad(v->context, arena_printf(a, "%.*s：%.*s", STR_ARG(utf8_whole(str_of(where))), STR_ARG(e->text)));
    return NULL;
}

/* ---- spool ---- */

static err *verify_batch(struct verify *v, struct db_rows *rows, int64_t batch, const char *name)
{
    AUTO_ARENA(a);
    struct spool_batch b;
    err *e = batch_decode(a, db_str(rows, 1), &b);
    usec t0 = INT64_MAX, t1 = INT64_MIN;
    for (size_t i = 0; !e && i < b.n; i++) {
        t0 = b.frames[i].arrived < t0 ? b.frames[i].arrived : t0;
        t1 = b.frames[i].arrived > t1 ? b.frames[i].arrived : t1;
    }
    if (!e && (db_int(rows, 2) != t0 || db_int(rows, 3) != t1 || db_int(rows, 4) != (int64_t)b.n))
        e = err_new(ERR_DAMAGED, "登记的时间或帧数与内容不符");
    return tell(v, e, "报文库%s第%lld批", name, (long long)batch);
}

static err *verify_spool_day(struct verify *v, int64_t d, const char *name)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(v->r, PLACE_SPOOL, d, false, &lease));
    for (int64_t batch = d << SPOOL_DAY_SHIFT;;) {
        AUTO_ARENA(a);
        struct db_rows rows;
        bool more;
        TRY(db_query(lease.db, a,
                     "SELECT batch, data, t0, t1, n FROM reading_spool WHERE batch > :after AND batch < :end ORDER BY batch LIMIT 1",
                     DB_ARGS(DB_I("after", batch), DB_I("end", (d + 1) << SPOOL_DAY_SHIFT)), &rows));
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        if (db_int(&rows, 0) != batch + 1)
            TRY(tell(v, err_new(ERR_DAMAGED, "缺了%lld批", (long long)(db_int(&rows, 0) - batch - 1)), "报文库%s第%lld批之后", name,
                     (long long)(batch & ((1 << SPOOL_DAY_SHIFT) - 1))));
        batch = db_int(&rows, 0);
        TRY(verify_batch(v, &rows, batch & ((1 << SPOOL_DAY_SHIFT) - 1), name));
    }
}

static err *verify_spool(struct verify *v)
{
    AUTO_ARENA(a);
    int64_t *days;
    size_t n;
    TRY(spool_days(v->r, a, &days, &n));
    for (size_t i = 0; i < n; i++) {
        const char *name = arena_cstr(a, day_iso(a, (day)days[i]));
        TRY(tell(v, verify_spool_day(v, days[i], name), "报文库%s", name));
    }
    /* a mark beyond the last batch: batches that were drained are gone */
    struct db_rows rows;
    TRY(db_query(v->index, a, "SELECT day, drained FROM reading_spool_day WHERE drained > 0 ORDER BY day", NULL, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        AUTO_LEASE lease = {0};
        int64_t newest = 0;
        err *e = lease_take(v->r, PLACE_SPOOL, db_int(&rows, 0), false, &lease);
        if (!e)
            e = db_one_int(lease.db, "SELECT MAX(batch) FROM reading_spool WHERE batch < :end",
                           DB_ARGS(DB_I("end", (db_int(&rows, 0) + 1) << SPOOL_DAY_SHIFT)), 0, &newest);
        if (!e && newest < db_int(&rows, 1))
            e = err_new(ERR_DAMAGED, "已入库的报文在报文库里没有了");
        TRY(tell(v, e, "报文库%.*s", STR_ARG(day_iso(a, (day)db_int(&rows, 0)))));
    }
}

/* ---- chunks ---- */

static err *verify_chunk(struct verify *v, struct arena *a, struct db_rows *rows)
{
    struct chunk_head h;
    str bytes, leaf = db_str(rows, 4), key = db_str(rows, 3);
    day d = (day)db_int(rows, 1);
    TRY(chunk_get_revision(v->r, v->index, a, db_int(rows, 0), d, (int32_t)db_int(rows, 2), &bytes));
    if (!bytes.p)
        return err_new(ERR_DAMAGED, "数据块不见了");
    TRY(chunk_head_read(bytes, true, &h));
    struct sm3 found = chunk_leaf(key, bytes);
    if (leaf.n != SM3_BYTES || memcmp(found.byte, leaf.p, SM3_BYTES) != 0)
        return err_new(ERR_DAMAGED, "数据块与登记的摘要不符");
    if (h.day != d || h.revision != db_int(rows, 2) || h.minimum != db_int(rows, 5) || h.maximum != db_int(rows, 6) ||
        h.sum != db_int(rows, 7) || h.valid != db_int(rows, 8))
        return err_new(ERR_DAMAGED, "数据块与登记的日统计不符");
    return NULL;
}

static err *verify_chunks(struct verify *v)
{
    int64_t series = INT64_MIN, on = INT64_MIN, revision = 0;
    for (bool any = true; any;) {
        AUTO_ARENA(a);
        struct db_rows rows;
        any = false;
        TRY(db_query(v->index, a,
                     "SELECT c.series, c.day, c.revision, s.key, c.leaf, c.minimum, c.maximum, c.total, c.valid"
                     " FROM reading_chunk_stat c JOIN reading_series s ON s.id = c.series"
                     " WHERE (c.series, c.day, c.revision) > (:series, :day, :revision) ORDER BY c.series, c.day, c.revision LIMIT 1000",
                     DB_ARGS(DB_I("series", series), DB_I("day", on), DB_I("revision", revision)), &rows));
        for (bool more;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            any = true;
            series = db_int(&rows, 0), on = db_int(&rows, 1), revision = db_int(&rows, 2);
            v->chunks++;
            TRY(tell(v, verify_chunk(v, a, &rows), "%.*s %.*s 第%lld版", STR_ARG(db_str(&rows, 3)),
                     STR_ARG(day_iso(a, (day)on)), (long long)revision));
        }
    }
    return NULL;
}

static err *verify_segments(struct verify *v)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    TRY(db_query(v->index, a, "SELECT file, bytes, digest FROM reading_segment ORDER BY file", NULL, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        str digest;
        int64_t bytes;
        str file = db_str(&rows, 0);
        err *e = segment_digest(a, arena_printf(a, "%.*s/%.*s", STR_ARG(v->r->folder), STR_ARG(file)), &digest, &bytes);
        if (e && e->kind == ERR_IO)
            e = err_new(ERR_MISSING, "读不到文件");
        if (!e && (bytes != db_int(&rows, 1) || !str_eq(digest, db_str(&rows, 2))))
            e = err_new(ERR_DAMAGED, "文件与封存时的大小或摘要不符");
        TRY(tell(v, e, "封存文件%.*s", STR_ARG(file)));
    }
}

/* ---- what stands in the index alone ---- */

static err *verify_blobs(struct verify *v, const char *sql, const char *what, bool slabs)
{
    int64_t device = INT64_MIN, key = INT64_MIN;
    for (bool any = true; any;) {
        AUTO_ARENA(a);
        struct db_rows rows;
        any = false;
        TRY(db_query(v->index, a, sql, DB_ARGS(DB_I("device", device), DB_I("key", key)), &rows));
        for (bool more;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            any = true;
            device = db_int(&rows, 0), key = db_int(&rows, 1);
            struct slab slab = {0};
            struct frame_list frames = {0};
            err *e = slabs ? slab_decode(a, db_str(&rows, 2), &slab) : frames_decode(a, db_str(&rows, 2), &frames);
            TRY(tell(v, e, "设备%.*s%s", STR_ARG(db_str(&rows, 3)), what));
        }
    }
    return NULL;
}

static err *verify_trees(struct verify *v)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    TRY(db_query(v->index, a, "SELECT day, revision, generation, chunks, root FROM reading_anchored ORDER BY day, revision", NULL, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct sm3 root;
        int64_t chunks;
        str listed = db_str(&rows, 4);
        err *e = anchor_root(v->index, (day)db_int(&rows, 0), db_int(&rows, 2), &chunks, &root);
        if (!e && (chunks != db_int(&rows, 3) || listed.n != SM3_BYTES || memcmp(root.byte, listed.p, SM3_BYTES) != 0))
            e = err_new(ERR_DAMAGED, "数据块的根与存证时不同");
        TRY(tell(v, e, "%.*s第%lld次存证", STR_ARG(day_iso(a, (day)db_int(&rows, 0))), (long long)db_int(&rows, 1)));
    }
}

err *readings_verify(struct readings *r, void (*bad)(void *context, str what), void *context, int64_t *ret_chunks)
{
    AUTO_LEASE lease = {0};
    struct verify v = {.r = r, .bad = bad, .context = context};
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    v.index = lease.db;
    TRY(verify_spool(&v));
    TRY(verify_blobs(&v,
                     "SELECT b.device, b.hour, b.data, d.mn FROM reading_slab b JOIN reading_device d ON d.id = b.device"
                     " WHERE (b.device, b.hour) > (:device, :key) ORDER BY b.device, b.hour LIMIT 200",
                     "的小时块", true));
    TRY(verify_blobs(&v,
                     "SELECT f.device, f.day, f.data, d.mn FROM reading_frames f JOIN reading_device d ON d.id = f.device"
                     " WHERE (f.device, f.day) > (:device, :key) ORDER BY f.device, f.day LIMIT 200",
                     "的报文索引", false));
    TRY(verify_chunks(&v));
    TRY(verify_segments(&v));
    TRY(verify_trees(&v));
    *ret_chunks = v.chunks;
    return NULL;
}
