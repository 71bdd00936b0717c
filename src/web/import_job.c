/* Imports in the background: one thread each while they run. The acts go through the one writer like everybody else's. */
#include "web/import.h"

#include <string.h>

static bool running(const struct held *h)
{
    return ((const struct import_job *)h)->phase == IMPORT_RUNNING;
}

static void ended(struct held *h)
{
    struct import_job *job = (struct import_job *)h;
    if (job->joinable)
        pthread_join(job->thread, NULL);
}

static const struct held_kind kind_import = {IMPORT_KEPT_HOURS, LIMIT_IMPORT_JOBS, running, ended, "您有一个导入正在进行，请等它完成",
                                             "正在进行的导入已有%d个，请稍后再试", "没有这个导入，或已过%d小时"};

static err *fill(struct import_job *job, str bytes, str sheet)
{
    TRY(exchange_read(job->held.arena, bytes, sheet, &job->table));
    exchange_map_guess(job->held.arena, job->kind, &job->table, S(""), &job->map);
    return NULL;
}

err *import_new(struct request *q, const struct exchange_kind *kind, str filename, str bytes, str sheet, struct import_job **ret)
{
    struct import_job *job = held_make(q, &kind_import, sizeof *job, filename);
    job->kind = kind;
    job->chosen = job->failure = S("");
    err *bad = fill(job, bytes, sheet);
    if (bad) {
        held_free(&job->held);
        return bad;
    }
    *ret = job;
    return held_put(q, &q->web->imports, &job->held);
}

err *import_find(struct request *q, str id, struct import_job **ret)
{
    struct held *h;
    TRY(held_take(q, &q->web->imports, &kind_import, id, &h));
    *ret = (struct import_job *)h;
    return NULL;
}

static bool progress(void *context, size_t done, size_t of)
{
    struct import_job *job = context;
    (void)of;
    atomic_store(&job->done, done);
    pthread_mutex_lock(&job->held.web->held_lock);
    bool stop = job->held.web->imports_stopping;
    pthread_mutex_unlock(&job->held.web->held_lock);
    return !stop;
}

static err *run(struct import_job *job, struct exchange_result **ret, size_t *ret_n)
{
    AUTO_DB struct db *db = NULL;
    TRY(db_open(job->held.web->store, false, &db));
    struct exchange_import todo = {.acts = job->held.web->acts,
                                   .db = db,
                                   .table = &job->table,
                                   .map = &job->map,
                                   .by = job->held.user,
                                   .dry = job->dry,
                                   .progress = progress,
                                   .context = job};
    return exchange_import(job->held.run, &todo, ret, ret_n);
}

static void *thread(void *context)
{
    struct import_job *job = context;
    struct exchange_result *results = NULL;
    size_t n = 0;
    err *bad = run(job, &results, &n);
    str failure = bad ? arena_str(job->held.run, bad->text) : S("");
    if (bad)
        log_err("import", bad);
    pthread_mutex_lock(&job->held.web->held_lock);
    job->results = results;
    job->n = n;
    job->failure = failure;
    job->phase = bad ? IMPORT_FAILED : IMPORT_DONE;
    pthread_mutex_unlock(&job->held.web->held_lock);
    err_clear();
    return NULL;
}

err *import_start(struct import_job *job, bool dry)
{
    struct web *web = job->held.web;
    err *bad = NULL;
    pthread_mutex_lock(&web->held_lock);
    if (job->phase == IMPORT_RUNNING || web->imports_stopping) {
        bad = err_new(ERR_CONFLICT, "导入正在进行");
    } else {
        if (job->joinable)
            pthread_join(job->thread, NULL); /* it has said that it is done: this does not wait */
        arena_free(job->held.run);
        job->held.run = arena_new();
        job->results = NULL, job->n = 0;
        job->phase = IMPORT_RUNNING;
        job->dry = dry;
        job->was_dry |= dry;
        atomic_store(&job->done, 0);
        job->of = job->table.n - job->map.header - 1;
        job->joinable = pthread_create(&job->thread, NULL, thread, job) == 0;
        if (!job->joinable) {
            job->phase = IMPORT_MAPPED;
            bad = err_errno(S("开始导入"));
        }
    }
    pthread_mutex_unlock(&web->held_lock);
    return bad;
}

void imports_stop(struct web *web)
{
    pthread_mutex_lock(&web->held_lock);
    web->imports_stopping = true;
    pthread_mutex_unlock(&web->held_lock);
    held_stop(&web->imports);
}
