/*
 * The same tests on both engines: scene_run() runs a suite on SQLite and, when XIEZHI_TEST_POSTGRES holds a
 * URL, on PostgreSQL in a schema of its own. Each test gets an empty store; *state is a struct scene.
 */
#pragma once
#include "testing.h"

#include "store/engine.h"

struct scene {
    enum store_engine engine;
    char folder[128]; /* fresh, removed afterwards */
    char url[1024];
    struct store *store;
    struct db *db; /* a writer */
    struct arena *arena;
};

int scene_setup(void **state);
int scene_teardown(void **state);
#define scene_test(fn) cmocka_unit_test_setup_teardown(fn, scene_setup, scene_teardown)
#define scene_run(name, tests) scene_run_(name, tests, sizeof(tests) / sizeof *(tests))
/* The same on PostgreSQL alone. */
#define scene_run_postgres(name, tests) scene_run_postgres_(name, tests, sizeof(tests) / sizeof *(tests))
int scene_run_(const char *name, const struct CMUnitTest *tests, size_t n);
int scene_run_postgres_(const char *name, const struct CMUnitTest *tests, size_t n);

/* Another way in: opens a second store on the same database. */
struct store *scene_open_again(const struct scene *s, enum store_mode mode);
/* Runs this program again as `role`, with the store's address; its standard output comes through *ret_out. */
pid_t scene_spawn(const struct scene *s, const char *role, int *ret_out);
/* For that other process: opens the store and a writer. */
struct db *scene_join(char **argv);
int64_t scene_int(struct db *d, const char *sql);
void scene_exec(struct db *d, const char *sql);
