/*
 * A node lies within one tile. If the tile is full it is a row; if not, its leaves are read from
 * the entries, or its nodes are the roots of full tiles one level down: at most 255 rows on each
 * level, some milliseconds, and nothing is ever read twice for one proof. A tile that should be
 * there and is not is computed as well; ledger_verify is who complains about it.
 */
#include "ledger/stored.h"
#include "ledger/checkpoint.h"
#include "ledger/column.h"

#include <string.h>

struct stored {
    struct db *db;
    struct {
        int64_t tile;
        size_t n; /* nodes known, from the left; 0: nothing is */
        struct sm3 hash[TILE_NODES];
    } level[TILE_LEVELS];
};

err *stored_size(struct db *d, int64_t *ret)
{
    int64_t size;
    TRY(db_one_int(d, "SELECT MAX(seq) FROM ledger_entry", NULL, 0, &size));
    *ret = size > 0 ? size : 0;
    return NULL;
}

err *stored_tile(struct db *d, struct arena *a, int level, int64_t tile, str *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, "SELECT nodes FROM ledger_tile WHERE level = :level AND tile = :tile",
                 DB_ARGS(DB_I("level", level), DB_I("tile", tile)), &rows));
    TRY(db_next(&rows, &more));
    *ret = more ? column_bytes(&rows, 0) : STR_NONE;
    return NULL;
}

static err *leaf_missing(int64_t seq)
{
    return err_new(ERR_DAMAGED, "账本缺少第%lld条，或者它的叶哈希不是32字节", (long long)seq);
}

err *stored_leaves(struct db *d, int64_t size, size_t n, struct sm3 *ret, size_t *ret_n)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    bool more;
    size_t found = 0;
    TRY(db_query(
        d, a, "SELECT seq, leaf FROM ledger_entry WHERE seq > :size AND seq <= :last ORDER BY seq",
        DB_ARGS(DB_I("size", size), DB_I("last", size + (int64_t)n)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        str leaf = column_bytes(&rows, 1);
        if (column_int(&rows, 0) != size + (int64_t)found + 1 || leaf.n != SM3_BYTES)
            return leaf_missing(size + (int64_t)found + 1);
        memcpy(&ret[found++], leaf.p, SM3_BYTES);
    }
    *ret_n = found;
    return NULL;
}

static err *tile_row(struct stored *s, int level, int64_t tile, bool *ret_found)
{
    AUTO_ARENA(a);
    str nodes;
    TRY(stored_tile(s->db, a, level, tile, &nodes));
    *ret_found = nodes.n == TILE_BYTES;
    if (!*ret_found)
        return NULL;
    memcpy(s->level[level].hash, nodes.p, TILE_BYTES);
    s->level[level].n = TILE_NODES;
    return NULL;
}

/* Makes the first `need` nodes of a tile known. */
static err *tile_load(struct stored *s, int level, int64_t tile, size_t need)
{
    bool found = false;
    if (s->level[level].n >= need && s->level[level].tile == tile)
        return NULL;
    s->level[level].n = 0;
    s->level[level].tile = tile;
    TRY(tile_row(s, level, tile, &found));
    if (found)
        return NULL;
    int64_t first = tile * TILE_NODES;
    if (level == 0) {
        TRY(stored_leaves(s->db, first, TILE_NODES, s->level[0].hash, &s->level[0].n));
        return s->level[0].n < need ? leaf_missing(first + (int64_t)s->level[0].n + 1) : NULL;
    }
    for (size_t i = 0; i < need; i++) {
        TRY(tile_load(s, level - 1, first + (int64_t)i, TILE_NODES));
        s->level[level].hash[i] = tree_perfect(s->level[level - 1].hash, TILE_NODES);
    }
    s->level[level].n = need;
    return NULL;
}

static err *stored_node(void *context, int height, int64_t index, struct sm3 *ret)
{
    struct stored *s = context;
    int level = height / TILE_HEIGHT;
    size_t n = (size_t)1 << height % TILE_HEIGHT;
    int64_t first = index << height % TILE_HEIGHT;
    size_t at = (size_t)(first % TILE_NODES);
    TRY(tile_load(s, level, first / TILE_NODES, at + n));
    *ret = tree_perfect(s->level[level].hash + at, n);
    return NULL;
}

struct tree_source stored_tree(struct db *d, struct arena *a)
{
    struct stored *s = NEW(a, struct stored);
    s->db = d;
    return (struct tree_source){stored_node, s};
}

err *stored_edge(struct db *d, int64_t size, struct tree_edge *ret)
{
    AUTO_ARENA(a);
    struct tree_source source = stored_tree(d, a);
    struct stored *s = source.context;
    for (int level = TILE_LEVELS - 1; level >= 0; level--) {
        int64_t nodes = size >> TILE_HEIGHT * level;
        size_t n = (size_t)(nodes % TILE_NODES);
        if (n)
            TRY(tile_load(s, level, nodes / TILE_NODES, n));
        memcpy(ret->level[level].hash, s->level[level].hash, n * SM3_BYTES);
        ret->level[level].n = n;
    }
    ret->size = size;
    return NULL;
}

static err *size_check(struct db *d, int64_t size)
{
    int64_t stored;
    TRY(stored_size(d, &stored));
    if (size < 0 || size > stored)
        return err_new(ERR_MISSING, "账本只有%lld条，没有第%lld条", (long long)stored,
                       (long long)size);
    return NULL;
}

err *ledger_root(struct db *d, int64_t size, struct sm3 *ret)
{
    AUTO_ARENA(a);
    TRY(size_check(d, size));
    struct tree_source source = stored_tree(d, a);
    return tree_root(&source, size, ret);
}

err *proof_inclusion(struct db *d, int64_t seq, int64_t size, struct proof *ret)
{
    AUTO_ARENA(a);
    TRY(size_check(d, size));
    if (seq < 1 || seq > size)
        return err_new(ERR_MISSING, "第%lld条不在前%lld条之内", (long long)seq, (long long)size);
    struct tree_source source = stored_tree(d, a);
    return tree_inclusion(&source, seq - 1, size, ret);
}

err *proof_consistency(struct db *d, int64_t old_size, int64_t size, struct proof *ret)
{
    AUTO_ARENA(a);
    TRY(size_check(d, size));
    if (old_size < 0 || old_size > size)
        return err_new(ERR_INPUT, "旧账本%lld条，不在0到%lld之间", (long long)old_size,
                       (long long)size);
    struct tree_source source = stored_tree(d, a);
    return tree_consistency(&source, old_size, size, ret);
}

err *checkpoint_newest(struct db *d, struct arena *a, bool *ret_any, struct checkpoint *ret)
{
    str note;
    TRY(db_one_str(d, a, "SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1", NULL,
                   &note));
    if (note.p && checkpoint_parse(a, note, ret))
        return err_got(err_new(ERR_DAMAGED, "库里最新的检查点读不出来，请用xiezhi verify查明"),
                       note, STR_NONE, STR_NONE);
    *ret_any = note.p != NULL;
    return NULL;
}

err *store_id_read(struct db *d, struct arena *a, str *ret)
{
    return db_one_str(d, a, "SELECT value FROM store_setting WHERE name = 'store.id'", NULL, ret);
}
