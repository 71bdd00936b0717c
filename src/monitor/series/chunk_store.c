/*
 * Chunks by series, day and revision. What counts is what the index lists: a chunk that a broken-off run put without listing it
 * is overwritten by the next run, one that is listed never is.
 */
#include "monitor/series/drain.h"

static err *make_partition(struct readings *r, struct db *d, int month)
{
    AUTO_ARENA(a);
    if (r->files || r->chunk_month == month)
        return NULL;
    str name = arena_printf(a, "reading_chunk_%04d%02d", month / 12, month % 12 + 1);
    /* inline up to a page, then out of line, never compressed: chunks are packed already */
    str sql = arena_printf(a,
                           "CREATE TABLE IF NOT EXISTS %.*s PARTITION OF reading_chunk FOR VALUES FROM (%d) TO (%d)"
                           " WITH (toast_tuple_target = 8160)",
                           STR_ARG(name), month_first(month), month_first(month + 1));
    TRY(db_exec(d, sql.p, NULL, NULL));
    sql = arena_printf(a, "ALTER TABLE %.*s ALTER COLUMN data SET STORAGE EXTERNAL", STR_ARG(name));
    TRY(db_exec(d, sql.p, NULL, NULL));
    r->chunk_month = month;
    return NULL;
}

err *chunks_key(struct db *index, int month, int64_t *ret)
{
    int64_t sealing;
    TRY(db_one_int(index, "SELECT sealing FROM reading_month WHERE month = :month", DB_ARGS(DB_I("month", month)), 0, &sealing));
    if (sealing >= SEALINGS)
        return err_new(ERR_LIMIT, "一个月最多封存%d次", SEALINGS - 1);
    *ret = month_key(month, sealing);
    return NULL;
}

err *chunks_put(struct readings *r, int64_t key, const struct chunk_row *rows, size_t n)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_CHUNKS, key, true, &lease));
    TRY(make_partition(r, lease.db, (int)(key / SEALINGS)));
    TRY(db_begin_write(lease.db));
    for (size_t i = 0; i < n; i++)
        TRY(db_put(lease.db,
                   "INSERT INTO reading_chunk (series, day, revision, made, data) VALUES (:series, :day, :revision, :made, :data)"
                   " ON CONFLICT (series, day, revision) DO UPDATE SET made = excluded.made, data = excluded.data",
                   DB_ARGS(DB_I("series", rows[i].series), DB_I("day", rows[i].day), DB_I("revision", rows[i].revision),
                           DB_I("made", rows[i].made), DB_B("data", rows[i].bytes))));
    TRY(db_commit(lease.db));
    return NULL;
}

err *chunk_stat_put(struct db *index, const struct chunk_row *row, int64_t generation)
{
    struct chunk_head h;
    TRY(chunk_head_read(row->bytes, false, &h));
    struct sm3 leaf = chunk_leaf(row->key, row->bytes);
    TRY(db_put(index,
               "INSERT INTO reading_chunk_stat (series, day, revision, made, generation, cadence_s, slots, valid, decimals, shape,"
               " wide, minimum, maximum, total, bytes, leaf) VALUES (:series, :day, :revision, :made, :generation, :cadence, :slots,"
               " :valid, :decimals, :shape, :wide, :minimum, :maximum, :total, :bytes, :leaf)",
               DB_ARGS(DB_I("series", row->series), DB_I("day", row->day), DB_I("revision", row->revision), DB_I("made", row->made),
                       DB_I("generation", generation), DB_I("cadence", h.cadence_s), DB_I("slots", h.slots),
                       DB_I("valid", h.valid), DB_I("decimals", h.decimals), DB_I("shape", h.shape), DB_I("wide", h.wide),
                       DB_I("minimum", h.minimum), DB_I("maximum", h.maximum), DB_I("total", h.sum),
                       DB_I("bytes", (int64_t)row->bytes.n), DB_B("leaf", ((str){(const char *)leaf.byte, SM3_BYTES})))));
    return NULL;
}

/* The revision wanted: from the index, so that what is not listed is not seen. -1: none. */
static err *listed(struct db *index, int64_t series, day d, usec as_of, int32_t *ret)
{
    int64_t revision;
    TRY(db_one_int(index,
                   "SELECT MAX(revision) FROM reading_chunk_stat WHERE series = :series AND day = :day AND made <= :as_of",
                   DB_ARGS(DB_I("series", series), DB_I("day", d), DB_I("as_of", as_of == USEC_NONE ? INT64_MAX : as_of)), -1,
                   &revision));
    *ret = (int32_t)revision;
    return NULL;
}

static err *from_month(struct readings *r, struct db *index, struct arena *a, int64_t series, day d, int32_t revision, str *ret)
{
    str blob;
    struct month_entry *e;
    size_t n;
    TRY(month_blob_get(r, index, a, month_of(d), series, &blob));
    if (!blob.p)
        return NULL;
    TRY(month_blob_decode(a, blob, &e, &n));
    for (size_t i = 0; i < n; i++)
        if (e[i].day == d && e[i].revision == revision)
            *ret = e[i].bytes;
    return NULL;
}

err *chunk_get_revision(struct readings *r, struct db *index, struct arena *a, int64_t series, day d, int32_t revision, str *ret)
{
    AUTO_LEASE lease = {0};
    int64_t key;
    *ret = STR_NONE;
    TRY(chunks_key(index, month_of(d), &key));
    err *bad = lease_take(r, PLACE_CHUNKS, key, false, &lease);
    if (bad && bad->kind != ERR_MISSING)
        return bad;
    if (!bad)
        TRY(db_one_str(lease.db, a, "SELECT data FROM reading_chunk WHERE series = :series AND day = :day AND revision = :revision",
                       DB_ARGS(DB_I("series", series), DB_I("day", d), DB_I("revision", revision)), ret));
    if (!ret->p && r->files)
        TRY(from_month(r, index, a, series, d, revision, ret));
    return NULL;
}

err *chunk_get(struct readings *r, struct db *index, struct arena *a, int64_t series, day d, usec as_of, str *ret,
               int32_t *ret_revision)
{
    *ret = STR_NONE;
    TRY(listed(index, series, d, as_of, ret_revision));
    if (*ret_revision < 0)
        return NULL;
    TRY(chunk_get_revision(r, index, a, series, d, *ret_revision, ret));
    if (!ret->p)
        return err_new(ERR_DAMAGED, "序列%lld在%.*s的第%d版数据块不见了", (long long)series, STR_ARG(day_iso(a, d)), *ret_revision);
    return NULL;
}
