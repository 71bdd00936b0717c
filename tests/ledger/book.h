/* A ledger to test on: a store of the scene, with schema, keys and a writer. */
#pragma once
#include "naive.h"
#include "store/scene.h"

struct book {
    struct scene *scene;
    struct store *store; /* the scene's */
    struct db *db;
    struct arena *arena;
    struct ledger_keys keys;
    struct ledger *ledger;
};

int book_setup(void **state);
int book_teardown(void **state);
#define book_test(fn) cmocka_unit_test_setup_teardown(fn, book_setup, book_teardown)

/* The entry number `seq` of every test: {"act":"test","body":{..},"n":seq}; items for every third. */
str book_spine(struct book *b, int64_t seq, struct ledger_item items[2], size_t *ret_n);
void book_append_one(struct book *b);              /* inside a transaction */
void book_append(struct book *b, int64_t n);       /* one transaction, flushed, committed */
void book_checkpoint(struct book *b);
void book_reopen(struct book *b);
/* Verifies; *state of the report is the caller's to check. */
struct ledger_report book_verify(struct book *b);
