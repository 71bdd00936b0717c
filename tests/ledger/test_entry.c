#include "book.h"

static void read_one(void **state)
{
    struct book *b = *state;
    struct ledger_entry e;
    book_append(b, 10);
    assert_ok(ledger_read(b->db, b->arena, &b->keys, 9, &e));
    assert_int_equal(e.seq, 9);
    assert_int_equal(e.n, 2);
    assert_str(e.items[0].name, "what.text");
    assert_str(e.items[0].plain, "内容 9");
    assert_str(e.items[1].name, "who.name");
    assert_str(e.items[1].plain, "张三 9");
    assert_ok(ledger_read(b->db, b->arena, NULL, 9, &e));
    assert_null(e.items[1].plain.p);
    assert_false(e.items[1].erased);
    assert_ok(ledger_read(b->db, b->arena, &b->keys, 10, &e));
    assert_int_equal(e.n, 0);
    assert_err(ledger_read(b->db, b->arena, &b->keys, 11, &e), ERR_MISSING);
    assert_err(ledger_read(b->db, b->arena, &b->keys, 0, &e), ERR_MISSING);
}

static void erase(void **state)
{
    struct book *b = *state;
    struct ledger_entry e;
    book_append(b, 12);
    assert_ok(ledger_erase(b->db, 9, S("who.name"), 10));
    assert_ok(ledger_erase(b->db, 9, S("who.name"), 12));
    assert_ok(ledger_read(b->db, b->arena, &b->keys, 9, &e));
    assert_false(e.items[0].erased);
    assert_str(e.items[0].plain, "内容 9");
    assert_true(e.items[1].erased);
    assert_int_equal(e.items[1].erased_by, 10);
    assert_null(e.items[1].plain.p);
    assert_err(ledger_erase(b->db, 9, S("who"), 10), ERR_MISSING);
    assert_err(ledger_erase(b->db, 13, S("who.name"), 10), ERR_MISSING);
}

struct seen {
    int64_t next, items, stop_at;
};

static err *look(void *context, struct arena *a, const struct ledger_entry *e)
{
    struct seen *seen = context;
    (void)a;
    assert_int_equal(e->seq, seen->next++);
    seen->items += (int64_t)e->n;
    return e->seq == seen->stop_at ? err_new(ERR_CONFLICT, "enough") : NULL;
}

static void scan(void **state)
{
    struct book *b = *state;
    book_append(b, 700);
    struct seen all = {.next = 1}, some = {.next = 250}, none = {.next = 1};
    assert_ok(ledger_scan(b->db, &b->keys, 1, INT64_MAX, look, &all));
    assert_int_equal(all.next, 701);
    assert_int_equal(all.items, 233 + 117);
    assert_ok(ledger_scan(b->db, &b->keys, 250, 520, look, &some));
    assert_int_equal(some.next, 521);
    assert_ok(ledger_scan(b->db, &b->keys, 701, 900, look, &none));
    assert_int_equal(none.next, 1);
    struct seen stopped = {.next = 1, .stop_at = 300};
    assert_err(ledger_scan(b->db, &b->keys, 1, 700, look, &stopped), ERR_CONFLICT);
    assert_int_equal(stopped.next, 301);
}

#define assert_damaged(book, seq, name)                                                            \
    do {                                                                                           \
        struct ledger_entry damaged_;                                                              \
        const err *e_ = assert_err(                                                                \
            ledger_read((book)->db, (book)->arena, &(book)->keys, (seq), &damaged_), ERR_DAMAGED); \
        assert_str(e_->field, name);                                                               \
        err_clear();                                                                               \
    } while (0)

static void readers_notice_damage(void **state)
{
    struct book *b = *state;
    struct ledger_entry e;
    book_append(b, 30);
    scene_exec(b->db,
               "UPDATE ledger_body SET sealed = (SELECT sealed FROM ledger_body WHERE seq = 6) "
               "WHERE seq = 3");
    assert_damaged(b, 3, "what.text");
    assert_ok(ledger_read(b->db, b->arena, NULL, 3, &e)); /* without keys nothing is opened */
    scene_exec(b->db, "DELETE FROM ledger_body WHERE seq = 9 AND item = 'what.text'");
    assert_damaged(b, 9, "what.text");
    scene_exec(b->db, "UPDATE ledger_body SET sealed = NULL WHERE seq = 12");
    assert_damaged(b, 12, "who.name");
    scene_exec(b->db, "UPDATE ledger_body SET erased_by = 16 WHERE seq = 15 AND item = 'who.name'");
    assert_damaged(b, 15, "who.name");
    scene_exec(b->db, "INSERT INTO ledger_body (seq, item) VALUES (16, 'more')");
    assert_damaged(b, 16, "more");
    scene_exec(b->db, "UPDATE ledger_entry SET spine = 'x' WHERE seq = 17");
    assert_damaged(b, 17, "");
    scene_exec(b->db, "DELETE FROM ledger_entry WHERE seq = 20");
    struct seen seen = {.next = 18};
    assert_err(ledger_scan(b->db, NULL, 18, 30, look, &seen), ERR_DAMAGED);
}

/* Only SQLite lets somebody put the wrong kind of value into a column. */
static void wrong_kinds_of_value(void **state)
{
    struct book *b = *state;
    if (b->scene->engine != STORE_SQLITE)
        skip();
    book_append(b, 6);
    scene_exec(b->db, "UPDATE ledger_body SET sealed = 7 WHERE seq = 3");
    assert_damaged(b, 3, "what.text");
    scene_exec(b->db, "UPDATE ledger_body SET seq = 6.5 WHERE seq = 6");
    assert_damaged(b, 6, "who.name");
    scene_exec(b->db, "UPDATE ledger_entry SET spine = X'00' WHERE seq = 2");
    assert_damaged(b, 2, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        book_test(read_one),
        book_test(erase),
        book_test(scan),
        book_test(readers_notice_damage),
        book_test(wrong_kinds_of_value),
    };
    return scene_run("entry", tests);
}
