/* Imports in the background: one thread each while they run. The acts go through the one writer like everybody else's. */
#include "web/import.h"

#include <string.h>

static void job_free(struct import_job *job)
{
    if (job->joinable)
        pthread_join(job->thread, NULL);
    pthread_mutex_destroy(&job->one);
    arena_free(job->run);
    arena_free(job->arena); /* the job itself lies in it */
}

static void job_release(struct import_job *job)
{
    struct web *web = job->web;
    pthread_mutex_lock(&web->imports_lock);
    bool last = --job->refs == 0;
    pthread_mutex_unlock(&web->imports_lock);
    if (last)
        job_free(job);
}

static void request_over(void *context)
{
    struct import_job *job = context;
    pthread_mutex_unlock(&job->one);
    job_release(job);
}

/* Takes out what nobody needs any more: the user's own finished one, and old ones. imports_lock is held. */
static struct import_job *sweep(struct web *web, str user, usec now)
{
    struct import_job *gone = NULL;
    for (struct import_job **at = &web->imports; *at;) {
        struct import_job *job = *at;
        bool old = now - job->made > IMPORT_KEPT_HOURS * USEC_HOUR;
        if (job->phase != IMPORT_RUNNING && (old || str_eq(job->user, user))) {
            *at = job->next;
            job->next = gone;
            gone = job;
        } else {
            at = &job->next;
        }
    }
    return gone;
}

static err *room(struct web *web, str user)
{
    int n = 0;
    for (struct import_job *job = web->imports; job; job = job->next, n++)
        if (str_eq(job->user, user))
            return err_new(ERR_CONFLICT, "您有一个导入正在进行，请等它完成");
    return n < LIMIT_IMPORT_JOBS ? NULL : err_new(ERR_BUSY, "正在进行的导入已有%d个，请稍后再试", n);
}

static err *put_in(struct web *web, struct import_job *job)
{
    pthread_mutex_lock(&web->imports_lock);
    struct import_job *gone = sweep(web, job->user, job->made);
    err *bad = room(web, job->user);
    if (!bad) {
        job->refs++;
        job->next = web->imports;
        web->imports = job;
    }
    pthread_mutex_unlock(&web->imports_lock);
    while (gone) {
        struct import_job *next = gone->next;
        job_release(gone);
        gone = next;
    }
    return bad;
}

static err *fill(struct import_job *job, str bytes, str sheet)
{
    TRY(exchange_read(job->arena, bytes, sheet, &job->table));
    exchange_map_guess(job->arena, job->kind, &job->table, S(""), &job->map);
    return NULL;
}

err *import_new(struct request *q, const struct exchange_kind *kind, str filename, str bytes, str sheet, struct import_job **ret)
{
    uint8_t random[10];
    struct arena *arena = arena_new();
    struct import_job *job = NEW(arena, struct import_job);
    random_bytes(random, sizeof random);
    *job = (struct import_job){.arena = arena,
                               .user = arena_str(arena, q->session.user),
                               .filename = arena_str(arena, utf8_clip(filename, 80)),
                               .kind = kind,
                               .chosen = S(""),
                               .failure = S(""),
                               .made = q->now,
                               .web = q->web};
    memcpy(job->id, ulid_make(arena, q->now, random).p, ULID_LENGTH);
    pthread_mutex_init(&job->one, NULL);
    job->refs = 1; /* this request's */
    err *bad = fill(job, bytes, sheet);
    if (!bad)
        bad = put_in(q->web, job);
    if (bad) {
        job_free(job);
        return bad;
    }
    pthread_mutex_lock(&job->one);
    arena_defer(q->a, request_over, job);
    *ret = job;
    return NULL;
}

err *import_find(struct request *q, str id, struct import_job **ret)
{
    pthread_mutex_lock(&q->web->imports_lock);
    struct import_job *job = q->web->imports;
    while (job && !((!id.p || str_eq(str_of(job->id), id)) && str_eq(job->user, q->session.user)))
        job = job->next;
    if (job)
        job->refs++;
    pthread_mutex_unlock(&q->web->imports_lock);
    if (!job)
        return err_new(ERR_MISSING, "没有这个导入，或已过%d小时", IMPORT_KEPT_HOURS);
    pthread_mutex_lock(&job->one);
    arena_defer(q->a, request_over, job);
    *ret = job;
    return NULL;
}

static bool progress(void *context, size_t done, size_t of)
{
    struct import_job *job = context;
    (void)of;
    atomic_store(&job->done, done);
    pthread_mutex_lock(&job->web->imports_lock);
    bool stop = job->web->imports_stopping;
    pthread_mutex_unlock(&job->web->imports_lock);
    return !stop;
}

static err *run(struct import_job *job, struct exchange_result **ret, size_t *ret_n)
{
    AUTO_DB struct db *db = NULL;
    TRY(db_open(job->web->store, false, &db));
    struct exchange_import todo = {.acts = job->web->acts,
                                   .db = db,
                                   .table = &job->table,
                                   .map = &job->map,
                                   .by = job->user,
                                   .dry = job->dry,
                                   .progress = progress,
                                   .context = job};
    return exchange_import(job->run, &todo, ret, ret_n);
}

static void *thread(void *context)
{
    struct import_job *job = context;
    struct exchange_result *results = NULL;
    size_t n = 0;
    err *bad = run(job, &results, &n);
    str failure = bad ? arena_str(job->run, bad->text) : S("");
    if (bad)
        log_err("import", bad);
    pthread_mutex_lock(&job->web->imports_lock);
    job->results = results;
    job->n = n;
    job->failure = failure;
    job->phase = bad ? IMPORT_FAILED : IMPORT_DONE;
    pthread_mutex_unlock(&job->web->imports_lock);
    err_clear();
    return NULL;
}

err *import_start(struct import_job *job, bool dry)
{
    struct web *web = job->web;
    err *bad = NULL;
    pthread_mutex_lock(&web->imports_lock);
    if (job->phase == IMPORT_RUNNING || web->imports_stopping) {
        bad = err_new(ERR_CONFLICT, "导入正在进行");
    } else {
        if (job->joinable)
            pthread_join(job->thread, NULL); /* it has said that it is done: this does not wait */
        arena_free(job->run);
        job->run = arena_new();
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
    pthread_mutex_unlock(&web->imports_lock);
    return bad;
}

void imports_stop(struct web *web)
{
    pthread_mutex_lock(&web->imports_lock);
    web->imports_stopping = true;
    pthread_mutex_unlock(&web->imports_lock);
    for (struct import_job *job = web->imports, *next; job; job = next) {
        next = job->next;
        job_release(job);
    }
    web->imports = NULL;
}
