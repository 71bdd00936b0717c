/* Checks of one page: everything that can be said without knowing the pages before it. Runs in any
 * thread, touches nothing but the page. Each check notes the lowest entry it finds bad. */
#include "ledger/verify_page.h"
#include "ledger/checkpoint.h"
#include "ledger/spine.h"

#include <string.h>

enum { OPEN_AT_ONCE = 256 };

static void bad(struct page *p, int64_t seq, str what)
{
    if (p->bad_seq && p->bad_seq <= seq)
        return;
    p->bad_seq = seq;
    p->bad = what;
}

static void bad_item(struct page *p, int64_t seq, str item, const char *what)
{
    bad(p, seq, arena_printf(p->arena, "“%.*s”%s", STR_ARG(item), what));
}

static void leaves_check(struct page *p)
{
    str spine[PAGE_ENTRIES];
    for (size_t i = 0; i < p->n; i++)
        spine[i] = p->entry[i].spine;
    sm3_many(p->n, spine, 0, p->leaf);
    for (size_t i = 0; i < p->n; i++)
        if (p->entry[i].leaf.n != SM3_BYTES || memcmp(p->entry[i].leaf.p, &p->leaf[i], SM3_BYTES)) {
            bad(p, p->first + (int64_t)i, S("条目的内容与它的叶哈希不符"));
            return;
        }
}

static void tile_check(struct page *p, size_t t)
{
    const struct sm3 *leaf = p->leaf + t * TILE_NODES;
    int64_t first = p->first + (int64_t)t * TILE_NODES;
    p->root[t] = tree_perfect(leaf, TILE_NODES);
    if (!p->tile[t].p || p->tile[t].n != TILE_BYTES) {
        bad(p, first, p->tile[t].p ? S("哈希块的长度不对") : S("缺少从这一条起的哈希块"));
        return;
    }
    for (size_t i = 0; memcmp(p->tile[t].p, leaf, TILE_BYTES) && i < TILE_NODES; i++)
        if (memcmp(p->tile[t].p + i * SM3_BYTES, &leaf[i], SM3_BYTES)) {
            bad(p, first + (int64_t)i, S("条目与哈希块不符"));
            return;
        }
}

static void item_check(struct page *p, const struct page_rules *rules,
                       const struct spine_item *named, const struct page_body *b)
{
    p->items++;
    if (b->marked == (b->sealed.p != NULL)) {
        bad_item(p, b->seq, b->item,
                 b->marked ? "有抹除标记，内容却还在" : "的内容没有了，也没有抹除标记");
        return;
    }
    if (b->marked) {
        p->erased++;
        if (b->erased_by <= b->seq || b->erased_by > rules->size)
            bad_item(p, b->seq, b->item, "的抹除标记没有指向后来的一条");
        return;
    }
    struct page_sealed sealed = {b->seq, named->name, b->sealed, named->digest};
    if (rules->master)
        vec_push(p->arena, &p->sealed, sealed);
}

/* A portion small enough to stay near the processor, large enough for the lanes. */
static void sealed_check(struct page *p, const struct seal_key *master, const struct page_sealed *s,
                         size_t n)
{
    str name[OPEN_AT_ONCE], sealed[OPEN_AT_ONCE], plain[OPEN_AT_ONCE];
    struct sm3 digest[OPEN_AT_ONCE];
    AUTO_ARENA(a);
    for (size_t i = 0; i < n; i++) {
        name[i] = s[i].name;
        sealed[i] = s[i].sealed;
    }
    seal_open_many(a, master, n, name, sealed, plain, digest);
    for (size_t i = 0; i < n; i++)
        if (!plain[i].p)
            bad_item(p, s[i].seq, s[i].name, "封存的内容已被改动");
        else if (!bytes_equal(&digest[i], &s[i].digest, sizeof *digest))
            bad_item(p, s[i].seq, s[i].name, "的内容与条目里的摘要不符");
}

/* The items a spine names and the rows of that entry, both in ascending order, must be the same. */
static size_t bodies_check(struct page *p, const struct page_rules *rules, size_t i, size_t at)
{
    struct spine_item named = {0};
    int64_t seq = p->first + (int64_t)i;
    str body;
    bool sound = spine_body(p->entry[i].spine, &body);
    while (sound && (sound = spine_next(&body, &named)) && named.name.p) {
        const struct page_body *b = at < p->bodies.n ? &p->bodies.p[at] : NULL;
        if (!b || b->seq != seq || !str_eq(b->item, named.name)) {
            bad_item(p, seq, named.name, "不见了，也没有抹除标记");
            return at;
        }
        item_check(p, rules, &named, b);
        at++;
    }
    if (!sound)
        bad(p, seq, S("条目不是规范的JSON"));
    if (at < p->bodies.n && p->bodies.p[at].seq == seq)
        bad_item(p, seq, p->bodies.p[at].item, "不是条目所说的内容");
    return at;
}

static void checkpoint_check(struct page *p, const struct page_rules *rules,
                             struct page_checkpoint *row)
{
    struct checkpoint c;
    if (checkpoint_parse(p->arena, row->note, &c))
        bad(p, row->size, S("这一条之后的检查点读不出来"));
    else if (c.size != row->size || c.at != row->at ||
             !str_eq(checkpoint_store(&c), rules->store_id))
        bad(p, row->size, S("这一条之后的检查点与它的登记不符"));
    else if (rules->signer && !checkpoint_verifies(&c, rules->signer))
        bad(p, row->size, S("这一条之后的检查点签名不对"));
    else
        row->root = c.root;
}

void page_check(struct page *p, const struct page_rules *rules)
{
    leaves_check(p);
    for (size_t t = 0; (t + 1) * TILE_NODES <= p->n; t++)
        tile_check(p, t);
    size_t at = 0;
    for (size_t i = 0; i < p->n && (!p->bad_seq || p->first + (int64_t)i < p->bad_seq); i++)
        at = bodies_check(p, rules, i, at);
    for (size_t i = 0; i < p->sealed.n; i += OPEN_AT_ONCE)
        sealed_check(p, rules->master, p->sealed.p + i,
                     p->sealed.n - i < OPEN_AT_ONCE ? p->sealed.n - i : OPEN_AT_ONCE);
    for (size_t i = 0; i < p->checkpoints.n; i++)
        checkpoint_check(p, rules, &p->checkpoints.p[i]);
}
