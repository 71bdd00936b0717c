/*
 * The writer. Rows are inserted when an entry is appended, so that later acts of the same
 * transaction see it (an order of erasure may hit an entry of its own batch); its leaf is hashed
 * then. The tree above the leaves waits for ledger_flush: nodes of many entries go through the
 * lanes together, and a batch that is undone has cost nothing.
 */
#include "ledger/checkpoint.h"
#include "ledger/spine.h"
#include "ledger/stored.h"

#include <string.h>

struct ledger {
    struct arena *arena; /* holds this very structure */
    struct arena *batch; /* reset by each flush */
    struct store *store;
    struct ledger_keys keys; /* the signer is the caller's */
    str store_id;
    struct tree_edge edge;     /* everything flushed */
    VEC(struct sm3) unflushed; /* leaves behind the edge */
    int64_t signed_size;       /* of the newest checkpoint, in database and witness file */
};

static err *store_id_make(struct db *d, struct arena *a, str *ret)
{
    uint8_t random[10];
    TRY(store_id_read(d, a, ret));
    if (ret->p)
        return NULL;
    random_bytes(random, sizeof random);
    str id = ulid_make(a, time_now(), random);
    TRY(db_begin_write(d));
    err *e = db_exec(d,
                     "INSERT INTO store_setting (name, value) VALUES ('store.id', :id) "
                     "ON CONFLICT (name) DO NOTHING",
                     DB_ARGS(DB_T("id", id)), NULL);
    if (!e)
        e = store_id_read(d, a, ret);
    if (!e)
        e = db_commit(d);
    if (e)
        db_rollback(d);
    return e;
}

static err *rolled_back(const struct ledger *l, const struct checkpoint *witness)
{
    AUTO_ARENA(a);
    return err_new(
        ERR_DAMAGED,
        "数据库被换回了旧的内容或被改动：见证文件%.*s记着%lld条，库里有%lld条或内容不同。"
        "请停用本系统，用最近的备份恢复，再用xiezhi verify核对；查明原因前不要删除见证文件",
        STR_ARG(witness_path(l->store, a)), (long long)witness->size, (long long)l->edge.size);
}

static err *witness_check(struct ledger *l, struct db *d, const struct checkpoint *c)
{
    struct sm3 root;
    if (!str_eq(checkpoint_store(c), l->store_id) || !checkpoint_verifies(c, l->keys.signer))
        return err_new(ERR_DAMAGED, "见证文件里%lld条时的检查点不是本库签的，请从备份取回见证文件",
                       (long long)c->size);
    if (c->size > l->edge.size)
        return rolled_back(l, c);
    TRY(ledger_root(d, c->size, &root));
    return bytes_equal(&root, &c->root, sizeof root) ? NULL : rolled_back(l, c);
}

/* The database must extend what the witness file saw; the witness file then catches up with it. */
static err *witness_compare(struct ledger *l, struct db *d)
{
    AUTO_ARENA(a);
    struct checkpoint *seen, newest;
    size_t n;
    bool there, any;
    TRY(witness_read(l->store, a, &there, &seen, &n));
    if (n)
        TRY(witness_check(l, d, &seen[n - 1]));
    l->signed_size = n ? seen[n - 1].size : 0;
    TRY(checkpoint_newest(d, a, &any, &newest));
    if (!any || newest.size <= l->signed_size)
        return NULL;
    TRY(witness_check(l, d, &newest));
    if (!there)
        log_event(LOG_WARN, "witness file missing, begun anew", NULL);
    TRY(witness_add(l->store, &newest));
    l->signed_size = newest.size;
    return NULL;
}

/* Found out now rather than at the first checkpoint, hours of acts later. */
static err *signer_check(const struct ledger_keys *keys)
{
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n;
    CHECK(keys->signer);
    return sm2_sign(keys->signer, S("xiezhi"), signature, &n);
}

static err *ledger_load(struct ledger *l, struct db *d)
{
    int64_t size;
    TRY(stored_size(d, &size));
    return stored_edge(d, size, &l->edge);
}

err *ledger_open(struct store *s, struct db *writer, const struct ledger_keys *keys,
                 struct ledger **ret)
{
    struct arena *a = arena_new();
    struct ledger *l = NEW(a, struct ledger);
    l->arena = a;
    l->batch = arena_new();
    l->store = s;
    l->keys = *keys;
    err *e = signer_check(keys);
    if (!e)
        e = store_id_make(writer, a, &l->store_id);
    if (!e)
        e = ledger_load(l, writer);
    if (!e)
        e = witness_compare(l, writer);
    if (e) {
        ledger_close(l);
        return e;
    }
    *ret = l;
    return NULL;
}

void ledger_close(struct ledger *l)
{
    if (!l)
        return;
    explicit_bzero(&l->keys, sizeof l->keys);
    arena_free(l->batch);
    arena_free(l->arena);
}

int64_t ledger_size(const struct ledger *l)
{
    return l->edge.size + (int64_t)l->unflushed.n;
}

err *ledger_refresh(struct ledger *l, struct db *d)
{
    enum { AT_ONCE = 4096 };
    int64_t size;
    CHECK(!l->unflushed.n);
    TRY(stored_size(d, &size));
    if (size < l->edge.size)
        return err_new(ERR_DAMAGED, "账本变短了：原有%lld条，现在只有%lld条",
                       (long long)l->edge.size, (long long)size);
    if (size == l->edge.size)
        return NULL;
    AUTO_ARENA(a);
    struct sm3 *leaf = NEW_ARRAY(a, AT_ONCE, struct sm3);
    while (l->edge.size < size) {
        size_t n;
        TRY(stored_leaves(d, l->edge.size, AT_ONCE, leaf, &n));
        TRY(tree_edge_add(&l->edge, leaf, n, NULL, NULL));
    }
    return NULL;
}

err *ledger_seal(const struct ledger *l, struct arena *a, struct ledger_item *item)
{
    uint8_t random[64];
    random_bytes(random, sizeof random);
    item->sealed = seal_close(a, &l->keys.master, random, item->name, item->plain, &item->digest);
    explicit_bzero(random, sizeof random);
    return NULL;
}

static const struct ledger_item *item_named(const struct ledger_item *items, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(items[i].name, name))
            return &items[i];
    return NULL;
}

/* A spine that does not name just these items could never be verified: refused before it is stored.
 */
static bool spine_names(str spine, const struct ledger_item *items, size_t n)
{
    struct spine_item named = {0};
    size_t found = 0;
    str body;
    if (!spine_body(spine, &body))
        return false;
    for (;;) {
        if (!spine_next(&body, &named))
            return false;
        if (!named.name.p)
            return found == n;
        const struct ledger_item *item = item_named(items, n, named.name);
        if (!item || !bytes_equal(&item->digest, &named.digest, sizeof named.digest))
            return false;
        found++;
    }
}

err *ledger_append(struct ledger *l, struct db *d, int64_t seq, str spine,
                   const struct ledger_item *items, size_t n)
{
    CHECK(seq == ledger_size(l) + 1);
    CHECK(spine_names(spine, items, n));
    struct sm3 leaf = ledger_leaf(spine);
    TRY(db_put(d, "INSERT INTO ledger_entry (seq, leaf, spine) VALUES (:seq, :leaf, :spine)",
               DB_ARGS(DB_I("seq", seq), DB_B("leaf", ((str){(char *)leaf.byte, SM3_BYTES})),
                       DB_T("spine", spine))));
    for (size_t i = 0; i < n; i++)
        TRY(db_put(d, "INSERT INTO ledger_body (seq, item, sealed) VALUES (:seq, :item, :sealed)",
                   DB_ARGS(DB_I("seq", seq), DB_T("item", items[i].name),
                           DB_B("sealed", items[i].sealed))));
    vec_push(l->batch, &l->unflushed, leaf);
    return NULL;
}

void ledger_rewind(struct ledger *l, int64_t size)
{
    CHECK(size >= l->edge.size && size <= ledger_size(l));
    l->unflushed.n = (size_t)(size - l->edge.size);
}

static err *tile_write(void *context, int level, int64_t tile, const struct sm3 nodes[TILE_NODES])
{
    return db_put(context,
                  "INSERT INTO ledger_tile (level, tile, nodes) VALUES (:level, :tile, :nodes)",
                  DB_ARGS(DB_I("level", level), DB_I("tile", tile),
                          DB_B("nodes", ((str){(const char *)nodes, TILE_BYTES}))));
}

static void batch_forget(struct ledger *l)
{
    l->unflushed.p = NULL;
    l->unflushed.n = l->unflushed.capacity = 0;
    arena_reset(l->batch);
}

err *ledger_flush(struct ledger *l, struct db *d)
{
    TRY(tree_edge_add(&l->edge, l->unflushed.p, l->unflushed.n, tile_write, d));
    batch_forget(l);
    return NULL;
}

err *ledger_reset(struct ledger *l, struct db *d)
{
    batch_forget(l);
    return ledger_load(l, d);
}

static err *checkpoint_store_it(struct ledger *l, struct db *d, struct arena *a, usec now,
                                struct checkpoint *ret)
{
    TRY(ledger_refresh(l, d));
    struct sm3 root = tree_edge_root(&l->edge);
    TRY(checkpoint_sign(a, l->keys.signer, l->store_id, l->edge.size, &root, now, ret));
    /* Another process may have signed the same size. */
    TRY(db_exec(d,
                "INSERT INTO ledger_checkpoint (size, at, note) VALUES (:size, :at, :note) "
                "ON CONFLICT (size) DO NOTHING",
                DB_ARGS(DB_I("size", ret->size), DB_I("at", ret->at), DB_T("note", ret->note)),
                NULL));
    return db_commit(d);
}

err *ledger_checkpoint(struct ledger *l, struct db *d, usec now)
{
    AUTO_ARENA(a);
    struct checkpoint c;
    if (l->edge.size == l->signed_size)
        return NULL;
    TRY(db_begin_write(d));
    err *e = checkpoint_store_it(l, d, a, now, &c);
    if (e) {
        db_rollback(d);
        return e;
    }
    /* After the commit: a witness must never know more than the database holds. */
    TRY(witness_add(l->store, &c));
    l->signed_size = c.size;
    return NULL;
}
