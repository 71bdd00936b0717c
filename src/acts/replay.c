/*
 * State is a fold of the ledger: replay copies entries, bodies, tiles and checkpoints byte for byte and applies what
 * was decided. Nothing is judged again here (explain does that), no clock is read, no random number drawn.
 *
 * Two threads: one reads entries, opens their bodies and makes acts of them, a page at a time; the other applies. The
 * source is read in one snapshot, so that a running server does not move it.
 */
#include <pthread.h>
#include "acts/act.h"

enum { REPLAY_BATCH = 20000, PAGE_ACTS = 256, LIMIT_PAGES_WAITING = 4 };

/* Acts on their way from the reading to the applying thread, whose arena then is its own. */
struct page {
    struct page *next;
    struct arena *arena;
    struct act *act[PAGE_ACTS];
    size_t n;
};

struct pages {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct page *head, *tail;
    int waiting;
    bool end;     /* no page follows */
    bool stop;    /* the applying side gave up */
    struct arena *arena;
    err *bad;     /* of the reading side, in `arena` */
};

struct replay {
    struct db *from, *into; /* `from` belongs to the reading thread while there is one */
    const struct ledger_keys *keys;
    struct world world;
    struct pages pages;
    struct page *filling;
    int64_t done, of, in_batch;
    void (*progress)(void *, int64_t, int64_t);
    void *context;
};

static err *reread_effect(struct replay *r, struct act *approve, const struct json *spine)
{
    const struct json *effect = json_get(spine, S("effect"));
    if (!effect)
        return NULL;
    struct ledger_entry entry;
    struct act *held = NEW(approve->arena, struct act);
    *held = (struct act){.arena = approve->arena, .db = r->into, .world = &r->world};
    TRY(ledger_read(r->from, approve->arena, r->keys, json_get(effect, S("seq"))->i, &entry));
    TRY(act_reread(held, &entry));
    str verdict = json_string(effect, S("verdict"));
    held->verdict = str_eq(verdict, S("allowed")) ? VERDICT_ALLOWED : str_eq(verdict, S("held")) ? VERDICT_HELD
                                                                                                 : VERDICT_REFUSED;
    const struct json *rules = json_get(effect, S("rules")), *lifted = json_get(effect, S("lifted"));
    held->rules_n = 0;
    for (size_t i = 0; rules && i < rules->n; i++) {
        int rule = law_rule_find(rules->child[i].string.p, rules->child[i].string.n);
        if (rule < 0)
            continue;
        held->rules[held->rules_n] = (enum law_rule)rule;
        held->broken[held->rules_n++] = (uint8_t)(law_rule_info[rule].severity + 1);
    }
    enum law_rule *list = NEW_ARRAY(approve->arena, LIMIT_ACT_RULES, enum law_rule);
    for (size_t i = 0; lifted && i < lifted->n && i < LIMIT_ACT_RULES; i++) {
        int rule = law_rule_find(lifted->child[i].string.p, lifted->child[i].string.n);
        if (rule >= 0)
            list[held->lifted_n++] = (enum law_rule)rule;
    }
    act_found_take(held, effect);
    held->lifted = list;
    approve->effect = held;
    return NULL;
}

/* ---- reading ---- */

/* The scan's memory goes with its page. */
static struct ledger_entry entry_copy(struct arena *a, const struct ledger_entry *entry)
{
    struct ledger_entry copy = *entry;
    copy.spine = arena_str(a, entry->spine);
    copy.items = arena_copy(a, entry->items, entry->n * sizeof *entry->items);
    for (size_t i = 0; i < entry->n; i++) {
        copy.items[i].name = arena_str(a, entry->items[i].name);
        copy.items[i].plain = arena_str(a, entry->items[i].plain);
    }
    return copy;
}

static err *act_of(struct replay *r, struct arena *arena, const struct ledger_entry *entry, struct act **ret)
{
    struct act *a = *ret = NEW(arena, struct act);
    *a = (struct act){.arena = arena, .db = r->into, .world = &r->world};
    TRY(act_reread(a, entry));
    if (strcmp(a->type->name, "hold.approve") != 0)
        return NULL;
    const struct json *spine;
    TRY(act_json(arena, entry->spine, LIMIT_SPINE_BYTES, &spine));
    return reread_effect(r, a, spine);
}

static err *hand_over(struct replay *r)
{
    struct pages *q = &r->pages;
    struct page *page = r->filling;
    r->filling = NULL;
    pthread_mutex_lock(&q->lock);
    while (q->waiting == LIMIT_PAGES_WAITING && !q->stop)
        pthread_cond_wait(&q->changed, &q->lock);
    bool stop = q->stop;
    if (!stop) {
        if (q->tail)
            q->tail->next = page;
        else
            q->head = page;
        q->tail = page;
        q->waiting++;
        pthread_cond_signal(&q->changed);
    }
    pthread_mutex_unlock(&q->lock);
    if (!stop)
        return NULL;
    arena_free(page->arena);
    return err_new(ERR_CONFLICT, "重放已停止");
}

static err *each_entry(void *context, struct arena *scan, const struct ledger_entry *entry)
{
    struct replay *r = context;
    (void)scan;
    if (!r->filling) {
        struct arena *arena = arena_new();
        r->filling = NEW(arena, struct page);
        r->filling->arena = arena;
    }
    struct page *page = r->filling;
    struct ledger_entry copy = entry_copy(page->arena, entry);
    err *bad = act_of(r, page->arena, &copy, &page->act[page->n]);
    if (bad)
        return err_detail(bad, arena_cstr(page->arena, arena_printf(page->arena, "entry %lld", (long long)entry->seq)));
    return ++page->n == PAGE_ACTS ? hand_over(r) : NULL;
}

static void *read_all(void *context)
{
    struct replay *r = context;
    struct pages *q = &r->pages;
    err *bad = ledger_scan(r->from, r->keys, 1, r->of, each_entry, r);
    if (!bad && r->filling)
        bad = hand_over(r);
    pthread_mutex_lock(&q->lock);
    if (bad)
        q->bad = err_copy_to(q->arena, bad);
    q->end = true;
    pthread_cond_signal(&q->changed);
    pthread_mutex_unlock(&q->lock);
    if (r->filling)
        arena_free(r->filling->arena);
    r->filling = NULL;
    err_clear();
    return NULL;
}

/* ---- applying ---- */

static struct page *next_page(struct pages *q)
{
    pthread_mutex_lock(&q->lock);
    while (!q->head && !q->end)
        pthread_cond_wait(&q->changed, &q->lock);
    struct page *page = q->head;
    if (page) {
        q->head = page->next;
        if (!q->head)
            q->tail = NULL;
        q->waiting--;
        pthread_cond_signal(&q->changed);
    }
    pthread_mutex_unlock(&q->lock);
    return page;
}

static err *apply_one(struct replay *r, struct act *a)
{
    TRY(world_load(&r->world, r->into));
    err *bad = act_apply(a);
    if (bad)
        return err_detail(bad, arena_cstr(a->arena, arena_printf(a->arena, "entry %lld", (long long)a->seq)));
    if (strcmp(a->type->group, "policy") == 0 || (a->effect && strcmp(a->effect->type->group, "policy") == 0))
        world_drop(&r->world);
    r->done++;
    if (++r->in_batch < REPLAY_BATCH)
        return NULL;
    TRY(db_commit(r->into));
    r->in_batch = 0;
    return db_begin_write(r->into);
}

static err *apply_pages(struct replay *r)
{
    err *bad = NULL;
    for (struct page *page; !bad && (page = next_page(&r->pages));) {
        for (size_t i = 0; i < page->n && !bad; i++)
            bad = apply_one(r, page->act[i]);
        if (bad)
            bad = err_copy_to(r->pages.arena, bad);
        arena_free(page->arena);
        if (r->progress)
            r->progress(r->context, r->done, r->of);
    }
    return bad;
}

static void pages_stop(struct replay *r)
{
    struct pages *q = &r->pages;
    pthread_mutex_lock(&q->lock);
    q->stop = true;
    pthread_cond_signal(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

static err *apply_all(struct replay *r)
{
    pthread_t reader;
    struct pages *q = &r->pages;
    if (pthread_create(&reader, NULL, read_all, r) != 0)
        return err_errno(S("启动读取线程"));
    err *bad = apply_pages(r);
    pages_stop(r);
    pthread_join(reader, NULL);
    for (struct page *page = q->head, *next; page; page = next) {
        next = page->next;
        arena_free(page->arena);
    }
    if (!bad)
        bad = q->bad;
    /* Both threads' errors stand in the replay's arena: said anew, they outlive it. */
    return bad ? err_detail(err_at(err_new(bad->kind, "%.*s", STR_ARG(bad->text)), bad->field), "replay") : NULL;
}

/* ---- the ledger's own tables, as they are ---- */

struct copy { const char *table, *read, *write; };

static err *copy_rows(struct replay *r, const struct copy *c, int columns)
{
    static const char *const names[] = {"c0", "c1", "c2", "c3"};
    int64_t low = -1;
    for (;;) {
        AUTO_ARENA(a);
        struct db_rows rows;
        bool more;
        int n = 0;
        TRY(db_query(r->from, a, c->read, DB_ARGS(DB_I("low", low)), &rows));
        for (;; n++) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            struct db_arg args[4];
            for (int i = 0; i < columns; i++)
                args[i] = (struct db_arg){str_of(names[i]), db_column(&rows, i)};
            low = db_int(&rows, columns); /* the paging key comes last */
            TRY(db_put(r->into, c->write, &(struct db_args){.p = args, .n = (size_t)columns}));
        }
        if (n == 0)
            return NULL;
    }
}

static err *copy_ledger(struct replay *r)
{
    /* Pages are cut at whole seq values: bodies of one entry never straddle two pages. */
    static const struct copy entries = {"ledger_entry",
                                        "SELECT seq, leaf, spine, seq FROM ledger_entry WHERE seq > :low"
                                        " AND seq <= :low + 5000 ORDER BY seq",
                                        "INSERT INTO ledger_entry (seq, leaf, spine) VALUES (:c0, :c1, :c2)"};
    static const struct copy bodies = {"ledger_body",
                                       "SELECT seq, item, sealed, erased_by, seq FROM ledger_body WHERE seq > :low AND seq <="
                                       " (SELECT MIN(seq) FROM ledger_body WHERE seq > :low) + 2000 ORDER BY seq, item",
                                       "INSERT INTO ledger_body (seq, item, sealed, erased_by) VALUES (:c0, :c1, :c2, :c3)"};
    static const struct copy tiles = {"ledger_tile",
                                      "SELECT level, tile, nodes, level * 1000000000 + tile FROM ledger_tile WHERE"
                                      " level * 1000000000 + tile > :low ORDER BY level, tile LIMIT 500",
                                      "INSERT INTO ledger_tile (level, tile, nodes) VALUES (:c0, :c1, :c2)"};
    static const struct copy checkpoints = {"ledger_checkpoint",
                                            "SELECT size, at, note, size FROM ledger_checkpoint WHERE size > :low"
                                            " ORDER BY size LIMIT 1000",
                                            "INSERT INTO ledger_checkpoint (size, at, note) VALUES (:c0, :c1, :c2)"};
    /* Checkpoints and the witness name the store they were signed for: the copy is that store. */
    static const struct copy identity = {"store_setting",
                                         "SELECT value, 1 FROM store_setting WHERE name = 'store.id' AND 1 > :low",
                                         "INSERT INTO store_setting (name, value) VALUES ('store.id', :c0)"
                                         " ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
    TRY(copy_rows(r, &identity, 1));
    TRY(copy_rows(r, &entries, 3));
    TRY(copy_rows(r, &bodies, 4));
    TRY(copy_rows(r, &tiles, 3));
    return copy_rows(r, &checkpoints, 3);
}

static err *replay_all(struct replay *r)
{
    TRY(db_begin_read(r->from));
    TRY(db_one_int(r->from, "SELECT MAX(seq) FROM ledger_entry", NULL, 0, &r->of));
    int64_t already;
    TRY(db_one_int(r->into, "SELECT MAX(seq) FROM ledger_entry", NULL, 0, &already));
    if (already)
        return err_new(ERR_CONFLICT, "目标库已有%lld条记录，重放只能写入空库", (long long)already);
    TRY(db_begin_write(r->into));
    err *bad = copy_ledger(r);
    if (!bad)
        bad = apply_all(r);
    if (!bad)
        return db_commit(r->into);
    db_rollback(r->into);
    return bad;
}

err *acts_replay(struct store *from, const struct ledger_keys *keys, struct store *into,
                 void (*progress)(void *, int64_t, int64_t), void *context, int64_t *ret_acts)
{
    struct replay r = {.keys = keys, .progress = progress, .context = context, .pages.arena = arena_new()};
    pthread_mutex_init(&r.pages.lock, NULL);
    pthread_cond_init(&r.pages.changed, NULL);
    err *bad = db_open(from, false, &r.from);
    if (!bad)
        bad = db_open(into, true, &r.into);
    if (!bad)
        bad = replay_all(&r);
    if (!bad)
        *ret_acts = r.done;
    if (r.from)
        db_rollback(r.from); /* the snapshot */
    db_close(r.into);
    db_close(r.from);
    world_drop(&r.world);
    arena_free(r.pages.arena);
    pthread_cond_destroy(&r.pages.changed);
    pthread_mutex_destroy(&r.pages.lock);
    return bad;
}
