/* All or nothing: undo, failed statements, two writers, killed writers, full disks. */
#include "scene.h"

#include <errno.h>
#include <pthread.h>

static void make_table(struct scene *s)
{
    scene_exec(s->db, "CREATE TABLE thing (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)");
    scene_exec(s->db, "CREATE TABLE twin (id BIGINT PRIMARY KEY)");
}

static const char insert_sql[] = "INSERT INTO thing (id, n) VALUES (:id, :n)";

static err *insert(struct db *d, int64_t id)
{
    return db_put(d, insert_sql, DB_ARGS(DB_I("id", id), DB_I("n", 0)));
}

static int64_t count(struct scene *s)
{
    return scene_int(s->db, "SELECT count(*) FROM thing");
}

static void rollback_leaves_nothing(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_ok(db_begin_write(s->db));
    assert_ok(insert(s->db, 1));
    db_rollback(s->db);
    db_rollback(s->db); /* nothing to do is fine */
    assert_int_equal(count(s), 0);
    assert_ok(db_begin_write(s->db));
    assert_ok(insert(s->db, 1));
    assert_int_equal(count(s), 1); /* the writer sees its own */
    assert_ok(db_commit(s->db));
    assert_int_equal(count(s), 1);
}

/* One act of a batch fails and is undone; the others are stored. */
static void undo_to_the_savepoint(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_ok(db_begin_write(s->db));
    for (int act = 0; act < 6; act++) {
        assert_ok(db_savepoint(s->db));
        err *e = insert(s->db, 10 * act);
        if (!e)
            e = insert(s->db, act % 3 == 2
                                  ? 0
                                  : 10 * act + 1); /* 0 is taken: fails now or at the release */
        if (!e)
            e = db_release(s->db);
        assert_int_equal(e != NULL, act % 3 == 2);
        if (e) {
            assert_int_equal(e->kind, ERR_DATABASE);
            assert_true(str_find(e->detail, S("INSERT INTO thing")) >= 0);
            db_undo(s->db);
        }
    }
    assert_ok(db_commit(s->db));
    assert_int_equal(count(s), 8);
    assert_int_equal(scene_int(s->db, "SELECT count(*) FROM thing WHERE id IN (20, 50)"), 0);
}

static void undo_without_an_error(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_ok(db_begin_write(s->db));
    assert_ok(insert(s->db, 1));
    assert_ok(db_savepoint(s->db));
    assert_ok(insert(s->db, 2));
    db_undo(s->db);
    assert_ok(insert(s->db, 3));
    assert_ok(db_commit(s->db));
    assert_int_equal(scene_int(s->db, "SELECT sum(id) FROM thing"), 4);
}

/* After a failure nothing goes on, and commit says so and stores nothing. */
static void failed_transaction_stays_failed(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_ok(insert(s->db, 1));
    assert_ok(db_begin_write(s->db));
    assert_ok(insert(s->db, 2));
    err *e = insert(s->db, 1);
    int64_t n;
    if (!e) /* an error of db_put surfaces at the next query */
        e = db_one_int(s->db, "SELECT count(*) FROM thing", NULL, 0, &n);
    assert_err(e, ERR_DATABASE);
    assert_err(db_one_int(s->db, "SELECT 1", NULL, 0, &n), ERR_DATABASE);
    assert_err(insert(s->db, 3), ERR_DATABASE);
    assert_err(db_commit(s->db), ERR_DATABASE);
    assert_int_equal(count(s), 1);
    assert_ok(insert(s->db, 4)); /* the connection is as good as before */
}

static void failed_put_surfaces_at_commit(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_ok(db_begin_write(s->db));
    assert_ok(insert(s->db, 1));
    err *e = insert(s->db, 1);
    for (int i = 2; !e && i < 5; i++)
        e = insert(s->db, i);
    assert_err(e ? e : db_commit(s->db), ERR_DATABASE);
    db_rollback(s->db);
    assert_int_equal(count(s), 0);
}

/* A text that cannot be prepared fails the transaction, and may be right after all later. */
static void bad_text_then_good(void **state)
{
    struct scene *s = *state;
    err *e;
    for (int i = 0; i < 2; i++) {
        assert_ok(db_begin_write(s->db));
        e = insert(s->db, 1);
        if (!e)
            e = db_commit(s->db);
        assert_err(e, ERR_DATABASE);
        db_rollback(s->db);
    }
    make_table(s);
    assert_ok(db_begin_write(s->db));
    assert_ok(insert(s->db, 1));
    assert_ok(db_commit(s->db));
    assert_int_equal(count(s), 1);
}

static void many_puts(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_ok(db_begin_write(s->db));
    for (int i = 0; i < 20000; i++)
        assert_ok(insert(s->db, i));
    assert_ok(db_commit(s->db));
    assert_int_equal(count(s), 20000);
}

static void snapshot_stands_still(void **state)
{
    struct scene *s = *state;
    make_table(s);
    struct db *reader AUTO_DB = NULL;
    assert_ok(db_open(s->store, false, &reader));
    assert_ok(db_begin_read(reader));
    assert_int_equal(scene_int(reader, "SELECT count(*) FROM thing"), 0);
    assert_ok(insert(s->db, 1));
    assert_int_equal(scene_int(reader, "SELECT count(*) FROM thing"), 0);
    assert_ok(db_commit(reader));
    assert_int_equal(scene_int(reader, "SELECT count(*) FROM thing"), 1);
}

static void readers_cannot_write(void **state)
{
    struct scene *s = *state;
    make_table(s);
    struct db *reader AUTO_DB = NULL;
    assert_ok(db_open(s->store, false, &reader));
    assert_err(db_begin_write(reader), ERR_DATABASE);
    assert_err(insert(reader, 1), ERR_DATABASE);
    struct db_rows r;
    assert_err(db_query(reader, s->arena, "DELETE FROM thing", NULL, &r), ERR_DATABASE);
    struct store *read_only = scene_open_again(s, STORE_READ);
    struct db *d = NULL;
    assert_err(db_open(read_only, true, &d), ERR_DATABASE);
    assert_ok(db_open(read_only, false, &d));
    assert_int_equal(scene_int(d, "SELECT count(*) FROM thing"), 0);
    db_close(d);
    store_close(read_only);
}

static void returning_needs_a_write_transaction(void **state)
{
    struct scene *s = *state;
    make_table(s);
    int64_t id;
    const char *sql = "INSERT INTO thing (id, n) VALUES (7, 0) RETURNING id";
    assert_err(db_one_int(s->db, sql, NULL, 0, &id), ERR_DATABASE);
    assert_int_equal(count(s), 0);
    assert_ok(db_begin_write(s->db));
    assert_ok(db_one_int(s->db, sql, NULL, 0, &id));
    assert_ok(db_commit(s->db));
    assert_int_equal(id, 7);
    assert_int_equal(count(s), 1);
}

/* ---- two writers ---- */

static void second_writer_is_busy(void **state)
{
    struct scene *s = *state;
    make_table(s);
    s->store->wait_ms = 50;
    struct db *same AUTO_DB = NULL;
    assert_ok(db_open(s->store, true, &same));
    struct store *other = scene_open_again(s, STORE_EXISTING);
    other->wait_ms = 50;
    struct db *d;
    assert_ok(db_open(other, true, &d));
    assert_ok(db_begin_write(s->db));
    assert_ok(insert(s->db, 1));
    assert_err(db_begin_write(same), ERR_BUSY);
    assert_err(db_begin_write(d), ERR_BUSY);
    assert_err(insert(d, 2), ERR_BUSY);
    assert_ok(db_commit(s->db));
    assert_ok(insert(d, 2));
    db_close(d);
    store_close(other);
}

enum { ROUNDS = 150 };

static err *increment(struct db *d)
{
    int64_t n;
    TRY(db_begin_write(d));
    TRY(db_one_int(d, "SELECT n FROM thing WHERE id = 1", NULL, 0, &n));
    TRY(db_put(d, "UPDATE thing SET n = :n WHERE id = 1", DB_ARGS(DB_I("n", n + 1))));
    TRY(db_commit(d));
    return NULL;
}

static void *increment_rounds(void *p)
{
    for (int i = 0; i < ROUNDS; i++)
        if (increment(p))
            return p;
    return NULL;
}

static void two_threads(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_ok(insert(s->db, 1));
    struct db *second AUTO_DB = NULL;
    assert_ok(db_open(s->store, true, &second));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, increment_rounds, second), 0);
    assert_null(increment_rounds(s->db));
    void *failed;
    pthread_join(thread, &failed);
    assert_null(failed);
    assert_int_equal(scene_int(s->db, "SELECT n FROM thing WHERE id = 1"), 2 * ROUNDS);
}

static int status_of(pid_t child)
{
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void two_processes(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_ok(insert(s->db, 1));
    int out[2];
    pid_t child[2] = {scene_spawn(s, "increment", &out[0]), scene_spawn(s, "increment", &out[1])};
    assert_null(increment_rounds(s->db));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(status_of(child[i]), 0);
        close(out[i]);
    }
    assert_int_equal(scene_int(s->db, "SELECT n FROM thing WHERE id = 1"), 3 * ROUNDS);
}

/* ---- kill -9 ---- */

/* In the other process: pairs of rows for ever, each pair told to the parent once it is committed.
 */
static void write_pairs(struct db *d)
{
    int64_t id = scene_int(d, "SELECT max(id) FROM thing");
    for (;;) {
        id++;
        assert_ok(db_begin_write(d));
        assert_ok(insert(d, id));
        assert_ok(db_put(d, "INSERT INTO twin (id) VALUES (:id)", DB_ARGS(DB_I("id", id))));
        assert_ok(db_commit(d));
        if (write(STDOUT_FILENO, &id, sizeof id) != sizeof id)
            _exit(1);
    }
}

static int64_t last_told(int out)
{
    int64_t id, last = -1;
    while (read(out, &id, sizeof id) == sizeof id)
        last = id;
    close(out);
    return last;
}

static const char pairs_sql[] = "SELECT count(*) FROM thing t JOIN twin u ON t.id = u.id";

static void killed_writers_leave_whole_transactions(void **state)
{
    struct scene *s = *state;
    make_table(s);
    uint64_t random = 1;
    for (int round = 0; round < 12; round++) {
        int out;
        pid_t child = scene_spawn(s, "pairs", &out);
        usleep(20000 + (useconds_t)(test_random(&random) % 60000));
        kill(child, SIGKILL);
        status_of(child);
        int64_t told = last_told(out);
        /* One moment: a server may still be at work on the dead one's last words. */
        assert_ok(db_begin_read(s->db));
        int64_t things = scene_int(s->db, "SELECT count(*) FROM thing");
        assert_true(things > told); /* ids start at 0: what was acknowledged is there */
        assert_int_equal(scene_int(s->db, "SELECT count(*) FROM twin"), things);
        assert_int_equal(scene_int(s->db, pairs_sql), things);
        assert_ok(db_commit(s->db));
    }
    assert_ok(insert(s->db, -1)); /* nobody holds the writer's place */
}

/* ---- full disk ---- */

static void full_disk(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_ok(insert(s->db, 1));
    if (s->engine == STORE_POSTGRES) {
        assert_err(db_exec(s->db, "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$",
                           NULL, NULL),
                   ERR_FULL);
        return;
    }
    int64_t pages = scene_int(s->db, "PRAGMA page_count");
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld", (long long)pages + 2);
    scene_int(s->db, sql);
    assert_ok(db_begin_write(s->db));
    err *e = NULL;
    for (int i = 2; !e && i < 100000; i++) {
        assert_ok(db_savepoint(s->db));
        e = insert(s->db, i);
        if (!e)
            assert_ok(db_release(s->db));
    }
    assert_err(e, ERR_FULL);
    db_undo(s->db);
    err *after = db_commit(s->db); /* SQLite may have ended it: then commit says so */
    assert_true(!after || after->kind == ERR_FULL);
    int64_t n = count(s);
    assert_true(after ? n == 1 : n > 1);
    scene_int(s->db, "PRAGMA max_page_count = 100000");
    assert_ok(insert(s->db, 1000000));
    assert_int_equal(count(s), n + 1);
}

/* In the other process: no file may grow beyond 256 KB. */
static void write_until_full(struct db *d)
{
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){256 * 1024, 256 * 1024});
    int64_t id = 0;
    err *e;
    do {
        err_clear();
        e = db_begin_write(d);
        for (int i = 0; !e && i < 50; i++)
            e = insert(d, ++id);
        if (!e)
            e = db_commit(d);
        if (!e && write(STDOUT_FILENO, &id, sizeof id) != sizeof id)
            _exit(1);
    } while (!e && id < 10000000);
    _exit(e && e->kind == ERR_FULL ? 0 : 2);
}

static void full_file_system(void **state)
{
    struct scene *s = *state;
    if (s->engine == STORE_POSTGRES)
        return; /* its files are the server's */
    make_table(s);
    int out;
    pid_t child = scene_spawn(s, "fill", &out);
    int64_t told = last_told(out);
    assert_int_equal(status_of(child), 0);
    assert_true(told > 100);
    assert_int_equal(count(s), told);
    assert_ok(insert(s->db, -1));
}

int main(int argc, char **argv)
{
    if (argc > 3) {
        struct db *d = scene_join(argv);
        if (strcmp(argv[1], "increment") == 0) {
            bool failed = increment_rounds(d);
            struct store *store = db_store(d);
            db_close(d);
            store_close(store);
            return failed;
        }
        if (strcmp(argv[1], "pairs") == 0)
            write_pairs(d);
        write_until_full(d);
    }
    const struct CMUnitTest tests[] = {
        scene_test(rollback_leaves_nothing),
        scene_test(undo_to_the_savepoint),
        scene_test(undo_without_an_error),
        scene_test(failed_transaction_stays_failed),
        scene_test(failed_put_surfaces_at_commit),
        scene_test(bad_text_then_good),
        scene_test(many_puts),
        scene_test(snapshot_stands_still),
        scene_test(readers_cannot_write),
        scene_test(returning_needs_a_write_transaction),
        scene_test(second_writer_is_busy),
        scene_test(two_threads),
        scene_test(two_processes),
        scene_test(killed_writers_leave_whole_transactions),
        scene_test(full_disk),
        scene_test(full_file_system),
    };
    return scene_run("transactions", tests);
}
