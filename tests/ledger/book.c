#include "book.h"

int book_setup(void **state)
{
    struct book *b = calloc(1, sizeof *b);
    void *scene;
    int applied;
    scene_setup(&scene);
    b->scene = scene;
    b->store = b->scene->store;
    b->db = b->scene->db;
    b->arena = b->scene->arena;
    assert_ok(store_migrate(b->store, true, &applied));
    assert_ok(ledger_keys_load(b->store, true, &b->keys));
    assert_ok(ledger_open(b->store, b->db, &b->keys, &b->ledger));
    *state = b;
    return 0;
}

int book_teardown(void **state)
{
    struct book *b = *state;
    void *scene = b->scene;
    ledger_close(b->ledger);
    ledger_keys_clear(&b->keys);
    free(b);
    return scene_teardown(&scene);
}

str book_spine(struct book *b, int64_t seq, struct ledger_item items[2], size_t *ret_n)
{
    buf text = buf_make(b->arena, 1024);
    struct json_out o = {&text, false};
    size_t n = seq % 3 ? 0 : 1 + (size_t)(seq % 2);
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("test"));
    json_key(&o, S("body"));
    json_open(&o, '{');
    for (size_t i = 0; i < n; i++) {
        items[i].name = i ? S("what.text") : S("who.name");
        items[i].plain = arena_printf(b->arena, "%s %lld", i ? "内容" : "张三", (long long)seq);
        assert_ok(ledger_seal(b->ledger, b->arena, &items[i]));
    }
    /* Keys in ascending order. */
    for (size_t i = n; i-- > 0;) {
        buf hex = buf_make(b->arena, 2 * SM3_BYTES);
        buf_hex(&hex, items[i].digest.byte, SM3_BYTES);
        json_put_str(&o, items[i].name, buf_str(&hex));
    }
    json_close(&o, '}');
    json_put_int(&o, S("n"), seq);
    json_close(&o, '}');
    *ret_n = n;
    return buf_str(&text);
}

void book_append_one(struct book *b)
{
    struct ledger_item items[2];
    size_t n;
    int64_t seq = ledger_size(b->ledger) + 1;
    str spine = book_spine(b, seq, items, &n);
    assert_ok(ledger_append(b->ledger, b->db, seq, spine, items, n));
}

void book_append(struct book *b, int64_t n)
{
    assert_ok(db_begin_write(b->db));
    assert_ok(ledger_refresh(b->ledger, b->db));
    for (int64_t i = 0; i < n; i++)
        book_append_one(b);
    assert_ok(ledger_flush(b->ledger, b->db));
    assert_ok(db_commit(b->db));
}

void book_checkpoint(struct book *b)
{
    assert_ok(
        ledger_checkpoint(b->ledger, b->db, INT64_C(1767225600000000) + ledger_size(b->ledger)));
}

void book_reopen(struct book *b)
{
    ledger_close(b->ledger);
    b->ledger = NULL;
    assert_ok(ledger_open(b->store, b->db, &b->keys, &b->ledger));
}

struct ledger_report book_verify(struct book *b)
{
    struct ledger_report report;
    assert_ok(ledger_verify(b->store, b->db, &b->keys, b->arena, NULL, NULL, &report));
    return report;
}
