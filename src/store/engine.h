/* What store.c, rows.c and transaction.c want of an engine. Private to store/. */
#pragma once
#include "store/statement.h"
#include "store/store.h"

#include <pthread.h>

enum {
    LIMIT_DB_ROWS = 100000,          /* rows of one query */
    LIMIT_DB_RESULT = 256 << 20,     /* bytes of text and blobs of one query */
    DB_WAIT_MS = 10000,              /* for the writer's place, then ERR_BUSY */
};

/* Rows of a query, all of them, in blocks that grow: no copying, no large block for a single row. */
struct row_block {
    struct row_block *next;
    size_t n, capacity; /* rows */
    struct db_value value[];
};
struct rows {
    struct arena *arena;
    struct arena *own; /* the same when the caller gave none */
    int columns;
    str *name;
    struct row_block *first, *last;
    size_t n, bytes;
    /* reading */
    const struct row_block *block;
    size_t at; /* rows of `block` already passed */
    const struct db_value *row;
};
/* Room for one more row, or ERR_LIMIT. */
err *rows_add(struct rows *r, struct db_value **ret);
/* Bytes of a value live in the arena of the rows and are counted: ERR_LIMIT. */
err *rows_room(struct rows *r, size_t n, str *ret_view, char **ret);
err *rows_copy(struct rows *r, struct db_value *value, const void *p, size_t n);

enum transaction { TX_NONE, TX_READ, TX_WRITE };

struct engine {
    enum store_engine id;
    err *(*store_open)(struct store *s);
    void (*store_close)(struct store *s);
    err *(*open)(struct db *d);
    void (*close)(struct db *d);
    err *(*put)(struct db *d, const char *sql, const struct db_args *args);
    err *(*exec)(struct db *d, const char *sql, const struct db_args *args, int64_t *ret_changed);
    err *(*query)(struct db *d, const char *sql, const struct db_args *args, struct rows *ret);
    /* First column of the first row, DB_NULL when there is none. Without `a` only integers. */
    err *(*one)(struct db *d, struct arena *a, const char *sql, const struct db_args *args,
                struct db_value *ret);
    err *(*begin)(struct db *d, bool write);
    err *(*commit)(struct db *d); /* whatever it returns, the transaction is over */
    void (*rollback)(struct db *d);
    err *(*savepoint)(struct db *d);
    err *(*release)(struct db *d);
    /* False when the whole transaction is lost. */
    bool (*undo)(struct db *d);
};
extern const struct engine engine_sqlite, engine_postgres;

struct store {
    const struct engine *engine;
    enum store_mode mode;
    char *url;    /* without the scheme for SQLite: the path; whole for PostgreSQL */
    char *given;  /* as the caller wrote it */
    struct store_options options;
    char *folder; /* data folder */
    bool memory;  /* the data folder goes with the store */
    pthread_mutex_t lock;
    pthread_cond_t writer_gone;
    bool writing;    /* somebody has the writer's place */
    int connections; /* open ones */
    int wait_ms;     /* DB_WAIT_MS; tests wait shorter */
    struct sqlite3 *keeper; /* keeps a memory database alive */
};

struct pipe;

struct db {
    struct store *store;
    const struct engine *engine;
    bool writer;
    enum transaction tx;
    bool savepoint;
    bool failed; /* a statement of this transaction failed: only undo and rollback help */
    enum err_kind failed_kind;
    bool binding; /* inside a lookup, which must not come back here */
    struct statements statements;
    struct sqlite3 *sqlite;
    struct pipe *pipe; /* PostgreSQL */
};


/* PostgreSQL cannot hold a NUL inside text, so neither engine is given one. */
err *text_check(const struct statement *s, str name, str text);
/* Takes note of a failure inside a transaction. */
err *db_note(struct db *d, err *e);
/* Not NULL when the transaction has failed before. */
err *db_usable(struct db *d);
void blob_sweep(struct store *s); /* at opening */
