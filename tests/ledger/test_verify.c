/* Every way to tamper with the tables, done with SQL, and the entry that must be named for it. */
#include "book.h"
#include "ledger/checkpoint.h"
#include "ledger/tree.h"

static void sound(void **state)
{
    struct book *b = *state;
    struct ledger_report r = book_verify(b);
    struct sm3 empty = tree_empty(), root;
    assert_null(r.bad.p);
    assert_int_equal(r.entries, 0);
    assert_digest(r.root, empty);
    for (int64_t size = 0; size < 5000; size += 1231) {
        book_append(b, 1231);
        book_checkpoint(b);
    }
    book_append(b, 100);
    r = book_verify(b);
    assert_null(r.bad.p);
    assert_int_equal(r.bad_seq, 0);
    assert_int_equal(r.entries, 5 * 1231 + 100);
    assert_int_equal(r.items, r.entries / 3 + (r.entries + 3) / 6);
    assert_int_equal(r.tiles, r.entries / 256);
    assert_int_equal(r.checkpoints, 5);
    assert_int_equal(r.erased, 0);
    assert_ok(ledger_root(b->db, r.entries, &root));
    assert_digest(r.root, root);
}

static void sizes_around_pages_and_tiles(void **state)
{
    struct book *b = *state;
    static const int64_t sizes[] = {1, 255, 256, 257, 512, 2047, 2048, 2049, 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        book_append(b, sizes[i] - ledger_size(b->ledger));
        struct ledger_report r = book_verify(b);
        assert_null(r.bad.p);
        book_checkpoint(b);
        r = book_verify(b);
        assert_null(r.bad.p);
        assert_int_equal(r.entries, sizes[i]);
        assert_int_equal(r.checkpoints, i + 1);
    }
}

static void erasure_keeps_it_sound(void **state)
{
    struct book *b = *state;
    book_append(b, 600);
    book_checkpoint(b);
    for (int64_t seq = 3; seq < 600; seq += 6)
        assert_ok(ledger_erase(b->db, seq, S("who.name"), 600));
    struct ledger_report r = book_verify(b);
    assert_null(r.bad.p);
    assert_int_equal(r.erased, 100);
    book_reopen(b);
}

static void progress_seen(void *context, int64_t done, int64_t of)
{
    int64_t *last = context;
    assert_true(done > *last && done <= of);
    *last = done;
}

static void tells_how_far_it_is(void **state)
{
    struct book *b = *state;
    struct ledger_report r;
    int64_t last = 0;
    book_append(b, 5000);
    assert_ok(ledger_verify(b->store, b->db, &b->keys, b->arena, progress_seen, &last, &r));
    assert_int_equal(last, 5000);
}

/* The ledger all tampering is tried on: 4,500 entries, checkpoints at 1,500, 3,000 and 4,500. */
static int tamper_setup(void **state)
{
    book_setup(state);
    struct book *b = *state;
    for (int i = 0; i < 3; i++) {
        book_append(b, 1500);
        book_checkpoint(b);
    }
    return 0;
}

enum { SQLITE_ONLY = 1, ONLY_WITNESS_KNOWS = 2, ERROR = 4 };

struct tampering {
    const char *sql[4];
    int64_t bad_seq;
    unsigned flags;
};

static const struct tampering tamperings[] = {
    {{"UPDATE ledger_entry SET spine = REPLACE(spine, 'test', 'text') WHERE seq = 2500"}, 2500},
    {{"UPDATE ledger_entry SET spine = spine || ' ' WHERE seq = 1"}, 1},
    {{"UPDATE ledger_entry SET spine = '' WHERE seq = 4500"}, 4500},
    {{"UPDATE ledger_entry SET leaf = (SELECT leaf FROM ledger_entry WHERE seq = 1) WHERE seq = "
      "2048"},
     2048},
    {{"UPDATE ledger_entry SET leaf = '' WHERE seq = 2049"}, 2049, SQLITE_ONLY},
    {{"UPDATE ledger_entry SET leaf = 5 WHERE seq = 2049"}, 2049, SQLITE_ONLY},
    /* two at once: the first is named */
    {{"UPDATE ledger_entry SET spine = 'x' WHERE seq IN (4000, 700, 2100)"}, 700},
    {{"DELETE FROM ledger_entry WHERE seq = 1"}, 1},
    {{"DELETE FROM ledger_entry WHERE seq = 2048"}, 2048},
    {{"DELETE FROM ledger_entry WHERE seq = 2049"}, 2049},
    {{"DELETE FROM ledger_entry WHERE seq > 4490"}, 4491},
    {{"DELETE FROM ledger_entry WHERE seq = 4500",
      "DELETE FROM ledger_checkpoint WHERE size = 4500",
      "DELETE FROM ledger_body WHERE seq = 4500"},
     4500,
     ONLY_WITNESS_KNOWS},
    {{"DELETE FROM ledger_entry", "DELETE FROM ledger_checkpoint"}, 1},
    {{"UPDATE ledger_entry SET seq = 0 WHERE seq = 1"}, 1},
    {{"INSERT INTO ledger_entry SELECT 0, leaf, spine FROM ledger_entry WHERE seq = 1"}, 1},
    {{"INSERT INTO ledger_entry SELECT 4502, leaf, spine FROM ledger_entry WHERE seq = 1"}, 4501},
    /* two entries exchanged, leaves and all */
    {{"UPDATE ledger_entry SET seq = -1 WHERE seq = 1000",
      "UPDATE ledger_entry SET seq = 1000 WHERE seq = 1001",
      "UPDATE ledger_entry SET seq = 1001 WHERE seq = -1"},
     1000},
    /* leaf and spine together: the tile knows */
    {{"UPDATE ledger_entry SET leaf = (SELECT leaf FROM ledger_entry WHERE seq = 2), "
      "spine = (SELECT spine FROM ledger_entry WHERE seq = 2) WHERE seq = 4001"},
     4001},
    /* ... and where no tile is full yet, the last checkpoint before it and the next */
    {{"UPDATE ledger_entry SET leaf = (SELECT leaf FROM ledger_entry WHERE seq = 2), "
      "spine = (SELECT spine FROM ledger_entry WHERE seq = 2) WHERE seq = 4400"},
     3001},
    {{"DELETE FROM ledger_tile WHERE tile = 3"}, 3 * 256 + 1},
    {{"UPDATE ledger_tile SET nodes = CAST(nodes || x'00' AS BLOB) WHERE tile = 3"}, 3 * 256 + 1, SQLITE_ONLY},
    {{"UPDATE ledger_tile SET nodes = (SELECT nodes FROM ledger_tile WHERE tile = 2) WHERE tile = "
      "5"},
     5 * 256 + 1},
    {{"UPDATE ledger_tile SET nodes = leaf FROM ledger_entry WHERE tile = 5 AND seq = 1"},
     5 * 256 + 1},
    {{"INSERT INTO ledger_tile SELECT level, 17, nodes FROM ledger_tile WHERE tile = 3"}, 4501},
    {{"INSERT INTO ledger_tile SELECT 1, 0, nodes FROM ledger_tile WHERE tile = 3"}, 4501},
    {{"UPDATE ledger_tile SET nodes = 3 WHERE tile = 4"}, 4 * 256 + 1, SQLITE_ONLY},
    {{"UPDATE ledger_checkpoint SET note = REPLACE(note, '3000', '3001') WHERE size = 3000"}, 3000},
    {{"UPDATE ledger_checkpoint SET note = REPLACE(note, '2026', '2025') WHERE size = 3000"}, 3000},
    {{"UPDATE ledger_checkpoint SET at = at + 1 WHERE size = 3000"}, 3000},
    {{"UPDATE ledger_checkpoint SET size = 2999 WHERE size = 3000"}, 2999},
    {{"UPDATE ledger_checkpoint SET note = (SELECT note FROM ledger_checkpoint WHERE size = 1500) "
      "WHERE size = 3000"},
     3000},
    {{"UPDATE ledger_checkpoint SET size = 0 WHERE size = 1500"}, 1},
    {{"UPDATE ledger_checkpoint SET size = 9000 WHERE size = 1500"}, 4501},
    {{"DELETE FROM ledger_body WHERE seq = 2502"}, 2502},
    {{"DELETE FROM ledger_body WHERE seq = 2505 AND item = 'who.name'"}, 2505},
    {{"UPDATE ledger_body SET item = 'who.namf' WHERE seq = 2502"}, 2502},
    {{"UPDATE ledger_body SET seq = 2500 WHERE seq = 2502"}, 2500},
    {{"INSERT INTO ledger_body SELECT 2500, item, sealed, NULL FROM ledger_body WHERE seq = 3"},
     2500},
    {{"INSERT INTO ledger_body SELECT 4501, item, sealed, NULL FROM ledger_body WHERE seq = 6"},
     4501},
    {{"INSERT INTO ledger_body SELECT 0, item, sealed, NULL FROM ledger_body WHERE seq = 6"}, 1},
    {{"INSERT INTO ledger_body SELECT 'x', item, sealed, NULL FROM ledger_body WHERE seq = 6"},
     4501,
     SQLITE_ONLY},
    {{"UPDATE ledger_body SET sealed = (SELECT sealed FROM ledger_body WHERE seq = 6) WHERE seq = "
      "2502"},
     2502},
    {{"UPDATE ledger_body SET sealed = 5 WHERE seq = 2502"}, 2502, SQLITE_ONLY},
    {{"UPDATE ledger_body SET sealed = NULL WHERE seq = 2502"}, 2502},
    {{"UPDATE ledger_body SET erased_by = 2600 WHERE seq = 2502"}, 2502},
    {{"UPDATE ledger_body SET sealed = NULL, erased_by = 9999 WHERE seq = 2502"}, 2502},
    {{"UPDATE ledger_body SET sealed = NULL, erased_by = 2502 WHERE seq = 2502"}, 2502},
    {{"UPDATE store_setting SET value = 'other' WHERE name = 'store.id'"}, 1500, ERROR},
};

static const char *const tables[] = {"ledger_entry", "ledger_body", "ledger_tile",
                                     "ledger_checkpoint", "store_setting"};

static void tables_copy(struct book *b, const char *format)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, format, tables[i], tables[i]);
        scene_exec(b->db, sql);
    }
}

static void tables_restore(struct book *b)
{
    assert_ok(db_begin_write(b->db));
    tables_copy(b, "DELETE FROM %s");
    tables_copy(b, "INSERT INTO %s SELECT * FROM kept_%s");
    assert_ok(db_commit(b->db));
}

static void named(struct book *b, int64_t bad_seq, const char *what)
{
    struct ledger_report r = book_verify(b);
    if (r.bad_seq != bad_seq)
        fail_msg("%s: named %lld, wanted %lld (%.*s)", what, (long long)r.bad_seq,
                 (long long)bad_seq, STR_ARG(r.bad));
    assert_int_equal(r.bad.p != NULL, bad_seq != 0);
    assert_true(bad_seq == 0 || r.entries < bad_seq);
}

static void tamper(struct book *b, const struct tampering *t)
{
    char *witness = arena_cstr(b->arena, witness_path(b->store, b->arena));
    char *hidden = arena_cstr(b->arena, arena_printf(b->arena, "%s.hidden", witness));
    for (size_t i = 0; i < sizeof t->sql / sizeof *t->sql && t->sql[i]; i++)
        scene_exec(b->db, t->sql[i]);
    if (t->flags & ERROR) {
        struct ledger_report r;
        assert_err(ledger_verify(b->store, b->db, &b->keys, b->arena, NULL, NULL, &r), ERR_DAMAGED);
        err_clear();
    } else {
        named(b, t->bad_seq, t->sql[0]);
    }
    assert_int_equal(rename(witness, hidden), 0);
    named(b, t->flags & ONLY_WITNESS_KNOWS ? 0 : t->bad_seq, t->sql[0]);
    assert_int_equal(rename(hidden, witness), 0);
}

static void each_tampering(void **state)
{
    struct book *b = *state;
    tables_copy(b, "CREATE TABLE kept_%s AS SELECT * FROM %s");
    for (size_t i = 0; i < sizeof tamperings / sizeof *tamperings; i++) {
        if (tamperings[i].flags & SQLITE_ONLY && b->scene->engine != STORE_SQLITE)
            continue;
        tamper(b, &tamperings[i]);
        tables_restore(b);
    }
    assert_null(book_verify(b).bad.p);
}

/* Any byte of any row: flipped, found at its entry, put back. */
static void flip(struct book *b, const char *select, const char *update, int64_t key,
                 uint64_t *random, int64_t *ret_at)
{
    str was;
    assert_ok(db_one_str(b->db, b->arena, select, DB_ARGS(DB_I("key", key)), &was));
    char *now = arena_cstr(b->arena, was);
    size_t at = test_random(random) % was.n;
    now[at] ^= was.p[at] & 0x40 ? 1 : 4; /* stays ASCII, never 0 */
    *ret_at = (int64_t)at;
    struct db_value value = {
        strstr(select, "spine") || strstr(select, "note") ? DB_TEXT : DB_BLOB, 0, {now, was.n}};
    assert_ok(db_exec(b->db, update,
                      DB_ARGS(DB_I("key", key), ((struct db_arg){S("value"), value})), NULL));
}

static void any_flipped_byte(void **state)
{
    struct book *b = *state;
    static const struct {
        const char *select, *update;
        int64_t step, last; /* keys are multiples of step up to last */
    } kinds[] = {
        {"SELECT spine FROM ledger_entry WHERE seq = :key",
         "UPDATE ledger_entry SET spine = :value WHERE seq = :key", 1, 4500},
        {"SELECT leaf FROM ledger_entry WHERE seq = :key",
         "UPDATE ledger_entry SET leaf = :value WHERE seq = :key", 1, 4500},
        {"SELECT sealed FROM ledger_body WHERE seq = :key AND item = 'who.name'",
         "UPDATE ledger_body SET sealed = :value WHERE seq = :key AND item = 'who.name'", 3, 4500},
        {"SELECT nodes FROM ledger_tile WHERE level = 0 AND tile = :key",
         "UPDATE ledger_tile SET nodes = :value WHERE level = 0 AND tile = :key", 1, 16},
        {"SELECT note FROM ledger_checkpoint WHERE size = :key",
         "UPDATE ledger_checkpoint SET note = :value WHERE size = :key", 1500, 4500},
    };
    uint64_t random = 99;
    tables_copy(b, "CREATE TABLE kept_%s AS SELECT * FROM %s");
    for (int i = 0; i < 60; i++) {
        size_t kind = (size_t)i % (sizeof kinds / sizeof *kinds);
        uint64_t choices = (uint64_t)(kinds[kind].last / kinds[kind].step);
        int64_t key = kinds[kind].step * (1 + (int64_t)(test_random(&random) % choices)), at;
        flip(b, kinds[kind].select, kinds[kind].update, key, &random, &at);
        named(b, kind == 3 ? key * 256 + at / SM3_BYTES + 1 : key, kinds[kind].select);
        tables_restore(b);
    }
}

/* Beyond 65,536 entries there is a tile of tiles. */
static void second_level(void **state)
{
    struct book *b = *state;
    if (b->scene->engine != STORE_SQLITE)
        skip();
    book_append(b, 66000);
    book_checkpoint(b);
    struct ledger_report r = book_verify(b);
    assert_null(r.bad.p);
    assert_int_equal(r.tiles, 66000 / 256 + 1);
    book_reopen(b);
    book_append(b, 1);
    book_checkpoint(b);
    named(b, 0, "grown");
    scene_exec(b->db,
               "UPDATE ledger_tile SET nodes = (SELECT nodes FROM ledger_tile WHERE level = 0 "
               "AND tile = 9) WHERE level = 1");
    named(b, 1, "second level changed");
    scene_exec(b->db, "DELETE FROM ledger_tile WHERE level = 1");
    named(b, 1, "second level missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        book_test(sound),
        book_test(sizes_around_pages_and_tiles),
        book_test(erasure_keeps_it_sound),
        book_test(tells_how_far_it_is),
        cmocka_unit_test_setup_teardown(each_tampering, tamper_setup, book_teardown),
        cmocka_unit_test_setup_teardown(any_flipped_byte, tamper_setup, book_teardown),
        book_test(second_level),
    };
    return scene_run("verify", tests);
}
