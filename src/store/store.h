/*
 * store/: one interface over SQLite (amalgamation >= 3.51.3) and PostgreSQL (>= 15).
 *
 * URL: sqlite:PATH | sqlite::memory: | postgresql://...   Beside the database stands a data folder (keys,
 * blobs, witness): PATH.d for a file, `data` given by hand for PostgreSQL.
 *
 * One SQL text for both engines. Parameters are named (`:entrustment`), so a statement reads like its
 * act; the PostgreSQL side rewrites them to $1..$n once per text. Shared subset: INSERT .. ON CONFLICT,
 * UPDATE, DELETE, SELECT with joins, CTE, windows, CASE, COALESCE, CAST(.. AS TEXT|BIGINT). No booleans,
 * no native dates: BIGINT, TEXT, BLOB, in capitals. In DDL and queries, text between the marks of a
 * block comment opening with @sqlite or @postgres is live on that engine only; in CREATE and ALTER TABLE
 * BLOB becomes BYTEA and TEXT sorts by bytes on PostgreSQL, BIGINT becomes INTEGER on SQLite. A parameter
 * whose type PostgreSQL cannot infer is written CAST(:x AS TEXT).
 *
 * Threads: a store may be shared; a db (connection) is used by one thread at a time. Within a store
 * there is one writer at a time: db_begin_write waits for it (lock in the process, BEGIN IMMEDIATE; on
 * PostgreSQL a transaction-scoped advisory lock, so writers of many machines queue up too).
 * Errors: ERR_FULL (disk), ERR_BUSY, ERR_VERSION, ERR_DAMAGED, else ERR_DATABASE.
 */
#pragma once
#include "base/base.h"
#include "crypto/crypto.h"

struct store;
struct db;

enum store_engine { STORE_SQLITE, STORE_POSTGRES };
enum store_mode { STORE_EXISTING, STORE_CREATE /* when absent */, STORE_READ };

MUST_USE err *store_open(str url, str data_folder /* "" = default */, enum store_mode mode,
                         struct store **ret);
/* For parts of the house that keep files or an order of writers of their own (the readings). Zeros are what store_open does. */
struct store_options {
    bool bare;          /* the data folder is named only: neither made nor swept */
    bool immutable;     /* SQLite, STORE_READ: a file nobody changes any more; no locks, read through a map */
    bool single_file;   /* SQLite: rollback journal instead of WAL, for a file that will be immutable */
    int page_bytes;     /* SQLite: of a file made now; 0 = its default */
    const char *order;  /* PostgreSQL: its writers queue up by this name, not with the house's; NULL = the house's */
};
MUST_USE err *store_open_with(str url, str data_folder, enum store_mode mode, const struct store_options *o, struct store **ret);
void store_close(struct store *s); /* all connections must be closed before */
enum store_engine store_engine_of(const struct store *s);
str store_url(const struct store *s); /* as it was given to store_open; a memory store: "" */
str store_folder(const struct store *s);
#define STORE_BACKUP_MARK "backup.txt" /* in the folder: its time of change is that of the last whole backup */

MUST_USE err *db_open(struct store *s, bool writer, struct db **ret);
void db_close(struct db *d);
void db_close_at(struct db **d);
#define AUTO_DB __attribute__((cleanup(db_close_at)))
struct store *db_store(struct db *d);

/* ---- statements ---- */
enum db_kind { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };
struct db_value { enum db_kind kind; int64_t i; str s; };
struct db_arg { str name; struct db_value value; };
/* Values by name; where `p` has none, `lookup` is asked (false: none either; a name nobody knows is a bug). */
struct db_args {
    const struct db_arg *p;
    size_t n;
    bool (*lookup)(void *context, str name, struct db_value *ret);
    void *context;
};
#define DB_I(name, v) ((struct db_arg){S(name), {DB_INT, (v), STR_NONE}})
#define DB_T(name, v) ((struct db_arg){S(name), db_text_value(v)}) /* absent str is NULL */
#define DB_B(name, v) ((struct db_arg){S(name), {DB_BLOB, 0, (v)}})
#define DB_ARGS(...)                                                                                \
    (&(struct db_args){.p = (const struct db_arg[]){__VA_ARGS__},                                   \
                       .n = sizeof((const struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg)})
static inline struct db_value db_text_value(str s)
{
    return (struct db_value){s.p ? DB_TEXT : DB_NULL, 0, s};
}

/* Runs one statement that returns no rows. Prepared once per connection and text (cache of
 * LIMIT_DB_STATEMENTS, by content). */
enum { LIMIT_DB_STATEMENTS = 512 };
MUST_USE err *db_exec(struct db *d, const char *sql, const struct db_args *args, int64_t *ret_changed);
/* The same, but inside a write transaction the answer may be awaited later (PostgreSQL sends it down a
 * pipeline): an error surfaces at the next db_query, db_exec, db_release or db_commit. */
MUST_USE err *db_put(struct db *d, const char *sql, const struct db_args *args);
/* Rows live in `a` (text and blobs copied) or until db_rows_end. At most 100,000 rows are fetched at
 * once: page by key beyond that (ERR_LIMIT says so). */
struct db_rows { struct db *db; void *handle; int columns; struct arena *arena; };
MUST_USE err *db_query(struct db *d, struct arena *a, const char *sql, const struct db_args *args,
                       struct db_rows *ret);
MUST_USE err *db_next(struct db_rows *r, bool *ret_more); /* false at the end, which also ends r */
void db_rows_end(struct db_rows *r); /* twice is fine */
str db_column_name(const struct db_rows *r, int column);
struct db_value db_column(const struct db_rows *r, int column); /* text and blob live as long as the arena */
int64_t db_int(const struct db_rows *r, int column);            /* NULL is 0 */
str db_str(const struct db_rows *r, int column);                /* NULL is STR_NONE */
/* First row's first column, or `missing` when there is no row or it is NULL. */
MUST_USE err *db_one_int(struct db *d, const char *sql, const struct db_args *args, int64_t missing,
                         int64_t *ret);
MUST_USE err *db_one_str(struct db *d, struct arena *a, const char *sql, const struct db_args *args, str *ret);

/* ---- transactions ---- */
MUST_USE err *db_begin_read(struct db *d);  /* a stable snapshot until db_commit */
MUST_USE err *db_begin_write(struct db *d);
MUST_USE err *db_savepoint(struct db *d);   /* not nested: one act of a batch */
MUST_USE err *db_release(struct db *d);
void db_undo(struct db *d);                 /* back to the savepoint, which ends */
MUST_USE err *db_commit(struct db *d);      /* durable when it returns NULL, else rolled back; over either way */
void db_rollback(struct db *d);             /* outside a transaction: nothing */
MUST_USE err *db_end(struct db *d, err *e); /* commits where e is NULL, else rolls back; the first fault */
/* After a failed statement only db_undo, db_rollback and db_commit (which fails) make sense. db_exec or db_put
 * outside a transaction is one of its own; a db_query that changes rows (RETURNING) needs a write transaction. */

/* ---- schema ---- */
/* Numbered steps (src/store/migrations/NNNN_name.sql, embedded at build), forward only, one
 * transaction each; number, name and SM3 of the text are kept. ERR_VERSION when the database is older
 * (and !apply), newer, or a text that was applied has changed; the text says the way out. */
MUST_USE err *store_migrate(struct store *s, bool apply, int *ret_applied);
size_t migration_count(void);
/* The same for a set of steps of one's own; `table` records them. Files of one set may be many. */
struct embedded;
struct migration_set { const char *table; const struct embedded *steps; const size_t *n; };
MUST_USE err *store_migrate_set(struct store *s, const struct migration_set *set, bool apply, int *ret_applied);

/* ---- blobs: files named by SM3, fsynced before anybody names them ---- */
enum { LIMIT_BLOB_PART = 8 << 20 };
MUST_USE err *blob_put(struct store *s, str bytes, struct sm3 *ret); /* again is fine */
struct blob_writer; /* streams; discards unless finished */
MUST_USE err *blob_begin(struct store *s, struct blob_writer **ret);
MUST_USE err *blob_add(struct blob_writer *w, str bytes);
MUST_USE err *blob_finish(struct blob_writer *w, struct sm3 *ret, int64_t *ret_bytes); /* frees w */
void blob_discard(struct blob_writer *w);
MUST_USE err *blob_get(struct store *s, struct arena *a, const struct sm3 *digest, size_t limit, str *ret);
MUST_USE err *blob_path(struct store *s, struct arena *a, const struct sm3 *digest, str *ret); /* ERR_MISSING */
/* Re-reads every blob; calls bad() for each whose bytes do not match its name. */
MUST_USE err *blob_verify(struct store *s, void (*bad)(void *context, str name), void *context, int64_t *ret_count);

/* ---- search: substring search that finds one- and two-character Chinese words on both engines ---- */
/* One tokeniser in C makes uni- and bigrams; a hit is checked against the text itself. */
MUST_USE err *search_put(struct db *d, str kind, str id, str text); /* replaces */
MUST_USE err *search_drop(struct db *d, str kind, str id);
/* After an erasure: leaves no trace of replaced and dropped texts in the index (SQLite; PostgreSQL: its VACUUM). */
MUST_USE err *search_forget(struct db *d);
/* ids in order of id, after `after` ("" from the start). Query of 1..64 characters; blanks separate terms,
 * all must match. */
MUST_USE err *search_find(struct db *d, struct arena *a, str kind, str query, str after, int limit,
                          str **ret_ids, size_t *ret_n);

/* ---- whole-table work ---- */
/* Names of all tables of the schema, sorted, without those of search, of the readings (reading_*) and of the schema itself. */
MUST_USE err *store_tables(struct db *d, struct arena *a, str **ret, size_t *ret_n);
/* Digest of a table's rows in primary key order, engine-neutral. */
MUST_USE err *table_digest(struct db *d, str table, struct sm3 *ret, int64_t *ret_rows);
/* First row (by primary key) that differs between two tables of equal name: its key as text, "" if none. */
MUST_USE err *table_difference(struct db *left, struct db *right, struct arena *a, str table, str *ret_key,
                               str *ret_column);
/* Online copy of a SQLite database (backup API); PostgreSQL: ERR_INPUT naming pg_basebackup. */
MUST_USE err *store_backup(struct store *s, str path);
