#include "book.h"

#include <sys/stat.h>

static char *key_path(struct book *b, const char *name)
{
    return arena_cstr(
        b->arena, arena_printf(b->arena, "%.*s/keys/%s", STR_ARG(store_folder(b->store)), name));
}

static void made_once(void **state)
{
    struct book *b = *state;
    struct ledger_keys again;
    struct stat info;
    assert_ok(ledger_keys_load(b->store, true, &again));
    assert_memory_equal(&again.master, &b->keys.master, sizeof again.master);
    assert_true(str_eq(sm2_key_id(b->arena, again.signer), sm2_key_id(b->arena, b->keys.signer)));
    ledger_keys_clear(&again);
    assert_null(again.signer);
    assert_int_equal(stat(key_path(b, "master.key"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(stat(key_path(b, "checkpoint.pem"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void never_replaced(void **state)
{
    struct book *b = *state;
    struct ledger_keys again;
    assert_int_equal(rename(key_path(b, "master.key"), key_path(b, "elsewhere")), 0);
    assert_err(ledger_keys_load(b->store, true, &again), ERR_MISSING);
    assert_int_equal(rename(key_path(b, "elsewhere"), key_path(b, "master.key")), 0);
    assert_int_equal(unlink(key_path(b, "checkpoint.pem")), 0);
    assert_err(ledger_keys_load(b->store, true, &again), ERR_MISSING);
}

static void public_half_verifies(void **state)
{
    struct book *b = *state;
    struct ledger_keys public;
    struct ledger_report report;
    book_append(b, 20);
    book_checkpoint(b);
    assert_int_equal(unlink(key_path(b, "checkpoint.pem")), 0);
    assert_int_equal(unlink(key_path(b, "master.key")), 0);
    assert_ok(ledger_keys_load(b->store, false, &public));
    assert_ok(ledger_verify(b->store, b->db, &public, b->arena, NULL, NULL, &report));
    assert_null(report.bad.p);
    assert_int_equal(report.checkpoints, 1);
    struct ledger *writer;
    assert_err(ledger_open(b->store, b->db, &public, &writer), ERR_MISSING);
    ledger_keys_clear(&public);
}

static void nothing_there(void **state)
{
    struct book *b = *state;
    struct ledger_keys keys;
    unlink(key_path(b, "checkpoint.pem"));
    unlink(key_path(b, "checkpoint.pub"));
    assert_err(ledger_keys_load(b->store, false, &keys), ERR_MISSING);
}

static void unreadable_keys(void **state)
{
    struct book *b = *state;
    struct ledger_keys keys;
    assert_ok(file_write_atomic(str_of(key_path(b, "master.key")), S("abc\n"), 0600));
    assert_err(ledger_keys_load(b->store, false, &keys), ERR_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        book_test(made_once),     book_test(never_replaced),  book_test(public_half_verifies),
        book_test(nothing_there), book_test(unreadable_keys),
    };
    return scene_run("keys", tests);
}
