/*
 * What goes into the ledger of a day: the root of the RFC 6962 tree over the leaves of its chunks, each series' newest
 * revision, in order of series key. A day that gets new revisions is offered again. Which chunks an anchor held is found by
 * the generation of the day: every making of chunks raises it, an anchor names the one it saw.
 */
#include "monitor/series/drain.h"

#include <string.h>

struct sm3 leaves_root(struct arena *a, const struct sm3 *leaf, size_t n)
{
    if (n == 0)
        return sm3_of("", 0);
    struct sm3 *level = arena_copy(a, leaf, n * sizeof *leaf);
    for (; n > 1; n = n / 2 + n % 2) { /* a last one without a neighbour goes up as it is */
        struct sm3 odd = level[n - 1];
        sm3_nodes(n / 2, level, level);
        if (n % 2)
            level[n / 2] = odd;
    }
    return level[0];
}

static void leaves_path(struct arena *a, const struct sm3 *leaf, size_t n, size_t at, struct reading_proof *ret)
{
    struct sm3 *level = arena_copy(a, leaf, n * sizeof *leaf);
    for (; n > 1; n = n / 2 + n % 2, at /= 2) {
        if ((at ^ 1) < n) {
            CHECK(ret->n < sizeof ret->node / sizeof *ret->node);
            ret->node[ret->n++] = level[at ^ 1];
        }
        struct sm3 odd = level[n - 1];
        sm3_nodes(n / 2, level, level);
        if (n % 2)
            level[n / 2] = odd;
    }
}

struct leaves {
    VEC(struct sm3) leaf;
    int64_t series, index;      /* of the one asked for; -1 not among them */
};

/* Leaves of a day as they stood at a generation. */
static err *day_leaves(struct db *d, struct arena *a, day on, int64_t generation, struct leaves *ret)
{
    ret->index = -1;
    str after = S("");
    for (bool any = true; any;) {
        AUTO_ARENA(page);
        struct db_rows rows;
        any = false;
        TRY(db_query(d, page,
                     "SELECT s.key, s.id, c.leaf FROM reading_chunk_stat c JOIN reading_series s ON s.id = c.series"
                     " WHERE c.day = :day AND s.key > :after AND c.generation <= :generation AND c.revision ="
                     " (SELECT MAX(n.revision) FROM reading_chunk_stat n WHERE n.series = c.series AND n.day = c.day"
                     " AND n.generation <= :generation) ORDER BY s.key LIMIT 50000",
                     DB_ARGS(DB_I("day", on), DB_T("after", after), DB_I("generation", generation)), &rows));
        for (bool more;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            any = true;
            after = arena_str(a, db_str(&rows, 0));
            struct sm3 leaf;
            str bytes = db_str(&rows, 2);
            if (bytes.n != SM3_BYTES)
                return err_new(ERR_DAMAGED, "%.*s的叶摘要长度不对", STR_ARG(after));
            memcpy(leaf.byte, bytes.p, SM3_BYTES);
            if (db_int(&rows, 1) == ret->series)
                ret->index = (int64_t)ret->leaf.n;
            vec_push(a, &ret->leaf, leaf);
        }
    }
    return NULL;
}

err *anchor_root(struct db *d, day on, int64_t generation, int64_t *ret_chunks, struct sm3 *ret)
{
    AUTO_ARENA(a);
    struct leaves l = {.series = -1};
    TRY(day_leaves(d, a, on, generation, &l));
    *ret_chunks = (int64_t)l.leaf.n;
    *ret = leaves_root(a, l.leaf.p, l.leaf.n);
    return NULL;
}

err *readings_to_anchor(struct readings *r, struct arena *a, struct reading_anchor **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    AUTO_ARENA(own);
    struct db_rows rows;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    /* a day of which slabs still wait is not whole: it would only have to be anchored again */
    TRY(db_query(lease.db, own,
                 "SELECT g.day, g.generation, COALESCE((SELECT MAX(x.revision) + 1 FROM reading_anchored x WHERE x.day = g.day), 0)"
                 " FROM reading_day g WHERE g.generation > COALESCE((SELECT MAX(x.generation) FROM reading_anchored x"
                 " WHERE x.day = g.day), 0) AND NOT EXISTS (SELECT 1 FROM reading_slab b WHERE b.hour >= g.day * 24 - 8"
                 " AND b.hour < g.day * 24 + 16) ORDER BY g.day",
                 NULL, &rows));
    VEC(struct reading_anchor) list = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct reading_anchor one = {.day = (day)db_int(&rows, 0), .revision = (int32_t)db_int(&rows, 2)};
        TRY(anchor_root(lease.db, one.day, db_int(&rows, 1), &one.chunks, &one.root));
        if (one.chunks)
            vec_push(a, &list, one);
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

err *readings_anchors(struct readings *r, struct arena *a, struct reading_anchored **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a, "SELECT day, revision, chunks, root, seq FROM reading_anchored ORDER BY day, revision", NULL, &rows));
    VEC(struct reading_anchored) list = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct reading_anchored one = {.anchor = {.day = (day)db_int(&rows, 0), .revision = (int32_t)db_int(&rows, 1),
                                                  .chunks = db_int(&rows, 2)},
                                       .seq = db_int(&rows, 4)};
        str root = db_str(&rows, 3);
        memcpy(one.anchor.root.byte, root.p, root.n < SM3_BYTES ? root.n : SM3_BYTES);
        vec_push(a, &list, one);
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

/* The generation whose root this is: chunks may have been made since it was offered. */
static err *generation_of(struct db *d, const struct reading_anchor *anchor, int64_t *ret)
{
    int64_t newest, anchored;
    TRY(db_one_int(d, "SELECT generation FROM reading_day WHERE day = :day", DB_ARGS(DB_I("day", anchor->day)), 0, &newest));
    TRY(db_one_int(d, "SELECT MAX(generation) FROM reading_anchored WHERE day = :day", DB_ARGS(DB_I("day", anchor->day)), 0, &anchored));
    for (*ret = newest; *ret > anchored; --*ret) {
        struct sm3 root;
        int64_t chunks;
        TRY(anchor_root(d, anchor->day, *ret, &chunks, &root));
        if (chunks == anchor->chunks && memcmp(root.byte, anchor->root.byte, SM3_BYTES) == 0)
            return NULL;
    }
    AUTO_ARENA(a);
    return err_new(ERR_CONFLICT, "%.*s的数据块与存证的根不符", STR_ARG(day_iso(a, anchor->day)));
}

err *readings_anchor_check(struct readings *r, const struct reading_anchor *anchor)
{
    AUTO_LEASE lease = {0};
    AUTO_ARENA(a);
    int64_t newest;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_one_int(lease.db, "SELECT generation FROM reading_day WHERE day = :day", DB_ARGS(DB_I("day", anchor->day)), 0, &newest));
    for (int64_t generation = newest; generation > 0; generation--) {
        struct sm3 root;
        int64_t chunks;
        TRY(anchor_root(lease.db, anchor->day, generation, &chunks, &root));
        if (chunks == anchor->chunks && memcmp(root.byte, anchor->root.byte, SM3_BYTES) == 0)
            return NULL;
    }
    return err_new(ERR_DAMAGED, "%.*s的数据块与账本里存证的根不符", STR_ARG(day_iso(a, anchor->day)));
}

err *readings_anchored(struct readings *r, const struct reading_anchor *anchor, int64_t seq)
{
    AUTO_LEASE lease = {0};
    int64_t there, generation;
    TRY(lease_take(r, PLACE_INDEX, 0, true, &lease));
    struct db_args *key = DB_ARGS(DB_I("day", anchor->day), DB_I("revision", anchor->revision), DB_I("seq", seq));
    TRY(db_one_int(lease.db, "SELECT count(*) FROM reading_anchored WHERE day = :day AND revision = :revision AND seq = :seq", key, 0,
                   &there));
    if (there)
        return NULL;
    TRY(db_begin_write(lease.db));
    TRY(generation_of(lease.db, anchor, &generation));
    TRY(db_put(lease.db,
               "INSERT INTO reading_anchored (day, revision, generation, chunks, root, seq)"
               " VALUES (:day, :revision, :generation, :chunks, :root, :seq)",
               DB_ARGS(DB_I("day", anchor->day), DB_I("revision", anchor->revision), DB_I("generation", generation),
                       DB_I("chunks", anchor->chunks), DB_B("root", ((str){(const char *)anchor->root.byte, SM3_BYTES})),
                       DB_I("seq", seq))));
    TRY(db_commit(lease.db));
    return NULL;
}

err *readings_prove(struct readings *r, int64_t series, day d, struct reading_proof *ret)
{
    AUTO_LEASE lease = {0};
    AUTO_ARENA(a);
    struct db_rows rows;
    bool more;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a,
                 "SELECT revision, generation, chunks, root, seq FROM reading_anchored WHERE day = :day ORDER BY revision DESC LIMIT 1",
                 DB_ARGS(DB_I("day", d)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "%.*s的数据还没有存证", STR_ARG(day_iso(a, d)));
    *ret = (struct reading_proof){.anchor = {.day = d, .revision = (int32_t)db_int(&rows, 0), .chunks = db_int(&rows, 2)},
                                  .seq = db_int(&rows, 4)};
    str root = db_str(&rows, 3);
    CHECK(root.n == SM3_BYTES);
    memcpy(ret->anchor.root.byte, root.p, SM3_BYTES);
    struct leaves l = {.series = series};
    TRY(day_leaves(lease.db, a, d, db_int(&rows, 1), &l));
    if (l.index < 0)
        return err_new(ERR_MISSING, "这个序列在%.*s的存证里没有数据", STR_ARG(day_iso(a, d)));
    ret->index = l.index;
    ret->leaf = l.leaf.p[l.index];
    leaves_path(a, l.leaf.p, l.leaf.n, (size_t)l.index, ret);
    return NULL;
}
