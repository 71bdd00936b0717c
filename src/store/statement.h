/*
 * The statements of one connection, prepared once each. Found first by where the caller's text stands
 * (nearly always a literal; the bytes are still compared), then by its content. Private to store/.
 */
#pragma once
#include "store/sql.h"
#include <string.h>

struct sqlite3_stmt;

struct statement_param {
    str name;
    size_t hint; /* where in the caller's list it stood last time */
};

struct statement {
    str sql;  /* as the caller wrote it: the key */
    str text; /* as the engine gets it; NUL behind it */
    uint64_t hash;
    uint64_t used; /* tick of the last use */
    bool changes;
    size_t n;
    struct statement_param *param;
    /* SQLite */
    struct sqlite3_stmt *sqlite;
    /* PostgreSQL: named s<number> there once `ready` */
    uint64_t number;
    bool ready;
    unsigned pending; /* times it stands in the pipeline */
};

enum { STATEMENT_SLOTS = 2 * LIMIT_DB_STATEMENTS, STATEMENT_NEAR = 512 };

struct statements {
    struct statement *slot[STATEMENT_SLOTS]; /* open addressing, linear */
    struct {
        const char *p;
        struct statement *s;
    } near[STATEMENT_NEAR];
    size_t n;
    uint64_t tick;
};

struct statement *statement_find(struct statements *all, const char *sql); /* NULL when absent */
/* A new statement in one block of its own, in no cache yet. */
struct statement *statement_new(enum store_engine engine, const char *sql);
void statement_free(struct statement *s); /* what the engine holds is already let go */
/* There must be room: fewer than LIMIT_DB_STATEMENTS. */
void statement_add(struct statements *all, struct statement *s, const char *sql);
void statement_remove(struct statements *all, struct statement *s);
struct statement *statement_oldest(struct statements *all); /* least recently used; NULL when none */

_Noreturn void statement_value_unknown(const struct statement *s, str name);

/* The value for parameter i: from the list, else from the lookup. */
static inline struct db_value statement_value(struct statement *s, size_t i, const struct db_args *args)
{
    struct statement_param *param = &s->param[i];
    size_t n = args ? args->n : 0;
    for (size_t k = 0, at = param->hint; k < n; k++, at++) {
        if (at >= n)
            at = 0;
        str name = args->p[at].name;
        if (name.n == param->name.n && memcmp(name.p, param->name.p, name.n) == 0) {
            param->hint = at;
            return args->p[at].value;
        }
    }
    struct db_value value;
    if (!args || !args->lookup || !args->lookup(args->context, param->name, &value))
        statement_value_unknown(s, param->name);
    return value;
}
