/*
 * Files that are being looked at, one a user, and the layouts an agency keeps. Judging a plant-year takes a fifth of a second and the
 * largest file some seconds, so it is done by the request itself; a second window of the same user waits for the first.
 */
#include "web/audit.h"

#include "crypto/crypto.h"

#include <string.h>

static void job_free(struct audit_job *job)
{
    pthread_mutex_destroy(&job->one);
    arena_free(job->run);
    arena_free(job->arena); /* the job itself lies in it */
}

static void job_release(struct audit_job *job)
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
    struct audit_job *job = context;
    pthread_mutex_unlock(&job->one);
    job_release(job);
}

/* The user's earlier one and old ones make room. imports_lock is held. */
static struct audit_job *sweep(struct web *web, str user, usec now, int *ret_left)
{
    struct audit_job *gone = NULL;
    *ret_left = 0;
    for (struct audit_job **at = &web->audits; *at;) {
        struct audit_job *job = *at;
        if (now - job->made > AUDIT_KEPT_HOURS * USEC_HOUR || str_eq(job->user, user)) {
            *at = job->next;
            job->next = gone;
            gone = job;
        } else {
            at = &job->next;
            ++*ret_left;
        }
    }
    return gone;
}

static err *put_in(struct web *web, struct audit_job *job)
{
    int n;
    pthread_mutex_lock(&web->imports_lock);
    struct audit_job *gone = sweep(web, job->user, job->made, &n);
    if (n < LIMIT_AUDIT_JOBS) {
        job->refs++;
        job->next = web->audits;
        web->audits = job;
    }
    pthread_mutex_unlock(&web->imports_lock);
    while (gone) {
        struct audit_job *next = gone->next;
        job_release(gone);
        gone = next;
    }
    return n < LIMIT_AUDIT_JOBS ? NULL : err_new(ERR_BUSY, "正在核查的文件已有%d个，请稍后再试", n);
}

static err *read_head(struct request *q, struct audit_job *job, str sheet)
{
    job->plain = audit_is_plain(job->bytes);
    if (job->plain)
        return NULL;
    TRY(workbook_guess(job->arena, job->bytes, sheet, &job->seen));
    TRY(workbook_samples(job->arena, job->bytes, &job->seen, AUDIT_SAMPLES, &job->samples));
    job->map = job->seen;
    struct workbook_profile kept;
    str name;
    TRY(sheet_profile_for(q, &job->seen, &kept, &name));
    if (!name.n)
        return NULL;
    TRY(workbook_profile_parse(job->arena, workbook_profile_json(q->a, &kept), &job->map)); /* into the job's arena */
    job->by = arena_str(job->arena, name);
    return NULL;
}

err *audit_new(struct request *q, str filename, str bytes, str sheet, str limits, struct audit_job **ret)
{
    uint8_t random[10];
    struct arena *arena = arena_new();
    struct audit_job *job = NEW(arena, struct audit_job);
    random_bytes(random, sizeof random);
    *job = (struct audit_job){.arena = arena, .user = arena_str(arena, q->session.user), .filename = arena_str(arena, utf8_clip(filename, 80)),
                              .bytes = arena_str(arena, bytes), .limits = arena_str(arena, limits), .by = S(""), .failure = S(""), .made = q->now,
                              .refs = 1 /* this request's */, .web = q->web};
    memcpy(job->id, ulid_make(arena, q->now, random).p, ULID_LENGTH);
    pthread_mutex_init(&job->one, NULL);
    err *bad = read_head(q, job, sheet);
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

err *audit_find(struct request *q, str id, struct audit_job **ret)
{
    pthread_mutex_lock(&q->web->imports_lock);
    struct audit_job *job = q->web->audits;
    while (job && !((!id.p || str_eq(str_of(job->id), id)) && str_eq(job->user, q->session.user)))
        job = job->next;
    if (job)
        job->refs++;
    pthread_mutex_unlock(&q->web->imports_lock);
    if (!job)
        return err_new(ERR_MISSING, "没有这个文件，或已过%d小时；请重新上传", AUDIT_KEPT_HOURS);
    pthread_mutex_lock(&job->one);
    arena_defer(q->a, request_over, job);
    *ret = job;
    return NULL;
}

/* As people read an error: what, what was read, what is wanted. */
static str told(struct arena *a, const err *e)
{
    buf b = buf_make(a, 2000);
    buf_add(&b, e->text);
    if (e->got.n)
        buf_printf(&b, "；读到“%.*s”", STR_ARG(e->got));
    if (e->want.n)
        buf_printf(&b, "，应为%.*s", STR_ARG(e->want));
    if (e->example.n)
        buf_printf(&b, "，例如%.*s", STR_ARG(e->example));
    return buf_str(&b);
}

void audit_job_run(struct audit_job *job)
{
    struct audit_file file = {.name = job->filename, .bytes = job->bytes, .profile = job->plain ? NULL : &job->map, .limits = job->limits};
    usec begin = time_monotonic();
    arena_free(job->run);
    job->run = arena_new();
    err *bad = audit_run(job->run, &file, &job->result);
    job->done = !bad;
    job->took = time_monotonic() - begin;
    job->failure = bad ? told(job->run, bad) : S("");
    err_clear();
}

void audits_stop(struct web *web)
{
    for (struct audit_job *job = web->audits, *next; job; job = next) {
        next = job->next;
        job_release(job);
    }
    web->audits = NULL;
}

/* ---- kept profiles ---- */
static str owner_of(const struct request *q)
{
    return q->reader.agency.n ? q->reader.agency : q->reader.provider.n ? q->reader.provider : q->reader.user;
}

static str heads_of(struct request *q, const struct workbook_profile *seen)
{
    str heads = workbook_profile_heads(q->a, seen);
    struct sm3 digest = sm3_of(heads.p, heads.n);
    buf b = buf_make(q->a, 80);
    buf_hex(&b, digest.byte, sizeof digest.byte);
    return buf_str(&b);
}

err *sheet_profiles(struct request *q, struct sheet_profile **ret, size_t *ret_n)
{
    struct db *d;
    struct db_rows rows;
    VEC(struct sheet_profile) list = {0};
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT p.name, p.profile, COALESCE(u.name, p.user_id), p.saved_at FROM access_sheet_profile p LEFT JOIN users u ON u.id = p.user_id"
                          " WHERE p.owner = :owner ORDER BY p.name LIMIT 200",
                 DB_ARGS(DB_T("owner", owner_of(q))), &rows));
    for (;;) {
        bool more;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(q->a, &list, ((struct sheet_profile){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_int(&rows, 3)}));
    }
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

err *sheet_profile_for(struct request *q, const struct workbook_profile *seen, struct workbook_profile *ret, str *ret_name)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    *ret_name = S("");
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT name, profile FROM access_sheet_profile WHERE owner = :owner AND heads = :heads ORDER BY saved_at DESC, name LIMIT 1",
                 DB_ARGS(DB_T("owner", owner_of(q)), DB_T("heads", heads_of(q, seen))), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    str name = db_str(&rows, 0), profile = db_str(&rows, 1);
    db_rows_end(&rows);
    TRY(workbook_profile_parse(q->a, profile, ret));
    if (!workbook_profile_fits(ret, seen))
        return NULL;
    /* its own sheet may have another name and title rows */
    ret->sheet = seen->sheet;
    ret->first_row = seen->first_row;
    *ret_name = name;
    return NULL;
}

struct keeping { str owner, name, heads, profile, user; usec now; };

static err *keep_step(struct db *d, void *context)
{
    const struct keeping *k = context;
    int64_t n;
    TRY(db_one_int(d, "SELECT COUNT(*) FROM access_sheet_profile WHERE owner = :owner AND name <> :name",
                   DB_ARGS(DB_T("owner", k->owner), DB_T("name", k->name)), 0, &n));
    if (n >= LIMIT_SHEET_PROFILES)
        return err_new(ERR_LIMIT, "本单位已保存%d个列对应，请先删除不用的", LIMIT_SHEET_PROFILES);
    return db_exec(d, "INSERT INTO access_sheet_profile (owner, name, heads, profile, user_id, saved_at) VALUES (:owner, :name, :heads, :profile, :user, :now)"
                      " ON CONFLICT (owner, name) DO UPDATE SET heads = excluded.heads, profile = excluded.profile, user_id = excluded.user_id,"
                      " saved_at = excluded.saved_at",
                   DB_ARGS(DB_T("owner", k->owner), DB_T("name", k->name), DB_T("heads", k->heads), DB_T("profile", k->profile), DB_T("user", k->user),
                           DB_I("now", k->now)), NULL);
}

err *sheet_profile_keep(struct request *q, str name, const struct workbook_profile *seen, const struct workbook_profile *map)
{
    struct keeping k = {owner_of(q), name, heads_of(q, seen), workbook_profile_json(q->a, map), q->session.user, q->now};
    request_db_done(q);
    return access_write(q->web, keep_step, &k);
}

static err *drop_step(struct db *d, void *context)
{
    const struct keeping *k = context;
    return db_exec(d, "DELETE FROM access_sheet_profile WHERE owner = :owner AND name = :name", DB_ARGS(DB_T("owner", k->owner), DB_T("name", k->name)), NULL);
}

err *sheet_profile_drop(struct request *q, str name)
{
    struct keeping k = {.owner = owner_of(q), .name = name};
    request_db_done(q);
    return access_write(q->web, drop_step, &k);
}
