/*
 * Verification is a pipeline over pages of whole tiles. One connection reads, so one thread does; a
 * second checks what was read, and when it falls behind the reader checks a page itself instead of
 * waiting: both processors stay busy whatever the bodies cost. Pages are put together in order, by
 * the reader, which keeps the edge of the tree and compares the roots that checkpoints and witness
 * file promise.
 */
#include "ledger/checkpoint.h"
#include "ledger/column.h"
#include "ledger/keys.h"
#include "ledger/stored.h"
#include "ledger/verify_page.h"

#include <pthread.h>
#include <string.h>

enum { RING = 6, BODIES_AT_ONCE = 4096 };

enum page_state { PAGE_FREE, PAGE_READ, PAGE_CLAIMED, PAGE_CHECKED };

struct verify {
    struct db *db;
    struct arena *arena; /* of the caller: what the report says lives there */
    struct page_rules rules;
    struct ledger_report report;
    struct tree_edge edge;
    int64_t sound_size;               /* the last size whose root was confirmed by a signature */
    const struct checkpoint *witness; /* still to be met, ascending */
    size_t witnesses;

    /* Page k stands in ring[k % RING]. Behind the lock, with `state`. */
    struct page *page[RING];
    enum page_state state[RING];
    int64_t claimed; /* pages handed to a checker */
    bool stop;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

/* The first thing found stays. */
static void bad(struct verify *v, int64_t seq, str what)
{
    if (v->report.bad.p)
        return;
    v->report.bad_seq = seq;
    v->report.bad = what;
}

/* ---- reading ---- */

static err *entries_read(struct verify *v, struct page *p)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(v->db, p->arena,
                 "SELECT seq, leaf, spine FROM ledger_entry WHERE seq >= :first AND seq < :behind "
                 "ORDER BY seq",
                 DB_ARGS(DB_I("first", p->first), DB_I("behind", p->first + PAGE_ENTRIES)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        if (column_int(&rows, 0) != p->first + (int64_t)p->n)
            break;
        p->entry[p->n++] = (struct page_entry){column_bytes(&rows, 1), column_bytes(&rows, 2)};
    }
    return NULL;
}

/* In portions: nobody promises how many items an entry has. */
static err *bodies_read(struct verify *v, struct page *p)
{
    struct page_body b = {.seq = p->first - 1, .item = S("")};
    struct db_rows rows;
    size_t before;
    bool more;
    do {
        before = p->bodies.n;
        TRY(db_query(v->db, p->arena,
                     "SELECT seq, item, sealed, erased_by FROM ledger_body "
                     "WHERE (seq, item) > (:seq, :item) AND seq >= :first AND seq < :behind "
                     "ORDER BY seq, item LIMIT :n",
                     DB_ARGS(DB_I("seq", b.seq), DB_T("item", b.item), DB_I("first", p->first),
                             DB_I("behind", p->first + (int64_t)p->n), DB_I("n", BODIES_AT_ONCE)),
                     &rows));
        for (;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            struct db_value mark = db_column(&rows, 3);
            b = (struct page_body){column_int(&rows, 0), column_bytes(&rows, 1),
                                   column_bytes(&rows, 2), mark.kind != DB_NULL, mark.i};
            vec_push(p->arena, &p->bodies, b);
        }
    } while (p->bodies.n - before == BODIES_AT_ONCE);
    return NULL;
}

static err *tiles_read(struct verify *v, struct page *p)
{
    struct db_rows rows;
    bool more;
    int64_t first = p->first / TILE_NODES;
    TRY(db_query(
        v->db, p->arena,
        "SELECT tile, nodes FROM ledger_tile WHERE level = 0 AND tile >= :first AND tile < :behind",
        DB_ARGS(DB_I("first", first), DB_I("behind", first + PAGE_TILES)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        int64_t tile = column_int(&rows, 0);
        if (tile >= first)
            p->tile[tile - first] = column_bytes(&rows, 1);
    }
}

static err *checkpoints_read(struct verify *v, struct page *p)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(
        v->db, p->arena,
        "SELECT size, at, note FROM ledger_checkpoint WHERE size >= :first AND size < :behind "
        "ORDER BY size",
        DB_ARGS(DB_I("first", p->first), DB_I("behind", p->first + (int64_t)p->n)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct page_checkpoint c = {
            column_int(&rows, 0), column_int(&rows, 1), column_bytes(&rows, 2), {{0}}};
        vec_push(p->arena, &p->checkpoints, c);
    }
}

static err *page_read(struct verify *v, struct page *p, int64_t number)
{
    struct arena *a = p->arena;
    arena_reset(a);
    p->first = number * PAGE_ENTRIES + 1;
    p->n = 0;
    p->items = p->erased = p->bad_seq = 0;
    p->bad = STR_NONE;
    memset(p->tile, 0, sizeof p->tile);
    memset(&p->bodies, 0, sizeof p->bodies);
    memset(&p->sealed, 0, sizeof p->sealed);
    memset(&p->checkpoints, 0, sizeof p->checkpoints);
    TRY(entries_read(v, p));
    TRY(bodies_read(v, p));
    TRY(tiles_read(v, p));
    return checkpoints_read(v, p);
}

/* ---- putting together ---- */

static err *tile_compare(void *context, int level, int64_t tile, const struct sm3 nodes[TILE_NODES])
{
    struct verify *v = context;
    AUTO_ARENA(a);
    str row;
    int64_t width = INT64_C(1) << TILE_HEIGHT * level; /* leaves under one node */
    int64_t first = tile * TILE_NODES * width + 1;
    TRY(stored_tile(v->db, a, level, tile, &row));
    v->report.tiles++;
    if (row.n != TILE_BYTES) {
        bad(v, first, arena_printf(v->arena, "缺少第%d层从这一条起的哈希块", level));
        return NULL;
    }
    for (int64_t i = 0; i < TILE_NODES; i++)
        if (memcmp(row.p + i * SM3_BYTES, &nodes[i], SM3_BYTES)) {
            bad(v, first + i * width,
                arena_printf(v->arena, "第%d层的哈希块与从这一条起的%lld条不符", level,
                             (long long)width));
            break;
        }
    return NULL;
}

static void root_compare(struct verify *v, const struct sm3 *promised, const char *who)
{
    struct sm3 root = tree_edge_root(&v->edge);
    int64_t size = v->edge.size;
    if (bytes_equal(&root, promised, sizeof root))
        v->sound_size = size;
    else
        bad(v, v->sound_size + 1,
            arena_printf(v->arena, "第%lld条至第%lld条之间有改动：根哈希与%s不符",
                         (long long)v->sound_size + 1, (long long)size, who));
}

/* Meets every promise about a size up to `last`, adding leaves to the edge on the way. */
static err *promises_compare(struct verify *v, const struct page *p, size_t *at, int64_t last)
{
    while (!v->report.bad.p) {
        const struct page_checkpoint *row = *at < p->checkpoints.n ? &p->checkpoints.p[*at] : NULL;
        bool by_row = row && row->size <= last;
        bool by_witness = v->witnesses && v->witness->size <= last;
        if (!by_row && !by_witness)
            break;
        if (by_witness)
            by_row = by_row && row->size <= v->witness->size;
        int64_t size = by_row ? row->size : v->witness->size;
        TRY(tree_edge_add(&v->edge, p->leaf + (v->edge.size - p->first + 1),
                          (size_t)(size - v->edge.size), tile_compare, v));
        root_compare(v, by_row ? &row->root : &v->witness->root, by_row ? "检查点" : "见证文件");
        v->report.checkpoints += by_row;
        *at += by_row;
        v->witness += !by_row;
        v->witnesses -= !by_row;
    }
    return NULL;
}

/* Up to the first bad entry of the page, tile by tile. */
static err *page_collect(struct verify *v, struct page *p)
{
    size_t at = 0;
    int64_t end = p->bad_seq ? p->bad_seq - 1 : p->first + (int64_t)p->n - 1;
    while (v->edge.size < end && !v->report.bad.p) {
        int64_t before = v->edge.size, last = (before / TILE_NODES + 1) * TILE_NODES;
        last = last < end ? last : end;
        TRY(promises_compare(v, p, &at, last));
        if (v->report.bad.p)
            break;
        if (v->edge.size == before && last - before == TILE_NODES) {
            v->report.tiles++;
            TRY(tree_edge_add_tile(&v->edge, &p->root[(before - p->first + 1) / TILE_NODES],
                                   tile_compare, v));
        } else {
            TRY(tree_edge_add(&v->edge, p->leaf + (v->edge.size - p->first + 1),
                              (size_t)(last - v->edge.size), tile_compare, v));
        }
    }
    v->report.items += p->items;
    v->report.erased += p->erased;
    if (p->bad_seq)
        bad(v, p->bad_seq, arena_str(v->arena, p->bad));
    return NULL;
}

/* ---- two threads ---- */

/* With the lock held: the next page that was read and nobody checks yet. */
static struct page *claim(struct verify *v)
{
    size_t slot = (size_t)(v->claimed % RING);
    if (v->state[slot] != PAGE_READ)
        return NULL;
    v->state[slot] = PAGE_CLAIMED;
    v->claimed++;
    return v->page[slot];
}

/* With the lock held, which is let go meanwhile. */
static void check(struct verify *v, struct page *p)
{
    size_t slot = (size_t)(p->first / PAGE_ENTRIES % RING);
    pthread_mutex_unlock(&v->lock);
    page_check(p, &v->rules);
    pthread_mutex_lock(&v->lock);
    v->state[slot] = PAGE_CHECKED;
    pthread_cond_broadcast(&v->changed);
}

static void *checker(void *context)
{
    struct verify *v = context;
    pthread_mutex_lock(&v->lock);
    while (!v->stop) {
        struct page *p = claim(v);
        if (p)
            check(v, p);
        else
            pthread_cond_wait(&v->changed, &v->lock);
    }
    pthread_mutex_unlock(&v->lock);
    return NULL;
}

static void state_set(struct verify *v, size_t slot, enum page_state state)
{
    pthread_mutex_lock(&v->lock);
    v->state[slot] = state;
    pthread_cond_broadcast(&v->changed);
    pthread_mutex_unlock(&v->lock);
}

/* Nothing to read, nothing to put together: help checking, or wait for the other thread. */
static void help(struct verify *v, size_t awaited)
{
    pthread_mutex_lock(&v->lock);
    struct page *p = claim(v);
    if (p)
        check(v, p);
    else if (v->state[awaited] != PAGE_CHECKED)
        pthread_cond_wait(&v->changed, &v->lock);
    pthread_mutex_unlock(&v->lock);
}

static enum page_state state_get(struct verify *v, size_t slot)
{
    pthread_mutex_lock(&v->lock);
    enum page_state state = v->state[slot];
    pthread_mutex_unlock(&v->lock);
    return state;
}

static err *pages_run(struct verify *v, void (*progress)(void *, int64_t, int64_t), void *context)
{
    int64_t read = 0, pages = (v->rules.size + PAGE_ENTRIES - 1) / PAGE_ENTRIES;
    for (int64_t collected = 0; collected < pages && !v->report.bad.p;) {
        size_t oldest = (size_t)(collected % RING), next = (size_t)(read % RING);
        if (read > collected && state_get(v, oldest) == PAGE_CHECKED) {
            bool whole = v->page[oldest]->n == PAGE_ENTRIES;
            TRY(page_collect(v, v->page[oldest]));
            state_set(v, oldest, PAGE_FREE);
            collected++;
            if (progress)
                progress(context, v->edge.size, v->rules.size);
            if (!whole)
                break;
        } else if (read < pages && read - collected < RING) {
            TRY(page_read(v, v->page[next], read));
            state_set(v, next, PAGE_READ);
            read++;
        } else {
            help(v, oldest);
        }
    }
    return NULL;
}

static err *pages_verify(struct verify *v, void (*progress)(void *, int64_t, int64_t),
                         void *context)
{
    AUTO_ARENA(a);
    pthread_t helper;
    for (int i = 0; i < RING; i++) {
        v->page[i] = NEW(a, struct page);
        v->page[i]->arena = arena_new();
    }
    CHECK(!pthread_mutex_init(&v->lock, NULL) && !pthread_cond_init(&v->changed, NULL));
    /* Without a second thread the first does it all. */
    bool helped = !pthread_create(&helper, NULL, checker, v);
    err *e = pages_run(v, progress, context);
    pthread_mutex_lock(&v->lock);
    v->stop = true;
    pthread_cond_broadcast(&v->changed);
    pthread_mutex_unlock(&v->lock);
    if (helped)
        pthread_join(helper, NULL);
    for (int i = 0; i < RING; i++)
        arena_free(v->page[i]->arena);
    pthread_mutex_destroy(&v->lock);
    pthread_cond_destroy(&v->changed);
    return e;
}

/* ---- what no page shows ---- */

static err *front_check(struct verify *v)
{
    int64_t n;
    TRY(db_one_int(v->db, "SELECT COUNT(*) FROM ledger_entry WHERE seq < 1", NULL, 0, &n));
    if (n)
        bad(v, 1, arena_printf(v->arena, "这一条之前还有多余的%lld条", (long long)n));
    return NULL;
}

/* The first row of a query that should have none, by its only column. */
static err *stray(struct verify *v, const char *sql, bool *ret_found, int64_t *ret)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    TRY(db_query(v->db, a, sql, DB_ARGS(DB_I("size", v->rules.size)), &rows));
    TRY(db_next(&rows, ret_found));
    if (*ret_found)
        *ret = column_int(&rows, 0);
    return NULL;
}

static err *ends_check(struct verify *v)
{
    int64_t size = v->rules.size, known = 0;
    bool found;
    if (v->edge.size < size)
        bad(v, v->edge.size + 1, S("缺少这一条"));
    TRY(stray(v, "SELECT size FROM ledger_checkpoint WHERE size > :size ORDER BY size DESC LIMIT 1",
              &found, &known));
    if (v->witnesses && v->witness[v->witnesses - 1].size > known)
        known = v->witness[v->witnesses - 1].size;
    if (known || found)
        bad(v, size + 1,
            arena_printf(v->arena, "缺少这一条：检查点或见证文件记着%lld条", (long long)known));
    return NULL;
}

static err *strays_check(struct verify *v)
{
    int64_t at, n, size = v->rules.size;
    bool found;
    TRY(stray(v, "SELECT size FROM ledger_checkpoint WHERE size < 1 LIMIT 1", &found, &at));
    if (found)
        bad(v, 1, S("有不属于任何条目的检查点"));
    TRY(stray(v, "SELECT seq FROM ledger_body WHERE seq < 1 LIMIT 1", &found, &at));
    if (found)
        bad(v, 1, S("有不属于任何条目的内容"));
    TRY(stray(v, "SELECT seq FROM ledger_body WHERE seq > :size LIMIT 1", &found, &at));
    if (found)
        bad(v, size + 1, S("缺少这一条，或者有不属于任何条目的内容"));
    TRY(db_one_int(v->db, "SELECT COUNT(*) FROM ledger_tile", NULL, 0, &n));
    if (n != v->report.tiles)
        bad(v, size + 1,
            arena_printf(v->arena, "多出%lld个哈希块，可能有条目被删掉了",
                         (long long)(n - v->report.tiles)));
    return NULL;
}

static err *witness_load(struct verify *v, struct store *s)
{
    struct checkpoint *c;
    bool there;
    TRY(witness_read(s, v->arena, &there, &c, &v->witnesses));
    v->witness = c;
    for (size_t i = 0; i < v->witnesses; i++)
        if (!str_eq(checkpoint_store(&c[i]), v->rules.store_id) ||
            (v->rules.signer && !checkpoint_verifies(&c[i], v->rules.signer)))
            return err_new(ERR_DAMAGED,
                           "见证文件%.*s里%lld条时的检查点不是本库签的，请从备份取回见证文件",
                           STR_ARG(witness_path(s, v->arena)), (long long)c[i].size);
    return NULL;
}

static err *verify_all(struct verify *v, struct store *s,
                       void (*progress)(void *, int64_t, int64_t), void *context)
{
    TRY(stored_size(v->db, &v->rules.size));
    TRY(store_id_read(v->db, v->arena, &v->rules.store_id));
    TRY(witness_load(v, s));
    TRY(front_check(v));
    TRY(pages_verify(v, progress, context));
    if (v->report.bad.p)
        return NULL;
    TRY(ends_check(v));
    return strays_check(v);
}

err *ledger_verify(struct store *s, struct db *d, const struct ledger_keys *keys, struct arena *a,
                   void (*progress)(void *, int64_t done, int64_t of), void *context,
                   struct ledger_report *ret)
{
    AUTO_ARENA(own);
    struct verify *v = NEW(own, struct verify);
    v->db = d;
    v->arena = a;
    v->rules.signer = keys ? keys->signer : NULL;
    v->rules.master = master_given(keys);
    TRY(db_begin_read(d));
    err *e = verify_all(v, s, progress, context);
    if (e) {
        db_rollback(d);
        return e;
    }
    TRY(db_commit(d));
    v->report.entries = v->edge.size;
    if (v->report.bad_seq && v->report.entries >= v->report.bad_seq)
        v->report.entries = v->report.bad_seq - 1;
    v->report.root = tree_edge_root(&v->edge);
    *ret = v->report;
    return NULL;
}
