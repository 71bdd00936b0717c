/*
 * Transactions, the same on both engines: one writer of a store at a time, and after a failed
 * statement nothing goes on but undo (to the savepoint) or rollback. SQLite would let the
 * transaction go on, or silently end it when the disk is full; PostgreSQL would not. The stricter
 * habit is the safe one.
 */
#include "store/engine.h"

#include <errno.h>
#include <time.h>

static err *take_writer_place(struct store *s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += s->wait_ms / 1000;
    until.tv_nsec += (s->wait_ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&s->lock);
    int code = 0;
    while (s->writing && code != ETIMEDOUT)
        code = pthread_cond_timedwait(&s->writer_gone, &s->lock, &until);
    bool taken = !s->writing;
    s->writing = true;
    pthread_mutex_unlock(&s->lock);
    return taken ? NULL : err_new(ERR_BUSY, "另一项写入尚未结束，请稍后再试");
}

static void leave_writer_place(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    s->writing = false;
    pthread_cond_signal(&s->writer_gone);
    pthread_mutex_unlock(&s->lock);
}

static void over(struct db *d)
{
    if (d->tx == TX_WRITE)
        leave_writer_place(d->store);
    d->tx = TX_NONE;
    d->savepoint = d->failed = false;
}

err *db_note(struct db *d, err *e)
{
    if (e && d->tx != TX_NONE && !d->failed) {
        d->failed = true;
        d->failed_kind = e->kind;
    }
    return e;
}

err *db_usable(struct db *d)
{
    CHECK(!d->binding);
    if (!d->failed)
        return NULL;
    return err_new(d->failed_kind, "本次事务先前已出错，未写入任何内容，请撤销后重试");
}

static err *begin(struct db *d, bool write)
{
    CHECK(d->tx == TX_NONE && !d->binding);
    if (write && !d->writer)
        return err_new(ERR_DATABASE, "这个数据库连接只能读取，不能写入");
    if (write)
        TRY(take_writer_place(d->store));
    err *e = d->engine->begin(d, write);
    d->tx = write ? TX_WRITE : TX_READ;
    if (e)
        over(d);
    return e;
}

err *db_begin_read(struct db *d)
{
    TRY(begin(d, false));
    return NULL;
}

err *db_begin_write(struct db *d)
{
    TRY(begin(d, true));
    return NULL;
}

err *db_savepoint(struct db *d)
{
    CHECK(d->tx == TX_WRITE && !d->savepoint);
    TRY(db_usable(d));
    TRY(db_note(d, d->engine->savepoint(d)));
    d->savepoint = true;
    return NULL;
}

err *db_release(struct db *d)
{
    CHECK(d->savepoint);
    TRY(db_usable(d));
    TRY(db_note(d, d->engine->release(d)));
    d->savepoint = false;
    return NULL;
}

void db_undo(struct db *d)
{
    CHECK(d->savepoint);
    d->savepoint = false;
    if (d->engine->undo(d)) {
        d->failed = false;
    } else if (!d->failed) {
        d->failed = true;
        d->failed_kind = ERR_DATABASE;
    }
}

err *db_commit(struct db *d)
{
    CHECK(d->tx != TX_NONE && !d->savepoint);
    err *e = db_usable(d);
    if (e)
        d->engine->rollback(d);
    else
        e = d->engine->commit(d);
    over(d);
    return err_seen_(e, HERE);
}

void db_rollback(struct db *d)
{
    if (d->tx == TX_NONE)
        return;
    d->engine->rollback(d);
    over(d);
}

err *db_end(struct db *d, err *e)
{
    if (!e)
        return db_commit(d);
    db_rollback(d);
    return e;
}

/* A statement outside any transaction is one of its own, so that it too waits for the writer's
 * place. */
static err *alone(struct db *d, const char *sql, const struct db_args *args, int64_t *ret_changed)
{
    TRY(db_begin_write(d));
    return db_end(d, d->engine->exec(d, sql, args, ret_changed));
}

err *db_exec(struct db *d, const char *sql, const struct db_args *args, int64_t *ret_changed)
{
    if (d->tx == TX_NONE) {
        TRY(alone(d, sql, args, ret_changed));
        return NULL;
    }
    CHECK(d->tx == TX_WRITE);
    TRY(db_usable(d));
    TRY(db_note(d, d->engine->exec(d, sql, args, ret_changed)));
    return NULL;
}

err *db_put(struct db *d, const char *sql, const struct db_args *args)
{
    if (d->tx == TX_NONE) {
        TRY(alone(d, sql, args, NULL));
        return NULL;
    }
    CHECK(d->tx == TX_WRITE);
    TRY(db_usable(d));
    TRY(db_note(d, d->engine->put(d, sql, args)));
    return NULL;
}
