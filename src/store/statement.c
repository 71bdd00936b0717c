/*
 * A statement, its name table and both texts are one block. The near table is a hint by address of
 * the caller's text: a hit costs one comparison of bytes, and a text that moved or changed is
 * simply missed.
 */
#include "store/statement.h"

#include <stdio.h>
#include <stdlib.h>

static size_t near_index(const char *sql)
{
    return (size_t)(((uint64_t)(uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15)) >> 55) %
           STATEMENT_NEAR;
}

struct statement *statement_find(struct statements *all, const char *sql)
{
    size_t near = near_index(sql);
    struct statement *s = all->near[near].s;
    if (s && all->near[near].p == sql && strcmp(sql, s->sql.p) == 0) {
        s->used = ++all->tick;
        return s;
    }
    str text = str_of(sql);
    uint64_t hash = str_hash(text);
    for (size_t i = hash % STATEMENT_SLOTS; (s = all->slot[i]); i = (i + 1) % STATEMENT_SLOTS)
        if (s->hash == hash && str_eq(s->sql, text)) {
            s->used = ++all->tick;
            all->near[near].p = sql;
            all->near[near].s = s;
            return s;
        }
    return NULL;
}

static str keep(char **at, str s)
{
    char *p = *at;
    memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    *at += s.n + 1;
    return (str){p, s.n};
}

struct statement *statement_new(enum store_engine engine, const char *sql)
{
    AUTO_ARENA(a);
    str key = str_of(sql);
    struct sql t = sql_translate(a, engine, key);
    CHECK(!t.blank);
    size_t bytes = key.n + 1 + t.text.n + 1;
    for (size_t i = 0; i < t.n; i++)
        bytes += t.param[i].n + 1;
    struct statement *s = calloc(1, sizeof *s + t.n * sizeof *s->param + bytes);
    CHECK(s);
    s->param = (struct statement_param *)(s + 1);
    char *at = (char *)(s->param + t.n);
    s->sql = keep(&at, key);
    s->text = keep(&at, t.text);
    s->hash = str_hash(key);
    s->changes = t.changes;
    s->n = t.n;
    for (size_t i = 0; i < t.n; i++)
        s->param[i] = (struct statement_param){keep(&at, t.param[i]), i};
    return s;
}

void statement_free(struct statement *s)
{
    free(s);
}

void statement_add(struct statements *all, struct statement *s, const char *sql)
{
    CHECK(all->n < LIMIT_DB_STATEMENTS);
    size_t i = s->hash % STATEMENT_SLOTS;
    while (all->slot[i])
        i = (i + 1) % STATEMENT_SLOTS;
    all->slot[i] = s;
    all->n++;
    s->used = ++all->tick;
    all->near[near_index(sql)].p = sql;
    all->near[near_index(sql)].s = s;
}

/* Closes the gap: whatever stands behind it in the run and may move forward does. */
static void close_gap(struct statements *all, size_t gap)
{
    for (size_t i = (gap + 1) % STATEMENT_SLOTS; all->slot[i]; i = (i + 1) % STATEMENT_SLOTS) {
        size_t home = all->slot[i]->hash % STATEMENT_SLOTS;
        size_t from_home = (i + STATEMENT_SLOTS - home) % STATEMENT_SLOTS;
        size_t from_gap = (i + STATEMENT_SLOTS - gap) % STATEMENT_SLOTS;
        if (from_home < from_gap)
            continue;
        all->slot[gap] = all->slot[i];
        all->slot[i] = NULL;
        gap = i;
    }
}

void statement_remove(struct statements *all, struct statement *s)
{
    size_t i = s->hash % STATEMENT_SLOTS;
    while (all->slot[i] != s) {
        CHECK(all->slot[i]);
        i = (i + 1) % STATEMENT_SLOTS;
    }
    all->slot[i] = NULL;
    all->n--;
    close_gap(all, i);
    for (i = 0; i < STATEMENT_NEAR; i++)
        if (all->near[i].s == s)
            all->near[i].s = NULL;
}

struct statement *statement_oldest(struct statements *all)
{
    struct statement *oldest = NULL;
    for (size_t i = 0; i < STATEMENT_SLOTS; i++)
        if (all->slot[i] && (!oldest || all->slot[i]->used < oldest->used))
            oldest = all->slot[i];
    return oldest;
}

void statement_value_unknown(const struct statement *s, str name)
{
    char shown[128];
    snprintf(shown, sizeof shown, ":%.*s", STR_ARG(name));
    log_event(LOG_ERROR, "sql-parameter-unknown", "name", shown, "sql", s->sql.p, NULL);
    check_failed_(HERE, "every parameter has a value");
}
