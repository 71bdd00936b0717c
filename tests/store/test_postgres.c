/* What only a server does: it goes away, it warns, it refuses. */
#include "scene.h"

static void server_ends_the_connection(void **state)
{
    struct scene *s = *state;
    scene_exec(s->db, "CREATE TABLE t (n BIGINT PRIMARY KEY)");
    struct db *other AUTO_DB = NULL;
    assert_ok(db_open(s->store, true, &other));
    int64_t pid = scene_int(s->db, "SELECT pg_backend_pid()"), n;
    assert_ok(db_begin_write(s->db));
    assert_ok(db_put(s->db, "INSERT INTO t VALUES (1)", NULL));
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d)", (int)pid);
    scene_int(other, sql);
    usleep(100000);
    err *e = NULL;
    for (int i = 2; !e && i < 3; i++)
        e = db_one_int(s->db, "SELECT count(*) FROM t", NULL, 0, &n);
    assert_true(e && (e->kind == ERR_DATABASE || e->kind == ERR_BUSY));
    assert_non_null(db_commit(s->db));
    assert_int_equal(scene_int(other, "SELECT count(*) FROM t"), 0);
    /* The next transaction finds a connection again, and its statements. */
    assert_ok(db_begin_write(s->db));
    assert_ok(db_put(s->db, "INSERT INTO t VALUES (1)", NULL));
    assert_ok(db_commit(s->db));
    assert_int_equal(scene_int(s->db, "SELECT count(*) FROM t"), 1);
}

/* A restart between transactions goes unnoticed, whatever comes first. */
static void server_was_restarted(void **state)
{
    struct scene *s = *state;
    scene_exec(s->db, "CREATE TABLE t (n BIGINT PRIMARY KEY)");
    struct db *other AUTO_DB = NULL;
    assert_ok(db_open(s->store, true, &other));
    for (int round = 0; round < 3; round++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d)",
                 (int)scene_int(s->db, "SELECT pg_backend_pid()"));
        scene_int(other, sql);
        usleep(50000);
        if (round == 0)
            scene_exec(s->db, "INSERT INTO t VALUES (1)");
        else if (round == 1)
            assert_ok(db_begin_read(s->db));
        assert_int_equal(scene_int(s->db, "SELECT count(*) FROM t"), 1);
        db_rollback(s->db);
    }
}

/* A text that is wrong twice over: what the server says of it is not said of the next statement. */
static void unanswered_text(void **state)
{
    struct scene *s = *state;
    int64_t n;
    assert_err(db_one_int(s->db, "SELEC :x", DB_ARGS(DB_T("x", S("a\0b"))), 0, &n), ERR_INPUT);
    assert_int_equal(scene_int(s->db, "SELECT 1"), 1);
}

/* As when the wait for the standby is cancelled: COMMIT is answered, and a warning with it. */
static void warning_at_commit_is_no_success(void **state)
{
    struct scene *s = *state;
    scene_exec(s->db, "CREATE TABLE t (n BIGINT PRIMARY KEY)");
    scene_exec(s->db, "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS"
                      " $$ BEGIN RAISE WARNING 'canceling wait for synchronous replication'; "
                      "RETURN NULL; END $$");
    scene_exec(s->db,
               "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
               " FOR EACH ROW EXECUTE FUNCTION warn()");
    assert_ok(db_begin_write(s->db));
    assert_ok(db_put(s->db, "INSERT INTO t VALUES (1)", NULL));
    const err *e = assert_err(db_commit(s->db), ERR_DATABASE);
    assert_true(str_find(e->text, S("备机")) >= 0);
    assert_ok(db_begin_write(s->db));
    assert_ok(db_commit(s->db));
}

/* Statements that break in the middle of their rows, or of the pipeline. */
static void late_errors(void **state)
{
    struct scene *s = *state;
    struct db_rows r;
    assert_err(
        db_query(s->db, s->arena, "SELECT 1 / (900 - n) FROM generate_series(1, 1000) n", NULL, &r),
        ERR_DATABASE);
    scene_exec(s->db, "CREATE TABLE t (n BIGINT PRIMARY KEY)");
    assert_ok(db_begin_write(s->db));
    err *e = NULL;
    int put = 0;
    for (; !e && put < 5000; put++)
        e = db_put(s->db, "INSERT INTO t VALUES (:n)", DB_ARGS(DB_I("n", put == 700 ? 0 : put)));
    assert_err(e, ERR_DATABASE); /* at the latest when the pipe is full */
    assert_true(put > 700 && put < 2000);
    db_rollback(s->db);
    assert_int_equal(scene_int(s->db, "SELECT count(*) FROM t"), 0);
}

static void refusals(void **state)
{
    struct scene *s = *state;
    struct store *store;
    str url = arena_printf(s->arena, "%s", s->url);
    ptrdiff_t at = str_find(url, S("search_path"));
    str other = arena_printf(s->arena, "%.*ssearch_path%%3Dno_such_schema", (int)at, url.p);
    assert_err(store_open(other, S("/tmp"), STORE_EXISTING, &store), ERR_DATABASE);
    const err *e = assert_err(store_open(S("postgresql:///x?host=/nonexistent&port=1"), S("/tmp"),
                                         STORE_EXISTING, &store),
                              ERR_DATABASE);
    assert_true(e->detail.n > 0);
    assert_err(store_open(url, S(""), STORE_EXISTING, &store), ERR_INPUT);
    const err *backup = assert_err(store_backup(s->store, S("/tmp/x")), ERR_INPUT);
    assert_true(str_find(backup->text, S("pg_basebackup")) >= 0);
}

static void damage_is_called_damage(void **state)
{
    struct scene *s = *state;
    assert_err(
        db_exec(s->db, "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'XX001'; END $$", NULL, NULL),
        ERR_DAMAGED);
    assert_err(
        db_exec(s->db, "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$", NULL, NULL),
        ERR_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scene_test(server_ends_the_connection),
        scene_test(server_was_restarted),
        scene_test(unanswered_text),
        scene_test(warning_at_commit_is_no_success),
        scene_test(late_errors),
        scene_test(refusals),
        scene_test(damage_is_called_damage),
    };
    return scene_run_postgres("postgres", tests);
}
