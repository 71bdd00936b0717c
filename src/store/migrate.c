/*
 * Each step runs in a transaction of its own together with the row that records it, so a step is
 * there or not. The row keeps the digest of the step's text: a text that was changed after it ran
 * somewhere would make two databases of one number differ, and is refused.
 */
#include "base/embedded.h"
#include "store/engine.h"

extern const struct embedded migrations[];
extern const size_t migrations_count;

static const struct migration_set house = {"schema_step", migrations, &migrations_count};

struct step {
    int64_t number;
    str name, text, digest;
};

static struct step step_at(struct arena *a, const struct migration_set *set, size_t i)
{
    const struct embedded *file = &set->steps[i];
    struct step step = {.text = {(const char *)file->bytes, file->size}};
    str name = str_of(file->name);
    CHECK(str_int64(str_sub(name, 0, 4), &step.number) && step.number == (int64_t)i + 1);
    step.name = str_sub(name, 5, name.n - 5 - 4);
    struct sm3 digest = sm3_of(step.text.p, step.text.n);
    step.digest = sm3_text(a, &digest);
    return step;
}

size_t migration_count(void)
{
    return migrations_count;
}

static err *newer(const struct migration_set *set, int64_t number, str name)
{
    return err_new(ERR_VERSION,
                   "数据库已由更新版本的程序做过升级第%lld步（%.*s），本程序只到第%zu步；"
                   "请换用更新版本的程序，或从升级前的备份恢复",
                   (long long)number, STR_ARG(name), *set->n);
}

static err *changed(const struct step *step)
{
    return err_new(ERR_VERSION,
                   "数据库升级第%lld步（%.*s）的内容与当初执行的不同；"
                   "请换用当初的程序，或从执行该步之前的备份恢复",
                   (long long)step->number, STR_ARG(step->name));
}

/* Compares what was applied with what we carry; *ret_n steps are there. */
static err *steps_applied(struct db *d, const struct migration_set *set, size_t *ret_n)
{
    AUTO_ARENA(a);
    int64_t there;
    TRY(db_one_int(d,
                   "SELECT count(*) FROM /*@sqlite sqlite_schema WHERE name = :table */"
                   "/*@postgres pg_tables WHERE schemaname = current_schema() AND tablename = "
                   ":table */",
                   DB_ARGS(DB_T("table", str_of(set->table))), 0, &there));
    *ret_n = 0;
    if (!there)
        return NULL;
    struct db_rows rows;
    str sql = arena_printf(a, "SELECT number, name, digest FROM %s ORDER BY number", set->table);
    TRY(db_query(d, a, sql.p, NULL, &rows));
    size_t n = 0;
    for (bool more;; n++) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        if (n == *set->n)
            return newer(set, db_int(&rows, 0), db_str(&rows, 1));
        struct step step = step_at(a, set, n);
        if (db_int(&rows, 0) != step.number || !str_eq(db_str(&rows, 2), step.digest))
            return changed(&step);
    }
    *ret_n = n;
    return NULL;
}

static err *run_step(struct db *d, const struct migration_set *set, size_t i)
{
    AUTO_ARENA(a);
    struct step step = step_at(a, set, i);
    str rest = step.text, one;
    while (sql_next(&rest, &one)) {
        const char *sql = arena_cstr(a, one);
        if (!sql_translate(a, d->engine->id, one).blank)
            TRY(db_exec(d, sql, NULL, NULL));
    }
    TRY(db_exec(d,
                arena_printf(a,
                             "INSERT INTO %s (number, name, digest, applied_at)"
                             " VALUES (:number, :name, :digest, :at)",
                             set->table)
                    .p,
                DB_ARGS(DB_I("number", step.number), DB_T("name", step.name),
                        DB_T("digest", step.digest), DB_I("at", time_now())),
                NULL));
    return NULL;
}

/* Inside a write transaction: another process may have been faster, so the state is read again. */
static err *apply_next(struct db *d, const struct migration_set *set, size_t *ret_n,
                       bool *ret_applied)
{
    AUTO_ARENA(a);
    str sql = arena_printf(a,
                           "CREATE TABLE IF NOT EXISTS %s (number BIGINT PRIMARY KEY,"
                           " name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL)",
                           set->table);
    TRY(db_exec(d, sql.p, NULL, NULL));
    TRY(steps_applied(d, set, ret_n));
    *ret_applied = *ret_n < *set->n;
    if (*ret_applied)
        TRY(run_step(d, set, (*ret_n)++));
    return NULL;
}

static err *apply_all(struct store *s, const struct migration_set *set, int *ret_applied)
{
    struct db *d AUTO_DB = NULL;
    TRY(db_open(s, true, &d));
    *ret_applied = 0;
    for (size_t n = 0; n < *set->n;) {
        bool applied = false;
        TRY(db_begin_write(d));
        err *e = apply_next(d, set, &n, &applied);
        if (e) {
            db_rollback(d);
            return err_seen_(e, HERE);
        }
        TRY(db_commit(d));
        *ret_applied += applied;
    }
    return NULL;
}

err *store_migrate_set(struct store *s, const struct migration_set *set, bool apply,
                       int *ret_applied)
{
    struct db *d AUTO_DB = NULL;
    size_t n;
    TRY(db_open(s, false, &d));
    TRY(steps_applied(d, set, &n));
    *ret_applied = 0;
    if (n == *set->n)
        return NULL;
    if (!apply)
        return err_new(ERR_VERSION,
                       "数据库停在升级第%zu步，本程序需要第%zu步；请先备份，再运行 xiezhi migrate",
                       n, *set->n);
    TRY(apply_all(s, set, ret_applied));
    return NULL;
}

err *store_migrate(struct store *s, bool apply, int *ret_applied)
{
    TRY(store_migrate_set(s, &house, apply, ret_applied));
    return NULL;
}
