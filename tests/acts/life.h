/*
 * A life to test on: tests/acts/life.jsonl, from procurement to the end of an agreement by a verified violation, performed
 * on the store of a scene (SQLite, PostgreSQL). *state is a struct life.
 */
#pragma once
#include "store/scene.h"
#include "acts/act.h"

struct life {
    struct scene *scene;
    struct acts *acts;   /* as told by life_open, or NULL */
    struct arena *arena;
};

int life_setup(void **state);     /* an empty, migrated store */
int life_setup_lived(void **state); /* and the whole life, by an engine that simulates and has no thread */
int life_setup_until(void **state); /* up to the accepted entrustment (tests/stories/prefix-accepted.jsonl) */
int life_teardown(void **state);
#define life_test(fn) cmocka_unit_test_setup_teardown(fn, life_setup, life_teardown)
#define lived_test(fn) cmocka_unit_test_setup_teardown(fn, life_setup_lived, life_teardown)
#define accepted_test(fn) cmocka_unit_test_setup_teardown(fn, life_setup_until, life_teardown)

void life_open(struct life *l, unsigned flags); /* closes the engine there was */
void life_close(struct life *l);
/* Performs each line of a story; an "expect" is checked. */
void life_play(struct acts *acts, const char *path);
struct act_answer life_do(struct life *l, const char *by, const char *json);
enum act_verdict life_verdict(struct life *l, const char *by, const char *json);
bool life_rule(const struct act_answer *answer, const char *rule); /* is it among the reasons? */
int64_t life_size(struct life *l);
/* Every state table of two stores is equal; the difference is printed. */
void life_same_tables(struct store *left, struct store *right);
void life_sound(struct store *s); /* ledger_verify finds nothing */
struct store *life_replayed(struct life *l, struct store *from); /* into a new store in memory */
