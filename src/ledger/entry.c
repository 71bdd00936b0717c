/*
 * Reading entries, and forgetting parts of them. The spine says which items there must be; body
 * rows are matched against it, so an item that vanished or was slipped in is noticed by every
 * reader.
 */
#include "ledger/column.h"
#include "ledger/keys.h"
#include "ledger/spine.h"

enum { SCAN_PAGE = 256 };

/* An entry while its body rows come in. */
struct loading {
    struct ledger_entry entry;
    struct sm3 *digest; /* of each item, from the spine */
    bool *found;
};

struct entry_page {
    struct db *db;
    struct arena *arena;
    const struct seal_key *master; /* NULL: items stay closed */
    VEC(struct loading) entries;
};

static err *damaged(int64_t seq, str item, const char *what)
{
    err *e = err_new(ERR_DAMAGED, "账本第%lld条的“%.*s”%s", (long long)seq, STR_ARG(item), what);
    return err_at(e, item);
}

/* Makes room for the items that the spine names. */
static err *items_expect(struct arena *a, struct loading *l)
{
    struct spine_item named = {0};
    str body, rest;
    size_t n = 0;
    bool sound = spine_body(l->entry.spine, &body);
    for (rest = body; sound && (sound = spine_next(&rest, &named)) && named.name.p;)
        n++;
    if (!sound)
        return err_new(ERR_DAMAGED, "账本第%lld条不是规范的JSON", (long long)l->entry.seq);
    l->entry.n = n;
    l->entry.items = arena_alloc(a, n, sizeof *l->entry.items);
    l->digest = NEW_ARRAY(a, n, struct sm3);
    l->found = NEW_ARRAY(a, n, bool);
    named = (struct spine_item){0};
    for (size_t i = 0; i < n; i++) {
        CHECK(spine_next(&body, &named));
        l->entry.items[i].name = named.name;
        l->digest[i] = named.digest;
    }
    return NULL;
}

static err *entries_read(struct entry_page *p, int64_t first, int64_t last)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(p->db, p->arena,
                 "SELECT seq, spine FROM ledger_entry WHERE seq >= :first AND seq <= :last "
                 "ORDER BY seq LIMIT :n",
                 DB_ARGS(DB_I("first", first), DB_I("last", last), DB_I("n", SCAN_PAGE)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct loading l = {
            .entry = {.seq = column_int(&rows, 0), .spine = column_bytes(&rows, 1)}};
        if (l.entry.seq != first + (int64_t)p->entries.n)
            return err_new(ERR_DAMAGED, "账本缺少第%lld条",
                           (long long)first + (int64_t)p->entries.n);
        TRY(items_expect(p->arena, &l));
        vec_push(p->arena, &p->entries, l);
    }
}

static err *item_open(struct entry_page *p, struct loading *l, size_t i, str sealed)
{
    struct sm3 digest;
    str name = l->entry.items[i].name;
    if (seal_open(p->arena, p->master, name, sealed, &l->entry.items[i].plain, &digest))
        return damaged(l->entry.seq, name, "封存的内容已被改动");
    if (!bytes_equal(&digest, &l->digest[i], sizeof digest))
        return damaged(l->entry.seq, name, "内容与条目里的摘要不符");
    l->entry.items[i].salt = seal_salt(sealed);
    return NULL;
}

static err *item_take(struct entry_page *p, struct loading *l, str name, str sealed,
                      struct db_value erased_by)
{
    size_t i = 0;
    while (i < l->entry.n && !str_eq(l->entry.items[i].name, name))
        i++;
    if (i == l->entry.n)
        return damaged(l->entry.seq, name, "不在条目里");
    if ((erased_by.kind == DB_NULL) == !sealed.p)
        return damaged(l->entry.seq, name, "的抹除标记与内容不符");
    l->found[i] = true;
    l->entry.items[i].erased = !sealed.p;
    l->entry.items[i].erased_by = erased_by.i;
    return sealed.p && p->master ? item_open(p, l, i, sealed) : NULL;
}

static err *items_complete(const struct loading *l)
{
    for (size_t i = 0; i < l->entry.n; i++)
        if (!l->found[i])
            return damaged(l->entry.seq, l->entry.items[i].name, "不见了，也没有抹除标记");
    return NULL;
}

static err *bodies_read(struct entry_page *p)
{
    struct db_rows rows;
    bool more;
    if (!p->entries.n)
        return NULL;
    int64_t first = p->entries.p[0].entry.seq, last = first + (int64_t)p->entries.n - 1;
    TRY(db_query(p->db, p->arena,
                 "SELECT seq, item, sealed, erased_by FROM ledger_body "
                 "WHERE seq >= :first AND seq <= :last ORDER BY seq, item",
                 DB_ARGS(DB_I("first", first), DB_I("last", last)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        int64_t seq = column_int(&rows, 0);
        if (seq < first)
            return err_new(ERR_DAMAGED, "账本里有编号不是整数的内容");
        TRY(item_take(p, &p->entries.p[seq - first], column_bytes(&rows, 1), column_bytes(&rows, 2),
                      db_column(&rows, 3)));
    }
    for (size_t k = 0; k < p->entries.n; k++)
        TRY(items_complete(&p->entries.p[k]));
    return NULL;
}

static err *page_read(struct db *d, struct arena *a, const struct ledger_keys *keys, int64_t first,
                      int64_t last, struct entry_page *ret)
{
    *ret = (struct entry_page){.db = d, .arena = a, .master = master_given(keys)};
    TRY(entries_read(ret, first, last));
    return bodies_read(ret);
}

err *ledger_read(struct db *d, struct arena *a, const struct ledger_keys *keys, int64_t seq,
                 struct ledger_entry *ret)
{
    struct entry_page page;
    TRY(page_read(d, a, keys, seq, seq, &page));
    if (!page.entries.n)
        return err_new(ERR_MISSING, "账本没有第%lld条", (long long)seq);
    *ret = page.entries.p[0].entry;
    return NULL;
}

err *ledger_scan(struct db *d, const struct ledger_keys *keys, int64_t first, int64_t last,
                 err *(*each)(void *context, struct arena *a, const struct ledger_entry *entry),
                 void *context)
{
    AUTO_ARENA(a);
    struct entry_page page;
    do {
        arena_reset(a);
        TRY(page_read(d, a, keys, first, last, &page));
        for (size_t i = 0; i < page.entries.n; i++)
            TRY(each(context, a, &page.entries.p[i].entry));
        first += (int64_t)page.entries.n;
    } while (page.entries.n == SCAN_PAGE);
    return NULL;
}

err *ledger_erase(struct db *d, int64_t seq, str item, int64_t order_seq)
{
    int64_t changed, there;
    TRY(db_exec(d,
                "UPDATE ledger_body SET sealed = NULL, erased_by = :order_seq "
                "WHERE seq = :seq AND item = :item AND erased_by IS NULL",
                DB_ARGS(DB_I("order_seq", order_seq), DB_I("seq", seq), DB_T("item", item)),
                &changed));
    if (changed)
        return NULL;
    TRY(db_one_int(d, "SELECT COUNT(*) FROM ledger_body WHERE seq = :seq AND item = :item",
                   DB_ARGS(DB_I("seq", seq), DB_T("item", item)), 0, &there));
    return there ? NULL
                 : err_new(ERR_MISSING, "账本第%lld条没有“%.*s”", (long long)seq, STR_ARG(item));
}
