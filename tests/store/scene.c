#include "scene.h"

#include <fcntl.h>
#include <ftw.h>

static enum store_engine engine_now;

static const char *postgres_url(void)
{
    const char *url = getenv("XIEZHI_TEST_POSTGRES");
    return url && *url ? url : NULL;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info, (void)kind, (void)at;
    return remove(path);
}

/* Statements around the schema go through a store of their own, in the default schema. */
static void postgres_do(const char *sql)
{
    struct store *s;
    struct db *d;
    assert_ok(store_open(str_of(postgres_url()), S("/tmp"), STORE_EXISTING, &s));
    assert_ok(db_open(s, true, &d));
    assert_ok(db_exec(d, sql, NULL, NULL));
    db_close(d);
    store_close(s);
}

static void postgres_schema(const char *verb, const char *more)
{
    char sql[128];
    snprintf(sql, sizeof sql, "%s xiezhi_test_%d%s", verb, (int)getpid(), more);
    postgres_do(sql);
}

int scene_setup(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    s->engine = engine_now;
    s->arena = arena_new();
    snprintf(s->folder, sizeof s->folder, "%s/xiezhi-test-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(s->folder));
    if (s->engine == STORE_SQLITE) {
        snprintf(s->url, sizeof s->url, "sqlite:%s/x.db", s->folder);
    } else {
        postgres_schema("CREATE SCHEMA", "");
        snprintf(s->url, sizeof s->url, "%s%coptions=-csearch_path%%3Dxiezhi_test_%d",
                 postgres_url(), strchr(postgres_url(), '?') ? '&' : '?', (int)getpid());
    }
    s->store = scene_open_again(s, STORE_CREATE);
    assert_ok(db_open(s->store, true, &s->db));
    *state = s;
    return 0;
}

int scene_teardown(void **state)
{
    struct scene *s = *state;
    db_close(s->db);
    store_close(s->store);
    if (s->engine == STORE_POSTGRES)
        postgres_schema("DROP SCHEMA", " CASCADE");
    nftw(s->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(s->arena);
    free(s);
    err_clear();
    return 0;
}

struct store *scene_open_again(const struct scene *s, enum store_mode mode)
{
    struct store *again;
    char data[160];
    snprintf(data, sizeof data, "%s/data", s->folder);
    assert_ok(store_open(str_of(s->url), str_of(data), mode, &again));
    return again;
}

/* A program of its own, not a fork: neither SQLite nor libpq can be carried across one. */
pid_t scene_spawn(const struct scene *s, const char *role, int *ret_out)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/proc/self/exe", "test", role, s->url, s->folder, (char *)NULL);
        _exit(127);
    }
    assert_true(child > 0);
    close(ends[1]);
    *ret_out = ends[0];
    return child;
}

struct db *scene_join(char **argv)
{
    struct scene s = {0};
    snprintf(s.url, sizeof s.url, "%s", argv[2]);
    snprintf(s.folder, sizeof s.folder, "%s", argv[3]);
    struct db *d;
    assert_ok(db_open(scene_open_again(&s, STORE_EXISTING), true, &d));
    return d;
}

int64_t scene_int(struct db *d, const char *sql)
{
    int64_t n;
    assert_ok(db_one_int(d, sql, NULL, -1, &n));
    return n;
}

void scene_exec(struct db *d, const char *sql)
{
    assert_ok(db_exec(d, sql, NULL, NULL));
}

int scene_run_(const char *name, const struct CMUnitTest *tests, size_t n)
{
    char group[64];
    snprintf(group, sizeof group, "%s on SQLite", name);
    engine_now = STORE_SQLITE;
    return _cmocka_run_group_tests(group, tests, n, NULL, NULL) +
           scene_run_postgres_(name, tests, n);
}

int scene_run_postgres_(const char *name, const struct CMUnitTest *tests, size_t n)
{
    char group[64];
    snprintf(group, sizeof group, "%s on PostgreSQL", name);
    engine_now = STORE_POSTGRES;
    if (postgres_url())
        return _cmocka_run_group_tests(group, tests, n, NULL, NULL);
    print_message("%s left out: XIEZHI_TEST_POSTGRES is not set (tools/with-postgres sets it)\n",
                  group);
    return 0;
}
