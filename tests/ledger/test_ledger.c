/* The writer: what is appended is there, what is undone is not, and who puts back old data is
 * caught. */
#include "book.h"
#include "ledger/checkpoint.h"

static struct sm3 leaves_root(struct book *b, int64_t size)
{
    struct sm3 *leaf = NEW_ARRAY(b->arena, (size_t)size + 1, struct sm3);
    for (int64_t seq = 1; seq <= size; seq++) {
        struct ledger_entry e;
        assert_ok(ledger_read(b->db, b->arena, NULL, seq, &e));
        leaf[seq - 1] = ledger_leaf(e.spine);
    }
    return naive_root(leaf, (size_t)size);
}

static void every_root_to_six_hundred(void **state)
{
    struct book *b = *state;
    static struct sm3 leaf[600];
    assert_ok(db_begin_write(b->db));
    for (int64_t seq = 1; seq <= 600; seq++) {
        struct ledger_entry e;
        struct sm3 root;
        book_append_one(b);
        assert_ok(ledger_flush(b->ledger, b->db));
        assert_ok(ledger_read(b->db, b->arena, NULL, seq, &e));
        leaf[seq - 1] = ledger_leaf(e.spine);
        assert_ok(ledger_root(b->db, seq, &root));
        struct sm3 expected = naive_root(leaf, (size_t)seq);
        assert_digest(root, expected);
    }
    assert_ok(db_commit(b->db));
    for (int64_t size = 0; size <= 600; size++) {
        struct sm3 root, expected = naive_root(leaf, (size_t)size);
        assert_ok(ledger_root(b->db, size, &root));
        assert_digest(root, expected);
    }
    assert_int_equal(scene_int(b->db, "SELECT COUNT(*) FROM ledger_tile"), 2);
}

static void batch_sizes_do_not_matter(void **state)
{
    struct book *b = *state;
    uint64_t random = 5;
    while (ledger_size(b->ledger) < 1500) {
        book_append(b, (int64_t)(test_random(&random) % 400));
        if (test_random(&random) % 3 == 0)
            book_reopen(b);
    }
    struct sm3 root, expected = leaves_root(b, ledger_size(b->ledger));
    assert_ok(ledger_root(b->db, ledger_size(b->ledger), &root));
    assert_digest(root, expected);
    assert_null(book_verify(b).bad.p);
}

static void an_act_that_fails_leaves_nothing(void **state)
{
    struct book *b = *state;
    book_append(b, 10);
    assert_ok(db_begin_write(b->db));
    for (int i = 0; i < 300; i++) {
        assert_ok(db_savepoint(b->db));
        int64_t size = ledger_size(b->ledger);
        book_append_one(b);
        if (i % 3 == 0) {
            db_undo(b->db);
            ledger_rewind(b->ledger, size);
        } else {
            assert_ok(db_release(b->db));
        }
    }
    assert_ok(ledger_flush(b->ledger, b->db));
    assert_ok(db_commit(b->db));
    assert_int_equal(ledger_size(b->ledger), 210);
    book_checkpoint(b);
    struct ledger_report r = book_verify(b);
    assert_null(r.bad.p);
    assert_int_equal(r.entries, 210);
}

static void a_batch_that_is_rolled_back(void **state)
{
    struct book *b = *state;
    book_append(b, 250);
    for (int flushed = 0; flushed < 2; flushed++) {
        assert_ok(db_begin_write(b->db));
        for (int i = 0; i < 100; i++)
            book_append_one(b);
        if (flushed)
            assert_ok(ledger_flush(b->ledger, b->db));
        db_rollback(b->db);
        assert_ok(ledger_reset(b->ledger, b->db));
        assert_int_equal(ledger_size(b->ledger), 250);
    }
    book_append(b, 100);
    book_checkpoint(b);
    struct ledger_report r = book_verify(b);
    assert_null(r.bad.p);
    assert_int_equal(r.entries, 350);
    assert_int_equal(r.tiles, 1);
    assert_int_equal(r.checkpoints, 1);
}

/* Two processes take turns, as on PostgreSQL. */
static void two_writers(void **state)
{
    struct book *b = *state;
    struct ledger *first = b->ledger, *second;
    assert_ok(ledger_open(b->store, b->db, &b->keys, &second));
    for (int turn = 0; turn < 6; turn++) {
        b->ledger = turn % 2 ? second : first;
        book_append(b, 170);
        if (turn == 3)
            book_checkpoint(b);
    }
    b->ledger = first;
    book_checkpoint(b);
    b->ledger = second;
    book_checkpoint(b); /* the same size again: not stored twice */
    b->ledger = first;
    ledger_close(second);
    struct ledger_report r = book_verify(b);
    assert_null(r.bad.p);
    assert_int_equal(r.entries, 6 * 170);
    assert_int_equal(r.checkpoints, 2);
    book_reopen(b);
}

static void an_order_may_erase_within_its_batch(void **state)
{
    struct book *b = *state;
    struct ledger_entry e;
    assert_ok(db_begin_write(b->db));
    for (int i = 0; i < 4; i++)
        book_append_one(b);
    assert_ok(ledger_erase(b->db, 3, S("who.name"), 4));
    assert_ok(ledger_flush(b->ledger, b->db));
    assert_ok(db_commit(b->db));
    assert_ok(ledger_read(b->db, b->arena, &b->keys, 3, &e));
    assert_true(e.items[1].erased);
    assert_null(book_verify(b).bad.p);
}

static struct book *book_now; /* for what must abort */

static void wrong_seq(void)
{
    (void)!ledger_append(book_now->ledger, book_now->db, 5, S("{}"), NULL, 0);
}

static void digest_not_in_spine(void)
{
    struct ledger_item item = {.name = S("a"), .plain = S("b")};
    if (!ledger_seal(book_now->ledger, book_now->arena, &item))
        (void)!ledger_append(book_now->ledger, book_now->db, 1, S("{\"body\":{}}"), &item, 1);
}

static void rewind_behind_the_flush(void)
{
    ledger_rewind(book_now->ledger, -1);
}

static void bugs_stop_the_program(void **state)
{
    book_now = *state;
    if (book_now->scene->engine != STORE_SQLITE)
        skip();
    assert_ok(db_begin_write(book_now->db));
    assert_aborts(wrong_seq);
    assert_aborts(digest_not_in_spine);
    assert_aborts(rewind_behind_the_flush);
    db_rollback(book_now->db);
}

static void reopened(struct book *b, enum err_kind kind)
{
    struct ledger *again = NULL;
    assert_err(ledger_open(b->store, b->db, &b->keys, &again), kind);
    assert_null(again);
    err_clear();
}

static void entries_taken_away(void **state)
{
    struct book *b = *state;
    book_append(b, 300);
    book_checkpoint(b);
    scene_exec(b->db, "DELETE FROM ledger_entry WHERE seq > 280");
    scene_exec(b->db, "DELETE FROM ledger_checkpoint");
    reopened(b, ERR_DAMAGED);
}

static void history_rewritten(void **state)
{
    struct book *b = *state;
    book_append(b, 200);
    book_checkpoint(b);
    book_append(b, 20);
    book_reopen(b);
    /* Spine and leaf changed together: only the witness knows. */
    struct sm3 leaf = ledger_leaf(S("{\"act\":\"test\",\"body\":{},\"n\":1000}"));
    assert_ok(db_exec(b->db, "UPDATE ledger_entry SET spine = :spine, leaf = :leaf WHERE seq = 100",
                      DB_ARGS(DB_T("spine", S("{\"act\":\"test\",\"body\":{},\"n\":1000}")),
                              DB_B("leaf", ((str){(char *)leaf.byte, SM3_BYTES}))),
                      NULL));
    reopened(b, ERR_DAMAGED);
}

static void witness_of_another_store(void **state)
{
    struct book *b = *state;
    book_append(b, 5);
    struct sm3 root;
    struct checkpoint c;
    assert_ok(ledger_root(b->db, 5, &root));
    assert_ok(checkpoint_sign(b->arena, b->keys.signer, S("01other"), 5, &root, 0, &c));
    assert_ok(witness_add(b->store, &c));
    reopened(b, ERR_DAMAGED);
}

static void witness_signed_by_somebody_else(void **state)
{
    struct book *b = *state;
    struct sm2_key *key;
    struct sm3 root;
    struct checkpoint c;
    str id;
    book_append(b, 5);
    assert_ok(sm2_generate(&key));
    assert_ok(store_id_read(b->db, b->arena, &id));
    assert_ok(ledger_root(b->db, 5, &root));
    assert_ok(checkpoint_sign(b->arena, key, id, 5, &root, 0, &c));
    assert_ok(witness_add(b->store, &c));
    sm2_free(key);
    reopened(b, ERR_DAMAGED);
}

static void witness_lost_is_begun_anew(void **state)
{
    struct book *b = *state;
    struct checkpoint *seen;
    size_t n;
    bool there;
    book_append(b, 5);
    book_checkpoint(b);
    assert_int_equal(unlink(arena_cstr(b->arena, witness_path(b->store, b->arena))), 0);
    log_level_set(LOG_ERROR);
    book_reopen(b);
    log_level_set(LOG_INFO);
    assert_ok(witness_read(b->store, b->arena, &there, &seen, &n));
    assert_int_equal(n, 1);
    assert_int_equal(seen[0].size, 5);
}

static void shortened_under_way(void **state)
{
    struct book *b = *state;
    book_append(b, 20);
    scene_exec(b->db, "DELETE FROM ledger_entry WHERE seq > 10");
    assert_ok(db_begin_write(b->db));
    assert_err(ledger_refresh(b->ledger, b->db), ERR_DAMAGED);
    db_rollback(b->db);
}

static void proofs_from_the_database(void **state)
{
    struct book *b = *state;
    uint64_t random = 3;
    book_append(b, 1100);
    for (int i = 0; i < 40; i++) {
        int64_t size = 1 + (int64_t)(test_random(&random) % 1100);
        int64_t seq = 1 + (int64_t)(test_random(&random) % (uint64_t)size);
        struct sm3 root, old_root;
        struct proof p;
        struct ledger_entry e;
        assert_ok(ledger_root(b->db, size, &root));
        assert_ok(ledger_read(b->db, b->arena, NULL, seq, &e));
        struct sm3 leaf = ledger_leaf(e.spine);
        assert_ok(proof_inclusion(b->db, seq, size, &p));
        assert_true(proof_inclusion_holds(&leaf, seq, size, &p, &root));
        assert_ok(ledger_root(b->db, seq, &old_root));
        assert_ok(proof_consistency(b->db, seq, size, &p));
        assert_true(proof_consistency_holds(seq, &old_root, size, &root, &p));
    }
    struct proof p;
    struct sm3 root;
    assert_err(proof_inclusion(b->db, 1, 1101, &p), ERR_MISSING);
    assert_err(proof_inclusion(b->db, 0, 10, &p), ERR_MISSING);
    assert_err(proof_inclusion(b->db, 11, 10, &p), ERR_MISSING);
    assert_err(proof_consistency(b->db, 11, 10, &p), ERR_INPUT);
    assert_err(proof_consistency(b->db, -1, 10, &p), ERR_INPUT);
    assert_err(ledger_root(b->db, 1101, &root), ERR_MISSING);
    assert_err(ledger_root(b->db, -1, &root), ERR_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        book_test(every_root_to_six_hundred),
        book_test(batch_sizes_do_not_matter),
        book_test(an_act_that_fails_leaves_nothing),
        book_test(a_batch_that_is_rolled_back),
        book_test(two_writers),
        book_test(an_order_may_erase_within_its_batch),
        book_test(bugs_stop_the_program),
        book_test(entries_taken_away),
        book_test(history_rewritten),
        book_test(witness_of_another_store),
        book_test(witness_signed_by_somebody_else),
        book_test(witness_lost_is_begun_anew),
        book_test(shortened_under_way),
        book_test(proofs_from_the_database),
    };
    return scene_run("ledger", tests);
}
