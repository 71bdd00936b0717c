#include "book.h"
#include "ledger/checkpoint.h"

#include <errno.h>

enum { AT = 1767225600 };

static struct checkpoint signed_one(struct arena *a, const struct sm2_key *key, int64_t size)
{
    struct checkpoint c;
    struct sm3 root = sm3_of(&size, sizeof size);
    assert_ok(checkpoint_sign(a, key, S("01test"), size, &root, AT * USEC_SECOND + size, &c));
    return c;
}

static void shape_and_reading(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm2_key *key, *other;
    struct checkpoint back;
    assert_ok(sm2_generate(&key));
    assert_ok(sm2_generate(&other));
    struct checkpoint c = signed_one(a, key, 1234);
    assert_true(str_starts(c.note, S("xiezhi 01test\n1234\n")));
    assert_true(str_find(c.note, S("\n2026-01-01T08:00:00.001234+08:00\n\n- ")) > 0);
    assert_ok(checkpoint_parse(a, c.note, &back));
    assert_int_equal(back.size, 1234);
    assert_int_equal(back.at, AT * USEC_SECOND + 1234);
    assert_digest(back.root, c.root);
    assert_true(str_eq(back.key_id, sm2_key_id(a, key)));
    assert_str(checkpoint_store(&back), "01test");
    assert_true(checkpoint_verifies(&back, key));
    assert_false(checkpoint_verifies(&back, other));
    sm2_free(key);
    sm2_free(other);
}

/* No byte can be changed, dropped or put in: either the note is no note any more, or it does not
 * verify. */
static void every_change_is_noticed(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm2_key *key;
    struct checkpoint back;
    assert_ok(sm2_generate(&key));
    struct checkpoint c = signed_one(a, key, 77);
    for (size_t i = 0; i < c.note.n; i++) {
        char *changed = arena_cstr(a, c.note);
        for (int kind = 0; kind < 4; kind++) {
            str note = {changed, c.note.n};
            if (kind < 2)
                changed[i] = (char)(c.note.p[i] ^ (kind ? 0x20 : 1));
            else if (kind == 2)
                note = arena_printf(a, "%.*s%.*s", (int)i, c.note.p, (int)(c.note.n - i - 1),
                                    c.note.p + i + 1);
            else
                note = arena_printf(a, "%.*s0%.*s", (int)i, c.note.p, (int)(c.note.n - i),
                                    c.note.p + i);
            if (!checkpoint_parse(a, note, &back) && checkpoint_verifies(&back, key))
                fail_msg("change %d at %zu", kind, i);
            changed[i] = c.note.p[i];
            err_clear();
        }
    }
    sm2_free(key);
}

static void one_spelling_only(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "xiezhi a\n",
        "xiezhi a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n- "
        "k AA==",
        "xiezhi "
        "a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n- k "
        "AA==\n",
        "xiezhi "
        "a\n+1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n- k "
        "AA==\n",
        "xiezhi "
        "a\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n- k "
        "AA==\n",
        "xiezhi a\n1\nAAAA\n2026-01-01T00:00:00+08:00\n\n- k AA==\n",
        "xiezhi a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00Z\n\n- k "
        "AA==\n",
        "xiezhi a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n* "
        "k AA==\n",
        "xiezhi a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n- "
        "k\n",
        "xiezhi A\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n- "
        "k AA==\n",
        "xiezhi \n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n- "
        "k AA==\n",
        "xiezhi a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n- "
        "k AA==\n\n",
        "xiezhi a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nnow\n\n- k AA==\n",
    };
    AUTO_ARENA(a);
    struct checkpoint c;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!checkpoint_parse(a, str_of(bad[i]), &c))
            fail_msg("accepted %s", bad[i]);
    str good = S(
        "xiezhi a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n2026-01-01T00:00:00+08:00\n\n- "
        "k AA==\n");
    assert_ok(checkpoint_parse(a, good, &c));
    assert_err(checkpoint_parse(a, (str){arena_alloc(a, 2000, 1), 2000}, &c), ERR_LIMIT);
    err_clear();
}

static void witness_keeps_the_newest(void **state)
{
    struct book *b = *state;
    struct checkpoint *seen;
    size_t n;
    bool there;
    assert_ok(witness_read(b->store, b->arena, &there, &seen, &n));
    assert_false(there);
    assert_int_equal(n, 0);
    for (int64_t size = 1; size <= LIMIT_WITNESS + 10; size++) {
        struct checkpoint c = signed_one(b->arena, b->keys.signer, size);
        assert_ok(witness_add(b->store, &c));
        assert_ok(witness_read(b->store, b->arena, &there, &seen, &n));
        assert_true(there);
        assert_int_equal(n, size < LIMIT_WITNESS ? size : LIMIT_WITNESS);
        assert_int_equal(seen[n - 1].size, size);
        assert_true(str_eq(seen[n - 1].note, c.note));
        assert_true(checkpoint_verifies(&seen[0], b->keys.signer));
    }
    assert_int_equal(seen[0].size, 11);
}

static void witness_in_any_order(void **state)
{
    struct book *b = *state;
    struct checkpoint *seen, late = signed_one(b->arena, b->keys.signer, 20),
                             early = signed_one(b->arena, b->keys.signer, 10);
    size_t n;
    bool there;
    assert_ok(witness_add(b->store, &late));
    assert_ok(witness_add(b->store, &early));
    assert_ok(witness_read(b->store, b->arena, &there, &seen, &n));
    assert_int_equal(seen[0].size, 10);
    assert_int_equal(seen[1].size, 20);
}

static void witness_line_that_cannot_be_read(void **state)
{
    struct book *b = *state;
    struct checkpoint *seen;
    size_t n;
    bool there;
    assert_ok(file_write_atomic(witness_path(b->store, b->arena), S("xiezhi a 1 b\n"), 0600));
    assert_err(witness_read(b->store, b->arena, &there, &seen, &n), ERR_DAMAGED);
}

static void newest_in_the_database(void **state)
{
    struct book *b = *state;
    struct checkpoint c;
    bool any;
    assert_ok(checkpoint_newest(b->db, b->arena, &any, &c));
    assert_false(any);
    book_append(b, 3);
    book_checkpoint(b);
    book_append(b, 300);
    book_checkpoint(b);
    book_checkpoint(b); /* nothing new */
    assert_ok(checkpoint_newest(b->db, b->arena, &any, &c));
    assert_true(any);
    assert_int_equal(c.size, 303);
    assert_true(checkpoint_verifies(&c, b->keys.signer));
    struct sm3 root;
    assert_ok(ledger_root(b->db, 303, &root));
    assert_digest(c.root, root);
    assert_int_equal(scene_int(b->db, "SELECT COUNT(*) FROM ledger_checkpoint"), 2);
    scene_exec(b->db, "UPDATE ledger_checkpoint SET note = 'x' WHERE size = 303");
    assert_err(checkpoint_newest(b->db, b->arena, &any, &c), ERR_DAMAGED);
}

/* Each checkpoint extends the one before, for whoever kept only the notes. */
static void checkpoints_are_consistent(void **state)
{
    struct book *b = *state;
    struct checkpoint old, now;
    struct proof p;
    bool any;
    book_append(b, 300);
    book_checkpoint(b);
    assert_ok(checkpoint_newest(b->db, b->arena, &any, &old));
    book_append(b, 500);
    book_checkpoint(b);
    assert_ok(checkpoint_newest(b->db, b->arena, &any, &now));
    assert_ok(proof_consistency(b->db, old.size, now.size, &p));
    assert_true(proof_consistency_holds(old.size, &old.root, now.size, &now.root, &p));
}

static void a_full_disk_loses_no_checkpoint(void **state)
{
    struct book *b = *state;
    struct checkpoint *seen;
    size_t n;
    bool there;
    book_append(b, 3);
    os_fault(OS_FSYNC, 1, ENOSPC);
    assert_err(ledger_checkpoint(b->ledger, b->db, AT * USEC_SECOND), ERR_FULL);
    os_fault(OS_FSYNC, 0, 0);
    book_checkpoint(b);
    assert_ok(witness_read(b->store, b->arena, &there, &seen, &n));
    assert_int_equal(n, 1);
    assert_int_equal(seen[0].size, 3);
}

int main(void)
{
    const struct CMUnitTest pure[] = {
        cmocka_unit_test(shape_and_reading),
        cmocka_unit_test(every_change_is_noticed),
        cmocka_unit_test(one_spelling_only),
    };
    const struct CMUnitTest stored[] = {
        book_test(witness_keeps_the_newest),         book_test(witness_in_any_order),
        book_test(witness_line_that_cannot_be_read), book_test(newest_in_the_database),
        book_test(checkpoints_are_consistent),       book_test(a_full_disk_loses_no_checkpoint),
    };
    return cmocka_run_group_tests(pure, NULL, NULL) + scene_run("checkpoint", stored);
}
