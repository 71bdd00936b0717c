/*
 * State is a fold of the ledger: replay copies entries, bodies, tiles and checkpoints byte for byte and applies what
 * was decided. Nothing is judged again here (explain does that), no clock is read, no random number drawn.
 */
#include "acts/act.h"

enum { REPLAY_BATCH = 2000 };

struct replay {
    struct db *from, *into;
    const struct ledger_keys *keys;
    struct world world;
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
    held->lifted = list;
    approve->effect = held;
    return NULL;
}

static err *apply_entry(struct replay *r, struct arena *arena, const struct ledger_entry *entry)
{
    struct act *a = NEW(arena, struct act);
    *a = (struct act){.arena = arena, .db = r->into, .world = &r->world};
    TRY(world_load(&r->world, r->into));
    TRY(act_reread(a, entry));
    if (strcmp(a->type->name, "hold.approve") == 0) {
        const struct json *spine;
        TRY(json_parse(arena, entry->spine, LIMIT_ACT_BYTES * 4, &spine));
        TRY(reread_effect(r, a, spine));
    }
    TRY(act_apply(a));
    if (strcmp(a->type->group, "policy") == 0 || (a->effect && strcmp(a->effect->type->group, "policy") == 0))
        world_drop(&r->world);
    return NULL;
}

static err *each_entry(void *context, struct arena *arena, const struct ledger_entry *entry)
{
    struct replay *r = context;
    err *bad = apply_entry(r, arena, entry);
    if (bad)
        return err_detail(bad, arena_cstr(arena, arena_printf(arena, "entry %lld", (long long)entry->seq)));
    r->done++;
    if (++r->in_batch == REPLAY_BATCH) {
        TRY(db_commit(r->into));
        TRY(db_begin_write(r->into));
        r->in_batch = 0;
        if (r->progress)
            r->progress(r->context, r->done, r->of);
    }
    return NULL;
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
    TRY(db_one_int(r->from, "SELECT MAX(seq) FROM ledger_entry", NULL, 0, &r->of));
    int64_t already;
    TRY(db_one_int(r->into, "SELECT MAX(seq) FROM ledger_entry", NULL, 0, &already));
    if (already)
        return err_new(ERR_CONFLICT, "目标库已有%lld条记录，重放只能写入空库", (long long)already);
    TRY(db_begin_write(r->into));
    err *bad = copy_ledger(r);
    if (!bad)
        bad = ledger_scan(r->from, r->keys, 1, r->of, each_entry, r);
    if (!bad)
        return db_commit(r->into);
    db_rollback(r->into);
    return bad;
}

err *acts_replay(struct store *from, const struct ledger_keys *keys, struct store *into,
                 void (*progress)(void *, int64_t, int64_t), void *context, int64_t *ret_acts)
{
    struct replay r = {.keys = keys, .progress = progress, .context = context};
    err *bad = db_open(from, false, &r.from);
    if (!bad)
        bad = db_open(into, true, &r.into);
    if (!bad)
        bad = replay_all(&r);
    if (!bad)
        *ret_acts = r.done;
    db_close(r.into);
    db_close(r.from);
    world_drop(&r.world);
    return bad;
}
